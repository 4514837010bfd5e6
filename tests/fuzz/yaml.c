/*
 * Any bytes as YAML, and as a contract: read or refused with a position, never
 * a fault; what loads can be routed.
 */
#include "contract/contract.h"

#define ARENA_LIMIT (64 * 1024 * 1024)

/* libfyaml 0.7.12 loses a buffer when a quoted text has very many quotes in it;
 * only files of our own are read with it, at start. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml";
}

static void route_all(const struct li_contract *contract)
{
    for (size_t i = 0; i < li_contract_count(contract); i++) {
        const struct li_operation *operation = li_contract_operation(contract, i);
        struct li_match match;
        int r = li_contract_route(contract, operation->method, operation->path, &match);

        /* A template is a path of its own: its braces fill its holes, unless a
         * more literal path stands in its way. */
        li_assert(r == 0 || r == -LI_E_METHOD);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct li_clock clock = {0};
    struct li_ctx ctx;
    struct li_node *node = NULL;
    struct li_contract *contract = NULL;

    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    if (size < 64 * 1024 && li_yaml_read(&ctx, "fuzz.yaml", li_str_n(data, size), &node) == 0) {
        if (li_contract_load(&ctx, "fuzz.yaml", li_str_n(data, size), &contract) == 0)
            route_all(contract);
        else
            li_assert(ctx.error_count > 0 && ctx.errors[0].where.len > 0);
    }
    li_arena_free(ctx.arena);
    return 0;
}
