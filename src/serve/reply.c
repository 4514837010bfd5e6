/* Answers: JSON, pages, problems, redirects. */
#include <microhttpd.h>
#include <stdio.h>

#include "base/log.h"
#include "contract/fault.h"
#include "serve/inside.h"
#include "serve/open311/open311.h"
#include "serve/stream.h"

#define BODY_MAX ((size_t)4 << 20)

/* Pictures come from here, and from where a district has the tiles of its maps. */
#define PAGE_POLICY                                                                                \
    "default-src 'self'; img-src 'self' data:%s; object-src 'none'; base-uri 'none'; "             \
    "frame-ancestors 'none'; form-action 'self'"

struct li_json li_reply_json(struct li_request *request, int status)
{
    struct li_json json;

    li_buf_init(&request->answer.body, BODY_MAX);
    request->answer.status = status;
    request->answer.media = LI_MEDIA_JSON;
    li_json_init(&json, &request->answer.body, false);
    return json;
}

int li_reply_end(struct li_request *request)
{
    return li_buf_check(&request->ctx, &request->answer.body);
}

struct li_json li_reply_items(struct li_request *request)
{
    struct li_json json = li_reply_json(request, 200);

    li_json_open_map(&json);
    li_json_key(&json, "items");
    li_json_open_list(&json);
    return json;
}

int li_reply_items_end(struct li_request *request, struct li_json *json, int r)
{
    li_json_close_list(json);
    li_json_close_map(json);
    return r ? r : li_reply_end(request);
}

int li_reply_items_next(struct li_request *request, struct li_json *json, int64_t next, int r)
{
    li_json_close_list(json);
    li_json_key(json, "next");
    if (next) {
        li_json_id(json, next);
    } else {
        li_json_null(json);
    }
    li_json_close_map(json);
    return r ? r : li_reply_end(request);
}

int li_reply_items_from(struct li_request *request, struct li_json *json, struct li_str next, int r)
{
    li_json_close_list(json);
    li_json_key(json, "next");
    if (next.ptr) {
        li_json_text(json, next);
    } else {
        li_json_null(json);
    }
    li_json_close_map(json);
    return r ? r : li_reply_end(request);
}

int li_reply_empty(struct li_request *request, int status)
{
    request->answer.status = status;
    request->answer.media = LI_MEDIA_NONE;
    return 0;
}

int li_reply_see(struct li_request *request, struct li_str location)
{
    request->answer.location = li_str_c(&request->ctx, location);
    return request->answer.location ? li_reply_empty(request, 303) : -LI_E_NOMEM;
}

int li_reply_moved(struct li_request *request, struct li_str location)
{
    int r = li_reply_see(request, location);

    request->answer.status = r ? request->answer.status : 308;
    return r;
}

static void put_methods(struct li_json *json, unsigned allow)
{
    static const char *const names[LI_METHODS] = {"GET",   "HEAD",   "POST",   "PUT",
                                                  "PATCH", "DELETE", "OPTIONS"};

    li_json_key(json, "allow");
    li_json_open_list(json);
    for (int i = 0; i < LI_METHODS; i++) {
        if (allow >> i & 1) {
            li_json_text(json, li_str(names[i]));
        }
    }
    li_json_close_list(json);
}

