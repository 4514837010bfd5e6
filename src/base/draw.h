/*
 * Draws that nobody knows beforehand and anybody can check afterwards.
 *
 * A chain of hashes, a link a month: each link is the BLAKE2b-256 of the next one, so who
 * knows a month's link knows all earlier ones and none that comes.  The first, the root, is
 * made known before anything is drawn; a month's link is its seed, and is shown when the
 * month is over.  Hashed once for each month since, it gives the root.
 *
 *   value = BLAKE2b-256(seed ‖ playbook ‖ 0 ‖ number ‖ 0 ‖ name), the first eight bytes as a
 *           big-endian number, modulo 10,000
 *
 * What falls below a share in hundredths of a per cent is drawn.  Where so many of many rows are
 * drawn, each has the name SPAWN/CODE and those with the smallest numbers, not taken modulo, are.
 * Not for where a chain begins (record/sample) or what a draw decides (playbook).
 */
#ifndef LI_BASE_DRAW_H
#define LI_BASE_DRAW_H

#include "base/hash.h"

#define LI_DRAW_MONTHS 600   /* of a chain: fifty years */
#define LI_DRAW_WHOLE  10000 /* the share of all */

struct li_draw_chain {
    int32_t begun;                            /* the first month */
    struct li_hash links[LI_DRAW_MONTHS + 1]; /* [0]: the root; [n]: the seed of the nth month */
};

/* The month at UTC+8 an instant falls in, counted from January of the year 0. */
int32_t li_draw_month(int64_t instant);
/* "2026-11" and a NUL. */
#define LI_DRAW_MONTH_TEXT 16
void li_draw_month_text(int32_t month, char ret[LI_DRAW_MONTH_TEXT]);

/* The chain that ends in `last`. */
void li_draw_chain(const struct li_hash *last, int32_t begun, struct li_draw_chain *ret);
/* NULL: the chain has no link for that month. */
const struct li_hash *li_draw_seed(const struct li_draw_chain *chain, int32_t month);
/* Whether a seed of a month belongs to a root whose first month was `begun`. */
bool li_draw_proves(const struct li_hash *root, int32_t begun, int32_t month,
                    const struct li_hash *seed);

/* What is drawn: a case, by its number, for something that has a name in its playbook. */
struct li_draw {
    struct li_str playbook, number, name;
};
/* The eight bytes themselves: of many things those with the smallest are drawn. */
uint64_t li_draw_rank(const struct li_hash *seed, const struct li_draw *draw);
/* 0 … LI_DRAW_WHOLE - 1 */
int li_draw_value(const struct li_hash *seed, const struct li_draw *draw);

#endif
