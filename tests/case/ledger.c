/*
 * The ledger: entries, limits, holds, lots, reversals, and what verify finds.  At random and many
 * at once: ledger_random.c.
 */
#include "base/time.h"
#include "case/message.h"
#include "lib/books.h"
#include "record/due.h"

#define PASSBOOK 2001

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

LI_SQL(told_of, "select count(*) from message where tenant = $1 and case_id = $2 and what = $3");

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

/* How often the passbook's holder was told. */
static int64_t told(struct test_record *r, const char *what)
{
    return records_number(
        r, &told_of, LI_ARGS(li_v(r->tenant), li_v((int64_t)PASSBOOK), li_v_text(li_str(what))));
}

static const struct li_ledger_who passbook = {.kind = LI_S_INIT("row"), .ref = PASSBOOK};

static int earn(struct test_record *r, int64_t amount, int64_t until)
{
    return move(r,
                (struct move){.book = "points",
                              .from = source("issued"),
                              .to = passbook,
                              .amount = amount,
                              .until = until},
                NULL);
}

/* Told before, written off by a rule, told after; each once, whatever is started anew meanwhile. */
static void lots_are_told(struct test_store *t)
{
    struct test_record *r = open_books(t);
    int64_t begun = li_now(r->clock), at = -1;
    struct li_ledger_row *rows = NULL;
    size_t count = 0;

    assert_ok(t, earn(r, 10, begun + 100 * LI_DAY));
    assert_ok(t, earn(r, 5, begun + 107 * LI_DAY)); /* within the same thirty days */
    assert_ok(t, earn(r, 3, begun + 20 * LI_DAY));  /* sooner than a notice */
    let_time_pass(r, 70 * LI_DAY - LI_MINUTE);
    assert_int_equal(balance(r, "points", passbook), 15);
    assert_int_equal(told(r, LI_NOTICE_SOON), 0);
    assert_int_equal(told(r, LI_NOTICE_OVER), 1);
    records_later(r, LI_HOUR);
    records_reopen(r); /* stopped while a notice was due */
    let_time_pass(r, 0);
    assert_int_equal(told(r, LI_NOTICE_SOON), 1);
    let_time_pass(r, 8 * LI_DAY);
    assert_int_equal(told(r, LI_NOTICE_SOON), 1);
    assert_int_equal(balance(r, "points", passbook), 15);
    records_later(r, 40 * LI_DAY);
    records_reopen(r);
    let_time_pass(r, 0);
    let_time_pass(r, LI_HOUR);
    assert_int_equal(balance(r, "points", passbook), 0);
    assert_int_equal(balance(r, "points", source("expired")), 18);
    assert_int_equal(told(r, LI_NOTICE_SOON), 1);
    assert_int_equal(told(r, LI_NOTICE_OVER), 2);
    assert_ok(t, li_ledger_statement(r->ctx, t->writer, r->tenant,
                                     account(r, "points", passbook).id, 0, 10, &rows, &count));
    assert_int_equal(count, 6);
    for (size_t i = 0; i < 3; i++) {
        assert_true(rows[i].amount < 0 && li_str_is(rows[i].entry.rule, "expire"));
        assert_int_equal(rows[i].entry.version, 1);
    }
    assert_ok(t, li_ledger_balance_at(r->ctx, t->writer, r->tenant,
                                      account(r, "points", passbook).id, begun + 75 * LI_DAY, &at));
    assert_int_equal(at, 15);
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
        STORE_TEST(entries),       STORE_TEST(what_is_no_entry),
        STORE_TEST(limits_stop),   STORE_TEST(holds),
        STORE_TEST(holds_lapse),   STORE_TEST(lots),
        STORE_TEST(reversals),     STORE_TEST(reversal_takes_its_own_lot),
        STORE_TEST(lots_are_told), STORE_TEST(tampered),
    };

    return STORE_TESTS_RUN("ledger", tests);
}
