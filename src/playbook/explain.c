/*
 * The page for the wall: what this matter is, who does what by when, as a
 * picture and as tables, in Markdown.
 *
 * Everything comes from the loaded playbook; nothing is said here that the
 * machine does not do.  One language a page (ctx->lang).
 */
#include "playbook/explain_inside.h"

static const char *say(const struct li_page *page, const char *zh, const char *en)
{
    return li_page_say(page, zh, en);
}

static struct li_str text_of(const struct li_page *page, struct li_texts texts)
{
    return page->zh ? texts.zh : texts.en;
}

void li_page_put(struct li_page *page, const char *text)
{
    li_buf_text(page->buf, text);
}

static void put(struct li_page *page, const char *text)
{
    li_page_put(page, text);
}

/* A cell must keep to its line and its column. */
static void put_cell(struct li_page *page, struct li_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '|')
            li_buf_char(page->buf, '\\');
        li_buf_char(page->buf, text.ptr[i] == '\n' ? ' ' : text.ptr[i]);
    }
}

void li_page_put_texts(struct li_page *page, struct li_texts texts)
{
    put_cell(page, text_of(page, texts));
}

static void put_who(struct li_page *page, const struct li_who *who)
{
    switch (who->kind) {
    case LI_WHO_ANYONE:
        put(page, say(page, "任何人", "anyone"));
        break;
    case LI_WHO_PARTY:
        put(page, say(page, "诉求人和关注的人", "the reporter and whoever follows it"));
        break;
    case LI_WHO_REPORTER:
        put(page, say(page, "诉求人", "the reporter"));
        break;
    case LI_WHO_STAFF:
        put(page, say(page, "工作人员", "any member of staff"));
        break;
    case LI_WHO_POST:
        li_page_put_texts(page, li_post_texts(who->post));
        break;
    case LI_WHO_OWNER:
        put(page, say(page, "负责人", "whoever is responsible"));
        break;
    case LI_WHO_SYSTEM:
        put(page, say(page, "系统", "the system"));
        break;
    }
}

static void put_by(struct li_page *page, const struct li_who *by, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(page, i ? say(page, "、", ", ") : "");
        put_who(page, &by[i]);
    }
}

/* "离得最近的小区团队、网格员" */
static void put_posts(struct li_page *page, const struct li_owner_rule *owner)
{
    for (size_t i = 0; i < owner->post_count; i++) {
        put(page, i ? say(page, "、", " or ") : "");
        li_page_put_texts(page, li_post_texts(owner->posts[i]));
    }
}

static void put_owner(struct li_page *page, const struct li_owner_rule *owner)
{
    switch (owner->kind) {
    case LI_OWNER_NONE:
        put(page, "—");
        break;
    case LI_OWNER_POST:
        li_page_put_texts(page, li_post_texts(owner->post));
        break;
    case LI_OWNER_ORG:
        put(page, say(page, "承办单位的", "the organization's "));
        li_page_put_texts(page, li_post_texts(owner->post));
        break;
    case LI_OWNER_PARTS:
        put(page, say(page, "各承办单位", "those who have a part"));
        break;
    case LI_OWNER_GIVEN:
        put(page, say(page, "指定的岗位", "the post it was made for"));
        break;
    case LI_OWNER_PARTY:
        put(page, say(page, "诉求人", "the reporter"));
        break;
    case LI_OWNER_DUTY:
        put(page, say(page, "此刻在班的", "whoever is on the roster now: "));
        li_page_put_texts(page, li_post_texts(owner->post));
        break;
    case LI_OWNER_NEAREST:
        put(page, say(page, "离得最近的", "the nearest "));
        put_posts(page, owner);
        break;
    case LI_OWNER_WIDER:
        put(page, say(page, "再上一级区域的", "of the next larger area, the "));
        put_posts(page, owner);
        break;
    case LI_OWNER_SAME:
        put(page, say(page, "原来的负责人", "whoever had it before"));
        break;
    }
}

