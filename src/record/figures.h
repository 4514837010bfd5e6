/*
 * How the record is: for who watches it (/readyz, /metrics).
 *
 * Sums over all tenants: nothing here says anything about one of them, and the
 * numbers are of this process.  What is in memory is read without waiting for
 * anybody but, for a moment, a lane's queue.
 */
#ifndef LI_RECORD_FIGURES_H
#define LI_RECORD_FIGURES_H

#include "base/meter.h"
#include "record/record.h"

/* What became of a command. */
enum li_fate { LI_FATE_DONE, LI_FATE_REPLAYED, LI_FATE_REFUSED, LI_FATE_FAILED, LI_FATES };

struct li_command_count {
    const char *name; /* "other": one that is not bound by name */
    _Atomic int64_t fates[LI_FATES];
};

/* Raised by the lanes. */
struct li_record_meters {
    struct li_meter batch;             /* commands a lane took at a time (li_bounds_batch) */
    struct li_meter commit;            /* µs until the store had a commit (li_bounds_time) */
    struct li_command_count *commands; /* as bound, then one for all others */
    size_t command_count;
};
const struct li_record_meters *li_record_meters(const struct li_record *record);

struct li_lane_figures {
    int lanes, closed; /* closed: stopping, or with a full queue */
    int64_t queued;    /* commands that wait, over all lanes */
    int64_t longest;   /* in the fullest of them */
};
void li_record_lanes(struct li_record *record, struct li_lane_figures *ret);

struct li_consumer_figures {
    const char *name;
    int64_t behind; /* entries, of the tenant where it is furthest behind */
    int64_t parked; /* tenants where it failed three times and rests */
};
/* *ret_count: how many there are; ret holds LI_CONSUMERS_MAX. */
#define LI_CONSUMERS_MAX 8
void li_record_consumers(const struct li_record *record, struct li_consumer_figures *ret,
                         size_t *ret_count);

struct li_due_figures {
    int64_t waiting; /* rows whose time has come and that have not run */
    int64_t late_us; /* how long the first of them has waited */
    int64_t parked;  /* rows that failed three times and rest */
};
int li_record_due(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                  struct li_due_figures *ret) LI_MUST_CHECK;

#endif
