/* linli seed, verify, seal, rebuild: work on a data folder. */
#include <stdio.h>
#include <string.h>

#include "base/asset.h"
#include "base/id.h"
#include "base/time.h"
#include "case/drawn.h"
#include "cli/adopt.h"
#include "cli/backup.h"
#include "cli/cli.h"
#include "cli/seed.h"
#include "ledger/ledger.h"
#include "playbook/flat.h"
#include "record/tenant.h"
#include "record/verify.h"
#include "simulate/simulate.h"
#include "vote/vote.h"

#define LIVE_MOST 200 /* days */

struct place {
    struct li_cli_where where;
    const char *anchors, *at, *live;
    int64_t days, until;    /* of --live */
    struct li_clock *clock; /* held, of --live */
    bool make;
};

/* --live DAYS: the clock is held, and begins where the stories do. */
static int begin_earlier(struct li_cli *cli, struct place *place)
{
    struct li_clock *clock = li_alloc(cli->ctx, sizeof(*clock));

    if (!clock) {
        return -LI_E_NOMEM;
    }
    if (!li_str_to_i64(li_str(place->live), &place->days) || place->days < 1 ||
        place->days > LIVE_MOST) {
        return LI_FAIL(cli->ctx, LI_E_USAGE, "--live wants a number of days from 1 to %d",
                       LIVE_MOST);
    }
    place->until = li_now(cli->ctx->clock);
    atomic_store(&clock->held, place->until - LI_SIM_STORY_DAYS * LI_DAY);
    cli->ctx->clock = place->clock = clock;
    return 0;
}

static int open_house(struct li_cli *cli, const char **rest, size_t max, size_t *ret_rest,
                      struct place *ret_place, struct li_house *ret)
{
    struct place place = {.make = ret_place->make};
    const struct li_cli_option known[] = {
        LI_CLI_WHERE(&place.where),
        {"--anchors", &place.anchors, NULL},
        {"--at", &place.at, NULL},
        {"--live", &place.live, NULL},
    };
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), rest, max, ret_rest);

    r = r || !place.at ? r : li_cli_hold_clock(cli, place.at);
    r = r || !place.live ? r : begin_earlier(cli, &place);
    place.where.fill = place.live != NULL;
    r = r ? r : li_cli_house(cli, &place.where, place.make, ret);
    if (r == 0) {
        *ret_place = place;
    }
    return r;
}

static int for_tenants(struct li_cli *cli, struct li_house *house,
                       int (*fn)(struct li_cli *cli, struct li_house *house,
                                 const struct li_tenant *tenant, const void *arg),
                       const void *arg)
{
    const struct li_tenant **tenants;
    size_t count;
    int r = li_tenant_all(cli->ctx, house->record, &tenants, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        r = fn(cli, house, tenants[i], arg);
    }
    return r;
}

/* ---- seed ------------------------------------------------------------------ */

/* A version that is in use with another structure is left alone, too: who tries a
 * changed playbook adopts it under a new number. */
static int adopt(struct li_cli *cli, struct li_house *house, const struct li_asset *asset)
{
    struct li_str source;
    int new = 0, r = li_adopt_source(cli->ctx, asset->path.ptr, asset->bytes, &source);

    r = r ? r : li_adopt_everywhere(cli->ctx, house->record, asset->path, source, &new);
    if (r == -LI_E_STATE) {
        li_ctx_clear(cli->ctx);
        r = 0;
    }
    return r;
}

/* One that opens cases of another comes behind it: those that miss one, or find an earlier
 * version that does not fit, are tried again while some others are taken into use. */
static int adopt_playbooks(struct li_cli *cli, struct li_house *house)
{
    size_t waiting = 0, before;
    int r = 0;

    do {
        const struct li_asset *asset = NULL;
        before = waiting;
        waiting = 0;
        while (r == 0 && (asset = li_playbook_asset_next(asset))) {
            r = adopt(cli, house, asset);
            if ((r == -LI_E_NOT_FOUND || r == -LI_E_INVALID) &&
                (before == 0 || waiting + 1 < before)) {
                li_ctx_clear(cli->ctx);
                waiting++;
                r = 0;
            }
        }
    } while (r == 0 && waiting);
    return r;
}