static void put_states(struct li_page *page, const struct li_machine *machine)
{
    put(page, say(page, "| 状态 | 谁负责 | 时限 |\n", "| State | Who is responsible | Time |\n"));
    put(page, "|---|---|---|\n");
    for (size_t i = 0; i < machine->state_count; i++) {
        const struct li_state *state = &machine->states[i];

        put(page, "| ");
        li_page_put_texts(page, state->label);
        if (state->end)
            put(page, say(page, "（结束）", " (end)"));
        put(page, " | ");
        put_owner(page, &state->owner);
        if (state->not_related)
            put(page, say(page, "，未经办过此事", ", nobody who worked on it"));
        put(page, " | ");
        li_page_put_clock(page, state);
        put(page, " |\n");
    }
}

/* More than a few open states, and all of them, are said in two words. */
static bool from_any(const struct li_machine *machine, uint64_t from)
{
    int open = 0;

    for (size_t i = 0; i < machine->state_count; i++) {
        if (machine->states[i].end == (from >> i & 1))
            return false;
        open += !machine->states[i].end;
    }
    return open > 3;
}

static void put_from(struct li_page *page, const struct li_action *action)
{
    const struct li_machine *machine = &page->playbook->machines[action->machine];
    bool any = from_any(machine, action->from), first = true;

    if (any)
        put(page, say(page, "所有未结束的状态", "every open state"));
    for (size_t i = 0; i < machine->state_count && !any; i++) {
        if (!(action->from & UINT64_C(1) << i))
            continue;
        put(page, first ? "" : say(page, "、", ", "));
        li_page_put_texts(page, machine->states[i].label);
        first = false;
    }
    if (action->within.amount) {
        put(page, say(page, "（", " (within "));
        li_page_put_length(page, &action->within);
        put(page, say(page, "以内）", ")"));
    }
    li_page_put_waits(page, action);
    if (action->when) {
        put(page, say(page, "；条件：", "; when "));
        li_page_put_when(page, action->when);
    }
}

static void put_needs(struct li_page *page, const struct li_action *action)
{
    if (!action->need_count)
        put(page, "—");
    for (size_t i = 0; i < action->need_count; i++) {
        put(page, i ? say(page, "、", ", ") : "");
        li_page_put_texts(page, page->playbook->fields[action->needs[i]].label);
    }
}

static void put_make(struct li_page *page, const struct li_make *make)
{
    const struct li_machine *machine = &page->playbook->machines[make->machine];

    put(page, make->each >= 0 ? say(page, "；派出", "; sends ") : say(page, "；新建", "; adds "));
    li_page_put_texts(page, machine->label);
    for (size_t i = 0; i < machine->role_count; i++) {
        if (!li_str_eq(machine->roles[i].name, make->role))
            continue;
        put(page, say(page, "（", " ("));
        li_page_put_texts(page, machine->roles[i].label);
        put(page, say(page, "）", ")"));
    }
    if (make->post.len) {
        put(page, say(page, "给", " for the "));
        li_page_put_texts(page, li_post_texts(make->post));
    }
}

static void put_moving(struct li_page *page, const struct li_moving *moving)
{
    const struct li_machine *machine = &page->playbook->machines[moving->machine];

    put(page, moving->begins ? say(page, "；重开", "; reopens ") : say(page, "；", "; "));
    li_page_put_texts(page, machine->label);
    if (moving->begins)
        return;
    put(page, say(page, "转为“", " becomes “"));
    li_page_put_texts(page, machine->states[moving->to].label);
    put(page, say(page, "”", "”"));
}

/* What the other case is given of this one. */
static void put_given(struct li_page *page, const struct li_spawn *spawn)
{
    size_t said = 0;

    for (size_t i = 0; i < spawn->field_count; i++) {
        if (spawn->fields[i].field < 0)
            continue;
        put(page, said++ ? say(page, "、", ", ") : say(page, "（带上：", " (with: "));
        li_page_put_texts(page, page->playbook->fields[spawn->fields[i].field].label);
    }
    put(page, said ? say(page, "）", ")") : "");
}

