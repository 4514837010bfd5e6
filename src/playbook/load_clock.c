/*
 * Clocks: by when a state is to be left, and what is done on the way there.
 *
 * Read when every machine's states are known, because a `when` may name them.
 * Not for whether a clock is in its place (check_clock.c).
 */
#include "playbook/load.h"

#define RULES_MAX 16
#define TERMS_MAX 8 /* of which the earliest holds */

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

static bool is_moment(const struct li_load *load, int field)
{
    enum li_field_type type = load->playbook->fields[field].type;

    return type == LI_FIELD_DATE || type == LI_FIELD_DATETIME;
}

/* A field that names a day or a moment; -1 (told). */
static int moment_field(struct li_load *load, const struct li_node *at, struct li_str name,
                        enum li_rule rule)
{
    int field = li_playbook_field(load->playbook, name);

    if (field < 0)
        li_load_tell(load, LI_RULE_NO_FIELD, at, name);
    else if (!is_moment(load, field))
        li_load_tell(load, rule, at, name);
    return field >= 0 && is_moment(load, field) ? field : -1;
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

static void load_until(struct li_load *load, const struct li_node *map, struct li_clock_term *term)
{
    struct li_str name = li_load_text(load, map, "until");

    if (name.len)
        term->until = moment_field(load, li_node_get(map, "until"), name, LI_RULE_UNTIL_DATE);
}

/* start, state, opened, or a field. */
static void load_from(struct li_load *load, const struct li_node *map, int machine,
                      struct li_clock_term *term)
{
    struct li_str from = li_load_text(load, map, "from");
    const struct li_node *at = li_node_get(map, "from");

    if (!from.len || li_str_is(from, "state"))
        return;
    if (li_str_is(from, "opened")) {
        term->from = LI_FROM_OPENED;
        load->playbook->times = true;
    } else if (li_str_is(from, "start")) {
        term->from = LI_FROM_START;
        if (machine == 0)
            li_load_tell(load, LI_RULE_CLOCK_START, at, from);
    } else {
        term->from_field = moment_field(load, at, from, LI_RULE_CLOCK_START);
        term->from = term->from_field < 0 ? LI_FROM_STATE : LI_FROM_FIELD;
    }
}

/* The tenant's table goes first; where it says nothing, the file does. */
static void load_table(struct li_load *load, const struct li_node *map, struct li_clock_term *term)
{
    static const char *const words[] = {"within", "of", NULL};
    const struct li_node *otherwise = li_node_get(map, "else");
    const struct li_node *at = li_node_get(map, "table");

    term->table = li_load_text(load, map, "table");
    if (term->table.len && !li_word_is_name(term->table, '_'))
        li_load_tell(load, LI_RULE_NAME_FORM, at, term->table);
    load->playbook->times = true;
    if (!otherwise)
        li_load_tell(load, LI_RULE_WORD_MISSING, map, LI_S("else"));
    else if (li_load_map(load, otherwise, LI_S("else"), words))
        load_within(load, otherwise, &term->length);
}

/* Exactly one of the ways; of and from go with a length only. */
static bool is_one_way(const struct li_node *map)
{
    bool within = li_node_get(map, "within"), until = li_node_get(map, "until");
    bool table = li_node_get(map, "table"), of = li_node_get(map, "of");

    return within + until + table == 1 && of <= within && !(until && li_node_get(map, "from")) &&
           (table || !li_node_get(map, "else"));
}

static void load_term(struct li_load *load, const struct li_node *map, int machine,
                      struct li_clock_term *term)
{
    *term = (struct li_clock_term){.until = -1, .from_field = -1};
    if (!is_one_way(map))
        li_load_tell(load, LI_RULE_CLOCK_FORM, map, LI_S("clock"));
    else if (li_node_get(map, "until"))
        load_until(load, map, term);
    else if (li_node_get(map, "table"))
        load_table(load, map, term);
    else
        load_within(load, map, &term->length);
    load_from(load, map, machine, term);
}

static void load_earliest(struct li_load *load, const struct li_node *list, int machine,
                          struct li_clock_term *terms, size_t *ret_count)
{
    static const char *const words[] = {"within", "of", "until", "from", "table", "else", NULL};

