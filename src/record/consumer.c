/*
 * Running the consumers of a lane's tenants; see consumer.h.
 *
 * The consumers of a tenant that stand at the same place share one reading of
 * history and one commit.  When that fails each steps alone, so that a fault is
 * charged to the one it belongs to.
 */
#include "record/inside.h"
#include "record/vault.h"

LI_SQL(cursor_all, "select consumer, seq, attempts, parked from consumer_cursor where tenant = $1");
LI_SQL(cursor_move, "insert into consumer_cursor (tenant, consumer, seq, attempts, parked) "
                    "values ($1, $2, $4, 0, 0) on conflict (tenant, consumer) do update set "
                    "seq = excluded.seq, attempts = 0 where consumer_cursor.seq = $3");
LI_SQL(cursor_reset, "insert into consumer_cursor (tenant, consumer, seq, attempts, parked) "
                     "values ($1, $2, 0, 0, 0) on conflict (tenant, consumer) do update set "
                     "seq = 0, attempts = 0, parked = 0");
LI_SQL(cursor_attempt, "insert into consumer_cursor (tenant, consumer, seq, attempts, parked) "
                       "values ($1, $2, $3, $4, $5) on conflict (tenant, consumer) do update set "
                       "attempts = excluded.attempts, parked = excluded.parked "
                       "where consumer_cursor.seq = excluded.seq");

/* Holds a consumer's cursor until the commit, also against a second server. */
LI_SQL(cursor_hold, "insert into consumer_cursor (tenant, consumer, seq, attempts, parked) "
                    "values ($1, $2, 0, 0, 0) on conflict (tenant, consumer) do update set "
                    "seq = consumer_cursor.seq");
LI_SQL(cursor_one, "select seq from consumer_cursor where tenant = $1 and consumer = $2");

static int place_of(const struct li_record *record, struct li_str name)
{
    for (size_t i = 0; i < record->consumer_count; i++) {
        if (li_str_is(name, record->consumers[i]->name)) {
            return (int)i;
        }
    }
    return -1;
}

int li_consumer_load(struct li_ctx *ctx, struct li_conn *conn, struct li_record *record,
                     struct li_member_tenant *member)
{
    struct li_head head;
    struct li_rows *rows;
    int r = li_head_read(ctx, conn, member->tenant.id, &head);

    if (r == 0) {
        li_member_raise(&member->head, head.seq);
        r = li_query(ctx, conn, &cursor_all, LI_ARGS(li_v(member->tenant.id)), &rows);
    }
    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        int place = place_of(record, li_col_str(rows, 0));
        if (place >= 0) {
            atomic_store(&member->cursor[place], li_col_i64(rows, 1));
            member->attempts[place] = (int)li_col_i64(rows, 2);
            atomic_store(&member->parked[place], li_col_i64(rows, 3) != 0);
        }
    }
    li_rows_done(rows);
    return r;
}

int64_t li_consumer_slowest(const struct li_record *record, struct li_member_tenant *member)
{
    int64_t seq = atomic_load(&member->head);

    for (size_t i = 0; i < record->consumer_count; i++) {
        int64_t cursor = atomic_load(&member->cursor[i]);
        if (!atomic_load(&member->parked[i]) && cursor < seq) {
            seq = cursor;
        }
    }
    return seq;
}

struct step {
    struct li_lane *lane;
    struct li_member_tenant *member;
    struct li_tx tx;
    int64_t from, to;
    const struct li_entry *entries;
    size_t count;
};

static int moved_by_another(struct li_ctx *ctx)
{
    return LI_FAIL(ctx, LI_E_AGAIN, "another server moved the cursor");
}

/* The cursor first: a second server that is at the same place waits there, and
 * then knows that it came too late. */
static int move(struct step *step, int place)
{
    const struct li_consumer *consumer = step->lane->record->consumers[place];
    struct li_ctx *ctx = &step->lane->ctx;
    int64_t changed;
    int r = li_exec(ctx, step->tx.conn, &cursor_move,
                    LI_ARGS(li_v(step->tx.tenant), li_v_text(li_str(consumer->name)),
                            li_v(step->from), li_v(step->to)),
                    &changed);

    if (r == 0 && changed == 0) {
        r = moved_by_another(ctx);
    }
    return r ? r : consumer->apply(ctx, &step->tx, step->entries, step->count);
}

