/*
 * The ground: files of areas in their forms, tables imported again, what lies
 * below the community, and from a point to its area.
 */
#include "area/ground.h"

#include <stdio.h>

#include "area/fault.h"
#include "area/shape.h"
#include "base/asset.h"
#include "base/time.h"
#include "lib/records.h"

LI_SQL(ground_count, "select cast(count(*) as bigint) from area where tenant = $1");

static const struct li_command *const commands[] = {&li_area_import, NULL};

#define HEAD  "code,parent,kind,name"
#define ABOVE "\n44,,province,广东省\n440305,44,county,南山区\n440305001,440305,street,南头街道\n"
#define TOWN  ABOVE "440305001003,440305001,community,大新社区居委会\n"

/* ---- what is told ------------------------------------------------------------- */

struct heard {
    size_t count;
    struct {
        int line;
        const char *name;
    } faults[64];
    size_t stages[3]; /* how far each came */
};

static void hear(void *arg, int line, const struct li_area_fault *fault, struct li_str more)
{
    struct heard *heard = arg;

    (void)more;
    assert_true(heard->count < 64);
    heard->faults[heard->count].line = line;
    heard->faults[heard->count++].name = fault->name;
}

static void see(void *arg, enum li_area_stage stage, size_t done, size_t total)
{
    struct heard *heard = arg;

    assert_true(done <= total);
    heard->stages[stage] = done == total;
}

static bool was_heard(const struct heard *heard, int line, const char *name)
{
    for (size_t i = 0; i < heard->count; i++) {
        if (heard->faults[i].line == line && strcmp(heard->faults[i].name, name) == 0)
            return true;
    }
    return false;
}

/* Reads and imports; what the command answered. */
static int import_as(struct test_record *r, struct li_str bytes, enum li_crs crs,
                     struct heard *heard, struct li_area_imported *ret)
{
    const struct li_area_watch watch = {.arg = heard, .reject = hear, .progress = see};
    const struct li_area_file file = {.name = "t", .bytes = bytes, .crs = crs, .watch = &watch};
    struct li_area_import args = {.source = LI_S("a test"), .watch = &watch};
    struct li_area_row *rows = NULL;
    struct li_job job;

    *heard = (struct heard){0};
    li_ctx_clear(r->ctx);
    assert_ok(r->t, li_area_read(r->ctx, &file, &rows, &args.count));
    args.rows = rows;
    job = records_run_job(r, &li_area_import, &args);
    if (job.status == 0 && ret)
        *ret = *(const struct li_area_imported *)job.plan;
    return job.status;
}

static struct li_area_imported imported(struct test_record *r, const char *text)
{
    struct li_area_imported done = {0};
    struct heard heard;

    if (import_as(r, li_str(text), LI_WGS84, &heard, &done) != 0)
        fail_msg("%.*s", LI_P(li_ctx_explain(r->ctx)));
    assert_int_equal(heard.count, 0);
    assert_true(heard.stages[LI_AREA_READING] && heard.stages[LI_AREA_CHECKING] &&
                heard.stages[LI_AREA_WRITING]);
    return done;
}

static void rejected(struct test_record *r, const char *text, int line, const char *name)
{
    struct heard heard;
    int64_t before = records_number(r, &ground_count, LI_ARGS(li_v(1)));

    assert_int_equal(import_as(r, li_str(text), LI_WGS84, &heard, NULL), -LI_E_INVALID);
    if (!was_heard(&heard, line, name) || heard.count != 1)
        fail_msg("%zu faults, the first %s at %d, not %s at %d", heard.count,
                 heard.count ? heard.faults[0].name : "none",
                 heard.count ? heard.faults[0].line : 0, name, line);
    assert_int_equal(records_number(r, &ground_count, LI_ARGS(li_v(1))), before);
}

static struct li_area find(struct test_record *r, const char *code)
{
    struct li_area area;

    assert_ok(r->t, li_area_find(r->ctx, r->t->writer, 1, li_str(code), &area));
    return area;
}

