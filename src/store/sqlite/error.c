/*
 * SQLite's result codes as the store's errors.
 *
 * By extended code only, never by text (docs/inside/store.md has the table
 * beside PostgreSQL's).
 */
#include <errno.h>

#include "store/sqlite/internal.h"

static int of_constraint(int extended)
{
    switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return LI_E_UNIQUE;
    default:
        return LI_E_INVALID;
    }
}

/* SQLite says FULL for ENOSPC on a write, but IOERR when a quota is used up or
 * the log's index cannot grow. */
static int of_io(sqlite3 *db)
{
    int system = sqlite3_system_errno(db);

    return system == ENOSPC || system == EDQUOT ? LI_E_FULL : LI_E_STORE;
}

static int of_code(sqlite3 *db, int extended)
{
    switch (extended & 0xff) {
    case SQLITE_CONSTRAINT:
        return of_constraint(extended);
    case SQLITE_MISMATCH:
        return LI_E_INVALID;
    case SQLITE_FULL:
        return LI_E_FULL;
    case SQLITE_IOERR:
        return extended == SQLITE_IOERR_NOMEM ? LI_E_NOMEM : of_io(db);
    case SQLITE_NOMEM:
        return LI_E_NOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return LI_E_AGAIN;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return LI_E_CORRUPT;
    case SQLITE_TOOBIG:
        return LI_E_LIMIT;
    default:
        return LI_E_STORE;
    }
}

int li_sqlite_fail(struct li_ctx *ctx, sqlite3 *db, const char *what)
{
    int extended = sqlite3_extended_errcode(db);

    return LI_FAIL(ctx, of_code(db, extended), "%s: %s (SQLite %d)", what, sqlite3_errmsg(db),
                   extended);
}
