/*
 * What happened, from entries; see briefing.h.  Read once a shift, a morning or a
 * week: what is counted is counted then, and no case pays for it.
 */
#include "view/briefing.h"

#include "base/canonical.h"
#include "base/grow.h"
#include "base/id.h"
#include "base/time.h"
#include "view/inside.h"

#define IN_AREA                                                                                    \
    "from cases where tenant = $1 and area_path >= $2 and area_path < $3 and scope <= 1 "

#define OF_CASE "area_path >= $4 and area_path < $5 and scope <= 1 "

LI_SQL(briefing_opened, "select count(*) from cases where tenant = $1 and id >= $2 and id < $3 "
                        "and " OF_CASE "and opened_at >= $6 and opened_at < $7");
/* Closed by one of the entries of that time: there is no index of when cases ended. */
LI_SQL(briefing_closed, "select count(distinct c.id) from history as h "
                        "join cases as c on c.tenant = h.tenant and c.id = h.entity "
                        "where h.tenant = $1 and h.seq >= $2 and h.seq < $3 and " OF_CASE
                        "and c.closed_at >= $6 and c.closed_at < $7");
LI_SQL(briefing_at, "select at from history where tenant = $1 and seq = $2");
LI_SQL(briefing_last, "select seq from history where tenant = $1 order by seq desc limit 1");
LI_SQL(briefing_calls, "select number, fields " IN_AREA "and closed_at is null and due_at < $4 "
                       "order by id limit 500");

#define LINES  50
#define WEEK   200 /* cases that are looked through for repeats */
#define REPEAT 2
#define APART  LI_MINUTE

struct briefed {
    struct li_ctx *ctx;
    struct li_view view;
    struct li_viewer viewer;
    struct li_post post;
    struct li_briefing made;
    int64_t end; /* behind what is told: a time that has not ended is open */
};

/* The viewer as one who holds a post at just this area. */
static int narrow(struct briefed *briefed, const struct li_view *view)
{
    const struct li_viewer *viewer = view->viewer;
    const struct li_area *area = &briefed->made.area;

    for (size_t i = 0; i < viewer->post_count; i++) {
        const struct li_post *post = &viewer->posts[i];
        if (post->org == 0 && li_str_starts(area->path, post->area_path)) {
            briefed->post = (struct li_post){.post = post->post, .area_path = area->path};
            briefed->viewer = *viewer;
            briefed->viewer.posts = &briefed->post;
            briefed->viewer.post_count = 1;
            briefed->view = *view;
            briefed->view.viewer = &briefed->viewer;
            briefed->view.lines = NULL;
            return 0;
        }
    }
    return LI_FAIL(briefed->ctx, LI_E_FORBIDDEN, "only who holds a post at %.*s may",
                   LI_P(area->code));
}

static int last_entry_of(struct briefed *briefed, int64_t *ret)
{
    int r = li_query_i64(briefed->ctx, briefed->view.conn, &briefing_last,
                         LI_ARGS(li_v(briefed->view.tenant)), ret);

    if (r == -LI_E_NOT_FOUND) {
        *ret = 0;
        return 0;
    }
    return r;
}

/* The first entry that is not before an instant, by halving: their times go up. */
static int entry_at(struct briefed *briefed, int64_t instant, int64_t highest, int64_t *ret)
{
    int64_t low = 1, high = highest + 1;

    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        struct li_rows *rows;
        int r = li_query_one(briefed->ctx, briefed->view.conn, &briefing_at,
                             LI_ARGS(li_v(briefed->view.tenant), li_v(middle)), &rows);
        if (r) {
            return r;
        }
        if (li_col_i64(rows, 0) < instant) {
            low = middle + 1;
        } else {
            high = middle;
        }
        li_rows_done(rows);
    }
    *ret = low;
    return 0;
}

