/*
 * Ballots: drafted and checked by two, voices sealed until the second of closing, papers entered
 * twice, counted once each, many at once, and what verify finds.
 */
#include "vote/vote.h"

#include <stdlib.h>

#include "base/canonical.h"
#include "base/time.h"
#include "lib/town.h"
#include "record/due.h"

#define OPENS   (RECORDS_NOW + LI_HOUR)
#define CLOSES  (RECORDS_NOW + LI_DAY)
#define DRAFTER 501
#define CHECKER 502
#define THIRD   503

LI_SQL(of_voices, "select cast(count(*) as bigint) from ballot_voice where tenant = $1");
LI_SQL(of_opened, "select cast(count(*) as bigint) from ballot_opened where tenant = $1");
LI_SQL(of_urns, "select cast(count(*) as bigint) from ballot_urn where tenant = $1");
LI_SQL(of_lengths, "select cast(count(distinct length(sealed)) as bigint) from ballot_voice "
                   "where tenant = $1");
LI_SQL(of_names, "select cast(count(*) as bigint) from ballot_elector "
                 "where tenant = $1 and (label is not null or code is not null)");
LI_SQL(tamper_words, "update ballot set spec = $2 where tenant = $1");
LI_SQL(tamper_roll, "update ballot set electors = electors + 1 where tenant = $1");
LI_SQL(tamper_file, "update ballot_result set file = $2 where tenant = $1");
LI_SQL(tamper_receipts, "update ballot_result set receipts = $2 where tenant = $1");
LI_SQL(tamper_result, "delete from ballot_result where tenant = $1");
LI_SQL(tamper_state, "update ballot set state = 2 where tenant = $1");
LI_SQL(tamper_voice, "update ballot_voice set mark = sealed where tenant = $1");

static const struct li_command *const commands[] = {&li_area_import,
                                                    &li_ballot_draft,
                                                    &li_ballot_check,
                                                    &li_ballot_cancel,
                                                    &li_ballot_issue,
                                                    &li_ballot_admit,
                                                    &li_ballot_paper,
                                                    &li_ballot_cast,
                                                    &li_ballot_close,
                                                    &li_ballot_unseal,
                                                    &li_ballot_sheet,
                                                    &li_ballot_count,
                                                    &li_ballot_object,
                                                    &li_ballot_answer,
                                                    &li_ballot_settle,
                                                    &li_ballot_forget,
                                                    &li_person_add,
                                                    &li_appointment_make,
                                                    NULL};

/* ---- short ways ---------------------------------------------------------------------------- */

static const struct li_post posts[] = {
    {.post = LI_S_INIT("desk"), .area_path = LI_S_INIT(TOWN_COUNTY)}};

static struct li_viewer staff(int64_t account)
{
    return (struct li_viewer){.kind = LI_VIEWER_STAFF,
                              .tenant = RECORDS_TENANT,
                              .account = account,
                              .person = account,
                              .posts = posts,
                              .post_count = 1};
}

static struct li_job run_as(struct test_record *r, int64_t account,
                            const struct li_command *command, const void *args)
{
    struct li_viewer anyone = {.kind = LI_VIEWER_ANYONE, .tenant = r->tenant};
    struct li_viewer viewer = account ? staff(account) : anyone;
    struct li_job job = records_job(r, command, args);

    li_ctx_clear(r->ctx);
    job.viewer = &viewer;
    job.status = li_run(r->record, &job);
    return job;
}

static struct li_node *json(struct test_record *r, const char *text)
{
    struct li_node *node = NULL;

    assert_ok(r->t, li_json_read(r->ctx, li_str(text), &node));
    return node;
}

static struct li_str spec_of(struct test_record *r, const char *more)
{
    struct li_str text, bytes = {0};
    char opens[LI_TIME_TEXT], closes[LI_TIME_TEXT];

