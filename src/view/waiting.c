/*
 * What waits in somebody's reach; see waiting.h.
 *
 * Only what is open is read, by indexes that hold nothing else.  The numbers are
 * made when they are asked for, so that no case pays for them.  A viewer's posts
 * may overlap: areas inside another one are left out, and what an organization
 * has is counted once.
 */
#include "view/waiting.h"

#include <stdlib.h>

#include "base/grow.h"
#include "base/time.h"
#include "view/filter.h"
#include "view/inside.h"

#define LATE "coalesce(c.due_at, 9223372036854775807)"
#define CASES                                                                                      \
    "from cases as c where c.tenant = $1 and c.closed_at is null and c.owner_post is not null "    \
    "and c.area_path >= $2 and c.area_path < $3 and c.scope <= $4 "
#define LATE_PART "coalesce(p.due_at, 9223372036854775807)"
#define PARTS                                                                                      \
    "from part as p join cases as c on c.tenant = p.tenant and c.id = p.case_id "                  \
    "where p.tenant = $1 and p.ended_at is null and p.owner_post is not null "                     \
    "and c.closed_at is null and c.area_path >= $2 and c.area_path < $3 and c.scope <= $4 "

#define CASE_SUMS                                                                                  \
    "count(*), cast(sum(case when " LATE " >= $5 and " LATE " < $6 then 1 else 0 end) as bigint)," \
    " cast(sum(case when " LATE " < $5 then 1 else 0 end) as bigint) "
#define PART_SUMS                                                                                  \
    "count(*), cast(sum(case when " LATE_PART " >= $5 and " LATE_PART " < $6 then 1 else 0 end) "  \
    "as bigint), cast(sum(case when " LATE_PART " < $5 then 1 else 0 end) as bigint) "

LI_SQL(waiting_case_groups,
       "select c.owner_post, c.owner_area, coalesce(c.owner_org, 0), " CASE_SUMS CASES
       "group by c.owner_post, c.owner_area, c.owner_org");
LI_SQL(waiting_part_groups,
       "select p.owner_post, p.owner_area, coalesce(p.organization, 0), " PART_SUMS PARTS
       "group by p.owner_post, p.owner_area, p.organization");
LI_SQL(waiting_unit_groups,
       "select p.owner_post, p.owner_area, coalesce(p.organization, 0), " PART_SUMS PARTS
       "and p.organization = $7 "
       "group by p.owner_post, p.owner_area, p.organization");

/* Those among them that name somebody who is recused: hardly any. */
#define IN_REACH                                                                                   \
    "c.closed_at is null and c.area_path >= $2 and c.area_path < $3 and c.scope <= $4 limit 1000"
LI_SQL(waiting_case_named,
       "select " LI_LIST_CASE ", c.owner_post, c.owner_area, coalesce(c.owner_org, 0), " LATE
       " from recusal as x join cases as c on c.tenant = x.tenant and c.id = x.case_id "
       "where x.tenant = $1 and c.owner_post is not null and " IN_REACH);
#define NAMED_PARTS                                                                                \
    "select " LI_LIST_PART ", p.owner_post, p.owner_area, coalesce(p.organization, 0), " LATE_PART \
    " from recusal as x join part as p on p.tenant = x.tenant and p.case_id = x.case_id "          \
    "join cases as c on c.tenant = p.tenant and c.id = p.case_id "                                 \
    "where x.tenant = $1 and p.ended_at is null and p.owner_post is not null and "
LI_SQL(waiting_part_named, NAMED_PARTS IN_REACH);
LI_SQL(waiting_unit_named, NAMED_PARTS "p.organization = $5 and " IN_REACH);

#define CASE_ROWS                                                                                  \
    LATE " >= $5 and " LATE " < $6 and c.owner_area >= $7 and c.owner_area < $8 "                  \
         "and c.owner_post >= $9 and c.owner_post <= $10 "                                         \
         "and coalesce(c.owner_org, 0) >= $11 and coalesce(c.owner_org, 0) <= $12 "                \
         "order by " LATE ", c.id limit $13"
