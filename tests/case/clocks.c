/* Clocks of states: when they run out, how often they strike, and when not. */
#include "base/time.h"
#include "lib/cases.h"
#include "record/due.h"
#include "view/json.h"

LI_SQL(clocks_strikes, "select cast(count(*) as bigint) from history "
                       "where tenant = $1 and entity = $2 and command = 'case.clock'");
LI_SQL(clocks_last, "select payload from history where tenant = $1 and entity = $2 "
                    "and command = 'case.clock' order by seq desc limit 1");
LI_SQL(clocks_rows, "select cast(count(*) as bigint) from due where tenant = $1 and entity = $2 "
                    "and slot < 1000");

static int64_t strikes(struct test_cases *c, int64_t id)
{
    return records_number(c->r, &clocks_strikes, LI_ARGS(li_v(c->r->tenant), li_v(id)));
}

static int64_t last_percent(struct test_cases *c, int64_t id)
{
    struct li_str payload = records_text(c->r, &clocks_last, LI_ARGS(li_v(c->r->tenant), li_v(id)));
    struct li_node *node;

    assert_ok(c->r->t, li_json_read(c->r->ctx, payload, &node));
    return li_node_get(node, "percent")->number;
}

static int64_t instant(struct test_cases *c, const char *text)
{
    int64_t at;

    assert_ok(c->r->t, li_time_parse(c->r->ctx, li_str(text), &at));
    return at;
}

static void strikes_once(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t id = cases_lamp(c), due = cases_due(c, id, 0), rev = cases_row(c, id).rev;

    records_clock(c->r, due - 1);
    assert_int_equal(cases_run_due(c), 0);
    assert_false(cases_row(c, id).clock.overdue);
    records_clock(c->r, due);
    assert_int_equal(cases_run_due(c), 1);
    assert_true(cases_row(c, id).clock.overdue);
    assert_int_equal(strikes(c, id), 1);
    assert_int_equal(last_percent(c, id), 100);
    assert_int_equal(cases_row(c, id).rev, rev);
    assert_int_equal(cases_row(c, id).clock.due_at, due);
    records_later(c->r, 30 * LI_DAY);
    assert_int_equal(cases_run_due(c), 0);
    assert_int_equal(strikes(c, id), 1);
    /* the next state is not overdue for what the one before was */
    assert_acts(c, id, CASES_DESK, "dispatch", 0, "{\"unit\":\"$0\"}");
    assert_false(cases_row(c, id).clock.overdue);
    assert_verifies(c->r, 1);
}

static void moved_in_time(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t id = cases_lamp(c), old = cases_due(c, id, 0), task;

    records_later(c->r, LI_HOUR);
    assert_acts(c, id, CASES_DESK, "dispatch", 0, "{\"unit\":\"$0\"}");
    task = cases_due(c, id, 1);
    assert_true(task > old);
    records_clock(c->r, task - 1);
    assert_int_equal(cases_run_due(c), 0);
    assert_int_equal(strikes(c, id), 0);
    records_clock(c->r, task);
    assert_int_equal(cases_run_due(c), 1);
    struct li_case_part *parts;
    assert_int_equal(cases_parts(c, id, &parts), 1);
    assert_true(parts[0].clock.overdue);
    assert_false(cases_row(c, id).clock.overdue);
}

/* A row that was read before the state moved does nothing any more. */
static void moved_under_way(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t id = cases_lamp(c), due = cases_due(c, id, 0);
    struct li_due *rows;
    struct li_node *args;
    void *parsed;
    size_t count;

    records_clock(c->r, due);
    assert_ok(t, li_due_read(c->r->ctx, t->writer, due, 10, &rows, &count));
    assert_int_equal(count, 1);
    assert_acts(c, id, CASES_DESK, "dispatch", 0, "{\"unit\":\"$0\"}");
    assert_ok(t, li_json_read(c->r->ctx, rows[0].args, &args));
    assert_ok(t, li_case_clock_step.parse(c->r->ctx, args, &parsed));
    struct li_job job = records_job(c->r, &li_case_clock_step, parsed);
    job.due = true;
    job.due_entity = rows[0].entity;
    job.due_slot = rows[0].slot;
    job.due_at = rows[0].at;
    assert_int_equal(li_run(c->r->record, &job), -LI_E_STATE);
    assert_int_equal(strikes(c, id), 0);
}

