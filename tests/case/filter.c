/*
 * The plan of every statement that makes a list: no full scan, and the index it
 * was written for.
 */
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "lib/cases.h"

/* By the beginning of a statement's name: what SQLite's plan has to say. */
static const struct {
    const char *name, *index;
} expected[] = {
    {"list_all", "sqlite_autoindex_cases_1 (tenant=? AND id"},
    {"list_open", "cases_open (tenant=? AND id"},
    {"list_one", "sqlite_autoindex_cases_1 (tenant=? AND id=?)"},
    {"list_window_all", "sqlite_autoindex_cases_1 (tenant=? AND id<?)"},
    {"list_window_open", "cases_open (tenant=? AND id<?)"},
    {"list_waiting_cases", "cases_waiting (tenant=? AND owner_post=? AND owner_area>?"},
    {"list_waiting_given", "part_given (tenant=? AND owner_post=?)"},
    {"list_waiting_parts", "part_waiting (tenant=? AND organization=? AND owner_post=?)"},
};

static const char *index_of(const struct li_sql *sql)
{
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        if (strncmp(sql->name, expected[i].name, strlen(expected[i].name)) == 0)
            return expected[i].index;
    }
    return NULL;
}

/* ---- SQLite ---------------------------------------------------------------- */

static struct li_str sqlite_plan(struct test_store *t, sqlite3 *db, const char *text)
{
    struct li_buf *buf = li_buf_new(t->ctx, 0);
    struct li_str explain = li_strf(t->ctx, "explain query plan %s", text);
    sqlite3_stmt *stmt;

    assert_int_equal(sqlite3_prepare_v2(db, explain.ptr, -1, &stmt, NULL), SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        li_buf_fmt(buf, "%s\n", (const char *)sqlite3_column_text(stmt, 3));
    sqlite3_finalize(stmt);
    li_buf_char(buf, '\0');
    return li_buf_view(buf);
}

static void assert_sqlite(struct test_store *t, sqlite3 *db, const struct li_sql *sql)
{
    const char *plan = sqlite_plan(t, db, sql->text).ptr;

    if (strstr(plan, "SCAN ") || !strstr(plan, index_of(sql)))
        fail_msg("%s:\n%s", sql->name, plan);
    /* newest first comes out of the index */
    if (strncmp(sql->name, "list_all", 8) == 0 || strncmp(sql->name, "list_open", 9) == 0)
        assert_null(strstr(plan, "TEMP B-TREE"));
}

/* ---- PostgreSQL ------------------------------------------------------------ */

static PGresult *run(PGconn *pg, const char *text)
{
    PGresult *result = PQexec(pg, text);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", text, PQerrorMessage(pg));
    return result;
}

/* With sequential scans priced out, one is left where no index can be used. */
static void assert_postgres(struct test_store *t, PGconn *pg, const struct li_sql *sql)
{
    struct li_buf *buf = li_buf_new(t->ctx, 0);
    PGresult *result;
    int params = 0;

    for (const char *at = sql->text; (at = strchr(at, '$')); at++) {
        int number = atoi(at + 1);
        params = number > params ? number : params;
    }
    PQclear(run(pg, li_strf(t->ctx, "prepare plan as %s", sql->text).ptr));
    for (int i = 0; i < params; i++)
        li_buf_text(buf, i ? ", null" : "null");
    li_buf_char(buf, '\0');
    result = run(pg, li_strf(t->ctx, "explain execute plan (%s)", buf->ptr).ptr);
    for (int i = 0; i < PQntuples(result); i++) {
        if (strstr(PQgetvalue(result, i, 0), "Seq Scan"))
            fail_msg("%s: %s", sql->name, PQgetvalue(result, i, 0));
    }
    PQclear(result);
    PQclear(run(pg, "deallocate plan"));
}

static void every_shape(struct test_store *t)
{
    size_t count, seen = 0;
    const struct li_sql *all = li_sql_all(&count);
    sqlite3 *db = NULL;
    PGconn *pg = NULL;

    cases_open(t);
    if (t->kind == LI_STORE_SQLITE) {
        assert_int_equal(sqlite3_open_v2(t->where, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    } else {
        pg = PQconnectdb(t->where);
        PQclear(run(pg, "set enable_seqscan = off"));
        PQclear(run(pg, "set plan_cache_mode = force_generic_plan"));
    }
    for (size_t i = 0; i < count; i++) {
        if (!index_of(&all[i]) || !strstr(all[i].file, "view/filter.c"))
            continue;
        if (db)
            assert_sqlite(t, db, &all[i]);
        else
            assert_postgres(t, pg, &all[i]);
        seen++;
    }
    sqlite3_close(db);
    PQfinish(pg);
    assert_int_equal(seen, 21);
}

/* None of view/filter is left out of the table above. */
static void every_statement_is_a_shape(struct test_store *t)
{
    size_t count;
    const struct li_sql *all = li_sql_all(&count);

    (void)t;
    for (size_t i = 0; i < count; i++) {
        if (strstr(all[i].file, "view/filter.c"))
            assert_non_null(index_of(&all[i]));
    }
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(every_shape),
                                              SQLITE_TEST(every_statement_is_a_shape)};

    return STORE_TESTS_RUN("case filter", tests);
}