static struct li_area_detail look(struct test_record *r, const char *code)
{
    struct li_area_detail detail;

    assert_ok(r->t, li_area_look(r->ctx, r->t->writer, 1, li_str(code), &detail));
    return detail;
}

static size_t listed(struct test_record *r, const char *kind)
{
    struct li_area *areas;
    size_t n = 0;

    assert_ok(r->t, li_area_list(r->ctx, r->t->writer, 1, LI_S(""), li_str(kind), &areas, &n));
    return n;
}

/* ---- below the community -------------------------------------------------------- */

static void everything_has_its_place(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    struct li_area *chain;
    size_t n;

    imported(r, HEAD TOWN "440305001003001,440305001003,grid,第一网格\n"
                          "440305001R1,440305001,road,桃园路\n"
                          "440305001003L002,440305001003,lane,胜利巷\n"
                          "440305001003C012,440305001003001,compound,幸福小区\n"
                          "440305001003001B000123,440305001003C012,building,3栋\n"
                          "440305001003P7,440305001003001B000123,point,公示栏\n");
    assert_true(li_str_is(find(r, "440305001003P7").path,
                          "44/440305/440305001/440305001003/440305001003001/440305001003C012/"
                          "440305001003001B000123/440305001003P7/"));
    assert_ok(t, li_area_chain(r->ctx, t->writer, 1, find(r, "440305001003P7").path, &chain, &n));
    assert_int_equal(n, 8);
    assert_true(li_str_is(chain[0].name, "广东省") && li_str_is(chain[7].name, "公示栏"));
    assert_int_equal(listed(r, "grid"), 1);
    assert_int_equal(listed(r, "building"), 1);
    assert_verifies(r, 1);
}

static void nothing_hangs_wrongly(struct test_store *t)
{
    static const struct {
        const char *row, *name;
    } rows[] = {
        {"440305001001,440305001,grid,短", "code"},
        {"440305001003001,440305001,grid,挂在街道", "above"},
        {"440305001004001,440305001003,grid,别处的号", "prefix"},
        {"440305001003C1,440305001,compound,挂在街道", "above"},
        {"440305001003C,440305001003,compound,没有号", "code"},
        {"440305001003C1234567,440305001003,compound,号太长", "code"},
        {"440305001003L1,440305001003,compound,字母不对", "code"},
        {"440305001009B1,440305001003,building,别处的号", "prefix"},
        {"440305001003B1,440305001008,building,没有上级", "nowhere"},
        {"440305001003P1,440305,point,挂在区", "above"},
        {"440305001003X1,440305001003,pond,没有这类", "kind"},
    };
    struct test_record *r = records_open(t, commands, NULL);

    imported(r, HEAD TOWN);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[256];
        snprintf(text, sizeof(text), "%s\n%s\n", HEAD, rows[i].row);
        rejected(r, text, 2, rows[i].name);
    }
}

/* ---- again ---------------------------------------------------------------------- */

static void what_may_change(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    struct li_area_imported done;

    imported(r, HEAD ",aliases,since,lon,lat"
                     "\n44,,province,广东省,,,,\n"
                     "4403,44,city,深圳市,鹏城;鹏城|深圳经济特区,1979-03-05,114.05,22.55\n");
    assert_true(li_str_is(look(r, "4403").aliases, "鹏城\n深圳经济特区\n"));
    assert_int_equal(find(r, "4403").since, li_day_of(1979, 3, 5));
    assert_int_equal(find(r, "4403").point.lon, INT64_C(1140500000));
    /* what is left out stays */
    done = imported(r, HEAD "\n4403,44,city,深圳市\n44,,province,广东省\n");
    assert_int_equal(done.added + done.changed, 0);
    done = imported(r, HEAD "\n4403,44,city,大深圳\n");
    assert_int_equal(done.changed, 1);
    assert_true(li_str_is(find(r, "4403").name, "大深圳"));
    assert_true(li_str_is(look(r, "4403").aliases, "鹏城\n深圳经济特区\n深圳市\n"));
    assert_true(find(r, "4403").placed);
    /* and back: a name is never its own alias */
    imported(r, HEAD "\n4403,44,city,深圳市\n");
    assert_true(li_str_is(look(r, "4403").aliases, "鹏城\n深圳经济特区\n大深圳\n"));
    assert_verifies(r, 1);
}

