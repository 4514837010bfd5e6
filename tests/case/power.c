/*
 * The power goes, hundreds of times, while cases are opened and worked on.
 *
 * Under SQLite lies the disk of simulate/fault.h, which keeps only what was synced
 * and some of the rest.  However it goes: what was acknowledged is there, nothing is
 * there twice, the history holds, and what is derived from it equals a recount.
 */
#include <stdlib.h>

#include "lib/cases.h"
#include "record/search.h"
#include "simulate/fault.h"

LI_SQL(power_cases, "select cast(count(*) as bigint) from cases where tenant = $1");
LI_SQL(power_history, "select cast(count(*) as bigint) from history where tenant = $1");

#define ROUNDS 210
#define BURST  6
#define SENT   12000

/* One command with its key, and what it was answered. */
struct sent {
    int64_t target; /* the case to dispatch; 0: open one */
    int64_t entity, seq;
    bool known; /* it was acknowledged */
    bool dispatched;
};

struct power {
    struct li_fault *disk;
    struct test_store *t;
    struct test_cases *c;
    const struct li_playbook *playbook;
    uint64_t dice;
    struct sent *sent;
    size_t count;
    size_t round_from; /* the first of this round */
    size_t opened;
    int64_t surprises; /* done, but not acknowledged */
    int64_t copying;   /* cuts while the log was copied back */
};

/* A command under way; what its arguments point at lives in the burst's context. */
struct flight {
    struct power *p;
    size_t number;
    struct li_job job;
    union {
        struct li_case_open_args open;
        struct li_case_act_args act;
    } args;
};

struct burst {
    struct li_ctx *ctx;
    struct flight flights[BURST];
    int count;
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    int done;
};

static unsigned roll(struct power *p, unsigned below)
{
    p->dice = p->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(p->dice >> 33) % below;
}

/* ---- commands ------------------------------------------------------------------ */

static void prepare(struct power *p, struct li_ctx *ctx, size_t number, struct flight *flight)
{
    const struct sent *sent = &p->sent[number];

    *flight = (struct flight){.p = p, .number = number};
    flight->job = records_job(p->c->r, &li_case_open, &flight->args);
    flight->job.ctx = ctx;
    flight->job.key = (struct li_request_key){.key = li_strf(ctx, "power-%zu", number),
                                              .fingerprint = LI_S("the same")};
    if (sent->target) {
        flight->job.command = &li_case_act;
        flight->job.viewer = &p->c->viewers[CASES_DESK];
        flight->args.act =
            (struct li_case_act_args){.id = sent->target,
                                      .action = LI_S("dispatch"),
                                      .fields = cases_json(p->c, "{\"unit\":\"$0\"}")};
        return;
    }
    flight->job.viewer = &p->c->viewers[CASES_ANYONE];
    flight->args.open = (struct li_case_open_args){
        .area = LI_S("440305001003"),
        .via = LI_S("web"),
        .playbook = p->playbook,
        .fields = cases_json(
            p->c, li_strf(ctx, "{\"kind\":\"lamp\",\"description\":\"路灯k%zu\"}", number).ptr)};
    memcpy(flight->args.open.token, &number, sizeof(number));
    assert_ok(p->t, li_case_open_check(ctx, flight->job.viewer, &flight->args.open));
}

static void landed(struct li_job *job)
{
    struct burst *burst = job->arg;

    pthread_mutex_lock(&burst->mutex);
    burst->done++;
    pthread_cond_signal(&burst->moved);
    pthread_mutex_unlock(&burst->mutex);
}

/* A case of this or an earlier round that nobody has dispatched, or 0. */
static int64_t pick(struct power *p)
{
    for (size_t i = p->count; i-- > 0 && p->count - i < 60;) {
        struct sent *sent = &p->sent[i];

        if (sent->known && !sent->target && !sent->dispatched) {
            sent->dispatched = true;
            return sent->entity;
        }
    }
    return 0;
}

static void add_flight(struct power *p, struct burst *burst)
{
    struct flight *flight = &burst->flights[burst->count++];

    assert_true(p->count < SENT);
    p->sent[p->count] = (struct sent){.target = roll(p, 3) == 0 ? pick(p) : 0};
    prepare(p, burst->ctx, p->count++, flight);
    flight->job.done = landed;
    flight->job.arg = burst;
}

/* An answer is one of the few a failing disk may give, or yes. */
static void note(struct power *p, const struct flight *flight)
{
    struct sent *sent = &p->sent[flight->number];
    int status = flight->job.status;

    if (status != 0 && !(li_fault_is_cut(p->disk) && status == -LI_E_STORE))
        fail_msg("command %zu: %.*s", flight->number, LI_P(li_ctx_explain(flight->job.ctx)));
    if (status == 0) {
        sent->known = true;
        sent->entity = flight->job.entity;
        sent->seq = flight->job.seq;
    }
}

