/*
 * Sugar of actions: from any state, what is reopened, and so often at most.
 */
#include "playbook/desugar_inside.h"

/* The states of the case, or of a kind of part, as written. */
static const struct li_node *states_of(const struct li_sugaring *w, struct li_str part)
{
    if (!part.ptr)
        return li_node_get(w->root, "states");
    return li_node_get(li_node_get_str(li_node_get(w->root, "parts"), part), "states");
}

static bool is_end(const struct li_node *state)
{
    const struct li_node *end = li_node_get(state, "end");

    return end && end->kind == LI_BOOL && end->flag;
}

/* from: any -> every state that is no end */
int li_sugar_any(struct li_sugaring *w, struct li_node **node)
{
    const struct li_node *states = states_of(w, li_node_text(*node, "part"));
    struct li_node *from = li_node_get(*node, "from");
    int r = 0;

    if (!from || from->kind != LI_LIST || from->list.count != 1 ||
        from->list.items[0]->kind != LI_TEXT || !li_str_is(from->list.items[0]->text, "any") ||
        !states || states->kind != LI_MAP)
        return 0;
    from->list.count = 0;
    for (size_t i = 0; i < states->map.count && r == 0; i++) {
        struct li_node *name;

        if (is_end(states->map.items[i].value))
            continue;
        name = li_sugar_text(w, states->map.items[i].key, from);
        r = name ? li_node_push(w->ctx, from, name) : -LI_E_NOMEM;
    }
    return r;
}

static bool says(const struct li_node *words, const char *word)
{
    if (!words)
        return false;
    if (words->kind == LI_TEXT)
        return li_str_is(words->text, word);
    for (size_t i = 0; words->kind == LI_LIST && i < words->list.count; i++)
        if (words->list.items[i]->kind == LI_TEXT && li_str_is(words->list.items[i]->text, word))
            return true;
    return false;
}

/* Whether some action of the part, by its owner, ends it as `state`. */
static bool owner_ends(const struct li_sugaring *w, struct li_str part, struct li_str state)
{
    const struct li_node *actions = li_node_get(w->root, "actions");

    for (size_t i = 0; actions && actions->kind == LI_MAP && i < actions->map.count; i++) {
        const struct li_node *action = actions->map.items[i].value;

        if (li_str_eq(li_node_text(action, "part"), part) &&
            li_str_eq(li_node_text(action, "to"), state) &&
            says(li_node_get(action, "by"), "owner"))
            return true;
    }
    return false;
}

/* reopens: task -> {part: task, from: the ends its owner brought it to} */
int li_sugar_reopens(struct li_sugaring *w, struct li_node **node)
{
    struct li_node *word = *node, *map = NULL, *from;
    const struct li_node *states;
    int r;

    if (word->kind != LI_TEXT)
        return 0;
    r = li_sugar_map(w, "part", word, word, &map);
    from = li_sugar_place(li_node_new_list(w->ctx), word);
    if (r == 0)
        r = li_sugar_put(w, map, "from", from);
    states = states_of(w, word->text);
    for (size_t i = 0; r == 0 && states && states->kind == LI_MAP && i < states->map.count; i++) {
        const struct li_member *state = &states->map.items[i];

        if (is_end(state->value) && owner_ends(w, word->text, state->key))
            r = li_node_push(w->ctx, from, li_sugar_text(w, state->key, word));
    }
    if (r == 0)
        *node = map;
    return r;
}

/* ---- so often at most --------------------------------------------------------- */

/* x, and what stood there: "x and (y)".  Once is enough. */
static int add_when(struct li_sugaring *w, struct li_node *action, struct li_str condition,
                    const struct li_node *like)
{
    struct li_node *when = li_node_get(action, "when");
    struct li_str whole = condition;

    if (!condition.ptr)
        return -LI_E_NOMEM;
    if (when && (when->kind != LI_TEXT || li_str_starts(when->text, condition)))
        return 0;
    if (when)
        whole = li_strf(w->ctx, "%.*s and (%.*s)", LI_P(condition), LI_P(when->text));
    if (!whole.ptr)
        return -LI_E_NOMEM;
    if (when)
        like = when;
    li_sugar_drop(action, "when");
    return li_sugar_put(w, action, "when", li_sugar_text(w, whole, like));
}

/* The same action with another end: what sends and counts stays behind. */
static int companion(struct li_sugaring *w, const struct li_node *action, struct li_node *to,
                     struct li_node **ret)
{
    static const char *const left[] = {"to",    "sends", "makes", "adds", "reopens",
                                       "moves", "count", "limit", "else", NULL};
    struct li_node *map = li_sugar_place(li_node_new_map(w->ctx), action);
    int r = map ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < action->map.count; i++) {
        const struct li_member *member = &action->map.items[i];
        size_t k = 0;

        while (left[k] && !li_str_is(member->key, left[k]))
            k++;
        if (left[k])
            continue;
        r = li_node_put(w->ctx, map, member->key, member->value);
        if (r == 0)
            map->map.items[map->map.count - 1] = *member;
    }
    if (r == 0)
        r = li_sugar_put(w, map, "to", to);
    if (r == 0)
        *ret = map;
    return r;
}

/* Behind the action at `index`, in a copy of the map: order means something. */
static int insert_behind(struct li_sugaring *w, struct li_node **actions, size_t index,
                         struct li_node *action)
{
    struct li_node *map = li_sugar_place(li_node_new_map(w->ctx), *actions);
    int r = map ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < (*actions)->map.count; i++) {
        const struct li_member *member = &(*actions)->map.items[i];
        const char *name = li_strf(w->ctx, "%.*s_else", LI_P(member->key)).ptr;

        r = name ? li_node_put(w->ctx, map, member->key, member->value) : -LI_E_NOMEM;
        if (r == 0)
            map->map.items[map->map.count - 1] = *member;
        if (r == 0 && i == index)
            r = li_sugar_put(w, map, name, action);
    }
    if (r == 0)
        *actions = map;
    return r;
}

/* One action with a limit: its own `when`, and that of what is done instead. */
static int limit_one(struct li_sugaring *w, struct li_node **actions, size_t index,
                     struct li_str counter, int64_t limit)
{
    struct li_node *action = (*actions)->map.items[index].value;
    struct li_node *instead = li_node_get(action, "else");
    struct li_node *other = li_node_get_str(*actions, instead->text), *added = NULL;
    struct li_str below = li_strf(w->ctx, "count.%.*s < %lld", LI_P(counter), (long long)limit);
    struct li_str above = li_strf(w->ctx, "count.%.*s >= %lld", LI_P(counter), (long long)limit);
    int r = other ? 0 : companion(w, action, instead, &added);

    if (r == 0)
        r = add_when(w, other ? other : added, above, instead);
    if (r == 0)
        r = add_when(w, action, below, instead);
    li_sugar_drop(action, "limit");
    li_sugar_drop(action, "else");
    return r || !added ? r : insert_behind(w, actions, index, added);
}

/* count, limit, else -> a `when` here, and the opposite there */
int li_sugar_limit(struct li_sugaring *w, struct li_node **node)
{
    int r = 0;

    for (size_t i = 0; r == 0 && (*node)->kind == LI_MAP && i < (*node)->map.count; i++) {
        const struct li_node *action = (*node)->map.items[i].value;
        const struct li_node *limit = li_node_get(action, "limit");
        struct li_str counter = li_node_text(action, "count");

        if (limit && limit->kind == LI_INT && limit->number > 0 && counter.ptr &&
            li_node_text(action, "else").ptr)
            r = limit_one(w, node, i, counter, limit->number);
    }
    return r;
}
