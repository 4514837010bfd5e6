/*
 * `page`: what of a case stands on the public square, and while which states last.
 *
 * What is public was checked by somebody else than who wrote it, and ends by itself: both are
 * asked of the file here, so that no programme can forget it.  Who wrote something is who is
 * related to the case (`not: related`); how the page looks is nobody's to say.
 */
#include "playbook/load.h"

static const struct li_node *page_of(const struct li_load *load)
{
    return li_node_get(load->plain, "page");
}

static bool is_kept_by_parts(const struct li_playbook *playbook, int field)
{
    for (size_t i = 1; i < playbook->machine_count; i++)
        if (li_machine_keeps(&playbook->machines[i], field))
            return true;
    return false;
}

static bool may_be_public(const struct li_playbook *playbook, int place)
{
    const struct li_field *field = &playbook->fields[place];

    for (size_t i = 0; i < playbook->hide_count; i++)
        for (size_t k = 0; k < playbook->hides[i].field_count; k++)
            if (playbook->hides[i].fields[k] == place)
                return false;
    return !field->personal && !field->voice && field->type != LI_FIELD_PHONE &&
           field->type != LI_FIELD_PERSON && !is_kept_by_parts(playbook, place);
}

static void load_title(struct li_load *load, const struct li_node *map,
                       struct li_publication *publication)
{
    struct li_str name = li_load_need_text(load, map, "title");
    int field = li_playbook_field(load->playbook, name);

    publication->title = field;
    if (name.len && (field < 0 || load->playbook->fields[field].type != LI_FIELD_TEXT ||
                     !may_be_public(load->playbook, field)))
        li_load_tell(load, LI_RULE_PAGE_TITLE, li_node_get(map, "title"), name);
}

static int load_shows(struct li_load *load, const struct li_node *map,
                      struct li_publication *publication)
{
    const struct li_node *list = li_node_get(map, "shows");
    int r = li_load_field_list(load, map, "shows", &publication->shows, &publication->show_count);

    if (publication->show_count > LI_PAGE_SHOWS) {
        li_load_tell(load, LI_RULE_TOO_MANY, list, LI_S("shows"));
        return r;
    }
    for (size_t i = 0; r == 0 && i < publication->show_count; i++) {
        int field = publication->shows[i];

        if (field >= 0 && !may_be_public(load->playbook, field))
            li_load_tell(load, LI_RULE_PAGE_SHOWS, list, load->playbook->fields[field].name);
    }
    return r;
}

static int load_figure(struct li_load *load, const struct li_member *member,
                       struct li_figure *figure)
{
    static const char *const words[] = {"label", "value", "unit", "places", NULL};
    const struct li_node *map = member->value;
    int64_t places;

    *figure = (struct li_figure){.name = member->key};
    if (!li_load_map(load, map, member->key, words))
        return 0;
    figure->label = li_load_texts(load, map, "label", true);
    figure->unit = li_load_texts(load, map, "unit", false);
    places = li_node_get(map, "places") ? li_load_int(load, map, "places") : 0;
    if (places > 3)
        li_load_tell(load, LI_RULE_BOOK_PLACES, li_node_get(map, "places"), member->key);
    else
        figure->places = (int)places;
    return li_load_amount(load, map, "value", &figure->value);
}

static int load_figures(struct li_load *load, const struct li_node *map,
                        struct li_publication *publication)
{
    const struct li_node *named = li_load_named(load, map, "figures", LI_PLAYBOOK_FIGURES, false);
    struct li_figure *figures;
    int r = 0;

    if (!named)
        return 0;
    figures = li_alloc_array(load->ctx, named->map.count, sizeof(*figures));
    if (!figures)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < named->map.count; i++)
        r = load_figure(load, &named->map.items[i], &figures[i]);
    publication->figures = figures;
    publication->figure_count = named->map.count;
    return r;
}

int li_load_page(struct li_load *load)
{
    static const char *const words[] = {"kind", "title", "shows", "figures",
                                        "live", "kept",  "stays", NULL};
    const struct li_node *map = page_of(load);
    struct li_publication *publication;
    int r;

    if (!map || !li_load_map(load, map, LI_S("page"), words))
        return 0;
    publication = li_alloc(load->ctx, sizeof(*publication));
    if (!publication)
        return -LI_E_NOMEM;
    publication->kind = li_load_need_text(load, map, "kind");
    if (publication->kind.len &&
        li_word_find(li_page_kinds, LI_PAGE_KIND_COUNT, publication->kind) < 0)
        li_load_tell(load, LI_RULE_PAGE_KIND, li_node_get(map, "kind"), publication->kind);
    load_title(load, map, publication);
    publication->live = li_load_states(load, map, "live", 0);
    if (li_node_get(map, "kept"))
        publication->kept = li_load_states(load, map, "kept", 0);
    publication->stays = li_load_texts(load, map, "stays", false);
    r = load_shows(load, map, publication);
    r = r ? r : load_figures(load, map, publication);
    if (r == 0)
        load->playbook->publication = publication;
    return r;
}

