/*
 * Lanes: one writer a tenant, many commands a commit, and whose fault it is.
 */
#include <stdlib.h>

#include "base/time.h"
#include "lib/records.h"
#include "record/history.h"

LI_SQL(lane_count, "select cast(count(*) as bigint) from history where tenant = $1");
LI_SQL(lane_last, "select seq from history where tenant = $1 order by seq desc limit 1");
LI_SQL(lane_head, "select seq from head where tenant = $1");

#define THREADS  8
#define COMMANDS 200
#define TENANTS  3
#define EVERYONE (THREADS * COMMANDS)

static int64_t last_seq(struct test_record *r, int64_t tenant)
{
    int64_t last = records_number(r, &lane_last, LI_ARGS(li_v(tenant)));

    assert_int_equal(records_number(r, &lane_count, LI_ARGS(li_v(tenant))), last);
    assert_int_equal(records_number(r, &lane_head, LI_ARGS(li_v(tenant))), last);
    return last;
}

/* ---- many at once ------------------------------------------------------------ */

struct crowd {
    struct li_record *records[2];
    struct li_clock *clock;
    pthread_mutex_t mutex;
    int64_t given[TENANTS + 1][EVERYONE + 2]; /* how often each seq was an answer */
    int faults, next;
};

/* Every tenth command is refused. */
static void one_of_crowd(struct crowd *crowd, struct li_ctx *ctx, int thread, int i)
{
    const struct test_put put = {.id = thread * 1000 + i + 1,
                                 .manner = i % 10 == 9 ? TEST_REFUSES : TEST_WELL};
    struct li_job job = {.ctx = ctx,
                         .tenant = 1 + (thread + i) % TENANTS,
                         .command = &test_put,
                         .args = &put,
                         .viewer = records_system()};
    int rc = li_run(crowd->records[thread % 2], &job);
    bool right = put.manner == TEST_WELL
                     ? rc == 0 && job.entity == put.id && job.seq > 0 && job.seq <= EVERYONE
                     : rc == -LI_E_STATE && job.seq == 0;

    pthread_mutex_lock(&crowd->mutex);
    crowd->faults += !right;
    if (right)
        crowd->given[job.tenant][job.seq]++;
    pthread_mutex_unlock(&crowd->mutex);
    li_arena_reset(ctx->arena);
}

static void *crowd_main(void *arg)
{
    struct crowd *crowd = arg;
    struct li_ctx *ctx = test_ctx_new(crowd->clock);
    int thread;

    pthread_mutex_lock(&crowd->mutex);
    thread = crowd->next++;
    pthread_mutex_unlock(&crowd->mutex);
    for (int i = 0; i < COMMANDS; i++)
        one_of_crowd(crowd, ctx, thread, i);
    test_ctx_free(ctx);
    return NULL;
}

static void run_crowd(struct test_record *r, struct li_record *other)
{
    struct crowd *crowd = calloc(1, sizeof(*crowd));
    pthread_t threads[THREADS];
    int64_t written = 0;

    assert_non_null(crowd);
    crowd->records[0] = r->record;
    crowd->records[1] = other;
    crowd->clock = r->clock;
    pthread_mutex_init(&crowd->mutex, NULL);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, crowd_main, crowd), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(crowd->faults, 0);
    for (int64_t tenant = 1; tenant <= TENANTS; tenant++) {
        int64_t last = last_seq(r, tenant);

        for (int64_t seq = 2; seq <= last; seq++)
            assert_int_equal(crowd->given[tenant][seq], 1);
        written += last - 1;
        assert_int_equal(records_things(r, tenant), last - 1);
    }
    assert_int_equal(written, EVERYONE - EVERYONE / 10);
    pthread_mutex_destroy(&crowd->mutex);
    free(crowd);
}

static void many_threads(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);

    records_found(r, 2);
    records_found(r, 3);
    run_crowd(r, r->record);
    for (int64_t tenant = 1; tenant <= TENANTS; tenant++)
        assert_verifies(r, tenant);
}

/* Two servers on one database: the heads keep them apart, the cursors the
 * consumers. */
