/*
 * `under`: cases that are opened beneath an open case of another playbook, and what
 * their conditions read of it.
 *
 * What is read is said with its type, because the other file is not here; whether the
 * other playbook has it is asked when either is adopted (li_playbook_under_fits).
 */
#include "playbook/load.h"

const struct li_above_fact *li_playbook_above(const struct li_playbook *playbook,
                                              struct li_str name)
{
    for (size_t i = 0; name.ptr && i < playbook->above_count; i++)
        if (li_str_eq(playbook->above[i].name, name))
            return &playbook->above[i];
    return NULL;
}

static bool waits(const struct li_playbook *playbook, struct li_str name, bool beside)
{
    int state = li_machine_state(&playbook->machines[0], name);

    for (size_t i = 0; state >= 0 && i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];
        bool reads = action->reads_siblings || (!beside && action->reads_parent);

        if (reads && action->by_system && !action->by_timer && !action->by_rhythm &&
            (action->machine || action->from >> state & 1))
            return true;
    }
    return false;
}

bool li_playbook_waits_above(const struct li_playbook *playbook, struct li_str state)
{
    return waits(playbook, state, false);
}

bool li_playbook_waits_beside(const struct li_playbook *playbook, struct li_str state)
{
    return waits(playbook, state, true);
}

/* What a condition can read, and two files can mean the same by. */
static bool is_readable(enum li_field_type type)
{
    switch (type) {
    case LI_FIELD_TEXT:
    case LI_FIELD_PHONE:
    case LI_FIELD_POINT:
    case LI_FIELD_PHOTOS:
    case LI_FIELD_DOCUMENT:
    case LI_FIELD_CHECKLIST:
        return false;
    default:
        return true;
    }
}

static void load_fact(struct li_load *load, const struct li_member *member,
                      struct li_above_fact *ret)
{
    static const char *const words[] = {"type", "label", NULL};
    struct li_str type;
    int place;

    *ret = (struct li_above_fact){.name = member->key, .type = LI_FIELD_INTEGER};
    if (!li_load_map(load, member->value, member->key, words))
        return;
    type = li_load_need_text(load, member->value, "type");
    ret->label = li_load_texts(load, member->value, "label", true);
    place = li_word_find(li_type_words, LI_TYPE_WORD_COUNT, type);
    if (place < 0 || !is_readable((enum li_field_type)place))
        li_load_tell_key(load, LI_RULE_UNDER_TYPE, member, member->key);
    else
        ret->type = (enum li_field_type)place;
}

static int load_facts(struct li_load *load, const struct li_node *map)
{
    const struct li_node *named = li_load_named(load, map, "facts", LI_PLAYBOOK_ABOVE, false);
    struct li_above_fact *facts;

    if (!named)
        return 0;
    facts = li_alloc_array(load->ctx, named->map.count, sizeof(*facts));
    if (!facts)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < named->map.count; i++)
        load_fact(load, &named->map.items[i], &facts[i]);
    load->playbook->above = facts;
    load->playbook->above_count = named->map.count;
    return 0;
}

int li_load_under(struct li_load *load)
{
    static const char *const words[] = {"playbook", "facts", NULL};
    const struct li_node *open = li_node_get(load->plain, "open"),
                         *under = open && open->kind == LI_MAP ? li_node_get(open, "under") : NULL;
    struct li_playbook *playbook = load->playbook;

    if (!under)
        return 0;
    if (under->kind == LI_TEXT) {
        playbook->under = under->text;
    } else if (li_load_map(load, under, LI_S("under"), words)) {
        playbook->under = li_load_need_text(load, under, "playbook");
    }
    if (playbook->under.len && !li_word_is_name(playbook->under, '-'))
        li_load_tell(load, LI_RULE_NAME_FORM, under, playbook->under);
    if (playbook->under.len && li_str_eq(playbook->under, playbook->name))
        li_load_tell(load, LI_RULE_UNDER_SELF, under, playbook->under);
    return under->kind == LI_MAP ? load_facts(load, under) : 0;
}

void li_load_under_check(struct li_load *load)
{
    const struct li_playbook *playbook = load->playbook;

    for (size_t i = 0; playbook->under.len && i < playbook->rhythm_count; i++)
        if (playbook->rhythms[i].action < 0)
            li_load_tell_key(
                load, LI_RULE_UNDER_RHYTHM,
                li_load_member(li_node_get(load->plain, "every"), playbook->rhythms[i].name),
                playbook->rhythms[i].name);
}
