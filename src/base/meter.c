/* Sorting a value into its bucket; see meter.h. */
#include "base/meter.h"

const struct li_bounds li_bounds_time = {
    .count = 14,
    .ends = {500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000,
             5000000, 10000000},
};
const struct li_bounds li_bounds_batch = {.count = 6, .ends = {1, 2, 5, 10, 20, 50}};

void li_meter_add(struct li_meter *meter, const struct li_bounds *bounds, int64_t value)
{
    int i = 0;

    while (i < bounds->count && value > bounds->ends[i]) {
        i++;
    }
    li_count(&meter->counts[i], 1);
    li_count(&meter->sum, value);
}