static void two_servers(struct test_store *t)
{
    static const uint8_t master_key[32] = "a key that only the tests know.";
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_record *other = NULL;
    const struct li_record_config config = {.store = t->store,
                                            .clock = r->clock,
                                            .random = r->random,
                                            .master_key = master_key,
                                            .commands = r->commands,
                                            .consumers = r->consumers};

    records_found(r, 2);
    records_found(r, 3);
    assert_ok(t, li_record_open(t->ctx, &config, &other));
    run_crowd(r, other);
    li_record_close(other);
    records_reopen(r);
    records_catch_up(r);
    for (int64_t tenant = 1; tenant <= TENANTS; tenant++) {
        struct li_buf *all = li_buf_new(t->ctx, 0);

        for (int64_t seq = 1; seq <= last_seq(r, tenant); seq++)
            li_buf_fmt(all, "%s%lld", seq > 1 ? " " : "", (long long)seq);
        assert_string_equal(li_str_c(t->ctx, records_journal(r, tenant, &test_journal)),
                            li_str_c(t->ctx, li_buf_view(all)));
        assert_verifies(r, tenant);
    }
}

/* ---- batches ------------------------------------------------------------------ */

static void batches_share_commits(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, 2 * LI_LANE_BATCH);

    records_burst_run(burst);
    for (size_t i = 0; i < burst->count; i++) {
        assert_int_equal(burst->jobs[i].status, 0);
        assert_int_equal(burst->jobs[i].seq, i + 2);
        assert_int_equal(burst->jobs[i].entity, i + 1);
        assert_ptr_equal(burst->jobs[i].plan, &burst->puts[i]);
    }
    /* the gate's own, and two for a hundred commands */
    assert_int_equal(burst->commits, 3);
    assert_int_equal(last_seq(r, 1), 2 * LI_LANE_BATCH + 1);
    assert_verifies(r, 1);
    records_burst_free(burst);
}

static void refusal_leaves_nothing(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, 20);
    int64_t seq = 2;

    for (size_t i = 0; i < burst->count; i += 3)
        burst->puts[i].manner = TEST_REFUSES;
    records_burst_run(burst);
    for (size_t i = 0; i < burst->count; i++) {
        bool refused = i % 3 == 0;

        assert_int_equal(burst->jobs[i].status, refused ? -LI_E_STATE : 0);
        assert_int_equal(burst->jobs[i].seq, refused ? 0 : seq++);
    }
    assert_int_equal(burst->commits, 2);
    assert_int_equal(records_things(r, 1), 13);
    assert_int_equal(last_seq(r, 1), 14);
    assert_verifies(r, 1);
    records_burst_free(burst);
}

static void failing_write_harms_nobody(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, 30);
    int64_t seq = 2;

    burst->puts[3].label = "lamp";
    burst->puts[7].manner = TEST_WRITE_FAILS;
    burst->puts[12].id = burst->puts[2].id;
    burst->puts[20].label = "lamp";
    burst->puts[29].manner = TEST_WRITE_FAILS;
    records_burst_run(burst);
    for (size_t i = 0; i < burst->count; i++) {
        int status = i == 7 || i == 29 ? -LI_E_STORE : i == 12 || i == 20 ? -LI_E_UNIQUE : 0;

        assert_int_equal(burst->jobs[i].status, status);
        assert_int_equal(burst->jobs[i].seq, status ? 0 : seq++);
    }
    assert_int_equal(records_things(r, 1), 26);
    assert_int_equal(last_seq(r, 1), 27);
    assert_verifies(r, 1);
    records_burst_free(burst);
}

/* A fault in decide is answered as such and harms nobody either. */
static void fault_in_decide(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, 5);

    burst->puts[2].manner = TEST_FAULTS;
    records_burst_run(burst);
    for (size_t i = 0; i < burst->count; i++)
        assert_int_equal(burst->jobs[i].status, i == 2 ? -LI_E_INTERNAL : 0);
    assert_int_equal(last_seq(r, 1), 5);
    records_burst_free(burst);
}

static void working_commands_leave_no_history(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_job job = records_run_job(r, &test_touch, NULL);

    assert_int_equal(job.status, 0);
    assert_int_equal(job.seq, 0);
    assert_int_equal(records_touched(r, 1), 1);
    assert_int_equal(last_seq(r, 1), 1);
}

/* ---- tenants ------------------------------------------------------------------ */

