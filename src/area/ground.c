/*
 * Drawn areas in trees of GEOS; see ground.h.
 *
 * A tenant's plot has one lock, held while it is made and while it is asked:
 * prepared polygons of GEOS keep what they learn and may not be asked by two
 * threads.  A question takes microseconds, so nobody waits for long.
 */
#include "area/ground.h"

#include <pthread.h>
#include <stdlib.h>

#include <geos_c.h>

#include "base/time.h"
#include "record/tenant.h"

LI_SQL(ground_shapes,
       "select a.path, s.shape from area_shape s join area a "
       "on a.tenant = s.tenant and a.code = s.code where s.tenant = $1 and s.shape is not null "
       "and (a.since is null or a.since <= $2) and (a.until is null or a.until > $2) "
       "order by a.path");

#define NODE 16 /* areas in a node of the tree */

/* A drawn area. */
struct patch {
    struct li_str path;
    size_t depth;
    double size; /* square degrees: only compared */
    GEOSGeometry *shape;
    const GEOSPreparedGeometry *prepared;
    struct patch *next;
};

/* A tenant's ground as of a rev and a day. */
struct plot {
    struct plot *next;
    int64_t tenant;
    pthread_mutex_t mutex;
    int64_t rev; /* 0: not made */
    int32_t day;
    struct li_arena *arena;
    GEOSContextHandle_t geos;
    GEOSSTRtree *tree; /* NULL: nothing is drawn */
    struct patch *first;
};

struct li_ground {
    pthread_mutex_t mutex;
    struct plot *first;
};

int li_ground_new(struct li_ctx *ctx, struct li_ground **ret)
{
    struct li_ground *ground = calloc(1, sizeof(*ground));

    if (!ground) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for the ground");
    }
    pthread_mutex_init(&ground->mutex, NULL);
    *ret = ground;
    return 0;
}

static void clear(struct plot *plot)
{
    for (struct patch *patch = plot->first; patch; patch = patch->next) {
        GEOSPreparedGeom_destroy_r(plot->geos, patch->prepared);
        GEOSGeom_destroy_r(plot->geos, patch->shape);
    }
    if (plot->tree) {
        GEOSSTRtree_destroy_r(plot->geos, plot->tree);
    }
    if (plot->geos) {
        GEOS_finish_r(plot->geos);
    }
    li_arena_free(plot->arena);
    plot->first = NULL;
    plot->tree = NULL;
    plot->geos = NULL;
    plot->arena = NULL;
    plot->rev = 0;
}

void li_ground_free(struct li_ground *ground)
{
    struct plot *next;

    if (!ground) {
        return;
    }
    for (struct plot *plot = ground->first; plot; plot = next) {
        next = plot->next;
        clear(plot);
        pthread_mutex_destroy(&plot->mutex);
        free(plot);
    }
    pthread_mutex_destroy(&ground->mutex);
    free(ground);
}

static struct plot *plot_of(struct li_ground *ground, int64_t tenant)
{
    struct plot *plot;

    pthread_mutex_lock(&ground->mutex);
    for (plot = ground->first; plot && plot->tenant != tenant; plot = plot->next) {
    }
    if (!plot && (plot = calloc(1, sizeof(*plot)))) {
        plot->tenant = tenant;
        pthread_mutex_init(&plot->mutex, NULL);
        plot->next = ground->first;
        ground->first = plot;
    }
    pthread_mutex_unlock(&ground->mutex);
    return plot;
}

/* ---- making a plot -------------------------------------------------------------- */

static size_t depth_of(struct li_str path)
{
    size_t depth = 0;

    for (size_t i = 0; i < path.len; i++) {
        depth += path.ptr[i] == '/';
    }
    return depth;
}

/* Into the plot at once, so that whatever fails behind it, clear() finds it. */
static int add(struct li_ctx *ctx, struct plot *plot, GEOSWKBReader *reader,
               const struct li_rows *rows)
{
    struct li_str path = li_col_str(rows, 0), shape = li_col_str(rows, 1);
    struct patch *patch = LI_NEW(plot->arena, struct patch);
    char *copy = li_arena_alloc(plot->arena, path.len);

    if (!patch || !copy) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for the ground");
    }
    memcpy(copy, path.ptr, path.len);
    patch->path = li_str_n(copy, path.len);
    patch->depth = depth_of(path);
    patch->next = plot->first;
    plot->first = patch;
    patch->shape =
        GEOSWKBReader_read_r(plot->geos, reader, (const unsigned char *)shape.ptr, shape.len);
    patch->prepared = patch->shape ? GEOSPrepare_r(plot->geos, patch->shape) : NULL;
    if (!patch->prepared || GEOSArea_r(plot->geos, patch->shape, &patch->size) != 1) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "the shape of %.*s is none", LI_P(path));
    }
    GEOSSTRtree_insert_r(plot->geos, plot->tree, patch->shape, patch);
    return 0;
}

