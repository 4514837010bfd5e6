/*
 * Draws: by the seed of the month and the number of the case, the same on both engines and by
 * whoever reckons it again; nothing where the tenant draws nothing; and what verify finds.
 */
#include "case/drawn.h"
#include "base/canonical.h"
#include "base/draw.h"
#include "base/sys.h"
#include "base/time.h"
#include "lib/cases.h"
#include "record/history.h"
#include "record/sample.h"
#include "record/setting.h"

LI_SQL(drawn_payload, "select payload from history where tenant = $1 and seq = $2");
LI_SQL(drawn_last, "select max(seq) from history where tenant = $1");
LI_SQL(drawn_tamper, "update history set payload = $3 where tenant = $1 and seq = $2");
LI_SQL(drawn_source, "select source from playbook where tenant = $1 and name = 'drawn'");
LI_SQL(drawn_source_turn, "update playbook set source = $2 where tenant = $1 and name = 'drawn'");
LI_SQL(drawn_number, "update cases set number = 'D26-0' where tenant = $1 and id = $2");
LI_SQL(drawn_setting, "update setting set value = $2 where tenant = $1 and name = 'spot_checks'");
LI_SQL(drawn_root, "update sample set root = $2 where tenant = $1");

static void draw_at(struct test_cases *c, int percent)
{
    struct li_node *values;
    struct li_setting_args args;

    assert_ok(
        c->r->t,
        li_canonical_read(c->r->ctx, li_strf(c->r->ctx, "{\"spot_checks\":%d}", percent), &values));
    args.values = values;
    assert_ok(c->r->t, records_run(c->r, &li_setting_put, &args));
}

static struct test_cases *house(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    struct li_str text;

    assert_ok(t, li_file_read(c->r->ctx, "tests/lib/drawn.yaml", 0, &text));
    assert_ok(t, cases_adopt(c, li_str_c(c->r->ctx, text)));
    return c;
}

static int64_t done(struct test_cases *c, const char *kind)
{
    struct li_str fields = li_strf(c->r->ctx, "{\"kind\":\"%s\",\"matter\":\"灯不亮\"}", kind);
    int64_t id = cases_new(c, "drawn", fields.ptr, NULL);

    assert_acts(c, id, CASES_DESK, "done", 0, "{}");
    return id;
}

/* What anybody reckons who knows the seed. */
static bool is_drawn(struct test_cases *c, const struct li_hash *seed, int64_t id, int share)
{
    const struct li_draw draw = {LI_S("drawn"), cases_row(c, id).number, LI_S("spot")};

    return li_draw_value(seed, &draw) < share;
}

static int64_t last_seq(struct test_cases *c)
{
    return records_number(c->r, &drawn_last, LI_ARGS(li_v(c->r->tenant)));
}

static struct li_str payload(struct test_cases *c, int64_t seq)
{
    return records_text(c->r, &drawn_payload, LI_ARGS(li_v(c->r->tenant), li_v(seq)));
}

static void months(struct test_store *t)
{
    struct test_cases *c = house(t);
    struct li_draw_chain chain;
    int drawn = 0;

    /* nothing is drawn before the tenant says so, and history says nothing of it */
    assert_string_equal(cases_state(c, done(c, "always")), "closed");
    assert_null(strstr(li_str_c(c->r->ctx, payload(c, last_seq(c))), "drawn\":["));
    assert_int_equal(records_verify(c->r, c->r->tenant).draws, 0);
    draw_at(c, 100);
    assert_ok(t, li_sample_chain(c->r->ctx, c->r->record, t->writer, c->r->tenant, &chain));
    for (int month = 0; month < 3; month++) {
        const struct li_hash *seed = li_draw_seed(&chain, li_draw_month(li_now(c->r->clock)));
        assert_non_null(seed);
        assert_true(
            li_draw_proves(&chain.links[0], chain.begun, li_draw_month(li_now(c->r->clock)), seed));
        for (int i = 0; i < 25; i++) {
            int64_t id = done(c, "some");
            bool is = is_drawn(c, seed, id, 4000);
            assert_string_equal(cases_state(c, id), is ? "check" : "closed");
            drawn += is;
        }
        records_later(c->r, 31 * LI_DAY);
    }
    assert_in_range(drawn, 12, 48); /* of 75, about 30 */
    cases_reopen(c);
    assert_string_equal(cases_state(c, done(c, "always")), "check");
    assert_string_equal(cases_state(c, done(c, "never")), "closed");
    draw_at(c, 250); /* two and a half times as many: all */
    for (int i = 0; i < 5; i++) {
        assert_string_equal(cases_state(c, done(c, "some")), "check");
    }
    assert_int_equal(records_verify(c->r, c->r->tenant).draws, 81);
    assert_verifies(c->r, c->r->tenant);
}

