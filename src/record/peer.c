/*
 * Other servers on the same database.
 *
 * Nothing that must be right depends on this page: heads are locked, cursors and
 * due rows are compared before they are moved.  It is for hearing at once what the
 * others committed, and for not doing in vain what another does already.
 *
 * After a commit a lane tells tenants and heads ("c 0 440305 17 440306 4", 0 being
 * the server's node), after a consumer's step how far the slowest is
 * ("p 0 440305 17").  Who hears of a commit
 * leaves the consumers to who made it, and looks after them only when a second
 * later they have not moved: then that server is gone.  A telling that may have
 * been missed is made up for by reading all heads.
 *
 * Identifiers hold a number of the server (node), which is claimed as long as a
 * connection of its own lasts; two servers never make the same one.  Whenever any
 * connection had to be made anew, the claim is made sure of before a lane works again:
 * another server may have taken the number meanwhile, and this one takes another and
 * goes on above whatever was made under that.
 *
 * On SQLite there is one process, and all of this is nothing.
 */
#include <stdio.h>

#include "base/buf.h"
#include "record/history.h"
#include "record/inside.h"

#define CHANNEL "record"
#define NODES   64
/* How long the consumers are left to the server that committed. */
#define PATIENCE_US INT64_C(1000000)

static bool is_alone(const struct li_record *record)
{
    return li_store_kind(record->store) == LI_STORE_SQLITE;
}

static void tell_progress(struct li_record *record)
{
    pthread_mutex_lock(&record->mutex);
    pthread_cond_broadcast(&record->progress);
    pthread_mutex_unlock(&record->mutex);
}

int li_peers_tell_tenant(struct li_ctx *ctx, struct li_conn *conn, const struct li_head *head)
{
    struct li_str telling = li_strf(ctx, "c -1 %lld %lld", (long long)head->tenant,
                                    (long long)head->seq); /* -1: no server's node */

    return telling.ptr ? li_store_notify(ctx, conn, CHANNEL, telling) : -LI_E_NOMEM;
}

/* ---- hearing --------------------------------------------------------------- */

/* Somebody else's commit.  Whoever has entries of its own to feed goes on. */
static void heard_head(struct li_record *record, struct li_member_tenant *member, int64_t seq)
{
    bool rests = li_consumer_slowest(record, member) >= atomic_load(&member->head);

    if (seq <= atomic_load(&member->head)) {
        return;
    }
    if (rests) {
        atomic_store(&member->look_at, li_steady_us() + PATIENCE_US);
    }
    li_member_raise(&member->head, seq);
    if (rests && record->lanes) {
        li_lane_tell(li_lane_of(record, member->tenant.id));
    }
}

static void heard_progress(struct li_record *record, struct li_member_tenant *member, int64_t seq)
{
    for (size_t i = 0; i < record->consumer_count; i++) {
        if (!atomic_load(&member->parked[i])) {
            li_member_raise(&member->cursor[i], seq);
        }
    }
    tell_progress(record);
}

/* "c NODE T SEQ T SEQ …" or "p NODE T SEQ"; what we told ourselves is no news. */
static int read_telling(struct li_ctx *ctx, struct li_record *record, struct li_str telling)
{
    bool commits = li_str_is(li_str_cut(&telling, ' '), "c");
    int64_t node, tenant, seq;
    int r = 0;

    if (!telling.ptr || !li_str_to_i64(li_str_cut(&telling, ' '), &node) ||
        node == (int64_t)atomic_load(&record->ids.node)) {
        return 0;
    }
    while (r == 0 && telling.ptr && li_str_to_i64(li_str_cut(&telling, ' '), &tenant) &&
           telling.ptr && li_str_to_i64(li_str_cut(&telling, ' '), &seq)) {
        struct li_member_tenant *member = li_member_tenant(record, tenant);

        if (!member && commits) {
            r = li_tenant_load(ctx, record);
        } else if (member && commits) {
            heard_head(record, member, seq);
        } else if (member) {
            heard_progress(record, member, seq);
        }
    }
    return r;
}

int li_peer_refresh(struct li_ctx *ctx, struct li_record *record, struct li_member_tenant *member)
{
    struct li_conn *conn;
    struct li_head head;
    int r;

    if (is_alone(record)) {
        return 0;
    }
    r = li_store_reader(ctx, record->store, &conn);
    if (r) {
        return r;
    }
    r = li_head_read(ctx, conn, member->tenant.id, &head);
    li_store_reader_back(record->store, conn);
    if (r == 0) {
        heard_head(record, member, head.seq);
    }
    return r;
}

/* The node of before, or the next that is free. */
static int claim_node(struct li_ctx *ctx, struct li_record *record)
{
    unsigned before = atomic_load(&record->ids.node), node = before;
    bool given = false;
    int r = 0;

    for (unsigned i = 0; r == 0 && i < NODES && !given; i++) {
        node = (before + i) % NODES;
        r = li_conn_claim(ctx, record->peer, li_strf(ctx, "node %u", node), &given);
    }
    if (r == 0 && !given) {
        r = LI_FAIL(ctx, LI_E_LIMIT, "at most %d servers on one database", NODES);
    }
    if (r == 0 && node != before) {
        r = li_ids_continue(ctx, record);
    }
    if (r == 0) {
        atomic_store(&record->ids.node, node);
    }
    return r;
}

static int64_t reconnects(const struct li_record *record)
{
    struct li_store_stats stats;

    li_store_stats(record->store, &stats);
    return stats.reconnects;
}

