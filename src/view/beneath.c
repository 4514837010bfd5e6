/*
 * Cases beneath a case: the list a desk works through, and what anybody may know of the
 * one above before they open another beneath it.
 */
#include "case/under.h"
#include "view/inside.h"
#include "view/link.h"

LI_SQL(view_beneath, "select l.from_case from link l "
                     "where l.tenant = $1 and l.to_case = $2 and l.kind = 'child' and l.no = 1 "
                     "and l.until is null order by l.seq, l.from_case limit $3");

static int ids_of(struct li_ctx *ctx, const struct li_view *view, int64_t id, size_t limit,
                  int64_t *ids, size_t *ret_count)
{
    return li_query_ids(ctx, view->conn, &view_beneath,
                        LI_ARGS(li_v(view->tenant), li_v(id), li_v((int64_t)limit)), limit, ids,
                        ret_count);
}

/* Where nothing was written: what it is about, by the name of the register's row. */
static int line_of_subject(struct li_ctx *ctx, const struct li_view *view,
                           struct li_view_beneath *ret)
{
    const struct li_playbook *playbook = ret->row.playbook;
    const struct li_view_case of = {.row = ret->row};

    for (size_t i = 0; i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        struct li_member member = {.key = field->name,
                                   .value = li_node_get_str(ret->row.fields, field->name)};
        struct li_view_value value;
        if (field->type == LI_FIELD_SUBJECT && member.value) {
            int r = li_view_structured(ctx, view, &of, &member, &value);
            ret->line = r ? ret->line : value.text.zh;
            return r;
        }
    }
    return 0;
}

static int read_one(struct li_ctx *ctx, const struct li_view *view, struct li_view_beneath *ret)
{
    struct li_case_part *parts;
    struct li_snapshot snapshot;
    size_t count;
    int r = li_case_parts(ctx, view->conn, view->tenant, &ret->row, &parts, &count);

    r = r ? r : li_view_summary(ctx, view, &ret->row, &ret->line);
    if (r == 0 && !ret->line.len) {
        r = line_of_subject(ctx, view, ret);
    }
    r = r ? r : li_case_snapshot(ctx, &ret->row, parts, count, li_now(ctx->clock), &snapshot);
    if (r == 0 && !ret->row.merged_into) {
        r = li_machine_offers(ctx, &snapshot, view->viewer, false, &ret->offers, &ret->offer_count);
    }
    return r;
}

int li_view_beneath(struct li_ctx *ctx, const struct li_view *view, int64_t id, size_t limit,
                    struct li_view_beneath **ret, size_t *ret_count)
{
    struct li_view_beneath *shown = li_alloc_array(ctx, limit, sizeof(*shown));
    int64_t *ids = li_alloc_array(ctx, limit, sizeof(*ids));
    size_t count = 0, kept = 0;
    struct li_case above;
    int r = shown && ids ? li_view_other(ctx, view, id, &above) : -LI_E_NOMEM;

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    if (r == 0 && above.links) {
        r = ids_of(ctx, view, id, limit, ids, &count);
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_view_beneath one = {.line = LI_S("")};
        r = li_view_other(ctx, view, ids[i], &one.row);
        if (r == -LI_E_NOT_FOUND) {
            r = 0;
        } else if (r == 0) {
            r = li_str_eq(one.row.playbook->under, above.playbook->name) ? read_one(ctx, view, &one)
                                                                         : 0;
            shown[kept] = one;
            kept += li_str_eq(one.row.playbook->under, above.playbook->name);
        }
    }
    *ret = shown;
    *ret_count = kept;
    return r;
}

/* What the playbook shows of a case to everybody, in the order it says. */
static int public_values(struct li_ctx *ctx, const struct li_view *view,
                         const struct li_snapshot *snapshot, struct li_view_case *ret)
{
    const struct li_playbook *playbook = ret->row.playbook;
    int r = 0;

    ret->values = li_alloc_array(ctx, playbook->see_public_count, sizeof(*ret->values));
    if (!ret->values) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < playbook->see_public_count; i++) {
        int place = playbook->see_public[i];
        const struct li_field *field = &playbook->fields[place];
        struct li_member member = {.key = field->name,
                                   .value = li_node_get_str(ret->row.fields, field->name)};
        struct li_view_value *value = &ret->values[ret->value_count];
        int64_t number;
        if (field->is) {
            r = li_machine_reckon(ctx, snapshot, place, &number);
            r = r ? r : li_view_reckoned(ctx, field, number, value);
            ret->value_count += r == 0;
        } else if (member.value && !li_field_is_files(field->type)) {
            r = li_view_structured(ctx, view, ret, &member, value);
            ret->value_count += r == 0;
        }
    }
    return r;
}

int li_view_above(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                  struct li_view_case *ret)
{
    struct li_case_part *parts;
    struct li_snapshot snapshot;
    size_t count;
    int r;

    *ret = (struct li_view_case){.value_count = 0};
    r = li_case_find(ctx, view->record, view->conn, view->tenant, id, &ret->row);
    if (r == -LI_E_NOT_FOUND || (r == 0 && ret->row.scope != LI_SCOPE_PUBLIC)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    r = r ? r : li_case_parts(ctx, view->conn, view->tenant, &ret->row, &parts, &count);
    r = r ? r : li_case_snapshot(ctx, &ret->row, parts, count, li_now(ctx->clock), &snapshot);
    r = r ? r : li_view_area(ctx, view, ret->row.area, &ret->area);
    return r ? r : public_values(ctx, view, &snapshot, ret);
}
