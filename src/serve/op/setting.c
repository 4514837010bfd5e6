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

/* ---- what lies under maps ---------------------------------------------------------- */

int li_op_base_map(struct li_request *request)
{
    struct li_base_map base;
    struct li_json json;
    int r = li_setting_map(&request->ctx, request->conn, request->tenant->id, &base);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "layers");
    li_json_open_list(&json);
    for (size_t i = 0; i < base.layer_count; i++) {
        li_json_text(&json, base.layers[i]);
    }
    li_json_close_list(&json);
    li_json_put_text(&json, "crs", li_str(li_crs_name(base.crs)));
    li_json_put_int(&json, "min_zoom", base.min_zoom);
    li_json_put_int(&json, "max_zoom", base.max_zoom);
    li_json_put_text(&json, "attribution", base.attribution);
    li_json_put_text(&json, "approval", base.approval);
    li_json_close_map(&json);
    return li_reply_end(request);
}

#define ORIGINS_MAX 1024 /* bytes of a policy */

static int add_origin(struct li_request *request, int64_t tenant)
{
    struct li_base_map base;
    struct li_str so_far = li_str(request->answer.images ? request->answer.images : "");
    int r = li_setting_map(&request->ctx, request->conn, tenant, &base);

    if (r || !base.origin.len || so_far.len + base.origin.len + 1 > ORIGINS_MAX) {
        return r;
    }
    request->answer.images =
        li_strf(&request->ctx, "%.*s %.*s", LI_P(so_far), LI_P(base.origin)).ptr;
    return request->answer.images ? 0 : -LI_E_NOMEM;
}

int li_op_allow_tiles(struct li_request *request)
{
    const struct li_tenant **tenants;
    size_t count;
    int r;

    if (request->tenant) {
        return add_origin(request, request->tenant->id);
    }
    r = li_tenant_all(&request->ctx, li_request_house(request)->record, &tenants, &count);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = add_origin(request, tenants[i]->id);
    }
    return r;
}
