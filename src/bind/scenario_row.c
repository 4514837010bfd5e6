/*
 * Rows of registers in scenarios: those a subject names, and what they have before (`rows`).
 *
 *     rows: {gifts: {洗衣液: {price: 30, limit: 2}}}
 *
 * They lie in the first community.
 * A scenario tries the playbook, not the register: one with a name and the columns the
 * playbook reads stands in for it.
 */
#include "base/id.h"
#include "bind/scenario_script.h"
#include "register/register.h"

static const struct li_read *column_of(const struct li_playbook *playbook, struct li_str reg,
                                       struct li_str name)
{
    for (size_t i = 0; i < playbook->field_count; i++) {
        const struct li_field *field = &playbook->fields[i];
        for (size_t k = 0; li_str_eq(field->reg, reg) && k < field->read_count; k++) {
            if (li_str_eq(field->reads[k].name, name)) {
                return &field->reads[k];
            }
        }
    }
    return NULL;
}

/* ---- checked ------------------------------------------------------------------------- */

static void check_row(struct li_script *script, struct li_str reg, const struct li_member *row)
{
    if (row->value->kind != LI_MAP) {
        li_script_tell(script, row->value, "a row's values by column", row->key);
        return;
    }
    for (size_t i = 0; i < row->value->map.count; i++) {
        const struct li_member *value = &row->value->map.items[i];
        if (!column_of(script->playbook, reg, value->key)) {
            li_script_tell(script, value->value, "the playbook reads no such column", value->key);
        }
    }
}

void li_script_check_rows(struct li_script *script, const struct li_node *rows)
{
    for (size_t i = 0; rows && rows->kind == LI_MAP && i < rows->map.count; i++) {
        const struct li_member *reg = &rows->map.items[i];
        if (reg->value->kind != LI_MAP) {
            li_script_tell(script, reg->value, "rows by name", reg->key);
            continue;
        }
        for (size_t k = 0; k < reg->value->map.count; k++) {
            check_row(script, reg->key, &reg->value->map.items[k]);
        }
    }
}

/* ---- stand-ins -------------------------------------------------------------------------- */

/* The columns that the playbook reads, each once. */
static int put_columns(struct li_town *town, struct li_str reg, struct li_buf *buf)
{
    static const char *const types[] = {"bool", "integer", "external_no"};
    const struct li_playbook *playbook = town->playbook;

    for (size_t i = 0; i < playbook->field_count; i++) {
        const struct li_field *field = &playbook->fields[i];
        for (size_t k = 0; li_str_eq(field->reg, reg) && k < field->read_count; k++) {
            const struct li_read *read = &field->reads[k];
            if (column_of(playbook, reg, read->name) == read) {
                struct li_str line = li_strf(
                    &town->ctx, "  %.*s: {type: %s, label: {zh: %.*s, en: %.*s}}\n",
                    LI_P(read->name), types[read->type], LI_P(read->name), LI_P(read->name));
                li_buf_str(buf, line.ptr ? line : LI_S(""));
            }
        }
    }
    return li_buf_check(&town->ctx, buf);
}

static int stand_in(struct li_town *town, struct li_str reg)
{
    struct li_buf *columns = li_buf_new(&town->ctx, 0);
    struct li_register_adopt_args args = {.name = reg};
    int r = columns ? put_columns(town, reg, columns) : -LI_E_NOMEM;

    if (r == 0) {
        args.source =
            li_strf(&town->ctx,
                    "register: %.*s\nversion: 1\ntitle: {zh: 台账, en: Register}\n"
                    "why: {zh: 演练, en: Tried}\n"
                    "issuer: {zh: 街道, en: Street}\nbasis: {zh: 演练, en: Tried}\n"
                    "fields:\n  name: {type: text, label: {zh: 名称, en: Name}}\n"
                    "  place: {type: area, label: {zh: 地点, en: Place}}\n%.*sname: name\n"
                    "place: place\nnumber: \"R-{seq}\"\nowner: desk\nby: [desk]\n"
                    "columns: [{heading: 名称, field: name}]\nkeep: 1y\n",
                    LI_P(reg), LI_P(li_buf_view(columns)));
        r = args.source.ptr ? li_town_run(town, &li_register_adopt, &args, NULL) : -LI_E_NOMEM;
    }
    if (r == -LI_E_UNIQUE) {
        li_ctx_clear(&town->ctx);
        r = 0;
    }
    return r;
}

/* values NULL: the row has its name and nothing else, not even a place. */
static int put_row(struct li_town *town, struct li_str reg, struct li_str name,
                   const struct li_node *values, struct li_str *ret)
{
    struct li_node *fields = li_node_new_map(&town->ctx);
    struct li_node *text = li_node_new_text(&town->ctx, name),
                   *place = li_node_new_text(&town->ctx, li_town_area(LI_S("东里社区")));
    struct li_row_put_args args = {.reg = reg, .fields = fields};
    char id[LI_ID_TEXT + 1];
    const void *plan;
    int r;

    if (town->row_count == sizeof(town->rows) / sizeof(town->rows[0])) {
        return LI_FAIL(&town->ctx, LI_E_LIMIT, "too many rows in one town");
    }
    r = fields && text && place ? li_node_put(&town->ctx, fields, LI_S("name"), text) : -LI_E_NOMEM;
    if (r == 0 && values) {
        r = li_node_put(&town->ctx, fields, LI_S("place"), place);
    }
    for (size_t i = 0; r == 0 && values && i < values->map.count; i++) {
        r = li_node_put(&town->ctx, fields, values->map.items[i].key, values->map.items[i].value);
    }
    r = r ? r : stand_in(town, reg);
    r = r ? r : li_town_run(town, &li_row_put, &args, &plan);
    if (r == 0) {
        li_id_format(((const struct li_row_done *)plan)->id, id);
        *ret = li_str_dup(&town->ctx, li_str(id));
        town->rows[town->row_count++] = (struct li_town_row){reg, name, *ret};
        r = ret->ptr ? 0 : -LI_E_NOMEM;
    }
    return r;
}

int li_town_row(struct li_town *town, struct li_str reg, struct li_str name, struct li_str *ret)
{
    for (size_t i = 0; i < town->row_count; i++) {
        if (li_str_eq(town->rows[i].reg, reg) && li_str_eq(town->rows[i].name, name)) {
            *ret = town->rows[i].id;
            return 0;
        }
    }
    return put_row(town, reg, name, NULL, ret);
}

int li_town_rows(struct li_town *town, const struct li_node *rows)
{
    struct li_str id;
    int r = 0;

    for (size_t i = 0; r == 0 && rows && i < rows->map.count; i++) {
        const struct li_member *reg = &rows->map.items[i];
        for (size_t k = 0; r == 0 && k < reg->value->map.count; k++) {
            const struct li_member *row = &reg->value->map.items[k];
            r = put_row(town, reg->key, row->key, row->value, &id);
        }
    }
    return r;
}
