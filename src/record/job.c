/* Jobs; see job.h. */
#include "record/job.h"

#include "base/canonical.h"
#include "base/id.h"
#include "base/json.h"
#include "record/due.h"
#include "record/record.h"

#define SPREAD 100 /* due rows put down by one command */

LI_SQL(job_insert, "insert into job (tenant, id, command, about, account, items, total, placed, "
                   "done, at) values ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8)");
LI_SQL(job_one, "select command, about, account, items, total, placed, done, at, stopped_at "
                "from job where tenant = $1 and id = $2");
LI_SQL(job_state, "select about, account, total, placed, done, at, stopped_at from job "
                  "where tenant = $1 and id = $2");
LI_SQL(job_place, "update job set placed = $3 where tenant = $1 and id = $2");
LI_SQL(job_raise, "update job set done = done + 1 where tenant = $1 and id = $2");
LI_SQL(job_end, "update job set stopped_at = $3 where tenant = $1 and id = $2");

/* ---- job.begin ------------------------------------------------------------- */

struct beginning {
    struct li_job_begun begun; /* first: the plan others see */
    const struct li_job_args *args;
};

static int begin_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_job_args *job = args;
    struct beginning *plan = li_alloc(ctx, sizeof(*plan));

    if (!plan) {
        return -LI_E_NOMEM;
    }
    if (job->item_count == 0 || job->item_count > LI_JOB_ITEMS) {
        return LI_FAIL(ctx, LI_E_LIMIT, "a job has 1 to %d items", LI_JOB_ITEMS);
    }
    if (tx->viewer->kind != LI_VIEWER_STAFF) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "jobs are begun by staff");
    }
    plan->args = job;
    plan->begun.id = li_id_next(li_record_ids(tx->record), li_record_clock(tx->record));
    *ret_plan = plan;
    return 0;
}

static int spread_later(struct li_ctx *ctx, const struct li_tx *tx, int64_t id)
{
    struct li_due due = {
        .entity = id, .at = li_now(li_record_clock(tx->record)), .command = LI_S("job.spread")};

    due.args = li_strf(ctx, "{\"job\":%lld}", (long long)id);
    return due.args.ptr ? li_due_set(ctx, tx, &due) : -LI_E_NOMEM;
}

static int put_items(struct li_ctx *ctx, const struct li_job_args *args, struct li_str *ret)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;

    if (!buf) {
        return -LI_E_NOMEM;
    }
    li_json_init(&json, buf, true);
    li_json_open_list(&json);
    for (size_t i = 0; i < args->item_count; i++) {
        li_json_raw(&json, args->items[i]);
    }
    li_json_close_list(&json);
    *ret = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

static int begin_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    const struct beginning *beginning = plan;
    const struct li_job_args *args = beginning->args;
    struct li_json json;
    struct li_str items;
    int r = put_items(ctx, args, &items);

    r = r ? r
          : li_exec(ctx, tx->conn, &job_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(beginning->begun.id), li_v_text(args->command),
                            li_v(args->about), li_v(tx->viewer->account), li_v_blob(items),
                            li_v((int64_t)args->item_count), li_v(tx->now)),
                    NULL);
    r = r ? r : spread_later(ctx, tx, beginning->begun.id);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_int(&json, "about", args->about);
    li_json_put_text(&json, "command", args->command);
    li_json_put_int(&json, "total", (int64_t)args->item_count);
    ret->entity = beginning->begun.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_job_begin = {
    .name = "job.begin",
    .decide = begin_decide,
    .write = begin_write,
};

/* ---- job.spread ------------------------------------------------------------ */

struct spreading {
    int64_t id;
    struct li_str command;
    struct li_node *items;
    int64_t placed;
};

static int spread_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    const struct li_node *job = li_node_get(args, "job");
    struct spreading *spreading = li_alloc(ctx, sizeof(*spreading));

    if (!spreading) {
        return -LI_E_NOMEM;
    }
    if (!job || job->kind != LI_INT) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a job's due row is misshapen");
    }
    spreading->id = job->number;
    *ret = spreading;
    return 0;
}

