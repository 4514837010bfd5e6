/* A town with two books, and what is done in them: for tests of the ledger. */
#ifndef TESTS_LIB_BOOKS_H
#define TESTS_LIB_BOOKS_H

#include "ledger/ledger.h"
#include "lib/town.h"

#define ALICE 1001
#define BOB   1002

/* "money": without lots; "points": with them. */
struct test_record *open_books(struct test_store *t);
struct li_ledger_who person(int64_t id);
struct li_ledger_who source(const char *name);
struct li_ledger_account account(struct test_record *r, const char *book, struct li_ledger_who who);
int64_t balance(struct test_record *r, const char *book, struct li_ledger_who who);

struct move {
    const char *book;
    struct li_ledger_who from, to;
    int64_t amount, until, hold;
};
/* The command's answer; *ret_entry (may be NULL) the entry. */
int move(struct test_record *r, struct move move, int64_t *ret_entry);
int give(struct test_record *r, const char *book, int64_t to, int64_t amount, int64_t until);
int spend(struct test_record *r, const char *book, int64_t from, int64_t amount);
int hold(struct test_record *r, const char *book, int64_t of, int64_t amount, int64_t until,
         int64_t *ret);
int release(struct test_record *r, int64_t hold);

struct li_ledger_report books_verified(struct test_record *r);
/* Nothing found, and every book sums to nothing. */
void assert_balances(struct test_record *r);
void let_time_pass(struct test_record *r, int64_t by);

#endif
