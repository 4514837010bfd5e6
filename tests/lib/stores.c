/*
 * Stores for tests (stores.h).
 */
#include "stores.h"

#include <ftw.h>
#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/asset.h"

#define CASES_MAX 128

struct test_case {
    const struct store_test *test;
    enum li_store_kind kind;
    struct test_store *store;
    char name[128];
};

/* ---- contexts -------------------------------------------------------------- */

struct li_ctx *test_ctx_new(struct li_clock *clock)
{
    struct li_ctx *ctx = calloc(1, sizeof(*ctx));
    struct li_arena *arena = li_arena_new(0);

    assert_non_null(ctx);
    assert_non_null(arena);
    li_ctx_init(ctx, arena, clock, li_random_system());
    return ctx;
}

void test_ctx_free(struct li_ctx *ctx)
{
    li_arena_free(ctx->arena);
    free(ctx);
}

void test_ok(struct test_store *t, int rc, const char *file, int line)
{
    if (rc == 0)
        return;
    print_error("%.*s\n", LI_P(li_ctx_explain(t->ctx)));
    _assert_int_equal((LargestIntegralType)rc, 0, file, line);
}

/* ---- PostgreSQL ------------------------------------------------------------ */

static const char *postgres_url(void)
{
    const char *url = getenv("LINLI_TEST_PG");

    if (!url || !*url)
        fail_msg("LINLI_TEST_PG names no PostgreSQL (see tests/lib/postgres.sh; or =skip)");
    return url;
}

static void administer(const char *url, const char *what, const char *schema)
{
    PGconn *pg = PQconnectdb(url);
    char text[128];
    PGresult *result;

    snprintf(text, sizeof(text), "set client_min_messages to error; %s schema %s%s", what, schema,
             strcmp(what, "drop") == 0 ? " cascade" : "");
    result = PQexec(pg, text);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        print_error("%s: %s\n", text, PQerrorMessage(pg));
    PQclear(result);
    PQfinish(pg);
}

static void place_postgres(struct test_store *t)
{
    static atomic_int count;
    const char *url = postgres_url();

    snprintf(t->schema, sizeof(t->schema), "linli_test_%d_%d", (int)getpid(),
             atomic_fetch_add(&count, 1));
    administer(url, "create", t->schema);
    snprintf(t->where, sizeof(t->where), "%s%coptions=-csearch_path%%3D%s", url,
             strchr(url, '?') ? '&' : '?', t->schema);
}

/* ---- SQLite ---------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static void place_sqlite(struct test_store *t, const char *vfs)
{
    const char *base = getenv("TMPDIR");

    snprintf(t->folder, sizeof(t->folder), "%s/linli-test-XXXXXX", base && *base ? base : "/tmp");
    assert_non_null(mkdtemp(t->folder));
    snprintf(t->where, sizeof(t->where), "%s/linli.db%s%s", t->folder, vfs ? "?vfs=" : "",
             vfs ? vfs : "");
}

/* ---- a store --------------------------------------------------------------- */

void test_store_close(struct test_store *t)
{
    if (t->writer)
        li_conn_close(t->writer);
    li_store_close(t->store);
    t->writer = NULL;
    t->store = NULL;
}

void test_store_open(struct test_store *t)
{
    assert_ok(t, li_store_open(t->ctx, t->where, &t->store));
    assert_ok(t, li_conn_open(t->ctx, t->store, LI_CONN_WRITE, &t->writer));
}

struct test_store *test_store_new(enum li_store_kind kind, const char *vfs)
{
    struct test_store *t = calloc(1, sizeof(*t));

    assert_non_null(t);
    t->kind = kind;
    t->clock = calloc(1, sizeof(*t->clock));
    assert_non_null(t->clock);
    t->ctx = test_ctx_new(t->clock);
    if (kind == LI_STORE_SQLITE)
        place_sqlite(t, vfs);
    else
        place_postgres(t);
    test_store_open(t);
    return t;
}

