/*
 * Any bytes as a file: told to be something, without reading beside them.
 */
#include "base/filetype.h"

#define ARENA_LIMIT (32 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct li_arena *arena = li_arena_new(ARENA_LIMIT);
    struct li_ctx ctx;
    enum li_filetype type, again;

    li_assert(arena);
    li_ctx_init(&ctx, arena, NULL, li_random_system());
    type = li_filetype_of(&ctx, li_str_n(data, size));
    li_assert(type <= LI_FILETYPE_LONG && ctx.error_count == 0);
    if (type < LI_FILETYPES)
        li_assert(li_filetype_parse(li_str(li_filetype_name(type)), &again) && again == type);
    li_arena_free(arena);
    return 0;
}
