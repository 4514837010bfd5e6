/*
 * Any bytes as a file of an election: read or refused; what was read can be counted by every
 * rule or is refused, and written and read again it is the same election.
 */
#include "ballot/pabulib.h"

#define ARENA_LIMIT (64 * 1024 * 1024)
#define LARGEST     (64 * 1024)
#define VOICES      200 /* more are too slow for as many tries as a fuzzer makes */

static void expect_same(const struct li_election *a, const struct li_election *b)
{
    li_assert(a->option_count == b->option_count && a->voice_count == b->voice_count);
    for (size_t i = 0; i < a->voice_count; i++) {
        li_assert(a->starts[i + 1] == b->starts[i + 1]);
    }
    for (uint32_t i = 0; i < a->starts[a->voice_count]; i++) {
        li_assert(a->named[i] == b->named[i]);
        li_assert(!a->marks == !b->marks && (!a->marks || a->marks[i] == b->marks[i]));
    }
}

static void count(struct li_ctx *ctx, const struct li_election *election)
{
    for (int rule = LI_COUNT_POINTS; rule <= LI_COUNT_SHARES; rule++) {
        const struct li_count_how how = {.rule = (enum li_count_rule)rule, .seats = 1};
        struct li_count counted;

        li_ctx_clear(ctx);
        if (li_count(ctx, election, &how, &counted) == 0) {
            li_assert(counted.chosen_count <= election->option_count);
            li_assert(rule < LI_COUNT_GREEDY || counted.spent <= election->budget);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct li_clock clock = {0};
    struct li_pabulib first, second;
    struct li_ctx ctx;
    struct li_buf *buf;

    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    buf = li_buf_new(&ctx, LARGEST * 8);
    if (buf && size < LARGEST &&
        li_pabulib_read(&ctx, LI_S("fuzz"), li_str_n(data, size), &first) == 0) {
        li_pabulib_write(buf, &first);
        li_assert(buf->error ||
                  li_pabulib_read(&ctx, LI_S("again"), li_buf_view(buf), &second) == 0);
        if (!buf->error) {
            expect_same(&first.election, &second.election);
        }
        if (first.election.voice_count <= VOICES) {
            count(&ctx, &first.election);
        }
    }
    li_arena_free(ctx.arena);
    return 0;
}
