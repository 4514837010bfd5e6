/*
 * Machines: the states of the case and of each kind of part, with owner, clock
 * and what happens when it runs out.
 */
#include "playbook/load.h"

/* One known word with a text: {post: desk}. */
static void load_owner(struct li_load *load, const struct li_node *map, struct li_owner_rule *ret)
{
    static const char *const words[] = {"post", "org", "parts", NULL};
    const struct li_node *owner = li_node_get(map, "owner");
    struct li_str post;

    if (!owner || !li_load_map(load, owner, LI_S("owner"), words))
        return;
    if (owner->map.count != 1 || owner->map.items[0].value->kind != LI_TEXT) {
        li_load_tell(load, LI_RULE_OWNER_FORM, owner, LI_S("owner"));
        return;
    }
    post = owner->map.items[0].value->text;
    if (li_str_is(owner->map.items[0].key, "parts")) {
        if (!li_str_is(post, "all"))
            li_load_tell(load, LI_RULE_OWNER_FORM, owner, LI_S("owner"));
        ret->kind = LI_OWNER_PARTS;
        return;
    }
    if (!li_word_is_post(post))
        li_load_tell(load, LI_RULE_NO_POST, owner->map.items[0].value, post);
    ret->kind = li_str_is(owner->map.items[0].key, "org") ? LI_OWNER_ORG : LI_OWNER_POST;
    ret->post = post;
}

static void load_length(struct li_load *load, const struct li_node *clock, struct li_length *ret)
{
    const struct li_node *within = li_node_get(clock, "within");
    struct li_str of = li_load_need_text(load, clock, "of");
    enum li_clock_kind kind = LI_CLOCK_CALENDAR;
    unsigned told = load->ctx->error_count;
    int r;

    if (li_str_is(of, "work"))
        kind = LI_CLOCK_WORK;
    else if (of.len && !li_str_is(of, "calendar"))
        li_load_tell(load, LI_RULE_CLOCK_OF, li_node_get(clock, "of"), of);
    if (!within || within->kind != LI_TEXT) {
        li_load_tell(load, LI_RULE_LENGTH_FORM, within ? within : clock, LI_S("within"));
        return;
    }
    told = load->ctx->error_count;
    r = li_length_parse(load->ctx, within->text, kind, ret);
    load->ctx->error_count = told;
    if (r < 0 || ret->amount < 1)
        li_load_tell(load, LI_RULE_LENGTH_FORM, within, within->text);
}

static int load_clock(struct li_load *load, const struct li_member *member, struct li_state *state)
{
    static const char *const words[] = {"within", "of", "none", NULL};
    const struct li_node *map = member->value, *clock = li_node_get(map, "clock");
    bool none;

    state->why = li_load_texts(load, map, "why", false);
    if (!clock || !li_load_map(load, clock, LI_S("clock"), words))
        return 0;
    none = li_load_bool(load, clock, "none");
    if (!none) {
        struct li_clock_rule *rule = li_alloc(load->ctx, sizeof(*rule));
        if (!rule)
            return -LI_E_NOMEM;
        *rule = (struct li_clock_rule){.until = -1};
        load_length(load, clock, &rule->length);
        state->clocks = rule;
        state->clock_count = 1;
    }
    if (none && !li_node_get(map, "why"))
        li_load_tell_key(load, LI_RULE_CLOCK_WHY, li_load_member(map, LI_S("clock")), member->key);
    if (none && clock->map.count > 1)
        li_load_tell(load, LI_RULE_CLOCK_OF, clock, LI_S("clock"));
    return 0;
}

