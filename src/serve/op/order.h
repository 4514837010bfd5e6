/* What order.c and order_export.c share: an order with its case, as the viewer sees it. */
#ifndef LI_SERVE_OP_ORDER_H
#define LI_SERVE_OP_ORDER_H

#include "case/order.h"
#include "serve/op/op.h"

struct li_order_seen {
    struct li_order order;
    struct li_case row;
    struct li_case through; /* the case it is answered through */
    bool has_through;
    struct li_area area;
    struct li_str reply;
};
/* Whoever takes matters in, anywhere in the tenant; else -LI_E_FORBIDDEN. */
int li_order_at_desk(struct li_request *request) LI_MUST_CHECK;
/* -LI_E_NOT_FOUND quietly: the viewer does not see its case. */
int li_order_see(struct li_request *request, const struct li_order *order,
                 struct li_order_seen *ret) LI_MUST_CHECK;
struct li_order_place li_order_begin(bool replied);
/* The page behind *place, which is moved to its end. */
int li_order_page(struct li_request *request, bool replied, struct li_order_place *place,
                  size_t limit, struct li_order **ret, size_t *ret_count) LI_MUST_CHECK;

#endif
