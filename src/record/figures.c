/* Reading how the record is; see figures.h. */
#include "record/figures.h"

#include <stdlib.h>

#include "record/due.h"
#include "record/inside.h"

const struct li_record_meters *li_record_meters(const struct li_record *record)
{
    return &record->meters;
}

void li_record_lanes(struct li_record *record, struct li_lane_figures *ret)
{
    struct li_lane_figures figures = {.lanes = record->lane_count};

    for (int i = 0; i < record->lane_count; i++) {
        struct li_lane *lane = &record->lanes[i];
        pthread_mutex_lock(&lane->mutex);
        int64_t queued = (int64_t)lane->queued;
        figures.closed += lane->stop || lane->queued >= LI_LANE_QUEUE;
        pthread_mutex_unlock(&lane->mutex);
        figures.queued += queued;
        figures.longest = queued > figures.longest ? queued : figures.longest;
    }
    *ret = figures;
}

void li_record_consumers(const struct li_record *record, struct li_consumer_figures *ret,
                         size_t *ret_count)
{
    size_t tenants = atomic_load(&record->tenant_count);

    for (size_t k = 0; k < record->consumer_count; k++) {
        struct li_consumer_figures figures = {.name = record->consumers[k]->name};
        for (size_t i = 0; i < tenants; i++) {
            struct li_member_tenant *member = record->tenants[i];
            bool parked = atomic_load(&member->parked[k]);
            int64_t behind = atomic_load(&member->head) - atomic_load(&member->cursor[k]);
            figures.parked += parked;
            figures.behind = !parked && behind > figures.behind ? behind : figures.behind;
        }
        ret[k] = figures;
    }
    *ret_count = record->consumer_count;
}

int li_record_due(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                  struct li_due_figures *ret)
{
    struct li_due_figures figures = {0};
    int64_t now = li_now(record->clock), first = 0;
    int r = li_due_waiting(ctx, conn, now, &figures.waiting);

    r = r ? r : li_due_next(ctx, conn, &first);
    r = r ? r : li_due_parked(ctx, conn, &figures.parked);
    if (r) {
        return r;
    }
    figures.late_us = first && first < now ? now - first : 0;
    *ret = figures;
    return 0;
}

int li_record_health(struct li_ctx *ctx, struct li_record *record, struct li_record_health *ret)
{
    struct li_consumer_figures consumers[LI_CONSUMERS];
    struct li_record_health health = {0};
    struct li_conn *conn = NULL;
    size_t count;
    int r = li_store_reader(ctx, record->store, &conn);

    r = r ? r : li_store_schema(ctx, conn, &health.schema);
    r = r ? r : li_due_parked(ctx, conn, &health.due_parked);
    li_store_reader_back(record->store, conn);
    if (r) {
        return r;
    }
    li_record_consumers(record, consumers, &count);
    for (size_t i = 0; i < count; i++) {
        health.consumers_parked += consumers[i].parked;
        health.behind = consumers[i].behind > health.behind ? consumers[i].behind : health.behind;
    }
    *ret = health;
    return 0;
}

/* ---- raised by the lanes ----------------------------------------------------- */

int li_meters_init(struct li_ctx *ctx, struct li_record *record)
{
    struct li_record_meters *meters = &record->meters;
    size_t count = 0;

    while (record->commands && record->commands[count]) {
        count++;
    }
    meters->commands = calloc(count + 1, sizeof(*meters->commands));
    if (!meters->commands) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for figures");
    }
    for (size_t i = 0; i < count; i++) {
        meters->commands[i].name = record->commands[i]->name;
    }
    meters->commands[count].name = "other";
    meters->command_count = count + 1;
    return 0;
}

static enum li_fate fate_of(const struct li_job *job)
{
    if (job->status == 0) {
        return job->replayed ? LI_FATE_REPLAYED : LI_FATE_DONE;
    }
    return li_error_info(job->status)->http >= 500 ? LI_FATE_FAILED : LI_FATE_REFUSED;
}

void li_meters_job(struct li_record *record, const struct li_job *job)
{
    struct li_record_meters *meters = &record->meters;
    size_t i = 0;

    while (i + 1 < meters->command_count && record->commands[i] != job->command) {
        i++;
    }
    li_count(&meters->commands[i].fates[fate_of(job)], 1);
}
