/*
 * Values made from a schema: right ones, and ones with exactly one thing wrong.
 *
 * Repeatable: the same seed gives the same value.  The schema is read as it was
 * written, not as compiled, so that a fault of the compiler cannot hide itself.
 * Not for recursive schemas.  Patterns and formats need x-right and x-wrong.
 */
#ifndef LI_TESTS_INSTANCES_H
#define LI_TESTS_INSTANCES_H

#include "base/node.h"

/* A value of `schema` ($ref into `components`).  `ruin`: one thing is wrong,
 * unless nothing can be.  *ret_right tells which it became. */
struct li_node *instances_make(struct li_ctx *ctx, const struct li_node *components,
                               const struct li_node *schema, uint64_t seed, bool ruin,
                               bool *ret_right);

#endif
