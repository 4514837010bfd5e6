/*
 * Draws: by the seed of the month and the number of the case, the same on both engines and by
 * whoever reckons it again; nothing where the tenant draws nothing; and what verify finds.
 */
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

static void other_root(struct test_store *t)
{
    struct test_cases *c = house(t);
    struct li_draw_chain chain;

    records_tamper(
        c->r, &drawn_root,
        LI_ARGS(li_v(c->r->tenant), li_v_blob(LI_S("01234567890123456789012345678901"))));
    assert_int_equal(li_sample_chain(c->r->ctx, c->r->record, t->writer, c->r->tenant, &chain),
                     -LI_E_CORRUPT);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(months), STORE_TEST(turned),
                                              STORE_TEST(other_root)};

    return STORE_TESTS_RUN("drawn", tests);
}
