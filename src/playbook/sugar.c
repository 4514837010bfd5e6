/*
 * The table of sugar: one row a word, with its places, an example and the
 * function that rewrites it; and the plain ones of these functions.
 *
 * Not the walk (desugar.c), not clocks and actions (sugar_*.c).  A row sees children that are plain
 * already, and the root as it was written.  Nothing is refused here: a row that does not understand
 * a value leaves it.
 */
#include "playbook/desugar_inside.h"
#include "playbook/word.h"

struct li_node *li_sugar_place(struct li_node *node, const struct li_node *like)
{
    if (node) {
        node->line = like->line;
        node->column = like->column;
        node->file = like->file;
    }
    return node;
}

struct li_node *li_sugar_text(struct li_sugaring *w, struct li_str text, const struct li_node *like)
{
    return li_sugar_place(li_node_new_text(w->ctx, text), like);
}

int li_sugar_put(struct li_sugaring *w, struct li_node *map, const char *key, struct li_node *value)
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

int li_sugar_map(struct li_sugaring *w, const char *key, struct li_node *value,
                 const struct li_node *like, struct li_node **ret)
{
    struct li_node *map = li_sugar_place(li_node_new_map(w->ctx), like);
    int r = map ? li_sugar_put(w, map, key, value) : -LI_E_NOMEM;

    if (r == 0)
        *ret = map;
    return r;
}

void li_sugar_drop(struct li_node *map, const char *key)
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
    return (*node)->kind == LI_TEXT ? li_sugar_map(w, "zh", *node, *node, node) : 0;
}

/* desk -> {post: desk}, parts -> {parts: all}, reporter -> {party: reporter}, same ->
 * {same: before} */
static int owner(struct li_sugaring *w, struct li_node **node)
{
    if ((*node)->kind != LI_TEXT)
        return 0;
    if (li_str_is((*node)->text, "parts"))
        return li_sugar_map(w, "parts", li_sugar_text(w, LI_S("all"), *node), *node, node);
    if (li_str_is((*node)->text, "reporter"))
        return li_sugar_map(w, "party", *node, *node, node);
    if (li_str_is((*node)->text, "same"))
        return li_sugar_map(w, "same", li_sugar_text(w, LI_S("before"), *node), *node, node);
    return li_sugar_map(w, "post", *node, *node, node);
}

/* not: related -> not_related: true */
static int not_related(struct li_sugaring *w, struct li_node **node)
{
    struct li_node *value = li_node_get(*node, "not");

    if (!value || value->kind != LI_TEXT || !li_str_is(value->text, "related"))
        return 0;
    li_sugar_drop(*node, "not");
    return li_sugar_put(w, *node, "not_related",
                        li_sugar_place(li_node_new_bool(w->ctx, true), value));
}

/* desk -> post:desk */
static int post_word(struct li_sugaring *w, struct li_node **node)
{
    struct li_node *full;

    if ((*node)->kind != LI_TEXT || !li_word_is_post((*node)->text))
        return 0;
    full = li_sugar_text(w, li_strf(w->ctx, "post:%.*s", LI_P((*node)->text)), *node);
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

/* share: 10% -> share: [{percent: 10}] */
static int share(struct li_sugaring *w, struct li_node **node)
{
    struct li_node *value = li_node_get(*node, "share"), *one;
    struct li_node *list = value ? li_sugar_place(li_node_new_list(w->ctx), value) : NULL;
    int r;

    if (!value || value->kind == LI_LIST)
        return 0;
    r = list ? percent(w, &value) : -LI_E_NOMEM;
    r = r ? r : li_sugar_map(w, "percent", value, value, &one);
    r = r ? r : li_node_push(w->ctx, list, one);
    li_sugar_drop(*node, "share");
    return r ? r : li_sugar_put(w, *node, "share", list);
}

/* adds: item -> makes: [{part: item}] */
static int adds(struct li_sugaring *w, struct li_node **node)
{
    struct li_node *value = li_node_get(*node, "adds"), *all = li_node_get(*node, "makes"), *one;
    bool had = all != NULL;
    int r;

    if (!value || value->kind != LI_TEXT || (all && all->kind != LI_LIST))
        return 0;
    if (!all)
        all = li_sugar_place(li_node_new_list(w->ctx), value);
    r = all ? li_sugar_map(w, "part", value, value, &one) : -LI_E_NOMEM;
    if (r == 0)
        r = li_node_push(w->ctx, all, one);
    li_sugar_drop(*node, "adds");
    return r == 0 && !had ? li_sugar_put(w, *node, "makes", all) : r;
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
        r = all ? li_sugar_map(w, li_effect_words[i], value, value, &one) : -LI_E_NOMEM;
        if (r == 0)
            r = li_node_push(w->ctx, all, one);
        li_sugar_drop(*node, li_effect_words[i]);
    }
    return r == 0 && all && !had ? li_sugar_put(w, *node, "effects", all) : r;
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
    full = li_sugar_text(w, li_strf(w->ctx, "%lldd", (long long)(years * LI_YEAR_DAYS)), *node);
    if (!full || !full->text.ptr)
        return -LI_E_NOMEM;
    *node = full;
    return 0;
}

