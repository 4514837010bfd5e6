/*
 * A few threads for what is slow: passwords, pictures.
 *
 * Its queue is short on purpose.  Who comes when it is full is told to come again
 * (429) instead of waiting longer than anybody looks at a spinning wheel.
 */
#ifndef LI_WORK_POOL_H
#define LI_WORK_POOL_H

#include "base/ctx.h"

/* Belongs to the pool from li_pool_submit until run() is called with it. */
struct li_task {
    void (*run)(struct li_task *task); /* on a thread of the pool */
    void *arg;
    struct li_task *next;
};

struct li_pool;

/* `threads` tasks at a time; `queue` more may wait. */
int li_pool_start(struct li_ctx *ctx, int threads, int queue, struct li_pool **ret) LI_MUST_CHECK;
/* false: there is no room; run() is not called. */
bool li_pool_submit(struct li_pool *pool, struct li_task *task) LI_MUST_CHECK;
struct li_pool_figures {
    int threads, busy, waiting;
};
void li_pool_figures(struct li_pool *pool, struct li_pool_figures *ret);
/* Runs what waits and ends.  NULL is fine. */
void li_pool_stop(struct li_pool *pool);

#endif
