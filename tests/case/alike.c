/*
 * What others alike have: exact after acts, undo, merges and new versions, under commands
 * that race; and numbers of the tenant's tables.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/canonical.h"
#include "case/deadline.h"
#include "case/link.h"
#include "case/undo.h"
#include "lib/cases.h"

#define CASES   12
#define STEPS   150
#define THREADS 4

LI_SQL(alike_rows, "select cast(count(*) as bigint) from case_sum where tenant = $1");

static struct test_cases *begin(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    struct li_str text;

    assert_ok(t, li_file_read(c->r->ctx, "tests/lib/alike.yaml", 0, &text));
    assert_ok(t, cases_adopt(c, li_str_c(c->r->ctx, text)));
    return c;
}

static int set(struct test_cases *c, int64_t id, const char *kind, int amount)
{
    struct li_str fields = li_strf(c->r->ctx, "{\"amount\":%d,\"kind\":\"%s\"}", amount, kind);
    int r = cases_act(c, id, CASES_DESK, "set", 0, fields.ptr);

    li_ctx_clear(c->r->ctx);
    return r;
}

static int undo(struct test_cases *c, int64_t id)
{
    const struct li_case_undo_args args = {.id = id};
    struct li_viewer viewer = cases_viewer(c, CASES_DESK, id);
    struct li_job job = records_job(c->r, &li_case_undo, &args);

    job.viewer = &viewer;
    return li_run(c->r->record, &job);
}

static int merge(struct test_cases *c, int64_t id, int64_t into)
{
    const struct li_case_merge_args args = {.id = id, .into = into};
    struct li_job job = records_job(c->r, &li_case_merge, &args);

    job.viewer = &c->viewers[CASES_DESK];
    return li_run(c->r->record, &job);
}

static int unmerge(struct test_cases *c, int64_t id)
{
    const struct li_case_unmerge_args args = {.id = id};
    struct li_job job = records_job(c->r, &li_case_unmerge, &args);

    job.viewer = &c->viewers[CASES_DESK];
    return li_run(c->r->record, &job);
}

static int64_t sum(struct test_cases *c, int64_t id)
{
    return cases_row(c, id).alike[0].sum;
}

static unsigned chance(struct test_cases *c)
{
    unsigned one;

    li_random_bytes(c->r->random, &one, sizeof(one));
    return one;
}

/* ---- against a model ------------------------------------------------------------- */

struct model {
    int64_t id;
    int amount;
    bool far, dropped;
};

static int64_t others(const struct model *all, int at)
{
    int64_t total = 0;

    for (int i = 0; i < CASES; i++) {
        total += i != at && !all[i].dropped && all[i].far == all[at].far ? all[i].amount : 0;
    }
    return total;
}

/* One random move; what must be refused is. */
static void move(struct test_cases *c, struct model *all, int at)
{
    struct model *one = &all[at], before = *one;
    int amount = (int)(chance(c) % 40);
    bool far = chance(c) % 3 == 0;

    if (one->dropped) {
        return;
    }
    if (chance(c) % 20 == 0) {
        assert_acts(c, one->id, CASES_DESK, "drop", 0, "{}");
        one->dropped = true;
    } else {
        one->far = far;
        bool fits = others(all, at) + amount <= (far ? 40 : 100);
        assert_int_equal(set(c, one->id, far ? "far" : "near", amount), fits ? 0 : -LI_E_CHECK);
        one->far = fits ? far : before.far;
        one->amount = fits ? amount : before.amount;
        if (!fits) {
            return;
        }
    }
    if (chance(c) % 3 == 0) {
        assert_ok(c->r->t, undo(c, one->id));
        *one = before;
    }
}

static void at_random(struct test_store *t)
{
    struct test_cases *c = begin(t);
    struct model all[CASES] = {{0}};

    for (int i = 0; i < CASES; i++) {
        all[i].id = cases_new(c, "alike", "{\"kind\":\"near\"}", NULL);
    }
    for (int i = 0; i < STEPS; i++) {
        int at = (int)(chance(c) % CASES);
        move(c, all, at);
        assert_int_equal(sum(c, all[at].id), others(all, at));
    }
    for (int i = 0; i < CASES; i++) {
        assert_int_equal(sum(c, all[i].id), others(all, i));
        assert_int_equal(cases_row(c, all[i].id).alike[1].count, CASES - 1);
    }
    cases_assert_counted(c);
}

static void merged(struct test_store *t)
{
    struct test_cases *c = begin(t);
    int64_t one = cases_new(c, "alike", "{}", NULL), two = cases_new(c, "alike", "{}", NULL);

    assert_int_equal(cases_row(c, one).alike[0].count, 0);
    assert_ok(t, set(c, one, "near", 60));
    assert_int_equal(set(c, two, "near", 50), -LI_E_CHECK);
    assert_ok(t, set(c, two, "near", 40));
    assert_int_equal(sum(c, one), 40);
    assert_ok(t, merge(c, two, one));
    assert_int_equal(sum(c, one), 0);
    assert_ok(t, unmerge(c, two));
    assert_int_equal(sum(c, one), 40);
    assert_int_equal(cases_act(c, one, CASES_DESK, "set", 0,
                               "{\"amount\":1,\"kind\":\"near\",\"ticks\":[\"two\"]}"),
                     -LI_E_CHECK);
}

