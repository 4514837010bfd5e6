/*
 * The context: where memory, time and randomness come from, and what failed.
 */
#include "base/ctx.h"

void li_ctx_init(struct li_ctx *ctx, struct li_arena *arena, const struct li_clock *clock,
                 struct li_random *random)
{
    memset(ctx, 0, sizeof(*ctx));
    ctx->arena = arena;
    ctx->clock = clock;
    ctx->random = random;
    ctx->lang = LI_ZH;
}

void li_ctx_clear(struct li_ctx *ctx)
{
    ctx->error_count = 0;
}

const struct li_error *li_ctx_error(const struct li_ctx *ctx)
{
    return ctx->error_count == 0 ? NULL : &ctx->errors[ctx->error_count - 1];
}

struct li_str li_ctx_explain(struct li_ctx *ctx)
{
    size_t len = 0;
    size_t at = 0;
    char *text;

    if (ctx->error_count == 0)
        return LI_S("");
    for (unsigned i = 0; i < ctx->error_count; i++)
        len += ctx->errors[i].text.len + 2;
    text = ctx->arena != NULL ? li_arena_alloc(ctx->arena, len) : NULL;
    if (text == NULL)
        return ctx->errors[ctx->error_count - 1].text;
    for (unsigned i = ctx->error_count; i-- > 0;) {
        struct li_str one = ctx->errors[i].text;

        memcpy(text + at, one.ptr, one.len);
        at += one.len;
        if (i > 0) {
            memcpy(text + at, ": ", 2);
            at += 2;
        }
    }
    return (struct li_str){.ptr = text, .len = at};
}

void *li_alloc(struct li_ctx *ctx, size_t size)
{
    void *ptr = li_arena_alloc(ctx->arena, size);

    if (ptr == NULL)
        (void)LI_FAIL(ctx, LI_E_NOMEM, "no room for %zu bytes", size);
    return ptr;
}

void *li_alloc_array(struct li_ctx *ctx, size_t count, size_t size)
{
    void *ptr = li_arena_array(ctx->arena, count, size);

    if (ptr == NULL)
        (void)LI_FAIL(ctx, LI_E_NOMEM, "no room for %zu times %zu bytes", count, size);
    return ptr;
}
