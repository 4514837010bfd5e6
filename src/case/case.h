/*
 * The case: one matter, its parts, its parties.
 *
 * What a case may do next is the playbook's business (playbook/machine); this
 * noun turns the machine's plan into rows, clocks and history.  Texts and
 * personal values lie in the vault under the case's id.
 */
#ifndef LI_CASE_CASE_H
#define LI_CASE_CASE_H

#include "area/ground.h"
#include "base/coordinate.h"
#include "case/library.h"
#include "playbook/machine.h"
#include "record/tenant.h"
#include "register/register.h"

/* ---- what bind gives ------------------------------------------------------- */

/* What an effect is done to: a case, or one of its parts. */
struct li_effect_target {
    int64_t case_id;
    int part;           /* 0: the case */
    struct li_str what; /* the action it is of; "@STATE.PERCENT": of a clock's step */
};

/* An effect of the playbooks' closed vocabulary. */
struct li_effect_def {
    const char *name;
    /* Whether the argument is one it knows; when a playbook is adopted. */
    bool (*check)(struct li_str arg);
    /* Inside a command's write. */
    int (*apply)(struct li_ctx *ctx, const struct li_tx *tx, const struct li_effect_target *target,
                 struct li_str arg);
    /* Takes it back; NULL: it has no undo (and then waits out the recall window). */
    int (*undo)(struct li_ctx *ctx, const struct li_tx *tx, const struct li_effect_target *target,
                struct li_str arg);
};

struct li_bound {
    struct li_register_bound registers; /* first: what registers look for */
    struct li_library *library;
    struct li_ground *ground;            /* from points to areas */
    struct li_owners *owners;            /* who holds which post; NULL: read anew */
    const struct li_effect_def *effects; /* ends with a NULL name */
};

static inline const struct li_bound *li_bound(const struct li_record *record)
{
    return li_record_bound(record);
}

/* Whether every effect a playbook names is one of the bound ones. */
int li_case_effects_check(struct li_ctx *ctx, const struct li_effect_def *known,
                          const struct li_playbook *playbook) LI_MUST_CHECK;

/* The case of a number that can be checked by this code; -LI_E_NOT_FOUND quietly. */
int li_case_by_code(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, struct li_str number, struct li_str code,
                    int64_t *ret) LI_MUST_CHECK;

/* ---- reading --------------------------------------------------------------- */

struct li_case_clock {
    int64_t since;   /* when its state was entered */
    int64_t due_at;  /* 0: none */
    int64_t edition; /* of the calendar; negative: provisional */
    bool overdue;
};

/* Where a case lies, 1e-7 degrees of CGCS2000. */
struct li_case_place {
    bool some; /* false: an area is all that is known */
    int64_t lon, lat;
};

/* What a case counts with among those alike; alike.ptr NULL: it does not. */
struct li_case_sum {
    struct li_str alike;
    int64_t amount;
};

struct li_case {
    int64_t id;
    const struct li_playbook *playbook;
    struct li_str number;
    int64_t rev;
    int state;
    enum li_scope scope;
    struct li_str via;
    struct li_str area; /* code */
    struct li_str area_path;
    struct li_case_place place;
    struct li_node *fields; /* structured ones as they were given last, a map */
    struct li_str class;    /* "event:0102"; ptr NULL: none yet */
    int64_t level;          /* how urgent, 0 the least */
    struct li_owner owner;  /* post.ptr NULL: the parts answer */
    struct li_case_clock clock;
    struct li_node *counts;   /* counters by name, a map */
    struct li_str handled_by; /* who brought the case itself to a check, "17,23"; ptr NULL */
    int64_t photos;           /* how many it has; they are numbered from 1 */
    int64_t followers;
    int64_t opened_at;
    int64_t closed_at;         /* 0: open */
    int64_t merged_into;       /* the case this one is answered through (link.h); 0: none */
    struct li_str page;        /* what the entry being made says of its page (page.h); ptr NULL */
    int64_t links;             /* how many links were ever made with it */
    bool clocks;               /* it has rows in `clock` (times.h) */
    const struct li_str *held; /* of the playbook's posts_asked, those held here now */
    size_t held_count;
    const int64_t *books; /* what it has in each of the playbook's books; NULL: it keeps none */
    const struct li_subject_row *rows; /* its subjects' rows, where the playbook reads them */
    size_t row_count;
    struct li_str code;               /* it is checked by, where the playbook says so; ptr NULL */
    const int64_t *balances;          /* of the playbook's accounts; NULL: it asks of none */
    const struct li_case_vote *votes; /* of each of the playbook's ballots (ballot.h); NULL: none */
    const struct li_alike *alike;   /* the others of each of the playbook's `similar`; NULL: none */
    const int64_t *numbers;         /* for each of its `tables`; NULL: none */
    const struct li_case_sum *sums; /* what it counts with among them, as it is written */
    const struct li_child *children; /* where the playbook asks (child.h) */
    size_t child_count;
    int64_t parent;                    /* it was opened beneath this one (under.h); 0: none */
    const struct li_above *above;      /* … as it stands now */
    const struct li_sibling *siblings; /* the others there, where the playbook asks */
    size_t sibling_count;
    const struct li_calendar *calendar; /* where the playbook's times ask for it; else NULL */
    const struct li_recused *recused;   /* who is named as reported now; NULL: nobody */
    const struct li_sampling *sampling; /* where the playbook draws; else NULL */
    const struct li_off *off; /* programmes switched off, where its actions open any (use.h) */
    size_t off_count;
};

