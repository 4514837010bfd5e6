/* Named filters of the desk's lists: one's own and the unit's. */
#include "people/saved.h"

#include "base/id.h"
#include "serve/op/op.h"

static void put_saved(struct li_json *json, const struct li_saved *saved)
{
    li_json_open_map(json);
    li_json_put_id(json, "view", saved->id);
    li_json_put_text(json, "name", saved->name);
    li_json_put_text(json, "query", saved->query);
    li_json_put_bool(json, "shared", saved->shared);
    li_json_put_bool(json, "mine", saved->mine);
    li_json_close_map(json);
}

static int reply_views(struct li_request *request)
{
    struct li_saved *all;
    struct li_json json;
    size_t count;
    int r = li_saved_list(&request->ctx, request->conn, &request->viewer, &all, &count);

    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        put_saved(&json, &all[i]);
    }
    return li_reply_items_end(request, &json, 0);
}

int li_op_list_views(struct li_request *request)
{
    return reply_views(request);
}

int li_op_keep_view(struct li_request *request)
{
    const struct li_node *shared = li_node_get(request->body, "shared");
    struct li_saved_args *args = li_alloc(&request->ctx, sizeof(*args));

    if (!args) {
        return -LI_E_NOMEM;
    }
    *args = (struct li_saved_args){.viewer = &request->viewer,
                                   .name = li_node_text(request->body, "name"),
                                   .query = li_node_text(request->body, "query"),
                                   .shared = shared && shared->flag};
    li_request_job(request, &li_saved_keep, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_drop_view(struct li_request *request)
{
    struct li_saved_drop_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_id_parse(&request->ctx, li_request_text(request, "view"), &args->id)
                 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->person = request->viewer.person;
    li_request_job(request, &li_saved_drop, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_views_done(struct li_request *request)
{
    return reply_views(request);
}
