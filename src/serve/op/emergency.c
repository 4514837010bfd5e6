/*
 * A declared emergency: the one list of who came, for those on it.
 *
 * The leader on duty of an area, or the chief of its street, declares and ends one.  Seen is
 * it by those who have a turn on its list and by those who may declare there; to everybody
 * else, also who plans the roster, there is none.
 */
#include "people/emergency.h"
#include "base/id.h"
#include "base/time.h"
#include "serve/op/op.h"
#include "view/json.h"

/* *ret: whether the viewer may declare one for an area.  The chief of a lane or a compound
 * is often a neighbour who helps; one of a street is in office. */
static int entitled(struct li_request *request, struct li_str path, bool *ret)
{
    bool may = false;
    int r = 0;

    for (size_t i = 0; r == 0 && !may && i < request->viewer.post_count; i++) {
        const struct li_post *post = &request->viewer.posts[i];
        struct li_area area;
        if (!li_str_starts(path, post->area_path)) {
            continue;
        }
        may = li_str_eq(post->post, LI_SHIFT_LEADER);
        if (!may && li_str_is(post->post, "chief")) {
            r = li_area_at(&request->ctx, request->conn, request->tenant->id, post->area_path,
                           &area);
            may = r == 0 && (li_str_is(area.kind, "street") || li_str_is(area.kind, "county"));
        }
    }
    if (r == 0) {
        *ret = may;
    }
    return r;
}

/* One as the viewer sees it. */
struct seen {
    struct li_emergency emergency;
    struct li_emergency_turn *turns;
    size_t count;
    bool listed, may_end;
};

static int see(struct li_request *request, const struct li_emergency *emergency, struct seen *ret)
{
    struct seen seen = {.emergency = *emergency};
    int r = li_emergency_turns(&request->ctx, li_request_house(request)->record, request->conn,
                               request->tenant->id, emergency, &seen.turns, &seen.count);

    r = r ? r : entitled(request, emergency->area_path, &seen.may_end);
    for (size_t i = 0; r == 0 && i < seen.count; i++) {
        seen.listed |= seen.turns[i].shift.person == request->viewer.person;
    }
    if (r == 0) {
        *ret = seen;
    }
    return r;
}

static void put_turn(struct li_request *request, struct li_json *json, const struct seen *seen,
                     const struct li_emergency_turn *turn)
{
    bool may =
        li_emergency_may_tell(seen->turns, seen->count, &turn->shift, request->viewer.person);

    li_json_open_map(json);
    li_json_put_id(json, "shift", turn->shift.id);
    li_json_put_text(json, "post", turn->shift.post);
    li_put_post_label(json, "label", li_post_find(turn->shift.post));
    li_json_put_text(json, "name", turn->shift.name);
    li_json_put_bool(json, "mine", turn->shift.person == request->viewer.person);
    li_json_put_time(json, "since", turn->shift.since);
    li_json_put_time(json, "until", turn->shift.until);
    li_put_time(json, "emergency_arrived_at", li_second(turn->arrived_at));
    li_put_time(json, "emergency_left_at", li_second(turn->left_at));
    li_json_put_bool(json, "tells", may && seen->emergency.until > li_now(request->ctx.clock));
    li_json_close_map(json);
}

static int put_seen(struct li_request *request, struct li_json *json, const struct seen *seen)
{
    const struct li_emergency *emergency = &seen->emergency;
    bool runs = emergency->until > li_now(request->ctx.clock);
    struct li_area area;
    int r =
        li_area_at(&request->ctx, request->conn, request->tenant->id, emergency->area_path, &area);

    if (r) {
        return r;
    }
    li_json_open_map(json);
    li_json_put_id(json, "emergency", emergency->id);
    li_json_key(json, "area");
    li_put_area(json, &area);
    li_json_put_text(json, "basis", emergency->basis);
    li_json_put_text(json, "reason", emergency->reason);
    li_json_put_text(json, "declared_by", emergency->declarer);
    li_json_put_time(json, "since", li_second(emergency->since));
    li_json_put_time(json, "until", li_second(emergency->until));
    li_json_put_time(json, "erase_at", li_second(emergency->erase_at));
    li_json_put_bool(json, "runs", runs);
    li_json_put_bool(json, "ends", runs && seen->may_end);
    li_json_key(json, "items");
    li_json_open_list(json);
    for (size_t i = 0; i < seen->count; i++) {
        put_turn(request, json, seen, &seen->turns[i]);
    }
    li_json_close_list(json);
    li_json_close_map(json);
    return 0;
}

