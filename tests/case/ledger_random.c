/*
 * The ledger at random and many at once: what everybody was answered adds up to what is there.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "base/time.h"
#include "lib/books.h"

/* ---- at random, against a model
 * ------------------------------------------------------------------------ */

#define PEOPLE 4
#define STEPS  400

struct model {
    int64_t balance[PEOPLE], held[PEOPLE];
    int64_t holds[PEOPLE], amounts[PEOPLE]; /* one hold each at most */
    uint64_t dice;
};

static int64_t roll(struct model *model, int64_t sides)
{
    model->dice = model->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((model->dice >> 33) % (uint64_t)sides);
}

static void step_give(struct test_record *r, struct model *m)
{
    int64_t who = roll(m, PEOPLE), amount = 1 + roll(m, 40);

    assert_ok(r->t, give(r, "points", ALICE + who, amount, 0));
    m->balance[who] += amount;
}

static void step_move(struct test_record *r, struct model *m, bool with_hold)
{
    int64_t from = roll(m, PEOPLE), to = (from + 1 + roll(m, PEOPLE - 1)) % PEOPLE;
    int64_t amount = 1 + roll(m, 60), spent = with_hold ? m->amounts[from] : 0;
    bool enough = m->balance[from] - amount >= m->held[from] - spent;
    int status = move(r,
                      (struct move){.book = "points",
                                    .from = person(ALICE + from),
                                    .to = person(ALICE + to),
                                    .amount = amount,
                                    .hold = with_hold ? m->holds[from] : 0},
                      NULL);

    assert_int_equal(status, enough ? 0 : -LI_E_SHORT);
    if (enough) {
        m->balance[from] -= amount;
        m->balance[to] += amount;
        m->held[from] -= spent;
        m->holds[from] = spent ? 0 : m->holds[from];
        m->amounts[from] = spent ? 0 : m->amounts[from];
    }
}

static void step_hold(struct test_record *r, struct model *m)
{
    int64_t who = roll(m, PEOPLE), amount = 1 + roll(m, 30), id;
    bool enough = m->balance[who] - m->held[who] >= amount;

    if (m->holds[who]) {
        assert_ok(r->t, release(r, m->holds[who]));
        m->held[who] = m->holds[who] = m->amounts[who] = 0;
    } else if (m->balance[who]) {
        assert_int_equal(hold(r, "points", ALICE + who, amount, 0, &id), enough ? 0 : -LI_E_SHORT);
        if (enough) {
            m->holds[who] = id;
            m->held[who] = m->amounts[who] = amount;
        }
    }
}

static void at_random(struct test_store *t)
{
    struct test_record *r = open_books(t);
    struct model m = {.dice = 20261122};

    for (int i = 0; i < STEPS; i++) {
        int64_t kind = roll(&m, 10);
        li_ctx_clear(r->ctx);
        if (kind < 3)
            step_give(r, &m);
        else if (kind < 8)
            step_move(r, &m, false);
        else if (kind < 9)
            step_hold(r, &m);
        else
            step_move(r, &m, true);
    }
    for (int64_t i = 0; i < PEOPLE; i++) {
        struct li_ledger_who who = person(ALICE + i);
        struct li_ledger_account found;
        int rc = li_ledger_account_of(r->ctx, t->writer, r->tenant, LI_S("points"), &who, &found);
        assert_true(rc == 0 ? found.balance == m.balance[i] && found.held == m.held[i]
                            : m.balance[i] == 0);
    }
    assert_balances(r);
}

/* ---- many at once
 * ------------------------------------------------------------------------------------------ */

#define THREADS 8
#define EACH    250

struct crowd {
    struct test_record *r;
    _Atomic int spent, refused, faults;
    _Atomic int next;
};

/* Everybody spends a hundred of what is enough for half of them. */
static void *crowd_main(void *arg)
{
    struct crowd *crowd = arg;
    struct li_arena *arena = li_arena_new(0);
    int thread = atomic_fetch_add(&crowd->next, 1);
    struct li_ctx ctx;

    li_ctx_init(&ctx, arena, crowd->r->clock, crowd->r->random);
    for (int i = 0; i < EACH; i++) {
        const struct li_ledger_line lines[] = {
            {.who = person(ALICE + (thread + i) % 2), .amount = -100},
            {.who = source("spent"), .amount = 100}};
        const struct li_posting posting = {.book = LI_S("money"),
                                           .rule = LI_S("race"),
                                           .version = 1,
                                           .lines = lines,
                                           .line_count = 2};
        struct li_job job = {.ctx = &ctx,
                             .tenant = crowd->r->tenant,
                             .command = &li_ledger_post,
                             .args = &posting,
                             .viewer = records_system()};
        int rc = li_run(crowd->r->record, &job);
        atomic_fetch_add(rc == 0             ? &crowd->spent
                         : rc == -LI_E_SHORT ? &crowd->refused
                                             : &crowd->faults,
                         1);
        li_ctx_clear(&ctx);
        li_arena_reset(arena);
    }
    li_arena_free(arena);
    return NULL;
}

