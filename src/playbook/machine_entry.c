/*
 * Entries of the ledger that an action makes or takes back, and what conditions may ask
 * of a case's accounts.
 *
 * Here only how much and why: whose accounts those are, and whether they have it, `case`
 * and the ledger find out.
 */
#include "base/grow.h"
#include "playbook/machine_inside.h"

static int add_entry(struct li_run *run, const struct li_plan_entry *entry)
{
    struct li_plan_entry *entries =
        li_grow(run->ctx, run->entries, run->entry_count, &run->entry_room, sizeof(*entries));

    if (!entries)
        return -LI_E_NOMEM;
    run->entries = entries;
    entries[run->entry_count++] = *entry;
    return 0;
}

static int take_back(struct li_run *run, int index, int part)
{
    const struct li_playbook *playbook = run->snapshot->playbook;
    const struct li_action *action = &playbook->actions[index];
    int r = 0;

    for (size_t i = 0; r == 0 && i < playbook->action_count; i++) {
        const struct li_plan_entry entry = {
            .action = index, .entry = -1, .reversed = (int)i, .part = part};

        if (action->reverses[i / 64] >> i % 64 & 1)
            r = add_entry(run, &entry);
    }
    return r;
}

static int enter(struct li_run *run, int index, size_t place, int part)
{
    const struct li_entry_rule *rule = &run->snapshot->playbook->actions[index].entries[place];
    const struct li_part *self = part ? li_run_part(run, part) : NULL;
    struct li_value amount = {.number = 0};
    int r = li_run_holds(run, rule->when, self, run->added);

    if (r <= 0)
        return r;
    r = li_run_eval(run, rule->amount, self, run->added, &amount);
    if (r == 0 && amount.number < 0)
        r = LI_FAIL(run->ctx, LI_E_STATE, "an entry of %lld cannot be made",
                    (long long)amount.number);
    if (r < 0 || amount.number == 0)
        return r;
    return add_entry(run, &(struct li_plan_entry){.action = index,
                                                  .entry = (int)place,
                                                  .reversed = -1,
                                                  .part = part,
                                                  .amount = amount.number});
}

int li_run_enter(struct li_run *run, int index, int part)
{
    const struct li_playbook *playbook = run->snapshot->playbook;
    int r = playbook->book_count ? take_back(run, index, part) : 0;

    for (size_t i = 0; r == 0 && i < playbook->actions[index].entry_count; i++)
        r = enter(run, index, i, part);
    return r;
}

int64_t li_book_fact(const struct li_case_facts *facts, struct li_str name)
{
    const struct li_playbook *playbook = facts->playbook;
    int64_t sum = 0;

    for (size_t i = 0; facts->snapshot && facts->snapshot->books && i < playbook->book_count; i++)
        sum += li_str_eq(playbook->books[i].name, name) ? facts->snapshot->books[i] : 0;
    for (size_t i = 0; i < facts->entry_count; i++) {
        const struct li_plan_entry *made = &facts->entries[i];
        const struct li_entry_rule *rule =
            made->entry < 0 ? NULL : &playbook->actions[made->action].entries[made->entry];

        if (!rule || !li_str_eq(playbook->books[rule->book].name, name))
            continue;
        sum += rule->to.kind == LI_SIDE_CASE ? made->amount : 0;
        sum -= rule->from.kind == LI_SIDE_CASE ? made->amount : 0;
    }
    return sum;
}
