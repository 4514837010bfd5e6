/*
 * The machine: what an action would do to a case, as a pure function.
 *
 * Reads a snapshot, changes nothing, knows no table.  `case` turns the plan
 * into rows.  After the asked-for action the engine tries the playbook's
 * by_system actions, those of the case in file order and then those of its parts,
 * until none fires (at most LI_MACHINE_CASCADE for each of them, else the step is
 * refused as a loop).
 */
#ifndef LI_PLAYBOOK_MACHINE_H
#define LI_PLAYBOOK_MACHINE_H

#include "playbook/playbook.h"
#include "record/sight.h"

#define LI_MACHINE_CASCADE 8 /* for the case, and for each of its parts */

/* Those who are named as reported, and the posts they hold: none of them sees the case
 * or acts on it. */
struct li_recused {
    const int64_t *persons;
    size_t person_count;
    const int64_t *orgs;
    size_t org_count;
    const struct li_post *posts;
    size_t post_count;
};
/* Whether `post`, held by `person` (0: asked of the post alone), is one of them. */
bool li_recused_has(const struct li_recused *recused, int64_t person, const struct li_post *post);

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
    int64_t since;                /* when its state was entered */
    int64_t begun;                /* when it was sent, or sent again */
    struct li_str post;           /* it was made for; ptr NULL: for none */
    struct li_str role;           /* it was made as; ptr NULL: none */
    int about;                    /* number of the part it is about; 0: none */
    const struct li_node *fields; /* structured ones of its own, a map; NULL: none yet */
};

/* A case that came of this one and is linked with it as such. */
struct li_child {
    struct li_str playbook;
    struct li_str number; /* ptr NULL: it is about to be opened */
    struct li_str state;  /* empty: it is about to be opened */
    bool ended;
    int about; /* number of the part it was opened for; 0: the case */
};

/* The case that this one is opened beneath. */
struct li_above {
    struct li_str state;
    const struct li_node *fields; /* structured ones, a map */
};

/* Another case of the same playbook beneath the same one. */
struct li_sibling {
    int64_t id;
    struct li_str state;
    bool ended, before; /* before: it was opened earlier than this one */
    const struct li_node *fields;
};

/* A row that a subject names: its structured values, as they are now. */
struct li_subject_row {
    struct li_str id;
    int64_t row, rev;
    const struct li_node *fields;
};

/* What a case knows of a ballot it has opened. */
struct li_case_vote {
    int64_t ballot;       /* its id; 0: not there yet */
    struct li_str state;  /* empty: it was never asked for */
    bool passed;          /* … of its final result */
    struct li_str first;  /* item of its checklist; may be empty */
    struct li_str chosen; /* the parts it has chosen, ",3,5," */
};

/* The other cases that are alike. */
struct li_alike {
    int64_t sum, count;
};

/* A programme that is switched off. */
struct li_off {
    struct li_str name;
    struct li_texts title;
};

struct li_snapshot {
    const struct li_playbook *playbook;
    int state;
    struct li_str area_path;
    struct li_str via; /* the way it came in */
    struct li_owner owner;
    const struct li_part *parts;
    size_t part_count;
    const struct li_child *children; /* where the playbook asks (`children`), in their order */
    size_t child_count;
    const struct li_above *above;      /* NULL: it is beneath none */
    const struct li_sibling *siblings; /* where the playbook asks, in the order they were opened */
    size_t sibling_count;
    const int64_t *related; /* persons who worked on the case */
    size_t related_count;
    const struct li_node *fields;       /* structured fields as a map (no vault values) */
    const struct li_node *counts;       /* counters by name, those not 0; may be NULL */
    int64_t since;                      /* when the case's state was entered */
    const struct li_calendar *calendar; /* where some word needs the office's hours; else NULL */
    const int64_t *books; /* what the case has in each of the playbook's books; NULL: nothing */
    const struct li_subject_row *rows; /* of the subjects the case has or is given, where the
                                          playbook reads them */
    size_t row_count;
    struct li_str code;               /* it is checked by; ptr NULL: none */
    const int64_t *balances;          /* of the playbook's accounts (`balances`); NULL: nothing */
    const struct li_case_vote *votes; /* of the playbook's ballots; NULL: none was asked for */
    const struct li_alike *alike;     /* what others are, for each of `similar`; NULL: nothing */
    const int64_t *numbers;    /* of the tenant's tables, for each of `tables`; NULL: nothing */
    const struct li_str *held; /* of the playbook's posts_asked, those held at the case's area */
    size_t held_count;
    const struct li_recused *recused; /* NULL: nobody */
    const struct li_off *off;         /* programmes nothing opens by, where it opens any */
    size_t off_count;
    struct li_str number;       /* of the case, as it is drawn by */
    const struct li_hash *seed; /* of the month it is; NULL: nothing is drawn */
    int sample_scale;           /* per cent of the playbook's shares */
    int64_t now;
};

struct li_step {
    int action;                     /* place in playbook->actions */
    int part;                       /* number of the part it is done to; 0: the case */
    const struct li_node *fields;   /* checked by the caller; NULL: none */
    const struct li_viewer *viewer; /* who */
    bool party_is_reporter;         /* viewer->kind PARTY holds the reporter's token */
    bool confirmed;                 /* they know what the warnings say and do it all the same */
    int64_t behalf_org;             /* the viewer enters what this organization said; 0: not */
    bool behalf_reporter;           /* … or what the reporter said */
};

/* One thing that becomes true. */
struct li_change {
    int part; /* number; 0: the case; a new part has the next free number */
    bool is_new;
    int machine;
    int from; /* state before; -1 for new */
    int to;
    int64_t org;              /* parts */
    int action;               /* which action caused it */
    bool begins;              /* sent, or sent again */
    struct li_str post, role; /* of a new one */
    int about;
};

