/*
 * Whole tables: the texts of their statements, and what is alike on both engines.
 *
 * Names of tables and columns come from the database's own catalogue and are
 * quoted; values are always parameters.
 */
#include "store/table.h"

#include <stdlib.h>

#include "base/buf.h"
#include "store/driver.h"

int li_table_find(struct li_ctx *ctx, struct li_conn *conn, const char *name, struct li_table *ret)
{
    struct li_column *columns = li_alloc_array(ctx, LI_COLUMNS, sizeof(*columns));
    struct li_table table = {.name = li_str_dup(ctx, li_str(name)), .columns = columns};
    int rc;

    if (!columns || !table.name.ptr)
        return -LI_E_NOMEM;
    rc = li_conn_start(ctx, conn);
    if (rc == 0)
        rc = conn->driver->table_columns(ctx, conn, name, columns, &table.count);
    if (rc == 0 && table.count == 0)
        return -LI_E_NOT_FOUND;
    if (rc == 0)
        *ret = table;
    return rc;
}

int li_table_column(const struct li_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++) {
        if (li_str_is(table->columns[i].name, name))
            return (int)i;
    }
    return -1;
}

bool li_table_same(const struct li_table *a, const struct li_table *b)
{
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++)
        same = a->columns[i].kind == b->columns[i].kind && a->columns[i].key == b->columns[i].key &&
               li_str_eq(a->columns[i].name, b->columns[i].name);
    return same;
}

int li_begin_long(struct li_ctx *ctx, struct li_conn *conn)
{
    int rc = li_begin(ctx, conn);

    if (rc == 0)
        rc = li_conn_start(ctx, conn);
    if (rc == 0)
        rc = conn->driver->patience(ctx, conn);
    if (rc < 0)
        li_rollback(conn);
    return rc;
}

/* ---- texts ----------------------------------------------------------------- */

static void put_columns(struct li_buf *buf, const struct li_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        li_buf_fmt(buf, "%s\"%.*s\"", i ? ", " : "", LI_P(table->columns[i].name));
}

static void put_key(struct li_buf *buf, const struct li_table *table)
{
    const char *before = " order by ";

    for (int place = 1; place <= (int)table->count; place++) {
        for (size_t i = 0; i < table->count; i++) {
            if (table->columns[i].key != place)
                continue;
            li_buf_fmt(buf, "%s\"%.*s\"", before, LI_P(table->columns[i].name));
            before = ", ";
        }
    }
}

/* The text as a string in the arena. */
static int text_of(struct li_ctx *ctx, struct li_buf *buf, const char **ret)
{
    int rc;

    li_buf_char(buf, '\0');
    rc = li_buf_check(ctx, buf);
    if (rc == 0)
        *ret = li_buf_view(buf).ptr;
    return rc;
}

/* ---- reading --------------------------------------------------------------- */

static int run_query(struct li_ctx *ctx, struct li_conn *conn, struct li_buf *buf, int64_t tenant,
                     struct li_rows **ret)
{
    struct li_rows *rows;
    const char *text;
    int rc = text_of(ctx, buf, &text);

    li_assert(conn->begun);
    if (rc == 0 && conn->spoilt)
        rc = LI_FAIL(ctx, conn->spoilt, "a walk over a table: the transaction failed before");
    if (rc == 0)
        rc = li_conn_start(ctx, conn);
    if (rc == 0)
        rc = conn->driver->table_rows(ctx, conn, text, tenant, &rows);
    if (rc < 0)
        return rc;
    rows->conn = conn;
    conn->rows_open++;
    *ret = rows;
    return 0;
}

int li_table_rows(struct li_ctx *ctx, struct li_conn *conn, const struct li_table *table,
                  int64_t tenant, struct li_rows **ret)
{
    struct li_buf *buf = li_buf_new(ctx, 0);

    if (!buf)
        return -LI_E_NOMEM;
    li_buf_fmt(buf, "select ");
    put_columns(buf, table);
    li_buf_fmt(buf, " from \"%.*s\" where tenant = $1", LI_P(table->name));
    put_key(buf, table);
    return run_query(ctx, conn, buf, tenant, ret);
}

