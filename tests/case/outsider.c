/*
 * What those see who are not of the house: what is near, followers, hidden fields;
 * and that a confidential case changes nothing for anybody outside.
 */
#include <stdio.h>

#include "area/area.h"
#include "base/time.h"
#include "lib/cases.h"
#include "record/code.h"
#include "record/photo.h"
#include "view/json.h"

#define NOTE  "楼道灯坏了很久没人管"
#define PHONE "13912345678"
#define HERE  "\"place\":{\"lon\":113.9300,\"lat\":22.5300}"

LI_SQL(outsider_payloads, "select payload from history where tenant = $1 order by seq");

static const uint8_t reporter[16] = "the reporter...", follower[16] = "the follower....";

static struct test_cases *open_house(struct test_store *t)
{
    struct test_cases *c = cases_open(t);

    cases_neighbour(c);
    return c;
}

static bool holds(struct li_str text, const char *part)
{
    return text.len && memmem(text.ptr, text.len, part, strlen(part));
}

static struct li_str near(struct test_cases *c, double lon, double lat, const char *topic)
{
    struct li_view view = cases_view(c, &c->viewers[CASES_ANYONE]);
    struct li_buf *buf = li_buf_new(c->r->ctx, 0);
    struct li_view_near *rows;
    struct li_point at;
    struct li_json json;
    size_t count;

    assert_true(li_point_from(LI_WGS84, (struct li_degrees){lon, lat}, &at));
    assert_ok(c->r->t, li_view_nearby(c->r->ctx, &view, at, li_str(topic), &rows, &count));
    assert_non_null(buf);
    li_json_init(&json, buf, false);
    li_put_nearby(&json, rows, count);
    return li_buf_view(buf);
}

static int progress(struct test_cases *c, const uint8_t token[16], struct li_view_case *ret,
                    struct li_str *ret_json)
{
    struct li_view view = cases_view(c, &c->viewers[CASES_ANYONE]);
    struct li_buf *buf = li_buf_new(c->r->ctx, 0);
    struct li_json json;
    int r = li_view_progress(c->r->ctx, &view, token, ret);

    if (r == 0) {
        li_json_init(&json, buf, false);
        li_put_progress(&json, ret);
        *ret_json = li_buf_view(buf);
    }
    return r;
}

static struct li_str staff(struct test_cases *c, enum cases_who who, int64_t id)
{
    const struct li_viewer viewer = cases_viewer(c, who, id);
    struct li_view view = cases_view(c, &viewer);
    struct li_buf *buf = li_buf_new(c->r->ctx, 0);
    struct li_view_case seen;
    struct li_json json;

    assert_ok(c->r->t, li_view_case(c->r->ctx, &view, id, &seen));
    li_json_init(&json, buf, false);
    li_put_case(&json, &seen);
    return li_buf_view(buf);
}

static bool is_offered(const struct li_view_case *seen, const char *action)
{
    for (size_t i = 0; i < seen->offer_count; i++) {
        if (li_str_is(seen->row.playbook->actions[seen->offers[i].action].name, action)) {
            return true;
        }
    }
    return false;
}

/* Nearest first, within 150 m, open and public, of a topic; across cells. */
static void what_is_near(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t id = cases_neighbour_new(
        c, "{\"kind\":\"help\",\"topic\":\"lamp\",\"note\":\"" NOTE "\"," HERE "}", NULL);
    struct li_str json;

    cases_neighbour_new(c,
                        "{\"topic\":\"wages\",\"note\":\"" NOTE
                        "\",\"place\":{\"lon\":113.9301,\"lat\":22.5309,\"accuracy\":12.6}}",
                        NULL);
    cases_neighbour_new(c, "{\"note\":\"x\",\"place\":{\"lon\":113.9317,\"lat\":22.53}}", NULL);
    cases_neighbour_new(c, "{\"note\":\"x\"}", NULL);
    cases_neighbour_new(c, "{\"kind\":\"report\",\"note\":\"x\"," HERE "}", NULL);
    json = near(c, 113.93, 22.5301, "");
    assert_true(holds(json, "\"meters\":11,") && holds(json, "\"meters\":90,"));
    assert_false(holds(json, NOTE) || holds(json, "lon") || holds(json, "report"));
    assert_true(holds(json, "\"lamp\"") && holds(json, "\"wages\""));
    assert_true(memmem(json.ptr, json.len, "\"meters\":11", 11) <
                memmem(json.ptr, json.len, "\"meters\":90", 11));
    json = near(c, 113.93, 22.5301, "wages");
    assert_true(holds(json, "\"wages\"") && !holds(json, "\"lamp\""));
    assert_false(holds(near(c, 113.93, 22.54, ""), "meters"));
    /* a point in Baidu's system is the same place, and kept as it was given */
    cases_neighbour_new(c,
                        "{\"topic\":\"lamp\",\"note\":\"x\",\"place\":{\"lon\":113.941515,"
                        "\"lat\":22.532963,\"crs\":\"bd09\",\"how\":\"pin\"}}",
                        NULL);
    assert_acts(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\"}");
    assert_acts(c, id, CASES_HANDLER, "done", 1, NULL);
    json = near(c, 113.93, 22.5301, "lamp");
    assert_true(holds(json, "\"followers\":0") && !holds(json, "\"meters\":11,"));
    assert_verifies(c->r, 1);
}

