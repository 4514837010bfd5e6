/* Registers and their rows: lists, one row, adding, changing, ending. */
#include "serve/op/register.h"

#include <stdlib.h>

#include "base/id.h"
#include "base/time.h"
#include "contract/fault.h"
#include "view/json.h"

#define PAGE     50
#define EXPIRING 30 /* days before the last one */

static struct li_record *record_of(struct li_request *request)
{
    return li_request_house(request)->record;
}

int li_op_register(struct li_request *request, const struct li_register **ret)
{
    return li_register_find(&request->ctx, record_of(request), request->conn, request->tenant->id,
                            li_request_text(request, "register"), ret);
}

int li_op_row(struct li_request *request, struct li_row *ret)
{
    int64_t id = 0;
    int r = li_id_parse(&request->ctx, li_request_text(request, "row"), &id);

    r = r ? r
          : li_row_find(&request->ctx, record_of(request), request->conn, request->tenant->id, id,
                        ret);
    if (r == -LI_E_NOT_FOUND ||
        (r == 0 && (!li_str_eq(ret->reg->form.name, li_request_text(request, "register")) ||
                    !li_row_may_read(&request->viewer, ret->area_path)))) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such row");
    }
    return r;
}

/* ---- where the viewer looks -------------------------------------------------------- */

size_t li_op_row_places(const struct li_viewer *viewer, struct li_str ret[LI_ROW_PLACES])
{
    size_t count = 0;

    for (size_t i = 0; i < viewer->post_count; i++) {
        struct li_str path = viewer->posts[i].area_path;
        bool inside = false;
        size_t kept = 0, at;
        for (size_t k = 0; k < count; k++) {
            inside |= li_str_starts(path, ret[k]);
        }
        if (inside) {
            continue;
        }
        for (size_t k = 0; k < count; k++) {
            if (!li_str_starts(ret[k], path)) {
                ret[kept++] = ret[k];
            }
        }
        count = kept < LI_ROW_PLACES ? kept : LI_ROW_PLACES - 1;
        for (at = count; at > 0 && li_str_cmp(ret[at - 1], path) > 0; at--) {
            ret[at] = ret[at - 1];
        }
        ret[at] = path;
        count++;
    }
    return count;
}

int li_op_row_within(struct li_request *request, struct li_str ret[LI_ROW_PLACES],
                     size_t *ret_count)
{
    struct li_str code = li_request_text(request, "area");
    size_t count = li_op_row_places(&request->viewer, ret), kept = 0;
    struct li_area area;
    int r =
        code.ptr ? li_area_find(&request->ctx, request->conn, request->tenant->id, code, &area) : 0;

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such area");
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (!code.ptr || li_str_starts(ret[i], area.path)) {
            ret[kept++] = ret[i];
        } else if (li_str_starts(area.path, ret[i])) {
            ret[kept++] = area.path;
        }
    }
    *ret_count = kept;
    return r;
}

static int by_last_day(const void *a, const void *b)
{
    const struct li_row *x = a, *y = b;
    int64_t days = x->until - y->until, ids = x->id - y->id;

    return days ? (days > 0) - (days < 0) : (ids > 0) - (ids < 0);
}

static int newest_first(const void *a, const void *b)
{
    const struct li_row *x = a, *y = b;

    return (y->id > x->id) - (y->id < x->id);
}

/* Those found by words or by their last day are in one order over all places. */
static int merged_page(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                       int64_t tenant, struct li_row_query query, const struct li_str *places,
                       size_t place_count, struct li_row **ret, size_t *ret_count)
{
    size_t most = (size_t)query.limit, count = 0, one;
    struct li_row *all = li_alloc_array(ctx, most * (place_count + 1), sizeof(*all)), *rows;
    int r = all ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < place_count; i++) {
        query.path = places[i];
        r = li_row_list(ctx, record, conn, tenant, &query, &rows, &one);
        for (size_t k = 0; r == 0 && k < one; k++) {
            all[count++] = rows[k];
        }
    }
    if (r == 0 && count) {
        qsort(all, count, sizeof(*all), query.words.len ? newest_first : by_last_day);
    }
    *ret = all;
    *ret_count = count < most ? count : most;
    return r;
}

int li_op_row_page(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, struct li_row_query query, const struct li_str *places,
                   size_t place_count, struct li_row **ret, size_t *ret_count)
{
    size_t most = (size_t)query.limit, count = 0, one;
    struct li_row *all = li_alloc_array(ctx, most, sizeof(*all)), *rows;
    struct li_str path = query.after_path, code = query.after_code, none = {.ptr = NULL};
    int r = all ? 0 : -LI_E_NOMEM;

    if (r == 0 && (query.words.len || query.until_before)) {
        return merged_page(ctx, record, conn, tenant, query, places, place_count, ret, ret_count);
    }
    for (size_t i = 0; r == 0 && i < place_count && count < most; i++) {
        bool here = path.ptr && li_str_starts(path, places[i]);
        if (path.ptr && !here && li_str_cmp(places[i], path) < 0) {
            continue; /* all of it lies before the page */
        }
        query.path = places[i];
        query.after_path = here ? path : none;
        query.after_code = here ? code : none;
        query.limit = (int64_t)(most - count);
        r = li_row_list(ctx, record, conn, tenant, &query, &rows, &one);
        for (size_t k = 0; r == 0 && k < one; k++) {
            all[count++] = rows[k];
        }
    }
    *ret = all;
    *ret_count = count;
    return r;
}

