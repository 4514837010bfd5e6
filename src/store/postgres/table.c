/*
 * Whole tables on PostgreSQL: the catalogue, a walk in single-row mode, and COPY
 * in its binary format (PostgreSQL manual, COPY, "Binary Format").
 *
 * libpq holds one row while walking and a few kilobytes while copying.
 */
#include <endian.h>
#include <stdlib.h>

#include "base/buf.h"
#include "store/postgres/internal.h"

static const char columns_query[] =
    "select a.attname, a.atttypid::int8, coalesce(k.place, 0)::int8 from pg_attribute a"
    " left join (select i.indrelid, u.attnum, u.place from pg_index i,"
    " unnest(i.indkey::int2[]) with ordinality as u(attnum, place) where i.indisprimary) k"
    " on k.indrelid = a.attrelid and k.attnum = a.attnum"
    " where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped"
    " order by a.attnum";

static int kind_of(struct li_ctx *ctx, const char *table, long type, enum li_column_kind *ret)
{
    switch (type) {
    case PG_INT8:
        *ret = LI_COLUMN_I64;
        return 0;
    case PG_FLOAT8:
        *ret = LI_COLUMN_F64;
        return 0;
    case PG_TEXT:
        *ret = LI_COLUMN_TEXT;
        return 0;
    case PG_JSONB:
        *ret = LI_COLUMN_JSON;
        return 0;
    case PG_BYTEA:
        *ret = LI_COLUMN_BLOB;
        return 0;
    default:
        return LI_FAIL(ctx, LI_E_INTERNAL, "table %s has a column of type %ld", table, type);
    }
}

int li_postgres_table_columns(struct li_ctx *ctx, struct li_conn *base, const char *name,
                              struct li_column *columns, size_t *ret_count)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    const char *const values[] = {name};
    PGresult *result;
    int rc = li_postgres_wake(ctx, conn);

    if (rc < 0)
        return rc;
    rc = li_postgres_put(ctx, conn,
                         PQsendQueryParams(conn->pg, columns_query, 1, NULL, values, NULL, NULL, 0),
                         (struct postgres_sent){.name = "columns of a table"});
    if (rc == 0)
        rc = li_postgres_settle(ctx, conn, &result);
    if (rc < 0)
        return rc;
    for (int i = 0; rc == 0 && i < PQntuples(result); i++) {
        struct li_column *column = &columns[i];

        li_assert(i < LI_COLUMNS);
        column->key = (int)strtol(PQgetvalue(result, i, 2), NULL, 10);
        column->name = li_str_dup(ctx, li_str(PQgetvalue(result, i, 0)));
        rc = column->name.ptr
                 ? kind_of(ctx, name, strtol(PQgetvalue(result, i, 1), NULL, 10), &column->kind)
                 : -LI_E_NOMEM;
    }
    if (rc == 0)
        *ret_count = (size_t)PQntuples(result);
    PQclear(result);
    return rc;
}

int li_postgres_patience(struct li_ctx *ctx, struct li_conn *base)
{
    static const char *const texts[] = {"set local statement_timeout to 0",
                                        "set local lock_timeout to 0",
                                        "set local idle_in_transaction_session_timeout to 0"};
    struct postgres_conn *conn = (struct postgres_conn *)base;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < sizeof(texts) / sizeof(texts[0]); i++)
        rc = li_postgres_say(ctx, conn, texts[i],
                             (struct postgres_sent){.name = "a long transaction"});
    conn->fresh = false; /* begun anew it would lack these */
    return rc;
}

/* ---- reading --------------------------------------------------------------- */

int li_postgres_table_rows(struct li_ctx *ctx, struct li_conn *base, const char *text,
                           int64_t tenant, struct li_rows **ret)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    struct postgres_rows *rows = calloc(1, sizeof(*rows));
    uint64_t wire = htobe64((uint64_t)tenant);
    const char *const values[] = {(const char *)&wire};
    const Oid types[] = {PG_INT8};
    const int lengths[] = {sizeof(wire)}, formats[] = {1};
    int rc;

    if (!rows)
        return LI_FAIL(ctx, LI_E_NOMEM, "a walk over a table");
    rc = li_postgres_plain(ctx, conn);
    if (rc < 0) {
        free(rows);
        return rc;
    }
    if (!PQsendQueryParams(conn->pg, text, 1, types, values, lengths, formats, 1) ||
        !PQsetSingleRowMode(conn->pg)) {
        free(rows);
        rc = li_postgres_fail(ctx, conn, NULL, "a walk over a table");
        li_postgres_ahead(conn);
        return rc;
    }
    rows->stream = conn;
    *ret = &rows->rows;
    return 0;
}

/* Reads what is left of the answers. */
static int drain(struct li_ctx *ctx, struct postgres_conn *conn, const char *what)
{
    PGresult *result;
    int rc = 0;

    while ((result = PQgetResult(conn->pg))) {
        ExecStatusType status = PQresultStatus(result);

        if (ctx && rc == 0 && status == PGRES_FATAL_ERROR)
            rc = li_postgres_fail(ctx, conn, result, what);
        PQclear(result);
        if (status == PGRES_COPY_IN || PQstatus(conn->pg) == CONNECTION_BAD)
            break;
    }
    return rc;
}

int li_postgres_stream_next(struct li_ctx *ctx, struct postgres_rows *rows)
{
    struct postgres_conn *conn = rows->stream;
    PGresult *result;
    int rc;

    if (rows->ended)
        return 0;
    PQclear(rows->result);
    rows->result = result = PQgetResult(conn->pg);
    rows->row = 0;
    if (PQresultStatus(result) == PGRES_SINGLE_TUPLE)
        return 1;
    rows->ended = true;
    rc = PQresultStatus(result) == PGRES_TUPLES_OK
             ? 0
             : li_postgres_fail(ctx, conn, result, "a walk over a table");
    (void)!drain(NULL, conn, "");
    return rc;
}

