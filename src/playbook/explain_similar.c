/*
 * The page for the wall, what it says of other cases that are alike and of numbers that stand
 * in the office's tables.
 */
#include "playbook/explain_inside.h"

static void put_by(struct li_page *page, const struct li_similar *similar)
{
    static const char *const zh[] = {"同年度", "同街道", "同社区", "同一地点"};
    static const char *const en[] = {"year", "street", "community", "place"};

    for (size_t i = 0; i < similar->by_count; i++) {
        li_page_put(page, i ? li_page_say(page, "、", ", ") : "");
        if (similar->by[i].by == LI_ALIKE_FIELD) {
            li_page_put(page, li_page_say(page, "相同的“", "“"));
            li_page_put_texts(page, page->playbook->fields[similar->by[i].field].label);
            li_page_put(page, "”");
        } else {
            li_page_put(page, li_page_say(page, zh[similar->by[i].by], en[similar->by[i].by]));
        }
    }
}

static void put_similar(struct li_page *page, const struct li_similar *similar)
{
    li_page_put(page, "- ");
    li_page_put_texts(page, similar->label);
    li_page_put(page, li_page_say(page, "：按", ": other cases of the same "));
    put_by(page, similar);
    li_page_put(page, li_page_say(page, "汇总其他事项", ""));
    if (similar->when) {
        li_page_put(page, li_page_say(page, "（只算", " ("));
        li_page_put_when(page, similar->when);
        li_page_put(page, li_page_say(page, "的）", ")"));
    }
    li_page_put(page, "\n");
}

static void put_amount(struct li_page *page, const struct li_number *number, int64_t amount)
{
    if (!number->money) {
        li_buf_i64(page->buf, amount);
        return;
    }
    li_buf_fmt(page->buf, "%lld", (long long)(amount / 100));
    if (amount % 100)
        li_buf_fmt(page->buf, ".%02d", (int)(amount % 100));
    li_page_put(page, li_page_say(page, " 元", " yuan"));
}

static void put_number(struct li_page *page, const struct li_number *number)
{
    const struct li_field *by = number->by < 0 ? NULL : &page->playbook->fields[number->by];

    li_page_put(page, "- ");
    li_page_put_texts(page, number->label);
    li_page_put(page, li_page_say(page, "：按本单位的表“", ": by the office's table `"));
    li_page_put_texts(page, (struct li_texts){number->name, number->name});
    li_page_put(page, li_page_say(page, "”，表里没有写的按 ", "`; where it says nothing, "));
    for (size_t i = 0; by && number->by_place && i < by->option_count; i++) {
        li_page_put(page, i ? li_page_say(page, "，", ", ") : "");
        li_page_put_texts(page, by->options[i].label);
        li_page_put(page, " ");
        put_amount(page, number, number->by_place[i]);
    }
    if (!number->by_place)
        put_amount(page, number, number->otherwise);
    li_page_put(page, "\n");
}

/* What is taken over from others alike. */
static void put_carries(struct li_page *page)
{
    const struct li_playbook *playbook = page->playbook;
    const struct li_carries *carries = &playbook->carries;

    if (carries->machine <= 0)
        return;
    li_page_put(page, li_page_say(page, "\n**接过来的**：其他事项里没有着落的“",
                                  "\n**Taken over**: of other cases, what waits as “"));
    li_page_put_texts(page, playbook->machines[carries->machine].label);
    li_page_put(page, li_page_say(page, "”，按", "” is brought here, by "));
    for (size_t i = 0; i < carries->alike_count; i++) {
        li_page_put(page, i ? li_page_say(page, "、", ", ") : "");
        li_page_put_texts(page, playbook->similars[carries->alike[i]].label);
    }
    li_page_put(page, li_page_say(page, "接到这里", ""));
    if (carries->went >= 0) {
        li_page_put(page, li_page_say(page, "；那边写明“", "; there it says “"));
        li_page_put_texts(page, playbook->fields[carries->went].label);
        li_page_put(page, "”");
    }
    if (carries->came >= 0) {
        li_page_put(page, li_page_say(page, "；这里写明“", "; here it says “"));
        li_page_put_texts(page, playbook->fields[carries->came].label);
        li_page_put(page, "”");
    }
    li_page_put(page, li_page_say(page, "。\n", ".\n"));
}

void li_page_put_alike(struct li_page *page)
{
    const struct li_playbook *playbook = page->playbook;

    if (playbook->similar_count + playbook->number_count == 0)
        return;
    li_page_put(page,
                li_page_say(page, "## 同类事项与标准\n\n", "## Others alike, and standards\n\n"));
    for (size_t i = 0; i < playbook->similar_count; i++)
        put_similar(page, &playbook->similars[i]);
    for (size_t i = 0; i < playbook->number_count; i++)
        put_number(page, &playbook->numbers[i]);
    put_carries(page);
    li_page_put(page, "\n");
}