static void what_may_not(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);

    imported(r, HEAD ",since"
                     "\n44,,province,广东省,\n45,,province,广西壮族自治区,\n"
                     "4403,44,city,深圳市,1979-03-05\n440305,4403,county,南山区,\n");
    rejected(r, HEAD "\n4403,45,city,深圳市\n", 2, "other-parent");
    rejected(r, HEAD ",since\n4403,44,city,深圳市,1980-01-01\n", 2, "other-since");
    rejected(r, HEAD ",since\n4404,44,city,珠海市,79-1-1\n", 2, "since");
    rejected(r, HEAD ",since,until\n4404,44,city,珠海市,2020-01-01,2019-01-01\n", 2, "order");
    rejected(r, HEAD ",lon,lat\n4404,44,city,珠海市,113.5,\n", 2, "place");
    rejected(r, HEAD ",lon,lat\n4404,44,city,珠海市,213.5,22\n", 2, "place");
    rejected(r, HEAD ",lon,lat\n4404,44,city,珠海市,1e2,22\n", 2, "place");
}

static void retired_codes_stay(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);

    imported(r, HEAD TOWN "440305001003001,440305001003,grid,第一网格\n");
    imported(r, HEAD ",until\n440305001003001,440305001003,grid,第一网格,2026-03-03\n");
    /* it is Monday the 2nd: today it still is one */
    assert_false(find(r, "440305001003001").retired);
    assert_int_equal(listed(r, "grid"), 1);
    records_later(r, LI_DAY);
    assert_true(find(r, "440305001003001").retired);
    assert_int_equal(listed(r, "grid"), 0);
    assert_int_equal(listed(r, ""), 4);
    rejected(r, HEAD "\n440305001003001,440305001003,grid,新网格\n", 2, "retired");
    rejected(r, HEAD ",until\n440305001003001,440305001003,grid,第一网格,2030-01-01\n", 2,
             "retired");
    rejected(r, HEAD "\n440305001003001C1,440305001003001,compound,幸福小区\n", 2,
             "parent-retired");
    /* the same table again is no re-use */
    imported(r, HEAD ",until\n440305001003001,440305001003,grid,第一网格,2026-03-03\n");
    /* what begins tomorrow is not there today */
    imported(r, HEAD ",since\n440305001003002,440305001003,grid,第二网格,2026-03-04\n");
    assert_int_equal(listed(r, "grid"), 0);
    records_later(r, LI_DAY);
    assert_int_equal(listed(r, "grid"), 1);
}

/* Faults of the file and of the store together, each with its line. */
static void every_fault_is_told(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    struct heard heard;

    imported(r, HEAD TOWN);
    assert_int_equal(import_as(r,
                               LI_S("编码,上级,类别,名称,别名\n"
                                    "44030500x,440305,街道,写错的街道,\n"     /* 2: code */
                                    "440305001001,44030500x,社区,在它里面,\n" /* 3: its parent */
                                    "440305001002,440305002,社区,没有上级,\n" /* 4: nowhere */
                                    "440305001003,440305,社区,换了上级,\n"    /* 5: other-parent */
                                    "440305001004,440305001,社区,\"两\n行\",\n" /* 6, two lines */
                                    "440305001005,440305001,社区,重复,\n"       /* 8 */
                                    "440305001005,440305001,社区,重复,\n"       /* 9: twice */
                                    "440305001006,440305001,社区\n"),           /* 10: columns */
                               LI_WGS84, &heard, NULL),
                     -LI_E_INVALID);
    assert_true(was_heard(&heard, 2, "code"));
    assert_true(was_heard(&heard, 3, "parent"));
    assert_true(was_heard(&heard, 4, "nowhere"));
    assert_true(was_heard(&heard, 5, "other-parent"));
    assert_true(was_heard(&heard, 6, "bad-name"));
    assert_true(was_heard(&heard, 9, "twice"));
    assert_true(was_heard(&heard, 10, "columns"));
    assert_int_equal(heard.count, 7);
    assert_int_equal(records_number(r, &ground_count, LI_ARGS(li_v(1))), 4);
}

