/* linli simulate: a street's life, played in a house of its own or into one. */
#include <stdio.h>

#include "base/time.h"
#include "cli/cli.h"
#include "simulate/check.h"

struct wish {
    int64_t seed, streets, days;
    const char *store;
    bool faults, print_hash;
};

static int read_number(struct li_cli *cli, const char *name, const char *text, int64_t least,
                       int64_t most, int64_t *ret)
{
    if (text && (!li_str_to_i64(li_str(text), ret) || *ret < least || *ret > most)) {
        return LI_FAIL(cli->ctx, LI_E_USAGE, "%s wants a number from %lld to %lld", name,
                       (long long)least, (long long)most);
    }
    return 0;
}

static int read_wish(struct li_cli *cli, struct wish *ret)
{
    const char *seed = NULL, *streets = NULL, *days = NULL;
    const struct li_cli_option known[] = {
        {"--seed", &seed, NULL},          {"--streets", &streets, NULL},
        {"--days", &days, NULL},          {"--store", &ret->store, NULL},
        {"--faults", NULL, &ret->faults}, {"--print-hash", NULL, &ret->print_hash},
    };
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), NULL, 0, NULL);

    r = r ? r : read_number(cli, "--seed", seed, 0, INT64_MAX, &ret->seed);
    r = r ? r : read_number(cli, "--streets", streets, 1, 200, &ret->streets);
    return r ? r : read_number(cli, "--days", days, 1, 3660, &ret->days);
}

/* One day, then every check; false: something was found. */
static int live_day(struct li_cli *cli, struct li_sim *sim, int day, bool *ret_fine)
{
    struct li_sim_report report;
    struct li_arena *arena = li_arena_new((size_t)1 << 30);
    struct li_ctx ctx;
    int r = li_sim_live(cli->ctx, sim, LI_SIM_START + day * LI_DAY);

    if (!arena) {
        return LI_FAIL(cli->ctx, LI_E_NOMEM, "no memory for the checks");
    }
    li_ctx_init(&ctx, arena, cli->ctx->clock, cli->ctx->random);
    r = r ? r : li_sim_check(&ctx, sim, &report);
    if (r == 0) {
        printf("day %d: %lld cases, %lld open, %lld commands\n", day, (long long)report.cases,
               (long long)report.open, (long long)li_sim_figures(sim)->commands);
        for (size_t i = 0; i < report.count; i++) {
            struct li_str text = li_sim_finding_text(&ctx, sim, &report.findings[i]);
            printf("%.*s\n", LI_P(text));
        }
        *ret_fine &= report.count == 0;
    } else if (ctx.error_count) {
        LI_FAIL(cli->ctx, -r, "%.*s", LI_P(li_ctx_explain(&ctx)));
    }
    li_arena_free(arena);
    return r;
}

static void print_figures(const struct li_sim_figures *figures)
{
    printf("%lld reports, %lld joined, %lld photos, %lld acts, %lld of them mistakes, %lld "
           "taken back, %lld refused, %lld by the clock; %lld troubles, %lld sent twice\n",
           (long long)figures->reports, (long long)figures->follows, (long long)figures->photos,
           (long long)figures->acts, (long long)figures->mistakes, (long long)figures->undone,
           (long long)figures->refused, (long long)figures->due, (long long)figures->troubles,
           (long long)figures->repeated);
}

static int live(struct li_cli *cli, const struct wish *wish, struct li_sim_site *site)
{
    const struct li_sim_config config = {.seed = (uint64_t)wish->seed,
                                         .house = &site->house,
                                         .clock = &site->clock,
                                         .site = wish->faults ? site : NULL};
    struct li_sim *sim = NULL;
    char hex[2 * LI_HASH_SIZE + 1];
    struct li_hash hash;
    bool fine = true;
    int r = li_sim_open(cli->ctx, &config, &sim);

    for (int day = 1; r == 0 && fine && day <= wish->days; day++) {
        r = live_day(cli, sim, day, &fine);
    }
    if (r == 0) {
        print_figures(li_sim_figures(sim));
    }
    li_sim_close(sim);
    r = r ? r : li_sim_hash(cli->ctx, &site->house, &hash);
    if (r == 0 && wish->print_hash) {
        li_hash_hex(&hash, hex);
        printf("%s\n", hex);
    }
    return r || fine ? r
                     : LI_FAIL(cli->ctx, LI_E_CORRUPT, "seed %lld found something wrong",
                               (long long)wish->seed);
}

int li_cli_simulate(struct li_cli *cli)
{
    struct wish wish = {.seed = 1, .streets = 1, .days = 7};
    struct li_sim_site_config config = {0};
    struct li_sim_site site;
    int r = read_wish(cli, &wish);

    config.seed = (uint64_t)wish.seed;
    config.store = wish.store;
    config.faults = wish.faults;
    r = r ? r : li_sim_site_open(cli->ctx, &config, &site);
    if (r) {
        return r;
    }
    r = li_sim_found(&site.ctx, &site.house, (int)wish.streets);
    if (r) {
        LI_FAIL(cli->ctx, -r, "%.*s", LI_P(li_ctx_explain(&site.ctx)));
    }
    r = r ? r : live(cli, &wish, &site);
    li_sim_site_close(&site);
    return r;
}
