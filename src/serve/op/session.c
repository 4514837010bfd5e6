/* Signing in and out, and who one is. */
#include "serve/op/op.h"
#include "view/json.h"

static int put_post(struct li_request *request, struct li_json *json, const struct li_post *post)
{
    const struct li_post_info *info;
    struct li_organization organization;
    struct li_area area;
    int r = li_area_at(&request->ctx, request->conn, request->tenant->id, post->area_path, &area);

    if (r) {
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    info = li_post_at(post->post, area.kind);
    if (!info) {
        return 0;
    }
    if (post->org) {
        r = li_organization_find(&request->ctx, request->conn, request->tenant->id, post->org,
                                 &organization);
    }
    if (r) {
        return r;
    }
    li_json_open_map(json);
    li_json_put_text(json, "post", post->post);
    li_put_post_label(json, "label", info);
    li_json_key(json, "area");
    li_put_area(json, &area);
    if (post->org) {
        li_json_key(json, "organization");
        li_put_organization(json, &organization);
    }
    li_json_close_map(json);
    return 0;
}

static int reply_me(struct li_request *request, int status, const struct li_session *session)
{
    struct li_json json = li_reply_json(request, status);
    int r = 0;

    li_json_open_map(&json);
    li_json_put_text(&json, "tenant", request->tenant->slug);
    li_json_put_id(&json, "account", session->viewer.account);
    li_json_put_text(&json, "name", session->name);
    li_json_key(&json, "posts");
    li_json_open_list(&json);
    for (size_t i = 0; r == 0 && i < session->viewer.post_count; i++) {
        r = put_post(request, &json, &session->viewer.posts[i]);
    }
    li_json_close_list(&json);
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}

int li_op_set_cookie(struct li_request *request, struct li_str token, int64_t seconds)
{
    struct li_str cookie =
        li_strf(&request->ctx, "linli=%.*s.%.*s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s",
                LI_P(request->tenant->slug), LI_P(token), (long long)seconds,
                li_request_https(request) ? "; Secure" : "");

    request->answer.cookie = cookie.ptr;
    return cookie.ptr ? 0 : -LI_E_NOMEM;
}

static int sign_in(struct li_request *request)
{
    struct li_str *token = li_alloc(&request->ctx, sizeof(*token));
    int r = token ? li_session_open(&request->ctx, li_request_sessions(request),
                                    request->tenant->id, li_node_text(request->body, "login"),
                                    li_node_text(request->body, "password"), token)
                  : -LI_E_NOMEM;

    request->state = token;
    return r;
}

/* The password is checked in a pool: argon2 is slow on purpose. */
int li_op_sign_in(struct li_request *request)
{
    return li_request_aside(request, LI_POOL_PASSWORDS, sign_in);
}

int li_op_sign_in_done(struct li_request *request)
{
    const struct li_str *token = request->state;
    struct li_session session;
    int r = li_session_find(&request->ctx, li_request_sessions(request), request->conn,
                            request->tenant->id, *token, &session);

    r = r ? r : reply_me(request, 201, &session);
    return r ? r : li_op_set_cookie(request, *token, LI_SESSION_HOURS * 3600);
}

int li_op_sign_out(struct li_request *request)
{
    int r;

    li_rollback(request->conn);
    r = li_session_close(&request->ctx, li_request_sessions(request), request->tenant->id,
                         request->token);
    r = r ? r : li_reply_empty(request, 204);
    return r ? r : li_op_set_cookie(request, LI_S(""), 0);
}

int li_op_get_me(struct li_request *request)
{
    return reply_me(request, 200, &request->session);
}
