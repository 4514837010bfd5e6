/*
 * The walk that takes sugar out of a tree.
 *
 * It copies the tree from its leaves up; at every node the rows of the table
 * (sugar.c) whose place fits are applied in the table's order.
 */
#include "playbook/desugar_inside.h"

static int walk(struct li_sugaring *w, struct li_node *node, struct li_node **ret);

static int walk_child(struct li_sugaring *w, struct li_str step, struct li_node *child,
                      struct li_node **ret)
{
    int r;

    li_assert(w->depth < LI_NODE_DEPTH + 1);
    w->path[w->depth++] = step;
    r = walk(w, child, ret);
    w->depth--;
    return r;
}

static int walk_list(struct li_sugaring *w, const struct li_node *node, struct li_node **ret)
{
    struct li_node *copy = li_sugar_place(li_node_new_list(w->ctx), node), *child = NULL;
    int r = copy ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < node->list.count; i++) {
        r = walk_child(w, LI_S("*"), node->list.items[i], &child);
        if (r == 0)
            r = li_node_push(w->ctx, copy, child);
    }
    if (r == 0)
        *ret = copy;
    return r;
}

static int walk_map(struct li_sugaring *w, const struct li_node *node, struct li_node **ret)
{
    struct li_node *copy = li_sugar_place(li_node_new_map(w->ctx), node), *child = NULL;
    int r = copy ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < node->map.count; i++) {
        const struct li_member *member = &node->map.items[i];

        r = walk_child(w, member->key, member->value, &child);
        if (r == 0)
            r = li_node_put(w->ctx, copy, member->key, child);
        if (r == 0) {
            copy->map.items[i].line = member->line;
            copy->map.items[i].column = member->column;
        }
    }
    if (r == 0)
        *ret = copy;
    return r;
}

static int walk(struct li_sugaring *w, struct li_node *node, struct li_node **ret)
{
    struct li_node *copy = node;
    int r = 0;

    if (node->kind == LI_LIST)
        r = walk_list(w, node, &copy);
    else if (node->kind == LI_MAP)
        r = walk_map(w, node, &copy);
    if (r == 0)
        r = li_sugar_apply(w, &copy);
    if (r == 0)
        *ret = copy;
    return r;
}

int li_desugar(struct li_ctx *ctx, struct li_node *tree, struct li_node **ret)
{
    struct li_sugaring w = {.ctx = ctx, .root = tree};

    return walk(&w, tree, ret);
}