/* Whether verify finds it somewhere. */
static bool finds(struct test_cases *c, const char *what)
{
    struct li_verify_report report = records_verify(c->r, c->r->tenant);

    for (size_t i = 0; i < report.finding_count; i++) {
        if (li_str_is(report.findings[i].what, what)) {
            return true;
        }
    }
    return false;
}

static void turned(struct test_store *t)
{
    struct test_cases *c = house(t);
    int64_t seq;
    char *text, *at;

    draw_at(c, 100);
    done(c, "always");
    seq = last_seq(c);
    text = (char *)li_strf(c->r->ctx, "%.*s", LI_P(payload(c, seq))).ptr;
    assert_non_null(strstr(text, "\"drawn\":[{\"drawn\":true,\"name\":\"spot\",\"number\":\""));
    at = strstr(text, "\"share\":10000");
    assert_non_null(at);
    memcpy(at, "\"share\":00000", 13);
    at[8] = '0';
    memmove(at + 9, at + 13, strlen(at + 13) + 1); /* "share":0 */
    records_tamper(c->r, &drawn_tamper,
                   LI_ARGS(li_v(c->r->tenant), li_v(seq), li_v_blob(li_str(text))));
    assert_true(finds(c, "a draw is not what its seed says"));
}

/* ---- held against the playbook ------------------------------------------------------ */

static struct li_drawn_report held_against(struct test_cases *c)
{
    struct li_drawn_report report = {0};

    li_ctx_clear(c->r->ctx);
    assert_ok(c->r->t,
              li_drawn_verify(c->r->ctx, c->r->record, c->r->t->writer, c->r->tenant, &report));
    return report;
}

/* The one finding, and what it says. */
static void assert_found(struct test_cases *c, const char *what)
{
    struct li_drawn_report report = held_against(c);

    if (report.finding_count != 1 || !strstr(li_str_c(c->r->ctx, report.findings[0]), what)) {
        fail_msg("%zu findings, the first: %.*s", report.finding_count,
                 LI_P(report.finding_count ? report.findings[0] : LI_S("none")));
    }
}

/* The last entry with one thing written otherwise, all else in order. */
static void turn_last(struct test_cases *c, const char *from, const char *to)
{
    int64_t seq = last_seq(c);
    const char *text = li_str_c(c->r->ctx, payload(c, seq)), *at = strstr(text, from);

    if (!at) {
        fail_msg("no %s in %s", from, text);
    }
    records_tamper(c->r, &drawn_tamper,
                   LI_ARGS(li_v(c->r->tenant), li_v(seq),
                           li_v_blob(li_strf(c->r->ctx, "%.*s%s%s", (int)(at - text), text, to,
                                             at + strlen(from)))));
}

/* Shares by kind, by a setting that changes, again after a rework, with steps before the
 * adoption of the next version: all as they were. */
static void as_the_playbook_says(struct test_store *t)
{
    static const int scales[] = {0, 100, 50, 250, 0, 100};
    struct test_cases *c = house(t);
    int64_t drawn = 0;

    for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
        draw_at(c, scales[i]);
        for (int k = 0; k < 6; k++) {
            int64_t id = done(c, k % 3 == 0 ? "always" : k % 3 == 1 ? "never" : "some");
            if (strcmp(cases_state(c, id), "check") == 0) {
                assert_acts(c, id, CASES_CHECKER, "bad", 0, "{}");
                assert_acts(c, id, CASES_DESK, "done", 0, "{}");
                drawn += scales[i] && k % 3 != 1;
            }
            drawn += scales[i] && k % 3 != 1;
        }
        records_later(c->r, 20 * LI_DAY);
    }
    cases_reopen(c);
    struct li_drawn_report report = held_against(c);
    assert_int_equal(report.finding_count, 0);
    assert_int_equal(report.draws, drawn);
    assert_int_equal(records_verify(c->r, c->r->tenant).draws, drawn);
    assert_verifies(c->r, c->r->tenant);
}

