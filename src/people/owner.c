/*
 * Who answers: the owner resolver.
 *
 * Who holds a post changes seldom and is asked at every step of every case, so
 * the holders of a post are kept, sorted by area, under the tenant's rev; a
 * path's areas are then looked for from the bottom to the top.  Appointments
 * that begin or end by themselves are kept with their period, and so are the times
 * somebody is away: who is absent or lent out does not hold the post meanwhile, and
 * who stands in for them does then and only then.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/grow.h"
#include "people/inside.h"
#include "record/tenant.h"

LI_SQL(owner_holders, "select area_path, coalesce(organization, 0), since, coalesce(until, 0), "
                      "id, coalesce(stands_in_for, 0) "
                      "from appointment where tenant = $1 and post = $2 "
                      "and (until is null or until > $3) order by area_path");
LI_SQL(owner_away, "select p.id, b.since, b.until from absence as b join appointment as p "
                   "on p.tenant = b.tenant and p.person = b.person "
                   "where b.tenant = $1 and b.until > $3 and p.post = $2 union all "
                   "select lent_from, since, until from appointment "
                   "where tenant = $1 and lent_from is not null and until > $3");

#define SHELVES 512

struct holder {
    struct li_str area_path;
    int64_t org;
    int64_t since, until; /* until 0: open */
    int64_t id;
    int64_t covers; /* the appointment it stands in for; 0: it is held as such */
};

/* An appointment whose holder is absent or lent out. */
struct away {
    int64_t appointment;
    int64_t since, until;
};

/* The holders of one post of a tenant, of one rev. */
struct li_shelf {
    int64_t tenant, rev;
    struct li_str post;
    int64_t loaded_at;  /* who had left before is not there */
    struct li_str home; /* the tenant's own area; ptr NULL: not imported */
    struct holder *holders;
    size_t count, cap;
    struct away *aways;
    size_t away_count, away_cap;
    struct li_arena *arena;
};

struct li_owners {
    pthread_rwlock_t lock;
    struct li_shelf *shelves[SHELVES];
};

struct li_owners *li_owners_new(void)
{
    struct li_owners *owners = calloc(1, sizeof(*owners));

    if (owners) {
        pthread_rwlock_init(&owners->lock, NULL);
    }
    return owners;
}

static void free_shelf(struct li_shelf *shelf)
{
    if (shelf) {
        li_arena_free(shelf->arena);
    }
}

void li_owners_free(struct li_owners *owners)
{
    if (!owners) {
        return;
    }
    for (size_t i = 0; i < SHELVES; i++) {
        free_shelf(owners->shelves[i]);
    }
    pthread_rwlock_destroy(&owners->lock);
    free(owners);
}

/* ---- reading the holders ---------------------------------------------------- */

static int add_holder(struct li_ctx *own, struct li_shelf *shelf, struct li_rows *rows)
{
    struct holder *more = li_grow(own, shelf->holders, shelf->count, &shelf->cap, sizeof(*more));

    if (!more) {
        return -LI_E_NOMEM;
    }
    shelf->holders = more;
    more[shelf->count] = (struct holder){.area_path = li_col_dup(own, rows, 0),
                                         .org = li_col_i64(rows, 1),
                                         .since = li_col_i64(rows, 2),
                                         .until = li_col_i64(rows, 3),
                                         .id = li_col_i64(rows, 4),
                                         .covers = li_col_i64(rows, 5)};
    return more[shelf->count++].area_path.ptr ? 0 : -LI_E_NOMEM;
}

static int add_away(struct li_ctx *own, struct li_shelf *shelf, struct li_rows *rows)
{
    struct away *more =
        li_grow(own, shelf->aways, shelf->away_count, &shelf->away_cap, sizeof(*more));

    if (!more) {
        return -LI_E_NOMEM;
    }
    shelf->aways = more;
    more[shelf->away_count++] = (struct away){.appointment = li_col_i64(rows, 0),
                                              .since = li_col_i64(rows, 1),
                                              .until = li_col_i64(rows, 2)};
    return 0;
}

