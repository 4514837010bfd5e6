/*
 * What the files of scenario share: a scenario as read, the small town it is
 * played in, and its play.
 */
#ifndef LI_BIND_SCENARIO_INSIDE_H
#define LI_BIND_SCENARIO_INSIDE_H

#include "area/area.h"
#include "bind/bind.h"
#include "case/link.h"
#include "people/people.h"
#include "playbook/rule.h"

/* ---- scenario_read.c: the file ----------------------------------------------- */

enum li_scenario_kind {
    LI_SCENARIO_OPEN,
    LI_SCENARIO_ACT,
    LI_SCENARIO_CLOCK,
    LI_SCENARIO_RHYTHM,
    LI_SCENARIO_UNDO,
    LI_SCENARIO_VOTE
};

struct li_scenario_step {
    enum li_scenario_kind kind;
    struct li_str where;    /* file:line:column */
    struct li_str by;       /* OPEN, ACT: resident, anyone or a person of the town */
    struct li_str area;     /* OPEN: name of a place; empty: the first community */
    struct li_str via;      /* OPEN; empty: web, for staff desk */
    int action;             /* ACT: place in the playbook; -1: of a child's */
    struct li_str act;      /* ACT: its name */
    int child;              /* ACT: done to this one of its children, from 1; 0: to itself */
    struct li_str playbook; /* OPEN: the case above is opened, of that playbook; empty: its own */
    bool parent;            /* ACT: done to the case above */
    int no;                 /* ACT: goes on with this one of those it opened, from 1; 0: the same */
    int part;               /* ACT: 0: the case */
    bool confirmed;         /* ACT: they have read the warnings */
    int64_t rev;            /* ACT: the revision the actor had before them; 0: the newest */
    struct li_str behalf;   /* ACT: entered for them, "reporter" or a unit; empty: not */
    int64_t occurred;       /* ACT: when it happened; 0: now */
    int64_t to;             /* CLOCK: the instant it is moved to */
    struct li_str take;     /* CLOCK: where the case lies that is gone on with, of those that
                               opened of themselves meanwhile; empty: none */
    struct li_str rhythm;   /* RHYTHM: it is let run (in `area`), or stopped */
    bool runs;
    struct li_str vote;           /* VOTE: the case's ballot of this name … */
    const struct li_node *voices; /* … is given these, by its electors from the first on; NULL: it
                                     is cancelled */
    const struct li_node *fields; /* OPEN, ACT: units by their names; may be NULL */
    const struct li_node *then;   /* checked; NULL: only that it is not refused */
};

struct li_scenario {
    struct li_texts name;
    int64_t at;                     /* where the clock is held at first */
    const struct li_node *people;   /* checked; may be NULL */
    const struct li_node *settings; /* what the tenant decides for itself; may be NULL */
    const struct li_node *rows;     /* of registers, before; checked; may be NULL */
    const struct li_node *books;    /* what stands in the ledger before; checked; may be NULL */
    const struct li_node *tables;   /* numbers of the tenant's tables; checked; may be NULL */
    struct li_scenario_step *steps;
    size_t step_count;
};

struct li_scenario_file {
    const char *path; /* of the scenarios */
    const char *playbook_path;
    struct li_str source; /* the playbook's YAML */
    struct li_playbook *playbook;
    struct li_scenario *all;
    size_t count;
};

/* Reads the playbook at `path` and the scenarios beside it.  Faults of the
 * scenarios are told all at once (file:line:column).  0, -LI_E_INVALID,
 * -LI_E_SYNTAX or what reading a file gives. */
int li_scenario_read(struct li_ctx *ctx, const char *path,
                     struct li_scenario_file *ret) LI_MUST_CHECK;

/* ---- scenario_town.c: the tenant ---------------------------------------------- */

#define LI_TOWN_TENANT 1

struct li_town_person {
    struct li_str name;
    const struct li_node *posts;
    int64_t person, account;
};

struct li_town_unit {
    struct li_str name;
    int64_t id;
};

struct li_town {
    struct li_arena *arena;
    struct li_ctx ctx; /* everything of one scenario; its clock is `clock` */
    struct li_clock clock;
    struct li_random *random;
    char *folder;
    struct li_house house;
    struct li_town_person *people;
    size_t person_count;
    struct li_town_unit *units;
    size_t unit_count;
    const struct li_playbook *playbook; /* whose scenarios are played */
    struct li_town_row {                /* of stand-ins for registers */
        struct li_str reg, name, id;
    } rows[8];
    size_t row_count;
};

/* The persons of every town before a scenario names its own: a checked map. */
int li_town_people(struct li_ctx *ctx, const struct li_node **ret) LI_MUST_CHECK;
/* The code of an area by its name; ptr NULL: there is none. */
struct li_str li_town_area(struct li_str name);
/* Whether a matter may be opened there: a community or a place in one. */
bool li_town_is_local(struct li_str name);

