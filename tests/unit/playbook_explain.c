/*
 * playbook/explain: the page for the wall says all of it, in one language.
 */
#include "playbook.h"

static const char *page_of(struct li_ctx *ctx, const struct li_playbook *playbook,
                           enum li_lang lang)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    const char *page;

    assert_non_null(buf);
    ctx->lang = lang;
    assert_int_equal(li_playbook_explain(ctx, playbook, buf), 0);
    page = li_str_c(ctx, li_buf_view(buf));
    assert_non_null(page);
    return page;
}

static void assert_says(const char *page, const char *text)
{
    if (!strstr(page, text))
        fail_msg("'%s' is not in:\n%s", text, page);
}

static void the_page_in_chinese(void **state)
{
    const char *page = page_of(*state, loaded_sample(*state), LI_ZH);

    assert_says(page, "# 长椅维修\n\n坏了有人修\n");
    assert_says(page, "**谁可以提出：**任何人");
    assert_says(page, "类型（必填）、说明（必填）、电话、社区、安全");
    assert_says(page, "```mermaid\nstateDiagram-v2\n    state \"新\" as s0\n");
    assert_says(page, "    [*] --> s0\n    s0 --> s1: 派单\n");
    assert_says(page, "    s0 --> s0: 备注\n");
    assert_says(page, "    s3 --> [*]\n    s4 --> [*]\n```\n");
    assert_says(page, "| 新 | 受理员 | 4个工作小时；提醒 80% |");
    assert_says(page, "| 修 | 各承办单位 | 无：在任务上 |");
    assert_says(page, "| 看 | 核查员，未经办过此事 | 2天 |");
    assert_says(page, "| 完（结束） | — | — |");
    assert_says(page, "| 派单 | 受理员 | 新 | 修；派出活 | 单位 |");
    assert_says(page, "| 撤回诉求 | 诉求人、受理员 | 新、修、看 | 撤 | — |");
    assert_says(page, "| 返工 | 负责人 | 看 | 修；重开活 | — |");
    assert_says(page, "| 备注 | 工作人员 | 新、修、看 | 不变 | 说明 |");
    assert_says(page, "## 活\n");
    assert_says(page, "| 派 | 承办单位的承办人 | 3个工作日 |");
    assert_says(page,
                "| 都好 | 系统 | 修；条件：活每个都（状态不为“派”），且活至少一个（状态为“好”） |");
    assert_says(page, "## 谁能看到\n\n- 所有人：编号、状态、社区、类型\n");
    assert_null(strstr(page, "Bench"));
    assert_null(strstr(page, "State"));
}

static void the_page_in_english(void **state)
{
    const char *page = page_of(*state, loaded_sample(*state), LI_EN);

    assert_says(page, "# Bench repair\n\nWhat is broken is mended\n");
    assert_says(page, "**Who may bring it:** anyone");
    assert_says(page, "Kind (required), Note (required), Phone, Community, Safe");
    assert_says(page, "| Fresh | Desk | 4 working h; acted on at 80% |");
    assert_says(page, "| Working | those who have a part | none: On the jobs |");
    assert_says(page, "| Looking | Checker, nobody who worked on it | 2 d |");
    assert_says(page, "| Withdraw | the reporter, Desk | Fresh, Working, Looking | Gone | — |");
    assert_says(page, "| Fail | whoever is responsible | Looking | Working; reopens Job | — |");
    assert_says(page, "| All done | the system | Working; when every Job (its state is not “Sent”) "
                      "and at least one Job (its state is “Done”) | Looking | — |");
    assert_says(page, "- Everybody: the number, the state, the community, Kind\n");
    assert_says(page, "| Sent | the organization's Handler | 3 working d |");
    assert_null(strstr(page, "长椅"));
    assert_null(strstr(page, "状态"));
    assert_null(strstr(page, "（"));
}

static const char turned[] =
    "(field.kind != 'leg' or held('chief')) and not actor.is_reporter and field.place != '' and "
    "count.rework >= 2 and count(job) + 1 > 3 and case.state = 'looking' and field.kind = ''";

