/* The sentences of a briefing; see briefing.h. */
#include "base/time.h"
#include "view/briefing.h"

struct page {
    struct li_buf *buf;
    bool zh;
    int section;
};

/* A format: both are literals, so that the compiler sees them. */
#define SAY(chinese, english) (page->zh ? chinese : english)

static const char *say(const struct page *page, const char *zh, const char *en)
{
    return page->zh ? zh : en;
}

static struct li_str of(const struct page *page, struct li_texts texts)
{
    return page->zh ? texts.zh : texts.en;
}

static void put_time(struct page *page, int64_t at)
{
    struct li_civil civil = li_civil_at(at);

    if (page->zh) {
        li_buf_fmt(page->buf, "%d月%d日 %02d:%02d", civil.month, civil.day, civil.hour,
                   civil.minute);
    } else {
        li_buf_fmt(page->buf, "%04d-%02d-%02d %02d:%02d", civil.year, civil.month, civil.day,
                   civil.hour, civil.minute);
    }
}

static void put_head(struct page *page, const struct li_briefing *briefing)
{
    static const char *const zh[] = {"值班交接", "早间情况", "一周情况", "辖区简报"};
    static const char *const en[] = {"Hand-over", "Morning sheet", "The week", "Digest"};

    li_buf_fmt(page->buf, "%.*s %s (", LI_P(briefing->area.name),
               say(page, zh[briefing->kind], en[briefing->kind]));
    put_time(page, briefing->since);
    li_buf_text(page->buf, say(page, " 至 ", " to "));
    put_time(page, briefing->until);
    li_buf_text(page->buf, ")\n");
}

static void put_section(struct page *page)
{
    static const char *const numbers[] = {"一", "二", "三", "四", "五"};

    li_buf_fmt(page->buf, "\n%s", page->zh ? numbers[page->section] : "");
    li_buf_text(page->buf, say(page, "、", ""));
    page->section++;
}

static void put_about(struct page *page, const struct li_view_row *row)
{
    const struct li_option *about = row->topic ? row->topic : row->kind;

    li_buf_fmt(page->buf, "  %.*s %.*s", LI_P(row->number), LI_P(row->area.name));
    if (about) {
        li_buf_fmt(page->buf, " %.*s", LI_P(of(page, about->label)));
    }
}

static void put_owner(struct page *page, const struct li_view_owner *owner)
{
    struct li_str where = owner->has_organization ? owner->organization.name : owner->area.name;

    li_buf_fmt(page->buf, "%.*s%s%s", LI_P(where), say(page, "", ", "),
               owner->post ? say(page, owner->post->zh, owner->post->en) : "");
}

static void put_fresh(struct page *page, const struct li_briefing *briefing)
{
    put_section(page);
    li_buf_fmt(page->buf, SAY("新收 %lld 件，办结 %lld 件。\n", "%lld new, %lld closed.\n"),
               (long long)briefing->opened, (long long)briefing->closed);
    for (size_t i = 0; i < briefing->fresh.count; i++) {
        const struct li_view_row *row = &briefing->fresh.rows[i];
        put_about(page, row);
        li_buf_fmt(page->buf, SAY("（%.*s）\n", " (%.*s)\n"), LI_P(of(page, row->state->label)));
    }
}

static void put_rows(struct page *page, const struct li_waiting *waiting)
{
    for (size_t i = 0; i < waiting->row_count; i++) {
        put_about(page, &waiting->rows[i].row);
        li_buf_text(page->buf, say(page, "，", ", "));
        put_owner(page, &waiting->rows[i].owner);
        li_buf_text(page->buf, say(page, "，时限 ", ", due "));
        put_time(page, waiting->rows[i].row.due_at);
        li_buf_char(page->buf, '\n');
    }
}

/* Ends the sentence with whom what is overdue is. */
static void put_overdue_with(struct page *page, const struct li_waiting *overdue)
{
    bool first = true;

    for (size_t i = 0; i < overdue->group_count; i++) {
        if (overdue->groups[i].overdue == 0) {
            continue;
        }
        li_buf_text(page->buf, first ? say(page, "，在：", ", with: ") : say(page, "；", "; "));
        first = false;
        put_owner(page, &overdue->groups[i].shown);
        li_buf_fmt(page->buf, SAY(" %lld 件", " %lld"), (long long)overdue->groups[i].overdue);
    }
    li_buf_text(page->buf, say(page, "。\n", ".\n"));
}

static void put_waiting(struct page *page, const struct li_briefing *briefing)
{
    const struct li_waiting *overdue = &briefing->overdue;

    put_section(page);
    li_buf_fmt(page->buf, SAY("今天到期 %lld 件。\n", "%lld due today.\n"),
               (long long)briefing->today.today);
    put_rows(page, &briefing->today);
    put_section(page);
    li_buf_fmt(page->buf, SAY("超时 %lld 件", "%lld overdue"), (long long)overdue->overdue);
    put_overdue_with(page, overdue);
    put_rows(page, overdue);
}

