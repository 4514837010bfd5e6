/*
 * The words that count time: the earliest of several, a day that was given, tables
 * with editions, clocks with names, pauses, extensions, waits.
 */
#include "base/time.h"
#include "case/deadline.h"
#include "lib/cases.h"
#include "record/code.h"

#include <stdlib.h>

LI_SQL(times_basis, "select coalesce(basis, '') from clock where tenant = $1 and case_id = $2 "
                    "and part = $3 and name = ''");
LI_SQL(times_rows, "select cast(count(*) as bigint) from clock where tenant = $1 and case_id = $2");
LI_SQL(times_strikes, "select cast(count(*) as bigint) from history "
                      "where tenant = $1 and entity = $2 and command = 'case.clock'");

#define WHOLE  (-1) /* due slots of clocks with a name: of the case */
#define ARRIVE (-9) /* and of part 1 */
#define NOTE   "{\"note\":\"x\"}"

static int64_t instant(struct test_cases *c, const char *text)
{
    int64_t at;

    assert_ok(c->r->t, li_time_parse(c->r->ctx, li_strf(c->r->ctx, "%s:00+08:00", text), &at));
    return at;
}

static void assert_at(struct test_cases *c, int64_t at, const char *text)
{
    char said[LI_TIME_TEXT];

    li_time_format(at, said);
    if (llabs(at - instant(c, text)) > LI_SECOND) {
        fail_msg("%s is not %s", said, text);
    }
}

/* A Monday morning without holidays near. */
static struct test_cases *open_house(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    struct li_str text;

    assert_ok(t, li_file_read(c->r->ctx, "tests/lib/timely.yaml", 0, &text));
    assert_ok(t, cases_adopt(c, li_str_c(c->r->ctx, text)));
    records_clock(c->r, instant(c, "2026-03-02T10:00"));
    return c;
}

static int put_table(struct test_cases *c, const char *edition, const char *since,
                     const char *until, const char *stage, const char *class, const char *length)
{
    struct li_deadline row = {.name = LI_S("handling"),
                              .edition = li_str(edition),
                              .stage = li_str(stage),
                              .class = li_str(class),
                              .until = INT32_MAX};
    const struct li_deadline_put args = {.rows = &row, .count = 1};
    struct li_job job = records_job(c->r, &li_deadline_put, &args);

    assert_ok(c->r->t, li_date_parse(c->r->ctx, li_str(since), &row.since));
    if (*until) {
        assert_ok(c->r->t, li_date_parse(c->r->ctx, li_str(until), &row.until));
    }
    assert_ok(c->r->t, li_length_read(c->r->ctx, li_str(length), &row.length));
    return li_run(c->r->record, &job);
}

static struct li_case_part part_of(struct test_cases *c, int64_t id)
{
    struct li_case_part *parts;

    assert_int_equal(cases_parts(c, id, &parts), 1);
    return parts[0];
}

static int64_t sent(struct test_cases *c)
{
    int64_t id = cases_new(c, "timely", NOTE, NULL);

    assert_acts(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\"}");
    return id;
}

/* Five working days from when it was opened, or the day from above when that is sooner. */
static void the_earliest(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t id = cases_new(c, "timely", NOTE, NULL);

    assert_at(c, cases_row(c, id).clock.due_at, "2026-03-09T10:00");
    id = cases_new(c, "timely", "{\"note\":\"x\",\"given\":\"2026-03-04\"}", NULL);
    assert_at(c, cases_row(c, id).clock.due_at, "2026-03-04T18:00");
    assert_at(c, cases_due(c, id, 0), "2026-03-04T18:00");
    id = cases_new(c, "timely", "{\"note\":\"x\",\"given\":\"2026-05-04\"}", NULL);
    assert_at(c, cases_row(c, id).clock.due_at, "2026-03-09T10:00");
}

/* Beside the clock of the state others run, each with a due row of its own; they stop
 * where the playbook says, and go on with the deadline they had. */