static void silent_after_the_end(struct test_store *t)
{
    static const char *const ends[] = {"closed", "declined"};
    struct test_cases *c = cases_open(t);
    int64_t ids[2];

    for (int i = 0; i < 2; i++) {
        ids[i] = cases_at(c, ends[i]);
        assert_int_equal(
            records_number(c->r, &clocks_rows, LI_ARGS(li_v(c->r->tenant), li_v(ids[i]))), 0);
    }
    records_later(c->r, 100 * LI_DAY);
    assert_int_equal(cases_run_due(c), 0);
    assert_int_equal(strikes(c, ids[0]) + strikes(c, ids[1]), 0);
}

static int64_t trial(struct test_cases *c)
{
    return cases_new(c, "trial", "{\"name\":\"李四\",\"kind\":\"a\",\"age\":88}", NULL);
}

/* A case that is closed over its parts: they rest, with their clocks, and wait
 * for nobody. */
static void closed_over_its_parts(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    struct li_view view = cases_view(c, &c->viewers[CASES_HANDLER]);
    struct li_view_list list;
    struct li_case_part *parts;
    struct li_str none = {.ptr = NULL};

    assert_ok(t, cases_adopt(c, cases_trial));
    int64_t id = trial(c);
    assert_acts(c, id, CASES_DESK, "dispatch", 0, "{\"units\":[\"$0\",\"$1\"]}");
    assert_int_equal(cases_parts(c, id, &parts), 2);
    assert_acts(c, id, CASES_OTHER_HANDLER, "done", 2, NULL);
    assert_int_equal(records_number(c->r, &clocks_rows, LI_ARGS(li_v(1), li_v(id))), 1);
    assert_ok(
        t, li_view_mine(c->r->ctx, &view, &(struct li_view_filter){.level = 0}, 10, none, &list));
    assert_int_equal(list.count, 1);
    assert_acts(c, id, CASES_DESK, "abandon", 0, NULL);
    assert_int_equal(records_number(c->r, &clocks_rows, LI_ARGS(li_v(1), li_v(id))), 0);
    assert_ok(
        t, li_view_mine(c->r->ctx, &view, &(struct li_view_filter){.level = 0}, 10, none, &list));
    assert_int_equal(list.count, 0);
    records_later(c->r, 30 * LI_DAY);
    assert_int_equal(cases_run_due(c), 0);
    assert_int_equal(cases_act(c, id, CASES_HANDLER, "done", 1, NULL), -LI_E_STATE);
    assert_verifies(c->r, 1);
}

/* 8 hours with steps at a half and at the end; after an outage the latest only. */
static void steps_of_a_clock(struct test_store *t)
{
    struct test_cases *c = cases_open(t);

    assert_ok(t, cases_adopt(c, cases_trial));
    int64_t first = trial(c), since = cases_row(c, first).clock.since;
    assert_int_equal(cases_due(c, first, 0),
                     since - since % LI_MINUTE + 4 * LI_HOUR + since % LI_MINUTE);
    records_clock(c->r, since + 4 * LI_HOUR);
    assert_int_equal(cases_run_due(c), 1);
    assert_int_equal(last_percent(c, first), 50);
    assert_int_equal(cases_due(c, first, 0), since + 8 * LI_HOUR);
    int64_t second = trial(c);
    records_later(c->r, 30 * LI_DAY);
    assert_int_equal(cases_run_due(c), 2);
    assert_int_equal(strikes(c, first), 2);
    assert_int_equal(strikes(c, second), 1);
    assert_int_equal(last_percent(c, second), 100);
    assert_int_equal(cases_run_due(c), 0);
}

