/*
 * Command "area.import": a whole table of areas, or nothing of it.
 *
 * The table is put in order of code, every row gets its path from the top kind
 * downwards (place.c), and is held against what is stored (compare.c).  Nothing
 * stops at the first fault: whoever keeps the table hears of all of them.
 */
#include <stdlib.h>

#include "area/table.h"
#include "base/time.h"
#include "record/tenant.h"

void li_area_table_reject(struct li_area_table *table, struct li_area_item *item,
                          enum li_area_fault_kind kind)
{
    const struct li_area_watch *watch = table->import->watch;
    const struct li_area_fault *fault = li_area_fault(kind);
    size_t index = (size_t)(item->row - table->import->rows);

    item->fate = LI_AREA_BAD;
    table->status = li_area_fault_tell(table->ctx, kind,
                                       li_strf(table->ctx, "/rows/%zu/%s", index, fault->field));
    if (watch && watch->reject) {
        watch->reject(watch->arg, item->row->line, fault, LI_S(""));
    }
}

/* ---- taking the rows in --------------------------------------------------------- */

static int by_code(const void *a, const void *b)
{
    const struct li_area_item *x = a, *y = b;
    int order = li_str_cmp(x->row->area.code, y->row->area.code);

    return order ? order : (x->row > y->row) - (x->row < y->row);
}

static void sort_by_code(struct li_area_table *table)
{
    for (size_t i = 1; i < table->count; i++) {
        if (by_code(&table->items[i - 1], &table->items[i]) > 0) {
            qsort(table->items, table->count, sizeof(*table->items), by_code);
            return;
        }
    }
}

/* Rows that were rejected in the file are among them, so that what lies in them is
 * not rejected as well. */
static int take(struct li_area_table *table)
{
    const struct li_area_import *import = table->import;

    table->items = li_alloc_array(table->ctx, import->count, sizeof(*table->items));
    if (!table->items) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < import->count; i++) {
        const struct li_area_row *row = &import->rows[i];
        struct li_area_item *item = &table->items[table->count++];
        enum li_area_fault_kind fault = row->bad ? LI_AREA_FAULT_COUNT : li_area_row_fault(row);

        *item = (struct li_area_item){.row = row, .rank = li_area_rank(row->area.kind)};
        if (fault != LI_AREA_FAULT_COUNT) {
            li_area_table_reject(table, item, fault);
        } else if (row->bad) {
            item->fate = LI_AREA_BAD;
            table->status = -LI_E_INVALID;
        }
    }
    sort_by_code(table);
    for (size_t i = 1; i < table->count; i++) {
        struct li_area_item *one = &table->items[i - 1], *other = &table->items[i];
        if (other->fate != LI_AREA_BAD && li_str_eq(one->row->area.code, other->row->area.code)) {
            li_area_table_reject(table, other, LI_AREA_FAULT_TWICE);
        }
    }
    return 0;
}

/* ---- the plan ------------------------------------------------------------------- */

static int by_path(const void *a, const void *b)
{
    const struct li_area_item *x = *(const struct li_area_item *const *)a,
                              *y = *(const struct li_area_item *const *)b;

    return li_str_cmp(x->path, y->path);
}

static void put_date(struct li_json *json, const char *key, int32_t day)
{
    if (day) {
        li_json_put_int(json, key, day);
    }
}

/* A row as it will be stored; what it leaves out is left out here. */
static void put_row(struct li_json *json, const struct li_area_item *item)
{
    const struct li_area_row *row = item->row;
    const struct li_area_change *change = item->change;
    struct li_str aliases = change ? change->aliases : row->aliases;
    bool placed = change ? change->placed : row->area.placed;
    struct li_point point = change ? change->point : row->area.point;

    li_json_open_map(json);
    if (aliases.len) {
        li_json_put_text(json, "aliases", aliases);
    }
    li_json_put_text(json, "code", row->area.code);
    li_json_put_text(json, "kind", row->area.kind);
    if (placed) {
        li_json_put_int(json, "lat", point.lat);
        li_json_put_int(json, "lon", point.lon);
    }
    li_json_put_text(json, "name", change ? change->name : li_area_plain_name(row->area.name));
    li_json_put_text(json, "parent", row->area.parent);
    if (row->shape.ptr) {
        struct li_hash hash = li_hash_of(row->shape);
        li_json_key(json, "shape");
        li_json_hash(json, &hash);
    }
    put_date(json, "since", change ? change->since : row->area.since);
    put_date(json, "until", change ? change->until : row->area.until);
    li_json_close_map(json);
}

