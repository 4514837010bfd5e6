/*
 * One step of a case: gates, the action, then what the engine does by itself.
 *
 * Works on a copy of the parts; the plan lists what changed in order.  Gates
 * come in the order state, who, related, when, so that somebody who acts on a
 * screen an hour old is told "not now" instead of "you may not"; checks come
 * last, asked of the case as the action leaves it.  What an action does is
 * machine_fire.c.
 */
#include "base/grow.h"
#include "base/id.h"
#include "contract/fault.h"
#include "playbook/machine_inside.h"

static const struct li_state *state_of(const struct li_playbook *playbook, int machine, int state)
{
    return &playbook->machines[machine].states[state];
}

int li_run_eval(struct li_run *run, const struct li_expression *expression,
                const struct li_part *self, const struct li_node *added, struct li_value *ret)
{
    struct li_case_facts case_facts = {.playbook = run->snapshot->playbook,
                                       .snapshot = run->snapshot,
                                       .state = run->state,
                                       .parts = run->parts,
                                       .part_count = run->part_count,
                                       .fired = run->fired,
                                       .fired_count = run->fired_count,
                                       .spawns = run->spawns,
                                       .spawn_count = run->spawn_count,
                                       .draws = run->draws,
                                       .draw_count = run->draw_count,
                                       .entries = run->entries,
                                       .entry_count = run->entry_count,
                                       .fields = run->snapshot->fields,
                                       .added = added,
                                       .is_reporter = run->is_reporter,
                                       .self = self,
                                       .org_text = run->org_text};
    struct li_facts facts = li_case_facts(&case_facts);

    return li_expression_eval(run->ctx, expression, &facts, ret);
}

int li_run_holds(struct li_run *run, const struct li_expression *when, const struct li_part *self,
                 const struct li_node *added)
{
    struct li_value value;
    int r;

    if (!when)
        return 1;
    r = li_run_eval(run, when, self, added, &value);
    return r < 0 ? r : value.flag;
}

/* Whether an action of the case may lead to an end. */
static bool ends(const struct li_run *run, const struct li_action *action)
{
    const struct li_machine *machine = &run->snapshot->playbook->machines[0];

    for (size_t i = 0; i < machine->state_count; i++)
        if (machine->states[i].end && (action->leads & UINT64_C(1) << i))
            return true;
    return false;
}

/* The first action by system of a machine that fires now: 1 with its place, 0, or an
 * error. */
static int next_of(struct li_run *run, int machine, const struct li_part *part, int *ret)
{
    const struct li_playbook *playbook = run->snapshot->playbook;
    int state = part ? part->state : run->state;

    for (size_t i = 0; i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];
        int r;

        if (!action->by_system || action->by_timer || action->by_rhythm ||
            action->machine != machine || !(action->from & UINT64_C(1) << state))
            continue;
        r = li_run_holds(run, action->when, part, run->added);
        if (r == 1 && !part && ends(run, action) && li_run_waits(run))
            continue;
        if (r == 1)
            *ret = (int)i;
        if (r != 0)
            return r;
    }
    return 0;
}

/* The case's own first, then those of its parts; the parts of an ended case rest. */
static int next_by_system(struct li_run *run, int *ret, struct li_part **ret_part)
{
    const struct li_playbook *playbook = run->snapshot->playbook;
    int r = next_of(run, 0, NULL, ret);

    *ret_part = NULL;
    if (!playbook->parts_move || state_of(playbook, 0, run->state)->end)
        return r;
    for (size_t i = 0; r == 0 && i < run->part_count; i++) {
        r = next_of(run, run->parts[i].machine, &run->parts[i], ret);
        *ret_part = &run->parts[i];
    }
    return r;
}

static int cascade(struct li_run *run)
{
    size_t most = run->fired_count + LI_MACHINE_CASCADE * (1 + run->part_count);
    struct li_part *part;
    int index = -1, r;

    while ((r = next_by_system(run, &index, &part)) == 1) {
        if (run->fired_count >= most)
            return LI_FAIL(run->ctx, LI_E_STATE, "the actions by system do not come to rest");
        r = li_run_fire(run, index, part, NULL);
        if (r < 0)
            return r;
    }
    return r;
}

static int begin(struct li_run *run, struct li_ctx *ctx, const struct li_snapshot *snapshot)
{
    *run = (struct li_run){.ctx = ctx,
                           .snapshot = snapshot,
                           .state = snapshot->state,
                           .asked = -1,
                           .part_count = snapshot->part_count,
                           .part_room = snapshot->part_count};
    run->parts = li_alloc_array(ctx, snapshot->part_count, sizeof(*run->parts));
    if (!run->parts)
        return -LI_E_NOMEM;
    if (snapshot->part_count)
        memcpy(run->parts, snapshot->parts, snapshot->part_count * sizeof(*run->parts));
    return 0;
}

