/*
 * The permission walk: every action of the playbook, in every state, by every
 * kind of viewer, against the table below; and every reading of a case by every
 * viewer, with what they must not find in it.
 */
#include "lib/cases.h"
#include "view/json.h"

LI_SQL(permission_entries, "select cast(count(*) as bigint) from history where tenant = $1");

/*
 * One letter a viewer, in the order of enum cases_who: anyone, reporter, follower,
 * desk, other desk, handler, other handler, checker, both, stranger.
 *
 *   . is told that there is no such case (or no such part)
 *   Y may     S not in this state     F is for others     R has worked on it
 */
struct line {
    const char *state, *action, *may;
};
static const struct line table[] = {
    {"received", "dispatch", ".FFY...FF."}, {"received", "decline", ".FFY...FF."},
    {"received", "done", ".........."},     {"received", "recall", ".........."},
    {"received", "pass", ".SSS...SS."},     {"received", "fail", ".SSS...SS."},
    {"received", "finish", ".SSS...SS."},   {"received", "return_to_desk", ".SSS...SS."},
    {"handling", "dispatch", ".SSS.S.SS."}, {"handling", "decline", ".SSS.S.SS."},
    {"handling", "done", ".FFF.Y.FY."},     {"handling", "recall", ".FFY.F.FF."},
    {"handling", "pass", ".SSS.S.SS."},     {"handling", "fail", ".SSS.S.SS."},
    {"handling", "finish", ".FFF.F.FF."},   {"handling", "return_to_desk", ".FFF.F.FF."},
    {"checking", "dispatch", ".SSS.S.SS."}, {"checking", "decline", ".SSS.S.SS."},
    {"checking", "done", ".SSS.S.SS."},     {"checking", "recall", ".SSS.S.SS."},
    {"checking", "pass", ".FFF.F.YR."},     {"checking", "fail", ".FFF.F.YR."},
    {"checking", "finish", ".SSS.S.SS."},   {"checking", "return_to_desk", ".SSS.S.SS."},
    {"closed", "dispatch", ".SSS.S.SS."},   {"closed", "decline", ".SSS.S.SS."},
    {"closed", "done", ".SSS.S.SS."},       {"closed", "recall", ".SSS.S.SS."},
    {"closed", "pass", ".SSS.S.SS."},       {"closed", "fail", ".SSS.S.SS."},
    {"closed", "finish", ".SSS.S.SS."},     {"closed", "return_to_desk", ".SSS.S.SS."},
    {"declined", "dispatch", ".SSS...SS."}, {"declined", "decline", ".SSS...SS."},
    {"declined", "done", ".........."},     {"declined", "recall", ".........."},
    {"declined", "pass", ".SSS...SS."},     {"declined", "fail", ".SSS...SS."},
    {"declined", "finish", ".SSS...SS."},   {"declined", "return_to_desk", ".SSS...SS."},
};
#define LINES (sizeof(table) / sizeof(table[0]))

static int code_of(char letter)
{
    switch (letter) {
    case '.':
        return -LI_E_NOT_FOUND;
    case 'S':
        return -LI_E_STATE;
    case 'F':
        return -LI_E_FORBIDDEN;
    case 'R':
        return -LI_E_RELATED;
    default:
        assert_int_equal(letter, 'Y');
        return 0;
    }
}

static const char *fields_of(const char *action)
{
    static const struct {
        const char *action, *fields;
    } all[] = {
        {"dispatch", "{\"unit\":\"$0\"}"},
        {"done", "{\"answer\":\"" CASES_ANSWER "\"}"},
        {"decline", "{\"reason\":\"" CASES_REASON "\"}"},
        {"recall", "{\"reason\":\"" CASES_REASON "\"}"},
        {"fail", "{\"reason\":\"" CASES_REASON "\"}"},
    };

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        if (strcmp(all[i].action, action) == 0) {
            return all[i].fields;
        }
    }
    return NULL;
}

static bool is_of_part(const char *action)
{
    return strcmp(action, "done") == 0 || strcmp(action, "recall") == 0;
}

