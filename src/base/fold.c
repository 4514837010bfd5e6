/*
 * Unicode as it is looked up: one form for all ways to write the same.
 *
 * Declared in str.h.  Folding is utf8proc's; what nearly every text here is made
 * of, ASCII, common Han, full-width forms and Chinese punctuation, is folded at
 * once, to the same result.
 */
#include <stdlib.h>
#include <utf8proc.h>

#include "base/ctx.h"

#define WIDE 0xfee0 /* from a full-width form to its ASCII */

static bool is_between(int32_t point, int32_t from, int32_t to)
{
    return point >= from && point <= to;
}

/* Folds to one point, whatever stands beside it: that one, or -1. */
static int32_t plain(int32_t point)
{
    if (is_between(point, 0xff01, 0xff5e)) {
        point -= WIDE;
    } else if (point == 0x3000) {
        point = ' ';
    }
    if (point < 0x80) {
        return is_between(point, 'A', 'Z') ? point + 'a' - 'A' : point;
    }
    return is_between(point, 0x4e00, 0x9fff) || is_between(point, 0x3001, 0x3002) ||
                   is_between(point, 0x3008, 0x3011) || is_between(point, 0x201c, 0x201d)
               ? point
               : -1;
}

static size_t put_point(char *to, int32_t point)
{
    return (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)to);
}

/* 1 and the text, 0: it holds what only utf8proc folds, or an error. */
static int fold_plain(struct li_ctx *ctx, struct li_str s, struct li_str *ret)
{
    char *out = li_alloc(ctx, s.len + 1);
    size_t at = 0, len = 0;

    if (!out)
        return -LI_E_NOMEM;
    while (at < s.len) {
        int32_t point = li_utf8_next(s, &at);
        if (point < 0)
            return LI_FAIL(ctx, LI_E_SYNTAX, "not valid UTF-8");
        point = plain(point);
        if (point < 0)
            return 0;
        if (point < 0x80)
            out[len++] = (char)point;
        else
            len += put_point(out + len, point);
    }
    *ret = li_str_n(out, len);
    return 1;
}

int li_utf8_fold(struct li_ctx *ctx, struct li_str s, struct li_str *ret)
{
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t len;
    struct li_str text;
    int r = fold_plain(ctx, s, ret);

    if (r != 0)
        return r < 0 ? r : 0;
    len = utf8proc_map((const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len, &folded,
                       UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                           UTF8PROC_IGNORE);
    if (len < 0)
        return LI_FAIL(ctx, len == UTF8PROC_ERROR_NOMEM ? LI_E_NOMEM : LI_E_SYNTAX,
                       "not to be folded: %s", utf8proc_errmsg(len));
    text = li_str_dup(ctx, li_str_n(folded, (size_t)len));
    free(folded);
    if (!text.ptr)
        return -LI_E_NOMEM;
    *ret = text;
    return 0;
}

bool li_utf8_is_cjk(int32_t point)
{
    return is_between(point, 0x4e00, 0x9fff) || is_between(point, 0x3400, 0x4dbf) ||
           is_between(point, 0x20000, 0x323af) || is_between(point, 0xf900, 0xfaff) ||
           is_between(point, 0x3005, 0x3007) || is_between(point, 0x3041, 0x30ff) ||
           is_between(point, 0xac00, 0xd7a3);
}

bool li_utf8_is_word(int32_t point)
{
    if (point < 0x80) {
        return is_between(point, '0', '9') || is_between(point, 'a', 'z') ||
               is_between(point, 'A', 'Z');
    }
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return true;
    default:
        return false;
    }
}
