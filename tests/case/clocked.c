/*
 * Clocks that do things: where a case begins, timers, levels, days that are waited
 * for, tasks counted from their start, cases that are opened again.
 */
#include "base/time.h"
#include "lib/cases.h"
#include "record/due.h"
#include "record/setting.h"
#include "record/tally.h"

LI_SQL(clocked_strikes, "select cast(count(*) as bigint) from history "
                        "where tenant = $1 and entity = $2 and command = 'case.clock'");
LI_SQL(clocked_last, "select payload from history where tenant = $1 and entity = $2 "
                     "order by seq desc limit 1");
LI_SQL(clocked_rows, "select cast(count(*) as bigint) from due where tenant = $1 and entity = $2 "
                     "and slot < 1000");

static struct test_cases *open_house(struct test_store *t)
{
    struct test_cases *c = cases_open(t);

    cases_neighbour(c);
    return c;
}

static int64_t strikes(struct test_cases *c, int64_t id)
{
    return records_number(c->r, &clocked_strikes, LI_ARGS(li_v(c->r->tenant), li_v(id)));
}

static struct li_node *last(struct test_cases *c, int64_t id)
{
    struct li_str payload =
        records_text(c->r, &clocked_last, LI_ARGS(li_v(c->r->tenant), li_v(id)));
    struct li_node *node;

    assert_ok(c->r->t, li_json_read(c->r->ctx, payload, &node));
    return node;
}

static int64_t tallied(struct test_cases *c, const char *state)
{
    struct li_tally_delta *items;
    size_t count;

    records_catch_up(c->r);
    assert_ok(c->r->t, li_tally_read(c->r->ctx, c->r->t->writer, c->r->tenant, LI_SCOPE_PUBLIC,
                                     &items, &count));
    for (size_t i = 0; i < count; i++) {
        if (li_str_is(items[i].state, state) && li_str_is(items[i].playbook, "neighbour")) {
            return items[i].n;
        }
    }
    return 0;
}

static struct li_viewer grid_officer(struct test_cases *c)
{
    static const struct li_post posts[] = {
        {.post = LI_S_INIT("grid_officer"), .area_path = LI_S_INIT(TOWN_COMMUNITY)}};
    int64_t person = town_person(c->r, "周网格", NULL, (struct li_str){.ptr = NULL});

    town_appoint(c->r, person, "grid_officer", "440305001003", 0);
    return (struct li_viewer){.kind = LI_VIEWER_STAFF,
                              .tenant = c->r->tenant,
                              .account = person,
                              .person = person,
                              .posts = posts,
                              .post_count = 1};
}

/* Who is near has ten minutes; then the clock passes it up, all that an act does
 * with it: state, owner, next clock, gauges, one entry. */
static void passes_up_by_itself(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t id = cases_neighbour_new(c, "{\"kind\":\"help\",\"note\":\"x\"}", NULL);

    assert_string_equal(cases_state(c, id), "desk");
    grid_officer(c);
    id = cases_neighbour_new(c, "{\"kind\":\"help\",\"note\":\"x\"}", NULL);
    assert_string_equal(cases_state(c, id), "near");
    assert_int_equal(cases_due(c, id, 0), cases_row(c, id).clock.since + 10 * LI_MINUTE);
    assert_true(tallied(c, "near") == 1 && tallied(c, "desk") == 1);
    int64_t report = cases_neighbour_new(c, "{\"kind\":\"report\",\"note\":\"x\"}", NULL);
    assert_string_equal(cases_state(c, report), "desk");
    records_clock(c->r, cases_due(c, id, 0));
    cases_reopen(c);
    assert_int_equal(cases_run_due(c), 1);
    assert_string_equal(cases_state(c, id), "desk");
    struct li_case row = cases_row(c, id);
    assert_true(li_str_is(row.owner.post, "desk") && row.rev == 2 && !row.clock.overdue);
    assert_int_equal(row.clock.due_at, row.clock.since + 6 * LI_HOUR);
    assert_int_equal(cases_due(c, id, 0), row.clock.since + 2 * LI_HOUR);
    assert_true(tallied(c, "near") == 0 && tallied(c, "desk") == 2);
    assert_true(li_str_is(li_node_text(last(c, id), "action"), "up"));
    assert_int_equal(strikes(c, id), 1);
    assert_int_equal(cases_run_due(c), 0);
    assert_verifies(c->r, 1);
}

