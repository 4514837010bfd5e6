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
struct li_value li_field_value(enum li_field_type type, const struct li_node *node)
{
    switch (type) {
    case LI_FIELD_INTEGER:
    case LI_FIELD_SCALE:
    case LI_FIELD_MONEY:
    case LI_FIELD_QUANTITY:
        return (struct li_value){.type = LI_TYPE_INT,
                                 .number = node && node->kind == LI_INT ? node->number : 0};
    case LI_FIELD_CHECKLIST:
        return (struct li_value){.type = LI_TYPE_INT,
                                 .number =
                                     node && node->kind == LI_LIST ? (int64_t)node->list.count : 0};
    case LI_FIELD_BOOL:
        return (struct li_value){.type = LI_TYPE_BOOL,
                                 .flag = node && node->kind == LI_BOOL && node->flag};
    default:
        return text_value(node && node->kind == LI_TEXT ? node->text : LI_S(""));
    }
}

static struct li_value value_of(const struct li_playbook *playbook, struct li_str name,
                                const struct li_node *node)
{
    int place = li_playbook_field(playbook, name);

    li_assert(place >= 0);
    return li_field_value(playbook->fields[place].type, node);
}

static struct li_value field_value(const struct li_case_facts *facts, struct li_str name)
{
    const struct li_node *node = li_node_get_str(facts->added, name);

    return value_of(facts->playbook, name, node ? node : li_node_get_str(facts->fields, name));
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

/* Asked only where an action branches, and drawn before that. */
static bool is_drawn(const struct li_case_facts *facts, struct li_str name)
{
    for (size_t i = 0; i < facts->draw_count; i++)
        if (li_str_eq(facts->playbook->samples[facts->draws[i].sample].name, name))
            return facts->draws[i].drawn;
    return false;
}

/* A value of a row, as its column says; what it has not, or has in another shape, counts as
 * not given. */
static struct li_value column_value(enum li_type type, const struct li_node *node)
{
    switch (type) {
    case LI_TYPE_INT:
        return (struct li_value){.type = type,
                                 .number = node && node->kind == LI_INT ? node->number : 0};
    case LI_TYPE_BOOL:
        return bool_value(node && node->kind == LI_BOOL && node->flag);
    case LI_TYPE_TEXT:
        break;
    }
    return text_value(node && node->kind == LI_TEXT ? node->text : LI_S(""));
}

/* Of the row that the field names with what the step gives. */
static struct li_value subject_value(const struct li_case_facts *facts, struct li_str name)
{
    int place = -1;
    const struct li_read *column = li_playbook_read(facts->playbook, name, &place);
    const struct li_node *fields = NULL;
    struct li_str id;

    li_assert(column);
    id = field_value(facts, facts->playbook->fields[place].name).text;
    for (size_t i = 0; facts->snapshot && i < facts->snapshot->row_count; i++)
        if (li_str_eq(facts->snapshot->rows[i].id, id))
            fields = facts->snapshot->rows[i].fields;
    return column_value(column->type, fields ? li_node_get_str(fields, column->name) : NULL);
}

static int64_t balance_of(const struct li_case_facts *facts, struct li_str name)
{
    for (size_t i = 0; facts->snapshot && facts->snapshot->balances; i++) {
        li_assert(i < facts->playbook->balance_count);
        if (li_str_eq(facts->playbook->balances[i].name, name))
            return facts->snapshot->balances[i];
    }
    return 0;
}

static struct li_str behind(struct li_str name, size_t prefix)
{
    return li_str_n(name.ptr + prefix, name.len - prefix);
}

/* Of a part: state, its.NAME and so on. */
static struct li_value fact_of(const struct li_case_facts *facts, const struct li_part *part,
                               struct li_str name, char *room)
{
    if (li_str_is(name, "no") || li_str_is(name, "about"))
        return (struct li_value){.type = LI_TYPE_INT,
                                 .number = li_str_is(name, "no") ? part->no : part->about};
    if (li_str_starts(name, LI_S("chosen.")))
        return li_chosen_fact(facts, behind(name, 7), part->no);
    if (li_str_is(name, "state"))
        return text_value(facts->playbook->machines[part->machine].states[part->state].name);
    if (li_str_is(name, "role"))
        return text_value(part->role.ptr ? part->role : LI_S(""));
    if (li_str_starts(name, LI_S("its.")))
        return value_of(facts->playbook, behind(name, 4),
                        li_node_get_str(part->fields, behind(name, 4)));
    li_assert(li_str_is(name, "org"));
    li_id_format(part->org, room);
    return text_value(li_str_n(room, LI_ID_TEXT));
}

/* similar.NAME.sum, similar.NAME.count */
static int64_t alike(const struct li_case_facts *facts, struct li_str rest)
{
    const struct li_playbook *playbook = facts->playbook;
    struct li_str name = li_str_cut(&rest, '.');

    for (size_t i = 0; facts->snapshot && facts->snapshot->alike && i < playbook->similar_count;
         i++)
        if (li_str_eq(playbook->similars[i].name, name))
            return li_str_is(rest, "sum") ? facts->snapshot->alike[i].sum
                                          : facts->snapshot->alike[i].count;
    return 0;
}

static int64_t number_of(const struct li_case_facts *facts, struct li_str name)
{
    const struct li_playbook *playbook = facts->playbook;

    for (size_t i = 0; facts->snapshot && facts->snapshot->numbers && i < playbook->number_count;
         i++)
        if (li_str_eq(playbook->numbers[i].name, name))
            return facts->snapshot->numbers[i];
    return 0;
}

static struct li_value int_value(int64_t number)
{
    return (struct li_value){.type = LI_TYPE_INT, .number = number};
}

static struct li_value fact(const void *arg, struct li_str name)
{
    const struct li_case_facts *facts = arg;
    bool is_self = li_str_starts(name, LI_S("self."));

