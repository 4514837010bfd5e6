/*
 * Ballots as pages: the list, one with its result and the check of a receipt, and voting with a
 * code, all without script.  Nothing here tells a total before closing, asks to pass anything
 * on, or shows again what somebody chose.
 */
#include "base/id.h"
#include "base/time.h"
#include "contract/fault.h"
#include "record/vault.h"
#include "serve/op/ballot.h"
#include "serve/page/field.h"
#include "serve/page/page.h"
#include "view/square.h"

#define PAGE   50
#define RECENT 20 /* looked at for a district's page */
#define SHOWN  4

static struct li_record *record_of(struct li_request *request)
{
    return li_request_house(request)->record;
}

/* ---- times and amounts -------------------------------------------------------------------------
 */

/* With its year; a deadline at midnight is 24:00 of the day it ends. */
static struct li_str moment_as(struct li_request *request, int64_t at, bool ends)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    struct li_civil civil = li_civil_at(at);
    bool midnight = ends && civil.hour == 0 && civil.minute == 0 && civil.second == 0;
    int hour = midnight ? 24 : civil.hour;
    struct li_str seconds = LI_S("");

    if (midnight) {
        civil = li_civil_at(at - LI_SECOND);
    } else if (civil.second) {
        seconds = li_strf(&request->ctx, ":%02d", civil.second);
    }
    return request->ctx.lang == LI_EN
               ? li_strf(&request->ctx, "%d %s %d, %02d:%02d%.*s", civil.day,
                         months[civil.month - 1], civil.year, hour, midnight ? 0 : civil.minute,
                         LI_P(seconds))
               : li_strf(&request->ctx, "%d年%d月%d日 %02d:%02d%.*s", civil.year, civil.month,
                         civil.day, hour, midnight ? 0 : civil.minute, LI_P(seconds));
}

static struct li_str moment(struct li_request *request, int64_t at)
{
    return moment_as(request, at, true);
}

static struct li_str yuan(struct li_request *request, int64_t fen)
{
    const char *unit = request->ctx.lang == LI_EN ? " yuan" : "元";

    return li_strf(&request->ctx, "%.*s%s", LI_P(li_view_number(&request->ctx, fen, 2)), unit);
}

static struct li_str id_text(struct li_request *request, int64_t id)
{
    char text[LI_ID_TEXT + 1];

    li_id_format(id, text);
    return li_str_dup(&request->ctx, li_str(text));
}

static struct li_str count_text(struct li_request *request, int64_t number)
{
    return li_strf(&request->ctx, "%lld", (long long)number);
}

/* ---- what every page about a ballot says
 * ------------------------------------------------------------ */

static int put_head(struct li_request *request, struct li_node *data,
                    const struct li_ballot *ballot)
{
    const char *phase = li_ballot_phase(ballot, li_now(request->ctx.clock));
    struct li_area area;
    int r = li_area_at(&request->ctx, request->conn, request->tenant->id, ballot->area_path, &area);

    if (r) {
        return r;
    }
    li_page_text(request, data, "ballot", id_text(request, ballot->id));
    li_page_texts(request, data, "title", ballot->spec.title);
    li_page_text(request, data, "phase", li_page_word_of(request, "ballot_phase", li_str(phase)));
    li_page_bool(request, data, "is_open", strcmp(phase, "open") == 0);
    li_page_bool(request, data, "is_counted",
                 ballot->state == LI_BALLOT_COUNTED || ballot->state == LI_BALLOT_FINAL);
    li_page_text(request, data, "use",
                 li_page_word_of(request, "ballot_use",
                                 ballot->spec.decision ? LI_S("decision") : LI_S("opinion")));
    li_page_bool(request, data, "is_opinion", !ballot->spec.decision);
    li_page_text(request, data, "area", area.name);
    li_page_text(request, data, "opens", moment_as(request, ballot->opens_at, false));
    li_page_text(request, data, "closes", moment(request, ballot->closes_at));
    return 0;
}

