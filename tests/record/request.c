/*
 * Request keys: sending twice does it once.
 */
#include "record/request.h"
#include "base/time.h"
#include "lib/records.h"

LI_SQL(request_count, "select cast(count(*) as bigint) from request_key where tenant = $1");

static struct li_request_key key_of(const char *key, const char *body)
{
    return (struct li_request_key){.key = li_str(key), .fingerprint = li_str(body)};
}

static struct li_job put_with(struct test_record *r, const struct test_put *put, const char *key,
                              const char *body)
{
    struct li_job job = records_job(r, &test_put, put);

    job.key = key_of(key, body);
    return job;
}

static void replayed(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    const struct test_put put = {.id = 41}, other = {.id = 42};
    struct li_job first = put_with(r, &put, "k1", "b1"), second = put_with(r, &put, "k1", "b1"),
                  third = put_with(r, &other, "k2", "b1");

    assert_ok(t, li_run(r->record, &first));
    assert_false(first.replayed);
    assert_int_equal(first.seq, 2);
    assert_ok(t, li_run(r->record, &third));
    assert_int_equal(third.seq, 3);
    assert_ok(t, li_run(r->record, &second));
    assert_true(second.replayed);
    assert_int_equal(second.seq, 2);
    assert_int_equal(second.entity, 41);
    assert_null(second.plan);
    assert_int_equal(records_things(r, 1), 2);
    assert_verifies(r, 1);
}

static void other_content_is_refused(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    const struct test_put put = {.id = 41}, other = {.id = 42};
    struct li_job first = put_with(r, &put, "k1", "b1"), second = put_with(r, &other, "k1", "b2");

    assert_ok(t, li_run(r->record, &first));
    assert_int_equal(li_run(r->record, &second), -LI_E_KEY_REUSED);
    assert_int_equal(second.seq, 0);
    assert_int_equal(second.entity, 0);
    assert_false(second.replayed);
    assert_int_equal(records_things(r, 1), 1);
}

/* One person's key says nothing about another's, nor one tenant's. */
static void keys_belong_to_somebody(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    const struct li_viewer one = records_account(7), two = records_account(8),
                           anyone = {.kind = LI_VIEWER_ANYONE};
    const struct li_viewer *const viewers[] = {&one, &two, &anyone};

    records_found(r, 2);
    for (int i = 0; i < 3; i++) {
        const struct test_put put = {.id = 50 + i};
        struct li_job job = put_with(r, &put, "k1", i % 2 ? "b1" : "b2");

        job.viewer = viewers[i];
        assert_ok(t, li_run(r->record, &job));
        assert_false(job.replayed);
    }
    const struct test_put elsewhere = {.id = 60};
    struct li_job job = put_with(r, &elsewhere, "k1", "b3");

    job.tenant = 2;
    job.viewer = &one;
    assert_ok(t, li_run(r->record, &job));
    assert_false(job.replayed);
    assert_int_equal(records_things(r, 1), 3);
    assert_int_equal(records_things(r, 2), 1);
}

static void within_one_batch(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, 6);

    burst->jobs[1].key = key_of("k1", "b1");
    burst->jobs[2].key = key_of("k1", "b1");
    burst->jobs[3].key = key_of("k1", "b2");
    burst->jobs[4].key = key_of("k2", "b1");
    burst->jobs[5].key = key_of("k1", "b1");
    records_burst_run(burst);
    assert_int_equal(burst->commits, 2);
    assert_int_equal(burst->jobs[1].status, 0);
    assert_false(burst->jobs[1].replayed);
    assert_int_equal(burst->jobs[2].status, 0);
    assert_true(burst->jobs[2].replayed && burst->jobs[5].replayed);
    assert_int_equal(burst->jobs[2].seq, burst->jobs[1].seq);
    assert_int_equal(burst->jobs[5].entity, burst->jobs[1].entity);
    assert_int_equal(burst->jobs[3].status, -LI_E_KEY_REUSED);
    assert_int_equal(burst->jobs[4].status, 0);
    assert_int_equal(records_things(r, 1), 3);
    records_burst_free(burst);
}

/* What failed may be tried again under its key. */
static void a_failure_keeps_no_key(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_put put = {.id = 41, .manner = TEST_REFUSES};
    struct li_job job = put_with(r, &put, "k1", "b1");

    assert_int_equal(li_run(r->record, &job), -LI_E_STATE);
    put.manner = TEST_WRITE_FAILS;
    assert_int_equal(li_run(r->record, &job), -LI_E_STORE);
    assert_int_equal(records_number(r, &request_count, LI_ARGS(li_v(1))), 0);
    put.manner = TEST_WELL;
    assert_ok(t, li_run(r->record, &job));
    assert_false(job.replayed);
    assert_int_equal(job.entity, 41);
}

static void swept_after_forty_days(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    const struct test_put old = {.id = 1}, young = {.id = 2}, again = {.id = 3};
    struct li_job job = put_with(r, &old, "k1", "b1");

    records_found(r, 2);
    assert_ok(t, li_run(r->record, &job));
    job.tenant = 2;
    assert_ok(t, li_run(r->record, &job));
    records_later(r, LI_DAY);
    job = put_with(r, &young, "k2", "b1");
    assert_ok(t, li_run(r->record, &job));

    records_clock(r, RECORDS_NOW + 40 * LI_DAY);
    assert_ok(t, records_run(r, &li_request_sweep, NULL));
    assert_int_equal(records_number(r, &request_count, LI_ARGS(li_v(1))), 2);
    records_later(r, LI_MINUTE);
    assert_ok(t, records_run(r, &li_request_sweep, NULL));
    assert_int_equal(records_number(r, &request_count, LI_ARGS(li_v(1))), 1);
    assert_int_equal(records_number(r, &request_count, LI_ARGS(li_v(2))), 1);
    job = put_with(r, &again, "k1", "b9");
    assert_ok(t, li_run(r->record, &job));
    assert_false(job.replayed);
    job = put_with(r, &again, "k2", "b1");
    assert_ok(t, li_run(r->record, &job));
    assert_true(job.replayed);
    assert_int_equal(job.entity, 2);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(replayed),
        STORE_TEST(other_content_is_refused),
        STORE_TEST(keys_belong_to_somebody),
        STORE_TEST(within_one_batch),
        STORE_TEST(a_failure_keeps_no_key),
        STORE_TEST(swept_after_forty_days),
    };

    return STORE_TESTS_RUN("record request keys", tests);
}