static int finish(const struct li_run *run, struct li_plan **ret)
{
    struct li_plan *plan = li_alloc(run->ctx, sizeof(*plan));

    if (!plan)
        return -LI_E_NOMEM;
    *plan = (struct li_plan){.changes = run->changes,
                             .change_count = run->change_count,
                             .state = run->state,
                             .fired = run->fired,
                             .fired_count = run->fired_count,
                             .values = run->values,
                             .value_count = run->value_count,
                             .effects = run->effects,
                             .effect_count = run->effect_count,
                             .spawns = run->spawns,
                             .spawn_count = run->spawn_count,
                             .left_out = run->left_out,
                             .left_out_count = run->left_out_count,
                             .draws = run->draws,
                             .draw_count = run->draw_count,
                             .entries = run->entries,
                             .entry_count = run->entry_count};
    *ret = plan;
    return 0;
}

struct li_part *li_run_part(struct li_run *run, int no)
{
    for (size_t i = 0; i < run->part_count; i++)
        if (run->parts[i].no == no)
            return &run->parts[i];
    return NULL;
}

/* From a part's end: while the case is open, and so long after it ended. */
static bool end_is_open(const struct li_snapshot *snapshot, const struct li_action *action)
{
    if (!state_of(snapshot->playbook, 0, snapshot->state)->end)
        return true;
    return action->within.amount &&
           snapshot->now < li_calendar_add(NULL, snapshot->since, action->within).at;
}

/* The state the action would start from, when it may still start there: of the
 * part, or of the case.  The parts of an ended case rest. */
static const struct li_state *start_of(const struct li_snapshot *snapshot,
                                       const struct li_action *action, const struct li_part *part)
{
    const struct li_playbook *playbook = snapshot->playbook;
    int state = part ? part->state : snapshot->state;
    int64_t since = part ? part->since : snapshot->since;
    const struct li_state *from;

    if (!(action->from & UINT64_C(1) << state))
        return NULL;
    from = state_of(playbook, action->machine, state);
    if (part && from->end)
        return end_is_open(snapshot, action) ? from : NULL;
    if (part && state_of(playbook, 0, snapshot->state)->end)
        return NULL;
    if (action->within.amount && snapshot->now >= li_calendar_add(NULL, since, action->within).at)
        return NULL;
    if (!li_gate_is_ripe(snapshot, action, since))
        return NULL;
    return from;
}

/* All gates.  0, or why not. */
static int admit(struct li_run *run, const struct li_step *step, const struct li_action *action,
                 const struct li_part *part)
{
    const struct li_state *state = start_of(run->snapshot, action, part);
    bool for_others = step->behalf_org || step->behalf_reporter;
    int r;

    if (!state)
        return LI_FAIL(run->ctx, LI_E_STATE, "%.*s does not start here", LI_P(action->name));
    if (for_others
            ? !li_gate_stands_in(run->snapshot, action, part, step->viewer, step->behalf_org)
            : !li_gate_allows(run->snapshot, action, part, step->viewer, step->party_is_reporter))
        return LI_FAIL(run->ctx, LI_E_FORBIDDEN, "%.*s is for others", LI_P(action->name));
    if (li_gate_is_related(run->snapshot, state, step->viewer, step->party_is_reporter))
        return LI_FAIL(run->ctx, LI_E_RELATED, "%.*s is not for whoever worked on it",
                       LI_P(action->name));
    r = li_run_holds(run, action->when, part, NULL);
    if (r == 0)
        return LI_FAIL(run->ctx, LI_E_STATE, "the condition of %.*s does not hold",
                       LI_P(action->name));
    return r < 0 ? r : 0;
}

int li_check_tell(struct li_ctx *ctx, const struct li_check *check)
{
    struct li_str both = li_strf(ctx, "%.*s\n%.*s", LI_P(check->say.zh), LI_P(check->say.en));

    return both.ptr ? li_fault(ctx, LI_FAULT_CHECK, LI_S(""), both) : -LI_E_NOMEM;
}

/* What must hold now that it is done: every check that does not is told. */
static int examine(struct li_run *run, const struct li_action *action, const struct li_step *step)
{
    const struct li_playbook *playbook = run->snapshot->playbook;
    const struct li_part *self = step->part ? li_run_part(run, step->part) : NULL;
    bool stops = false, warns = false;

    if (state_of(playbook, 0, run->state)->end &&
        !state_of(playbook, 0, run->snapshot->state)->end && li_run_waits(run))
        return step->viewer->kind == LI_VIEWER_SYSTEM
                   ? LI_FAIL(run->ctx, LI_E_STATE, "it waits for what came of it")
                   : li_run_tell_waiting(run);
    for (size_t i = 0; i < action->check_count; i++) {
        const struct li_check *check = &action->checks[i];
        int r =
            check->warns && step->confirmed ? 1 : li_run_holds(run, check->when, self, run->added);

        if (r < 0)
            return r;
        if (r == 1)
            continue;
        stops = stops || !check->warns;
        warns = warns || check->warns;
        r = li_check_tell(run->ctx, check);
        if (r == -LI_E_NOMEM)
            return r;
    }
    return stops ? -LI_E_CHECK : warns ? -LI_E_CONFIRM : 0;
}

