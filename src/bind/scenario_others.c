/*
 * What a scenario knows of other playbooks: those the played one opens cases of are in
 * use in the town, and the cases that came of the played one can be looked at.
 */
#include "bind/scenario_inside.h"
#include "playbook/flat.h"
#include "record/vault.h"

#define DEPTH    4 /* playbooks that open cases of others that … */
#define CHILDREN 100

/* ---- adopting ---------------------------------------------------------------------- */

static int adopt_other(struct li_town *town, const char *path, struct li_str name, int depth)
{
    struct li_playbook *other;
    struct li_str bytes;
    const char *where;
    int r = li_playbook_other(&town->ctx, path, name, &where, &bytes);

    if (r == -LI_E_NOT_FOUND || depth >= DEPTH) {
        return LI_FAIL(&town->ctx, LI_E_NOT_FOUND, "no playbook %.*s to be opened", LI_P(name));
    }
    r = r ? r : li_playbook_load_beside(&town->ctx, where, bytes, where, &other);
    return r ? r : li_town_adopt(town, where, other, depth + 1);
}

int li_town_adopt(struct li_town *town, const char *path, const struct li_playbook *playbook,
                  int depth)
{
    const struct li_adopt_args args = {.name = playbook->name, .source = playbook->source};
    int r = 0;

    for (size_t i = 0; r == 0 && i < playbook->action_count; i++) {
        for (size_t k = 0; r == 0 && k < playbook->actions[i].spawn_count; k++) {
            struct li_str name = playbook->actions[i].spawns[k].playbook;
            r = li_str_eq(name, playbook->name) ? 0 : adopt_other(town, path, name, depth);
        }
    }
    if (r == 0 && depth == 0 && playbook->under.len) {
        r = adopt_other(town, path, playbook->under, depth);
    }
    r = r ? r : li_town_run(town, &li_playbook_adopt, &args, NULL);
    if (r == -LI_E_UNIQUE) { /* two actions, or two playbooks, open cases of it */
        li_ctx_clear(&town->ctx);
        r = 0;
    }
    return r;
}

/* ---- children ---------------------------------------------------------------------- */

int li_play_children(struct li_play *play, struct li_conn *conn, struct li_link **ret,
                     size_t *ret_count)
{
    struct li_link *links, *children = li_alloc_array(play->ctx, CHILDREN, sizeof(*children));
    size_t count, kept = 0;
    int r = children ? li_link_list(play->ctx, conn, LI_TOWN_TENANT, play->case_id, 0, CHILDREN,
                                    &links, &count)
                     : -LI_E_NOMEM;

    for (size_t i = count; r == 0 && i > 0; i--) { /* the newest is first */
        const struct li_link *link = &links[i - 1];
        if (link->to == play->case_id && link->kind == LI_LINK_CHILD && !link->until) {
            children[kept++] = *link;
        }
    }
    *ret = children;
    *ret_count = kept;
    return r;
}

static void differ(struct li_play *play, size_t no, const char *word, struct li_str want,
                   struct li_str got)
{
    if (want.ptr && !li_str_eq(want, got)) {
        li_play_tell(play, "child %zu %s: expected %.*s, got %.*s", no, word, LI_P(want),
                     LI_P(got));
    }
}

static int expect_texts(struct li_play *play, struct li_conn *conn, size_t no, int64_t id,
                        const struct li_node *want)
{
    struct li_vault_item *items = NULL;
    size_t count = 0;
    int r = want ? li_vault_of(play->ctx, play->town->house.record, conn, LI_TOWN_TENANT, id,
                               &items, &count)
                 : 0;

    for (size_t i = 0; r == 0 && want && i < want->map.count; i++) {
        struct li_str got = LI_S("(never given)");
        for (size_t k = 0; k < count; k++) {
            got = li_str_eq(items[k].field, want->map.items[i].key) ? items[k].value : got;
        }
        differ(play, no, "text", want->map.items[i].value->text, got);
    }
    return r;
}

static int expect_child(struct li_play *play, struct li_conn *conn, size_t no,
                        const struct li_link *link, const struct li_node *want)
{
    const struct li_node *about = li_node_get(want, "about");
    struct li_case row;
    int r =
        li_case_find(play->ctx, play->town->house.record, conn, LI_TOWN_TENANT, link->from, &row);

    if (r) {
        return r;
    }
    differ(play, no, "playbook", li_node_text(want, "playbook"), row.playbook->name);
    differ(play, no, "state", li_node_text(want, "state"),
           row.playbook->machines[0].states[row.state].name);
    if (about && about->number != link->part) {
        li_play_tell(play, "child %zu about: expected %lld, got %lld", no, (long long)about->number,
                     (long long)link->part);
    }
    return expect_texts(play, conn, no, row.id, li_node_get(want, "texts"));
}

int li_play_expect_children(struct li_play *play, struct li_conn *conn)
{
    const struct li_node *want = li_node_get(play->step->then, "children");
    struct li_link *links;
    size_t count;
    int r = want ? li_play_children(play, conn, &links, &count) : 0;

    if (r || !want) {
        return r;
    }
    if (want->list.count != count) {
        li_play_tell(play, "children: expected %zu, got %zu", want->list.count, count);
        return 0;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = expect_child(play, conn, i + 1, &links[i], want->list.items[i]);
    }
    return r;
}
