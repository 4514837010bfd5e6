/*
 * The rules over a whole playbook, each with its own sentence (rule.h).
 *
 * Every name is known by now.  Joins and loops are in check_join.c, because
 * they run the machine.
 */
#include "playbook/load.h"

static uint64_t bit(int state)
{
    return UINT64_C(1) << state;
}

static void tell_state(struct li_load *load, enum li_rule rule, int machine, int state)
{
    li_load_tell_key(load, rule, li_load_state_place(load, machine, state),
                     load->playbook->machines[machine].states[state].name);
}

static void tell_action(struct li_load *load, enum li_rule rule, int action)
{
    li_load_tell_key(load, rule, li_load_action_place(load, action),
                     load->playbook->actions[action].name);
}

/* The states of a machine that can be come to. */
static uint64_t reachable(const struct li_playbook *playbook, int machine)
{
    uint64_t reached = bit(playbook->machines[machine].start), before;

    for (size_t i = 0; machine == 0 && i < playbook->start_count; i++)
        reached |= bit(playbook->starts[i].state);
    do {
        before = reached;
        for (size_t i = 0; i < playbook->action_count; i++) {
            const struct li_action *action = &playbook->actions[i];

            if (action->machine == machine && (action->from & reached))
                reached |= action->leads;
            for (size_t k = 0; k < action->moving_count; k++)
                if (action->movings[k].machine == machine && (action->movings[k].from & reached))
                    reached |= bit(action->movings[k].to);
        }
    } while (reached != before);
    return reached;
}

static bool by_somebody(const struct li_action *action)
{
    for (size_t i = 0; i < action->by_count; i++)
        if (action->by[i].kind != LI_WHO_SYSTEM)
            return true;
    return false;
}

/* Whether an action takes parts of a kind along from a state. */
static bool is_taken(const struct li_action *action, int machine, int state)
{
    for (size_t i = 0; i < action->moving_count; i++)
        if (action->movings[i].machine == machine && (action->movings[i].from & bit(state)))
            return true;
    return false;
}

static bool is_left(const struct li_playbook *playbook, int machine, int state)
{
    for (size_t i = 0; i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];

        if (action->machine == machine && (action->from & bit(state)) &&
            (action->leads & ~bit(state)))
            return true;
        if (is_taken(action, machine, state))
            return true;
    }
    return false;
}

static bool somebody_acts(const struct li_playbook *playbook, int machine, int state)
{
    for (size_t i = 0; i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];

        if (action->machine == machine && (action->from & bit(state)) && by_somebody(action))
            return true;
        if (is_taken(action, machine, state) && by_somebody(action))
            return true;
    }
    return playbook->machines[machine].states[state].owner.kind == LI_OWNER_PARTS;
}

static bool begins(const struct li_playbook *playbook, int machine, int state)
{
    for (size_t i = 0; machine == 0 && i < playbook->start_count; i++)
        if (playbook->starts[i].state == state)
            return true;
    return playbook->machines[machine].start == state;
}

static void check_end(struct li_load *load, int machine, int index, const struct li_state *state)
{
    if (state->owner.kind != LI_OWNER_NONE || state->clock_count || state->overdue_count)
        tell_state(load, LI_RULE_END_RESTS, machine, index);
    if (state->why.zh.len)
        tell_state(load, LI_RULE_WHY_CLOCK, machine, index);
    /* a part may be no more than a note of something: it is made ended */
    if (!machine && begins(load->playbook, machine, index))
        tell_state(load, LI_RULE_START_OPEN, machine, index);
}

static bool by_area(const struct li_state *state)
{
    return state->owner.kind == LI_OWNER_NEAREST || state->owner.kind == LI_OWNER_WIDER ||
           state->owner.kind == LI_OWNER_SAME;
}

