/* Upper orders; see order.h.  Sources are order_source.c. */
#include "case/order.h"

#include "base/grow.h"
#include "case/inside.h"
#include "case/link.h"
#include "contract/fault.h"

#define FOREVER INT64_MAX /* no deadline was given: last of those that wait */

#define COLUMNS                                                                                    \
    "select source, number, case_id, due_at, since, replied_at, reply_slot from upper_order "

LI_SQL(order_one, COLUMNS "where tenant = $1 and source = $2 and number = $3");
LI_SQL(order_case, COLUMNS "where tenant = $1 and case_id = $2 order by source, number");
LI_SQL(order_waiting,
       COLUMNS "where tenant = $1 and replied_at = 0 and due_at >= $2 "
               "and (due_at > $2 or case_id > $3) order by due_at, case_id limit $4");
LI_SQL(order_replied, COLUMNS "where tenant = $1 and replied_at > 0 and replied_at <= $2 "
                              "and (replied_at < $2 or case_id < $3) "
                              "order by replied_at desc, case_id desc limit $4");
LI_SQL(order_insert, "insert into upper_order (tenant, source, number, case_id, due_at, since) "
                     "values ($1, $2, $3, $4, $5, $6)");
LI_SQL(order_touch, "update cases set links = links + 1 where tenant = $1 and id = $2");
LI_SQL(order_answer, "update upper_order set replied_at = $4, reply_slot = $5 "
                     "where tenant = $1 and source = $2 and number = $3");

/* ---- rows ------------------------------------------------------------------ */

static int read_order(struct li_ctx *ctx, const struct li_rows *rows, struct li_order *ret)
{
    *ret = (struct li_order){
        .source = li_col_dup(ctx, rows, 0),
        .number = li_col_dup(ctx, rows, 1),
        .case_id = li_col_i64(rows, 2),
        .due_at = li_col_i64(rows, 3) == FOREVER ? 0 : li_col_i64(rows, 3),
        .since = li_col_i64(rows, 4),
        .replied_at = li_col_i64(rows, 5),
        .reply_slot = li_col_i64(rows, 6),
    };
    return ret->source.ptr && ret->number.ptr ? 0 : -LI_E_NOMEM;
}

