/*
 * base/json: what the writer writes.
 */
#include "base.h"
#include "base/json.h"

struct written {
    struct li_buf *buf;
    struct li_json json;
};

static struct written *begin(struct li_ctx *ctx, bool canonical)
{
    struct written *written = li_alloc(ctx, sizeof(*written));

    written->buf = li_buf_new(ctx, 0);
    li_json_init(&written->json, written->buf, canonical);
    return written;
}

static void places_commas(void **state)
{
    struct written *out = begin(*state, false);

    li_json_open_map(&out->json);
    li_json_key(&out->json, "a");
    li_json_open_list(&out->json);
    li_json_close_list(&out->json);
    li_json_key(&out->json, "b");
    li_json_open_list(&out->json);
    li_json_null(&out->json);
    li_json_bool(&out->json, true);
    li_json_open_map(&out->json);
    li_json_close_map(&out->json);
    li_json_open_map(&out->json);
    li_json_put_bool(&out->json, "x", false);
    li_json_put_int(&out->json, "y", -7);
    li_json_close_map(&out->json);
    li_json_raw(&out->json, LI_S("[1, 2]"));
    li_json_close_list(&out->json);
    li_json_key_str(&out->json, LI_S("c"));
    li_json_int(&out->json, INT64_MIN);
    li_json_put_text(&out->json, "d", LI_S("路灯"));
    li_json_close_map(&out->json);
    assert_str(li_buf_view(out->buf),
               "{\"a\":[],\"b\":[null,true,{},{\"x\":false,\"y\":-7},[1, 2]],"
               "\"c\":-9223372036854775808,\"d\":\"路灯\"}");
}

/* Every byte at every offset of the eight-byte step. */
static void escapes_at_every_offset(void **state)
{
    struct li_ctx *ctx = *state;
    struct written *out = begin(ctx, false);

    for (int byte = 0; byte < 128; byte++) {
        for (size_t at = 0; at < 19; at++) {
            char text[20];
            struct li_str back = {0};
            struct li_node *node = NULL;

            memset(text, 'x', sizeof(text));
            text[at] = (char)byte;
            li_buf_reset(out->buf);
            li_json_init(&out->json, out->buf, false);
            li_json_text(&out->json, li_str_n(text, sizeof(text)));
            if (byte == 0) {
                assert_int_equal(out->buf->len, 27);
                assert_memory_equal(out->buf->ptr + 1 + at, "\\u0000", 6);
                continue;
            }
            assert_int_equal(li_json_read(ctx, li_buf_view(out->buf), &node), 0);
            back = node->text;
            assert_int_equal(back.len, sizeof(text));
            assert_memory_equal(back.ptr, text, sizeof(text));
        }
    }
}

static void escapes_as_short_as_possible(void **state)
{
    struct written *out = begin(*state, false);

    li_json_text(&out->json, LI_S("\"\\/\b\f\n\r\t\x01\x1f\x7f<é🏮"));
    assert_str(li_buf_view(out->buf), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f<é🏮\"");
}

static void writes_reals_that_read_back(void **state)
{
    static const struct {
        double real;
        const char *text;
    } known[] = {
        {0.1, "0.1"},
        {5, "5.0"},
        {-0.0, "-0.0"},
        {31.2304, "31.2304"},
        {121.473701, "121.473701"},
        {1e300, "1e+300"},
        {0.30000000000000004, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {__builtin_inf(), "null"},
        {__builtin_nan(""), "null"},
    };
    struct written *out = begin(*state, false);

    for (size_t i = 0; i < COUNT(known); i++) {
        li_buf_reset(out->buf);
        li_json_init(&out->json, out->buf, false);
        li_json_real(&out->json, known[i].real);
        assert_str(li_buf_view(out->buf), known[i].text);
    }
}

static void writes_the_houses_own_kinds(void **state)
{
    struct written *out = begin(*state, false);
    const struct li_hash hash = {.bytes = {0xab, 1}};

    li_json_open_map(&out->json);
    li_json_put_id(&out->json, "id", 33);
    li_json_put_time(&out->json, "at", 0);
    li_json_key(&out->json, "hash");
    li_json_hash(&out->json, &hash);
    li_json_close_map(&out->json);
    assert_str(li_buf_view(out->buf),
               "{\"id\":\"0000000000011\",\"at\":\"1970-01-01T08:00:00+08:00\",\"hash\":\"ab01"
               "000000000000000000000000000000000000000000000000000000000000\"}");
}

static void goes_as_deep_as_promised(void **state)
{
    struct written *out = begin(*state, false);

    for (int i = 0; i < LI_JSON_DEPTH; i++)
        li_json_open_list(&out->json);
    for (int i = 0; i < LI_JSON_DEPTH; i++)
        li_json_close_list(&out->json);
    assert_int_equal(out->buf->len, 2 * LI_JSON_DEPTH);
}

static void keeps_the_order_of_a_tree(void **state)
{
    struct li_ctx *ctx = *state;
    struct written *out = begin(ctx, false);
    struct li_node *node = NULL;
    const char *text = "{\"b\":1,\"a\":[2.5,null,\"x\"],\"c\":{\"d\":false}}";

    assert_int_equal(li_json_read(ctx, li_str(text), &node), 0);
    li_json_node(&out->json, node);
    assert_str(li_buf_view(out->buf), text);
}

static void remembers_a_full_buffer(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_buf *buf = li_buf_new(ctx, 8);
    struct li_json json;

    li_json_init(&json, buf, false);
    li_json_open_list(&json);
    li_json_text(&json, LI_S("longer than eight"));
    li_json_close_list(&json);
    assert_int_equal(li_buf_check(ctx, buf), -LI_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(places_commas),
        TEST(escapes_at_every_offset),
        TEST(escapes_as_short_as_possible),
        TEST(writes_reals_that_read_back),
        TEST(writes_the_houses_own_kinds),
        TEST(goes_as_deep_as_promised),
        TEST(keeps_the_order_of_a_tree),
        TEST(remembers_a_full_buffer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
