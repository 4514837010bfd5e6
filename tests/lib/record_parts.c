/*
 * What the commands and consumers of test records do (records.h).
 *
 * They are the shortest that show each promise of the lane: a row with a unique
 * key, a refusal, a failing write, a wait, texts, a due row, a consumer that
 * notes what it sees and one that can be made to fail.
 */
#include "lib/record_parts.h"

#include <pthread.h>

#include "base/json.h"
#include "record/due.h"
#include "record/request.h"
#include "record/seal.h"

LI_SQL(thing_insert, "insert into thing (tenant, id, label) values ($1, $2, $3)");
LI_SQL(thing_count, "select cast(count(*) as bigint) from thing where tenant = $1");
LI_SQL(ring_raise, "insert into ring (tenant, entity, slot, times) values ($1, $2, $3, 1) "
                   "on conflict (tenant, entity, slot) do update set times = ring.times + 1");
LI_SQL(ring_times, "select times from ring where tenant = $1 and entity = $2 and slot = $3");
LI_SQL(journal_last, "select place from journal where tenant = $1 and reader = $2 "
                     "order by place desc limit 1");
LI_SQL(journal_insert, "insert into journal (tenant, reader, place, seq) values ($1, $2, $3, $4)");
LI_SQL(journal_seqs, "select seq from journal where tenant = $1 and reader = $2 order by place");
LI_SQL(journal_delete, "delete from journal where tenant = $1 and reader = $2");

const char record_parts_schema[] =
    "create table thing (tenant I64 not null, id I64 not null, label text,"
    " primary key (tenant, id), unique (tenant, label)) OPTS;"
    "create table ring (tenant I64 not null, entity I64 not null, slot I64 not null,"
    " times I64 not null, primary key (tenant, entity, slot)) OPTS;"
    "create table journal (tenant I64 not null, reader text not null, place I64 not null,"
    " seq I64 not null, primary key (tenant, reader, place)) OPTS";

/* ---- the gate --------------------------------------------------------------- */

static struct {
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    int waiting; /* who stand at it */
    int passes;  /* how many may go */
    bool open;
} gate = {.mutex = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER};

void record_parts_open_gate(bool open)
{
    pthread_mutex_lock(&gate.mutex);
    gate.open = open;
    gate.passes = 0;
    pthread_cond_broadcast(&gate.moved);
    pthread_mutex_unlock(&gate.mutex);
}

static void stand_at_gate(void)
{
    pthread_mutex_lock(&gate.mutex);
    gate.waiting++;
    pthread_cond_broadcast(&gate.moved);
    while (!gate.open && gate.passes == 0)
        pthread_cond_wait(&gate.moved, &gate.mutex);
    gate.passes -= gate.passes > 0;
    gate.waiting--;
    pthread_mutex_unlock(&gate.mutex);
}

void records_at_gate(void)
{
    pthread_mutex_lock(&gate.mutex);
    while (gate.waiting == 0)
        pthread_cond_wait(&gate.moved, &gate.mutex);
    pthread_mutex_unlock(&gate.mutex);
}

void records_pass(void)
{
    pthread_mutex_lock(&gate.mutex);
    gate.passes++;
    pthread_cond_broadcast(&gate.moved);
    pthread_mutex_unlock(&gate.mutex);
}

static int behave(struct li_ctx *ctx, enum test_manner manner)
{
    switch (manner) {
    case TEST_REFUSES:
        return LI_FAIL(ctx, LI_E_STATE, "refused as asked");
    case TEST_FAULTS:
        return LI_FAIL(ctx, LI_E_INTERNAL, "failed as asked");
    case TEST_WELL:
    case TEST_WRITE_FAILS:
        return 0;
    }
    return LI_FAIL(ctx, LI_E_INTERNAL, "no such manner");
}

/* ---- test.put, test.touch --------------------------------------------------- */

static int put_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct test_put *put = args;

    (void)tx;
    *ret_plan = (void *)args;
    return behave(ctx, put->manner);
}

static int put_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const struct test_put *put = plan;
    const struct li_hash label = li_hash_of(li_str(put->label));
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    int r;

    if (!buf)
        return -LI_E_NOMEM;
    r = li_exec(ctx, tx->conn, &thing_insert,
                LI_ARGS(li_v(tx->tenant), li_v(put->id), li_v_text(li_str(put->label))), NULL);
    if (r == 0 && put->manner == TEST_WRITE_FAILS)
        r = LI_FAIL(ctx, LI_E_STORE, "failed in writing as asked");
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_key(&json, "label");
    li_json_hash(&json, &label);
    li_json_close_map(&json);
    ret->entity = put->id;
    ret->payload = li_buf_view(buf);
    return r ? r : li_buf_check(ctx, buf);
}