/* Every operator has its words in both languages. */
static void conditions_are_said(void **state)
{
    struct li_str when =
        li_strf(*state, "    by: staff\n    within: 3d\n    when: \"%s\"\n", turned);
    struct li_playbook *playbook = loaded(*state, changed(*state, "    by: staff\n", when.ptr));
    const char *page = page_of(*state, playbook, LI_ZH);

    assert_says(page, "新、修、看（3天以内）；条件：（“类型”不为“腿”，或当地有街巷长），且"
                      "不是（由诉求人操作），且“社区”已填写，且“返工”的次数不少于 2，且"
                      "活的个数＋1多于 3，且状态为“看”，且“类型”没有填写 |");
    page = page_of(*state, playbook, LI_EN);
    assert_says(page, "(within 3 d); when (“Kind” is not “Leg” or there is a local Chief) and "
                      "not (the reporter does it) and “Community” is given and times of “Fail” is "
                      "at least 2 and the number of Job + 1 is more than 3 and the state is "
                      "“Looking” and “Kind” is not given |");
}

/* Clocks by level, a timer, where it begins, who sees what. */
static void clocks_and_sight_are_said(void **state)
{
    static const char *const changes[][2] = {
        {"clock: 4h of work\n    overdue: {at: 80%, tell: owner, mark: late}",
         "clock: {leg: 4h of work, back: 5m}\n    timer: {do: up}"},
        {"  pass:\n",
         "  up: {label: {zh: 升, en: Up}, from: fresh, to: looking, by: system}\n  pass:\n"},
        {"  required: [kind, note]\n",
         "  required: [kind, note]\n  start: [{state: looking, when: field.safe}]\n"},
        {"public: kind}",
         "public: kind, staff_only: field.safe, "
         "hide: {fields: [phone, note], when: field.safe, but: desk}}\nlevel: kind"},
    };
    struct li_str yaml = li_str(sample);
    const char *page;

    for (size_t i = 0; i < COUNT(changes); i++)
        yaml = changed_in(*state, yaml, changes[i][0], changes[i][1]);
    page = page_of(*state, loaded(*state, yaml), LI_ZH);
    assert_says(page, "**从哪里开始：**看（“安全”）；其余：新\n");
    assert_says(page,
                "| 新 | 受理员 | “类型”为“靠背”：5分钟；其余：4个工作小时；提醒 100% 自动“升” |");
    assert_says(page, "- 只有工作人员和当事人，条件：“安全”\n");
    assert_says(page, "- 电话、说明：只有受理员能看到，条件：“安全”\n");
}

static void what_comes_of_it_is_said(void **state)
{
    struct li_str yaml = changed(
        *state, "    needs: units\n",
        "    needs: units\n    spawns: {playbook: bench-talk, for_each: job, when: \"self.state = "
        "'sent'\", map: {a: note}, block: true}\n");
    const struct li_playbook *playbook =
        loaded(*state, changed_in(*state, yaml, "    tell: reporter\n",
                                  "    when: \"any(child, ended and playbook = 'bench-talk')\"\n"));

    assert_says(page_of(*state, playbook, LI_ZH),
                "为每个活派生一件“bench-"
                "talk”（带上：说明）（条件：本项状态为“派”），它们办结以前本件不能结束");
    assert_says(page_of(*state, playbook, LI_ZH),
                "条件：派生的事项至少一个（已办结，且类型为“bench-talk”）");
    assert_says(page_of(*state, playbook, LI_EN),
                "for each Job opens a case of “bench-talk” (with: Note) (when this one: its state "
                "is “Sent”), "
                "and does not end while it is open");
    assert_says(page_of(*state, playbook, LI_EN),
                "when at least one case that came of it (it has ended and its kind is "
                "“bench-talk”)");
}

