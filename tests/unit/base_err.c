/*
 * base/err and base/ctx: the table, the stack of failures, failing without
 * memory.
 */
#include "base.h"

static void every_row_is_whole(void **state)
{
    (void)state;
#define ROW(constant, number, name_text, status, chinese, english)                                 \
    do {                                                                                           \
        const struct li_error_info *info = li_error_info(-LI_E_##constant);                        \
                                                                                                   \
        assert_int_equal(info->code, number);                                                      \
        assert_string_equal(info->name, name_text);                                                \
        assert_in_range(info->http, 400, 599);                                                     \
        assert_true(strlen(info->zh) > 0 && li_utf8_valid(li_str(info->zh)));                      \
        assert_true(strlen(info->en) > 0);                                                         \
        assert_ptr_equal(info, li_error_info(number));                                             \
    } while (0);
    LI_ERRORS(ROW)
#undef ROW
}

static void names_are_different(void **state)
{
    static const char *const names[] = {
#define NAME(constant, number, name, http, zh, en) name,
        LI_ERRORS(NAME)
#undef NAME
    };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        for (size_t k = i + 1; k < COUNT(names); k++)
            assert_string_not_equal(names[i], names[k]);
}

static void unknown_codes_are_internal(void **state)
{
    static const int codes[] = {0, -9999, 9999, INT32_MAX, INT32_MIN};

    (void)state;
    for (size_t i = 0; i < COUNT(codes); i++)
        assert_int_equal(li_error_info(codes[i])->code, LI_E_INTERNAL);
}

static void tells_with_place_and_text(void **state)
{
    struct li_ctx *ctx = *state;
    char where[] = "/place/lat";
    const struct li_error *error;

    assert_null(li_ctx_error(ctx));
    assert_str(li_ctx_explain(ctx), "");
    assert_int_equal(LI_FAIL_AT(ctx, LI_E_INVALID, li_str(where), "%d is above %d", 91, 90),
                     -LI_E_INVALID);
    memset(where, 'x', sizeof(where) - 1);
    error = li_ctx_error(ctx);
    assert_int_equal(error->code, LI_E_INVALID);
    assert_str(error->where, "/place/lat");
    assert_str(error->text, "91 is above 90");
    assert_non_null(strstr(error->file, "base_err.c"));
    assert_int_equal(LI_FAIL(ctx, -LI_E_STATE, "not opened"), -LI_E_STATE);
    assert_str(li_ctx_explain(ctx), "not opened: 91 is above 90");
    assert_int_equal(ctx->errors[0].code, LI_E_INVALID);
    li_ctx_clear(ctx);
    assert_null(li_ctx_error(ctx));
}

static void keeps_the_causes_when_full(void **state)
{
    struct li_ctx *ctx = *state;

    for (int i = 0; i < 40; i++)
        assert_int_equal(LI_FAIL(ctx, LI_E_STORE, "failure %d", i), -LI_E_STORE);
    assert_int_equal(ctx->error_count, LI_ERRORS_MAX);
    assert_str(ctx->errors[0].text, "failure 0");
    assert_str(li_ctx_error(ctx)->text, "failure 39");
}

static void tells_without_memory(void **state)
{
    struct li_arena *arena = li_arena_new(16);
    struct li_ctx ctx;

    (void)state;
    li_ctx_init(&ctx, arena, NULL, NULL);
    while (li_arena_alloc(arena, 1) != NULL)
        continue;
    assert_int_equal(LI_FAIL_AT(&ctx, LI_E_BUSY, LI_S("/x"), "%d", 1), -LI_E_BUSY);
    assert_str(li_ctx_error(&ctx)->text, li_error_info(LI_E_BUSY)->en);
    assert_int_equal(li_ctx_error(&ctx)->where.len, 0);
    assert_str(li_ctx_explain(&ctx), li_error_info(LI_E_BUSY)->en);
    li_arena_free(arena);
    li_ctx_init(&ctx, NULL, NULL, NULL);
    assert_int_equal(LI_FAIL(&ctx, LI_E_BUSY, "%d", 1), -LI_E_BUSY);
    assert_str(li_ctx_error(&ctx)->text, li_error_info(LI_E_BUSY)->en);
    assert_int_equal(LI_FAIL(NULL, LI_E_BUSY, "%d", 1), -LI_E_BUSY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_row_is_whole),         TEST(names_are_different),
        TEST(unknown_codes_are_internal), TEST(tells_with_place_and_text),
        TEST(keeps_the_causes_when_full), TEST(tells_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