/* One transaction over the consumers of `places` (a bit each), all at step->from. */
static int step_in(struct step *step, unsigned places)
{
    struct li_lane *lane = step->lane;
    struct li_ctx *ctx = &lane->ctx;
    struct li_entry *entries;
    size_t count = 0;
    int r = li_begin(ctx, lane->conn);

    if (r == 0) {
        r = li_history_read(ctx, lane->conn, step->tx.tenant, step->from, LI_CONSUMER_STEP,
                            &entries, &count);
    }
    if (r == 0 && count == 0) {
        r = LI_FAIL(ctx, LI_E_CORRUPT, "history ends at %lld, before its head",
                    (long long)step->from);
    }
    if (r == 0) {
        step->entries = entries;
        step->count = count;
        step->to = entries[count - 1].seq;
        for (int i = 0; r == 0 && i < (int)lane->record->consumer_count; i++) {
            if (places >> i & 1) {
                r = move(step, i);
            }
        }
    }
    if (r == 0) {
        r = li_commit(ctx, lane->conn);
    }
    if (r) {
        li_rollback(lane->conn);
        return r;
    }
    for (int i = 0; i < (int)lane->record->consumer_count; i++) {
        if (places >> i & 1) {
            atomic_store(&step->member->cursor[i], step->to);
            step->member->attempts[i] = 0;
        }
    }
    return 0;
}

/* Counts an attempt and commits it; parks at the limit. */
static int count_attempt(struct step *step, int place)
{
    struct li_lane *lane = step->lane;
    struct li_member_tenant *member = step->member;
    int attempts = member->attempts[place] + 1;
    bool parked = attempts > LI_ATTEMPTS;
    int64_t changed;
    int r = li_exec(
        &lane->ctx, lane->conn, &cursor_attempt,
        LI_ARGS(li_v(step->tx.tenant), li_v_text(li_str(lane->record->consumers[place]->name)),
                li_v(atomic_load(&member->cursor[place])), li_v(attempts), li_v(parked)),
        &changed);

    if (r == 0 && changed == 0) {
        r = moved_by_another(&lane->ctx);
    }
    if (r == 0) {
        member->attempts[place] = attempts;
        atomic_store(&member->parked[place], parked);
        member->counted[place] = true;
    }
    return r;
}

static void reload(struct step *step)
{
    struct li_lane *lane = step->lane;

    li_ctx_clear(&lane->ctx);
    if (li_consumer_load(&lane->ctx, lane->conn, lane->record, step->member)) {
        li_ctx_clear(&lane->ctx); /* the next pump meets the same failure and waits */
    }
}

/* Whether a failure says nothing about the entries that were read. */
static bool is_trouble(int r)
{
    return r == -LI_E_FULL || r == -LI_E_STORE || r == -LI_E_AGAIN || r == -LI_E_NOMEM;
}

/* One consumer by itself, its attempt counted first.  true: it moved, or the
 * failure was its own and was counted; false: the store is in trouble. */
static bool step_alone(struct step *step, int place)
{
    struct li_member_tenant *member = step->member;
    bool counted;
    int r;

    li_ctx_clear(&step->lane->ctx);
    r = count_attempt(step, place);
    counted = r == 0;
    if (counted && atomic_load(&member->parked[place])) {
        return true;
    }
    if (counted) {
        r = step_in(step, 1U << place);
    }
    if (!is_trouble(r)) {
        return true;
    }
    member->attempts[place] -= counted;
    if (r == -LI_E_AGAIN) {
        reload(step);
    }
    return atomic_load(&member->cursor[place]) != step->from;
}