static void racing(struct test_store *t)
{
    struct crowd crowd = {.r = open_books(t)};
    pthread_t threads[THREADS];
    const int half = THREADS * EACH / 4; /* of each of two purses: what it can pay */

    assert_ok(t, give(crowd.r, "money", ALICE, 100 * half + 99, 0));
    assert_ok(t, give(crowd.r, "money", BOB, 100 * half + 99, 0));
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, crowd_main, &crowd), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(crowd.faults, 0);
    assert_int_equal(crowd.spent, 2 * half);
    assert_int_equal(crowd.refused, THREADS * EACH - 2 * half);
    assert_int_equal(balance(crowd.r, "money", person(ALICE)), 99);
    assert_int_equal(balance(crowd.r, "money", person(BOB)), 99);
    assert_int_equal(balance(crowd.r, "money", source("spent")), 200 * half);
    assert_balances(crowd.r);
    assert_verifies(crowd.r, crowd.r->tenant);
}

/* Everybody does anything at once; what each was answered adds up to what is there. */
struct mixed {
    struct test_record *r;
    int64_t accounts[PEOPLE];
    _Atomic int64_t balance[PEOPLE], held[PEOPLE];
    _Atomic int next, done, faults;
};

static int64_t mixed_post(struct mixed *mixed, struct li_ctx *ctx, struct model *m)
{
    int64_t from = roll(m, PEOPLE + 1), to = roll(m, PEOPLE), amount = 1 + roll(m, 40);
    const struct li_ledger_line lines[] = {
        {.who = from == PEOPLE ? source("issued") : person(ALICE + from), .amount = -amount},
        {.who = person(ALICE + to),
         .amount = amount,
         .until = from == PEOPLE ? li_now(ctx->clock) + (1 + roll(m, 9)) * LI_DAY : 0}};
    const struct li_posting posting = {.book = LI_S("points"),
                                       .rule = LI_S("race"),
                                       .version = 1,
                                       .lines = lines,
                                       .line_count = 2};
    struct li_job job = {.ctx = ctx,
                         .tenant = mixed->r->tenant,
                         .command = &li_ledger_post,
                         .args = &posting,
                         .viewer = records_system()};
    int rc = from == to ? -LI_E_SHORT : li_run(mixed->r->record, &job);

    if (rc == 0) {
        atomic_fetch_add(&mixed->balance[to], amount);
        if (from < PEOPLE)
            atomic_fetch_sub(&mixed->balance[from], amount);
    }
    return rc;
}

/* A hold, and every other time its end. */
static int64_t mixed_hold(struct mixed *mixed, struct li_ctx *ctx, struct model *m)
{
    int64_t who = roll(m, PEOPLE), amount = 1 + roll(m, 20);
    const struct li_ledger_hold_args args = {.account = mixed->accounts[who], .amount = amount};
    struct li_job job = {.ctx = ctx,
                         .tenant = mixed->r->tenant,
                         .command = &li_ledger_hold,
                         .args = &args,
                         .viewer = records_system()};
    struct li_ledger_release_args end;
    int rc = li_run(mixed->r->record, &job);

    if (rc == 0)
        atomic_fetch_add(&mixed->held[who], amount);
    if (rc == 0 && roll(m, 2) == 0) {
        end.hold = job.entity;
        job = (struct li_job){.ctx = ctx,
                              .tenant = mixed->r->tenant,
                              .command = &li_ledger_release,
                              .args = &end,
                              .viewer = records_system()};
        rc = li_run(mixed->r->record, &job);
        if (rc == 0)
            atomic_fetch_sub(&mixed->held[who], amount);
    }
    return rc;
}

static void *mixed_main(void *arg)
{
    struct mixed *mixed = arg;
    struct li_arena *arena = li_arena_new(0);
    struct model m = {.dice = 20261122 + (uint64_t)atomic_fetch_add(&mixed->next, 1)};
    struct li_ctx ctx;

    li_ctx_init(&ctx, arena, mixed->r->clock, mixed->r->random);
    for (int i = 0; i < EACH; i++) {
        int64_t rc = roll(&m, 4) ? mixed_post(mixed, &ctx, &m) : mixed_hold(mixed, &ctx, &m);
        atomic_fetch_add(rc == 0 ? &mixed->done : &mixed->faults,
                         rc == 0 || rc != -LI_E_SHORT ? 1 : 0);
        li_ctx_clear(&ctx);
        li_arena_reset(arena);
    }
    li_arena_free(arena);
    return NULL;
}

static void racing_anyhow(struct test_store *t)
{
    struct mixed mixed = {.r = open_books(t)};
    pthread_t threads[THREADS];

    for (int64_t i = 0; i < PEOPLE; i++) {
        assert_ok(t, give(mixed.r, "points", ALICE + i, 100, 0));
        mixed.accounts[i] = account(mixed.r, "points", person(ALICE + i)).id;
        mixed.balance[i] = 100;
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, mixed_main, &mixed), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(mixed.faults, 0);
    assert_true(mixed.done > THREADS * EACH / 4);
    for (int64_t i = 0; i < PEOPLE; i++) {
        struct li_ledger_account found = account(mixed.r, "points", person(ALICE + i));
        assert_int_equal(found.balance, mixed.balance[i]);
        assert_int_equal(found.held, mixed.held[i]);
        assert_true(found.balance >= found.held);
    }
    assert_balances(mixed.r);
    let_time_pass(mixed.r, 10 * LI_DAY); /* every lot that has a time */
    for (int64_t i = 0; i < PEOPLE; i++)
        assert_true(balance(mixed.r, "points", person(ALICE + i)) <= mixed.balance[i]);
    assert_balances(mixed.r);
    assert_verifies(mixed.r, mixed.r->tenant);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(at_random),
        STORE_TEST(racing),
        STORE_TEST(racing_anyhow),
    };

    return STORE_TESTS_RUN("ledger at random", tests);
}
