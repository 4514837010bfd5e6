/*
 * Photos in and out.
 *
 * In: a picture is made by a child, both its blobs are durable before the upload's
 * row is, so a row never names what is not there.  Out: only through a case, after
 * its sight.
 */
#include "base/id.h"
#include "serve/op/op.h"

#define PHOTO_ARENA ((size_t)64 << 20)

static int keep_blobs(struct li_ctx *ctx, struct li_request *request,
                      const struct li_picture *picture, struct li_upload *ret)
{
    struct li_blobs *blobs = li_request_house(request)->blobs;
    int64_t tenant = request->tenant->id;
    struct li_upload upload = {
        .width = picture->width,
        .height = picture->height,
        .bytes = (int64_t)picture->full.len,
        .placed = picture->placed,
        .lon = picture->lon,
        .lat = picture->lat,
        .taken_at = picture->taken_at,
    };
    int r = li_blob_put(ctx, blobs, tenant, picture->full, &upload.full);

    r = r ? r : li_blob_put(ctx, blobs, tenant, picture->thumb, &upload.thumb);
    if (r == 0) {
        li_random_bytes(ctx->random, upload.token, sizeof(upload.token));
        *ret = upload;
    }
    return r;
}

/* With memory of its own, because pictures are large and a form may have several. */
static int keep(struct li_ctx *ctx, struct li_request *request, struct li_str where,
                struct li_str bytes, struct li_upload *ret)
{
    struct li_picture picture;
    struct li_upload upload;
    struct li_job job = {
        .ctx = ctx,
        .tenant = request->tenant->id,
        .command = &li_upload_put,
        .args = &upload,
        .viewer = &request->viewer,
    };
    int r = li_picture_make(ctx, li_request_pictures(request), where, bytes, &picture);

    r = r ? r : keep_blobs(ctx, request, &picture, &upload);
    r = r ? r : li_run(li_request_house(request)->record, &job);
    if (r == 0) {
        *ret = upload;
    }
    return r;
}

/* What went wrong in the other context, told in the request's. */
static int tell_again(struct li_request *request, const struct li_ctx *from, int r)
{
    for (unsigned i = 0; i < from->error_count; i++) {
        const struct li_error *error = &from->errors[i];
        LI_FAIL_AT(&request->ctx, error->code, error->where, "%.*s", LI_P(error->text));
        request->ctx.errors[request->ctx.error_count - 1].reason = error->reason;
    }
    return r;
}

int li_op_keep_photo(struct li_request *request, struct li_str where, struct li_str bytes,
                     struct li_upload *ret)
{
    struct li_arena *arena;
    struct li_ctx ctx;
    int r;

    if (!li_request_house(request)->blobs) {
        return LI_FAIL(&request->ctx, LI_E_INTERNAL, "no folder for pictures");
    }
    arena = li_arena_new(PHOTO_ARENA);
    if (!arena) {
        return LI_FAIL(&request->ctx, LI_E_NOMEM, "no memory for a picture");
    }
    li_ctx_init(&ctx, arena, request->ctx.clock, request->ctx.random);
    r = keep(&ctx, request, where, bytes, ret);
    r = r ? tell_again(request, &ctx, r) : 0;
    li_arena_free(arena);
    return r;
}

int li_op_keep_photos(struct li_request *request, struct li_str where, const struct li_node *files,
                      struct li_node **ret_tokens)
{
    struct li_node *tokens = li_node_new_list(&request->ctx), *token;
    size_t count = files && files->kind == LI_LIST ? files->list.count : 0;
    struct li_upload upload;
    int r = tokens ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_str at = li_strf(&request->ctx, "%.*s/%zu", LI_P(where), i);
        r = at.ptr ? li_op_keep_photo(request, at, files->list.items[i]->text, &upload)
                   : -LI_E_NOMEM;
        if (r == 0) {
            token = li_node_new_text(&request->ctx, li_op_tracking(request, upload.token));
            r = token ? li_node_push(&request->ctx, tokens, token) : -LI_E_NOMEM;
        }
    }
    if (r == 0) {
        *ret_tokens = tokens;
    }
    return r;
}

/* ---- uploadPhoto ----------------------------------------------------------- */