/* The rows of a statement about the post, each by `add`. */
static int read_all(struct li_ctx *ctx, struct li_ctx *own, struct li_conn *conn,
                    const struct li_owner_query *query, const struct li_sql *sql,
                    int (*add)(struct li_ctx *, struct li_shelf *, struct li_rows *),
                    struct li_shelf *shelf)
{
    struct li_rows *rows;
    int r = li_query(ctx, conn, sql,
                     LI_ARGS(li_v(query->tenant), li_v_text(query->post), li_v(query->now)), &rows);

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        r = add(own, shelf, rows);
    }
    li_rows_done(rows);
    return r;
}

/* `own`: a context over the shelf's arena. */
static int fill(struct li_ctx *ctx, struct li_ctx *own, struct li_conn *conn,
                const struct li_owner_query *query, struct li_shelf *shelf)
{
    struct li_str home;
    int r = li_people_home(ctx, conn, query->tenant, &home);

    if (r == 0) {
        shelf->home = li_str_dup(own, home);
        r = shelf->home.ptr ? 0 : -LI_E_NOMEM;
    } else if (r == -LI_E_STATE) {
        li_ctx_clear(ctx);
        r = 0;
    }
    r = r ? r : read_all(ctx, own, conn, query, &owner_holders, add_holder, shelf);
    return r ? r : read_all(ctx, own, conn, query, &owner_away, add_away, shelf);
}

static int load(struct li_ctx *ctx, struct li_conn *conn, const struct li_owner_query *query,
                int64_t rev, struct li_shelf **ret)
{
    struct li_arena *arena = li_arena_new(0);
    struct li_shelf *shelf = arena ? LI_NEW(arena, struct li_shelf) : NULL;
    struct li_ctx own;
    int r;

    if (!shelf) {
        li_arena_free(arena);
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for who holds a post");
    }
    li_ctx_init(&own, arena, ctx->clock, ctx->random);
    *shelf = (struct li_shelf){.tenant = query->tenant,
                               .rev = rev,
                               .post = li_str_dup(&own, query->post),
                               .loaded_at = query->now,
                               .arena = arena};
    r = shelf->post.ptr ? fill(ctx, &own, conn, query, shelf) : -LI_E_NOMEM;
    if (r) {
        li_arena_free(arena);
        return r;
    }
    *ret = shelf;
    return 0;
}

/* ---- looking ---------------------------------------------------------------- */

