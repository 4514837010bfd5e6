/* What operations ask of a request. */
#include "serve/request.h"

#include <microhttpd.h>

#include "base/hash.h"
#include "serve/inside.h"

struct li_str li_request_header(const struct li_request *request, const char *name)
{
    const char *value = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);

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
    };

    if (li_tenant_rev(&request->ctx, request->conn, view.tenant, &view.rev)) {
        view.rev = 0; /* told, and met again by what the view reads */
    }
    return view;
}

/* What makes two requests the same: method, path, body. */
static struct li_str fingerprint(struct li_request *request)
{
    const struct li_str parts[] = {
        request->operation->id, LI_S("\n"), request->path, LI_S("\n"), li_buf_view(&request->input),
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

struct li_house *li_request_house(const struct li_request *request)
{
    return request->server->house;
}

struct li_sessions *li_request_sessions(const struct li_request *request)
{
    return request->server->sessions;
}

bool li_request_https(const struct li_request *request)
{
    return request->server->https;
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
