/*
 * The store: what is alike on every engine.
 *
 * Arguments are checked here (no NUL byte in a text, no NaN), because the
 * engines differ silently on them.  A transaction that met an error is spoilt
 * here: PostgreSQL refuses everything after an error, SQLite goes on or, on a
 * full disk, has quietly left the transaction, so that the next statement would
 * commit by itself.  On both, a spoilt transaction refuses every statement and
 * its commit with the code of its first error, until li_rollback.
 *
 * Nothing here retries: `record` does.
 */
#include <math.h>
#include <stdlib.h>
#include <strings.h>

#include "store/driver.h"

/* More readers than threads that read at a time are closed when given back. */
#define IDLE_READERS_MAX 64

static bool is_postgres(const char *where)
{
    return strncasecmp(where, "postgres://", 11) == 0 ||
           strncasecmp(where, "postgresql://", 13) == 0;
}

int li_store_open(struct li_ctx *ctx, const char *where, struct li_store **ret)
{
    return li_store_open_as(ctx, where, LI_STORE_SERVE, ret);
}

int li_store_open_as(struct li_ctx *ctx, const char *where, enum li_store_use use,
                     struct li_store **ret)
{
    const struct li_driver *driver = is_postgres(where) ? &li_postgres_driver : &li_sqlite_driver;
    struct li_store *store;
    int rc = driver->store_open_as ? driver->store_open_as(ctx, where, use, &store)
                                   : driver->store_open(ctx, where, &store);

    if (rc < 0)
        return rc;
    store->driver = driver;
    pthread_mutex_init(&store->lock, NULL);
    pthread_mutex_init(&store->ears, NULL);
    *ret = store;
    return 0;
}

void li_store_close(struct li_store *store)
{
    if (!store)
        return;
    while (store->idle) {
        struct li_conn *conn = store->idle;

        store->idle = conn->next;
        li_conn_close(conn);
    }
    li_assert(!store->listenings);
    pthread_mutex_destroy(&store->ears);
    pthread_mutex_destroy(&store->lock);
    store->driver->store_close(store);
}

enum li_store_kind li_store_kind(const struct li_store *store)
{
    return store->driver->kind;
}

/* ---- connections ----------------------------------------------------------- */

int li_conn_open(struct li_ctx *ctx, struct li_store *store, enum li_conn_mode mode,
                 struct li_conn **ret)
{
    struct li_conn *conn;
    int rc = store->driver->conn_open(ctx, store, mode, &conn);

    if (rc < 0)
        return rc;
    conn->driver = store->driver;
    conn->store = store;
    conn->mode = mode;
    *ret = conn;
    return 0;
}

void li_conn_close(struct li_conn *conn)
{
    if (!conn)
        return;
    li_assert(conn->rows_open == 0);
    li_rollback(conn);
    conn->driver->conn_close(conn);
}

enum li_store_kind li_conn_kind(const struct li_conn *conn)
{
    return conn->driver->kind;
}

int li_store_reader(struct li_ctx *ctx, struct li_store *store, struct li_conn **ret)
{
    struct li_conn *conn;

    pthread_mutex_lock(&store->lock);
    conn = store->idle;
    if (conn) {
        store->idle = conn->next;
        store->idle_count--;
    }
    pthread_mutex_unlock(&store->lock);
    if (!conn)
        return li_conn_open(ctx, store, LI_CONN_READ, ret);
    conn->next = NULL;
    *ret = conn;
    return 0;
}

void li_store_reader_back(struct li_store *store, struct li_conn *conn)
{
    bool kept = false;

    if (!conn)
        return;
    li_assert(conn->store == store && conn->rows_open == 0);
    li_rollback(conn);
    pthread_mutex_lock(&store->lock);
    if (store->idle_count < IDLE_READERS_MAX) {
        conn->next = store->idle;
        store->idle = conn;
        store->idle_count++;
        kept = true;
    }
    pthread_mutex_unlock(&store->lock);
    if (!kept)
        li_conn_close(conn);
}

/* ---- transactions ---------------------------------------------------------- */

/* An error inside a transaction spoils it.  Hands the code through. */
static int spoil(struct li_conn *conn, int rc)
{
    if (rc < 0 && conn->begun && !conn->spoilt)
        conn->spoilt = -rc;
    return rc;
}

static int refuse_spoilt(struct li_ctx *ctx, const struct li_conn *conn, const char *what)
{
    if (!conn->spoilt)
        return 0;
    return LI_FAIL(ctx, conn->spoilt, "%s: the transaction failed before", what);
}

int li_begin(struct li_ctx *ctx, struct li_conn *conn)
{
    int rc;

    li_assert(!conn->begun);
    conn->due = conn->mode == LI_CONN_READ;
    rc = conn->due ? 0 : conn->driver->begin(ctx, conn);
    if (rc == 0)
        conn->begun = true;
    return rc;
}

int li_conn_start(struct li_ctx *ctx, struct li_conn *conn)
{
    int rc;

    if (!conn->due)
        return 0;
    conn->due = conn->begun = false; /* a lost connection is made anew only outside of one */
    rc = conn->driver->begin(ctx, conn);
    conn->begun = true;
    return rc;
}

int li_commit(struct li_ctx *ctx, struct li_conn *conn)
{
    int rc;

    li_assert(conn->begun && conn->rows_open == 0);
    rc = refuse_spoilt(ctx, conn, "commit");
    if (rc == 0 && !conn->due)
        rc = conn->driver->commit(ctx, conn);
    if (rc < 0) {
        li_rollback(conn);
        return rc;
    }
    conn->begun = conn->due = false;
    conn->kept = 0;
    li_tellings_end(conn, true);
    atomic_fetch_add_explicit(&conn->store->commits, 1, memory_order_relaxed);
    return 0;
}

