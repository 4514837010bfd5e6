/*
 * `carries`: parts that wait in other cases alike and are taken over by an action that says
 * `takes`.
 *
 * The two steps are done by nothing but the taking over (as what a clock's step does is done by
 * nothing else), so the engine does not try them
 * (mark_carried in load_action.c).
 */
#include "playbook/load.h"

static void tell(struct li_load *load, const struct li_node *map, struct li_str name)
{
    li_load_tell(load, LI_RULE_CARRIES, map, name);
}

static int step_of(struct li_load *load, const struct li_node *map, const char *key, int machine)
{
    struct li_str name = li_load_need_text(load, map, key);
    int place = name.len ? li_playbook_action(load->playbook, name) : -1;
    const struct li_action *action = place < 0 ? NULL : &load->playbook->actions[place];

    if (!action || action->machine != machine || !action->by_system || action->when) {
        tell(load, map, name);
        return -1;
    }
    return place;
}

static int number_of(struct li_load *load, const struct li_node *map, const char *key)
{
    struct li_str name = li_load_text(load, map, key);
    int place = name.len ? li_playbook_field(load->playbook, name) : -1;

    if (name.len && (place < 0 || load->playbook->fields[place].type != LI_FIELD_EXTERNAL)) {
        tell(load, map, name);
    }
    return place;
}

static void load_alike(struct li_load *load, const struct li_node *map, struct li_carries *carries)
{
    const struct li_node *list = li_load_words(load, map, "alike", true);

    for (size_t i = 0; i < list->list.count; i++) {
        struct li_str name = list->list.items[i]->text;
        int place = -1;
        for (size_t k = 0; k < load->playbook->similar_count; k++)
            place = li_str_eq(load->playbook->similars[k].name, name) ? (int)k : place;
        if (place < 0 || carries->alike_count == LI_CARRIES_ALIKE)
            tell(load, map, name);
        else
            carries->alike[carries->alike_count++] = place;
    }
}

static bool makes(const struct li_playbook *playbook, int bring, int machine)
{
    for (size_t i = 0; bring >= 0 && i < playbook->actions[bring].make_count; i++)
        if (playbook->actions[bring].makes[i].machine == machine)
            return true;
    return bring < 0;
}

void li_load_carries(struct li_load *load)
{
    static const char *const words[] = {"part",  "in",   "alike", "leave",
                                        "bring", "came", "went",  NULL};
    const struct li_node *map = li_node_get(load->plain, "carries");
    struct li_playbook *playbook = load->playbook;
    struct li_carries *carries = &playbook->carries;
    bool taken = false;

    *carries = (struct li_carries){.leave = -1, .bring = -1, .came = -1, .went = -1};
    for (size_t i = 0; i < playbook->action_count; i++)
        taken |= playbook->actions[i].takes && playbook->actions[i].machine == 0;
    if (!map) {
        if (taken)
            tell(load, load->plain, LI_S("takes"));
        return;
    }
    if (!li_load_map(load, map, LI_S("carries"), words))
        return;
    carries->machine = li_load_kind(load, map, "part");
    if (carries->machine <= 0 || !taken) {
        tell(load, map, LI_S("takes"));
        return;
    }
    carries->in = li_load_states(load, map, "in", carries->machine);
    load_alike(load, map, carries);
    carries->leave = step_of(load, map, "leave", carries->machine);
    carries->bring = step_of(load, map, "bring", 0);
    carries->came = number_of(load, map, "came");
    carries->went = number_of(load, map, "went");
    if (!makes(playbook, carries->bring, carries->machine))
        tell(load, map, playbook->actions[carries->bring].name);
}