static void put_faults(struct li_ctx *ctx, struct li_json *json)
{
    li_json_key(json, "errors");
    li_json_open_list(json);
    for (unsigned i = 0; i < ctx->error_count; i++) {
        const struct li_error *error = &ctx->errors[i];
        if (!error->reason) {
            continue;
        }
        li_json_open_map(json);
        li_json_put_text(json, "pointer", error->where);
        li_json_put_text(json, "code", li_str(error->reason));
        li_json_put_text(json, "zh", li_fault_sentence(ctx, error, LI_ZH));
        li_json_put_text(json, "en", li_fault_sentence(ctx, error, LI_EN));
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

void li_problem_put(struct li_json *json, const struct li_error_info *info, enum li_lang lang)
{
    char type[64];

    snprintf(type, sizeof(type), "urn:linli:problem:%s", info->name);
    li_json_put_text(json, "type", li_str(type));
    li_json_put_text(json, "title", li_str(lang == LI_EN ? info->en : info->zh));
    li_json_put_int(json, "status", info->http);
    li_json_put_text(json, "code", li_str(info->name));
    li_json_put_text(json, "zh", li_str(info->zh));
    li_json_put_text(json, "en", li_str(info->en));
}

/* RFC 9457.  What went wrong inside stays inside: no detail with a 5xx. */
static void problem_json(struct li_request *request, const struct li_error_info *info)
{
    struct li_ctx *ctx = &request->ctx;
    const struct li_error *error = li_ctx_error(ctx);
    struct li_json json = li_reply_json(request, info->http);

    request->answer.type = "application/problem+json";
    li_json_open_map(&json);
    li_problem_put(&json, info, ctx->lang);
    if (error && error->text.len && info->http < 500 && li_utf8_valid(error->text)) {
        li_json_put_text(&json, "detail", error->text);
    }
    if (request->answer.allow) {
        put_methods(&json, request->answer.allow);
    }
    if (info->code == LI_E_INVALID || info->code == LI_E_CHECK || info->code == LI_E_CONFIRM ||
        info->code == LI_E_UNDO) {
        put_faults(ctx, &json);
    }
    li_json_close_map(&json);
}

void li_reply_problem(struct li_request *request, int code)
{
    const struct li_error_info *info = li_error_info(code);
    unsigned allow = request->answer.allow;

    li_buf_done(&request->answer.body);
    request->answer = (struct li_answer){.allow = allow};
    switch (request->face) {
    case LI_FACE_PAGE:
        li_page_problem(request, info);
        break;
    case LI_FACE_OPEN311:
        li_open311_problem(request, info);
        break;
    case LI_FACE_API:
    case LI_FACE_PROBE:
        problem_json(request, info);
        break;
    }
}

void li_reply_methods(struct li_request *request, int status)
{
    if (status == 204) {
        request->answer.status = 204;
    } else {
        LI_FAIL(&request->ctx, LI_E_METHOD, "%.*s is not called so", LI_P(request->path));
        li_reply_problem(request, LI_E_METHOD);
    }
}

/* ---- sending --------------------------------------------------------------- */

static const char *media_type(enum li_media media)
{
    switch (media) {
    case LI_MEDIA_JSON:
        return "application/json";
    case LI_MEDIA_HTML:
        return "text/html; charset=utf-8";
    case LI_MEDIA_XML:
        return "text/xml; charset=utf-8";
    case LI_MEDIA_TEXT:
        return "text/plain; charset=utf-8";
    default:
        return NULL;
    }
}

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    if (value) {
        MHD_add_response_header(response, name, value);
    }
}

static void add_allow(struct MHD_Response *response, unsigned allow)
{
    static const char *const names[LI_METHODS] = {"GET",   "HEAD",   "POST",   "PUT",
                                                  "PATCH", "DELETE", "OPTIONS"};
    char text[80] = "";
    size_t len = 0;

    for (int i = 0; i < LI_METHODS; i++) {
        if (allow >> i & 1) {
            len +=
                (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", len ? ", " : "", names[i]);
        }
    }
    add(response, "Allow", text);
}

/* After which who was told that it cannot be done just now may come again. */
#define RETRY_SECONDS 1

static void add_retry(struct MHD_Response *response, int seconds)
{
    char text[16];

    if (seconds) {
        snprintf(text, sizeof(text), "%d", seconds);
        add(response, "Retry-After", text);
    }
}

static struct MHD_Response *make_response(struct li_answer *answer)
{
    struct MHD_Response *response;

    if (answer->slice && answer->status != 416) {
        return MHD_create_response_from_fd_at_offset64(answer->slice->length, answer->slice->fd,
                                                       answer->slice->from);
    }
    if (answer->fixed.ptr) {
        return MHD_create_response_from_buffer(
            answer->fixed.len, (void *)(uintptr_t)answer->fixed.ptr, MHD_RESPMEM_PERSISTENT);
    }
    response =
        MHD_create_response_from_buffer(answer->body.len, answer->body.ptr, MHD_RESPMEM_MUST_FREE);
    if (response) {
        answer->body = (struct li_buf){.ptr = NULL}; /* the connection's now */
    }
    return response;
}

/* A document is never opened where it came from. */
static void add_disposition(struct MHD_Response *response, const struct li_answer *answer)
{
    char text[128];

    if (answer->file) {
        snprintf(text, sizeof(text), "attachment; filename=\"%s\"", answer->file);
    }
    add(response, "Content-Disposition", answer->file ? text : answer->etag ? "inline" : NULL);
}

/* RFC 9110, 14.4: which bytes these are, or how many there would be. */
static void add_range(struct MHD_Response *response, const struct li_answer *answer)
{
    const struct li_slice *slice = answer->slice;
    char text[80];

    if (!slice) {
        return;
    }
    add(response, "Accept-Ranges", "bytes");
    if (answer->status == 206) {
        snprintf(text, sizeof(text), "bytes %llu-%llu/%llu", (unsigned long long)slice->from,
                 (unsigned long long)(slice->from + slice->length - 1),
                 (unsigned long long)slice->size);
        add(response, "Content-Range", text);
    } else if (answer->status == 416) {
        snprintf(text, sizeof(text), "bytes */%llu", (unsigned long long)slice->size);
        add(response, "Content-Range", text);
    }
}

static void add_policy(struct MHD_Response *response, const struct li_answer *answer)
{
    char text[2048];

    snprintf(text, sizeof(text), PAGE_POLICY, answer->images ? answer->images : "");
    add(response, "Content-Security-Policy", text);
}

/* `is_last`: the connection ends with this answer. */
static void add_headers(const struct li_request *request, struct MHD_Response *response,
                        bool is_last)
{
    const struct li_answer *answer = &request->answer;

    add(response, "Content-Type", answer->type ? answer->type : media_type(answer->media));
    add(response, "Location", answer->location);
    add(response, "Set-Cookie", answer->cookie);
    add(response, "Content-Encoding", answer->encoding);
    if (answer->forever) {
        add(response, "Vary", "Accept-Encoding");
    }
    add(response, "X-Request-Id", request->id);
    add(response, "X-Content-Type-Options", "nosniff");
    add_disposition(response, answer);
    add_range(response, answer);
    if (answer->media == LI_MEDIA_HTML) {
        add_policy(response, answer);
        /* "no-referrer" would make browsers send Origin: null with our own forms */
        add(response, "Referrer-Policy", "same-origin");
    }
    add(response, "ETag", answer->etag);
    add(response, "Cache-Control",
        answer->forever ? "public, max-age=31536000, immutable"
        : answer->etag  ? "private, no-cache"
                        : "no-store");
    if (request->operation && request->operation->open) {
        add(response, "Access-Control-Allow-Origin", "*");
    }
    if (answer->allow) {
        add_allow(response, answer->allow);
    }
    if (is_last) {
        add(response, "Connection", "close");
    }
}

/* In tests: an answer that the contract does not know is a bug that shows. */
static void check_reply(struct li_request *request)
{
    struct li_answer *answer = &request->answer;

    if (!request->server->check_replies || !request->operation) {
        return;
    }
    struct li_str body = answer->fixed.ptr ? answer->fixed : li_buf_view(&answer->body);
    enum li_media media = answer->type ? li_media_of(li_str(answer->type)) : answer->media;
    li_ctx_clear(&request->ctx);
    if (li_operation_reply_check(&request->ctx, request->operation, answer->status, media, body)) {
        li_log_error(&request->ctx, "serve.reply");
        li_buf_done(&answer->body);
        *answer = (struct li_answer){.status = 500};
        problem_json(request, li_error_info(LI_E_INTERNAL));
    }
}

int li_reply_send(struct li_request *request)
{
    struct li_answer *answer = &request->answer;
    struct MHD_Response *response;
    int r;

    check_reply(request);
    response = request->listener ? li_stream_response(request->listener) : make_response(answer);
    if (!response) {
        return MHD_NO;
    }
    add_retry(response, request->retry_after    ? request->retry_after
                        : answer->status == 503 ? RETRY_SECONDS
                                                : 0);
    add_headers(request, response, request->ends || atomic_load(&request->server->closing));
    r = (int)MHD_queue_response(request->connection, (unsigned)answer->status, response);
    MHD_destroy_response(response);
    return r;
}
