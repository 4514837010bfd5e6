/*
 * What only PostgreSQL can show: sessions that are set up, lost and made again,
 * and two writers that wait for each other.
 */
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "lib/stores.h"
#include "store/postgres/internal.h"

LI_SQL(own_pid, "select pg_backend_pid()");
LI_SQL(end_session, "select pg_terminate_backend(cast($1 as int), 10000)");
LI_SQL(setting, "select current_setting($1)");
LI_SQL(cell_put, "insert into cell (tenant, id, val) values ($1, $2, $3)"
                 " on conflict (tenant, id) do update set val = excluded.val");
LI_SQL(cell_sum, "select cast(sum(val) as bigint) from cell where tenant = $1");

static void make(struct test_store *t)
{
    test_ddl(t, "create table cell (tenant I64 not null, id I64 not null, val I64 not null,"
                " primary key (tenant, id)) CLUSTERED");
}

static int put(struct li_ctx *ctx, struct li_conn *conn, int64_t id, int64_t val)
{
    int64_t changed;

    return li_exec(ctx, conn, &cell_put, LI_ARGS(li_v(1), li_v(id), li_v(val)), &changed);
}

static int64_t sum(struct test_store *t, struct li_conn *conn)
{
    struct li_rows *rows = NULL;
    int64_t total;

    assert_ok(t, li_query_one(t->ctx, conn, &cell_sum, LI_ARGS(li_v(1)), &rows));
    total = li_col_i64(rows, 0);
    li_rows_done(rows);
    return total;
}

/* Ends the session of `conn` from another one, and waits until it is over. */
static void end(struct test_store *t, struct li_conn *conn)
{
    struct li_conn *other = NULL;
    struct li_rows *rows = NULL;
    int64_t pid;

    assert_ok(t, li_query_one(t->ctx, conn, &own_pid, LI_NO_ARGS, &rows));
    pid = li_col_i64(rows, 0);
    li_rows_done(rows);
    assert_ok(t, li_conn_open(t->ctx, t->store, LI_CONN_WRITE, &other));
    assert_ok(t, li_query_one(t->ctx, other, &end_session, LI_ARGS(li_v(pid)), &rows));
    assert_int_equal(li_col_i64(rows, 0), 1);
    li_rows_done(rows);
    li_conn_close(other);
}

/* Breaks the line of `conn`: nothing more comes over it, not even that it is over. */
static void cut(struct li_conn *conn)
{
    assert_int_equal(shutdown(PQsocket(((struct postgres_conn *)conn)->pg), SHUT_RDWR), 0);
}

static void assert_setting(struct test_store *t, struct li_conn *conn, const char *name,
                           const char *value)
{
    struct li_rows *rows = NULL;

    assert_ok(t, li_query_one(t->ctx, conn, &setting, LI_ARGS(li_v_text(li_str(name))), &rows));
    assert_string_equal(li_str_c(t->ctx, li_col_str(rows, 0)), value);
    li_rows_done(rows);
}

/* ---- sessions -------------------------------------------------------------- */

static void assert_settings(struct test_store *t, struct li_conn *conn)
{
    assert_setting(t, conn, "client_encoding", "UTF8");
    assert_setting(t, conn, "statement_timeout", "5s");
    assert_setting(t, conn, "idle_in_transaction_session_timeout", "5s");
    assert_setting(t, conn, "synchronous_commit", "on");
    assert_setting(t, conn, "search_path", t->schema);
}

static void session_settings(struct test_store *t)
{
    struct li_conn *reader = NULL;
    struct li_rows *rows = NULL;

    assert_settings(t, t->writer);
    assert_setting(t, t->writer, "default_transaction_read_only", "off");
    end(t, t->writer);
    assert_int_equal(li_begin(t->ctx, t->writer), 0); /* goes out with the first statement */
    assert_int_equal(li_query(t->ctx, t->writer, &own_pid, LI_NO_ARGS, &rows), -LI_E_AGAIN);
    li_rollback(t->writer);
    assert_settings(t, t->writer);
    assert_ok(t, li_store_reader(t->ctx, t->store, &reader));
    assert_settings(t, reader);
    assert_setting(t, reader, "default_transaction_read_only", "on");
    li_store_reader_back(t->store, reader);
}