/* Other playbooks are named by their names: their titles stand in other files. */
static void put_spawn(struct li_page *page, const struct li_spawn *spawn)
{
    put(page, say(page, "；", "; "));
    if (spawn->machine) {
        put(page, say(page, "为每个", "for each "));
        li_page_put_texts(page, page->playbook->machines[spawn->machine].label);
        put(page, say(page, "", " "));
    }
    if (spawn->reg.len) {
        put(page, say(page, "从台账“", "draws so many rows of the register “"));
        li_page_put_texts(page, (struct li_texts){spawn->reg, spawn->reg});
        put(page, say(page, "”里随机抽取（", "” by the month's seed ("));
        li_page_put_when(page, spawn->count);
        put(page, say(page, "）条，每条", ") and for each of them "));
    }
    put(page, say(page, "派生一件“", "opens a case of “"));
    li_page_put_texts(page, (struct li_texts){spawn->playbook, spawn->playbook});
    put(page, say(page, "”", "”"));
    put_given(page, spawn);
    if (spawn->when) {
        put(page, say(page, "（条件：", " (when "));
        li_page_put_when(page, spawn->when);
        put(page, say(page, "）", ")"));
    }
    if (li_str_is(spawn->link, "follows"))
        put(page, say(page, "，是本件的后续", ", which follows this one"));
    if (li_str_is(spawn->link, "related"))
        put(page, say(page, "，和本件相关", ", related to this one"));
    if (spawn->blocks)
        put(page, say(page, "，它们办结以前本件不能结束", ", and does not end while it is open"));
}

static void put_to(struct li_page *page, const struct li_action *action)
{
    const struct li_state *states = page->playbook->machines[action->machine].states;

    for (size_t i = 0; i < action->branch_count; i++) {
        li_page_put_texts(page, states[action->branches[i].to].label);
        put(page, say(page, "（", " ("));
        li_page_put_when(page, action->branches[i].when);
        put(page, say(page, "），否则", "), else "));
    }
    if (action->to < 0)
        put(page, say(page, "不变", "stays"));
    else
        li_page_put_texts(page, states[action->to].label);
    if (action->gives >= 0)
        put(page, say(page, "；转交所填单位", "; handed to the unit given"));
    for (size_t i = 0; i < action->make_count; i++)
        put_make(page, &action->makes[i]);
    if (action->split) {
        put(page, say(page, "；按“", "; shared out by “"));
        li_page_put_texts(page, page->playbook->fields[action->split->by].label);
        put(page, say(page, "”的比例分摊（到最小单位，余数从大到小补一）",
                      "” to the smallest unit, the greatest remainders getting one more"));
    }
    for (size_t i = 0; i < action->moving_count; i++)
        put_moving(page, &action->movings[i]);
    for (size_t i = 0; i < action->spawn_count; i++)
        put_spawn(page, &action->spawns[i]);
    if (action->takes)
        put(page,
            say(page, "；把其他事项里没有着落的接过来", "; takes over what waits in other cases"));
    li_page_put_ballot(page, action);
    if (li_effects_tell(action->effects, action->effect_count)) {
        put(page, say(page, "；告知反映人：“", "; tells who reported it: “"));
        li_page_put_texts(page, action->says.zh.len ? action->says : action->label);
        put(page, say(page, "”", "”"));
    }
    li_page_put_entries(page, action);
    for (size_t i = 0; i < action->check_count; i++) {
        put(page, action->checks[i].warns ? say(page, "；提醒：", "; warns: ")
                                          : say(page, "；不符合则不能做：", "; stops: "));
        li_page_put_texts(page, action->checks[i].say);
    }
    li_page_put_extension(page, action);
}

