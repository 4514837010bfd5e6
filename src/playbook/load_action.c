/*
 * Actions: who may do what from where, what it asks, and what it sets off.
 */
#include "playbook/load.h"

static bool who_of(struct li_str word, struct li_who *ret)
{
    static const struct {
        const char *word;
        enum li_who_kind kind;
    } kinds[] = {
        {"anyone", LI_WHO_ANYONE}, {"reporter", LI_WHO_REPORTER}, {"party", LI_WHO_PARTY},
        {"staff", LI_WHO_STAFF},   {"owner", LI_WHO_OWNER},       {"system", LI_WHO_SYSTEM},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (!li_str_is(word, kinds[i].word))
            continue;
        *ret = (struct li_who){.kind = kinds[i].kind};
        return true;
    }
    if (!li_str_starts(word, LI_S("post:")))
        return false;
    *ret = (struct li_who){.kind = LI_WHO_POST, .post = li_str_n(word.ptr + 5, word.len - 5)};
    return true;
}

int li_load_who(struct li_load *load, const struct li_node *map, const char *key,
                const struct li_who **ret, size_t *ret_count, bool *ret_system)
{
    const struct li_node *list = li_load_words(load, map, key, true);
    struct li_who *who = li_alloc_array(load->ctx, list->list.count, sizeof(*who));

    if (!who)
        return -LI_E_NOMEM;
    *ret_system = false;
    for (size_t i = 0; i < list->list.count; i++) {
        const struct li_node *item = list->list.items[i];

        if (!who_of(item->text, &who[i]))
            li_load_tell(load, LI_RULE_NO_WHO, item, item->text);
        else if (who[i].kind == LI_WHO_POST && !li_word_is_post(who[i].post))
            li_load_tell(load, LI_RULE_NO_POST, item, who[i].post);
        else if (who[i].kind == LI_WHO_SYSTEM)
            *ret_system = true;
    }
    *ret = who;
    *ret_count = list->list.count;
    return 0;
}

static void load_effect(struct li_load *load, const struct li_node *item, struct li_effect *effect)
{
    const struct li_member *member;

    if (item->kind != LI_MAP || item->map.count != 1) {
        li_load_tell(load, LI_RULE_SHAPE_MAP, item, LI_S("effects"));
        return;
    }
    member = &item->map.items[0];
    if (li_word_find(li_effect_words, LI_EFFECT_WORD_COUNT, member->key) < 0)
        li_load_tell_key(load, LI_RULE_NO_EFFECT, member, member->key);
    else if (member->value->kind != LI_TEXT)
        li_load_tell(load, LI_RULE_SHAPE_TEXT, member->value, member->key);
    else if (!li_effect_fits(member->key, member->value->text))
        li_load_tell(load, LI_RULE_NO_EFFECT, member->value, member->value->text);
    else
        *effect = (struct li_effect){.name = member->key, .arg = member->value->text};
    load->playbook->tells |= effect->name.ptr && li_str_is(effect->name, "tell");
}

int li_load_effects(struct li_load *load, const struct li_node *map, const struct li_effect **ret,
                    size_t *ret_count)
{
    const struct li_node *list = li_node_get(map, "effects");
    struct li_effect *effects;

    if (!list)
        return 0;
    if (list->kind != LI_LIST) {
        li_load_tell(load, LI_RULE_SHAPE_LIST, list, LI_S("effects"));
        return 0;
    }
    effects = li_alloc_array(load->ctx, list->list.count, sizeof(*effects));
    if (!effects)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < list->list.count; i++)
        load_effect(load, list->list.items[i], &effects[i]);
    *ret = effects;
    *ret_count = list->list.count;
    return 0;
}

static int load_asked(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    size_t count;
    bool *required;
    int *all;
    int r = li_load_field_list(load, map, "needs", &action->needs, &action->need_count);

    if (r == 0)
        r = li_load_field_list(load, map, "asks", &action->asks, &action->ask_count);
    if (r < 0)
        return r;
    count = action->need_count + action->ask_count;
    all = li_alloc_array(load->ctx, count, sizeof(*all));
    required = li_alloc_array(load->ctx, count, sizeof(*required));
    if (!all || !required)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        required[i] = i < action->need_count;
        all[i] = required[i] ? action->needs[i] : action->asks[i - action->need_count];
        for (size_t k = 0; k < i; k++) {
            if (all[k] != all[i])
                continue;
            li_load_tell(load, LI_RULE_TWICE, map, load->playbook->fields[all[i]].name);
            return 0;
        }
    }
    return load->faults ? 0 : li_load_schema(load, all, required, count, &action->schema);
}

/* The ballot it opens. */
static void load_ballot(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    struct li_str name = li_load_text(load, map, "ballot");

    action->ballot = name.len ? li_playbook_ballot(load->playbook, name) : -1;
    if (name.len && action->ballot < 0)
        li_load_tell(load, LI_RULE_NO_BALLOT, li_node_get(map, "ballot"), name);
}

bool li_effects_tell(const struct li_effect *effects, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (li_str_is(effects[i].name, "tell") && li_str_is(effects[i].arg, "reporter"))
            return true;
    return false;
}

