/*
 * base/yaml: the core schema, positions, and everything that is refused.
 */
#include "base.h"
#include "base/json.h"

static struct li_node *read_good(struct li_ctx *ctx, const char *text)
{
    struct li_node *node = NULL;

    if (li_yaml_read(ctx, "x.yaml", li_str(text), &node) != 0)
        fail_msg("'%s': %.*s", text, LI_P(li_ctx_explain(ctx)));
    return node;
}

static void expect_json(struct li_ctx *ctx, const char *text, const char *expected)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;

    li_json_init(&json, buf, false);
    li_json_node(&json, read_good(ctx, text));
    assert_str(li_buf_view(buf), expected);
}

static void resolves_the_core_schema(void **state)
{
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"~", "null"},
        {"null", "null"},
        {"NULL", "null"},
        {"a:", "{\"a\":null}"},
        {"true", "true"},
        {"False", "false"},
        {"yes", "\"yes\""},
        {"on", "\"on\""},
        {"nUll", "\"nUll\""},
        {"0", "0"},
        {"-17", "-17"},
        {"+17", "17"},
        {"0o17", "15"},
        {"0x1fA", "506"},
        {"0o18", "\"0o18\""},
        {"0b1", "\"0b1\""},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"1.5", "1.5"},
        {"-.5", "-0.5"},
        {"1.", "1.0"},
        {"0.25", "0.25"},
        {"1e3", "1000.0"},
        {"1E-2", "0.01"},
        {"1e", "\"1e\""},
        {".", "\".\""},
        {"1_000", "\"1_000\""},
        {"12:30", "\"12:30\""},
        {"2026-10-01", "\"2026-10-01\""},
        {"1.2.3", "\"1.2.3\""},
        {"+", "\"+\""},
        {"'12'", "\"12\""},
        {"\"true\"", "\"true\""},
        {"''", "\"\""},
        {"'007'", "\"007\""},
        {"路灯", "\"路灯\""},
        {"\"\\u8def\\x41\\n\"", "\"路A\\n\""},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        expect_json(*state, cases[i].text, cases[i].json);
}

static void builds_lists_and_maps(void **state)
{
    struct li_ctx *ctx = *state;

    expect_json(ctx,
                "# a playbook\n"
                "name: {zh: 报修, en: Repair}\n"
                "states: [open, done]\n"
                "actions:\n"
                "  - do: close # why\n"
                "    by: [owner]\n"
                "  - do: reopen\n"
                "200: ok\n"
                "text: |\n"
                "  one\n"
                "  two\n"
                "folded: >-\n"
                "  one\n"
                "  two\n"
                "plain: one\n"
                "  two\n"
                "empty: {}\n"
                "\"<<\": quoted\n",
                "{\"name\":{\"zh\":\"报修\",\"en\":\"Repair\"},\"states\":[\"open\",\"done\"],"
                "\"actions\":[{\"do\":\"close\",\"by\":[\"owner\"]},{\"do\":\"reopen\"}],"
                "\"200\":\"ok\",\"text\":\"one\\ntwo\\n\",\"folded\":\"one two\","
                "\"plain\":\"one two\",\"empty\":{},\"<<\":\"quoted\"}");
    expect_json(ctx, "--- [1]\n", "[1]");
    expect_json(ctx, "--- a\n...\n", "\"a\"");
    expect_json(ctx, "{a: 1, b: [x, {c: ~}]}", "{\"a\":1,\"b\":[\"x\",{\"c\":null}]}");
}

static void keeps_positions(void **state)
{
    struct li_ctx *ctx = *state;
    const struct li_node *root = read_good(ctx, "a: 1\n键:\n  - x\n  - {b: 邻里, c: 2}\n");
    const struct li_node *list = root->map.items[1].value;
    const struct li_node *inner = list->list.items[1];

    assert_int_equal(root->map.items[0].value->line, 1);
    assert_int_equal(root->map.items[0].value->column, 4);
    assert_int_equal(root->map.items[1].line, 2);
    assert_int_equal(root->map.items[1].column, 1);
    assert_int_equal(list->line, 3);
    assert_int_equal(list->column, 3);
    assert_int_equal(list->list.items[0]->column, 5);
    assert_int_equal(inner->line, 4);
    assert_int_equal(inner->column, 5);
    /* Columns count characters, not bytes. */
    assert_int_equal(inner->map.items[1].line, 4);
    assert_int_equal(inner->map.items[1].column, 13);
}

