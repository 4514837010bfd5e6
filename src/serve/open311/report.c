/*
 * Open311: a report sent by another program, with its key.
 *
 * The place says whose it is: an area's code (address_id) or a community named in
 * address_string; jurisdiction_id, where given, must agree.
 */
#include "base/id.h"
#include "people/api_key.h"
#include "serve/inside.h"
#include "serve/open311/open311.h"
#include "view/request.h"

static struct li_str given(const struct li_request *request, const char *name)
{
    return li_node_text(request->body, name);
}

/* ---- where it belongs ------------------------------------------------------------ */

struct spot {
    const struct li_tenant *tenant;
    struct li_str area; /* code; empty: the point says it */
};

/* An area's code in one of the tenants asked for. */
static int by_code(struct li_request *request, const struct li_tenant *only,
                   const struct li_tenant **tenants, size_t count, struct spot *ret)
{
    struct li_str code = given(request, "address_id");

    for (size_t i = 0; i < count; i++) {
        struct li_area area;
        int r;
        if (only && only != tenants[i]) {
            continue;
        }
        r = li_area_find(&request->ctx, request->conn, tenants[i]->id, code, &area);
        if (r == 0 && li_str_starts(area.code, tenants[i]->code)) {
            *ret = (struct spot){.tenant = tenants[i], .area = area.code};
            return 0;
        }
        if (r && r != -LI_E_NOT_FOUND) {
            return r;
        }
    }
    return -LI_E_NOT_FOUND;
}

static bool contains(struct li_str text, struct li_str word)
{
    for (size_t i = 0; word.len && i + word.len <= text.len; i++) {
        if (memcmp(text.ptr + i, word.ptr, word.len) == 0) {
            return true;
        }
    }
    return false;
}

/* The one community whose name stands in the address; two of them are none. */
static int by_name(struct li_request *request, const struct li_tenant *only,
                   const struct li_tenant **tenants, size_t count, struct spot *ret)
{
    struct li_str address = given(request, "address_string");
    struct spot spot = {0};
    size_t hits = 0;

    for (size_t i = 0; i < count; i++) {
        struct li_area *areas;
        size_t area_count;
        int r;
        if (only && only != tenants[i]) {
            continue;
        }
        r = li_area_list(&request->ctx, request->conn, tenants[i]->id, (struct li_str){0},
                         LI_S("community"), &areas, &area_count);
        if (r) {
            return r;
        }
        for (size_t k = 0; k < area_count; k++) {
            if (contains(address, areas[k].name)) {
                spot = (struct spot){.tenant = tenants[i], .area = areas[k].code};
                hits++;
            }
        }
    }
    if (hits != 1) {
        return -LI_E_NOT_FOUND;
    }
    *ret = spot;
    return 0;
}

static int find_spot(struct li_request *request, struct spot *ret)
{
    const struct li_tenant *only, **tenants;
    size_t count;
    int r = li_311_jurisdiction(request, given(request, "jurisdiction_id"), &only);

    r = r ? r : li_tenant_all(&request->ctx, request->server->house->record, &tenants, &count);
    if (r) {
        return r;
    }
    r = -LI_E_NOT_FOUND;
    if (given(request, "address_id").len) {
        r = by_code(request, only, tenants, count, ret);
    }
    if (r == -LI_E_NOT_FOUND && given(request, "address_string").len) {
        r = by_name(request, only, tenants, count, ret);
    }
    return r == -LI_E_NOT_FOUND ? LI_FAIL(&request->ctx, LI_E_INVALID,
                                          "lat and long, address_id or an address_string that "
                                          "names one community must say where it is")
                                : r;
}

/* ---- who sends it ------------------------------------------------------------------ */

static int check_key(struct li_request *request)
{
    struct li_str key = given(request, "api_key");
    int r = key.len ? li_api_key_find(&request->ctx, request->conn, request->tenant->id, key,
                                      li_now(request->ctx.clock), &request->viewer.api_key)
                    : -LI_E_NOT_FOUND;

    request->viewer.tenant = request->tenant->id;
    return r == -LI_E_NOT_FOUND
               ? LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "%s",
                         key.len ? "the api_key is not in force here" : "an api_key is needed")
               : r;
}

/* ---- what it says ------------------------------------------------------------------- */

struct saying {
    struct li_request *request;
    const struct li_playbook *playbook;
    struct li_node *fields;
    int error;
};

static void say(struct saying *saying, struct li_str field, struct li_str text)
{
    struct li_node *node;

    if (saying->error || !text.len) {
        return;
    }
    node = li_node_new_text(&saying->request->ctx, text);
    saying->error =
        node ? li_node_put(&saying->request->ctx, saying->fields, field, node) : -LI_E_NOMEM;
}

