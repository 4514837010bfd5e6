/* What only `ledger` sees of itself. */
#ifndef LI_LEDGER_INSIDE_H
#define LI_LEDGER_INSIDE_H

#include "contract/fault.h"
#include "ledger/ledger.h"
#include "record/due.h"

#define LI_DUE_LOT 2000000 /* + the lot's number; the entity is its account */

/* A word of at most LI_LEDGER_WORD bytes, or the fault at `where`. */
int li_ledger_word(struct li_ctx *ctx, struct li_str where, struct li_str word,
                   bool may_be_empty) LI_MUST_CHECK;
/* Whether an account may be of such a kind and name. */
int li_ledger_who_check(struct li_ctx *ctx, struct li_str where,
                        const struct li_ledger_who *who) LI_MUST_CHECK;
bool li_ledger_is_source(const struct li_ledger_account *account);
int li_ledger_account_insert(struct li_ctx *ctx, const struct li_tx *tx,
                             const struct li_ledger_account *account) LI_MUST_CHECK;
/* Balance, held, and how many lines and lots it has. */
int li_ledger_account_update(struct li_ctx *ctx, const struct li_tx *tx,
                             const struct li_ledger_account *account) LI_MUST_CHECK;

/* ---- lot.c ------------------------------------------------------------------------------------
 */

/* Comes in: the account's next lot.  `account` gets one more. */
int li_lot_make(struct li_ctx *ctx, const struct li_tx *tx, struct li_ledger_account *account,
                int64_t entry, int64_t amount, int64_t until) LI_MUST_CHECK;
/* Goes out: `first` before others, then the oldest.  *ret_until: when the soonest of what was taken
 * would have expired; 0: never. */
int li_lot_take(struct li_ctx *ctx, const struct li_tx *tx, int64_t account, int64_t first,
                int64_t amount, int64_t *ret_until) LI_MUST_CHECK;
/* The lot an entry made for an account; 0: none. */
int li_lot_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t account,
              int64_t entry, int64_t *ret) LI_MUST_CHECK;
/* A hold has ended: what should have expired meanwhile does so now. */
int li_lot_overdue(struct li_ctx *ctx, const struct li_tx *tx, int64_t account) LI_MUST_CHECK;

/* ---- hold.c -------------------------------------------------------------------------------------
 */

int li_hold_end(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ledger_held *hold,
                const char *state) LI_MUST_CHECK;

/* ---- post.c
 * -------------------------------------------------------------------------------------- */

/* A command that does nothing but post: its entry, and payload with `reason` if it has one. */
int li_ledger_write_alone(struct li_ctx *ctx, const struct li_tx *tx, struct li_postings *postings,
                          const struct li_hash *reason, struct li_outcome *ret) LI_MUST_CHECK;

#endif
