/* Links of a case; see link.h. */
#include "view/link.h"

#include "view/inside.h"

int li_view_find(struct li_ctx *ctx, const struct li_view *view, int64_t id, struct li_case *ret,
                 struct li_case_part **ret_parts, size_t *ret_count)
{
    enum li_sight sight = LI_SIGHT_NONE;
    struct li_case_part *parts;
    struct li_case row;
    size_t count;
    int r = li_case_find(ctx, view->record, view->conn, view->tenant, id, &row);

    r = r ? r : li_case_parts(ctx, view->conn, view->tenant, &row, &parts, &count);
    r = r ? r : li_case_sight(ctx, view->viewer, view->tenant, &row, parts, count, &sight);
    if (r) {
        return r;
    }
    if (sight < LI_SIGHT_STAFF) {
        return -LI_E_NOT_FOUND;
    }
    *ret = row;
    *ret_parts = parts;
    *ret_count = count;
    return 0;
}

int li_view_other(struct li_ctx *ctx, const struct li_view *view, int64_t id, struct li_case *ret)
{
    struct li_case_part *parts;
    size_t count;

    return li_view_find(ctx, view, id, ret, &parts, &count);
}

int li_view_links(struct li_ctx *ctx, const struct li_view *view, int64_t id, size_t limit,
                  int64_t before, struct li_view_link **ret, size_t *ret_count, int64_t *ret_next)
{
    struct li_view_link *shown;
    struct li_link *links;
    struct li_case row;
    size_t count = 0, kept = 0;
    int r = li_view_other(ctx, view, id, &row);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    if (r == 0 && row.links) {
        r = li_link_list(ctx, view->conn, view->tenant, id, before, limit, &links, &count);
    }
    shown = r ? NULL : li_alloc_array(ctx, count + 1, sizeof(*shown));
    if (!shown) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        const struct li_link_info *info = li_link_info(links[i].kind);
        bool out = links[i].from == id;
        struct li_view_link one = {
            .link = links[i], .goes_out = out, .label = out ? info->from : info->to};
        r = li_view_other(ctx, view, out ? links[i].to : links[i].from, &one.other);
        if (r == 0) {
            shown[kept++] = one;
        } else if (r != -LI_E_NOT_FOUND) {
            return r;
        }
    }
    *ret = shown;
    *ret_count = kept;
    *ret_next = count == limit ? links[count - 1].seq : 0;
    return 0;
}
