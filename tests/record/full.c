/*
 * A disk that is full or fails: refused cleanly, nothing half there, nothing
 * acknowledged lost.
 */
#include "lib/records.h"
#include "record/history.h"
#include "simulate/fault.h"

LI_SQL(full_history, "select cast(count(*) as bigint) from history where tenant = $1");
LI_SQL(full_thing, "select id from thing where tenant = $1 and id = $2");

struct full {
    struct li_fault *disk;
    struct test_store *t;
    struct test_record *r;
};

static struct full begin(struct test_store *plain)
{
    struct full f;

    assert_ok(plain, li_fault_vfs_register(plain->ctx, "linli-full", 20260302, &f.disk));
    f.t = test_store_new(LI_STORE_SQLITE, "linli-full");
    f.r = records_open(f.t, NULL, NULL);
    return f;
}

static void end(struct full *f)
{
    test_store_free(f->t);
    li_fault_vfs_unregister(f->disk);
}

/* How many were acknowledged; each is there exactly if it was. */
static int64_t acknowledged(struct full *f, const struct test_burst *burst)
{
    int64_t count = 0;

    for (size_t i = 0; i < burst->count; i++) {
        const struct li_job *job = &burst->jobs[i];
        int64_t id = records_number(f->r, &full_thing, LI_ARGS(li_v(1), li_v(burst->puts[i].id)));

        assert_true(job->status == 0 || job->status == -LI_E_FULL || job->status == -LI_E_STORE);
        assert_int_equal(id, job->status == 0 ? burst->puts[i].id : -1);
        assert_true(job->status == 0 ? job->seq > 1 : job->seq == 0 && job->entity == 0);
        count += job->status == 0;
    }
    return count;
}

static void assert_whole(struct full *f, int64_t there)
{
    assert_int_equal(records_things(f->r, 1), there);
    assert_int_equal(records_number(f->r, &full_history, LI_ARGS(li_v(1))), there + 1);
    assert_verifies(f->r, 1);
}

/* Bursts into ever more room: none of a burst, some of it one by one, or all. */
static void bursts_on_a_full_disk(struct test_store *plain)
{
    struct full f = begin(plain);
    int64_t id = 1, there = 0;
    int refused = 0, partly = 0, rounds = 0;

    for (int64_t room = 0; room < 120000; room += 7001, rounds++) {
        struct test_burst *burst = records_burst(f.r, id, 60);
        int64_t now;

        id += 60;
        records_burst_submit(burst);
        li_fault_room(f.disk, room);
        records_burst_wait(burst);
        li_fault_room(f.disk, -1);
        now = acknowledged(&f, burst);
        refused += now == 0;
        partly += now > 0 && now < 60;
        there += now;
        records_burst_free(burst);
        if (rounds % 5 == 4)
            assert_whole(&f, there);
        if (rounds % 7 == 6)
            records_reopen(f.r);
    }
    assert_true(refused > 0 && partly > 0);
    assert_whole(&f, there);

    struct test_burst *burst = records_burst(f.r, id, 60);

    records_burst_run(burst);
    assert_int_equal(acknowledged(&f, burst), 60);
    assert_whole(&f, there + 60);
    records_burst_free(burst);
    records_catch_up(f.r);
    records_reopen(f.r);
    assert_whole(&f, there + 60);
    end(&f);
}

static void a_disk_that_does_not_sync(struct test_store *plain)
{
    struct full f = begin(plain);
    struct test_burst *burst = records_burst(f.r, 1, 20), *again = records_burst(f.r, 1, 20);

    records_burst_submit(burst);
    li_fault_fail(f.disk, LI_FAULT_SYNC, 1, -1);
    records_burst_wait(burst);
    li_fault_fail(f.disk, LI_FAULT_SYNC, 1, 0);
    assert_int_equal(acknowledged(&f, burst), 0);
    for (size_t i = 0; i < burst->count; i++)
        assert_int_equal(burst->jobs[i].status, -LI_E_STORE);
    assert_whole(&f, 0);
    records_burst_run(again);
    assert_int_equal(acknowledged(&f, again), 20);
    assert_whole(&f, 20);
    records_burst_free(burst);
    records_burst_free(again);
    end(&f);
}

/* Consumers on a full disk are not to blame: they go on where they were.  A
 * whole batch is committed, and the disk fills up before anybody reads it. */
static void consumers_on_a_full_disk(struct test_store *plain)
{
    struct full f = begin(plain);
    struct test_burst *burst = records_burst(f.r, 1, LI_LANE_BATCH + 1);
    struct li_record_health health;
    int64_t seq;

    records_catch_up(f.r);
    burst->jobs[LI_LANE_BATCH].command = &test_wait;
    records_burst_submit(burst);
    records_pass();
    pthread_mutex_lock(&burst->mutex);
    while (atomic_load(&burst->done) <= LI_LANE_BATCH)
        pthread_cond_wait(&burst->moved, &burst->mutex);
    pthread_mutex_unlock(&burst->mutex);
    records_at_gate();
    li_fault_room(f.disk, 0);
    records_burst_wait(burst);
    for (int i = 0; i < 10; i++) {
        const struct test_put put = {.id = 80 + i};

        assert_int_equal(records_run(f.r, &test_put, &put), -LI_E_FULL);
        li_ctx_clear(f.r->ctx);
    }
    assert_ok(f.t, li_record_health(f.r->ctx, f.r->record, &health));
    assert_int_equal(health.behind, LI_LANE_BATCH);
    assert_int_equal(health.due_parked + health.consumers_parked, 0);
    assert_int_equal(li_record_catch_up(f.r->ctx, f.r->record, 1, 0, 50000, &seq), -LI_E_AGAIN);
    li_fault_room(f.disk, -1);
    /* they come back by themselves */
    records_catch_up(f.r);
    assert_ok(f.t, li_record_health(f.r->ctx, f.r->record, &health));
    assert_int_equal(health.due_parked + health.consumers_parked, 0);
    assert_int_equal(health.behind, 0);
    assert_string_equal(
        li_str_c(f.r->ctx, records_journal(f.r, 1, &test_journal)),
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 "
        "34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51");
    assert_whole(&f, LI_LANE_BATCH);
    records_burst_free(burst);
    end(&f);
}

/* Closing on a full disk ends. */
static void closing_on_a_full_disk(struct test_store *plain)
{
    struct full f = begin(plain);
    struct test_burst *burst = records_burst(f.r, 1, 30);

    records_burst_submit(burst);
    li_fault_room(f.disk, 0);
    records_close(f.r);
    assert_int_equal(burst->done, 31);
    li_fault_room(f.disk, -1);
    records_reopen(f.r);
    assert_int_equal(acknowledged(&f, burst), 0);
    assert_whole(&f, 0);
    records_catch_up(f.r);
    records_burst_free(burst);
    end(&f);
}

int main(void)
{
    static const struct store_test tests[] = {
        SQLITE_TEST(bursts_on_a_full_disk),
        SQLITE_TEST(a_disk_that_does_not_sync),
        SQLITE_TEST(consumers_on_a_full_disk),
        SQLITE_TEST(closing_on_a_full_disk),
    };

    return STORE_TESTS_RUN("record on a full disk", tests);
}
