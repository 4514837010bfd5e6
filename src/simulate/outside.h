/*
 * Outside: everything that those see who have nothing to do with a matter.
 *
 * Two runs of one seed, of which one has one confidential matter more, must give
 * the same bytes here: that it exists changes nothing outside its team.
 */
#ifndef LI_SIMULATE_OUTSIDE_H
#define LI_SIMULATE_OUTSIDE_H

#include "base/buf.h"
#include "simulate/simulate.h"

/* Who is not outside: officers over the street of the one matter more (in the first
 * tenant), and units with a part in it, also an ended one. */
#define LI_SIM_TEAM 24
struct li_sim_team {
    size_t street;
    int64_t orgs[LI_SIM_TEAM];
    size_t org_count;
};
/* -LI_E_NOT_FOUND quietly: there is no matter more, or not yet. */
int li_sim_team(struct li_ctx *ctx, struct li_sim *sim, struct li_sim_team *ret) LI_MUST_CHECK;

/*
 * Adds, as JSON and one view a line: what anybody sees (lists, what is near, Open311's
 * requests, public gauges), what each reporter and follower sees of their own, and the
 * lists of all officers outside the team.
 */
int li_sim_outside(struct li_ctx *ctx, struct li_sim *sim, const struct li_sim_team *team,
                   struct li_buf *buf) LI_MUST_CHECK;

#endif
