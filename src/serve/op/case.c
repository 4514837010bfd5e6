/* Cases: opened, looked at, acted on. */
#include "area/qr.h"
#include "base/id.h"
#include "base/time.h"
#include "case/undo.h"
#include "contract/fault.h"
#include "record/vault.h"
#include "serve/op/op.h"
#include "view/json.h"

static struct li_str key_of(const struct li_request *request)
{
    return li_request_text(request, "Idempotency-Key");
}

int li_op_prepare_open(struct li_request *request, struct li_str playbook, struct li_str area,
                       struct li_str via, const struct li_node *fields, struct li_str key,
                       struct li_case_open_args **ret_args)
{
    struct li_case_open_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_str parent = li_node_text(request->body, "parent");
    int r;

    if (!args) {
        return -LI_E_NOMEM;
    }
    *args = (struct li_case_open_args){
        .area = area, .via = via.len ? via : LI_S("web"), .fields = fields};
    r = li_op_make_token(request, key, "", args->token);
    if (r == 0 && parent.len && li_id_parse(&request->ctx, parent, &args->parent)) {
        r = li_fault(&request->ctx, LI_FAULT_NOWHERE, LI_S("/parent"), LI_S(""));
    }
    r = r ? r : li_op_playbook(request, playbook, &args->playbook);
    r = r ? r : li_case_open_check(&request->ctx, &request->viewer, args);
    r = r ? r
          : li_case_open_place(&request->ctx, li_request_house(request)->record, request->conn,
                               request->tenant->id, args);
    if (r == 0) {
        li_request_job(request, &li_case_open, args, key);
        *ret_args = args;
    }
    return r;
}

/* The place a scanned code stands for. */
static int scanned(struct li_request *request, struct li_str qr, struct li_str *ret_area)
{
    int r = li_qr_open(&request->ctx, li_request_house(request)->record, request->conn,
                       request->tenant->id, qr, ret_area);

    return r == -LI_E_NOT_FOUND ? li_fault(&request->ctx, LI_FAULT_NOWHERE, LI_S("/qr"), LI_S(""))
                                : r;
}

int li_op_open_case(struct li_request *request)
{
    struct li_str area = li_node_text(request->body, "area"),
                  via = li_node_text(request->body, "via"), qr = li_node_text(request->body, "qr");
    struct li_case_open_args *args;
    int r = 0;

    if (qr.len && !area.len) {
        r = scanned(request, qr, &area);
        via = via.len ? via : LI_S("qr");
    }
    r = r ? r
          : li_op_prepare_open(request, li_node_text(request->body, "playbook"), area, via,
                               li_node_get(request->body, "fields"), key_of(request), &args);
    if (r == 0) {
        request->state = args;
        r = LI_LATER;
    }
    return r;
}

static void put_state(struct li_json *json, const struct li_playbook *playbook, int state)
{
    const struct li_state *now = &playbook->machines[0].states[state];

    li_put_named(json, "state", now->name, now->label);
}

/* What a key led to before is read again, as it is now. */
static int read_opened(struct li_request *request, struct li_case_opened *ret,
                       const struct li_playbook **ret_playbook)
{
    const struct li_case_open_args *args = request->state;
    struct li_case row;
    int r = 0;

    if (!request->job.replayed) {
        *ret = *(const struct li_case_opened *)request->job.plan;
        *ret_playbook = args->playbook;
        return 0;
    }
    r = li_case_find(&request->ctx, li_request_house(request)->record, request->conn,
                     request->tenant->id, request->job.entity, &row);
    if (r == 0) {
        *ret = (struct li_case_opened){.id = row.id, .number = row.number, .state = row.state};
        *ret_playbook = row.playbook;
    }
    return r;
}

int li_op_open_case_done(struct li_request *request)
{
    const struct li_case_open_args *args = request->state;
    const struct li_playbook *playbook;
    struct li_case_opened opened;
    struct li_json json;
    struct li_str cursor;
    int r = read_opened(request, &opened, &playbook);

    r = r ? r : li_op_cursor(request, &cursor);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 201);
    li_json_open_map(&json);
    li_json_put_id(&json, "case", opened.id);
    li_json_put_text(&json, "number", opened.number);
    li_json_put_text(&json, "tracking", li_op_tracking(request, args->token));
    li_op_put_tracking_number(request, &json, args->token);
    li_json_put_text(&json, "cursor", cursor);
    put_state(&json, playbook, opened.state);
    li_json_put_bool(&json, "replayed", request->job.replayed);
    li_json_close_map(&json);
    return li_reply_end(request);
}

static int case_id(struct li_request *request, int64_t *ret)
{
    return li_id_parse(&request->ctx, li_request_text(request, "case"), ret);
}

int li_op_get_case(struct li_request *request)
{
    struct li_view view;
    struct li_view_case seen;
    struct li_json json;
    int64_t id;
    int r = case_id(request, &id);

    r = r ? r : li_op_view_before(request, &view);
    r = r ? r : li_view_case(&request->ctx, &view, id, &seen);
    if (r == 0) {
        json = li_reply_json(request, 200);
        li_put_case(&json, &seen);
        r = li_reply_end(request);
    }
    return r;
}

int li_op_get_held(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_held held;
    struct li_json json;
    int64_t id;
    int r = case_id(request, &id);

    r = r ? r : li_view_held(&request->ctx, &view, id, &held);
    if (r == 0) {
        json = li_reply_json(request, 200);
        li_put_held(&json, &held);
        r = li_reply_end(request);
    }
    return r;
}

