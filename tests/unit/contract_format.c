/*
 * contract/: the formats of our list, and what a fault says to people.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/id.h"
#include "lib/contracts.h"

static const struct {
    const char *format;
    const char *text;
    bool fits;
} cases[] = {
    {"id", "06C9ZS4QGR000", true},
    {"id", "06c9zs4qgr000", false},
    {"id", "06C9ZS4QGR00", false},
    {"id", "86C9ZS4QGR000", false},
    {"id", "06C9ZS4QGRU00", false},
    {"id", "", false},
    {"date", "2026-11-21", true},
    {"date", "2024-02-29", true},
    {"date", "2026-02-29", false},
    {"date", "2026-13-01", false},
    {"date", "2026-1-1", false},
    {"date", "2026-11-21T00:00:00Z", false},
    {"date-time", "2026-11-21T09:30:00+08:00", true},
    {"date-time", "2026-11-21T01:30:00Z", true},
    {"date-time", "2026-11-21T01:30:00.250Z", true},
    {"date-time", "2026-11-21T09:30:00", false},
    {"date-time", "2026-11-21 09:30", false},
    {"date-time", "2026-11-21T25:30:00Z", false},
    {"phone", "13800138000", true},
    {"phone", "138 0013 8000", true},
    {"phone", "138-0013-8000", true},
    {"phone", "+8613800138000", true},
    {"phone", "+86 138 0013 8000", true},
    {"phone", "12800138000", false},
    {"phone", "1380013800", false},
    {"phone", "138001380000", false},
    {"phone", "010-66668888", true},
    {"phone", "01066668888", true},
    {"phone", "021 6666 8888", true},
    {"phone", "0571-8666888", true},
    {"phone", "0571-86668888", true},
    {"phone", "010-6666888", false},
    {"phone", "026-66668888", false},
    {"phone", "0571-16668888", false},
    {"phone", "+86 10 66668888", true},
    {"phone", "+86-571-86668888", true},
    {"phone", "+86 010 66668888", false},
    {"phone", "66668888", false},
    {"phone", "138--00138000", false},
    {"phone", "-13800138000", false},
    {"phone", "13800138000 ", false},
    {"phone", "+86", false},
    {"phone", "+1 202 555 0100", false},
    {"phone", "１３８００１３８０００", false},
    {"phone", "138000000000000000000000", false},
    {"phone", "", false},
    {"slug", "service-request", true},
    {"slug", "a", true},
    {"slug", "7-days", true},
    {"slug", "-a", false},
    {"slug", "a-", false},
    {"slug", "a--b", false},
    {"slug", "a_b", false},
    {"slug", "路灯", false},
    {"slug", "", false},
    {"tracking", "0123456789ABCDEFGHJKMNPQR0", true},
    {"tracking", "0123456789abcdefghjkmnpqr0", true},
    {"tracking", "0123456789ABCDEFGHJKMNPQR", false},
    {"tracking", "0123456789ABCDEFGHJKMNPQRU", false},
    {"tracking", "0123456789ABCDEFGHJKMNPQRZ", false},
    {"tracking", "", false},
    {"uri-reference", "/problems/invalid", true},
    {"uri-reference", "https://example.org/a?b=c#d", true},
    {"uri-reference", "about:blank", true},
    {"uri-reference", "a%20b", true},
    {"uri-reference", "", true},
    {"uri-reference", "./a:b", true},
    {"uri-reference", "a b", false},
    {"uri-reference", "a%2", false},
    {"uri-reference", "a%2g", false},
    {"uri-reference", "a#b#c", false},
    {"uri-reference", ":a", false},
    {"uri-reference", "1a:b", false},
    {"uri-reference", "/路灯", false},
    {"uri-reference", "<script>", false},
    {"hash", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", true},
    {"hash", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", false},
    {"hash", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg", false},
};

static void fits(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct li_str yaml = li_strf(ctx, "{type: string, format: %s}", cases[i].format);
        struct li_str told = li_strf(ctx, "format@=%s", cases[i].format);
        struct li_str json = li_strf(ctx, "\"%s\"", cases[i].text);
        const struct li_schema *schema = contracts_schema(ctx, yaml.ptr);
        const char *faults;

        assert_non_null(schema);
        faults = contracts_check(ctx, schema, json.ptr);
        if (strcmp(faults, cases[i].fits ? "" : told.ptr) != 0)
            fail_msg("%s: \"%s\" gives '%s'", cases[i].format, cases[i].text, faults);
    }
}

/* What base writes, the format reads. */
static void fits_what_is_made(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    struct li_random *random = li_random_seeded(4);
    const struct li_schema *id = contracts_schema(ctx, "{type: string, format: id}");
    const struct li_schema *tracking = contracts_schema(ctx, "{type: string, format: tracking}");

    for (int i = 0; i < 200; i++) {
        uint8_t bytes[16];
        int64_t number;
        char id_text[LI_ID_TEXT + 1];
        char token[LI_BASE32_SIZE(sizeof bytes)];

        li_random_bytes(random, bytes, sizeof bytes);
        memcpy(&number, bytes, sizeof number);
        li_id_format(number & INT64_MAX, id_text);
        li_base32(bytes, sizeof bytes, token);
        assert_string_equal(contracts_check(ctx, id, li_strf(ctx, "\"%s\"", id_text).ptr), "");
        assert_string_equal(contracts_check(ctx, tracking, li_strf(ctx, "\"%s\"", token).ptr), "");
    }
    li_random_free(random);
}

