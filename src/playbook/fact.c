/*
 * The names a `when` may use, with their types.
 *
 *   case.state           text: the state's name
 *   actor.is_reporter    bool: whoever does it is the case's reporter
 *   field.NAME           text, int or bool; not of free texts, which lie in
 *                        the vault; a field not given is '', 0 or false
 *   of a part: state, org (text), no (int)
 *
 * The machine gives the values (machine_fact.c); both must change together.
 */
#include "playbook/load.h"

static enum li_type type_of(const struct li_field *field)
{
    if (field->type == LI_FIELD_INTEGER)
        return LI_TYPE_INT;
    return field->type == LI_FIELD_BOOL ? LI_TYPE_BOOL : LI_TYPE_TEXT;
}

static const struct li_field *field_of(const struct li_playbook *playbook, struct li_str name)
{
    int field;

    if (!li_str_starts(name, LI_S("field.")))
        return NULL;
    field = li_playbook_field(playbook, li_str_n(name.ptr + 6, name.len - 6));
    return field < 0 || playbook->fields[field].free_text || playbook->fields[field].many
               ? NULL
               : &playbook->fields[field];
}

static bool fact(const void *arg, struct li_str name, enum li_type *ret)
{
    const struct li_field *field = field_of(arg, name);

    if (li_str_is(name, "case.state"))
        *ret = LI_TYPE_TEXT;
    else if (li_str_is(name, "actor.is_reporter"))
        *ret = LI_TYPE_BOOL;
    else if (field)
        *ret = type_of(field);
    else
        return false;
    return true;
}

static const struct li_machine *machine_of(const struct li_playbook *playbook, struct li_str kind)
{
    for (size_t i = 1; i < playbook->machine_count; i++)
        if (li_str_eq(playbook->machines[i].name, kind))
            return &playbook->machines[i];
    return NULL;
}

static bool part_fact(const void *arg, struct li_str kind, struct li_str name, enum li_type *ret)
{
    if (!machine_of(arg, kind))
        return false;
    if (li_str_is(name, "no"))
        *ret = LI_TYPE_INT;
    else if (li_str_is(name, "state") || li_str_is(name, "org"))
        *ret = LI_TYPE_TEXT;
    else
        return false;
    return true;
}

static bool value(const void *arg, struct li_str kind, struct li_str name, struct li_str text)
{
    const struct li_playbook *playbook = arg;
    const struct li_field *field = kind.len ? NULL : field_of(playbook, name);

    if (kind.len && li_str_is(name, "state"))
        return li_machine_state(machine_of(playbook, kind), text) >= 0;
    if (!kind.len && li_str_is(name, "case.state"))
        return li_machine_state(&playbook->machines[0], text) >= 0;
    if (!field || field->type != LI_FIELD_CHOICE || !text.len)
        return true;
    for (size_t i = 0; i < field->option_count; i++)
        if (li_str_eq(field->options[i].name, text))
            return true;
    return false;
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
    *ret = (struct li_names){.fact = fact,
                             .part_fact = part_fact,
                             .value = value,
                             .arg = load->playbook,
                             .file = load->file,
                             .line = at->line,
                             .column = at->column + is_quoted(load->yaml, at)};
}
