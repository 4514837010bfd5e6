/* Help for who dispatches: the lists of duties, and whom a matter might go to. */
#include "base/id.h"
#include "people/duty.h"
#include "serve/op/op.h"
#include "view/json.h"
#include "view/proposal.h"

static const char *const whys[LI_WHYS] = {
    [LI_WHY_LISTED] = "listed",
    [LI_WHY_BEFORE] = "before",
    [LI_WHY_NEAR] = "near",
    [LI_WHY_APPOINTED] = "appointed",
};

/* ---- the lists ---------------------------------------------------------------------- */

static int put_duty(struct li_request *request, struct li_json *json, const struct li_duty *duty)
{
    const struct li_duty_info *info = &li_duty_infos[duty->kind];
    struct li_organization organization;
    int r = duty->org ? li_organization_find(&request->ctx, request->conn, request->tenant->id,
                                             duty->org, &organization)
                      : 0;

    if (r) {
        return r;
    }
    li_json_open_map(json);
    li_json_put_text(json, "kind", li_str(info->name));
    li_put_texts(json, "label", (struct li_texts){li_str(info->zh), li_str(info->en)});
    li_json_put_text(json, "item", duty->item);
    li_json_put_text(json, "class", duty->class);
    li_json_put_text(json, "topic", duty->topic);
    if (duty->org) {
        li_json_key(json, "organization");
        li_put_organization(json, &organization);
    }
    li_json_put_text(json, "department", duty->department);
    li_json_put_text(json, "basis", duty->basis);
    li_json_close_map(json);
    return 0;
}

int li_op_list_duties(struct li_request *request)
{
    struct li_duty *all;
    struct li_json json;
    size_t count;
    int r = li_duty_list(&request->ctx, request->conn, request->tenant->id, &all, &count);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "rows");
    li_json_open_list(&json);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = put_duty(request, &json, &all[i]);
    }
    li_json_close_list(&json);
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}

static int read_duty(struct li_request *request, const struct li_node *row, struct li_duty *ret)
{
    struct li_str kind = li_node_text(row, "kind"), org = li_node_text(row, "organization");
    struct li_duty duty = {.item = li_str_trim(li_node_text(row, "item")),
                           .class = li_node_text(row, "class"),
                           .topic = li_node_text(row, "topic"),
                           .department = li_str_trim(li_node_text(row, "department")),
                           .basis = li_str_trim(li_node_text(row, "basis"))};
    int r = org.ptr ? li_id_parse(&request->ctx, org, &duty.org) : 0;

    for (int i = 0; i < LI_DUTY_KINDS; i++) { /* the contract knows no other */
        duty.kind = li_str_is(kind, li_duty_infos[i].name) ? (enum li_duty_kind)i : duty.kind;
    }
    *ret = duty;
    return r;
}

int li_op_put_duties(struct li_request *request)
{
    const struct li_node *rows = li_node_get(request->body, "rows");
    struct li_duty_list_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_duty *all =
        args ? li_alloc_array(&request->ctx, rows->list.count + 1, sizeof(*all)) : NULL;
    int r = all ? li_op_over_tenant(request, "administrator") : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < rows->list.count; i++) {
        r = read_duty(request, rows->list.items[i], &all[i]);
    }
    if (r) {
        return r;
    }
    *args = (struct li_duty_list_args){.rows = all, .count = rows->list.count};
    li_request_job(request, &li_duty_list_put, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_put_duties_done(struct li_request *request)
{
    return li_op_list_duties(request);
}

/* ---- a proposal ---------------------------------------------------------------------- */

static int put_item(struct li_request *request, struct li_json *json,
                    const struct li_proposal *proposal, const struct li_proposal_item *item)
{
    int r = 0;

    li_json_open_map(json);
    li_json_key(json, "organization");
    li_put_organization(json, &item->organization);
    li_json_put_bool(json, "barred", item->barred);
    li_json_key(json, "reasons");
    li_json_open_list(json);
    for (int why = 0; r == 0 && why < LI_WHYS; why++) {
        struct li_texts text;
        if (!(item->why & 1U << why)) {
            continue;
        }
        r = li_proposal_reason(&request->ctx, proposal, item, (enum li_proposal_why)why, &text);
        if (r == 0) {
            li_json_open_map(json);
            li_json_put_text(json, "why", li_str(whys[why]));
            li_put_texts(json, "text", text);
            li_json_close_map(json);
        }
    }
    li_json_close_list(json);
    li_json_close_map(json);
    return r;
}

int li_op_get_proposal(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_proposal proposal;
    struct li_json json;
    int64_t id;
    int r = li_id_parse(&request->ctx, li_request_text(request, "case"), &id);

    r = r ? r
          : li_view_proposal(&request->ctx, &view, id, li_request_text(request, "class"),
                             &proposal);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "duty");
    if (proposal.listed) {
        r = put_duty(request, &json, &proposal.duty);
    } else {
        li_json_null(&json);
    }
    li_json_put_bool(&json, "likely", proposal.likely);
    li_json_key(&json, "items");
    li_json_open_list(&json);
    for (size_t i = 0; r == 0 && i < proposal.count; i++) {
        r = put_item(request, &json, &proposal, &proposal.items[i]);
    }
    return li_reply_items_end(request, &json, r);
}
