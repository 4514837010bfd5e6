/* What operations ask of a request. */
#include "serve/request.h"

#include <microhttpd.h>

#include "base/hash.h"
#include "serve/inside.h"
#include "work/work.h"

struct li_str li_request_header(const struct li_request *request, const char *name)
{
    const char *value = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);

    return value ? li_str(value) : (struct li_str){.ptr = NULL};
}

struct li_str li_request_cookie(const struct li_request *request, const char *name)
{
    const char *value = MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, name);

    return value ? li_str(value) : (struct li_str){.ptr = NULL};
}

struct li_str li_request_text(const struct li_request *request, const char *name)
{
    return li_node_text(request->parameters, name);
}

int64_t li_request_int(const struct li_request *request, const char *name, int64_t otherwise)
{
    const struct li_node *node = li_node_get(request->parameters, name);

    return node && node->kind == LI_INT ? node->number : otherwise;
}

struct li_view li_request_view(struct li_request *request)
{
    struct li_view view = {
        .record = request->server->house->record,
        .conn = request->conn,
        .tenant = request->tenant->id,
        .viewer = &request->viewer,
        .names = request->server->names,
        .lines = request->server->lines,
    };

    if (li_tenant_rev(&request->ctx, request->conn, view.tenant, &view.rev)) {
        view.rev = 0; /* told, and met again by what the view reads */
    }
    return view;
}

/* One hash of what a form says: a browser draws a new boundary each time it sends. */
static struct li_hash form_hash(const struct li_node *node, struct li_hash so_far)
{
    struct li_str parts[3] = {li_hash_view(&so_far), LI_S("\n"), {.ptr = NULL}};

    if (node->kind == LI_TEXT) {
        parts[2] = node->text;
    } else if (node->kind == LI_INT) {
        parts[2] = li_str_n(&node->number, sizeof(node->number));
    } else if (node->kind == LI_BOOL) {
        parts[2] = node->flag ? LI_S("true") : LI_S("false");
    }
    for (size_t i = 0; node->kind == LI_LIST && i < node->list.count; i++) {
        so_far = form_hash(node->list.items[i], so_far);
    }
    for (size_t i = 0; node->kind == LI_MAP && i < node->map.count; i++) {
        const struct li_str name[] = {li_hash_view(&so_far), node->map.items[i].key};
        so_far = form_hash(node->map.items[i].value, li_hash_parts(name, 2));
    }
    return parts[2].ptr ? li_hash_parts(parts, 3) : so_far;
}

/* What makes two requests the same: method, path, body. */
static struct li_str fingerprint(struct li_request *request)
{
    bool is_form = li_media_of(li_request_header(request, "Content-Type")) == LI_MEDIA_MULTIPART;
    struct li_hash form = {.bytes = {0}};
    if (is_form && request->body) {
        form = form_hash(request->body, form);
    }
    const struct li_str parts[] = {
        request->operation->id,
        LI_S("\n"),
        request->path,
        LI_S("\n"),
        is_form ? li_hash_view(&form) : li_buf_view(&request->input),
    };
    struct li_hash hash = li_hash_parts(parts, sizeof(parts) / sizeof(parts[0]));

    return li_str_dup(&request->ctx, li_str_n(hash.bytes, 16));
}

void li_request_job(struct li_request *request, const struct li_command *command, const void *args,
                    struct li_str key)
{
    request->job = (struct li_job){
        .ctx = &request->ctx,
        .tenant = request->tenant->id,
        .command = command,
        .args = args,
        .viewer = &request->viewer,
    };
    if (key.len) {
        request->job.key.key = key;
        request->job.key.fingerprint = fingerprint(request);
    }
}

int li_request_aside(struct li_request *request, enum li_server_pool pool,
                     int (*aside)(struct li_request *request))
{
    request->aside = aside;
    request->pool = pool;
    return LI_ASIDE;
}

struct li_pictures *li_request_pictures(const struct li_request *request)
{
    return request->server->pictures;
}

struct li_house *li_request_house(const struct li_request *request)
{
    return request->server->house;
}

bool li_request_sends(const struct li_request *request)
{
    return li_work_sends(request->server->work);
}

struct li_sessions *li_request_sessions(const struct li_request *request)
{
    return request->server->sessions;
}

bool li_request_https(const struct li_request *request)
{
    return request->server->https;
}

bool li_request_demo(const struct li_request *request)
{
    return request->server->demo;
}

struct li_str li_request_public_url(struct li_request *request)
{
    struct li_str host = li_request_header(request, "Host");

    return request->server->public_url.ptr
               ? request->server->public_url
               : li_strf(&request->ctx, "%s://%.*s", request->server->https ? "https" : "http",
                         LI_P(host));
}

bool li_request_wait_begin(struct li_request *request)
{
    if (atomic_fetch_add(&request->server->waiting, 1) < LI_SERVE_THREADS - 1) {
        return true;
    }
    li_request_wait_end(request);
    return false;
}

void li_request_wait_end(struct li_request *request)
{
    atomic_fetch_sub(&request->server->waiting, 1);
}
