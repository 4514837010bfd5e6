/*
 * Codes on walls: making, listing and retiring them, what a scan leads to, and
 * the sheet to print.
 */
#include "area/qr.h"
#include "contract/fault.h"
#include "serve/op/op.h"
#include "serve/page/matrix.h"
#include "serve/page/page.h"
#include "view/json.h"

#define PAGE       200
#define A_PAGE     12  /* labels on a sheet of A4 */
#define SHEET_MOST 360 /* labels in one answer: thirty sheets */

/* Desks and administrators of the place; auditors where it is only read. */
static int may(struct li_request *request, struct li_str path, bool reads)
{
    if (li_viewer_holds(&request->viewer, LI_S("desk"), path, 0) ||
        (reads && li_viewer_holds(&request->viewer, LI_S("auditor"), path, 0))) {
        return 0;
    }
    return li_op_over(request, "administrator", path);
}

/* The area a parameter names, where the viewer may. */
static int named_area(struct li_request *request, struct li_str code, bool reads,
                      struct li_area *ret)
{
    int r = li_area_find(&request->ctx, request->conn, request->tenant->id, code, ret);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no area %.*s", LI_P(code));
    }
    return r ? r : may(request, ret->path, reads);
}

static int put_code(struct li_request *request, struct li_json *json, const struct li_qr *qr)
{
    struct li_str text;
    int r = li_qr_text(&request->ctx, li_request_house(request)->record, request->tenant->id,
                       qr->number, &text);

    if (r) {
        return r;
    }
    li_json_open_map(json);
    li_json_put_text(json, "code", text);
    li_json_put_int(json, "number", qr->number);
    li_json_key(json, "area");
    li_put_area(json, &qr->area);
    li_json_put_time(json, "made_at", qr->made_at);
    li_put_time(json, "retired_at", qr->retired_at);
    li_json_close_map(json);
    return 0;
}

int li_op_list_codes(struct li_request *request)
{
    int64_t limit = li_request_int(request, "limit", PAGE);
    struct li_area area;
    struct li_qr *codes;
    struct li_json json;
    size_t count;
    int r = named_area(request, li_request_text(request, "area"), true, &area);

    r = r ? r
          : li_qr_list(&request->ctx, request->conn, request->tenant->id, area.path,
                       li_request_int(request, "after", 0), limit, &codes, &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = put_code(request, &json, &codes[i]);
    }
    li_json_close_list(&json);
    li_json_key(&json, "next");
    if ((int64_t)count == limit) {
        li_json_int(&json, codes[count - 1].number);
    } else {
        li_json_null(&json);
    }
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}

/* ---- making and retiring ----------------------------------------------------------- */

static int read_kinds(struct li_request *request, struct li_qr_make_args *args)
{
    const struct li_node *kinds = li_node_get(request->body, "kinds");
    struct li_str *all;

    if (!kinds) {
        return 0;
    }
    all = li_alloc_array(&request->ctx, kinds->list.count, sizeof(*all));
    if (!all) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < kinds->list.count; i++) {
        all[i] = kinds->list.items[i]->text;
    }
    args->kinds = all;
    args->kind_count = kinds->list.count;
    return 0;
}

int li_op_make_codes(struct li_request *request)
{
    struct li_qr_make_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_area area;
    int r = args ? read_kinds(request, args) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->area_code = li_node_text(request->body, "area");
    r = li_area_find(&request->ctx, request->conn, request->tenant->id, args->area_code, &area);
    if (r == -LI_E_NOT_FOUND) {
        return li_fault(&request->ctx, LI_FAULT_NOWHERE, LI_S("/area"), LI_S(""));
    }
    r = r ? r : may(request, area.path, false);
    li_request_job(request, &li_qr_make, args, (struct li_str){.ptr = NULL});
    return r ? r : LI_LATER;
}

int li_op_make_codes_done(struct li_request *request)
{
    const struct li_qr_made *made = request->job.plan;
    struct li_json json = li_reply_json(request, 201);

    li_json_open_map(&json);
    li_json_put_int(&json, "made", (int64_t)made->count);
    li_json_close_map(&json);
    return li_reply_end(request);
}

