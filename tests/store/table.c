/*
 * Whole tables: what is written is what is read, on both engines, and a fault spoils
 * the transaction and nothing else.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/stores.h"
#include "store/table.h"

LI_SQL(thing_number, "select cast(count(*) as bigint) from thing where tenant = $1");

static const char ddl[] = "create table thing (tenant I64 not null, name text not null,"
                          " number I64, real F64, note text, raw BLOB,"
                          " primary key (tenant, name)) OPTS";

#define COLUMNS 6

static void make(struct test_store *t, struct li_table *ret)
{
    test_ddl(t, ddl);
    assert_ok(t, li_table_find(t->ctx, t->writer, "thing", ret));
}

static void put(struct test_store *t, struct li_table_writer *writer, int64_t tenant,
                const char *name, const struct li_val *rest)
{
    const struct li_val vals[COLUMNS] = {
        li_v(tenant), li_v_text(li_str(name)), rest[0], rest[1], rest[2], rest[3]};

    assert_ok(t, li_table_put(t->ctx, writer, vals));
}

static int64_t things(struct test_store *t, int64_t tenant)
{
    struct li_rows *rows = NULL;
    int64_t count;

    assert_ok(t, li_query_one(t->ctx, t->writer, &thing_number, LI_ARGS(li_v(tenant)), &rows));
    count = li_col_i64(rows, 0);
    li_rows_done(rows);
    return count;
}

static void columns_are_read(struct test_store *t)
{
    static const enum li_column_kind kinds[COLUMNS] = {LI_COLUMN_I64,  LI_COLUMN_TEXT,
                                                       LI_COLUMN_I64,  LI_COLUMN_F64,
                                                       LI_COLUMN_TEXT, LI_COLUMN_BLOB};
    struct li_table table, none;

    make(t, &table);
    assert_int_equal(table.count, COLUMNS);
    for (size_t i = 0; i < COLUMNS; i++) {
        assert_int_equal(table.columns[i].kind, kinds[i]);
        assert_int_equal(table.columns[i].key, i == 0 ? 1 : i == 1 ? 2 : 0);
    }
    assert_int_equal(li_table_column(&table, "raw"), 5);
    assert_int_equal(li_table_column(&table, "colour"), -1);
    assert_int_equal(li_table_find(t->ctx, t->writer, "nothing", &none), -LI_E_NOT_FOUND);
}

static void rows_come_back(struct test_store *t)
{
    const struct li_val edge[] = {li_v(INT64_MIN), li_v_f64(-0.1), li_v_text(LI_S("")),
                                  li_v_blob(li_str_n("\0\377", 2))};
    const struct li_val nulls[] = {li_v_null(), li_v_null(), li_v_null(), li_v_null()};
    const struct li_val words[] = {li_v(INT64_MAX), li_v_f64(1e300), li_v_text(LI_S("邻里\n")),
                                   li_v_blob(LI_S(""))};
    struct li_table_writer *writer;
    struct li_table table;
    struct li_rows *rows;
    int64_t count = 0;

    make(t, &table);
    assert_ok(t, li_begin_long(t->ctx, t->writer));
    assert_ok(t, li_table_writer_begin(t->ctx, t->writer, &table, &writer));
    put(t, writer, 7, "b", words);
    put(t, writer, 7, "a", edge);
    put(t, writer, 7, "c", nulls);
    put(t, writer, 8, "a", nulls);
    assert_ok(t, li_table_writer_end(t->ctx, writer, &count));
    assert_int_equal(count, 4);
    assert_ok(t, li_table_count(t->ctx, t->writer, &table, 7, &count));
    assert_int_equal(count, 3);
    assert_ok(t, li_table_rows(t->ctx, t->writer, &table, 7, &rows));
    for (size_t i = 0; i < 3; i++) {
        const struct li_val *given = i == 0 ? edge : i == 1 ? words : nulls;

        assert_int_equal(li_rows_next(t->ctx, rows), 1);
        assert_true(li_str_is(li_col_str(rows, 1), i == 0 ? "a" : i == 1 ? "b" : "c"));
        for (int k = 0; k < 4; k++) {
            struct li_val val = li_table_val(rows, &table, k + 2);

            assert_int_equal(val.kind, given[k].kind);
            if (val.kind == LI_VAL_TEXT || val.kind == LI_VAL_BLOB)
                assert_true(li_str_eq(val.str, given[k].str));
            else if (val.kind != LI_VAL_NULL)
                assert_memory_equal(&val.i64, &given[k].i64, sizeof(val.i64));
        }
    }
    assert_int_equal(li_rows_next(t->ctx, rows), 0);
    assert_int_equal(li_rows_next(t->ctx, rows), 0);
    li_rows_done(rows);
    assert_int_equal(things(t, 7), 3); /* an ordinary question on the same connection */
    assert_ok(t, li_table_empty(t->ctx, t->writer, &table, 7));
    assert_ok(t, li_commit(t->ctx, t->writer));
    assert_int_equal(things(t, 7), 0);
    assert_int_equal(things(t, 8), 1);
}

