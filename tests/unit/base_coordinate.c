/*
 * base/coordinate: four systems, there and back.
 *
 * The vectors are 39 cities of a published fixture, in a folder beside the
 * repository; where that is absent the test that needs it is skipped and says so.
 */
#include "base.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/coordinate.h"

#define VECTORS "../shared/data/gcj02-vectors.csv"

static struct li_point at(enum li_crs crs, double lon, double lat)
{
    struct li_point point = {0};

    assert_true(li_point_from(crs, (struct li_degrees){lon, lat}, &point));
    return point;
}

static void assert_within(struct li_point a, struct li_point b, double meters)
{
    double apart = li_point_meters(a, b);

    if (!(apart <= meters))
        fail_msg("%.3f m apart", apart);
}

/* How far degrees of one system are from those expected, reckoned as points. */
static void assert_degrees(struct li_degrees got, double lon, double lat, double meters)
{
    assert_within(at(LI_WGS84, got.lon, got.lat), at(LI_WGS84, lon, lat), meters);
}

static void meets_the_published_vectors(void **state)
{
    FILE *file = fopen(VECTORS, "r");
    char line[512];
    int count = 0;

    (void)state;
    if (!file) {
        print_message("# " VECTORS " is not here\n");
        skip();
    }
    assert_non_null(fgets(line, sizeof(line), file));
    while (fgets(line, sizeof(line), file)) {
        double v[6];
        char name[128];

        assert_int_equal(sscanf(line, "%127[^,],%lf,%lf,%lf,%lf,%lf,%lf", name, &v[0], &v[1], &v[2],
                                &v[3], &v[4], &v[5]),
                         7);
        struct li_point point = at(LI_WGS84, v[0], v[1]);
        struct li_degrees gcj = li_point_in(LI_GCJ02, point), bd = li_point_in(LI_BD09, point);

        assert_degrees(gcj, v[2], v[3], 1);
        assert_degrees(bd, v[4], v[5], 1);
        assert_within(at(LI_GCJ02, v[2], v[3]), point, 1);
        assert_within(at(LI_BD09, v[4], v[5]), point, 1);
        count++;
    }
    fclose(file);
    assert_int_equal(count, 39);
}

/* What the public sums give in Shanghai, so that the constants are held everywhere. */
static void meets_one_city(void **state)
{
    struct li_point point = at(LI_WGS84, 121.5272106, 31.1774276);

    (void)state;
    assert_degrees(li_point_in(LI_GCJ02, point), 121.531541859215, 31.17530398364597, 0.02);
    assert_within(at(LI_GCJ02, 121.531541859215, 31.17530398364597), point, 0.02);
}

static void comes_back_everywhere(void **state)
{
    static const enum li_crs all[] = {LI_WGS84, LI_CGCS2000, LI_GCJ02, LI_BD09};

    (void)state;
    for (size_t i = 0; i < COUNT(all); i++) {
        /* well inside the box, over all of the country */
        for (double lon = 73.5; lon < 135; lon += 1.37) {
            for (double lat = 4; lat < 53.6; lat += 0.91) {
                struct li_point point = at(LI_WGS84, lon, lat);
                struct li_degrees d = li_point_in(all[i], point);

                assert_within(at(all[i], d.lon, d.lat), point, 0.1);
            }
        }
        /* and over the rest of the world, but for the poles and the date line */
        for (double lon = -179; lon < 70; lon += 3.1) {
            for (double lat = -80; lat < 80; lat += 2.7) {
                struct li_point point = at(LI_WGS84, lon, lat);
                struct li_degrees d = li_point_in(all[i], point);

                assert_within(at(all[i], d.lon, d.lat), point, 0.1);
            }
        }
    }
}

