/*
 * The table of errors, and telling one.
 *
 * Not for printing: the edges decide what a person or a log sees.  Telling must
 * work when nothing else does, so it falls back to the table's own sentence
 * when the arena has no room left for the text.
 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/ctx.h"

static const struct li_error_info error_table[] = {
#define LI_ERROR_ROW(constant, number, error_name, status, chinese, english)                       \
    [number] = {.code = number, .name = error_name, .http = status, .zh = chinese, .en = english},
    LI_ERRORS(LI_ERROR_ROW)
#undef LI_ERROR_ROW
};

const struct li_error_info *li_error_info(int code)
{
    const size_t count = sizeof(error_table) / sizeof(error_table[0]);
    const size_t index = code < 0 ? (size_t) - (int64_t)code : (size_t)code;

    if (index >= count || error_table[index].name == NULL)
        return &error_table[LI_E_INTERNAL];
    return &error_table[index];
}

/* Formats into the arena; an empty slice when there is no room. */
__attribute__((format(printf, 2, 0))) static struct li_str
format_text(struct li_arena *arena, const char *fmt, va_list args)
{
    char *text;
    int len;
    va_list again;

    va_copy(again, args);
    len = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (arena == NULL || len < 0)
        return (struct li_str){0};
    text = li_arena_alloc(arena, (size_t)len + 1);
    if (text == NULL)
        return (struct li_str){0};
    vsnprintf(text, (size_t)len + 1, fmt, args);
    return (struct li_str){.ptr = text, .len = (size_t)len};
}

static struct li_str copy_where(struct li_arena *arena, struct li_str where)
{
    char *copy;

    if (arena == NULL || where.len == 0)
        return (struct li_str){0};
    copy = li_arena_alloc(arena, where.len);
    if (copy == NULL)
        return (struct li_str){0};
    memcpy(copy, where.ptr, where.len);
    return (struct li_str){.ptr = copy, .len = where.len};
}

int li_fail(struct li_ctx *ctx, int code, const char *file, int line, struct li_str where,
            const char *fmt, ...)
{
    const struct li_error_info *info = li_error_info(code);
    struct li_error *error;
    va_list args;

    if (ctx == NULL)
        return -info->code;
    /* A full stack keeps its causes and replaces the newest. */
    if (ctx->error_count < LI_ERRORS_MAX)
        ctx->error_count++;
    error = &ctx->errors[ctx->error_count - 1];
    error->code = info->code;
    error->file = file;
    error->line = line;
    error->where = copy_where(ctx->arena, where);
    error->reason = NULL;
    error->limit = (struct li_str){0};
    va_start(args, fmt);
    error->text = format_text(ctx->arena, fmt, args);
    va_end(args);
    if (error->text.ptr == NULL)
        error->text = li_str(info->en);
    return -info->code;
}

void li_assert_failed(const char *cond, const char *file, int line, const char *func)
{
    char text[512];
    int len =
        snprintf(text, sizeof(text), "%s:%d: %s: assertion failed: %s\n", file, line, func, cond);

    if (len > (int)sizeof(text) - 1) {
        len = (int)sizeof(text) - 1;
        text[len - 1] = '\n';
    }
    if (len > 0 && write(STDERR_FILENO, text, (size_t)len) < 0)
        abort();
    abort();
}