/* A text of the standard goes to the opening form's field of that name or type. */
static const struct li_field *asked(const struct li_playbook *playbook, enum li_field_type type,
                                    const char *name)
{
    for (size_t i = 0; i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        if (field->type == type && (!name || li_str_is(field->name, name))) {
            return field;
        }
    }
    return NULL;
}

static void say_asked(struct saying *saying, enum li_field_type type, const char *name,
                      const char *parameter)
{
    const struct li_field *field = asked(saying->playbook, type, name);

    if (field) {
        say(saying, field->name, given(saying->request, parameter));
    }
}

/* "attribute[kind]" and "attribute[kind][]" */
static void say_attributes(struct saying *saying)
{
    const struct li_node *body = saying->request->body;

    for (size_t i = 0; i < body->map.count; i++) {
        struct li_str rest = body->map.items[i].key, name;
        if (!li_str_starts(rest, LI_S("attribute["))) {
            continue;
        }
        (void)li_str_cut(&rest, '[');
        name = li_str_cut(&rest, ']');
        say(saying, name, body->map.items[i].value->text);
    }
}

static int say_all(struct li_request *request, const struct li_playbook *playbook,
                   struct li_node **ret)
{
    struct saying saying = {
        .request = request, .playbook = playbook, .fields = li_node_new_map(&request->ctx)};
    const struct li_field *service = li_view_service_field(playbook);

    if (!saying.fields) {
        return -LI_E_NOMEM;
    }
    if (service) {
        say(&saying, service->name, given(request, "service_code"));
    }
    say_asked(&saying, LI_FIELD_TEXT, "description", "description");
    say_asked(&saying, LI_FIELD_TEXT, "spot", "address_string");
    say_asked(&saying, LI_FIELD_TEXT, "link", "media_url");
    say_asked(&saying, LI_FIELD_PHONE, NULL, "phone");
    say_attributes(&saying);
    return saying.error
               ? saying.error
               : li_schema_coerce(&request->ctx, playbook->open_schema, saying.fields, ret);
}

static bool has_option(const struct li_field *field, struct li_str name)
{
    for (size_t i = 0; field && i < field->option_count; i++) {
        if (li_str_eq(field->options[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* ---- the operation -------------------------------------------------------------------- */

int li_311_report(struct li_request *request)
{
    struct li_str code = given(request, "service_code");
    const struct li_playbook *playbook;
    struct li_case_open_args *args;
    struct li_node *fields = NULL;
    struct spot spot = {0};
    int r;

    if (!code.len) {
        return LI_FAIL(&request->ctx, LI_E_INVALID, "service_code was not given");
    }
    r = find_spot(request, &spot);
    if (r) {
        return r;
    }
    request->tenant = spot.tenant;
    r = check_key(request);
    r = r ? r : li_311_playbook(request, spot.tenant, &playbook);
    if (r == 0 && !has_option(li_view_service_field(playbook), code)) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "service_code %.*s", LI_P(code));
    }
    r = r ? r : say_all(request, playbook, &fields);
    r = r ? r
          : li_op_prepare_open(request, playbook->name, spot.area, LI_S("open311"), fields,
                               (struct li_str){0}, &args);
    if (r == 0) {
        request->state = args;
        r = LI_LATER;
    }
    return r;
}

int li_311_report_done(struct li_request *request)
{
    const struct li_case_open_args *args = request->state;
    struct li_node *list = li_node_new_list(&request->ctx), *map = NULL, *null;
    struct li_str slug = request->tenant->slug, notice;
    char id[LI_ID_TEXT + 1];

    map = list ? li_page_item(request, list) : NULL;
    null = li_alloc(&request->ctx, sizeof(*null)); /* zeroed: LI_NULL */
    if (!map || !null) {
        return -LI_E_NOMEM;
    }
    li_id_format(request->job.entity, id);
    notice =
        li_strf(&request->ctx, "%s%s://%.*s/%.*s/progress/%.*s",
                request->ctx.lang == LI_EN ? "Follow it at " : "办理进度：",
                request->server->https ? "https" : "http", LI_P(li_request_header(request, "Host")),
                LI_P(slug), LI_P(li_op_tracking(request, args->token)));
    li_page_text(request, map, "service_request_id", li_str_dup(&request->ctx, li_str(id)));
    li_page_text(request, map, "service_notice", notice);
    if (li_node_put(&request->ctx, map, LI_S("account_id"), null)) {
        return -LI_E_NOMEM;
    }
    return li_311_render(request, 200, list, "service_requests", "request");
}