static void put_actions(struct li_page *page, int machine)
{
    put(page, say(page, "| 动作 | 谁来做 | 从 | 到 | 要填写 |\n",
                  "| Action | Who | From | To | To be filled in |\n"));
    put(page, "|---|---|---|---|---|\n");
    for (size_t i = 0; i < page->playbook->action_count; i++) {
        const struct li_action *action = &page->playbook->actions[i];

        if (action->machine != machine)
            continue;
        put(page, "| ");
        li_page_put_texts(page, action->label);
        put(page, " | ");
        put_by(page, action->by, action->by_count);
        put(page, " | ");
        put_from(page, action);
        put(page, " | ");
        put_to(page, action);
        put(page, " | ");
        put_needs(page, action);
        put(page, " |\n");
    }
}

/* A label in Mermaid: quotes, colons and semicolons would end it. */
static void put_label(struct li_page *page, struct li_texts texts)
{
    struct li_str text = text_of(page, texts);

    for (size_t i = 0; i < text.len; i++)
        li_buf_char(page->buf, strchr("\";:\n", text.ptr[i]) ? ' ' : text.ptr[i]);
}

static void put_arrows(struct li_page *page, int index)
{
    const struct li_machine *machine = &page->playbook->machines[index];

    for (size_t i = 0; i < page->playbook->action_count; i++) {
        const struct li_action *action = &page->playbook->actions[i];

        for (size_t k = 0; action->machine == index && k < machine->state_count; k++) {
            uint64_t leads = action->leads ? action->leads : UINT64_C(1) << k;

            for (size_t to = 0; action->from >> k & 1 && to < machine->state_count; to++) {
                if (!(leads >> to & 1))
                    continue;
                li_buf_fmt(page->buf, "    s%zu --> s%zu: ", k, to);
                put_label(page, action->label);
                put(page, "\n");
            }
        }
    }
}

static void put_diagram(struct li_page *page, int index)
{
    const struct li_machine *machine = &page->playbook->machines[index];

    put(page, "```mermaid\nstateDiagram-v2\n");
    for (size_t i = 0; i < machine->state_count; i++) {
        put(page, "    state \"");
        put_label(page, machine->states[i].label);
        li_buf_fmt(page->buf, "\" as s%zu\n", i);
    }
    li_buf_fmt(page->buf, "    [*] --> s%d\n", machine->start);
    put_arrows(page, index);
    for (size_t i = 0; i < machine->state_count; i++)
        if (machine->states[i].end)
            li_buf_fmt(page->buf, "    s%zu --> [*]\n", i);
    put(page, "```\n\n");
}

static void put_starts(struct li_page *page)
{
    const struct li_machine *machine = &page->playbook->machines[0];

    for (size_t i = 0; i < page->playbook->start_count; i++) {
        put(page,
            i ? say(page, "；", "; ") : say(page, "\n\n**从哪里开始：**", "\n\n**Begins:** "));
        li_page_put_texts(page, machine->states[page->playbook->starts[i].state].label);
        put(page, say(page, "（", " ("));
        li_page_put_when(page, page->playbook->starts[i].when);
        put(page, say(page, "）", ")"));
    }
    if (!page->playbook->start_count)
        return;
    put(page, say(page, "；其余：", "; else: "));
    li_page_put_texts(page, machine->states[machine->start].label);
}

static void put_head(struct li_page *page)
{
    const struct li_playbook *playbook = page->playbook;

    put(page, "# ");
    li_page_put_texts(page, playbook->title);
    put(page, "\n\n");
    li_page_put_texts(page, playbook->why);
    if (playbook->issuer.zh.len) {
        put(page, say(page, "\n\n**制发：**", "\n\n**Asked for by:** "));
        li_page_put_texts(page, playbook->issuer);
    }
    put(page, say(page, "\n\n**谁可以提出：**", "\n\n**Who may bring it:** "));
    put_by(page, playbook->open_by, playbook->open_by_count);
    put(page, say(page, "\n\n**要填写：**", "\n\n**Asked for:** "));
    for (size_t i = 0; i < playbook->open_field_count; i++) {
        put(page, i ? say(page, "、", ", ") : "");
        li_page_put_texts(page, playbook->fields[playbook->open_fields[i]].label);
        if (playbook->open_required[i])
            put(page, say(page, "（必填）", " (required)"));
    }
    put_starts(page);
    if (playbook->under.len) {
        put(page, say(page, "\n\n**登记在哪里：**一件未办结的“",
                      "\n\n**Opened beneath:** an open case of “"));
        li_page_put_texts(page, (struct li_texts){playbook->under, playbook->under});
        put(page, say(page, "”之下", "”"));
    }
    for (size_t i = 0; i < playbook->open_check_count; i++) {
        put(page, i ? say(page, "；", "; ")
                    : say(page, "\n\n**不符合就不能提交：**", "\n\n**Stops opening:** "));
        li_page_put_texts(page, playbook->open_checks[i].say);
    }
    li_buf_fmt(page->buf, "\n\n%s%d\n\n", say(page, "版本：", "Version "), playbook->version);
}