/* ---- encodings and forms ---------------------------------------------------------- */

static void chinese_of_spreadsheets(struct test_store *t)
{
    /* 编码,上级,类别,名称 / 44,,省,广东省 in GB18030 */
    static const char gb[] =
        "\xb1\xe0\xc2\xeb,\xc9\xcf\xbc\xb6,\xc0\xe0\xb1\xf0,\xc3\xfb\xb3\xc6\r\n"
        "44,,\xca\xa1,\xb9\xe3\xb6\xab\xca\xa1\r\n";
    struct test_record *r = records_open(t, commands, NULL);
    struct li_area_row *rows = NULL;
    const struct li_area_file bad = {.name = "t", .bytes = LI_S("code\xff,\xff\n")};
    size_t n;

    imported(r, gb);
    assert_true(li_str_is(find(r, "44").name, "广东省"));
    assert_true(li_str_is(find(r, "44").kind, "province"));
    assert_int_equal(li_area_read(r->ctx, &bad, &rows, &n), -LI_E_SYNTAX);
}

#define COLLECTION(features)                                                                       \
    "{\"type\":\"FeatureCollection\",\"note\":[1,{}],\"features\":[" features "]}"
#define FEATURE(code, parent, kind, name, geometry)                                                \
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"" code "\",\"parent\":\"" parent             \
    "\",\"kind\":\"" kind "\",\"name\":\"" name "\",\"fid\":7},\"geometry\":" geometry "}"
#define SQUARE(w, s, e, n)                                                                         \
    "{\"type\":\"Polygon\",\"coordinates\":[[[" #w "," #s "],[" #e "," #s "],[" #e "," #n "],[" #w \
    "," #n "],[" #w "," #s "]]]}"

static void shapes_are_drawn(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    struct li_area_drawn *drawn;
    struct li_area_detail detail;
    struct heard heard;
    size_t n;

    imported(r, HEAD TOWN);
    imported(r,
             COLLECTION(FEATURE(
                 "440305001003001", "440305001003", "grid", "一",
                 SQUARE(113.9, 22.5, 113.91,
                        22.51)) ",\n" FEATURE("440305001003P1", "440305001003001", "point", "点",
                                              "{\"type\":\"Point\",\"coordinates\":[113.905,22.505,"
                                              "3]}") ",\n" FEATURE("440305001003L1", "440305001003",
                                                                   "lane", "巷", "null")));
    detail = look(r, "440305001003001");
    assert_true(li_shape_is(detail.shape));
    assert_null(detail.given.ptr);
    assert_true(find(r, "440305001003001").placed);
    assert_int_equal(find(r, "440305001003P1").point.lat, 225050000);
    assert_false(find(r, "440305001003L1").placed);
    assert_ok(t, li_area_map(r->ctx, t->writer, 1, LI_S(""), LI_S("grid"), &drawn, &n));
    assert_int_equal(n, 1);
    assert_true(li_str_eq(drawn[0].shape, detail.shape));
    /* what was given in another system stays beside the canonical one */
    assert_ok(t, import_as(r,
                           LI_S(COLLECTION(FEATURE("440305001003001", "440305001003", "grid", "一",
                                                   SQUARE(113.9, 22.5, 113.91, 22.51)))),
                           LI_GCJ02, &heard, NULL));
    assert_false(li_str_eq(look(r, "440305001003001").shape, detail.shape));
    assert_true(li_str_eq(look(r, "440305001003001").given, detail.shape));
    assert_int_equal(look(r, "440305001003001").crs, LI_GCJ02);
    assert_ok(
        t,
        import_as(r, LI_S(HEAD ",lon,lat\n440305001003C1,440305001003,compound,小区,113.9,22.5\n"),
                  LI_BD09, &heard, NULL));
    struct li_degrees given;
    assert_true(li_shape_point_of(look(r, "440305001003C1").given, &given));
    assert_true(given.lon == 113.9 && given.lat == 22.5);
    assert_true(find(r, "440305001003C1").point.lon < INT64_C(1139000000));
}

