/*
 * The one encoding of what is hashed or signed: keys in byte order, integers
 * only, every text in Unicode's normal form C, no white space.
 *
 * Declared in json.h.  A tree is first brought into that form in the arena, so
 * that what cannot be encoded is refused and not asserted, then written.
 */
#include <stdlib.h>

#include "base/json.h"

static int prepare(struct li_ctx *ctx, const struct li_node *node, unsigned depth,
                   struct li_node **ret);

static int compose(struct li_ctx *ctx, struct li_str text, struct li_str *ret)
{
    int result = li_utf8_nfc(ctx, text, ret);

    if (result == -LI_E_SYNTAX)
        return LI_FAIL(ctx, LI_E_INVALID, "a text that is not UTF-8 has no canonical form");
    return result;
}

static int prepare_list(struct li_ctx *ctx, struct li_node *copy, unsigned depth)
{
    struct li_node **items = li_alloc_array(ctx, copy->list.count, sizeof(*items));

    if (items == NULL)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < copy->list.count; i++) {
        int result = prepare(ctx, copy->list.items[i], depth, &items[i]);

        if (result != 0)
            return result;
    }
    copy->list.items = items;
    return 0;
}

static int member_order(const void *a, const void *b)
{
    const struct li_member *left = a;
    const struct li_member *right = b;

    return li_str_cmp(left->key, right->key);
}

static int prepare_map(struct li_ctx *ctx, struct li_node *copy, unsigned depth)
{
    const size_t count = copy->map.count;
    struct li_member *items = li_alloc_array(ctx, count, sizeof(*items));
    int result;

    if (items == NULL)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        result = compose(ctx, copy->map.items[i].key, &items[i].key);
        if (result == 0)
            result = prepare(ctx, copy->map.items[i].value, depth, &items[i].value);
        if (result != 0)
            return result;
    }
    if (count > 1)
        qsort(items, count, sizeof(*items), member_order);
    for (size_t i = 1; i < count; i++)
        if (li_str_eq(items[i - 1].key, items[i].key))
            return LI_FAIL(ctx, LI_E_INVALID, "a key stands twice: %.*s", LI_P(items[i].key));
    copy->map.items = items;
    return 0;
}

static int prepare(struct li_ctx *ctx, const struct li_node *node, unsigned depth,
                   struct li_node **ret)
{
    struct li_node *copy = li_alloc(ctx, sizeof(*copy));
    int result = 0;

    if (copy == NULL)
        return -LI_E_NOMEM;
    if (node != NULL)
        *copy = *node;
    if ((copy->kind == LI_LIST || copy->kind == LI_MAP) && depth >= LI_NODE_DEPTH)
        return LI_FAIL(ctx, LI_E_INVALID, "more than %d levels", LI_NODE_DEPTH);
    if (copy->kind == LI_REAL)
        return LI_FAIL(ctx, LI_E_INVALID, "a number with a fraction has no canonical form");
    if (copy->kind == LI_TEXT)
        result = compose(ctx, copy->text, &copy->text);
    else if (copy->kind == LI_LIST)
        result = prepare_list(ctx, copy, depth + 1);
    else if (copy->kind == LI_MAP)
        result = prepare_map(ctx, copy, depth + 1);
    if (result == 0)
        *ret = copy;
    return result;
}

int li_canonical(struct li_ctx *ctx, const struct li_node *node, struct li_str *ret)
{
    struct li_node *ready;
    struct li_json json;
    struct li_buf buf;
    struct li_str bytes = {0};
    int result = prepare(ctx, node, 0, &ready);

    if (result != 0)
        return result;
    li_buf_init(&buf, 0);
    li_json_init(&json, &buf, true);
    li_json_node(&json, ready);
    result = li_buf_check(ctx, &buf);
    if (result == 0) {
        bytes = li_str_dup(ctx, li_buf_view(&buf));
        result = bytes.ptr != NULL ? 0 : -LI_E_NOMEM;
    }
    li_buf_done(&buf);
    if (result == 0)
        *ret = bytes;
    return result;
}
