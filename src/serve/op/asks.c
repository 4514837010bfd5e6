/*
 * What anybody may open about a row of a register: from its public page, never without it.
 * Not here: the form (report.c), the rules of opening (case).
 */
#include "base/id.h"
#include "base/time.h"
#include "serve/op/register.h"

#define TIMES 20 /* that are taken, on a page */

static bool says(const struct li_row *row)
{
    int place = row->reg->asks_where;
    const struct li_node *node =
        place < 0 ? NULL : li_node_get_str(row->fields, row->reg->form.fields[place].name);

    return place < 0 || (node && node->kind == LI_BOOL && node->flag);
}

/* From when to when it is taken, and by nobody's name. */
static int put_taken(struct li_request *request, struct li_node *data, int64_t row)
{
    struct li_node *list = li_page_list(request, data, "taken");
    struct li_case_span *spans;
    size_t count;
    int r = li_case_taken(&request->ctx, request->conn, request->tenant->id, row,
                          li_now(request->ctx.clock), TIMES, &spans, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *item = li_page_item(request, list);
        li_page_time(request, item, "since", spans[i].since);
        li_page_time(request, item, "until", spans[i].until);
    }
    li_page_bool(request, data, "has_taken", r == 0 && count > 0);
    return r;
}

int li_op_put_asks(struct li_request *request, struct li_node *data, const struct li_row *row)
{
    const struct li_playbook *playbook;
    struct li_node *map;
    char id[LI_ID_TEXT + 1];
    int r = row->reg->asks.len && says(row) ? li_op_offered(request, row->reg->asks, &playbook)
                                            : -LI_E_NOT_FOUND;

    if (r || !li_op_is_for_residents(playbook)) {
        li_ctx_clear(&request->ctx);
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    li_id_format(row->id, id);
    map = li_page_map(request, data, "asks");
    li_page_text(request, map, "playbook", playbook->name);
    li_page_texts(request, map, "label", playbook->title);
    li_page_text(request, map, "id", li_str_dup(&request->ctx, li_str(id)));
    li_page_bool(request, map, "has_times", playbook->occupies.row >= 0);
    return playbook->occupies.row < 0 ? 0 : put_taken(request, map, row->id);
}

int li_op_asked_from(struct li_request *request, const struct li_playbook *playbook,
                     const struct li_register **ret_reg, int *ret_field)
{
    for (size_t i = 0; i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        const struct li_register *reg;
        int r;
        if (field->type != LI_FIELD_SUBJECT || !playbook->open_required[i]) {
            continue;
        }
        r = li_register_find(&request->ctx, li_request_house(request)->record, request->conn,
                             request->tenant->id, field->reg, &reg);
        if (r == 0 && li_str_eq(reg->asks, playbook->name)) {
            *ret_reg = reg;
            *ret_field = playbook->open_fields[i];
            return 0;
        }
        if (r && r != -LI_E_NOT_FOUND) {
            return r;
        }
    }
    return -LI_E_NOT_FOUND;
}

int li_op_asked_row(struct li_request *request, const struct li_register *reg, struct li_str text,
                    struct li_row *ret, struct li_view_line *ret_line)
{
    struct li_view view = li_request_view(request);
    int64_t id;
    int r = li_id_parse(&request->ctx, text, &id);

    r = r ? r : li_row_find(&request->ctx, view.record, view.conn, view.tenant, id, ret);
    if (r == 0 && (ret->reg != reg || ret->gone || !says(ret))) {
        r = -LI_E_NOT_FOUND;
    }
    r = r ? r : li_view_line_public(&request->ctx, &view, ret, ret_line);
    return r == 0 && ret_line->state != LI_ROW_NOW ? -LI_E_NOT_FOUND : r;
}
