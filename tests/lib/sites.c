/*
 * Lives of the simulator in tests (sites.h).
 */
#include "sites.h"

#include <ftw.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"

/* Memory, where the machine gives some as a folder: what is lived here is forgotten
 * at once, and whether bytes reach a disk is another test's matter. */
static const char *parent_folder(void)
{
    return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NULL;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
    (void)about;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int own_context(struct li_ctx *ctx)
{
    static const struct li_clock clock;
    struct li_arena *arena = li_arena_new((size_t)1 << 30);

    li_ctx_init(ctx, arena, &clock, li_random_system());
    return arena && ctx->random ? 0 : -LI_E_NOMEM;
}

void sites_image(int streets, char ret[256])
{
    const struct li_sim_site_config config = {.parent = parent_folder()};
    struct li_sim_site site;
    struct li_ctx ctx;
    int r = own_context(&ctx);

    r = r ? r : li_sim_site_open(&ctx, &config, &site);
    r = r ? r : li_sim_found(&site.ctx, &site.house, streets);
    if (r) {
        fprintf(stderr, "no image: %.*s\n", LI_P(li_ctx_explain(&ctx)));
        abort();
    }
    snprintf(ret, 256, "%s", site.folder);
    li_sim_site_keep(&site);
    li_random_free(ctx.random);
    li_arena_free(ctx.arena);
}

void sites_image_done(const char *folder)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- PostgreSQL --------------------------------------------------------------- */

static const char *server(void)
{
    const char *url = getenv("LINLI_TEST_PG");

    if (!url || !*url) {
        fputs("LINLI_TEST_PG names no PostgreSQL (or =skip)\n", stderr);
        abort();
    }
    return url;
}

/* A database whose last connections were closed is in use until the server's processes behind
 * them have ended; the server waits five seconds for that itself, which is not enough on a busy
 * machine, nor after connections that were cut. */
#define OBJECT_IN_USE "55006"
#define IN_USE_TRIES  12

static void administer(const char *text)
{
    PGconn *pg = PQconnectdb(server());
    bool done = false;

    for (int i = 0; !done; i++) {
        PGresult *result = PQexec(pg, text);
        const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

        done = PQresultStatus(result) == PGRES_COMMAND_OK;
        if (!done && (i == IN_USE_TRIES || !state || strcmp(state, OBJECT_IN_USE) != 0)) {
            fprintf(stderr, "%s: %s\n", text, PQerrorMessage(pg));
            abort();
        }
        PQclear(result);
    }
    PQfinish(pg);
}

/* The server's URL with another database behind its last slash. */
static void url_of(const char *name, char ret[512])
{
    const char *url = server(), *query = strchr(url, '?');
    size_t length = query ? (size_t)(query - url) : strlen(url);

    while (length > 0 && url[length - 1] != '/') {
        length--;
    }
    snprintf(ret, 512, "%.*s%s%s", (int)length, url, name, query ? query : "");
}

bool sites_postgres_image(int streets)
{
    struct li_sim_site_config config = {.parent = parent_folder()};
    struct li_sim_site site;
    char text[128], url[512];
    struct li_ctx ctx;
    int r = own_context(&ctx);

    if (strcmp(server(), "skip") == 0) {
        return false;
    }
    snprintf(text, sizeof(text), "create database sim_image_%d", (int)getpid());
    administer(text);
    url_of(text + strlen("create database "), url);
    config.store = url;
    r = r ? r : li_sim_site_open(&ctx, &config, &site);
    r = r ? r : li_sim_found(&site.ctx, &site.house, streets);
    if (r) {
        fprintf(stderr, "no image: %.*s\n", LI_P(li_ctx_explain(&ctx)));
        abort();
    }
    li_sim_site_close(&site);
    li_random_free(ctx.random);
    li_arena_free(ctx.arena);
    return true;
}

void sites_postgres_new(char ret[512])
{
    char text[160], name[32];

    snprintf(name, sizeof(name), "sim_%d", (int)getpid());
    snprintf(text, sizeof(text), "create database %s template sim_image_%d", name, (int)getpid());
    administer(text);
    url_of(name, ret);
}

void sites_postgres_drop(bool image)
{
    char text[160];

    snprintf(text, sizeof(text), "drop database sim_%s%d with (force)", image ? "image_" : "",
             (int)getpid());
    administer(text);
}

/* ---- lives ---------------------------------------------------------------------- */

/* What a day left, looked at. */
static int check_day(struct li_ctx *ctx, struct li_sim *sim, struct site_life *life)
{
    struct li_sim_report report;
    struct li_arena *arena = li_arena_new((size_t)1 << 30);
    struct li_ctx looks;
    int r;

    if (!arena) {
        return -LI_E_NOMEM;
    }
    li_ctx_init(&looks, arena, ctx->clock, ctx->random);
    r = li_sim_check(&looks, sim, &report);
    if (r) {
        LI_FAIL(ctx, -r, "%.*s", LI_P(li_ctx_explain(&looks)));
    } else if (report.count) {
        struct li_str text = li_sim_finding_text(&looks, sim, &report.findings[0]);
        snprintf(life->told, sizeof(life->told), "%.*s", LI_P(text));
        r = -LI_E_CORRUPT;
    }
    li_arena_free(arena);
    return r;
}

static int finish(struct li_ctx *ctx, struct li_sim_site *site, struct li_sim *sim,
                  struct site_life *life)
{
    const struct li_playbook *playbook;
    struct li_conn *conn;
    int r = li_sim_hash(ctx, &site->house, &life->hash);

    life->figures = *li_sim_figures(sim);
    r = r ? r : li_store_reader(ctx, site->house.store, &conn);
    if (r) {
        return r;
    }
    r = li_library_find(ctx, site->house.bound.library, conn, 1, LI_S("service-request"), 0,
                        &playbook);
    li_store_reader_back(site->house.store, conn);
    return r ? r : li_sim_actions(ctx, &site->house, playbook, life->actions);
}

static int live(struct li_ctx *ctx, struct site_life *life)
{
    const struct li_sim_site_config place = {.parent = parent_folder(),
                                             .store = life->store,
                                             .image = life->image,
                                             .seed = life->seed,
                                             .faults = life->faults};
    struct li_sim *sim = NULL;
    struct li_sim_site site;
    int r = li_sim_site_open(ctx, &place, &site);

    if (r) {
        return r;
    }
    const struct li_sim_config config = {.seed = life->seed,
                                         .house = &site.house,
                                         .clock = &site.clock,
                                         .pace = life->pace,
                                         .extra = life->extra,
                                         .site = life->faults ? &site : NULL};
    r = li_sim_open(ctx, &config, &sim);
    for (int day = 1; r == 0 && day <= life->days; day++) {
        r = li_sim_live(ctx, sim, LI_SIM_START + day * LI_DAY);
        r = r ? r : check_day(ctx, sim, life);
        r = r || !life->each_day ? r : life->each_day(ctx, sim, life->arg);
    }
    r = r ? r : finish(ctx, &site, sim, life);
    li_sim_close(sim);
    li_sim_site_close(&site);
    return r;
}

int sites_live(struct site_life *life)
{
    struct li_ctx ctx;
    int r = own_context(&ctx);

    life->told[0] = '\0';
    r = r ? r : live(&ctx, life);
    if (r && !life->told[0]) {
        snprintf(life->told, sizeof(life->told), "seed %llu: %.*s", (unsigned long long)life->seed,
                 LI_P(li_ctx_explain(&ctx)));
    }
    li_random_free(ctx.random);
    li_arena_free(ctx.arena);
    return r;
}