void test_store_free(struct test_store *t)
{
    if (!t)
        return;
    if (t->end)
        t->end(t->end_arg);
    test_store_close(t);
    if (t->schema[0])
        administer(postgres_url(), "drop", t->schema);
    if (t->folder[0])
        nftw(t->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    test_ctx_free(t->ctx);
    free(t->clock);
    free(t);
}

/* On a cluster the tables a test has made are spread as those of the house are;
 * a test whose tables cannot be keeps them on the coordinator. */
void test_spread(struct test_store *t)
{
    int rc;

    if (t->kind != LI_STORE_POSTGRES || !getenv("LINLI_TEST_SPREAD"))
        return;
    rc = li_store_distribute(t->ctx, t->store, NULL);
    if (rc == -LI_E_STATE)
        li_ctx_clear(t->ctx);
    else
        assert_ok(t, rc);
}

/* Numbered one after the other, so that a test may call it again. */
void test_ddl(struct test_store *t, const char *text)
{
    static atomic_int number = 10000;
    struct li_migration step = {.number = atomic_fetch_add(&number, 1), .name = "test"};
    int ran;

    step.text = li_str(text);
    assert_ok(t, li_store_migrate(t->ctx, t->store, &step, 1, &ran));
    assert_int_equal(ran, 1);
    test_spread(t);
}

size_t test_schema_steps(struct li_ctx *ctx, struct li_migration **ret)
{
    const struct li_asset *asset = NULL;
    struct li_migration *steps;
    size_t count = 0;

    while ((asset = li_asset_next(LI_S("schema/"), asset)))
        count++;
    steps = LI_NEW_ARRAY(ctx->arena, count, struct li_migration);
    assert_non_null(steps);
    for (size_t i = 0; i < count; i++) {
        asset = li_asset_next(LI_S("schema/"), asset);
        steps[i].number = (int)strtol(asset->path.ptr + strlen("schema/"), NULL, 10);
        steps[i].name = li_str_c(ctx, asset->path);
        steps[i].text = asset->bytes;
    }
    *ret = steps;
    return count;
}

/* ---- the runner ------------------------------------------------------------ */

static void run_case(void **state)
{
    struct test_case *c = *state;
    const char *url = getenv("LINLI_TEST_PG");

    if (c->kind == LI_STORE_POSTGRES && url && strcmp(url, "skip") == 0) {
        print_message("%s: LINLI_TEST_PG=skip\n", c->name);
        skip();
    }
    c->store = test_store_new(c->kind, NULL);
    c->test->run(c->store);
}

static int end_case(void **state)
{
    struct test_case *c = *state;

    test_store_free(c->store);
    c->store = NULL;
    return 0;
}

static size_t add_case(struct test_case *cases, struct CMUnitTest *units, size_t count,
                       const struct store_test *test, enum li_store_kind kind)
{
    struct test_case *c = &cases[count];

    assert_true(count < CASES_MAX);
    c->test = test;
    c->kind = kind;
    snprintf(c->name, sizeof(c->name), "%s on %s", test->name,
             kind == LI_STORE_SQLITE ? "sqlite" : "postgres");
    units[count] = (struct CMUnitTest){
        .name = c->name, .test_func = run_case, .teardown_func = end_case, .initial_state = c};
    return count + 1;
}

int store_tests_run(const char *group, const struct store_test *tests, size_t count)
{
    static struct test_case cases[CASES_MAX];
    static struct CMUnitTest units[CASES_MAX];
    size_t all = 0;

    for (size_t i = 0; i < count; i++) {
        if (tests[i].sqlite)
            all = add_case(cases, units, all, &tests[i], LI_STORE_SQLITE);
        if (tests[i].postgres)
            all = add_case(cases, units, all, &tests[i], LI_STORE_POSTGRES);
    }
    return _cmocka_run_group_tests(group, units, all, NULL, NULL);
}
