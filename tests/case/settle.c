/*
 * What is due across an end of the process: between the counted attempt and the
 * command, and through the loops of `work`.
 */
#include "base/time.h"
#include "lib/cases.h"
#include "record/due.h"
#include "work/work.h"

LI_SQL(settle_strikes, "select cast(count(*) as bigint) from history "
                       "where tenant = $1 and entity = $2 and command = 'case.clock'");
LI_SQL(settle_attempts, "select attempts from due where tenant = $1 and entity = $2 and slot = 0");
LI_SQL(settle_break, "update due set command = 'no.such' where tenant = $1 and entity = $2 "
                     "and slot = 0");

static int64_t strikes(struct test_cases *c, int64_t id)
{
    return records_number(c->r, &settle_strikes, LI_ARGS(li_v(c->r->tenant), li_v(id)));
}

static int64_t attempts(struct test_cases *c, int64_t id)
{
    return records_number(c->r, &settle_attempts, LI_ARGS(li_v(c->r->tenant), li_v(id)));
}

/* The attempt of a row is counted, and then the process is gone. */
static void attempt(struct test_cases *c, int64_t id)
{
    struct li_due *rows;
    size_t count;

    assert_ok(c->r->t,
              li_due_read(c->r->ctx, c->r->t->writer, li_now(c->r->clock), 10, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (rows[i].entity == id) {
            assert_ok(c->r->t, records_run(c->r, &li_due_attempt, &rows[i]));
        }
    }
    cases_reopen(c);
}

static void between_attempt_and_run(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t id = cases_lamp(c);

    records_clock(c->r, cases_due(c, id, 0));
    attempt(c, id);
    assert_int_equal(attempts(c, id), 1);
    assert_int_equal(strikes(c, id), 0);
    assert_int_equal(cases_run_due(c), 1);
    assert_int_equal(strikes(c, id), 1);
    assert_true(cases_row(c, id).clock.overdue);
    cases_reopen(c);
    assert_int_equal(cases_run_due(c), 0);
    assert_int_equal(strikes(c, id), 1);
    assert_verifies(c->r, 1);
}

/* A row that takes the process down three times rests; the others go on. */
static void thrice_down(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t bad = cases_lamp(c), good = cases_lamp(c), parked;

    records_later(c->r, LI_DAY);
    for (int i = 0; i < LI_ATTEMPTS; i++) {
        attempt(c, bad);
    }
    assert_int_equal(cases_run_due(c), 1);
    assert_int_equal(strikes(c, bad), 0);
    assert_int_equal(strikes(c, good), 1);
    assert_ok(t, li_due_parked(c->r->ctx, t->writer, &parked));
    assert_int_equal(parked, 1);
    /* and when the case moves, its clock is a new one */
    assert_acts(c, bad, CASES_DESK, "dispatch", 0, "{\"unit\":\"$0\"}");
    assert_ok(t, li_due_parked(c->r->ctx, t->writer, &parked));
    assert_int_equal(parked, 0);
}

static void settles(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    struct li_work *work;
    int64_t ids[120], seq, again, parked;
    struct li_record_health health;

    for (int i = 0; i < 120; i++) {
        ids[i] = cases_lamp(c);
    }
    assert_ok(t, li_work_start(c->r->ctx, &c->house, NULL, true, &work));
    assert_ok(t, li_work_settle(c->r->ctx, work, &seq));
    assert_int_equal(strikes(c, ids[0]), 0);
    records_later(c->r, LI_DAY);
    /* one row names no command: it is tried, parked and told, and the rest runs */
    records_tamper(c->r, &settle_break, LI_ARGS(li_v(1), li_v(ids[7])));
    assert_ok(t, li_work_settle(c->r->ctx, work, &again));
    assert_int_equal(again, seq + 119);
    for (int i = 0; i < 120; i++) {
        assert_int_equal(strikes(c, ids[i]), i != 7);
    }
    assert_ok(t, li_due_parked(c->r->ctx, t->writer, &parked));
    assert_int_equal(parked, 1);
    assert_ok(t, li_record_health(c->r->ctx, c->r->record, &health));
    assert_true(health.due_parked == 1 && health.behind == 0);
    assert_ok(t, li_work_settle(c->r->ctx, work, &seq));
    assert_int_equal(seq, again);
    li_work_stop(work);
    assert_verifies(c->r, 1);
}

/* The loop that runs by itself does it too, and stops when it is told. */
static void runs_by_itself(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t id = cases_lamp(c), seen;
    struct li_work *work;
    struct li_rows *rows;

    records_later(c->r, LI_DAY);
    assert_ok(t, li_work_start(c->r->ctx, &c->house, NULL, false, &work));
    do {
        assert_ok(t, li_query_one(c->r->ctx, t->writer, &settle_strikes, LI_ARGS(li_v(1), li_v(id)),
                                  &rows));
        seen = li_col_i64(rows, 0);
        li_rows_done(rows);
    } while (seen == 0);
    li_work_stop(work);
    assert_int_equal(strikes(c, id), 1);
    assert_verifies(c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(between_attempt_and_run),
        STORE_TEST(thrice_down),
        STORE_TEST(settles),
        STORE_TEST(runs_by_itself),
    };

    return STORE_TESTS_RUN("cases: what is due", tests);
}
