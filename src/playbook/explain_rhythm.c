/*
 * The page for the wall, what it says of cases that open of themselves: on which
 * days, at what time, where, and what they begin with.
 */
#include "playbook/explain_inside.h"

static const struct {
    const char *name, *zh, *en;
} levels[] = {
    {"street", "街道", "street"},     {"community", "社区", "community"}, {"grid", "网格", "grid"},
    {"compound", "小区", "compound"}, {"lane", "街巷", "lane"},           {"road", "道路", "road"},
    {"building", "楼栋", "building"}, {"point", "点位", "point"},
};

static const char *const days_zh[] = {"一", "二", "三", "四", "五", "六", "日"};
static const char *const days_en[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                      "Friday", "Saturday", "Sunday"};
static const char *const months_en[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};

static void put_months(struct li_buf *buf, const struct li_rhythm *rhythm, bool zh)
{
    bool first = true;

    for (int month = 0; month < 12; month++) {
        if (!(rhythm->months >> month & 1))
            continue;
        if (zh)
            li_buf_fmt(buf, "%s%d月", first ? "" : "、", month + 1);
        else
            li_buf_fmt(buf, "%s%s", first ? "in " : ", ", months_en[month]);
        first = false;
    }
    if (!zh && !first)
        li_buf_text(buf, ", ");
}

static void put_week(struct li_buf *buf, const struct li_rhythm *rhythm, bool zh)
{
    bool first = true;

    for (int day = 0; day < 7; day++) {
        if (!(rhythm->week >> day & 1))
            continue;
        if (zh)
            li_buf_fmt(buf, "%s%s", first ? "每周" : "、", days_zh[day]);
        else
            li_buf_fmt(buf, "%s%s", first ? "every " : ", ", days_en[day]);
        first = false;
    }
}

static void put_days(struct li_buf *buf, const struct li_rhythm *rhythm, bool zh)
{
    put_months(buf, rhythm, zh);
    put_week(buf, rhythm, zh);
    if (rhythm->day == 31)
        li_buf_text(buf, zh ? (rhythm->months ? "最后一天" : "每月最后一天")
                            : "on the last day of the month");
    else if (rhythm->day && zh)
        li_buf_fmt(buf, "%s%d日", rhythm->months ? "" : "每月", rhythm->day);
    else if (rhythm->day)
        li_buf_fmt(buf, "on day %d of the month", rhythm->day);
    else if (!rhythm->week)
        li_buf_text(buf, zh ? "每天" : "every day");
    if (rhythm->off == LI_OFF_SKIPPED)
        li_buf_text(buf, zh ? "（节假日除外）" : " but days off");
    if (rhythm->off == LI_OFF_PUT_OFF)
        li_buf_text(buf,
                    zh ? "（遇节假日顺延到上班第一天）" : " (of days off: the next working day)");
}

static void put_clock(struct li_buf *buf, int minutes)
{
    li_buf_fmt(buf, "%02d:%02d", minutes / 60, minutes % 60);
}

static void put_time(struct li_buf *buf, const struct li_rhythm *rhythm, bool zh)
{
    if (!rhythm->times) {
        li_buf_text(buf, zh ? " " : " at ");
        put_clock(buf, rhythm->from);
        return;
    }
    li_buf_text(buf, zh ? " " : " between ");
    put_clock(buf, rhythm->from);
    li_buf_text(buf, zh ? "–" : " and ");
    put_clock(buf, rhythm->to);
    if (zh)
        li_buf_fmt(buf, " 之间随机 %d 次", rhythm->times);
    else
        li_buf_fmt(buf, ", %d drawn %s", rhythm->times, rhythm->times > 1 ? "times" : "time");
}

int li_rhythm_say(struct li_ctx *ctx, const struct li_rhythm *rhythm, struct li_buf *ret)
{
    bool zh = ctx->lang == LI_ZH;

    put_days(ret, rhythm, zh);
    put_time(ret, rhythm, zh);
    if (rhythm->action >= 0)
        li_buf_text(ret, zh ? "，未结的逐件办理" : ", on each open case");
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
        if (li_str_is(rhythm->level, levels[i].name))
            li_buf_fmt(ret, zh ? "，每个%s一件" : ", one for each %s",
                       zh ? levels[i].zh : levels[i].en);
    return li_buf_check(ctx, ret);
}

/* What is said of each field, as it was written. */
static void put_given(struct li_page *page, const struct li_rhythm *rhythm)
{
    const struct li_playbook *playbook = page->playbook;

    for (size_t i = 0; rhythm->fields && i < rhythm->fields->map.count; i++) {
        const struct li_member *member = &rhythm->fields->map.items[i];
        const struct li_field *field = &playbook->fields[li_playbook_field(playbook, member->key)];

        li_page_put(page,
                    i ? li_page_say(page, "、", ", ") : li_page_say(page, "；填好", "; given: "));
        li_page_put_texts(page, field->label);
    }
}

/* Which action, and where it can be done. */
static void put_done(struct li_page *page, const struct li_rhythm *rhythm)
{
    const struct li_playbook *playbook = page->playbook;
    const struct li_action *action = rhythm->action < 0 ? NULL : &playbook->actions[rhythm->action];
    const struct li_machine *machine = &playbook->machines[0];
    bool first = true;

    if (!action)
        return;
    li_page_put(page, li_page_say(page, "：“", ": "));
    li_page_put_texts(page, action->label);
    li_page_put(page, li_page_say(page, "”（", " ("));
    for (size_t i = 0; i < machine->state_count; i++) {
        if (!(action->from >> i & 1))
            continue;
        li_page_put(page, first ? "" : li_page_say(page, "、", ", "));
        li_page_put_texts(page, machine->states[i].label);
        first = false;
    }
    li_page_put(page, li_page_say(page, "）", ")"));
}

int li_page_put_rhythms(struct li_ctx *ctx, struct li_page *page)
{
    const struct li_playbook *playbook = page->playbook;
    int r = 0;

    if (playbook->rhythm_count)
        li_page_put(page, li_page_say(page, "**定期自动：**\n\n", "**Of itself:**\n\n"));
    for (size_t i = 0; r == 0 && i < playbook->rhythm_count; i++) {
        const struct li_rhythm *rhythm = &playbook->rhythms[i];

        li_page_put(page, "- ");
        li_page_put_texts(page, rhythm->label);
        li_page_put(page, li_page_say(page, "：", ": "));
        r = li_rhythm_say(ctx, rhythm, page->buf);
        put_done(page, rhythm);
        put_given(page, rhythm);
        if (rhythm->waits)
            li_page_put(page, li_page_say(page, "；管理员开启后才开始",
                                          "; begins when the administrator lets it"));
        li_page_put(page, "\n");
    }
    li_page_put(page, playbook->rhythm_count ? "\n" : "");
    return r;
}
