/*
 * Working time the slow and obvious way: minute by minute, over days and hours as they are said,
 * without any of the arithmetic of base/calendar.  What that is tried against.
 */
#ifndef LI_TESTS_SLOW_H
#define LI_TESTS_SLOW_H

#include "base/calendar.h"
#include "case/times.h"

#define SLOW_DAYS (4 * 366)

struct slow_office {
    int32_t first;                    /* days[0] */
    enum li_day_mark days[SLOW_DAYS]; /* LI_DAY_PLAIN where nothing was said */
    struct li_week week;
};

/* Nothing is said of any day yet. */
void slow_begin(struct slow_office *office, int32_t first);
void slow_set(struct slow_office *office, int32_t day, bool working);
/* The days a published year says (data/calendar). */
void slow_read_year(struct slow_office *office, const struct li_node *year);

bool slow_works(const struct slow_office *office, int32_t day);
bool slow_is_open(const struct slow_office *office, int64_t at);
/* Working time between two instants. */
int64_t slow_between(const struct slow_office *office, int64_t from, int64_t to);
/* The end of the last open minute of a day, or of the next one that is worked. */
int64_t slow_closing(const struct slow_office *office, int32_t day);
/* When a length is over, of working or calendar time. */
int64_t slow_due(const struct slow_office *office, int64_t from, struct li_length length);
/* The instant at which so much working time has passed. */
int64_t slow_add(const struct slow_office *office, int64_t at, int64_t rest);
/* When `rest` is over while pauses stand still; one that lasts has the `to` INT64_MAX. */
int64_t slow_paused(const struct slow_office *office, enum li_clock_kind kind,
                    const struct li_pause *pauses, size_t count, int64_t at, int64_t rest);
#endif
