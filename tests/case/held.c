/* Who held a case how long: stretches that add up, read from history alone. */
#include "base/time.h"
#include "lib/cases.h"
#include "view/json.h"

static struct li_view_held held(struct test_cases *c, int64_t id)
{
    struct li_view view = cases_view(c, &c->viewers[CASES_DESK]);
    struct li_view_held ret;

    assert_ok(c->r->t, li_view_held(c->r->ctx, &view, id, &ret));
    return ret;
}

static const struct li_held_span *span_of(const struct li_view_held *seen, size_t i,
                                          const char *state, int part)
{
    assert_true(i < seen->count);
    if (!li_str_is(seen->spans[i].span.name, state) || seen->spans[i].span.part != part) {
        fail_msg("%zu is %.*s of %d", i, LI_P(seen->spans[i].span.name), seen->spans[i].span.part);
    }
    return &seen->spans[i].span;
}

static int64_t instant(struct test_cases *c, const char *text)
{
    int64_t at;

    assert_ok(c->r->t, li_time_parse(c->r->ctx, li_str(text), &at));
    return at;
}

/* Two hours at the desk, a weekend and a morning with a unit. */
static void by_post_and_unit(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    const struct li_held_span *desk, *out, *task;
    struct li_view_held seen;
    int64_t sent;

    records_clock(c->r, instant(c, "2026-03-06T15:00:00+08:00"));
    int64_t id = cases_lamp(c), opened = cases_row(c, id).opened_at;
    records_later(c->r, 2 * LI_HOUR);
    assert_acts(c, id, CASES_DESK, "dispatch", 0, "{\"unit\":\"$0\"}");
    sent = cases_row(c, id).clock.since;
    records_clock(c->r, instant(c, "2026-03-09T10:30:00+08:00"));
    seen = held(c, id);
    desk = span_of(&seen, 0, "received", 0);
    assert_true(desk->from == opened && desk->to == sent && li_str_is(desk->owner.post, "desk"));
    assert_true(desk->work / LI_MINUTE == 120 && !desk->runs);
    out = span_of(&seen, 1, "handling", 0);
    assert_true(out->from == sent && out->to == seen.now && out->runs && !out->owner.post.ptr);
    task = span_of(&seen, 2, "sent", 1);
    assert_true(task->owner.org == c->unit[0] && task->runs && task->work == out->work);
    assert_int_equal(task->work / LI_MINUTE, 60 + 90);
    assert_true(seen.spans[2].owner.has_organization);
    assert_int_equal(seen.count, 3);
}

/* What has ended is counted to its end; what was opened again says how long it was shut;
 * parts rest with their case. */
static void over_an_end(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t sum = 0;

    cases_neighbour(c);
    const uint8_t token[16] = {1};
    int64_t id = cases_neighbour_new(c, "{\"kind\":\"report\",\"note\":\"x\"}", token);
    records_later(c->r, LI_HOUR);
    assert_acts(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\"}");
    records_later(c->r, LI_HOUR);
    assert_acts(c, id, CASES_HANDLER, "done", 1, NULL);
    struct li_view_held seen = held(c, id);
    struct li_case row = cases_row(c, id);
    assert_int_equal(seen.count, 3);
    for (size_t i = 0; i < seen.count; i++) {
        assert_false(seen.spans[i].span.runs);
        sum += seen.spans[i].span.part ? 0 : seen.spans[i].span.to - seen.spans[i].span.from;
    }
    assert_true(sum == row.closed_at - row.opened_at);
    records_later(c->r, LI_DAY);
    assert_acts(c, id, CASES_REPORTER, "again", 0, NULL);
    records_later(c->r, LI_HOUR);
    seen = held(c, id);
    assert_int_equal(seen.count, 6);
    const struct li_held_span *shut = span_of(&seen, 2, "shut", 0);
    assert_true(shut->state->end && shut->from == row.closed_at && !shut->runs);
    span_of(&seen, 3, "out", 0);
    span_of(&seen, 4, "sent", 1);
    assert_true(span_of(&seen, 5, "sent", 1)->from == shut->to);
    sum = 0;
    for (size_t i = 0; i < 4; i++) {
        sum += seen.spans[i].span.to - seen.spans[i].span.from;
    }
    assert_true(sum == seen.now - row.opened_at);
}

static void for_those_who_see_it(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t id = cases_lamp(c);
    struct li_view_held ret;

    for (enum cases_who who = 0; who < CASES_WHO; who++) {
        struct li_viewer viewer = cases_viewer(c, who, id);
        struct li_view view = cases_view(c, &viewer);
        bool sees = who == CASES_DESK || who == CASES_CHECKER || who == CASES_BOTH;
        int r = li_view_held(c->r->ctx, &view, id, &ret);

        if (sees != (r == 0) && who != CASES_HANDLER) {
            fail_msg("%d was answered %d", (int)who, r);
        }
        li_ctx_clear(c->r->ctx);
    }
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(by_post_and_unit),
        STORE_TEST(over_an_end),
        STORE_TEST(for_those_who_see_it),
    };

    return STORE_TESTS_RUN("cases: held", tests);
}
