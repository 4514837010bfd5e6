/*
 * Parts: what a kind keeps of its own, and what actions do to parts: make them,
 * take them along, hand them on.  Also where an action leads and what must hold.
 *
 * `sends` is a making and `reopens` a moving; the machine knows these two only.
 */
#include "playbook/load.h"

#define ROLES_MAX 16

/* ---- kinds of part --------------------------------------------------------------- */

int li_load_own(struct li_load *load, const struct li_node *map, struct li_machine *machine)
{
    int r = li_load_field_list(load, map, "fields", &machine->fields, &machine->field_count);

    return r < 0 ? r
                 : li_load_labelled(load, map, "roles", ROLES_MAX, &machine->roles,
                                    &machine->role_count);
}

int li_load_kind(struct li_load *load, const struct li_node *map, const char *key)
{
    struct li_str name = li_load_text(load, map, key);
    int kind = name.len ? li_playbook_kind(load->playbook, name) : -1;

    if (name.len && kind < 0)
        li_load_tell(load, LI_RULE_NO_PART, li_node_get(map, key), name);
    return kind;
}

uint64_t li_load_states(struct li_load *load, const struct li_node *map, const char *key,
                        int machine)
{
    const struct li_machine *of = &load->playbook->machines[machine];
    const struct li_node *list = li_load_words(load, map, key, true);
    uint64_t bits = 0;

    for (size_t i = 0; i < list->list.count; i++) {
        const struct li_node *item = list->list.items[i];
        int state = li_machine_state(of, item->text);

        if (state < 0)
            li_load_tell(load, LI_RULE_NO_STATE, item, item->text);
        else
            bits |= UINT64_C(1) << state;
    }
    return bits;
}

/* A state by name; -1 (told). */
static int state_named(struct li_load *load, const struct li_node *map, const char *key,
                       int machine)
{
    struct li_str name = li_load_need_text(load, map, key);
    int state = li_machine_state(&load->playbook->machines[machine], name);

    if (state < 0 && name.len)
        li_load_tell(load, LI_RULE_NO_STATE, li_node_get(map, key), name);
    return state;
}

/* The items of a list of maps; an empty list where there is none. */
static const struct li_node *maps_of(struct li_load *load, const struct li_node *map,
                                     const char *key)
{
    static const struct li_node none = {.kind = LI_LIST};
    const struct li_node *list = li_node_get(map, key);

    if (!list)
        return &none;
    if (list->kind != LI_LIST || !list->list.count) {
        li_load_tell(load, LI_RULE_SHAPE_LIST, list, li_str(key));
        return &none;
    }
    if (list->list.count > LI_PLAYBOOK_MAKES) {
        li_load_tell(load, LI_RULE_TOO_MANY, list, li_str(key));
        return &none;
    }
    return list;
}

/* ---- making ------------------------------------------------------------------------ */

static bool is_asked(const struct li_action *action, int field)
{
    for (size_t i = 0; i < action->need_count; i++)
        if (action->needs[i] == field)
            return true;
    for (size_t i = 0; i < action->ask_count; i++)
        if (action->asks[i] == field)
            return true;
    return false;
}

/* A field of organizations that the action asks; -1. */
static int asked_unit(struct li_load *load, const struct li_node *map, const char *key,
                      const struct li_action *action)
{
    struct li_str name = li_load_text(load, map, key);
    int field = name.len ? li_playbook_field(load->playbook, name) : -1;

    if (name.len && field < 0) {
        li_load_tell(load, LI_RULE_NO_FIELD, li_node_get(map, key), name);
    } else if (field >= 0 &&
               (load->playbook->fields[field].type != LI_FIELD_ORG || !is_asked(action, field))) {
        li_load_tell(load, LI_RULE_MAKES_UNIT, li_node_get(map, key), name);
        field = -1;
    }
    return field;
}

static bool has_role(const struct li_machine *machine, struct li_str role)
{
    for (size_t i = 0; i < machine->role_count; i++)
        if (li_str_eq(machine->roles[i].name, role))
            return true;
    return false;
}

