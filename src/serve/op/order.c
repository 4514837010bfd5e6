/*
 * Upper orders: sources, rows of a sheet taken in one by one, what waits, replies, and
 * the sheet that goes back up (order_export.c).
 */
#include "case/order.h"

#include "base/canonical.h"
#include "base/id.h"
#include "base/time.h"
#include "case/link.h"
#include "contract/fault.h"
#include "serve/op/op.h"
#include "serve/op/order.h"
#include "view/json.h"
#include "view/link.h"

#define PAGE 50

int li_order_at_desk(struct li_request *request)
{
    for (size_t i = 0; i < request->viewer.post_count; i++) {
        struct li_str post = request->viewer.posts[i].post;
        if (li_str_is(post, "desk") || li_str_is(post, "dispatcher") ||
            li_str_is(post, "administrator")) {
            return 0;
        }
    }
    return LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "orders are the desk's");
}

/* ---- sources ------------------------------------------------------------------- */

int li_op_list_order_sources(struct li_request *request)
{
    struct li_order_source *all;
    struct li_json json;
    size_t count;
    int r = li_order_at_desk(request);

    r = r ? r : li_order_sources(&request->ctx, request->conn, request->tenant->id, &all, &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        li_json_open_map(&json);
        li_json_put_text(&json, "source", all[i].name);
        li_json_key(&json, "spec");
        li_json_node(&json, all[i].spec);
        li_json_close_map(&json);
    }
    return li_reply_items_end(request, &json, 0);
}

