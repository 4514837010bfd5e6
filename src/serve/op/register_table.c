/*
 * Tables of rows in and out, in the office's own columns.
 *
 * Both may take a second, so they run beside the server's threads, with a reader and
 * memory of their own.
 */
#include "base/sheet.h"
#include "base/time.h"
#include "contract/fault.h"
#include "serve/op/register.h"
#include "view/json.h"

#define TABLE_ARENA ((size_t)256 << 20)
#define EXPORT_MOST 20000 /* rows */
#define EXPORT_STEP 500
#define EXPORT_ROOM ((size_t)32 << 20)

static void free_arena(void *arena)
{
    li_arena_free(arena);
}

/* A context for one table, whose memory lives as long as the request. */
static int begin(struct li_request *request, struct li_ctx *ret)
{
    struct li_arena *arena = li_arena_new(TABLE_ARENA);

    if (!arena || li_arena_defer(request->arena, free_arena, arena) != 0) {
        return LI_FAIL(&request->ctx, LI_E_NOMEM, "no memory for a table");
    }
    li_ctx_init(ret, arena, request->ctx.clock, request->ctx.random);
    ret->lang = request->ctx.lang;
    return 0;
}

static int tell(struct li_request *request, struct li_ctx *ctx, int r)
{
    return r ? LI_FAIL(&request->ctx, -r, "%.*s", LI_P(li_ctx_explain(ctx))) : 0;
}

/* ---- in ------------------------------------------------------------------------------ */

struct taken {
    struct li_row_imported done;
    bool written;
};

static int read_columns(struct li_ctx *ctx, struct li_str text, const struct li_node **ret)
{
    struct li_node *map = NULL;
    int r = text.len ? li_json_read(ctx, text, &map) : 0;

    if (r || (map && map->kind != LI_MAP)) {
        return li_fault(ctx, LI_FAULT_TYPE, LI_S("/columns"), LI_S("object"));
    }
    *ret = map;
    return 0;
}

static int check(struct li_request *request, struct li_ctx *ctx,
                 const struct li_row_import_args *args, struct li_row_imported *ret)
{
    struct li_record *record = li_request_house(request)->record;
    struct li_conn *conn;
    int r = li_store_reader(ctx, li_record_store(record), &conn);

    if (r) {
        return r;
    }
    const struct li_tx tx = {.record = record,
                             .conn = conn,
                             .tenant = request->tenant->id,
                             .now = li_now(ctx->clock),
                             .viewer = &request->viewer};
    r = li_row_import_check(ctx, &tx, args, ret);
    li_store_reader_back(li_record_store(record), conn);
    return r;
}

static int take(struct li_request *request)
{
    struct taken *taken = li_alloc(&request->ctx, sizeof(*taken));
    struct li_ctx *ctx = li_alloc(&request->ctx, sizeof(*ctx));
    struct li_row_import_args args = {.reg = li_request_text(request, "register"),
                                      .bytes = li_node_text(request->body, "file")};
    bool dry = li_str_is(li_node_text(request->body, "dry"), "true");
    int r = taken && ctx ? begin(request, ctx) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    r = read_columns(ctx, li_node_text(request->body, "columns"), &args.columns);
    r = r ? r : check(request, ctx, &args, &taken->done);
    if (r == 0 && !dry && taken->done.fault_count == 0) {
        struct li_job job = {.ctx = ctx,
                             .tenant = request->tenant->id,
                             .command = &li_row_import,
                             .args = &args,
                             .viewer = &request->viewer};
        r = li_run(li_request_house(request)->record, &job);
        taken->written = r == 0;
    }
    request->state = taken;
    return tell(request, ctx, r);
}

int li_op_import_rows(struct li_request *request)
{
    return li_request_aside(request, LI_POOL_FILES, take);
}

