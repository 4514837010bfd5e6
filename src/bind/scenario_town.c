/*
 * The town a scenario is played in: a real house over a SQLite file in a
 * temporary folder, one tenant, a handful of areas, units and persons.
 *
 * Small on purpose, and the same for every playbook: whoever reads a scenario
 * has to know it by heart (docs/guide/playbook.md).
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/asset.h"
#include "base/id.h"
#include "base/time.h"
#include "bind/scenario_inside.h"
#include "record/code.h"
#include "record/setting.h"

#define SEED  20261120
#define UNITS 16

#define AREA(c, k, n, p)                                                                           \
    {                                                                                              \
        .code = LI_S_INIT(c), .kind = LI_S_INIT(k), .name = LI_S_INIT(n), .parent = LI_S_INIT(p)   \
    }
static const struct li_area areas[] = {
    AREA("99", "province", "示范省", ""),
    AREA("9901", "city", "示范市", "99"),
    AREA("990101", "county", "示范区", "9901"),
    AREA("990101001", "street", "和平街道", "990101"),
    AREA("990101001001", "community", "东里社区", "990101001"),
    AREA("990101001001C001", "compound", "阳光花园", "990101001001"),
    AREA("990101001002", "community", "西里社区", "990101001"),
};
#define AREAS  (sizeof(areas) / sizeof(areas[0]))
#define COUNTY LI_S("990101")

static const char default_people[] = "clerk: [{post: desk, area: 和平街道}]\n"
                                     "checker: [{post: checker}]\n"
                                     "lamp: [{post: handler, unit: 路灯队}]\n"
                                     "both: [{post: handler, unit: 路灯队}, {post: checker}]\n"
                                     "sender: [{post: dispatcher, area: 和平街道}]\n"
                                     "chief: [{post: chief, area: 和平街道}]\n"
                                     "team: [{post: compound_team, area: 阳光花园}]\n";

int li_town_people(struct li_ctx *ctx, const struct li_node **ret)
{
    struct li_node *people;
    int r = li_yaml_read(ctx, "the people of the town", li_str(default_people), &people);

    if (r == 0) {
        *ret = people;
    }
    return r;
}

struct li_str li_town_area(struct li_str name)
{
    for (size_t i = 0; i < AREAS; i++) {
        if (li_str_eq(areas[i].name, name)) {
            return areas[i].code;
        }
    }
    return (struct li_str){0};
}

bool li_town_is_local(struct li_str name)
{
    for (size_t i = 0; i < AREAS; i++) {
        if (li_str_eq(areas[i].name, name)) {
            return li_str_is(areas[i].kind, "community") || li_str_is(areas[i].kind, "compound");
        }
    }
    return false;
}

const struct li_town_person *li_town_person(const struct li_town *town, struct li_str name)
{
    for (size_t i = 0; i < town->person_count; i++) {
        if (li_str_eq(town->people[i].name, name)) {
            return &town->people[i];
        }
    }
    return NULL;
}

int64_t li_town_unit(const struct li_town *town, struct li_str name)
{
    for (size_t i = 0; i < town->unit_count; i++) {
        if (li_str_eq(town->units[i].name, name)) {
            return town->units[i].id;
        }
    }
    return 0;
}

/* ---- the tenant ------------------------------------------------------------------ */

int li_town_run(struct li_town *town, const struct li_command *command, const void *args,
                const void **ret_plan)
{
    static const struct li_viewer system = {.kind = LI_VIEWER_SYSTEM, .tenant = LI_TOWN_TENANT};
    struct li_job job = {
        .ctx = &town->ctx,
        .tenant = LI_TOWN_TENANT,
        .command = command,
        .args = args,
        .viewer = &system,
    };
    int r = li_run(town->house.record, &job);

    if (r == 0 && ret_plan) {
        *ret_plan = job.plan;
    }
    return r;
}

/* The classes that come with linli. */
static int classify(struct li_town *town)
{
    static const char *const paths[] = {"data/classes/gbt30428.tsv", "data/classes/own.tsv"};
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof(paths) / sizeof(paths[0]); i++) {
        const struct li_asset *asset = li_asset_find(li_str(paths[i]));
        struct li_code_import args = {.source = li_str(paths[i])};
        struct li_code *rows;
        li_assert(asset);
        r = li_code_read(&town->ctx, paths[i], asset->bytes, &rows, &args.count);
        args.rows = rows;
        r = r ? r : li_town_run(town, &li_code_import, &args, NULL);
    }
    return r;
}

