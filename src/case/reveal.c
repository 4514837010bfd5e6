/*
 * Command "case.reveal": a masked personal value is looked at.
 *
 * Personal values are masked everywhere; who works on the case may see one in
 * clear, and that they did is history.
 */
#include "case/inside.h"
#include "case/pass.h"

struct revealing {
    struct li_case_revealed revealed; /* first: the plan others see */
    int64_t slot;
};

/* Whether one of the offers is for a post or an owner: what every member of staff may
 * do, such as a note, is nobody's turn. */
static bool is_their_turn(const struct li_playbook *playbook, const struct li_offer *offers,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct li_action *action = &playbook->actions[offers[i].action];
        for (size_t k = 0; k < action->by_count; k++) {
            if (action->by[k].kind == LI_WHO_OWNER || action->by[k].kind == LI_WHO_POST) {
                return true;
            }
        }
    }
    return false;
}

/* Whose turn it is: the machine offers them something of theirs.  *ret_hidden: the
 * fields that are not there for them. */
static int may_look(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                    struct li_field_set *ret_hidden)
{
    struct li_case_part *parts;
    struct li_snapshot snapshot;
    struct li_offer *offers;
    enum li_sight sight = LI_SIGHT_NONE;
    size_t count, offer_count;
    int r = li_pass_holds(ctx, tx);

    r = r ? r : li_case_parts(ctx, tx->conn, tx->tenant, row, &parts, &count);
    r = r ? r : li_case_sight(ctx, tx->viewer, tx->tenant, row, parts, count, &sight);
    if (r == 0 && sight < LI_SIGHT_STAFF) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    r = r ? r : li_case_snapshot(ctx, row, parts, count, tx->now, &snapshot);
    r = r ? r : li_machine_offers(ctx, &snapshot, tx->viewer, false, &offers, &offer_count);
    if (r == 0 && !is_their_turn(row->playbook, offers, offer_count)) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "only who works on the case now may look");
    }
    return r ? r : li_case_hidden(ctx, row, parts, count, tx->viewer, ret_hidden);
}

static int find_value(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                      struct li_str field, struct revealing *revealing)
{
    struct li_vault_item *items;
    size_t count;
    int r = li_vault_of(ctx, tx->record, tx->conn, tx->tenant, row->id, &items, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (li_str_eq(items[i].field, field) && items[i].sealed && items[i].value.ptr) {
            revealing->revealed = (struct li_case_revealed){
                .field = &row->playbook->fields[li_playbook_field(row->playbook, field)],
                .value = items[i].value,
            };
            revealing->slot = items[i].slot;
            return 0;
        }
    }
    return r ? r : LI_FAIL(ctx, LI_E_NOT_FOUND, "no masked %.*s here", LI_P(field));
}

static int reveal_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_case_reveal_args *reveal = args;
    struct revealing *revealing = li_alloc(ctx, sizeof(*revealing));
    struct li_case row;
    struct li_field_set hidden = {{0}};
    int field;
    int r = revealing ? li_case_find(ctx, tx->record, tx->conn, tx->tenant, reveal->id, &row)
                      : -LI_E_NOMEM;

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    r = r ? r : may_look(ctx, tx, &row, &hidden);
    field = r ? -1 : li_playbook_field(row.playbook, reveal->field);
    if (r == 0 && (field < 0 || li_case_is_hidden(hidden, field))) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no field %.*s", LI_P(reveal->field));
    }
    r = r ? r : find_value(ctx, tx, &row, reveal->field, revealing);
    if (r == 0) {
        revealing->revealed.id = row.id;
        *ret_plan = revealing;
    }
    return r;
}

static int reveal_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                        struct li_outcome *ret)
{
    const struct revealing *revealing = plan;
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    (void)tx;
    if (r) {
        return r;
    }
    li_json_put_text(&json, "field", revealing->revealed.field->name);
    li_json_put_int(&json, "seen", revealing->slot);
    ret->entity = revealing->revealed.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_case_reveal = {
    .name = "case.reveal",
    .decide = reveal_decide,
    .write = reveal_write,
};