/* The peer's connection may be lost as well and not know it: the second time it is another. */
static int claim_again(struct li_ctx *ctx, struct li_record *record)
{
    int r = claim_node(ctx, record);

    if (r == -LI_E_AGAIN) {
        li_ctx_clear(ctx);
        r = claim_node(ctx, record);
    }
    return r;
}

int li_peers_hold(struct li_ctx *ctx, struct li_record *record)
{
    int64_t now = reconnects(record);
    int r = 0;

    if (now == atomic_load(&record->claimed_at)) {
        return 0;
    }
    pthread_mutex_lock(&record->claiming);
    if (now > atomic_load(&record->claimed_at)) {
        r = claim_again(ctx, record);
        if (r == 0) {
            atomic_store(&record->claimed_at, now);
        }
    }
    pthread_mutex_unlock(&record->claiming);
    return r;
}

static int read_all(struct li_ctx *ctx, struct li_record *record)
{
    int r = li_peers_hold(ctx, record);

    r = r ? r : li_tenant_load(ctx, record);
    for (size_t i = 0; r == 0 && i < atomic_load(&record->tenant_count); i++) {
        r = li_peer_refresh(ctx, record, record->tenants[i]);
    }
    return r;
}

/* On the store's thread.  A failure is made up for by what is told next: the
 * store is away, and then comes "may have been missed". */
static void heard(void *arg, struct li_str telling)
{
    struct li_record *record = arg;
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;

    if (!arena) {
        return;
    }
    li_ctx_init(&ctx, arena, record->clock, record->random);
    if (telling.ptr ? read_telling(&ctx, record, telling) : read_all(&ctx, record)) {
        li_ctx_clear(&ctx);
    }
    li_record_hook(record, 0);
    li_arena_free(arena);
}

int li_peers_open(struct li_ctx *ctx, struct li_record *record)
{
    int r;

    if (is_alone(record)) {
        return 0;
    }
    r = li_conn_open(ctx, record->store, LI_CONN_READ, &record->peer);
    return r ? r : claim_node(ctx, record);
}

int li_peers_start(struct li_ctx *ctx, struct li_record *record)
{
    if (is_alone(record)) {
        return 0;
    }
    return li_store_listen(ctx, record->store, CHANNEL, heard, record, &record->listening);
}

void li_peers_stop(struct li_record *record)
{
    li_store_unlisten(record->listening);
    record->listening = NULL;
}

void li_peers_close(struct li_record *record)
{
    char name[16];

    if (record->peer) {
        snprintf(name, sizeof(name), "node %u", atomic_load(&record->ids.node));
        li_conn_unclaim(record->peer, li_str(name));
        li_conn_close(record->peer);
    }
}

/* ---- telling --------------------------------------------------------------- */

void li_peers_tell(struct li_lane *lane, const struct li_head *heads, const int64_t *seq_before,
                   size_t count)
{
    struct li_buf buf;
    bool any = false;

    if (is_alone(lane->record)) {
        return;
    }
    li_buf_init(&buf, LI_PAYLOAD_MAX);
    li_buf_fmt(&buf, "c %u", atomic_load(&lane->record->ids.node));
    for (size_t i = 0; i < count; i++) {
        if (heads[i].seq != seq_before[i]) {
            li_buf_fmt(&buf, " %lld %lld", (long long)heads[i].tenant, (long long)heads[i].seq);
            any = true;
        }
    }
    if (any && li_buf_check(&lane->ctx, &buf) == 0 &&
        li_store_notify(&lane->ctx, lane->conn, CHANNEL, li_buf_view(&buf))) {
        li_ctx_clear(&lane->ctx); /* who listens sees the lost connection too */
    }
    li_buf_done(&buf);
}

void li_peer_committed(struct li_member_tenant *member, int64_t seq)
{
    li_member_raise(&member->head, seq);
    atomic_store(&member->look_at, 0);
}

/* ---- who feeds a tenant's consumers ------------------------------------------ */

static struct li_str claim_of(const struct li_member_tenant *member, char ret[48])
{
    snprintf(ret, 48, "consumers %lld", (long long)member->tenant.id);
    return li_str(ret);
}

bool li_peer_claim(struct li_lane *lane, struct li_member_tenant *member)
{
    bool given = false;
    char name[48];
    int r;

    if (is_alone(lane->record)) {
        return true;
    }
    if (li_steady_us() < atomic_load(&member->look_at)) {
        return false;
    }
    r = li_conn_claim(&lane->ctx, lane->conn, claim_of(member, name), &given);
    if (r == 0 && given) {
        r = li_consumer_load(&lane->ctx, lane->conn, lane->record, member);
    }
    if (r == 0 && given) {
        return true;
    }
    if (given) {
        li_conn_unclaim(lane->conn, claim_of(member, name));
    }
    lane->refused |= r == 0;
    li_ctx_clear(&lane->ctx);
    return false;
}

void li_peer_release(struct li_lane *lane, struct li_member_tenant *member)
{
    struct li_record *record = lane->record;
    char text[64];

    if (is_alone(record)) {
        return;
    }
    li_conn_unclaim(lane->conn, claim_of(member, text));
    snprintf(text, sizeof(text), "p %u %lld %lld", atomic_load(&record->ids.node),
             (long long)member->tenant.id, (long long)li_consumer_slowest(record, member));
    if (li_store_notify(&lane->ctx, lane->conn, CHANNEL, li_str(text))) {
        li_ctx_clear(&lane->ctx);
    }
}
