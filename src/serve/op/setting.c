/* What a tenant decides for itself. */
#include "record/setting.h"
#include "serve/op/op.h"

static int reply_settings(struct li_request *request)
{
    struct li_json json = li_reply_json(request, 200);
    int r = 0;

    li_json_open_map(&json);
    for (const struct li_setting_info *info = li_settings; r == 0 && info->name; info++) {
        struct li_node *value;
        r = li_setting_get(&request->ctx, request->conn, request->tenant->id, info->name, &value);
        if (r == 0) {
            li_json_key(&json, info->name);
            li_json_node(&json, value);
        }
    }
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}

int li_op_get_settings(struct li_request *request)
{
    return reply_settings(request);
}

int li_op_put_settings(struct li_request *request)
{
    struct li_setting_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_over_tenant(request, "administrator") : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->values = request->body;
    li_request_job(request, &li_setting_put, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_put_settings_done(struct li_request *request)
{
    return reply_settings(request);
}
