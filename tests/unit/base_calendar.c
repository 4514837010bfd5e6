/*
 * base/calendar: working time over the published tables of 2025 and 2026, with
 * hours 09:00-12:00 and 14:00-18:00.
 */
#include "base.h"
#include "base/calendar.h"
#include "base/node.h"

static const struct li_hours office[] = {{9 * 60, 12 * 60}, {14 * 60, 18 * 60}};

static struct li_node *read_year(struct li_ctx *ctx, int year)
{
    const char *path = li_strf(ctx, "data/calendar/cn-%d.yaml", year).ptr;
    struct li_node *node = NULL;
    struct li_str bytes;

    if (li_file_read(ctx, path, 0, &bytes) != 0 || li_yaml_read(ctx, path, bytes, &node) != 0)
        fail_msg("%s: %.*s", path, LI_P(li_ctx_explain(ctx)));
    return node;
}

static struct li_calendar *published(struct li_ctx *ctx)
{
    const struct li_node *years[] = {read_year(ctx, 2025), read_year(ctx, 2026)};
    struct li_calendar *calendar = NULL;

    if (li_calendar_read(ctx, years, 2, office, 2, &calendar) != 0)
        fail_msg("%.*s", LI_P(li_ctx_explain(ctx)));
    return calendar;
}

/* "2026-09-30T17:00" in Chinese time. */
static int64_t instant(struct li_ctx *ctx, const char *text)
{
    int64_t at = 0;

    assert_int_equal(li_time_parse(ctx, li_strf(ctx, "%s:00+08:00", text), &at), 0);
    return at;
}

static struct li_length length(struct li_ctx *ctx, const char *text, enum li_clock_kind kind)
{
    struct li_length value = {0};

    assert_int_equal(li_length_parse(ctx, li_str(text), kind, &value), 0);
    assert_int_equal(value.kind, kind);
    return value;
}

static void knows_the_published_days(void **state)
{
    static const struct {
        const char *day;
        bool works;
    } days[] =
        {
            {"2026-01-02", false}, /* a Friday off */
            {"2026-01-04", true},  /* a Sunday made up */
            {"2026-02-14", true},  {"2026-02-15", false}, {"2026-02-23", false},
            {"2026-02-24", true},  {"2026-02-28", true},  {"2026-04-06", false},
            {"2026-05-09", true},  {"2026-06-19", false}, {"2026-09-20", true},
            {"2026-09-25", false}, {"2026-09-28", true},  {"2026-09-30", true},
            {"2026-10-01", false}, {"2026-10-07", false}, {"2026-10-08", true},
            {"2026-10-10", true},  {"2026-10-11", false}, {"2026-12-31", true},
            {"2027-01-01", true}, /* unpublished: a Friday */
            {"2027-01-02", false}, {"2025-10-08", false}, {"2025-10-11", true},
            {"2025-01-26", true},  {"2024-12-31", true},  {"2024-12-29", false},
        };
    struct li_ctx *ctx = *state;
    const struct li_calendar *calendar = published(ctx);
    int worked = 0;

    for (size_t i = 0; i < COUNT(days); i++) {
        int32_t day = 0;

        assert_int_equal(li_date_parse(ctx, li_str(days[i].day), &day), 0);
        if (li_calendar_works(calendar, day) != days[i].works)
            fail_msg("%s is wrong", days[i].day);
    }
    for (int32_t day = li_day_of(2026, 1, 1); day <= li_day_of(2026, 12, 31); day++)
        worked += li_calendar_works(calendar, day);
    assert_int_equal(worked, 248);
    worked = 0;
    for (int32_t day = li_day_of(2025, 1, 1); day <= li_day_of(2025, 12, 31); day++)
        worked += li_calendar_works(calendar, day);
    assert_int_equal(worked, 248);
    assert_int_equal(calendar->edition, 2026);
    assert_int_equal(calendar->minutes_a_day, 420);
}

