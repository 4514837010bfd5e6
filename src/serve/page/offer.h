/*
 * What the holder of a tracking code may do now, as forms that need no script
 * (web/pages/acts.html): the verdict on a case that was dealt with, and every
 * other action its playbook offers them.
 */
#ifndef LI_SERVE_PAGE_OFFER_H
#define LI_SERVE_PAGE_OFFER_H

#include "serve/page/page.h"
#include "view/view.h"

/* The form's hidden names, which are no fields: action, key, lang. */

/* Puts the offers of `seen` into the page of its progress.  A body that was sent
 * and refused is filled in again. */
void li_page_offers(struct li_request *request, struct li_node *data,
                    const struct li_view_case *seen);
/* The fields of `action` out of the request's flat form, coerced; what was left
 * empty is not there.  0 or -LI_E_INVALID with each fault at /NAME. */
int li_page_gather(struct li_request *request, const struct li_playbook *playbook,
                   const struct li_action *action, struct li_node **ret) LI_MUST_CHECK;

#endif
