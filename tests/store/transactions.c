/*
 * Errors by kind, and what a transaction keeps and forgets, on every engine.
 */
#include "lib/stores.h"

LI_SQL(row_add, "insert into row_ (tenant, id, name, state, parent) values ($1, $2, $3, $4, $5)");
LI_SQL(row_add_once, "insert into row_ (tenant, id, name, state, parent)"
                     " values ($1, $2, $3, 'open', null) on conflict (tenant, id) do nothing");
LI_SQL(row_put, "insert into row_ (tenant, id, name, state, parent)"
                " values ($1, $2, $3, 'open', null)"
                " on conflict (tenant, id) do update set name = excluded.name");
LI_SQL(row_count, "select count(*) from row_ where tenant = $1");
LI_SQL(row_close, "update row_ set state = 'closed' where tenant = $1 and state = $2");
LI_SQL(row_close_each, "update row_ set state = 'closed' where tenant = $1 and state = 'open'"
                       " returning id, name");
LI_SQL(row_delete, "delete from row_ where tenant = $1");
LI_SQL(row_next, "insert into counter (tenant, name, val) values ($1, $2, 1)"
                 " on conflict (tenant, name) do update set val = counter.val + 1 returning val");
LI_SQL(row_ids, "select id from row_ where tenant = $1 order by id");
LI_SQL(row_children, "select id from row_ where tenant = $1 and parent = $2 order by id");

static void make(struct test_store *t)
{
    test_ddl(t, "create table row_ (tenant I64 not null, id I64 not null, name text not null,"
                " state text not null check (state in ('open', 'closed')), parent I64,"
                " primary key (tenant, id), unique (tenant, name),"
                " foreign key (tenant, parent) references row_ (tenant, id)) OPTS;"
                "create table counter (tenant I64 not null, name text not null,"
                " val I64 not null, primary key (tenant, name)) CLUSTERED");
}

static int add(struct test_store *t, int64_t id, const char *name, const char *state,
               int64_t parent)
{
    int64_t changed;

    return li_exec(t->ctx, t->writer, &row_add,
                   LI_ARGS(li_v(1), li_v(id), li_v_text(li_str(name)), li_v_text(li_str(state)),
                           li_v_opt(parent)),
                   &changed);
}

static int64_t count_rows(struct test_store *t, struct li_conn *conn)
{
    struct li_rows *rows = NULL;
    int64_t count;

    assert_ok(t, li_query_one(t->ctx, conn, &row_count, LI_ARGS(li_v(1)), &rows));
    count = li_col_i64(rows, 0);
    li_rows_done(rows);
    return count;
}

static int last_code(struct test_store *t)
{
    return li_ctx_error(t->ctx)->code;
}

/* ---- errors ---------------------------------------------------------------- */

static void errors_by_kind(struct test_store *t)
{
    make(t);
    assert_ok(t, add(t, 1, "a", "open", 0));
    assert_int_equal(add(t, 1, "b", "open", 0), -LI_E_UNIQUE);
    assert_int_equal(add(t, 2, "a", "open", 0), -LI_E_UNIQUE);
    assert_int_equal(add(t, 2, "b", "lost", 0), -LI_E_INVALID);
    assert_int_equal(add(t, 2, NULL, "open", 0), -LI_E_INVALID);
    assert_int_equal(add(t, 2, "b", "open", 99), -LI_E_INVALID);
    assert_int_equal(last_code(t), LI_E_INVALID);
    assert_int_equal(t->ctx->error_count, 5);
    assert_int_equal(count_rows(t, t->writer), 1);
    assert_ok(t, add(t, 2, "b", "open", 1));
}

/* Texts of errors go to the log: no value of a row may be in them. */
static void errors_tell_no_values(struct test_store *t)
{
    make(t);
    assert_ok(t, add(t, 1, "zhangsan-secret", "open", 0));
    assert_int_equal(add(t, 2, "zhangsan-secret", "open", 0), -LI_E_UNIQUE);
    assert_int_equal(add(t, 3, "zhangsan-secret-3", "gone", 0), -LI_E_INVALID);
    assert_null(memmem(li_ctx_explain(t->ctx).ptr, li_ctx_explain(t->ctx).len, "zhangsan", 8));
}

