/*
 * Links and merging: both ends seen, the clock rests and goes on, reporters are told,
 * gauges stay right, and two thousand are merged in one gesture.
 */
#include "case/link.h"

#include <stdlib.h>

#include "base/id.h"
#include "lib/cases.h"
#include "people/account.h"
#include "record/due.h"
#include "record/job.h"
#include "view/link.h"

LI_SQL(link_account, "select id from account where tenant = $1 and person = $2");
LI_SQL(link_merged_count, "select cast(count(*) as bigint) from cases "
                          "where tenant = $1 and merged_into = $2");

static int as(struct test_cases *c, const struct li_command *command, const void *args,
              enum cases_who who, int64_t id)
{
    struct li_viewer viewer = cases_viewer(c, who, id);
    struct li_job job = records_job(c->r, command, args);

    job.viewer = &viewer;
    (void)!li_run(c->r->record, &job);
    return job.status;
}

static int merge(struct test_cases *c, int64_t id, int64_t into, enum cases_who who)
{
    const struct li_case_merge_args args = {.id = id, .into = into};

    return as(c, &li_case_merge, &args, who, id);
}

static int unmerge(struct test_cases *c, int64_t id, enum cases_who who)
{
    const struct li_case_unmerge_args args = {.id = id};

    return as(c, &li_case_unmerge, &args, who, id);
}

static int link(struct test_cases *c, int64_t from, int64_t to, enum cases_who who)
{
    const struct li_case_link_args args = {.from = from, .to = to, .kind = LI_LINK_RELATED};

    return as(c, &li_case_link, &args, who, from);
}

static size_t links_of(struct test_cases *c, int64_t id, enum cases_who who,
                       struct li_view_link **ret)
{
    const struct li_viewer viewer = cases_viewer(c, who, id);
    const struct li_view view = cases_view(c, &viewer);
    size_t count = 0;
    int64_t next;

    assert_ok(c->r->t, li_view_links(c->r->ctx, &view, id, 20, 0, ret, &count, &next));
    return count;
}

static size_t steps_named(struct test_cases *c, int64_t id, const char *action)
{
    const struct li_viewer viewer = cases_viewer(c, CASES_DESK, id);
    const struct li_view view = cases_view(c, &viewer);
    struct li_view_case seen;
    size_t count = 0;

    assert_ok(c->r->t, li_view_case(c->r->ctx, &view, id, &seen));
    for (size_t i = 0; i < seen.entry_count; i++) {
        count += li_str_is(seen.entries[i].action, action);
    }
    return count;
}

static void linked(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t a = cases_lamp(c), b = cases_lamp(c);
    struct li_view_link *links;

    assert_ok(t, link(c, a, b, CASES_DESK));
    assert_int_equal(link(c, a, b, CASES_DESK), -LI_E_UNIQUE);
    assert_int_equal(link(c, a, a, CASES_DESK), -LI_E_STATE);
    /* another street's desk is told of neither */
    assert_int_equal(link(c, a, b, CASES_OTHER_DESK), -LI_E_NOT_FOUND);
    li_ctx_clear(c->r->ctx);
    assert_int_equal(links_of(c, a, CASES_DESK, &links), 1);
    assert_true(links[0].goes_out && links[0].other.id == b && !links[0].link.until);
    assert_int_equal(links_of(c, b, CASES_DESK, &links), 1);
    assert_true(!links[0].goes_out && links[0].other.id == a);
    assert_int_equal(steps_named(c, a, "link"), 1);
    assert_int_equal(steps_named(c, b, "link"), 1);

    const struct li_case_link_args args = {.from = a, .to = b, .kind = LI_LINK_RELATED};
    assert_ok(t, as(c, &li_case_unlink, &args, CASES_DESK, a));
    assert_int_equal(as(c, &li_case_unlink, &args, CASES_DESK, a), -LI_E_NOT_FOUND);
    li_ctx_clear(c->r->ctx);
    assert_int_equal(links_of(c, b, CASES_DESK, &links), 1);
    assert_true(links[0].link.until != 0);
    assert_int_equal(steps_named(c, b, "link"), 2);
    assert_ok(t, link(c, a, b, CASES_DESK));
    assert_verifies(c->r, 1);
}

