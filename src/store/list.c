/* Rows as a list; see store.h. */
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
