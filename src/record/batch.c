/*
 * One commit of up to LI_LANE_BATCH commands.
 *
 * The heads of the tenants concerned are locked first, in order, so that a
 * second server waits and deadlocks cannot happen.  Each command decides and
 * writes; the lane adds history, request key and the end of the due row.  When
 * a write or the commit fails, everything is rolled back and the commands run
 * one by one: a fault harms no neighbour, and there are no savepoints.
 */
#include <stdlib.h>

#include "record/due.h"
#include "record/inside.h"
#include "record/request.h"

struct batch {
    struct li_lane *lane;
    struct li_conn *conn;
    struct li_ctx *ctx; /* the lane's own */
    struct li_head heads[LI_LANE_BATCH];
    size_t head_count;
};

static struct li_head *head_of(struct batch *batch, int64_t tenant)
{
    for (size_t i = 0; i < batch->head_count; i++) {
        if (batch->heads[i].tenant == tenant) {
            return &batch->heads[i];
        }
    }
    return NULL;
}

static int by_tenant(const void *a, const void *b)
{
    int64_t x = (*(struct li_job *const *)a)->tenant, y = (*(struct li_job *const *)b)->tenant;

    return (x > y) - (x < y);
}

static int lock_head(struct batch *batch, const struct li_job *job)
{
    struct li_head *head = &batch->heads[batch->head_count];
    int r = li_head_lock(batch->ctx, batch->conn, job->tenant, head);

    if (r == -LI_E_NOT_FOUND && job->command->founds) {
        r = li_head_new(batch->ctx, batch->conn, job->tenant);
        if (r == 0) {
            r = li_head_lock(batch->ctx, batch->conn, job->tenant, head);
        }
    }
    if (r == 0) {
        batch->head_count++;
    }
    return r;
}

/* Locks, in order of tenant, the head of everyone who will write history.  A
 * tenant that does not exist is left out: its jobs are refused. */
static int lock_heads(struct batch *batch, struct li_job **jobs, size_t count)
{
    struct li_job *sorted[LI_LANE_BATCH];

    batch->head_count = 0;
    memcpy(sorted, jobs, count * sizeof(*jobs));
    qsort(sorted, count, sizeof(sorted[0]), by_tenant);
    for (size_t i = 0; i < count; i++) {
        if (sorted[i]->command->working || head_of(batch, sorted[i]->tenant)) {
            continue;
        }
        int r = lock_head(batch, sorted[i]);
        if (r && r != -LI_E_NOT_FOUND) {
            return r;
        }
    }
    return 0;
}

static struct li_str actor_of(struct li_ctx *ctx, const struct li_viewer *viewer)
{
    switch (viewer->kind) {
    case LI_VIEWER_STAFF:
        return li_strf(ctx, "account:%lld", (long long)viewer->account);
    case LI_VIEWER_PARTY:
        return li_strf(ctx, "party:%lld", (long long)viewer->party);
    case LI_VIEWER_ANYONE:
        return LI_S("anyone");
    case LI_VIEWER_SYSTEM:
        return LI_S("system");
    }
    li_assert(!"a viewer of no kind");
}

/* The entry, the head in memory and the request key of a written command. */
static int enter(struct li_job *job, const struct li_tx *tx, struct li_head *head,
                 const struct li_outcome *outcome, struct li_str key_actor)
{
    struct li_entry entry = {
        .tenant = tx->tenant,
        .seq = tx->seq,
        .at = tx->now,
        .entity = outcome->entity,
        .command = li_str(job->command->name),
        .actor = outcome->actor.ptr ? outcome->actor : actor_of(job->ctx, job->viewer),
        .payload = outcome->payload.ptr ? outcome->payload : LI_S("{}"),
    };
    int r;

    entry.hash = li_entry_hash(&head->hash, &entry);
    r = li_history_append(job->ctx, tx->conn, &entry);
    if (r == 0 && job->key.key.ptr) {
        r = li_request_keep(job->ctx, tx, &job->key, key_actor, outcome->entity);
    }
    if (r == 0) {
        head->seq = entry.seq;
        head->hash = entry.hash;
        head->recorded_at = entry.at;
        job->seq = entry.seq;
        job->entity = outcome->entity;
    }
    return r;
}

/* A due job may run only while its row is still there; taking it is a write. */
static int take_due(struct li_job *job, const struct li_tx *tx)
{
    int r = li_due_take(job->ctx, tx, job->due_entity, job->due_slot, job->due_at);

    if (r == 0) {
        return LI_FAIL(job->ctx, LI_E_STATE, "the due row was moved or has run");
    }
    return r > 0 ? 0 : r;
}

enum end { ANSWERED, BROKEN };

/* Writes what was decided; whatever fails here breaks the batch. */
static enum end write_one(struct li_job *job, struct li_tx *tx, struct li_head *head,
                          struct li_str key_actor)
{
    struct li_outcome outcome = {0};
    int r = job->command->write(job->ctx, tx, job->plan, &outcome);

    if (r == 0 && head) {
        r = enter(job, tx, head, &outcome, key_actor);
    } else if (r == 0) {
        job->entity = outcome.entity;
    }
    job->status = r;
    return r ? BROKEN : ANSWERED;
}

