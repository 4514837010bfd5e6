/*
 * One store, several engines.
 *
 * SQLite and PostgreSQL stand behind this page; nobody above it knows which.
 * SQL is written once, in the portable subset (docs/inside/store.md), declared
 * by LI_SQL in the file of the noun it belongs to, and prepared on both engines
 * by a test.  No SQL is built at run time.
 *
 * A connection belongs to one thread at a time.  A statement is prepared at its
 * first use on a connection and kept.
 *
 * An error inside a transaction spoils it, on every engine: each statement and
 * the commit after it are refused with the code of the first error until
 * li_rollback.  (An engine may have ended the transaction itself, so that
 * li_conn_in_transaction() is false already; li_rollback is right then too.)
 * -LI_E_NOT_FOUND of li_query_one is no error in this sense.
 */
#ifndef LI_STORE_STORE_H
#define LI_STORE_STORE_H

#include "base/ctx.h"

/* ---- statements ------------------------------------------------------------ */

enum li_store_kind { LI_STORE_SQLITE, LI_STORE_POSTGRES };

struct li_sql {
    const char *name; /* the C identifier, for messages and tests */
    const char *text; /* portable SQL with $1, $2, … */
    const char *file;
    int line;
    int only; /* LI_SQL_BOTH, or the only engine it is for: 1 + enum li_store_kind */
};
#define LI_SQL_BOTH 0

/*
 * Declares a statement and enters it in the program's table:
 *
 *     LI_SQL(case_by_id, "select number, state from cases where tenant = $1 and id = $2");
 *
 * All declarations together are one array (a linker section), so a statement's
 * place in it is its index in every connection's cache.
 */
#define LI_SQL(ident, sql) LI_SQL_OF(ident, sql, LI_SQL_BOTH)
/*
 * For what the engines have no common words for (full text): the same thing said
 * once for each, as NAME_sqlite and NAME_postgres.  Who runs it chooses by
 * li_conn_kind; to run one on the other engine is a bug.
 */
