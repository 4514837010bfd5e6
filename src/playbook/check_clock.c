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

/* Every way into a state whose clock runs until a day asks for that day. */
static void check_until(struct li_load *load, int machine, int index, int field)
{
    const struct li_playbook *playbook = load->playbook;
    bool given = is_required(playbook, field);

    for (size_t i = 0; !given && i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];

        if (action->machine == machine && action->to == index && !is_needed(action, field)) {
            li_load_tell_key(load, LI_RULE_UNTIL_GIVEN, li_load_action_place(load, (int)i),
                             playbook->fields[field].name);
        }
    }
}

static bool leads_on(const struct li_action *action, int machine, int state)
{
    return action->by_system && action->machine == machine &&
           (action->from & UINT64_C(1) << state) && action->to >= 0 && action->to != state;
}

static void check_state(struct li_load *load, int machine, int index, const struct li_state *state)
{
    check_rules(load, machine, index, state);
    for (size_t i = 0; i < state->clock_count; i++)
        if (state->clocks[i].until >= 0)
            check_until(load, machine, index, state->clocks[i].until);
    for (size_t i = 0; i < state->overdue_count; i++) {
        int does = state->overdue[i].does;

        if (does >= 0 && !leads_on(&load->playbook->actions[does], machine, index))
            li_load_tell_key(load, LI_RULE_TIMER_LEADS, li_load_state_place(load, machine, index),
                             load->playbook->actions[does].name);
    }
}

void li_check_clocks(struct li_load *load)
{
    for (size_t i = 0; i < load->playbook->machine_count; i++) {
        const struct li_machine *machine = &load->playbook->machines[i];

        for (size_t k = 0; k < machine->state_count; k++)
            check_state(load, (int)i, (int)k, &machine->states[k]);
    }
}
