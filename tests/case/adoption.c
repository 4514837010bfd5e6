/* Playbooks taken into use: once each, and a case lives by the one it was opened under. */
#include <stdlib.h>

#include "lib/cases.h"

LI_SQL(adoption_versions,
       "select cast(count(*) as bigint) from playbook where tenant = $1 and name = 'trial'");

LI_SQL(adoption_elsewhere, "insert into playbook (tenant, name, version, hash, source, adopted_at) "
                           "select 2, name, version, hash, source, adopted_at from playbook "
                           "where tenant = 1 and name = 'trial'");

/* The trial with one text replaced. */
static const char *changed(struct test_cases *c, const char *what, const char *by)
{
    const char *at = strstr(cases_trial, what);
    struct li_str text;

    assert_non_null(at);
    text =
        li_strf(c->r->ctx, "%.*s%s%s", (int)(at - cases_trial), cases_trial, by, at + strlen(what));
    return text.ptr;
}

static const struct li_playbook *current(struct test_cases *c)
{
    const struct li_playbook *playbook;

    assert_ok(c->r->t, li_library_find(c->r->ctx, c->house.bound.library, c->r->t->writer,
                                       c->r->tenant, LI_S("trial"), 0, &playbook));
    return playbook;
}

static void once(struct test_store *t)
{
    struct test_cases *c = cases_open(t);

    assert_ok(t, cases_adopt(c, cases_trial));
    assert_int_equal(cases_adopt(c, cases_trial), -LI_E_UNIQUE);
    li_ctx_clear(c->r->ctx);
    /* a number that was used cannot be given other content */
    assert_int_equal(cases_adopt(c, changed(c, "within: 8h", "within: 9h")), -LI_E_STATE);
    assert_int_equal(records_number(c->r, &adoption_versions, LI_ARGS(li_v(1))), 1);
    assert_verifies(c->r, 1);
}

static void refused(struct test_store *t)
{
    struct test_cases *c = cases_open(t);

    assert_int_equal(cases_adopt(c, changed(c, "mark: overdue", "shout: loudly")), -LI_E_INVALID);
    li_ctx_clear(c->r->ctx);
    assert_int_equal(cases_adopt(c, changed(c, "mark: overdue", "mark: nonsense")), -LI_E_INVALID);
    li_ctx_clear(c->r->ctx);
    assert_int_equal(cases_adopt(c, changed(c, "to: received", "to: nowhere")), -LI_E_INVALID);
    li_ctx_clear(c->r->ctx);
    assert_int_equal(cases_adopt(c, "a: [b"), -LI_E_SYNTAX);
    li_ctx_clear(c->r->ctx);
    assert_int_equal(records_number(c->r, &adoption_versions, LI_ARGS(li_v(1))), 0);
}

/* What is not terminated by NUL is no C string: the name is a slice. */
static void name_is_a_slice(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    char *name = malloc(5);
    const struct li_adopt_args args = {.name = li_str_n(name, 5), .source = LI_S("a: [b")};

    assert_non_null(name);
    memcpy(name, "x.yml", 5);
    assert_int_equal(records_run(c->r, &li_playbook_adopt, &args), -LI_E_SYNTAX);
    free(name);
}

