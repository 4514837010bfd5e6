/*
 * Another password.
 *
 * Sessions belong to the edition of the password they were opened with, so that
 * one row written here ends them all, on every server, at the next request.
 */
#include "base/json.h"
#include "people/inside.h"
#include "people/people.h"
#include "record/tenant.h"

LI_SQL(account_person, "select person from account where tenant = $1 and id = $2");
LI_SQL(account_repassword, "update account set password = $3, edition = edition + 1 "
                           "where tenant = $1 and id = $2");

struct plan {
    const struct li_account_password_args *args;
    int64_t person;
};

static int password_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                           void **ret_plan)
{
    const struct li_account_password_args *change = args;
    struct plan *plan = li_alloc(ctx, sizeof(*plan));
    struct li_rows *rows;
    int r = plan ? li_query_one(ctx, tx->conn, &account_person,
                                LI_ARGS(li_v(tx->tenant), li_v(change->account)), &rows)
                 : -LI_E_NOMEM;

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such account");
    }
    if (r) {
        return r;
    }
    *plan = (struct plan){.args = change, .person = li_col_i64(rows, 0)};
    li_rows_done(rows);
    if (change->password_hash.len == 0) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/password"), LI_S(""));
    }
    *ret_plan = plan;
    return 0;
}

static int password_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                          struct li_outcome *ret)
{
    const struct plan *plan = args;
    struct li_json json;
    int r = li_exec(
        ctx, tx->conn, &account_repassword,
        LI_ARGS(li_v(tx->tenant), li_v(plan->args->account), li_v_text(plan->args->password_hash)),
        NULL);

    r = r ? r : li_tenant_touch(ctx, tx);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_id(&json, "account", plan->args->account);
    li_json_put_id(&json, "person", plan->person);
    ret->entity = plan->person;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_account_password = {
    .name = "account.password",
    .decide = password_decide,
    .write = password_write,
};

int li_account_viewer(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t account,
                      int64_t now, struct li_viewer *ret)
{
    struct li_viewer viewer = {.kind = LI_VIEWER_STAFF, .tenant = tenant, .account = account};
    struct li_post *posts;
    struct li_rows *rows;
    int64_t until;
    int r = li_query_one(ctx, conn, &account_person, LI_ARGS(li_v(tenant), li_v(account)), &rows);

    if (r) {
        return r;
    }
    viewer.person = li_col_i64(rows, 0);
    li_rows_done(rows);
    r = li_post_list(ctx, conn, tenant, viewer.person, now, &posts, &viewer.post_count, &until);
    if (r == 0) {
        viewer.posts = posts;
        *ret = viewer;
    }
    return r;
}
