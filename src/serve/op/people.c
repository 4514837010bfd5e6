/*
 * Who is responsible: persons, organizations, appointments, gaps.
 *
 * An administrator acts inside the own area only.  That is asked here, in front
 * of the lane: the commands themselves do not know who asks.
 */
#include "base/id.h"
#include "base/time.h"
#include "serve/op/op.h"
#include "view/json.h"

#define PAGE 100

int li_op_over(struct li_request *request, const char *post, struct li_str path)
{
    if (li_viewer_holds(&request->viewer, li_str(post), path, 0)) {
        return 0;
    }
    return LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "only the %s of %.*s may", post, LI_P(path));
}

int li_op_over_tenant(struct li_request *request, const char *post)
{
    struct li_area own;
    int r = li_area_find(&request->ctx, request->conn, request->tenant->id, request->tenant->code,
                         &own);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_STATE, "the tenant has no areas yet");
    }
    return r ? r : li_op_over(request, post, own.path);
}

int li_op_over_area(struct li_request *request, const char *post, struct li_str code)
{
    struct li_area area;
    int r = li_area_find(&request->ctx, request->conn, request->tenant->id, code, &area);

    /* the command says what is wrong with a place that is none */
    return r ? (r == -LI_E_NOT_FOUND ? 0 : r) : li_op_over(request, post, area.path);
}

/* ---- as JSON -------------------------------------------------------------------- */

static int put_area_at(struct li_request *request, struct li_json *json, struct li_str path,
                       struct li_area *ret)
{
    int r = li_area_at(&request->ctx, request->conn, request->tenant->id, path, ret);

    if (r == 0) {
        li_json_key(json, "area");
        li_put_area(json, ret);
    }
    return r;
}

static int put_organization(struct li_request *request, struct li_json *json, int64_t id)
{
    struct li_organization organization;
    int r = id ? li_organization_find(&request->ctx, request->conn, request->tenant->id, id,
                                      &organization)
               : 0;

    if (r == 0 && id) {
        li_json_key(json, "organization");
        li_put_organization(json, &organization);
    }
    return r;
}

/* The appointment it stands in for or is lent from: whose, which, where. */
static int put_other(struct li_request *request, struct li_json *json, const char *key, int64_t id)
{
    struct li_appointment other;
    struct li_area area;
    int r =
        id ? li_appointment_find(&request->ctx, request->conn, request->tenant->id, id, &other) : 0;

    if (r || id == 0) {
        return r;
    }
    li_json_key(json, key);
    li_json_open_map(json);
    li_json_put_id(json, "appointment", other.id);
    li_json_put_text(json, "name", other.name);
    r = put_area_at(request, json, other.area_path, &area);
    if (r == 0) {
        li_put_post_label(json, "label", li_post_at(other.post, area.kind));
    }
    li_json_close_map(json);
    return r;
}

static int put_appointment(struct li_request *request, struct li_json *json,
                           const struct li_appointment *one)
{
    struct li_area area;
    int r;

    li_json_open_map(json);
    li_json_put_id(json, "appointment", one->id);
    li_json_put_id(json, "person", one->person);
    li_json_put_text(json, "name", one->name);
    li_json_put_text(json, "post", one->post);
    r = put_area_at(request, json, one->area_path, &area);
    if (r == 0) {
        li_put_post_label(json, "label", li_post_at(one->post, area.kind));
        r = put_organization(request, json, one->org);
    }
    li_json_put_time(json, "since", one->since);
    li_put_time(json, "until", one->until);
    r = r ? r : put_other(request, json, "stands_in_for", one->covers);
    r = r ? r : put_other(request, json, "lent_from", one->lent_from);
    li_json_close_map(json);
    return r;
}

static void put_person(struct li_json *json, const struct li_person *person)
{
    li_json_open_map(json);
    li_json_put_id(json, "person", person->id);
    li_json_put_text(json, "name", person->name);
    li_json_key(json, "login");
    if (person->account) {
        li_json_text(json, person->login);
    } else {
        li_json_null(json);
    }
    li_json_close_map(json);
}

/* An id of a parameter or of the body; absent: 0. */
static int read_id(struct li_request *request, struct li_str text, int64_t *ret)
{
    *ret = 0;
    return text.ptr ? li_id_parse(&request->ctx, text, ret) : 0;
}

