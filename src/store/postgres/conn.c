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
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "store/postgres/internal.h"

#define RETRY_MIN_US INT64_C(50000)
#define RETRY_MAX_US INT64_C(1000000)

/* Keepalives are the server's: a machine that vanished must not hold its claims for the
 * two hours that are usual. */
static const char session_setup[] = "set client_encoding to 'UTF8';"
                                    "set client_min_messages to warning;"
                                    "set standard_conforming_strings to on;"
                                    "set timezone to 'UTC';"
                                    "set statement_timeout to 5000;"
                                    "set idle_in_transaction_session_timeout to 5000;"
                                    "set tcp_keepalives_idle to 10;"
                                    "set tcp_keepalives_interval to 5;"
                                    "set tcp_keepalives_count to 3;"
                                    "set synchronous_commit to on;"
                                    "set default_transaction_isolation to 'read committed';";

static const char locale_query[] =
    "select pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider, current_schema()"
    " from pg_database where datname = current_database()";

/* The constant spells "linli". */
static const char lock_query[] = "select pg_advisory_xact_lock(465625312361)";

static void no_notice(void *arg, const PGresult *result)
{
    (void)arg;
    (void)result;
}

/* Runs words that need no arguments, before the connection is in pipeline mode. */
static int run(struct li_ctx *ctx, struct postgres_conn *conn, const char *text)
{
    PGresult *result = PQexec(conn->pg, text);
    ExecStatusType status = PQresultStatus(result);
    int rc = 0;

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        rc = li_postgres_fail(ctx, conn, result, "settings of a session");
    PQclear(result);
    return rc;
}

/* ---- sessions -------------------------------------------------------------- */

/* What a URL does not say; what it says counts. */
PGconn *li_postgres_connect(const struct postgres_store *store)
{
    const char *const names[] = {
        "connect_timeout",  "application_name", "keepalives_idle", "keepalives_interval",
        "keepalives_count", "tcp_user_timeout", "dbname",          NULL};
    const char *const values[] = {"5", "linli", "10", "5", "3", "10000", store->url, NULL};

    PGconn *pg = PQconnectdbParams(names, values, 1);

    if (pg)
        PQsetNoticeReceiver(pg, no_notice, NULL);
    return pg;
}

static int set_up(struct li_ctx *ctx, struct postgres_conn *conn)
{
    int rc = run(ctx, conn, session_setup);

    if (rc == 0 && conn->base.mode == LI_CONN_READ)
        rc = run(ctx, conn, "set default_transaction_read_only to on");
    if (rc == 0 && !PQenterPipelineMode(conn->pg))
        rc = LI_FAIL(ctx, LI_E_STORE, "PostgreSQL's library cannot send ahead");
    return rc;
}

static struct li_str connect_reason(const PGconn *pg)
{
    return li_str_trim(li_str(pg ? PQerrorMessage(pg) : "out of memory"));
}

/* A server that is away is asked now and then, not by everybody all the time:
 * after a failure there is a pause, twice as long each time, and at least as long
 * as the try took (one that does not even refuse). */
static void note_try(struct postgres_store *store, bool reached, int64_t began)
{
    int64_t now = li_steady_us(), pause = 2 * atomic_load(&store->pause);

    if (reached) {
        atomic_store(&store->pause, 0);
        atomic_store(&store->retry_at, 0);
        return;
    }
    pause = pause < RETRY_MIN_US ? RETRY_MIN_US : pause > RETRY_MAX_US ? RETRY_MAX_US : pause;
    atomic_store(&store->pause, pause);
    atomic_store(&store->retry_at, now + (now - began > pause ? now - began : pause));
}

static int refuse_early(struct li_ctx *ctx, struct postgres_store *store)
{
    if (li_steady_us() < atomic_load(&store->retry_at))
        return LI_FAIL(ctx, LI_E_AGAIN, "PostgreSQL could not be reached a moment ago");
    return 0;
}

