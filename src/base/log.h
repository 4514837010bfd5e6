/*
 * One structured line to stderr.  Only the edges log: serve, work, cli.
 *
 *   2026-11-21T09:30:00+08:00 info serve.request method=POST path=/… status=201 us=812
 *
 * Values with spaces or quotes are quoted as JSON strings.  Never a personal
 * value.
 */
#ifndef LI_BASE_LOG_H
#define LI_BASE_LOG_H

#include "base/ctx.h"

enum li_level { LI_LOG_ERROR, LI_LOG_WARN, LI_LOG_INFO, LI_LOG_DEBUG };

/* Lines above the level are dropped; process-wide, set once at start. */
void li_log_level(enum li_level level);
/* event: "serve.start"; fields: "port=%d data=%s" printf-made, already k=v. */
void li_log(enum li_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Tells every failure on the context's stack, in one line. */
void li_log_error(struct li_ctx *ctx, const char *event);

#endif
