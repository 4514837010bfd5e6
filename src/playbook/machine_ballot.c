/*
 * What a case's ballots mean to its machine: their facts, what may be opened, and that the case
 * waits for those that run.
 *
 * How they are held and counted is src/vote's; a case knows of each only what it was told.
 */
#include "contract/fault.h"
#include "playbook/machine_inside.h"

#define OPTIONS_LEAST 2
#define OPTIONS_MOST  60

static bool is_asked(const struct li_playbook *playbook, const int *fired, size_t count, int ballot)
{
    for (size_t i = 0; i < count; i++)
        if (playbook->actions[fired[i]].ballot == ballot)
            return true;
    return false;
}

/* As the case knows it, or as it will be once what was done is written. */
static struct li_case_vote vote_of(const struct li_playbook *playbook,
                                   const struct li_snapshot *snapshot, const int *fired,
                                   size_t count, int ballot)
{
    struct li_case_vote none = {.state = LI_S(""), .first = LI_S(""), .chosen = LI_S("")};

    if (is_asked(playbook, fired, count, ballot)) {
        none.state = LI_S("asked");
        return none;
    }
    return snapshot && snapshot->votes ? snapshot->votes[ballot] : none;
}

static struct li_case_vote known(const struct li_case_facts *facts, struct li_str name)
{
    int ballot = li_playbook_ballot(facts->playbook, name);

    li_assert(ballot >= 0);
    return vote_of(facts->playbook, facts->snapshot, facts->fired, facts->fired_count, ballot);
}

struct li_value li_ballot_fact(const struct li_case_facts *facts, struct li_str name)
{
    struct li_case_vote vote = known(facts, li_str_cut(&name, '.'));

    if (li_str_is(name, "passed"))
        return (struct li_value){.type = LI_TYPE_BOOL, .flag = vote.passed};
    return (struct li_value){.type = LI_TYPE_TEXT,
                             .text = li_str_is(name, "first") ? vote.first : vote.state};
}

struct li_value li_chosen_fact(const struct li_case_facts *facts, struct li_str name, int no)
{
    struct li_case_vote vote = known(facts, name);
    struct li_str rest = vote.chosen;
    struct li_value value = {.type = LI_TYPE_BOOL};
    int64_t one;

    while (rest.ptr)
        if (li_str_to_i64(li_str_cut(&rest, ','), &one) && one == no)
            value.flag = true;
    return value;
}

static bool runs(const struct li_case_vote *vote)
{
    static const char *const states[] = {LI_BALLOT_RUNS};

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (li_str_is(vote->state, states[i]))
            return true;
    return false;
}

static struct li_case_vote vote_in(const struct li_run *run, size_t ballot)
{
    return vote_of(run->snapshot->playbook, run->snapshot, run->fired, run->fired_count,
                   (int)ballot);
}

bool li_run_votes(const struct li_run *run)
{
    for (size_t i = 0; i < run->snapshot->playbook->ballot_count; i++) {
        struct li_case_vote vote = vote_in(run, i);

        if (runs(&vote))
            return true;
    }
    return false;
}

static int tell(const struct li_run *run, const char *zh, const char *en)
{
    struct li_str both = li_strf(run->ctx, "%s\n%s", zh, en);

    if (!both.ptr)
        return -LI_E_NOMEM;
    (void)li_fault(run->ctx, LI_FAULT_CHECK, LI_S(""), both);
    return -LI_E_CHECK;
}

int li_run_tell_votes(const struct li_run *run)
{
    return tell(run, "表决还没有结束。结果公布以后，或者撤销表决以后，才能结束这一件。",
                "Its ballot is not over. It can end when the result is final, or the ballot is "
                "cancelled.");
}

static size_t options_of(const struct li_run *run, const struct li_ballot_rule *rule)
{
    const struct li_node *list;
    size_t count = 0;

    for (size_t i = 0; rule->machine && i < run->part_count; i++)
        count += run->parts[i].machine == rule->machine &&
                 !run->snapshot->playbook->machines[rule->machine].states[run->parts[i].state].end;
    if (rule->machine)
        return count;
    if (rule->list < 0)
        return OPTIONS_LEAST;
    list = li_node_get_str(run->added, run->snapshot->playbook->fields[rule->list].name);
    list = list ? list
                : li_node_get_str(run->snapshot->fields,
                                  run->snapshot->playbook->fields[rule->list].name);
    return list && list->kind == LI_LIST ? list->list.count : 0;
}

int li_run_ballot(struct li_run *run, int index)
{
    int ballot = run->snapshot->playbook->actions[index].ballot;
    const struct li_ballot_rule *rule = &run->snapshot->playbook->ballots[ballot];
    struct li_case_vote vote = vote_in(run, (size_t)ballot);
    size_t options = options_of(run, rule);

    if (runs(&vote))
        return tell(run, "这项表决正在进行，不能再发起一次。",
                    "This ballot runs already and is not opened twice.");
    if (options < OPTIONS_LEAST || options > OPTIONS_MOST)
        return tell(run, "表决要有两个到六十个选项。", "A ballot has two to sixty options.");
    return 0;
}
