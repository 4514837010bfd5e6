/*
 * base/grow: arrays in an arena that grow.
 */
#include "base.h"

#include "base/grow.h"

static void keeps_what_it_holds(void **state)
{
    struct li_ctx *ctx = *state;
    int *items = NULL;
    size_t count = 0, cap = 0;

    for (int i = 0; i < 1000; i++) {
        int *more = li_grow(ctx, items, count, &cap, sizeof(*items));

        assert_non_null(more);
        assert_true(cap > count);
        items = more;
        items[count++] = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
}

static void stays_while_there_is_room(void **state)
{
    struct li_ctx *ctx = *state;
    size_t cap = 0;
    char *items = li_grow(ctx, NULL, 0, &cap, 1);

    assert_non_null(items);
    for (size_t count = 0; count < cap; count++)
        assert_ptr_equal(li_grow(ctx, items, count, &cap, 1), items);
}

static void tells_the_end_of_the_arena(void **state)
{
    struct li_arena *arena = li_arena_new(4096);
    struct li_ctx ctx;
    char(*items)[100] = NULL;
    size_t count = 0, cap = 0;

    (void)state;
    li_ctx_init(&ctx, arena, NULL, li_random_system());
    for (;;) {
        void *more = li_grow(&ctx, items, count, &cap, sizeof(*items));

        if (more == NULL)
            break;
        items = more;
        memset(items[count], 'x', sizeof(*items));
        items[count][0] = (char)count;
        count++;
    }
    assert_true(count >= 8 && count == cap);
    assert_int_equal(li_ctx_error(&ctx)->code, LI_E_NOMEM);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(items[i][0], i);
    li_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keeps_what_it_holds),
        TEST(stays_while_there_is_room),
        cmocka_unit_test(tells_the_end_of_the_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
