/* Named filters; see saved.h. */
#include "people/saved.h"

#include "base/grow.h"
#include "base/id.h"
#include "base/time.h"
#include "record/record.h"

LI_SQL(saved_of, "select id, name, query, person from saved_view "
                 "where tenant = $1 and holder = $2 order by id");
LI_SQL(saved_count, "select count(*) from saved_view where tenant = $1 and holder = $2");
LI_SQL(saved_same, "select id from saved_view where tenant = $1 and holder = $2 and person = $3 "
                   "and name = $4 and query = $5");
LI_SQL(saved_person, "select person from saved_view where tenant = $1 and id = $2");
LI_SQL(saved_insert, "insert into saved_view (tenant, id, holder, person, name, query, since) "
                     "values ($1, $2, $3, $4, $5, $6, $7)");
LI_SQL(saved_delete, "delete from saved_view where tenant = $1 and id = $2");

static struct li_str of_person(struct li_ctx *ctx, const struct li_viewer *viewer)
{
    return li_strf(ctx, "p%lld", (long long)viewer->person);
}

static struct li_str of_post(struct li_ctx *ctx, const struct li_post *post)
{
    return post->org ? li_strf(ctx, "o%lld", (long long)post->org)
                     : li_strf(ctx, "a%.*s", LI_P(post->area_path));
}

/* ---- reading --------------------------------------------------------------------- */

struct gathering {
    struct li_saved *all;
    size_t count, cap;
};

static int read_saved(struct li_ctx *ctx, const struct li_rows *rows,
                      const struct li_viewer *viewer, bool shared, struct gathering *to)
{
    struct li_saved *more = li_grow(ctx, to->all, to->count, &to->cap, sizeof(*more));
    struct li_saved saved = {.id = li_col_i64(rows, 0),
                             .name = li_col_dup(ctx, rows, 1),
                             .query = li_col_dup(ctx, rows, 2),
                             .shared = shared,
                             .mine = li_col_i64(rows, 3) == viewer->person};

    to->all = more ? more : to->all;
    if (!more || !saved.name.ptr || !saved.query.ptr) {
        return -LI_E_NOMEM;
    }
    to->all[to->count++] = saved;
    return 0;
}

static int gather(struct li_ctx *ctx, struct li_conn *conn, const struct li_viewer *viewer,
                  struct li_str holder, bool shared, struct gathering *to)
{
    struct li_rows *rows;
    int r = holder.ptr ? li_query(ctx, conn, &saved_of,
                                  LI_ARGS(li_v(viewer->tenant), li_v_text(holder)), &rows)
                       : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        r = read_saved(ctx, rows, viewer, shared, to);
    }
    li_rows_done(rows);
    return r;
}

/* Two posts of one unit are asked once. */
static bool asked_before(const struct li_viewer *viewer, size_t at)
{
    const struct li_post *post = &viewer->posts[at];

    for (size_t i = 0; i < at; i++) {
        const struct li_post *before = &viewer->posts[i];
        if (before->org == post->org &&
            (post->org || li_str_eq(before->area_path, post->area_path))) {
            return true;
        }
    }
    return false;
}

int li_saved_list(struct li_ctx *ctx, struct li_conn *conn, const struct li_viewer *viewer,
                  struct li_saved **ret, size_t *ret_count)
{
    struct gathering found = {.all = NULL};
    int r = gather(ctx, conn, viewer, of_person(ctx, viewer), false, &found);

    for (size_t i = 0; r == 0 && i < viewer->post_count; i++) {
        if (!asked_before(viewer, i)) {
            r = gather(ctx, conn, viewer, of_post(ctx, &viewer->posts[i]), true, &found);
        }
    }
    if (r == 0) {
        *ret = found.all;
        *ret_count = found.count;
    }
    return r;
}

/* ---- saved.keep ------------------------------------------------------------------ */

struct plan {
    int64_t id, person;
    bool there; /* just so already */
    struct li_str holder, name, query;
};

/* Kept just so before: sent twice, it is kept once. */
static int find_same(struct li_ctx *ctx, const struct li_tx *tx, struct plan *plan)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &saved_same,
                         LI_ARGS(li_v(tx->tenant), li_v_text(plan->holder), li_v(plan->person),
                                 li_v_text(plan->name), li_v_text(plan->query)),
                         &rows);

    if (r == 0) {
        plan->there = true;
        plan->id = li_col_i64(rows, 0);
        li_rows_done(rows);
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

static int keep_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_saved_args *keep = args;
    const struct li_viewer *viewer = keep->viewer;
    struct plan *plan = li_alloc(ctx, sizeof(*plan));
    struct li_rows *rows;
    int64_t count;
    int r;

    if (!plan) {
        return -LI_E_NOMEM;
    }
    if (keep->shared && viewer->post_count == 0) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "who holds no post has no unit to share with");
    }
    *plan = (struct plan){.person = viewer->person,
                          .holder = keep->shared ? of_post(ctx, &viewer->posts[0])
                                                 : of_person(ctx, viewer),
                          .name = keep->name,
                          .query = keep->query};
    r = plan->holder.ptr ? find_same(ctx, tx, plan) : -LI_E_NOMEM;
    if (r || plan->there) {
        *ret_plan = plan;
        return r;
    }
    r = li_query_one(ctx, tx->conn, &saved_count,
                     LI_ARGS(li_v(tx->tenant), li_v_text(plan->holder)), &rows);
    if (r) {
        return r;
    }
    count = li_col_i64(rows, 0);
    li_rows_done(rows);
    if (count >= LI_SAVED_MOST) {
        return LI_FAIL(ctx, LI_E_LIMIT, "%d views are enough", LI_SAVED_MOST);
    }
    plan->id = li_id_next(li_record_ids(tx->record), ctx->clock);
    *ret_plan = plan;
    return 0;
}

static int keep_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                      struct li_outcome *ret)
{
    const struct plan *plan = args;

    ret->entity = plan->id;
    if (plan->there) {
        return 0;
    }
    return li_exec(ctx, tx->conn, &saved_insert,
                   LI_ARGS(li_v(tx->tenant), li_v(plan->id), li_v_text(plan->holder),
                           li_v(plan->person), li_v_text(plan->name), li_v_text(plan->query),
                           li_v(tx->now)),
                   NULL);
}

const struct li_command li_saved_keep = {
    .name = "saved.keep",
    .working = true,
    .decide = keep_decide,
    .write = keep_write,
};

/* ---- saved.drop ------------------------------------------------------------------ */

static int drop_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_saved_drop_args *drop = args;
    struct li_rows *rows;
    int64_t person;
    int r = li_query_one(ctx, tx->conn, &saved_person, LI_ARGS(li_v(tx->tenant), li_v(drop->id)),
                         &rows);

    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such view") : r;
    }
    person = li_col_i64(rows, 0);
    li_rows_done(rows);
    if (person != drop->person) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "a view of somebody else");
    }
    *ret_plan = (void *)drop;
    return 0;
}

static int drop_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                      struct li_outcome *ret)
{
    const struct li_saved_drop_args *drop = args;

    ret->entity = drop->id;
    return li_exec(ctx, tx->conn, &saved_delete, LI_ARGS(li_v(tx->tenant), li_v(drop->id)), NULL);
}

const struct li_command li_saved_drop = {
    .name = "saved.drop",
    .working = true,
    .decide = drop_decide,
    .write = drop_write,
};
