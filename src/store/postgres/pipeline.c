/*
 * Sending without waiting for each answer.
 *
 * A connection is in libpq's pipeline mode all its life.  What a transaction
 * writes is sent one after the other; the answers are read at the next question,
 * at the commit, or when too many are outstanding: a batch of commands costs as
 * many round trips as it asks questions, not as many as it has statements.
 *
 * After an error the server passes over everything up to the next sync, so the
 * first error is the one that counts; the statements behind it did nothing.
 */
#include <stdlib.h>

#include "store/postgres/internal.h"

int li_postgres_put(struct li_ctx *ctx, struct postgres_conn *conn, int taken,
                    struct postgres_sent sent)
{
    if (!taken) {
        conn->lost = true;
        return LI_FAIL(ctx, LI_E_AGAIN, "%s: the connection to PostgreSQL is lost", sent.name);
    }
    li_assert(conn->sent_count < PG_SENT_MAX);
    conn->sent[conn->sent_count++] = sent;
    /* the last places are for a sync, and for the end of a transaction with its own */
    if (conn->sent_count + 4 >= PG_SENT_MAX && !sent.sync)
        return li_postgres_settle(ctx, conn, NULL);
    return 0;
}

int li_postgres_say(struct li_ctx *ctx, struct postgres_conn *conn, const char *text,
                    struct postgres_sent sent)
{
    return li_postgres_put(ctx, conn,
                           PQsendQueryParams(conn->pg, text, 0, NULL, NULL, NULL, NULL, 1), sent);
}

static bool sync(struct postgres_conn *conn)
{
    if (conn->lost || !PQpipelineSync(conn->pg)) {
        conn->lost = true;
        return false;
    }
    conn->sent[conn->sent_count++] = (struct postgres_sent){.name = "sync", .sync = true};
    return true;
}

/* "INSERT 0 5", "UPDATE 5": 5.  A select writes nothing. */
int64_t li_postgres_written(PGresult *result)
{
    if (strncmp(PQcmdStatus(result), "SELECT", 6) == 0)
        return 0;
    return strtoll(PQcmdTuples(result), NULL, 10);
}

/* One answer; *ret it, when it is a good one and wanted. */
static int read_answer(struct li_ctx *ctx, struct postgres_conn *conn,
                       const struct postgres_sent *sent, PGresult **ret)
{
    PGresult *result = PQgetResult(conn->pg), *end;
    ExecStatusType status = PQresultStatus(result);
    int64_t written;
    int rc = 0;

    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        written = sent->counts ? li_postgres_written(result) : 0;
        if (written > 0)
            atomic_fetch_add_explicit(&conn->base.store->rows_written, written,
                                      memory_order_relaxed);
    } else if (status == PGRES_PIPELINE_ABORTED && result) {
        rc = -LI_E_STATE; /* told already, by the one that failed */
    } else {
        rc = li_postgres_fail(sent->mute ? NULL : ctx, conn, result, sent->name);
    }
    if (rc == 0 && ret) {
        *ret = result;
    } else {
        PQclear(result);
    }
    if (!conn->lost && !sent->sync && (end = PQgetResult(conn->pg))) {
        PQclear(end); /* more than one answer to one message: not of this protocol */
        conn->lost = true;
        rc = rc ? rc : LI_FAIL(ctx, LI_E_STORE, "%s: answers out of order", sent->name);
    }
    return rc;
}

static void read_sync(struct postgres_conn *conn)
{
    PGresult *result = PQgetResult(conn->pg);

    if (PQresultStatus(result) != PGRES_PIPELINE_SYNC)
        conn->lost = true;
    PQclear(result);
}

int li_postgres_settle(struct li_ctx *ctx, struct postgres_conn *conn, PGresult **ret)
{
    PGresult *last = NULL;
    bool told = false;
    int rc = 0, r;

    if (!sync(conn)) {
        conn->sent_count = 0;
        return LI_FAIL(ctx, LI_E_AGAIN, "the connection to PostgreSQL is lost");
    }
    for (unsigned i = 0; i < conn->sent_count && !conn->lost; i++) {
        const struct postgres_sent *sent = &conn->sent[i];

        if (sent->sync) {
            read_sync(conn);
            continue;
        }
        PQclear(last);
        last = NULL;
        r = read_answer(ctx, conn, sent, &last);
        if (r < 0 && !sent->mute && !told) {
            rc = r;
            told = true;
        }
    }
    conn->sent_count = 0;
    if (rc == 0 && conn->lost)
        rc = LI_FAIL(ctx, LI_E_AGAIN, "the connection to PostgreSQL is lost");
    if (rc < 0 || !ret)
        PQclear(last);
    if (rc < 0)
        return rc;
    conn->fresh = false;
    if (ret)
        *ret = last;
    return 0;
}

void li_postgres_post(struct postgres_conn *conn, bool mute)
{
    for (unsigned i = 0; mute && i < conn->sent_count; i++)
        conn->sent[i].mute = true;
    if (sync(conn) && PQflush(conn->pg) < 0)
        conn->lost = true;
}

int li_postgres_plain(struct li_ctx *ctx, struct postgres_conn *conn)
{
    int rc = conn->sent_count ? li_postgres_settle(ctx, conn, NULL) : 0;

    if (rc == 0 && (conn->lost || !PQexitPipelineMode(conn->pg))) {
        conn->lost = true;
        rc = LI_FAIL(ctx, LI_E_AGAIN, "the connection to PostgreSQL is lost");
    }
    return rc;
}

void li_postgres_ahead(struct postgres_conn *conn)
{
    if (!PQenterPipelineMode(conn->pg))
        conn->lost = true;
}
