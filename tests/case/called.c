/*
 * A case and the ballot it opens: asked for in one commit, opened once after a crash between, told
 * step by step, decided only when it is final; an opinion tells nothing but that it is over.
 */
#include "base/time.h"
#include "case/ballot.h"
#include "lib/cases.h"
#include "record/history.h"
#include "vote/vote.h"

LI_SQL(called_count,
       "select cast(count(*) as bigint) from history where tenant = $1 and command = $2");
LI_SQL(called_told, "select cast(count(*) as bigint) from case_ballot "
                    "where tenant = $1 and (passed <> 0 or first <> '' or chosen <> '')");
LI_SQL(called_room, "delete from ballot_case where tenant = $1");

static const char source[] =
    "playbook: called\nversion: 1\ntitle: {zh: 表决, en: Called}\nwhy: {zh: 试, en: Tried}\n"
    "number: \"CA{yy}-{seq}{check}\"\n"
    "fields:\n  matter: {type: text, label: {zh: 议题, en: Question}}\n"
    "  kind: {type: choice, label: {zh: 类, en: Kind}, options: {a: {zh: 甲, en: A}}}\n"
    "open: {by: anyone, via: [web], fields: [matter, kind], required: [matter]}\n"
    "ballots:\n"
    "  carry: {label: {zh: 表决, en: Vote}, title: matter, use: decision, method: yes_no, "
    "electors: {desk: true}, closes: {days: 2, at: \"12:00\"}, publicity: 1}\n"
    "  feel: {label: {zh: 意见, en: Opinion}, title: matter, use: opinion, method: yes_no, "
    "electors: {desk: true}, closes: {days: 2}}\n"
    "states:\n"
    "  written: {label: {zh: 起草, en: Written}, owner: desk, clock: 5d}\n"
    "  ready: {label: {zh: 待发起, en: Ready}, owner: checker, not: related, clock: 5d}\n"
    "  voting: {label: {zh: 表决中, en: Voting}, owner: desk, clock: 30d}\n"
    "  done: {label: {zh: 通过, en: Carried}, end: true}\n"
    "  lost: {label: {zh: 未通过, en: Lost}, end: true}\n"
    "actions:\n"
    "  submit: {label: {zh: 送审, en: Submit}, from: written, to: ready, by: owner}\n"
    "  put: {label: {zh: 表决, en: Put}, from: ready, to: voting, by: owner, ballot: carry}\n"
    "  ask: {label: {zh: 征求, en: Ask}, from: ready, to: voting, by: owner, ballot: feel}\n"
    "  end: {label: {zh: 结束, en: End}, from: voting, to: lost, by: owner}\n"
    "  carry: {label: {zh: 通过, en: Carried}, from: voting, to: done, by: system, "
    "when: \"ballot.carry.passed\"}\n"
    "  fail: {label: {zh: 未通过, en: Lost}, from: voting, to: lost, by: system, "
    "when: \"(ballot.carry.state = 'final' and not ballot.carry.passed) or "
    "ballot.carry.state = 'cancelled' or ballot.feel.state = 'final'\"}\n"
    "see: {public: [kind]}\nkeep: 1y\n";

static struct test_cases *house(struct test_store *t)
{
    struct test_cases *c = cases_open(t);

    assert_ok(t, cases_adopt(c, source));
    return c;
}

static int64_t asked(struct test_cases *c, const char *action)
{
    int64_t id = cases_new(c, "called", "{\"matter\":\"装不装门禁\"}", NULL);

    assert_acts(c, id, CASES_DESK, "submit", 0, "{}");
    assert_acts(c, id, CASES_CHECKER, action, 0, "{}");
    return id;
}

static struct li_case_vote vote_of(struct test_cases *c, int64_t id, const char *name)
{
    struct li_case row = cases_row(c, id);

    return row.votes[li_playbook_ballot(row.playbook, li_str(name))];
}

static int64_t times(struct test_cases *c, const char *command)
{
    return records_number(c->r, &called_count,
                          LI_ARGS(li_v(c->r->tenant), li_v_text(li_str(command))));
}

/* Somebody is admitted at the desk, and votes by their code. */
static void cast(struct test_cases *c, int64_t ballot, int64_t no, const char *option)
{
    const struct li_ballot_admit_args admit = {
        .id = ballot, .name = LI_S("居民"), .proof = li_strf(c->r->ctx, "%lld", (long long)no)};
    const struct li_ballot_issue_args issue = {.id = ballot, .electors = &no, .count = 1};
    struct li_ballot_cast_args args = {.id = ballot};
    struct li_elector elector;

    assert_ok(c->r->t, records_run(c->r, &li_ballot_admit, &admit));
    assert_ok(c->r->t, records_run(c->r, &li_ballot_issue, &issue));
    assert_ok(c->r->t, li_elector_find(c->r->ctx, c->r->record, c->r->t->writer, c->r->tenant,
                                       ballot, no, &elector));
    assert_ok(c->r->t,
              li_elector_code(c->r->ctx, c->r->record, c->r->tenant, ballot, &elector, &args.code));
    args.choice =
        cases_json(c, li_str_c(c->r->ctx, li_strf(c->r->ctx, "[{\"option\":\"%s\"}]", option)));
    assert_ok(c->r->t, records_run(c->r, &li_ballot_cast, &args));
}