static int reconnect(struct li_ctx *ctx, struct postgres_conn *conn)
{
    struct postgres_store *store = (struct postgres_store *)conn->base.store;
    int64_t began = li_steady_us();
    int rc = refuse_early(ctx, store);

    if (rc < 0)
        return rc;
    PQreset(conn->pg);
    li_postgres_forget(conn);
    conn->sent_count = 0;
    conn->lost = PQstatus(conn->pg) != CONNECTION_OK;
    note_try(store, !conn->lost, began);
    if (conn->lost)
        return LI_FAIL(ctx, LI_E_AGAIN, "PostgreSQL cannot be reached: %.*s",
                       LI_P(connect_reason(conn->pg)));
    atomic_fetch_add_explicit(&store->base.reconnects, 1, memory_order_relaxed);
    rc = set_up(ctx, conn);
    conn->lost = rc < 0;
    return rc;
}

int li_postgres_wake(struct li_ctx *ctx, struct postgres_conn *conn)
{
    if (conn->base.begun || (!conn->lost && PQstatus(conn->pg) == CONNECTION_OK))
        return 0;
    return reconnect(ctx, conn);
}

static int open_session(struct li_ctx *ctx, struct postgres_store *store,
                        struct postgres_conn *conn)
{
    int64_t began = li_steady_us();
    int rc = refuse_early(ctx, store);

    if (rc < 0)
        return rc;
    conn->pg = li_postgres_connect(store);
    note_try(store, PQstatus(conn->pg) == CONNECTION_OK, began);
    if (PQstatus(conn->pg) != CONNECTION_OK)
        return LI_FAIL(ctx, LI_E_AGAIN, "PostgreSQL cannot be reached: %.*s",
                       LI_P(connect_reason(conn->pg)));
    return set_up(ctx, conn);
}

int li_postgres_conn_open(struct li_ctx *ctx, struct li_store *base, enum li_conn_mode mode,
                          struct li_conn **ret)
{
    struct postgres_conn *conn;
    size_t count;
    int rc;

    li_sql_all(&count);
    conn = calloc(1, sizeof(*conn) + count * sizeof(struct postgres_stmt));
    if (!conn)
        return LI_FAIL(ctx, LI_E_NOMEM, "a connection");
    conn->count = count;
    conn->base.store = base;
    conn->base.mode = mode;
    rc = open_session(ctx, (struct postgres_store *)base, conn);
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

/* Learns the schema on the way. */
static int check_locale(struct li_ctx *ctx, struct postgres_store *store,
                        struct postgres_conn *conn)
{
    PGresult *result = NULL;
    int rc = li_postgres_say(ctx, conn, locale_query,
                             (struct postgres_sent){.name = "encoding and locale"});

    if (rc == 0)
        rc = li_postgres_settle(ctx, conn, &result);
    if (rc < 0)
        return rc;
    if (PQntuples(result) != 1 || PQgetisnull(result, 0, 4))
        rc = LI_FAIL(ctx, LI_E_STORE, "the connection has no schema to keep tables in");
    else if (strcmp(PQgetvalue(result, 0, 0), "UTF8") != 0 || !is_c(PQgetvalue(result, 0, 1)) ||
             !is_c(PQgetvalue(result, 0, 2)) || strcmp(PQgetvalue(result, 0, 3), "c") != 0)
        rc = LI_FAIL(ctx, LI_E_STORE,
                     "the database is %s with locale %s, linli needs UTF8 and C: create database "
                     "… encoding 'UTF8' locale 'C' template template0",
                     PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1));
    else
        snprintf(store->schema, sizeof(store->schema), "%s", PQgetvalue(result, 0, 4));
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
        rc = check_locale(ctx, store, (struct postgres_conn *)conn);
    if (conn)
        li_postgres_conn_close(conn);
    if (rc < 0) {
        li_postgres_store_close(&store->base);
        return rc == -LI_E_AGAIN ? LI_FAIL(ctx, LI_E_STORE, "the database does not open") : rc;
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

/* Goes out with the first statement, and fails with it. */
static int send_begin(struct li_ctx *ctx, struct postgres_conn *conn)
{
    const char *text = conn->base.mode == LI_CONN_WRITE
                           ? "begin"
                           : "begin isolation level repeatable read read only";

    conn->fresh = true;
    return li_postgres_say(ctx, conn, text, (struct postgres_sent){.name = "begin"});
}

int li_postgres_begin(struct li_ctx *ctx, struct li_conn *base)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    int rc = li_postgres_wake(ctx, conn);

    return rc < 0 ? rc : send_begin(ctx, conn);
}

int li_postgres_again(struct li_ctx *ctx, struct postgres_conn *conn)
{
    int rc = reconnect(ctx, conn);

    return rc < 0 || !conn->base.begun ? rc : send_begin(ctx, conn);
}

/* The server answers a commit of a failed transaction with ROLLBACK. */
int li_postgres_commit(struct li_ctx *ctx, struct li_conn *base)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    PGresult *result = NULL;
    int rc = li_postgres_say(ctx, conn, "commit", (struct postgres_sent){.name = "commit"});

