/*
 * Sugar: what an action asks others to agree to before it is done.
 *
 * `approve` becomes a kind of part, one of which is made for each post that is asked, and a few
 * actions: to agree, to refuse, and by system what the action itself does once enough have agreed.
 * The case stays where it is meanwhile.  What is given with the action is the case's (or that of
 * the parts it makes) at once; `to`, `moves`, `count` and effects wait.  A round's answers are put
 * aside when the next one is asked for.
 */
#include "playbook/desugar_inside.h"

#include "base/buf.h"
#include "playbook/word.h"

struct approval {
    struct li_str action;     /* its name */
    struct li_node *map;      /* its words */
    const struct li_node *is; /* of `approve` */
    const struct li_node *by; /* a list of posts */
    int64_t need;
    bool in_order;
    bool apart;          /* each by somebody else */
    struct li_str still; /* must hold when it is granted, too; or nothing */
    struct li_str within, reason, refused;
    struct li_str silent;   /* "grant", "refuse" or nothing */
    struct li_str escalate; /* a post, or nothing */
};

/* ---- reading ----------------------------------------------------------------------- */

static bool known_words(const struct li_node *map)
{
    static const char *const words[] = {"by",     "need",    "in_order", "within", "if_silent",
                                        "reason", "refused", "apart",    "still",  NULL};

    for (size_t i = 0; i < map->map.count; i++) {
        size_t k = 0;

        while (words[k] && !li_str_is(map->map.items[i].key, words[k]))
            k++;
        if (!words[k])
            return false;
    }
    return true;
}

static bool read_need(const struct li_node *need, int64_t posts, int64_t *ret)
{
    *ret = posts;
    if (!need || (need->kind == LI_TEXT && li_str_is(need->text, "all")))
        return true;
    if (need->kind == LI_TEXT && li_str_is(need->text, "any"))
        *ret = 1;
    else if (need->kind == LI_INT && need->number > 0 && need->number <= posts)
        *ret = need->number;
    else
        return false;
    return true;
}

static bool read_silent(const struct li_node *silent, struct approval *a)
{
    if (!silent)
        return true;
    if (silent->kind == LI_TEXT) {
        a->silent = silent->text;
        return li_str_is(a->silent, "grant") || li_str_is(a->silent, "refuse");
    }
    a->escalate = li_node_text(silent, "escalate");
    return silent->kind == LI_MAP && silent->map.count == 1 && li_word_is_post(a->escalate);
}

static bool are_posts(const struct li_node *list)
{
    for (size_t i = 0; i < list->list.count; i++)
        if (list->list.items[i]->kind != LI_TEXT || !li_word_is_post(list->list.items[i]->text))
            return false;
    return list->list.count > 0;
}

/* A word that must be a name when it is there. */
static bool read_name(const struct li_node *map, const char *key, struct li_str *ret)
{
    const struct li_node *value = li_node_get(map, key);

    *ret = li_node_text(map, key);
    return !value || (ret->ptr && li_word_is_name(*ret, '_'));
}

/* Letters, digits and spaces: it goes into a text that is read again. */
static bool is_length(struct li_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] != ' ' && !(text.ptr[i] >= '0' && text.ptr[i] <= '9') &&
            !(text.ptr[i] >= 'a' && text.ptr[i] <= 'z'))
            return false;
    return text.len > 0;
}

/* A condition that may stand in a quoted text. */
static bool read_still(const struct li_node *map, struct li_str *ret)
{
    const struct li_node *value = li_node_get(map, "still");

    *ret = li_node_text(map, "still");
    for (size_t i = 0; i < ret->len; i++)
        if (ret->ptr[i] == '"' || ret->ptr[i] == '\\' || ret->ptr[i] == '\n')
            return false;
    return !value || ret->len > 0;
}

