/* Request keys; see request.h. */
#include "record/request.h"

#include "base/time.h"

LI_SQL(request_select, "select fingerprint, entity, seq from request_key "
                       "where tenant = $1 and key = $2 and actor = $3");
LI_SQL(request_insert, "insert into request_key (tenant, key, actor, fingerprint, entity, seq, at) "
                       "values ($1, $2, $3, $4, $5, $6, $7)");
LI_SQL(request_delete, "delete from request_key where tenant = $1 and (key, actor) in "
                       "(select key, actor from request_key where tenant = $1 and at < $2 "
                       "order by at limit 500)");

int li_request_find(struct li_ctx *ctx, const struct li_tx *tx, const struct li_request_key *key,
                    struct li_str actor, int64_t *ret_entity, int64_t *ret_seq)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &request_select,
                         LI_ARGS(li_v(tx->tenant), li_v_text(key->key), li_v_text(actor)), &rows);

    if (r == -LI_E_NOT_FOUND) {
        return 0;
    }
    if (r) {
        return r;
    }
    if (li_str_eq(li_col_str(rows, 0), key->fingerprint)) {
        *ret_entity = li_col_i64(rows, 1);
        *ret_seq = li_col_i64(rows, 2);
        r = 1;
    } else {
        r = LI_FAIL(ctx, LI_E_KEY_REUSED, "key %.*s came before with other content",
                    LI_P(key->key));
    }
    li_rows_done(rows);
    return r;
}

int li_request_keep(struct li_ctx *ctx, const struct li_tx *tx, const struct li_request_key *key,
                    struct li_str actor, int64_t entity)
{
    return li_exec(ctx, tx->conn, &request_insert,
                   LI_ARGS(li_v(tx->tenant), li_v_text(key->key), li_v_text(actor),
                           li_v_blob(key->fingerprint), li_v(entity), li_v(tx->seq), li_v(tx->now)),
                   NULL);
}

struct li_str li_request_actor(struct li_ctx *ctx, const struct li_viewer *viewer)
{
    if (viewer->kind != LI_VIEWER_STAFF) {
        return LI_S("");
    }
    return li_strf(ctx, "%lld", (long long)viewer->account);
}

static int sweep_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    struct li_request_swept *plan = li_alloc(ctx, sizeof(*plan));

    (void)args;
    if (!plan) {
        return -LI_E_NOMEM;
    }
    plan->before = tx->now - LI_REQUEST_KEY_DAYS * LI_DAY;
    *ret_plan = plan;
    return 0;
}

static int sweep_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    struct li_request_swept *swept = plan;

    (void)ret;
    return li_exec(ctx, tx->conn, &request_delete, LI_ARGS(li_v(tx->tenant), li_v(swept->before)),
                   &swept->deleted);
}

const struct li_command li_request_sweep = {
    .name = "request.sweep",
    .working = true,
    .decide = sweep_decide,
    .write = sweep_write,
};
