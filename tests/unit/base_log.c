/*
 * base/log: one line, whole, with quoted values, and the level.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base.h"
#include "base/log.h"

struct capture {
    int saved, pipe[2];
};

static void capture_begin(struct capture *capture)
{
    fflush(stderr);
    assert_int_equal(pipe2(capture->pipe, O_NONBLOCK), 0);
    capture->saved = dup(STDERR_FILENO);
    assert_true(dup2(capture->pipe[1], STDERR_FILENO) >= 0);
}

/* What was written, one read to a write: a pipe keeps small writes whole. */
static struct li_str capture_end(struct capture *capture, char *bytes, size_t size)
{
    ssize_t len;

    dup2(capture->saved, STDERR_FILENO);
    close(capture->saved);
    close(capture->pipe[1]);
    len = read(capture->pipe[0], bytes, size);
    close(capture->pipe[0]);
    return li_str_n(bytes, len > 0 ? (size_t)len : 0);
}

static void writes_one_line(void **state)
{
    struct capture capture;
    char bytes[8192];
    struct li_str line;

    (void)state;
    capture_begin(&capture);
    li_log(LI_LOG_INFO, "serve.request", "method=%s status=%d", "POST", 201);
    line = capture_end(&capture, bytes, sizeof(bytes));
    assert_int_equal(line.len, strlen("2026-11-21T09:30:00+08:00 info serve.request "
                                      "method=POST status=201\n"));
    assert_str(li_str_n(line.ptr + 25, line.len - 25),
               " info serve.request method=POST status=201\n");
    assert_memory_equal(line.ptr + 19, "+08:00", 6);
}

static void drops_what_is_above_the_level(void **state)
{
    struct capture capture;
    char bytes[8192];

    (void)state;
    capture_begin(&capture);
    li_log(LI_LOG_DEBUG, "x", "a=1");
    li_log_level(LI_LOG_ERROR);
    li_log(LI_LOG_WARN, "x", "a=1");
    li_log_level(LI_LOG_INFO);
    assert_int_equal(capture_end(&capture, bytes, sizeof(bytes)).len, 0);
}

static void cannot_be_broken_into_lines(void **state)
{
    struct capture capture;
    char bytes[8192];
    struct li_str line;

    (void)state;
    capture_begin(&capture);
    li_log(LI_LOG_WARN, "x", "path=%s", "/a\n2026 info forged=1\x1b[31m");
    line = capture_end(&capture, bytes, sizeof(bytes));
    assert_int_equal(li_str_find(line, '\n'), line.len - 1);
    assert_int_equal(li_str_find(line, '\x1b'), -1);
}

static void cuts_what_is_too_long(void **state)
{
    static const int widths[] = {3900, 4040, 4046, 4047, 4048, 4049, 4050, 4060, 4096, 7000};
    struct capture capture;
    char bytes[8192];

    (void)state;
    for (size_t i = 0; i < COUNT(widths); i++) {
        struct li_str line;

        capture_begin(&capture);
        li_log(LI_LOG_INFO, "long", "a=%0*d", widths[i], 7);
        line = capture_end(&capture, bytes, sizeof(bytes));
        assert_in_range(line.len, 3900, 4096);
        assert_int_equal(li_str_find(line, '\n'), line.len - 1);
    }
}

static void tells_the_stack_of_failures(void **state)
{
    struct li_ctx *ctx = *state;
    struct capture capture;
    char bytes[8192];
    struct li_str line;

    (void)LI_FAIL_AT(ctx, LI_E_STORE, LI_S("a b"), "disk \"x\" said no");
    (void)LI_FAIL(ctx, LI_E_BUSY, "cannot commit");
    capture_begin(&capture);
    li_log_error(ctx, "work.lane");
    line = capture_end(&capture, bytes, sizeof(bytes));
    assert_true(li_str_ends(line, LI_S(" text=\"cannot commit: disk \\\"x\\\" said no\"\n")));
    assert_non_null(memmem(line.ptr, line.len, " error work.lane code=busy at=", 30));
    li_ctx_clear(ctx);
    (void)LI_FAIL_AT(ctx, LI_E_STORE, LI_S("a b"), "x");
    capture_begin(&capture);
    li_log_error(ctx, "work.lane");
    line = capture_end(&capture, bytes, sizeof(bytes));
    assert_true(li_str_ends(line, LI_S(" where=\"a b\" text=\"x\"\n")));
}

