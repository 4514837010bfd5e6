/*
 * The page for the wall, what it says of ballots: what is decided how, by whom, until when, and
 * what follows from too few voices.
 */
#include "playbook/explain_inside.h"

static const struct {
    const char *name;
    struct li_texts texts;
} values[] = {
    {"asked", {LI_S_INIT("正在准备"), LI_S_INIT("being prepared")}},
    {"open", {LI_S_INIT("正在投票"), LI_S_INIT("open")}},
    {"closed", {LI_S_INIT("已截止"), LI_S_INIT("closed")}},
    {"counted", {LI_S_INIT("正在公示"), LI_S_INIT("counted, open to objections")}},
    {"final", {LI_S_INIT("已生效"), LI_S_INIT("final")}},
    {"cancelled", {LI_S_INIT("已撤销"), LI_S_INIT("cancelled")}},
    /* methods */
    {"yes_no", {LI_S_INIT("同意、不同意、弃权"), LI_S_INIT("for, against or abstain")}},
    {"single", {LI_S_INIT("选一项"), LI_S_INIT("one option each")}},
    {"approval", {LI_S_INIT("可选多项"), LI_S_INIT("several options each")}},
    {"score", {LI_S_INIT("逐项打分"), LI_S_INIT("points for each option")}},
    {"ranked", {LI_S_INIT("按偏好排序"), LI_S_INIT("options in order of preference")}},
    {"greedy",
     {LI_S_INIT("可选多项，按票数在预算内入选"),
      LI_S_INIT("several options each, within a budget")}},
    {"shares",
     {LI_S_INIT("可选多项，按等额份额在预算内入选"),
      LI_S_INIT("several options each, a budget by equal shares")}},
    /* what carries */
    {"half_voices", {LI_S_INIT("投票者过半数同意"), LI_S_INIT("more than half of those who vote")}},
    {"half_electors", {LI_S_INIT("全体过半数同意"), LI_S_INIT("more than half of the electors")}},
    {"thirds_voices",
     {LI_S_INIT("投票者三分之二以上同意"), LI_S_INIT("two thirds of those who vote")}},
    {"thirds_electors",
     {LI_S_INIT("全体三分之二以上同意"), LI_S_INIT("two thirds of the electors")}},
};

static const struct li_texts *named(struct li_str name)
{
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        if (li_str_is(name, values[i].name))
            return &values[i].texts;
    return NULL;
}

const struct li_texts *li_page_ballot_value(const struct li_page *page, struct li_str fact,
                                            struct li_str text)
{
    int place = li_playbook_ballot(page->playbook, li_str_cut(&fact, '.'));
    const struct li_ballot_rule *rule = &page->playbook->ballots[place];
    const struct li_field *list;

    if (li_str_is(fact, "state"))
        return named(text);
    list = rule->list < 0 ? NULL : &page->playbook->fields[rule->list];
    for (size_t i = 0; list && i < list->option_count; i++)
        if (li_str_eq(list->options[i].name, text))
            return &list->options[i].label;
    return NULL;
}

void li_page_put_ballot(struct li_page *page, const struct li_action *action)
{
    if (action->ballot < 0)
        return;
    li_page_put(page, li_page_say(page, "；发起表决“", "; opens the ballot “"));
    li_page_put_texts(page, page->playbook->ballots[action->ballot].label);
    li_page_put(page, li_page_say(page, "”", "”"));
}

static void put_number(struct li_page *page, const char *zh, const char *en, int64_t number)
{
    li_page_put(page, li_page_say(page, zh, en));
    li_buf_i64(page->buf, number);
}

static void put_electors(struct li_page *page, const struct li_ballot_rule *rule)
{
    li_page_put(page, li_page_say(page, "；投票人：", "; electors: "));
    if (rule->post.len) {
        li_page_put_texts(page, li_post_texts(rule->post));
    } else if (rule->reg.len) {
        li_page_put(page, li_page_say(page, "台账“", "rows of the register “"));
        li_page_put_texts(page, (struct li_texts){rule->reg, rule->reg});
        li_page_put(page, li_page_say(page, "”，每条一票", "”, one voice each"));
    } else {
        li_page_put(page,
                    li_page_say(page, "到窗口核验身份的人", "whoever is admitted at the desk"));
    }
    if (rule->within.len)
        li_page_put(page, li_str_is(rule->within, "street")
                              ? li_page_say(page, "（全街道）", " (of the whole street)")
                              : li_page_say(page, "（本社区）", " (of the community)"));
}

