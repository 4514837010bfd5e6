/*
 * One commit of up to LI_LANE_BATCH commands.
 *
 * The heads of the tenants concerned are locked first, in order, so that a
 * second server waits and deadlocks cannot happen.  Each command decides and
 * writes; the lane adds history, request key and the end of the due row.  When
 * a write or the commit fails, everything is rolled back and the commands run
 * one by one: a fault harms no neighbour, and there are no savepoints.  A commit
 * whose answer is lost on the way is looked up before anything runs again.
 */
#include <stdlib.h>

#include "record/due.h"
#include "record/inside.h"
#include "record/request.h"

struct batch {
    struct li_lane *lane;
    struct li_conn *conn;
    struct li_ctx *ctx; /* the lane's own */
    struct li_head heads[LI_LANE_BATCH_MAX];
    int64_t seq_before[LI_LANE_BATCH_MAX]; /* of the same head, when it was locked */
    size_t head_count;
    bool unsure; /* the commit's answer was lost, and so was the way to ask */
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

static int lock_head(struct batch *batch, int64_t tenant)
{
    struct li_head *head = &batch->heads[batch->head_count];
    int r = li_head_lock(batch->ctx, batch->conn, tenant, head);

    if (r == 0) {
        batch->seq_before[batch->head_count++] = head->seq;
    }
    return r;
}

/* Locks, in order of tenant, the head of everyone who will write history.  A
 * tenant that does not exist is left out: its jobs are refused until one of the
 * batch founds it. */
static int lock_heads(struct batch *batch, struct li_job **jobs, size_t count)
{
    struct li_job *sorted[LI_LANE_BATCH_MAX];

    batch->head_count = 0;
    memcpy(sorted, jobs, count * sizeof(*jobs));
    qsort(sorted, count, sizeof(sorted[0]), by_tenant);
    for (size_t i = 0; i < count; i++) {
        if (sorted[i]->command->working || head_of(batch, sorted[i]->tenant)) {
            continue;
        }
        int r = lock_head(batch, sorted[i]->tenant);
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
    case LI_VIEWER_PASS:
        return li_strf(ctx, "pass:%d", viewer->part);
    case LI_VIEWER_ANYONE:
        return LI_S("anyone");
    case LI_VIEWER_SYSTEM:
        return LI_S("system");
    }
    li_assert(0 && "a viewer of no kind");
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

static void reset_answer(struct li_job *job)
{
    li_ctx_clear(job->ctx);
    job->status = 0;
    job->plan = NULL;
    job->replayed = false;
    job->seq = job->entity = 0;
}

static int found_head(struct batch *batch, int64_t tenant, struct li_head **ret)
{
    int r = li_head_new(batch->ctx, batch->conn, tenant);

    if (r == 0) {
        r = lock_head(batch, tenant);
    }
    if (r == 0) {
        *ret = head_of(batch, tenant);
    }
    return r;
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

    reset_answer(job);
    if (!head && job->command->founds) {
        r = found_head(batch, job->tenant, &head);
        if (r) {
            job->status = LI_FAIL(job->ctx, -r, "%.*s", LI_P(li_ctx_explain(batch->ctx)));
            return BROKEN;
        }
    }
    if (!job->command->working && !head) {
        job->status = LI_FAIL(job->ctx, LI_E_NOT_FOUND, "no tenant %lld", (long long)job->tenant);
        return ANSWERED;
    }
    if (head && head->closed) {
        /* nothing is taken away, a due row neither: it is done where the tenant is now */
        job->status = LI_FAIL(job->ctx, LI_E_STATE, "tenant %lld has moved to another store",
                              (long long)job->tenant);
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

static int write_heads(struct batch *batch)
{
    for (size_t i = 0; i < batch->head_count; i++) {
        if (batch->heads[i].seq == batch->seq_before[i]) {
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
            li_peer_committed(member, batch->heads[i].seq);
        }
    }
    li_peers_tell(batch->lane, batch->heads, batch->seq_before, batch->head_count);
}

/* 1: the entry a head stands at is in the store, 0: it is not.  Locking the head
 * waits for a transaction of ours that the server may still be ending. */
static int is_there(struct batch *batch, const struct li_head *head)
{
    struct li_head now;
    struct li_entry *entry;
    size_t count;
    int r = li_head_lock(batch->ctx, batch->conn, head->tenant, &now);

    if (r) {
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    r = li_history_read(batch->ctx, batch->conn, head->tenant, head->seq - 1, 1, &entry, &count);
    return r ? r : count == 1 && li_hash_eq(&entry->hash, &head->hash);
}

/* The connection went while the store was committing: whether it did stands in
 * the history.  1: it did, 0: it did not. */
static int ask_what_became(struct batch *batch)
{
    int r = li_begin(batch->ctx, batch->conn);

    if (r) {
        batch->unsure = true;
        return r;
    }
    for (size_t i = 0; r == 0 && i < batch->head_count; i++) {
        if (batch->heads[i].seq != batch->seq_before[i]) {
            r = is_there(batch, &batch->heads[i]);
        }
    }
    li_rollback(batch->conn);
    batch->unsure = r < 0;
    return r;
}

static int commit(struct batch *batch)
{
    int64_t begun = li_steady_us();
    int r = li_commit(batch->ctx, batch->conn);

    li_meter_add(&batch->lane->record->meters.commit, &li_bounds_time, li_steady_us() - begun);
    if (r == -LI_E_AGAIN && ask_what_became(batch) == 1) {
        return 0;
    }
    return r;
}

/* 0, or the failure after which nothing of these jobs is in the store (unless
 * batch->unsure). */
static int try_all(struct batch *batch, struct li_job **jobs, size_t count)
{
    int r;

    li_ctx_clear(batch->ctx);
    r = li_begin(batch->ctx, batch->conn);
    r = r ? r : li_peers_hold(batch->ctx, batch->lane->record);
    if (r == 0) {
        r = lock_heads(batch, jobs, count);
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (run_one(batch, jobs[i]) == BROKEN) {
            r = jobs[i]->status ? jobs[i]->status : -LI_E_STORE;
        }
    }
    if (r == 0) {
        r = write_heads(batch);
    }
    if (r == 0) {
        r = commit(batch);
    }
    if (r) {
        li_rollback(batch->conn);
        return r;
    }
    publish_heads(batch);
    return 0;
}

/* What is left of a job that did not come through: its own failure, or the
 * lane's told as its own. */
static void answer_failed(struct batch *batch, struct li_job *job, int r)
{
    if (job->status == 0) {
        job->status = LI_FAIL(job->ctx, -r, "%.*s", LI_P(li_ctx_explain(batch->ctx)));
    }
    job->plan = NULL;
    job->seq = job->entity = 0;
    job->replayed = false;
}

static void run_alone(struct batch *batch, struct li_job *job)
{
    reset_answer(job);
    batch->unsure = false;
    int r = try_all(batch, &job, 1);

    if (r) {
        answer_failed(batch, job, r);
    }
}

void li_batch_run(struct li_lane *lane, struct li_job **jobs, size_t count)
{
    struct batch batch = {.lane = lane, .conn = lane->conn, .ctx = &lane->ctx};
    int r = try_all(&batch, jobs, count);

    if (r == 0) {
        return;
    }
    if (batch.unsure) {
        /* What may have been done is not done again; a caller's key finds out. */
        for (size_t i = 0; i < count; i++) {
            answer_failed(&batch, jobs[i], r);
        }
        return;
    }
    for (size_t i = 0; i < count; i++) {
        run_alone(&batch, jobs[i]);
    }
}
