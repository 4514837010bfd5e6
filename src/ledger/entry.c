/*
 * Entries as they were written: looked up, reversed, and as a statement.
 */
#include "ledger/inside.h"
#include "record/record.h"
#include "record/vault.h"

#define REASON 500 /* characters */

#define ENTRY_COLUMNS                                                                              \
    "e.id, e.seq, e.at, e.book, e.rule, e.evidence, e.version, e.case_id, e.part, e.made_by, "     \
    "e.approver, e.reverses, e.reversed_by"
LI_SQL(entry_by_id, "select " ENTRY_COLUMNS " from ledger_entry e "
                    "where e.tenant = $1 and e.id = $2");
LI_SQL(entry_of_case, "select " ENTRY_COLUMNS " from ledger_entry e "
                      "where e.tenant = $1 and e.case_id = $2 order by e.id limit $3");
LI_SQL(entry_lines, "select account, amount, until from ledger_line "
                    "where tenant = $1 and entry = $2 order by account, no");
LI_SQL(statement,
       "select " ENTRY_COLUMNS ", l.no, l.at, l.amount, l.balance, l.until "
       "from ledger_line l join ledger_entry e on e.tenant = l.tenant and e.id = l.entry "
       "where l.tenant = $1 and l.account = $2 and l.no < $3 order by l.no desc limit $4");
LI_SQL(balance_at,
       "select balance from ledger_line where tenant = $1 and account = $2 and at <= $3 "
       "order by at desc, no desc limit 1");

static int read_entry(struct li_ctx *ctx, const struct li_rows *rows, struct li_ledger_entry *ret)
{
    *ret = (struct li_ledger_entry){
        .id = li_col_i64(rows, 0),
        .seq = li_col_i64(rows, 1),
        .at = li_col_i64(rows, 2),
        .book = li_col_dup(ctx, rows, 3),
        .rule = li_col_dup(ctx, rows, 4),
        .evidence = li_col_dup(ctx, rows, 5),
        .version = li_col_i64(rows, 6),
        .case_id = li_col_i64(rows, 7),
        .part = li_col_i64(rows, 8),
        .made_by = li_col_i64(rows, 9),
        .approver = li_col_i64(rows, 10),
        .reverses = li_col_i64(rows, 11),
        .reversed_by = li_col_i64(rows, 12),
    };
    return ret->book.ptr && ret->rule.ptr && ret->evidence.ptr ? 0 : -LI_E_NOMEM;
}

int li_ledger_entry_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                         struct li_ledger_entry *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &entry_by_id, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r == 0) {
        r = read_entry(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

static int read_one(struct li_ctx *ctx, const struct li_rows *rows, void *ret)
{
    return read_entry(ctx, rows, ret);
}

int li_ledger_entries_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                         struct li_ledger_entry **ret, size_t *ret_count)
{
    void *all;
    int r = li_query_list(ctx, conn, &entry_of_case,
                          LI_ARGS(li_v(tenant), li_v(case_id), li_v(LI_LEDGER_OF_CASE)),
                          sizeof(**ret), read_one, &all, ret_count);

    if (r == 0) {
        *ret = all;
    }
    return r;
}

int li_ledger_lines(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entry,
                    struct li_ledger_line **ret, size_t *ret_count)
{
    struct li_ledger_line *lines = li_alloc_array(ctx, LI_LEDGER_LINES, sizeof(*lines));
    struct li_rows *rows;
    size_t count = 0;
    int r = lines ? li_query(ctx, conn, &entry_lines, LI_ARGS(li_v(tenant), li_v(entry)), &rows)
                  : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0 && count < LI_LEDGER_LINES) {
        lines[count++] = (struct li_ledger_line){.account = li_col_i64(rows, 0),
                                                 .amount = li_col_i64(rows, 1),
                                                 .until = li_col_i64(rows, 2)};
    }
    li_rows_done(rows);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = li_lot_of(ctx, conn, tenant, lines[i].account, entry, &lines[i].lot);
    }
    if (r == 0) {
        *ret = lines;
        *ret_count = count;
    }
    return r < 0 ? r : 0;
}

/* ---- ledger.reverse ------------------------------------------------------------------------ */

