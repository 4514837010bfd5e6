/*
 * The first gate: where a request comes from, which tenant it means, who asks,
 * and whether the contract lets them call the operation at all.
 */
#include "base/id.h"
#include "serve/inside.h"

static bool is_unsafe(enum li_method method)
{
    return method != LI_GET && method != LI_HEAD && method != LI_OPTIONS;
}

/* A page of another site must not act in somebody's name: where the browser says
 * an origin, its host must be ours. */
static int check_origin(struct li_request *request)
{
    struct li_str origin = li_request_header(request, "Origin");
    struct li_str host = li_request_header(request, "Host");
    ptrdiff_t colon;

    if (!is_unsafe(request->method) || origin.len == 0 || request->operation->open) {
        return 0;
    }
    colon = li_str_find(origin, ':');
    if (colon > 0 && (size_t)colon + 3 <= origin.len &&
        li_str_eq(li_str_n(origin.ptr + colon + 3, origin.len - (size_t)colon - 3), host)) {
        return 0;
    }
    return LI_FAIL(&request->ctx, LI_E_ORIGIN, "origin %.*s is not %.*s", LI_P(origin), LI_P(host));
}

static int find_tenant(struct li_request *request)
{
    const struct li_operation *operation = request->operation;
    struct li_str slug;

    if (operation->parameter_count == 0 || operation->parameters[0].place != LI_IN_PATH ||
        !li_str_is(operation->parameters[0].name, "tenant")) {
        return 0;
    }
    slug = request->match.values[0];
    request->tenant = li_tenant_find(request->server->house->record, slug);
    if (!request->tenant) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no tenant %.*s", LI_P(slug));
    }
    return 0;
}

/* Who has no session is anyone; a session of another tenant is none here. */
static int find_viewer(struct li_request *request)
{
    struct li_str token = li_request_cookie(request, "linli");
    struct li_str slug;
    int r;

    request->viewer = (struct li_viewer){.kind = LI_VIEWER_ANYONE,
                                         .tenant = request->tenant ? request->tenant->id : 0};
    if (!token.ptr || !request->tenant || request->operation->open) {
        return 0;
    }
    slug = li_str_cut(&token, '.');
    if (!token.ptr || !li_str_eq(slug, request->tenant->slug)) {
        return 0;
    }
    r = li_session_find(&request->ctx, request->server->sessions, request->conn,
                        request->tenant->id, token, &request->session);
    if (r == 0) {
        request->token = token;
        request->viewer = request->session.viewer;
    } else if (r == -LI_E_UNAUTHORIZED) {
        li_ctx_clear(&request->ctx);
        r = 0;
    }
    return r;
}

static bool holds_any(const struct li_viewer *viewer, const struct li_operation *operation)
{
    for (size_t i = 0; i < viewer->post_count; i++) {
        for (size_t k = 0; k < operation->post_count; k++) {
            if (li_str_eq(viewer->posts[i].post, operation->posts[k])) {
                return true;
            }
        }
    }
    return false;
}

static int check_allow(struct li_request *request)
{
    const struct li_operation *operation = request->operation;

    if (operation->allow == LI_ALLOW_ANYONE) {
        return 0;
    }
    if (request->viewer.kind != LI_VIEWER_STAFF) {
        return LI_FAIL(&request->ctx, LI_E_UNAUTHORIZED, "%.*s needs a session",
                       LI_P(operation->id));
    }
    if (operation->allow == LI_ALLOW_POST && !holds_any(&request->viewer, operation)) {
        return LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "%.*s needs another post",
                       LI_P(operation->id));
    }
    return 0;
}

/* Who has an account is known; anybody else may write only so often. */
static int check_limit(struct li_request *request)
{
    return is_unsafe(request->method) && request->viewer.kind == LI_VIEWER_ANYONE
               ? li_limit(request)
               : 0;
}

int li_gate(struct li_request *request)
{
    int r = check_origin(request);

    r = r ? r : find_tenant(request);
    r = r ? r : find_viewer(request);
    r = r ? r : check_allow(request);
    return r ? r : check_limit(request);
}
