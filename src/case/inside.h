/*
 * What only `case` sees of itself: texts of a command, clocks, rows.
 */
#ifndef LI_CASE_INSIDE_H
#define LI_CASE_INSIDE_H

#include "base/coordinate.h"
#include "base/json.h"
#include "case/case.h"
#include "case/times.h"
#include "ledger/ledger.h"
#include "record/photo.h"
#include "record/vault.h"

/* ---- text.c: which given fields go to the vault, which stay structured ----- */

struct li_case_texts {
    struct {
        const struct li_field *field;
        struct li_str value;
        struct li_hash commit;
    } items[LI_VAULT_SLOTS];
    int count;
};

/* Splits a map of checked fields: texts and personal values into `ret_texts`
 * (NFC), the rest into a map, also as canonical bytes. */
int li_case_split(struct li_ctx *ctx, const struct li_playbook *playbook,
                  const struct li_node *fields, struct li_case_texts *ret_texts,
                  struct li_str *ret_structured, const struct li_node **ret_map) LI_MUST_CHECK;
/* Puts the texts into the vault and, where a field is kept for a time, the due
 * row that will erase it. */
int li_case_put_texts(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                      struct li_case_texts *texts) LI_MUST_CHECK;
/* "texts": {"answer": {"commit": …, "slot": …}, …} in order of field name. */
void li_case_refer_texts(struct li_json *json, const struct li_tx *tx,
                         const struct li_case_texts *texts);

/* ---- given.c: what was given, as it is kept -------------------------------- */

#define LI_CASE_UPLOADS 20
struct li_case_given {
    const struct li_node *fields; /* a map */
    struct li_case_place place;   /* the first place among them */
    int64_t first_photo;          /* number of the first upload as a photo */
    struct li_upload uploads[LI_CASE_UPLOADS];
    int upload_count;
    const struct li_node *paper; /* numbers of the pictures of a paper; NULL: none */
};
/* In decide; `photos`: how many the case has.  Faults point at "/fields/NAME". */
int li_case_given(struct li_ctx *ctx, const struct li_tx *tx, const struct li_playbook *playbook,
                  const struct li_node *fields, int64_t photos,
                  struct li_case_given *ret) LI_MUST_CHECK;
/* In decide, after that: the pictures of a paper, told at "/paper/N". */
int li_case_given_paper(struct li_ctx *ctx, const struct li_tx *tx, const struct li_node *tokens,
                        struct li_case_given *ret) LI_MUST_CHECK;
/* subject.c: whether a row is there to be about, and keeping that a case is about it. */
int li_case_check_subject(struct li_ctx *ctx, const struct li_tx *tx, const struct li_field *field,
                          const struct li_node *given) LI_MUST_CHECK;
int li_case_put_subjects(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_playbook *playbook, int64_t case_id,
                         const struct li_node *fields) LI_MUST_CHECK;
/* What became so at `from` or later by these fields, and was taken back. */
int li_case_remove_subjects(struct li_ctx *ctx, const struct li_tx *tx,
                            const struct li_playbook *playbook, int64_t case_id,
                            const struct li_node *fields, int64_t from) LI_MUST_CHECK;
/* In write. */
int li_case_put_photos(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                       const struct li_case_given *given) LI_MUST_CHECK;
/* "photos": [{"blob": …, "no": …}, …], when there are any. */
void li_case_refer_photos(struct li_json *json, const struct li_case_given *given);

/* ---- clock.c --------------------------------------------------------------- */

/* A state's clock as it runs, or would. */
struct li_case_timer {
    const struct li_calendar *calendar;
    const struct li_state *state;
    const struct li_clock_rule *rule; /* NULL: no clock runs */
    int64_t from;                     /* what it is counted from */
    struct li_length length;          /* amount 0: a day that was given */
    int64_t reckoned;                 /* the deadline without pauses and extensions */
    struct li_str basis;              /* "name/edition" of the table it is from; ptr NULL */
    struct li_pause *pauses;
    size_t pause_count;
    bool is_extended;
    struct li_case_clock clock; /* due_at 0: none, or it stands still */
};
/* The clock of a state entered at `since`, of a part (0: of the case) sent at `begun`
 * (0: of the case), as the snapshot has it. */
