/*
 * A session with a PostgreSQL server, and its transactions.
 *
 * Where a store is: a postgres:// URL as libpq reads it (options, search_path,
 * certificates and all).  The database must be UTF8 and collate "C": only then
 * do texts sort and fold as they do on SQLite.
 *
 * A lost connection costs the statement or transaction it was lost in
 * (-LI_E_AGAIN); the next one begins with connecting again.
 */
#include <stdlib.h>

#include "store/postgres/internal.h"

static const char session_setup[] = "set client_encoding to 'UTF8';"
                                    "set client_min_messages to warning;"
                                    "set standard_conforming_strings to on;"
                                    "set timezone to 'UTC';"
                                    "set statement_timeout to 5000;"
                                    "set idle_in_transaction_session_timeout to 5000;"
                                    "set synchronous_commit to on;"
                                    "set default_transaction_isolation to 'read committed';";

static const char locale_query[] =
    "select pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider"
    " from pg_database where datname = current_database()";

/* The constant spells "linli". */
static const char lock_query[] = "select pg_advisory_xact_lock(465625312361)";

static void no_notice(void *arg, const PGresult *result)
{
    (void)arg;
    (void)result;
}

/* Runs one statement (or a `;` list without results) that needs no arguments.

 * command, if given, is what the server must say it did. */
static int run(struct li_ctx *ctx, struct postgres_conn *conn, const char *text,
               const char *command, const char *what)
{
    PGresult *result = PQexec(conn->pg, text);
    ExecStatusType status = PQresultStatus(result);
    int rc = 0;

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        rc = li_postgres_fail(ctx, conn, result, what);
    else if (command && strcmp(PQcmdStatus(result), command) != 0)
        rc = LI_FAIL(ctx, LI_E_STORE, "%s: the server answered %s", what, PQcmdStatus(result));
    PQclear(result);
    return rc;
}

/* ---- sessions -------------------------------------------------------------- */

/* What a URL does not say; what it says counts. */
static PGconn *connect_to(const char *url)
{
    const char *const names[] = {"connect_timeout",  "application_name", "keepalives_idle",
                                 "tcp_user_timeout", "dbname",           NULL};
    const char *const values[] = {"5", "linli", "10", "10000", url, NULL};

    return PQconnectdbParams(names, values, 1);
}

static int set_up(struct li_ctx *ctx, struct postgres_conn *conn, enum li_conn_mode mode)
{
    int rc = run(ctx, conn, session_setup, NULL, "settings of a session");

    if (rc == 0 && mode == LI_CONN_READ)
        rc = run(ctx, conn, "set default_transaction_read_only to on", NULL,
                 "settings of a session");
    return rc;
}

static struct li_str connect_reason(const PGconn *pg)
{
    return li_str_trim(li_str(pg ? PQerrorMessage(pg) : "out of memory"));
}

int li_postgres_wake(struct li_ctx *ctx, struct postgres_conn *conn)
{
    if (conn->base.begun || (!conn->lost && PQstatus(conn->pg) == CONNECTION_OK))
        return 0;
    PQreset(conn->pg);
    li_postgres_forget(conn);
    conn->lost = true;
    if (PQstatus(conn->pg) != CONNECTION_OK)
        return LI_FAIL(ctx, LI_E_AGAIN, "PostgreSQL cannot be reached: %.*s",
                       LI_P(connect_reason(conn->pg)));
    conn->lost = false;
    return set_up(ctx, conn, conn->base.mode);
}

int li_postgres_conn_open(struct li_ctx *ctx, struct li_store *base, enum li_conn_mode mode,
                          struct li_conn **ret)
{
    const struct postgres_store *store = (const struct postgres_store *)base;
    struct postgres_conn *conn;
    size_t count;
    int rc;

    li_sql_all(&count);
    conn = calloc(1, sizeof(*conn) + count * sizeof(struct postgres_stmt));
    if (!conn)
        return LI_FAIL(ctx, LI_E_NOMEM, "a connection");
    conn->count = count;
    conn->pg = connect_to(store->url);
    if (PQstatus(conn->pg) != CONNECTION_OK) {
        rc = LI_FAIL(ctx, LI_E_STORE, "PostgreSQL cannot be reached: %.*s",
                     LI_P(connect_reason(conn->pg)));
    } else {
        PQsetNoticeReceiver(conn->pg, no_notice, NULL);
        rc = set_up(ctx, conn, mode);
    }
    if (rc < 0) {
        li_postgres_conn_close(&conn->base);
        return rc;
    }
    *ret = &conn->base;
    return 0;
}