static void check_open(struct li_load *load, int machine, int index, const struct li_state *state)
{
    if (state->owner.kind == LI_OWNER_NONE)
        tell_state(load, LI_RULE_NO_OWNER, machine, index);
    if (state->owner.kind == (machine ? LI_OWNER_PARTS : LI_OWNER_ORG) ||
        (!machine && state->owner.kind == LI_OWNER_GIVEN))
        tell_state(load, LI_RULE_OWNER_ORG, machine, index);
    if (by_area(state) && (machine || (state->owner.kind != LI_OWNER_NEAREST &&
                                       begins(load->playbook, machine, index))))
        tell_state(load, LI_RULE_OWNER_AREA, machine, index);
    if (!state->clock_count && !state->why.zh.len)
        tell_state(load, LI_RULE_NO_CLOCK, machine, index);
    if (state->clock_count && state->why.zh.len)
        tell_state(load, LI_RULE_WHY_CLOCK, machine, index);
    if (!state->clock_count && state->overdue_count)
        tell_state(load, LI_RULE_OVERDUE_CLOCK, machine, index);
    if (!is_left(load->playbook, machine, index))
        tell_state(load, LI_RULE_STUCK, machine, index);
    if (!somebody_acts(load->playbook, machine, index))
        tell_state(load, LI_RULE_NOBODY, machine, index);
}

static void check_machine(struct li_load *load, int index)
{
    const struct li_machine *machine = &load->playbook->machines[index];
    uint64_t reached = reachable(load->playbook, index);

    for (size_t i = 0; i < machine->state_count; i++) {
        if (!(reached & bit((int)i)))
            tell_state(load, LI_RULE_UNREACHABLE, index, (int)i);
        if (machine->states[i].end)
            check_end(load, index, (int)i, &machine->states[i]);
        else
            check_open(load, index, (int)i, &machine->states[i]);
    }
}

/* Whether `by: [owner]` means somebody in every state it starts from. */
static bool owner_exists(const struct li_playbook *playbook, const struct li_action *action)
{
    const struct li_machine *machine = &playbook->machines[action->machine];

    for (size_t i = 0; i < machine->state_count; i++) {
        enum li_owner_kind kind = machine->states[i].owner.kind;

        if ((action->from & bit((int)i)) && (kind == LI_OWNER_NONE || kind == LI_OWNER_PARTS))
            return false;
    }
    return true;
}

static bool starts_at_end(const struct li_playbook *playbook, const struct li_action *action)
{
    const struct li_machine *machine = &playbook->machines[action->machine];

    for (size_t i = 0; i < machine->state_count; i++)
        if ((action->from & bit((int)i)) && machine->states[i].end)
            return true;
    return false;
}

static void check_by_system(struct li_load *load, int index, const struct li_action *action)
{
    if (!action->when && !action->by_timer && !action->by_rhythm)
        tell_action(load, LI_RULE_SYSTEM_WHEN, index);
    if (!action->by_carry && (!action->leads || (action->from & action->leads)) &&
        (action->by_timer || !action->by_rhythm))
        tell_action(load, LI_RULE_SYSTEM_MOVES, index);
    if (action->check_count ||
        (!action->by_carry && (action->need_count || (action->ask_count && !by_somebody(action)))))
        tell_action(load, LI_RULE_SYSTEM_ASKS, index);
    if (action->within.amount || starts_at_end(load->playbook, action))
        tell_action(load, LI_RULE_SYSTEM_END, index);
}

static bool is_handed_on(const struct li_playbook *playbook, int machine)
{
    for (size_t i = 0; i < playbook->action_count; i++)
        if (playbook->actions[i].machine == machine && playbook->actions[i].gives >= 0)
            return true;
    return false;
}

/* Whoever a state's owner is found by must be named when the part is made; an
 * organization may also be given later. */
static void check_makes(struct li_load *load, int index, const struct li_action *action)
{
    for (size_t i = 0; i < action->make_count; i++) {
        const struct li_make *make = &action->makes[i];
        const struct li_machine *machine = &load->playbook->machines[make->machine];

        for (size_t k = 0; k < machine->state_count; k++) {
            enum li_owner_kind kind = machine->states[k].owner.kind;
            bool later = (int)k != machine->start && is_handed_on(load->playbook, make->machine);

            if ((kind == LI_OWNER_ORG && make->each < 0 && !later) ||
                (kind == LI_OWNER_GIVEN && !make->post.len)) {
                tell_action(load, LI_RULE_MAKES_FOR, index);
                return;
            }
        }
    }
}

