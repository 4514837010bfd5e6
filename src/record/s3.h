/*
 * One request to an object store, signed (AWS Signature Version 4, by libcurl) and
 * tried again while that may help.
 *
 * libcurl 7.88 signs a query as it is given and leaves the hash of the body to the
 * caller: queries come sorted and encoded, and x-amz-content-sha256 is set here.  It
 * also signs a header that was taken away by an empty one, so none is.
 * Tried again, up to four times with growing pauses: no connection, no answer in
 * time, 429 and 5xx.  All requests made here may be repeated.
 */
#ifndef LI_RECORD_S3_H
#define LI_RECORD_S3_H

#include "base/buf.h"
#include "record/keeper.h"

struct li_s3; /* thread-safe */

int li_s3_open(struct li_ctx *ctx, const struct li_keeper_config *config,
               struct li_s3 **ret) LI_MUST_CHECK;
void li_s3_close(struct li_s3 *s3); /* NULL is fine; requests that wait give up */
/* What stands before every key in the bucket: "" or "prefix/". */
const char *li_s3_prefix(const struct li_s3 *s3);

struct li_s3_request {
    const char *method; /* GET PUT HEAD DELETE */
    const char *key;    /* below the prefix; NULL: the bucket itself */
    const char *query;  /* sorted and encoded, without `?`; or NULL */
    struct li_str body; /* of a PUT */
    size_t max;         /* bytes of the answer at most */
};
struct li_s3_answer {
    long status;
    struct li_buf *body; /* in ctx's arena */
    int64_t length;      /* as the header says it; -1: it does not */
    int64_t modified_at; /* 0: not said */
};
/*
 * 0 with a status 2xx, or -LI_E_NOT_FOUND quietly (404 of a key), -LI_E_FULL (507),
 * -LI_E_LIMIT (longer than max), -LI_E_AGAIN (it did not come through to the last),
 * -LI_E_IO with the store's own code in words.
 */
int li_s3_ask(struct li_ctx *ctx, struct li_s3 *s3, const struct li_s3_request *request,
              struct li_s3_answer *ret) LI_MUST_CHECK;

/* A word of a query, percent-encoded, in the arena; NULL without memory. */
const char *li_s3_encode(struct li_ctx *ctx, struct li_str word);

#endif
