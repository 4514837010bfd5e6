/*
 * What everybody sees, what only staff see, what is hidden from whom; who enters
 * for others, and how late; and how urgent a case is.
 */
#include "playbook/load.h"

static int load_hide(struct li_load *load, const struct li_node *map, struct li_hide *hide)
{
    static const char *const words[] = {"fields", "when", "but", NULL};
    bool system = false;
    int r;

    if (!li_load_map(load, map, LI_S("hide"), words))
        return 0;
    if (!li_node_get(map, "fields"))
        li_load_tell(load, LI_RULE_WORD_MISSING, map, LI_S("fields"));
    r = li_load_field_list(load, map, "fields", &hide->fields, &hide->field_count);
    if (r == 0)
        r = li_load_when(load, map, "when", LI_LOAD_SOMEBODY, &hide->when);
    if (r == 0)
        r = li_load_who(load, map, "but", &hide->but, &hide->but_count, &system);
    return r;
}

static int load_hides(struct li_load *load, const struct li_node *see)
{
    const struct li_node *list = li_node_get(see, "hide");
    struct li_hide *hides;
    int r = 0;

    if (!list)
        return 0;
    if (list->kind != LI_LIST) {
        li_load_tell(load, LI_RULE_SHAPE_LIST, list, LI_S("hide"));
        return 0;
    }
    hides = li_alloc_array(load->ctx, list->list.count, sizeof(*hides));
    if (!hides)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < list->list.count; i++)
        r = load_hide(load, list->list.items[i], &hides[i]);
    load->playbook->hides = hides;
    load->playbook->hide_count = list->list.count;
    return r;
}

static bool is_of_team(const struct li_playbook *playbook, struct li_str post)
{
    for (size_t i = 0; i < playbook->team_count; i++)
        if (li_str_eq(playbook->team[i], post))
            return true;
    return false;
}

/* Whoever answers for it has to see it. */
static void check_team(struct li_load *load, const struct li_node *map)
{
    const struct li_playbook *playbook = load->playbook;

    for (size_t i = 0; i < playbook->machine_count; i++)
        for (size_t k = 0; k < playbook->machines[i].state_count; k++) {
            const struct li_owner_rule *owner = &playbook->machines[i].states[k].owner;

            if (owner->kind == LI_OWNER_POST && !is_of_team(playbook, owner->post))
                li_load_tell(load, LI_RULE_TEAM_OWNER, map, owner->post);
        }
}

static int load_team(struct li_load *load, const struct li_node *see)
{
    static const char *const words[] = {"posts", "when", NULL};
    const struct li_node *map = li_node_get(see, "team"), *list;
    struct li_str *team;

    if (!map || !li_load_map(load, map, LI_S("team"), words))
        return 0;
    list = li_load_words(load, map, "posts", true);
    team = li_alloc_array(load->ctx, list->list.count, sizeof(*team));
    if (!team)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < list->list.count; i++) {
        team[i] = list->list.items[i]->text;
        if (!li_word_is_post(team[i]))
            li_load_tell(load, LI_RULE_NO_POST, list->list.items[i], team[i]);
    }
    load->playbook->team = team;
    load->playbook->team_count = list->list.count;
    check_team(load, map);
    return li_load_when(load, map, "when", LI_LOAD_NOBODY, &load->playbook->team_only);
}

int li_load_see(struct li_load *load)
{
    static const char *const words[] = {"public", "staff_only", "team", "hide", NULL};
    const struct li_node *see = li_node_get(load->plain, "see");
    struct li_playbook *playbook = load->playbook;
    int r;

    if (!see || !li_load_map(load, see, LI_S("see"), words))
        return 0;
    r = li_load_field_list(load, see, "public", &playbook->see_public, &playbook->see_public_count);
    if (r == 0)
        r = li_load_when(load, see, "staff_only", LI_LOAD_NOBODY, &playbook->staff_only);
    if (r == 0)
        r = load_team(load, see);
    return r ? r : load_hides(load, see);
}

int li_load_behalf(struct li_load *load)
{
    struct li_playbook *playbook = load->playbook;
    bool system = false;
    int r = 0;

    if (li_node_get(load->plain, "on_behalf"))
        r = li_load_who(load, load->plain, "on_behalf", &playbook->behalf, &playbook->behalf_count,
                        &system);
    for (size_t i = 0; r == 0 && i < playbook->behalf_count; i++)
        if (playbook->behalf[i].kind != LI_WHO_POST && playbook->behalf[i].kind != LI_WHO_STAFF)
            li_load_tell(load, LI_RULE_BEHALF_STAFF, li_node_get(load->plain, "on_behalf"),
                         LI_S("on_behalf"));
    if (li_node_get(load->plain, "late_entry"))
        li_load_length(load, load->plain, "late_entry", LI_CLOCK_CALENDAR, &playbook->late);
    return r;
}

