/*
 * Work: the loops beside the requests.
 *
 * The clock runs what is due; once a day it sweeps what has expired and seals
 * each tenant's history.  A second thread copies the store's log back into its
 * file, so that no request waits for that.  A third hands messages to the gateway, if there is
 * one.  None decides anything: they only submit commands.
 */
#ifndef LI_WORK_WORK_H
#define LI_WORK_WORK_H

#include "base/meter.h"
#include "bind/bind.h"

struct li_work;
struct li_gateway;

/* Starts the loops.  `held`: the clock stands still until li_work_settle, and
 * they do nothing by themselves.  House and gateway (NULL: none) stay the caller's. */
int li_work_start(struct li_ctx *ctx, struct li_house *house, const struct li_gateway *gateway,
                  bool held, struct li_work **ret) LI_MUST_CHECK;
/* Whether messages are sent. */
bool li_work_sends(const struct li_work *work);
/* Finishes what runs and stops.  NULL is fine. */
void li_work_stop(struct li_work *work);

/* µs each copying of the store's log took (li_bounds_time). */
const struct li_meter *li_work_checkpoints(const struct li_work *work);

/* Runs everything that is due now until nothing is, sends what may be sent, and lets every consumer
 * catch up.  *ret_seq: all heads added.  For held clocks. */
int li_work_settle(struct li_ctx *ctx, struct li_work *work, int64_t *ret_seq) LI_MUST_CHECK;

#endif
