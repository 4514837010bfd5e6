/*
 * SQLSTATEs as the store's errors.
 *
 * By state only, never by text, table or constraint name (a server spread over
 * nodes leaves those empty).  DETAIL is never repeated and neither is any text
 * of class 22: both quote values, and values may be personal.
 */
#include "store/postgres/internal.h"

struct state {
    const char *prefix; /* of the SQLSTATE; the first that fits counts */
    int code;
};

static const struct state states[] = {
    {"23505", LI_E_UNIQUE}, {"23", LI_E_INVALID},  {"22", LI_E_INVALID},    {"40", LI_E_AGAIN},
    {"53100", LI_E_FULL},   {"53200", LI_E_NOMEM}, {"53", LI_E_BUSY},       {"54", LI_E_LIMIT},
    {"55P03", LI_E_AGAIN},  {"57014", LI_E_AGAIN}, {"XX001", LI_E_CORRUPT}, {"XX002", LI_E_CORRUPT},
};

/* The session is over: shut down, connection gone, idle too long. */
static const char *const lost_states[] = {"08", "57P01", "57P02", "57P03", "57P05", "25P03"};

static bool has_prefix(const char *state, const char *prefix)
{
    return strncmp(state, prefix, strlen(prefix)) == 0;
}

static bool is_lost(const char *state)
{
    for (size_t i = 0; i < sizeof(lost_states) / sizeof(lost_states[0]); i++) {
        if (has_prefix(state, lost_states[i]))
            return true;
    }
    return false;
}

static int code_of(const char *state)
{
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        if (has_prefix(state, states[i].prefix))
            return states[i].code;
    }
    return LI_E_STORE;
}

int li_postgres_fail(struct li_ctx *ctx, struct postgres_conn *conn, const PGresult *result,
                     const char *what)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *text = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

    if (PQstatus(conn->pg) == CONNECTION_BAD || (state && is_lost(state))) {
        conn->lost = true;
        return LI_FAIL(ctx, LI_E_AGAIN, "%s: the connection to PostgreSQL is lost (%s)", what,
                       state ? state : "no answer");
    }
    if (!state)
        return LI_FAIL(ctx, LI_E_STORE, "%s: PostgreSQL gave no result", what);
    if (has_prefix(state, "22"))
        text = "a value does not fit";
    return LI_FAIL(ctx, code_of(state), "%s: %s (PostgreSQL %s)", what, text ? text : "failed",
                   state);
}
