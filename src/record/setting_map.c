/*
 * The setting "map": what lies under a map; see setting.h.
 *
 * Its address goes into pages' policy, so it is taken apart here and made of plain letters
 * alone: nothing in it may end a header's word.
 */
#include <string.h>

#include "contract/fault.h"
#include "record/setting.h"

#define URL_MAX    300
#define NAME_BYTES 100
#define WORDS_MAX  200
#define ZOOM_MAX   19

/* 天地图 in Web Mercator: streets, and their names above them. */
#define TIANDITU_HOST "https://t0.tianditu.gov.cn"
#define TIANDITU(layer)                                                                            \
    TIANDITU_HOST "/" layer "_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=" layer      \
                  "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}"         \
                  "&TILECOL={x}&tk="

static bool is_plain(struct li_str text, const char *also)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == '\0' || !strchr(also, c))) {
            return false;
        }
    }
    return text.len > 0;
}

/* "https://host:1": what stands before the third slash; empty: it is no such address. */
static struct li_str origin_of(struct li_str url)
{
    size_t at = li_str_starts(url, LI_S("https://"))  ? 8
                : li_str_starts(url, LI_S("http://")) ? 7
                                                      : 0;
    size_t end = at;

    while (end < url.len && url.ptr[end] != '/') {
        end++;
    }
    return at && end < url.len && is_plain(li_str_n(url.ptr + at, end - at), ".-:")
               ? li_str_n(url.ptr, end)
               : LI_S("");
}

static bool has(struct li_str text, struct li_str word)
{
    for (size_t i = 0; i + word.len <= text.len; i++) {
        if (li_str_starts(li_str_n(text.ptr + i, text.len - i), word)) {
            return true;
        }
    }
    return false;
}

static bool is_tiles(struct li_str url)
{
    return url.len <= URL_MAX && origin_of(url).len && is_plain(url, "-._~:/?&=%+,@{}") &&
           has(url, LI_S("{z}")) && has(url, LI_S("{x}")) && has(url, LI_S("{y}"));
}

/* A name in the server's own folder of maps, never a way out of it. */
static bool is_file(struct li_str name)
{
    struct li_str end = LI_S(".pmtiles");

    return name.len > end.len && name.len <= NAME_BYTES && name.ptr[0] != '.' &&
           is_plain(name, "-._") &&
           li_str_eq(li_str_n(name.ptr + name.len - end.len, end.len), end);
}

/* ---- what it may be ------------------------------------------------------------- */

static int fault_at(struct li_ctx *ctx, enum li_fault_kind kind, struct li_str where,
                    const char *name, const char *limit)
{
    return li_fault(ctx, kind, li_strf(ctx, "%.*s/%s", LI_P(where), name), li_str(limit));
}

static int64_t zoom_of(const struct li_node *value, const char *name, int64_t otherwise)
{
    const struct li_node *given = li_node_get(value, name);

    return given && given->kind == LI_INT ? given->number : given ? -1 : otherwise;
}

static int check_crs(struct li_ctx *ctx, struct li_str where, const struct li_node *value)
{
    struct li_str crs = li_node_text(value, "crs");
    enum li_crs known;

    return crs.ptr && !li_crs_parse(crs, &known)
               ? fault_at(ctx, LI_FAULT_PATTERN, where, "crs", "wgs84, cgcs2000, gcj02, bd09")
               : 0;
}

static int check_file(struct li_ctx *ctx, struct li_str where, const struct li_node *value)
{
    return is_file(li_node_text(value, "file"))
               ? check_crs(ctx, where, value)
               : fault_at(ctx, LI_FAULT_PATTERN, where, "file", "….pmtiles");
}

