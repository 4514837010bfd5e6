/*
 * From given values to what a row keeps: checked by the register's schema as a whole,
 * then split into what is structured and what goes to the vault.
 *
 * A change is checked together with what stays, so that a row is always one that the
 * register would take.
 */
#include <stdlib.h>

#include "base/id.h"
#include "base/time.h"
#include "contract/fault.h"
#include "people/people.h"
#include "record/code.h"
#include "register/inside.h"

static struct li_str pointer(struct li_ctx *ctx, const struct li_field *field)
{
    return li_strf(ctx, "/fields/%.*s", LI_P(field->name));
}

/* ---- what a value names must be there ------------------------------------------- */

static int check_area(struct li_ctx *ctx, const struct li_tx *tx, const struct li_field *field,
                      struct li_str code, struct li_area *ret)
{
    int r = li_area_find(ctx, tx->conn, tx->tenant, code, ret);

    if (r == -LI_E_NOT_FOUND || (r == 0 && ret->retired))
        return li_fault(ctx, LI_FAULT_NOWHERE, pointer(ctx, field), LI_S(""));
    return r;
}

static int check_organization(struct li_ctx *ctx, const struct li_tx *tx,
                              const struct li_field *field, const struct li_node *value)
{
    struct li_organization organization;
    size_t count = value->kind == LI_LIST ? value->list.count : 1;

    for (size_t i = 0; i < count; i++) {
        const struct li_node *one = value->kind == LI_LIST ? value->list.items[i] : value;
        int64_t id;
        int r = li_id_parse(ctx, one->text, &id);
        r = r ? r : li_organization_find(ctx, tx->conn, tx->tenant, id, &organization);
        if (r == -LI_E_NOT_FOUND)
            return li_fault(ctx, LI_FAULT_NOBODY, pointer(ctx, field), LI_S(""));
        if (r)
            return r;
    }
    return 0;
}

static int check_subject(struct li_ctx *ctx, const struct li_tx *tx, const struct li_field *field,
                         struct li_str text)
{
    struct li_row row;
    int64_t id;
    int r = li_id_parse(ctx, text, &id);

    r = r ? r : li_row_find(ctx, tx->record, tx->conn, tx->tenant, id, &row);
    if (r == -LI_E_NOT_FOUND ||
        (r == 0 && (row.gone || !li_str_eq(row.reg->form.name, field->reg))))
        return li_fault(ctx, LI_FAULT_CHOICE, pointer(ctx, field), LI_S(""));
    return r;
}

static int check_code(struct li_ctx *ctx, const struct li_tx *tx, const struct li_field *field,
                      struct li_str text)
{
    struct li_code code;
    int r = li_code_at(ctx, tx->conn, tx->tenant, text, &code);

    if (r == -LI_E_NOT_FOUND || (r == 0 && code.until && code.until <= tx->now))
        return li_fault(ctx, LI_FAULT_CHOICE, pointer(ctx, field), LI_S(""));
    return r;
}

static int check_value(struct li_ctx *ctx, const struct li_tx *tx, const struct li_field *field,
                       const struct li_node *value)
{
    struct li_area area;

    switch (field->type) {
    case LI_FIELD_AREA:
        return check_area(ctx, tx, field, value->text, &area);
    case LI_FIELD_ORG:
        return check_organization(ctx, tx, field, value);
    case LI_FIELD_SUBJECT:
        return check_subject(ctx, tx, field, value->text);
    case LI_FIELD_CODE:
        return check_code(ctx, tx, field, value->text);
    default:
        return 0;
    }
}

/* ---- what a row keeps ------------------------------------------------------------ */

static struct li_str text_of(struct li_ctx *ctx, const struct li_node *value)
{
    struct li_str text = {.ptr = NULL};

    if (value->kind == LI_TEXT)
        return li_utf8_nfc(ctx, value->text, &text) == 0 ? text : (struct li_str){.ptr = NULL};
    if (value->kind == LI_INT)
        return li_strf(ctx, "%lld", (long long)value->number);
    if (value->kind == LI_BOOL)
        return value->flag ? LI_S("true") : LI_S("false");
    return li_canonical(ctx, value, &text) == 0 ? text : (struct li_str){.ptr = NULL};
}

