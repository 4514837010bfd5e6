/*
 * Any text as a token, an identifier, a cursor: read or refused; what was read is
 * written as what stands for it.
 */
#include "base/id.h"

#define ARENA_LIMIT (32 * 1024 * 1024)
#define MOST        48

static void check_token(struct li_str text, size_t len)
{
    char written[LI_BASE32_SIZE(MOST)];
    uint8_t bytes[MOST], again[MOST];

    if (!li_base32_parse(text, bytes, len))
        return;
    li_base32(bytes, len, written);
    li_assert(strlen(written) == LI_BASE32_SIZE(len) - 1);
    li_assert(li_base32_parse(li_str(written), again, len) && memcmp(bytes, again, len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t lengths[] = {5, 10, 16, 20, 32, MOST};
    struct li_str text = li_str_n(data, size);
    struct li_clock clock = {0};
    char written[LI_ID_TEXT + 1];
    struct li_ctx ctx;
    int64_t id;

    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
        check_token(text, lengths[i]);
    if (li_id_parse(&ctx, text, &id) == 0) {
        li_id_format(id, written);
        li_assert(id >= 0 && text.len == LI_ID_TEXT && memcmp(written, data, LI_ID_TEXT) == 0);
    }
    li_arena_free(ctx.arena);
    return 0;
}
