/*
 * Any bytes as canonical JSON, of the store's reader and of the general one: never
 * a fault, both read the same where both read, and what is written canonically is
 * read back as what it was.
 */
#include "base/canonical.h"
#include "base/json.h"

#define ARENA_LIMIT (32 * 1024 * 1024)

static void read_back(struct li_ctx *ctx, const struct li_node *node)
{
    struct li_str once, twice;
    struct li_node *again = NULL;

    if (li_canonical(ctx, node, &once)) {
        li_ctx_clear(ctx);
        return;
    }
    li_assert(li_canonical_read(ctx, once, &again) == 0);
    li_assert(li_canonical(ctx, again, &twice) == 0);
    li_assert(li_str_eq(once, twice));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct li_str bytes = li_str_n(data, size), one, other;
    struct li_node *own = NULL, *any = NULL;
    struct li_clock clock = {0};
    struct li_ctx ctx;
    bool own_read, any_read;

    if (size >= 64 * 1024)
        return 0;
    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    own_read = li_canonical_read(&ctx, bytes, &own) == 0;
    li_assert(own_read || ctx.error_count > 0);
    li_ctx_clear(&ctx);
    any_read = li_json_read(&ctx, bytes, &any) == 0;
    li_ctx_clear(&ctx);
    if (any_read)
        read_back(&ctx, any);
    if (own_read && any_read && li_canonical(&ctx, own, &one) == 0) {
        li_assert(li_canonical(&ctx, any, &other) == 0);
        li_assert(li_str_eq(one, other));
    }
    li_arena_free(ctx.arena);
    return 0;
}
