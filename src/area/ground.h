/*
 * The ground in memory: from a point to the area it lies in.
 *
 * Every drawn area of a tenant stands in a tree of GEOS, made when somebody asks
 * and made anew when the tenant's rev or the day has changed.  Thread-safe.
 */
#ifndef LI_AREA_GROUND_H
#define LI_AREA_GROUND_H

#include "area/area.h"

struct li_ground;

int li_ground_new(struct li_ctx *ctx, struct li_ground **ret) LI_MUST_CHECK;
void li_ground_free(struct li_ground *ground); /* NULL is fine */

/* The deepest of today's areas that holds the point (a grid before its community;
 * of two on one level the smaller); on a common boundary one of the neighbours,
 * always the same.  -LI_E_NOT_FOUND quietly.  `conn` is a reader's: inside a
 * command a rev may be one that never comes to be. */
int li_ground_locate(struct li_ctx *ctx, struct li_ground *ground, struct li_conn *conn,
                     int64_t tenant, struct li_point point, struct li_area *ret) LI_MUST_CHECK;

#endif
