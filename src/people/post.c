/*
 * Posts: the table of those the house knows, and those a person holds now.
 */
#include "base/grow.h"
#include "people/people.h"

LI_SQL(post_of_person, "select post, area_path, organization, since, until, id, "
                       "coalesce(stands_in_for, 0), coalesce(lent_from, 0) from appointment "
                       "where tenant = $1 and person = $2 and (until is null or until > $3) "
                       "order by until is not null, since, id");
LI_SQL(post_covered, "select since, coalesce(until, 0) from appointment "
                     "where tenant = $1 and id = $2");
LI_SQL(post_away, "select since, until from (select b.since, b.until from absence as b "
                  "join appointment as p on p.tenant = b.tenant and p.person = b.person "
                  "where b.tenant = $1 and p.id = $2 and b.until > $3 union all "
                  "select since, until from appointment "
                  "where tenant = $1 and lent_from = $2 and until > $3) as w order by since");

static const struct li_post_info posts[] = {
#define LI_POST_ROW(id, chinese, english) {id, chinese, english},
    LI_POSTS(LI_POST_ROW)
#undef LI_POST_ROW
};

const struct li_post_info *li_post_find(struct li_str name)
{
    for (size_t i = 0; i < sizeof(posts) / sizeof(posts[0]); i++) {
        if (li_str_is(name, posts[i].name)) {
            return &posts[i];
        }
    }
    return NULL;
}

/* Posts that are called otherwise at some kinds of area. */
static const struct {
    const char *kind;
    struct li_post_info info;
} variants[] = {
    {"street", {"chief", "街长", "Street chief"}},
    {"road", {"chief", "街长", "Road chief"}},
    {"lane", {"chief", "巷长", "Lane chief"}},
    {"compound", {"chief", "楼院长", "Compound chief"}},
    {"building", {"chief", "楼院长", "Building chief"}},
};

const struct li_post_info *li_post_at(struct li_str name, struct li_str kind)
{
    for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
        if (li_str_is(name, variants[i].info.name) && li_str_is(kind, variants[i].kind)) {
            return &variants[i].info;
        }
    }
    return li_post_find(name);
}

const struct li_post_info *li_post_all(size_t *ret_count)
{
    *ret_count = sizeof(posts) / sizeof(posts[0]);
    return posts;
}

/* An appointment that is not over. */
struct item {
    struct li_post post;
    int64_t since, until; /* until 0: open */
    int64_t id, covers, lent_from;
};

struct held {
    struct item *items;
    size_t count, cap;
    int64_t now;
    int64_t until; /* when the next of them begins or ends; 0: never */
};

/* Whether it runs; when that changes is noted. */
static bool runs(struct held *held, int64_t since, int64_t until)
{
    int64_t at = since > held->now ? since : until;

    if (at > held->now && (held->until == 0 || at < held->until)) {
        held->until = at;
    }
    return since <= held->now && (!until || until > held->now);
}

static int read_item(struct li_ctx *ctx, const struct li_rows *rows, struct held *held)
{
    struct item *more = li_grow(ctx, held->items, held->count, &held->cap, sizeof(*more));

    if (!more) {
        return -LI_E_NOMEM;
    }
    held->items = more;
    more[held->count] = (struct item){.post = {.post = li_col_dup(ctx, rows, 0),
                                               .area_path = li_col_dup(ctx, rows, 1),
                                               .org = li_col_i64(rows, 2)},
                                      .since = li_col_i64(rows, 3),
                                      .until = li_col_i64(rows, 4),
                                      .id = li_col_i64(rows, 5),
                                      .covers = li_col_i64(rows, 6),
                                      .lent_from = li_col_i64(rows, 7)};
    return more[held->count].post.post.ptr && more[held->count++].post.area_path.ptr ? 0
                                                                                     : -LI_E_NOMEM;
}

/* Whether whom it stands in for is away. */
static int is_needed(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct held *held,
                     int64_t covers, bool *ret)
{
    struct li_rows *rows;
    bool there = false, away = false;
    int r = li_query_one(ctx, conn, &post_covered, LI_ARGS(li_v(tenant), li_v(covers)), &rows);

    if (r) {
        *ret = false;
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    there = runs(held, li_col_i64(rows, 0), li_col_i64(rows, 1));
    li_rows_done(rows);
    r = li_query(ctx, conn, &post_away, LI_ARGS(li_v(tenant), li_v(covers), li_v(held->now)),
                 &rows);
    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        away |= runs(held, li_col_i64(rows, 0), li_col_i64(rows, 1));
    }
    li_rows_done(rows);
    *ret = there && away;
    return r;
}

/* Who is lent out does not hold the post they left meanwhile. */
static bool is_lent(struct held *held, int64_t id)
{
    for (size_t i = 0; i < held->count; i++) {
        const struct item *item = &held->items[i];
        if (item->lent_from == id && runs(held, item->since, item->until)) {
            return true;
        }
    }
    return false;
}

static int choose(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct held *held,
                  struct li_post **ret, size_t *ret_count)
{
    struct li_post *found = li_alloc_array(ctx, held->count + 1, sizeof(*found));
    size_t count = 0;
    int r = found ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < held->count; i++) {
        const struct item *item = &held->items[i];
        bool holds = runs(held, item->since, item->until) && !is_lent(held, item->id);
        if (holds && item->covers) {
            r = is_needed(ctx, conn, tenant, held, item->covers, &holds);
        }
        if (r == 0 && holds) {
            found[count++] = item->post;
        }
    }
    if (r == 0) {
        *ret = found;
        *ret_count = count;
    }
    return r;
}

int li_post_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t person,
                 int64_t now, struct li_post **ret, size_t *ret_count, int64_t *ret_until)
{
    struct held held = {.now = now};
    struct li_rows *rows;
    int r =
        li_query(ctx, conn, &post_of_person, LI_ARGS(li_v(tenant), li_v(person), li_v(now)), &rows);

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        r = read_item(ctx, rows, &held);
    }
    li_rows_done(rows);
    r = r ? r : choose(ctx, conn, tenant, &held, ret, ret_count);
    if (r == 0) {
        *ret_until = held.until;
    }
    return r;
}
