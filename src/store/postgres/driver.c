/*
 * PostgreSQL as an engine of the store: its words and its table of functions.
 */
#include "store/postgres/internal.h"

static const struct li_sql_word words[] = {
    {"I64", "bigint"}, {"F64", "double precision"}, {"JSON", "jsonb"}, {"BLOB", "bytea"},
    {"OPTS", ""},      {"CLUSTERED", ""},           {NULL, NULL},
};

/* The server does it. */
static int checkpoint(struct li_ctx *ctx, struct li_store *store)
{
    (void)ctx;
    (void)store;
    return 0;
}

const struct li_driver li_postgres_driver = {
    .kind = LI_STORE_POSTGRES,
    .words = words,
    .store_open = li_postgres_store_open,
    .store_close = li_postgres_store_close,
    .conn_open = li_postgres_conn_open,
    .conn_close = li_postgres_conn_close,
    .begin = li_postgres_begin,
    .commit = li_postgres_commit,
    .rollback = li_postgres_rollback,
    .in_transaction = li_postgres_in_transaction,
    .exec = li_postgres_exec,
    .send = li_postgres_send,
    .query = li_postgres_query,
    .next = li_postgres_next,
    .done = li_postgres_done,
    .is_null = li_postgres_is_null,
    .i64 = li_postgres_i64,
    .f64 = li_postgres_f64,
    .str = li_postgres_str,
    .check = li_postgres_check,
    .ddl = li_postgres_ddl,
    .schema_lock = li_postgres_schema_lock,
    .distribute = li_postgres_distribute,
    .checkpoint = checkpoint,
    .table_columns = li_postgres_table_columns,
    .patience = li_postgres_patience,
    .table_rows = li_postgres_table_rows,
    .writer_begin = li_postgres_writer_begin,
    .writer_put = li_postgres_writer_put,
    .writer_end = li_postgres_writer_end,
    .claim = li_postgres_claim,
    .unclaim = li_postgres_unclaim,
    .notify = li_postgres_notify,
    .listen = li_postgres_listen,
    .unlisten = li_postgres_unlisten,
};
