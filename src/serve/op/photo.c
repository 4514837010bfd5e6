/*
 * Photos and documents in and out.
 *
 * In: a picture is made by a child, both its blobs are durable before the upload's
 * row is, so a row never names what is not there.  A document is kept as it came, once
 * its bytes say that it is one.  Out: only through a case, after its sight; a document
 * only as a file to be saved, under a name of ours.
 */
#include "base/filetype.h"
#include "base/id.h"
#include "contract/fault.h"
#include "serve/op/op.h"

#define ALL_STEPS   ((size_t)1 << 20)  /* of a case: its photo may stand in any of them */
#define PHOTO_ARENA ((size_t)96 << 20) /* a document, decoded and sealed */

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

static int keep_picture(struct li_ctx *ctx, struct li_request *request, struct li_str where,
                        struct li_str bytes, struct li_upload *ret)
{
    struct li_picture picture;
    int r = li_picture_make(ctx, li_request_pictures(request), where, bytes, &picture);

    return r ? r : keep_blobs(ctx, request, &picture, ret);
}

static int keep_document(struct li_ctx *ctx, struct li_request *request, struct li_str where,
                         struct li_str bytes, struct li_upload *ret)
{
    struct li_upload upload = {.kind = li_filetype_of(ctx, bytes), .bytes = (int64_t)bytes.len};
    int r;

    if (upload.kind == LI_FILETYPE_PHOTO) {
        return keep_picture(ctx, request, where, bytes, ret);
    }
    if (upload.kind >= LI_FILETYPES) {
        return li_fault(ctx,
                        upload.kind == LI_FILETYPE_BROKEN ? LI_FAULT_BROKEN_DOCUMENT
                        : upload.kind == LI_FILETYPE_LONG ? LI_FAULT_LONG_VOICE
                                                          : LI_FAULT_NO_DOCUMENT,
                        where, LI_S(""));
    }
    r = li_blob_put(ctx, li_request_house(request)->blobs, request->tenant->id, bytes,
                    &upload.full);
    if (r == 0) {
        upload.thumb = upload.full;
        li_random_bytes(ctx->random, upload.token, sizeof(upload.token));
        *ret = upload;
    }
    return r;
}