/* Up to BURST commands at once, and the log copied back while they are under way. */
static void run_burst(struct power *p)
{
    struct burst burst = {.ctx = test_ctx_new(p->t->clock)};
    int wanted = 1 + (int)roll(p, BURST);

    pthread_mutex_init(&burst.mutex, NULL);
    pthread_cond_init(&burst.moved, NULL);
    while (burst.count < wanted)
        add_flight(p, &burst);
    for (int i = 0; i < burst.count; i++)
        assert_ok(p->t, li_submit(p->c->r->record, &burst.flights[i].job));
    if (roll(p, 4) == 0 && li_store_checkpoint(p->t->ctx, p->t->store) != 0) {
        assert_true(li_fault_is_cut(p->disk));
        p->copying++;
    }
    pthread_mutex_lock(&burst.mutex);
    while (burst.done < burst.count)
        pthread_cond_wait(&burst.moved, &burst.mutex);
    pthread_mutex_unlock(&burst.mutex);
    for (int i = 0; i < burst.count; i++)
        note(p, &burst.flights[i]);
    pthread_mutex_destroy(&burst.mutex);
    pthread_cond_destroy(&burst.moved);
    test_ctx_free(burst.ctx);
}

/* ---- afterwards ---------------------------------------------------------------- */

static void open_again(struct power *p)
{
    li_fault_cut(p->disk, 0); /* all is watched, so nothing waits for the real disk */
    test_store_open(p->t);
    cases_reopen(p->c);
    assert_ok(p->t, li_library_find(p->t->ctx, p->c->house.bound.library, p->t->writer,
                                    p->c->r->tenant, LI_S("service-request"), 0, &p->playbook));
}

/* Everything of the round is sent again with its key. */
static void settle(struct power *p)
{
    struct li_ctx *ctx = test_ctx_new(p->t->clock);

    for (size_t i = p->round_from; i < p->count; i++) {
        struct sent *sent = &p->sent[i];
        struct flight flight;

        prepare(p, ctx, i, &flight);
        assert_ok(p->t, li_run(p->c->r->record, &flight.job));
        if (sent->known) {
            assert_true(flight.job.replayed);
            assert_int_equal(flight.job.entity, sent->entity);
            assert_int_equal(flight.job.seq, sent->seq);
        }
        p->surprises += !sent->known && flight.job.replayed;
        sent->known = true;
        sent->entity = flight.job.entity;
        sent->seq = flight.job.seq;
        p->opened += !sent->target;
    }
    test_ctx_free(ctx);
}

static int by_seq(const void *a, const void *b)
{
    int64_t x = ((const struct sent *)a)->seq, y = ((const struct sent *)b)->seq;

    return (x > y) - (x < y);
}

/* No two keys led to the same entry. */
static void assert_apart(struct power *p)
{
    struct sent *copy = calloc(p->count, sizeof(*copy));

    assert_non_null(copy);
    memcpy(copy, p->sent, p->count * sizeof(*copy));
    qsort(copy, p->count, sizeof(*copy), by_seq);
    for (size_t i = 1; i < p->count; i++)
        assert_true(copy[i - 1].seq < copy[i].seq);
    free(copy);
}

static void assert_found(struct power *p, size_t number)
{
    struct test_record *r = p->c->r;
    struct li_search_query query;
    int64_t ids[4];
    size_t count;

    if (p->sent[number].target)
        return;
    assert_ok(p->t, li_search_read(r->ctx, li_strf(r->ctx, "k%zu", number), &query));
    assert_ok(p->t, li_search_find(r->ctx, p->t->writer, r->tenant, LI_SCOPE_STAFF, &query,
                                   INT64_MAX, 4, ids, &count));
    assert_int_equal(count, 1);
    assert_int_equal(ids[0], p->sent[number].entity);
}

static void assert_whole(struct power *p, int64_t entries_before)
{
    struct test_record *r = p->c->r;
    struct li_record_health health;

    assert_int_equal(records_number(r, &power_cases, LI_ARGS(li_v(r->tenant))), p->opened);
    assert_int_equal(records_number(r, &power_history, LI_ARGS(li_v(r->tenant))),
                     entries_before + (int64_t)p->count);
    records_catch_up(r);
    cases_assert_counted(p->c);
    for (size_t i = p->round_from; i < p->count; i += 7)
        assert_found(p, i);
    assert_ok(p->t, li_record_health(r->ctx, r->record, &health));
    assert_int_equal(health.due_parked, 0);
    assert_int_equal(health.consumers_parked, 0);
    assert_int_equal(health.behind, 0);
}

/* At any operation, or at a sync: there it hits what is on the way to be acknowledged. */
static void plan(struct power *p)
{
    if (roll(p, 3))
        li_fault_cut(p->disk, 1 + roll(p, 4u << roll(p, 9)));
    else
        li_fault_cut_at(p->disk, LI_FAULT_SYNC, 1 + roll(p, 6));
}

/* ---- the test ------------------------------------------------------------------ */

