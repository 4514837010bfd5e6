/*
 * Whether every book balances, and holds what history says it holds.
 */
#include "base/id.h"
#include "ledger/inside.h"
#include "record/history.h"

#define PAGE 1000 /* entries of history read at a time */

LI_SQL(verify_accounts, "select id, balance, held, line_count, lot_count from ledger_account "
                        "where tenant = $1 and id > $2 order by id limit 1000");
LI_SQL(verify_lines, "select no, amount, balance from ledger_line "
                     "where tenant = $1 and account = $2 order by no");
LI_SQL(verify_held, "select coalesce(cast(sum(amount) as bigint), 0) from ledger_hold "
                    "where tenant = $1 and account = $2 and state = 'open'");
LI_SQL(verify_lots, "select coalesce(cast(sum(remains) as bigint), 0) from ledger_lot "
                    "where tenant = $1 and account = $2 and remains > 0");
LI_SQL(verify_sums,
       "select entry, cast(sum(amount) as bigint) from ledger_line "
       "where tenant = $1 group by entry having cast(sum(amount) as bigint) <> 0 order by entry");
LI_SQL(verify_count, "select cast(count(*) as bigint) from ledger_entry where tenant = $1");
LI_SQL(verify_books, "select cast(count(*) as bigint) from ledger_book where tenant = $1");

struct verifying {
    struct li_ctx *told; /* where findings are kept */
    struct li_ctx *ctx;  /* of one step; forgotten after each */
    struct li_conn *conn;
    int64_t tenant;
    struct li_ledger_report *report;
    int64_t in_history; /* entries that history holds */
};

static int tell(struct verifying *verifying, struct li_str what)
{
    struct li_ledger_report *report = verifying->report;

    if (what.ptr && report->finding_count < LI_LEDGER_FINDINGS) {
        what = li_str_dup(verifying->told, what);
        report->findings[report->finding_count] = what;
    }
    report->finding_count++;
    return what.ptr ? 0 : -LI_E_NOMEM;
}

static int number(struct verifying *verifying, const struct li_sql *sql, const struct li_val *args,
                  size_t arg_count, int64_t *ret)
{
    return li_query_i64(verifying->ctx, verifying->conn, sql, args, arg_count, ret);
}

/* ---- accounts -------------------------------------------------------------------------------- */

/* Numbers without a gap, each balance from the one before. */
static int check_lines(struct verifying *verifying, const struct li_ledger_account *account)
{
    struct li_rows *rows;
    int64_t count = 0, balance = 0;
    bool follows = true;
    int r = li_query(verifying->ctx, verifying->conn, &verify_lines,
                     LI_ARGS(li_v(verifying->tenant), li_v(account->id)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(verifying->ctx, rows)) > 0) {
        count++;
        balance += li_col_i64(rows, 1);
        follows &= li_col_i64(rows, 0) == count && li_col_i64(rows, 2) == balance;
    }
    li_rows_done(rows);
    if (r == 0 && (!follows || count != account->line_count || balance != account->balance)) {
        char id[LI_ID_TEXT + 1];
        li_id_format(account->id, id);
        r = tell(verifying,
                 li_strf(verifying->ctx,
                         "account %s has %lld in %lld lines, and they say %lld in %lld%s", id,
                         (long long)account->balance, (long long)account->line_count,
                         (long long)balance, (long long)count,
                         follows ? "" : ", which do not follow one another"));
    }
    return r;
}

static int check_parts(struct verifying *verifying, const struct li_ledger_account *account)
{
    int64_t held, lots;
    char id[LI_ID_TEXT + 1];
    int r =
        number(verifying, &verify_held, LI_ARGS(li_v(verifying->tenant), li_v(account->id)), &held);

    li_id_format(account->id, id);
    r = r ? r
          : number(verifying, &verify_lots, LI_ARGS(li_v(verifying->tenant), li_v(account->id)),
                   &lots);
    if (r == 0 && held != account->held) {
        r = tell(verifying, li_strf(verifying->ctx, "account %s: %lld are held, its holds are %lld",
                                    id, (long long)account->held, (long long)held));
    }
    if (r == 0 && account->lot_count && lots != account->balance) {
        r = tell(verifying, li_strf(verifying->ctx, "account %s has %lld, its lots %lld", id,
                                    (long long)account->balance, (long long)lots));
    }
    return r;
}

/* A page of accounts behind *after; *ret_more false at the end. */
static int check_accounts(struct verifying *verifying, int64_t *after, bool *ret_more)
{
    struct li_ledger_account *page = li_alloc_array(verifying->ctx, PAGE, sizeof(*page));
    struct li_rows *rows;
    size_t count = 0;
    int r = page ? li_query(verifying->ctx, verifying->conn, &verify_accounts,
                            LI_ARGS(li_v(verifying->tenant), li_v(*after)), &rows)
                 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    while ((r = li_rows_next(verifying->ctx, rows)) > 0 && count < PAGE) {
        page[count++] = (struct li_ledger_account){.id = li_col_i64(rows, 0),
                                                   .balance = li_col_i64(rows, 1),
                                                   .held = li_col_i64(rows, 2),
                                                   .line_count = li_col_i64(rows, 3),
                                                   .lot_count = li_col_i64(rows, 4)};
    }
    li_rows_done(rows);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = check_lines(verifying, &page[i]);
        r = r ? r : check_parts(verifying, &page[i]);
        *after = page[i].id;
    }
    verifying->report->accounts += (int64_t)count;
    *ret_more = count == PAGE;
    return r < 0 ? r : 0;
}