static void adds_working_time(void **state)
{
    static const struct {
        const char *from, *length, *due;
        bool provisional;
    } cases[] = {
        /* within one stretch, over lunch, over the night */
        {"2026-09-28T09:00", "30m", "2026-09-28T09:30", false},
        {"2026-09-28T09:00", "3h", "2026-09-28T12:00", false},
        {"2026-09-28T11:30", "1h", "2026-09-28T14:30", false},
        {"2026-09-28T17:30", "1h", "2026-09-29T09:30", false},
        {"2026-09-28T09:00", "7h", "2026-09-28T18:00", false},
        {"2026-09-28T09:00", "14h", "2026-09-29T18:00", false},
        {"2026-09-28T09:00", "3601s", "2026-09-28T10:00", false},
        {"2026-09-28T09:00", "0h", "2026-09-28T09:00", false},
        {"2026-09-27T03:00", "0d", "2026-09-27T03:00", false},
        /* a start outside hours counts from the next opening */
        {"2026-09-28T07:10", "30m", "2026-09-28T09:30", false},
        {"2026-09-28T12:00", "30m", "2026-09-28T14:30", false},
        {"2026-09-28T13:59", "30m", "2026-09-28T14:30", false},
        {"2026-09-28T18:00", "30m", "2026-09-29T09:30", false},
        {"2026-09-28T23:59", "30m", "2026-09-29T09:30", false},
        {"2026-09-27T10:00", "30m", "2026-09-28T09:30", false}, /* Mid-Autumn Sunday */
        /* over National Day: 1 to 7 October off, 10 October made up */
        {"2026-09-30T17:00", "4h", "2026-10-08T12:00", false},
        {"2026-09-30T17:00", "1h", "2026-09-30T18:00", false},
        {"2026-10-03T10:00", "2h", "2026-10-08T11:00", false},
        {"2026-10-09T17:00", "4h", "2026-10-10T12:00", false},
        {"2026-10-10T17:00", "4h", "2026-10-12T12:00", false},
        /* n working days end at the same time of day n working days later */
        {"2026-09-28T10:15", "1d", "2026-09-29T10:15", false},
        {"2026-09-30T10:15", "1d", "2026-10-08T10:15", false},
        {"2026-09-30T10:15", "3d", "2026-10-10T10:15", false},
        {"2026-09-30T10:15", "4d", "2026-10-12T10:15", false},
        {"2026-09-30T12:30", "1d", "2026-10-08T14:00", false},
        {"2026-09-30T18:00", "1d", "2026-10-09T09:00", false},
        {"2026-10-01T00:00", "1d", "2026-10-09T09:00", false},
        {"2026-02-13T16:00", "1d", "2026-02-14T16:00", false}, /* a make-up Saturday */
        {"2026-02-14T16:00", "1d", "2026-02-24T16:00", false},
        /* a working week is five working days */
        {"2026-09-21T09:30", "1w", "2026-09-29T09:30", false},
        {"2026-09-30T10:00", "1w", "2026-10-13T10:00", false},
        {"2026-11-02T10:00", "2w", "2026-11-16T10:00", false},
        /* beyond the last published day */
        {"2026-12-31T10:00", "1d", "2027-01-01T10:00", true},
        {"2026-12-31T17:00", "1h", "2026-12-31T18:00", false},
        {"2026-12-31T17:00", "2h", "2027-01-01T10:00", true},
        {"2027-03-05T17:30", "1h", "2027-03-08T09:30", true},
        {"2026-12-21T09:00", "20d", "2027-01-18T09:00", true},
        /* between editions nothing is provisional */
        {"2025-12-31T17:30", "1h", "2026-01-04T09:30", false},
        {"2025-09-30T10:00", "3d", "2025-10-11T10:00", false},
    };
    struct li_ctx *ctx = *state;
    const struct li_calendar *calendar = published(ctx);

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct li_due_time due = li_calendar_add(calendar, instant(ctx, cases[i].from),
                                                       length(ctx, cases[i].length, LI_CLOCK_WORK));
        const int64_t extra = li_str_is(li_str(cases[i].length), "3601s") ? LI_SECOND : 0;

        if (due.at != instant(ctx, cases[i].due) + extra) {
            char text[LI_TIME_TEXT];

            li_time_format(due.at, text);
            fail_msg("%s + %s is not %s", cases[i].from, cases[i].length, text);
        }
        if (due.provisional != cases[i].provisional)
            fail_msg("%s + %s: provisional", cases[i].from, cases[i].length);
        assert_int_equal(due.edition, 2026);
    }
}

