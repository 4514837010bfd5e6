/*
 * Reading what we wrote ourselves: canonical JSON from the store.
 *
 * A reader for the one form li_json writes canonically (no white space,
 * integers only), about ten times as fast as a general one; history is read
 * with it at every look at a case.  What comes from outside is read by
 * li_json_read.
 */
#ifndef LI_BASE_CANONICAL_H
#define LI_BASE_CANONICAL_H

#include "base/node.h"

/* Texts without escapes point into `bytes`, which must live as long as the
 * tree.  -LI_E_CORRUPT when the bytes are not of that form. */
int li_canonical_read(struct li_ctx *ctx, struct li_str bytes, struct li_node **ret);

#endif
