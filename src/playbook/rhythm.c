/*
 * A rhythm's days and windows, and what it gives on one of them.
 *
 * Pure: the calendar is the caller's.  Not for when it is run, and what became of it
 * (case/rhythm.c).
 */
#include <stdio.h>

#include "playbook/playbook.h"

#define FAR_DAYS 1462 /* four years */

int li_playbook_rhythm(const struct li_playbook *playbook, struct li_str name)
{
    for (size_t i = 0; i < playbook->rhythm_count; i++)
        if (li_str_eq(playbook->rhythms[i].name, name))
            return (int)i;
    return -1;
}

/* Whether a day is one by week, month and day of the month alone. */
static bool is_named(const struct li_rhythm *rhythm, int32_t day)
{
    const struct li_civil date = li_civil_at(li_day_start(day));
    const struct li_civil next = li_civil_at(li_day_start(day + 1));

    if (rhythm->week && !(rhythm->week >> (date.weekday - 1) & 1))
        return false;
    if (rhythm->months && !(rhythm->months >> (date.month - 1) & 1))
        return false;
    if (rhythm->day == 0 || date.day == rhythm->day)
        return true;
    return date.day < rhythm->day && next.day == 1;
}

static bool is_day(const struct li_rhythm *rhythm, const struct li_calendar *calendar, int32_t day)
{
    if (rhythm->off != LI_OFF_COUNTS && !li_calendar_works(calendar, day))
        return false;
    if (is_named(rhythm, day))
        return true;
    if (rhythm->off != LI_OFF_PUT_OFF)
        return false;
    /* the days off just before it are made up for here */
    for (int32_t before = day - 1; !li_calendar_works(calendar, before); before--)
        if (is_named(rhythm, before))
            return true;
    return false;
}

int32_t li_rhythm_day(const struct li_rhythm *rhythm, const struct li_calendar *calendar,
                      int32_t day)
{
    for (int32_t i = 0; i < FAR_DAYS; i++)
        if (is_day(rhythm, calendar, day + i))
            return day + i;
    return INT32_MIN;
}

int64_t li_rhythm_begins(const struct li_rhythm *rhythm, int32_t day)
{
    return li_day_start(day) + rhythm->from * LI_MINUTE;
}

int64_t li_rhythm_ends(const struct li_rhythm *rhythm, int32_t day)
{
    return li_day_start(day) + rhythm->to * LI_MINUTE;
}

/* "+14d" from a day is "2026-12-06"; anything else stays. */
static int date_of(struct li_ctx *ctx, struct li_node *value, int32_t day, struct li_node **ret)
{
    struct li_str text = value->text;
    struct li_civil date;
    int64_t days;

    *ret = value;
    if (value->kind != LI_TEXT || !li_str_starts(text, LI_S("+")) ||
        !li_str_ends(text, LI_S("d")) ||
        !li_str_to_i64(li_str_n(text.ptr + 1, text.len - 2), &days) || days < 0 || days > 3660)
        return 0;
    date = li_civil_at(li_day_start(day + (int32_t)days));
    text = li_strf(ctx, "%04d-%02d-%02d", date.year, date.month, date.day);
    *ret = text.ptr ? li_node_new_text(ctx, text) : NULL;
    return *ret ? 0 : -LI_E_NOMEM;
}

int li_rhythm_fields(struct li_ctx *ctx, const struct li_playbook *playbook,
                     const struct li_rhythm *rhythm, int32_t day, struct li_node **ret)
{
    struct li_node *fields = li_node_new_map(ctx);
    int r = fields ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && rhythm->fields && i < rhythm->fields->map.count; i++) {
        const struct li_member *member = &rhythm->fields->map.items[i];
        int field = li_playbook_field(playbook, member->key);
        struct li_node *value = member->value;

        if (field >= 0 && playbook->fields[field].type == LI_FIELD_DATE)
            r = date_of(ctx, value, day, &value);
        r = r ? r : li_node_put(ctx, fields, member->key, value);
    }
    if (r == 0)
        *ret = fields;
    return r;
}
