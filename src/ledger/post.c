/*
 * Posting: what entries mean for the accounts they touch, decided together, then written.
 *
 * Several entries of one command see one another's balances; an account they touch is kept once.
 */
#include "base/grow.h"
#include "base/id.h"
#include "ledger/inside.h"
#include "record/record.h"
#include "record/vault.h"

LI_SQL(entry_insert,
       "insert into ledger_entry (tenant, id, seq, at, book, rule, version, case_id, part, "
       "evidence, made_by, approver, reverses) "
       "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)");
LI_SQL(entry_reversed, "update ledger_entry set reversed_by = $3 where tenant = $1 and id = $2");
LI_SQL(line_insert,
       "insert into ledger_line (tenant, account, no, entry, at, amount, balance, until) "
       "values ($1, $2, $3, $4, $5, $6, $7, $8)");

struct touched {
    struct li_ledger_account account; /* as it is after all of it */
    bool fresh;                       /* opened here */
    bool lots;
};

struct entry {
    int64_t id;
    struct li_posting posting;
    struct li_ledger_line lines[LI_LEDGER_LINES]; /* with their accounts' ids */
    bool has_hold;
    struct li_ledger_held hold;
};

struct li_postings {
    struct entry *entries;
    size_t count;
    struct touched *touched;
    size_t touched_count, touched_cap;
};

int64_t li_postings_entry(const struct li_postings *postings, size_t place)
{
    li_assert(place < postings->count);
    return postings->entries[place].id;
}

/* ---- deciding: the accounts ------------------------------------------------------------------ */

static struct touched *find_touched(struct li_postings *postings, int64_t id, struct li_str book,
                                    const struct li_ledger_who *who)
{
    for (size_t i = 0; i < postings->touched_count; i++) {
        const struct li_ledger_account *account = &postings->touched[i].account;
        if (id ? account->id == id
               : li_str_eq(account->book, book) && li_str_eq(account->who.kind, who->kind) &&
                     account->who.ref == who->ref && li_str_eq(account->who.name, who->name)) {
            return &postings->touched[i];
        }
    }
    return NULL;
}

/* Somebody who has no account yet: nothing is their least, and a source has none. */
static int open_account(struct li_ctx *ctx, const struct li_tx *tx, struct li_str book,
                        const struct li_ledger_who *who, struct touched *ret)
{
    int r = li_ledger_who_check(ctx, LI_S("/lines"), who);

    *ret = (struct touched){
        .fresh = true,
        .account = {.id = r ? 0 : li_id_next(li_record_ids(tx->record), ctx->clock),
                    .book = book,
                    .who = *who,
                    .has_least = !li_str_is(who->kind, "source")}};
    return r;
}

static int touch(struct li_ctx *ctx, const struct li_tx *tx, struct li_postings *postings,
                 const struct li_ledger_book *book, const struct li_ledger_line *line,
                 struct touched **ret)
{
    struct touched *found = find_touched(postings, line->account, book->name, &line->who), *all;
    struct touched one = {0};
    int r;

    if (found) {
        *ret = found;
        return 0;
    }
    r = line->account
            ? li_ledger_account_find(ctx, tx->conn, tx->tenant, line->account, &one.account)
            : li_ledger_account_of(ctx, tx->conn, tx->tenant, book->name, &line->who, &one.account);
    if (r == -LI_E_NOT_FOUND && !line->account) {
        r = open_account(ctx, tx, book->name, &line->who, &one);
    } else if (r == -LI_E_NOT_FOUND) {
        r = LI_FAIL(ctx, LI_E_NOT_FOUND, "no account %lld", (long long)line->account);
    }
    if (r == 0 && !li_str_eq(one.account.book, book->name)) {
        r = LI_FAIL(ctx, LI_E_INVALID, "an account of another book");
    }
    all = r ? NULL
            : li_grow(ctx, postings->touched, postings->touched_count, &postings->touched_cap,
                      sizeof(*all));
    if (!all) {
        return r ? r : -LI_E_NOMEM;
    }
    postings->touched = all;
    one.lots = book->lots && !li_ledger_is_source(&one.account);
    all[postings->touched_count] = one;
    *ret = &all[postings->touched_count++];
    return 0;
}

/* ---- deciding: one entry ------------------------------------------------------------------------
 */