/* At most ten, whatever there is. */
static void ten_are_near(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    struct li_view view = cases_view(c, &c->viewers[CASES_ANYONE]);
    struct li_view_near *rows;
    struct li_point at;
    size_t count;

    for (int i = 0; i < 12; i++) {
        char fields[120];
        snprintf(fields, sizeof(fields),
                 "{\"note\":\"x\",\"place\":{\"lon\":113.93,\"lat\":22.5300%d}}", i);
        cases_neighbour_new(c, fields, NULL);
    }
    assert_true(li_point_from(LI_WGS84, (struct li_degrees){113.93, 22.53}, &at));
    assert_ok(t, li_view_nearby(c->r->ctx, &view, at, LI_S(""), &rows, &count));
    assert_int_equal(count, LI_VIEW_NEAR);
    for (size_t i = 1; i < count; i++) {
        assert_true(rows[i - 1].meters <= rows[i].meters);
    }
}

static void followers(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t id = cases_neighbour_new(c,
                                     "{\"kind\":\"help\",\"topic\":\"lamp\",\"note\":\"" NOTE
                                     "\",\"phone\":\"" PHONE "\"," HERE "}",
                                     reporter);
    struct li_view_case seen;
    struct li_str json;

    assert_int_equal(cases_follow(c, id, follower), 0);
    assert_int_equal(cases_follow(c, id, follower), -LI_E_UNIQUE);
    assert_int_equal(cases_follow(c, id, reporter), -LI_E_UNIQUE);
    assert_int_equal(cases_row(c, id).followers, 1);
    assert_int_equal(cases_row(c, id).rev, 1);
    assert_ok(t, progress(c, follower, &seen, &json));
    assert_true(seen.follows && holds(json, "\"lamp\""));
    assert_false(holds(json, NOTE) || holds(json, "5678") || holds(json, "113.93"));
    assert_true(is_offered(&seen, "urge") && !is_offered(&seen, "add"));
    assert_ok(t, progress(c, reporter, &seen, &json));
    assert_true(!seen.follows && holds(json, NOTE) && holds(json, "139****5678"));
    assert_true(holds(json, "\"lon\":113.93,\"lat\":22.53,"));
    assert_true(is_offered(&seen, "urge") && is_offered(&seen, "add"));
    /* each does what is theirs, and neither reads the other's words but the reporter's own */
    assert_acts(c, id, CASES_FOLLOWER, "urge", 0, "{\"note\":\"我也等着\"}");
    assert_int_equal(cases_act(c, id, CASES_FOLLOWER, "add", 0, "{\"note\":\"x\"}"),
                     -LI_E_FORBIDDEN);
    assert_acts(c, id, CASES_REPORTER, "add", 0, "{\"note\":\"今晚还是黑的\"}");
    li_ctx_clear(c->r->ctx);
    assert_ok(t, progress(c, follower, &seen, &json));
    assert_false(holds(json, "今晚还是黑的"));
    assert_true(holds(json, "\"add\""));
    assert_ok(t, progress(c, reporter, &seen, &json));
    assert_true(holds(json, "今晚还是黑的"));
    struct li_case row = cases_row(c, id);
    assert_int_equal(li_case_count(&row, "urged"), 1);
    assert_verifies(c->r, 1);
}

/* An ended case, or one that is not public, is not followed; one that stops being
 * public is lost to its followers. */
