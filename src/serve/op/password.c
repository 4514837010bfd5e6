/*
 * Passwords: one's own, and another one from the administrator.
 *
 * Both end every session of the account.  argon2 runs on the request's thread
 * under the bound of signing in, never on a lane.
 */
#include "base/id.h"
#include "contract/fault.h"
#include "serve/op/op.h"

static int check_new(struct li_request *request, struct li_str password, struct li_str login)
{
    struct li_ctx *ctx = &request->ctx;

    if (password.len < LI_PASSWORD_MIN) {
        return li_fault(ctx, LI_FAULT_SHORT, LI_S("/password"), LI_S("8"));
    }
    if (password.len > LI_PASSWORD_MAX) {
        return li_fault(ctx, LI_FAULT_LONG, LI_S("/password"), LI_S("128"));
    }
    if (li_str_eq(password, login)) {
        return li_fault(ctx, LI_FAULT_CHOICE, LI_S("/password"), LI_S(""));
    }
    return 0;
}

/* The administrator of every place where the person holds or will hold a post:
 * else a street's administrator could become the district's. */
static int may_reset(struct li_request *request, int64_t person)
{
    const struct li_appointment_filter filter = {.person = person, .limit = 1000};
    struct li_appointment *all;
    size_t count;
    int r = li_appointment_list(&request->ctx, request->conn, request->tenant->id, &filter, &all,
                                &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (!all[i].until || all[i].until > li_now(request->ctx.clock)) {
            r = li_op_over(request, "administrator", all[i].area_path);
        }
    }
    return r;
}

int li_op_reset_password(struct li_request *request)
{
    struct li_account_password_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_str password = li_node_text(request->body, "password");
    struct li_person person = {.id = 0};
    int64_t id;
    int r =
        args ? li_id_parse(&request->ctx, li_request_text(request, "person"), &id) : -LI_E_NOMEM;

    r = r ? r : li_person_find(&request->ctx, request->conn, request->tenant->id, id, &person);
    if (r == -LI_E_NOT_FOUND || (r == 0 && !person.account)) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such person, or no account");
    }
    r = r ? r : may_reset(request, id);
    r = r ? r : check_new(request, password, person.login);
    r = r ? r
          : li_password_make(&request->ctx, li_request_sessions(request), password,
                             &args->password_hash);
    if (r) {
        return r;
    }
    args->account = person.account;
    li_request_job(request, &li_account_password, args, (struct li_str){.ptr = NULL});
    return LI_LATER;
}

int li_op_reset_password_done(struct li_request *request)
{
    return li_reply_empty(request, 204);
}

static int change(struct li_request *request, const struct li_person *person,
                  struct li_str password)
{
    struct li_account_password_args args = {.account = person->account};
    int r = li_password_make(&request->ctx, li_request_sessions(request), password,
                             &args.password_hash);

    if (r) {
        return r;
    }
    li_request_job(request, &li_account_password, &args, (struct li_str){.ptr = NULL});
    return li_run(li_request_house(request)->record, &request->job);
}

/* The browser that asked goes on with a new session; all others end. */
int li_op_change_password(struct li_request *request)
{
    struct li_sessions *sessions = li_request_sessions(request);
    struct li_str password = li_node_text(request->body, "password"), token;
    int64_t tenant = request->tenant->id;
    struct li_person person;
    int r = li_person_find(&request->ctx, request->conn, tenant, request->viewer.person, &person);

    r = r ? r : check_new(request, password, person.login);
    if (r) {
        return r;
    }
    /* it writes through the lane, as signing in does: no old snapshot */
    li_rollback(request->conn);
    r = li_password_prove(&request->ctx, sessions, tenant, person.login,
                          li_node_text(request->body, "current"));
    r = r ? r : change(request, &person, password);
    r = r ? r : li_session_open(&request->ctx, sessions, tenant, person.login, password, &token);
    r = r ? r : li_reply_empty(request, 204);
    return r ? r : li_op_set_cookie(request, token, LI_SESSION_HOURS * 3600);
}
