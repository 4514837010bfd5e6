/*
 * Any bytes as a form with files.  Up to the first line's end they are the
 * Content-Type.  What was read lies within what was given, in order, without
 * touching; written again it is read as the same.
 */
#include "contract/multipart.h"

#include "base/buf.h"

#define ARENA_LIMIT (32 * 1024 * 1024)

static void check(struct li_str body, const struct li_part *parts, size_t count)
{
    const char *at = body.ptr;

    for (size_t i = 0; i < count; i++) {
        li_assert(parts[i].name.len > 0 && parts[i].name.ptr >= at);
        li_assert(parts[i].bytes.ptr >= parts[i].name.ptr);
        at = parts[i].bytes.ptr + parts[i].bytes.len;
        li_assert(at <= body.ptr + body.len);
        li_assert(parts[i].is_file || li_utf8_valid(parts[i].bytes));
    }
}

static void check_again(struct li_ctx *ctx, const struct li_part *parts, size_t count)
{
    static const char boundary[] = "0zQ7-no-input-has-this-0zQ7-0zQ7";
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_part *again = NULL;
    size_t again_count = 0;

    li_assert(buf);
    for (size_t i = 0; i < count; i++) {
        if (memmem(parts[i].bytes.ptr, parts[i].bytes.len, boundary, sizeof(boundary) - 1) ||
            memchr(parts[i].name.ptr, '"', parts[i].name.len) ||
            parts[i].name.ptr[parts[i].name.len - 1] == '\\') {
            return;
        }
        li_buf_fmt(buf, "--%s\r\nContent-Disposition: form-data; name=\"%.*s\"%s\r\n\r\n", boundary,
                   LI_P(parts[i].name), parts[i].is_file ? "; filename=\"f\"" : "");
        li_buf_str(buf, parts[i].bytes);
        li_buf_text(buf, "\r\n");
    }
    li_buf_fmt(buf, "--%s--", boundary);
    li_assert(buf->error == 0);
    li_assert(li_multipart_read(ctx, li_strf(ctx, "multipart/form-data; boundary=%s", boundary),
                                li_buf_view(buf), &again, &again_count) == 0);
    li_assert(again_count == count);
    for (size_t i = 0; i < count; i++) {
        li_assert(li_str_eq(again[i].name, parts[i].name));
        li_assert(li_str_eq(again[i].bytes, parts[i].bytes));
        li_assert(again[i].is_file == parts[i].is_file);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct li_str body = li_str_n(data, size), type;
    struct li_part *parts = NULL;
    struct li_clock clock = {0};
    size_t count = 0;
    struct li_ctx ctx;

    if (size == 0) {
        return 0;
    }
    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    type = li_str_cut(&body, '\n');
    if (body.ptr && li_multipart_read(&ctx, type, body, &parts, &count) == 0) {
        check(body, parts, count);
        check_again(&ctx, parts, count);
    }
    li_arena_free(ctx.arena);
    return 0;
}
