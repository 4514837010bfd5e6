/* Due rows; see due.h.  A round of them is due_run.c, the loop is in work. */
#include "record/due.h"

#include "base/grow.h"
#include "record/consumer.h"

LI_SQL(due_set, "insert into due (tenant, entity, slot, at, command, args, attempts, parked) "
                "values ($1, $2, $3, $4, $5, $6, 0, 0) "
                "on conflict (tenant, entity, slot) do update set at = excluded.at, "
                "command = excluded.command, args = excluded.args, attempts = 0, parked = 0");
LI_SQL(due_clear, "delete from due where tenant = $1 and entity = $2 and slot = $3");
LI_SQL(due_clear_all, "delete from due where tenant = $1 and entity = $2");
LI_SQL(due_clear_clocks, "delete from due where tenant = $1 and entity = $2 "
                         "and slot > $3 and slot < $4");
LI_SQL(due_of, "select cast(count(*) as bigint) from due "
               "where tenant = $1 and entity = $2 and slot > 0 and parked <> 1");
LI_SQL(due_take, "delete from due where tenant = $1 and entity = $2 and slot = $3 and at = $4");
LI_SQL(due_select, "select tenant, entity, slot, at, command, args, attempts from due "
                   "where parked = 0 and at <= $1 order by at, tenant, entity, slot limit $2");
LI_SQL(due_one, "select at, command, args, attempts from due "
                "where tenant = $1 and entity = $2 and slot = $3");
LI_SQL(due_slots_below, "select slot, at, command, args, attempts from due where tenant = $1 "
                        "and entity = $2 and slot <= $3 order by at, slot");
LI_SQL(due_first, "select at from due where parked = 0 order by at limit 1");
LI_SQL(due_count_waiting, "select cast(count(*) as bigint) from due where parked = 0 and at <= $1");
LI_SQL(due_count_parked, "select cast(count(*) as bigint) from due where parked = 1");
LI_SQL(due_attempts, "select attempts from due "
                     "where tenant = $1 and entity = $2 and slot = $3 and at = $4 and parked = 0");
LI_SQL(due_raise, "update due set attempts = attempts + 1, parked = $5 "
                  "where tenant = $1 and entity = $2 and slot = $3 and at = $4");
/* parked = 2: held, while the tenant is closed. */
LI_SQL(due_hold, "update due set parked = 2 where tenant = $1 and parked = 0");
LI_SQL(due_release, "update due set parked = 0 where tenant = $1 and parked = 2");

int li_due_hold(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, bool held)
{
    return li_exec(ctx, conn, held ? &due_hold : &due_release, LI_ARGS(li_v(tenant)), NULL);
}

int li_due_set(struct li_ctx *ctx, const struct li_tx *tx, const struct li_due *due)
{
    return li_exec(ctx, tx->conn, &due_set,
                   LI_ARGS(li_v(tx->tenant), li_v(due->entity), li_v(due->slot), li_v(due->at),
                           li_v_text(due->command), li_v_blob(due->args)),
                   NULL);
}

int li_due_clear(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int64_t slot)
{
    return li_exec(ctx, tx->conn, &due_clear, LI_ARGS(li_v(tx->tenant), li_v(entity), li_v(slot)),
                   NULL);
}

int li_due_clear_all(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity)
{
    return li_exec(ctx, tx->conn, &due_clear_all, LI_ARGS(li_v(tx->tenant), li_v(entity)), NULL);
}

int li_due_clear_clocks(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity)
{
    return li_exec(ctx, tx->conn, &due_clear_clocks,
                   LI_ARGS(li_v(tx->tenant), li_v(entity), li_v(LI_DUE_SETTLE), li_v(LI_DUE_ERASE)),
                   NULL);
}

int li_due_take(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int64_t slot,
                int64_t at)
{
    int64_t changed;
    int r = li_exec(ctx, tx->conn, &due_take,
                    LI_ARGS(li_v(tx->tenant), li_v(entity), li_v(slot), li_v(at)), &changed);

    return r ? r : changed > 0;
}

int li_due_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
                int64_t slot, struct li_due *ret)
{
    struct li_rows *rows;
    int r =
        li_query_one(ctx, conn, &due_one, LI_ARGS(li_v(tenant), li_v(entity), li_v(slot)), &rows);

    if (r) {
        return r;
    }
    *ret = (struct li_due){
        .tenant = tenant,
        .entity = entity,
        .slot = slot,
        .at = li_col_i64(rows, 0),
        .command = li_col_dup(ctx, rows, 1),
        .args = li_col_dup(ctx, rows, 2),
        .attempts = li_col_i64(rows, 3),
    };
    li_rows_done(rows);
    return ret->command.ptr && ret->args.ptr ? 0 : -LI_E_NOMEM;
}