static int check_tiles(struct li_ctx *ctx, struct li_str where, const struct li_node *value)
{
    int64_t low = zoom_of(value, "min_zoom", 0), high = zoom_of(value, "max_zoom", ZOOM_MAX);

    if (!is_tiles(li_node_text(value, "url"))) {
        return fault_at(ctx, LI_FAULT_PATTERN, where, "url", "https://…/{z}/{x}/{y}");
    }
    if (check_crs(ctx, where, value)) {
        return -LI_E_INVALID;
    }
    if (low < 0 || low > ZOOM_MAX) {
        return fault_at(ctx, LI_FAULT_GREAT, where, "min_zoom", "19");
    }
    return high < low || high > ZOOM_MAX ? fault_at(ctx, LI_FAULT_GREAT, where, "max_zoom", "19")
                                         : 0;
}

int li_setting_check_map(struct li_ctx *ctx, struct li_str where, const struct li_node *value)
{
    static const char *const words[] = {"attribution", "approval"};
    struct li_str kind = li_node_text(value, "kind");
    struct li_str key = li_node_text(value, "key");

    if (value->kind != LI_MAP) {
        return li_fault(ctx, LI_FAULT_TYPE, where, LI_S("object"));
    }
    for (size_t i = 0; i < 2; i++) {
        if (li_node_text(value, words[i]).len > (size_t)4 * WORDS_MAX) {
            return fault_at(ctx, LI_FAULT_LONG, where, words[i], "200");
        }
    }
    if (li_str_is(kind, "none")) {
        return 0;
    }
    if (li_str_is(kind, "tianditu")) {
        return is_plain(key, "") && key.len >= 8 && key.len <= 64
                   ? 0
                   : fault_at(ctx, LI_FAULT_PATTERN, where, "key", "");
    }
    return li_str_is(kind, "tiles")     ? check_tiles(ctx, where, value)
           : li_str_is(kind, "pmtiles") ? check_file(ctx, where, value)
                                        : fault_at(ctx, LI_FAULT_PATTERN, where, "kind", "");
}

/* ---- what it means ---------------------------------------------------------------- */

static int read_tianditu(struct li_ctx *ctx, struct li_str key, struct li_base_map *base)
{
    base->layers[0] = li_strf(ctx, "%s%.*s", TIANDITU("vec"), LI_P(key));
    base->layers[1] = li_strf(ctx, "%s%.*s", TIANDITU("cva"), LI_P(key));
    base->layer_count = 2;
    base->origin = LI_S(TIANDITU_HOST);
    base->crs = LI_CGCS2000;
    base->min_zoom = 1;
    base->max_zoom = 18;
    return base->layers[0].ptr && base->layers[1].ptr ? 0 : -LI_E_NOMEM;
}

static int read_crs(struct li_ctx *ctx, const struct li_node *value, struct li_base_map *base)
{
    struct li_str crs = li_node_text(value, "crs");

    return crs.ptr && !li_crs_parse(crs, &base->crs)
               ? LI_FAIL(ctx, LI_E_CORRUPT, "a map in no known system")
               : 0;
}

int li_setting_map(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   struct li_base_map *ret)
{
    struct li_base_map base = {.crs = LI_WGS84, .max_zoom = ZOOM_MAX};
    struct li_node *value;
    struct li_str kind;
    int r = li_setting_get(ctx, conn, tenant, "map", &value);

    if (r) {
        return r;
    }
    kind = li_node_text(value, "kind");
    base.attribution = li_node_text(value, "attribution");
    base.approval = li_node_text(value, "approval");
    if (li_str_is(kind, "tianditu")) {
        r = read_tianditu(ctx, li_node_text(value, "key"), &base);
        base.attribution = base.attribution.len ? base.attribution : LI_S("天地图");
    } else if (li_str_is(kind, "tiles")) {
        base.layers[0] = li_node_text(value, "url");
        base.layer_count = 1;
        base.origin = origin_of(base.layers[0]);
        base.min_zoom = zoom_of(value, "min_zoom", 0);
        base.max_zoom = zoom_of(value, "max_zoom", ZOOM_MAX);
        r = read_crs(ctx, value, &base);
    } else if (li_str_is(kind, "pmtiles")) {
        base.file = li_node_text(value, "file");
        r = read_crs(ctx, value, &base);
    }
    if (r == 0) {
        *ret = base;
    }
    return r;
}
