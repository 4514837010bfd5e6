/* Ballots as operations and pages show them. */
#ifndef LI_SERVE_OP_BALLOT_H
#define LI_SERVE_OP_BALLOT_H

#include "serve/op/op.h"
#include "vote/vote.h"

/* The ballot of the path; a draft only for those who run it: -LI_E_NOT_FOUND. */
int li_op_ballot(struct li_request *request, struct li_ballot *ret) LI_MUST_CHECK;
/* Its id alone, for a command that looks itself. */
int li_op_ballot_id(struct li_request *request, int64_t *ret) LI_MUST_CHECK;
/* How many voted, where that may be told now; -1: not. */
int li_op_ballot_turnout(struct li_request *request, const struct li_ballot *ballot,
                         int64_t *ret) LI_MUST_CHECK;
/* Whether a receipt stands among those that were published; -LI_E_INVALID: it is none. */
int li_op_is_counted(struct li_request *request, const struct li_ballot_result *result,
                     int64_t ballot, struct li_str receipt, bool *ret) LI_MUST_CHECK;
/* The published result as a tree; NULL: none yet. */
int li_op_ballot_result(struct li_request *request, const struct li_ballot *ballot,
                        struct li_node **ret) LI_MUST_CHECK;

#endif
