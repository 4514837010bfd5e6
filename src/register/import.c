/*
 * Importing a table; see register.h.
 *
 * Every row is decided as a command over it alone would be, so that a table can bring
 * nothing a form could not.  Nothing is written unless all of it can be.
 */
#include <stdlib.h>

#include "base/canonical.h"
#include "base/csv.h"
#include "base/grow.h"
#include "base/id.h"
#include "contract/fault.h"
#include "register/inside.h"

LI_SQL(columns_select, "select columns from register_columns where tenant = $1 and register = $2");
LI_SQL(columns_put, "insert into register_columns (tenant, register, columns) values ($1, $2, $3) "
                    "on conflict (tenant, register) do update set columns = excluded.columns");

struct import {
    struct li_ctx *ctx;
    const struct li_tx *tx;
    const struct li_row_import_args *args;
    const struct li_register *reg;
    struct li_row_names names;
    struct li_csv csv;
    struct li_register_column *columns;
    size_t column_count;
    int line; /* of the row */
    struct li_row_fault *faults;
    size_t fault_count;
    struct li_row_imported done;
    struct li_row_change *changes; /* NULL: only looked at */
    size_t change_count;
    struct key {
        struct li_str text;
        int line;
    } * keys;
    size_t key_count;
};

/* ---- columns -------------------------------------------------------------------- */

int li_row_columns(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   const struct li_register *reg, const struct li_register_column **ret,
                   size_t *ret_count)
{
    struct li_register_column *columns;
    struct li_node *list;
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &columns_select,
                         LI_ARGS(li_v(tenant), li_v_text(reg->form.name)), &rows);

    if (r == -LI_E_NOT_FOUND) {
        *ret = reg->columns;
        *ret_count = reg->column_count;
        return 0;
    }
    if (r)
        return r;
    r = li_canonical_read(ctx, li_col_dup(ctx, rows, 0), &list);
    li_rows_done(rows);
    columns = r ? NULL : li_alloc_array(ctx, list->list.count, sizeof(*columns));
    if (!columns)
        return r ? r : -LI_E_NOMEM;
    for (size_t i = 0; i < list->list.count; i++) {
        struct li_str field = li_node_text(list->list.items[i], "field");
        columns[i].heading = li_node_text(list->list.items[i], "heading");
        columns[i].field = field.len ? li_playbook_field(&reg->form, field) : -1;
    }
    *ret = columns;
    *ret_count = list->list.count;
    return 0;
}

/* The field of a heading: as the caller says, as it was before, as the field is called. */
static int field_of(const struct import *import, const struct li_register_column *known,
                    size_t count, struct li_str heading)
{
    const struct li_playbook *form = &import->reg->form;
    struct li_node *said = li_node_get_str(import->args->columns, heading);

    if (said)
        return said->kind == LI_TEXT && said->text.len ? li_playbook_field(form, said->text) : -1;
    for (size_t i = 0; i < count; i++) {
        if (li_str_eq(known[i].heading, heading))
            return known[i].field;
    }
    for (size_t i = 0; i < import->reg->column_count; i++) {
        if (li_str_eq(import->reg->columns[i].heading, heading))
            return import->reg->columns[i].field;
    }
    for (size_t i = 0; i < form->field_count; i++) {
        if (li_str_eq(form->fields[i].label.zh, heading) ||
            li_str_eq(form->fields[i].label.en, heading) ||
            li_str_eq(form->fields[i].name, heading))
            return (int)i;
    }
    return -1;
}

static int reject(struct import *import, struct li_str heading, struct li_texts why)
{
    struct li_row_fault *fault;

    if (import->fault_count < LI_ROW_FAULTS) {
        fault = &import->faults[import->fault_count];
        *fault = (struct li_row_fault){
            .line = import->line,
            .heading = li_str_dup(import->ctx, heading),
            .why = {li_str_dup(import->ctx, why.zh), li_str_dup(import->ctx, why.en)}};
        if (!fault->heading.ptr || !fault->why.zh.ptr || !fault->why.en.ptr)
            return -LI_E_NOMEM;
        import->fault_count++;
    }
    return 0;
}

