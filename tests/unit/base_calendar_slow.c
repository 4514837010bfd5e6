/*
 * base/calendar, and clocks that pause, beside a slow and obvious one: minute by
 * minute, over random calendars.  Years with make-up days, hours by weekday, days with up to four
 * stretches, weekdays that are never worked, starts at any second; and over the years as they
 * were published, with a tenant's own hours.  LINLI_SEED=N tries the one seed a failure told.
 */
#include "base.h"
#include "base/calendar.h"
#include "base/node.h"
#include "base/sys.h"
#include "lib/slow.h"

#include <stdlib.h>

#define YEARS   3
#define TRIALS  60  /* calendars */
#define ASKED   120 /* questions to each */
#define RULES   120
#define MINUTES (24 * 60)

static uint64_t seed, begun; /* begun: of this trial, what a failure tells */

static void begin(uint64_t with)
{
    const char *only = getenv("LINLI_SEED");

    seed = begun = only ? strtoull(only, NULL, 10) : with;
}

static int64_t dice(int64_t sides)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (int64_t)(seed >> 33) % sides;
}

/* A calendar as it was drawn, read here without any of the arithmetic under test. */
struct drawn {
    int32_t first, last;
    struct li_day_rule rules[RULES];
    size_t rule_count;
    struct slow_office office;
    struct li_calendar *calendar;
};

static void draw_hours(struct li_week *week, int weekday, bool may_rest)
{
    int32_t at = (int32_t)dice(10 * 60);
    int most = (int)dice(LI_SPANS_A_DAY) + 1, count = 0;

    if (may_rest && dice(4) == 0)
        most = 0;
    while (count < most && at < MINUTES - 2) {
        int32_t to = at + 1 + (int32_t)dice(300);

        week->spans[weekday][count++] =
            (struct li_hours){.from = at, .to = to > MINUTES ? MINUTES : to};
        at = to + (int32_t)dice(180); /* sometimes the next one begins at once */
    }
    week->counts[weekday] = count;
}

static void draw_days(struct drawn *drawn)
{
    int32_t day = drawn->first;

    while (drawn->rule_count + 10 < RULES) {
        int run = (int)dice(8) + 1;
        bool working = dice(3) == 0; /* single days that are made up for */

        day += 1 + (int32_t)dice(25);
        for (int i = 0; i < (working ? 1 : run) && day <= drawn->last; i++, day++) {
            drawn->rules[drawn->rule_count++] =
                (struct li_day_rule){.day = day, .working = working};
            slow_set(&drawn->office, day, working);
        }
    }
}

static struct drawn *draw(struct li_ctx *ctx)
{
    static const struct li_hours plain[] = {{9 * 60, 12 * 60}};
    struct drawn *drawn = li_alloc(ctx, sizeof(*drawn));
    struct li_calendar *days = NULL;

    drawn->first = li_day_of(2024 + (int)dice(4), 1, 1);
    drawn->last = drawn->first + YEARS * 365;
    slow_begin(&drawn->office, drawn->first);
    draw_days(drawn);
    for (int weekday = 0; weekday < 7; weekday++)
        draw_hours(&drawn->office.week, weekday, weekday > 0);
    assert_int_equal(li_calendar_new(ctx, 2026, drawn->first, drawn->last, drawn->rules,
                                     drawn->rule_count, plain, 1, &days),
                     0);
    assert_int_equal(li_calendar_of_week(ctx, days, &drawn->office.week, &drawn->calendar), 0);
    return drawn;
}

/* The years as they were published, with other hours. */
static struct drawn *published(struct li_ctx *ctx)
{
    static const char *const paths[YEARS] = {
        "data/calendar/cn-2025.yaml", "data/calendar/cn-2026.yaml", "tests/lib/cn-2027.yaml"};
    static const struct li_hours plain[] = {{9 * 60, 12 * 60}};
    struct drawn *drawn = li_alloc(ctx, sizeof(*drawn));
    const struct li_node *years[YEARS];
    struct li_calendar *days = NULL;

    drawn->first = li_day_of(2025, 1, 1);
    drawn->last = li_day_of(2027, 12, 31);
    slow_begin(&drawn->office, drawn->first);
    for (int i = 0; i < YEARS; i++) {
        struct li_str text;
        struct li_node *year;

        assert_int_equal(li_file_read(ctx, paths[i], 0, &text), 0);
        assert_int_equal(li_yaml_read(ctx, paths[i], text, &year), 0);
        slow_read_year(&drawn->office, year);
        years[i] = year;
    }
    for (int weekday = 0; weekday < 7; weekday++)
        draw_hours(&drawn->office.week, weekday, weekday > 0);
    assert_int_equal(li_calendar_read(ctx, years, YEARS, plain, 1, &days), 0);
    assert_int_equal(li_calendar_of_week(ctx, days, &drawn->office.week, &drawn->calendar), 0);
    return drawn;
}

/* ---- both --------------------------------------------------------------------- */

static int64_t some_instant(const struct drawn *drawn)
{
    int64_t at = li_day_start(drawn->first - 20) + dice((YEARS * 365 + 40) * MINUTES) * LI_MINUTE;

    return at + (dice(2) ? 0 : dice(LI_MINUTE));
}