static void load_make(struct li_load *load, const struct li_node *map,
                      const struct li_action *action, struct li_make *make)
{
    static const char *const words[] = {"part", "each", "post", "role", "of", NULL};
    struct li_str of, post, role;

    make->machine = make->each = -1;
    if (!li_load_map(load, map, LI_S("makes"), words))
        return;
    li_load_need_text(load, map, "part");
    make->machine = li_load_kind(load, map, "part");
    make->each = asked_unit(load, map, "each", action);
    post = li_load_text(load, map, "post");
    role = li_load_text(load, map, "role");
    of = li_load_text(load, map, "of");
    if (post.len && !li_word_is_post(post))
        li_load_tell(load, LI_RULE_NO_POST, li_node_get(map, "post"), post);
    if (post.len && make->each >= 0)
        li_load_tell(load, LI_RULE_MAKES_ONE, map, action->name);
    if (role.len && make->machine > 0 && !has_role(&load->playbook->machines[make->machine], role))
        li_load_tell(load, LI_RULE_NO_ROLE, li_node_get(map, "role"), role);
    if (of.len && (!li_str_is(of, "part") || !action->machine))
        li_load_tell(load, LI_RULE_MAKES_OF, li_node_get(map, "of"), of);
    make->post = post.len ? post : (struct li_str){0};
    make->role = role.len ? role : (struct li_str){0};
    make->about = of.len > 0;
}

/* sends: the one organization that is needed says to whom. */
static void load_sends(struct li_load *load, const struct li_node *map,
                       const struct li_action *action, struct li_make *make)
{
    int count = 0;

    *make = (struct li_make){.machine = li_load_kind(load, map, "sends"), .each = -1};
    for (size_t i = 0; i < action->need_count; i++) {
        if (load->playbook->fields[action->needs[i]].type != LI_FIELD_ORG)
            continue;
        make->each = action->needs[i];
        count++;
    }
    if (make->machine > 0 && count != 1)
        li_load_tell(load, LI_RULE_SENDS_ORG, li_node_get(map, "sends"), action->name);
}

static int load_makes(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    const struct li_node *list = maps_of(load, map, "makes");
    size_t count = list->list.count, sends = li_node_get(map, "sends") ? 1 : 0;
    struct li_make *makes = li_alloc_array(load->ctx, count + sends, sizeof(*makes));

    if (!makes)
        return -LI_E_NOMEM;
    if (sends)
        load_sends(load, map, action, &makes[0]);
    for (size_t i = 0; i < count; i++)
        load_make(load, list->list.items[i], action, &makes[sends + i]);
    action->makes = makes;
    for (size_t i = 0; i < count + sends; i++)
        if (makes[i].machine > 0)
            makes[action->make_count++] = makes[i];
    return 0;
}

/* ---- moving ------------------------------------------------------------------------ */

static void load_moving(struct li_load *load, const struct li_node *map, struct li_moving *moving)
{
    static const char *const words[] = {"part", "from", "to", NULL};

    moving->machine = -1;
    if (!li_load_map(load, map, LI_S("moves"), words))
        return;
    li_load_need_text(load, map, "part");
    moving->machine = li_load_kind(load, map, "part");
    if (moving->machine < 0)
        return;
    moving->from = li_load_states(load, map, "from", moving->machine);
    moving->to = state_named(load, map, "to", moving->machine);
    if (moving->to >= 0 && (moving->from & UINT64_C(1) << moving->to))
        li_load_tell(load, LI_RULE_MOVES_ON, map, LI_S("moves"));
    if (moving->to < 0)
        moving->machine = -1;
}

/* reopens: ended parts go back to where they began. */
static void load_reopens(struct li_load *load, const struct li_node *map, struct li_moving *moving)
{
    static const char *const words[] = {"part", "from", NULL};
    const struct li_node *reopens = li_node_get(map, "reopens"), *list;
    const struct li_machine *machine;

    moving->machine = -1;
    if (!li_load_map(load, reopens, LI_S("reopens"), words))
        return;
    li_load_need_text(load, reopens, "part");
    moving->machine = li_load_kind(load, reopens, "part");
    if (moving->machine < 0)
        return;
    machine = &load->playbook->machines[moving->machine];
    moving->from = li_load_states(load, reopens, "from", moving->machine);
    moving->to = machine->start;
    moving->begins = true;
    list = li_node_get(reopens, "from");
    for (size_t i = 0; list && list->kind == LI_LIST && i < list->list.count; i++) {
        int state = list->list.items[i]->kind == LI_TEXT
                        ? li_machine_state(machine, list->list.items[i]->text)
                        : -1;

        if (state >= 0 && !machine->states[state].end)
            li_load_tell(load, LI_RULE_REOPENS_END, list->list.items[i], list->list.items[i]->text);
    }
}

static int load_movings(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    const struct li_node *list = maps_of(load, map, "moves");
    size_t count = list->list.count, reopens = li_node_get(map, "reopens") ? 1 : 0;
    struct li_moving *movings = li_alloc_array(load->ctx, count + reopens, sizeof(*movings));

    if (!movings)
        return -LI_E_NOMEM;
    if (reopens)
        load_reopens(load, map, &movings[0]);
    for (size_t i = 0; i < count; i++)
        load_moving(load, list->list.items[i], &movings[reopens + i]);
    action->movings = movings;
    for (size_t i = 0; i < count + reopens; i++)
        if (movings[i].machine > 0)
            movings[action->moving_count++] = movings[i];
    return 0;
}

