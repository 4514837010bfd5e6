/*
 * Shapes as WKB; see shape.h.
 *
 * Bytes are made and read here, where every length is known; GEOS is asked only
 * what is geometry: whether a shape is one, and for a point inside.
 */
#include "area/shape.h"

#include <math.h>
#include <stdio.h>

#include <geos_c.h>

#define POINT        1u
#define POLYGON      3u
#define MULTIPOLYGON 6u
#define CORNER       16 /* bytes */

/* ---- making ------------------------------------------------------------------ */

static void put_u32(struct li_buf *buf, uint32_t value)
{
    const unsigned char bytes[4] = {(unsigned char)value, (unsigned char)(value >> 8),
                                    (unsigned char)(value >> 16), (unsigned char)(value >> 24)};

    li_buf_add(buf, bytes, sizeof(bytes));
}

static void put_f64(struct li_buf *buf, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    put_u32(buf, (uint32_t)bits);
    put_u32(buf, (uint32_t)(bits >> 32));
}

static void put_head(struct li_buf *buf, uint32_t type)
{
    li_buf_char(buf, 1);
    put_u32(buf, type);
}

struct maker {
    struct li_buf *buf;
    enum li_crs from;
    bool canonical;
    size_t corners;
};

static bool number_of(const struct li_node *node, double *ret)
{
    if (node->kind != LI_INT && node->kind != LI_REAL) {
        return false;
    }
    *ret = node->kind == LI_INT ? (double)node->number : node->real;
    return true;
}

static bool put_corner(struct maker *maker, const struct li_node *node)
{
    struct li_degrees d;
    struct li_point point;

    /* a third number, the height, is allowed and left out */
    if (node->kind != LI_LIST || node->list.count < 2 || node->list.count > 4 ||
        !number_of(node->list.items[0], &d.lon) || !number_of(node->list.items[1], &d.lat) ||
        !li_point_from(maker->from, d, &point) || ++maker->corners > LI_SHAPE_CORNERS) {
        return false;
    }
    if (maker->canonical) {
        d = li_point_in(LI_CGCS2000, point);
    }
    put_f64(maker->buf, d.lon);
    put_f64(maker->buf, d.lat);
    return true;
}

static bool put_ring(struct maker *maker, const struct li_node *ring)
{
    size_t begin;

    if (ring->kind != LI_LIST || ring->list.count < 4) {
        return false;
    }
    put_u32(maker->buf, (uint32_t)ring->list.count);
    begin = maker->buf->len;
    for (size_t i = 0; i < ring->list.count; i++) {
        if (!put_corner(maker, ring->list.items[i])) {
            return false;
        }
    }
    return !maker->buf->error &&
           memcmp(maker->buf->ptr + begin, maker->buf->ptr + maker->buf->len - CORNER, CORNER) == 0;
}

static bool put_polygon(struct maker *maker, const struct li_node *rings)
{
    if (rings->kind != LI_LIST || rings->list.count == 0) {
        return false;
    }
    put_head(maker->buf, POLYGON);
    put_u32(maker->buf, (uint32_t)rings->list.count);
    for (size_t i = 0; i < rings->list.count; i++) {
        if (!put_ring(maker, rings->list.items[i])) {
            return false;
        }
    }
    return true;
}

static bool put_polygons(struct maker *maker, const struct li_node *list)
{
    if (list->kind != LI_LIST || list->list.count == 0) {
        return false;
    }
    put_head(maker->buf, MULTIPOLYGON);
    put_u32(maker->buf, (uint32_t)list->list.count);
    for (size_t i = 0; i < list->list.count; i++) {
        if (!put_polygon(maker, list->list.items[i])) {
            return false;
        }
    }
    return true;
}

static bool put_one(struct maker *maker, const struct li_node *rings)
{
    put_head(maker->buf, MULTIPOLYGON);
    put_u32(maker->buf, 1);
    return put_polygon(maker, rings);
}

