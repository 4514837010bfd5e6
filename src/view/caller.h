/*
 * Who calls: the cases that came with the same telephone, while the clerk is still
 * listening.
 *
 * Found by the vault's blind index, never by the number, and only those whose number the
 * viewer may see: a report of wrongdoing is not told to who takes the next call.
 */
#ifndef LI_VIEW_CALLER_H
#define LI_VIEW_CALLER_H

#include "view/view.h"

#define LI_CALLS 32 /* looked at, the newest */

struct li_view_call {
    struct li_case row;
    struct li_area area;
    struct li_str summary;
};

/* Newest first.  `more`: there were more than were looked at.  A number of fewer than five
 * digits has none. */
int li_view_calls(struct li_ctx *ctx, const struct li_view *view, struct li_str phone,
                  struct li_view_call ret[LI_CALLS], size_t *ret_count,
                  bool *ret_more) LI_MUST_CHECK;

#endif
