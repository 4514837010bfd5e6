/* Voting, what was published, receipts, objections. */
#include "base/id.h"
#include "base/time.h"
#include "serve/op/ballot.h"

static struct li_record *record_of(struct li_request *request)
{
    return li_request_house(request)->record;
}

int li_op_cast_vote(struct li_request *request)
{
    struct li_ballot_cast_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_str code = li_node_text(request->body, "code");
    int r = args ? li_op_ballot_id(request, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->code = code.ptr ? code : LI_S("");
    args->choice = li_node_get(request->body, "choice");
    li_request_job(request, &li_ballot_cast, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

/* The same whether it is the first voice or another mind. */
int li_op_cast_vote_done(struct li_request *request)
{
    const struct li_ballot_cast *cast = request->job.plan;
    struct li_json json;
    struct li_str receipt;
    int r = li_ballot_receipt(&request->ctx, record_of(request), request->tenant->id, cast->ballot,
                              cast->elector, &receipt);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_text(&json, "receipt", receipt);
    li_json_close_map(&json);
    return li_reply_end(request);
}

/* ---- what was published
 * -------------------------------------------------------------------------- */

static int published(struct li_request *request, struct li_ballot_result *ret, int64_t *ret_ballot)
{
    struct li_ballot *ballot = li_alloc(&request->ctx, sizeof(*ballot));
    int r = ballot ? li_op_ballot(request, ballot) : -LI_E_NOMEM;

    r = r ? r
          : li_ballot_result(&request->ctx, request->conn, request->tenant->id, ballot->id, ret);
    if (r == 0) {
        *ret_ballot = ballot->id;
    }
    return r == -LI_E_NOT_FOUND && !li_ctx_error(&request->ctx)
               ? LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "nothing is published yet")
               : r;
}

static int send_text(struct li_request *request, struct li_str bytes)
{
    request->answer.status = 200;
    request->answer.type = "text/plain; charset=utf-8";
    request->answer.fixed = bytes;
    return 0;
}

int li_op_get_voices(struct li_request *request)
{
    struct li_ballot_result result;
    int64_t ballot;
    int r = published(request, &result, &ballot);

    if (r == 0 && !result.file.len) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "the quorum was not reached");
    }
    return r ? r : send_text(request, result.file);
}

int li_op_get_receipts(struct li_request *request)
{
    struct li_ballot_result result;
    int64_t ballot;
    int r = published(request, &result, &ballot);

    return r ? r : send_text(request, result.receipts.len ? result.receipts : LI_S("\n"));
}

int li_op_is_counted(struct li_request *request, const struct li_ballot_result *result,
                     int64_t ballot, struct li_str receipt, bool *ret)
{
    struct li_str rest = result->receipts, hash;
    bool found = false;
    int r = li_receipt_hash(&request->ctx, ballot, receipt, &hash);

    while (r == 0 && rest.len && !found) {
        found = li_str_eq(li_str_cut(&rest, '\n'), hash);
    }
    *ret = found;
    return r;
}

int li_op_check_receipt(struct li_request *request)
{
    struct li_ballot_result result;
    struct li_json json;
    int64_t ballot;
    bool counted = false;
    int r = published(request, &result, &ballot);

    r = r ? r
          : li_op_is_counted(request, &result, ballot, li_request_text(request, "receipt"),
                             &counted);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_bool(&json, "counted", counted);
    li_json_close_map(&json);
    return li_reply_end(request);
}

/* ---- objections
 * ---------------------------------------------------------------------------------- */

int li_op_list_objections(struct li_request *request)
{
    struct li_ballot *ballot = li_alloc(&request->ctx, sizeof(*ballot));
    struct li_objection *all = NULL;
    struct li_json json;
    size_t count = 0;
    int r = ballot ? li_op_ballot(request, ballot) : -LI_E_NOMEM;

    if (r == 0 && !li_ballot_may(&request->viewer, ballot->area_path)) {
        return LI_FAIL(&request->ctx, LI_E_FORBIDDEN,
                       "whoever runs this ballot holds a post there");
    }
    r = r ? r
          : li_objection_list(&request->ctx, record_of(request), request->conn, request->tenant->id,
                              ballot->id, &all, &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        li_json_open_map(&json);
        li_json_put_int(&json, "no", all[i].no);
        li_json_put_time(&json, "at", li_second(all[i].at));
        li_json_put_text(&json, "text", all[i].text);
        if (all[i].answered_at) {
            li_json_put_time(&json, "answered_at", li_second(all[i].answered_at));
            li_json_put_text(&json, "answer", all[i].answer);
        }
        li_json_close_map(&json);
    }
    return li_reply_items_end(request, &json, 0);
}

int li_op_object_to_ballot(struct li_request *request)
{
    struct li_ballot_object_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_str contact = li_node_text(request->body, "contact");
    int r = args ? li_op_ballot_id(request, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->text = li_node_text(request->body, "text");
    args->contact = contact.ptr ? contact : LI_S("");
    li_request_job(request, &li_ballot_object, args, li_request_text(request, "Idempotency-Key"));
    return LI_LATER;
}

int li_op_object_to_ballot_done(struct li_request *request)
{
    return li_reply_empty(request, 204);
}

int li_op_answer_objection(struct li_request *request)
{
    struct li_ballot_answer_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_ballot_id(request, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->no = li_request_int(request, "no", 0);
    args->text = li_node_text(request->body, "text");
    li_request_job(request, &li_ballot_answer, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}