/* A number that is one, quotes as they stand, words that are no fields left out, and
 * nothing that could break the line or the object. */
static void writes_json(void **state)
{
    static const struct {
        const char *fields, *json;
    } cases[] = {
        {"port=80 name=a-b", ",\"port\":80,\"name\":\"a-b\"}\n"},
        {"a=\"x y\" b=\"q\\\"z\"", ",\"a\":\"x y\",\"b\":\"q\\\"z\"}\n"},
        {"a=007 b=-1 c=- d=1.5 e=12345678901234567890",
         ",\"a\":\"007\",\"b\":-1,\"c\":\"-\",\"d\":\"1.5\",\"e\":\"12345678901234567890\"}\n"},
        {"word a=1 =2 other", ",\"a\":1}\n"},
        {"a=\"no end", ",\"a\":\"?\"}\n"},
        {"a=\"bad \\x escape\" b=2", ",\"a\":\"?\",\"b\":2}\n"},
        {"a=\xff b=", ",\"a\":\"?\",\"b\":\"\"}\n"},
        {"a=x\ny", ",\"a\":\"x\\ny\"}\n"},
        {"", "}\n"},
    };
    struct capture capture;
    char bytes[8192];
    struct li_str line;

    (void)state;
    li_log_format(LI_LOG_JSON);
    for (size_t i = 0; i < COUNT(cases); i++) {
        capture_begin(&capture);
        li_log(LI_LOG_INFO, "x.y", "%s", cases[i].fields);
        line = capture_end(&capture, bytes, sizeof(bytes));
        assert_memory_equal(line.ptr, "{\"time\":\"", 9);
        assert_memory_equal(line.ptr + 34, "\",\"level\":\"info\",\"event\":\"x.y\"", 30);
        assert_str(li_str_n(line.ptr + 64, line.len - 64), cases[i].json);
    }
    li_log_format(LI_LOG_TEXT);
}

/* What repeats is shown so often, then counted, and told with the next that is shown. */
static void limits_repeats(void **state)
{
    struct capture capture;
    char bytes[65536];
    struct li_str all;
    int64_t before = li_log_count(LI_LOG_WARN);
    size_t lines = 0;

    (void)state;
    capture_begin(&capture);
    for (int i = 0; i < LI_LOG_BURST + 7; i++) {
        li_log(LI_LOG_WARN, "repeat.this", "i=%d", i);
    }
    li_log(LI_LOG_WARN, "repeat.other", "i=1");
    for (int i = 0; i < LI_LOG_BURST + 7; i++) {
        li_log(LI_LOG_INFO, "repeat.info", "i=%d", i);
    }
    li_log_end();
    all = capture_end(&capture, bytes, sizeof(bytes));
    for (size_t i = 0; i < all.len; i++) {
        lines += all.ptr[i] == '\n';
    }
    assert_int_equal(lines, LI_LOG_BURST + 1 + LI_LOG_BURST + 7 + 1);
    assert_non_null(memmem(all.ptr, all.len, "log.suppressed of=repeat.this lines=7\n", 38));
    assert_int_equal(li_log_count(LI_LOG_WARN) - before, LI_LOG_BURST + 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(writes_one_line),
        TEST(drops_what_is_above_the_level),
        TEST(cuts_what_is_too_long),
        TEST(cannot_be_broken_into_lines),
        TEST(tells_the_stack_of_failures),
        TEST(writes_json),
        TEST(limits_repeats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
