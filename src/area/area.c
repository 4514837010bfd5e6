/*
 * Reading areas.  "Inside" is a range of paths: everything from the path itself
 * up to, without, the same text with its last '/' as '0', the next byte; both
 * engines answer that from the index on path.
 */
#include "area/area.h"

#include "base/grow.h"

LI_SQL(area_by_code,
       "select code, kind, name, parent, path from area where tenant = $1 and code = $2");
LI_SQL(area_by_path,
       "select code, kind, name, parent, path from area where tenant = $1 and path = $2");
LI_SQL(area_inside, "select code, kind, name, parent, path from area "
                    "where tenant = $1 and path >= $2 and path < $3 "
                    "and (cast($4 as text) = '' or kind = $4) order by path");

static int read_area(struct li_ctx *ctx, const struct li_rows *rows, struct li_area *ret)
{
    struct li_area area = {
        .code = li_col_dup(ctx, rows, 0),
        .kind = li_col_dup(ctx, rows, 1),
        .name = li_col_dup(ctx, rows, 2),
        .parent = li_col_dup(ctx, rows, 3),
        .path = li_col_dup(ctx, rows, 4),
    };

    if (!area.code.ptr || !area.kind.ptr || !area.name.ptr || !area.path.ptr) {
        return -LI_E_NOMEM;
    }
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

/* The first text behind everything that begins with `path`. */
static struct li_str behind(struct li_ctx *ctx, struct li_str path)
{
    if (path.len == 0) {
        return LI_S(":"); /* the byte after '9' */
    }
    li_assert(path.ptr[path.len - 1] == '/');
    return li_strf(ctx, "%.*s0", (int)path.len - 1, path.ptr);
}

static int collect(struct li_ctx *ctx, struct li_rows *rows, struct li_area **ret,
                   size_t *ret_count)
{
    size_t cap = 0, count = 0;
    struct li_area *areas = NULL;
    int r = 0;

    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_area *more = li_grow(ctx, areas, count, &cap, sizeof(*areas));
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
    struct li_str end = behind(ctx, path);
    struct li_rows *rows;
    int r;

    if (!end.ptr) {
        return -LI_E_NOMEM;
    }
    r = li_query(ctx, conn, &area_inside,
                 LI_ARGS(li_v(tenant), li_v_text(path.len ? path : LI_S("")), li_v_text(end),
                         li_v_text(kind.len ? kind : LI_S(""))),
                 &rows);
    if (r == 0) {
        r = collect(ctx, rows, ret, ret_count);
        li_rows_done(rows);
    }
    return r;
}

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
