/*
 * A QR code as the path of an SVG: one horizontal stroke for each run of dark
 * modules, in a square of *ret_size units that has the four light modules around
 * it that readers want.
 */
#ifndef LI_SERVE_PAGE_MATRIX_H
#define LI_SERVE_PAGE_MATRIX_H

#include "base/ctx.h"

/* Error correction Q: a quarter of it may be torn off.  *ret_path in the arena.
 * 0 or -LI_E_LIMIT (too long), -LI_E_NOMEM. */
int li_matrix_path(struct li_ctx *ctx, struct li_str text, struct li_str *ret_path,
                   int *ret_size) LI_MUST_CHECK;

#endif
