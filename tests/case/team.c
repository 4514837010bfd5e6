/*
 * What named posts alone see: nobody else is told that it is there, in no way that
 * leads to a case.
 */
#include "lib/cases.h"

static const char quarrel[] =
    "playbook: quarrel\nversion: 1\ntitle: {zh: 纠纷, en: Quarrel}\nwhy: {zh: 测, en: Test}\n"
    "number: \"Q{yy}-{seq}\"\nfields:\n  what: {type: text, label: {zh: 什么事, en: What}}\n"
    "  unit: {type: organization, label: {zh: 单位, en: Unit}}\n"
    "  open: {type: bool, label: {zh: 可公开, en: Open}}\n"
    "open: {by: anyone, via: web, fields: [what, open], required: what}\n"
    "states:\n  fresh: {label: {zh: 新, en: Fresh}, owner: checker, clock: 1d}\n"
    "  over: {label: {zh: 完, en: Over}, end: true}\n"
    "parts:\n  task:\n    label: {zh: 任务, en: Task}\n    states:\n"
    "      sent: {label: {zh: 派, en: Sent}, owner: {org: handler}, clock: 1d}\n"
    "      done: {label: {zh: 好, en: Done}, end: true}\n"
    "actions:\n  send: {label: {zh: 派, en: Send}, from: fresh, by: owner, needs: unit, sends: "
    "task}\n"
    "  done: {label: {zh: 好, en: Done}, part: task, from: sent, to: done, by: owner}\n"
    "  end: {label: {zh: 完, en: End}, from: fresh, to: over, by: owner}\n"
    "see: {public: [open], team: {posts: [checker], when: \"not field.open\"}}\nkeep: 1y\n";

static int sees(struct test_cases *c, int64_t id, enum cases_who who)
{
    const struct li_viewer viewer = cases_viewer(c, who, id);
    const struct li_view view = cases_view(c, &viewer);
    struct li_view_case seen;
    int r = li_view_case(c->r->ctx, &view, id, &seen);

    li_ctx_clear(c->r->ctx);
    return r;
}

static size_t listed(struct test_cases *c, enum cases_who who, const char *words)
{
    const struct li_viewer viewer = cases_viewer(c, who, 0);
    const struct li_view view = cases_view(c, &viewer);
    const struct li_view_filter filter = {.playbook = LI_S("quarrel"), .q = li_str(words)};
    struct li_view_list list;

    assert_ok(c->r->t, li_view_all(c->r->ctx, &view, &filter, 20, (struct li_str){0}, &list));
    return list.count;
}

static void seen_by_a_team(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    static const uint8_t token[16] = {7};
    int64_t id, open;

    assert_ok(t, cases_adopt(c, quarrel));
    id = cases_new(c, "quarrel", "{\"what\":\"邻居半夜拍球吵闹\"}", token);
    assert_int_equal(cases_row(c, id).scope, LI_SCOPE_TEAM);
    assert_ok(t, sees(c, id, CASES_CHECKER));
    assert_ok(t, sees(c, id, CASES_BOTH));
    assert_int_equal(sees(c, id, CASES_DESK), -LI_E_NOT_FOUND);
    assert_int_equal(sees(c, id, CASES_HANDLER), -LI_E_NOT_FOUND);
    assert_int_equal(cases_act(c, id, CASES_DESK, "end", 0, "{}"), -LI_E_NOT_FOUND);
    li_ctx_clear(c->r->ctx);
    records_catch_up(c->r);
    assert_int_equal(listed(c, CASES_DESK, ""), 0);
    assert_int_equal(listed(c, CASES_DESK, "拍球吵闹"), 0);
    assert_int_equal(listed(c, CASES_CHECKER, "拍球吵闹"), 0);
    /* whoever gets a part in it does see it; the unit beside it does not */
    assert_acts(c, id, CASES_CHECKER, "send", 0, "{\"unit\":\"$0\"}");
    assert_ok(t, sees(c, id, CASES_HANDLER));
    assert_int_equal(sees(c, id, CASES_OTHER_HANDLER), -LI_E_NOT_FOUND);
    /* where the condition does not hold it is like any other */
    open = cases_new(c, "quarrel", "{\"what\":\"公开说说\",\"open\":true}", NULL);
    assert_int_equal(cases_row(c, open).scope, LI_SCOPE_PUBLIC);
    assert_ok(t, sees(c, open, CASES_DESK));
    assert_int_equal(listed(c, CASES_DESK, ""), 1);
    assert_verifies(c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(seen_by_a_team)};

    return STORE_TESTS_RUN("cases: team", tests);
}
