/*
 * One step of a case: gates, the action, then what the engine does by itself.
 *
 * Works on a copy of the parts; the plan lists what changed in order.  Gates
 * come in the order state, who, related, when, so that somebody who acts on a
 * screen an hour old is told "not now" instead of "you may not".
 */
#include "playbook/machine.h"

#include "base/grow.h"
#include "base/id.h"
#include "playbook/machine_inside.h"

struct run {
    struct li_ctx *ctx;
    const struct li_snapshot *snapshot;
    const struct li_node *added; /* fields of the step */
    bool is_reporter;
    int state;
    struct li_part *parts; /* as they stand by now */
    size_t part_count, part_room;
    struct li_change *changes;
    size_t change_count, change_room;
    struct li_plan_effect *effects;
    size_t effect_count, effect_room;
    int fired[LI_MACHINE_CASCADE + 1];
    size_t fired_count;
    char org_text[LI_ID_TEXT + 1];
};

static const struct li_state *state_of(const struct li_playbook *playbook, int machine, int state)
{
    return &playbook->machines[machine].states[state];
}

static int add_change(struct run *run, const struct li_change *change)
{
    struct li_change *changes =
        li_grow(run->ctx, run->changes, run->change_count, &run->change_room, sizeof(*changes));

    if (!changes)
        return -LI_E_NOMEM;
    run->changes = changes;
    changes[run->change_count++] = *change;
    return 0;
}

static int add_effects(struct run *run, const struct li_action *action, int part)
{
    for (size_t i = 0; i < action->effect_count; i++) {
        struct li_plan_effect *effects =
            li_grow(run->ctx, run->effects, run->effect_count, &run->effect_room, sizeof(*effects));

        if (!effects)
            return -LI_E_NOMEM;
        run->effects = effects;
        effects[run->effect_count++] =
            (struct li_plan_effect){.effect = &action->effects[i], .part = part};
    }
    return 0;
}

static int next_no(const struct run *run)
{
    int no = 0;

    for (size_t i = 0; i < run->part_count; i++)
        if (run->parts[i].no > no)
            no = run->parts[i].no;
    return no + 1;
}

static int send_one(struct run *run, int action, int machine, int64_t org)
{
    int start = run->snapshot->playbook->machines[machine].start;
    struct li_part *parts =
        li_grow(run->ctx, run->parts, run->part_count, &run->part_room, sizeof(*parts));
    struct li_change change = {.part = next_no(run),
                               .is_new = true,
                               .machine = machine,
                               .from = -1,
                               .to = start,
                               .org = org,
                               .action = action};

    if (!parts)
        return -LI_E_NOMEM;
    run->parts = parts;
    parts[run->part_count++] =
        (struct li_part){.no = change.part, .machine = machine, .state = start, .org = org};
    return add_change(run, &change);
}

/* One part for each organization in the field: an id, or a list of ids. */
static int send(struct run *run, int index, const struct li_action *action)
{
    const struct li_field *field = &run->snapshot->playbook->fields[action->sends_to];
    struct li_node *given = li_node_get_str(run->added, field->name);
    struct li_node *const *items = &given;
    size_t count = 1;

    if (given && given->kind == LI_LIST) {
        items = given->list.items;
        count = given->list.count;
    }
    if (!given || !count)
        return LI_FAIL(run->ctx, LI_E_INVALID, "no organization is named in %.*s",
                       LI_P(field->name));
    for (size_t i = 0; i < count; i++) {
        int64_t org;
        int r =
            items[i]->kind == LI_TEXT ? li_id_parse(run->ctx, items[i]->text, &org) : -LI_E_SYNTAX;

        if (r < 0)
            return LI_FAIL(run->ctx, LI_E_INVALID, "%.*s holds no organization", LI_P(field->name));
        r = send_one(run, index, action->sends, org);
        if (r < 0)
            return r;
    }
    return 0;
}

static int reopen(struct run *run, int index, const struct li_action *action)
{
    int start = run->snapshot->playbook->machines[action->reopens].start;

    for (size_t i = 0; i < run->part_count; i++) {
        struct li_part *part = &run->parts[i];
        struct li_change change = {.part = part->no,
                                   .machine = part->machine,
                                   .from = part->state,
                                   .to = start,
                                   .org = part->org,
                                   .action = index};
        int r;

        if (part->machine != action->reopens ||
            !(action->reopens_from & UINT64_C(1) << part->state))
            continue;
        part->state = start;
        r = add_change(run, &change);
        if (r < 0)
            return r;
    }
    return 0;
}