static void readers_do_not_write(struct test_store *t)
{
    struct li_conn *reader = NULL;
    int64_t changed;

    make(t);
    assert_ok(t, li_store_reader(t->ctx, t->store, &reader));
    assert_int_equal(li_exec(t->ctx, reader, &row_delete, LI_ARGS(li_v(1)), &changed), -LI_E_STORE);
    assert_ok(t, li_begin(t->ctx, reader));
    assert_int_equal(li_exec(t->ctx, reader, &row_delete, LI_ARGS(li_v(1)), &changed), -LI_E_STORE);
    li_rollback(reader);
    assert_int_equal(count_rows(t, reader), 0);
    li_store_reader_back(t->store, reader);
}

/* ---- counting -------------------------------------------------------------- */

static void changed_rows(struct test_store *t)
{
    struct li_store_stats before, after;
    int64_t changed = -1;

    make(t);
    li_store_stats(t->store, &before);
    for (int id = 1; id <= 3; id++)
        assert_ok(t, add(t, id, (const char *[]){"a", "b", "c"}[id - 1], "open", 0));
    assert_ok(t, li_exec(t->ctx, t->writer, &row_add_once,
                         LI_ARGS(li_v(1), li_v(3), li_v_text(LI_S("x"))), &changed));
    assert_int_equal(changed, 0);
    assert_ok(t, li_exec(t->ctx, t->writer, &row_put,
                         LI_ARGS(li_v(1), li_v(3), li_v_text(LI_S("d"))), &changed));
    assert_int_equal(changed, 1);
    assert_ok(t, li_exec(t->ctx, t->writer, &row_close, LI_ARGS(li_v(1), li_v_text(LI_S("open"))),
                         &changed));
    assert_int_equal(changed, 3);
    assert_ok(t, li_exec(t->ctx, t->writer, &row_close, LI_ARGS(li_v(1), li_v_text(LI_S("open"))),
                         &changed));
    assert_int_equal(changed, 0);
    assert_ok(t, li_exec(t->ctx, t->writer, &row_delete, LI_ARGS(li_v(1)), &changed));
    assert_int_equal(changed, 3);
    li_store_stats(t->store, &after);
    assert_int_equal(after.rows_written - before.rows_written, 3 + 1 + 3 + 3);
    assert_int_equal(after.commits - before.commits, 6);
}

static void returning(struct test_store *t)
{
    struct li_store_stats before, after;
    struct li_rows *rows = NULL;
    int found = 0;

    make(t);
    assert_ok(t, add(t, 1, "a", "open", 0));
    assert_ok(t, add(t, 2, "b", "open", 0));
    li_store_stats(t->store, &before);
    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_ok(t, li_query(t->ctx, t->writer, &row_close_each, LI_ARGS(li_v(1)), &rows));
    while (li_rows_next(t->ctx, rows) == 1)
        found += (int)li_col_i64(rows, 0);
    li_rows_done(rows);
    assert_int_equal(found, 3);
    for (int i = 1; i <= 3; i++) {
        assert_ok(t, li_query_one(t->ctx, t->writer, &row_next,
                                  LI_ARGS(li_v(1), li_v_text(LI_S("case"))), &rows));
        assert_int_equal(li_col_i64(rows, 0), i);
        li_rows_done(rows);
    }
    assert_ok(t, li_commit(t->ctx, t->writer));
    li_store_stats(t->store, &after);
    assert_int_equal(after.rows_written - before.rows_written, 5);
    assert_int_equal(after.commits - before.commits, 1);
}

/* ---- transactions ---------------------------------------------------------- */

