/*
 * The connection goes in the middle of a commit.
 *
 * Between the record and PostgreSQL stands a relay that waits for a commit and
 * then loses it, or loses its answer, or its answer and every way to ask again.
 * Whatever it does: what was answered is there, and nothing is there twice.
 */
#include <sched.h>
#include <stdlib.h>

#include "lib/records.h"
#include "simulate/fault_relay.h"

/* ---- a record behind it ------------------------------------------------------------------- */

struct lossy {
    struct test_record *r;
    struct li_relay *relay;
    struct li_store *direct;
};

static struct lossy begin(struct test_store *t)
{
    struct lossy lossy = {.r = records_open(t, NULL, NULL)};
    struct li_str where;

    assert_ok(t, li_relay_open(t->ctx, getenv("LINLI_TEST_PG"), &lossy.relay));
    where = li_relay_where(t->ctx, lossy.relay, t->where);
    records_catch_up(lossy.r);
    records_close(lossy.r);
    lossy.direct = t->store;
    assert_ok(t, li_store_open(t->ctx, where.ptr, &t->store));
    records_reopen(lossy.r);
    return lossy;
}

static void end(struct lossy *lossy)
{
    struct test_store *t = lossy->r->t;

    records_close(lossy->r);
    li_store_close(t->store);
    t->store = lossy->direct;
    records_reopen(lossy->r);
    li_relay_close(lossy->relay);
    records_catch_up(lossy->r);
    assert_verifies(lossy->r, 1);
}

/* The server answers again, and the store's pause after its failures is over. */
static void open_again(struct lossy *lossy)
{
    struct test_store *t = lossy->r->t;
    struct li_conn *conn = NULL;

    li_relay_refuse(lossy->relay, 0);
    while (li_conn_open(t->ctx, t->store, LI_CONN_READ, &conn)) {
        li_ctx_clear(t->ctx);
        sched_yield();
    }
    li_conn_close(conn);
}

/* The gate's commit passes, the next one meets its fate. */
static void run_and_lose(struct lossy *lossy, struct test_burst *burst, enum li_relay_fate fate,
                         int refuse)
{
    records_burst_submit(burst);
    li_relay_lose(lossy->relay, fate, 1, refuse);
    records_burst_wait(burst);
    assert_true(li_relay_has_lost(lossy->relay));
}

static void assert_all_once(const struct test_burst *burst)
{
    for (size_t i = 0; i < burst->count; i++) {
        assert_int_equal(burst->jobs[i].status, 0);
        assert_int_equal(burst->jobs[i].seq, i + 2);
        assert_int_equal(burst->jobs[i].entity, i + 1);
    }
    assert_int_equal(records_things(burst->r, 1), burst->count);
}

static void the_answer_is_lost(struct test_store *t)
{
    struct lossy lossy = begin(t);
    struct test_burst *burst = records_burst(lossy.r, 1, 30);

    run_and_lose(&lossy, burst, LI_RELAY_LOSE_ANSWER, 0);
    assert_all_once(burst);
    for (size_t i = 0; i < burst->count; i++)
        assert_ptr_equal(burst->jobs[i].plan, &burst->puts[i]);
    end(&lossy);
    records_burst_free(burst);
}

static void the_commit_is_lost(struct test_store *t)
{
    struct lossy lossy = begin(t);
    struct test_burst *burst = records_burst(lossy.r, 1, 30);

    run_and_lose(&lossy, burst, LI_RELAY_LOSE_COMMIT, 0);
    assert_all_once(burst);
    end(&lossy);
    records_burst_free(burst);
}

/* Nobody can say what became of it: the answer says so, and the key finds out. */
static void cannot_ask(struct test_store *t, int refuse)
{
    struct lossy lossy = begin(t);
    struct test_burst *burst = records_burst(lossy.r, 1, 30), *again;

    for (size_t i = 0; i < burst->count; i++)
        burst->jobs[i].key = (struct li_request_key){.key = li_strf(lossy.r->ctx, "key-%zu", i),
                                                     .fingerprint = LI_S("the same")};
    run_and_lose(&lossy, burst, LI_RELAY_LOSE_ANSWER, refuse);
    for (size_t i = 0; i < burst->count; i++) {
        assert_int_equal(burst->jobs[i].status, -LI_E_AGAIN);
        assert_int_equal(burst->jobs[i].seq, 0);
        assert_null(burst->jobs[i].plan);
    }
    open_again(&lossy);
    again = records_burst(lossy.r, 1, 30);
    for (size_t i = 0; i < again->count; i++)
        again->jobs[i].key = burst->jobs[i].key;
    records_burst_run(again);
    assert_all_once(again);
    for (size_t i = 0; i < again->count; i++)
        assert_true(again->jobs[i].replayed);
    end(&lossy);
    records_burst_free(burst);
    records_burst_free(again);
}

static void no_way_to_ask(struct test_store *t)
{
    cannot_ask(t, -1);
}

/* The server is back at once; still nothing is done on the chance that it was not. */
static void no_way_to_ask_in_time(struct test_store *t)
{
    cannot_ask(t, 1);
}

/* A server that is gone does not keep a record from closing. */
static void closing_without_a_server(struct test_store *t)
{
    struct lossy lossy = begin(t);
    struct test_burst *burst = records_burst(lossy.r, 1, 30);

    run_and_lose(&lossy, burst, LI_RELAY_LOSE_ANSWER, -1);
    records_close(lossy.r);
    open_again(&lossy);
    records_reopen(lossy.r);
    assert_int_equal(records_things(lossy.r, 1), 30);
    end(&lossy);
    records_burst_free(burst);
}

