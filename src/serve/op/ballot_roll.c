/* A ballot's electors, their codes, and what is done on paper. */
#include "base/id.h"
#include "register/register.h"
#include "serve/op/ballot.h"
#include "serve/page/matrix.h"

#define PAGE 100

static struct li_record *record_of(struct li_request *request)
{
    return li_request_house(request)->record;
}

/* The ballot of the path, for those who run it. */
static int run_by(struct li_request *request, struct li_ballot *ret)
{
    int r = li_op_ballot(request, ret);

    return r == 0 && !li_ballot_may(&request->viewer, ret->area_path)
               ? LI_FAIL(&request->ctx, LI_E_FORBIDDEN,
                         "whoever runs this ballot holds a post there")
               : r;
}

/* What an elector is called: the name that was typed, the row's, the person's. */
static int name_of(struct li_request *request, const struct li_elector *elector, struct li_str *ret)
{
    struct li_person person;
    struct li_row row;
    int r = 0;

    *ret = elector->label;
    if (li_str_is(elector->kind, "row")) {
        r = li_row_find(&request->ctx, record_of(request), request->conn, request->tenant->id,
                        elector->ref, &row);
        *ret = r ? *ret : li_strf(&request->ctx, "%.*s %.*s", LI_P(row.code), LI_P(row.name));
    } else if (li_str_is(elector->kind, "person")) {
        r = li_person_find(&request->ctx, request->conn, request->tenant->id, elector->ref,
                           &person);
        *ret = r ? *ret : person.name;
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

static int put_elector(struct li_request *request, struct li_json *json,
                       const struct li_elector *elector)
{
    struct li_str name;
    int r = name_of(request, elector, &name);

    if (r == 0) {
        li_json_put_int(json, "elector", elector->no);
        li_json_put_text(json, "name", name);
    }
    return r;
}

/* Before closing the desk is not told who sent in a voice, only who has paper. */
int li_op_list_electors(struct li_request *request)
{
    struct li_ballot *ballot = li_alloc(&request->ctx, sizeof(*ballot));
    int64_t after = li_request_int(request, "after", 0);
    struct li_elector *all = NULL;
    struct li_json json;
    size_t count = 0;
    int r = ballot ? run_by(request, ballot) : -LI_E_NOMEM;

    r = r ? r
          : li_elector_list(&request->ctx, record_of(request), request->conn, request->tenant->id,
                            ballot->id, after, PAGE, &all, &count);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "items");
    li_json_open_list(&json);
    for (size_t i = 0; r == 0 && i < count; i++) {
        li_json_open_map(&json);
        r = put_elector(request, &json, &all[i]);
        li_json_put_bool(&json, "code_given", all[i].edition > 0);
        li_json_put_bool(&json, "paper", all[i].way == LI_WAY_PAPER);
        li_json_close_map(&json);
    }
    li_json_close_list(&json);
    if (count == PAGE) {
        li_json_put_int(&json, "next", all[count - 1].no);
    }
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}

/* ---- codes
 * --------------------------------------------------------------------------------------- */

int li_op_issue_codes(struct li_request *request)
{
    const struct li_node *list = li_node_get(request->body, "electors");
    struct li_ballot_issue_args *args = li_alloc(&request->ctx, sizeof(*args));
    int64_t *electors = li_alloc_array(&request->ctx, list->list.count + 1, sizeof(*electors));
    int r = args && electors ? 0 : -LI_E_NOMEM;

    if (r == 0) {
        *args = (struct li_ballot_issue_args){.electors = electors, .count = list->list.count};
        r = li_op_ballot_id(request, &args->id);
    }
    if (r) {
        return r;
    }
    for (size_t i = 0; i < list->list.count; i++) {
        electors[i] = list->list.items[i]->number;
    }
    li_request_job(request, &li_ballot_issue, args, li_request_text(request, "Idempotency-Key"));
    return LI_LATER;
}

/* The page where one votes, with the code behind its #: that part of an address stays in the
 * browser, so no log has it. */
static int put_qr(struct li_request *request, struct li_json *json, struct li_str code)
{
    struct li_str path;
    int size = 0;
    int r = li_matrix_path(&request->ctx,
                           li_strf(&request->ctx, "%.*s/%.*s/vote#%.*s",
                                   LI_P(li_request_public_url(request)),
                                   LI_P(request->tenant->slug), LI_P(code)),
                           &path, &size);

    if (r == 0) {
        li_json_put_text(json, "qr", path);
        li_json_put_int(json, "qr_size", size);
    }
    return r;
}

static int put_code(struct li_request *request, struct li_json *json, int64_t ballot, int64_t no)
{
    struct li_elector elector;
    struct li_str code;
    int r = li_elector_find(&request->ctx, record_of(request), request->conn, request->tenant->id,
                            ballot, no, &elector);

    r = r ? r
          : li_elector_code(&request->ctx, record_of(request), request->tenant->id, ballot,
                            &elector, &code);
    if (r) {
        return r;
    }
    li_json_open_map(json);
    r = put_elector(request, json, &elector);
    li_json_put_text(json, "code", code);
    r = r ? r : put_qr(request, json, code);
    li_json_close_map(json);
    return r;
}

/* Told once, to whoever gave them out. */
int li_op_issue_codes_done(struct li_request *request)
{
    const struct li_node *list = li_node_get(request->body, "electors");
    struct li_json json = li_reply_items(request);
    int r = 0;

    for (size_t i = 0; r == 0 && i < list->list.count; i++) {
        r = put_code(request, &json, request->job.entity, list->list.items[i]->number);
    }
    return li_reply_items_end(request, &json, r);
}

int li_op_admit_elector(struct li_request *request)
{
    struct li_ballot_admit_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_ballot_id(request, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->name = li_node_text(request->body, "name");
    args->proof = li_node_text(request->body, "proof");
    li_request_job(request, &li_ballot_admit, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_admit_elector_done(struct li_request *request)
{
    const struct li_elector *elector = request->job.plan;
    struct li_json json = li_reply_json(request, 201);

    li_json_open_map(&json);
    li_json_put_int(&json, "elector", elector->no);
    li_json_put_text(&json, "name", elector->label);
    li_json_put_bool(&json, "code_given", false);
    li_json_put_bool(&json, "paper", false);
    li_json_close_map(&json);
    return li_reply_end(request);
}

/* ---- paper
 * --------------------------------------------------------------------------------------- */

int li_op_hand_paper(struct li_request *request)
{
    struct li_ballot_paper_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_ballot_id(request, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->elector = li_request_int(request, "elector", 0);
    li_request_job(request, &li_ballot_paper, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_hand_paper_done(struct li_request *request)
{
    return li_reply_empty(request, 204);
}

int li_op_list_sheets(struct li_request *request)
{
    struct li_ballot *ballot = li_alloc(&request->ctx, sizeof(*ballot));
    int64_t account = request->viewer.account;
    struct li_sheet *all;
    struct li_json json;
    size_t count = 0;
    int r = ballot ? run_by(request, ballot) : -LI_E_NOMEM;

    r = r ? r
          : li_sheet_list(&request->ctx, request->conn, request->tenant->id, ballot->id, &all,
                          &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        li_json_open_map(&json);
        li_json_put_int(&json, "sheet", all[i].sheet);
        li_json_put_int(&json, "entered", all[i].second_by ? 2 : 1);
        li_json_put_bool(&json, "by_me", all[i].first_by == account || all[i].second_by == account);
        li_json_put_bool(&json, "same", all[i].same);
        li_json_close_map(&json);
    }
    return li_reply_items_end(request, &json, 0);
}

int li_op_enter_sheet(struct li_request *request)
{
    struct li_ballot_sheet_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_ballot_id(request, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->sheet = li_request_int(request, "sheet", 0);
    args->choice = li_node_get(request->body, "choice");
    li_request_job(request, &li_ballot_sheet, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_enter_sheet_done(struct li_request *request)
{
    return li_reply_empty(request, 204);
}

int li_op_count_ballot(struct li_request *request)
{
    struct li_ballot_count_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_ballot_id(request, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->papers = li_node_get(request->body, "papers")->number;
    li_request_job(request, &li_ballot_count, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}