static int read_all(struct li_ctx *ctx, struct li_rows *rows, struct li_order **ret,
                    size_t *ret_count)
{
    struct li_order *all = NULL;
    size_t count = 0, cap = 0;
    int r;

    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_order *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        all = more;
        r = read_order(ctx, rows, &all[count++]);
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

int li_order_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str source,
                  struct li_str number, struct li_order *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &order_one,
                         LI_ARGS(li_v(tenant), li_v_text(source), li_v_text(number)), &rows);

    if (r == 0) {
        r = read_order(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

int li_order_of_case(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                     struct li_order **ret, size_t *ret_count)
{
    struct li_rows *rows;
    int r = li_query(ctx, conn, &order_case, LI_ARGS(li_v(tenant), li_v(case_id)), &rows);

    return r ? r : read_all(ctx, rows, ret, ret_count);
}

int li_order_waiting(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_order_place after, size_t limit, struct li_order **ret,
                     size_t *ret_count)
{
    struct li_rows *rows;
    int r = li_query(
        ctx, conn, &order_waiting,
        LI_ARGS(li_v(tenant), li_v(after.at), li_v(after.case_id), li_v((int64_t)limit)), &rows);

    return r ? r : read_all(ctx, rows, ret, ret_count);
}

int li_order_replied(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_order_place before, size_t limit, struct li_order **ret,
                     size_t *ret_count)
{
    struct li_rows *rows;
    int r = li_query(
        ctx, conn, &order_replied,
        LI_ARGS(li_v(tenant), li_v(before.at), li_v(before.case_id), li_v((int64_t)limit)), &rows);

    return r ? r : read_all(ctx, rows, ret, ret_count);
}

int li_order_reply_text(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                        const struct li_order *order, struct li_str *ret)
{
    struct li_vault_item *items;
    size_t count = 0;
    int r = order->reply_slot ? li_vault_texts(ctx, conn, tenant, order->case_id, order->reply_slot,
                                               order->reply_slot + 1, &items, &count)
                              : 0;

    if (r == 0) {
        *ret = count ? items[0].value : LI_S("");
    }
    return r;
}

int li_order_check(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case_order *order)
{
    struct li_order there;
    int r = li_order_find(ctx, tx->conn, tx->tenant, order->source, order->number, &there);

    if (r == 0) {
        return LI_FAIL(ctx, LI_E_UNIQUE, "this order is there already");
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

int li_order_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                 const struct li_case_order *order)
{
    int r = li_exec(ctx, tx->conn, &order_insert,
                    LI_ARGS(li_v(tx->tenant), li_v_text(order->source), li_v_text(order->number),
                            li_v(case_id), li_v(order->due_at ? order->due_at : FOREVER),
                            li_v(tx->now)),
                    NULL);

    return r ? r
             : li_exec(ctx, tx->conn, &order_touch, LI_ARGS(li_v(tx->tenant), li_v(case_id)), NULL);
}

void li_order_refer(struct li_json *json, const struct li_case_order *order)
{
    li_json_key(json, "order");
    li_json_open_map(json);
    li_json_put_int(json, "due", order->due_at);
    li_json_put_text(json, "number", order->number);
    li_json_put_text(json, "source", order->source);
    li_json_close_map(json);
}

/* ---- order.reply ------------------------------------------------------------- */

struct replying {
    struct li_order order;
    struct li_str text;
};

static int reply_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_order_reply_args *reply = args;
    struct replying *plan = li_alloc(ctx, sizeof(*plan));
    enum li_sight sight = LI_SIGHT_NONE;
    struct li_case_part *parts;
    struct li_case row;
    size_t count;
    int r =
        plan ? li_order_find(ctx, tx->conn, tx->tenant, reply->source, reply->number, &plan->order)
             : -LI_E_NOMEM;

    r = r ? r : li_case_find(ctx, tx->record, tx->conn, tx->tenant, plan->order.case_id, &row);
    r = r ? r : li_case_parts(ctx, tx->conn, tx->tenant, &row, &parts, &count);
    r = r ? r : li_case_sight(ctx, tx->viewer, tx->tenant, &row, parts, count, &sight);
    if (r == -LI_E_NOT_FOUND || (r == 0 && sight < LI_SIGHT_STAFF)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such order");
    }
    if (r == 0 && !li_link_may_merge(tx->viewer, row.area_path)) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "orders are answered by the desk or a dispatcher");
    }
    r = r ? r : li_utf8_nfc(ctx, li_str_trim(reply->text), &plan->text);
    if (r == 0 && plan->text.len == 0) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/text"), LI_S(""));
    }
    if (r == 0 && li_utf8_length(plan->text) > LI_ORDER_REPLY) {
        return li_fault(ctx, LI_FAULT_LONG, LI_S("/text"), LI_S("2000"));
    }
    *ret_plan = plan;
    return r;
}

static int reply_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                       struct li_outcome *ret)
{
    const struct replying *plan = args;
    struct li_hash commit;
    struct li_json json;
    int r =
        li_vault_put(ctx, tx, plan->order.case_id, 0, LI_ORDER_FIELD, plan->text, false, &commit);

    r = r ? r
          : li_exec(ctx, tx->conn, &order_answer,
                    LI_ARGS(li_v(tx->tenant), li_v_text(plan->order.source),
                            li_v_text(plan->order.number), li_v(tx->now),
                            li_v(tx->seq * LI_VAULT_SLOTS)),
                    NULL);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_text(&json, "number", plan->order.number);
    li_json_key(&json, "reply");
    li_vault_refer(&json, tx, 0, &commit);
    li_json_put_text(&json, "source", plan->order.source);
    ret->entity = plan->order.case_id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_order_reply = {
    .name = "order.reply",
    .decide = reply_decide,
    .write = reply_write,
};
