/*
 * How an area stands at this moment: what is open and overdue by place, what came in and was
 * done today, dots for a map, and what a family of programmes has under way with its clocks.
 *
 * Made for a wall, which whoever passes by reads: numbers, classes and places no finer than
 * a community (dots to about 100 metres), no words, no person, no order but that of place.
 * What is for parties or a team is left out, and so is every case that names somebody as
 * reported.  Each list has an end, so that it costs the same on the worst of days.
 */
#ifndef LI_VIEW_OVERVIEW_H
#define LI_VIEW_OVERVIEW_H

#include "view/view.h"

struct li_overview_place {
    struct li_area area;
    int64_t open, overdue;
};
struct li_overview_dot {
    int64_t lon, lat; /* 1e-7 degrees, coarse */
    bool overdue;
};
/* Something that happened today. */
struct li_overview_event {
    int64_t at;
    bool done;
    struct li_str number;
    struct li_texts about; /* its class, else its topic, else its programme */
    struct li_area area;
};
/* Parts of one kind in one state. */
struct li_overview_parts {
    const struct li_machine *kind;
    const struct li_state *state;
    int64_t count, overdue;
};
struct li_overview_run {
    int64_t id;
    struct li_str number;
    const struct li_playbook *playbook;
    const struct li_state *state;
    struct li_area area;
    int64_t opened_at, due_at; /* the first deadline of it or of its parts; 0: none */
    bool overdue;
    struct li_overview_parts *parts;
    size_t part_count;
};

#define LI_OVERVIEW_DOTS   500
#define LI_OVERVIEW_EVENTS 40
#define LI_OVERVIEW_RUNS   12

struct li_overview {
    struct li_area area;
    int64_t as_of;
    int64_t opened, closed; /* today */
    int64_t open, today, overdue;
    struct li_overview_place *places; /* in order of path */
    size_t place_count;
    struct li_overview_place rest; /* what lies in none of them */
    struct li_overview_dot *dots;  /* newest first */
    size_t dot_count;
    bool more_dots;
    struct li_overview_event *events; /* newest first */
    size_t event_count;
    struct li_overview_run *runs; /* in order of path */
    size_t run_count;
    bool more_runs;
};

/* Places are the areas of `kind` inside `area`.  `family` (empty: none): a programme and those
 * whose name begins with it and a hyphen.  The viewer must hold a post, of no organization, at
 * or above `area`: -LI_E_FORBIDDEN. */
struct li_overview_query {
    const struct li_area *area;
    struct li_str kind, family;
};
int li_view_overview(struct li_ctx *ctx, const struct li_view *view,
                     const struct li_overview_query *query, struct li_overview *ret) LI_MUST_CHECK;

#endif