static void not_to_be_followed(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t report = cases_neighbour_new(c, "{\"kind\":\"report\",\"note\":\"x\"}", reporter);
    int64_t closed = cases_neighbour_new(c, "{\"note\":\"x\"}", NULL);
    struct li_view_case seen;
    struct li_str json;

    assert_int_equal(cases_follow(c, report, follower), -LI_E_NOT_FOUND);
    assert_int_equal(cases_follow(c, report + 1000, follower), -LI_E_NOT_FOUND);
    assert_acts(c, closed, CASES_DESK, "send", 0, "{\"unit\":\"$0\"}");
    assert_acts(c, closed, CASES_HANDLER, "done", 1, NULL);
    assert_int_equal(cases_follow(c, closed, follower), -LI_E_STATE);
    li_ctx_clear(c->r->ctx);
    assert_int_equal(progress(c, follower, &seen, &json), -LI_E_NOT_FOUND);
    li_ctx_clear(c->r->ctx);
    assert_int_equal(cases_act(c, report, CASES_FOLLOWER, "urge", 0, NULL), -LI_E_NOT_FOUND);
    assert_acts(c, report, CASES_REPORTER, "urge", 0, NULL);
}

/* Of a report only the desk and whoever sent it know the telephone number: for
 * others it is not there, cannot be revealed, and who reported is not told. */
static void hidden_fields(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    struct li_case_reveal_args args = {.field = LI_S("phone")};
    struct li_job job = records_job(c->r, &li_case_reveal, &args);
    struct li_view_case seen;
    struct li_str json;

    args.id = cases_neighbour_new(
        c, "{\"kind\":\"report\",\"note\":\"" NOTE "\",\"phone\":\"" PHONE "\"}", reporter);
    assert_acts(c, args.id, CASES_REPORTER, "add", 0, "{\"note\":\"补充一句\"}");
    assert_acts(c, args.id, CASES_DESK, "send", 0, "{\"unit\":\"$0\"}");
    json = staff(c, CASES_DESK, args.id);
    assert_true(holds(json, "139****5678") && holds(json, "居民"));
    json = staff(c, CASES_HANDLER, args.id);
    assert_true(holds(json, NOTE) && !holds(json, "5678") && !holds(json, "phone"));
    assert_false(holds(json, "居民"));
    job.viewer = &c->viewers[CASES_HANDLER];
    assert_int_equal(li_run(c->r->record, &job), -LI_E_NOT_FOUND);
    li_ctx_clear(c->r->ctx);
    job.viewer = &c->viewers[CASES_DESK];
    assert_ok(t, li_run(c->r->record, &job));
    /* that the desk looked is not told to those for whom there is nothing */
    assert_true(holds(staff(c, CASES_DESK, args.id), "\"reveal\""));
    assert_false(holds(staff(c, CASES_HANDLER, args.id), "\"reveal\""));
    records_later(c->r, 400 * LI_DAY);
    assert_ok(t, progress(c, reporter, &seen, &json));
    assert_true(holds(json, "139****5678"));
    assert_verifies(c->r, 1);
}

/* Everything somebody outside can get, one behind the other. */
static struct li_str outside(struct test_cases *c)
{
    struct li_view view = cases_view(c, &c->viewers[CASES_ANYONE]);
    struct li_buf *buf = li_buf_new(c->r->ctx, 0);
    struct li_tally_delta *items;
    struct li_view_list list;
    struct li_view_case seen;
    struct li_str none = {.ptr = NULL}, json;
    struct li_json all;
    size_t count;

    records_catch_up(c->r);
    li_json_init(&all, buf, false);
    assert_ok(c->r->t, li_view_public(c->r->ctx, &view, &(struct li_view_filter){.level = 0}, 50,
                                      none, &list));
    li_put_public_list(&all, &list);
    li_buf_str(buf, near(c, 113.93, 22.53, ""));
    assert_ok(c->r->t, progress(c, reporter, &seen, &json));
    li_buf_str(buf, json);
    assert_ok(c->r->t, progress(c, follower, &seen, &json));
    li_buf_str(buf, json);
    assert_ok(c->r->t, li_tally_read(c->r->ctx, c->r->t->writer, c->r->tenant, LI_SCOPE_PUBLIC,
                                     &items, &count));
    for (size_t i = 0; i < count; i++) {
        li_buf_text(buf,
                    li_strf(c->r->ctx, "%.*s %.*s %.*s %lld\n", LI_P(items[i].area),
                            LI_P(items[i].playbook), LI_P(items[i].state), (long long)items[i].n)
                        .ptr);
    }
    return li_buf_view(buf);
}