int li_due_below(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
                 int64_t slot, struct li_due **ret, size_t *ret_count)
{
    struct li_due *due = NULL;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &due_slots_below, LI_ARGS(li_v(tenant), li_v(entity), li_v(slot)),
                     &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_due *more = li_grow(ctx, due, count, &cap, sizeof(*due));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        due = more;
        due[count] = (struct li_due){
            .tenant = tenant,
            .entity = entity,
            .slot = li_col_i64(rows, 0),
            .at = li_col_i64(rows, 1),
            .command = li_col_dup(ctx, rows, 2),
            .args = li_col_dup(ctx, rows, 3),
            .attempts = li_col_i64(rows, 4),
        };
        r = due[count].command.ptr && due[count].args.ptr ? 0 : -LI_E_NOMEM;
        if (r) {
            break;
        }
        count++;
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = due;
        *ret_count = count;
    }
    return r;
}

int li_due_read(struct li_ctx *ctx, struct li_conn *conn, int64_t now, size_t max,
                struct li_due **ret, size_t *ret_count)
{
    struct li_due *due = li_alloc_array(ctx, max, sizeof(*due));
    struct li_rows *rows;
    size_t count = 0;
    int r;

    if (!due) {
        return -LI_E_NOMEM;
    }
    r = li_query(ctx, conn, &due_select, LI_ARGS(li_v(now), li_v((int64_t)max)), &rows);
    if (r) {
        return r;
    }
    while (count < max && (r = li_rows_next(ctx, rows)) > 0) {
        due[count++] = (struct li_due){
            .tenant = li_col_i64(rows, 0),
            .entity = li_col_i64(rows, 1),
            .slot = li_col_i64(rows, 2),
            .at = li_col_i64(rows, 3),
            .command = li_col_dup(ctx, rows, 4),
            .args = li_col_dup(ctx, rows, 5),
            .attempts = li_col_i64(rows, 6),
        };
    }
    li_rows_done(rows);
    if (r < 0) {
        return r;
    }
    *ret = due;
    *ret_count = count;
    return 0;
}

static int one_number(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                      const struct li_val *args, size_t arg_count, int64_t *ret)
{
    int r = li_query_i64(ctx, conn, sql, args, arg_count, ret);

    if (r == -LI_E_NOT_FOUND) {
        *ret = 0;
        return 0;
    }
    return r;
}

int li_due_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
              int64_t *ret)
{
    return one_number(ctx, conn, &due_of, LI_ARGS(li_v(tenant), li_v(entity)), ret);
}

int li_due_next(struct li_ctx *ctx, struct li_conn *conn, int64_t *ret_at)
{
    return one_number(ctx, conn, &due_first, LI_NO_ARGS, ret_at);
}

int li_due_parked(struct li_ctx *ctx, struct li_conn *conn, int64_t *ret_count)
{
    return one_number(ctx, conn, &due_count_parked, LI_NO_ARGS, ret_count);
}

int li_due_waiting(struct li_ctx *ctx, struct li_conn *conn, int64_t now, int64_t *ret_count)
{
    return one_number(ctx, conn, &due_count_waiting, LI_ARGS(li_v(now)), ret_count);
}

static int attempt_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                          void **ret_plan)
{
    const struct li_due *due = args;
    struct li_due_attempted *plan = li_alloc(ctx, sizeof(*plan));
    struct li_rows *rows;
    int r;

    if (!plan) {
        return -LI_E_NOMEM;
    }
    r = li_query_one(ctx, tx->conn, &due_attempts,
                     LI_ARGS(li_v(tx->tenant), li_v(due->entity), li_v(due->slot), li_v(due->at)),
                     &rows);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_STATE, "the due row was moved or has run");
    }
    if (r) {
        return r;
    }
    *plan = (struct li_due_attempted){.due = due, .may_run = li_col_i64(rows, 0) < LI_ATTEMPTS};
    li_rows_done(rows);
    *ret_plan = plan;
    return 0;
}

static int attempt_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                         struct li_outcome *ret)
{
    const struct li_due_attempted *attempt = plan;
    const struct li_due *due = attempt->due;

    (void)ret;
    return li_exec(ctx, tx->conn, &due_raise,
                   LI_ARGS(li_v(tx->tenant), li_v(due->entity), li_v(due->slot), li_v(due->at),
                           li_v(attempt->may_run ? 0 : 1)),
                   NULL);
}

const struct li_command li_due_attempt = {
    .name = "due.attempt",
    .working = true,
    .decide = attempt_decide,
    .write = attempt_write,
};