static void put_field_names(struct li_page *page, const int *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(page, i ? say(page, "、", ", ") : "");
        li_page_put_texts(page, page->playbook->fields[fields[i]].label);
    }
}

/* What a part keeps of its own. */
static void put_own(struct li_page *page, const struct li_machine *machine)
{
    if (!machine->field_count)
        return;
    put(page, say(page, "**各自记录：**", "**Each keeps:** "));
    put_field_names(page, machine->fields, machine->field_count);
    put(page, "\n\n");
}

static void put_hide(struct li_page *page, const struct li_hide *hide)
{
    put(page, "- ");
    put_field_names(page, hide->fields, hide->field_count);
    put(page, say(page, "：只有", ": only "));
    put_by(page, hide->but, hide->but_count);
    put(page, say(page, "能看到", ""));
    if (hide->when) {
        put(page, say(page, "，条件：", ", when "));
        li_page_put_when(page, hide->when);
    }
    put(page, "\n");
}

/* Those who alone see it, and in no list but what waits for them. */
static void put_team(struct li_page *page)
{
    const struct li_playbook *playbook = page->playbook;

    put(page, say(page, "- 只有", "- Only "));
    for (size_t i = 0; i < playbook->team_count; i++) {
        put(page, i ? say(page, "、", ", ") : "");
        li_page_put_texts(page, li_post_texts(playbook->team[i]));
    }
    put(page, say(page, "、承办的单位和当事人能看到；别的工作人员看不到，也搜不到",
                  ", those who have a part in it and those concerned see it; other staff neither "
                  "see nor find it"));
    if (playbook->team_only) {
        put(page, say(page, "，条件：", ", when "));
        li_page_put_when(page, playbook->team_only);
    }
    put(page, "\n");
}

/* The steps whoever reported reads, on the page that their link opens. */
static void put_progress(struct li_page *page)
{
    size_t said = 0;

    for (size_t i = 0; i < page->playbook->action_count; i++) {
        if (!page->playbook->actions[i].public_progress)
            continue;
        put(page, said++ ? say(page, "；", "; ")
                         : say(page, "- 提出的人在办理进度里看到：",
                               "- Who brought it sees in their progress: "));
        li_page_put_texts(page, page->playbook->actions[i].label);
    }
    put(page, said ? "\n" : "");
}

static void put_personal(struct li_page *page)
{
    size_t said = 0;

    for (size_t i = 0; i < page->playbook->field_count; i++) {
        if (!page->playbook->fields[i].personal)
            continue;
        put(page, said++
                      ? say(page, "、", ", ")
                      : say(page, "- 个人信息，加密保存、平时遮盖，谁看过留有记录：",
                            "- Personal, kept encrypted and masked, and who looks is recorded: "));
        li_page_put_texts(page, page->playbook->fields[i].label);
        if (page->playbook->fields[i].keep_days) {
            put(page, say(page, "（", " (erased after "));
            li_buf_i64(page->buf, page->playbook->fields[i].keep_days);
            put(page, say(page, "天后删除）", " days)"));
        }
    }
    put(page, said ? "\n" : "");
}