/* How many are chosen, where the file says it. */
static void put_seats(struct li_page *page, const struct li_ballot_rule *rule)
{
    if (rule->seats_field >= 0) {
        li_page_put(page, li_page_say(page, "；选出的个数：“", "; how many are chosen: “"));
        li_page_put_texts(page, page->playbook->fields[rule->seats_field].label);
        li_page_put(page, li_page_say(page, "”", "”"));
    } else if (rule->seats) {
        put_number(page, "；选 ", "; chosen: ", rule->seats);
        li_page_put(page, li_page_say(page, " 个", ""));
    }
}

/* How many one may choose, and what is told of it before they do. */
static void put_choosing(struct li_page *page, const struct li_ballot_rule *rule)
{
    if (rule->most_field >= 0) {
        li_page_put(page, li_page_say(page, "；每人最多选的个数：“", "; each chooses at most: “"));
        li_page_put_texts(page, page->playbook->fields[rule->most_field].label);
        li_page_put(page, li_page_say(page, "”", "”"));
    } else if (rule->most) {
        put_number(page, "；每人最多选 ", "; each chooses at most ", rule->most);
        li_page_put(page, li_page_say(page, " 个", ""));
    }
    if (rule->about >= 0) {
        li_page_put(page, li_page_say(page, "；说明：“", "; explained in “"));
        li_page_put_texts(page, page->playbook->fields[rule->about].label);
        li_page_put(page, li_page_say(page, "”", "”"));
    }
}

static void put_closing(struct li_page *page, const struct li_ballot_rule *rule)
{
    if (rule->until >= 0) {
        li_page_put(page, li_page_say(page, "；截止：“", "; closes: “"));
        li_page_put_texts(page, page->playbook->fields[rule->until].label);
        li_page_put(page, li_page_say(page, "”", "”"));
    } else {
        put_number(page, "；投票 ", "; open for ", rule->days);
        li_page_put(page, li_page_say(page, " 天", " days"));
    }
    if (rule->minute < 24 * 60) {
        li_page_put(page, li_page_say(page, "，到 ", ", until "));
        li_buf_fmt(page->buf, "%02d:%02d", rule->minute / 60, rule->minute % 60);
    }
}

static void put_ballot(struct li_page *page, const struct li_ballot_rule *rule)
{
    li_page_put(page, "- ");
    li_page_put_texts(page, rule->label);
    li_page_put(page, rule->decision ? li_page_say(page, "（表决）：", " (decides): ")
                                     : li_page_say(page, "（征求意见，结果不作任何依据）：",
                                                   " (opinion, decides nothing): "));
    li_page_put_texts(page, *named(rule->method));
    if (rule->pass.len) {
        li_page_put(page, li_page_say(page, "，", ", carried by "));
        li_page_put_texts(page, *named(rule->pass));
    }
    put_seats(page, rule);
    put_choosing(page, rule);
    put_electors(page, rule);
    put_closing(page, rule);
    if (rule->quorum_in) {
        put_number(page, "；参加人数须达 ", "; quorum ", rule->quorum_of);
        put_number(page, "/", " in ", rule->quorum_in);
    }
    if (rule->publicity_days) {
        put_number(page, "；公示 ", "; objections for ", rule->publicity_days);
        li_page_put(page, li_page_say(page, " 个工作日", " working days"));
    }
    if (rule->turnout_live)
        li_page_put(page, li_page_say(page, "；投票期间公布已投人数",
                                      "; how many have voted is shown meanwhile"));
    li_page_put(page, "\n");
}

void li_page_put_ballots(struct li_page *page)
{
    if (!page->playbook->ballot_count)
        return;
    li_page_put(page, li_page_say(page, "## 表决\n\n", "## Ballots\n\n"));
    for (size_t i = 0; i < page->playbook->ballot_count; i++)
        put_ballot(page, &page->playbook->ballots[i]);
    li_page_put(page, "\n");
}