static int count_one(struct briefed *briefed, const struct li_sql *sql, int64_t from, int64_t to,
                     int64_t since, int64_t until, int64_t *ret)
{
    struct li_str end = li_strf(briefed->ctx, "%.*s~", LI_P(briefed->made.area.path));
    struct li_rows *rows;
    int r = end.ptr ? li_query_one(briefed->ctx, briefed->view.conn, sql,
                                   LI_ARGS(li_v(briefed->view.tenant), li_v(from), li_v(to),
                                           li_v_text(briefed->made.area.path), li_v_text(end),
                                           li_v(since), li_v(until)),
                                   &rows)
                    : -LI_E_NOMEM;

    if (r == 0) {
        *ret = li_col_i64(rows, 0);
        li_rows_done(rows);
    }
    return r;
}

/* Identifiers and entries go by time, so only that time's are read.  The clocks of several
 * servers may be a little apart. */
static int span_of(struct briefed *briefed, int64_t since, int64_t until,
                   struct li_briefing_span *ret)
{
    int64_t highest;
    int r = last_entry_of(briefed, &highest);

    *ret = (struct li_briefing_span){.view = &briefed->view,
                                     .first_id = li_id_floor(since - APART),
                                     .last_id = until == INT64_MAX ? INT64_MAX
                                                                   : li_id_floor(until + APART),
                                     .last_entry = INT64_MAX,
                                     .end = until};
    r = r ? r : entry_at(briefed, since - APART, highest, &ret->first_entry);
    if (r == 0 && until != INT64_MAX) {
        r = entry_at(briefed, until + APART, highest, &ret->last_entry);
    }
    return r;
}

int li_briefing_span_of(struct li_ctx *ctx, const struct li_view *view, int64_t since,
                        struct li_briefing_span *ret)
{
    struct briefed briefed = {.ctx = ctx, .view = *view};
    int r = span_of(&briefed, since, INT64_MAX, ret);

    ret->view = view;
    return r;
}

static int count(struct briefed *briefed, int64_t since, int64_t until, int64_t *ret_opened,
                 int64_t *ret_closed)
{
    struct li_briefing_span span;
    int r = span_of(briefed, since, until, &span);

    r = r ? r
          : count_one(briefed, &briefing_opened, span.first_id, span.last_id, since, until,
                      ret_opened);
    return r ? r
             : count_one(briefed, &briefing_closed, span.first_entry, span.last_entry, since, until,
                         ret_closed);
}

static int read_daily(struct briefed *briefed)
{
    struct li_briefing_span span;
    int r = span_of(briefed, briefed->made.since, briefed->end, &span);

    return r ? r : li_briefing_daily(briefed->ctx, &span, &briefed->made);
}

static int read_calls(struct briefed *briefed)
{
    struct li_str end = li_strf(briefed->ctx, "%.*s~", LI_P(briefed->made.area.path));
    int64_t tonight = li_day_start(li_day_at(briefed->made.until) + 1);
    size_t cap = 0;
    struct li_rows *rows;
    int r = end.ptr
                ? li_query(briefed->ctx, briefed->view.conn, &briefing_calls,
                           LI_ARGS(li_v(briefed->view.tenant), li_v_text(briefed->made.area.path),
                                   li_v_text(end), li_v(tonight)),
                           &rows)
                : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(briefed->ctx, rows)) > 0) {
        struct li_node *fields;
        struct li_str *more;
        r = li_canonical_read(briefed->ctx, li_col_str(rows, 1), &fields);
        if (r || !li_str_is(li_node_text(fields, "answer_by"), "phone")) {
            continue;
        }
        more = li_grow(briefed->ctx, briefed->made.calls, briefed->made.call_count, &cap,
                       sizeof(*more));
        briefed->made.calls = more ? more : briefed->made.calls;
        r = more ? 0 : -LI_E_NOMEM;
        if (more) {
            more[briefed->made.call_count++] = li_col_dup(briefed->ctx, rows, 0);
        }
    }
    li_rows_done(rows);
    return r;
}

static int add_repeat(struct briefed *briefed, const struct li_view_row *row, size_t *cap)
{
    const struct li_option *about = row->topic ? row->topic : row->kind;
    struct li_briefing *made = &briefed->made;
    struct li_briefing_repeat *more;

    if (!about) {
        return 0;
    }
    for (size_t i = 0; i < made->repeat_count; i++) {
        if (li_str_eq(made->repeats[i].place, row->area.name) &&
            li_str_eq(made->repeats[i].about->name, about->name)) {
            made->repeats[i].times++;
            return 0;
        }
    }
    more = li_grow(briefed->ctx, made->repeats, made->repeat_count, cap, sizeof(*more));
    if (!more) {
        return -LI_E_NOMEM;
    }
    made->repeats = more;
    more[made->repeat_count++] =
        (struct li_briefing_repeat){.place = row->area.name, .about = about, .times = 1};
    return 0;
}