static void put_place(struct li_request *request, struct li_node *data)
{
    li_page_text(request, data, "tenant", request->tenant->slug);
    li_page_text(request, data, "name", request->tenant->name);
}

/* On a district's own page: those that are not over. */
int li_op_put_ballots(struct li_request *request, struct li_node *data)
{
    struct li_node *list = li_page_list(request, data, "ballots");
    struct li_ballot *all = NULL;
    size_t count = 0, shown = 0;
    int r = li_ballot_list(&request->ctx, request->conn, request->tenant->id, false, 0, RECENT,
                           &all, &count);

    for (size_t i = 0; r == 0 && i < count && shown < SHOWN; i++) {
        bool over = all[i].state == LI_BALLOT_FINAL || all[i].state == LI_BALLOT_CANCELLED;
        if (li_ballot_is_public(&all[i]) && !over) {
            r = put_head(request, li_page_item(request, list), &all[i]);
            shown++;
        }
    }
    li_page_bool(request, data, "has_ballots", shown > 0);
    return r;
}

/* Those a case opened and that are held or were, on its page and that of who reported it. */
int li_op_put_case_ballots(struct li_request *request, struct li_node *data,
                           const struct li_case *row)
{
    struct li_node *list = li_page_list(request, data, "case_ballots");
    bool some = false;
    int r = 0;

    for (size_t i = 0; r == 0 && row->votes && i < row->playbook->ballot_count; i++) {
        struct li_ballot ballot;
        if (!row->votes[i].ballot || li_str_is(row->votes[i].state, "cancelled")) {
            continue;
        }
        r = li_ballot_find(&request->ctx, request->conn, request->tenant->id, row->votes[i].ballot,
                           &ballot);
        r = r ? r : put_head(request, li_page_item(request, list), &ballot);
        some = true;
    }
    li_page_bool(request, data, "has_case_ballots", some);
    return r;
}

int li_op_page_ballots(struct li_request *request)
{
    struct li_ballot *all = NULL;
    struct li_node *data, *list;
    size_t count = 0;
    int r = li_ballot_list(&request->ctx, request->conn, request->tenant->id, false, 0, PAGE, &all,
                           &count);

    li_op_lang(request);
    data = li_page_new(request);
    put_place(request, data);
    list = li_page_list(request, data, "ballots");
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (li_ballot_is_public(&all[i])) {
            r = put_head(request, li_page_item(request, list), &all[i]);
        }
    }
    li_page_bool(request, data, "has_ballots", list && list->list.count > 0);
    return r ? r : li_page_render(request, 200, "ballots", data);
}

/* ---- one ballot
 * ------------------------------------------------------------------------------------ */

static struct li_str method_text(struct li_request *request, const struct li_ballot_spec *spec)
{
    struct li_str name = li_str(li_ballot_method_name(spec->method));
    struct li_str text = li_page_word_of(request, "ballot_method", name);

    if (spec->method == LI_BALLOT_YES_NO) {
        static const char *const passes[] = {"half_voices", "half_electors", "thirds_voices",
                                             "thirds_electors"};
        struct li_str pass = li_page_word_of(request, "ballot_pass", li_str(passes[spec->pass]));
        text = li_strf(&request->ctx, "%.*s %.*s", LI_P(text), LI_P(pass));
    }
    return text;
}

static void put_rules(struct li_request *request, struct li_node *data,
                      const struct li_ballot *ballot)
{
    static const char *const origins[] = {"names", "rows", "post", "desk"};
    const struct li_ballot_spec *spec = &ballot->spec;

    li_page_text(request, data, "method", method_text(request, spec));
    li_page_text(request, data, "who",
                 li_page_word_of(request, "ballot_by", li_str(origins[spec->by])));
    li_page_text(request, data, "electors", count_text(request, ballot->electors));
    if (spec->quorum_num) {
        li_page_text(request, data, "quorum",
                     li_strf(&request->ctx, "%lld/%lld", (long long)spec->quorum_num,
                             (long long)spec->quorum_den));
    }
    if (spec->budget) {
        li_page_text(request, data, "budget", yuan(request, spec->budget));
    }
    if (spec->publicity_days) {
        li_page_text(request, data, "publicity",
                     li_page_filled(request, "ballot_publicity_days", "{days}",
                                    count_text(request, spec->publicity_days)));
    }
}

