/* The statements of lists; see filter.h. */
#include "view/filter.h"

#define MOST    "~" /* behind every name and class */
#define FOREVER INT64_MAX

#define CASE_COLUMNS LI_LIST_CASE
#define PART_COLUMNS LI_LIST_PART

/* What was chosen, and how far somebody reaches: $1 … $16 of every statement. */
#define CHOSEN                                                                                     \
    "c.tenant = $1 and c.area_path >= $2 and c.area_path < $3 and c.scope <= $4 "                  \
    "and c.playbook >= $5 and c.playbook <= $6 and coalesce(c.class, '') >= $7 "                   \
    "and coalesce(c.class, '') <= $8 and c.level >= $9 and c.level <= $10 "                        \
    "and c.opened_at >= $11 and c.opened_at < $12 "
#define CASE_CHOSEN                                                                                \
    CHOSEN "and c.state >= $13 and c.state <= $14 and c.overdue >= $15 and c.overdue <= $16 "
#define PART_CHOSEN                                                                                \
    CHOSEN "and p.state >= $13 and p.state <= $14 and p.overdue >= $15 and p.overdue <= $16 "

#define ALL    "and c.id < $17 and c.id >= $18 and coalesce(c.closed_at, 0) >= $19 "
#define OPEN   "and c.closed_at is null " ALL
#define ONE    "and c.id = $17 and c.id >= $18 and coalesce(c.closed_at, 0) >= $19 "
#define NEWEST "order by c.id desc limit $20"
#define UNIT                                                                                       \
    "and exists (select 1 from part as p where p.tenant = c.tenant and p.case_id = c.id "          \
    "and p.organization = $21) "
#define UNITS                                                                                      \
    UNIT "and exists (select 1 from part as q where q.tenant = c.tenant and q.case_id = c.id "     \
         "and q.organization = $22) "