static void put_repeats(struct page *page, const struct li_briefing *briefing)
{
    put_section(page);
    li_buf_text(page->buf, briefing->repeat_count
                               ? say(page, "七天内重复反映：\n", "Reported again within a week:\n")
                               : say(page, "七天内没有重复反映。\n",
                                     "Nothing was reported again within a week.\n"));
    for (size_t i = 0; i < briefing->repeat_count; i++) {
        const struct li_briefing_repeat *repeat = &briefing->repeats[i];
        li_buf_fmt(page->buf, SAY("  %.*s %.*s %lld 件\n", "  %.*s, %.*s: %lld\n"),
                   LI_P(repeat->place), LI_P(of(page, repeat->about->label)),
                   (long long)repeat->times);
    }
}

static void put_calls(struct page *page, const struct li_briefing *briefing)
{
    put_section(page);
    li_buf_fmt(page->buf, SAY("要回电话 %zu 件。\n", "%zu to be called back.\n"),
               briefing->call_count);
    for (size_t i = 0; i < briefing->call_count; i++) {
        li_buf_fmt(page->buf, "  %.*s\n", LI_P(briefing->calls[i]));
    }
}

static void put_urgent(struct page *page, const struct li_briefing *briefing)
{
    put_section(page);
    li_buf_fmt(page->buf, SAY("紧急在办 %zu 件。\n", "%zu urgent and open.\n"),
               briefing->urgent_count);
    for (size_t i = 0; i < briefing->urgent_count; i++) {
        const struct li_view_row *row = &briefing->urgent[i];
        put_about(page, row);
        li_buf_fmt(page->buf, SAY("（%.*s，%.*s）\n", " (%.*s, %.*s)\n"),
                   LI_P(of(page, row->level->label)), LI_P(of(page, row->state->label)));
    }
}

/* What is neither urgent nor came again is a number to whoever only holds the area. */
static void put_numbers(struct page *page, const struct li_briefing *briefing)
{
    const struct li_waiting *overdue = &briefing->overdue;

    put_section(page);
    li_buf_fmt(page->buf,
               SAY("昨晚六点以来新收 %lld 件，办结 %lld 件；今天到期 %lld 件，超时 %lld 件",
                   "Since six last night %lld new, %lld closed; %lld due today, %lld overdue"),
               (long long)briefing->opened, (long long)briefing->closed,
               (long long)briefing->today.today, (long long)overdue->overdue);
    put_overdue_with(page, overdue);
}

/* "比上周多 3 件": against the week before. */
static void put_change(struct page *page, int64_t now, int64_t before)
{
    if (now == before) {
        li_buf_text(page->buf, say(page, "，与上周相同", ", as many as the week before"));
    } else if (now > before) {
        li_buf_fmt(page->buf, SAY("，比上周多 %lld 件", ", %lld more than the week before"),
                   (long long)(now - before));
    } else {
        li_buf_fmt(page->buf, SAY("，比上周少 %lld 件", ", %lld fewer than the week before"),
                   (long long)(before - now));
    }
}

static void put_week(struct page *page, const struct li_briefing *briefing)
{
    int64_t open = 0;

    for (size_t i = 0; i < briefing->overdue.group_count; i++) {
        open += briefing->overdue.groups[i].open;
    }
    li_buf_fmt(page->buf, SAY("\n本周新收 %lld 件", "\n%lld new this week"),
               (long long)briefing->opened);
    put_change(page, briefing->opened, briefing->opened_before);
    li_buf_fmt(page->buf, SAY("；办结 %lld 件", "; %lld closed"), (long long)briefing->closed);
    put_change(page, briefing->closed, briefing->closed_before);
    li_buf_fmt(page->buf,
               SAY("。目前在办 %lld 件，其中超时 %lld 件。\n",
                   ". %lld are being worked on now, %lld of them overdue.\n"),
               (long long)open, (long long)briefing->overdue.overdue);
}

int li_briefing_write(struct li_ctx *ctx, const struct li_briefing *briefing, bool zh,
                      struct li_str *ret)
{
    struct page page = {.buf = li_buf_new(ctx, 0), .zh = zh};

    if (!page.buf) {
        return -LI_E_NOMEM;
    }
    put_head(&page, briefing);
    if (briefing->kind == LI_BRIEFING_DIGEST) {
        put_urgent(&page, briefing);
        put_repeats(&page, briefing);
        put_numbers(&page, briefing);
    } else {
        if (briefing->kind == LI_BRIEFING_WEEKLY) {
            put_week(&page, briefing);
        } else {
            put_fresh(&page, briefing);
        }
        put_waiting(&page, briefing);
        put_repeats(&page, briefing);
        put_calls(&page, briefing);
    }
    *ret = li_buf_view(page.buf);
    return li_buf_check(ctx, page.buf);
}
