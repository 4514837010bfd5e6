/*
 * One structured line to stderr.  Only the edges log: serve, work, cli.
 *
 *   2026-11-21T09:30:00+08:00 info serve.request op=openCase status=201 us=812
 *   {"time":"2026-11-21T09:30:00+08:00","level":"info","event":"serve.request","op":…}
 *
 * The fields are written as text, k=v; values with spaces or quotes are quoted as
 * JSON strings.  Never a personal value, and no address or query of a resident: their
 * tracking code stands in it.
 *
 * Warnings and errors that repeat are limited: of one event LI_LOG_BURST lines in
 * LI_LOG_WINDOW seconds; the next line of that event after it says how many were
 * left out ("suppressed=").
 */
#ifndef LI_BASE_LOG_H
#define LI_BASE_LOG_H

#include "base/ctx.h"

enum li_level { LI_LOG_ERROR, LI_LOG_WARN, LI_LOG_INFO, LI_LOG_DEBUG };
enum li_log_format { LI_LOG_TEXT, LI_LOG_JSON };

#define LI_LOG_BURST  20
#define LI_LOG_WINDOW 10

/* Lines above the level are dropped; process-wide, set once at start. */
void li_log_level(enum li_level level);
void li_log_format(enum li_log_format format);
const char *li_log_level_name(enum li_level level);
/* event: "serve.start"; fields: "port=%d data=%s" printf-made, already k=v. */
void li_log(enum li_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Tells every failure on the context's stack, in one line. */
void li_log_error(struct li_ctx *ctx, const char *event);
/* The same with fields of its own in front. */
void li_log_fault(struct li_ctx *ctx, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* How many events of a level there were, shown or not. */
int64_t li_log_count(enum li_level level);
/* Says what was left out of events that came no more; at the end of a process. */
void li_log_end(void);

#endif
