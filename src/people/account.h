/*
 * Accounts, passwords, sessions: who is asking.
 *
 * Passwords are argon2id; five wrong ones lock a login for fifteen minutes.
 * Sessions are opaque 128-bit tokens, kept as their hash; a session's viewer
 * (account, person, posts in force) is cached in memory under the tenant's rev
 * and for at most a minute, so that a dismissed officer stops at once.
 */
#ifndef LI_PEOPLE_ACCOUNT_H
#define LI_PEOPLE_ACCOUNT_H

#include "people/people.h"
#include "record/record.h"

#define LI_SESSION_HOURS 12
#define LI_SIGN_INS      2 /* passwords checked at a time */
#define LI_LOCK_FAILURES 5
#define LI_LOCK_MINUTES  15
#define LI_TOKEN_SIZE    16
#define LI_TOKEN_TEXT    26 /* base 32 */

struct li_account {
    int64_t id;
    int64_t person;
    struct li_str password; /* its hash */
};
int li_account_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str login,
                    struct li_account *ret) LI_MUST_CHECK; /* NOT_FOUND quietly */

/* argon2id, interactive cost; text in the arena.  Slow (tens of ms) and hungry
 * (64 MiB); for the command line and tests.  Signing in does at most two at a
 * time in a process.  0 or -LI_E_NOMEM. */
int li_password_hash(struct li_ctx *ctx, struct li_str password, struct li_str *ret) LI_MUST_CHECK;
/* 0, -LI_E_CREDENTIALS (quietly) or -LI_E_NOMEM. */
int li_password_check(struct li_ctx *ctx, struct li_str password, struct li_str hash) LI_MUST_CHECK;

/* Lengths of a password somebody chooses, in bytes. */
#define LI_PASSWORD_MIN 8
#define LI_PASSWORD_MAX 128

/* Command "account.password": another password; every session of the account
 * ends with it.  -LI_E_NOT_FOUND. */
struct li_account_password_args {
    int64_t account;
    struct li_str password_hash; /* made before the lane: li_password_make */
};
extern const struct li_command li_account_password;

/* Who an account is at `now`, as a session of it would tell: for what it asked to be
 * done later.  -LI_E_NOT_FOUND quietly. */
int li_account_viewer(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t account,
                      int64_t now, struct li_viewer *ret) LI_MUST_CHECK;

/* What a session tells. */
struct li_session {
    struct li_viewer viewer; /* STAFF */
    struct li_str name;      /* of the person */
};

struct li_sessions;                                            /* the cache; thread-safe */
struct li_sessions *li_sessions_new(struct li_record *record); /* NULL without memory */
void li_sessions_free(struct li_sessions *sessions);

/* li_password_hash as a server may call it, at most LI_SIGN_INS at a time:
 * -LI_E_TOO_MANY. */
int li_password_make(struct li_ctx *ctx, struct li_sessions *sessions, struct li_str password,
                     struct li_str *ret) LI_MUST_CHECK;
/* Whether a person's password is this one, counted and locked like signing in.
 * -LI_E_CREDENTIALS, -LI_E_LOCKED, -LI_E_TOO_MANY. */
int li_password_prove(struct li_ctx *ctx, struct li_sessions *sessions, int64_t tenant,
                      struct li_str login, struct li_str password) LI_MUST_CHECK;

/* Checks login and password, opens a session through the lane (working
 * commands).  *ret_token: 26 characters.  -LI_E_CREDENTIALS, -LI_E_LOCKED,
 * -LI_E_TOO_MANY. An unknown login takes as long as a wrong password. */
int li_session_open(struct li_ctx *ctx, struct li_sessions *sessions, int64_t tenant,
                    struct li_str login, struct li_str password,
                    struct li_str *ret_token) LI_MUST_CHECK;
/* Ends a session; one that has ended is no fault. */
int li_session_close(struct li_ctx *ctx, struct li_sessions *sessions, int64_t tenant,
                     struct li_str token) LI_MUST_CHECK;
/* Who a token is; everything copied into the arena.  -LI_E_UNAUTHORIZED. */
int li_session_find(struct li_ctx *ctx, struct li_sessions *sessions, struct li_conn *conn,
                    int64_t tenant, struct li_str token, struct li_session *ret) LI_MUST_CHECK;

/* Working commands behind these (for the registry).  The sweep, args NULL,
 * deletes what has run out of the job's tenant. */
extern const struct li_command li_session_begin, li_session_end, li_login_failed, li_session_sweep;

#endif