static void assert_ballots(struct test_cases *c, int64_t counted)
{
    struct li_ballot_report report;

    assert_ok(c->r->t, li_ballot_verify(c->r->ctx, c->r->t->writer, c->r->tenant, &report));
    assert_int_equal(report.finding_count, 0);
    assert_int_equal(report.counted, counted);
    assert_verifies(c->r, c->r->tenant);
}

static void carried(struct test_store *t)
{
    struct test_cases *c = house(t);
    int64_t id = asked(c, "put"), ballot;

    assert_true(li_str_is(vote_of(c, id, "carry").state, "asked"));
    assert_int_equal(times(c, "ballot.call"), 0);
    assert_int_equal(cases_act(c, id, CASES_DESK, "end", 0, "{}"), -LI_E_CHECK);
    cases_reopen(c);
    cases_run_due(c);
    cases_run_due(c);
    assert_int_equal(times(c, "ballot.call"), 1);
    assert_true(li_str_is(vote_of(c, id, "carry").state, "open"));
    assert_int_equal(cases_act(c, id, CASES_DESK, "end", 0, "{}"), -LI_E_CHECK);
    ballot = vote_of(c, id, "carry").ballot;
    cast(c, ballot, 1, "yes");
    cast(c, ballot, 2, "yes");
    cast(c, ballot, 3, "no");
    records_later(c->r, 3 * LI_DAY);
    cases_run_due(c);
    assert_true(li_str_is(vote_of(c, id, "carry").state, "counted"));
    assert_false(vote_of(c, id, "carry").passed);
    assert_string_equal(cases_state(c, id), "voting");
    records_later(c->r, 7 * LI_DAY);
    cases_reopen(c);
    cases_run_due(c);
    assert_true(vote_of(c, id, "carry").passed);
    assert_string_equal(cases_state(c, id), "done");
    assert_int_equal(times(c, "ballot.call"), 1);
    cases_assert_counted(c);
    assert_ballots(c, 1);
}

static void cancelled(struct test_store *t)
{
    struct test_cases *c = house(t);
    int64_t id = asked(c, "put");
    struct li_ballot_cancel_args args = {.reason = LI_S("题目有歧义")};

    cases_run_due(c);
    args.id = vote_of(c, id, "carry").ballot;
    assert_ok(t, records_run(c->r, &li_ballot_cancel, &args));
    cases_run_due(c);
    assert_string_equal(cases_state(c, id), "lost");
    assert_ballots(c, 0);
}

/* It tells its case that it is over, and the door to what was said stays shut. */
static void opinion(struct test_store *t)
{
    struct test_cases *c = house(t);
    int64_t id = asked(c, "ask"), ballot;
    struct li_ballot_result result;

    cases_run_due(c);
    ballot = vote_of(c, id, "feel").ballot;
    cast(c, ballot, 1, "yes");
    records_later(c->r, 4 * LI_DAY);
    cases_run_due(c);
    assert_string_equal(cases_state(c, id), "lost");
    assert_true(li_str_is(vote_of(c, id, "feel").state, "final"));
    assert_int_equal(records_number(c->r, &called_told, LI_ARGS(li_v(c->r->tenant))), 0);
    assert_int_equal(li_ballot_decided(c->r->ctx, t->writer, c->r->tenant, ballot, &result),
                     -LI_E_FORBIDDEN);
    li_ctx_clear(c->r->ctx);
    assert_ballots(c, 1);
}

/* A ballot that forgot its case goes on by itself, and the case goes on waiting. */
static void forgotten(struct test_store *t)
{
    struct test_cases *c = house(t);
    int64_t id = asked(c, "put");

    cases_run_due(c);
    records_tamper(c->r, &called_room, LI_ARGS(li_v(c->r->tenant)));
    records_later(c->r, 10 * LI_DAY);
    cases_run_due(c);
    assert_true(li_str_is(vote_of(c, id, "carry").state, "open"));
    assert_string_equal(cases_state(c, id), "voting");
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(carried), STORE_TEST(cancelled),
                                              STORE_TEST(opinion), STORE_TEST(forgotten)};

    return STORE_TESTS_RUN("called", tests);
}
