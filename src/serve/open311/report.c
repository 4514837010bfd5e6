/*
 * Open311: a report sent by another program, with its key.
 *
 * The place says whose it is: lat and long, an area's code (address_id) or a
 * community named in address_string; jurisdiction_id, where given, must agree.
 * Photos may come with it; what media_url names is not fetched, the desk sees it.
 */
#include "area/ground.h"
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
    struct li_str area; /* code */
    bool placed;        /* lat and long say where in it */
};

/* Both or neither; false: they were not given. */
static bool read_point(const struct li_request *request, struct li_degrees *ret)
{
    const struct li_node *lat = li_node_get(request->body, "lat");
    const struct li_node *lon = li_node_get(request->body, "long");

    if (!lat || !lon) {
        return false;
    }
    ret->lat = lat->kind == LI_INT ? (double)lat->number : lat->real;
    ret->lon = lon->kind == LI_INT ? (double)lon->number : lon->real;
    return true;
}

/* The tenant on whose ground a point lies. */
static int by_point(struct li_request *request, const struct li_311_asked *asked,
                    struct li_degrees degrees, struct spot *ret)
{
    struct li_point point;

    if (!li_point_from(LI_WGS84, degrees, &point)) {
        return -LI_E_NOT_FOUND;
    }
    for (size_t i = 0; i < asked->count; i++) {
        struct li_area area;
        int r;
        r = li_ground_locate(&request->ctx, request->server->house->bound.ground, request->conn,
                             asked->tenants[i]->id, point, &area);
        if (r == 0) {
            *ret = (struct spot){.tenant = asked->tenants[i], .area = area.code, .placed = true};
        }
        if (r != -LI_E_NOT_FOUND) {
            return r;
        }
    }
    return -LI_E_NOT_FOUND;
}

/* An area's code in one of the tenants asked for. */
static int by_code(struct li_request *request, const struct li_311_asked *asked, struct spot *ret)
{
    struct li_str code = given(request, "address_id");

    for (size_t i = 0; i < asked->count; i++) {
        struct li_area area;
        int r;
        r = li_area_find(&request->ctx, request->conn, asked->tenants[i]->id, code, &area);
        if (r == 0 && li_str_starts(area.code, asked->tenants[i]->code)) {
            *ret = (struct spot){.tenant = asked->tenants[i], .area = area.code};
            return 0;
        }
        if (r && r != -LI_E_NOT_FOUND) {
            return r;
        }
    }
    return -LI_E_NOT_FOUND;
}