static void unknown_tenant(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, 6);
    const struct li_tenant_args args = {
        .slug = LI_S("futian"), .code = LI_S("440304"), .name = LI_S("福田区")};

    /* unknown, founded, known: in one batch */
    burst->jobs[1].tenant = burst->jobs[4].tenant = 9;
    burst->jobs[3].tenant = 9;
    burst->jobs[3].command = &li_tenant_found;
    burst->jobs[3].args = &args;
    records_burst_run(burst);
    if (t->kind == LI_STORE_SQLITE)
        assert_int_equal(burst->commits, 2);
    assert_int_equal(burst->jobs[0].status, 0);
    assert_int_equal(burst->jobs[1].status, -LI_E_NOT_FOUND);
    assert_int_equal(burst->jobs[2].status, 0);
    assert_int_equal(burst->jobs[3].status, 0);
    assert_int_equal(burst->jobs[3].seq, 1);
    assert_int_equal(burst->jobs[4].status, 0);
    assert_int_equal(burst->jobs[4].seq, 2);
    assert_ok(t, li_tenant_load(r->ctx, r->record));
    assert_int_equal(li_tenant_find(r->record, LI_S("futian"))->id, 9);
    assert_null(li_tenant_find(r->record, LI_S("luohu")));
    assert_int_equal(last_seq(r, 9), 2);
    assert_verifies(r, 9);
    records_burst_free(burst);
}

static void founding_twice(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    const struct li_tenant_args again = {
        .slug = LI_S("nanshan2"), .code = LI_S("440305"), .name = LI_S("南山")};
    const struct li_tenant_args same_slug = {
        .slug = LI_S("nanshan"), .code = LI_S("440305"), .name = LI_S("南山")};
    struct li_job job;

    assert_int_equal(records_run(r, &li_tenant_found, &again), -LI_E_UNIQUE);
    job = records_job(r, &li_tenant_found, &same_slug);
    job.tenant = 2;
    assert_int_equal(li_run(r->record, &job), -LI_E_UNIQUE);
    assert_int_equal(records_number(r, &lane_head, LI_ARGS(li_v(2))), -1);
    assert_int_equal(last_seq(r, 1), 1);
}

/* ---- time --------------------------------------------------------------------- */

static void recorded_at_only_grows(struct test_store *t)
{
    static const int64_t clocks[] = {RECORDS_NOW,        RECORDS_NOW,
                                     RECORDS_NOW + 5000, RECORDS_NOW - 3600000000,
                                     RECORDS_NOW,        RECORDS_NOW + 7000};
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_entry *entries;
    struct li_conn *reader;
    size_t count;

    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
        const struct test_put put = {.id = (int64_t)i + 1};

        records_clock(r, clocks[i]);
        assert_ok(t, records_run(r, &test_put, &put));
    }
    assert_ok(t, li_store_reader(r->ctx, t->store, &reader));
    assert_ok(t, li_history_read(r->ctx, reader, 1, 0, 100, &entries, &count));
    li_store_reader_back(t->store, reader);
    assert_int_equal(count, 7);
    assert_int_equal(entries[0].at, RECORDS_NOW);
    assert_int_equal(entries[1].at, RECORDS_NOW + 1);
    assert_int_equal(entries[2].at, RECORDS_NOW + 2);
    assert_int_equal(entries[3].at, RECORDS_NOW + 5000);
    assert_int_equal(entries[4].at, RECORDS_NOW + 5001);
    assert_int_equal(entries[5].at, RECORDS_NOW + 5002);
    assert_int_equal(entries[6].at, RECORDS_NOW + 7000);
}

/* After a restart too, and however the clock is set then. */
static void identifiers_only_grow(struct test_store *t)
{
    static const int64_t moves[] = {-LI_HOUR, LI_HOUR, -LI_DAY, 0};
    static const char *const labels[] = {"one", "two", "three", "four"};
    struct test_record *r = records_open(t, NULL, NULL);
    int64_t last = 0;

    for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
        const struct test_put put = {.id = li_id_next(li_record_ids(r->record), r->clock),
                                     .label = labels[i]};
        assert_true(put.id > last);
        last = put.id;
        assert_ok(t, records_run(r, &test_put, &put));
        records_reopen(r);
        records_later(r, moves[i]);
    }
    assert_true(li_id_next(li_record_ids(r->record), r->clock) > last);
}

