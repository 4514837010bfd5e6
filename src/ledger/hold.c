/*
 * Holds: part of an account that waits for one purpose.
 */
#include "base/id.h"
#include "ledger/inside.h"
#include "record/record.h"

LI_SQL(hold_insert,
       "insert into ledger_hold (tenant, id, account, amount, until, state, case_id, made_at) "
       "values ($1, $2, $3, $4, $5, 'open', $6, $7)");
LI_SQL(hold_end, "update ledger_hold set state = $3, ended_at = $4 where tenant = $1 and id = $2");
LI_SQL(hold_by_id, "select id, account, amount, until, case_id, made_at, ended_at, state "
                   "from ledger_hold where tenant = $1 and id = $2");

int li_ledger_hold_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                        struct li_ledger_held *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &hold_by_id, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r) {
        return r;
    }
    *ret = (struct li_ledger_held){
        .id = li_col_i64(rows, 0),
        .account = li_col_i64(rows, 1),
        .amount = li_col_i64(rows, 2),
        .until = li_col_i64(rows, 3),
        .case_id = li_col_i64(rows, 4),
        .made_at = li_col_i64(rows, 5),
        .ended_at = li_col_i64(rows, 6),
        .state = li_col_dup(ctx, rows, 7),
    };
    li_rows_done(rows);
    return ret->state.ptr ? 0 : -LI_E_NOMEM;
}

/* {"account": …, "amount": …, "hold": …, "until": …} */
static int tell(struct li_ctx *ctx, const struct li_ledger_held *hold, struct li_outcome *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_id(&json, "account", hold->account);
    li_json_put_int(&json, "amount", hold->amount);
    li_json_put_id(&json, "hold", hold->id);
    li_json_put_int(&json, "until", hold->until);
    ret->entity = hold->id;
    return li_json_finish(ctx, &json, &ret->payload);
}

/* ---- ledger.hold --------------------------------------------------------------------------- */

struct holding {
    struct li_ledger_account account;
    struct li_ledger_held hold;
};

static int hold_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_ledger_hold_args *given = args;
    struct holding *holding = li_alloc(ctx, sizeof(*holding));
    struct li_ledger_account *account;
    int r;

    if (!holding) {
        return -LI_E_NOMEM;
    }
    account = &holding->account;
    r = li_ledger_account_find(ctx, tx->conn, tx->tenant, given->account, account);
    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such account") : r;
    }
    if (given->amount < 1 || given->amount > LI_LEDGER_MOST) {
        return li_fault(ctx, given->amount < 1 ? LI_FAULT_SMALL : LI_FAULT_GREAT, LI_S("/amount"),
                        given->amount < 1 ? LI_S("1") : LI_S("1000000000000000"));
    }
    if (given->until && given->until <= tx->now) {
        return li_fault(ctx, LI_FAULT_LATER, LI_S("/until"), LI_S(""));
    }
    if (account->has_least && account->balance - account->held - given->amount < account->least) {
        return LI_FAIL(ctx, LI_E_SHORT, "%lld are free",
                       (long long)(account->balance - account->held - account->least));
    }
    holding->hold = (struct li_ledger_held){
        .id = li_id_next(li_record_ids(tx->record), ctx->clock),
        .account = given->account,
        .amount = given->amount,
        .until = given->until,
        .case_id = given->case_id,
    };
    *ret_plan = holding;
    return 0;
}

static int hold_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    struct holding *holding = plan;
    const struct li_ledger_held *hold = &holding->hold;
    struct li_due due = {.tenant = tx->tenant,
                         .entity = hold->id,
                         .at = hold->until,
                         .command = LI_S("ledger.lapse")};
    int r =
        li_exec(ctx, tx->conn, &hold_insert,
                LI_ARGS(li_v(tx->tenant), li_v(hold->id), li_v(hold->account), li_v(hold->amount),
                        li_v(hold->until), li_v_opt(hold->case_id), li_v(tx->now)),
                NULL);

    holding->account.held += hold->amount;
    r = r ? r : li_ledger_account_update(ctx, tx, &holding->account);
    if (r == 0 && hold->until) {
        due.args = li_strf(ctx, "{\"hold\":%lld}", (long long)hold->id);
        r = due.args.ptr ? li_due_set(ctx, tx, &due) : -LI_E_NOMEM;
    }
    return r ? r : tell(ctx, hold, ret);
}

const struct li_command li_ledger_hold = {
    .name = "ledger.hold", .decide = hold_decide, .write = hold_write};

/* ---- its end -----------------------------------------------------------------------------------
 */

int li_hold_end(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ledger_held *hold,
                const char *state)
{
    int r = li_exec(
        ctx, tx->conn, &hold_end,
        LI_ARGS(li_v(tx->tenant), li_v(hold->id), li_v_text(li_str(state)), li_v(tx->now)), NULL);

    return r || !hold->until ? r : li_due_clear(ctx, tx, hold->id, 0);
}

static int release_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                          void **ret_plan)
{
    const struct li_ledger_release_args *given = args;
    struct holding *holding = li_alloc(ctx, sizeof(*holding));
    int r = holding ? li_ledger_hold_find(ctx, tx->conn, tx->tenant, given->hold, &holding->hold)
                    : -LI_E_NOMEM;

    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such hold") : r;
    }
    if (!li_str_is(holding->hold.state, "open")) {
        return LI_FAIL(ctx, LI_E_STATE, "the hold has ended: %.*s", LI_P(holding->hold.state));
    }
    *ret_plan = holding;
    return li_ledger_account_find(ctx, tx->conn, tx->tenant, holding->hold.account,
                                  &holding->account);
}

static int end_hold(struct li_ctx *ctx, const struct li_tx *tx, struct holding *holding,
                    const char *state, struct li_outcome *ret)
{
    int r = li_hold_end(ctx, tx, &holding->hold, state);

    holding->account.held -= holding->hold.amount;
    r = r ? r : li_ledger_account_update(ctx, tx, &holding->account);
    r = r ? r : li_lot_overdue(ctx, tx, holding->account.id);
    return r ? r : tell(ctx, &holding->hold, ret);
}

static int release_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                         struct li_outcome *ret)
{
    return end_hold(ctx, tx, plan, "released", ret);
}

const struct li_command li_ledger_release = {
    .name = "ledger.release", .decide = release_decide, .write = release_write};

static int lapse_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    const struct li_node *hold = li_node_get(args, "hold");
    struct li_ledger_release_args *given = li_alloc(ctx, sizeof(*given));

    if (!given) {
        return -LI_E_NOMEM;
    }
    if (!hold || hold->kind != LI_INT) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a hold's due row names none");
    }
    given->hold = hold->number;
    *ret = given;
    return 0;
}

static int lapse_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    return end_hold(ctx, tx, plan, "lapsed", ret);
}

const struct li_command li_ledger_lapse = {
    .name = "ledger.lapse", .parse = lapse_parse, .decide = release_decide, .write = lapse_write};
