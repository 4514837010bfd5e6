/*
 * How an area stands; see overview.h.  Reckoned when it is asked for, from what is open and
 * from the entries of today, so that no case pays for it.
 */
#include "view/overview.h"

#include <stdlib.h>

#include "base/id.h"
#include "base/time.h"
#include "view/briefing.h"
#include "view/filter.h"
#include "view/inside.h"

#define IN_AREA                                                                                    \
    "c.area_path >= $2 and c.area_path < $3 and c.scope <= 1 and not exists "                      \
    "(select 1 from recusal as x where x.tenant = c.tenant and x.case_id = c.id) "
#define OPEN    "from cases as c where c.tenant = $1 and c.closed_at is null and " IN_AREA
#define MY_PART "p.tenant = c.tenant and p.case_id = c.id and p.ended_at is null"
#define IS_LATE                                                                                    \
    "c.due_at < $4 or exists (select 1 from part as p where " MY_PART " and p.due_at < $4)"
#define IS_TODAY                                                                                   \
    "c.due_at < $5 or exists (select 1 from part as p where " MY_PART " and p.due_at < $5)"
#define LATE "case when " IS_LATE " then 1 else 0 end"

LI_SQL(overview_places,
       "select c.area_path, count(*), cast(sum(" LATE ") as bigint), "
       "cast(sum(case when " IS_LATE " then 0 when " IS_TODAY " then 1 else 0 end) as bigint) " OPEN
       "group by c.area_path order by c.area_path");
LI_SQL(overview_dots, "select c.place_lon, c.place_lat, " LATE " " OPEN
                      "and c.place_lon is not null order by c.id desc limit 501");

#define EVENT "select distinct " LI_LIST_CASE ", coalesce(c.class, ''), "
#define CAME  "from cases as c where c.tenant = $1 and c.id >= $4 and c.opened_at >= $5 and " IN_AREA
#define DONE                                                                                       \
    "from history as h join cases as c on c.tenant = h.tenant and c.id = h.entity "                \
    "where h.tenant = $1 and h.seq >= $4 and c.closed_at >= $5 and " IN_AREA
LI_SQL(overview_came, EVENT "c.opened_at " CAME "order by c.id desc limit 40");
LI_SQL(overview_done, EVENT "c.closed_at " DONE "order by c.closed_at desc nulls last limit 40");
LI_SQL(overview_came_count, "select count(*) " CAME);
LI_SQL(overview_done_count, "select count(distinct c.id) " DONE);

LI_SQL(overview_runs,
       "select " LI_LIST_CASE " " OPEN "and (c.playbook = $4 or (c.playbook >= $5 and "
       "c.playbook < $6)) and exists (select 1 from part as p where " MY_PART ") "
       "order by c.area_path, c.id limit 13");
LI_SQL(overview_parts, "select kind, state, count(*), cast(sum(case when due_at < $3 then 1 else 0 "
                       "end) as bigint), min(coalesce(due_at, 9223372036854775807)) from part "
                       "where tenant = $1 and case_id = $2 and ended_at is null "
                       "group by kind, state order by min(no)");

#define CLASS_AT 20 /* the columns behind those of a list */
#define TIME_AT  21

struct overview {
    struct li_ctx *ctx;
    const struct li_view *view;
    const struct li_overview_query *query;
    struct li_str end; /* behind every path in the area */
    struct li_overview made;
};

/* ---- places ---------------------------------------------------------------------- */

static struct li_overview_place *place_of(struct li_overview *made, struct li_str path, size_t *at)
{
    while (*at + 1 < made->place_count && li_str_cmp(made->places[*at + 1].area.path, path) <= 0) {
        (*at)++;
    }
    return *at < made->place_count && li_str_starts(path, made->places[*at].area.path)
               ? &made->places[*at]
               : &made->rest;
}

