/*
 * Consumers: everything derived, in order, once, and never in anybody's way.
 */
#include "lib/records.h"

LI_SQL(cursor_seq, "select seq from consumer_cursor where tenant = $1 and consumer = $2");
LI_SQL(cursor_attempts, "select attempts from consumer_cursor where tenant = $1 and consumer = $2");
LI_SQL(cursor_parked, "select parked from consumer_cursor where tenant = $1 and consumer = $2");
LI_SQL(journal_lose, "delete from journal where tenant = $1 and place > $2");

static void put(struct test_record *r, int64_t from, int64_t to)
{
    for (int64_t id = from; id <= to; id++) {
        const struct test_put args = {.id = id};

        assert_ok(r->t, records_run(r, &test_put, &args));
    }
}

/* "1 2 3 … to" */
static const char *counting(struct test_record *r, int64_t to)
{
    struct li_buf *buf = li_buf_new(r->ctx, 0);

    for (int64_t seq = 1; seq <= to; seq++)
        li_buf_fmt(buf, "%s%lld", seq > 1 ? " " : "", (long long)seq);
    return li_str_c(r->ctx, li_buf_view(buf));
}

static const char *journal(struct test_record *r, int64_t tenant,
                           const struct li_consumer *consumer)
{
    struct li_str text = records_journal(r, tenant, consumer);

    return text.len ? li_str_c(r->ctx, text) : "";
}

static int64_t cursor(struct test_record *r, const struct li_sql *sql,
                      const struct li_consumer *consumer)
{
    return records_number(r, sql, LI_ARGS(li_v(r->tenant), li_v_text(li_str(consumer->name))));
}

static void in_order_and_complete(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, 700);

    records_found(r, 2);
    records_burst_run(burst);
    records_catch_up(r);
    assert_string_equal(journal(r, 1, &test_journal), counting(r, 701));
    assert_string_equal(journal(r, 1, &test_picky), counting(r, 701));
    assert_string_equal(journal(r, 2, &test_journal), "1");
    assert_int_equal(cursor(r, &cursor_seq, &test_journal), 701);
    assert_int_equal(cursor(r, &cursor_attempts, &test_journal), 0);
    records_burst_free(burst);
}

/* A tenant may become known when its lane has already gone to rest. */
static void known_late(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    int64_t seq;

    /* all on the lane of tenant 1 */
    for (int64_t tenant = 5; tenant < 5 + 4 * 20; tenant += 4) {
        struct li_str word = li_strf(r->ctx, "t%lld", (long long)tenant);
        const struct li_tenant_args args = {.slug = word, .code = word, .name = word};
        struct li_job job = records_job(r, &li_tenant_found, &args);

        job.tenant = tenant;
        assert_ok(t, li_run(r->record, &job));
        put(r, tenant, tenant);
        assert_ok(t, li_record_catch_up(r->ctx, r->record, 1, 0, 20000000, &seq));
        assert_ok(t, li_tenant_load(r->ctx, r->record));
        assert_ok(t, li_record_catch_up(r->ctx, r->record, tenant, 0, 20000000, &seq));
        assert_string_equal(journal(r, tenant, &test_journal), "1");
    }
}

static void waits_for_one_entry(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    int64_t seq = -1;

    put(r, 1, 3);
    assert_ok(t, li_record_catch_up(r->ctx, r->record, 1, 3, 20000000, &seq));
    assert_true(seq >= 3);
    assert_ok(t, li_record_catch_up(r->ctx, r->record, 1, 0, 20000000, &seq));
    assert_int_equal(seq, 4);
    assert_int_equal(li_record_catch_up(r->ctx, r->record, 9, 0, 20000000, &seq), -LI_E_NOT_FOUND);
}

/* While a lane has work nothing is consumed, and waiting for it ends in time: a
 * whole batch is done, and the next stands at the gate. */
static void waiting_ends(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, LI_LANE_BATCH + 1);
    int64_t seq = -1;

    records_catch_up(r);
    burst->jobs[LI_LANE_BATCH].command = &test_wait;
    records_burst_submit(burst);
    records_pass();
    pthread_mutex_lock(&burst->mutex);
    while (atomic_load(&burst->done) <= LI_LANE_BATCH)
        pthread_cond_wait(&burst->moved, &burst->mutex);
    pthread_mutex_unlock(&burst->mutex);
    records_at_gate();
    assert_int_equal(li_record_catch_up(r->ctx, r->record, 1, 0, 1000, &seq), -LI_E_AGAIN);
    assert_int_equal(seq, 1);
    assert_string_equal(journal(r, 1, &test_journal), "1");
    records_burst_wait(burst);
    records_catch_up(r);
    assert_string_equal(journal(r, 1, &test_journal), counting(r, LI_LANE_BATCH + 1));
    records_burst_free(burst);
}

