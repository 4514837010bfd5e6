/*
 * What every test of base begins with: cmocka, and a context over an arena of
 * its own for each test.
 */
#ifndef LI_TESTS_UNIT_BASE_H
#define LI_TESTS_UNIT_BASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/ctx.h"

static inline int set_up(void **state)
{
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx *ctx = arena != NULL ? LI_NEW(arena, struct li_ctx) : NULL;

    if (ctx == NULL)
        return -1;
    li_ctx_init(ctx, arena, NULL, li_random_system());
    *state = ctx;
    return 0;
}

static inline int tear_down(void **state)
{
    struct li_ctx *ctx = *state;

    li_arena_free(ctx->arena);
    return 0;
}

/* A test with a fresh context as its state. */
#define TEST(fn)     cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define assert_str(actual, expected)                                                               \
    do {                                                                                           \
        const struct li_str actual_ = (actual);                                                    \
        const struct li_str expected_ = li_str(expected);                                          \
        if (!li_str_eq(actual_, expected_))                                                        \
            fail_msg("'%.*s' is not '%.*s'", LI_P(actual_), LI_P(expected_));                      \
    } while (0)

#endif
