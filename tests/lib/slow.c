/* Working time the slow way; see slow.h. */
#include "lib/slow.h"

#include <stdlib.h>
#include <string.h>

#include "base/node.h"

static int weekday_of(int32_t day)
{
    return (int)(((int64_t)day % 7 + 7 + 3) % 7); /* 1970-01-01 was a Thursday */
}

void slow_begin(struct slow_office *office, int32_t first)
{
    office->first = first;
    for (int i = 0; i < SLOW_DAYS; i++)
        office->days[i] = LI_DAY_PLAIN;
}

void slow_set(struct slow_office *office, int32_t day, bool working)
{
    li_assert(day >= office->first && day < office->first + SLOW_DAYS);
    office->days[day - office->first] = working ? LI_DAY_WORKED : LI_DAY_FREE;
}

bool slow_works(const struct slow_office *office, int32_t day)
{
    if (day >= office->first && day < office->first + SLOW_DAYS &&
        office->days[day - office->first] != LI_DAY_PLAIN)
        return office->days[day - office->first] == LI_DAY_WORKED;
    return office->week.counts[weekday_of(day)] > 0;
}

bool slow_is_open(const struct slow_office *office, int64_t at)
{
    const int32_t day = li_day_at(at);
    const int64_t minute = (at - li_day_start(day)) / LI_MINUTE;
    int weekday = weekday_of(day);

    if (!slow_works(office, day))
        return false;
    if (office->week.counts[weekday] == 0)
        weekday = 0;
    for (int i = 0; i < office->week.counts[weekday]; i++)
        if (minute >= office->week.spans[weekday][i].from &&
            minute < office->week.spans[weekday][i].to)
            return true;
    return false;
}

static int64_t next_minute(int64_t at)
{
    return (at / LI_MINUTE + 1) * LI_MINUTE;
}

int64_t slow_add(const struct slow_office *office, int64_t at, int64_t rest)
{
    while (rest > 0) {
        const int64_t to = next_minute(at);
        const int64_t some = to - at < rest ? to - at : rest;

        if (slow_is_open(office, at)) {
            rest -= some;
            at += some;
        } else {
            at = to;
        }
    }
    return at;
}

int64_t slow_between(const struct slow_office *office, int64_t from, int64_t to)
{
    int64_t sum = 0;

    while (from < to) {
        const int64_t next = next_minute(from) < to ? next_minute(from) : to;

        sum += slow_is_open(office, from) ? next - from : 0;
        from = next;
    }
    return sum;
}

/* The end of the day's last open minute. */
int64_t slow_closing(const struct slow_office *office, int32_t day)
{
    int64_t at;

    while (!slow_works(office, day))
        day++;
    for (at = li_day_start(day + 1) - LI_MINUTE; !slow_is_open(office, at); at -= LI_MINUTE)
        continue;
    return at + LI_MINUTE;
}

static int64_t slow_add_days(const struct slow_office *office, int64_t at, int64_t days)
{
    int32_t day;
    int64_t in_day, closing;

    while (!slow_is_open(office, at))
        at = next_minute(at);
    day = li_day_at(at);
    in_day = at - li_day_start(day);
    for (int64_t left = days; left > 0; left--) {
        do
            day++;
        while (!slow_works(office, day));
    }
    closing = slow_closing(office, day);
    return li_day_start(day) + in_day < closing ? li_day_start(day) + in_day : closing;
}

/* When it is next another minute, or a pause begins or ends. */
static int64_t next_edge(const struct li_pause *pauses, size_t count, int64_t at)
{
    int64_t next = next_minute(at);

    for (size_t i = 0; i < count; i++) {
        if (pauses[i].from > at && pauses[i].from < next)
            next = pauses[i].from;
        if (pauses[i].to > at && pauses[i].to < next)
            next = pauses[i].to;
    }
    return next;
}

int64_t slow_paused(const struct slow_office *office, enum li_clock_kind kind,
                    const struct li_pause *pauses, size_t count, int64_t at, int64_t rest)
{
    while (rest > 0) {
        const int64_t next = next_edge(pauses, count, at);
        const int64_t some = next - at < rest ? next - at : rest;
        bool stands = kind == LI_CLOCK_WORK && !slow_is_open(office, at);

        for (size_t i = 0; i < count; i++)
            stands |= at >= pauses[i].from && at < pauses[i].to;
        rest -= stands ? 0 : some;
        at = stands ? next : at + some;
    }
    return at;
}

int64_t slow_due(const struct slow_office *office, int64_t from, struct li_length length)
{
    static const char units[] = "smhdw";
    static const int64_t spans[] = {LI_SECOND, LI_MINUTE, LI_HOUR, LI_DAY, 7 * LI_DAY};
    const int64_t span = spans[strchr(units, length.unit) - units];

    if (length.kind == LI_CLOCK_CALENDAR)
        return from + length.amount * span;
    if (span < LI_DAY)
        return slow_add(office, from, length.amount * span);
    return slow_add_days(office, from, length.unit == 'd' ? length.amount : length.amount * 5);
}

/* ---- a published year ---------------------------------------------------------- */

static int32_t day_said(struct li_str text) /* "2026-05-09" */
{
    return li_day_of(atoi(text.ptr), atoi(text.ptr + 5), atoi(text.ptr + 8));
}

static void set_days(struct slow_office *office, const struct li_node *list, bool working)
{
    for (size_t i = 0; list && i < list->list.count; i++) {
        const struct li_node *item = list->list.items[i];
        const bool one = item->kind == LI_TEXT;
        int32_t day = day_said(one ? item->text : li_node_text(item, "from"));
        int32_t last = day_said(one ? item->text : li_node_text(item, "to"));

        for (; day <= last; day++)
            slow_set(office, day, working);
    }
}

void slow_read_year(struct slow_office *office, const struct li_node *year)
{
    set_days(office, li_node_get(year, "holidays"), false);
    set_days(office, li_node_get(year, "working"), true);
}