const struct li_command test_put = {.name = "test.put", .decide = put_decide, .write = put_write};

static int touch_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    (void)ctx;
    (void)tx;
    *ret_plan = (void *)args;
    return 0;
}

static int touch_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    (void)plan;
    (void)ret;
    return li_exec(ctx, tx->conn, &ring_raise, LI_ARGS(li_v(tx->tenant), li_v(0), li_v(-1)), NULL);
}

const struct li_command test_touch = {
    .name = "test.touch", .working = true, .decide = touch_decide, .write = touch_write};

static int wait_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    (void)ctx;
    (void)tx;
    (void)args;
    *ret_plan = NULL;
    stand_at_gate();
    return 0;
}

static int wait_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    (void)ctx;
    (void)tx;
    (void)plan;
    (void)ret;
    return 0;
}

const struct li_command test_wait = {
    .name = "test.wait", .working = true, .decide = wait_decide, .write = wait_write};

int64_t records_things(struct test_record *r, int64_t tenant)
{
    return records_number(r, &thing_count, LI_ARGS(li_v(tenant)));
}

static int64_t times(struct test_record *r, int64_t tenant, int64_t entity, int64_t slot)
{
    int64_t number =
        records_number(r, &ring_times, LI_ARGS(li_v(tenant), li_v(entity), li_v(slot)));

    return number < 0 ? 0 : number;
}

int64_t records_touched(struct test_record *r, int64_t tenant)
{
    return times(r, tenant, 0, -1);
}

/* ---- test.say --------------------------------------------------------------- */

static int say_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    (void)ctx;
    (void)tx;
    *ret_plan = (void *)args;
    return 0;
}

static int say_one(struct li_ctx *ctx, const struct li_tx *tx, const struct test_say *say, int i,
                   struct li_json *json)
{
    struct li_hash commit;
    int r = li_vault_put(ctx, tx, say->entity, i, li_str(say->texts[i].field),
                         li_str(say->texts[i].value), say->texts[i].sealed, &commit);

    if (r == 0 && say->texts[i].erase_at)
        r = li_vault_erase_later(ctx, tx, say->entity, i, LI_S("test: keep 180d"),
                                 say->texts[i].erase_at);
    if (r == 0)
        li_vault_refer(json, tx, i, &commit);
    return r;
}

static int say_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const struct test_say *say = plan;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    int r = buf ? 0 : -LI_E_NOMEM;

    if (r)
        return r;
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_key(&json, "texts");
    li_json_open_list(&json);
    for (size_t i = 0; r == 0 && i < say->count; i++)
        r = say_one(ctx, tx, say, (int)i, &json);
    li_json_close_list(&json);
    li_json_close_map(&json);
    ret->entity = say->entity;
    ret->payload = li_buf_view(buf);
    return r ? r : li_buf_check(ctx, buf);
}

const struct li_command test_say = {.name = "test.say", .decide = say_decide, .write = say_write};

/* ---- test.later, test.ring -------------------------------------------------- */

static int later_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    const struct test_later *later = plan;
    const struct li_due due = {
        .entity = later->entity,
        .slot = later->slot,
        .at = later->at,
        .command = li_str(test_ring.name),
        .args = li_strf(ctx, "{\"entity\":%lld,\"manner\":%d,\"slot\":%lld}",
                        (long long)later->entity, (int)later->manner, (long long)later->slot),
    };

    ret->entity = later->entity;
    return due.args.ptr ? li_due_set(ctx, tx, &due) : -LI_E_NOMEM;
}

const struct li_command test_later = {
    .name = "test.later", .decide = say_decide, .write = later_write};

static int ring_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    struct test_later *ring = li_alloc(ctx, sizeof(*ring));

    if (!ring)
        return -LI_E_NOMEM;
    ring->entity = li_node_get(args, "entity")->number;
    ring->slot = li_node_get(args, "slot")->number;
    ring->manner = (enum test_manner)li_node_get(args, "manner")->number;
    *ret = ring;
    return 0;
}

static int ring_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct test_later *ring = args;

    (void)tx;
    *ret_plan = (void *)args;
    return behave(ctx, ring->manner);
}

static int ring_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct test_later *ring = plan;
    int r = li_exec(ctx, tx->conn, &ring_raise,
                    LI_ARGS(li_v(tx->tenant), li_v(ring->entity), li_v(ring->slot)), NULL);

    ret->entity = ring->entity;
    if (r == 0 && ring->manner == TEST_WRITE_FAILS)
        r = LI_FAIL(ctx, LI_E_STORE, "failed in writing as asked");
    return r;
}

