/*
 * Reading areas.  "Inside" is a range of paths: everything from the path itself
 * up to, without, the same text with its last '/' as '0', the next byte; both
 * engines answer that from the index on path, or on kind and path.
 */
#include "area/area.h"

#include "area/shape.h"
#include "base/grow.h"
#include "base/time.h"

LI_SQL(area_by_code, "select code, kind, name, parent, path, since, until, lon, lat from area "
                     "where tenant = $1 and code = $2");
LI_SQL(area_by_path, "select code, kind, name, parent, path, since, until, lon, lat from area "
                     "where tenant = $1 and path = $2");
LI_SQL(area_inside, "select code, kind, name, parent, path, since, until, lon, lat from area "
                    "where tenant = $1 and path >= $2 and path < $3 "
                    "and (since is null or since <= $4) and (until is null or until > $4) "
                    "order by path limit $5");
LI_SQL(area_inside_kind, "select code, kind, name, parent, path, since, until, lon, lat from area "
                         "where tenant = $1 and path >= $2 and path < $3 "
                         "and (since is null or since <= $4) and (until is null or until > $4) "
                         "and kind = $6 order by path limit $5");
LI_SQL(area_named, "select code, kind, name, parent, path, since, until, lon, lat from area "
                   "where tenant = $1 and path >= $2 and path < $3 "
                   "and (since is null or since <= $4) and (until is null or until > $4) "
                   "and (lower(name) like $6 escape '!' or lower(code) like $6 escape '!' "
                   "or lower(coalesce(aliases, '')) like $6 escape '!') "
                   "and (cast($7 as text) = '' or kind = $7) order by length(path), path limit $5");
LI_SQL(area_detail,
       "select a.aliases, s.crs, s.given, s.shape from area a left join area_shape s "
       "on s.tenant = a.tenant and s.code = a.code where a.tenant = $1 and a.code = $2");
LI_SQL(area_drawn,
       "select a.code, a.kind, a.name, a.parent, a.path, a.since, a.until, a.lon, a.lat, s.shape "
       "from area a join area_shape s on s.tenant = a.tenant and s.code = a.code "
       "where a.tenant = $1 and a.path >= $2 and a.path < $3 "
       "and (a.since is null or a.since <= $4) and (a.until is null or a.until > $4) "
       "and (cast($6 as text) = '' or a.kind = $6) and s.shape is not null "
       "order by a.path limit $5");

static int32_t today(const struct li_ctx *ctx)
{
    return li_day_at(li_now(ctx->clock));
}

static int read_area(struct li_ctx *ctx, const struct li_rows *rows, struct li_area *ret)
{
    struct li_area area = {
        .code = li_col_dup(ctx, rows, 0),
        .kind = li_col_dup(ctx, rows, 1),
        .name = li_col_dup(ctx, rows, 2),
        .parent = li_col_dup(ctx, rows, 3),
        .path = li_col_dup(ctx, rows, 4),
        .since = (int32_t)li_col_i64(rows, 5),
        .until = (int32_t)li_col_i64(rows, 6),
        .placed = !li_col_is_null(rows, 7),
        .point = {.lon = li_col_i64(rows, 7), .lat = li_col_i64(rows, 8)},
    };

    if (!area.code.ptr || !area.kind.ptr || !area.name.ptr || !area.path.ptr) {
        return -LI_E_NOMEM;
    }
    area.retired = area.until && area.until <= today(ctx);
    *ret = area;
    return 0;
}

static int read_one(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                    int64_t tenant, struct li_str key, struct li_area *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, sql, LI_ARGS(li_v(tenant), li_v_text(key)), &rows);

    if (r == 0) {
        r = read_area(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

int li_area_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str code,
                 struct li_area *ret)
{
    return read_one(ctx, conn, &area_by_code, tenant, code, ret);
}

int li_area_at(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
               struct li_area *ret)
{
    return read_one(ctx, conn, &area_by_path, tenant, path, ret);
}

/* ---- lists ------------------------------------------------------------------- */

/* The first text behind everything that begins with `path`. */
static struct li_str behind(struct li_ctx *ctx, struct li_str path)
{
    if (path.len == 0) {
        return LI_S(":"); /* the byte after '9' */
    }
    li_assert(path.ptr[path.len - 1] == '/');
    return li_strf(ctx, "%.*s0", (int)path.len - 1, path.ptr);
}

static int too_many(struct li_ctx *ctx, int most)
{
    return LI_FAIL(ctx, LI_E_LIMIT, "more than %d areas; ask for a kind or within a parent", most);
}

static int collect(struct li_ctx *ctx, struct li_rows *rows, struct li_area **ret,
                   size_t *ret_count)
{
    size_t cap = 0, count = 0;
    struct li_area *areas = NULL;
    int r = 0;

    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_area *more;
        if (count == LI_AREA_LIST) {
            return too_many(ctx, LI_AREA_LIST);
        }
        more = li_grow(ctx, areas, count, &cap, sizeof(*areas));
        if (!more) {
            return -LI_E_NOMEM;
        }
        areas = more;
        r = read_area(ctx, rows, &areas[count++]);
    }
    if (r == 0) {
        *ret = areas;
        *ret_count = count;
    }
    return r;
}