    for (size_t i = 0; i < list->list.count; i++)
        if (li_load_map(load, list->list.items[i], LI_S("earliest"), words))
            load_term(load, list->list.items[i], machine, &terms[(*ret_count)++]);
}

static int load_rule(struct li_load *load, const struct li_node *map, int machine,
                     struct li_clock_rule *rule)
{
    static const char *const words[] = {"when",     "within", "of",   "until", "from",
                                        "earliest", "table",  "else", NULL};
    const struct li_node *list = li_node_get(map, "earliest");
    struct li_clock_term *terms;

    *rule = (struct li_clock_rule){.when = NULL};
    if (!li_load_map(load, map, LI_S("clock"), words))
        return 0;
    if (list && (list->kind != LI_LIST || list->list.count < 2 || list->list.count > TERMS_MAX ||
                 map->map.count > (size_t)1 + (li_node_get(map, "when") != NULL))) {
        li_load_tell(load, LI_RULE_CLOCK_EARLIEST, map, LI_S("earliest"));
        return 0;
    }
    terms = li_alloc_array(load->ctx, list ? list->list.count : 1, sizeof(*terms));
    if (!terms)
        return -LI_E_NOMEM;
    rule->terms = terms;
    if (list)
        load_earliest(load, list, machine, terms, &rule->term_count);
    else
        load_term(load, map, machine, &terms[rule->term_count++]);
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
    step->says = li_load_texts(load, item, "says", false);
    if (step->says.zh.len && !li_effects_tell(step->effects, step->effect_count))
        li_load_tell(load, LI_RULE_SAYS_NOBODY, li_node_get(item, "says"), LI_S("overdue"));
    if (r == 0 && !step->effect_count && !li_node_get(item, "do"))
        li_load_tell(load, LI_RULE_WORD_MISSING, item, LI_S("effects"));
    return r;
}

static int load_overdue(struct li_load *load, const struct li_node *map, struct li_state *state)
{
    static const char *const words[] = {"at", "effects", "do", "says", "~mark", "~tell", NULL};
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

/* ---- clocks beside those of the states ----------------------------------------- */

/* A named clock's words that are none of its rule. */
static bool is_outer(struct li_str word)
{
    return li_str_is(word, "label") || li_str_is(word, "stops_at") || li_str_is(word, "overdue");
}

/* The rule alone, as it would stand at a state. */
static int rule_of(struct li_load *load, const struct li_node *map, struct li_node **ret)
{
    struct li_node *rule = li_node_new_map(load->ctx);
    int r = rule ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < map->map.count; i++) {
        const struct li_member *member = &map->map.items[i];

        if (is_outer(member->key))
            continue;
        r = li_node_put(load->ctx, rule, member->key, member->value);
        if (r == 0)
            rule->map.items[rule->map.count - 1] = *member;
    }
    if (r == 0) {
        rule->line = map->line;
        rule->column = map->column;
        *ret = rule;
    }
    return r;
}

static uint64_t load_stops(struct li_load *load, const struct li_node *map, int machine)
{
    const struct li_machine *of = &load->playbook->machines[machine];
    const struct li_node *list = li_load_words(load, map, "stops_at", false);
    uint64_t bits = 0;

    for (size_t i = 0; i < list->list.count; i++) {
        int state = li_machine_state(of, list->list.items[i]->text);

        if (state < 0)
            li_load_tell(load, LI_RULE_NO_STATE, list->list.items[i], list->list.items[i]->text);
        else
            bits |= UINT64_C(1) << state;
    }
    return bits;
}

static int load_named(struct li_load *load, const struct li_member *member, int machine,
                      struct li_named_clock *clock)
{
    struct li_node *rule = NULL;
    int r;

