/*
 * Compiling schemas: components, references, alternatives.
 *
 * A schema is what docs/inside/contract.md lists and nothing else, so that a
 * typing error in a contract stops the start and not a resident.  Components
 * are compiled on first use; a reference gives the component itself, no copy.
 * What a keyword means stands in keyword.c.
 */
#include "contract/inside.h"

#define REF_DEPTH 64

static const char schema_prefix[] = "#/components/schemas/";

bool li_describes(struct li_str key)
{
    static const char *const words[] = {"title",   "description", "example", "examples",
                                        "default", "deprecated",  "readOnly"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (li_str_is(key, words[i]))
            return true;
    return li_str_starts(key, LI_S("x-"));
}

struct li_str li_ref_name(struct li_str ref, struct li_str prefix)
{
    if (!li_str_starts(ref, prefix) || ref.len == prefix.len)
        return (struct li_str){0};
    ref = li_str_n(ref.ptr + prefix.len, ref.len - prefix.len);
    return li_str_find(ref, '/') >= 0 || li_str_find(ref, '~') >= 0 ? (struct li_str){0} : ref;
}

static struct li_component *component_find(const struct li_schemas *schemas, struct li_str name)
{
    for (size_t i = 0; schemas && i < schemas->count; i++)
        if (li_str_eq(schemas->items[i].name, name))
            return &schemas->items[i];
    return NULL;
}

const struct li_schema *li_schemas_find(const struct li_schemas *schemas, struct li_str name)
{
    const struct li_component *component = component_find(schemas, name);

    return component ? component->schema : NULL;
}

static int component_compile(struct li_compiler *compiler, struct li_component *component,
                             const struct li_node *from)
{
    int r;

    if (component->schema)
        return 0;
    if (component->open)
        return LI_REFUSE(compiler->ctx, compiler->name, from, "$ref: schema %.*s contains itself",
                         LI_P(component->name));
    component->open = true;
    r = li_compile(compiler, component->source, &component->schema);
    component->open = false;
    return r;
}

static int compile_ref(struct li_compiler *compiler, const struct li_node *source,
                       const struct li_node *ref, struct li_schema **ret)
{
    struct li_component *component;
    struct li_str name;
    int r;

    for (size_t i = 0; i < source->map.count; i++) {
        struct li_str key = source->map.items[i].key;

        if (!li_str_is(key, "$ref") && !li_describes(key))
            return LI_REFUSE(compiler->ctx, compiler->name, source->map.items[i].value,
                             "%.*s: may not stand beside $ref", LI_P(key));
    }
    if (ref->kind != LI_TEXT)
        return LI_REFUSE(compiler->ctx, compiler->name, ref, "$ref: must be a text");
    name = li_ref_name(ref->text, LI_S("#/components/schemas/"));
    if (!name.ptr)
        return LI_REFUSE(compiler->ctx, compiler->name, ref, "$ref: %.*s is not %sNAME",
                         LI_P(ref->text), schema_prefix);
    component = component_find(compiler->building ? compiler->building : compiler->known, name);
    if (!component)
        return LI_REFUSE(compiler->ctx, compiler->name, ref, "$ref: no schema is called %.*s",
                         LI_P(name));
    r = component_compile(compiler, component, ref);
    if (r < 0)
        return r;
    *ret = component->schema;
    return 0;
}

static bool only_describes(const struct li_node *source)
{
    for (size_t i = 0; i < source->map.count; i++)
        if (!li_describes(source->map.items[i].key))
            return false;
    return true;
}

static int compile_one(struct li_compiler *compiler, const struct li_node *source,
                       struct li_schema **ret)
{
    const struct li_node *ref = li_node_get(source, "$ref");
    struct li_schema *schema;
    int r;

    if (ref)
        return compile_ref(compiler, source, ref, ret);
    schema = li_alloc(compiler->ctx, sizeof *schema);
    if (!schema)
        return -LI_E_NOMEM;
    schema->max_length = SIZE_MAX;
    schema->max_items = SIZE_MAX;
    if (only_describes(source)) {
        schema->anything = true;
        schema->kinds = ~0u;
        r = 0;
    } else if (li_node_get(source, "oneOf")) {
        r = li_compile_one_of(compiler, source, schema);
    } else {
        r = li_compile_keywords(compiler, source, schema);
    }
    if (r < 0)
        return r;
    *ret = schema;
    return 0;
}

int li_compile(struct li_compiler *compiler, const struct li_node *source, struct li_schema **ret)
{
    int r;

    if (!source || source->kind != LI_MAP)
        return LI_REFUSE(compiler->ctx, compiler->name, source, "a schema must be a map");
    if (compiler->depth >= REF_DEPTH)
        return LI_REFUSE(compiler->ctx, compiler->name, source,
                         "schemas stand more than %d deep in one another", REF_DEPTH);
    compiler->depth++;
    r = compile_one(compiler, source, ret);
    compiler->depth--;
    return r;
}

static bool is_null(const struct li_schema *schema)
{
    return !schema->anything && schema->branch_count == 0 && schema->kinds == LI_KIND(LI_NULL);
}

/* The value by which a branch is known, or NULL: not required or no const. */
static const struct li_node *branch_const(const struct li_schema *branch, struct li_str name)
{
    const struct li_property *property;

    if (branch->kinds != LI_KIND(LI_MAP) || branch->branch_count > 0)
        return NULL;
    property = li_property_find(branch, name);
    if (!property || property->schema->choice_count != 1 ||
        property->schema->choices[0]->kind != LI_TEXT)
        return NULL;
    if (!(branch->required[property->index / 64] >> property->index % 64 & 1))
        return NULL;
    return property->schema->choices[0];
}

/* Whether `name` tells all branches apart; fills their values. */
static bool branches_differ(struct li_branch *branches, size_t count, struct li_str name)
{
    for (size_t i = 0; i < count; i++) {
        const struct li_node *value = branch_const(branches[i].schema, name);

        if (!value)
            return false;
        branches[i].value = value->text;
        for (size_t k = 0; k < i; k++)
            if (li_str_eq(branches[k].value, branches[i].value))
                return false;
    }
    return true;
}

static int find_discriminator(struct li_compiler *compiler, const struct li_node *source,
                              struct li_branch *branches, size_t count, struct li_str *ret)
{
    const struct li_node *given = li_node_get(source, "discriminator");
    const struct li_schema *first = branches[0].schema;

    if (given) {
        struct li_str name = li_node_text(given, "propertyName");

        if (!name.ptr || given->kind != LI_MAP || given->map.count != 1)
            return LI_REFUSE(compiler->ctx, compiler->name, given,
                             "discriminator: must be {propertyName: NAME}");
        if (!branches_differ(branches, count, name))
            return LI_REFUSE(compiler->ctx, compiler->name, given,
                             "discriminator: %.*s must be required and a different const text in "
                             "every alternative",
                             LI_P(name));
        *ret = name;
        return 0;
    }
    for (size_t i = 0; i < first->property_count; i++) {
        if (branches_differ(branches, count, first->names[i])) {
            *ret = first->names[i];
            return 0;
        }
    }
    return LI_REFUSE(compiler->ctx, compiler->name, source,
                     "oneOf: no required property has a different const text in every alternative");
}

static int compile_branches(struct li_compiler *compiler, const struct li_node *list,
                            struct li_schema *schema, struct li_branch *branches, size_t *ret_count)
{
    size_t count = 0;

    for (size_t i = 0; i < list->list.count; i++) {
        struct li_schema *branch = NULL;
        int r = li_compile(compiler, list->list.items[i], &branch);

        if (r < 0)
            return r;
        if (is_null(branch))
            schema->kinds |= LI_KIND(LI_NULL);
        else
            branches[count++].schema = branch;
    }
    *ret_count = count;
    return 0;
}

int li_compile_one_of(struct li_compiler *compiler, const struct li_node *source,
                      struct li_schema *schema)
{
    const struct li_node *list = li_node_get(source, "oneOf");
    struct li_branch *branches;
    size_t count = 0;
    int r;

    for (size_t i = 0; i < source->map.count; i++) {
        struct li_str key = source->map.items[i].key;

        if (!li_str_is(key, "oneOf") && !li_str_is(key, "discriminator") && !li_describes(key))
            return LI_REFUSE(compiler->ctx, compiler->name, source->map.items[i].value,
                             "%.*s: may not stand beside oneOf", LI_P(key));
    }
    if (list->kind != LI_LIST || list->list.count < 2)
        return LI_REFUSE(compiler->ctx, compiler->name, list, "oneOf: two alternatives at least");
    branches = li_alloc_array(compiler->ctx, list->list.count, sizeof *branches);
    if (!branches)
        return -LI_E_NOMEM;
    r = compile_branches(compiler, list, schema, branches, &count);
    if (r < 0)
        return r;
    /* X or null needs no discriminator; the place of null is its own proof. */
    if (count == 1 && list->list.count == 2 &&
        (branches[0].schema->anything || branches[0].schema->kinds & LI_KIND(LI_NULL)))
        return LI_REFUSE(compiler->ctx, compiler->name, list, "oneOf: null fits twice");
    if (count == 0 || (count == 1 && list->list.count != 2) ||
        (count > 1 && list->list.count - count > 1))
        return LI_REFUSE(compiler->ctx, compiler->name, list, "oneOf: null stands there twice");
    if (count > 1)
        r = find_discriminator(compiler, source, branches, count, &schema->discriminator);
    if (r < 0)
        return r;
    schema->branches = branches;
    schema->branch_count = count;
    return 0;
}

int li_schemas_compile_named(struct li_ctx *ctx, const char *name, const struct li_node *components,
                             struct li_schemas **ret)
{
    struct li_schemas *schemas = li_alloc(ctx, sizeof *schemas);
    struct li_compiler compiler = {.ctx = ctx, .name = name, .building = schemas};

    if (!schemas)
        return -LI_E_NOMEM;
    schemas->name = name;
    if (components && components->kind != LI_MAP)
        return LI_REFUSE(ctx, name, components, "schemas: must be a map");
    schemas->count = components ? components->map.count : 0;
    schemas->items = li_alloc_array(ctx, schemas->count, sizeof *schemas->items);
    if (!schemas->items)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < schemas->count; i++) {
        schemas->items[i].name = components->map.items[i].key;
        schemas->items[i].source = components->map.items[i].value;
    }
    for (size_t i = 0; i < schemas->count; i++) {
        int r = component_compile(&compiler, &schemas->items[i], schemas->items[i].source);

        if (r < 0)
            return r;
    }
    *ret = schemas;
    return 0;
}

int li_schemas_compile(struct li_ctx *ctx, const struct li_node *components,
                       struct li_schemas **ret)
{
    return li_schemas_compile_named(ctx, NULL, components, ret);
}

int li_schema_compile(struct li_ctx *ctx, const struct li_schemas *schemas,
                      const struct li_node *source, struct li_schema **ret)
{
    struct li_compiler compiler = {
        .ctx = ctx, .name = schemas ? schemas->name : NULL, .known = schemas};

    return li_compile(&compiler, source, ret);
}
