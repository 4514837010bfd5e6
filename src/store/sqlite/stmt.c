/*
 * Statements: prepared once, bound by name, walked.
 *
 * To SQLite `$2` is the *name* of a parameter, and places are given out in the
 * order of first use.  So the place of each is looked up when the statement is
 * prepared and binding goes through that map.  Texts and blobs are bound where
 * they lie; that is why arguments live until li_rows_done.
 *
 * A statement in use is not used again: a query nested in a walk of the same
 * statement gets an extra one of its own.
 */
#include <stdio.h>
#include <stdlib.h>

#include "store/sqlite/internal.h"

/* ---- preparing ------------------------------------------------------------- */

/* Also fails on a parameter that is not $1 … $n without a gap. */
static int map_places(struct li_ctx *ctx, struct sqlite_stmt *stmt, const struct li_sql *sql)
{
    bool in_order = true;

    stmt->params = (unsigned)sqlite3_bind_parameter_count(stmt->stmt);
    stmt->places = calloc(stmt->params + 1, sizeof(stmt->places[0]));
    if (!stmt->places)
        return LI_FAIL(ctx, LI_E_NOMEM, "%s", sql->name);
    for (unsigned i = 0; i < stmt->params; i++) {
        char name[16];
        int place;

        snprintf(name, sizeof(name), "$%u", i + 1);
        place = sqlite3_bind_parameter_index(stmt->stmt, name);
        if (place == 0)
            return LI_FAIL(ctx, LI_E_INTERNAL, "%s (%s:%d): no %s among %u parameters", sql->name,
                           sql->file, sql->line, name, stmt->params);
        stmt->places[i] = (uint16_t)place;
        in_order = in_order && place == (int)i + 1;
    }
    if (in_order) {
        free(stmt->places);
        stmt->places = NULL;
    }
    return 0;
}

static bool is_blank(const char *tail)
{
    return tail[strspn(tail, " \t\r\n;")] == '\0';
}

static int prepare(struct li_ctx *ctx, struct sqlite_conn *conn, const struct li_sql *sql,
                   struct sqlite_stmt **ret)
{
    struct sqlite_stmt *stmt = calloc(1, sizeof(*stmt));
    const char *tail = "";
    int rc;

    if (!stmt)
        return LI_FAIL(ctx, LI_E_NOMEM, "%s", sql->name);
    if (sqlite3_prepare_v3(conn->db, sql->text, -1, SQLITE_PREPARE_PERSISTENT, &stmt->stmt,
                           &tail) != SQLITE_OK)
        rc = li_sqlite_fail(ctx, conn->db, sql->name);
    else if (!stmt->stmt || !is_blank(tail))
        rc = LI_FAIL(ctx, LI_E_INTERNAL, "%s (%s:%d) is not one statement", sql->name, sql->file,
                     sql->line);
    else
        rc = map_places(ctx, stmt, sql);
    if (rc < 0) {
        li_sqlite_stmt_free(stmt);
        return rc;
    }
    stmt->writes = !sqlite3_stmt_readonly(stmt->stmt);
    *ret = stmt;
    return 0;
}

void li_sqlite_stmt_free(struct sqlite_stmt *stmt)
{
    if (!stmt)
        return;
    sqlite3_finalize(stmt->stmt);
    free(stmt->places);
    free(stmt);
}

/* A statement for one use: the kept one, or an extra one while that is busy. */
static int acquire(struct li_ctx *ctx, struct sqlite_conn *conn, const struct li_sql *sql,
                   struct sqlite_stmt **ret)
{
    size_t index = li_sql_index(sql);
    struct sqlite_stmt *stmt = conn->kept[index];

    if (!stmt || stmt->busy) {
        int rc = prepare(ctx, conn, sql, &stmt);

        if (rc < 0)
            return rc;
        if (conn->kept[index])
            stmt->extra = true;
        else
            conn->kept[index] = stmt;
    }
    stmt->busy = true;
    stmt->stepped = false;
    stmt->ended = false;
    stmt->error = 0;
    *ret = stmt;
    return 0;
}

static void release(struct sqlite_stmt *stmt)
{
    sqlite3_reset(stmt->stmt);
    stmt->busy = false;
    if (stmt->extra)
        li_sqlite_stmt_free(stmt);
}

/* ---- binding --------------------------------------------------------------- */

