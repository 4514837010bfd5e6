/* A town with two books; see books.h. */
#include "lib/books.h"

#include "base/time.h"
#include "case/message.h"
#include "record/due.h"

LI_SQL(of_books, "select coalesce(cast(sum(balance) as bigint), 0) from ledger_account "
                 "where tenant = $1 and book = $2");

static const struct li_command *const commands[] = {&li_ledger_book_open, &li_ledger_account_open,
                                                    &li_ledger_post,      &li_ledger_reverse,
                                                    &li_ledger_hold,      &li_ledger_release,
                                                    &li_ledger_lapse,     &li_ledger_expire,
                                                    &li_message_notice,   NULL};

struct test_record *open_books(struct test_store *t)
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

struct li_ledger_who person(int64_t id)
{
    return (struct li_ledger_who){.kind = LI_S("person"), .ref = id};
}

struct li_ledger_who source(const char *name)
{
    return (struct li_ledger_who){.kind = LI_S("source"), .name = li_str(name)};
}

struct li_ledger_account account(struct test_record *r, const char *book, struct li_ledger_who who)
{
    struct li_ledger_account found = {0};

    assert_ok(r->t,
              li_ledger_account_of(r->ctx, r->t->writer, r->tenant, li_str(book), &who, &found));
    return found;
}

int64_t balance(struct test_record *r, const char *book, struct li_ledger_who who)
{
    return account(r, book, who).balance;
}

int move(struct test_record *r, struct move move, int64_t *ret_entry)
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

int give(struct test_record *r, const char *book, int64_t to, int64_t amount, int64_t until)
{
    return move(r,
                (struct move){.book = book,
                              .from = source("issued"),
                              .to = person(to),
                              .amount = amount,
                              .until = until},
                NULL);
}

int spend(struct test_record *r, const char *book, int64_t from, int64_t amount)
{
    return move(
        r,
        (struct move){.book = book, .from = person(from), .to = source("spent"), .amount = amount},
        NULL);
}

struct li_ledger_report books_verified(struct test_record *r)
{
    struct li_ledger_report report = {0};

    assert_ok(r->t, li_ledger_verify(r->ctx, r->t->writer, r->tenant, &report));
    return report;
}

void assert_balances(struct test_record *r)
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

void let_time_pass(struct test_record *r, int64_t by)
{
    struct li_due_turn *turns;
    size_t count = 1;

    records_later(r, by);
    while (count > 0)
        assert_ok(r->t, li_due_run(r->ctx, r->record, li_now(r->clock), &turns, &count));
}

int hold(struct test_record *r, const char *book, int64_t of, int64_t amount, int64_t until,
         int64_t *ret)
{
    const struct li_ledger_hold_args args = {
        .account = account(r, book, person(of)).id, .amount = amount, .until = until};
    struct li_job job = records_run_job(r, &li_ledger_hold, &args);

    *ret = job.entity;
    return job.status;
}

int release(struct test_record *r, int64_t hold)
{
    const struct li_ledger_release_args args = {.hold = hold};

    return records_run(r, &li_ledger_release, &args);
}