int li_case_timer(struct li_ctx *ctx, const struct li_clock_ground *ground,
                  const struct li_snapshot *snapshot, const struct li_state *state, int part,
                  int64_t since, int64_t begun, struct li_case_timer *ret) LI_MUST_CHECK;
/* The instant a field names, of a day its last working minute (`ends`) or its
 * beginning; 0: none was given. */
int64_t li_case_moment(struct li_ctx *ctx, const struct li_calendar *calendar,
                       const struct li_node *fields, struct li_str name, bool ends);
/* Sets or clears the due row of a clock with a name. */
int li_case_named_set(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int part,
                      size_t place, const struct li_case_timer *timer, size_t step) LI_MUST_CHECK;
/* When a step strikes. */
int64_t li_case_step_at(const struct li_case_timer *timer, size_t step);
/* The step a clock goes on with at `now`, when those before `struck` have struck:
 * of several that are over the latest. */
size_t li_case_step_next(const struct li_case_timer *timer, size_t struck, int64_t now);
/* Sets the due row of a clock's step (or clears it when there is none).  `part` 0:
 * the case.  `was_set`: whether a row may be there already. */
int li_case_clock_set(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int part,
                      const struct li_case_timer *timer, size_t step, bool was_set) LI_MUST_CHECK;
/* How many steps of a clock have struck, from the due row it keeps; `most` when
 * there is none. */
int li_case_struck(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int part,
                   size_t most, size_t *ret) LI_MUST_CHECK;

/* ---- move.c: what a plan of the machine becomes ---------------------------- */

struct li_case_moved {
    struct li_case_part row;
    const struct li_change *change; /* the last one; NULL: untouched */
    int made;                       /* the action that made it; -1: it was there */
    const struct li_node *shared;   /* what was shared out to it, a map; NULL: nothing */
    bool is_given;                  /* it keeps something of what the step gave */
    bool begins;                    /* sent, or sent again */
    bool is_new;
    int from; /* state before; -1: new */
    struct li_case_timer timer;
    bool starts; /* the timer's row is set anew, at `step` */
    bool had_clock;
    size_t step;
};

struct li_case_drawn;
struct li_case_move {
    /* given */
    struct li_case row; /* as it stood; after li_case_move_decide as it will stand */
    const struct li_plan *plan;
    int asked_part;              /* the part the action was done to; 0: the case */
    int64_t occurred;            /* when what was asked happened; 0: now */
    int64_t behalf_org;          /* it was entered for this organization; 0: not */
    bool behalf_reporter;        /* … for the reporter */
    struct li_str rhythm;        /* the one that does it; empty: none */
    const struct li_node *added; /* structured fields of the step; NULL: none */
    bool is_strike;              /* a clock does it: step `struck` of asked_part has struck */
    size_t struck;
    bool is_named; /* the clock that does it is one with a name */
    struct li_case_given given;
    struct li_case_texts texts;
    struct li_str structured; /* `added`, canonical */
    /* found out */
    struct li_case before;
    struct li_clock_ground ground;
    struct li_snapshot after;
    struct li_postings *postings; /* NULL: nothing is entered */
    struct li_case_drawn *drawn;  /* NULL: no rows are drawn (child.h) */
    struct li_case_moved *parts;
    size_t part_count;
    struct li_case_timer timer;
    bool handed; /* it stays, but who answered is recused now */
    bool moved;  /* the case itself changed its state, or began it anew */
    bool starts; /* its timer's row is set anew, at `step` */
    size_t step;
};

/* Lays a plan over a case: changes, owners, clocks, counters, scope. */
int li_case_move_decide(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                        const struct li_case_part *parts, size_t part_count) LI_MUST_CHECK;
/* Rows, due rows, effects, texts. */
int li_case_move_write(struct li_ctx *ctx, const struct li_tx *tx,
                       struct li_case_move *move) LI_MUST_CHECK;
/* Whether a change is what was asked for, not what follows from it. */
bool li_case_is_asked(const struct li_case_move *move, const struct li_change *change);
/* The payload of its history entry; `as` and `percent` where there are such. */
int li_case_move_payload(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_case_move *move, const struct li_post *as, int percent,
                         struct li_str *ret) LI_MUST_CHECK;

/* ---- stand.c --------------------------------------------------------------- */

