/*
 * What waits in somebody's reach, and with whom: the post and the organization
 * that answer, never a person.  What waits for the viewer's own posts is
 * li_view_mine.
 */
#ifndef LI_VIEW_WAITING_H
#define LI_VIEW_WAITING_H

#include "view/view.h"

enum li_waiting_reading {
    LI_WAITING_NONE,   /* counts only */
    LI_WAITING_UNIT,   /* what the viewer's unit answers for: its organization, else its areas */
    LI_WAITING_TODAY,  /* due before the day is over */
    LI_WAITING_OVERDUE /* its deadline is over */
};

/* With one post at one area, of one organization. */
struct li_waiting_group {
    struct li_owner owner;
    struct li_view_owner shown;
    int64_t open, today, overdue;
    bool unit; /* the viewer's unit answers for it */
};

struct li_waiting_row {
    struct li_view_row row;
    struct li_view_owner owner;
};

struct li_waiting {
    int64_t unit, today, overdue;    /* sums over the groups */
    struct li_waiting_group *groups; /* in order of area, post, organization */
    size_t group_count;
    struct li_waiting_row *rows; /* earliest deadline first */
    size_t row_count;
    bool more; /* there are rows behind them */
};

/* `post` empty, `area_path` empty, `org` 0: with anybody. */
struct li_waiting_query {
    enum li_waiting_reading reading;
    struct li_str post, area_path;
    int64_t org;
    size_t limit;
};
int li_view_waiting(struct li_ctx *ctx, const struct li_view *view,
                    const struct li_waiting_query *query, struct li_waiting *ret) LI_MUST_CHECK;

#endif
