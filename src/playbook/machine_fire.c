/*
 * What an action does: where it leads, the parts it makes, takes along and hands
 * on, and its effects, written into the plan.  Whether it may was asked before.
 */
#include "base/grow.h"
#include "base/id.h"
#include "playbook/machine_inside.h"

static int add_change(struct li_run *run, const struct li_change *change)
{
    struct li_change *changes =
        li_grow(run->ctx, run->changes, run->change_count, &run->change_room, sizeof(*changes));

    if (!changes)
        return -LI_E_NOMEM;
    run->changes = changes;
    changes[run->change_count++] = *change;
    return 0;
}

static int add_effects(struct li_run *run, const struct li_action *action, int part)
{
    for (size_t i = 0; i < action->effect_count; i++) {
        struct li_plan_effect *effects =
            li_grow(run->ctx, run->effects, run->effect_count, &run->effect_room, sizeof(*effects));

        if (!effects)
            return -LI_E_NOMEM;
        run->effects = effects;
        effects[run->effect_count++] = (struct li_plan_effect){
            .effect = &action->effects[i], .part = part, .action = action->name};
    }
    return 0;
}

static int add_fired(struct li_run *run, int index)
{
    int *fired = li_grow(run->ctx, run->fired, run->fired_count, &run->fired_room, sizeof(*fired));

    if (!fired)
        return -LI_E_NOMEM;
    run->fired = fired;
    fired[run->fired_count++] = index;
    return 0;
}

static int next_no(const struct li_run *run)
{
    int no = 0;

    for (size_t i = 0; i < run->part_count; i++)
        if (run->parts[i].no > no)
            no = run->parts[i].no;
    return no + 1;
}

/* ---- parts that are made ------------------------------------------------------- */

/* What a new part is made from. */
struct making {
    int action;
    const struct li_make *make;
    int about;
    const struct li_node *given; /* NULL: nothing */
};

static int make_one(struct li_run *run, const struct making *of, int64_t org)
{
    const struct li_playbook *playbook = run->snapshot->playbook;
    int machine = of->make->machine, start = playbook->machines[machine].start;
    struct li_part *parts =
        li_grow(run->ctx, run->parts, run->part_count, &run->part_room, sizeof(*parts));
    struct li_change change = {.part = next_no(run),
                               .is_new = true,
                               .machine = machine,
                               .from = -1,
                               .to = start,
                               .org = org,
                               .action = of->action,
                               .begins = true,
                               .post = of->make->post,
                               .role = of->make->role,
                               .about = of->about};
    struct li_part *part;
    int r;

    if (!parts)
        return -LI_E_NOMEM;
    run->parts = parts;
    part = &parts[run->part_count++];
    *part = (struct li_part){.no = change.part,
                             .machine = machine,
                             .state = start,
                             .org = org,
                             .post = change.post,
                             .role = change.role,
                             .about = change.about};
    r = li_machine_part_fields(run->ctx, playbook, machine, NULL, of->given, &part->fields);
    return r < 0 ? r : add_change(run, &change);
}

static int organization_of(struct li_run *run, const struct li_field *field,
                           const struct li_node *value, int64_t *ret)
{
    int r = value->kind == LI_TEXT ? li_id_parse(run->ctx, value->text, ret) : -LI_E_SYNTAX;

    if (r < 0)
        return LI_FAIL(run->ctx, LI_E_INVALID, "%.*s holds no organization", LI_P(field->name));
    return 0;
}

/* One part for each organization in the field: an id, or a list of ids. */
static int make_each(struct li_run *run, const struct making *of)
{
    const struct li_playbook *playbook = run->snapshot->playbook;
    const struct li_action *action = &playbook->actions[of->action];
    const struct li_field *field = &playbook->fields[of->make->each];
    struct li_node *given = li_node_get_str(of->given, field->name);
    struct li_node *const *items = &given;
    size_t count = given ? 1 : 0;
    bool needed = false;

    if (given && given->kind == LI_LIST) {
        items = given->list.items;
        count = given->list.count;
    }
    for (size_t i = 0; i < action->need_count; i++)
        needed = needed || action->needs[i] == of->make->each;
    if (needed && !count)
        return LI_FAIL(run->ctx, LI_E_INVALID, "no organization is named in %.*s",
                       LI_P(field->name));
    for (size_t i = 0; i < count; i++) {
        int64_t org;
        int r = organization_of(run, field, items[i], &org);

        if (r == 0)
            r = make_one(run, of, org);
        if (r < 0)
            return r;
    }
    return 0;
}