    li_time_format(OPENS, opens);
    li_time_format(CLOSES, closes);
    text = li_strf(r->ctx,
                   "{\"title\":{\"zh\":\"小区要不要加装电梯\"},\"area\":\"440305001003\","
                   "\"opens_at\":\"%s\",\"closes_at\":\"%s\",%s\"publicity_days\":5,%s}",
                   opens, closes, strstr(more, "\"use\"") ? "" : "\"use\":\"decision\",", more);
    assert_ok(r->t, li_ballot_spec_make(r->ctx, json(r, li_str_c(r->ctx, text)), &bytes));
    return bytes;
}

#define NAMES "\"electorate\":{\"by\":\"names\"}"
#define THREE                                                                                      \
    "\"method\":\"approval\",\"options\":[{\"title\":{\"zh\":\"甲\"}},{\"title\":{\"zh\":"        \
    "\"乙\"}},{\"title\":{\"zh\":\"丙\"}}]," NAMES

static int64_t draft(struct test_record *r, const char *more, size_t names)
{
    struct li_str given[LI_BALLOT_NAMES];
    struct li_ballot_draft_args args = {
        .spec = spec_of(r, more), .names = given, .name_count = names};
    struct li_job job;

    for (size_t i = 0; i < names; i++)
        given[i] = li_strf(r->ctx, "居民%zu", i + 1);
    job = run_as(r, DRAFTER, &li_ballot_draft, &args);
    assert_ok(r->t, job.status);
    return job.entity;
}

static struct li_ballot ballot(struct test_record *r, int64_t id)
{
    struct li_ballot *found = li_alloc(r->ctx, sizeof(*found));

    assert_ok(r->t, li_ballot_find(r->ctx, r->t->writer, r->tenant, id, found));
    return *found;
}

static int check(struct test_record *r, int64_t id, int64_t account)
{
    const struct li_ballot_ref_args args = {.id = id, .rev = ballot(r, id).rev};

    return run_as(r, account, &li_ballot_check, &args).status;
}

static int64_t set_up(struct test_record *r, const char *more, size_t names)
{
    int64_t id = draft(r, more, names);

    assert_ok(r->t, check(r, id, CHECKER));
    return id;
}

static struct li_elector elector(struct test_record *r, int64_t id, int64_t no)
{
    struct li_elector found = {0};

    assert_ok(r->t, li_elector_find(r->ctx, r->record, r->t->writer, r->tenant, id, no, &found));
    return found;
}

static struct li_str issue(struct test_record *r, int64_t id, int64_t no)
{
    const struct li_ballot_issue_args args = {.id = id, .electors = &no, .count = 1};
    struct li_str code = {0};
    struct li_elector one;

    assert_ok(r->t, run_as(r, DRAFTER, &li_ballot_issue, &args).status);
    one = elector(r, id, no);
    assert_ok(r->t, li_elector_code(r->ctx, r->record, r->tenant, id, &one, &code));
    return code;
}

static int cast(struct test_record *r, struct li_str code, const char *choice)
{
    const struct li_ballot_cast_args args = {.code = code, .choice = json(r, choice)};

    return run_as(r, 0, &li_ballot_cast, &args).status;
}

static int paper(struct test_record *r, int64_t id, int64_t no)
{
    const struct li_ballot_paper_args args = {.id = id, .elector = no};

    return run_as(r, DRAFTER, &li_ballot_paper, &args).status;
}

static int sheet(struct test_record *r, int64_t id, int64_t account, int64_t no, const char *choice)
{
    const struct li_ballot_sheet_args args = {.id = id, .sheet = no, .choice = json(r, choice)};

    return run_as(r, account, &li_ballot_sheet, &args).status;
}

static int count(struct test_record *r, int64_t id, int64_t account, int64_t papers)
{
    const struct li_ballot_count_args args = {.id = id, .papers = papers};

    return run_as(r, account, &li_ballot_count, &args).status;
}