static const struct li_node *points_of(const struct li_node *result, struct li_str id)
{
    const struct li_node *list = li_node_get(result, "options");

    for (size_t i = 0; list && i < list->list.count; i++) {
        if (li_str_eq(li_node_text(list->list.items[i], "id"), id)) {
            return li_node_get(list->list.items[i], "points");
        }
    }
    return NULL;
}

static bool is_chosen(const struct li_node *result, struct li_str id)
{
    const struct li_node *list = li_node_get(result, "chosen");

    for (size_t i = 0; list && i < list->list.count; i++) {
        if (li_str_eq(list->list.items[i]->text, id)) {
            return true;
        }
    }
    return false;
}

static int64_t number(const struct li_node *map, const char *key)
{
    const struct li_node *node = li_node_get(map, key);

    return !node ? 0 : node->kind == LI_BOOL ? node->flag : node->number;
}

static void put_options(struct li_request *request, struct li_node *data,
                        const struct li_ballot *ballot, const struct li_node *result)
{
    const struct li_ballot_spec *spec = &ballot->spec;
    struct li_node *list = li_page_list(request, data, "options");
    int64_t most = 1;

    for (size_t i = 0; result && i < spec->option_count; i++) {
        const struct li_node *points = points_of(result, spec->options[i].id);
        most = points && points->number > most ? points->number : most;
    }
    for (size_t i = 0; i < spec->option_count; i++) {
        struct li_node *item = li_page_item(request, list);
        const struct li_node *points = result ? points_of(result, spec->options[i].id) : NULL;
        li_page_text(request, item, "id", spec->options[i].id);
        li_page_texts(request, item, "option", spec->options[i].title);
        if (spec->options[i].cost) {
            li_page_text(request, item, "cost", yuan(request, spec->options[i].cost));
        }
        if (points) {
            li_page_text(request, item, "points", count_text(request, points->number));
            li_page_text(request, item, "most", count_text(request, most));
            li_page_bool(request, item, "chosen", is_chosen(result, spec->options[i].id));
        }
    }
}

static void put_result(struct li_request *request, struct li_node *data,
                       const struct li_ballot *ballot, const struct li_node *result)
{
    struct li_node *map = li_page_map(request, data, "result");
    bool reached = number(result, "reached");

    li_page_text(request, map, "voices", count_text(request, number(result, "voices")));
    li_page_text(request, map, "of_electors", count_text(request, number(result, "electors")));
    li_page_bool(request, map, "reached", reached);
    li_page_bool(request, map, "yes_no", reached && ballot->spec.method == LI_BALLOT_YES_NO);
    li_page_bool(request, map, "is_score", ballot->spec.method == LI_BALLOT_SCORE_OF);
    li_page_bool(request, map, "passed", number(result, "passed"));
    li_page_bool(request, map, "by_list", number(result, "by_list"));
    if (number(result, "papers")) {
        li_page_text(request, map, "papers", count_text(request, number(result, "papers")));
    }
    if (number(result, "blank")) {
        li_page_text(request, map, "blank", count_text(request, number(result, "blank")));
    }
    if (number(result, "damaged")) {
        li_page_text(request, map, "damaged", count_text(request, number(result, "damaged")));
    }
    if (number(result, "spent")) {
        li_page_text(request, map, "spent", yuan(request, number(result, "spent")));
    }
}

