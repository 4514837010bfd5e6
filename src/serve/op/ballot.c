/* Ballots: lists, one ballot, drafting, checking, cancelling. */
#include "serve/op/ballot.h"

#include "base/canonical.h"
#include "base/id.h"
#include "base/time.h"
#include "record/vault.h"
#include "view/json.h"

#define PAGE 50

int li_op_ballot_id(struct li_request *request, int64_t *ret)
{
    int r = li_id_parse(&request->ctx, li_request_text(request, "ballot"), ret);

    return r == -LI_E_SYNTAX || (r == 0 && *ret == 0)
               ? LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such ballot")
               : r;
}

int li_op_ballot(struct li_request *request, struct li_ballot *ret)
{
    int64_t id = 0;
    int r = li_op_ballot_id(request, &id);

    r = r ? r : li_ballot_find(&request->ctx, request->conn, request->tenant->id, id, ret);
    if (r == -LI_E_NOT_FOUND ||
        (r == 0 && !li_ballot_is_public(ret) && !li_ballot_may(&request->viewer, ret->area_path))) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such ballot");
    }
    return r;
}

int li_op_ballot_turnout(struct li_request *request, const struct li_ballot *ballot, int64_t *ret)
{
    bool over = ballot->state == LI_BALLOT_CLOSED || ballot->state == LI_BALLOT_COUNTED ||
                ballot->state == LI_BALLOT_FINAL;
    bool live = ballot->state == LI_BALLOT_SET && ballot->spec.turnout_live;

    *ret = -1;
    return over || live ? li_ballot_turnout(&request->ctx, request->conn, request->tenant->id,
                                            ballot->id, ret)
                        : 0;
}

int li_op_ballot_result(struct li_request *request, const struct li_ballot *ballot,
                        struct li_node **ret)
{
    struct li_ballot_result result;
    int r;

    *ret = NULL;
    if (ballot->state != LI_BALLOT_COUNTED && ballot->state != LI_BALLOT_FINAL) {
        return 0;
    }
    r = li_ballot_result(&request->ctx, request->conn, request->tenant->id, ballot->id, &result);
    return r ? r : li_canonical_read(&request->ctx, result.result, ret);
}

/* ---- one ballot as JSON ------------------------------------------------------------------------
 */

static void put_may(struct li_json *json, const struct li_viewer *viewer,
                    const struct li_ballot *ballot, int64_t now)
{
    bool may = li_ballot_may(viewer, ballot->area_path),
         other = viewer->account != ballot->drafted_by;
    bool draft = ballot->state == LI_BALLOT_DRAFT,
         runs = ballot->state == LI_BALLOT_SET && now < ballot->closes_at,
         waits = ballot->state == LI_BALLOT_CLOSED && ballot->papers > 0;
    const struct {
        const char *name;
        bool now;
    } all[] = {{"change", draft},
               {"check", draft && other},
               {"cancel", draft || runs},
               {"codes", runs},
               {"admit", runs && ballot->spec.by == LI_BY_DESK},
               {"paper", runs && now >= ballot->opens_at},
               {"enter", waits},
               {"count", waits && other},
               {"answer", ballot->state == LI_BALLOT_COUNTED}};

    li_json_key(json, "may");
    li_json_open_list(json);
    for (size_t i = 0; may && i < sizeof(all) / sizeof(all[0]); i++) {
        if (all[i].now) {
            li_json_text(json, li_str(all[i].name));
        }
    }
    li_json_close_list(json);
}

