/*
 * Schema steps: each once, whole or not at all, also from two servers.
 */
#include <pthread.h>

#include "lib/stores.h"

LI_SQL(step_all, "select number, name, at from schema_step order by number");
LI_SQL(lamp_add, "insert into lamp (tenant, id, note, height) values ($1, $2, $3, $4)");
LI_SQL(lamp_note, "select note, height from lamp where tenant = $1 and id = $2");

#define STEP(n, label, sql)                                                                        \
    {                                                                                              \
        .number = (n), .name = (label), .text = LI_S_INIT(sql)                                     \
    }

static const struct li_migration good[] = {
    STEP(1, "lamp",
         "-- a comment; with a semicolon and I64\n"
         "create table lamp (tenant I64 not null, id I64 not null,\n"
         "  note text not null default 'I64; it''s -- OPTS', /* JSON; */ height F64,\n"
         "  primary key (tenant, id)) OPTS;\n"
         "create index lamp_note on lamp (tenant, note);;\n"),
    STEP(2, "lamp doc", "alter table lamp add column doc JSON; alter table lamp add raw BLOB"),
};

static int migrate(struct test_store *t, const struct li_migration *steps, size_t count)
{
    int ran = -1;
    int rc = li_store_migrate(t->ctx, t->store, steps, count, &ran);

    return rc < 0 ? rc : ran;
}

static int count_steps(struct test_store *t)
{
    struct li_rows *rows = NULL;
    int count = 0;

    assert_ok(t, li_query(t->ctx, t->writer, &step_all, LI_NO_ARGS, &rows));
    while (li_rows_next(t->ctx, rows) == 1)
        count++;
    li_rows_done(rows);
    return count;
}

static void each_once(struct test_store *t)
{
    struct li_rows *rows = NULL;

    t->clock->held = 1234567;
    assert_int_equal(migrate(t, good, 1), 1);
    assert_int_equal(migrate(t, good, 2), 1);
    assert_int_equal(migrate(t, good, 2), 0);
    assert_int_equal(migrate(t, NULL, 0), 0);
    assert_int_equal(count_steps(t), 2);
    assert_ok(t, li_query_one(t->ctx, t->writer, &step_all, LI_NO_ARGS, &rows));
    assert_int_equal(li_col_i64(rows, 0), 1);
    assert_true(li_str_is(li_col_str(rows, 1), "lamp"));
    assert_int_equal(li_col_i64(rows, 2), 1234567);
    li_rows_done(rows);
}

LI_SQL(lamp_default, "insert into lamp (tenant, id) values ($1, $2)");

/* Words within quotes and comments are not words. */
static void quotes_are_left_alone(struct test_store *t)
{
    struct li_rows *rows = NULL;

    assert_int_equal(migrate(t, good, 2), 2);
    assert_ok(t, li_exec(t->ctx, t->writer, &lamp_default, LI_ARGS(li_v(1), li_v(1)), NULL));
    assert_ok(t, li_query_one(t->ctx, t->writer, &lamp_note, LI_ARGS(li_v(1), li_v(1)), &rows));
    assert_true(li_str_is(li_col_str(rows, 0), "I64; it's -- OPTS"));
    li_rows_done(rows);
}

static void changed_name(struct test_store *t)
{
    struct li_migration other = good[0];

    assert_int_equal(migrate(t, good, 2), 2);
    other.name = "lantern";
    assert_int_equal(migrate(t, &other, 1), -LI_E_CORRUPT);
    assert_int_equal(count_steps(t), 2);
}

static void unordered(struct test_store *t)
{
    const struct li_migration twice[] = {good[1], good[0]};

    assert_int_equal(migrate(t, twice, 2), -LI_E_INVALID);
    assert_int_equal(migrate(t, (const struct li_migration[]){good[0], good[0]}, 2), -LI_E_INVALID);
}