static int add_urgent(struct briefed *briefed, const struct li_view_row *row, size_t *cap)
{
    struct li_briefing *made = &briefed->made;
    struct li_view_row *more;

    if (!row->urgent || row->state->end) {
        return 0;
    }
    more = li_grow(briefed->ctx, made->urgent, made->urgent_count, cap, sizeof(*more));
    if (!more) {
        return -LI_E_NOMEM;
    }
    made->urgent = more;
    more[made->urgent_count++] = *row;
    return 0;
}

static int read_repeats(struct briefed *briefed)
{
    const struct li_view_filter filter = {.area_path = briefed->made.area.path,
                                          .opened_from = briefed->made.until - 7 * LI_DAY,
                                          .opened_to = briefed->end};
    struct li_view_list list;
    size_t cap = 0, urgent_cap = 0, kept = 0;
    int r = li_view_all(briefed->ctx, &briefed->view, &filter, WEEK, (struct li_str){0}, &list);

    for (size_t i = 0; r == 0 && i < list.count; i++) {
        r = add_repeat(briefed, &list.rows[i], &cap);
        r = r ? r : add_urgent(briefed, &list.rows[i], &urgent_cap);
    }
    for (size_t i = 0; r == 0 && i < briefed->made.repeat_count; i++) {
        if (briefed->made.repeats[i].times >= REPEAT) {
            briefed->made.repeats[kept++] = briefed->made.repeats[i];
        }
    }
    briefed->made.repeat_count = kept;
    return r;
}

static int read_lists(struct briefed *briefed)
{
    const struct li_view_filter filter = {.area_path = briefed->made.area.path,
                                          .opened_from = briefed->made.since,
                                          .opened_to = briefed->end};
    const struct li_waiting_query today = {.reading = LI_WAITING_TODAY, .limit = LINES};
    const struct li_waiting_query overdue = {.reading = LI_WAITING_OVERDUE, .limit = LINES};
    int r = li_view_all(briefed->ctx, &briefed->view, &filter, LINES, (struct li_str){0},
                        &briefed->made.fresh);

    r = r ? r : li_view_waiting(briefed->ctx, &briefed->view, &today, &briefed->made.today);
    r = r ? r : li_view_waiting(briefed->ctx, &briefed->view, &overdue, &briefed->made.overdue);
    r = r ? r : read_repeats(briefed);
    return r ? r : read_calls(briefed);
}

int li_view_briefing(struct li_ctx *ctx, const struct li_view *view, enum li_briefing_kind kind,
                     const struct li_area *area, int64_t since, int64_t until,
                     struct li_briefing *ret)
{
    struct briefed briefed = {
        .ctx = ctx, .made = {.kind = kind, .area = *area, .since = since, .until = until}};
    struct li_briefing *made = &briefed.made;
    int r = narrow(&briefed, view);

    briefed.end = until < li_now(ctx->clock) ? until : INT64_MAX;

    r = r ? r : count(&briefed, since, briefed.end, &made->opened, &made->closed);
    r = r ? r
          : count(&briefed, since - (until - since), since, &made->opened_before,
                  &made->closed_before);
    r = r ? r : read_lists(&briefed);
    if (r == 0 && kind == LI_BRIEFING_DAILY) {
        r = read_daily(&briefed);
        r = r ? r : li_briefing_write_daily(ctx, made, true, &made->text.zh);
        r = r ? r : li_briefing_write_daily(ctx, made, false, &made->text.en);
    } else {
        r = r ? r : li_briefing_write(ctx, made, true, &made->text.zh);
        r = r ? r : li_briefing_write(ctx, made, false, &made->text.en);
    }
    if (r == 0) {
        *ret = *made;
    }
    return r;
}
