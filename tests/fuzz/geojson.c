/*
 * Any bytes as a file of areas: read or refused; every row that is not rejected is
 * one that can be stored, and its shape can be shown again.
 */
#include "area/area.h"
#include "area/fault.h"
#include "area/shape.h"

#define ARENA_LIMIT (64 * 1024 * 1024)

static void hear(void *arg, int line, const struct li_area_fault *fault, struct li_str more)
{
    size_t *count = arg;

    li_assert(line > 0 && fault->zh[0] && fault->en[0]);
    li_assert(more.len == 0 || more.ptr);
    ++*count;
}

static void check(struct li_ctx *ctx, const struct li_area_row *row)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_node *node;
    struct li_json json;

    li_assert(row->area.code.len >= 2 && row->area.name.len > 0);
    li_assert(li_utf8_valid(row->area.name) && li_utf8_valid(row->aliases));
    if (!row->shape.ptr) {
        return;
    }
    li_assert(buf && row->area.placed && li_shape_is(row->shape));
    li_json_init(&json, buf, false);
    li_assert(li_shape_put(ctx, &json, row->shape) == 0);
    li_assert(buf->error || li_json_read(ctx, li_buf_view(buf), &node) != -LI_E_SYNTAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct li_clock clock = {0};
    struct li_ctx ctx;
    size_t rejected = 0, bad = 0, count = 0;
    const struct li_area_watch watch = {.arg = &rejected, .reject = hear};
    const struct li_area_file file = {.name = "fuzz",
                                      .bytes = li_str_n(data, size),
                                      .crs = (enum li_crs)(size % 4),
                                      .watch = &watch};
    struct li_area_row *rows = NULL;

    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    if (size < 64 * 1024 && li_area_read(&ctx, &file, &rows, &count) == 0) {
        for (size_t i = 0; i < count; i++) {
            bad += rows[i].bad;
            if (!rows[i].bad) {
                check(&ctx, &rows[i]);
            }
        }
        li_assert(bad <= rejected && (bad > 0) == (rejected > 0));
    }
    li_arena_free(ctx.arena);
    return 0;
}
