/*
 * Posts: the table of those the house knows, and those a person holds now.
 */
#include "people/people.h"

LI_SQL(post_of_person, "select post, area_path, organization, since, until from appointment "
                       "where tenant = $1 and person = $2 and (until is null or until > $3) "
                       "order by since, id");

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

struct held {
    struct li_post *posts;
    size_t count, cap;
    int64_t until;
};

static void change_at(struct held *held, int64_t at)
{
    if (at && (held->until == 0 || at < held->until)) {
        held->until = at;
    }
}

static int hold(struct li_ctx *ctx, const struct li_rows *rows, struct held *held)
{
    struct li_post post = {
        .post = li_col_dup(ctx, rows, 0),
        .area_path = li_col_dup(ctx, rows, 1),
        .org = li_col_i64(rows, 2),
    };

    if (!post.post.ptr || !post.area_path.ptr) {
        return -LI_E_NOMEM;
    }
    if (held->count == held->cap) {
        size_t cap = held->cap ? 2 * held->cap : 8;
        struct li_post *more = li_alloc_array(ctx, cap, sizeof(*more));
        if (!more) {
            return -LI_E_NOMEM;
        }
        if (held->count) {
            memcpy(more, held->posts, held->count * sizeof(*more));
        }
        held->posts = more;
        held->cap = cap;
    }
    held->posts[held->count++] = post;
    return 0;
}

int li_post_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t person,
                 int64_t now, struct li_post **ret, size_t *ret_count, int64_t *ret_until)
{
    struct held held = {0};
    struct li_rows *rows;
    int r =
        li_query(ctx, conn, &post_of_person, LI_ARGS(li_v(tenant), li_v(person), li_v(now)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        if (li_col_i64(rows, 3) > now) {
            change_at(&held, li_col_i64(rows, 3));
            continue;
        }
        change_at(&held, li_col_i64(rows, 4));
        r = hold(ctx, rows, &held);
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = held.posts;
        *ret_count = held.count;
        *ret_until = held.until;
    }
    return r;
}