/* Whether it can be understood; what cannot stays for load to refuse. */
static bool read(struct li_sugaring *w, const struct li_member *action, struct approval *a)
{
    struct li_node *map = li_node_get(action->value, "approve"), *by, *list;
    const struct li_node *in_order, *apart;

    *a = (struct approval){.action = action->key, .map = action->value, .is = map};
    if (!map || map->kind != LI_MAP || !known_words(map) || li_node_get(a->map, "part") ||
        !li_node_get(a->map, "to"))
        return false;
    by = li_node_get(map, "by");
    list = by && by->kind == LI_TEXT ? li_sugar_place(li_node_new_list(w->ctx), by) : by;
    if (!by || !list || (list != by && li_node_push(w->ctx, list, by) < 0) ||
        list->kind != LI_LIST || !are_posts(list))
        return false;
    a->by = list;
    in_order = li_node_get(map, "in_order");
    a->in_order = in_order && in_order->kind == LI_BOOL && in_order->flag;
    apart = li_node_get(map, "apart");
    a->apart = apart && apart->kind == LI_BOOL && apart->flag;
    a->within = li_node_text(map, "within");
    return (!apart || apart->kind == LI_BOOL) && read_still(map, &a->still) &&
           is_length(a->within) && (!in_order || in_order->kind == LI_BOOL) &&
           read_need(li_node_get(map, "need"), (int64_t)list->list.count, &a->need) &&
           read_silent(li_node_get(map, "if_silent"), a) && read_name(map, "reason", &a->reason) &&
           read_name(map, "refused", &a->refused);
}

/* ---- writing ----------------------------------------------------------------------- */

static const char *silent_state(const struct approval *a)
{
    if (a->escalate.ptr)
        return "raised";
    return li_str_is(a->silent, "grant") ? "agreed" : "refused";
}

/* The states in which somebody still has to say something. */
static const char *waits(const struct approval *a)
{
    if (a->in_order)
        return a->escalate.ptr ? "[waiting, asked, raised]" : "[waiting, asked]";
    return a->escalate.ptr ? "[asked, raised]" : "[asked]";
}

static void put_open(struct li_buf *b, const struct approval *a, const char *label,
                     struct li_str owner, bool steps)
{
    li_buf_fmt(b, "      %s\n        owner: %.*s\n        clock: %.*s\n", label, LI_P(owner),
               LI_P(a->within));
    if (a->apart)
        li_buf_text(b, "        not: related\n");
    li_buf_text(b, "        overdue: [{at: 100%, mark: overdue");
    if (steps && (a->silent.ptr || a->escalate.ptr))
        li_buf_fmt(b, ", do: %.*s_silent", LI_P(a->action));
    li_buf_text(b, "}]\n");
}

static void put_kind(struct li_buf *b, const struct approval *a)
{
    li_buf_fmt(b, "parts:\n  %.*s_approval:\n", LI_P(a->action));
    if (a->reason.ptr)
        li_buf_fmt(b, "    fields: [%.*s]\n", LI_P(a->reason));
    li_buf_text(b, "    states:\n");
    if (a->in_order)
        li_buf_text(b, "      waiting:\n        label: {zh: 等待上一环节, en: Waiting its turn}\n"
                       "        owner: given\n        clock: none\n"
                       "        why: {zh: 轮到时才计时, en: The clock runs when it is its turn}\n");
    put_open(b, a, "asked:\n        label: {zh: 待审批, en: To be decided}", LI_S("given"), true);
    if (a->escalate.ptr)
        put_open(b, a, "raised:\n        label: {zh: 逾期上报，待审批, en: Passed up}", a->escalate,
                 false);
    li_buf_text(b, "      agreed: {label: {zh: 同意, en: Agreed}, end: true}\n"
                   "      refused: {label: {zh: 不同意, en: Refused}, end: true}\n"
                   "      granted: {label: {zh: 已批准, en: Granted}, end: true}\n");
    if (a->refused.ptr)
        li_buf_text(b, "      declined: {label: {zh: 未批准, en: Not granted}, end: true}\n");
    li_buf_text(b, "      withdrawn: {label: {zh: 已撤回, en: Withdrawn}, end: true}\n");
}

