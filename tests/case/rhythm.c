/*
 * Cases that open of themselves: once, also across an end of the process and when several
 * look at once; what went by is missed and not made up for; times are drawn anew from what
 * is recorded; let run, stopped, adopted anew.
 */
#include "case/rhythm.h"
#include "base/canonical.h"
#include "base/sys.h"
#include "base/time.h"
#include "lib/cases.h"
#include "record/due.h"

LI_SQL(rhythm_opened, "select cast(count(*) as bigint) from history where tenant = $1 "
                      "and command = 'case.open' and actor = 'system'");
LI_SQL(rhythm_times, "select cast(count(*) as bigint) from rhythm_time where tenant = $1 "
                     "and case_id is not null");
LI_SQL(rhythm_missed, "select cast(coalesce(sum(missed), 0) as bigint) from rhythm_day "
                      "where tenant = $1");
LI_SQL(rhythm_planned, "select cast(coalesce(sum(planned), 0) as bigint) from rhythm_day "
                       "where tenant = $1");
LI_SQL(rhythm_entries, "select cast(count(*) as bigint) from history where tenant = $1 "
                       "and command = $2");
LI_SQL(rhythm_at, "select at from rhythm_time where tenant = $1 order by at limit 1");
LI_SQL(rhythm_last, "select at from rhythm_time where tenant = $1 order by at desc limit 1");

static const char daily[] =
    "playbook: daily\nversion: %d\ntitle: {zh: 天天, en: Daily}\nwhy: {zh: 测试, en: Test}\n"
    "number: \"D{yy}-{seq}\"\nfields:\n  what: {type: text, label: {zh: 什么, en: What}}\n"
    "open: {by: [desk, system], via: [desk], fields: [what], required: [what]}\n"
    "every:\n  round: {label: {zh: 每天, en: Daily}, %s, for: community, fields: {what: 看看}}\n"
    "states:\n  open: {label: {zh: 待办, en: Open}, owner: desk, clock: 400d}\n"
    "  done: {label: {zh: 完, en: Done}, end: true}\n"
    "actions:\n  finish: {label: {zh: 完成, en: Finish}, from: open, to: done, by: desk}\n"
    "keep: 1y\nsee: {staff_only: \"true\"}\n";

#define DRAWN "within: {from: \"08:00\", to: \"20:00\"}, times: 2"
#define AT    "at: \"08:30\""

static void adopt(struct test_cases *c, int version, const char *words)
{
    struct li_str text = li_strf(c->r->ctx, daily, version, words);

    assert_non_null(text.ptr);
    assert_ok(c->r->t, cases_adopt(c, text.ptr));
}

static int64_t number(struct test_cases *c, const struct li_sql *sql)
{
    return records_number(c->r, sql, LI_ARGS(li_v(c->r->tenant)));
}

static int64_t entries(struct test_cases *c, const char *command)
{
    return records_number(c->r, &rhythm_entries,
                          LI_ARGS(li_v(c->r->tenant), li_v_text(li_str(command))));
}

static struct li_rhythm_row row_of(struct test_cases *c)
{
    struct li_rhythm_row row = {.id = 0};

    assert_ok(c->r->t, li_rhythm_named(c->r->ctx, c->r->t->writer, c->r->tenant, LI_S("daily"),
                                       LI_S("round"), &row));
    return row;
}

/* On the day after tomorrow of the house's clock, at an hour. */
static int64_t hour(struct test_cases *c, int64_t base, int days, int64_t minutes)
{
    (void)c;
    return li_day_start(li_day_at(base) + days) + minutes * LI_MINUTE;
}

static void drawn_times_open_once(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t base = li_now(c->r->clock), planned, first, last, half;

    adopt(c, 1, DRAWN);
    records_clock(c->r, hour(c, base, 1, 8 * 60));
    assert_int_equal(cases_run_due(c), 1);
    planned = number(c, &rhythm_planned);
    assert_true(planned > 0 && planned % 2 == 0);
    assert_int_equal(number(c, &rhythm_opened), 0);
    first = number(c, &rhythm_at);
    last = number(c, &rhythm_last);
    assert_true(first >= hour(c, base, 1, 8 * 60) && last < hour(c, base, 1, 20 * 60));
    assert_true(first < last);
    /* in the middle of it the process ends, and another goes on */
    records_clock(c->r, first + (last - first) / 2);
    assert_true(cases_run_due(c) > 0);
    half = number(c, &rhythm_opened);
    assert_true(half > 0 && half < planned);
    cases_reopen(c);
    assert_int_equal(cases_run_due(c), 0);
    records_clock(c->r, last);
    cases_run_due(c);
    assert_int_equal(number(c, &rhythm_opened), planned);
    assert_int_equal(number(c, &rhythm_times), planned);
    records_clock(c->r, hour(c, base, 1, 20 * 60));
    assert_int_equal(cases_run_due(c), 1);
    assert_int_equal(number(c, &rhythm_missed), 0);
    assert_int_equal(entries(c, "rhythm.end"), 1);
    assert_true(row_of(c).next_at == hour(c, base, 2, 8 * 60));
    cases_assert_counted(c);
    assert_verifies(c->r, 1);
}

