/*
 * Clocks: by when a state is to be left, and what is done on the way there.
 *
 * Read when every machine's states are known, because a `when` may name them.
 * Not for whether a clock is in its place (check_clock.c).
 */
#include "playbook/load.h"

#define RULES_MAX 16

int li_load_when(struct li_load *load, const struct li_node *map, const char *key,
                 enum li_load_asker asker, const struct li_expression **ret)
{
    const struct li_node *when = li_node_get(map, key);
    struct li_str text = li_load_text(load, map, key);
    struct li_expression *expression;
    struct li_names names;
    int r;

    if (!text.len)
        return 0;
    li_load_names(load, when, &names);
    r = li_expression_compile(load->ctx, text, LI_TYPE_BOOL, &names, &expression);
    if (r == -LI_E_NOMEM)
        return r;
    if (r < 0) {
        load->faults++;
        return 0;
    }
    if (asker == LI_LOAD_NOBODY && li_expression_reads(expression, LI_S("actor.")))
        li_load_tell(load, LI_RULE_WHEN_ACTOR, when, li_str(key));
    *ret = expression;
    return 0;
}

void li_load_length(struct li_load *load, const struct li_node *map, const char *key,
                    enum li_clock_kind kind, struct li_length *ret)
{
    const struct li_node *node = li_node_get(map, key);
    unsigned told = load->ctx->error_count;
    int r;

    if (!node || node->kind != LI_TEXT) {
        li_load_tell(load, LI_RULE_LENGTH_FORM, node ? node : map, li_str(key));
        return;
    }
    r = li_length_parse(load->ctx, node->text, kind, ret);
    load->ctx->error_count = told;
    if (r < 0 || ret->amount < 1)
        li_load_tell(load, LI_RULE_LENGTH_FORM, node, node->text);
}

static void load_within(struct li_load *load, const struct li_node *map, struct li_length *ret)
{
    struct li_str of = li_load_need_text(load, map, "of");
    enum li_clock_kind kind = LI_CLOCK_CALENDAR;

    if (li_str_is(of, "work"))
        kind = LI_CLOCK_WORK;
    else if (of.len && !li_str_is(of, "calendar"))
        li_load_tell(load, LI_RULE_CLOCK_OF, li_node_get(map, "of"), of);
    li_load_length(load, map, "within", kind, ret);
}

static void load_until(struct li_load *load, const struct li_node *map, struct li_clock_rule *rule)
{
    struct li_str name = li_load_text(load, map, "until");
    const struct li_node *at = li_node_get(map, "until");

    rule->until = li_playbook_field(load->playbook, name);
    if (rule->until < 0 && name.len)
        li_load_tell(load, LI_RULE_NO_FIELD, at, name);
    else if (rule->until >= 0 && load->playbook->fields[rule->until].type != LI_FIELD_DATE)
        li_load_tell(load, LI_RULE_UNTIL_DATE, at, name);
}

static void load_from(struct li_load *load, const struct li_node *map, int machine,
                      struct li_clock_rule *rule)
{
    struct li_str from = li_load_text(load, map, "from");

    rule->from_start = from.len > 0;
    if (from.len && (machine == 0 || !li_str_is(from, "start")))
        li_load_tell(load, LI_RULE_CLOCK_START, li_node_get(map, "from"), from);
}

static int load_rule(struct li_load *load, const struct li_node *map, int machine,
                     struct li_clock_rule *rule)
{
    static const char *const words[] = {"when", "within", "of", "until", "from", NULL};
    bool within = li_node_get(map, "within"), until = li_node_get(map, "until");

    *rule = (struct li_clock_rule){.until = -1};
    if (!li_load_map(load, map, LI_S("clock"), words))
        return 0;
    if (within == until || (until && (li_node_get(map, "of") || li_node_get(map, "from"))))
        li_load_tell(load, LI_RULE_CLOCK_FORM, map, LI_S("clock"));
    else if (within)
        load_within(load, map, &rule->length);
    else
        load_until(load, map, rule);
    load_from(load, map, machine, rule);
    return li_load_when(load, map, "when", LI_LOAD_NOBODY, &rule->when);
}

static int load_rules(struct li_load *load, const struct li_node *clock, int machine,
                      struct li_state *state)
{
    size_t count = clock->kind == LI_LIST ? clock->list.count : 1;
    struct li_clock_rule *rules;
    int r = 0;