static void lost_in_a_transaction(struct test_store *t)
{
    make(t);
    assert_ok(t, put(t->ctx, t->writer, 1, 1));
    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_ok(t, put(t->ctx, t->writer, 2, 10));
    end(t, t->writer);
    assert_int_equal(put(t->ctx, t->writer, 3, 100), -LI_E_AGAIN);
    assert_false(li_conn_in_transaction(t->writer));
    assert_int_equal(put(t->ctx, t->writer, 3, 100), -LI_E_AGAIN);
    assert_int_equal(li_commit(t->ctx, t->writer), -LI_E_AGAIN);
    assert_int_equal(sum(t, t->writer), 1);
    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_ok(t, put(t->ctx, t->writer, 2, 10));
    assert_ok(t, li_commit(t->ctx, t->writer));
    assert_int_equal(sum(t, t->writer), 11);
}

static void lost_at_commit(struct test_store *t)
{
    make(t);
    assert_ok(t, put(t->ctx, t->writer, 1, 1));
    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_ok(t, put(t->ctx, t->writer, 2, 10));
    end(t, t->writer);
    assert_int_equal(li_commit(t->ctx, t->writer), -LI_E_AGAIN);
    assert_false(li_conn_in_transaction(t->writer));
    assert_int_equal(sum(t, t->writer), 1);
}

/* A reader that was told nothing yet asks again by itself; another is told. */
static void lost_between(struct test_store *t)
{
    struct li_conn *reader = NULL;
    struct li_rows *rows = NULL;

    make(t);
    assert_ok(t, put(t->ctx, t->writer, 1, 1));
    assert_ok(t, li_store_reader(t->ctx, t->store, &reader));
    assert_int_equal(sum(t, reader), 1);
    end(t, reader);
    assert_int_equal(sum(t, reader), 1);
    end(t, reader);
    assert_ok(t, li_begin(t->ctx, reader));
    assert_int_equal(sum(t, reader), 1);
    assert_setting(t, reader, "transaction_isolation", "repeatable read");
    end(t, reader);
    assert_int_equal(li_query(t->ctx, reader, &cell_sum, LI_ARGS(li_v(1)), &rows), -LI_E_AGAIN);
    li_rollback(reader);
    assert_int_equal(sum(t, reader), 1);
    assert_ok(t, li_begin(t->ctx, reader));
    assert_int_equal(sum(t, reader), 1);
    cut(reader);
    assert_int_equal(li_query(t->ctx, reader, &cell_sum, LI_ARGS(li_v(1)), &rows), -LI_E_AGAIN);
    li_rollback(reader);
    assert_ok(t, li_begin(t->ctx, reader)); /* the next one is made anew, too */
    assert_int_equal(sum(t, reader), 1);
    li_rollback(reader);
    assert_int_equal(sum(t, reader), 1);
    li_store_reader_back(t->store, reader);
}

/* ---- claims, and what is told ------------------------------------------------ */

static bool claimed(struct test_store *t, struct li_conn *conn, const char *name)
{
    bool given = false;

    assert_ok(t, li_conn_claim(t->ctx, conn, li_str(name), &given));
    return given;
}

static void claims(struct test_store *t)
{
    struct li_conn *other = NULL;
    bool given;

    assert_ok(t, li_conn_open(t->ctx, t->store, LI_CONN_READ, &other));
    assert_true(claimed(t, t->writer, "clock"));
    assert_false(claimed(t, other, "clock"));
    assert_true(claimed(t, other, "tally"));
    li_conn_unclaim(t->writer, LI_S("clock"));
    assert_true(claimed(t, t->writer, "keeper")); /* behind it on the same connection */
    assert_true(claimed(t, other, "clock"));
    end(t, other);
    assert_true(claimed(t, t->writer, "clock"));
    assert_int_equal(li_conn_claim(t->ctx, other, LI_S("clock"), &given), -LI_E_AGAIN);
    assert_false(claimed(t, other, "clock"));
    li_conn_close(other);
}