static int load_overdue(struct li_load *load, const struct li_node *map, struct li_state *state)
{
    static const char *const words[] = {"at", "effects", "~mark", "~tell", NULL};
    const struct li_node *list = li_node_get(map, "overdue");
    struct li_overdue *overdue;

    if (!list)
        return 0;
    if (list->kind != LI_LIST) {
        li_load_tell(load, LI_RULE_SHAPE_LIST, list, LI_S("overdue"));
        return 0;
    }
    overdue = li_alloc_array(load->ctx, list->list.count, sizeof(*overdue));
    if (!overdue)
        return -LI_E_NOMEM;
    state->overdue = overdue;
    for (size_t i = 0; i < list->list.count; i++) {
        const struct li_node *item = list->list.items[i], *at = li_node_get(item, "at");
        int r;

        if (!li_load_map(load, item, LI_S("overdue"), words))
            continue;
        overdue[state->overdue_count].does = -1;
        if (!at || at->kind != LI_INT || at->number < 1 || at->number > 1000)
            li_load_tell(load, LI_RULE_PERCENT, at ? at : item, LI_S("at"));
        else
            overdue[state->overdue_count].percent = (int)at->number;
        r = li_load_effects(load, item, &overdue[state->overdue_count].effects,
                            &overdue[state->overdue_count].effect_count);
        if (r < 0)
            return r;
        if (!overdue[state->overdue_count].effect_count)
            li_load_tell(load, LI_RULE_WORD_MISSING, item, LI_S("effects"));
        state->overdue_count++;
    }
    return 0;
}

static int load_state(struct li_load *load, const struct li_member *member, struct li_state *state)
{
    static const char *const words[] = {"label",   "end",         "owner",         "clock", "why",
                                        "overdue", "not_related", "~not: related", NULL};
    const struct li_node *map = member->value;
    int r;

    state->name = member->key;
    if (!li_load_map(load, map, member->key, words))
        return 0;
    state->label = li_load_texts(load, map, "label", true);
    state->end = li_load_bool(load, map, "end");
    state->not_related = li_load_bool(load, map, "not_related");
    load_owner(load, map, &state->owner);
    r = load_clock(load, member, state);
    return r ? r : load_overdue(load, map, state);
}

/* The states in `map`; where a new one begins is read from `start_in`. */
static int load_machine(struct li_load *load, const struct li_node *map,
                        const struct li_node *start_in, const char *start_key,
                        struct li_machine *machine)
{
    const struct li_node *named = li_load_named(load, map, "states", LI_PLAYBOOK_STATES, true);
    struct li_state *states;
    struct li_str start;

    if (!named)
        return 0;
    states = li_alloc_array(load->ctx, named->map.count, sizeof(*states));
    if (!states)
        return -LI_E_NOMEM;
    machine->states = states;
    machine->state_count = named->map.count;
    for (size_t i = 0; i < named->map.count; i++) {
        int r = load_state(load, &named->map.items[i], &states[i]);

        if (r < 0)
            return r;
    }
    start = li_load_text(load, start_in, start_key);
    machine->start = li_machine_state(machine, start);
    if (machine->start < 0 && start.len)
        li_load_tell(load, LI_RULE_NO_STATE, li_node_get(start_in, start_key), start);
    if (machine->start < 0)
        machine->start = 0;
    return 0;
}

int li_load_machines(struct li_load *load)
{
    static const char *const words[] = {"label", "states", "start", NULL};
    const struct li_node *parts =
        li_load_named(load, load->plain, "parts", LI_PLAYBOOK_PARTS, false);
    size_t count = 1 + (parts ? parts->map.count : 0);
    struct li_machine *machines = li_alloc_array(load->ctx, count, sizeof(*machines));
    int r;

    if (!machines)
        return -LI_E_NOMEM;
    machines[0].name = LI_S("");
    machines[0].label = load->playbook->title;
    load->playbook->machines = machines;
    load->playbook->machine_count = 1;
    r = load_machine(load, load->plain, li_node_get(load->plain, "open"), "to", &machines[0]);
    for (size_t i = 1; r == 0 && i < count; i++) {
        const struct li_member *member = &parts->map.items[i - 1];

        machines[i].name = member->key;
        if (li_load_map(load, member->value, member->key, words)) {
            machines[i].label = li_load_texts(load, member->value, "label", true);
            r = load_machine(load, member->value, member->value, "start", &machines[i]);
        }
        load->playbook->machine_count = i + 1;
    }
    return r;
}
