/*
 * PostgreSQL's side of a store: the structs its files share.  Nobody outside
 * this folder includes it.
 */
#ifndef LI_STORE_POSTGRES_INTERNAL_H
#define LI_STORE_POSTGRES_INTERNAL_H

#include <libpq-fe.h>

#include "store/driver.h"

/* The few types of PostgreSQL that the portable subset knows. */
enum {
    PG_BOOL = 16,
    PG_BYTEA = 17,
    PG_NAME = 19,
    PG_INT8 = 20,
    PG_INT2 = 21,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_JSON = 114,
    PG_FLOAT4 = 700,
    PG_FLOAT8 = 701,
    PG_BPCHAR = 1042,
    PG_VARCHAR = 1043,
    PG_JSONB = 3802
};

/* Most names of PostgreSQL have 63 bytes. */
#define PG_NAME_MAX 64

struct postgres_store {
    struct li_store base;
    char *url;
    char schema[PG_NAME_MAX]; /* where the tables lie; claims and channels are known by it */
    /* After a failed connect nobody tries again before this (steady time). */
    _Atomic int64_t retry_at, pause;
};

struct postgres_stmt {
    bool prepared;
    unsigned params, columns;
    Oid *param_types; /* as the server inferred them */
};

/* Room to say arguments in libpq's way; grows to the largest statement. */
struct postgres_args {
    size_t cap;
    const char **values;
    int *lengths;
    int *formats; /* 0 text, 1 binary */
    char (*numbers)[32];
};

/* Something sent whose answer has not been read. */
struct postgres_sent {
    const char *name; /* for messages; constant, or the statement's */
    bool counts;      /* the rows it wrote are to be counted */
    bool mute;        /* nobody asks what became of it */
    bool sync;        /* the mark behind which the server begins anew after an error */
};
#define PG_SENT_MAX  128
#define PG_SENT_ROOM 16 /* for preparing and asking, and the end of a transaction */

struct postgres_conn {
    struct li_conn base;
    PGconn *pg;
    bool lost;  /* reconnect before the next use outside a transaction */
    bool fresh; /* nothing was answered in this transaction */
    struct postgres_sent sent[PG_SENT_MAX];
    unsigned sent_count;
    struct postgres_args args;
    size_t count;
    struct postgres_stmt kept[]; /* by li_sql_index */
};

struct postgres_rows {
    struct li_rows rows; /* first */
    PGresult *result;
    int row;                      /* -1: before the first */
    struct postgres_conn *stream; /* table.c: a walk that fetches as it goes, else NULL */
    bool ended;
};

/* conn.c */
int li_postgres_store_open(struct li_ctx *ctx, const char *where, struct li_store **ret);
void li_postgres_store_close(struct li_store *store);
int li_postgres_conn_open(struct li_ctx *ctx, struct li_store *store, enum li_conn_mode mode,
                          struct li_conn **ret);
void li_postgres_conn_close(struct li_conn *conn);
int li_postgres_begin(struct li_ctx *ctx, struct li_conn *conn);
int li_postgres_commit(struct li_ctx *ctx, struct li_conn *conn);
void li_postgres_rollback(struct li_conn *conn);
bool li_postgres_in_transaction(const struct li_conn *conn);
int li_postgres_ddl(struct li_ctx *ctx, struct li_conn *conn, struct li_str text);
int li_postgres_schema_lock(struct li_ctx *ctx, struct li_conn *conn);
/* Connects again when the connection was lost and no transaction is open. */
int li_postgres_wake(struct li_ctx *ctx, struct postgres_conn *conn);
/* Connects again, and begins again: for a reading transaction in which nothing
 * was answered yet. */
int li_postgres_again(struct li_ctx *ctx, struct postgres_conn *conn);
/* A plain connection with the settings every one has. */
PGconn *li_postgres_connect(const struct postgres_store *store);
int li_postgres_claim(struct li_ctx *ctx, struct li_conn *conn, struct li_str name, bool *ret);
void li_postgres_unclaim(struct li_conn *conn, struct li_str name);