/* The one community whose name stands in the address; two of them are none. */
static int by_name(struct li_request *request, const struct li_311_asked *asked, struct spot *ret)
{
    struct li_str address = given(request, "address_string");
    struct spot spot = {0};
    size_t hits = 0;

    for (size_t i = 0; i < asked->count; i++) {
        struct li_area *areas;
        size_t area_count;
        int r;
        r = li_area_list(&request->ctx, request->conn, asked->tenants[i]->id, (struct li_str){0},
                         LI_S("community"), &areas, &area_count);
        if (r) {
            return r;
        }
        for (size_t k = 0; k < area_count; k++) {
            if (memmem(address.ptr, address.len, areas[k].name.ptr, areas[k].name.len)) {
                spot = (struct spot){.tenant = asked->tenants[i], .area = areas[k].code};
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
    struct li_311_asked asked;
    struct li_degrees degrees;
    int r = li_311_asked(request, given(request, "jurisdiction_id"), &asked);

    if (r) {
        return r;
    }
    r = read_point(request, &degrees) ? by_point(request, &asked, degrees, ret) : -LI_E_NOT_FOUND;
    if (r == -LI_E_NOT_FOUND && given(request, "address_id").len) {
        r = by_code(request, &asked, ret);
    }
    if (r == -LI_E_NOT_FOUND && given(request, "address_string").len) {
        r = by_name(request, &asked, ret);
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

/* What run and its second half share. */
struct report {
    struct spot spot;
    const struct li_playbook *playbook;
    struct li_node *fields;
    struct li_case_open_args *args;
};

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

/* The point as it was given, where the opening form asks for one. */
static void say_point(struct saying *saying)
{
    const struct li_field *field = asked(saying->playbook, LI_FIELD_POINT, NULL);
    struct li_ctx *ctx = &saying->request->ctx;
    const struct li_node *body = saying->request->body;
    struct li_node *place = field && !saying->error ? li_node_new_map(ctx) : NULL;
    struct li_node *crs = place ? li_node_new_text(ctx, LI_S("wgs84")) : NULL;

    if (!field || saying->error) {
        return;
    }
    if (!crs || li_node_put(ctx, place, LI_S("lon"), li_node_get(body, "long")) ||
        li_node_put(ctx, place, LI_S("lat"), li_node_get(body, "lat")) ||
        li_node_put(ctx, place, LI_S("crs"), crs)) {
        saying->error = -LI_E_NOMEM;
        return;
    }
    saying->error = li_node_put(ctx, saying->fields, field->name, place);
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
        if (body->map.items[i].value->kind == LI_TEXT) {
            say(saying, name, body->map.items[i].value->text);
        }
    }
}

/* `photos`: tokens of uploads; NULL: none came. */
static int say_all(struct li_request *request, const struct report *report, struct li_node *photos,
                   struct li_node **ret)
{
    struct saying saying = {
        .request = request, .playbook = report->playbook, .fields = li_node_new_map(&request->ctx)};
    const struct li_field *service = li_view_service_field(report->playbook);
    const struct li_field *pictures = asked(report->playbook, LI_FIELD_PHOTOS, NULL);

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
    if (report->spot.placed) {
        say_point(&saying);
    }
    if (photos && pictures && !saying.error) {
        saying.error = li_node_put(&request->ctx, saying.fields, pictures->name, photos);
    }
    return saying.error
               ? saying.error
               : li_schema_coerce(&request->ctx, report->playbook->open_schema, saying.fields, ret);
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

/* The command; everything it needs from the store was read. */
static int prepare(struct li_request *request, struct report *report)
{
    return li_op_prepare_open(request, report->playbook->name, report->spot.area, LI_S("open311"),
                              report->fields, (struct li_str){0}, &report->args);
}

/* On a pool's thread: the photos first, then all of it as without them. */
static int with_media(struct li_request *request)
{
    struct report *report = request->state;
    struct li_node *photos;
    int r = li_op_keep_files(request, LI_S("/media"), li_node_get(request->body, "media"), false,
                             &photos);

    r = r ? r : say_all(request, report, photos, &report->fields);
    r = r ? r : li_store_reader(&request->ctx, request->server->house->store, &request->conn);
    if (r) {
        return r;
    }
    r = prepare(request, report);
    li_store_reader_back(request->server->house->store, request->conn);
    request->conn = NULL;
    return r ? r : LI_LATER;
}

static int find_report(struct li_request *request, struct report *ret)
{
    struct li_str code = given(request, "service_code");
    int r = code.len ? find_spot(request, &ret->spot)
                     : LI_FAIL(&request->ctx, LI_E_INVALID, "service_code was not given");

    if (r) {
        return r;
    }
    request->tenant = ret->spot.tenant;
    r = check_key(request);
    r = r ? r : li_311_playbook(request, ret->spot.tenant, &ret->playbook);
    if (r == 0 && !has_option(li_view_service_field(ret->playbook), code)) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "service_code %.*s", LI_P(code));
    }
    return r;
}

int li_311_report(struct li_request *request)
{
    const struct li_node *media = li_node_get(request->body, "media");
    struct report *report = li_alloc(&request->ctx, sizeof(*report));
    int r = report ? find_report(request, report) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    request->state = report;
    if (media && media->list.count && asked(report->playbook, LI_FIELD_PHOTOS, NULL)) {
        return li_request_aside(request, LI_POOL_PICTURES, with_media);
    }
    r = say_all(request, report, NULL, &report->fields);
    r = r ? r : prepare(request, report);
    return r ? r : LI_LATER;
}

int li_311_report_done(struct li_request *request)
{
    const struct li_case_open_args *args = ((const struct report *)request->state)->args;
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
