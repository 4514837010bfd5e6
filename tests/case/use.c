/*
 * Programmes switched off and on: what opens by nobody, what rests, what goes on all the same.
 */
#include "case/use.h"
#include "base/time.h"
#include "case/rhythm.h"
#include "lib/cases.h"
#include "record/due.h"

LI_SQL(use_payload, "select payload from history where tenant = $1 and command = $2 "
                    "order by seq desc limit 1");
LI_SQL(use_children, "select cast(count(*) as bigint) from link where tenant = $1 and to_case = $2 "
                     "and kind = 'child'");
LI_SQL(use_cases, "select cast(count(*) as bigint) from cases where tenant = $1 and playbook = $2");
LI_SQL(use_first, "select id from cases where tenant = $1 and playbook = $2 order by id limit 1");
LI_SQL(use_missed, "select cast(coalesce(sum(missed), 0) as bigint) from rhythm_day "
                   "where tenant = $1");

static int use(struct test_cases *c, const char *name, bool on)
{
    const struct li_playbook_use_args args = {.name = li_str(name), .on = on};

    return records_run(c->r, &li_playbook_use, &args);
}

static const char *payload(struct test_cases *c, const char *command)
{
    return li_str_c(
        c->r->ctx,
        records_text(c->r, &use_payload, LI_ARGS(li_v(c->r->tenant), li_v_text(li_str(command)))));
}

static int64_t cases_of(struct test_cases *c, const char *playbook)
{
    return records_number(c->r, &use_cases,
                          LI_ARGS(li_v(c->r->tenant), li_v_text(li_str(playbook))));
}

static int open_one(struct test_cases *c, const char *name, const char *fields)
{
    struct li_case_open_args args = {
        .area = LI_S("440305001003"), .via = LI_S("web"), .fields = cases_json(c, fields)};

    li_random_bytes(c->r->random, args.token, sizeof(args.token));
    assert_ok(c->r->t, li_library_find(c->r->ctx, c->house.bound.library, c->r->t->writer,
                                       c->r->tenant, li_str(name), 0, &args.playbook));
    return records_run(c->r, &li_case_open, &args);
}

static void refused_as_off(struct test_cases *c, int r)
{
    const struct li_error *error = &c->r->ctx->errors[c->r->ctx->error_count - 1];

    assert_int_equal(r, -LI_E_CHECK);
    assert_non_null(strstr(li_str_c(c->r->ctx, error->limit), "“枝叶”已停用"));
    li_ctx_clear(c->r->ctx);
}

/* Nothing new opens, by anybody; what is open, and what it asked for before, goes on. */
static void nothing_new(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t twig, branch;

    assert_ok(t, cases_adopt_file(c, "tests/lib/twig.yaml"));
    assert_ok(t, cases_adopt_file(c, "tests/lib/branch.yaml"));
    assert_ok(t, open_one(c, "twig", "{\"what\":\"早开的\",\"kind\":\"near\"}"));
    twig = records_number(c->r, &use_first, LI_ARGS(li_v(c->r->tenant), li_v_text(LI_S("twig"))));
    branch = cases_new(c, "branch", "{\"matter\":\"树枝断了\",\"kind\":\"near\"}", NULL);
    assert_acts(c, branch, CASES_DESK, "note", 0, "{}");
    assert_int_equal(use(c, "nothing", false), -LI_E_NOT_FOUND);
    assert_int_equal(use(c, "twig", true), -LI_E_UNIQUE);
    assert_ok(t, use(c, "twig", false));
    assert_int_equal(use(c, "twig", false), -LI_E_UNIQUE);
    assert_string_equal(payload(c, "playbook.use"), "{\"on\":false,\"playbook\":\"twig\"}");
    li_ctx_clear(c->r->ctx);
    cases_reopen(c);

    refused_as_off(c, open_one(c, "twig", "{\"what\":\"新的\",\"kind\":\"near\"}"));
    refused_as_off(c, cases_act(c, branch, CASES_DESK, "send", 0, "{}"));
    assert_string_equal(cases_state(c, branch), "open");
    assert_int_equal(cases_run_due(c), 1);
    assert_int_equal(records_number(c->r, &use_children, LI_ARGS(li_v(c->r->tenant), li_v(branch))),
                     1);
    assert_acts(c, twig, CASES_DESK, "cut", 0, "{\"word\":\"好\"}");
    assert_ok(t, open_one(c, "branch", "{\"matter\":\"别的照开\",\"kind\":\"near\"}"));

    assert_ok(t, use(c, "twig", true));
    assert_ok(t, open_one(c, "twig", "{\"what\":\"又能开\",\"kind\":\"near\"}"));
    assert_acts(c, branch, CASES_DESK, "send", 0, "{}");
    cases_assert_counted(c);
    assert_verifies(c->r, 1);
}

