/*
 * The street's lists of duties: what is its own (基本履职), what it does together
 * with departments (配合履职), and what departments above took back (上级部门收回).
 *
 * A list is given to a street and not made by it: it is taken in whole, as a table,
 * and replaces the one before.  A row speaks of a class of matters (all whose code
 * begins so) or of a topic; of several that fit, the longest class says more than a
 * shorter one and than a topic, and of two alike the one that was taken back.
 */
#ifndef LI_PEOPLE_DUTY_H
#define LI_PEOPLE_DUTY_H

#include "people/people.h"

enum li_duty_kind { LI_DUTY_BASIC, LI_DUTY_ASSIST, LI_DUTY_RECLAIMED, LI_DUTY_KINDS };

struct li_duty {
    enum li_duty_kind kind;
    struct li_str item;       /* 井盖缺失处置; 1–200 characters */
    struct li_str class;      /* "event:0102", "event:01": all that begin so; empty: by topic */
    struct li_str topic;      /* an option of the field `topic`; may be empty */
    int64_t org;              /* who leads, when it is one of ours; 0 */
    struct li_str department; /* as the list calls who leads; may be empty */
    struct li_str basis;      /* the paper the list stands on; may be empty */
};
/* "basic", "assist", "reclaimed", and what people call it. */
struct li_duty_info {
    const char *name, *zh, *en;
};
extern const struct li_duty_info li_duty_infos[LI_DUTY_KINDS];

/* In the order of the table. */
int li_duty_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_duty **ret,
                 size_t *ret_count) LI_MUST_CHECK;
/* What the lists say of a matter (class and topic may be empty); -LI_E_NOT_FOUND
 * quietly. */
int li_duty_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str class,
                 struct li_str topic, struct li_duty *ret) LI_MUST_CHECK;
/* An organization of the street's own: one that works in less than the tenant's area. */
bool li_duty_is_own(struct li_str tenant_code, const struct li_organization *organization);
/* Whether a matter may be given to an organization: 0; -LI_E_NOT_FOUND quietly when
 * there is no such organization; the fault "taken back" at `where`.  One statement
 * as long as nothing was taken back. */
int li_duty_may_give(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_str tenant_code, int64_t org, struct li_str class,
                     struct li_str topic, struct li_str where) LI_MUST_CHECK;

/* Command "duty.list": the whole table.  Faults point at "/rows/N/…". */
#define LI_DUTY_ROWS 2000
struct li_duty_list_args {
    const struct li_duty *rows;
    size_t count;
};
extern const struct li_command li_duty_list_put;

#endif
