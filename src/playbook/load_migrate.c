/*
 * `migrate`: how open cases of an earlier version go on by this one.
 *
 * What stands here is looked at as far as this version goes; whether it is whole is
 * asked case by case, because the earlier version is not known here (migrate.c).
 */
#include "playbook/load.h"

#define FROM_MAX 16

static bool is_dropped(const struct li_node *value)
{
    return value->kind == LI_NULL;
}

/* A map of old names to states of a machine; ~ takes a name out. */
static void check_states(struct li_load *load, const struct li_node *map,
                         const struct li_machine *machine, struct li_str name)
{
    if (map && map->kind != LI_MAP)
        li_load_tell(load, LI_RULE_SHAPE_MAP, map, name);
    for (size_t i = 0; map && map->kind == LI_MAP && i < map->map.count; i++) {
        const struct li_member *member = &map->map.items[i];

        if (is_dropped(member->value))
            continue;
        if (member->value->kind != LI_TEXT)
            li_load_tell(load, LI_RULE_SHAPE_TEXT, member->value, member->key);
        else if (li_machine_state(machine, member->value->text) < 0)
            li_load_tell(load, LI_RULE_NO_STATE, member->value, member->value->text);
    }
}

static void check_parts(struct li_load *load, const struct li_node *map)
{
    if (map && map->kind != LI_MAP)
        li_load_tell(load, LI_RULE_SHAPE_MAP, map, LI_S("parts"));
    for (size_t i = 0; map && map->kind == LI_MAP && i < map->map.count; i++) {
        const struct li_member *member = &map->map.items[i];
        int kind = li_playbook_kind(load->playbook, member->key);

        if (kind < 0)
            li_load_tell_key(load, LI_RULE_NO_PART, member, member->key);
        else
            check_states(load, member->value, &load->playbook->machines[kind], member->key);
    }
}

/* Texts lie sealed under their names, so they keep them. */
static void check_fields(struct li_load *load, const struct li_node *map)
{
    if (map && map->kind != LI_MAP)
        li_load_tell(load, LI_RULE_SHAPE_MAP, map, LI_S("fields"));
    for (size_t i = 0; map && map->kind == LI_MAP && i < map->map.count; i++) {
        const struct li_member *member = &map->map.items[i];
        int field;

        if (is_dropped(member->value))
            continue;
        if (member->value->kind != LI_TEXT) {
            li_load_tell(load, LI_RULE_SHAPE_TEXT, member->value, member->key);
            continue;
        }
        field = li_playbook_field(load->playbook, member->value->text);
        if (field < 0)
            li_load_tell(load, LI_RULE_NO_FIELD, member->value, member->value->text);
        else if (load->playbook->fields[field].free_text &&
                 !li_str_eq(member->key, member->value->text))
            li_load_tell(load, LI_RULE_MIGRATE_TEXT, member->value, member->value->text);
    }
}

static void load_one(struct li_load *load, const struct li_node *map, struct li_migrate *migrate)
{
    static const char *const words[] = {"from", "states", "parts", "fields", NULL};
    int64_t from;

    if (!li_load_map(load, map, LI_S("migrate"), words))
        return;
    if (!li_node_get(map, "from"))
        li_load_tell(load, LI_RULE_WORD_MISSING, map, LI_S("from"));
    from = li_load_int(load, map, "from");
    if (from >= load->playbook->version)
        li_load_tell(load, LI_RULE_MIGRATE_FROM, li_node_get(map, "from"),
                     li_strf(load->ctx, "%lld", (long long)from));
    migrate->from = from < load->playbook->version ? (int)from : 0;
    migrate->states = li_node_get(map, "states");
    migrate->parts = li_node_get(map, "parts");
    migrate->fields = li_node_get(map, "fields");
    check_states(load, migrate->states, &load->playbook->machines[0], LI_S("states"));
    check_parts(load, migrate->parts);
    check_fields(load, migrate->fields);
}

int li_load_migrate(struct li_load *load)
{
    const struct li_node *list = li_node_get(load->plain, "migrate");
    struct li_migrate *all;

    if (!list)
        return 0;
    if (list->kind != LI_LIST || list->list.count > FROM_MAX) {
        li_load_tell(load, list->kind == LI_LIST ? LI_RULE_TOO_MANY : LI_RULE_SHAPE_LIST, list,
                     LI_S("migrate"));
        return 0;
    }
    all = li_alloc_array(load->ctx, list->list.count, sizeof(*all));
    if (!all)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < list->list.count; i++) {
        load_one(load, list->list.items[i], &all[i]);
        for (size_t k = 0; all[i].from && k < i; k++)
            if (all[k].from == all[i].from)
                li_load_tell(load, LI_RULE_TWICE, list->list.items[i], LI_S("from"));
    }
    load->playbook->migrates = all;
    load->playbook->migrate_count = list->list.count;
    return 0;
}