static void the_power_goes(struct test_store *plain)
{
    struct power p = {.dice = 20261122, .sent = calloc(SENT, sizeof(struct sent))};
    int64_t entries;

    assert_non_null(p.sent);
    assert_ok(plain, li_fault_vfs_register(plain->ctx, "linli-power", 20261122, &p.disk));
    p.t = test_store_new(LI_STORE_SQLITE, "linli-power");
    p.c = cases_open(p.t);
    entries = records_number(p.c->r, &power_history, LI_ARGS(li_v(1)));
    records_close(p.c->r);
    test_store_close(p.t);
    open_again(&p);
    for (int round = 0; round < ROUNDS; round++) {
        p.round_from = p.count;
        plan(&p);
        while (!li_fault_is_cut(p.disk))
            run_burst(&p);
        records_close(p.c->r);
        test_store_close(p.t);
        li_ctx_clear(p.t->ctx);
        assert_ok(p.t, li_fault_heal(p.t->ctx, p.disk));
        open_again(&p);
        settle(&p);
        assert_whole(&p, entries);
        if (round % 30 == 29 || round == ROUNDS - 1)
            assert_verifies(p.c->r, 1);
    }
    assert_apart(&p);
    print_message("%d cuts, %lld while the log was copied back; %zu commands, %lld of them done "
                  "and not acknowledged; %lld writes lost or torn\n",
                  ROUNDS, (long long)p.copying, p.count, (long long)p.surprises,
                  (long long)li_fault_lost(p.disk));
    assert_true(p.surprises > 0 && p.copying > 0);
    test_store_free(p.t);
    li_fault_vfs_unregister(p.disk);
    free(p.sent);
}

/* ---- at the start --------------------------------------------------------------- */

#define HOUSES 16
#define STARTS 5

/* Opens the house and founds the tenant under the same key each time. */
static int start(struct test_store *t, const struct li_house_config *config, struct li_house *house,
                 bool *is_founded)
{
    static const struct li_tenant_args args = {
        .slug = LI_S_INIT("nanshan"), .code = LI_S_INIT("440305"), .name = LI_S_INIT("南山区")};
    struct li_job job = {.ctx = t->ctx,
                         .tenant = 1,
                         .command = &li_tenant_found,
                         .args = &args,
                         .viewer = records_system(),
                         .key = {.key = LI_S("founded once"), .fingerprint = LI_S("the same")}};
    int r = li_house_open(t->ctx, config, house);

    r = r ? r : li_run(house->record, &job);
    assert_true(r != 0 || job.replayed || !*is_founded);
    *is_founded |= r == 0;
    return r;
}

static void assert_one_tenant(struct test_store *t, struct li_house *house)
{
    const struct li_verify_given given = {0};
    const struct li_tenant **all;
    struct li_verify_report report;
    size_t count;

    assert_ok(t, li_tenant_load(t->ctx, house->record));
    assert_ok(t, li_tenant_all(t->ctx, house->record, &all, &count));
    assert_int_equal(count, 1);
    assert_ok(t, li_verify(t->ctx, house->record, 1, &given, &report));
    assert_int_equal(report.finding_count, 0);
}

/* A house that never came up is no different from one that was never there, and one
 * that did is whole: at each step of the schema, and in the founding. */
static void the_power_goes_at_the_start(struct test_store *plain)
{
    struct power p = {.dice = 20261123};
    int failed = 0, founded = 0;

    assert_ok(plain, li_fault_vfs_register(plain->ctx, "linli-start", 20261123, &p.disk));
    for (int i = 0; i < HOUSES; i++) {
        const struct li_house_config config = {
            .where = li_strf(plain->ctx, "%s/%d.db?vfs=linli-start", plain->folder, i).ptr,
            .keys = li_strf(plain->ctx, "%s/keys-%d", plain->folder, i).ptr,
            .make = true,
            .clock = plain->clock,
            .random = li_random_system(),
        };
        bool is_founded = false;

        for (int times = 0; times <= STARTS; times++) {
            struct li_house house = {0};
            int r;

            li_fault_cut(p.disk, times < STARTS ? 1 + roll(&p, 8u << roll(&p, 9)) : 0);
            r = start(plain, &config, &house, &is_founded);
            assert_true(r == 0 || li_fault_is_cut(p.disk));
            failed += r != 0;
            if (times == STARTS)
                assert_one_tenant(plain, &house);
            else
                li_fault_cut_now(p.disk);
            li_house_close(&house);
            li_ctx_clear(plain->ctx);
            assert_ok(plain, li_fault_heal(plain->ctx, p.disk));
        }
        founded += is_founded;
    }
    assert_true(failed > HOUSES && founded == HOUSES);
    li_fault_vfs_unregister(p.disk);
}

int main(void)
{
    static const struct store_test tests[] = {
        SQLITE_TEST(the_power_goes),
        SQLITE_TEST(the_power_goes_at_the_start),
    };

    return STORE_TESTS_RUN("cases: loss of power", tests);
}
