/*
 * base/time: days, civil time, RFC 3339 both ways, lengths.
 */
#include <stdio.h>
#include <time.h>

#include "base.h"
#include "base/time.h"

/* Every day of four thousand years against the C library's calendar. */
static void days_agree_with_the_c_library(void **state)
{
    int32_t expected = li_day_of(-200, 1, 1);

    (void)state;
    for (; expected <= li_day_of(3800, 12, 31); expected++) {
        const time_t seconds = (time_t)expected * 86400;
        const struct li_civil civil = li_civil_at(li_day_start(expected));
        struct tm tm;

        assert_non_null(gmtime_r(&seconds, &tm));
        if (civil.year != tm.tm_year + 1900 || civil.month != tm.tm_mon + 1 ||
            civil.day != tm.tm_mday || civil.weekday != (tm.tm_wday + 6) % 7 + 1 ||
            civil.hour + civil.minute + civil.second + civil.micro != 0 ||
            li_day_of(civil.year, civil.month, civil.day) != expected)
            fail_msg("day %d is wrong: %d-%d-%d", expected, civil.year, civil.month, civil.day);
    }
}

static void days_begin_at_midnight_in_china(void **state)
{
    const int32_t day = li_day_of(2026, 11, 21);
    const int64_t start = li_day_start(day);

    (void)state;
    assert_int_equal(li_day_of(1970, 1, 1), 0);
    assert_int_equal(li_day_at(0), 0); /* 08:00 there */
    assert_int_equal(li_day_at(start), day);
    assert_int_equal(li_day_at(start - 1), day - 1);
    assert_int_equal(li_day_at(start + LI_DAY - 1), day);
    assert_int_equal(li_day_at(start + LI_DAY), day + 1);
    assert_int_equal(li_day_at(-8 * LI_HOUR), 0);
    assert_int_equal(li_day_at(-8 * LI_HOUR - 1), -1);
}

static void formats_in_chinese_time(void **state)
{
    static const struct {
        int64_t instant;
        const char *text;
    } known[] = {
        {0, "1970-01-01T08:00:00+08:00"},
        {-1, "1970-01-01T07:59:59.999999+08:00"},
        {INT64_C(1795224600000000), "2026-11-21T09:30:00+08:00"},
        {INT64_C(1795224600250000), "2026-11-21T09:30:00.250+08:00"},
        {INT64_C(1795224600000007), "2026-11-21T09:30:00.000007+08:00"},
        {INT64_C(951753600000000), "2000-02-29T00:00:00+08:00"},
    };
    char text[LI_TIME_TEXT];

    (void)state;
    for (size_t i = 0; i < COUNT(known); i++) {
        li_time_format(known[i].instant, text);
        assert_string_equal(text, known[i].text);
    }
    /* Nothing an int64 can hold is longer than the text. */
    li_time_format(INT64_MAX, text);
    assert_string_equal(text, "294247-01-10T12:00:54.775807+08:00");
    li_time_format(INT64_MIN, text);
    assert_string_equal(text, "-290308-12-22T03:59:05.224192+08:00");
}

static void reads_back_what_it_formats(void **state)
{
    struct li_ctx *ctx = *state;
    const int64_t first = li_day_start(li_day_of(0, 1, 2));
    const int64_t last = li_day_start(li_day_of(9999, 12, 31));
    int64_t step = 7919 * LI_HOUR + 104729;
    int64_t count = 0;

    for (int64_t instant = first; instant < last; instant += step) {
        char text[LI_TIME_TEXT];
        int64_t back;

        li_time_format(instant, text);
        assert_int_equal(li_time_parse(ctx, li_str(text), &back), 0);
        assert_true(back == instant);
        step = step % (9000 * LI_HOUR) + 331 * LI_MINUTE + 17;
        count++;
    }
    assert_true(count > 5000);
}

static void reads_any_offset(void **state)
{
    static const struct {
        const char *text;
        int64_t instant;
    } known[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01t00:00:00z", 0},
        {"1970-01-01T08:00:00+08:00", 0},
        {"1969-12-31T16:00:00-08:00", 0},
        {"1970-01-01T05:45:00+05:45", 0},
        {"1970-01-01T00:00:00-00:00", 0},
        {"1970-01-01T00:00:00.5Z", 500000},
        {"1970-01-01T00:00:00.000001Z", 1},
        {"1970-01-01T00:00:00.123456789Z", 123456},
        {"2024-02-29T23:59:59+08:00", INT64_C(1709222399000000)},
    };
    struct li_ctx *ctx = *state;

    for (size_t i = 0; i < COUNT(known); i++) {
        int64_t instant = 1;

        assert_int_equal(li_time_parse(ctx, li_str(known[i].text), &instant), 0);
        assert_true(instant == known[i].instant);
    }
}

