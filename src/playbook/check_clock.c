/*
 * The rules over clocks: that one always runs, that the day it runs to is known,
 * and that what it does at the end leads on.
 */
#include "playbook/load.h"

static void tell_state(struct li_load *load, enum li_rule rule, int machine, int state)
{
    li_load_tell_key(load, rule, li_load_state_place(load, machine, state),
                     load->playbook->machines[machine].states[state].name);
}

/* The last rule holds always, no other does: so a clock runs, and each can. */
static void check_rules(struct li_load *load, int machine, int index, const struct li_state *state)
{
    for (size_t i = 0; i < state->clock_count; i++) {
        bool last = i + 1 == state->clock_count;

        if (last != !state->clocks[i].when) {
            tell_state(load, last ? LI_RULE_CLOCK_ALWAYS : LI_RULE_CLOCK_NEVER, machine, index);
            return;
        }
    }
}

static bool is_needed(const struct li_action *action, int field)
{
    for (size_t i = 0; i < action->need_count; i++)
        if (action->needs[i] == field)
            return true;
    return false;
}

static bool is_required(const struct li_playbook *playbook, int field)
{
    for (size_t i = 0; i < playbook->open_field_count; i++)
        if (playbook->open_fields[i] == field && playbook->open_required[i])
            return true;
    return false;
}

/* Whether it starts only where that day is known already: in states that last until it. */
static bool comes_from_it(const struct li_playbook *playbook, const struct li_action *action,
                          int field)
{
    const struct li_machine *machine = &playbook->machines[action->machine];

    for (size_t i = 0; i < machine->state_count; i++) {
        const struct li_state *state = &machine->states[i];

        if ((action->from >> i & 1) &&
            (state->clock_count == 0 || state->clocks[state->clock_count - 1].term_count != 1 ||
             state->clocks[state->clock_count - 1].terms[0].until != field))
            return false;
    }
    return action->from != 0;
}

/* A part that begins in such a state by its own day is made by an action that needs it. */
static void check_made(struct li_load *load, int machine, int index, int field)
{
    const struct li_playbook *playbook = load->playbook;

    if (machine == 0 || playbook->machines[machine].start != index ||
        !li_machine_keeps(&playbook->machines[machine], field))
        return;
    for (size_t i = 0; i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];

        for (size_t k = 0; k < action->make_count; k++)
            if (action->makes[k].machine == machine && !is_needed(action, field))
                li_load_tell_key(load, LI_RULE_UNTIL_GIVEN, li_load_action_place(load, (int)i),
                                 playbook->fields[field].name);
    }
}

/* Every way into a state whose clock runs until a day asks for that day, or comes from
 * where it is known. */
static void check_until(struct li_load *load, int machine, int index, int field)
{
    const struct li_playbook *playbook = load->playbook;
    /* what a part keeps of its own is no answer of the case's */
    bool given = is_required(playbook, field) &&
                 !(machine && li_machine_keeps(&playbook->machines[machine], field));

    for (size_t i = 0; !given && i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];

        if (action->machine == machine && (action->leads & UINT64_C(1) << index) &&
            !is_needed(action, field) && !comes_from_it(playbook, action, field)) {
            li_load_tell_key(load, LI_RULE_UNTIL_GIVEN, li_load_action_place(load, (int)i),
                             playbook->fields[field].name);
        }
    }
    check_made(load, machine, index, field);
}

static bool leads_on(const struct li_action *action, int machine, int state)
{
    return action->by_system && action->machine == machine &&
           (action->from & UINT64_C(1) << state) && (action->leads & ~(UINT64_C(1) << state));
}

static void check_state(struct li_load *load, int machine, int index, const struct li_state *state)
{
    check_rules(load, machine, index, state);
    for (size_t i = 0; i < state->clock_count; i++)
        if (state->clocks[i].term_count == 1 && state->clocks[i].terms[0].until >= 0)
            check_until(load, machine, index, state->clocks[i].terms[0].until);
    if (state->pauses && (state->end || !state->clock_count))
        tell_state(load, LI_RULE_PAUSE_CLOCK, machine, index);
    for (size_t i = 0; i < state->overdue_count; i++) {
        int does = state->overdue[i].does;

        if (does >= 0 && !leads_on(&load->playbook->actions[does], machine, index))
            li_load_tell_key(load, LI_RULE_TIMER_LEADS, li_load_state_place(load, machine, index),
                             load->playbook->actions[does].name);
    }
}

/* The steps of a named clock lead on from wherever it runs. */
static void check_named(struct li_load *load, int machine, const struct li_named_clock *clock)
{
    const struct li_machine *of = &load->playbook->machines[machine];
    const struct li_member *place = li_load_state_place(load, machine, of->start);

    for (size_t i = 0; i < clock->as.overdue_count; i++) {
        int does = clock->as.overdue[i].does;

        if (does >= 0 && (!load->playbook->actions[does].by_system ||
                          load->playbook->actions[does].machine != machine))
            li_load_tell_key(load, LI_RULE_TIMER_LEADS, place, load->playbook->actions[does].name);
    }
    for (size_t i = 0; i < clock->as.clock_count; i++)
        if ((i + 1 == clock->as.clock_count) != !clock->as.clocks[i].when) {
            li_load_tell_key(load, LI_RULE_CLOCK_ALWAYS, place, clock->as.name);
            return;
        }
}

/* Time that somebody asks for and another gives: the day lies in what is made for it. */
static void check_asked(struct li_load *load, int index)
{
    struct li_playbook *playbook = load->playbook;
    struct li_action *actions = (struct li_action *)playbook->actions;
    const struct li_action *gives = &actions[index];
    bool kept = li_machine_keeps(&playbook->machines[gives->machine], gives->extends);

    for (size_t i = 0; i < playbook->action_count; i++)
        for (size_t k = 0; k < actions[i].make_count; k++)
            if (actions[i].makes[k].machine == gives->machine) {
                kept = kept && is_needed(&actions[i], gives->extends);
                actions[i].extension = index;
            }
    if (!kept)
        li_load_tell_key(load, LI_RULE_EXTENDS_ASKED, li_load_action_place(load, index),
                         gives->name);
}

static void check_action(struct li_load *load, int index)
{
    const struct li_action *action = &load->playbook->actions[index];
    const struct li_machine *machine = &load->playbook->machines[action->machine];

    if (action->by_system && (action->not_before.amount || action->not_before_field >= 0))
        li_load_tell_key(load, LI_RULE_WAIT_SYSTEM, li_load_action_place(load, index),
                         action->name);
    if (action->extends_about && action->extends >= 0) {
        check_asked(load, index);
        return;
    }
    for (size_t k = 0; action->extends >= 0 && k < machine->state_count; k++)
        if ((action->from & UINT64_C(1) << k) && !machine->states[k].clock_count) {
            li_load_tell_key(load, LI_RULE_EXTENDS_CLOCK, li_load_action_place(load, index),
                             action->name);
            return;
        }
}

void li_check_clocks(struct li_load *load)
{
    for (size_t i = 0; i < load->playbook->action_count; i++)
        check_action(load, (int)i);
    for (size_t i = 0; i < load->playbook->machine_count; i++) {
        const struct li_machine *machine = &load->playbook->machines[i];

        for (size_t k = 0; k < machine->state_count; k++)
            check_state(load, (int)i, (int)k, &machine->states[k]);
        for (size_t k = 0; k < machine->clock_count; k++)
            check_named(load, (int)i, &machine->clocks[k]);
    }
}
