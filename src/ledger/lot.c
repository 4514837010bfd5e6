/*
 * Lots: what came in when, how much of it is left, and when that expires.
 *
 * The remains of an account's lots are its balance.  What is held does not expire while it is held;
 * it does when the hold ends unspent.
 *
 * A lot has one due row, its next step: of a row's account first that its holder is told
 * (case/notice.c), then its end.
 */
#include "ledger/inside.h"

LI_SQL(lot_insert, "insert into ledger_lot (tenant, account, no, entry, remains, until) "
                   "values ($1, $2, $3, $4, $5, $6)");
LI_SQL(lot_update, "update ledger_lot set remains = $4 "
                   "where tenant = $1 and account = $2 and no = $3");
LI_SQL(lot_open, "select no, remains, until from ledger_lot "
                 "where tenant = $1 and account = $2 and remains > 0 and no > $3 order by no");
LI_SQL(lot_by_no, "select no, remains, until from ledger_lot "
                  "where tenant = $1 and account = $2 and no = $3");
LI_SQL(lot_of, "select no from ledger_lot where tenant = $1 and account = $2 and entry = $3");

/* What happens next of a lot; lot 0: of all that has expired of the account. */
static int set_next(struct li_ctx *ctx, const struct li_tx *tx, int64_t account, int64_t lot,
                    int64_t at, const char *command, int64_t until)
{
    struct li_due due = {.tenant = tx->tenant,
                         .entity = account,
                         .slot = LI_DUE_LOT + lot,
                         .at = at,
                         .command = li_str(command),
                         .args = li_strf(ctx, "{\"account\":%lld,\"lot\":%lld,\"until\":%lld}",
                                         (long long)account, (long long)lot, (long long)until)};

    return due.args.ptr ? li_due_set(ctx, tx, &due) : -LI_E_NOMEM;
}

int li_ledger_expire_at(struct li_ctx *ctx, const struct li_tx *tx, int64_t account, int64_t lot,
                        int64_t at)
{
    return set_next(ctx, tx, account, lot, at, "ledger.expire", at);
}

/* Whoever holds a row is told of it; nobody else has a page to read it on. */
static bool is_told(const struct li_ledger_account *account)
{
    return li_str_is(account->who.kind, "row");
}

int li_lot_make(struct li_ctx *ctx, const struct li_tx *tx, struct li_ledger_account *account,
                int64_t entry, int64_t amount, int64_t until)
{
    int64_t no = ++account->lot_count;
    int r = li_exec(ctx, tx->conn, &lot_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(account->id), li_v(no), li_v(entry),
                            li_v(amount), li_v(until)),
                    NULL);

    if (r || !until) {
        return r;
    }
    return is_told(account) && until - LI_LEDGER_NOTICE > tx->now
               ? set_next(ctx, tx, account->id, no, until - LI_LEDGER_NOTICE, LI_LEDGER_NOTICES,
                          until)
               : li_ledger_expire_at(ctx, tx, account->id, no, until);
}

struct lot {
    int64_t no, remains, until;
};

static int take_of(struct li_ctx *ctx, const struct li_tx *tx, int64_t account,
                   const struct lot *lot, int64_t *left, int64_t *until)
{
    int64_t taken = lot->remains < *left ? lot->remains : *left;
    int r;

    if (taken == 0) {
        return 0;
    }
    *left -= taken;
    if (lot->until && (!*until || lot->until < *until)) {
        *until = lot->until;
    }
    r = li_exec(ctx, tx->conn, &lot_update,
                LI_ARGS(li_v(tx->tenant), li_v(account), li_v(lot->no), li_v(lot->remains - taken)),
                NULL);
    if (r == 0 && taken == lot->remains && lot->until) {
        r = li_due_clear(ctx, tx, account, LI_DUE_LOT + lot->no);
    }
    return r;
}

static int find_lot(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t account,
                    int64_t no, struct lot *ret)
{
    struct li_rows *rows;
    int r =
        li_query_one(ctx, conn, &lot_by_no, LI_ARGS(li_v(tenant), li_v(account), li_v(no)), &rows);

    if (r == 0) {
        *ret = (struct lot){li_col_i64(rows, 0), li_col_i64(rows, 1), li_col_i64(rows, 2)};
        li_rows_done(rows);
    }
    return r;
}

