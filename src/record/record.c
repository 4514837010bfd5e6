/* Opening and closing the record, and what is asked of it as a whole. */
#include <sched.h>
#include <sodium.h>
#include <stdlib.h>
#include <time.h>

#include "base/time.h"
#include "record/history.h"
#include "record/inside.h"

static int start_lanes(struct li_ctx *ctx, struct li_record *record, int lanes, int batch)
{
    int r = 0;

    if (li_store_kind(record->store) == LI_STORE_SQLITE) {
        lanes = 1; /* it has one writer */
    } else if (lanes <= 0) {
        lanes = 4;
    }
    record->lanes = calloc((size_t)lanes, sizeof(*record->lanes));
    if (!record->lanes) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for lanes");
    }
    record->lane_count = lanes;
    li_assert(batch >= 0 && batch <= LI_LANE_BATCH_MAX);
    record->batch = batch ? (size_t)batch : LI_LANE_BATCH;
    for (int i = 0; r == 0 && i < lanes; i++) {
        r = li_lane_start(ctx, record, i);
    }
    return r;
}

/* A command makes few identifiers besides its entity's. */
#define IDS_BESIDE 4096

int li_ids_continue(struct li_ctx *ctx, struct li_record *record)
{
    struct li_conn *conn;
    int64_t entity, highest = 0;
    int r = li_store_reader(ctx, record->store, &conn);

    if (r) {
        return r;
    }
    for (size_t i = 0; r == 0 && i < atomic_load(&record->tenant_count); i++) {
        r = li_history_highest(ctx, conn, record->tenants[i]->tenant.id, &entity);
        if (r == 0 && entity > highest) {
            highest = entity;
        }
    }
    li_store_reader_back(record->store, conn);
    if (r == 0 && highest < INT64_MAX - IDS_BESIDE) {
        li_member_raise(&record->ids.last, highest + IDS_BESIDE);
    }
    return r;
}

static void init_progress(struct li_record *record)
{
    pthread_condattr_t attr;

    pthread_mutex_init(&record->mutex, NULL);
    pthread_mutex_init(&record->claiming, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&record->progress, &attr);
    pthread_condattr_destroy(&attr);
}

int li_record_open(struct li_ctx *ctx, const struct li_record_config *config,
                   struct li_record **ret)
{
    struct li_record *record = calloc(1, sizeof(*record));
    int r;

    if (!record) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for the record");
    }
    record->store = config->store;
    record->clock = config->clock;
    record->random = config->random;
    record->commands = config->commands;
    record->consumers = config->consumers;
    record->bound = config->bound;
    memcpy(record->master_key, config->master_key, sizeof(record->master_key));
    while (record->consumers && record->consumers[record->consumer_count]) {
        record->consumer_count++;
    }
    li_assert(record->consumer_count <= LI_CONSUMERS);
    init_progress(record);
    r = li_meters_init(ctx, record);
    record->arena = li_arena_new(0);
    if (r == 0) {
        r = record->arena ? li_tenant_load(ctx, record) : LI_FAIL(ctx, LI_E_NOMEM, "no memory");
    }
    r = r ? r : li_peers_open(ctx, record);
    r = r ? r : li_ids_continue(ctx, record);
    if (r == 0) {
        r = start_lanes(ctx, record, config->lanes, config->batch);
    }
    r = r ? r : li_peers_start(ctx, record);
    if (r) {
        li_record_close(record);
        return r;
    }
    *ret = record;
    return 0;
}

void li_record_close(struct li_record *record)
{
    if (!record) {
        return;
    }
    li_peers_stop(record);
    for (int i = 0; i < record->lane_count; i++) {
        li_lane_stop(&record->lanes[i]);
    }
    li_peers_close(record);
    free(record->lanes);
    free(record->meters.commands);
    for (size_t i = 0; i < atomic_load(&record->tenant_count); i++) {
        struct li_member_tenant *member = record->tenants[i];
        sodium_memzero(member->key, sizeof(member->key));
        sodium_memzero(member->cursor_key, sizeof(member->cursor_key));
    }
    sodium_memzero(record->master_key, sizeof(record->master_key));
    pthread_mutex_destroy(&record->mutex);
    pthread_mutex_destroy(&record->claiming);
    pthread_cond_destroy(&record->progress);
    li_arena_free(record->arena);
    free(record);
}

struct li_store *li_record_store(const struct li_record *record)
{
    return record->store;
}

const struct li_clock *li_record_clock(const struct li_record *record)
{
    return record->clock;
}

struct li_random *li_record_random(const struct li_record *record)
{
    return record->random;
}

struct li_ids *li_record_ids(struct li_record *record)
{
    return &record->ids;
}

const void *li_record_bound(const struct li_record *record)
{
    return record->bound;
}

const struct li_command *li_record_command(const struct li_record *record, struct li_str name)
{
    for (size_t i = 0; record->commands[i]; i++) {
        if (li_str_is(name, record->commands[i]->name)) {
            return record->commands[i];
        }
    }
    return NULL;
}

void li_record_hook(struct li_record *record, int count)
{
    const struct li_commit_hook *hook;

    atomic_fetch_add(&record->hooks_running, 1);
    hook = atomic_load(&record->on_commit);
    if (hook) {
        hook->fn(hook->arg, count);
    }
    atomic_fetch_sub(&record->hooks_running, 1);
}

void li_record_on_commit(struct li_record *record, const struct li_commit_hook *hook)
{
    atomic_store(&record->on_commit, hook);
    while (atomic_load(&record->hooks_running)) {
        sched_yield(); /* a hook is short: whoever took it off may then forget it */
    }
}

int li_record_catch_up(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t seq,
                       int64_t timeout_us, int64_t *ret_seq)
{
    struct li_member_tenant *member = li_member_tenant(record, tenant);
    int64_t until = li_steady_us() + timeout_us, at;
    struct timespec limit = {.tv_sec = until / 1000000, .tv_nsec = (until % 1000000) * 1000};
    int timed_out = 0;

    if (!member) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no tenant %lld", (long long)tenant);
    }
    if (seq == 0 || seq > atomic_load(&member->head)) {
        int r = li_peer_refresh(ctx, record, member);
        if (r) {
            return r;
        }
        seq = seq && seq < atomic_load(&member->head) ? seq : atomic_load(&member->head);
    }
    pthread_mutex_lock(&record->mutex);
    while ((at = li_consumer_slowest(record, member)) < seq && !timed_out) {
        timed_out = pthread_cond_timedwait(&record->progress, &record->mutex, &limit);
    }
    pthread_mutex_unlock(&record->mutex);
    *ret_seq = at;
    return at >= seq ? 0 : -LI_E_AGAIN;
}
