/*
 * Working time over a compiled calendar.
 *
 * Lengths in working hours and minutes are walked opening by opening; lengths
 * in working days jump from day to day at the same time of day.  Differences
 * count whole days at once.  Nothing here reads a file or knows a holiday.
 */
#include "base/calendar.h"

#include <string.h>

#define MINUTES_A_DAY (24 * 60)
#define WORKED_A_WEEK 5 /* days that "1w" of work means */
/* Lengths above a hundred years are mistakes. */
#define LONGEST       (36525 * LI_DAY)
#define LONGEST_TABLE (200 * 366)

/* 0: Monday; 1970-01-01 was a Thursday. */
static int weekday_of(int64_t day)
{
    const int64_t from_monday = (day + 3) % 7;

    return (int)(from_monday < 0 ? from_monday + 7 : from_monday);
}

static int check_hours(struct li_ctx *ctx, const struct li_hours *hours, int count)
{
    int32_t last = 0;

    if (count < 1 || count > LI_SPANS_A_DAY)
        return LI_FAIL(ctx, LI_E_INVALID, "a day has one to four stretches of hours");
    for (int i = 0; i < count; i++) {
        if (hours[i].from < last || hours[i].from >= hours[i].to || hours[i].to > MINUTES_A_DAY)
            return LI_FAIL(ctx, LI_E_INVALID, "office hours overlap or are not in order");
        last = hours[i].to;
    }
    return 0;
}

static int fill_days(struct li_ctx *ctx, int32_t first_day, int32_t last_day,
                     const struct li_day_rule *rules, size_t count, const uint8_t **ret)
{
    uint8_t *marks;

    if (first_day > last_day || (int64_t)last_day - first_day >= LONGEST_TABLE)
        return LI_FAIL(ctx, LI_E_INVALID, "the calendar's days are not in order");
    marks = li_alloc(ctx, (size_t)(last_day - first_day) + 1);
    if (marks == NULL)
        return -LI_E_NOMEM;
    memset(marks, LI_DAY_PLAIN, (size_t)(last_day - first_day) + 1);
    for (size_t i = 0; i < count; i++) {
        if (rules[i].day < first_day || rules[i].day > last_day ||
            (i > 0 && rules[i].day <= rules[i - 1].day))
            return LI_FAIL(ctx, LI_E_INVALID, "dated exceptions are not in order or outside");
        marks[rules[i].day - first_day] = rules[i].working ? LI_DAY_WORKED : LI_DAY_FREE;
    }
    *ret = marks;
    return 0;
}

static int32_t minutes_on(const struct li_week *week, int weekday)
{
    int32_t sum = 0;

    for (int i = 0; i < week->counts[weekday]; i++)
        sum += week->spans[weekday][i].to - week->spans[weekday][i].from;
    return sum;
}

int li_calendar_new(struct li_ctx *ctx, int32_t edition, int32_t first_day, int32_t last_day,
                    const struct li_day_rule *rules, size_t rule_count,
                    const struct li_hours *hours, int hour_count, struct li_calendar **ret)
{
    struct li_calendar *calendar = li_alloc(ctx, sizeof(*calendar));
    int result;

    if (calendar == NULL)
        return -LI_E_NOMEM;
    result = check_hours(ctx, hours, hour_count);
    if (result == 0)
        result = fill_days(ctx, first_day, last_day, rules, rule_count, &calendar->marks);
    if (result != 0)
        return result;
    calendar->edition = edition;
    calendar->first_day = first_day;
    calendar->last_day = last_day;
    for (int weekday = 0; weekday < WORKED_A_WEEK; weekday++) {
        memcpy(calendar->week.spans[weekday], hours, (size_t)hour_count * sizeof(*hours));
        calendar->week.counts[weekday] = hour_count;
    }
    calendar->minutes_a_day = minutes_on(&calendar->week, 0);
    *ret = calendar;
    return 0;
}