int li_machine_step(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                    const struct li_step *step, struct li_plan **ret)
{
    const struct li_playbook *playbook = snapshot->playbook;
    const struct li_action *action;
    struct li_part *part = NULL;
    struct li_run run;
    int r;

    if (step->action < 0 || (size_t)step->action >= playbook->action_count)
        return LI_FAIL(ctx, LI_E_INVALID, "no such action");
    action = &playbook->actions[step->action];
    r = begin(&run, ctx, snapshot);
    if (r < 0)
        return r;
    if (step->part)
        part = li_run_part(&run, step->part);
    if (step->part && !part)
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "the case has no part %d", step->part);
    if ((part ? part->machine : 0) != action->machine)
        return LI_FAIL(ctx, LI_E_INVALID, "%.*s is no action of that", LI_P(action->name));
    run.asked = step->viewer->kind == LI_VIEWER_SYSTEM ? -1 : step->action;
    run.is_reporter = step->party_is_reporter || step->behalf_reporter;
    r = admit(&run, step, action, part);
    run.is_reporter = false;
    if (r == 0)
        r = li_machine_case_fields(ctx, playbook, action, step->fields, &run.added);
    if (r == 0)
        r = li_run_fire(&run, step->action, part, step->fields);
    if (r == 0)
        r = examine(&run, action, step);
    if (r == 0)
        r = cascade(&run);
    return r == 0 ? finish(&run, ret) : r;
}

int li_machine_settle(struct li_ctx *ctx, const struct li_snapshot *snapshot, struct li_plan **ret)
{
    struct li_run run;
    int r = begin(&run, ctx, snapshot);

    if (r == 0)
        r = cascade(&run);
    return r == 0 ? finish(&run, ret) : r;
}

int li_machine_behalf(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                      const struct li_viewer *viewer, struct li_offer **ret, size_t *ret_count)
{
    const struct li_playbook *playbook = snapshot->playbook;
    size_t room = playbook->action_count * (snapshot->part_count + 1), count = 0;
    struct li_offer *offers = li_alloc_array(ctx, room, sizeof(*offers));
    unsigned told = ctx->error_count;
    struct li_run run;
    int r = offers ? begin(&run, ctx, snapshot) : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && playbook->behalf_count && i < room; i++) {
        size_t at = i / playbook->action_count;
        int index = (int)(i % playbook->action_count);
        const struct li_action *action = &playbook->actions[index];
        const struct li_part *part = at ? &run.parts[at - 1] : NULL;

        if ((part ? part->machine : 0) != action->machine || !start_of(snapshot, action, part) ||
            li_gate_allows(snapshot, action, part, viewer, false))
            continue;
        run.is_reporter = !part;
        if (li_gate_stands_in(snapshot, action, part, viewer, part ? part->org : 0) &&
            li_run_holds(&run, action->when, part, NULL) == 1)
            offers[count++] = (struct li_offer){.action = index, .part = part ? part->no : 0};
    }
    ctx->error_count = told;
    if (r == 0) {
        *ret = offers;
        *ret_count = count;
    }
    return r;
}

int li_machine_offers(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                      const struct li_viewer *viewer, bool party_is_reporter, struct li_offer **ret,
                      size_t *ret_count)
{
    const struct li_playbook *playbook = snapshot->playbook;
    size_t room = playbook->action_count * (snapshot->part_count + 1), count = 0;
    struct li_offer *offers = li_alloc_array(ctx, room, sizeof(*offers));
    unsigned told = ctx->error_count;
    struct li_run run;
    int r = offers ? begin(&run, ctx, snapshot) : -LI_E_NOMEM;

    if (r < 0)
        return r;
    run.is_reporter = party_is_reporter;
    for (size_t i = 0; i < room; i++) {
        size_t at = i / playbook->action_count;
        int index = (int)(i % playbook->action_count);
        const struct li_action *action = &playbook->actions[index];
        const struct li_part *part = at ? &run.parts[at - 1] : NULL;
        const struct li_state *state;

        if ((part ? part->machine : 0) != action->machine)
            continue;
        state = start_of(snapshot, action, part);
        if (state && li_gate_allows(snapshot, action, part, viewer, party_is_reporter) &&
            !li_gate_is_related(snapshot, state, viewer, party_is_reporter) &&
            li_run_holds(&run, action->when, part, NULL) == 1)
            offers[count++] = (struct li_offer){.action = index, .part = part ? part->no : 0};
    }
    ctx->error_count = told;
    *ret = offers;
    *ret_count = count;
    return 0;
}