static void lives_by_its_own(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    const char *second;

    assert_ok(t, cases_adopt(c, cases_trial));
    int64_t old = cases_new(c, "trial", "{\"name\":\"李四\"}", NULL);
    /* the second version has another name for its last action */
    second = changed(c, "version: 1", "version: 2");
    struct li_str text = li_str(second), name = LI_S("  abandon:");
    const char *at = strstr(second, name.ptr);
    assert_non_null(at);
    text = li_strf(c->r->ctx, "%.*s  give_up:%s", (int)(at - second), second, at + name.len);
    assert_ok(t, cases_adopt(c, text.ptr));
    int64_t young = cases_new(c, "trial", "{\"name\":\"李四\"}", NULL);
    assert_int_equal(current(c)->version, 2);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(cases_row(c, old).playbook->version, 1);
        assert_int_equal(cases_row(c, young).playbook->version, 2);
        assert_int_equal(cases_act(c, old, CASES_DESK, "give_up", 0, NULL), -LI_E_NOT_FOUND);
        assert_int_equal(cases_act(c, young, CASES_DESK, "abandon", 0, NULL), -LI_E_NOT_FOUND);
        li_ctx_clear(c->r->ctx);
        cases_reopen(c);
    }
    /* a library that has seen nothing finds both */
    struct li_library *library, *before = c->house.bound.library;
    records_close(c->r);
    assert_ok(t, li_library_new(c->r->ctx, &library));
    c->house.bound.library = library;
    li_library_free(before);
    cases_reopen(c);
    assert_acts(c, old, CASES_DESK, "abandon", 0, NULL);
    assert_acts(c, young, CASES_DESK, "give_up", 0, NULL);
    assert_int_equal(current(c)->version, 2);
    assert_verifies(c->r, 1);
}

/* Several threads ask an empty library for all versions at once. */
#define ASKERS 4

struct asker {
    struct test_cases *c;
    pthread_t thread;
    int wrong;
};

static void *ask(void *arg)
{
    struct asker *asker = arg;
    struct test_cases *c = asker->c;
    struct li_ctx *ctx = test_ctx_new(c->r->clock);

    for (int i = 0; i < 200; i++) {
        const struct li_playbook *playbook;
        struct li_conn *conn;
        int version = i % 4;
        if (li_store_reader(ctx, c->r->t->store, &conn)) {
            asker->wrong++;
            continue;
        }
        int r = li_library_find(ctx, c->house.bound.library, conn, 1, LI_S("trial"), version,
                                &playbook);
        asker->wrong += version == 3 ? r != -LI_E_NOT_FOUND
                                     : r != 0 || playbook->version != (version ? version : 2);
        li_store_reader_back(c->r->t->store, conn);
        li_ctx_clear(ctx);
    }
    test_ctx_free(ctx);
    return NULL;
}

static void asked_at_once(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    struct asker askers[ASKERS] = {{.c = c}};

    assert_ok(t, cases_adopt(c, cases_trial));
    assert_ok(t, cases_adopt(c, changed(c, "version: 1", "version: 2")));
    for (int i = 0; i < ASKERS; i++) {
        askers[i] = (struct asker){.c = c};
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask, &askers[i]), 0);
    }
    for (int i = 0; i < ASKERS; i++) {
        pthread_join(askers[i].thread, NULL);
        assert_int_equal(askers[i].wrong, 0);
    }
}

/* What does not differ is not held twice: a server lives long, and has many tenants. */
static void held_once(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    struct li_library *library = c->house.bound.library;
    const struct li_deadlines *before, *after;
    const struct li_playbook *there;

    assert_ok(t, cases_adopt(c, cases_trial));
    assert_ok(t, li_exec(c->r->ctx, t->writer, &adoption_elsewhere, LI_NO_ARGS, NULL));
    assert_ok(t, li_library_find(c->r->ctx, library, t->writer, 2, LI_S("trial"), 1, &there));
    assert_ptr_equal(there, current(c));
    assert_ok(t, li_library_deadlines(c->r->ctx, library, t->writer, 1, &before));
    assert_ok(t, cases_adopt(c, changed(c, "version: 1", "version: 2")));
    assert_ok(t, li_library_deadlines(c->r->ctx, library, t->writer, 1, &after));
    assert_ptr_equal(before, after);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(once),
        STORE_TEST(refused),
        SQLITE_TEST(name_is_a_slice),
        STORE_TEST(lives_by_its_own),
        STORE_TEST(asked_at_once),
        STORE_TEST(held_once),
    };

    return STORE_TESTS_RUN("cases: adoption", tests);
}
