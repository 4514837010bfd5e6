/*
 * Statements on a server: prepared by name at first use, run in one round trip.
 *
 * Preparing asks the server for the types it inferred: those of parameters
 * decide how arguments are said, those of columns must be of the subset.  A
 * result comes whole, so a nested query never meets an unfinished one.
 */
#include <stdio.h>
#include <stdlib.h>

#include "store/postgres/internal.h"

static void name_of(const struct li_sql *sql, char ret[24])
{
    snprintf(ret, 24, "s%zu", li_sql_index(sql));
}

/* ---- preparing ------------------------------------------------------------- */

static int learn_types(struct li_ctx *ctx, const PGresult *result, const struct li_sql *sql,
                       struct postgres_stmt *stmt)
{
    int params = PQnparams(result);
    int columns = PQnfields(result);

    for (int i = 0; i < columns; i++) {
        if (!li_postgres_type_known(PQftype(result, i)))
            return LI_FAIL(ctx, LI_E_INTERNAL, "%s (%s:%d): column %s has type %u: cast it",
                           sql->name, sql->file, sql->line, PQfname(result, i), PQftype(result, i));
    }
    stmt->param_types = calloc((size_t)params + 1, sizeof(stmt->param_types[0]));
    if (!stmt->param_types)
        return LI_FAIL(ctx, LI_E_NOMEM, "%s", sql->name);
    for (int i = 0; i < params; i++)
        stmt->param_types[i] = PQparamtype(result, i);
    stmt->params = (unsigned)params;
    stmt->columns = (unsigned)columns;
    stmt->prepared = true;
    return 0;
}

static int prepare(struct li_ctx *ctx, struct postgres_conn *conn, const struct li_sql *sql,
                   struct postgres_stmt *stmt)
{
    char name[24];
    PGresult *result;
    int rc = 0;

    name_of(sql, name);
    result = PQprepare(conn->pg, name, sql->text, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        rc = li_postgres_fail(ctx, conn, result, sql->name);
    PQclear(result);
    if (rc < 0)
        return rc;
    result = PQdescribePrepared(conn->pg, name);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        rc = li_postgres_fail(ctx, conn, result, sql->name);
    else
        rc = learn_types(ctx, result, sql, stmt);
    PQclear(result);
    return rc;
}

/* A statement that was prepared but not understood would be in the way of the
 * next try. */
static void unprepare(struct postgres_conn *conn, const struct li_sql *sql)
{
    char text[48];

    snprintf(text, sizeof(text), "deallocate s%zu", li_sql_index(sql));
    PQclear(PQexec(conn->pg, text));
}

static int acquire(struct li_ctx *ctx, struct postgres_conn *conn, const struct li_sql *sql,
                   const struct postgres_stmt **ret)
{
    struct postgres_stmt *stmt = &conn->kept[li_sql_index(sql)];
    int rc = li_postgres_wake(ctx, conn);

    if (rc == 0 && !stmt->prepared) {
        rc = prepare(ctx, conn, sql, stmt);
        if (rc < 0 && PQstatus(conn->pg) == CONNECTION_OK)
            unprepare(conn, sql);
    }
    if (rc == 0)
        *ret = stmt;
    return rc;
}

void li_postgres_forget(struct postgres_conn *conn)
{
    for (size_t i = 0; i < conn->count; i++) {
        free(conn->kept[i].param_types);
        conn->kept[i] = (struct postgres_stmt){0};
    }
}

/* ---- running --------------------------------------------------------------- */

static int run(struct li_ctx *ctx, struct postgres_conn *conn, const struct li_sql *sql,
               const struct postgres_stmt *stmt, const struct li_val *args, size_t arg_count,
               PGresult **ret)
{
    char name[24];
    PGresult *result;
    ExecStatusType status;
    int rc;

    if (arg_count != stmt->params)
        return LI_FAIL(ctx, LI_E_INTERNAL, "%s (%s:%d) takes %u arguments, not %zu", sql->name,
                       sql->file, sql->line, stmt->params, arg_count);
    rc = li_postgres_args(ctx, &conn->args, sql, stmt->param_types, args, arg_count);
    if (rc < 0)
        return rc;
    name_of(sql, name);
    result = PQexecPrepared(conn->pg, name, (int)arg_count, conn->args.values, conn->args.lengths,
                            conn->args.formats, 1);
    status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        rc = li_postgres_fail(ctx, conn, result, sql->name);
        PQclear(result);
        return rc;
    }
    *ret = result;
    return 0;
}

/* "INSERT 0 5", "UPDATE 5": 5.  A select writes nothing. */
static int64_t written_by(PGresult *result)
{
    if (strncmp(PQcmdStatus(result), "SELECT", 6) == 0)
        return 0;
    return strtoll(PQcmdTuples(result), NULL, 10);
}

int li_postgres_exec(struct li_ctx *ctx, struct li_conn *base, const struct li_sql *sql,
                     const struct li_val *args, size_t arg_count, int64_t *ret_changed)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    const struct postgres_stmt *stmt;
    PGresult *result;
    int rc = acquire(ctx, conn, sql, &stmt);

    if (rc == 0 && stmt->columns > 0)
        rc =
            LI_FAIL(ctx, LI_E_INTERNAL, "%s (%s:%d) returns rows", sql->name, sql->file, sql->line);
    if (rc == 0)
        rc = run(ctx, conn, sql, stmt, args, arg_count, &result);
    if (rc < 0)
        return rc;
    *ret_changed = written_by(result);
    PQclear(result);
    return 0;
}

int li_postgres_query(struct li_ctx *ctx, struct li_conn *base, const struct li_sql *sql,
                      const struct li_val *args, size_t arg_count, struct li_rows **ret)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    const struct postgres_stmt *stmt;
    struct postgres_rows *rows;
    PGresult *result;
    int rc = acquire(ctx, conn, sql, &stmt);

    if (rc == 0)
        rc = run(ctx, conn, sql, stmt, args, arg_count, &result);
    if (rc < 0)
        return rc;
    rows = calloc(1, sizeof(*rows));
    if (!rows) {
        PQclear(result);
        return LI_FAIL(ctx, LI_E_NOMEM, "%s", sql->name);
    }
    rows->result = result;
    rows->row = -1;
    *ret = &rows->rows;
    return 0;
}

int li_postgres_next(struct li_ctx *ctx, struct li_rows *base)
{
    struct postgres_rows *rows = (struct postgres_rows *)base;
    int count = PQntuples(rows->result);

    (void)ctx;
    if (rows->row < count)
        rows->row++;
    return rows->row < count;
}

int64_t li_postgres_done(struct li_rows *base)
{
    struct postgres_rows *rows = (struct postgres_rows *)base;
    int64_t written = written_by(rows->result);

    PQclear(rows->result);
    free(rows);
    return written;
}

/* Under the unnamed name, which the next takes over. */
int li_postgres_check(struct li_ctx *ctx, struct li_conn *base, const struct li_sql *sql)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    struct postgres_stmt stmt = {0};
    PGresult *result;
    int rc = li_postgres_wake(ctx, conn);

    if (rc < 0)
        return rc;
    result = PQprepare(conn->pg, "", sql->text, 0, NULL);
    if (PQresultStatus(result) == PGRES_COMMAND_OK) {
        PQclear(result);
        result = PQdescribePrepared(conn->pg, "");
    }
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        rc = li_postgres_fail(ctx, conn, result, sql->name);
    else
        rc = learn_types(ctx, result, sql, &stmt);
    PQclear(result);
    free(stmt.param_types);
    return rc;
}
