/*
 * How much two texts say the same: their longest common passage, and the share of
 * neighbouring pairs of signs they have in common.  Pure; what to make of it is
 * similar.c's.
 */
#ifndef LI_VIEW_LIKENESS_H
#define LI_VIEW_LIKENESS_H

#include "base/ctx.h"

/* A text made ready: folded, at most LI_LIKENESS code points, letters and digits only
 * (anything else parts two passages). */
#define LI_LIKENESS 160
struct li_likeness {
    int32_t points[LI_LIKENESS];
    size_t count;
};
int li_likeness_of(struct li_ctx *ctx, struct li_str text, struct li_likeness *ret) LI_MUST_CHECK;

/* Of 100: how many of the pairs of the shorter one the other one has. */
int li_likeness_share(const struct li_likeness *a, const struct li_likeness *b);
/* The longest passage in both, in the arena; empty when it is shorter than three signs. */
int li_likeness_passage(struct li_ctx *ctx, const struct li_likeness *a,
                        const struct li_likeness *b, struct li_str *ret) LI_MUST_CHECK;

#endif