/* ---- persons -------------------------------------------------------------------- */

int li_op_list_persons(struct li_request *request)
{
    size_t limit = (size_t)li_request_int(request, "limit", PAGE), count;
    struct li_person *persons;
    struct li_json json;
    int64_t after;
    int r = read_id(request, li_request_text(request, "after"), &after);

    r = r ? r
          : li_person_list(&request->ctx, request->conn, request->tenant->id,
                           li_request_text(request, "q"), after, limit, &persons, &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        put_person(&json, &persons[i]);
    }
    return li_reply_items_next(request, &json, count == limit ? persons[count - 1].id : 0, 0);
}

/* In a pool: argon2 is slow on purpose. */
static int hash_password(struct li_request *request)
{
    struct li_person_args *args = request->state;
    int r = li_password_make(&request->ctx, li_request_sessions(request),
                             li_node_text(request->body, "password"), &args->password_hash);

    return r ? r : LI_LATER;
}

int li_op_add_person(struct li_request *request)
{
    struct li_person_args *args = li_alloc(&request->ctx, sizeof(*args));

    if (!args) {
        return -LI_E_NOMEM;
    }
    args->name = li_str_trim(li_node_text(request->body, "name"));
    args->login = li_node_text(request->body, "login");
    request->state = args;
    li_request_job(request, &li_person_add, args, (struct li_str){.ptr = NULL});
    return args->login.len && li_node_text(request->body, "password").len
               ? li_request_aside(request, LI_POOL_PASSWORDS, hash_password)
               : LI_LATER;
}

int li_op_add_person_done(struct li_request *request)
{
    struct li_person person;
    struct li_json json;
    int r = li_person_find(&request->ctx, request->conn, request->tenant->id, request->job.entity,
                           &person);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 201);
    put_person(&json, &person);
    return li_reply_end(request);
}

/* ---- organizations -------------------------------------------------------------- */

int li_op_add_organization(struct li_request *request)
{
    struct li_organization_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->name = li_str_trim(li_node_text(request->body, "name"));
    args->area_code = li_node_text(request->body, "area");
    r = li_op_over_area(request, "administrator", args->area_code);
    li_request_job(request, &li_organization_add, args, (struct li_str){.ptr = NULL});
    return r ? r : LI_LATER;
}

int li_op_add_organization_done(struct li_request *request)
{
    struct li_organization organization;
    struct li_json json;
    int r = li_organization_find(&request->ctx, request->conn, request->tenant->id,
                                 request->job.entity, &organization);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 201);
    li_put_organization(&json, &organization);
    return li_reply_end(request);
}

/* ---- appointments --------------------------------------------------------------- */

/* Where lists look when no area is named: the widest area the viewer
 * administers or audits. */
static struct li_str own_path(const struct li_request *request)
{
    struct li_str widest = {.ptr = NULL};

    for (size_t i = 0; i < request->viewer.post_count; i++) {
        const struct li_post *held = &request->viewer.posts[i];
        if ((li_str_is(held->post, "administrator") || li_str_is(held->post, "auditor")) &&
            (!widest.ptr || held->area_path.len < widest.len)) {
            widest = held->area_path;
        }
    }
    return widest;
}

static int read_filter(struct li_request *request, struct li_appointment_filter *ret)
{
    struct li_str code = li_request_text(request, "area");
    bool all = li_str_is(li_request_text(request, "when"), "all");
    struct li_appointment_filter filter = {
        .path = own_path(request),
        .post = li_request_text(request, "post"),
        .at = all ? 0 : li_now(request->ctx.clock),
        .limit = li_request_int(request, "limit", PAGE),
    };
    struct li_area area;
    int r = read_id(request, li_request_text(request, "person"), &filter.person);

    r = r ? r : read_id(request, li_request_text(request, "organization"), &filter.org);
    r = r ? r : read_id(request, li_request_text(request, "after"), &filter.after);
    if (r == 0 && code.ptr) {
        r = li_area_find(&request->ctx, request->conn, request->tenant->id, code, &area);
        if (r == -LI_E_NOT_FOUND || (r == 0 && !li_str_starts(area.path, filter.path))) {
            return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no area %.*s here", LI_P(code));
        }
        filter.path = area.path;
    }
    if (r == 0) {
        *ret = filter;
    }
    return r;
}

