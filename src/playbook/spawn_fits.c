/*
 * Whether one playbook can open cases of another: the rules that need both.
 *
 * Asked when either is adopted and when scenarios are played, so that no action opens
 * a case that its own playbook would refuse.
 */
#include "playbook/playbook.h"
#include "playbook/rule.h"

#define TEXT_MAX 1000 /* of a text that says none (load_schema.c) */

struct fitting {
    struct li_ctx *ctx;
    const struct li_playbook *from, *to;
    const struct li_action *action;
    const struct li_spawn *spawn;
    int faults;
};

static int tell(struct fitting *f, enum li_rule rule, struct li_str name)
{
    struct li_str where =
        f->action ? li_strf(f->ctx, "%.*s: %.*s", LI_P(f->from->name), LI_P(f->action->name))
                  : f->from->name;

    f->faults++;
    return where.ptr ? li_rule_fail(f->ctx, LI_E_INVALID, rule, where, name) : -LI_E_NOMEM;
}

static bool has_option(const struct li_field *field, struct li_str name)
{
    for (size_t i = 0; i < field->option_count; i++)
        if (li_str_eq(field->options[i].name, name))
            return true;
    return false;
}

static bool has_scheme(const struct li_field *field, struct li_str name)
{
    for (size_t i = 0; i < field->scheme_count; i++)
        if (li_str_eq(field->schemes[i], name))
            return true;
    return false;
}

/* What is always of one kind goes where it can be given. */
static bool value_fits(const struct li_node *value, const struct li_field *to)
{
    switch (to->type) {
    case LI_FIELD_CHOICE:
        return value->kind == LI_TEXT && has_option(to, value->text);
    case LI_FIELD_TEXT:
        return value->kind == LI_TEXT &&
               li_utf8_length(value->text) <= (size_t)(to->max ? to->max : TEXT_MAX);
    case LI_FIELD_BOOL:
        return value->kind == LI_BOOL;
    case LI_FIELD_INTEGER:
    case LI_FIELD_SCALE:
    case LI_FIELD_MONEY:
        return value->kind == LI_INT && value->number >= 0 &&
               (!to->max || value->number <= to->max);
    default:
        return false;
    }
}

static bool field_fits(const struct li_field *from, const struct li_field *to)
{
    int64_t from_max = from->max, to_max = to->max;

    if (from->type == LI_FIELD_TEXT) {
        from_max = from_max ? from_max : TEXT_MAX;
        to_max = to_max ? to_max : TEXT_MAX;
    }
    if (from->type != to->type || from->many != to->many || from->scale != to->scale ||
        (from->personal && !to->personal) || (to_max && (!from_max || from_max > to_max)) ||
        (from->type == LI_FIELD_SUBJECT && !li_str_eq(from->reg, to->reg)))
        return false;
    for (size_t i = 0; i < from->option_count; i++)
        if (!has_option(to, from->options[i].name))
            return false;
    for (size_t i = 0; i < from->scheme_count; i++)
        if (!has_scheme(to, from->schemes[i]))
            return false;
    return true;
}

static bool among(const int *fields, size_t count, int field)
{
    for (size_t i = 0; i < count; i++)
        if (fields[i] == field)
            return true;
    return false;
}

/* Whether every part of a kind was made with a field. */
static bool made_with(const struct li_playbook *playbook, int machine, int field)
{
    for (size_t i = 0; i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];

        for (size_t k = 0; k < action->make_count; k++)
            if (action->makes[k].machine == machine &&
                !among(action->needs, action->need_count, field))
                return false;
    }
    return true;
}

/* Whether a field is there whenever the action is done. */
static bool is_certain(const struct fitting *f, int field)
{
    const struct li_playbook *from = f->from;
    int machine = f->spawn->machine ? f->spawn->machine : f->action->machine;
    bool own = machine && li_machine_keeps(&from->machines[machine], field);

    if ((!own || !f->spawn->machine) && among(f->action->needs, f->action->need_count, field))
        return true;
    if (from->fields[field].keep_days)
        return false;
    if (own)
        return made_with(from, machine, field);
    for (size_t i = 0; i < from->open_field_count; i++)
        if (from->open_fields[i] == field && from->open_required[i])
            return true;
    return false;
}

static const struct li_spawn_field *filled(const struct li_spawn *spawn, struct li_str name)
{
    for (size_t i = 0; i < spawn->field_count; i++)
        if (li_str_eq(spawn->fields[i].name, name))
            return &spawn->fields[i];
    return NULL;
}