static bool same(struct li_ctx *ctx, const struct li_node *a, const struct li_node *b)
{
    struct li_str x, y;

    return a && b && li_canonical(ctx, a, &x) == 0 && li_canonical(ctx, b, &y) == 0 &&
           li_str_eq(x, y);
}

/* All values as they will be, in the register's order. */
static int merge(struct li_ctx *ctx, const struct li_register *reg, const struct li_node *before,
                 const struct li_node *given, struct li_node **ret)
{
    struct li_node *map = li_node_new_map(ctx);
    int r = map ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < reg->form.field_count; i++) {
        struct li_str name = reg->form.fields[i].name;
        struct li_node *value = li_node_get_str(given, name);
        if (!value && before)
            value = li_node_get_str(before, name);
        if (value && value->kind != LI_NULL)
            r = li_node_put(ctx, map, name, value);
    }
    for (size_t i = 0; r == 0 && i < given->map.count; i++) {
        if (li_playbook_field(&reg->form, given->map.items[i].key) < 0)
            r = li_fault(ctx, LI_FAULT_UNKNOWN,
                         li_strf(ctx, "/fields/%.*s", LI_P(given->map.items[i].key)), LI_S(""));
    }
    *ret = map;
    return r;
}

/* A field that changed: into the vault's part or the row's. */
static int change_field(struct li_ctx *ctx, const struct li_field *field, struct li_node *value,
                        struct li_row_change *change)
{
    struct li_row_text *text;

    if (!field->free_text && !field->personal)
        return li_node_put(ctx, change->given, field->name, value);
    li_assert(change->text_count < LI_REGISTER_TEXTS);
    text = &change->texts[change->text_count++];
    *text = (struct li_row_text){.field = field};
    if (value->kind == LI_NULL)
        return li_node_put(ctx, change->given, field->name, value);
    text->value = text_of(ctx, value);
    return text->value.ptr ? 0 : -LI_E_NOMEM;
}

static int by_field(const void *a, const void *b)
{
    const struct li_row_text *x = a, *y = b;

    return li_str_cmp(x->field->name, y->field->name);
}

static struct li_str found_by(struct li_ctx *ctx, const struct li_node *value)
{
    return value ? text_of(ctx, value) : LI_S("");
}

static int day_of(struct li_ctx *ctx, const struct li_register *reg, int place,
                  const struct li_node *values, int64_t *ret)
{
    const struct li_node *value =
        place < 0 ? NULL : li_node_get_str(values, reg->form.fields[place].name);
    int32_t day = 0;
    int r = value ? li_date_parse(ctx, value->text, &day) : 0;

    *ret = day;
    return r;
}

/* What the row is called, where it lies, how long it holds and what it is found by. */
static int place_row(struct li_ctx *ctx, const struct li_tx *tx, const struct li_node *values,
                     struct li_row *row)
{
    const struct li_register *reg = row->reg;
    const struct li_field *fields = reg->form.fields;
    struct li_area area;
    const struct li_node *lies =
        reg->place < 0 ? NULL : li_node_get_str(values, fields[reg->place].name);
    int r = 0;

    row->name = text_of(ctx, li_node_get_str(values, fields[reg->name].name));
    if (reg->code >= 0)
        row->code = text_of(ctx, li_node_get_str(values, fields[reg->code].name));
    if (lies)
        r = check_area(ctx, tx, &fields[reg->place], lies->text, &area);
    else
        r = li_area_find(ctx, tx->conn, tx->tenant, li_tenant_by_id(tx->record, tx->tenant)->code,
                         &area);
    if (r)
        return r;
    row->area = area.code;
    row->area_path = area.path;
    for (int i = 0; i < LI_REGISTER_FIND; i++) {
        row->find[i] = i < reg->find_count
                           ? found_by(ctx, li_node_get_str(values, fields[reg->find[i]].name))
                           : LI_S("");
        r = row->find[i].ptr ? r : -LI_E_NOMEM;
    }
    r = r ? r : day_of(ctx, reg, reg->from, values, &row->since);
    r = r ? r : day_of(ctx, reg, reg->until, values, &row->until);
    if (r == 0 && row->since && row->until && row->until < row->since)
        return li_fault(ctx, LI_FAULT_SMALL, pointer(ctx, &fields[reg->until]),
                        fields[reg->from].label.zh);
    return r == 0 && !row->name.ptr ? -LI_E_NOMEM : r;
}