static int read_heading(struct import *import)
{
    struct li_ctx *ctx = import->ctx;
    const struct li_register_column *known;
    size_t count, named = 0;
    int r = li_row_columns(ctx, import->tx->conn, import->tx->tenant, import->reg, &known, &count);

    /* what stood above it in a workbook comes as blank lines */
    do {
        import->line = import->csv.line;
        r = r ? r : li_csv_row(ctx, &import->csv);
    } while (r == 0 && li_csv_is_blank(&import->csv) && import->csv.rest.len);
    if (r)
        return r;
    if (import->csv.field_count > LI_REGISTER_COLUMNS)
        return LI_FAIL(ctx, LI_E_LIMIT, "more than %d columns", LI_REGISTER_COLUMNS);
    import->column_count = import->csv.field_count;
    import->columns = li_alloc_array(ctx, import->column_count, sizeof(*import->columns));
    if (!import->columns)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < import->column_count; i++) {
        struct li_register_column *column = &import->columns[i];
        column->heading = import->csv.fields[i];
        column->field = field_of(import, known, count, column->heading);
        for (size_t k = 0; k < i; k++)
            if (column->field >= 0 && import->columns[k].field == column->field)
                column->field = -1;
        named += column->field == import->reg->name;
    }
    return named ? 0
                 : reject(import, import->reg->form.fields[import->reg->name].label.zh,
                          (struct li_texts){LI_S("表里没有这一列，请在对应关系里指定。"),
                                            LI_S("The table has no such column; please say which "
                                                 "one it is.")});
}

/* ---- rows ----------------------------------------------------------------------- */

static struct li_str heading_of(const struct import *import, struct li_str pointer)
{
    struct li_str prefix = LI_S("/fields/");
    int place;

    if (!li_str_starts(pointer, prefix))
        return LI_S("");
    pointer = li_str_n(pointer.ptr + prefix.len, pointer.len - prefix.len);
    place = li_playbook_field(&import->reg->form, li_str_cut(&pointer, '/'));
    for (size_t i = 0; place >= 0 && i < import->column_count; i++) {
        if (import->columns[i].field == place)
            return import->columns[i].heading;
    }
    return place >= 0 ? import->reg->form.fields[place].label.zh : LI_S("");
}

/* What was told of a row by those who decide it. */
static int reject_told(struct import *import, struct li_ctx *work)
{
    int r = 0;

    for (unsigned i = 0; r == 0 && i < work->error_count; i++) {
        const struct li_error *error = &work->errors[i];
        if (error->reason)
            r = reject(import, heading_of(import, error->where),
                       (struct li_texts){li_fault_sentence(work, error, LI_ZH),
                                         li_fault_sentence(work, error, LI_EN)});
    }
    li_ctx_clear(work);
    return r;
}

/* The cells of a row as values. */
static int read_cells(struct import *import, struct li_ctx *work, struct li_node **ret)
{
    struct li_node *map = li_node_new_map(work), *value;
    struct li_texts why;
    int r = map ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < import->column_count; i++) {
        const struct li_field *field;
        struct li_str cell = import->csv.fields[i];
        if (import->columns[i].field < 0 || !cell.len)
            continue;
        field = &import->reg->form.fields[import->columns[i].field];
        if (field->personal && memmem(cell.ptr, cell.len, "****", 4))
            continue; /* a table that went out masked comes back */
        r = li_row_cell(work, import->tx, &import->names, field, cell, &value, &why);
        if (r == 0 && value)
            r = li_node_put(work, map, field->name, value);
        else if (r == 0)
            r = reject(import, import->columns[i].heading, why);
    }
    *ret = map;
    return r;
}

/* The row the values are about: by its code, else by name and place. */
static int find_row(struct import *import, struct li_ctx *work, const struct li_node *values,
                    struct li_row *ret)
{
    const struct li_register *reg = import->reg;
    const struct li_tx *tx = import->tx;
    struct li_str name = li_node_text(values, li_str_c(work, reg->form.fields[reg->name].name));
    struct li_str area = LI_S("");
    int r;

    if (reg->code >= 0) {
        struct li_node *code = li_node_get_str(values, reg->form.fields[reg->code].name);
        r = code ? li_row_by_code(work, tx->record, tx->conn, tx->tenant, reg, code->text, ret)
                 : -LI_E_NOT_FOUND;
    } else {
        const struct li_node *place =
            reg->place < 0 ? NULL : li_node_get_str(values, reg->form.fields[reg->place].name);
        area = place ? place->text : li_tenant_by_id(tx->record, tx->tenant)->code;
        r = name.len ? li_row_by_name(work, tx->record, tx->conn, tx->tenant, reg, name, area, ret)
                     : -LI_E_NOT_FOUND;
    }
    if (r == -LI_E_NOT_FOUND) {
        *ret = (struct li_row){.reg = reg};
        r = 0;
    }
    return r;
}