static void bad_shapes_are_told(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);

    imported(r, HEAD TOWN);
#define GRID(geometry)                                                                             \
    COLLECTION("\n" FEATURE("440305001003001", "440305001003", "grid", "一", geometry))
    rejected(r, GRID("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}"), 2,
             "shape");
    rejected(r, GRID("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[2,0],[2,2],[0,2]]]}"), 2,
             "ring");
    rejected(r, GRID("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[200,0],[2,2],[0,0]]]}"), 2,
             "ring");
    rejected(r, GRID("{\"type\":\"Polygon\",\"coordinates\":[]}"), 2, "ring");
    rejected(r, GRID("{\"type\":\"LineString\",\"coordinates\":[[0,0],[1,1]]}"), 2, "geometry");
    rejected(r, GRID("{\"type\":\"Point\",\"coordinates\":[\"0\",1]}"), 2, "place");
    rejected(r, COLLECTION("\n{\"type\":\"Feature\"}"), 2, "feature");
    rejected(r, COLLECTION("\n{\"type\":\"Feature\",\"properties\":{\"code\":1,}}"), 2, "feature");
#undef GRID
}

static void torn_files(struct test_store *t)
{
    static const char *const files[] = {
        "{",
        "{}",
        "{\"features\":[]}",
        "{\"type\":\"Feature\",\"features\":[]}",
        "{\"type\":\"FeatureCollection\"}",
        "{\"type\":\"FeatureCollection\",\"features\":[{}",
        "{\"type\":\"FeatureCollection\",\"features\":[]} more",
        "{\"type\":\"FeatureCollection\",\"features\":[],}",
        "{\"type\":\"FeatureCollection\",\"features\":{}}",
        "{\"type\":\"FeatureCollection\",\"features\":[\"a",
    };
    struct li_area_row *rows = NULL;
    size_t n = 77;

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        const struct li_area_file file = {.name = "t", .bytes = li_str(files[i])};
        li_ctx_clear(t->ctx);
        assert_int_equal(li_area_read(t->ctx, &file, &rows, &n), -LI_E_SYNTAX);
        assert_int_equal(n, 77);
    }
}

/* ---- from a point to its area ------------------------------------------------------- */

static int locate(struct test_record *r, struct li_ground *ground, double lon, double lat,
                  struct li_area *ret)
{
    struct li_point point;

    assert_true(li_point_from(LI_WGS84, (struct li_degrees){lon, lat}, &point));
    return li_ground_locate(r->ctx, ground, r->t->writer, 1, point, ret);
}

static void the_deepest_holds(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    struct li_ground *ground;
    struct li_area area;

    assert_ok(t, li_ground_new(r->ctx, &ground));
    assert_int_equal(locate(r, ground, 113.905, 22.505, &area), -LI_E_NOT_FOUND);
    imported(r, HEAD TOWN);
    imported(r,
             COLLECTION(FEATURE(
                 "440305001003", "440305001", "community", "大新社区",
                 SQUARE(113.9, 22.5, 113.92,
                        22.52)) "," FEATURE("440305001003001", "440305001003", "grid", "一",
                                            SQUARE(113.9, 22.5, 113.91,
                                                   22.51)) "," FEATURE("440305001003002",
                                                                       "440305001003", "grid", "二",
                                                                       SQUARE(113.91, 22.5, 113.92,
                                                                              22.51))));
    assert_ok(t, locate(r, ground, 113.905, 22.505, &area));
    assert_true(li_str_is(area.code, "440305001003001"));
    assert_ok(t, locate(r, ground, 113.915, 22.505, &area));
    assert_true(li_str_is(area.code, "440305001003002"));
    assert_ok(t, locate(r, ground, 113.915, 22.515, &area));
    assert_true(li_str_is(area.code, "440305001003"));
    assert_ok(t, locate(r, ground, 113.91, 22.505, &area)); /* between two: always this one */
    assert_true(li_str_is(area.code, "440305001003001"));
    assert_int_equal(locate(r, ground, 113.93, 22.505, &area), -LI_E_NOT_FOUND);
    assert_int_equal(r->ctx->error_count, 0);
    /* retired tomorrow, and then its community has the point */
    imported(r, HEAD ",until\n440305001003001,440305001003,grid,一,2026-03-03\n");
    assert_ok(t, locate(r, ground, 113.905, 22.505, &area));
    assert_true(li_str_is(area.code, "440305001003001"));
    records_later(r, LI_DAY);
    assert_ok(t, locate(r, ground, 113.905, 22.505, &area));
    assert_true(li_str_is(area.code, "440305001003"));
    li_ground_free(ground);
}

