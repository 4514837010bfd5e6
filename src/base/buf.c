/*
 * Growing bytes: doubling, with a maximum, and an error that is remembered.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ctx.h"

#define DEFAULT_MAX ((size_t)16 * 1024 * 1024)
#define FIRST_CAP   ((size_t)256)

void li_buf_init(struct li_buf *buf, size_t max)
{
    *buf = (struct li_buf){.max = max != 0 ? max : DEFAULT_MAX};
}

void li_buf_done(struct li_buf *buf)
{
    if (buf == NULL)
        return;
    free(buf->ptr);
    *buf = (struct li_buf){.max = buf->max};
}

void li_buf_reset(struct li_buf *buf)
{
    buf->len = 0;
    buf->error = 0;
}

bool li_buf_grow(struct li_buf *buf, size_t more)
{
    size_t cap = buf->cap != 0 ? buf->cap : FIRST_CAP;
    char *ptr;

    if (more > buf->max - buf->len) {
        buf->error = LI_E_LIMIT;
        return false;
    }
    while (cap < buf->len + more)
        cap *= 2;
    if (cap > buf->max)
        cap = buf->max;
    ptr = realloc(buf->ptr, cap);
    if (ptr == NULL) {
        buf->error = LI_E_NOMEM;
        return false;
    }
    buf->ptr = ptr;
    buf->cap = cap;
    return true;
}

void li_buf_str(struct li_buf *buf, struct li_str s)
{
    li_buf_add(buf, s.ptr, s.len);
}

void li_buf_text(struct li_buf *buf, const char *text)
{
    li_buf_add(buf, text, strlen(text));
}

void li_buf_i64(struct li_buf *buf, int64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (value < 0)
        digits[--at] = '-';
    li_buf_add(buf, digits + at, sizeof(digits) - at);
}

void li_buf_fmt(struct li_buf *buf, const char *fmt, ...)
{
    const size_t left = buf->cap - buf->len;
    va_list args;
    char one;
    int len;

    if (buf->error != 0)
        return;
    va_start(args, fmt);
    len = vsnprintf(left != 0 ? buf->ptr + buf->len : &one, left != 0 ? left : 1, fmt, args);
    va_end(args);
    li_assert(len >= 0);
    if ((size_t)len < left) {
        buf->len += (size_t)len;
        return;
    }
    /* vsnprintf also wants a place for its NUL, which may lie beyond the
     * maximum: a text that fills the buffer exactly goes through a copy. */
    if ((size_t)len > buf->max - buf->len) {
        buf->error = LI_E_LIMIT;
        return;
    }
    char *text = malloc((size_t)len + 1);
    if (text == NULL) {
        buf->error = LI_E_NOMEM;
        return;
    }
    va_start(args, fmt);
    vsnprintf(text, (size_t)len + 1, fmt, args);
    va_end(args);
    li_buf_add(buf, text, (size_t)len);
    free(text);
}

static struct li_str html_escape(char c)
{
    switch (c) {
    case '&':
        return LI_S("&amp;");
    case '<':
        return LI_S("&lt;");
    case '>':
        return LI_S("&gt;");
    case '"':
        return LI_S("&quot;");
    case '\'':
        return LI_S("&#39;");
    default:
        return (struct li_str){0};
    }
}

void li_buf_html(struct li_buf *buf, struct li_str s)
{
    size_t run = 0;

    for (size_t i = 0; i < s.len; i++) {
        struct li_str escape = html_escape(s.ptr[i]);

        if (escape.ptr == NULL)
            continue;
        li_buf_add(buf, s.ptr + run, i - run);
        li_buf_str(buf, escape);
        run = i + 1;
    }
    li_buf_add(buf, s.ptr + run, s.len - run);
}

int li_buf_check(struct li_ctx *ctx, const struct li_buf *buf)
{
    if (buf->error == 0)
        return 0;
    if (buf->error == LI_E_LIMIT)
        return LI_FAIL(ctx, LI_E_LIMIT, "more than %zu bytes", buf->max);
    return LI_FAIL(ctx, buf->error, "no memory for a buffer of %zu bytes", buf->len);
}

static void buf_end(void *arg)
{
    li_buf_done(arg);
}

struct li_buf *li_buf_new(struct li_ctx *ctx, size_t max)
{
    struct li_buf *buf = li_alloc(ctx, sizeof(*buf));

    if (buf == NULL)
        return NULL;
    li_buf_init(buf, max);
    if (li_arena_defer(ctx->arena, buf_end, buf) != 0) {
        (void)LI_FAIL(ctx, LI_E_NOMEM, "no room to defer a buffer");
        return NULL;
    }
    return buf;
}
