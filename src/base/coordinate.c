/*
 * Coordinate systems; see coordinate.h.
 *
 * GCJ-02 adds to WGS-84 a sum of sines on the Krasovsky ellipsoid; BD-09 turns
 * and stretches GCJ-02 around its own waves.  Neither has an inverse in closed
 * form: the point whose forward image is the one given is found by correcting a
 * guess by what it misses, which converges because the shift changes slowly.
 */
#include "base/coordinate.h"

#include <math.h>
#include <stdio.h>

#define AXIS         6378245.0              /* Krasovsky 1940, metres */
#define ECCENTRICITY 0.00669342162296594323 /* squared */
#define BD_TURN      (M_PI * 3000.0 / 180.0)
#define BD_LON       0.0065
#define BD_LAT       0.006
#define EARTH        6371008.8 /* mean radius, metres */
#define ROUNDS       30
#define NEAR         1e-10 /* degrees: 0.01 mm */

static const struct {
    const char *name;
    enum li_crs crs;
} systems[] = {
    {"wgs84", LI_WGS84},
    {"cgcs2000", LI_CGCS2000},
    {"gcj02", LI_GCJ02},
    {"bd09", LI_BD09},
};

bool li_crs_parse(struct li_str name, enum li_crs *ret)
{
    for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
        if (li_str_is(name, systems[i].name)) {
            *ret = systems[i].crs;
            return true;
        }
    }
    return false;
}

const char *li_crs_name(enum li_crs crs)
{
    return systems[crs].name;
}

/* ---- GCJ-02 ---------------------------------------------------------------- */

static bool in_mainland_box(struct li_degrees d)
{
    return d.lon >= 72.004 && d.lon <= 137.8347 && d.lat >= 0.8293 && d.lat <= 55.8271;
}

/* The waves both of its sums have in common. */
static double ripple(double x)
{
    return (20.0 * sin(6.0 * x * M_PI) + 20.0 * sin(2.0 * x * M_PI)) * 2.0 / 3.0;
}

static double wave(double x, double first, double third, double twelfth, double last)
{
    return (first * sin(x * M_PI) + third * sin(x / 3.0 * M_PI)) * 2.0 / 3.0 +
           (twelfth * sin(x / 12.0 * M_PI) + last * sin(x / 30.0 * M_PI)) * 2.0 / 3.0;
}

static struct li_degrees gcj02_from(struct li_degrees d)
{
    double x = d.lon - 105.0, y = d.lat - 35.0, phi = d.lat / 180.0 * M_PI;
    double north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(fabs(x)) +
                   ripple(x) + wave(y, 20.0, 40.0, 160.0, 320.0);
    double east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(fabs(x)) +
                  ripple(x) + wave(x, 20.0, 40.0, 150.0, 300.0);
    double flat = 1.0 - ECCENTRICITY * sin(phi) * sin(phi), root = sqrt(flat);

    if (!in_mainland_box(d)) {
        return d;
    }
    return (struct li_degrees){
        .lon = d.lon + east * 180.0 / (AXIS / root * cos(phi) * M_PI),
        .lat = d.lat + north * 180.0 / (AXIS * (1.0 - ECCENTRICITY) / (flat * root) * M_PI),
    };
}

/* ---- BD-09 ----------------------------------------------------------------- */

static struct li_degrees bd09_from_gcj02(struct li_degrees d)
{
    double far = hypot(d.lon, d.lat) + 0.00002 * sin(d.lat * BD_TURN);
    double turn = atan2(d.lat, d.lon) + 0.000003 * cos(d.lon * BD_TURN);

    return (struct li_degrees){.lon = far * cos(turn) + BD_LON, .lat = far * sin(turn) + BD_LAT};
}

/* ---- there and back -------------------------------------------------------- */

typedef struct li_degrees forward(struct li_degrees d);

/* What `fn` makes `wanted` of. */
static struct li_degrees inverse(forward *fn, struct li_degrees wanted)
{
    struct li_degrees guess = wanted;

    for (int i = 0; i < ROUNDS; i++) {
        struct li_degrees got = fn(guess);
        double lon = wanted.lon - got.lon, lat = wanted.lat - got.lat;
        guess.lon += lon;
        guess.lat += lat;
        if (fabs(lon) < NEAR && fabs(lat) < NEAR) {
            break;
        }
    }
    return guess;
}

/* Outside the box GCJ-02 bends nothing, so there the image is the point; within
 * a few hundred metres of its edge a point may have no inverse but itself. */
static struct li_degrees gcj02_back(struct li_degrees given)
{
    return in_mainland_box(given) ? inverse(gcj02_from, given) : given;
}

bool li_point_from(enum li_crs crs, struct li_degrees given, struct li_point *ret)
{
    struct li_degrees d = given;

    if (!(fabs(given.lon) <= 180.0 && fabs(given.lat) <= 90.0)) {
        return false;
    }
    if (crs == LI_BD09) {
        d = inverse(bd09_from_gcj02, d);
    }
    if (crs == LI_BD09 || crs == LI_GCJ02) {
        d = gcj02_back(d);
    }
    if (!(fabs(d.lon) <= 180.0 && fabs(d.lat) <= 90.0)) {
        return false;
    }
    *ret = (struct li_point){.lon = llround(d.lon * LI_DEGREE), .lat = llround(d.lat * LI_DEGREE)};
    return true;
}

struct li_degrees li_point_in(enum li_crs crs, struct li_point point)
{
    struct li_degrees d = {.lon = (double)point.lon / LI_DEGREE,
                           .lat = (double)point.lat / LI_DEGREE};

    if (crs == LI_BD09 || crs == LI_GCJ02) {
        d = gcj02_from(d);
    }
    return crs == LI_BD09 ? bd09_from_gcj02(d) : d;
}

double li_point_meters(struct li_point a, struct li_point b)
{
    double unit = M_PI / 180.0 / LI_DEGREE;
    double north = sin((double)(b.lat - a.lat) * unit / 2.0);
    double east = sin((double)(b.lon - a.lon) * unit / 2.0);
    double part =
        north * north + cos((double)a.lat * unit) * cos((double)b.lat * unit) * east * east;

    return 2.0 * EARTH * asin(sqrt(fmin(part, 1.0)));
}

size_t li_angle_text(int64_t angle, char *ret)
{
    uint64_t size = angle < 0 ? 0 - (uint64_t)angle : (uint64_t)angle;
    int len = snprintf(ret, LI_ANGLE_TEXT, "%s%u.%07u", angle < 0 ? "-" : "",
                       (unsigned)(size / LI_DEGREE) % 1000, (unsigned)(size % LI_DEGREE));

    while (ret[len - 1] == '0') {
        len--;
    }
    if (ret[len - 1] == '.') {
        len--;
    }
    ret[len] = '\0';
    return (size_t)len;
}

int64_t li_angle_coarse(int64_t angle)
{
    int64_t step = 10000, half = angle < 0 ? -step / 2 : step / 2;

    return (angle + half) / step * step;
}