static void clocks_with_names(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t id = sent(c);

    assert_at(c, cases_due(c, id, WHOLE), "2026-03-09T10:00"); /* at a half */
    assert_at(c, cases_due(c, id, ARRIVE), "2026-03-02T10:30");
    assert_at(c, cases_due(c, id, 1), "2026-03-02T14:00");
    assert_int_equal(cases_due(c, id, 0), 0);
    records_clock(c->r, instant(c, "2026-03-02T10:30"));
    records_later(c->r, LI_MINUTE);
    assert_int_equal(cases_run_due(c), 1);
    assert_true(part_of(c, id).clock.overdue);
    assert_int_equal(cases_due(c, id, ARRIVE), 0);
    assert_acts(c, id, CASES_HANDLER, "sign", 1, NULL);
    assert_false(part_of(c, id).clock.overdue);
    records_clock(c->r, instant(c, "2026-03-09T10:01"));
    assert_int_equal(cases_run_due(c), 2); /* a half of both that run */
    assert_at(c, cases_due(c, id, WHOLE), "2026-03-16T10:00");
    assert_acts(c, id, CASES_HANDLER, "done", 1, NULL);
    assert_string_equal(cases_state(c, id), "check");
    assert_int_equal(cases_due(c, id, WHOLE), 0);
    records_later(c->r, 3 * LI_HOUR);
    assert_acts(c, id, CASES_CHECKER, "fail", 0, NULL);
    assert_at(c, cases_due(c, id, WHOLE), "2026-03-16T10:00");
    assert_verifies(c->r, 1);
}

/* While it is shelved nothing runs out; after the review all have the time they had left. */
static void a_pause(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t id = sent(c);

    assert_acts(c, id, CASES_HANDLER, "sign", 1, NULL);
    assert_at(c, part_of(c, id).clock.due_at, "2026-03-05T10:00");
    records_clock(c->r, instant(c, "2026-03-04T11:00")); /* one day less one hour is left */
    assert_int_equal(cases_run_due(c), 1);               /* its half */
    assert_acts(c, id, CASES_DESK, "shelve", 0, "{\"review\":\"2026-03-20\"}");
    assert_int_equal(part_of(c, id).clock.due_at, 0);
    assert_true(cases_due(c, id, 1) == 0 && cases_due(c, id, WHOLE) == 0);
    assert_at(c, cases_due(c, id, 0), "2026-03-20T18:00");
    records_clock(c->r, instant(c, "2026-03-19T11:00"));
    cases_reopen(c);
    assert_int_equal(cases_run_due(c), 0);
    assert_int_equal(records_number(c->r, &times_strikes, LI_ARGS(li_v(1), li_v(id))), 1);
    records_clock(c->r, instant(c, "2026-03-20T18:00"));
    records_later(c->r, LI_SECOND);
    assert_int_equal(cases_run_due(c), 1); /* it comes back of itself */
    assert_string_equal(cases_state(c, id), "out");
    assert_at(c, part_of(c, id).clock.due_at, "2026-03-23T17:00");
    assert_at(c, cases_due(c, id, 1), "2026-03-23T17:00"); /* the half struck before */
    assert_at(c, cases_due(c, id, WHOLE), "2026-03-25T17:00");
    assert_int_equal(cases_run_due(c), 0);
    assert_verifies(c->r, 1);
}

/* Of a table the line that says most; of editions the one of the day; the case remembers
 * which, and a new edition changes no clock that runs. */
static void tables(struct test_store *t)
{
    static const struct li_code codes[] = {{.scheme = LI_S_INIT("event"),
                                            .code = LI_S_INIT("0102"),
                                            .group = LI_S_INIT("市容环境"),
                                            .group_en = LI_S_INIT("City appearance"),
                                            .name = LI_S_INIT("暴露垃圾"),
                                            .name_en = LI_S_INIT("Exposed rubbish"),
                                            .edition = LI_S_INIT("2024"),
                                            .evidence = LI_S_INIT("test")}};
    const struct li_code_import import = {.rows = codes, .count = 1, .source = LI_S("test")};
    struct test_cases *c = open_house(t);
    int64_t id;

    assert_ok(t, records_run(c->r, &li_code_import, &import));
    assert_ok(t, put_table(c, "2025", "2025-01-01", "2026-03-03", "seen", "", "2d of work"));
    assert_ok(t, put_table(c, "2026", "2026-03-03", "", "", "", "4d of work"));
    id = sent(c);
    assert_acts(c, id, CASES_HANDLER, "sign", 1, NULL);
    assert_at(c, part_of(c, id).clock.due_at, "2026-03-04T10:00");
    const struct li_str basis =
        records_text(c->r, &times_basis, LI_ARGS(li_v(1), li_v(id), li_v(1)));
    assert_true(li_str_is(basis, "handling/2025"));
    assert_ok(t, put_table(c, "2025", "2025-01-01", "2026-03-03", "seen", "", "1d of work"));
    assert_acts(c, id, CASES_DESK, "shelve", 0, "{\"review\":\"2026-03-20\"}");
    records_clock(c->r, instant(c, "2026-03-03T10:00"));
    id = sent(c);
    assert_acts(c, id, CASES_HANDLER, "sign", 1, NULL);
    assert_at(c, part_of(c, id).clock.due_at, "2026-03-09T10:00");
    assert_ok(t, put_table(c, "2026", "2026-03-03", "", "seen", "event:01", "1h of work"));
    id = cases_new(c, "timely", NOTE, NULL);
    assert_acts(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\",\"class\":\"event:0102\"}");
    assert_acts(c, id, CASES_HANDLER, "sign", 1, NULL);
    assert_at(c, part_of(c, id).clock.due_at, "2026-03-03T11:00");
    assert_int_equal(put_table(c, "", "2026-03-03", "", "", "", "1d"), -LI_E_INVALID);
    assert_int_equal(put_table(c, "x", "2026-03-03", "2026-03-03", "", "", "1d"), -LI_E_INVALID);
    li_ctx_clear(c->r->ctx);
    assert_verifies(c->r, 1);
}

