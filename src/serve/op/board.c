/*
 * What others reported: a list anybody may read, filtered by a form that works
 * without script; the map beside it is made of the same rows.
 */
#include "serve/op/op.h"
#include "serve/page/field.h"

#define PAGE 30

int li_op_put_public(struct li_request *request, struct li_node *data, struct li_str area,
                     size_t limit)
{
    struct li_view view = li_request_view(request);
    struct li_node *list = li_page_list(request, data, "cases");
    const struct li_str newest = {.ptr = NULL};
    struct li_view_filter filter = {.level = 0};
    struct li_view_list cases;
    int r = li_op_filter_area(request, area, &filter);

    r = r ? r : li_view_public(&request->ctx, &view, &filter, limit, newest, &cases);

    for (size_t i = 0; r == 0 && i < cases.count; i++) {
        const struct li_view_row *row = &cases.rows[i];
        struct li_node *item = li_page_item(request, list);
        li_page_text(request, item, "number", row->number);
        li_page_texts(request, item, "kind", row->kind ? row->kind->label : row->playbook->title);
        li_page_text(request, item, "icon", li_page_icon(row->kind ? row->kind->name : LI_S("")));
        li_page_text(request, item, "area", row->area.name);
        struct li_str state = li_page_word_of(request, "state", row->state->name);
        if (state.ptr) {
            li_page_text(request, item, "state", state);
        } else {
            li_page_texts(request, item, "state", row->state->label);
        }
        li_page_bool(request, item, "closed", row->state->end);
        li_page_time(request, item, "opened", row->opened_at);
    }
    li_page_bool(request, data, "has_cases", r == 0 && cases.count > 0);
    return r;
}

int li_op_page_public(struct li_request *request)
{
    struct li_str area = li_request_text(request, "area");
    struct li_node *data;
    int r;

    li_op_lang(request);
    data = li_page_new(request);
    li_page_text(request, data, "area_code", area);
    li_page_text(request, data, "query", request->query);
    li_page_bool(request, data, "has_map", true);
    r = li_op_put_communities(request, data, area);
    r = r ? r : li_op_put_public(request, data, area, PAGE);
    return r ? r : li_page_render(request, 200, "public", data);
}