/* The hash over the list of rows to be written, as canonical JSON; one row at a
 * time, since the whole may be larger than the table. */
static int hash_rows(struct li_ctx *ctx, struct li_area_plan *plan)
{
    struct li_hasher hasher;
    struct li_buf buf;
    int r = 0;

    li_buf_init(&buf, 0);
    li_hasher_begin(&hasher);
    li_hasher_add(&hasher, LI_S("["));
    for (size_t i = 0; r == 0 && i < plan->count; i++) {
        struct li_json json;
        li_buf_reset(&buf);
        li_json_init(&json, &buf, true);
        put_row(&json, plan->items[i]);
        li_hasher_add(&hasher, i ? LI_S(",") : LI_S(""));
        li_hasher_add(&hasher, li_buf_view(&buf));
        r = li_buf_check(ctx, &buf);
    }
    li_hasher_add(&hasher, LI_S("]"));
    plan->hash = li_hasher_end(&hasher);
    li_buf_done(&buf);
    return r;
}

static int make_plan(struct li_area_table *table, struct li_area_plan **ret)
{
    struct li_area_plan *plan = li_alloc(table->ctx, sizeof(*plan));
    const struct li_area_item **items = li_alloc_array(table->ctx, table->count, sizeof(*items));
    bool sorted = true;
    int r;

    if (!plan || !items) {
        return -LI_E_NOMEM;
    }
    plan->items = items;
    plan->watch = table->import->watch;
    plan->source = table->import->source.ptr ? table->import->source : LI_S("");
    for (size_t i = 0; i < table->count; i++) {
        const struct li_area_item *item = &table->items[i];
        if (item->fate == LI_AREA_SAME) {
            continue;
        }
        plan->imported.added += item->fate == LI_AREA_NEW;
        plan->imported.changed += item->fate == LI_AREA_CHANGED;
        sorted = sorted &&
                 (plan->count == 0 || li_str_cmp(items[plan->count - 1]->path, item->path) < 0);
        items[plan->count++] = item;
    }
    if (!sorted) {
        qsort(items, plan->count, sizeof(*items), by_path);
    }
    r = hash_rows(table->ctx, plan);
    if (r == 0) {
        *ret = plan;
    }
    return r;
}

static int import_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_area_import *import = args;
    struct li_area_table table = {
        .ctx = ctx, .tx = tx, .import = import, .today = li_day_at(tx->now)};
    struct li_area_plan *plan = NULL;
    int r;

    if (import->count == 0) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/rows"), LI_S(""));
    }
    if (import->count > LI_AREA_ROWS) {
        return LI_FAIL(ctx, LI_E_LIMIT, "at most %d areas at once", LI_AREA_ROWS);
    }
    li_area_progress(import->watch, LI_AREA_CHECKING, 0, import->count);
    r = take(&table);
    r = r ? r : li_area_table_place(&table);
    r = r ? r : li_area_table_compare(&table);
    r = r ? r : table.status;
    r = r ? r : make_plan(&table, &plan);
    if (r == 0) {
        li_area_progress(import->watch, LI_AREA_CHECKING, import->count, import->count);
        *ret_plan = plan;
    }
    return r;
}

/* ---- writing -------------------------------------------------------------------- */

static int import_payload(struct li_ctx *ctx, const struct li_area_plan *plan, struct li_str *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_int(&json, "changed", (int64_t)plan->imported.changed);
    li_json_put_int(&json, "count", (int64_t)plan->imported.added);
    li_json_key(&json, "hash");
    li_json_hash(&json, &plan->hash);
    li_json_put_text(&json, "source", plan->source);
    return li_json_finish(ctx, &json, ret);
}

static int import_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                        struct li_outcome *ret)
{
    const struct li_area_plan *plan = args;
    int r = li_area_plan_write(ctx, tx, plan);

    r = r ? r : li_tenant_touch(ctx, tx);
    ret->entity = tx->tenant;
    return r ? r : import_payload(ctx, plan, &ret->payload);
}

const struct li_command li_area_import = {
    .name = "area.import",
    .decide = import_decide,
    .write = import_write,
};