static int found(struct li_town *town, const struct li_scenario_file *file)
{
    const struct li_tenant_args tenant = {
        .slug = LI_S("town"), .code = COUNTY, .name = LI_S("示范区")};
    struct li_area_row rows[AREAS] = {0};
    const struct li_area_import ground = {
        .rows = rows, .count = AREAS, .source = LI_S("the town of scenarios")};
    int r = li_town_run(town, &li_tenant_found, &tenant, NULL);

    for (size_t i = 0; i < AREAS; i++) {
        rows[i].area = areas[i];
    }
    r = r ? r : li_tenant_load(&town->ctx, town->house.record);
    r = r ? r : li_town_run(town, &li_area_import, &ground, NULL);
    r = r ? r : classify(town);
    return r ? r : li_town_adopt(town, file->playbook_path, file->playbook, 0);
}

/* A unit is there from the first time somebody is said to work in it. */
static int need_unit(struct li_town *town, struct li_str name, int64_t *ret)
{
    const struct li_organization_args args = {.name = name, .area_code = COUNTY};
    const void *plan;
    int r;

    *ret = name.ptr ? li_town_unit(town, name) : 0;
    if (!name.ptr || *ret) {
        return 0;
    }
    if (town->unit_count == UNITS) {
        return LI_FAIL(&town->ctx, LI_E_LIMIT, "more than %d units in one town", UNITS);
    }
    r = li_town_run(town, &li_organization_add, &args, &plan);
    if (r == 0) {
        *ret = ((const struct li_new *)plan)->id;
        town->units[town->unit_count++] = (struct li_town_unit){.name = name, .id = *ret};
    }
    return r;
}

/* `{absent: from, until: then}` */
static int be_away(struct li_town *town, const struct li_town_person *person,
                   const struct li_node *absence)
{
    struct li_absence_args args = {.person = person->person};
    int r = li_time_parse(&town->ctx, li_node_text(absence, "absent"), &args.since);

    r = r ? r : li_time_parse(&town->ctx, li_node_text(absence, "until"), &args.until);
    return r ? r : li_town_run(town, &li_absence_note, &args, NULL);
}

/* The first appointment of a person, of a post unless it is empty; 0: none. */
static int first_of(struct li_town *town, int64_t person, struct li_str post, int64_t *ret)
{
    const struct li_appointment_filter filter = {.person = person, .post = post, .limit = 1};
    struct li_appointment *found;
    struct li_conn *conn;
    size_t count;
    int r = li_store_reader(&town->ctx, town->house.store, &conn);

    if (r) {
        return r;
    }
    r = li_appointment_list(&town->ctx, conn, LI_TOWN_TENANT, &filter, &found, &count);
    li_store_reader_back(town->house.store, conn);
    if (r == 0) {
        *ret = count ? found[0].id : 0;
    }
    return r;
}

/* For whom somebody stands in, and from which of their posts they are lent. */
static int bind_other(struct li_town *town, const struct li_node *post,
                      struct li_appointment_args *args)
{
    const struct li_town_person *other = li_town_person(town, li_node_text(post, "stands_in_for"));
    const struct li_node *lent = li_node_get(post, "lent");
    int r = other ? first_of(town, other->person, args->post, &args->stands_in_for) : 0;

    if (r == 0 && lent && lent->kind == LI_BOOL && lent->flag) {
        r = first_of(town, args->person, (struct li_str){.ptr = NULL}, &args->lent_from);
    }
    return r;
}

static int appoint(struct li_town *town, const struct li_town_person *person,
                   const struct li_node *post)
{
    struct li_str area = li_node_text(post, "area"), until = li_node_text(post, "until"),
                  since = li_node_text(post, "since");
    struct li_appointment_args args = {
        .person = person->person,
        .post = li_node_text(post, "post"),
        .area_code = area.ptr ? li_town_area(area) : COUNTY,
    };
    int r = need_unit(town, li_node_text(post, "unit"), &args.org);

    r = r ? r : bind_other(town, post, &args);
    if (r == 0 && since.ptr) {
        r = li_time_parse(&town->ctx, since, &args.since);
    }
    if (r == 0 && until.ptr) {
        r = li_time_parse(&town->ctx, until, &args.until);
    }
    return r ? r : li_town_run(town, &li_appointment_make, &args, NULL);
}

