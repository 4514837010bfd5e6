/*
 * A file of areas: its encoding, its form, and how its words become rows.
 *
 * Offices keep such tables in spreadsheets, which write GB18030, and in GIS
 * programs, which write GeoJSON.  What is neither UTF-8 nor GB18030 is refused
 * whole: guessing further would spoil names.
 */
#include "area/inside.h"
#include "area/shape.h"
#include "base/csv.h"
#include "base/grow.h"
#include "base/time.h"

static const struct {
    enum li_area_column column;
    const char *en, *zh;
} headings[] = {
    {LI_AREA_CODE, "code", "编码"},       {LI_AREA_PARENT, "parent", "上级"},
    {LI_AREA_KIND, "kind", "类别"},       {LI_AREA_NAMED, "name", "名称"},
    {LI_AREA_OTHERS, "aliases", "别名"},  {LI_AREA_SINCE, "since", "启用日期"},
    {LI_AREA_UNTIL, "until", "停用日期"}, {LI_AREA_LON, "lon", "经度"},
    {LI_AREA_LAT, "lat", "纬度"},
};

enum li_area_column li_area_column_of(struct li_str heading)
{
    for (size_t i = 0; i < sizeof(headings) / sizeof(headings[0]); i++) {
        if (li_str_is(heading, headings[i].en) || li_str_is(heading, headings[i].zh)) {
            return headings[i].column;
        }
    }
    return LI_AREA_COLUMNS;
}

/* ---- rows ---------------------------------------------------------------------- */

void li_area_progress(const struct li_area_watch *watch, enum li_area_stage stage, size_t done,
                      size_t total)
{
    if (watch && watch->progress) {
        watch->progress(watch->arg, stage, done, total);
    }
}

void li_area_reject(struct li_area_reader *reader, struct li_area_row *row,
                    enum li_area_fault_kind kind, struct li_str more)
{
    const struct li_area_watch *watch = reader->file->watch;
    const struct li_area_fault *fault = li_area_fault(kind);
    struct li_ctx *ctx = reader->ctx;

    row->bad = true;
    if (watch && watch->reject) {
        watch->reject(watch->arg, row->line, fault, more);
        return;
    }
    reader->status = -LI_E_INVALID;
    if (ctx->error_count < LI_ERRORS_MAX) {
        LI_FAIL_AT(ctx, LI_E_INVALID, li_strf(ctx, "%s:%d", reader->file->name, row->line),
                   "%s%s%.*s", fault->en, more.len ? ": " : "", LI_P(more));
    }
}

struct li_area_row *li_area_row_new(struct li_area_reader *reader)
{
    struct li_area_row *rows;

    if (reader->count == LI_AREA_ROWS) {
        LI_FAIL_AT(reader->ctx, LI_E_LIMIT, li_str(reader->file->name), "more than %d rows",
                   LI_AREA_ROWS);
        return NULL;
    }
    rows = li_grow(reader->ctx, reader->rows, reader->count, &reader->cap, sizeof(*rows));
    if (!rows) {
        return NULL;
    }
    reader->rows = rows;
    rows += reader->count++;
    *rows = (struct li_area_row){.line = reader->line, .crs = reader->file->crs};
    return rows;
}

/* "幸福苑; 老粮站" as "幸福苑\n老粮站\n". */
static int put_aliases(struct li_area_reader *reader, struct li_area_row *row, struct li_str text)
{
    char *out = text.len ? li_alloc(reader->ctx, text.len + 1) : NULL;
    size_t len = 0;

    if (text.len == 0) {
        return 0;
    }
    if (!out) {
        return -LI_E_NOMEM;
    }
    while (text.ptr) {
        size_t end = 0;
        while (end < text.len && text.ptr[end] != ';' && text.ptr[end] != '|' &&
               text.ptr[end] != '\n') {
            end++;
        }
        struct li_str one = li_str_trim(li_str_n(text.ptr, end));
        text = end < text.len ? li_str_n(text.ptr + end + 1, text.len - end - 1)
                              : (struct li_str){.ptr = NULL};
        if (one.len && !li_area_has_alias(li_str_n(out, len), one)) {
            memcpy(out + len, one.ptr, one.len);
            len += one.len;
            out[len++] = '\n';
        }
    }
    row->aliases = li_str_n(out, len);
    return 0;
}

static void put_date(struct li_area_reader *reader, struct li_area_row *row,
                     enum li_area_fault_kind fault, struct li_str text, int32_t *ret)
{
    unsigned told = reader->ctx->error_count;

    if (text.len == 0) {
        return;
    }
    if (li_date_parse(reader->ctx, text, ret) != 0 || *ret == 0) {
        reader->ctx->error_count = told;
        li_area_reject(reader, row, fault, text);
    }
}