/* Tens to hundreds of metres in the country, nothing outside. */
static void bends_only_the_mainland(void **state)
{
    static const struct li_degrees outside[] = {
        {-0.1276, 51.5072}, {151.2093, -33.8688}, {-74.006, 40.7128}, {72, 30}, {100, 0.5}};

    (void)state;
    for (double lon = 98; lon < 122; lon += 0.7) {
        struct li_point point = at(LI_WGS84, lon, 31);
        struct li_degrees gcj = li_point_in(LI_GCJ02, point);
        double shift = li_point_meters(at(LI_WGS84, gcj.lon, gcj.lat), point);

        assert_true(shift > 20 && shift < 1000);
    }
    for (size_t i = 0; i < COUNT(outside); i++) {
        struct li_point point = at(LI_WGS84, outside[i].lon, outside[i].lat);
        struct li_degrees gcj = li_point_in(LI_GCJ02, point), bd = li_point_in(LI_BD09, point);

        assert_true(gcj.lon == outside[i].lon && gcj.lat == outside[i].lat);
        assert_within(at(LI_GCJ02, gcj.lon, gcj.lat), point, 0);
        assert_true(fabs(bd.lon - gcj.lon) > 0.004 && fabs(bd.lat - gcj.lat) > 0.004);
    }
}

static void takes_wgs84_for_cgcs2000(void **state)
{
    struct li_point a = at(LI_WGS84, 113.9303, 22.5333), b = at(LI_CGCS2000, 113.9303, 22.5333);

    (void)state;
    assert_true(a.lon == b.lon && a.lat == b.lat);
    assert_int_equal(a.lon, INT64_C(1139303000));
    assert_int_equal(a.lat, 225333000);
}

static void refuses_what_is_nowhere(void **state)
{
    static const struct li_degrees bad[] = {{181, 0},       {-180.001, 0},  {0, 90.5},  {0, -91},
                                            {NAN, 0},       {0, NAN},       {1e300, 0}, {0, -1e300},
                                            {INFINITY, 20}, {20, -INFINITY}};
    struct li_point point = {.lon = 7, .lat = 8};

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        for (int crs = LI_WGS84; crs <= LI_BD09; crs++)
            assert_false(li_point_from((enum li_crs)crs, bad[i], &point));
    }
    assert_true(point.lon == 7 && point.lat == 8);
}

static void knows_its_names(void **state)
{
    enum li_crs crs = LI_BD09;

    (void)state;
    for (int i = LI_WGS84; i <= LI_BD09; i++) {
        assert_true(li_crs_parse(li_str(li_crs_name((enum li_crs)i)), &crs));
        assert_int_equal(crs, i);
    }
    assert_false(li_crs_parse(LI_S("WGS84"), &crs));
    assert_false(li_crs_parse(LI_S(""), &crs));
}

static void measures(void **state)
{
    struct li_point a = at(LI_WGS84, 113.93, 22.53), b = at(LI_WGS84, 113.93, 22.531),
                    c = at(LI_WGS84, 113.931, 22.53);

    (void)state;
    assert_true(fabs(li_point_meters(a, b) - 111.2) < 0.2);
    assert_true(fabs(li_point_meters(a, c) - 102.7) < 0.2);
    assert_true(li_point_meters(a, a) == 0);
    assert_true(fabs(li_point_meters(at(LI_WGS84, 0, 0), at(LI_WGS84, 180, 0)) - M_PI * 6371008.8) <
                1);
}

static void writes_angles(void **state)
{
    static const struct {
        int64_t angle;
        const char *text;
    } rows[] = {
        {INT64_C(1139300000), "113.93"},
        {0, "0"},
        {1, "0.0000001"},
        {-1, "-0.0000001"},
        {-INT64_C(1800000000), "-180"},
        {INT64_C(1234567891), "123.4567891"},
        {LI_DEGREE, "1"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[LI_ANGLE_TEXT];
        size_t len = li_angle_text(rows[i].angle, text);

        assert_string_equal(text, rows[i].text);
        assert_int_equal(len, strlen(text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meets_the_published_vectors),
        cmocka_unit_test(meets_one_city),
        cmocka_unit_test(comes_back_everywhere),
        cmocka_unit_test(bends_only_the_mainland),
        cmocka_unit_test(takes_wgs84_for_cgcs2000),
        cmocka_unit_test(refuses_what_is_nowhere),
        cmocka_unit_test(knows_its_names),
        cmocka_unit_test(measures),
        cmocka_unit_test(writes_angles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
