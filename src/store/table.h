/*
 * Whole tables, a tenant's part of them at a time: what copying needs.
 *
 * The only place where SQL is made at run time.  Which columns a table has is
 * read from the database itself, so that a table of a later schema step is moved
 * without a line here.  Not for anything that serves a request: statements of
 * nouns are LI_SQLs (store.h).
 */
#ifndef LI_STORE_TABLE_H
#define LI_STORE_TABLE_H

#include "store/store.h"

enum li_column_kind {
    LI_COLUMN_I64,
    LI_COLUMN_F64,
    LI_COLUMN_TEXT,
    LI_COLUMN_JSON,
    LI_COLUMN_BLOB
};

struct li_column {
    struct li_str name;
    enum li_column_kind kind;
    int key; /* its place in the primary key, from 1; 0: none */
};

struct li_table {
    struct li_str name;
    struct li_column *columns; /* as they stand in the database */
    size_t count;
};

/* Most columns a table may have here. */
#define LI_COLUMNS 64

/* A table with its columns, in the arena.  -LI_E_NOT_FOUND (quietly): there is none;
 * -LI_E_INTERNAL: a column outside the portable subset. */
int li_table_find(struct li_ctx *ctx, struct li_conn *conn, const char *name,
                  struct li_table *ret) LI_MUST_CHECK;
/* The place of a column, or -1. */
int li_table_column(const struct li_table *table, const char *name);
/* Same columns of the same kinds in the same order. */
bool li_table_same(const struct li_table *a, const struct li_table *b);

/* li_begin for a transaction that lasts: without limits of time on PostgreSQL.  On a
 * READ connection it is one snapshot, taken by the first query. */
int li_begin_long(struct li_ctx *ctx, struct li_conn *conn) LI_MUST_CHECK;

/* A tenant's rows in order of the primary key, fetched as
 * they are walked, never all at once.  Inside a transaction; no other statement on
 * this connection until li_rows_done.  A walk that is left before its end may spoil
 * the transaction. */
int li_table_rows(struct li_ctx *ctx, struct li_conn *conn, const struct li_table *table,
                  int64_t tenant, struct li_rows **ret) LI_MUST_CHECK;
int li_table_count(struct li_ctx *ctx, struct li_conn *conn, const struct li_table *table,
                   int64_t tenant, int64_t *ret) LI_MUST_CHECK;
/* A column of the row they stand on, as it would be said in an argument; borrowed. */
struct li_val li_table_val(const struct li_rows *rows, const struct li_table *table, int column);

/*
 * Rows into a table, as fast as the engine takes them.  Inside a transaction of a
 * WRITE connection; no other statement on it until the end.  li_table_writer_end
 * says how many rows there are and frees; _drop gives up, and the transaction is
 * spoilt.  Faults of a row (a key exists) may be told as late as at the end.
 */
struct li_table_writer;
int li_table_writer_begin(struct li_ctx *ctx, struct li_conn *conn, const struct li_table *table,
                          struct li_table_writer **ret) LI_MUST_CHECK;
/* `vals`: one for each column. */
int li_table_put(struct li_ctx *ctx, struct li_table_writer *writer,
                 const struct li_val *vals) LI_MUST_CHECK;
int li_table_writer_end(struct li_ctx *ctx, struct li_table_writer *writer,
                        int64_t *ret_rows) LI_MUST_CHECK;
void li_table_writer_drop(struct li_table_writer *writer); /* NULL is fine */

/* Deletes a tenant's rows. */
int li_table_empty(struct li_ctx *ctx, struct li_conn *conn, const struct li_table *table,
                   int64_t tenant) LI_MUST_CHECK;

#endif
