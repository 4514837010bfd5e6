/*
 * Cases that are opened beneath an open case of another playbook (`under`): sign-ups of
 * an activity, households of a survey.
 *
 * The opening makes the child link in its own commit and decides by the parent and the
 * others beneath it as they stand in the lane, so places and waiting lists are exact
 * whoever clicks at once.  A link of this kind has number 1 and is never taken away.
 *
 * When such a case changes its state, those of the others whose actions by system ask
 * about siblings are tried again; when the parent changes, those that ask about it.
 * Each by the one due row `case.settle` that children and parents use (child.h).
 *
 * A playbook without the word reads and writes nothing of this.
 */
#ifndef LI_CASE_UNDER_H
#define LI_CASE_UNDER_H

#include "case/child.h"

/* What it is beneath, and the others there: of a case that is there. */
int li_case_above(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                  struct li_case *row) LI_MUST_CHECK;

/* Before the lane: the parent's place, where none was said. */
int li_case_under_place(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                        int64_t tenant, struct li_case_open_args *args) LI_MUST_CHECK;
/* In decide of `case.open`: the parent must be open, of the right playbook, and seen by who
 * opens.  Sets `row`'s parent and what is asked of it, and where the link goes. */
int li_case_under(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case_open_args *args,
                  struct li_case *row, struct li_link *link) LI_MUST_CHECK;
/* In write of `case.open`: the parent is tried again, where it counts its children. */
int li_case_opened_under(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_case *row) LI_MUST_CHECK;

/* In write: the others beneath the same case are tried again; those beneath this one are. */
int li_case_tell_beside(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_case *row) LI_MUST_CHECK;
int li_case_tell_below(struct li_ctx *ctx, const struct li_tx *tx,
                       const struct li_case *row) LI_MUST_CHECK;

#endif