/* To an instant, and everything that is due then. */
static void until(struct test_record *r, int64_t at)
{
    struct li_due_turn *turns;
    size_t rows = 1;

    records_clock(r, at);
    while (rows > 0)
        assert_ok(r->t, li_due_run(r->ctx, r->record, li_now(r->clock), &turns, &rows));
}

static const struct li_node *result(struct test_record *r, int64_t id)
{
    struct li_ballot_result found;
    struct li_node *node = NULL;

    assert_ok(r->t, li_ballot_result(r->ctx, r->t->writer, r->tenant, id, &found));
    assert_ok(r->t, li_canonical_read(r->ctx, found.result, &node));
    return node;
}

static int64_t of(const struct li_node *node, const char *key)
{
    const struct li_node *value = li_node_get(node, key);

    return !value ? -1 : value->kind == LI_BOOL ? value->flag : value->number;
}

static int64_t points(const struct li_node *node, size_t place)
{
    return of(li_node_get(node, "options")->list.items[place], "points");
}

static bool has_line(struct li_str text, struct li_str line)
{
    while (text.len) {
        if (li_str_eq(li_str_cut(&text, '\n'), line))
            return true;
    }
    return false;
}

static bool is_counted(struct test_record *r, int64_t id, int64_t no)
{
    struct li_ballot_result found;
    struct li_str receipt = {0}, hash = {0};

    assert_ok(r->t, li_ballot_result(r->ctx, r->t->writer, r->tenant, id, &found));
    assert_ok(r->t, li_ballot_receipt(r->ctx, r->record, r->tenant, id, no, &receipt));
    assert_ok(r->t, li_receipt_hash(r->ctx, id, receipt, &hash));
    return has_line(found.receipts, hash);
}

static size_t findings(struct test_record *r)
{
    struct li_ballot_report report = {0};

    assert_ok(r->t, li_ballot_verify(r->ctx, r->t->writer, r->tenant, &report));
    return report.finding_count;
}

static void assert_holds(struct test_record *r)
{
    struct li_ballot_report report = {0};

    assert_ok(r->t, li_ballot_verify(r->ctx, r->t->writer, r->tenant, &report));
    for (size_t i = 0; i < report.finding_count && i < LI_BALLOT_FINDINGS; i++)
        print_message("# %.*s\n", LI_P(report.findings[i]));
    assert_int_equal(report.finding_count, 0);
    assert_verifies(r, r->tenant);
}

#define RUN(r, sql) records_number(r, &(sql), LI_ARGS(li_v((r)->tenant)))
#define A           "[{\"option\":\"1\"}]"
#define B           "[{\"option\":\"2\"}]"
#define AB          "[{\"option\":\"1\"},{\"option\":\"2\"}]"

/* ---- its life -------------------------------------------------------------------------------- */

