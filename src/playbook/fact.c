/*
 * The names a `when` may use, with their types.
 *
 *   case.state           text: the state's name
 *   case.via             text: the way it came in
 *   case.code            text: the number it is checked by, where it has one
 *   actor.is_reporter    bool: whoever does it is the case's reporter
 *   held.POST            bool: somebody holds the post where the case lies;
 *                        written held('POST')
 *   office.open          bool: it is working time as the step is made; where a case begins and
 *                        where an action branches
 *   drawn.NAME           bool: chance has drawn it, where an action branches; written
 *                        drawn('NAME')
 *   count.NAME           int: a counter some action raises
 *   book.NAME            int: what the case has in that book of the ledger
 *   balance.NAME         int: what stands on that account, before the step
 *   subject.FIELD.COLUMN of the row that a subject names, as its `reads` says
 *   similar.NAME.sum     int: what the other cases alike have together; .count: how many
 *   table.NAME           int: a number of the tenant's tables
 *   field.NAME           text, int or bool; not of free texts, which lie in
 *                        the vault, of lists and of points; a field not given
 *                        is '', 0 or false; a checklist is how many of it are there
 *   ballot.NAME.state    text: how far that ballot of the case is, '' before it is asked for;
 *                        .passed (bool), .first (text, an item of its checklist): of its
 *                        result, once that is final
 *   of a part: chosen.NAME (bool), that ballot has chosen it; state, org, role (text), no,
 *                        about (int), its.NAME (as field.NAME, of what it keeps of its own)
 *   of a child: state, playbook (text), ended (bool), about (int), the part it is for
 *   parent.state, parent.field.NAME of the case this one is opened beneath (`under`)
 *   of a sibling, another one beneath it: state (text), ended, before (bool), its.NAME
 *   where a part acts: self.state, self.no … of it, and its.NAME
 *
 * The machine gives the values (machine_fact.c); both must change together.
 */
#include "playbook/load.h"

static enum li_type type_of_type(enum li_field_type type)
{
    if (type == LI_FIELD_INTEGER || type == LI_FIELD_SCALE || type == LI_FIELD_MONEY ||
        type == LI_FIELD_QUANTITY || type == LI_FIELD_CHECKLIST)
        return LI_TYPE_INT;
    return type == LI_FIELD_BOOL ? LI_TYPE_BOOL : LI_TYPE_TEXT;
}

static enum li_type type_of(const struct li_field *field)
{
    return type_of_type(field->type);
}

/* What stands behind a prefix; ptr NULL: the name does not begin so. */
static struct li_str behind(struct li_str name, struct li_str prefix)
{
    if (!li_str_starts(name, prefix))
        return (struct li_str){0};
    return li_str_n(name.ptr + prefix.len, name.len - prefix.len);
}

/* A field that a fact can be about. */
static const struct li_field *readable(const struct li_playbook *playbook, int place)
{
    const struct li_field *field = place < 0 ? NULL : &playbook->fields[place];

    if (!field || field->is || field->free_text || field->many || field->type == LI_FIELD_POINT ||
        li_field_is_files(field->type))
        return NULL;
    return field;
}

static const struct li_field *field_of(const struct li_playbook *playbook, struct li_str name)
{
    struct li_str word = behind(name, LI_S("field."));

    return readable(playbook, word.ptr ? li_playbook_field(playbook, word) : -1);
}

/* its.NAME of a kind of part. */
static const struct li_field *own_field(const struct li_playbook *playbook,
                                        const struct li_machine *machine, struct li_str name)
{
    struct li_str word = behind(name, LI_S("its."));
    int place = word.ptr ? li_playbook_field(playbook, word) : -1;

    return place >= 0 && li_machine_keeps(machine, place) ? readable(playbook, place) : NULL;
}

static bool machine_fact(const struct li_playbook *playbook, const struct li_machine *machine,
                         struct li_str name, enum li_type *ret)
{
    const struct li_field *field = own_field(playbook, machine, name);

    if (field)
        *ret = type_of(field);
    else if (li_str_is(name, "no") || li_str_is(name, "about"))
        *ret = LI_TYPE_INT;
    else if (li_str_is(name, "state") || li_str_is(name, "org") || li_str_is(name, "role"))
        *ret = LI_TYPE_TEXT;
    else
        return false;
    return true;
}