const struct li_command test_ring = {
    .name = "test.ring", .parse = ring_parse, .decide = ring_decide, .write = ring_write};

int64_t records_rings(struct test_record *r, int64_t entity, int64_t slot)
{
    return times(r, r->tenant, entity, slot);
}

/* ---- consumers --------------------------------------------------------------- */

static _Atomic int64_t disliked_id;
static _Atomic int64_t disliked_met;

void records_dislike(int64_t id)
{
    atomic_store(&disliked_id, id);
    atomic_store(&disliked_met, 0);
}

int64_t records_disliked(void)
{
    return atomic_load(&disliked_met);
}

static int last_place(struct li_ctx *ctx, const struct li_tx *tx, const char *reader, int64_t *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &journal_last,
                         LI_ARGS(li_v(tx->tenant), li_v_text(li_str(reader))), &rows);

    *ret = 0;
    if (r == -LI_E_NOT_FOUND)
        return 0;
    if (r == 0) {
        *ret = li_col_i64(rows, 0);
        li_rows_done(rows);
    }
    return r;
}

static int note(struct li_ctx *ctx, const struct li_tx *tx, const char *reader,
                const struct li_entry *entries, size_t count)
{
    int64_t place;
    int r = last_place(ctx, tx, reader, &place);

    for (size_t i = 0; r == 0 && i < count; i++) {
        li_assert(entries[i].tenant == tx->tenant);
        r = li_exec(ctx, tx->conn, &journal_insert,
                    LI_ARGS(li_v(tx->tenant), li_v_text(li_str(reader)), li_v(++place),
                            li_v(entries[i].seq)),
                    NULL);
    }
    return r;
}

static int forget(struct li_ctx *ctx, const struct li_tx *tx, const char *reader)
{
    return li_exec(ctx, tx->conn, &journal_delete,
                   LI_ARGS(li_v(tx->tenant), li_v_text(li_str(reader))), NULL);
}

static int journal_apply(struct li_ctx *ctx, const struct li_tx *tx, const struct li_entry *entries,
                         size_t count)
{
    return note(ctx, tx, "test.journal", entries, count);
}

static int journal_drop(struct li_ctx *ctx, const struct li_tx *tx)
{
    return forget(ctx, tx, "test.journal");
}

const struct li_consumer test_journal = {
    .name = "test.journal", .apply = journal_apply, .drop = journal_drop};

static int picky_apply(struct li_ctx *ctx, const struct li_tx *tx, const struct li_entry *entries,
                       size_t count)
{
    int64_t id = atomic_load(&disliked_id);

    for (size_t i = 0; id && i < count; i++) {
        if (entries[i].entity == id && li_str_is(entries[i].command, "test.put")) {
            atomic_fetch_add(&disliked_met, 1);
            return LI_FAIL(ctx, LI_E_INTERNAL, "disliked as asked");
        }
    }
    return note(ctx, tx, "test.picky", entries, count);
}

static int picky_drop(struct li_ctx *ctx, const struct li_tx *tx)
{
    return forget(ctx, tx, "test.picky");
}

const struct li_consumer test_picky = {
    .name = "test.picky", .apply = picky_apply, .drop = picky_drop};

struct li_str records_journal(struct test_record *r, int64_t tenant,
                              const struct li_consumer *consumer)
{
    struct li_buf *buf = li_buf_new(r->ctx, 0);
    struct li_conn *conn;
    struct li_rows *rows;
    int rc;

    assert_non_null(buf);
    assert_ok(r->t, li_store_reader(r->ctx, r->t->store, &conn));
    assert_ok(r->t, li_query(r->ctx, conn, &journal_seqs,
                             LI_ARGS(li_v(tenant), li_v_text(li_str(consumer->name))), &rows));
    while ((rc = li_rows_next(r->ctx, rows)) == 1)
        li_buf_fmt(buf, "%s%lld", buf->len ? " " : "", (long long)li_col_i64(rows, 0));
    li_rows_done(rows);
    li_store_reader_back(r->t->store, conn);
    assert_ok(r->t, rc);
    return li_buf_view(buf);
}

/* ---- the lists --------------------------------------------------------------- */

const struct li_command *const record_parts_commands[] = {
    &test_put,         &test_touch,      &test_say,       &test_later,
    &test_ring,        &li_tenant_found, &li_vault_erase, &li_due_attempt,
    &li_request_sweep, &li_seal_make,    &test_wait,      NULL};
const struct li_consumer *const record_parts_consumers[] = {&test_journal, &test_picky, NULL};
