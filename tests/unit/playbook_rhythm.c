/* Rhythms: which days they fall on, beside a slow reference; how they are said; what they give. */
#include "playbook.h"

#include "base/json.h"

static const struct li_hours hours[] = {{9 * 60, 12 * 60}, {14 * 60, 18 * 60}};

/* 2026 with National Day off (1 to 7 October) and 10 October worked. */
static struct li_calendar *calendar_of(struct li_ctx *ctx)
{
    struct li_day_rule rules[8];
    struct li_calendar *calendar = NULL;
    int32_t first = li_day_of(2026, 10, 1);

    for (int i = 0; i < 7; i++)
        rules[i] = (struct li_day_rule){.day = first + i, .working = false};
    rules[7] = (struct li_day_rule){.day = li_day_of(2026, 10, 10), .working = true};
    assert_int_equal(li_calendar_new(ctx, 2026, li_day_of(2026, 1, 1), li_day_of(2026, 12, 31),
                                     rules, 8, hours, 2, &calendar),
                     0);
    return calendar;
}

static struct li_playbook *with_rhythm(struct li_ctx *ctx, const char *words)
{
    struct li_playbook *playbook = NULL;
    struct li_str every =
        li_strf(ctx,
                "see: {public: kind}\nevery: {x: {label: {zh: 每天, en: Daily}, %s, for: grid, "
                "fields: {kind: leg, note: a}}}\n",
                words);
    struct li_str yaml = changed(ctx, "see: {public: kind}\n", li_str_c(ctx, every));

    yaml = changed_in(ctx, yaml, "  by: anyone\n", "  by: [anyone, system]\n");
    if (li_playbook_load(ctx, "x.yaml", yaml, &playbook)) {
        struct li_str why = li_ctx_explain(ctx);
        fail_msg("%s: %.*s", words, LI_P(why));
    }
    return playbook;
}

static const char *day_text(struct li_ctx *ctx, int32_t day)
{
    struct li_civil date = li_civil_at(li_day_start(day));

    return li_str_c(ctx, li_strf(ctx, "%04d-%02d-%02d", date.year, date.month, date.day));
}

/* The days from 2026-09-25, as many as are named. */
static void falls_on(struct li_ctx *ctx, const char *words, const char *const *days)
{
    const struct li_playbook *playbook = with_rhythm(ctx, words);
    const struct li_calendar *calendar = calendar_of(ctx);
    int32_t day = li_day_of(2026, 9, 25);

    for (; *days; days++) {
        day = li_rhythm_day(&playbook->rhythms[0], calendar, day);
        assert_string_equal(day_text(ctx, day), *days);
        day++;
    }
}

#define FALLS(words, ...) falls_on(ctx, words, (const char *const[]){__VA_ARGS__, NULL})

static void days_are_found(void **state)
{
    struct li_ctx *ctx = *state;

    FALLS("at: '08:00'", "2026-09-25", "2026-09-26", "2026-09-27");
    FALLS("at: '08:00', skip: holidays", "2026-09-25", "2026-09-28", "2026-09-29", "2026-09-30",
          "2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12");
    FALLS("at: '08:00', days: {week: [sat, sun]}", "2026-09-26", "2026-09-27", "2026-10-03");
    FALLS("at: '08:00', days: {week: sat}, skip: holidays", "2026-10-10");
    FALLS("at: '08:00', days: {day: 31}", "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31");
    FALLS("at: '08:00', days: {day: 1}", "2026-10-01", "2026-11-01");
    FALLS("at: '08:00', days: {day: 1}, put_off: holidays", "2026-10-08", "2026-11-02",
          "2026-12-01");
    FALLS("at: '08:00', days: {day: 1}, skip: holidays", "2026-12-01");
    FALLS("at: '08:00', days: {day: 29, months: 2}", "2027-02-28", "2028-02-29");
    FALLS("at: '08:00', days: {months: [10], week: [thu]}", "2026-10-01", "2026-10-08");
}

static void windows_are_reckoned(void **state)
{
    struct li_ctx *ctx = *state;
    const struct li_playbook *playbook =
        with_rhythm(ctx, "within: {from: '08:30', to: '20:00'}, times: 3");
    int32_t day = li_day_of(2026, 9, 25);

    assert_int_equal(playbook->rhythms[0].times, 3);
    assert_true(li_rhythm_begins(&playbook->rhythms[0], day) ==
                li_day_start(day) + 510 * LI_MINUTE);
    assert_true(li_rhythm_ends(&playbook->rhythms[0], day) == li_day_start(day) + 20 * LI_HOUR);
    playbook = with_rhythm(ctx, "at: '08:30'");
    assert_true(li_rhythm_ends(&playbook->rhythms[0], day) == li_day_start(day + 1));
}

