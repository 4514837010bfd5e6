/*
 * Due rows: exactly once, and never for ever.
 *
 * What a round does is done here by hand: count the attempt, run the command
 * with the row named in its job.  Then whole rounds (li_due_run).
 */
#include "record/due.h"
#include "lib/records.h"
#include "record/consumer.h"

LI_SQL(due_rows, "select cast(count(*) as bigint) from due where tenant = $1");
LI_SQL(due_attempts_of, "select attempts from due where tenant = $1 and entity = $2");
LI_SQL(due_put_attempts, "update due set attempts = $2 where tenant = $1");

#define AT (RECORDS_NOW + 1000000)

static void set(struct test_record *r, int64_t entity, int64_t slot, int64_t at,
                enum test_manner manner)
{
    const struct test_later later = {.entity = entity, .slot = slot, .at = at, .manner = manner};

    assert_ok(r->t, records_run(r, &test_later, &later));
}

static size_t read_due(struct test_record *r, int64_t now, struct li_due **ret)
{
    struct li_conn *reader;
    size_t count;

    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &reader));
    assert_ok(r->t, li_due_read(r->ctx, reader, now, 100, ret, &count));
    li_store_reader_back(r->t->store, reader);
    return count;
}

static int64_t next_at(struct test_record *r)
{
    struct li_conn *reader;
    int64_t at = -1;

    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &reader));
    assert_ok(r->t, li_due_next(r->ctx, reader, &at));
    li_store_reader_back(r->t->store, reader);
    return at;
}

static int64_t parked(struct test_record *r)
{
    struct li_record_health health;

    assert_ok(r->t, li_record_health(r->ctx, r->record, &health));
    return health.due_parked;
}

static int64_t rows(struct test_record *r)
{
    return records_number(r, &due_rows, LI_ARGS(li_v(r->tenant)));
}

static int64_t attempts(struct test_record *r, int64_t entity)
{
    return records_number(r, &due_attempts_of, LI_ARGS(li_v(r->tenant), li_v(entity)));
}

/* The job for a row that was read. */
static struct li_job ring_job(struct test_record *r, const struct li_due *due)
{
    const struct li_command *command = li_record_command(r->record, due->command);
    struct li_node *args;
    struct li_job job;
    void *parsed;

    assert_non_null(command);
    assert_ok(r->t, li_json_read(r->ctx, due->args, &args));
    assert_ok(r->t, command->parse(r->ctx, args, &parsed));
    job = records_job(r, command, parsed);
    job.tenant = due->tenant;
    job.due = true;
    job.due_entity = due->entity;
    job.due_slot = due->slot;
    job.due_at = due->at;
    return job;
}

static int ring(struct test_record *r, const struct li_due *due)
{
    struct li_job job = ring_job(r, due);

    return li_run(r->record, &job);
}

static bool attempt(struct test_record *r, const struct li_due *due)
{
    struct li_job job = records_run_job(r, &li_due_attempt, due);
    const struct li_due_attempted *plan = job.plan;

    assert_int_equal(job.status, 0);
    assert_int_equal(job.seq, 0);
    return plan->may_run;
}

/* ---- once ---------------------------------------------------------------------- */

static void exactly_once(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_due *due;

    set(r, 5, 0, AT, TEST_WELL);
    assert_int_equal(read_due(r, AT - 1, &due), 0);
    assert_int_equal(read_due(r, AT, &due), 1);
    assert_int_equal(due->tenant, 1);
    assert_int_equal(due->entity, 5);
    assert_int_equal(due->at, AT);
    assert_true(li_str_is(due->command, "test.ring"));
    assert_int_equal(ring(r, due), 0);
    assert_int_equal(ring(r, due), -LI_E_STATE);
    assert_int_equal(records_rings(r, 5, 0), 1);
    assert_int_equal(rows(r), 0);
    assert_verifies(r, 1);
}

static void exactly_once_in_one_batch(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, 6);
    struct li_due *due;
    int ran = 0;

    set(r, 5, 0, AT, TEST_WELL);
    set(r, 6, 0, AT, TEST_WELL);
    assert_int_equal(read_due(r, AT, &due), 2);
    for (size_t i = 0; i < burst->count; i++)
        burst->jobs[i] = ring_job(r, &due[i % 2]);
    records_burst_run(burst);
    for (size_t i = 0; i < burst->count; i++) {
        assert_int_equal(burst->jobs[i].status, i < 2 ? 0 : -LI_E_STATE);
        ran += burst->jobs[i].status == 0;
    }
    assert_int_equal(ran, 2);
    assert_int_equal(burst->commits, 2);
    assert_int_equal(records_rings(r, 5, 0), 1);
    assert_int_equal(records_rings(r, 6, 0), 1);
    records_burst_free(burst);
}

