/*
 * The resident's form without script: shown, sent, shown again with what is
 * wrong.  The fields are those the playbook asks.
 */
#include "contract/fault.h"
#include "serve/op/op.h"
#include "serve/page/page.h"

/* A key for the hidden field: sending the form twice reports once. */
static struct li_str fresh_key(struct li_request *request)
{
    uint8_t b[16];

    li_random_bytes(request->ctx.random, b, sizeof(b));
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    return li_strf(&request->ctx,
                   "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
                   b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13],
                   b[14], b[15]);
}

/* The sentence of the fault told for a pointer, in the page's language. */
static struct li_str fault_at(struct li_request *request, const char *below, struct li_str name)
{
    struct li_ctx *ctx = &request->ctx;
    struct li_str pointer = li_strf(ctx, "%s%.*s", below, LI_P(name));

    for (unsigned i = 0; i < ctx->error_count; i++) {
        if (ctx->errors[i].reason && li_str_eq(ctx->errors[i].where, pointer)) {
            return li_fault_sentence(ctx, &ctx->errors[i], ctx->lang);
        }
    }
    return (struct li_str){.ptr = NULL};
}

static struct li_str given(const struct li_request *request, struct li_str name)
{
    const struct li_node *node = li_node_get_str(request->body, name);

    return node && node->kind == LI_TEXT ? node->text : (struct li_str){.ptr = NULL};
}

static void put_options(struct li_request *request, struct li_node *item,
                        const struct li_field *field)
{
    struct li_node *options = li_page_list(request, item, "options");
    struct li_str chosen = given(request, field->name);

    for (size_t i = 0; i < field->option_count; i++) {
        struct li_node *option = li_page_item(request, options);
        li_page_text(request, option, "name", field->options[i].name);
        li_page_texts(request, option, "label", field->options[i].label);
        li_page_bool(request, option, "checked", li_str_eq(field->options[i].name, chosen));
    }
}

static void put_fields(struct li_request *request, struct li_node *data,
                       const struct li_playbook *playbook)
{
    struct li_node *fields = li_page_list(request, data, "fields");

    for (size_t i = 0; i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        struct li_node *item = li_page_item(request, fields);
        bool is_long = field->type == LI_FIELD_TEXT && field->max > 200;
        struct li_str error = fault_at(request, "/fields/", field->name);
        if (!error.ptr) {
            error = fault_at(request, "/", field->name);
        }
        li_page_text(request, item, "name", field->name);
        li_page_text(request, item, "field", field->name);
        li_page_texts(request, item, "label", field->label);
        li_page_texts(request, item, "hint", field->hint);
        li_page_bool(request, item, "required", playbook->open_required[i]);
        li_page_bool(request, item, "is_choice", field->type == LI_FIELD_CHOICE);
        li_page_bool(request, item, "is_phone", field->type == LI_FIELD_PHONE);
        li_page_bool(request, item, "is_long", is_long);
        li_page_bool(request, item, "is_text", field->type == LI_FIELD_TEXT && !is_long);
        li_page_text(request, item, "value", given(request, field->name));
        li_page_text(request, item, "error", error);
        if (field->max) {
            li_page_text(request, item, "max",
                         li_strf(&request->ctx, "%lld", (long long)field->max));
        }
        put_options(request, item, field);
    }
}

static void put_area(struct li_request *request, struct li_node *data, const struct li_area *area)
{
    struct li_node *map = li_page_map(request, data, "area");
    struct li_area street;

    li_page_text(request, map, "code", area->code);
    li_page_text(request, map, "name", area->name);
    if (li_area_find(&request->ctx, request->conn, request->tenant->id, area->parent, &street) ==
        0) {
        li_page_text(request, map, "street", street.name);
    }
}

/* A code on a wall names its community; anything else is chosen from a list. */
static int put_place(struct li_request *request, struct li_node *data, struct li_str code,
                     bool fixed)
{
    struct li_area area;
    int r = code.ptr ? li_area_find(&request->ctx, request->conn, request->tenant->id, code, &area)
                     : -LI_E_NOT_FOUND;

    if (r == 0 && fixed && li_str_is(area.kind, "community")) {
        put_area(request, data, &area);
        li_page_list(request, data, "streets");
        return 0;
    }
    return r == 0 || r == -LI_E_NOT_FOUND ? li_op_put_communities(request, data, code) : r;
}