static void whole_life(struct test_store *t)
{
    struct test_record *r = town_open_with(t, commands, NULL);
    int64_t id = draft(r, THREE, 5);
    struct li_str codes[6], spoiled;
    const struct li_node *said;

    assert_int_equal(check(r, id, DRAFTER), -LI_E_RELATED);
    assert_ok(t, check(r, id, CHECKER));
    assert_int_equal(ballot(r, id).electors, 5);
    assert_true(li_str_is(elector(r, id, 3).label, "居民3"));
    for (int64_t no = 1; no <= 5; no++)
        codes[no] = issue(r, id, no);
    assert_int_equal(cast(r, codes[1], A), -LI_E_STATE); /* not open yet */
    until(r, OPENS);
    assert_ok(t, cast(r, codes[1], A));
    assert_ok(t, cast(r, codes[1], AB)); /* another mind */
    assert_ok(t, cast(r, codes[2], B));
    assert_ok(t, cast(r, codes[3], "[]"));
    assert_int_equal(RUN(r, of_voices), 3);
    assert_int_equal(RUN(r, of_lengths), 1);
    assert_int_equal(RUN(r, of_opened), 0); /* and nothing is opened before the time */
    assert_int_equal(cast(r, LI_S("0000-0000-0000-0000"), A), -LI_E_NOT_FOUND);
    assert_int_equal(cast(r, codes[4], "[{\"option\":\"9\"}]"), -LI_E_INVALID);
    assert_int_equal(cast(r, codes[4], "[{\"option\":\"1\"},{\"option\":\"1\"}]"), -LI_E_INVALID);
    /* a code given out again: the old one is void */
    spoiled = codes[4];
    codes[4] = issue(r, id, 4);
    assert_int_equal(cast(r, spoiled, A), -LI_E_NOT_FOUND);
    /* on paper: what was sent in counts no more, and nothing can be sent in */
    assert_ok(t, cast(r, codes[5], A));
    assert_ok(t, paper(r, id, 5));
    assert_int_equal(paper(r, id, 5), -LI_E_CHECK);
    assert_int_equal(cast(r, codes[5], A), -LI_E_CHECK);
    assert_int_equal(RUN(r, of_voices), 3);
    /* the last moment, and the next one */
    records_clock(r, CLOSES - 1);
    assert_ok(t, cast(r, codes[4], B));
    records_clock(r, CLOSES);
    assert_int_equal(cast(r, codes[4], A), -LI_E_STATE);
    until(r, CLOSES);
    assert_int_equal(ballot(r, id).state, LI_BALLOT_CLOSED); /* a paper is waited for */
    assert_int_equal(RUN(r, of_voices), 0);
    assert_int_equal(RUN(r, of_urns), 0);
    assert_int_equal(sheet(r, id, DRAFTER, 2, A), -LI_E_INVALID);
    assert_ok(t, sheet(r, id, DRAFTER, 1, A));
    assert_int_equal(count(r, id, CHECKER, 1), -LI_E_CHECK); /* entered once */
    assert_ok(t, sheet(r, id, CHECKER, 1, B));
    assert_int_equal(count(r, id, CHECKER, 1), -LI_E_CHECK); /* not alike */
    assert_int_equal(sheet(r, id, THIRD, 1, A), -LI_E_STATE);
    assert_ok(t, sheet(r, id, CHECKER, 1, A));
    assert_int_equal(count(r, id, CHECKER, 2), -LI_E_INVALID); /* there is one */
    assert_int_equal(count(r, id, DRAFTER, 1), -LI_E_RELATED);
    assert_ok(t, count(r, id, CHECKER, 1));
    assert_int_equal(count(r, id, CHECKER, 1), -LI_E_STATE);
    said = result(r, id);
    assert_int_equal(of(said, "voices"), 5);
    assert_int_equal(of(said, "net"), 4);
    assert_int_equal(of(said, "papers"), 1);
    assert_int_equal(of(said, "blank"), 1);
    assert_int_equal(points(said, 0), 2);
    assert_int_equal(points(said, 1), 3);
    assert_int_equal(points(said, 2), 0);
    assert_true(li_str_is(li_node_get(said, "chosen")->list.items[0]->text, "2"));
    assert_true(is_counted(r, id, 1));
    assert_true(is_counted(r, id, 4));
    assert_false(is_counted(r, id, 5)); /* in the box, not in the urn */
    assert_int_equal(RUN(r, of_opened), 0);
    assert_holds(r);
}

