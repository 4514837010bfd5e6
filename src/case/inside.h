/*
 * What only `case` sees of itself: texts of a command, clocks, rows.
 */
#ifndef LI_CASE_INSIDE_H
#define LI_CASE_INSIDE_H

#include "base/coordinate.h"
#include "base/json.h"
#include "case/case.h"
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
};
/* In decide; `photos`: how many the case has.  Faults point at "/fields/NAME". */
int li_case_given(struct li_ctx *ctx, const struct li_tx *tx, const struct li_playbook *playbook,
                  const struct li_node *fields, int64_t photos,
                  struct li_case_given *ret) LI_MUST_CHECK;
/* In write. */
int li_case_put_photos(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                       const struct li_case_given *given) LI_MUST_CHECK;
/* "photos": [{"blob": …, "no": …}, …], when there are any. */
void li_case_refer_photos(struct li_json *json, const struct li_case_given *given);
/* A place as it was given, in ours; false when it is none. */
bool li_case_point(const struct li_node *given, struct li_point *ret);

/* ---- clock.c --------------------------------------------------------------- */

/* A state's clock as it runs, or would. */
struct li_case_timer {
    const struct li_calendar *calendar;
    const struct li_state *state;
    const struct li_clock_rule *rule; /* NULL: no clock runs */
    int64_t from;                     /* what it is counted from */
    struct li_case_clock clock;
};
/* The clock of a state entered at `since`, of a part sent at `begun` (0: of the
 * case), as the snapshot has it. */
int li_case_timer(struct li_ctx *ctx, const struct li_calendar *calendar,
                  const struct li_snapshot *snapshot, const struct li_state *state, int64_t since,
                  int64_t begun, struct li_case_timer *ret) LI_MUST_CHECK;
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
    bool is_new;
    int from; /* state before; -1: new */
    struct li_case_timer timer;
    bool starts; /* the timer's row is set anew, at `step` */
    bool had_clock;
    size_t step;
};

struct li_case_move {
    /* given */
    struct li_case row; /* as it stood; after li_case_move_decide as it will stand */
    const struct li_plan *plan;
    int asked_part;              /* the part the action was done to; 0: the case */
    const struct li_node *added; /* structured fields of the step; NULL: none */
    bool is_strike;              /* a clock does it: step `struck` of asked_part has struck */
    size_t struck;
    struct li_case_given given;
    struct li_case_texts texts;
    struct li_str structured; /* `added`, canonical */
    /* found out */
    struct li_case before;
    struct li_case_moved *parts;
    size_t part_count;
    struct li_case_timer timer;
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
/* The payload of its history entry; `as` and `percent` where there are such. */
int li_case_move_payload(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_case_move *move, const struct li_post *as, int percent,
                         struct li_str *ret) LI_MUST_CHECK;

/* ---- stand.c --------------------------------------------------------------- */

/* What follows from a case's fields: level, class and scope. */
int li_case_derive(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                   struct li_case *row) LI_MUST_CHECK;
/* Which of the posts a playbook asks about are held at the case's area. */
int li_case_held(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t now,
                 struct li_case *row) LI_MUST_CHECK;
/* Enters a person among those who handled a part or case. */
int li_case_handled(struct li_ctx *ctx, struct li_str *handled_by, int64_t person) LI_MUST_CHECK;

/* ---- effect.c -------------------------------------------------------------- */

/* One effect, inside a command's write. */
int li_case_effect(struct li_ctx *ctx, const struct li_tx *tx, const struct li_effect *effect,
                   const struct li_effect_target *target) LI_MUST_CHECK;
/* All of a plan, each on the case or on the part whose action named it. */
int li_case_effects(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                    const struct li_plan *plan) LI_MUST_CHECK;

/* ---- owner.c --------------------------------------------------------------- */

/* Resolves a state's owner at the moment it is entered. */
int li_case_owner(struct li_ctx *ctx, const struct li_tx *tx, const struct li_state *state,
                  struct li_str area_path, int64_t org, struct li_owner *ret) LI_MUST_CHECK;
void li_case_put_owner(struct li_json *json, const struct li_owner *owner);

/* ---- row.c ----------------------------------------------------------------- */

struct li_case_party {
    int no;
    struct li_str role;
    uint8_t token_hash[16];
};
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

#endif
