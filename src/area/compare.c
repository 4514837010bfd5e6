/*
 * A table held against the store: what is there already, what may change, and
 * what may not.
 *
 * The stored rows between the table's first and last code are walked once beside
 * it, both in order of code: a country's tree is not asked for row by row.
 */
#include "area/table.h"

LI_SQL(area_between, "select code, kind, name, parent, aliases, since, until, lon, lat from area "
                     "where tenant = $1 and code >= $2 and code <= $3 order by code");
LI_SQL(area_shape_of, "select shape from area_shape where tenant = $1 and code = $2");

/* Aliases of both, and `also` when it is no one's yet. */
static int join_aliases(struct li_ctx *ctx, struct li_str stored, struct li_str given,
                        struct li_str name, struct li_str also, struct li_str *ret)
{
    char *out = li_alloc(ctx, stored.len + given.len + also.len + 1);
    size_t len = 0;

    if (!out) {
        return -LI_E_NOMEM;
    }
    for (int i = 0; i < 3; i++) {
        struct li_str rest = i == 0 ? stored : i == 1 ? given : also;
        while (rest.len > 0) {
            struct li_str one = li_str_cut(&rest, '\n');
            if (one.len && !li_str_eq(one, name) && !li_area_has_alias(li_str_n(out, len), one)) {
                memcpy(out + len, one.ptr, one.len);
                len += one.len;
                out[len++] = '\n';
            }
        }
    }
    *ret = li_str_n(out, len);
    return 0;
}

/* Whether the row draws it otherwise than it is stored. */
static int is_redrawn(struct li_area_table *table, const struct li_area_item *item, bool *ret)
{
    struct li_rows *rows;
    int r;

    *ret = false;
    if (!item->row->shape.ptr) {
        return 0;
    }
    r = li_query_one(table->ctx, table->tx->conn, &area_shape_of,
                     LI_ARGS(li_v(table->tx->tenant), li_v_text(item->row->area.code)), &rows);
    if (r == 0) {
        *ret = !li_str_eq(li_col_str(rows, 0), item->row->shape);
        li_rows_done(rows);
        return 0;
    }
    *ret = r == -LI_E_NOT_FOUND;
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

/* What must not differ; LI_AREA_FAULT_COUNT when nothing does. */
static enum li_area_fault_kind conflict(const struct li_area_table *table,
                                        const struct li_area *area, const struct li_rows *rows)
{
    int32_t since = (int32_t)li_col_i64(rows, 5), until = (int32_t)li_col_i64(rows, 6);

    if (!li_str_eq(li_col_str(rows, 1), area->kind)) {
        return LI_AREA_FAULT_OTHER_KIND;
    }
    if (!li_str_eq(li_col_str(rows, 3), area->parent)) {
        return LI_AREA_FAULT_OTHER_PARENT;
    }
    if (until && until <= table->today && area->until != until) {
        return LI_AREA_FAULT_RETIRED;
    }
    if (area->since && since && area->since != since) {
        return LI_AREA_FAULT_OTHER_SINCE;
    }
    return LI_AREA_FAULT_COUNT;
}

/* How it will be: what the row leaves out stays. */
static int change(struct li_area_table *table, struct li_area_item *item,
                  const struct li_rows *rows, bool redrawn)
{
    const struct li_area *area = &item->row->area;
    struct li_str name = li_area_plain_name(area->name), stored = li_col_str(rows, 2);
    struct li_area_change made = {
        .name = name,
        .since = area->since ? area->since : (int32_t)li_col_i64(rows, 5),
        .until = area->until ? area->until : (int32_t)li_col_i64(rows, 6),
        .placed = area->placed || !li_col_is_null(rows, 7),
        .point = {.lon = li_col_i64(rows, 7), .lat = li_col_i64(rows, 8)},
        .redrawn = redrawn,
    };
    struct li_area_change *kept;
    bool same;
    int r = join_aliases(table->ctx, li_col_str(rows, 4), item->row->aliases, name, stored,
                         &made.aliases);

    if (r) {
        return r;
    }
    if (area->placed) {
        made.point = area->point;
    }
    same = li_str_eq(name, stored) && li_str_eq(made.aliases, li_col_str(rows, 4)) &&
           made.since == li_col_i64(rows, 5) && made.until == li_col_i64(rows, 6) &&
           made.placed == !li_col_is_null(rows, 7) && made.point.lon == li_col_i64(rows, 7) &&
           made.point.lat == li_col_i64(rows, 8) && !redrawn;
    item->fate = same ? LI_AREA_SAME : LI_AREA_CHANGED;
    if (same) {
        return 0;
    }
    if (li_area_alias_count(made.aliases) > LI_AREA_ALIASES) {
        li_area_table_reject(table, item, LI_AREA_FAULT_ALIASES);
        return 0;
    }
    kept = li_alloc(table->ctx, sizeof(*kept));
    if (!kept) {
        return -LI_E_NOMEM;
    }
    *kept = made;
    item->change = kept;
    return 0;
}

static int compare(struct li_area_table *table, struct li_area_item *item,
                   const struct li_rows *rows)
{
    enum li_area_fault_kind fault = conflict(table, &item->row->area, rows);
    bool redrawn = false;
    int r;

    if (fault != LI_AREA_FAULT_COUNT) {
        li_area_table_reject(table, item, fault);
        return 0;
    }
    r = is_redrawn(table, item, &redrawn);
    return r ? r : change(table, item, rows, redrawn);
}

int li_area_table_compare(struct li_area_table *table)
{
    struct li_area_item *items = table->items;
    struct li_str first = items[0].row->area.code, last = items[table->count - 1].row->area.code;
    struct li_rows *rows;
    size_t at = 0;
    int r = li_query(table->ctx, table->tx->conn, &area_between,
                     LI_ARGS(li_v(table->tx->tenant), li_v_text(first.len ? first : LI_S("")),
                             li_v_text(last.len ? last : LI_S(""))),
                     &rows);

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(table->ctx, rows)) > 0) {
        struct li_str code = li_col_str(rows, 0);
        r = 0;
        while (at < table->count && li_str_cmp(items[at].row->area.code, code) < 0) {
            at++;
        }
        for (; r == 0 && at < table->count && li_str_eq(items[at].row->area.code, code); at++) {
            r = items[at].fate == LI_AREA_BAD ? 0 : compare(table, &items[at], rows);
        }
    }
    li_rows_done(rows);
    return r;
}
