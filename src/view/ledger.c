/*
 * Accounts, statements and a case's entries; see ledger.h.
 */
#include "view/ledger.h"
#include "base/grow.h"
#include "register/register.h"
#include "view/inside.h"
#include "view/json.h"
#include "view/link.h"

/* ---- names ------------------------------------------------------------------------- */

/* The number of a case that the viewer sees; else empty. */
static int number_of(struct li_ctx *ctx, const struct li_view *view, int64_t id, struct li_str *ret)
{
    struct li_case row;
    int r = li_view_other(ctx, view, id, &row);

    if (r == 0) {
        *ret = row.number;
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

/* Who looks, and the books that playbooks in use keep, looked up when a fund is first named. */
struct naming {
    struct li_ctx *ctx;
    const struct li_view *view;
    const struct li_book **books;
    size_t count, cap;
    bool known;
};

static int know_books(struct naming *naming)
{
    const struct li_view *view = naming->view;
    struct li_library *library = li_bound(view->record)->library;
    struct li_str *names;
    size_t count;
    int r = li_library_names(naming->ctx, view->conn, view->tenant, &names, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_playbook *playbook;
        r = li_library_find(naming->ctx, library, view->conn, view->tenant, names[i], 0, &playbook);
        for (size_t k = 0; r == 0 && k < playbook->book_count; k++) {
            const struct li_book **books = li_grow(naming->ctx, naming->books, naming->count,
                                                   &naming->cap, sizeof(const struct li_book *));
            naming->books = books ? books : naming->books;
            r = books ? 0 : -LI_E_NOMEM;
            if (r == 0) {
                books[naming->count++] = &playbook->books[k];
            }
        }
    }
    naming->known = r == 0;
    return r;
}

/* How the playbooks in use call a fund or source of a book. */
static int label_in(struct naming *naming, struct li_str book, struct li_str name,
                    struct li_texts *ret)
{
    int r = naming->known ? 0 : know_books(naming);

    for (size_t i = 0; r == 0 && i < naming->count; i++) {
        const struct li_book *one = naming->books[i];
        for (size_t n = 0; li_str_eq(one->name, book) && n < one->name_count; n++) {
            *ret = li_str_eq(one->names[n].name, name) ? one->names[n].label : *ret;
        }
    }
    return r;
}

/* "micro:2026:440305001007" as people say it: each code of an area by its name. */
static int name_of_fund(struct naming *naming, struct li_str book, struct li_str name,
                        struct li_str *ret)
{
    struct li_ctx *ctx = naming->ctx;
    struct li_str rest = name, word = li_str_cut(&rest, ':');
    struct li_texts label = {.zh = word, .en = word};
    int r = label_in(naming, book, word, &label);

    *ret = ctx->lang == LI_ZH ? label.zh : label.en;
    while (r == 0 && rest.ptr) {
        struct li_area area;
        word = li_str_cut(&rest, ':');
        r = word.len == 9 || word.len == 12 ? li_view_area(ctx, naming->view, word, &area) : 0;
        word = r == 0 && (word.len == 9 || word.len == 12) ? area.name : word;
        *ret = li_strf(ctx, "%.*s · %.*s", LI_P(*ret), LI_P(word));
        r = r || ret->ptr ? r : -LI_E_NOMEM;
    }
    return r;
}

static int name_of(struct naming *naming, const struct li_ledger_account *account,
                   struct li_str *ret)
{
    struct li_ctx *ctx = naming->ctx;
    const struct li_view *view = naming->view;
    const struct li_ledger_who *who = &account->who;
    struct li_organization organization;
    struct li_person person;
    struct li_row row;
    int r = 0;

    *ret = who->name;
    if (li_str_is(who->kind, "organization")) {
        r = li_view_organization(ctx, view, who->ref, &organization);
        *ret = r ? LI_S("") : organization.name;
    } else if (li_str_is(who->kind, "person")) {
        r = li_person_find(ctx, view->conn, view->tenant, who->ref, &person);
        *ret = r ? LI_S("") : person.name;
    } else if (li_str_is(who->kind, "row")) {
        r = li_row_find(ctx, view->record, view->conn, view->tenant, who->ref, &row);
        *ret = r ? LI_S("") : row.name;
    } else if (li_str_is(who->kind, "case")) {
        r = number_of(ctx, view, who->ref, ret);
    } else {
        r = name_of_fund(naming, account->book, who->name, ret);
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

static int named(struct naming *naming, const struct li_ledger_account *account,
                 struct li_view_account *ret)
{
    ret->account = *account;
    return name_of(naming, account, &ret->name);
}

/* ---- accounts ------------------------------------------------------------------------ */

static int find_book(struct li_ctx *ctx, const struct li_view *view, struct li_str name,
                     struct li_ledger_book *ret)
{
    int r = li_ledger_book_find(ctx, view->conn, view->tenant, name, ret);

    return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such book") : r;
}

int li_view_accounts(struct li_ctx *ctx, const struct li_view *view, struct li_str book,
                     struct li_str kind, int64_t after, size_t limit, struct li_view_account **ret,
                     size_t *ret_count)
{
    struct naming naming = {.ctx = ctx, .view = view};
    struct li_ledger_account *accounts;
    struct li_view_account *all;
    struct li_ledger_book found;
    size_t count;
    int r = find_book(ctx, view, book, &found);

    r = r ? r
          : li_ledger_account_list(ctx, view->conn, view->tenant, book, kind, after, limit,
                                   &accounts, &count);
    if (r) {
        return r;
    }
    all = li_alloc_array(ctx, count, sizeof(*all));
    if (!all) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = named(&naming, &accounts[i], &all[i]);
    }
    *ret = all;
    *ret_count = count;
    return r;
}

int li_view_statement(struct li_ctx *ctx, const struct li_view *view, int64_t account,
                      int64_t before, size_t limit, struct li_view_statement *ret)
{
    struct li_view_statement statement = {.count = 0};
    struct naming naming = {.ctx = ctx, .view = view};
    struct li_ledger_account found;
    int r = li_ledger_account_find(ctx, view->conn, view->tenant, account, &found);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such account");
    }
    r = r ? r : named(&naming, &found, &statement.of);
    r = r ? r : find_book(ctx, view, found.book, &statement.book);
    r = r ? r
          : li_ledger_statement(ctx, view->conn, view->tenant, account, before, limit,
                                &statement.rows, &statement.count);
    if (r) {
        return r;
    }
    statement.numbers = li_alloc_array(ctx, statement.count, sizeof(*statement.numbers));
    if (!statement.numbers) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < statement.count; i++) {
        int64_t of = statement.rows[i].entry.case_id;
        r = of ? number_of(ctx, view, of, &statement.numbers[i]) : 0;
    }
    if (r == 0) {
        *ret = statement;
    }
    return r;
}

/* ---- of a case -------------------------------------------------------------------------- */

static struct li_texts label_of(const struct li_playbook *playbook,
                                const struct li_ledger_entry *entry)
{
    int action = li_playbook_action(playbook, entry->rule);

    if (entry->reverses) {
        return (struct li_texts){.zh = LI_S("冲销"), .en = LI_S("Taken back")};
    }
    return action < 0 ? (struct li_texts){.zh = entry->rule, .en = entry->rule}
                      : playbook->actions[action].label;
}

static int read_lines(struct naming *naming, struct li_view_posted *entry)
{
    struct li_ctx *ctx = naming->ctx;
    const struct li_view *view = naming->view;
    struct li_ledger_line *lines;
    int r =
        li_ledger_lines(ctx, view->conn, view->tenant, entry->entry.id, &lines, &entry->line_count);

    for (size_t i = 0; r == 0 && i < entry->line_count; i++) {
        struct li_ledger_account account;
        entry->lines[i].line = lines[i];
        r = li_ledger_account_find(ctx, view->conn, view->tenant, lines[i].account, &account);
        r = r ? r : named(naming, &account, &entry->lines[i].of);
    }
    return r;
}

int li_view_case_entries(struct li_ctx *ctx, const struct li_view *view, int64_t case_id,
                         struct li_view_posted **ret, size_t *ret_count)
{
    struct naming naming = {.ctx = ctx, .view = view};
    struct li_ledger_entry *made;
    struct li_view_posted *all;
    struct li_case row;
    size_t count;
    int r = li_view_other(ctx, view, case_id, &row);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    r = r ? r : li_ledger_entries_of(ctx, view->conn, view->tenant, case_id, &made, &count);
    if (r) {
        return r;
    }
    all = li_alloc_array(ctx, count, sizeof(*all));
    if (!all) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        all[i].entry = made[i];
        all[i].label = label_of(row.playbook, &made[i]);
        r = find_book(ctx, view, made[i].book, &all[i].book);
        r = r ? r : read_lines(&naming, &all[i]);
    }
    *ret = all;
    *ret_count = count;
    return r;
}

