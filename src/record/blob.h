/*
 * Blobs: files that are known by what is in them.
 *
 * A blob's name is a hash keyed by its tenant, so that a name neither tells what
 * is in it nor whether another tenant has the same (kernel, blobs).  The bytes
 * are sealed with the tenant's key and bound to the name: whoever holds the
 * folder alone reads nothing.  A blob is never changed; the same bytes are kept
 * once.  Who may read one is not decided here: photos are read through their
 * case only.
 *
 * Where the files lie is a keeper's business (keeper.h): a folder or an object store.
 */
#ifndef LI_RECORD_BLOB_H
#define LI_RECORD_BLOB_H

#include "record/keeper.h"
#include "record/record.h"

#define LI_BLOB_NAME 16
#define LI_BLOB_MAX  ((size_t)20 << 20) /* bytes in one */

struct li_blob {
    uint8_t name[LI_BLOB_NAME];
};

struct li_blobs; /* thread-safe */

/* The record stays the caller's, the keeper is the blobs'. */
int li_blobs_open(struct li_ctx *ctx, struct li_record *record,
                  const struct li_keeper_config *config, struct li_blobs **ret) LI_MUST_CHECK;
struct li_keeper *li_blobs_keeper(const struct li_blobs *blobs);
void li_blobs_close(struct li_blobs *blobs); /* NULL is fine */

/* Keeps bytes durably: 0 means they are there after a crash, and nobody sweeps
 * them for a day.  -LI_E_FULL leaves nothing half there; -LI_E_LIMIT, -LI_E_IO. */
int li_blob_put(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant, struct li_str bytes,
                struct li_blob *ret) LI_MUST_CHECK;
/* The bytes, in the arena.  -LI_E_NOT_FOUND, -LI_E_CORRUPT (altered), -LI_E_IO. */
int li_blob_read(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant,
                 const struct li_blob *blob, struct li_str *ret) LI_MUST_CHECK;
/* Whether the file is what its name says, without keeping the bytes; *ret_len: how
 * many.  -LI_E_NOT_FOUND and -LI_E_CORRUPT quietly, -LI_E_IO. */
int li_blob_check(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant,
                  const struct li_blob *blob, int64_t *ret_len) LI_MUST_CHECK;
bool li_blob_exists(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant,
                    const struct li_blob *blob);
/* One that is not there is no fault. */
int li_blob_delete(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant,
                   const struct li_blob *blob) LI_MUST_CHECK;

/*
 * Deletes what was put before `before` and is not `kept`, and what a crash left
 * half written.  `kept` answers 1, 0 or -LI_E_…, which ends the walk.
 * *ret_deleted: how many files.
 */
int li_blob_sweep(struct li_ctx *ctx, struct li_blobs *blobs, int64_t tenant, int64_t before,
                  int (*kept)(struct li_ctx *ctx, void *arg, const struct li_blob *blob), void *arg,
                  int64_t *ret_deleted) LI_MUST_CHECK;

static inline struct li_str li_blob_view(const struct li_blob *blob)
{
    return (struct li_str){.ptr = (const char *)blob->name, .len = LI_BLOB_NAME};
}

#endif