int li_op_list_emergencies(struct li_request *request)
{
    struct li_emergency *all;
    struct li_json json;
    struct seen *seen;
    size_t count;
    int r = li_emergency_list(&request->ctx, li_request_house(request)->record, request->conn,
                              request->tenant->id, li_now(request->ctx.clock), &all, &count);

    seen = r ? NULL : li_alloc_array(&request->ctx, count + 1, sizeof(*seen));
    if (!seen) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = see(request, &all[i], &seen[i]);
    }
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = seen[i].listed || seen[i].may_end ? put_seen(request, &json, &seen[i]) : 0;
    }
    return li_reply_items_end(request, &json, r);
}

int li_op_declare_emergency(struct li_request *request)
{
    struct li_emergency_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_area area;
    bool may = false;
    int r = args ? li_area_find(&request->ctx, request->conn, request->tenant->id,
                                li_node_text(request->body, "area"), &area)
                 : -LI_E_NOMEM;

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such area");
    }
    r = r ? r : entitled(request, area.path, &may);
    if (r == 0 && !may) {
        r = LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "only the leader on duty or the chief may");
    }
    if (r) {
        return r;
    }
    *args =
        (struct li_emergency_args){.area_code = area.code,
                                   .basis = li_str_trim(li_node_text(request->body, "basis")),
                                   .reason = li_str_trim(li_node_text(request->body, "reason"))};
    r = li_time_parse(&request->ctx, li_node_text(request->body, "until"), &args->until);
    li_request_job(request, &li_emergency_declare, args, (struct li_str){.ptr = NULL});
    return r ? r : LI_LATER;
}

static int reply_emergency(struct li_request *request, int status)
{
    struct li_emergency emergency;
    struct li_json json;
    struct seen seen;
    int r = li_emergency_find(&request->ctx, li_request_house(request)->record, request->conn,
                              request->tenant->id, request->job.entity, &emergency);

    r = r ? r : see(request, &emergency, &seen);
    if (r) {
        return r;
    }
    json = li_reply_json(request, status);
    r = put_seen(request, &json, &seen);
    return r ? r : li_reply_end(request);
}

int li_op_declare_emergency_done(struct li_request *request)
{
    return reply_emergency(request, 201);
}

/* One of the request that the viewer may see. */
static int find_seen(struct li_request *request, int64_t *ret_id, struct seen *ret)
{
    struct li_emergency emergency;
    int64_t id;
    int r = li_id_parse(&request->ctx, li_request_text(request, "emergency"), &id);

    r = r ? r
          : li_emergency_find(&request->ctx, li_request_house(request)->record, request->conn,
                              request->tenant->id, id, &emergency);
    r = r ? r : see(request, &emergency, ret);
    if (r == -LI_E_NOT_FOUND || (r == 0 && !ret->listed && !ret->may_end)) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such emergency");
    }
    *ret_id = id;
    return r;
}

int li_op_end_emergency(struct li_request *request)
{
    struct li_emergency_end_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct seen seen;
    int r = args ? find_seen(request, &args->emergency, &seen) : -LI_E_NOMEM;

    if (r == 0 && !seen.may_end) {
        r = LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "only the leader on duty or the chief may");
    }
    if (r) {
        return r;
    }
    li_request_job(request, &li_emergency_end, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_tell_emergency(struct li_request *request)
{
    struct li_emergency_tell_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_str word = li_node_text(request->body, "told");
    struct li_str at = li_node_text(request->body, "at");
    struct seen seen;
    int r = args ? find_seen(request, &args->emergency, &seen) : -LI_E_NOMEM;

    r = r ? r : li_id_parse(&request->ctx, li_node_text(request->body, "shift"), &args->shift);
    if (r == 0 && at.ptr) {
        r = li_time_parse(&request->ctx, at, &args->at);
    }
    if (r) {
        return r;
    }
    args->word = li_str_is(word, "arrived") ? LI_EMERGENCY_ARRIVED
                 : li_str_is(word, "left")  ? LI_EMERGENCY_LEFT
                                            : LI_EMERGENCY_NOTHING;
    li_request_job(request, &li_emergency_tell, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_emergency_done(struct li_request *request)
{
    return reply_emergency(request, 200);
}