static void going_on_by_it_is_said(void **state)
{
    struct li_str yaml =
        changed(*state, "version: 2\n",
                "version: 3\nmigrate: [{from: 2, states: {new: fresh, odd: ~}, parts: {job: {out: "
                "sent}}, fields: {price: cost, day: ~}}]\n");
    const struct li_playbook *playbook = loaded(*state, yaml);

    assert_says(
        page_of(*state, playbook, LI_ZH),
        "**旧版未办结的：**\n\n- 第 2 版未办结的可以转到本版继续办理；“new”转为“新”；“odd”在"
        "本版没有，处在其中的留在原版办理；活 “out”转为“派”；填写的“price”改记为“费用”；"
        "填写的“day”不再显示（留痕里仍有）；其余同名的不变；时限按本版重新计算\n");
    assert_says(page_of(*state, playbook, LI_EN),
                "- Open cases of version 2 can go on by this one; “new” becomes “Fresh”; “odd” is "
                "no more, cases there stay as they are; Job “out” becomes “Sent”; what was written "
                "as “price” is now “Cost”; what was written as “day” is shown no more (history "
                "keeps it); the rest keeps its names; deadlines are reckoned anew\n");
    assert_null(strstr(page_of(*state, loaded_sample(*state), LI_EN), "Earlier versions"));
}

static void what_chance_decides_is_said(void **state)
{
    struct li_str yaml = changed(*state, "    to: shut\n    by: owner\n",
                                 "    to: [{state: fresh, when: \"drawn('spot')\"}, {state: "
                                 "shut}]\n    by: owner\n");
    const struct li_playbook *playbook = loaded(
        *state, changed_in(*state, yaml, "see: {public: kind}\n",
                           "see: {public: kind}\nsamples: {spot: {label: {zh: 抽查, en: Spot "
                           "check}, share: [{percent: 30%, when: field.safe}, {percent: 5}]}}\n"));

    assert_says(page_of(*state, playbook, LI_ZH), "- 抽查：“安全”的，30%；其余，5%\n");
    assert_says(page_of(*state, playbook, LI_ZH), "新（抽中“抽查”），否则完");
    assert_says(page_of(*state, playbook, LI_EN),
                "- Spot check: 30% when “Safe”; 5% of the rest\n");
    assert_says(page_of(*state, playbook, LI_EN), "Fresh (drawn for “Spot check”), else ");
}

/* A label may hold what would end a cell or a label of the diagram. */
static void labels_cannot_break_out(void **state)
{
    const struct li_playbook *playbook =
        loaded(*state, changed(*state, "en: Fresh}", "en: \"a|b \\\"c\\\"; d: e\\nf\"}"));
    const char *page = page_of(*state, playbook, LI_EN);

    assert_says(page, "    state \"a|b  c   d  e f\" as s0\n");
    assert_says(page, "| a\\|b \"c\"; d: e f | Desk |");
}

static void the_street_playbook_is_explained(void **state)
{
    const struct li_playbook *playbook = loaded_street(*state);
    const char *page = page_of(*state, playbook, LI_ZH);

    for (size_t i = 0; i < playbook->action_count; i++)
        assert_says(page, li_str_c(*state, playbook->actions[i].label.zh));
    for (size_t i = 0; i < playbook->machines[0].state_count; i++)
        assert_says(page, li_str_c(*state, playbook->machines[0].states[i].label.zh));
    assert_says(page, "待值班员接手（“等不得，要马上处理”，且不是（上班时间），且当地有值班员）");
    assert_says(page, "提出的人在办理进度里看到：我来处理；当场办结；");
    assert_says(page, "联系电话（180天后删除）");
    assert_says(page, "已同意；所申请的时限延到“申请延到哪天”，比原时限最多晚30天");
    page = page_of(*state, playbook, LI_EN);
    assert_says(page, "not (the office is open) and there is a local Officer on duty");
    assert_says(page,
                "the deadline it was asked for moves to “Asked for until”, at most 30 d after "
                "the one before");
}

static void a_full_buffer_is_told(void **state)
{
    const struct li_playbook *playbook = loaded_sample(*state);
    struct li_buf *buf = li_buf_new(*state, 100);

    assert_int_equal(li_playbook_explain(*state, playbook, buf), -LI_E_LIMIT);
    li_buf_reset(buf);
    assert_int_equal(li_playbook_plain(*state, playbook, buf), -LI_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_page_in_chinese),
        TEST(the_page_in_english),
        TEST(conditions_are_said),
        TEST(clocks_and_sight_are_said),
        TEST(what_comes_of_it_is_said),
        TEST(going_on_by_it_is_said),
        TEST(what_chance_decides_is_said),
        TEST(labels_cannot_break_out),
        TEST(the_street_playbook_is_explained),
        TEST(a_full_buffer_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