static void commit_and_rollback(struct test_store *t)
{
    struct li_conn *reader = NULL;

    make(t);
    assert_ok(t, li_store_reader(t->ctx, t->store, &reader));
    assert_false(li_conn_in_transaction(t->writer));
    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_true(li_conn_in_transaction(t->writer));
    assert_ok(t, add(t, 1, "a", "open", 0));
    assert_int_equal(count_rows(t, t->writer), 1);
    assert_int_equal(count_rows(t, reader), 0);
    assert_ok(t, li_commit(t->ctx, t->writer));
    assert_false(li_conn_in_transaction(t->writer));
    assert_int_equal(count_rows(t, reader), 1);

    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_ok(t, add(t, 2, "b", "open", 0));
    li_rollback(t->writer);
    li_rollback(t->writer);
    assert_false(li_conn_in_transaction(t->writer));
    assert_int_equal(count_rows(t, t->writer), 1);
    li_store_reader_back(t->store, reader);
}

static void snapshot(struct test_store *t)
{
    struct li_conn *reader = NULL;

    make(t);
    assert_ok(t, li_store_reader(t->ctx, t->store, &reader));
    assert_ok(t, li_begin(t->ctx, reader));
    assert_int_equal(count_rows(t, reader), 0);
    assert_ok(t, add(t, 1, "a", "open", 0));
    assert_int_equal(count_rows(t, reader), 0);
    assert_ok(t, li_commit(t->ctx, reader));
    assert_int_equal(count_rows(t, reader), 1);
    li_store_reader_back(t->store, reader);
}

/* After an error nothing more is done, and nothing of it is kept. */
static void spoilt_by_an_error(struct test_store *t)
{
    struct li_rows *rows = NULL;

    make(t);
    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_ok(t, add(t, 1, "a", "open", 0));
    assert_int_equal(add(t, 1, "b", "open", 0), -LI_E_UNIQUE);
    assert_int_equal(add(t, 2, "b", "open", 0), -LI_E_UNIQUE);
    assert_int_equal(li_query(t->ctx, t->writer, &row_count, LI_ARGS(li_v(1)), &rows),
                     -LI_E_UNIQUE);
    assert_int_equal(li_commit(t->ctx, t->writer), -LI_E_UNIQUE);
    assert_false(li_conn_in_transaction(t->writer));
    assert_int_equal(count_rows(t, t->writer), 0);

    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_int_equal(add(t, 1, "a", "lost", 0), -LI_E_INVALID);
    li_rollback(t->writer);
    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_ok(t, add(t, 1, "a", "open", 0));
    assert_ok(t, li_commit(t->ctx, t->writer));
    assert_int_equal(count_rows(t, t->writer), 1);
}

/* What nobody asks about may be sent only: its error comes with what follows, at the
 * latest with the commit, and nothing of the transaction is kept. */
static void an_error_may_come_later(struct test_store *t)
{
    const struct li_val bad[] = {li_v(1), li_v(2), li_v_text(LI_S("b")), li_v_text(LI_S("gone")),
                                 li_v_null()};
    struct li_rows *rows = NULL;
    int r;

    make(t);
    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_ok(t, add(t, 1, "a", "open", 0));
    r = li_exec(t->ctx, t->writer, &row_add, bad, 5, NULL);
    assert_true(r == 0 || r == -LI_E_INVALID);
    r = li_exec(
        t->ctx, t->writer, &row_add,
        LI_ARGS(li_v(1), li_v(3), li_v_text(LI_S("c")), li_v_text(LI_S("open")), li_v_null()),
        NULL);
    assert_true(r == 0 || r == -LI_E_INVALID);
    assert_int_equal(li_query(t->ctx, t->writer, &row_count, LI_ARGS(li_v(1)), &rows),
                     -LI_E_INVALID);
    assert_int_equal(li_commit(t->ctx, t->writer), -LI_E_INVALID);
    assert_int_equal(count_rows(t, t->writer), 0);

    assert_ok(t, li_begin(t->ctx, t->writer));
    r = li_exec(t->ctx, t->writer, &row_add, bad, 5, NULL);
    assert_true(r == 0 || r == -LI_E_INVALID);
    assert_int_equal(li_commit(t->ctx, t->writer), -LI_E_INVALID);
    assert_int_equal(count_rows(t, t->writer), 0);
    assert_ok(t, add(t, 1, "a", "open", 0));
    assert_int_equal(count_rows(t, t->writer), 1);
}

