/*
 * What is like what: cases that may be the same matter, each with its reasons.
 *
 * Near in place, close in time, of one class, saying the same words, or from the same
 * caller.  It proposes; a person decides.  Also what was closed not long ago, so that a
 * matter that comes back is seen to.  Callers are compared by the vault's blind index,
 * never by their number, and only for who may see the number of both.
 *
 * How: of the newest cases below a bound, and of those that the index of words and the
 * blind index give, each is weighed in memory; nothing is kept, and opening a case does
 * nothing for it.
 */
#ifndef LI_VIEW_SIMILAR_H
#define LI_VIEW_SIMILAR_H

#include "record/vault.h"
#include "view/view.h"

/* What is asked about: a case that is there, or one that is being entered. */
struct li_view_probe {
    int64_t id; /* 0: not there yet */
    const struct li_playbook *playbook;
    struct li_str area; /* code */
    struct li_str area_path;
    struct li_case_place place;
    struct li_str class; /* "event:0102"; ptr NULL */
    struct li_str topic; /* ptr NULL */
    struct li_str text;  /* what happened, in clear */
    bool has_caller;
    uint8_t caller[LI_VAULT_BLIND];
    int64_t at; /* when it was opened, or now */
};

enum li_view_like {
    LI_LIKE_CALLER,
    LI_LIKE_PLACE,
    LI_LIKE_AREA,
    LI_LIKE_CLASS,
    LI_LIKE_WORDS,
    LI_LIKE_TIME,
    LI_LIKE_AGAIN, /* it was closed before this one came */
    LI_LIKES
};

struct li_view_reason {
    enum li_view_like like;
    const char *name; /* "caller", "place", … */
    struct li_texts label;
};

struct li_view_similar {
    struct li_case row;
    struct li_area area;
    struct li_str summary;
    int64_t weight; /* of 100 */
    struct li_view_reason reasons[LI_LIKES];
    size_t reason_count;
};

/* A case as a probe; -LI_E_NOT_FOUND when the viewer does not see it as staff. */
int li_view_probe_of(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                     struct li_view_probe *ret) LI_MUST_CHECK;
/* The fields of a form as a probe; they may be anything the playbook does not refuse. */
int li_view_probe_given(struct li_ctx *ctx, const struct li_view *view,
                        const struct li_playbook *playbook, const struct li_area *area,
                        const struct li_node *fields, struct li_view_probe *ret) LI_MUST_CHECK;

/* The likeliest first, at most `limit` (up to 2,000), those the viewer sees as staff. */
int li_view_similar(struct li_ctx *ctx, const struct li_view *view,
                    const struct li_view_probe *probe, size_t limit, struct li_view_similar **ret,
                    size_t *ret_count) LI_MUST_CHECK;

#endif