/* Two that look at once: the row is taken with the command, so only one does it. */
static void twice_is_once(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t base = li_now(c->r->clock);
    struct li_due *rows = NULL;
    struct li_rhythm_time time;
    struct li_case_open_args args = {.rhythm = &time};
    struct li_node *node;
    size_t count, tried = 0;

    adopt(c, 1, AT);
    records_clock(c->r, hour(c, base, 1, 510));
    assert_int_equal(li_due_read(c->r->ctx, t->writer, li_now(c->r->clock), 50, &rows, &count), 0);
    assert_true(cases_run_due(c) > 1);
    assert_int_equal(number(c, &rhythm_opened), number(c, &rhythm_planned));
    /* the same time again is refused, whoever asks */
    struct li_str again = li_strf(c->r->ctx, "{\"day\":%d,\"place\":0,\"rhythm\":%lld}",
                                  li_day_at(base) + 1, (long long)row_of(c).id);
    assert_ok(t, li_canonical_read(c->r->ctx, again, &node));
    assert_ok(t, li_rhythm_time_parse(c->r->ctx, node, &time));
    for (; tried < 2; tried++) {
        assert_int_equal(records_run(c->r, &li_case_open, &args), -LI_E_STATE);
    }
    assert_int_equal(number(c, &rhythm_opened), number(c, &rhythm_planned));
}

static void what_went_by_is_missed(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t base = li_now(c->r->clock), planned;
    struct li_rhythm_past *past = NULL;
    size_t count = 0;

    adopt(c, 1, DRAWN);
    /* three whole windows without a server, and the fourth goes on */
    records_clock(c->r, hour(c, base, 4, 12 * 60));
    cases_run_due(c);
    assert_int_equal(entries(c, "rhythm.begin"), 1);
    assert_ok(t,
              li_rhythm_past(c->r->ctx, t->writer, c->r->tenant, row_of(c).id, 10, &past, &count));
    assert_int_equal(count, 4);
    planned = past[0].planned;
    assert_int_equal(past[0].missed, 0);
    for (size_t i = 1; i < count; i++) {
        assert_true(past[i].missed == planned && past[i].opened == 0);
        assert_int_equal(past[i].day, past[0].day - (int32_t)i);
    }
    assert_int_equal(past[0].opened, number(c, &rhythm_opened));
    /* the rest of today comes due while nobody is there */
    records_clock(c->r, hour(c, base, 4, 23 * 60));
    cases_run_due(c);
    assert_ok(t,
              li_rhythm_past(c->r->ctx, t->writer, c->r->tenant, row_of(c).id, 1, &past, &count));
    assert_int_equal(past[0].opened + past[0].missed, planned);
    assert_int_equal(past[0].opened, number(c, &rhythm_opened));
    assert_true(past[0].missed > 0);
    assert_int_equal(entries(c, "rhythm.end"), 1);
    /* and the next day is as any other */
    assert_true(row_of(c).next_at == hour(c, base, 5, 8 * 60));
    assert_verifies(c->r, 1);
}

static int set(struct test_cases *c, bool runs, const char *area)
{
    const struct li_rhythm_set_args args = {
        .playbook = LI_S("daily"), .name = LI_S("round"), .runs = runs, .area = li_str(area)};

    return records_run(c->r, &li_rhythm_set, &args);
}

static void is_let_run_and_stopped(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t base = li_now(c->r->clock), all, before;

    adopt(c, 1, AT ", waits: true");
    assert_false(row_of(c).runs);
    records_clock(c->r, hour(c, base, 2, 600));
    assert_int_equal(cases_run_due(c), 0);
    assert_int_equal(set(c, true, "000"), -LI_E_INVALID);
    assert_int_equal(set(c, true, ""), 0);
    assert_true(row_of(c).next_at == hour(c, base, 3, 510));
    /* a window that has begun is not gone into by another version */
    records_clock(c->r, hour(c, base, 3, 510));
    cases_run_due(c);
    all = number(c, &rhythm_opened);
    assert_true(all > 1);
    adopt(c, 2, DRAWN ", waits: true");
    records_clock(c->r, hour(c, base, 4, 0));
    cases_run_due(c);
    assert_int_equal(entries(c, "rhythm.end"), 1);
    assert_true(row_of(c).next_at == hour(c, base, 4, 8 * 60));
    /* stopped in its window: what was to come is called off, not missed */
    records_clock(c->r, hour(c, base, 4, 8 * 60));
    cases_run_due(c);
    before = number(c, &rhythm_opened);
    assert_int_equal(set(c, false, ""), 0);
    records_clock(c->r, hour(c, base, 6, 0));
    assert_int_equal(cases_run_due(c), 0);
    assert_int_equal(number(c, &rhythm_opened), before);
    assert_int_equal(number(c, &rhythm_missed), 0);
    assert_int_equal(number(c, &rhythm_planned), before);
    /* a version without it stops it */
    assert_int_equal(set(c, true, ""), 0);
    assert_true(row_of(c).runs);
    struct li_str text = li_strf(c->r->ctx, daily, 3, AT);
    char *renamed = strstr((char *)text.ptr, "round:");
    memcpy(renamed, "other:", 6);
    assert_ok(t, cases_adopt(c, text.ptr));
    assert_false(row_of(c).runs);
    assert_int_equal(set(c, true, ""), -LI_E_NOT_FOUND);
    assert_verifies(c->r, 1);
}

