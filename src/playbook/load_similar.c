/*
 * What conditions know beside the case itself: sums over other cases of the playbook
 * (`similar`), and numbers of the tenant's tables (`tables`).
 *
 * Only how they are named and what they are kept by; which rows those are is case's
 * (case/similar.c).  Neither may rest on the other: what a case counts with would then move
 * without anybody's doing.
 */
#include "playbook/load.h"

/* ---- sums over others ----------------------------------------------------------- */

static bool tells_apart(const struct li_load *load, int place)
{
    const struct li_field *field = &load->playbook->fields[place];

    return !field->many && !field->free_text &&
           (field->type == LI_FIELD_CHOICE || field->type == LI_FIELD_ORG ||
            field->type == LI_FIELD_SUBJECT);
}

static void load_by(struct li_load *load, const struct li_node *map, struct li_similar *similar)
{
    static const char *const spans[] = {"year", "street", "community", "place"};
    const struct li_node *list = li_load_words(load, map, "by", true);

    if (list->list.count > LI_ALIKE_BYS) {
        li_load_tell(load, LI_RULE_TOO_MANY, li_node_get(map, "by"), LI_S("by"));
        return;
    }
    for (size_t i = 0; i < list->list.count; i++) {
        struct li_str word = list->list.items[i]->text;
        int known = li_word_find(spans, 4, word);
        int field = known < 0 ? li_playbook_field(load->playbook, word) : -1;

        if (known < 0 && (field < 0 || !tells_apart(load, field))) {
            li_load_tell(load, LI_RULE_SIMILAR_BY, list->list.items[i], word);
            continue;
        }
        similar->by[similar->by_count].by = known < 0 ? LI_ALIKE_FIELD : (enum li_alike_by)known;
        similar->by[similar->by_count++].field = field;
    }
}

static bool rests_on_others(const struct li_expression *expression)
{
    return expression && (li_expression_reads(expression, LI_S("similar.")) ||
                          li_expression_reads(expression, LI_S("table.")));
}

static int load_similar(struct li_load *load, const struct li_member *member,
                        struct li_similar *similar)
{
    static const char *const words[] = {"label", "by", "amount", "when", NULL};
    const struct li_node *map = member->value;
    int r;

    *similar = (struct li_similar){.name = member->key};
    if (!li_load_map(load, map, member->key, words))
        return 0;
    similar->label = li_load_texts(load, map, "label", true);
    load_by(load, map, similar);
    r = li_load_amount(load, map, "amount", &similar->amount);
    if (r == 0)
        r = li_load_when(load, map, "when", LI_LOAD_NOBODY, &similar->when);
    if (rests_on_others(similar->amount) || rests_on_others(similar->when))
        li_load_tell(load, LI_RULE_SIMILAR_RESTS, map, member->key);
    return r;
}

int li_load_similars(struct li_load *load)
{
    const struct li_node *named =
        li_load_named(load, load->plain, "similar", LI_PLAYBOOK_SIMILARS, false);
    struct li_similar *similars;
    int r = 0;

    if (!named)
        return 0;
    similars = li_alloc_array(load->ctx, named->map.count, sizeof(*similars));
    if (!similars)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < named->map.count; i++)
        r = load_similar(load, &named->map.items[i], &similars[i]);
    load->playbook->similars = similars;
    load->playbook->similar_count = named->map.count;
    return r;
}

/* ---- numbers of the tenant -------------------------------------------------------- */

/* Each option's own, all of them. */
static int load_each(struct li_load *load, const struct li_node *map, struct li_number *number)
{
    const struct li_field *field = &load->playbook->fields[number->by];
    int64_t *each = li_alloc_array(load->ctx, field->option_count, sizeof(*each));

    if (!each)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < field->option_count; i++) {
        const struct li_node *value = li_node_get_str(map, field->options[i].name);

        if (!value || value->kind != LI_INT || value->number < 0 ||
            map->map.count != field->option_count) {
            li_load_tell(load, LI_RULE_TABLE_ELSE, map, field->options[i].name);
            return 0;
        }
        each[i] = value->number;
    }
    number->by_place = each;
    return 0;
}

static int load_number(struct li_load *load, const struct li_member *member,
                       struct li_number *number)
{
    static const char *const words[] = {"label", "by", "else", "money", NULL};
    const struct li_node *map = member->value, *otherwise;
    struct li_str by;

    *number = (struct li_number){.name = member->key, .by = -1};
    if (!li_load_map(load, map, member->key, words))
        return 0;
    number->label = li_load_texts(load, map, "label", true);
    number->money = li_load_bool(load, map, "money");
    by = li_load_text(load, map, "by");
    number->by = by.len ? li_playbook_field(load->playbook, by) : -1;
    if (by.len && (number->by < 0 || load->playbook->fields[number->by].type != LI_FIELD_CHOICE)) {
        li_load_tell(load, LI_RULE_TABLE_BY, li_node_get(map, "by"), by);
        number->by = -1;
        return 0;
    }
    otherwise = li_node_get(map, "else");
    if (otherwise && otherwise->kind == LI_MAP && number->by >= 0)
        return load_each(load, otherwise, number);
    if (!otherwise || otherwise->kind != LI_INT || otherwise->number < 0)
        li_load_tell(load, LI_RULE_TABLE_ELSE, otherwise ? otherwise : map, member->key);
    else
        number->otherwise = otherwise->number;
    return 0;
}

int li_load_numbers(struct li_load *load)
{
    const struct li_node *named =
        li_load_named(load, load->plain, "tables", LI_PLAYBOOK_NUMBERS, false);
    struct li_number *numbers;
    int r = 0;

    if (!named)
        return 0;
    numbers = li_alloc_array(load->ctx, named->map.count, sizeof(*numbers));
    if (!numbers)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < named->map.count; i++)
        r = load_number(load, &named->map.items[i], &numbers[i]);
    load->playbook->numbers = numbers;
    load->playbook->number_count = named->map.count;
    return r;
}
