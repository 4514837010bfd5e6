/* Public cases for other programs; see request.h. */
#include "view/request.h"

#include "base/id.h"
#include "base/time.h"
#include "view/inside.h"

LI_SQL(requests_before, "select id from cases where tenant = $1 and id >= $2 and id < $3 "
                        "and scope = 0 order by id desc limit $4");

#define PAGE 500

const struct li_field *li_view_service_field(const struct li_playbook *playbook)
{
    for (size_t i = 0; i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        if (field->type == LI_FIELD_CHOICE && playbook->open_required[i]) {
            return field;
        }
    }
    return NULL;
}

static int name_places(struct li_ctx *ctx, const struct li_view *view, struct li_view_request *ret)
{
    struct li_str path = ret->row.area_path;
    int r = li_view_area(ctx, view, li_case_community(ret->row.area), &ret->area);

    while (r == 0 && li_area_path_up(&path) && path.len) {
        struct li_area above;
        r = li_area_at(ctx, view->conn, view->tenant, path, &above);
        if (r == 0 && li_str_is(above.kind, "street")) {
            ret->street = above;
            break;
        }
    }
    return r;
}

int li_view_request(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                    struct li_view_request *ret)
{
    struct li_view_request request = {0};
    const struct li_node *chosen;
    int r = li_case_find(ctx, view->record, view->conn, view->tenant, id, &request.row);

    if (r || request.row.scope != LI_SCOPE_PUBLIC) {
        return r ? r : -LI_E_NOT_FOUND;
    }
    request.service_field = li_view_service_field(request.row.playbook);
    chosen = request.service_field
                 ? li_node_get_str(request.row.fields, request.service_field->name)
                 : NULL;
    if (chosen && chosen->kind == LI_TEXT) {
        request.service = li_view_option(request.service_field, chosen->text);
    }
    r = name_places(ctx, view, &request);
    if (r == 0) {
        *ret = request;
    }
    return r;
}

static bool is_wanted(const struct li_view_request_filter *filter,
                      const struct li_view_request *request)
{
    struct li_str rest = filter->services;

    if (request->row.opened_at >= filter->to ||
        !(request->row.closed_at ? filter->closed : filter->open)) {
        return false;
    }
    if (!rest.len) {
        return true;
    }
    while (rest.ptr) {
        struct li_str code = li_str_trim(li_str_cut(&rest, ','));
        if (request->service && li_str_eq(code, request->service->name)) {
            return true;
        }
    }
    return false;
}

/* Public ones from `floor` to below `before`, newest first. */
static int read_page(struct li_ctx *ctx, const struct li_view *view, int64_t floor, int64_t before,
                     int64_t ret[PAGE], size_t *ret_count)
{
    return li_query_ids(ctx, view->conn, &requests_before,
                        LI_ARGS(li_v(view->tenant), li_v(floor), li_v(before), li_v(PAGE)), PAGE,
                        ret, ret_count);
}

int li_view_requests(struct li_ctx *ctx, const struct li_view *view,
                     const struct li_view_request_filter *filter, struct li_view_request *list,
                     size_t *count)
{
    int64_t ids[PAGE], floor = li_id_floor(filter->from), before;
    size_t found = PAGE, scanned = 0;
    int r = 0;

    /* identifiers may run a little ahead of the clock that made them */
    before = filter->to > INT64_MAX - LI_MINUTE ? INT64_MAX : li_id_floor(filter->to + LI_MINUTE);

    while (r == 0 && found == PAGE && scanned < LI_VIEW_SCANNED && *count < LI_VIEW_REQUESTS) {
        r = read_page(ctx, view, floor, before, ids, &found);
        for (size_t i = 0; r == 0 && i < found && *count < LI_VIEW_REQUESTS; i++) {
            r = li_view_request(ctx, view, ids[i], &list[*count]);
            if (r == 0) {
                *count += is_wanted(filter, &list[*count]);
            }
            before = ids[i];
        }
        scanned += found;
    }
    return r;
}
