/*
 * From YAML to a playbook: read, desugar, compile, check.
 *
 * Not for the rules (check*.c) or the parts of the file (load_*.c).  Compiling
 * goes on after a fault to show them all; checking begins only when every name
 * was understood.
 */
#include "playbook/load.h"

#include "base/json.h"
#include "playbook/desugar.h"

int li_playbook_field(const struct li_playbook *playbook, struct li_str name)
{
    for (size_t i = 0; i < playbook->field_count; i++)
        if (li_str_eq(playbook->fields[i].name, name))
            return (int)i;
    return -1;
}

int li_playbook_action(const struct li_playbook *playbook, struct li_str name)
{
    for (size_t i = 0; i < playbook->action_count; i++)
        if (li_str_eq(playbook->actions[i].name, name))
            return (int)i;
    return -1;
}

int li_machine_state(const struct li_machine *machine, struct li_str name)
{
    for (size_t i = 0; i < machine->state_count; i++)
        if (li_str_eq(machine->states[i].name, name))
            return (int)i;
    return -1;
}

const struct li_member *li_load_state_place(const struct li_load *load, int machine, int state)
{
    const struct li_machine *of = &load->playbook->machines[machine];
    const struct li_node *map = load->plain;

    if (machine > 0)
        map = li_node_get_str(li_node_get(map, "parts"), of->name);
    return li_load_member(li_node_get(map, "states"), of->states[state].name);
}

const struct li_member *li_load_action_place(const struct li_load *load, int action)
{
    return li_load_member(li_node_get(load->plain, "actions"),
                          load->playbook->actions[action].name);
}

/* {seq} once; besides it only {yy} {yyyy} {check} and plain characters. */
bool li_load_number_fits(struct li_str number)
{
    bool seq = false;

    for (size_t i = 0; i < number.len; i++) {
        struct li_str rest = li_str_n(number.ptr + i, number.len - i), word;

        if (rest.ptr[0] == '}')
            return false;
        if (rest.ptr[0] != '{')
            continue;
        word = li_str_cut(&rest, '}');
        if (!rest.ptr)
            return false;
        if (li_str_is(word, "{seq") && !seq)
            seq = true;
        else if (!li_str_is(word, "{yy") && !li_str_is(word, "{yyyy") && !li_str_is(word, "{check"))
            return false;
        i += word.len;
    }
    return seq && number.len <= 40;
}

static void load_head(struct li_load *load)
{
    struct li_playbook *playbook = load->playbook;
    const struct li_node *plain = load->plain;
    int64_t version;

    playbook->name = li_load_need_text(load, plain, "playbook");
    if (playbook->name.len && !li_word_is_name(playbook->name, '-'))
        li_load_tell(load, LI_RULE_NAME_FORM, li_node_get(plain, "playbook"), playbook->name);
    if (!li_node_get(plain, "version"))
        li_load_tell(load, LI_RULE_WORD_MISSING, plain, LI_S("version"));
    version = li_load_int(load, plain, "version");
    if (version > INT32_MAX)
        li_load_tell(load, LI_RULE_SHAPE_INTEGER, li_node_get(plain, "version"), LI_S("version"));
    else
        playbook->version = (int)version;
    playbook->title = li_load_texts(load, plain, "title", true);
    playbook->why = li_load_texts(load, plain, "why", true);
    playbook->issuer = li_load_texts(load, plain, "issuer", false);
    playbook->number = li_load_need_text(load, plain, "number");
    if (playbook->number.len && !li_load_number_fits(playbook->number))
        li_load_tell(load, LI_RULE_NUMBER_FORM, li_node_get(plain, "number"), playbook->number);
    if (!li_node_get(plain, "keep"))
        li_load_tell(load, LI_RULE_WORD_MISSING, plain, LI_S("keep"));
    playbook->keep_days = li_load_days(load, plain, "keep");
}