/* What two rows of one table may not have in common. */
static int add_key(struct import *import, const struct li_row_change *change)
{
    struct key *key = &import->keys[import->key_count++];
    const struct li_row *row = &change->row;

    key->line = import->line;
    key->text = import->reg->code >= 0
                    ? li_str_dup(import->ctx, row->code)
                    : li_strf(import->ctx, "%.*s\n%.*s", LI_P(row->name), LI_P(row->area));
    return key->text.ptr ? 0 : -LI_E_NOMEM;
}

static int decide_row(struct import *import, struct li_ctx *work)
{
    const struct li_tx *tx = import->tx;
    struct li_row_change change;
    struct li_row from;
    struct li_node *values, *before = NULL;
    size_t faults = import->fault_count;
    int r = read_cells(import, work, &values);

    r = r ? r : find_row(import, work, values, &from);
    if (r == 0 && from.rev)
        r = li_row_values(work, tx->record, tx->conn, tx->tenant, &from, true, &before);
    if (r || import->fault_count > faults)
        return r;
    r = li_row_decide(work, tx, &from, before, values, &change);
    if (r == -LI_E_INVALID)
        return reject_told(import, work);
    if (r == 0 && !li_row_may_write(tx->viewer, import->reg, change.row.area_path))
        return reject(import, LI_S(""),
                      (struct li_texts){LI_S("这个地点的台账不归您的岗位维护。"),
                                        LI_S("Rows at this place are kept by another post.")});
    r = r ? r : add_key(import, &change);
    if (r)
        return r;
    import->done.added += change.is_new;
    import->done.changed += !change.is_new && li_row_changes(&change);
    import->done.same += !li_row_changes(&change);
    if (import->changes && li_row_changes(&change))
        import->changes[import->change_count++] = change;
    return 0;
}

static int by_text(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    int order = li_str_cmp(x->text, y->text);

    return order ? order : x->line - y->line;
}

static int reject_twice(struct import *import)
{
    int r = 0;

    qsort(import->keys, import->key_count, sizeof(import->keys[0]), by_text);
    for (size_t i = 1; r == 0 && i < import->key_count; i++) {
        if (!li_str_eq(import->keys[i].text, import->keys[i - 1].text))
            continue;
        import->line = import->keys[i].line;
        r = reject(
            import, LI_S(""),
            (struct li_texts){li_strf(import->ctx, "与第%d行是同一条。", import->keys[i - 1].line),
                              li_strf(import->ctx, "This is the same entry as line %d.",
                                      import->keys[i - 1].line)});
    }
    return r;
}

/* Rows, each decided in an arena of its own unless it is kept. */
static int read_rows(struct import *import)
{
    struct li_arena *arena = import->changes ? NULL : li_arena_new(0);
    struct li_ctx own, *work = import->ctx;
    size_t count = 0;
    int r = 0;

    if (arena) {
        li_ctx_init(&own, arena, import->ctx->clock, import->ctx->random);
        work = &own;
    }
    while (r == 0 && import->csv.rest.len > 0) {
        import->line = import->csv.line;
        r = li_csv_row(import->ctx, &import->csv);
        if (r || li_csv_is_blank(&import->csv))
            continue;
        if (++count > LI_ROW_IMPORT) {
            r = LI_FAIL(import->ctx, LI_E_LIMIT, "more than %d rows", LI_ROW_IMPORT);
        } else if (import->csv.torn || import->csv.field_count != import->column_count) {
            r = reject(import, LI_S(""),
                       (struct li_texts){LI_S("列数与表头不一致，或引号位置不对。"),
                                         LI_S("The columns are not those of the heading, or a "
                                              "quote is out of place.")});
        } else {
            r = decide_row(import, work);
        }
        if (r && work != import->ctx && work->error_count)
            r = LI_FAIL(import->ctx, -r, "%.*s", LI_P(li_ctx_explain(work)));
        if (arena)
            li_arena_reset(arena);
    }
    li_arena_free(arena);
    return r ? r : reject_twice(import);
}

static int run(struct import *import)
{
    struct li_ctx *ctx = import->ctx;
    int r = li_register_find(ctx, import->tx->record, import->tx->conn, import->tx->tenant,
                             import->args->reg, &import->reg);

    import->faults = li_alloc_array(ctx, LI_ROW_FAULTS, sizeof(*import->faults));
    import->keys = li_alloc_array(ctx, LI_ROW_IMPORT, sizeof(*import->keys));
    if (r == 0 && (!import->faults || !import->keys))
        r = -LI_E_NOMEM;
    r = r ? r : li_csv_decode(ctx, LI_S("/file"), import->args->bytes, &import->csv.rest);
    r = r ? r : li_row_names(ctx, import->tx, &import->names);
    import->csv.line = 1;
    r = r ? r : read_heading(import);
    if (r == 0 && !import->fault_count)
        r = read_rows(import);
    import->done.faults = import->faults;
    import->done.fault_count = import->fault_count;
    import->done.columns = import->columns;
    import->done.column_count = import->column_count;
    return r;
}