static void objections(struct test_store *t)
{
    struct test_record *r = town_open_with(t, commands, NULL);
    int64_t id = set_up(r, THREE, 2);
    const struct li_ballot_object_args object = {
        .id = id, .text = LI_S("我没有收到投票码"), .contact = LI_S("13800138000")};
    struct li_ballot_answer_args answer = {.id = id, .no = 1, .text = LI_S("已经补发并说明")};
    struct li_objection *all;
    struct li_ballot_result decided;
    size_t there = 0;

    assert_int_equal(run_as(r, 0, &li_ballot_object, &object).status, -LI_E_STATE);
    until(r, CLOSES); /* nobody voted; without papers the clock counts */
    assert_int_equal(ballot(r, id).state, LI_BALLOT_COUNTED);
    assert_int_equal(of(result(r, id), "voices"), 0);
    assert_ok(t, run_as(r, 0, &li_ballot_object, &object).status);
    until(r, CLOSES + 5 * LI_DAY + LI_HOUR);
    assert_int_equal(ballot(r, id).state, LI_BALLOT_COUNTED); /* an answer is owed */
    assert_int_equal(li_ballot_decided(r->ctx, t->writer, r->tenant, id, &decided), -LI_E_STATE);
    assert_ok(t, run_as(r, DRAFTER, &li_ballot_answer, &answer).status);
    assert_int_equal(run_as(r, DRAFTER, &li_ballot_answer, &answer).status, -LI_E_STATE);
    assert_int_equal(ballot(r, id).state, LI_BALLOT_FINAL);
    assert_ok(t, li_ballot_decided(r->ctx, t->writer, r->tenant, id, &decided));
    assert_ok(t, li_objection_list(r->ctx, r->record, t->writer, r->tenant, id, &all, &there));
    assert_int_equal(there, 1);
    assert_true(li_str_is(all[0].text, "我没有收到投票码"));
    assert_true(li_str_is(all[0].answer, "已经补发并说明"));
    assert_int_equal(RUN(r, of_names), 2);
    until(r, CLOSES + 40 * LI_DAY);
    assert_int_equal(RUN(r, of_names), 0);
    assert_holds(r);
}

static void quorum(struct test_store *t)
{
    struct test_record *r = town_open_with(t, commands, NULL);
    int64_t id = set_up(r, "\"quorum\":{\"of\":2,\"in\":3},\"use\":\"opinion\"," THREE, 3);
    struct li_str code = issue(r, id, 1);
    struct li_ballot_result found;

    until(r, OPENS);
    assert_ok(t, cast(r, code, A));
    until(r, CLOSES);
    until(r, CLOSES + 6 * LI_DAY);
    assert_int_equal(of(result(r, id), "reached"), 0);
    assert_int_equal(of(result(r, id), "voices"), 1);
    assert_null(li_node_get(result(r, id), "options"));
    assert_ok(t, li_ballot_result(r->ctx, t->writer, r->tenant, id, &found));
    assert_int_equal(found.file.len, 0);
    assert_true(is_counted(r, id, 1));
    assert_int_equal(ballot(r, id).state, LI_BALLOT_FINAL);
    assert_int_equal(li_ballot_decided(r->ctx, t->writer, r->tenant, id, &found), -LI_E_FORBIDDEN);
    assert_holds(r);
}

static void majorities(struct test_store *t)
{
    static const struct {
        const char *pass;
        int yes, no;
        bool passed;
    } tries[] = {{"half_voices", 3, 2, true},     {"half_voices", 2, 2, false},
                 {"half_electors", 3, 1, false},  {"half_electors", 4, 1, true},
                 {"thirds_voices", 4, 2, true},   {"thirds_voices", 3, 2, false},
                 {"thirds_electors", 4, 0, true}, {"thirds_electors", 3, 0, false}};

    for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        struct test_store *own = i ? test_store_new(t->kind, NULL) : t;
        struct test_record *r = town_open_with(own, commands, NULL);
        struct li_str more =
            li_strf(r->ctx, "\"method\":\"yes_no\",\"pass\":\"%s\"," NAMES, tries[i].pass);
        int64_t id = set_up(r, li_str_c(r->ctx, more), 6), no = 1;

        records_clock(r, OPENS);
        for (int k = 0; k < tries[i].yes; k++)
            assert_ok(own, cast(r, issue(r, id, no++), "[{\"option\":\"yes\"}]"));
        for (int k = 0; k < tries[i].no; k++)
            assert_ok(own, cast(r, issue(r, id, no++), "[{\"option\":\"no\"}]"));
        until(r, CLOSES);
        assert_int_equal(of(result(r, id), "passed"), tries[i].passed);
        assert_holds(r);
        if (i)
            test_store_free(own);
    }
}