static bool is_offered(struct test_cases *c, const struct li_viewer *viewer, int64_t id,
                       const char *action)
{
    struct li_case row = cases_row(c, id);
    struct li_snapshot snapshot;
    struct li_case_part *parts;
    struct li_offer *offers;
    size_t count = cases_parts(c, id, &parts), offer_count;

    assert_ok(c->r->t,
              li_case_snapshot(c->r->ctx, &row, parts, count, li_now(c->r->clock), &snapshot));
    assert_ok(c->r->t, li_machine_offers(c->r->ctx, &snapshot, viewer,
                                         li_case_is_reporter(viewer, id), &offers, &offer_count));
    for (size_t i = 0; i < offer_count; i++) {
        if (li_str_is(row.playbook->actions[offers[i].action].name, action)) {
            return true;
        }
    }
    return false;
}

/* What is offered is what may be done; who is not told of a case is offered nothing
 * because they cannot look at it. */
static void walk_line(struct test_cases *c, const struct line *line)
{
    int64_t id = cases_at(c, line->state);
    int part = is_of_part(line->action) ? 1 : 0;

    assert_int_equal(strlen(line->may), CASES_WHO);
    for (enum cases_who who = 0; who < CASES_WHO; who++) {
        const struct li_viewer viewer = cases_viewer(c, who, id);
        int64_t before = records_number(c->r, &permission_entries, LI_ARGS(li_v(c->r->tenant)));
        bool offered = is_offered(c, &viewer, id, line->action);
        int r = cases_act(c, id, who, line->action, part, fields_of(line->action));
        if (r != code_of(line->may[who])) {
            fail_msg("%s in %s by viewer %d: %d (%.*s), the table says %c", line->action,
                     line->state, who, r, LI_P(li_ctx_explain(c->r->ctx)), line->may[who]);
        }
        if (line->may[who] != '.' && offered != (r == 0)) {
            fail_msg("%s in %s is %soffered to viewer %d", line->action, line->state,
                     offered ? "" : "not ", who);
        }
        li_ctx_clear(c->r->ctx);
        assert_int_equal(records_number(c->r, &permission_entries, LI_ARGS(li_v(c->r->tenant))),
                         before + (r == 0));
        if (r == 0) {
            id = cases_at(c, line->state);
        }
    }
}

static void acting(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    const struct li_playbook *playbook;
    size_t states;

    assert_ok(t, li_library_find(c->r->ctx, c->house.bound.library, t->writer, 1,
                                 LI_S("service-request"), 0, &playbook));
    states = playbook->machines[0].state_count;
    assert_int_equal(LINES, states * playbook->action_count);
    for (size_t i = 0; i < LINES; i++) {
        assert_true(li_machine_state(&playbook->machines[0], li_str(table[i].state)) >= 0);
        assert_true(li_playbook_action(playbook, li_str(table[i].action)) >= 0);
        walk_line(c, &table[i]);
    }
    assert_verifies(c->r, 1);
}

/* ---- reading ----------------------------------------------------------------- */

static bool holds(struct li_str text, const char *part)
{
    return text.len && memmem(text.ptr, text.len, part, strlen(part));
}

enum reading { AS_CASE, AS_PROGRESS, AS_PUBLIC, AS_MINE, AS_ALL };