/* The same, or whether a ballot has chosen it. */
static bool row_fact(const struct li_load *load, const struct li_machine *machine,
                     struct li_str name, enum li_type *ret)
{
    struct li_str ballot = behind(name, LI_S("chosen."));

    if (!ballot.ptr)
        return machine_fact(load->playbook, machine, name, ret);
    *ret = LI_TYPE_BOOL;
    return li_load_chosen_fact((struct li_load *)(uintptr_t)load,
                               (int)(machine - load->playbook->machines), ballot);
}

/* self.state, its.NAME: of the part whose action it is. */
static bool self_fact(const struct li_load *load, struct li_str name, enum li_type *ret)
{
    const struct li_machine *machine = &load->playbook->machines[load->self];
    struct li_str word = behind(name, LI_S("self."));

    if (!load->self)
        return false;
    return row_fact(load, machine, word.ptr ? word : name, ret) &&
           (word.ptr || li_str_starts(name, LI_S("its.")));
}

/* Read from the tree: the actions are not all compiled yet. */
static bool is_counter(const struct li_playbook *playbook, struct li_str name)
{
    const struct li_node *actions = li_node_get(playbook->plain, "actions");

    for (size_t i = 0; actions && actions->kind == LI_MAP && i < actions->map.count; i++)
        if (li_str_eq(li_node_text(actions->map.items[i].value, "count"), name))
            return name.len > 0;
    return false;
}

static bool is_book(const struct li_playbook *playbook, struct li_str name)
{
    for (size_t i = 0; i < playbook->book_count; i++)
        if (li_str_eq(playbook->books[i].name, name))
            return true;
    return false;
}

static bool above_fact(const struct li_load *load, struct li_str name, enum li_type *ret)
{
    struct li_str word = behind(name, LI_S("field."));
    const struct li_above_fact *fact = word.ptr ? li_playbook_above(load->playbook, word) : NULL;

    if (!load->playbook->under.len || (!fact && !li_str_is(name, "state")))
        return false;
    *ret = fact ? type_of_type(fact->type) : LI_TYPE_TEXT;
    load->seen->above = true;
    return true;
}

static bool is_balance(const struct li_playbook *playbook, struct li_str name)
{
    for (size_t i = 0; i < playbook->balance_count; i++)
        if (li_str_eq(playbook->balances[i].name, name))
            return true;
    return false;
}

const struct li_read *li_playbook_read(const struct li_playbook *playbook, struct li_str fact,
                                       int *ret_field)
{
    struct li_str column = behind(fact, LI_S("subject.")), name;
    const struct li_field *field;
    int place;

    if (!column.ptr)
        return NULL;
    name = li_str_cut(&column, '.');
    place = li_playbook_field(playbook, name);
    if (place < 0 || !column.ptr)
        return NULL;
    field = &playbook->fields[place];
    for (size_t i = 0; i < field->read_count; i++) {
        if (li_str_eq(field->reads[i].name, column)) {
            *ret_field = place;
            return &field->reads[i];
        }
    }
    return NULL;
}

/* Read from the tree, as counters are; `name` of tables, or NAME.sum and NAME.count. */
static bool is_number(const struct li_playbook *playbook, struct li_str name)
{
    struct li_str table = behind(name, LI_S("table.")), rest = behind(name, LI_S("similar."));
    struct li_str similar = rest.ptr ? li_str_cut(&rest, '.') : rest;
    const struct li_node *named = li_node_get(playbook->plain, table.ptr ? "tables" : "similar");

    if (similar.ptr && !li_str_is(rest, "sum") && !li_str_is(rest, "count"))
        return false;
    return (table.ptr || similar.ptr) && named && named->kind == LI_MAP &&
           li_node_get_str(named, table.ptr ? table : similar);
}

static bool hours_fact(struct li_playbook *playbook, enum li_type *ret)
{
    playbook->asks_hours = true;
    *ret = LI_TYPE_BOOL;
    return true;
}