/* ---- as JSON ------------------------------------------------------------------------------ */

void li_put_book(struct li_json *json, const struct li_ledger_book *book)
{
    li_json_open_map(json);
    li_json_put_text(json, "book", book->name);
    li_json_put_text(json, "unit", book->unit);
    li_json_put_int(json, "places", book->places);
    li_put_texts(json, "title", (struct li_texts){book->title_zh, book->title_en});
    li_json_put_bool(json, "expires", book->lots);
    li_json_close_map(json);
}

static void put_holder(struct li_json *json, const struct li_view_account *account)
{
    li_json_put_id(json, "account", account->account.id);
    li_json_put_text(json, "kind", account->account.who.kind);
    li_json_put_text(json, "name", account->name);
    if (account->account.who.ref && account->name.len) {
        li_json_put_id(json, "of", account->account.who.ref);
    }
}

void li_put_account(struct li_json *json, const struct li_view_account *account)
{
    li_json_open_map(json);
    put_holder(json, account);
    li_json_put_text(json, "book", account->account.book);
    li_json_put_int(json, "balance", account->account.balance);
    li_json_put_int(json, "held", account->account.held);
    li_json_close_map(json);
}

static void put_entry_words(struct li_json *json, const struct li_ledger_entry *entry)
{
    li_json_put_id(json, "entry", entry->id);
    li_put_time(json, "at", entry->at);
    li_json_put_text(json, "rule", entry->rule);
    li_json_put_int(json, "version", entry->version);
    li_json_put_text(json, "evidence", entry->evidence);
    li_json_put_bool(json, "reversed", entry->reversed_by != 0);
    if (entry->reverses) {
        li_json_put_id(json, "reverses", entry->reverses);
    }
}