/* The action's own move, of a part or of the case. */
static int move(struct run *run, int index, const struct li_action *action, struct li_part *part)
{
    int *state = part ? &part->state : &run->state;
    struct li_change change = {.part = part ? part->no : 0,
                               .machine = action->machine,
                               .from = *state,
                               .to = action->to,
                               .org = part ? part->org : 0,
                               .action = index};

    if (action->to < 0)
        return 0;
    *state = action->to;
    return add_change(run, &change);
}

static int fire(struct run *run, int index, struct li_part *part)
{
    const struct li_action *action = &run->snapshot->playbook->actions[index];
    int r = move(run, index, action, part);

    if (r == 0 && action->sends >= 0)
        r = send(run, index, action);
    if (r == 0 && action->reopens >= 0)
        r = reopen(run, index, action);
    if (r == 0)
        r = add_effects(run, action, part ? part->no : 0);
    run->fired[run->fired_count++] = index;
    return r;
}

/* 1 when it holds, 0 when not, or an error. */
static int when_holds(struct run *run, const struct li_action *action, bool is_reporter,
                      const struct li_node *added)
{
    struct li_case_facts case_facts = {.playbook = run->snapshot->playbook,
                                       .snapshot = run->snapshot,
                                       .state = run->state,
                                       .parts = run->parts,
                                       .part_count = run->part_count,
                                       .fired = run->fired,
                                       .fired_count = run->fired_count,
                                       .fields = run->snapshot->fields,
                                       .added = added,
                                       .is_reporter = is_reporter,
                                       .org_text = run->org_text};
    struct li_facts facts = li_case_facts(&case_facts);
    struct li_value value;
    int r;

    if (!action->when)
        return 1;
    r = li_expression_eval(run->ctx, action->when, &facts, &value);
    return r < 0 ? r : value.flag;
}

/* The first action by system that fires now: 1 with its place, 0, or an error. */
static int next_by_system(struct run *run, int *ret)
{
    const struct li_playbook *playbook = run->snapshot->playbook;

    for (size_t i = 0; i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];
        int r;

        if (!action->by_system || action->by_timer || action->machine != 0 ||
            !(action->from & UINT64_C(1) << run->state))
            continue;
        r = when_holds(run, action, false, run->added);
        if (r == 1)
            *ret = (int)i;
        if (r != 0)
            return r;
    }
    return 0;
}

static int cascade(struct run *run)
{
    size_t before = run->fired_count;
    int index = -1, r;

    while ((r = next_by_system(run, &index)) == 1) {
        if (run->fired_count - before == LI_MACHINE_CASCADE)
            return LI_FAIL(run->ctx, LI_E_STATE, "the actions by system do not come to rest");
        r = fire(run, index, NULL);
        if (r < 0)
            return r;
    }
    return r;
}

static int begin(struct run *run, struct li_ctx *ctx, const struct li_snapshot *snapshot)
{
    *run = (struct run){.ctx = ctx,
                        .snapshot = snapshot,
                        .state = snapshot->state,
                        .part_count = snapshot->part_count,
                        .part_room = snapshot->part_count};
    run->parts = li_alloc_array(ctx, snapshot->part_count, sizeof(*run->parts));
    if (!run->parts)
        return -LI_E_NOMEM;
    if (snapshot->part_count)
        memcpy(run->parts, snapshot->parts, snapshot->part_count * sizeof(*run->parts));
    return 0;
}

static int finish(const struct run *run, struct li_plan **ret)
{
    struct li_plan *plan = li_alloc(run->ctx, sizeof(*plan));
    int *fired = li_alloc_array(run->ctx, run->fired_count, sizeof(*fired));

    if (!plan || !fired)
        return -LI_E_NOMEM;
    if (run->fired_count)
        memcpy(fired, run->fired, run->fired_count * sizeof(*fired));
    *plan = (struct li_plan){.changes = run->changes,
                             .change_count = run->change_count,
                             .state = run->state,
                             .fired = fired,
                             .fired_count = run->fired_count,
                             .effects = run->effects,
                             .effect_count = run->effect_count};
    *ret = plan;
    return 0;
}

