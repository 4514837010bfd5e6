/*
 * Messages that leave the house: which, to whom, when.
 *
 * Where the tenant sends messages (setting "messages"), each message puts a delivery beside itself
 * in its own commit.  Whether it goes is asked as it is about to: the person chose text messages
 * (`answer_by` is `message`), their number is still there, nobody has seen the message on its page,
 * the step can no longer be undone, and it is not quiet.  An emergency of the area waits for
 * neither the last nor the last but one.  Not here: the sending itself (work/gateway.h).
 */
#ifndef LI_CASE_DELIVERY_H
#define LI_CASE_DELIVERY_H

#include "case/case.h"

#define LI_DELIVERY_STALE (4 * LI_DAY) /* news that is older is not sent any more */
#define LI_DELIVERY_LIST  100

struct li_delivery {
    int64_t tenant, id;  /* the id is the gateway's key: the same at every try */
    int64_t case_id, no; /* the message; case_id may be a row's */
    int64_t since;
    int64_t tries;
    int64_t answer; /* the gateway's last status; 0: none */
};
/* Those of all tenants that may be due at `now`, the earliest first. */
int li_delivery_ready(struct li_ctx *ctx, struct li_conn *conn, int64_t now, size_t max,
                      struct li_delivery **ret, size_t *ret_count) LI_MUST_CHECK;
/* A tenant's that were tried in vain, the newest first, at most LI_DELIVERY_LIST. */
int li_delivery_dead(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_delivery **ret, size_t *ret_count) LI_MUST_CHECK;

/* What becomes of one now. */
struct li_letter {
    enum { LI_LETTER_GOES, LI_LETTER_WAITS, LI_LETTER_FALLS } fate;
    int64_t until; /* WAITS: till then */
    struct li_str to, number;
    struct li_texts title, text;
    int64_t told_at;
    bool urgent;
};
int li_delivery_letter(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                       const struct li_delivery *delivery, int64_t now,
                       struct li_letter *ret) LI_MUST_CHECK;

/* In write, of a message that is put down, and of one that is taken back. */
int li_delivery_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                    int64_t no) LI_MUST_CHECK;
int li_delivery_drop(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                     int64_t no) LI_MUST_CHECK;

/* "message.delivered": what a try came to.  Working: history has the message.  -LI_E_STATE: it is
 * not as it was when the try began. */
struct li_delivered_args {
    const struct li_delivery *delivery;
    enum { LI_DELIVERED_OVER, LI_DELIVERED_LATER, LI_DELIVERED_DEAD } what;
    int64_t at; /* LATER: the next try */
    bool tried; /* it counts as a try, with `answer` */
    int64_t answer;
};
extern const struct li_command li_message_delivered;
/* "message.again": a dead one is tried from the beginning.  -LI_E_NOT_FOUND. */
struct li_message_again_args {
    int64_t id;
};
extern const struct li_command li_message_again;

#endif