/* The first holder at or behind a path. */
static size_t first_at(const struct li_shelf *shelf, struct li_str path)
{
    size_t low = 0, high = shelf->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (li_str_cmp(shelf->holders[middle].area_path, path) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool runs(int64_t since, int64_t until, int64_t now)
{
    return since <= now && (!until || until > now);
}

static bool is_away(const struct li_shelf *shelf, int64_t appointment, int64_t now)
{
    for (size_t i = 0; i < shelf->away_count; i++) {
        const struct away *away = &shelf->aways[i];
        if (away->appointment == appointment && runs(away->since, away->until, now)) {
            return true;
        }
    }
    return false;
}

/* Who stands in does so while the other one's appointment runs and they are away. */
static bool is_needed(const struct li_shelf *shelf, int64_t covers, int64_t now)
{
    for (size_t i = 0; i < shelf->count; i++) {
        const struct holder *other = &shelf->holders[i];
        if (other->id == covers) {
            return runs(other->since, other->until, now) && is_away(shelf, covers, now);
        }
    }
    return false;
}

bool li_shelf_held(const struct li_shelf *shelf, struct li_str path, int64_t org, int64_t now)
{
    for (size_t i = first_at(shelf, path);
         i < shelf->count && li_str_eq(shelf->holders[i].area_path, path); i++) {
        const struct holder *holder = &shelf->holders[i];
        if (runs(holder->since, holder->until, now) && (!org || org == holder->org) &&
            !is_away(shelf, holder->id, now) &&
            (!holder->covers || is_needed(shelf, holder->covers, now))) {
            return true;
        }
    }
    return false;
}

/* Whether somebody's time at the post begins there later. */
static bool is_planned(const struct li_shelf *shelf, struct li_str path, int64_t now)
{
    for (size_t i = first_at(shelf, path);
         i < shelf->count && li_str_eq(shelf->holders[i].area_path, path); i++) {
        if (shelf->holders[i].since > now) {
            return true;
        }
    }
    return false;
}

static bool is_barred(const struct li_owner_query *query, struct li_str path)
{
    for (size_t i = 0; i < query->barred_count; i++) {
        const struct li_post *barred = &query->barred[i];
        if (li_str_eq(barred->post, query->post) && li_str_eq(barred->area_path, path) &&
            (!query->org || barred->org == query->org)) {
            return true;
        }
    }
    return false;
}

/* The lowest area on the way up where the post is held, or will be. */
static bool above(const struct li_shelf *shelf, const struct li_owner_query *query, bool planned,
                  struct li_str *ret)
{
    for (size_t i = query->area_path.len; i > 0; i--) {
        struct li_str path = li_str_n(query->area_path.ptr, i);
        if (path.ptr[i - 1] == '/' && !is_barred(query, path) &&
            (li_shelf_held(shelf, path, query->org, query->now) ||
             (planned && is_planned(shelf, path, query->now)))) {
            *ret = path;
            return true;
        }
    }
    return false;
}

static int look(struct li_ctx *ctx, const struct li_shelf *shelf,
                const struct li_owner_query *query, struct li_owner_found *ret)
{
    struct li_owner_found found = {.area_path = shelf->home};

    if (!above(shelf, query, false, &found.area_path)) {
        found.vacant = true;
        if (query->planned) {
            (void)above(shelf, query, true, &found.area_path);
        }
    }
    if (!found.area_path.ptr) {
        return LI_FAIL(ctx, LI_E_STATE, "the areas of tenant %lld were not imported",
                       (long long)query->tenant);
    }
    found.area_path = li_str_dup(ctx, found.area_path);
    if (!found.area_path.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = found;
    return 0;
}

/* ---- what is kept ----------------------------------------------------------- */

static struct li_shelf **place_of(struct li_owners *owners, const struct li_owner_query *query)
{
    return &owners->shelves[(li_fnv(query->post) + (uint64_t)query->tenant) % SHELVES];
}

static bool fits(const struct li_shelf *shelf, const struct li_owner_query *query, int64_t rev)
{
    return shelf && shelf->tenant == query->tenant && shelf->rev == rev &&
           shelf->loaded_at <= query->now && li_str_eq(shelf->post, query->post);
}

/* True when it was kept; *ret_r is then what looking gave. */
static bool recall(struct li_ctx *ctx, struct li_owners *owners, const struct li_owner_query *query,
                   int64_t rev, struct li_owner_found *ret, int *ret_r)
{
    const struct li_shelf *shelf;
    bool kept;

    pthread_rwlock_rdlock(&owners->lock);
    shelf = *place_of(owners, query);
    kept = fits(shelf, query, rev);
    if (kept) {
        *ret_r = look(ctx, shelf, query, ret);
    }
    pthread_rwlock_unlock(&owners->lock);
    return kept;
}

static void keep(struct li_owners *owners, const struct li_owner_query *query,
                 struct li_shelf *shelf)
{
    struct li_shelf **place, *old;

    pthread_rwlock_wrlock(&owners->lock);
    place = place_of(owners, query);
    old = *place;
    *place = shelf;
    pthread_rwlock_unlock(&owners->lock);
    free_shelf(old);
}

int li_shelf_read(struct li_ctx *ctx, struct li_conn *conn, const struct li_owner_query *query,
                  const struct li_shelf **ret)
{
    struct li_shelf *shelf = li_alloc(ctx, sizeof(*shelf));
    int r = shelf ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *shelf = (struct li_shelf){.tenant = query->tenant, .post = query->post};
    r = fill(ctx, ctx, conn, query, shelf);
    if (r == 0) {
        *ret = shelf;
    }
    return r;
}

int li_owner_resolve(struct li_ctx *ctx, struct li_owners *owners, struct li_conn *conn,
                     const struct li_owner_query *query, struct li_owner_found *ret)
{
    struct li_shelf *shelf;
    int64_t rev = query->rev;
    int r = owners && !rev ? li_tenant_rev(ctx, conn, query->tenant, &rev) : 0;

    if (r == 0 && owners && recall(ctx, owners, query, rev, ret, &r)) {
        return r;
    }
    r = r ? r : load(ctx, conn, query, rev, &shelf);
    if (r) {
        return r;
    }
    r = look(ctx, shelf, query, ret);
    if (owners) {
        keep(owners, query, shelf);
    } else {
        free_shelf(shelf);
    }
    return r;
}
