/*
 * The table of sugar: one row a word, with its places, an example and the
 * function that rewrites it.
 *
 * Not the walk (desugar.c).  A row sees children that are plain already, and
 * the root as it was written.  Nothing is refused here: a row that does not
 * understand a value leaves it.
 */
#include "base/calendar.h"
#include "playbook/desugar_inside.h"
#include "playbook/word.h"

/* Replaces or fills *node, which is the walk's own copy.  0 or -LI_E_NOMEM. */
typedef int rewrite_fn(struct li_sugaring *w, struct li_node **node);

struct li_node *li_sugar_place(struct li_node *node, const struct li_node *like)
{
    if (node) {
        node->line = like->line;
        node->column = like->column;
    }
    return node;
}

static struct li_node *text_at(struct li_sugaring *w, struct li_str text,
                               const struct li_node *like)
{
    return li_sugar_place(li_node_new_text(w->ctx, text), like);
}

static int put(struct li_sugaring *w, struct li_node *map, const char *key, struct li_node *value)
{
    struct li_member *member;
    int r;

    if (!value)
        return -LI_E_NOMEM;
    r = li_node_put(w->ctx, map, li_str(key), value);
    if (r < 0)
        return r;
    member = &map->map.items[map->map.count - 1];
    member->line = value->line;
    member->column = value->column;
    return 0;
}

/* One-word map {key: value}, at the place of `like`. */
static int map_of(struct li_sugaring *w, const char *key, struct li_node *value,
                  const struct li_node *like, struct li_node **ret)
{
    struct li_node *map = li_sugar_place(li_node_new_map(w->ctx), like);
    int r = map ? put(w, map, key, value) : -LI_E_NOMEM;

    if (r == 0)
        *ret = map;
    return r;
}

static void drop(struct li_node *map, const char *key)
{
    size_t kept = 0;

    for (size_t i = 0; i < map->map.count; i++)
        if (!li_str_is(map->map.items[i].key, key))
            map->map.items[kept++] = map->map.items[i];
    map->map.count = kept;
}

/* x -> [x] */
static int list(struct li_sugaring *w, struct li_node **node)
{
    struct li_node *items;
    int r;

    if ((*node)->kind == LI_LIST || (*node)->kind == LI_NULL)
        return 0;
    items = li_sugar_place(li_node_new_list(w->ctx), *node);
    r = items ? li_node_push(w->ctx, items, *node) : -LI_E_NOMEM;
    if (r == 0)
        *node = items;
    return r;
}

/* 文字 -> {zh: 文字} */
static int texts(struct li_sugaring *w, struct li_node **node)
{
    return (*node)->kind == LI_TEXT ? map_of(w, "zh", *node, *node, node) : 0;
}

/* desk -> {post: desk}, parts -> {parts: all} */
static int owner(struct li_sugaring *w, struct li_node **node)
{
    if ((*node)->kind != LI_TEXT)
        return 0;
    if (li_str_is((*node)->text, "parts"))
        return map_of(w, "parts", text_at(w, LI_S("all"), *node), *node, node);
    return map_of(w, "post", *node, *node, node);
}

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
    r = map_of(w, "within", text_at(w, within, *node), *node, &map);
    if (r == 0)
        r = put(w, map, "of", text_at(w, of, *node));
    if (r == 0)
        *node = map;
    return r;
}

static int clock_map(struct li_sugaring *w, struct li_node **node)
{
    if ((*node)->kind == LI_TEXT && li_str_is((*node)->text, "none"))
        return map_of(w, "none", li_sugar_place(li_node_new_bool(w->ctx, true), *node), *node,
                      node);
    if ((*node)->kind == LI_TEXT)
        return clock_words(w, node);
    if (li_node_get(*node, "within") && !li_node_get(*node, "of"))
        return put(w, *node, "of", text_at(w, LI_S("calendar"), *node));
    return 0;
}

/* not: related -> not_related: true */
static int not_related(struct li_sugaring *w, struct li_node **node)
{
    struct li_node *value = li_node_get(*node, "not");

    if (!value || value->kind != LI_TEXT || !li_str_is(value->text, "related"))
        return 0;
    drop(*node, "not");
    return put(w, *node, "not_related", li_sugar_place(li_node_new_bool(w->ctx, true), value));
}