/* The first state is where one begins, unless `key` says otherwise. */
static int first_state(struct li_sugaring *w, struct li_node *map, const char *key,
                       const struct li_node *states)
{
    if (!map || map->kind != LI_MAP || li_node_get(map, key) || !states || states->kind != LI_MAP ||
        !states->map.count)
        return 0;
    return li_sugar_put(w, map, key, li_sugar_text(w, states->map.items[0].key, map));
}

static int start(struct li_sugaring *w, struct li_node **node)
{
    return first_state(w, *node, "start", li_node_get(*node, "states"));
}

/* level: field -> level: {field: field} */
static int level(struct li_sugaring *w, struct li_node **node)
{
    return (*node)->kind == LI_TEXT ? li_sugar_map(w, "field", *node, *node, node) : 0;
}

/* The last of `start` without a `when` is `to`. */
static int starts(struct li_sugaring *w, struct li_node **node)
{
    struct li_node *list = li_node_get(*node, "start"), *last, *state;

    if (!list || list->kind != LI_LIST || !list->list.count || li_node_get(*node, "to"))
        return 0;
    last = list->list.items[list->list.count - 1];
    state = li_node_get(last, "state");
    if (!state || last->map.count != 1)
        return 0;
    if (--list->list.count == 0)
        li_sugar_drop(*node, "start");
    return li_sugar_put(w, *node, "to", state);
}

static int open_to(struct li_sugaring *w, struct li_node **node)
{
    return first_state(w, li_node_get(*node, "open"), "to", li_node_get(*node, "states"));
}

#define TEXT_PLACES                                                                                \
    "title|why|fields/*/label|fields/*/hint|fields/*/options/*|states/*/label|states/*/why|"       \
    "clocks/*/label|parts/*/clocks/*/label|parts/*/label|parts/*/states/*/label|parts/*/states/*/" \
    "why|parts/*/roles/*|"                                                                         \
    "actions/*/label|actions/*/check/say|actions/*/check/*/say|every/*/label|samples/*/"           \
    "label|similar/*/label|"                                                                       \
    "tables/*/label"

#define LIST_PLACES                                                                                \
    "open/by|open/via|open/fields|open/required|open/check|see/public|actions/*/from|actions/*/"   \
    "by|"                                                                                          \
    "actions/*/needs|actions/*/asks|actions/*/reopens/from|actions/*/makes|actions/*/moves|"       \
    "actions/*/splits/from|actions/*/moves/from|actions/*/moves/*/from|actions/*/check|parts/*/"   \
    "fields|states/*/overdue|"                                                                     \
    "clocks/*/overdue|clocks/*/stops_at|parts/*/clocks/*/overdue|parts/*/clocks/*/stops_at|"       \
    "parts/*/states/*/overdue|fields/*/schemes|see/hide|see/hide/fields|see/hide/*/fields|"        \
    "see/hide/but|see/hide/*/but|on_behalf|migrate|every/*/days/week|every/*/days/months|"         \
    "states/*/owner/nearest|states/*/owner/wider|recuse/fields|similar/*/by|page/shows|page/live|" \
    "page/kept"