#define PART_ROWS                                                                                  \
    LATE_PART " >= $5 and " LATE_PART " < $6 and p.owner_area >= $7 and p.owner_area < $8 "        \
              "and p.owner_post >= $9 and p.owner_post <= $10 "                                    \
              "and coalesce(p.organization, 0) >= $11 and coalesce(p.organization, 0) <= $12 "
#define PART_ORDER "order by " LATE_PART ", c.id, p.no limit $13"

LI_SQL(waiting_case_rows,
       "select " LI_LIST_CASE ", c.owner_post, c.owner_area, coalesce(c.owner_org, 0) " CASES
       "and " CASE_ROWS);
LI_SQL(waiting_part_rows,
       "select " LI_LIST_PART ", p.owner_post, p.owner_area, coalesce(p.organization, 0) " PARTS
       "and " PART_ROWS PART_ORDER);
LI_SQL(waiting_unit_rows,
       "select " LI_LIST_PART ", p.owner_post, p.owner_area, coalesce(p.organization, 0) " PARTS
       "and " PART_ROWS "and p.organization = $14 " PART_ORDER);

#define OWNER_AT 20 /* the column behind those of a list */
#define LATE_AT  23
#define FOREVER  INT64_MAX
#define MOST     "~" /* behind every path and name */

struct reach {
    struct li_str area_path;
    int64_t org; /* 0: all that lies in the area */
};

struct waiting {
    struct li_ctx *ctx;
    const struct li_view *view;
    const struct li_waiting_query *query;
    int64_t now, tonight;
    struct reach *reaches;
    size_t reach_count;
    struct li_waiting_group *groups;
    size_t group_count, group_cap;
    struct li_waiting_row *rows;
    size_t row_count, row_cap;
};

/* ---- how far the viewer reaches ------------------------------------------------ */

static bool covers(const struct li_post *wide, const struct li_post *post)
{
    return wide->org == 0 ? post->org == 0 && li_str_starts(post->area_path, wide->area_path)
                          : wide->org == post->org;
}

static int make_reaches(struct waiting *waiting)
{
    const struct li_viewer *viewer = waiting->view->viewer;
    struct reach *reaches = li_alloc_array(waiting->ctx, viewer->post_count + 1, sizeof(*reaches));

    if (!reaches) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < viewer->post_count; i++) {
        const struct li_post *post = &viewer->posts[i];
        bool covered = false;
        for (size_t k = 0; k < viewer->post_count && !covered; k++) {
            const struct li_post *other = &viewer->posts[k];
            covered = k != i && covers(other, post) && (k < i || !covers(post, other));
        }
        if (!covered) {
            reaches[waiting->reach_count++] = (struct reach){post->area_path, post->org};
        }
    }
    waiting->reaches = reaches;
    return 0;
}

/* What an organization works on may lie anywhere. */
static struct li_str from_of(const struct reach *reach)
{
    return reach->org ? LI_S("") : reach->area_path;
}

static struct li_str to_of(struct li_ctx *ctx, const struct reach *reach)
{
    return reach->org ? LI_S(MOST) : li_strf(ctx, "%.*s" MOST, LI_P(reach->area_path));
}

static bool is_unit(const struct waiting *waiting, const struct li_owner *owner)
{
    for (size_t i = 0; i < waiting->reach_count; i++) {
        const struct reach *reach = &waiting->reaches[i];
        if (reach->org ? reach->org == owner->org
                       : li_str_starts(owner->area_path, reach->area_path)) {
            return true;
        }
    }
    return false;
}

/* ---- with whom ------------------------------------------------------------------ */

static bool same_owner(const struct li_owner *a, const struct li_owner *b)
{
    return a->org == b->org && li_str_eq(a->post, b->post) && li_str_eq(a->area_path, b->area_path);
}

static int owner_in(struct li_ctx *ctx, const struct li_rows *rows, int at, struct li_owner *ret)
{
    *ret = (struct li_owner){.post = li_col_dup(ctx, rows, at),
                             .area_path = li_col_dup(ctx, rows, at + 1),
                             .org = li_col_i64(rows, at + 2)};
    return ret->post.ptr && ret->area_path.ptr ? 0 : -LI_E_NOMEM;
}