/* Those of a tenant's consumers that are furthest behind and may run. */
static unsigned furthest(const struct li_record *record, struct li_member_tenant *member, bool all,
                         int64_t *ret_from)
{
    int64_t head = atomic_load(&member->head), from = INT64_MAX;
    unsigned places = 0;

    for (size_t i = 0; i < record->consumer_count; i++) {
        int64_t cursor = atomic_load(&member->cursor[i]);
        int64_t lag = head - cursor;
        if (atomic_load(&member->parked[i]) || lag <= 0 || (!all && lag < LI_CONSUMER_LAG)) {
            continue;
        }
        if (cursor < from) {
            from = cursor;
            places = 0;
        }
        if (cursor == from) {
            places |= 1U << i;
        }
    }
    *ret_from = from;
    return places;
}

/* Those who may step together.  The first attempt of a process is counted before
 * anything runs: should it take the process down, the next one knows.  Whose
 * last attempt did not end well is left out: it steps alone, so that nobody is
 * parked for another's fault. */
static unsigned together(struct step *step, unsigned places)
{
    struct li_member_tenant *member = step->member;
    unsigned ret = 0;

    for (int i = 0; i < (int)step->lane->record->consumer_count; i++) {
        if (!(places >> i & 1) || member->attempts[i] > 0) {
            continue;
        }
        if (member->counted[i] || count_attempt(step, i) == 0) {
            ret |= 1U << i;
        }
    }
    return ret;
}

static bool feed(struct li_lane *lane, struct li_member_tenant *member, bool all)
{
    struct li_record *record = lane->record;
    struct step step = {
        .lane = lane,
        .member = member,
        .tx = {.record = record,
               .conn = lane->conn,
               .tenant = member->tenant.id,
               .now = li_now(record->clock)},
    };
    unsigned places = furthest(record, member, all, &step.from), shared;
    bool moved = false;

    if (!places) {
        return false;
    }
    shared = together(&step, places);
    if (shared && step_in(&step, shared) == 0) {
        moved = true;
        places &= ~shared;
    }
    for (int i = 0; i < (int)record->consumer_count; i++) {
        if (places >> i & 1) {
            moved |= step_alone(&step, i);
        }
    }
    return moved;
}

static bool pump_tenant(struct li_lane *lane, struct li_member_tenant *member, bool all)
{
    struct li_record *record = lane->record;
    int64_t from;
    bool moved;

    if (!furthest(record, member, all, &from) || !li_peer_claim(lane, member)) {
        return false;
    }
    moved = feed(lane, member, all);
    li_peer_release(lane, member);
    pthread_mutex_lock(&record->mutex);
    pthread_cond_broadcast(&record->progress);
    pthread_mutex_unlock(&record->mutex);
    return moved;
}

bool li_consumer_pump(struct li_lane *lane, bool all)
{
    struct li_record *record = lane->record;
    size_t count = atomic_load(&record->tenant_count);
    bool moved = false;

    for (size_t i = 0; i < count; i++) {
        struct li_member_tenant *member = record->tenants[i];
        if (li_lane_of(record, member->tenant.id) == lane) {
            moved |= pump_tenant(lane, member, all);
        }
    }
    return moved;
}

bool li_consumer_behind(struct li_lane *lane)
{
    struct li_record *record = lane->record;
    size_t count = atomic_load(&record->tenant_count);
    int64_t from;

    for (size_t i = 0; i < count; i++) {
        struct li_member_tenant *member = record->tenants[i];
        if (li_lane_of(record, member->tenant.id) == lane &&
            furthest(record, member, true, &from)) {
            return true;
        }
    }
    return false;
}

/* ---- forgetting ------------------------------------------------------------ */

static int forget_one(struct li_ctx *ctx, const struct li_tx *tx,
                      const struct li_consumer *consumer, int64_t entity, int64_t slot)
{
    const struct li_val tenant = li_v(tx->tenant), name = li_v_text(li_str(consumer->name));
    struct li_rows *rows;
    int64_t seen;
    int r = li_exec(ctx, tx->conn, &cursor_hold, LI_ARGS(tenant, name), NULL);

    r = r ? r : li_query_one(ctx, tx->conn, &cursor_one, LI_ARGS(tenant, name), &rows);
    if (r) {
        return r;
    }
    seen = li_col_i64(rows, 0);
    li_rows_done(rows);
    return slot / LI_VAULT_SLOTS <= seen ? consumer->forget(ctx, tx, entity, slot, seen) : 0;
}

