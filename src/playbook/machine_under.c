/*
 * What conditions may ask of the case that one is opened beneath, and of the others
 * there.
 */
#include "playbook/machine_inside.h"

struct li_value li_above_fact(const struct li_case_facts *facts, struct li_str name)
{
    const struct li_above *above = facts->snapshot ? facts->snapshot->above : NULL;
    const struct li_above_fact *fact;
    struct li_str field;

    if (li_str_is(name, "state"))
        return (struct li_value){.type = LI_TYPE_TEXT, .text = above ? above->state : LI_S("")};
    li_assert(li_str_starts(name, LI_S("field.")));
    field = li_str_n(name.ptr + 6, name.len - 6);
    fact = li_playbook_above(facts->playbook, field);
    li_assert(fact);
    return li_field_value(fact->type, above ? li_node_get_str(above->fields, field) : NULL);
}

struct li_value li_sibling_fact(const struct li_case_facts *facts, size_t index, struct li_str name)
{
    const struct li_sibling *sibling = &facts->snapshot->siblings[index];
    struct li_str field;
    int place;

    if (li_str_is(name, "state"))
        return (struct li_value){.type = LI_TYPE_TEXT, .text = sibling->state};
    if (li_str_is(name, "ended") || li_str_is(name, "before"))
        return (struct li_value){.type = LI_TYPE_BOOL,
                                 .flag =
                                     li_str_is(name, "ended") ? sibling->ended : sibling->before};
    li_assert(li_str_starts(name, LI_S("its.")));
    field = li_str_n(name.ptr + 4, name.len - 4);
    place = li_playbook_field(facts->playbook, field);
    li_assert(place >= 0);
    return li_field_value(facts->playbook->fields[place].type,
                          li_node_get_str(sibling->fields, field));
}
