/*
 * The public square's rows: what entries say of a page, in every turn a case takes, and that a
 * rebuild from history finds the same.
 */
#include "case/page.h"
#include "case/undo.h"
#include "lib/cases.h"
#include "record/history.h"

static const char plate[] =
    "playbook: plate\n"
    "version: 1\n"
    "title: {zh: 牌子, en: Plate}\n"
    "why: {zh: 试页面, en: To try pages}\n"
    "number: \"P{yy}-{seq}\"\n"
    "fields:\n"
    "  heading: {type: text, label: {zh: 标题, en: Heading}}\n"
    "  cost: {type: money, label: {zh: 花费, en: Cost}}\n"
    "open: {by: anyone, via: [web], fields: [heading, cost], required: heading}\n"
    "states:\n"
    "  checking: {label: {zh: 核, en: Checked}, owner: desk, clock: 4h of work, not: related}\n"
    "  up: {label: {zh: 上, en: Up}, owner: desk, timer: {after: 2d, do: pass}}\n"
    "  over: {label: {zh: 过, en: Over}, end: true}\n"
    "  off: {label: {zh: 下, en: Off}, end: true}\n"
    "actions:\n"
    "  publish: {label: {zh: 发, en: Publish}, from: checking, to: up, by: [desk, checker]}\n"
    "  mend: {label: {zh: 改, en: Mend}, from: up, to: checking, by: desk, asks: heading}\n"
    "  spend: {label: {zh: 花, en: Spend}, from: up, by: desk, needs: cost}\n"
    "  doubt: {label: {zh: 疑, en: Doubt}, from: up, to: checking, by: anyone}\n"
    "  take: {label: {zh: 撤, en: Take}, from: [up, checking], to: off, by: [desk, checker]}\n"
    "  pass: {label: {zh: 到, en: Pass}, from: up, to: over, by: system}\n"
    "page:\n"
    "  kind: notice\n"
    "  title: heading\n"
    "  shows: [cost]\n"
    "  figures: {cost: {label: {zh: 花费, en: Cost}, value: field.cost, places: 2}}\n"
    "  live: [up]\n"
    "  kept: [over]\n"
    "see: {staff_only: \"true\"}\n"
    "keep: 1y\n";

/* Everything the consumer keeps of these cases. */
static struct li_str dump(struct test_cases *c, const int64_t *ids, size_t count)
{
    struct li_buf *buf = li_buf_new(c->r->ctx, 0);
    struct li_conn *conn;
    int64_t seq;

    assert_ok(c->r->t,
              li_record_catch_up(c->r->ctx, c->r->record, c->r->tenant, 0, 10 * LI_SECOND, &seq));
    assert_ok(c->r->t, li_store_reader(c->r->ctx, c->r->t->store, &conn));
    for (size_t i = 0; i < count; i++) {
        struct li_square_figure *figures;
        struct li_square_row row;
        size_t figure_count;
        int r = li_square_find(c->r->ctx, conn, c->r->tenant, cases_row(c, ids[i]).number, &row);
        if (r == -LI_E_NOT_FOUND) {
            li_buf_fmt(buf, "none\n");
            continue;
        }
        assert_ok(c->r->t, r);
        assert_ok(c->r->t, li_square_figures(c->r->ctx, conn, c->r->tenant, ids[i], &figures,
                                             &figure_count));
        li_buf_fmt(buf, "%s %.*s %.*s %lld %lld %lld", li_page_stands_names[row.stands],
                   LI_P(row.kind), LI_P(row.community), (long long)row.since, (long long)row.until,
                   (long long)row.changed);
        for (size_t k = 0; k < figure_count; k++) {
            li_buf_fmt(buf, " %.*s=%lld", LI_P(figures[k].name), (long long)figures[k].value);
        }
        li_buf_fmt(buf, "\n");
    }
    li_store_reader_back(c->r->t->store, conn);
    return li_buf_view(buf);
}

static struct li_square_row page_of(struct test_cases *c, int64_t id)
{
    struct li_square_row row = {.stands = LI_PAGE_NONE};
    struct li_conn *conn;
    int64_t seq;
    int r;

    assert_ok(c->r->t,
              li_record_catch_up(c->r->ctx, c->r->record, c->r->tenant, 0, 10 * LI_SECOND, &seq));
    assert_ok(c->r->t, li_store_reader(c->r->ctx, c->r->t->store, &conn));
    r = li_square_find(c->r->ctx, conn, c->r->tenant, cases_row(c, id).number, &row);
    li_store_reader_back(c->r->t->store, conn);
    assert_true(r == 0 || r == -LI_E_NOT_FOUND);
    return row;
}

/* How many are listed, one at a time, so that each is the beginning of the next page. */
static int listed(struct test_cases *c, enum li_page_stands stands, const char *kind,
                  const char *community)
{
    struct li_square_query query = {
        .stands = stands, .kind = li_str(kind), .community = li_str(community), .limit = 1};
    struct li_conn *conn;
    int found = 0;

    assert_ok(c->r->t, li_store_reader(c->r->ctx, c->r->t->store, &conn));
    for (size_t count = 1; count; found += (int)count) {
        struct li_square_row *rows;
        assert_ok(c->r->t, li_square_list(c->r->ctx, conn, c->r->tenant, &query, &rows, &count));
        if (count) {
            assert_true(query.before_since == 0 || rows[0].since <= query.before_since);
            query.before_since = rows[0].since;
            query.before_id = rows[0].case_id;
        }
    }
    li_store_reader_back(c->r->t->store, conn);
    return found;
}

