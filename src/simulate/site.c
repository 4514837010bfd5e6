/*
 * Sites: a house of its own in a temporary folder, for one simulation.
 *
 * A site may begin as a copy of another one that was founded and kept: a thousand
 * seeds then share one founding.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "simulate/fault.h"
#include "simulate/fault_relay.h"
#include "simulate/inside.h"

static const char *const kept_files[] = {"linli.db", "keys/master.key"};

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
    (void)about;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int make_folder(struct li_ctx *ctx, const char *parent, struct li_sim_site *site)
{
    const char *base = parent ? parent : getenv("TMPDIR");
    int length = snprintf(site->folder, sizeof(site->folder), "%s/linli-simulate-XXXXXX",
                          base && *base ? base : "/tmp");

    if (length >= (int)sizeof(site->folder) || !mkdtemp(site->folder)) {
        site->folder[0] = '\0';
        return LI_FAIL(ctx, LI_E_IO, "no temporary folder in %s", base ? base : "/tmp");
    }
    return 0;
}

/* Of an image what is there: another store keeps its own database. */
static int copy_image(struct li_ctx *ctx, const char *image, bool with_database,
                      const struct li_sim_site *site)
{
    struct li_str keys = li_strf(ctx, "%s/keys", site->folder);
    int r = keys.ptr ? li_dir_make(ctx, keys.ptr) : -LI_E_NOMEM;

    for (size_t i = with_database ? 0 : 1; r == 0 && i < sizeof(kept_files) / sizeof(kept_files[0]);
         i++) {
        struct li_str from = li_strf(ctx, "%s/%s", image, kept_files[i]);
        struct li_str to = li_strf(ctx, "%s/%s", site->folder, kept_files[i]), bytes;
        r = from.ptr && to.ptr ? li_file_read(ctx, from.ptr, 0, &bytes) : -LI_E_NOMEM;
        r = r ? r : li_file_write(ctx, to.ptr, bytes, 0600);
    }
    return r;
}

static int open_house(struct li_sim_site *site)
{
    struct li_ctx *ctx = &site->ctx;
    struct li_str keys = li_strf(ctx, "%s/keys", site->folder);
    struct li_str blobs = li_strf(ctx, "%s/blobs", site->folder);
    const struct li_keeper_config files = {.where = blobs.ptr};
    const struct li_house_config config = {.where = site->store,
                                           .keys = keys.ptr,
                                           .files = &files,
                                           .make = true,
                                           .lanes = 1,
                                           .clock = &site->clock,
                                           .random = ctx->random};

    return keys.ptr && blobs.ptr ? li_house_open(ctx, &config, &site->house) : -LI_E_NOMEM;
}

int li_sim_site_again(struct li_ctx *ctx, struct li_sim_site *site)
{
    int r;

    li_ctx_clear(&site->ctx);
    r = open_house(site);
    return r ? LI_FAIL(ctx, -r, "%.*s", LI_P(li_ctx_explain(&site->ctx))) : 0;
}

/* Another store's; one that may fail is behind a relay. */
static int place_elsewhere(struct li_ctx *ctx, const struct li_sim_site_config *config,
                           struct li_sim_site *site)
{
    struct li_str where = li_str(config->store);
    int r = config->faults ? li_relay_open(ctx, config->store, &site->relay) : 0;

    if (r == 0 && config->faults) {
        where = li_relay_where(ctx, site->relay, config->store);
        r = where.ptr ? 0 : -LI_E_NOMEM;
    }
    if (r == 0) {
        snprintf(site->store, sizeof(site->store), "%.*s", LI_P(where));
    }
    return r;
}

/* The database's place; one that may fail lies on a disk of its own name. */
static int place_store(struct li_ctx *ctx, const struct li_sim_site_config *config,
                       struct li_sim_site *site)
{
    if (config->store) {
        return place_elsewhere(ctx, config, site);
    }
    snprintf(site->disk, sizeof(site->disk), "simulate-%s",
             site->folder + strlen(site->folder) - 6);
    snprintf(site->store, sizeof(site->store), "%s/linli.db%s%s", site->folder,
             config->faults ? "?vfs=" : "", config->faults ? site->disk : "");
    return config->faults ? li_fault_vfs_register(ctx, site->disk, config->seed, &site->fault) : 0;
}

int li_sim_site_open(struct li_ctx *ctx, const struct li_sim_site_config *config,
                     struct li_sim_site *ret)
{
    struct li_arena *arena = li_arena_new((size_t)1 << 28);
    struct li_random *random = li_random_seeded(config->seed);
    int r;

    *ret = (struct li_sim_site){0};
    atomic_store(&ret->clock.held, LI_SIM_START);
    li_ctx_init(&ret->ctx, arena, &ret->clock, random);
    r = arena && random ? make_folder(ctx, config->parent, ret)
                        : LI_FAIL(ctx, LI_E_NOMEM, "no memory for a site");
    if (r == 0) {
        r = place_store(ctx, config, ret);
        r = r || !config->image ? r : copy_image(&ret->ctx, config->image, !config->store, ret);
        r = r ? r : open_house(ret);
        if (r) {
            LI_FAIL(ctx, -r, "%.*s", LI_P(li_ctx_explain(&ret->ctx)));
        }
    }
    if (r) {
        li_sim_site_close(ret);
    }
    return r;
}

void li_sim_site_keep(struct li_sim_site *site)
{
    if (site->house.record) {
        li_house_close(&site->house);
    }
    li_fault_vfs_unregister(site->fault);
    site->fault = NULL;
    li_relay_close(site->relay);
    site->relay = NULL;
    li_random_free(site->ctx.random);
    li_arena_free(site->ctx.arena);
    site->ctx = (struct li_ctx){0};
}

void li_sim_site_close(struct li_sim_site *site)
{
    li_sim_site_keep(site);
    if (site->folder[0]) {
        nftw(site->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
        site->folder[0] = '\0';
    }
}