void li_postgres_conn_close(struct li_conn *base)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;

    li_postgres_forget(conn);
    li_postgres_args_done(&conn->args);
    PQfinish(conn->pg);
    free(conn);
}

/* ---- the store ------------------------------------------------------------- */

static bool is_c(const char *locale)
{
    return strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0;
}

static int check_locale(struct li_ctx *ctx, struct postgres_conn *conn)
{
    PGresult *result = PQexec(conn->pg, locale_query);
    int rc = 0;

    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
        rc = li_postgres_fail(ctx, conn, result, "encoding and locale");
    else if (strcmp(PQgetvalue(result, 0, 0), "UTF8") != 0 || !is_c(PQgetvalue(result, 0, 1)) ||
             !is_c(PQgetvalue(result, 0, 2)) || strcmp(PQgetvalue(result, 0, 3), "c") != 0)
        rc = LI_FAIL(ctx, LI_E_STORE,
                     "the database is %s with locale %s, linli needs UTF8 and C: create database "
                     "… encoding 'UTF8' locale 'C' template template0",
                     PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1));
    PQclear(result);
    return rc;
}

int li_postgres_store_open(struct li_ctx *ctx, const char *where, struct li_store **ret)
{
    struct postgres_store *store = calloc(1, sizeof(*store));
    struct li_conn *conn = NULL;
    int rc;

    if (store)
        store->url = strdup(where);
    if (!store || !store->url) {
        free(store);
        return LI_FAIL(ctx, LI_E_NOMEM, "a store");
    }
    rc = li_postgres_conn_open(ctx, &store->base, LI_CONN_READ, &conn);
    if (rc == 0)
        rc = check_locale(ctx, (struct postgres_conn *)conn);
    if (conn)
        li_postgres_conn_close(conn);
    if (rc < 0) {
        li_postgres_store_close(&store->base);
        return rc;
    }
    *ret = &store->base;
    return 0;
}

void li_postgres_store_close(struct li_store *base)
{
    struct postgres_store *store = (struct postgres_store *)base;

    free(store->url);
    free(store);
}

/* ---- transactions ---------------------------------------------------------- */

int li_postgres_begin(struct li_ctx *ctx, struct li_conn *base)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    const char *text =
        base->mode == LI_CONN_WRITE ? "begin" : "begin isolation level repeatable read read only";
    int rc = li_postgres_wake(ctx, conn);

    return rc < 0 ? rc : run(ctx, conn, text, "BEGIN", "begin");
}

/* The server answers a commit of a failed transaction with ROLLBACK. */
int li_postgres_commit(struct li_ctx *ctx, struct li_conn *base)
{
    return run(ctx, (struct postgres_conn *)base, "commit", "COMMIT", "commit");
}

void li_postgres_rollback(struct li_conn *base)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    PGresult *result;

    if (!li_postgres_in_transaction(base))
        return;
    result = PQexec(conn->pg, "rollback");
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        conn->lost = true; /* the server rolls back what it hears no more of */
    PQclear(result);
}

bool li_postgres_in_transaction(const struct li_conn *base)
{
    const struct postgres_conn *conn = (const struct postgres_conn *)base;
    PGTransactionStatusType status = PQtransactionStatus(conn->pg);

    return !conn->lost && (status == PQTRANS_INTRANS || status == PQTRANS_INERROR);
}

/* ---- schema ---------------------------------------------------------------- */

int li_postgres_ddl(struct li_ctx *ctx, struct li_conn *base, struct li_str text)
{
    const char *statement = li_str_c(ctx, text);

    if (!statement)
        return -LI_E_NOMEM;
    return run(ctx, (struct postgres_conn *)base, statement, NULL, statement);
}

/* An index on a large table may take longer than any request. */
int li_postgres_schema_lock(struct li_ctx *ctx, struct li_conn *base)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    int rc = run(ctx, conn, "set local statement_timeout to 0", NULL, "schema lock");

    return rc < 0 ? rc : run(ctx, conn, lock_query, NULL, "schema lock");
}