static void an_extension(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t id = sent(c);

    assert_acts(c, id, CASES_HANDLER, "sign", 1, NULL);
    assert_int_equal(cases_act(c, id, CASES_DESK, "extend", 1, "{\"later\":\"2026-03-04\"}"),
                     -LI_E_INVALID);
    li_ctx_clear(c->r->ctx);
    assert_acts(c, id, CASES_DESK, "extend", 1, "{\"later\":\"2026-03-12\"}");
    assert_at(c, part_of(c, id).clock.due_at, "2026-03-12T18:00");
    assert_at(c, cases_due(c, id, 1), "2026-03-07T14:00"); /* half of the way */
    records_clock(c->r, instant(c, "2026-03-06T10:00"));
    assert_int_equal(cases_run_due(c), 0);
    assert_int_equal(cases_act(c, id, CASES_DESK, "extend", 1, "{\"later\":\"2026-03-11\"}"),
                     -LI_E_INVALID);
    li_ctx_clear(c->r->ctx);
    assert_acts(c, id, CASES_DESK, "extend", 1, "{\"later\":\"2026-03-31\"}");
    assert_at(c, part_of(c, id).clock.due_at, "2026-03-31T18:00");
    assert_verifies(c->r, 1);
}

/* Not before two working hours in the state, nor before the day that was given. */
static void a_wait(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t id = sent(c);

    assert_acts(c, id, CASES_HANDLER, "done", 1, NULL);
    assert_int_equal(cases_act(c, id, CASES_CHECKER, "pass", 0, NULL), -LI_E_STATE);
    records_clock(c->r, instant(c, "2026-03-02T13:59"));
    assert_int_equal(cases_act(c, id, CASES_CHECKER, "pass", 0, NULL), -LI_E_STATE);
    records_clock(c->r, instant(c, "2026-03-02T14:01"));
    li_ctx_clear(c->r->ctx);
    assert_acts(c, id, CASES_CHECKER, "pass", 0, NULL);
    id = cases_new(c, "timely", "{\"note\":\"x\",\"given\":\"2026-03-06\"}", NULL);
    assert_acts(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\"}");
    assert_acts(c, id, CASES_HANDLER, "done", 1, NULL);
    assert_int_equal(cases_act(c, id, CASES_CHECKER, "fail", 0, NULL), -LI_E_STATE);
    records_clock(c->r, instant(c, "2026-03-06T00:00"));
    li_ctx_clear(c->r->ctx);
    assert_acts(c, id, CASES_CHECKER, "fail", 0, NULL);
    assert_verifies(c->r, 1);
}

/* What a playbook does not say costs nothing. */
static void costs_nothing(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t id = cases_at(c, "closed");

    assert_int_equal(records_number(c->r, &times_rows, LI_ARGS(li_v(1), li_v(id))), 0);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(the_earliest),  STORE_TEST(clocks_with_names), STORE_TEST(a_pause),
        STORE_TEST(tables),        STORE_TEST(an_extension),      STORE_TEST(a_wait),
        STORE_TEST(costs_nothing),
    };

    return STORE_TESTS_RUN("cases: times", tests);
}
