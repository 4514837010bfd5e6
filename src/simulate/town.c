/*
 * The towns of the simulator: invented streets, founded by the real commands.
 *
 * A tenant has at most four streets side by side, a street two communities, each
 * with a grid and two compounds of which one has a team.  All are squares, so that a
 * point says where it lies.  Names are invented, codes begin with 99, which no
 * province has.
 */
#include <stdio.h>

#include "base/asset.h"
#include "base/buf.h"
#include "playbook/flat.h"
#include "record/code.h"
#include "simulate/inside.h"

#define STREETS 4 /* of a tenant */

struct founding {
    struct li_ctx *ctx;
    struct li_house *house;
    int64_t tenant;
    int streets;
    const struct li_node *phrases;
    int64_t units[8];
    int persons;
    struct li_buf *geojson;
};

static const char *const unit_names[] = {"路灯管护队", "环卫所",          "市政养护队",
                                         "水务站",     "城管执法队",      "住建和物业办",
                                         "劳动保障所", "民政和社会事务办"};
#define UNITS (sizeof(unit_names) / sizeof(unit_names[0]))

static const char *const street_names[STREETS] = {"和平街道", "胜利街道", "新华街道", "滨河街道"};
static const char *const community_names[2] = {"东里社区", "西里社区"};
static const char *const compound_names[2] = {"阳光花园", "幸福小区"};

/* Who there is: post, at what kind of area, how many. */
static const struct {
    const char *post, *kind;
    int count;
} posts[] = {
    {"desk", "street", 2},
    {"dispatcher", "street", 1},
    {"duty_officer", "street", 1},
    {"duty_leader", "street", 1},
    {"chief", "street", 2},
    {"checker", "street", 2},
    {"grid_officer", "community", 1},
    {"compound_team", "compound", 1},
    {"administrator", "county", 1},
    {"checker", "county", 1},
};

static int run(struct founding *founding, const struct li_command *command, const void *args,
               const void **ret_plan)
{
    const struct li_viewer system = {.kind = LI_VIEWER_SYSTEM, .tenant = founding->tenant};
    struct li_job job = {.ctx = founding->ctx,
                         .tenant = founding->tenant,
                         .command = command,
                         .args = args,
                         .viewer = &system};
    int r = li_run(founding->house->record, &job);

    if (r == 0 && ret_plan) {
        *ret_plan = job.plan;
    }
    return r;
}

/* ---- the ground ----------------------------------------------------------------------------- */

static void put_square(struct founding *founding, const char *code, const char *parent,
                       const char *kind, const char *name, const double box[4])
{
    const double *b = box;

    li_buf_fmt(
        founding->geojson,
        "%s{\"type\":\"Feature\",\"properties\":{\"code\":\"%s\",\"parent\":\"%s\",\"kind\":"
        "\"%s\",\"name\":\"%s\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%f,%f],"
        "[%f,%f],[%f,%f],[%f,%f],[%f,%f]]]}}",
        founding->geojson->ptr[founding->geojson->len - 1] == '[' ? "" : ",", code, parent, kind,
        name, b[0], b[1], b[2], b[1], b[2], b[3], b[0], b[3], b[0], b[1]);
}

static void put_community(struct founding *founding, const char *street, int no,
                          const double box[4])
{
    char code[32], below[64];
    double width = box[2] - box[0];

    snprintf(code, sizeof(code), "%s%03d", street, no + 1);
    put_square(founding, code, street, "community", community_names[no], box);
    snprintf(below, sizeof(below), "%s001", code);
    put_square(founding, below, code, "grid", "第一网格", box);
    for (int i = 0; i < 2; i++) {
        const double compound[4] = {box[0] + width * (0.1 + 0.45 * i), box[1] + 0.002,
                                    box[0] + width * (0.4 + 0.45 * i), box[1] + 0.006};
        snprintf(below, sizeof(below), "%sC%03d", code, i + 1);
        put_square(founding, below, code, "compound", compound_names[i], compound);
    }
}

