/*
 * Unicode in slices: strict UTF-8 and normal form C.
 *
 * Declared in str.h.  Composition itself is utf8proc's; here is what keeps it
 * from being called: nearly every text of a street office is ASCII and common
 * Chinese, which is composed already, and is then returned as it came.
 */
#include <stdlib.h>
#include <utf8proc.h>

#include "base/ctx.h"

/* True when all eight bytes are ASCII and none is NUL. */
static bool plain_eight(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof(word));
    if ((word & UINT64_C(0x8080808080808080)) != 0)
        return false;
    return ((word - UINT64_C(0x0101010101010101)) & UINT64_C(0x8080808080808080)) == 0;
}

static bool is_tail(unsigned char byte)
{
    return (byte & 0xc0) == 0x80;
}

/* One code point of two to four bytes; its length, or 0 on a fault. */
static size_t wide_point(const unsigned char *at, size_t left, int32_t *ret)
{
    int32_t point;

    if (at[0] >= 0xc2 && at[0] <= 0xdf && left >= 2 && is_tail(at[1])) {
        *ret = (at[0] & 0x1f) << 6 | (at[1] & 0x3f);
        return 2;
    }
    if ((at[0] & 0xf0) == 0xe0 && left >= 3 && is_tail(at[1]) && is_tail(at[2])) {
        point = (at[0] & 0x0f) << 12 | (at[1] & 0x3f) << 6 | (at[2] & 0x3f);
        if (point < 0x800 || (point >= 0xd800 && point <= 0xdfff))
            return 0;
        *ret = point;
        return 3;
    }
    if (at[0] >= 0xf0 && at[0] <= 0xf4 && left >= 4 && is_tail(at[1]) && is_tail(at[2]) &&
        is_tail(at[3])) {
        point = (at[0] & 0x07) << 18 | (at[1] & 0x3f) << 12 | (at[2] & 0x3f) << 6 | (at[3] & 0x3f);
        if (point < 0x10000 || point > 0x10ffff)
            return 0;
        *ret = point;
        return 4;
    }
    return 0;
}

int32_t li_utf8_next(struct li_str s, size_t *at)
{
    const unsigned char *bytes = (const unsigned char *)s.ptr;
    int32_t point;
    size_t len;

    if (*at >= s.len || bytes[*at] == 0)
        return -1;
    if (bytes[*at] < 0x80)
        return bytes[(*at)++];
    len = wide_point(bytes + *at, s.len - *at, &point);
    if (len == 0)
        return -1;
    *at += len;
    return point;
}

bool li_utf8_valid(struct li_str s)
{
    size_t at = 0;

    while (at < s.len) {
        if (s.len - at >= 8 && plain_eight(s.ptr + at)) {
            at += 8;
            continue;
        }
        if (li_utf8_next(s, &at) < 0)
            return false;
    }
    return true;
}

size_t li_utf8_length(struct li_str s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.len; i++)
        count += !is_tail((unsigned char)s.ptr[i]);
    return count;
}

/* False when the point may change, or be changed by what stands before it. */
static bool stays(int32_t point)
{
    const utf8proc_property_t *property;

    if (point < 0x300 || (point >= 0x3400 && point <= 0x9fff) ||
        (point >= 0xac00 && point <= 0xd7a3) || (point >= 0xff00 && point <= 0xffef))
        return true;
    if (point >= 0x1100 && point <= 0x11ff)
        return false;
    property = utf8proc_get_property(point);
    if (property->combining_class != 0 || property->comb_index != UINT16_MAX)
        return false;
    /* A compatibility decomposition is none for this form. */
    return property->decomp_seqindex == UINT16_MAX || property->decomp_type != 0;
}

/* 1: composed for certain, 0: to be looked at, -1: not UTF-8. */
static int quick_check(struct li_str s)
{
    size_t at = 0;
    int result = 1;

    while (at < s.len) {
        int32_t point;

        if (s.len - at >= 8 && plain_eight(s.ptr + at)) {
            at += 8;
            continue;
        }
        point = li_utf8_next(s, &at);
        if (point < 0)
            return -1;
        if (result == 1 && !stays(point))
            result = 0;
    }
    return result;
}

int li_utf8_nfc(struct li_ctx *ctx, struct li_str s, struct li_str *ret)
{
    const int quick = quick_check(s);
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t len;
    struct li_str result;

    if (quick < 0)
        return LI_FAIL(ctx, LI_E_SYNTAX, "not valid UTF-8");
    if (quick == 1) {
        *ret = s;
        return 0;
    }
    len = utf8proc_map((const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len, &composed,
                       UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (len == UTF8PROC_ERROR_NOMEM)
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory to compose %zu bytes", s.len);
    if (len < 0)
        return LI_FAIL(ctx, LI_E_SYNTAX, "not to be composed: %s", utf8proc_errmsg(len));
    result = li_str_n(composed, (size_t)len);
    if (li_str_eq(result, s))
        result = s;
    else
        result = li_str_dup(ctx, result);
    free(composed);
    if (result.ptr == NULL)
        return -LI_E_NOMEM;
    *ret = result;
    return 0;
}
