/* Links of cases, merging one or many, and jobs. */
#include "case/link.h"
#include "base/id.h"
#include "case/child.h"
#include "contract/fault.h"
#include "record/job.h"
#include "serve/op/op.h"
#include "view/json.h"
#include "view/link.h"

static struct li_str key_of(const struct li_request *request)
{
    return li_request_text(request, "Idempotency-Key");
}

static int id_of(struct li_request *request, const char *name, int64_t *ret)
{
    return li_id_parse(&request->ctx, li_request_text(request, name), ret);
}

static int id_in(struct li_request *request, const char *name, int64_t *ret)
{
    return li_id_parse(&request->ctx, li_node_text(request->body, name), ret);
}

/* ---- listLinks --------------------------------------------------------------- */

static void put_link(struct li_json *json, const struct li_view_link *one)
{
    const struct li_case *other = &one->other;
    const struct li_state *state = &other->playbook->machines[0].states[other->state];

    li_json_open_map(json);
    li_put_named(json, "kind", li_str(li_link_info(one->link.kind)->name), one->label);
    li_json_put_text(json, "way", one->goes_out ? LI_S("to") : LI_S("from"));
    li_json_put_id(json, "case", other->id);
    li_json_put_text(json, "number", other->number);
    li_put_texts(json, "title", other->playbook->title);
    li_put_named(json, "state", state->name, state->label);
    li_json_put_bool(json, "closed", other->closed_at != 0);
    li_json_put_bool(json, "beneath", !one->goes_out && other->parent == one->link.to);
    li_json_put_time(json, "opened_at", other->opened_at);
    li_json_put_time(json, "since", one->link.since);
    li_put_time(json, "until", one->link.until);
    li_json_close_map(json);
}

int li_op_list_links(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_link *links;
    struct li_json json;
    int64_t id, before = 0, next = 0;
    size_t count = 0;
    int r = id_of(request, "case", &id);

    if (r == 0 && li_request_text(request, "before").len) {
        r = id_of(request, "before", &before);
    }
    r = r ? r
          : li_view_links(&request->ctx, &view, id, (size_t)li_request_int(request, "limit", 20),
                          before, &links, &count, &next);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        put_link(&json, &links[i]);
    }
    return li_reply_items_next(request, &json, next, 0);
}

/* ---- listBeneath -------------------------------------------------------------- */

#define BENEATH 300

/* What can be done with one press: nothing has to be filled in. */
static void put_presses(struct li_json *json, const struct li_view_beneath *one)
{
    li_json_key(json, "actions");
    li_json_open_list(json);
    for (size_t i = 0; i < one->offer_count; i++) {
        const struct li_action *action = &one->row.playbook->actions[one->offers[i].action];
        if (!one->offers[i].part && !action->need_count) {
            li_json_open_map(json);
            li_json_put_text(json, "name", action->name);
            li_put_texts(json, "label", action->label);
            li_json_close_map(json);
        }
    }
    li_json_close_list(json);
}

static void put_beneath(struct li_json *json, const struct li_view_beneath *one)
{
    const struct li_case *row = &one->row;
    const struct li_state *state = &row->playbook->machines[0].states[row->state];

    li_json_open_map(json);
    li_json_put_id(json, "case", row->id);
    li_json_put_text(json, "number", row->number);
    li_json_put_int(json, "rev", row->rev);
    li_json_put_text(json, "playbook", row->playbook->name);
    li_put_texts(json, "title", row->playbook->title);
    li_put_named(json, "state", state->name, state->label);
    li_json_put_bool(json, "closed", row->closed_at != 0);
    li_json_put_bool(json, "overdue", row->clock.overdue);
    li_json_put_bool(json, "own_link", !row->closed_at && li_case_has_own_link(row->playbook));
    li_json_put_text(json, "line", one->line);
    li_json_put_time(json, "opened_at", row->opened_at);
    put_presses(json, one);
    li_json_close_map(json);
}

int li_op_list_beneath(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_beneath *items;
    struct li_json json;
    size_t count;
    int64_t id;
    int r = id_of(request, "case", &id);

    r = r ? r : li_view_beneath(&request->ctx, &view, id, BENEATH, &items, &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        put_beneath(&json, &items[i]);
    }
    return li_reply_items_end(request, &json, 0);
}

/* ---- linkCase, unlinkCase ------------------------------------------------------ */

static int link_args(struct li_request *request, const struct li_command *command)
{
    struct li_case_link_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? id_of(request, "case", &args->from) : -LI_E_NOMEM;

    r = r ? r : id_in(request, "to", &args->to);
    if (r) {
        return r;
    }
    if (!li_link_kind_of(li_node_text(request->body, "kind"), &args->kind)) {
        return li_fault(&request->ctx, LI_FAULT_CHOICE, LI_S("/kind"), LI_S(""));
    }
    if (li_str_is(li_node_text(request->body, "way"), "from")) {
        int64_t from = args->from;
        args->from = args->to;
        args->to = from;
    }
    li_request_job(request, command, args, key_of(request));
    return LI_LATER;
}

