/*
 * Growing bytes with a maximum.
 *
 * Appending never fails at the call: the first failure (maximum, memory) is
 * remembered and later appends do nothing; li_buf_check() tells.  The bytes are
 * malloc'ed, not in an arena, so that a buffer can be re-used for the life of
 * a thread.
 */
#ifndef LI_BASE_BUF_H
#define LI_BASE_BUF_H

#include "base/str.h"

struct li_buf {
    char *ptr;
    size_t len;
    size_t cap;
    size_t max;
    int error; /* 0, LI_E_LIMIT or LI_E_NOMEM */
};

/* `max` bytes at most (0: 16 MiB). */
void li_buf_init(struct li_buf *buf, size_t max);
/* Frees the bytes; the buffer may be initialised again. */
void li_buf_done(struct li_buf *buf);
/* Empties, keeps the memory, forgets the error. */
void li_buf_reset(struct li_buf *buf);

/* Makes room for `more` bytes behind len; false with the error remembered.  For
 * the two below, which are inlined because answers are made of them. */
bool li_buf_grow(struct li_buf *buf, size_t more);

static inline bool li_buf_room(struct li_buf *buf, size_t more)
{
    return !buf->error && (more <= buf->cap - buf->len || li_buf_grow(buf, more));
}

static inline void li_buf_add(struct li_buf *buf, const void *bytes, size_t len)
{
    if (len && li_buf_room(buf, len)) {
        memcpy(buf->ptr + buf->len, bytes, len);
        buf->len += len;
    }
}

static inline void li_buf_char(struct li_buf *buf, char c)
{
    if (li_buf_room(buf, 1)) {
        buf->ptr[buf->len++] = c;
    }
}

void li_buf_str(struct li_buf *buf, struct li_str s);
void li_buf_text(struct li_buf *buf, const char *text);
void li_buf_i64(struct li_buf *buf, int64_t value);
void li_buf_fmt(struct li_buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* HTML text and attribute escaping of & < > " ' */
void li_buf_html(struct li_buf *buf, struct li_str s);

static inline struct li_str li_buf_view(const struct li_buf *buf)
{
    return (struct li_str){.ptr = buf->ptr, .len = buf->len};
}

/* 0, or the first failure as -LI_E_…, told to ctx. */
int li_buf_check(struct li_ctx *ctx, const struct li_buf *buf);
/* An initialised buffer that lives as long as ctx's arena; NULL without memory. */
struct li_buf *li_buf_new(struct li_ctx *ctx, size_t max);

#endif