    if (rc == 0)
        rc = li_postgres_settle(ctx, conn, &result);
    if (rc < 0)
        return rc;
    if (strcmp(PQcmdStatus(result), "COMMIT") != 0)
        rc = LI_FAIL(ctx, LI_E_STORE, "commit: the server answered %s", PQcmdStatus(result));
    PQclear(result);
    return rc;
}

/* Not waited for: whatever comes next on this connection comes behind it.  When
 * the connection goes, the server rolls back by itself. */
void li_postgres_rollback(struct li_conn *base)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;

    if (conn->lost)
        return;
    if (conn->sent_count > 0)
        li_postgres_post(conn, true); /* after an error all is passed over up to here */
    if (!conn->lost &&
        li_postgres_say(NULL, conn, "rollback",
                        (struct postgres_sent){.name = "rollback", .mute = true}) == 0)
        li_postgres_post(conn, true);
}

bool li_postgres_in_transaction(const struct li_conn *base)
{
    return base->begun && !((const struct postgres_conn *)base)->lost;
}

/* ---- schema ---------------------------------------------------------------- */

static int say_and_wait(struct li_ctx *ctx, struct li_conn *base, const char *text)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    int rc = li_postgres_say(ctx, conn, text, (struct postgres_sent){.name = text});

    return rc < 0 ? rc : li_postgres_settle(ctx, conn, NULL);
}

int li_postgres_ddl(struct li_ctx *ctx, struct li_conn *base, struct li_str text)
{
    const char *statement = li_str_c(ctx, text);

    return statement ? say_and_wait(ctx, base, statement) : -LI_E_NOMEM;
}

/* An index on a large table may take longer than any request. */
int li_postgres_schema_lock(struct li_ctx *ctx, struct li_conn *base)
{
    int rc = say_and_wait(ctx, base, "set local statement_timeout to 0");

    rc = rc < 0 ? rc : li_postgres_sequential(ctx, base);
    return rc < 0 ? rc : say_and_wait(ctx, base, lock_query);
}

/* ---- claims ---------------------------------------------------------------- */

/* Advisory locks are the database's: the schema is part of the name. */
static int send_lock(struct li_ctx *ctx, struct postgres_conn *conn, const char *text,
                     struct li_str name, struct postgres_sent sent)
{
    const char *schema = ((struct postgres_store *)conn->base.store)->schema;
    const struct li_str parts[] = {LI_S("linli claim "), li_str(schema), LI_S(" "), name};
    struct li_hash hash = li_hash_parts(parts, 4);
    const char *values[] = {(const char *)hash.bytes};
    const Oid types[] = {PG_INT8};
    const int lengths[] = {8}, formats[] = {1};

    return li_postgres_put(
        ctx, conn, PQsendQueryParams(conn->pg, text, 1, types, values, lengths, formats, 1), sent);
}

int li_postgres_claim(struct li_ctx *ctx, struct li_conn *base, struct li_str name, bool *ret)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    PGresult *result = NULL;
    int rc = li_postgres_wake(ctx, conn);

    if (rc == 0)
        rc = send_lock(ctx, conn, "select pg_try_advisory_lock($1)", name,
                       (struct postgres_sent){.name = "claim"});
    if (rc == 0)
        rc = li_postgres_settle(ctx, conn, &result);
    if (rc < 0)
        return rc;
    *ret = PQgetvalue(result, 0, 0)[0] != 0;
    PQclear(result);
    return 0;
}

void li_postgres_unclaim(struct li_conn *base, struct li_str name)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;

    /* waited for: who claims next, whoever it is, finds it free */
    if (!conn->lost &&
        send_lock(NULL, conn, "select pg_advisory_unlock($1)", name,
                  (struct postgres_sent){.name = "unclaim", .mute = true}) == 0 &&
        li_postgres_settle(NULL, conn, NULL) < 0)
        conn->lost = true; /* the claim ends with the session */
}
