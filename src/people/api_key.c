/* API keys; see api_key.h. */
#include "people/api_key.h"

#include "base/id.h"
#include "base/json.h"
#include "people/inside.h"

LI_SQL(api_key_by_hash, "select id, until from api_key where tenant = $1 and hash = $2");
LI_SQL(api_key_by_id, "select until from api_key where tenant = $1 and id = $2");
LI_SQL(api_key_insert, "insert into api_key (tenant, id, hash, name, since, until) "
                       "values ($1, $2, $3, $4, $5, null)");
LI_SQL(api_key_until, "update api_key set until = $3 where tenant = $1 and id = $2");

/* The tenant is part of what is hashed: the same text is another key elsewhere. */
static struct li_hash hash_of(int64_t tenant, struct li_str text)
{
    const struct li_str parts[] = {LI_S("api-key"), li_str_n((const char *)&tenant, sizeof(tenant)),
                                   text};

    return li_hash_parts(parts, sizeof(parts) / sizeof(parts[0]));
}

static int find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                const struct li_hash *hash, int64_t *ret_id, int64_t *ret_until)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &api_key_by_hash,
                         LI_ARGS(li_v(tenant), li_v_blob(li_hash_view(hash))), &rows);

    if (r == 0) {
        *ret_id = li_col_i64(rows, 0);
        *ret_until = li_col_i64(rows, 1);
        li_rows_done(rows);
    }
    return r;
}

int li_api_key_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str text,
                    int64_t now, int64_t *ret)
{
    struct li_hash hash = hash_of(tenant, text);
    int64_t id, until;
    int r = find(ctx, conn, tenant, &hash, &id, &until);

    if (r == 0 && until && until <= now) {
        return -LI_E_NOT_FOUND;
    }
    if (r == 0) {
        *ret = id;
    }
    return r;
}

/* ---- api_key.make ------------------------------------------------------------ */

struct making {
    struct li_new made; /* first: what the caller sees of a plan */
    struct li_hash hash;
    struct li_str name;
};

static bool text_ok(struct li_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] <= ' ' || text.ptr[i] >= 0x7f) {
            return false;
        }
    }
    return text.len >= 4 && text.len <= LI_API_KEY_MAX;
}

static int make_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_api_key_args *make = args;
    struct making *making = li_alloc(ctx, sizeof(*making));
    int64_t id, until;
    int r = making ? li_people_name(ctx, make->name) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    if (!text_ok(make->text)) {
        return li_fault(ctx, LI_FAULT_PATTERN, LI_S("/text"), LI_S(""));
    }
    making->name = make->name;
    making->hash = hash_of(tx->tenant, make->text);
    r = find(ctx, tx->conn, tx->tenant, &making->hash, &id, &until);
    if (r == 0) {
        return LI_FAIL_AT(ctx, LI_E_UNIQUE, LI_S("/text"), "that key was given out before");
    }
    if (r != -LI_E_NOT_FOUND) {
        return r;
    }
    making->made.id = li_id_next(li_record_ids(tx->record), ctx->clock);
    *ret_plan = making;
    return 0;
}

static int make_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct making *making = plan;
    struct li_json json;
    int r = li_exec(ctx, tx->conn, &api_key_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(making->made.id),
                            li_v_blob(li_hash_view(&making->hash)), li_v_text(making->name),
                            li_v(tx->now)),
                    NULL);

    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_text(&json, "name", making->name);
    ret->entity = making->made.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_api_key_make = {
    .name = "api_key.make",
    .decide = make_decide,
    .write = make_write,
};

/* ---- api_key.end -------------------------------------------------------------- */

static int end_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_api_key_end_args *end = args;
    int64_t *id = li_alloc(ctx, sizeof(*id));
    struct li_rows *rows;
    bool ended;
    int r = id ? li_query_one(ctx, tx->conn, &api_key_by_id,
                              LI_ARGS(li_v(tx->tenant), li_v(end->id)), &rows)
               : -LI_E_NOMEM;

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such key");
    }
    if (r) {
        return r;
    }
    ended = !li_col_is_null(rows, 0);
    li_rows_done(rows);
    if (ended) {
        return LI_FAIL(ctx, LI_E_STATE, "the key has ended");
    }
    *id = end->id;
    *ret_plan = id;
    return 0;
}

static int end_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const int64_t *id = plan;
    int r = li_exec(ctx, tx->conn, &api_key_until,
                    LI_ARGS(li_v(tx->tenant), li_v(*id), li_v(tx->now)), NULL);

    ret->entity = *id;
    ret->payload = LI_S("{}");
    return r;
}

const struct li_command li_api_key_end = {
    .name = "api_key.end",
    .decide = end_decide,
    .write = end_write,
};
