/*
 * The values behind the names of fact.c.
 */
#include "base/id.h"
#include "playbook/machine_inside.h"

static struct li_value text_value(struct li_str text)
{
    return (struct li_value){.type = LI_TYPE_TEXT, .text = text};
}

/* A field not given is '', 0 or false; one of another shape cannot have passed
 * its schema and counts as not given. */
static struct li_value field_value(const struct li_case_facts *facts, struct li_str name)
{
    int place = li_playbook_field(facts->playbook, name);
    const struct li_node *node = li_node_get_str(facts->added, name);

    li_assert(place >= 0);
    if (!node)
        node = li_node_get_str(facts->fields, name);
    switch (facts->playbook->fields[place].type) {
    case LI_FIELD_INTEGER:
    case LI_FIELD_SCALE:
        return (struct li_value){.type = LI_TYPE_INT,
                                 .number = node && node->kind == LI_INT ? node->number : 0};
    case LI_FIELD_BOOL:
        return (struct li_value){.type = LI_TYPE_BOOL,
                                 .flag = node && node->kind == LI_BOOL && node->flag};
    default:
        return text_value(node && node->kind == LI_TEXT ? node->text : LI_S(""));
    }
}

static struct li_value bool_value(bool flag)
{
    return (struct li_value){.type = LI_TYPE_BOOL, .flag = flag};
}

static bool is_held(const struct li_snapshot *snapshot, struct li_str post)
{
    for (size_t i = 0; snapshot && i < snapshot->held_count; i++)
        if (li_str_eq(snapshot->held[i], post))
            return true;
    return false;
}

/* As counted so far, and what was done since. */
static int64_t counted(const struct li_case_facts *facts, struct li_str name)
{
    const struct li_node *node =
        facts->snapshot ? li_node_get_str(facts->snapshot->counts, name) : NULL;
    int64_t number = node && node->kind == LI_INT ? node->number : 0;

    for (size_t i = 0; i < facts->fired_count; i++)
        number += li_str_eq(facts->playbook->actions[facts->fired[i]].counts, name);
    return number;
}

static struct li_str behind(struct li_str name, size_t prefix)
{
    return li_str_n(name.ptr + prefix, name.len - prefix);
}

static struct li_value fact(const void *arg, struct li_str name)
{
    const struct li_case_facts *facts = arg;

    if (li_str_is(name, "case.state"))
        return text_value(facts->playbook->machines[0].states[facts->state].name);
    if (li_str_is(name, "case.via"))
        return text_value(facts->snapshot && facts->snapshot->via.ptr ? facts->snapshot->via
                                                                      : LI_S(""));
    if (li_str_is(name, "actor.is_reporter"))
        return bool_value(facts->is_reporter);
    if (li_str_starts(name, LI_S("held.")))
        return bool_value(is_held(facts->snapshot, behind(name, 5)));
    if (li_str_starts(name, LI_S("count.")))
        return (struct li_value){.type = LI_TYPE_INT, .number = counted(facts, behind(name, 6))};
    li_assert(li_str_starts(name, LI_S("field.")));
    return field_value(facts, behind(name, 6));
}

static bool is_kind(const struct li_case_facts *facts, size_t index, struct li_str kind)
{
    return li_str_eq(facts->playbook->machines[facts->parts[index].machine].name, kind);
}

static size_t part_count(const void *arg, struct li_str kind)
{
    const struct li_case_facts *facts = arg;
    size_t count = 0;

    for (size_t i = 0; i < facts->part_count; i++)
        count += is_kind(facts, i, kind);
    return count;
}

static const struct li_part *part_at(const struct li_case_facts *facts, struct li_str kind,
                                     size_t index)
{
    for (size_t i = 0; i < facts->part_count; i++)
        if (is_kind(facts, i, kind) && index-- == 0)
            return &facts->parts[i];
    li_assert(!"a part that is not there");
    return NULL;
}

static struct li_value part_fact(const void *arg, struct li_str kind, size_t index,
                                 struct li_str name)
{
    const struct li_case_facts *facts = arg;
    const struct li_part *part = part_at(facts, kind, index);

    if (li_str_is(name, "no"))
        return (struct li_value){.type = LI_TYPE_INT, .number = part->no};
    if (li_str_is(name, "state"))
        return text_value(facts->playbook->machines[part->machine].states[part->state].name);
    li_assert(li_str_is(name, "org"));
    li_id_format(part->org, facts->org_text);
    return text_value(li_str_n(facts->org_text, LI_ID_TEXT));
}

struct li_facts li_case_facts(const struct li_case_facts *facts)
{
    return (struct li_facts){
        .fact = fact, .part_count = part_count, .part_fact = part_fact, .arg = facts};
}