static const char *sentence(struct li_ctx *ctx, enum li_lang lang)
{
    return li_fault_sentence(ctx, li_ctx_error(ctx), lang).ptr;
}

static void speaks(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;

    assert_int_equal(li_fault(ctx, LI_FAULT_LONG, LI_S("/a"), LI_S("400")), -LI_E_INVALID);
    assert_string_equal(sentence(ctx, LI_ZH), "太长，最多400个字。");
    assert_string_equal(sentence(ctx, LI_EN), "Too long: at most 400 characters.");
    assert_int_equal(li_fault(ctx, LI_FAULT_FORMAT, LI_S("/b"), LI_S("phone")), -LI_E_INVALID);
    assert_string_equal(sentence(ctx, LI_ZH), "格式不对，应为电话号码。");
    assert_string_equal(sentence(ctx, LI_EN),
                        "The form is not right; a telephone number is expected.");
    assert_int_equal(li_fault(ctx, LI_FAULT_REQUIRED, LI_S(""), (struct li_str){0}), -LI_E_INVALID);
    assert_string_equal(sentence(ctx, LI_ZH), "请填写这一项。");
    assert_string_equal(contracts_faults(ctx), "too-long@/a=400 format@/b=phone required@");
}

/* What is no fault says its code's sentence. */
static void speaks_for_errors(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;

    assert_int_equal(LI_FAIL(ctx, LI_E_STALE, "rev %d", 3), -LI_E_STALE);
    assert_string_equal(sentence(ctx, LI_EN),
                        "Somebody changed this meanwhile; reload and try again.");
    assert_string_equal(sentence(ctx, LI_ZH), "别人刚刚改动过，请刷新后再试。");
}

/* The words outlive what they were made of, and a sentence is no format. */
static void keeps(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    char where[] = "/a", limit[] = "%s%n";

    (void)li_fault(ctx, LI_FAULT_SMALL, li_str(where), li_str(limit));
    memset(where, 'x', 2);
    memset(limit, 'x', 4);
    assert_string_equal(sentence(ctx, LI_EN), "Must not be less than %s%n.");
    assert_true(li_str_is(li_ctx_error(ctx)->where, "/a"));
    assert_true(li_str_is(li_ctx_error(ctx)->text, "Must not be less than %s%n."));
}

static void drops_what_has_no_room(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;

    for (int i = 0; i < 40; i++)
        assert_int_equal(
            li_fault(ctx, LI_FAULT_REQUIRED, li_strf(ctx, "/%d", i), (struct li_str){0}),
            -LI_E_INVALID);
    assert_int_equal(ctx->error_count, LI_ERRORS_MAX);
    assert_true(li_str_is(ctx->errors[LI_ERRORS_MAX - 1].where, "/15"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(fits, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(fits_what_is_made, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(speaks, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(speaks_for_errors, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(keeps, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(drops_what_has_no_room, contracts_set_up,
                                        contracts_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
