/*
 * The page for the wall, what it says of the public square: what of a case anybody may read,
 * from when to when.
 */
#include "playbook/explain_inside.h"

static void put_fields(struct li_page *page, const int *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        li_page_put(page, i ? li_page_say(page, "、", ", ") : "");
        li_page_put_texts(page, page->playbook->fields[fields[i]].label);
    }
}

static void put_states(struct li_page *page, uint64_t states)
{
    const struct li_machine *machine = &page->playbook->machines[0];
    bool some = false;

    for (size_t i = 0; i < machine->state_count; i++) {
        if (!(states >> i & 1))
            continue;
        li_page_put(page, some ? li_page_say(page, "、", ", ") : "");
        li_page_put(page, li_page_say(page, "“", "“"));
        li_page_put_texts(page, machine->states[i].label);
        li_page_put(page, li_page_say(page, "”", "”"));
        some = true;
    }
}

void li_page_put_page(struct li_page *page)
{
    const struct li_publication *publication = page->playbook->publication;

    if (!publication)
        return;
    li_page_put(page, li_page_say(page, "**公开页面**：", "**Public page**: while the case is "));
    put_states(page, publication->live);
    li_page_put(page, li_page_say(page, "时，任何人都能在邻里广场看到",
                                  ", anybody reads on the "
                                  "square "));
    put_fields(page, &publication->title, 1);
    li_page_put(page, publication->show_count ? li_page_say(page, "、", ", ") : "");
    put_fields(page, publication->shows, publication->show_count);
    for (size_t i = 0; i < publication->figure_count; i++) {
        li_page_put(page, li_page_say(page, "、", ", "));
        li_page_put_texts(page, publication->figures[i].label);
    }
    if (publication->kept) {
        li_page_put(page, li_page_say(page, "；", "; while it is "));
        put_states(page, publication->kept);
        li_page_put(page, li_page_say(page, "时，作为存档留在原来的网址",
                                      " it stays at its address as archive"));
    }
    li_page_put(page, li_page_say(page, "。公开前由没有经手过的人核对",
                                  ". Who has not worked on it checks it before"));
    if (publication->stays.zh.len) {
        li_page_put(page,
                    li_page_say(page, "；没有到期时间，因为", "; it does not expire, because "));
        li_page_put_texts(page, publication->stays);
    }
    li_page_put(page, li_page_say(page, "。\n\n", ".\n\n"));
}
