/*
 * A table of areas as GeoJSON (RFC 7946): a FeatureCollection whose features say
 * in their properties what a row of the CSV says in its columns.
 *
 * A district's file has more values than a tree of one document may, so only the
 * outline is walked here and each feature becomes a tree of its own, in memory
 * that is used again for the next.  Properties this house does not know are left
 * alone: GIS programs add their own.
 */
#include "area/inside.h"
#include "area/shape.h"

#define SCRATCH ((size_t)64 * 1024 * 1024)

struct outline {
    struct li_area_reader *reader;
    struct li_str rest;
    int line;
    struct li_arena *arena; /* of one feature */
    struct li_ctx scratch;
};

static int torn(const struct outline *outline, const char *why)
{
    struct li_ctx *ctx = outline->reader->ctx;

    return LI_FAIL_AT(ctx, LI_E_SYNTAX,
                      li_strf(ctx, "%s:%d", outline->reader->file->name, outline->line), "%s", why);
}

/* ---- the outline --------------------------------------------------------------- */

static void skip(struct outline *outline, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        outline->line += outline->rest.ptr[i] == '\n';
    }
    outline->rest = li_str_n(outline->rest.ptr + count, outline->rest.len - count);
}

/* The next byte that is no white space, NUL at the end. */
static char peek(struct outline *outline)
{
    size_t blank = 0;

    while (blank < outline->rest.len && strchr(" \t\r\n", outline->rest.ptr[blank]) &&
           outline->rest.ptr[blank]) {
        blank++;
    }
    skip(outline, blank);
    return outline->rest.len ? outline->rest.ptr[0] : '\0';
}

static bool take(struct outline *outline, char c)
{
    if (peek(outline) != c) {
        return false;
    }
    skip(outline, 1);
    return true;
}

/* How long the text is that begins here, with both quotes; 0: it does not end. */
static size_t text_length(struct li_str s)
{
    for (size_t i = 1; i < s.len; i++) {
        if (s.ptr[i] == '\\') {
            i++;
        } else if (s.ptr[i] == '"') {
            return i + 1;
        }
    }
    return 0;
}

/* How long the value is that begins here: to its own bracket, or to what ends a
 * plain one.  0: it does not end.  What is in it is the JSON reader's business. */
static size_t value_length(struct li_str s)
{
    size_t depth = 0, i = 0;

    while (i < s.len) {
        char c = s.ptr[i];
        if (c == '"') {
            size_t text = text_length(li_str_n(s.ptr + i, s.len - i));
            if (text == 0) {
                return 0;
            }
            i += text;
            if (depth == 0) {
                return i;
            }
            continue;
        }
        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            if (depth == 0) {
                return i;
            }
            if (--depth == 0) {
                return i + 1;
            }
        } else if (depth == 0 && (c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t')) {
            return i;
        }
        i++;
    }
    return 0;
}

static int cut_value(struct outline *outline, struct li_str *ret)
{
    size_t len;

    peek(outline);
    len = value_length(outline->rest);
    if (len == 0) {
        return torn(outline, "the file ends in the middle, or a value is missing");
    }
    *ret = li_str_n(outline->rest.ptr, len);
    skip(outline, len);
    return 0;
}

/* ---- a feature ----------------------------------------------------------------- */

/* A property as the text a column would hold; kept, since the tree is not. */
static int text_of(struct li_area_reader *reader, const struct li_node *value, struct li_str *ret)
{
    struct li_str text = LI_S("");

    switch (value->kind) {
    case LI_TEXT:
        text = li_str_dup(reader->ctx, li_str_trim(value->text));
        break;
    case LI_INT:
        text = li_strf(reader->ctx, "%lld", (long long)value->number);
        break;
    case LI_LIST:
        for (size_t i = 0; i < value->list.count && text.ptr; i++) {
            const struct li_node *one = value->list.items[i];
            if (one->kind == LI_TEXT) {
                text = li_strf(reader->ctx, "%.*s%.*s;", LI_P(text), LI_P(one->text));
            }
        }
        break;
    default:
        break;
    }
    *ret = text;
    return text.ptr ? 0 : -LI_E_NOMEM;
}