static int finish(struct li_ctx *ctx, struct li_buf *buf, struct li_str *ret)
{
    int r = li_buf_check(ctx, buf);

    if (r == 0) {
        struct li_str copy = li_str_dup(ctx, li_buf_view(buf));
        r = copy.ptr ? 0 : -LI_E_NOMEM;
        *ret = r ? *ret : copy;
    }
    li_buf_done(buf);
    return r;
}

int li_shape_read(struct li_ctx *ctx, const struct li_node *geometry, enum li_crs from,
                  bool canonical, struct li_str *ret)
{
    struct li_str type = li_node_text(geometry, "type");
    const struct li_node *corners = li_node_get(geometry, "coordinates");
    struct li_buf buf;
    struct maker maker = {.buf = &buf, .from = from, .canonical = canonical};
    bool made = false;

    li_buf_init(&buf, 0);
    if (corners && li_str_is(type, "MultiPolygon")) {
        made = put_polygons(&maker, corners);
    } else if (corners && li_str_is(type, "Polygon")) {
        made = put_one(&maker, corners);
    }
    if (!made && !buf.error) {
        li_buf_done(&buf);
        return -LI_E_INVALID;
    }
    return finish(ctx, &buf, ret);
}

int li_shape_point(struct li_ctx *ctx, struct li_degrees at, struct li_str *ret)
{
    struct li_buf buf;

    li_buf_init(&buf, 0);
    put_head(&buf, POINT);
    put_f64(&buf, at.lon);
    put_f64(&buf, at.lat);
    return finish(ctx, &buf, ret);
}

/* ---- reading ----------------------------------------------------------------- */

struct cursor {
    const unsigned char *at, *end;
};

static bool take_u32(struct cursor *cursor, uint32_t *ret)
{
    const unsigned char *b = cursor->at;

    if (cursor->end - b < 4) {
        return false;
    }
    *ret = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
    cursor->at += 4;
    return true;
}

static bool take_head(struct cursor *cursor, uint32_t type, uint32_t *ret_count)
{
    uint32_t found;

    if (cursor->at == cursor->end || *cursor->at++ != 1) {
        return false;
    }
    return take_u32(cursor, &found) && found == type && take_u32(cursor, ret_count) &&
           *ret_count > 0;
}

static bool take_f64(struct cursor *cursor, double *ret)
{
    uint32_t low, high;
    uint64_t bits;

    if (!take_u32(cursor, &low) || !take_u32(cursor, &high)) {
        return false;
    }
    bits = (uint64_t)high << 32 | low;
    memcpy(ret, &bits, sizeof(bits));
    return true;
}

bool li_shape_point_of(struct li_str bytes, struct li_degrees *ret)
{
    struct cursor cursor = {.at = (const unsigned char *)bytes.ptr,
                            .end = (const unsigned char *)bytes.ptr + bytes.len};
    uint32_t type;

    return bytes.len == 5 + CORNER && *cursor.at++ == 1 && take_u32(&cursor, &type) &&
           type == POINT && take_f64(&cursor, &ret->lon) && take_f64(&cursor, &ret->lat);
}

static bool take_corner(struct cursor *cursor, struct li_point *ret)
{
    struct li_degrees d;

    return take_f64(cursor, &d.lon) && take_f64(cursor, &d.lat) &&
           li_point_from(LI_CGCS2000, d, ret);
}

/* Walks a shape; `json` may be NULL. */
static bool walk_ring(struct cursor *cursor, struct li_json *json)
{
    struct li_point first = {0}, point = {0};
    uint32_t count;

    if (!take_u32(cursor, &count) || count < 4 ||
        (size_t)(cursor->end - cursor->at) / CORNER < count) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!take_corner(cursor, &point)) {
            return false;
        }
        first = i == 0 ? point : first;
        if (json) {
            li_json_open_list(json);
            li_angle_put(json, point.lon);
            li_angle_put(json, point.lat);
            li_json_close_list(json);
        }
    }
    return first.lon == point.lon && first.lat == point.lat;
}

static void open_list(struct li_json *json)
{
    if (json) {
        li_json_open_list(json);
    }
}

static void close_list(struct li_json *json)
{
    if (json) {
        li_json_close_list(json);
    }
}