/* What follows from a case's fields: level, class and scope. */
int li_case_derive(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                   struct li_case *row) LI_MUST_CHECK;
/* Which of the posts a playbook asks about are held at the case's area (those that only its
 * opening asks about: of a case without a number), and how the tenant
 * draws where it asks that. */
int li_case_held(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                 int64_t now, struct li_case *row) LI_MUST_CHECK;
/* Enters a person among those who handled a part or case. */
int li_case_handled(struct li_ctx *ctx, struct li_str *handled_by, int64_t person) LI_MUST_CHECK;

/* ---- effect.c -------------------------------------------------------------- */

/* One effect, inside a command's write. */
int li_case_effect(struct li_ctx *ctx, const struct li_tx *tx, const struct li_effect *effect,
                   const struct li_effect_target *target) LI_MUST_CHECK;
/* Takes one back; whether there is a way to. */
int li_case_effect_undo(struct li_ctx *ctx, const struct li_tx *tx, const struct li_effect *effect,
                        const struct li_effect_target *target) LI_MUST_CHECK;
bool li_case_effect_is_undone(const struct li_tx *tx, const struct li_effect *effect);
/* All of a plan, each on the case or on the part whose action named it. */
int li_case_effects(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                    const struct li_plan *plan) LI_MUST_CHECK;

/* ---- book.c: what a case enters in the ledger ------------------------------- */

/* ---- similar.c: what it knows beside itself ---------------------------------- */

/* The others alike (row->alike) and the tenant's numbers (row->numbers) as they are with `given`
 * (NULL: nothing) over the case's fields. */
int li_case_beside(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, int64_t now, const struct li_node *given,
                   struct li_case *row) LI_MUST_CHECK;
/* What it counts with as it stands then (row->sums), and its rows. */
int li_case_count_with(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                       struct li_case *row) LI_MUST_CHECK;
int li_case_put_sums(struct li_ctx *ctx, const struct li_tx *tx,
                     const struct li_case *row) LI_MUST_CHECK;

/* What the case has in each of the playbook's books (row->books); nothing is asked where it
 * keeps none. */
int li_case_books(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                  struct li_case *row) LI_MUST_CHECK;
/* In decide: the postings of a plan; *ret NULL: none.  Where the playbook has a page, row->books
 * becomes what the case will have, for its figures.  `row` and `parts` as they will stand.  What
 * li_postings_decide refuses, and -LI_E_INVALID where a field names nobody. */
int li_case_enter(struct li_ctx *ctx, const struct li_tx *tx, struct li_case *row,
                  const struct li_case_part *parts, size_t part_count, const struct li_plan *plan,
                  struct li_postings **ret) LI_MUST_CHECK;
/* In write: the rows, and "ledger" of the payload.  `postings` NULL: nothing. */
int li_case_put_entries(struct li_ctx *ctx, const struct li_tx *tx, struct li_json *json,
                        struct li_postings *postings) LI_MUST_CHECK;
/* The books of a playbook that is adopted: whether they fit those there are; opened, "books". */
int li_case_books_check(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_playbook *playbook) LI_MUST_CHECK;
int li_case_books_keep(struct li_ctx *ctx, const struct li_tx *tx,
                       const struct li_playbook *playbook, struct li_json *json) LI_MUST_CHECK;

/* ---- page.c: the page on the public square ---------------------------------- */

#define LI_CASE_PAGE_KEY "page"
/* "page" of the payload, where the playbook knows one: how it stands, its figures. */
void li_case_put_page(struct li_json *json, const struct li_case *row);

/* ---- known.c: what a playbook reads of rows and accounts ---------------------- */

/* The rows that the case's subjects name and the balances its playbook asks about, with what a
 * step gives (`added`; NULL: nothing) over what the case has; then what it knows beside itself
 * (li_case_beside).  Nothing is asked where the playbook reads none. */
int li_case_known(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                  int64_t tenant, int64_t now, const struct li_node *added,
                  struct li_case *row) LI_MUST_CHECK;
/* Whether the registers in use have the columns that a playbook reads. */
int li_case_reads_check(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_playbook *playbook) LI_MUST_CHECK;
/* occupy.c, in decide: whether the time the case takes of a row is free; -LI_E_CHECK.  In write,
 * with the case's row: takes it, or lets it go. */