static int compile(struct li_load *load)
{
    static const char *const words[] = {
        "playbook",   "version",  "title",    "why",     "number", "fields",  "level",
        "open",       "states",   "parts",    "actions", "see",    "keep",    "on_behalf",
        "late_entry", "clocks",   "every",    "migrate", "recuse", "issuer",  "samples",
        "books",      "balances", "occupies", "code",    "page",   "ballots", "similar",
        "tables",     "carries",  NULL};
    int r;

    if (!li_load_map(load, load->plain, LI_S("playbook"), words))
        return 0;
    load_head(load);
    r = li_load_fields(load);
    if (r == 0)
        r = li_load_under(load);
    if (r == 0)
        li_load_level(load);
    if (r == 0)
        r = li_load_machines(load);
    if (r == 0)
        r = li_load_books(load);
    if (r == 0)
        r = li_load_balances(load);
    if (r == 0) {
        li_load_occupies(load);
        li_load_code(load);
    }
    if (r == 0)
        r = li_load_ballots(load);
    if (r == 0)
        r = li_load_reckoned(load);
    if (r == 0)
        r = li_load_similars(load);
    if (r == 0)
        r = li_load_numbers(load);
    if (r == 0)
        r = li_load_open(load);
    if (r == 0)
        r = li_load_samples(load);
    if (r == 0)
        r = li_load_actions(load);
    if (r == 0)
        li_load_carries(load);
    if (r == 0)
        li_load_samples_used(load);
    if (r == 0)
        r = li_load_see(load);
    if (r == 0)
        r = li_load_behalf(load);
    if (r == 0)
        r = li_load_recuse(load);
    if (r == 0)
        r = li_load_posts_asked(load);
    if (r == 0 && !load->faults) {
        struct li_playbook *playbook = load->playbook;

        r = li_load_schema(load, playbook->open_fields, playbook->open_required,
                           playbook->open_field_count, &playbook->open_schema);
    }
    if (r == 0 && !load->faults)
        r = li_load_rhythms(load);
    if (r == 0)
        r = li_load_migrate(load);
    if (r == 0)
        r = li_load_page(load);
    if (r == 0)
        li_load_under_check(load);
    if (r == 0 && !load->faults)
        li_load_ballots_used(load);
    return r;
}

/* The order of fields, states and actions means something and canonical bytes
 * have none, so the names go in once more. */
static void add_names(struct li_buf *buf, const struct li_node *map)
{
    for (size_t i = 0; map && map->kind == LI_MAP && i < map->map.count; i++) {
        li_buf_str(buf, map->map.items[i].key);
        li_buf_char(buf, '\n');
        add_names(buf, map->map.items[i].value);
    }
}

static int hash(struct li_load *load)
{
    struct li_buf *names = li_buf_new(load->ctx, 0);
    struct li_str parts[2];
    int r = names ? li_canonical(load->ctx, load->plain, &parts[0]) : -LI_E_NOMEM;

    if (r < 0)
        return r;
    add_names(names, li_node_get(load->plain, "fields"));
    add_names(names, li_node_get(load->plain, "states"));
    add_names(names, li_node_get(load->plain, "parts"));
    add_names(names, li_node_get(load->plain, "actions"));
    add_names(names, li_node_get(load->plain, "clocks"));
    r = li_buf_check(load->ctx, names);
    if (r < 0)
        return r;
    parts[1] = li_buf_view(names);
    load->playbook->hash = li_hash_parts(parts, 2);
    return 0;
}

/* What is kept of the file: as it was written, or flat when it was merged. */
static int source(struct li_load *load, struct li_str *ret)
{
    struct li_buf *buf;
    int r;

    if (!load->flat->merged) {
        *ret = load->flat->files[0].yaml;
        return 0;
    }
    buf = li_buf_new(load->ctx, 0);
    if (!buf)
        return -LI_E_NOMEM;
    li_flat_write(buf, load->flat->tree);
    r = li_buf_check(load->ctx, buf);
    if (r == 0)
        *ret = li_buf_view(buf);
    return r;
}

int li_playbook_load(struct li_ctx *ctx, const char *name, struct li_str yaml,
                     struct li_playbook **ret)
{
    return li_playbook_load_beside(ctx, name, yaml, NULL, ret);
}

int li_playbook_load_beside(struct li_ctx *ctx, const char *name, struct li_str yaml,
                            const char *beside, struct li_playbook **ret)
{
    struct li_load_seen seen = {.above = false};
    struct li_load load = {.ctx = ctx, .seen = &seen};
    struct li_flat *flat;
    struct li_node *plain;
    int r = li_flatten(ctx, name, yaml, beside, &flat);

    if (r == 0)
        r = li_desugar(ctx, flat->tree, &plain);
    if (r < 0)
        return r;
    load.flat = flat;
    load.plain = plain;
    load.playbook = li_alloc(ctx, sizeof(*load.playbook));
    if (!load.playbook)
        return -LI_E_NOMEM;
    load.playbook->level = -1;
    load.playbook->plain = plain;
    r = compile(&load);
    if (r == 0 && !load.faults) {
        li_check(&load);
        li_check_clocks(&load);
        li_check_page(&load);
        r = li_check_joins(&load);
    }
    if (r == 0 && !load.faults)
        r = hash(&load);
    if (r == 0 && !load.faults)
        r = source(&load, &load.playbook->source);
    if (r < 0)
        return r;
    if (load.faults)
        return -LI_E_INVALID;
    *ret = load.playbook;
    return 0;
}
