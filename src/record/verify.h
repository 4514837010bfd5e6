/*
 * Verify: does the record still say what it said?
 *
 * Walks a tenant's history from the first entry: numbers without a gap, every
 * hash, the head, every seal's root and signature, every commitment against
 * the vault ("erased by rule R" is no fault when history says so), every photo
 * against its row and its files, every draw against its month's seed and the root that was
 * made known before, and the anchors it is shown, which must be signed
 * by the tenant's own key.  The proof against the keeper of the database himself
 * reaches as far as the newest anchor that holds.
 */
#ifndef LI_RECORD_VERIFY_H
#define LI_RECORD_VERIFY_H

#include "record/blob.h"
#include "record/seal.h"

#define LI_FINDINGS 20

struct li_finding {
    int64_t seq;     /* the entry; 0: none names it */
    int64_t case_id; /* then: where it lies */
    struct li_str what;
};

struct li_verify_report {
    int64_t entries;
    int64_t texts;  /* commitments that hold */
    int64_t erased; /* erased under a rule */
    int64_t photos; /* that hold */
    int64_t draws;  /* that are what their seeds say (base/draw.h) */
    int64_t seals;
    int64_t anchors;
    int64_t anchored_to;                     /* the newest seq an anchor proves; 0: none */
    struct li_finding findings[LI_FINDINGS]; /* the first ones, in order of seq; then what
                                                none names */
    size_t finding_count;
};

/* What it is held against. */
struct li_verify_given {
    const struct li_anchor *anchors;
    size_t anchor_count;
    struct li_blobs *blobs; /* NULL: the files of photos are not looked at */
};

/* `given` may be NULL.  0 when the walk was done, whatever it found; -LI_E_STORE or
 * -LI_E_IO when it could not be. */
int li_verify(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
              const struct li_verify_given *given, struct li_verify_report *ret) LI_MUST_CHECK;

#endif