/* `stays` open until it was chased twice; what is finished or does not fit is left alone. */
static const char chased[] =
    "playbook: chased\nversion: 1\ntitle: {zh: 催, en: Chased}\nwhy: {zh: 测试, en: Test}\n"
    "number: \"C{yy}-{seq}\"\nfields:\n  how: {type: integer, max: 9, label: {zh: 几, en: How}}\n"
    "open: {by: anyone, via: [web], fields: [how], required: [how]}\n"
    "every:\n  weekly: {label: {zh: 每天, en: Daily}, at: \"08:30\", action: chase}\n"
    "states:\n  open: {label: {zh: 待办, en: Open}, owner: desk, clock: 400d}\n"
    "  late: {label: {zh: 久, en: Late}, owner: desk, clock: 400d}\n"
    "  done: {label: {zh: 完, en: Done}, end: true}\n"
    "actions:\n  finish: {label: {zh: 完成, en: Finish}, from: [open, late], to: done, by: desk}\n"
    "  chase: {label: {zh: 催, en: Chase}, from: open, by: system, when: \"field.how > 0\", "
    "count: chased}\n"
    "  late: {label: {zh: 久, en: Late}, from: open, to: late, by: system, when: "
    "\"count.chased >= 2\"}\n"
    "keep: 1y\nsee: {staff_only: \"true\"}\n";

LI_SQL(rhythm_acted, "select cast(count(*) as bigint) from history where tenant = $1 "
                     "and command = 'case.act' and actor = 'system'");

static void an_action_is_done_once_on_each(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t base = li_now(c->r->clock), one, two, left, finished;
    const uint8_t tokens[4][16] = {{1}, {2}, {3}, {4}};
    struct li_rhythm_past *past = NULL;
    struct li_rhythm_row row = {.id = 0};
    size_t count = 0;

    assert_ok(t, cases_adopt(c, chased));
    one = cases_new(c, "chased", "{\"how\":1}", tokens[0]);
    two = cases_new(c, "chased", "{\"how\":2}", tokens[1]);
    left = cases_new(c, "chased", "{\"how\":0}", tokens[2]);
    finished = cases_new(c, "chased", "{\"how\":3}", tokens[3]);
    assert_int_equal(cases_act(c, finished, CASES_DESK, "finish", 0, NULL), 0);
    records_clock(c->r, hour(c, base, 1, 510));
    assert_int_equal(cases_run_due(c), 3); /* the window, and two cases */
    assert_int_equal(number(c, &rhythm_acted), 2);
    assert_int_equal(cases_run_due(c), 0);
    cases_reopen(c);
    assert_int_equal(cases_run_due(c), 0);
    assert_int_equal(number(c, &rhythm_acted), 2);
    assert_string_equal(cases_state(c, one), "open");
    /* whoever finished meanwhile is not acted on, and counts as missed when it was planned */
    records_clock(c->r, hour(c, base, 2, 510));
    assert_int_equal(cases_run_due(c), 4); /* the end of the first, too */
    assert_string_equal(cases_state(c, one), "late");
    assert_string_equal(cases_state(c, two), "late");
    assert_string_equal(cases_state(c, left), "open");
    assert_string_equal(cases_state(c, finished), "done");
    assert_int_equal(number(c, &rhythm_acted), 4);
    /* a long outage: whole windows with nobody to act on are none */
    records_clock(c->r, hour(c, base, 6, 600));
    cases_run_due(c);
    assert_int_equal(number(c, &rhythm_acted), 4);
    assert_ok(t, li_rhythm_named(c->r->ctx, t->writer, c->r->tenant, LI_S("chased"), LI_S("weekly"),
                                 &row));
    assert_ok(t, li_rhythm_past(c->r->ctx, t->writer, c->r->tenant, row.id, 10, &past, &count));
    assert_true(count >= 3);
    assert_true(past[0].planned == 0 && past[0].missed == 0);
    assert_true(past[count - 1].planned == 2 && past[count - 1].opened == 2);
    cases_assert_counted(c);
    assert_verifies(c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(drawn_times_open_once),          STORE_TEST(twice_is_once),
        STORE_TEST(what_went_by_is_missed),         STORE_TEST(is_let_run_and_stopped),
        STORE_TEST(an_action_is_done_once_on_each),
    };

    return STORE_TESTS_RUN("cases: what opens of itself", tests);
}
