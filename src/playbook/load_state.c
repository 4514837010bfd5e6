/*
 * Machines: the states of the case and of each kind of part, with their owners.
 *
 * Clocks are read behind them all (load_clock.c).
 */
#include "playbook/load.h"

static void load_owner_text(struct li_load *load, const struct li_node *owner,
                            struct li_owner_rule *ret)
{
    struct li_str post;

    if (owner->map.count != 1 || owner->map.items[0].value->kind != LI_TEXT ||
        li_str_is(owner->map.items[0].key, "nearest") ||
        li_str_is(owner->map.items[0].key, "wider")) {
        li_load_tell(load, LI_RULE_OWNER_FORM, owner, LI_S("owner"));
        return;
    }
    post = owner->map.items[0].value->text;
    if (li_str_is(owner->map.items[0].key, "party")) {
        if (!li_str_is(post, "reporter"))
            li_load_tell(load, LI_RULE_OWNER_FORM, owner, LI_S("owner"));
        *ret = (struct li_owner_rule){.kind = LI_OWNER_PARTY, .post = LI_S("reporter")};
        return;
    }
    if (li_str_is(owner->map.items[0].key, "same")) {
        if (!li_str_is(post, "before"))
            li_load_tell(load, LI_RULE_OWNER_FORM, owner, LI_S("owner"));
        *ret = (struct li_owner_rule){.kind = LI_OWNER_SAME, .post = LI_S("desk")};
        return;
    }
    if (li_str_is(owner->map.items[0].key, "post") && li_str_is(post, "given")) {
        ret->kind = LI_OWNER_GIVEN;
        return;
    }
    if (li_str_is(owner->map.items[0].key, "parts")) {
        if (!li_str_is(post, "all"))
            li_load_tell(load, LI_RULE_OWNER_FORM, owner, LI_S("owner"));
        ret->kind = LI_OWNER_PARTS;
        return;
    }
    if (!li_word_is_post(post))
        li_load_tell(load, LI_RULE_NO_POST, owner->map.items[0].value, post);
    ret->kind = li_str_is(owner->map.items[0].key, "org")    ? LI_OWNER_ORG
                : li_str_is(owner->map.items[0].key, "duty") ? LI_OWNER_DUTY
                                                             : LI_OWNER_POST;
    if (ret->kind == LI_OWNER_DUTY && !li_word_is_duty(post))
        li_load_tell(load, LI_RULE_OWNER_DUTY, owner->map.items[0].value, post);
    ret->post = post;
}

/* {nearest: [compound_team, grid_officer]} */
static int load_nearest(struct li_load *load, const struct li_member *word,
                        struct li_owner_rule *ret)
{
    const struct li_node *list = word->value;
    struct li_str *posts = li_alloc_array(load->ctx, list->list.count, sizeof(*posts));

    if (!posts)
        return -LI_E_NOMEM;
    ret->kind = li_str_is(word->key, "wider") ? LI_OWNER_WIDER : LI_OWNER_NEAREST;
    for (size_t i = 0; i < list->list.count; i++) {
        const struct li_node *post = list->list.items[i];

        if (post->kind != LI_TEXT)
            li_load_tell(load, LI_RULE_OWNER_FORM, post, LI_S("owner"));
        else if (!li_word_is_post(post->text))
            li_load_tell(load, LI_RULE_NO_POST, post, post->text);
        else
            posts[ret->post_count++] = post->text;
    }
    ret->posts = posts;
    ret->post = ret->post_count ? posts[0] : (struct li_str){.ptr = NULL};
    return 0;
}

static bool is_list_of_posts(const struct li_member *word)
{
    return (li_str_is(word->key, "nearest") || li_str_is(word->key, "wider")) &&
           word->value->kind == LI_LIST && word->value->list.count;
}

