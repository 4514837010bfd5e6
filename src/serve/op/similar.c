/* What is like what: of a case, and of one that is being entered. */
#include "view/similar.h"

#include "base/id.h"
#include "contract/fault.h"
#include "serve/op/op.h"
#include "view/json.h"

#define LIMIT 10

static void put_similar(struct li_json *json, const struct li_view_similar *one)
{
    li_json_open_map(json);
    li_put_brief(json, &one->row, &one->area, one->summary);
    li_json_put_int(json, "weight", one->weight);
    li_json_key(json, "reasons");
    li_json_open_list(json);
    for (size_t i = 0; i < one->reason_count; i++) {
        li_json_open_map(json);
        li_json_put_text(json, "name", li_str(one->reasons[i].name));
        li_put_texts(json, "label", one->reasons[i].label);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    li_json_close_map(json);
}

static int reply_similar(struct li_request *request, const struct li_view *view,
                         const struct li_view_probe *probe)
{
    size_t limit = (size_t)li_request_int(request, "limit", LIMIT), count;
    struct li_view_similar *all;
    struct li_json json;
    int r = li_view_similar(&request->ctx, view, probe, limit, &all, &count);

    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        put_similar(&json, &all[i]);
    }
    return li_reply_items_end(request, &json, 0);
}

int li_op_list_similar(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_probe probe;
    int64_t id;
    int r = li_id_parse(&request->ctx, li_request_text(request, "case"), &id);

    r = r ? r : li_view_probe_of(&request->ctx, &view, id, &probe);
    return r ? r : reply_similar(request, &view, &probe);
}

int li_op_find_similar(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    const struct li_playbook *playbook;
    struct li_view_probe probe;
    struct li_area area;
    int r = li_op_playbook(request, li_node_text(request->body, "playbook"), &playbook);

    r = r ? r
          : li_area_find(&request->ctx, request->conn, request->tenant->id,
                         li_node_text(request->body, "area"), &area);
    if (r == -LI_E_NOT_FOUND) {
        return li_fault(&request->ctx, LI_FAULT_NOWHERE, LI_S("/area"), LI_S(""));
    }
    r = r ? r
          : li_view_probe_given(&request->ctx, &view, playbook, &area,
                                li_node_get(request->body, "fields"), &probe);
    return r ? r : reply_similar(request, &view, &probe);
}
