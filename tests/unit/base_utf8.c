/*
 * base/utf8: what is UTF-8 and what is not, and Unicode's normal form C.
 */
#include <stdlib.h>
#include <utf8proc.h>

#include "base.h"

static void refuses_every_fault(void **state)
{
    static const struct li_str faults[] = {
        LI_S_INIT("a\0b"),                 /* NUL */
        LI_S_INIT("\x80"),                 /* a tail alone */
        LI_S_INIT("\xc0\x80"),             /* NUL, overlong */
        LI_S_INIT("\xc1\xbf"),             /* overlong, two bytes */
        LI_S_INIT("\xe0\x80\xaf"),         /* overlong, three */
        LI_S_INIT("\xe0\x9f\xbf"),         /* overlong, three */
        LI_S_INIT("\xf0\x80\x80\xaf"),     /* overlong, four */
        LI_S_INIT("\xf0\x8f\xbf\xbf"),     /* overlong, four */
        LI_S_INIT("\xed\xa0\x80"),         /* first surrogate */
        LI_S_INIT("\xed\xbf\xbf"),         /* last surrogate */
        LI_S_INIT("\xf4\x90\x80\x80"),     /* above U+10FFFF */
        LI_S_INIT("\xf5\x80\x80\x80"),     /* no such lead */
        LI_S_INIT("\xff"),                 /* never */
        LI_S_INIT("\xfe"),                 /* never */
        LI_S_INIT("\xe4\xb8"),             /* cut off */
        LI_S_INIT("\xf0\x9f\x8f"),         /* cut off */
        LI_S_INIT("\xc3"),                 /* cut off */
        LI_S_INIT("\xe4\xb8\x41"),         /* a tail is missing */
        LI_S_INIT("\xf8\x88\x80\x80\x80"), /* five bytes */
    };
    struct li_ctx *ctx = *state;

    for (size_t i = 0; i < COUNT(faults); i++) {
        struct li_str same = LI_S("untouched");

        assert_false(li_utf8_valid(faults[i]));
        assert_int_equal(li_utf8_nfc(ctx, faults[i], &same), -LI_E_SYNTAX);
        assert_str(same, "untouched");
        /* The same behind and before plain text of every alignment. */
        for (size_t shift = 0; shift < 17; shift++) {
            char bytes[64];

            memset(bytes, 'x', sizeof(bytes));
            memcpy(bytes + shift, faults[i].ptr, faults[i].len);
            assert_false(li_utf8_valid(li_str_n(bytes, sizeof(bytes))));
        }
    }
}

static void accepts_every_point(void **state)
{
    (void)state;
    for (int32_t point = 1; point <= 0x10ffff; point++) {
        utf8proc_uint8_t bytes[4];
        struct li_str s;
        size_t at = 0;

        if (point >= 0xd800 && point <= 0xdfff)
            continue;
        s = li_str_n(bytes, (size_t)utf8proc_encode_char(point, bytes));
        if (!li_utf8_valid(s) || li_utf8_next(s, &at) != point || at != s.len)
            fail_msg("U+%04X is not read", (unsigned)point);
    }
}

static void walks_and_counts(void **state)
{
    const struct li_str s = LI_S("a邻é🏮\xff");
    const int32_t expected[] = {'a', 0x90bb, 0xe9, 0x1f3ee};
    size_t at = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(expected); i++)
        assert_int_equal(li_utf8_next(s, &at), expected[i]);
    assert_int_equal(li_utf8_next(s, &at), -1);
    assert_int_equal(at, s.len - 1);
    at = s.len;
    assert_int_equal(li_utf8_next(s, &at), -1);
    assert_int_equal(li_utf8_length(LI_S("路灯 lamp é")), 9);
    assert_int_equal(li_utf8_length(LI_S("")), 0);
}

static void composed_text_comes_back_itself(void **state)
{
    static const char *const texts[] = {
        "",
        "Lamp 12, Lane 3",
        "延平路东300米路灯不亮，请维修。（第12号）",
        "caf\xc3\xa9 5\xe2\x82\xac",
        "ガラス",
        "한국어",
        "🏮 ② Ⅷ ㎡ ﹙x﹚",
    };
    struct li_ctx *ctx = *state;

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct li_str composed = {0};

        assert_int_equal(li_utf8_nfc(ctx, li_str(texts[i]), &composed), 0);
        assert_ptr_equal(composed.ptr, texts[i]);
        assert_int_equal(composed.len, strlen(texts[i]));
    }
}

