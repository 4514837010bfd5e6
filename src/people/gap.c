/*
 * The gap list: where responsibility is open.
 *
 * What every place of a kind needs is a table; whoever adds a rule adds a row.
 */
#include "base/grow.h"
#include "base/time.h"
#include "people/inside.h"

LI_SQL(gap_places, "select a.path from area a where a.tenant = $1 and a.kind = $2 and a.path >= $3 "
                   "and substr(a.path, 1, length($3)) = $3 and (a.until is null or a.until > $4) "
                   "order by a.path");

#define RESTS "select p.post, p.area_path, coalesce(p.organization, 0), x.until, a.kind "
#define OF_WHOM                                                                                    \
    "join area as a on a.tenant = p.tenant and a.path = p.area_path "                              \
    "where x.tenant = $1 and x.since <= $2 and x.until > $2 and p.since <= $2 "                    \
    "and (p.until is null or p.until > $2) and p.stands_in_for is null "                           \
    "and substr(p.area_path, 1, length($3)) = $3 order by p.post, p.area_path, p.id, x.id"
LI_SQL(gap_lent, RESTS "from appointment as x join appointment as p on p.tenant = x.tenant "
                       "and p.id = x.lent_from " OF_WHOM);
LI_SQL(gap_absent, RESTS "from absence as x join appointment as p on p.tenant = x.tenant "
                         "and p.person = x.person " OF_WHOM);

static const struct rule {
    struct li_str post, kind;
    bool own; /* held exactly there, not above */
} rules[] = {
    {LI_S_INIT("desk"), LI_S_INIT("community"), false},
    {LI_S_INIT("dispatcher"), LI_S_INIT("community"), false},
    {LI_S_INIT("checker"), LI_S_INIT("community"), false},
    {LI_S_INIT("grid_officer"), LI_S_INIT("grid"), false},
    {LI_S_INIT("chief"), LI_S_INIT("lane"), true},
    {LI_S_INIT("compound_team"), LI_S_INIT("compound"), true},
};

struct list {
    struct li_gap *gaps;
    size_t count, cap;
};

/* Who holds the post asked about, read once for all the places of a rule. */
struct asking {
    struct li_ctx *ctx;
    struct li_conn *conn;
    int64_t tenant;
    struct li_str path; /* inside it */
    int64_t now;
    struct li_str post;
    const struct li_shelf *shelf;
    struct list list;
};

static int ask_post(struct asking *asking, struct li_str post)
{
    const struct li_owner_query query = {
        .tenant = asking->tenant, .post = post, .now = asking->now};

    if (asking->shelf && li_str_eq(asking->post, post)) {
        return 0;
    }
    asking->post = post;
    return li_shelf_read(asking->ctx, asking->conn, &query, &asking->shelf);
}

static bool is_held(const struct asking *asking, struct li_str path, bool own)
{
    for (size_t i = path.len; i > 0; i--) {
        struct li_str up = li_str_n(path.ptr, i);
        if (up.ptr[i - 1] == '/' && li_shelf_held(asking->shelf, up, 0, asking->now)) {
            return true;
        }
        if (own) {
            return false;
        }
    }
    return false;
}

static int push(struct asking *asking, const struct li_gap *gap)
{
    struct list *list = &asking->list;
    struct li_gap *more =
        li_grow(asking->ctx, list->gaps, list->count, &list->cap, sizeof(*list->gaps));

    if (!more) {
        return -LI_E_NOMEM;
    }
    list->gaps = more;
    more[list->count] = *gap;
    more[list->count].area_path = li_str_dup(asking->ctx, gap->area_path);
    return more[list->count++].area_path.ptr ? 0 : -LI_E_NOMEM;
}

static int ask_rule(struct asking *asking, const struct rule *rule)
{
    struct li_rows *rows;
    int r = ask_post(asking, rule->post);

    r = r ? r
          : li_query(asking->ctx, asking->conn, &gap_places,
                     LI_ARGS(li_v(asking->tenant), li_v_text(rule->kind), li_v_text(asking->path),
                             li_v(li_day_at(asking->now))),
                     &rows);
    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(asking->ctx, rows)) > 0) {
        const struct li_gap gap = {.post = li_post_at(rule->post, rule->kind),
                                   .area_path = li_col_str(rows, 0)};
        r = is_held(asking, gap.area_path, rule->own) ? 0 : push(asking, &gap);
    }
    li_rows_done(rows);
    return r;
}

/* One that is there already says now until when. */
static bool is_known(struct asking *asking, const struct li_gap *gap)
{
    for (size_t i = 0; i < asking->list.count; i++) {
        struct li_gap *known = &asking->list.gaps[i];
        if (li_str_eq(known->area_path, gap->area_path) && known->org == gap->org &&
            strcmp(known->post->name, gap->post->name) == 0) {
            if (known->why == LI_GAP_NOBODY) {
                known->why = gap->why;
                known->until = gap->until;
            }
            return true;
        }
    }
    return false;
}

struct resting {
    struct li_gap *gaps;
    size_t count, cap;
};

static int read_resting(struct asking *asking, struct li_rows *rows, enum li_gap_why why,
                        struct resting *ret)
{
    int r = 0;

    while (r == 0 && (r = li_rows_next(asking->ctx, rows)) > 0) {
        struct li_gap *more =
            li_grow(asking->ctx, ret->gaps, ret->count, &ret->cap, sizeof(*ret->gaps));
        if (!more) {
            return -LI_E_NOMEM;
        }
        ret->gaps = more;
        more[ret->count] = (struct li_gap){
            .post = li_post_at(li_col_str(rows, 0), li_col_str(rows, 4)),
            .area_path = li_col_dup(asking->ctx, rows, 1),
            .why = why,
            .org = li_col_i64(rows, 2),
            .until = li_col_i64(rows, 3),
        };
        r = more[ret->count++].area_path.ptr ? 0 : -LI_E_NOMEM;
    }
    return r;
}

static int ask_resting(struct asking *asking, const struct li_sql *sql, enum li_gap_why why)
{
    struct resting resting = {0};
    struct li_rows *rows;
    int r =
        li_query(asking->ctx, asking->conn, sql,
                 LI_ARGS(li_v(asking->tenant), li_v(asking->now), li_v_text(asking->path)), &rows);

    if (r) {
        return r;
    }
    r = read_resting(asking, rows, why, &resting);
    li_rows_done(rows);
    for (size_t i = 0; r == 0 && i < resting.count; i++) {
        const struct li_gap *gap = &resting.gaps[i];
        r = ask_post(asking, li_str(gap->post->name));
        if (r == 0 && !li_shelf_held(asking->shelf, gap->area_path, gap->org, asking->now) &&
            !is_known(asking, gap)) {
            r = push(asking, gap);
        }
    }
    return r;
}

int li_gap_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str path,
                int64_t now, struct li_gap **ret, size_t *ret_count)
{
    struct asking asking = {.ctx = ctx, .conn = conn, .tenant = tenant, .path = path, .now = now};
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof(rules) / sizeof(rules[0]); i++) {
        r = ask_rule(&asking, &rules[i]);
    }
    r = r ? r : ask_resting(&asking, &gap_lent, LI_GAP_LENT);
    r = r ? r : ask_resting(&asking, &gap_absent, LI_GAP_ABSENT);
    if (r == 0) {
        *ret = asking.list.gaps;
        *ret_count = asking.list.count;
    }
    return r;
}