/* A value that a part keeps from now on. */
struct li_plan_value {
    int part;
    int field;
    int64_t number;
};

/* An effect and what it is done to. */
struct li_plan_effect {
    const struct li_effect *effect;
    int part;             /* 0: the case */
    struct li_str action; /* it is of */
};

/* A case that is to be opened. */
struct li_plan_spawn {
    int action; /* which says so */
    int spawn;  /* place in its spawns */
    int part;   /* it is opened for; 0: the case */
    int count;  /* one for each of so many rows that are drawn; 0: it is one */
};

/* What chance decided. */
struct li_plan_draw {
    int sample; /* place in the playbook's samples */
    int share;  /* it was held against, in hundredths of a per cent */
    bool drawn;
};

/* An entry of the ledger that is to be made, or those of an action that are to be taken back. */
struct li_plan_entry {
    int action;   /* which says so */
    int entry;    /* place in its entries; -1: what `reversed` entered */
    int reversed; /* an action */
    int part;     /* it is made for; 0: the case */
    int64_t amount;
};

struct li_plan {
    const struct li_change *changes; /* in order */
    size_t change_count;
    int state;        /* of the case, at the end */
    const int *fired; /* actions, the asked-for first */
    size_t fired_count;
    const struct li_plan_value *values; /* what was shared out, in order */
    size_t value_count;
    const struct li_plan_effect *effects; /* of all fired actions, in order */
    size_t effect_count;
    const struct li_plan_spawn *spawns; /* in order */
    size_t spawn_count;
    const struct li_plan_spawn *left_out; /* what the engine would have opened, but it is off */
    size_t left_out_count;
    const struct li_plan_draw *draws;
    size_t draw_count;
    const struct li_plan_entry *entries; /* in order */
    size_t entry_count;
};

/*
 * 0, or -LI_E_NOT_FOUND (no such part), -LI_E_INVALID (no such action, or none
 * of that part; no organization to send to; an overflow), -LI_E_STATE (wrong
 * state, `when` does not hold, or the actions by system do not come to rest),
 * -LI_E_FORBIDDEN (not one of `by`), -LI_E_RELATED; asked in the order state
 * (and `within`), who, related, when.  The parts of an ended case rest, but for
 * what is said of their ends (`within`).  Checks come last: -LI_E_CHECK when one
 * stops it, -LI_E_CONFIRM when some only warn and the step is not `confirmed`;
 * each says its sentence (contract/fault.h, CHECK).  So does one that would end a case while
 * a child that it waits for is open; an action by system waits without a word.
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

/* What is given with an action: what a part of a kind keeps of it, over what it had
 * (`old` itself when it is nothing), and what is the case's. */
int li_machine_part_fields(struct li_ctx *ctx, const struct li_playbook *playbook, int machine,
                           const struct li_node *old, const struct li_node *given,
                           const struct li_node **ret) LI_MUST_CHECK;
/* Later values in the place of earlier ones, photos to those that are there. */
int li_machine_fields_over(struct li_ctx *ctx, const struct li_playbook *playbook,
                           const struct li_node *old, const struct li_node *given,
                           struct li_node **ret) LI_MUST_CHECK;
int li_machine_case_fields(struct li_ctx *ctx, const struct li_playbook *playbook,
                           const struct li_action *action, const struct li_node *given,
                           const struct li_node **ret) LI_MUST_CHECK;

/* The share of a sample, in hundredths of a per cent, that a case would be drawn by which has
 * the snapshot's fields and counters and has done `fired` since. */
int li_machine_share(struct li_ctx *ctx, const struct li_snapshot *snapshot, int sample,
                     const int *fired, size_t fired_count, int *ret) LI_MUST_CHECK;

/* Where a new case begins: the first of the playbook's starts that holds. */
int li_machine_start(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                     int *ret) LI_MUST_CHECK;
/* Whether it may begin so: every check of opening; -LI_E_CHECK, each that does not hold told. */
int li_machine_may_open(struct li_ctx *ctx, const struct li_snapshot *snapshot) LI_MUST_CHECK;
/* What a field that is reckoned (`is`) has now. */
int li_machine_reckon(struct li_ctx *ctx, const struct li_snapshot *snapshot, int field,
                      int64_t *ret) LI_MUST_CHECK;
/* The figures of its page, in the publication's order; `ret` has room for LI_PLAYBOOK_FIGURES. */
int li_machine_figures(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                       int64_t *ret) LI_MUST_CHECK;
/* The clock rule of a state that holds; NULL: no clock runs. */
int li_machine_clock(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                     const struct li_state *state, const struct li_clock_rule **ret) LI_MUST_CHECK;
/* Whether the case counts among those alike, and with how much. */
int li_machine_alike(struct li_ctx *ctx, const struct li_snapshot *snapshot, size_t similar,
                     bool *ret_counts, int64_t *ret_amount) LI_MUST_CHECK;
/* PUBLIC, or TEAM or STAFF while the playbook says so. */
int li_machine_scope(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                     enum li_scope *ret) LI_MUST_CHECK;
/* The fields that do not exist for this viewer, a bit each. */
int li_machine_hidden(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                      const struct li_viewer *viewer, bool party_is_reporter,
                      struct li_field_set *ret) LI_MUST_CHECK;

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
/* The actions a viewer may enter for others: of the case for its reporter, of a part
 * for its organization.  Quiet; none where the playbook says nothing of it. */
int li_machine_behalf(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                      const struct li_viewer *viewer, struct li_offer **ret,
                      size_t *ret_count) LI_MUST_CHECK;

/* Says that no case opens by a programme now; -LI_E_CHECK. */
int li_machine_tell_off(struct li_ctx *ctx, struct li_texts title) LI_MUST_CHECK;

#endif
