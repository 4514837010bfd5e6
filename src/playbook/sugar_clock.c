/*
 * Sugar of clocks: a length in words, one clock for each level, a timer.
 */
#include "playbook/desugar_inside.h"

/* 2h of work -> {within: 2h, of: work} */
static int clock_words(struct li_sugaring *w, struct li_node **node)
{
    struct li_str rest = (*node)->text, within = li_str_cut(&rest, ' '), of = LI_S("calendar");
    struct li_node *map = NULL;
    int r;

    if (rest.ptr) {
        if (!li_str_starts(rest, LI_S("of ")))
            return 0;
        of = li_str_n(rest.ptr + 3, rest.len - 3);
    }
    r = li_sugar_map(w, "within", li_sugar_text(w, within, *node), *node, &map);
    if (r == 0)
        r = li_sugar_put(w, map, "of", li_sugar_text(w, of, *node));
    if (r == 0)
        *node = map;
    return r;
}

static int clock_map(struct li_sugaring *w, struct li_node **node);

/* What a table leaves open, and what the earliest is of. */
static int clock_inner(struct li_sugaring *w, struct li_node *map)
{
    struct li_node *list = li_node_get(map, "earliest");
    int r = 0;

    for (size_t i = 0; i < map->map.count; i++)
        if (li_str_is(map->map.items[i].key, "else"))
            r = clock_map(w, &map->map.items[i].value);
    for (size_t i = 0; r == 0 && list && list->kind == LI_LIST && i < list->list.count; i++)
        r = clock_map(w, &list->list.items[i]);
    return r;
}

static int clock_map(struct li_sugaring *w, struct li_node **node)
{
    if ((*node)->kind == LI_TEXT && li_str_is((*node)->text, "none"))
        return li_sugar_map(w, "none", li_sugar_place(li_node_new_bool(w->ctx, true), *node), *node,
                            node);
    if ((*node)->kind == LI_TEXT)
        return clock_words(w, node);
    if ((*node)->kind != LI_MAP)
        return 0;
    if (li_node_get(*node, "within") && !li_node_get(*node, "of"))
        return li_sugar_put(w, *node, "of", li_sugar_text(w, LI_S("calendar"), *node));
    return clock_inner(w, *node);
}

int li_sugar_clock(struct li_sugaring *w, struct li_node **node)
{
    int r = 0;

    if ((*node)->kind != LI_LIST)
        return clock_map(w, node);
    for (size_t i = 0; r == 0 && i < (*node)->list.count; i++)
        r = clock_map(w, &(*node)->list.items[i]);
    return r;
}

/* ---- one for each level ------------------------------------------------------ */

/* The field that says how urgent, as written: a word or {field: word}. */
static struct li_str level_field(const struct li_sugaring *w)
{
    const struct li_node *level = li_node_get(w->root, "level");

    return level && level->kind == LI_TEXT ? level->text : li_node_text(level, "field");
}

static bool are_levels(const struct li_node *clock, const struct li_node *options)
{
    if (!options || options->kind != LI_MAP || clock->kind != LI_MAP || !clock->map.count)
        return false;
    for (size_t i = 0; i < clock->map.count; i++)
        if (!li_node_get_str(options, clock->map.items[i].key))
            return false;
    return true;
}

/* The clock of one level; `when` NULL: of every other one too. */
static int add_level(struct li_sugaring *w, struct li_node *rules, struct li_node *clock,
                     const char *when)
{
    int r = clock_map(w, &clock);

    if (r == 0 && when && clock->kind == LI_MAP)
        r = li_sugar_put(w, clock, "when", li_sugar_text(w, li_str(when), clock));
    return r ? r : li_node_push(w->ctx, rules, clock);
}

/* {calm: 4h, hot: 5m} -> those above the first by `when`, the first for the rest */
int li_sugar_levels(struct li_sugaring *w, struct li_node **node)
{
    struct li_str name = level_field(w);
    const struct li_node *field = li_node_get_str(li_node_get(w->root, "fields"), name);
    const struct li_node *options = li_node_get(field, "options");
    struct li_node *rules, *first;
    int r = 0;

    if (!are_levels(*node, options))
        return 0;
    rules = li_sugar_place(li_node_new_list(w->ctx), *node);
    if (!rules)
        return -LI_E_NOMEM;
    for (size_t i = 1; r == 0 && i < options->map.count; i++) {
        struct li_str option = options->map.items[i].key;
        struct li_node *clock = li_node_get_str(*node, option);
        const char *when = li_strf(w->ctx, "field.%.*s = '%.*s'", LI_P(name), LI_P(option)).ptr;

        if (clock)
            r = when ? add_level(w, rules, clock, when) : -LI_E_NOMEM;
    }
    first = li_node_get_str(*node, options->map.items[0].key);
    if (r == 0 && first)
        r = add_level(w, rules, first, NULL);
    if (r == 0)
        *node = rules;
    return r;
}

/* ---- timers ------------------------------------------------------------------- */

#define WHOLE 100 /* percent: when the time is over */

/* The timer's length becomes the state's clock, where it says one. */
static int timer_clock(struct li_sugaring *w, struct li_node *state, const struct li_node *timer)
{
    struct li_node *after = li_node_get(timer, "after"), *of = li_node_get(timer, "of");
    struct li_node *clock = NULL;
    int r;

    if (!after)
        return 0;
    r = li_sugar_map(w, "within", after, after, &clock);
    if (r == 0)
        r = li_sugar_put(w, clock, "of", of ? of : li_sugar_text(w, LI_S("calendar"), after));
    return r ? r : li_sugar_put(w, state, "clock", clock);
}

/* The step at the end of the time: one that is there, or a new one in its place. */
static int timer_step(struct li_sugaring *w, struct li_node *steps, struct li_node *action)
{
    struct li_node *step = NULL;
    size_t place = 0;
    int r;

    for (; place < steps->list.count; place++) {
        const struct li_node *at = li_node_get(steps->list.items[place], "at");

        if (at && at->kind == LI_INT && at->number == WHOLE)
            return li_sugar_put(w, steps->list.items[place], "do", action);
        if (at && at->kind == LI_INT && at->number > WHOLE)
            break;
    }
    r = li_sugar_map(w, "at", li_sugar_place(li_node_new_int(w->ctx, WHOLE), action), action,
                     &step);
    if (r == 0)
        r = li_sugar_put(w, step, "do", action);
    if (r == 0)
        r = li_node_push(w->ctx, steps, step);
    for (size_t i = steps->list.count - 1; r == 0 && i > place; i--) {
        steps->list.items[i] = steps->list.items[i - 1];
        steps->list.items[i - 1] = step;
    }
    return r;
}

/* timer: {after: 10m, do: go} -> the clock, and its step that does the action */
int li_sugar_timer(struct li_sugaring *w, struct li_node **node)
{
    struct li_node *timer = li_node_get(*node, "timer"), *action = li_node_get(timer, "do");
    struct li_node *steps = li_node_get(*node, "overdue");
    bool after = li_node_get(timer, "after"), of = li_node_get(timer, "of");
    int r;

    if (!action || timer->map.count != (size_t)1 + after + of || (of && !after) ||
        (after && li_node_get(*node, "clock")) || (steps && steps->kind != LI_LIST))
        return 0;
    r = timer_clock(w, *node, timer);
    if (r == 0 && !steps) {
        steps = li_sugar_place(li_node_new_list(w->ctx), timer);
        r = li_sugar_put(w, *node, "overdue", steps);
    }
    if (r == 0)
        r = timer_step(w, steps, action);
    li_sugar_drop(*node, "timer");
    return r;
}