static void refuses_with_the_place(void **state)
{
    static const struct {
        const char *text, *where, *about;
    } cases[] = {
        {"a: 1\nb: &x 2\n", "x.yaml:2:7", "anchors"},
        {"a: &x [1]\n", "x.yaml:1:7", "anchors"},
        {"a: &x {b: 1}\n", "x.yaml:1:7", "anchors"},
        {"a: *x\n", "x.yaml:1:5", "aliases"},
        {"a: !!str 1\n", "x.yaml:1:10", "tags"},
        {"a: !x [1]\n", "x.yaml:1:7", "tags"},
        {"a: 1\n<<: {b: 1}\n", "x.yaml:2:1", "merge keys"},
        {"a: 1\nb: 2\na: 3\n", "x.yaml:3:1", "stands twice, first at line 1"},
        {"{a: 1, 'a': 2}\n", "x.yaml:1:8", "stands twice"},
        {"a: {b: 1, c: 2, b: 3}\n", "x.yaml:1:17", "stands twice"},
        {"a: 1\n---\nb: 1\n", "x.yaml:2:1", "one document"},
        {"a: 1\n...\nb\n", "x.yaml:2:1", "one document"},
        {"a: [1,\n", "x.yaml:2:1", ""},
        {"a:\n\t- b\n", "x.yaml:2:1", "tab"},
        {"a: b: c\n", "x.yaml:1:", ""},
        {"", "x.yaml:1:1", "empty"},
        {"# only this\n", "x.yaml:1:1", "empty"},
        {"? [a]\n: 1\n", "x.yaml:1:3", "key"},
        {"? {a: b}\n: 1\n", "x.yaml:1:3", "key"},
        {": 1\n", "x.yaml:1:1", "key"},
        {"a: 1\nb: \"\\0\"\n", "x.yaml:2:", "escape"},
        {"a: \"\\ud800\"\n", "x.yaml:1:", ""},
        {"code: 0101\n", "x.yaml:1:7", "quotes"},
        {"code: -01\n", "x.yaml:1:7", "quotes"},
        {"n: 9223372036854775808\n", "x.yaml:1:4", "too large"},
        {"n: 1e999\n", "x.yaml:1:4", "too large"},
        {"n: .inf\n", "x.yaml:1:4", "infinity"},
        {"n: -.Inf\n", "x.yaml:1:4", "infinity"},
        {"n: .nan\n", "x.yaml:1:4", "not-a-number"},
        {"a: 邻\xff\n", "x.yaml:1:5", "UTF-8"},
        {"a: 1\nb: \xc0\x80\n", "x.yaml:2:4", "UTF-8"},
    };
    struct li_ctx *ctx = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct li_node *node = NULL;
        const struct li_error *error;

        li_ctx_clear(ctx);
        assert_int_equal(li_yaml_read(ctx, "x.yaml", li_str(cases[i].text), &node), -LI_E_SYNTAX);
        assert_null(node);
        error = li_ctx_error(ctx);
        if (!li_str_starts(error->where, li_str(cases[i].where)) ||
            memmem(error->text.ptr, error->text.len, cases[i].about, strlen(cases[i].about)) ==
                NULL)
            fail_msg("'%s': %.*s %.*s", cases[i].text, LI_P(error->where), LI_P(error->text));
    }
}

static void refuses_a_nul_byte(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_node *node = NULL;

    assert_int_equal(li_yaml_read(ctx, "x.yaml", LI_S("a: 1\0"), &node), -LI_E_SYNTAX);
    assert_str(li_ctx_error(ctx)->where, "x.yaml:1:5");
}

static struct li_str repeat(struct li_ctx *ctx, const char *part, size_t count, const char *tail)
{
    struct li_buf *buf = li_buf_new(ctx, 0);