struct walker {
    struct test_record *r;
    struct li_ground *ground;
    struct li_conn *conn;
    const struct li_area_drawn *grids;
    size_t count, right;
};

/* Every pin of every grid is found in it. */
static void *walk(void *arg)
{
    struct walker *walker = arg;
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;

    li_ctx_init(&ctx, arena, walker->r->ctx->clock, walker->r->random);
    for (size_t i = 0; i < walker->count; i++) {
        struct li_area area;
        if (li_ground_locate(&ctx, walker->ground, walker->conn, 1, walker->grids[i].area.point,
                             &area) == 0)
            walker->right += li_str_eq(area.code, walker->grids[i].area.code);
    }
    li_arena_free(arena);
    return NULL;
}

/* The demo's ground: drawn without gaps, and asked by threads at once. */
static void the_demo_from_two_threads(struct test_store *t)
{
    struct test_record *r = records_open(t, commands, NULL);
    const struct li_asset *tree = li_asset_find(LI_S("data/demo/areas.csv")),
                          *ground = li_asset_find(LI_S("data/demo/ground.geojson"));
    struct walker walkers[2] = {{.r = r}, {.r = r}};
    struct li_area_drawn *grids;
    pthread_t threads[2];
    struct heard heard;
    size_t n;

    assert_ok(t, import_as(r, tree->bytes, LI_WGS84, &heard, NULL));
    assert_ok(t, import_as(r, ground->bytes, LI_WGS84, &heard, NULL));
    assert_int_equal(listed(r, "community"), 58);
    assert_int_equal(listed(r, "grid"), 358);
    assert_ok(t, li_area_map(r->ctx, t->writer, 1, LI_S(""), LI_S("grid"), &grids, &n));
    assert_int_equal(n, 358);
    assert_ok(t, li_ground_new(r->ctx, &walkers[0].ground));
    for (int i = 0; i < 2; i++) {
        walkers[i].ground = walkers[0].ground;
        walkers[i].grids = grids;
        walkers[i].count = n;
        assert_ok(t, li_store_reader(r->ctx, t->store, &walkers[i].conn));
        assert_int_equal(pthread_create(&threads[i], NULL, walk, &walkers[i]), 0);
    }
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        li_store_reader_back(t->store, walkers[i].conn);
        assert_int_equal(walkers[i].right, n);
    }
    li_ground_free(walkers[0].ground);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(everything_has_its_place), SQLITE_TEST(nothing_hangs_wrongly),
        STORE_TEST(what_may_change),          STORE_TEST(what_may_not),
        STORE_TEST(retired_codes_stay),       STORE_TEST(every_fault_is_told),
        SQLITE_TEST(chinese_of_spreadsheets), STORE_TEST(shapes_are_drawn),
        SQLITE_TEST(bad_shapes_are_told),     SQLITE_TEST(torn_files),
        STORE_TEST(the_deepest_holds),        STORE_TEST(the_demo_from_two_threads),
    };

    return STORE_TESTS_RUN("ground", tests);
}
