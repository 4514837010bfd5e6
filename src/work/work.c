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
#define TROUBLE_US    (1000 * 1000) /* after the store failed */
#define MESSAGES_US   (500 * 1000)
#define ELSEWHERE_US  (20 * 1000) /* while another server has the clock */
#define ELSEWHERE_MAX 500

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

/* Of all servers on a database one at a time: rows are taken in their own commands'
 * commits and would run once anyway, but each server would count an attempt. */
static int one_round(struct li_ctx *ctx, struct li_work *work, struct li_work_round *ret)
{
    struct li_work_round round = {.elsewhere = false};
    struct li_conn *conn;
    bool given = false;
    int r = li_store_reader(ctx, work->house->store, &conn);

    if (r) {
        return r;
    }
    pthread_mutex_lock(&work->turn);
    r = li_conn_claim(ctx, conn, LI_S("clock"), &given);
    if (r == 0 && given) {
        li_work_daily(ctx, work);
        r = li_work_due(ctx, work, &round);
        li_conn_unclaim(conn, LI_S("clock"));
    }
    pthread_mutex_unlock(&work->turn);
    li_store_reader_back(work->house->store, conn);
    if (r == 0) {
        round.elsewhere = !given;
        *ret = round;
    }
    return r;
}

static void *clock_main(void *arg)
{
    struct li_work *work = arg;
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;

    li_assert(arena);
    li_ctx_init(&ctx, arena, work->clock, work->random);
    for (;;) {
        struct li_work_round round;
        int64_t pause = POLL_US;
        if (one_round(&ctx, work, &round)) {
            li_log_error(&ctx, "work.due");
            pause = TROUBLE_US;
        } else if (round.count == LI_LANE_BATCH) {
            /* more is waiting; but what fails is not tried as fast as it fails */
            pause = round.failed ? POLL_US : 0;
        }
        li_ctx_clear(&ctx);
        li_arena_reset(arena);
        if (li_work_wait(work, pause)) {
            break;
        }
    }
    li_arena_free(arena);
    return NULL;
}

/* The log is copied back when it has grown long, or when nobody writes. */
static void *checkpoint_main(void *arg)
{
    struct li_work *work = arg;
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;

    li_assert(arena);
    li_ctx_init(&ctx, arena, work->clock, work->random);
    int64_t pause = CHECKPOINT_US, seen = 0;
    while (!li_work_wait(work, pause)) {
        int64_t pages = li_store_log_pages(work->house->store);
        bool rests = pages == seen;
        seen = pages;
        if (pages == 0 || (pages < LI_LOG_PAGES && !rests)) {
            continue;
        }
        pause = CHECKPOINT_US;
        int64_t begun = li_steady_us();
        if (li_store_checkpoint(&ctx, work->house->store)) {
            li_log_error(&ctx, "work.checkpoint");
            pause = TROUBLE_US;
        }
        li_meter_add(&work->checkpoints, &li_bounds_time, li_steady_us() - begun);
        li_ctx_clear(&ctx);
        li_arena_reset(arena);
    }
    li_arena_free(arena);
    return NULL;
}

static void *message_main(void *arg)
{
    struct li_work *work = arg;
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;
    bool moved;

    li_assert(arena);
    li_ctx_init(&ctx, arena, work->clock, work->random);
    while (!li_work_wait(work, MESSAGES_US)) {
        if (li_work_deliver(&ctx, work, &moved)) {
            li_log_error(&ctx, "work.message");
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
    if (!work->held && work->gateway) {
        if (pthread_create(&work->message_thread, NULL, message_main, work) != 0) {
            return LI_FAIL(ctx, LI_E_NOMEM, "no thread for messages");
        }
        work->message_started = true;
    }
    if (pthread_create(&work->checkpoint_thread, NULL, checkpoint_main, work) != 0) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no thread for checkpoints");
    }
    work->checkpoint_started = true;
    return 0;
}

int li_work_start(struct li_ctx *ctx, struct li_house *house, const struct li_gateway *gateway,
                  bool held, struct li_work **ret)
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
    work->gateway = gateway && gateway->url ? gateway : NULL;
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
    if (work->message_started) {
        pthread_join(work->message_thread, NULL);
    }
    pthread_mutex_destroy(&work->turn);
    pthread_mutex_destroy(&work->mutex);
    pthread_cond_destroy(&work->wake);
    free(work);
}

const struct li_meter *li_work_checkpoints(const struct li_work *work)
{
    return &work->checkpoints;
}

bool li_work_sends(const struct li_work *work)
{
    return work && work->gateway;
}

/* Rounds until nothing is due.  A row that fails is parked after LI_ATTEMPTS;
 * when more rounds than that move nothing, the store does not let it happen. */
static int settle_due(struct li_ctx *ctx, struct li_work *work)
{
    struct li_arena *arena = li_arena_new(0);
    struct li_work_round round = {.count = 0};
    struct li_ctx own;
    int idle = 0, waited = 0, r;

    if (!arena) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for due rows");
    }
    li_ctx_init(&own, arena, work->clock, work->random);
    do {
        li_arena_reset(arena);
        li_ctx_clear(&own);
        r = one_round(&own, work, &round);
        if (r == 0 && round.elsewhere && waited++ < ELSEWHERE_MAX) {
            li_work_wait(work, ELSEWHERE_US);
            continue;
        }
        idle = round.failed == round.count ? idle + 1 : 0;
    } while (r == 0 && (round.elsewhere || round.count > 0) && idle <= LI_ATTEMPTS + 1);
    if (r) {
        r = LI_FAIL(ctx, -r, "%.*s", LI_P(li_ctx_explain(&own)));
    } else if (round.elsewhere || round.count > 0) {
        r = LI_FAIL(ctx, LI_E_AGAIN, "what is due does not come to rest");
    }
    li_arena_free(arena);
    return r;
}

int li_work_settle(struct li_ctx *ctx, struct li_work *work, int64_t *ret_seq)
{
    const struct li_tenant **tenants;
    bool moved = work->gateway != NULL;
    int64_t sum = 0;
    size_t count;
    int r = settle_due(ctx, work);

    while (r == 0 && moved) {
        r = li_work_deliver(ctx, work, &moved);
    }
    if (r) {
        return r;
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