static int read_places(struct overview *overview)
{
    struct li_overview *made = &overview->made;
    int64_t tonight = li_day_start(li_day_at(made->as_of) + 1);
    struct li_rows *rows;
    size_t at = 0;
    int r = li_query(overview->ctx, overview->view->conn, &overview_places,
                     LI_ARGS(li_v(overview->view->tenant), li_v_text(made->area.path),
                             li_v_text(overview->end), li_v(made->as_of), li_v(tonight)),
                     &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(overview->ctx, rows)) > 0) {
        struct li_overview_place *place = place_of(made, li_col_str(rows, 0), &at);
        place->open += li_col_i64(rows, 1);
        place->overdue += li_col_i64(rows, 2);
        made->open += li_col_i64(rows, 1);
        made->overdue += li_col_i64(rows, 2);
        made->today += li_col_i64(rows, 3);
    }
    li_rows_done(rows);
    return r;
}

static int list_places(struct overview *overview)
{
    struct li_overview *made = &overview->made;
    struct li_area *areas;
    size_t count;
    int r = li_area_list(overview->ctx, overview->view->conn, overview->view->tenant,
                         made->area.path, overview->query->kind, &areas, &count);

    if (r == 0) {
        made->places = li_alloc_array(overview->ctx, count, sizeof(*made->places));
        r = made->places ? 0 : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        made->places[made->place_count++] = (struct li_overview_place){.area = areas[i]};
    }
    made->rest.area = made->area;
    return r ? r : read_places(overview);
}

static int read_dots(struct overview *overview)
{
    struct li_overview *made = &overview->made;
    struct li_rows *rows;
    int r;

    made->dots = li_alloc_array(overview->ctx, LI_OVERVIEW_DOTS, sizeof(*made->dots));
    r = made->dots ? li_query(overview->ctx, overview->view->conn, &overview_dots,
                              LI_ARGS(li_v(overview->view->tenant), li_v_text(made->area.path),
                                      li_v_text(overview->end), li_v(made->as_of)),
                              &rows)
                   : -LI_E_NOMEM;
    if (r) {
        return r;
    }
    while ((r = li_rows_next(overview->ctx, rows)) > 0) {
        if (made->dot_count == LI_OVERVIEW_DOTS) {
            made->more_dots = true;
            r = 0;
            break;
        }
        made->dots[made->dot_count++] = (struct li_overview_dot){
            .lon = li_angle_coarse(li_col_i64(rows, 0)),
            .lat = li_angle_coarse(li_col_i64(rows, 1)),
            .overdue = li_col_i64(rows, 2) != 0,
        };
    }
    li_rows_done(rows);
    return r;
}

/* ---- today ------------------------------------------------------------------------ */

static int read_event(struct overview *overview, const struct li_rows *rows, bool done,
                      struct li_overview_event *ret)
{
    const struct li_view *view = overview->view;
    struct li_view_row row;
    struct li_str class = li_col_dup(overview->ctx, rows, CLASS_AT);
    int64_t at = li_col_i64(rows, TIME_AT);
    int r = li_view_row_read(overview->ctx, view, rows, false, NULL, &row);

    if (r <= 0) { /* an error, or not for them */
        return r;
    }
    *ret = (struct li_overview_event){.at = at,
                                      .done = done,
                                      .number = row.number,
                                      .about = row.topic ? row.topic->label : row.playbook->title};
    r = li_view_area(overview->ctx, view, li_case_community(row.area.code), &ret->area);
    if (r == 0 && class.len) {
        r = li_view_class(overview->ctx, view, class, &ret->about);
    }
    return r ? r : class.ptr ? 1 : -LI_E_NOMEM;
}