int li_calendar_of_week(struct li_ctx *ctx, const struct li_calendar *calendar,
                        const struct li_week *week, struct li_calendar **ret)
{
    struct li_calendar *other = li_alloc(ctx, sizeof(*other));

    if (other == NULL)
        return -LI_E_NOMEM;
    for (int weekday = 0; weekday < 7; weekday++) {
        int result = weekday && week->counts[weekday] == 0
                         ? 0
                         : check_hours(ctx, week->spans[weekday], week->counts[weekday]);

        if (result != 0)
            return result;
    }
    *other = *calendar;
    other->week = *week;
    other->minutes_a_day = minutes_on(week, 0);
    *ret = other;
    return 0;
}

int li_calendar_of_days(struct li_ctx *ctx, const struct li_calendar *calendar,
                        const struct li_day_rule *rules, size_t count, struct li_calendar **ret)
{
    size_t length = (size_t)(calendar->last_day - calendar->first_day) + 1;
    struct li_calendar *other = li_alloc(ctx, sizeof(*other));
    uint8_t *marks = li_alloc(ctx, length);

    if (other == NULL || marks == NULL)
        return -LI_E_NOMEM;
    memcpy(marks, calendar->marks, length);
    for (size_t i = 0; i < count; i++) {
        if (rules[i].day >= calendar->first_day && rules[i].day <= calendar->last_day)
            marks[rules[i].day - calendar->first_day] =
                rules[i].working ? LI_DAY_WORKED : LI_DAY_FREE;
    }
    *other = *calendar;
    other->marks = marks;
    *ret = other;
    return 0;
}

bool li_calendar_works(const struct li_calendar *calendar, int32_t day)
{
    enum li_day_mark mark = LI_DAY_PLAIN;

    if (day >= calendar->first_day && day <= calendar->last_day)
        mark = (enum li_day_mark)calendar->marks[day - calendar->first_day];
    return mark == LI_DAY_PLAIN ? calendar->week.counts[weekday_of(day)] > 0
                                : mark == LI_DAY_WORKED;
}

/* The hours of a worked day. */
static const struct li_hours *hours_of(const struct li_calendar *calendar, int64_t day,
                                       int *ret_count)
{
    int weekday = weekday_of(day);

    if (calendar->week.counts[weekday] == 0)
        weekday = 0;
    *ret_count = calendar->week.counts[weekday];
    return calendar->week.spans[weekday];
}

/* The stretch of hours a moment of a working day lies in, else the next of that
 * day, else -1.  Its end does not belong to a stretch. */
static int stretch_at(const struct li_calendar *calendar, int64_t day, int64_t in_day)
{
    int count;
    const struct li_hours *hours = hours_of(calendar, day, &count);

    for (int i = 0; i < count; i++)
        if (in_day < hours[i].to * LI_MINUTE)
            return i;
    return -1;
}

static int64_t opening_of(const struct li_calendar *calendar, int64_t day, int stretch)
{
    int count;

    return hours_of(calendar, day, &count)[stretch].from * LI_MINUTE;
}

bool li_calendar_is_open(const struct li_calendar *calendar, int64_t at)
{
    int32_t day = li_day_at(at);
    int64_t in_day = at - li_day_start(day);
    int stretch = li_calendar_works(calendar, day) ? stretch_at(calendar, day, in_day) : -1;

    return stretch >= 0 && in_day >= opening_of(calendar, day, stretch);
}

/* When a worked day ends. */
static int64_t closing_of(const struct li_calendar *calendar, int64_t day)
{
    int count;
    const struct li_hours *hours = hours_of(calendar, day, &count);

    return hours[count - 1].to * LI_MINUTE;
}

static int32_t next_worked(const struct li_calendar *calendar, int32_t day)
{
    do {
        day++;
    } while (!li_calendar_works(calendar, day));
    return day;
}

struct moment {
    int32_t day;
    int64_t in_day; /* microseconds since its midnight */
    int stretch;    /* the hours it lies in */
};

