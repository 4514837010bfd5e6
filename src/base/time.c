/*
 * Days, civil time in UTC+8, and RFC 3339.
 *
 * The C library's calendar is not used: it reads the machine's zone, and its
 * results depend on where a server stands.  Leap seconds are unknown to
 * instants, so a second of 60 is refused.
 */
#include "base/time.h"

#include <stdio.h>

#include "base/calendar.h"

/* Days of 400 Gregorian years, of 100 without their leap century, of 4. */
#define DAYS_400 146097
#define DAYS_100 36524
#define DAYS_4   1461
/* Days from 0000-03-01 to 1970-01-01. */
#define EPOCH_SHIFT 719468

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int32_t li_day_of(int year, int month, int day)
{
    /* Years are counted from March, so that the leap day ends one. */
    const int64_t from_march = month > 2 ? year : (int64_t)year - 1;
    const int64_t era = floor_div(from_march, 400);
    const int64_t in_era = from_march - era * 400;
    const int shifted = month > 2 ? month - 3 : month + 9;
    const int64_t in_year = (153 * shifted + 2) / 5 + day - 1;

    return (int32_t)(era * DAYS_400 + in_era * 365 + in_era / 4 - in_era / 100 + in_year -
                     EPOCH_SHIFT);
}

static void split_day(int64_t day, struct li_civil *civil)
{
    const int64_t shifted = day + EPOCH_SHIFT;
    const int64_t era = floor_div(shifted, DAYS_400);
    const int64_t in_era = shifted - era * DAYS_400;
    const int64_t year =
        (in_era - in_era / (DAYS_4 - 1) + in_era / DAYS_100 - in_era / (DAYS_400 - 1)) / 365;
    const int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
    const int64_t month = (5 * in_year + 2) / 153;

    civil->day = (int)(in_year - (153 * month + 2) / 5 + 1);
    civil->month = (int)(month < 10 ? month + 3 : month - 9);
    civil->year = (int)(era * 400 + year + (civil->month <= 2));
    /* 1970-01-01 was a Thursday. */
    civil->weekday = (int)(day + 3 - 7 * floor_div(day + 3, 7)) + 1;
}

/* The zone is added to the time of day: on the instant it could overflow. */
static int64_t split_instant(int64_t instant, int64_t *ret_in_day)
{
    int64_t day = floor_div(instant, LI_DAY);
    int64_t in_day = instant % LI_DAY + LI_ZONE;

    if (instant % LI_DAY < 0)
        in_day += LI_DAY;
    if (in_day >= LI_DAY) {
        in_day -= LI_DAY;
        day++;
    }
    *ret_in_day = in_day;
    return day;
}

int32_t li_day_at(int64_t instant)
{
    int64_t in_day;

    return (int32_t)split_instant(instant, &in_day);
}

int64_t li_day_start(int32_t day)
{
    int64_t start;

    /* Days an instant cannot reach begin at its ends. */
    if (__builtin_mul_overflow((int64_t)day, LI_DAY, &start) ||
        __builtin_sub_overflow(start, LI_ZONE, &start))
        return day < 0 ? INT64_MIN : INT64_MAX;
    return start;
}

struct li_civil li_civil_at(int64_t instant)
{
    struct li_civil civil;
    int64_t rest;

    split_day(split_instant(instant, &rest), &civil);
    civil.hour = (int)(rest / LI_HOUR);
    civil.minute = (int)(rest / LI_MINUTE % 60);
    civil.second = (int)(rest / LI_SECOND % 60);
    civil.micro = (int)(rest % LI_SECOND);
    return civil;
}