/* With memory of its own, because files are large and a form may have several. */
static int keep(struct li_ctx *ctx, struct li_request *request, struct li_str where,
                struct li_str bytes, bool documents, struct li_upload *ret)
{
    struct li_upload upload;
    struct li_job job = {
        .ctx = ctx,
        .tenant = request->tenant->id,
        .command = &li_upload_put,
        .args = &upload,
        .viewer = &request->viewer,
    };
    int r = documents ? keep_document(ctx, request, where, bytes, &upload)
                      : keep_picture(ctx, request, where, bytes, &upload);

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

int li_op_keep_file(struct li_request *request, struct li_str where, struct li_str bytes,
                    bool documents, struct li_upload *ret)
{
    struct li_arena *arena;
    struct li_ctx ctx;
    int r;

    if (!li_request_house(request)->blobs) {
        return LI_FAIL(&request->ctx, LI_E_INTERNAL, "no folder for files");
    }
    arena = li_arena_new(PHOTO_ARENA);
    if (!arena) {
        return LI_FAIL(&request->ctx, LI_E_NOMEM, "no memory for a file");
    }
    li_ctx_init(&ctx, arena, request->ctx.clock, request->ctx.random);
    r = keep(&ctx, request, where, bytes, documents, ret);
    r = r ? tell_again(request, &ctx, r) : 0;
    li_arena_free(arena);
    return r;
}

int li_op_keep_files(struct li_request *request, struct li_str where, const struct li_node *files,
                     bool documents, struct li_node **ret_tokens)
{
    struct li_node *tokens = li_node_new_list(&request->ctx), *token;
    size_t count = files && files->kind == LI_LIST ? files->list.count : 0;
    struct li_upload upload;
    int r = tokens ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_str at = li_strf(&request->ctx, "%.*s/%zu", LI_P(where), i);
        r = at.ptr ? li_op_keep_file(request, at, files->list.items[i]->text, documents, &upload)
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

/* ---- uploadPhoto, uploadDocument ------------------------------------------- */

static int keep_one(struct li_request *request)
{
    struct li_upload *upload = li_alloc(&request->ctx, sizeof(*upload));

    request->state = upload;
    return upload ? li_op_keep_file(request, LI_S("/photo"), li_node_text(request->body, "photo"),
                                    false, upload)
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

static int keep_one_document(struct li_request *request)
{
    struct li_upload *upload = li_alloc(&request->ctx, sizeof(*upload));

    request->state = upload;
    return upload ? li_op_keep_file(request, LI_S("/document"),
                                    li_node_text(request->body, "document"), true, upload)
                  : -LI_E_NOMEM;
}

int li_op_upload_document(struct li_request *request)
{
    if (li_node_text(request->body, "document").len > LI_BLOB_MAX) {
        return LI_FAIL_AT(&request->ctx, LI_E_LIMIT, LI_S("/document"),
                          "a document has at most %zu bytes", LI_BLOB_MAX);
    }
    return li_request_aside(request, LI_POOL_PICTURES, keep_one_document);
}

int li_op_upload_document_done(struct li_request *request)
{
    const struct li_upload *upload = request->state;
    struct li_json json = li_reply_json(request, 201);

    li_json_open_map(&json);
    li_json_put_text(&json, "upload", li_op_tracking(request, upload->token));
    li_json_put_text(&json, "kind", li_str(li_filetype_name(upload->kind)));
    li_json_put_int(&json, "bytes", upload->bytes);
    li_json_close_map(&json);
    return li_reply_end(request);
}

/* ---- getCasePhoto, getProgressPhoto, and the same of documents --------------- */

static struct li_str quoted_name(struct li_ctx *ctx, const struct li_blob *blob)
{
    char text[LI_BASE32_SIZE(LI_BLOB_NAME)];

    li_base32(blob->name, LI_BLOB_NAME, text);
    return li_strf(ctx, "\"%s\"", text);
}

/* One of "a", W/"b", or *: RFC 9110, 13.1.2. */
bool li_op_is_known(struct li_str header, struct li_str etag)
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

/* A photo or document on its way to who may see it. */
struct sending {
    struct li_blob blob;
    struct li_str etag, bytes;
    enum li_filetype kind;
    const char *file; /* what a document is called there; NULL */
};

/* In a pool when the file comes over a network, or is a document. */
static int fetch(struct li_request *request)
{
    struct sending *sending = request->state;
    int r = li_blob_read(&request->ctx, li_request_house(request)->blobs, request->tenant->id,
                         &sending->blob, &sending->bytes);

    return r == -LI_E_NOT_FOUND
               ? LI_FAIL(&request->ctx, LI_E_CORRUPT, "the file of a photo is gone")
               : r;
}

static void free_arena(void *arena)
{
    li_arena_free(arena);
}

/* A document is larger than what a request may hold: in memory of its own, which ends
 * with the request. */
static int fetch_document(struct li_request *request)
{
    struct sending *sending = request->state;
    struct li_arena *arena = li_arena_new(PHOTO_ARENA);
    struct li_ctx ctx;
    int r;

    if (!arena || li_arena_defer(request->arena, free_arena, arena)) {
        return LI_FAIL(&request->ctx, LI_E_NOMEM, "no memory for a document");
    }
    li_ctx_init(&ctx, arena, request->ctx.clock, request->ctx.random);
    r = li_blob_read(&ctx, li_request_house(request)->blobs, request->tenant->id, &sending->blob,
                     &sending->bytes);
    return r == -LI_E_NOT_FOUND
               ? LI_FAIL(&request->ctx, LI_E_CORRUPT, "the file of a document is gone")
           : r ? tell_again(request, &ctx, r)
               : 0;
}

int li_op_get_photo_done(struct li_request *request)
{
    const struct sending *sending = request->state;

    request->answer.status = 200;
    request->answer.type = li_filetype_media(sending->kind);
    request->answer.file = sending->file;
    request->answer.etag = sending->etag.ptr;
    request->answer.fixed = sending->bytes;
    return 0;
}

struct li_str li_op_file_name(struct li_ctx *ctx, const struct li_view_case *seen, int64_t no,
                              enum li_filetype kind)
{
    struct li_str name =
        li_strf(ctx, "%.*s-%lld.%s", LI_P(seen->row.number), (long long)no, li_filetype_name(kind));
    char *at = (char *)name.ptr;

    for (size_t i = 0; i < name.len; i++) {
        bool plain = (at[i] >= '0' && at[i] <= '9') || (at[i] >= 'A' && at[i] <= 'Z') ||
                     (at[i] >= 'a' && at[i] <= 'z') || at[i] == '.' || at[i] == '-';
        at[i] = plain ? at[i] : '_';
    }
    return name;
}

static int find_file(struct li_request *request, const struct li_view_case *seen, bool document,
                     struct li_photo *ret)
{
    struct li_ctx *ctx = &request->ctx;
    int64_t no = li_request_int(request, document ? "document" : "photo", 0);
    struct li_photo photo;
    int r = li_view_shows_photo(seen, no)
                ? li_photo_find(ctx, request->conn, request->tenant->id, seen->row.id, no, &photo)
                : -LI_E_NOT_FOUND;

    if (r == -LI_E_NOT_FOUND || (r == 0 && (photo.kind != LI_FILETYPE_PHOTO) != document)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, document ? "no such document" : "no such photo");
    }
    if (r == 0) {
        *ret = photo;
    }
    return r;
}

int li_op_reply_file(struct li_request *request, const struct li_view_case *seen, bool document)
{
    struct li_ctx *ctx = &request->ctx;
    struct li_photo photo;
    const struct li_blob *blob;
    struct sending *sending;
    struct li_str etag;
    int r = find_file(request, seen, document, &photo);

    if (r) {
        return r;
    }
    blob = li_str_is(li_request_text(request, "size"), "thumb") ? &photo.thumb : &photo.full;
    etag = quoted_name(ctx, blob);
    if (!etag.ptr) {
        return -LI_E_NOMEM;
    }
    if (li_op_is_known(li_request_header(request, "If-None-Match"), etag)) {
        request->answer.etag = etag.ptr;
        return li_reply_empty(request, 304);
    }
    sending = li_alloc(ctx, sizeof(*sending));
    if (!sending) {
        return -LI_E_NOMEM;
    }
    *sending = (struct sending){.blob = *blob, .etag = etag, .kind = photo.kind};
    request->state = sending;
    if (document) {
        sending->file = li_op_file_name(ctx, seen, photo.no, photo.kind).ptr;
        return sending->file ? li_request_aside(request, LI_POOL_FILES, fetch_document)
                             : -LI_E_NOMEM;
    }
    if (li_keeper_is_remote(li_blobs_keeper(li_request_house(request)->blobs))) {
        return li_request_aside(request, LI_POOL_FILES, fetch);
    }
    r = fetch(request);
    return r ? r : li_op_get_photo_done(request);
}

static int reply_of_case(struct li_request *request, bool document)
{
    struct li_view view = li_request_view(request);
    struct li_view_case seen;
    int64_t id;
    int r = li_id_parse(&request->ctx, li_request_text(request, "case"), &id);

    view.steps = ALL_STEPS;
    r = r ? r : li_view_case(&request->ctx, &view, id, &seen);
    return r ? r : li_op_reply_file(request, &seen, document);
}

int li_op_get_case_photo(struct li_request *request)
{
    return reply_of_case(request, false);
}

int li_op_get_case_document(struct li_request *request)
{
    return reply_of_case(request, true);
}

static int reply_of_progress(struct li_request *request, bool document)
{
    struct li_view view = li_request_view(request);
    struct li_view_case seen;
    int r;

    view.steps = ALL_STEPS;
    r = li_op_see_progress(request, &view, &seen);
    return r ? r : li_op_reply_file(request, &seen, document);
}

int li_op_get_progress_photo(struct li_request *request)
{
    return reply_of_progress(request, false);
}

int li_op_get_progress_document(struct li_request *request)
{
    return reply_of_progress(request, true);
}
