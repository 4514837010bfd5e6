/*
 * Coordinates: where something lies, and the systems people give it in.
 *
 * What is kept and reckoned with is `struct li_point`: CGCS2000 longitude and
 * latitude in whole 1e-7 degrees (about a centimetre).  WGS-84, as a telephone
 * gives it, counts as the same: the two ellipsoids agree to a millimetre, and
 * what plates have moved since 2000 is less than a telephone's error.  Maps
 * sold in China speak GCJ-02, Baidu's BD-09; both are converted at the edge and
 * never stored as if they were the other.
 *
 * GCJ-02 bends only what lies in a box around mainland China; outside it is the
 * identity.  BD-09 shifts everywhere.  The box is the one all public maps use:
 * coarse, it holds parts of the neighbours too.
 */
#ifndef LI_BASE_COORDINATE_H
#define LI_BASE_COORDINATE_H

#include "base/str.h"

enum li_crs { LI_WGS84, LI_CGCS2000, LI_GCJ02, LI_BD09 };

struct li_point {
    int64_t lon, lat; /* 1e-7 degrees, CGCS2000 */
};
#define LI_DEGREE 10000000 /* in units of struct li_point */

/* Degrees in some system, east and north positive. */
struct li_degrees {
    double lon, lat;
};

/* "wgs84", "cgcs2000", "gcj02", "bd09"; false for anything else. */
bool li_crs_parse(struct li_str name, enum li_crs *ret);
const char *li_crs_name(enum li_crs crs);

/* Degrees of a system as a canonical point; false when they lie on no earth
 * (NaN, beyond ±180 or ±90). */
bool li_point_from(enum li_crs crs, struct li_degrees given, struct li_point *ret);
/* The reverse; back again within 1e-6 degrees (0.1 m). */
struct li_degrees li_point_in(enum li_crs crs, struct li_point point);
/* Metres between two points on a sphere of the earth's mean radius. */
double li_point_meters(struct li_point a, struct li_point b);

/* An angle in 1e-7 degrees as a decimal without trailing zeros, "113.93"; `ret`
 * holds LI_ANGLE_TEXT bytes. Its length. */
#define LI_ANGLE_TEXT 16
size_t li_angle_text(int64_t angle, char *ret);

/* An angle in 1e-7 degrees to three decimals of a degree (about 100 m): how exactly
 * the public may know where something is. */
int64_t li_angle_coarse(int64_t angle);

#endif