void li_put_statement(struct li_json *json, const struct li_view_statement *statement)
{
    li_json_open_map(json);
    li_json_key(json, "account");
    li_put_account(json, &statement->of);
    li_json_key(json, "book");
    li_put_book(json, &statement->book);
    li_json_key(json, "items");
    li_json_open_list(json);
    for (size_t i = 0; i < statement->count; i++) {
        const struct li_ledger_row *row = &statement->rows[i];
        li_json_open_map(json);
        li_json_put_int(json, "line", row->no);
        put_entry_words(json, &row->entry);
        li_json_put_int(json, "amount", row->amount);
        li_json_put_int(json, "balance", row->balance);
        li_put_time(json, "until", row->until);
        if (statement->numbers[i].len) {
            li_json_put_id(json, "case", row->entry.case_id);
            li_json_put_text(json, "number", statement->numbers[i]);
        }
        li_json_close_map(json);
    }
    li_json_close_list(json);
    li_json_close_map(json);
}

void li_put_posted(struct li_json *json, const struct li_view_posted *entry)
{
    li_json_open_map(json);
    put_entry_words(json, &entry->entry);
    li_json_key(json, "book");
    li_put_book(json, &entry->book);
    li_json_put_int(json, "part", entry->entry.part);
    li_put_texts(json, "label", entry->label);
    li_json_key(json, "lines");
    li_json_open_list(json);
    for (size_t i = 0; i < entry->line_count; i++) {
        li_json_open_map(json);
        put_holder(json, &entry->lines[i].of);
        li_json_put_int(json, "amount", entry->lines[i].line.amount);
        li_json_close_map(json);
    }
    li_json_close_list(json);
    li_json_close_map(json);
}
