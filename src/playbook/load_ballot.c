/*
 * `ballots`: how the ballots that a case's actions open are held.
 *
 * Not for holding them (src/vote).  What is read here are names and numbers; electors and
 * options are found when the action is done.  An outcome decides only where it says so
 * (`use: decision`): of an opinion nothing but its state can be asked, whatever asks.
 */
#include "playbook/load.h"

#define BALLOT_DAYS  120
#define BALLOT_SEATS 60

static const char *const methods[] = {"yes_no", "single", "approval", "score",
                                      "ranked", "greedy", "shares"};
static const char *const passes[] = {"half_voices", "half_electors", "thirds_voices",
                                     "thirds_electors"};
static const char *const spans[] = {"street", "community"};

int li_playbook_ballot(const struct li_playbook *playbook, struct li_str name)
{
    for (size_t i = 0; i < playbook->ballot_count; i++)
        if (li_str_eq(playbook->ballots[i].name, name))
            return (int)i;
    return -1;
}

static void refuse(struct li_load *load, const struct li_node *at,
                   const struct li_ballot_rule *rule)
{
    li_load_tell(load, LI_RULE_BALLOT_FORM, at, rule->name);
}

/* ---- fields ------------------------------------------------------------------------------- */

/* A field of the case, or one that the parts of a kind keep; -1. */
static int field_of(struct li_load *load, const struct li_node *map, const char *key,
                    const struct li_ballot_rule *rule, int machine)
{
    struct li_str name = li_load_text(load, map, key);
    int place = name.len ? li_playbook_field(load->playbook, name) : -1;
    bool own = place >= 0 && machine && li_machine_keeps(&load->playbook->machines[machine], place);

    if (!name.len)
        return -1;
    if (place >= 0 && own == (machine != 0))
        return place;
    refuse(load, li_node_get(map, key), rule);
    return -1;
}

static bool is_type(const struct li_load *load, int place, enum li_field_type type)
{
    return place < 0 || load->playbook->fields[place].type == type;
}

/* What everybody who may vote reads is nothing personal. */
static bool is_shown_text(const struct li_load *load, int place)
{
    return place < 0 || (load->playbook->fields[place].type == LI_FIELD_TEXT &&
                         !load->playbook->fields[place].personal);
}

/* ---- what is asked -------------------------------------------------------------------------- */

static bool has_budget(const struct li_ballot_rule *rule)
{
    return li_str_is(rule->method, "greedy") || li_str_is(rule->method, "shares");
}

static void load_options(struct li_load *load, const struct li_node *map,
                         struct li_ballot_rule *rule)
{
    static const char *const words[] = {"part", "title", "cost", "list", NULL};
    const struct li_node *node = li_node_get(map, "options");
    int kind;

    if (li_str_is(rule->method, "yes_no") == (node != NULL))
        refuse(load, node ? node : map, rule);
    if (!node || !li_load_map(load, node, LI_S("options"), words))
        return;
    kind = li_load_kind(load, node, "part");
    rule->machine = kind > 0 ? kind : 0;
    rule->list = field_of(load, node, "list", rule, 0);
    rule->option_title = field_of(load, node, "title", rule, rule->machine);
    rule->option_cost = field_of(load, node, "cost", rule, rule->machine);
    if ((rule->machine != 0) == (rule->list >= 0) || (rule->machine && rule->option_title < 0) ||
        (rule->list >= 0 && rule->option_title >= 0) ||
        !is_type(load, rule->list, LI_FIELD_CHECKLIST) ||
        !is_shown_text(load, rule->option_title) ||
        !is_type(load, rule->option_cost, LI_FIELD_MONEY) ||
        has_budget(rule) != (rule->option_cost >= 0))
        refuse(load, node, rule);
}

/* How many: a number, or the name of an integer of the case that says it. */
static int64_t load_many(struct li_load *load, const struct li_node *map, const char *key,
                         const struct li_ballot_rule *rule, int *ret_field)
{
    const struct li_node *node = li_node_get(map, key);

    if (!node || node->kind != LI_TEXT)
        return li_load_int(load, map, key);
    *ret_field = field_of(load, map, key, rule, 0);
    if (!is_type(load, *ret_field, LI_FIELD_INTEGER))
        refuse(load, node, rule);
    return 0;
}

static void load_method(struct li_load *load, const struct li_node *map,
                        struct li_ballot_rule *rule)
{
    struct li_str use = li_load_need_text(load, map, "use");

