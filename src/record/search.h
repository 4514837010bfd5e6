/*
 * Search: cases found by their words.
 *
 * A consumer hands in texts; here they become tokens, the same on every engine:
 * pairs of neighbouring Chinese characters, and words of other scripts and
 * numbers, in the form of li_utf8_fold.  Each token begins with scope and tenant,
 * so that what is hidden from somebody is not in the words they search, and no
 * tenant meets another's.  What the index gives are candidates, newest first:
 * whoever shows them asks sight and then the text itself (li_search_matches).
 *
 * Not here: which texts a case has (case/search), who may see it (view/list).
 * Why so: docs/decisions/0013.
 */
#ifndef LI_RECORD_SEARCH_H
#define LI_RECORD_SEARCH_H

#include "record/command.h"

/* ---- texts going in -------------------------------------------------------- */

/* Words of a consumer's step, gathered by entity before they are written. */
struct li_search_batch;
struct li_search_batch *li_search_batch_new(struct li_ctx *ctx);
/* `text` is kept as it lies until the batch is written.  Who may search it: PUBLIC
 * everybody, STAFF the staff (who do not search what is PUBLIC: add it twice). */
int li_search_add(struct li_ctx *ctx, struct li_search_batch *batch, int64_t entity,
                  enum li_scope scope, struct li_str text) LI_MUST_CHECK;
/* Adds them to what the index holds, one row an entity.  In the consumer's
 * transaction, once a step. */
int li_search_write(struct li_ctx *ctx, const struct li_tx *tx,
                    struct li_search_batch *batch) LI_MUST_CHECK;
/* Takes an entity's words out and puts those of `now` in their place; `old` has to
 * be all that was added for it. */
int li_search_replace(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity,
                      struct li_search_batch *old, struct li_search_batch *now) LI_MUST_CHECK;
/* Empties the index: of the tenant, or where the engine has one for all (SQLite),
 * of everybody (li_consumer.whole). */
int li_search_drop(struct li_ctx *ctx, const struct li_tx *tx) LI_MUST_CHECK;

/* ---- questions ------------------------------------------------------------- */

/* What somebody looks for: phrases, cut at spaces and punctuation.  A text has a
 * phrase when its characters and words stand in it in that order, side by side;
 * words of letters and numbers are whole words. */
struct li_search_query {
    struct li_str phrases[16];
    size_t count;
    struct li_str marked; /* what the phrases are slices of */
};

/* Reads a question.  -LI_E_INVALID: no phrase has two Chinese characters or a
 * word, or there are more than sixteen. */
int li_search_read(struct li_ctx *ctx, struct li_str text,
                   struct li_search_query *ret) LI_MUST_CHECK;
/* Up to `limit` entities below `before` that have all its tokens, newest (highest)
 * first. */
int li_search_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, enum li_scope scope,
                   const struct li_search_query *query, int64_t before, size_t limit,
                   int64_t *ret_ids, size_t *ret_count) LI_MUST_CHECK;
/* Whether each phrase is in one of the texts. */
int li_search_matches(struct li_ctx *ctx, const struct li_search_query *query,
                      const struct li_str *texts, size_t count, bool *ret) LI_MUST_CHECK;

#endif