int li_table_count(struct li_ctx *ctx, struct li_conn *conn, const struct li_table *table,
                   int64_t tenant, int64_t *ret)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_rows *rows;
    int rc;

    if (!buf)
        return -LI_E_NOMEM;
    li_buf_fmt(buf, "select count(*) from \"%.*s\" where tenant = $1", LI_P(table->name));
    rc = run_query(ctx, conn, buf, tenant, &rows);
    if (rc < 0)
        return rc;
    rc = li_rows_next(ctx, rows);
    if (rc == 1) {
        *ret = li_col_i64(rows, 0);
        rc = li_rows_next(ctx, rows); /* to its end: a walk that is left spoils the transaction */
    }
    li_rows_done(rows);
    return rc;
}

struct li_val li_table_val(const struct li_rows *rows, const struct li_table *table, int column)
{
    if (li_col_is_null(rows, column))
        return li_v_null();
    switch (table->columns[column].kind) {
    case LI_COLUMN_I64:
        return li_v(li_col_i64(rows, column));
    case LI_COLUMN_F64:
        return li_v_f64(li_col_f64(rows, column));
    case LI_COLUMN_TEXT:
    case LI_COLUMN_JSON:
        return li_v_text(li_col_str(rows, column));
    case LI_COLUMN_BLOB:
        return li_v_blob(li_col_str(rows, column));
    }
    li_assert(!"a column of no kind");
}

/* ---- writing --------------------------------------------------------------- */

int li_table_writer_begin(struct li_ctx *ctx, struct li_conn *conn, const struct li_table *table,
                          struct li_table_writer **ret)
{
    bool copies = conn->driver->kind == LI_STORE_POSTGRES;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_table_writer *writer;
    const char *text;
    int rc;

    li_assert(conn->begun && conn->mode == LI_CONN_WRITE);
    if (!buf)
        return -LI_E_NOMEM;
    li_buf_fmt(buf, copies ? "copy \"%.*s\" (" : "insert into \"%.*s\" (", LI_P(table->name));
    put_columns(buf, table);
    li_buf_fmt(buf, copies ? ") from stdin (format binary)" : ") values (");
    for (size_t i = 0; !copies && i < table->count; i++)
        li_buf_fmt(buf, "%s?%zu", i ? ", " : "", i + 1);
    li_buf_fmt(buf, copies ? "" : ")");
    rc = text_of(ctx, buf, &text);
    if (rc == 0 && conn->spoilt)
        rc = LI_FAIL(ctx, conn->spoilt, "rows into a table: the transaction failed before");
    if (rc == 0)
        rc = conn->driver->writer_begin(ctx, conn, text, &writer);
    if (rc < 0) {
        conn->spoilt = conn->spoilt ? conn->spoilt : -rc;
        return rc;
    }
    writer->conn = conn;
    writer->table = table;
    *ret = writer;
    return 0;
}

int li_table_put(struct li_ctx *ctx, struct li_table_writer *writer, const struct li_val *vals)
{
    struct li_conn *conn = writer->conn;
    int rc = conn->driver->writer_put(ctx, writer, vals);

    if (rc < 0)
        conn->spoilt = conn->spoilt ? conn->spoilt : -rc;
    else
        writer->rows++;
    return rc;
}

int li_table_writer_end(struct li_ctx *ctx, struct li_table_writer *writer, int64_t *ret_rows)
{
    struct li_conn *conn = writer->conn;
    int64_t rows = writer->rows;
    int rc = conn->driver->writer_end(ctx, writer, true);

    if (rc < 0) {
        conn->spoilt = conn->spoilt ? conn->spoilt : -rc;
        return rc;
    }
    atomic_fetch_add_explicit(&conn->store->rows_written, rows, memory_order_relaxed);
    *ret_rows = rows;
    return 0;
}

void li_table_writer_drop(struct li_table_writer *writer)
{
    struct li_conn *conn = writer ? writer->conn : NULL;

    if (!conn)
        return;
    (void)!conn->driver->writer_end(NULL, writer, false);
    conn->spoilt = conn->spoilt ? conn->spoilt : LI_E_STATE;
}

int li_table_empty(struct li_ctx *ctx, struct li_conn *conn, const struct li_table *table,
                   int64_t tenant)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    const char *text;
    int rc;

    li_assert(conn->begun && conn->mode == LI_CONN_WRITE);
    if (!buf)
        return -LI_E_NOMEM;
    li_buf_fmt(buf, "delete from \"%.*s\" where tenant = %lld", LI_P(table->name),
               (long long)tenant);
    rc = text_of(ctx, buf, &text);
    if (rc == 0)
        rc = conn->driver->ddl(ctx, conn, li_str(text));
    if (rc < 0)
        conn->spoilt = conn->spoilt ? conn->spoilt : -rc;
    return rc;
}