int li_area_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                 struct li_str kind, struct li_area **ret, size_t *ret_count)
{
    struct li_str end = behind(ctx, path), begin = path.len ? path : LI_S("");
    struct li_rows *rows;
    int r;

    if (!end.ptr) {
        return -LI_E_NOMEM;
    }
    if (kind.len) {
        r = li_query(ctx, conn, &area_inside_kind,
                     LI_ARGS(li_v(tenant), li_v_text(begin), li_v_text(end), li_v(today(ctx)),
                             li_v(LI_AREA_LIST + 1), li_v_text(kind)),
                     &rows);
    } else {
        r = li_query(ctx, conn, &area_inside,
                     LI_ARGS(li_v(tenant), li_v_text(begin), li_v_text(end), li_v(today(ctx)),
                             li_v(LI_AREA_LIST + 1)),
                     &rows);
    }
    if (r == 0) {
        r = collect(ctx, rows, ret, ret_count);
        li_rows_done(rows);
    }
    return r;
}

/* What LIKE finds `text` with, wherever it stands: the signs that mean something
 * there mean themselves. */
static struct li_str anywhere(struct li_ctx *ctx, struct li_str text)
{
    char *pattern = li_alloc(ctx, 2 * text.len + 2);
    size_t len = 0;

    if (!pattern) {
        return (struct li_str){.ptr = NULL};
    }
    pattern[len++] = '%';
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%' || c == '_' || c == '!') {
            pattern[len++] = '!';
        }
        pattern[len++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    pattern[len++] = '%';
    return (struct li_str){.ptr = pattern, .len = len};
}

int li_area_search(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   const struct li_area_query *query, struct li_area **ret, size_t *ret_count)
{
    struct li_str end = behind(ctx, query->path), pattern = anywhere(ctx, query->text);
    struct li_rows *rows;
    int r;

    if (!end.ptr || !pattern.ptr) {
        return -LI_E_NOMEM;
    }
    r = li_query(ctx, conn, &area_named,
                 LI_ARGS(li_v(tenant), li_v_text(query->path.len ? query->path : LI_S("")),
                         li_v_text(end), li_v(today(ctx)), li_v(LI_AREA_FOUND), li_v_text(pattern),
                         li_v_text(query->kind.len ? query->kind : LI_S(""))),
                 &rows);
    if (r == 0) {
        r = collect(ctx, rows, ret, ret_count);
        li_rows_done(rows);
    }
    return r;
}

static int collect_drawn(struct li_ctx *ctx, struct li_rows *rows, struct li_area_drawn **ret,
                         size_t *ret_count)
{
    size_t cap = 0, count = 0;
    struct li_area_drawn *drawn = NULL;
    int r = 0;

    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_area_drawn *more;
        if (count == LI_AREA_MAP) {
            return too_many(ctx, LI_AREA_MAP);
        }
        more = li_grow(ctx, drawn, count, &cap, sizeof(*drawn));
        if (!more) {
            return -LI_E_NOMEM;
        }
        drawn = more;
        drawn[count].shape = li_col_dup(ctx, rows, 9);
        r = drawn[count].shape.ptr ? read_area(ctx, rows, &drawn[count].area) : -LI_E_NOMEM;
        count++;
    }
    if (r == 0) {
        *ret = drawn;
        *ret_count = count;
    }
    return r;
}

int li_area_map(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                struct li_str kind, struct li_area_drawn **ret, size_t *ret_count)
{
    struct li_str end = behind(ctx, path);
    struct li_rows *rows;
    int r;

    if (!end.ptr) {
        return -LI_E_NOMEM;
    }
    r = li_query(ctx, conn, &area_drawn,
                 LI_ARGS(li_v(tenant), li_v_text(path.len ? path : LI_S("")), li_v_text(end),
                         li_v(today(ctx)), li_v(LI_AREA_MAP + 1),
                         li_v_text(kind.len ? kind : LI_S(""))),
                 &rows);
    if (r == 0) {
        r = collect_drawn(ctx, rows, ret, ret_count);
        li_rows_done(rows);
    }
    return r;
}

/* ---- one area and what it lies in --------------------------------------------- */

bool li_area_path_up(struct li_str *path)
{
    size_t len = path->len;

    if (len == 0) {
        return false;
    }
    for (len--; len > 0 && path->ptr[len - 1] != '/'; len--) {
    }
    if (len == 0) {
        return false;
    }
    path->len = len;
    return true;
}

int li_area_chain(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                  struct li_area **ret, size_t *ret_count)
{
    size_t count = 0;
    struct li_area *chain;
    int r = 0;

    for (size_t i = 0; i < path.len; i++) {
        count += path.ptr[i] == '/';
    }
    chain = li_alloc_array(ctx, count, sizeof(*chain));
    if (!chain) {
        return -LI_E_NOMEM;
    }
    for (size_t i = count; r == 0 && i > 0; i--) {
        r = li_area_at(ctx, conn, tenant, path, &chain[i - 1]);
        li_area_path_up(&path);
    }
    if (r == 0) {
        *ret = chain;
        *ret_count = count;
    }
    return r;
}

int li_area_look(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str code,
                 struct li_area_detail *ret)
{
    struct li_area_detail detail;
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &area_detail, LI_ARGS(li_v(tenant), li_v_text(code)), &rows);

    if (r) {
        return r;
    }
    detail = (struct li_area_detail){
        .aliases = li_col_dup(ctx, rows, 0),
        .shape = li_col_dup(ctx, rows, 3),
        .given = li_col_dup(ctx, rows, 2),
        .crs = LI_CGCS2000,
    };
    if (!li_col_is_null(rows, 1) && !li_crs_parse(li_col_str(rows, 1), &detail.crs)) {
        r = LI_FAIL(ctx, LI_E_CORRUPT, "area %.*s is in no known system", LI_P(code));
    } else if ((!detail.shape.ptr && !li_col_is_null(rows, 3)) ||
               (!detail.given.ptr && !li_col_is_null(rows, 2))) {
        r = -LI_E_NOMEM;
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = detail;
    }
    return r;
}