int li_op_list_appointments(struct li_request *request)
{
    struct li_appointment_filter filter;
    struct li_appointment *all;
    struct li_json json;
    size_t count;
    int r = read_filter(request, &filter);

    r = r ? r
          : li_appointment_list(&request->ctx, request->conn, request->tenant->id, &filter, &all,
                                &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = put_appointment(request, &json, &all[i]);
    }
    return li_reply_items_next(request, &json,
                               (int64_t)count == filter.limit ? all[count - 1].id : 0, r);
}

static int read_time(struct li_request *request, const char *key, int64_t *ret)
{
    struct li_str text = li_node_text(request->body, key);

    *ret = 0;
    return text.ptr ? li_time_parse(&request->ctx, text, ret) : 0;
}

int li_op_make_appointment(struct li_request *request)
{
    struct li_appointment_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r =
        args ? read_id(request, li_node_text(request->body, "person"), &args->person) : -LI_E_NOMEM;

    r = r ? r : read_id(request, li_node_text(request->body, "organization"), &args->org);
    r = r ? r
          : read_id(request, li_node_text(request->body, "stands_in_for"), &args->stands_in_for);
    r = r ? r : read_id(request, li_node_text(request->body, "lent_from"), &args->lent_from);
    r = r ? r : read_time(request, "since", &args->since);
    r = r ? r : read_time(request, "until", &args->until);
    if (r) {
        return r;
    }
    args->post = li_node_text(request->body, "post");
    args->area_code = li_node_text(request->body, "area");
    r = li_op_over_area(request, "administrator", args->area_code);
    li_request_job(request, &li_appointment_make, args, (struct li_str){.ptr = NULL});
    return r ? r : LI_LATER;
}

static int reply_appointment(struct li_request *request, int status)
{
    struct li_appointment one;
    struct li_json json;
    int r = li_appointment_find(&request->ctx, request->conn, request->tenant->id,
                                request->job.entity, &one);

    if (r) {
        return r;
    }
    json = li_reply_json(request, status);
    r = put_appointment(request, &json, &one);
    return r ? r : li_reply_end(request);
}

int li_op_make_appointment_done(struct li_request *request)
{
    return reply_appointment(request, 201);
}

/* Nobody ends the own administration: the tenant would be left without. */
int li_op_end_appointment(struct li_request *request)
{
    struct li_appointment_end_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_appointment one;
    int r = args ? read_id(request, li_request_text(request, "appointment"), &args->appointment)
                 : -LI_E_NOMEM;

    r = r ? r
          : li_appointment_find(&request->ctx, request->conn, request->tenant->id,
                                args->appointment, &one);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such appointment");
    }
    r = r ? r : li_op_over(request, "administrator", one.area_path);
    if (r == 0 && one.person == request->viewer.person && li_str_is(one.post, "administrator")) {
        return LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "another administrator has to end this");
    }
    if (r) {
        return r;
    }
    li_request_job(request, &li_appointment_end, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_end_appointment_done(struct li_request *request)
{
    return reply_appointment(request, 200);
}

/* ---- gaps ----------------------------------------------------------------------- */

int li_op_list_gaps(struct li_request *request)
{
    static const char *const whys[] = {
        [LI_GAP_NOBODY] = "nobody", [LI_GAP_ABSENT] = "absent", [LI_GAP_LENT] = "lent"};
    struct li_str code = li_request_text(request, "area");
    struct li_area within, area;
    struct li_gap *gaps;
    struct li_json json;
    size_t count;
    int r = li_area_find(&request->ctx, request->conn, request->tenant->id,
                         code.ptr ? code : request->tenant->code, &within);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such area");
    }
    r = r ? r
          : li_gap_list(&request->ctx, request->conn, request->tenant->id, within.path,
                        li_now(request->ctx.clock), &gaps, &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; r == 0 && i < count; i++) {
        li_json_open_map(&json);
        li_json_put_text(&json, "post", li_str(gaps[i].post->name));
        li_put_post_label(&json, "label", gaps[i].post);
        r = put_area_at(request, &json, gaps[i].area_path, &area);
        r = r ? r : put_organization(request, &json, gaps[i].org);
        li_json_put_text(&json, "why", li_str(whys[gaps[i].why]));
        li_put_time(&json, "until", gaps[i].until);
        li_json_close_map(&json);
    }
    return li_reply_items_end(request, &json, r);
}