#define COSTS                                                                                      \
    "\"budget\":10000,\"options\":[{\"title\":{\"zh\":\"路灯\"},\"cost\":6000},{\"title\":{"     \
    "\"zh\":\"座椅\"},\"cost\":5000},{\"title\":{\"zh\":\"花坛\"},\"cost\":4000}]," NAMES

/* Greedy takes the first by voices; scores and ranks as they are given. */
static void methods(struct test_store *t)
{
    struct test_record *r = town_open_with(t, commands, NULL);
    int64_t greedy = set_up(r, "\"method\":\"greedy\"," COSTS, 3);
    int64_t shares = set_up(r, "\"method\":\"shares\"," COSTS, 3);
    int64_t score = set_up(r,
                           "\"method\":\"score\",\"most\":5,\"options\":[{\"title\":{\"zh\":\"甲\"}"
                           "},{\"title\":{\"zh\":\"乙\"}}]," NAMES,
                           3);
    int64_t ranked = set_up(r,
                            "\"method\":\"ranked\",\"options\":[{\"title\":{\"zh\":\"甲\"}},{"
                            "\"title\":{\"zh\":\"乙\"}},{\"title\":{\"zh\":\"丙\"}}]," NAMES,
                            5);

    records_clock(r, OPENS);
    for (int64_t no = 1; no <= 3; no++) {
        assert_ok(t, cast(r, issue(r, greedy, no), no < 3 ? "[{\"option\":\"2\"}]" : AB));
        assert_ok(t, cast(r, issue(r, shares, no), AB));
        assert_ok(t, cast(r, issue(r, score, no),
                          "[{\"option\":\"1\",\"points\":2},{\"option\":\"2\",\"points\":3}]"));
    }
    assert_int_equal(cast(r, issue(r, score, 1), "[{\"option\":\"1\",\"points\":6}]"),
                     -LI_E_INVALID);
    for (int64_t no = 1; no <= 5; no++)
        assert_ok(t, cast(r, issue(r, ranked, no),
                          no <= 2   ? "[{\"option\":\"1\"},{\"option\":\"3\"}]"
                          : no <= 4 ? "[{\"option\":\"2\"}]"
                                    : "[{\"option\":\"3\"},{\"option\":\"2\"}]"));
    until(r, CLOSES);
    assert_int_equal(of(result(r, greedy), "spent"), 9000);
    assert_int_equal(points(result(r, score), 1), 9);
    assert_true(li_str_is(li_node_get(result(r, ranked), "chosen")->list.items[0]->text, "2"));
    assert_true(of(result(r, shares), "spent") <= 10000);
    assert_holds(r);
}

/* ---- electors -------------------------------------------------------------------------------- */

static void by_desk_and_post(struct test_store *t)
{
    struct test_record *r = town_open_with(t, commands, NULL);
    int64_t desk = set_up(r, "\"method\":\"yes_no\",\"electorate\":{\"by\":\"desk\"}", 0), post;
    const struct li_ballot_admit_args come = {
        .id = desk, .name = LI_S("王五"), .proof = LI_S("440301 19800101 1234")};
    const struct li_ballot_admit_args again = {
        .id = desk, .name = LI_S("王 五"), .proof = LI_S("440301198001011234")};
    struct li_ballot_cast_args mine = {.choice = json(r, "[{\"option\":\"yes\"}]")};
    int64_t person = town_person(r, "李议事", NULL, LI_S(""));

    assert_ok(t, run_as(r, DRAFTER, &li_ballot_admit, &come).status);
    assert_int_equal(run_as(r, DRAFTER, &li_ballot_admit, &again).status, -LI_E_INVALID);
    assert_int_equal(ballot(r, desk).electors, 1);
    town_appoint(r, person, "compound_team", "440305001003", 0);
    town_appoint(r, person, "chief", "440305001003", 0);
    post = set_up(
        r, "\"method\":\"yes_no\",\"electorate\":{\"by\":\"post\",\"post\":\"compound_team\"}", 0);
    assert_int_equal(ballot(r, post).electors, 1);
    records_clock(r, OPENS);
    mine.id = post;
    assert_int_equal(run_as(r, THIRD, &li_ballot_cast, &mine).status, -LI_E_NOT_FOUND);
    assert_ok(t, run_as(r, person, &li_ballot_cast, &mine).status);
    assert_ok(t, cast(r, issue(r, desk, 1), "[{\"option\":\"no\"}]"));
    until(r, CLOSES);
    assert_int_equal(of(result(r, post), "voices"), 1);
    assert_int_equal(points(result(r, desk), 1), 1);
    assert_holds(r);
}

