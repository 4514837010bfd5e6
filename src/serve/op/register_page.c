/*
 * Registers as pages: what anybody may see of a register and of one row (a plaque),
 * and what staff print: the table, one sheet a row, and labels with codes.
 */
#include "area/qr.h"
#include "base/id.h"
#include "base/time.h"
#include "serve/op/register.h"
#include "serve/op/square.h"
#include "serve/page/matrix.h"
#include "serve/page/page.h"
#include "view/json.h"

#define PAGE       50
#define PRINT_MOST 500 /* rows in one printing */
#define A_PAGE     12  /* labels on a sheet of A4 */

/* A register that shows something to everybody. */
static int public_register(struct li_request *request, const struct li_register **ret)
{
    int r = li_op_register(request, ret);

    return r == 0 && (*ret)->shown_count == 0
               ? LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "the register is not public")
               : r;
}

/* Rows that are valid today, inside the area asked for; `next` as for staff. */
static int public_rows(struct li_request *request, const struct li_register *reg,
                       struct li_view_line **ret, size_t *ret_count, struct li_str *ret_next)
{
    struct li_view view = li_request_view(request);
    struct li_str code = li_request_text(request, "area");
    struct li_view_line *lines;
    struct li_row_query query;
    struct li_row *rows;
    struct li_area area;
    size_t count, kept = 0;
    int r = li_op_row_query(request, reg, &query);

    query.limit = li_request_int(request, "limit", PAGE);
    r = r ? r
          : li_area_find(&request->ctx, request->conn, request->tenant->id,
                         code.ptr ? code : request->tenant->code, &area);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such area");
    }
    r = r ? r
          : li_op_row_page(&request->ctx, view.record, view.conn, view.tenant, query, &area.path, 1,
                           &rows, &count);
    lines = r ? NULL : li_alloc_array(&request->ctx, count, sizeof(*lines));
    if (!lines) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = li_view_line_public(&request->ctx, &view, &rows[i], &lines[kept]);
        kept += r == 0 && lines[kept].state == LI_ROW_NOW;
    }
    *ret = lines;
    *ret_count = kept;
    *ret_next = r ? (struct li_str){.ptr = NULL} : li_op_row_next(request, &query, rows, count);
    return r;
}

int li_op_list_public_rows(struct li_request *request)
{
    const struct li_register *reg;
    struct li_view_line *lines;
    struct li_json json;
    struct li_str next;
    size_t count;
    int r = public_register(request, &reg);

    r = r ? r : public_rows(request, reg, &lines, &count, &next);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_put_texts(&json, "title", reg->form.title);
    li_put_texts(&json, "why", reg->form.why);
    li_json_key(&json, "items");
    li_json_open_list(&json);
    for (size_t i = 0; i < count; i++) {
        li_put_line_public(&json, &lines[i]);
    }
    return li_reply_items_from(request, &json, next, 0);
}

/* ---- pages for everybody ------------------------------------------------------------ */

static struct li_str id_text(struct li_request *request, int64_t id)
{
    char text[LI_ID_TEXT + 1];

    li_id_format(id, text);
    return li_str_dup(&request->ctx, li_str(text));
}

/* Where the code on it leads. */
static struct li_str row_address(struct li_request *request, const struct li_row *row)
{
    return li_strf(&request->ctx, "%.*s/%.*s/registers/%.*s/%.*s",
                   LI_P(li_request_public_url(request)), LI_P(request->tenant->slug),
                   LI_P(row->reg->form.name), LI_P(id_text(request, row->id)));
}

/* All but its name and code, which stand above them. */
static void put_values(struct li_request *request, struct li_node *item,
                       const struct li_view_line *line)
{
    const struct li_register *reg = line->row.reg;
    const struct li_view_value *values = line->values;
    struct li_node *list = li_page_list(request, item, "values");

    for (size_t i = 0; i < line->value_count; i++) {
        int64_t place = values[i].field - reg->form.fields;
        struct li_node *value;
        if (place == reg->name || place == reg->code) {
            continue;
        }
        value = li_page_item(request, list);
        li_page_texts(request, value, "label", values[i].field->label);
        li_page_texts(request, value, "text", values[i].text);
    }
}

static void put_head(struct li_request *request, struct li_node *data,
                     const struct li_register *reg)
{
    li_page_text(request, data, "tenant", request->tenant->slug);
    li_page_text(request, data, "name", request->tenant->name);
    li_page_text(request, data, "register", reg->form.name);
    li_page_texts(request, data, "title", reg->form.title);
    li_page_texts(request, data, "why", reg->form.why);
}

static struct li_node *put_row(struct li_request *request, struct li_node *list,
                               const struct li_view_line *line)
{
    struct li_node *item = list ? li_page_item(request, list) : NULL;

    li_page_text(request, item, "row", id_text(request, line->row.id));
    li_page_text(request, item, "code", line->row.code);
    li_page_text(request, item, "row_name", line->row.name);
    li_page_text(request, item, "area", line->area.name);
    put_values(request, item, line);
    return item;
}

