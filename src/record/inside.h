/*
 * What only `record` sees of itself.
 */
#ifndef LI_RECORD_INSIDE_H
#define LI_RECORD_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "record/figures.h"
#include "record/record.h"
#include "record/tenant.h"

#define LI_TENANTS   256
#define LI_CONSUMERS LI_CONSUMERS_MAX

/* A tenant as this process keeps it. */
struct li_member_tenant {
    struct li_tenant tenant;
    uint8_t key[32];         /* unwrapped */
    uint8_t cursor_key[32];  /* of cursor.c, derived from it */
    _Atomic int64_t head;    /* last committed seq that is known here */
    _Atomic int64_t look_at; /* until then (steady time) the consumers are another server's */
    _Atomic int64_t cursor[LI_CONSUMERS]; /* how far each consumer is */
    int attempts[LI_CONSUMERS];           /* the lane's own */
    _Atomic bool parked[LI_CONSUMERS];
    bool counted[LI_CONSUMERS]; /* this process has committed its first attempt */
};

struct li_lane {
    struct li_record *record;
    pthread_t thread;
    bool started;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct li_job *first, *last;
    size_t queued;
    bool stop;
    bool news;    /* something for the consumers came by another way than a batch */
    bool refused; /* another server was feeding consumers; the lane's own */
    int number;
    struct li_conn *conn;
    struct li_ctx ctx; /* for the lane's own work; reset after every batch */
};

struct li_record {
    struct li_store *store;
    const struct li_clock *clock;
    struct li_random *random;
    struct li_ids ids;
    uint8_t master_key[32];
    const struct li_command *const *commands;
    const struct li_consumer *const *consumers;
    size_t consumer_count;
    const void *bound;

    struct li_lane *lanes;
    int lane_count;
    size_t batch; /* most commands to a commit */

    pthread_mutex_t mutex; /* tenants (append only), progress */
    pthread_cond_t progress;
    struct li_arena *arena; /* texts of tenants */
    struct li_member_tenant *tenants[LI_TENANTS];
    _Atomic size_t tenant_count;

    pthread_mutex_t claiming;   /* peer */
    struct li_conn *peer;       /* holds the node's claim */
    _Atomic int64_t claimed_at; /* the store's reconnects when it was last seen to hold */
    struct li_listening *listening;

    _Atomic(const struct li_commit_hook *) on_commit;
    atomic_int hooks_running; /* lanes that are in it now */
    struct li_record_meters meters;
};

/* What only grows, by several threads. */
static inline void li_member_raise(_Atomic int64_t *what, int64_t to)
{
    int64_t now = atomic_load(what);

    while (now < to && !atomic_compare_exchange_weak(what, &now, to)) {
    }
}

struct li_member_tenant *li_member_tenant(struct li_record *record, int64_t id);
struct li_lane *li_lane_of(struct li_record *record, int64_t tenant);

/* lane.c: a started lane is stopped by finishing its queue and its consumers. */
int li_lane_start(struct li_ctx *ctx, struct li_record *record, int number) LI_MUST_CHECK;
void li_lane_stop(struct li_lane *lane);
/* Makes a lane look at its consumers. */
void li_lane_tell(struct li_lane *lane);
/* li_run; `before` (may be NULL) is called on the lane's thread after the
 * commit or the refusal, before the lane does anything else. */
int li_run_and(struct li_record *record, struct li_job *job,
               void (*before)(struct li_job *job)) LI_MUST_CHECK;

/* record.c: tells whoever follows commits. */
void li_record_hook(struct li_record *record, int count);
/* Identifiers go on above every one that history names, whatever became of the clock:
 * they grow in the order in which things were made, and none is given twice. */
int li_ids_continue(struct li_ctx *ctx, struct li_record *record) LI_MUST_CHECK;

/* peer.c: other servers on the same database; on SQLite all of it is nothing.
 * _open claims the node, _start listens; _stop and _close in reverse. */
int li_peers_open(struct li_ctx *ctx, struct li_record *record) LI_MUST_CHECK;
int li_peers_start(struct li_ctx *ctx, struct li_record *record) LI_MUST_CHECK;
void li_peers_stop(struct li_record *record);
void li_peers_close(struct li_record *record);
/* Before a lane works, in its transaction: the node is this server's, also when connections
 * were lost and with them the claim.  0 or what claiming said. */
int li_peers_hold(struct li_ctx *ctx, struct li_record *record) LI_MUST_CHECK;
/* A tenant that came by another way than a commit of a lane: every server looks. */
int li_peers_tell_tenant(struct li_ctx *ctx, struct li_conn *conn,
                         const struct li_head *head) LI_MUST_CHECK;
/* Behind a commit: tells the heads that moved. */
void li_peers_tell(struct li_lane *lane, const struct li_head *heads, const int64_t *seq_before,
                   size_t count);
/* A commit of this server: its consumers are ours to feed. */
void li_peer_committed(struct li_member_tenant *member, int64_t seq);
/* Whether this lane is to feed a tenant's consumers now; then memory is as the
 * store, and _release comes after. */
bool li_peer_claim(struct li_lane *lane, struct li_member_tenant *member);
void li_peer_release(struct li_lane *lane, struct li_member_tenant *member);
/* Asks the store for a tenant's head. */
int li_peer_refresh(struct li_ctx *ctx, struct li_record *record,
                    struct li_member_tenant *member) LI_MUST_CHECK;

/* figures.c: what is counted of a job that has its answer. */
int li_meters_init(struct li_ctx *ctx, struct li_record *record) LI_MUST_CHECK;
void li_meters_job(struct li_record *record, const struct li_job *job);

/* batch.c: runs up to LI_LANE_BATCH jobs in one commit; every job has its
 * answer afterwards (done() not yet called). */
void li_batch_run(struct li_lane *lane, struct li_job **jobs, size_t count);

/* consumer.c: one step of whoever is behind among the lane's tenants; `all`:
 * also those less than LI_CONSUMER_LAG behind.  true when something moved. */
bool li_consumer_pump(struct li_lane *lane, bool all);
/* Whether anybody of the lane's tenants who may run is behind. */
bool li_consumer_behind(struct li_lane *lane);
/* Inside a command: the consumers forget a text that they have seen. */
int li_consumer_forget(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity,
                       int64_t slot) LI_MUST_CHECK;
/* How far the slowest running consumer of a tenant is. */
int64_t li_consumer_slowest(const struct li_record *record, struct li_member_tenant *member);
/* Reads the cursors of a tenant into memory. */
int li_consumer_load(struct li_ctx *ctx, struct li_conn *conn, struct li_record *record,
                     struct li_member_tenant *member) LI_MUST_CHECK;

#endif