/* What may be said instead of written. */
static void put_voices(struct li_page *page)
{
    size_t said = 0;

    for (size_t i = 0; i < page->playbook->field_count; i++) {
        if (!page->playbook->fields[i].voice)
            continue;
        put(page, said++ ? say(page, "、", ", ")
                         : say(page, "- 可以录音，从不公开：",
                               "- May be said into the telephone, and is never public: "));
        li_page_put_texts(page, page->playbook->fields[i].label);
    }
    put(page, said ? "\n" : "");
}

static void put_see(struct li_page *page)
{
    const struct li_playbook *playbook = page->playbook;

    put(page, say(page, "\n## 谁能看到\n\n- 所有人：", "\n## Who sees what\n\n- Everybody: "));
    put(page, say(page, "编号、状态、社区", "the number, the state, the community"));
    put(page, playbook->see_public_count ? say(page, "、", ", ") : "");
    put_field_names(page, playbook->see_public, playbook->see_public_count);
    put(page, "\n");
    put_progress(page);
    put_personal(page);
    put_voices(page);
    if (playbook->staff_only) {
        put(page,
            say(page, "- 只有工作人员和当事人，条件：", "- Only staff and those concerned, when "));
        li_page_put_when(page, playbook->staff_only);
        put(page, "\n");
    }
    if (playbook->team_count)
        put_team(page);
    for (size_t i = 0; i < playbook->hide_count; i++)
        put_hide(page, &playbook->hides[i]);
    if (playbook->recuse_count) {
        put(page, say(page, "**回避：**", "**Recused:** "));
        for (size_t i = 0; i < playbook->recuse_count; i++) {
            put(page, i ? say(page, "、", ", ") : "");
            li_page_put_texts(page, playbook->fields[playbook->recuse[i]].label);
        }
        put(page,
            say(page,
                "写明的人、单位以及他们的岗位看不到、也不能办理，由上一级办理；没有上一级的由",
                ": whoever is named there, and the posts they hold, neither see nor act; the "
                "next higher post does, at last the "));
        li_page_put_texts(page, li_post_texts(playbook->recuse_else));
        put(page, say(page, "办理\n\n", "\n\n"));
    }
    if (playbook->behalf_count) {
        put(page, say(page, "- 代录：单位或诉求人口头、书面说的，由",
                      "- What a unit or the reporter says or sends on paper is entered by "));
        put_by(page, playbook->behalf, playbook->behalf_count);
        put(page, say(page, "录入，并注明代录\n", ", and marked so\n"));
    }
    if (playbook->late.amount) {
        put(page, say(page, "- 补录：发生后", "- Entered late: within "));
        li_page_put_length(page, &playbook->late);
        put(page, say(page, "内可以补录，时限按发生时间算\n",
                      " after it happened; deadlines are judged by when it did\n"));
    }
}

int li_playbook_explain(struct li_ctx *ctx, const struct li_playbook *playbook, struct li_buf *ret)
{
    struct li_page page = {.buf = ret, .playbook = playbook, .zh = ctx->lang == LI_ZH};

    int r;

    put_head(&page);
    li_page_put_books(&page);
    li_page_put_page(&page);
    li_page_put_ballots(&page);
    r = li_page_put_rhythms(ctx, &page);
    li_page_put_migrates(&page);
    li_page_put_samples(&page);
    li_page_put_alike(&page);
    for (size_t i = 0; i < playbook->machine_count; i++) {
        put(&page, "## ");
        li_page_put_texts(&page, playbook->machines[i].label);
        put(&page, "\n\n");
        put_own(&page, &playbook->machines[i]);
        put_diagram(&page, (int)i);
        put_states(&page, &playbook->machines[i]);
        li_page_put_clocks(&page, &playbook->machines[i]);
        put(&page, "\n");
        put_actions(&page, (int)i);
        put(&page, i + 1 < playbook->machine_count ? "\n" : "");
    }
    put_see(&page);
    return r ? r : li_buf_check(ctx, ret);
}