/* The group of an owner among those from `first` on, or a new one. */
static struct li_waiting_group *group_of(struct waiting *waiting, const struct li_owner *owner)
{
    struct li_waiting_group *more;

    for (size_t i = 0; i < waiting->group_count; i++) {
        if (same_owner(&waiting->groups[i].owner, owner)) {
            return &waiting->groups[i];
        }
    }
    more = li_grow(waiting->ctx, waiting->groups, waiting->group_count, &waiting->group_cap,
                   sizeof(*more));
    if (!more) {
        return NULL;
    }
    waiting->groups = more;
    more[waiting->group_count] = (struct li_waiting_group){.owner = *owner};
    return &more[waiting->group_count++];
}

/* `whole`: it is all the organization has, so it stands for what was counted by area. */
static int add_groups(struct waiting *waiting, struct li_rows *rows, bool whole)
{
    int r = 0;

    while (r == 0 && (r = li_rows_next(waiting->ctx, rows)) > 0) {
        struct li_waiting_group *group;
        struct li_owner owner;
        r = owner_in(waiting->ctx, rows, 0, &owner);
        group = r == 0 ? group_of(waiting, &owner) : NULL;
        if (!group) {
            r = -LI_E_NOMEM;
            continue;
        }
        if (whole) {
            group->open = group->today = group->overdue = 0;
        }
        group->open += li_col_i64(rows, 3);
        group->today += li_col_i64(rows, 4);
        group->overdue += li_col_i64(rows, 5);
    }
    li_rows_done(rows);
    return r;
}

/* What the viewer is recused from is no number to them either. */
static int drop_named(struct waiting *waiting, struct li_rows *rows)
{
    int r = 0;

    while (r == 0 && (r = li_rows_next(waiting->ctx, rows)) > 0) {
        int64_t late = li_col_i64(rows, LATE_AT);
        struct li_waiting_group *group = NULL;
        struct li_view_row row = {.id = 0};
        struct li_owner owner;
        r = owner_in(waiting->ctx, rows, OWNER_AT, &owner);
        r = r ? r : li_view_row_read(waiting->ctx, waiting->view, rows, false, NULL, &row);
        if (r) { /* an error, or for them */
            r = r > 0 ? 0 : r;
            continue;
        }
        group = group_of(waiting, &owner);
        if (!group) {
            r = -LI_E_NOMEM;
            continue;
        }
        group->open--;
        group->today -= late >= waiting->now && late < waiting->tonight;
        group->overdue -= late < waiting->now;
    }
    li_rows_done(rows);
    return r;
}

static int leave_out(struct waiting *waiting, const struct reach *reach, struct li_str to)
{
    const struct li_view *view = waiting->view;
    const struct li_val args[] = {li_v(view->tenant), li_v_text(from_of(reach)), li_v_text(to),
                                  li_v(LI_SCOPE_STAFF), li_v(reach->org)};
    struct li_rows *rows;
    int r;

    if (reach->org) {
        r = li_query(waiting->ctx, view->conn, &waiting_unit_named, args, 5, &rows);
        return r ? r : drop_named(waiting, rows);
    }
    r = li_query(waiting->ctx, view->conn, &waiting_case_named, args, 4, &rows);
    r = r ? r : drop_named(waiting, rows);
    r = r ? r : li_query(waiting->ctx, view->conn, &waiting_part_named, args, 4, &rows);
    return r ? r : drop_named(waiting, rows);
}

