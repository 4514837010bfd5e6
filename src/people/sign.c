/*
 * Signing in and out.
 *
 * The password is checked on the caller's thread, before the lane: a lane never
 * waits for argon2.  A login nobody has is checked against a fixed hash, so that
 * it takes as long and looks the same as a wrong password.
 */
#include "base/id.h"
#include "people/inside.h"

/* The hash of 32 random bytes that were thrown away, at the usual cost. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$WhljyY3Li3vpHWS5TPgL5g$"
                             "U5z1WH8Rrh1srHFpm8jJwZs6DYp9VvGS1cPyNtxr9eM";

struct sign {
    struct li_sessions *sessions;
    int64_t tenant;
    struct li_str login;
    struct li_account account; /* id 0: nobody has the login */
    int64_t failures;
};

static int look_up(struct li_ctx *ctx, struct sign *sign)
{
    struct li_record *record = li_sessions_record(sign->sessions);
    struct li_store *store = li_record_store(record);
    struct li_conn *conn;
    int r;

    sign->account = (struct li_account){.password = li_str(nobody)};
    if (!li_login_ok(sign->login)) {
        return 0;
    }
    r = li_store_reader(ctx, store, &conn);
    if (r) {
        return r;
    }
    r = li_account_find(ctx, conn, sign->tenant, sign->login, &sign->account);
    if (r == 0 || r == -LI_E_NOT_FOUND) {
        r = li_login_failures(ctx, conn, sign->tenant, sign->login, li_now(li_record_clock(record)),
                              &sign->failures);
    }
    li_store_reader_back(store, conn);
    return r;
}

static int run(struct li_ctx *ctx, const struct sign *sign, const struct li_command *command,
               const void *args)
{
    const struct li_viewer viewer = {.kind = LI_VIEWER_SYSTEM, .tenant = sign->tenant};
    struct li_job job = {
        .ctx = ctx,
        .tenant = sign->tenant,
        .command = command,
        .args = args,
        .viewer = &viewer,
    };

    return li_run(li_sessions_record(sign->sessions), &job);
}

static int check(struct li_ctx *ctx, const struct sign *sign, struct li_str password)
{
    int r;

    if (!li_sessions_enter(sign->sessions)) {
        return LI_FAIL(ctx, LI_E_TOO_MANY, "%d are signing in already", LI_SIGN_INS);
    }
    r = li_password_check(ctx, password, sign->account.password);
    li_sessions_leave(sign->sessions);
    if (r == 0 && sign->account.id == 0) {
        r = -LI_E_CREDENTIALS;
    }
    return r;
}

static int refuse(struct li_ctx *ctx, const struct sign *sign)
{
    const struct li_login_failed_args failed = {.login = sign->login};

    if (li_login_ok(sign->login)) {
        int r = run(ctx, sign, &li_login_failed, &failed);
        if (r) {
            return r;
        }
    }
    return LI_FAIL(ctx, LI_E_CREDENTIALS, "wrong login or password");
}

static int begin(struct li_ctx *ctx, const struct sign *sign, struct li_str *ret_token)
{
    uint8_t bytes[LI_TOKEN_SIZE];
    char text[LI_BASE32_SIZE(LI_TOKEN_SIZE)];
    struct li_session_begin_args args = {.account = sign->account.id, .login = sign->login};
    struct li_str token;
    int r;

    _Static_assert(sizeof(text) == LI_TOKEN_TEXT + 1, "a token's text");
    li_random_bytes(ctx->random, bytes, sizeof(bytes));
    li_base32(bytes, sizeof(bytes), text);
    args.token = li_hash_of(li_str_n(bytes, sizeof(bytes)));
    token = li_str_dup(ctx, li_str(text));
    if (!token.ptr) {
        return -LI_E_NOMEM;
    }
    r = run(ctx, sign, &li_session_begin, &args);
    if (r == 0) {
        *ret_token = token;
    }
    return r;
}

int li_password_make(struct li_ctx *ctx, struct li_sessions *sessions, struct li_str password,
                     struct li_str *ret)
{
    int r;

    if (!li_sessions_enter(sessions)) {
        return LI_FAIL(ctx, LI_E_TOO_MANY, "%d passwords are worked on already", LI_SIGN_INS);
    }
    r = li_password_hash(ctx, password, ret);
    li_sessions_leave(sessions);
    return r;
}

/* Who it is that knows login and password. */
static int prove(struct li_ctx *ctx, struct sign *sign, struct li_str password)
{
    int r = look_up(ctx, sign);

    if (r) {
        return r;
    }
    if (sign->failures >= LI_LOCK_FAILURES) {
        return LI_FAIL(ctx, LI_E_LOCKED, "%lld wrong passwords", (long long)sign->failures);
    }
    r = check(ctx, sign, password);
    return r == -LI_E_CREDENTIALS ? refuse(ctx, sign) : r;
}

int li_password_prove(struct li_ctx *ctx, struct li_sessions *sessions, int64_t tenant,
                      struct li_str login, struct li_str password)
{
    struct sign sign = {.sessions = sessions, .tenant = tenant, .login = login};

    return prove(ctx, &sign, password);
}

int li_session_open(struct li_ctx *ctx, struct li_sessions *sessions, int64_t tenant,
                    struct li_str login, struct li_str password, struct li_str *ret_token)
{
    struct sign sign = {.sessions = sessions, .tenant = tenant, .login = login};
    int r = prove(ctx, &sign, password);

    return r ? r : begin(ctx, &sign, ret_token);
}

int li_session_close(struct li_ctx *ctx, struct li_sessions *sessions, int64_t tenant,
                     struct li_str token)
{
    const struct sign sign = {.sessions = sessions, .tenant = tenant};
    struct li_session_end_args args;
    int r;

    if (!li_token_hash(token, &args.token)) {
        return 0;
    }
    r = run(ctx, &sign, &li_session_end, &args);
    li_sessions_forget(sessions, tenant, &args.token);
    return r;
}
