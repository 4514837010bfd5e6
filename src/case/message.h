/*
 * What a case tells who reported it (`tell: reporter`): shown at the top of their page, unread
 * until they say that they saw it.  And what a row tells whoever holds it: that something on its
 * accounts expires.
 *
 * A message is the name of the action that told it, so that neither row nor history holds a word
 * about anybody: the sentence is the playbook's (`says`, else the action's label), as it is read.
 * Nobody is told where nobody holds a tracking code.  Beyond the page it goes as a delivery
 * (delivery.h).
 */
#ifndef LI_CASE_MESSAGE_H
#define LI_CASE_MESSAGE_H

#include "case/case.h"

struct li_message {
    int64_t no;
    struct li_str what; /* an action, "@STATE.PERCENT" a clock's step, or of a row one of these */
    int64_t told_at;
    int64_t seen_at; /* 0: not yet */
};
#define LI_MESSAGES    20 /* shown at most */
#define LI_NOTICE_SOON "lot.soon"
#define LI_NOTICE_OVER "lot.over"

/* The last ones of a case or of a row, newest first. */
int li_message_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                    struct li_message **ret, size_t *ret_count) LI_MUST_CHECK;
/* Its sentence, of a row without a playbook; zh.ptr NULL: this version has none. */
struct li_texts li_message_texts(const struct li_playbook *playbook,
                                 const struct li_message *message);

/* In write: for the effect of that name, and to take its last one back. */
int li_message_tell(struct li_ctx *ctx, const struct li_tx *tx,
                    const struct li_effect_target *target) LI_MUST_CHECK;
int li_message_untell(struct li_ctx *ctx, const struct li_tx *tx,
                      const struct li_effect_target *target) LI_MUST_CHECK;

/* In write: to who reported a case or holds a row, whom nobody asks whether they are there. */
int li_message_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t of,
                   struct li_str what) LI_MUST_CHECK;
/* The ledger's LI_LEDGER_NOTICES: before a lot of a row's account expires, and after. */
extern const struct li_command li_message_notice;

/* "case.seen": the reporter saw the messages up to a number.  Working: no history. */
struct li_message_seen_args {
    int64_t case_id;
    int64_t upto;
};
extern const struct li_command li_message_seen;

#endif