struct reversing {
    struct li_postings *postings;
    struct li_str reason;
};

/* What went out comes back as it was, and would expire as it would have; what came in goes out of
 * the very lot that it made, as far as that is still there. */
int li_ledger_opposite(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                       const struct li_ledger_entry *entry, struct li_posting *ret)
{
    struct li_posting posting = {.book = entry->book,
                                 .rule = LI_S("reverse"),
                                 .version = 1,
                                 .case_id = entry->case_id,
                                 .part = (int)entry->part,
                                 .reverses = entry->id};
    struct li_ledger_line *lines;
    int r = 0;

    if (entry->reversed_by || entry->reverses) {
        return LI_FAIL(ctx, LI_E_STATE,
                       entry->reverses ? "it is a reversal itself" : "it was reversed before");
    }
    r = li_ledger_lines(ctx, conn, tenant, entry->id, &lines, &posting.line_count);
    for (size_t i = 0; r == 0 && i < posting.line_count; i++) {
        lines[i].amount = -lines[i].amount;
        lines[i].until = lines[i].amount > 0 ? lines[i].until : 0;
        lines[i].lot = lines[i].amount > 0 ? 0 : lines[i].lot;
    }
    posting.lines = lines;
    if (r == 0) {
        *ret = posting;
    }
    return r;
}

static int reverse_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                          void **ret_plan)
{
    const struct li_ledger_reverse_args *given = args;
    struct reversing *reversing = li_alloc(ctx, sizeof(*reversing));
    struct li_ledger_entry entry;
    struct li_posting posting = {.version = 1};
    size_t length;
    int r = reversing ? li_ledger_entry_find(ctx, tx->conn, tx->tenant, given->entry, &entry)
                      : -LI_E_NOMEM;

    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such entry") : r;
    }
    length = li_utf8_valid(given->reason) ? li_utf8_length(given->reason) : 0;
    if (length == 0 || length > REASON) {
        return length ? li_fault(ctx, LI_FAULT_LONG, LI_S("/reason"), LI_S("500"))
                      : li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/reason"), LI_S(""));
    }
    reversing->reason = given->reason;
    r = li_ledger_opposite(ctx, tx->conn, tx->tenant, &entry, &posting);
    posting.approver = given->approver;
    r = r ? r : li_postings_decide(ctx, tx, &posting, 1, &reversing->postings);
    *ret_plan = reversing;
    return r;
}

static int reverse_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                         struct li_outcome *ret)
{
    const struct reversing *reversing = plan;
    struct li_hash reason;
    int r = li_vault_put(ctx, tx, li_postings_entry(reversing->postings, 0), 0, LI_S("reason"),
                         reversing->reason, false, &reason);

    return r ? r : li_ledger_write_alone(ctx, tx, reversing->postings, &reason, ret);
}

const struct li_command li_ledger_reverse = {
    .name = "ledger.reverse", .decide = reverse_decide, .write = reverse_write};

/* ---- statements --------------------------------------------------------------------------------
 */

int li_ledger_statement(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t account,
                        int64_t before, size_t limit, struct li_ledger_row **ret, size_t *ret_count)
{
    struct li_ledger_row *all = li_alloc_array(ctx, limit + 1, sizeof(*all));
    struct li_rows *rows;
    size_t count = 0;
    int r = all ? li_query(ctx, conn, &statement,
                           LI_ARGS(li_v(tenant), li_v(account), li_v(before ? before : INT64_MAX),
                                   li_v((int64_t)limit)),
                           &rows)
                : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_ledger_row *row = &all[count++];
        r = read_entry(ctx, rows, &row->entry);
        row->no = li_col_i64(rows, 13);
        row->at = li_col_i64(rows, 14);
        row->amount = li_col_i64(rows, 15);
        row->balance = li_col_i64(rows, 16);
        row->until = li_col_i64(rows, 17);
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

int li_ledger_balance_at(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t account,
                         int64_t at, int64_t *ret)
{
    int r =
        li_query_i64(ctx, conn, &balance_at, LI_ARGS(li_v(tenant), li_v(account), li_v(at)), ret);

    if (r == -LI_E_NOT_FOUND) {
        *ret = 0;
        return 0;
    }
    return r;
}
