/* Rows of registers as somebody sees them; see register.h. */
#include "view/register.h"
#include "record/vault.h"

#include "base/canonical.h"
#include "base/id.h"
#include "base/time.h"
#include "view/inside.h"
#include "view/link.h"

/* Today's state of a row. */
static enum li_row_state state_of(const struct li_ctx *ctx, const struct li_row *row)
{
    int32_t today = li_day_at(li_now(ctx->clock));

    if (row->gone) {
        return LI_ROW_ENDED;
    }
    if (row->until && row->until < today) {
        return LI_ROW_EXPIRED;
    }
    return row->since > today ? LI_ROW_LATER : LI_ROW_NOW;
}

static bool is_text(const struct li_field *field)
{
    return field->free_text || field->personal;
}

/* Values of an entry (a row, a step) are read as those of a case are. */
static int structured(struct li_ctx *ctx, const struct li_view *view, const struct li_register *reg,
                      const struct li_field *field, struct li_node *node, struct li_view_value *ret)
{
    struct li_view_case *form = li_alloc(ctx, sizeof(*form));
    const struct li_member member = {.key = field->name, .value = node};

    if (!form) {
        return -LI_E_NOMEM;
    }
    form->row.playbook = &reg->form;
    return li_view_structured(ctx, view, form, &member, ret);
}

/* The present text of a field, or NULL. */
static const struct li_vault_item *item_of(const struct li_row *row,
                                           const struct li_vault_item *items, size_t count,
                                           const struct li_field *field)
{
    const struct li_node *slot = li_node_get_str(row->texts, field->name);

    for (size_t i = 0; slot && i < count; i++) {
        if (items[i].slot == slot->number && li_str_eq(items[i].field, field->name)) {
            return &items[i];
        }
    }
    return NULL;
}

static int add_value(struct li_ctx *ctx, const struct li_view *view, const struct li_row *row,
                     const struct li_vault_item *items, size_t count, int place, bool open,
                     struct li_view_line *line)
{
    const struct li_field *field = &row->reg->form.fields[place];
    struct li_view_value *value = &line->values[line->value_count];
    struct li_node *node = li_node_get_str(row->fields, field->name);
    const struct li_vault_item *item = item_of(row, items, count, field);
    int r = 0;

    if (item && open && item->value.ptr) {
        *value = (struct li_view_value){.field = field, .text = {item->value, item->value}};
    } else if (item) {
        r = li_view_text(ctx, &row->reg->form, item, value);
    } else if (node && node->kind != LI_NULL) {
        r = structured(ctx, view, row->reg, field, node, value);
    } else {
        return 0;
    }
    line->value_count += r == 0;
    return r;
}

/* The texts of a row, unless none of the fields is one. */
static int read_items(struct li_ctx *ctx, const struct li_view *view, const struct li_row *row,
                      bool any, struct li_vault_item **ret, size_t *ret_count)
{
    *ret_count = 0;
    return any ? li_vault_of(ctx, view->record, view->conn, view->tenant, row->id, ret, ret_count)
               : 0;
}

static int begin_line(struct li_ctx *ctx, const struct li_view *view, const struct li_row *row,
                      size_t most, struct li_view_line *line)
{
    *line = (struct li_view_line){.row = *row, .state = state_of(ctx, row)};
    line->values = li_alloc_array(ctx, most, sizeof(*line->values));
    return line->values ? li_view_area(ctx, view, row->area, &line->area) : -LI_E_NOMEM;
}

int li_view_line(struct li_ctx *ctx, const struct li_view *view, const struct li_row *row,
                 const int *fields, size_t count, struct li_view_line *ret)
{
    size_t most = fields ? count : row->reg->form.field_count, item_count;
    struct li_vault_item *items = NULL;
    struct li_view_line line;
    bool any = false;
    int r = begin_line(ctx, view, row, most, &line);

    for (size_t i = 0; i < most; i++) {
        any |= is_text(&row->reg->form.fields[fields ? fields[i] : (int)i]);
    }
    r = r ? r : read_items(ctx, view, row, any, &items, &item_count);
    for (size_t i = 0; r == 0 && i < most; i++) {
        r = add_value(ctx, view, row, items, item_count, fields ? fields[i] : (int)i, false, &line);
    }
    if (r == 0) {
        *ret = line;
    }
    return r;
}