static void actors_by_viewer(struct test_store *t)
{
    static const struct li_viewer viewers[] = {{.kind = LI_VIEWER_ANYONE},
                                               {.kind = LI_VIEWER_PARTY, .case_id = 5, .party = 2},
                                               {.kind = LI_VIEWER_STAFF, .account = 77},
                                               {.kind = LI_VIEWER_SYSTEM}};
    static const char *const actors[] = {"anyone", "party:2", "account:77", "system"};
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_entry *entries;
    struct li_conn *reader;
    size_t count;

    for (int i = 0; i < 4; i++) {
        const struct test_put put = {.id = i + 1};
        struct li_job job = records_job(r, &test_put, &put);

        job.viewer = &viewers[i];
        assert_ok(t, li_run(r->record, &job));
    }
    assert_ok(t, li_store_reader(r->ctx, t->store, &reader));
    for (int i = 0; i < 4; i++) {
        assert_ok(t, li_history_of(r->ctx, reader, 1, i + 1, 10, &entries, &count));
        assert_int_equal(count, i == 0 ? 2 : 1); /* entity 1 is the founding's, too */
        assert_true(li_str_is(entries[count - 1].actor, actors[i]));
        assert_true(li_str_is(entries[count - 1].command, "test.put"));
    }
    li_store_reader_back(t->store, reader);
}

/* ---- the queue ------------------------------------------------------------------ */

static void full_queue_is_busy(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, LI_LANE_QUEUE);
    struct li_job late = records_job(r, &test_touch, NULL);

    for (size_t i = 0; i < burst->count; i++) {
        burst->jobs[i].command = &test_touch;
        burst->jobs[i].args = NULL;
    }
    records_burst_submit(burst);
    assert_int_equal(li_submit(r->record, &late), -LI_E_BUSY);
    assert_int_equal(li_run(r->record, &late), -LI_E_BUSY);
    records_burst_wait(burst);
    for (size_t i = 0; i < burst->count; i++)
        assert_int_equal(burst->jobs[i].status, 0);
    assert_int_equal(records_touched(r, 1), LI_LANE_QUEUE);
    li_ctx_clear(r->ctx);
    assert_ok(t, li_run(r->record, &late));
    records_burst_free(burst);
}

static void close_finishes_the_queue(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, 3 * LI_LANE_BATCH);

    records_burst_submit(burst);
    records_close(r);
    assert_int_equal(burst->done, burst->count + 1);
    for (size_t i = 0; i < burst->count; i++)
        assert_int_equal(burst->jobs[i].status, 0);
    records_reopen(r);
    assert_int_equal(records_things(r, 1), 3 * LI_LANE_BATCH);
    assert_int_equal(last_seq(r, 1), 3 * LI_LANE_BATCH + 1);
    assert_verifies(r, 1);
    records_burst_free(burst);
}

struct closing {
    struct li_record *record;
    int rc;
};

static void submit_again(struct li_job *job)
{
    struct closing *closing = job->arg;

    closing->rc = li_submit(closing->record, job);
}

/* A job that submits itself for ever cannot keep a record open. */
static void closing_takes_nothing_new(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_job job = records_job(r, &test_touch, NULL);
    struct closing closing = {.record = r->record};

    job.ctx = test_ctx_new(r->clock);
    job.done = submit_again;
    job.arg = &closing;
    assert_ok(t, li_submit(r->record, &job));
    records_close(r);
    assert_int_equal(closing.rc, -LI_E_BUSY);
    test_ctx_free(job.ctx);
    records_reopen(r);
    assert_true(records_touched(r, 1) > 0);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(many_threads),
        POSTGRES_TEST(two_servers),
        STORE_TEST(batches_share_commits),
        STORE_TEST(refusal_leaves_nothing),
        STORE_TEST(failing_write_harms_nobody),
        STORE_TEST(fault_in_decide),
        STORE_TEST(working_commands_leave_no_history),
        STORE_TEST(unknown_tenant),
        STORE_TEST(founding_twice),
        STORE_TEST(recorded_at_only_grows),
        STORE_TEST(identifiers_only_grow),
        STORE_TEST(actors_by_viewer),
        STORE_TEST(full_queue_is_busy),
        STORE_TEST(close_finishes_the_queue),
        STORE_TEST(closing_takes_nothing_new),
    };

    return STORE_TESTS_RUN("record lane", tests);
}
