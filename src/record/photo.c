/*
 * Rows of uploads and photos; see photo.h.  Not for making pictures (work) and
 * not for who may see one (serve, through the case).
 */
#include "record/photo.h"

#include "base/hash.h"
#include "base/id.h"
#include "base/time.h"

LI_SQL(upload_insert, "insert into upload (tenant, token, blob, thumb, width, height, bytes, lon, "
                      "lat, taken_at, expires_at, kind) "
                      "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)");
LI_SQL(upload_by_token, "select blob, thumb, width, height, bytes, lon, lat, taken_at, kind "
                        "from upload where tenant = $1 and token = $2 and expires_at > $3");
LI_SQL(upload_delete, "delete from upload where tenant = $1 and token = $2");
LI_SQL(upload_delete_old,
       "delete from upload where tenant = $1 and token in (select token from upload "
       "where tenant = $1 and expires_at <= $2 order by expires_at limit 500)");
LI_SQL(photo_insert, "insert into photo (tenant, case_id, no, blob, thumb, width, height, bytes, "
                     "at, kind) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
LI_SQL(photo_one, "select no, blob, thumb, width, height, bytes, at, kind from photo "
                  "where tenant = $1 and case_id = $2 and no = $3");
LI_SQL(photo_all, "select no, blob, thumb, width, height, bytes, at, kind from photo "
                  "where tenant = $1 and case_id = $2 order by no");
LI_SQL(blob_named, "select 1 from photo where tenant = $1 and blob = $2 "
                   "union all select 1 from photo where tenant = $1 and thumb = $2 "
                   "union all select 1 from upload where tenant = $1 and blob = $2 "
                   "union all select 1 from upload where tenant = $1 and thumb = $2 limit 1");

/* A token is kept as its hash: who reads the table cannot use it. */
static struct li_hash token_hash(const uint8_t token[16])
{
    return li_hash_of(li_str_n(token, 16));
}

static int blob_of(struct li_ctx *ctx, const struct li_rows *rows, int column, struct li_blob *ret)
{
    struct li_str bytes = li_col_str(rows, column);

    if (bytes.len != LI_BLOB_NAME) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a blob's name has %zu bytes", bytes.len);
    }
    memcpy(ret->name, bytes.ptr, LI_BLOB_NAME);
    return 0;
}

static int kind_of(struct li_ctx *ctx, const struct li_rows *rows, int column,
                   enum li_filetype *ret)
{
    int64_t kind = li_col_i64(rows, column);

    if (kind < 0 || kind >= LI_FILETYPES) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a file is of kind %lld", (long long)kind);
    }
    *ret = (enum li_filetype)kind;
    return 0;
}

/* ---- uploads --------------------------------------------------------------- */

static int as_asked(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    (void)ctx;
    (void)tx;
    *ret_plan = (void *)args;
    return 0;
}

static int put_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const struct li_upload *upload = plan;
    const struct li_hash token = token_hash(upload->token);

    (void)ret;
    return li_exec(
        ctx, tx->conn, &upload_insert,
        LI_ARGS(li_v(tx->tenant), li_v_blob(li_hash_view(&token)),
                li_v_blob(li_blob_view(&upload->full)), li_v_blob(li_blob_view(&upload->thumb)),
                li_v(upload->width), li_v(upload->height), li_v(upload->bytes),
                upload->placed ? li_v(upload->lon) : li_v_null(),
                upload->placed ? li_v(upload->lat) : li_v_null(), li_v_opt(upload->taken_at),
                li_v(tx->now + LI_UPLOAD_HOURS * LI_HOUR), li_v(upload->kind)),
        NULL);
}

const struct li_command li_upload_put = {
    .name = "upload.put",
    .working = true,
    .decide = as_asked,
    .write = put_write,
};

static int sweep_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    struct li_upload_swept *plan = li_alloc(ctx, sizeof(*plan));

    (void)args;
    if (!plan) {
        return -LI_E_NOMEM;
    }
    plan->before = tx->now;
    *ret_plan = plan;
    return 0;
}

static int sweep_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    struct li_upload_swept *swept = plan;

    (void)ret;
    return li_exec(ctx, tx->conn, &upload_delete_old,
                   LI_ARGS(li_v(tx->tenant), li_v(swept->before)), &swept->deleted);
}

const struct li_command li_upload_sweep = {
    .name = "upload.sweep",
    .working = true,
    .decide = sweep_decide,
    .write = sweep_write,
};

int li_upload_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str token,
                   struct li_upload *ret)
{
    struct li_upload upload = {.placed = false};
    struct li_rows *rows;
    struct li_hash hash;
    int r;

