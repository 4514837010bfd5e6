/* What needs no account: progress by tracking code, gauges. */
#include "base/id.h"
#include "base/time.h"
#include "record/tally.h"
#include "serve/op/op.h"
#include "view/json.h"

int li_op_get_progress(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_case seen;
    struct li_json json;
    uint8_t token[16];
    int r;

    if (!li_base32_parse(li_request_text(request, "tracking"), token, sizeof(token))) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such tracking code");
    }
    r = li_view_progress(&request->ctx, &view, token, &seen);
    if (r == 0) {
        json = li_reply_json(request, 200);
        li_put_progress(&json, &seen);
        r = li_reply_end(request);
    }
    return r;
}

int li_op_get_tally(struct li_request *request)
{
    struct li_tally_delta *items;
    struct li_json json;
    int64_t seq;
    size_t count;
    int r = li_op_wait(request, li_request_int(request, "after", 0), &seq);

    r = r ? r
          : li_tally_read(&request->ctx, request->conn, request->tenant->id, LI_SCOPE_PUBLIC,
                          &items, &count);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_int(&json, "as_of", seq);
    li_json_key(&json, "items");
    li_json_open_list(&json);
    for (size_t i = 0; i < count; i++) {
        li_json_open_map(&json);
        li_json_put_text(&json, "area", items[i].area);
        li_json_put_text(&json, "playbook", items[i].playbook);
        li_json_put_text(&json, "state", items[i].state);
        li_json_put_int(&json, "count", items[i].n);
        li_json_close_map(&json);
    }
    li_json_close_list(&json);
    li_json_close_map(&json);
    return li_reply_end(request);
}