static int count_reach(struct waiting *waiting, const struct reach *reach)
{
    const struct li_view *view = waiting->view;
    const struct li_str to = to_of(waiting->ctx, reach);
    const struct li_val args[] = {
        li_v(view->tenant), li_v_text(from_of(reach)), li_v_text(to),   li_v(LI_SCOPE_STAFF),
        li_v(waiting->now), li_v(waiting->tonight),    li_v(reach->org)};
    struct li_rows *rows;
    int r = to.ptr ? 0 : -LI_E_NOMEM;

    if (reach->org) {
        r = r ? r : li_query(waiting->ctx, view->conn, &waiting_unit_groups, args, 7, &rows);
        r = r ? r : add_groups(waiting, rows, true);
        return r ? r : leave_out(waiting, reach, to);
    }
    r = r ? r : li_query(waiting->ctx, view->conn, &waiting_case_groups, args, 6, &rows);
    r = r ? r : add_groups(waiting, rows, false);
    r = r ? r : li_query(waiting->ctx, view->conn, &waiting_part_groups, args, 6, &rows);
    r = r ? r : add_groups(waiting, rows, false);
    return r ? r : leave_out(waiting, reach, to);
}

/* Without those that only had what was left out. */
static void keep_open(struct waiting *waiting)
{
    size_t kept = 0;

    for (size_t i = 0; i < waiting->group_count; i++) {
        if (waiting->groups[i].open > 0) {
            waiting->groups[kept++] = waiting->groups[i];
        }
    }
    waiting->group_count = kept;
}

static int by_place(const void *a, const void *b)
{
    const struct li_owner *x = &((const struct li_waiting_group *)a)->owner;
    const struct li_owner *y = &((const struct li_waiting_group *)b)->owner;
    int r = li_str_cmp(x->area_path, y->area_path);

    r = r ? r : li_str_cmp(x->post, y->post);
    return r ? r : (x->org > y->org) - (x->org < y->org);
}

/* Areas first: what an organization has as a whole stands for its share in them. */
static int count_all(struct waiting *waiting, struct li_waiting *ret)
{
    int r = 0;

    for (int whole = 0; whole < 2; whole++) {
        for (size_t i = 0; r == 0 && i < waiting->reach_count; i++) {
            if ((waiting->reaches[i].org != 0) == whole) {
                r = count_reach(waiting, &waiting->reaches[i]);
            }
        }
    }
    keep_open(waiting);
    if (waiting->group_count > 1) {
        qsort(waiting->groups, waiting->group_count, sizeof(waiting->groups[0]), by_place);
    }
    for (size_t i = 0; r == 0 && i < waiting->group_count; i++) {
        struct li_waiting_group *group = &waiting->groups[i];
        r = li_view_owner_of(waiting->ctx, waiting->view, &group->owner, false, &group->shown);
        group->unit = is_unit(waiting, &group->owner);
        ret->unit += group->unit ? group->open : 0;
        ret->today += group->today;
        ret->overdue += group->overdue;
    }
    ret->groups = waiting->groups;
    ret->group_count = waiting->group_count;
    return r;
}

/* ---- the rows -------------------------------------------------------------------- */

static int add_rows(struct waiting *waiting, struct li_rows *rows)
{
    int r = 0;

    while (r == 0 && (r = li_rows_next(waiting->ctx, rows)) > 0) {
        struct li_waiting_row row = {.row = {.id = 0}}, *more;
        struct li_owner owner;
        r = owner_in(waiting->ctx, rows, OWNER_AT, &owner);
        r = r ? r : li_view_row_read(waiting->ctx, waiting->view, rows, false, NULL, &row.row);
        if (r <= 0) { /* an error, or not for them */
            continue;
        }
        r = li_view_owner_of(waiting->ctx, waiting->view, &owner, false, &row.owner);
        more = r ? NULL
                 : li_grow(waiting->ctx, waiting->rows, waiting->row_count, &waiting->row_cap,
                           sizeof(*more));
        if (!more) {
            r = r ? r : -LI_E_NOMEM;
            break;
        }
        waiting->rows = more;
        more[waiting->row_count++] = row;
    }
    li_rows_done(rows);
    return r;
}

