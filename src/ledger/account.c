/*
 * Books and accounts.
 */
#include "base/id.h"
#include "ledger/inside.h"
#include "record/record.h"
#include "record/tenant.h"

LI_SQL(book_insert,
       "insert into ledger_book (tenant, name, unit, places, title_zh, title_en, lots, "
       "opened_at) values ($1, $2, $3, $4, $5, $6, $7, $8)");
LI_SQL(book_by_name, "select name, unit, places, title_zh, title_en, lots from ledger_book "
                     "where tenant = $1 and name = $2");
LI_SQL(book_all, "select name, unit, places, title_zh, title_en, lots from ledger_book "
                 "where tenant = $1 order by name");
LI_SQL(account_insert,
       "insert into ledger_account (tenant, id, book, kind, ref, name, least, most, balance, held, "
       "line_count, lot_count, opened_at) "
       "values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, $9)");
LI_SQL(account_update, "update ledger_account set balance = $3, held = $4, line_count = $5, "
                       "lot_count = $6 where tenant = $1 and id = $2");
LI_SQL(account_by_id,
       "select id, book, kind, ref, name, least, most, balance, held, line_count, lot_count, "
       "opened_at from ledger_account where tenant = $1 and id = $2");
LI_SQL(account_of, "select id, book, kind, ref, name, least, most, balance, held, line_count, "
                   "lot_count, opened_at from ledger_account "
                   "where tenant = $1 and book = $2 and kind = $3 and ref = $4 and name = $5");

LI_SQL(account_page,
       "select id, book, kind, ref, name, least, most, balance, held, line_count, lot_count, "
       "opened_at from ledger_account where tenant = $1 and book = $2 and id > $3 "
       "order by id limit $4");
LI_SQL(account_page_kind,
       "select id, book, kind, ref, name, least, most, balance, held, line_count, lot_count, "
       "opened_at from ledger_account where tenant = $1 and book = $2 and id > $3 and kind = $5 "
       "order by id limit $4");

/* ---- words --------------------------------------------------------------------------------- */

int li_ledger_word(struct li_ctx *ctx, struct li_str where, struct li_str word, bool may_be_empty)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789.:-_/";

    if (word.len == 0) {
        return may_be_empty ? 0 : li_fault(ctx, LI_FAULT_REQUIRED, where, LI_S(""));
    }
    if (word.len > LI_LEDGER_WORD) {
        return li_fault(ctx, LI_FAULT_LONG, where, li_strf(ctx, "%d", LI_LEDGER_WORD));
    }
    for (size_t i = 0; i < word.len; i++) {
        if (!memchr(letters, word.ptr[i], sizeof(letters) - 1)) {
            return li_fault(ctx, LI_FAULT_PATTERN, where, LI_S(""));
        }
    }
    return 0;
}

static const struct {
    const char *name;
    bool of_somebody; /* has an id, else a name */
} kinds[] = {{"person", true}, {"organization", true}, {"case", true},
             {"row", true},    {"fund", false},        {"source", false}};

int li_ledger_who_check(struct li_ctx *ctx, struct li_str where, const struct li_ledger_who *who)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (!li_str_is(who->kind, kinds[i].name)) {
            continue;
        }
        if (kinds[i].of_somebody != (who->ref != 0)) {
            return li_fault(ctx, LI_FAULT_REQUIRED, where, LI_S(""));
        }
        return li_ledger_word(ctx, where, who->name, kinds[i].of_somebody);
    }
    return li_fault(ctx, LI_FAULT_CHOICE, where, LI_S(""));
}

bool li_ledger_is_source(const struct li_ledger_account *account)
{
    return li_str_is(account->who.kind, "source");
}

/* ---- books ----------------------------------------------------------------------------------- */

static int read_book(struct li_ctx *ctx, const struct li_rows *rows, struct li_ledger_book *ret)
{
    *ret = (struct li_ledger_book){
        .name = li_col_dup(ctx, rows, 0),
        .unit = li_col_dup(ctx, rows, 1),
        .places = (int)li_col_i64(rows, 2),
        .title_zh = li_col_dup(ctx, rows, 3),
        .title_en = li_col_dup(ctx, rows, 4),
        .lots = li_col_i64(rows, 5) != 0,
    };
    return ret->name.ptr && ret->unit.ptr && ret->title_zh.ptr && ret->title_en.ptr ? 0
                                                                                    : -LI_E_NOMEM;
}

