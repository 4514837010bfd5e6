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
#include "case/library.h"
#include "playbook/machine.h"
#include "record/tenant.h"

/* ---- what bind gives ------------------------------------------------------- */

/* What an effect is done to: a case, or one of its parts. */
struct li_effect_target {
    int64_t case_id;
    int part; /* 0: the case */
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
    struct li_library *library;
    struct li_ground *ground;            /* from points to areas */
    const struct li_effect_def *effects; /* ends with a NULL name */
};

static inline const struct li_bound *li_bound(const struct li_record *record)
{
    return li_record_bound(record);
}

/* Whether every effect a playbook names is one of the bound ones. */
int li_case_effects_check(struct li_ctx *ctx, const struct li_effect_def *known,
                          const struct li_playbook *playbook) LI_MUST_CHECK;

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
    const struct li_str *held; /* of the playbook's posts_asked, those held here now */
    size_t held_count;
};

struct li_case_part {
    struct li_part part; /* what the machine sees */
    struct li_case_clock clock;
    struct li_str handled_by; /* everybody who brought it to an end, "17,23"; ptr NULL: nobody */
    int64_t ended_at;
};

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
/* The cell of the grid a point lies in, for "what is near": a row of them is
 * LI_CASE_CELL_ROW, and no side under 150 m up to 68 degrees of latitude. */
#define LI_CASE_CELL_ROW 100000
int64_t li_case_cell(int64_t lon, int64_t lat);
/* The fields that do not exist for a viewer, a bit each by place.  For a line of a
 * list `of` needs playbook, state, area_path, owner and fields, and no parts. */
int li_case_hidden(struct li_ctx *ctx, const struct li_case *of, const struct li_case_part *parts,
                   size_t part_count, const struct li_viewer *viewer, uint64_t *ret) LI_MUST_CHECK;
static inline bool li_case_is_hidden(uint64_t hidden, int field)
{
    return hidden >> field & 1;
}
static inline bool li_case_is_reporter(const struct li_viewer *viewer, int64_t case_id)
{
    return viewer->kind == LI_VIEWER_PARTY && viewer->case_id == case_id && viewer->party == 1;
}

/* ---- commands -------------------------------------------------------------- */

/* "case.open" */
struct li_case_open_args {
    const struct li_playbook *playbook; /* the current version, from the library */
    struct li_str area;                 /* code; found by li_case_open_place where not said */
    struct li_str via;
    const struct li_node *fields; /* passed li_case_open_check */
    uint8_t token[16];            /* random: the reporter's tracking token */
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
};
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
    enum li_scope scope; /* PUBLIC: its number alone; STAFF: what was written, too */
    uint64_t hidden;     /* fields they may not see (li_machine_hidden) */
};
/* The texts a question is asked of, in the arena. */
int li_case_search_texts(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                         const struct li_case_words *of, struct li_str **ret,
                         size_t *ret_count) LI_MUST_CHECK;

#endif
