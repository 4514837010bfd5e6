/* What waits in the viewer's reach, and with whom. */
#include "base/id.h"
#include "base/time.h"
#include "serve/op/op.h"
#include "view/json.h"
#include "view/waiting.h"

#define PAGE 50

static enum li_waiting_reading reading_of(struct li_str name)
{
    static const char *const names[] = {"", "unit", "today", "overdue"};

    for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++) {
        if (li_str_is(name, names[i])) {
            return (enum li_waiting_reading)i;
        }
    }
    return LI_WAITING_NONE;
}

static int read_query(struct li_request *request, struct li_waiting_query *ret)
{
    struct li_str organization = li_request_text(request, "organization");
    struct li_view_filter at = {.q = {.ptr = NULL}};
    struct li_waiting_query query = {
        .reading = reading_of(li_request_text(request, "reading")),
        .post = li_request_text(request, "post"),
        .limit = (size_t)li_request_int(request, "limit", PAGE),
    };
    int r = organization.ptr ? li_id_parse(&request->ctx, organization, &query.org) : 0;

    r = r ? r : li_op_filter_area(request, li_request_text(request, "at"), &at);
    if (r == 0) {
        query.area_path = at.area_path;
        *ret = query;
    }
    return r;
}

static void put_groups(struct li_json *json, const struct li_waiting *found)
{
    li_json_key(json, "with");
    li_json_open_list(json);
    for (size_t i = 0; i < found->group_count; i++) {
        const struct li_waiting_group *group = &found->groups[i];
        li_json_open_map(json);
        li_put_owner(json, &group->shown);
        li_json_put_int(json, "open", group->open);
        li_json_put_int(json, "today", group->today);
        li_json_put_int(json, "overdue", group->overdue);
        li_json_key(json, "unit");
        li_json_bool(json, group->unit);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

int li_op_get_inbox(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_waiting_query query;
    struct li_waiting found;
    struct li_json json;
    int r = read_query(request, &query);

    r = r ? r : li_view_waiting(&request->ctx, &view, &query, &found);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_time(&json, "as_of", li_now(request->ctx.clock));
    li_json_put_int(&json, "unit", found.unit);
    li_json_put_int(&json, "today", found.today);
    li_json_put_int(&json, "overdue", found.overdue);
    put_groups(&json, &found);
    li_json_key(&json, "items");
    li_json_open_list(&json);
    for (size_t i = 0; i < found.row_count; i++) {
        li_json_open_map(&json);
        li_json_key(&json, "row");
        li_put_row(&json, &found.rows[i].row);
        li_put_owner(&json, &found.rows[i].owner);
        li_json_close_map(&json);
    }
    li_json_close_list(&json);
    li_json_key(&json, "more");
    li_json_bool(&json, found.more);
    li_json_close_map(&json);
    return li_reply_end(request);
}
