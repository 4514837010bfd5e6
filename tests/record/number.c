/*
 * Numbers people say, and gauges.
 */
#include "record/number.h"
#include "lib/records.h"
#include "record/tally.h"

/* ---- commands of this test ------------------------------------------------------------ */

struct step {
    const char *series, *period;
    enum test_manner manner;
    int64_t number;
    struct li_tally_delta deltas[6];
    size_t delta_count;
    bool drop;
};

static int step_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    (void)ctx;
    (void)tx;
    *ret_plan = (void *)args;
    return 0;
}

static int give_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    struct step *step = plan;
    int r = li_number_next(ctx, tx, li_str(step->series), li_str(step->period), &step->number);

    ret->entity = step->number;
    if (r == 0 && step->manner == TEST_WRITE_FAILS)
        return LI_FAIL(ctx, LI_E_STORE, "failed in writing as asked");
    return r;
}

static const struct li_command give = {
    .name = "test.give", .decide = step_decide, .write = give_write};

static int tally_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    const struct step *step = plan;
    struct li_tally *tally = li_tally_new(ctx);
    int r = tally ? 0 : -LI_E_NOMEM;

    (void)ret;
    if (step->drop)
        return li_tally_drop(ctx, tx);
    for (size_t i = 0; r == 0 && i < step->delta_count; i++)
        r = li_tally_add(ctx, tally, &step->deltas[i]);
    return r ? r : li_tally_write(ctx, tx, tally);
}

static const struct li_command count = {
    .name = "test.count", .working = true, .decide = step_decide, .write = tally_write};

static int64_t give_one(struct test_record *r, const char *series, const char *period)
{
    const struct step step = {.series = series, .period = period};
    struct li_job job = records_run_job(r, &give, &step);

    assert_int_equal(job.status, 0);
    return job.entity;
}

/* ---- numbers ------------------------------------------------------------------------------ */

static void gapless_by_period(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct step failing = {.series = "case", .period = "2026", .manner = TEST_WRITE_FAILS};

    records_found(r, 2);
    assert_int_equal(give_one(r, "case", "2026"), 1);
    assert_int_equal(give_one(r, "case", "2026"), 2);
    assert_int_equal(records_run(r, &give, &failing), -LI_E_STORE);
    assert_int_equal(give_one(r, "case", "2026"), 3);
    assert_int_equal(give_one(r, "case", "2027"), 1);
    assert_int_equal(give_one(r, "sealed", "2026"), 1);
    r->tenant = 2;
    assert_int_equal(give_one(r, "case", "2026"), 1);
    r->tenant = 1;
    records_reopen(r);
    assert_int_equal(give_one(r, "case", "2026"), 4);
}

static void gapless_in_a_batch(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, 20);
    struct step steps[20];
    int64_t expected = 1;

    for (size_t i = 0; i < burst->count; i++) {
        steps[i] = (struct step){
            .series = "case", .period = "2026", .manner = i == 8 ? TEST_WRITE_FAILS : TEST_WELL};
        burst->jobs[i].command = &give;
        burst->jobs[i].args = &steps[i];
    }
    records_burst_run(burst);
    for (size_t i = 0; i < burst->count; i++) {
        assert_int_equal(burst->jobs[i].status, i == 8 ? -LI_E_STORE : 0);
        if (i != 8)
            assert_int_equal(burst->jobs[i].entity, expected++);
    }
    records_burst_free(burst);
}

static const char *format(struct test_store *t, const char *pattern, int64_t seq)
{
    struct li_str text;

    assert_ok(t, li_number_format(t->ctx, li_str(pattern), RECORDS_NOW, seq, &text));
    return li_str_c(t->ctx, text);
}

static int format_code(struct test_store *t, const char *pattern)
{
    struct li_str text = LI_S("untouched");
    int rc = li_number_format(t->ctx, li_str(pattern), RECORDS_NOW, 7, &text);

    assert_true(li_str_is(text, "untouched"));
    return rc;
}

static void patterns(struct test_store *t)
{
    assert_string_equal(format(t, "{yy}-{seq}", 42), "26-42");
    assert_string_equal(format(t, "{yyyy}{seq:6}", 42), "2026000042");
    assert_string_equal(format(t, "{seq:3}", 12345), "12345");
    assert_string_equal(format(t, "南-{seq:1}", 5), "南-5");
    assert_string_equal(format(t, "plain", 5), "plain");
    assert_int_equal(format_code(t, "{year}"), -LI_E_INVALID);
    assert_int_equal(format_code(t, "{}"), -LI_E_INVALID);
    assert_int_equal(format_code(t, "{seq:0}"), -LI_E_INVALID);
    assert_int_equal(format_code(t, "{seq:13}"), -LI_E_INVALID);
    assert_int_equal(format_code(t, "{seq:x}"), -LI_E_INVALID);
    assert_int_equal(format_code(t, "{seq"), -LI_E_INVALID);
}