static int show(struct li_request *request, int status, struct li_str area, struct li_str via,
                struct li_str key)
{
    const struct li_playbook *playbook;
    struct li_node *data = li_page_new(request);
    int r = li_op_playbook(request, LI_REPORT_PLAYBOOK, &playbook);

    if (r) {
        return r;
    }
    li_page_text(request, data, "playbook", playbook->name);
    li_page_texts(request, data, "why", playbook->why);
    li_page_text(request, data, "via", via);
    li_page_text(request, data, "key", key);
    put_fields(request, data, playbook);
    if (status != 200) {
        struct li_node *problem = li_page_map(request, data, "problem");
        const struct li_error_info *info = li_error_info(LI_E_INVALID);
        li_page_text(request, problem, "title",
                     li_str(request->ctx.lang == LI_EN ? info->en : info->zh));
        li_page_text(request, problem, "detail", li_page_word(request, "report_fix"));
        li_page_text(request, data, "area_error", fault_at(request, "/area", LI_S("")));
    }
    r = put_place(request, data, area, status == 200);
    return r ? r : li_page_render(request, status, "report", data);
}

int li_op_page_report(struct li_request *request)
{
    struct li_str area = li_request_text(request, "area"), via = li_request_text(request, "via");

    li_op_lang(request);
    if (!via.ptr) {
        via = area.ptr ? LI_S("qr") : LI_S("web");
    }
    return show(request, 200, area, via, fresh_key(request));
}

/* ---- sent ------------------------------------------------------------------ */

/* The playbook's fields out of the flat form; what was left empty is not there. */
static int gather(struct li_request *request, const struct li_playbook *playbook,
                  struct li_node **ret)
{
    struct li_node *fields = li_node_new_map(&request->ctx), *coerced;
    int r = fields ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        struct li_str value = li_str_trim(given(request, field->name));
        if (value.len) {
            struct li_node *node = li_node_new_text(&request->ctx, value);
            r = node ? li_node_put(&request->ctx, fields, field->name, node) : -LI_E_NOMEM;
        }
    }
    r = r ? r : li_schema_coerce(&request->ctx, playbook->open_schema, fields, &coerced);
    if (r == 0) {
        *ret = coerced;
    }
    return r;
}

static int again(struct li_request *request)
{
    struct li_str area = li_node_text(request->body, "area");
    struct li_str via = li_node_text(request->body, "via");

    return show(request, 422, area, via.len ? via : LI_S("web"),
                li_node_text(request->body, "key"));
}

/* What the lane would refuse is told at its field, too. */
static int check_place(struct li_request *request)
{
    struct li_area area;
    int r = li_area_find(&request->ctx, request->conn, request->tenant->id,
                         li_node_text(request->body, "area"), &area);

    if (r == -LI_E_NOT_FOUND || (r == 0 && !li_str_is(area.kind, "community"))) {
        return li_fault(&request->ctx, LI_FAULT_NOWHERE, LI_S("/area"), LI_S(""));
    }
    return r;
}

int li_op_submit_report(struct li_request *request)
{
    const struct li_playbook *playbook;
    struct li_case_open_args *args;
    struct li_node *fields;
    struct li_str lang = li_node_text(request->body, "lang");
    int r, place;

    if (lang.ptr) {
        request->ctx.lang = li_str_is(lang, "en") ? LI_EN : LI_ZH;
    }
    r = li_op_playbook(request, LI_REPORT_PLAYBOOK, &playbook);
    place = r ? r : check_place(request);
    if (place && place != -LI_E_INVALID) {
        return place;
    }
    /* all that is wrong is told at once */
    r = gather(request, playbook, &fields);
    r = r ? r
          : li_op_prepare_open(request, LI_REPORT_PLAYBOOK, li_node_text(request->body, "area"),
                               li_node_text(request->body, "via"), fields,
                               li_node_text(request->body, "key"), &args);
    if (r == -LI_E_INVALID || (r == 0 && place)) {
        return again(request);
    }
    if (r == 0) {
        request->state = args;
        r = LI_LATER;
    }
    return r;
}

int li_op_submit_report_done(struct li_request *request)
{
    const struct li_case_open_args *args = request->state;
    struct li_str slug = request->tenant->slug;
    const char *lang = request->ctx.lang == LI_EN ? "?lang=en" : "";

    return li_reply_see(request, li_strf(&request->ctx, "/%.*s/progress/%.*s%s", LI_P(slug),
                                         LI_P(li_op_tracking(request, args->token)), lang));
}
