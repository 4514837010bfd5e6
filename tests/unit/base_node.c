/*
 * base/node: looking up and building, also into trees that were read.
 */
#include "base.h"
#include "base/node.h"

static void looks_up(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_node *map = li_node_new_map(ctx);

    assert_null(li_node_get(NULL, "a"));
    assert_null(li_node_get(li_node_new_int(ctx, 1), "a"));
    assert_null(li_node_get(map, "a"));
    assert_int_equal(li_node_put(ctx, map, LI_S("a"), li_node_new_text(ctx, LI_S("x"))), 0);
    assert_int_equal(li_node_put(ctx, map, LI_S("b"), li_node_new_bool(ctx, true)), 0);
    assert_str(li_node_text(map, "a"), "x");
    assert_null(li_node_text(map, "b").ptr);
    assert_null(li_node_text(map, "c").ptr);
    assert_true(li_node_get_str(map, LI_S("b"))->flag);
}

static void replaces_in_place(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_node *map = li_node_new_map(ctx);

    for (int i = 0; i < 10; i++)
        assert_int_equal(li_node_put(ctx, map, li_strf(ctx, "k%d", i), li_node_new_int(ctx, i)), 0);
    assert_int_equal(li_node_put(ctx, map, LI_S("k3"), li_node_new_int(ctx, 33)), 0);
    assert_int_equal(map->map.count, 10);
    assert_str(map->map.items[3].key, "k3");
    assert_int_equal(map->map.items[3].value->number, 33);
    assert_str(map->map.items[9].key, "k9");
}

/* What a reader made has exactly its members; building on must not overrun. */
static void grows_what_was_read(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_node *root = NULL;

    assert_int_equal(li_json_read(ctx, LI_S("{\"list\":[1,2,3],\"map\":{\"a\":1,\"b\":2}}"), &root),
                     0);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(li_node_push(ctx, li_node_get(root, "list"), li_node_new_int(ctx, i)), 0);
        assert_int_equal(li_node_put(ctx, li_node_get(root, "map"), li_strf(ctx, "k%d", i),
                                     li_node_new_int(ctx, i)),
                         0);
    }
    assert_int_equal(li_node_get(root, "list")->list.count, 103);
    assert_int_equal(li_node_get(root, "list")->list.items[2]->number, 3);
    assert_int_equal(li_node_get(root, "list")->list.items[102]->number, 99);
    assert_int_equal(li_node_get(root, "map")->map.count, 102);
    assert_int_equal(li_node_get(li_node_get(root, "map"), "b")->number, 2);
}

static void names_its_kinds(void **state)
{
    (void)state;
    for (int a = LI_NULL; a <= LI_MAP; a++)
        for (int b = a + 1; b <= LI_MAP; b++)
            assert_string_not_equal(li_node_kind_name((enum li_node_kind)a),
                                    li_node_kind_name((enum li_node_kind)b));
}

static void tells_an_exhausted_arena(void **state)
{
    struct li_arena *arena = li_arena_new(2000);
    struct li_node *list;
    struct li_ctx ctx;
    int result = 0;

    (void)state;
    li_ctx_init(&ctx, arena, NULL, NULL);
    list = li_node_new_list(&ctx);
    for (int i = 0; i < 1000 && result == 0; i++)
        result = li_node_push(&ctx, list, list);
    assert_int_equal(result, -LI_E_NOMEM);
    while (li_node_new_int(&ctx, 1) != NULL)
        continue;
    assert_null(li_node_new_map(&ctx));
    li_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(looks_up),        TEST(replaces_in_place),        TEST(grows_what_was_read),
        TEST(names_its_kinds), TEST(tells_an_exhausted_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
