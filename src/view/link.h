/*
 * Links of a case as somebody sees them: the other ends they may not see are not
 * there, whatever links them.
 */
#ifndef LI_VIEW_LINK_H
#define LI_VIEW_LINK_H

#include "case/link.h"
#include "view/view.h"

struct li_view_link {
    struct li_link link;
    bool goes_out; /* from the case that was asked about */
    struct li_texts label;
    struct li_case other;
};

/* Newest first, at most `limit` behind `before` (a cursor of the page before, ptr NULL:
 * from the newest).  *ret_next: ptr NULL at the end.  -LI_E_NOT_FOUND when the viewer
 * does not see the case. */
int li_view_links(struct li_ctx *ctx, const struct li_view *view, int64_t id, size_t limit,
                  int64_t before, struct li_view_link **ret, size_t *ret_count,
                  int64_t *ret_next) LI_MUST_CHECK;

/* A case beneath another (`under`), as a line of the list a desk works through. */
struct li_view_beneath {
    struct li_case row;
    struct li_str line; /* its first words, else the row of a register it is about; may be empty */
    struct li_offer *offers;
    size_t offer_count;
};
/* In the order they were opened, at most `limit`; -LI_E_NOT_FOUND when the viewer does not see
 * the case above. */
int li_view_beneath(struct li_ctx *ctx, const struct li_view *view, int64_t id, size_t limit,
                    struct li_view_beneath **ret, size_t *ret_count) LI_MUST_CHECK;
/* What anybody may know of a public case: row, area and the fields its playbook shows; else
 * -LI_E_NOT_FOUND. */
int li_view_above(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                  struct li_view_case *ret) LI_MUST_CHECK;

/* A case as far as the viewer sees it as staff; -LI_E_NOT_FOUND quietly. */
int li_view_other(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                  struct li_case *ret) LI_MUST_CHECK;

#endif