/* Who solved it on the spot does not check it. */
static void solved_on_the_spot(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    struct li_viewer officer = grid_officer(c);
    const struct li_post both[] = {officer.posts[0],
                                   {.post = LI_S("checker"), .area_path = LI_S(TOWN_COUNTY)}};
    int64_t id = cases_neighbour_new(c, "{\"kind\":\"help\",\"note\":\"x\"}", NULL);
    struct li_case_act_args args = {.id = id, .action = LI_S("solve")};
    struct li_job job = records_job(c->r, &li_case_act, &args);

    officer.posts = both;
    officer.post_count = 2;
    job.viewer = &officer;
    assert_ok(t, li_run(c->r->record, &job));
    args.action = LI_S("pass");
    assert_int_equal(li_run(c->r->record, &job), -LI_E_RELATED);
    assert_acts(c, id, CASES_CHECKER, "pass", 0, NULL);
    assert_string_equal(cases_state(c, id), "shut");
}

/* Another level is another clock, from when the state was entered; steps that have
 * struck do not strike again, those of a later deadline do. */
static void graded(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t id = cases_neighbour_new(c, "{\"note\":\"x\"}", NULL);
    struct li_case row = cases_row(c, id);
    int64_t since = row.clock.since;

    assert_int_equal(row.level, 0);
    assert_int_equal(cases_due(c, id, 0), since + 2 * LI_HOUR);
    records_later(c->r, 2 * LI_MINUTE);
    assert_acts(c, id, CASES_DESK, "grade", 0, "{\"how\":\"hot\"}");
    row = cases_row(c, id);
    assert_true(row.level == 1 && row.clock.since == since);
    assert_int_equal(row.clock.due_at, since + 10 * LI_MINUTE);
    assert_int_equal(cases_due(c, id, 0), since + 5 * LI_MINUTE);
    /* the same again changes nothing */
    assert_acts(c, id, CASES_DESK, "grade", 0, "{\"how\":\"hot\"}");
    assert_int_equal(cases_due(c, id, 0), since + 5 * LI_MINUTE);
    records_clock(c->r, since + 10 * LI_MINUTE);
    assert_int_equal(cases_run_due(c), 1);
    assert_int_equal(strikes(c, id), 1);
    assert_true(cases_row(c, id).clock.overdue);
    assert_int_equal(cases_due(c, id, 0), 0);
    /* a later deadline is not over, and will strike */
    assert_acts(c, id, CASES_DESK, "grade", 0, "{\"how\":\"calm\"}");
    row = cases_row(c, id);
    assert_false(row.clock.overdue);
    assert_int_equal(cases_due(c, id, 0), since + 2 * LI_HOUR);
    /* an earlier one that is over already strikes at once, its last step only */
    records_later(c->r, LI_HOUR);
    assert_acts(c, id, CASES_DESK, "grade", 0, "{\"how\":\"hot\"}");
    assert_int_equal(cases_run_due(c), 1);
    assert_int_equal(strikes(c, id), 2);
    assert_int_equal(cases_run_due(c), 0);
    assert_verifies(c->r, 1);
}

/* Shelved until a day: its last working minute, or the next worked day's. */
static void waits_for_a_day(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t id = cases_neighbour_new(c, "{\"note\":\"x\"}", NULL), at;

    assert_acts(c, id, CASES_DESK, "rest", 0, "{\"day\":\"2026-03-07\"}"); /* a Saturday */
    assert_ok(t, li_time_parse(c->r->ctx, LI_S("2026-03-09T18:00:00+08:00"), &at));
    assert_int_equal(cases_row(c, id).clock.due_at, at);
    assert_int_equal(cases_due(c, id, 0), at);
    records_clock(c->r, at - 1);
    assert_int_equal(cases_run_due(c), 0);
    records_clock(c->r, at);
    assert_int_equal(cases_run_due(c), 1);
    assert_string_equal(cases_state(c, id), "desk");
    assert_true(tallied(c, "wait") == 0 && tallied(c, "desk") == 1);
}

/* A task counts from when it was sent, not from when it was signed for. */
static void counts_from_the_start(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t id = cases_neighbour_new(c, "{\"note\":\"x\"}", NULL), begun;
    struct li_case_part *parts;

    assert_acts(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\"}");
    assert_int_equal(cases_parts(c, id, &parts), 1);
    begun = parts[0].part.begun;
    assert_int_equal(parts[0].clock.due_at, begun + 2 * LI_HOUR);
    records_later(c->r, LI_HOUR);
    assert_acts(c, id, CASES_HANDLER, "sign", 1, NULL);
    assert_int_equal(cases_parts(c, id, &parts), 1);
    assert_int_equal(parts[0].part.begun, begun);
    assert_true(parts[0].clock.since > begun);
    assert_int_equal(parts[0].clock.due_at, begun + 3 * LI_DAY);
    assert_int_equal(cases_due(c, id, 1), begun + 3 * LI_DAY);
}