static void put_street(struct founding *founding, const char *county, int no)
{
    double west = 113.90 + 0.025 * no, south = 22.50 + 0.02 * (double)founding->tenant;
    const double box[4] = {west, south, west + 0.02, south + 0.01};
    char code[16];

    snprintf(code, sizeof(code), "%s%03d", county, no + 1);
    put_square(founding, code, county, "street", street_names[no], box);
    for (int i = 0; i < 2; i++) {
        const double half[4] = {west + 0.01 * i, south, west + 0.01 * (i + 1), south + 0.01};
        put_community(founding, code, i, half);
    }
}

static int import(struct founding *founding, const struct li_area_row *rows, size_t count)
{
    const struct li_area_import args = {
        .rows = rows, .count = count, .source = LI_S("the simulator's ground")};

    return run(founding, &li_area_import, &args, NULL);
}

static int lay_ground(struct founding *founding, const char *county)
{
    struct li_area_row top[3] = {
        {.area = {.code = LI_S("99"), .kind = LI_S("province"), .name = LI_S("示范省")}},
        {.area = {.code = LI_S("9901"),
                  .kind = LI_S("city"),
                  .name = LI_S("示范市"),
                  .parent = LI_S("99")}},
        {.area = {.code = li_str(county),
                  .kind = LI_S("county"),
                  .name = LI_S("示范区"),
                  .parent = LI_S("9901")}},
    };
    struct li_area_file file = {.name = "the simulator's ground", .crs = LI_CGCS2000};
    struct li_area_row *rows;
    size_t count;
    int r = import(founding, top, 3);

    li_buf_reset(founding->geojson);
    li_buf_text(founding->geojson, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (int i = 0; i < founding->streets; i++) {
        put_street(founding, county, i);
    }
    li_buf_text(founding->geojson, "]}");
    r = r ? r : li_buf_check(founding->ctx, founding->geojson);
    file.bytes = li_buf_view(founding->geojson);
    r = r ? r : li_area_read(founding->ctx, &file, &rows, &count);
    return r ? r : import(founding, rows, count);
}

/* ---- the people ------------------------------------------------------------------------------ */

static int hire(struct founding *founding, const char *post, struct li_str area, int64_t org)
{
    struct li_dice dice =
        li_dice_of((uint64_t)founding->tenant, "person", (uint64_t)founding->persons);
    struct li_person_args person = {.password_hash = LI_S("-")}; /* nobody signs in here */
    struct li_appointment_args args = {.post = li_str(post), .area_code = area, .org = org};
    const void *plan = NULL;
    int r = li_phrase_say(founding->ctx, founding->phrases, "name.person", &dice, &person.name);

    person.login = li_strf(founding->ctx, "p%d", ++founding->persons);
    r = r ? r : run(founding, &li_person_add, &person, &plan);
    if (r == 0) {
        args.person = ((const struct li_new_person *)plan)->person;
        r = run(founding, &li_appointment_make, &args, NULL);
    }
    return r;
}

static int hire_units(struct founding *founding, struct li_str county)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < UNITS; i++) {
        const struct li_organization_args args = {.name = li_str(unit_names[i]),
                                                  .area_code = county};
        const void *plan = NULL;
        r = run(founding, &li_organization_add, &args, &plan);
        for (int k = 0; r == 0 && k < 2; k++) {
            r = hire(founding, "handler", county, ((const struct li_new *)plan)->id);
        }
    }
    return r;
}

/* The first compound of a community has a team, the other one none. */
static bool has_post(const struct li_area *area, const char *kind)
{
    return li_str_is(area->kind, kind) &&
           (!li_str_is(area->kind, "compound") || li_str_ends(area->code, LI_S("C001")));
}

