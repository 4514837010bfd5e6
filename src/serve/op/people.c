/*
 * Who is responsible: persons, organizations, appointments, gaps.
 *
 * An administrator acts inside the own area only.  That is asked here, in front
 * of the lane: the commands themselves do not know who asks.
 */
#include "serve/op/op.h"

int li_op_over(struct li_request *request, const char *post, struct li_str path)
{
    if (li_viewer_holds(&request->viewer, li_str(post), path, 0)) {
        return 0;
    }
    return LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "only the %s of %.*s may", post, LI_P(path));
}

int li_op_over_tenant(struct li_request *request, const char *post)
{
    struct li_area own;
    int r = li_area_find(&request->ctx, request->conn, request->tenant->id, request->tenant->code,
                         &own);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_STATE, "the tenant has no areas yet");
    }
    return r ? r : li_op_over(request, post, own.path);
}