int li_op_put_order_source(struct li_request *request)
{
    struct li_order_source_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_order_at_desk(request) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->name = li_request_text(request, "source");
    args->spec = request->body;
    li_request_job(request, &li_order_source_put, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_put_order_source_done(struct li_request *request)
{
    const struct li_order_source_args *args = request->job.args;
    struct li_json json = li_reply_json(request, 200);

    li_json_open_map(&json);
    li_json_put_text(&json, "source", args->name);
    li_json_key(&json, "spec");
    li_json_node(&json, args->spec);
    li_json_close_map(&json);
    return li_reply_end(request);
}

/* ---- takeOrder --------------------------------------------------------------------- */

static int reply_taken(struct li_request *request, int64_t id, bool known)
{
    struct li_view view = li_request_view(request);
    struct li_case row;
    struct li_json json;
    int r = li_view_other(&request->ctx, &view, id, &row);

    if (r == -LI_E_NOT_FOUND) { /* another street's */
        return LI_FAIL(&request->ctx, LI_E_UNIQUE, "this order is there already");
    }
    if (r) {
        return r;
    }
    json = li_reply_json(request, known ? 200 : 201);
    li_json_open_map(&json);
    li_json_put_id(&json, "case", row.id);
    li_json_put_text(&json, "number", row.number);
    li_json_put_bool(&json, "known", known);
    li_json_close_map(&json);
    return li_reply_end(request);
}

static int read_deadline(struct li_request *request, int64_t *ret)
{
    struct li_str text = li_node_text(request->body, "deadline");
    int r = text.len ? li_time_parse(&request->ctx, text, ret) : 0;

    return r ? li_fault(&request->ctx, LI_FAULT_FORMAT, LI_S("/deadline"), LI_S("")) : 0;
}

static int prepare(struct li_request *request, struct li_case_order *order,
                   const struct li_node *spec)
{
    struct li_str via = li_node_text(spec, "via");
    struct li_case_open_args *args;
    int r = read_deadline(request, &order->due_at);

    r = r ? r
          : li_op_prepare_open(
                request, li_node_text(spec, "playbook"), li_node_text(request->body, "area"), via,
                li_node_get(request->body, "fields"), (struct li_str){.ptr = NULL}, &args);
    if (r) {
        return r;
    }
    args->order = order;
    return LI_LATER;
}

int li_op_take_order(struct li_request *request)
{
    struct li_case_order *order = li_alloc(&request->ctx, sizeof(*order));
    struct li_order there;
    struct li_node *spec;
    int r = order ? li_order_at_desk(request) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    order->source = li_node_text(request->body, "source");
    order->number = li_str_trim(li_node_text(request->body, "number"));
    r = li_order_source_find(&request->ctx, request->conn, request->tenant->id, order->source,
                             &spec);
    if (r == -LI_E_NOT_FOUND) {
        return li_fault(&request->ctx, LI_FAULT_CHOICE, LI_S("/source"), LI_S(""));
    }
    r = r ? r
          : li_order_find(&request->ctx, request->conn, request->tenant->id, order->source,
                          order->number, &there);
    if (r == 0) {
        return reply_taken(request, there.case_id, true);
    }
    return r == -LI_E_NOT_FOUND ? prepare(request, order, spec) : r;
}

int li_op_take_order_done(struct li_request *request)
{
    return reply_taken(request, request->job.entity, false);
}

/* ---- what waits, what was answered ---------------------------------------------------- */

int li_order_see(struct li_request *request, const struct li_order *order,
                 struct li_order_seen *ret)
{
    struct li_view view = li_request_view(request);
    int r = li_view_other(&request->ctx, &view, order->case_id, &ret->row);

    ret->order = *order;
    ret->has_through = false;
    if (r == 0 && ret->row.merged_into) {
        r = li_view_other(&request->ctx, &view, ret->row.merged_into, &ret->through);
        ret->has_through = r == 0;
        r = r == -LI_E_NOT_FOUND ? 0 : r;
    }
    if (r == 0) {
        r = li_area_find(&request->ctx, request->conn, request->tenant->id, ret->row.area,
                         &ret->area);
        if (r == -LI_E_NOT_FOUND) {
            ret->area = (struct li_area){.code = ret->row.area, .name = ret->row.area};
            r = 0;
        }
    }
    return r ? r
             : li_order_reply_text(&request->ctx, request->conn, request->tenant->id, order,
                                   &ret->reply);
}

static void put_order(struct li_request *request, struct li_json *json,
                      const struct li_order_seen *seen)
{
    const struct li_case *stands = seen->has_through ? &seen->through : &seen->row;
    const struct li_state *state = &stands->playbook->machines[0].states[stands->state];
    int64_t due = seen->order.due_at;

    li_json_open_map(json);
    li_json_put_text(json, "source", seen->order.source);
    li_json_put_text(json, "external", seen->order.number);
    li_json_put_id(json, "case", seen->row.id);
    li_json_put_text(json, "number", seen->row.number);
    li_put_named(json, "state", state->name, state->label);
    li_json_put_bool(json, "closed", stands->closed_at != 0);
    if (seen->has_through) {
        li_json_put_text(json, "through", seen->through.number);
    }
    li_json_put_text(json, "area", seen->area.name);
    li_json_put_time(json, "since", seen->order.since);
    li_put_time(json, "due_at", due);
    li_json_put_bool(json, "overdue",
                     due && (seen->order.replied_at ? seen->order.replied_at
                                                    : li_now(request->ctx.clock)) > due);
    li_put_time(json, "replied_at", seen->order.replied_at);
    li_json_put_text(json, "reply", seen->reply);
    li_json_close_map(json);
}

int li_order_page(struct li_request *request, bool replied, struct li_order_place *place,
                  size_t limit, struct li_order **ret, size_t *ret_count)
{
    int r = replied ? li_order_replied(&request->ctx, request->conn, request->tenant->id, *place,
                                       limit, ret, ret_count)
                    : li_order_waiting(&request->ctx, request->conn, request->tenant->id, *place,
                                       limit, ret, ret_count);

    if (r == 0 && *ret_count) {
        const struct li_order *last = &(*ret)[*ret_count - 1];
        *place = (struct li_order_place){.at = replied        ? last->replied_at
                                               : last->due_at ? last->due_at
                                                              : INT64_MAX,
                                         .case_id = last->case_id};
    }
    return r;
}

struct li_order_place li_order_begin(bool replied)
{
    return replied ? (struct li_order_place){INT64_MAX, INT64_MAX} : (struct li_order_place){0, 0};
}

/* "AT.CASE" of the page before. */
static int read_place(struct li_request *request, bool replied, struct li_order_place *ret)
{
    struct li_str rest = li_request_text(request, "before"), at;

    *ret = li_order_begin(replied);
    if (rest.len == 0) {
        return 0;
    }
    at = li_str_cut(&rest, '.');
    if (!li_str_to_i64(at, &ret->at) || !li_str_to_i64(rest, &ret->case_id)) {
        return LI_FAIL_AT(&request->ctx, LI_E_INVALID, LI_S("/parameters/before"),
                          "this is no page's end");
    }
    return 0;
}

static int put_orders(struct li_request *request, struct li_json *json,
                      const struct li_order *orders, size_t count, struct li_str source)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_order_seen seen;
        if (source.len && !li_str_eq(source, orders[i].source)) {
            continue;
        }
        r = li_order_see(request, &orders[i], &seen);
        if (r == 0) {
            put_order(request, json, &seen);
        } else if (r == -LI_E_NOT_FOUND) {
            r = 0;
        }
    }
    return r;
}