static void a_moved_row_waits(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_due *before, *after;

    set(r, 5, 0, AT, TEST_WELL);
    assert_int_equal(read_due(r, AT, &before), 1);
    set(r, 5, 0, AT + 500, TEST_WELL);
    assert_int_equal(rows(r), 1);
    assert_int_equal(ring(r, before), -LI_E_STATE);
    assert_int_equal(records_run(r, &li_due_attempt, before), -LI_E_STATE);
    assert_int_equal(records_rings(r, 5, 0), 0);
    assert_int_equal(read_due(r, AT, &after), 0);
    assert_int_equal(read_due(r, AT + 500, &after), 1);
    assert_int_equal(ring(r, after), 0);
    assert_int_equal(records_rings(r, 5, 0), 1);
}

/* ---- refusal and fault ----------------------------------------------------------- */

static void refusal_ends_it(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_due *due;

    set(r, 5, 0, AT, TEST_REFUSES);
    assert_int_equal(read_due(r, AT, &due), 1);
    assert_true(attempt(r, due));
    assert_int_equal(ring(r, due), -LI_E_STATE);
    assert_int_equal(rows(r), 0);
    assert_int_equal(records_rings(r, 5, 0), 0);
}

static void fault_leaves_it(struct test_store *t, enum test_manner manner, int status)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_due *due;

    set(r, 5, 0, AT, manner);
    set(r, 6, 0, AT, TEST_WELL);
    for (int i = 0; i < LI_ATTEMPTS; i++) {
        assert_int_equal(parked(r), 0);
        assert_int_equal(read_due(r, AT, &due), 2);
        assert_int_equal(due[0].attempts, i);
        assert_true(attempt(r, &due[0]));
        assert_int_equal(attempts(r, 5), i + 1);
        assert_int_equal(ring(r, &due[0]), status);
        assert_int_equal(attempts(r, 5), i + 1);
    }
    assert_false(attempt(r, &due[0]));
    assert_int_equal(parked(r), 1);
    assert_int_equal(rows(r), 2);
    /* the rest goes on */
    assert_int_equal(read_due(r, AT, &due), 1);
    assert_int_equal(due->entity, 6);
    assert_int_equal(ring(r, due), 0);
    assert_int_equal(next_at(r), 0);
    assert_int_equal(records_rings(r, 5, 0), 0);
    /* setting it anew is a new beginning */
    set(r, 5, 0, AT, TEST_WELL);
    assert_int_equal(parked(r), 0);
    assert_int_equal(read_due(r, AT, &due), 1);
    assert_int_equal(due->attempts, 0);
    assert_true(attempt(r, due));
    assert_int_equal(ring(r, due), 0);
    assert_verifies(r, 1);
}

static void parked_after_faults(struct test_store *t)
{
    fault_leaves_it(t, TEST_FAULTS, -LI_E_INTERNAL);
}

static void parked_after_failing_writes(struct test_store *t)
{
    fault_leaves_it(t, TEST_WRITE_FAILS, -LI_E_STORE);
}

/* The process ends between the attempt and the command, again and again: what
 * was counted stays counted. */
static void crash_after_the_attempt(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_due *due;

    set(r, 5, 0, AT, TEST_WELL);
    for (int i = 0; i < LI_ATTEMPTS; i++) {
        assert_int_equal(read_due(r, AT, &due), 1);
        assert_int_equal(due->attempts, i);
        assert_true(attempt(r, due));
        records_reopen(r);
    }
    assert_int_equal(read_due(r, AT, &due), 1);
    assert_false(attempt(r, due));
    assert_int_equal(read_due(r, AT, &due), 0);
    assert_int_equal(records_rings(r, 5, 0), 0);
}

static void crash_between(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_due *due;

    set(r, 5, 0, AT, TEST_WELL);
    assert_int_equal(read_due(r, AT, &due), 1);
    assert_true(attempt(r, due));
    records_reopen(r);
    assert_int_equal(read_due(r, AT, &due), 1);
    assert_true(attempt(r, due));
    assert_int_equal(ring(r, due), 0);
    records_reopen(r);
    assert_int_equal(read_due(r, AT, &due), 0);
    assert_int_equal(records_rings(r, 5, 0), 1);
}

/* ---- reading ----------------------------------------------------------------------- */

