/*
 * Any bytes as the first line of a request, and its cookie or key: the contract
 * routes and reads it or refuses it with reasons, and what it read has every
 * parameter that is required and none it does not know.
 *
 * The first byte is the method; then path?query, and behind a line's end the
 * value of every header.
 */
#include "base/asset.h"
#include "contract/contract.h"

#define ARENA_LIMIT (32 * 1024 * 1024)

static const struct li_contract *the_contract(void)
{
    static const struct li_clock clock;
    static struct li_contract *contract;
    static struct li_ctx ctx;
    const struct li_asset *asset;

    if (!contract) {
        asset = li_asset_find(LI_S("api/openapi.yaml"));
        li_ctx_init(&ctx, li_arena_new(0), &clock, NULL);
        li_assert(asset && ctx.arena);
        li_assert(li_contract_load(&ctx, "openapi.yaml", asset->bytes, &contract) == 0);
    }
    return contract;
}

static struct li_str header_of(void *arg, const char *name)
{
    const struct li_str *value = arg;

    (void)name;
    return *value;
}

static const struct li_parameter *parameter_of(const struct li_operation *operation,
                                               struct li_str name)
{
    for (size_t i = 0; i < operation->parameter_count; i++) {
        if (li_str_eq(operation->parameters[i].name, name))
            return &operation->parameters[i];
    }
    return NULL;
}

static void check(const struct li_operation *operation, const struct li_node *map)
{
    for (size_t i = 0; i < operation->parameter_count; i++) {
        const struct li_parameter *one = &operation->parameters[i];
        li_assert(!one->required || li_node_get_str(map, one->name));
    }
    for (size_t i = 0; i < map->map.count; i++) {
        li_assert(parameter_of(operation, map->map.items[i].key));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct li_contract *contract = the_contract();
    struct li_request_source source = {.header = header_of};
    struct li_str header, path;
    struct li_clock clock = {0};
    struct li_match match;
    struct li_node *map = NULL;
    struct li_ctx ctx;
    int r;

    if (size == 0 || size > 16 * 1024)
        return 0;
    header = li_str_n(data + 1, size - 1);
    source.query = li_str_cut(&header, '\n');
    path = li_str_cut(&source.query, '?');
    source.arg = &header;
    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    r = li_contract_route(contract, (enum li_method)(data[0] % LI_METHODS), path, &match);
    li_assert(r != -LI_E_METHOD || match.allowed);
    if (r == 0) {
        r = li_operation_parameters(&ctx, &match, &source, &map);
        li_assert((r == 0) == (ctx.error_count == 0));
        if (r == 0)
            check(match.operation, map);
    }
    li_arena_free(ctx.arena);
    return 0;
}
