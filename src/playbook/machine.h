/*
 * The machine: what an action would do to a case, as a pure function.
 *
 * Reads a snapshot, changes nothing, knows no table.  `case` turns the plan
 * into rows.  After the asked-for action the engine tries the playbook's
 * by_system actions of the case in file order until none fires (at most
 * LI_MACHINE_CASCADE, else the step is refused as a loop).
 */
#ifndef LI_PLAYBOOK_MACHINE_H
#define LI_PLAYBOOK_MACHINE_H

#include "playbook/playbook.h"
#include "record/sight.h"

#define LI_MACHINE_CASCADE 8

struct li_owner { /* resolved responsibility: a post, never a person */
    struct li_str post;
    struct li_str area_path;
    int64_t org;
};

struct li_part {
    int no;      /* 1… in the case */
    int machine; /* kind */
    int state;
    int64_t org;
    struct li_owner owner;
    int64_t since; /* when its state was entered */
    int64_t begun; /* when it was sent, or sent again */
};

struct li_snapshot {
    const struct li_playbook *playbook;
    int state;
    struct li_str area_path;
    struct li_str via; /* the way it came in */
    struct li_owner owner;
    const struct li_part *parts;
    size_t part_count;
    const int64_t *related; /* persons who worked on the case */
    size_t related_count;
    const struct li_node *fields; /* structured fields as a map (no vault values) */
    const struct li_node *counts; /* counters by name, those not 0; may be NULL */
    int64_t since;                /* when the case's state was entered */
    const struct li_str *held;    /* of the playbook's posts_asked, those held at the case's area */
    size_t held_count;
    int64_t now;
};

struct li_step {
    int action;                     /* place in playbook->actions */
    int part;                       /* number of the part it is done to; 0: the case */
    const struct li_node *fields;   /* checked by the caller; NULL: none */
    const struct li_viewer *viewer; /* who */
    bool party_is_reporter;         /* viewer->kind PARTY holds the reporter's token */
};

/* One thing that becomes true. */
struct li_change {
    int part; /* number; 0: the case; a new part has the next free number */
    bool is_new;
    int machine;
    int from; /* state before; -1 for new */
    int to;
    int64_t org; /* parts */
    int action;  /* which action caused it */
};

/* An effect and what it is done to. */
struct li_plan_effect {
    const struct li_effect *effect;
    int part; /* 0: the case */
};

struct li_plan {
    const struct li_change *changes; /* in order */
    size_t change_count;
    int state;        /* of the case, at the end */
    const int *fired; /* actions, the asked-for first */
    size_t fired_count;
    const struct li_plan_effect *effects; /* of all fired actions, in order */
    size_t effect_count;
};

/*
 * 0, or -LI_E_NOT_FOUND (no such part), -LI_E_INVALID (no such action, or none
 * of that part; no organization to send to; an overflow), -LI_E_STATE (wrong
 * state, `when` does not hold, or the actions by system do not come to rest),
 * -LI_E_FORBIDDEN (not one of `by`), -LI_E_RELATED; asked in the order state
 * (and `within`), who, related, when.  The parts of an ended case rest.
 *
 * A step of a clock does its action with a viewer of kind SYSTEM.
 *
 * The caller has checked step->fields against the action's schema; here only
 * what opens parts is looked at.  `when` of the asked-for action is asked of
 * the case as it stands, those of the engine's own actions see step->fields
 * over snapshot->fields.  The plan lives in ctx's arena.
 */
int li_machine_step(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                    const struct li_step *step, struct li_plan **ret) LI_MUST_CHECK;

/*
 * Questions a case asks as it stands, each pure.  -LI_E_INVALID on an overflow
 * only.  `part` NULL: the case itself.
 */

/* Where a new case begins: the first of the playbook's starts that holds. */
int li_machine_start(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                     int *ret) LI_MUST_CHECK;
/* The clock rule of a state that holds; NULL: no clock runs. */
int li_machine_clock(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                     const struct li_state *state, const struct li_clock_rule **ret) LI_MUST_CHECK;
/* PUBLIC, or STAFF while the playbook says so. */
int li_machine_scope(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                     enum li_scope *ret) LI_MUST_CHECK;
/* The fields that do not exist for this viewer, a bit each. */
int li_machine_hidden(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                      const struct li_viewer *viewer, bool party_is_reporter,
                      uint64_t *ret) LI_MUST_CHECK;

/* The by_system actions alone: after opening, or after a clock ran out.  The
 * plan may be empty.  0, -LI_E_STATE (a loop), -LI_E_INVALID (an overflow). */
int li_machine_settle(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                      struct li_plan **ret) LI_MUST_CHECK;

/* The actions a viewer may take now: for the case (part 0) and for each part.
 * Quiet. */
struct li_offer {
    int action;
    int part;
};
int li_machine_offers(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                      const struct li_viewer *viewer, bool party_is_reporter, struct li_offer **ret,
                      size_t *ret_count) LI_MUST_CHECK;

#endif
