/*
 * Colleagues by name, and absences: when somebody is away.
 *
 * Everybody notes their own; the administrator of all their places does it for them.
 */
#include "base/id.h"
#include "base/time.h"
#include "serve/op/op.h"
#include "view/json.h"

#define COLLEAGUES 20

int li_op_list_colleagues(struct li_request *request)
{
    struct li_str words = li_request_text(request, "q");
    struct li_person *all;
    struct li_json json;
    size_t count;
    int r = li_person_list(&request->ctx, request->conn, request->tenant->id,
                           words.ptr ? words : LI_S(""), 0, COLLEAGUES, &all, &count);

    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        li_json_open_map(&json);
        li_json_put_id(&json, "person", all[i].id);
        li_json_put_text(&json, "name", all[i].name);
        li_json_close_map(&json);
    }
    return li_reply_items_end(request, &json, 0);
}

static void put_absence(struct li_json *json, const struct li_absence *absence)
{
    li_json_open_map(json);
    li_json_put_id(json, "absence", absence->id);
    li_json_put_id(json, "person", absence->person);
    li_json_put_text(json, "name", absence->name);
    li_json_put_time(json, "since", absence->since);
    li_json_put_time(json, "until", absence->until);
    li_json_close_map(json);
}

static bool is_a(const struct li_request *request, const char *post)
{
    for (size_t i = 0; i < request->viewer.post_count; i++) {
        if (li_str_is(request->viewer.posts[i].post, post)) {
            return true;
        }
    }
    return false;
}

int li_op_list_absences(struct li_request *request)
{
    bool all_of_them = is_a(request, "administrator") || is_a(request, "auditor");
    int64_t person = all_of_them ? 0 : request->viewer.person;
    struct li_absence *all;
    struct li_json json;
    size_t count;
    int r = li_absence_list(&request->ctx, request->conn, request->tenant->id, person,
                            li_now(request->ctx.clock), &all, &count);

    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        put_absence(&json, &all[i]);
    }
    return li_reply_items_end(request, &json, 0);
}

static int may_note(struct li_request *request, int64_t person)
{
    if (person == request->viewer.person) {
        return 0;
    }
    return is_a(request, "administrator")
               ? li_op_over_person(request, person)
               : LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "only the administrator may for others");
}

int li_op_note_absence(struct li_request *request)
{
    struct li_absence_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_str since = li_node_text(request->body, "since");
    int r = args ? li_id_parse(&request->ctx, li_node_text(request->body, "person"), &args->person)
                 : -LI_E_NOMEM;

    if (r == 0 && since.ptr) {
        r = li_time_parse(&request->ctx, since, &args->since);
    }
    r = r ? r : li_time_parse(&request->ctx, li_node_text(request->body, "until"), &args->until);
    r = r ? r : may_note(request, args->person);
    if (r) {
        return r;
    }
    li_request_job(request, &li_absence_note, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

static int reply_absence(struct li_request *request, int status)
{
    struct li_absence absence;
    struct li_json json;
    int r = li_absence_find(&request->ctx, request->conn, request->tenant->id, request->job.entity,
                            &absence);

    if (r) {
        return r;
    }
    json = li_reply_json(request, status);
    put_absence(&json, &absence);
    return li_reply_end(request);
}

int li_op_note_absence_done(struct li_request *request)
{
    return reply_absence(request, 201);
}

int li_op_end_absence(struct li_request *request)
{
    struct li_absence_end_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_absence absence;
    int r = args ? li_id_parse(&request->ctx, li_request_text(request, "absence"), &args->absence)
                 : -LI_E_NOMEM;

    r = r ? r
          : li_absence_find(&request->ctx, request->conn, request->tenant->id, args->absence,
                            &absence);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such absence");
    }
    r = r ? r : may_note(request, absence.person);
    if (r) {
        return r;
    }
    li_request_job(request, &li_absence_end, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_end_absence_done(struct li_request *request)
{
    return reply_absence(request, 200);
}
