/*
 * Telling what is wrong with content.
 *
 * A fault is an ordinary error of the context (LI_E_INVALID) with a stable
 * reason and, where the sentence needs one, a limit.  The sentence is made when
 * somebody reads it, in the reader's language; names of types and formats are
 * then said in people's words.  Sentences come from a table and are filled by
 * hand, so that no format string is ever data.
 */
#include "contract/fault.h"

#include "base/buf.h"
#include "contract/inside.h"

struct fault_row {
    const char *name;
    const char *zh;
    const char *en;
};

static const struct fault_row rows[] = {
#define LI_FAULT_ROW(constant, name, zh, en) {name, zh, en},
    LI_FAULTS(LI_FAULT_ROW)
#undef LI_FAULT_ROW
};

/* What a contract calls a type or a format, for people. */
static const struct fault_row words[] = {
    {"null", "空值", "nothing"},
    {"boolean", "“是”或“否”", "yes or no"},
    {"integer", "整数", "a whole number"},
    {"number", "数字", "a number"},
    {"string", "文字", "text"},
    {"array", "列表", "a list"},
    {"object", "一组内容", "a group of items"},
    {"id", "编号", "an identifier"},
    {"date", "日期（如 2026-11-21）", "a date (such as 2026-11-21)"},
    {"date-time", "日期和时间（如 2026-11-21T09:30:00+08:00）",
     "a date and time (such as 2026-11-21T09:30:00+08:00)"},
    {"phone", "电话号码", "a telephone number"},
    {"slug", "小写字母、数字和短横线", "lower-case letters, digits and hyphens"},
    {"tracking", "26 位查询码", "a tracking code of 26 characters"},
    {"uri-reference", "网址", "a web address"},
    {"hash", "64 位十六进制校验值", "a hash of 64 hexadecimal digits"},
};

int li_fault(struct li_ctx *ctx, enum li_fault_kind kind, struct li_str where, struct li_str limit)
{
    struct li_error *error;
    struct li_str sentence;

    if (ctx->error_count >= LI_ERRORS_MAX)
        return -LI_E_INVALID;
    where = li_str_dup(ctx, where);
    limit = li_str_dup(ctx, limit);
    if (!where.ptr || !limit.ptr || ctx->error_count >= LI_ERRORS_MAX)
        return -LI_E_INVALID;
    LI_FAIL_AT(ctx, LI_E_INVALID, where, "%s", rows[kind].name);
    error = &ctx->errors[ctx->error_count - 1];
    error->reason = rows[kind].name;
    error->limit = limit;
    sentence = li_fault_sentence(ctx, error, LI_EN);
    if (sentence.ptr)
        error->text = sentence;
    return -LI_E_INVALID;
}

static struct li_str in_words(struct li_str limit, enum li_lang lang)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (li_str_is(limit, words[i].name))
            return li_str(lang == LI_ZH ? words[i].zh : words[i].en);
    if (limit.len && memchr(limit.ptr, '\n', limit.len)) {
        struct li_str en = limit, zh = li_str_cut(&en, '\n');

        return lang == LI_ZH ? zh : en;
    }
    return limit;
}

struct li_str li_fault_sentence(struct li_ctx *ctx, const struct li_error *error, enum li_lang lang)
{
    const struct li_error_info *info = li_error_info(error->code);
    const char *sentence = lang == LI_ZH ? info->zh : info->en;
    const char *gap;
    struct li_str limit;

    for (size_t i = 0; error->reason && i < sizeof rows / sizeof *rows; i++)
        if (strcmp(error->reason, rows[i].name) == 0)
            sentence = lang == LI_ZH ? rows[i].zh : rows[i].en;
    gap = strstr(sentence, "%.*s");
    if (!gap)
        return li_str_dup(ctx, li_str(sentence));
    limit = in_words(error->limit, lang);
    return li_strf(ctx, "%.*s%.*s%s", (int)(gap - sentence), sentence, LI_P(limit),
                   gap + strlen("%.*s"));
}

static size_t pointer_size(const struct li_step *place)
{
    size_t size = 0;

    for (; place; place = place->parent)
        size += place->key.ptr ? 1 + 2 * place->key.len : 1 + 20;
    return size;
}

/* Writes the last step so that it ends before `end`; returns its beginning. */
static char *step_before(char *end, const struct li_step *place)
{
    if (!place->key.ptr) {
        size_t index = place->index;

        do {
            *--end = (char)('0' + index % 10);
            index /= 10;
        } while (index > 0);
    }
    for (size_t i = place->key.ptr ? place->key.len : 0; i > 0; i--) {
        char c = place->key.ptr[i - 1];

        if (c == '~' || c == '/') {
            *--end = c == '~' ? '0' : '1';
            *--end = '~';
        } else {
            *--end = c;
        }
    }
    *--end = '/';
    return end;
}

struct li_str li_step_pointer(struct li_ctx *ctx, struct li_str at, const struct li_step *place)
{
    size_t size = at.len + pointer_size(place);
    char *bytes = li_alloc(ctx, size + 1);
    char *from = bytes + size;

    if (!bytes)
        return (struct li_str){0};
    for (; place; place = place->parent)
        from = step_before(from, place);
    from -= at.len;
    if (at.len > 0)
        memcpy(from, at.ptr, at.len);
    return li_str_n(from, (size_t)(bytes + size - from));
}

static struct li_str source_position(struct li_ctx *ctx, const char *name, int line, int column)
{
    if (line > 0)
        return name ? li_strf(ctx, "%s:%d:%d", name, line, column)
                    : li_strf(ctx, "%d:%d", line, column);
    return name ? li_str_dup(ctx, li_str(name)) : (struct li_str){0};
}

struct li_str li_source_at(struct li_ctx *ctx, const char *name, const struct li_node *node)
{
    return source_position(ctx, name, node ? node->line : 0, node ? node->column : 0);
}

struct li_str li_source_key(struct li_ctx *ctx, const char *name, const struct li_member *member)
{
    return source_position(ctx, name, member->line, member->column);
}
