/*
 * The page for the wall, what it says of time: how long, until when, what happens
 * then, what waits and what is moved.
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

void li_page_put_length(struct li_page *page, const struct li_length *length)
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

static void put_label(struct li_page *page, int field)
{
    put(page, say(page, "“", "“"));
    li_page_put_texts(page, page->playbook->fields[field].label);
    put(page, "”");
}

static void put_from(struct li_page *page, const struct li_clock_term *term)
{
    switch (term->from) {
    case LI_FROM_STATE:
        break;
    case LI_FROM_START:
        put(page, say(page, "（从派出算起）", " from when it was sent"));
        break;
    case LI_FROM_OPENED:
        put(page, say(page, "（从受理算起）", " from when the case was opened"));
        break;
    case LI_FROM_FIELD:
        put(page, say(page, "（从", " from "));
        put_label(page, term->from_field);
        put(page, say(page, "算起）", ""));
        break;
    }
}

/* What runs: a length, one of a table, or until a day. */
static void put_term(struct li_page *page, const struct li_clock_term *term)
{
    if (term->until >= 0) {
        put(page, say(page, "到", "until "));
        put_label(page, term->until);
        put(page, say(page, "为止", ""));
        return;
    }
    if (term->table.len) {
        put(page, say(page, "按时限表“", "as the table “"));
        li_buf_str(page->buf, term->table);
        put(page, say(page, "”，表里没有的", "” says, else "));
    }
    li_page_put_length(page, &term->length);
    put_from(page, term);
}

static void put_rule(struct li_page *page, const struct li_clock_rule *rule)
{
    if (rule->term_count > 1)
        put(page, say(page, "以下取最早：", "the earliest of: "));
    for (size_t i = 0; i < rule->term_count; i++) {
        put(page, i ? say(page, "、", ", ") : "");
        put_term(page, &rule->terms[i]);
    }
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
    if (li_effects_tell(step->effects, step->effect_count))
        put(page, say(page, " 告知反映人", " tells who reported it"));
    if (step->says.zh.len) {
        put(page, say(page, "“", " “"));
        li_page_put_texts(page, step->says);
        put(page, say(page, "”", "”"));
    }
    if (step->does < 0)
        return;
    put(page, say(page, " 自动“", " “"));
    li_page_put_texts(page, page->playbook->actions[step->does].label);
    put(page, say(page, "”", "” of itself"));
}

static void put_steps(struct li_page *page, const struct li_state *state)
{
    for (size_t i = 0; i < state->overdue_count; i++) {
        put(page, i ? say(page, "、", ", ") : say(page, "；提醒 ", "; acted on at "));
        put_step(page, &state->overdue[i]);
    }
}

void li_page_put_clock(struct li_page *page, const struct li_state *state)
{
    if (state->clock_count) {
        put_rules(page, state);
    } else if (state->end) {
        put(page, "—");
    } else {
        put(page, say(page, "无：", "none: "));
        li_page_put_texts(page, state->why);
    }
    put_steps(page, state);
    if (state->pauses)
        put(page, say(page, "；其他时限暂停", "; the other clocks stand still"));
}

static void put_stops(struct li_page *page, const struct li_machine *machine, uint64_t stops)
{
    bool first = true;

    for (size_t i = 0; i < machine->state_count; i++) {
        if (!(stops >> i & 1))
            continue;
        put(page, first ? say(page, "；到“", "; stops at “") : say(page, "”、“", "”, “"));
        li_page_put_texts(page, machine->states[i].label);
        first = false;
    }
    put(page, first ? "" : say(page, "”停", "”"));
}

void li_page_put_clocks(struct li_page *page, const struct li_machine *machine)
{
    put(page, machine->clock_count ? "\n" : "");
    for (size_t i = 0; i < machine->clock_count; i++) {
        const struct li_named_clock *clock = &machine->clocks[i];

        put(page, say(page, "- 时限“", "- Clock “"));
        li_page_put_texts(page, clock->as.label);
        put(page, say(page, "”：", "”: "));
        put_rules(page, &clock->as);
        put_stops(page, machine, clock->stops);
        put_steps(page, &clock->as);
        put(page, "\n");
    }
}

void li_page_put_waits(struct li_page *page, const struct li_action *action)
{
    if (action->not_before.amount) {
        put(page, say(page, "；满", "; not before "));
        li_page_put_length(page, &action->not_before);
        put(page, say(page, "才可以", " have passed"));
    }
    if (action->not_before_field >= 0) {
        put(page, say(page, "；", "; not before "));
        put_label(page, action->not_before_field);
        put(page, say(page, "以后才可以", ""));
    }
}

void li_page_put_extension(struct li_page *page, const struct li_action *action)
{
    if (action->extends < 0)
        return;
    put(page, action->extends_about
                  ? say(page, "；所申请的时限延到", "; the deadline it was asked for moves to ")
                  : say(page, "；时限延到", "; the deadline moves to "));
    put_label(page, action->extends);
    if (action->extends_most.amount) {
        put(page, say(page, "，比原时限最多晚", ", at most "));
        li_page_put_length(page, &action->extends_most);
        put(page, say(page, "", " after the one before"));
    }
}
