/*
 * Whether the columns that a playbook reads are there in the register as it is.
 */
#include "playbook/register.h"
#include "playbook/rule.h"

static bool fits(const struct li_field *column, enum li_type type)
{
    if (column->free_text || column->many || column->is)
        return false;
    switch (column->type) {
    case LI_FIELD_INTEGER:
    case LI_FIELD_SCALE:
    case LI_FIELD_MONEY:
    case LI_FIELD_QUANTITY:
        return type == LI_TYPE_INT;
    case LI_FIELD_BOOL:
        return type == LI_TYPE_BOOL;
    case LI_FIELD_CHECKLIST:
    case LI_FIELD_POINT:
        return false;
    default:
        return type == LI_TYPE_TEXT;
    }
}

int li_playbook_reads_fit(struct li_ctx *ctx, const struct li_playbook *playbook,
                          const struct li_register *reg)
{
    for (size_t i = 0; i < playbook->field_count; i++) {
        const struct li_field *field = &playbook->fields[i];

        for (size_t k = 0; li_str_eq(field->reg, reg->form.name) && k < field->read_count; k++) {
            int place = li_playbook_field(&reg->form, field->reads[k].name);

            if (place < 0 || !fits(&reg->form.fields[place], field->reads[k].type))
                return li_rule_fail(ctx, LI_E_INVALID, LI_RULE_FIELD_READS_NONE, playbook->name,
                                    field->reads[k].name);
        }
    }
    return 0;
}