struct li_case_part {
    struct li_part part; /* what the machine sees */
    struct li_case_clock clock;
    struct li_str handled_by; /* everybody who brought it to an end, "17,23"; ptr NULL: nobody */
    int64_t ended_at;
};

/* What a part keeps of its own is a map (part.fields): a structured value as on the
 * case, of a text {"slot": where it lies in the vault}. */

/* A counter of the case; 0 when it was never raised. */
int64_t li_case_count(const struct li_case *of, const char *name);

/* In the arena; -LI_E_NOT_FOUND quietly. */
int li_case_find(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                 int64_t id, struct li_case *ret) LI_MUST_CHECK;
int li_case_parts(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                  const struct li_case *of, struct li_case_part **ret,
                  size_t *ret_count) LI_MUST_CHECK;
/* Which case a tracking token opens; -LI_E_NOT_FOUND quietly. */
int li_case_by_token(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     const uint8_t token[16], int64_t *ret_case, int64_t *ret_party) LI_MUST_CHECK;
/* The machine's view of a case. */
int li_case_snapshot(struct li_ctx *ctx, const struct li_case *of, const struct li_case_part *parts,
                     size_t part_count, int64_t now, struct li_snapshot *ret) LI_MUST_CHECK;
/* Who is named in the fields a playbook recuses, with the posts they hold at `now`; of
 * `row` playbook and fields are asked, `recused` is set.  Costs nothing where a playbook
 * recuses nobody. */
int li_case_recuse(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t now,
                   struct li_case *row) LI_MUST_CHECK;
/* Whether a viewer of the staff sees a row for the posts that are not recused. */
int li_case_unrecused(struct li_ctx *ctx, const struct li_case *of, const struct li_viewer *viewer,
                      struct li_viewer *ret) LI_MUST_CHECK;
/* How much of a case of `tenant` a viewer sees; viewers of other tenants nothing. */
int li_case_sight(struct li_ctx *ctx, const struct li_viewer *viewer, int64_t tenant,
                  const struct li_case *of, const struct li_case_part *parts, size_t part_count,
                  enum li_sight *ret) LI_MUST_CHECK;
/* Whether the playbook shows a field to everybody. */
bool li_case_is_public(const struct li_playbook *playbook, int field);
/* The choice field of a name; -1: none.  "kind" is, where no field is called so, the
 * first choice of the opening form. */
int li_case_choice_field(const struct li_playbook *playbook, const char *name);
/* The community an area lies in or is, by its code ("440305001003C012" gives
 * "440305001003"): what is shown to everybody, and counted. */
struct li_str li_case_community(struct li_str area);
/* Whether the gauges differ from a recount of the cases (recount.c). */
int li_case_recount(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    bool *ret_differs) LI_MUST_CHECK;
/* A place as it was given, in ours; false when it is none. */
bool li_case_point(const struct li_node *given, struct li_point *ret);
/* The cell of the grid a point lies in, for "what is near": a row of them is
 * LI_CASE_CELL_ROW, and no side under 150 m up to 68 degrees of latitude. */
#define LI_CASE_CELL_ROW 100000
int64_t li_case_cell(int64_t lon, int64_t lat);
/* The fields that do not exist for a viewer, a bit each by place.  For a line of a
 * list `of` needs playbook, state, area_path, owner and fields, and no parts. */
int li_case_hidden(struct li_ctx *ctx, const struct li_case *of, const struct li_case_part *parts,
                   size_t part_count, const struct li_viewer *viewer,
                   struct li_field_set *ret) LI_MUST_CHECK;
static inline bool li_case_is_hidden(struct li_field_set hidden, int field)
{
    return li_field_set_has(&hidden, field);
}
static inline bool li_case_is_reporter(const struct li_viewer *viewer, int64_t case_id)
{
    return viewer->kind == LI_VIEWER_PARTY && viewer->case_id == case_id && viewer->party == 1;
}

/* ---- commands -------------------------------------------------------------- */

struct li_case_order;
struct li_case_spawned;
struct li_rhythm_time;

