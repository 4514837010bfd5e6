/*
 * `spawns`: the cases of other playbooks that an action opens, and what they are
 * given.
 *
 * What is written in one file is checked here; what needs the other playbook is in
 * spawn_fits.c, when both are there.
 */
#include "playbook/load.h"

#define FIELDS_MAX 32

static const char *const links[] = {"child", "follows", "related"};

/* A part's own where the case's field and its have one name; -1 (told). */
static int source_of(struct li_load *load, const struct li_node *at, int machine)
{
    bool own = li_str_starts(at->text, LI_S("its."));
    struct li_str name = own ? li_str_n(at->text.ptr + 4, at->text.len - 4) : at->text;
    int place = li_playbook_field(load->playbook, name);
    const struct li_field *field = place < 0 ? NULL : &load->playbook->fields[place];
    bool keeps =
        machine && place >= 0 && li_machine_keeps(&load->playbook->machines[machine], place);

    if (!field) {
        li_load_tell(load, LI_RULE_NO_FIELD, at, name);
        return -1;
    }
    if (field->is || li_field_is_files(field->type) || own != keeps ||
        (field->personal && field->type != LI_FIELD_TEXT && field->type != LI_FIELD_PHONE)) {
        li_load_tell(load, LI_RULE_SPAWNS_FIELD, at, at->text);
        return -1;
    }
    return place;
}

static int load_field(struct li_load *load, const struct li_member *member, int machine,
                      struct li_spawn_field *ret)
{
    const struct li_node *value = member->value;
    size_t last = value->kind == LI_TEXT ? value->text.len : 0;

    *ret = (struct li_spawn_field){.name = member->key, .field = -1, .value = value};
    if (value->kind == LI_INT || value->kind == LI_BOOL)
        return 0;
    if (value->kind != LI_TEXT || !last) {
        li_load_tell_key(load, LI_RULE_SPAWNS_VALUE, member, member->key);
        return 0;
    }
    if (value->text.ptr[0] != '\'') {
        ret->field = source_of(load, value, machine);
        ret->value = NULL;
        return 0;
    }
    if (last < 3 || value->text.ptr[last - 1] != '\'') {
        li_load_tell_key(load, LI_RULE_SPAWNS_VALUE, member, member->key);
        return 0;
    }
    ret->value = li_node_new_text(load->ctx, li_str_n(value->text.ptr + 1, last - 2));
    return ret->value ? 0 : -LI_E_NOMEM;
}

static int load_map(struct li_load *load, const struct li_node *spawns, int machine,
                    struct li_spawn *ret)
{
    const struct li_node *named = li_load_named(load, spawns, "map", FIELDS_MAX, false);
    struct li_spawn_field *fields;

    if (!named)
        return 0;
    fields = li_alloc_array(load->ctx, named->map.count, sizeof(*fields));
    if (!fields)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < named->map.count; i++) {
        int r = load_field(load, &named->map.items[i], machine, &fields[i]);

        if (r < 0)
            return r;
    }
    ret->fields = fields;
    ret->field_count = named->map.count;
    return 0;
}

/* So many rows of a register, each drawn by the month's seed, and the field they are in. */
static int load_drawn(struct li_load *load, const struct li_node *map,
                      const struct li_action *action, struct li_spawn *ret)
{
    static const char *const words[] = {"register", "count", "as", NULL};
    const struct li_node *drawn = li_node_get(map, "drawn");

    if (!drawn || !li_load_map(load, drawn, LI_S("drawn"), words))
        return 0;
    ret->reg = li_load_need_text(load, drawn, "register");
    ret->row = li_load_need_text(load, drawn, "as");
    if (ret->reg.len && !li_word_is_name(ret->reg, '-'))
        li_load_tell(load, LI_RULE_NAME_FORM, li_node_get(drawn, "register"), ret->reg);
    /* by system it could come at once with the opening, when there is no number to be drawn by */
    if (ret->machine || action->machine || action->by_system)
        li_load_tell(load, LI_RULE_SPAWNS_DRAWN, drawn, action->name);
    load->playbook->draws_rows = true;
    return li_load_amount(load, drawn, "count", &ret->count);
}

static int load_spawn(struct li_load *load, const struct li_node *map,
                      const struct li_action *action, struct li_spawn *ret)
{
    static const char *const words[] = {"playbook", "for_each", "when",  "map",
                                        "link",     "block",    "drawn", NULL};
    int kind, self = load->self, r;
    struct li_str link;

    if (!li_load_map(load, map, LI_S("spawns"), words))
        return 0;
    ret->playbook = li_load_need_text(load, map, "playbook");
    if (ret->playbook.len && !li_word_is_name(ret->playbook, '-'))
        li_load_tell(load, LI_RULE_NAME_FORM, li_node_get(map, "playbook"), ret->playbook);
    kind = li_load_kind(load, map, "for_each");
    ret->machine = kind > 0 ? kind : 0;
    if (ret->machine && action->machine)
        li_load_tell(load, LI_RULE_SPAWNS_EACH, map, action->name);
    link = li_load_text(load, map, "link");
    ret->link = link.len ? link : LI_S("child");
    if (li_word_find(links, 3, ret->link) < 0)
        li_load_tell(load, LI_RULE_SPAWNS_LINK, li_node_get(map, "link"), link);
    ret->blocks = li_load_bool(load, map, "block");
    if (ret->blocks && !li_str_is(ret->link, "child"))
        li_load_tell(load, LI_RULE_SPAWNS_BLOCK, map, action->name);
    load->playbook->children |= ret->blocks;
    load->self = ret->machine ? ret->machine : action->machine;
    r = li_load_when(load, map, "when", LI_LOAD_NOBODY, &ret->when);
    if (r == 0)
        r = load_map(load, map, load->self, ret);
    if (r == 0)
        r = load_drawn(load, map, action, ret);
    load->self = self;
    return r;
}

int li_load_spawns(struct li_load *load, const struct li_node *map, struct li_action *action)
{
    const struct li_node *given = li_node_get(map, "spawns");
    bool many = given->kind == LI_LIST;
    size_t count = many ? given->list.count : 1;
    struct li_spawn *spawns;
    int r = 0;

    if (count > LI_PLAYBOOK_SPAWNS) {
        li_load_tell(load, LI_RULE_TOO_MANY, given, LI_S("spawns"));
        return 0;
    }
    spawns = li_alloc_array(load->ctx, count, sizeof(*spawns));
    if (!spawns)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < count; i++)
        r = load_spawn(load, many ? given->list.items[i] : given, action, &spawns[i]);
    action->spawns = spawns;
    action->spawn_count = count;
    return r;
}