static int hire_all(struct founding *founding, struct li_str county)
{
    struct li_area *areas;
    struct li_conn *conn;
    size_t count;
    int r = li_store_reader(founding->ctx, founding->house->store, &conn);

    if (r) {
        return r;
    }
    r = li_area_list(founding->ctx, conn, founding->tenant, LI_S(""), LI_S(""), &areas, &count);
    li_store_reader_back(founding->house->store, conn);
    r = r ? r : hire_units(founding, county);
    for (size_t i = 0; r == 0 && i < count; i++) {
        for (size_t k = 0; r == 0 && k < sizeof(posts) / sizeof(posts[0]); k++) {
            for (int n = 0; r == 0 && has_post(&areas[i], posts[k].kind) && n < posts[k].count;
                 n++) {
                r = hire(founding, posts[k].post, areas[i].code, 0);
            }
        }
    }
    return r;
}

/* ---- the rules ---------------------------------------------------------------------------------
 */

static int import_classes(struct founding *founding)
{
    const struct li_asset *asset = NULL;
    int r = 0;

    while (r == 0 && (asset = li_asset_next(LI_S("data/classes/"), asset))) {
        struct li_code_import args = {.source = asset->path};
        struct li_code *rows;
        if (li_str_ends(asset->path, LI_S(".tsv"))) {
            r = li_code_read(founding->ctx, asset->path.ptr, asset->bytes, &rows, &args.count);
            args.rows = r ? NULL : rows;
            r = r ? r : run(founding, &li_code_import, &args, NULL);
        }
    }
    return r;
}

#define PLAYBOOKS 64 /* that come with linli, at most */

static int adopt_one(struct founding *founding, const struct li_asset *asset)
{
    struct li_adopt_args args = {.name = asset->path};
    struct li_playbook *playbook;
    int r = li_playbook_load_beside(founding->ctx, asset->path.ptr, asset->bytes, asset->path.ptr,
                                    &playbook);

    args.source = r ? args.source : playbook->source;
    return r ? r : run(founding, &li_playbook_adopt, &args, NULL);
}

/* One that opens cases of another comes behind it: those that miss one are tried again
 * while some others are taken into use. */
static int adopt(struct founding *founding)
{
    bool used[PLAYBOOKS] = {false};
    size_t waiting = 0, before;
    int r = 0;

    do {
        const struct li_asset *asset = NULL;
        size_t at = 0;
        before = waiting;
        waiting = 0;
        for (; r == 0 && (asset = li_playbook_asset_next(asset)); at++) {
            li_assert(at < PLAYBOOKS);
            r = used[at] ? 0 : adopt_one(founding, asset);
            if (r == -LI_E_NOT_FOUND && (before == 0 || waiting + 1 < before)) {
                li_ctx_clear(founding->ctx);
                waiting++;
                r = 0;
            } else {
                used[at] = r == 0;
            }
        }
    } while (r == 0 && waiting);
    return r;
}

static int found(struct founding *founding)
{
    struct li_str county = li_strf(founding->ctx, "9901%02d", (int)founding->tenant);
    const struct li_tenant_args tenant = {
        .slug = li_strf(founding->ctx, "sim%d", (int)founding->tenant),
        .code = county,
        .name = LI_S("示范区")};
    int r = county.ptr && tenant.slug.ptr ? 0 : -LI_E_NOMEM;

    r = r ? r : run(founding, &li_tenant_found, &tenant, NULL);
    r = r ? r : li_tenant_load(founding->ctx, founding->house->record);
    r = r ? r : lay_ground(founding, county.ptr);
    r = r ? r : import_classes(founding);
    r = r ? r : hire_all(founding, county);
    return r ? r : adopt(founding);
}

int li_sim_found(struct li_ctx *ctx, struct li_house *house, int streets)
{
    struct founding founding = {.ctx = ctx, .house = house, .geojson = li_buf_new(ctx, 0)};
    int r = founding.geojson ? li_phrases_read(ctx, &founding.phrases) : -LI_E_NOMEM;

    for (int left = streets; r == 0 && left > 0; left -= STREETS) {
        founding.tenant++;
        founding.streets = left < STREETS ? left : STREETS;
        r = found(&founding);
    }
    return r;
}
