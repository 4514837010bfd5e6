/*
 * Texts of a form or a query, made into what a schema wants.
 *
 * A browser sends texts only, sends an untouched field as an empty text and
 * ends lines with CR LF.  So: an empty text that its schema would not take is
 * left out (or becomes null where null is allowed), lines end with LF, "12" is
 * a number where a number is wanted, a tick ("on") is true, "a,b" is a list.
 * What does not fit stays a text, and the check says what is wrong with it.
 */
#include "contract/inside.h"

static int coerce_value(struct li_ctx *ctx, const struct li_schema *schema,
                        const struct li_node *value, struct li_node **ret);

static int give(struct li_node *node, struct li_node **ret)
{
    if (!node)
        return -LI_E_NOMEM;
    *ret = node;
    return 0;
}

static bool all_digits(struct li_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return text.len > 0;
}

/* JSON's grammar of numbers: 0, -12, 1.5; no exponent, sign or white space. */
static bool is_number(struct li_str text)
{
    struct li_str whole = text, fraction;

    if (whole.len > 0 && whole.ptr[0] == '-')
        whole = li_str_n(whole.ptr + 1, whole.len - 1);
    fraction = whole;
    whole = li_str_cut(&fraction, '.');
    if (!all_digits(whole) || (whole.len > 1 && whole.ptr[0] == '0'))
        return false;
    return !fraction.ptr || all_digits(fraction);
}

static int coerce_number(struct li_ctx *ctx, const struct li_schema *schema,
                         const struct li_node *value, struct li_node **ret)
{
    struct li_node *node = NULL;
    unsigned told = ctx->error_count;
    int64_t number;

    if (!is_number(value->text))
        return give((struct li_node *)value, ret);
    if (li_str_to_i64(value->text, &number))
        return give(li_node_new_int(ctx, number), ret);
    if (!(schema->kinds & LI_KIND(LI_REAL)))
        return give((struct li_node *)value, ret);
    if (li_json_read(ctx, value->text, &node) < 0) {
        ctx->error_count = told;
        return give((struct li_node *)value, ret);
    }
    return give(node, ret);
}

static int coerce_text(struct li_ctx *ctx, const struct li_node *value, struct li_node **ret)
{
    struct li_str text = value->text;
    char *bytes;
    size_t len = 0;

    if (li_str_find(text, '\r') < 0)
        return give((struct li_node *)value, ret);
    bytes = li_alloc(ctx, text.len);
    if (!bytes)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\r' && i + 1 < text.len && text.ptr[i + 1] == '\n')
            continue;
        bytes[len++] = text.ptr[i] == '\r' ? '\n' : text.ptr[i];
    }
    return give(li_node_new_text(ctx, li_str_n(bytes, len)), ret);
}

static int coerce_bool(struct li_ctx *ctx, const struct li_node *value, struct li_node **ret)
{
    if (li_str_is(value->text, "true") || li_str_is(value->text, "on"))
        return give(li_node_new_bool(ctx, true), ret);
    if (li_str_is(value->text, "false"))
        return give(li_node_new_bool(ctx, false), ret);
    return give((struct li_node *)value, ret);
}

static int push_coerced(struct li_ctx *ctx, const struct li_schema *items,
                        const struct li_node *value, struct li_node *list)
{
    struct li_node *item = NULL;
    int r = items ? coerce_value(ctx, items, value, &item) : give((struct li_node *)value, &item);

    return r < 0 ? r : li_node_push(ctx, list, item);
}

static int coerce_split(struct li_ctx *ctx, const struct li_schema *schema, struct li_str text,
                        struct li_node **ret)
{
    struct li_node *list = li_node_new_list(ctx);
    int r = list ? 0 : -LI_E_NOMEM;

    if (text.len == 0)
        text.ptr = NULL;
    while (r == 0 && text.ptr) {
        struct li_node *piece = li_node_new_text(ctx, li_str_cut(&text, ','));

        r = piece ? push_coerced(ctx, schema->items, piece, list) : -LI_E_NOMEM;
    }
    return r < 0 ? r : give(list, ret);
}