    if (is_self || li_str_starts(name, LI_S("its."))) {
        li_assert(facts->self);
        return fact_of(facts, facts->self, is_self ? behind(name, 5) : name,
                       facts->org_text + LI_ID_TEXT + 1);
    }

    if (li_str_is(name, "case.state"))
        return text_value(facts->playbook->machines[0].states[facts->state].name);
    if (li_str_is(name, "case.via"))
        return text_value(facts->snapshot && facts->snapshot->via.ptr ? facts->snapshot->via
                                                                      : LI_S(""));
    if (li_str_is(name, "case.code"))
        return text_value(facts->snapshot && facts->snapshot->code.ptr ? facts->snapshot->code
                                                                       : LI_S(""));
    if (li_str_is(name, "actor.is_reporter"))
        return bool_value(facts->is_reporter);
    if (li_str_is(name, "office.open"))
        return bool_value(facts->snapshot && facts->snapshot->calendar &&
                          li_calendar_is_open(facts->snapshot->calendar, facts->snapshot->now));
    if (li_str_starts(name, LI_S("held.")))
        return bool_value(is_held(facts->snapshot, behind(name, 5)));
    if (li_str_starts(name, LI_S("drawn.")))
        return bool_value(is_drawn(facts, behind(name, 6)));
    if (li_str_starts(name, LI_S("count.")))
        return int_value(counted(facts, behind(name, 6)));
    if (li_str_starts(name, LI_S("book.")))
        return (struct li_value){.type = LI_TYPE_INT,
                                 .number = li_book_fact(facts, behind(name, 5))};
    if (li_str_starts(name, LI_S("parent.")))
        return li_above_fact(facts, behind(name, 7));
    if (li_str_starts(name, LI_S("balance.")))
        return (struct li_value){.type = LI_TYPE_INT, .number = balance_of(facts, behind(name, 8))};
    if (li_str_starts(name, LI_S("subject.")))
        return subject_value(facts, name);
    if (li_str_starts(name, LI_S("ballot.")))
        return li_ballot_fact(facts, behind(name, 7));
    if (li_str_starts(name, LI_S("similar.")))
        return int_value(alike(facts, behind(name, 8)));
    if (li_str_starts(name, LI_S("table.")))
        return int_value(number_of(facts, behind(name, 6)));
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

    if (li_str_eq(kind, LI_CHILD))
        return (facts->snapshot ? facts->snapshot->child_count : 0) + facts->spawn_count;
    if (li_str_eq(kind, LI_SIBLING))
        return facts->snapshot ? facts->snapshot->sibling_count : 0;
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

    if (li_str_eq(kind, LI_CHILD))
        return li_child_fact(facts, index, name);
    if (li_str_eq(kind, LI_SIBLING))
        return li_sibling_fact(facts, index, name);
    return fact_of(facts, part_at(facts, kind, index), name, facts->org_text);
}

struct li_facts li_case_facts(const struct li_case_facts *facts)
{
    return (struct li_facts){
        .fact = fact, .part_count = part_count, .part_fact = part_fact, .arg = facts};
}
