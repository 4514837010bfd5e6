/*
 * A case as it was: read anew from its history alone.
 *
 * A row keeps what is so now, and nothing writes down what was so before: that is
 * said by the entries.  They are read from the opening on, each as a move laid its
 * plan over the case (move.c); having read all of them one must hold what the rows
 * hold, and whoever needs an earlier moment asks for that first (li_was_agrees).  What
 * an entry does not say (who exactly holds a part's post, an edition of the calendar)
 * is not here.
 *
 * For undo.c.  Costs nothing to a case nobody asks this of.
 */
#ifndef LI_CASE_WAS_H
#define LI_CASE_WAS_H

#include "case/case.h"
#include "case/times.h"
#include "record/history.h"

struct li_was_part {
    struct li_case_part row;
    bool there;
    bool mine; /* the actor asked about has brought it to an end */
    size_t struck;
};

struct li_was {
    struct li_case row;
    struct li_was_part *parts; /* one for each part there is now */
    size_t part_count;
    struct li_clock_ground ground; /* its rows only */
    struct li_str actor;
    bool mine;     /* the actor brought the case itself before a check */
    size_t struck; /* steps of its clock that have struck */
    bool vague;    /* something happened that entries do not tell whole */
};

/* Before the first entry.  `actor`: "account:17". */
int li_was_begin(struct li_ctx *ctx, const struct li_case *now, const struct li_case_part *parts,
                 size_t part_count, struct li_str actor, struct li_was *ret) LI_MUST_CHECK;
/* Reads the next entry of the case; those that undo, and what they undid, are left out. */
int li_was_read(struct li_ctx *ctx, struct li_was *was, const struct li_entry *entry) LI_MUST_CHECK;
/* A copy that goes on by itself. */
int li_was_copy(struct li_ctx *ctx, const struct li_was *was, struct li_was *ret) LI_MUST_CHECK;
/* Whether it is what the rows say; `ground`: the rows of clocks that there are. */
int li_was_agrees(struct li_ctx *ctx, const struct li_was *was, const struct li_case *row,
                  const struct li_case_part *parts, const struct li_clock_ground *ground,
                  bool *ret) LI_MUST_CHECK;

#endif