static int spread_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    struct spreading *plan = li_alloc(ctx, sizeof(*plan));
    struct li_rows *rows;
    struct li_str items;
    bool stopped;
    int r;

    if (!plan) {
        return -LI_E_NOMEM;
    }
    *plan = *(const struct spreading *)args;
    r = li_query_one(ctx, tx->conn, &job_one, LI_ARGS(li_v(tx->tenant), li_v(plan->id)), &rows);
    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such job") : r;
    }
    plan->command = li_col_dup(ctx, rows, 0);
    items = li_col_dup(ctx, rows, 3);
    plan->placed = li_col_i64(rows, 5);
    stopped = !li_col_is_null(rows, 8);
    li_rows_done(rows);
    if (stopped) {
        return LI_FAIL(ctx, LI_E_STATE, "the job was stopped");
    }
    r = plan->command.ptr && items.ptr ? li_canonical_read(ctx, items, &plan->items) : -LI_E_NOMEM;
    *ret_plan = plan;
    return r;
}

static int place_item(struct li_ctx *ctx, const struct li_tx *tx, const struct spreading *plan,
                      size_t item)
{
    struct li_due due = {.entity = plan->id,
                         .slot = (int64_t)item + 1,
                         .at = li_now(li_record_clock(tx->record)),
                         .command = plan->command};
    struct li_node *args = plan->items->list.items[item], *job = li_node_new_int(ctx, plan->id);
    int r = job ? li_node_put(ctx, args, LI_S("job"), job) : -LI_E_NOMEM;

    r = r ? r : li_canonical(ctx, args, &due.args);
    return r ? r : li_due_set(ctx, tx, &due);
}

static int spread_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                        struct li_outcome *ret)
{
    const struct spreading *plan = args;
    size_t from = (size_t)plan->placed, to = from + SPREAD;
    int r = 0;

    to = to < plan->items->list.count ? to : plan->items->list.count;
    for (size_t i = from; r == 0 && i < to; i++) {
        r = place_item(ctx, tx, plan, i);
    }
    r = r ? r
          : li_exec(ctx, tx->conn, &job_place,
                    LI_ARGS(li_v(tx->tenant), li_v(plan->id), li_v((int64_t)to)), NULL);
    if (r == 0 && to < plan->items->list.count) {
        r = spread_later(ctx, tx, plan->id);
    }
    ret->entity = plan->id;
    ret->payload = li_strf(ctx, "{\"placed\":%zu}", to);
    return r ? r : ret->payload.ptr ? 0 : -LI_E_NOMEM;
}

const struct li_command li_job_spread = {
    .name = "job.spread",
    .parse = spread_parse,
    .decide = spread_decide,
    .write = spread_write,
};

/* ---- job.stop -------------------------------------------------------------- */

static int stop_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_job_stop_args *stop = args;
    struct li_job_progress job;
    int r = li_job_find(ctx, tx->conn, tx->tenant, stop->id, &job);

    if (r == -LI_E_NOT_FOUND || (r == 0 && job.account != tx->viewer->account)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such job");
    }
    if (r == 0 && (job.stopped_at || job.waiting == 0)) {
        return LI_FAIL(ctx, LI_E_STATE, "the job is over");
    }
    *ret_plan = (void *)(uintptr_t)args;
    return r;
}

static int stop_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct li_job_stop_args *stop = plan;
    int r = li_due_clear_all(ctx, tx, stop->id);

    r = r ? r
          : li_exec(ctx, tx->conn, &job_end,
                    LI_ARGS(li_v(tx->tenant), li_v(stop->id), li_v(tx->now)), NULL);
    ret->entity = stop->id;
    ret->payload = LI_S("{}");
    return r;
}

const struct li_command li_job_stop = {
    .name = "job.stop",
    .decide = stop_decide,
    .write = stop_write,
};

/* ---- how it is ------------------------------------------------------------- */

int li_job_count(struct li_ctx *ctx, const struct li_tx *tx, int64_t job)
{
    return li_exec(ctx, tx->conn, &job_raise, LI_ARGS(li_v(tx->tenant), li_v(job)), NULL);
}

int li_job_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                struct li_job_progress *ret)
{
    struct li_job_progress job = {.id = id};
    int64_t placed, there = 0;
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &job_state, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r) {
        return r;
    }
    job.about = li_col_i64(rows, 0);
    job.account = li_col_i64(rows, 1);
    job.total = li_col_i64(rows, 2);
    placed = li_col_i64(rows, 3);
    job.done = li_col_i64(rows, 4);
    job.at = li_col_i64(rows, 5);
    job.stopped_at = li_col_i64(rows, 6);
    li_rows_done(rows);
    r = li_due_of(ctx, conn, tenant, id, &there);
    if (r == 0) {
        job.waiting = job.stopped_at ? 0 : job.total - placed + there;
        *ret = job;
    }
    return r;
}
