/* Live gauges; see tally.h.  What a history entry means for them is said by the
 * noun (case/react.c). */
#include "record/tally.h"

#include <stdlib.h>

LI_SQL(tally_upsert, "insert into tally (tenant, scope, area, playbook, state, n) "
                     "values ($1, $2, $3, $4, $5, $6) "
                     "on conflict (tenant, scope, area, playbook, state) "
                     "do update set n = tally.n + excluded.n");
LI_SQL(tally_delete, "delete from tally where tenant = $1");
LI_SQL(tally_select, "select area, playbook, state, n from tally "
                     "where tenant = $1 and scope = $2 and n <> 0 order by area, playbook, state");
LI_SQL(tally_all, "select scope, area, playbook, state, n from tally where tenant = $1");

struct li_tally {
    struct li_tally_delta *items;
    size_t count, cap;
};

struct li_tally *li_tally_new(struct li_ctx *ctx)
{
    return li_alloc(ctx, sizeof(struct li_tally));
}

static int compare(const struct li_tally_delta *a, const struct li_tally_delta *b)
{
    int r = (a->scope > b->scope) - (a->scope < b->scope);

    r = r ? r : li_str_cmp(a->area, b->area);
    r = r ? r : li_str_cmp(a->playbook, b->playbook);
    return r ? r : li_str_cmp(a->state, b->state);
}

static int compare_items(const void *a, const void *b)
{
    return compare(a, b);
}

static int push(struct li_ctx *ctx, struct li_tally *tally, const struct li_tally_delta *delta)
{
    if (tally->count == tally->cap) {
        size_t cap = tally->cap ? 2 * tally->cap : 32;
        struct li_tally_delta *items = li_alloc_array(ctx, cap, sizeof(*items));
        if (!items) {
            return -LI_E_NOMEM;
        }
        if (tally->count) {
            memcpy(items, tally->items, tally->count * sizeof(*items));
        }
        tally->items = items;
        tally->cap = cap;
    }
    tally->items[tally->count++] = *delta;
    return 0;
}

int li_tally_add(struct li_ctx *ctx, struct li_tally *tally, const struct li_tally_delta *delta)
{
    for (size_t i = tally->count; i > 0; i--) {
        if (compare(&tally->items[i - 1], delta) == 0) {
            tally->items[i - 1].n += delta->n;
            return 0;
        }
    }
    return push(ctx, tally, delta);
}

int li_tally_write(struct li_ctx *ctx, const struct li_tx *tx, struct li_tally *tally)
{
    if (tally->count > 1) {
        qsort(tally->items, tally->count, sizeof(tally->items[0]), compare_items);
    }
    for (size_t i = 0; i < tally->count; i++) {
        const struct li_tally_delta *delta = &tally->items[i];
        if (delta->n == 0) {
            continue;
        }
        int r =
            li_exec(ctx, tx->conn, &tally_upsert,
                    LI_ARGS(li_v(tx->tenant), li_v(delta->scope), li_v_text(delta->area),
                            li_v_text(delta->playbook), li_v_text(delta->state), li_v(delta->n)),
                    NULL);
        if (r) {
            return r;
        }
    }
    return 0;
}

int li_tally_drop(struct li_ctx *ctx, const struct li_tx *tx)
{
    return li_exec(ctx, tx->conn, &tally_delete, LI_ARGS(li_v(tx->tenant)), NULL);
}

int li_tally_read(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t scope,
                  struct li_tally_delta **ret, size_t *ret_count)
{
    struct li_tally tally = {0};
    struct li_rows *rows;
    int r = li_query(ctx, conn, &tally_select, LI_ARGS(li_v(tenant), li_v(scope)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        const struct li_tally_delta delta = {
            .scope = scope,
            .area = li_col_dup(ctx, rows, 0),
            .playbook = li_col_dup(ctx, rows, 1),
            .state = li_col_dup(ctx, rows, 2),
            .n = li_col_i64(rows, 3),
        };
        r = push(ctx, &tally, &delta);
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = tally.items;
        *ret_count = tally.count;
    }
    return r;
}

/* What is kept, taken from what was counted, leaves nothing. */
int li_tally_differs(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_tally *tally, bool *ret)
{
    struct li_rows *rows;
    bool differs = false;
    int r = li_query(ctx, conn, &tally_all, LI_ARGS(li_v(tenant)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        const struct li_tally_delta delta = {
            .scope = li_col_i64(rows, 0),
            .area = li_col_dup(ctx, rows, 1),
            .playbook = li_col_dup(ctx, rows, 2),
            .state = li_col_dup(ctx, rows, 3),
            .n = -li_col_i64(rows, 4),
        };
        r = li_tally_add(ctx, tally, &delta);
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    for (size_t i = 0; i < tally->count; i++) {
        differs |= tally->items[i].n != 0;
    }
    if (r == 0) {
        *ret = differs;
    }
    return r;
}
