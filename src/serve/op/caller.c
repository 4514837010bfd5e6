/* Who calls: earlier cases of a telephone, asked while a call is taken. */
#include "view/caller.h"

#include "serve/op/op.h"
#include "view/json.h"

static void put_call(struct li_json *json, const struct li_view_call *call)
{
    li_json_open_map(json);
    li_put_brief(json, &call->row, &call->area, call->summary);
    li_json_close_map(json);
}

int li_op_find_caller(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_call *calls = li_alloc_array(&request->ctx, LI_CALLS, sizeof(*calls));
    struct li_json json;
    size_t count;
    bool more;
    int r = calls ? li_view_calls(&request->ctx, &view, li_node_text(request->body, "phone"), calls,
                                  &count, &more)
                  : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_bool(&json, "more", more);
    li_json_key(&json, "items");
    li_json_open_list(&json);
    for (size_t i = 0; i < count; i++) {
        put_call(&json, &calls[i]);
    }
    li_json_close_list(&json);
    li_json_close_map(&json);
    return li_reply_end(request);
}
