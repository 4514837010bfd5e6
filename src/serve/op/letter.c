/*
 * Letters for the doors of homes that were drawn: each with the link and code on which that home
 * answers by itself.  Printed by staff; the links are made from the tenant's key and kept nowhere.
 */
#include "case/child.h"
#include "serve/op/op.h"
#include "serve/page/matrix.h"
#include "serve/page/page.h"
#include "view/link.h"

#define LETTERS 300 /* as many as the list at the desk */

/* What is asked: the newest text of the case above that opening below was given too. */
static void put_question(struct li_request *request, struct li_node *data,
                         const struct li_view_case *seen)
{
    for (size_t i = 0; i < seen->value_count; i++) {
        if (li_str_is(seen->values[i].field->name, "question")) {
            li_page_texts(request, data, "question", seen->values[i].text);
        }
    }
}

static int put_letter(struct li_request *request, struct li_node *list,
                      const struct li_case *parent, const struct li_view_beneath *one)
{
    struct li_record *record = li_request_house(request)->record;
    struct li_node *item;
    struct li_str url, path;
    uint8_t token[16];
    int size = 0;
    int r = li_case_spawned_token(&request->ctx, record, request->conn, request->tenant->id, parent,
                                  &one->row, token);

    if (r) {
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    url = li_strf(&request->ctx, "%.*s/%.*s/progress/%.*s", LI_P(li_request_public_url(request)),
                  LI_P(request->tenant->slug), LI_P(li_op_tracking(request, token)));
    r = li_matrix_path(&request->ctx, url, &path, &size);
    if (r) {
        return r;
    }
    item = li_page_item(request, list);
    li_page_text(request, item, "home", one->line);
    li_page_text(request, item, "number", one->row.number);
    li_page_text(request, item, "url", url);
    li_page_text(request, item, "path", path);
    li_page_text(request, item, "size", li_strf(&request->ctx, "%d", size));
    return 0;
}

int li_op_page_letters(struct li_request *request)
{
    struct li_view view = li_request_view(request);
    struct li_view_beneath *items;
    struct li_view_case seen;
    struct li_node *data, *list;
    int64_t id;
    size_t count = 0;
    int r = li_id_parse(&request->ctx, li_request_text(request, "case"), &id);

    r = r ? r : li_view_case(&request->ctx, &view, id, &seen);
    r = r ? r : li_view_beneath(&request->ctx, &view, id, LETTERS, &items, &count);
    if (r) {
        return r;
    }
    li_op_lang(request);
    data = li_page_new(request);
    list = li_page_list(request, data, "letters");
    li_page_text(request, data, "name", request->tenant->name);
    li_page_text(request, data, "area", seen.area.name);
    li_page_texts(request, data, "programme", seen.row.playbook->title);
    put_question(request, data, &seen);
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (!items[i].row.closed_at && li_case_has_own_link(items[i].row.playbook)) {
            r = put_letter(request, list, &seen.row, &items[i]);
        }
    }
    li_page_bool(request, data, "has_letters", list && list->list.count > 0);
    return r ? r : li_page_render(request, 200, "letters", data);
}
