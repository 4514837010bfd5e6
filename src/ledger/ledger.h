/*
 * The ledger 账本: double entry in any unit (fen, points, minutes, pieces).
 *
 * A book has one unit and many accounts.  An entry moves amounts between accounts of one book
 * and sums to zero; nothing is edited, an entry is only reversed by another, with a reason.  Every
 * entry names the rule it follows and that rule's version, its evidence, who made it and who
 * approved it.  What comes in comes from a source (an account without a least balance), so every
 * book balances at nothing, at any moment.
 *
 * A limit stops: an account's free amount (balance less what is held) never falls below its least,
 * nor its balance rises above its most.  Commands of a tenant run one after the other, so what was
 * decided is true when it is written, also when two clerks ask at once.
 *
 * In a book with lots every amount that comes in is a lot of its own with the instant at which it
 * expires; what goes out is taken from the oldest.  Amounts are whole numbers of the smallest unit.
 */
#ifndef LI_LEDGER_LEDGER_H
#define LI_LEDGER_LEDGER_H

#include "base/json.h"
#include "base/time.h"
#include "record/command.h"

#define LI_LEDGER_WORD  64 /* bytes of a book's, rule's, account's name: a-z 0-9 . : - */
#define LI_LEDGER_LINES 16 /* of an entry */
#define LI_LEDGER_MOST  INT64_C(1000000000000000) /* of an amount and of a balance */

/* ---- books and accounts -------------------------------------------------------------------- */

/* "ledger.book": opens a book.  By the system or an administrator. */
struct li_ledger_book {
    struct li_str name;
    struct li_str unit; /* "fen", "point", "minute", "piece" or another word */
    int places;         /* decimals a person reads: 2 of fen */
    struct li_str title_zh, title_en;
    bool lots;
};
extern const struct li_command li_ledger_book_open;
int li_ledger_book_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                        struct li_str name,
                        struct li_ledger_book *ret) LI_MUST_CHECK; /* NOT_FOUND quietly */
int li_ledger_books(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    struct li_ledger_book **ret, size_t *ret_count) LI_MUST_CHECK;

/* What a playbook keeps, when it is adopted: -LI_E_STATE where there is one of that name with
 * another unit, other decimals, or with lots or without; then, in write, opens it where there is
 * none and adds its map to the list that `json` stands in. */
int li_ledger_book_fits(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                        const struct li_ledger_book *book) LI_MUST_CHECK;
int li_ledger_book_keep(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_ledger_book *book, struct li_json *json) LI_MUST_CHECK;

/* Whose an account is: "person", "organization", "case", "row" (of a register) with their id;
 * "fund" and "source" with a name.  One of each in a book. */
struct li_ledger_who {
    struct li_str kind;
    int64_t ref;
    struct li_str name;
};

struct li_ledger_account {
    int64_t id;
    struct li_str book;
    struct li_ledger_who who;
    bool has_least, has_most;
    int64_t least, most;
    int64_t balance;
    int64_t held; /* of it, by open holds */
    int64_t line_count, lot_count;
    int64_t opened_at;
};
/* "ledger.account": opens an account with limits of its own.  Where an entry names somebody who has
 * none it is opened by itself, with nothing as its least (a source: without). */
struct li_ledger_account_args {
    struct li_str book;
    struct li_ledger_who who;
    bool has_least, has_most;
    int64_t least, most;
};
extern const struct li_command li_ledger_account_open; /* entity: the account */
/* NOT_FOUND quietly. */
int li_ledger_account_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                           struct li_ledger_account *ret) LI_MUST_CHECK;
int li_ledger_account_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                         struct li_str book, const struct li_ledger_who *who,
                         struct li_ledger_account *ret) LI_MUST_CHECK;

/* Those of a book, of one kind (empty: any), in order of id from behind `after`. */
int li_ledger_account_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                           struct li_str book, struct li_str kind, int64_t after, size_t limit,
                           struct li_ledger_account **ret, size_t *ret_count) LI_MUST_CHECK;

/* ---- entries -------------------------------------------------------------------------------- */

struct li_ledger_line {
    int64_t account; /* 0: `who` has it */
    struct li_ledger_who who;
    int64_t amount; /* not 0; above: comes in */
    int64_t until;  /* comes in, in a book with lots: when it expires; 0: never */
    int64_t lot;    /* goes out: take it from this one first; 0: the oldest */
};
struct li_posting {
    struct li_str book;
    struct li_str rule; /* a word */
    int64_t version;
    int64_t case_id; /* 0: none */
    int part;
    struct li_str evidence; /* a word: a paper's number, a file's name; may be empty */
    int64_t approver;       /* a person; 0: nobody had to */
    int64_t hold;           /* what it spends, as far as the line of its account takes; 0: none */
    int64_t reverses;       /* set by ledger.reverse */
    const struct li_ledger_line *lines;
    size_t line_count; /* 2 … LI_LEDGER_LINES */
};

/*
 * Several entries decided and written together: by the command below, and by whoever's own command
 * posts (an effect of a case's action).  Decided in decide: 0 or -LI_E_SHORT (not enough free),
 * -LI_E_OVER (more than the most), -LI_E_NOT_FOUND, -LI_E_STATE (the hold has ended),
 * -LI_E_INVALID with the place.  Written in write; `json` (canonical) then stands behind a key and
 * gets the list that `linli verify` holds the rows against.
 */