LI_SQL(list_all, "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN ALL NEWEST);
LI_SQL(list_all_unit, "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN ALL UNIT NEWEST);
LI_SQL(list_all_units,
       "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN ALL UNITS NEWEST);
LI_SQL(list_open, "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN OPEN NEWEST);
LI_SQL(list_open_unit,
       "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN OPEN UNIT NEWEST);
LI_SQL(list_open_units,
       "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN OPEN UNITS NEWEST);
LI_SQL(list_one, "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN ONE NEWEST);
LI_SQL(list_one_unit, "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN ONE UNIT NEWEST);
LI_SQL(list_one_units,
       "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN ONE UNITS NEWEST);

/* With something open that asks for an answer: parts of the kinds of the library of
 * oversight, one of them or all. */
#define ASKED                                                                                      \
    "and c.closed_at is null and exists (select 1 from part as w where w.tenant = c.tenant and "   \
    "w.case_id = c.id "                                                                            \
    "and w.ended_at is null and w.kind >= $21 and w.kind <= $22 "                                  \
    "and w.kind in ('instruction', 'supervision', 'urging', 'question')) "
#define ASKED_UNIT                                                                                 \
    ASKED "and exists (select 1 from part as p where p.tenant = c.tenant and p.case_id = c.id "    \
          "and p.organization = $23) "
#define ASKED_UNITS                                                                                \
    ASKED_UNIT                                                                                     \
    "and exists (select 1 from part as q where q.tenant = c.tenant and q.case_id = c.id "          \
    "and q.organization = $24) "

LI_SQL(list_open_asked,
       "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN OPEN ASKED NEWEST);
LI_SQL(list_open_asked_unit,
       "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN OPEN ASKED_UNIT NEWEST);
LI_SQL(list_open_asked_units,
       "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN OPEN ASKED_UNITS NEWEST);
LI_SQL(list_one_asked,
       "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN ONE ASKED NEWEST);
LI_SQL(list_one_asked_unit,
       "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN ONE ASKED_UNIT NEWEST);
LI_SQL(list_one_asked_units,
       "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN ONE ASKED_UNITS NEWEST);

LI_SQL(list_window_all, "select id from cases where tenant = $1 and id < $2 "
                        "order by id desc limit 1 offset $3");
LI_SQL(list_window_open, "select id from cases where tenant = $1 and id < $2 "
                         "and closed_at is null order by id desc limit 1 offset $3");

#define WAITING_CASES                                                                              \
    "select " CASE_COLUMNS " from cases as c where " CASE_CHOSEN                                   \
    "and c.owner_post = $17 and c.owner_area >= $18 and c.owner_area < $19 "                       \
    "and c.closed_at is null and (coalesce(c.due_at, 9223372036854775807) > $20 "                  \
    "or (coalesce(c.due_at, 9223372036854775807) = $20 and c.id > $21)) "
#define SOONEST_CASE "order by coalesce(c.due_at, 9223372036854775807), c.id limit $22"

LI_SQL(list_waiting_cases, WAITING_CASES SOONEST_CASE);
LI_SQL(list_waiting_cases_unit, WAITING_CASES
       "and exists (select 1 from part as p where p.tenant = c.tenant and p.case_id = c.id "
       "and p.organization = $23) " SOONEST_CASE);
LI_SQL(list_waiting_parts,
       "select " PART_COLUMNS " from part as p join cases as c on c.tenant = p.tenant "
       "and c.id = p.case_id where " PART_CHOSEN
       "and p.tenant = $1 and p.owner_post = $17 and p.owner_area >= $18 and p.owner_area < $19 "
       "and p.ended_at is null and c.closed_at is null "
       "and (coalesce(p.due_at, 9223372036854775807) > $20 "
       "or (coalesce(p.due_at, 9223372036854775807) = $20 "
       "and (c.id > $21 or (c.id = $21 and p.no > $23)))) and p.organization = $24 "
       "order by coalesce(p.due_at, 9223372036854775807), c.id, p.no limit $22");

LI_SQL(list_waiting_given,
       "select " PART_COLUMNS " from part as p join cases as c on c.tenant = p.tenant "
       "and c.id = p.case_id where " PART_CHOSEN
       "and p.tenant = $1 and p.owner_post = $17 and p.owner_area >= $18 and p.owner_area < $19 "
       "and p.ended_at is null and p.owner_post <> 'handler' and c.closed_at is null "
       "and (coalesce(p.due_at, 9223372036854775807) > $20 "
       "or (coalesce(p.due_at, 9223372036854775807) = $20 "
       "and (c.id > $21 or (c.id = $21 and p.no > $23)))) "
       "order by coalesce(p.due_at, 9223372036854775807), c.id, p.no limit $22");

#define SHARED 16 /* arguments of CHOSEN */
#define ROOM   (SHARED + 8)

/* Where a path's range ends: its last '/' raised to the next byte. */
static struct li_str range_end(struct li_ctx *ctx, struct li_str path)
{
    struct li_str end = li_str_dup(ctx, path);

    if (end.ptr && end.len) {
        ((char *)(uintptr_t)end.ptr)[end.len - 1]++;
    }
    return end;
}

static struct li_val least(struct li_str name)
{
    return li_v_text(name.len ? name : LI_S(""));
}

static struct li_val greatest(struct li_str name)
{
    return li_v_text(name.len ? name : LI_S(MOST));
}

/* The narrower of two areas; ptr NULL: they do not meet. */
static struct li_str meeting(struct li_str a, struct li_str b)
{
    if (!b.ptr || li_str_starts(a, b)) {
        return a;
    }
    return li_str_starts(b, a) ? b : (struct li_str){0};
}

static int put_chosen(struct li_ctx *ctx, const struct li_view *view,
                      const struct li_view_filter *filter, struct li_str area_path,
                      enum li_scope scope, struct li_val ret[ROOM])
{
    struct li_str end = range_end(ctx, area_path);
    size_t i = 0;

    if (!end.ptr) {
        return -LI_E_NOMEM;
    }
    ret[i++] = li_v(view->tenant);
    ret[i++] = li_v_text(area_path);
    ret[i++] = li_v_text(end);
    ret[i++] = li_v(scope);
    ret[i++] = least(filter->playbook);
    ret[i++] = greatest(filter->playbook);
    ret[i++] = least(filter->class);
    ret[i++] = greatest(filter->class);
    ret[i++] = li_v(filter->level ? filter->level - 1 : 0);
    ret[i++] = li_v(filter->level ? filter->level - 1 : FOREVER);
    ret[i++] = li_v(filter->opened_from);
    ret[i++] = li_v(filter->opened_to ? filter->opened_to : FOREVER);
    ret[i++] = least(filter->state);
    ret[i++] = greatest(filter->state);
    ret[i++] = li_v(filter->overdue == LI_VIEW_YES);
    ret[i++] = li_v(filter->overdue != LI_VIEW_NO);
    li_assert(i == SHARED);
    return 0;
}

int li_filter_cases(struct li_ctx *ctx, const struct li_view *view,
                    const struct li_view_filter *filter, enum li_walk walk,
                    const struct li_reach *reach, int64_t before, int64_t low, size_t limit,
                    struct li_rows **ret_rows)
{
    static const struct li_sql *const ways[][3] = {
        [LI_WALK_ALL] = {&list_all, &list_all_unit, &list_all_units},
        [LI_WALK_OPEN] = {&list_open, &list_open_unit, &list_open_units},
        [LI_WALK_ONE] = {&list_one, &list_one_unit, &list_one_units},
    };
    static const struct li_sql *const asked[][3] = {
        [LI_WALK_OPEN] = {&list_open_asked, &list_open_asked_unit, &list_open_asked_units},
        [LI_WALK_ONE] = {&list_one_asked, &list_one_asked_unit, &list_one_asked_units},
    };
    struct li_str path = meeting(reach->area_path, filter->area_path);
    struct li_val args[ROOM];
    size_t count = SHARED, units = 0;
    int r;

    if (!path.ptr) {
        *ret_rows = NULL;
        return 0;
    }
    r = put_chosen(ctx, view, filter, path, reach->scope, args);
    args[count++] = li_v(before);
    args[count++] = li_v(low);
    args[count++] = li_v(filter->open == LI_VIEW_NO);
    args[count++] = li_v((int64_t)limit);
    if (filter->asked.len) {
        bool any = li_str_is(filter->asked, "any");
        li_assert(walk != LI_WALK_ALL);
        args[count++] = any ? least(LI_S("")) : least(filter->asked);
        args[count++] = any ? greatest(LI_S("")) : greatest(filter->asked);
    }
    if (reach->org) {
        args[count++] = li_v(reach->org);
        units++;
    }
    if (filter->organization && filter->organization != reach->org) {
        args[count++] = li_v(filter->organization);
        units++;
    }
    return r ? r
             : li_query(ctx, view->conn, filter->asked.len ? asked[walk][units] : ways[walk][units],
                        args, count, ret_rows);
}

int li_filter_window(struct li_ctx *ctx, const struct li_view *view, enum li_walk walk,
                     int64_t before, int64_t size, int64_t *ret_low)
{
    int r =
        li_query_i64(ctx, view->conn, walk == LI_WALK_OPEN ? &list_window_open : &list_window_all,
                     LI_ARGS(li_v(view->tenant), li_v(before), li_v(size - 1)), ret_low);

    if (r == -LI_E_NOT_FOUND) {
        *ret_low = 0;
        return 0;
    }
    return r;
}

int li_filter_waiting(struct li_ctx *ctx, const struct li_view *view,
                      const struct li_view_filter *filter, const struct li_post *post,
                      const struct li_waiting_cursor *after, bool given, size_t limit,
                      struct li_rows **ret_rows)
{
    struct li_str path = filter->area_path.ptr ? filter->area_path : LI_S("/");
    struct li_str end = range_end(ctx, post->area_path);
    const struct li_sql *sql = &list_waiting_cases;
    struct li_val args[ROOM];
    size_t count = SHARED;
    int r = end.ptr ? put_chosen(ctx, view, filter, path, LI_SCOPE_TEAM, args) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    if (!filter->area_path.ptr) { /* every path */
        args[1] = li_v_text(LI_S(""));
        args[2] = li_v_text(LI_S(MOST));
    }
    args[count++] = li_v_text(post->post);
    args[count++] = li_v_text(post->area_path);
    args[count++] = li_v_text(end);
    args[count++] = li_v(after->due);
    args[count++] = li_v(after->id);
    args[count++] = li_v((int64_t)limit);
    if (given) {
        if (filter->organization || post->org) {
            *ret_rows = NULL;
            return 0;
        }
        sql = &list_waiting_given;
        args[count++] = li_v(after->part);
    } else if (post->org) {
        if (filter->organization && filter->organization != post->org) {
            *ret_rows = NULL;
            return 0;
        }
        sql = &list_waiting_parts;
        args[count++] = li_v(after->part);
        args[count++] = li_v(post->org);
    } else if (filter->organization) {
        sql = &list_waiting_cases_unit;
        args[count++] = li_v(filter->organization);
    }
    return li_query(ctx, view->conn, sql, args, count, ret_rows);
}
