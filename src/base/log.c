/*
 * One line to standard error with one write, so that lines of several threads
 * never mix.  The level, the format and how often an event came of late are what
 * base keeps for the process.
 *
 * The fields come as text; for JSON they are taken apart again here, so that whoever
 * logs writes them once.
 */
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/meter.h"
#include "base/time.h"

#define LINE_MAX_BYTES 4096
#define EVENTS         64

static _Atomic int shown_level = LI_LOG_INFO;
static _Atomic int line_format = LI_LOG_TEXT;
static _Atomic int64_t counts[LI_LOG_DEBUG + 1];

/* Events that repeat; their names are constants of the program. */
static struct {
    pthread_mutex_t mutex;
    struct repeat {
        const char *event;
        int64_t since; /* steady: when its window began */
        int lines, suppressed;
    } events[EVENTS];
} repeats = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static const char *const level_names[] = {"error", "warn", "info", "debug"};

void li_log_level(enum li_level level)
{
    shown_level = level;
}

void li_log_format(enum li_log_format format)
{
    line_format = format;
}

const char *li_log_level_name(enum li_level level)
{
    return level_names[level];
}

int64_t li_log_count(enum li_level level)
{
    return li_counted(&counts[level]);
}

/* ---- repeats ----------------------------------------------------------------- */

/* The event's place; an old one's when all are taken. */
static struct repeat *find_repeat(const char *event)
{
    struct repeat *oldest = &repeats.events[0];

    for (size_t i = 0; i < EVENTS; i++) {
        struct repeat *one = &repeats.events[i];
        if (one->event == NULL || strcmp(one->event, event) == 0) {
            one->event = event;
            return one;
        }
        oldest = one->since < oldest->since ? one : oldest;
    }
    *oldest = (struct repeat){.event = event};
    return oldest;
}

/* false: it has come too often.  *ret_suppressed: how many were left out before. */
static bool may_show(enum li_level level, const char *event, int *ret_suppressed)
{
    int64_t now = li_steady_us();
    struct repeat *one;
    bool may;

    if (level > LI_LOG_WARN)
        return true;
    pthread_mutex_lock(&repeats.mutex);
    one = find_repeat(event);
    if (one->since == 0 || now - one->since >= LI_LOG_WINDOW * LI_SECOND) {
        *ret_suppressed = one->suppressed;
        *one = (struct repeat){.event = event, .since = now};
    }
    may = one->lines < LI_LOG_BURST;
    one->lines += may;
    one->suppressed += !may;
    pthread_mutex_unlock(&repeats.mutex);
    return may;
}

/* ---- a line ------------------------------------------------------------------ */

static void write_line(struct li_buf *line)
{
    size_t len = line->len;

    while (len > 0 && line->ptr[len - 1] == ' ')
        len--;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line->ptr[i] < 0x20 || line->ptr[i] == 0x7f)
            line->ptr[i] = ' ';
    line->ptr[len++] = '\n';
    /* What cannot be logged cannot be told anywhere either. */
    while (write(STDERR_FILENO, line->ptr, len) < 0 && errno == EINTR)
        continue;
}

/* A number as JSON writes it, short enough to be one everywhere. */
static bool is_number(struct li_str text)
{
    int64_t value;

    return text.len < 16 && li_str_to_i64(text, &value) && !(text.len > 1 && text.ptr[0] == '0') &&
           text.ptr[0] != '+' && !(text.len > 1 && text.ptr[0] == '-' && text.ptr[1] == '0');
}

/* Cuts a quoted value, with its quotes, off the fields; what lacks its end ends with them. */
static struct li_str cut_quoted(struct li_str *rest)
{
    size_t i = 1;
    struct li_str value;

    while (i < rest->len && rest->ptr[i] != '"')
        i += rest->ptr[i] == '\\' ? 2 : 1;
    i = i + 1 < rest->len ? i + 1 : rest->len;
    value = li_str_n(rest->ptr, i);
    *rest = li_str_n(rest->ptr + i, rest->len - i);
    return value;
}

/* Whether a quoted value is a JSON string: it ends, and what it escapes may be. */
static bool is_json(struct li_str value)
{
    size_t i = 1;

    while (i + 1 < value.len) {
        if (value.ptr[i] == '\\' &&
            (value.ptr[i + 1] == 0 || !strchr("\"\\/bfnrtu", value.ptr[i + 1])))
            return false;
        i += value.ptr[i] == '\\' ? 2 : 1;
    }
    return value.len >= 2 && i == value.len - 1 && value.ptr[i] == '"' && li_utf8_valid(value);
}

static void put_value(struct li_json *json, struct li_str *rest)
{
    struct li_str value;

    if (rest->len && rest->ptr[0] == '"') {
        value = cut_quoted(rest);
        if (is_json(value))
            li_json_raw(json, value);
        else
            li_json_text(json, LI_S("?"));
        return;
    }
    value = li_str_cut(rest, ' ');
    if (is_number(value))
        li_json_raw(json, value);
    else
        li_json_text(json, li_utf8_valid(value) ? value : LI_S("?"));
}

