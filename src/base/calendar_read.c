/*
 * From published tables to a calendar.
 *
 * The tables are data (data/calendar/, a notice of the State Council each); the
 * caller reads the files and says the office's hours.  Here dates are checked
 * and laid out day by day, so that ranges may overlap and stand in any order.
 */
#include "base/calendar.h"
#include "base/node.h"

#define DAYS_A_YEAR 366

enum mark { PLAIN, HOLIDAY, WORKED };

struct year {
    int number;
    int32_t first, last;
    uint8_t marks[DAYS_A_YEAR];
};

static int take_date(struct li_ctx *ctx, const struct year *year, const struct li_node *node,
                     int32_t *ret)
{
    int32_t day = 0;

    if (node == NULL || node->kind != LI_TEXT)
        return LI_FAIL(ctx, LI_E_INVALID, "calendar %d: a date is missing", year->number);
    if (li_date_parse(ctx, node->text, &day) != 0 || day < year->first || day > year->last)
        return LI_FAIL(ctx, LI_E_INVALID, "calendar %d: %.*s is no date of that year", year->number,
                       LI_P(node->text));
    *ret = day;
    return 0;
}

static int take_entry(struct li_ctx *ctx, struct year *year, const struct li_node *entry,
                      enum mark mark)
{
    const bool range = entry->kind == LI_MAP;
    int32_t from, to;
    int result = take_date(ctx, year, range ? li_node_get(entry, "from") : entry, &from);

    if (result == 0)
        result = take_date(ctx, year, range ? li_node_get(entry, "to") : entry, &to);
    if (result != 0)
        return result;
    if (from > to)
        return LI_FAIL(ctx, LI_E_INVALID, "calendar %d: a range ends before it begins",
                       year->number);
    for (int32_t day = from; day <= to; day++)
        year->marks[day - year->first] = (uint8_t)mark;
    return 0;
}

static int take_entries(struct li_ctx *ctx, struct year *year, const struct li_node *table,
                        const char *key, enum mark mark)
{
    const struct li_node *entries = li_node_get(table, key);

    if (entries == NULL || entries->kind != LI_LIST)
        return LI_FAIL(ctx, LI_E_INVALID, "calendar %d: %s is no list", year->number, key);
    for (size_t i = 0; i < entries->list.count; i++) {
        int result = take_entry(ctx, year, entries->list.items[i], mark);

        if (result != 0)
            return result;
    }
    return 0;
}

/* Appends the exceptions of one year to the rules. */
static int take_year(struct li_ctx *ctx, const struct li_node *table, struct li_day_rule *rules,
                     size_t *count, int *ret_number)
{
    const struct li_node *edition = li_node_get(table, "edition");
    struct year year = {0};
    int result;

    if (edition == NULL || edition->kind != LI_INT || edition->number < 1970 ||
        edition->number > 2200)
        return LI_FAIL(ctx, LI_E_INVALID, "a calendar without an edition");
    year.number = (int)edition->number;
    year.first = li_day_of(year.number, 1, 1);
    year.last = li_day_of(year.number, 12, 31);
    result = take_entries(ctx, &year, table, "holidays", HOLIDAY);
    if (result == 0)
        result = take_entries(ctx, &year, table, "working", WORKED);
    if (result != 0)
        return result;
    for (int32_t day = year.first; day <= year.last; day++)
        if (year.marks[day - year.first] != PLAIN)
            rules[(*count)++] =
                (struct li_day_rule){.day = day, .working = year.marks[day - year.first] == WORKED};
    *ret_number = year.number;
    return 0;
}

int li_calendar_read(struct li_ctx *ctx, const struct li_node *const *years, size_t count,
                     const struct li_hours *hours, int hour_count, struct li_calendar **ret)
{
    struct li_day_rule *rules;
    size_t rule_count = 0;
    int first = 0;
    int last = 0;

    if (count < 1 || count > 100)
        return LI_FAIL(ctx, LI_E_INVALID, "a calendar needs one to a hundred years");
    rules = li_alloc_array(ctx, count * DAYS_A_YEAR, sizeof(*rules));
    if (rules == NULL)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        int number = 0;
        int result = take_year(ctx, years[i], rules, &rule_count, &number);

        if (result != 0)
            return result;
        if (i > 0 && number != last + 1)
            return LI_FAIL(ctx, LI_E_INVALID, "calendar %d does not follow %d", number, last);
        first = i == 0 ? number : first;
        last = number;
    }
    return li_calendar_new(ctx, last, li_day_of(first, 1, 1), li_day_of(last, 12, 31), rules,
                           rule_count, hours, hour_count, ret);
}