static char *put_digits(char *at, int value, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        at[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return at + width;
}

void li_time_format(int64_t instant, char ret[LI_TIME_TEXT])
{
    const struct li_civil civil = li_civil_at(instant);
    char *at = ret;

    if (civil.year >= 0 && civil.year <= 9999)
        at = put_digits(at, civil.year, 4);
    else
        at += snprintf(at, 12, "%d", civil.year);
    *at++ = '-';
    at = put_digits(at, civil.month, 2);
    *at++ = '-';
    at = put_digits(at, civil.day, 2);
    *at++ = 'T';
    at = put_digits(at, civil.hour, 2);
    *at++ = ':';
    at = put_digits(at, civil.minute, 2);
    *at++ = ':';
    at = put_digits(at, civil.second, 2);
    if (civil.micro % 1000 != 0) {
        *at++ = '.';
        at = put_digits(at, civil.micro, 6);
    } else if (civil.micro != 0) {
        *at++ = '.';
        at = put_digits(at, civil.micro / 1000, 3);
    }
    memcpy(at, "+08:00", 7);
}

/* Exactly `width` digits and then `sep` (0: nothing); moves *at behind. */
static bool take_number(struct li_str text, size_t *at, int width, char sep, int *ret)
{
    int value = 0;

    for (int i = 0; i < width; i++, (*at)++) {
        if (*at >= text.len || text.ptr[*at] < '0' || text.ptr[*at] > '9')
            return false;
        value = value * 10 + (text.ptr[*at] - '0');
    }
    if (sep != '\0' && (*at >= text.len || text.ptr[(*at)++] != sep))
        return false;
    *ret = value;
    return true;
}

static bool take_date(struct li_str text, size_t *at, int32_t *ret_day)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day;

    if (!take_number(text, at, 4, '-', &year) || !take_number(text, at, 2, '-', &month) ||
        !take_number(text, at, 2, '\0', &day))
        return false;
    if (month < 1 || month > 12 || day < 1)
        return false;
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > lengths[month - 1] + (month == 2 && leap))
        return false;
    *ret_day = li_day_of(year, month, day);
    return true;
}

/* ".5" to ".123456789" as microseconds; what is finer is cut off. */
static bool take_fraction(struct li_str text, size_t *at, int *ret_micro)
{
    int micro = 0;
    size_t digits = 0;

    if (*at >= text.len || text.ptr[*at] != '.') {
        *ret_micro = 0;
        return true;
    }
    for ((*at)++; *at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9'; (*at)++) {
        if (digits < 6)
            micro = micro * 10 + (text.ptr[*at] - '0');
        digits++;
    }
    for (size_t i = digits; i < 6; i++)
        micro *= 10;
    *ret_micro = micro;
    return digits >= 1 && digits <= 9;
}

/* "Z" or "+08:00" to the end of the text, in microseconds east. */
static bool take_offset(struct li_str text, size_t at, int64_t *ret)
{
    const char sign = at < text.len ? text.ptr[at++] : '\0';
    int hours, minutes;

    if (sign == 'Z' || sign == 'z') {
        *ret = 0;
        return at == text.len;
    }
    if (sign != '+' && sign != '-')
        return false;
    if (!take_number(text, &at, 2, ':', &hours) || !take_number(text, &at, 2, '\0', &minutes))
        return false;
    if (hours > 23 || minutes > 59 || at != text.len)
        return false;
    *ret = (hours * LI_HOUR + minutes * LI_MINUTE) * (sign == '-' ? -1 : 1);
    return true;
}

static bool parse_time(struct li_str text, int64_t *ret)
{
    size_t at = 0;
    int hour, minute, second, micro;
    int64_t offset;
    int32_t day;

    if (!take_date(text, &at, &day))
        return false;
    if (at >= text.len || (text.ptr[at] != 'T' && text.ptr[at] != 't'))
        return false;
    at++;
    if (!take_number(text, &at, 2, ':', &hour) || !take_number(text, &at, 2, ':', &minute) ||
        !take_number(text, &at, 2, '\0', &second) || !take_fraction(text, &at, &micro) ||
        !take_offset(text, at, &offset))
        return false;
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    *ret = day * LI_DAY + hour * LI_HOUR + minute * LI_MINUTE + second * LI_SECOND + micro - offset;
    return true;
}

int li_time_parse(struct li_ctx *ctx, struct li_str text, int64_t *ret)
{
    int64_t instant;

    if (!parse_time(text, &instant))
        return LI_FAIL(ctx, LI_E_SYNTAX, "not a time such as 2026-11-21T09:30:00+08:00");
    *ret = instant;
    return 0;
}

int li_date_parse(struct li_ctx *ctx, struct li_str text, int32_t *ret_day)
{
    size_t at = 0;
    int32_t day;

    if (!take_date(text, &at, &day) || at != text.len)
        return LI_FAIL(ctx, LI_E_SYNTAX, "not a date such as 2026-11-21");
    *ret_day = day;
    return 0;
}

int li_duration_parse(struct li_ctx *ctx, struct li_str text, int64_t *ret)
{
    struct li_length length;
    int result = li_length_parse(ctx, text, LI_CLOCK_CALENDAR, &length);

    if (result != 0)
        return result;
    *ret = li_calendar_add(NULL, 0, length).at;
    return 0;
}