/* Known numbers with the check digit of Luhn at their end. */
static void check_digits(struct test_store *t)
{
    static const char *const known[] = {
        "79927398713", "4539578763621486", "490154203237518", "378282246310005",
        "18",          "0000000000"};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct li_str text = li_strf(t->ctx, "%.*s{check}", (int)strlen(known[i]) - 1, known[i]);

        assert_string_equal(format(t, text.ptr, 1), known[i]);
    }
    /* other signs do not count */
    assert_string_equal(format(t, "A7992-7398-71/{check}", 1), "A7992-7398-71/3");
    assert_string_equal(format(t, "{seq}{check}", 7992739871), "79927398713");
    assert_string_equal(format(t, "{check}", 1), "0");
}

/* The year is China's: 2027 begins at 16:00 UTC. */
static void years_turn_in_china(struct test_store *t)
{
    struct li_str text;

    assert_ok(t, li_number_format(t->ctx, LI_S("{yyyy}"), INT64_C(1798732799999999), 1, &text));
    assert_true(li_str_is(text, "2026"));
    assert_ok(t, li_number_format(t->ctx, LI_S("{yyyy}"), INT64_C(1798732800000000), 1, &text));
    assert_true(li_str_is(text, "2027"));
}

/* ---- tallies -------------------------------------------------------------------------------- */

static struct li_tally_delta delta(int64_t scope, const char *area, const char *state, int64_t n)
{
    return (struct li_tally_delta){.scope = scope,
                                   .area = li_str(area),
                                   .playbook = LI_S("service-request"),
                                   .state = li_str(state),
                                   .n = n};
}

static const char *gauges(struct test_record *r, int64_t tenant, int64_t scope)
{
    struct li_buf *buf = li_buf_new(r->ctx, 0);
    struct li_tally_delta *all = NULL;
    struct li_conn *reader;
    size_t all_count;

    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &reader));
    assert_ok(r->t, li_tally_read(r->ctx, reader, tenant, scope, &all, &all_count));
    li_store_reader_back(r->t->store, reader);
    for (size_t i = 0; i < all_count; i++) {
        assert_int_equal(all[i].scope, scope);
        assert_true(li_str_is(all[i].playbook, "service-request"));
        li_buf_fmt(buf, "%.*s.%.*s=%lld ", LI_P(all[i].area), LI_P(all[i].state),
                   (long long)all[i].n);
    }
    return buf->len ? li_str_c(r->ctx, li_buf_view(buf)) : "";
}

static void tallies_add_up(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct step first = {.deltas = {delta(0, "b", "open", 1), delta(0, "a", "open", 2),
                                    delta(0, "b", "open", 1), delta(1, "a", "open", 5),
                                    delta(0, "a", "done", 1), delta(0, "a", "done", -1)},
                         .delta_count = 6};
    struct step second = {
        .deltas = {delta(0, "b", "open", -2), delta(0, "a", "done", 4), delta(0, "a", "open", -1)},
        .delta_count = 3};
    const struct step drop = {.drop = true};

    records_found(r, 2);
    assert_string_equal(gauges(r, 1, 0), "");
    assert_ok(t, records_run(r, &count, &first));
    assert_string_equal(gauges(r, 1, 0), "a.open=2 b.open=2 ");
    assert_string_equal(gauges(r, 1, 1), "a.open=5 ");
    assert_ok(t, records_run(r, &count, &second));
    assert_string_equal(gauges(r, 1, 0), "a.done=4 a.open=1 ");
    r->tenant = 2;
    assert_ok(t, records_run(r, &count, &first));
    r->tenant = 1;
    assert_ok(t, records_run(r, &count, &drop));
    assert_string_equal(gauges(r, 1, 0), "");
    assert_string_equal(gauges(r, 1, 1), "");
    assert_string_equal(gauges(r, 2, 1), "a.open=5 ");
}

/* Many keys: every sum is the sum. */
static void tallies_by_chance(struct test_store *t)
{
    static const char *const areas[] = {"a", "b", "c", "d", "e"};
    static const char *const states[] = {"open", "done", "shut"};
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_buf *expected = li_buf_new(r->ctx, 0);
    int64_t sums[5][3] = {{0}};
    unsigned char dice[400];

    li_random_bytes(r->random, dice, sizeof(dice));
    for (size_t i = 0; i + 12 <= sizeof(dice); i += 12) {
        struct step step = {.delta_count = 6};

        for (size_t k = 0; k < 6; k++) {
            int area = dice[i + k] % 5, state = dice[i + k] / 5 % 3, n = dice[i + 6 + k] % 7 - 3;

            step.deltas[k] = delta(0, areas[area], states[state], n);
            sums[area][state] += n;
        }
        assert_ok(t, records_run(r, &count, &step));
    }
    for (int area = 0; area < 5; area++) {
        static const int order[] = {1, 0, 2}; /* done, open, shut */

        for (int i = 0; i < 3; i++)
            if (sums[area][order[i]])
                li_buf_fmt(expected, "%s.%s=%lld ", areas[area], states[order[i]],
                           (long long)sums[area][order[i]]);
    }
    assert_string_equal(gauges(r, 1, 0), li_str_c(r->ctx, li_buf_view(expected)));
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(gapless_by_period), STORE_TEST(gapless_in_a_batch),   SQLITE_TEST(patterns),
        SQLITE_TEST(check_digits),     SQLITE_TEST(years_turn_in_china), STORE_TEST(tallies_add_up),
        STORE_TEST(tallies_by_chance),
    };

    return STORE_TESTS_RUN("record numbers and tallies", tests);
}
