/*
 * base/arena: alignment, zeroes, the limit, what is deferred, re-use.
 */
#include "base.h"

static void gives_zeroed_aligned_memory(void **state)
{
    struct li_arena *arena = li_arena_new(0);

    (void)state;
    for (size_t round = 0; round < 3; round++) {
        for (size_t size = 0; size < 700; size++) {
            unsigned char *bytes = li_arena_alloc(arena, size);

            assert_non_null(bytes);
            assert_int_equal((uintptr_t)bytes % 16, 0);
            for (size_t i = 0; i < size; i++)
                assert_int_equal(bytes[i], 0);
            memset(bytes, 0xff, size);
        }
        li_arena_reset(arena);
    }
    li_arena_free(arena);
}

static void keeps_allocations_apart(void **state)
{
    struct li_arena *arena = li_arena_new(0);
    unsigned char *kept[300];

    (void)state;
    for (size_t i = 0; i < COUNT(kept); i++) {
        kept[i] = li_arena_alloc(arena, i * 7 + 1);
        memset(kept[i], (int)(i & 255), i * 7 + 1);
    }
    for (size_t i = 0; i < COUNT(kept); i++)
        for (size_t k = 0; k < i * 7 + 1; k++)
            assert_int_equal(kept[i][k], i & 255);
    li_arena_free(arena);
}

static void refuses_above_its_limit(void **state)
{
    struct li_arena *arena = li_arena_new(100000);
    size_t given = 0;

    (void)state;
    assert_null(li_arena_alloc(arena, 100001));
    assert_null(li_arena_alloc(arena, SIZE_MAX));
    assert_null(li_arena_array(arena, SIZE_MAX / 2, 3));
    while (li_arena_alloc(arena, 1000) != NULL)
        given += 1000;
    assert_in_range(given, 80000, 100000);
    assert_true(li_arena_used(arena) >= given && li_arena_used(arena) <= 100000);
    li_arena_reset(arena);
    assert_int_equal(li_arena_used(arena), 0);
    assert_non_null(li_arena_alloc(arena, 90000));
    li_arena_free(arena);
}

static void gives_one_allocation_of_the_whole_limit(void **state)
{
    struct li_arena *arena = li_arena_new(1 << 20);

    (void)state;
    assert_non_null(li_arena_alloc(arena, 1 << 20));
    assert_null(li_arena_alloc(arena, 16));
    li_arena_free(arena);
}

static char order[8];

static void note(void *arg)
{
    strncat(order, arg, 1);
}

static void undoes_newest_first(void **state)
{
    struct li_arena *arena = li_arena_new(0);

    (void)state;
    order[0] = '\0';
    assert_int_equal(li_arena_defer(arena, note, "a"), 0);
    assert_int_equal(li_arena_defer(arena, note, "b"), 0);
    assert_int_equal(li_arena_defer(arena, note, "c"), 0);
    assert_string_equal(order, "");
    li_arena_reset(arena);
    assert_string_equal(order, "cba");
    li_arena_reset(arena);
    assert_string_equal(order, "cba");
    assert_int_equal(li_arena_defer(arena, note, "d"), 0);
    li_arena_free(arena);
    assert_string_equal(order, "cbad");
}

static void undoes_at_once_without_memory(void **state)
{
    struct li_arena *arena = li_arena_new(8);

    (void)state;
    order[0] = '\0';
    assert_int_equal(li_arena_defer(arena, note, "x"), -1);
    assert_string_equal(order, "x");
    li_arena_free(arena);
    assert_string_equal(order, "x");
}

static void defer_again(void *arg)
{
    assert_int_equal(li_arena_defer(arg, note, "z"), 0);
}

static void undoes_what_undoing_deferred(void **state)
{
    struct li_arena *arena = li_arena_new(0);

    (void)state;
    order[0] = '\0';
    assert_int_equal(li_arena_defer(arena, defer_again, arena), 0);
    li_arena_free(arena);
    assert_string_equal(order, "z");
}

static void frees_nothing_without_an_arena(void **state)
{
    (void)state;
    li_arena_free(NULL);
}

static void tells_the_context(void **state)
{
    struct li_arena *arena = li_arena_new(64);
    struct li_ctx ctx;

    (void)state;
    li_ctx_init(&ctx, arena, NULL, NULL);
    assert_null(li_alloc(&ctx, 1000));
    assert_int_equal(li_ctx_error(&ctx)->code, LI_E_NOMEM);
    assert_null(li_alloc_array(&ctx, SIZE_MAX, 16));
    assert_int_equal(ctx.error_count, 2);
    li_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_zeroed_aligned_memory),
        cmocka_unit_test(keeps_allocations_apart),
        cmocka_unit_test(refuses_above_its_limit),
        cmocka_unit_test(gives_one_allocation_of_the_whole_limit),
        cmocka_unit_test(undoes_newest_first),
        cmocka_unit_test(undoes_at_once_without_memory),
        cmocka_unit_test(undoes_what_undoing_deferred),
        cmocka_unit_test(frees_nothing_without_an_arena),
        cmocka_unit_test(tells_the_context),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
