/*
 * A connection to the file, and its transactions.
 *
 * The one writer has the large cache and commits durably (synchronous FULL: the
 * log is flushed at every commit).  Readers are opened read-only and have a small
 * cache of their own; they do not map the file: a snapshot after a commit would
 * map it anew, and that costs both threads more than the reads it saves
 * (docs/inside/store.md).  No handle has a mutex of its own: a connection
 * belongs to one thread at a time.
 */
#include <stdio.h>
#include <stdlib.h>

#include "store/sqlite/internal.h"

#define BUSY_MS 5000

static const char common_setup[] = "pragma foreign_keys = on;"
                                   "pragma case_sensitive_like = on;"
                                   "pragma trusted_schema = off;"
                                   "pragma temp_store = memory;"
                                   "pragma wal_autocheckpoint = 0;";

static const char writer_setup[] = "pragma synchronous = full;"
                                   "pragma journal_size_limit = 67108864;";

static const char filler_setup[] = "pragma synchronous = normal;"
                                   "pragma journal_size_limit = 67108864;";

static const char reader_setup[] = "pragma query_only = on;"
                                   "pragma cache_size = -8192;";

/* What PostgreSQL would not accept is not accepted here either. */
static void harden(sqlite3 *db)
{
    sqlite3_extended_result_codes(db, 1);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
}

int li_sqlite_handle(struct li_ctx *ctx, const struct sqlite_store *store, int flags,
                     const char *setup, sqlite3 **ret)
{
    sqlite3 *db = NULL;
    int code;

    if (sqlite3_open_v2(store->path, &db, flags | SQLITE_OPEN_NOMUTEX, store->vfs) == SQLITE_OK) {
        harden(db);
        if (sqlite3_exec(db, setup, NULL, NULL, NULL) == SQLITE_OK) {
            *ret = db;
            return 0;
        }
    }
    code = db ? li_sqlite_fail(ctx, db, store->path) : LI_FAIL(ctx, LI_E_NOMEM, "%s", store->path);
    sqlite3_close(db);
    return code;
}

static int prepare_control(struct li_ctx *ctx, struct sqlite_conn *conn, enum li_conn_mode mode)
{
    const char *begin = mode == LI_CONN_WRITE ? "begin immediate" : "begin";
    unsigned flags = SQLITE_PREPARE_PERSISTENT;

    if (sqlite3_prepare_v3(conn->db, begin, -1, flags, &conn->begin, NULL) == SQLITE_OK &&
        sqlite3_prepare_v3(conn->db, "commit", -1, flags, &conn->commit, NULL) == SQLITE_OK &&
        sqlite3_prepare_v3(conn->db, "rollback", -1, flags, &conn->rollback, NULL) == SQLITE_OK)
        return 0;
    return li_sqlite_fail(ctx, conn->db, "begin, commit, rollback");
}

/* After each commit of the writer: how long the log is now. */
static int log_grew(void *arg, sqlite3 *db, const char *name, int pages)
{
    struct li_store *store = arg;

    (void)db;
    (void)name;
    atomic_store_explicit(&store->log_pages, pages, memory_order_relaxed);
    return SQLITE_OK;
}

static int set_up(struct li_ctx *ctx, struct sqlite_conn *conn, const struct sqlite_store *store,
                  enum li_conn_mode mode)
{
    const char *setup = mode != LI_CONN_WRITE         ? reader_setup
                        : store->use == LI_STORE_FILL ? filler_setup
                                                      : writer_setup;
    char cache[64] = "";

    if (mode == LI_CONN_WRITE)
        snprintf(cache, sizeof(cache), "pragma cache_size = -%lld",
                 (long long)store->cache_mib * 1024);
    sqlite3_busy_timeout(conn->db, BUSY_MS);
    if (sqlite3_exec(conn->db, setup, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(conn->db, cache, NULL, NULL, NULL) != SQLITE_OK)
        return li_sqlite_fail(ctx, conn->db, "settings of a connection");
    return prepare_control(ctx, conn, mode);
}

int li_sqlite_conn_open(struct li_ctx *ctx, struct li_store *base, enum li_conn_mode mode,
                        struct li_conn **ret)
{
    struct sqlite_store *store = (struct sqlite_store *)base;
    int flags = mode == LI_CONN_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    struct sqlite_conn *conn;
    size_t count;
    int rc;

    li_assert(mode == LI_CONN_READ || store->use != LI_STORE_LOOK);
    li_sql_all(&count);
    conn = calloc(1, sizeof(*conn) + count * sizeof(struct sqlite_stmt *));
    if (!conn)
        return LI_FAIL(ctx, LI_E_NOMEM, "a connection");
    conn->count = count;
    rc = li_sqlite_handle(ctx, store, flags, common_setup, &conn->db);
    if (rc == 0)
        rc = set_up(ctx, conn, store, mode);
    if (rc < 0) {
        li_sqlite_conn_close(&conn->base);
        return rc;
    }
    if (mode == LI_CONN_WRITE)
        sqlite3_wal_hook(conn->db, log_grew, base);
    *ret = &conn->base;
    return 0;
}

void li_sqlite_conn_close(struct li_conn *base)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)base;
    int rc;

    for (size_t i = 0; i < conn->count; i++)
        li_sqlite_stmt_free(conn->kept[i]);
    sqlite3_finalize(conn->begin);
    sqlite3_finalize(conn->commit);
    sqlite3_finalize(conn->rollback);
    rc = sqlite3_close(conn->db);
    li_assert(rc == SQLITE_OK);
    free(conn);
}

/* ---- transactions ---------------------------------------------------------- */

static int control(struct li_ctx *ctx, struct sqlite_conn *conn, sqlite3_stmt *stmt,
                   const char *what)
{
    int rc = 0;

    if (sqlite3_step(stmt) != SQLITE_DONE)
        rc = li_sqlite_fail(ctx, conn->db, what);
    sqlite3_reset(stmt);
    return rc;
}

int li_sqlite_begin(struct li_ctx *ctx, struct li_conn *base)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)base;
    int rc;

    li_sqlite_turn_begin(conn);
    rc = control(ctx, conn, conn->begin, "begin");
    if (rc < 0)
        li_sqlite_turn_end(conn);
    return rc;
}

int li_sqlite_commit(struct li_ctx *ctx, struct li_conn *base)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)base;
    int rc = control(ctx, conn, conn->commit, "commit");

    if (rc == 0)
        li_sqlite_turn_end(conn);
    return rc;
}

/* A rollback can fail to read or write, but not to end the transaction: what
 * the log holds of it has no commit record. */
void li_sqlite_rollback(struct li_conn *base)
{
    struct sqlite_conn *conn = (struct sqlite_conn *)base;

    if (li_sqlite_in_transaction(base)) {
        sqlite3_step(conn->rollback);
        sqlite3_reset(conn->rollback);
    }
    li_sqlite_turn_end(conn);
}

bool li_sqlite_in_transaction(const struct li_conn *base)
{
    const struct sqlite_conn *conn = (const struct sqlite_conn *)base;

    return !sqlite3_get_autocommit(conn->db);
}
