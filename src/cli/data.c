/* linli seed, adopt, verify, seal, rebuild: work on a data folder. */
#include <stdio.h>

#include "base/asset.h"
#include "base/id.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/seed.h"
#include "record/tenant.h"
#include "record/verify.h"

struct place {
    const char *data, *store, *anchors, *at;
    bool make;
};

/* --at TIME: what is written is written as of then, for tests that hold a clock. */
static int hold_clock(struct li_cli *cli, const char *at)
{
    struct li_clock *clock = li_alloc(cli->ctx, sizeof(*clock));
    int64_t instant = 0;
    int r = clock ? li_time_parse(cli->ctx, li_str(at), &instant) : -LI_E_NOMEM;

    if (r == 0) {
        atomic_store(&clock->held, instant);
        cli->ctx->clock = clock;
    }
    return r;
}

static int open_house(struct li_cli *cli, const char **rest, size_t max, size_t *ret_rest,
                      struct place *ret_place, struct li_house *ret)
{
    struct place place = {.data = ".linli", .make = ret_place->make};
    const struct li_cli_option known[] = {
        {"--data", &place.data, NULL},
        {"--store", &place.store, NULL},
        {"--anchors", &place.anchors, NULL},
        {"--at", &place.at, NULL},
    };
    int r = li_cli_options(cli, known, sizeof(known) / sizeof(known[0]), rest, max, ret_rest);

    r = r || !place.at ? r : hold_clock(cli, place.at);
    r = r ? r : li_cli_house(cli, place.data, place.store, place.make, ret);
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

static int adopt(struct li_cli *cli, struct li_house *house, const struct li_tenant *tenant,
                 const void *arg)
{
    const struct li_asset *asset = arg;
    const struct li_viewer viewer = {.kind = LI_VIEWER_SYSTEM, .tenant = tenant->id};
    const struct li_adopt_args args = {.name = asset->path, .source = asset->bytes};
    struct li_job job = {.ctx = cli->ctx,
                         .tenant = tenant->id,
                         .command = &li_playbook_adopt,
                         .args = &args,
                         .viewer = &viewer};
    int r = li_run(house->record, &job);

    if (r == -LI_E_UNIQUE) {
        li_ctx_clear(cli->ctx);
        r = 0;
    }
    return r;
}

int li_cli_seed(struct li_cli *cli)
{
    const struct li_asset *asset = NULL;
    struct li_house house;
    struct place place = {.make = true};
    int r = open_house(cli, NULL, 0, NULL, &place, &house);

    if (r) {
        return r;
    }
    r = li_seed_demo(cli->ctx, house.record);
    while (r == 0 && (asset = li_asset_next(LI_S("playbooks/"), asset))) {
        if (li_str_ends(asset->path, LI_S(".yaml")) &&
            !li_str_ends(asset->path, LI_S(".scenarios.yaml"))) {
            r = for_tenants(cli, &house, adopt, asset);
        }
    }
    li_house_close(&house);
    return r;
}

/* ---- adopt ----------------------------------------------------------------- */

int li_cli_adopt(struct li_cli *cli)
{
    const char *files[8];
    size_t count = 0;
    struct li_house house;
    struct place place = {.make = false};
    int r = open_house(cli, files, sizeof(files) / sizeof(files[0]), &count, &place, &house);

    if (r) {
        return r;
    }
    if (count == 0) {
        r = LI_FAIL(cli->ctx, LI_E_USAGE, "adopt wants a playbook's file");
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_asset file = {.path = li_str(files[i])};
        r = li_file_read(cli->ctx, files[i], (size_t)1 << 20, &file.bytes);
        r = r ? r : for_tenants(cli, &house, adopt, &file);
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
    printf(
        "%.*s: %lld entries, %lld texts hold, %lld erased by rule, %lld photos hold, %lld seals, "
        "proven against an anchor up to %lld\n",
        LI_P(tenant->slug), (long long)report.entries, (long long)report.texts,
        (long long)report.erased, (long long)report.photos, (long long)report.seals,
        (long long)report.anchored_to);
    for (size_t i = 0; i < report.finding_count; i++) {
        print_finding(tenant, &report.findings[i]);
    }
    if (report.finding_count == 0) {
        return 0;
    }
    return report.findings[0].seq
               ? LI_FAIL(cli->ctx, LI_E_CORRUPT, "%.*s does not verify from entry %lld on",
                         LI_P(tenant->slug), (long long)report.findings[0].seq)
               : LI_FAIL(cli->ctx, LI_E_CORRUPT, "%.*s does not verify", LI_P(tenant->slug));
}

int li_cli_verify(struct li_cli *cli)
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