/* What those who are asked may do, and what comes of silence and of one's turn. */
static void put_answers(struct li_buf *b, const struct approval *a)
{
    const char *asked = a->escalate.ptr ? "[asked, raised]" : "[asked]";
    struct li_str name = a->action;

    li_buf_fmt(b, "  %.*s_agree: {label: {zh: 同意, en: Agree}, part: %.*s_approval, from: %s,",
               LI_P(name), LI_P(name), asked);
    li_buf_text(b, " to: agreed, by: owner");
    if (a->reason.ptr)
        li_buf_fmt(b, ", asks: %.*s", LI_P(a->reason));
    li_buf_fmt(b,
               "}\n  %.*s_refuse: {label: {zh: 不同意, en: Refuse}, part: %.*s_approval, from: %s,",
               LI_P(name), LI_P(name), asked);
    li_buf_text(b, " to: refused, by: owner");
    if (a->reason.ptr)
        li_buf_fmt(b, ", needs: %.*s", LI_P(a->reason));
    li_buf_text(b, "}\n");
    if (a->silent.ptr || a->escalate.ptr)
        li_buf_fmt(b,
                   "  %.*s_silent: {label: {zh: 逾期未审批, en: Nobody decided}, part: "
                   "%.*s_approval, from: asked, to: %s, by: system}\n",
                   LI_P(name), LI_P(name), silent_state(a));
    if (a->in_order)
        li_buf_fmt(b,
                   "  %.*s_next: {label: {zh: 轮到审批, en: Its turn}, part: %.*s_approval, from: "
                   "waiting, to: asked, by: system, when: \"all(%.*s_approval, no >= self.no or "
                   "(state != 'waiting' and state != 'asked'%s and state != 'refused'))\"}\n",
                   LI_P(name), LI_P(name), LI_P(name),
                   a->escalate.ptr ? " and state != 'raised'" : "");
}

/* How many may refuse before too few are left. */
static void put_refused(struct li_buf *b, const struct approval *a)
{
    li_buf_fmt(b, "count(%.*s_approval, state = 'refused') > %lld", LI_P(a->action),
               (long long)((int64_t)a->by->list.count - a->need));
}

/* What comes of too many refusals: the case goes elsewhere, or nobody else is asked. */
static void put_ends(struct li_buf *b, const struct approval *a)
{
    struct li_str name = a->action;

    if (a->refused.ptr) {
        li_buf_fmt(
            b,
            "  %.*s_declined: {label: {zh: 未批准, en: Not granted}, from: [], to: %.*s, by: "
            "system, when: \"",
            LI_P(name), LI_P(a->refused));
        put_refused(b, a);
        li_buf_fmt(b,
                   "\", moves: [{part: %.*s_approval, from: [refused], to: declined}, {part: "
                   "%.*s_approval, from: %s, to: withdrawn}]}\n",
                   LI_P(name), LI_P(name), waits(a));
    } else if (a->by->list.count > 1) {
        li_buf_fmt(b,
                   "  %.*s_drop: {label: {zh: 不再审批, en: No longer asked}, part: %.*s_approval, "
                   "from: %s, to: withdrawn, by: system, when: \"",
                   LI_P(name), LI_P(name), waits(a));
        put_refused(b, a);
        li_buf_text(b, "\"}\n");
    }
}

static void put_granted(struct li_buf *b, const struct approval *a)
{
    struct li_str name = a->action;

    li_buf_fmt(b,
               "  %.*s_granted: {from: [], by: system, when: \"count(%.*s_approval, state = "
               "'agreed') >= %lld%s%.*s%s\", moves: [{part: %.*s_approval, from: [agreed], to: "
               "granted}, {part: %.*s_approval, from: %s, to: withdrawn}]}\n",
               LI_P(name), LI_P(name), (long long)a->need, a->still.len ? " and (" : "",
               LI_P(a->still), a->still.len ? ")" : "", LI_P(name), LI_P(name), waits(a));
}

