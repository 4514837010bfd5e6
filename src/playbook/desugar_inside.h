/*
 * What the walk and the table of sugar share; for desugar.c and sugar.c only.
 */
#ifndef LI_PLAYBOOK_DESUGAR_INSIDE_H
#define LI_PLAYBOOK_DESUGAR_INSIDE_H

#include "playbook/desugar.h"

struct li_sugaring {
    struct li_ctx *ctx;
    struct li_node *root; /* as written */
    struct li_str path[LI_NODE_DEPTH + 1];
    size_t depth;
};

/* The rows that fit the walk's path, applied to its own copy of a node. */
int li_sugar_apply(struct li_sugaring *w, struct li_node **node);

/* Gives a new node (or NULL) the line and column of another. */
struct li_node *li_sugar_place(struct li_node *node, const struct li_node *like);

#endif