static struct li_part *part_numbered(struct run *run, int no)
{
    for (size_t i = 0; i < run->part_count; i++)
        if (run->parts[i].no == no)
            return &run->parts[i];
    return NULL;
}

/* The state the action would start from, when it may still start there: of the
 * part, or of the case.  The parts of an ended case rest. */
static const struct li_state *start_of(const struct li_snapshot *snapshot,
                                       const struct li_action *action, const struct li_part *part)
{
    const struct li_playbook *playbook = snapshot->playbook;
    int state = part ? part->state : snapshot->state;
    int64_t since = part ? part->since : snapshot->since;

    if (part && state_of(playbook, 0, snapshot->state)->end)
        return NULL;
    if (!(action->from & UINT64_C(1) << state))
        return NULL;
    if (action->within.amount && snapshot->now >= li_calendar_add(NULL, since, action->within).at)
        return NULL;
    return state_of(playbook, action->machine, state);
}

/* All gates.  0, or why not. */
static int admit(struct run *run, const struct li_action *action, const struct li_part *part,
                 const struct li_viewer *viewer, bool is_reporter)
{
    const struct li_state *state = start_of(run->snapshot, action, part);
    int r;

    if (!state)
        return LI_FAIL(run->ctx, LI_E_STATE, "%.*s does not start here", LI_P(action->name));
    if (!li_gate_allows(run->snapshot, action, part, viewer, is_reporter))
        return LI_FAIL(run->ctx, LI_E_FORBIDDEN, "%.*s is for others", LI_P(action->name));
    if (li_gate_is_related(run->snapshot, state, viewer, is_reporter))
        return LI_FAIL(run->ctx, LI_E_RELATED, "%.*s is not for whoever worked on it",
                       LI_P(action->name));
    r = when_holds(run, action, is_reporter, NULL);
    if (r == 0)
        return LI_FAIL(run->ctx, LI_E_STATE, "the condition of %.*s does not hold",
                       LI_P(action->name));
    return r < 0 ? r : 0;
}

int li_machine_step(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                    const struct li_step *step, struct li_plan **ret)
{
    const struct li_playbook *playbook = snapshot->playbook;
    const struct li_action *action;
    struct li_part *part = NULL;
    struct run run;
    int r;

    if (step->action < 0 || (size_t)step->action >= playbook->action_count)
        return LI_FAIL(ctx, LI_E_INVALID, "no such action");
    action = &playbook->actions[step->action];
    r = begin(&run, ctx, snapshot);
    if (r < 0)
        return r;
    if (step->part)
        part = part_numbered(&run, step->part);
    if (step->part && !part)
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "the case has no part %d", step->part);
    if ((part ? part->machine : 0) != action->machine)
        return LI_FAIL(ctx, LI_E_INVALID, "%.*s is no action of that", LI_P(action->name));
    r = admit(&run, action, part, step->viewer, step->party_is_reporter);
    if (r < 0)
        return r;
    run.added = step->fields;
    r = fire(&run, step->action, part);
    if (r == 0)
        r = cascade(&run);
    return r == 0 ? finish(&run, ret) : r;
}

int li_machine_settle(struct li_ctx *ctx, const struct li_snapshot *snapshot, struct li_plan **ret)
{
    struct run run;
    int r = begin(&run, ctx, snapshot);

    if (r == 0)
        r = cascade(&run);
    return r == 0 ? finish(&run, ret) : r;
}

int li_machine_offers(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                      const struct li_viewer *viewer, bool party_is_reporter, struct li_offer **ret,
                      size_t *ret_count)
{
    const struct li_playbook *playbook = snapshot->playbook;
    size_t room = playbook->action_count * (snapshot->part_count + 1), count = 0;
    struct li_offer *offers = li_alloc_array(ctx, room, sizeof(*offers));
    unsigned told = ctx->error_count;
    struct run run;
    int r = offers ? begin(&run, ctx, snapshot) : -LI_E_NOMEM;

    if (r < 0)
        return r;
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
            when_holds(&run, action, party_is_reporter, NULL) == 1)
            offers[count++] = (struct li_offer){.action = index, .part = part ? part->no : 0};
    }
    ctx->error_count = told;
    *ret = offers;
    *ret_count = count;
    return 0;
}
