/*
 * What a list asks for, and the statements that ask it.
 *
 * A list is one way through the cases (all of them or the open ones by age, one
 * by id, what waits for a post by deadline), one post's reach, and what the
 * viewer chose.  The ways are few and each has its own statement, so that each
 * has its index; what was chosen narrows a row that the way came to, as ranges
 * that are wide open when nothing was chosen.  How far a way is walked for one
 * page is bounded here, because a rare choice may lie far down.
 *
 * tests/case/filter.c looks at the plan of every statement on both engines.
 */
#ifndef LI_VIEW_FILTER_H
#define LI_VIEW_FILTER_H

#include "view/view.h"

/* Columns every list gives, in the order li_view_row_read takes them; state, overdue,
 * due_at and the part are those of what waits: the case `c`, or its part `p`. */
#define LI_LIST_COLUMNS                                                                            \
    "c.id, c.number, c.playbook, c.version, c.area, c.area_path, c.fields, c.scope, c.level, "     \
    "c.opened_at, c.place_lon, c.place_lat, c.followers, c.state"
#define LI_LIST_CASE LI_LIST_COLUMNS ", c.state, c.overdue, c.due_at, 0, c.state, c.rev"
#define LI_LIST_PART LI_LIST_COLUMNS ", p.state, p.overdue, p.due_at, p.no, p.kind, c.rev"

enum li_walk {
    LI_WALK_ALL,  /* newest first */
    LI_WALK_OPEN, /* the same, without the closed */
    LI_WALK_ONE   /* the one at `before` */
};

/* Which cases somebody may see: those of an area, or of an organization in it. */
struct li_reach {
    struct li_str area_path;
    enum li_scope scope; /* the widest that is theirs */
    int64_t org;         /* 0: all */
};

/* Cases at or above `low` and below `before`, newest first, in the columns of
 * li_view_row_read.  A reach that does not meet the filter's area gives no rows:
 * then *ret_rows is NULL. */
int li_filter_cases(struct li_ctx *ctx, const struct li_view *view,
                    const struct li_view_filter *filter, enum li_walk walk,
                    const struct li_reach *reach, int64_t before, int64_t low, size_t limit,
                    struct li_rows **ret_rows) LI_MUST_CHECK;
/* Where a walk from `before` over `size` cases ends: the id of the last; 0: it comes
 * to the oldest. */
int li_filter_window(struct li_ctx *ctx, const struct li_view *view, enum li_walk walk,
                     int64_t before, int64_t size, int64_t *ret_low) LI_MUST_CHECK;

/* The last row of the page before: rows of one deadline, and the parts of one
 * case, may stand on both sides of a page's end. */
struct li_waiting_cursor {
    int64_t due, id, part;
};
/* What waits for a post behind the cursor, earliest deadline first; the same
 * columns, and NULL alike.  `given`: the parts that no organization has, else its
 * organization's parts or the cases. */
int li_filter_waiting(struct li_ctx *ctx, const struct li_view *view,
                      const struct li_view_filter *filter, const struct li_post *post,
                      const struct li_waiting_cursor *after, bool given, size_t limit,
                      struct li_rows **ret_rows) LI_MUST_CHECK;

#endif
