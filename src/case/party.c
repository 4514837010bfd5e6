/* Parties of a case and their tokens; only a hash of a token is kept. */
#include "case/inside.h"

LI_SQL(party_insert, "insert into party (tenant, case_id, no, role, token, since) "
                     "values ($1, $2, $3, $4, $5, $6)");
LI_SQL(party_by_token, "select case_id, no from party where tenant = $1 and token = $2");

LI_SQL(party_followers, "update cases set followers = $3 where tenant = $1 and id = $2");

int li_case_followers_set(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                          int64_t followers)
{
    return li_exec(ctx, tx->conn, &party_followers,
                   LI_ARGS(li_v(tx->tenant), li_v(case_id), li_v(followers)), NULL);
}

void li_case_token_hash(const uint8_t token[16], uint8_t ret[16])
{
    struct li_hash hash = li_hash_of(li_str_n(token, 16));

    memcpy(ret, hash.bytes, 16);
}

int li_case_party_insert(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                         const struct li_case_party *party)
{
    return li_exec(ctx, tx->conn, &party_insert,
                   LI_ARGS(li_v(tx->tenant), li_v(case_id), li_v(party->no), li_v_text(party->role),
                           li_v_blob(li_str_n(party->token_hash, 16)), li_v(tx->now)),
                   NULL);
}

int li_case_by_token(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     const uint8_t token[16], int64_t *ret_case, int64_t *ret_party)
{
    uint8_t hash[16];
    struct li_rows *rows;
    int r;

    li_case_token_hash(token, hash);
    r = li_query_one(ctx, conn, &party_by_token,
                     LI_ARGS(li_v(tenant), li_v_blob(li_str_n(hash, 16))), &rows);
    if (r == 0) {
        *ret_case = li_col_i64(rows, 0);
        *ret_party = li_col_i64(rows, 1);
        li_rows_done(rows);
    }
    return r;
}