static bool fact(const void *arg, struct li_str name, enum li_type *ret)
{
    const struct li_load *load = arg;
    struct li_str above = behind(name, LI_S("parent."));
    const struct li_field *field = field_of(load->playbook, name);
    struct li_str post = behind(name, LI_S("held.")), counter = behind(name, LI_S("count."));
    struct li_str sample = behind(name, LI_S("drawn."));
    struct li_str book = behind(name, LI_S("book.")), balance = behind(name, LI_S("balance."));
    int place;
    const struct li_read *column = li_playbook_read(load->playbook, name, &place);
    struct li_str ballot = behind(name, LI_S("ballot."));

    if (li_str_is(name, "case.state") || li_str_is(name, "case.via") ||
        (li_str_is(name, "case.code") && load->playbook->code.label.zh.len))
        *ret = LI_TYPE_TEXT;
    else if (li_str_is(name, "actor.is_reporter") || (post.ptr && li_word_is_post(post)))
        *ret = LI_TYPE_BOOL;
    else if (sample.ptr && load->branching && li_playbook_sample(load->playbook, sample) >= 0)
        *ret = LI_TYPE_BOOL;
    else if (li_str_is(name, "office.open") && load->leading)
        return hours_fact(load->playbook, ret);
    else if ((counter.ptr && is_counter(load->playbook, counter)) ||
             (book.ptr && is_book(load->playbook, book)) ||
             (balance.ptr && is_balance(load->playbook, balance)) ||
             is_number(load->playbook, name))
        *ret = LI_TYPE_INT;
    else if (column)
        *ret = column->type;
    else if (field)
        *ret = type_of(field);
    else if (above.ptr)
        return above_fact(load, above, ret);
    else if (ballot.ptr)
        return li_load_ballot_fact((struct li_load *)(uintptr_t)load, ballot, ret);
    else
        return self_fact(load, name, ret);
    return true;
}

static const struct li_machine *machine_of(const struct li_playbook *playbook, struct li_str kind)
{
    for (size_t i = 1; i < playbook->machine_count; i++)
        if (li_str_eq(playbook->machines[i].name, kind))
            return &playbook->machines[i];
    return NULL;
}

/* Of a case that came of this one; the playbook then asks about them. */
static bool child_fact(struct li_playbook *playbook, struct li_str name, enum li_type *ret)
{
    if (li_str_is(name, "ended"))
        *ret = LI_TYPE_BOOL;
    else if (li_str_is(name, "about"))
        *ret = LI_TYPE_INT;
    else if (li_str_is(name, "state") || li_str_is(name, "playbook"))
        *ret = LI_TYPE_TEXT;
    else
        return false;
    playbook->children = true;
    return true;
}

/* Of another one beneath the same case; the playbook then asks about them. */
static bool sibling_fact(const struct li_load *load, struct li_str name, enum li_type *ret)
{
    struct li_str word = behind(name, LI_S("its."));
    const struct li_field *field =
        readable(load->playbook, word.ptr ? li_playbook_field(load->playbook, word) : -1);

    if (!load->playbook->under.len)
        return false;
    if (field)
        *ret = type_of(field);
    else if (li_str_is(name, "ended") || li_str_is(name, "before"))
        *ret = LI_TYPE_BOOL;
    else if (li_str_is(name, "state"))
        *ret = LI_TYPE_TEXT;
    else
        return false;
    load->playbook->asks_siblings = load->seen->beside = true;
    return true;
}

static bool part_fact(const void *arg, struct li_str kind, struct li_str name, enum li_type *ret)
{
    const struct li_load *load = arg;
    const struct li_machine *machine = machine_of(load->playbook, kind);

    if (li_str_is(kind, "child"))
        return child_fact(load->playbook, name, ret);
    if (li_str_is(kind, "sibling"))
        return sibling_fact(load, name, ret);
    return machine && row_fact(load, machine, name, ret);
}

static bool option_known(const struct li_option *options, size_t count, struct li_str name)
{
    for (size_t i = 0; i < count; i++)
        if (li_str_eq(options[i].name, name))
            return true;
    return !name.len;
}

/* Whether a fact of a part can have this text. */
static bool machine_value(const struct li_playbook *playbook, const struct li_machine *machine,
                          struct li_str name, struct li_str text)
{
    const struct li_field *field = own_field(playbook, machine, name);

