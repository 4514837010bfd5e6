/*
 * One round of due rows; see li_due_run.
 *
 * Not the loop: when to look again, and what to say of a failure, is the
 * caller's (work for the server, bind/scenario for a held clock).
 */
#include <pthread.h>

#include "record/due.h"
#include "record/record.h"

/* Waits for several jobs. */
struct latch {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    size_t left;
};

static void count_down(struct li_job *job)
{
    struct latch *latch = job->arg;

    pthread_mutex_lock(&latch->mutex);
    if (--latch->left == 0) {
        pthread_cond_signal(&latch->cond);
    }
    pthread_mutex_unlock(&latch->mutex);
}

static void run_all(struct li_record *record, struct li_job *jobs, size_t count)
{
    struct latch latch = {
        .mutex = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER, .left = count};

    for (size_t i = 0; i < count; i++) {
        jobs[i].done = count_down;
        jobs[i].arg = &latch;
        int r = jobs[i].command ? li_submit(record, &jobs[i]) : jobs[i].status;
        if (r) {
            jobs[i].status = r;
            count_down(&jobs[i]);
        }
    }
    pthread_mutex_lock(&latch.mutex);
    while (latch.left > 0) {
        pthread_cond_wait(&latch.cond, &latch.mutex);
    }
    pthread_mutex_unlock(&latch.mutex);
    pthread_cond_destroy(&latch.cond);
    pthread_mutex_destroy(&latch.mutex);
}

/* What one row needs while it runs. */
struct seat {
    struct li_ctx ctx;
    struct li_arena *arena;
    struct li_viewer viewer;
};

struct round {
    struct li_record *record;
    struct li_due_turn *turns;
    struct seat seats[LI_LANE_BATCH];
    struct li_job jobs[LI_LANE_BATCH];
    size_t count;
};

static int open_seats(struct li_ctx *ctx, struct round *round)
{
    for (size_t i = 0; i < round->count; i++) {
        const struct li_due *due = &round->turns[i].due;
        struct seat *seat = &round->seats[i];
        seat->arena = li_arena_new(0);
        if (!seat->arena) {
            return LI_FAIL(ctx, LI_E_NOMEM, "no memory for due rows");
        }
        li_ctx_init(&seat->ctx, seat->arena, li_record_clock(round->record),
                    li_record_random(round->record));
        seat->viewer = (struct li_viewer){.kind = LI_VIEWER_SYSTEM, .tenant = due->tenant};
        round->jobs[i] = (struct li_job){
            .ctx = &seat->ctx,
            .tenant = due->tenant,
            .command = &li_due_attempt,
            .args = due,
            .viewer = &seat->viewer,
        };
    }
    return 0;
}

/* The command a row names, with its arguments; a row that cannot be read keeps
 * failing until it is parked. */
static int prepare(struct li_record *record, const struct li_due *due, struct li_ctx *ctx,
                   struct li_job *job)
{
    const struct li_command *command = li_record_command(record, due->command);
    struct li_node *node;
    void *args;
    int r;

    if (!command || !command->parse) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a due row names no due command: %.*s",
                       LI_P(due->command));
    }
    r = li_json_read(ctx, due->args, &node);
    r = r ? r : command->parse(ctx, node, &args);
    if (r == 0) {
        job->command = command;
        job->args = args;
        job->due = true;
        job->due_entity = due->entity;
        job->due_slot = due->slot;
        job->due_at = due->at;
    }
    return r;
}

/* From the counted attempts to the commands themselves. */
static void second_step(struct round *round)
{
    for (size_t i = 0; i < round->count; i++) {
        const struct li_due_attempted *attempted = round->jobs[i].plan;
        struct li_due_turn *turn = &round->turns[i];
        struct seat *seat = &round->seats[i];
        int status = round->jobs[i].status;
        struct li_job job = {
            .ctx = &seat->ctx, .tenant = turn->due.tenant, .viewer = &seat->viewer};
        if (status == 0 && !attempted->may_run) {
            turn->parked = true;
            status = -LI_E_STATE;
        }
        if (status == 0) {
            status = prepare(round->record, &turn->due, &seat->ctx, &job);
        }
        job.status = status;
        round->jobs[i] = job;
    }
}

static int read_round(struct li_ctx *ctx, struct round *round, int64_t now)
{
    struct li_store *store = li_record_store(round->record);
    struct li_due *due = NULL;
    struct li_conn *conn;
    int r = li_store_reader(ctx, store, &conn);

    if (r) {
        return r;
    }
    r = li_due_read(ctx, conn, now, LI_LANE_BATCH, &due, &round->count);
    li_store_reader_back(store, conn);
    if (r) {
        return r;
    }
    round->turns = li_alloc_array(ctx, round->count, sizeof(*round->turns));
    if (!round->turns) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < round->count; i++) {
        round->turns[i].due = due[i];
    }
    return 0;
}

int li_due_run(struct li_ctx *ctx, struct li_record *record, int64_t now, struct li_due_turn **ret,
               size_t *ret_count)
{
    struct round round = {.record = record};
    int r = read_round(ctx, &round, now);

    r = r ? r : open_seats(ctx, &round);
    if (r == 0) {
        run_all(record, round.jobs, round.count);
        second_step(&round);
        run_all(record, round.jobs, round.count);
    }
    for (size_t i = 0; i < LI_LANE_BATCH; i++) {
        if (r == 0 && i < round.count) {
            round.turns[i].status = round.jobs[i].status;
        }
        li_arena_free(round.seats[i].arena);
    }
    if (r == 0) {
        *ret = round.turns;
        *ret_count = round.count;
    }
    return r;
}