/* recuse: {fields: [FIELD], else: POST} */
int li_load_recuse(struct li_load *load)
{
    static const char *const words[] = {"fields", "else", NULL};
    const struct li_node *recuse = li_node_get(load->plain, "recuse");
    struct li_playbook *playbook = load->playbook;
    int r;

    if (!recuse || !li_load_map(load, recuse, LI_S("recuse"), words))
        return 0;
    if (!li_node_get(recuse, "fields"))
        li_load_tell(load, LI_RULE_WORD_MISSING, recuse, LI_S("fields"));
    r = li_load_field_list(load, recuse, "fields", &playbook->recuse, &playbook->recuse_count);
    for (size_t i = 0; r == 0 && i < playbook->recuse_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->recuse[i]];

        if (field->type != LI_FIELD_PERSON && field->type != LI_FIELD_ORG)
            li_load_tell(load, LI_RULE_RECUSE_FIELD, li_node_get(recuse, "fields"), field->name);
    }
    playbook->recuse_else = li_load_need_text(load, recuse, "else");
    if (playbook->recuse_else.len && !li_word_is_post(playbook->recuse_else))
        li_load_tell(load, LI_RULE_NO_POST, li_node_get(recuse, "else"), playbook->recuse_else);
    return r;
}

void li_load_level(struct li_load *load)
{
    static const char *const words[] = {"field", NULL};
    const struct li_node *level = li_node_get(load->plain, "level");
    struct li_playbook *playbook = load->playbook;
    struct li_str name;

    if (!level || !li_load_map(load, level, LI_S("level"), words))
        return;
    name = li_load_need_text(load, level, "field");
    playbook->level = li_playbook_field(playbook, name);
    if (playbook->level < 0 && name.len)
        li_load_tell(load, LI_RULE_NO_FIELD, li_node_get(level, "field"), name);
    else if (playbook->level >= 0 && (playbook->fields[playbook->level].type != LI_FIELD_CHOICE ||
                                      playbook->fields[playbook->level].free_text))
        li_load_tell(load, LI_RULE_LEVEL_CHOICE, li_node_get(level, "field"), name);
}

/* ---- the posts that conditions ask about ------------------------------------- */

struct gathering {
    struct li_str *posts;
    size_t count;
};

static void gather(void *arg, struct li_str name)
{
    struct gathering *g = arg;
    struct li_str prefix = LI_S("held."), post;

    if (!li_str_starts(name, prefix))
        return;
    post = li_str_n(name.ptr + prefix.len, name.len - prefix.len);
    for (size_t i = 0; i < g->count; i++)
        if (li_str_eq(g->posts[i], post))
            return;
    g->posts[g->count++] = post;
}

static void gather_clocks(struct gathering *g, const struct li_machine *machine)
{
    for (size_t i = 0; i < machine->state_count; i++)
        for (size_t k = 0; k < machine->states[i].clock_count; k++)
            li_expression_facts(machine->states[i].clocks[k].when, gather, g);
}

static void gather_action(struct gathering *g, const struct li_action *action)
{
    li_expression_facts(action->when, gather, g);
    for (size_t i = 0; i < action->branch_count; i++)
        li_expression_facts(action->branches[i].when, gather, g);
    for (size_t i = 0; i < action->check_count; i++)
        li_expression_facts(action->checks[i].when, gather, g);
}

int li_load_posts_asked(struct li_load *load)
{
    struct li_playbook *playbook = load->playbook;
    struct gathering g = {.posts =
                              li_alloc_array(load->ctx, LI_POST_WORD_COUNT, sizeof(struct li_str))};

    if (!g.posts)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < playbook->machine_count; i++)
        gather_clocks(&g, &playbook->machines[i]);
    for (size_t i = 0; i < playbook->action_count; i++)
        gather_action(&g, &playbook->actions[i]);
    for (size_t i = 0; i < playbook->hide_count; i++)
        li_expression_facts(playbook->hides[i].when, gather, &g);
    li_expression_facts(playbook->staff_only, gather, &g);
    li_expression_facts(playbook->team_only, gather, &g);
    playbook->post_acting_count = g.count;
    for (size_t i = 0; i < playbook->start_count; i++)
        li_expression_facts(playbook->starts[i].when, gather, &g);
    for (size_t i = 0; i < playbook->open_check_count; i++)
        li_expression_facts(playbook->open_checks[i].when, gather, &g);
    playbook->posts_asked = g.posts;
    playbook->post_asked_count = g.count;
    return 0;
}