static void cancelled(struct test_store *t)
{
    struct test_record *r = town_open_with(t, commands, NULL);
    int64_t id = set_up(r, THREE, 2);
    const struct li_ballot_cancel_args args = {.id = id, .reason = LI_S("选项有误，另行组织")};

    records_clock(r, OPENS);
    assert_ok(t, cast(r, issue(r, id, 1), A));
    assert_int_equal(run_as(r, 0, &li_ballot_cancel, &args).status, -LI_E_FORBIDDEN);
    assert_ok(t, run_as(r, DRAFTER, &li_ballot_cancel, &args).status);
    assert_int_equal(RUN(r, of_voices), 0);
    assert_int_equal(RUN(r, of_urns), 0);
    until(r, CLOSES + LI_DAY);
    assert_int_equal(ballot(r, id).state, LI_BALLOT_CANCELLED);
    assert_holds(r);
}

/* ---- many at once ------------------------------------------------------------------------------
 */

#define THREADS  8
#define EACH     60
#define ELECTORS 24

struct crowd {
    struct test_record *r;
    struct li_str codes[ELECTORS];
    _Atomic int next, faults, refused;
    pthread_mutex_t mutex;
    int64_t last[ELECTORS]; /* seq of an elector's last voice */
    int choice[ELECTORS];
};

static void note(struct crowd *crowd, size_t who, int64_t seq, int choice)
{
    pthread_mutex_lock(&crowd->mutex);
    if (seq > crowd->last[who]) {
        crowd->last[who] = seq;
        crowd->choice[who] = choice;
    }
    pthread_mutex_unlock(&crowd->mutex);
}

/* Everybody votes and changes their mind; half-way somebody lets the last second pass. */
static void *crowd_main(void *arg)
{
    static const char *const choices[] = {A, B, "[{\"option\":\"3\"}]"};
    struct crowd *crowd = arg;
    struct li_arena *arena = li_arena_new(0);
    int thread = atomic_fetch_add(&crowd->next, 1);
    struct li_viewer anyone = {.kind = LI_VIEWER_ANYONE, .tenant = crowd->r->tenant};
    struct li_ctx ctx;

    li_ctx_init(&ctx, arena, crowd->r->clock, crowd->r->random);
    for (int i = 0; i < EACH; i++) {
        size_t who = (size_t)(thread * 7 + i) % ELECTORS;
        int choice = (thread + i) % 3;
        struct li_ballot_cast_args args = {.code = crowd->codes[who]};
        struct li_node *node = NULL;
        struct li_job job = {.ctx = &ctx,
                             .tenant = crowd->r->tenant,
                             .command = &li_ballot_cast,
                             .args = &args,
                             .viewer = &anyone};
        int rc = li_json_read(&ctx, li_str(choices[choice]), &node);
        args.choice = node;
        if (thread == 0 && i == EACH * 3 / 4)
            records_clock(crowd->r, CLOSES);
        rc = rc ? rc : li_run(crowd->r->record, &job);
        if (rc == 0)
            note(crowd, who, job.seq, choice);
        else
            atomic_fetch_add(rc == -LI_E_STATE ? &crowd->refused : &crowd->faults, 1);
        li_ctx_clear(&ctx);
        li_arena_reset(arena);
    }
    li_arena_free(arena);
    return NULL;
}