struct ear {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    int missed, told; /* how often something may have been missed; the sum of what was told */
};

static void heard(void *arg, struct li_str payload)
{
    struct ear *ear = arg;
    int64_t number = 0;

    pthread_mutex_lock(&ear->mutex);
    if (!payload.ptr)
        ear->missed++;
    else if (li_str_to_i64(payload, &number))
        ear->told += (int)number;
    pthread_cond_signal(&ear->cond);
    pthread_mutex_unlock(&ear->mutex);
}

static void wait_until(struct ear *ear, const int *what, int value)
{
    pthread_mutex_lock(&ear->mutex);
    while (*what < value)
        pthread_cond_wait(&ear->cond, &ear->mutex);
    pthread_mutex_unlock(&ear->mutex);
    assert_int_equal(*what, value);
}

LI_SQL(end_listeners, "select cast(sum(cast(pg_terminate_backend(pid, 10000) as int)) as bigint) "
                      "from pg_stat_activity where query = 'listen ' || $1");
LI_SQL(listening_query, "select query from pg_stat_activity where query like 'listen linli_news%' "
                        "and pid <> pg_backend_pid() order by backend_start desc limit 1");

/* A channel that is lost is made anew and says so. */
static void channel_is_made_anew(struct test_store *t)
{
    struct ear ear = {.mutex = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER};
    struct li_listening *listening = NULL;
    struct li_rows *rows = NULL;
    struct li_str channel;

    assert_ok(t, li_store_listen(t->ctx, t->store, "news", heard, &ear, &listening));
    wait_until(&ear, &ear.missed, 1);
    assert_ok(t, li_store_notify(t->ctx, t->writer, "news", LI_S("1")));
    wait_until(&ear, &ear.told, 1);
    assert_ok(t, li_query_one(t->ctx, t->writer, &listening_query, LI_NO_ARGS, &rows));
    channel = li_col_dup(t->ctx, rows, 0);
    li_rows_done(rows);
    channel = li_str_n(channel.ptr + 7, channel.len - 7);
    assert_ok(t,
              li_query_one(t->ctx, t->writer, &end_listeners, LI_ARGS(li_v_text(channel)), &rows));
    assert_int_equal(li_col_i64(rows, 0), 1);
    li_rows_done(rows);
    wait_until(&ear, &ear.missed, 2);
    assert_ok(t, li_store_notify(t->ctx, t->writer, "news", LI_S("10")));
    wait_until(&ear, &ear.told, 11);
    li_store_unlisten(listening);
}

static void unreachable(struct test_store *t)
{
    struct li_store *store = NULL;

    assert_int_equal(li_store_open(t->ctx, "postgres://nobody:secret@127.0.0.1:1/none", &store),
                     -LI_E_STORE);
    assert_null(store);
    assert_null(memmem(li_ctx_explain(t->ctx).ptr, li_ctx_explain(t->ctx).len, "secret", 6));
}

/* ---- the database ---------------------------------------------------------- */

static void administer(struct test_store *t, const char *text)
{
    PGconn *pg = PQconnectdb(t->where);
    PGresult *result = PQexec(pg, text);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK)
        print_error("%s: %s", text, PQerrorMessage(pg));
    PQclear(result);
    PQfinish(pg);
    assert_int_equal(status, PGRES_COMMAND_OK);
}