/* When four working hours from an instant are over, 9 to 12 and 14 to 18. */
static void working_time(struct test_store *t)
{
    static const struct {
        const char *from, *due;
    } table[] = {
        {"2026-03-02T09:30:00+08:00", "2026-03-02T15:30:00+08:00"}, /* over noon */
        {"2026-03-03T07:00:00+08:00", "2026-03-03T15:00:00+08:00"}, /* before the doors open */
        {"2026-03-03T20:00:00+08:00", "2026-03-04T15:00:00+08:00"}, /* after they closed */
        {"2026-03-06T17:00:00+08:00", "2026-03-09T12:00:00+08:00"}, /* over a weekend */
        {"2026-03-07T10:00:00+08:00", "2026-03-09T15:00:00+08:00"}, /* on a Saturday */
        {"2026-04-30T16:30:00+08:00", "2026-05-06T11:30:00+08:00"}, /* over Labour Day */
        {"2026-05-08T17:00:00+08:00", "2026-05-09T12:00:00+08:00"}, /* a Saturday that is worked */
        {"2026-09-30T17:00:00+08:00", "2026-10-08T12:00:00+08:00"}, /* over National Day */
    };
    struct test_cases *c = cases_open(t);

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        records_clock(c->r, instant(c, table[i].from));
        int64_t id = cases_lamp(c);
        struct li_case row = cases_row(c, id);
        /* the clock stands while the row is written: microseconds at most */
        int64_t late = row.clock.due_at - instant(c, table[i].due);
        assert_in_range(late, 0, 1000);
        assert_int_equal(row.clock.edition, 2026);
    }
}

/* What the engine does by itself it does at once: before the first clock starts. */
static void closed_by_the_system(struct test_store *t)
{
    struct test_cases *c = cases_open(t);

    assert_ok(t, cases_adopt(c, cases_trial));
    int64_t id = cases_new(c, "trial", "{\"name\":\"李四\",\"kind\":\"b\"}", NULL);
    struct li_case row = cases_row(c, id);
    assert_string_equal(cases_state(c, id), "closed");
    assert_true(row.closed_at == row.opened_at && row.clock.due_at == 0 && !row.owner.post.ptr);
    assert_int_equal(records_number(c->r, &clocks_rows, LI_ARGS(li_v(1), li_v(id))), 0);
    assert_string_equal(cases_state(c, trial(c)), "received");
    assert_verifies(c->r, 1);
}

/* Personal values of every type are kept sealed, and shown masked. */
static void personal_of_any_type(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    struct li_view view = cases_view(c, &c->viewers[CASES_DESK]);
    struct li_view_case seen;
    struct li_view_list list;
    struct li_str none = {.ptr = NULL};

    assert_ok(t, cases_adopt(c, cases_trial));
    int64_t id = trial(c);
    assert_ok(t, li_view_case(c->r->ctx, &view, id, &seen));
    assert_int_equal(seen.value_count, 3);
    for (size_t i = 0; i < seen.value_count; i++) {
        assert_int_equal(seen.values[i].masked, seen.values[i].field->personal);
        assert_false(li_str_is(seen.values[i].text.zh, "李四"));
        assert_false(li_str_is(seen.values[i].text.zh, "88"));
    }
    /* nor does a list say the name, or the public list the kind this playbook keeps to itself */
    assert_ok(
        t, li_view_mine(c->r->ctx, &view, &(struct li_view_filter){.level = 0}, 10, none, &list));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.rows[0].summary.len, 0);
    assert_true(list.rows[0].kind && li_str_is(list.rows[0].kind->name, "a"));
    assert_ok(
        t, li_view_public(c->r->ctx, &view, &(struct li_view_filter){.level = 0}, 10, none, &list));
    assert_int_equal(list.count, 1);
    assert_null(list.rows[0].kind);
    /* units that were named together are shown together */
    assert_acts(c, id, CASES_DESK, "dispatch", 0, "{\"units\":[\"$0\",\"$1\"]}");
    assert_int_equal(
        cases_act(c, id, CASES_DESK, "more", 0, "{\"units\":[\"$0\",\"0000000000001\"]}"),
        -LI_E_INVALID);
    li_ctx_clear(c->r->ctx);
    assert_ok(t, li_view_case(c->r->ctx, &view, id, &seen));
    assert_int_equal(seen.entry_count, 2);
    assert_int_equal(seen.entries[1].value_count, 1);
    assert_true(li_str_is(seen.entries[1].values[0].text.zh, "路灯队、市政队"));
    assert_verifies(c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(strikes_once),          STORE_TEST(moved_in_time),
        STORE_TEST(moved_under_way),       STORE_TEST(silent_after_the_end),
        STORE_TEST(closed_over_its_parts), STORE_TEST(steps_of_a_clock),
        STORE_TEST(working_time),          STORE_TEST(personal_of_any_type),
        STORE_TEST(closed_by_the_system),
    };

    return STORE_TESTS_RUN("cases: clocks", tests);
}