int li_op_page_register(struct li_request *request)
{
    const struct li_register *reg;
    struct li_view_line *lines;
    struct li_node *data, *list;
    struct li_str next;
    size_t count;
    int r = public_register(request, &reg);

    r = r ? r : public_rows(request, reg, &lines, &count, &next);
    if (r) {
        return r;
    }
    li_op_lang(request);
    data = li_page_new(request);
    put_head(request, data, reg);
    li_page_text(request, data, "q", li_request_text(request, "q"));
    list = li_page_list(request, data, "rows");
    for (size_t i = 0; i < count; i++) {
        put_row(request, list, &lines[i]);
    }
    li_page_bool(request, data, "has_rows", count > 0);
    li_page_text(request, data, "next", next.ptr ? next : LI_S(""));
    return li_page_render(request, 200, "register", data);
}

/* The row of the path, if everybody may read it, and what its page begins with. */
static int public_row(struct li_request *request, struct li_row *row, struct li_view_line *line,
                      struct li_node **ret)
{
    struct li_view view = li_request_view(request);
    const struct li_register *reg;
    struct li_node *data;
    int64_t id = 0;
    int r = public_register(request, &reg);

    r = r ? r : li_id_parse(&request->ctx, li_request_text(request, "row"), &id);
    r = r ? r : li_row_find(&request->ctx, view.record, view.conn, view.tenant, id, row);
    if (r == -LI_E_NOT_FOUND || (r == 0 && (row->reg != reg || row->gone))) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such row");
    }
    r = r ? r : li_view_line_public(&request->ctx, &view, row, line);
    if (r) {
        return r;
    }
    li_op_lang(request);
    data = li_page_new(request);
    put_head(request, data, reg);
    li_page_text(request, data, "row", id_text(request, row->id));
    li_page_text(request, data, "code", row->code);
    li_page_text(request, data, "row_name", row->name);
    li_page_text(request, data, "area", line->area.name);
    li_page_text(request, data, "area_code", line->area.code);
    *ret = data;
    return 0;
}

int li_op_page_row(struct li_request *request)
{
    struct li_view_line line;
    struct li_node *data;
    struct li_row row;
    int r = public_row(request, &row, &line, &data);

    if (r) {
        return r;
    }
    li_page_bool(request, data, "is_over", line.state == LI_ROW_EXPIRED);
    put_values(request, data, &line);
    r = line.state == LI_ROW_NOW ? li_op_put_asks(request, data, &row) : 0;
    r = r ? r : li_op_put_hanging(request, data);
    return r ? r : li_page_render(request, 200, "register_row", data);
}

int li_op_page_row_sheet(struct li_request *request)
{
    struct li_view_line line;
    struct li_node *data;
    struct li_row row;
    int r = public_row(request, &row, &line, &data);

    r = r ? r : li_op_put_sheet_of(request, data, row_address(request, &row));
    return r ? r : li_page_render(request, 200, "board_sheet", data);
}

/* ---- to print ------------------------------------------------------------------------ */

static int put_label(struct li_request *request, struct li_node *labels,
                     const struct li_view_line *line)
{
    struct li_ctx *ctx = &request->ctx;
    struct li_node *item = li_page_item(request, labels);
    struct li_str path;
    int size = 0;
    int r = li_matrix_path(ctx, row_address(request, &line->row), &path, &size);

    if (r == 0) {
        li_page_text(request, item, "place", line->row.name);
        li_page_text(request, item, "where", line->area.name);
        li_page_text(request, item, "number", line->row.code);
        li_page_text(request, item, "path", path);
        li_page_text(request, item, "size", li_strf(ctx, "%d", size));
    }
    return r;
}

/* One sheet a row: its fields, and the rows that point at it (the tasks of a letter). */
static int put_letter(struct li_request *request, struct li_node *list, const struct li_view *view,
                      const struct li_view_line *line)
{
    const struct li_register *reg = line->row.reg;
    struct li_node *item = put_row(request, list, line), *parts, *part;
    struct li_row_link *links;
    size_t count;
    int r = li_row_links(&request->ctx, view->conn, view->tenant, line->row.id, &links, &count);

    li_page_texts(request, item, "title", reg->form.title);
    li_page_texts(request, item, "issuer", reg->issuer);
    li_page_texts(request, item, "basis", reg->basis);
    parts = li_page_list(request, item, "parts");
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_view_line one;
        struct li_row row;
        r = li_row_find(&request->ctx, view->record, view->conn, view->tenant, links[i].source,
                        &row);
        if (r || row.gone || !li_row_may_read(view->viewer, row.area_path)) {
            continue;
        }
        r = li_view_line(&request->ctx, view, &row, row.reg->print, row.reg->print_count, &one);
        if (r == 0) {
            part = li_page_item(request, parts);
            li_page_text(request, part, "code", row.code);
            li_page_text(request, part, "row_name", row.name);
            put_values(request, part, &one);
        }
    }
    li_page_bool(request, item, "has_parts", count > 0);
    return r;
}

