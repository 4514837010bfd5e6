/* Open311: what became of requests. */
#include "view/request.h"
#include "base/coordinate.h"
#include "base/id.h"
#include "base/time.h"
#include "serve/inside.h"
#include "serve/open311/open311.h"

#define DAYS 90

static void put_null(struct li_request *request, struct li_node *map, const char *key)
{
    struct li_node *null = li_alloc(&request->ctx, sizeof(*null)); /* zeroed: LI_NULL */

    if (map && null && li_node_put(&request->ctx, map, li_str(key), null)) {
        return; /* without memory the answer fails as a whole */
    }
}

static void put_time(struct li_request *request, struct li_node *map, const char *key, int64_t at)
{
    char text[LI_TIME_TEXT];

    if (at == 0) {
        put_null(request, map, key);
        return;
    }
    li_time_format(li_second(at), text);
    li_page_text(request, map, key, li_str_dup(&request->ctx, li_str(text)));
}

/* About 100 m, as everything public. */
static void put_angle(struct li_request *request, struct li_node *map, const char *key, bool some,
                      int64_t angle)
{
    struct li_node *node = li_alloc(&request->ctx, sizeof(*node));

    if (!some || !node) {
        put_null(request, map, key);
        return;
    }
    *node = (struct li_node){.kind = LI_REAL, .real = (double)li_angle_coarse(angle) / 1e7};
    if (map && li_node_put(&request->ctx, map, li_str(key), node)) {
        return; /* without memory the answer fails as a whole */
    }
}

static void put_service(struct li_request *request, struct li_node *map,
                        const struct li_view_request *of)
{
    if (of->service) {
        li_page_texts(request, map, "service_name", of->service->label);
        li_page_text(request, map, "service_code", of->service->name);
    } else {
        put_null(request, map, "service_name");
        put_null(request, map, "service_code");
    }
}

static void put_request(struct li_request *request, struct li_node *list,
                        const struct li_view_request *of)
{
    const struct li_case *row = &of->row;
    const struct li_state *state = &row->playbook->machines[0].states[row->state];
    struct li_node *map = li_page_item(request, list);
    char id[LI_ID_TEXT + 1];

    li_id_format(row->id, id);
    li_page_text(request, map, "service_request_id", li_str_dup(&request->ctx, li_str(id)));
    li_page_text(request, map, "status", row->closed_at ? LI_S("closed") : LI_S("open"));
    li_page_texts(request, map, "status_notes", state->label);
    put_service(request, map, of);
    put_null(request, map, "description");
    li_page_text(request, map, "agency_responsible",
                 of->street.name.len ? of->street.name : request->tenant->name);
    put_null(request, map, "service_notice");
    put_time(request, map, "requested_datetime", row->opened_at);
    put_time(request, map, "updated_datetime", row->closed_at ? row->closed_at : row->clock.since);
    put_time(request, map, "expected_datetime", row->clock.due_at);
    li_page_text(request, map, "address",
                 li_strf(&request->ctx, "%.*s%.*s", LI_P(of->street.name), LI_P(of->area.name)));
    li_page_text(request, map, "address_id", row->area);
    put_null(request, map, "zipcode");
    put_angle(request, map, "lat", row->place.some, row->place.lat);
    put_angle(request, map, "long", row->place.some, row->place.lon);
    put_null(request, map, "media_url");
}

/* ---- by identifier ---------------------------------------------------------------- */

/* Looks among the tenants asked for; adds nothing when it is not there.  The
 * request's tenant is then the one it was found in. */
static int add_one(struct li_request *request, const struct li_311_asked *asked, struct li_str text,
                   struct li_node *list)
{
    unsigned told = request->ctx.error_count;
    int64_t id;
    int r = 0;

    if (li_id_parse(&request->ctx, text, &id)) {
        request->ctx.error_count = told;
        return 0;
    }
    for (size_t i = 0; r == 0 && i < asked->count; i++) {
        struct li_view_request found;
        struct li_view view;
        request->tenant = asked->tenants[i];
        view = li_request_view(request);
        r = li_view_request(&request->ctx, &view, id, &found);
        if (r == 0) {
            put_request(request, list, &found);
            return 0;
        }
        r = r == -LI_E_NOT_FOUND ? 0 : r;
    }
    return r;
}

