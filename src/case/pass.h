/*
 * One-time links: who holds one works on one part of a case without an account.
 *
 * A unit that never signs in is given an address, on paper or in a message.  It
 * shows that one case as far as the work needs it, takes the actions of the part's
 * owner, and opens nothing once the part or the case has ended, the time is over or
 * it was called back.  A part has one link at a time; a new one ends the one before.
 *
 * The table keeps the token's hash.  The token itself is made from the tenant's key
 * and the link's edition, so that staff may print the sheet again.
 */
#ifndef LI_CASE_PASS_H
#define LI_CASE_PASS_H

#include "case/case.h"

#define LI_PASS_DAYS      30 /* when nobody says how long */
#define LI_PASS_DAYS_MOST 180

struct li_pass {
    int64_t case_id;
    int part;
    int64_t edition; /* 1 for the first link of the part */
    int64_t made_at;
    int64_t until;
    int64_t ended_at; /* 0: not called back */
};

/* The link of a part, also one that is over; -LI_E_NOT_FOUND quietly. */
int li_pass_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id, int part,
               struct li_pass *ret) LI_MUST_CHECK;
/* Its token, for whoever may give it out. */
int li_pass_token(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                  const struct li_pass *pass, uint8_t ret[16]) LI_MUST_CHECK;
/* Whom a token stands for, at `now`.  -LI_E_NOT_FOUND: none, called back, too late. */
int li_pass_viewer(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, const uint8_t token[16], int64_t now,
                   struct li_viewer *ret) LI_MUST_CHECK;
/* In decide: whether the link a viewer came by still holds; 0 for all other viewers. */
int li_pass_holds(struct li_ctx *ctx, const struct li_tx *tx) LI_MUST_CHECK;

/*
 * "pass.make": for a part with an organization that has not ended, by the desk, the
 * dispatcher or the chief of the place.  Plan: struct li_pass.  -LI_E_NOT_FOUND,
 * -LI_E_FORBIDDEN, -LI_E_STATE.
 */
struct li_pass_make_args {
    int64_t case_id;
    int part;
    int64_t days; /* 1 … LI_PASS_DAYS_MOST */
};
extern const struct li_command li_pass_make;
/* "pass.end": called back by the same; -LI_E_STATE when it is over. */
struct li_pass_end_args {
    int64_t case_id;
    int part;
};
extern const struct li_command li_pass_end;

#endif