/* "case.open" */
struct li_case_open_args {
    const struct li_playbook *playbook; /* the current version, from the library */
    struct li_str area;                 /* code; found by li_case_open_place where not said */
    struct li_str via;
    const struct li_node *fields;          /* passed li_case_open_check */
    uint8_t token[16];                     /* random: the reporter's tracking token */
    int64_t parent;                        /* the case it is opened beneath; 0: none */
    const struct li_case_order *order;     /* it comes from above (order.h); NULL: it does not */
    const struct li_case_spawned *spawned; /* it comes of another (child.h), which says all the
                                              rest; NULL: it does not */
    struct li_rhythm_time *rhythm;         /* it opens of itself (rhythm.h); NULL: it does not */
};
struct li_case_opened {
    int64_t id;
    struct li_str number;
    int state;
};
extern const struct li_command li_case_open;
/* Before the lane: may this viewer open so, and are the fields right? */
int li_case_open_check(struct li_ctx *ctx, const struct li_viewer *viewer,
                       const struct li_case_open_args *args) LI_MUST_CHECK;
/* Cases lie in a community or in something smaller, as long as it is there. */
bool li_case_fits_area(const struct li_area *area);
/* Then, with a reader's connection: where no area was said, the deepest one that
 * holds the first place among the fields.  Faults point at "/area". */
int li_case_open_place(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                       int64_t tenant, struct li_case_open_args *args) LI_MUST_CHECK;

/* "case.act" */
struct li_case_act_args {
    int64_t id;
    struct li_str action;
    int part;                     /* 0: the case */
    int64_t rev;                  /* 0: whatever it is */
    const struct li_node *fields; /* a map, may be NULL */
    bool confirmed;               /* they have read the warnings */
    /* of staff, where the playbook lets them: */
    int64_t behalf_org;          /* entered for this organization; 0: not */
    bool behalf_reporter;        /* entered for the reporter */
    int64_t occurred_at;         /* when it happened; 0: now */
    const struct li_node *paper; /* tokens of uploads: the paper, photographed; may be NULL */
    /* from due rows only: a rhythm does it; NULL else */
    struct li_rhythm_time *rhythm;
    const struct li_case_carry *carry; /* … or a taking over (carry.c) */
};
#define LI_CASE_PAPERS 5 /* pictures of a paper */
struct li_case_acted {
    int64_t id;
    int64_t rev;
    const struct li_playbook *playbook;
    int state;
};
extern const struct li_command li_case_act;

/* "case.reveal": shows one masked value to who works on the case now, and says so
 * in history. */
struct li_case_reveal_args {
    int64_t id;
    struct li_str field;
};
struct li_case_revealed {
    int64_t id;
    const struct li_field *field;
    struct li_str value;
};
extern const struct li_command li_case_reveal;

/* "case.follow": joins an open public case. */
struct li_case_follow_args {
    int64_t id;
    uint8_t token[16]; /* random: the follower's tracking token */
};
struct li_case_followed {
    struct li_str number;
    int64_t party;
};
extern const struct li_command li_case_follow;

/* "case.clock": a step of a state's clock; comes from due rows only. */
extern const struct li_command li_case_clock_step;

/* "case.settle": the actions by system are tried again, because something that the case
 * asks about changed elsewhere; comes from due rows only. */
extern const struct li_command li_case_settle;

/* Marks or unmarks a case or part as overdue; for the effect of that name. */
int li_case_mark_overdue(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_effect_target *target, bool overdue) LI_MUST_CHECK;

/* What case history means for the tallies. */
extern const struct li_consumer li_case_tally;

/* ---- search.c -------------------------------------------------------------- */

/* What case history means for the index of words. */
extern const struct li_consumer li_case_search;

/* A case as somebody searches it. */
struct li_case_words {
    int64_t id;
    struct li_str number;
    const struct li_playbook *playbook;
    enum li_scope scope;        /* PUBLIC: its number alone; STAFF: what was written, too */
    struct li_field_set hidden; /* fields they may not see (li_machine_hidden) */
};
/* The texts a question is asked of, in the arena. */
int li_case_search_texts(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                         const struct li_case_words *of, struct li_str **ret,
                         size_t *ret_count) LI_MUST_CHECK;

/* ---- by subject -------------------------------------------------------------- */

/* Times of a row that cases take and that end after `from`, the first to end first. */
struct li_case_span {
    int64_t since, until;
};
int li_case_taken(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t row,
                  int64_t from, size_t limit, struct li_case_span **ret,
                  size_t *ret_count) LI_MUST_CHECK;
/* Cases about a row of a register, newest first, below `before` (0: from the newest). */
int li_case_of_subject(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t row,
                       int64_t before, size_t limit, int64_t *ret_ids,
                       size_t *ret_count) LI_MUST_CHECK;
/* How many were opened since an instant. */
int li_case_count_subject(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t row,
                          int64_t since, int64_t *ret) LI_MUST_CHECK;

#endif
