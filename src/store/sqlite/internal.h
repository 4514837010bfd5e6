/*
 * SQLite's side of a store: the structs its files share.  Nobody outside this
 * folder includes it.
 */
#ifndef LI_STORE_SQLITE_INTERNAL_H
#define LI_STORE_SQLITE_INTERNAL_H

#include <sqlite3.h>

#include "store/driver.h"

struct sqlite_store {
    struct li_store base;
    enum li_store_use use;
    char *path;
    char *vfs;                   /* NULL: SQLite's default */
    int64_t cache_mib;           /* of the writer */
    int lock_fd;                 /* holds the lock on <path>.lock */
    sqlite3 *keeper;             /* checkpoints; keeps log and index alive */
    pthread_mutex_t keeper_lock; /* one checkpoint at a time */
    struct sqlite_turns {        /* turn.c */
        pthread_mutex_t lock;
        pthread_cond_t changed;
        unsigned writing; /* transactions that may write */
        bool wanted;      /* the keeper waits for none, or has its turn */
    } turns;
};

struct sqlite_stmt {
    struct li_rows rows; /* first: a query hands out its statement */
    sqlite3_stmt *stmt;
    uint16_t *places; /* place of $1, $2, …; NULL: they stand in order */
    unsigned params;
    bool writes;
    bool busy;
    bool extra; /* made because the kept one was busy; ends with its use */
    bool stepped;
    bool ended;
    int error; /* 0 or -LI_E_… of the step that ended it */
};

struct sqlite_conn {
    struct li_conn base;
    sqlite3 *db;
    sqlite3_stmt *begin, *commit, *rollback;
    bool has_turn;
    size_t count;
    struct sqlite_stmt *kept[]; /* by li_sql_index */
};

/* file.c */
int li_sqlite_store_open(struct li_ctx *ctx, const char *where, struct li_store **ret);
int li_sqlite_store_open_as(struct li_ctx *ctx, const char *where, enum li_store_use use,
                            struct li_store **ret);
void li_sqlite_store_close(struct li_store *store);
int li_sqlite_checkpoint(struct li_ctx *ctx, struct li_store *store);

/* conn.c */
int li_sqlite_conn_open(struct li_ctx *ctx, struct li_store *store, enum li_conn_mode mode,
                        struct li_conn **ret);
void li_sqlite_conn_close(struct li_conn *conn);
int li_sqlite_begin(struct li_ctx *ctx, struct li_conn *conn);
int li_sqlite_commit(struct li_ctx *ctx, struct li_conn *conn);
void li_sqlite_rollback(struct li_conn *conn);
bool li_sqlite_in_transaction(const struct li_conn *conn);
/* Opens a handle with `flags` and runs `setup` on it. */
int li_sqlite_handle(struct li_ctx *ctx, const struct sqlite_store *store, int flags,
                     const char *setup, sqlite3 **ret);

/* stmt.c */
int li_sqlite_exec(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                   const struct li_val *args, size_t arg_count, int64_t *ret_changed);
int li_sqlite_query(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                    const struct li_val *args, size_t arg_count, struct li_rows **ret);
int li_sqlite_next(struct li_ctx *ctx, struct li_rows *rows);
int64_t li_sqlite_done(struct li_rows *rows);
int li_sqlite_check(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql);
int li_sqlite_ddl(struct li_ctx *ctx, struct li_conn *conn, struct li_str text);
void li_sqlite_stmt_free(struct sqlite_stmt *stmt);

/* turn.c: writers and the keeper take turns. */
void li_sqlite_turns_init(struct sqlite_turns *turns);
void li_sqlite_turns_done(struct sqlite_turns *turns);
void li_sqlite_turn_begin(struct sqlite_conn *conn);
void li_sqlite_turn_end(struct sqlite_conn *conn);
/* True: no transaction writes until _keeper_end.  False: one goes on for long. */
bool li_sqlite_keeper_begin(struct sqlite_turns *turns);
void li_sqlite_keeper_end(struct sqlite_turns *turns);

/* table.c */
int li_sqlite_table_columns(struct li_ctx *ctx, struct li_conn *conn, const char *name,
                            struct li_column *columns, size_t *ret_count);
int li_sqlite_patience(struct li_ctx *ctx, struct li_conn *conn);
int li_sqlite_table_rows(struct li_ctx *ctx, struct li_conn *conn, const char *text, int64_t tenant,
                         struct li_rows **ret);
int li_sqlite_writer_begin(struct li_ctx *ctx, struct li_conn *conn, const char *text,
                           struct li_table_writer **ret);
int li_sqlite_writer_put(struct li_ctx *ctx, struct li_table_writer *writer,
                         const struct li_val *vals);
int li_sqlite_writer_end(struct li_ctx *ctx, struct li_table_writer *writer, bool keep);
/* stmt.c */
int li_sqlite_bind(sqlite3_stmt *stmt, int place, const struct li_val *arg);

/* error.c: tells what the handle says and returns -LI_E_…. */
int li_sqlite_fail(struct li_ctx *ctx, sqlite3 *db, const char *what);

#endif
