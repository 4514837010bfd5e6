/*
 * The ledger: entries, limits, holds, lots, reversals; many at once; and what verify finds.
 */
#include "ledger/ledger.h"

#include <stdlib.h>

#include "base/time.h"
#include "lib/town.h"
#include "record/due.h"

#define ALICE 1001
#define BOB   1002

LI_SQL(of_books, "select coalesce(cast(sum(balance) as bigint), 0) from ledger_account "
                 "where tenant = $1 and book = $2");
LI_SQL(tamper_line, "update ledger_line set amount = amount + 5 "
                    "where tenant = $1 and account = $2 and no = 1");
LI_SQL(tamper_balance, "update ledger_account set balance = balance + 5 "
                       "where tenant = $1 and id = $2");
LI_SQL(tamper_hold,
       "update ledger_hold set amount = amount + 5 where tenant = $1 and account = $2");
LI_SQL(tamper_lot, "update ledger_lot set remains = remains + 5 "
                   "where tenant = $1 and account = $2 and no = 1");
LI_SQL(tamper_rule, "update ledger_entry set rule = 'gift' where tenant = $1 and id = $2");
LI_SQL(tamper_entry, "delete from ledger_entry where tenant = $1 and id = $2");
LI_SQL(tamper_lines, "delete from ledger_line where tenant = $1 and entry = $2");

/* ---- a town with two books --------------------------------------------------------------- */

static const struct li_command *const commands[] = {
    &li_ledger_book_open, &li_ledger_account_open, &li_ledger_post,
    &li_ledger_reverse,   &li_ledger_hold,         &li_ledger_release,
    &li_ledger_lapse,     &li_ledger_expire,       NULL};

/* "money": without lots; "points": with them. */
static struct test_record *open_books(struct test_store *t)
{
    static const struct li_ledger_book books[] = {{.name = LI_S_INIT("money"),
                                                   .unit = LI_S_INIT("fen"),
                                                   .places = 2,
                                                   .title_zh = LI_S_INIT("资金"),
                                                   .title_en = LI_S_INIT("Money")},
                                                  {.name = LI_S_INIT("points"),
                                                   .unit = LI_S_INIT("point"),
                                                   .title_zh = LI_S_INIT("积分"),
                                                   .title_en = LI_S_INIT("Points"),
                                                   .lots = true}};
    struct test_record *r = records_open(t, commands, NULL);

    assert_ok(t, records_run(r, &li_ledger_book_open, &books[0]));
    assert_ok(t, records_run(r, &li_ledger_book_open, &books[1]));
    return r;
}

static struct li_ledger_who person(int64_t id)
{
    return (struct li_ledger_who){.kind = LI_S("person"), .ref = id};
}

static struct li_ledger_who source(const char *name)
{
    return (struct li_ledger_who){.kind = LI_S("source"), .name = li_str(name)};
}

static struct li_ledger_account account(struct test_record *r, const char *book,
                                        struct li_ledger_who who)
{
    struct li_ledger_account found = {0};

    assert_ok(r->t,
              li_ledger_account_of(r->ctx, r->t->writer, r->tenant, li_str(book), &who, &found));
    return found;
}

static int64_t balance(struct test_record *r, const char *book, struct li_ledger_who who)
{
    return account(r, book, who).balance;
}

struct move {
    const char *book;
    struct li_ledger_who from, to;
    int64_t amount, until, hold;
};

/* The command's answer; *ret_entry (may be NULL) the entry. */
static int move(struct test_record *r, struct move move, int64_t *ret_entry)
{
    const struct li_ledger_line lines[] = {
        {.who = move.from, .amount = -move.amount},
        {.who = move.to, .amount = move.amount, .until = move.until}};
    const struct li_posting posting = {.book = li_str(move.book),
                                       .rule = LI_S("test"),
                                       .version = 1,
                                       .evidence = LI_S("paper:7"),
                                       .hold = move.hold,
                                       .lines = lines,
                                       .line_count = 2};
    struct li_job job = records_run_job(r, &li_ledger_post, &posting);

    if (ret_entry)
        *ret_entry = job.entity;
    return job.status;
}

static int give(struct test_record *r, const char *book, int64_t to, int64_t amount, int64_t until)
{
    return move(r,
                (struct move){.book = book,
                              .from = source("issued"),
                              .to = person(to),
                              .amount = amount,
                              .until = until},
                NULL);
}

