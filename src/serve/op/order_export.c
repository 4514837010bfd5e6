/*
 * The sheet that goes back up: orders of a source in its own columns, as CSV (UTF-8 with
 * a mark, so that spreadsheets read it) or XLSX.
 */
#include "base/sheet.h"
#include "base/time.h"
#include "serve/op/order.h"

#define MOST 5000
#define PAGE 200

struct sheet {
    struct li_request *request;
    const struct li_node *columns;
    struct li_sheet *xlsx; /* NULL: CSV */
    struct li_buf *csv;
    size_t rows;
};

/* A cell that begins like a formula is a text all the same. */
static void put_csv(struct li_buf *buf, struct li_str text, bool first)
{
    if (!first) {
        li_buf_str(buf, LI_S(","));
    }
    li_buf_str(buf, LI_S("\""));
    if (text.len && strchr("=+-@\t\r", text.ptr[0])) {
        li_buf_str(buf, LI_S("'"));
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            li_buf_str(buf, LI_S("\""));
        }
        li_buf_str(buf, li_str_n(text.ptr + i, 1));
    }
    li_buf_str(buf, LI_S("\""));
}

static void put_cell(struct sheet *sheet, struct li_str text, bool first)
{
    if (sheet->xlsx) {
        li_sheet_text(sheet->xlsx, text);
    } else {
        put_csv(sheet->csv, text, first);
    }
}

static void end_row(struct sheet *sheet)
{
    if (sheet->xlsx) {
        li_sheet_next(sheet->xlsx);
    } else {
        li_buf_str(sheet->csv, LI_S("\r\n"));
    }
}

/* "2026-11-22 15:30" as offices write it; empty for none. */
static struct li_str when(struct li_request *request, int64_t at)
{
    char text[LI_TIME_TEXT];
    struct li_str copy;

    if (!at) {
        return LI_S("");
    }
    li_time_format(li_second(at), text);
    text[10] = ' ';
    copy = li_str_dup(&request->ctx, li_str_n(text, 16));
    return copy;
}

static struct li_str cell(struct li_request *request, const struct li_order_seen *seen,
                          struct li_str as)
{
    const struct li_case *stands = seen->has_through ? &seen->through : &seen->row;

    if (li_str_is(as, "number")) {
        return seen->order.number;
    }
    if (li_str_is(as, "reply")) {
        return seen->reply;
    }
    if (li_str_is(as, "case")) {
        return seen->row.number;
    }
    if (li_str_is(as, "state")) {
        return stands->playbook->machines[0].states[stands->state].label.zh;
    }
    if (li_str_is(as, "area")) {
        return seen->area.name;
    }
    return when(request, li_str_is(as, "deadline") ? seen->order.due_at : seen->order.replied_at);
}

static int put_rows(struct sheet *sheet, struct li_str source, int64_t from, int64_t to)
{
    struct li_request *request = sheet->request;
    struct li_order_place place = li_order_begin(true);
    struct li_order *orders;
    size_t count = PAGE;
    int r = 0;

    place.at = to - 1;
    while (r == 0 && count == PAGE && sheet->rows < MOST) {
        r = li_order_page(request, true, &place, PAGE, &orders, &count);
        for (size_t i = 0; r == 0 && i < count; i++) {
            struct li_order_seen seen;
            if (orders[i].replied_at < from) {
                return 0;
            }
            if (!li_str_eq(orders[i].source, source)) {
                continue;
            }
            r = li_order_see(request, &orders[i], &seen);
            if (r == -LI_E_NOT_FOUND) {
                r = 0;
                continue;
            }
            for (size_t k = 0; r == 0 && k < sheet->columns->list.count; k++) {
                put_cell(sheet,
                         cell(request, &seen, li_node_text(sheet->columns->list.items[k], "as")),
                         k == 0);
            }
            end_row(sheet);
            sheet->rows++;
        }
    }
    return r;
}

static int begin(struct sheet *sheet, struct li_str name, bool xlsx)
{
    struct li_ctx *ctx = &sheet->request->ctx;
    size_t count = sheet->columns->list.count;
    struct li_sheet_column *columns = li_alloc_array(ctx, count, sizeof(*columns));

    if (!columns) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        struct li_str as = li_node_text(sheet->columns->list.items[i], "as");
        columns[i].title = li_node_text(sheet->columns->list.items[i], "column");
        columns[i].width = li_str_is(as, "reply") ? 60 : 20;
    }
    if (xlsx) {
        return li_sheet_new(ctx, name, columns, count, &sheet->xlsx);
    }
    sheet->csv = li_buf_new(ctx, 0);
    if (!sheet->csv) {
        return -LI_E_NOMEM;
    }
    li_buf_str(sheet->csv, LI_S("\xEF\xBB\xBF"));
    for (size_t i = 0; i < count; i++) {
        put_csv(sheet->csv, columns[i].title, i == 0);
    }
    li_buf_str(sheet->csv, LI_S("\r\n"));
    return 0;
}

static int send_bytes(struct li_request *request, struct li_str bytes, bool xlsx)
{
    request->answer.status = 200;
    request->answer.type = xlsx
                               ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                               : "text/csv; charset=utf-8";
    request->answer.fixed = bytes;
    return 0;
}

static int read_days(struct li_request *request, int64_t *ret_from, int64_t *ret_to)
{
    struct li_str from = li_request_text(request, "from"), to = li_request_text(request, "to");
    int32_t day;
    int r = from.len ? li_date_parse(&request->ctx, from, &day) : 0;

    *ret_from = r == 0 && from.len ? li_day_start(day) : 0;
    r = r || !to.len ? r : li_date_parse(&request->ctx, to, &day);
    *ret_to = r == 0 && to.len ? li_day_start(day + 1) : INT64_MAX;
    return r;
}

int li_op_export_orders(struct li_request *request)
{
    bool xlsx = li_str_is(li_request_text(request, "format"), "xlsx");
    struct li_str source = li_request_text(request, "source"), bytes;
    struct sheet sheet = {.request = request};
    struct li_node *spec;
    int64_t from, to;
    int r = li_order_at_desk(request);

    r = r ? r : read_days(request, &from, &to);
    r = r ? r
          : li_order_source_find(&request->ctx, request->conn, request->tenant->id, source, &spec);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such source");
    }
    if (r) {
        return r;
    }
    sheet.columns = li_node_get(spec, "write");
    r = begin(&sheet, source, xlsx);
    r = r ? r : put_rows(&sheet, source, from, to);
    if (r == 0 && xlsx) {
        r = li_sheet_end(&request->ctx, sheet.xlsx, &bytes);
    } else if (r == 0) {
        bytes = li_buf_view(sheet.csv);
        r = li_buf_check(&request->ctx, sheet.csv);
    }
    return r ? r : send_bytes(request, bytes, xlsx);
}