    if (token.len != LI_UPLOAD_TOKEN ||
        !li_base32_parse(token, upload.token, sizeof(upload.token))) {
        return -LI_E_NOT_FOUND;
    }
    hash = token_hash(upload.token);
    r = li_query_one(
        ctx, conn, &upload_by_token,
        LI_ARGS(li_v(tenant), li_v_blob(li_hash_view(&hash)), li_v(li_now(ctx->clock))), &rows);
    if (r) {
        return r;
    }
    r = blob_of(ctx, rows, 0, &upload.full);
    r = r ? r : blob_of(ctx, rows, 1, &upload.thumb);
    r = r ? r : kind_of(ctx, rows, 8, &upload.kind);
    upload.width = li_col_i64(rows, 2);
    upload.height = li_col_i64(rows, 3);
    upload.bytes = li_col_i64(rows, 4);
    upload.placed = !li_col_is_null(rows, 5);
    upload.lon = li_col_i64(rows, 5);
    upload.lat = li_col_i64(rows, 6);
    upload.taken_at = li_col_i64(rows, 7);
    li_rows_done(rows);
    if (r == 0) {
        *ret = upload;
    }
    return r;
}

/* ---- photos ---------------------------------------------------------------- */

int li_photo_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int64_t no,
                 const struct li_upload *upload)
{
    const struct li_hash token = token_hash(upload->token);
    int r = li_exec(
        ctx, tx->conn, &photo_insert,
        LI_ARGS(li_v(tx->tenant), li_v(case_id), li_v(no), li_v_blob(li_blob_view(&upload->full)),
                li_v_blob(li_blob_view(&upload->thumb)), li_v(upload->width), li_v(upload->height),
                li_v(upload->bytes), li_v(tx->now), li_v(upload->kind)),
        NULL);

    return r ? r
             : li_exec(ctx, tx->conn, &upload_delete,
                       LI_ARGS(li_v(tx->tenant), li_v_blob(li_hash_view(&token))), NULL);
}

void li_photo_refer(struct li_json *json, int64_t no, const struct li_upload *upload)
{
    char full[LI_BASE32_SIZE(LI_BLOB_NAME)], thumb[LI_BASE32_SIZE(LI_BLOB_NAME)];

    li_base32(upload->full.name, LI_BLOB_NAME, full);
    li_base32(upload->thumb.name, LI_BLOB_NAME, thumb);
    li_json_open_map(json);
    li_json_put_text(json, "blob", li_str(full));
    if (upload->kind != LI_FILETYPE_PHOTO) {
        li_json_put_text(json, "kind", li_str(li_filetype_name(upload->kind)));
        li_json_put_int(json, "no", no);
        li_json_close_map(json);
        return;
    }
    li_json_put_int(json, "height", upload->height);
    li_json_put_int(json, "no", no);
    li_json_put_text(json, "thumb", li_str(thumb));
    li_json_put_int(json, "width", upload->width);
    li_json_close_map(json);
}

static int read_photo(struct li_ctx *ctx, const struct li_rows *rows, void *ret)
{
    struct li_photo photo = {.no = li_col_i64(rows, 0)};
    int r = blob_of(ctx, rows, 1, &photo.full);

    r = r ? r : blob_of(ctx, rows, 2, &photo.thumb);
    r = r ? r : kind_of(ctx, rows, 7, &photo.kind);
    if (r) {
        return r;
    }
    photo.width = li_col_i64(rows, 3);
    photo.height = li_col_i64(rows, 4);
    photo.bytes = li_col_i64(rows, 5);
    photo.at = li_col_i64(rows, 6);
    *(struct li_photo *)ret = photo;
    return 0;
}

int li_photo_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                  int64_t no, struct li_photo *ret)
{
    struct li_rows *rows;
    int r =
        li_query_one(ctx, conn, &photo_one, LI_ARGS(li_v(tenant), li_v(case_id), li_v(no)), &rows);

    if (r == 0) {
        r = read_photo(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

int li_photo_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                  struct li_photo **ret, size_t *ret_count)
{
    void *all;
    int r = li_query_list(ctx, conn, &photo_all, LI_ARGS(li_v(tenant), li_v(case_id)),
                          sizeof(**ret), read_photo, &all, ret_count);

    if (r == 0) {
        *ret = all;
    }
    return r;
}

/* ---- blobs nobody names ---------------------------------------------------- */

struct sweep {
    struct li_conn *conn;
    int64_t tenant;
};

static int is_named(struct li_ctx *ctx, void *arg, const struct li_blob *blob)
{
    const struct sweep *sweep = arg;
    struct li_rows *rows;
    int r = li_query_one(ctx, sweep->conn, &blob_named,
                         LI_ARGS(li_v(sweep->tenant), li_v_blob(li_blob_view(blob))), &rows);

    if (r == 0) {
        li_rows_done(rows);
        return 1;
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

int li_photo_sweep(struct li_ctx *ctx, struct li_blobs *blobs, struct li_store *store,
                   int64_t tenant, int64_t now, int64_t *ret_deleted)
{
    struct sweep sweep = {.tenant = tenant};
    int r = li_store_reader(ctx, store, &sweep.conn);

    if (r) {
        return r;
    }
    r = li_blob_sweep(ctx, blobs, tenant, now - 2 * LI_UPLOAD_HOURS * LI_HOUR, is_named, &sweep,
                      ret_deleted);
    li_store_reader_back(store, sweep.conn);
    return r;
}
