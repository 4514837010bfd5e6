/*
 * Work: the loops beside the requests.
 *
 * The clock runs what is due; once a day it sweeps what has expired and seals
 * each tenant's history.  A second thread copies the store's log back into its
 * file, so that no request waits for that.  Neither decides anything: both only
 * submit commands.
 */
#ifndef LI_WORK_WORK_H
#define LI_WORK_WORK_H

#include "base/meter.h"
#include "bind/bind.h"

struct li_work;

/* Starts both loops.  `held`: the clock stands still until li_work_settle, and
 * the loop does nothing by itself.  The house stays the caller's. */
int li_work_start(struct li_ctx *ctx, struct li_house *house, bool held,
                  struct li_work **ret) LI_MUST_CHECK;
/* Finishes what runs and stops.  NULL is fine. */
void li_work_stop(struct li_work *work);

/* µs each copying of the store's log took (li_bounds_time). */
const struct li_meter *li_work_checkpoints(const struct li_work *work);

/* Runs everything that is due now until nothing is, and lets every consumer
 * catch up.  *ret_seq: all heads added.  For held clocks. */
int li_work_settle(struct li_ctx *ctx, struct li_work *work, int64_t *ret_seq) LI_MUST_CHECK;

#endif
