/*
 * Errors are registered data.
 *
 * Each has a stable name (the `code` of a problem+json answer), an HTTP status
 * and one sentence in Chinese and English for people.  A function that can
 * fail returns 0 or -LI_E_…; the reason is told once, where it is known, with
 * LI_FAIL(), and stays on the context's stack with its cause below it.
 */
#ifndef LI_BASE_ERR_H
#define LI_BASE_ERR_H

#include "base/str.h"

#define LI_MUST_CHECK __attribute__((warn_unused_result))

/* X(constant, number, name, http, zh, en) — numbers are never re-used. */
#define LI_ERRORS(X)                                                                               \
    X(NOMEM, 1, "no-memory", 503, "系统内存不足，请稍后再试。",                                    \
      "The system is short of memory; please try again later.")                                    \
    X(LIMIT, 2, "too-large", 413, "内容太大。", "The content is too large.")                       \
    X(SYNTAX, 3, "malformed", 400, "请求的格式不对。", "The request is not well formed.")          \
    X(INVALID, 4, "invalid", 422, "有内容不符合要求。", "Some of the content is not acceptable.")  \
    X(NOT_FOUND, 5, "not-found", 404, "没有找到。", "There is nothing here.")                      \
    X(METHOD, 6, "method-not-allowed", 405, "这个地址不支持这种请求方式。",                        \
      "This address does not support that method.")                                                \
    X(MEDIA, 7, "unsupported-media-type", 415, "不支持这种内容类型。",                             \
      "This content type is not supported.")                                                       \
    X(UNAUTHORIZED, 8, "sign-in-required", 401, "请先登录。", "Please sign in first.")             \
    X(CREDENTIALS, 9, "wrong-credentials", 401, "账号或密码不对。",                                \
      "The account name or the password is wrong.")                                                \
    X(FORBIDDEN, 10, "forbidden", 403, "您没有权限做这件事。", "You may not do this.")             \
    X(STATE, 11, "not-now", 409, "这一步现在不能做。",                                             \
      "This cannot be done in the present state.")                                                 \
    X(STALE, 12, "stale", 409, "别人刚刚改动过，请刷新后再试。",                                   \
      "Somebody changed this meanwhile; reload and try again.")                                    \
    X(RELATED, 13, "related-person", 403, "经办过此事的人不能核查自己的工作。",                    \
      "Nobody checks their own work.")                                                             \
    X(KEY_REUSED, 14, "key-reused", 422, "这个请求编号已经用于别的内容。",                         \
      "This idempotency key was used for another request.")                                        \
    X(BUSY, 15, "busy", 503, "系统正忙，请稍后再试。",                                             \
      "The system is busy; please try again soon.")                                                \
    X(TOO_MANY, 16, "too-many-requests", 429, "操作太频繁，请稍后再试。",                          \
      "Too many requests; please try again later.")                                                \
    X(LOCKED, 17, "locked-out", 429, "密码错误次数过多，请稍后再试。",                             \
      "Too many wrong passwords; please try again later.")                                         \
    X(FULL, 18, "storage-full", 507, "存储空间已满，没有保存。请稍后再试。",                       \
      "Storage is full; nothing was saved. Please try again later.")                               \
    X(STORE, 19, "storage-error", 503, "存储出错，没有保存。请稍后再试。",                         \
      "The storage failed; nothing was saved. Please try again later.")                            \
    X(UNIQUE, 20, "already-exists", 409, "已经存在。", "It already exists.")                       \
    X(CORRUPT, 21, "corrupt", 500, "数据校验不通过。", "The data does not verify.")                \
    X(INTERNAL, 22, "internal", 500, "系统内部错误。", "Internal error.")                          \
    X(IO, 23, "io", 500, "读写文件出错。", "A file could not be read or written.")                 \
    X(USAGE, 24, "usage", 400, "命令用法不对。", "The command was not used correctly.")            \
    X(ORIGIN, 25, "foreign-origin", 403, "请求来自其他网站，已拒绝。",                             \
      "The request came from another site and was refused.")                                       \
    X(AGAIN, 26, "again", 503, "请稍后再试。", "Please try again.")                                \
    X(UNREADY, 27, "not-ready", 503, "服务尚未就绪，或正在停止。",                                 \
      "The service is not ready, or is stopping.")                                                 \
    X(CHECK, 28, "check-failed", 409, "有一项检查没有通过，暂时不能这样做。",                      \
      "A check does not allow this now.")                                                          \
    X(CONFIRM, 29, "confirm-first", 409, "请先看清提醒，确认以后再做。",                           \
      "Please read the warning and confirm.")                                                      \
    X(SHORT, 30, "not-enough", 409, "可用余额不足。", "There is not enough left.")                 \
    X(OVER, 31, "over-limit", 409, "超过了规定的上限。", "This is over the limit.")                \
    X(UNDO, 32, "not-undone", 409, "这一步已经不能撤销。", "This step cannot be undone any more.")

enum li_error_code {
#define LI_ERROR_ENUM(constant, number, name, http, zh, en) LI_E_##constant = number,
    LI_ERRORS(LI_ERROR_ENUM)
#undef LI_ERROR_ENUM
};

struct li_error_info {
    int code;
    const char *name;
    int http;
    const char *zh;
    const char *en;
};

/* The row of a code (sign ignored); never NULL: unknown codes are INTERNAL. */
const struct li_error_info *li_error_info(int code);

/* One told failure. */
struct li_error {
    int code;         /* LI_E_…, positive */
    const char *file; /* where it was told */
    int line;
    struct li_str where; /* JSON pointer or file:line:column; may be empty */
    struct li_str text;  /* English, for developers and for `detail` */
    const char *reason;  /* a fault of the content: its stable name (contract/fault.h), else NULL */
    struct li_str limit; /* what the fault's sentence names: a maximum, a field; may be empty */
};

#define LI_ERRORS_MAX 16

/* Pushes a failure and returns -code:  return LI_FAIL(ctx, LI_E_STATE, "…", …); */
#define LI_FAIL(ctx, code, ...)                                                                    \
    li_fail((ctx), (code), __FILE__, __LINE__, (struct li_str){0}, __VA_ARGS__)
/* The same with a JSON pointer (or file position) to the offender. */
#define LI_FAIL_AT(ctx, code, where, ...)                                                          \
    li_fail((ctx), (code), __FILE__, __LINE__, (where), __VA_ARGS__)

int li_fail(struct li_ctx *ctx, int code, const char *file, int line, struct li_str where,
            const char *fmt, ...) __attribute__((format(printf, 6, 7)));

/* "Cannot happen": a bug, always on; prints one line and aborts. */
#define li_assert(cond)                                                                            \
    do {                                                                                           \
        if (__builtin_expect(!(cond), 0))                                                          \
            li_assert_failed(#cond, __FILE__, __LINE__, __func__);                                 \
    } while (0)
_Noreturn void li_assert_failed(const char *cond, const char *file, int line, const char *func);

#endif
