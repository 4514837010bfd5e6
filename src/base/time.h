/*
 * Instants and civil days, in China's one time zone.
 *
 * An instant is int64 microseconds UTC since 1970.  People's days are Chinese
 * standard time, UTC+8, without summer time since 1992.  A day is the number of
 * days since 1970-01-01 in that zone.
 */
#ifndef LI_BASE_TIME_H
#define LI_BASE_TIME_H

#include "base/ctx.h"

#define LI_SECOND INT64_C(1000000)
#define LI_MINUTE (60 * LI_SECOND)
#define LI_HOUR   (60 * LI_MINUTE)
#define LI_DAY    (24 * LI_HOUR)
#define LI_ZONE   (8 * LI_HOUR)

/* The whole second an instant (since 1970) falls in: what the public is told, since
 * the record's instants within a second count its entries. */
static inline int64_t li_second(int64_t instant)
{
    return instant - instant % LI_SECOND;
}

struct li_civil {
    int year, month, day;     /* month 1..12, day 1..31 */
    int hour, minute, second; /* 0..23, 0..59, 0..59 */
    int micro;                /* 0..999999 */
    int weekday;              /* 1 Monday .. 7 Sunday (ISO 8601) */
};

/* Days since 1970-01-01 of a proleptic Gregorian date. */
int32_t li_day_of(int year, int month, int day);
/* The day (in UTC+8) an instant falls in, and the instant a day begins. */
int32_t li_day_at(int64_t instant);
int64_t li_day_start(int32_t day);
struct li_civil li_civil_at(int64_t instant);

/* RFC 3339 with offset, "2026-11-21T09:30:00+08:00"; fractions only if present. */
#define LI_TIME_TEXT 40
void li_time_format(int64_t instant, char ret[LI_TIME_TEXT]);
/* RFC 3339 with any offset or Z.  0 or -LI_E_SYNTAX. */
int li_time_parse(struct li_ctx *ctx, struct li_str text, int64_t *ret);
/* "2026-11-21".  0 or -LI_E_SYNTAX. */
int li_date_parse(struct li_ctx *ctx, struct li_str text, int32_t *ret_day);
/* "90s" "30m" "4h" "1d" "2w" as microseconds (a calendar length: 1d = 24h).
 * 0 or -LI_E_SYNTAX. */
int li_duration_parse(struct li_ctx *ctx, struct li_str text, int64_t *ret);

#endif
