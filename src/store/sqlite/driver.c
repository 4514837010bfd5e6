/*
 * SQLite as an engine of the store: its words, its columns, its table of
 * functions.
 *
 * A column is read as what it is.  Reading a text as a number or the reverse
 * would be converted quietly here and be rubbish on PostgreSQL, so it is
 * treated as the bug it is.
 */
#include "store/sqlite/internal.h"

static const struct li_sql_word words[] = {
    {"I64", "INTEGER"}, {"F64", "REAL"},    {"JSON", "TEXT"},
    {"BLOB", "BLOB"},   {"OPTS", "STRICT"}, {"CLUSTERED", "STRICT, WITHOUT ROWID"},
    {NULL, NULL},
};

/* A column of rows that stand on a row having it: looked up once, then asked for its
 * type and its value.  Reading such a value is safe on one thread only, and a
 * connection has one. */
static sqlite3_value *of(const struct li_rows *rows, int column)
{
    sqlite3_stmt *stmt = ((const struct sqlite_stmt *)rows)->stmt;

    li_assert(column >= 0 && column < sqlite3_data_count(stmt));
    return sqlite3_column_value(stmt, column);
}

static bool is_null(const struct li_rows *rows, int column)
{
    return sqlite3_value_type(of(rows, column)) == SQLITE_NULL;
}

static int64_t i64(const struct li_rows *rows, int column)
{
    sqlite3_value *value = of(rows, column);
    int type = sqlite3_value_type(value);

    li_assert(type == SQLITE_INTEGER || type == SQLITE_NULL);
    return sqlite3_value_int64(value);
}

static double f64(const struct li_rows *rows, int column)
{
    sqlite3_value *value = of(rows, column);
    int type = sqlite3_value_type(value);

    li_assert(type == SQLITE_FLOAT || type == SQLITE_INTEGER || type == SQLITE_NULL);
    return sqlite3_value_double(value);
}

/* An empty blob comes as a null pointer; the slice of a value never has one. */
static struct li_str str(const struct li_rows *rows, int column)
{
    sqlite3_value *value = of(rows, column);
    int type = sqlite3_value_type(value);
    const void *ptr;

    if (type == SQLITE_NULL)
        return (struct li_str){0};
    li_assert(type == SQLITE_TEXT || type == SQLITE_BLOB);
    /* a text asked for as a blob is not copied to get a NUL behind it */
    ptr = sqlite3_value_blob(value);
    return li_str_n(ptr ? ptr : "", (size_t)sqlite3_value_bytes(value));
}

/* One process has the file, and `begin immediate` is the lock within it. */
static int schema_lock(struct li_ctx *ctx, struct li_conn *conn)
{
    (void)ctx;
    (void)conn;
    return 0;
}

const struct li_driver li_sqlite_driver = {
    .kind = LI_STORE_SQLITE,
    .words = words,
    .store_open = li_sqlite_store_open,
    .store_open_as = li_sqlite_store_open_as,
    .store_close = li_sqlite_store_close,
    .conn_open = li_sqlite_conn_open,
    .conn_close = li_sqlite_conn_close,
    .begin = li_sqlite_begin,
    .commit = li_sqlite_commit,
    .rollback = li_sqlite_rollback,
    .in_transaction = li_sqlite_in_transaction,
    .exec = li_sqlite_exec,
    .query = li_sqlite_query,
    .next = li_sqlite_next,
    .done = li_sqlite_done,
    .is_null = is_null,
    .i64 = i64,
    .f64 = f64,
    .str = str,
    .check = li_sqlite_check,
    .ddl = li_sqlite_ddl,
    .schema_lock = schema_lock,
    .checkpoint = li_sqlite_checkpoint,
    .table_columns = li_sqlite_table_columns,
    .patience = li_sqlite_patience,
    .table_rows = li_sqlite_table_rows,
    .writer_begin = li_sqlite_writer_begin,
    .writer_put = li_sqlite_writer_put,
    .writer_end = li_sqlite_writer_end,
};