static int put_properties(struct li_area_reader *reader, struct li_area_row *row,
                          const struct li_node *properties)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < properties->map.count; i++) {
        const struct li_member *one = &properties->map.items[i];
        enum li_area_column column = li_area_column_of(li_str_trim(one->key));
        struct li_str text;
        /* where it lies is the geometry's to say */
        if (column >= LI_AREA_LON) {
            continue;
        }
        r = text_of(reader, one->value, &text);
        r = r ? r : li_area_put(reader, row, column, text);
    }
    return r;
}

static int put_point(struct li_area_reader *reader, struct li_area_row *row,
                     const struct li_node *geometry)
{
    const struct li_node *at = li_node_get(geometry, "coordinates");
    double values[2];

    for (size_t i = 0; i < 2; i++) {
        const struct li_node *one =
            at && at->kind == LI_LIST && at->list.count >= 2 ? at->list.items[i] : NULL;
        if (!one || (one->kind != LI_INT && one->kind != LI_REAL)) {
            li_area_reject(reader, row, LI_AREA_FAULT_PLACE, LI_S(""));
            return 0;
        }
        values[i] = one->kind == LI_INT ? (double)one->number : one->real;
    }
    struct li_degrees given = {.lon = values[0], .lat = values[1]};
    if (!li_point_from(row->crs, given, &row->area.point)) {
        li_area_reject(reader, row, LI_AREA_FAULT_PLACE, LI_S(""));
        return 0;
    }
    row->area.placed = true;
    return row->crs == LI_WGS84 || row->crs == LI_CGCS2000
               ? 0
               : li_shape_point(reader->ctx, given, &row->given);
}

static int put_shape(struct li_area_reader *reader, struct li_area_row *row,
                     const struct li_node *geometry)
{
    struct li_str why;
    int r = li_shape_read(reader->ctx, geometry, row->crs, true, &row->shape);

    if (r == 0 && row->crs != LI_WGS84 && row->crs != LI_CGCS2000) {
        r = li_shape_read(reader->ctx, geometry, row->crs, false, &row->given);
    }
    if (r == -LI_E_INVALID) {
        row->shape = row->given = (struct li_str){.ptr = NULL};
        li_area_reject(reader, row, LI_AREA_FAULT_RING, LI_S(""));
        return 0;
    }
    r = r ? r : li_shape_check(reader->ctx, row->shape, &why, &row->area.point);
    if (r == 0 && why.len > 0) {
        row->shape = row->given = (struct li_str){.ptr = NULL};
        li_area_reject(reader, row, LI_AREA_FAULT_SHAPE, why);
    } else if (r == 0) {
        row->area.placed = true;
    }
    return r;
}

static int put_geometry(struct li_area_reader *reader, struct li_area_row *row,
                        const struct li_node *geometry)
{
    struct li_str type = li_node_text(geometry, "type");

    if (geometry == NULL || geometry->kind == LI_NULL) {
        return 0;
    }
    if (li_str_is(type, "Point")) {
        return put_point(reader, row, geometry);
    }
    if (li_str_is(type, "Polygon") || li_str_is(type, "MultiPolygon")) {
        return put_shape(reader, row, geometry);
    }
    li_area_reject(reader, row, LI_AREA_FAULT_GEOMETRY, LI_S(""));
    return 0;
}