/* ---- what was asked ----------------------------------------------------------------- */

/* "p PATH CODE", "u DAY ID" or "w ID", as li_op_row_next writes it. */
static int read_before(struct li_request *request, struct li_row_query *query)
{
    struct li_str rest = li_request_text(request, "before"), kind, one;
    bool fits = true;

    if (!rest.len) {
        return 0;
    }
    kind = li_str_cut(&rest, ' ');
    if (li_str_is(kind, "p") && rest.ptr) {
        query->after_path = li_str_cut(&rest, ' ');
        query->after_code = rest.ptr ? rest : LI_S("");
    } else if (li_str_is(kind, "u") && rest.ptr) {
        one = li_str_cut(&rest, ' ');
        fits = li_str_to_i64(one, &query->after_until) && rest.ptr &&
               li_str_to_i64(rest, &query->after_id);
    } else {
        fits = li_str_is(kind, "w") && rest.ptr && li_str_to_i64(rest, &query->after_id);
    }
    return fits ? 0
                : li_fault(&request->ctx, LI_FAULT_PATTERN, LI_S("/parameters/before"), LI_S(""));
}

struct li_str li_op_row_next(struct li_request *request, const struct li_row_query *query,
                             const struct li_row *rows, size_t count)
{
    const struct li_row *last = count ? &rows[count - 1] : NULL;

    if (!last || (int64_t)count < query->limit) {
        return (struct li_str){.ptr = NULL};
    }
    if (query->words.len) {
        return li_strf(&request->ctx, "w %lld", (long long)last->id);
    }
    if (query->until_before) {
        return li_strf(&request->ctx, "u %lld %lld", (long long)last->until, (long long)last->id);
    }
    return li_strf(&request->ctx, "p %.*s %.*s", LI_P(last->area_path), LI_P(last->code));
}

int li_op_row_query(struct li_request *request, const struct li_register *reg,
                    struct li_row_query *ret)
{
    static const char *const names[LI_REGISTER_FIND] = {"f1", "f2", "f3", "f4"};
    struct li_str state = li_request_text(request, "state");
    int32_t today = li_day_at(li_now(request->ctx.clock));
    struct li_row_query query = {
        .reg = reg,
        .gone = li_str_is(state, "ended"),
        .words = li_str_trim(li_request_text(request, "q")),
        .limit = li_request_int(request, "limit", PAGE),
    };

    for (int i = 0; i < LI_REGISTER_FIND; i++) {
        query.find[i] = li_request_text(request, names[i]);
    }
    query.until_before = li_str_is(state, "expired")    ? today
                         : li_str_is(state, "expiring") ? today + EXPIRING
                                                        : 0;
    *ret = query;
    return read_before(request, ret);
}

/* ---- registers ----------------------------------------------------------------------- */

int li_op_list_registers(struct li_request *request)
{
    const struct li_register *all[LI_REGISTERS];
    struct li_json json;
    size_t count;
    int r = li_register_all(&request->ctx, record_of(request), request->conn, request->tenant->id,
                            all, &count);

    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        li_put_register(&json, &request->viewer, all[i], false);
    }
    return li_reply_items_end(request, &json, 0);
}

int li_op_get_register(struct li_request *request)
{
    const struct li_register *reg;
    struct li_json json;
    int r = li_op_register(request, &reg);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_put_register(&json, &request->viewer, reg, true);
    return li_reply_end(request);
}

/* ---- lists --------------------------------------------------------------------------- */

static int put_lines(struct li_request *request, struct li_json *json,
                     const struct li_register *reg, const struct li_row *rows, size_t count)
{
    struct li_view view = li_request_view(request);
    struct li_view_line line;
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        r = li_view_line(&request->ctx, &view, &rows[i], reg->list, reg->list_count, &line);
        if (r == 0) {
            li_put_line(json, &line);
        }
    }
    return r;
}

int li_op_list_rows(struct li_request *request)
{
    struct li_str places[LI_ROW_PLACES], next;
    const struct li_register *reg;
    struct li_row_query query;
    size_t place_count = 0, count = 0;
    struct li_row *rows = NULL;
    struct li_json json;
    int r = li_op_register(request, &reg);

    r = r ? r : li_op_row_query(request, reg, &query);
    r = r ? r : li_op_row_within(request, places, &place_count);
    r = r ? r
          : li_op_row_page(&request->ctx, record_of(request), request->conn, request->tenant->id,
                           query, places, place_count, &rows, &count);
    if (r) {
        return r;
    }
    next = li_op_row_next(request, &query, rows, count);
    json = li_reply_items(request);
    r = put_lines(request, &json, reg, rows, count);
    return li_reply_items_from(request, &json, next, r);
}

