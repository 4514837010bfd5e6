/*
 * The ledger, read: books, accounts, statements, and what a case entered.  Nothing is
 * entered here; that is an action's.
 */
#include "view/ledger.h"
#include "base/id.h"
#include "serve/op/op.h"

#define PAGE 50

int li_op_list_books(struct li_request *request)
{
    struct li_ledger_book *books;
    struct li_json json;
    size_t count;
    int r = li_ledger_books(&request->ctx, request->conn, request->tenant->id, &books, &count);

    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        li_put_book(&json, &books[i]);
    }
    return li_reply_items_end(request, &json, 0);
}

static int behind(struct li_request *request, int64_t *ret)
{
    struct li_str after = li_request_text(request, "after");

    *ret = 0;
    return after.ptr ? li_id_parse(&request->ctx, after, ret) : 0;
}

int li_op_list_accounts(struct li_request *request)
{
    size_t limit = (size_t)li_request_int(request, "limit", PAGE), count;
    struct li_view view = li_request_view(request);
    struct li_str kind = li_request_text(request, "kind");
    struct li_view_account *all;
    struct li_json json;
    int64_t after;
    int r = behind(request, &after);

    r = r ? r
          : li_view_accounts(&request->ctx, &view, li_request_text(request, "book"),
                             kind.ptr ? kind : LI_S(""), after, limit, &all, &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        li_put_account(&json, &all[i]);
    }
    return li_reply_items_next(request, &json, count == limit ? all[count - 1].account.id : 0, 0);
}

int li_op_get_account(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_statement statement;
    struct li_json json;
    int64_t id;
    int r = li_id_parse(&request->ctx, li_request_text(request, "account"), &id);

    r = r ? r
          : li_view_statement(&request->ctx, &view, id, li_request_int(request, "before", 0),
                              (size_t)li_request_int(request, "limit", PAGE), &statement);
    if (r == 0) {
        json = li_reply_json(request, 200);
        li_put_statement(&json, &statement);
        r = li_reply_end(request);
    }
    return r;
}

int li_op_list_case_entries(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_posted *all;
    struct li_json json;
    size_t count;
    int64_t id;
    int r = li_id_parse(&request->ctx, li_request_text(request, "case"), &id);

    r = r ? r : li_view_case_entries(&request->ctx, &view, id, &all, &count);
    if (r) {
        return r;
    }
    json = li_reply_items(request);
    for (size_t i = 0; i < count; i++) {
        li_put_posted(&json, &all[i]);
    }
    return li_reply_items_end(request, &json, 0);
}
