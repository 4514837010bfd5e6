/*
 * History: how everything came to be, in commit order, chained.
 *
 * One entry per command: gapless `seq` per tenant, when it was recorded, what it
 * was about, which command, who, and its canonical payload.
 *
 *   hash(seq) = BLAKE2b-256( hash(seq-1) ‖ seq ‖ at ‖ entity ‖ len ‖ command ‖ len ‖ actor ‖
 * payload )
 *
 * with integers as 8 bytes big-endian; hash(0) is 32 zero bytes.  Payloads hold
 * references and salted commitments, never a personal value or a free text.
 */
#ifndef LI_RECORD_HISTORY_H
#define LI_RECORD_HISTORY_H

#include "base/hash.h"
#include "store/store.h"

struct li_entry {
    int64_t tenant;
    int64_t seq;
    int64_t at;
    int64_t entity;
    struct li_str command;
    struct li_str actor; /* "account:ID", "party:NO", "system", "cli" */
    struct li_str payload;
    struct li_hash hash;
};

struct li_hash li_entry_hash(const struct li_hash *before, const struct li_entry *entry);

/* Inserts an entry whose hash is set. */
int li_history_append(struct li_ctx *ctx, struct li_conn *conn,
                      const struct li_entry *entry) LI_MUST_CHECK;
/* Up to `max` entries after `after`, in order, in the arena. */
int li_history_read(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t after,
                    size_t max, struct li_entry **ret, size_t *ret_count) LI_MUST_CHECK;
/* All entries about an entity, oldest first, at most `max`. */
int li_history_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
                  size_t max, struct li_entry **ret, size_t *ret_count) LI_MUST_CHECK;
/* The last `max` of them below `before`, oldest first. */
int li_history_before(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t entity,
                      int64_t before, size_t max, struct li_entry **ret,
                      size_t *ret_count) LI_MUST_CHECK;

/* The highest entity any entry of a tenant is about; 0 without entries. */
int li_history_highest(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                       int64_t *ret) LI_MUST_CHECK;

/* Where a tenant's chain stands. */
struct li_head {
    int64_t tenant;
    int64_t seq;
    struct li_hash hash;
    int64_t recorded_at;
    bool closed; /* it has moved to another store: no command runs here (copy.h) */
};
int li_head_read(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                 struct li_head *ret) LI_MUST_CHECK;
/* The same, keeping every other writer of the tenant out until the transaction ends. */
int li_head_lock(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                 struct li_head *ret) LI_MUST_CHECK;
int li_head_write(struct li_ctx *ctx, struct li_conn *conn,
                  const struct li_head *head) LI_MUST_CHECK;
/* Closes or opens a tenant; inside a transaction that holds its head. */
int li_head_close(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                  bool closed) LI_MUST_CHECK;
/* A new tenant's head at seq 0. */
int li_head_new(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant) LI_MUST_CHECK;

#endif
