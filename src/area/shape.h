/*
 * Shapes: one MultiPolygon an area, as WKB.
 *
 * The bytes are little-endian, two-dimensional WKB (OGC 06-103r4), coordinates in
 * degrees: exactly what li_shape_begin … li_shape_end make, and nothing else that
 * WKB allows.  A canonical shape is in CGCS2000 with its corners on whole 1e-7
 * degrees.
 */
#ifndef LI_AREA_SHAPE_H
#define LI_AREA_SHAPE_H

#include "base/coordinate.h"
#include "base/json.h"

/* Most corners of one shape. */
#define LI_SHAPE_CORNERS 30000

/* A GeoJSON geometry of kind Polygon or MultiPolygon as WKB, its corners taken
 * from `from`; canonical, or in `from` as they were given.  -LI_E_INVALID quietly
 * when a ring is not closed, has fewer than four corners or lies on no earth. */
int li_shape_read(struct li_ctx *ctx, const struct li_node *geometry, enum li_crs from,
                  bool canonical, struct li_str *ret) LI_MUST_CHECK;
/* A point as WKB, as given. */
int li_shape_point(struct li_ctx *ctx, struct li_degrees at, struct li_str *ret) LI_MUST_CHECK;
/* The reverse; false when the bytes are no point. */
bool li_shape_point_of(struct li_str bytes, struct li_degrees *ret);

/* Whether bytes are a shape of this form. */
bool li_shape_is(struct li_str shape);
/* Is it one a map can hold: no boundary crosses itself or another?  *ret_why: empty
 * when it is, else what and where.  *ret_point lies inside. */
int li_shape_check(struct li_ctx *ctx, struct li_str shape, struct li_str *ret_why,
                   struct li_point *ret_point) LI_MUST_CHECK;

/* Puts it as a GeoJSON geometry, a MultiPolygon.  -LI_E_CORRUPT. */
int li_shape_put(struct li_ctx *ctx, struct li_json *json, struct li_str shape) LI_MUST_CHECK;
/* Puts an angle as a number of at most seven decimals. */
void li_angle_put(struct li_json *json, int64_t angle);

#endif