static struct li_length some_length(void)
{
    static const char units[] = "smhdw";
    static const int64_t most[] = {4000, 3000, 60, 25, 4};
    int unit = (int)dice(5);

    return (struct li_length){
        .amount = dice(most[unit]) + 1, .unit = units[unit], .kind = LI_CLOCK_WORK};
}

#define holds(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("%s does not hold (seed %llu)", #condition, (unsigned long long)begun);       \
    } while (0)

static void compare(const struct drawn *drawn, int64_t from)
{
    const struct li_length length = some_length();
    const struct li_due_time due = li_calendar_add(drawn->calendar, from, length);
    const int64_t slow = slow_due(&drawn->office, from, length);
    const int64_t to = from + dice(30 * LI_DAY);
    const int32_t day = li_day_at(from);
    int64_t before = from;

    if (due.at != slow)
        fail_msg("%lld + %lld%c is %lld and not %lld (seed %llu)", (long long)from,
                 (long long)length.amount, length.unit, (long long)slow, (long long)due.at,
                 (unsigned long long)begun);
    holds(due.provisional == (li_day_at(slow) > drawn->last));
    holds(li_calendar_between(drawn->calendar, from, to) == slow_between(&drawn->office, from, to));
    holds(li_calendar_closing(drawn->calendar, day) == slow_closing(&drawn->office, day));
    holds(li_calendar_works(drawn->calendar, day) == slow_works(&drawn->office, day));
    /* its steps stand in order: none before the start, those below a hundred not behind the end */
    for (int percent = 1; percent <= 200; percent += 1 + (int)dice(20)) {
        const int64_t at = li_calendar_share(drawn->calendar, from, length, due.at, percent);

        if (at < before || (percent <= 100 && at > due.at) || (percent >= 100 && at < due.at))
            fail_msg("%d%% of %lld%c from %lld is %lld, due %lld (seed %llu)", percent,
                     (long long)length.amount, length.unit, (long long)from, (long long)at,
                     (long long)due.at, (unsigned long long)begun);
        before = at;
    }
    holds(li_calendar_share(drawn->calendar, from, length, due.at, 100) == due.at);
}

/* ---- pauses --------------------------------------------------------------------- */

#define PAUSES 4

static void compare_paused(const struct drawn *drawn, int64_t from)
{
    const enum li_clock_kind kind = dice(3) ? LI_CLOCK_WORK : LI_CLOCK_CALENDAR;
    const struct li_length length = {.amount = dice(2000) + 1, .unit = 'm', .kind = kind};
    const int64_t due = li_calendar_add(drawn->calendar, from, length).at;
    struct li_pause pauses[PAUSES];
    size_t count = (size_t)dice(PAUSES + 1);
    int64_t at = from - LI_DAY + dice(LI_DAY), slow, fast;

    for (size_t i = 0; i < count; i++) {
        pauses[i].from = at + dice(3 * LI_DAY) + 1;
        pauses[i].to = pauses[i].from + dice(4 * LI_DAY) + 1;
        at = pauses[i].to;
    }
    slow = slow_paused(&drawn->office, kind, pauses, count, from, length.amount * LI_MINUTE);
    fast = li_clock_paused(drawn->calendar, kind, pauses, count, from, due);
    if (slow != fast)
        fail_msg("%lldm from %lld with %zu pauses is %lld and not %lld (seed %llu)",
                 (long long)length.amount, (long long)from, count, (long long)slow, (long long)fast,
                 (unsigned long long)begun);
    if (count) { /* one that lasts: nothing is due that was not before it */
        pauses[count - 1].to = 0;
        fast = li_clock_paused(drawn->calendar, kind, pauses, count, from, due);
        holds(fast == 0 || fast <= pauses[count - 1].from);
    }
}

static void pauses_agree_too(void **state)
{
    struct li_ctx *ctx = *state;

    for (int i = 0; i < TRIALS / 2; i++) {
        const struct drawn *drawn;

        begin((uint64_t)i * 104729 + 11);
        drawn = draw(ctx);
        for (int k = 0; k < ASKED / 2; k++)
            compare_paused(drawn, some_instant(drawn));
    }
}

static void agrees_with_the_slow_one(void **state)
{
    struct li_ctx *ctx = *state;
    const char *night = getenv("LINLI_NIGHT");
    const int trials = night && *night == '1' ? 40 * TRIALS : TRIALS;

    for (int i = 0; i < trials; i++) {
        const struct drawn *drawn;

        begin((uint64_t)i * 7919 + 5);
        drawn = draw(ctx);
        for (int k = 0; k < ASKED; k++)
            compare(drawn, some_instant(drawn));
    }
}

static void published_years_too(void **state)
{
    struct li_ctx *ctx = *state;

    for (int i = 0; i < TRIALS / 6; i++) {
        const struct drawn *drawn;

        begin((uint64_t)i * 6007 + 3);
        drawn = published(ctx);
        for (int k = 0; k < ASKED; k++) {
            compare(drawn, some_instant(drawn));
            compare_paused(drawn, some_instant(drawn));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(agrees_with_the_slow_one), TEST(pauses_agree_too),
                                       TEST(published_years_too)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