/* Where the engine would have opened one there is nobody to refuse: it goes on, and says so. */
static void left_out(struct test_store *t)
{
    static const char hand[] =
        "playbook: hand\nversion: 1\ntitle: {zh: 传, en: Hand}\nwhy: {zh: 测, en: Test}\n"
        "number: \"H{seq}\"\nfields: {n: {type: text, max: 300, label: {zh: 事, en: N}}, "
        "k: {type: integer, label: {zh: 数, en: K}}}\n"
        "open: {by: anyone, via: web, fields: [n, k], required: [n]}\n"
        "states:\n  a: {label: {zh: 甲, en: A}, owner: desk, clock: 1d}\n"
        "  b: {label: {zh: 乙, en: B}, owner: desk, clock: 1d}\n"
        "  z: {label: {zh: 完, en: Z}, end: true}\n"
        "actions:\n  go: {label: {zh: 走, en: Go}, from: a, to: b, by: system, when: "
        "\"field.k = 0\", spawns: {playbook: twig, map: {what: n, kind: \"'near'\"}, block: "
        "true}}\n"
        "  end: {label: {zh: 完, en: End}, from: [a, b], to: z, by: desk}\nkeep: 1y\n";
    struct test_cases *c = cases_open(t);
    int64_t id;

    assert_ok(t, cases_adopt_file(c, "tests/lib/twig.yaml"));
    assert_ok(t, cases_adopt(c, hand));
    assert_ok(t, use(c, "twig", false));
    id = cases_new(c, "hand", "{\"n\":\"一件\"}", NULL);
    assert_string_equal(cases_state(c, id), "b");
    assert_non_null(strstr(payload(c, "case.open"), "\"left_out\":[\"twig\"]"));
    assert_int_equal(cases_run_due(c), 0);
    assert_acts(c, id, CASES_DESK, "end", 0, "{}");
    assert_int_equal(cases_of(c, "twig"), 0);
    assert_verifies(c->r, 1);
}

/* What opens of itself rests: called off today, nothing missed, and there again afterwards. */
static void rests(struct test_store *t)
{
    static const char daily[] =
        "playbook: daily\nversion: 1\ntitle: {zh: 天天, en: Daily}\nwhy: {zh: 测, en: Test}\n"
        "number: \"D{seq}\"\nfields: {what: {type: text, label: {zh: 什么, en: What}}}\n"
        "open: {by: [desk, system], via: [desk], fields: [what], required: [what]}\n"
        "every:\n  round: {label: {zh: 每天, en: Daily}, within: {from: \"08:00\", to: \"20:00\"}, "
        "times: 1, for: community, fields: {what: 看看}}\n"
        "states:\n  open: {label: {zh: 待办, en: Open}, owner: desk, clock: 400d}\n"
        "  done: {label: {zh: 完, en: Done}, end: true}\n"
        "actions:\n  finish: {label: {zh: 完成, en: Finish}, from: open, to: done, by: desk}\n"
        "keep: 1y\n";
    struct test_cases *c = cases_open(t);
    int64_t today = li_day_start(li_day_at(li_now(c->r->clock)));

    assert_ok(t, cases_adopt(c, daily));
    records_clock(c->r, today + (24 + 8) * LI_HOUR);
    assert_int_equal(cases_run_due(c), 1); /* its times are drawn */
    assert_ok(t, use(c, "daily", false));
    records_clock(c->r, today + (24 + 23) * LI_HOUR);
    assert_int_equal(cases_run_due(c), 0);
    records_clock(c->r, today + (48 + 9) * LI_HOUR);
    assert_int_equal(cases_run_due(c), 1);
    assert_non_null(strstr(payload(c, "rhythm.begin"), "\"planned\":0,\"playbook\":\"daily\","
                                                       "\"rests\":true"));
    assert_int_equal(cases_of(c, "daily"), 0);
    assert_ok(t, use(c, "daily", true));
    records_clock(c->r, today + (72 + 23) * LI_HOUR);
    assert_true(cases_run_due(c) > 0);
    assert_int_equal(cases_of(c, "daily"), 0); /* that whole day went by without a server */
    records_clock(c->r, today + (96 + 8) * LI_HOUR);
    cases_run_due(c);
    records_clock(c->r, today + (96 + 19) * LI_HOUR + 59 * LI_MINUTE);
    cases_run_due(c);
    assert_true(cases_of(c, "daily") > 1);
    assert_true(records_number(c->r, &use_missed, LI_ARGS(li_v(c->r->tenant))) > 0);
    assert_verifies(c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(nothing_new), STORE_TEST(left_out),
                                              STORE_TEST(rests)};

    return STORE_TESTS_RUN("cases: programmes in use", tests);
}