static bool is_asked(const struct li_playbook *playbook, int field)
{
    return field >= 0 && among(playbook->open_fields, playbook->open_field_count, field);
}

static int check_spawn(struct fitting *f)
{
    int r = 0;

    if (f->to->under.len &&
        (!li_str_eq(f->to->under, f->from->name) || !li_str_is(f->spawn->link, "child")))
        r = tell(f, LI_RULE_UNDER_SPAWN, f->to->name);

    for (size_t i = 0; i < f->spawn->field_count; i++) {
        const struct li_spawn_field *one = &f->spawn->fields[i];
        int place = li_playbook_field(f->to, one->name);

        if (!is_asked(f->to, place))
            r = tell(f, LI_RULE_SPAWNS_NO_FIELD, one->name);
        else if (one->field >= 0 ? !field_fits(&f->from->fields[one->field], &f->to->fields[place])
                                 : !value_fits(one->value, &f->to->fields[place]))
            r = tell(f, LI_RULE_SPAWNS_TYPE, one->name);
    }
    if (f->spawn->reg.len) {
        int place = li_playbook_field(f->to, f->spawn->row);

        if (!is_asked(f->to, place))
            r = tell(f, LI_RULE_SPAWNS_NO_FIELD, f->spawn->row);
        else if (f->to->fields[place].type != LI_FIELD_SUBJECT ||
                 !li_str_eq(f->to->fields[place].reg, f->spawn->reg))
            r = tell(f, LI_RULE_SPAWNS_TYPE, f->spawn->row);
    }
    for (size_t i = 0; i < f->to->open_field_count; i++) {
        struct li_str name = f->to->fields[f->to->open_fields[i]].name;
        const struct li_spawn_field *one = filled(f->spawn, name);

        if (f->spawn->reg.len && li_str_eq(name, f->spawn->row))
            continue;

        if (f->to->open_required[i] && (!one || (one->field >= 0 && !is_certain(f, one->field))))
            r = tell(f, LI_RULE_SPAWNS_NEEDS, name);
    }
    return r == -LI_E_NOMEM ? r : 0;
}

int li_playbook_spawn_fits(struct li_ctx *ctx, const struct li_playbook *from,
                           const struct li_playbook *to)
{
    struct fitting f = {.ctx = ctx, .from = from, .to = to};

    for (size_t i = 0; i < from->action_count; i++) {
        f.action = &from->actions[i];
        for (size_t k = 0; k < f.action->spawn_count; k++) {
            int r = 0;

            f.spawn = &f.action->spawns[k];
            if (li_str_eq(f.spawn->playbook, to->name))
                r = check_spawn(&f);
            if (r < 0)
                return r;
        }
    }
    return f.faults ? -LI_E_INVALID : 0;
}

int li_playbook_under_fits(struct li_ctx *ctx, const struct li_playbook *playbook,
                           const struct li_playbook *above)
{
    struct fitting f = {.ctx = ctx, .from = playbook, .to = above};
    int r = 0;

    for (size_t i = 0; r != -LI_E_NOMEM && i < playbook->above_count; i++) {
        int place = li_playbook_field(above, playbook->above[i].name);
        const struct li_field *field = place < 0 ? NULL : &above->fields[place];

        if (!field || field->type != playbook->above[i].type || field->many || field->personal)
            r = tell(&f, LI_RULE_UNDER_FACT, playbook->above[i].name);
    }
    for (size_t i = 0; r != -LI_E_NOMEM && i < playbook->parent_state_count; i++)
        if (playbook->parent_states[i].len &&
            li_machine_state(&above->machines[0], playbook->parent_states[i]) < 0)
            r = tell(&f, LI_RULE_PARENT_STATE, playbook->parent_states[i]);
    return r == -LI_E_NOMEM ? r : f.faults ? -LI_E_INVALID : 0;
}

bool li_playbook_spawns(const struct li_playbook *playbook, struct li_str name, bool alone)
{
    for (size_t i = 0; i < playbook->action_count; i++) {
        const struct li_action *action = &playbook->actions[i];

        for (size_t k = 0; k < action->spawn_count; k++)
            if ((!alone || action->by_system) && li_str_eq(action->spawns[k].playbook, name))
                return true;
    }
    return false;
}