/* A unit sees the case it works on, and not the one that is linked with it. */
static void seen_from_one_side(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t a = cases_at(c, "handling"), b = cases_lamp(c);
    struct li_view_link *links;

    assert_int_equal(link(c, a, b, CASES_HANDLER), -LI_E_NOT_FOUND);
    li_ctx_clear(c->r->ctx);
    assert_ok(t, link(c, a, b, CASES_DESK));
    assert_int_equal(links_of(c, a, CASES_DESK, &links), 1);
    assert_int_equal(links_of(c, a, CASES_HANDLER, &links), 0);
}

static void merged(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t main = cases_lamp(c), other = cases_lamp(c), due = cases_due(c, other, 0);
    struct li_case row;

    assert_int_equal(merge(c, other, main, CASES_HANDLER), -LI_E_NOT_FOUND);
    assert_int_equal(merge(c, other, main, CASES_OTHER_DESK), -LI_E_NOT_FOUND);
    assert_int_equal(merge(c, main, main, CASES_DESK), -LI_E_STATE);
    li_ctx_clear(c->r->ctx);
    assert_true(due != 0);
    assert_ok(t, merge(c, other, main, CASES_DESK));
    row = cases_row(c, other);
    assert_true(row.merged_into == main && row.closed_at && !row.owner.post.ptr);
    assert_int_equal(row.clock.due_at, 0);
    assert_int_equal(cases_due(c, other, 0), 0);
    assert_int_equal(cases_row(c, main).rev, 1);
    assert_int_equal(merge(c, other, main, CASES_DESK), -LI_E_STATE);
    assert_int_equal(merge(c, main, cases_lamp(c), CASES_DESK), -LI_E_STATE);
    assert_int_equal(cases_act(c, other, CASES_DESK, "decline", 0, "{\"reason\":\"x\"}"),
                     -LI_E_STATE);
    li_ctx_clear(c->r->ctx);
    cases_assert_counted(c);

    /* undone a day later: it is where it was, and late */
    records_later(c->r, INT64_C(86400000000));
    assert_ok(t, unmerge(c, other, CASES_DESK));
    assert_int_equal(unmerge(c, other, CASES_DESK), -LI_E_STATE);
    li_ctx_clear(c->r->ctx);
    row = cases_row(c, other);
    assert_true(!row.merged_into && !row.closed_at && li_str_is(row.owner.post, "desk"));
    assert_int_equal(row.clock.due_at, due);
    cases_run_due(c);
    assert_true(cases_row(c, other).clock.overdue);
    assert_int_equal(steps_named(c, main, "merge"), 2);
    cases_assert_counted(c);
    assert_acts(c, other, CASES_DESK, "decline", 0, "{\"reason\":\"x\"}");
    assert_ok(t, li_consumer_rebuild(c->r->ctx, c->r->record, c->r->tenant, LI_S("tally")));
    cases_assert_counted(c);
    assert_verifies(c->r, 1);
}

static void not_merged(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t main = cases_lamp(c), working = cases_at(c, "handling"), closed = cases_at(c, "closed");

    assert_int_equal(merge(c, working, main, CASES_DESK), -LI_E_STATE);
    assert_int_equal(merge(c, closed, main, CASES_DESK), -LI_E_STATE);
    assert_int_equal(merge(c, main, closed, CASES_DESK), -LI_E_STATE);
    li_ctx_clear(c->r->ctx);
    assert_ok(t, merge(c, main, working, CASES_DESK));
}

static struct li_view_case progress_of(struct test_cases *c, const uint8_t token[16])
{
    struct li_view view = cases_view(c, &(struct li_viewer){.tenant = 1});
    struct li_view_case seen;

    assert_ok(c->r->t, li_view_progress(c->r->ctx, &view, token, &seen));
    return seen;
}

static bool offered(const struct li_view_case *seen, const char *action)
{
    for (size_t i = 0; i < seen->offer_count; i++) {
        if (li_str_is(seen->row.playbook->actions[seen->offers[i].action].name, action)) {
            return true;
        }
    }
    return false;
}