    rule->decision = li_str_is(use, "decision");
    if (use.len && !rule->decision && !li_str_is(use, "opinion"))
        refuse(load, li_node_get(map, "use"), rule);
    rule->method = li_load_need_text(load, map, "method");
    if (rule->method.len && li_word_find(methods, 7, rule->method) < 0)
        refuse(load, li_node_get(map, "method"), rule);
    rule->pass = li_load_text(load, map, "pass");
    if (rule->pass.len &&
        (li_word_find(passes, 4, rule->pass) < 0 || !li_str_is(rule->method, "yes_no")))
        refuse(load, li_node_get(map, "pass"), rule);
    rule->most = load_many(load, map, "most", rule, &rule->most_field);
    rule->seats = load_many(load, map, "seats", rule, &rule->seats_field);
    if (rule->most > BALLOT_SEATS || rule->seats > BALLOT_SEATS)
        refuse(load, map, rule);
    rule->budget = field_of(load, map, "budget", rule, 0);
    if (has_budget(rule) != (rule->budget >= 0) || !is_type(load, rule->budget, LI_FIELD_MONEY))
        refuse(load, map, rule);
}

/* ---- who, until when ------------------------------------------------------------------------- */

static void load_electors(struct li_load *load, const struct li_node *map,
                          struct li_ballot_rule *rule)
{
    static const char *const words[] = {"post", "register", "desk", "within", NULL};
    const struct li_node *node = li_node_get(map, "electors");
    bool desk;

    if (!node || !li_load_map(load, node, LI_S("electors"), words)) {
        refuse(load, node ? node : map, rule);
        return;
    }
    rule->post = li_load_text(load, node, "post");
    rule->reg = li_load_text(load, node, "register");
    rule->within = li_load_text(load, node, "within");
    desk = li_load_bool(load, node, "desk");
    rule->by = rule->post.len ? LI_S("post") : rule->reg.len ? LI_S("rows") : LI_S("desk");
    if ((rule->post.len > 0) + (rule->reg.len > 0) + desk != 1 ||
        (rule->within.len && li_word_find(spans, 2, rule->within) < 0) ||
        (rule->reg.len && !li_word_is_name(rule->reg, '-')))
        refuse(load, node, rule);
    if (rule->post.len && !li_word_is_post(rule->post))
        li_load_tell(load, LI_RULE_NO_POST, li_node_get(node, "post"), rule->post);
}

static void load_closing(struct li_load *load, const struct li_node *map,
                         struct li_ballot_rule *rule)
{
    static const char *const words[] = {"days", "until", "at", NULL};
    const struct li_node *node = li_node_get(map, "closes");

    rule->until = -1;
    rule->minute = 24 * 60;
    if (!node || !li_load_map(load, node, LI_S("closes"), words)) {
        refuse(load, node ? node : map, rule);
        return;
    }
    rule->until = field_of(load, node, "until", rule, 0);
    rule->days = (int)li_load_int(load, node, "days");
    if (li_node_get(node, "at"))
        rule->minute = li_load_minutes(load, node, "at", rule->name);
    if ((rule->until >= 0) == (rule->days > 0) || rule->days > BALLOT_DAYS ||
        (rule->until >= 0 && !is_type(load, rule->until, LI_FIELD_DATE) &&
         !is_type(load, rule->until, LI_FIELD_DATETIME)))
        refuse(load, node, rule);
}

static void load_quorum(struct li_load *load, const struct li_node *map,
                        struct li_ballot_rule *rule)
{
    static const char *const words[] = {"of", "in", NULL};
    const struct li_node *node = li_node_get(map, "quorum");

    if (!node || !li_load_map(load, node, LI_S("quorum"), words))
        return;
    rule->quorum_of = li_load_int(load, node, "of");
    rule->quorum_in = li_load_int(load, node, "in");
    if (rule->quorum_of < 1 || rule->quorum_in < rule->quorum_of)
        refuse(load, node, rule);
}

static void load_ballot(struct li_load *load, const struct li_member *member,
                        struct li_ballot_rule *rule)
{
    static const char *const words[] = {
        "label", "title",  "about",  "use",      "method", "options",   "most",         "seats",
        "pass",  "budget", "closes", "electors", "quorum", "publicity", "turnout_live", NULL};
    const struct li_node *map = member->value;

    *rule = (struct li_ballot_rule){.name = member->key,
                                    .title = -1,
                                    .about = -1,
                                    .option_title = -1,
                                    .option_cost = -1,
                                    .list = -1,
                                    .budget = -1,
                                    .most_field = -1,
                                    .seats_field = -1,
                                    .until = -1};
    if (!li_load_map(load, map, member->key, words))
        return;
    rule->label = li_load_texts(load, map, "label", true);
    li_load_need_text(load, map, "title");
    rule->title = field_of(load, map, "title", rule, 0);
    rule->about = field_of(load, map, "about", rule, 0);
    if (!is_shown_text(load, rule->title) || !is_shown_text(load, rule->about))
        refuse(load, li_node_get(map, "title"), rule);
    load_method(load, map, rule);
    load_options(load, map, rule);
    load_electors(load, map, rule);
    load_closing(load, map, rule);
    load_quorum(load, map, rule);
    rule->publicity_days = li_load_int(load, map, "publicity");
    rule->turnout_live = li_load_bool(load, map, "turnout_live");
}

