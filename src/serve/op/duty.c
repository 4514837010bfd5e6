/*
 * Duty: the roster and its swaps, what is told and handed over.
 *
 * Who holds a post at an area sees its roster; its administrator and its desk plan
 * it.  Nothing here says whether somebody came.
 */
#include "base/id.h"
#include "base/time.h"
#include "people/report.h"
#include "people/shift.h"
#include "serve/op/op.h"
#include "view/briefing.h"
#include "view/json.h"

#define REPORTS 30

/* An area of the request at which the viewer holds any post. */
static int area_of(struct li_request *request, struct li_str code, struct li_area *ret)
{
    int r = li_area_find(&request->ctx, request->conn, request->tenant->id,
                         code.ptr ? code : request->tenant->code, ret);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such area");
    }
    for (size_t i = 0; r == 0 && i < request->viewer.post_count; i++) {
        if (li_str_starts(ret->path, request->viewer.posts[i].area_path)) {
            return 0;
        }
    }
    return r ? r : LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "only who holds a post there may");
}

static int may_plan(struct li_request *request, struct li_str path)
{
    if (li_viewer_holds(&request->viewer, LI_S("desk"), path, 0) ||
        li_viewer_holds(&request->viewer, LI_S("administrator"), path, 0)) {
        return 0;
    }
    return LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "only desk and administrator plan duty");
}

static int id_in(struct li_request *request, struct li_str text, int64_t *ret)
{
    *ret = 0;
    return text.ptr ? li_id_parse(&request->ctx, text, ret) : 0;
}

/* ---- the roster ---------------------------------------------------------------------- */

static void put_shift(struct li_json *json, const struct li_shift *shift, int64_t person)
{
    li_json_open_map(json);
    li_json_put_id(json, "shift", shift->id);
    li_json_put_text(json, "post", shift->post);
    li_put_post_label(json, "label", li_post_find(shift->post));
    li_json_put_id(json, "person", shift->person);
    li_json_put_text(json, "name", shift->name);
    li_json_put_bool(json, "mine", shift->person == person);
    li_json_put_time(json, "since", shift->since);
    li_json_put_time(json, "until", shift->until);
    li_json_close_map(json);
}

static int put_swaps(struct li_request *request, struct li_json *json, struct li_str path)
{
    struct li_swap *swaps;
    size_t count;
    int r = li_swap_list(&request->ctx, request->conn, request->tenant->id, path,
                         li_now(request->ctx.clock), &swaps, &count);

    li_json_key(json, "swaps");
    li_json_open_list(json);
    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_swap *swap = &swaps[i];
        li_json_open_map(json);
        li_json_put_id(json, "swap", swap->id);
        li_json_key(json, "shift");
        put_shift(json, &swap->shift, request->viewer.person);
        if (swap->other) {
            li_json_put_id(json, "other", swap->other);
        }
        li_json_put_text(json, "name", swap->name);
        li_json_put_text(json, "asked_by", swap->asker);
        li_json_put_bool(json, "asks_me", swap->person == request->viewer.person);
        li_json_put_bool(json, "mine", swap->asked_by == request->viewer.person);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    return r;
}