/* `from` itself when the office is open then, else the next opening. */
static struct moment first_open(const struct li_calendar *calendar, int64_t from)
{
    struct moment moment = {.day = li_day_at(from)};
    int64_t opening;

    moment.in_day = from - li_day_start(moment.day);
    moment.stretch = stretch_at(calendar, moment.day, moment.in_day);
    if (moment.stretch < 0 || !li_calendar_works(calendar, moment.day)) {
        moment.day = next_worked(calendar, moment.day);
        moment.in_day = 0;
        moment.stretch = 0;
    }
    opening = opening_of(calendar, moment.day, moment.stretch);
    if (moment.in_day < opening)
        moment.in_day = opening;
    return moment;
}

static int64_t plus(int64_t a, int64_t b)
{
    int64_t sum;

    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static int64_t add_days(const struct li_calendar *calendar, int64_t from, int64_t days)
{
    struct moment moment = first_open(calendar, from);
    int64_t closing;

    for (int64_t i = 0; i < days; i++)
        moment.day = next_worked(calendar, moment.day);
    closing = closing_of(calendar, moment.day);
    return plus(li_day_start(moment.day), moment.in_day < closing ? moment.in_day : closing);
}

static int64_t add_open_time(const struct li_calendar *calendar, int64_t from, int64_t rest)
{
    struct moment moment = first_open(calendar, from);

    for (;;) {
        int count;
        const struct li_hours *hours = hours_of(calendar, moment.day, &count);
        const int64_t closing = hours[moment.stretch].to * LI_MINUTE;

        if (rest <= closing - moment.in_day)
            return plus(li_day_start(moment.day), moment.in_day + rest);
        rest -= closing - moment.in_day;
        if (++moment.stretch == count) {
            moment.stretch = 0;
            moment.day = next_worked(calendar, moment.day);
        }
        moment.in_day = opening_of(calendar, moment.day, moment.stretch);
    }
}

/* Microseconds of one unit in calendar time; 0 for an unknown unit. */
static int64_t unit_size(char unit)
{
    switch (unit) {
    case 's':
        return LI_SECOND;
    case 'm':
        return LI_MINUTE;
    case 'h':
        return LI_HOUR;
    case 'd':
        return LI_DAY;
    case 'w':
        return 7 * LI_DAY;
    default:
        return 0;
    }
}

struct li_due_time li_calendar_add(const struct li_calendar *calendar, int64_t from,
                                   struct li_length length)
{
    const int64_t unit = unit_size(length.unit);
    struct li_due_time due = {.at = from};

    li_assert(unit != 0 && length.amount >= 0 && length.amount <= LONGEST / unit);
    if (calendar != NULL)
        due.edition = calendar->edition;
    if (length.kind == LI_CLOCK_CALENDAR) {
        due.at = plus(from, length.amount * unit);
        return due;
    }
    if (length.amount != 0 && length.unit == 'd')
        due.at = add_days(calendar, from, length.amount);
    else if (length.amount != 0 && length.unit == 'w')
        due.at = add_days(calendar, from, length.amount * WORKED_A_WEEK);
    else if (length.amount != 0)
        due.at = add_open_time(calendar, from, length.amount * unit);
    due.provisional = li_day_at(due.at) > calendar->last_day;
    return due;
}

int64_t li_calendar_after(const struct li_calendar *calendar, int64_t from, int64_t work)
{
    return work > 0 ? add_open_time(calendar, from, work) : from;
}

/* Days differ in length, so a share of days is one of the minutes worked in them. */
int64_t li_calendar_share(const struct li_calendar *calendar, int64_t from, struct li_length length,
                          int64_t due, int percent)
{
    const int64_t unit = length.unit == 's' ? LI_SECOND : LI_MINUTE;
    int64_t whole = length.amount * unit_size(length.unit);
    int64_t at;

    if (percent == 100)
        return due;
    if (length.kind == LI_CLOCK_WORK && (length.unit == 'd' || length.unit == 'w'))
        whole = li_calendar_between(calendar, from, due);
    at = li_calendar_add(calendar, from,
                         (struct li_length){.amount = whole / unit * percent / 100,
                                            .unit = length.unit == 's' ? 's' : 'm',
                                            .kind = length.kind})
             .at;
    return (percent < 100) == (at > due) ? due : at; /* `due` may lie outside hours */
}

int64_t li_calendar_closing(const struct li_calendar *calendar, int32_t day)
{
    int64_t on = li_calendar_works(calendar, day) ? day : next_worked(calendar, day);

    return plus(li_day_start((int32_t)on), closing_of(calendar, on));
}

/* Working minutes of the days d with from <= d < to, by the plain week. */
static int64_t plain_minutes(const struct li_calendar *calendar, int64_t from, int64_t to)
{
    int64_t week = 0, sum;

    for (int weekday = 0; weekday < 7; weekday++)
        week += minutes_on(&calendar->week, weekday);
    sum = (to - from) / 7 * week;
    for (int64_t day = from + (to - from) / 7 * 7; day < to; day++)
        sum += minutes_on(&calendar->week, weekday_of(day));
    return sum;
}

static int64_t minutes_of_day(const struct li_calendar *calendar, int32_t day)
{
    const int weekday = weekday_of(day);

    if (!li_calendar_works(calendar, day))
        return 0;
    return minutes_on(&calendar->week, calendar->week.counts[weekday] ? weekday : 0);
}

/* Working minutes of the days d with from <= d < to. */
static int64_t worked_minutes(const struct li_calendar *calendar, int64_t from, int64_t to)
{
    const int64_t begin = calendar->first_day;
    const int64_t end = (int64_t)calendar->last_day + 1;
    int64_t sum = 0;

    if (from >= to)
        return 0;
    if (to <= begin || from >= end)
        return plain_minutes(calendar, from, to);
    if (from < begin) {
        sum += plain_minutes(calendar, from, begin);
        from = begin;
    }
    if (to > end) {
        sum += plain_minutes(calendar, end, to);
        to = end;
    }
    for (int64_t day = from; day < to; day++)
        sum += minutes_of_day(calendar, (int32_t)day);
    return sum;
}

/* Open time of a day before a moment of it. */
static int64_t open_before(const struct li_calendar *calendar, int32_t day, int64_t in_day)
{
    int64_t total = 0;
    int count;
    const struct li_hours *hours = hours_of(calendar, day, &count);

    if (!li_calendar_works(calendar, day))
        return 0;
    for (int i = 0; i < count; i++) {
        const int64_t from = hours[i].from * LI_MINUTE;
        const int64_t to = hours[i].to * LI_MINUTE;

        if (in_day > from)
            total += (in_day < to ? in_day : to) - from;
    }
    return total;
}

int64_t li_calendar_between(const struct li_calendar *calendar, int64_t from, int64_t to)
{
    const int32_t first = li_day_at(from);
    const int32_t last = li_day_at(to);

    if (to <= from)
        return 0;
    return worked_minutes(calendar, first, last) * LI_MINUTE -
           open_before(calendar, first, from - li_day_start(first)) +
           open_before(calendar, last, to - li_day_start(last));
}

int li_length_parse(struct li_ctx *ctx, struct li_str text, enum li_clock_kind kind,
                    struct li_length *ret)
{
    const char unit = text.len != 0 ? text.ptr[text.len - 1] : '\0';
    const int64_t size = unit_size(unit);
    int64_t amount;

    if (size == 0 || text.ptr[0] == '-' ||
        !li_str_to_i64(li_str_n(text.ptr, text.len - 1), &amount))
        return LI_FAIL(ctx, LI_E_SYNTAX, "not a length such as 30m, 4h, 1d or 2w");
    if (amount > LONGEST / size)
        return LI_FAIL(ctx, LI_E_SYNTAX, "a length of more than a hundred years");
    *ret = (struct li_length){.amount = amount, .unit = unit, .kind = kind};
    return 0;
}
