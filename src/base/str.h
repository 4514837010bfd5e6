/*
 * Text slices.
 *
 * A `struct li_str` points at bytes that somebody else owns: an arena, a row
 * buffer, a literal.  It is not terminated by NUL and may hold NUL bytes.
 * Growing text is `struct li_buf` (buf.h).
 */
#ifndef LI_BASE_STR_H
#define LI_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct li_ctx;

struct li_str {
    const char *ptr;
    size_t len;
};

/* A slice of a string literal: LI_S("open"). */
#define LI_S(literal) ((struct li_str){.ptr = "" literal, .len = sizeof(literal) - 1})
/* The same as a constant initializer for tables. */
#define LI_S_INIT(literal)                                                                         \
    {                                                                                              \
        .ptr = "" literal, .len = sizeof(literal) - 1                                              \
    }
/* printf("%.*s", LI_P(s)) */
#define LI_P(s) (int)(s).len, (s).ptr

static inline struct li_str li_str(const char *text)
{
    return (struct li_str){.ptr = text, .len = text ? strlen(text) : 0};
}

static inline struct li_str li_str_n(const void *ptr, size_t len)
{
    return (struct li_str){.ptr = ptr, .len = len};
}

static inline bool li_str_eq(struct li_str a, struct li_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool li_str_is(struct li_str a, const char *literal)
{
    return li_str_eq(a, li_str(literal));
}

bool li_str_starts(struct li_str s, struct li_str prefix);
bool li_str_ends(struct li_str s, struct li_str suffix);
/* Byte order, shorter first on a tie: <0, 0, >0. */
int li_str_cmp(struct li_str a, struct li_str b);
/* Index of the first `c`, or -1. */
ptrdiff_t li_str_find(struct li_str s, char c);
/* Without ASCII white space at both ends. */
struct li_str li_str_trim(struct li_str s);
/* Cuts `*rest` at the first `sep`: returns what is before it and moves
 * `*rest` behind it.  Without a `sep` returns all and leaves `*rest` empty
 * with ptr NULL, so `while (rest.ptr)` walks every piece, also empty ones. */
struct li_str li_str_cut(struct li_str *rest, char sep);
/* Whole slice as a decimal int64; false on anything else or overflow. */
bool li_str_to_i64(struct li_str s, int64_t *ret);

/* Copies in the arena; NUL-terminated behind len.  NULL ptr when the arena is
 * exhausted (the error is on the stack). */
struct li_str li_str_dup(struct li_ctx *ctx, struct li_str s);
struct li_str li_strf(struct li_ctx *ctx, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A C string in the arena; NULL when exhausted or when s holds a NUL byte. */
const char *li_str_c(struct li_ctx *ctx, struct li_str s);

/* Strict UTF-8 (no surrogates, no overlong forms, no NUL byte). */
bool li_utf8_valid(struct li_str s);
/* Number of code points; s must be valid. */
size_t li_utf8_length(struct li_str s);
/* Reads one code point at s[*at] and moves *at; -1 at the end or on a fault. */
int32_t li_utf8_next(struct li_str s, size_t *at);
/* Unicode NFC in the arena; s itself when it is already composed.
 * 0 or -LI_E_NOMEM / -LI_E_SYNTAX. */
int li_utf8_nfc(struct li_ctx *ctx, struct li_str s, struct li_str *ret);
/* For looking things up: Unicode NFKC, case folded, without what is invisible, so
 * that ＡＢＣ, Abc and abc are one.  Traditional and simplified stay two.  In the
 * arena; 0 or -LI_E_NOMEM / -LI_E_SYNTAX. */
int li_utf8_fold(struct li_ctx *ctx, struct li_str s, struct li_str *ret);
/* A letter, mark or number of any script. */
bool li_utf8_is_word(int32_t point);
/* Written without spaces between words: Han, kana, hangul. */
bool li_utf8_is_cjk(int32_t point);

#endif
