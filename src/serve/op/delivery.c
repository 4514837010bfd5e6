/* Messages that the gateway did not take: what an administrator sees, and has tried again. */
#include "case/delivery.h"

#include "base/id.h"
#include "register/register.h"
#include "serve/op/op.h"

/* Of the case or row that told it; empty: it is gone. */
static int number_of(struct li_request *request, const struct li_delivery *delivery,
                     struct li_str *ret)
{
    struct li_record *record = li_request_house(request)->record;
    struct li_case of;
    struct li_row row;
    int r = li_case_find(&request->ctx, record, request->conn, request->tenant->id,
                         delivery->case_id, &of);

    *ret = r ? LI_S("") : of.number;
    if (r == -LI_E_NOT_FOUND) {
        r = li_row_find(&request->ctx, record, request->conn, request->tenant->id,
                        delivery->case_id, &row);
        *ret = r ? LI_S("") : row.code;
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

static int put_delivery(struct li_request *request, struct li_json *json,
                        const struct li_delivery *delivery)
{
    struct li_str number;
    int r = number_of(request, delivery, &number);

    if (r) {
        return r;
    }
    li_json_open_map(json);
    li_json_put_id(json, "delivery", delivery->id);
    li_json_put_text(json, "number", number);
    li_json_put_time(json, "since", delivery->since);
    li_json_put_int(json, "tries", delivery->tries);
    li_json_put_int(json, "answer", delivery->answer);
    li_json_close_map(json);
    return 0;
}

static int reply_deliveries(struct li_request *request)
{
    struct li_delivery *dead;
    struct li_json json;
    size_t count;
    int r = li_delivery_dead(&request->ctx, request->conn, request->tenant->id, &dead, &count);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_bool(&json, "gateway", li_request_sends(request));
    li_json_key(&json, "items");
    li_json_open_list(&json);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = put_delivery(request, &json, &dead[i]);
    }
    li_json_close_list(&json);
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}

int li_op_list_deliveries(struct li_request *request)
{
    return reply_deliveries(request);
}

int li_op_retry_delivery(struct li_request *request)
{
    struct li_message_again_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_over_tenant(request, "administrator") : -LI_E_NOMEM;

    r = r ? r : li_id_parse(&request->ctx, li_request_text(request, "delivery"), &args->id);
    if (r) {
        return r;
    }
    li_request_job(request, &li_message_again, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_retry_delivery_done(struct li_request *request)
{
    return reply_deliveries(request);
}