/* The structured values of all, as the row keeps them. */
static int keep_structured(struct li_ctx *ctx, const struct li_node *values, struct li_row *row)
{
    row->fields = li_node_new_map(ctx);
    for (size_t i = 0; row->fields && i < values->map.count; i++) {
        const struct li_member *member = &values->map.items[i];
        const struct li_field *field =
            &row->reg->form.fields[li_playbook_field(&row->reg->form, member->key)];
        if (!field->free_text && !field->personal &&
            li_node_put(ctx, row->fields, member->key, member->value) != 0)
            return -LI_E_NOMEM;
    }
    return row->fields ? 0 : -LI_E_NOMEM;
}

/* Nobody else in use has this code. */
static int check_unique(struct li_ctx *ctx, const struct li_tx *tx, const struct li_row *row)
{
    struct li_row other;
    int r;

    if (!row->code.len)
        return 0;
    r = li_row_by_code(ctx, tx->record, tx->conn, tx->tenant, row->reg, row->code, &other);
    if (r == -LI_E_NOT_FOUND || (r == 0 && other.id == row->id))
        return 0;
    return r ? r
             : li_fault(ctx, LI_FAULT_TWICE,
                        row->reg->code < 0 ? LI_S("/code")
                                           : pointer(ctx, &row->reg->form.fields[row->reg->code]),
                        LI_S(""));
}

/* Nobody else in use has all of these: the room is taken. */
static int check_once(struct li_ctx *ctx, const struct li_tx *tx, const struct li_node *values,
                      struct li_row *row)
{
    const struct li_register *reg = row->reg;
    struct li_str once = LI_S("");
    int64_t other;
    int r;

    row->once = (struct li_str){.ptr = NULL};
    for (int i = 0; i < reg->once_count && once.ptr; i++) {
        struct li_str one =
            found_by(ctx, li_node_get_str(values, reg->form.fields[reg->once[i]].name));
        once = one.ptr ? li_strf(ctx, "%.*s%.*s\n", LI_P(once), LI_P(one)) : one;
    }
    if (reg->once_count == 0 || !once.ptr)
        return once.ptr ? 0 : -LI_E_NOMEM;
    row->once = once;
    r = li_row_by_once(ctx, tx->conn, tx->tenant, row, &other);
    if (r == -LI_E_NOT_FOUND || (r == 0 && other == row->id))
        return 0;
    return r ? r
             : li_fault(ctx, LI_FAULT_TAKEN,
                        pointer(ctx, &reg->form.fields[reg->once[reg->once_count - 1]]), LI_S(""));
}

int li_row_decide(struct li_ctx *ctx, const struct li_tx *tx, const struct li_row *from,
                  const struct li_node *before, const struct li_node *given,
                  struct li_row_change *ret)
{
    const struct li_register *reg = from->reg;
    struct li_row_change change = {.row = *from, .is_new = from->rev == 0};
    struct li_node *values, *nothing = li_alloc(ctx, sizeof(*nothing));
    int r = merge(ctx, reg, before, given, &values);

    change.given = li_node_new_map(ctx);
    r = r ? r : li_schema_check(ctx, reg->schema, LI_S("/fields"), values);
    if (r == 0 && (!change.given || !nothing))
        r = -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < reg->form.field_count; i++) {
        const struct li_field *field = &reg->form.fields[i];
        struct li_node *now = li_node_get_str(values, field->name);
        const struct li_node *then = before ? li_node_get_str(before, field->name) : NULL;
        if (now ? same(ctx, now, then) : !then)
            continue;
        r = now ? check_value(ctx, tx, field, now) : 0;
        r = r ? r : change_field(ctx, field, now ? now : nothing, &change);
    }
    r = r ? r : place_row(ctx, tx, values, &change.row);
    r = r ? r : keep_structured(ctx, values, &change.row);
    r = r ? r : check_unique(ctx, tx, &change.row);
    r = r ? r : check_once(ctx, tx, values, &change.row);
    qsort(change.texts, (size_t)change.text_count, sizeof(change.texts[0]), by_field);
    if (r == 0)
        *ret = change;
    return r;
}

bool li_row_changes(const struct li_row_change *change)
{
    return change->is_new || change->given->map.count > 0 || change->text_count > 0;
}
