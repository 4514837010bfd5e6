/*
 * The rules' table and their sentences.
 *
 * Not the rules themselves: those stand where they are looked at (load, check,
 * expression).  Sentences are filled by hand instead of printf, so that a table
 * can hold them without being a format string.
 */
#include "playbook/rule.h"

#include "base/buf.h"

struct rule_row {
    const char *name;
    const char *zh;
    const char *en;
};

static const struct rule_row rules[] = {
#define LI_RULE_ROW(constant, name, zh, en) {name, zh, en},
    LI_RULES(LI_RULE_ROW)
#undef LI_RULE_ROW
};

/* `{}` becomes the name, `{{` and `}}` stand for braces. */
static void fill(struct li_buf *buf, const char *sentence, struct li_str name)
{
    for (const char *at = sentence; *at; at++) {
        if (at[0] == '{' && at[1] == '}') {
            li_buf_str(buf, name);
            at++;
        } else if ((at[0] == '{' && at[1] == '{') || (at[0] == '}' && at[1] == '}')) {
            li_buf_char(buf, *at++);
        } else {
            li_buf_char(buf, *at);
        }
    }
}

static struct li_str sentence_of(struct li_ctx *ctx, const char *sentence, struct li_str name)
{
    struct li_buf buf;
    struct li_str ret = {0};

    li_buf_init(&buf, 0);
    fill(&buf, sentence, name);
    if (li_buf_check(ctx, &buf) == 0)
        ret = li_str_dup(ctx, li_buf_view(&buf));
    li_buf_done(&buf);
    return ret;
}

int li_rule_fail(struct li_ctx *ctx, int code, enum li_rule rule, struct li_str where,
                 struct li_str name)
{
    struct li_str limit, place, text;
    int r;

    li_assert(rule < LI_RULE_COUNT);
    limit = li_str_dup(ctx, name);
    place = li_str_dup(ctx, where);
    text = sentence_of(ctx, rules[rule].en, limit);
    if (!limit.ptr || !place.ptr || !text.ptr)
        return -LI_E_NOMEM;
    r = LI_FAIL_AT(ctx, code, place, "%.*s", LI_P(text));
    ctx->errors[ctx->error_count - 1].reason = rules[rule].name;
    ctx->errors[ctx->error_count - 1].limit = limit;
    return r;
}

struct li_str li_rule_sentence(struct li_ctx *ctx, const struct li_error *error, enum li_lang lang)
{
    for (size_t i = 0; error->reason && i < LI_RULE_COUNT; i++)
        if (strcmp(rules[i].name, error->reason) == 0)
            return sentence_of(ctx, lang == LI_ZH ? rules[i].zh : rules[i].en, error->limit);
    return error->text;
}
