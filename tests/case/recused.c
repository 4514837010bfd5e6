/*
 * Who is named as reported, and the posts they hold, see the case in no list, do not find
 * it and do not act; others do as before.
 */
#include "base/id.h"
#include "base/sys.h"
#include "lib/cases.h"
#include "view/waiting.h"

static size_t listed(struct test_cases *c, enum cases_who who)
{
    const struct li_viewer viewer = cases_viewer(c, who, 0);
    const struct li_view view = cases_view(c, &viewer);
    const struct li_view_filter all = {.level = 0};
    struct li_view_list list;

    assert_ok(c->r->t, li_view_all(c->r->ctx, &view, &all, 9, (struct li_str){.ptr = NULL}, &list));
    return list.count;
}

static size_t waiting(struct test_cases *c, enum cases_who who)
{
    const struct li_viewer viewer = cases_viewer(c, who, 0);
    const struct li_view view = cases_view(c, &viewer);
    const struct li_waiting_query query = {.reading = LI_WAITING_UNIT, .limit = 9};
    struct li_waiting found;

    assert_ok(c->r->t, li_view_waiting(c->r->ctx, &view, &query, &found));
    return found.row_count;
}

/* How many are counted, with anybody in reach. */
static int64_t counted(struct test_cases *c, enum cases_who who)
{
    const struct li_viewer viewer = cases_viewer(c, who, 0);
    const struct li_view view = cases_view(c, &viewer);
    const struct li_waiting_query query = {.reading = LI_WAITING_NONE};
    struct li_waiting found;
    int64_t sum = 0;

    assert_ok(c->r->t, li_view_waiting(c->r->ctx, &view, &query, &found));
    for (size_t i = 0; i < found.group_count; i++) {
        assert_true(found.groups[i].open > 0);
        sum += found.groups[i].open;
    }
    return sum;
}

static enum li_sight sight(struct test_cases *c, int64_t id, enum cases_who who)
{
    const struct li_viewer viewer = cases_viewer(c, who, id);
    const struct li_case row = cases_row(c, id);
    struct li_case_part *parts;
    size_t count = cases_parts(c, id, &parts);
    enum li_sight seen;

    assert_ok(c->r->t, li_case_sight(c->r->ctx, &viewer, c->r->tenant, &row, parts, count, &seen));
    return seen;
}

static void named(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    char id[LI_ID_TEXT + 1];
    struct li_view_held held;
    struct li_view view;
    struct li_str text;
    bool asked = false;
    int64_t at;

    assert_ok(t, li_file_read(c->r->ctx, "tests/lib/reported.yaml", 0, &text));
    assert_ok(t, cases_adopt(c, li_str_c(c->r->ctx, text)));
    at = cases_new(c, "reported", "{\"matter\":\"收礼\"}", NULL);
    assert_int_equal(listed(c, CASES_CHECKER), 1);
    assert_int_equal(listed(c, CASES_BOTH), 1);
    assert_int_equal(listed(c, CASES_DESK), 1);
    assert_int_equal(waiting(c, CASES_CHECKER), 1);
    assert_int_equal(counted(c, CASES_CHECKER), 1);
    assert_null(cases_row(c, at).recused);
    li_id_format(c->viewers[CASES_BOTH].person, id);
    assert_acts(c, at, CASES_CHECKER, "name", 0,
                li_strf(c->r->ctx, "{\"accused\":\"%s\"}", id).ptr);
    /* the person, and who else holds the same post there */
    assert_int_equal(listed(c, CASES_BOTH), 0);
    assert_int_equal(listed(c, CASES_CHECKER), 0);
    assert_int_equal(listed(c, CASES_DESK), 1);
    assert_int_equal(waiting(c, CASES_CHECKER), 0);
    assert_int_equal(counted(c, CASES_CHECKER), 0);
    assert_int_equal(counted(c, CASES_BOTH), 0);
    assert_int_equal(counted(c, CASES_DESK), 1);
    assert_int_equal(sight(c, at, CASES_BOTH), LI_SIGHT_NONE);
    assert_int_equal(sight(c, at, CASES_CHECKER), LI_SIGHT_NONE);
    assert_int_equal(sight(c, at, CASES_DESK), LI_SIGHT_STAFF);
    assert_int_equal(cases_act(c, at, CASES_CHECKER, "answer", 0, "{\"result\":\"无\"}"),
                     -LI_E_NOT_FOUND);
    assert_true(li_str_is(cases_row(c, at).owner.post, "chief"));
    /* what is asked from now on waits for somebody else, too, and history says for whom */
    assert_acts(c, at, CASES_DESK, "ask", 0, "{}");
    view = cases_view(c, &c->viewers[CASES_DESK]);
    assert_ok(t, li_view_held(c->r->ctx, &view, at, &held));
    for (size_t i = 0; i < held.count; i++) {
        asked |= held.spans[i].span.part == 1 && li_str_is(held.spans[i].span.owner.post, "chief");
    }
    assert_true(asked);
    assert_verifies(c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(named)};

    return STORE_TESTS_RUN("recused", tests);
}