/* desk -> post:desk */
static int post_word(struct li_sugaring *w, struct li_node **node)
{
    struct li_node *full;

    if ((*node)->kind != LI_TEXT || !li_word_is_post((*node)->text))
        return 0;
    full = text_at(w, li_strf(w->ctx, "post:%.*s", LI_P((*node)->text)), *node);
    if (!full || !full->text.ptr)
        return -LI_E_NOMEM;
    *node = full;
    return 0;
}

/* 80% -> 80 */
static int percent(struct li_sugaring *w, struct li_node **node)
{
    struct li_str text;
    int64_t number;
    struct li_node *full;

    if ((*node)->kind != LI_TEXT || !li_str_ends((*node)->text, LI_S("%")))
        return 0;
    text = li_str_n((*node)->text.ptr, (*node)->text.len - 1);
    if (!li_str_to_i64(text, &number))
        return 0;
    full = li_sugar_place(li_node_new_int(w->ctx, number), *node);
    if (!full)
        return -LI_E_NOMEM;
    *node = full;
    return 0;
}

/* mark: x -> effects: [{mark: x}] */
static int effects(struct li_sugaring *w, struct li_node **node)
{
    struct li_node *all = li_node_get(*node, "effects");
    bool had = all != NULL;
    int r = 0;

    if ((*node)->kind != LI_MAP || (all && all->kind != LI_LIST))
        return 0;
    for (size_t i = 0; i < LI_EFFECT_WORD_COUNT && r == 0; i++) {
        struct li_node *value = li_node_get(*node, li_effect_words[i]), *one = NULL;

        if (!value)
            continue;
        if (!all)
            all = li_sugar_place(li_node_new_list(w->ctx), value);
        r = all ? map_of(w, li_effect_words[i], value, value, &one) : -LI_E_NOMEM;
        if (r == 0)
            r = li_node_push(w->ctx, all, one);
        drop(*node, li_effect_words[i]);
    }
    return r == 0 && all && !had ? put(w, *node, "effects", all) : r;
}

/* 10y -> 3660d */
static int keep(struct li_sugaring *w, struct li_node **node)
{
    struct li_node *full;
    int64_t years;

    if ((*node)->kind != LI_TEXT || !li_str_ends((*node)->text, LI_S("y")) ||
        !li_str_to_i64(li_str_n((*node)->text.ptr, (*node)->text.len - 1), &years) || years < 1 ||
        years > 1000)
        return 0;
    full = text_at(w, li_strf(w->ctx, "%lldd", (long long)(years * LI_YEAR_DAYS)), *node);
    if (!full || !full->text.ptr)
        return -LI_E_NOMEM;
    *node = full;
    return 0;
}

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
static int from_any(struct li_sugaring *w, struct li_node **node)
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
        name = text_at(w, states->map.items[i].key, from);
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
static int reopens(struct li_sugaring *w, struct li_node **node)
{
    struct li_node *word = *node, *map = NULL, *from;
    const struct li_node *states;
    int r;

    if (word->kind != LI_TEXT)
        return 0;
    r = map_of(w, "part", word, word, &map);
    from = li_sugar_place(li_node_new_list(w->ctx), word);
    if (r == 0)
        r = put(w, map, "from", from);
    states = states_of(w, word->text);
    for (size_t i = 0; r == 0 && states && states->kind == LI_MAP && i < states->map.count; i++) {
        const struct li_member *state = &states->map.items[i];

        if (is_end(state->value) && owner_ends(w, word->text, state->key))
            r = li_node_push(w->ctx, from, text_at(w, state->key, word));
    }
    if (r == 0)
        *node = map;
    return r;
}

/* The first state is where one begins, unless `key` says otherwise. */
static int first_state(struct li_sugaring *w, struct li_node *map, const char *key,
                       const struct li_node *states)
{
    if (!map || map->kind != LI_MAP || li_node_get(map, key) || !states || states->kind != LI_MAP ||
        !states->map.count)
        return 0;
    return put(w, map, key, text_at(w, states->map.items[0].key, map));
}

static int start(struct li_sugaring *w, struct li_node **node)
{
    return first_state(w, *node, "start", li_node_get(*node, "states"));
}

static int open_to(struct li_sugaring *w, struct li_node **node)
{
    return first_state(w, li_node_get(*node, "open"), "to", li_node_get(*node, "states"));
}

#define TEXT_PLACES                                                                                \
    "title|why|fields/*/label|fields/*/hint|fields/*/options/*|states/*/label|states/*/why|"       \
    "parts/*/label|parts/*/states/*/label|parts/*/states/*/why|actions/*/label"

