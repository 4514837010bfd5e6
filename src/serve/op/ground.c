/* Tenants, areas, organizations, playbooks: what forms and lists are made from. */
#include "case/use.h"
#include "record/setting.h"
#include "serve/op/op.h"
#include "view/json.h"

static int put_streets(struct li_request *request, struct li_json *json,
                       const struct li_tenant *tenant)
{
    struct li_area *areas;
    size_t count;
    int r = li_area_list(&request->ctx, request->conn, tenant->id, (struct li_str){.ptr = NULL},
                         LI_S("street"), &areas, &count);

    if (r) {
        return r;
    }
    li_json_key(json, "streets");
    li_json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        li_put_area(json, &areas[i]);
    }
    li_json_close_list(json);
    return 0;
}

static int put_field_app(struct li_request *request, struct li_json *json,
                         const struct li_tenant *tenant)
{
    struct li_node *value;
    int r = li_setting_get(&request->ctx, request->conn, tenant->id, "field_app", &value);

    if (r == 0) {
        li_json_key(json, "field_app");
        li_json_node(json, value);
    }
    return r;
}

int li_op_list_tenants(struct li_request *request)
{
    const struct li_tenant **tenants;
    struct li_json json;
    size_t count;
    int r = li_tenant_all(&request->ctx, li_request_house(request)->record, &tenants, &count);

    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; r == 0 && i < count; i++) {
        li_json_open_map(&json);
        li_json_put_text(&json, "tenant", tenants[i]->slug);
        li_json_put_text(&json, "code", tenants[i]->code);
        li_json_put_text(&json, "name", tenants[i]->name);
        r = put_streets(request, &json, tenants[i]);
        r = r ? r : put_field_app(request, &json, tenants[i]);
        li_json_close_map(&json);
    }
    if (r == 0 && li_request_demo(request)) {
        li_json_close_list(&json);
        li_json_put_bool(&json, "demo", true);
        li_json_close_map(&json);
        return li_reply_end(request);
    }
    return li_reply_items_end(request, &json, r);
}

static int find_areas(struct li_request *request, struct li_str path, struct li_area **ret,
                      size_t *ret_count)
{
    const struct li_area_query query = {.text = li_str_trim(li_request_text(request, "q")),
                                        .path = path,
                                        .kind = li_request_text(request, "kind")};
    struct li_ctx *ctx = &request->ctx;
    int64_t tenant = request->tenant->id;

    return query.text.len
               ? li_area_search(ctx, request->conn, tenant, &query, ret, ret_count)
               : li_area_list(ctx, request->conn, tenant, path, query.kind, ret, ret_count);
}

int li_op_list_areas(struct li_request *request)
{
    struct li_str parent = li_request_text(request, "parent"), path = {.ptr = NULL};
    struct li_area within, *areas;
    struct li_json json;
    size_t count;
    int r = 0;

    if (parent.ptr) {
        r = li_area_find(&request->ctx, request->conn, request->tenant->id, parent, &within);
        if (r == -LI_E_NOT_FOUND) {
            return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no area %.*s", LI_P(parent));
        }
        path = within.path;
    }
    r = r ? r : find_areas(request, path, &areas, &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        if (!parent.ptr || !li_str_eq(areas[i].code, parent)) {
            li_put_area(&json, &areas[i]);
        }
    }
    return li_reply_items_end(request, &json, 0);
}

int li_op_playbook(struct li_request *request, struct li_str name, const struct li_playbook **ret)
{
    return li_library_find(&request->ctx, li_request_house(request)->bound.library, request->conn,
                           request->tenant->id, name, 0, ret);
}

int li_op_offered(struct li_request *request, struct li_str name, const struct li_playbook **ret)
{
    struct li_off_list off;
    int r = li_playbooks_off(&request->ctx, request->conn, request->tenant->id, &off);

    if (r == 0 && li_is_off(&off, name)) {
        return -LI_E_NOT_FOUND;
    }
    return r ? r : li_op_playbook(request, name, ret);
}

int li_op_get_playbook(struct li_request *request)
{
    const struct li_playbook *playbook;
    int r = li_op_playbook(request, li_request_text(request, "playbook"), &playbook);

    if (r == 0) {
        struct li_json json = li_reply_json(request, 200);
        li_put_playbook(&json, playbook);
        r = li_reply_end(request);
    }
    return r;
}

static bool holds(const struct li_viewer *viewer, struct li_str post)
{
    for (size_t i = 0; i < viewer->post_count; i++) {
        if (li_str_eq(viewer->posts[i].post, post)) {
            return true;
        }
    }
    return false;
}

bool li_op_is_for_residents(const struct li_playbook *playbook)
{
    bool anyone = false, web = false;

    for (size_t i = 0; i < playbook->open_by_count; i++) {
        anyone |= playbook->open_by[i].kind == LI_WHO_ANYONE;
    }
    for (size_t i = 0; i < playbook->open_via_count; i++) {
        web |= li_str_is(playbook->open_via[i], "web");
    }
    return anyone && web;
}

/* Whether they may open one somewhere; where, is asked when they do. */
static bool may_open(const struct li_viewer *viewer, const struct li_playbook *playbook)
{
    for (size_t i = 0; i < playbook->open_by_count; i++) {
        const struct li_who *who = &playbook->open_by[i];
        if (who->kind == LI_WHO_ANYONE || who->kind == LI_WHO_STAFF ||
            (who->kind == LI_WHO_POST && holds(viewer, who->post))) {
            return true;
        }
    }
    return false;
}

static int reply_playbooks(struct li_request *request, bool all)
{
    struct li_off_list off;
    struct li_str *names;
    struct li_json json;
    size_t count;
    int r = li_library_names(&request->ctx, request->conn, request->tenant->id, &names, &count);

    r = r ? r : li_playbooks_off(&request->ctx, request->conn, request->tenant->id, &off);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_playbook *playbook;
        bool is_off = li_is_off(&off, names[i]);
        r = li_op_playbook(request, names[i], &playbook);
        if (r == 0 && (all || (!is_off && may_open(&request->viewer, playbook)))) {
            li_json_open_map(&json);
            li_json_put_text(&json, "playbook", playbook->name);
            li_put_texts(&json, "title", playbook->title);
            li_put_texts(&json, "why", playbook->why);
            if (is_off) {
                li_json_put_bool(&json, "off", true);
            }
            if (playbook->under.len) {
                li_json_put_text(&json, "under", playbook->under);
            }
            li_json_close_map(&json);
        }
    }
    return li_reply_items_end(request, &json, r);
}

int li_op_list_playbooks(struct li_request *request)
{
    return reply_playbooks(request, li_str_is(li_request_text(request, "which"), "all"));
}

int li_op_use_playbook(struct li_request *request)
{
    const struct li_node *on = li_node_get(request->body, "on");
    struct li_playbook_use_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_over_tenant(request, "administrator") : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *args = (struct li_playbook_use_args){.name = li_request_text(request, "playbook"),
                                          .on = on && on->flag};
    li_request_job(request, &li_playbook_use, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_use_playbook_done(struct li_request *request)
{
    return reply_playbooks(request, true);
}

int li_op_list_organizations(struct li_request *request)
{
    struct li_organization *organizations;
    struct li_json json;
    size_t count;
    int r = li_organization_list(&request->ctx, request->conn, request->tenant->id, &organizations,
                                 &count);

    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        li_put_organization(&json, &organizations[i]);
    }
    return li_reply_items_end(request, &json, 0);
}