/* Whoever may ask may take the question back. */
static void put_recall(struct li_buf *b, const struct approval *a)
{
    struct li_str name = a->action;

    li_buf_fmt(
        b,
        "  %.*s_recall: {label: {zh: 撤回报批, en: Take the request back}, from: [], by: [], "
        "when: \"any(%.*s_approval, state = 'asked'%s%s)\", moves: [{part: %.*s_approval, "
        "from: %s, to: withdrawn}]}\n",
        LI_P(name), LI_P(name), a->in_order ? " or state = 'waiting'" : "",
        a->escalate.ptr ? " or state = 'raised'" : "", LI_P(name), waits(a));
}

/* What asking does: a part for each post, and the last round put aside. */
static void put_asking(struct li_buf *b, const struct approval *a)
{
    struct li_str name = a->action;

    li_buf_text(b, "  asking:\n    makes:\n");
    for (size_t i = 0; i < a->by->list.count; i++)
        li_buf_fmt(b, "      - {part: %.*s_approval, post: %.*s}\n", LI_P(name),
                   LI_P(a->by->list.items[i]->text));
    li_buf_fmt(b,
               "    moves: [{part: %.*s_approval, from: [agreed, refused], to: withdrawn}]\n"
               "    away: [{part: %.*s_approval, from: %s, to: withdrawn}]\n"
               "    when: \"not any(%.*s_approval, state = 'asked'%s%s)\"\n",
               LI_P(name), LI_P(name), waits(a), LI_P(name),
               a->in_order ? " or state = 'waiting'" : "",
               a->escalate.ptr ? " or state = 'raised'" : "");
}

/* ---- putting it in ------------------------------------------------------------------ */

static void place_all(struct li_node *node, const struct li_node *like)
{
    li_sugar_place(node, like);
    for (size_t i = 0; node->kind == LI_LIST && i < node->list.count; i++)
        place_all(node->list.items[i], like);
    for (size_t i = 0; node->kind == LI_MAP && i < node->map.count; i++) {
        node->map.items[i].line = like->line;
        node->map.items[i].column = like->column;
        place_all(node->map.items[i].value, like);
    }
}

/* The words above as a plain tree. */
static int write(struct li_sugaring *w, const struct approval *a, struct li_node **ret)
{
    struct li_buf *b = li_buf_new(w->ctx, 0);
    struct li_node *tree, *plain;
    int r;

    if (!b)
        return -LI_E_NOMEM;
    put_kind(b, a);
    li_buf_text(b, "actions:\n");
    put_asking(b, a);
    put_answers(b, a);
    put_recall(b, a);
    put_granted(b, a);
    put_ends(b, a);
    r = li_buf_check(w->ctx, b);
    if (r == 0)
        r = li_yaml_read(w->ctx, "approve", li_buf_view(b), &tree);
    if (r == 0)
        r = li_desugar(w->ctx, tree, &plain);
    if (r < 0)
        return r;
    place_all(plain, a->is);
    *ret = plain;
    return 0;
}

/* Sets a key to what another map has there, if it has. */
static int take(struct li_sugaring *w, struct li_node *into, const struct li_node *from,
                const char *key)
{
    struct li_node *value = li_node_get(from, key);

    if (!value)
        return 0;
    li_sugar_drop(into, key);
    return li_sugar_put(w, into, key, value);
}

/* The items of `key` in front of those that are there. */
static int lead(struct li_sugaring *w, struct li_node *into, const struct li_node *from,
                const char *key)
{
    struct li_node *first = li_node_get(from, key), *then = li_node_get(into, key);
    struct li_node *list = first ? li_sugar_place(li_node_new_list(w->ctx), first) : then;
    int r = list ? 0 : -LI_E_NOMEM;

    if (!first || first->kind != LI_LIST || !then)
        return first ? take(w, into, from, key) : 0;
    for (size_t i = 0; r == 0 && i < first->list.count; i++)
        r = li_node_push(w->ctx, list, first->list.items[i]);
    for (size_t i = 0; r == 0 && i < then->list.count; i++)
        r = li_node_push(w->ctx, list, then->list.items[i]);
    li_sugar_drop(into, key);
    return r ? r : li_sugar_put(w, into, key, list);
}

