/*
 * What each keyword of a schema means, one row a keyword.
 *
 * A row says for which kinds of value the keyword is of use; beside another
 * type it is refused, because it would say nothing.  After all keywords were
 * read, the schema is looked at as a whole (a list says its items, bounds are
 * in order, choices fit the type).
 */
#include <stdlib.h>

#include "contract/inside.h"

struct keyword {
    const char *name;
    unsigned kinds; /* the type must be one of these; 0: any */
    int (*read)(struct li_compiler *compiler, struct li_schema *schema,
                const struct li_node *value);
};

static const struct {
    const char *name;
    unsigned kinds;
} type_names[] = {
    {"null", LI_KIND(LI_NULL)},  {"boolean", LI_KIND(LI_BOOL)}, {"integer", LI_KIND(LI_INT)},
    {"number", LI_KIND_NUMBER},  {"string", LI_KIND(LI_TEXT)},  {"array", LI_KIND(LI_LIST)},
    {"object", LI_KIND(LI_MAP)},
};

#define TYPE_COUNT (sizeof type_names / sizeof *type_names)

struct li_str li_kinds_name(unsigned kinds)
{
    for (size_t i = 1; i < TYPE_COUNT; i++)
        if ((kinds & ~LI_KIND(LI_NULL)) == type_names[i].kinds)
            return li_str(type_names[i].name);
    return LI_S("null");
}

static int wrong(struct li_compiler *compiler, const struct li_node *value, const char *text)
{
    return LI_REFUSE(compiler->ctx, compiler->name, value, "%s", text);
}

static unsigned type_find(const struct li_node *value)
{
    for (size_t i = 0; value->kind == LI_TEXT && i < TYPE_COUNT; i++)
        if (li_str_is(value->text, type_names[i].name))
            return type_names[i].kinds;
    return 0;
}

/* One type, or one and null. */
static int read_type(struct li_compiler *compiler, const struct li_node *source, unsigned *ret)
{
    const struct li_node *value = li_node_get(source, "type");
    unsigned first, second;

    if (!value)
        return wrong(compiler, source, "a schema must say its type");
    if (value->kind != LI_LIST) {
        *ret = type_find(value);
        return *ret ? 0 : wrong(compiler, value, "type: unknown");
    }
    if (value->list.count != 2)
        return wrong(compiler, value, "type: one, or one and 'null'");
    first = type_find(value->list.items[0]);
    second = type_find(value->list.items[1]);
    if (!first || !second || first == second ||
        (first != LI_KIND(LI_NULL) && second != LI_KIND(LI_NULL)))
        return wrong(compiler, value, "type: one, or one and 'null'");
    *ret = first | second;
    return 0;
}

static int read_size(struct li_compiler *compiler, const struct li_node *value, size_t *ret)
{
    if (value->kind != LI_INT || value->number < 0)
        return wrong(compiler, value, "must be a whole number, 0 or more");
    *ret = (size_t)value->number;
    return 0;
}

static int read_min_length(struct li_compiler *compiler, struct li_schema *schema,
                           const struct li_node *value)
{
    return read_size(compiler, value, &schema->min_length);
}

static int read_max_length(struct li_compiler *compiler, struct li_schema *schema,
                           const struct li_node *value)
{
    return read_size(compiler, value, &schema->max_length);
}

static int read_min_items(struct li_compiler *compiler, struct li_schema *schema,
                          const struct li_node *value)
{
    return read_size(compiler, value, &schema->min_items);
}

static int read_max_items(struct li_compiler *compiler, struct li_schema *schema,
                          const struct li_node *value)
{
    return read_size(compiler, value, &schema->max_items);
}

static int read_bound(struct li_compiler *compiler, const struct li_schema *schema,
                      const struct li_node *value, const struct li_node **ret)
{
    if (value->kind != LI_INT && (value->kind != LI_REAL || !(schema->kinds & LI_KIND(LI_REAL))))
        return wrong(compiler, value, "must be a number of the schema's type");
    *ret = value;
    return 0;
}

static int read_minimum(struct li_compiler *compiler, struct li_schema *schema,
                        const struct li_node *value)
{
    return read_bound(compiler, schema, value, &schema->minimum);
}

static int read_maximum(struct li_compiler *compiler, struct li_schema *schema,
                        const struct li_node *value)
{
    return read_bound(compiler, schema, value, &schema->maximum);
}

static int read_unique(struct li_compiler *compiler, struct li_schema *schema,
                       const struct li_node *value)
{
    if (value->kind != LI_BOOL)
        return wrong(compiler, value, "uniqueItems: must be true or false");
    schema->unique = value->flag;
    return 0;
}

