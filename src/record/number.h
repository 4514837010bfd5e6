/*
 * Numbers people say: gapless per (tenant, series, period), given inside the
 * lane.  What is confidential has a series of its own, so that a gap tells nothing,
 * and is not counted in it but drawn (case/open.c).
 */
#ifndef LI_RECORD_NUMBER_H
#define LI_RECORD_NUMBER_H

#include "record/command.h"

/* The next number; inside a command's write. */
int li_number_next(struct li_ctx *ctx, const struct li_tx *tx, struct li_str series,
                   struct li_str period, int64_t *ret) LI_MUST_CHECK;

/* A number in a pattern: {yy} year, {yyyy}, {seq} or {seq:6}, {check} one digit
 * (Luhn over the digits before it).  `at` gives the year.  -LI_E_INVALID names
 * an unknown word. */
int li_number_format(struct li_ctx *ctx, struct li_str pattern, int64_t at, int64_t seq,
                     struct li_str *ret) LI_MUST_CHECK;

#endif