/* Texts would sort otherwise than on SQLite. */
static void other_locale_is_refused(struct test_store *t)
{
    PGconn *pg = PQconnectdb(t->where);
    struct li_store *store = NULL;
    struct li_str url =
        li_strf(t->ctx, "postgresql://%s@%s:%s/%s", PQuser(pg), PQhost(pg), PQport(pg), t->schema);
    int rc;

    PQfinish(pg);
    administer(t, li_strf(t->ctx,
                          "create database %s encoding 'UTF8' locale 'C.UTF-8' template template0",
                          t->schema)
                      .ptr);
    rc = li_store_open(t->ctx, url.ptr, &store);
    administer(t, li_strf(t->ctx, "drop database %s", t->schema).ptr);
    assert_int_equal(rc, -LI_E_STORE);
}

/* ---- two writers ----------------------------------------------------------- */

struct rival {
    pthread_t thread;
    struct test_store *t;
    pthread_barrier_t *both_hold_one;
    int64_t first, second;
    int rc;
};

static int take_both(struct rival *rival, struct li_ctx *ctx, struct li_conn *conn)
{
    int rc = li_begin(ctx, conn);

    if (rc == 0)
        rc = put(ctx, conn, rival->first, rival->first);
    pthread_barrier_wait(rival->both_hold_one);
    if (rc == 0)
        rc = put(ctx, conn, rival->second, rival->first);
    if (rc == 0)
        return li_commit(ctx, conn);
    li_rollback(conn);
    return rc;
}

static void *compete(void *arg)
{
    struct rival *rival = arg;
    struct li_ctx *ctx = test_ctx_new(rival->t->clock);
    struct li_conn *conn = NULL;

    rival->rc = li_conn_open(ctx, rival->t->store, LI_CONN_WRITE, &conn);
    if (conn)
        rival->rc = take_both(rival, ctx, conn);
    li_conn_close(conn);
    test_ctx_free(ctx);
    return NULL;
}

static void deadlock_asks_again(struct test_store *t)
{
    pthread_barrier_t barrier;
    struct rival rivals[2] = {{.first = 1, .second = 2}, {.first = 2, .second = 1}};

    make(t);
    assert_ok(t, put(t->ctx, t->writer, 1, 0));
    assert_ok(t, put(t->ctx, t->writer, 2, 0));
    pthread_barrier_init(&barrier, NULL, 2);
    for (int i = 0; i < 2; i++) {
        rivals[i].t = t;
        rivals[i].both_hold_one = &barrier;
        assert_int_equal(pthread_create(&rivals[i].thread, NULL, compete, &rivals[i]), 0);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(rivals[i].thread, NULL);
    pthread_barrier_destroy(&barrier);
    assert_int_equal(rivals[0].rc + rivals[1].rc, -LI_E_AGAIN);
    assert_true(sum(t, t->writer) == 2 || sum(t, t->writer) == 4);
}

/* Transactions that ask nothing are sent and not waited for; however many they are,
 * the question behind them gets its answer. */
static void unasked_before_a_question(struct test_store *t)
{
    make(t);
    assert_ok(t, put(t->ctx, t->writer, 1, 7));
    for (int many = 0; many < 140; many++) {
        struct li_conn *conn = NULL;

        for (int i = 0; i < many; i++) {
            assert_ok(t, li_store_reader(t->ctx, t->store, &conn));
            assert_ok(t, li_begin(t->ctx, conn));
            li_store_reader_back(t->store, conn);
        }
        assert_ok(t, li_store_reader(t->ctx, t->store, &conn));
        assert_int_equal(sum(t, conn), 7);
        assert_int_equal(sum(t, conn), 7);
        li_store_reader_back(t->store, conn);
    }
}

int main(void)
{
    static const struct store_test tests[] = {
        POSTGRES_TEST(unasked_before_a_question),
        POSTGRES_TEST(session_settings),
        POSTGRES_TEST(lost_in_a_transaction),
        POSTGRES_TEST(lost_at_commit),
        POSTGRES_TEST(lost_between),
        POSTGRES_TEST(claims),
        POSTGRES_TEST(channel_is_made_anew),
        POSTGRES_TEST(unreachable),
        POSTGRES_TEST(other_locale_is_refused),
        POSTGRES_TEST(deadlock_asks_again),
    };

    return STORE_TESTS_RUN("store postgres", tests);
}