static void composes_what_is_not(void **state)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"e\xcc\x81", "\xc3\xa9"},                      /* e + acute */
        {"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "한"}, /* three jamo */
        {"カ\xe3\x82\x99", "ガ"},                       /* kana + voiced mark */
        {"\xe2\x84\xab", "\xc3\x85"},                   /* angstrom sign */
        {"\xef\xa4\x80", "\xe8\xb1\x88"},               /* U+F900 is U+8C48 */
        {"a\xcc\xa7\xcc\x81", "\xc3\xa1\xcc\xa7"},      /* marks in order, then composed */
        {"路灯 e\xcc\x81", "路灯 \xc3\xa9"},
    };
    struct li_ctx *ctx = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct li_str composed = {0};

        assert_int_equal(li_utf8_nfc(ctx, li_str(cases[i].from), &composed), 0);
        assert_str(composed, cases[i].to);
    }
}

/* The quick look may never call something composed that is not: every point,
 * alone and taken apart, against the library asked directly. */
static void agrees_with_the_library(void **state)
{
    struct li_ctx *ctx = *state;

    for (int32_t point = 1; point <= 0x10ffff; point++) {
        utf8proc_uint8_t bytes[5] = {0};
        utf8proc_uint8_t *parts, *whole;
        struct li_str composed = {0};

        if (point >= 0xd800 && point <= 0xdfff)
            continue;
        utf8proc_encode_char(point, bytes);
        parts = utf8proc_NFD(bytes);
        if (strcmp((char *)parts, (char *)bytes) != 0) {
            whole = utf8proc_NFC(bytes);
            assert_int_equal(li_utf8_nfc(ctx, li_str((char *)bytes), &composed), 0);
            assert_str(composed, (char *)whole);
            assert_int_equal(li_utf8_nfc(ctx, li_str((char *)parts), &composed), 0);
            assert_str(composed, (char *)whole);
            free(whole);
        }
        free(parts);
    }
}

/* ---- looked up ------------------------------------------------------------- */

static void folds_what_is_the_same(void **state)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"ＡＢｃ１２", "abc12"},
        {"LED路灯", "led路灯"},
        {"路灯，坏了。", "路灯,坏了。"},
        {"路燈", "路燈"},
        {"Straße", "strasse"},
        {"ﬁ①㎡", "fi1m2"},
        {"路\u200b灯", "路灯"},
        {"e\u0301É", "éé"},
        {"ｱｶﾞ", "アガ"},
        {"", ""},
        {"　", " "},
    };
    struct li_ctx *ctx = *state;
    struct li_str folded;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(li_utf8_fold(ctx, li_str(cases[i].from), &folded), 0);
        assert_str(folded, cases[i].to);
    }
    assert_int_equal(li_utf8_fold(ctx, LI_S("\xe4\xb8"), &folded), -LI_E_SYNTAX);
}

/* What is folded at once is what the library would have made of it. */
static void folds_as_the_library(void **state)
{
    struct li_ctx *ctx = *state;

    for (int32_t point = 1; point < 0x10000; point++) {
        utf8proc_uint8_t bytes[8] = {0}, *whole = NULL;
        struct li_str folded;

        if (point >= 0xd800 && point <= 0xdfff)
            continue;
        utf8proc_encode_char(point, bytes);
        assert_true(utf8proc_map(bytes, 0, &whole,
                                 UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                                     UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE) >= 0);
        assert_int_equal(li_utf8_fold(ctx, li_str((char *)bytes), &folded), 0);
        assert_str(folded, (char *)whole);
        free(whole);
    }
    assert_true(li_utf8_is_cjk(0x8def) && li_utf8_is_cjk(0x20000) && !li_utf8_is_cjk('a'));
    assert_true(li_utf8_is_word('z') && li_utf8_is_word(0xe9) && !li_utf8_is_word(0x3002));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(refuses_every_fault),    TEST(accepts_every_point),
        TEST(walks_and_counts),       TEST(composed_text_comes_back_itself),
        TEST(composes_what_is_not),   TEST(agrees_with_the_library),
        TEST(folds_what_is_the_same), TEST(folds_as_the_library),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
