/*
 * Command "area.import": a whole table of areas, or nothing of it.
 *
 * Rows are taken from the top kind downwards, so a parent always has its path
 * before its children ask for it, wherever it stands in the table.  A parent's
 * kind must be above the child's: circles cannot be.
 */
#include <stdlib.h>

#include "area/inside.h"
#include "base/hash.h"
#include "base/json.h"
#include "record/tenant.h"

LI_SQL(area_insert, "insert into area (tenant, code, kind, name, parent, path) "
                    "values ($1, $2, $3, $4, $5, $6)");

struct plan {
    struct li_area_imported imported; /* first: what the caller sees of a plan */
    struct li_str source;
    struct li_hash hash;
};

/* A row on its way in. */
struct item {
    struct li_area area;
    size_t index; /* in the table given */
    int rank;
    bool stored; /* it is there already, just so */
};

struct table {
    struct li_ctx *ctx;
    const struct li_tx *tx;
    struct item *items; /* by rank, then code */
    const struct item **by_code;
    size_t count;
    int status;
};

static void tell(struct table *table, size_t index, enum li_fault_kind kind, const char *field)
{
    struct li_str limit = kind == LI_FAULT_LONG ? LI_S("50") : LI_S("");
    struct li_str where = li_strf(table->ctx, "/rows/%zu/%s", index, field);

    table->status = li_fault(table->ctx, kind, where, limit);
}

static int by_rank(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    return x->rank != y->rank ? x->rank - y->rank : li_str_cmp(x->area.code, y->area.code);
}

static int by_code(const void *a, const void *b)
{
    const struct item *x = *(const struct item *const *)a, *y = *(const struct item *const *)b;

    return li_str_cmp(x->area.code, y->area.code);
}

static int by_path(const void *a, const void *b)
{
    return li_str_cmp(((const struct li_area *)a)->path, ((const struct li_area *)b)->path);
}

static const struct item *in_table(const struct table *table, struct li_str code)
{
    const struct item wanted = {.area = {.code = code}}, *key = &wanted, **found;

    found = bsearch(&key, table->by_code, table->count, sizeof(key), by_code);
    return found ? *found : NULL;
}

/* Takes the rows in, each alone in order. */
static int take(struct table *table, const struct li_area_import *args)
{
    table->count = args->count;
    table->items = li_alloc_array(table->ctx, args->count, sizeof(*table->items));
    table->by_code = li_alloc_array(table->ctx, args->count, sizeof(*table->by_code));
    if (!table->items || !table->by_code) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < args->count; i++) {
        const struct li_area_fault *fault = li_area_row_fault(&args->rows[i]);
        struct item *item = &table->items[i];
        if (fault) {
            tell(table, i, fault->kind, fault->field);
            continue;
        }
        *item = (struct item){.area = args->rows[i], .index = i};
        item->area.name = li_area_plain_name(item->area.name);
        item->rank = li_area_rank(item->area.kind);
    }
    if (table->status) {
        return table->status;
    }
    qsort(table->items, table->count, sizeof(*table->items), by_rank);
    for (size_t i = 0; i < table->count; i++) {
        table->by_code[i] = &table->items[i];
    }
    qsort(table->by_code, table->count, sizeof(*table->by_code), by_code);
    for (size_t i = 1; i < table->count; i++) {
        const struct item *one = table->by_code[i - 1], *other = table->by_code[i];
        if (li_str_eq(one->area.code, other->area.code)) {
            tell(table, one->index > other->index ? one->index : other->index, LI_FAULT_TWICE,
                 "code");
        }
    }
    return table->status;
}

/* The path of the row's parent, from the table or the store; empty when that is
 * no parent for it, which is told. */
static int parent_path(struct table *table, const struct item *item, struct li_str *ret)
{
    const struct item *parent = in_table(table, item->area.parent);
    struct li_area area = {0};
    int r = 0;

    if (parent) {
        area = parent->area;
    } else {
        r = li_area_find(table->ctx, table->tx->conn, table->tx->tenant, item->area.parent, &area);
    }
    if (r == -LI_E_NOT_FOUND) {
        tell(table, item->index, LI_FAULT_NOWHERE, "parent");
        return 0;
    }
    if (r == 0 && li_area_rank(area.kind) >= item->rank) {
        tell(table, item->index, LI_FAULT_CHOICE, "parent");
        return 0;
    }
    *ret = area.path;
    return r;
}