int li_ledger_book_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                        struct li_str name, struct li_ledger_book *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &book_by_name, LI_ARGS(li_v(tenant), li_v_text(name)), &rows);

    if (r == 0) {
        r = read_book(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

int li_ledger_books(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    struct li_ledger_book **ret, size_t *ret_count)
{
    enum { MOST = 200 };
    struct li_ledger_book *books = li_alloc_array(ctx, MOST, sizeof(*books));
    struct li_rows *rows;
    size_t count = 0;
    int r = books ? li_query(ctx, conn, &book_all, LI_ARGS(li_v(tenant)), &rows) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    while (count < MOST && r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        r = read_book(ctx, rows, &books[count++]);
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = books;
        *ret_count = count;
    }
    return r;
}

static int book_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_ledger_book *book = args;
    struct li_ledger_book there;
    int r = li_ledger_word(ctx, LI_S("/name"), book->name, false);

    r = r ? r : li_ledger_word(ctx, LI_S("/unit"), book->unit, false);
    if (r == 0 && (book->places < 0 || book->places > 3)) {
        r = li_fault(ctx, LI_FAULT_GREAT, LI_S("/places"), LI_S("3"));
    }
    if (r == 0 && (book->title_zh.len == 0 || book->title_en.len == 0)) {
        r = li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/title"), LI_S(""));
    }
    r = r ? r : li_ledger_book_find(ctx, tx->conn, tx->tenant, book->name, &there);
    if (r == 0) {
        return LI_FAIL(ctx, LI_E_UNIQUE, "there is a book %.*s", LI_P(book->name));
    }
    *ret_plan = (void *)args;
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

static int insert_book(struct li_ctx *ctx, const struct li_tx *tx,
                       const struct li_ledger_book *book)
{
    return li_exec(ctx, tx->conn, &book_insert,
                   LI_ARGS(li_v(tx->tenant), li_v_text(book->name), li_v_text(book->unit),
                           li_v(book->places), li_v_text(book->title_zh), li_v_text(book->title_en),
                           li_v(book->lots), li_v(tx->now)),
                   NULL);
}

static void put_book(struct li_json *json, const struct li_ledger_book *book)
{
    li_json_put_text(json, "book", book->name);
    li_json_put_bool(json, "lots", book->lots);
    li_json_put_int(json, "places", book->places);
    li_json_put_text(json, "title_en", book->title_en);
    li_json_put_text(json, "title_zh", book->title_zh);
    li_json_put_text(json, "unit", book->unit);
}

static int book_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct li_ledger_book *book = plan;
    struct li_json json;
    int r = insert_book(ctx, tx, book);

    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    put_book(&json, book);
    return li_json_finish(ctx, &json, &ret->payload);
}

int li_ledger_book_fits(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                        const struct li_ledger_book *book)
{
    struct li_ledger_book there;
    int r = li_ledger_book_find(ctx, conn, tenant, book->name, &there);

    if (r == 0 && (!li_str_eq(there.unit, book->unit) || there.places != book->places ||
                   there.lots != book->lots)) {
        return LI_FAIL(ctx, LI_E_STATE, "there is a book %.*s of another kind", LI_P(book->name));
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

int li_ledger_book_keep(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_ledger_book *book, struct li_json *json)
{
    struct li_ledger_book there;
    int r = li_ledger_book_find(ctx, tx->conn, tx->tenant, book->name, &there);

    if (r == -LI_E_NOT_FOUND) {
        r = insert_book(ctx, tx, book);
        li_json_open_map(json);
        put_book(json, book);
        li_json_close_map(json);
    }
    return r;
}

const struct li_command li_ledger_book_open = {
    .name = "ledger.book", .decide = book_decide, .write = book_write};

/* ---- accounts
 * ------------------------------------------------------------------------------------ */

static int read_account(struct li_ctx *ctx, const struct li_rows *rows,
                        struct li_ledger_account *ret)
{
    *ret = (struct li_ledger_account){
        .id = li_col_i64(rows, 0),
        .book = li_col_dup(ctx, rows, 1),
        .who = {.kind = li_col_dup(ctx, rows, 2),
                .ref = li_col_i64(rows, 3),
                .name = li_col_dup(ctx, rows, 4)},
        .has_least = !li_col_is_null(rows, 5),
        .least = li_col_i64(rows, 5),
        .has_most = !li_col_is_null(rows, 6),
        .most = li_col_i64(rows, 6),
        .balance = li_col_i64(rows, 7),
        .held = li_col_i64(rows, 8),
        .line_count = li_col_i64(rows, 9),
        .lot_count = li_col_i64(rows, 10),
        .opened_at = li_col_i64(rows, 11),
    };
    return ret->book.ptr && ret->who.kind.ptr && ret->who.name.ptr ? 0 : -LI_E_NOMEM;
}

static int find_account(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                        const struct li_val *args, size_t arg_count, struct li_ledger_account *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, sql, args, arg_count, &rows);

    if (r == 0) {
        r = read_account(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

int li_ledger_account_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                           struct li_ledger_account *ret)
{
    return find_account(ctx, conn, &account_by_id, LI_ARGS(li_v(tenant), li_v(id)), ret);
}

int li_ledger_account_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                         struct li_str book, const struct li_ledger_who *who,
                         struct li_ledger_account *ret)
{
    struct li_str name = who->name.ptr ? who->name : LI_S("");

    return find_account(ctx, conn, &account_of,
                        LI_ARGS(li_v(tenant), li_v_text(book), li_v_text(who->kind), li_v(who->ref),
                                li_v_text(name)),
                        ret);
}

int li_ledger_account_insert(struct li_ctx *ctx, const struct li_tx *tx,
                             const struct li_ledger_account *account)
{
    struct li_str name = account->who.name.ptr ? account->who.name : LI_S("");

    return li_exec(ctx, tx->conn, &account_insert,
                   LI_ARGS(li_v(tx->tenant), li_v(account->id), li_v_text(account->book),
                           li_v_text(account->who.kind), li_v(account->who.ref), li_v_text(name),
                           account->has_least ? li_v(account->least) : li_v_null(),
                           account->has_most ? li_v(account->most) : li_v_null(), li_v(tx->now)),
                   NULL);
}

int li_ledger_account_update(struct li_ctx *ctx, const struct li_tx *tx,
                             const struct li_ledger_account *account)
{
    return li_exec(ctx, tx->conn, &account_update,
                   LI_ARGS(li_v(tx->tenant), li_v(account->id), li_v(account->balance),
                           li_v(account->held), li_v(account->line_count),
                           li_v(account->lot_count)),
                   NULL);
}

/* ---- ledger.account
 * ---------------------------------------------------------------------------------- */

static int check_limits(struct li_ctx *ctx, const struct li_ledger_account_args *args, bool lots)
{
    if (lots && args->has_least && args->least < 0) {
        return li_fault(ctx, LI_FAULT_SMALL, LI_S("/least"), LI_S("0"));
    }
    if (args->has_least && args->has_most && args->most < args->least) {
        return li_fault(ctx, LI_FAULT_SMALL, LI_S("/most"),
                        li_strf(ctx, "%lld", (long long)args->least));
    }
    return 0;
}

static int account_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                          void **ret_plan)
{
    const struct li_ledger_account_args *given = args;
    struct li_ledger_account *account = li_alloc(ctx, sizeof(*account)), there;
    struct li_ledger_book book;
    int r = account ? li_ledger_who_check(ctx, LI_S("/who"), &given->who) : -LI_E_NOMEM;

    r = r ? r : li_ledger_book_find(ctx, tx->conn, tx->tenant, given->book, &book);
    if (r == -LI_E_NOT_FOUND) {
        return li_fault(ctx, LI_FAULT_UNKNOWN, LI_S("/book"), LI_S(""));
    }
    r = r ? r : check_limits(ctx, given, book.lots);
    r = r ? r : li_ledger_account_of(ctx, tx->conn, tx->tenant, given->book, &given->who, &there);
    if (r == 0) {
        return LI_FAIL(ctx, LI_E_UNIQUE, "there is such an account");
    }
    if (r != -LI_E_NOT_FOUND) {
        return r;
    }
    *account = (struct li_ledger_account){
        .id = li_id_next(li_record_ids(tx->record), ctx->clock),
        .book = given->book,
        .who = given->who,
        .has_least = given->has_least,
        .least = given->least,
        .has_most = given->has_most,
        .most = given->most,
    };
    *ret_plan = account;
    return 0;
}

static int account_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                         struct li_outcome *ret)
{
    const struct li_ledger_account *account = plan;
    struct li_json json;
    int r = li_ledger_account_insert(ctx, tx, account);

    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_text(&json, "book", account->book);
    li_json_put_text(&json, "kind", account->who.kind);
    if (account->has_least) {
        li_json_put_int(&json, "least", account->least);
    }
    if (account->has_most) {
        li_json_put_int(&json, "most", account->most);
    }
    li_json_put_text(&json, "name", account->who.name);
    li_json_put_id(&json, "ref", account->who.ref);
    ret->entity = account->id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_ledger_account_open = {
    .name = "ledger.account", .decide = account_decide, .write = account_write};

int li_ledger_account_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                           struct li_str book, struct li_str kind, int64_t after, size_t limit,
                           struct li_ledger_account **ret, size_t *ret_count)
{
    struct li_ledger_account *all = li_alloc_array(ctx, limit + 1, sizeof(*all));
    const struct li_val args[] = {li_v(tenant), li_v_text(book), li_v(after), li_v((int64_t)limit),
                                  li_v_text(kind)};
    struct li_rows *rows;
    size_t count = 0;
    int r = !all       ? -LI_E_NOMEM
            : kind.len ? li_query(ctx, conn, &account_page_kind, args, 5, &rows)
                       : li_query(ctx, conn, &account_page, args, 4, &rows);

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        r = read_account(ctx, rows, &all[count++]);
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}
