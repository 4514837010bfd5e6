/* What the checks share. */
#ifndef LI_SIMULATE_CHECK_INSIDE_H
#define LI_SIMULATE_CHECK_INSIDE_H

#include "simulate/check.h"
#include "simulate/inside.h"
#include "view/view.h"

/* A case as the checks found it. */
struct li_checked {
    struct li_case row;
    struct li_case_part *parts;
    size_t part_count;
    const struct li_matter *matter; /* NULL: the simulator did not open it */
};

struct li_checking {
    struct li_ctx *ctx;
    struct li_sim *sim;
    struct li_house *house;
    struct li_conn *conn; /* in a snapshot */
    const struct li_sim_tenant *town;
    int64_t tenant;
    int64_t clock;                  /* what it says */
    int64_t now;                    /* the same, unless it was set back behind the newest entry */
    const struct li_entry *entries; /* the tenant's whole history */
    size_t entry_count;
    struct li_checked *cases; /* every case that history opened */
    size_t case_count;
    const char *name; /* of the check that runs */
    struct li_sim_report *report;
};

void li_checking_tell(struct li_checking *checking, int64_t entity, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The checks: of one tenant each. */
int li_sim_looks_chain(struct li_checking *checking) LI_MUST_CHECK;
int li_sim_looks_told(struct li_checking *checking) LI_MUST_CHECK;
int li_sim_looks_words(struct li_checking *checking) LI_MUST_CHECK;
int li_sim_looks_owned(struct li_checking *checking) LI_MUST_CHECK;
int li_sim_looks_clocks(struct li_checking *checking) LI_MUST_CHECK;
int li_sim_looks_due(struct li_checking *checking) LI_MUST_CHECK;
int li_sim_looks_numbers(struct li_checking *checking) LI_MUST_CHECK;
int li_sim_looks_tallies(struct li_checking *checking) LI_MUST_CHECK;
int li_sim_looks_waiting(struct li_checking *checking) LI_MUST_CHECK;
int li_sim_looks_search(struct li_checking *checking) LI_MUST_CHECK;
int li_sim_looks_private(struct li_checking *checking) LI_MUST_CHECK;

#endif
