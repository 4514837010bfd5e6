/*
 * What only `people` sees of itself.
 */
#ifndef LI_PEOPLE_INSIDE_H
#define LI_PEOPLE_INSIDE_H

#include "base/hash.h"
#include "contract/fault.h"
#include "people/account.h"

/* ---- ground.c: where the tenant's areas are asked ---------------------------- */

/* The path of an area inside the tenant's own, or the fault "no such place" at
 * "/area". */
int li_people_place(struct li_ctx *ctx, const struct li_tx *tx, struct li_str code,
                    struct li_str *ret) LI_MUST_CHECK;
/* The one area inside the tenant's own with this code or name; -LI_E_NOT_FOUND quietly,
 * also where several have that name. */
int li_people_place_named(struct li_ctx *ctx, const struct li_tx *tx, struct li_str text,
                          struct li_str *ret_code, struct li_str *ret_path) LI_MUST_CHECK;
/* The path of the tenant's own area; -LI_E_STATE before it was imported. */
int li_people_home(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   struct li_str *ret) LI_MUST_CHECK;
/* A name of a person or an organization, or a fault at "/name". */
int li_people_name(struct li_ctx *ctx, struct li_str name) LI_MUST_CHECK;
/* 2–32 of a-z 0-9 . _ - */
bool li_login_ok(struct li_str login);
/* 0 or -LI_E_NOT_FOUND, quietly. */
int li_person_there(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    int64_t id) LI_MUST_CHECK;

/* ---- owner.c: who holds one post ---------------------------------------------- */

/* Read anew, in the arena; of `query` tenant, post (kept) and now are asked. */
struct li_shelf;
int li_shelf_read(struct li_ctx *ctx, struct li_conn *conn, const struct li_owner_query *query,
                  const struct li_shelf **ret) LI_MUST_CHECK;
/* Whether somebody who is there holds it exactly at a path (for `org`, unless 0). */
bool li_shelf_held(const struct li_shelf *shelf, struct li_str path, int64_t org, int64_t now);

/* ---- session.c: rows ---------------------------------------------------------- */

struct li_session_begin_args {
    int64_t account;
    struct li_hash token;
    struct li_str login; /* its failures are forgotten */
};
struct li_session_end_args {
    struct li_hash token;
};
struct li_login_failed_args {
    struct li_str login;
};

struct li_session_row {
    int64_t expires_at;
    int64_t account;
    int64_t person;
    struct li_str name;
};
/* -LI_E_NOT_FOUND quietly, also when it has run out. */
int li_session_read(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    const struct li_hash *token, int64_t now,
                    struct li_session_row *ret) LI_MUST_CHECK;
/* The tenant's rev, and whether a session is there (not whether it still counts). */
int li_session_stands(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                      const struct li_hash *token, int64_t *ret_rev, bool *ret_there) LI_MUST_CHECK;
/* Wrong passwords that count at `now`. */
int li_login_failures(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str login,
                      int64_t now, int64_t *ret) LI_MUST_CHECK;
/* The hash a token is kept as; false when the text is no token. */
bool li_token_hash(struct li_str token, struct li_hash *ret);

/* ---- cache.c ------------------------------------------------------------------- */

struct li_record *li_sessions_record(struct li_sessions *sessions);
/* One of LI_SIGN_INS places; false when all are taken. */
bool li_sessions_enter(struct li_sessions *sessions);
void li_sessions_leave(struct li_sessions *sessions);
void li_sessions_forget(struct li_sessions *sessions, int64_t tenant, const struct li_hash *token);

#endif