static void put_faults(struct li_json *json, const struct li_row_imported *done)
{
    li_json_key(json, "faults");
    li_json_open_list(json);
    for (size_t i = 0; i < done->fault_count; i++) {
        li_json_open_map(json);
        li_json_put_int(json, "line", done->faults[i].line);
        li_json_put_text(json, "heading", done->faults[i].heading);
        li_put_texts(json, "why", done->faults[i].why);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

int li_op_import_rows_done(struct li_request *request)
{
    const struct taken *taken = request->state;
    const struct li_register *reg;
    struct li_json json;
    int r = li_op_register(request, &reg);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_bool(&json, "written", taken->written);
    li_json_put_int(&json, "added", taken->done.added);
    li_json_put_int(&json, "changed", taken->done.changed);
    li_json_put_int(&json, "same", taken->done.same);
    li_json_key(&json, "columns");
    li_json_open_list(&json);
    for (size_t i = 0; i < taken->done.column_count; i++) {
        const struct li_register_column *column = &taken->done.columns[i];
        li_json_open_map(&json);
        li_json_put_text(&json, "heading", column->heading);
        li_json_key(&json, "field");
        if (column->field < 0) {
            li_json_null(&json);
        } else {
            li_json_text(&json, reg->form.fields[column->field].name);
        }
        li_json_close_map(&json);
    }
    li_json_close_list(&json);
    put_faults(&json, &taken->done);
    li_json_close_map(&json);
    return li_reply_end(request);
}

/* ---- out ----------------------------------------------------------------------------- */

/* Where cells go: a CSV buffer, or a sheet. */
struct out {
    struct li_ctx *ctx;
    struct li_buf *csv; /* NULL: the sheet */
    struct li_sheet *sheet;
    const struct li_register *reg;
    const struct li_register_column *columns;
    size_t column_count;
    bool first; /* of the CSV row */
};

/* A text that a spreadsheet would take for a formula is told apart by a tab, which
 * importing takes away again. */
static void csv_cell(struct out *out, struct li_str text)
{
    bool formula = text.len && strchr("=+-@", text.ptr[0]) != NULL;

    li_buf_text(out->csv, out->first ? "\"" : ",\"");
    if (formula) {
        li_buf_char(out->csv, '\t');
    }
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            li_buf_char(out->csv, '"');
        }
        li_buf_char(out->csv, text.ptr[i]);
    }
    li_buf_char(out->csv, '"');
    out->first = false;
}

static void put_text(struct out *out, struct li_str text)
{
    if (out->csv) {
        csv_cell(out, text);
    } else {
        li_sheet_text(out->sheet, text);
    }
}

static void end_row(struct out *out)
{
    if (out->csv) {
        li_buf_text(out->csv, "\r\n");
        out->first = true;
    } else {
        li_sheet_next(out->sheet);
    }
}

static void put_value(struct out *out, const struct li_view_value *value)
{
    int64_t number;
    int32_t day;

    if (!value) {
        put_text(out, LI_S(""));
    } else if (!out->csv && value->field->type == LI_FIELD_INTEGER &&
               li_str_to_i64(value->value, &number)) {
        li_sheet_int(out->sheet, number, 0);
    } else if (!out->csv && value->field->type == LI_FIELD_DATE &&
               li_date_parse(out->ctx, value->text.zh, &day) == 0) {
        li_sheet_date(out->sheet, day);
    } else if (value->field->type == LI_FIELD_SUBJECT) {
        struct li_str rest = value->text.zh; /* "CODE name": the code reads back */
        put_text(out, li_str_cut(&rest, ' '));
    } else {
        put_text(out, value->text.zh);
    }
}

static void put_line(struct out *out, const struct li_view_line *line)
{
    for (size_t i = 0; i < out->column_count; i++) {
        int place = out->columns[i].field;
        const struct li_view_value *found = NULL;
        for (size_t k = 0; place >= 0 && k < line->value_count; k++) {
            if (line->values[k].field == &out->reg->form.fields[place]) {
                found = &line->values[k];
            }
        }
        put_value(out, found);
    }
    end_row(out);
}

static int begin_out(struct out *out, struct li_str title)
{
    struct li_sheet_column *columns;
    int r = 0;

    if (out->csv) {
        li_buf_text(out->csv, "\xef\xbb\xbf");
        out->first = true;
        for (size_t i = 0; i < out->column_count; i++) {
            put_text(out, out->columns[i].heading);
        }
        end_row(out);
        return 0;
    }
    columns = li_alloc_array(out->ctx, out->column_count, sizeof(*columns));
    for (size_t i = 0; columns && i < out->column_count; i++) {
        columns[i].title = out->columns[i].heading;
    }
    r = columns ? li_sheet_new(out->ctx, title, columns, out->column_count, &out->sheet)
                : -LI_E_NOMEM;
    return r;
}

