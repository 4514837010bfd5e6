/*
 * Figures that many threads raise and one reads now and then.
 *
 * Raising is one relaxed addition or two, never a lock; what is read is of
 * no single moment, but no figure ever falls.  How they are told to who watches is
 * serve/metrics.c's.
 */
#ifndef LI_BASE_METER_H
#define LI_BASE_METER_H

#include <stdatomic.h>
#include <stdint.h>

#define LI_METER_BOUNDS 14

/* The upper ends (inclusive, rising) of a meter's buckets. */
struct li_bounds {
    int count;
    int64_t ends[LI_METER_BOUNDS];
};
extern const struct li_bounds li_bounds_time;  /* µs, half a millisecond to ten seconds */
extern const struct li_bounds li_bounds_batch; /* 1 to 50 */

/* How often which size was met.  Zeroed memory is an empty one. */
struct li_meter {
    _Atomic int64_t counts[LI_METER_BOUNDS + 1]; /* the last: above every bound */
    _Atomic int64_t sum;
};

static inline void li_count(_Atomic int64_t *figure, int64_t more)
{
    atomic_fetch_add_explicit(figure, more, memory_order_relaxed);
}
static inline int64_t li_counted(const _Atomic int64_t *figure)
{
    return atomic_load_explicit(figure, memory_order_relaxed);
}
void li_meter_add(struct li_meter *meter, const struct li_bounds *bounds, int64_t value);

#endif
