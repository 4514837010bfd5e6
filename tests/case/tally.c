/* The gauges equal a recount of the cases, whatever happened, and after a rebuild. */
#include "lib/cases.h"

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
    cases_assert_counted(c);
    for (int i = 0; i < 400; i++) {
        dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        step(c, ids[(dice >> 33) % 30], (unsigned)(dice >> 45));
    }
    cases_assert_counted(c);
    assert_ok(t, li_consumer_rebuild(c->r->ctx, c->r->record, c->r->tenant, LI_S("tally")));
    cases_assert_counted(c);
    cases_reopen(c);
    cases_lamp(c);
    cases_assert_counted(c);
    assert_verifies(c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(random_lifecycles)};

    return STORE_TESTS_RUN("cases: tally", tests);
}
