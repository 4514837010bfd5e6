/*
 * Whom a matter might be given to, and why: a help for who dispatches, who decides.
 */
#ifndef LI_VIEW_PROPOSAL_H
#define LI_VIEW_PROPOSAL_H

#include "people/duty.h"
#include "view/view.h"

enum li_proposal_why {
    LI_WHY_LISTED,    /* a list of duties names it */
    LI_WHY_BEFORE,    /* such matters went there lately */
    LI_WHY_NEAR,      /* it works in a part of the tenant that holds the place */
    LI_WHY_APPOINTED, /* somebody is appointed there to handle */
    LI_WHYS
};
struct li_proposal_item {
    struct li_organization organization;
    unsigned why;   /* bit per enum li_proposal_why */
    int64_t before; /* how many of the last such matters */
    bool barred;    /* the matter was taken back from such units: it would be refused */
};
struct li_proposal {
    bool listed;
    struct li_duty duty;            /* what the lists say; while `listed` */
    struct li_str class;            /* it was made for; may be empty */
    struct li_proposal_item *items; /* the likeliest first, the barred last */
    size_t count;
    bool likely; /* the first is more than a guess */
};
#define LI_PROPOSALS 6 /* items at most, beside the barred */

/* For a case its viewer may see (-LI_E_NOT_FOUND); `class` empty: the case's own. */
int li_view_proposal(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                     struct li_str class, struct li_proposal *ret) LI_MUST_CHECK;
/* A reason in both languages, in the arena. */
int li_proposal_reason(struct li_ctx *ctx, const struct li_proposal *proposal,
                       const struct li_proposal_item *item, enum li_proposal_why why,
                       struct li_texts *ret) LI_MUST_CHECK;

#endif
