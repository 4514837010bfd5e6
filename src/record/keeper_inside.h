/* What the kinds of keepers share; see keeper.h. */
#ifndef LI_RECORD_KEEPER_INSIDE_H
#define LI_RECORD_KEEPER_INSIDE_H

#include "record/keeper.h"

/* A kind; keys are checked before. */
struct li_keeper_kind {
    bool remote;
    void (*close)(struct li_keeper *keeper);
    int (*put)(struct li_ctx *ctx, struct li_keeper *keeper, const char *key, struct li_str bytes);
    int (*get)(struct li_ctx *ctx, struct li_keeper *keeper, const char *key, size_t max,
               struct li_str *ret);
    int (*head)(struct li_ctx *ctx, struct li_keeper *keeper, const char *key, struct li_kept *ret);
    bool (*touch)(struct li_ctx *ctx, struct li_keeper *keeper, const char *key);
    int (*remove)(struct li_ctx *ctx, struct li_keeper *keeper, const char *key);
    int (*list)(struct li_ctx *ctx, struct li_keeper *keeper, const char *prefix,
                li_keeper_each *each, void *arg);
};

/* First in the struct of a kind. */
struct li_keeper {
    const struct li_keeper_kind *kind;
};

int li_keeper_folder(struct li_ctx *ctx, const char *folder, struct li_keeper **ret) LI_MUST_CHECK;
int li_keeper_s3(struct li_ctx *ctx, const struct li_keeper_config *config,
                 struct li_keeper **ret) LI_MUST_CHECK;

#endif
