/* Codes on walls: their text, and reading them; see qr.h. */
#include "area/qr.h"

#include "base/grow.h"
#include "base/id.h"
#include "base/time.h"
#include "record/vault.h"

#define COLUMNS "q.number, q.made_at, q.retired_at, a.code, a.kind, a.name, a.parent, a.path"
#define JOINED  " from qr q join area a on a.tenant = q.tenant and a.code = q.area "

LI_SQL(qr_by_number, "select " COLUMNS JOINED "where q.tenant = $1 and q.number = $2");
LI_SQL(qr_open, "select a.code" JOINED "where q.tenant = $1 and q.number = $2 "
                "and q.retired_at is null and (a.until is null or a.until > $3)");
LI_SQL(qr_inside, "select " COLUMNS JOINED "where q.tenant = $1 and q.number > $3 "
                  "and substr(a.path, 1, length($2)) = $2 order by q.number limit $4");
LI_SQL(qr_sheet,
       "select " COLUMNS JOINED "where q.tenant = $1 and q.retired_at is null "
       "and a.path >= $2 and substr(a.path, 1, length($2)) = $2 "
       "and (a.until is null or a.until > $5) order by a.path, q.number limit $4 offset $3");

#define HALF 5 /* bytes of the number, and of the hash */

/* ---- texts --------------------------------------------------------------------- */

static int sign(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t number,
                uint8_t ret[HALF])
{
    struct li_str text = li_strf(ctx, "qr:%lld", (long long)number);
    uint8_t derived[16];
    int r = text.ptr ? li_key_derive(ctx, record, tenant, text, derived) : -LI_E_NOMEM;

    if (r == 0) {
        memcpy(ret, derived, HALF);
    }
    return r;
}

int li_qr_text(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t number,
               struct li_str *ret)
{
    uint8_t bytes[2 * HALF];
    char text[LI_BASE32_SIZE(2 * HALF)];
    struct li_str copy;
    int r = sign(ctx, record, tenant, number, bytes + HALF);

    _Static_assert(sizeof(text) == LI_QR_TEXT + 1, "a code's text");
    li_assert(number > 0 && number < (INT64_C(1) << (8 * HALF)));
    if (r) {
        return r;
    }
    for (int i = 0; i < HALF; i++) {
        bytes[i] = (uint8_t)(number >> (8 * (HALF - 1 - i)));
    }
    li_base32(bytes, sizeof(bytes), text);
    copy = li_str_dup(ctx, li_str(text));
    if (!copy.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = copy;
    return 0;
}

int li_qr_number(struct li_ctx *ctx, struct li_record *record, int64_t tenant, struct li_str text,
                 int64_t *ret)
{
    uint8_t bytes[2 * HALF], wanted[HALF], differs = 0;
    int64_t number = 0;
    int r;

    if (text.len != LI_QR_TEXT || !li_base32_parse(text, bytes, sizeof(bytes))) {
        return -LI_E_NOT_FOUND;
    }
    for (int i = 0; i < HALF; i++) {
        number = number << 8 | bytes[i];
    }
    r = sign(ctx, record, tenant, number, wanted);
    for (int i = 0; r == 0 && i < HALF; i++) {
        differs |= (uint8_t)(wanted[i] ^ bytes[HALF + i]);
    }
    if (r || differs) {
        return r ? r : -LI_E_NOT_FOUND;
    }
    *ret = number;
    return 0;
}

/* ---- rows ---------------------------------------------------------------------- */

int li_qr_open(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
               struct li_str text, struct li_str *ret_area)
{
    struct li_rows *rows;
    struct li_str area;
    int64_t number;
    int r = li_qr_number(ctx, record, tenant, text, &number);

    r = r ? r
          : li_query_one(ctx, conn, &qr_open,
                         LI_ARGS(li_v(tenant), li_v(number), li_v(li_day_at(li_now(ctx->clock)))),
                         &rows);
    if (r) {
        return r;
    }
    area = li_col_dup(ctx, rows, 0);
    li_rows_done(rows);
    if (!area.ptr) {
        return -LI_E_NOMEM;
    }
    *ret_area = area;
    return 0;
}

static int read_qr(struct li_ctx *ctx, const struct li_rows *rows, struct li_qr *ret)
{
    struct li_qr qr = {
        .number = li_col_i64(rows, 0),
        .made_at = li_col_i64(rows, 1),
        .retired_at = li_col_i64(rows, 2),
        .area = {.code = li_col_dup(ctx, rows, 3),
                 .kind = li_col_dup(ctx, rows, 4),
                 .name = li_col_dup(ctx, rows, 5),
                 .parent = li_col_dup(ctx, rows, 6),
                 .path = li_col_dup(ctx, rows, 7)},
    };

    if (!qr.area.code.ptr || !qr.area.kind.ptr || !qr.area.name.ptr || !qr.area.path.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = qr;
    return 0;
}

int li_qr_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t number,
               struct li_qr *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &qr_by_number, LI_ARGS(li_v(tenant), li_v(number)), &rows);

    if (r == 0) {
        r = read_qr(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

static int collect(struct li_ctx *ctx, struct li_rows *rows, struct li_qr **ret, size_t *ret_count)
{
    size_t cap = 0, count = 0;
    struct li_qr *all = NULL;
    int r = 0;

    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_qr *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        if (!more) {
            return -LI_E_NOMEM;
        }
        all = more;
        r = read_qr(ctx, rows, &all[count++]);
    }
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

static int list(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                const struct li_val *args, size_t arg_count, struct li_qr **ret, size_t *ret_count)
{
    struct li_rows *rows;
    int r = li_query(ctx, conn, sql, args, arg_count, &rows);

    if (r == 0) {
        r = collect(ctx, rows, ret, ret_count);
        li_rows_done(rows);
    }
    return r;
}

int li_qr_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
               int64_t after, int64_t limit, struct li_qr **ret, size_t *ret_count)
{
    const struct li_val args[4] = {li_v(tenant), li_v_text(path), li_v(after), li_v(limit)};

    return list(ctx, conn, &qr_inside, args, 4, ret, ret_count);
}

int li_qr_sheet(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                int64_t skip, int64_t limit, struct li_qr **ret, size_t *ret_count)
{
    const struct li_val args[5] = {li_v(tenant), li_v_text(path), li_v(skip), li_v(limit),
                                   li_v(li_day_at(li_now(ctx->clock)))};

    return list(ctx, conn, &qr_sheet, args, 5, ret, ret_count);
}