/* ---- poison ------------------------------------------------------------------------- */

static void poison_is_parked(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct li_record_health health;

    records_catch_up(r);
    records_dislike(3);
    put(r, 1, 20);
    records_catch_up(r);
    assert_string_equal(journal(r, 1, &test_journal), counting(r, 21));
    assert_int_equal(cursor(r, &cursor_parked, &test_picky), 1);
    assert_true(cursor(r, &cursor_seq, &test_picky) < 4);
    /* three times by itself, and at most once in company */
    assert_in_range(records_disliked(), LI_ATTEMPTS, LI_ATTEMPTS + 1);
    assert_ok(t, li_record_health(r->ctx, r->record, &health));
    assert_int_equal(health.consumers_parked, 1);
    assert_int_equal(health.behind, 0);

    put(r, 30, 32);
    records_catch_up(r);
    assert_string_equal(journal(r, 1, &test_journal), counting(r, 24));
    assert_in_range(records_disliked(), LI_ATTEMPTS, LI_ATTEMPTS + 1);

    /* parked also for the next process, and free again by a rebuild */
    records_reopen(r);
    put(r, 40, 40);
    records_catch_up(r);
    assert_int_equal(cursor(r, &cursor_parked, &test_picky), 1);
    assert_int_equal(li_consumer_rebuild(r->ctx, r->record, 1, LI_S("test.picky")), -LI_E_STATE);
    records_dislike(0);
    assert_ok(t, li_consumer_rebuild(r->ctx, r->record, 1, LI_S("test.picky")));
    assert_string_equal(journal(r, 1, &test_picky), counting(r, 25));
    assert_ok(t, li_record_health(r->ctx, r->record, &health));
    assert_int_equal(health.consumers_parked, 0);
}

/* Attempts that no process came back from are there for the next one. */
LI_SQL(cursor_died, "update consumer_cursor set attempts = $2 where tenant = $1");

static void attempts_survive_a_restart(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);

    records_catch_up(r);
    records_close(r);
    /* as a process leaves it that died in its third step with both consumers */
    records_tamper(r, &cursor_died, LI_ARGS(li_v(1), li_v(LI_ATTEMPTS - 1)));
    records_dislike(2);
    records_reopen(r);
    /* what fails comes first: a step that went well would forget the attempts */
    put(r, 2, 3);
    records_catch_up(r);
    assert_int_equal(cursor(r, &cursor_parked, &test_picky), 1);
    assert_int_equal(records_disliked(), 1);
    /* who was only near by goes on */
    assert_int_equal(cursor(r, &cursor_parked, &test_journal), 0);
    assert_int_equal(cursor(r, &cursor_attempts, &test_journal), 0);
    assert_string_equal(journal(r, 1, &test_journal), counting(r, 3));
}

/* The first step of a process is counted before it runs. */
static struct test_record *watched;
static int64_t attempts_seen;

LI_SQL(cursor_watch, "select attempts from consumer_cursor where tenant = $1 and consumer = $2");

static int watch_apply(struct li_ctx *ctx, const struct li_tx *tx, const struct li_entry *entries,
                       size_t count)
{
    (void)ctx;
    (void)entries;
    (void)count;
    if (attempts_seen < 0)
        attempts_seen = records_number(watched, &cursor_watch,
                                       LI_ARGS(li_v(tx->tenant), li_v_text(LI_S("test.watch"))));
    return 0;
}

static int watch_drop(struct li_ctx *ctx, const struct li_tx *tx)
{
    (void)ctx;
    (void)tx;
    return 0;
}

static void counted_before_it_runs(struct test_store *t)
{
    static const struct li_consumer watch = {
        .name = "test.watch", .apply = watch_apply, .drop = watch_drop};
    static const struct li_consumer *const consumers[] = {&watch, NULL};
    struct test_record *r = records_open(t, NULL, consumers);

    records_catch_up(r);
    records_close(r);
    watched = r;
    attempts_seen = -1;
    records_reopen(r);
    put(r, 1, 1);
    records_catch_up(r);
    assert_int_equal(attempts_seen, 1);
    assert_int_equal(cursor(r, &cursor_attempts, &watch), 0);
}