static bool walk_polygon(struct cursor *cursor, struct li_json *json)
{
    uint32_t rings;
    bool whole = take_head(cursor, POLYGON, &rings);

    open_list(json);
    for (uint32_t i = 0; whole && i < rings; i++) {
        open_list(json);
        whole = walk_ring(cursor, json);
        close_list(json);
    }
    close_list(json);
    return whole;
}

static bool walk(struct li_str shape, struct li_json *json)
{
    struct cursor cursor = {.at = (const unsigned char *)shape.ptr,
                            .end = (const unsigned char *)shape.ptr + shape.len};
    uint32_t polygons;
    bool whole = shape.ptr && take_head(&cursor, MULTIPOLYGON, &polygons);

    open_list(json);
    for (uint32_t i = 0; whole && i < polygons; i++) {
        whole = walk_polygon(&cursor, json);
    }
    close_list(json);
    return whole && cursor.at == cursor.end;
}

bool li_shape_is(struct li_str shape)
{
    return walk(shape, NULL);
}

void li_angle_put(struct li_json *json, int64_t angle)
{
    char text[LI_ANGLE_TEXT];
    size_t len = li_angle_text(angle, text);

    li_json_raw(json, li_str_n(text, len));
}

int li_shape_put(struct li_ctx *ctx, struct li_json *json, struct li_str shape)
{
    bool whole;

    li_json_open_map(json);
    li_json_put_text(json, "type", LI_S("MultiPolygon"));
    li_json_key(json, "coordinates");
    whole = walk(shape, json);
    li_json_close_map(json);
    return whole ? 0 : LI_FAIL(ctx, LI_E_CORRUPT, "a shape is not one");
}

/* ---- geometry ---------------------------------------------------------------- */

struct told {
    char text[256];
};

static void keep_error(const char *message, void *arg)
{
    struct told *told = arg;

    snprintf(told->text, sizeof(told->text), "%s", message);
}

static int inside_point(GEOSContextHandle_t geos, const GEOSGeometry *shape, struct li_point *ret)
{
    GEOSGeometry *inside = GEOSPointOnSurface_r(geos, shape);
    struct li_degrees d = {NAN, NAN};
    int found = inside && GEOSGeomGetX_r(geos, inside, &d.lon) == 1 &&
                GEOSGeomGetY_r(geos, inside, &d.lat) == 1 && li_point_from(LI_CGCS2000, d, ret);

    GEOSGeom_destroy_r(geos, inside);
    return found ? 0 : -LI_E_INVALID;
}

static int check(struct li_ctx *ctx, GEOSContextHandle_t geos, const struct told *told,
                 struct li_str bytes, struct li_str *ret_why, struct li_point *ret_point)
{
    GEOSWKBReader *reader = GEOSWKBReader_create_r(geos);
    GEOSGeometry *shape =
        GEOSWKBReader_read_r(geos, reader, (const unsigned char *)bytes.ptr, bytes.len);
    char valid = shape ? GEOSisValid_r(geos, shape) : 0;
    char *why = shape && valid == 0 ? GEOSisValidReason_r(geos, shape) : NULL;
    struct li_str reason = LI_S("");

    if (valid != 1) {
        reason = li_str_dup(ctx, li_str(why ? why : told->text[0] ? told->text : "not valid"));
    } else if (inside_point(geos, shape, ret_point) != 0) {
        reason = LI_S("it has no inside");
    }
    GEOSFree_r(geos, why);
    GEOSGeom_destroy_r(geos, shape);
    GEOSWKBReader_destroy_r(geos, reader);
    if (!reason.ptr) {
        return -LI_E_NOMEM;
    }
    *ret_why = reason;
    return 0;
}

int li_shape_check(struct li_ctx *ctx, struct li_str shape, struct li_str *ret_why,
                   struct li_point *ret_point)
{
    struct told told = {.text = ""};
    GEOSContextHandle_t geos = GEOS_init_r();
    int r;

    if (!geos) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for GEOS");
    }
    GEOSContext_setErrorMessageHandler_r(geos, keep_error, &told);
    r = check(ctx, geos, &told, shape, ret_why, ret_point);
    GEOS_finish_r(geos);
    return r;
}