static int read_events(struct overview *overview, const struct li_sql *sql, int64_t from,
                       int64_t since, bool done)
{
    struct li_overview *made = &overview->made;
    struct li_rows *rows;
    int r = li_query(overview->ctx, overview->view->conn, sql,
                     LI_ARGS(li_v(overview->view->tenant), li_v_text(made->area.path),
                             li_v_text(overview->end), li_v(from), li_v(since)),
                     &rows);

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(overview->ctx, rows)) > 0) {
        r = read_event(overview, rows, done, &made->events[made->event_count]);
        made->event_count += r > 0;
        r = r > 0 ? 0 : r;
    }
    li_rows_done(rows);
    return r;
}

static int count_events(struct overview *overview, const struct li_sql *sql, int64_t from,
                        int64_t since, int64_t *ret)
{
    return li_query_i64(overview->ctx, overview->view->conn, sql,
                        LI_ARGS(li_v(overview->view->tenant), li_v_text(overview->made.area.path),
                                li_v_text(overview->end), li_v(from), li_v(since)),
                        ret);
}

static int by_newest(const void *a, const void *b)
{
    const struct li_overview_event *x = a, *y = b;
    int r = (x->at < y->at) - (x->at > y->at);

    return r ? r : li_str_cmp(y->number, x->number);
}

static int read_today(struct overview *overview)
{
    struct li_overview *made = &overview->made;
    int64_t since = li_day_start(li_day_at(made->as_of));
    struct li_briefing_span span;
    int r = li_briefing_span_of(overview->ctx, overview->view, since, &span);

    made->events =
        li_alloc_array(overview->ctx, (size_t)2 * LI_OVERVIEW_EVENTS, sizeof(*made->events));
    r = r ? r : made->events ? 0 : -LI_E_NOMEM;
    r = r ? r : count_events(overview, &overview_came_count, span.first_id, since, &made->opened);
    r = r ? r
          : count_events(overview, &overview_done_count, span.first_entry, since, &made->closed);
    r = r ? r : read_events(overview, &overview_came, span.first_id, since, false);
    r = r ? r : read_events(overview, &overview_done, span.first_entry, since, true);
    if (r == 0 && made->event_count > 1) {
        qsort(made->events, made->event_count, sizeof(made->events[0]), by_newest);
    }
    if (made->event_count > LI_OVERVIEW_EVENTS) {
        made->event_count = LI_OVERVIEW_EVENTS;
    }
    return r;
}

/* ---- what a family has under way ----------------------------------------------------- */

static const struct li_machine *machine_of(const struct li_playbook *playbook, struct li_str kind)
{
    for (size_t i = 1; i < playbook->machine_count; i++) {
        if (li_str_eq(playbook->machines[i].name, kind)) {
            return &playbook->machines[i];
        }
    }
    return NULL;
}

static int read_parts(struct overview *overview, struct li_overview_run *run)
{
    struct li_rows *rows;
    size_t most = 0;
    int r;

    for (size_t i = 1; i < run->playbook->machine_count; i++) {
        most += run->playbook->machines[i].state_count;
    }
    run->parts = li_alloc_array(overview->ctx, most, sizeof(*run->parts));
    r = run->parts ? li_query(overview->ctx, overview->view->conn, &overview_parts,
                              LI_ARGS(li_v(overview->view->tenant), li_v(run->id),
                                      li_v(overview->made.as_of)),
                              &rows)
                   : -LI_E_NOMEM;
    if (r) {
        return r;
    }
    while ((r = li_rows_next(overview->ctx, rows)) > 0) {
        const struct li_machine *kind = machine_of(run->playbook, li_col_str(rows, 0));
        int state = kind ? li_machine_state(kind, li_col_str(rows, 1)) : -1;
        int64_t due = li_col_i64(rows, 4);
        if (state < 0) {
            r = LI_FAIL(overview->ctx, LI_E_CORRUPT, "a part is in no state of its playbook");
            break;
        }
        li_assert(run->part_count < most);
        run->parts[run->part_count++] = (struct li_overview_parts){.kind = kind,
                                                                   .state = &kind->states[state],
                                                                   .count = li_col_i64(rows, 2),
                                                                   .overdue = li_col_i64(rows, 3)};
        run->due_at = due != INT64_MAX && (!run->due_at || due < run->due_at) ? due : run->due_at;
    }
    li_rows_done(rows);
    return r;
}

