/*
 * What is found of a case: its number and what people wrote, never a personal
 * value; the same after a rebuild, and nothing of what was erased.
 */
#include "record/search.h"
#include "lib/cases.h"

/* Whether `id` is among the candidates, and its texts have the question. */
static bool is_found(struct test_cases *c, enum li_scope scope, const char *question, int64_t id)
{
    struct test_record *r = c->r;
    struct li_case row = cases_row(c, id);
    const struct li_case_words of = {
        .id = id, .number = row.number, .playbook = row.playbook, .scope = scope};
    struct li_search_query query;
    int64_t ids[64];
    size_t count, text_count;
    bool candidate = false, matches;
    struct li_str *texts;

    assert_ok(r->t, li_search_read(r->ctx, li_str(question), &query));
    assert_ok(r->t, li_search_find(r->ctx, r->t->writer, r->tenant, scope, &query, INT64_MAX, 64,
                                   ids, &count));
    for (size_t i = 0; i < count; i++)
        candidate |= ids[i] == id;
    assert_ok(r->t,
              li_case_search_texts(r->ctx, r->t->writer, r->tenant, &of, &texts, &text_count));
    assert_ok(r->t, li_search_matches(r->ctx, &query, texts, text_count, &matches));
    assert_int_equal(candidate, matches);
    return candidate;
}

/* What was written is found by the staff, step by step; by anybody the number only. */
static void assert_words(struct test_cases *c, int64_t id, bool answered)
{
    const char *number = li_str_c(c->r->ctx, cases_row(c, id).number);

    records_catch_up(c->r);
    assert_true(is_found(c, LI_SCOPE_STAFF, "路灯", id));
    assert_true(is_found(c, LI_SCOPE_STAFF, "天不亮了", id));
    assert_true(is_found(c, LI_SCOPE_STAFF, "东侧 路灯", id));
    assert_true(is_found(c, LI_SCOPE_STAFF, number, id));
    assert_true(is_found(c, LI_SCOPE_PUBLIC, number, id));
    assert_false(is_found(c, LI_SCOPE_PUBLIC, "路灯", id));
    assert_false(is_found(c, LI_SCOPE_STAFF, CASES_CONTACT, id));
    assert_false(is_found(c, LI_SCOPE_STAFF, "139", id));
    assert_int_equal(is_found(c, LI_SCOPE_STAFF, "镇流器", id), answered);
}

static void words_of_every_step(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t open = cases_lamp(c), closed = cases_at(c, "closed");

    assert_words(c, open, false);
    assert_words(c, closed, true);
    assert_ok(t, li_consumer_rebuild(c->r->ctx, c->r->record, c->r->tenant, LI_S("search")));
    assert_words(c, open, false);
    assert_words(c, closed, true);
}

static struct li_vault_item description(struct test_cases *c, int64_t id)
{
    struct li_vault_item *items;
    size_t count;

    assert_ok(c->r->t, li_vault_texts(c->r->ctx, c->r->t->writer, c->r->tenant, id, 0, INT64_MAX,
                                      &items, &count));
    for (size_t i = 0; i < count; i++) {
        if (li_str_is(items[i].field, "description"))
            return items[i];
    }
    fail();
    return items[0];
}

static void erased_words_are_gone(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t id = cases_at(c, "closed"), other = cases_lamp(c);
    const struct li_vault_erase_args args = {
        .entity = id, .slot = description(c, id).slot, .rule = LI_S("test")};

    assert_words(c, id, true);
    assert_ok(t, records_run(c->r, &li_vault_erase, &args));
    for (int round = 0; round < 2; round++) {
        assert_false(is_found(c, LI_SCOPE_STAFF, "路灯", id));
        assert_true(is_found(c, LI_SCOPE_STAFF, "镇流器", id));
        assert_true(is_found(c, LI_SCOPE_STAFF, li_str_c(c->r->ctx, cases_row(c, id).number), id));
        assert_words(c, other, false);
        assert_ok(t, li_consumer_rebuild(c->r->ctx, c->r->record, c->r->tenant, LI_S("search")));
    }
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(words_of_every_step),
        STORE_TEST(erased_words_are_gone),
    };

    return STORE_TESTS_RUN("case search", tests);
}