int li_311_request(struct li_request *request)
{
    struct li_node *list = li_node_new_list(&request->ctx);
    struct li_str id = li_request_text(request, "service_request_id");
    struct li_311_asked asked;
    int r = li_311_asked(request, li_request_text(request, "jurisdiction_id"), &asked);

    r = r ? r : list ? add_one(request, &asked, id, list) : -LI_E_NOMEM;
    if (r == 0 && list->list.count == 0) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "service_request_id %.*s", LI_P(id));
    }
    return r ? r : li_311_render(request, 200, list, "service_requests", "request");
}

/* ---- lists ------------------------------------------------------------------------- */

/* Without dates the last 90 days; one date alone begins or ends 90 days. */
static int read_range(struct li_request *request, struct li_view_request_filter *ret)
{
    struct li_str start = li_request_text(request, "start_date");
    struct li_str end = li_request_text(request, "end_date");
    int r = 0;

    ret->from = li_now(request->ctx.clock) - DAYS * LI_DAY;
    ret->to = INT64_MAX;
    if (start.len) {
        r = li_time_parse(&request->ctx, start, &ret->from);
        ret->to = ret->from + DAYS * LI_DAY;
    }
    if (r == 0 && end.len) {
        r = li_time_parse(&request->ctx, end, &ret->to);
        ret->from = start.len ? ret->from : ret->to - DAYS * LI_DAY;
    }
    if (r == 0 && start.len && end.len && ret->to - ret->from > DAYS * LI_DAY) {
        return LI_FAIL(&request->ctx, LI_E_INVALID,
                       "start_date and end_date may not be more than %d days apart", DAYS);
    }
    return r;
}

/* Whether a status is among those asked for; none named: all are. */
static bool says(struct li_str asked, struct li_str status)
{
    return !asked.len || li_str_starts(asked, status) || li_str_ends(asked, status);
}

static int list_filtered(struct li_request *request, const struct li_311_asked *asked,
                         struct li_node *list)
{
    struct li_str status = li_request_text(request, "status");
    struct li_view_request_filter filter = {
        .open = says(status, LI_S("open")),
        .closed = says(status, LI_S("closed")),
        .services = li_request_text(request, "service_code"),
    };
    struct li_view_request *found = li_alloc_array(&request->ctx, LI_VIEW_REQUESTS, sizeof(*found));
    size_t count = 0;
    int r = found ? read_range(request, &filter) : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < asked->count; i++) {
        struct li_view view;
        size_t before = count;
        request->tenant = asked->tenants[i];
        view = li_request_view(request);
        r = li_view_requests(&request->ctx, &view, &filter, found, &count);
        for (size_t k = before; r == 0 && k < count; k++) {
            put_request(request, list, &found[k]);
        }
    }
    return r;
}

int li_311_requests(struct li_request *request)
{
    struct li_node *list = li_node_new_list(&request->ctx);
    struct li_str ids = li_request_text(request, "service_request_id");
    struct li_311_asked asked;
    int r = li_311_asked(request, li_request_text(request, "jurisdiction_id"), &asked);

    if (r || !list) {
        return r ? r : -LI_E_NOMEM;
    }
    if (ids.len) {
        while (r == 0 && ids.ptr) {
            r = add_one(request, &asked, li_str_trim(li_str_cut(&ids, ',')), list);
        }
    } else {
        r = list_filtered(request, &asked, list);
    }
    return r ? r : li_311_render(request, 200, list, "service_requests", "request");
}

/* ---- tokens ------------------------------------------------------------------------- */

/* Every request has its identifier at once; the token is its tracking code. */
int li_311_token(struct li_request *request)
{
    struct li_node *list = li_node_new_list(&request->ctx), *map;
    struct li_str token = li_request_text(request, "token");
    struct li_311_asked asked;
    int64_t id = 0, party;
    uint8_t bytes[16];
    char text[LI_ID_TEXT + 1];
    int r = li_311_asked(request, li_request_text(request, "jurisdiction_id"), &asked);
    bool is_token = li_base32_parse(token, bytes, sizeof(bytes));

    for (size_t i = 0; r == 0 && is_token && id == 0 && i < asked.count; i++) {
        r = li_case_by_token(&request->ctx, request->conn, asked.tenants[i]->id, bytes, &id,
                             &party);
        r = r == -LI_E_NOT_FOUND ? 0 : r;
    }
    if (r == 0 && id == 0) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such token");
    }
    if (r || !list) {
        return r ? r : -LI_E_NOMEM;
    }
    map = li_page_item(request, list);
    li_id_format(id, text);
    li_page_text(request, map, "service_request_id", li_str_dup(&request->ctx, li_str(text)));
    li_page_text(request, map, "token", token);
    return li_311_render(request, 200, list, "service_requests", "request");
}
