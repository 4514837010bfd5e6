/*
 * base/canonical: one value, one text.
 */
#include "base.h"
#include "base/json.h"

static struct li_str canonical(struct li_ctx *ctx, const char *text)
{
    struct li_node *node = NULL;
    struct li_str bytes = {0};

    assert_int_equal(li_json_read(ctx, li_str(text), &node), 0);
    if (li_canonical(ctx, node, &bytes) != 0)
        fail_msg("%s: %.*s", text, LI_P(li_ctx_explain(ctx)));
    return bytes;
}

/* A history entry as it is hashed; the bytes and the hash may never change. */
static void golden_value(void **state)
{
    const struct li_str bytes = canonical(
        *state,
        "{ \"seq\": 12, \"command\": \"case.open\", \"args\": {\"text\": \"路灯\\u4e0d亮 "
        "\\\"12\\\"\\n\","
        " \"parts\": [], \"b\": -1, \"B\": true, \"é\": null, \"a1\": {}, \"a\": [3, 1, 2]},"
        " \"at\": 1795224600000000 }");
    const struct li_hash hash = li_hash_of(bytes);
    char hex[2 * LI_HASH_SIZE + 1];

    assert_str(bytes, "{\"args\":{\"B\":true,\"a\":[3,1,2],\"a1\":{},\"b\":-1,\"parts\":[],"
                      "\"text\":\"路灯不亮 \\\"12\\\"\\n\",\"é\":null},\"at\":1795224600000000,"
                      "\"command\":\"case.open\",\"seq\":12}");
    li_hash_hex(&hash, hex);
    assert_string_equal(hex, "4379e76912a0bcddec543127617449773abb089d63bd42c9fc0171c1ef9da41f");
}

static void order_of_keys_does_not_matter(void **state)
{
    struct li_ctx *ctx = *state;
    const struct li_str a = canonical(ctx, "{\"x\":{\"b\":1,\"a\":2},\"k\":[]}");
    const struct li_str b = canonical(ctx, "{\"k\":[],\"x\":{\"a\":2,\"b\":1}}");

    assert_true(li_str_eq(a, b));
}

static void sorts_many_keys(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_node *map = li_node_new_map(ctx);
    struct li_node *back = NULL;
    struct li_str bytes = {0};

    for (int i = 0; i < 500; i++) {
        const int number = i * 263 % 500;

        assert_int_equal(
            li_node_put(ctx, map, li_strf(ctx, "k%d", number), li_node_new_int(ctx, number)), 0);
    }
    assert_int_equal(li_canonical(ctx, map, &bytes), 0);
    assert_int_equal(li_json_read(ctx, bytes, &back), 0);
    assert_int_equal(back->map.count, 500);
    for (size_t i = 1; i < 500; i++)
        assert_true(li_str_cmp(back->map.items[i - 1].key, back->map.items[i].key) < 0);
    /* The tree that was given keeps its own order. */
    assert_str(map->map.items[1].key, "k263");
}

static void composes_texts_and_keys(void **state)
{
    struct li_ctx *ctx = *state;

    assert_str(canonical(ctx, "{\"e\\u0301\":\"e\\u0301\"}"), "{\"é\":\"é\"}");
    assert_str(canonical(ctx, "[\"A\\u030a\",\"\\u212b\"]"), "[\"Å\",\"Å\"]");
}

static void refuses_what_has_no_form(void **state)
{
    static const char *const bad[] = {
        "1.5",
        "1e2",
        "{\"a\":[0.0]}",
        "{\"\\u00e9\":1,\"e\\u0301\":2}",
    };
    struct li_ctx *ctx = *state;
    struct li_str bytes = LI_S("untouched");
    struct li_node *node = NULL;

    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(li_json_read(ctx, li_str(bad[i]), &node), 0);
        assert_int_equal(li_canonical(ctx, node, &bytes), -LI_E_INVALID);
    }
    node = li_node_new_text(ctx, LI_S("\xff"));
    assert_int_equal(li_canonical(ctx, node, &bytes), -LI_E_INVALID);
    assert_str(bytes, "untouched");
}

static void refuses_a_tree_too_deep(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_node *node = li_node_new_list(ctx);
    struct li_str bytes = {0};

    for (int depth = 1; depth < 40; depth++) {
        struct li_node *outer = li_node_new_list(ctx);

        assert_int_equal(li_canonical(ctx, node, &bytes), depth <= 32 ? 0 : -LI_E_INVALID);
        assert_int_equal(li_node_push(ctx, outer, node), 0);
        node = outer;
    }
}

static void the_writer_agrees(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;

    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_put_bool(&json, "B", true);
    li_json_key(&json, "a");
    li_json_open_map(&json);
    li_json_put_int(&json, "y", 2);
    li_json_put_text(&json, "z", LI_S("x"));
    li_json_close_map(&json);
    li_json_put_int(&json, "b", 1);
    li_json_close_map(&json);
    assert_true(li_str_eq(li_buf_view(buf),
                          canonical(ctx, "{\"b\":1,\"a\":{\"z\":\"x\",\"y\":2},\"B\":true}")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(golden_value),
        TEST(order_of_keys_does_not_matter),
        TEST(sorts_many_keys),
        TEST(composes_texts_and_keys),
        TEST(refuses_what_has_no_form),
        TEST(refuses_a_tree_too_deep),
        TEST(the_writer_agrees),
    };

    if (li_crypto_init() != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