    clock->as.name = member->key;
    if (member->value->kind != LI_MAP) {
        li_load_tell(load, LI_RULE_SHAPE_MAP, member->value, member->key);
        return 0;
    }
    clock->as.label = li_load_texts(load, member->value, "label", true);
    clock->stops = load_stops(load, member->value, machine);
    r = rule_of(load, member->value, &rule);
    r = r ? r : load_rules(load, rule, machine, &clock->as);
    return r ? r : load_overdue(load, member->value, &clock->as);
}

int li_load_named_clocks(struct li_load *load, const struct li_node *map, int index,
                         struct li_machine *machine)
{
    const struct li_node *named = li_load_named(load, map, "clocks", LI_PLAYBOOK_CLOCKS, false);
    struct li_named_clock *clocks;
    int r = 0;

    if (!named)
        return 0;
    clocks = li_alloc_array(load->ctx, named->map.count, sizeof(*clocks));
    if (!clocks)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < named->map.count; i++)
        r = load_named(load, &named->map.items[i], index, &clocks[i]);
    machine->clocks = clocks;
    machine->clock_count = named->map.count;
    load->playbook->times = true;
    return r;
}

/* ---- times of actions ------------------------------------------------------------ */

/* "5d of work", or the name of a field. */
static void load_not_before(struct li_load *load, const struct li_node *map,
                            struct li_action *action)
{
    struct li_str text = li_load_text(load, map, "not_before"), rest = text;
    struct li_str length = li_str_cut(&rest, ' ');
    const struct li_node *at = li_node_get(map, "not_before");
    enum li_clock_kind kind = li_str_is(rest, "of work") ? LI_CLOCK_WORK : LI_CLOCK_CALENDAR;
    unsigned told = load->ctx->error_count;

    if (!text.len)
        return;
    if (text.ptr[0] < '0' || text.ptr[0] > '9') {
        action->not_before_field = moment_field(load, at, text, LI_RULE_NOT_BEFORE);
        return;
    }
    if (li_length_parse(load->ctx, length, kind, &action->not_before) ||
        action->not_before.amount < 1 ||
        (rest.ptr && kind == LI_CLOCK_CALENDAR && !li_str_is(rest, "of calendar"))) {
        load->ctx->error_count = told;
        li_load_tell(load, LI_RULE_LENGTH_FORM, at, text);
    }
    load->playbook->times |= kind == LI_CLOCK_WORK;
    load->playbook->asks_hours |= kind == LI_CLOCK_WORK;
}

void li_load_times(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    struct li_str name = li_load_text(load, map, "extends_clock");
    struct li_str of = li_load_text(load, map, "extends_of");
    bool needed = false;

    action->not_before_field = action->extends = action->extension = -1;
    action->extends_about = li_str_is(of, "about");
    if (of.len && (!action->extends_about || !action->machine || !name.len))
        li_load_tell(load, LI_RULE_EXTENDS_OF, li_node_get(map, "extends_of"), of);
    load_not_before(load, map, action);
    if (li_node_get(map, "extends_most")) {
        li_load_length(load, map, "extends_most", LI_CLOCK_CALENDAR, &action->extends_most);
        if (!name.len || action->extends_most.unit != 'd')
            li_load_tell(load, LI_RULE_EXTENDS_MOST, li_node_get(map, "extends_most"),
                         action->name);
    }
    if (!name.len)
        return;
    action->extends =
        moment_field(load, li_node_get(map, "extends_clock"), name, LI_RULE_UNTIL_DATE);
    for (size_t i = 0; i < action->need_count; i++)
        needed |= action->needs[i] == action->extends;
    if (action->extends >= 0 && !needed && !action->extends_about)
        li_load_tell(load, LI_RULE_EXTENDS_NEEDS, li_node_get(map, "extends_clock"), name);
    load->playbook->times = true;
}
