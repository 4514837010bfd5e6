/*
 * Who is where, as tables: a roster, absences, substitutes, secondments, taken in from the
 * files an office keeps them in.
 *
 * A table comes in whole or not at all.  People are named by name, or by login where two
 * share one; areas by code or name, empty the tenant's own; days as offices write them
 * (2026-09-07, 2026/9/7, 2026年9月7日).  What a row means is said by the command it becomes
 * (shift.plan, absence.note, appointment.make); nothing is decided here a second time.
 */
#ifndef LI_PEOPLE_STAFFING_H
#define LI_PEOPLE_STAFFING_H

#include "people/people.h"

enum li_staffing {
    LI_STAFFING_ROSTER, /* 日期, 岗位, 姓名 [辖区, 开始, 结束]; a day without times is from
                           08:30 to 08:30 */
    LI_STAFFING_ABSENCES,    /* 姓名, 结束 [开始]: the last day, the first (empty: now) */
    LI_STAFFING_SUBSTITUTES, /* 姓名, 岗位, 替补 [辖区, 单位] */
    LI_STAFFING_SECONDMENTS, /* 姓名, 岗位, 结束 [原岗位, 辖区, 单位, 开始] */
    LI_STAFFINGS
};
/* "roster", "absences", "substitutes", "secondments". */
extern const char *const li_staffing_names[LI_STAFFINGS];

enum li_staffing_column {
    LI_STAFFING_AREA,
    LI_STAFFING_DATE,
    LI_STAFFING_POST,
    LI_STAFFING_NAME,
    LI_STAFFING_FROM,
    LI_STAFFING_TO,
    LI_STAFFING_UNIT,
    LI_STAFFING_SUBSTITUTE,
    LI_STAFFING_HOME,
    LI_STAFFING_COLUMNS
};

struct li_staffing_row {
    struct li_str cells[LI_STAFFING_COLUMNS]; /* empty: not given */
    int line;                                 /* of the file */
};

/* Command "staffing.import"; plan: the args.  Faults point at "/rows/N/COLUMN". */
#define LI_STAFFING_ROWS 2000
struct li_staffing_args {
    enum li_staffing kind;
    struct li_str source; /* the file's name */
    const struct li_staffing_row *rows;
    size_t count;
};
extern const struct li_command li_staffing_import;

/* A file: CSV with a heading in Chinese or English, UTF-8 or GB18030.  -LI_E_SYNTAX (no
 * such column, a needed one is missing), -LI_E_LIMIT. */
int li_staffing_read(struct li_ctx *ctx, const char *name, struct li_str bytes,
                     enum li_staffing kind, struct li_staffing_row **ret,
                     size_t *ret_count) LI_MUST_CHECK;

/* Whether a tenant has ever planned a turn of duty. */
int li_staffing_is(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   bool *ret) LI_MUST_CHECK;

#endif
