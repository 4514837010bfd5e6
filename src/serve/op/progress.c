/* What parties of a case do: act by tracking code, find what is near, follow it. */
#include "base/coordinate.h"
#include "base/id.h"
#include "serve/op/op.h"
#include "view/json.h"

int li_op_party(struct li_request *request)
{
    uint8_t token[16];
    struct li_viewer party;
    int r;

    if (!li_base32_parse(li_request_text(request, "tracking"), token, sizeof(token))) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such tracking code");
    }
    r = li_view_party(&request->ctx, request->conn, request->tenant->id, token, &party);
    if (r == 0) {
        request->viewer = party;
    }
    return r;
}

int li_op_see_progress(struct li_request *request, const struct li_view *view,
                       struct li_view_case *ret)
{
    uint8_t token[16];

    if (!li_base32_parse(li_request_text(request, "tracking"), token, sizeof(token))) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such tracking code");
    }
    return li_view_progress(&request->ctx, view, token, ret);
}

int li_op_act_on_progress(struct li_request *request)
{
    struct li_case_act_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_party(request) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    li_op_read_act(request, request->viewer.case_id, args);
    li_request_job(request, &li_case_act, args, li_request_text(request, "Idempotency-Key"));
    return LI_LATER;
}

int li_op_act_on_progress_done(struct li_request *request)
{
    return li_op_reply_acted(request, LI_SIGHT_PARTY, false);
}

/* ---- near ------------------------------------------------------------------ */

static double degrees_of(const struct li_request *request, const char *name)
{
    const struct li_node *node = li_node_get(request->parameters, name);

    return !node ? 0 : node->kind == LI_INT ? (double)node->number : node->real;
}

int li_op_list_nearby(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    const struct li_degrees given = {degrees_of(request, "lon"), degrees_of(request, "lat")};
    struct li_str name = li_request_text(request, "crs");
    enum li_crs crs = LI_WGS84;
    struct li_view_near *rows;
    struct li_point at;
    struct li_json json;
    size_t count;
    int r;

    if ((name.len && !li_crs_parse(name, &crs)) || !li_point_from(crs, given, &at)) {
        return LI_FAIL_AT(&request->ctx, LI_E_INVALID, LI_S("/parameters/lon"),
                          "this is no place on earth");
    }
    r = li_view_nearby(&request->ctx, &view, at, li_request_text(request, "topic"), &rows, &count);
    if (r == 0) {
        json = li_reply_json(request, 200);
        li_put_nearby(&json, rows, count);
        r = li_reply_end(request);
    }
    return r;
}

/* ---- following ------------------------------------------------------------- */

int li_op_follow_case(struct li_request *request)
{
    struct li_str key = li_request_text(request, "Idempotency-Key");
    struct li_case_follow_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_id_parse(&request->ctx, li_request_text(request, "case"), &args->id)
                 : -LI_E_NOMEM;

    r = r ? r : li_op_make_token(request, key, "follow", args->token);
    if (r) {
        return r;
    }
    request->state = args;
    li_request_job(request, &li_case_follow, args, key);
    return LI_LATER;
}

static int number_of(struct li_request *request, struct li_str *ret)
{
    struct li_case row;
    int r;

    if (!request->job.replayed) {
        *ret = ((const struct li_case_followed *)request->job.plan)->number;
        return 0;
    }
    r = li_case_find(&request->ctx, li_request_house(request)->record, request->conn,
                     request->tenant->id, request->job.entity, &row);
    if (r == 0) {
        *ret = row.number;
    }
    return r;
}

int li_op_follow_case_done(struct li_request *request)
{
    const struct li_case_follow_args *args = request->state;
    struct li_str number, cursor;
    struct li_json json;
    int r = number_of(request, &number);

    r = r ? r : li_op_cursor(request, &cursor);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 201);
    li_json_open_map(&json);
    li_json_put_text(&json, "number", number);
    li_json_put_text(&json, "tracking", li_op_tracking(request, args->token));
    li_op_put_tracking_number(request, &json, args->token);
    li_json_put_text(&json, "cursor", cursor);
    li_json_close_map(&json);
    return li_reply_end(request);
}
