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
    }
}

static void put_length(struct li_page *page, const struct li_length *length)
{
    static const struct {
        char unit;
        const char *zh, *zh_work, *en, *en_work;
    } units[] = {
        {'s', "秒", "秒（工作时间）", "s", "working s"},
        {'m', "分钟", "分钟（工作时间）", "min", "working min"},
        {'h', "小时", "个工作小时", "h", "working h"},
        {'d', "天", "个工作日", "d", "working d"},
        {'w', "周", "周（工作日）", "wk", "working wk"},
    };
    bool work = length->kind == LI_CLOCK_WORK;

    li_buf_i64(page->buf, length->amount);
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (units[i].unit != length->unit)
            continue;
        put(page, page->zh ? "" : " ");
        put(page, work ? say(page, units[i].zh_work, units[i].en_work)
                       : say(page, units[i].zh, units[i].en));
    }
}

/* What runs: a length, or until a day. */
static void put_rule(struct li_page *page, const struct li_clock_rule *rule)
{
    if (rule->until >= 0) {
        put(page, say(page, "到“", "until “"));
        li_page_put_texts(page, page->playbook->fields[rule->until].label);
        put(page, say(page, "”那天为止", "”"));
        return;
    }
    put_length(page, &rule->length);
    if (rule->from_start)
        put(page, say(page, "（从派出算起）", " from when it was sent"));
}

static void put_rules(struct li_page *page, const struct li_state *state)
{
    for (size_t i = 0; i < state->clock_count; i++) {
        const struct li_clock_rule *rule = &state->clocks[i];

        put(page, i ? say(page, "；", "; ") : "");
        if (rule->when) {
            li_page_put_when(page, rule->when);
            put(page, say(page, "：", ": "));
        } else if (i) {
            put(page, say(page, "其余：", "else: "));
        }
        put_rule(page, rule);
    }
}

static void put_step(struct li_page *page, const struct li_overdue *step)
{
    li_buf_fmt(page->buf, "%d%%", step->percent);
    if (step->does < 0)
        return;
    put(page, say(page, " 自动“", " “"));
    li_page_put_texts(page, page->playbook->actions[step->does].label);
    put(page, say(page, "”", "” of itself"));
}

static void put_clock(struct li_page *page, const struct li_state *state)
{
    if (state->clock_count) {
        put_rules(page, state);
    } else if (state->end) {
        put(page, "—");
    } else {
        put(page, say(page, "无：", "none: "));
        li_page_put_texts(page, state->why);
    }
    for (size_t i = 0; i < state->overdue_count; i++) {
        put(page, i ? say(page, "、", ", ") : say(page, "；提醒 ", "; acted on at "));
        put_step(page, &state->overdue[i]);
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
        put_clock(page, state);
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
        put_length(page, &action->within);
        put(page, say(page, "以内）", ")"));
    }
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

static void put_to(struct li_page *page, const struct li_action *action)
{
    const struct li_machine *machines = page->playbook->machines;

    if (action->to < 0)
        put(page, say(page, "不变", "stays"));
    else
        li_page_put_texts(page, machines[action->machine].states[action->to].label);
    if (action->sends >= 0) {
        put(page, say(page, "；派出", "; sends "));
        li_page_put_texts(page, machines[action->sends].label);
    }
    if (action->reopens >= 0) {
        put(page, say(page, "；重开", "; reopens "));
        li_page_put_texts(page, machines[action->reopens].label);
    }
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
            size_t to = action->to < 0 ? k : (size_t)action->to;

            if (!(action->from & UINT64_C(1) << k))
                continue;
            li_buf_fmt(page->buf, "    s%zu --> s%zu: ", k, to);
            put_label(page, action->label);
            put(page, "\n");
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
    li_buf_fmt(page->buf, "\n\n%s%d\n\n", say(page, "版本：", "Version "), playbook->version);
}

static void put_field_names(struct li_page *page, const int *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(page, i ? say(page, "、", ", ") : "");
        li_page_put_texts(page, page->playbook->fields[fields[i]].label);
    }
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

static void put_see(struct li_page *page)
{
    const struct li_playbook *playbook = page->playbook;

    put(page, say(page, "\n## 谁能看到\n\n- 所有人：", "\n## Who sees what\n\n- Everybody: "));
    put(page, say(page, "编号、状态、社区", "the number, the state, the community"));
    put(page, playbook->see_public_count ? say(page, "、", ", ") : "");
    put_field_names(page, playbook->see_public, playbook->see_public_count);
    put(page, "\n");
    if (playbook->staff_only) {
        put(page,
            say(page, "- 只有工作人员和当事人，条件：", "- Only staff and those concerned, when "));
        li_page_put_when(page, playbook->staff_only);
        put(page, "\n");
    }
    for (size_t i = 0; i < playbook->hide_count; i++)
        put_hide(page, &playbook->hides[i]);
}

int li_playbook_explain(struct li_ctx *ctx, const struct li_playbook *playbook, struct li_buf *ret)
{
    struct li_page page = {.buf = ret, .playbook = playbook, .zh = ctx->lang == LI_ZH};

    put_head(&page);
    for (size_t i = 0; i < playbook->machine_count; i++) {
        put(&page, "## ");
        li_page_put_texts(&page, playbook->machines[i].label);
        put(&page, "\n\n");
        put_diagram(&page, (int)i);
        put_states(&page, &playbook->machines[i]);
        put(&page, "\n");
        put_actions(&page, (int)i);
        put(&page, i + 1 < playbook->machine_count ? "\n" : "");
    }
    put_see(&page);
    return li_buf_check(ctx, ret);
}