int li_load_ballots(struct li_load *load)
{
    const struct li_node *named =
        li_load_named(load, load->plain, "ballots", LI_PLAYBOOK_BALLOTS, false);
    struct li_ballot_rule *rules;

    if (!named)
        return 0;
    rules = li_alloc_array(load->ctx, named->map.count, sizeof(*rules));
    if (!rules)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < named->map.count; i++)
        load_ballot(load, &named->map.items[i], &rules[i]);
    load->playbook->ballots = rules;
    load->playbook->ballot_count = named->map.count;
    return 0;
}

/* ---- asked for ------------------------------------------------------------------------------- */

bool li_load_ballot_fact(struct li_load *load, struct li_str name, enum li_type *ret)
{
    int place = li_playbook_ballot(load->playbook, li_str_cut(&name, '.'));
    const struct li_ballot_rule *rule = place < 0 ? NULL : &load->playbook->ballots[place];

    if (!rule || !name.ptr)
        return false;
    *ret = LI_TYPE_TEXT;
    if (li_str_is(name, "state"))
        return true;
    load->opinions |= rule->decision ? 0 : 1U << place;
    if (li_str_is(name, "first"))
        return rule->list >= 0;
    *ret = LI_TYPE_BOOL;
    return li_str_is(name, "passed") && li_str_is(rule->method, "yes_no");
}

bool li_load_chosen_fact(struct li_load *load, int machine, struct li_str name)
{
    int place = li_playbook_ballot(load->playbook, name);

    if (place < 0 || load->playbook->ballots[place].machine != machine)
        return false;
    load->opinions |= load->playbook->ballots[place].decision ? 0 : 1U << place;
    return true;
}

/* Who opened the case worked on it only once they brought it on: so it does not begin there. */
static bool is_for_others(const struct li_playbook *playbook, const struct li_action *action)
{
    for (size_t i = 0; i < playbook->start_count; i++)
        if (action->from >> playbook->starts[i].state & 1)
            return false;
    if (action->machine || action->from >> playbook->machines[0].start & 1)
        return false;
    for (size_t i = 0; i < playbook->machines[0].state_count; i++)
        if (action->from >> i & 1 && !playbook->machines[0].states[i].not_related)
            return false;
    return !action->by_system;
}

struct waiting {
    const struct li_playbook *playbook;
    size_t ballot;
    bool asked;
};

static void note_state(void *arg, struct li_str name)
{
    struct waiting *waiting = arg;
    struct li_str word = li_str_cut(&name, '.'), ballot = name.ptr ? li_str_cut(&name, '.') : name;

    waiting->asked |= li_str_is(word, "ballot") && ballot.ptr &&
                      li_playbook_ballot(waiting->playbook, ballot) == (int)waiting->ballot;
}

/* Opened by an action, and gone on from by one of the system. */
static bool is_used(const struct li_playbook *playbook, size_t ballot)
{
    struct waiting waiting = {.playbook = playbook, .ballot = ballot};
    bool opened = false;

    for (size_t i = 0; i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];

        opened |= action->ballot == (int)ballot;
        if (action->by_system)
            li_expression_facts(action->when, note_state, &waiting);
    }
    return opened && waiting.asked;
}

void li_load_ballots_used(struct li_load *load)
{
    const struct li_playbook *playbook = load->playbook;
    const struct li_node *named = li_node_get(load->plain, "ballots");

    for (size_t i = 0; i < playbook->action_count; i++)
        if (playbook->actions[i].ballot >= 0 && !is_for_others(playbook, &playbook->actions[i]))
            li_load_tell_key(load, LI_RULE_BALLOT_OTHER, li_load_action_place(load, (int)i),
                             playbook->actions[i].name);
    for (size_t i = 0; i < playbook->ballot_count; i++) {
        const struct li_member *at = li_load_member(named, playbook->ballots[i].name);

        if (load->opinions >> i & 1)
            li_load_tell_key(load, LI_RULE_BALLOT_OPINION, at, playbook->ballots[i].name);
        if (!is_used(playbook, i))
            li_load_tell_key(load, LI_RULE_BALLOT_UNUSED, at, playbook->ballots[i].name);
    }
}