static int spend(struct test_record *r, const char *book, int64_t from, int64_t amount)
{
    return move(
        r,
        (struct move){.book = book, .from = person(from), .to = source("spent"), .amount = amount},
        NULL);
}

static struct li_ledger_report books_verified(struct test_record *r)
{
    struct li_ledger_report report = {0};

    assert_ok(r->t, li_ledger_verify(r->ctx, r->t->writer, r->tenant, &report));
    return report;
}

/* Nothing found, and every book sums to nothing. */
static void assert_balances(struct test_record *r)
{
    struct li_ledger_report report = books_verified(r);

    for (size_t i = 0; i < report.finding_count && i < LI_LEDGER_FINDINGS; i++)
        print_message("# %.*s\n", LI_P(report.findings[i]));
    assert_int_equal(report.finding_count, 0);
    assert_int_equal(report.books, 2);
    assert_int_equal(
        records_number(r, &of_books, LI_ARGS(li_v(r->tenant), li_v_text(LI_S("money")))), 0);
    assert_int_equal(
        records_number(r, &of_books, LI_ARGS(li_v(r->tenant), li_v_text(LI_S("points")))), 0);
}

static void let_time_pass(struct test_record *r, int64_t by)
{
    struct li_due_turn *turns;
    size_t count = 1;

    records_later(r, by);
    while (count > 0)
        assert_ok(r->t, li_due_run(r->ctx, r->record, li_now(r->clock), &turns, &count));
}

/* ---- entries ----------------------------------------------------------------------------------
 */

static void entries(struct test_store *t)
{
    struct test_record *r = open_books(t);
    int64_t first = li_now(r->clock), then, at = -1;
    struct li_ledger_row *rows = NULL;
    size_t count = 0;

    assert_ok(t, give(r, "money", ALICE, 50000, 0));
    then = li_now(r->clock);
    records_later(r, LI_HOUR);
    assert_ok(t,
              move(r,
                   (struct move){
                       .book = "money", .from = person(ALICE), .to = person(BOB), .amount = 12345},
                   NULL));
    assert_int_equal(balance(r, "money", person(ALICE)), 37655);
    assert_int_equal(balance(r, "money", person(BOB)), 12345);
    assert_int_equal(balance(r, "money", source("issued")), -50000);
    assert_ok(t, li_ledger_statement(r->ctx, t->writer, r->tenant,
                                     account(r, "money", person(ALICE)).id, 0, 10, &rows, &count));
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].amount, -12345);
    assert_int_equal(rows[0].balance, 37655);
    assert_int_equal(rows[1].no, 1);
    assert_true(li_str_is(rows[1].entry.rule, "test"));
    assert_true(li_str_is(rows[1].entry.evidence, "paper:7"));
    assert_ok(t, li_ledger_statement(r->ctx, t->writer, r->tenant,
                                     account(r, "money", person(ALICE)).id, 2, 10, &rows, &count));
    assert_int_equal(count, 1);
    assert_ok(t,
              li_ledger_balance_at(r->ctx, t->writer, r->tenant,
                                   account(r, "money", person(ALICE)).id, then + LI_MINUTE, &at));
    assert_int_equal(at, 50000);
    assert_ok(t, li_ledger_balance_at(r->ctx, t->writer, r->tenant,
                                      account(r, "money", person(ALICE)).id, first - 1, &at));
    assert_int_equal(at, 0);
    assert_balances(r);
    assert_verifies(r, r->tenant);
}

static int post_lines(struct test_record *r, const struct li_ledger_line *lines, size_t count)
{
    const struct li_posting posting = {.book = LI_S("money"),
                                       .rule = LI_S("test"),
                                       .version = 1,
                                       .lines = lines,
                                       .line_count = count};

    return records_run(r, &li_ledger_post, &posting);
}

