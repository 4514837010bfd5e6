/*
 * Statements on a server: prepared by name at first use, sent ahead (pipeline.c)
 * unless somebody asks what came of them.
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

/* What stands before it on the connection is settled first: an error is told by
 * who made it. */
static int describe(struct li_ctx *ctx, struct postgres_conn *conn, const char *name,
                    const struct li_sql *sql, PGresult **ret)
{
    const struct postgres_sent sent = {.name = sql->name};
    int rc = conn->sent_count ? li_postgres_settle(ctx, conn, NULL) : 0;

    if (rc == 0)
        rc = li_postgres_put(ctx, conn, PQsendPrepare(conn->pg, name, sql->text, 0, NULL), sent);
    if (rc == 0)
        rc = li_postgres_put(ctx, conn, PQsendDescribePrepared(conn->pg, name), sent);
    return rc < 0 ? rc : li_postgres_settle(ctx, conn, ret);
}

static int prepare(struct li_ctx *ctx, struct postgres_conn *conn, const struct li_sql *sql,
                   struct postgres_stmt *stmt)
{
    bool fresh = conn->fresh;
    char name[24];
    PGresult *result;
    int rc;

    name_of(sql, name);
    rc = describe(ctx, conn, name, sql, &result);
    conn->fresh = fresh; /* nothing of the data was answered */
    if (rc < 0)
        return rc;
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
    if (li_postgres_say(NULL, conn, text,
                        (struct postgres_sent){.name = "deallocate", .mute = true}) == 0)
        li_postgres_post(conn, true);
}

static int acquire(struct li_ctx *ctx, struct postgres_conn *conn, const struct li_sql *sql,
                   const struct postgres_stmt **ret)
{
    struct postgres_stmt *stmt = &conn->kept[li_sql_index(sql)];
    int rc = li_postgres_wake(ctx, conn);

    /* room for what follows: a question's answer is never read on the way */
    if (rc == 0 && conn->sent_count + PG_SENT_ROOM >= PG_SENT_MAX)
        rc = li_postgres_settle(ctx, conn, NULL);
    if (rc == 0 && !stmt->prepared) {
        rc = prepare(ctx, conn, sql, stmt);
        if (rc < 0 && !conn->lost)
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

static int send(struct li_ctx *ctx, struct postgres_conn *conn, const struct li_sql *sql,
                const struct postgres_stmt *stmt, const struct li_val *args, size_t arg_count,
                bool counts)
{
    const struct postgres_sent sent = {.name = sql->name, .counts = counts};
    char name[24];
    int rc;

    if (arg_count != stmt->params)
        return LI_FAIL(ctx, LI_E_INTERNAL, "%s (%s:%d) takes %u arguments, not %zu", sql->name,
                       sql->file, sql->line, stmt->params, arg_count);
    rc = li_postgres_args(ctx, &conn->args, sql, stmt->param_types, args, arg_count);
    if (rc < 0)
        return rc;
    name_of(sql, name);
    return li_postgres_put(ctx, conn,
                           PQsendQueryPrepared(conn->pg, name, (int)arg_count, conn->args.values,
                                               conn->args.lengths, conn->args.formats, 1),
                           sent);
}

static int send_change(struct li_ctx *ctx, struct postgres_conn *conn, const struct li_sql *sql,
                       const struct li_val *args, size_t arg_count, bool counts)
{
    const struct postgres_stmt *stmt;
    int rc = acquire(ctx, conn, sql, &stmt);

    if (rc == 0 && stmt->columns > 0)
        rc =
            LI_FAIL(ctx, LI_E_INTERNAL, "%s (%s:%d) returns rows", sql->name, sql->file, sql->line);
    return rc < 0 ? rc : send(ctx, conn, sql, stmt, args, arg_count, counts);
}

int li_postgres_send(struct li_ctx *ctx, struct li_conn *base, const struct li_sql *sql,
                     const struct li_val *args, size_t arg_count)
{
    return send_change(ctx, (struct postgres_conn *)base, sql, args, arg_count, true);
}

int li_postgres_exec(struct li_ctx *ctx, struct li_conn *base, const struct li_sql *sql,
                     const struct li_val *args, size_t arg_count, int64_t *ret_changed)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    PGresult *result;
    int rc = send_change(ctx, conn, sql, args, arg_count, false);

    if (rc == 0)
        rc = li_postgres_settle(ctx, conn, &result);
    if (rc < 0)
        return rc;
    *ret_changed = li_postgres_written(result);
    PQclear(result);
    return 0;
}

static int ask(struct li_ctx *ctx, struct postgres_conn *conn, const struct li_sql *sql,
               const struct li_val *args, size_t arg_count, PGresult **ret)
{
    const struct postgres_stmt *stmt;
    int rc = acquire(ctx, conn, sql, &stmt);

    if (rc == 0)
        rc = send(ctx, conn, sql, stmt, args, arg_count, false);
    return rc < 0 ? rc : li_postgres_settle(ctx, conn, ret);
}

/* A reader that finds its connection gone, as after a restart of the server,
 * makes another one and asks again, unless it was told something already. */
static int ask_twice(struct li_ctx *ctx, struct postgres_conn *conn, const struct li_sql *sql,
                     const struct li_val *args, size_t arg_count, PGresult **ret)
{
    unsigned told = ctx->error_count;
    int rc = ask(ctx, conn, sql, args, arg_count, ret);

    if (rc < 0 && conn->lost && conn->base.mode == LI_CONN_READ &&
        (conn->fresh || !conn->base.begun)) {
        ctx->error_count = told;
        rc = li_postgres_again(ctx, conn);
        if (rc == 0)
            rc = ask(ctx, conn, sql, args, arg_count, ret);
    }
    return rc;
}

int li_postgres_query(struct li_ctx *ctx, struct li_conn *base, const struct li_sql *sql,
                      const struct li_val *args, size_t arg_count, struct li_rows **ret)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    struct postgres_rows *rows;
    PGresult *result;
    int rc = ask_twice(ctx, conn, sql, args, arg_count, &result);

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
    int count;

    if (rows->stream)
        return li_postgres_stream_next(ctx, rows);
    count = PQntuples(rows->result);
    if (rows->row < count)
        rows->row++;
    return rows->row < count;
}

int64_t li_postgres_done(struct li_rows *base)
{
    struct postgres_rows *rows = (struct postgres_rows *)base;
    int64_t written;

    if (rows->stream) {
        li_postgres_stream_done(rows);
        return 0;
    }
    written = li_postgres_written(rows->result);
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

    if (rc == 0)
        rc = describe(ctx, conn, "", sql, &result);
    if (rc < 0)
        return rc;
    rc = learn_types(ctx, result, sql, &stmt);
    PQclear(result);
    free(stmt.param_types);
    return rc;
}
