/*
 * One line to standard error with one write, so that lines of several threads
 * never mix.  The level is the one thing in base that a process sets once.
 */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/json.h"
#include "base/time.h"

#define LINE_MAX_BYTES 4096

static _Atomic int shown_level = LI_LOG_INFO;

static const char *const level_names[] = {"error", "warn", "info", "debug"};

void li_log_level(enum li_level level)
{
    shown_level = level;
}

static void write_line(char *line, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = ' ';
    line[len++] = '\n';
    /* What cannot be logged cannot be told anywhere either. */
    while (write(STDERR_FILENO, line, len) < 0 && errno == EINTR)
        continue;
}

void li_log(enum li_level level, const char *event, const char *fmt, ...)
{
    char line[LINE_MAX_BYTES];
    char when[LI_TIME_TEXT];
    va_list args;
    size_t len;
    int part;

    if ((int)level > shown_level)
        return;
    /* Whole seconds: the line's own fields say what is finer. */
    li_time_format(li_now(NULL) / LI_SECOND * LI_SECOND, when);
    part = snprintf(line, sizeof(line) - 1, "%s %s %s ", when, level_names[level], event);
    len = (size_t)part < sizeof(line) - 1 ? (size_t)part : sizeof(line) - 2;
    va_start(args, fmt);
    part = vsnprintf(line + len, sizeof(line) - 1 - len, fmt, args);
    va_end(args);
    if (part > 0)
        len += (size_t)part < sizeof(line) - 1 - len ? (size_t)part : sizeof(line) - 2 - len;
    while (len > 0 && line[len - 1] == ' ')
        len--;
    write_line(line, len);
}

void li_log_error(struct li_ctx *ctx, const char *event)
{
    const struct li_error *error = li_ctx_error(ctx);
    struct li_buf buf;
    struct li_json json;

    if (error == NULL) {
        li_log(LI_LOG_ERROR, event, "code=none");
        return;
    }
    li_buf_init(&buf, LINE_MAX_BYTES);
    li_buf_fmt(&buf, "code=%s at=%s:%d", li_error_info(error->code)->name, error->file,
               error->line);
    if (error->where.len != 0) {
        li_buf_text(&buf, " where=");
        li_json_init(&json, &buf, false);
        li_json_text(&json, error->where);
    }
    li_buf_text(&buf, " text=");
    li_json_init(&json, &buf, false);
    li_json_text(&json, li_ctx_explain(ctx));
    li_log(LI_LOG_ERROR, event, "%.*s", LI_P(li_buf_view(&buf)));
    li_buf_done(&buf);
}
