/*
 * The ledger as staff read it: accounts with the names of those they belong to, statements,
 * and what a case entered.
 *
 * Whose account it is is named as far as the viewer may know: the number of a case that they
 * do not see stays out.
 */
#ifndef LI_VIEW_LEDGER_H
#define LI_VIEW_LEDGER_H

#include "ledger/ledger.h"
#include "view/view.h"

struct li_view_account {
    struct li_ledger_account account;
    struct li_str name; /* of whose it is; empty: not theirs to know */
};
/* Those of a book, as li_ledger_account_list; -LI_E_NOT_FOUND (told): no such book. */
int li_view_accounts(struct li_ctx *ctx, const struct li_view *view, struct li_str book,
                     struct li_str kind, int64_t after, size_t limit, struct li_view_account **ret,
                     size_t *ret_count) LI_MUST_CHECK;

struct li_view_statement {
    struct li_view_account of;
    struct li_ledger_book book;
    struct li_ledger_row *rows;
    struct li_str *numbers; /* of each row's case; ptr NULL: none, or not theirs to know */
    size_t count;
};
/* Newest first below line `before` (0: from the newest).  -LI_E_NOT_FOUND (told). */
int li_view_statement(struct li_ctx *ctx, const struct li_view *view, int64_t account,
                      int64_t before, size_t limit, struct li_view_statement *ret) LI_MUST_CHECK;

struct li_view_posted {
    struct li_ledger_entry entry;
    struct li_ledger_book book;
    struct li_texts label; /* of the action that made it; of a reversal its own */
    struct {
        struct li_ledger_line line;
        struct li_view_account of;
    } lines[LI_LEDGER_LINES];
    size_t line_count;
};
/* What a case entered, oldest first, for staff who see it.  -LI_E_NOT_FOUND (told). */
int li_view_case_entries(struct li_ctx *ctx, const struct li_view *view, int64_t case_id,
                         struct li_view_posted **ret, size_t *ret_count) LI_MUST_CHECK;

void li_put_account(struct li_json *json, const struct li_view_account *account);
void li_put_statement(struct li_json *json, const struct li_view_statement *statement);
void li_put_posted(struct li_json *json, const struct li_view_posted *entry);
void li_put_book(struct li_json *json, const struct li_ledger_book *book);

#endif