static void adds_calendar_time(void **state)
{
    static const struct {
        const char *from, *length, *due;
    } cases[] = {
        {"2026-09-30T17:00", "90s", "2026-09-30T17:01"},
        {"2026-09-30T17:00", "30m", "2026-09-30T17:30"},
        {"2026-09-30T17:00", "24h", "2026-10-01T17:00"},
        {"2026-09-30T17:00", "3d", "2026-10-03T17:00"},
        {"2026-09-30T17:00", "2w", "2026-10-14T17:00"},
        {"2027-06-01T00:00", "1d", "2027-06-02T00:00"},
    };
    struct li_ctx *ctx = *state;
    const struct li_calendar *calendar = published(ctx);

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct li_length time = length(ctx, cases[i].length, LI_CLOCK_CALENDAR);
        const int64_t from = instant(ctx, cases[i].from);
        const struct li_due_time due = li_calendar_add(calendar, from, time);
        const int64_t extra = time.unit == 's' ? 30 * LI_SECOND : 0;

        assert_true(due.at == instant(ctx, cases[i].due) + extra);
        assert_false(due.provisional);
        assert_true(li_calendar_add(NULL, from, time).at == due.at);
    }
    assert_true(li_calendar_add(NULL, INT64_MAX - 5, length(ctx, "1s", LI_CLOCK_CALENDAR)).at ==
                INT64_MAX);
}

static void counts_working_time(void **state)
{
    static const struct {
        const char *from, *to;
        int64_t minutes;
    } cases[] = {
        {"2026-09-28T09:00", "2026-09-28T18:00", 420},
        {"2026-09-28T00:00", "2026-09-29T00:00", 420},
        {"2026-09-28T11:30", "2026-09-28T14:30", 60},
        {"2026-09-28T12:10", "2026-09-28T13:50", 0},
        {"2026-09-28T17:00", "2026-09-29T10:00", 120},
        {"2026-09-30T17:00", "2026-10-08T10:00", 120},
        {"2026-10-01T00:00", "2026-10-08T00:00", 0},
        {"2026-10-09T17:00", "2026-10-12T10:00", 540},
        {"2026-01-01T00:00", "2027-01-01T00:00", 248 * 420},
        {"2025-01-01T00:00", "2027-01-01T00:00", 496 * 420},
        {"2026-12-31T00:00", "2027-01-09T00:00", 7 * 420},
        {"2027-02-01T00:00", "2027-03-01T00:00", 20 * 420},
        {"2024-12-02T00:00", "2025-01-02T00:00", 22 * 420},
        {"2026-09-28T10:00", "2026-09-28T10:00", 0},
        {"2026-09-28T10:00", "2026-09-28T09:00", 0},
    };
    struct li_ctx *ctx = *state;
    const struct li_calendar *calendar = published(ctx);

    for (size_t i = 0; i < COUNT(cases); i++) {
        const int64_t between =
            li_calendar_between(calendar, instant(ctx, cases[i].from), instant(ctx, cases[i].to));

        if (between != cases[i].minutes * LI_MINUTE)
            fail_msg("%s to %s is %lld s", cases[i].from, cases[i].to,
                     (long long)(between / LI_SECOND));
    }
}

/* What is added is what is counted, from anywhere to anywhere. */
static void adding_and_counting_agree(void **state)
{
    struct li_ctx *ctx = *state;
    const struct li_calendar *calendar = published(ctx);
    const int64_t begin = instant(ctx, "2024-11-15T00:00");
    uint64_t seed = 2026;

    for (int i = 0; i < 20000; i++) {
        struct li_length time = {.unit = 'm', .kind = LI_CLOCK_WORK};
        int64_t from;

        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
        from = begin + (int64_t)(seed >> 33) % (900 * 24 * 60) * LI_MINUTE + (int64_t)(seed & 63);
        time.amount = (int64_t)(seed >> 20) % 20000 + 1;
        assert_true(li_calendar_between(calendar, from, li_calendar_add(calendar, from, time).at) ==
                    time.amount * LI_MINUTE);
    }
}

static void goes_very_far(void **state)
{
    struct li_ctx *ctx = *state;
    const struct li_calendar *calendar = published(ctx);
    const int64_t from = instant(ctx, "2026-09-28T09:00");

    assert_true(li_calendar_add(calendar, from, length(ctx, "36525d", LI_CLOCK_WORK)).provisional);
    assert_true(li_calendar_add(calendar, from, length(ctx, "876600h", LI_CLOCK_WORK)).provisional);
    assert_true(li_calendar_between(calendar, INT64_MIN, INT64_MAX) > 0);
    assert_true(li_calendar_add(calendar, INT64_MAX, length(ctx, "9d", LI_CLOCK_WORK)).at ==
                INT64_MAX);
    assert_true(li_calendar_add(calendar, INT64_MAX, length(ctx, "9h", LI_CLOCK_WORK)).at ==
                INT64_MAX);
}

