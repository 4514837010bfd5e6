/*
 * Whole tables on SQLite: the catalogue, a walk, and one insert stepped again and
 * again, which is as fast as the engine goes.
 */
#include <stdlib.h>
#include <strings.h>

#include "store/sqlite/internal.h"

static const struct {
    const char *name;
    enum li_column_kind kind;
} kinds[] = {
    {"INTEGER", LI_COLUMN_I64},
    {"REAL", LI_COLUMN_F64},
    {"TEXT", LI_COLUMN_TEXT},
    {"BLOB", LI_COLUMN_BLOB},
};

static int kind_of(struct li_ctx *ctx, const char *table, const char *type,
                   enum li_column_kind *ret)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcasecmp(type, kinds[i].name) == 0) {
            *ret = kinds[i].kind;
            return 0;
        }
    }
    return LI_FAIL(ctx, LI_E_INTERNAL, "table %s has a column of type %s", table, type);
}

int li_sqlite_table_columns(struct li_ctx *ctx, struct li_conn *base, const char *name,
                            struct li_column *columns, size_t *ret_count)
{
    static const char text[] = "select name, type, pk from pragma_table_info(?1) order by cid";
    struct sqlite_conn *conn = (struct sqlite_conn *)base;
    sqlite3_stmt *stmt = NULL;
    size_t count = 0;
    int step = SQLITE_DONE;
    int rc = 0;

    if (sqlite3_prepare_v2(conn->db, text, -1, &stmt, NULL) != SQLITE_OK ||
        sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC) != SQLITE_OK)
        rc = li_sqlite_fail(ctx, conn->db, "columns of a table");
    while (rc == 0 && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
        struct li_column *column = &columns[count];

        li_assert(count < LI_COLUMNS);
        *column = (struct li_column){.key = sqlite3_column_int(stmt, 2)};
        column->name = li_str_dup(ctx, li_str((const char *)sqlite3_column_text(stmt, 0)));
        rc = column->name.ptr
                 ? kind_of(ctx, name, (const char *)sqlite3_column_text(stmt, 1), &column->kind)
                 : -LI_E_NOMEM;
        count++;
    }
    if (rc == 0 && step != SQLITE_DONE)
        rc = li_sqlite_fail(ctx, conn->db, "columns of a table");
    sqlite3_finalize(stmt);
    if (rc == 0)
        *ret_count = count;
    return rc;
}

/* Its transactions have no limit but the lock of `begin immediate`. */
int li_sqlite_patience(struct li_ctx *ctx, struct li_conn *conn)
{
    (void)ctx;
    (void)conn;
    return 0;
}

int li_sqlite_table_rows(struct li_ctx *ctx, struct li_conn *base, const char *text, int64_t tenant,
                         struct li_rows **ret)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)base;
    struct sqlite_stmt *stmt = calloc(1, sizeof(*stmt));

    if (!stmt)
        return LI_FAIL(ctx, LI_E_NOMEM, "a walk over a table");
    if (sqlite3_prepare_v2(conn->db, text, -1, &stmt->stmt, NULL) != SQLITE_OK ||
        sqlite3_bind_int64(stmt->stmt, 1, tenant) != SQLITE_OK) {
        int rc = li_sqlite_fail(ctx, conn->db, text);

        li_sqlite_stmt_free(stmt);
        return rc;
    }
    stmt->busy = true;
    stmt->extra = true;
    *ret = &stmt->rows;
    return 0;
}

/* ---- writing --------------------------------------------------------------- */

struct sqlite_writer {
    struct li_table_writer base;
    sqlite3_stmt *stmt;
};

int li_sqlite_writer_begin(struct li_ctx *ctx, struct li_conn *base, const char *text,
                           struct li_table_writer **ret)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)base;
    struct sqlite_writer *writer = calloc(1, sizeof(*writer));

    if (!writer)
        return LI_FAIL(ctx, LI_E_NOMEM, "rows into a table");
    if (sqlite3_prepare_v2(conn->db, text, -1, &writer->stmt, NULL) != SQLITE_OK) {
        free(writer);
        return li_sqlite_fail(ctx, conn->db, text);
    }
    *ret = &writer->base;
    return 0;
}

int li_sqlite_writer_put(struct li_ctx *ctx, struct li_table_writer *base,
                         const struct li_val *vals)
{
    struct sqlite_writer *writer = (struct sqlite_writer *)base;
    struct sqlite_conn *conn = (struct sqlite_conn *)base->conn;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < base->table->count; i++) {
        if (li_sqlite_bind(writer->stmt, (int)i + 1, &vals[i]) != SQLITE_OK)
            rc = li_sqlite_fail(ctx, conn->db, "a row of a table");
    }
    if (rc == 0 && sqlite3_step(writer->stmt) != SQLITE_DONE)
        rc = li_sqlite_fail(ctx, conn->db, "a row of a table");
    sqlite3_reset(writer->stmt);
    return rc;
}

int li_sqlite_writer_end(struct li_ctx *ctx, struct li_table_writer *base, bool keep)
{
    struct sqlite_writer *writer = (struct sqlite_writer *)base;

    (void)ctx;
    (void)keep;
    sqlite3_finalize(writer->stmt);
    free(writer);
    return 0;
}
