/*
 * The page about a register: what is kept, who answers, what anybody sees, and how
 * much of it is asked by whom.
 */
#include "playbook/register.h"
#include "playbook/word.h"

static const char *say(const struct li_ctx *ctx, const char *zh, const char *en)
{
    return ctx->lang == LI_EN ? en : zh;
}

static struct li_str text_of(const struct li_ctx *ctx, struct li_texts texts)
{
    return ctx->lang == LI_EN ? texts.en : texts.zh;
}

static void put_fact(struct li_ctx *ctx, struct li_buf *buf, const char *zh, const char *en,
                     struct li_str value)
{
    li_buf_fmt(buf, "- **%s** %.*s\n", say(ctx, zh, en), LI_P(value));
}

static void put_count(struct li_ctx *ctx, struct li_buf *buf, const char *zh, const char *en,
                      int64_t count)
{
    li_buf_fmt(buf, "- **%s** %lld\n", say(ctx, zh, en), (long long)count);
}

static void put_posts(struct li_ctx *ctx, struct li_buf *buf, const struct li_register *reg)
{
    struct li_str owner = text_of(ctx, li_post_texts(reg->owner));

    put_fact(ctx, buf, "责任岗位", "Answers for a row", owner);
    li_buf_fmt(buf, "- **%s** ", say(ctx, "可以登记、修改、停用", "May add, change and end rows"));
    for (size_t i = 0; i < reg->by_count; i++) {
        struct li_str post = text_of(ctx, li_post_texts(reg->by[i]));
        li_buf_fmt(buf, "%s%.*s", i ? say(ctx, "、", ", ") : "", LI_P(post));
    }
    li_buf_text(buf, say(ctx, "（限本辖区）\n", " (inside their own area)\n"));
}

/* What a field is besides its label: required, personal, public. */
static void put_marks(struct li_ctx *ctx, struct li_buf *buf, const struct li_register *reg,
                      int place)
{
    const struct li_field *field = &reg->form.fields[place];

    if (reg->required[place])
        li_buf_text(buf, say(ctx, "必填 ", "required "));
    if (field->personal)
        li_buf_text(buf, say(ctx, "个人信息，加密保存 ", "personal, kept encrypted "));
    for (size_t i = 0; i < reg->shown_count; i++) {
        if (reg->shown[i].field == place)
            li_buf_text(buf, reg->shown[i].agreed < 0
                                 ? say(ctx, "公开 ", "public ")
                                 : say(ctx, "本人同意才公开 ", "public if the holder agrees "));
    }
    if (place == reg->name)
        li_buf_text(buf, say(ctx, "名称 ", "name "));
    if (place == reg->code)
        li_buf_text(buf, say(ctx, "编号，不能重复 ", "code, each once "));
}

static struct li_str heading_of(const struct li_register *reg, int place)
{
    for (size_t i = 0; i < reg->column_count; i++) {
        if (reg->columns[i].field == place)
            return reg->columns[i].heading;
    }
    return LI_S("");
}

static void put_fields(struct li_ctx *ctx, struct li_buf *buf, const struct li_register *reg)
{
    li_buf_text(buf, say(ctx, "\n| 字段 | 表格里的列 | 说明 |\n| --- | --- | --- |\n",
                         "\n| field | column of the table | |\n| --- | --- | --- |\n"));
    for (size_t i = 0; i < reg->form.field_count; i++) {
        li_buf_fmt(buf, "| %.*s | %.*s | ", LI_P(text_of(ctx, reg->form.fields[i].label)),
                   LI_P(heading_of(reg, (int)i)));
        put_marks(ctx, buf, reg, (int)i);
        li_buf_text(buf, "|\n");
    }
}

int li_register_explain(struct li_ctx *ctx, const struct li_register *reg, struct li_buf *ret)
{
    li_buf_fmt(ret, "# %.*s\n\n%.*s\n\n", LI_P(text_of(ctx, reg->form.title)),
               LI_P(text_of(ctx, reg->form.why)));
    put_fact(ctx, ret, "制发", "Issued by", text_of(ctx, reg->issuer));
    put_fact(ctx, ret, "依据", "Basis", text_of(ctx, reg->basis));
    put_posts(ctx, ret, reg);
    put_count(ctx, ret, "每条要填几项", "Fields asked of a row", (int64_t)reg->form.field_count);
    if (reg->until >= 0)
        put_fact(ctx, ret, "有效期到", "Valid until",
                 text_of(ctx, reg->form.fields[reg->until].label));
    put_count(ctx, ret, "停用后保存几天", "Days kept after its end", reg->form.keep_days);
    if (reg->repeats) {
        put_count(ctx, ret, "几天内", "Within days", reg->repeat_days);
        put_count(ctx, ret, "满几件提示", "So many cases say", reg->repeats);
        put_fact(ctx, ret, "提示", "Then", text_of(ctx, reg->repeat_say));
    }
    if (reg->asks.len)
        put_fact(ctx, ret, "居民可以从公开页提", "Anybody opens from its public page", reg->asks);
    if (reg->asks_where >= 0)
        put_fact(ctx, ret, "限于", "Only where it says",
                 text_of(ctx, reg->form.fields[reg->asks_where].label));
    put_fields(ctx, ret, reg);
    return li_buf_check(ctx, ret);
}
