/*
 * Any bytes as JSON: read or refused, never a fault; what was read is written
 * and read again as the same.
 */
#include "base/json.h"

#define ARENA_LIMIT (32 * 1024 * 1024)

static struct li_str written(struct li_ctx *ctx, const struct li_node *node)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;

    li_assert(buf);
    li_json_init(&json, buf, false);
    li_json_node(&json, node);
    li_assert(buf->error == 0);
    return li_buf_view(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct li_clock clock = {0};
    struct li_ctx ctx;
    struct li_node *node = NULL, *again = NULL;

    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    if (size < 64 * 1024 && li_json_read(&ctx, li_str_n(data, size), &node) == 0) {
        struct li_str text = written(&ctx, node);

        li_assert(li_json_read(&ctx, text, &again) == 0);
        li_assert(li_str_eq(text, written(&ctx, again)));
    } else {
        li_assert(size >= 64 * 1024 || ctx.error_count > 0);
    }
    li_arena_free(ctx.arena);
    return 0;
}