static void put_columns(struct li_request *request, struct li_node *data,
                        const struct li_register *reg)
{
    struct li_node *list = li_page_list(request, data, "columns");

    for (size_t i = 0; i < reg->print_count; i++) {
        li_page_texts(request, li_page_item(request, list), "label",
                      reg->form.fields[reg->print[i]].label);
    }
}

/* A cell for every printed field, also where the row says nothing. */
static void put_cells(struct li_request *request, struct li_node *list,
                      const struct li_view_line *line)
{
    const struct li_register *reg = line->row.reg;
    struct li_node *item = li_page_item(request, list), *cells;

    li_page_text(request, item, "code", line->row.code);
    cells = li_page_list(request, item, "cells");
    for (size_t i = 0; i < reg->print_count; i++) {
        struct li_texts text = {LI_S(""), LI_S("")};
        for (size_t k = 0; k < line->value_count; k++) {
            if (line->values[k].field == &reg->form.fields[reg->print[i]]) {
                text = line->values[k].text;
            }
        }
        li_page_texts(request, li_page_item(request, cells), "text", text);
    }
}

struct printing {
    struct li_view view;
    const struct li_register *reg;
    struct li_row *rows;
    size_t count;
    struct li_str next;
};

/* The one row of `row`, or those of the list. */
static int read_printing(struct li_request *request, struct printing *ret)
{
    struct li_str places[LI_ROW_PLACES], one = li_request_text(request, "row");
    struct li_row_query query;
    size_t place_count;
    int r = li_op_register(request, &ret->reg);

    ret->view = li_request_view(request);
    if (r == 0 && one.len) {
        ret->rows = li_alloc(&request->ctx, sizeof(*ret->rows));
        ret->count = 1;
        return ret->rows ? li_op_row(request, ret->rows) : -LI_E_NOMEM;
    }
    r = r ? r : li_op_row_query(request, ret->reg, &query);
    r = r ? r : li_op_row_within(request, places, &place_count);
    query.limit = PRINT_MOST;
    r = r ? r
          : li_op_row_page(&request->ctx, ret->view.record, ret->view.conn, ret->view.tenant, query,
                           places, place_count, &ret->rows, &ret->count);
    if (r == 0) {
        ret->next = li_op_row_next(request, &query, ret->rows, ret->count);
    }
    return r;
}

static int print_labels(struct li_request *request, const struct printing *printing)
{
    struct li_node *data = li_page_new(request), *sheets = li_page_list(request, data, "sheets");
    struct li_node *labels = NULL;
    int r = 0;

    li_page_texts(request, data, "area", printing->reg->form.title);
    for (size_t i = 0; r == 0 && i < printing->count; i++) {
        struct li_view_line line;
        if (i % A_PAGE == 0) {
            labels = li_page_list(request, li_page_item(request, sheets), "labels");
        }
        r = li_view_line(&request->ctx, &printing->view, &printing->rows[i], printing->reg->list, 0,
                         &line);
        r = r ? r : put_label(request, labels, &line);
    }
    return r ? r : li_page_render(request, 200, "sheet", data);
}

int li_op_page_register_print(struct li_request *request)
{
    struct li_str as = li_request_text(request, "as");
    bool letters = li_str_is(as, "letters");
    struct printing printing = {.count = 0};
    struct li_node *data, *list;
    int r = read_printing(request, &printing);

    if (r) {
        return r;
    }
    li_op_lang(request);
    if (li_str_is(as, "labels")) {
        return print_labels(request, &printing);
    }
    data = li_page_new(request);
    put_head(request, data, printing.reg);
    li_page_texts(request, data, "issuer", printing.reg->issuer);
    li_page_texts(request, data, "basis", printing.reg->basis);
    li_page_text(request, data, "more", printing.next.ptr ? printing.next : LI_S(""));
    put_columns(request, data, printing.reg);
    list = li_page_list(request, data, letters ? "letters" : "rows");
    for (size_t i = 0; r == 0 && i < printing.count; i++) {
        struct li_view_line line;
        r = li_view_line(&request->ctx, &printing.view, &printing.rows[i], printing.reg->print,
                         printing.reg->print_count, &line);
        if (r == 0 && letters) {
            r = put_letter(request, list, &printing.view, &line);
        } else if (r == 0) {
            put_cells(request, list, &line);
        }
    }
    li_page_bool(request, data, "is_table", !letters);
    li_page_int(request, data, "count", (int64_t)printing.count);
    return r ? r : li_page_render(request, 200, "register_print", data);
}