/* One known word with a text: {post: desk}. */
static int load_owner(struct li_load *load, const struct li_node *map, struct li_owner_rule *ret)
{
    static const char *const words[] = {"post",    "org",   "parts", "party", "duty",
                                        "nearest", "wider", "same",  NULL};
    const struct li_node *owner = li_node_get(map, "owner");

    if (!owner || !li_load_map(load, owner, LI_S("owner"), words))
        return 0;
    if (owner->map.count == 1 && is_list_of_posts(&owner->map.items[0]))
        return load_nearest(load, &owner->map.items[0], ret);
    load_owner_text(load, owner, ret);
    return 0;
}
static int load_state(struct li_load *load, const struct li_member *member, struct li_state *state)
{
    static const char *const words[] = {"label",  "end",     "owner",       "clock",
                                        "why",    "overdue", "not_related", "~not: related",
                                        "~timer", "pauses",  NULL};
    const struct li_node *map = member->value;

    state->name = member->key;
    if (!li_load_map(load, map, member->key, words))
        return 0;
    state->label = li_load_texts(load, map, "label", true);
    state->end = li_load_bool(load, map, "end");
    state->not_related = li_load_bool(load, map, "not_related");
    state->pauses = li_load_bool(load, map, "pauses");
    load->playbook->times |= state->pauses;
    return load_owner(load, map, &state->owner);
}

/* The states in `map`; where a new one begins is read from `start_in`. */
static int load_machine(struct li_load *load, const struct li_node *map,
                        const struct li_node *start_in, const char *start_key,
                        struct li_machine *machine, struct li_state **ret_states)
{
    const struct li_node *named = li_load_named(load, map, "states", LI_PLAYBOOK_STATES, true);
    struct li_state *states;
    struct li_str start;
    int r = 0;

    if (!named)
        return 0;
    states = li_alloc_array(load->ctx, named->map.count, sizeof(*states));
    if (!states)
        return -LI_E_NOMEM;
    machine->states = *ret_states = states;
    machine->state_count = named->map.count;
    for (size_t i = 0; r == 0 && i < named->map.count; i++)
        r = load_state(load, &named->map.items[i], &states[i]);
    if (r)
        return r;
    start = li_load_text(load, start_in, start_key);
    machine->start = li_machine_state(machine, start);
    if (machine->start < 0 && start.len)
        li_load_tell(load, LI_RULE_NO_STATE, li_node_get(start_in, start_key), start);
    if (machine->start < 0)
        machine->start = 0;
    return 0;
}

static int load_clocks(struct li_load *load, int index, struct li_state *states)
{
    const struct li_machine *machine = &load->playbook->machines[index];
    int r = 0;

    for (size_t i = 0; r == 0 && i < machine->state_count; i++)
        r = li_load_clocks(load, li_load_state_place(load, index, (int)i), index, &states[i]);
    return r;
}

int li_load_machines(struct li_load *load)
{
    static const char *const words[] = {"label", "fields", "roles", "states",
                                        "start", "clocks", NULL};
    const struct li_node *parts =
        li_load_named(load, load->plain, "parts", LI_PLAYBOOK_PARTS, false);
    size_t count = 1 + (parts ? parts->map.count : 0);
    struct li_machine *machines = li_alloc_array(load->ctx, count, sizeof(*machines));
    struct li_state *states[1 + LI_PLAYBOOK_PARTS] = {NULL};
    int r;

    if (!machines)
        return -LI_E_NOMEM;
    machines[0].name = LI_S("");
    machines[0].label = load->playbook->title;
    load->playbook->machines = machines;
    load->playbook->machine_count = 1;
    r = load_machine(load, load->plain, li_node_get(load->plain, "open"), "to", &machines[0],
                     &states[0]);
    for (size_t i = 1; r == 0 && i < count; i++) {
        const struct li_member *member = &parts->map.items[i - 1];

        machines[i].name = member->key;
        if (li_str_is(member->key, "child") || li_str_is(member->key, "sibling"))
            li_load_tell_key(load, LI_RULE_CHILD_KIND, member, member->key);
        if (li_load_map(load, member->value, member->key, words)) {
            machines[i].label = li_load_texts(load, member->value, "label", true);
            r = li_load_own(load, member->value, &machines[i]);
            if (r == 0)
                r = load_machine(load, member->value, member->value, "start", &machines[i],
                                 &states[i]);
        }
        load->playbook->machine_count = i + 1;
    }
    for (size_t i = 0; r == 0 && i < count; i++)
        r = load_clocks(load, (int)i, states[i]);
    for (size_t i = 0; r == 0 && i < count; i++)
        r = li_load_named_clocks(load, i ? parts->map.items[i - 1].value : load->plain, (int)i,
                                 &machines[i]);
    return r;
}
