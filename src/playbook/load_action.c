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

/* A kind of part by name: its machine, or -1 (told). */
static int part_named(struct li_load *load, const struct li_node *map, const char *key)
{
    struct li_str name = li_load_text(load, map, key);

    for (size_t i = 1; name.len && i < load->playbook->machine_count; i++)
        if (li_str_eq(load->playbook->machines[i].name, name))
            return (int)i;
    if (name.len)
        li_load_tell(load, LI_RULE_NO_PART, li_node_get(map, key), name);
    return -1;
}

/* States by name as bits. */
static uint64_t load_from(struct li_load *load, const struct li_node *map, int machine, bool ends)
{
    const struct li_machine *of = &load->playbook->machines[machine];
    const struct li_node *list = li_load_words(load, map, "from", true);
    uint64_t bits = 0;

    for (size_t i = 0; i < list->list.count; i++) {
        const struct li_node *item = list->list.items[i];
        int state = li_machine_state(of, item->text);

        if (state < 0)
            li_load_tell(load, LI_RULE_NO_STATE, item, item->text);
        else if (ends && !of->states[state].end)
            li_load_tell(load, LI_RULE_REOPENS_END, item, item->text);
        else
            bits |= UINT64_C(1) << state;
    }
    return bits;
}

static void load_to(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    struct li_str to = li_load_text(load, map, "to");

    action->to = -1;
    if (!to.len)
        return;
    action->to = li_machine_state(&load->playbook->machines[action->machine], to);
    if (action->to < 0)
        li_load_tell(load, LI_RULE_NO_STATE, li_node_get(map, "to"), to);
}

static void load_reopens(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    static const char *const words[] = {"part", "from", NULL};
    const struct li_node *reopens = li_node_get(map, "reopens");

    action->reopens = -1;
    if (!reopens || !li_load_map(load, reopens, LI_S("reopens"), words))
        return;
    li_load_need_text(load, reopens, "part");
    action->reopens = part_named(load, reopens, "part");
    if (action->reopens > 0)
        action->reopens_from = load_from(load, reopens, action->reopens, true);
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

static void load_sends(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    int count = 0;

    action->sends = part_named(load, map, "sends");
    action->sends_to = -1;
    for (size_t i = 0; i < action->need_count; i++) {
        if (load->playbook->fields[action->needs[i]].type != LI_FIELD_ORG)
            continue;
        action->sends_to = action->needs[i];
        count++;
    }
    if (action->sends > 0 && count != 1)
        li_load_tell(load, LI_RULE_SENDS_ORG, li_node_get(map, "sends"), action->name);
    if (action->sends < 0)
        action->sends_to = -1;
}

static int load_action(struct li_load *load, const struct li_member *member,
                       struct li_action *action)
{
    static const char *const words[] = {"label",  "part",   "from",    "to",       "by",
                                        "needs",  "asks",   "sends",   "reopens",  "count",
                                        "within", "when",   "effects", "progress", "~mark",
                                        "~tell",  "~limit", "~else",   NULL};
    const struct li_node *map = member->value;
    int r;

    action->name = member->key;
    action->to = action->sends = action->sends_to = action->reopens = -1;
    if (!li_load_map(load, map, member->key, words))
        return 0;
    action->label = li_load_texts(load, map, "label", true);
    action->machine = part_named(load, map, "part");
    if (action->machine < 0)
        action->machine = 0;
    action->from = load_from(load, map, action->machine, false);
    load_to(load, map, action);
    action->public_progress = li_load_bool(load, map, "progress");
    action->counts = li_load_text(load, map, "count");
    if (action->counts.len && !li_word_is_name(action->counts, '_'))
        li_load_tell(load, LI_RULE_NAME_FORM, li_node_get(map, "count"), action->counts);
    if (li_node_get(map, "within"))
        li_load_length(load, map, "within", LI_CLOCK_CALENDAR, &action->within);
    r = li_load_who(load, map, "by", &action->by, &action->by_count, &action->by_system);
    if (r == 0)
        r = load_asked(load, map, action);
    load_sends(load, map, action);
    load_reopens(load, map, action);
    if (r == 0)
        r = li_load_when(load, map, "when", LI_LOAD_SOMEBODY, &action->when);
    if (r == 0)
        r = li_load_effects(load, map, &action->effects, &action->effect_count);
    return r;
}

/* What a clock's step does is done by nothing else of the engine. */
static void mark_timers(const struct li_machine *machine, struct li_action *actions)
{
    for (size_t i = 0; i < machine->state_count; i++)
        for (size_t k = 0; k < machine->states[i].overdue_count; k++)
            if (machine->states[i].overdue[k].does >= 0)
                actions[machine->states[i].overdue[k].does].by_timer = true;
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
        int r = load_action(load, &named->map.items[i], &actions[i]);

        if (r < 0)
            return r;
    }
    for (size_t i = 0; i < load->playbook->machine_count; i++)
        mark_timers(&load->playbook->machines[i], actions);
    return 0;
}