int li_row_import_check(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_row_import_args *args, struct li_row_imported *ret)
{
    struct import *import = li_alloc(ctx, sizeof(*import));
    int r = import ? 0 : -LI_E_NOMEM;

    if (r)
        return r;
    import->ctx = ctx;
    import->tx = tx;
    import->args = args;
    r = run(import);
    if (r == 0)
        *ret = import->done;
    return r;
}

/* ---- row.import ------------------------------------------------------------------- */

struct plan {
    struct li_row_imported done; /* first: what the caller sees of a plan */
    struct import *import;
};

static int import_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    struct plan *plan = li_alloc(ctx, sizeof(*plan));
    struct import *import = plan ? li_alloc(ctx, sizeof(*import)) : NULL;
    int r;

    if (!import)
        return -LI_E_NOMEM;
    import->ctx = ctx;
    import->tx = tx;
    import->args = args;
    import->changes = li_alloc_array(ctx, LI_ROW_IMPORT, sizeof(*import->changes));
    r = import->changes ? run(import) : -LI_E_NOMEM;
    if (r == 0 && import->fault_count)
        return LI_FAIL(ctx, LI_E_INVALID, "line %d: %.*s", import->faults[0].line,
                       LI_P(import->faults[0].why.en));
    for (size_t i = 0; r == 0 && i < import->change_count; i++) {
        if (import->changes[i].is_new)
            import->changes[i].row.id =
                li_id_next(li_record_ids(tx->record), li_record_clock(tx->record));
    }
    if (r == 0) {
        plan->done = import->done;
        plan->import = import;
        *ret_plan = plan;
    }
    return r;
}

static int columns_json(struct li_ctx *ctx, const struct import *import, struct li_str *ret)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;

    if (!buf)
        return -LI_E_NOMEM;
    li_json_init(&json, buf, true);
    li_json_open_list(&json);
    for (size_t i = 0; i < import->column_count; i++) {
        const struct li_register_column *column = &import->columns[i];
        li_json_open_map(&json);
        if (column->field >= 0)
            li_json_put_text(&json, "field", import->reg->form.fields[column->field].name);
        li_json_put_text(&json, "heading", column->heading);
        li_json_close_map(&json);
    }
    li_json_close_list(&json);
    *ret = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

/* All rows as one hash, each with the commitments of its texts. */
static int add_digest(struct li_ctx *ctx, const struct li_tx *tx,
                      const struct li_row_change *change, struct li_buf *buf, struct li_hash *hash)
{
    struct li_str parts[2] = {li_hash_view(hash)};
    struct li_hash next;
    struct li_json json;

    li_buf_reset(buf);
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_row_refer(&json, tx, change);
    li_json_close_map(&json);
    parts[1] = li_buf_view(buf);
    next = li_hash_parts(parts, 2);
    *hash = next;
    return li_buf_check(ctx, buf);
}

static int import_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                        struct li_outcome *ret)
{
    struct plan *plan = arg;
    struct import *import = plan->import;
    struct li_buf *row = li_buf_new(ctx, 0);
    struct li_hash hash = {{0}};
    struct li_str columns;
    struct li_json json;
    int r = row ? columns_json(ctx, import, &columns) : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < import->change_count; i++) {
        r = li_row_write(ctx, tx, &import->changes[i], "import");
        r = r ? r : add_digest(ctx, tx, &import->changes[i], row, &hash);
    }
    r = r ? r
          : li_exec(
                ctx, tx->conn, &columns_put,
                LI_ARGS(li_v(tx->tenant), li_v_text(import->reg->form.name), li_v_blob(columns)),
                NULL);
    r = r ? r : li_json_begin(ctx, &json);
    if (r)
        return r;
    li_json_put_int(&json, "added", plan->done.added);
    li_json_put_int(&json, "changed", plan->done.changed);
    li_json_key(&json, "columns");
    li_json_raw(&json, columns);
    li_json_key(&json, "hash");
    li_json_hash(&json, &hash);
    li_json_put_text(&json, "register", import->reg->form.name);
    ret->entity = tx->tenant;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_row_import = {
    .name = "row.import",
    .decide = import_decide,
    .write = import_write,
};
