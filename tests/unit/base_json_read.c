/*
 * base/json_read: what is JSON, what is not, and the limits.
 */
#include "base.h"
#include "base/buf.h"
#include "base/node.h"

static struct li_node *read_good(struct li_ctx *ctx, struct li_str text)
{
    struct li_node *node = NULL;

    if (li_json_read(ctx, text, &node) != 0)
        fail_msg("'%.*s': %.*s", LI_P(text), LI_P(li_ctx_explain(ctx)));
    return node;
}

static void makes_the_tree(void **state)
{
    struct li_node *node = read_good(
        *state,
        LI_S(" {\"z\": [1, -2, 3.5, 1e2], \"a\": {\"t\": true, \"f\": false, \"n\": null},\n"
             " \"文\": \"\\u8def\\u706f\\ud83c\\udfee\\\"\\/\"} "));
    const struct li_node *list = li_node_get(node, "z");

    assert_int_equal(node->kind, LI_MAP);
    assert_int_equal(node->map.count, 3);
    assert_str(node->map.items[0].key, "z");
    assert_str(node->map.items[1].key, "a");
    assert_int_equal(list->list.count, 4);
    assert_int_equal(list->list.items[1]->kind, LI_INT);
    assert_int_equal(list->list.items[1]->number, -2);
    assert_int_equal(list->list.items[2]->kind, LI_REAL);
    assert_int_equal(list->list.items[3]->kind, LI_REAL);
    assert_true(list->list.items[3]->real == 100.0);
    assert_true(li_node_get(li_node_get(node, "a"), "t")->flag);
    assert_int_equal(li_node_get(li_node_get(node, "a"), "n")->kind, LI_NULL);
    assert_str(li_node_text(node, "文"), "路灯🏮\"/");
}

static void takes_any_value_alone(void **state)
{
    struct li_ctx *ctx = *state;

    assert_int_equal(read_good(ctx, LI_S("0"))->kind, LI_INT);
    assert_int_equal(read_good(ctx, LI_S("\"\""))->text.len, 0);
    assert_int_equal(read_good(ctx, LI_S("null"))->kind, LI_NULL);
    assert_int_equal(read_good(ctx, LI_S("[]"))->list.count, 0);
    assert_int_equal(read_good(ctx, LI_S("{}"))->map.count, 0);
}

static void keeps_64_bits(void **state)
{
    struct li_ctx *ctx = *state;

    assert_true(read_good(ctx, LI_S("9223372036854775807"))->number == INT64_MAX);
    assert_true(read_good(ctx, LI_S("-9223372036854775808"))->number == INT64_MIN);
    assert_true(read_good(ctx, LI_S("9007199254740993"))->number == INT64_C(9007199254740993));
}

static void refuses_what_is_not_json(void **state)
{
    static const struct li_str bad[] = {
        LI_S_INIT(""),
        LI_S_INIT(" "),
        LI_S_INIT("{"),
        LI_S_INIT("[1,]"),
        LI_S_INIT("{\"a\":1,}"),
        LI_S_INIT("{\"a\" 1}"),
        LI_S_INIT("{a:1}"),
        LI_S_INIT("{'a':1}"),
        LI_S_INIT("[1] x"),
        LI_S_INIT("[1][2]"),
        LI_S_INIT("// c\n1"),
        LI_S_INIT("01"),
        LI_S_INIT("+1"),
        LI_S_INIT("1."),
        LI_S_INIT(".5"),
        LI_S_INIT("NaN"),
        LI_S_INIT("Infinity"),
        LI_S_INIT("True"),
        LI_S_INIT("\"\t\""),                    /* a raw control character */
        LI_S_INIT("\"\\x41\""),                 /* no such escape */
        LI_S_INIT("\"\\u12\""),                 /* too short */
        LI_S_INIT("\"abc"),                     /* not ended */
        LI_S_INIT("9223372036854775808"),       /* beyond int64 */
        LI_S_INIT("-9223372036854775809"),      /* beyond int64 */
        LI_S_INIT("1e400"),                     /* beyond double */
        LI_S_INIT("{\"a\":1,\"b\":2,\"a\":3}"), /* a key twice */
        LI_S_INIT("{\"a\":1,\"\\u0061\":3}"),   /* the same, escaped */
        LI_S_INIT("\"\\u0000\""),               /* NUL, escaped */
        LI_S_INIT("\"a\0b\""),                  /* NUL, raw */
        LI_S_INIT("{\"\\u0000\":1}"),           /* NUL in a key */
        LI_S_INIT("[1]\0"),                     /* NUL behind */
        LI_S_INIT("\"\\ud800\""),               /* a first surrogate alone */
        LI_S_INIT("\"\\udc00\""),               /* a second alone */
        LI_S_INIT("\"\\ud800\\u0041\""),        /* a first without its second */
        LI_S_INIT("\"\xed\xa0\x80\""),          /* a surrogate in UTF-8 */
        LI_S_INIT("\"\xc0\xaf\""),              /* overlong */
        LI_S_INIT("\"\xff\""),                  /* not UTF-8 */
        LI_S_INIT("\xef\xbb\xbf{}"),            /* a byte order mark */
    };
    struct li_ctx *ctx = *state;

    for (size_t i = 0; i < COUNT(bad); i++) {
        struct li_node *node = NULL;

        if (li_json_read(ctx, bad[i], &node) != -LI_E_SYNTAX)
            fail_msg("case %zu was not refused as malformed", i);
        assert_null(node);
    }
}