int li_op_get_ahead(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_ahead *ahead = li_alloc(&request->ctx, sizeof(*ahead));
    struct li_json json;
    int64_t id;
    int r = ahead ? case_id(request, &id) : -LI_E_NOMEM;

    r = r ? r : li_view_ahead(&request->ctx, &view, id, ahead);
    if (r == 0) {
        json = li_reply_json(request, 200);
        li_put_ahead(&json, ahead);
        r = li_reply_end(request);
    }
    return r;
}

static int64_t int_of(const struct li_node *map, const char *key)
{
    const struct li_node *node = li_node_get(map, key);

    return node && node->kind == LI_INT ? node->number : 0;
}

static bool flag_of(const struct li_node *map, const char *key)
{
    const struct li_node *node = li_node_get(map, key);

    return node && node->kind == LI_BOOL && node->flag;
}

/* For whom and when, where staff enter it later; what is no time was refused before. */
static void read_entry(struct li_request *request, struct li_case_act_args *ret)
{
    const struct li_node *behalf = li_node_get(request->body, "on_behalf");
    struct li_str at = li_node_text(request->body, "occurred_at");

    if (behalf) {
        ret->behalf_reporter = flag_of(behalf, "reporter");
        if (li_id_parse(&request->ctx, li_node_text(behalf, "organization"), &ret->behalf_org)) {
            li_ctx_clear(&request->ctx);
        }
    }
    if (at.ptr && li_time_parse(&request->ctx, at, &ret->occurred_at)) {
        li_ctx_clear(&request->ctx);
        ret->occurred_at = 1; /* before everything: refused where it is judged */
    }
    ret->paper = li_node_get(request->body, "paper");
}

void li_op_read_act(struct li_request *request, int64_t id, struct li_case_act_args *ret)
{
    *ret = (struct li_case_act_args){
        .id = id,
        .action = li_request_text(request, "action"),
        .part = (int)int_of(request->body, "part"),
        .rev = int_of(request->body, "rev"),
        .fields = li_node_get(request->body, "fields"),
        .confirmed = flag_of(request->body, "confirmed"),
    };
    read_entry(request, ret);
}

int li_op_act_on_case(struct li_request *request)
{
    struct li_case_act_args *args = li_alloc(&request->ctx, sizeof(*args));
    int64_t id;
    int r = args ? case_id(request, &id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    li_op_read_act(request, id, args);
    li_request_job(request, &li_case_act, args, key_of(request));
    return LI_LATER;
}

int li_op_read_acted(struct li_request *request, enum li_sight least, struct li_case_acted *ret)
{
    struct li_case_part *parts;
    struct li_case row;
    enum li_sight sight;
    size_t count;
    int r;

    if (!request->job.replayed) {
        *ret = *(const struct li_case_acted *)request->job.plan;
        return 0;
    }
    r = li_case_find(&request->ctx, li_request_house(request)->record, request->conn,
                     request->tenant->id, request->job.entity, &row);
    r = r ? r
          : li_case_parts(&request->ctx, request->conn, request->tenant->id, &row, &parts, &count);
    r = r ? r
          : li_case_sight(&request->ctx, &request->viewer, request->tenant->id, &row, parts, count,
                          &sight);
    if (r == 0 && sight < least) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such case");
    }
    if (r == 0) {
        *ret = (struct li_case_acted){
            .id = row.id, .rev = row.rev, .playbook = row.playbook, .state = row.state};
    }
    return r;
}

int li_op_reply_acted(struct li_request *request, enum li_sight least, bool with_rev)
{
    struct li_case_acted acted = {.id = 0};
    struct li_str cursor;
    struct li_json json;
    int r = li_op_read_acted(request, least, &acted);

    r = r ? r : li_op_cursor(request, &cursor);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_id(&json, "case", acted.id);
    li_json_put_text(&json, "cursor", cursor);
    if (with_rev) {
        li_json_put_int(&json, "rev", acted.rev);
    }
    put_state(&json, acted.playbook, acted.state);
    li_json_put_bool(&json, "replayed", request->job.replayed);
    li_json_close_map(&json);
    return li_reply_end(request);
}

int li_op_act_on_case_done(struct li_request *request)
{
    return li_op_reply_acted(request, LI_SIGHT_STAFF, true);
}

int li_op_undo_action(struct li_request *request)
{
    struct li_case_undo_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? case_id(request, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->rev = int_of(request->body, "rev");
    li_request_job(request, &li_case_undo, args, key_of(request));
    return LI_LATER;
}

int li_op_reveal_value(struct li_request *request)
{
    struct li_case_reveal_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? case_id(request, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->field = li_node_text(request->body, "field");
    li_request_job(request, &li_case_reveal, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_reveal_value_done(struct li_request *request)
{
    const struct li_case_revealed *revealed = request->job.plan;
    struct li_str cursor;
    struct li_json json;
    int r = li_op_cursor(request, &cursor);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 201);
    li_json_open_map(&json);
    li_json_put_text(&json, "field", revealed->field->name);
    li_json_put_text(&json, "text", revealed->value);
    li_json_put_text(&json, "cursor", cursor);
    li_json_close_map(&json);
    return li_reply_end(request);
}
