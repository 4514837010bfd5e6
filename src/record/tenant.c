/* Tenants in memory and their founding; see tenant.h. */
#include "record/tenant.h"

#include <sodium.h>

#include "base/json.h"
#include "record/inside.h"
#include "record/vault.h"

LI_SQL(tenant_all, "select tenant, slug, code, name, wrapped_key from tenant order by tenant");
LI_SQL(tenant_select_rev, "select rev from tenant where tenant = $1");
LI_SQL(tenant_raise_rev, "update tenant set rev = case when rev + 1 > $2 then rev + 1 else $2 end "
                         "where tenant = $1");
LI_SQL(tenant_insert, "insert into tenant (tenant, slug, code, name, rev, wrapped_key) "
                      "values ($1, $2, $3, $4, $6, $5)");

struct li_member_tenant *li_member_tenant(struct li_record *record, int64_t id)
{
    size_t count = atomic_load(&record->tenant_count);

    for (size_t i = 0; i < count; i++) {
        if (record->tenants[i]->tenant.id == id) {
            return record->tenants[i];
        }
    }
    return NULL;
}

const struct li_tenant *li_tenant_by_id(struct li_record *record, int64_t id)
{
    struct li_member_tenant *member = li_member_tenant(record, id);

    return member ? &member->tenant : NULL;
}

const struct li_tenant *li_tenant_find(struct li_record *record, struct li_str slug)
{
    size_t count = atomic_load(&record->tenant_count);

    for (size_t i = 0; i < count; i++) {
        if (li_str_eq(record->tenants[i]->tenant.slug, slug)) {
            return &record->tenants[i]->tenant;
        }
    }
    return NULL;
}

int li_tenant_all(struct li_ctx *ctx, struct li_record *record, const struct li_tenant ***ret,
                  size_t *ret_count)
{
    size_t count = atomic_load(&record->tenant_count);
    const struct li_tenant **all = li_alloc_array(ctx, count, sizeof(*all));

    if (!all) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        all[i] = &record->tenants[i]->tenant;
    }
    *ret = all;
    *ret_count = count;
    return 0;
}

int li_tenant_rev(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t *ret)
{
    int64_t kept = li_conn_kept(conn, tenant);
    struct li_rows *rows;
    int r = kept ? 0 : li_query_one(ctx, conn, &tenant_select_rev, LI_ARGS(li_v(tenant)), &rows);

    if (r == 0 && !kept) {
        kept = li_col_i64(rows, 0);
        li_rows_done(rows);
        li_conn_keep(conn, tenant, kept);
    }
    if (r == 0) {
        *ret = kept;
    }
    return r;
}

int li_tenant_touch(struct li_ctx *ctx, const struct li_tx *tx)
{
    li_conn_keep(tx->conn, tx->tenant, 0);
    return li_exec(ctx, tx->conn, &tenant_raise_rev,
                   LI_ARGS(li_v(tx->tenant), li_v(li_now(ctx->clock))), NULL);
}

static struct li_str keep_text(struct li_record *record, struct li_str text)
{
    char *copy = li_arena_alloc(record->arena, text.len + 1);

    li_assert(copy);
    memcpy(copy, text.ptr, text.len);
    return li_str_n(copy, text.len);
}

static int keep_row(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    struct li_rows *rows)
{
    size_t count = atomic_load(&record->tenant_count);
    struct li_member_tenant *member;
    int r;

    if (li_member_tenant(record, li_col_i64(rows, 0))) {
        return 0;
    }
    member = count < LI_TENANTS ? LI_NEW(record->arena, struct li_member_tenant) : NULL;
    if (!member) {
        return LI_FAIL(ctx, LI_E_LIMIT, "at most %d tenants in one process", LI_TENANTS);
    }
    member->tenant = (struct li_tenant){
        .id = li_col_i64(rows, 0),
        .slug = keep_text(record, li_col_str(rows, 1)),
        .code = keep_text(record, li_col_str(rows, 2)),
        .name = keep_text(record, li_col_str(rows, 3)),
    };
    r = li_key_unwrap(ctx, record->master_key, member->tenant.id, li_col_str(rows, 4), member->key);
    if (r == 0) {
        crypto_kdf_derive_from_key(member->cursor_key, 32, 3, "li-token", member->key);
        r = li_consumer_load(ctx, conn, record, member);
    }
    if (r == 0) {
        record->tenants[count] = member;
        atomic_store(&record->tenant_count, count + 1);
        if (record->lanes) {
            li_lane_tell(li_lane_of(record, member->tenant.id));
        }
    }
    return r;
}

int li_tenant_load(struct li_ctx *ctx, struct li_record *record)
{
    struct li_conn *conn;
    struct li_rows *rows = NULL;
    int r = li_store_reader(ctx, record->store, &conn);

    if (r) {
        return r;
    }
    pthread_mutex_lock(&record->mutex);
    r = li_query(ctx, conn, &tenant_all, LI_NO_ARGS, &rows);
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        r = keep_row(ctx, record, conn, rows);
    }
    li_rows_done(rows);
    pthread_mutex_unlock(&record->mutex);
    li_store_reader_back(record->store, conn);
    return r;
}

static int found_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &tenant_select_rev, LI_ARGS(li_v(tx->tenant)), &rows);

    if (r == 0) {
        li_rows_done(rows);
        return LI_FAIL(ctx, LI_E_UNIQUE, "tenant %lld exists", (long long)tx->tenant);
    }
    if (r != -LI_E_NOT_FOUND) {
        return r;
    }
    *ret_plan = (void *)args;
    return 0;
}

static int found_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    const struct li_tenant_args *args = plan;
    struct li_str wrapped;
    struct li_json json;
    int r = li_key_new(ctx, tx->record, tx->tenant, &wrapped);

    if (r == 0) {
        r = li_exec(ctx, tx->conn, &tenant_insert,
                    LI_ARGS(li_v(tx->tenant), li_v_text(args->slug), li_v_text(args->code),
                            li_v_text(args->name), li_v_blob(wrapped), li_v(li_now(ctx->clock))),
                    NULL);
    }
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_text(&json, "code", args->code);
    li_json_put_text(&json, "name", args->name);
    li_json_put_text(&json, "slug", args->slug);
    ret->entity = tx->tenant;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_tenant_found = {
    .name = "tenant.found",
    .founds = true,
    .decide = found_decide,
    .write = found_write,
};
