/* Who answers for a case or part: resolved when a state is entered. */
#include "case/inside.h"
#include "people/people.h"

int li_case_owner(struct li_ctx *ctx, const struct li_tx *tx, const struct li_state *state,
                  struct li_str area_path, int64_t org, struct li_owner *ret)
{
    struct li_owner owner = {0};
    bool vacant;
    int r = 0;

    switch (state->owner.kind) {
    case LI_OWNER_NONE:
    case LI_OWNER_PARTS:
        break;
    case LI_OWNER_POST:
        owner.post = state->owner.post;
        r = li_owner_resolve(ctx, tx->conn, tx->tenant, owner.post, area_path, 0, tx->now,
                             &owner.area_path, &vacant);
        break;
    case LI_OWNER_ORG:
        owner.post = state->owner.post;
        owner.org = org;
        r = li_owner_resolve(ctx, tx->conn, tx->tenant, owner.post, area_path, org, tx->now,
                             &owner.area_path, &vacant);
        break;
    }
    if (r == 0) {
        *ret = owner;
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
