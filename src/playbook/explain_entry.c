/*
 * The page for the wall, what it says of the ledger: the books a programme keeps, and what
 * an action enters or takes back.
 */
#include "playbook/explain_inside.h"

static const char *say(const struct li_page *page, const char *zh, const char *en)
{
    return li_page_say(page, zh, en);
}

static void put(struct li_page *page, const char *text)
{
    li_page_put(page, text);
}

static void put_field(struct li_page *page, int field)
{
    put(page, say(page, "“", "“"));
    li_page_put_texts(page, page->playbook->fields[field].label);
    put(page, "”");
}

static void put_by(struct li_page *page, const struct li_side *side)
{
    for (size_t i = 0; i < side->by_count; i++) {
        put(page, i ? say(page, "、", ", ") : say(page, "（按", " (by "));
        switch (side->by[i].by) {
        case LI_BY_YEAR:
            put(page, say(page, "年度", "year"));
            break;
        case LI_BY_STREET:
            put(page, say(page, "街道", "street"));
            break;
        case LI_BY_COMMUNITY:
            put(page, say(page, "社区", "community"));
            break;
        case LI_BY_QUARTER:
            put(page, say(page, "季度", "quarter"));
            break;
        case LI_BY_MONTH:
            put(page, say(page, "月份", "month"));
            break;
        case LI_BY_FIELD:
            put_field(page, side->by[i].field);
            break;
        }
    }
    put(page, side->by_count ? say(page, "分开）", ")") : "");
}

static void put_name(struct li_page *page, const struct li_book *book, struct li_str name)
{
    for (size_t i = 0; i < book->name_count; i++)
        if (li_str_eq(book->names[i].name, name))
            li_page_put_texts(page, book->names[i].label);
}

static void put_side(struct li_page *page, const struct li_book *book, const struct li_side *side)
{
    switch (side->kind) {
    case LI_SIDE_CASE:
        put(page, say(page, "本件", "this case"));
        break;
    case LI_SIDE_ACTOR:
        put(page, say(page, "操作人", "whoever does it"));
        break;
    case LI_SIDE_ORG:
        put(page, say(page, "承办单位", "its unit"));
        break;
    case LI_SIDE_FIELD:
        put_field(page, side->field);
        break;
    case LI_SIDE_FUND:
    case LI_SIDE_SOURCE:
        put(page, say(page, "“", "“"));
        put_name(page, book, side->name);
        put(page, "”");
        put_by(page, side);
        break;
    }
}

static void put_entry(struct li_page *page, const struct li_entry_rule *entry)
{
    const struct li_book *book = &page->playbook->books[entry->book];

    put(page, say(page, "；记入“", "; enters in “"));
    li_page_put_texts(page, book->title);
    put(page, say(page, "”：从", "” from "));
    put_side(page, book, &entry->from);
    put(page, say(page, "转给", " to "));
    put_side(page, book, &entry->to);
    put(page, say(page, "，数额为", " as much as "));
    li_page_put_when(page, entry->amount);
    if (entry->evidence >= 0) {
        put(page, say(page, "，凭证号见", ", by the paper "));
        put_field(page, entry->evidence);
    }
    if (entry->lasts.amount) {
        put(page, say(page, "，有效期 ", ", for "));
        li_page_put_length(page, &entry->lasts);
    }
    if (entry->until >= 0) {
        put(page, say(page, "，有效期到", ", until "));
        put_field(page, entry->until);
    }
    if (entry->when) {
        put(page, say(page, "（条件：", " (when "));
        li_page_put_when(page, entry->when);
        put(page, say(page, "）", ")"));
    }
}

void li_page_put_entries(struct li_page *page, const struct li_action *action)
{
    for (size_t i = 0; i < page->playbook->action_count; i++) {
        if (!(action->reverses[i / 64] >> i % 64 & 1))
            continue;
        put(page, say(page, "；冲销“", "; takes back what “"));
        li_page_put_texts(page, page->playbook->actions[i].label);
        put(page, say(page, "”记的账", "” entered"));
    }
    for (size_t i = 0; i < action->entry_count; i++)
        put_entry(page, &action->entries[i]);
}

static void put_occupies(struct li_page *page)
{
    const struct li_occupies *occupies = &page->playbook->occupies;

    if (occupies->row < 0)
        return;
    put(page, say(page, "**不重叠**：同一", "**No two at once**: of one "));
    put_field(page, occupies->row);
    put(page, say(page, "从", " from "));
    put_field(page, occupies->from);
    put(page, say(page, "起，时间不能重叠。", " no two times overlap. "));
    li_page_put_texts(page, occupies->say);
    put(page, "\n\n");
}

static void put_told(struct li_page *page, uint64_t told)
{
    const struct li_machine *machine = &page->playbook->machines[0];
    size_t said = 0;

    for (size_t i = 0; i < machine->state_count; i++) {
        if (!(told >> i & 1))
            continue;
        put(page,
            said++ ? say(page, "、", ", ") : say(page, "告诉提出的人：", "Told to who asked in: "));
        li_page_put_texts(page, machine->states[i].label);
    }
    put(page, said ? say(page, "。", ". ") : "");
}

static void put_code(struct li_page *page)
{
    const struct li_told_code *code = &page->playbook->code;

    if (!code->label.zh.len)
        return;
    put(page, "**");
    li_page_put_texts(page, code->label);
    put(page, say(page, "**：每件一个八位数字。", "**: eight digits for each case. "));
    put_told(page, code->told);
    if (code->checks)
        put(page, say(page, "凭编号和这个数字，任何人都能在网上核验。",
                      "With its number and this one anybody can check it."));
    put(page, "\n\n");
}

void li_page_put_books(struct li_page *page)
{
    put_occupies(page);
    put_code(page);
    if (page->playbook->book_count == 0)
        return;
    put(page, say(page, "**账本**：", "**Books**: "));
    for (size_t i = 0; i < page->playbook->book_count; i++) {
        const struct li_book *book = &page->playbook->books[i];

        put(page, i ? say(page, "；", "; ") : "");
        li_page_put_texts(page, book->title);
        put(page, book->lots ? say(page, "（到期作废，先到期的先用）",
                                   " (expires; what expires first is used first)")
                             : "");
    }
    put(page, say(page, "。余额不够就不能办。\n\n", ". What is not there cannot be spent.\n\n"));
}