    if (li_str_is(name, "state"))
        return li_machine_state(machine, text) >= 0;
    if (li_str_is(name, "role"))
        return option_known(machine->roles, machine->role_count, text);
    return !field || field->type != LI_FIELD_CHOICE ||
           option_known(field->options, field->option_count, text);
}

/* The states of other playbooks are looked at when it is adopted. */
static bool keep_state(struct li_str states[16], size_t *count, struct li_str state)
{
    for (size_t i = 0; i < *count; i++)
        if (li_str_eq(states[i], state))
            return true;
    if (*count == 16)
        return false;
    states[(*count)++] = state;
    return true;
}

static bool sibling_value(const struct li_playbook *playbook, struct li_str name,
                          struct li_str text)
{
    struct li_str word = behind(name, LI_S("its."));
    int place = word.ptr ? li_playbook_field(playbook, word) : -1;
    const struct li_field *field = place < 0 ? NULL : &playbook->fields[place];

    if (li_str_is(name, "state"))
        return li_machine_state(&playbook->machines[0], text) >= 0;
    return !field || field->type != LI_FIELD_CHOICE ||
           option_known(field->options, field->option_count, text);
}

/* What a ballot's state can be, and the items that may come first. */
static bool ballot_value(const struct li_playbook *playbook, struct li_str name, struct li_str text)
{
    static const char *const states[] = {"", LI_BALLOT_RUNS, "final", "cancelled"};
    int place = li_playbook_ballot(playbook, li_str_cut(&name, '.'));
    const struct li_field *list;

    if (li_str_is(name, "state"))
        return li_word_find(states, sizeof(states) / sizeof(states[0]), text) >= 0;
    list = &playbook->fields[playbook->ballots[place].list];
    return option_known(list->options, list->option_count, text);
}

static bool value(const void *arg, struct li_str kind, struct li_str name, struct li_str text)
{
    const struct li_load *load = arg;
    const struct li_playbook *playbook = load->playbook;
    const struct li_field *field = kind.len ? NULL : field_of(playbook, name);
    struct li_str word = behind(name, LI_S("self."));

    if (li_str_is(kind, "child"))
        return !li_str_is(name, "state") ||
               keep_state(load->playbook->child_states, &load->playbook->child_state_count, text);
    if (li_str_is(kind, "sibling"))
        return sibling_value(playbook, name, text);
    if (kind.len)
        return machine_value(playbook, machine_of(playbook, kind), name, text);
    if (load->self && (word.ptr || li_str_starts(name, LI_S("its."))))
        return machine_value(playbook, &playbook->machines[load->self], word.ptr ? word : name,
                             text);
    if (li_str_is(name, "parent.state"))
        return keep_state(load->playbook->parent_states, &load->playbook->parent_state_count, text);
    if (li_str_is(name, "case.state"))
        return li_machine_state(&playbook->machines[0], text) >= 0;
    if (li_str_is(name, "case.via"))
        return li_word_find(li_way_words, LI_WAY_WORD_COUNT, text) >= 0;
    word = behind(name, LI_S("ballot."));
    if (word.ptr)
        return ballot_value(playbook, word, text);
    return !field || field->type != LI_FIELD_CHOICE ||
           option_known(field->options, field->option_count, text);
}

/* Whether a quote stands at a place of the file; the text then begins behind it. */
static bool is_quoted(struct li_str yaml, const struct li_node *at)
{
    struct li_str line = {0};
    size_t byte = 0;

    for (int i = 0; i < at->line && (i == 0 || yaml.ptr); i++)
        line = li_str_cut(&yaml, '\n');
    for (int i = 1; i < at->column; i++)
        li_utf8_next(line, &byte);
    return byte < line.len && (line.ptr[byte] == '"' || line.ptr[byte] == '\'');
}

void li_load_names(struct li_load *load, const struct li_node *at, struct li_names *ret)
{
    const struct li_flat_file *file = &load->flat->files[at->file];

    *ret = (struct li_names){.fact = fact,
                             .part_fact = part_fact,
                             .value = value,
                             .arg = load,
                             .file = file->name,
                             .line = at->line,
                             .column = at->column + is_quoted(file->yaml, at)};
}
