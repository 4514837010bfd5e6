/*
 * Walking and building the tree.  Maps are searched from the front: those of
 * requests and playbooks have a handful of keys.
 */
#include "base/node.h"

struct li_node *li_node_get_str(const struct li_node *map, struct li_str key)
{
    if (map == NULL || map->kind != LI_MAP)
        return NULL;
    for (size_t i = 0; i < map->map.count; i++)
        if (li_str_eq(map->map.items[i].key, key))
            return map->map.items[i].value;
    return NULL;
}

struct li_node *li_node_get(const struct li_node *map, const char *key)
{
    return li_node_get_str(map, li_str(key));
}

struct li_str li_node_text(const struct li_node *map, const char *key)
{
    const struct li_node *value = li_node_get(map, key);

    return value != NULL && value->kind == LI_TEXT ? value->text : (struct li_str){0};
}

const char *li_node_kind_name(enum li_node_kind kind)
{
    static const char *const names[] = {
        [LI_NULL] = "null", [LI_BOOL] = "yes/no", [LI_INT] = "integer", [LI_REAL] = "number",
        [LI_TEXT] = "text", [LI_LIST] = "list",   [LI_MAP] = "map",
    };

    li_assert((size_t)kind < sizeof(names) / sizeof(names[0]));
    return names[kind];
}

static struct li_node *new_node(struct li_ctx *ctx, enum li_node_kind kind)
{
    struct li_node *node = li_alloc(ctx, sizeof(*node));

    if (node != NULL)
        node->kind = kind;
    return node;
}

struct li_node *li_node_new_text(struct li_ctx *ctx, struct li_str text)
{
    struct li_node *node = new_node(ctx, LI_TEXT);

    if (node != NULL)
        node->text = text;
    return node;
}

struct li_node *li_node_new_int(struct li_ctx *ctx, int64_t number)
{
    struct li_node *node = new_node(ctx, LI_INT);

    if (node != NULL)
        node->number = number;
    return node;
}

struct li_node *li_node_new_bool(struct li_ctx *ctx, bool flag)
{
    struct li_node *node = new_node(ctx, LI_BOOL);

    if (node != NULL)
        node->flag = flag;
    return node;
}

struct li_node *li_node_new_list(struct li_ctx *ctx)
{
    return new_node(ctx, LI_LIST);
}

struct li_node *li_node_new_map(struct li_ctx *ctx)
{
    return new_node(ctx, LI_MAP);
}

/* A larger array with the same content; NULL without memory. */
static void *grown(struct li_ctx *ctx, const void *items, size_t count, size_t size,
                   size_t *ret_cap)
{
    const size_t cap = count < 4 ? 4 : count * 2;
    void *larger = li_alloc_array(ctx, cap, size);

    if (larger == NULL)
        return NULL;
    if (count != 0)
        memcpy(larger, items, count * size);
    *ret_cap = cap;
    return larger;
}

int li_node_put(struct li_ctx *ctx, struct li_node *map, struct li_str key, struct li_node *value)
{
    li_assert(map->kind == LI_MAP);
    for (size_t i = 0; i < map->map.count; i++) {
        if (li_str_eq(map->map.items[i].key, key)) {
            map->map.items[i].value = value;
            return 0;
        }
    }
    if (map->map.count >= map->map.cap) {
        void *items =
            grown(ctx, map->map.items, map->map.count, sizeof(*map->map.items), &map->map.cap);

        if (items == NULL)
            return -LI_E_NOMEM;
        map->map.items = items;
    }
    map->map.items[map->map.count++] = (struct li_member){
        .key = key, .value = value, .line = value->line, .column = value->column};
    return 0;
}

int li_node_push(struct li_ctx *ctx, struct li_node *list, struct li_node *value)
{
    li_assert(list->kind == LI_LIST);
    if (list->list.count >= list->list.cap) {
        void *items = grown(ctx, list->list.items, list->list.count, sizeof(*list->list.items),
                            &list->list.cap);

        if (items == NULL)
            return -LI_E_NOMEM;
        list->list.items = items;
    }
    list->list.items[list->list.count++] = value;
    return 0;
}