static void put_gaps(struct li_json *json, const struct li_shift_gap *gaps, size_t count)
{
    li_json_key(json, "gaps");
    li_json_open_list(json);
    for (size_t i = 0; i < count; i++) {
        li_json_open_map(json);
        li_json_put_text(json, "post", gaps[i].post);
        li_put_post_label(json, "label", li_post_find(gaps[i].post));
        li_json_put_time(json, "day", li_day_start(gaps[i].day));
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static int reply_roster(struct li_request *request, const struct li_area *area, int64_t from,
                        int64_t to)
{
    struct li_shift_gap *gaps;
    struct li_shift *shifts;
    size_t count, gap_count;
    struct li_json json;
    int r = li_shift_list(&request->ctx, request->conn, request->tenant->id, area->path, from, to,
                          &shifts, &count);

    r = r ? r : li_shift_gaps(&request->ctx, shifts, count, from, to, &gaps, &gap_count);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "area");
    li_put_area(&json, area);
    li_json_put_bool(&json, "plans", may_plan(request, area->path) == 0);
    li_ctx_clear(&request->ctx);
    li_json_key(&json, "items");
    li_json_open_list(&json);
    for (size_t i = 0; i < count; i++) {
        put_shift(&json, &shifts[i], request->viewer.person);
    }
    li_json_close_list(&json);
    put_gaps(&json, gaps, gap_count);
    r = put_swaps(request, &json, area->path);
    li_json_close_map(&json);
    return r ? r : li_reply_end(request);
}

/* Days in words: from the first's beginning to the last's end. */
static int days_of(struct li_request *request, struct li_str from, struct li_str to,
                   int64_t *ret_from, int64_t *ret_to)
{
    int32_t first, last;
    int r = li_date_parse(&request->ctx, from, &first);

    r = r ? r : li_date_parse(&request->ctx, to, &last);
    if (r == 0) {
        *ret_from = li_day_start(first);
        *ret_to = li_day_start(last + 1);
    }
    return r;
}

int li_op_get_roster(struct li_request *request)
{
    struct li_area area;
    int64_t from, to;
    int r = area_of(request, li_request_text(request, "area"), &area);

    r = r ? r
          : days_of(request, li_request_text(request, "from"), li_request_text(request, "to"),
                    &from, &to);
    return r ? r : reply_roster(request, &area, from, to);
}

static int read_row(struct li_request *request, const struct li_node *row, struct li_shift_row *ret)
{
    int r = id_in(request, li_node_text(row, "person"), &ret->person);

    ret->post = li_node_text(row, "post");
    r = r ? r : li_time_parse(&request->ctx, li_node_text(row, "since"), &ret->since);
    return r ? r : li_time_parse(&request->ctx, li_node_text(row, "until"), &ret->until);
}

int li_op_put_roster(struct li_request *request)
{
    const struct li_node *rows = li_node_get(request->body, "rows");
    struct li_shift_plan_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_shift_row *all =
        args ? li_alloc_array(&request->ctx, rows->list.count + 1, sizeof(*all)) : NULL;
    struct li_area area;
    int r = all ? area_of(request, li_node_text(request->body, "area"), &area) : -LI_E_NOMEM;

    r = r ? r : may_plan(request, area.path);
    if (r) {
        return r;
    }
    *args =
        (struct li_shift_plan_args){.area_code = area.code, .rows = all, .count = rows->list.count};
    r = days_of(request, li_node_text(request->body, "from"), li_node_text(request->body, "to"),
                &args->from, &args->to);
    for (size_t i = 0; r == 0 && i < rows->list.count; i++) {
        r = read_row(request, rows->list.items[i], &all[i]);
    }
    if (r) {
        return r;
    }
    request->state = args;
    li_request_job(request, &li_shift_plan, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_put_roster_done(struct li_request *request)
{
    const struct li_shift_plan_args *args = request->state;
    struct li_area area;
    int r = area_of(request, args->area_code, &area);

    return r ? r : reply_roster(request, &area, args->from, args->to);
}

/* ---- swaps ------------------------------------------------------------------------------ */

int li_op_ask_swap(struct li_request *request)
{
    struct li_shift_ask_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_shift shift;
    int r = args ? id_in(request, li_node_text(request->body, "shift"), &args->shift) : -LI_E_NOMEM;

    r = r ? r : id_in(request, li_node_text(request->body, "other"), &args->other);
    r = r ? r : id_in(request, li_node_text(request->body, "person"), &args->person);
    r = r ? r
          : li_shift_find(&request->ctx, request->conn, request->tenant->id, args->shift, &shift);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such turn");
    }
    if (r == 0 && shift.person != request->viewer.person) {
        return LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "it is somebody else's turn");
    }
    li_request_job(request, &li_shift_ask, args, (struct li_str){.ptr = NULL});
    return r ? r : LI_LATER;
}

int li_op_ask_swap_done(struct li_request *request)
{
    const struct li_new *made = request->job.plan;
    struct li_json json = li_reply_json(request, 201);

    li_json_open_map(&json);
    li_json_put_id(&json, "swap", made->id);
    li_json_close_map(&json);
    return li_reply_end(request);
}

int li_op_answer_swap(struct li_request *request)
{
    struct li_shift_answer_args *args = li_alloc(&request->ctx, sizeof(*args));
    int r = args ? id_in(request, li_request_text(request, "swap"), &args->swap) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    args->agreed = li_node_get(request->body, "agreed")->flag;
    request->state = args;
    li_request_job(request, &li_shift_answer, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_answer_swap_done(struct li_request *request)
{
    const struct li_shift_answer_args *args = request->state;
    struct li_json json = li_reply_json(request, 200);

    li_json_open_map(&json);
    li_json_put_bool(&json, "agreed", args->agreed);
    li_json_close_map(&json);
    return li_reply_end(request);
}

/* ---- what is told ------------------------------------------------------------------------- */

static enum li_briefing_kind kind_of(struct li_str name)
{
    if (li_str_is(name, "weekly")) {
        return LI_BRIEFING_WEEKLY;
    }
    if (li_str_is(name, "digest")) {
        return LI_BRIEFING_DIGEST;
    }
    if (li_str_is(name, "daily")) {
        return LI_BRIEFING_DAILY;
    }
    return li_str_is(name, "handover") ? LI_BRIEFING_HANDOVER : LI_BRIEFING_MORNING;
}

/* A week is Monday to Sunday, as far as it has come; the morning sheet and the digest begin
 * when yesterday's office closed; a bulletin tells a day as far as it has come; a hand-over
 * where the last one ended, twelve hours ago at the earliest known. */
static int period_of(struct li_request *request, enum li_briefing_kind kind,
                     const struct li_area *area, int64_t *ret_since, int64_t *ret_until)
{
    struct li_str day = li_request_text(request, "day");
    int64_t now = li_now(request->ctx.clock);
    int32_t at = li_day_at(now);
    struct li_report *last;
    size_t count = 0;
    int r = day.ptr ? li_date_parse(&request->ctx, day, &at) : 0;

    if (r) {
        return r;
    }
    *ret_until = now;
    if (kind == LI_BRIEFING_WEEKLY) {
        int64_t monday = li_day_start(at - (li_civil_at(li_day_start(at)).weekday - 1));
        *ret_since = monday;
        *ret_until = monday + 7 * LI_DAY;
        return 0;
    }
    if (kind == LI_BRIEFING_DAILY) {
        *ret_since = li_day_start(at);
        *ret_until = at == li_day_at(now) ? now : li_day_start(at) + LI_DAY;
        return 0;
    }
    if (kind == LI_BRIEFING_MORNING || kind == LI_BRIEFING_DIGEST) {
        *ret_since = li_day_start(at) - 6 * LI_HOUR;
        *ret_until = at == li_day_at(now) ? now : li_day_start(at) + 8 * LI_HOUR;
        return 0;
    }
    *ret_since = now - 12 * LI_HOUR;
    r = li_report_list(&request->ctx, li_request_house(request)->record, request->conn,
                       request->tenant->id, LI_REPORT_HANDOVER, area->path, 1, &last, &count);
    if (r == 0 && count && last[0].until > now - 3 * LI_DAY && last[0].until < now) {
        *ret_since = last[0].until;
    }
    return r;
}

int li_op_get_briefing(struct li_request *request)
{
    enum li_briefing_kind kind = kind_of(li_request_text(request, "kind"));
    struct li_view view = li_request_view(request);
    struct li_briefing briefing;
    int64_t since, until;
    struct li_area area;
    struct li_json json;
    int r = area_of(request, li_request_text(request, "area"), &area);

    r = r ? r : period_of(request, kind, &area, &since, &until);
    r = r ? r : li_view_briefing(&request->ctx, &view, kind, &area, since, until, &briefing);
    if (r) {
        return r;
    }
    json = li_reply_json(request, 200);
    li_json_open_map(&json);
    li_json_key(&json, "area");
    li_put_area(&json, &area);
    li_json_put_time(&json, "since", since);
    li_json_put_time(&json, "until", until);
    li_json_put_int(&json, "opened", briefing.opened);
    li_json_put_int(&json, "closed", briefing.closed);
    li_json_put_int(&json, "today", briefing.today.today);
    li_json_put_int(&json, "overdue", briefing.overdue.overdue);
    li_json_put_int(&json, "repeated", (int64_t)briefing.repeat_count);
    li_json_put_int(&json, "calls", (int64_t)briefing.call_count);
    li_json_key(&json, "urgent");
    li_json_open_list(&json);
    for (size_t i = 0; i < briefing.urgent_count; i++) {
        li_json_open_map(&json);
        li_json_put_id(&json, "case", briefing.urgent[i].id);
        li_json_put_text(&json, "number", briefing.urgent[i].number);
        li_json_close_map(&json);
    }
    li_json_close_list(&json);
    li_put_texts(&json, "text", briefing.text);
    li_json_close_map(&json);
    return li_reply_end(request);
}

/* ---- what is kept ---------------------------------------------------------------------------- */

static int put_report(struct li_request *request, struct li_json *json,
                      const struct li_report *report)
{
    li_json_open_map(json);
    li_json_put_id(json, "report", report->id);
    li_json_put_text(json, "kind", report->kind);
    li_json_put_time(json, "since", report->since);
    li_json_put_time(json, "until", report->until);
    li_json_put_text(json, "made_by", report->maker);
    li_json_put_bool(json, "mine", report->maker_id == request->viewer.person);
    li_json_put_time(json, "made_at", li_second(report->made_at));
    li_json_key(json, "signed_by");
    if (report->signer.ptr) {
        li_json_text(json, report->signer);
    } else {
        li_json_null(json);
    }
    li_put_time(json, "signed_at", report->signed_at ? li_second(report->signed_at) : 0);
    li_json_put_text(json, "text", report->text.ptr ? report->text : LI_S(""));
    li_json_close_map(json);
    return 0;
}

int li_op_list_reports(struct li_request *request)
{
    struct li_report *reports;
    struct li_area area;
    struct li_json json;
    size_t count;
    int r = area_of(request, li_request_text(request, "area"), &area);

    r = r ? r
          : li_report_list(&request->ctx, li_request_house(request)->record, request->conn,
                           request->tenant->id, li_request_text(request, "kind"), area.path,
                           REPORTS, &reports, &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = put_report(request, &json, &reports[i]);
    }
    return li_reply_items_end(request, &json, r);
}

int li_op_save_report(struct li_request *request)
{
    struct li_report_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_area area;
    int r = args ? area_of(request, li_node_text(request->body, "area"), &area) : -LI_E_NOMEM;

    if (r == 0 && !li_viewer_holds(&request->viewer, LI_S("*"), area.path, 0)) {
        r = LI_FAIL(&request->ctx, LI_E_FORBIDDEN, "only who works there may");
    }
    if (r) {
        return r;
    }
    *args = (struct li_report_args){.kind = li_node_text(request->body, "kind"),
                                    .area_code = area.code,
                                    .text = li_str_trim(li_node_text(request->body, "text"))};
    r = li_time_parse(&request->ctx, li_node_text(request->body, "since"), &args->since);
    r = r ? r : li_time_parse(&request->ctx, li_node_text(request->body, "until"), &args->until);
    li_request_job(request, &li_report_save, args, (struct li_str){.ptr = NULL});
    return r ? r : LI_LATER;
}

static int reply_report(struct li_request *request, int status)
{
    struct li_report report;
    struct li_json json;
    int r = li_report_find(&request->ctx, li_request_house(request)->record, request->conn,
                           request->tenant->id, request->job.entity, &report);

    if (r) {
        return r;
    }
    json = li_reply_json(request, status);
    r = put_report(request, &json, &report);
    return r ? r : li_reply_end(request);
}

int li_op_save_report_done(struct li_request *request)
{
    return reply_report(request, 201);
}

int li_op_sign_report(struct li_request *request)
{
    struct li_report_sign_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_report report;
    int r = args ? id_in(request, li_request_text(request, "report"), &args->report) : -LI_E_NOMEM;

    r = r ? r
          : li_report_find(&request->ctx, li_request_house(request)->record, request->conn,
                           request->tenant->id, args->report, &report);
    if (r == -LI_E_NOT_FOUND ||
        (r == 0 && !li_viewer_holds(&request->viewer, LI_S("*"), report.area_path, 0))) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such report");
    }
    li_request_job(request, &li_report_sign, args, (struct li_str){.ptr = NULL});
    return r ? r : LI_LATER;
}

int li_op_sign_report_done(struct li_request *request)
{
    return reply_report(request, 200);
}