/* More than is sent ahead at once, with a question in the middle. */
static void many_sent_ahead(struct test_store *t)
{
    struct li_store_stats before, after;

    make(t);
    li_store_stats(t->store, &before);
    assert_ok(t, li_begin(t->ctx, t->writer));
    for (int id = 1; id <= 1000; id++) {
        assert_ok(t, li_exec(t->ctx, t->writer, &row_add,
                             LI_ARGS(li_v(1), li_v(id), li_v_text(li_strf(t->ctx, "n%d", id)),
                                     li_v_text(LI_S("open")), li_v_null()),
                             NULL));
        if (id == 300)
            assert_int_equal(count_rows(t, t->writer), 300);
    }
    assert_ok(t, li_commit(t->ctx, t->writer));
    assert_int_equal(count_rows(t, t->writer), 1000);
    li_store_stats(t->store, &after);
    assert_int_equal(after.rows_written - before.rows_written, 1000);
}

static void not_found_spoils_nothing(struct test_store *t)
{
    struct li_rows *rows = NULL;

    make(t);
    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_ok(t, add(t, 1, "a", "open", 0));
    assert_int_equal(li_query_one(t->ctx, t->writer, &row_ids, LI_ARGS(li_v(2)), &rows),
                     -LI_E_NOT_FOUND);
    assert_ok(t, li_commit(t->ctx, t->writer));
    assert_int_equal(count_rows(t, t->writer), 1);
    assert_int_equal(t->ctx->error_count, 0);
}

/* ---- nested ---------------------------------------------------------------- */

/* 1 has 2 and 3, 2 has 4: the same statement, open three deep. */
static int64_t walk(struct test_store *t, int64_t parent)
{
    struct li_rows *rows = NULL;
    int64_t sum = parent;
    int rc;

    assert_ok(t, li_query(t->ctx, t->writer, &row_children, LI_ARGS(li_v(1), li_v(parent)), &rows));
    while ((rc = li_rows_next(t->ctx, rows)) == 1)
        sum = sum * 10 + walk(t, li_col_i64(rows, 0));
    assert_ok(t, rc);
    li_rows_done(rows);
    return sum;
}

static void nested_queries(struct test_store *t)
{
    make(t);
    assert_ok(t, add(t, 1, "a", "open", 0));
    assert_ok(t, add(t, 2, "b", "open", 1));
    assert_ok(t, add(t, 3, "c", "open", 1));
    assert_ok(t, add(t, 4, "d", "open", 2));
    assert_int_equal(walk(t, 1), (1 * 10 + (2 * 10 + 4)) * 10 + 3);
    assert_int_equal(walk(t, 1), (1 * 10 + (2 * 10 + 4)) * 10 + 3);
}

static void write_while_walking(struct test_store *t)
{
    struct li_rows *rows = NULL;
    int seen = 0;

    make(t);
    assert_ok(t, add(t, 1, "a", "open", 0));
    assert_ok(t, add(t, 2, "b", "open", 0));
    assert_ok(t, li_begin(t->ctx, t->writer));
    assert_ok(t, li_query(t->ctx, t->writer, &row_ids, LI_ARGS(li_v(1)), &rows));
    while (li_rows_next(t->ctx, rows) == 1) {
        struct li_val name = li_v_text(li_strf(t->ctx, "n%d", seen++));

        assert_ok(t, li_exec(t->ctx, t->writer, &row_put,
                             LI_ARGS(li_v(1), li_v(li_col_i64(rows, 0)), name), NULL));
    }
    li_rows_done(rows);
    assert_int_equal(seen, 2);
    assert_ok(t, li_commit(t->ctx, t->writer));
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(errors_by_kind),
        STORE_TEST(errors_tell_no_values),
        STORE_TEST(readers_do_not_write),
        STORE_TEST(changed_rows),
        STORE_TEST(returning),
        STORE_TEST(commit_and_rollback),
        STORE_TEST(snapshot),
        STORE_TEST(spoilt_by_an_error),
        STORE_TEST(an_error_may_come_later),
        STORE_TEST(many_sent_ahead),
        STORE_TEST(not_found_spoils_nothing),
        STORE_TEST(nested_queries),
        STORE_TEST(write_while_walking),
    };

    return STORE_TESTS_RUN("store transactions", tests);
}