/* Opens a house in a temporary folder, a day before `at`, adopts the playbook,
 * hires the people, and holds the clock at `at`.  Told on ctx. */
int li_town_open(struct li_ctx *ctx, const struct li_scenario_file *file,
                 const struct li_scenario *scenario, struct li_town *ret) LI_MUST_CHECK;
void li_town_close(struct li_town *town);
/* scenario_others.c: adopts the playbooks that one opens cases of, and then it. */
int li_town_adopt(struct li_town *town, const char *path, const struct li_playbook *playbook,
                  int depth) LI_MUST_CHECK;
/* Submits a command as the system; `ret_plan` may be NULL. */
int li_town_run(struct li_town *town, const struct li_command *command, const void *args,
                const void **ret_plan) LI_MUST_CHECK;

/* What is there before: rows of registers (scenario_row.c), numbers of the tenant's tables
 * (scenario_table.c), what stands in the ledger (scenario_book.c).  NULL: nothing. */
int li_town_rows(struct li_town *town, const struct li_node *rows) LI_MUST_CHECK;
int li_town_tables(struct li_town *town, const struct li_scenario *scenario) LI_MUST_CHECK;
int li_town_books(struct li_town *town, const struct li_node *books) LI_MUST_CHECK;

const struct li_town_person *li_town_person(const struct li_town *town, struct li_str name);
/* A unit's id; 0: no unit of that name. */
/* The row of a register that has a name, as a text; a stand-in, made when it is first named. */
int li_town_row(struct li_town *town, struct li_str reg, struct li_str name,
                struct li_str *ret) LI_MUST_CHECK;
int64_t li_town_unit(const struct li_town *town, struct li_str name);

/* ---- scenario_play.c: one scenario --------------------------------------------- */

/* What all scenarios of a file have met. */
struct li_scenario_cover {
    bool actions[LI_PLAYBOOK_ACTIONS]; /* of the playbook, by place */
    uint64_t refusals;                 /* bit per LI_E_… */
};

#define LI_PLAY_CASES 16

struct li_play {
    struct li_ctx *ctx; /* the town's */
    const struct li_playbook *playbook;
    struct li_town *town;
    struct li_scenario_cover *cover;
    struct li_buf *told; /* what did not come out as expected, as TAP comments */
    unsigned faults;

    const struct li_scenario_step *step; /* the one being played */
    int status;                          /* how it ended */
    struct li_str why;                   /* it was refused: the reason */
    int64_t case_id;                     /* the last opened one; 0: none */
    int64_t parent;                      /* what they are opened beneath; 0: none */
    struct {                             /* all it opened */
        int64_t id;
        uint8_t token[16];
    } opened_all[LI_PLAY_CASES];
    size_t opened_count;
    int64_t before;    /* the last entry before this step */
    int64_t opened;    /* how many opened of themselves in this step */
    uint8_t token[16]; /* its reporter's */
};

/* Plays a scenario in its town and adds to `cover`; what differs goes to `told`
 * and *ret_faults.  0, or -LI_E_… (told on ctx) when it could not be played. */
int li_scenario_play(struct li_ctx *ctx, const struct li_scenario_file *file,
                     const struct li_scenario *scenario, struct li_scenario_cover *cover,
                     struct li_buf *told, unsigned *ret_faults) LI_MUST_CHECK;

/* "# file:line:column: …" of the step being played. */
void li_play_tell(struct li_play *play, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Who `by` is at this moment, as a viewer in the arena. */
int li_play_viewer(struct li_play *play, struct li_conn *conn, struct li_str by,
                   struct li_viewer *ret) LI_MUST_CHECK;

/* scenario_others.c: the children of the case, in the order they were linked. */
int li_play_children(struct li_play *play, struct li_conn *conn, struct li_link **ret,
                     size_t *ret_count) LI_MUST_CHECK;
/* Compares `children` of a `then`. */
int li_play_expect_children(struct li_play *play, struct li_conn *conn) LI_MUST_CHECK;

/* scenario_book.c: compares `books` of a `then`. */
int li_play_expect_books(struct li_play *play, struct li_conn *conn) LI_MUST_CHECK;

/* scenario_ballot.c: electors vote, or the ballot is cancelled; *ret: how the last of it ended.
 * Compares `ballots` of a `then`. */
int li_play_vote(struct li_play *play, struct li_conn *conn, int *ret) LI_MUST_CHECK;
int li_play_expect_ballots(struct li_play *play, struct li_conn *conn) LI_MUST_CHECK;

/* ---- scenario_then.c: what is expected ------------------------------------------ */

/* Compares the step's `then` with what there is. */
int li_play_then(struct li_play *play, struct li_conn *conn) LI_MUST_CHECK;

#endif