/* Digits, a sign, a point: "113.93". */
static bool read_angle(struct li_str text, int64_t *ret)
{
    bool minus = text.len > 0 && text.ptr[0] == '-';
    int64_t value = 0;
    int decimals = -1, digits = 0;

    for (size_t i = minus; i < text.len; i++) {
        if (text.ptr[i] == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return false;
        }
        digits++;
        if (decimals < 7) { /* what is finer is cut */
            value = value * 10 + (text.ptr[i] - '0');
            decimals += decimals >= 0;
        }
        if (value > INT64_C(1000) * LI_DEGREE) {
            return false;
        }
    }
    for (decimals = decimals < 0 ? 0 : decimals; decimals < 7; decimals++) {
        value *= 10;
    }
    *ret = minus ? -value : value;
    return digits > 0;
}

static void put_angle(struct li_area_reader *reader, struct li_area_row *row, struct li_str text,
                      bool is_lon)
{
    int64_t angle;

    if (text.len == 0) {
        return;
    }
    if (!read_angle(text, &angle)) {
        li_area_reject(reader, row, LI_AREA_FAULT_PLACE, text);
        return;
    }
    /* both are there at the row's end, or it is no place */
    if (is_lon) {
        row->area.point.lon = angle;
        reader->has_lon = true;
    } else {
        row->area.point.lat = angle;
        reader->has_lat = true;
    }
}

int li_area_put(struct li_area_reader *reader, struct li_area_row *row, enum li_area_column column,
                struct li_str text)
{
    struct li_area *area = &row->area;

    switch (column) {
    case LI_AREA_CODE:
        area->code = text;
        break;
    case LI_AREA_PARENT:
        area->parent = text;
        break;
    case LI_AREA_KIND:
        area->kind = li_area_kind_of(text);
        break;
    case LI_AREA_NAMED:
        area->name = text;
        break;
    case LI_AREA_OTHERS:
        return put_aliases(reader, row, text);
    case LI_AREA_SINCE:
        put_date(reader, row, LI_AREA_FAULT_SINCE, text, &area->since);
        break;
    case LI_AREA_UNTIL:
        put_date(reader, row, LI_AREA_FAULT_UNTIL, text, &area->until);
        break;
    case LI_AREA_LON:
    case LI_AREA_LAT:
        put_angle(reader, row, text, column == LI_AREA_LON);
        break;
    case LI_AREA_COLUMNS:
        break;
    }
    return 0;
}

/* The point of lon and lat, from the file's system. */
static int place(struct li_area_reader *reader, struct li_area_row *row)
{
    struct li_area *area = &row->area;
    struct li_degrees given = {.lon = (double)area->point.lon / LI_DEGREE,
                               .lat = (double)area->point.lat / LI_DEGREE};
    bool lon = reader->has_lon, lat = reader->has_lat;

    reader->has_lon = reader->has_lat = false;
    if ((!lon && !lat) || row->bad) {
        return 0;
    }
    if (lon != lat || !li_point_from(row->crs, given, &area->point)) {
        li_area_reject(reader, row, LI_AREA_FAULT_PLACE, LI_S(""));
        return 0;
    }
    area->placed = true;
    if (row->crs == LI_WGS84 || row->crs == LI_CGCS2000 || row->given.ptr) {
        return 0;
    }
    return li_shape_point(reader->ctx, given, &row->given);
}

int li_area_row_end(struct li_area_reader *reader, struct li_area_row *row)
{
    int r = place(reader, row);

    if (r == 0 && !row->bad) {
        enum li_area_fault_kind fault = li_area_row_fault(row);
        if (fault != LI_AREA_FAULT_COUNT) {
            li_area_reject(reader, row, fault, LI_S(""));
        }
    }
    return r;
}

/* ---- encodings ----------------------------------------------------------------- */

int li_area_read(struct li_ctx *ctx, const struct li_area_file *file, struct li_area_row **ret,
                 size_t *ret_count)
{
    struct li_area_reader reader = {.ctx = ctx, .file = file, .line = 1};
    struct li_str text;
    int r = li_csv_decode(ctx, li_str(file->name), file->bytes, &reader.bytes);

    if (r) {
        return r;
    }
    text = li_str_trim(reader.bytes);
    r = text.len > 0 && text.ptr[0] == '{' ? li_area_read_geojson(&reader)
                                           : li_area_read_csv(&reader);
    r = r ? r : reader.status;
    if (r == 0) {
        *ret = reader.rows;
        *ret_count = reader.count;
    }
    return r;
}