/* A paper's number as whoever made it writes it. */
static bool is_evidence(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           memchr(".:-_/", c, 5);
}

static int check_words(struct li_ctx *ctx, const struct li_posting *posting)
{
    int r = li_ledger_word(ctx, LI_S("/rule"), posting->rule, false);

    if (r == 0 && posting->evidence.len > LI_LEDGER_WORD) {
        r = li_fault(ctx, LI_FAULT_LONG, LI_S("/evidence"), LI_S("40"));
    }
    for (size_t i = 0; r == 0 && i < posting->evidence.len; i++) {
        if (!is_evidence(posting->evidence.ptr[i])) {
            r = li_fault(ctx, LI_FAULT_PATTERN, LI_S("/evidence"), LI_S(""));
        }
    }
    if (r == 0 && (posting->line_count < 2 || posting->line_count > LI_LEDGER_LINES)) {
        r = li_fault(ctx, posting->line_count < 2 ? LI_FAULT_FEW : LI_FAULT_MANY, LI_S("/lines"),
                     posting->line_count < 2 ? LI_S("2") : LI_S("16"));
    }
    return r;
}

static int check_sum(struct li_ctx *ctx, const struct li_posting *posting)
{
    int64_t sum = 0;

    for (size_t i = 0; i < posting->line_count; i++) {
        int64_t amount = posting->lines[i].amount;
        if (amount == 0 || amount < -LI_LEDGER_MOST || amount > LI_LEDGER_MOST) {
            return li_fault(ctx, LI_FAULT_FORMAT, li_strf(ctx, "/lines/%zu/amount", i),
                            LI_S("1 … 1000000000000000"));
        }
        sum += amount;
    }
    return sum ? LI_FAIL(ctx, LI_E_INVALID, "the lines sum to %lld, not to nothing", (long long)sum)
               : 0;
}

/* The hold must be open, and of an account that gives here. */
static int find_hold(struct li_ctx *ctx, const struct li_tx *tx, struct entry *entry)
{
    const struct li_posting *posting = &entry->posting;
    int r = li_ledger_hold_find(ctx, tx->conn, tx->tenant, posting->hold, &entry->hold);

    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such hold") : r;
    }
    if (!li_str_is(entry->hold.state, "open")) {
        return LI_FAIL(ctx, LI_E_STATE, "the hold has ended: %.*s", LI_P(entry->hold.state));
    }
    entry->has_hold = true;
    return 0;
}

static int move(struct li_ctx *ctx, const struct li_ledger_line *line, struct touched *touched)
{
    struct li_ledger_account *account = &touched->account;
    bool is_out = line->amount < 0;

    account->balance += line->amount;
    if (is_out && account->has_least && account->balance - account->held < account->least) {
        return LI_FAIL(
            ctx, LI_E_SHORT, "%lld are free, %lld are asked for",
            (long long)(account->balance - line->amount - account->held - account->least),
            (long long)-line->amount);
    }
    if (!is_out && account->has_most && account->balance > account->most) {
        return LI_FAIL(ctx, LI_E_OVER, "%lld is the most it may hold", (long long)account->most);
    }
    if (account->balance > LI_LEDGER_MOST || account->balance < -LI_LEDGER_MOST) {
        return LI_FAIL(ctx, LI_E_OVER, "more than a book can hold");
    }
    return 0;
}

/* What goes out is looked at after what comes in, so that an account named twice is judged once. */
static int decide_lines(struct li_ctx *ctx, const struct li_tx *tx, struct li_postings *postings,
                        const struct li_ledger_book *book, struct entry *entry)
{
    int r = 0;

    for (int out = 0; r == 0 && out < 2; out++) {
        for (size_t i = 0; r == 0 && i < entry->posting.line_count; i++) {
            struct li_ledger_line *line = &entry->lines[i];
            struct touched *touched;
            if ((line->amount < 0) != (out == 1)) {
                continue;
            }
            r = touch(ctx, tx, postings, book, line, &touched);
            if (r) {
                break;
            }
            line->account = touched->account.id;
            if (entry->has_hold && out && line->account == entry->hold.account) {
                touched->account.held -= entry->hold.amount;
                entry->hold.account = 0; /* spent */
            }
            r = move(ctx, line, touched);
        }
    }
    if (r == 0 && entry->has_hold && entry->hold.account) {
        r = LI_FAIL(ctx, LI_E_INVALID, "nothing of this spends the hold");
    }
    return r;
}

