/*
 * By what a tenant draws: the root that was made known beforehand, and the seeds of the months
 * that are over.  The seed of a month that goes on is told to nobody.
 */
#include "base/draw.h"
#include "record/sample.h"
#include "record/setting.h"
#include "serve/op/op.h"

static void put_month(struct li_json *json, const char *key, int32_t month)
{
    char text[LI_DRAW_MONTH_TEXT];

    li_draw_month_text(month, text);
    li_json_put_text(json, key, li_str(text));
}

static void put_chain(struct li_json *json, const struct li_draw_chain *chain, int32_t now)
{
    put_month(json, "begun", chain->begun);
    li_json_key(json, "root");
    li_json_hash(json, &chain->links[0]);
    li_json_key(json, "months");
    li_json_open_list(json);
    for (int32_t month = now - 1; month >= chain->begun; month--) {
        const struct li_hash *seed = li_draw_seed(chain, month);
        if (!seed) {
            continue;
        }
        li_json_open_map(json);
        put_month(json, "month", month);
        li_json_key(json, "seed");
        li_json_hash(json, seed);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

int li_op_get_draws(struct li_request *request)
{
    struct li_ctx *ctx = &request->ctx;
    struct li_draw_chain *chain = li_alloc(ctx, sizeof(*chain));
    int32_t now = li_draw_month(li_now(ctx->clock));
    struct li_node *scale;
    struct li_json json;
    int r = chain ? li_setting_get(ctx, request->conn, request->tenant->id, "spot_checks", &scale)
                  : -LI_E_NOMEM;
    int known = r ? r
                  : li_sample_chain(ctx, li_request_house(request)->record, request->conn,
                                    request->tenant->id, chain);

    if (known && known != -LI_E_NOT_FOUND) {
        return known;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_int(&json, "scale", scale->number);
    if (known == 0) {
        put_chain(&json, chain, now);
    } else {
        li_json_key(&json, "months");
        li_json_open_list(&json);
        li_json_close_list(&json);
    }
    li_json_close_map(&json);
    return li_reply_end(request);
}