/* The last days of the demo's streets, up to now, and the stories before: sample cases, each
 * of which says that it is one.  The seed is fixed: the same days give the same cases.  The
 * roster counts from where the reports begin. */
static int live(struct li_cli *cli, struct li_house *house, const struct place *place)
{
    const struct li_sim_config config = {.seed = 2026,
                                         .house = house,
                                         .clock = place->clock,
                                         .pace = 3,
                                         .demo = true,
                                         .reports_from = place->until - place->days * LI_DAY,
                                         .until = place->until};
    struct li_sim *sim = NULL;
    int r = li_sim_open(cli->ctx, &config, &sim);

    r = r ? r : li_sim_live(cli->ctx, sim, config.reports_from - 1);
    r = r ? r : li_seed_staff(cli->ctx, house->record);
    r = r ? r : li_sim_live(cli->ctx, sim, place->until);
    if (r == 0) {
        printf("%lld 件演示工单  %lld sample cases\n", (long long)li_sim_figures(sim)->reports,
               (long long)li_sim_figures(sim)->reports);
    }
    li_sim_close(sim);
    return r;
}

int li_cli_seed(struct li_cli *cli)
{
    const struct li_asset *asset = NULL;
    struct li_house house;
    struct place place = {.make = true};
    const struct li_tenant **tenants;
    size_t before = 0;
    int r = open_house(cli, NULL, 0, NULL, &place, &house);

    if (r) {
        return r;
    }
    r = li_tenant_all(cli->ctx, house.record, &tenants, &before);
    r = r ? r : li_seed_demo(cli->ctx, house.record);
    r = r ? r : adopt_playbooks(cli, &house);
    asset = NULL;
    while (r == 0 && (asset = li_asset_next(LI_S("playbooks/registers/"), asset))) {
        r = adopt(cli, &house, asset);
    }
    r = r ? r : li_seed_registers(cli->ctx, house.record);
    if (r == 0) {
        r = before || !place.days ? li_seed_staff(cli->ctx, house.record)
                                  : live(cli, &house, &place);
    }
    li_house_close(&house);
    return r;
}

/* ---- verify ---------------------------------------------------------------- */

struct anchors {
    struct li_anchor items[1024];
    size_t count;
};

static int read_anchors(struct li_cli *cli, const char *path, struct anchors *anchors)
{
    struct li_str bytes;
    int r = li_file_read(cli->ctx, path, 0, &bytes);

    while (r == 0 && bytes.ptr) {
        struct li_str line = li_str_trim(li_str_cut(&bytes, '\n'));
        if (line.len == 0) {
            continue;
        }
        if (anchors->count == sizeof(anchors->items) / sizeof(anchors->items[0])) {
            return LI_FAIL(cli->ctx, LI_E_LIMIT, "%s holds too many anchors", path);
        }
        r = li_anchor_parse(cli->ctx, line, &anchors->items[anchors->count++]);
    }
    return r;
}

static void print_finding(const struct li_tenant *tenant, const struct li_finding *finding)
{
    char id[LI_ID_TEXT + 1];

    if (finding->seq) {
        printf("%.*s: entry %lld: %.*s\n", LI_P(tenant->slug), (long long)finding->seq,
               LI_P(finding->what));
        return;
    }
    li_id_format(finding->case_id, id);
    printf("%.*s: case %s: %.*s\n", LI_P(tenant->slug), id, LI_P(finding->what));
}

/* Tenants that keep books: whether they balance. */
static int verify_books(struct li_cli *cli, struct li_house *house, const struct li_tenant *tenant)
{
    struct li_ledger_report report = {0};
    struct li_conn *conn;
    int r = li_store_reader(cli->ctx, house->store, &conn);

    if (r) {
        return r;
    }
    r = li_ledger_verify(cli->ctx, conn, tenant->id, &report);
    li_store_reader_back(house->store, conn);
    if (r || report.books == 0) {
        return r;
    }
    for (size_t i = 0; i < report.finding_count && i < LI_LEDGER_FINDINGS; i++) {
        printf("%.*s: %.*s\n", LI_P(tenant->slug), LI_P(report.findings[i]));
    }
    if (report.finding_count == 0) {
        printf("%.*s: %lld books, %lld accounts, %lld entries balance\n", LI_P(tenant->slug),
               (long long)report.books, (long long)report.accounts, (long long)report.entries);
    }
    return report.finding_count
               ? LI_FAIL(cli->ctx, LI_E_CORRUPT, "the books of %.*s do not balance: %zu findings",
                         LI_P(tenant->slug), report.finding_count)
               : 0;
}