static int64_t spent(struct test_cases *c)
{
    struct li_square_figure *sums;
    struct li_conn *conn;
    size_t count;
    int64_t seq;

    assert_ok(c->r->t,
              li_record_catch_up(c->r->ctx, c->r->record, c->r->tenant, 0, 10 * LI_SECOND, &seq));
    assert_ok(c->r->t, li_store_reader(c->r->ctx, c->r->t->store, &conn));
    assert_ok(c->r->t,
              li_square_sums(c->r->ctx, conn, c->r->tenant, LI_S("notice"), &sums, &count));
    li_store_reader_back(c->r->t->store, conn);
    return count ? sums[0].value : 0;
}

static int64_t plate_new(struct test_cases *c)
{
    return cases_new(c, "plate", "{\"heading\":\"牌子\",\"cost\":500}", NULL);
}

static void undo(struct test_cases *c, int64_t id)
{
    const struct li_case_undo_args args = {.id = id};
    struct li_viewer viewer = cases_viewer(c, CASES_DESK, id);
    struct li_job job = records_job(c->r, &li_case_undo, &args);

    job.viewer = &viewer;
    assert_ok(c->r->t, li_run(c->r->record, &job));
}

static void every_turn(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t ids[4], since;
    struct li_str before;

    assert_ok(t, cases_adopt(c, plate));
    cases_lamp(c);
    for (size_t i = 0; i < 4; i++) {
        ids[i] = plate_new(c);
        assert_int_equal(page_of(c, ids[i]).stands, LI_PAGE_NONE);
    }
    for (size_t i = 0; i < 3; i++) {
        assert_acts(c, ids[i], CASES_DESK, "publish", 0, NULL);
        assert_int_equal(page_of(c, ids[i]).stands, LI_PAGE_LIVE);
    }
    assert_int_equal(spent(c), 1500);
    struct li_str there = page_of(c, ids[0]).community;
    assert_int_equal(listed(c, LI_PAGE_LIVE, "", ""), 3);
    assert_int_equal(listed(c, LI_PAGE_LIVE, "notice", ""), 3);
    assert_int_equal(listed(c, LI_PAGE_LIVE, "offer", ""), 0);
    assert_int_equal(listed(c, LI_PAGE_LIVE, "", li_str_c(c->r->ctx, there)), 3);
    assert_int_equal(listed(c, LI_PAGE_LIVE, "notice", li_str_c(c->r->ctx, there)), 3);
    assert_int_equal(listed(c, LI_PAGE_LIVE, "notice", "110101001001"), 0);
    assert_int_equal(listed(c, LI_PAGE_KEPT, "", ""), 0);
    since = page_of(c, ids[0]).since;
    assert_acts(c, ids[0], CASES_DESK, "spend", 0, "{\"cost\":900}");
    assert_int_equal(spent(c), 1900);
    undo(c, ids[0]);
    assert_int_equal(spent(c), 1500);
    /* gone while it is corrected, and back where it was */
    assert_acts(c, ids[0], CASES_DESK, "mend", 0, "{\"heading\":\"新牌子\"}");
    assert_int_equal(page_of(c, ids[0]).stands, LI_PAGE_DOWN);
    assert_int_equal(spent(c), 1000);
    assert_int_equal(cases_act(c, ids[0], CASES_DESK, "publish", 0, NULL), -LI_E_RELATED);
    assert_acts(c, ids[0], CASES_CHECKER, "publish", 0, NULL);
    assert_int_equal(page_of(c, ids[0]).since, since);
    assert_int_equal(page_of(c, ids[0]).until, 0);
    /* whoever reads it may do what is left to anyone, and nothing else; not when it is gone */
    assert_int_equal(cases_act(c, ids[1], CASES_ANYONE, "take", 0, NULL), -LI_E_FORBIDDEN);
    assert_acts(c, ids[1], CASES_ANYONE, "doubt", 0, NULL);
    assert_int_equal(cases_act(c, ids[1], CASES_ANYONE, "doubt", 0, NULL), -LI_E_NOT_FOUND);
    assert_int_equal(cases_act(c, ids[3], CASES_ANYONE, "doubt", 0, NULL), -LI_E_NOT_FOUND);
    assert_acts(c, ids[1], CASES_CHECKER, "take", 0, NULL);
    assert_int_equal(page_of(c, ids[1]).stands, LI_PAGE_DOWN);
    /* over by itself */
    records_later(c->r, 3 * LI_DAY);
    assert_true(cases_run_due(c) > 0);
    assert_int_equal(page_of(c, ids[2]).stands, LI_PAGE_KEPT);
    assert_true(page_of(c, ids[2]).until > page_of(c, ids[2]).since);
    assert_int_equal(spent(c), 1000);
    before = dump(c, ids, 4);
    assert_ok(t, li_consumer_rebuild(c->r->ctx, c->r->record, c->r->tenant, LI_S("pages")));
    assert_true(li_str_eq(dump(c, ids, 4), before));
    assert_verifies(c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(every_turn)};

    return STORE_TESTS_RUN("cases: pages", tests);
}