/* Not solved: the case is open again, with its task; a third time it is the
 * chief's, and after fifteen days it is over. */
static void opened_again(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t id = cases_neighbour_new(c, "{\"note\":\"x\"}", NULL), rows;
    struct li_case_part *parts;
    struct li_case row;

    assert_acts(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\"}");
    assert_acts(c, id, CASES_HANDLER, "done", 1, NULL);
    assert_string_equal(cases_state(c, id), "shut");
    assert_true(cases_row(c, id).closed_at > 0 && tallied(c, "shut") == 1);
    for (int i = 1; i <= 2; i++) {
        records_later(c->r, LI_DAY);
        assert_acts(c, id, CASES_REPORTER, "again", 0, NULL);
        row = cases_row(c, id);
        assert_string_equal(cases_state(c, id), "out");
        assert_int_equal(row.closed_at, 0);
        assert_int_equal(li_case_count(&row, "again"), i);
        assert_int_equal(cases_parts(c, id, &parts), 1);
        assert_true(parts[0].ended_at == 0 && parts[0].part.begun == parts[0].clock.since);
        assert_int_equal(cases_due(c, id, 1), parts[0].clock.due_at);
        assert_true(tallied(c, "shut") == 0 && tallied(c, "out") == 1);
        assert_acts(c, id, CASES_HANDLER, "done", 1, NULL);
    }
    assert_int_equal(cases_act(c, id, CASES_REPORTER, "again", 0, NULL), -LI_E_STATE);
    assert_int_equal(cases_act(c, id, CASES_FOLLOWER, "again_else", 0, NULL), -LI_E_FORBIDDEN);
    assert_acts(c, id, CASES_REPORTER, "again_else", 0, NULL);
    assert_string_equal(cases_state(c, id), "late");
    assert_acts(c, id, CASES_DESK, "settle", 0, NULL);
    records_later(c->r, 16 * LI_DAY);
    assert_int_equal(cases_act(c, id, CASES_REPORTER, "again_else", 0, NULL), -LI_E_STATE);
    rows = records_number(c->r, &clocked_rows, LI_ARGS(li_v(1), li_v(id)));
    assert_int_equal(rows, 0);
    assert_verifies(c->r, 1);
}

/* Who set their own hours is measured by them, from the next clock on. */
static void hours_of_the_office(struct test_store *t)
{
    static const char hours[] =
        "{\"office_hours\":{\"mon\":[{\"from\":\"08:30\",\"to\":\"12:00\"}],\"tue\":[],\"wed\":[{"
        "\"from\":\"08:00\",\"to\":\"10:00\"}],\"thu\":[],\"fri\":[],\"sat\":[{\"from\":\"10:00\","
        "\"to\":\"12:00\"}],\"sun\":[]}}";
    struct test_cases *c = open_house(t);
    const struct li_setting_args set = {.values = cases_json(c, hours)};
    int64_t before = cases_neighbour_new(c, "{\"note\":\"x\"}", NULL), at;

    assert_ok(t, records_run(c->r, &li_setting_put, &set));
    assert_ok(t, li_time_parse(c->r->ctx, LI_S("2026-03-02T11:00:00+08:00"), &at));
    records_clock(c->r, at);
    int64_t id = cases_neighbour_new(c, "{\"note\":\"x\"}", NULL);
    /* an hour on Monday, two on Wednesday, one on Saturday */
    assert_ok(t, li_time_parse(c->r->ctx, LI_S("2026-03-07T11:00:00+08:00"), &at));
    assert_in_range(cases_row(c, id).clock.due_at, at, at + 1000);
    struct li_case row = cases_row(c, before);
    assert_int_equal(row.clock.due_at, row.clock.since + 6 * LI_HOUR);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(passes_up_by_itself),
        STORE_TEST(solved_on_the_spot),
        STORE_TEST(graded),
        STORE_TEST(waits_for_a_day),
        STORE_TEST(counts_from_the_start),
        STORE_TEST(opened_again),
        STORE_TEST(hours_of_the_office),
    };

    return STORE_TESTS_RUN("cases: clocks that do things", tests);
}
