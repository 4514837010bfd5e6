/* One-time links as staff give them out: made, looked at, called back. */
#include "case/pass.h"

#include "base/id.h"
#include "serve/op/op.h"
#include "view/json.h"

static int named(struct li_request *request, int64_t *ret_case, int *ret_part)
{
    *ret_part = (int)li_request_int(request, "part", 0);
    return li_id_parse(&request->ctx, li_request_text(request, "case"), ret_case);
}

int li_op_pass_url(struct li_request *request, const struct li_pass *pass, struct li_str *ret)
{
    uint8_t token[16];
    struct li_str url;
    int r = li_pass_token(&request->ctx, li_request_house(request)->record, request->tenant->id,
                          pass, token);

    if (r) {
        return r;
    }
    url = li_strf(&request->ctx, "%.*s/%.*s/pass/%.*s", LI_P(li_request_public_url(request)),
                  LI_P(request->tenant->slug), LI_P(li_op_tracking(request, token)));
    if (!url.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = url;
    return 0;
}

static int reply(struct li_request *request, int status, const struct li_pass *pass)
{
    bool over = pass->ended_at || pass->until <= li_now(request->ctx.clock);
    struct li_json json;
    struct li_str url = {.ptr = NULL};
    int r = over ? 0 : li_op_pass_url(request, pass, &url);

    if (r) {
        return r;
    }
    json = li_reply_json(request, status);
    li_json_open_map(&json);
    li_json_put_int(&json, "part", pass->part);
    li_json_key(&json, "url");
    if (over) {
        li_json_null(&json);
    } else {
        li_json_text(&json, url);
    }
    li_json_put_time(&json, "made_at", pass->made_at);
    li_json_put_time(&json, "until", pass->until);
    li_put_time(&json, "ended_at", pass->ended_at);
    li_json_close_map(&json);
    return li_reply_end(request);
}

int li_op_make_pass(struct li_request *request)
{
    struct li_pass_make_args *args = li_alloc(&request->ctx, sizeof(*args));
    const struct li_node *days = li_node_get(request->body, "days");
    int r = args ? named(request, &args->case_id, &args->part) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->days = days ? days->number : LI_PASS_DAYS;
    request->state = args;
    li_request_job(request, &li_pass_make, args, li_request_text(request, "Idempotency-Key"));
    return LI_LATER;
}

int li_op_make_pass_done(struct li_request *request)
{
    const struct li_pass_make_args *args = request->state;
    struct li_pass pass;
    int r = li_pass_of(&request->ctx, request->conn, request->tenant->id, args->case_id, args->part,
                       &pass);

    return r ? r : reply(request, 201, &pass);
}

/* Only who may give links out is shown one. */
static int may_look(struct li_request *request, int64_t id)
{
    struct li_view view = li_request_view(request);
    struct li_view_case seen;

    view.steps = 1;
    return li_view_case(&request->ctx, &view, id, &seen) == 0 &&
                   (li_viewer_holds(&request->viewer, LI_S("desk"), seen.row.area_path, 0) ||
                    li_viewer_holds(&request->viewer, LI_S("dispatcher"), seen.row.area_path, 0) ||
                    li_viewer_holds(&request->viewer, LI_S("chief"), seen.row.area_path, 0))
               ? 0
               : LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such part");
}

int li_op_get_pass(struct li_request *request)
{
    struct li_pass pass;
    int64_t id;
    int part;
    int r = named(request, &id, &part);

    r = r ? r : may_look(request, id);
    r = r ? r : li_pass_of(&request->ctx, request->conn, request->tenant->id, id, part, &pass);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "the part has no link");
    }
    return r ? r : reply(request, 200, &pass);
}

int li_op_end_pass(struct li_request *request)
{
    struct li_pass_end_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? named(request, &args->case_id, &args->part) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    li_request_job(request, &li_pass_end, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_end_pass_done(struct li_request *request)
{
    return li_reply_empty(request, 204);
}