    if (!count || count > RULES_MAX) {
        li_load_tell(load, count ? LI_RULE_TOO_MANY : LI_RULE_SHAPE_MAP, clock, LI_S("clock"));
        return 0;
    }
    rules = li_alloc_array(load->ctx, count, sizeof(*rules));
    if (!rules)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = load_rule(load, clock->kind == LI_LIST ? clock->list.items[i] : clock, machine,
                      &rules[i]);
    state->clocks = rules;
    state->clock_count = count;
    return r;
}

static int load_clock(struct li_load *load, const struct li_member *member, int machine,
                      struct li_state *state)
{
    const struct li_node *map = member->value, *clock = li_node_get(map, "clock");

    state->why = li_load_texts(load, map, "why", false);
    if (!clock)
        return 0;
    if (!li_node_get(clock, "none"))
        return load_rules(load, clock, machine, state);
    if (clock->map.count > 1)
        li_load_tell(load, LI_RULE_CLOCK_OF, clock, LI_S("clock"));
    if (!li_load_bool(load, clock, "none"))
        li_load_tell(load, LI_RULE_CLOCK_FORM, clock, LI_S("clock"));
    if (!li_node_get(map, "why"))
        li_load_tell_key(load, LI_RULE_CLOCK_WHY, li_load_member(map, LI_S("clock")), member->key);
    return 0;
}

/* An action's place by name, from the tree: they are compiled later, in its order. */
static int action_named(struct li_load *load, const struct li_node *map, const char *key)
{
    const struct li_node *actions = li_node_get(load->plain, "actions");
    struct li_str name = li_load_text(load, map, key);

    for (size_t i = 0; name.len && actions && actions->kind == LI_MAP && i < actions->map.count;
         i++)
        if (li_str_eq(actions->map.items[i].key, name))
            return (int)i;
    if (name.len)
        li_load_tell(load, LI_RULE_NO_ACTION, li_node_get(map, key), name);
    return -1;
}

static int load_step(struct li_load *load, const struct li_node *item, struct li_overdue *step)
{
    const struct li_node *at = li_node_get(item, "at");
    int r;

    if (!at || at->kind != LI_INT || at->number < 1 || at->number > 1000)
        li_load_tell(load, LI_RULE_PERCENT, at ? at : item, LI_S("at"));
    else
        step->percent = (int)at->number;
    step->does = action_named(load, item, "do");
    r = li_load_effects(load, item, &step->effects, &step->effect_count);
    if (r == 0 && !step->effect_count && !li_node_get(item, "do"))
        li_load_tell(load, LI_RULE_WORD_MISSING, item, LI_S("effects"));
    return r;
}

static int load_overdue(struct li_load *load, const struct li_node *map, struct li_state *state)
{
    static const char *const words[] = {"at", "effects", "do", "~mark", "~tell", NULL};
    const struct li_node *list = li_node_get(map, "overdue");
    struct li_overdue *steps;
    int before = 0, r = 0;

    if (!list)
        return 0;
    if (list->kind != LI_LIST) {
        li_load_tell(load, LI_RULE_SHAPE_LIST, list, LI_S("overdue"));
        return 0;
    }
    steps = li_alloc_array(load->ctx, list->list.count, sizeof(*steps));
    if (!steps)
        return -LI_E_NOMEM;
    state->overdue = steps;
    for (size_t i = 0; r == 0 && i < list->list.count; i++) {
        const struct li_node *item = list->list.items[i];
        struct li_overdue *step = &steps[state->overdue_count];

        if (!li_load_map(load, item, LI_S("overdue"), words))
            continue;
        r = load_step(load, item, step);
        if (step->percent && step->percent <= before)
            li_load_tell(load, LI_RULE_OVERDUE_ORDER, li_node_get(item, "at"), state->name);
        before = step->percent ? step->percent : before;
        state->overdue_count++;
    }
    return r;
}

int li_load_clocks(struct li_load *load, const struct li_member *member, int machine,
                   struct li_state *state)
{
    int r;

    if (member->value->kind != LI_MAP)
        return 0;
    r = load_clock(load, member, machine, state);
    return r ? r : load_overdue(load, member->value, state);
}
