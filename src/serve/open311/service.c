/* Open311: discovery, the services, what a service asks. */
#include "base/time.h"
#include "case/use.h"
#include "serve/inside.h"
#include "serve/open311/open311.h"
#include "view/request.h"

/* ---- discovery ----------------------------------------------------------------- */

static void put_endpoint(struct li_request *request, struct li_node *list, struct li_str url)
{
    static const char *const formats[] = {"text/xml", "application/json"};
    struct li_node *endpoint = li_page_item(request, list);
    struct li_node *known;

    li_page_text(request, endpoint, "specification", LI_S("http://wiki.open311.org/GeoReport_v2"));
    li_page_text(request, endpoint, "url", url);
    li_page_text(request, endpoint, "changeset", LI_S("2026-11-01T00:00:00+08:00"));
    li_page_text(request, endpoint, "type", LI_S("production"));
    known = li_page_list(request, endpoint, "formats");
    for (size_t i = 0; known && i < sizeof(formats) / sizeof(formats[0]); i++) {
        struct li_node *format = li_node_new_text(&request->ctx, li_str(formats[i]));
        if (!format || li_node_push(&request->ctx, known, format)) {
            return; /* without memory the answer fails as a whole */
        }
    }
}

int li_311_discovery(struct li_request *request)
{
    struct li_node *tree = li_node_new_map(&request->ctx);
    struct li_str host = li_request_header(request, "Host");
    struct li_str url = li_strf(&request->ctx, "%s://%.*s/open311/v2",
                                request->server->https ? "https" : "http", LI_P(host));

    li_page_text(request, tree, "changeset", LI_S("2026-11-01T00:00:00+08:00"));
    li_page_text(request, tree, "contact",
                 request->ctx.lang == LI_EN ? LI_S("Please ask the street office's desk.")
                                            : LI_S("请联系街道办事处受理台。"));
    li_page_text(request, tree, "key_service",
                 request->ctx.lang == LI_EN
                     ? LI_S("The district's administrator gives out API keys.")
                     : LI_S("接口密钥由本区管理员发放。"));
    put_endpoint(request, li_page_list(request, tree, "endpoints"), url);
    return li_311_render(request, 200, tree, "discovery", NULL);
}

/* ---- jurisdictions and playbooks --------------------------------------------------- */

int li_311_asked(struct li_request *request, struct li_str jurisdiction, struct li_311_asked *ret)
{
    struct li_record *record = request->server->house->record;
    const struct li_tenant **only;

    if (!jurisdiction.len) {
        return li_tenant_all(&request->ctx, record, &ret->tenants, &ret->count);
    }
    only = li_alloc(&request->ctx, sizeof(*only));
    if (!only) {
        return -LI_E_NOMEM;
    }
    *only = li_tenant_find(record, jurisdiction);
    if (!*only) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "jurisdiction_id %.*s", LI_P(jurisdiction));
    }
    *ret = (struct li_311_asked){.tenants = only, .count = 1};
    return 0;
}

int li_311_playbook(struct li_request *request, const struct li_tenant *tenant,
                    const struct li_playbook **ret)
{
    return li_library_find(&request->ctx, request->server->house->bound.library, request->conn,
                           tenant->id, LI_REPORT_PLAYBOOK, 0, ret);
}

bool li_311_is_attribute(const struct li_playbook *playbook, const struct li_field *field)
{
    return field != li_view_service_field(playbook) && field->type != LI_FIELD_POINT &&
           !li_field_is_files(field->type) && field->type != LI_FIELD_PHONE &&
           !li_str_is(field->name, "description");
}

/* ---- services ---------------------------------------------------------------------- */

static struct li_str say(const struct li_request *request, struct li_texts texts)
{
    return request->ctx.lang == LI_EN ? texts.en : texts.zh;
}

static bool has_attributes(const struct li_playbook *playbook)
{
    for (size_t i = 0; i < playbook->open_field_count; i++) {
        if (li_311_is_attribute(playbook, &playbook->fields[playbook->open_fields[i]])) {
            return true;
        }
    }
    return false;
}

static bool is_listed(const struct li_node *list, struct li_str code)
{
    for (size_t i = 0; i < list->list.count; i++) {
        if (li_str_eq(li_node_text(list->list.items[i], "service_code"), code)) {
            return true;
        }
    }
    return false;
}

static int add_services(struct li_request *request, const struct li_tenant *tenant,
                        struct li_node *list)
{
    const struct li_playbook *playbook;
    const struct li_field *services;
    struct li_off_list off;
    int r = li_311_playbook(request, tenant, &playbook);

