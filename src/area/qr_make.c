/*
 * Making and retiring codes.
 *
 * A whole community is made in one command: its numbers follow one another, and
 * history says which place got the first.
 */
#include "area/qr.h"
#include "base/grow.h"
#include "base/json.h"
#include "base/time.h"
#include "contract/fault.h"
#include "record/number.h"

LI_SQL(qr_want_one, "select a.code from area a where a.tenant = $1 and a.code = $2 "
                    "and (a.until is null or a.until > $3) "
                    "and not exists (select 1 from qr q where q.tenant = a.tenant "
                    "and q.area = a.code and q.retired_at is null)");
LI_SQL(qr_want_inside, "select a.code from area a where a.tenant = $1 and a.path >= $2 "
                       "and substr(a.path, 1, length($2)) = $2 and a.kind = $3 "
                       "and (a.until is null or a.until > $4) "
                       "and not exists (select 1 from qr q where q.tenant = a.tenant "
                       "and q.area = a.code and q.retired_at is null) order by a.path");
LI_SQL(qr_insert, "insert into qr (tenant, number, area, made_at) values ($1, $2, $3, $4)");
LI_SQL(qr_end, "update qr set retired_at = $3 where tenant = $1 and number = $2");

/* ---- qr.make --------------------------------------------------------------------- */

struct plan {
    struct li_qr_made made; /* first: what the caller sees of a plan */
    struct li_str area_code;
    struct li_str *areas; /* codes, made.count of them */
    size_t cap;
};

static int collect(struct li_ctx *ctx, struct li_rows *rows, struct plan *plan)
{
    int r = 0;

    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_str *more;
        if (plan->made.count == LI_QR_AT_ONCE) {
            return li_fault(ctx, LI_FAULT_MANY, LI_S("/kinds"), LI_S("2000"));
        }
        more = li_grow(ctx, plan->areas, plan->made.count, &plan->cap, sizeof(*more));
        if (!more) {
            return -LI_E_NOMEM;
        }
        plan->areas = more;
        more[plan->made.count] = li_col_dup(ctx, rows, 0);
        r = more[plan->made.count++].ptr ? 0 : -LI_E_NOMEM;
    }
    return r;
}

static int want(struct li_ctx *ctx, const struct li_tx *tx, const struct li_sql *sql,
                const struct li_val *args, size_t count, struct plan *plan)
{
    struct li_rows *rows;
    int r = li_query(ctx, tx->conn, sql, args, count, &rows);

    if (r == 0) {
        r = collect(ctx, rows, plan);
        li_rows_done(rows);
    }
    return r;
}

static int make_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_qr_make_args *make = args;
    struct plan *plan = li_alloc(ctx, sizeof(*plan));
    int32_t today = li_day_at(li_now(ctx->clock));
    struct li_area area;
    int r = plan ? li_area_find(ctx, tx->conn, tx->tenant, make->area_code, &area) : -LI_E_NOMEM;

    if (r == -LI_E_NOT_FOUND) {
        return li_fault(ctx, LI_FAULT_NOWHERE, LI_S("/area"), LI_S(""));
    }
    if (r) {
        return r;
    }
    *plan = (struct plan){.area_code = area.code};
    if (make->kind_count == 0) {
        r = want(ctx, tx, &qr_want_one,
                 LI_ARGS(li_v(tx->tenant), li_v_text(area.code), li_v(today)), plan);
    }
    for (size_t i = 0; r == 0 && i < make->kind_count; i++) {
        r = want(
            ctx, tx, &qr_want_inside,
            LI_ARGS(li_v(tx->tenant), li_v_text(area.path), li_v_text(make->kinds[i]), li_v(today)),
            plan);
    }
    if (r == 0) {
        *ret_plan = plan;
    }
    return r;
}

static int make_payload(struct li_ctx *ctx, const struct plan *plan, int64_t first,
                        struct li_str *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_text(&json, "area", plan->area_code);
    li_json_key(&json, "areas");
    li_json_open_list(&json);
    for (size_t i = 0; i < plan->made.count; i++) {
        li_json_text(&json, plan->areas[i]);
    }
    li_json_close_list(&json);
    li_json_put_int(&json, "first", first);
    return li_json_finish(ctx, &json, ret);
}

static int make_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                      struct li_outcome *ret)
{
    const struct plan *plan = args;
    int64_t number = 0, first = 0;
    int r = 0;

    for (size_t i = 0; r == 0 && i < plan->made.count; i++) {
        r = li_number_next(ctx, tx, LI_S("qr"), LI_S(""), &number);
        first = i == 0 ? number : first;
        r = r ? r
              : li_exec(ctx, tx->conn, &qr_insert,
                        LI_ARGS(li_v(tx->tenant), li_v(number), li_v_text(plan->areas[i]),
                                li_v(tx->now)),
                        NULL);
    }
    ret->entity = tx->tenant;
    return r ? r : make_payload(ctx, plan, first, &ret->payload);
}

const struct li_command li_qr_make = {
    .name = "qr.make",
    .decide = make_decide,
    .write = make_write,
};

/* ---- qr.retire ------------------------------------------------------------------- */

static int retire_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_qr_retire_args *retire = args;
    struct li_qr *qr = li_alloc(ctx, sizeof(*qr));
    int r = qr ? li_qr_find(ctx, tx->conn, tx->tenant, retire->number, qr) : -LI_E_NOMEM;

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no code %lld", (long long)retire->number);
    }
    if (r == 0 && qr->retired_at) {
        return LI_FAIL(ctx, LI_E_STATE, "code %lld is retired", (long long)retire->number);
    }
    if (r == 0) {
        *ret_plan = qr;
    }
    return r;
}

static int retire_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                        struct li_outcome *ret)
{
    const struct li_qr *qr = plan;
    struct li_json json;
    int r = li_exec(ctx, tx->conn, &qr_end,
                    LI_ARGS(li_v(tx->tenant), li_v(qr->number), li_v(tx->now)), NULL);

    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_text(&json, "area", qr->area.code);
    li_json_put_int(&json, "number", qr->number);
    ret->entity = tx->tenant;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_qr_retire = {
    .name = "qr.retire",
    .decide = retire_decide,
    .write = retire_write,
};
