/*
 * The page for the wall, what it says of open cases of earlier versions: whether they
 * may go on by this one, and as what.
 *
 * The earlier version is not known here, so its names are told as they were written.
 */
#include "playbook/explain_inside.h"
#include "playbook/migrate.h"

static void put_old(struct li_page *page, struct li_str name)
{
    li_page_put(page, "“");
    li_page_put_texts(page, (struct li_texts){name, name});
    li_page_put(page, "”");
}

static void put_new(struct li_page *page, const char *zh, const char *en, struct li_texts label)
{
    li_page_put(page, li_page_say(page, zh, en));
    li_page_put_texts(page, label);
    li_page_put(page, "”");
}

/* "；“fresh”转为“已开始”；“odd”在本版没有，留在原版办理" */
static void put_states(struct li_page *page, const struct li_node *map,
                       const struct li_machine *machine)
{
    for (size_t i = 0; map && i < map->map.count; i++) {
        const struct li_member *member = &map->map.items[i];

        li_page_put(page, li_page_say(page, "；", "; "));
        if (machine != page->playbook->machines) {
            li_page_put_texts(page, machine->label);
            li_page_put(page, " ");
        }
        put_old(page, member->key);
        if (member->value->kind == LI_NULL)
            li_page_put(page, li_page_say(page, "在本版没有，处在其中的留在原版办理",
                                          " is no more, cases there stay as they are"));
        else
            put_new(page, "转为“", " becomes “",
                    machine->states[li_machine_state(machine, member->value->text)].label);
    }
}

static void put_fields(struct li_page *page, const struct li_node *map)
{
    const struct li_playbook *playbook = page->playbook;

    for (size_t i = 0; map && i < map->map.count; i++) {
        const struct li_member *member = &map->map.items[i];

        li_page_put(page, li_page_say(page, "；填写的", "; what was written as "));
        put_old(page, member->key);
        if (member->value->kind == LI_NULL)
            li_page_put(page, li_page_say(page, "不再显示（留痕里仍有）",
                                          " is shown no more (history keeps it)"));
        else
            put_new(page, "改记为“", " is now “",
                    playbook->fields[li_playbook_field(playbook, member->value->text)].label);
    }
}

static void put_migrate(struct li_page *page, const struct li_migrate *migrate)
{
    const struct li_playbook *playbook = page->playbook;

    li_buf_fmt(page->buf, "%s%d%s", li_page_say(page, "第 ", "Open cases of version "),
               migrate->from,
               li_page_say(page, " 版未办结的可以转到本版继续办理", " can go on by this one"));
    put_states(page, migrate->states, &playbook->machines[0]);
    for (size_t i = 0; migrate->parts && i < migrate->parts->map.count; i++) {
        const struct li_member *member = &migrate->parts->map.items[i];
        put_states(page, member->value,
                   &playbook->machines[li_playbook_kind(playbook, member->key)]);
    }
    put_fields(page, migrate->fields);
    li_page_put(page, li_page_say(page, "；其余同名的不变；时限按本版重新计算",
                                  "; the rest keeps its names; deadlines are reckoned anew"));
}

int li_migrate_say(struct li_ctx *ctx, const struct li_playbook *playbook,
                   const struct li_migrate *migrate, struct li_buf *ret)
{
    struct li_page page = {.buf = ret, .playbook = playbook, .zh = ctx->lang == LI_ZH};

    put_migrate(&page, migrate);
    return li_buf_check(ctx, ret);
}

void li_page_put_migrates(struct li_page *page)
{
    const struct li_playbook *playbook = page->playbook;

    if (playbook->migrate_count)
        li_page_put(page, li_page_say(page, "**旧版未办结的：**\n\n", "**Earlier versions:**\n\n"));
    for (size_t i = 0; i < playbook->migrate_count; i++) {
        li_page_put(page, "- ");
        put_migrate(page, &playbook->migrates[i]);
        li_page_put(page, "\n");
    }
    li_page_put(page, playbook->migrate_count ? "\n" : "");
}
