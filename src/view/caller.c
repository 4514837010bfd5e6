/* Who calls; see caller.h. */
#include "view/caller.h"

#include "record/vault.h"
#include "view/inside.h"
#include "view/link.h"

/* Its number is what was asked by, so who may not see the number is not told. */
static int show(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                struct li_view_call *ret, bool *ret_shown)
{
    struct li_field_set hidden = {0};
    struct li_view_call call = {.summary = {0}};
    int phone, r = li_view_other(ctx, view, id, &call.row);

    *ret_shown = false;
    if (r) {
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    phone = li_view_phone_field(call.row.playbook);
    r = li_case_hidden(ctx, &call.row, NULL, 0, view->viewer, &hidden);
    if (r || phone < 0 || li_case_is_hidden(hidden, phone)) {
        return r;
    }
    r = li_view_area(ctx, view, call.row.area, &call.area);
    r = r ? r : li_view_summary(ctx, view, &call.row, &call.summary);
    if (r == 0) {
        *ret = call;
        *ret_shown = true;
    }
    return r;
}

int li_view_calls(struct li_ctx *ctx, const struct li_view *view, struct li_str phone,
                  struct li_view_call ret[LI_CALLS], size_t *ret_count, bool *ret_more)
{
    uint8_t blind[LI_VAULT_BLIND];
    int64_t ids[LI_CALLS + 1];
    size_t found = 0, count = 0;
    bool shown;
    int r = li_vault_blind(ctx, view->record, view->tenant, phone, blind);

    if (r == 0) {
        r = li_vault_known(ctx, view->conn, view->tenant, blind, LI_CALLS + 1, ids, &found);
    }
    for (size_t i = 0; r == 0 && i < found && i < LI_CALLS; i++) {
        r = show(ctx, view, ids[i], &ret[count], &shown);
        count += r == 0 && shown;
    }
    *ret_count = count;
    *ret_more = found > LI_CALLS;
    return r == -LI_E_INVALID ? 0 : r;
}