static void refuses_wrong_tables(void **state)
{
    static const struct li_hours late[] = {{9 * 60, 25 * 60}};
    static const struct li_hours overlap[] = {{9 * 60, 12 * 60}, {11 * 60, 18 * 60}};
    static const struct li_hours empty[] = {{9 * 60, 9 * 60}};
    static const struct li_hours negative[] = {{-1, 60}};
    static const struct li_day_rule twice[] = {{20000, true}, {20000, false}};
    static const struct li_day_rule back[] = {{20001, true}, {20000, false}};
    static const struct li_day_rule outside[] = {{30000, true}};
    struct li_ctx *ctx = *state;
    struct li_calendar *ret = NULL;

#define NEW(first, last, rules, count, hours, hour_count)                                          \
    li_calendar_new(ctx, 2026, (first), (last), (rules), (count), (hours), (hour_count), &ret)
    assert_int_equal(NEW(19000, 21000, NULL, 0, late, 1), -LI_E_INVALID);
    assert_int_equal(NEW(19000, 21000, NULL, 0, overlap, 2), -LI_E_INVALID);
    assert_int_equal(NEW(19000, 21000, NULL, 0, empty, 1), -LI_E_INVALID);
    assert_int_equal(NEW(19000, 21000, NULL, 0, negative, 1), -LI_E_INVALID);
    assert_int_equal(NEW(19000, 21000, NULL, 0, office, 0), -LI_E_INVALID);
    assert_int_equal(NEW(19000, 21000, NULL, 0, office, 5), -LI_E_INVALID);
    assert_int_equal(NEW(21000, 19000, NULL, 0, office, 2), -LI_E_INVALID);
    assert_int_equal(NEW(0, INT32_MAX, NULL, 0, office, 2), -LI_E_INVALID);
    assert_int_equal(NEW(19000, 21000, twice, 2, office, 2), -LI_E_INVALID);
    assert_int_equal(NEW(19000, 21000, back, 2, office, 2), -LI_E_INVALID);
    assert_int_equal(NEW(19000, 21000, outside, 1, office, 2), -LI_E_INVALID);
    assert_null(ret);
    assert_int_equal(NEW(19000, 21000, twice, 1, office, 2), 0);
#undef NEW
}

static void refuses_wrong_files(void **state)
{
    static const char *const bad[] = {
        "holidays: []\nworking: []\n",
        "edition: '2026'\nholidays: []\nworking: []\n",
        "edition: 2026\nworking: []\n",
        "edition: 2026\nholidays: []\n",
        "edition: 2026\nholidays: [2025-12-31]\nworking: []\n",
        "edition: 2026\nholidays: [2026-02-29]\nworking: []\n",
        "edition: 2026\nholidays: [20260101]\nworking: []\n",
        "edition: 2026\nholidays: [{from: 2026-01-02}]\nworking: []\n",
        "edition: 2026\nholidays: [{from: 2026-01-02, to: 2026-01-01}]\nworking: []\n",
        "edition: 2026\nholidays: [[2026-01-02]]\nworking: []\n",
        "[1]\n",
    };
    struct li_ctx *ctx = *state;
    struct li_calendar *calendar = NULL;
    const struct li_node *gap[] = {read_year(ctx, 2026), read_year(ctx, 2025)};

    for (size_t i = 0; i < COUNT(bad); i++) {
        struct li_node *node = NULL;
        const struct li_node *years[1];

        assert_int_equal(li_yaml_read(ctx, "x.yaml", li_str(bad[i]), &node), 0);
        years[0] = node;
        if (li_calendar_read(ctx, years, 1, office, 2, &calendar) != -LI_E_INVALID)
            fail_msg("accepted: %s", bad[i]);
    }
    assert_int_equal(li_calendar_read(ctx, gap, 2, office, 2, &calendar), -LI_E_INVALID);
    assert_int_equal(li_calendar_read(ctx, gap, 0, office, 2, &calendar), -LI_E_INVALID);
    assert_null(calendar);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(knows_the_published_days), TEST(adds_working_time),   TEST(adds_calendar_time),
        TEST(counts_working_time),      TEST(goes_very_far),       TEST(adding_and_counting_agree),
        TEST(refuses_wrong_tables),     TEST(refuses_wrong_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