/* What a reading gives as JSON; 0 or what refused it. */
static int read_as(struct test_cases *c, enum reading how, const struct li_viewer *viewer,
                   int64_t id, const uint8_t token[16], struct li_str *ret)
{
    struct li_view view = cases_view(c, viewer);
    struct li_buf *buf = li_buf_new(c->r->ctx, 0);
    struct li_view_case seen;
    struct li_view_list list;
    struct li_str none = {.ptr = NULL};
    struct li_json json;
    int r;

    assert_non_null(buf);
    li_json_init(&json, buf, false);
    switch (how) {
    case AS_CASE:
        r = li_view_case(c->r->ctx, &view, id, &seen);
        if (r == 0) {
            li_put_case(&json, &seen);
        }
        break;
    case AS_PROGRESS:
        r = li_view_progress(c->r->ctx, &view, token, &seen);
        if (r == 0) {
            li_put_progress(&json, &seen);
        }
        break;
    case AS_PUBLIC:
        r = li_view_public(c->r->ctx, &view, &(struct li_view_filter){.level = 0}, 10, none, &list);
        if (r == 0) {
            li_put_public_list(&json, &list);
        }
        break;
    default:
        r = how == AS_MINE ? li_view_mine(c->r->ctx, &view, &(struct li_view_filter){.level = 0},
                                          10, none, &list)
                           : li_view_all(c->r->ctx, &view, &(struct li_view_filter){.level = 0}, 10,
                                         none, &list);
        if (r == 0) {
            li_put_list(&json, &view, &list);
        }
    }
    *ret = li_buf_view(buf);
    li_ctx_clear(c->r->ctx);
    return r;
}

static void assert_no_names(struct li_str json)
{
    static const char *const names[] = {"王晓岚", "陈建国", "李文博", "黄秀英", "林志强"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_false(holds(json, names[i]));
    }
}

static void assert_no_words(struct li_str json)
{
    static const char *const words[] = {CASES_DESCRIPTION, CASES_SPOT, CASES_ANSWER, CASES_REASON,
                                        "5678"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        assert_false(holds(json, words[i]));
    }
}

/* A viewer and the one case there is; `sees`: at least as staff. */
static void read_all(struct test_cases *c, enum cases_who who, int64_t id, bool sees, bool waits)
{
    static const uint8_t wrong[16] = "not this one....";
    const struct li_viewer viewer = cases_viewer(c, who, id);
    struct li_str json;

    assert_int_equal(read_as(c, AS_CASE, &viewer, id, NULL, &json), sees ? 0 : -LI_E_NOT_FOUND);
    assert_false(holds(json, CASES_CONTACT));
    assert_int_equal(holds(json, CASES_DESCRIPTION), sees);
    assert_int_equal(holds(json, "139****5678"), sees);
    assert_int_equal(read_as(c, AS_CASE, &viewer, id + 1, NULL, &json), -LI_E_NOT_FOUND);
    assert_int_equal(read_as(c, AS_PROGRESS, &viewer, id, wrong, &json), -LI_E_NOT_FOUND);
    assert_int_equal(read_as(c, AS_PUBLIC, &viewer, id, NULL, &json), 0);
    assert_no_words(json);
    assert_no_names(json);
    assert_true(holds(json, "\"lamp\""));
    assert_int_equal(read_as(c, AS_ALL, &viewer, id, NULL, &json), 0);
    assert_int_equal(holds(json, CASES_DESCRIPTION), sees);
    assert_false(holds(json, "5678"));
    assert_int_equal(read_as(c, AS_MINE, &viewer, id, NULL, &json), 0);
    assert_int_equal(holds(json, CASES_DESCRIPTION), waits);
    assert_false(holds(json, "5678"));
}

static void reading(struct test_store *t)
{
    static const uint8_t token[16] = "fedcba9876543210";
    /* who sees it and for whom it waits: when it is received, and when unit 0 has it */
    static const char *const sees[] = {"...Y...YY.", "...Y.Y.YY."};
    static const char *const waits[] = {"...Y......", ".....Y..Y."};
    struct test_cases *c = cases_open(t);
    int64_t id = cases_new(c, "service-request",
                           "{\"kind\":\"lamp\",\"description\":\"" CASES_DESCRIPTION
                           "\",\"spot\":\"" CASES_SPOT "\",\"contact\":\"" CASES_CONTACT "\"}",
                           token);

    for (int step = 0; step < 2; step++) {
        for (enum cases_who who = 0; who < CASES_WHO; who++) {
            /* the stranger's lists are asked of the stranger's own tenant */
            if (who != CASES_STRANGER) {
                read_all(c, who, id, sees[step][who] == 'Y', waits[step][who] == 'Y');
            }
        }
        if (step == 0) {
            assert_acts(c, id, CASES_DESK, "dispatch", 0, "{\"unit\":\"$0\"}");
        }
    }
    struct li_viewer stranger = cases_viewer(c, CASES_STRANGER, id);
    struct li_str json;
    assert_int_equal(read_as(c, AS_CASE, &stranger, id, NULL, &json), -LI_E_NOT_FOUND);
}