/* Tenants that hold ballots: whether counted ones count again to what was published. */
static int verify_ballots(struct li_cli *cli, struct li_house *house,
                          const struct li_tenant *tenant)
{
    struct li_ballot_report report = {0};
    struct li_conn *conn;
    int r = li_store_reader(cli->ctx, house->store, &conn);

    if (r) {
        return r;
    }
    r = li_ballot_verify(cli->ctx, conn, tenant->id, &report);
    li_store_reader_back(house->store, conn);
    if (r || report.ballots == 0) {
        return r;
    }
    for (size_t i = 0; i < report.finding_count && i < LI_BALLOT_FINDINGS; i++) {
        printf("%.*s: %.*s\n", LI_P(tenant->slug), LI_P(report.findings[i]));
    }
    if (report.finding_count == 0) {
        printf("%.*s: %lld ballots hold, %lld counted, %lld voices counted again\n",
               LI_P(tenant->slug), (long long)report.ballots, (long long)report.counted,
               (long long)report.voices);
    }
    return report.finding_count
               ? LI_FAIL(cli->ctx, LI_E_CORRUPT, "the ballots of %.*s do not hold: %zu findings",
                         LI_P(tenant->slug), report.finding_count)
               : 0;
}

/* Tenants whose playbooks draw: whether the right cases were, with the right shares. */
static int verify_draws(struct li_cli *cli, struct li_house *house, const struct li_tenant *tenant)
{
    struct li_drawn_report report = {0};
    struct li_conn *conn;
    int r = li_store_reader(cli->ctx, house->store, &conn);

    if (r) {
        return r;
    }
    r = li_begin(cli->ctx, conn); /* one snapshot: a server may be writing meanwhile */
    r = r ? r : li_drawn_verify(cli->ctx, house->record, conn, tenant->id, &report);
    li_rollback(conn);
    li_store_reader_back(house->store, conn);
    for (size_t i = 0; r == 0 && i < report.finding_count && i < LI_DRAWN_FINDINGS; i++) {
        printf("%.*s: %.*s\n", LI_P(tenant->slug), LI_P(report.findings[i]));
    }
    if (r == 0 && report.draws && report.finding_count == 0) {
        printf("%.*s: %lld spot checks drawn as the playbooks say\n", LI_P(tenant->slug),
               (long long)report.draws);
    }
    return r || report.finding_count == 0
               ? r
               : LI_FAIL(cli->ctx, LI_E_CORRUPT,
                         "the spot checks of %.*s are not as the playbooks say: %zu findings",
                         LI_P(tenant->slug), report.finding_count);
}

static int verify_tenant(struct li_cli *cli, struct li_house *house, const struct li_tenant *tenant,
                         const void *arg)
{
    const struct anchors *all = arg;
    struct li_anchor *own = li_alloc_array(cli->ctx, all->count + 1, sizeof(*own));
    struct li_verify_report report;
    size_t count = 0;

    if (!own) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < all->count; i++) {
        if (li_str_eq(all->items[i].slug, tenant->slug)) {
            own[count++] = all->items[i];
        }
    }
    const struct li_verify_given given = {
        .anchors = own, .anchor_count = count, .blobs = house->blobs};
    int r = li_verify(cli->ctx, house->record, tenant->id, &given, &report);
    if (r) {
        return r;
    }
    printf("%.*s: %lld entries, %lld texts hold, %lld erased by rule, %lld photos hold, %lld draws "
           "hold, %lld seals, proven against an anchor up to %lld\n",
           LI_P(tenant->slug), (long long)report.entries, (long long)report.texts,
           (long long)report.erased, (long long)report.photos, (long long)report.draws,
           (long long)report.seals, (long long)report.anchored_to);
    for (size_t i = 0; i < report.finding_count; i++) {
        print_finding(tenant, &report.findings[i]);
    }
    if (report.finding_count == 0) {
        r = verify_books(cli, house, tenant);
        r = r ? r : verify_ballots(cli, house, tenant);
        return r ? r : verify_draws(cli, house, tenant);
    }
    return report.findings[0].seq
               ? LI_FAIL(cli->ctx, LI_E_CORRUPT, "%.*s does not verify from entry %lld on",
                         LI_P(tenant->slug), (long long)report.findings[0].seq)
               : LI_FAIL(cli->ctx, LI_E_CORRUPT, "%.*s does not verify", LI_P(tenant->slug));
}