int li_sqlite_bind(sqlite3_stmt *stmt, int place, const struct li_val *arg)
{
    switch (arg->kind) {
    case LI_VAL_NULL:
        return sqlite3_bind_null(stmt, place);
    case LI_VAL_I64:
        return sqlite3_bind_int64(stmt, place, arg->i64);
    case LI_VAL_F64:
        return sqlite3_bind_double(stmt, place, arg->f64);
    case LI_VAL_TEXT:
        return sqlite3_bind_text64(stmt, place, arg->str.ptr, arg->str.len, SQLITE_STATIC,
                                   SQLITE_UTF8);
    case LI_VAL_BLOB:
        return sqlite3_bind_blob64(stmt, place, arg->str.ptr, arg->str.len, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

static int bind_all(struct li_ctx *ctx, struct sqlite_conn *conn, struct sqlite_stmt *stmt,
                    const struct li_sql *sql, const struct li_val *args, size_t arg_count)
{
    if (arg_count != stmt->params)
        return LI_FAIL(ctx, LI_E_INTERNAL, "%s (%s:%d) takes %u arguments, not %zu", sql->name,
                       sql->file, sql->line, stmt->params, arg_count);
    for (size_t i = 0; i < arg_count; i++) {
        int place = stmt->places ? stmt->places[i] : (int)i + 1;

        if (li_sqlite_bind(stmt->stmt, place, &args[i]) != SQLITE_OK)
            return li_sqlite_fail(ctx, conn->db, sql->name);
    }
    return 0;
}

static int start(struct li_ctx *ctx, struct sqlite_conn *conn, const struct li_sql *sql,
                 const struct li_val *args, size_t arg_count, struct sqlite_stmt **ret)
{
    struct sqlite_stmt *stmt;
    int rc = acquire(ctx, conn, sql, &stmt);

    if (rc < 0)
        return rc;
    rc = bind_all(ctx, conn, stmt, sql, args, arg_count);
    if (rc < 0) {
        release(stmt);
        return rc;
    }
    *ret = stmt;
    return 0;
}

/* ---- running --------------------------------------------------------------- */

int li_sqlite_exec(struct li_ctx *ctx, struct li_conn *base, const struct li_sql *sql,
                   const struct li_val *args, size_t arg_count, int64_t *ret_changed)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)base;
    int64_t before = sqlite3_total_changes64(conn->db);
    struct sqlite_stmt *stmt;
    int rc = start(ctx, conn, sql, args, arg_count, &stmt);

    if (rc < 0)
        return rc;
    switch (sqlite3_step(stmt->stmt)) {
    case SQLITE_DONE:
        *ret_changed = sqlite3_total_changes64(conn->db) - before;
        break;
    case SQLITE_ROW:
        rc =
            LI_FAIL(ctx, LI_E_INTERNAL, "%s (%s:%d) returns rows", sql->name, sql->file, sql->line);
        break;
    default:
        rc = li_sqlite_fail(ctx, conn->db, sql->name);
    }
    release(stmt);
    return rc;
}

/* A writing query outside a transaction would commit when it is reset, where
 * nobody hears of a full disk. */
int li_sqlite_query(struct li_ctx *ctx, struct li_conn *base, const struct li_sql *sql,
                    const struct li_val *args, size_t arg_count, struct li_rows **ret)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)base;
    struct sqlite_stmt *stmt;
    int rc = start(ctx, conn, sql, args, arg_count, &stmt);

    if (rc < 0)
        return rc;
    if (stmt->writes && base->mode == LI_CONN_WRITE && !base->begun) {
        release(stmt);
        return LI_FAIL(ctx, LI_E_INTERNAL, "%s (%s:%d) writes: it needs a transaction", sql->name,
                       sql->file, sql->line);
    }
    *ret = &stmt->rows;
    return 0;
}

int li_sqlite_next(struct li_ctx *ctx, struct li_rows *rows)
{
    struct sqlite_stmt *stmt = (struct sqlite_stmt *)rows;
    struct sqlite_conn *conn = (struct sqlite_conn *)rows->conn;

    if (stmt->ended)
        return stmt->error;
    stmt->stepped = true;
    switch (sqlite3_step(stmt->stmt)) {
    case SQLITE_ROW:
        return 1;
    case SQLITE_DONE:
        break;
    default:
        stmt->error = li_sqlite_fail(ctx, conn->db, "a query");
    }
    stmt->ended = true;
    return stmt->error;
}

int64_t li_sqlite_done(struct li_rows *rows)
{
    struct sqlite_stmt *stmt = (struct sqlite_stmt *)rows;
    struct sqlite_conn *conn = (struct sqlite_conn *)rows->conn;
    bool wrote = stmt->writes && stmt->stepped && stmt->error == 0;

    release(stmt);
    return wrote ? sqlite3_changes64(conn->db) : 0;
}

int li_sqlite_check(struct li_ctx *ctx, struct li_conn *base, const struct li_sql *sql)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)base;
    struct sqlite_stmt *stmt;
    int rc = prepare(ctx, conn, sql, &stmt);

    if (rc == 0)
        li_sqlite_stmt_free(stmt);
    return rc;
}

int li_sqlite_ddl(struct li_ctx *ctx, struct li_conn *base, struct li_str text)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)base;
    const char *statement = li_str_c(ctx, text);

    if (!statement)
        return -LI_E_NOMEM;
    if (sqlite3_exec(conn->db, statement, NULL, NULL, NULL) != SQLITE_OK)
        return li_sqlite_fail(ctx, conn->db, statement);
    return 0;
}
