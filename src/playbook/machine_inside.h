/*
 * What the machine's files share; for machine*.c and check_join.c only.
 */
#ifndef LI_PLAYBOOK_MACHINE_INSIDE_H
#define LI_PLAYBOOK_MACHINE_INSIDE_H

#include "base/id.h"
#include "playbook/machine.h"

/* machine_fact.c: what a `when` is asked of. */
struct li_case_facts {
    const struct li_playbook *playbook;
    const struct li_snapshot *snapshot; /* of what no step changes; NULL: nothing is known */
    int state;
    const struct li_part *parts;
    size_t part_count;
    const int *fired; /* actions done since the snapshot: they raise its counters */
    size_t fired_count;
    const struct li_plan_spawn *spawns; /* about to be opened */
    size_t spawn_count;
    const struct li_plan_draw *draws; /* made where the action branches */
    size_t draw_count;
    const struct li_plan_entry *entries; /* about to be made */
    size_t entry_count;
    const struct li_node *fields; /* may be NULL */
    const struct li_node *added;  /* by the step, over `fields`; may be NULL */
    bool is_reporter;
    const struct li_part *self; /* the part an action is asked of; NULL: the case */
    char *org_text;             /* LI_FACT_ROOM bytes: of the part walked over, and of itself */
};
#define LI_FACT_ROOM (2 * (LI_ID_TEXT + 1))
struct li_facts li_case_facts(const struct li_case_facts *facts);

/* machine_gate.c: whether a viewer is one of `who`; part NULL: of the case. */
bool li_gate_is_one_of(const struct li_snapshot *snapshot, const struct li_who *who, size_t count,
                       const struct li_part *part, const struct li_viewer *viewer,
                       bool is_reporter);
/* Whether a viewer is one of `by`; part NULL: of the case. */
bool li_gate_allows(const struct li_snapshot *snapshot, const struct li_action *action,
                    const struct li_part *part, const struct li_viewer *viewer, bool is_reporter);
/* Whether a viewer may enter the action for a part's organization (`org`), or for the
 * case's reporter (`org` 0). */
bool li_gate_stands_in(const struct li_snapshot *snapshot, const struct li_action *action,
                       const struct li_part *part, const struct li_viewer *viewer, int64_t org);
/* Whether it may be done already (`not_before`), when the state it starts from was entered
 * at `since`. */
bool li_gate_is_ripe(const struct li_snapshot *snapshot, const struct li_action *action,
                     int64_t since);
/* Whether the state it starts from is closed to somebody who worked on it. */
bool li_gate_is_related(const struct li_snapshot *snapshot, const struct li_state *state,
                        const struct li_viewer *viewer, bool is_reporter);

/* ---- machine.c, machine_fire.c: a step under way -------------------------------- */

struct li_run {
    struct li_ctx *ctx;
    const struct li_snapshot *snapshot;
    const struct li_node *added; /* of the fields of the step those that are the case's */
    bool is_reporter;
    int state;
    struct li_part *parts; /* as they stand by now */
    size_t part_count, part_room;
    struct li_change *changes;
    size_t change_count, change_room;
    struct li_plan_effect *effects;
    size_t effect_count, effect_room;
    struct li_plan_value *values;
    size_t value_count, value_room;
    int *fired;
    size_t fired_count, fired_room;
    struct li_plan_spawn *spawns;
    size_t spawn_count, spawn_room;
    struct li_plan_spawn *left_out;
    size_t left_out_count, left_out_room;
    int asked; /* the action somebody asked for; -1: the engine acts */
    struct li_plan_draw *draws;
    size_t draw_count, draw_room;
    struct li_plan_entry *entries;
    size_t entry_count, entry_room;
    char org_text[LI_FACT_ROOM];
};

/* 1 when it holds (NULL always does), 0 when not, or an error. */
int li_run_holds(struct li_run *run, const struct li_expression *when, const struct li_part *self,
                 const struct li_node *added) LI_MUST_CHECK;
/* What `holds` is asked of, for an expression of any type. */
int li_run_eval(struct li_run *run, const struct li_expression *expression,
                const struct li_part *self, const struct li_node *added,
                struct li_value *ret) LI_MUST_CHECK;
/* Draws what an action's branches ask about (machine_draw.c). */
int li_run_draw(struct li_run *run, const struct li_action *action,
                const struct li_part *part) LI_MUST_CHECK;
/* Shares an amount out (machine_split.c). */
int li_run_split(struct li_run *run, const struct li_split *split) LI_MUST_CHECK;
/* Cases that an action opens, into the plan (machine_child.c). */
int li_run_spawn(struct li_run *run, int index, int part) LI_MUST_CHECK;
/* Entries of the ledger, into the plan (machine_entry.c). */
int li_run_enter(struct li_run *run, int index, int part) LI_MUST_CHECK;
/* What the case has in a book, with what is about to be entered. */
int64_t li_book_fact(const struct li_case_facts *facts, struct li_str name);
/* Of a ballot, with what is about to be opened (machine_ballot.c): "vote.passed"; whether it has
 * chosen a part. */
struct li_value li_ballot_fact(const struct li_case_facts *facts, struct li_str name);
struct li_value li_chosen_fact(const struct li_case_facts *facts, struct li_str name, int no);
/* An action of the case may not open a ballot that runs, or one of fewer than two options:
 * -LI_E_CHECK. */
int li_run_ballot(struct li_run *run, int index) LI_MUST_CHECK;
/* Whether a ballot of the case runs: it then does not end; and saying which. */
bool li_run_votes(const struct li_run *run);
int li_run_tell_votes(const struct li_run *run);
/* Whether the case may not end now: a child it waits for is open. */
bool li_run_waits(const struct li_run *run);
/* Says which ones those are; -LI_E_CHECK. */
int li_run_tell_waiting(const struct li_run *run);
/* A fact of a child, by its place among those there are and those about to be opened. */
struct li_value li_child_fact(const struct li_case_facts *facts, size_t index, struct li_str name);
#define LI_CHILD LI_S("child") /* the kind they have in conditions */
/* Facts of the case above and of those beside (machine_under.c). */
struct li_value li_above_fact(const struct li_case_facts *facts, struct li_str name);
struct li_value li_sibling_fact(const struct li_case_facts *facts, size_t index,
                                struct li_str name);
#define LI_SIBLING LI_S("sibling")
/* The value of a field of some type as it is kept; not given it is '', 0 or false. */
struct li_value li_field_value(enum li_field_type type, const struct li_node *node);
/* Tells a check's sentence, in both languages; -LI_E_CHECK or -LI_E_NOMEM. */
int li_check_tell(struct li_ctx *ctx, const struct li_check *check);
/* A part by its number; NULL. */
struct li_part *li_run_part(struct li_run *run, int no);
/* Does an action.  `part` NULL: of the case; `given`: the fields of the step, NULL when
 * the engine does it of itself. */
int li_run_fire(struct li_run *run, int index, struct li_part *part,
                const struct li_node *given) LI_MUST_CHECK;

#endif
