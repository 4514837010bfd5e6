/*
 * Consumers: everything derived.
 *
 * A consumer reads a tenant's history in order behind a cursor and moves the
 * cursor in the same transaction as its rows, so it can be dropped and rebuilt
 * at any time and never holds up a command.  Consumers run on the lane, between
 * batches: when nothing waits, or at the latest LI_CONSUMER_LAG entries behind.
 *
 * A step that fails is tried again, alone; the attempt is counted and committed
 * before the first step of a process and before every one that follows a
 * failure, so that an entry that brings the process down is met three times,
 * then its consumer is parked, and the rest goes on.  A store that is full or
 * away is nobody's failure.
 */
#ifndef LI_RECORD_CONSUMER_H
#define LI_RECORD_CONSUMER_H

#include "record/command.h"
#include "record/history.h"

#define LI_CONSUMER_LAG  1024
#define LI_CONSUMER_STEP 1024
#define LI_ATTEMPTS      3

struct li_consumer {
    const char *name;
    /* Entries in order of seq, all of tx->tenant.  Writes only its own working
     * tables. */
    int (*apply)(struct li_ctx *ctx, const struct li_tx *tx, const struct li_entry *entries,
                 size_t count);
    /* Deletes all it holds of tx->tenant; of every tenant when it is `whole`. */
    int (*drop)(struct li_ctx *ctx, const struct li_tx *tx);
    /* NULL: keeps nothing of texts.  A text of the vault (entity, slot) is about to be
     * erased, in the same transaction: what the consumer holds of it goes now, while
     * it can still be read.  `seen`: how far it is; of entries behind that it holds
     * nothing yet, and will not find the text when it comes there. */
    int (*forget)(struct li_ctx *ctx, const struct li_tx *tx, int64_t entity, int64_t slot,
                  int64_t seen);
    /* On SQLite it has one place for all tenants, which is only emptied whole: then
     * all of them are replayed. */
    bool whole;
};

/* Drops and replays one consumer of a tenant to the head, also a parked one.  The
 * record's lanes do it, so a server may be running.  -LI_E_NOT_FOUND: no such
 * consumer; -LI_E_STATE: it was parked on the way. */
int li_consumer_rebuild(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                        struct li_str name) LI_MUST_CHECK;
/* Whether rebuilding it for one tenant rebuilds it for all. */
bool li_consumer_is_whole(const struct li_record *record, struct li_str name);

#endif