/* What waits for the consent: everything but who asks, and what is asked of them. */
static int fill_granted(struct li_sugaring *w, const struct approval *a, struct li_node *granted)
{
    static const char *const words[] = {"label",   "from",     "to",    "count",
                                        "effects", "progress", "spawns"};
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof(words) / sizeof(words[0]); i++)
        r = take(w, granted, a->map, words[i]);
    return r ? r : lead(w, granted, a->map, "moves");
}

/* The action as it is left: it asks, and stays where it is. */
static int fill_asking(struct li_sugaring *w, const struct approval *a,
                       const struct li_node *asking, struct li_node **ret)
{
    static const char *const kept[] = {"label", "from",  "by",     "needs",
                                       "asks",  "check", "within", "sends"};
    struct li_node *map = li_sugar_place(li_node_new_map(w->ctx), a->map);
    struct li_node *own = li_node_get(a->map, "when"), *when = li_node_get(asking, "when");
    int r = map ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < sizeof(kept) / sizeof(kept[0]); i++)
        r = take(w, map, a->map, kept[i]);
    if (r == 0 && own && own->kind == LI_TEXT) {
        struct li_str both = li_strf(w->ctx, "(%.*s) and %.*s", LI_P(own->text), LI_P(when->text));

        when = both.ptr ? li_sugar_text(w, both, own) : NULL;
    }
    r = r ? r : li_sugar_put(w, map, "when", when);
    r = r ? r : take(w, map, asking, "makes");
    r = r ? r : lead(w, map, a->map, "makes");
    r = r ? r : take(w, map, asking, "moves");
    if (r == 0)
        *ret = map;
    return r;
}

static int copy_map(struct li_sugaring *w, const struct li_node *from, struct li_node *into)
{
    int r = 0;

    for (size_t i = 0; r == 0 && from && i < from->map.count; i++) {
        r = li_node_put(w->ctx, into, from->map.items[i].key, from->map.items[i].value);
        if (r == 0)
            into->map.items[into->map.count - 1] = from->map.items[i];
    }
    return r;
}

/* The actions with the new ones behind the one that asks. */
static int put_actions(struct li_sugaring *w, const struct approval *a, struct li_node *made,
                       const struct li_node *actions, struct li_node **ret)
{
    struct li_node *map = li_sugar_place(li_node_new_map(w->ctx), actions), *asking = NULL;
    int r = map ? fill_asking(w, a, li_node_get(made, "asking"), &asking) : -LI_E_NOMEM;

    li_sugar_drop(made, "asking");
    for (size_t i = 0; r == 0 && i < actions->map.count; i++) {
        struct li_member member = actions->map.items[i];
        bool here = li_str_eq(member.key, a->action);

        if (here)
            member.value = asking;
        r = li_node_put(w->ctx, map, member.key, member.value);
        if (r == 0)
            map->map.items[map->map.count - 1] = member;
        if (r == 0 && here)
            r = copy_map(w, made, map);
    }
    if (r == 0)
        *ret = map;
    return r;
}

/* Whether an action leads the case away from where it is asked. */
static bool leads_away(const struct approval *a, const struct li_node *action)
{
    const struct li_node *from = li_node_get(action, "from");
    const struct li_node *own = li_node_get(a->map, "from");

    if (!from || from->kind != LI_LIST || !own || own->kind != LI_LIST ||
        !li_node_get(action, "to") || li_node_get(action, "part"))
        return false;
    for (size_t i = 0; i < from->list.count; i++)
        for (size_t k = 0; k < own->list.count; k++)
            if (from->list.items[i]->kind == LI_TEXT && own->list.items[k]->kind == LI_TEXT &&
                li_str_eq(from->list.items[i]->text, own->list.items[k]->text))
                return true;
    return false;
}