static void what_is_no_entry(struct test_store *t)
{
    struct test_record *r = open_books(t);
    const struct li_ledger_line uneven[] = {{.who = source("issued"), .amount = -5},
                                            {.who = person(ALICE), .amount = 4}};
    const struct li_ledger_line nothing[] = {{.who = source("issued"), .amount = 0},
                                             {.who = person(ALICE), .amount = 0}};
    const struct li_ledger_line nobody[] = {{.who = source("issued"), .amount = -5},
                                            {.account = 77, .amount = 5}};
    const struct li_ledger_line unknown[] = {{.who = source("issued"), .amount = -5},
                                             {.who = {.kind = LI_S("cat"), .ref = 1}, .amount = 5}};
    const struct li_ledger_line foreign[] = {{.who = source("issued"), .amount = -5},
                                             {.account = 0, .who = person(BOB), .amount = 5}};
    struct li_ledger_line other[2];

    assert_int_equal(post_lines(r, uneven, 2), -LI_E_INVALID);
    assert_int_equal(post_lines(r, uneven, 1), -LI_E_INVALID);
    assert_int_equal(post_lines(r, nothing, 2), -LI_E_INVALID);
    assert_told_at(r, "/lines/0/amount");
    assert_int_equal(post_lines(r, nobody, 2), -LI_E_NOT_FOUND);
    assert_int_equal(post_lines(r, unknown, 2), -LI_E_INVALID);
    assert_ok(t, give(r, "points", BOB, 5, 0));
    memcpy(other, foreign, sizeof(other));
    other[1].account = account(r, "points", person(BOB)).id;
    assert_int_equal(post_lines(r, other, 2), -LI_E_INVALID);
    assert_int_equal(give(r, "nowhere", ALICE, 5, 0), -LI_E_INVALID);
    assert_int_equal(books_verified(r).entries, 1);
    assert_balances(r);
}

static void limits_stop(struct test_store *t)
{
    struct test_record *r = open_books(t);
    const struct li_ledger_account_args fund = {.book = LI_S("money"),
                                                .who = {.kind = LI_S("fund"), .name = LI_S("2026")},
                                                .has_least = true,
                                                .least = -10000,
                                                .has_most = true,
                                                .most = 20000};
    struct li_ledger_who who = fund.who;

    assert_ok(t, records_run(r, &li_ledger_account_open, &fund));
    assert_int_equal(records_run(r, &li_ledger_account_open, &fund), -LI_E_UNIQUE);
    assert_ok(
        t, move(r, (struct move){.book = "money", .from = who, .to = person(BOB), .amount = 10000},
                NULL));
    assert_int_equal(
        move(r, (struct move){.book = "money", .from = who, .to = person(BOB), .amount = 1}, NULL),
        -LI_E_SHORT);
    assert_ok(
        t,
        move(r, (struct move){.book = "money", .from = source("state"), .to = who, .amount = 30000},
             NULL));
    assert_int_equal(
        move(r, (struct move){.book = "money", .from = source("state"), .to = who, .amount = 1},
             NULL),
        -LI_E_OVER);
    assert_int_equal(spend(r, "money", BOB, 10001), -LI_E_SHORT);
    assert_ok(t, spend(r, "money", BOB, 10000));
    assert_int_equal(spend(r, "money", ALICE, 1), -LI_E_SHORT);
    assert_balances(r);
}

/* ---- holds
 * ---------------------------------------------------------------------------------------- */

static int hold(struct test_record *r, const char *book, int64_t of, int64_t amount, int64_t until,
                int64_t *ret)
{
    const struct li_ledger_hold_args args = {
        .account = account(r, book, person(of)).id, .amount = amount, .until = until};
    struct li_job job = records_run_job(r, &li_ledger_hold, &args);

    *ret = job.entity;
    return job.status;
}

static int release(struct test_record *r, int64_t hold)
{
    const struct li_ledger_release_args args = {.hold = hold};

    return records_run(r, &li_ledger_release, &args);
}