/* ---- rules -------------------------------------------------------------------- */

static void tell_state(struct li_load *load, enum li_rule rule, int state)
{
    li_load_tell_key(load, rule, li_load_state_place(load, 0, state),
                     load->playbook->machines[0].states[state].name);
}

static void tell_action(struct li_load *load, enum li_rule rule, int action)
{
    li_load_tell_key(load, rule, li_load_action_place(load, action),
                     load->playbook->actions[action].name);
}

/* Whether every one of these states keeps those out who worked on the case. */
static bool is_apart(const struct li_machine *machine, uint64_t states)
{
    for (size_t i = 0; i < machine->state_count; i++)
        if ((states >> i & 1) && !machine->states[i].not_related)
            return false;
    return true;
}

/* The system's own step at the end of a consent: others have said yes. */
static bool is_granted(struct li_load *load, const struct li_action *action)
{
    static const char end[] = "_granted";
    const size_t cut = sizeof(end) - 1;
    struct li_str kind;

    if (action->name.len <= cut || memcmp(action->name.ptr + action->name.len - cut, end, cut) != 0)
        return false;
    kind = li_strf(load->ctx, "%.*s_approval", (int)(action->name.len - cut), action->name.ptr);
    return kind.ptr && li_playbook_kind(load->playbook, kind) > 0;
}

static bool by_staff_only(const struct li_action *action)
{
    for (size_t i = 0; i < action->by_count; i++) {
        enum li_who_kind kind = action->by[i].kind;

        if (kind != LI_WHO_STAFF && kind != LI_WHO_POST && kind != LI_WHO_OWNER)
            return false;
    }
    return action->by_count > 0 && !action->by_system;
}

static bool is_on_page(const struct li_playbook *playbook, int field)
{
    const struct li_publication *publication = playbook->publication;
    enum li_field_type type = playbook->fields[field].type;

    if (type != LI_FIELD_TEXT && type != LI_FIELD_PHOTOS && type != LI_FIELD_DOCUMENT)
        return false;
    for (size_t i = 0; i < publication->show_count; i++)
        if (publication->shows[i] == field)
            return true;
    return publication->title == field;
}

static bool rewrites(const struct li_playbook *playbook, const struct li_action *action)
{
    for (size_t i = 0; i < action->need_count; i++)
        if (is_on_page(playbook, action->needs[i]))
            return true;
    for (size_t i = 0; i < action->ask_count; i++)
        if (is_on_page(playbook, action->asks[i]))
            return true;
    return false;
}

static void check_action(struct li_load *load, int index)
{
    const struct li_playbook *playbook = load->playbook;
    const struct li_publication *publication = playbook->publication;
    const struct li_action *action = &playbook->actions[index];
    const uint64_t shown = publication->live | publication->kept;
    uint64_t ends = action->to < 0 ? action->from | action->leads : action->leads;
    bool apart = is_apart(&playbook->machines[0], action->from);

    if (action->machine) /* the case stays where it is */
        return;
    if ((ends & publication->live) && (action->leads & publication->live) &&
        (action->from & ~publication->live) && !(by_staff_only(action) && apart) &&
        !(action->by_system && is_granted(load, action)))
        tell_action(load, LI_RULE_PAGE_UNCHECKED, index);
    else if ((action->from & shown) && (ends & shown) && rewrites(playbook, action) && !apart)
        tell_action(load, LI_RULE_PAGE_REWRITES, index);
}

static bool ends_itself(const struct li_playbook *playbook, const struct li_state *state)
{
    for (size_t i = 0; state->clock_count && i < state->overdue_count; i++)
        if (state->overdue[i].does >= 0 && playbook->actions[state->overdue[i].does].leads)
            return true;
    return state->end;
}

void li_check_page(struct li_load *load)
{
    const struct li_playbook *playbook = load->playbook;
    const struct li_publication *publication = playbook->publication;
    const struct li_machine *machine = &playbook->machines[0];

    if (!publication)
        return;
    for (size_t i = 0; i < machine->state_count; i++) {
        bool live = publication->live >> i & 1, begins = machine->start == (int)i;

        for (size_t k = 0; k < playbook->start_count; k++)
            begins |= playbook->starts[k].state == (int)i;
        if (live && (publication->kept >> i & 1))
            tell_state(load, LI_RULE_PAGE_STATES, (int)i);
        else if (live && begins)
            tell_state(load, LI_RULE_PAGE_BEGINS, (int)i);
        else if (live && !publication->stays.zh.len && !ends_itself(playbook, &machine->states[i]))
            tell_state(load, LI_RULE_PAGE_ENDLESS, (int)i);
    }
    for (size_t i = 0; i < playbook->action_count; i++)
        check_action(load, (int)i);
}
