/*
 * Parts taken over from other cases alike (`carries` of a playbook): what a meeting left
 * unplaced stands on the next one.
 *
 * An action that says `takes` finds what waits and puts down a due row at each part: there it
 * leaves (action `leave`), and only when it has left the row that brings it here (`bring`) is put
 * down, in the same commit.  So a part is never in both and is taken once, however many press.
 * What cannot be brought is a fault: its row is parked and shown, nothing is lost.
 */
#include "base/canonical.h"
#include "base/time.h"
#include "case/inside.h"
#include "record/due.h"

#define CASES 20  /* looked into, for each `similar` */
#define MOST  200 /* parts taken over at once */

/* ---- due rows -------------------------------------------------------------------- */

/* {"brings", "case", "other", "part"} */
static int put_row(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, int64_t slot,
                   const struct li_case_carry *carry)
{
    struct li_due due = {.entity = id,
                         .slot = slot,
                         .at = li_now(li_record_clock(tx->record)),
                         .command = li_str(li_case_act.name)};
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    int r;

    if (!buf) {
        return -LI_E_NOMEM;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_put_int(&json, "brings", carry->brings);
    li_json_put_int(&json, "case", id);
    li_json_put_int(&json, "other", carry->other);
    li_json_put_int(&json, "part", carry->part);
    li_json_close_map(&json);
    r = li_buf_check(ctx, buf);
    due.args = li_buf_view(buf);
    return r ? r : li_due_set(ctx, tx, &due);
}

static int64_t int_of(const struct li_node *args, const char *key)
{
    const struct li_node *node = li_node_get(args, key);

    return node && node->kind == LI_INT ? node->number : 0;
}

int li_case_carry_parse(struct li_ctx *ctx, const struct li_node *args,
                        struct li_case_act_args *act, const struct li_case_carry **ret)
{
    struct li_case_carry *carry;

    if (!li_node_get(args, "brings")) {
        return 0;
    }
    carry = li_alloc(ctx, sizeof(*carry));
    if (!carry) {
        return -LI_E_NOMEM;
    }
    *carry = (struct li_case_carry){.brings = int_of(args, "brings") != 0,
                                    .other = int_of(args, "other"),
                                    .part = (int)int_of(args, "part")};
    act->id = int_of(args, "case");
    *ret = carry;
    return 0;
}

int li_case_carry_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t to,
                      const struct li_case_waiting *waiting, size_t count)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_case_carry carry = {.other = to, .part = waiting[i].part};
        r = put_row(ctx, tx, waiting[i].id, LI_DUE_CARRY + waiting[i].part, &carry);
    }
    return r;
}

int li_case_carry_on(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case_act_args *act)
{
    const struct li_case_carry carry = {.brings = true, .other = act->id, .part = act->part};

    return act->carry->brings
               ? 0
               : put_row(ctx, tx, act->carry->other, LI_DUE_CARRY + 1000 + tx->seq, &carry);
}

/* ---- found ----------------------------------------------------------------------- */

struct finding {
    struct li_case_waiting *items;
    size_t count;
};

/* Versions differ: what waits is asked of the other case's own playbook. */
static int add_case(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, struct finding *finding)
{
    struct li_case_part *parts;
    struct li_case row;
    size_t count;
    int r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, id, &row);

    r = r ? r : li_case_parts(ctx, tx->conn, tx->tenant, &row, &parts, &count);
    for (size_t i = 0; r == 0 && i < count && finding->count < MOST; i++) {
        const struct li_carries *carries = &row.playbook->carries;
        if (carries->machine > 0 && parts[i].part.machine == carries->machine &&
            (carries->in >> parts[i].part.state & 1)) {
            finding->items[finding->count++] =
                (struct li_case_waiting){.id = id, .part = parts[i].part.no};
        }
    }
    return r;
}

int li_case_carry_find(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                       struct li_case_waiting **ret, size_t *ret_count)
{
    const struct li_carries *carries = &row->playbook->carries;
    struct finding finding = {.items = li_alloc_array(ctx, MOST, sizeof(*finding.items))};
    int r = finding.items ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < carries->alike_count; i++) {
        int64_t ids[CASES];
        size_t count;
        r = li_case_alike(ctx, tx, row, carries->alike[i], CASES, ids, &count);
        for (size_t k = 0; r == 0 && k < count; k++) {
            r = add_case(ctx, tx, ids[k], &finding);
        }
    }
    *ret = finding.items;
    *ret_count = finding.count;
    return r;
}

/* ---- a step ----------------------------------------------------------------------- */

static int put_number(struct li_ctx *ctx, const struct li_playbook *playbook, int field,
                      struct li_str number, struct li_node *fields)
{
    struct li_node *node = field < 0 ? NULL : li_node_new_text(ctx, number);

    if (field < 0) {
        return 0;
    }
    return node ? li_node_put(ctx, fields, playbook->fields[field].name, node) : -LI_E_NOMEM;
}

static int leaves(struct li_ctx *ctx, const struct li_tx *tx, const struct li_playbook *playbook,
                  struct li_case_act_args *act, struct li_node *fields)
{
    struct li_case other;
    int r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, act->carry->other, &other);

    act->part = act->carry->part;
    act->action = playbook->actions[playbook->carries.leave].name;
    if (r == 0 && other.closed_at) {
        return LI_FAIL(ctx, LI_E_STATE, "what would take it over has ended");
    }
    return r ? r : put_number(ctx, playbook, playbook->carries.went, other.number, fields);
}

static int comes(struct li_ctx *ctx, const struct li_tx *tx, const struct li_playbook *playbook,
                 struct li_case_act_args *act, struct li_node *fields)
{
    const struct li_action *bring = &playbook->actions[playbook->carries.bring];
    struct li_str number;
    int r = li_case_part_values(ctx, tx, act->carry->other, act->carry->part, playbook,
                                bring->needs, bring->need_count, fields, &number);

    r = r ? r
          : li_case_part_values(ctx, tx, act->carry->other, act->carry->part, playbook, bring->asks,
                                bring->ask_count, fields, &number);
    act->action = bring->name;
    return r ? r : put_number(ctx, playbook, playbook->carries.came, number, fields);
}

int li_case_carry_args(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_act_args *act)
{
    struct li_node *fields = li_node_new_map(ctx);
    struct li_case row;
    int r =
        fields ? li_case_find(ctx, tx->record, tx->conn, tx->tenant, act->id, &row) : -LI_E_NOMEM;

    if (r == 0 && row.playbook->carries.machine <= 0) {
        return LI_FAIL(ctx, LI_E_STATE, "its playbook takes nothing over");
    }
    if (r == 0) {
        r = act->carry->brings ? comes(ctx, tx, row.playbook, act, fields)
                               : leaves(ctx, tx, row.playbook, act, fields);
    }
    act->fields = fields;
    return r;
}
