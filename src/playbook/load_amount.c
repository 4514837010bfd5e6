/*
 * Numbers that are reckoned: fields that nobody gives (`is`), and amounts that an action
 * shares out among parts (`splits`).
 */
#include "playbook/load.h"

static bool is_number(const struct li_field *field)
{
    return field->type == LI_FIELD_INTEGER || field->type == LI_FIELD_MONEY ||
           field->type == LI_FIELD_QUANTITY;
}

/* What somebody thinks is reckoned into nothing; outcomes of ballots were looked at as they were
 * read. */
struct reckoning {
    const struct li_playbook *playbook;
    struct li_str opinion;
};

static void note_opinion(void *arg, struct li_str name)
{
    struct reckoning *reckoning = arg;
    struct li_str rest = name, word = li_str_cut(&rest, '.');
    bool field = rest.ptr && (li_str_is(word, "field") || li_str_is(word, "its"));
    int place = field ? li_playbook_field(reckoning->playbook, rest) : -1;

    if (place >= 0 && reckoning->playbook->fields[place].opinion)
        reckoning->opinion = rest;
}

int li_load_amount(struct li_load *load, const struct li_node *map, const char *key,
                   const struct li_expression **ret)
{
    const struct li_node *node = li_node_get(map, key);
    struct li_str text = li_load_need_text(load, map, key);
    struct li_expression *expression;
    struct reckoning reckoning = {.playbook = load->playbook};
    struct li_names names;
    int r;

    if (!text.len)
        return 0;
    li_load_names(load, node, &names);
    r = li_expression_compile(load->ctx, text, LI_TYPE_INT, &names, &expression);
    if (r == -LI_E_NOMEM)
        return r;
    if (r < 0) {
        load->faults++;
        return 0;
    }
    li_expression_names(expression, note_opinion, &reckoning);
    if (reckoning.opinion.ptr)
        li_load_tell(load, LI_RULE_OPINION_FIGURE, node, reckoning.opinion);
    *ret = expression;
    return 0;
}

int li_load_reckoned(struct li_load *load)
{
    const struct li_node *named = li_node_get(load->plain, "fields");
    struct li_playbook *playbook = load->playbook;
    struct li_field *fields = (struct li_field *)(uintptr_t)playbook->fields;
    int r = 0;

    for (size_t i = 0; r == 0 && i < playbook->field_count; i++) {
        const struct li_node *map = named->map.items[i].value;

        if (!li_node_get(map, "is"))
            continue;
        if (!is_number(&fields[i]) || fields[i].free_text)
            li_load_tell(load, LI_RULE_FIELD_IS, li_node_get(map, "is"), fields[i].name);
        else
            r = li_load_amount(load, map, "is", &fields[i].is);
    }
    return r;
}

/* A number that parts of a kind keep; -1 (told). */
static int own_number(struct li_load *load, const struct li_node *map, const char *key, int machine)
{
    struct li_str name = li_load_need_text(load, map, key);
    int field = name.len ? li_playbook_field(load->playbook, name) : -1;

    if (field >= 0 && machine > 0 && is_number(&load->playbook->fields[field]) &&
        li_machine_keeps(&load->playbook->machines[machine], field))
        return field;
    if (name.len && machine > 0)
        li_load_tell(load, LI_RULE_SPLITS_OWN, li_node_get(map, key), name);
    return -1;
}

int li_load_split(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    static const char *const words[] = {"amount", "part", "from", "by", "into", NULL};
    const struct li_node *node = li_node_get(map, "splits");
    struct li_split *split = node ? li_alloc(load->ctx, sizeof(*split)) : NULL;
    int r;

    if (!node)
        return 0;
    if (!split)
        return -LI_E_NOMEM;
    *split = (struct li_split){.by = -1, .into = -1};
    if (!li_load_map(load, node, LI_S("splits"), words))
        return 0;
    li_load_need_text(load, node, "part");
    split->machine = li_load_kind(load, node, "part");
    if (split->machine > 0)
        split->from = li_load_states(load, node, "from", split->machine);
    split->by = own_number(load, node, "by", split->machine);
    split->into = own_number(load, node, "into", split->machine);
    r = li_load_amount(load, node, "amount", &split->amount);
    if (split->machine > 0 && split->by >= 0 && split->into >= 0 && split->amount)
        action->split = split;
    return r;
}