int li_case_occupy_check(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_case *row) LI_MUST_CHECK;
int li_case_put_occupied(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_case *row) LI_MUST_CHECK;
/* With a new case whose playbook has a code: that it is found by its number. */
int li_case_put_told(struct li_ctx *ctx, const struct li_tx *tx,
                     const struct li_case *row) LI_MUST_CHECK;
/* "known" of a payload: what of them the step saw. */
int li_case_put_known(struct li_ctx *ctx, struct li_json *json,
                      const struct li_case *row) LI_MUST_CHECK;
/* book.c: what stands on an account that the case's fields name; 0 while one is not given. */
int li_case_balance(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t now,
                    const struct li_case *row, const struct li_balance *balance,
                    int64_t *ret) LI_MUST_CHECK;

/* ---- owner.c --------------------------------------------------------------- */

/* Resolves a state's owner at the moment it is entered.  `part` NULL: of the case;
 * `before`: who had it until then.  Posts that are recused are passed over. */
int li_case_owner(struct li_ctx *ctx, const struct li_tx *tx, const struct li_state *state,
                  const struct li_case *row, const struct li_part *part,
                  const struct li_owner *before, struct li_owner *ret) LI_MUST_CHECK;
/* Whether who answers is recused now. */
bool li_case_is_barred(const struct li_case *row, const struct li_owner *owner);
void li_case_put_owner(struct li_json *json, const struct li_owner *owner);

/* ---- row.c ----------------------------------------------------------------- */

struct li_case_party {
    int no;
    struct li_str role;
    uint8_t token_hash[16];
};
/* Beside the row, where somebody is recused (recuse.c). */
int li_case_put_recusal(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_case *row) LI_MUST_CHECK;
int li_case_insert(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                   struct li_str fields) LI_MUST_CHECK;
int li_case_update(struct li_ctx *ctx, const struct li_tx *tx,
                   const struct li_case *row) LI_MUST_CHECK;
int li_case_part_put(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *of,
                     const struct li_case_part *part, bool is_new) LI_MUST_CHECK;
int li_case_followers_set(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                          int64_t followers) LI_MUST_CHECK;
int li_case_party_insert(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                         const struct li_case_party *party) LI_MUST_CHECK;
void li_case_token_hash(const uint8_t token[16], uint8_t ret[16]);

/* The post a viewer acts in: the one that covers the case and matches `post`
 * or `org` where it can; an empty post for others. */
struct li_post li_case_acting_post(const struct li_viewer *viewer, const struct li_owner *owner,
                                   struct li_str area_path);

/* ---- carry.c ------------------------------------------------------------------ */

/* One step of a taking over, from a due row: part `part` leaves the case for `other`, or comes
 * from part `part` of `other`. */
struct li_case_carry {
    bool brings;
    int64_t other;
    int part;
};
/* NULL: the due row is no such. */
int li_case_carry_parse(struct li_ctx *ctx, const struct li_node *args,
                        struct li_case_act_args *act,
                        const struct li_case_carry **ret) LI_MUST_CHECK;
/* In decide: the action, its part, and what it is given. */
int li_case_carry_args(struct li_ctx *ctx, const struct li_tx *tx,
                       struct li_case_act_args *act) LI_MUST_CHECK;
/* In decide of an action that takes over: the parts that wait in other cases alike. */
struct li_case_waiting {
    int64_t id;
    int part;
};
int li_case_carry_find(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                       struct li_case_waiting **ret, size_t *ret_count) LI_MUST_CHECK;
/* In write: the due rows of its first steps; that of the second, behind a first one. */
int li_case_carry_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t to,
                      const struct li_case_waiting *waiting, size_t count) LI_MUST_CHECK;
int li_case_carry_on(struct li_ctx *ctx, const struct li_tx *tx,
                     const struct li_case_act_args *act) LI_MUST_CHECK;
/* spawn.c: of a part, the values of `names` (fields of `playbook`, by place) that it or its case
 * has; and its case's number. */
int li_case_part_values(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, int part,
                        const struct li_playbook *playbook, const int *names, size_t count,
                        struct li_node *ret, struct li_str *ret_number) LI_MUST_CHECK;
/* similar.c: other cases that count with those alike to this one, by a `similar`; the oldest
 * first. */
int li_case_alike(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                  int similar, size_t limit, int64_t *ret_ids, size_t *ret_count) LI_MUST_CHECK;

#endif