static int read_shapes(struct li_ctx *ctx, struct plot *plot, struct li_conn *conn)
{
    GEOSWKBReader *reader = GEOSWKBReader_create_r(plot->geos);
    struct li_rows *rows;
    int r = reader ? li_query(ctx, conn, &ground_shapes,
                              LI_ARGS(li_v(plot->tenant), li_v(plot->day)), &rows)
                   : LI_FAIL(ctx, LI_E_NOMEM, "no memory for GEOS");

    if (r == 0) {
        while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
            r = add(ctx, plot, reader, rows);
        }
        li_rows_done(rows);
    }
    GEOSWKBReader_destroy_r(plot->geos, reader);
    return r;
}

static int make(struct li_ctx *ctx, struct plot *plot, struct li_conn *conn, int64_t rev,
                int32_t day)
{
    int r = 0;

    clear(plot);
    plot->day = day;
    plot->arena = li_arena_new((size_t)256 * 1024 * 1024);
    plot->geos = GEOS_init_r();
    plot->tree = plot->geos ? GEOSSTRtree_create_r(plot->geos, NODE) : NULL;
    if (!plot->arena || !plot->tree) {
        r = LI_FAIL(ctx, LI_E_NOMEM, "no memory for the ground");
    }
    r = r ? r : read_shapes(ctx, plot, conn);
    if (r) {
        clear(plot);
        return r;
    }
    plot->rev = rev;
    return 0;
}

/* ---- asking --------------------------------------------------------------------- */

struct question {
    struct plot *plot;
    GEOSGeometry *point;
    const struct patch *best;
};

/* Whether `a` is the better answer; paths make it the same one every time. */
static bool is_better(const struct patch *a, const struct patch *b)
{
    if (!b || a->depth != b->depth) {
        return !b || a->depth > b->depth;
    }
    return a->size != b->size ? a->size < b->size : li_str_cmp(a->path, b->path) < 0;
}

static void meet(void *item, void *arg)
{
    const struct patch *patch = item;
    struct question *question = arg;

    if (is_better(patch, question->best) &&
        GEOSPreparedIntersects_r(question->plot->geos, patch->prepared, question->point) == 1) {
        question->best = patch;
    }
}

static int ask(struct li_ctx *ctx, struct plot *plot, struct li_point point, struct li_str *ret)
{
    struct li_degrees d = li_point_in(LI_CGCS2000, point);
    struct question question = {.plot = plot};

    if (!plot->first) {
        return -LI_E_NOT_FOUND;
    }
    question.point = GEOSGeom_createPointFromXY_r(plot->geos, d.lon, d.lat);
    if (!question.point) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for GEOS");
    }
    GEOSSTRtree_query_r(plot->geos, plot->tree, question.point, meet, &question);
    GEOSGeom_destroy_r(plot->geos, question.point);
    if (!question.best) {
        return -LI_E_NOT_FOUND;
    }
    *ret = li_str_dup(ctx, question.best->path);
    return ret->ptr ? 0 : -LI_E_NOMEM;
}

int li_ground_locate(struct li_ctx *ctx, struct li_ground *ground, struct li_conn *conn,
                     int64_t tenant, struct li_point point, struct li_area *ret)
{
    struct plot *plot = plot_of(ground, tenant);
    int32_t day = li_day_at(li_now(ctx->clock));
    struct li_str path;
    int64_t rev;
    int r = plot ? li_tenant_rev(ctx, conn, tenant, &rev)
                 : LI_FAIL(ctx, LI_E_NOMEM, "no memory for the ground");

    if (r) {
        return r;
    }
    pthread_mutex_lock(&plot->mutex);
    if (plot->rev != rev || plot->day != day) {
        r = make(ctx, plot, conn, rev, day);
    }
    r = r ? r : ask(ctx, plot, point, &path);
    pthread_mutex_unlock(&plot->mutex);
    return r ? r : li_area_at(ctx, conn, tenant, path, ret);
}
