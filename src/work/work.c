/* Starting, stopping and waiting; the loops themselves. */
#include "work/work.h"

#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/time.h"
#include "record/tenant.h"
#include "work/inside.h"

#define POLL_US       (200 * 1000)
#define CHECKPOINT_US (250 * 1000)

bool li_work_wait(struct li_work *work, int64_t us)
{
    int64_t until = li_steady_us() + us;
    struct timespec at = {.tv_sec = until / LI_SECOND, .tv_nsec = (until % LI_SECOND) * 1000};
    bool stop;

    pthread_mutex_lock(&work->mutex);
    if (!work->stop) {
        pthread_cond_timedwait(&work->wake, &work->mutex, &at);
    }
    stop = work->stop;
    pthread_mutex_unlock(&work->mutex);
    return stop;
}

static size_t one_round(struct li_ctx *ctx, struct li_work *work)
{
    size_t ran = 0;

    pthread_mutex_lock(&work->turn);
    li_work_daily(ctx, work);
    if (li_work_due(ctx, work, &ran)) {
        li_log_error(ctx, "work.due");
    }
    pthread_mutex_unlock(&work->turn);
    return ran;
}

static void *clock_main(void *arg)
{
    struct li_work *work = arg;
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;

    li_assert(arena);
    li_ctx_init(&ctx, arena, work->clock, work->random);
    for (;;) {
        size_t ran = one_round(&ctx, work);
        li_ctx_clear(&ctx);
        li_arena_reset(arena);
        if (li_work_wait(work, ran == LI_LANE_BATCH ? 0 : POLL_US)) {
            break;
        }
    }
    li_arena_free(arena);
    return NULL;
}

static void *checkpoint_main(void *arg)
{
    struct li_work *work = arg;
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;

    li_assert(arena);
    li_ctx_init(&ctx, arena, work->clock, work->random);
    while (!li_work_wait(work, CHECKPOINT_US)) {
        if (li_store_checkpoint(&ctx, work->house->store)) {
            li_log_error(&ctx, "work.checkpoint");
        }
        li_ctx_clear(&ctx);
        li_arena_reset(arena);
    }
    li_arena_free(arena);
    return NULL;
}

static int start_threads(struct li_ctx *ctx, struct li_work *work)
{
    if (!work->held) {
        if (pthread_create(&work->clock_thread, NULL, clock_main, work) != 0) {
            return LI_FAIL(ctx, LI_E_NOMEM, "no thread for the clock");
        }
        work->clock_started = true;
    }
    if (pthread_create(&work->checkpoint_thread, NULL, checkpoint_main, work) != 0) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no thread for checkpoints");
    }
    work->checkpoint_started = true;
    return 0;
}

int li_work_start(struct li_ctx *ctx, struct li_house *house, bool held, struct li_work **ret)
{
    struct li_work *work = calloc(1, sizeof(*work));
    pthread_condattr_t attr;
    int r;

    if (!work) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for the loops");
    }
    work->house = house;
    work->clock = ctx->clock;
    work->random = ctx->random;
    work->held = held;
    pthread_mutex_init(&work->turn, NULL);
    pthread_mutex_init(&work->mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&work->wake, &attr);
    pthread_condattr_destroy(&attr);
    r = start_threads(ctx, work);
    if (r) {
        li_work_stop(work);
        return r;
    }
    *ret = work;
    return 0;
}

void li_work_stop(struct li_work *work)
{
    if (!work) {
        return;
    }
    pthread_mutex_lock(&work->mutex);
    work->stop = true;
    pthread_cond_broadcast(&work->wake);
    pthread_mutex_unlock(&work->mutex);
    if (work->clock_started) {
        pthread_join(work->clock_thread, NULL);
    }
    if (work->checkpoint_started) {
        pthread_join(work->checkpoint_thread, NULL);
    }
    pthread_mutex_destroy(&work->turn);
    pthread_mutex_destroy(&work->mutex);
    pthread_cond_destroy(&work->wake);
    free(work);
}

int li_work_settle(struct li_ctx *ctx, struct li_work *work, int64_t *ret_seq)
{
    const struct li_tenant **tenants;
    int64_t sum = 0;
    size_t count;
    int r;

    while (one_round(ctx, work) > 0) {
        li_ctx_clear(ctx);
    }
    r = li_tenant_all(ctx, work->house->record, &tenants, &count);
    for (size_t i = 0; r == 0 && i < count; i++) {
        int64_t seq;
        r = li_record_catch_up(ctx, work->house->record, tenants[i]->id, 0, 10 * LI_SECOND, &seq);
        sum += seq;
    }
    if (r == 0) {
        *ret_seq = sum;
    }
    return r;
}
