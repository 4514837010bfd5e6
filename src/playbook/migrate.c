/*
 * Where things of an earlier version go in a later one.
 *
 * A name that is not spoken of goes to the same name.  Pure; what becomes of a case is
 * case/migrate.c.
 */
#include "playbook/migrate.h"

const struct li_migrate *li_migrate_from(const struct li_playbook *playbook, int version)
{
    for (size_t i = 0; i < playbook->migrate_count; i++)
        if (playbook->migrates[i].from == version)
            return &playbook->migrates[i];
    return NULL;
}

/* The new name; ptr NULL: it was taken out. */
static struct li_str name_of(const struct li_node *map, struct li_str old)
{
    const struct li_node *value = map ? li_node_get_str(map, old) : NULL;

    if (!value)
        return old;
    return value->kind == LI_TEXT ? value->text : (struct li_str){.ptr = NULL};
}

static int state_of(const struct li_node *map, const struct li_machine *old,
                    const struct li_machine *new, int state)
{
    struct li_str name = name_of(map, old->states[state].name);
    int to = name.ptr ? li_machine_state(new, name) : -1;

    /* what is open stays open, what stands still stands still */
    if (to < 0 || old->states[state].end != new->states[to].end ||
        old->states[state].pauses != new->states[to].pauses)
        return -1;
    return to;
}

int li_migrate_state(const struct li_migrating *of, int state)
{
    return state_of(of->by->states, &of->old->machines[0], &of->new->machines[0], state);
}

int li_migrate_part(const struct li_migrating *of, int machine, int state, int *ret_state)
{
    const struct li_machine *old = &of->old->machines[machine];
    int kind = li_playbook_kind(of->new, old->name);

    *ret_state = kind < 0
                     ? -1
                     : state_of(of->by->parts ? li_node_get_str(of->by->parts, old->name) : NULL,
                                old, &of->new->machines[kind], state);
    return kind;
}

static bool has_option(const struct li_field *field, struct li_str name)
{
    for (size_t i = 0; i < field->option_count; i++)
        if (li_str_eq(field->options[i].name, name))
            return true;
    return false;
}

/* Whether a value of the old field is one of the new. */
static bool does_for(const struct li_field *old, const struct li_field *new,
                     const struct li_node *value)
{
    if (old->type != new->type || old->many != new->many || old->scale != new->scale ||
        old->free_text != new->free_text || (old->personal && !new->personal) || new->is)
        return false;
    if (new->type == LI_FIELD_SUBJECT && !li_str_eq(old->reg, new->reg))
        return false;
    if (new->type == LI_FIELD_CHOICE && value->kind == LI_TEXT)
        return has_option(new, value->text);
    for (size_t i = 0; new->type == LI_FIELD_CHECKLIST &&i < value->list.count; i++)
        if (!has_option(new, value->list.items[i]->text))
            return false;
    return true;
}

int li_migrate_fields(struct li_ctx *ctx, const struct li_migrating *of, int machine,
                      const struct li_node *fields, struct li_node **ret, struct li_str *ret_wrong)
{
    struct li_node *map = li_node_new_map(ctx);
    int r = map ? 0 : -LI_E_NOMEM;

    *ret_wrong = (struct li_str){.ptr = NULL};
    for (size_t i = 0; r == 0 && fields && i < fields->map.count; i++) {
        const struct li_member *member = &fields->map.items[i];
        struct li_str name = name_of(of->by->fields, member->key);
        int old = li_playbook_field(of->old, member->key);
        int new = name.ptr ? li_playbook_field(of->new, name) : -1;

        if (!name.ptr)
            continue;
        if (old < 0 || new < 0 ||
            (machine && !li_machine_keeps(&of->new->machines[machine], new)) ||
            !does_for(&of->old->fields[old], &of->new->fields[new], member->value)) {
            *ret_wrong = member->key;
            return 0;
        }
        r = li_node_put(ctx, map, name, member->value);
    }
    if (r == 0)
        *ret = map;
    return r;
}
