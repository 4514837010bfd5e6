/*
 * Given fields: texts and personal values go to the vault, the rest stays on
 * the row and in history as it is.
 */
#include <stdlib.h>

#include "base/time.h"
#include "case/inside.h"

static int by_field(const void *a, const void *b)
{
    const struct li_field *const *x = a, *const *y = b;

    return li_str_cmp((*x)->name, (*y)->name);
}

/* A personal value of any type as the text it is kept as. */
static int text_of(struct li_ctx *ctx, const struct li_node *value, struct li_str *ret)
{
    struct li_str text;

    if (value->kind == LI_TEXT) {
        return li_utf8_nfc(ctx, value->text, ret);
    }
    if (value->kind != LI_INT && value->kind != LI_BOOL) {
        return li_canonical(ctx, value, ret);
    }
    text = value->kind == LI_INT ? li_strf(ctx, "%lld", (long long)value->number)
                                 : li_str(value->flag ? "true" : "false");
    if (!text.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = text;
    return 0;
}

int li_case_split(struct li_ctx *ctx, const struct li_playbook *playbook,
                  const struct li_node *fields, struct li_case_texts *ret_texts,
                  struct li_str *ret_structured, const struct li_node **ret_map)
{
    struct li_node *structured = li_node_new_map(ctx);
    int r = structured ? 0 : -LI_E_NOMEM;

    ret_texts->count = 0;
    for (size_t i = 0; r == 0 && fields && i < fields->map.count; i++) {
        const struct li_member *member = &fields->map.items[i];
        int place = li_playbook_field(playbook, member->key);
        li_assert(place >= 0);
        const struct li_field *field = &playbook->fields[place];
        if (!field->free_text && !field->personal) {
            r = li_node_put(ctx, structured, member->key, member->value);
            continue;
        }
        if (ret_texts->count == LI_VAULT_SLOTS) {
            return LI_FAIL(ctx, LI_E_LIMIT, "more than %d texts at once", LI_VAULT_SLOTS);
        }
        ret_texts->items[ret_texts->count].field = field;
        r = text_of(ctx, member->value, &ret_texts->items[ret_texts->count].value);
        ret_texts->count++;
    }
    qsort(ret_texts->items, (size_t)ret_texts->count, sizeof(ret_texts->items[0]), by_field);
    *ret_map = structured;
    return r ? r : li_canonical(ctx, structured, ret_structured);
}

int li_case_put_texts(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                      struct li_case_texts *texts)
{
    int r = 0;

    for (int i = 0; r == 0 && i < texts->count; i++) {
        const struct li_field *field = texts->items[i].field;
        r = field->type == LI_FIELD_PHONE && field->personal
                ? li_vault_put_phone(ctx, tx, case_id, i, field->name, texts->items[i].value,
                                     &texts->items[i].commit)
                : li_vault_put(ctx, tx, case_id, i, field->name, texts->items[i].value,
                               field->personal, &texts->items[i].commit);
        if (r == 0 && field->keep_days > 0) {
            struct li_str rule =
                li_strf(ctx, "%.*s: keep %lldd", LI_P(field->name), (long long)field->keep_days);
            r = rule.ptr ? li_vault_erase_later(ctx, tx, case_id, i, rule,
                                                tx->now + field->keep_days * LI_DAY)
                         : -LI_E_NOMEM;
        }
    }
    return r;
}

void li_case_refer_texts(struct li_json *json, const struct li_tx *tx,
                         const struct li_case_texts *texts)
{
    if (texts->count == 0) {
        return;
    }
    li_json_key(json, "texts");
    li_json_open_map(json);
    for (int i = 0; i < texts->count; i++) {
        li_json_key_str(json, texts->items[i].field->name);
        li_vault_refer(json, tx, i, &texts->items[i].commit);
    }
    li_json_close_map(json);
}