/* A case of another playbook has no row. */
static void costs_nothing(struct test_store *t)
{
    struct test_cases *c = begin(t);

    cases_at(c, "checking");
    assert_int_equal(records_number(c->r, &alike_rows, LI_ARGS(li_v(c->r->tenant))), 0);
}

/* ---- the tenant's numbers ----------------------------------------------------------- */

static int put(struct test_cases *c, const struct li_deadline *rows, size_t count)
{
    const struct li_deadline_put args = {.rows = rows, .count = count};
    struct li_job job = records_job(c->r, &li_deadline_put, &args);

    return li_run(c->r->record, &job);
}

static void numbers(struct test_store *t)
{
    struct test_cases *c = begin(t);
    int32_t today = li_day_at(li_now(c->r->clock));
    int64_t id = cases_new(c, "alike", "{\"kind\":\"near\"}", NULL);
    struct li_deadline rows[] = {
        {.name = LI_S("most"), .level = LI_S("near"), .number = 7},
        {.name = LI_S("most"), .class = LI_S("440305001"), .level = LI_S("near"), .number = 9},
        {.name = LI_S("most"), .class = LI_S("440306"), .level = LI_S("near"), .number = 11},
        {.name = LI_S("most"), .length = {.amount = 5, .unit = 'd'}},
    };

    for (size_t i = 0; i < 4; i++) {
        rows[i].edition = LI_S("one");
        rows[i].since = today;
        rows[i].until = INT32_MAX;
    }
    assert_int_equal(cases_row(c, id).numbers[0], 100);
    assert_ok(t, put(c, rows, 4));
    assert_int_equal(cases_row(c, id).numbers[0], 9);
    assert_int_equal(cases_row(c, id).numbers[1], 1000);
    assert_int_equal(set(c, id, "near", 10), -LI_E_CHECK);
    assert_ok(t, set(c, id, "near", 9));
    /* what no line says is the playbook's */
    assert_ok(t, set(c, id, "far", 40));
    assert_int_equal(set(c, id, "far", 41), -LI_E_CHECK);
    rows[1].until = today + 1;
    rows[0].number = -1;
    assert_int_equal(put(c, rows, 2), -LI_E_INVALID);
    rows[0].number = 0;
    assert_ok(t, put(c, rows, 2));
    records_later(c->r, 24 * LI_HOUR);
    assert_int_equal(cases_row(c, id).numbers[0], 40); /* far */
    assert_ok(t, set(c, id, "near", 0));
    assert_int_equal(set(c, id, "near", 1), -LI_E_CHECK);
}

/* ---- racing --------------------------------------------------------------------------- */

struct crowd {
    struct test_cases *c;
    int64_t ids[CASES];
    _Atomic int next, done, refused, faults;
};

static void *crowd_main(void *arg)
{
    struct crowd *crowd = arg;
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;
    int at;

    li_ctx_init(&ctx, arena, crowd->c->r->clock, crowd->c->r->random);
    while ((at = atomic_fetch_add(&crowd->next, 1)) < CASES) {
        struct li_node *fields;
        struct li_case_act_args args = {.id = crowd->ids[at], .action = LI_S("set")};
        struct li_job job = {.ctx = &ctx,
                             .tenant = crowd->c->r->tenant,
                             .command = &li_case_act,
                             .args = &args,
                             .viewer = &crowd->c->viewers[CASES_DESK]};
        int r = li_canonical_read(&ctx, LI_S("{\"amount\":15,\"kind\":\"near\"}"), &fields);
        args.fields = fields;
        r = r ? r : li_run(crowd->c->r->record, &job);
        atomic_fetch_add(r == 0             ? &crowd->done
                         : r == -LI_E_CHECK ? &crowd->refused
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
    struct crowd crowd = {.c = begin(t)};
    pthread_t threads[THREADS];

    for (int i = 0; i < CASES; i++) {
        crowd.ids[i] = cases_new(crowd.c, "alike", "{\"kind\":\"near\"}", NULL);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, crowd_main, &crowd), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(crowd.faults, 0);
    assert_int_equal(crowd.done, 6); /* 90 of 100 */
    assert_int_equal(crowd.refused, CASES - 6);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(at_random), STORE_TEST(merged), STORE_TEST(costs_nothing),
        STORE_TEST(numbers),   STORE_TEST(racing),
    };

    return STORE_TESTS_RUN("cases: others alike", tests);
}