void li_postgres_stream_done(struct postgres_rows *rows)
{
    struct postgres_conn *conn = rows->stream;

    if (!rows->ended) {
        PGcancel *cancel = PQgetCancel(conn->pg);
        char why[256];

        if (cancel)
            (void)!PQcancel(cancel, why, sizeof(why));
        PQfreeCancel(cancel);
        (void)!drain(NULL, conn, "");
        if (conn->base.begun && !conn->base.spoilt)
            conn->base.spoilt = LI_E_STATE;
    }
    PQclear(PQexec(conn->pg, "")); /* ends single-row mode, which entering the other would not */
    li_postgres_ahead(conn);
    PQclear(rows->result);
    free(rows);
}

/* ---- writing --------------------------------------------------------------- */

struct postgres_writer {
    struct li_table_writer base;
    struct li_buf buf;
};

/* The buffer is sent when it is longer. */
#define SEND ((size_t)32 * 1024)

static const char signature[19] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";

int li_postgres_writer_begin(struct li_ctx *ctx, struct li_conn *base, const char *text,
                             struct li_table_writer **ret)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    struct postgres_writer *writer;
    PGresult *result;
    int rc = li_postgres_plain(ctx, conn);

    if (rc < 0)
        return rc;
    result = PQexec(conn->pg, text);
    if (PQresultStatus(result) != PGRES_COPY_IN)
        rc = li_postgres_fail(ctx, conn, result, "copy");
    PQclear(result);
    if (rc < 0) {
        li_postgres_ahead(conn);
        return rc;
    }
    writer = calloc(1, sizeof(*writer));
    if (!writer) {
        PQputCopyEnd(conn->pg, "no memory");
        (void)!drain(NULL, conn, "");
        li_postgres_ahead(conn);
        return LI_FAIL(ctx, LI_E_NOMEM, "rows into a table");
    }
    li_buf_init(&writer->buf, (size_t)1 << 30);
    li_buf_str(&writer->buf, li_str_n(signature, sizeof(signature)));
    *ret = &writer->base;
    return 0;
}

static void put_u16(struct li_buf *buf, size_t number)
{
    uint16_t wire = htobe16((uint16_t)number);

    li_buf_str(buf, li_str_n((const char *)&wire, sizeof(wire)));
}

static void put_length(struct li_buf *buf, size_t length)
{
    uint32_t wire = htobe32((uint32_t)length);

    li_buf_str(buf, li_str_n((const char *)&wire, sizeof(wire)));
}

static void put_u64(struct li_buf *buf, uint64_t number)
{
    uint64_t wire = htobe64(number);

    put_length(buf, sizeof(wire));
    li_buf_str(buf, li_str_n((const char *)&wire, sizeof(wire)));
}

static void put_value(struct li_buf *buf, const struct li_val *val, bool jsonb)
{
    uint64_t bits;

    switch (val->kind) {
    case LI_VAL_NULL:
        put_length(buf, UINT32_MAX); /* -1 */
        break;
    case LI_VAL_I64:
        put_u64(buf, (uint64_t)val->i64);
        break;
    case LI_VAL_F64:
        memcpy(&bits, &val->f64, sizeof(bits));
        put_u64(buf, bits);
        break;
    case LI_VAL_TEXT:
    case LI_VAL_BLOB:
        put_length(buf, val->str.len + jsonb);
        if (jsonb)
            li_buf_char(buf, 1); /* its version */
        li_buf_str(buf, val->str);
        break;
    }
}

static int send_buffer(struct li_ctx *ctx, struct postgres_writer *writer)
{
    struct postgres_conn *conn = (struct postgres_conn *)writer->base.conn;
    struct li_str bytes = li_buf_view(&writer->buf);

    if (li_buf_check(ctx, &writer->buf) < 0)
        return -LI_E_NOMEM;
    if (PQputCopyData(conn->pg, bytes.ptr, (int)bytes.len) != 1)
        return li_postgres_fail(ctx, conn, NULL, "copy");
    li_buf_reset(&writer->buf);
    return 0;
}

int li_postgres_writer_put(struct li_ctx *ctx, struct li_table_writer *base,
                           const struct li_val *vals)
{
    struct postgres_writer *writer = (struct postgres_writer *)base;

    put_u16(&writer->buf, base->table->count);
    for (size_t i = 0; i < base->table->count; i++)
        put_value(&writer->buf, &vals[i], base->table->columns[i].kind == LI_COLUMN_JSON);
    return li_buf_view(&writer->buf).len > SEND ? send_buffer(ctx, writer) : 0;
}

int li_postgres_writer_end(struct li_ctx *ctx, struct li_table_writer *base, bool keep)
{
    struct postgres_writer *writer = (struct postgres_writer *)base;
    struct postgres_conn *conn = (struct postgres_conn *)base->conn;
    int rc = 0;

    if (keep) {
        put_u16(&writer->buf, UINT16_MAX); /* -1: the end */
        rc = send_buffer(ctx, writer);
    }
    if (PQputCopyEnd(conn->pg, keep && rc == 0 ? NULL : "given up") != 1 && rc == 0 && keep)
        rc = li_postgres_fail(ctx, conn, NULL, "copy");
    rc = rc < 0 ? (drain(NULL, conn, ""), rc) : drain(keep ? ctx : NULL, conn, "copy");
    li_postgres_ahead(conn);
    li_buf_done(&writer->buf);
    free(writer);
    return rc;
}
