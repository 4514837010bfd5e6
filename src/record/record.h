/*
 * The record: one opened store with its lanes, keys, tenants and consumers.
 *
 * This page is what the floors above need: open it, submit commands, read.
 */
#ifndef LI_RECORD_RECORD_H
#define LI_RECORD_RECORD_H

#include "base/id.h"
#include "record/command.h"
#include "record/consumer.h"

struct li_record_config {
    struct li_store *store; /* migrated; stays the caller's */
    const struct li_clock *clock;
    struct li_random *random;
    const uint8_t *master_key;                  /* 32 bytes; copied */
    const struct li_command *const *commands;   /* every command, NULL-terminated (bind/registry) */
    const struct li_consumer *const *consumers; /* NULL-terminated */
    const void *bound; /* what bind gives to the nouns above; never looked into here */
    int lanes;         /* on PostgreSQL, 0: 4; SQLite has one */
    int batch;         /* most commands to a commit; 0: LI_LANE_BATCH */
};

struct li_record;

/* Starts the lanes.  0 or -LI_E_STORE, -LI_E_NOMEM. */
int li_record_open(struct li_ctx *ctx, const struct li_record_config *config,
                   struct li_record **ret) LI_MUST_CHECK;
/* Finishes what is queued, lets the consumers catch up, stops. NULL is fine. */
void li_record_close(struct li_record *record);

struct li_store *li_record_store(const struct li_record *record);
const struct li_clock *li_record_clock(const struct li_record *record);
struct li_random *li_record_random(const struct li_record *record);
struct li_ids *li_record_ids(struct li_record *record);
const void *li_record_bound(const struct li_record *record);
const struct li_command *li_record_command(const struct li_record *record, struct li_str name);

/* Most commands one commit holds unless the configuration says otherwise, the most
 * it may say, and most jobs that may wait in a lane. */
#define LI_LANE_BATCH     50
#define LI_LANE_BATCH_MAX 512
#define LI_LANE_QUEUE     4096

/* Hands a job to its tenant's lane; done() is called once.  -LI_E_BUSY when the
 * lane's queue is full or the record is closing: done() is then not called. */
int li_submit(struct li_record *record, struct li_job *job) LI_MUST_CHECK;
/* Submits and waits: for the command line, tests and loops. Returns job->status. */
int li_run(struct li_record *record, struct li_job *job) LI_MUST_CHECK;

/* Waits until every consumer of a tenant has seen `seq` (0: the head), at most
 * `timeout_us` of real time.  *ret_seq: how far the slowest is.  0 or
 * -LI_E_AGAIN. */
int li_record_catch_up(struct li_ctx *ctx, struct li_record *record, int64_t tenant, int64_t seq,
                       int64_t timeout_us, int64_t *ret_seq) LI_MUST_CHECK;

/* Called (on a lane's thread) after each commit, with how many commands it held:
 * streams look for news.  Short, and must not wait.  One at a time; NULL takes it
 * off, and then it is not running any more. */
struct li_commit_hook {
    void (*fn)(void *arg, int count);
    void *arg;
};
void li_record_on_commit(struct li_record *record, const struct li_commit_hook *hook);

/* Working figures for /readyz; more of them in figures.h. */
struct li_record_health {
    int schema;               /* the last step the database has */
    int64_t due_parked;       /* due rows that failed three times */
    int64_t consumers_parked; /* consumers of a tenant that did */
    int64_t behind;           /* entries the slowest consumer has not seen */
};
int li_record_health(struct li_ctx *ctx, struct li_record *record,
                     struct li_record_health *ret) LI_MUST_CHECK;

#endif