static int decide_one(struct li_ctx *ctx, const struct li_tx *tx, struct li_postings *postings,
                      struct entry *entry)
{
    const struct li_posting *posting = &entry->posting;
    struct li_ledger_book book;
    int r = check_words(ctx, posting);

    r = r ? r : check_sum(ctx, posting);
    r = r ? r : li_ledger_book_find(ctx, tx->conn, tx->tenant, posting->book, &book);
    if (r == -LI_E_NOT_FOUND) {
        return li_fault(ctx, LI_FAULT_UNKNOWN, LI_S("/book"), LI_S(""));
    }
    r = r || !posting->hold ? r : find_hold(ctx, tx, entry);
    if (r) {
        return r;
    }
    memcpy(entry->lines, posting->lines, posting->line_count * sizeof(entry->lines[0]));
    return decide_lines(ctx, tx, postings, &book, entry);
}

int li_postings_decide(struct li_ctx *ctx, const struct li_tx *tx, const struct li_posting *given,
                       size_t count, struct li_postings **ret)
{
    struct li_postings *postings = li_alloc(ctx, sizeof(*postings));
    int r = 0;

    if (!postings) {
        return -LI_E_NOMEM;
    }
    postings->entries = li_alloc_array(ctx, count, sizeof(*postings->entries));
    if (!postings->entries) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        postings->entries[i] = (struct entry){
            .id = li_id_next(li_record_ids(tx->record), ctx->clock), .posting = given[i]};
        postings->count++;
        r = decide_one(ctx, tx, postings, &postings->entries[i]);
    }
    if (r == 0) {
        *ret = postings;
    }
    return r;
}

/* ---- writing
 * ------------------------------------------------------------------------------------------ */

static int write_accounts(struct li_ctx *ctx, const struct li_tx *tx, struct li_postings *postings)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < postings->touched_count; i++) {
        struct touched *touched = &postings->touched[i];
        r = touched->fresh ? li_ledger_account_insert(ctx, tx, &touched->account) : 0;
        /* lines write their way to it again */
        for (size_t e = 0; e < postings->count; e++) {
            for (size_t l = 0; l < postings->entries[e].posting.line_count; l++) {
                const struct li_ledger_line *line = &postings->entries[e].lines[l];
                touched->account.balance -= line->account == touched->account.id ? line->amount : 0;
            }
        }
    }
    return r;
}

static int write_line(struct li_ctx *ctx, const struct li_tx *tx, struct li_postings *postings,
                      const struct entry *entry, struct li_ledger_line *line)
{
    struct touched *touched = find_touched(postings, line->account, LI_S(""), NULL);
    struct li_ledger_account *account = &touched->account;
    int r = 0;

    account->balance += line->amount;
    account->line_count++;
    if (touched->lots && line->amount > 0) {
        r = li_lot_make(ctx, tx, account, entry->id, line->amount, line->until);
    } else if (touched->lots) {
        r = li_lot_take(ctx, tx, account->id, line->lot, -line->amount, &line->until);
    } else {
        line->until = 0;
    }
    return r ? r
             : li_exec(ctx, tx->conn, &line_insert,
                       LI_ARGS(li_v(tx->tenant), li_v(account->id), li_v(account->line_count),
                               li_v(entry->id), li_v(tx->now), li_v(line->amount),
                               li_v(account->balance), li_v(line->until)),
                       NULL);
}

static int write_entry(struct li_ctx *ctx, const struct li_tx *tx, struct li_postings *postings,
                       struct entry *entry)
{
    const struct li_posting *posting = &entry->posting;
    struct li_str evidence = posting->evidence.ptr ? posting->evidence : LI_S("");
    int r = li_exec(ctx, tx->conn, &entry_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(entry->id), li_v(tx->seq), li_v(tx->now),
                            li_v_text(posting->book), li_v_text(posting->rule),
                            li_v(posting->version), li_v_opt(posting->case_id), li_v(posting->part),
                            li_v_text(evidence), li_v_opt(tx->viewer ? tx->viewer->account : 0),
                            li_v_opt(posting->approver), li_v_opt(posting->reverses)),
                    NULL);

    if (r == 0 && posting->reverses) {
        r = li_exec(ctx, tx->conn, &entry_reversed,
                    LI_ARGS(li_v(tx->tenant), li_v(posting->reverses), li_v(entry->id)), NULL);
    }
    /* what comes in first, as it was judged */
    for (int out = 0; r == 0 && out < 2; out++) {
        for (size_t i = 0; r == 0 && i < posting->line_count; i++) {
            if ((entry->lines[i].amount < 0) == (out == 1)) {
                r = write_line(ctx, tx, postings, entry, &entry->lines[i]);
            }
        }
    }
    return r || !entry->has_hold ? r : li_hold_end(ctx, tx, &entry->hold, "spent");
}

