/* Rows as a list, as numbers, as one number; see store.h. */
#include "base/grow.h"
#include "store/store.h"

int li_query_list(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                  const struct li_val *args, size_t arg_count, size_t size,
                  int (*read)(struct li_ctx *ctx, const struct li_rows *rows, void *ret),
                  void **ret, size_t *ret_count)
{
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    void *all = NULL, *more;
    int r = li_query(ctx, conn, sql, args, arg_count, &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        more = li_grow(ctx, all, count, &cap, size);
        r = more ? read(ctx, rows, (char *)more + count * size) : -LI_E_NOMEM;
        all = more ? more : all;
        if (r) {
            break;
        }
        count++;
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

int li_query_ids(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                 const struct li_val *args, size_t arg_count, size_t room, int64_t ret[],
                 size_t *ret_count)
{
    struct li_rows *rows;
    size_t count = 0;
    int r = li_query(ctx, conn, sql, args, arg_count, &rows);

    if (r) {
        return r;
    }
    while (count < room && (r = li_rows_next(ctx, rows)) > 0) {
        ret[count++] = li_col_i64(rows, 0);
    }
    li_rows_done(rows);
    if (r < 0) {
        return r;
    }
    *ret_count = count;
    return 0;
}

int li_query_i64(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                 const struct li_val *args, size_t arg_count, int64_t *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, sql, args, arg_count, &rows);

    if (r == 0) {
        *ret = li_col_i64(rows, 0);
        li_rows_done(rows);
    }
    return r;
}