/* One that is read: what hangs on it is asked for when its rows are done. */
static int read_run(struct overview *overview, const struct li_rows *rows,
                    struct li_overview_run *ret)
{
    struct li_view_row row;
    int r = li_view_row_read(overview->ctx, overview->view, rows, false, NULL, &row);

    if (r > 0) {
        *ret = (struct li_overview_run){.id = row.id,
                                        .number = row.number,
                                        .playbook = row.playbook,
                                        .state = row.state,
                                        .area = row.area,
                                        .opened_at = row.opened_at,
                                        .due_at = row.due_at};
    }
    return r;
}

static int list_runs(struct overview *overview)
{
    struct li_overview *made = &overview->made;
    struct li_str family = overview->query->family;
    struct li_str from = li_strf(overview->ctx, "%.*s-", LI_P(family));
    struct li_str to = li_strf(overview->ctx, "%.*s.", LI_P(family)); /* the next byte */
    struct li_rows *rows;
    int r;

    made->runs = li_alloc_array(overview->ctx, LI_OVERVIEW_RUNS + 1, sizeof(*made->runs));
    r = made->runs && from.ptr && to.ptr
            ? li_query(overview->ctx, overview->view->conn, &overview_runs,
                       LI_ARGS(li_v(overview->view->tenant), li_v_text(made->area.path),
                               li_v_text(overview->end), li_v_text(family), li_v_text(from),
                               li_v_text(to)),
                       &rows)
            : -LI_E_NOMEM;
    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(overview->ctx, rows)) > 0) {
        r = read_run(overview, rows, &made->runs[made->run_count]);
        made->run_count += r > 0;
        r = r > 0 ? 0 : r;
    }
    li_rows_done(rows);
    made->more_runs = made->run_count > LI_OVERVIEW_RUNS;
    made->run_count -= made->more_runs;
    return r;
}

static int read_runs(struct overview *overview)
{
    struct li_overview *made = &overview->made;
    int r = overview->query->family.len ? list_runs(overview) : 0;

    for (size_t i = 0; r == 0 && i < made->run_count; i++) {
        struct li_overview_run *run = &made->runs[i];
        r = li_view_area(overview->ctx, overview->view, li_case_community(run->area.code),
                         &run->area);
        r = r ? r : read_parts(overview, run);
        run->overdue = run->due_at && run->due_at < made->as_of;
    }
    return r;
}

/* ---- all of it -------------------------------------------------------------------------- */

static bool may_see(const struct li_viewer *viewer, const struct li_area *area)
{
    for (size_t i = 0; i < viewer->post_count; i++) {
        const struct li_post *post = &viewer->posts[i];
        if (post->org == 0 && li_str_starts(area->path, post->area_path)) {
            return true;
        }
    }
    return false;
}

int li_view_overview(struct li_ctx *ctx, const struct li_view *view,
                     const struct li_overview_query *query, struct li_overview *ret)
{
    struct overview overview = {
        .ctx = ctx,
        .view = view,
        .query = query,
        .end = li_strf(ctx, "%.*s~", LI_P(query->area->path)),
        .made = {.area = *query->area, .as_of = li_now(ctx->clock)},
    };
    int r = overview.end.ptr ? 0 : -LI_E_NOMEM;

    if (r == 0 && !may_see(view->viewer, query->area)) {
        r = LI_FAIL(ctx, LI_E_FORBIDDEN, "only who holds a post at %.*s may",
                    LI_P(query->area->code));
    }
    r = r ? r : list_places(&overview);
    r = r ? r : read_dots(&overview);
    r = r ? r : read_today(&overview);
    r = r ? r : read_runs(&overview);
    if (r == 0) {
        *ret = overview.made;
    }
    return r;
}
