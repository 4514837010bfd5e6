/*
 * Request keys: sending twice does it once.
 *
 * A key is (tenant, the client's UUID, who).  What is kept is a fingerprint of
 * the request and a reference to the result, never the answer itself: it is
 * rendered again as the viewer may see it now.  Kept 40 days, longer than a
 * field phone stays offline.
 */
#ifndef LI_RECORD_REQUEST_H
#define LI_RECORD_REQUEST_H

#include "record/command.h"

#define LI_REQUEST_KEY_DAYS 40

/* 1: used before with the same content (*ret_entity, *ret_seq), 0: new, or
 * -LI_E_KEY_REUSED. */
int li_request_find(struct li_ctx *ctx, const struct li_tx *tx, const struct li_request_key *key,
                    struct li_str actor, int64_t *ret_entity, int64_t *ret_seq) LI_MUST_CHECK;
int li_request_keep(struct li_ctx *ctx, const struct li_tx *tx, const struct li_request_key *key,
                    struct li_str actor, int64_t entity) LI_MUST_CHECK;

/* The actor part of a key: the account, or "" for people without one (their
 * UUID is theirs alone). */
struct li_str li_request_actor(struct li_ctx *ctx, const struct li_viewer *viewer);

/* Working command: deletes up to 500 keys older than LI_REQUEST_KEY_DAYS, so that
 * it never holds the lane for long; to be run again while it deletes any. */
struct li_request_swept { /* its plan */
    int64_t before;
    int64_t deleted;
};
extern const struct li_command li_request_sweep;

#endif
