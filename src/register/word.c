/*
 * Words that rows are found by; see inside.h.
 *
 * The index of cases (record/search) is fed by a consumer and holds cases only.  A
 * register's names are short, and its list must show a row the moment it was written,
 * so their words lie in a table of their own, written with the row.
 */
#include "register/inside.h"

#define WORD_MAX 60 /* bytes of a word that count */

static int add(struct li_ctx *ctx, struct li_str word, struct li_str words[LI_ROW_WORDS],
               size_t *count)
{
    word.len = word.len > WORD_MAX ? WORD_MAX : word.len;
    for (size_t i = 0; i < *count; i++) {
        if (li_str_eq(words[i], word))
            return 0;
    }
    if (*count == LI_ROW_WORDS)
        return 0;
    words[*count] = li_str_dup(ctx, word);
    return words[(*count)++].ptr ? 0 : -LI_E_NOMEM;
}

int li_row_words(struct li_ctx *ctx, struct li_str text, struct li_str words[LI_ROW_WORDS],
                 size_t *count)
{
    struct li_str folded;
    size_t at = 0, before = 0, begin = 0;
    bool han = false, word = false;
    int r = li_utf8_fold(ctx, text, &folded);

    while (r == 0 && at < folded.len) {
        size_t here = at;
        int32_t point = li_utf8_next(folded, &at);
        bool is_han = point >= 0 && li_utf8_is_cjk(point);
        bool is_word = point >= 0 && !is_han && li_utf8_is_word(point);
        if (word && !is_word)
            r = add(ctx, li_str_n(folded.ptr + begin, here - begin), words, count);
        if (r == 0 && han && is_han)
            r = add(ctx, li_str_n(folded.ptr + before, at - before), words, count);
        begin = is_word && !word ? here : begin;
        before = here;
        han = is_han;
        word = is_word;
    }
    if (r == 0 && word)
        r = add(ctx, li_str_n(folded.ptr + begin, folded.len - begin), words, count);
    return r;
}