static void confidential(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    int64_t open = cases_neighbour_new(
        c, "{\"kind\":\"help\",\"topic\":\"lamp\",\"note\":\"x\"," HERE "}", reporter);
    struct li_str before, after;

    assert_ok(t, cases_follow(c, open, follower));
    before = outside(c);
    int64_t id = cases_neighbour_new(
        c, "{\"kind\":\"report\",\"topic\":\"wages\",\"note\":\"" NOTE "\"," HERE "}", NULL);
    after = outside(c);
    assert_true(li_str_eq(before, after));
    assert_acts(c, id, CASES_DESK, "grade", 0, "{\"how\":\"hot\"}");
    assert_acts(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\"}");
    assert_acts(c, id, CASES_HANDLER, "done", 1, NULL);
    after = outside(c);
    assert_true(li_str_eq(before, after));
    /* the same done openly would be seen */
    cases_neighbour_new(c, "{\"kind\":\"help\",\"note\":\"x\"," HERE "}", NULL);
    assert_false(li_str_eq(before, outside(c)));
    assert_verifies(c->r, 1);
}

/* ---- what is given ----------------------------------------------------------- */

static struct li_str upload(struct test_cases *c, const char *seed)
{
    struct li_upload one = {.width = 800, .height = 600, .bytes = 1000};
    char text[LI_BASE32_SIZE(16)];

    memcpy(one.token, seed, sizeof(one.token));
    memcpy(one.full.name, seed, sizeof(one.full.name));
    memcpy(one.thumb.name, seed, sizeof(one.thumb.name));
    assert_ok(c->r->t, records_run(c->r, &li_upload_put, &one));
    li_base32(one.token, 16, text);
    return li_str_dup(c->r->ctx, li_str(text));
}

/* Photos come by the tokens of uploads and get numbers, also later ones; a token is
 * good once. */
static void photos(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    struct li_str one = upload(c, "0123456789abcdef"), two = upload(c, "1123456789abcdef");
    struct li_photo *taken;
    size_t count;
    int64_t id = cases_neighbour_new(
        c, li_strf(c->r->ctx, "{\"note\":\"x\",\"photos\":[\"%.*s\"]}", LI_P(one)).ptr, reporter);
    const char *again = li_strf(c->r->ctx, "{\"photos\":[\"%.*s\"]}", LI_P(one)).ptr;
    const char *more = li_strf(c->r->ctx, "{\"photos\":[\"%.*s\"]}", LI_P(two)).ptr;

    assert_int_equal(cases_row(c, id).photos, 1);
    assert_int_equal(cases_act(c, id, CASES_REPORTER, "add", 0, again), -LI_E_INVALID);
    assert_told_at(c->r, "/fields/photos/0");
    li_ctx_clear(c->r->ctx);
    assert_acts(c, id, CASES_REPORTER, "add", 0, more);
    struct li_case row = cases_row(c, id);
    const struct li_node *list = li_node_get(row.fields, "photos");
    assert_int_equal(row.photos, 2);
    assert_true(list->list.count == 2 && list->list.items[1]->number == 2);
    assert_ok(t, li_photo_list(c->r->ctx, t->writer, 1, id, &taken, &count));
    assert_int_equal(count, 2);
    assert_verifies(c->r, 1);
}

