/*
 * The gauges of cases, counted anew: after a move, or whenever somebody doubts them.
 *
 * The consumer that keeps them is react.c; this is the other way to the same numbers,
 * over the cases as they are now.
 */
#include "case/case.h"
#include "record/tally.h"

LI_SQL(case_recount,
       "select scope, area, playbook, state, cast(count(*) as bigint) from cases "
       "where tenant = $1 and merged_into is null group by scope, area, playbook, state");

static int count_all(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_tally *tally)
{
    struct li_rows *rows;
    int r = li_query(ctx, conn, &case_recount, LI_ARGS(li_v(tenant)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        const struct li_tally_delta delta = {
            .scope = li_col_i64(rows, 0),
            .area = li_case_community(li_col_dup(ctx, rows, 1)),
            .playbook = li_col_dup(ctx, rows, 2),
            .state = li_col_dup(ctx, rows, 3),
            .n = li_col_i64(rows, 4),
        };
        r = li_tally_add(ctx, tally, &delta);
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    return r;
}

int li_case_recount(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, bool *ret_differs)
{
    struct li_tally *tally = li_tally_new(ctx);
    int r = tally ? count_all(ctx, conn, tenant, tally) : -LI_E_NOMEM;

    return r ? r : li_tally_differs(ctx, conn, tenant, tally, ret_differs);
}
