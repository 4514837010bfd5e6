/*
 * The names a `when` may use, with their types.
 *
 *   case.state           text: the state's name
 *   case.via             text: the way it came in
 *   actor.is_reporter    bool: whoever does it is the case's reporter
 *   held.POST            bool: somebody holds the post where the case lies;
 *                        written held('POST')
 *   count.NAME           int: a counter some action raises
 *   field.NAME           text, int or bool; not of free texts, which lie in
 *                        the vault, of lists and of points; a field not given
 *                        is '', 0 or false
 *   of a part: state, org (text), no (int)
 *
 * The machine gives the values (machine_fact.c); both must change together.
 */
#include "playbook/load.h"

static enum li_type type_of(const struct li_field *field)
{
    if (field->type == LI_FIELD_INTEGER || field->type == LI_FIELD_SCALE)
        return LI_TYPE_INT;
    return field->type == LI_FIELD_BOOL ? LI_TYPE_BOOL : LI_TYPE_TEXT;
}

/* What stands behind a prefix; ptr NULL: the name does not begin so. */
static struct li_str behind(struct li_str name, struct li_str prefix)
{
    if (!li_str_starts(name, prefix))
        return (struct li_str){0};
    return li_str_n(name.ptr + prefix.len, name.len - prefix.len);
}

static const struct li_field *field_of(const struct li_playbook *playbook, struct li_str name)
{
    struct li_str word = behind(name, LI_S("field."));
    int place = word.ptr ? li_playbook_field(playbook, word) : -1;
    const struct li_field *field = place < 0 ? NULL : &playbook->fields[place];

    if (!field || field->free_text || field->many || field->type == LI_FIELD_POINT ||
        field->type == LI_FIELD_PHOTOS)
        return NULL;
    return field;
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

static bool fact(const void *arg, struct li_str name, enum li_type *ret)
{
    const struct li_field *field = field_of(arg, name);
    struct li_str post = behind(name, LI_S("held.")), counter = behind(name, LI_S("count."));

    if (li_str_is(name, "case.state") || li_str_is(name, "case.via"))
        *ret = LI_TYPE_TEXT;
    else if (li_str_is(name, "actor.is_reporter") || (post.ptr && li_word_is_post(post)))
        *ret = LI_TYPE_BOOL;
    else if (counter.ptr && is_counter(arg, counter))
        *ret = LI_TYPE_INT;
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
    if (!kind.len && li_str_is(name, "case.via"))
        return li_word_find(li_way_words, LI_WAY_WORD_COUNT, text) >= 0;
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