/* The second statement fails: the first is not there either, nor the step. */
static void whole_or_not(struct test_store *t)
{
    static const struct li_migration bad[] = {
        STEP(1, "bad",
             "create table lamp (tenant I64 not null primary key) OPTS;"
             "create table lamp (tenant I64 not null primary key) OPTS"),
        STEP(2, "open", "create table x (a text default 'never ends)"),
    };

    assert_int_equal(migrate(t, bad, 1), -LI_E_STORE);
    assert_int_equal(migrate(t, NULL, 0), 0);
    assert_int_equal(count_steps(t), 0);
    assert_int_equal(migrate(t, &bad[1], 1), -LI_E_SYNTAX);
    assert_int_equal(migrate(t, good, 2), 2);
    assert_ok(t, li_exec(t->ctx, t->writer, &lamp_add,
                         LI_ARGS(li_v(1), li_v(1), li_v_text(LI_S("x")), li_v_f64(2.5)), NULL));
}

/* ---- two at once ----------------------------------------------------------- */

struct server {
    pthread_t thread;
    struct test_store *t;
    pthread_barrier_t *start;
    int ran;
};

static void *serve(void *arg)
{
    struct server *server = arg;
    struct li_ctx *ctx = test_ctx_new(server->t->clock);
    int rc;

    pthread_barrier_wait(server->start);
    rc = li_store_migrate(ctx, server->t->store, good, 2, &server->ran);
    if (rc < 0) {
        print_error("%.*s\n", LI_P(li_ctx_explain(ctx)));
        server->ran = rc;
    }
    test_ctx_free(ctx);
    return NULL;
}

/* ---- what one engine alone understands ------------------------------------- */

LI_SQL_SQLITE(engine_sqlite, "select cast(typeof($1) as text)");
LI_SQL_POSTGRES(engine_postgres, "select cast(pg_typeof(cast($1 as text)) as text)");

static void each_engine_its_own(struct test_store *t)
{
    static const struct li_migration own[] = {
        STEP(1, "own",
             "SQLITE create table lamp (tenant I64 not null primary key, id I64, note text,\n"
             "  height F64) OPTS, without rowid;\n"
             "POSTGRES create table lamp (tenant I64 primary key, id I64, note varchar(9),\n"
             "  height F64);\n"
             "-- SQLITE create table lamp (a I64);\n"
             "POSTGRES alter table lamp alter column note set not null"),
    };
    static const struct li_migration neither[] = {
        STEP(2, "neither", "MYSQL create table x (a I64)")};
    const struct li_sql *ours = t->kind == LI_STORE_SQLITE ? &engine_sqlite : &engine_postgres;
    const struct li_sql *other = t->kind == LI_STORE_SQLITE ? &engine_postgres : &engine_sqlite;
    struct li_rows *rows;

    assert_int_equal(migrate(t, own, 1), 1);
    assert_ok(t, li_exec(t->ctx, t->writer, &lamp_add,
                         LI_ARGS(li_v(1), li_v(1), li_v_text(LI_S("x")), li_v_f64(2.5)), NULL));
    assert_true(migrate(t, neither, 1) < 0);

    assert_true(li_sql_is_for(ours, t->kind) && !li_sql_is_for(other, t->kind));
    assert_true(li_sql_is_for(&lamp_add, t->kind));
    assert_ok(t, li_query_one(t->ctx, t->writer, ours, LI_ARGS(li_v_text(LI_S("a"))), &rows));
    assert_true(li_str_is(li_col_str(rows, 0), "text"));
    li_rows_done(rows);
    assert_true(li_sql_check(t->ctx, t->writer, other) < 0);
}

static void two_at_once(struct test_store *t)
{
    pthread_barrier_t start;
    struct server servers[2] = {0};

    pthread_barrier_init(&start, NULL, 2);
    for (int i = 0; i < 2; i++) {
        servers[i].t = t;
        servers[i].start = &start;
        assert_int_equal(pthread_create(&servers[i].thread, NULL, serve, &servers[i]), 0);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(servers[i].thread, NULL);
    pthread_barrier_destroy(&start);
    assert_true(servers[0].ran >= 0 && servers[1].ran >= 0);
    assert_int_equal(servers[0].ran + servers[1].ran, 2);
    assert_int_equal(count_steps(t), 2);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(each_once),           STORE_TEST(quotes_are_left_alone),
        STORE_TEST(changed_name),        STORE_TEST(unordered),
        STORE_TEST(whole_or_not),        STORE_TEST(two_at_once),
        STORE_TEST(each_engine_its_own),
    };

    return STORE_TESTS_RUN("store migrate", tests);
}