/* Who holds the token reads their own words and the answer, but no number in
 * clear and no person's name. */
static void progress(struct test_store *t)
{
    static const uint8_t token[16] = "fedcba9876543210";
    struct test_cases *c = cases_open(t);
    int64_t id = cases_new(c, "service-request",
                           "{\"kind\":\"lamp\",\"description\":\"" CASES_DESCRIPTION
                           "\",\"contact\":\"" CASES_CONTACT "\"}",
                           token);
    struct li_str json;

    assert_acts(c, id, CASES_DESK, "dispatch", 0, "{\"unit\":\"$0\"}");
    assert_acts(c, id, CASES_DESK, "recall", 1, "{\"reason\":\"" CASES_REASON "\"}");
    assert_acts(c, id, CASES_DESK, "dispatch", 0, "{\"unit\":\"$0\"}");
    assert_acts(c, id, CASES_HANDLER, "done", 2, "{\"answer\":\"" CASES_ANSWER "\"}");
    assert_int_equal(read_as(c, AS_PROGRESS, &c->viewers[CASES_ANYONE], id, token, &json), 0);
    assert_true(holds(json, CASES_DESCRIPTION) && holds(json, CASES_ANSWER));
    assert_true(holds(json, "139****5678") && !holds(json, CASES_CONTACT));
    assert_true(holds(json, "路灯队") && !holds(json, CASES_REASON) && !holds(json, "recall"));
    assert_no_names(json);
}

/* A masked number in clear is for whoever has something to do with the case now. */
static void revealing(struct test_store *t)
{
    static const struct line table_of_reveal[] = {
        {"received", "reveal", "...Y...FF."}, {"handling", "reveal", "...Y.Y.FY."},
        {"checking", "reveal", "...F.F.YF."}, {"closed", "reveal", "...F.F.FF."},
        {"declined", "reveal", "...F...FF."},
    };
    struct test_cases *c = cases_open(t);

    for (size_t i = 0; i < sizeof(table_of_reveal) / sizeof(table_of_reveal[0]); i++) {
        int64_t id = cases_at(c, table_of_reveal[i].state);
        struct li_case_reveal_args args = {.id = id, .field = LI_S("contact")};
        for (enum cases_who who = 0; who < CASES_WHO; who++) {
            const struct li_viewer viewer = cases_viewer(c, who, id);
            struct li_job job = records_job(c->r, &li_case_reveal, &args);
            job.viewer = &viewer;
            int r = li_run(c->r->record, &job);
            li_ctx_clear(c->r->ctx);
            if (r != code_of(table_of_reveal[i].may[who])) {
                fail_msg("reveal in %s by viewer %d: %d, the table says %c",
                         table_of_reveal[i].state, who, r, table_of_reveal[i].may[who]);
            }
            if (r == 0) {
                const struct li_case_revealed *revealed = job.plan;
                assert_true(li_str_is(revealed->value, CASES_CONTACT));
            }
        }
    }
    /* what is not masked is not revealed */
    struct li_case_reveal_args args = {.id = cases_lamp(c), .field = LI_S("description")};
    struct li_job job = records_job(c->r, &li_case_reveal, &args);
    job.viewer = &c->viewers[CASES_DESK];
    assert_int_equal(li_run(c->r->record, &job), -LI_E_NOT_FOUND);
    assert_verifies(c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(acting), STORE_TEST(reading),
                                              STORE_TEST(progress), STORE_TEST(revealing)};

    return STORE_TESTS_RUN("cases: permissions", tests);
}
