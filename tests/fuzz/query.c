/*
 * Any bytes as a question to search: read or refused.  What was read finds the
 * text it was made of, and stays itself when it is read again.
 */
#include "record/search.h"

#define ARENA_LIMIT (32 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct li_clock clock = {0};
    struct li_search_query query, again;
    struct li_str text = li_str_n(data, size);
    struct li_ctx ctx;

    if (size > 4096) {
        return 0;
    }
    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    if (li_search_read(&ctx, text, &query) == 0) {
        const struct li_str texts[] = {LI_S("前"), text};
        bool matches = false;

        li_assert(query.count > 0);
        li_assert(li_search_matches(&ctx, &query, texts, 2, &matches) == 0);
        li_assert(matches);
        li_assert(li_search_read(&ctx, text, &again) == 0);
        li_assert(li_str_eq(query.marked, again.marked) && query.count == again.count);
    } else {
        li_assert(ctx.error_count > 0);
    }
    li_arena_free(ctx.arena);
    return 0;
}
