/* Whether the server lives, and whether it keeps up. */
#include "serve/op/op.h"

int li_op_healthz(struct li_request *request)
{
    struct li_json json = li_reply_json(request, 200);

    li_json_open_map(&json);
    li_json_put_text(&json, "status", LI_S("ok"));
    li_json_put_text(&json, "version", li_str(LI_VERSION));
    li_json_close_map(&json);
    return li_reply_end(request);
}

int li_op_readyz(struct li_request *request)
{
    struct li_house *house = li_request_house(request);
    struct li_record_health health;
    int r = li_record_health(&request->ctx, house->record, &health);
    struct li_json json;

    if (r) {
        return r;
    }
    json = li_reply_json(request, health.parked ? 503 : 200);
    li_json_open_map(&json);
    li_json_put_text(&json, "status", health.parked ? LI_S("degraded") : LI_S("ready"));
    li_json_put_text(&json, "store",
                     li_store_kind(house->store) == LI_STORE_SQLITE ? LI_S("sqlite")
                                                                    : LI_S("postgres"));
    li_json_put_int(&json, "parked", health.parked);
    li_json_put_int(&json, "behind", health.behind);
    li_json_close_map(&json);
    return li_reply_end(request);
}