/* Whatever leads the case away withdraws what still waits; `moves` as the last word. */
static int withdraw_elsewhere(struct li_sugaring *w, const struct approval *a,
                              const struct li_node *asking, struct li_node *actions)
{
    const struct li_node *away = li_node_get(asking, "away");
    int r = 0;

    for (size_t i = 0; r == 0 && i < actions->map.count; i++) {
        struct li_node *action = actions->map.items[i].value, *moves, *copy;

        if (action == a->map || !leads_away(a, action))
            continue;
        moves = li_node_get(action, "moves");
        copy = li_sugar_place(li_node_new_map(w->ctx), a->is);
        r = copy ? li_sugar_put(w, copy, "moves", (struct li_node *)away) : -LI_E_NOMEM;
        if (r == 0 && moves)
            r = lead(w, copy, action, "moves");
        if (r == 0)
            r = take(w, action, copy, "moves");
    }
    return r;
}

/* 审批：吹哨 / Approval: Blow the whistle */
static int name_kind(struct li_sugaring *w, const struct approval *a, struct li_node *kind)
{
    const struct li_node *label = li_node_get(a->map, "label");
    struct li_str zh = li_node_text(label, "zh"), en = li_node_text(label, "en");
    struct li_node *map = li_sugar_place(li_node_new_map(w->ctx), a->is);
    int r = map ? 0 : -LI_E_NOMEM;

    zh = li_strf(w->ctx, "审批：%.*s", LI_P(zh));
    en = li_strf(w->ctx, "Approval: %.*s", LI_P(en));
    if (r == 0 && zh.ptr && en.ptr)
        r = li_sugar_put(w, map, "zh", li_sugar_text(w, zh, a->is));
    if (r == 0)
        r = li_sugar_put(w, map, "en", li_sugar_text(w, en, a->is));
    return r ? r : li_sugar_put(w, kind, "label", map);
}

/* NAME_word among the actions that were made. */
static struct li_node *named(struct li_sugaring *w, const struct approval *a,
                             const struct li_node *actions, const char *word)
{
    return li_node_get_str(actions, li_strf(w->ctx, "%.*s_%s", LI_P(a->action), word));
}

static int expand(struct li_sugaring *w, const struct approval *a, struct li_node *root)
{
    struct li_node *parts = li_node_get(root, "parts"), *tree = NULL, *actions, *all;
    struct li_node *granted, *declined, *recall;
    int r = write(w, a, &tree);

    if (r < 0)
        return r;
    actions = li_node_get(tree, "actions");
    granted = named(w, a, actions, "granted");
    declined = named(w, a, actions, "declined");
    recall = named(w, a, actions, "recall");
    r = take(w, recall, a->map, "from");
    if (r == 0)
        r = take(w, recall, a->map, "by");
    if (r == 0)
        r = fill_granted(w, a, granted);
    if (r == 0 && declined)
        r = take(w, declined, a->map, "from");
    if (r == 0)
        r = name_kind(w, a, li_node_get(tree, "parts")->map.items[0].value);
    if (r == 0 && parts)
        r = copy_map(w, li_node_get(tree, "parts"), parts);
    else if (r == 0)
        r = li_sugar_put(w, root, "parts", li_node_get(tree, "parts"));
    if (r == 0)
        r = withdraw_elsewhere(w, a, li_node_get(actions, "asking"), li_node_get(root, "actions"));
    if (r == 0)
        r = put_actions(w, a, actions, li_node_get(root, "actions"), &all);
    return r ? r : li_node_put(w->ctx, root, LI_S("actions"), all);
}

/* approve: {by: chief, within: 4h of work} */
int li_sugar_approve(struct li_sugaring *w, struct li_node **node)
{
    const struct li_node *actions = li_node_get(*node, "actions");
    int r = 0;

    if (!actions || actions->kind != LI_MAP)
        return 0;
    for (size_t i = 0; r == 0 && i < actions->map.count; i++) {
        struct approval a;

        if (actions->map.items[i].value->kind == LI_MAP && read(w, &actions->map.items[i], &a))
            r = expand(w, &a, *node);
    }
    return r;
}