static void another_share(struct test_store *t)
{
    struct test_cases *c = house(t);

    draw_at(c, 50);
    done(c, "always");
    assert_int_equal(held_against(c).draws, 1);
    turn_last(c, "\"share\":5000", "\"share\":2000"); /* one that the playbook has: not for it */
    assert_found(c, "a share is not what the playbook says");
}

static void another_kind(struct test_store *t)
{
    struct test_cases *c = house(t);
    int64_t id;

    draw_at(c, 100);
    id = done(c, "never");
    assert_string_equal(cases_state(c, id), "closed");
    assert_int_equal(held_against(c).finding_count, 0);
    turn_last(c, "\"fields\":{}", "\"fields\":{\"kind\":\"always\"}"); /* then it had to be */
    assert_found(c, "what had to be drawn was not");
}

static void left_out(struct test_store *t)
{
    struct test_cases *c = house(t);
    const char *text, *from, *to;

    draw_at(c, 100);
    done(c, "always");
    text = li_str_c(c->r->ctx, payload(c, last_seq(c)));
    from = strstr(text, "\"drawn\":[");
    assert_non_null(from);
    to = strstr(from, "],") + 2;
    turn_last(c, li_str_c(c->r->ctx, li_str_n(from, (size_t)(to - from))), "");
    assert_found(c, "what had to be drawn was not");
}

static void by_another_number(struct test_store *t)
{
    struct test_cases *c = house(t);
    int64_t id;
    const char *number;

    draw_at(c, 100);
    id = done(c, "always");
    number = li_str_c(c->r->ctx, cases_row(c, id).number);
    turn_last(c, li_strf(c->r->ctx, "\"number\":\"%s\"", number).ptr, "\"number\":\"D26-7\"");
    assert_found(c, "it was drawn by another number");
}

static void other_rows(struct test_store *t)
{
    struct test_cases *c = house(t);
    struct li_str source = records_text(c->r, &drawn_source, LI_ARGS(li_v(c->r->tenant)));
    const char *text = li_str_c(c->r->ctx, source), *at = strstr(text, "percent: 40");
    int64_t id;

    draw_at(c, 100);
    id = done(c, "always");
    records_tamper(c->r, &drawn_setting, LI_ARGS(li_v(c->r->tenant), li_v_blob(LI_S("50"))));
    assert_found(c, "the setting is not what was put last");
    draw_at(c, 100);
    records_tamper(c->r, &drawn_number, LI_ARGS(li_v(c->r->tenant), li_v(id)));
    assert_found(c, "the case was opened under another number");
    if (!at) {
        at = strstr(text, "40");
    }
    assert_non_null(at);
    records_tamper(
        c->r, &drawn_source_turn,
        LI_ARGS(li_v(c->r->tenant), li_v_blob(li_strf(c->r->ctx, "%.*spercent: 10%s",
                                                      (int)(at - text), text, at + 11))));
    cases_reopen(c);
    assert_found(c, "the playbook in the store is not the one that was adopted");
}

static void other_root(struct test_store *t)
{
    struct test_cases *c = house(t);
    struct li_draw_chain chain;

    records_tamper(
        c->r, &drawn_root,
        LI_ARGS(li_v(c->r->tenant), li_v_blob(LI_S("01234567890123456789012345678901"))));
    assert_int_equal(li_sample_chain(c->r->ctx, c->r->record, t->writer, c->r->tenant, &chain),
                     -LI_E_CORRUPT);
    assert_found(c, "the root in the store is not the tenant's");
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(months),        STORE_TEST(turned),
        STORE_TEST(other_root),    STORE_TEST(as_the_playbook_says),
        STORE_TEST(another_share), STORE_TEST(another_kind),
        STORE_TEST(left_out),      STORE_TEST(by_another_number),
        STORE_TEST(other_rows)};

    return STORE_TESTS_RUN("drawn", tests);
}