static int read_items(struct li_compiler *compiler, struct li_schema *schema,
                      const struct li_node *value)
{
    struct li_schema *items = NULL;
    int r = li_compile(compiler, value, &items);

    schema->items = items;
    return r;
}

static int read_pattern(struct li_compiler *compiler, struct li_schema *schema,
                        const struct li_node *value)
{
    if (value->kind != LI_TEXT)
        return wrong(compiler, value, "pattern: must be a text");
    return li_pattern_compile(compiler->ctx, li_source_at(compiler->ctx, compiler->name, value),
                              value->text, &schema->pattern);
}

static int read_format(struct li_compiler *compiler, struct li_schema *schema,
                       const struct li_node *value)
{
    schema->format = value->kind == LI_TEXT ? li_format_find(value->text) : NULL;
    return schema->format ? 0
                          : wrong(compiler, value,
                                  "format: id, date, date-time, phone, slug, tracking, "
                                  "uri-reference or hash");
}

static int choice_cmp(const void *a, const void *b)
{
    return li_property_order((*(const struct li_node *const *)a)->text,
                             (*(const struct li_node *const *)b)->text);
}

static int read_choices(struct li_compiler *compiler, struct li_schema *schema,
                        struct li_node *const *items, size_t count)
{
    const struct li_node **choices = li_alloc_array(compiler->ctx, count, sizeof *choices);
    bool texts = true;

    if (!choices)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        if (!(LI_KIND(items[i]->kind) & schema->kinds & LI_KIND_SCALAR))
            return wrong(compiler, items[i], "a choice must be a scalar of the schema's type");
        for (size_t k = 0; k < i; k++)
            if (li_scalar_eq(choices[k], items[i]))
                return wrong(compiler, items[i], "the same choice twice");
        choices[i] = items[i];
        texts = texts && items[i]->kind == LI_TEXT;
    }
    if (texts)
        qsort(choices, count, sizeof *choices, choice_cmp);
    schema->choices = choices;
    schema->choice_count = count;
    schema->choices_sorted = texts;
    return 0;
}

static int read_enum(struct li_compiler *compiler, struct li_schema *schema,
                     const struct li_node *value)
{
    if (value->kind != LI_LIST || value->list.count == 0 || schema->choices)
        return wrong(compiler, value, "enum: must be a list of choices, without const");
    return read_choices(compiler, schema, value->list.items, value->list.count);
}

static int read_const(struct li_compiler *compiler, struct li_schema *schema,
                      const struct li_node *value)
{
    /* A constant is read-only here as everywhere; the list only wants its form. */
    struct li_node *item = (struct li_node *)value;

    if (schema->choices)
        return wrong(compiler, value, "const: may not stand beside enum");
    return read_choices(compiler, schema, &item, 1);
}

int li_property_order(struct li_str a, struct li_str b)
{
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return a.len == 0 ? 0 : memcmp(a.ptr, b.ptr, a.len);
}