/* Whoever reported a merged case is told the other one's outcome. */
static void told(struct test_store *t)
{
    static const uint8_t token[16] = {7, 7, 7};
    static const char fields[] = "{\"kind\":\"lamp\",\"description\":\"" CASES_DESCRIPTION "\"}";
    struct test_cases *c = cases_open(t);
    int64_t main = cases_lamp(c), other = cases_new(c, "service-request", fields, token);
    struct li_view_case seen;

    assert_ok(t, merge(c, other, main, CASES_DESK));
    assert_acts(c, main, CASES_DESK, "dispatch", 0, "{\"unit\":\"$0\"}");
    assert_acts(c, main, CASES_HANDLER, "done", 1, "{\"answer\":\"" CASES_ANSWER "\"}");
    assert_acts(c, main, CASES_CHECKER, "pass", 0, NULL);
    seen = progress_of(c, token);
    assert_non_null(seen.through);
    assert_true(seen.through->row.id == main && seen.through->row.closed_at != 0);
    assert_false(offered(&seen, "withdraw"));
    size_t said = 0;
    for (size_t i = 0; i < seen.through->entry_count; i++) {
        for (size_t k = 0; k < seen.through->entries[i].value_count; k++) {
            said += li_str_is(seen.through->entries[i].values[k].value, CASES_ANSWER) ||
                    li_str_is(seen.through->entries[i].values[k].text.zh, CASES_ANSWER);
        }
    }
    assert_int_equal(said, 1);
    /* and nothing of what the other one's reporter said */
    assert_int_equal(seen.through->value_count, 1);
}

/* The same caller is found however the number was written, until it is erased. */
static void same_caller(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t a =
        cases_new(c, "service-request",
                  "{\"kind\":\"lamp\",\"description\":\"a\",\"contact\":\"13912345678\"}", NULL);
    int64_t b = cases_new(
        c, "service-request",
        "{\"kind\":\"road\",\"description\":\"b\",\"contact\":\"+86 139-1234-5678\"}", NULL);
    uint8_t blind[LI_VAULT_BLIND];
    int64_t ids[4];
    size_t count;

    assert_ok(t, li_vault_blind_of(c->r->ctx, t->writer, 1, a, blind));
    assert_ok(t, li_vault_known(c->r->ctx, t->writer, 1, blind, 4, ids, &count));
    assert_int_equal(count, 2);
    assert_true(ids[0] == b && ids[1] == a);
    records_later(c->r, INT64_C(181) * 86400 * 1000000);
    cases_run_due(c);
    assert_ok(t, li_vault_known(c->r->ctx, t->writer, 1, blind, 4, ids, &count));
    assert_int_equal(count, 0);
    assert_int_equal(li_vault_blind_of(c->r->ctx, t->writer, 1, a, blind), -LI_E_NOT_FOUND);
    assert_verifies(c->r, 1);
}

/* All two thousand at night; by day enough for two rounds of rows. */
static int many_of(void)
{
    return getenv("LINLI_NIGHT") ? 2000 : 250;
}

/* Two thousand reports of one water main, as a job: others' commands run between. */
static void many(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t person = town_person(c->r, "周敏", "zhoumin", LI_S("x")), into = cases_lamp(c);
    const int all = many_of();
    struct li_str *items = li_alloc_array(c->r->ctx, (size_t)all, sizeof(*items));
    struct li_viewer viewer;
    struct li_job_progress progress;

    town_appoint(c->r, person, "desk", "440305001", 0);
    assert_ok(t,
              li_account_viewer(c->r->ctx, t->writer, 1,
                                records_number(c->r, &link_account, LI_ARGS(li_v(1), li_v(person))),
                                li_now(c->r->clock), &viewer));
    for (int i = 0; i < all; i++) {
        const struct li_case_merge_args item = {
            .account = viewer.account, .id = cases_lamp(c), .into = into};
        assert_ok(t, li_case_merge_item(c->r->ctx, &item, &items[i]));
    }
    const struct li_job_args args = {.command = li_str(li_case_merge.name),
                                     .about = into,
                                     .items = items,
                                     .item_count = (size_t)all};
    struct li_job job = records_job(c->r, &li_job_begin, &args);
    job.viewer = &viewer;
    (void)!li_run(c->r->record, &job);
    assert_ok(t, job.status);
    assert_ok(t, li_job_find(c->r->ctx, t->writer, 1, job.entity, &progress));
    assert_int_equal(progress.waiting, all);
    cases_run_due(c);
    assert_ok(t, li_job_find(c->r->ctx, t->writer, 1, job.entity, &progress));
    assert_int_equal(progress.done, all);
    assert_int_equal(progress.waiting, 0);
    assert_int_equal(records_number(c->r, &link_merged_count, LI_ARGS(li_v(1), li_v(into))), all);
    cases_assert_counted(c);
    assert_verifies(c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(linked), STORE_TEST(seen_from_one_side),
        STORE_TEST(merged), STORE_TEST(not_merged),
        STORE_TEST(told),   STORE_TEST(same_caller),
        STORE_TEST(many),
    };

    return STORE_TESTS_RUN("cases: links", tests);
}
