/* Forms with files: what is read, and everything that is refused. */
#include "contract/multipart.h"

#include "base/buf.h"

#include "unit/base.h"

#define TYPE "multipart/form-data; boundary=xx"

struct read {
    struct li_part *parts;
    size_t count;
    int status;
};

static struct read read_as(struct li_ctx *ctx, const char *type, struct li_str body)
{
    struct read read = {.count = 0};

    read.status = li_multipart_read(ctx, li_str(type), body, &read.parts, &read.count);
    return read;
}

static struct read read_body(struct li_ctx *ctx, const char *body)
{
    return read_as(ctx, TYPE, li_str(body));
}

static void texts_and_files(void **state)
{
    struct li_ctx *ctx = *state;
    static const char body[] =
        "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n一\r\n--yy\r\n"
        "--xx\r\ncontent-disposition:form-data;NAME=b ; filename=\"x;y.jpg\"\r\n"
        "Content-Type: image/jpeg\r\n\r\n\0\r\n--x\xff\r\n"
        "--xx\r\nContent-Disposition: form-data; name=\"c\"; filename=\"\"\r\n\r\n\r\n"
        "--xx\r\nContent-Disposition: form-data; name=\"d\"\r\n\r\n\r\n--xx--\r\n";
    struct read read = read_as(ctx, TYPE, li_str_n(body, sizeof(body) - 1));

    assert_int_equal(read.status, 0);
    assert_int_equal(read.count, 4);
    assert_true(li_str_is(read.parts[0].name, "a"));
    assert_true(li_str_is(read.parts[0].bytes, "一\r\n--yy"));
    assert_false(read.parts[0].is_file);
    assert_true(read.parts[1].is_file && !read.parts[1].is_none);
    assert_true(li_str_eq(read.parts[1].bytes, li_str_n("\0\r\n--x\xff", 7)));
    assert_true(read.parts[2].is_file && read.parts[2].is_none);
    assert_true(!read.parts[3].is_file && read.parts[3].bytes.len == 0);
}

static void no_parts(void **state)
{
    struct read read = read_body(*state, "--xx--\r\n");

    assert_int_equal(read.status, 0);
    assert_int_equal(read.count, 0);
}

/* Every beginning of a good body is cut off. */
static void cut_off(void **state)
{
    struct li_ctx *ctx = *state;
    static const char body[] =
        "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--xx--";

    assert_int_equal(read_body(ctx, body).status, 0);
    for (size_t len = 0; len < sizeof(body) - 1; len++) {
        assert_int_equal(read_as(ctx, TYPE, li_str_n(body, len)).status, -LI_E_SYNTAX);
        li_ctx_clear(ctx);
    }
}

#define HEAD "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n"
#define TAIL "\r\n\r\nb\r\n--xx--\r\n"

static void misshapen(void **state)
{
    static const char *const bodies[] = {
        "x--xx" TAIL,
        "--xx \r\nContent-Disposition: form-data; name=\"a\"" TAIL,
        "--xxx\r\nContent-Disposition: form-data; name=\"a\"" TAIL,
        "--xx\r\nContent-Disposition: form-data; name=\"a\r\n\r\nb\r\n--xx--\r\n",
        "--xx\r\nContent-Disposition: form-data; name=\"a\\\"b\"" TAIL,
        "--xx\r\nContent-Disposition: form-data; name=\"\"" TAIL,
        "--xx\r\nContent-Disposition: form-data" TAIL,
        "--xx\r\nContent-Disposition: attachment; name=\"a\"" TAIL,
        "--xx\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"" TAIL,
        "--xx\r\nContent-Disposition: form-data; name=\"a\" x" TAIL,
        "--xx\r\nContent-Type: text/plain" TAIL,
        "--xx\r\nno header" TAIL,
        "--xx" TAIL,
        HEAD "Content-Disposition: form-data; name=\"b\"" TAIL,
        HEAD " folded: x" TAIL,
        HEAD "Content-Transfer-Encoding: base64" TAIL,
        HEAD "X: y" TAIL "behind",
        HEAD "\r\n\xff\r\n--xx--\r\n",
        HEAD "\r\nb\r\n--xxx\r\n--xx--\r\n",
        HEAD "\r\nb\r\n--xx-\r\n",
    };

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        struct li_ctx *ctx = *state;
        if (read_body(ctx, bodies[i]).status != -LI_E_SYNTAX) {
            fail_msg("read: %s", bodies[i]);
        }
        li_ctx_clear(ctx);
    }
}

static void boundaries(void **state)
{
    struct li_ctx *ctx = *state;
    static const char *const wrong[] = {
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=xx; boundary=yy",
        "multipart/form-data; boundary=xx yy",
        "multipart/form-data; boundary=\"xx",
        "multipart/form-data; boundary="
        "0123456789012345678901234567890123456789012345678901234567890123456789x",
    };

    assert_int_equal(
        read_as(ctx, "multipart/form-data; charset=utf-8; Boundary=\"x x\"", LI_S("--x x--"))
            .status,
        0);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_int_equal(read_as(ctx, wrong[i], LI_S("--xx--")).status, -LI_E_SYNTAX);
        li_ctx_clear(ctx);
    }
}

static void bounds(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_buf *buf = li_buf_new(ctx, 0);

    for (int i = 0; i <= LI_PARTS_MAX; i++) {
        li_buf_fmt(buf, "--xx\r\nContent-Disposition: form-data; name=\"n%d\"\r\n\r\n\r\n", i);
    }
    li_buf_text(buf, "--xx--");
    assert_int_equal(read_as(ctx, TYPE, li_buf_view(buf)).status, -LI_E_LIMIT);
    li_ctx_clear(ctx);

    li_buf_reset(buf);
    li_buf_text(buf, "--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n");
    for (size_t i = 0; i <= LI_PART_TEXT_MAX; i++) {
        li_buf_char(buf, 'a');
    }
    li_buf_text(buf, "\r\n--xx--");
    assert_int_equal(read_as(ctx, TYPE, li_buf_view(buf)).status, -LI_E_LIMIT);
    li_ctx_clear(ctx);

    li_buf_reset(buf);
    li_buf_text(buf, "--xx\r\nX: ");
    for (size_t i = 0; i <= LI_PART_HEAD_MAX; i++) {
        li_buf_char(buf, 'a');
    }
    assert_int_equal(read_as(ctx, TYPE, li_buf_view(buf)).status, -LI_E_LIMIT);
    li_ctx_clear(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(texts_and_files), TEST(no_parts),   TEST(cut_off),
        TEST(misshapen),       TEST(boundaries), TEST(bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
