/*
 * How an area stands, for staff and for a computer on a wall; and such computers' links.
 *
 * Who holds a link sees what an auditor of that very area would, of this reading alone.
 */
#include "view/overview.h"

#include "base/id.h"
#include "base/time.h"
#include "people/screen.h"
#include "serve/op/op.h"
#include "view/json.h"

/* ---- as JSON --------------------------------------------------------------------- */

static void put_degrees(struct li_json *json, const char *key, int64_t angle)
{
    char text[LI_ANGLE_TEXT];

    li_json_key(json, key);
    li_json_raw(json, li_str_n(text, li_angle_text(angle, text)));
}

static void put_places(struct li_json *json, const struct li_overview *seen)
{
    li_json_key(json, "places");
    li_json_open_list(json);
    for (size_t i = 0; i < seen->place_count; i++) {
        li_json_open_map(json);
        li_json_key(json, "area");
        li_put_area(json, &seen->places[i].area);
        li_json_put_int(json, "open", seen->places[i].open);
        li_json_put_int(json, "overdue", seen->places[i].overdue);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    li_json_key(json, "rest");
    li_json_open_map(json);
    li_json_put_int(json, "open", seen->rest.open);
    li_json_put_int(json, "overdue", seen->rest.overdue);
    li_json_close_map(json);
}

static void put_dots(struct li_json *json, const struct li_overview *seen)
{
    li_json_key(json, "dots");
    li_json_open_list(json);
    for (size_t i = 0; i < seen->dot_count; i++) {
        li_json_open_map(json);
        put_degrees(json, "lon", seen->dots[i].lon);
        put_degrees(json, "lat", seen->dots[i].lat);
        li_json_put_bool(json, "overdue", seen->dots[i].overdue);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    li_json_put_bool(json, "more_dots", seen->more_dots);
}

static void put_events(struct li_json *json, const struct li_overview *seen)
{
    li_json_key(json, "events");
    li_json_open_list(json);
    for (size_t i = 0; i < seen->event_count; i++) {
        const struct li_overview_event *event = &seen->events[i];
        li_json_open_map(json);
        li_json_put_time(json, "at", li_second(event->at));
        li_json_put_bool(json, "done", event->done);
        li_json_put_text(json, "number", event->number);
        li_put_texts(json, "about", event->about);
        li_json_key(json, "area");
        li_put_area(json, &event->area);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static void put_run(struct li_json *json, const struct li_overview_run *run)
{
    li_json_open_map(json);
    li_json_put_text(json, "number", run->number);
    li_json_put_text(json, "playbook", run->playbook->name);
    li_put_texts(json, "title", run->playbook->title);
    li_put_named(json, "state", run->state->name, run->state->label);
    li_json_key(json, "area");
    li_put_area(json, &run->area);
    li_json_put_time(json, "opened_at", li_second(run->opened_at));
    li_put_time(json, "due_at", li_second(run->due_at));
    li_json_put_bool(json, "overdue", run->overdue);
    li_json_key(json, "parts");
    li_json_open_list(json);
    for (size_t i = 0; i < run->part_count; i++) {
        const struct li_overview_parts *parts = &run->parts[i];
        li_json_open_map(json);
        li_put_named(json, "kind", parts->kind->name, parts->kind->label);
        li_put_named(json, "state", parts->state->name, parts->state->label);
        li_json_put_int(json, "count", parts->count);
        li_json_put_int(json, "overdue", parts->overdue);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    li_json_close_map(json);
}

static int reply_overview(struct li_request *request, const struct li_overview *seen)
{
    struct li_json json = li_reply_json(request, 200);

    li_json_open_map(&json);
    li_json_put_time(&json, "as_of", li_second(seen->as_of));
    li_json_key(&json, "area");
    li_put_area(&json, &seen->area);
    li_json_put_int(&json, "opened", seen->opened);
    li_json_put_int(&json, "closed", seen->closed);
    li_json_put_int(&json, "open", seen->open);
    li_json_put_int(&json, "today", seen->today);
    li_json_put_int(&json, "overdue", seen->overdue);
    put_places(&json, seen);
    put_dots(&json, seen);
    put_events(&json, seen);
    li_json_key(&json, "runs");
    li_json_open_list(&json);
    for (size_t i = 0; i < seen->run_count; i++) {
        put_run(&json, &seen->runs[i]);
    }
    li_json_close_list(&json);
    li_json_put_bool(&json, "more_runs", seen->more_runs);
    li_json_close_map(&json);
    return li_reply_end(request);
}

/* ---- the reading -------------------------------------------------------------------- */

/* What an area is divided into, unless something else is asked for. */
static struct li_str below(struct li_str kind)
{
    return li_str_is(kind, "city") || li_str_is(kind, "county") ? LI_S("street")
           : li_str_is(kind, "street")                          ? LI_S("community")
                                                                : LI_S("grid");
}

static int answer(struct li_request *request, const struct li_viewer *viewer, struct li_area *area)
{
    struct li_view view = li_request_view(request);
    struct li_str by = li_request_text(request, "by");
    const struct li_overview_query query = {
        .area = area,
        .kind = by.ptr ? by : below(area->kind),
        .family = li_request_text(request, "family"),
    };
    struct li_overview seen;
    int r;

    view.viewer = viewer;
    r = li_view_overview(&request->ctx, &view, &query, &seen);
    return r ? r : reply_overview(request, &seen);
}

/* The widest area the viewer holds a post at; the tenant's where they hold none. */
static int own_area(struct li_request *request, struct li_area *ret)
{
    const struct li_viewer *viewer = &request->viewer;
    struct li_str widest = {.ptr = NULL};

    for (size_t i = 0; i < viewer->post_count; i++) {
        const struct li_post *post = &viewer->posts[i];
        if (post->org == 0 && (!widest.ptr || post->area_path.len < widest.len)) {
            widest = post->area_path;
        }
    }
    return widest.ptr ? li_area_at(&request->ctx, request->conn, request->tenant->id, widest, ret)
                      : li_area_find(&request->ctx, request->conn, request->tenant->id,
                                     request->tenant->code, ret);
}

int li_op_get_overview(struct li_request *request)
{
    struct li_str code = li_request_text(request, "area");
    struct li_area area;
    int r = code.ptr ? li_area_find(&request->ctx, request->conn, request->tenant->id, code, &area)
                     : own_area(request, &area);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such area");
    }
    return r ? r : answer(request, &request->viewer, &area);
}

int li_op_see_screen(struct li_request *request)
{
    struct li_screen screen;
    struct li_post post = {.post = LI_S("auditor")};
    const struct li_viewer viewer = {
        .kind = LI_VIEWER_STAFF, .tenant = request->tenant->id, .posts = &post, .post_count = 1};
    struct li_area area;
    int r = li_screen_by_key(&request->ctx, li_request_house(request)->record, request->conn,
                             request->tenant->id, li_request_text(request, "key"), &screen);

    r = r ? r
          : li_area_at(&request->ctx, request->conn, request->tenant->id, screen.area_path, &area);
    post.area_path = screen.area_path;
    return r ? r : answer(request, &viewer, &area);
}

/* ---- links ---------------------------------------------------------------------------- */

static int put_screen(struct li_request *request, struct li_json *json,
                      const struct li_screen *screen)
{
    struct li_area area;
    struct li_str key;
    int r = li_area_at(&request->ctx, request->conn, request->tenant->id, screen->area_path, &area);

    r = r ? r
          : li_screen_key(&request->ctx, li_request_house(request)->record, request->tenant->id,
                          screen->id, &key);
    if (r) {
        return r;
    }
    li_json_open_map(json);
    li_json_put_id(json, "screen", screen->id);
    li_json_put_text(json, "name", screen->name);
    li_json_key(json, "area");
    li_put_area(json, &area);
    li_json_put_time(json, "since", li_second(screen->since));
    if (!screen->until) {
        li_json_put_text(json, "key", key);
        li_json_put_text(json, "path",
                         li_strf(&request->ctx, "/screen/#/%.*s/%.*s?key=%.*s",
                                 LI_P(request->tenant->slug), LI_P(area.code), LI_P(key)));
    }
    li_json_close_map(json);
    return 0;
}

int li_op_list_screens(struct li_request *request)
{
    struct li_screen *screens;
    struct li_json json;
    size_t count;
    int r = li_screen_list(&request->ctx, request->conn, request->tenant->id, &screens, &count);

    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (li_viewer_holds(&request->viewer, LI_S("administrator"), screens[i].area_path, 0)) {
            r = put_screen(request, &json, &screens[i]);
        }
    }
    return li_reply_items_end(request, &json, r);
}

int li_op_make_screen(struct li_request *request)
{
    struct li_screen_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? 0 : -LI_E_NOMEM;

    if (r == 0) {
        args->name = li_node_text(request->body, "name");
        args->area_code = li_node_text(request->body, "area");
        r = li_op_over_area(request, "administrator", args->area_code);
    }
    if (r) {
        return r;
    }
    li_request_job(request, &li_screen_make, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

static int reply_screen(struct li_request *request, int status)
{
    struct li_screen screen;
    struct li_json json;
    int r = li_screen_find(&request->ctx, request->conn, request->tenant->id, request->job.entity,
                           &screen);

    if (r) {
        return r;
    }
    json = li_reply_json(request, status);
    r = put_screen(request, &json, &screen);
    return r ? r : li_reply_end(request);
}

int li_op_make_screen_done(struct li_request *request)
{
    return reply_screen(request, 201);
}

int li_op_end_screen(struct li_request *request)
{
    struct li_screen_end_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_screen screen;
    int r = args ? li_id_parse(&request->ctx, li_request_text(request, "screen"), &args->id)
                 : -LI_E_NOMEM;

    r = r ? r
          : li_screen_find(&request->ctx, request->conn, request->tenant->id, args->id, &screen);
    r = r ? r : li_op_over(request, "administrator", screen.area_path);
    if (r) {
        return r;
    }
    li_request_job(request, &li_screen_end, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_end_screen_done(struct li_request *request)
{
    return reply_screen(request, 200);
}
