/*
 * Upper orders: matters that another platform sends down (a hotline, the district), by
 * its number, with a deadline it gives and an answer it waits for in its own columns.
 *
 * An order opens a case and is known by (source, number) ever after, so that the same
 * sheet may come twice.  It has a deadline and a reply of its own: merging its case, or
 * closing it, answers nothing upstairs; it waits until somebody has written its reply.
 *
 * A source is a platform as the office knows it: what its sheet's columns mean, what its
 * answer's columns are, which playbook its matters run by.  That is data of the tenant.
 *
 * Not here: reading a sheet (the browser), writing one (serve/op/order).
 */
#ifndef LI_CASE_ORDER_H
#define LI_CASE_ORDER_H

#include "case/case.h"
#include "record/vault.h"

#define LI_ORDER_NUMBER 64
#define LI_ORDER_REPLY  2000
/* The field of the vault a reply lies under, with the case. */
#define LI_ORDER_FIELD LI_S("order_reply")

/* What a case is opened with, when it comes from above (li_case_open_args.order). */
struct li_case_order {
    struct li_str source, number;
    int64_t due_at; /* as given; 0: none */
};

struct li_order {
    struct li_str source, number;
    int64_t case_id;
    int64_t due_at; /* 0: none was given */
    int64_t since;
    int64_t replied_at; /* 0: it waits */
    int64_t reply_slot; /* of the vault */
};

/* -LI_E_NOT_FOUND quietly. */
int li_order_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str source,
                  struct li_str number, struct li_order *ret) LI_MUST_CHECK;
/* The orders of a case. */
int li_order_of_case(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                     struct li_order **ret, size_t *ret_count) LI_MUST_CHECK;
/* A page of those that wait, the earliest deadline first, or of those that were answered,
 * the newest first; behind (at, case). */
struct li_order_place {
    int64_t at, case_id;
};
int li_order_waiting(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_order_place after, size_t limit, struct li_order **ret,
                     size_t *ret_count) LI_MUST_CHECK;
int li_order_replied(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_order_place before, size_t limit, struct li_order **ret,
                     size_t *ret_count) LI_MUST_CHECK;
/* The reply as it was written; empty when there is none or it was erased. */
int li_order_reply_text(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                        const struct li_order *order, struct li_str *ret) LI_MUST_CHECK;

/* For "case.open": -LI_E_UNIQUE when the order is there; the row. */
int li_order_check(struct li_ctx *ctx, const struct li_tx *tx,
                   const struct li_case_order *order) LI_MUST_CHECK;
int li_order_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                 const struct li_case_order *order) LI_MUST_CHECK;
/* "order": {"due", "number", "source"}, in the entry that opens its case. */
void li_order_refer(struct li_json *json, const struct li_case_order *order);

/* "order.reply": what is answered upstairs.  Another one later replaces it; both stay in
 * history. */
struct li_order_reply_args {
    struct li_str source, number;
    struct li_str text;
};
extern const struct li_command li_order_reply;

/* "order.source": how a platform's sheets are read and answered.  `spec`: {"label": {zh, en},
 * "playbook", "read": [{"column", "as"}], "via", "write": [{"column", "as"}]}; read as
 * number, deadline, area, field:NAME or skip; written as number, reply, replied_at, deadline, case,
 * state, area. */
struct li_order_source_args {
    struct li_str name;
    const struct li_node *spec;
};
extern const struct li_command li_order_source_put;

struct li_order_source {
    struct li_str name;
    struct li_node *spec;
};
/* All of a tenant by name. */
int li_order_sources(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_order_source **ret, size_t *ret_count) LI_MUST_CHECK;
/* -LI_E_NOT_FOUND quietly. */
int li_order_source_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                         struct li_str name, struct li_node **ret_spec) LI_MUST_CHECK;

#endif
