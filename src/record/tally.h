/*
 * Tallies: live gauges, kept by a consumer.
 *
 * How many cases of a playbook are in which state, by area and scope.  The key
 * contains the scope, so a viewer's total is the sum over the scopes they may
 * see.  Published figures are not made from these.
 */
#ifndef LI_RECORD_TALLY_H
#define LI_RECORD_TALLY_H

#include "record/command.h"

struct li_tally_delta {
    int64_t scope;
    struct li_str area; /* division code of the community */
    struct li_str playbook;
    struct li_str state;
    int64_t n;
};

/* Deltas of one consumer step, summed before they are written. */
struct li_tally;
struct li_tally *li_tally_new(struct li_ctx *ctx);
int li_tally_add(struct li_ctx *ctx, struct li_tally *tally,
                 const struct li_tally_delta *delta) LI_MUST_CHECK;
/* Writes the sums in key order. */
int li_tally_write(struct li_ctx *ctx, const struct li_tx *tx,
                   struct li_tally *tally) LI_MUST_CHECK;
int li_tally_drop(struct li_ctx *ctx, const struct li_tx *tx) LI_MUST_CHECK;

/* Whether what is kept of a tenant is something else than `tally`, which is used up. */
int li_tally_differs(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_tally *tally, bool *ret) LI_MUST_CHECK;

/* Gauges of one scope, non-zero, in key order. */
int li_tally_read(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t scope,
                  struct li_tally_delta **ret, size_t *ret_count) LI_MUST_CHECK;

#endif
