/*
 * How many rows in use there are of each value a list is narrowed by.  Kept place by
 * place as rows are written, because a list shows these figures and a register may have
 * a million rows.  Every place counts, also those no field fills: the next version of
 * the register may.
 */
#include "base/grow.h"
#include "register/inside.h"

LI_SQL(count_add, "insert into register_count (tenant, register, place, value, area_path, held) "
                  "values ($1, $2, $3, $4, $5, $6) "
                  "on conflict (tenant, register, place, value, area_path) "
                  "do update set held = register_count.held + excluded.held");
LI_SQL(count_select, "select value, cast(sum(held) as bigint) from register_count "
                     "where tenant = $1 and register = $2 and place = $3 and held <> 0 "
                     "and area_path >= $4 and area_path < $5 group by value order by value");

int li_row_count(struct li_ctx *ctx, const struct li_tx *tx, const struct li_row *row, int by)
{
    int r = 0;

    for (int i = 0; r == 0 && i < LI_REGISTER_FIND; i++)
        r = li_exec(ctx, tx->conn, &count_add,
                    LI_ARGS(li_v(tx->tenant), li_v_text(row->reg->form.name), li_v(i),
                            li_v_text(row->find[i]), li_v_text(row->area_path), li_v(by)),
                    NULL);
    return r;
}

int li_row_tally(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                 const struct li_register *reg, struct li_str path, int place,
                 struct li_row_tally **ret, size_t *ret_count)
{
    struct li_row_tally *all = NULL, *more;
    size_t cap = 0, count = 0;
    struct li_rows *rows;
    struct li_str end;
    int r = li_row_path_end(ctx, path, &end);

    r = r ? r
          : li_query(ctx, conn, &count_select,
                     LI_ARGS(li_v(tenant), li_v_text(reg->form.name), li_v(place),
                             li_v_text(path.ptr ? path : LI_S("")), li_v_text(end)),
                     &rows);
    if (r)
        return r;
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        more = li_grow(ctx, all, count, &cap, sizeof(*all));
        all = more ? more : all;
        r = more ? 0 : -LI_E_NOMEM;
        if (more) {
            all[count] = (struct li_row_tally){li_col_dup(ctx, rows, 0), li_col_i64(rows, 1)};
            r = all[count++].value.ptr ? 0 : -LI_E_NOMEM;
        }
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}
