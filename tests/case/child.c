/*
 * Cases that come of a case: opened once also over a crash, waited for, their parent
 * tried again once; and what adoption refuses.
 */
#include <stdio.h>

#include "case/link.h"
#include "lib/cases.h"
#include "record/due.h"
#include "view/link.h"

LI_SQL(child_count, "select cast(count(*) as bigint) from link where tenant = $1 and to_case = $2 "
                    "and kind = 'child' and until is null");
LI_SQL(child_one, "select from_case from link where tenant = $1 and to_case = $2 "
                  "and kind = 'child' order by seq limit 1");
LI_SQL(child_settled, "select cast(count(*) as bigint) from history where tenant = $1 "
                      "and entity = $2 and command = 'case.settle'");
LI_SQL(child_payload, "select payload from history where tenant = $1 and entity = $2 "
                      "and command = $3 order by seq desc limit 1");
LI_SQL(child_rows, "select cast(count(*) as bigint) from due where tenant = $1 and entity = $2 "
                   "and slot < -100000");
LI_SQL(child_spoil,
       "update due set args = $3 where tenant = $1 and entity = $2 and slot < -100000");

static struct test_cases *begin(struct test_store *t)
{
    struct test_cases *c = cases_open(t);

    assert_ok(t, cases_adopt_file(c, "tests/lib/twig.yaml"));
    assert_ok(t, cases_adopt_file(c, "tests/lib/branch.yaml"));
    return c;
}

static int64_t number(struct test_cases *c, const struct li_sql *sql, int64_t id)
{
    return records_number(c->r, sql, LI_ARGS(li_v(c->r->tenant), li_v(id)));
}

static struct li_str payload(struct test_cases *c, int64_t id, const char *command)
{
    return records_text(c->r, &child_payload,
                        LI_ARGS(li_v(c->r->tenant), li_v(id), li_v_text(li_str(command))));
}

static int64_t branch(struct test_cases *c)
{
    return cases_new(c, "branch", "{\"matter\":\"树枝断了\",\"kind\":\"near\"}", NULL);
}

/* Put down in the act's commit, opened in one of its own, in spite of a crash between. */
static void opened_once(struct test_store *t)
{
    struct test_cases *c = begin(t);
    int64_t id = branch(c), child;
    struct li_case row;

    assert_acts(c, id, CASES_DESK, "send", 0, "{}");
    assert_int_equal(number(c, &child_rows, id), 1);
    assert_int_equal(number(c, &child_count, id), 0);
    /* what is not there yet is waited for all the same */
    assert_int_equal(cases_act(c, id, CASES_DESK, "close", 0, "{}"), -LI_E_CHECK);
    li_ctx_clear(c->r->ctx);
    cases_reopen(c);
    assert_int_equal(cases_run_due(c), 1);
    assert_int_equal(cases_run_due(c), 0);
    assert_int_equal(number(c, &child_rows, id), 0);
    assert_int_equal(number(c, &child_count, id), 1);
    child = number(c, &child_one, id);
    row = cases_row(c, child);
    assert_true(li_str_is(row.playbook->name, "twig") &&
                li_str_eq(row.area, cases_row(c, id).area));
    assert_true(li_str_is(li_node_text(row.fields, "kind"), "near"));
    assert_int_equal(row.links, 1);
    assert_non_null(
        strstr(li_str_c(c->r->ctx, payload(c, child, "case.open")), "\"kind\":\"child\"}"));
    cases_assert_counted(c);
    assert_verifies(c->r, 1);
}

/* The refusal names those that are open; the end of the last sets the parent off, once. */
static void waited_for(struct test_store *t)
{
    struct test_cases *c = begin(t);
    int64_t id = branch(c), child;
    const struct li_error *error;

    assert_acts(c, id, CASES_DESK, "send", 0, "{}");
    cases_run_due(c);
    child = number(c, &child_one, id);
    assert_int_equal(cases_act(c, id, CASES_DESK, "close", 0, "{}"), -LI_E_CHECK);
    error = &c->r->ctx->errors[c->r->ctx->error_count - 1];
    assert_non_null(
        strstr(li_str_c(c->r->ctx, error->limit), li_str_c(c->r->ctx, cases_row(c, child).number)));
    li_ctx_clear(c->r->ctx);
    assert_acts(c, child, CASES_DESK, "cut", 0, "{\"word\":\"好\"}");
    assert_string_equal(cases_state(c, id), "waiting");
    assert_int_equal(number(c, &child_rows, id), 1);
    cases_reopen(c);
    assert_int_equal(cases_run_due(c), 1);
    assert_string_equal(cases_state(c, id), "shut");
    assert_int_equal(number(c, &child_settled, id), 1);
    assert_non_null(strstr(li_str_c(c->r->ctx, payload(c, id, "case.settle")),
                           "{\"action\":\"finish\",\"area\":"));
    /* it rests: what happens to the child now sets nothing off */
    assert_acts(c, child, CASES_DESK, "regrow", 0, "{}");
    assert_int_equal(cases_run_due(c), 0);
    assert_int_equal(number(c, &child_settled, id), 1);
    cases_assert_counted(c);
    assert_verifies(c->r, 1);
}