static void earliest_first(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_due *due;

    assert_int_equal(next_at(r), 0);
    records_found(r, 2);
    set(r, 7, 1, AT + 3, TEST_WELL);
    set(r, 9, 0, AT + 1, TEST_WELL);
    set(r, 8, 2, AT + 2, TEST_WELL);
    set(r, 8, 1, AT + 2, TEST_WELL);
    r->tenant = 2;
    set(r, 1, 0, AT + 2, TEST_WELL);
    r->tenant = 1;
    assert_int_equal(next_at(r), AT + 1);
    assert_int_equal(read_due(r, AT + 2, &due), 4);
    assert_int_equal(due[0].entity, 9);
    assert_true(due[1].tenant == 1 && due[1].entity == 8 && due[1].slot == 1);
    assert_true(due[2].tenant == 1 && due[2].entity == 8 && due[2].slot == 2);
    assert_true(due[3].tenant == 2 && due[3].entity == 1);
    assert_int_equal(ring(r, &due[0]), 0);
    assert_int_equal(next_at(r), AT + 2);
    assert_int_equal(read_due(r, AT + 10, &due), 4);
    assert_int_equal(due[3].entity, 7);
}

static void at_most_so_many(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_conn *reader;
    struct li_due *due;
    size_t count;

    for (int i = 1; i <= 5; i++)
        set(r, i, 0, AT + i, TEST_WELL);
    assert_ok(t, li_store_reader(r->ctx, t->store, &reader));
    assert_ok(t, li_due_read(r->ctx, reader, AT + 100, 3, &due, &count));
    li_store_reader_back(t->store, reader);
    assert_int_equal(count, 3);
    assert_int_equal(due[2].entity, 3);
}

static int clear_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    (void)ctx;
    (void)tx;
    *ret_plan = (void *)args;
    return 0;
}

static int clear_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    const struct test_later *later = plan;

    ret->entity = later->entity;
    return li_due_clear(ctx, tx, later->entity, later->slot);
}

static void cleared(struct test_store *t)
{
    static const struct li_command clear = {
        .name = "test.clear", .decide = clear_decide, .write = clear_write};
    static const struct test_later one = {.entity = 5, .slot = 1};
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_due *due;

    set(r, 5, 0, AT, TEST_WELL);
    set(r, 5, 1, AT, TEST_WELL);
    assert_ok(t, records_run(r, &clear, &one));
    assert_ok(t, records_run(r, &clear, &one));
    assert_int_equal(read_due(r, AT, &due), 1);
    assert_int_equal(due->slot, 0);
}

/* A row that lost count in the store is still met with sense. */
static void attempts_beyond_the_limit(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_due *due;

    set(r, 5, 0, AT, TEST_WELL);
    records_tamper(r, &due_put_attempts, LI_ARGS(li_v(1), li_v(99)));
    assert_int_equal(read_due(r, AT, &due), 1);
    assert_false(attempt(r, due));
    assert_int_equal(parked(r), 1);
}

/* ---- whole rounds ------------------------------------------------------------------ */

static size_t round_of(struct test_record *r, int64_t now, struct li_due_turn **ret)
{
    size_t count;

    assert_ok(r->t, li_due_run(r->ctx, r->record, now, ret, &count));
    return count;
}

static void rounds(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    const int64_t last = LI_LANE_BATCH + 10;
    struct li_due_turn *turns;

    set(r, 1, 0, AT, TEST_FAULTS);
    set(r, 2, 0, AT, TEST_REFUSES);
    for (int64_t i = 3; i <= last; i++)
        set(r, i, 0, AT + i, TEST_WELL);
    assert_int_equal(round_of(r, AT - 1, &turns), 0);
    assert_int_equal(round_of(r, AT + last, &turns), LI_LANE_BATCH);
    assert_int_equal(turns[0].status, -LI_E_INTERNAL);
    assert_int_equal(turns[1].status, -LI_E_STATE);
    for (size_t i = 2; i < LI_LANE_BATCH; i++) {
        assert_int_equal(turns[i].due.entity, i + 1);
        assert_int_equal(turns[i].status, 0);
    }
    /* the rest, and the failing one until it is parked */
    assert_int_equal(round_of(r, AT + last, &turns), 11);
    assert_int_equal(round_of(r, AT + last, &turns), 1);
    assert_false(turns[0].parked);
    assert_int_equal(round_of(r, AT + last, &turns), 1);
    assert_true(turns[0].parked);
    assert_int_equal(round_of(r, AT + last, &turns), 0);
    assert_int_equal(parked(r), 1);
    assert_int_equal(rows(r), 1);
    for (int64_t i = 1; i <= last; i++)
        assert_int_equal(records_rings(r, i, 0), i > 2);
    assert_verifies(r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(exactly_once),
        STORE_TEST(exactly_once_in_one_batch),
        STORE_TEST(a_moved_row_waits),
        STORE_TEST(refusal_ends_it),
        STORE_TEST(parked_after_faults),
        STORE_TEST(parked_after_failing_writes),
        STORE_TEST(crash_after_the_attempt),
        STORE_TEST(crash_between),
        STORE_TEST(earliest_first),
        STORE_TEST(at_most_so_many),
        STORE_TEST(cleared),
        STORE_TEST(attempts_beyond_the_limit),
        STORE_TEST(rounds),
    };

    return STORE_TESTS_RUN("record due rows", tests);
}
