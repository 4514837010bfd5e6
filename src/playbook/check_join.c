/*
 * Rules that run the machine: every join leads somewhere, no loop goes on.
 *
 * A state owned by parts waits for them.  For every kind of part sent or
 * reopened on the way into it, cases are tried in which the parts have ended:
 * one part in each end, and one in each of every two ends.  Some action by
 * system must then lead out.  An action whose `when` reads anything but the
 * parts and the state does not count, because nobody promises what that holds;
 * nor does one that a clock does.
 */
#include "base/id.h"
#include "playbook/load.h"
#include "playbook/machine_inside.h"

static bool rests_on_parts(const struct li_expression *when)
{
    static const char *const others[] = {"field.", "actor.",   "held.",  "count.", "case.via",
                                         "drawn.", "similar.", "table.", "office."};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (li_expression_reads(when, li_str(others[i])))
            return false;
    return true;
}

static bool leads_out(const struct li_action *action, int state)
{
    return action->by_system && action->machine == 0 && (action->from & UINT64_C(1) << state) &&
           (action->leads & ~(UINT64_C(1) << state)) && !action->by_timer && !action->by_rhythm &&
           rests_on_parts(action->when);
}

static bool moves_on(struct li_load *load, int state, const struct li_part *parts, size_t count)
{
    const struct li_playbook *playbook = load->playbook;
    char org_text[LI_FACT_ROOM];
    struct li_case_facts case_facts = {.playbook = playbook,
                                       .state = state,
                                       .parts = parts,
                                       .part_count = count,
                                       .org_text = org_text};
    struct li_facts facts = li_case_facts(&case_facts);
    unsigned told = load->ctx->error_count;

    for (size_t i = 0; i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];
        struct li_value value;

        if (!leads_out(action, state))
            continue;
        if (!action->when)
            return true;
        if (li_expression_eval(load->ctx, action->when, &facts, &value) == 0 && value.flag)
            return true;
        load->ctx->error_count = told;
    }
    return false;
}

/* Both ends of a pair, or one end alone when they are the same. */
static int check_ends(struct li_load *load, int state, int kind, int first, int second)
{
    const struct li_machine *machine = &load->playbook->machines[kind];
    struct li_part parts[2] = {{.no = 1, .machine = kind, .state = first},
                               {.no = 2, .machine = kind, .state = second}};
    struct li_str name;

    if (moves_on(load, state, parts, first == second ? 1 : 2))
        return 0;
    name = first == second
               ? li_strf(load->ctx, "%.*s: %.*s", LI_P(machine->name),
                         LI_P(machine->states[first].name))
               : li_strf(load->ctx, "%.*s: %.*s + %.*s", LI_P(machine->name),
                         LI_P(machine->states[first].name), LI_P(machine->states[second].name));
    if (!name.ptr)
        return -LI_E_NOMEM;
    li_load_tell_key(load, LI_RULE_JOIN_OPEN, li_load_state_place(load, 0, state), name);
    return 0;
}

static int check_kind(struct li_load *load, int state, int kind)
{
    const struct li_machine *machine = &load->playbook->machines[kind];
    bool alone = true;
    int r = 0;

    for (size_t i = 0; r == 0 && i < machine->state_count; i++) {
        unsigned before = load->faults;

        if (machine->states[i].end)
            r = check_ends(load, state, kind, (int)i, (int)i);
        alone = alone && load->faults == before;
    }
    for (size_t i = 0; alone && r == 0 && i < machine->state_count; i++)
        for (size_t k = i + 1; r == 0 && k < machine->state_count; k++)
            if (machine->states[i].end && machine->states[k].end)
                r = check_ends(load, state, kind, (int)i, (int)k);
    return r;
}

/* Kinds of part that are sent or reopened when the case comes to a state. */
static unsigned kinds_on_the_way(const struct li_playbook *playbook, int state)
{
    unsigned kinds = 0;

    for (size_t i = 0; i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];
        bool stays = action->to < 0 && (action->from & UINT64_C(1) << state);

        if (action->machine || (!(action->leads & UINT64_C(1) << state) && !stays))
            continue;
        for (size_t k = 0; k < action->make_count; k++)
            kinds |= 1u << action->makes[k].machine;
        for (size_t k = 0; k < action->moving_count; k++)
            if (action->movings[k].begins)
                kinds |= 1u << action->movings[k].machine;
    }
    return kinds;
}

static int check_waiting(struct li_load *load, int state)
{
    unsigned kinds = kinds_on_the_way(load->playbook, state);
    int r = 0;

    if (!kinds)
        li_load_tell_key(load, LI_RULE_OWNER_PARTS, li_load_state_place(load, 0, state),
                         load->playbook->machines[0].states[state].name);
    for (size_t i = 1; r == 0 && i < load->playbook->machine_count; i++)
        if (kinds & 1u << i)
            r = check_kind(load, state, (int)i);
    return r;
}

/* Whether the actions by system come to rest from a state with these parts. */
static bool rests(struct li_load *load, int state, const struct li_part *parts, size_t count)
{
    struct li_snapshot snapshot = {
        .playbook = load->playbook, .state = state, .parts = parts, .part_count = count};
    unsigned told = load->ctx->error_count;
    struct li_plan *plan;
    int r = li_machine_settle(load->ctx, &snapshot, &plan);

    load->ctx->error_count = told;
    return r != -LI_E_STATE;
}

static void check_loop(struct li_load *load, int state)
{
    const struct li_playbook *playbook = load->playbook;
    bool calm = rests(load, state, NULL, 0);

    for (size_t i = 1; calm && i < playbook->machine_count; i++) {
        for (size_t k = 0; calm && k < playbook->machines[i].state_count; k++) {
            struct li_part part = {.no = 1, .machine = (int)i, .state = (int)k};

            calm = rests(load, state, &part, 1);
        }
    }
    if (!calm)
        li_load_tell_key(load, LI_RULE_LOOP, li_load_state_place(load, 0, state),
                         playbook->machines[0].states[state].name);
}

int li_check_joins(struct li_load *load)
{
    const struct li_machine *machine = &load->playbook->machines[0];
    unsigned before = load->faults;
    int r = 0;

    for (size_t i = 0; r == 0 && i < machine->state_count; i++)
        if (machine->states[i].owner.kind == LI_OWNER_PARTS)
            r = check_waiting(load, (int)i);
    for (size_t i = 0; r == 0 && load->faults == before && i < machine->state_count; i++)
        check_loop(load, (int)i);
    return r;
}