static int read_reach(struct waiting *waiting, const struct reach *reach)
{
    const struct li_waiting_query *query = waiting->query;
    const struct li_view *view = waiting->view;
    bool unit = query->reading == LI_WAITING_UNIT && !reach->org;
    struct li_str to = to_of(waiting->ctx, reach), at = query->area_path;
    struct li_str own_from = unit ? reach->area_path : LI_S("");
    struct li_str own_to = unit ? to : LI_S(MOST);
    /* an area's own path, without what lies in it: digits stand behind '!' */
    struct li_str at_end = at.len ? li_strf(waiting->ctx, "%.*s!", LI_P(at)) : own_to;
    const struct li_val args[] = {
        li_v(view->tenant),
        li_v_text(from_of(reach)),
        li_v_text(to),
        li_v(LI_SCOPE_STAFF),
        li_v(query->reading == LI_WAITING_TODAY ? waiting->now : INT64_MIN),
        li_v(query->reading == LI_WAITING_TODAY     ? waiting->tonight
             : query->reading == LI_WAITING_OVERDUE ? waiting->now
                                                    : FOREVER),
        li_v_text(at.len ? at : own_from),
        li_v_text(at_end),
        li_v_text(query->post.len ? query->post : LI_S("")),
        li_v_text(query->post.len ? query->post : LI_S(MOST)),
        li_v(query->org),
        li_v(query->org ? query->org : FOREVER),
        li_v((int64_t)query->limit + 1),
        li_v(reach->org),
    };
    struct li_rows *rows;
    int r = to.ptr && at_end.ptr ? 0 : -LI_E_NOMEM;

    if (reach->org) {
        r = r ? r : li_query(waiting->ctx, view->conn, &waiting_unit_rows, args, 14, &rows);
        return r ? r : add_rows(waiting, rows);
    }
    r = r ? r : li_query(waiting->ctx, view->conn, &waiting_case_rows, args, 13, &rows);
    r = r ? r : add_rows(waiting, rows);
    r = r ? r : li_query(waiting->ctx, view->conn, &waiting_part_rows, args, 13, &rows);
    return r ? r : add_rows(waiting, rows);
}

static int by_due(const void *a, const void *b)
{
    const struct li_view_row *x = &((const struct li_waiting_row *)a)->row;
    const struct li_view_row *y = &((const struct li_waiting_row *)b)->row;
    int64_t due_x = x->due_at ? x->due_at : FOREVER, due_y = y->due_at ? y->due_at : FOREVER;
    int r = (due_x > due_y) - (due_x < due_y);

    r = r ? r : (x->id > y->id) - (x->id < y->id);
    return r ? r : x->part - y->part;
}

/* Sorted, each once, no more than were asked for. */
static int read_rows(struct waiting *waiting, struct li_waiting *ret)
{
    size_t kept = 0;
    int r = 0;

    for (size_t i = 0; r == 0 && i < waiting->reach_count; i++) {
        r = read_reach(waiting, &waiting->reaches[i]);
    }
    if (waiting->row_count > 1) {
        qsort(waiting->rows, waiting->row_count, sizeof(waiting->rows[0]), by_due);
    }
    for (size_t i = 0; i < waiting->row_count; i++) {
        if (kept == 0 || by_due(&waiting->rows[kept - 1], &waiting->rows[i]) != 0) {
            waiting->rows[kept++] = waiting->rows[i];
        }
    }
    ret->more = kept > waiting->query->limit;
    ret->rows = waiting->rows;
    ret->row_count = ret->more ? waiting->query->limit : kept;
    for (size_t i = 0; r == 0 && i < ret->row_count; i++) {
        r = li_view_row_rest(waiting->ctx, waiting->view, &ret->rows[i].row);
    }
    return r;
}

int li_view_waiting(struct li_ctx *ctx, const struct li_view *view,
                    const struct li_waiting_query *query, struct li_waiting *ret)
{
    struct waiting waiting = {.ctx = ctx, .view = view, .query = query, .now = li_now(ctx->clock)};
    struct li_waiting found = {0};
    int r;

    waiting.tonight = li_day_start(li_day_at(waiting.now) + 1);
    r = make_reaches(&waiting);
    r = r ? r : count_all(&waiting, &found);
    if (r == 0 && query->reading != LI_WAITING_NONE) {
        r = read_rows(&waiting, &found);
    }
    if (r == 0) {
        *ret = found;
    }
    return r;
}
