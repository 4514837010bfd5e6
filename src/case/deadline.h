/*
 * Tables of deadlines: how long a stage takes, as the office's own rules say it,
 * by stage, class and level.
 *
 * A table has a name and comes in editions, each valid from a day to a day.  A
 * line may leave stage, class and level open; of those that fit the one that
 * says most holds: the longest class, then the stage, then the level.  An
 * edition is put whole; one that was used stays, so that a case can always say
 * where its deadline came from.  Not for the working calendar (base/calendar.h).
 *
 * A line may be a number in the place of a length: a ceiling by kind, place and year, which
 * conditions read as table.NAME.
 */
#ifndef LI_CASE_DEADLINE_H
#define LI_CASE_DEADLINE_H

#include "base/calendar.h"
#include "record/command.h"

struct li_library;

struct li_deadline {
    struct li_str name;    /* of the table; small letters, digits, '_' */
    struct li_str edition; /* "2026", as people say it; at most 40 characters */
    struct li_str stage;   /* a state's name; empty: any */
    struct li_str class;   /* "event:01": how a class begins; of a number how the code of a
                              place does; empty: any */
    struct li_str level;   /* an option of the playbook's level; empty: any */
    struct li_length length;
    int64_t number; /* where it is a number and no length (length.unit 0): fen, points, pieces */
    int32_t since;  /* day it is valid from, Chinese time */
    int32_t until;  /* the first day it is not; INT32_MAX: open */
    int line;       /* of the file it was read from; else 0 */
};

struct li_deadlines {
    const struct li_deadline *rows;
    size_t count;
};

/* What is asked of a table. */
struct li_deadline_query {
    struct li_str name, stage, class, level;
    int32_t day;
    bool number; /* a line that is a number, else one that is a length */
};
/* The line that holds; NULL: none does.  Pure. */
const struct li_deadline *li_deadline_find(const struct li_deadlines *tables,
                                           const struct li_deadline_query *query);

/* All of a tenant, by name, edition, stage, class, level; in the arena. */
int li_deadline_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_deadlines *ret) LI_MUST_CHECK;

/*
 * Command "deadline.put": editions of tables, each whole (what it had before is
 * gone), all or nothing.  Faults point at "/rows/N/…".  Raises the tenant's rev.
 */
#define LI_DEADLINE_ROWS 2000
struct li_deadline_put {
    const struct li_deadline *rows;
    size_t count;
};
extern const struct li_command li_deadline_put;

/* Reads "table edition since until stage class level length of", separated by commas or
 * tabs, with this heading, UTF-8.  Every bad row is told as name:line.  0 or
 * -LI_E_INVALID, -LI_E_SYNTAX, -LI_E_LIMIT. */
int li_deadline_read(struct li_ctx *ctx, const char *name, struct li_str bytes,
                     struct li_deadline **ret, size_t *ret_count) LI_MUST_CHECK;

/* "5d of work" */
struct li_str li_length_text(struct li_ctx *ctx, struct li_length length);
int li_length_read(struct li_ctx *ctx, struct li_str text, struct li_length *ret) LI_MUST_CHECK;

#endif