struct li_postings;
int li_postings_decide(struct li_ctx *ctx, const struct li_tx *tx,
                       const struct li_posting *postings, size_t count,
                       struct li_postings **ret) LI_MUST_CHECK;
int li_postings_write(struct li_ctx *ctx, const struct li_tx *tx, struct li_postings *postings,
                      struct li_json *json) LI_MUST_CHECK;
/* Its id, from 0. */
int64_t li_postings_entry(const struct li_postings *postings, size_t place);
#define LI_LEDGER_KEY "ledger" /* of a payload: the list */

/* "ledger.post"; args: struct li_posting.  entity: the entry. */
extern const struct li_command li_ledger_post;
/* "ledger.reverse": the opposite of an entry, once.  -LI_E_SHORT: what came in is spent already. */
struct li_ledger_reverse_args {
    int64_t entry;
    struct li_str reason; /* 1 … 500 characters, kept in the vault */
    int64_t approver;
};
extern const struct li_command li_ledger_reverse;

struct li_ledger_entry {
    int64_t id, seq, at;
    struct li_str book, rule, evidence;
    int64_t version, case_id, part, made_by, approver, reverses, reversed_by;
};
int li_ledger_entry_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                         struct li_ledger_entry *ret) LI_MUST_CHECK; /* NOT_FOUND quietly */

/* An entry's lines, in the arena, in order of account; `until` as they have it, `lot` the one each
 * made. */
int li_ledger_lines(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entry,
                    struct li_ledger_line **ret, size_t *ret_count) LI_MUST_CHECK;
/* What takes an entry back, to be posted with others; -LI_E_STATE: it was, or is a reversal. */
int li_ledger_opposite(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                       const struct li_ledger_entry *entry, struct li_posting *ret) LI_MUST_CHECK;
/* The entries made for a case, oldest first; at most LI_LEDGER_OF_CASE. */
#define LI_LEDGER_OF_CASE 1000
int li_ledger_entries_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                         struct li_ledger_entry **ret, size_t *ret_count) LI_MUST_CHECK;

/* ---- holds ------------------------------------------------------------------------------------
 */

/* "ledger.hold": keeps part of an account from being spent by others, until it is spent by an entry
 * that names it, released, or its time is over.  entity: the hold. */
struct li_ledger_hold_args {
    int64_t account;
    int64_t amount;
    int64_t until; /* 0: until it is ended */
    int64_t case_id;
};
extern const struct li_command li_ledger_hold;
/* "ledger.release", and "ledger.lapse" by the clock. */
struct li_ledger_release_args {
    int64_t hold;
};
extern const struct li_command li_ledger_release, li_ledger_lapse;

struct li_ledger_held {
    int64_t id, account, amount, until, case_id, made_at, ended_at;
    struct li_str state; /* open · spent · released · lapsed */
};
int li_ledger_hold_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                        struct li_ledger_held *ret) LI_MUST_CHECK; /* NOT_FOUND quietly */

/* "ledger.expire": a lot's time is over; by the clock. */
extern const struct li_command li_ledger_expire;
/*
 * So long before it, and as it has happened, the holder of a row is told: a due row asks for this
 * command, which a higher floor has.  Its arguments: {account, lot, until}; lot 0: something of the
 * account has expired, else the lot will at `until`, and li_ledger_expire_at is its next step.
 */
#define LI_LEDGER_NOTICE  (30 * LI_DAY)
#define LI_LEDGER_NOTICES "ledger.notice"
int li_ledger_expire_at(struct li_ctx *ctx, const struct li_tx *tx, int64_t account, int64_t lot,
                        int64_t at) LI_MUST_CHECK;

/* ---- reading -----------------------------------------------------------------------------------
 */

/* A line of a statement, with what its entry says. */
struct li_ledger_row {
    int64_t no, at, amount, balance, until;
    struct li_ledger_entry entry;
};
/* Newest first, below `before` (0: from the newest), at most `limit`. */
int li_ledger_statement(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t account,
                        int64_t before, size_t limit, struct li_ledger_row **ret,
                        size_t *ret_count) LI_MUST_CHECK;
/* The balance as it stood at an instant; 0 before the first line. */
int li_ledger_balance_at(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t account,
                         int64_t at, int64_t *ret) LI_MUST_CHECK;

/* How much of an account's lots expires before an instant, and when the first of it does; 0, 0. */
int li_ledger_expiring(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t account,
                       int64_t before, int64_t *ret_amount, int64_t *ret_first) LI_MUST_CHECK;

/* ---- verify
 * -------------------------------------------------------------------------------------- */

#define LI_LEDGER_FINDINGS 20
struct li_ledger_report {
    int64_t books, accounts, entries;
    struct li_str findings[LI_LEDGER_FINDINGS];
    size_t finding_count; /* also those that are not kept */
};
/* Every book balances: entries sum to zero, each line's balance follows from the one before,
 * accounts, holds and lots agree with the lines, and the entries are those that history holds. */
int li_ledger_verify(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_ledger_report *ret) LI_MUST_CHECK;

#endif