/* Two that end before the parent was tried set it off together; one that is no longer
 * linked is not waited for. */
static void tried_once(struct test_store *t)
{
    struct test_cases *c = begin(t);
    int64_t id = branch(c), first, second;

    assert_acts(c, id, CASES_DESK, "note", 0, "{}");
    cases_run_due(c);
    first = number(c, &child_one, id);
    assert_acts(c, id, CASES_DESK, "send", 0, "{}");
    cases_run_due(c);
    second = cases_new(c, "branch", "{\"matter\":\"另一件\",\"kind\":\"far\"}", NULL);
    const struct li_case_link_args args = {.from = second, .to = id, .kind = LI_LINK_CHILD};
    struct li_viewer viewer = cases_viewer(c, CASES_DESK, id);
    struct li_job job = records_job(c->r, &li_case_link, &args);
    job.viewer = &viewer;
    assert_ok(t, li_run(c->r->record, &job));
    assert_int_equal(number(c, &child_count, id), 3);
    assert_acts(c, first, CASES_DESK, "cut", 0, "{\"word\":\"好\"}");
    cases_run_due(c);
    assert_string_equal(cases_state(c, id), "waiting");

    struct li_link *links;
    size_t count;
    assert_ok(t, li_link_list(c->r->ctx, t->writer, 1, id, 0, 10, &links, &count));
    assert_int_equal(count, 3);
    assert_acts(c, links[1].from, CASES_DESK, "cut", 0, "{\"word\":\"好\"}");
    job = records_job(c->r, &li_case_unlink, &args);
    job.viewer = &viewer;
    assert_ok(t, li_run(c->r->record, &job));
    assert_int_equal(number(c, &child_rows, id), 1);
    cases_run_due(c);
    assert_string_equal(cases_state(c, id), "shut");
    assert_int_equal(number(c, &child_settled, id), 1);
    assert_verifies(c->r, 1);
}

/* A child answered through another case has ended when that one has. */
static void merged_child(struct test_store *t)
{
    struct test_cases *c = begin(t);
    int64_t id = branch(c), other = branch(c), child, into;

    assert_acts(c, id, CASES_DESK, "send", 0, "{}");
    assert_acts(c, other, CASES_DESK, "note", 0, "{}");
    cases_run_due(c);
    child = number(c, &child_one, id);
    into = number(c, &child_one, other);
    const struct li_case_merge_args args = {.id = child, .into = into};
    struct li_viewer viewer = cases_viewer(c, CASES_DESK, id);
    struct li_job job = records_job(c->r, &li_case_merge, &args);
    job.viewer = &viewer;
    assert_ok(t, li_run(c->r->record, &job));
    cases_run_due(c);
    assert_int_equal(cases_act(c, id, CASES_DESK, "close", 0, "{}"), -LI_E_CHECK);
    li_ctx_clear(c->r->ctx);
    assert_acts(c, into, CASES_DESK, "cut", 0, "{\"word\":\"好\"}");
    cases_run_due(c);
    assert_string_equal(cases_state(c, id), "shut");
    assert_verifies(c->r, 1);
}

/* What cannot be opened is neither lost nor forgotten: the row rests, and is shown. */
static void not_lost(struct test_store *t)
{
    struct test_cases *c = begin(t);
    int64_t id = branch(c), parked;
    static const char spoilt[] = "{\"action\":\"no-such\",\"case\":1,\"part\":0,\"playbook\":"
                                 "\"twig\",\"spawn\":0}";

    assert_acts(c, id, CASES_DESK, "send", 0, "{}");
    records_tamper(c->r, &child_spoil,
                   LI_ARGS(li_v(c->r->tenant), li_v(id), li_v_blob(li_str(spoilt))));
    cases_run_due(c);
    assert_ok(t, li_due_parked(c->r->ctx, t->writer, &parked));
    assert_int_equal(parked, 1);
    assert_int_equal(cases_act(c, id, CASES_DESK, "close", 0, "{}"), -LI_E_CHECK);
    li_ctx_clear(c->r->ctx);
}

#define BRANCH "tests/lib/branch.yaml"
#define TWIG   "tests/lib/twig.yaml"