/* ---- where it leads, and what must hold ----------------------------------------------- */

static int load_branch(struct li_load *load, const struct li_node *map, struct li_action *action,
                       struct li_branch *branch)
{
    static const char *const words[] = {"state", "when", NULL};
    int r;

    *branch = (struct li_branch){.to = -1};
    if (!li_load_map(load, map, LI_S("to"), words))
        return 0;
    branch->to = state_named(load, map, "state", action->machine);
    load->branching = load->leading = true;
    r = li_load_when(load, map, "when", LI_LOAD_SOMEBODY, &branch->when);
    load->branching = load->leading = false;
    if (r == 0)
        action->samples |= li_load_drawn(load, branch->when);
    return r;
}

/* A state, or branches of which the last has no `when`. */
static int load_to(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    const struct li_node *to = li_node_get(map, "to"), *list;
    struct li_branch *branches;
    int r = 0;

    if (to && to->kind != LI_LIST)
        action->to = state_named(load, map, "to", action->machine);
    if (action->to >= 0)
        action->leads = UINT64_C(1) << action->to;
    if (!to || to->kind != LI_LIST)
        return 0;
    list = maps_of(load, map, "to");
    branches = li_alloc_array(load->ctx, list->list.count, sizeof(*branches));
    if (!branches)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < list->list.count; i++) {
        bool last = i + 1 == list->list.count;

        r = load_branch(load, list->list.items[i], action, &branches[i]);
        if (branches[i].to >= 0)
            action->leads |= UINT64_C(1) << branches[i].to;
        if (r == 0 && last == (li_node_get(list->list.items[i], "when") != NULL))
            li_load_tell(load, LI_RULE_BRANCH_LAST, list->list.items[i], action->name);
    }
    action->branches = branches;
    action->branch_count = list->list.count ? list->list.count - 1 : 0;
    if (list->list.count)
        action->to = branches[action->branch_count].to;
    return r;
}

static int load_check(struct li_load *load, const struct li_node *map, struct li_check *check)
{
    static const char *const words[] = {"when", "else", "say", NULL};
    struct li_str otherwise;

    *check = (struct li_check){0};
    if (!li_load_map(load, map, LI_S("check"), words))
        return 0;
    li_load_need_text(load, map, "when");
    otherwise = li_load_need_text(load, map, "else");
    check->warns = li_str_is(otherwise, "warn");
    if (otherwise.len && !check->warns && !li_str_is(otherwise, "stop"))
        li_load_tell(load, LI_RULE_CHECK_ELSE, li_node_get(map, "else"), otherwise);
    check->say = li_load_texts(load, map, "say", true);
    return li_load_when(load, map, "when", LI_LOAD_SOMEBODY, &check->when);
}

int li_load_open_checks(struct li_load *load, const struct li_node *open)
{
    const struct li_node *list = maps_of(load, open, "check");
    struct li_check *checks = li_alloc_array(load->ctx, list->list.count, sizeof(*checks));
    int r = checks ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < list->list.count; i++) {
        const struct li_node *when = li_node_get(list->list.items[i], "when");

        r = load_check(load, list->list.items[i], &checks[i]);
        if (r == 0 && checks[i].warns)
            li_load_tell(load, LI_RULE_OPEN_CHECK, list->list.items[i], LI_S("warn"));
        if (r == 0 && checks[i].when && li_expression_reads(checks[i].when, LI_S("actor.")))
            li_load_tell(load, LI_RULE_WHEN_ACTOR, when, LI_S("check"));
    }
    load->playbook->open_checks = checks;
    load->playbook->open_check_count = list->list.count;
    return r;
}

static int load_checks(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    const struct li_node *list = maps_of(load, map, "check");
    struct li_check *checks = li_alloc_array(load->ctx, list->list.count, sizeof(*checks));
    int r = checks ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < list->list.count; i++)
        r = load_check(load, list->list.items[i], &checks[i]);
    action->checks = checks;
    action->check_count = list->list.count;
    return r;
}

int li_load_part_words(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    int r = load_makes(load, map, action);

    if (r == 0)
        r = load_movings(load, map, action);
    if (r == 0)
        r = li_load_split(load, map, action);
    if (r == 0)
        r = load_to(load, map, action);
    if (r == 0)
        r = load_checks(load, map, action);
    action->gives = asked_unit(load, map, "gives", action);
    if (action->gives >= 0 &&
        (!action->machine || action->to < 0 || load->playbook->fields[action->gives].many))
        li_load_tell(load, LI_RULE_GIVES_PART, li_node_get(map, "gives"), action->name);
    return r;
}