#define LIST_PLACES                                                                                \
    "open/by|open/via|open/fields|open/required|see/public|actions/*/from|actions/*/by|"           \
    "actions/*/needs|actions/*/asks|actions/*/reopens/from|states/*/overdue|"                      \
    "parts/*/states/*/overdue"

/* Rows are tried in this order. */
static const struct row {
    struct li_sugar is;
    rewrite_fn *apply;
} rows[] = {
    {{"post", "open/by|open/by/*|actions/*/by|actions/*/by/*", "actions: {go: {by: [desk, owner]}}",
      "actions: {go: {by: [post:desk, owner]}}"},
     post_word},
    {{"percent",
      "states/*/overdue/*/at|states/*/overdue/at|parts/*/states/*/overdue/*/at|"
      "parts/*/states/*/overdue/at",
      "states: {a: {overdue: {at: 80%}}}", "states: {a: {overdue: [{at: 80}]}}"},
     percent},
    {{"effects",
      "states/*/overdue|states/*/overdue/*|parts/*/states/*/overdue|"
      "parts/*/states/*/overdue/*|actions/*",
      "actions: {go: {mark: seen}}", "actions: {go: {effects: [{mark: seen}]}}"},
     effects},
    {{"texts", TEXT_PLACES, "title: 路灯", "title: {zh: 路灯}"}, texts},
    {{"list", LIST_PLACES, "actions: {go: {from: a}}", "actions: {go: {from: [a]}}"}, list},
    {{"owner", "states/*/owner|parts/*/states/*/owner",
      "states: {a: {owner: desk}, b: {owner: parts}}",
      "states: {a: {owner: {post: desk}}, b: {owner: {parts: all}}}"},
     owner},
    {{"clock", "states/*/clock|parts/*/states/*/clock",
      "states: {a: {clock: 2h of work}, b: {clock: 1d}, c: {clock: none}}",
      "states: {a: {clock: {within: 2h, of: work}}, b: {clock: {within: 1d, of: calendar}}, "
      "c: {clock: {none: true}}}"},
     clock_map},
    {{"not", "states/*|parts/*/states/*", "states: {a: {not: related}}",
      "states: {a: {not_related: true}}"},
     not_related},
    {{"keep", "keep|fields/*/keep", "keep: 10y", "keep: 3660d"}, keep},
    {{"any", "actions/*", "{states: {a: {}, b: {}, c: {end: true}}, actions: {go: {from: any}}}",
      "{states: {a: {}, b: {}, c: {end: true}}, actions: {go: {from: [a, b]}}}"},
     from_any},
    {{"reopens", "actions/*/reopens",
      "{parts: {task: {start: s, states: {s: {}, d: {end: true}, r: {end: true}}}}, "
      "actions: {done: {part: task, to: d, by: [owner]}, drop: {part: task, to: r, by: [staff]}, "
      "again: {reopens: task}}}",
      "{parts: {task: {start: s, states: {s: {}, d: {end: true}, r: {end: true}}}}, "
      "actions: {done: {part: task, to: d, by: [owner]}, drop: {part: task, to: r, by: [staff]}, "
      "again: {reopens: {part: task, from: [d]}}}}"},
     reopens},
    {{"start", "parts/*", "parts: {task: {states: {s: {}}}}",
      "parts: {task: {states: {s: {}}, start: s}}"},
     start},
    {{"open", "", "{open: {by: [anyone]}, states: {a: {}}}",
      "{open: {by: [anyone], to: a}, states: {a: {}}}"},
     open_to},
};

const struct li_sugar *li_sugar_at(size_t index)
{
    return index < sizeof(rows) / sizeof(rows[0]) ? &rows[index].is : NULL;
}

static bool fits_one(const struct li_sugaring *w, struct li_str place)
{
    size_t i = 0;

    while (place.ptr && place.len) {
        struct li_str step = li_str_cut(&place, '/');

        if (i == w->depth || (!li_str_is(step, "*") && !li_str_eq(step, w->path[i])))
            return false;
        i++;
    }
    return i == w->depth;
}

static bool fits(const struct li_sugaring *w, const char *places)
{
    struct li_str rest = li_str(places);

    while (rest.ptr)
        if (fits_one(w, li_str_cut(&rest, '|')))
            return true;
    return false;
}

int li_sugar_apply(struct li_sugaring *w, struct li_node **node)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof(rows) / sizeof(rows[0]); i++)
        if (fits(w, rows[i].is.places))
            r = rows[i].apply(w, node);
    return r;
}
