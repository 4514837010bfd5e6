/*
 * "ledger.notice": who holds a row is told that something on it expires soon, or has expired.
 *
 * The ledger asks for it by a due row (LI_LEDGER_NOTICES) and knows nobody to tell.  A message says
 * no amount: the holder's page has it, exact on the day it is read.
 */
#include "case/inside.h"
#include "case/message.h"

#define OFTEN (30 * LI_DAY) /* who earns every week is not told every week */

LI_SQL(notice_last, "select coalesce(max(told_at), 0) from message "
                    "where tenant = $1 and case_id = $2 and what = $3");

struct notice {
    int64_t account, lot, until; /* lot 0: something has expired */
    int64_t row;                 /* 0: nobody is told */
};

static int64_t number_of(const struct li_node *args, const char *name)
{
    const struct li_node *node = li_node_get(args, name);

    return node && node->kind == LI_INT ? node->number : -1;
}

static int notice_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    struct notice *notice = li_alloc(ctx, sizeof(*notice));

    if (!notice) {
        return -LI_E_NOMEM;
    }
    *notice = (struct notice){.account = number_of(args, "account"),
                              .lot = number_of(args, "lot"),
                              .until = number_of(args, "until")};
    if (notice->account < 0 || notice->lot < 0 || notice->until < 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a due row of a notice names no lot");
    }
    *ret = notice;
    return 0;
}

static const char *what_of(const struct notice *notice)
{
    return notice->lot ? LI_NOTICE_SOON : LI_NOTICE_OVER;
}

static int last_told(struct li_ctx *ctx, const struct li_tx *tx, int64_t row, const char *what,
                     int64_t *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &notice_last,
                         LI_ARGS(li_v(tx->tenant), li_v(row), li_v_text(li_str(what))), &rows);

    if (r == 0) {
        *ret = li_col_i64(rows, 0);
        li_rows_done(rows);
    }
    return r;
}

static int notice_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    struct notice *notice = li_alloc(ctx, sizeof(*notice));
    struct li_ledger_account account;
    int64_t last = 0;
    int r = notice ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *notice = *(const struct notice *)args;
    r = li_ledger_account_find(ctx, tx->conn, tx->tenant, notice->account, &account);
    r = r ? r : last_told(ctx, tx, account.who.ref, what_of(notice), &last);
    if (r == 0 && (!last || last + OFTEN <= tx->now)) {
        notice->row = account.who.ref;
    }
    *ret_plan = notice;
    return r;
}

static int notice_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                        struct li_outcome *ret)
{
    const struct notice *notice = plan;
    int r = notice->row ? li_message_put(ctx, tx, notice->row, li_str(what_of(notice))) : 0;

    ret->entity = notice->account;
    return r || !notice->lot
               ? r
               : li_ledger_expire_at(ctx, tx, notice->account, notice->lot, notice->until);
}

const struct li_command li_message_notice = {
    .name = LI_LEDGER_NOTICES,
    .working = true,
    .parse = notice_parse,
    .decide = notice_decide,
    .write = notice_write,
};
