/*
 * The pool of readers under four threads, while a writer writes.
 */
#include <pthread.h>

#include "lib/stores.h"

LI_SQL(pair_put, "insert into pair (tenant, id, val) values ($1, $2, $3)"
                 " on conflict (tenant, id) do update set val = excluded.val");
LI_SQL(pair_all, "select id, val from pair where tenant = $1 order by id");

#define THREADS 4
#define ROUNDS  200

struct worker {
    pthread_t thread;
    struct test_store *t;
    int faults;
    int walks;
};

/* Both rows of one snapshot must be equal. */
static int walk_once(struct li_ctx *ctx, struct li_store *store)
{
    struct li_conn *conn;
    struct li_rows *rows;
    int64_t seen[2] = {-1, -1};
    int at = 0;

    if (li_store_reader(ctx, store, &conn) < 0)
        return -1;
    if (li_query(ctx, conn, &pair_all, LI_ARGS(li_v(1)), &rows) == 0) {
        while (li_rows_next(ctx, rows) == 1 && at < 2)
            seen[at++] = li_col_i64(rows, 1);
        li_rows_done(rows);
    }
    li_store_reader_back(store, conn);
    return at == 2 && seen[0] == seen[1] ? 0 : -1;
}

static void *work(void *arg)
{
    struct worker *worker = arg;
    struct li_ctx *ctx = test_ctx_new(worker->t->clock);

    for (int i = 0; i < ROUNDS; i++) {
        if (walk_once(ctx, worker->t->store) < 0)
            worker->faults++;
        worker->walks++;
        li_arena_reset(ctx->arena);
    }
    test_ctx_free(ctx);
    return NULL;
}

static void put(struct test_store *t, int64_t val)
{
    assert_ok(t, li_begin(t->ctx, t->writer));
    for (int64_t id = 0; id < 2; id++)
        assert_ok(
            t, li_exec(t->ctx, t->writer, &pair_put, LI_ARGS(li_v(1), li_v(id), li_v(val)), NULL));
    assert_ok(t, li_commit(t->ctx, t->writer));
}

static void four_threads(struct test_store *t)
{
    struct worker workers[THREADS] = {0};

    test_ddl(t, "create table pair (tenant I64 not null, id I64 not null, val I64 not null,"
                " primary key (tenant, id)) CLUSTERED");
    put(t, 0);
    for (int i = 0; i < THREADS; i++) {
        workers[i].t = t;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (int64_t val = 1; val <= ROUNDS; val++) {
        put(t, val);
        if (val % 32 == 0)
            assert_ok(t, li_store_checkpoint(t->ctx, t->store));
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(workers[i].thread, NULL);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(workers[i].walks, ROUNDS);
        assert_int_equal(workers[i].faults, 0);
    }
}

static void lent_again(struct test_store *t)
{
    struct li_conn *first = NULL, *second = NULL, *third = NULL;

    assert_ok(t, li_store_reader(t->ctx, t->store, &first));
    assert_ok(t, li_store_reader(t->ctx, t->store, &second));
    assert_ptr_not_equal(first, second);
    assert_ok(t, li_begin(t->ctx, first));
    li_store_reader_back(t->store, first);
    assert_ok(t, li_store_reader(t->ctx, t->store, &third));
    assert_ptr_equal(first, third);
    assert_false(li_conn_in_transaction(third));
    li_store_reader_back(t->store, second);
    li_store_reader_back(t->store, third);
    li_store_reader_back(t->store, NULL);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(four_threads), STORE_TEST(lent_again)};

    return STORE_TESTS_RUN("store readers", tests);
}
