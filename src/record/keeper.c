/* Which keeper it is; see keeper.h. */
#include <string.h>

#include "record/keeper_inside.h"

int li_keeper_open(struct li_ctx *ctx, const struct li_keeper_config *config,
                   struct li_keeper **ret)
{
    if (strncmp(config->where, "s3://", 5) == 0) {
        return li_keeper_s3(ctx, config, ret);
    }
    if (strstr(config->where, "://")) {
        return LI_FAIL(ctx, LI_E_USAGE, "files are kept in a folder or in s3://…");
    }
    return li_keeper_folder(ctx, config->where, ret);
}

void li_keeper_close(struct li_keeper *keeper)
{
    if (keeper) {
        keeper->kind->close(keeper);
    }
}

bool li_keeper_is_remote(const struct li_keeper *keeper)
{
    return keeper->kind->remote;
}

int li_keeper_put(struct li_ctx *ctx, struct li_keeper *keeper, const char *key,
                  struct li_str bytes)
{
    return keeper->kind->put(ctx, keeper, key, bytes);
}

int li_keeper_get(struct li_ctx *ctx, struct li_keeper *keeper, const char *key, size_t max,
                  struct li_str *ret)
{
    return keeper->kind->get(ctx, keeper, key, max, ret);
}

int li_keeper_head(struct li_ctx *ctx, struct li_keeper *keeper, const char *key,
                   struct li_kept *ret)
{
    return keeper->kind->head(ctx, keeper, key, ret);
}

bool li_keeper_touch(struct li_ctx *ctx, struct li_keeper *keeper, const char *key)
{
    return keeper->kind->touch(ctx, keeper, key);
}

int li_keeper_delete(struct li_ctx *ctx, struct li_keeper *keeper, const char *key)
{
    return keeper->kind->remove(ctx, keeper, key);
}

int li_keeper_list(struct li_ctx *ctx, struct li_keeper *keeper, const char *prefix,
                   li_keeper_each *each, void *arg)
{
    return keeper->kind->list(ctx, keeper, prefix, each, arg);
}
