/* Lines of lists are kept: what a list says is what it would say written anew. */
#include "view/lines.h"

#include "lib/cases.h"
#include "view/json.h"

struct desk {
    struct test_cases *c;
    struct li_view_lines *lines;
};

/* The page of all cases as one of the people reads it; *ret_kept: lines not written. */
static struct li_str page(struct test_cases *c, enum cases_who who, struct li_view_lines *lines,
                          size_t *ret_kept)
{
    struct li_view view = cases_view(c, &c->viewers[who]);
    struct li_buf *buf = li_buf_new(c->r->ctx, 0);
    struct li_view_list list;
    struct li_json json;

    assert_non_null(buf);
    view.lines = lines;
    assert_ok(c->r->t, li_tenant_rev(c->r->ctx, view.conn, view.tenant, &view.rev));
    assert_ok(c->r->t, li_view_all(c->r->ctx, &view, &(struct li_view_filter){.level = 0}, 10,
                                   (struct li_str){.ptr = NULL}, &list));
    *ret_kept = 0;
    for (size_t i = 0; i < list.count; i++)
        *ret_kept += list.rows[i].line.ptr != NULL;
    li_json_init(&json, buf, false);
    li_put_list(&json, &view, &list);
    assert_ok(c->r->t, li_buf_check(c->r->ctx, buf));
    return li_buf_view(buf);
}

/* Says the same as without what is kept; `kept` of its lines were. */
static struct li_str assert_page(struct desk *desk, enum cases_who who, size_t kept)
{
    size_t anew, found;
    struct li_str written = page(desk->c, who, NULL, &anew);
    struct li_str said = page(desk->c, who, desk->lines, &found);

    assert_int_equal(anew, 0);
    assert_int_equal(found, kept);
    assert_true(li_str_eq(written, said));
    return said;
}

static struct desk open_desk(struct test_store *t)
{
    struct desk desk = {.c = cases_open(t), .lines = li_view_lines_new()};

    assert_non_null(desk.lines);
    return desk;
}

static void follow_the_cases(struct test_store *t)
{
    struct desk desk = open_desk(t);
    int64_t first = cases_lamp(desk.c), second = cases_lamp(desk.c);

    (void)second;
    assert_page(&desk, CASES_DESK, 0);
    assert_page(&desk, CASES_DESK, 2);
    assert_acts(desk.c, first, CASES_DESK, "dispatch", 0, "{\"unit\":\"$0\"}");
    assert_page(&desk, CASES_DESK, 1);
    assert_page(&desk, CASES_DESK, 2);
    assert_page(&desk, CASES_HANDLER, 1); /* made for the desk, read by the handler */
    li_view_lines_free(desk.lines);
}

/* A clock that strikes changes no rev, and is told. */
static void follow_the_clock(struct test_store *t)
{
    struct desk desk = open_desk(t);

    cases_lamp(desk.c);
    assert_page(&desk, CASES_DESK, 0);
    records_later(desk.c->r, 30 * 24 * LI_HOUR);
    assert_true(cases_run_due(desk.c) > 0);
    assert_page(&desk, CASES_DESK, 0);
    assert_page(&desk, CASES_DESK, 1);
    li_view_lines_free(desk.lines);
}

static void forget_erased_words(struct test_store *t)
{
    struct desk desk = open_desk(t);
    int64_t id = cases_lamp(desk.c);
    struct li_vault_item *items;
    struct li_str said;
    size_t count;

    said = assert_page(&desk, CASES_DESK, 0);
    assert_non_null(memmem(said.ptr, said.len, CASES_DESCRIPTION, strlen(CASES_DESCRIPTION)));
    assert_page(&desk, CASES_DESK, 1);
    assert_ok(t, li_vault_of(desk.c->r->ctx, desk.c->r->record, t->writer, 1, id, &items, &count));
    for (size_t i = 0; i < count; i++) {
        const struct li_vault_erase_args args = {
            .entity = id, .slot = items[i].slot, .rule = LI_S("request")};
        assert_ok(t, records_run(desk.c->r, &li_vault_erase, &args));
    }
    said = assert_page(&desk, CASES_DESK, 0);
    assert_null(memmem(said.ptr, said.len, CASES_DESCRIPTION, strlen(CASES_DESCRIPTION)));
    li_view_lines_free(desk.lines);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(follow_the_cases),
        STORE_TEST(follow_the_clock),
        STORE_TEST(forget_erased_words),
    };

    return STORE_TESTS_RUN("cases: lines", tests);
}
