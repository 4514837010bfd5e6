/*
 * base/str: comparing, cutting, trimming, numbers, copies.
 */
#include "base.h"

static void compares_bytes(void **state)
{
    (void)state;
    assert_true(li_str_cmp(LI_S("a"), LI_S("b")) < 0);
    assert_true(li_str_cmp(LI_S("ab"), LI_S("a")) > 0);
    assert_true(li_str_cmp(LI_S("a"), LI_S("\x80")) < 0);
    assert_int_equal(li_str_cmp(LI_S(""), (struct li_str){0}), 0);
    assert_true(li_str_eq((struct li_str){0}, LI_S("")));
    assert_true(li_str_is(LI_S("open"), "open"));
    assert_false(li_str_is(LI_S("open\0"), "open"));
    assert_true(li_str_starts(LI_S("/api/v1"), LI_S("/api/")));
    assert_false(li_str_starts(LI_S("/a"), LI_S("/api/")));
    assert_true(li_str_starts(LI_S("x"), (struct li_str){0}));
    assert_true(li_str_ends(LI_S("a.yaml"), LI_S(".yaml")));
    assert_true(li_str_ends((struct li_str){0}, LI_S("")));
    assert_false(li_str_ends(LI_S("yaml"), LI_S(".yaml")));
    assert_int_equal(li_str_find(LI_S("a=b=c"), '='), 1);
    assert_int_equal(li_str_find((struct li_str){0}, '='), -1);
}

static void trims_both_ends(void **state)
{
    (void)state;
    assert_str(li_str_trim(LI_S(" \t a b\r\n")), "a b");
    assert_str(li_str_trim(LI_S(" \n ")), "");
    assert_str(li_str_trim(LI_S("　全角　")), "　全角　");
}

static void cuts_every_piece(void **state)
{
    struct li_str rest = LI_S("a,,b,");
    const char *const expected[] = {"a", "", "b", ""};
    size_t count = 0;

    (void)state;
    while (rest.ptr != NULL) {
        assert_true(count < COUNT(expected));
        assert_str(li_str_cut(&rest, ','), expected[count]);
        count++;
    }
    assert_int_equal(count, COUNT(expected));
}

static void reads_integers(void **state)
{
    static const struct {
        const char *text;
        int64_t number;
    } good[] = {{"0", 0},
                {"-0", 0},
                {"7", 7},
                {"-7", -7},
                {"0012", 12},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN}};
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "0x1",
                                      "９",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999999"};
    int64_t number;

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(li_str_to_i64(li_str(good[i].text), &number));
        assert_true(number == good[i].number);
    }
    number = 42;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(li_str_to_i64(li_str(bad[i]), &number));
    assert_int_equal(number, 42);
}

static void copies_with_a_nul_behind(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_str copy = li_str_dup(ctx, LI_S("a\0b"));

    assert_int_equal(copy.len, 3);
    assert_int_equal(copy.ptr[3], '\0');
    copy = li_str_dup(ctx, (struct li_str){0});
    assert_non_null(copy.ptr);
    assert_int_equal(copy.len, 0);
    assert_string_equal(li_str_c(ctx, LI_S("abc")), "abc");
    assert_int_equal(ctx->error_count, 0);
    assert_null(li_str_c(ctx, LI_S("a\0b")));
    assert_int_equal(li_ctx_error(ctx)->code, LI_E_SYNTAX);
}

static void formats_short_and_long(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_str text = li_strf(ctx, "%s %d", "case", 7);

    assert_str(text, "case 7");
    for (int width = 250; width < 262; width++) {
        text = li_strf(ctx, "%*d", width, 5);
        assert_int_equal(text.len, width);
        assert_int_equal(text.ptr[width - 1], '5');
        assert_int_equal(text.ptr[width], '\0');
    }
}

static void tells_an_exhausted_arena(void **state)
{
    struct li_arena *arena = li_arena_new(32);
    struct li_ctx ctx;

    (void)state;
    li_ctx_init(&ctx, arena, NULL, NULL);
    assert_null(li_str_dup(&ctx, LI_S("a text that has no room in such an arena")).ptr);
    assert_int_equal(li_ctx_error(&ctx)->code, LI_E_NOMEM);
    assert_null(li_strf(&ctx, "%100d", 1).ptr);
    li_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(compares_bytes),           TEST(trims_both_ends),
        TEST(cuts_every_piece),         TEST(reads_integers),
        TEST(formats_short_and_long),   TEST(copies_with_a_nul_behind),
        TEST(tells_an_exhausted_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
