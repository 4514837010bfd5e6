/* What the files of counting share. */
#ifndef LI_BALLOT_INSIDE_H
#define LI_BALLOT_INSIDE_H

#include "ballot/election.h"

/* Before zero: a goes before b.  Points, cost, place on the list; *by_list is set where only
 * the list decides. */
int li_count_before(const struct li_election *election, const int64_t *points, uint16_t a,
                    uint16_t b, bool *by_list);
void li_count_choose(const struct li_election *election, struct li_count *count, uint16_t option);

/* One rule each; `count` has its arrays and the points. */
int li_count_ranked(struct li_ctx *ctx, const struct li_election *election,
                    struct li_count *count) LI_MUST_CHECK;
int li_count_shares(struct li_ctx *ctx, const struct li_election *election, int64_t step,
                    struct li_count *count) LI_MUST_CHECK;

#endif
