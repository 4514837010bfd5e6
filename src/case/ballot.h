/*
 * Ballots that a case opens and waits for.
 *
 * An action that says `ballot` puts down a row of what the case knows, and a due row whose
 * command opens the ballot: src/vote's, which lies above and is known here by its name alone.
 * Each time the ballot goes on, vote puts down a due row of `case.ballot`; that command writes
 * what the case knows now and lets the case's actions by system be tried.  So each noun writes
 * only its own tables, and what a case did follows from its own history.
 *
 * A playbook without ballots reads and writes nothing of this.
 */
#ifndef LI_CASE_BALLOT_H
#define LI_CASE_BALLOT_H

#include "case/inside.h"

/* The command that opens a ballot; its args are {"action", "by" (account), "case", "name"}. */
#define LI_BALLOT_CALL "ballot.call"

/* What the case knows of each of its playbook's ballots (row->votes). */
int li_case_votes(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                  struct li_case *row) LI_MUST_CHECK;
/* In decide: whether what a plan opens closes later than now.  -LI_E_INVALID at the field. */
int li_case_ballots_check(struct li_ctx *ctx, const struct li_case *row, const struct li_plan *plan,
                          int64_t now) LI_MUST_CHECK;
/* In write: the ballots a plan opens. */
int li_case_ballots_put(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                        const struct li_plan *plan) LI_MUST_CHECK;
/* In write, of whoever holds the ballot: the case is told at once how far it is. */
struct li_case_told {
    int64_t id; /* of the case */
    struct li_str name;
    struct li_case_vote vote;
};
int li_case_tell_ballot(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_case_told *told) LI_MUST_CHECK;
/* By due row: "case.ballot". */
extern const struct li_command li_case_ballot;

/* When a ballot closes that is opened at `now`.  *ret 0: the field does not say it. */
int li_case_ballot_closes(struct li_ctx *ctx, const struct li_case *row,
                          const struct li_ballot_rule *rule, int64_t now,
                          int64_t *ret) LI_MUST_CHECK;

#endif
