/*
 * The cases that come of a case: what an action opens, what conditions may ask of
 * them, and whether the case waits for them.
 *
 * A case that is about to be opened counts as a child already, so that nothing ends
 * between the action and its opening.
 */
#include "base/grow.h"
#include "contract/fault.h"
#include "playbook/machine_inside.h"

static const struct li_spawn *spawn_of(const struct li_playbook *playbook,
                                       const struct li_plan_spawn *what)
{
    return &playbook->actions[what->action].spawns[what->spawn];
}

/* NULL: it is on. */
static const struct li_off *off_of(const struct li_run *run, struct li_str name)
{
    for (size_t i = 0; i < run->snapshot->off_count; i++)
        if (li_str_eq(run->snapshot->off[i].name, name))
            return &run->snapshot->off[i];
    return NULL;
}

int li_machine_tell_off(struct li_ctx *ctx, struct li_texts title)
{
    struct li_str both =
        li_strf(ctx,
                "“%.*s”已停用，目前不再新开；已经在办的照常办理。\n"
                "“%.*s” is switched off: nothing new opens by it for now; what is open goes on.",
                LI_P(title.zh), LI_P(title.en));

    if (!both.ptr)
        return -LI_E_NOMEM;
    (void)li_fault(ctx, LI_FAULT_CHECK, LI_S(""), both);
    return -LI_E_CHECK;
}

/* Nobody asked for it and nobody is there to be told no: the entry says what was left out. */
static int leave_out(struct li_run *run, const struct li_plan_spawn *spawn)
{
    struct li_plan_spawn *all =
        li_grow(run->ctx, run->left_out, run->left_out_count, &run->left_out_room, sizeof(*all));

    if (!all)
        return -LI_E_NOMEM;
    run->left_out = all;
    all[run->left_out_count++] = *spawn;
    return 0;
}

static int add_spawn(struct li_run *run, const struct li_plan_spawn *spawn)
{
    const struct li_off *off = off_of(run, spawn_of(run->snapshot->playbook, spawn)->playbook);
    struct li_plan_spawn *spawns;

    if (off)
        return spawn->action == run->asked ? li_machine_tell_off(run->ctx, off->title)
                                           : leave_out(run, spawn);
    spawns = li_grow(run->ctx, run->spawns, run->spawn_count, &run->spawn_room, sizeof(*spawns));
    if (!spawns)
        return -LI_E_NOMEM;
    run->spawns = spawns;
    spawns[run->spawn_count++] = *spawn;
    return 0;
}

/* One for a part, or for the case, where its `when` holds. */
static int spawn_for(struct li_run *run, const struct li_spawn *spawn,
                     const struct li_plan_spawn *what)
{
    const struct li_part *part = what->part ? li_run_part(run, what->part) : NULL;
    int r = li_run_holds(run, spawn->when, part, run->added);

    return r == 1 ? add_spawn(run, what) : r;
}

/* For so many rows; which ones, `case` draws. */
static int spawn_drawn(struct li_run *run, const struct li_spawn *spawn, struct li_plan_spawn *what)
{
    struct li_value count = {.number = 0};
    int r = li_run_eval(run, spawn->count, NULL, run->added, &count);

    if (r < 0 || count.number <= 0)
        return r;
    what->count = count.number > LI_SPAWN_DRAWN ? LI_SPAWN_DRAWN : (int)count.number;
    return spawn_for(run, spawn, what);
}

int li_run_spawn(struct li_run *run, int index, int part)
{
    const struct li_action *action = &run->snapshot->playbook->actions[index];
    int r = 0;

    for (size_t i = 0; r == 0 && i < action->spawn_count; i++) {
        const struct li_spawn *spawn = &action->spawns[i];
        struct li_plan_spawn what = {.action = index, .spawn = (int)i, .part = part};

        if (!spawn->machine) {
            r = spawn->reg.len ? spawn_drawn(run, spawn, &what) : spawn_for(run, spawn, &what);
            continue;
        }
        for (size_t k = 0; r == 0 && k < run->part_count; k++) {
            what.part = run->parts[k].no;
            if (run->parts[k].machine == spawn->machine)
                r = spawn_for(run, spawn, &what);
        }
    }
    return r;
}

struct li_value li_child_fact(const struct li_case_facts *facts, size_t index, struct li_str name)
{
    size_t there = facts->snapshot ? facts->snapshot->child_count : 0;
    struct li_child child = {.state = LI_S("")};

    if (index < there) {
        child = facts->snapshot->children[index];
    } else {
        const struct li_plan_spawn *what = &facts->spawns[index - there];

        child.playbook = spawn_of(facts->playbook, what)->playbook;
        child.about = what->part;
    }
    if (li_str_is(name, "ended"))
        return (struct li_value){.type = LI_TYPE_BOOL, .flag = child.ended};
    if (li_str_is(name, "about"))
        return (struct li_value){.type = LI_TYPE_INT, .number = child.about};
    return (struct li_value){.type = LI_TYPE_TEXT,
                             .text = li_str_is(name, "state") ? child.state : child.playbook};
}

/* Whether cases of a playbook hold this one open. */
static bool blocks(const struct li_playbook *playbook, struct li_str name)
{
    for (size_t i = 0; i < playbook->action_count; i++)
        for (size_t k = 0; k < playbook->actions[i].spawn_count; k++)
            if (playbook->actions[i].spawns[k].blocks &&
                li_str_eq(playbook->actions[i].spawns[k].playbook, name))
                return true;
    return false;
}

static bool is_waited_for(const struct li_run *run, const struct li_child *child)
{
    return !child->ended && blocks(run->snapshot->playbook, child->playbook);
}

bool li_run_waits(const struct li_run *run)
{
    if (li_run_votes(run))
        return true;
    if (!run->snapshot->playbook->children)
        return false;
    for (size_t i = 0; i < run->snapshot->child_count; i++)
        if (is_waited_for(run, &run->snapshot->children[i]))
            return true;
    for (size_t i = 0; i < run->spawn_count; i++)
        if (spawn_of(run->snapshot->playbook, &run->spawns[i])->blocks)
            return true;
    return false;
}

int li_run_tell_waiting(const struct li_run *run)
{
    struct li_str zh = LI_S(""), en = LI_S(""), both;

    if (li_run_votes(run))
        return li_run_tell_votes(run);
    for (size_t i = 0; i < run->snapshot->child_count; i++) {
        const struct li_child *child = &run->snapshot->children[i];
        bool told = child->number.ptr != NULL;

        if (!is_waited_for(run, child))
            continue;
        zh = li_strf(run->ctx, "%.*s%s%.*s", LI_P(zh), zh.len ? "、" : "",
                     LI_P(told ? child->number : LI_S("正在立案的一件")));
        en = li_strf(run->ctx, "%.*s%s%.*s", LI_P(en), en.len ? ", " : "",
                     LI_P(told ? child->number : LI_S("one being opened")));
    }
    if (!zh.len) { /* it opens them itself */
        zh = LI_S("这一步派生的事项");
        en = LI_S("what this very step opens");
    }
    both = li_strf(run->ctx,
                   "派生的事项还没有办结：%.*s。办结或取消关联以后，才能结束这一件。\n"
                   "What came of it is still open: %.*s. It can end when they have, or are no "
                   "longer linked with it.",
                   LI_P(zh), LI_P(en));
    if (!both.ptr)
        return -LI_E_NOMEM;
    (void)li_fault(run->ctx, LI_FAULT_CHECK, LI_S(""), both);
    return -LI_E_CHECK;
}
