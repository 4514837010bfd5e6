/* Pages that only show: home, a district, progress; the desk and built files. */
#include "serve/page/page.h"
#include "base/asset.h"
#include "base/id.h"
#include "serve/op/op.h"

#define NEWEST 10

void li_op_lang(struct li_request *request)
{
    struct li_str lang = li_request_text(request, "lang");

    if (lang.ptr) {
        request->ctx.lang = li_str_is(lang, "en") ? LI_EN : LI_ZH;
    }
}

static int put_streets(struct li_request *request, struct li_node *map,
                       const struct li_tenant *tenant)
{
    struct li_node *list = li_page_list(request, map, "streets");
    struct li_area *areas;
    size_t count;
    int r = li_area_list(&request->ctx, request->conn, tenant->id, (struct li_str){.ptr = NULL},
                         LI_S("street"), &areas, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *item = li_page_item(request, list);
        li_page_text(request, item, "code", areas[i].code);
        li_page_text(request, item, "name", areas[i].name);
    }
    return r;
}

int li_op_page_home(struct li_request *request)
{
    const struct li_tenant **tenants;
    struct li_node *data, *list;
    size_t count;
    int r = li_tenant_all(&request->ctx, li_request_house(request)->record, &tenants, &count);

    if (r) {
        return r;
    }
    li_op_lang(request);
    data = li_page_new(request);
    list = li_page_list(request, data, "tenants");
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *item = li_page_item(request, list);
        li_page_text(request, item, "tenant", tenants[i]->slug);
        li_page_text(request, item, "name", tenants[i]->name);
        r = put_streets(request, item, tenants[i]);
    }
    return r ? r : li_page_render(request, 200, "home", data);
}

int li_op_put_communities(struct li_request *request, struct li_node *data, struct li_str chosen)
{
    struct li_node *streets = li_page_list(request, data, "streets"), *communities = NULL;
    struct li_area *areas;
    size_t count;
    int r =
        li_area_list(&request->ctx, request->conn, request->tenant->id,
                     (struct li_str){.ptr = NULL}, (struct li_str){.ptr = NULL}, &areas, &count);

    /* in order of path: a street stands before its communities */
    for (size_t i = 0; r == 0 && i < count; i++) {
        bool is_street = li_str_is(areas[i].kind, "street");
        struct li_node *item;
        if (!is_street && !(li_str_is(areas[i].kind, "community") && communities)) {
            continue;
        }
        item = li_page_item(request, is_street ? streets : communities);
        if (is_street) {
            communities = li_page_list(request, item, "communities");
        } else {
            li_page_bool(request, item, "selected", li_str_eq(areas[i].code, chosen));
        }
        li_page_text(request, item, "code", areas[i].code);
        li_page_text(request, item, "name", areas[i].name);
    }
    return r;
}

static int put_recent(struct li_request *request, struct li_node *data)
{
    struct li_view view = li_request_view(request);
    struct li_node *list = li_page_list(request, data, "cases");
    struct li_view_list cases;
    int r = li_view_public(&request->ctx, &view, (struct li_str){.ptr = NULL}, NEWEST, &cases);

    for (size_t i = 0; r == 0 && i < cases.count; i++) {
        const struct li_view_row *row = &cases.rows[i];
        struct li_node *item = li_page_item(request, list);
        li_page_text(request, item, "number", row->number);
        li_page_texts(request, item, "kind", row->kind ? row->kind->label : row->playbook->title);
        li_page_text(request, item, "area", row->area.name);
        li_page_texts(request, item, "state", row->state->label);
        li_page_time(request, item, "opened", row->opened_at);
    }
    li_page_bool(request, data, "has_cases", r == 0 && cases.count > 0);
    return r;
}

int li_op_page_tenant(struct li_request *request)
{
    struct li_node *data;
    int r;

    li_op_lang(request);
    data = li_page_new(request);
    r = li_op_put_communities(request, data, (struct li_str){.ptr = NULL});
    r = r ? r : put_recent(request, data);
    return r ? r : li_page_render(request, 200, "tenant", data);
}