/* Cut at any moment, and slow: with its key a command is done once, whatever it costs. */
static void a_connection_that_is_cut_and_slow(struct test_store *t)
{
    struct lossy lossy = begin(t);

    li_relay_slow(lossy.relay, 2000);
    for (int i = 1; i <= 40; i++) {
        const struct test_put put = {.id = i};
        struct li_job job = records_job(lossy.r, &test_put, &put);

        job.key = (struct li_request_key){.key = li_strf(t->ctx, "cut-%d", i),
                                          .fingerprint = LI_S("the same")};
        if (i % 4 == 0)
            li_relay_cut(lossy.relay);
        while (li_run(lossy.r->record, &job)) {
            assert_int_equal(job.status, -LI_E_AGAIN);
            li_ctx_clear(t->ctx);
            open_again(&lossy);
        }
        assert_int_equal(job.entity, i);
    }
    assert_int_equal(records_things(lossy.r, 1), 40);
    li_relay_slow(lossy.relay, 0);
    end(&lossy);
}

/* ---- other servers ------------------------------------------------------------------- */

static unsigned next_node(struct test_record *r)
{
    return li_id_next(li_record_ids(r->record), r->clock) >> 15 & 63;
}

static void puts_next(struct test_record *r)
{
    const struct test_put put = {.id = li_id_next(li_record_ids(r->record), r->clock)};

    assert_ok(r->t, records_run(r, &test_put, &put));
}

/* Another server on the same database, not through the relay. */
static struct test_record another(const struct lossy *lossy, struct test_store *t)
{
    struct test_record r = *lossy->r;

    *t = *lossy->r->t;
    t->store = lossy->direct;
    r.t = t;
    r.record = NULL;
    records_reopen(&r);
    return r;
}

/* While a server is cut off another takes its number.  It comes back under a third that
 * somebody had in the same instant, and makes nothing that is there already. */
static void the_number_goes_to_another(struct test_store *t)
{
    struct lossy lossy = begin(t);
    struct test_store of_second, of_third;
    struct test_record second = another(&lossy, &of_second), third;

    assert_int_equal(next_node(lossy.r), 0);
    assert_int_equal(next_node(&second), 1);
    puts_next(lossy.r);
    for (int i = 0; i < 10; i++) {
        puts_next(&second);
    }
    records_close(&second);
    li_relay_refuse(lossy.relay, -1);
    li_relay_cut(lossy.relay);
    third = another(&lossy, &of_third);
    while (next_node(&third) != 0) { /* the server has not noticed yet */
        records_reopen(&third);
    }
    open_again(&lossy);
    while (records_run(lossy.r, &test_touch, NULL) == -LI_E_AGAIN) {
        li_ctx_clear(t->ctx);
        open_again(&lossy);
    }
    assert_int_equal(next_node(lossy.r), 1);
    assert_int_equal(next_node(&third), 0);
    for (int i = 0; i < 10; i++) {
        puts_next(lossy.r);
        puts_next(&third);
    }
    assert_int_equal(records_things(lossy.r, 1), 31);
    records_close(&third);
    end(&lossy);
}

/* ---- the server itself ------------------------------------------------------------ */

/* What the server does at the end of each of so many transactions, by a trigger that
 * waits for the commit. */
static void at_commit(struct test_store *t, int times, const char *what)
{
    test_ddl(t,
             li_strf(t->ctx,
                     "create sequence fault_count;"
                     "create function fault() returns trigger language plpgsql as "
                     "'begin if nextval(''fault_count'') <= %d then %s end if; return null; end';"
                     "create constraint trigger fault after insert on thing "
                     "deferrable initially deferred for each row execute function fault()",
                     times, what)
                 .ptr);
}

/* A backend is ended by the server in the middle of a commit; the next ones are asked
 * what became of it. */
static void a_backend_is_killed_in_a_commit(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);
    struct test_burst *burst = records_burst(r, 1, 30);

    at_commit(t, 3, "perform pg_terminate_backend(pg_backend_pid());");
    records_burst_run(burst);
    for (size_t i = 0; i < burst->count; i++) {
        const struct test_put put = {.id = burst->puts[i].id};

        if (burst->jobs[i].status == 0)
            continue;
        assert_int_equal(burst->jobs[i].status, -LI_E_AGAIN);
        li_ctx_clear(t->ctx);
        assert_ok(t, records_run(r, &test_put, &put));
    }
    assert_int_equal(records_things(r, 1), 30);
    assert_verifies(r, 1);
    records_catch_up(r);
    records_burst_free(burst);
}

/* The server has no room left, and says so only when it commits; a command is tried
 * twice, in its batch and by itself. */
static void a_full_server(struct test_store *t)
{
    struct test_record *r = records_open(t, NULL, NULL);

    at_commit(t, 4, "raise exception ''no room'' using errcode = ''53100'';");
    for (int i = 0; i < 6; i++) {
        const struct test_put put = {.id = 1 + i};

        assert_int_equal(records_run(r, &test_put, &put), i < 2 ? -LI_E_FULL : 0);
        li_ctx_clear(t->ctx);
    }
    assert_int_equal(records_things(r, 1), 4);
    assert_verifies(r, 1);
    records_catch_up(r);
}

int main(void)
{
    static const struct store_test tests[] = {
        POSTGRES_TEST(the_answer_is_lost),
        POSTGRES_TEST(the_commit_is_lost),
        POSTGRES_TEST(no_way_to_ask),
        POSTGRES_TEST(no_way_to_ask_in_time),
        POSTGRES_TEST(closing_without_a_server),
        POSTGRES_TEST(a_connection_that_is_cut_and_slow),
        POSTGRES_TEST(the_number_goes_to_another),
        POSTGRES_TEST(a_backend_is_killed_in_a_commit),
        POSTGRES_TEST(a_full_server),
    };

    return STORE_TESTS_RUN("record on a lost connection", tests);
}
