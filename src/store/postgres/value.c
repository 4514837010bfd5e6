/*
 * Values to and from PostgreSQL's formats.
 *
 * The server says which type it inferred for each parameter.  What has a
 * binary form without a surprise goes so (bigint, double, text, bytea);
 * everything else goes as text, which the server reads for any type and checks
 * (a number for an int4 place, JSON).  Results are all binary and of the few
 * types the subset knows; a statement with another is refused when prepared.
 */
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/postgres/internal.h"

/* ---- arguments ------------------------------------------------------------- */

static int reserve(struct li_ctx *ctx, struct postgres_args *room, size_t count)
{
    struct postgres_args fresh = {.cap = count < 16 ? 16 : count};

    if (count <= room->cap)
        return 0;
    fresh.values = calloc(fresh.cap, sizeof(fresh.values[0]));
    fresh.lengths = calloc(fresh.cap, sizeof(fresh.lengths[0]));
    fresh.formats = calloc(fresh.cap, sizeof(fresh.formats[0]));
    fresh.numbers = calloc(fresh.cap, sizeof(fresh.numbers[0]));
    if (!fresh.values || !fresh.lengths || !fresh.formats || !fresh.numbers) {
        li_postgres_args_done(&fresh);
        return LI_FAIL(ctx, LI_E_NOMEM, "%zu arguments", count);
    }
    li_postgres_args_done(room);
    *room = fresh;
    return 0;
}

void li_postgres_args_done(struct postgres_args *room)
{
    free(room->values);
    free(room->lengths);
    free(room->formats);
    free(room->numbers);
    *room = (struct postgres_args){0};
}

static bool is_text(Oid type)
{
    return type == PG_TEXT || type == PG_VARCHAR || type == PG_BPCHAR || type == PG_NAME ||
           type == PG_JSON;
}

static void put_binary(struct postgres_args *room, size_t i, const void *ptr, size_t len)
{
    room->values[i] = ptr;
    room->lengths[i] = (int)len;
    room->formats[i] = 1;
}

static void put_text(struct postgres_args *room, size_t i, const char *text)
{
    room->values[i] = text;
    room->lengths[i] = 0;
    room->formats[i] = 0;
}

static void put_i64(struct postgres_args *room, size_t i, Oid type, int64_t number)
{
    if (type == PG_INT8) {
        uint64_t wire = htobe64((uint64_t)number);

        memcpy(room->numbers[i], &wire, sizeof(wire));
        put_binary(room, i, room->numbers[i], sizeof(wire));
    } else {
        snprintf(room->numbers[i], sizeof(room->numbers[i]), "%" PRId64, number);
        put_text(room, i, room->numbers[i]);
    }
}

static void put_f64(struct postgres_args *room, size_t i, Oid type, double real)
{
    if (type == PG_FLOAT8) {
        uint64_t wire;

        memcpy(&wire, &real, sizeof(wire));
        wire = htobe64(wire);
        memcpy(room->numbers[i], &wire, sizeof(wire));
        put_binary(room, i, room->numbers[i], sizeof(wire));
    } else {
        snprintf(room->numbers[i], sizeof(room->numbers[i]), "%.17g", real);
        put_text(room, i, room->numbers[i]);
    }
}

static int put_str(struct li_ctx *ctx, struct postgres_args *room, size_t i, Oid type,
                   const struct li_sql *sql, const struct li_val *arg)
{
    const char *text;

    if ((arg->kind == LI_VAL_BLOB) != (type == PG_BYTEA))
        return LI_FAIL(ctx, LI_E_INTERNAL, "%s (%s:%d): $%zu is %s in the call, not in the SQL",
                       sql->name, sql->file, sql->line, i + 1,
                       arg->kind == LI_VAL_BLOB ? "a blob" : "a text");
    if (arg->str.len > INT32_MAX)
        return LI_FAIL(ctx, LI_E_LIMIT, "%s: $%zu is too large", sql->name, i + 1);
    if (type == PG_BYTEA || is_text(type)) {
        put_binary(room, i, arg->str.ptr, arg->str.len);
        return 0;
    }
    text = li_str_c(ctx, arg->str);
    if (!text)
        return -LI_E_NOMEM;
    put_text(room, i, text);
    return 0;
}

