/*
 * What everything that may fail or allocate is given first.
 *
 * A context belongs to one request, job or command-line call.  It moves from
 * thread to thread by a queue (request -> lane -> request) and is owned by
 * exactly one of them at a time; it holds no connection and no statement.
 */
#ifndef LI_BASE_CTX_H
#define LI_BASE_CTX_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sys.h"

enum li_lang { LI_ZH, LI_EN };

struct li_ctx {
    struct li_arena *arena;
    const struct li_clock *clock; /* where "now" comes from */
    struct li_random *random;     /* where salts and tokens come from */
    enum li_lang lang;            /* language of texts made for people */
    unsigned error_count;         /* errors[0] is the first told */
    struct li_error errors[LI_ERRORS_MAX];
};

/* Points ctx at an arena, a clock and a source of randomness. */
void li_ctx_init(struct li_ctx *ctx, struct li_arena *arena, const struct li_clock *clock,
                 struct li_random *random);
/* Forgets the failures (not the memory). */
void li_ctx_clear(struct li_ctx *ctx);
/* The last told failure, or NULL. */
const struct li_error *li_ctx_error(const struct li_ctx *ctx);
/* All of them in one line, newest first: "a: b: c" (arena text). */
struct li_str li_ctx_explain(struct li_ctx *ctx);

/* Arena memory through the context: NULL and LI_E_NOMEM told. */
void *li_alloc(struct li_ctx *ctx, size_t size);
void *li_alloc_array(struct li_ctx *ctx, size_t count, size_t size);

#endif