static int read_feature(struct outline *outline, struct li_str text)
{
    struct li_area_reader *reader = outline->reader;
    struct li_area_row *row = li_area_row_new(reader);
    const struct li_node *properties;
    struct li_node *feature;
    int r;

    if (!row) {
        return -li_ctx_error(reader->ctx)->code;
    }
    li_arena_reset(outline->arena);
    li_ctx_clear(&outline->scratch);
    r = li_json_read(&outline->scratch, text, &feature);
    if (r == -LI_E_SYNTAX || r == -LI_E_LIMIT) {
        li_area_reject(reader, row, LI_AREA_FAULT_FEATURE, li_ctx_explain(&outline->scratch));
        return 0;
    }
    if (r) {
        return LI_FAIL(reader->ctx, -r, "%.*s", LI_P(li_ctx_explain(&outline->scratch)));
    }
    properties = li_node_get(feature, "properties");
    if (!li_str_is(li_node_text(feature, "type"), "Feature") || !properties ||
        properties->kind != LI_MAP) {
        li_area_reject(reader, row, LI_AREA_FAULT_FEATURE, LI_S(""));
        return 0;
    }
    r = put_properties(reader, row, properties);
    r = r ? r : put_geometry(reader, row, li_node_get(feature, "geometry"));
    return r ? r : li_area_row_end(reader, row);
}

static int read_features(struct outline *outline)
{
    struct li_area_reader *reader = outline->reader;
    int r = 0;

    if (!take(outline, '[')) {
        return torn(outline, "features must be a list");
    }
    if (take(outline, ']')) {
        return 0;
    }
    do {
        struct li_str text;
        peek(outline);
        reader->line = outline->line;
        r = cut_value(outline, &text);
        r = r ? r : read_feature(outline, text);
        if (reader->count % 256 == 0) {
            li_area_progress(reader->file->watch, LI_AREA_READING,
                             reader->bytes.len - outline->rest.len, reader->bytes.len);
        }
    } while (r == 0 && take(outline, ','));
    if (r == 0 && !take(outline, ']')) {
        r = torn(outline, "a comma or ] is missing between features");
    }
    return r;
}

/* ---- the collection ------------------------------------------------------------ */

/* A member's value that is not the features: well-formed, and of the right type. */
static int read_member(struct outline *outline, struct li_str key, bool *ret_is_collection)
{
    struct li_node *value;
    struct li_str text;
    int r = cut_value(outline, &text);

    if (r) {
        return r;
    }
    li_arena_reset(outline->arena);
    li_ctx_clear(&outline->scratch);
    if (li_json_read(&outline->scratch, text, &value) != 0) {
        return torn(outline, "this is not JSON");
    }
    if (li_str_is(key, "\"type\"")) {
        *ret_is_collection = value->kind == LI_TEXT && li_str_is(value->text, "FeatureCollection");
    }
    return 0;
}

static int read_collection(struct outline *outline)
{
    bool is_collection = false, has_features = false;
    int r = 0;

    if (!take(outline, '{')) {
        return torn(outline, "a GeoJSON FeatureCollection is expected");
    }
    do {
        struct li_str key;
        if (peek(outline) != '"') {
            return torn(outline, "a name in quotes is expected");
        }
        r = cut_value(outline, &key);
        if (r == 0 && !take(outline, ':')) {
            r = torn(outline, "a colon is missing");
        }
        if (r == 0 && li_str_is(key, "\"features\"") && !has_features) {
            has_features = true;
            r = read_features(outline);
        } else if (r == 0) {
            r = read_member(outline, key, &is_collection);
        }
    } while (r == 0 && take(outline, ','));
    if (r == 0 && (!take(outline, '}') || peek(outline) != '\0' || outline->rest.len > 0)) {
        r = torn(outline, "the collection does not end here as it should");
    }
    if (r == 0 && (!is_collection || !has_features)) {
        r = torn(outline, "a GeoJSON FeatureCollection is expected");
    }
    return r;
}

int li_area_read_geojson(struct li_area_reader *reader)
{
    struct outline outline = {.reader = reader, .rest = reader->bytes, .line = 1};
    int r;

    outline.arena = li_arena_new(SCRATCH);
    if (!outline.arena) {
        return LI_FAIL(reader->ctx, LI_E_NOMEM, "no memory to read with");
    }
    li_ctx_init(&outline.scratch, outline.arena, reader->ctx->clock, reader->ctx->random);
    r = read_collection(&outline);
    li_arena_free(outline.arena);
    if (r == 0) {
        li_area_progress(reader->file->watch, LI_AREA_READING, reader->bytes.len,
                         reader->bytes.len);
    }
    return r;
}
