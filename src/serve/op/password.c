/*
 * Passwords: one's own, and another one from the administrator.
 *
 * Both end every session of the account.  argon2 runs in the pool of signing in,
 * under its bound, neither on a thread that answers nor on a lane.
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
int li_op_over_person(struct li_request *request, int64_t person)
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

/* ---- resetPassword --------------------------------------------------------- */

static int hash_new(struct li_request *request)
{
    struct li_account_password_args *args = request->state;
    int r = li_password_make(&request->ctx, li_request_sessions(request),
                             li_node_text(request->body, "password"), &args->password_hash);

    li_request_job(request, &li_account_password, args, (struct li_str){.ptr = NULL});
    return r ? r : LI_LATER;
}

int li_op_reset_password(struct li_request *request)
{
    struct li_account_password_args *args = li_alloc(&request->ctx, sizeof(*args));
    struct li_person person = {.id = 0};
    int64_t id;
    int r =
        args ? li_id_parse(&request->ctx, li_request_text(request, "person"), &id) : -LI_E_NOMEM;

    r = r ? r : li_person_find(&request->ctx, request->conn, request->tenant->id, id, &person);
    if (r == -LI_E_NOT_FOUND || (r == 0 && !person.account)) {
        return LI_FAIL(&request->ctx, LI_E_NOT_FOUND, "no such person, or no account");
    }
    r = r ? r : li_op_over_person(request, id);
    r = r ? r : check_new(request, li_node_text(request->body, "password"), person.login);
    if (r) {
        return r;
    }
    args->account = person.account;
    request->state = args;
    return li_request_aside(request, LI_POOL_PASSWORDS, hash_new);
}

int li_op_reset_password_done(struct li_request *request)
{
    return li_reply_empty(request, 204);
}

/* ---- changePassword -------------------------------------------------------- */

struct change {
    struct li_person person;
    struct li_str token; /* of the session that goes on */
};

static int set_password(struct li_request *request, const struct li_person *person,
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

static int change(struct li_request *request)
{
    struct li_sessions *sessions = li_request_sessions(request);
    struct li_str password = li_node_text(request->body, "password");
    struct change *changing = request->state;
    int64_t tenant = request->tenant->id;
    int r = li_password_prove(&request->ctx, sessions, tenant, changing->person.login,
                              li_node_text(request->body, "current"));

    r = r ? r : set_password(request, &changing->person, password);
    return r ? r
             : li_session_open(&request->ctx, sessions, tenant, changing->person.login, password,
                               &changing->token);
}

int li_op_change_password(struct li_request *request)
{
    struct change *changing = li_alloc(&request->ctx, sizeof(*changing));
    int r = changing ? li_person_find(&request->ctx, request->conn, request->tenant->id,
                                      request->viewer.person, &changing->person)
                     : -LI_E_NOMEM;

    r = r ? r : check_new(request, li_node_text(request->body, "password"), changing->person.login);
    request->state = changing;
    return r ? r : li_request_aside(request, LI_POOL_PASSWORDS, change);
}

/* The browser that asked goes on with a new session; all others end. */
int li_op_change_password_done(struct li_request *request)
{
    const struct change *changed = request->state;
    int r = li_reply_empty(request, 204);

    return r ? r : li_op_set_cookie(request, changed->token, LI_SESSION_HOURS * 3600);
}
