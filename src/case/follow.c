/*
 * Command "case.follow": somebody else has the same trouble and joins a public
 * case that is there, instead of opening another.  They are a party with a token
 * of their own; of them nothing else is known.
 */
#include "case/inside.h"

#define FOLLOWERS 1000

struct following {
    struct li_case_followed followed; /* first: the plan others see */
    const struct li_case_follow_args *args;
    int64_t followers;
};

static int follow_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_case_follow_args *follow = args;
    struct following *following = li_alloc(ctx, sizeof(*following));
    struct li_case row;
    int64_t id, party;
    int r = following ? li_case_find(ctx, tx->record, tx->conn, tx->tenant, follow->id, &row)
                      : -LI_E_NOMEM;

    if (r == -LI_E_NOT_FOUND || (r == 0 && row.scope != LI_SCOPE_PUBLIC)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    if (r == 0 && row.closed_at) {
        return LI_FAIL(ctx, LI_E_STATE, "the case is closed");
    }
    if (r == 0 && row.followers >= FOLLOWERS) {
        return LI_FAIL(ctx, LI_E_LIMIT, "at most %d follow a case", FOLLOWERS);
    }
    r = r ? r : li_case_by_token(ctx, tx->conn, tx->tenant, follow->token, &id, &party);
    if (r == 0) {
        return LI_FAIL(ctx, LI_E_UNIQUE, "the token is of a case already");
    }
    if (r == -LI_E_NOT_FOUND) {
        following->args = follow;
        following->followers = row.followers + 1;
        following->followed =
            (struct li_case_followed){.number = row.number, .party = row.followers + 2};
        *ret_plan = following;
        r = 0;
    }
    return r;
}

static int follow_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                        struct li_outcome *ret)
{
    const struct following *following = plan;
    struct li_case_party party = {.no = (int)following->followed.party, .role = LI_S("follower")};
    struct li_json json;
    int r;

    li_case_token_hash(following->args->token, party.token_hash);
    r = li_case_party_insert(ctx, tx, following->args->id, &party);
    r = r ? r : li_case_followers_set(ctx, tx, following->args->id, following->followers);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_int(&json, "party", party.no);
    ret->entity = following->args->id;
    if (tx->viewer->kind == LI_VIEWER_ANYONE) {
        ret->actor = li_strf(ctx, "party:%d", party.no);
        r = ret->actor.ptr ? 0 : -LI_E_NOMEM;
    }
    return r ? r : li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_case_follow = {
    .name = "case.follow",
    .decide = follow_decide,
    .write = follow_write,
};
