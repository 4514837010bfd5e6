/*
 * What is given with an action: which of it a part keeps as its own, and which is
 * the case's.
 *
 * A part keeps what its kind lists among its own fields, when an action is done to
 * it or makes it; the rest is the case's.  Kinds without own fields cost nothing.
 */
#include "playbook/machine_inside.h"

bool li_machine_keeps(const struct li_machine *machine, int field)
{
    for (size_t i = 0; i < machine->field_count; i++)
        if (machine->fields[i] == field)
            return true;
    return false;
}

int li_playbook_kind(const struct li_playbook *playbook, struct li_str name)
{
    for (size_t i = 1; i < playbook->machine_count; i++)
        if (li_str_eq(playbook->machines[i].name, name))
            return (int)i;
    return -1;
}

/* The photos or documents of two lists, or what was given last. */
static int laid_over(struct li_ctx *ctx, struct li_node *old, struct li_node *given,
                     struct li_node **ret)
{
    struct li_node *list;
    int r = 0;

    *ret = given;
    if (!old || old->kind != LI_LIST || given->kind != LI_LIST)
        return 0;
    list = li_node_new_list(ctx);
    if (!list)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < old->list.count; i++)
        r = li_node_push(ctx, list, old->list.items[i]);
    for (size_t i = 0; r == 0 && i < given->list.count; i++)
        r = li_node_push(ctx, list, given->list.items[i]);
    *ret = list;
    return r;
}

static int lay_over(struct li_ctx *ctx, const struct li_playbook *playbook,
                    const struct li_machine *kind, const struct li_node *old,
                    const struct li_node *given, struct li_node *map)
{
    int r = 0;

    for (size_t i = 0; r == 0 && old && i < old->map.count; i++)
        r = li_node_put(ctx, map, old->map.items[i].key, old->map.items[i].value);
    for (size_t i = 0; r == 0 && i < given->map.count; i++) {
        const struct li_member *member = &given->map.items[i];
        int field = li_playbook_field(playbook, member->key);
        struct li_node *value = member->value;

        if (field < 0 || (kind && !li_machine_keeps(kind, field)))
            continue;
        if (li_field_is_files(playbook->fields[field].type))
            r = laid_over(ctx, li_node_get_str(old, member->key), value, &value);
        if (r == 0)
            r = li_node_put(ctx, map, member->key, value);
    }
    return r;
}

int li_machine_fields_over(struct li_ctx *ctx, const struct li_playbook *playbook,
                           const struct li_node *old, const struct li_node *given,
                           struct li_node **ret)
{
    struct li_node *map = li_node_new_map(ctx);
    int r = map ? lay_over(ctx, playbook, NULL, old, given, map) : -LI_E_NOMEM;

    if (r == 0)
        *ret = map;
    return r;
}

static bool keeps_some(const struct li_playbook *playbook, const struct li_machine *kind,
                       const struct li_node *given)
{
    for (size_t i = 0; kind->field_count && given && i < given->map.count; i++) {
        int field = li_playbook_field(playbook, given->map.items[i].key);

        if (field >= 0 && li_machine_keeps(kind, field))
            return true;
    }
    return false;
}

int li_machine_part_fields(struct li_ctx *ctx, const struct li_playbook *playbook, int machine,
                           const struct li_node *old, const struct li_node *given,
                           const struct li_node **ret)
{
    const struct li_machine *kind = &playbook->machines[machine];
    struct li_node *map;
    int r;

    *ret = old;
    if (!keeps_some(playbook, kind, given))
        return 0;
    map = li_node_new_map(ctx);
    r = map ? lay_over(ctx, playbook, kind, old, given, map) : -LI_E_NOMEM;
    if (r == 0)
        *ret = map;
    return r;
}

/* Whether some part takes it: the one it is done to, or one it makes. */
static bool is_taken(const struct li_playbook *playbook, const struct li_action *action, int field)
{
    if (action->machine && li_machine_keeps(&playbook->machines[action->machine], field))
        return true;
    for (size_t i = 0; i < action->make_count; i++)
        if (li_machine_keeps(&playbook->machines[action->makes[i].machine], field))
            return true;
    return false;
}

static bool takes_some(const struct li_playbook *playbook, const struct li_action *action)
{
    size_t count = action->machine ? playbook->machines[action->machine].field_count : 0;

    for (size_t i = 0; i < action->make_count; i++)
        count += playbook->machines[action->makes[i].machine].field_count;
    return count > 0;
}

int li_machine_case_fields(struct li_ctx *ctx, const struct li_playbook *playbook,
                           const struct li_action *action, const struct li_node *given,
                           const struct li_node **ret)
{
    struct li_node *map;
    int r = 0;

    *ret = given;
    if (!given || !takes_some(playbook, action))
        return 0;
    map = li_node_new_map(ctx);
    if (!map)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < given->map.count; i++) {
        const struct li_member *member = &given->map.items[i];

        if (!is_taken(playbook, action, li_playbook_field(playbook, member->key)))
            r = li_node_put(ctx, map, member->key, member->value);
    }
    if (r == 0)
        *ret = map;
    return r;
}
