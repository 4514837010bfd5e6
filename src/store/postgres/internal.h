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

struct postgres_store {
    struct li_store base;
    char *url;
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

struct postgres_conn {
    struct li_conn base;
    PGconn *pg;
    bool lost; /* reconnect before the next use outside a transaction */
    struct postgres_args args;
    size_t count;
    struct postgres_stmt kept[]; /* by li_sql_index */
};

struct postgres_rows {
    struct li_rows rows; /* first */
    PGresult *result;
    int row; /* -1: before the first */
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

/* stmt.c */
int li_postgres_exec(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                     const struct li_val *args, size_t arg_count, int64_t *ret_changed);
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

/* error.c: tells what the server says and returns -LI_E_…; result may be NULL. */
int li_postgres_fail(struct li_ctx *ctx, struct postgres_conn *conn, const PGresult *result,
                     const char *what);

#endif
