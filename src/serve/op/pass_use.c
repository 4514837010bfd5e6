/*
 * One-time links as their holders use them: by the interface, and as a page that
 * needs no script.  Every request asks anew whom the link stands for.
 */
#include "base/id.h"
#include "case/pass.h"
#include "serve/op/op.h"
#include "serve/page/field.h"
#include "serve/page/offer.h"
#include "view/json.h"

#define ALL_STEPS ((size_t)1 << 20) /* of a case: its photo may stand in any of them */

/* Makes the holder of the path's link the request's viewer. */
static int enter(struct li_request *request)
{
    struct li_viewer viewer;
    uint8_t token[16];
    int r;

    if (!li_base32_parse(li_request_text(request, "pass"), token, sizeof(token))) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such link");
    }
    r = li_pass_viewer(&request->ctx, li_request_house(request)->record, request->conn,
                       request->tenant->id, token, li_now(request->ctx.clock), &viewer);
    if (r == 0) {
        request->viewer = viewer;
    }
    return r;
}

static int see(struct li_request *request, size_t steps, struct li_view_case *ret)
{
    struct li_view view;
    int r = enter(request);

    view = li_request_view(request);
    view.steps = steps;
    return r ? r : li_view_pass(&request->ctx, &view, ret);
}

/* ---- the interface --------------------------------------------------------- */

int li_op_see_pass(struct li_request *request)
{
    struct li_view_case seen;
    struct li_json json;
    int r = see(request, 0, &seen);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_put_pass(&json, &seen);
    return li_reply_end(request);
}

static int reply_file(struct li_request *request, bool document)
{
    struct li_view_case seen;
    int r = see(request, ALL_STEPS, &seen);

    return r ? r : li_op_reply_file(request, &seen, document);
}

int li_op_get_pass_photo(struct li_request *request)
{
    return reply_file(request, false);
}

int li_op_get_pass_document(struct li_request *request)
{
    return reply_file(request, true);
}

int li_op_act_on_pass(struct li_request *request)
{
    struct li_case_act_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? enter(request) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    li_op_read_act(request, request->viewer.case_id, args);
    args->part = request->viewer.part;
    li_request_job(request, &li_case_act, args, li_request_text(request, "Idempotency-Key"));
    return LI_LATER;
}

int li_op_act_on_pass_done(struct li_request *request)
{
    return li_op_reply_acted(request, LI_SIGHT_PARTY, false);
}

