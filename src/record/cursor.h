/*
 * Sealed cursors: a place in a tenant's history that may be given away.
 *
 * Whoever holds one can come back to it, and learns nothing from it: not how much
 * happened before it, nor how much between two of them.
 */
#ifndef LI_RECORD_CURSOR_H
#define LI_RECORD_CURSOR_H

#include "record/record.h"

#define LI_CURSOR_TEXT 77 /* base 32 */

/* Writes LI_CURSOR_TEXT characters and a NUL; the same for the same place.
 * 0 or -LI_E_NOT_FOUND (no such tenant). */
int li_cursor_seal(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t seq,
                   char ret[LI_CURSOR_TEXT + 1]) LI_MUST_CHECK;
/* -LI_E_INVALID (told): it is none of this tenant's. */
int li_cursor_open(struct li_ctx *ctx, struct li_record *record, int64_t tenant, struct li_str text,
                   int64_t *ret_seq) LI_MUST_CHECK;

#endif
