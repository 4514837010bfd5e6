/* The roster: reading it; see shift.h. */
#include "people/shift.h"

#include "base/grow.h"
#include "base/time.h"

#define SHIFT                                                                                      \
    "select s.id, s.area_path, s.post, s.person, n.name, s.since, s.until from shift as s "        \
    "join person as n on n.tenant = s.tenant and n.id = s.person "                                 \
    "where s.tenant = $1 and s.ended = 0 "

LI_SQL(shift_of_area, SHIFT "and s.area_path = $2 and s.since < $4 and s.until > $3 "
                            "order by s.since, s.post, s.id");
LI_SQL(shift_by_id, SHIFT "and s.id = $2");
LI_SQL(swap_of_area,
       "select w.id, coalesce(w.other, 0), w.person, n.name, w.asked_by, m.name, w.asked_at, "
       "w.shift from swap as w join shift as s on s.tenant = w.tenant and s.id = w.shift "
       "join person as n on n.tenant = w.tenant and n.id = w.person "
       "join person as m on m.tenant = w.tenant and m.id = w.asked_by "
       "where w.tenant = $1 and w.agreed is null and s.ended = 0 and s.area_path = $2 "
       "and s.until > $3 order by w.id");

bool li_shift_is_post(struct li_str post)
{
    return li_str_starts(post, LI_S("duty_")) || li_str_is(post, "night_route");
}

static int read_shift(struct li_ctx *ctx, const struct li_rows *rows, struct li_shift *ret)
{
    struct li_shift shift = {.id = li_col_i64(rows, 0),
                             .area_path = li_col_dup(ctx, rows, 1),
                             .post = li_col_dup(ctx, rows, 2),
                             .person = li_col_i64(rows, 3),
                             .name = li_col_dup(ctx, rows, 4),
                             .since = li_col_i64(rows, 5),
                             .until = li_col_i64(rows, 6)};

    if (!shift.area_path.ptr || !shift.post.ptr || !shift.name.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = shift;
    return 0;
}

int li_shift_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                  struct li_shift *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &shift_by_id, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r == 0) {
        r = read_shift(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

int li_shift_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str area_path,
                  int64_t from, int64_t to, struct li_shift **ret, size_t *ret_count)
{
    struct li_shift *all = NULL;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &shift_of_area,
                     LI_ARGS(li_v(tenant), li_v_text(area_path), li_v(from), li_v(to)), &rows);

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_shift *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        all = more ? more : all;
        r = more ? read_shift(ctx, rows, &all[count++]) : -LI_E_NOMEM;
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

static bool begins(const struct li_shift *shifts, size_t count, struct li_str post, int32_t day)
{
    for (size_t i = 0; i < count; i++) {
        if (li_str_eq(shifts[i].post, post) && li_day_at(shifts[i].since) == day) {
            return true;
        }
    }
    return false;
}

int li_shift_gaps(struct li_ctx *ctx, const struct li_shift *shifts, size_t count, int64_t from,
                  int64_t to, struct li_shift_gap **ret, size_t *ret_count)
{
    const struct li_str posts[] = {LI_SHIFT_LEADER, LI_SHIFT_OFFICER};
    struct li_shift_gap *gaps = NULL;
    size_t found = 0, cap = 0;
    int32_t last = count ? li_day_at(shifts[count - 1].since) : INT32_MIN;

    for (int32_t day = li_day_at(from); day <= last && day < li_day_at(to - 1) + 1; day++) {
        for (int i = 0; i < 2; i++) {
            struct li_shift_gap *more;
            if (begins(shifts, count, posts[i], day)) {
                continue;
            }
            more = li_grow(ctx, gaps, found, &cap, sizeof(*gaps));
            if (!more) {
                return -LI_E_NOMEM;
            }
            gaps = more;
            gaps[found++] = (struct li_shift_gap){.post = posts[i], .day = day};
        }
    }
    *ret = gaps;
    *ret_count = found;
    return 0;
}

static int read_swap(struct li_ctx *ctx, const struct li_rows *rows, struct li_swap *ret)
{
    struct li_swap swap = {.id = li_col_i64(rows, 0),
                           .other = li_col_i64(rows, 1),
                           .person = li_col_i64(rows, 2),
                           .name = li_col_dup(ctx, rows, 3),
                           .asked_by = li_col_i64(rows, 4),
                           .asker = li_col_dup(ctx, rows, 5),
                           .asked_at = li_col_i64(rows, 6),
                           .shift = {.id = li_col_i64(rows, 7)}};

    if (!swap.name.ptr || !swap.asker.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = swap;
    return 0;
}

int li_swap_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str area_path,
                 int64_t now, struct li_swap **ret, size_t *ret_count)
{
    struct li_swap *all = NULL;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &swap_of_area,
                     LI_ARGS(li_v(tenant), li_v_text(area_path), li_v(now)), &rows);

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_swap *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        all = more ? more : all;
        r = more ? read_swap(ctx, rows, &all[count++]) : -LI_E_NOMEM;
    }
    li_rows_done(rows);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = li_shift_find(ctx, conn, tenant, all[i].shift.id, &all[i].shift);
    }
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}