static int load_action(struct li_load *load, const struct li_member *member,
                       struct li_action *action)
{
    static const char *const words[] = {
        "label",    "part",       "from",          "to",           "by",         "needs",
        "asks",     "sends",      "makes",         "splits",       "~adds",      "reopens",
        "moves",    "check",      "gives",         "count",        "within",     "when",
        "effects",  "progress",   "~mark",         "~tell",        "~limit",     "~else",
        "~approve", "not_before", "extends_clock", "extends_most", "extends_of", "spawns",
        "entries",  "reverses",   "ballot",        "says",         "takes",      NULL};
    const struct li_node *map = member->value;
    int r;

    action->name = member->key;
    action->to = action->gives = -1;
    if (li_node_get(map, "approve")) { /* sugar that was not understood */
        li_load_tell(load, LI_RULE_APPROVE_FORM, li_node_get(map, "approve"), member->key);
        return 0;
    }
    if (!li_load_map(load, map, member->key, words))
        return 0;
    action->label = li_load_texts(load, map, "label", true);
    action->machine = li_load_kind(load, map, "part");
    if (action->machine < 0)
        action->machine = 0;
    load->self = action->machine;
    action->from = li_load_states(load, map, "from", action->machine);
    action->public_progress = li_load_bool(load, map, "progress");
    action->counts = li_load_text(load, map, "count");
    if (action->counts.len && !li_word_is_name(action->counts, '_'))
        li_load_tell(load, LI_RULE_NAME_FORM, li_node_get(map, "count"), action->counts);
    if (li_node_get(map, "within"))
        li_load_length(load, map, "within", LI_CLOCK_CALENDAR, &action->within);
    r = li_load_who(load, map, "by", &action->by, &action->by_count, &action->by_system);
    if (r == 0)
        r = load_asked(load, map, action);
    li_load_times(load, map, action);
    if (r == 0)
        r = li_load_part_words(load, map, action);
    if (r == 0)
        r = li_load_when(load, map, "when", LI_LOAD_SOMEBODY, &action->when);
    if (r == 0)
        r = li_load_effects(load, map, &action->effects, &action->effect_count);
    action->says = li_load_texts(load, map, "says", false);
    if (action->says.zh.len && !li_effects_tell(action->effects, action->effect_count))
        li_load_tell(load, LI_RULE_SAYS_NOBODY, li_node_get(map, "says"), member->key);
    if (r == 0 && li_node_get(map, "spawns"))
        r = li_load_spawns(load, map, action);
    if (r == 0)
        r = li_load_entries(load, map, action);
    load_ballot(load, map, action);
    action->takes = li_load_bool(load, map, "takes");
    return r;
}

/* What a clock's step does is done by nothing else of the engine. */
static void mark_timers(const struct li_machine *machine, struct li_action *actions)
{
    for (size_t i = 0; i < machine->state_count; i++)
        for (size_t k = 0; k < machine->states[i].overdue_count; k++)
            if (machine->states[i].overdue[k].does >= 0)
                actions[machine->states[i].overdue[k].does].by_timer = true;
    for (size_t i = 0; i < machine->clock_count; i++)
        for (size_t k = 0; k < machine->clocks[i].as.overdue_count; k++)
            if (machine->clocks[i].as.overdue[k].does >= 0)
                actions[machine->clocks[i].as.overdue[k].does].by_timer = true;
}

/* What is taken over leaves and comes by nothing else of the engine. */
static void mark_carried(struct li_load *load, struct li_action *actions)
{
    static const char *const steps[] = {"leave", "bring"};
    const struct li_node *map = li_node_get(load->plain, "carries");

    for (size_t i = 0; i < 2; i++) {
        struct li_str name = li_node_text(map, steps[i]);
        int place = name.len ? li_playbook_action(load->playbook, name) : -1;

        if (place >= 0)
            actions[place].by_timer = actions[place].by_carry = true;
    }
}

int li_load_actions(struct li_load *load)
{
    const struct li_node *named =
        li_load_named(load, load->plain, "actions", LI_PLAYBOOK_ACTIONS, true);
    struct li_action *actions;

    if (!named)
        return 0;
    actions = li_alloc_array(load->ctx, named->map.count, sizeof(*actions));
    if (!actions)
        return -LI_E_NOMEM;
    load->playbook->actions = actions;
    load->playbook->action_count = named->map.count;
    for (size_t i = 0; i < named->map.count; i++) {
        int r;

        load->seen->above = load->seen->beside = false;
        r = load_action(load, &named->map.items[i], &actions[i]);
        actions[i].reads_parent = load->seen->above;
        actions[i].reads_siblings = load->seen->beside;
        load->self = 0;
        if (r < 0)
            return r;
    }
    if (li_load_reverses(load, named) < 0)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < load->playbook->machine_count; i++)
        mark_timers(&load->playbook->machines[i], actions);
    mark_carried(load, actions);
    for (size_t i = 0; i < named->map.count; i++)
        load->playbook->parts_move |=
            actions[i].by_system && actions[i].machine && !actions[i].by_timer;
    return 0;
}