    for (size_t i = 0; i < count; i++)
        li_buf_text(buf, part);
    li_buf_text(buf, tail);
    return li_buf_view(buf);
}

static void bounds_depth_and_number(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_node *node = NULL;
    struct li_str text = repeat(ctx, "- ", LI_NODE_DEPTH, "x\n");

    assert_int_equal(li_yaml_read(ctx, "x.yaml", text, &node), 0);
    text = repeat(ctx, "- ", LI_NODE_DEPTH + 1, "x\n");
    assert_int_equal(li_yaml_read(ctx, "x.yaml", text, &node), -LI_E_LIMIT);
    assert_str(li_ctx_error(ctx)->where, "x.yaml:1:65");
    text = repeat(ctx, "[", 500, "");
    assert_int_equal(li_yaml_read(ctx, "x.yaml", text, &node), -LI_E_LIMIT);
    text = repeat(ctx, "- 1\n", LI_NODE_COUNT - 1, "");
    assert_int_equal(li_yaml_read(ctx, "x.yaml", text, &node), 0);
    assert_int_equal(node->list.count, LI_NODE_COUNT - 1);
    text = repeat(ctx, "- 1\n", LI_NODE_COUNT, "");
    assert_int_equal(li_yaml_read(ctx, "x.yaml", text, &node), -LI_E_LIMIT);
}

static void grows_large_maps(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_node *node = NULL;

    for (int i = 0; i < 3000; i++)
        li_buf_fmt(buf, "key%d: %d\n", i, i);
    assert_int_equal(li_yaml_read(ctx, "x.yaml", li_buf_view(buf), &node), 0);
    assert_int_equal(node->map.count, 3000);
    assert_int_equal(li_node_get(node, "key2999")->number, 2999);
    assert_str(node->map.items[1234].key, "key1234");
    li_buf_text(buf, "key77: x\n");
    assert_int_equal(li_yaml_read(ctx, "x.yaml", li_buf_view(buf), &node), -LI_E_SYNTAX);
    assert_str(li_ctx_error(ctx)->where, "x.yaml:3001:1");
}

static void survives_every_cut(void **state)
{
    struct li_ctx *ctx = *state;
    const struct li_str whole =
        LI_S("a: [1, \"x\\u8def\", {b: 'c'}]\nd: |\n  灯\n  e\nf:\n  - g: ~\n");
    struct li_node *node = NULL;

    for (size_t len = 0; len <= whole.len; len++) {
        char *exact = li_arena_alloc(ctx->arena, len);
        int result;

        memcpy(exact, whole.ptr, len);
        li_ctx_clear(ctx);
        result = li_yaml_read(ctx, "x.yaml", li_str_n(exact, len), &node);
        assert_true(result == 0 || result == -LI_E_SYNTAX);
    }
    assert_int_equal(node->map.count, 3);
}

static void reads_quotes_within_quotes(void **state)
{
    struct li_ctx *ctx = *state;

    for (size_t count = 1; count < 5; count++) {
        const struct li_str inner = repeat(ctx, "''", count, "'");
        struct li_node *node = NULL;

        assert_int_equal(li_yaml_read(ctx, "x.yaml", li_strf(ctx, "'%.*s", LI_P(inner)), &node), 0);
        assert_true(li_str_eq(node->text, repeat(ctx, "'", count, "")));
    }
}

static void tells_an_exhausted_arena(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_str text = repeat(ctx, "- {a: some text}\n", 2000, "");
    struct li_arena *arena = li_arena_new(50000);
    struct li_node *node = NULL;
    struct li_ctx small;

    li_ctx_init(&small, arena, NULL, NULL);
    assert_int_equal(li_yaml_read(&small, "x.yaml", text, &node), -LI_E_NOMEM);
    assert_null(node);
    li_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(resolves_the_core_schema),
        TEST(builds_lists_and_maps),
        TEST(keeps_positions),
        TEST(refuses_with_the_place),
        TEST(refuses_a_nul_byte),
        TEST(bounds_depth_and_number),
        TEST(grows_large_maps),
        TEST(survives_every_cut),
        TEST(reads_quotes_within_quotes),
        TEST(tells_an_exhausted_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