/* An ended part stays ended when its case has. */
static void check_end_within(struct li_load *load, int index, const struct li_action *action)
{
    const struct li_machine *machine = &load->playbook->machines[action->machine];

    if (!action->within.amount || !starts_at_end(load->playbook, action))
        return;
    for (size_t i = 0; i < machine->state_count; i++)
        if ((action->leads & bit((int)i)) && !machine->states[i].end) {
            tell_action(load, LI_RULE_END_STAYS, index);
            return;
        }
}

static void check_action(struct li_load *load, int index)
{
    const struct li_action *action = &load->playbook->actions[index];

    if (action->by_system)
        check_by_system(load, index, action);
    else if (!action->machine && !action->within.amount && starts_at_end(load->playbook, action))
        tell_action(load, LI_RULE_END_WITHIN, index);
    for (size_t i = 0; i < action->by_count; i++)
        if (action->by[i].kind == LI_WHO_OWNER && !owner_exists(load->playbook, action))
            tell_action(load, LI_RULE_ACTION_BY_OWNER, index);
    check_makes(load, index, action);
    if (action->machine)
        check_end_within(load, index, action);
}

static bool among(const int *fields, size_t count, int field)
{
    for (size_t i = 0; i < count; i++)
        if (fields[i] == field)
            return true;
    return false;
}

static bool is_asked(const struct li_playbook *playbook, int field)
{
    bool asked = among(playbook->open_fields, playbook->open_field_count, field);

    for (size_t i = 0; !asked && i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];

        asked = among(action->needs, action->need_count, field) ||
                among(action->asks, action->ask_count, field);
    }
    return asked;
}

/* Whether some action shares an amount out into it. */
static bool is_shared_out(const struct li_playbook *playbook, int field)
{
    for (size_t i = 0; i < playbook->action_count; i++)
        if (playbook->actions[i].split && playbook->actions[i].split->into == field)
            return true;
    return false;
}

static bool is_hidden(const struct li_playbook *playbook, int field)
{
    for (size_t i = 0; i < playbook->hide_count; i++)
        if (among(playbook->hides[i].fields, playbook->hides[i].field_count, field))
            return true;
    return false;
}

static void check_fields(struct li_load *load)
{
    const struct li_playbook *playbook = load->playbook;
    const struct li_node *named = li_node_get(load->plain, "fields");
    const struct li_node *listed = li_node_get(li_node_get(load->plain, "see"), "public");

    for (size_t i = 0; i < playbook->field_count; i++)
        if (is_asked(playbook, (int)i) == (playbook->fields[i].is != NULL) &&
            !is_shared_out(playbook, (int)i))
            li_load_tell_key(load, LI_RULE_FIELD_UNUSED, &named->map.items[i],
                             playbook->fields[i].name);
    for (size_t i = 0; i < playbook->see_public_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->see_public[i]];

        if (field->free_text || field->personal || field->opinion ||
            field->type == LI_FIELD_POINT || li_field_is_files(field->type))
            li_load_tell(load, LI_RULE_PUBLIC_PRIVATE, listed->list.items[i], field->name);
        if (is_hidden(playbook, playbook->see_public[i]))
            li_load_tell(load, LI_RULE_PUBLIC_HIDDEN, listed->list.items[i], field->name);
    }
}

static bool is_made(const struct li_action *action, int machine)
{
    for (size_t i = 0; i < action->make_count; i++)
        if (action->makes[i].machine == machine)
            return true;
    return false;
}

static void check_parts(struct li_load *load)
{
    const struct li_playbook *playbook = load->playbook;

    for (size_t i = 1; i < playbook->machine_count; i++) {
        bool sent = false;

        for (size_t k = 0; k < playbook->action_count; k++)
            sent = sent || is_made(&playbook->actions[k], (int)i);
        if (!sent)
            li_load_tell_key(
                load, LI_RULE_PART_UNSENT,
                li_load_member(li_node_get(load->plain, "parts"), playbook->machines[i].name),
                playbook->machines[i].name);
    }
}

void li_check(struct li_load *load)
{
    for (size_t i = 0; i < load->playbook->machine_count; i++)
        check_machine(load, (int)i);
    for (size_t i = 0; i < load->playbook->action_count; i++)
        check_action(load, (int)i);
    check_fields(load);
    check_parts(load);
}
