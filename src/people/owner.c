/*
 * Who answers: the owner resolver.
 *
 * A path's areas are asked from the bottom to the top, in one statement that
 * stops at the first where somebody holds the post: one round trip on a server,
 * and in the file no more look-ups than there are steps to climb.
 */
#include "people/inside.h"

#define DEPTH 9 /* from the province down to a point in a building */

/* A subquery's text, up to the path it asks for. */
#define HELD                                                                                       \
    "area_path from appointment where tenant = $1 and post = $2 and since <= $12 "                 \
    "and (until is null or until > $12) "                                                          \
    "and (cast($13 as bigint) = 0 or organization = $13) and area_path = "

LI_SQL(owner_lowest,
       "select coalesce((select " HELD "$3 limit 1), (select " HELD "$4 limit 1), "
       "(select " HELD "$5 limit 1), (select " HELD "$6 limit 1), (select " HELD "$7 limit 1), "
       "(select " HELD "$8 limit 1), (select " HELD "$9 limit 1), (select " HELD "$10 limit 1), "
       "(select " HELD "$11 limit 1))");
/* All beginnings of a path that are areas, the longest first; false when it is
 * too deep. */
static bool split(struct li_str path, struct li_val ret[DEPTH])
{
    size_t count = 0;

    for (size_t i = path.len; i > 0; i--) {
        if (path.ptr[i - 1] != '/') {
            continue;
        }
        if (count == DEPTH) {
            return false;
        }
        ret[count++] = li_v_text(li_str_n(path.ptr, i));
    }
    for (; count < DEPTH; count++) {
        ret[count] = li_v_text(LI_S(""));
    }
    return true;
}

static int lowest(struct li_ctx *ctx, struct li_conn *conn, const struct li_val *args, size_t count,
                  struct li_str *ret)
{
    struct li_rows *rows;
    struct li_str path;
    int r = li_query_one(ctx, conn, &owner_lowest, args, count, &rows);

    if (r) {
        return r;
    }
    bool vacant = li_col_is_null(rows, 0);
    path = li_col_dup(ctx, rows, 0);
    li_rows_done(rows);
    if (vacant) {
        return -LI_E_NOT_FOUND;
    }
    if (!path.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = path;
    return 0;
}

int li_owner_resolve(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str post,
                     struct li_str area_path, int64_t org, int64_t now, struct li_str *ret_area,
                     bool *ret_vacant)
{
    struct li_val args[DEPTH + 4] = {li_v(tenant), li_v_text(post)};
    bool vacant = false;
    int r;

    if (!split(area_path, args + 2)) {
        return LI_FAIL(ctx, LI_E_INVALID, "a path of more than %d areas", DEPTH);
    }
    args[DEPTH + 2] = li_v(now);
    args[DEPTH + 3] = li_v(org);
    r = lowest(ctx, conn, args, DEPTH + 4, ret_area);
    if (r == -LI_E_NOT_FOUND) {
        vacant = true;
        r = li_people_home(ctx, conn, tenant, ret_area);
    }
    if (r == 0) {
        *ret_vacant = vacant;
    }
    return r;
}