static int hire(struct li_town *town, struct li_town_person *person)
{
    /* nobody signs in here, so no password fits this hash */
    const struct li_person_args args = {
        .name = person->name, .login = person->name, .password_hash = LI_S("-")};
    const void *plan;
    int r = li_town_run(town, &li_person_add, &args, &plan);

    if (r == 0) {
        person->person = ((const struct li_new_person *)plan)->person;
        person->account = ((const struct li_new_person *)plan)->account;
    }
    for (size_t i = 0; r == 0 && i < person->posts->list.count; i++) {
        const struct li_node *item = person->posts->list.items[i];
        r = li_node_get(item, "absent") ? be_away(town, person, item) : appoint(town, person, item);
    }
    return r;
}

/* Those of every town, and over them those of the scenario. */
static int gather(struct li_town *town, const struct li_node *own)
{
    const struct li_node *all[2] = {NULL, own};
    int r = li_town_people(&town->ctx, &all[0]);
    size_t most = (r ? 0 : all[0]->map.count) + (own ? own->map.count : 0);

    town->people = li_alloc_array(&town->ctx, most, sizeof(*town->people));
    town->units = li_alloc_array(&town->ctx, UNITS, sizeof(*town->units));
    if (r || !town->people || !town->units) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; i < 2 && all[i]; i++) {
        for (size_t k = 0; k < all[i]->map.count; k++) {
            const struct li_member *member = &all[i]->map.items[k];
            if (i == 0 && li_node_get_str(own, member->key)) {
                continue;
            }
            town->people[town->person_count++] =
                (struct li_town_person){.name = member->key, .posts = member->value};
        }
    }
    return 0;
}

static int settle(struct li_town *town, const struct li_scenario_file *file,
                  const struct li_scenario *scenario)
{
    int r = found(town, file);

    town->playbook = file->playbook;
    r = r ? r : gather(town, scenario->people);
    for (size_t i = 0; r == 0 && i < town->person_count; i++) {
        r = hire(town, &town->people[i]);
    }
    if (r == 0 && scenario->settings) {
        const struct li_setting_args args = {.values = scenario->settings};
        r = li_town_run(town, &li_setting_put, &args, NULL);
    }
    r = r ? r : li_town_rows(town, scenario->rows);
    r = r ? r : li_town_tables(town, scenario);
    return r ? r : li_town_books(town, scenario->books);
}

/* ---- the house -------------------------------------------------------------------- */

static int make_folder(struct li_ctx *ctx, struct li_town *town)
{
    const char *parent = getenv("TMPDIR");
    struct li_str name =
        li_strf(&town->ctx, "%s/linli-scenario-XXXXXX", parent && *parent ? parent : "/tmp");
    char *folder = name.ptr ? li_alloc(&town->ctx, name.len + 1) : NULL;

    if (!folder) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a town");
    }
    memcpy(folder, name.ptr, name.len + 1);
    if (!mkdtemp(folder)) {
        return LI_FAIL(ctx, LI_E_IO, "no temporary folder %s", folder);
    }
    town->folder = folder;
    return 0;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
    (void)about;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int open_house(struct li_town *town)
{
    struct li_str file = li_strf(&town->ctx, "%s/town.db", town->folder);
    const struct li_house_config config = {
        .where = file.ptr,
        .keys = town->folder,
        .make = true,
        .clock = &town->clock,
        .random = town->random,
    };

    return file.ptr ? li_house_open(&town->ctx, &config, &town->house) : -LI_E_NOMEM;
}

int li_town_open(struct li_ctx *ctx, const struct li_scenario_file *file,
                 const struct li_scenario *scenario, struct li_town *ret)
{
    int r;

    *ret = (struct li_town){.arena = li_arena_new(0), .random = li_random_seeded(SEED)};
    if (!ret->arena || !ret->random) {
        li_town_close(ret);
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a town");
    }
    atomic_store(&ret->clock.held, scenario->at - LI_DAY);
    li_ctx_init(&ret->ctx, ret->arena, &ret->clock, ret->random);
    ret->ctx.lang = ctx->lang;
    r = make_folder(ctx, ret);
    if (r == 0) {
        r = open_house(ret);
        r = r ? r : settle(ret, file, scenario);
        if (r) {
            LI_FAIL(ctx, -r, "the town: %.*s", LI_P(li_ctx_explain(&ret->ctx)));
        }
    }
    if (r) {
        li_town_close(ret);
        return r;
    }
    atomic_store(&ret->clock.held, scenario->at);
    return 0;
}

void li_town_close(struct li_town *town)
{
    if (town->house.record) {
        li_house_close(&town->house);
    }
    if (town->folder) {
        nftw(town->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    }
    li_random_free(town->random);
    li_arena_free(town->arena);
    *town = (struct li_town){0};
}