static void says(struct li_ctx *ctx, const char *words, const char *zh, const char *en)
{
    const struct li_playbook *playbook = with_rhythm(ctx, words);
    const enum li_lang langs[] = {LI_ZH, LI_EN};
    const char *texts[] = {zh, en};

    for (int i = 0; i < 2; i++) {
        struct li_buf *buf = li_buf_new(ctx, 0);
        ctx->lang = langs[i];
        assert_int_equal(li_rhythm_say(ctx, &playbook->rhythms[0], buf), 0);
        assert_str(li_buf_view(buf), texts[i]);
    }
    ctx->lang = LI_ZH;
}

static void is_said(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_buf *buf = li_buf_new(ctx, 0);

    says(ctx, "at: '08:30'", "每天 08:30，每个网格一件", "every day at 08:30, one for each grid");
    says(ctx, "days: {week: [mon, thu]}, skip: holidays, at: '08:30'",
         "每周一、四（节假日除外） 08:30，每个网格一件",
         "every Monday, Thursday but days off at 08:30, one for each grid");
    says(ctx, "days: {months: [6, 7], day: 31}, within: {from: '08:00', to: '20:00'}, times: 2",
         "6月、7月最后一天 08:00–20:00 之间随机 2 次，每个网格一件",
         "in June, July, on the last day of the month between 08:00 and 20:00, 2 drawn times, one "
         "for each grid");
    says(ctx, "days: {day: 1}, put_off: holidays, at: '09:00'",
         "每月1日（遇节假日顺延到上班第一天） 09:00，每个网格一件",
         "on day 1 of the month (of days off: the next working day) at 09:00, one for each grid");
    assert_int_equal(li_playbook_explain(ctx, with_rhythm(ctx, "at: '08:30', waits: true"), buf),
                     0);
    assert_non_null(strstr(li_str_c(ctx, li_buf_view(buf)),
                           "- 每天：每天 08:30，每个网格一件；填好类型、说明；管理员开启后才开始"));
}

static void an_action_is_said(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_playbook *playbook = NULL;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_str yaml =
        changed(ctx, "see: {public: kind}\n",
                "see: {public: kind}\nevery: {x: {label: {zh: 每周催办, en: Weekly}, days: {week: "
                "fri}, at: '16:00', action: chase}}\n");

    yaml = changed_in(ctx, yaml, "actions:\n",
                      "actions:\n  chase: {label: {zh: 催办, en: Chase}, from: fresh, by: system, "
                      "effects: [{tell: owner}]}\n");
    assert_int_equal(li_playbook_load(ctx, "x.yaml", yaml, &playbook), 0);
    assert_true(playbook->rhythms[0].action == li_playbook_action(playbook, LI_S("chase")));
    assert_true(playbook->actions[playbook->rhythms[0].action].by_rhythm);
    assert_int_equal(li_playbook_explain(ctx, playbook, buf), 0);
    if (!strstr(li_str_c(ctx, li_buf_view(buf)),
                "- 每周催办：每周五 16:00，未结的逐件办理：“催办”（")) {
        fail_msg("%.*s", LI_P(li_buf_view(buf)));
    }
}

/* What it is plain loads to the same. */
static void is_plain(void **state)
{
    struct li_ctx *ctx = *state;
    const struct li_playbook *playbook =
        with_rhythm(ctx, "days: {week: mon}, at: '08:30', put_off: holidays");
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_playbook *again = NULL;

    assert_int_equal(li_playbook_plain(ctx, playbook, buf), 0);
    assert_int_equal(li_playbook_load(ctx, "plain.yaml", li_buf_view(buf), &again), 0);
    assert_true(li_hash_eq(&playbook->hash, &again->hash));
    assert_int_equal(again->rhythms[0].week, 1);
    assert_int_equal(again->rhythms[0].off, LI_OFF_PUT_OFF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(days_are_found), TEST(windows_are_reckoned),
                                       TEST(is_said), TEST(an_action_is_said), TEST(is_plain)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
