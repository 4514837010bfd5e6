/*
 * One area as its administrator writes it: drawn on a map, named, opened and closed by a day.
 * A table of one row: what may change and what may not is `area.import`'s to say.
 */
#include "area/area.h"
#include "area/shape.h"
#include "base/time.h"
#include "contract/fault.h"
#include "serve/op/op.h"

struct drawing {
    struct li_area_import import; /* first: the command's */
    struct li_area_row row;
};

static int read_day(struct li_request *request, const char *name, int32_t *ret)
{
    struct li_str text = li_node_text(request->body, name);

    return text.ptr ? li_date_parse(&request->ctx, text, ret) : 0;
}

static int read_shape(struct li_request *request, struct li_area_row *row)
{
    const struct li_node *geometry = li_node_get(request->body, "shape");
    struct li_str crs = li_node_text(request->body, "crs"), why;
    int r;

    row->crs = LI_CGCS2000;
    if (!geometry) {
        return 0;
    }
    if (crs.ptr) {
        li_assert(li_crs_parse(crs, &row->crs));
    }
    r = li_shape_read(&request->ctx, geometry, row->crs, true, &row->shape);
    if (r == 0 && row->crs != LI_WGS84 && row->crs != LI_CGCS2000) {
        r = li_shape_read(&request->ctx, geometry, row->crs, false, &row->given);
    }
    if (r == -LI_E_INVALID) {
        return li_fault(&request->ctx, LI_FAULT_PATTERN, LI_S("/shape"), LI_S("…, first = last"));
    }
    r = r ? r : li_shape_check(&request->ctx, row->shape, &why, &row->area.point);
    if (r == 0 && why.len) {
        return li_fault(&request->ctx, LI_FAULT_PATTERN, LI_S("/shape"), why);
    }
    row->area.placed = r == 0;
    return r;
}

/* What is not said stays as it is; of a new one kind, parent and name have to be said. */
static int begin(struct li_request *request, struct li_area *area)
{
    struct li_str kind = li_node_text(request->body, "kind"),
                  parent = li_node_text(request->body, "parent"),
                  name = li_node_text(request->body, "name");
    struct li_area stored = {.code = li_request_text(request, "area")};
    int r = li_area_find(&request->ctx, request->conn, request->tenant->id, stored.code, &stored);

    if (r && r != -LI_E_NOT_FOUND) {
        return r;
    }
    *area = (struct li_area){.code = li_request_text(request, "area"),
                             .kind = kind.ptr ? kind : stored.kind,
                             .parent = parent.ptr ? parent : stored.parent,
                             .name = name.ptr ? name : stored.name,
                             .since = stored.since};
    if (r == 0) {
        return li_op_over(request, "administrator", stored.path);
    }
    if (!kind.ptr || !parent.ptr || !name.ptr) {
        return li_fault(&request->ctx, LI_FAULT_REQUIRED,
                        kind.ptr ? (parent.ptr ? LI_S("/name") : LI_S("/parent")) : LI_S("/kind"),
                        LI_S(""));
    }
    return li_op_over_area(request, "administrator", parent);
}

int li_op_put_area(struct li_request *request)
{
    struct drawing *drawing = li_alloc(&request->ctx, sizeof(*drawing));
    int r = drawing ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *drawing = (struct drawing){.row = {.line = 1}};
    r = begin(request, &drawing->row.area);
    r = r ? r : read_day(request, "since", &drawing->row.area.since);
    r = r ? r : read_day(request, "until", &drawing->row.area.until);
    r = r ? r : read_shape(request, &drawing->row);
    if (r) {
        return r;
    }
    drawing->import =
        (struct li_area_import){.rows = &drawing->row, .count = 1, .source = LI_S("desk")};
    li_request_job(request, &li_area_import, &drawing->import, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_put_area_done(struct li_request *request)
{
    return li_op_get_area(request);
}
