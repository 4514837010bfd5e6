/* Tables of deadlines: read by staff, put by the administrator. */
#include "case/deadline.h"
#include "base/time.h"
#include "contract/fault.h"
#include "serve/op/op.h"

#include <stdio.h>

static void put_day(struct li_json *json, const char *key, int32_t day)
{
    struct li_civil date;
    char text[32];

    li_json_key(json, key);
    if (day == INT32_MAX) {
        li_json_null(json);
        return;
    }
    date = li_civil_at(li_day_start(day));
    snprintf(text, sizeof(text), "%04d-%02d-%02d", date.year, date.month, date.day);
    li_json_text(json, li_str(text));
}

/* Whether a number of that name is money, as a playbook in use says. */
static int is_money(struct li_request *request, struct li_str name, bool *ret)
{
    struct li_library *library = li_request_house(request)->bound.library;
    struct li_str *names;
    size_t count;
    int r = li_library_names(&request->ctx, request->conn, request->tenant->id, &names, &count);

    *ret = false;
    for (size_t i = 0; r == 0 && !*ret && i < count; i++) {
        const struct li_playbook *playbook;
        r = li_library_find(&request->ctx, library, request->conn, request->tenant->id, names[i], 0,
                            &playbook);
        for (size_t k = 0; r == 0 && k < playbook->number_count; k++) {
            *ret |= li_str_eq(playbook->numbers[k].name, name) && playbook->numbers[k].money;
        }
    }
    return r;
}

static int reply_tables(struct li_request *request)
{
    struct li_deadlines tables;
    struct li_json json;
    int r = li_deadline_list(&request->ctx, request->conn, request->tenant->id, &tables);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "rows");
    li_json_open_list(&json);
    for (size_t i = 0; r == 0 && i < tables.count; i++) {
        const struct li_deadline *row = &tables.rows[i];
        bool money = false;
        li_json_open_map(&json);
        li_json_put_text(&json, "table", row->name);
        li_json_put_text(&json, "edition", row->edition);
        put_day(&json, "since", row->since);
        put_day(&json, "until", row->until);
        li_json_put_text(&json, "stage", row->stage);
        li_json_put_text(&json, "class", row->class);
        li_json_put_text(&json, "level", row->level);
        if (row->length.unit) {
            li_json_put_text(&json, "length", li_length_text(&request->ctx, row->length));
        } else {
            r = is_money(request, row->name, &money);
            li_json_put_int(&json, "number", row->number);
            li_json_put_bool(&json, "money", money);
        }
        li_json_close_map(&json);
    }
    li_json_close_list(&json);
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}

int li_op_get_deadlines(struct li_request *request)
{
    return reply_tables(request);
}

static int read_row(struct li_request *request, const struct li_node *node, size_t i,
                    struct li_deadline *ret)
{
    struct li_ctx *ctx = &request->ctx;
    struct li_str until = li_node_text(node, "until"), length = li_node_text(node, "length");
    const struct li_node *number = li_node_get(node, "number");
    int r;

    *ret = (struct li_deadline){.name = li_node_text(node, "table"),
                                .edition = li_node_text(node, "edition"),
                                .stage = li_node_text(node, "stage"),
                                .class = li_node_text(node, "class"),
                                .level = li_node_text(node, "level"),
                                .until = INT32_MAX};
    r = li_date_parse(&request->ctx, li_node_text(node, "since"), &ret->since);
    r = r || !until.len ? r : li_date_parse(&request->ctx, until, &ret->until);
    if (number) {
        ret->number = number->number;
    }
    if (r == 0 &&
        (!number == !length.len || (length.len && li_length_read(ctx, length, &ret->length)))) {
        li_ctx_clear(ctx);
        r = li_fault(ctx, LI_FAULT_FORMAT, li_strf(ctx, "/rows/%zu/length", i), LI_S("5d of work"));
    }
    return r;
}

int li_op_put_deadlines(struct li_request *request)
{
    const struct li_node *list = li_node_get(request->body, "rows");
    struct li_deadline_put *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_deadline *rows = li_alloc_array(&request->ctx, list->list.count, sizeof(*rows));
    int r = args && rows ? li_op_over_tenant(request, "administrator") : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < list->list.count; i++) {
        r = read_row(request, list->list.items[i], i, &rows[i]);
    }
    if (r) {
        return r;
    }
    *args = (struct li_deadline_put){.rows = rows, .count = list->list.count};
    li_request_job(request, &li_deadline_put, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_put_deadlines_done(struct li_request *request)
{
    return reply_tables(request);
}
