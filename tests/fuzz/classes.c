/*
 * Any bytes as a table of class codes: read or refused; what was read are rows of eight
 * texts that lie in the file.  What a row must be is said by the command.
 */
#include "record/code.h"

#define ARENA_LIMIT (32 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct li_clock clock = {0};
    struct li_code *rows = NULL;
    struct li_ctx ctx;
    size_t count = 0;

    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    if (size < 64 * 1024 && li_code_read(&ctx, "fuzz", li_str_n(data, size), &rows, &count) == 0) {
        for (size_t i = 0; i < count; i++) {
            const struct li_str texts[] = {rows[i].scheme,   rows[i].code,    rows[i].group,
                                           rows[i].group_en, rows[i].name,    rows[i].name_en,
                                           rows[i].edition,  rows[i].evidence};

            li_assert(rows[i].line > 1);
            for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
                li_assert(texts[k].ptr >= (const char *)data);
                li_assert(texts[k].ptr + texts[k].len <= (const char *)data + size);
                li_assert(li_utf8_valid(texts[k]));
            }
        }
    }
    li_arena_free(ctx.arena);
    return 0;
}