    r = r ? r : li_playbooks_off(&request->ctx, request->conn, tenant->id, &off);
    if (r == 0 && li_is_off(&off, playbook->name)) {
        return 0;
    }
    services = r ? NULL : li_view_service_field(playbook);
    for (size_t i = 0; services && i < services->option_count; i++) {
        const struct li_option *option = &services->options[i];
        struct li_node *service;
        if (is_listed(list, option->name)) {
            continue;
        }
        service = li_page_item(request, list);
        li_page_text(request, service, "service_code", option->name);
        li_page_text(request, service, "service_name", say(request, option->label));
        li_page_text(request, service, "description", say(request, option->label));
        li_page_bool(request, service, "metadata", has_attributes(playbook));
        li_page_text(request, service, "type", LI_S("realtime"));
        li_page_text(request, service, "keywords", option->name);
        li_page_text(request, service, "group", say(request, playbook->title));
    }
    return r;
}

int li_311_services(struct li_request *request)
{
    struct li_node *list = li_node_new_list(&request->ctx);
    struct li_311_asked asked;
    int r = li_311_asked(request, li_request_text(request, "jurisdiction_id"), &asked);

    if (r || !list) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < asked.count; i++) {
        r = add_services(request, asked.tenants[i], list);
    }
    return r ? r : li_311_render(request, 200, list, "services", "service");
}

/* ---- the definition of one ------------------------------------------------------------ */

static const char *datatype_of(const struct li_field *field)
{
    switch (field->type) {
    case LI_FIELD_CHOICE:
        return "singlevaluelist";
    case LI_FIELD_INTEGER:
    case LI_FIELD_SCALE:
    case LI_FIELD_MONEY:
    case LI_FIELD_QUANTITY:
        return "number";
    case LI_FIELD_DATE:
    case LI_FIELD_DATETIME:
        return "datetime";
    case LI_FIELD_TEXT:
        return field->max > 200 ? "text" : "string";
    default:
        return "string";
    }
}

static void put_attribute(struct li_request *request, struct li_node *list,
                          const struct li_field *field, bool required, int64_t order)
{
    struct li_node *attribute = li_page_item(request, list), *values;
    struct li_node *number = li_node_new_int(&request->ctx, order);

    li_page_bool(request, attribute, "variable", true);
    li_page_text(request, attribute, "code", field->name);
    li_page_text(request, attribute, "datatype", li_str(datatype_of(field)));
    li_page_bool(request, attribute, "required", required);
    li_page_text(request, attribute, "datatype_description", say(request, field->hint));
    if (!attribute || !number || li_node_put(&request->ctx, attribute, LI_S("order"), number)) {
        return;
    }
    li_page_text(request, attribute, "description", say(request, field->label));
    if (field->type != LI_FIELD_CHOICE) {
        return;
    }
    values = li_page_list(request, attribute, "values");
    for (size_t i = 0; i < field->option_count; i++) {
        struct li_node *value = li_page_item(request, values);
        li_page_text(request, value, "key", field->options[i].name);
        li_page_text(request, value, "name", say(request, field->options[i].label));
    }
}

static bool has_service(const struct li_playbook *playbook, struct li_str code)
{
    const struct li_field *services = li_view_service_field(playbook);

    for (size_t i = 0; services && i < services->option_count; i++) {
        if (li_str_eq(services->options[i].name, code)) {
            return true;
        }
    }
    return false;
}

/* The first tenant (of those asked for) whose playbook has the service. */
static int find_service(struct li_request *request, struct li_str code,
                        const struct li_playbook **ret)
{
    struct li_311_asked asked;
    int r = li_311_asked(request, li_request_text(request, "jurisdiction_id"), &asked);

    for (size_t i = 0; r == 0 && i < asked.count; i++) {
        const struct li_playbook *playbook;
        r = li_311_playbook(request, asked.tenants[i], &playbook);
        if (r == 0 && has_service(playbook, code)) {
            *ret = playbook;
            return 0;
        }
    }
    return r ? r : LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "service_code %.*s", LI_P(code));
}

int li_311_service(struct li_request *request)
{
    struct li_str code = li_request_text(request, "service_code");
    struct li_node *tree = li_node_new_map(&request->ctx), *list;
    const struct li_playbook *playbook = NULL;
    int r = find_service(request, code, &playbook);

    if (r) {
        return r;
    }
    li_page_text(request, tree, "service_code", code);
    list = li_page_list(request, tree, "attributes");
    for (size_t i = 0; i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        if (li_311_is_attribute(playbook, field)) {
            put_attribute(request, list, field, playbook->open_required[i], (int64_t)i + 1);
        }
    }
    return li_311_render(request, 200, tree, "service_definition", NULL);
}