int li_op_retire_code(struct li_request *request)
{
    struct li_qr_retire_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_qr qr;
    int r = args
                ? li_qr_number(&request->ctx, li_request_house(request)->record,
                               request->tenant->id, li_request_text(request, "code"), &args->number)
                : -LI_E_NOMEM;

    r = r ? r : li_qr_find(&request->ctx, request->conn, request->tenant->id, args->number, &qr);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such code");
    }
    r = r ? r : may(request, qr.area.path, false);
    if (r) {
        return r;
    }
    li_request_job(request, &li_qr_retire, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_retire_code_done(struct li_request *request)
{
    return li_reply_empty(request, 204);
}

/* ---- a scan ------------------------------------------------------------------------ */

int li_op_page_scan(struct li_request *request)
{
    struct li_str code = li_request_text(request, "code"), area;
    int r = li_qr_open(&request->ctx, li_request_house(request)->record, request->conn,
                       request->tenant->id, code, &area);

    li_op_lang(request);
    if (r == -LI_E_NOT_FOUND) {
        return li_page_render(request, 404, "gone", li_page_new(request));
    }
    return r ? r
             : li_reply_see(request, li_strf(&request->ctx, "/%.*s/report?qr=%.*s",
                                             LI_P(request->tenant->slug), LI_P(code)));
}

/* ---- the sheet --------------------------------------------------------------------- */

/* "南头街道 南头城社区 安乐花园": what a place lies in, from its street down. */
static int lies_in(struct li_request *request, const struct li_area *area, struct li_str *ret)
{
    struct li_str path = area->path, text = LI_S("");
    struct li_area above = {.kind = area->kind};
    int r = 0;

    while (r == 0 && !li_str_is(above.kind, "street") && li_area_path_up(&path)) {
        r = li_area_at(&request->ctx, request->conn, request->tenant->id, path, &above);
        if (r == 0 && !li_str_is(above.kind, "grid")) {
            text = text.len ? li_strf(&request->ctx, "%.*s %.*s", LI_P(above.name), LI_P(text))
                            : above.name;
        }
    }
    if (r == 0 && !text.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = text;
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

static int put_label(struct li_request *request, struct li_node *labels, const struct li_qr *qr)
{
    struct li_ctx *ctx = &request->ctx;
    struct li_node *item = li_page_item(request, labels);
    struct li_str text, path, where;
    int size = 0;
    int r =
        li_qr_text(ctx, li_request_house(request)->record, request->tenant->id, qr->number, &text);

    r = r ? r : lies_in(request, &qr->area, &where);
    r = r ? r
          : li_matrix_path(ctx,
                           li_strf(ctx, "%.*s/%.*s/q/%.*s", LI_P(li_request_public_url(request)),
                                   LI_P(request->tenant->slug), LI_P(text)),
                           &path, &size);
    if (r == 0) {
        li_page_text(request, item, "place", qr->area.name);
        li_page_text(request, item, "where", where);
        li_page_text(request, item, "number", li_strf(ctx, "%lld", (long long)qr->number));
        li_page_text(request, item, "path", path);
        li_page_text(request, item, "size", li_strf(ctx, "%d", size));
    }
    return r;
}

static int put_sheets(struct li_request *request, struct li_node *data, const struct li_qr *codes,
                      size_t count)
{
    struct li_node *sheets = li_page_list(request, data, "sheets"), *labels = NULL;
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (i % A_PAGE == 0) {
            labels = li_page_list(request, li_page_item(request, sheets), "labels");
        }
        r = put_label(request, labels, &codes[i]);
    }
    return r;
}

int li_op_page_sheet(struct li_request *request)
{
    int64_t skip = li_request_int(request, "skip", 0);
    struct li_node *data;
    struct li_area area;
    struct li_qr *codes;
    size_t count;
    int r = named_area(request, li_request_text(request, "area"), true, &area);

    r = r ? r
          : li_qr_sheet(&request->ctx, request->conn, request->tenant->id, area.path, skip,
                        SHEET_MOST, &codes, &count);
    if (r) {
        return r;
    }
    li_op_lang(request);
    data = li_page_new(request);
    li_page_text(request, data, "area", area.name);
    if (count == SHEET_MOST) {
        li_page_text(request, data, "more",
                     li_strf(&request->ctx, "/%.*s/sheet?area=%.*s&skip=%lld",
                             LI_P(request->tenant->slug), LI_P(area.code),
                             (long long)(skip + SHEET_MOST)));
    }
    r = put_sheets(request, data, codes, count);
    return r ? r : li_page_render(request, 200, "sheet", data);
}