static int put_receipt(struct li_request *request, struct li_node *data,
                       const struct li_ballot *ballot)
{
    struct li_str receipt = li_str_trim(li_request_text(request, "receipt"));
    struct li_ballot_result result;
    bool counted = false;
    int r;

    if (!receipt.len) {
        return 0;
    }
    r = li_ballot_result(&request->ctx, request->conn, request->tenant->id, ballot->id, &result);
    r = r ? r : li_op_is_counted(request, &result, ballot->id, receipt, &counted);
    if (r == -LI_E_INVALID) {
        li_ctx_clear(&request->ctx);
        r = 0;
    }
    li_page_text(request, data, "receipt", receipt);
    li_page_bool(request, data, "receipt_found", counted);
    li_page_bool(request, data, "receipt_absent", !counted);
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

static int put_objections(struct li_request *request, struct li_node *data,
                          const struct li_ballot *ballot)
{
    bool open =
        ballot->state == LI_BALLOT_COUNTED && li_now(request->ctx.clock) < ballot->publicity_until;
    struct li_objection *all;
    size_t count = 0, answered = 0;
    int r = li_objection_list(&request->ctx, record_of(request), request->conn, request->tenant->id,
                              ballot->id, &all, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        answered += all[i].answered_at != 0;
    }
    li_page_bool(request, data, "may_object", open);
    if (open) {
        li_page_text(request, data, "key", li_page_key(request));
        li_page_text(request, data, "until", moment(request, ballot->publicity_until));
    }
    if (r == 0 && count) {
        li_page_text(request, data, "objections", count_text(request, (int64_t)count));
        li_page_text(request, data, "answered", count_text(request, (int64_t)answered));
    }
    li_page_bool(request, data, "said", li_request_text(request, "said").len > 0);
    return r;
}

static int show_ballot(struct li_request *request, int status, const struct li_ballot *ballot)
{
    struct li_node *data = li_page_new(request), *result = NULL;
    struct li_str reason = {0};
    int64_t turnout = -1;
    int r = put_head(request, data, ballot);

    put_place(request, data);
    put_rules(request, data, ballot);
    li_page_texts(request, data, "about", ballot->spec.about);
    r = r ? r : li_op_ballot_result(request, ballot, &result);
    r = r ? r : li_op_ballot_turnout(request, ballot, &turnout);
    if (turnout >= 0 && !result) {
        li_page_text(request, data, "turnout", count_text(request, turnout));
    }
    put_options(request, data, ballot, result);
    if (result) {
        put_result(request, data, ballot, result);
        li_page_text(request, data, "counted", moment(request, li_second(ballot->counted_at)));
    }
    r = r ? r : put_receipt(request, data, ballot);
    r = r ? r : put_objections(request, data, ballot);
    if (r == 0 && ballot->state == LI_BALLOT_CANCELLED) {
        r = li_vault_first(&request->ctx, record_of(request), request->conn, request->tenant->id,
                           ballot->id, LI_S("reason"), &reason);
        li_page_text(request, data, "reason", reason.ptr ? reason : LI_S(""));
    }
    if (status != 200) {
        li_op_put_problem(request, data);
    }
    return r ? r : li_page_render(request, status, "ballot", data);
}

int li_op_page_ballot(struct li_request *request)
{
    struct li_ballot *ballot = li_alloc(&request->ctx, sizeof(*ballot));
    int r = ballot ? li_op_ballot(request, ballot) : -LI_E_NOMEM;

    li_op_lang(request);
    return r ? r : show_ballot(request, 200, ballot);
}

static const char *lang_query(const struct li_request *request)
{
    return request->ctx.lang == LI_EN ? "lang=en" : "lang=zh";
}

static void take_lang(struct li_request *request)
{
    struct li_str lang = li_node_text(request->body, "lang");

    if (lang.ptr) {
        request->ctx.lang = li_str_is(lang, "en") ? LI_EN : LI_ZH;
    }
}

int li_op_submit_objection(struct li_request *request)
{
    struct li_ballot_object_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_ballot *ballot = li_alloc(&request->ctx, sizeof(*ballot));
    struct li_str contact = li_str_trim(li_node_text(request->body, "contact"));
    int r = args && ballot ? li_op_ballot(request, ballot) : -LI_E_NOMEM;

    take_lang(request);
    if (r) {
        return r;
    }
    *args = (struct li_ballot_object_args){.id = ballot->id,
                                           .text = li_str_trim(li_node_text(request->body, "text")),
                                           .contact = contact.len ? contact : LI_S("")};
    if (li_utf8_length(args->text) < 5) {
        return show_ballot(request, 422, ballot);
    }
    li_request_job(request, &li_ballot_object, args, li_node_text(request->body, "key"));
    return LI_LATER;
}

int li_op_submit_objection_done(struct li_request *request)
{
    return li_reply_see(
        request, li_strf(&request->ctx, "/%.*s/ballots/%.*s?said=1&%s", LI_P(request->tenant->slug),
                         LI_P(li_request_text(request, "ballot")), lang_query(request)));
}

/* ---- voting
 * ------------------------------------------------------------------------------------------ */

/* The ballot and elector of a code; -LI_E_NOT_FOUND quietly. */
static int by_code(struct li_request *request, struct li_str code, struct li_ballot *ballot,
                   struct li_elector *elector)
{
    int64_t id = 0;
    int r = li_elector_by_code(&request->ctx, record_of(request), request->conn,
                               request->tenant->id, li_str_trim(code), &id, elector);

    return r ? r : li_ballot_find(&request->ctx, request->conn, request->tenant->id, id, ballot);
}

static bool is_budget(const struct li_ballot_spec *spec)
{
    return spec->method == LI_BALLOT_GREEDY || spec->method == LI_BALLOT_SHARES;
}

static struct li_str how_text(struct li_request *request, const struct li_ballot_spec *spec)
{
    struct li_str name = li_str(li_ballot_method_name(spec->method));

    if ((spec->method == LI_BALLOT_APPROVAL || is_budget(spec)) && spec->most > 0) {
        return li_page_filled(request, "ballot_how_at_most", "{most}",
                              count_text(request, spec->most));
    }
    return is_budget(spec) ? li_page_word_of(request, "ballot_how", LI_S("approval"))
                           : li_page_word_of(request, "ballot_how", name);
}

/* 0 … most, or 1 … the number of options, each chosen or not. */
static void put_steps(struct li_request *request, struct li_node *item, int64_t from, int64_t to,
                      struct li_str chosen)
{
    struct li_node *list = li_page_list(request, item, "steps");

    for (int64_t i = from; i <= to; i++) {
        struct li_node *step = li_page_item(request, list);
        struct li_str text = count_text(request, i);
        li_page_text(request, step, "step", text);
        li_page_bool(request, step, "selected", li_str_eq(text, chosen));
    }
}

static struct li_str given(struct li_request *request, const char *family, struct li_str id)
{
    struct li_str name = li_strf(&request->ctx, "%s.%.*s", family, LI_P(id));

    return name.ptr ? li_page_given(request, name) : (struct li_str){0};
}

static void put_form(struct li_request *request, struct li_node *data,
                     const struct li_ballot_spec *spec)
{
    bool one = spec->method == LI_BALLOT_YES_NO || spec->method == LI_BALLOT_SINGLE,
         score = spec->method == LI_BALLOT_SCORE_OF, ranked = spec->method == LI_BALLOT_RANKED;
    struct li_node *list = li_page_list(request, data, "choices");
    struct li_str pick = request->body ? li_page_given(request, LI_S("pick")) : (struct li_str){0};

    li_page_text(request, data, "how", how_text(request, spec));
    li_page_bool(request, data, "has_blank", spec->method == LI_BALLOT_SINGLE);
    for (size_t i = 0; i < spec->option_count; i++) {
        const struct li_ballot_option *option = &spec->options[i];
        struct li_node *item = li_page_item(request, list);
        bool sent = request->body != NULL;
        li_page_text(request, item, "id", option->id);
        li_page_texts(request, item, "option", option->title);
        if (option->cost) {
            li_page_text(request, item, "cost", yuan(request, option->cost));
        }
        li_page_bool(request, item, "is_one", one);
        li_page_bool(request, item, "is_many", !one && !score && !ranked);
        li_page_bool(request, item, "is_score", score);
        li_page_bool(request, item, "is_ranked", ranked);
        li_page_bool(request, item, "checked",
                     one ? sent && li_str_eq(pick, option->id)
                         : sent && given(request, "pick", option->id).len > 0);
        if (score || ranked) {
            put_steps(
                request, item, score ? 0 : 1, score ? spec->most : (int64_t)spec->option_count,
                sent ? given(request, score ? "points" : "rank", option->id) : (struct li_str){0});
        }
    }
}

static int show_vote(struct li_request *request, int status, const struct li_ballot *ballot,
                     const struct li_elector *elector, struct li_str code)
{
    struct li_node *data = li_page_new(request);
    bool open = li_ballot_is_open(ballot, li_now(request->ctx.clock));
    bool paper = elector->way == LI_WAY_PAPER;
    int r = put_head(request, data, ballot);

    put_place(request, data);
    li_page_texts(request, data, "about", ballot->spec.about);
    li_page_text(request, data, "code", code);
    li_page_bool(request, data, "has_paper", paper);
    li_page_bool(request, data, "has_voted", elector->way == LI_WAY_NET);
    li_page_bool(request, data, "may_vote", open && !paper);
    put_form(request, data, &ballot->spec);
    if (ballot->spec.budget) {
        li_page_text(request, data, "budget", yuan(request, ballot->spec.budget));
    }
    if (status != 200) {
        const struct li_error *error = li_ctx_error(&request->ctx);
        struct li_node *problem = li_page_map(request, data, "problem");
        li_page_text(request, problem, "title", li_page_word(request, "ballot_not_taken"));
        if (error && error->reason) {
            li_page_text(request, problem, "detail",
                         li_fault_sentence(&request->ctx, error, request->ctx.lang));
        }
    }
    return r ? r : li_page_render(request, status, "vote", data);
}

/* Asks for the code; `tried`: there is none like that. */
static int ask_code(struct li_request *request, int status, struct li_str tried)
{
    struct li_node *data = li_page_new(request);

    put_place(request, data);
    li_page_text(request, data, "tried", tried.ptr ? tried : LI_S(""));
    return li_page_render(request, status, "vote_code", data);
}

int li_op_page_vote(struct li_request *request)
{
    struct li_str code = li_request_text(request, "code");
    struct li_ballot *ballot = li_alloc(&request->ctx, sizeof(*ballot));
    struct li_elector elector;
    int r = ballot ? 0 : -LI_E_NOMEM;

    li_op_lang(request);
    if (r || !code.len) {
        return r ? r : ask_code(request, 200, code);
    }
    r = by_code(request, code, ballot, &elector);
    return r == -LI_E_NOT_FOUND ? ask_code(request, 404, code)
           : r                  ? r
                                : show_vote(request, 200, ballot, &elector, code);
}

/* ---- what was chosen
 * ------------------------------------------------------------------------------------- */

static int push(struct li_request *request, struct li_node *list, struct li_str id, int64_t points)
{
    struct li_ctx *ctx = &request->ctx;
    struct li_node *mark = li_node_new_map(ctx);
    int r = mark ? li_node_put(ctx, mark, LI_S("option"), li_node_new_text(ctx, id)) : -LI_E_NOMEM;

    r = r ? r : li_node_put(ctx, mark, LI_S("points"), li_node_new_int(ctx, points));
    return r ? r : li_node_push(ctx, list, mark);
}

/* Best first; two at one place are no order. */
static int push_ranked(struct li_request *request, const struct li_ballot_spec *spec,
                       struct li_node *list)
{
    int r = 0;

    for (size_t rank = 1; r == 0 && rank <= spec->option_count; rank++) {
        struct li_str text = count_text(request, (int64_t)rank);
        size_t found = 0;
        for (size_t i = 0; r == 0 && i < spec->option_count; i++) {
            if (li_str_eq(given(request, "rank", spec->options[i].id), text)) {
                r = found++ ? li_fault(&request->ctx, LI_FAULT_TWICE, LI_S("/choice"), LI_S(""))
                            : push(request, list, spec->options[i].id, 1);
            }
        }
    }
    return r;
}

static int push_all(struct li_request *request, const struct li_ballot_spec *spec,
                    struct li_node *list)
{
    bool score = spec->method == LI_BALLOT_SCORE_OF;
    int r = 0;

    for (size_t i = 0; r == 0 && i < spec->option_count; i++) {
        struct li_str text = given(request, score ? "points" : "pick", spec->options[i].id);
        int64_t points = 1;
        if (text.len && (!score || li_str_to_i64(text, &points))) {
            r = push(request, list, spec->options[i].id, points);
        }
    }
    return r;
}

/* 0, or a fault: one of several must be picked, a blank voice is a pick of its own. */
static int gather(struct li_request *request, const struct li_ballot_spec *spec,
                  struct li_node **ret)
{
    struct li_node *list = li_node_new_list(&request->ctx);
    struct li_str pick = li_page_given(request, LI_S("pick"));
    int r = list ? 0 : -LI_E_NOMEM;

    *ret = list;
    if (r) {
        return r;
    }
    if (spec->method == LI_BALLOT_YES_NO || spec->method == LI_BALLOT_SINGLE) {
        if (!pick.len) {
            return li_fault(&request->ctx, LI_FAULT_REQUIRED, LI_S("/choice"), LI_S(""));
        }
        return li_str_is(pick, "-") ? 0 : push(request, list, pick, 1);
    }
    return spec->method == LI_BALLOT_RANKED ? push_ranked(request, spec, list)
                                            : push_all(request, spec, list);
}

int li_op_submit_vote(struct li_request *request)
{
    struct li_str code = li_node_text(request->body, "code");
    bool cast = li_str_is(li_node_text(request->body, "action"), "cast");
    struct li_ballot_cast_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_ballot *ballot = li_alloc(&request->ctx, sizeof(*ballot));
    struct li_elector elector;
    struct li_choice choice;
    struct li_node *list = NULL;
    int r = args && ballot ? by_code(request, code, ballot, &elector) : -LI_E_NOMEM;

    take_lang(request);
    if (r == -LI_E_NOT_FOUND) {
        return ask_code(request, 404, code);
    }
    if (r || !cast || elector.way == LI_WAY_PAPER ||
        !li_ballot_is_open(ballot, li_now(request->ctx.clock))) {
        return r ? r : show_vote(request, 200, ballot, &elector, code);
    }
    r = gather(request, &ballot->spec, &list);
    r = r ? r : li_choice_read(&request->ctx, &ballot->spec, LI_S("/choice"), list, &choice);
    if (r == -LI_E_INVALID) {
        return show_vote(request, 422, ballot, &elector, code);
    }
    if (r) {
        return r;
    }
    *args = (struct li_ballot_cast_args){.id = ballot->id, .code = code, .choice = list};
    li_request_job(request, &li_ballot_cast, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_submit_vote_done(struct li_request *request)
{
    const struct li_ballot_cast *cast = request->job.plan;
    struct li_ballot *ballot = li_alloc(&request->ctx, sizeof(*ballot));
    struct li_node *data = li_page_new(request);
    struct li_str receipt = {0};
    int r = ballot ? li_ballot_find(&request->ctx, request->conn, request->tenant->id, cast->ballot,
                                    ballot)
                   : -LI_E_NOMEM;

    r = r ? r
          : li_ballot_receipt(&request->ctx, record_of(request), request->tenant->id, cast->ballot,
                              cast->elector, &receipt);
    r = r ? r : put_head(request, data, ballot);
    put_place(request, data);
    li_page_text(request, data, "receipt", receipt.ptr ? receipt : LI_S(""));
    return r ? r : li_page_render(request, 200, "voted", data);
}
