/*
 * /TENANT/check: a number and the eight digits told with it.
 *
 * The number of a case that can be checked (a certificate) leads to what anybody may know of it;
 * that of a row whose register has statements (a passbook) to what its holder reads (holder.c), and
 * that of a certificate over two passbooks to its hours (joined.c).
 * Nothing is shown of either without the digits; guesses are limited by address.
 */
#include "base/id.h"
#include "case/case.h"
#include "record/vault.h"
#include "register/register.h"
#include "serve/inside.h"
#include "serve/op/op.h"

static struct li_record *record_of(struct li_request *request)
{
    return li_request_house(request)->record;
}

static int ask(struct li_request *request, int status, struct li_str number, bool wrong)
{
    struct li_node *data = li_page_new(request);

    li_page_text(request, data, "number", number.ptr ? number : LI_S(""));
    if (wrong) {
        li_page_text(request, data, "wrong", li_page_word(request, "check_wrong"));
    }
    if (li_request_text(request, "join_code").len) {
        struct li_node *brought = li_page_map(request, data, "brought");
        li_page_text(request, brought, "place", li_request_text(request, "place"));
        li_page_text(request, brought, "other_number", li_request_text(request, "other_number"));
        li_page_text(request, brought, "join_code", li_request_text(request, "join_code"));
    }
    return li_page_render(request, status, "check", data);
}

int li_op_page_check(struct li_request *request)
{
    li_op_lang(request);
    return ask(request, 200, li_request_text(request, "number"), false);
}

struct li_str li_op_digits(struct li_request *request, struct li_str text)
{
    char *bytes = li_alloc_array(&request->ctx, text.len + 1, 1);
    size_t count = 0;

    for (size_t i = 0; bytes && i < text.len; i++) {
        if (text.ptr[i] >= '0' && text.ptr[i] <= '9') {
            bytes[count++] = text.ptr[i];
        }
    }
    return bytes ? li_str_n(bytes, count) : LI_S("");
}

int li_op_row_of_number(struct li_request *request, int64_t tenant, struct li_str code,
                        struct li_row *ret)
{
    const struct li_register *all[LI_REGISTERS];
    size_t count;
    int r = li_register_all(&request->ctx, record_of(request), request->conn, tenant, all, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        int found = all[i]->book_count == 0
                        ? -LI_E_NOT_FOUND
                        : li_row_by_code(&request->ctx, record_of(request), request->conn, tenant,
                                         all[i], code, ret);
        if (found != -LI_E_NOT_FOUND) {
            return found;
        }
    }
    return r ? r : -LI_E_NOT_FOUND;
}

int li_op_row_held(struct li_request *request, struct li_str code, struct li_str told,
                   struct li_row *ret)
{
    const struct li_register *all[LI_REGISTERS];
    struct li_str own;
    size_t count;
    int r = li_register_all(&request->ctx, record_of(request), request->conn, request->tenant->id,
                            all, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        int found = all[i]->book_count == 0
                        ? -LI_E_NOT_FOUND
                        : li_row_by_code(&request->ctx, record_of(request), request->conn,
                                         request->tenant->id, all[i], code, ret);
        if (found == -LI_E_NOT_FOUND) {
            continue;
        }
        r = found ? found
                  : li_code_of(&request->ctx, record_of(request), request->tenant->id, "row",
                               ret->id, &own);
        if (r == 0 && li_str_eq(own, told)) {
            return 0;
        }
    }
    return r ? r : -LI_E_NOT_FOUND;
}

/* What anybody may know of a case that can be checked. */
static int show_case(struct li_request *request, int64_t id)
{
    struct li_viewer system = {.kind = LI_VIEWER_SYSTEM, .tenant = request->tenant->id};
    struct li_view view = li_request_view(request);
    struct li_node *data = li_page_new(request), *list;
    const struct li_state *state;
    struct li_view_case seen;
    int r;

    view.viewer = &system;
    r = li_view_case(&request->ctx, &view, id, &seen);
    if (r) {
        return r;
    }
    state = &seen.row.playbook->machines[0].states[seen.row.state];
    if (!(seen.row.playbook->code.checks >> seen.row.state & 1)) {
        return -LI_E_NOT_FOUND;
    }
    li_page_text(request, data, "number", seen.row.number);
    li_page_texts(request, data, "title", seen.row.playbook->title);
    li_page_texts(request, data, "state", state->label);
    li_page_text(request, data, "area", seen.area.name);
    li_page_time(request, data, "since",
                 seen.row.closed_at ? seen.row.closed_at : seen.row.clock.since);
    list = li_page_list(request, data, "values");
    for (size_t i = 0; i < seen.value_count; i++) {
        int place = (int)(seen.values[i].field - seen.row.playbook->fields);
        struct li_node *item;
        if (!li_case_is_public(seen.row.playbook, place)) {
            continue;
        }
        item = li_page_item(request, list);
        li_page_texts(request, item, "label", seen.values[i].field->label);
        li_page_texts(request, item, "text", seen.values[i].text);
    }
    return li_page_render(request, 200, "checked", data);
}

int li_op_submit_check(struct li_request *request)
{
    struct li_str number = li_str_trim(li_node_text(request->body, "number")), code;
    struct li_row row;
    int64_t id;
    int r;

    request->ctx.lang = li_str_is(li_node_text(request->body, "lang"), "en") ? LI_EN : LI_ZH;
    code = li_op_digits(request, li_node_text(request->body, "code"));
    r = request->viewer.kind == LI_VIEWER_ANYONE ? 0 : li_limit(request);
    if (r) {
        return r;
    }
    r = li_op_row_held(request, number, code, &row);
    if (r == 0) {
        return li_str_is(li_node_text(request->body, "action"), "open")
                   ? li_op_holder_opens(request, &row)
                   : li_op_holder_asks(request, &row);
    }
    if (r == -LI_E_NOT_FOUND) {
        r = li_op_check_both(request, number, code);
    }
    if (r == -LI_E_NOT_FOUND) {
        r = li_case_by_code(&request->ctx, record_of(request), request->conn, request->tenant->id,
                            number, code, &id);
        r = r ? r : show_case(request, id);
    }
    if (r == -LI_E_NOT_FOUND) {
        li_limit_guess(request);
        return ask(request, 422, number, true);
    }
    return r;
}
