/*
 * Keepers: where files lie.  A folder, or an object store that speaks S3.
 *
 * A file is known by a key, words with `/` between them.  It is put whole and read
 * whole, and never changed; what is in it is not looked at here (blob.h names and
 * seals).  Every call may take as long as a disk or a network does, retries
 * included; all are thread-safe.
 */
#ifndef LI_RECORD_KEEPER_H
#define LI_RECORD_KEEPER_H

#include "base/ctx.h"
#include "base/err.h"

struct li_keeper;

struct li_keeper_config {
    /* A folder, made when the first file is, or
     * s3://BUCKET[/PREFIX]?endpoint=URL&region=NAME&style=path|host&timeout=SECONDS
     * (without an endpoint that of AWS in the region; us-east-1; path; 30). */
    const char *where;
    /* For s3; NULL where a folder is meant. */
    const char *access_key, *secret_key, *token;
};

/* Talks to nobody yet.  -LI_E_USAGE: `where` is not understood, or no credentials. */
int li_keeper_open(struct li_ctx *ctx, const struct li_keeper_config *config,
                   struct li_keeper **ret) LI_MUST_CHECK;
void li_keeper_close(struct li_keeper *keeper); /* NULL is fine */
/* Whether calls go over a network. */
bool li_keeper_is_remote(const struct li_keeper *keeper);

struct li_kept {
    int64_t size;
    int64_t at; /* when it was put or touched last */
};

/* Durably, in place of one of this key.  -LI_E_FULL leaves nothing half there;
 * -LI_E_IO; here and below -LI_E_AGAIN: a network or the other end is down. */
int li_keeper_put(struct li_ctx *ctx, struct li_keeper *keeper, const char *key,
                  struct li_str bytes) LI_MUST_CHECK;
/* The bytes, in the arena.  -LI_E_NOT_FOUND quietly; -LI_E_LIMIT; -LI_E_IO. */
int li_keeper_get(struct li_ctx *ctx, struct li_keeper *keeper, const char *key, size_t max,
                  struct li_str *ret) LI_MUST_CHECK;
/* -LI_E_NOT_FOUND quietly; -LI_E_IO. */
int li_keeper_head(struct li_ctx *ctx, struct li_keeper *keeper, const char *key,
                   struct li_kept *ret) LI_MUST_CHECK;
/* Whether it is there and counts as put within the last day, from now on if need
 * be; else it has to be put anew. */
bool li_keeper_touch(struct li_ctx *ctx, struct li_keeper *keeper, const char *key);
/* One that is not there is no fault. */
int li_keeper_delete(struct li_ctx *ctx, struct li_keeper *keeper, const char *key) LI_MUST_CHECK;
/* Every key below `prefix` ("12/"), in no order, also what a crash left half written.
 * `each` may delete the file it is told of; it returns 0 or -LI_E_…, which ends the
 * walk. */
typedef int li_keeper_each(struct li_ctx *ctx, void *arg, const char *key,
                           const struct li_kept *kept);
int li_keeper_list(struct li_ctx *ctx, struct li_keeper *keeper, const char *prefix,
                   li_keeper_each *each, void *arg) LI_MUST_CHECK;

#endif