int li_consumer_forget(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int64_t slot)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < tx->record->consumer_count; i++) {
        if (tx->record->consumers[i]->forget) {
            r = forget_one(ctx, tx, tx->record->consumers[i], entity, slot);
        }
    }
    return r;
}

/* ---- rebuild --------------------------------------------------------------- */

struct rebuild {
    struct li_record *record;
    struct li_member_tenant *member;
    bool whole;
    const struct li_consumer *consumer;
    int place;
};

static int rebuild_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                          void **ret_plan)
{
    (void)ctx;
    (void)tx;
    *ret_plan = (void *)args;
    return 0;
}

static int reset_cursor(struct li_ctx *ctx, const struct li_tx *tx, int64_t tenant,
                        const struct li_consumer *consumer)
{
    return li_exec(ctx, tx->conn, &cursor_reset,
                   LI_ARGS(li_v(tenant), li_v_text(li_str(consumer->name))), NULL);
}

static int rebuild_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                         struct li_outcome *ret)
{
    const struct rebuild *rebuild = plan;
    struct li_record *record = tx->record;
    int r = rebuild->consumer->drop(ctx, tx);

    (void)ret;
    if (!rebuild->whole) {
        return r ? r : reset_cursor(ctx, tx, tx->tenant, rebuild->consumer);
    }
    for (size_t i = 0; r == 0 && i < atomic_load(&record->tenant_count); i++) {
        r = reset_cursor(ctx, tx, record->tenants[i]->tenant.id, rebuild->consumer);
    }
    return r;
}

static const struct li_command consumer_rebuild = {
    .name = "consumer.rebuild",
    .working = true,
    .decide = rebuild_decide,
    .write = rebuild_write,
};

static void begin_anew(struct li_member_tenant *member, int place)
{
    atomic_store(&member->look_at, 0);
    atomic_store(&member->cursor[place], 0);
    member->attempts[place] = 0;
    atomic_store(&member->parked[place], false);
}

/* On the lane's thread, before it feeds anybody: memory follows the store. */
static void rebuilt(struct li_job *job)
{
    const struct rebuild *rebuild = job->args;

    if (job->status == 0) {
        begin_anew(rebuild->member, rebuild->place);
    }
    for (size_t i = 0;
         job->status == 0 && rebuild->whole && i < atomic_load(&rebuild->record->tenant_count);
         i++) {
        begin_anew(rebuild->record->tenants[i], rebuild->place);
    }
}

bool li_consumer_is_whole(const struct li_record *record, struct li_str name)
{
    int place = place_of(record, name);

    return place >= 0 && record->consumers[place]->whole &&
           li_store_kind(record->store) == LI_STORE_SQLITE;
}

int li_consumer_rebuild(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                        struct li_str name)
{
    struct rebuild rebuild = {.record = record,
                              .member = li_member_tenant(record, tenant),
                              .whole = li_consumer_is_whole(record, name),
                              .place = place_of(record, name)};
    struct li_viewer viewer = {.kind = LI_VIEWER_SYSTEM, .tenant = tenant};
    struct li_job job = {
        .ctx = ctx,
        .tenant = tenant,
        .command = &consumer_rebuild,
        .args = &rebuild,
        .viewer = &viewer,
    };
    int64_t seq;
    int r;

    if (rebuild.place < 0 || !rebuild.member) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no consumer %.*s of tenant %lld", LI_P(name),
                       (long long)tenant);
    }
    rebuild.consumer = record->consumers[rebuild.place];
    r = li_run_and(record, &job, rebuilt);
    if (r == 0) {
        r = li_record_catch_up(ctx, record, tenant, 0, 3600 * INT64_C(1000000), &seq);
    }
    if (r == 0 && atomic_load(&rebuild.member->parked[rebuild.place])) {
        r = LI_FAIL(ctx, LI_E_STATE, "consumer %.*s failed at entry %lld or soon after", LI_P(name),
                    (long long)atomic_load(&rebuild.member->cursor[rebuild.place]) + 1);
    }
    return r;
}
