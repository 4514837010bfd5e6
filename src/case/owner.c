/* Who answers for a case or part: resolved when a state is entered. */
#include "case/inside.h"
#include "people/people.h"

/* Of several posts the one held at the smallest area; nobody: the first, where the
 * tenant begins. */
static int resolve_nearest(struct li_ctx *ctx, const struct li_tx *tx,
                           const struct li_owner_rule *rule, struct li_owner_query *query,
                           struct li_owner_found *ret)
{
    struct li_str post = {.ptr = NULL};
    struct li_owner_found best = {.vacant = true};
    int r = 0;

    for (size_t i = 0; r == 0 && i < rule->post_count; i++) {
        struct li_owner_found found;
        query->post = rule->posts[i];
        r = li_owner_resolve(ctx, li_bound(tx->record)->owners, tx->conn, query, &found);
        if (r == 0 && (!post.ptr || (!found.vacant &&
                                     (best.vacant || found.area_path.len > best.area_path.len)))) {
            post = rule->posts[i];
            best = found;
        }
    }
    query->post = post;
    if (r == 0) {
        *ret = best;
    }
    return r;
}

/* "44/4403/440305/" -> "44/4403/" */
static struct li_str above(struct li_str path)
{
    size_t length = path.len ? path.len - 1 : 0;

    while (length && path.ptr[length - 1] != '/') {
        length--;
    }
    return li_str_n(path.ptr, length);
}

bool li_case_is_barred(const struct li_case *row, const struct li_owner *owner)
{
    const struct li_post post = {
        .post = owner->post, .area_path = owner->area_path, .org = owner->org};

    return row->recused && owner->post.ptr && li_recused_has(row->recused, 0, &post);
}

/* Nobody but those who are recused holds it anywhere: who the playbook says then. */
static int resolve_else(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                        struct li_owner_query *query, struct li_owner_found *found)
{
    if (!row->recused || !found->vacant || query->org) {
        return 0;
    }
    query->post = row->playbook->recuse_else;
    query->area_path = row->area_path;
    return li_owner_resolve(ctx, li_bound(tx->record)->owners, tx->conn, query, found);
}

int li_case_owner(struct li_ctx *ctx, const struct li_tx *tx, const struct li_state *state,
                  const struct li_case *row, const struct li_part *part,
                  const struct li_owner *before, struct li_owner *ret)
{
    const enum li_owner_kind kind = state->owner.kind;
    struct li_owner_query query = {.tenant = tx->tenant,
                                   .post = kind == LI_OWNER_GIVEN ? part->post : state->owner.post,
                                   .area_path = row->area_path,
                                   .org = kind == LI_OWNER_ORG ? part->org : 0,
                                   .now = tx->now,
                                   .planned = kind == LI_OWNER_DUTY,
                                   .barred = row->recused ? row->recused->posts : NULL,
                                   .barred_count = row->recused ? row->recused->post_count : 0};
    struct li_owner_found found;
    int r;

    if (kind == LI_OWNER_NONE || kind == LI_OWNER_PARTS) {
        *ret = (struct li_owner){0};
        return 0;
    }
    if (kind == LI_OWNER_PARTY) { /* no post: whoever holds the reporter's code */
        *ret = (struct li_owner){.post = state->owner.post, .area_path = row->area_path};
        return 0;
    }
    if (kind == LI_OWNER_SAME && before->post.len) {
        if (!li_case_is_barred(row, before)) {
            *ret = *before;
            return 0;
        }
        query.post = before->post;
        query.org = before->org;
    }
    if (kind == LI_OWNER_WIDER && before->area_path.len) {
        query.area_path = above(before->area_path);
    }
    r = kind == LI_OWNER_NEAREST || kind == LI_OWNER_WIDER
            ? resolve_nearest(ctx, tx, &state->owner, &query, &found)
            : li_owner_resolve(ctx, li_bound(tx->record)->owners, tx->conn, &query, &found);
    r = r ? r : resolve_else(ctx, tx, row, &query, &found);
    if (r == 0) {
        *ret =
            (struct li_owner){.post = query.post, .area_path = found.area_path, .org = query.org};
    }
    return r;
}

void li_case_put_owner(struct li_json *json, const struct li_owner *owner)
{
    if (!owner->post.ptr) {
        return;
    }
    li_json_key(json, "owner");
    li_json_open_map(json);
    li_json_put_text(json, "area", owner->area_path);
    if (owner->org) {
        li_json_put_int(json, "organization", owner->org);
    }
    li_json_put_text(json, "post", owner->post);
    li_json_close_map(json);
}

struct li_post li_case_acting_post(const struct li_viewer *viewer, const struct li_owner *owner,
                                   struct li_str area_path)
{
    const struct li_post *best = NULL;

    for (size_t i = 0; i < viewer->post_count; i++) {
        const struct li_post *post = &viewer->posts[i];
        if (!li_str_starts(area_path, post->area_path)) {
            continue;
        }
        if (li_str_eq(post->post, owner->post) && (!owner->org || owner->org == post->org)) {
            return *post;
        }
        best = best ? best : post;
    }
    return best ? *best : (struct li_post){0};
}
