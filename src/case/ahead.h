/*
 * What one viewer could do next, and next after that: for a face that has no network between
 * its steps.  The machine goes ahead in memory from the case as it stands; nothing is written,
 * and every step is judged anew when it comes.
 */
#ifndef LI_CASE_AHEAD_H
#define LI_CASE_AHEAD_H

#include "case/case.h"

#define LI_AHEAD_MAX 24 /* standings that are gone to */

/* How the case may come to stand; the first is how it stands. */
struct li_ahead {
    struct li_snapshot snapshot;
    struct li_offer *offers;
    size_t offer_count;
    int *to; /* of each offer the standing it leads to; -1: that cannot be told beforehand */
};

/* What cannot be told beforehand: where chance, what is given or another's row decides, and
 * where a part is made.  `ret` has room for LI_AHEAD_MAX. */
int li_case_ahead(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                  const struct li_case *row, const struct li_case_part *parts, size_t part_count,
                  const struct li_viewer *viewer, struct li_ahead *ret,
                  size_t *ret_count) LI_MUST_CHECK;

#endif
