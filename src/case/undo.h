/*
 * Undo: one's own last action on a case, for ten minutes, when nothing happened since.
 *
 * The case, its parts, owners and clocks are then as they were before, from history
 * (was.h); history keeps the action and its undoing, and readers of history leave both
 * out where they ask how things stood.  What has gone out cannot be called back by
 * this: an answer a resident reads, a paper, a link, another's work.
 */
#ifndef LI_CASE_UNDO_H
#define LI_CASE_UNDO_H

#include "base/time.h"
#include "case/case.h"
#include "contract/fault.h"
#include "record/history.h"

#define LI_UNDO_TIME (10 * LI_MINUTE)
#define LI_UNDO_RULE "undone" /* by which its words are erased */

/* Entries without actions that were undone and without their undoing; the same ones
 * when there are none. */
int li_undo_left(struct li_ctx *ctx, const struct li_entry *entries, size_t count,
                 const struct li_entry **ret, size_t *ret_count) LI_MUST_CHECK;

struct li_undo_found {
    bool may;
    enum li_fault_kind why;       /* when not */
    const struct li_entry *entry; /* what would be undone */
    int action;
    int64_t until;
};
/* What a viewer could undo at `now`, from the last entries of a case, oldest first.
 * Not asked here: whether history tells the moment before (the command does). */
int li_undo_find(struct li_ctx *ctx, const struct li_case *of, const struct li_viewer *viewer,
                 int64_t now, const struct li_entry *entries, size_t count,
                 struct li_undo_found *ret) LI_MUST_CHECK;

/* "case.undo".  What the action wrote is erased at once, by due rows: it is found by
 * nobody any more, and history keeps the commitment.  Plan: struct li_case_acted.  -LI_E_NOT_FOUND,
 * -LI_E_STALE, -LI_E_UNDO. */
struct li_case_undo_args {
    int64_t id;
    int64_t rev; /* 0: whatever it is */
};
extern const struct li_command li_case_undo;

#endif