#define LI_SQL_SQLITE(ident, sql)   LI_SQL_OF(ident, sql, 1 + LI_STORE_SQLITE)
#define LI_SQL_POSTGRES(ident, sql) LI_SQL_OF(ident, sql, 1 + LI_STORE_POSTGRES)
#define LI_SQL_OF(ident, sql, only)                                                                \
    static const struct li_sql ident __attribute__((used, section("li_sql"), aligned(32))) = {     \
        #ident, sql, __FILE__, __LINE__, only}

static inline bool li_sql_is_for(const struct li_sql *sql, enum li_store_kind kind)
{
    return sql->only == LI_SQL_BOTH || sql->only == 1 + (int)kind;
}

/* The whole table: *ret_count statements from the returned first. */
const struct li_sql *li_sql_all(size_t *ret_count);

/* ---- values ---------------------------------------------------------------- */

enum li_val_kind { LI_VAL_NULL, LI_VAL_I64, LI_VAL_F64, LI_VAL_TEXT, LI_VAL_BLOB };

struct li_val {
    enum li_val_kind kind;
    union {
        int64_t i64;
        double f64;
        struct li_str str; /* borrowed: li_exec returns, or li_rows_done */
    };
};

static inline struct li_val li_v(int64_t i64)
{
    return (struct li_val){.kind = LI_VAL_I64, .i64 = i64};
}
static inline struct li_val li_v_f64(double f64)
{
    return (struct li_val){.kind = LI_VAL_F64, .f64 = f64};
}
/* ptr NULL is SQL null. */
static inline struct li_val li_v_text(struct li_str text)
{
    return (struct li_val){.kind = text.ptr ? LI_VAL_TEXT : LI_VAL_NULL, .str = text};
}
static inline struct li_val li_v_blob(struct li_str bytes)
{
    return (struct li_val){.kind = bytes.ptr ? LI_VAL_BLOB : LI_VAL_NULL, .str = bytes};
}
static inline struct li_val li_v_null(void)
{
    return (struct li_val){.kind = LI_VAL_NULL};
}
/* An id, a time or a code where 0 means "none". */
static inline struct li_val li_v_opt(int64_t i64)
{
    return i64 ? li_v(i64) : li_v_null();
}

/* Arguments in place: li_exec(ctx, conn, &case_close, LI_ARGS(li_v(tenant), li_v(id)), NULL) */
#define LI_ARGS(...)                                                                               \
    ((const struct li_val[]){__VA_ARGS__}),                                                        \
        (sizeof((const struct li_val[]){__VA_ARGS__}) / sizeof(struct li_val))
#define LI_NO_ARGS NULL, 0

/* ---- a database ------------------------------------------------------------ */

struct li_store; /* shared by all threads */
struct li_conn;  /* one thread at a time */
struct li_rows;  /* a running query of a connection */

enum li_conn_mode { LI_CONN_READ, LI_CONN_WRITE };

/*
 * Opens a database: a file path (SQLite, WAL, synchronous FULL; made when
 * absent; behind the path `?vfs=name` for a registered VFS, `cache=MIB`) or postgres://… /
 * postgresql://… (UTF8 with locale C).  An SQLite store is locked for this
 * process: a second one gets -LI_E_BUSY.  0 or -LI_E_STORE, -LI_E_BUSY,
 * -LI_E_CORRUPT (no database), -LI_E_USAGE (path).
 */
int li_store_open(struct li_ctx *ctx, const char *where, struct li_store **ret) LI_MUST_CHECK;
/* What a store is opened for; PostgreSQL makes no difference. */
enum li_store_use {
    LI_STORE_SERVE,   /* as above */
    LI_STORE_LOOK,    /* READ connections only, beside a process that serves the file */
    LI_STORE_ARCHIVE, /* like SERVE, and when it is closed everything lies in the one file */
    LI_STORE_FILL     /* like SERVE, but power lost meanwhile may take the last commits: for a
                       * demo, which is founded anew; whole at every moment, and flushed at the end */
};
int li_store_open_as(struct li_ctx *ctx, const char *where, enum li_store_use use,
                     struct li_store **ret) LI_MUST_CHECK;
void li_store_close(struct li_store *store); /* NULL is fine; all connections closed before */
enum li_store_kind li_store_kind(const struct li_store *store);

/*
 * A connection.  READ refuses writes.  SQLite has one WRITE connection at a
 * time by convention of `record`.  The caller closes it.  On PostgreSQL a lost
 * connection is made anew at its next use outside a transaction, with growing
 * pauses while the server is away; meanwhile the answer is -LI_E_AGAIN.
 */
int li_conn_open(struct li_ctx *ctx, struct li_store *store, enum li_conn_mode mode,
                 struct li_conn **ret) LI_MUST_CHECK;
void li_conn_close(struct li_conn *conn);
enum li_store_kind li_conn_kind(const struct li_conn *conn);

/* Readers are lent from a pool: open, use, give back, on any thread. */
int li_store_reader(struct li_ctx *ctx, struct li_store *store, struct li_conn **ret) LI_MUST_CHECK;
void li_store_reader_back(struct li_store *store, struct li_conn *conn);

/* A number that was read in this transaction and does not change in it: so that what
 * many ask is read once.  Forgotten when the transaction ends, or by value 0; outside
 * of one nothing is kept.  li_conn_kept: 0 when there is none. */
void li_conn_keep(struct li_conn *conn, int64_t key, int64_t value);
int64_t li_conn_kept(const struct li_conn *conn, int64_t key);

/* Transactions.  WRITE connections begin immediate; READ ones begin a snapshot.
 * A failed commit has rolled back.  -LI_E_FULL, -LI_E_STORE, -LI_E_AGAIN
 * (serialisation, lost connection: everything since begin is undone — but when
 * the connection is lost in li_commit itself it may have been done: only a
 * request key tells).  A READ snapshot is taken by its first query. */
int li_begin(struct li_ctx *ctx, struct li_conn *conn) LI_MUST_CHECK;
int li_commit(struct li_ctx *ctx, struct li_conn *conn) LI_MUST_CHECK;
void li_rollback(struct li_conn *conn); /* nothing when none is open; never fails */
bool li_conn_in_transaction(const struct li_conn *conn);

/*
 * Runs a statement that returns no rows.  *ret_changed (may be NULL): rows
 * inserted, updated or deleted.  Inside a transaction and with NULL it may only
 * have been sent: its error is then that of a later statement or of the commit.
  0 or -LI_E_UNIQUE (a key exists), -LI_E_INVALID
 * (not null, check, foreign key, a value of the wrong type, a NUL byte in a text,
 * NaN), -LI_E_FULL, -LI_E_AGAIN, -LI_E_STORE; rarely -LI_E_NOMEM, -LI_E_LIMIT
 * (too large), -LI_E_CORRUPT, -LI_E_BUSY (the server has no room), and
 * -LI_E_INTERNAL (a wrong number of arguments: a bug).
 */
int li_exec(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
            const struct li_val *args, size_t arg_count, int64_t *ret_changed) LI_MUST_CHECK;

/*
 * Runs a query; walk it with li_rows_next and end it with li_rows_done (always,
 * also after an error; nested queries on one connection are fine).  What the
 * arguments point at must stay until then.  A query that writes (returning)
 * needs a transaction, and li_rows_done comes before its commit.
 */
int li_query(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
             const struct li_val *args, size_t arg_count, struct li_rows **ret) LI_MUST_CHECK;
/* 1: a row is there, 0: the end, or -LI_E_…. */
int li_rows_next(struct li_ctx *ctx, struct li_rows *rows) LI_MUST_CHECK;
void li_rows_done(struct li_rows *rows); /* NULL is fine */
/* All rows of a query as a list of things of `size` bytes, each read by `read` (0 or
 * -LI_E_…, which ends it), in the arena. */
int li_query_list(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                  const struct li_val *args, size_t arg_count, size_t size,
                  int (*read)(struct li_ctx *ctx, const struct li_rows *rows, void *ret),
                  void **ret, size_t *ret_count) LI_MUST_CHECK;
/* The numbers in the first column of the first `room` rows. */
int li_query_ids(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                 const struct li_val *args, size_t arg_count, size_t room, int64_t ret[],
                 size_t *ret_count) LI_MUST_CHECK;
/* The number in the first column of the first row, or -LI_E_NOT_FOUND, told quietly. */
int li_query_i64(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                 const struct li_val *args, size_t arg_count, int64_t *ret) LI_MUST_CHECK;

/* Columns from 0.  Texts and blobs are valid until the next li_rows_next;
 * li_col_dup copies into the arena.  Null gives 0 and an empty slice (ptr NULL).
 * A column is read as what it is (a whole number also as f64): to read a text as
 * a number or the reverse is a bug and asserts. */
bool li_col_is_null(const struct li_rows *rows, int column);
int64_t li_col_i64(const struct li_rows *rows, int column);
double li_col_f64(const struct li_rows *rows, int column);
struct li_str li_col_str(const struct li_rows *rows, int column); /* text or blob */
struct li_str li_col_dup(struct li_ctx *ctx, const struct li_rows *rows, int column);

/*
 * The first row of a query, for point reads: 0 and *ret on it, or
 * -LI_E_NOT_FOUND (told quietly: nothing on the error stack).  li_rows_done it.
 */
int li_query_one(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                 const struct li_val *args, size_t arg_count, struct li_rows **ret) LI_MUST_CHECK;

/* ---- several processes on one database ---------------------------------------- */

/*
 * A claim: what only one process may do at a time, known by a name.  It ends with
 * li_conn_unclaim on the same connection, or with that connection, also when it is
 * lost: so it is good for not doing a thing twice in vain, never for what may not
 * happen twice (that is the business of rows).  Claiming what one has already is
 * fine and counts.  Outside transactions.  *ret: whether it was given.  SQLite, of
 * which there is one process: always.  0 or -LI_E_AGAIN, -LI_E_STORE.
 */
int li_conn_claim(struct li_ctx *ctx, struct li_conn *conn, struct li_str name,
                  bool *ret) LI_MUST_CHECK;
void li_conn_unclaim(struct li_conn *conn, struct li_str name);

/* Longest name of a channel (small letters, digits, _), longest payload (ASCII). */
#define LI_CHANNEL_MAX 24
#define LI_PAYLOAD_MAX 4000

/*
 * Tells everybody who listens on a channel, in every process, this one too: at
 * the commit of the transaction, outside of one soon, without waiting for it.
 * What is told by who then dies may be lost.  PostgreSQL lets transactions that
 * tell commit one after the other: tell of a commit behind it.
 */
int li_store_notify(struct li_ctx *ctx, struct li_conn *conn, const char *channel,
                    struct li_str payload) LI_MUST_CHECK;
/*
 * Calls `heard` for what is told, one at a time: from a thread of the store
 * (PostgreSQL, over a connection of its own), or of whoever told it (SQLite).
 * An empty slice (ptr NULL): something may have been missed; that comes at the
 * beginning too, and each time the connection had to be made anew.  `heard` must
 * not call li_store_unlisten.
 */
struct li_listening;
int li_store_listen(struct li_ctx *ctx, struct li_store *store, const char *channel,
                    void (*heard)(void *arg, struct li_str payload), void *arg,
                    struct li_listening **ret) LI_MUST_CHECK;
/* After it `heard` is not called any more.  NULL is fine. */
void li_store_unlisten(struct li_listening *listening);

/* ---- schema ---------------------------------------------------------------- */

/* One numbered step, portable DDL of any number of statements, with the words
 * I64 F64 JSON BLOB, and after a table's bracket OPTS or, for a table without
 * secondary indexes, CLUSTERED (rows lie in the primary key).  A statement that
 * begins with SQLITE or POSTGRES is run on that engine only. */
struct li_migration {
    int number;
    const char *name;
    struct li_str text;
};
/* Runs the steps not yet run, each in one transaction with its registration in
 * table `schema_step(number, name, at)`; numbers must rise.  A number once run
 * whose name differs is -LI_E_CORRUPT. *ret_ran: how many. */
int li_store_migrate(struct li_ctx *ctx, struct li_store *store, const struct li_migration *steps,
                     size_t count, int *ret_ran) LI_MUST_CHECK;

/* The last step the database has; 0: none.  One that is newer than ours was run by a
 * newer program. */
int li_store_schema(struct li_ctx *ctx, struct li_conn *conn, int *ret_number) LI_MUST_CHECK;
/* Where a table of a distributed schema lies. */
struct li_spread {
    struct li_str table;
    bool everywhere; /* a copy on every node; else by tenant */
    bool made;       /* now; else it was so before */
};
struct li_spread_told {
    void (*fn)(void *arg, const struct li_spread *spread);
    void *arg;
};
/* Spreads the schema over the nodes of a Citus cluster, by tenant (PostgreSQL
 * only).  To do it again, or after it was broken off, does what is left.  `told`
 * (may be NULL) hears of each table.  -LI_E_USAGE (no such thing here),
 * -LI_E_STATE (no Citus, or a table that cannot be: nothing was changed). */
int li_store_distribute(struct li_ctx *ctx, struct li_store *store,
                        const struct li_spread_told *told) LI_MUST_CHECK;

/* Prepares a statement without running it (repository test). */
int li_sql_check(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql) LI_MUST_CHECK;

/* ---- figures --------------------------------------------------------------- */

struct li_store_stats {
    int64_t rows_written; /* by all connections since open */
    int64_t commits;
    int64_t reconnects; /* lost connections that were made anew */
};
void li_store_stats(const struct li_store *store, struct li_store_stats *ret);

/* SQLite: copies the log back into the file (its own thread calls this, in no
 * transaction).  Readers and the writer go on meanwhile; only when the log is
 * above 64 MiB does a writer wait at li_begin for the rest of the copying.
 * PostgreSQL: nothing.  0 or -LI_E_FULL, -LI_E_STORE. */
int li_store_checkpoint(struct li_ctx *ctx, struct li_store *store) LI_MUST_CHECK;
/* Pages in SQLite's log that were written since the last checkpoint; a cheap
 * look for whoever decides when the next one is due.  PostgreSQL: 0. */
int64_t li_store_log_pages(const struct li_store *store);
/* From here on a checkpoint is due also under load: about 64 MiB.  Earlier ones
 * would copy the same hot pages again and again. */
#define LI_LOG_PAGES 16000

#endif
