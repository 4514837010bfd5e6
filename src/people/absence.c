/*
 * Absences: when somebody is away, so that who stands in for them answers.
 *
 * A row is never deleted: an absence ends by its `until`.  Why somebody is away is
 * nobody's business and is not asked.  What it means for a post is owner.c and post.c.
 */
#include "base/grow.h"
#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "people/inside.h"
#include "record/tenant.h"

#define ABSENCE                                                                                    \
    "select b.id, b.person, n.name, b.since, b.until from absence as b "                           \
    "join person as n on n.tenant = b.tenant and n.id = b.person where b.tenant = $1 "

LI_SQL(absence_by_id, ABSENCE "and b.id = $2");
LI_SQL(absence_all, ABSENCE "and b.until > $2 order by b.since, b.id");
LI_SQL(absence_of_person, ABSENCE "and b.until > $2 and b.person = $3 order by b.since, b.id");
LI_SQL(absence_insert, "insert into absence (tenant, id, person, since, until) "
                       "values ($1, $2, $3, $4, $5)");
LI_SQL(absence_until, "update absence set until = $3 where tenant = $1 and id = $2");

static int64_t clock_now(const struct li_tx *tx)
{
    return li_now(li_record_clock(tx->record));
}

/* ---- reading --------------------------------------------------------------------- */

static int read_absence(struct li_ctx *ctx, const struct li_rows *rows, struct li_absence *ret)
{
    struct li_absence absence = {.id = li_col_i64(rows, 0),
                                 .person = li_col_i64(rows, 1),
                                 .name = li_col_dup(ctx, rows, 2),
                                 .since = li_col_i64(rows, 3),
                                 .until = li_col_i64(rows, 4)};

    if (!absence.name.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = absence;
    return 0;
}

int li_absence_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                    struct li_absence *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &absence_by_id, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r == 0) {
        r = read_absence(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

int li_absence_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t person,
                    int64_t now, struct li_absence **ret, size_t *ret_count)
{
    const struct li_val args[] = {li_v(tenant), li_v(now), li_v(person)};
    struct li_absence *all = NULL;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = person ? li_query(ctx, conn, &absence_of_person, args, 3, &rows)
                   : li_query(ctx, conn, &absence_all, args, 2, &rows);

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_absence *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        all = more ? more : all;
        r = more ? read_absence(ctx, rows, &all[count++]) : -LI_E_NOMEM;
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

/* ---- absence.note ------------------------------------------------------------------ */

struct plan {
    struct li_new made; /* first: what the caller sees of a plan */
    struct li_absence_args args;
};

static int note_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    struct plan *plan = li_alloc(ctx, sizeof(*plan));
    char least[LI_TIME_TEXT];
    int64_t now = clock_now(tx), from;
    int r = plan ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    plan->args = *(const struct li_absence_args *)args;
    plan->args.since = plan->args.since ? plan->args.since : now;
    r = li_person_there(ctx, tx->conn, tx->tenant, plan->args.person);
    if (r == -LI_E_NOT_FOUND) {
        return li_fault(ctx, LI_FAULT_UNKNOWN, LI_S("/person"), LI_S(""));
    }
    from = plan->args.since > now ? plan->args.since : now;
    if (r == 0 && plan->args.until <= from) {
        li_time_format(from, least);
        return li_fault(ctx, LI_FAULT_SMALL, LI_S("/until"), li_str(least));
    }
    plan->made.id = li_id_next(li_record_ids(tx->record), ctx->clock);
    *ret_plan = plan;
    return r;
}

static int note_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                      struct li_outcome *ret)
{
    const struct plan *plan = args;
    const struct li_absence_args *note = &plan->args;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    int r = buf ? li_exec(ctx, tx->conn, &absence_insert,
                          LI_ARGS(li_v(tx->tenant), li_v(plan->made.id), li_v(note->person),
                                  li_v(note->since), li_v(note->until)),
                          NULL)
                : -LI_E_NOMEM;

    r = r ? r : li_tenant_touch(ctx, tx);
    if (r) {
        return r;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_put_id(&json, "absence", plan->made.id);
    li_json_put_id(&json, "person", note->person);
    li_json_put_int(&json, "since", note->since);
    li_json_put_int(&json, "until", note->until);
    li_json_close_map(&json);
    ret->entity = plan->made.id;
    ret->payload = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

const struct li_command li_absence_note = {
    .name = "absence.note",
    .decide = note_decide,
    .write = note_write,
};

/* ---- absence.end ------------------------------------------------------------------- */

static int end_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_absence_end_args *end = args;
    struct li_absence *plan = li_alloc(ctx, sizeof(*plan));
    int64_t now = clock_now(tx);
    int r = plan ? li_absence_find(ctx, tx->conn, tx->tenant, end->absence, plan) : -LI_E_NOMEM;

    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such absence") : r;
    }
    if (plan->until <= now) {
        return LI_FAIL(ctx, LI_E_STATE, "the absence is over");
    }
    plan->until = plan->since > now ? plan->since : now;
    *ret_plan = plan;
    return 0;
}

static int end_write(struct li_ctx *ctx, const struct li_tx *tx, void *args, struct li_outcome *ret)
{
    const struct li_absence *plan = args;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    int r = buf ? li_exec(ctx, tx->conn, &absence_until,
                          LI_ARGS(li_v(tx->tenant), li_v(plan->id), li_v(plan->until)), NULL)
                : -LI_E_NOMEM;

    r = r ? r : li_tenant_touch(ctx, tx);
    if (r) {
        return r;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_put_id(&json, "absence", plan->id);
    li_json_put_int(&json, "until", plan->until);
    li_json_close_map(&json);
    ret->entity = plan->id;
    ret->payload = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

const struct li_command li_absence_end = {
    .name = "absence.end",
    .decide = end_decide,
    .write = end_write,
};
