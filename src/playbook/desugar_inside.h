/*
 * What the walk and the table of sugar share; for desugar.c and sugar*.c only.
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
/* A new text at the place of `like`; NULL when there is no memory. */
struct li_node *li_sugar_text(struct li_sugaring *w, struct li_str text,
                              const struct li_node *like);
/* Puts a value (NULL: -LI_E_NOMEM); its key stands where it stands. */
int li_sugar_put(struct li_sugaring *w, struct li_node *map, const char *key,
                 struct li_node *value);
/* One-word map {key: value}, at the place of `like`. */
int li_sugar_map(struct li_sugaring *w, const char *key, struct li_node *value,
                 const struct li_node *like, struct li_node **ret);
void li_sugar_drop(struct li_node *map, const char *key);

/* Replaces or fills *node, which is the walk's own copy.  0 or -LI_E_NOMEM. */
typedef int li_rewrite_fn(struct li_sugaring *w, struct li_node **node);
li_rewrite_fn li_sugar_clock, li_sugar_levels, li_sugar_timer; /* sugar_clock.c */
li_rewrite_fn li_sugar_any, li_sugar_reopens, li_sugar_limit;  /* sugar_action.c */
li_rewrite_fn li_sugar_approve;                                /* sugar_approve.c */

#endif
