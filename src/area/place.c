/*
 * Where the rows of a table lie: each one's path.
 *
 * Rows are taken from the top kind downwards, so a parent always has its path
 * before its children ask for it, wherever it stands in the table.  A parent's
 * kind is always above the child's: circles cannot be.  Neighbours in order of
 * code mostly have the same parent, so the last one is remembered.
 */
#include <stdlib.h>

#include "area/table.h"

/* A parent, from the table or the store. */
struct above {
    struct li_str code;
    struct li_str path;
    int rank; /* 0: there is no such area */
    bool bad; /* it has no path, which is told already */
    bool retired;
};

static int code_of(const void *key, const void *item)
{
    return li_str_cmp(*(const struct li_str *)key,
                      ((const struct li_area_item *)item)->row->area.code);
}

static bool is_over(int32_t until, int32_t today)
{
    return until && until <= today;
}

static int find(struct li_area_table *table, struct li_str code, struct above *ret)
{
    const struct li_area_item *item =
        bsearch(&code, table->items, table->count, sizeof(*table->items), code_of);
    struct li_area area;
    int r;

    if (item) {
        *ret = (struct above){.code = code,
                              .path = item->path,
                              .rank = item->rank,
                              .bad = item->fate == LI_AREA_BAD,
                              .retired = is_over(item->row->area.until, table->today)};
        return 0;
    }
    r = li_area_find(table->ctx, table->tx->conn, table->tx->tenant, code, &area);
    if (r && r != -LI_E_NOT_FOUND) {
        return r;
    }
    *ret = (struct above){.code = code};
    if (r == 0) {
        ret->path = area.path;
        ret->rank = li_area_rank(area.kind);
        ret->retired = is_over(area.until, table->today);
    }
    return 0;
}

/* Whether one of a path's codes is `code`. */
static bool passes(struct li_str path, struct li_str code)
{
    while (path.len > 0) {
        if (li_str_eq(li_str_cut(&path, '/'), code)) {
            return true;
        }
    }
    return false;
}

/* Below the community a code tells where it was given. */
static bool begins_rightly(const struct li_area_item *item, const struct above *above)
{
    struct li_str base = li_area_code_base(item->row->area.code);

    if (base.len == 15 && base.len == item->row->area.code.len) {
        base.len = 12;
    } else if (base.len == item->row->area.code.len) {
        return true;
    }
    return passes(above->path, base);
}

static int place(struct li_area_table *table, struct li_area_item *item, struct above *last)
{
    const struct li_area *area = &item->row->area;

    if (area->parent.len > 0 && !li_str_eq(area->parent, last->code)) {
        int r = find(table, area->parent, last);
        if (r) {
            return r;
        }
    }
    if (area->parent.len == 0) {
        *last = (struct above){.path = LI_S("")};
    } else if (last->bad) {
        item->fate = LI_AREA_BAD;
        return 0;
    } else if (last->rank == 0) {
        li_area_table_reject(table, item, LI_AREA_FAULT_NOWHERE);
        return 0;
    } else if (!li_area_may_lie(item->rank, last->rank)) {
        li_area_table_reject(table, item, LI_AREA_FAULT_ABOVE);
        return 0;
    } else if (!begins_rightly(item, last)) {
        li_area_table_reject(table, item, LI_AREA_FAULT_PREFIX);
        return 0;
    } else if (last->retired && !is_over(area->until, table->today)) {
        li_area_table_reject(table, item, LI_AREA_FAULT_PARENT_RETIRED);
        return 0;
    }
    item->path = li_strf(table->ctx, "%.*s%.*s/", LI_P(last->path), LI_P(area->code));
    return item->path.ptr ? 0 : -LI_E_NOMEM;
}

int li_area_table_place(struct li_area_table *table)
{
    int r = 0;

    for (int rank = 1; rank < LI_AREA_RANKS; rank++) {
        struct above last = {.rank = 0};
        for (size_t i = 0; r == 0 && i < table->count; i++) {
            struct li_area_item *item = &table->items[i];
            if (item->rank == rank && item->fate != LI_AREA_BAD) {
                r = place(table, item, &last);
            }
        }
    }
    return r;
}