static void put_values(struct li_request *request, struct li_node *map, const char *key,
                       const struct li_view_value *values, size_t count)
{
    struct li_node *list = li_page_list(request, map, key);

    for (size_t i = 0; i < count; i++) {
        struct li_node *item = li_page_item(request, list);
        li_page_texts(request, item, "label", values[i].field->label);
        li_page_texts(request, item, "text", values[i].text);
    }
}

static void put_steps(struct li_request *request, struct li_node *data,
                      const struct li_view_case *seen)
{
    struct li_node *steps = li_page_list(request, data, "steps");

    for (size_t i = 0; i < seen->entry_count; i++) {
        struct li_node *step = li_page_item(request, steps);
        li_page_time(request, step, "at", seen->entries[i].at);
        li_page_texts(request, step, "label", seen->entries[i].label);
        li_page_texts(request, step, "by", seen->entries[i].by);
        put_values(request, step, "texts", seen->entries[i].values, seen->entries[i].value_count);
    }
}

int li_op_page_progress(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_str tracking = li_request_text(request, "tracking");
    struct li_str host = li_request_header(request, "Host");
    const struct li_state *state;
    struct li_view_case seen;
    struct li_node *data;
    uint8_t token[16];
    int r;

    li_op_lang(request);
    if (!li_base32_parse(tracking, token, sizeof(token))) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such tracking code");
    }
    r = li_view_progress(&request->ctx, &view, token, &seen);
    if (r) {
        return r;
    }
    state = &seen.row.playbook->machines[0].states[seen.row.state];
    data = li_page_new(request);
    li_page_text(request, data, "number", seen.row.number);
    li_page_texts(request, data, "title", seen.row.playbook->title);
    li_page_texts(request, data, "state", state->label);
    li_page_bool(request, data, "closed", seen.row.closed_at != 0);
    li_page_text(request, data, "area", seen.area.name);
    li_page_time(request, data, "due", seen.row.clock.due_at);
    li_page_time(request, data, "opened", seen.row.opened_at);
    put_values(request, data, "fields", seen.values, seen.value_count);
    put_steps(request, data, &seen);
    li_page_bool(request, data, "fresh", seen.entry_count == 1);
    li_page_text(request, data, "tracking", tracking);
    li_page_text(request, data, "url",
                 li_strf(&request->ctx, "%s://%.*s%.*s",
                         li_request_https(request) ? "https" : "http", LI_P(host),
                         LI_P(request->path)));
    return li_page_render(request, 200, "progress", data);
}

static const char *type_of(struct li_str path)
{
    static const struct {
        struct li_str end;
        const char *type;
    } types[] = {
        {LI_S_INIT(".js"), "text/javascript; charset=utf-8"},
        {LI_S_INIT(".css"), "text/css; charset=utf-8"},
        {LI_S_INIT(".svg"), "image/svg+xml"},
        {LI_S_INIT(".png"), "image/png"},
        {LI_S_INIT(".woff2"), "font/woff2"},
        {LI_S_INIT(".json"), "application/json"},
    };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (li_str_ends(path, types[i].end)) {
            return types[i].type;
        }
    }
    return "application/octet-stream";
}

int li_op_page_desk(struct li_request *request)
{
    const struct li_asset *asset = li_asset_find(LI_S("web/dist/desk.html"));

    if (!asset) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "the desk was not built into this program");
    }
    request->answer.status = 200;
    request->answer.media = LI_MEDIA_HTML;
    request->answer.fixed = asset->bytes;
    return 0;
}

int li_op_get_asset(struct li_request *request)
{
    struct li_str path =
        li_strf(&request->ctx, "web/dist/assets/%.*s", LI_P(li_request_text(request, "file")));
    const struct li_asset *asset = path.ptr ? li_asset_find(path) : NULL;

    if (!asset) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such file");
    }
    request->answer.status = 200;
    request->answer.type = type_of(path);
    request->answer.fixed = asset->bytes;
    request->answer.forever = true;
    return 0;
}