/* A bool field of a row, perhaps kept as a text. */
static bool says_yes(const struct li_row *row, const struct li_vault_item *items, size_t count,
                     int place)
{
    const struct li_field *field = &row->reg->form.fields[place];
    const struct li_node *node = li_node_get_str(row->fields, field->name);
    const struct li_vault_item *item = item_of(row, items, count, field);

    return item ? li_str_is(item->value, "true") : node && node->kind == LI_BOOL && node->flag;
}

int li_view_line_public(struct li_ctx *ctx, const struct li_view *view, const struct li_row *row,
                        struct li_view_line *ret)
{
    const struct li_register *reg = row->reg;
    struct li_vault_item *items = NULL;
    struct li_view_line line;
    size_t count;
    int r = begin_line(ctx, view, row, reg->shown_count, &line);

    r = r ? r : read_items(ctx, view, row, reg->shown_count > 0, &items, &count);
    for (size_t i = 0; r == 0 && i < reg->shown_count; i++) {
        const struct li_register_shown *shown = &reg->shown[i];
        if (shown->agreed < 0 || says_yes(row, items, count, shown->agreed)) {
            r = add_value(ctx, view, row, items, count, shown->field, true, &line);
        }
    }
    if (r == 0) {
        *ret = line;
    }
    return r;
}

int li_view_found(struct li_ctx *ctx, const struct li_view *view, const struct li_register *reg,
                  const struct li_field *field, struct li_str value, struct li_view_value *ret)
{
    struct li_node *node;

    switch (field->type) {
    case LI_FIELD_BOOL:
        node = li_node_new_bool(ctx, li_str_is(value, "true"));
        break;
    case LI_FIELD_SCALE: {
        int64_t number = 0;
        node = li_str_to_i64(value, &number) ? li_node_new_int(ctx, number) : NULL;
        break;
    }
    default:
        node = li_node_new_text(ctx, value);
        break;
    }
    return node ? structured(ctx, view, reg, field, node, ret) : -LI_E_NOMEM;
}

/* ---- what became of it ---------------------------------------------------------- */

static struct li_texts label_of(struct li_str what)
{
    static const struct {
        const char *what, *zh, *en;
    } labels[] = {
        {"add", "登记", "Added"},
        {"change", "修改", "Changed"},
        {"import", "导入", "Imported"},
        {"end", "停用", "Ended"},
        {"reveal", "查看个人信息", "Personal data seen"},
    };

    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        if (li_str_is(what, labels[i].what)) {
            return (struct li_texts){li_str(labels[i].zh), li_str(labels[i].en)};
        }
    }
    return (struct li_texts){what, what};
}

static int step_by(struct li_ctx *ctx, const struct li_view *view, const struct li_row_step *step,
                   struct li_texts *ret)
{
    struct li_str person;
    int r = step->account ? li_view_person(ctx, view, step->account, &person) : -LI_E_NOT_FOUND;

    *ret = (struct li_texts){LI_S("系统"), LI_S("System")};
    if (r == 0) {
        *ret = (struct li_texts){person, person};
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

static int step_values(struct li_ctx *ctx, const struct li_view *view, const struct li_row *row,
                       const struct li_row_step *step, const struct li_vault_item *items,
                       size_t count, struct li_view_step *ret)
{
    const struct li_playbook *form = &row->reg->form;
    int r = 0;

    ret->values = li_alloc_array(ctx, form->field_count, sizeof(*ret->values));
    ret->emptied = li_alloc_array(ctx, form->field_count, sizeof(*ret->emptied));
    if (!ret->values || !ret->emptied) {
        return -LI_E_NOMEM;
    }
    if (li_str_is(step->what, "reveal")) {
        return 0;
    }
    for (size_t i = 0; r == 0 && i < form->field_count; i++) {
        const struct li_field *field = &form->fields[i];
        struct li_node *node = li_node_get_str(step->fields, field->name);
        if (node && node->kind == LI_NULL) {
            ret->emptied[ret->emptied_count++] = field->name;
        } else if (node) {
            r = structured(ctx, view, row->reg, field, node, &ret->values[ret->value_count]);
            ret->value_count += r == 0;
        }
        for (size_t k = 0; r == 0 && k < count; k++) {
            if (items[k].slot / LI_VAULT_SLOTS == step->seq &&
                li_str_eq(items[k].field, field->name)) {
                r = li_view_text(ctx, form, &items[k], &ret->values[ret->value_count]);
                ret->value_count += r == 0;
            }
        }
    }
    return r;
}

static int read_steps(struct li_ctx *ctx, const struct li_view *view, const struct li_row *row,
                      struct li_view_sheet *sheet)
{
    struct li_vault_item *items;
    struct li_row_step *steps;
    size_t item_count, count;
    int r = li_row_steps(ctx, view->conn, view->tenant, row->id, &steps, &count);

    r = r ? r
          : li_vault_of(ctx, view->record, view->conn, view->tenant, row->id, &items, &item_count);
    sheet->steps = r ? NULL : li_alloc_array(ctx, count, sizeof(*sheet->steps));
    if (!sheet->steps) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_view_step *step = &sheet->steps[sheet->step_count++];
        *step = (struct li_view_step){
            .at = steps[i].at, .what = steps[i].what, .label = label_of(steps[i].what)};
        r = step_by(ctx, view, &steps[i], &step->by);
        r = r ? r : step_values(ctx, view, row, &steps[i], items, item_count, step);
    }
    return r;
}

/* ---- what hangs on it ------------------------------------------------------------ */

static int read_pointers(struct li_ctx *ctx, const struct li_view *view, const struct li_row *row,
                         struct li_view_sheet *sheet)
{
    struct li_row_link *links;
    size_t count;
    int r = li_row_links(ctx, view->conn, view->tenant, row->id, &links, &count);