/* How one value of a find field reads: by the same code that shows rows. */
static int put_tally(struct li_request *request, struct li_json *json,
                     const struct li_register *reg, int place, struct li_str path)
{
    struct li_view view = li_request_view(request);
    const struct li_field *field = &reg->form.fields[reg->find[place]];
    struct li_row_tally *tallies;
    size_t count;
    int r = li_row_tally(&request->ctx, request->conn, request->tenant->id, reg, path, place,
                         &tallies, &count);

    li_json_open_map(json);
    li_put_named(json, "field", field->name, field->label);
    li_json_key(json, "values");
    li_json_open_list(json);
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_view_value value = {.text = {.zh = LI_S("未填"), .en = LI_S("not said")}};
        if (tallies[i].value.len) {
            r = li_view_found(&request->ctx, &view, reg, field, tallies[i].value, &value);
        }
        li_json_open_map(json);
        li_json_put_text(json, "value", tallies[i].value);
        li_put_texts(json, "text", value.text);
        li_json_put_int(json, "count", tallies[i].count);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    li_json_close_map(json);
    return r;
}

int li_op_tally_rows(struct li_request *request)
{
    struct li_str places[LI_ROW_PLACES];
    const struct li_register *reg;
    size_t count = 0;
    struct li_json json;
    int r = li_op_register(request, &reg);

    r = r ? r : li_op_row_within(request, places, &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (int i = 0; r == 0 && count && i < reg->find_count; i++) {
        r = put_tally(request, &json, reg, i, places[0]);
    }
    return li_reply_items_end(request, &json, r);
}

/* ---- one row -------------------------------------------------------------------------- */

int li_op_get_row(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_sheet *sheet = li_alloc(&request->ctx, sizeof(*sheet));
    struct li_json json;
    struct li_row row;
    int r = sheet ? li_op_row(request, &row) : -LI_E_NOMEM;

    r = r ? r : li_view_sheet(&request->ctx, &view, &row, sheet);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_put_sheet(&json, &view, sheet);
    return li_reply_end(request);
}

static int reply_done(struct li_request *request, int status)
{
    struct li_json json;
    struct li_row row;
    int r = li_row_find(&request->ctx, record_of(request), request->conn, request->tenant->id,
                        request->job.entity, &row);

    if (r) {
        return r;
    }
    json = li_reply_json(request, status);
    li_json_open_map(&json);
    li_json_put_id(&json, "row", row.id);
    li_json_put_text(&json, "code", row.code);
    li_json_put_int(&json, "rev", row.rev);
    li_json_close_map(&json);
    return li_reply_end(request);
}

int li_op_add_row(struct li_request *request)
{
    struct li_row_put_args *args = li_alloc(&request->ctx, sizeof(*args));

    if (!args) {
        return -LI_E_NOMEM;
    }
    args->reg = li_request_text(request, "register");
    args->fields = li_node_get(request->body, "fields");
    li_request_job(request, &li_row_put, args, li_request_text(request, "Idempotency-Key"));
    return LI_LATER;
}

int li_op_add_row_done(struct li_request *request)
{
    return reply_done(request, 201);
}

/* Register and row of the path, into a command's arguments. */
static int name_row(struct li_request *request, struct li_str *ret_reg, int64_t *ret_id)
{
    struct li_row row;
    int r = li_op_row(request, &row);

    if (r == 0) {
        *ret_reg = li_request_text(request, "register");
        *ret_id = row.id;
    }
    return r;
}

int li_op_change_row(struct li_request *request)
{
    struct li_row_put_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? name_row(request, &args->reg, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->rev = li_node_get(request->body, "rev")->number;
    args->fields = li_node_get(request->body, "fields");
    li_request_job(request, &li_row_put, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_row_done(struct li_request *request)
{
    return reply_done(request, 200);
}

int li_op_end_row(struct li_request *request)
{
    struct li_row_end_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? name_row(request, &args->reg, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->rev = li_node_get(request->body, "rev")->number;
    li_request_job(request, &li_row_end, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_reveal_row(struct li_request *request)
{
    struct li_row_reveal_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? name_row(request, &args->reg, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->field = li_node_text(request->body, "field");
    request->state = args;
    li_request_job(request, &li_row_reveal, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_reveal_row_done(struct li_request *request)
{
    const struct li_row_reveal_args *args = request->state;
    struct li_node *values;
    struct li_json json;
    struct li_row row;
    int r = li_row_find(&request->ctx, record_of(request), request->conn, request->tenant->id,
                        args->id, &row);

    r = r ? r
          : li_row_values(&request->ctx, record_of(request), request->conn, request->tenant->id,
                          &row, true, &values);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "value");
    if (li_node_get_str(values, args->field)) {
        li_json_node(&json, li_node_get_str(values, args->field));
    } else {
        li_json_null(&json);
    }
    li_json_put_int(&json, "rev", row.rev);
    li_json_close_map(&json);
    return li_reply_end(request);
}