static void holds(struct test_store *t)
{
    struct test_record *r = open_books(t);
    struct li_ledger_held found;
    int64_t one, two;

    assert_ok(t, give(r, "money", ALICE, 1000, 0));
    assert_ok(t, hold(r, "money", ALICE, 600, 0, &one));
    assert_int_equal(hold(r, "money", ALICE, 401, 0, &two), -LI_E_SHORT);
    assert_int_equal(spend(r, "money", ALICE, 401), -LI_E_SHORT);
    assert_ok(t, spend(r, "money", ALICE, 400));
    /* less than was held: the rest is free again */
    assert_ok(t, move(r,
                      (struct move){.book = "money",
                                    .from = person(ALICE),
                                    .to = source("spent"),
                                    .amount = 500,
                                    .hold = one},
                      NULL));
    assert_int_equal(account(r, "money", person(ALICE)).held, 0);
    assert_int_equal(balance(r, "money", person(ALICE)), 100);
    assert_ok(t, li_ledger_hold_find(r->ctx, t->writer, r->tenant, one, &found));
    assert_true(li_str_is(found.state, "spent"));
    assert_int_equal(release(r, one), -LI_E_STATE);
    assert_int_equal(move(r,
                          (struct move){.book = "money",
                                        .from = person(ALICE),
                                        .to = source("spent"),
                                        .amount = 1,
                                        .hold = one},
                          NULL),
                     -LI_E_STATE);
    assert_ok(t, hold(r, "money", ALICE, 100, 0, &one));
    assert_int_equal(move(r,
                          (struct move){.book = "money",
                                        .from = source("issued"),
                                        .to = person(ALICE),
                                        .amount = 1,
                                        .hold = one},
                          NULL),
                     -LI_E_INVALID);
    assert_ok(t, release(r, one));
    assert_int_equal(release(r, 4711), -LI_E_NOT_FOUND);
    assert_ok(t, spend(r, "money", ALICE, 100));
    assert_balances(r);
    assert_verifies(r, r->tenant);
}

static void holds_lapse(struct test_store *t)
{
    struct test_record *r = open_books(t);
    struct li_ledger_held found;
    int64_t one;

    assert_ok(t, give(r, "money", ALICE, 1000, 0));
    assert_int_equal(hold(r, "money", ALICE, 1000, li_now(r->clock), &one), -LI_E_INVALID);
    assert_ok(t, hold(r, "money", ALICE, 1000, li_now(r->clock) + LI_DAY, &one));
    let_time_pass(r, LI_DAY - LI_MINUTE);
    assert_int_equal(spend(r, "money", ALICE, 1), -LI_E_SHORT);
    let_time_pass(r, LI_HOUR);
    assert_ok(t, li_ledger_hold_find(r->ctx, t->writer, r->tenant, one, &found));
    assert_true(li_str_is(found.state, "lapsed"));
    assert_ok(t, spend(r, "money", ALICE, 1000));
    assert_balances(r);
}

/* ---- lots
 * -------------------------------------------------------------------------------------------- */

static void lots(struct test_store *t)
{
    struct test_record *r = open_books(t);
    int64_t now = li_now(r->clock), one;

    assert_ok(t, give(r, "points", ALICE, 10, now + 10 * LI_DAY));
    assert_ok(t, give(r, "points", ALICE, 20, now + 20 * LI_DAY));
    assert_ok(t, give(r, "points", ALICE, 30, 0));
    assert_ok(t, spend(r, "points", ALICE, 4)); /* of the oldest */
    assert_ok(t, hold(r, "points", ALICE, 40, 0, &one));
    let_time_pass(r, 11 * LI_DAY);
    assert_int_equal(balance(r, "points", person(ALICE)), 50);
    assert_int_equal(balance(r, "points", source("expired")), 6);
    let_time_pass(r, 10 * LI_DAY); /* 50, 40 of them held: ten of the twenty go */
    assert_int_equal(balance(r, "points", person(ALICE)), 40);
    assert_balances(r);
    assert_ok(t, release(r, one));
    let_time_pass(r, LI_MINUTE); /* the other ten */
    assert_int_equal(balance(r, "points", person(ALICE)), 30);
    let_time_pass(r, 1000 * LI_DAY);
    assert_int_equal(balance(r, "points", person(ALICE)), 30);
    assert_ok(t, spend(r, "points", ALICE, 30));
    assert_balances(r);
    assert_verifies(r, r->tenant);
}

/* ---- reversals
 * ------------------------------------------------------------------------------------------ */

static int reverse(struct test_record *r, int64_t entry, const char *reason, int64_t *ret)
{
    const struct li_ledger_reverse_args args = {.entry = entry, .reason = li_str(reason)};
    struct li_job job = records_run_job(r, &li_ledger_reverse, &args);

    *ret = job.entity;
    return job.status;
}

