/*
 * Loading the contract: the file as a whole, its paths, finding an operation.
 *
 * The file is OpenAPI 3.1 in the part that docs/inside/contract.md lists.  What
 * is not listed stops the start with its position, so that nothing stands in the
 * contract that is not executed.
 */
#include "contract/inside.h"

struct li_contract {
    const char *name;
    struct li_node *root;
    struct li_schemas *schemas;
    struct li_routes *routes;
    struct li_operation *operations;
    size_t count;
};

static const struct {
    const char *name;
    enum li_method method;
} methods[] = {
    {"get", LI_GET}, {"post", LI_POST}, {"put", LI_PUT}, {"patch", LI_PATCH}, {"delete", LI_DELETE},
};

#define METHOD_COUNT (sizeof methods / sizeof *methods)

int li_only_keys(struct li_ctx *ctx, const char *name, const struct li_node *map,
                 const char *const *keys)
{
    if (!map || map->kind != LI_MAP)
        return LI_REFUSE(ctx, name, map, "must be a map");
    for (size_t i = 0; i < map->map.count; i++) {
        const struct li_member *member = &map->map.items[i];
        const char *const *key = keys;

        while (*key && !li_str_is(member->key, *key))
            key++;
        if (!*key && !li_str_starts(member->key, LI_S("x-")))
            return LI_FAIL_AT(ctx, LI_E_INVALID, li_source_key(ctx, name, member),
                              "%.*s: not part of our contracts", LI_P(member->key));
    }
    return 0;
}

static int read_root(struct li_ctx *ctx, struct li_contract *contract)
{
    static const char *const root_keys[] = {"openapi",    "info", "servers",  "paths",
                                            "components", "tags", "security", "externalDocs",
                                            "webhooks",   NULL};
    static const char *const component_keys[] = {"schemas", "parameters", "responses",
                                                 "securitySchemes", NULL};
    const struct li_node *components;
    int r = li_only_keys(ctx, contract->name, contract->root, root_keys);

    if (r < 0)
        return r;
    if (!li_str_starts(li_node_text(contract->root, "openapi"), LI_S("3.1")))
        return LI_REFUSE(ctx, contract->name, contract->root, "openapi: must be '3.1.…'");
    components = li_node_get(contract->root, "components");
    if (components) {
        r = li_only_keys(ctx, contract->name, components, component_keys);
        if (r < 0)
            return r;
    }
    return li_schemas_compile_named(ctx, contract->name, li_node_get(components, "schemas"),
                                    &contract->schemas);
}

static size_t count_operations(const struct li_node *paths)
{
    size_t count = 0;

    for (size_t i = 0; i < paths->map.count; i++)
        for (size_t m = 0; m < METHOD_COUNT; m++)
            count += li_node_get(paths->map.items[i].value, methods[m].name) != NULL;
    return count;
}

static bool is_operation_id(struct li_str id)
{
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '_')))
            return false;
    }
    return id.len > 0;
}

static int read_operation(struct li_ctx *ctx, struct li_contract *contract,
                          const struct li_member *path, const struct li_node *source,
                          enum li_method method)
{
    struct li_operation *operation = &contract->operations[contract->count];
    struct li_definition definition = {.ctx = ctx,
                                       .name = contract->name,
                                       .root = contract->root,
                                       .path = path->value,
                                       .source = source,
                                       .schemas = contract->schemas};
    int r;

    operation->id = li_node_text(source, "operationId");
    operation->index = (int)contract->count;
    operation->method = method;
    operation->path = path->key;
    if (!is_operation_id(operation->id))
        return LI_REFUSE(ctx, contract->name, source,
                         "operationId: must be there, letters, digits and _ only");
    if (li_contract_find(contract, operation->id))
        return LI_REFUSE(ctx, contract->name, source, "operationId: %.*s stands there twice",
                         LI_P(operation->id));
    r = li_definition_read(&definition, operation);
    if (r == 0)
        r = li_routes_add(ctx, contract->routes, operation,
                          li_source_key(ctx, contract->name, path));
    if (r == 0)
        contract->count++;
    return r;
}

static int read_path(struct li_ctx *ctx, struct li_contract *contract, const struct li_member *path)
{
    static const char *const path_keys[] = {"summary", "description", "parameters", "get", "post",
                                            "put",     "patch",       "delete",     NULL};
    int r = li_only_keys(ctx, contract->name, path->value, path_keys);

    for (size_t m = 0; r == 0 && m < METHOD_COUNT; m++) {
        const struct li_node *source = li_node_get(path->value, methods[m].name);

        if (source)
            r = read_operation(ctx, contract, path, source, methods[m].method);
    }
    return r;
}

static int read_paths(struct li_ctx *ctx, struct li_contract *contract)
{
    const struct li_node *paths = li_node_get(contract->root, "paths");
    int r;

    if (!paths || paths->kind != LI_MAP)
        return LI_REFUSE(ctx, contract->name, contract->root, "paths: must be a map");
    contract->operations =
        li_alloc_array(ctx, count_operations(paths), sizeof *contract->operations);
    if (!contract->operations)
        return -LI_E_NOMEM;
    r = li_routes_new(ctx, &contract->routes);
    for (size_t i = 0; r == 0 && i < paths->map.count; i++)
        r = read_path(ctx, contract, &paths->map.items[i]);
    return r;
}

int li_contract_load(struct li_ctx *ctx, const char *name, struct li_str yaml,
                     struct li_contract **ret)
{
    struct li_contract *contract = li_alloc(ctx, sizeof *contract);
    int r;

    if (!contract)
        return -LI_E_NOMEM;
    contract->name = name;
    r = li_yaml_read(ctx, name, yaml, &contract->root);
    if (r == 0)
        r = read_root(ctx, contract);
    if (r == 0)
        r = read_paths(ctx, contract);
    if (r < 0)
        return r;
    *ret = contract;
    return 0;
}

size_t li_contract_count(const struct li_contract *contract)
{
    return contract->count;
}

const struct li_operation *li_contract_operation(const struct li_contract *contract, size_t index)
{
    li_assert(index < contract->count);
    return &contract->operations[index];
}

const struct li_operation *li_contract_find(const struct li_contract *contract, struct li_str id)
{
    for (size_t i = 0; i < contract->count; i++)
        if (li_str_eq(contract->operations[i].id, id))
            return &contract->operations[i];
    return NULL;
}

const struct li_schemas *li_contract_schemas(const struct li_contract *contract)
{
    return contract->schemas;
}

int li_contract_route(const struct li_contract *contract, enum li_method method, struct li_str path,
                      struct li_match *ret)
{
    return li_routes_find(contract->routes, method, path, ret);
}