const struct li_property *li_property_find(const struct li_schema *schema, struct li_str name)
{
    size_t low = 0, high = schema->property_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = li_property_order(schema->properties[middle].name, name);

        if (order == 0)
            return &schema->properties[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static int property_cmp(const void *a, const void *b)
{
    return li_property_order(((const struct li_property *)a)->name,
                             ((const struct li_property *)b)->name);
}

static int read_properties(struct li_compiler *compiler, struct li_schema *schema,
                           const struct li_node *value)
{
    struct li_property *properties;
    struct li_str *names;

    if (value->kind != LI_MAP || value->map.count > LI_PROPERTY_MAX)
        return wrong(compiler, value, "properties: must be a map of 256 at most");
    properties = li_alloc_array(compiler->ctx, value->map.count, sizeof *properties);
    names = li_alloc_array(compiler->ctx, value->map.count, sizeof *names);
    if (!properties || !names)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < value->map.count; i++) {
        struct li_schema *property = NULL;
        int r = li_compile(compiler, value->map.items[i].value, &property);

        if (r < 0)
            return r;
        names[i] = value->map.items[i].key;
        properties[i] = (struct li_property){names[i], (unsigned)i, property};
    }
    qsort(properties, value->map.count, sizeof *properties, property_cmp);
    schema->properties = properties;
    schema->names = names;
    schema->property_count = value->map.count;
    return 0;
}

static int read_required(struct li_compiler *compiler, struct li_schema *schema,
                         const struct li_node *value)
{
    if (value->kind != LI_LIST)
        return wrong(compiler, value, "required: must be a list of names");
    for (size_t i = 0; i < value->list.count; i++) {
        const struct li_node *name = value->list.items[i];
        const struct li_property *property =
            name->kind == LI_TEXT ? li_property_find(schema, name->text) : NULL;
        uint64_t bit;

        if (!property)
            return wrong(compiler, name, "required: no property is called so");
        bit = UINT64_C(1) << property->index % 64;
        if (schema->required[property->index / 64] & bit)
            return wrong(compiler, name, "required: the same name twice");
        schema->required[property->index / 64] |= bit;
    }
    return 0;
}

static const struct li_schema anything = {.anything = true, .kinds = ~0u};

static int read_rest(struct li_compiler *compiler, struct li_schema *schema,
                     const struct li_node *value)
{
    struct li_schema *rest = NULL;
    int r = 0;

    if (value->kind == LI_BOOL) {
        schema->rest = value->flag ? &anything : NULL;
    } else {
        r = li_compile(compiler, value, &rest);
        schema->rest = rest;
    }
    return r;
}

/* In the order of reading: required wants the properties. */
static const struct keyword keywords[] = {
    {"enum", LI_KIND_SCALAR, read_enum},
    {"const", LI_KIND_SCALAR, read_const},
    {"minimum", LI_KIND_NUMBER, read_minimum},
    {"maximum", LI_KIND_NUMBER, read_maximum},
    {"minLength", LI_KIND(LI_TEXT), read_min_length},
    {"maxLength", LI_KIND(LI_TEXT), read_max_length},
    {"pattern", LI_KIND(LI_TEXT), read_pattern},
    {"format", LI_KIND(LI_TEXT), read_format},
    {"items", LI_KIND(LI_LIST), read_items},
    {"minItems", LI_KIND(LI_LIST), read_min_items},
    {"maxItems", LI_KIND(LI_LIST), read_max_items},
    {"uniqueItems", LI_KIND(LI_LIST), read_unique},
    {"properties", LI_KIND(LI_MAP), read_properties},
    {"required", LI_KIND(LI_MAP), read_required},
    {"additionalProperties", LI_KIND(LI_MAP), read_rest},
};

#define KEYWORD_COUNT (sizeof keywords / sizeof *keywords)

static int refuse_unknown(struct li_compiler *compiler, const struct li_node *source)
{
    for (size_t i = 0; i < source->map.count; i++) {
        const struct li_member *member = &source->map.items[i];
        bool known = li_str_is(member->key, "type") || li_describes(member->key);

        for (size_t k = 0; !known && k < KEYWORD_COUNT; k++)
            known = li_str_is(member->key, keywords[k].name);
        if (!known)
            return LI_FAIL_AT(compiler->ctx, LI_E_INVALID,
                              li_source_key(compiler->ctx, compiler->name, member),
                              "%.*s: not a keyword of our schemas", LI_P(member->key));
    }
    return 0;
}

static int look_at_whole(struct li_compiler *compiler, const struct li_node *source,
                         const struct li_schema *schema)
{
    unsigned kinds = schema->kinds & ~LI_KIND(LI_NULL);

    if (schema->min_length > schema->max_length || schema->min_items > schema->max_items)
        return wrong(compiler, source, "the minimum is above the maximum");
    if (schema->minimum && schema->maximum && li_number_cmp(schema->minimum, schema->maximum) > 0)
        return wrong(compiler, source, "the minimum is above the maximum");
    if (li_is_binary(schema) &&
        (schema->min_length > 0 || schema->max_length != SIZE_MAX || schema->pattern))
        return wrong(compiler, source, "binary: the bytes of a file have no length in characters");
    if (kinds == LI_KIND(LI_LIST) && !schema->items)
        return wrong(compiler, source, "an array must say its items");
    if (schema->unique && (schema->items->anything || schema->items->branch_count > 0 ||
                           schema->items->kinds & ~LI_KIND_SCALAR))
        return wrong(compiler, source, "uniqueItems: for scalars only");
    if (kinds == LI_KIND(LI_MAP) && !li_node_get(source, "properties") &&
        !li_node_get(source, "additionalProperties"))
        return wrong(compiler, source, "an object must say its properties");
    return 0;
}

int li_compile_keywords(struct li_compiler *compiler, const struct li_node *source,
                        struct li_schema *schema)
{
    int r = refuse_unknown(compiler, source);

    if (r < 0)
        return r;
    r = read_type(compiler, source, &schema->kinds);
    for (size_t i = 0; r == 0 && i < KEYWORD_COUNT; i++) {
        const struct li_node *value = li_node_get(source, keywords[i].name);

        if (!value)
            continue;
        if (!(schema->kinds & keywords[i].kinds))
            r = LI_REFUSE(compiler->ctx, compiler->name, value, "%s: says nothing about this type",
                          keywords[i].name);
        else
            r = keywords[i].read(compiler, schema, value);
    }
    return r < 0 ? r : look_at_whole(compiler, source, schema);
}
