/*
 * What an engine gives to the store.
 *
 * Only store.c, migrate.c and the folders sqlite/ and postgres/ include this
 * page.  A driver embeds the three structs below as the first member of its
 * own, and does what one engine does; what must be alike on all engines (the
 * checks on arguments, the spoilt transaction, the pool of readers, the
 * figures) is done once, in store.c.
 */
#ifndef LI_STORE_DRIVER_H
#define LI_STORE_DRIVER_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/store.h"
#include "store/table.h"

/* A word of portable DDL and what this engine calls it. */
struct li_sql_word {
    const char *word;
    const char *means;
};

struct li_driver {
    enum li_store_kind kind;
    const struct li_sql_word *words; /* ends with a NULL word */

    /* Fill and hand out their own struct, allocated with calloc; _close frees it. */
    int (*store_open)(struct li_ctx *ctx, const char *where, struct li_store **ret);
    /* NULL: all uses are alike. */
    int (*store_open_as)(struct li_ctx *ctx, const char *where, enum li_store_use use,
                         struct li_store **ret);
    void (*store_close)(struct li_store *store);
    int (*conn_open)(struct li_ctx *ctx, struct li_store *store, enum li_conn_mode mode,
                     struct li_conn **ret);
    void (*conn_close)(struct li_conn *conn);

    /* begin may reconnect.  Each begin that succeeded is followed by a commit
     * that does or by a rollback, also when the engine ended it itself. */
    int (*begin)(struct li_ctx *ctx, struct li_conn *conn);
    int (*commit)(struct li_ctx *ctx, struct li_conn *conn);
    void (*rollback)(struct li_conn *conn);
    bool (*in_transaction)(const struct li_conn *conn);

    /* args are checked: no NUL in texts, no NaN. */
    int (*exec)(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                const struct li_val *args, size_t arg_count, int64_t *ret_changed);
    /* May be NULL.  Inside a transaction, where nobody asks for the rows: does not
     * wait; an error comes with a later statement or the commit. */
    int (*send)(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                const struct li_val *args, size_t arg_count);
    int (*query)(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                 const struct li_val *args, size_t arg_count, struct li_rows **ret);
    int (*next)(struct li_ctx *ctx, struct li_rows *rows);
    /* Returns the rows the statement wrote (RETURNING). */
    int64_t (*done)(struct li_rows *rows);

    bool (*is_null)(const struct li_rows *rows, int column);
    int64_t (*i64)(const struct li_rows *rows, int column);
    double (*f64)(const struct li_rows *rows, int column);
    struct li_str (*str)(const struct li_rows *rows, int column);

    int (*check)(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql);
    /* Runs one statement of DDL, in this engine's words, without keeping it. */
    int (*ddl)(struct li_ctx *ctx, struct li_conn *conn, struct li_str text);
    /* Inside a transaction: keeps other servers out of the schema until its end. */
    int (*schema_lock)(struct li_ctx *ctx, struct li_conn *conn);
    /* Spreads the schema over a cluster; NULL where there is none. */
    int (*distribute)(struct li_ctx *ctx, struct li_conn *conn, const struct li_spread_told *told);
    int (*checkpoint)(struct li_ctx *ctx, struct li_store *store);

    /* Whole tables (table.h).  Columns in their order, none when there is no such
     * table; `columns` has room for LI_COLUMNS. */
    int (*table_columns)(struct li_ctx *ctx, struct li_conn *conn, const char *name,
                         struct li_column *columns, size_t *ret_count);
    int (*patience)(struct li_ctx *ctx, struct li_conn *conn);
    /* Runs a text with the one parameter. */
    int (*table_rows)(struct li_ctx *ctx, struct li_conn *conn, const char *text, int64_t tenant,
                      struct li_rows **ret);
    int (*writer_begin)(struct li_ctx *ctx, struct li_conn *conn, const char *text,
                        struct li_table_writer **ret);
    int (*writer_put)(struct li_ctx *ctx, struct li_table_writer *writer,
                      const struct li_val *vals);
    /* Frees it, whatever it returns; ctx may be NULL when not to keep. */
    int (*writer_end)(struct li_ctx *ctx, struct li_table_writer *writer, bool keep);

    /* For engines that several processes share; all NULL on one that has one. */
    int (*claim)(struct li_ctx *ctx, struct li_conn *conn, struct li_str name, bool *ret);
    void (*unclaim)(struct li_conn *conn, struct li_str name);
    int (*notify)(struct li_ctx *ctx, struct li_conn *conn, const char *channel,
                  struct li_str payload);
    /* Calls back from a thread of its own until _unlisten, which frees. */
    int (*listen)(struct li_ctx *ctx, const struct li_listening *what, struct li_listening **ret);
    void (*unlisten)(struct li_listening *listening);
};

extern const struct li_driver li_sqlite_driver;
extern const struct li_driver li_postgres_driver;

/* What somebody listens for. */
struct li_listening {
    struct li_store *store;
    char channel[LI_CHANNEL_MAX + 1];
    void (*heard)(void *arg, struct li_str payload);
    void *arg;
    struct li_listening *next; /* of the store's own, where the engine has none */
};

/* What a transaction will tell when it is committed, where the engine does not. */
struct li_telling {
    struct li_telling *next;
    char channel[LI_CHANNEL_MAX + 1];
    size_t len;
    char payload[];
};

struct li_store {
    const struct li_driver *driver;
    pthread_mutex_t ears; /* of the listenings; held while one is called */
    struct li_listening *listenings;
    pthread_mutex_t lock; /* of the idle readers */
    struct li_conn *idle;
    unsigned idle_count;
    _Atomic int64_t rows_written;
    _Atomic int64_t commits;
    _Atomic int64_t reconnects; /* PostgreSQL: connections that were lost and are made anew */
    _Atomic int64_t log_pages;  /* SQLite: written to the log since the last checkpoint */
};

struct li_conn {
    const struct li_driver *driver;
    struct li_store *store;
    enum li_conn_mode mode;
    bool begun;             /* li_begin came; neither li_commit nor li_rollback yet */
    bool due;               /* and nothing was asked since: the engine knows nothing of it yet */
    int spoilt;             /* the LI_E_… that ended the transaction's use, or 0 */
    unsigned rows_open;     /* queries not yet ended */
    int64_t kept_key, kept; /* li_conn_keep; 0: nothing */
    struct li_telling *tellings;
    struct li_conn *next; /* in the store's idle readers */
};

struct li_rows {
    struct li_conn *conn;
};

struct li_table_writer {
    struct li_conn *conn;
    const struct li_table *table;
    int64_t rows;
};

/* Begins what is due: many a READ transaction ends without a question. */
int li_conn_start(struct li_ctx *ctx, struct li_conn *conn);

/* notify.c: the end of a transaction that told something. */
void li_tellings_end(struct li_conn *conn, bool committed);

/* The statement's place in the table: the index into a connection's cache. */
size_t li_sql_index(const struct li_sql *sql);

/* `text` with the engine's words in place of the portable ones; quotes and
 * comments are left alone.  0 or -LI_E_NOMEM, -LI_E_SYNTAX (open quote). */
int li_sql_translate(struct li_ctx *ctx, struct li_str text, const struct li_sql_word *words,
                     struct li_str *ret);
/* Cuts the next statement (without its semicolon) off *rest; false at the end.
 * Pieces of only white space and comments are passed over. */
bool li_sql_cut(struct li_str *rest, struct li_str *ret);

#endif