static void refuses_other_times(void **state)
{
    static const char *const bad[] = {
        "",
        "2026-11-21",
        "2026-11-21T09:30:00",
        "2026-11-21 09:30:00Z",
        "2026-11-21T09:30Z",
        "2026-11-21T9:30:00Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T09:60:00Z",
        "2026-11-21T23:59:60Z",
        "2026-11-21T09:30:00.Z",
        "2026-11-21T09:30:00,5Z",
        "2026-11-21T09:30:00.1234567890Z",
        "2026-11-21T09:30:00+0800",
        "2026-11-21T09:30:00+24:00",
        "2026-11-21T09:30:00+08:60",
        "2026-11-21T09:30:00+08:00 ",
        "2026-11-21T09:30:00Zx",
        " 2026-11-21T09:30:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-04-00T00:00:00Z",
        "+2026-04-01T00:00:00Z",
        "-026-04-01T00:00:00Z",
    };
    struct li_ctx *ctx = *state;
    int64_t instant = 42;

    for (size_t i = 0; i < COUNT(bad); i++) {
        if (li_time_parse(ctx, li_str(bad[i]), &instant) != -LI_E_SYNTAX)
            fail_msg("'%s' was accepted", bad[i]);
    }
    assert_int_equal(instant, 42);
}

static void reads_dates(void **state)
{
    struct li_ctx *ctx = *state;
    int32_t day = 0;

    assert_int_equal(li_date_parse(ctx, LI_S("2026-11-21"), &day), 0);
    assert_int_equal(day, li_day_of(2026, 11, 21));
    assert_int_equal(li_date_parse(ctx, LI_S("2000-02-29"), &day), 0);
    assert_int_equal(li_date_parse(ctx, LI_S("1900-02-29"), &day), -LI_E_SYNTAX);
    assert_int_equal(li_date_parse(ctx, LI_S("2026-11-21T"), &day), -LI_E_SYNTAX);
    assert_int_equal(li_date_parse(ctx, LI_S("2026-1-1"), &day), -LI_E_SYNTAX);
    assert_int_equal(li_date_parse(ctx, LI_S(""), &day), -LI_E_SYNTAX);
    assert_int_equal(day, li_day_of(2000, 2, 29));
}

static void reads_lengths_of_every_unit(void **state)
{
    static const struct {
        const char *text;
        int64_t length;
    } good[] = {
        {"90s", 90 * INT64_C(1000000)},
        {"30m", 1800 * INT64_C(1000000)},
        {"4h", 14400 * INT64_C(1000000)},
        {"1d", 86400 * INT64_C(1000000)},
        {"2w", 1209600 * INT64_C(1000000)},
        {"365d", 31536000 * INT64_C(1000000)},
        {"0s", 0},
        {"36525d", INT64_C(36525) * 86400 * 1000000},
    };
    static const char *const bad[] = {"",
                                      "d",
                                      "1",
                                      "1y",
                                      "-1d",
                                      "+1d",
                                      "1.5h",
                                      "1 d",
                                      " 1d",
                                      "1d ",
                                      "1dd",
                                      "1D",
                                      "PT1H",
                                      "36526d",
                                      "99999999999999999999s",
                                      "9223372036854775807w"};
    struct li_ctx *ctx = *state;
    int64_t length = 0;

    for (size_t i = 0; i < COUNT(good); i++) {
        assert_int_equal(li_duration_parse(ctx, li_str(good[i].text), &length), 0);
        assert_true(length == good[i].length);
    }
    length = 42;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(li_duration_parse(ctx, li_str(bad[i]), &length), -LI_E_SYNTAX);
    assert_int_equal(length, 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(days_agree_with_the_c_library),
        TEST(days_begin_at_midnight_in_china),
        TEST(formats_in_chinese_time),
        TEST(reads_back_what_it_formats),
        TEST(reads_any_offset),
        TEST(refuses_other_times),
        TEST(reads_dates),
        TEST(reads_lengths_of_every_unit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