/* Rows are tried in this order. */
static const struct row {
    struct li_sugar is;
    li_rewrite_fn *apply;
} rows[] = {
    {{"post",
      "open/by|open/by/*|actions/*/by|actions/*/by/*|see/hide/but|see/hide/but/*|"
      "see/hide/*/but|see/hide/*/but/*|on_behalf|on_behalf/*",
      "actions: {go: {by: [desk, owner]}}", "actions: {go: {by: [post:desk, owner]}}"},
     post_word},
    {{"percent",
      "states/*/overdue/*/at|states/*/overdue/at|parts/*/states/*/overdue/*/at|"
      "parts/*/states/*/overdue/at|clocks/*/overdue/*/at|clocks/*/overdue/at|"
      "parts/*/clocks/*/overdue/*/at|parts/*/clocks/*/overdue/at|samples/*/share/*/percent",
      "states: {a: {overdue: {at: 80%}}}", "states: {a: {overdue: [{at: 80}]}}"},
     percent},
    {{"effects",
      "states/*/overdue|states/*/overdue/*|parts/*/states/*/overdue|"
      "parts/*/states/*/overdue/*|clocks/*/overdue|clocks/*/overdue/*|parts/*/clocks/*/overdue|"
      "parts/*/clocks/*/overdue/*|actions/*",
      "actions: {go: {mark: seen}}", "actions: {go: {effects: [{mark: seen}]}}"},
     effects},
    {{"texts", TEXT_PLACES, "title: 路灯", "title: {zh: 路灯}"}, texts},
    {{"list", LIST_PLACES, "actions: {go: {from: a}}", "actions: {go: {from: [a]}}"}, list},
    {{"share", "samples/*", "samples: {spot: {share: 10%}}",
      "samples: {spot: {share: [{percent: 10}]}}"},
     share},
    {{"adds", "actions/*", "actions: {go: {adds: row}}", "actions: {go: {makes: [{part: row}]}}"},
     adds},
    {{"owner", "states/*/owner|parts/*/states/*/owner",
      "states: {a: {owner: desk}, b: {owner: parts}, c: {owner: reporter}, d: {owner: same}}",
      "states: {a: {owner: {post: desk}}, b: {owner: {parts: all}}, "
      "c: {owner: {party: reporter}}, d: {owner: {same: before}}}"},
     owner},
    {{"clock", "states/*/clock|parts/*/states/*/clock|clocks/*|parts/*/clocks/*",
      "states: {a: {clock: 2h of work}, b: {clock: 1d}, c: {clock: none}, d: {clock: {table: t, "
      "else: 5d}}}",
      "states: {a: {clock: {within: 2h, of: work}}, b: {clock: {within: 1d, of: calendar}}, "
      "c: {clock: {none: true}}, d: {clock: {table: t, else: {within: 5d, of: calendar}}}}"},
     li_sugar_clock},
    {{"level", "level", "level: how", "level: {field: how}"}, level},
    {{"levels", "states/*/clock|parts/*/states/*/clock",
      "{level: how, fields: {how: {options: {calm: {}, hot: {}}}}, "
      "states: {a: {clock: {calm: 4h of work, hot: 5m}}}}",
      "{level: {field: how}, fields: {how: {options: {calm: {}, hot: {}}}}, "
      "states: {a: {clock: [{within: 5m, of: calendar, when: \"field.how = 'hot'\"}, "
      "{within: 4h, of: work}]}}}"},
     li_sugar_levels},
    {{"timer", "states/*|parts/*/states/*",
      "states: {a: {timer: {after: 10m, do: go}}, b: {overdue: {at: 80%, mark: x}, timer: {do: "
      "go}}}",
      "states: {a: {clock: {within: 10m, of: calendar}, overdue: [{at: 100, do: go}]}, "
      "b: {overdue: [{at: 80, effects: [{mark: x}]}, {at: 100, do: go}]}}"},
     li_sugar_timer},
    {{"not", "states/*|parts/*/states/*", "states: {a: {not: related}}",
      "states: {a: {not_related: true}}"},
     not_related},
    {{"keep", "keep|fields/*/keep", "keep: 10y", "keep: 3660d"}, keep},
    {{"any", "actions/*", "{states: {a: {}, b: {}, c: {end: true}}, actions: {go: {from: any}}}",
      "{states: {a: {}, b: {}, c: {end: true}}, actions: {go: {from: [a, b]}}}"},
     li_sugar_any},
    {{"reopens", "actions/*/reopens",
      "{parts: {task: {start: s, states: {s: {}, d: {end: true}, r: {end: true}}}}, "
      "actions: {done: {part: task, to: d, by: [owner]}, drop: {part: task, to: r, by: [staff]}, "
      "again: {reopens: task}}}",
      "{parts: {task: {start: s, states: {s: {}, d: {end: true}, r: {end: true}}}}, "
      "actions: {done: {part: task, to: d, by: [owner]}, drop: {part: task, to: r, by: [staff]}, "
      "again: {reopens: {part: task, from: [d]}}}}"},
     li_sugar_reopens},
    {{"limit", "actions",
      "{states: {a: {}, hard: {}}, actions: {go: {to: a, count: tries, limit: 2, else: stop}, "
      "stop: {when: 'true'}, again: {label: X, to: a, count: more, limit: 1, else: hard}}}",
      "{states: {a: {}, hard: {}}, actions: {go: {to: a, count: tries, when: count.tries < 2}, "
      "stop: {when: count.tries >= 2 and (true)}, "
      "again: {label: {zh: X}, to: a, count: more, when: count.more < 1}, "
      "again_else: {label: {zh: X}, to: hard, when: count.more >= 1}}}"},
     li_sugar_limit},
    {{"start", "parts/*", "parts: {task: {states: {s: {}}}}",
      "parts: {task: {states: {s: {}}, start: s}}"},
     start},
    {{"begin", "open", "open: {start: [{state: a, when: x}, {state: b}]}",
      "open: {start: [{state: a, when: x}], to: b}"},
     starts},
    {{"approve", "",
      "{states: {a: {}, b: {}}, actions: {go: {label: {zh: 走, en: Go}, from: a, to: "
      "b, by: desk, approve: {by: chief, within: 4h of work}}}}",
      "{states: {a: {}, b: {}}, parts: {go_approval: {states: {asked: {label: {zh: "
      "待审批, en: To be decided}, owner: {post: given}, clock: {within: 4h, of: work}, "
      "overdue: [{at: 100, effects: [{mark: overdue}]}]}, agreed: {label: {zh: 同意, "
      "en: Agreed}, end: true}, refused: {label: {zh: 不同意, en: Refused}, end: true}, "
      "granted: {label: {zh: 已批准, en: Granted}, end: true}, withdrawn: {label: {zh: "
      "已撤回, en: Withdrawn}, end: true}}, start: asked, label: {zh: 审批：走, en: "
      "\"Approval: Go\"}}}, actions: {go: {label: {zh: 走, en: Go}, from: [a], by: "
      "[\"post:desk\"], when: \"not any(go_approval, state = 'asked')\", makes: [{part: "
      "go_approval, post: chief}], moves: [{part: go_approval, from: [agreed, "
      "refused], to: withdrawn}]}, go_agree: {label: {zh: 同意, en: Agree}, part: "
      "go_approval, from: [asked], to: agreed, by: [owner]}, go_refuse: {label: {zh: "
      "不同意, en: Refuse}, part: go_approval, from: [asked], to: refused, by: [owner]}, "
      "go_recall: {label: {zh: 撤回报批, en: Take the request back}, when: "
      "\"any(go_approval, state = 'asked')\", moves: [{part: go_approval, from: "
      "[asked], to: withdrawn}], from: [a], by: [\"post:desk\"]}, go_granted: {by: "
      "[system], when: \"count(go_approval, state = 'agreed') >= 1\", moves: [{part: "
      "go_approval, from: [agreed], to: granted}, {part: go_approval, from: [asked], "
      "to: withdrawn}], label: {zh: 走, en: Go}, from: [a], to: b}}}"},
     li_sugar_approve},
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
