/*
 * Public cases as other programs ask for them: by identifier, or by when they
 * were reported.  Read only; what the public may not know is not in it.
 */
#ifndef LI_VIEW_REQUEST_H
#define LI_VIEW_REQUEST_H

#include "view/view.h"

/* Most cases an answer holds, and most that are looked at for it. */
#define LI_VIEW_REQUESTS 1000
#define LI_VIEW_SCANNED  20000

struct li_view_request {
    struct li_case row;
    struct li_area area, street; /* street: empty code where there is none */
    const struct li_field *service_field;
    const struct li_option *service; /* NULL: none was chosen */
};

/* One public case of the view's tenant; -LI_E_NOT_FOUND quietly. */
int li_view_request(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                    struct li_view_request *ret) LI_MUST_CHECK;

struct li_view_request_filter {
    int64_t from, to; /* reported at from <= t < to */
    bool open, closed;
    struct li_str services; /* separated by commas; empty: all */
};
/* Newest first; adds to *list at *count, which has room for LI_VIEW_REQUESTS. */
int li_view_requests(struct li_ctx *ctx, const struct li_view *view,
                     const struct li_view_request_filter *filter, struct li_view_request *list,
                     size_t *count) LI_MUST_CHECK;

/* The field whose options say what is reported: the opening form's first required
 * choice.  NULL: it has none. */
const struct li_field *li_view_service_field(const struct li_playbook *playbook);

#endif
