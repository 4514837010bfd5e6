/*
 * Cutting an expression into words.
 *
 * Not for what they mean (expression_parse.c).  A text cannot hold a quote, a
 * name may have dots inside; everything else is ASCII signs.
 */
#include "playbook/expression_token.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_';
}

static size_t run_of_name(struct li_str rest)
{
    size_t len = 0;

    while (len < rest.len &&
           (is_letter(rest.ptr[len]) || is_digit(rest.ptr[len]) ||
            (rest.ptr[len] == '.' && len + 1 < rest.len && is_letter(rest.ptr[len + 1]))))
        len++;
    return len;
}

static size_t run_of_digits(struct li_str rest)
{
    size_t len = 0;

    while (len < rest.len && is_digit(rest.ptr[len]))
        len++;
    return len;
}

static size_t run_of_sign(struct li_str rest)
{
    static const char *const signs[] = {"!=", "<=", ">=", "=", "<", ">", "+",
                                        "-",  "*",  "/",  "(", ")", ","};

    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
        if (li_str_starts(rest, li_str(signs[i])))
            return strlen(signs[i]);
    return 0;
}

static size_t run_of(struct li_str rest, enum li_token_kind *ret)
{
    if (is_letter(rest.ptr[0])) {
        *ret = LI_TOKEN_NAME;
        return run_of_name(rest);
    }
    if (is_digit(rest.ptr[0])) {
        *ret = LI_TOKEN_INT;
        return run_of_digits(rest);
    }
    *ret = LI_TOKEN_SIGN;
    return run_of_sign(rest);
}

struct li_token li_token_next(struct li_str text, size_t *next)
{
    struct li_token token = {.kind = LI_TOKEN_END};
    struct li_str rest;
    ptrdiff_t end;
    size_t len;

    while (*next < text.len && (text.ptr[*next] == ' ' || text.ptr[*next] == '\n'))
        (*next)++;
    rest = li_str_n(text.ptr + *next, text.len - *next);
    token.at = *next;
    token.text = rest;
    if (!rest.len)
        return token;
    if (rest.ptr[0] == '\'') {
        end = li_str_find(li_str_n(rest.ptr + 1, rest.len - 1), '\'');
        token.kind = end < 0 ? LI_TOKEN_NONE : LI_TOKEN_TEXT;
        if (end >= 0)
            token.text = li_str_n(rest.ptr + 1, (size_t)end);
        *next += end < 0 ? 0 : (size_t)end + 2;
        return token;
    }
    len = run_of(rest, &token.kind);
    if (!len) {
        token.kind = LI_TOKEN_NONE;
        return token;
    }
    token.text = li_str_n(rest.ptr, len);
    *next += len;
    if (token.kind == LI_TOKEN_INT && !li_str_to_i64(token.text, &token.number))
        token.kind = LI_TOKEN_HUGE;
    return token;
}