void li_rollback(struct li_conn *conn)
{
    if (conn->begun && !conn->due)
        conn->driver->rollback(conn);
    li_tellings_end(conn, false);
    conn->begun = conn->due = false;
    conn->spoilt = 0;
    conn->kept = 0;
}

bool li_conn_in_transaction(const struct li_conn *conn)
{
    return conn->due || conn->driver->in_transaction(conn);
}

void li_conn_keep(struct li_conn *conn, int64_t key, int64_t value)
{
    if (conn->begun) {
        conn->kept_key = key;
        conn->kept = value;
    }
}

int64_t li_conn_kept(const struct li_conn *conn, int64_t key)
{
    return conn->kept_key == key ? conn->kept : 0;
}

/* ---- statements ------------------------------------------------------------ */

static int check_args(struct li_ctx *ctx, const struct li_sql *sql, const struct li_val *args,
                      size_t arg_count)
{
    for (size_t i = 0; i < arg_count; i++) {
        const struct li_val *arg = &args[i];

        if (arg->kind == LI_VAL_TEXT && memchr(arg->str.ptr, 0, arg->str.len))
            return LI_FAIL(ctx, LI_E_INVALID, "%s: $%zu holds a NUL byte", sql->name, i + 1);
        if (arg->kind == LI_VAL_F64 && isnan(arg->f64))
            return LI_FAIL(ctx, LI_E_INVALID, "%s: $%zu is not a number", sql->name, i + 1);
    }
    return 0;
}

static int ready(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                 const struct li_val *args, size_t arg_count)
{
    int rc = refuse_spoilt(ctx, conn, sql->name);

    li_assert(li_sql_is_for(sql, conn->driver->kind));
    rc = rc < 0 ? rc : check_args(ctx, sql, args, arg_count);
    return rc < 0 ? rc : li_conn_start(ctx, conn);
}

static void count_written(struct li_conn *conn, int64_t rows)
{
    if (rows > 0)
        atomic_fetch_add_explicit(&conn->store->rows_written, rows, memory_order_relaxed);
}

int li_exec(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
            const struct li_val *args, size_t arg_count, int64_t *ret_changed)
{
    int64_t changed = 0;
    int rc = ready(ctx, conn, sql, args, arg_count);

    if (rc == 0)
        rc = !ret_changed && conn->begun && conn->driver->send
                 ? conn->driver->send(ctx, conn, sql, args, arg_count)
                 : conn->driver->exec(ctx, conn, sql, args, arg_count, &changed);
    if (rc < 0)
        return spoil(conn, rc);
    count_written(conn, changed);
    if (!conn->begun && changed > 0)
        atomic_fetch_add_explicit(&conn->store->commits, 1, memory_order_relaxed);
    if (ret_changed)
        *ret_changed = changed;
    return 0;
}

int li_query(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
             const struct li_val *args, size_t arg_count, struct li_rows **ret)
{
    struct li_rows *rows;
    int rc = ready(ctx, conn, sql, args, arg_count);

    if (rc == 0)
        rc = conn->driver->query(ctx, conn, sql, args, arg_count, &rows);
    if (rc < 0)
        return spoil(conn, rc);
    rows->conn = conn;
    conn->rows_open++;
    *ret = rows;
    return 0;
}

int li_rows_next(struct li_ctx *ctx, struct li_rows *rows)
{
    return spoil(rows->conn, rows->conn->driver->next(ctx, rows));
}

void li_rows_done(struct li_rows *rows)
{
    struct li_conn *conn;

    if (!rows)
        return;
    conn = rows->conn;
    li_assert(conn->rows_open > 0);
    conn->rows_open--;
    count_written(conn, conn->driver->done(rows));
}

int li_query_one(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                 const struct li_val *args, size_t arg_count, struct li_rows **ret)
{
    struct li_rows *rows;
    int rc = li_query(ctx, conn, sql, args, arg_count, &rows);

    if (rc < 0)
        return rc;
    rc = li_rows_next(ctx, rows);
    if (rc == 1) {
        *ret = rows;
        return 0;
    }
    li_rows_done(rows);
    return rc < 0 ? rc : -LI_E_NOT_FOUND;
}

bool li_col_is_null(const struct li_rows *rows, int column)
{
    return rows->conn->driver->is_null(rows, column);
}

int64_t li_col_i64(const struct li_rows *rows, int column)
{
    return rows->conn->driver->i64(rows, column);
}

double li_col_f64(const struct li_rows *rows, int column)
{
    return rows->conn->driver->f64(rows, column);
}

struct li_str li_col_str(const struct li_rows *rows, int column)
{
    return rows->conn->driver->str(rows, column);
}

struct li_str li_col_dup(struct li_ctx *ctx, const struct li_rows *rows, int column)
{
    struct li_str str = li_col_str(rows, column);

    return str.ptr ? li_str_dup(ctx, str) : str;
}

int li_sql_check(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql)
{
    return conn->driver->check(ctx, conn, sql);
}

/* ---- figures --------------------------------------------------------------- */

void li_store_stats(const struct li_store *store, struct li_store_stats *ret)
{
    ret->rows_written = atomic_load_explicit(&store->rows_written, memory_order_relaxed);
    ret->commits = atomic_load_explicit(&store->commits, memory_order_relaxed);
    ret->reconnects = atomic_load_explicit(&store->reconnects, memory_order_relaxed);
}

int li_store_checkpoint(struct li_ctx *ctx, struct li_store *store)
{
    return store->driver->checkpoint(ctx, store);
}

int64_t li_store_log_pages(const struct li_store *store)
{
    return atomic_load_explicit(&store->log_pages, memory_order_relaxed);
}
