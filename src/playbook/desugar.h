/*
 * Sugar: the short words a clerk writes, and the plain ones the engine reads.
 *
 * Each row of the table rewrites one word and carries its own example, in and
 * out; the examples are tests (tests/unit/playbook_desugar.c), so the table is
 * the documentation.  What no row knows is left as it stands, for load to
 * refuse.  A plain tree rewrites to itself.
 */
#ifndef LI_PLAYBOOK_DESUGAR_H
#define LI_PLAYBOOK_DESUGAR_H

#include "base/node.h"

/* A year kept counts 366 days, so that nothing is erased a day early. */
#define LI_YEAR_DAYS 366

struct li_sugar {
    const char *name;   /* "list", "clock" */
    const char *places; /* paths in the tree, "states/-/owner" with a star for any name, by `|` */
    const char *sugar;  /* YAML as a clerk may write it */
    const char *plain;  /* YAML of the same, plain */
};

/* The rows in the order they are tried; NULL behind the last. */
const struct li_sugar *li_sugar_at(size_t index);

/* A new tree; nodes keep the line and column of what they came from.  Limits
 * are those of the reader.  0 or -LI_E_NOMEM. */
int li_desugar(struct li_ctx *ctx, struct li_node *tree, struct li_node **ret) LI_MUST_CHECK;

#endif
