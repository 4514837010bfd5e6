/*
 * What only `case` sees of itself: texts of a command, clocks, rows.
 */
#ifndef LI_CASE_INSIDE_H
#define LI_CASE_INSIDE_H

#include "base/json.h"
#include "case/case.h"
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
 * (NFC), the rest into a canonical map. */
int li_case_split(struct li_ctx *ctx, const struct li_playbook *playbook,
                  const struct li_node *fields, struct li_case_texts *ret_texts,
                  struct li_str *ret_structured) LI_MUST_CHECK;
/* Puts the texts into the vault and, where a field is kept for a time, the due
 * row that will erase it. */
int li_case_put_texts(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                      struct li_case_texts *texts) LI_MUST_CHECK;
/* "texts": {"answer": {"commit": …, "slot": …}, …} in order of field name. */
void li_case_refer_texts(struct li_json *json, const struct li_tx *tx,
                         const struct li_case_texts *texts);

/* ---- clock.c --------------------------------------------------------------- */

/* The clock a state starts at `now`; without one ret->due_at is 0. */
struct li_case_clock li_case_clock_start(const struct li_calendar *calendar,
                                         const struct li_state *state, int64_t now);
/* Sets the due row of a clock's next step (or clears it). `part` 0: the case.
 * `was_set`: whether a row may be there already. */
int li_case_clock_set(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int part,
                      const struct li_state *state, const struct li_case_clock *clock, size_t step,
                      bool was_set) LI_MUST_CHECK;

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
/* Enters a person among those who handled a part. */
int li_case_handled(struct li_ctx *ctx, struct li_case_part *part, int64_t person) LI_MUST_CHECK;
int li_case_party_insert(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                         const struct li_case_party *party) LI_MUST_CHECK;
void li_case_token_hash(const uint8_t token[16], uint8_t ret[16]);

/* The post a viewer acts in: the one that covers the case and matches `post`
 * or `org` where it can; an empty post for others. */
struct li_post li_case_acting_post(const struct li_viewer *viewer, const struct li_owner *owner,
                                   struct li_str area_path);

#endif