static int coerce_list(struct li_ctx *ctx, const struct li_schema *schema,
                       const struct li_node *value, struct li_node **ret)
{
    struct li_node *list = li_node_new_list(ctx);
    int r = list ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < value->list.count; i++)
        r = push_coerced(ctx, schema->items, value->list.items[i], list);
    return r < 0 ? r : give(list, ret);
}

/* Whether an empty text is a good value, not an untouched field. */
static bool takes_empty(const struct li_schema *schema)
{
    if (schema->anything)
        return true;
    return schema->branch_count == 0 && schema->kinds & LI_KIND(LI_TEXT) &&
           schema->min_length == 0 && !schema->choices && !schema->pattern && !schema->format;
}

static int put_coerced(struct li_ctx *ctx, const struct li_schema *schema,
                       const struct li_member *member, struct li_node *map)
{
    const struct li_property *property = li_property_find(schema, member->key);
    const struct li_schema *wanted = property ? property->schema : schema->rest;
    struct li_node *value = member->value;
    bool empty = value->kind == LI_TEXT && value->text.len == 0;
    int r = 0;

    if (wanted && empty && !takes_empty(wanted)) {
        if (!(wanted->kinds & LI_KIND(LI_NULL)))
            return 0;
        value = li_alloc(ctx, sizeof *value);
        r = value ? 0 : -LI_E_NOMEM;
        if (value)
            value->kind = LI_NULL;
    } else if (wanted) {
        r = coerce_value(ctx, wanted, member->value, &value);
    }
    return r < 0 ? r : li_node_put(ctx, map, member->key, value);
}

static int coerce_map(struct li_ctx *ctx, const struct li_schema *schema,
                      const struct li_node *value, struct li_node **ret)
{
    struct li_node *map = li_node_new_map(ctx);
    int r = map ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < value->map.count; i++)
        r = put_coerced(ctx, schema, &value->map.items[i], map);
    return r < 0 ? r : give(map, ret);
}

/* The alternative that a value means, or the schema itself, or NULL. */
static const struct li_schema *meant(const struct li_schema *schema, const struct li_node *value)
{
    const struct li_branch *branch;

    while (schema && schema->branch_count > 0) {
        if (schema->branch_count == 1) {
            schema = schema->branches[0].schema;
            continue;
        }
        branch = li_branch_find(schema, value);
        schema = branch ? branch->schema : NULL;
    }
    return schema;
}

static int coerce_value(struct li_ctx *ctx, const struct li_schema *schema,
                        const struct li_node *value, struct li_node **ret)
{
    schema = meant(schema, value);
    if (!schema || schema->anything)
        return give((struct li_node *)value, ret);
    if (value->kind == LI_MAP && schema->kinds & LI_KIND(LI_MAP))
        return coerce_map(ctx, schema, value, ret);
    if (value->kind == LI_LIST && schema->kinds & LI_KIND(LI_LIST))
        return coerce_list(ctx, schema, value, ret);
    if (value->kind != LI_TEXT)
        return give((struct li_node *)value, ret);
    if (li_is_binary(schema))
        return give((struct li_node *)value, ret);
    if (schema->kinds & LI_KIND(LI_TEXT))
        return coerce_text(ctx, value, ret);
    if (schema->kinds & LI_KIND_NUMBER)
        return coerce_number(ctx, schema, value, ret);
    if (schema->kinds & LI_KIND(LI_BOOL))
        return coerce_bool(ctx, value, ret);
    if (schema->kinds & LI_KIND(LI_LIST))
        return coerce_split(ctx, schema, value->text, ret);
    return give((struct li_node *)value, ret);
}

int li_schema_coerce(struct li_ctx *ctx, const struct li_schema *schema,
                     const struct li_node *value, struct li_node **ret)
{
    return coerce_value(ctx, schema, value, ret);
}