/* The oldest that is not used up, behind `after`; no 0: there is none. */
static int next_lot(struct li_ctx *ctx, const struct li_tx *tx, int64_t account, int64_t after,
                    struct lot *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &lot_open,
                         LI_ARGS(li_v(tx->tenant), li_v(account), li_v(after)), &rows);

    *ret = (struct lot){0};
    if (r == 0) {
        *ret = (struct lot){li_col_i64(rows, 0), li_col_i64(rows, 1), li_col_i64(rows, 2)};
        li_rows_done(rows);
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

int li_lot_take(struct li_ctx *ctx, const struct li_tx *tx, int64_t account, int64_t first,
                int64_t amount, int64_t *ret_until)
{
    struct lot lot = {0};
    int64_t left = amount, until = 0;
    int r = first ? find_lot(ctx, tx->conn, tx->tenant, account, first, &lot) : 0;

    if (r == 0 && first) {
        r = take_of(ctx, tx, account, &lot, &left, &until);
    }
    for (lot.no = 0; r == 0 && left > 0;) {
        r = next_lot(ctx, tx, account, lot.no, &lot);
        if (r == 0 && !lot.no) {
            return LI_FAIL(ctx, LI_E_CORRUPT, "the lots of account %lld are less than its balance",
                           (long long)account);
        }
        r = r ? r : take_of(ctx, tx, account, &lot, &left, &until);
    }
    *ret_until = until;
    return r;
}

int li_lot_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t account,
              int64_t entry, int64_t *ret)
{
    int r =
        li_query_i64(ctx, conn, &lot_of, LI_ARGS(li_v(tenant), li_v(account), li_v(entry)), ret);

    if (r == -LI_E_NOT_FOUND) {
        *ret = 0;
        return 0;
    }
    return r;
}

int li_lot_overdue(struct li_ctx *ctx, const struct li_tx *tx, int64_t account)
{
    struct lot lot = {0};
    int r;

    do {
        r = next_lot(ctx, tx, account, lot.no, &lot);
        if (r == 0 && lot.no && lot.until && lot.until <= tx->now) {
            r = li_ledger_expire_at(ctx, tx, account, lot.no, tx->now);
        }
    } while (r == 0 && lot.no);
    return r;
}

/* ---- ledger.expire -----------------------------------------------------------------------------
 */

struct expiring {
    int64_t account, lot;
};

struct expiry {
    struct li_ledger_account account;
    struct li_postings *postings;
};

static int expire_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    const struct li_node *account = li_node_get(args, "account"), *lot = li_node_get(args, "lot");
    struct expiring *expiring = li_alloc(ctx, sizeof(*expiring));

    if (!expiring) {
        return -LI_E_NOMEM;
    }
    if (!account || account->kind != LI_INT || !lot || lot->kind != LI_INT) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a lot's due row names none");
    }
    *expiring = (struct expiring){account->number, lot->number};
    *ret = expiring;
    return 0;
}

/* What is not held of the lot goes to the source "expired". */
static int expire_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct expiring *expiring = args;
    struct expiry *expiry = li_alloc(ctx, sizeof(*expiry));
    const struct li_ledger_account *account = expiry ? &expiry->account : NULL;
    struct lot lot;
    int64_t amount;
    int r = expiry ? li_ledger_account_find(ctx, tx->conn, tx->tenant, expiring->account,
                                            &expiry->account)
                   : -LI_E_NOMEM;

    r = r ? r : find_lot(ctx, tx->conn, tx->tenant, expiring->account, expiring->lot, &lot);
    if (r) {
        return r;
    }
    amount = account->balance - account->held;
    amount = lot.remains < amount ? lot.remains : amount;
    if (amount <= 0 || !lot.until || lot.until > tx->now) {
        return LI_FAIL(ctx, LI_E_STATE, "nothing of the lot expires now");
    }
    const struct li_ledger_line lines[] = {
        {.account = account->id, .amount = -amount, .lot = lot.no},
        {.who = {.kind = LI_S("source"), .name = LI_S("expired")}, .amount = amount}};
    const struct li_posting posting = {.book = account->book,
                                       .rule = LI_S("expire"),
                                       .version = 1,
                                       .lines = lines,
                                       .line_count = 2};
    r = li_postings_decide(ctx, tx, &posting, 1, &expiry->postings);
    *ret_plan = expiry;
    return r;
}

static int expire_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                        struct li_outcome *ret)
{
    const struct expiry *expiry = plan;
    int r = is_told(&expiry->account)
                ? set_next(ctx, tx, expiry->account.id, 0, tx->now, LI_LEDGER_NOTICES, 0)
                : 0;

    return r ? r : li_ledger_write_alone(ctx, tx, expiry->postings, NULL, ret);
}

const struct li_command li_ledger_expire = {
    .name = "ledger.expire", .parse = expire_parse, .decide = expire_decide, .write = expire_write};

int li_ledger_expiring(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t account,
                       int64_t before, int64_t *ret_amount, int64_t *ret_first)
{
    struct li_rows *rows;
    int64_t amount = 0, first = 0;
    int r = li_query(ctx, conn, &lot_open, LI_ARGS(li_v(tenant), li_v(account), li_v(INT64_C(0))),
                     &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        int64_t until = li_col_i64(rows, 2);
        if (until && until < before) {
            amount += li_col_i64(rows, 1);
            first = first && first < until ? first : until;
        }
    }
    li_rows_done(rows);
    *ret_amount = amount;
    *ret_first = first;
    return r < 0 ? r : 0;
}
