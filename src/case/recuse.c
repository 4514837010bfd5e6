/*
 * Who is recused: those whom a case names as reported, and the posts they hold.
 *
 * Read when a case is read, so that whoever is appointed, leaves or is named is in it at
 * once.  What it means is asked where sight and gates are (stand.c, playbook/machine_gate);
 * owners pass such posts over (owner.c).
 */
#include "base/grow.h"
#include "base/id.h"
#include "case/inside.h"
#include "people/people.h"

LI_SQL(recusal_put, "insert into recusal (tenant, case_id) values ($1, $2) "
                    "on conflict (tenant, case_id) do nothing");
LI_SQL(recusal_drop, "delete from recusal where tenant = $1 and case_id = $2");

struct naming {
    struct li_ctx *ctx;
    int64_t *persons, *orgs;
    size_t person_count, org_count, person_cap, org_cap;
    struct li_post *posts;
    size_t post_count, post_cap;
};

static int add_id(struct li_ctx *ctx, const struct li_node *node, int64_t **ids, size_t *count,
                  size_t *cap)
{
    int64_t *more = li_grow(ctx, *ids, *count, cap, sizeof(**ids));

    if (!more) {
        return -LI_E_NOMEM;
    }
    *ids = more;
    return li_id_parse(ctx, node->text, &more[(*count)++]);
}

static int add_named(struct naming *naming, const struct li_field *field,
                     const struct li_node *node)
{
    int r = 0;

    if (node->kind == LI_LIST) {
        for (size_t i = 0; r == 0 && i < node->list.count; i++) {
            r = add_named(naming, field, node->list.items[i]);
        }
        return r;
    }
    if (node->kind != LI_TEXT) {
        return 0;
    }
    return field->type == LI_FIELD_PERSON
               ? add_id(naming->ctx, node, &naming->persons, &naming->person_count,
                        &naming->person_cap)
               : add_id(naming->ctx, node, &naming->orgs, &naming->org_count, &naming->org_cap);
}

static int add_posts(struct naming *naming, struct li_conn *conn, int64_t tenant, int64_t now)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < naming->person_count; i++) {
        struct li_post *posts;
        int64_t until;
        size_t count;
        r = li_post_list(naming->ctx, conn, tenant, naming->persons[i], now, &posts, &count,
                         &until);
        for (size_t k = 0; r == 0 && k < count; k++) {
            struct li_post *more = li_grow(naming->ctx, naming->posts, naming->post_count,
                                           &naming->post_cap, sizeof(*more));
            naming->posts = more ? more : naming->posts;
            r = more ? 0 : -LI_E_NOMEM;
            if (r == 0) {
                more[naming->post_count++] = posts[k];
            }
        }
    }
    return r;
}

int li_case_recuse(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t now,
                   struct li_case *row)
{
    const struct li_playbook *playbook = row->playbook;
    struct naming naming = {.ctx = ctx};
    struct li_recused *recused;
    int r = 0;

    row->recused = NULL;
    for (size_t i = 0; r == 0 && i < playbook->recuse_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->recuse[i]];
        const struct li_node *given = li_node_get_str(row->fields, field->name);
        r = given ? add_named(&naming, field, given) : 0;
    }
    if (r || (naming.person_count == 0 && naming.org_count == 0)) {
        return r;
    }
    r = add_posts(&naming, conn, tenant, now);
    recused = li_alloc(ctx, sizeof(*recused));
    if (r || !recused) {
        return r ? r : -LI_E_NOMEM;
    }
    *recused = (struct li_recused){.persons = naming.persons,
                                   .person_count = naming.person_count,
                                   .orgs = naming.orgs,
                                   .org_count = naming.org_count,
                                   .posts = naming.posts,
                                   .post_count = naming.post_count};
    row->recused = recused;
    return 0;
}

int li_case_unrecused(struct li_ctx *ctx, const struct li_case *of, const struct li_viewer *viewer,
                      struct li_viewer *ret)
{
    struct li_post *posts;
    size_t count = 0;

    *ret = *viewer;
    if (!of->recused || (viewer->kind != LI_VIEWER_STAFF && viewer->kind != LI_VIEWER_PASS)) {
        return 0;
    }
    posts = li_alloc_array(ctx, viewer->post_count + 1, sizeof(*posts));
    if (!posts) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < viewer->post_count; i++) {
        if (!li_recused_has(of->recused, viewer->person, &viewer->posts[i])) {
            posts[count++] = viewer->posts[i];
        }
    }
    ret->posts = posts;
    ret->post_count = count;
    if (count == 0 && viewer->post_count) {
        ret->kind = LI_VIEWER_ANYONE;
    }
    return 0;
}

int li_case_put_recusal(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row)
{
    return row->recused ? li_exec(ctx, tx->conn, row->closed_at ? &recusal_drop : &recusal_put,
                                  LI_ARGS(li_v(tx->tenant), li_v(row->id)), NULL)
                        : 0;
}
