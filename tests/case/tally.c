/* The gauges equal a recount of the cases, whatever happened, and after a rebuild. */
#include "record/tally.h"
#include "lib/cases.h"

LI_SQL(tally_recount, "select area, playbook, state, cast(count(*) as bigint) from cases "
                      "where tenant = $1 and scope = $2 group by area, playbook, state "
                      "order by area, playbook, state");

static void assert_counted(struct test_cases *c)
{
    struct test_record *r = c->r;
    struct li_tally_delta *items;
    struct li_rows *rows;
    size_t count, seen = 0;
    int rc;

    records_catch_up(r);
    assert_ok(r->t,
              li_tally_read(r->ctx, r->t->writer, r->tenant, LI_SCOPE_PUBLIC, &items, &count));
    assert_ok(r->t, li_query(r->ctx, r->t->writer, &tally_recount,
                             LI_ARGS(li_v(r->tenant), li_v(LI_SCOPE_PUBLIC)), &rows));
    while ((rc = li_rows_next(r->ctx, rows)) > 0) {
        assert_true(seen < count);
        assert_true(li_str_eq(items[seen].area, li_col_str(rows, 0)));
        assert_true(li_str_eq(items[seen].playbook, li_col_str(rows, 1)));
        assert_true(li_str_eq(items[seen].state, li_col_str(rows, 2)));
        assert_int_equal(items[seen].n, li_col_i64(rows, 3));
        seen++;
    }
    li_rows_done(rows);
    assert_int_equal(rc, 0);
    assert_int_equal(seen, count);
}

/* One random step of a random case; most are refused, and count for nothing. */
static void step(struct test_cases *c, int64_t id, unsigned dice)
{
    static const struct {
        enum cases_who who;
        const char *action, *fields;
        int part;
    } steps[] = {
        {CASES_DESK, "dispatch", "{\"unit\":\"$0\"}", 0},
        {CASES_DESK, "dispatch", "{\"unit\":\"$1\"}", 0},
        {CASES_DESK, "decline", "{\"reason\":\"x\"}", 0},
        {CASES_HANDLER, "done", "{\"answer\":\"x\"}", 1},
        {CASES_OTHER_HANDLER, "done", "{\"answer\":\"x\"}", 1},
        {CASES_HANDLER, "done", "{\"answer\":\"x\"}", 2},
        {CASES_DESK, "recall", "{\"reason\":\"x\"}", 1},
        {CASES_CHECKER, "pass", NULL, 0},
        {CASES_CHECKER, "fail", "{\"reason\":\"x\"}", 0},
        {CASES_CHECKER, "dispatch", "{\"unit\":\"$1\"}", 0},
    };
    size_t i = dice % (sizeof(steps) / sizeof(steps[0]));

    if (cases_act(c, id, steps[i].who, steps[i].action, steps[i].part, steps[i].fields)) {
        li_ctx_clear(c->r->ctx);
    }
}

static void random_lifecycles(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    uint64_t dice = 20260302;
    int64_t ids[30];

    for (int i = 0; i < 30; i++) {
        ids[i] = cases_lamp(c);
    }
    assert_counted(c);
    for (int i = 0; i < 400; i++) {
        dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        step(c, ids[(dice >> 33) % 30], (unsigned)(dice >> 45));
    }
    assert_counted(c);
    assert_ok(t, li_consumer_rebuild(c->r->ctx, c->r->record, c->r->tenant, LI_S("tally")));
    assert_counted(c);
    cases_reopen(c);
    cases_lamp(c);
    assert_counted(c);
    assert_verifies(c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(random_lifecycles)};

    return STORE_TESTS_RUN("cases: tally", tests);
}
