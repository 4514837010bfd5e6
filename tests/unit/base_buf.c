/*
 * base/buf: growth, the maximum, the remembered failure, numbers, HTML.
 */
#include <stdio.h>

#include "base.h"
#include "base/buf.h"

static void grows_by_any_steps(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_buf *buf = li_buf_new(ctx, 0);

    for (int i = 0; i < 5000; i++)
        li_buf_char(buf, (char)('a' + i % 26));
    li_buf_add(buf, NULL, 0);
    assert_int_equal(buf->len, 5000);
    assert_int_equal(li_buf_check(ctx, buf), 0);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(buf->ptr[i], 'a' + i % 26);
}

static void stops_at_its_maximum(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_buf *buf = li_buf_new(ctx, 10);

    li_buf_text(buf, "0123456789");
    assert_int_equal(li_buf_check(ctx, buf), 0);
    li_buf_char(buf, 'x');
    assert_int_equal(li_buf_check(ctx, buf), -LI_E_LIMIT);
    assert_int_equal(li_ctx_error(ctx)->code, LI_E_LIMIT);
    li_buf_add(buf, "", 0);
    assert_str(li_buf_view(buf), "0123456789");
    li_buf_reset(buf);
    li_buf_text(buf, "12345678");
    li_buf_text(buf, "abc");
    li_buf_text(buf, "9");
    assert_str(li_buf_view(buf), "12345678");
    assert_int_equal(buf->error, LI_E_LIMIT);
}

static void formats_up_to_the_maximum(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_buf *buf = li_buf_new(ctx, 300);

    li_buf_fmt(buf, "%s-%d", "a", 1);
    assert_str(li_buf_view(buf), "a-1");
    li_buf_fmt(buf, "%297d", 7);
    assert_int_equal(buf->len, 300);
    assert_int_equal(buf->error, 0);
    li_buf_fmt(buf, "%s", "");
    assert_int_equal(buf->error, 0);
    li_buf_fmt(buf, "%d", 1);
    assert_int_equal(buf->error, LI_E_LIMIT);
    assert_int_equal(buf->len, 300);
}

static void writes_integers(void **state)
{
    static const int64_t numbers[] = {0,   1,    -1,        9,         10,        99,
                                      100, -100, INT32_MAX, INT64_MAX, INT64_MIN, 1000000007};
    struct li_buf *buf = li_buf_new(*state, 0);

    for (size_t i = 0; i < COUNT(numbers); i++) {
        char expected[32];

        snprintf(expected, sizeof(expected), "%lld", (long long)numbers[i]);
        li_buf_reset(buf);
        li_buf_i64(buf, numbers[i]);
        assert_str(li_buf_view(buf), expected);
    }
}

static void escapes_html(void **state)
{
    struct li_buf *buf = li_buf_new(*state, 0);

    li_buf_html(buf, LI_S("<a href=\"x\">'路灯' & 井盖</a>"));
    assert_str(li_buf_view(buf), "&lt;a href=&quot;x&quot;&gt;&#39;路灯&#39; &amp; 井盖&lt;/a&gt;");
    li_buf_reset(buf);
    li_buf_html(buf, LI_S(""));
    li_buf_html(buf, LI_S("plain"));
    assert_str(li_buf_view(buf), "plain");
}

static void can_be_initialised_again(void **state)
{
    struct li_buf buf;

    (void)state;
    li_buf_init(&buf, 4);
    li_buf_text(&buf, "12345");
    assert_int_equal(buf.error, LI_E_LIMIT);
    assert_int_equal(buf.len, 0);
    li_buf_done(&buf);
    li_buf_done(&buf);
    li_buf_init(&buf, 5);
    li_buf_text(&buf, "12345");
    assert_int_equal(buf.error, 0);
    li_buf_done(&buf);
    assert_int_equal(buf.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(grows_by_any_steps), TEST(stops_at_its_maximum), TEST(formats_up_to_the_maximum),
        TEST(writes_integers),    TEST(escapes_html),         TEST(can_be_initialised_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