static int make_parts(struct li_run *run, int index, int part, const struct li_node *given)
{
    const struct li_action *action = &run->snapshot->playbook->actions[index];
    int r = 0;

    for (size_t i = 0; r == 0 && i < action->make_count; i++) {
        const struct making of = {.action = index,
                                  .make = &action->makes[i],
                                  .about = action->makes[i].about ? part : 0,
                                  .given = given};

        r = of.make->each >= 0 ? make_each(run, &of) : make_one(run, &of, 0);
    }
    return r;
}

/* ---- parts that are moved ------------------------------------------------------ */

static int take_along(struct li_run *run, int index, const struct li_moving *moving)
{
    for (size_t i = 0; i < run->part_count; i++) {
        struct li_part *part = &run->parts[i];
        struct li_change change = {.part = part->no,
                                   .machine = part->machine,
                                   .from = part->state,
                                   .to = moving->to,
                                   .org = part->org,
                                   .action = index,
                                   .begins = moving->begins};
        int r;

        if (part->machine != moving->machine || !(moving->from & UINT64_C(1) << part->state))
            continue;
        part->state = moving->to;
        r = add_change(run, &change);
        if (r < 0)
            return r;
    }
    return 0;
}

/* Where it leads: the first branch that holds; as things stand, with what is given. */
static int branch(struct li_run *run, const struct li_action *action, const struct li_part *part,
                  int *ret)
{
    int r = action->samples ? li_run_draw(run, action, part) : 0;

    if (r < 0)
        return r;
    *ret = action->to;
    for (size_t i = 0; i < action->branch_count; i++) {
        r = li_run_holds(run, action->branches[i].when, part, run->added);

        if (r < 0)
            return r;
        if (r == 1) {
            *ret = action->branches[i].to;
            return 0;
        }
    }
    return 0;
}

/* The organization a part is handed to; *ret stays where none is. */
static int hand_on(struct li_run *run, const struct li_action *action, const struct li_node *given,
                   int64_t *ret)
{
    const struct li_field *field =
        action->gives < 0 ? NULL : &run->snapshot->playbook->fields[action->gives];
    const struct li_node *value = field ? li_node_get_str(given, field->name) : NULL;

    return value ? organization_of(run, field, value, ret) : 0;
}

/* The action's own move, of a part or of the case. */
static int move(struct li_run *run, int index, struct li_part *part, const struct li_node *given)
{
    const struct li_action *action = &run->snapshot->playbook->actions[index];
    int *state = part ? &part->state : &run->state;
    struct li_change change = {.part = part ? part->no : 0,
                               .machine = action->machine,
                               .from = *state,
                               .org = part ? part->org : 0,
                               .action = index};
    int r = branch(run, action, part, &change.to);

    if (r == 0)
        r = hand_on(run, action, given, &change.org);
    if (r < 0 || change.to < 0)
        return r;
    *state = change.to;
    if (part)
        part->org = change.org;
    return add_change(run, &change);
}

int li_run_fire(struct li_run *run, int index, struct li_part *part, const struct li_node *given)
{
    const struct li_playbook *playbook = run->snapshot->playbook;
    const struct li_action *action = &playbook->actions[index];
    int no = part ? part->no : 0, r = 0;

    if (part)
        r = li_machine_part_fields(run->ctx, playbook, part->machine, part->fields, given,
                                   &part->fields);
    if (r == 0)
        r = move(run, index, part, given);
    if (r == 0 && action->ballot >= 0)
        r = li_run_ballot(run, index);
    if (r == 0)
        r = make_parts(run, index, no, given); /* `part` may lie elsewhere now */
    if (r == 0 && action->spawn_count)
        r = li_run_spawn(run, index, no); /* of what is there before it is taken along */
    if (r == 0 && action->split)
        r = li_run_split(run, action->split);
    if (r == 0)
        r = li_run_enter(run, index, no);
    for (size_t i = 0; r == 0 && i < action->moving_count; i++)
        r = take_along(run, index, &action->movings[i]);
    if (r == 0)
        r = add_effects(run, action, no);
    return r == 0 ? add_fired(run, index) : r;
}
