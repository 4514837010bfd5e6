/*
 * What the machine's files share; for machine*.c and check_join.c only.
 */
#ifndef LI_PLAYBOOK_MACHINE_INSIDE_H
#define LI_PLAYBOOK_MACHINE_INSIDE_H

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
    const struct li_node *fields; /* may be NULL */
    const struct li_node *added;  /* by the step, over `fields`; may be NULL */
    bool is_reporter;
    char *org_text; /* LI_ID_TEXT + 1 bytes of room */
};
struct li_facts li_case_facts(const struct li_case_facts *facts);

/* machine_gate.c: whether a viewer is one of `who`; part NULL: of the case. */
bool li_gate_is_one_of(const struct li_snapshot *snapshot, const struct li_who *who, size_t count,
                       const struct li_part *part, const struct li_viewer *viewer,
                       bool is_reporter);
/* Whether a viewer is one of `by`; part NULL: of the case. */
bool li_gate_allows(const struct li_snapshot *snapshot, const struct li_action *action,
                    const struct li_part *part, const struct li_viewer *viewer, bool is_reporter);
/* Whether the state it starts from is closed to somebody who worked on it. */
bool li_gate_is_related(const struct li_snapshot *snapshot, const struct li_state *state,
                        const struct li_viewer *viewer, bool is_reporter);

#endif