int li_postgres_args(struct li_ctx *ctx, struct postgres_args *room, const struct li_sql *sql,
                     const Oid *types, const struct li_val *args, size_t arg_count)
{
    int rc = reserve(ctx, room, arg_count);

    for (size_t i = 0; rc == 0 && i < arg_count; i++) {
        switch (args[i].kind) {
        case LI_VAL_NULL:
            put_text(room, i, NULL);
            break;
        case LI_VAL_I64:
            put_i64(room, i, types[i], args[i].i64);
            break;
        case LI_VAL_F64:
            put_f64(room, i, types[i], args[i].f64);
            break;
        case LI_VAL_TEXT:
        case LI_VAL_BLOB:
            rc = put_str(ctx, room, i, types[i], sql, &args[i]);
            break;
        }
    }
    return rc;
}

/* ---- columns --------------------------------------------------------------- */

static bool is_whole(Oid type)
{
    return type == PG_INT8 || type == PG_INT4 || type == PG_INT2 || type == PG_BOOL;
}

static bool is_real(Oid type)
{
    return type == PG_FLOAT8 || type == PG_FLOAT4;
}

bool li_postgres_type_known(Oid type)
{
    return is_whole(type) || is_real(type) || is_text(type) || type == PG_JSONB || type == PG_BYTEA;
}

/* The type of a column; the rows must stand on a row that has it. */
static Oid type_at(const struct postgres_rows *rows, int column)
{
    li_assert(rows->row >= 0 && rows->row < PQntuples(rows->result));
    li_assert(column >= 0 && column < PQnfields(rows->result));
    return PQftype(rows->result, column);
}

static struct li_str bytes_at(const struct postgres_rows *rows, int column)
{
    return li_str_n(PQgetvalue(rows->result, rows->row, column),
                    (size_t)PQgetlength(rows->result, rows->row, column));
}

/* 1, 2, 4 or 8 bytes, the highest first, as a signed number. */
static int64_t whole_of(struct li_str bytes)
{
    uint64_t number = (bytes.ptr[0] & 0x80) ? UINT64_MAX : 0;

    for (size_t i = 0; i < bytes.len; i++)
        number = number << 8 | (uint8_t)bytes.ptr[i];
    return (int64_t)number;
}

static double real_of(struct li_str bytes)
{
    uint64_t wire8;
    uint32_t wire4;
    double real8;
    float real4;

    if (bytes.len == sizeof(wire8)) {
        memcpy(&wire8, bytes.ptr, sizeof(wire8));
        wire8 = be64toh(wire8);
        memcpy(&real8, &wire8, sizeof(real8));
        return real8;
    }
    memcpy(&wire4, bytes.ptr, sizeof(wire4));
    wire4 = be32toh(wire4);
    memcpy(&real4, &wire4, sizeof(real4));
    return real4;
}

bool li_postgres_is_null(const struct li_rows *base, int column)
{
    const struct postgres_rows *rows = (const struct postgres_rows *)base;

    type_at(rows, column);
    return PQgetisnull(rows->result, rows->row, column);
}

int64_t li_postgres_i64(const struct li_rows *base, int column)
{
    const struct postgres_rows *rows = (const struct postgres_rows *)base;
    Oid type = type_at(rows, column);

    if (PQgetisnull(rows->result, rows->row, column))
        return 0;
    li_assert(is_whole(type));
    return whole_of(bytes_at(rows, column));
}

double li_postgres_f64(const struct li_rows *base, int column)
{
    const struct postgres_rows *rows = (const struct postgres_rows *)base;
    Oid type = type_at(rows, column);

    if (PQgetisnull(rows->result, rows->row, column))
        return 0;
    if (is_whole(type))
        return (double)whole_of(bytes_at(rows, column));
    li_assert(is_real(type));
    return real_of(bytes_at(rows, column));
}

/* jsonb comes with a version byte before the text. */
struct li_str li_postgres_str(const struct li_rows *base, int column)
{
    const struct postgres_rows *rows = (const struct postgres_rows *)base;
    Oid type = type_at(rows, column);
    struct li_str bytes;

    if (PQgetisnull(rows->result, rows->row, column))
        return (struct li_str){0};
    li_assert(is_text(type) || type == PG_BYTEA || type == PG_JSONB);
    bytes = bytes_at(rows, column);
    return type == PG_JSONB ? li_str_n(bytes.ptr + 1, bytes.len - 1) : bytes;
}