static void refused(struct test_cases *c, int r, int code, const char *reason)
{
    assert_int_equal(r, -code);
    assert_string_equal(c->r->ctx->errors[0].reason, reason);
    li_ctx_clear(c->r->ctx);
}

static void adopted(struct test_store *t)
{
    struct test_cases *c = cases_open(t);

    refused(c, cases_adopt_file(c, BRANCH), LI_E_NOT_FOUND, "spawns-none");
    assert_ok(t, cases_adopt_file(c, TWIG));
    refused(c, cases_adopt_changed(c, BRANCH, "kind: \"'other'\"", "kind: \"'odd'\""), LI_E_INVALID,
            "spawns-type");
    refused(c, cases_adopt_changed(c, BRANCH, "what: its.item, kind: \"'far'\"", "what: its.item"),
            LI_E_INVALID, "spawns-needs");
    refused(c,
            cases_adopt_changed(c, BRANCH, "{what: matter, kind: kind, phone: phone",
                                "{word: matter, kind: kind, phone: phone"),
            LI_E_INVALID, "spawns-no-field");
    /* what need not be given cannot be what is required; nor a longer text */
    refused(c, cases_adopt_changed(c, BRANCH, "required: [matter, kind]", "required: [kind]"),
            LI_E_INVALID, "spawns-needs");
    refused(c, cases_adopt_changed(c, BRANCH, "max: 300", "max: 600"), LI_E_INVALID, "spawns-type");
    refused(c,
            cases_adopt_changed(c, BRANCH, "about = self.no and state = 'cut'",
                                "about = self.no and state = 'felled'"),
            LI_E_INVALID, "child-state");
    assert_ok(t, cases_adopt_file(c, BRANCH));
    /* and the other way round: a new version of what is opened has to be openable */
    refused(c, cases_adopt_changed(c, TWIG, "version: 1", "version: 2\nlevel: kind\nno: 1"),
            LI_E_INVALID, "word-unknown");
    struct li_str twig = cases_yaml(c, TWIG);
    struct li_str two = li_strf(c->r->ctx, "%s", li_str_c(c->r->ctx, twig));
    char *at = strstr((char *)two.ptr, "version: 1");
    at[9] = '2';
    at = strstr((char *)two.ptr, "max: 500");
    memcpy(at, "max: 200", 8);
    refused(c, cases_adopt(c, two.ptr), LI_E_INVALID, "spawns-type");
    memcpy(at, "max: 900", 8);
    assert_ok(t, cases_adopt(c, two.ptr));
}

/* Two that would open one another for ever; where somebody has to act each time they may. */
static void no_loop(struct test_store *t)
{
    static const char one[] =
        "playbook: %s\nversion: %d\ntitle: {zh: 甲, en: A}\nwhy: {zh: 测, en: Test}\n"
        "number: \"%s{seq}\"\nfields: {n: {type: integer, label: {zh: 数, en: N}}}\n"
        "open: {by: desk, via: desk, fields: [n]}\n"
        "states:\n  a: {label: {zh: 甲, en: A}, owner: desk, clock: 1d}\n"
        "  b: {label: {zh: 乙, en: B}, owner: desk, clock: 1d}\n"
        "  z: {label: {zh: 完, en: Z}, end: true}\n"
        "actions:\n  go: {label: {zh: 走, en: Go}, from: a, to: b, by: %s, when: \"field.n = "
        "0\"%s}\n"
        "  end: {label: {zh: 完, en: End}, from: [a, b], to: z, by: desk}\nkeep: 1y\n";
    struct test_cases *c = cases_open(t);
    char text[4096];

    snprintf(text, sizeof(text), one, "first", 1, "F", "desk", "");
    assert_ok(t, cases_adopt(c, text));
    snprintf(text, sizeof(text), one, "second", 1, "S", "system", ", spawns: {playbook: first}");
    assert_ok(t, cases_adopt(c, text));
    snprintf(text, sizeof(text), one, "first", 2, "F", "system", ", spawns: {playbook: second}");
    refused(c, cases_adopt(c, text), LI_E_INVALID, "spawns-loop");
    snprintf(text, sizeof(text), one, "first", 2, "F", "system", ", spawns: {playbook: first}");
    refused(c, cases_adopt(c, text), LI_E_INVALID, "spawns-loop");
    snprintf(text, sizeof(text), one, "first", 2, "F", "desk", ", spawns: {playbook: second}");
    assert_ok(t, cases_adopt(c, text));
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(opened_once),  STORE_TEST(waited_for), STORE_TEST(tried_once),
        STORE_TEST(merged_child), STORE_TEST(not_lost),   STORE_TEST(adopted),
        STORE_TEST(no_loop),
    };

    return STORE_TESTS_RUN("cases: children", tests);
}
