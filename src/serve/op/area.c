/* One area with what is drawn of it, where a point lies, and areas as a map. */
#include <stdio.h>

#include "area/ground.h"
#include "area/shape.h"
#include "base/time.h"
#include "serve/op/op.h"
#include "view/json.h"

static void put_day(struct li_json *json, const char *key, int32_t day)
{
    struct li_civil civil = li_civil_at(li_day_start(day));
    char text[16];

    if (day) {
        snprintf(text, sizeof(text), "%04d-%02d-%02d", civil.year % 10000, civil.month, civil.day);
        li_json_put_text(json, key, li_str(text));
    }
}

static void put_words(struct li_json *json, struct li_str words)
{
    li_json_key(json, "aliases");
    li_json_open_list(json);
    while (words.len > 0) {
        li_json_text(json, li_str_cut(&words, '\n'));
    }
    li_json_close_list(json);
}

/* A Position: canonical, and what was given when that was a point. */
static void put_position(struct li_json *json, const struct li_area *area,
                         const struct li_area_detail *detail)
{
    struct li_degrees given;

    li_json_key(json, "position");
    if (!area->placed) {
        li_json_null(json);
        return;
    }
    li_json_open_map(json);
    li_json_key(json, "lon");
    li_angle_put(json, area->point.lon);
    li_json_key(json, "lat");
    li_angle_put(json, area->point.lat);
    if (li_shape_point_of(detail->given, &given)) {
        li_json_key(json, "given");
        li_json_open_map(json);
        li_json_put_text(json, "crs", li_str(li_crs_name(detail->crs)));
        li_json_key(json, "lon");
        li_json_real(json, given.lon);
        li_json_key(json, "lat");
        li_json_real(json, given.lat);
        li_json_close_map(json);
    }
    li_json_close_map(json);
}

static int put_chain(struct li_request *request, struct li_json *json, struct li_str path)
{
    struct li_area *chain;
    size_t count;
    int r = li_area_chain(&request->ctx, request->conn, request->tenant->id, path, &chain, &count);

    if (r) {
        return r;
    }
    li_json_key(json, "chain");
    li_json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        li_put_area(json, &chain[i]);
    }
    li_json_close_list(json);
    return 0;
}

static int find_area(struct li_request *request, struct li_str code, struct li_area *ret)
{
    int r = li_area_find(&request->ctx, request->conn, request->tenant->id, code, ret);

    return r == -LI_E_NOT_FOUND ? LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no area %.*s", LI_P(code))
                                : r;
}

int li_op_get_area(struct li_request *request)
{
    struct li_area_detail detail;
    struct li_area area;
    struct li_json json;
    int r = find_area(request, li_request_text(request, "area"), &area);

    r = r ? r : li_area_look(&request->ctx, request->conn, request->tenant->id, area.code, &detail);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_text(&json, "code", area.code);
    li_json_put_text(&json, "kind", area.kind);
    li_json_put_text(&json, "name", area.name);
    if (area.parent.len) {
        li_json_put_text(&json, "parent", area.parent);
    }
    put_words(&json, detail.aliases);
    put_day(&json, "since", area.since);
    put_day(&json, "until", area.until);
    li_json_put_bool(&json, "retired", area.retired);
    r = put_chain(request, &json, area.path);
    put_position(&json, &area, &detail);
    li_json_key(&json, "shape");
    if (detail.shape.ptr) {
        r = r ? r : li_shape_put(&request->ctx, &json, detail.shape);
    } else {
        li_json_null(&json);
    }
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}

static double number_of(const struct li_request *request, const char *name)
{
    const struct li_node *node = li_node_get(request->parameters, name);

    li_assert(node && (node->kind == LI_INT || node->kind == LI_REAL));
    return node->kind == LI_INT ? (double)node->number : node->real;
}

int li_op_locate(struct li_request *request)
{
    struct li_str crs_name = li_request_text(request, "crs");
    struct li_degrees given = {.lon = number_of(request, "lon"), .lat = number_of(request, "lat")};
    enum li_crs crs = LI_WGS84;
    struct li_point point;
    struct li_area area;
    struct li_json json;
    int r;

    if (crs_name.ptr) {
        li_assert(li_crs_parse(crs_name, &crs));
    }
    if (!li_point_from(crs, given, &point)) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "that is on no earth");
    }
    r = li_ground_locate(&request->ctx, li_request_house(request)->bound.ground, request->conn,
                         request->tenant->id, point, &area);
    if (r) {
        return r == -LI_E_NOT_FOUND
                   ? LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no drawn area holds the point")
                   : r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "area");
    li_put_area(&json, &area);
    r = put_chain(request, &json, area.path);
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}

static int put_feature(struct li_request *request, struct li_json *json,
                       const struct li_area_drawn *drawn)
{
    int r;

    li_json_open_map(json);
    li_json_put_text(json, "type", LI_S("Feature"));
    li_json_put_text(json, "id", drawn->area.code);
    li_json_key(json, "properties");
    li_put_area(json, &drawn->area);
    li_json_key(json, "geometry");
    r = li_shape_put(&request->ctx, json, drawn->shape);
    li_json_close_map(json);
    return r;
}

int li_op_area_map(struct li_request *request)
{
    struct li_str parent = li_request_text(request, "parent"), path = {.ptr = NULL};
    struct li_area_drawn *drawn;
    struct li_area within;
    struct li_json json;
    size_t count;
    int r = parent.ptr ? find_area(request, parent, &within) : 0;

    if (r == 0 && parent.ptr) {
        path = within.path;
    }
    r = r ? r
          : li_area_map(&request->ctx, request->conn, request->tenant->id, path,
                        li_request_text(request, "kind"), &drawn, &count);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_text(&json, "type", LI_S("FeatureCollection"));
    li_json_key(&json, "features");
    li_json_open_list(&json);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = put_feature(request, &json, &drawn[i]);
    }
    li_json_close_list(&json);
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}
