/* What needs no account: progress by tracking code, gauges. */
#include "base/id.h"
#include "base/time.h"
#include "record/history.h"
#include "record/tally.h"
#include "serve/op/op.h"
#include "view/json.h"

int li_op_get_progress(struct li_request *request)
{
    struct li_view view;
    struct li_view_case seen;
    struct li_json json;
    int r = li_op_view_before(request, &view);

    r = r ? r : li_op_see_progress(request, &view, &seen);
    if (r == 0) {
        json = li_reply_json(request, 200);
        li_put_progress(&json, &seen);
        r = li_reply_end(request);
    }
    return r;
}

/* Until when the gauges include everything: now, unless something waits behind `seq`. */
static int complete_until(struct li_request *request, int64_t seq, int64_t *ret)
{
    struct li_entry *next;
    size_t count;
    int r =
        li_history_read(&request->ctx, request->conn, request->tenant->id, seq, 1, &next, &count);

    if (r == 0) {
        *ret = li_second(count ? next[0].at : li_now(request->ctx.clock));
    }
    return r;
}

int li_op_get_tally(struct li_request *request)
{
    struct li_tally_delta *items;
    struct li_json json;
    int64_t seq, until;
    size_t count;
    bool reached;
    int r = li_op_wait(request, &seq, &reached);

    r = r ? r : complete_until(request, seq, &until);
    r = r ? r
          : li_tally_read(&request->ctx, request->conn, request->tenant->id, LI_SCOPE_PUBLIC,
                          &items, &count);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_time(&json, "as_of", until);
    li_json_put_bool(&json, "reached", reached);
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
    return li_reply_items_end(request, &json, 0);
}
