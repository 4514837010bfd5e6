/*
 * Rows of sessions and of wrong passwords, and the working commands that change
 * them.  Not for who is asking: that is sign.c (once) and cache.c (every time).
 *
 * A session belongs to one edition of its account's password: another password
 * ends it.  A token is kept as its hash, so that who reads the table cannot use it.  Wrong
 * passwords of a login are one row that forgets itself a quarter of an hour
 * after the last one; logins that do not exist have rows too, so that a lock
 * tells nothing.
 */
#include "base/id.h"
#include "base/time.h"
#include "people/inside.h"

LI_SQL(session_by_token, "select s.expires_at, a.id, a.person, p.name from session s "
                         "join account a on a.tenant = s.tenant and a.id = s.account "
                         "join person p on p.tenant = a.tenant and p.id = a.person "
                         "where s.tenant = $1 and s.token = $2 and s.expires_at > $3 "
                         "and s.edition = a.edition");
LI_SQL(session_insert,
       "insert into session (tenant, token, account, expires_at, edition) "
       "select a.tenant, $2, a.id, $4, a.edition from account a where a.tenant = $1 and a.id = $3");
LI_SQL(session_delete, "delete from session where tenant = $1 and token = $2");
LI_SQL(session_delete_old, "delete from session where tenant = $1 and expires_at <= $2");
LI_SQL(account_there, "select id from account where tenant = $1 and id = $2");
LI_SQL(failure_one, "select failures from login_failure "
                    "where tenant = $1 and login = $2 and forget_at > $3");
LI_SQL(failure_set, "insert into login_failure (tenant, login, failures, forget_at) "
                    "values ($1, $2, $3, $4) on conflict (tenant, login) do update "
                    "set failures = excluded.failures, forget_at = excluded.forget_at");
LI_SQL(failure_delete, "delete from login_failure where tenant = $1 and login = $2");
LI_SQL(failure_delete_old, "delete from login_failure where tenant = $1 and forget_at <= $2");

/* What a kept session needs to be asked each time, in one reading. */
LI_SQL(session_stands, "select t.rev, (select cast(count(*) as bigint) from session s "
                       "where s.tenant = $1 and s.token = $2) from tenant t "
                       "where t.tenant = $1");

int li_session_stands(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                      const struct li_hash *token, int64_t *ret_rev, bool *ret_there)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &session_stands,
                         LI_ARGS(li_v(tenant), li_v_blob(li_hash_view(token))), &rows);

    if (r == 0) {
        *ret_rev = li_col_i64(rows, 0);
        *ret_there = li_col_i64(rows, 1) > 0;
        li_rows_done(rows);
        li_conn_keep(conn, tenant, *ret_rev); /* as li_tenant_rev would */
    }
    return r;
}

bool li_token_hash(struct li_str token, struct li_hash *ret)
{
    uint8_t bytes[LI_TOKEN_SIZE];

    if (token.len != LI_TOKEN_TEXT || !li_base32_parse(token, bytes, sizeof(bytes))) {
        return false;
    }
    *ret = li_hash_of(li_str_n(bytes, sizeof(bytes)));
    return true;
}

int li_session_read(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    const struct li_hash *token, int64_t now, struct li_session_row *ret)
{
    struct li_session_row row;
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &session_by_token,
                         LI_ARGS(li_v(tenant), li_v_blob(li_hash_view(token)), li_v(now)), &rows);

    if (r) {
        return r;
    }
    row = (struct li_session_row){
        .expires_at = li_col_i64(rows, 0),
        .account = li_col_i64(rows, 1),
        .person = li_col_i64(rows, 2),
        .name = li_col_dup(ctx, rows, 3),
    };
    li_rows_done(rows);
    if (!row.name.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = row;
    return 0;
}

int li_login_failures(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str login,
                      int64_t now, int64_t *ret)
{
    int r = li_query_i64(ctx, conn, &failure_one,
                         LI_ARGS(li_v(tenant), li_v_text(login), li_v(now)), ret);

    if (r == -LI_E_NOT_FOUND) {
        *ret = 0;
        return 0;
    }
    return r;
}

/* ---- session.begin ------------------------------------------------------------ */

static int begin_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_session_begin_args *begin = args;
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &account_there,
                         LI_ARGS(li_v(tx->tenant), li_v(begin->account)), &rows);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_CREDENTIALS, "the account is gone");
    }
    if (r == 0) {
        li_rows_done(rows);
        *ret_plan = (void *)begin;
    }
    return r;
}

static int begin_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    const struct li_session_begin_args *begin = plan;
    int r = li_exec(ctx, tx->conn, &session_insert,
                    LI_ARGS(li_v(tx->tenant), li_v_blob(li_hash_view(&begin->token)),
                            li_v(begin->account), li_v(tx->now + LI_SESSION_HOURS * LI_HOUR)),
                    NULL);

    ret->entity = begin->account;
    if (r) {
        return r;
    }
    return li_exec(ctx, tx->conn, &failure_delete,
                   LI_ARGS(li_v(tx->tenant), li_v_text(begin->login)), NULL);
}

const struct li_command li_session_begin = {
    .name = "session.begin",
    .working = true,
    .decide = begin_decide,
    .write = begin_write,
};

/* ---- session.end --------------------------------------------------------------- */

static int as_asked(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    (void)ctx;
    (void)tx;
    *ret_plan = (void *)args;
    return 0;
}

static int end_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const struct li_session_end_args *end = plan;

    (void)ret;
    return li_exec(ctx, tx->conn, &session_delete,
                   LI_ARGS(li_v(tx->tenant), li_v_blob(li_hash_view(&end->token))), NULL);
}

const struct li_command li_session_end = {
    .name = "session.end",
    .working = true,
    .decide = as_asked,
    .write = end_write,
};

/* ---- login.failed -------------------------------------------------------------- */

struct failed_plan {
    struct li_str login;
    int64_t failures;
};

static int failed_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_login_failed_args *failed = args;
    struct failed_plan *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? 0 : -LI_E_NOMEM;

    if (r == 0) {
        r = li_login_failures(ctx, tx->conn, tx->tenant, failed->login, tx->now, &plan->failures);
    }
    if (r) {
        return r;
    }
    plan->login = failed->login;
    plan->failures++;
    *ret_plan = plan;
    return 0;
}

static int failed_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                        struct li_outcome *ret)
{
    const struct failed_plan *plan = args;

    (void)ret;
    return li_exec(ctx, tx->conn, &failure_set,
                   LI_ARGS(li_v(tx->tenant), li_v_text(plan->login), li_v(plan->failures),
                           li_v(tx->now + LI_LOCK_MINUTES * LI_MINUTE)),
                   NULL);
}

const struct li_command li_login_failed = {
    .name = "login.failed",
    .working = true,
    .decide = failed_decide,
    .write = failed_write,
};

/* ---- session.sweep ------------------------------------------------------------- */

static int sweep_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    int r =
        li_exec(ctx, tx->conn, &session_delete_old, LI_ARGS(li_v(tx->tenant), li_v(tx->now)), NULL);

    (void)plan;
    (void)ret;
    if (r) {
        return r;
    }
    return li_exec(ctx, tx->conn, &failure_delete_old, LI_ARGS(li_v(tx->tenant), li_v(tx->now)),
                   NULL);
}

const struct li_command li_session_sweep = {
    .name = "session.sweep",
    .working = true,
    .decide = as_asked,
    .write = sweep_write,
};
