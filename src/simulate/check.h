/*
 * Checks: what must be true of a whole record, whoever wrote it and whatever
 * happened in between.
 *
 * Each is a small function with a name.  A finding says which check, which tenant
 * and which entity, so that with the seed and the day it can be played again.
 */
#ifndef LI_SIMULATE_CHECK_H
#define LI_SIMULATE_CHECK_H

#include "simulate/simulate.h"

#define LI_SIM_FINDINGS 32
#define LI_SIM_OF_CHECK 2 /* of one check at most */

struct li_sim_finding {
    const char *check;
    int64_t tenant;
    int64_t entity;
    struct li_str what;
};
struct li_sim_report {
    struct li_sim_finding findings[LI_SIM_FINDINGS]; /* the first ones */
    size_t count;
    int64_t cases, open; /* looked at */
};

/* Looks at everything now, in ctx's arena.  0 whatever was found; -LI_E_… when it
 * could not look. */
int li_sim_check(struct li_ctx *ctx, struct li_sim *sim, struct li_sim_report *ret) LI_MUST_CHECK;
/* "seed 7, 2026-06-16: clocks: tenant 1, case 06…: …" of a finding. */
struct li_str li_sim_finding_text(struct li_ctx *ctx, const struct li_sim *sim,
                                  const struct li_sim_finding *finding);

/* Names of the checks; ends with NULL. */
extern const char *const li_sim_check_names[];

#endif
