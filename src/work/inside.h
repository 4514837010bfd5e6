/* What only `work` sees of itself. */
#ifndef LI_WORK_INSIDE_H
#define LI_WORK_INSIDE_H

#include <pthread.h>

#include "work/gateway.h"
#include "work/work.h"

struct li_work {
    struct li_house *house;
    const struct li_clock *clock;
    struct li_random *random;
    bool held;
    const struct li_gateway *gateway; /* NULL: messages stay on their pages */

    pthread_mutex_t turn; /* one runner of due rows at a time */
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool stop;
    pthread_t clock_thread, checkpoint_thread, message_thread;
    bool clock_started, checkpoint_started, message_started;
    struct li_meter checkpoints;
    int32_t kept_day; /* the day housekeeping was last done */
};

/* A round of due rows. */
struct li_work_round {
    size_t count;   /* rows there were */
    size_t failed;  /* of those: still there, to be tried again */
    bool elsewhere; /* another server was at it: nothing was looked at */
};
/* due.c: runs one round. */
int li_work_due(struct li_ctx *ctx, struct li_work *work, struct li_work_round *ret) LI_MUST_CHECK;
/* daily.c: sweeps and seals of every tenant, once a day. */
void li_work_daily(struct li_ctx *ctx, struct li_work *work);
/* deliver.c: hands over what may be, each once.  *ret_moved: something changed. */
int li_work_deliver(struct li_ctx *ctx, struct li_work *work, bool *ret_moved) LI_MUST_CHECK;
/* Waits up to `us` or until stopped; true: stop. */
bool li_work_wait(struct li_work *work, int64_t us);

#endif