static int keep_one(struct li_request *request)
{
    struct li_upload *upload = li_alloc(&request->ctx, sizeof(*upload));

    request->state = upload;
    return upload ? li_op_keep_photo(request, LI_S("/photo"), li_node_text(request->body, "photo"),
                                     upload)
                  : -LI_E_NOMEM;
}

int li_op_upload_photo(struct li_request *request)
{
    struct li_str bytes = li_node_text(request->body, "photo");

    if (bytes.len > LI_PICTURE_BYTES) {
        return LI_FAIL_AT(&request->ctx, LI_E_LIMIT, LI_S("/photo"),
                          "a photo has at most %zu bytes", LI_PICTURE_BYTES);
    }
    return li_request_aside(request, LI_POOL_PICTURES, keep_one);
}

int li_op_upload_photo_done(struct li_request *request)
{
    const struct li_upload *upload = request->state;
    struct li_json json = li_reply_json(request, 201);

    li_json_open_map(&json);
    li_json_put_text(&json, "upload", li_op_tracking(request, upload->token));
    li_json_put_int(&json, "width", upload->width);
    li_json_put_int(&json, "height", upload->height);
    if (upload->placed) {
        li_json_key(&json, "place");
        li_json_open_map(&json);
        li_json_key(&json, "lon");
        li_json_real(&json, (double)upload->lon / 1e7);
        li_json_key(&json, "lat");
        li_json_real(&json, (double)upload->lat / 1e7);
        li_json_close_map(&json);
    }
    if (upload->taken_at) {
        li_json_put_time(&json, "taken_at", upload->taken_at);
    }
    li_json_close_map(&json);
    return li_reply_end(request);
}

/* ---- getCasePhoto, getProgressPhoto ------------------------------------------ */

static struct li_str quoted_name(struct li_ctx *ctx, const struct li_blob *blob)
{
    char text[LI_BASE32_SIZE(LI_BLOB_NAME)];

    li_base32(blob->name, LI_BLOB_NAME, text);
    return li_strf(ctx, "\"%s\"", text);
}

/* One of "a", W/"b", or *: RFC 9110, 13.1.2. */
static bool matches(struct li_str header, struct li_str etag)
{
    while (header.ptr) {
        struct li_str one = li_str_trim(li_str_cut(&header, ','));
        if (li_str_starts(one, LI_S("W/"))) {
            one = li_str_n(one.ptr + 2, one.len - 2);
        }
        if (li_str_is(one, "*") || li_str_eq(one, etag)) {
            return true;
        }
    }
    return false;
}

static int reply_photo(struct li_request *request, const struct li_view_case *seen)
{
    struct li_ctx *ctx = &request->ctx;
    int64_t no = li_request_int(request, "photo", 0), tenant = request->tenant->id;
    struct li_photo photo;
    const struct li_blob *blob;
    struct li_str etag, bytes;
    int r = li_view_shows_photo(seen, no)
                ? li_photo_find(ctx, request->conn, tenant, seen->row.id, no, &photo)
                : -LI_E_NOT_FOUND;

    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such photo") : r;
    }
    blob = li_str_is(li_request_text(request, "size"), "thumb") ? &photo.thumb : &photo.full;
    etag = quoted_name(ctx, blob);
    if (!etag.ptr) {
        return -LI_E_NOMEM;
    }
    if (matches(li_request_header(request, "If-None-Match"), etag)) {
        request->answer.etag = etag.ptr;
        return li_reply_empty(request, 304);
    }
    r = li_blob_read(ctx, li_request_house(request)->blobs, tenant, blob, &bytes);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "the file of a photo is gone");
    }
    if (r) {
        return r;
    }
    request->answer.status = 200;
    request->answer.type = "image/jpeg";
    request->answer.etag = etag.ptr;
    request->answer.fixed = bytes;
    return 0;
}

int li_op_get_case_photo(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_case seen;
    int64_t id;
    int r = li_id_parse(&request->ctx, li_request_text(request, "case"), &id);

    r = r ? r : li_view_case(&request->ctx, &view, id, &seen);
    return r ? r : reply_photo(request, &seen);
}

int li_op_get_progress_photo(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_case seen;
    uint8_t token[16];
    int r;

    if (!li_base32_parse(li_request_text(request, "tracking"), token, sizeof(token))) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such tracking code");
    }
    r = li_view_progress(&request->ctx, &view, token, &seen);
    return r ? r : reply_photo(request, &seen);
}