/* All rows the list would show, page by page, each in memory of its own. */
static int put_rows(struct out *out, struct li_view *view, struct li_row_query query,
                    const struct li_str *places, size_t place_count)
{
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;
    size_t count = EXPORT_STEP, total = 0;
    int r = arena ? 0 : LI_FAIL(out->ctx, LI_E_NOMEM, "no memory for a table");

    query.limit = EXPORT_STEP;
    while (r == 0 && count == EXPORT_STEP) {
        struct li_view_line line;
        struct li_row *rows;
        li_ctx_init(&ctx, arena, out->ctx->clock, out->ctx->random);
        r = li_op_row_page(&ctx, view->record, view->conn, view->tenant, query, places, place_count,
                           &rows, &count);
        for (size_t i = 0; r == 0 && i < count; i++) {
            r = li_view_line(&ctx, view, &rows[i], NULL, 0, &line);
            if (r == 0) {
                put_line(out, &line);
            }
        }
        total += count;
        if (r) {
            r = LI_FAIL(out->ctx, -r, "%.*s", LI_P(li_ctx_explain(&ctx)));
        } else if (total > EXPORT_MOST) {
            r = LI_FAIL(out->ctx, LI_E_LIMIT, "more than %d rows: choose a place", EXPORT_MOST);
        } else if (count) {
            const struct li_row *last = &rows[count - 1];
            query.after_path = li_str_dup(out->ctx, last->area_path);
            query.after_code = li_str_dup(out->ctx, last->code);
            query.after_until = last->until;
            query.after_id = query.words.len || query.until_before ? last->id : 0;
        }
        li_arena_reset(arena);
    }
    li_arena_free(arena);
    return r;
}

struct wanted {
    bool xlsx;
    struct li_row_query query;
    struct li_str places[LI_ROW_PLACES];
    size_t place_count;
    struct li_str bytes;
};

static int fill(struct li_request *request, struct li_ctx *ctx, struct li_conn *conn,
                struct wanted *wanted)
{
    struct li_view view = {.record = li_request_house(request)->record,
                           .conn = conn,
                           .tenant = request->tenant->id,
                           .viewer = &request->viewer};
    struct out out = {.ctx = ctx, .reg = wanted->query.reg};
    int r = 0;

    if (!wanted->xlsx) {
        out.csv = li_buf_new(ctx, EXPORT_ROOM);
        r = out.csv ? 0 : -LI_E_NOMEM;
    }
    r = r ? r
          : li_row_columns(ctx, conn, view.tenant, wanted->query.reg, &out.columns,
                           &out.column_count);
    r = r ? r : begin_out(&out, wanted->query.reg->form.title.zh);
    r = r ? r : put_rows(&out, &view, wanted->query, wanted->places, wanted->place_count);
    if (r) {
        return r;
    }
    if (wanted->xlsx) {
        return li_sheet_end(ctx, out.sheet, &wanted->bytes);
    }
    wanted->bytes = li_buf_view(out.csv);
    return li_buf_check(ctx, out.csv);
}

static int make(struct li_request *request)
{
    struct wanted *wanted = request->state;
    struct li_store *store = li_record_store(li_request_house(request)->record);
    struct li_ctx *ctx = li_alloc(&request->ctx, sizeof(*ctx));
    struct li_conn *conn;
    int r = ctx ? begin(request, ctx) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    r = li_store_reader(ctx, store, &conn);
    if (r == 0) {
        r = fill(request, ctx, conn, wanted);
        li_store_reader_back(store, conn);
    }
    return tell(request, ctx, r);
}

static int export(struct li_request *request, bool xlsx)
{
    struct wanted *wanted = li_alloc(&request->ctx, sizeof(*wanted));
    const struct li_register *reg;
    int r = wanted ? li_op_register(request, &reg) : -LI_E_NOMEM;

    r = r ? r : li_op_row_query(request, reg, &wanted->query);
    r = r ? r : li_op_row_within(request, wanted->places, &wanted->place_count);
    if (r) {
        return r;
    }
    wanted->xlsx = xlsx;
    request->state = wanted;
    return li_request_aside(request, LI_POOL_FILES, make);
}

int li_op_export_csv(struct li_request *request)
{
    return export(request, false);
}

int li_op_export_xlsx(struct li_request *request)
{
    return export(request, true);
}

int li_op_export_done(struct li_request *request)
{
    const struct wanted *wanted = request->state;

    li_buf_init(&request->answer.body, EXPORT_ROOM);
    li_buf_str(&request->answer.body, wanted->bytes);
    request->answer.status = 200;
    request->answer.media = wanted->xlsx ? LI_MEDIA_ANY : LI_MEDIA_TEXT;
    request->answer.type = wanted->xlsx
                               ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                               : "text/csv; charset=utf-8";
    return li_buf_check(&request->ctx, &request->answer.body);
}
