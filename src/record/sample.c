/* The chain a tenant draws by; see sample.h. */
#include "record/sample.h"

#include "record/vault.h"

LI_SQL(sample_select, "select begun, root from sample where tenant = $1");
LI_SQL(sample_insert, "insert into sample (tenant, begun, root, since) values ($1, $2, $3, $4)");

int li_sample_chain(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, struct li_draw_chain *ret)
{
    struct li_hash last;
    struct li_rows *rows;
    bool fits;
    int r = li_query_one(ctx, conn, &sample_select, LI_ARGS(li_v(tenant)), &rows);

    if (r) {
        return r;
    }
    r = li_key_draws(ctx, record, tenant, &last);
    if (r == 0) {
        li_draw_chain(&last, (int32_t)li_col_i64(rows, 0), ret);
    }
    fits = r == 0 && li_str_eq(li_col_str(rows, 1), li_hash_view(&ret->links[0]));
    li_rows_done(rows);
    return r || fits ? r
                     : LI_FAIL(ctx, LI_E_CORRUPT, "the root of tenant %lld's draws is not its own",
                               (long long)tenant);
}

int li_sample_begin(struct li_ctx *ctx, const struct li_tx *tx, struct li_draw_chain **ret)
{
    struct li_draw_chain *chain;
    struct li_hash last;
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &sample_select, LI_ARGS(li_v(tx->tenant)), &rows);

    if (r == 0) {
        li_rows_done(rows);
        *ret = NULL;
        return 0;
    }
    if (r != -LI_E_NOT_FOUND) {
        return r;
    }
    chain = li_alloc(ctx, sizeof(*chain));
    r = chain ? li_key_draws(ctx, tx->record, tx->tenant, &last) : -LI_E_NOMEM;
    if (r == 0) {
        li_draw_chain(&last, li_draw_month(tx->now), chain);
        *ret = chain;
    }
    return r;
}

int li_sample_write(struct li_ctx *ctx, const struct li_tx *tx, const struct li_draw_chain *chain)
{
    return li_exec(ctx, tx->conn, &sample_insert,
                   LI_ARGS(li_v(tx->tenant), li_v(chain->begun),
                           li_v_blob(li_hash_view(&chain->links[0])), li_v(tx->now)),
                   NULL);
}

void li_sample_put(struct li_json *json, const struct li_draw_chain *chain)
{
    li_json_key(json, "draws");
    li_json_open_map(json);
    li_json_put_int(json, "begun", chain->begun);
    li_json_key(json, "root");
    li_json_hash(json, &chain->links[0]);
    li_json_close_map(json);
}