/* "a=1 b=\"x y\" word" as members; a word that is no k=v is left out. */
static void put_fields(struct li_json *json, struct li_str rest)
{
    while (rest.len) {
        size_t i = 0;
        while (i < rest.len && rest.ptr[i] != '=' && rest.ptr[i] != ' ')
            i++;
        if (i == 0 || i == rest.len || rest.ptr[i] != '=') {
            li_str_cut(&rest, ' ');
            rest = rest.ptr ? rest : LI_S("");
            continue;
        }
        li_json_key_str(json, li_str_n(rest.ptr, i));
        rest = li_str_n(rest.ptr + i + 1, rest.len - i - 1);
        put_value(json, &rest);
        rest = rest.ptr ? rest : LI_S("");
    }
}

static void write_json(const char *when, enum li_level level, const char *event,
                       struct li_str fields)
{
    char room[2 * LINE_MAX_BYTES + 256];
    struct li_buf line = {.ptr = room, .cap = sizeof(room) - 1, .max = sizeof(room) - 1};
    struct li_json json;

    li_json_init(&json, &line, false);
    li_json_open_map(&json);
    li_json_put_text(&json, "time", li_str(when));
    li_json_put_text(&json, "level", li_str(level_names[level]));
    li_json_put_text(&json, "event", li_str(event));
    put_fields(&json, fields);
    li_json_close_map(&json);
    if (!line.error)
        write_line(&line);
}

static void write_text(const char *when, enum li_level level, const char *event,
                       struct li_str fields)
{
    char room[LINE_MAX_BYTES];
    int part = snprintf(room, sizeof(room) - 1, "%s %s %s %.*s", when, level_names[level], event,
                        LI_P(fields));
    struct li_buf line = {.ptr = room, .cap = sizeof(room), .max = sizeof(room)};

    line.len = (size_t)part < sizeof(room) - 1 ? (size_t)part : sizeof(room) - 2;
    write_line(&line);
}

__attribute__((format(printf, 3, 0))) static void log_line(enum li_level level, const char *event,
                                                           const char *fmt, va_list args)
{
    char fields[LINE_MAX_BYTES];
    char when[LI_TIME_TEXT];
    int suppressed = 0, part, more = 0;
    size_t len;

    li_count(&counts[level], 1);
    if ((int)level > shown_level || !may_show(level, event, &suppressed))
        return;
    /* Whole seconds: the line's own fields say what is finer. */
    li_time_format(li_now(NULL) / LI_SECOND * LI_SECOND, when);
    if (suppressed)
        more = snprintf(fields, sizeof(fields), "suppressed=%d ", suppressed);
    part = vsnprintf(fields + more, sizeof(fields) - (size_t)more, fmt, args);
    len = (size_t)more + (part > 0 ? (size_t)part : 0);
    len = len < sizeof(fields) ? len : sizeof(fields) - 1;
    (line_format == LI_LOG_JSON ? write_json : write_text)(when, level, event,
                                                           li_str_n(fields, len));
}

void li_log(enum li_level level, const char *event, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    log_line(level, event, fmt, args);
    va_end(args);
}

/* ---- failures ---------------------------------------------------------------- */

static void put_failure(struct li_ctx *ctx, struct li_buf *buf)
{
    const struct li_error *error = li_ctx_error(ctx);
    struct li_json json;

    if (error == NULL) {
        li_buf_text(buf, "code=none");
        return;
    }
    li_buf_fmt(buf, "code=%s at=%s:%d", li_error_info(error->code)->name, error->file, error->line);
    if (error->where.len != 0) {
        li_buf_text(buf, " where=");
        li_json_init(&json, buf, false);
        li_json_text(&json, error->where);
    }
    li_buf_text(buf, " text=");
    li_json_init(&json, buf, false);
    li_json_text(&json, li_ctx_explain(ctx));
}

void li_log_error(struct li_ctx *ctx, const char *event)
{
    struct li_buf buf;

    li_buf_init(&buf, LINE_MAX_BYTES);
    put_failure(ctx, &buf);
    li_log(LI_LOG_ERROR, event, "%.*s", LI_P(li_buf_view(&buf)));
    li_buf_done(&buf);
}

void li_log_fault(struct li_ctx *ctx, const char *event, const char *fmt, ...)
{
    char fields[512];
    struct li_buf buf;
    va_list args;

    va_start(args, fmt);
    vsnprintf(fields, sizeof(fields), fmt, args);
    va_end(args);
    li_buf_init(&buf, LINE_MAX_BYTES);
    put_failure(ctx, &buf);
    li_log(LI_LOG_ERROR, event, "%s %.*s", fields, LI_P(li_buf_view(&buf)));
    li_buf_done(&buf);
}

void li_log_end(void)
{
    pthread_mutex_lock(&repeats.mutex);
    for (size_t i = 0; i < EVENTS; i++) {
        struct repeat left = repeats.events[i];
        repeats.events[i] = (struct repeat){.event = NULL};
        if (left.suppressed)
            li_log(LI_LOG_INFO, "log.suppressed", "of=%s lines=%d", left.event, left.suppressed);
    }
    pthread_mutex_unlock(&repeats.mutex);
}