static int check_sums(struct verifying *verifying)
{
    struct li_rows *rows;
    int r = li_query(verifying->ctx, verifying->conn, &verify_sums,
                     LI_ARGS(li_v(verifying->tenant)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(verifying->ctx, rows)) > 0) {
        char id[LI_ID_TEXT + 1];
        li_id_format(li_col_i64(rows, 0), id);
        r = tell(verifying, li_strf(verifying->ctx, "entry %s sums to %lld", id,
                                    (long long)li_col_i64(rows, 1)));
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    return r;
}

/* ---- history -----------------------------------------------------------------------------------
 */

/* Account and amount as often in one list as in the other; both are short. */
static bool is_line(const struct li_node *line, const struct li_ledger_line *row)
{
    const struct li_node *amount = li_node_get(line, "amount"), *until = li_node_get(line, "until");
    char id[LI_ID_TEXT + 1];

    li_id_format(row->account, id);
    return li_str_is(li_node_text(line, "account"), id) && amount && amount->kind == LI_INT &&
           amount->number == row->amount && until && until->kind == LI_INT &&
           until->number == row->until;
}

static bool agree(const struct li_node *lines, const struct li_ledger_line *rows, size_t count)
{
    bool used[LI_LEDGER_LINES] = {false};

    if (!lines || lines->kind != LI_LIST || lines->list.count != count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < count && (used[k] || !is_line(lines->list.items[i], &rows[k]))) {
            k++;
        }
        if (k == count) {
            return false;
        }
        used[k] = true;
    }
    return true;
}

static int check_entry(struct verifying *verifying, const struct li_entry *said,
                       const struct li_node *node)
{
    struct li_str text = li_node_text(node, "id");
    struct li_ledger_entry entry;
    struct li_ledger_line *lines;
    size_t count = 0;
    int64_t id = 0;
    int r = li_id_parse(verifying->ctx, text, &id);

    r = r ? r
          : li_ledger_entry_find(verifying->ctx, verifying->conn, verifying->tenant, id, &entry);
    r = r ? r
          : li_ledger_lines(verifying->ctx, verifying->conn, verifying->tenant, id, &lines, &count);
    if (r && r != -LI_E_NOT_FOUND && r != -LI_E_SYNTAX && r != -LI_E_INVALID) {
        return r;
    }
    verifying->in_history++;
    if (r || entry.seq != said->seq || entry.at != said->at ||
        !li_str_eq(entry.rule, li_node_text(node, "rule")) ||
        !li_str_eq(entry.book, li_node_text(node, "book")) ||
        !agree(li_node_get(node, "lines"), lines, count)) {
        li_ctx_clear(verifying->ctx);
        return tell(verifying, li_strf(verifying->ctx, "entry %.*s is not as history has it (%lld)",
                                       LI_P(text), (long long)said->seq));
    }
    return 0;
}

/* Most payloads hold no entry, and are not read for it. */
static int check_payload(struct verifying *verifying, const struct li_entry *said)
{
    static const char key[] = "\"" LI_LEDGER_KEY "\":[";
    const struct li_node *list;
    struct li_node *payload;
    int r;

    if (!memmem(said->payload.ptr, said->payload.len, key, sizeof(key) - 1)) {
        return 0;
    }
    r = li_json_read(verifying->ctx, said->payload, &payload);
    list = r ? NULL : li_node_get(payload, LI_LEDGER_KEY);
    for (size_t i = 0; r == 0 && list && list->kind == LI_LIST && i < list->list.count; i++) {
        r = check_entry(verifying, said, list->list.items[i]);
    }
    return r;
}

static int check_history(struct verifying *verifying)
{
    struct li_entry *entries;
    int64_t after = 0;
    size_t count = 1;
    int r = 0;

    while (r == 0 && count > 0) {
        r = li_history_read(verifying->ctx, verifying->conn, verifying->tenant, after, PAGE,
                            &entries, &count);
        for (size_t i = 0; r == 0 && i < count; i++) {
            after = entries[i].seq;
            r = check_payload(verifying, &entries[i]);
        }
        li_arena_reset(verifying->ctx->arena);
    }
    if (r == 0 && verifying->in_history != verifying->report->entries) {
        r = tell(verifying,
                 li_strf(verifying->ctx, "there are %lld entries, history has %lld",
                         (long long)verifying->report->entries, (long long)verifying->in_history));
    }
    return r;
}

int li_ledger_verify(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_ledger_report *ret)
{
    struct li_arena *arena = li_arena_new(0);
    struct li_ledger_report report = {0};
    struct li_ctx step;
    struct verifying verifying = {
        .told = ctx, .ctx = &step, .conn = conn, .tenant = tenant, .report = &report};
    int64_t after = 0;
    bool more = true;
    int r;

    if (!arena) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory to verify books");
    }
    li_ctx_init(&step, arena, ctx->clock, ctx->random);
    r = number(&verifying, &verify_books, LI_ARGS(li_v(tenant)), &report.books);
    r = r ? r : number(&verifying, &verify_count, LI_ARGS(li_v(tenant)), &report.entries);
    while (r == 0 && more && report.books) {
        r = check_accounts(&verifying, &after, &more);
        li_arena_reset(arena);
    }
    r = r || !report.books ? r : check_sums(&verifying);
    r = r || !report.books ? r : check_history(&verifying);
    if (r) {
        LI_FAIL(ctx, -r, "%.*s", LI_P(li_ctx_explain(&step)));
    } else {
        *ret = report;
    }
    li_arena_free(arena);
    return r;
}