/* More than any buffer on the way holds. */
static void many_rows(struct test_store *t)
{
    struct li_str wide = li_str_n(calloc(1, 70000), 70000);
    const struct li_val rest[] = {li_v(1), li_v_null(), li_v_null(), li_v_blob(wide)};
    struct li_table_writer *writer;
    struct li_table table;
    struct li_rows *rows;
    int64_t count = 0;

    make(t, &table);
    assert_ok(t, li_begin_long(t->ctx, t->writer));
    assert_ok(t, li_table_writer_begin(t->ctx, t->writer, &table, &writer));
    for (int i = 0; i < 200; i++) {
        char name[16];

        snprintf(name, sizeof(name), "%05d", i);
        put(t, writer, 1, name, rest);
    }
    assert_ok(t, li_table_writer_end(t->ctx, writer, &count));
    assert_ok(t, li_commit(t->ctx, t->writer));
    assert_ok(t, li_begin_long(t->ctx, t->writer));
    assert_ok(t, li_table_rows(t->ctx, t->writer, &table, 1, &rows));
    for (count = 0; li_rows_next(t->ctx, rows) == 1; count++)
        assert_true(li_str_eq(li_col_str(rows, 5), wide));
    li_rows_done(rows);
    assert_int_equal(count, 200);
    assert_ok(t, li_commit(t->ctx, t->writer));
    free((char *)wide.ptr);
}

static void a_fault_leaves_nothing(struct test_store *t)
{
    const struct li_val nulls[] = {li_v_null(), li_v_null(), li_v_null(), li_v_null()};
    struct li_val row[COLUMNS] = {li_v(1), li_v_text(LI_S("a"))};
    struct li_table_writer *writer;
    struct li_table table;
    int64_t count;
    int rc;

    make(t, &table);
    assert_ok(t, li_begin_long(t->ctx, t->writer));
    assert_ok(t, li_table_writer_begin(t->ctx, t->writer, &table, &writer));
    put(t, writer, 1, "a", nulls);
    rc = li_table_put(t->ctx, writer, row); /* told now, or at the end */
    if (rc == 0)
        rc = li_table_writer_end(t->ctx, writer, &count);
    else
        li_table_writer_drop(writer);
    assert_int_equal(rc, -LI_E_UNIQUE);
    assert_int_equal(li_commit(t->ctx, t->writer), -LI_E_UNIQUE);
    li_ctx_clear(t->ctx);
    assert_int_equal(things(t, 1), 0);

    assert_ok(t, li_begin_long(t->ctx, t->writer));
    assert_ok(t, li_table_writer_begin(t->ctx, t->writer, &table, &writer));
    put(t, writer, 1, "a", nulls);
    li_table_writer_drop(writer);
    assert_int_equal(li_commit(t->ctx, t->writer), -LI_E_STATE);
    li_ctx_clear(t->ctx);
    assert_int_equal(things(t, 1), 0);
}

/* Whoever only looks sees what is served, and changes nothing. */
static void looks_beside(struct test_store *t)
{
    struct li_store *store = NULL, *other = NULL;
    struct li_conn *conn = NULL;
    struct li_table table;

    make(t, &table);
    assert_int_equal(li_store_open(t->ctx, t->where, &other), -LI_E_BUSY);
    li_ctx_clear(t->ctx);
    assert_ok(t, li_store_open_as(t->ctx, t->where, LI_STORE_LOOK, &store));
    assert_ok(t, li_conn_open(t->ctx, store, LI_CONN_READ, &conn));
    assert_ok(t, li_table_find(t->ctx, conn, "thing", &table));
    li_conn_close(conn);
    li_store_close(store);
    assert_int_equal(li_store_open_as(t->ctx, "/nowhere/x.db", LI_STORE_LOOK, &other),
                     -LI_E_NOT_FOUND);
    li_ctx_clear(t->ctx);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(columns_are_read),       STORE_TEST(rows_come_back), STORE_TEST(many_rows),
        STORE_TEST(a_fault_leaves_nothing), SQLITE_TEST(looks_beside),
    };

    return STORE_TESTS_RUN("table", tests);
}
