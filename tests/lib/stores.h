/*
 * A test program that runs the same tests on every engine.
 *
 * A test is given a store of its own, empty and open: a file in a temporary
 * folder, or a schema of its own in the PostgreSQL that LINLI_TEST_PG names.
 * Without that variable the tests on PostgreSQL fail; LINLI_TEST_PG=skip skips
 * them, and says so.
 */
#ifndef LI_TESTS_STORES_H
#define LI_TESTS_STORES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "store/store.h"

struct test_store {
    enum li_store_kind kind;
    struct li_ctx *ctx;
    struct li_clock *clock; /* the system's, until a test holds it */
    struct li_store *store;
    struct li_conn *writer;
    char where[1024];       /* what li_store_open was given */
    char folder[64];        /* SQLite: the temporary folder */
    char schema[64];        /* PostgreSQL */
    void (*end)(void *arg); /* what lies over the store; called before it is closed */
    void *end_arg;
};

struct store_test {
    const char *name;
    void (*run)(struct test_store *t);
    bool sqlite, postgres;
};

/* In tables: STORE_TEST(name) on both engines, or on the one named. */
#define STORE_TEST(fn)                                                                             \
    {                                                                                              \
#fn, fn, true, true                                                                        \
    }
#define SQLITE_TEST(fn)                                                                            \
    {                                                                                              \
#fn, fn, true, false                                                                       \
    }
#define POSTGRES_TEST(fn)                                                                          \
    {                                                                                              \
#fn, fn, false, true                                                                       \
    }

/* Runs them all; the status for main. */
int store_tests_run(const char *group, const struct store_test *tests, size_t count);
#define STORE_TESTS_RUN(group, tests)                                                              \
    store_tests_run((group), (tests), sizeof(tests) / sizeof((tests)[0]))

/* Opens a store by hand, for what store_tests_run does not do.  Fails the test
 * on any trouble.  `vfs` (SQLite) may be NULL. */
struct test_store *test_store_new(enum li_store_kind kind, const char *vfs);
/* Closes what is open and deletes it.  NULL is fine. */
void test_store_free(struct test_store *t);
/* Closes the store and its writer, and opens both again, as a new process would. */
void test_store_close(struct test_store *t);
void test_store_open(struct test_store *t);
/* A clean context of its own, for another thread. */
struct li_ctx *test_ctx_new(struct li_clock *clock);
void test_ctx_free(struct li_ctx *ctx);

/* With LINLI_TEST_SPREAD: distributes what is there over the cluster. */
void test_spread(struct test_store *t);
/* Runs one step of portable DDL; test_spread. */
void test_ddl(struct test_store *t, const char *text);
/* The house's schema/ as steps, in the context's arena. */
size_t test_schema_steps(struct li_ctx *ctx, struct li_migration **ret);

/* rc must be 0; else the whole stack of errors is printed. */
void test_ok(struct test_store *t, int rc, const char *file, int line);
#define assert_ok(t, rc) test_ok((t), (rc), __FILE__, __LINE__)

#endif