/* What a refusal leaves behind: nothing, but a due row that has had its turn. */
static enum end refuse(struct li_job *job, const struct li_tx *tx, int status)
{
    job->status = status;
    if (!li_conn_in_transaction(tx->conn)) {
        return BROKEN;
    }
    if (job->due) {
        int r = li_due_take(job->ctx, tx, job->due_entity, job->due_slot, job->due_at);
        return r < 0 ? BROKEN : ANSWERED;
    }
    return ANSWERED;
}

static bool is_fault(int status)
{
    switch (-status) {
    case LI_E_NOMEM:
    case LI_E_FULL:
    case LI_E_STORE:
    case LI_E_AGAIN:
    case LI_E_CORRUPT:
    case LI_E_INTERNAL:
    case LI_E_IO:
        return true;
    default:
        return false;
    }
}

static enum end run_one(struct batch *batch, struct li_job *job)
{
    struct li_head *head = job->command->working ? NULL : head_of(batch, job->tenant);
    struct li_record *record = batch->lane->record;
    struct li_tx tx = {
        .record = record,
        .conn = batch->conn,
        .tenant = job->tenant,
        .now = li_now(record->clock),
        .viewer = job->viewer,
    };
    struct li_str key_actor = {0};
    int r;

    li_ctx_clear(job->ctx);
    job->plan = NULL;
    job->replayed = false;
    job->seq = job->entity = 0;
    if (!job->command->working && !head) {
        job->status = LI_FAIL(job->ctx, LI_E_NOT_FOUND, "no tenant %lld", (long long)job->tenant);
        return ANSWERED;
    }
    if (head) {
        tx.now = tx.now > head->recorded_at ? tx.now : head->recorded_at + 1;
        tx.seq = head->seq + 1;
    }
    if (head && job->key.key.ptr) {
        key_actor = li_request_actor(job->ctx, job->viewer);
        r = li_request_find(job->ctx, &tx, &job->key, key_actor, &job->entity, &job->seq);
        if (r) {
            job->replayed = r > 0;
            return refuse(job, &tx, r > 0 ? 0 : r);
        }
    }
    r = job->command->decide(job->ctx, &tx, job->args, &job->plan);
    if (r) {
        /* A fault of ours leaves the due row: it will be tried again. */
        if (is_fault(r)) {
            job->status = r;
            return li_conn_in_transaction(tx.conn) ? ANSWERED : BROKEN;
        }
        return refuse(job, &tx, r);
    }
    if (job->due) {
        r = take_due(job, &tx);
        if (r) {
            job->status = r;
            return r == -LI_E_STATE ? ANSWERED : BROKEN;
        }
    }
    return write_one(job, &tx, head, key_actor);
}

static int write_heads(struct batch *batch, const struct li_head *before)
{
    for (size_t i = 0; i < batch->head_count; i++) {
        if (batch->heads[i].seq == before[i].seq) {
            continue;
        }
        int r = li_head_write(batch->ctx, batch->conn, &batch->heads[i]);
        if (r) {
            return r;
        }
    }
    return 0;
}

static void publish_heads(struct batch *batch)
{
    for (size_t i = 0; i < batch->head_count; i++) {
        struct li_member_tenant *member =
            li_member_tenant(batch->lane->record, batch->heads[i].tenant);
        if (member) {
            atomic_store(&member->head, batch->heads[i].seq);
        }
    }
}

/* 0, or the failure after which nothing of these jobs is in the store. */
static int try_all(struct batch *batch, struct li_job **jobs, size_t count)
{
    struct li_head before[LI_LANE_BATCH];
    int r;

    li_ctx_clear(batch->ctx);
    r = li_begin(batch->ctx, batch->conn);
    if (r == 0) {
        r = lock_heads(batch, jobs, count);
    }
    if (r == 0) {
        memcpy(before, batch->heads, batch->head_count * sizeof(before[0]));
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (run_one(batch, jobs[i]) == BROKEN) {
            r = jobs[i]->status ? jobs[i]->status : -LI_E_STORE;
        }
    }
    if (r == 0) {
        r = write_heads(batch, before);
    }
    if (r == 0) {
        r = li_commit(batch->ctx, batch->conn);
    }
    if (r) {
        li_rollback(batch->conn);
        return r;
    }
    publish_heads(batch);
    return 0;
}

/* Alone a job meets its own failure, and the lane's is told as its own. */
static void run_alone(struct batch *batch, struct li_job *job)
{
    int r = try_all(batch, &job, 1);

    if (r == 0) {
        return;
    }
    if (job->status == 0) {
        job->status = LI_FAIL(job->ctx, -r, "%.*s", LI_P(li_ctx_explain(batch->ctx)));
    }
    job->plan = NULL;
    job->seq = job->entity = 0;
    job->replayed = false;
}

void li_batch_run(struct li_lane *lane, struct li_job **jobs, size_t count)
{
    struct batch batch = {.lane = lane, .conn = lane->conn, .ctx = &lane->ctx};

    if (try_all(&batch, jobs, count) == 0) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        run_alone(&batch, jobs[i]);
    }
}
