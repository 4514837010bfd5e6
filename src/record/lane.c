/*
 * Lanes: one writer at a time for every tenant, on every engine.
 *
 * SQLite has one lane; PostgreSQL has several, tenant to lane by number.  A lane
 * is a thread with a queue and the one connection it writes through.  Between
 * batches it lets the consumers catch up.
 */
#include <errno.h>
#include <stdlib.h>

#include "record/inside.h"

/* How long a lane waits for work before it feeds the consumers, before it tries
 * again what the store did not let it do, and when nothing is left to do. */
#define QUIET_US 2000
#define RETRY_US 1000000
#define FOREVER  (-1)
/* When another server feeds the consumers just now. */
#define REFUSED_US 20000

static size_t take(struct li_lane *lane, struct li_job **ret)
{
    size_t count = 0;

    while (lane->first && count < lane->record->batch) {
        ret[count] = lane->first;
        lane->first = lane->first->next;
        ret[count++]->next = NULL;
    }
    if (!lane->first) {
        lane->last = NULL;
    }
    lane->queued -= count;
    return count;
}

/* Waits for a job, for news or for the end, at most `us`. */
static void wait_for_work(struct li_lane *lane, int64_t us)
{
    int64_t until = li_steady_us() + us;
    struct timespec at = {.tv_sec = until / 1000000, .tv_nsec = (until % 1000000) * 1000};
    int timed_out = 0;

    while (!lane->first && !lane->stop && !lane->news && !timed_out) {
        timed_out = us == FOREVER ? pthread_cond_wait(&lane->wake, &lane->mutex)
                                  : pthread_cond_timedwait(&lane->wake, &lane->mutex, &at);
    }
    lane->news = false;
}

void li_lane_tell(struct li_lane *lane)
{
    pthread_mutex_lock(&lane->mutex);
    lane->news = true;
    pthread_cond_signal(&lane->wake);
    pthread_mutex_unlock(&lane->mutex);
}

static void answer(struct li_record *record, struct li_job **jobs, size_t count)
{
    li_record_hook(record, (int)count);
    for (size_t i = 0; i < count; i++) {
        li_meters_job(record, jobs[i]);
        jobs[i]->done(jobs[i]);
    }
}

static void *lane_main(void *arg)
{
    struct li_lane *lane = arg;
    struct li_job *jobs[LI_LANE_BATCH_MAX];
    int64_t pause = QUIET_US;

    pthread_mutex_lock(&lane->mutex);
    for (;;) {
        wait_for_work(lane, pause);
        bool stopping = lane->stop && !lane->first;
        size_t count = take(lane, jobs);
        lane->refused = false;
        pthread_mutex_unlock(&lane->mutex);

        if (count > 0) {
            li_meter_add(&lane->record->meters.batch, &li_bounds_batch, (int64_t)count);
            li_batch_run(lane, jobs, count);
            answer(lane->record, jobs, count);
            li_consumer_pump(lane, false);
            pause = QUIET_US;
        } else if (li_consumer_pump(lane, true)) {
            pause = QUIET_US;
        } else {
            pause = lane->refused ? REFUSED_US : li_consumer_behind(lane) ? RETRY_US : FOREVER;
        }
        li_ctx_clear(&lane->ctx);
        li_arena_reset(lane->ctx.arena);
        if (stopping && pause != QUIET_US) {
            return NULL;
        }
        pthread_mutex_lock(&lane->mutex);
    }
}

struct li_lane *li_lane_of(struct li_record *record, int64_t tenant)
{
    return &record->lanes[(uint64_t)tenant % (uint64_t)record->lane_count];
}

int li_submit(struct li_record *record, struct li_job *job)
{
    struct li_lane *lane = li_lane_of(record, job->tenant);
    int r = 0;

    job->next = NULL;
    pthread_mutex_lock(&lane->mutex);
    if (lane->stop || lane->queued >= LI_LANE_QUEUE) {
        r = -LI_E_BUSY;
    } else {
        if (lane->last) {
            lane->last->next = job;
        } else {
            lane->first = job;
        }
        lane->last = job;
        lane->queued++;
        pthread_cond_signal(&lane->wake);
    }
    pthread_mutex_unlock(&lane->mutex);
    return r ? LI_FAIL(job->ctx, LI_E_BUSY, "the lane is full or closing") : 0;
}

struct waiter {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    bool done;
    void (*before)(struct li_job *job);
};

static void wake_waiter(struct li_job *job)
{
    struct waiter *waiter = job->arg;

    if (waiter->before) {
        waiter->before(job);
    }
    pthread_mutex_lock(&waiter->mutex);
    waiter->done = true;
    pthread_cond_signal(&waiter->cond);
    pthread_mutex_unlock(&waiter->mutex);
}

int li_run_and(struct li_record *record, struct li_job *job, void (*before)(struct li_job *job))
{
    struct waiter waiter = {
        .mutex = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER, .before = before};
    int r;

    job->done = wake_waiter;
    job->arg = &waiter;
    r = li_submit(record, job);
    if (r) {
        job->status = r;
        return r;
    }
    pthread_mutex_lock(&waiter.mutex);
    while (!waiter.done) {
        pthread_cond_wait(&waiter.cond, &waiter.mutex);
    }
    pthread_mutex_unlock(&waiter.mutex);
    pthread_mutex_destroy(&waiter.mutex);
    pthread_cond_destroy(&waiter.cond);
    return job->status;
}

int li_run(struct li_record *record, struct li_job *job)
{
    return li_run_and(record, job, NULL);
}

int li_lane_start(struct li_ctx *ctx, struct li_record *record, int number)
{
    struct li_lane *lane = &record->lanes[number];
    pthread_condattr_t attr;
    int r;

    lane->record = record;
    lane->number = number;
    pthread_mutex_init(&lane->mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&lane->wake, &attr);
    pthread_condattr_destroy(&attr);

    struct li_arena *arena = li_arena_new(0);
    if (!arena) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a lane");
    }
    li_ctx_init(&lane->ctx, arena, record->clock, record->random);
    r = li_conn_open(ctx, record->store, LI_CONN_WRITE, &lane->conn);
    if (r) {
        return r;
    }
    if (pthread_create(&lane->thread, NULL, lane_main, lane) != 0) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no thread for a lane");
    }
    lane->started = true;
    return 0;
}

void li_lane_stop(struct li_lane *lane)
{
    if (lane->started) {
        pthread_mutex_lock(&lane->mutex);
        lane->stop = true;
        pthread_cond_signal(&lane->wake);
        pthread_mutex_unlock(&lane->mutex);
        pthread_join(lane->thread, NULL);
    }
    if (lane->conn) {
        li_conn_close(lane->conn);
    }
    if (lane->record) {
        li_arena_free(lane->ctx.arena);
        pthread_mutex_destroy(&lane->mutex);
        pthread_cond_destroy(&lane->wake);
    }
}