/* A square of 0.02 degrees around HERE is a compound of the community. */
static void draw_compound(struct test_cases *c)
{
    static const char file[] =
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{"
        "\"code\":\"440305001003C001\",\"parent\":\"440305001003\",\"kind\":\"compound\","
        "\"name\":\"花园小区\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[113.92,22.52]"
        ","
        "[113.94,22.52],[113.94,22.54],[113.92,22.54],[113.92,22.52]]]}}]}";
    const struct li_area_file read = {.name = "town.geojson", .bytes = li_str(file)};
    struct li_area_row *rows;
    struct li_area_import import = {.source = LI_S("town.geojson")};

    assert_ok(c->r->t, li_area_read(c->r->ctx, &read, &rows, &import.count));
    import.rows = rows;
    assert_ok(c->r->t, records_run(c->r, &li_area_import, &import));
}

static int open_at(struct test_cases *c, const char *fields, struct li_job *ret_job)
{
    struct li_case_open_args *args = li_alloc(c->r->ctx, sizeof(*args));
    int r;

    *args = (struct li_case_open_args){.via = LI_S("web"), .fields = cases_json(c, fields)};
    li_random_bytes(c->r->random, args->token, sizeof(args->token));
    assert_ok(c->r->t, li_library_find(c->r->ctx, c->house.bound.library, c->r->t->writer, 1,
                                       LI_S("neighbour"), 0, &args->playbook));
    *ret_job = records_job(c->r, &li_case_open, args);
    ret_job->viewer = &c->viewers[CASES_ANYONE];
    r = li_case_open_place(c->r->ctx, c->r->record, c->r->t->writer, 1, args);
    return r ? r : li_run(c->r->record, ret_job);
}

/* Where no area is said the point says it; everybody else is told the community. */
static void placed_by_a_point(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    struct li_tally_delta *items;
    struct li_job job;
    struct li_str json;
    size_t count;

    assert_ok(t, li_ground_new(c->r->ctx, &c->house.bound.ground));
    draw_compound(c);
    assert_ok(t, open_at(c, "{\"note\":\"x\"," HERE "}", &job));
    struct li_case row = cases_row(c, job.entity);
    assert_true(li_str_is(row.area, "440305001003C001"));
    assert_true(li_str_is(row.area_path, TOWN_COMMUNITY "440305001003C001/"));
    assert_true(li_str_is(row.owner.post, "desk") && li_str_is(row.owner.area_path, TOWN_STREET));
    json = near(c, 113.93, 22.53, "");
    assert_true(holds(json, "\"440305001003\"") && !holds(json, "花园小区"));
    assert_true(holds(staff(c, CASES_DESK, job.entity), "花园小区"));
    records_catch_up(c->r);
    assert_ok(t, li_tally_read(c->r->ctx, t->writer, 1, LI_SCOPE_PUBLIC, &items, &count));
    assert_true(count == 1 && li_str_is(items[0].area, "440305001003"));
    /* nowhere, and not said at all */
    assert_int_equal(open_at(c, "{\"note\":\"x\",\"place\":{\"lon\":10,\"lat\":50}}", &job),
                     -LI_E_INVALID);
    assert_told_at(c->r, "/area");
    li_ctx_clear(c->r->ctx);
    assert_int_equal(open_at(c, "{\"note\":\"x\"}", &job), -LI_E_INVALID);
    assert_told_at(c->r, "/area");
    li_ground_free(c->house.bound.ground);
    c->house.bound.ground = NULL;
}

/* A class is one of the tenant's. */
static void classes(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    const struct li_code rows[] = {{.scheme = LI_S("event"),
                                    .code = LI_S("0102"),
                                    .group = LI_S("市容环境"),
                                    .group_en = LI_S("City appearance"),
                                    .name = LI_S("暴露垃圾"),
                                    .name_en = LI_S("Exposed rubbish"),
                                    .edition = LI_S("2024"),
                                    .evidence = LI_S("test")}};
    const struct li_code_import import = {.rows = rows, .count = 1, .source = LI_S("test")};
    int64_t id = cases_neighbour_new(c, "{\"note\":\"x\"}", NULL);

    assert_ok(t, records_run(c->r, &li_code_import, &import));
    assert_int_equal(
        cases_act(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\",\"class\":\"event:0199\"}"),
        -LI_E_INVALID);
    assert_told_at(c->r, "/fields/class");
    li_ctx_clear(c->r->ctx);
    assert_acts(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\",\"class\":\"event:0102\"}");
    assert_true(li_str_is(cases_row(c, id).class, "event:0102"));
    assert_true(holds(staff(c, CASES_DESK, id), "暴露垃圾"));
}

/* History says where and what, in whole numbers, and no word of anybody. */
static void told_by_history(struct test_store *t)
{
    struct test_cases *c = open_house(t);
    struct li_rows *rows;
    int r, places = 0;

    cases_neighbour_new(c,
                        "{\"note\":\"" NOTE "\",\"phone\":\"" PHONE
                        "\",\"place\":{\"lon\":113.9301,\"lat\":22.53,\"accuracy\":12.6}}",
                        NULL);
    assert_ok(t, li_query(c->r->ctx, t->writer, &outsider_payloads, LI_ARGS(li_v(1)), &rows));
    while ((r = li_rows_next(c->r->ctx, rows)) > 0) {
        struct li_str payload = li_col_str(rows, 0);
        assert_false(holds(payload, NOTE) || holds(payload, PHONE));
        places += holds(payload, "{\"accuracy\":13,\"crs\":\"wgs84\",\"lat\":225300000,"
                                 "\"lon\":1139301000}");
    }
    li_rows_done(rows);
    assert_int_equal(r, 0);
    assert_int_equal(places, 1);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(what_is_near),       STORE_TEST(ten_are_near),  STORE_TEST(followers),
        STORE_TEST(not_to_be_followed), STORE_TEST(hidden_fields), STORE_TEST(confidential),
        STORE_TEST(placed_by_a_point),  STORE_TEST(photos),        STORE_TEST(classes),
        STORE_TEST(told_by_history),
    };

    return STORE_TESTS_RUN("cases: outsiders", tests);
}