static void reversals(struct test_store *t)
{
    struct test_record *r = open_books(t);
    int64_t now = li_now(r->clock), earned, used, back, ignored;
    struct li_ledger_entry entry;
    struct li_str said;

    assert_ok(t, give(r, "points", ALICE, 10, now + 5 * LI_DAY));
    assert_ok(t, move(r,
                      (struct move){.book = "points",
                                    .from = source("issued"),
                                    .to = person(ALICE),
                                    .amount = 7,
                                    .until = now + 9 * LI_DAY},
                      &earned));
    assert_ok(
        t, move(r,
                (struct move){
                    .book = "points", .from = person(ALICE), .to = source("spent"), .amount = 12},
                &used));
    assert_int_equal(reverse(r, earned, "记错了人", &ignored), -LI_E_SHORT); /* five are left */
    assert_int_equal(reverse(r, used, "", &ignored), -LI_E_INVALID);
    assert_ok(t, reverse(r, used, "没有领取", &back));
    assert_int_equal(balance(r, "points", person(ALICE)), 17);
    assert_int_equal(reverse(r, used, "再来一次", &ignored), -LI_E_STATE);
    assert_int_equal(reverse(r, back, "反悔", &ignored), -LI_E_STATE);
    assert_int_equal(reverse(r, 4711, "没有这笔", &ignored), -LI_E_NOT_FOUND);
    assert_ok(t, li_ledger_entry_find(r->ctx, t->writer, r->tenant, used, &entry));
    assert_int_equal(entry.reversed_by, back);
    assert_ok(t, li_ledger_entry_find(r->ctx, t->writer, r->tenant, back, &entry));
    assert_int_equal(entry.reverses, used);
    assert_ok(t,
              li_vault_first(r->ctx, r->record, t->writer, r->tenant, back, LI_S("reason"), &said));
    assert_true(li_str_is(said, "没有领取"));
    /* what came back expires as soon as the soonest of what went */
    let_time_pass(r, 6 * LI_DAY);
    assert_int_equal(balance(r, "points", person(ALICE)), 5);
    assert_balances(r);
    assert_verifies(r, r->tenant);
}

/* The lot an entry made is what its reversal takes, not the oldest. */
static void reversal_takes_its_own_lot(struct test_store *t)
{
    struct test_record *r = open_books(t);
    int64_t now = li_now(r->clock), earned, ignored;

    assert_ok(t, give(r, "points", ALICE, 10, now + 5 * LI_DAY));
    assert_ok(
        t, move(r,
                (struct move){
                    .book = "points", .from = source("issued"), .to = person(ALICE), .amount = 7},
                &earned));
    assert_ok(t, reverse(r, earned, "重复登记", &ignored));
    let_time_pass(r, 6 * LI_DAY);
    assert_int_equal(balance(r, "points", person(ALICE)), 0);
    assert_balances(r);
}

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

/* ---- what verify finds
 * -------------------------------------------------------------------------------------- */

static void tampered(struct test_store *t)
{
    static const struct {
        const struct li_sql *sql;
        bool of_entry;
        size_t findings;
    } hands[] = {{&tamper_line, false, 3}, {&tamper_balance, false, 2}, {&tamper_hold, false, 1},
                 {&tamper_lot, false, 1},  {&tamper_rule, true, 1},     {&tamper_entry, true, 2},
                 {&tamper_lines, true, 3}};

    for (size_t i = 0; i < sizeof(hands) / sizeof(hands[0]); i++) {
        struct test_store *own = i ? test_store_new(t->kind, NULL) : t;
        struct test_record *r = open_books(own);
        int64_t entry, one;
        assert_ok(own, give(r, "points", ALICE, 10, 0));
        assert_ok(own,
                  move(r,
                       (struct move){
                           .book = "points", .from = person(ALICE), .to = person(BOB), .amount = 4},
                       &entry));
        assert_ok(own, hold(r, "points", ALICE, 2, 0, &one));
        assert_balances(r);
        records_tamper(
            r, hands[i].sql,
            LI_ARGS(li_v(r->tenant),
                    li_v(hands[i].of_entry ? entry : account(r, "points", person(ALICE)).id)));
        assert_int_equal(books_verified(r).finding_count, hands[i].findings);
        if (i)
            test_store_free(own);
    }
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(entries),     STORE_TEST(what_is_no_entry),
        STORE_TEST(limits_stop), STORE_TEST(holds),
        STORE_TEST(holds_lapse), STORE_TEST(lots),
        STORE_TEST(reversals),   STORE_TEST(reversal_takes_its_own_lot),
        STORE_TEST(at_random),   STORE_TEST(racing),
        STORE_TEST(tampered),
    };

    return STORE_TESTS_RUN("ledger", tests);
}
