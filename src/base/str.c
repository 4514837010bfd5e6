/*
 * Slices: comparing, cutting, copying into the arena, and numbers in them.
 * Unicode is in utf8.c.
 */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/ctx.h"

bool li_str_starts(struct li_str s, struct li_str prefix)
{
    return s.len >= prefix.len && li_str_eq(li_str_n(s.ptr, prefix.len), prefix);
}

bool li_str_ends(struct li_str s, struct li_str suffix)
{
    if (suffix.len == 0)
        return true;
    return s.len >= suffix.len && memcmp(s.ptr + (s.len - suffix.len), suffix.ptr, suffix.len) == 0;
}

int li_str_cmp(struct li_str a, struct li_str b)
{
    const size_t shorter = a.len < b.len ? a.len : b.len;
    const int order = shorter != 0 ? memcmp(a.ptr, b.ptr, shorter) : 0;

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

ptrdiff_t li_str_find(struct li_str s, char c)
{
    const char *hit = s.len != 0 ? memchr(s.ptr, c, s.len) : NULL;

    return hit != NULL ? hit - s.ptr : -1;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct li_str li_str_trim(struct li_str s)
{
    while (s.len != 0 && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len != 0 && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

struct li_str li_str_cut(struct li_str *rest, char sep)
{
    const struct li_str all = *rest;
    const ptrdiff_t at = li_str_find(all, sep);

    if (at < 0) {
        *rest = (struct li_str){0};
        return all;
    }
    *rest = (struct li_str){.ptr = all.ptr + at + 1, .len = all.len - (size_t)at - 1};
    return (struct li_str){.ptr = all.ptr, .len = (size_t)at};
}

bool li_str_to_i64(struct li_str s, int64_t *ret)
{
    const bool negative = s.len != 0 && s.ptr[0] == '-';
    int64_t value = 0;

    if (s.len == (negative ? 1 : 0))
        return false;
    for (size_t i = negative ? 1 : 0; i < s.len; i++) {
        const int digit = s.ptr[i] - '0';

        if (digit < 0 || digit > 9)
            return false;
        /* Counting downwards reaches INT64_MIN as well. */
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value))
            return false;
    }
    if (!negative && value == INT64_MIN)
        return false;
    *ret = negative ? value : -value;
    return true;
}

struct li_str li_str_dup(struct li_ctx *ctx, struct li_str s)
{
    char *copy = li_alloc(ctx, s.len + 1);

    if (copy == NULL)
        return (struct li_str){0};
    if (s.len != 0)
        memcpy(copy, s.ptr, s.len);
    return (struct li_str){.ptr = copy, .len = s.len};
}

struct li_str li_strf(struct li_ctx *ctx, const char *fmt, ...)
{
    char small[256];
    va_list args;
    char *text;
    int len;

    va_start(args, fmt);
    len = vsnprintf(small, sizeof(small), fmt, args);
    va_end(args);
    li_assert(len >= 0);
    text = li_alloc(ctx, (size_t)len + 1);
    if (text == NULL)
        return (struct li_str){0};
    if ((size_t)len < sizeof(small)) {
        memcpy(text, small, (size_t)len);
    } else {
        va_start(args, fmt);
        vsnprintf(text, (size_t)len + 1, fmt, args);
        va_end(args);
    }
    return (struct li_str){.ptr = text, .len = (size_t)len};
}

const char *li_str_c(struct li_ctx *ctx, struct li_str s)
{
    if (li_str_find(s, '\0') >= 0) {
        (void)LI_FAIL(ctx, LI_E_SYNTAX, "a NUL byte in a text of %zu bytes", s.len);
        return NULL;
    }
    return li_str_dup(ctx, s).ptr;
}