/* Whose an account is that was opened with it is said, too. */
static void put_lines(struct li_json *json, struct li_postings *postings, const struct entry *entry)
{
    li_json_key(json, "lines");
    li_json_open_list(json);
    for (size_t i = 0; i < entry->posting.line_count; i++) {
        const struct li_ledger_line *line = &entry->lines[i];
        const struct touched *touched = find_touched(postings, line->account, LI_S(""), NULL);
        const struct li_ledger_who *who = &touched->account.who;
        li_json_open_map(json);
        li_json_put_id(json, "account", line->account);
        li_json_put_int(json, "amount", line->amount);
        if (touched->fresh) {
            li_json_put_text(json, "kind", who->kind);
            li_json_put_text(json, "name", who->name.ptr ? who->name : LI_S(""));
            li_json_put_id(json, "ref", who->ref);
        }
        li_json_put_int(json, "until", line->until);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static void put_entry(struct li_json *json, struct li_postings *postings, const struct entry *entry)
{
    const struct li_posting *posting = &entry->posting;

    li_json_open_map(json);
    if (posting->approver) {
        li_json_put_id(json, "approver", posting->approver);
    }
    li_json_put_text(json, "book", posting->book);
    if (posting->case_id) {
        li_json_put_id(json, "case", posting->case_id);
    }
    li_json_put_text(json, "evidence", posting->evidence.ptr ? posting->evidence : LI_S(""));
    li_json_put_id(json, "id", entry->id);
    put_lines(json, postings, entry);
    li_json_put_int(json, "part", posting->part);
    if (posting->reverses) {
        li_json_put_id(json, "reverses", posting->reverses);
    }
    li_json_put_text(json, "rule", posting->rule);
    li_json_put_int(json, "version", posting->version);
    li_json_close_map(json);
}

int li_postings_write(struct li_ctx *ctx, const struct li_tx *tx, struct li_postings *postings,
                      struct li_json *json)
{
    int r = write_accounts(ctx, tx, postings);

    for (size_t i = 0; r == 0 && i < postings->count; i++) {
        r = write_entry(ctx, tx, postings, &postings->entries[i]);
    }
    for (size_t i = 0; r == 0 && i < postings->touched_count; i++) {
        r = li_ledger_account_update(ctx, tx, &postings->touched[i].account);
    }
    if (r) {
        return r;
    }
    li_json_open_list(json);
    for (size_t i = 0; i < postings->count; i++) {
        put_entry(json, postings, &postings->entries[i]);
    }
    li_json_close_list(json);
    return 0;
}

/* ---- ledger.post
 * ----------------------------------------------------------------------------------------- */

int li_ledger_write_alone(struct li_ctx *ctx, const struct li_tx *tx, struct li_postings *postings,
                          const struct li_hash *reason, struct li_outcome *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_key(&json, LI_LEDGER_KEY);
    r = li_postings_write(ctx, tx, postings, &json);
    if (r) {
        return r;
    }
    if (reason) {
        li_json_key(&json, "reason");
        li_vault_refer(&json, tx, 0, reason);
    }
    ret->entity = li_postings_entry(postings, 0);
    return li_json_finish(ctx, &json, &ret->payload);
}

static int post_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    struct li_postings *postings = NULL;
    int r = li_postings_decide(ctx, tx, args, 1, &postings);

    *ret_plan = postings;
    return r;
}

static int post_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    return li_ledger_write_alone(ctx, tx, plan, NULL, ret);
}

const struct li_command li_ledger_post = {
    .name = "ledger.post", .decide = post_decide, .write = post_write};