int li_op_reveal_on_pass(struct li_request *request)
{
    struct li_case_reveal_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? enter(request) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->id = request->viewer.case_id;
    args->field = li_node_text(request->body, "field");
    li_request_job(request, &li_case_reveal, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

/* ---- the page -------------------------------------------------------------- */

static struct li_str here(struct li_request *request)
{
    return li_strf(&request->ctx, "/%.*s/pass/%.*s", LI_P(request->tenant->slug),
                   LI_P(li_request_text(request, "pass")));
}

/* What is masked may be asked for: a button beside it, `revealed` in its place. */
static void put_masked(struct li_request *request, struct li_node *data,
                       const struct li_view_case *seen, const struct li_case_revealed *revealed)
{
    struct li_node *list = li_page_list(request, data, "masked");

    for (size_t i = 0; i < seen->value_count; i++) {
        const struct li_view_value *value = &seen->values[i];
        struct li_node *item;
        bool shown;
        if (!value->masked) {
            continue;
        }
        item = li_page_item(request, list);
        shown = revealed && li_str_eq(revealed->field->name, value->field->name);
        li_page_text(request, item, "name", value->field->name);
        li_page_texts(request, item, "label", value->field->label);
        li_page_text(request, item, "text", shown ? revealed->value : value->text.zh);
        li_page_bool(request, item, "is_shown", shown);
    }
}

static int count_open(const struct li_view_case *seen, struct li_view_value *ret)
{
    int count = 0;

    for (size_t i = 0; i < seen->value_count; i++) {
        if (!seen->values[i].masked) {
            ret[count++] = seen->values[i];
        }
    }
    return count;
}

static void put_part(struct li_request *request, struct li_node *data,
                     const struct li_view_case *seen)
{
    const struct li_view_part *part = &seen->parts[0];

    li_page_texts(request, data, "heading", part->state->label);
    li_page_bool(request, data, "closed", part->state->end || seen->row.closed_at != 0);
    li_page_text(request, data, "unit",
                 part->owner.has_organization ? part->owner.organization.name : LI_S(""));
    li_page_due(request, data, "due", seen->row.closed_at ? 0 : part->clock.due_at);
    li_page_bool(request, data, "overdue", part->clock.overdue);
}

static int show(struct li_request *request, int status, const struct li_view_case *seen,
                const struct li_case_revealed *revealed)
{
    struct li_view_value *open = li_alloc_array(&request->ctx, seen->value_count, sizeof(*open));
    struct li_node *data = li_page_new(request);
    int count = open ? count_open(seen, open) : 0;

    if (!open) {
        return -LI_E_NOMEM;
    }
    put_part(request, data, seen);
    li_op_put_subject(request, data, seen);
    li_page_texts(request, data, "kind", seen->row.playbook->title);
    li_page_text(request, data, "number", seen->row.number);
    li_page_text(request, data, "area", seen->area.name);
    li_page_time(request, data, "opened", seen->row.opened_at);
    li_op_put_values(request, data, "fields", open, (size_t)count);
    put_masked(request, data, seen, revealed);
    li_op_put_files(request, data, "photos", "has_photos", seen->values, seen->value_count);
    li_op_put_steps(request, data, seen);
    li_page_text(request, data, "pass", li_request_text(request, "pass"));
    li_page_text(request, data, "act_url", here(request));
    li_page_offers(request, data, seen);
    if (status != 200) {
        li_op_put_problem(request, data);
    }
    return li_page_render(request, status, "pass", data);
}

int li_op_page_pass(struct li_request *request)
{
    struct li_view_case seen;
    int r;

    li_op_lang(request);
    r = see(request, 0, &seen);
    if (r == -LI_E_NOT_FOUND) {
        return li_page_render(request, 404, "pass_gone", li_page_new(request));
    }
    return r ? r : show(request, 200, &seen, NULL);
}

/* The button beside what is masked. */
static int send_reveal(struct li_request *request)
{
    struct li_case_reveal_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_op_form *form = li_alloc(&request->ctx, sizeof(*form));

    if (!args || !form) {
        return -LI_E_NOMEM;
    }
    *args = (struct li_case_reveal_args){.id = request->viewer.case_id,
                                         .field = li_page_given(request, LI_S("field"))};
    request->state = form;
    li_request_job(request, &li_case_reveal, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

static int send_act(struct li_request *request, const struct li_view_case *seen,
                    struct li_str action)
{
    const struct li_playbook *playbook = seen->row.playbook;
    struct li_case_act_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_node *fields = NULL;
    int place = li_playbook_action(playbook, action);
    int r = args ? 0 : -LI_E_NOMEM;

    if (r == 0 && place < 0) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such action");
    }
    r = r ? r : li_page_gather(request, playbook, &playbook->actions[place], &fields);
    if (r == -LI_E_INVALID) {
        return show(request, 422, seen, NULL);
    }
    if (r) {
        return r;
    }
    *args = (struct li_case_act_args){
        .id = seen->row.id, .action = action, .part = seen->part, .fields = fields};
    li_request_job(request, &li_case_act, args, li_node_text(request->body, "key"));
    return li_op_send_form(request, li_page_files_of(playbook, &playbook->actions[place]), fields,
                           args);
}

int li_op_submit_pass(struct li_request *request)
{
    struct li_str action = li_node_text(request->body, "action");
    struct li_str lang = li_node_text(request->body, "lang");
    struct li_view_case seen;
    int r;

    request->ctx.lang = lang.ptr ? (li_str_is(lang, "en") ? LI_EN : LI_ZH) : request->ctx.lang;
    r = see(request, 0, &seen);
    if (r) {
        return r;
    }
    return li_str_is(action, "reveal") ? send_reveal(request) : send_act(request, &seen, action);
}

int li_op_submit_pass_done(struct li_request *request)
{
    const struct li_op_form *form = request->state;
    bool revealed = request->job.command == &li_case_reveal;
    struct li_view_case seen;

    if (form->refused || revealed) {
        int r = see(request, 0, &seen);
        return r ? r
                 : show(request, revealed ? 200 : 422, &seen, revealed ? request->job.plan : NULL);
    }
    return li_reply_see(request, li_strf(&request->ctx, "%.*s%s", LI_P(here(request)),
                                         request->ctx.lang == LI_EN ? "?lang=en" : "?lang=zh"));
}
