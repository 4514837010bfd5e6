/*
 * `occupies`: the time a case takes of a row; `code`: the number a case is checked by.
 */
#include "playbook/load.h"

static int field_of(struct li_load *load, const struct li_node *map, const char *key,
                    enum li_field_type type)
{
    struct li_str name = li_load_text(load, map, key);
    int place = name.len ? li_playbook_field(load->playbook, name) : -1;

    if (name.len && (place < 0 || load->playbook->fields[place].type != type)) {
        li_load_tell(load, LI_RULE_OCCUPIES_FIELD, li_node_get(map, key), name);
        return -1;
    }
    return place;
}

void li_load_occupies(struct li_load *load)
{
    static const char *const words[] = {"row", "from", "until", "hours", "in", "say", NULL};
    const struct li_node *map = li_node_get(load->plain, "occupies");
    struct li_occupies *occupies = &load->playbook->occupies;

    *occupies = (struct li_occupies){.row = -1, .from = -1, .until = -1, .hours = -1};
    if (!map || !li_load_map(load, map, LI_S("occupies"), words))
        return;
    li_load_need_text(load, map, "row");
    li_load_need_text(load, map, "from");
    occupies->from = field_of(load, map, "from", LI_FIELD_DATETIME);
    occupies->until = field_of(load, map, "until", LI_FIELD_DATETIME);
    occupies->hours = field_of(load, map, "hours", LI_FIELD_QUANTITY);
    if ((li_node_get(map, "until") != NULL) == (li_node_get(map, "hours") != NULL))
        li_load_tell(load, LI_RULE_OCCUPIES_UNTIL, map, LI_S("occupies"));
    occupies->in = li_load_states(load, map, "in", 0);
    occupies->say = li_load_texts(load, map, "say", true);
    occupies->row = field_of(load, map, "row", LI_FIELD_SUBJECT);
}

void li_load_code(struct li_load *load)
{
    static const char *const words[] = {"label", "told", "checks", NULL};
    const struct li_node *map = li_node_get(load->plain, "code");
    struct li_told_code *code = &load->playbook->code;

    if (!map || !li_load_map(load, map, LI_S("code"), words))
        return;
    code->label = li_load_texts(load, map, "label", true);
    if (li_node_get(map, "told"))
        code->told = li_load_states(load, map, "told", 0);
    if (li_node_get(map, "checks"))
        code->checks = li_load_states(load, map, "checks", 0);
}