int li_op_link_case(struct li_request *request)
{
    return link_args(request, &li_case_link);
}

int li_op_unlink_case(struct li_request *request)
{
    return link_args(request, &li_case_unlink);
}

int li_op_link_done(struct li_request *request)
{
    struct li_str cursor;
    struct li_json json;
    int r = li_op_cursor(request, &cursor);

    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_put_id(&json, "case", request->job.entity);
    li_json_put_text(&json, "cursor", cursor);
    li_json_put_bool(&json, "replayed", request->job.replayed);
    li_json_close_map(&json);
    return li_reply_end(request);
}

/* ---- mergeCase, unmergeCase ------------------------------------------------------ */

int li_op_merge_case(struct li_request *request)
{
    struct li_case_merge_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? id_of(request, "case", &args->id) : -LI_E_NOMEM;

    r = r ? r : id_in(request, "into", &args->into);
    if (r) {
        return r;
    }
    li_request_job(request, &li_case_merge, args, key_of(request));
    return LI_LATER;
}

int li_op_unmerge_case(struct li_request *request)
{
    struct li_case_unmerge_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? id_of(request, "case", &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    li_request_job(request, &li_case_unmerge, args, key_of(request));
    return LI_LATER;
}

/* ---- mergeCases: many, as a job -------------------------------------------------- */

static int put_items(struct li_request *request, int64_t into, struct li_job_args *job)
{
    const struct li_node *cases = li_node_get(request->body, "cases");
    struct li_str *items = li_alloc_array(&request->ctx, cases->list.count, sizeof(*items));
    int r = items ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < cases->list.count; i++) {
        struct li_case_merge_args item = {.account = request->viewer.account, .into = into};
        r = li_id_parse(&request->ctx, cases->list.items[i]->text, &item.id);
        r = r ? r : li_case_merge_item(&request->ctx, &item, &items[i]);
    }
    job->items = items;
    job->item_count = cases->list.count;
    return r;
}

/* The main case is looked at before the job is made, so that a wrong one is told at
 * once; each of the others when its turn comes. */
static int check_main(struct li_request *request, int64_t into)
{
    struct li_view view = li_request_view(request);
    struct li_case row;
    int r = li_view_other(&request->ctx, &view, into, &row);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such case");
    }
    if (r == 0 && !li_link_may_merge(&request->viewer, row.area_path)) {
        return LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "cases are merged by the desk");
    }
    if (r == 0 && (row.closed_at || row.merged_into)) {
        return LI_FAIL(&request->ctx, LI_E_STATE, "the case is closed or merged itself");
    }
    return r;
}

int li_op_merge_cases(struct li_request *request)
{
    struct li_job_args *job = li_alloc(&request->ctx, sizeof(*job));
    int r = job ? id_in(request, "into", &job->about) : -LI_E_NOMEM;

    r = r ? r : check_main(request, job->about);
    r = r ? r : put_items(request, job->about, job);
    if (r) {
        return r;
    }
    job->command = li_str(li_case_merge.name);
    li_request_job(request, &li_job_begin, job, key_of(request));
    return LI_LATER;
}

static int reply_job(struct li_request *request, int64_t id, int status)
{
    struct li_job_progress job;
    struct li_json json;
    int r = li_job_find(&request->ctx, request->conn, request->tenant->id, id, &job);

    if (r == -LI_E_NOT_FOUND || (r == 0 && job.account != request->viewer.account)) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such job");
    }
    if (r) {
        return r;
    }
    json = li_reply_json(request, status);
    li_json_open_map(&json);
    li_json_put_id(&json, "job", job.id);
    li_json_put_int(&json, "total", job.total);
    li_json_put_int(&json, "done", job.done);
    li_json_put_int(&json, "waiting", job.waiting);
    li_json_put_int(&json, "refused", job.stopped_at ? 0 : job.total - job.waiting - job.done);
    li_json_put_bool(&json, "over", job.waiting == 0);
    li_json_put_bool(&json, "stopped", job.stopped_at != 0);
    li_json_close_map(&json);
    return li_reply_end(request);
}

int li_op_job_done(struct li_request *request)
{
    return reply_job(request, request->job.entity, 202);
}

int li_op_get_job(struct li_request *request)
{
    int64_t id;
    int r = id_of(request, "job", &id);

    return r ? r : reply_job(request, id, 200);
}

int li_op_stop_job(struct li_request *request)
{
    struct li_job_stop_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? id_of(request, "job", &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    li_request_job(request, &li_job_stop, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_stop_job_done(struct li_request *request)
{
    return reply_job(request, request->job.entity, 200);
}
