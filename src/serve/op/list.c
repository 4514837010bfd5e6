/* Lists of cases: the desk's, and what anybody may know. */
#include "base/id.h"
#include "base/time.h"
#include "contract/fault.h"
#include "record/cursor.h"
#include "serve/op/op.h"
#include "view/json.h"

#define PAGE 50

int li_op_cursor(struct li_request *request, struct li_str *ret)
{
    char text[LI_CURSOR_TEXT + 1];
    int r = li_cursor_seal(&request->ctx, li_request_house(request)->record, request->tenant->id,
                           request->job.seq, text);

    if (r == 0) {
        *ret = li_str_dup(&request->ctx, li_str(text));
        r = ret->ptr ? 0 : -LI_E_NOMEM;
    }
    return r;
}

/* The cursor in a parameter, 0 where there is none. */
static int cursor_in(struct li_request *request, const char *name, int64_t *ret)
{
    struct li_str text = li_request_text(request, name);

    *ret = 0;
    if (text.len && li_cursor_open(&request->ctx, li_request_house(request)->record,
                                   request->tenant->id, text, ret)) {
        return li_fault(&request->ctx, LI_FAULT_PATTERN,
                        li_strf(&request->ctx, "/parameters/%s", name), LI_S(""));
    }
    return 0;
}

int li_op_view_before(struct li_request *request, struct li_view *ret)
{
    struct li_view view = li_request_view(request);
    int r = cursor_in(request, "before", &view.before);

    if (r == 0) {
        *ret = view;
    }
    return r;
}

/* Waits on the consumers, at most a second, and not at all while others do: then
 * the snapshot must be younger. */
int li_op_wait(struct li_request *request, int64_t *ret_seq, bool *ret_reached)
{
    struct li_record *record = li_request_house(request)->record;
    int64_t tenant = request->tenant->id, seq;
    bool waits;
    int r = cursor_in(request, "after", &seq);

    if (r) {
        return r;
    }
    waits = seq > 0 && li_request_wait_begin(request);
    li_rollback(request->conn);
    r = li_record_catch_up(&request->ctx, record, tenant, seq, waits ? LI_SECOND : 0, ret_seq);
    if (waits) {
        li_request_wait_end(request);
    }
    if (r && r != -LI_E_AGAIN) {
        return r;
    }
    *ret_reached = *ret_seq >= seq;
    return li_begin(&request->ctx, request->conn);
}

int li_op_filter_area(struct li_request *request, struct li_str code, struct li_view_filter *filter)
{
    struct li_area area;
    int r =
        code.ptr ? li_area_find(&request->ctx, request->conn, request->tenant->id, code, &area) : 0;

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such area");
    }
    if (r == 0 && code.ptr) {
        filter->area_path = area.path;
    }
    return r;
}

/* "open" and "ended" are said of any state, else it is the name of one. */
static void read_state(struct li_request *request, struct li_view_filter *filter)
{
    struct li_str state = li_request_text(request, "state");

    if (li_str_is(state, "open")) {
        filter->open = LI_VIEW_YES;
    } else if (li_str_is(state, "ended")) {
        filter->open = LI_VIEW_NO;
    } else {
        filter->state = state;
    }
}

/* A day's first instant; `after`: how many days behind it. */
static int read_day(struct li_request *request, const char *name, int after, int64_t *ret)
{
    struct li_str text = li_request_text(request, name);
    int32_t day;
    int r = text.ptr ? li_date_parse(&request->ctx, text, &day) : 0;

    if (r == 0 && text.ptr) {
        *ret = li_day_start(day + after);
    }
    return r;
}

static int level_of(struct li_str name)
{
    static const char *const levels[] = {"normal", "urgent", "emergency"};

    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (li_str_is(name, levels[i])) {
            return 1 + (int)i;
        }
    }
    return 0;
}

static enum li_view_choice choice_of(struct li_str text)
{
    if (!text.ptr) {
        return LI_VIEW_ANY;
    }
    return li_str_is(text, "yes") ? LI_VIEW_YES : LI_VIEW_NO;
}

static int read_filter(struct li_request *request, struct li_view_filter *ret)
{
    struct li_str organization = li_request_text(request, "organization");
    struct li_view_filter filter = {
        .q = li_request_text(request, "q"),
        .playbook = li_request_text(request, "playbook"),
        .class = li_request_text(request, "class"),
        .topic = li_request_text(request, "topic"),
        .level = level_of(li_request_text(request, "level")),
        .overdue = choice_of(li_request_text(request, "overdue")),
        .value = li_request_text(request, "choice"),
        .asked = li_request_text(request, "asked"),
    };
    int r = organization.ptr ? li_id_parse(&request->ctx, organization, &filter.organization) : 0;

    filter.field = li_str_cut(&filter.value, '.');
    read_state(request, &filter);
    r = r ? r : read_day(request, "opened_from", 0, &filter.opened_from);
    r = r ? r : read_day(request, "opened_to", 1, &filter.opened_to);
    r = r ? r : li_op_filter_area(request, li_request_text(request, "area"), &filter);
    if (r == 0) {
        *ret = filter;
    }
    return r;
}

int li_op_list_cases(struct li_request *request)
{
    size_t limit = (size_t)li_request_int(request, "limit", PAGE);
    struct li_str before = li_request_text(request, "before");
    struct li_view_filter filter;
    struct li_view_list list;
    struct li_view view;
    struct li_json json;
    int64_t seen;
    bool reached;
    int r = li_request_text(request, "after").len ? li_op_wait(request, &seen, &reached) : 0;

    r = r ? r : read_filter(request, &filter);
    if (r) {
        return r;
    }
    view = li_request_view(request);
    r = li_str_is(li_request_text(request, "view"), "all")
            ? li_view_all(&request->ctx, &view, &filter, limit, before, &list)
            : li_view_mine(&request->ctx, &view, &filter, limit, before, &list);
    if (r == 0) {
        json = li_reply_json(request, 200);
        li_put_list(&json, &view, &list);
        r = li_reply_end(request);
    }
    return r;
}

int li_op_list_public_cases(struct li_request *request)
{
    struct li_str state = li_request_text(request, "state");
    struct li_view_filter filter = {.topic = li_request_text(request, "topic")};
    struct li_view view = li_request_view(request);
    struct li_view_list list;
    struct li_json json;
    int r = li_op_filter_area(request, li_request_text(request, "area"), &filter);

    if (state.ptr) {
        filter.open = li_str_is(state, "open") ? LI_VIEW_YES : LI_VIEW_NO;
    }
    r = r ? r
          : li_view_public(&request->ctx, &view, &filter,
                           (size_t)li_request_int(request, "limit", PAGE),
                           li_request_text(request, "before"), &list);
    if (r == 0) {
        json = li_reply_json(request, 200);
        li_put_public_list(&json, &list);
        r = li_reply_end(request);
    }
    return r;
}