/* ---- going on ------------------------------------------------------------------------ */

static void restart_in_the_middle(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);

    put(r, 1, 10);
    records_reopen(r); /* closing lets them catch up */
    assert_string_equal(journal(r, 1, &test_journal), counting(r, 11));
    put(r, 11, 20);
    records_catch_up(r);
    records_reopen(r);
    put(r, 21, 21);
    records_catch_up(r);
    assert_string_equal(journal(r, 1, &test_journal), counting(r, 22));
    assert_string_equal(journal(r, 1, &test_picky), counting(r, 22));
}

/* The cursor goes with the rows: a process that died in between left both. */
LI_SQL(cursor_back, "update consumer_cursor set seq = $3 where tenant = $1 and consumer = $2");

static void behind_at_the_start(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);

    put(r, 1, 20);
    records_catch_up(r);
    records_close(r);
    records_tamper(r, &cursor_back, LI_ARGS(li_v(1), li_v_text(LI_S("test.journal")), li_v(6)));
    records_tamper(r, &journal_lose, LI_ARGS(li_v(1), li_v(6)));
    records_reopen(r);
    records_catch_up(r);
    assert_string_equal(journal(r, 1, &test_journal), counting(r, 21));
    assert_int_equal(cursor(r, &cursor_seq, &test_journal), 21);
}

static void rebuilt_alike(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, 600);
    const char *before;

    records_burst_run(burst);
    records_catch_up(r);
    before = journal(r, 1, &test_journal);
    records_tamper(r, &journal_lose, LI_ARGS(li_v(1), li_v(9)));
    assert_string_equal(journal(r, 1, &test_journal), counting(r, 9));
    assert_ok(t, li_consumer_rebuild(r->ctx, r->record, 1, LI_S("test.journal")));
    assert_string_equal(journal(r, 1, &test_journal), before);
    for (int i = 0; i < 20; i++) {
        assert_ok(t, li_consumer_rebuild(r->ctx, r->record, 1, LI_S("test.journal")));
        assert_int_equal(cursor(r, &cursor_seq, &test_journal), 601);
    }
    assert_string_equal(journal(r, 1, &test_journal), before);
    assert_int_equal(li_consumer_rebuild(r->ctx, r->record, 1, LI_S("test.none")), -LI_E_NOT_FOUND);
    assert_int_equal(li_consumer_rebuild(r->ctx, r->record, 9, LI_S("test.journal")),
                     -LI_E_NOT_FOUND);
    records_burst_free(burst);
}

/* A history cut short cannot keep a lane running for ever. */
LI_SQL(history_cut, "delete from history where tenant = $1 and seq > $2");

static void history_cut_short(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);

    put(r, 1, 5);
    records_catch_up(r);
    records_tamper(r, &history_cut, LI_ARGS(li_v(1), li_v(3)));
    assert_int_equal(li_consumer_rebuild(r->ctx, r->record, 1, LI_S("test.journal")), -LI_E_STATE);
    assert_string_equal(journal(r, 1, &test_journal), counting(r, 3));
    assert_int_equal(cursor(r, &cursor_parked, &test_journal), 1);
}

/* ---- being told ------------------------------------------------------------------------ */

static void count_commands(void *arg, int count)
{
    atomic_fetch_add((_Atomic int64_t *)arg, count);
}

static void told_of_commits(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    _Atomic int64_t told = 0;
    const struct li_commit_hook hook = {.fn = count_commands, .arg = &told};
    struct test_burst *burst = records_burst(r, 1, 70);

    li_record_on_commit(r->record, &hook);
    records_burst_run(burst);
    assert_int_equal(atomic_load(&told), 71);
    li_record_on_commit(r->record, NULL);
    assert_ok(t, records_run(r, &test_touch, NULL));
    assert_int_equal(atomic_load(&told), 71);
    records_close(r);
    records_burst_free(burst);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(in_order_and_complete),  STORE_TEST(known_late),
        STORE_TEST(waits_for_one_entry),    STORE_TEST(waiting_ends),
        STORE_TEST(poison_is_parked),       STORE_TEST(attempts_survive_a_restart),
        STORE_TEST(counted_before_it_runs), STORE_TEST(restart_in_the_middle),
        STORE_TEST(behind_at_the_start),    STORE_TEST(rebuilt_alike),
        STORE_TEST(history_cut_short),      STORE_TEST(told_of_commits),
    };

    return STORE_TESTS_RUN("record consumers", tests);
}