/* One by its number, of whichever source has it. */
static int find_number(struct li_request *request, struct li_str number, struct li_order **ret,
                       size_t *ret_count)
{
    struct li_order_source *sources;
    size_t source_count, count = 0;
    int r = li_order_sources(&request->ctx, request->conn, request->tenant->id, &sources,
                             &source_count);
    struct li_order *found =
        r ? NULL : li_alloc_array(&request->ctx, source_count + 1, sizeof(*found));

    if (!found) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < source_count; i++) {
        r = li_order_find(&request->ctx, request->conn, request->tenant->id, sources[i].name,
                          number, &found[count]);
        count += r == 0;
        r = r == -LI_E_NOT_FOUND ? 0 : r;
    }
    *ret = found;
    *ret_count = count;
    return r;
}

int li_op_list_orders(struct li_request *request)
{
    bool replied = li_str_is(li_request_text(request, "view"), "replied");
    size_t limit = (size_t)li_request_int(request, "limit", PAGE), count = 0;
    struct li_str number = li_str_trim(li_request_text(request, "number")), next = {.ptr = NULL};
    struct li_order_place place = {0, 0};
    struct li_order *orders = NULL;
    struct li_json json;
    int r = li_order_at_desk(request);

    r = r ? r : read_place(request, replied, &place);
    if (r == 0) {
        r = number.len ? find_number(request, number, &orders, &count)
                       : li_order_page(request, replied, &place, limit, &orders, &count);
    }
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    r = put_orders(request, &json, orders, count, li_request_text(request, "source"));
    if (!number.len && count == limit) {
        next = li_strf(&request->ctx, "%lld.%lld", (long long)place.at, (long long)place.case_id);
        r = r ? r : next.ptr ? 0 : -LI_E_NOMEM;
    }
    return li_reply_items_from(request, &json, next, r);
}

/* ---- one, with the answer that was given here ------------------------------------------ */

/* The last answer in the case's steps that its reporter is told. */
static struct li_str proposed(const struct li_view_case *seen)
{
    static const char *const names[] = {"answer", "reply"};

    for (size_t n = 0; n < 2; n++) {
        for (size_t i = seen->entry_count; i-- > 0;) {
            const struct li_view_entry *entry = &seen->entries[i];
            for (size_t k = 0; k < entry->value_count; k++) {
                if (li_str_is(entry->values[k].field->name, names[n])) {
                    return entry->values[k].text.zh;
                }
            }
        }
    }
    return LI_S("");
}

int li_op_get_order(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_order_seen seen;
    struct li_view_case stands;
    struct li_order order;
    struct li_json json;
    int r = li_order_at_desk(request);

    r = r ? r
          : li_order_find(&request->ctx, request->conn, request->tenant->id,
                          li_request_text(request, "source"), li_request_text(request, "number"),
                          &order);
    r = r ? r : li_order_see(request, &order, &seen);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such order");
    }
    r = r ? r
          : li_view_case(&request->ctx, &view, seen.has_through ? seen.through.id : seen.row.id,
                         &stands);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "order");
    put_order(request, &json, &seen);
    li_json_put_text(&json, "proposed", proposed(&stands));
    li_json_close_map(&json);
    return li_reply_end(request);
}

/* ---- replyToOrder ---------------------------------------------------------------------- */

int li_op_reply_to_order(struct li_request *request)
{
    struct li_order_reply_args *args = li_alloc(&request->ctx, sizeof(*args));

    if (!args) {
        return -LI_E_NOMEM;
    }
    *args = (struct li_order_reply_args){
        .source = li_node_text(request->body, "source"),
        .number = li_node_text(request->body, "number"),
        .text = li_node_text(request->body, "text"),
    };
    li_request_job(request, &li_order_reply, args, li_request_text(request, "Idempotency-Key"));
    return LI_LATER;
}