static void never_quotes_the_text(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_node *node = NULL;
    struct li_str told;

    assert_int_equal(li_json_read(ctx, LI_S("{\"phone\": 13800138000x}"), &node), -LI_E_SYNTAX);
    told = li_ctx_error(ctx)->text;
    assert_null(memmem(told.ptr, told.len, "138", 3));
    assert_non_null(memmem(told.ptr, told.len, "line 1, column", 14));
}

static struct li_str repeat(struct li_ctx *ctx, const char *head, const char *part, size_t count,
                            const char *tail)
{
    struct li_buf *buf = li_buf_new(ctx, 0);

    li_buf_text(buf, head);
    for (size_t i = 0; i < count; i++)
        li_buf_text(buf, part);
    li_buf_text(buf, tail);
    assert_int_equal(li_buf_check(ctx, buf), 0);
    return li_buf_view(buf);
}

static void bounds_the_depth(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_node *node = NULL;
    const struct li_str brackets = repeat(ctx, "\"", "[{", 200, "\"");

    assert_int_equal(read_good(ctx, brackets)->kind, LI_TEXT);
    for (size_t depth = 1; depth < 40; depth++) {
        struct li_str text = repeat(ctx, "", "[", depth, "");

        text = repeat(ctx, li_str_c(ctx, text), "]", depth, "");
        assert_int_equal(li_json_read(ctx, text, &node), depth <= LI_NODE_DEPTH ? 0 : -LI_E_LIMIT);
    }
    assert_int_equal(li_json_read(ctx, repeat(ctx, "", "[", 1000000, ""), &node), -LI_E_LIMIT);
    assert_int_equal(li_json_read(ctx, repeat(ctx, "", "{\"a\":", 33, ""), &node), -LI_E_LIMIT);
}

static void bounds_the_number_of_values(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_node *node = NULL;

    /* The list itself is a value as well. */
    node = read_good(ctx, repeat(ctx, "[0", ",0", LI_NODE_COUNT - 2, "]"));
    assert_int_equal(node->list.count, LI_NODE_COUNT - 1);
    assert_int_equal(li_json_read(ctx, repeat(ctx, "[0", ",0", LI_NODE_COUNT - 1, "]"), &node),
                     -LI_E_LIMIT);
    assert_int_equal(li_json_read(ctx, repeat(ctx, "[[]", ",[0]", 60000, "]"), &node), -LI_E_LIMIT);
    assert_int_equal(read_good(ctx, repeat(ctx, "\"", ",", LI_NODE_COUNT, "\""))->kind, LI_TEXT);
}

static void survives_every_cut(void **state)
{
    struct li_ctx *ctx = *state;
    const struct li_str whole =
        LI_S("{\"a\":[1,2.5,\"\\u8def灯\",{\"b\":null}],\"c\":true,\"d\":-1e5}");
    struct li_node *node = NULL;

    for (size_t len = 0; len < whole.len; len++) {
        char *exact = li_arena_alloc(ctx->arena, len);

        memcpy(exact, whole.ptr, len);
        assert_int_equal(li_json_read(ctx, li_str_n(exact, len), &node), -LI_E_SYNTAX);
    }
    read_good(ctx, whole);
}

static void tells_an_exhausted_arena(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_str text = repeat(ctx, "[0", ",\"abc\"", 3000, "]");
    bool done = false;

    for (size_t limit = 1000; !done; limit += 20000) {
        struct li_arena *arena = li_arena_new(limit);
        struct li_node *node = NULL;
        struct li_ctx small;
        int result;

        li_ctx_init(&small, arena, NULL, NULL);
        result = li_json_read(&small, text, &node);
        done = result == 0;
        if (!done)
            assert_int_equal(result, -LI_E_NOMEM);
        li_arena_free(arena);
        assert_true(limit < 2000000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(makes_the_tree),
        TEST(takes_any_value_alone),
        TEST(keeps_64_bits),
        TEST(refuses_what_is_not_json),
        TEST(never_quotes_the_text),
        TEST(bounds_the_depth),
        TEST(bounds_the_number_of_values),
        TEST(survives_every_cut),
        TEST(tells_an_exhausted_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