    sheet->pointers = r ? NULL : li_alloc_array(ctx, count, sizeof(*sheet->pointers));
    if (!sheet->pointers) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_view_pointer *pointer = &sheet->pointers[sheet->pointer_count];
        int place;
        r = li_row_find(ctx, view->record, view->conn, view->tenant, links[i].source,
                        &pointer->row);
        if (r || pointer->row.gone || !li_row_may_read(view->viewer, pointer->row.area_path)) {
            continue;
        }
        place = li_playbook_field(&pointer->row.reg->form, links[i].field);
        if (place >= 0) {
            pointer->field = pointer->row.reg->form.fields[place].label;
            sheet->pointer_count++;
        }
    }
    return r;
}

static int read_case(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                     struct li_view_sheet *sheet)
{
    struct li_view_about *about = &sheet->cases[sheet->case_count];
    struct li_case row;
    int r = li_view_other(ctx, view, id, &row);

    if (r) {
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    *about = (struct li_view_about){.id = row.id,
                                    .number = row.number,
                                    .title = row.playbook->title,
                                    .state = row.playbook->machines[0].states[row.state].label,
                                    .opened_at = row.opened_at,
                                    .ended = row.closed_at != 0};
    sheet->case_count++;
    return 0;
}

static int read_cases(struct li_ctx *ctx, const struct li_view *view, const struct li_row *row,
                      struct li_view_sheet *sheet)
{
    int64_t ids[LI_VIEW_ROW_CASES], lately = 0;
    const struct li_register *reg = row->reg;
    size_t count;
    int r = li_case_of_subject(ctx, view->conn, view->tenant, row->id, 0, LI_VIEW_ROW_CASES, ids,
                               &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        r = read_case(ctx, view, ids[i], sheet);
    }
    if (r == 0 && reg->repeats) {
        r = li_case_count_subject(ctx, view->conn, view->tenant, row->id,
                                  li_now(ctx->clock) - reg->repeat_days * LI_DAY, &lately);
        if (r == 0 && lately >= reg->repeats) {
            sheet->propose = reg->repeat_say;
        }
    }
    return r;
}

int li_view_sheet(struct li_ctx *ctx, const struct li_view *view, const struct li_row *row,
                  struct li_view_sheet *ret)
{
    const struct li_owner owner = {.post = row->reg->owner, .area_path = row->area_path};
    struct li_view_sheet *sheet = li_alloc(ctx, sizeof(*sheet));
    int r = sheet ? li_view_line(ctx, view, row, NULL, 0, &sheet->line) : -LI_E_NOMEM;

    r = r ? r : li_view_owner_of(ctx, view, &owner, row->gone, &sheet->owner);
    r = r ? r : read_steps(ctx, view, row, sheet);
    r = r ? r : read_pointers(ctx, view, row, sheet);
    r = r ? r : read_cases(ctx, view, row, sheet);
    if (r == 0 && row->reg->book_count && !row->gone &&
        li_row_may_write(view->viewer, row->reg, row->area_path)) {
        r = li_code_of(ctx, view->record, view->tenant, "row", row->id, &sheet->holder_code);
    }
    if (r == 0) {
        *ret = *sheet;
    }
    return r;
}