/* pipeline.c: what is sent does not wait for what was sent before. */
/* Sends words without arguments. */
int li_postgres_say(struct li_ctx *ctx, struct postgres_conn *conn, const char *text,
                    struct postgres_sent sent);
/* The bookkeeping of one that was handed to libpq; `taken` is libpq's answer. */
int li_postgres_put(struct li_ctx *ctx, struct postgres_conn *conn, int taken,
                    struct postgres_sent sent);
/* Sends all and waits for all: the first error of what was sent, or the last
 * result (ret may be NULL; else the caller clears it). */
int li_postgres_settle(struct li_ctx *ctx, struct postgres_conn *conn, PGresult **ret);
/* Sends all; what became of it is read with the next settle.  `mute`: nobody
 * wants to know of any of it. */
void li_postgres_post(struct postgres_conn *conn, bool mute);
/* For what cannot be done ahead (COPY, a walk row by row): settles, and leaves the
 * pipeline until _ahead. */
int li_postgres_plain(struct li_ctx *ctx, struct postgres_conn *conn);
void li_postgres_ahead(struct postgres_conn *conn);
/* The rows a result says were written. */
int64_t li_postgres_written(PGresult *result);

/* listen.c */
int li_postgres_notify(struct li_ctx *ctx, struct li_conn *conn, const char *channel,
                       struct li_str payload);
int li_postgres_listen(struct li_ctx *ctx, const struct li_listening *what,
                       struct li_listening **ret);
void li_postgres_unlisten(struct li_listening *listening);

/* stmt.c */
int li_postgres_exec(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                     const struct li_val *args, size_t arg_count, int64_t *ret_changed);
int li_postgres_send(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                     const struct li_val *args, size_t arg_count);
int li_postgres_query(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                      const struct li_val *args, size_t arg_count, struct li_rows **ret);
int li_postgres_next(struct li_ctx *ctx, struct li_rows *rows);
int64_t li_postgres_done(struct li_rows *rows);
int li_postgres_check(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql);
/* Forgets what the server was told (it is another session now). */
void li_postgres_forget(struct postgres_conn *conn);

/* value.c */
bool li_postgres_type_known(Oid type);
int li_postgres_args(struct li_ctx *ctx, struct postgres_args *room, const struct li_sql *sql,
                     const Oid *types, const struct li_val *args, size_t arg_count);
void li_postgres_args_done(struct postgres_args *room);
bool li_postgres_is_null(const struct li_rows *rows, int column);
int64_t li_postgres_i64(const struct li_rows *rows, int column);
double li_postgres_f64(const struct li_rows *rows, int column);
struct li_str li_postgres_str(const struct li_rows *rows, int column);

/* table.c */
int li_postgres_table_columns(struct li_ctx *ctx, struct li_conn *conn, const char *name,
                              struct li_column *columns, size_t *ret_count);
int li_postgres_patience(struct li_ctx *ctx, struct li_conn *conn);
int li_postgres_table_rows(struct li_ctx *ctx, struct li_conn *conn, const char *text,
                           int64_t tenant, struct li_rows **ret);
int li_postgres_writer_begin(struct li_ctx *ctx, struct li_conn *conn, const char *text,
                             struct li_table_writer **ret);
int li_postgres_writer_put(struct li_ctx *ctx, struct li_table_writer *writer,
                           const struct li_val *vals);
int li_postgres_writer_end(struct li_ctx *ctx, struct li_table_writer *writer, bool keep);
int li_postgres_stream_next(struct li_ctx *ctx, struct postgres_rows *rows);
void li_postgres_stream_done(struct postgres_rows *rows);

/* distribute.c */
int li_postgres_distribute(struct li_ctx *ctx, struct li_conn *conn,
                           const struct li_spread_told *told);
/* On Citus, DDL and writes to reference tables then go together; elsewhere nothing. */
int li_postgres_sequential(struct li_ctx *ctx, struct li_conn *conn);

/* error.c: tells what the server says and returns -LI_E_…; result may be NULL. */
int li_postgres_fail(struct li_ctx *ctx, struct postgres_conn *conn, const PGresult *result,
                     const char *what);

#endif
