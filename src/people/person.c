/*
 * Persons who work here, and their accounts.
 *
 * History gets ids and commitments: the name and the login stay erasable.  The
 * tables keep them in clear, because every page that says who did something
 * asks for them; the password is there only as its hash and nowhere else.
 */
#include "base/id.h"
#include "base/json.h"
#include "people/inside.h"
#include "record/tenant.h"
#include "record/vault.h"

LI_SQL(person_insert, "insert into person (tenant, id, name) values ($1, $2, $3)");
LI_SQL(account_insert, "insert into account (tenant, id, login, person, password) "
                       "values ($1, $2, $3, $4, $5)");
LI_SQL(account_by_login,
       "select id, person, password from account where tenant = $1 and login = $2");

struct plan {
    struct li_new_person made; /* first: what the caller sees of a plan */
    const struct li_person_args *args;
};

int li_account_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str login,
                    struct li_account *ret)
{
    struct li_account account;
    struct li_rows *rows;
    int r =
        li_query_one(ctx, conn, &account_by_login, LI_ARGS(li_v(tenant), li_v_text(login)), &rows);

    if (r) {
        return r;
    }
    account = (struct li_account){
        .id = li_col_i64(rows, 0),
        .person = li_col_i64(rows, 1),
        .password = li_col_dup(ctx, rows, 2),
    };
    li_rows_done(rows);
    if (!account.password.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = account;
    return 0;
}

static int check_login(struct li_ctx *ctx, const struct li_tx *tx,
                       const struct li_person_args *args)
{
    struct li_account other;
    int r;

    if (!li_login_ok(args->login)) {
        return li_fault(ctx, LI_FAULT_PATTERN, LI_S("/login"), LI_S(""));
    }
    if (args->password_hash.len == 0) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/password"), LI_S(""));
    }
    r = li_account_find(ctx, tx->conn, tx->tenant, args->login, &other);
    if (r == 0) {
        return LI_FAIL_AT(ctx, LI_E_UNIQUE, LI_S("/login"), "the login is taken");
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

static int add_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_person_args *add = args;
    struct plan *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? li_people_name(ctx, add->name) : -LI_E_NOMEM;

    if (r == 0 && add->login.len > 0) {
        r = check_login(ctx, tx, add);
    }
    if (r) {
        return r;
    }
    plan->args = add;
    plan->made.person = li_id_next(li_record_ids(tx->record), ctx->clock);
    if (add->login.len > 0) {
        plan->made.account = li_id_next(li_record_ids(tx->record), ctx->clock);
    }
    *ret_plan = plan;
    return 0;
}

enum place { PLACE_NAME, PLACE_LOGIN };

static int add_rows(struct li_ctx *ctx, const struct li_tx *tx, const struct plan *plan,
                    struct li_hash commits[2])
{
    int64_t person = plan->made.person;
    int r = li_exec(ctx, tx->conn, &person_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(person), li_v_text(plan->args->name)), NULL);

    if (r == 0) {
        r = li_vault_put(ctx, tx, person, PLACE_NAME, LI_S("name"), plan->args->name, true,
                         &commits[PLACE_NAME]);
    }
    if (r || !plan->made.account) {
        return r;
    }
    r = li_exec(ctx, tx->conn, &account_insert,
                LI_ARGS(li_v(tx->tenant), li_v(plan->made.account), li_v_text(plan->args->login),
                        li_v(person), li_v_text(plan->args->password_hash)),
                NULL);
    if (r == 0) {
        r = li_vault_put(ctx, tx, person, PLACE_LOGIN, LI_S("login"), plan->args->login, true,
                         &commits[PLACE_LOGIN]);
    }
    return r;
}

static int add_write(struct li_ctx *ctx, const struct li_tx *tx, void *args, struct li_outcome *ret)
{
    const struct plan *plan = args;
    struct li_hash commits[2];
    struct li_json json;
    int r = add_rows(ctx, tx, plan, commits);

    if (r == 0) {
        r = li_tenant_touch(ctx, tx);
    }
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    if (plan->made.account) {
        li_json_put_id(&json, "account", plan->made.account);
        li_json_key(&json, "login");
        li_vault_refer(&json, tx, PLACE_LOGIN, &commits[PLACE_LOGIN]);
    }
    li_json_key(&json, "name");
    li_vault_refer(&json, tx, PLACE_NAME, &commits[PLACE_NAME]);
    li_json_put_id(&json, "person", plan->made.person);
    ret->entity = plan->made.person;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_person_add = {
    .name = "person.add",
    .decide = add_decide,
    .write = add_write,
};