static void put_options(struct li_json *json, const struct li_ballot_spec *spec)
{
    li_json_key(json, "options");
    li_json_open_list(json);
    for (size_t i = 0; i < spec->option_count; i++) {
        li_json_open_map(json);
        li_json_put_text(json, "id", spec->options[i].id);
        li_put_texts(json, "title", spec->options[i].title);
        if (spec->options[i].cost) {
            li_json_put_int(json, "cost", spec->options[i].cost);
        }
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static void put_rule(struct li_json *json, const struct li_ballot_spec *spec)
{
    static const char *const passes[] = {"half_voices", "half_electors", "thirds_voices",
                                         "thirds_electors"};
    static const char *const origins[] = {"names", "rows", "post", "desk"};

    li_json_put_text(json, "method", li_str(li_ballot_method_name(spec->method)));
    li_json_put_int(json, "most", spec->most);
    li_json_put_int(json, "seats", spec->seats);
    li_json_put_int(json, "budget", spec->budget);
    if (spec->method == LI_BALLOT_YES_NO) {
        li_json_put_text(json, "pass", li_str(passes[spec->pass]));
    }
    li_json_key(json, "electorate");
    li_json_open_map(json);
    li_json_put_text(json, "by", li_str(origins[spec->by]));
    if (spec->reg.len) {
        li_json_put_text(json, "register", spec->reg);
    }
    if (spec->find.len) {
        li_json_put_text(json, "find", spec->find);
    }
    if (spec->post.len) {
        li_json_put_text(json, "post", spec->post);
    }
    li_json_close_map(json);
    li_json_key(json, "quorum");
    li_json_open_map(json);
    li_json_put_int(json, "of", spec->quorum_num);
    li_json_put_int(json, "in", spec->quorum_den);
    li_json_close_map(json);
    li_json_put_int(json, "publicity_days", spec->publicity_days);
    li_json_put_bool(json, "turnout_live", spec->turnout_live);
}

static void put_lot(struct li_json *json, const struct li_ballot *ballot)
{
    if (!ballot->checked_by) {
        return;
    }
    li_json_key(json, "lot");
    li_json_open_list(json);
    for (size_t i = 0; i < ballot->spec.option_count; i++) {
        li_json_text(json, ballot->spec.options[ballot->lot[i]].id);
    }
    li_json_close_list(json);
}

static void put_times(struct li_json *json, const struct li_ballot *ballot)
{
    const struct {
        const char *name;
        int64_t at;
    } all[] = {{"opens_at", ballot->opens_at},
               {"closes_at", ballot->closes_at},
               {"closed_at", ballot->closed_at},
               {"counted_at", ballot->counted_at},
               {"publicity_until", ballot->publicity_until},
               {"final_at", ballot->final_at}};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (all[i].at) {
            li_json_put_time(json, all[i].name, li_second(all[i].at));
        }
    }
}

/* What stands in a list and at the top of one. */
static int put_line(struct li_request *request, struct li_json *json,
                    const struct li_ballot *ballot)
{
    struct li_area area;
    int r = li_area_at(&request->ctx, request->conn, request->tenant->id, ballot->area_path, &area);

    if (r) {
        return r;
    }
    li_json_put_id(json, "ballot", ballot->id);
    li_json_put_text(json, "phase", li_str(li_ballot_phase(ballot, li_now(request->ctx.clock))));
    li_json_put_text(json, "use", ballot->spec.decision ? LI_S("decision") : LI_S("opinion"));
    li_put_texts(json, "title", ballot->spec.title);
    li_json_key(json, "area");
    li_json_open_map(json);
    li_json_put_text(json, "code", area.code);
    li_json_put_text(json, "name", area.name);
    li_json_close_map(json);
    put_times(json, ballot);
    return 0;
}

static void put_result(struct li_json *json, const struct li_node *result)
{
    if (result) {
        li_json_key(json, "result");
        li_json_node(json, result);
    }
}

static int put_reason(struct li_request *request, struct li_json *json,
                      const struct li_ballot *ballot)
{
    struct li_str reason = {0};
    int r = ballot->state == LI_BALLOT_CANCELLED
                ? li_vault_first(&request->ctx, li_request_house(request)->record, request->conn,
                                 request->tenant->id, ballot->id, LI_S("reason"), &reason)
                : 0;

    if (r == 0 && reason.len) {
        li_json_put_text(json, "reason", reason);
    }
    return r;
}

static int put_objections(struct li_request *request, struct li_json *json,
                          const struct li_ballot *ballot)
{
    struct li_objection *all;
    size_t count = 0, open = 0;
    int r = li_objection_list(&request->ctx, li_request_house(request)->record, request->conn,
                              request->tenant->id, ballot->id, &all, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        open += all[i].answered_at == 0;
    }
    li_json_put_int(json, "objections", (int64_t)count);
    li_json_put_int(json, "objections_open", (int64_t)open);
    return r;
}

static int put_mine(struct li_request *request, struct li_json *json,
                    const struct li_ballot *ballot)
{
    struct li_elector elector;
    int r = li_elector_of_person(&request->ctx, li_request_house(request)->record, request->conn,
                                 request->tenant->id, ballot->id, request->viewer.person, &elector);

    if (r == 0) {
        li_json_key(json, "mine");
        li_json_open_map(json);
        li_json_put_bool(json, "voted", elector.way != LI_WAY_NONE);
        li_json_put_bool(json, "paper", elector.way == LI_WAY_PAPER);
        li_json_close_map(json);
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

static int reply_ballot(struct li_request *request, int status, const struct li_ballot *ballot)
{
    bool staff = li_ballot_may(&request->viewer, ballot->area_path);
    struct li_node *result = NULL;
    int64_t turnout = -1;
    struct li_json json;
    int r = li_op_ballot_turnout(request, ballot, &turnout);

    r = r ? r : li_op_ballot_result(request, ballot, &result);
    if (r) {
        return r;
    }
    json = li_reply_json(request, status);
    li_json_open_map(&json);
    r = put_line(request, &json, ballot);
    li_put_texts(&json, "about", ballot->spec.about);
    put_options(&json, &ballot->spec);
    put_rule(&json, &ballot->spec);
    put_lot(&json, ballot);
    li_json_put_int(&json, "electors", ballot->electors);
    if (turnout >= 0) {
        li_json_put_int(&json, "turnout", turnout);
    }
    if (staff) {
        li_json_put_int(&json, "rev", ballot->rev);
        li_json_put_int(&json, "papers", ballot->papers);
    }
    put_may(&json, &request->viewer, ballot, li_now(request->ctx.clock));
    r = r ? r : put_mine(request, &json, ballot);
    put_result(&json, result);
    r = r ? r : put_reason(request, &json, ballot);
    r = r ? r : put_objections(request, &json, ballot);
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}

/* ---- reading ------------------------------------------------------------------------------------
 */

static bool is_staff(const struct li_request *request)
{
    return request->viewer.kind == LI_VIEWER_STAFF;
}

int li_op_list_ballots(struct li_request *request)
{
    struct li_str before = li_request_text(request, "before");
    struct li_ballot *all = NULL;
    struct li_json json;
    int64_t from = 0, next = 0;
    size_t count = 0;
    int r = before.len ? li_id_parse(&request->ctx, before, &from) : 0;

    r = r ? r
          : li_ballot_list(&request->ctx, request->conn, request->tenant->id, is_staff(request),
                           from, PAGE, &all, &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (!li_ballot_is_public(&all[i]) && !li_ballot_may(&request->viewer, all[i].area_path)) {
            continue;
        }
        li_json_open_map(&json);
        r = put_line(request, &json, &all[i]);
        li_json_close_map(&json);
    }
    next = count == PAGE ? all[count - 1].id : 0;
    return li_reply_items_next(request, &json, next, r);
}

int li_op_get_ballot(struct li_request *request)
{
    struct li_ballot *ballot = li_alloc(&request->ctx, sizeof(*ballot));
    int r = ballot ? li_op_ballot(request, ballot) : -LI_E_NOMEM;

    return r ? r : reply_ballot(request, 200, ballot);
}

/* ---- drafting -----------------------------------------------------------------------------------
 */

static int read_draft(struct li_request *request, struct li_ballot_draft_args *args)
{
    const struct li_node *who = li_node_get(request->body, "electorate"),
                         *names = li_node_get(who, "names"),
                         *rev = li_node_get(request->body, "rev");
    size_t count = names ? names->list.count : 0;
    struct li_str *list = li_alloc_array(&request->ctx, count + 1, sizeof(*list));

    if (!list) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        list[i] = names->list.items[i]->text;
    }
    args->names = list;
    args->name_count = count;
    args->rev = rev ? rev->number : 0;
    return li_ballot_spec_make(&request->ctx, request->body, &args->spec);
}

static int send_draft(struct li_request *request, bool is_new)
{
    struct li_ballot_draft_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? 0 : -LI_E_NOMEM;

    if (r == 0) {
        *args = (struct li_ballot_draft_args){.id = 0};
        r = is_new ? 0 : li_op_ballot_id(request, &args->id);
    }
    r = r ? r : read_draft(request, args);
    if (r) {
        return r;
    }
    li_request_job(request, &li_ballot_draft, args, li_request_text(request, "Idempotency-Key"));
    return LI_LATER;
}

int li_op_draft_ballot(struct li_request *request)
{
    return send_draft(request, true);
}

int li_op_change_ballot(struct li_request *request)
{
    return send_draft(request, false);
}

static int reply_done(struct li_request *request, int status)
{
    struct li_ballot *ballot = li_alloc(&request->ctx, sizeof(*ballot));
    int r = ballot ? li_ballot_find(&request->ctx, request->conn, request->tenant->id,
                                    request->job.entity, ballot)
                   : -LI_E_NOMEM;

    return r ? r : reply_ballot(request, status, ballot);
}

int li_op_draft_ballot_done(struct li_request *request)
{
    return reply_done(request, 201);
}

int li_op_ballot_done(struct li_request *request)
{
    return reply_done(request, 200);
}

int li_op_check_ballot(struct li_request *request)
{
    struct li_ballot_ref_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_ballot_id(request, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->rev = li_node_get(request->body, "rev")->number;
    li_request_job(request, &li_ballot_check, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_cancel_ballot(struct li_request *request)
{
    struct li_ballot_cancel_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? li_op_ballot_id(request, &args->id) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->reason = li_node_text(request->body, "reason");
    li_request_job(request, &li_ballot_cancel, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}
