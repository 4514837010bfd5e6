/* Children of a case: who they are, and what their changes set off; see child.h. */
#include "case/child.h"

#include "base/canonical.h"
#include "base/grow.h"
#include "record/due.h"

LI_SQL(child_list,
       "select c.playbook, c.state, c.number, c.closed_at, c.merged_into, m.closed_at, l.part "
       "from link l join cases c on c.tenant = l.tenant and c.id = l.from_case "
       "left join cases m on m.tenant = c.tenant and m.id = c.merged_into "
       "where l.tenant = $1 and l.to_case = $2 and l.kind = 'child' and l.until is null "
       "order by l.seq, l.from_case");
LI_SQL(child_parents, "select to_case from link where tenant = $1 and from_case = $2 "
                      "and kind = 'child' and until is null order by no");
LI_SQL(child_merged_parents,
       "select p.to_case from link m join link p on p.tenant = m.tenant "
       "and p.from_case = m.from_case where m.tenant = $1 and m.to_case = $2 "
       "and m.kind = 'merged' and m.until is null and p.kind = 'child' and p.until is null "
       "order by p.to_case");

/* ---- who they are ------------------------------------------------------------ */

struct list {
    struct li_child *items;
    size_t count, cap;
};

static int add_child(struct li_ctx *ctx, struct list *list, const struct li_child *child)
{
    struct li_child *more =
        li_grow(ctx, list->items, list->count, &list->cap, sizeof(*list->items));

    if (!more) {
        return -LI_E_NOMEM;
    }
    list->items = more;
    more[list->count++] = *child;
    return 0;
}

/* One that is answered through another has ended when that one has. */
static int read_child(struct li_ctx *ctx, const struct li_rows *rows, struct list *list)
{
    const struct li_child child = {
        .playbook = li_col_dup(ctx, rows, 0),
        .state = li_col_dup(ctx, rows, 1),
        .number = li_col_dup(ctx, rows, 2),
        .ended = !li_col_is_null(rows, li_col_is_null(rows, 4) ? 3 : 5),
        .about = (int)li_col_i64(rows, 6),
    };

    return child.playbook.ptr && child.state.ptr && child.number.ptr ? add_child(ctx, list, &child)
                                                                     : -LI_E_NOMEM;
}

static int read_linked(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                       struct list *list)
{
    struct li_rows *rows;
    int r = li_query(ctx, conn, &child_list, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        r = read_child(ctx, rows, list);
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    return r;
}

/* Those about to be opened: due rows that say so. */
static int read_coming(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                       struct list *list)
{
    struct li_due *rows;
    size_t count;
    int r = li_due_below(ctx, conn, tenant, id, LI_DUE_SPAWN, &rows, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_child child = {.state = LI_S("")};
        const struct li_node *part;
        struct li_node *args;
        r = li_canonical_read(ctx, rows[i].args, &args);
        if (r == 0) {
            part = li_node_get(args, "part");
            child.playbook = li_node_text(args, "playbook");
            child.about = part && part->kind == LI_INT ? (int)part->number : 0;
            r = add_child(ctx, list, &child);
        }
    }
    return r;
}

int li_case_children(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_case *row)
{
    struct list list = {0};
    int r = row->links ? read_linked(ctx, conn, tenant, row->id, &list) : 0;

    r = r ? r : read_coming(ctx, conn, tenant, row->id, &list);
    if (r == 0) {
        row->children = list.items;
        row->child_count = list.count;
    }
    return r;
}

/* ---- what their changes set off ------------------------------------------------ */

int li_case_settle_later(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id)
{
    struct li_due due = {.entity = case_id,
                         .slot = LI_DUE_SETTLE,
                         .at = li_now(li_record_clock(tx->record)),
                         .command = li_str(li_case_settle.name),
                         .args = li_strf(ctx, "{\"case\":%lld}", (long long)case_id)};

    return due.args.ptr ? li_due_set(ctx, tx, &due) : -LI_E_NOMEM;
}

static int tell_all(struct li_ctx *ctx, const struct li_tx *tx, const struct li_sql *sql,
                    int64_t case_id)
{
    int64_t *ids = NULL;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, tx->conn, sql, LI_ARGS(li_v(tx->tenant), li_v(case_id)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        int64_t *more = li_grow(ctx, ids, count, &cap, sizeof(*ids));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        ids = more;
        ids[count++] = li_col_i64(rows, 0);
    }
    li_rows_done(rows);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = li_case_settle_later(ctx, tx, ids[i]);
    }
    return r;
}

int li_case_tell_parents(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row)
{
    int r = tell_all(ctx, tx, &child_parents, row->id);

    return r ? r : tell_all(ctx, tx, &child_merged_parents, row->id);
}

/* ---- case.settle --------------------------------------------------------------- */

struct settling {
    int64_t id;
    struct li_case_move move;
};

static int settle_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    const struct li_node *id = li_node_get(args, "case");
    struct settling *settling = li_alloc(ctx, sizeof(*settling));

    if (!settling) {
        return -LI_E_NOMEM;
    }
    if (!id || id->kind != LI_INT) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a due row that settles a case is misshapen");
    }
    settling->id = id->number;
    *ret = settling;
    return 0;
}

static int settle_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    struct settling *settling = li_alloc(ctx, sizeof(*settling));
    struct li_case_part *parts;
    struct li_snapshot snapshot;
    struct li_plan *plan;
    struct li_case *row;
    size_t count;
    int r;

    if (!settling) {
        return -LI_E_NOMEM;
    }
    *settling = *(const struct settling *)args;
    row = &settling->move.row;
    r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, settling->id, row);
    if (r == -LI_E_NOT_FOUND || (r == 0 && row->closed_at)) {
        return LI_FAIL(ctx, LI_E_STATE, "the case rests");
    }
    r = r ? r : li_case_parts(ctx, tx->conn, tx->tenant, row, &parts, &count);
    r = r ? r : li_case_snapshot(ctx, row, parts, count, tx->now, &snapshot);
    r = r ? r : li_machine_settle(ctx, &snapshot, &plan);
    if (r) {
        return r;
    }
    if (plan->fired_count == 0) {
        return LI_FAIL(ctx, LI_E_STATE, "nothing follows from it");
    }
    settling->move.plan = plan;
    settling->move.structured = LI_S("{}");
    *ret_plan = settling;
    return li_case_move_decide(ctx, tx, &settling->move, parts, count);
}

static int settle_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                        struct li_outcome *ret)
{
    struct settling *settling = plan;
    int r = li_case_move_write(ctx, tx, &settling->move);

    ret->entity = settling->id;
    return r ? r : li_case_move_payload(ctx, tx, &settling->move, NULL, 0, &ret->payload);
}

const struct li_command li_case_settle = {
    .name = "case.settle",
    .parse = settle_parse,
    .decide = settle_decide,
    .write = settle_write,
};