static int verify(struct li_cli *cli)
{
    struct anchors *anchors = li_alloc(cli->ctx, sizeof(*anchors));
    struct li_house house;
    struct place place = {.make = false};
    int r = anchors ? open_house(cli, NULL, 0, NULL, &place, &house) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    r = place.anchors ? read_anchors(cli, place.anchors, anchors) : 0;
    r = r ? r : for_tenants(cli, &house, verify_tenant, anchors);
    li_house_close(&house);
    return r;
}

int li_cli_verify(struct li_cli *cli)
{
    for (int i = 0; i < cli->argc; i++) {
        if (strcmp(cli->argv[i], "--from") == 0) {
            return li_cli_try_backup(cli);
        }
    }
    return verify(cli);
}

/* ---- seal ------------------------------------------------------------------ */

static int seal_tenant(struct li_cli *cli, struct li_house *house, const struct li_tenant *tenant,
                       const void *arg)
{
    struct li_seal seal;
    struct li_str line;
    int r = li_seal_new(cli->ctx, house->record, tenant->id, &seal);

    (void)arg;
    if (r == -LI_E_STATE) {
        li_ctx_clear(cli->ctx);
        fprintf(stderr, "%.*s: nothing new to seal\n", LI_P(tenant->slug));
        return 0;
    }
    r = r ? r : li_anchor_format(cli->ctx, house->record, tenant->id, &seal, &line);
    if (r == 0) {
        printf("%.*s\n", LI_P(line));
    }
    return r;
}

int li_cli_seal(struct li_cli *cli)
{
    struct li_house house;
    struct place place = {.make = false};
    int r = open_house(cli, NULL, 0, NULL, &place, &house);

    if (r == 0) {
        r = for_tenants(cli, &house, seal_tenant, NULL);
        li_house_close(&house);
    }
    return r;
}

/* ---- rebuild --------------------------------------------------------------- */

struct rebuild {
    const char *name;
    bool *begun;
};

/* A consumer that has one place for all tenants is rebuilt with the first of
 * them; for the others it is waited for. */
static int rebuild_tenant(struct li_cli *cli, struct li_house *house,
                          const struct li_tenant *tenant, const void *arg)
{
    const struct rebuild *rebuild = arg;
    struct li_str name = li_str(rebuild->name);
    int64_t begun = li_steady_us(), seq;
    bool waits = *rebuild->begun && li_consumer_is_whole(house->record, name);
    int r = waits ? li_record_catch_up(cli->ctx, house->record, tenant->id, 0, LI_HOUR, &seq)
                  : li_consumer_rebuild(cli->ctx, house->record, tenant->id, name);

    *rebuild->begun = true;
    if (r == 0) {
        printf("%.*s: %s rebuilt in %.1f s\n", LI_P(tenant->slug), rebuild->name,
               (double)(li_steady_us() - begun) / 1e6);
    }
    return r;
}

int li_cli_rebuild(struct li_cli *cli)
{
    const char *name = NULL;
    bool begun = false;
    struct li_house house;
    struct place place = {.make = false};
    size_t count;
    int r = open_house(cli, &name, 1, &count, &place, &house);

    if (r) {
        return r;
    }
    r = count == 1 ? for_tenants(cli, &house, rebuild_tenant, &(struct rebuild){name, &begun})
                   : LI_FAIL(cli->ctx, LI_E_USAGE, "which consumer?");
    li_house_close(&house);
    return r;
}
