/*
 * SQL as text: the table of statements, and portable DDL cut and translated.
 *
 * The cutter knows just enough of SQL to tell code from quotes and comments:
 * '…' and "…" with doubled quotes, -- to the end of the line, and slash-star
 * comments that do not nest.  Bodies of triggers and dollar quotes are outside
 * the portable subset and not understood.
 */
#include <ctype.h>

#include "base/buf.h"
#include "store/driver.h"

/* The linker names the ends of the section that LI_SQL fills.  Weak, so that a
 * program without a statement still links. */
extern const struct li_sql __start_li_sql[] __attribute__((weak));
extern const struct li_sql __stop_li_sql[] __attribute__((weak));

_Static_assert(sizeof(struct li_sql) == 32, "the section is an array of 32-byte structs");

const struct li_sql *li_sql_all(size_t *ret_count)
{
    *ret_count = (size_t)(__stop_li_sql - __start_li_sql);
    return __start_li_sql;
}

size_t li_sql_index(const struct li_sql *sql)
{
    li_assert(sql >= __start_li_sql && sql < __stop_li_sql);
    return (size_t)(sql - __start_li_sql);
}

enum piece { PIECE_SPACE, PIECE_QUOTE, PIECE_WORD, PIECE_END, PIECE_SIGN };

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

static size_t quote_length(struct li_str s)
{
    for (size_t i = 1; i < s.len; i++) {
        if (s.ptr[i] != s.ptr[0])
            continue;
        if (i + 1 < s.len && s.ptr[i + 1] == s.ptr[0])
            i++;
        else
            return i + 1;
    }
    return 0;
}

static size_t comment_length(struct li_str s)
{
    bool line = s.ptr[0] == '-';

    for (size_t i = 2; i < s.len; i++) {
        if (line && s.ptr[i] == '\n')
            return i + 1;
        if (!line && s.ptr[i] == '*' && i + 1 < s.len && s.ptr[i + 1] == '/')
            return i + 2;
    }
    return line ? s.len : 0;
}

/* The first piece of s (not empty): its kind, and its length or 0 when a quote
 * or comment never ends. */
static enum piece piece_of(struct li_str s, size_t *ret_len)
{
    char c = s.ptr[0];
    char next = s.len > 1 ? s.ptr[1] : 0;
    size_t len = 1;

    if (c == '\'' || c == '"') {
        *ret_len = quote_length(s);
        return PIECE_QUOTE;
    }
    if ((c == '-' && next == '-') || (c == '/' && next == '*')) {
        *ret_len = comment_length(s);
        return PIECE_SPACE;
    }
    if (is_word(c)) {
        while (len < s.len && is_word(s.ptr[len]))
            len++;
        *ret_len = len;
        return PIECE_WORD;
    }
    *ret_len = 1;
    if (isspace((unsigned char)c))
        return PIECE_SPACE;
    return c == ';' ? PIECE_END : PIECE_SIGN;
}

static struct li_str meaning(struct li_str word, const struct li_sql_word *words)
{
    for (; words->word; words++) {
        if (li_str_is(word, words->word))
            return li_str(words->means);
    }
    return word;
}

int li_sql_translate(struct li_ctx *ctx, struct li_str text, const struct li_sql_word *words,
                     struct li_str *ret)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_str rest = text;
    int rc;

    if (!buf)
        return -LI_E_NOMEM;
    while (rest.len > 0) {
        size_t len;
        enum piece piece = piece_of(rest, &len);
        struct li_str part = li_str_n(rest.ptr, len);

        if (len == 0)
            return LI_FAIL(ctx, LI_E_SYNTAX, "a quote or comment never ends: %.*s",
                           (int)(rest.len < 40 ? rest.len : 40), rest.ptr);
        li_buf_str(buf, piece == PIECE_WORD ? meaning(part, words) : part);
        rest = li_str_n(rest.ptr + len, rest.len - len);
    }
    rc = li_buf_check(ctx, buf);
    if (rc == 0)
        *ret = li_buf_view(buf);
    return rc;
}

bool li_sql_cut(struct li_str *rest, struct li_str *ret)
{
    const char *from = NULL;
    const char *to = NULL;

    while (rest->len > 0) {
        size_t len;
        enum piece piece = piece_of(*rest, &len);
        const char *at = rest->ptr;

        if (len == 0)
            len = rest->len;
        *rest = li_str_n(at + len, rest->len - len);
        if (piece == PIECE_END && from)
            break;
        if (piece == PIECE_END || piece == PIECE_SPACE)
            continue;
        from = from ? from : at;
        to = at + len;
    }
    if (!from)
        return false;
    *ret = li_str_n(from, (size_t)(to - from));
    return true;
}