static void racing(struct test_store *t)
{
    struct crowd crowd = {.r = town_open_with(t, commands, NULL)};
    int64_t id = set_up(crowd.r, THREE, ELECTORS), voted = 0;
    pthread_t threads[THREADS];
    int64_t expected[3] = {0};
    const struct li_node *said;

    pthread_mutex_init(&crowd.mutex, NULL);
    records_clock(crowd.r, OPENS);
    for (int64_t no = 1; no <= ELECTORS; no++)
        crowd.codes[no - 1] = issue(crowd.r, id, no);
    records_clock(crowd.r, CLOSES - LI_SECOND);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, crowd_main, &crowd), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&crowd.mutex);
    assert_int_equal(crowd.faults, 0);
    assert_true(crowd.refused > 0);
    until(crowd.r, CLOSES);
    for (size_t i = 0; i < ELECTORS; i++) {
        if (crowd.last[i]) {
            expected[crowd.choice[i]]++;
            voted++;
        }
    }
    said = result(crowd.r, id);
    assert_int_equal(of(said, "voices"), voted);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(points(said, i), expected[i]);
    assert_holds(crowd.r);
}

/* ---- what verify finds
 * --------------------------------------------------------------------------- */

static int64_t two_voices(struct test_record *r)
{
    int64_t id = set_up(r, THREE, 3);

    records_clock(r, OPENS);
    assert_ok(r->t, cast(r, issue(r, id, 1), A));
    assert_ok(r->t, cast(r, issue(r, id, 2), B));
    return id;
}

static void tampered(struct test_store *t)
{
    static const struct {
        const struct li_sql *sql;
        const char *with;
    } hands[] = {{&tamper_words, NULL},        {&tamper_roll, NULL},   {&tamper_file, ""},
                 {&tamper_receipts, "0123\n"}, {&tamper_result, NULL}, {&tamper_state, NULL}};

    for (size_t i = 0; i < sizeof(hands) / sizeof(hands[0]); i++) {
        struct test_store *own = i ? test_store_new(t->kind, NULL) : t;
        struct test_record *r = town_open_with(own, commands, NULL);
        struct li_str with = i == 0 ? spec_of(r, "\"most\":2," THREE) : li_str(hands[i].with);

        two_voices(r);
        until(r, CLOSES);
        assert_int_equal(findings(r), 0);
        if (with.ptr)
            records_tamper(r, hands[i].sql, LI_ARGS(li_v(r->tenant), li_v_blob(with)));
        else
            records_tamper(r, hands[i].sql, LI_ARGS(li_v(r->tenant)));
        assert_true(findings(r) > 0);
        if (i)
            test_store_free(own);
    }
}

/* A voice that was put into the urn by hand does not count, and the result says so. */
static void forged(struct test_store *t)
{
    struct test_record *r = town_open_with(t, commands, NULL);
    int64_t id = two_voices(r);

    records_tamper(r, &tamper_voice, LI_ARGS(li_v(r->tenant)));
    until(r, CLOSES);
    assert_int_equal(of(result(r, id), "damaged"), 2);
    assert_int_equal(of(result(r, id), "voices"), 0);
    assert_int_equal(findings(r), 0);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(whole_life), STORE_TEST(objections), STORE_TEST(quorum),
        STORE_TEST(majorities), STORE_TEST(methods),    STORE_TEST(by_desk_and_post),
        STORE_TEST(cancelled),  STORE_TEST(racing),     STORE_TEST(tampered),
        STORE_TEST(forged),
    };

    return STORE_TESTS_RUN("ballot", tests);
}