/* The row's path; left empty when its parent has none. */
static int place(struct table *table, struct item *item)
{
    struct li_str above = {0};

    if (item->area.parent.len > 0) {
        int r = parent_path(table, item, &above);
        if (r || above.len == 0) {
            return r;
        }
    }
    item->area.path = li_strf(table->ctx, "%.*s%.*s/", LI_P(above), LI_P(item->area.code));
    return item->area.path.ptr ? 0 : -LI_E_NOMEM;
}

/* Is it there already? */
static int compare(struct table *table, struct item *item)
{
    struct li_area stored;
    int r = li_area_find(table->ctx, table->tx->conn, table->tx->tenant, item->area.code, &stored);

    if (r) {
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    item->stored = li_str_eq(stored.kind, item->area.kind) &&
                   li_str_eq(stored.name, item->area.name) &&
                   li_str_eq(stored.path, item->area.path);
    if (!item->stored) {
        return LI_FAIL_AT(table->ctx, LI_E_UNIQUE,
                          li_strf(table->ctx, "/rows/%zu/code", item->index),
                          "area %.*s exists and differs", LI_P(item->area.code));
    }
    return 0;
}

static void write_row(struct li_json *json, const struct li_area *area)
{
    li_json_open_map(json);
    li_json_put_text(json, "code", area->code);
    li_json_put_text(json, "kind", area->kind);
    li_json_put_text(json, "name", area->name);
    li_json_put_text(json, "parent", area->parent);
    li_json_close_map(json);
}

/* The hash over the new rows as they are stored, in order of path. */
static int hash_rows(struct li_ctx *ctx, struct plan *plan)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    int r;

    if (!buf) {
        return -LI_E_NOMEM;
    }
    li_json_init(&json, buf, true);
    li_json_open_list(&json);
    for (size_t i = 0; i < plan->imported.count; i++) {
        write_row(&json, &plan->imported.rows[i]);
    }
    li_json_close_list(&json);
    r = li_buf_check(ctx, buf);
    if (r == 0) {
        plan->hash = li_hash_of(li_buf_view(buf));
    }
    return r;
}

static int make_plan(struct table *table, struct li_str source, struct plan **ret)
{
    struct plan *plan = li_alloc(table->ctx, sizeof(*plan));
    struct li_area *rows = li_alloc_array(table->ctx, table->count, sizeof(*rows));
    size_t count = 0;
    int r;

    if (!plan || !rows) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < table->count; i++) {
        if (!table->items[i].stored) {
            rows[count++] = table->items[i].area;
        }
    }
    qsort(rows, count, sizeof(*rows), by_path);
    plan->imported = (struct li_area_imported){.rows = rows, .count = count};
    plan->source = source.ptr ? source : LI_S("");
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
    struct table table = {.ctx = ctx, .tx = tx};
    struct plan *plan = NULL;
    int r;

    if (import->count == 0) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/rows"), LI_S(""));
    }
    if (import->count > LI_AREA_ROWS) {
        return LI_FAIL(ctx, LI_E_LIMIT, "at most %d areas at once", LI_AREA_ROWS);
    }
    r = take(&table, import);
    for (size_t i = 0; r == 0 && i < table.count; i++) {
        r = place(&table, &table.items[i]);
    }
    r = r ? r : table.status;
    for (size_t i = 0; r == 0 && i < table.count; i++) {
        r = compare(&table, &table.items[i]);
    }
    if (r == 0) {
        r = make_plan(&table, import->source, &plan);
    }
    if (r == 0) {
        *ret_plan = plan;
    }
    return r;
}

static int import_payload(struct li_ctx *ctx, const struct plan *plan, struct li_str *ret)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;

    if (!buf) {
        return -LI_E_NOMEM;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_put_int(&json, "count", (int64_t)plan->imported.count);
    li_json_key(&json, "hash");
    li_json_hash(&json, &plan->hash);
    li_json_put_text(&json, "source", plan->source);
    li_json_close_map(&json);
    *ret = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

static int import_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                        struct li_outcome *ret)
{
    const struct plan *plan = args;
    int r = 0;

    for (size_t i = 0; r == 0 && i < plan->imported.count; i++) {
        const struct li_area *area = &plan->imported.rows[i];
        r = li_exec(ctx, tx->conn, &area_insert,
                    LI_ARGS(li_v(tx->tenant), li_v_text(area->code), li_v_text(area->kind),
                            li_v_text(area->name),
                            area->parent.len ? li_v_text(area->parent) : li_v_null(),
                            li_v_text(area->path)),
                    NULL);
    }
    if (r == 0) {
        r = li_tenant_touch(ctx, tx);
    }
    ret->entity = tx->tenant;
    return r ? r : import_payload(ctx, plan, &ret->payload);
}

const struct li_command li_area_import = {
    .name = "area.import",
    .decide = import_decide,
    .write = import_write,
};
