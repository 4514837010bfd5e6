/*
 * A row here and a row of another tenant that are one person's: the passbooks of somebody who
 * serves where they live and where they work.
 *
 * Kept only where the person joined them, and only that they are joined: what the other row says is
 * read there each time, for the person alone.  Not here: the code that proves the other row
 * (serve/op/joined.c).
 */
#include "record/tenant.h"
#include "register/inside.h"

#define COLUMNS "select row_id, other, other_row, made, at, gone from row_joined "
LI_SQL(joined_of, COLUMNS "where tenant = $1 and row_id = $2 and gone = 0 order by other");
LI_SQL(joined_one, COLUMNS "where tenant = $1 and row_id = $2 and other = $3");
LI_SQL(joined_other, COLUMNS "where tenant = $1 and other = $2 and other_row = $3 "
                             "and gone = 0 order by row_id limit 1");
LI_SQL(joined_within,
       "select j.row_id, j.other, j.other_row, j.made, j.at, j.gone from row_joined as j "
       "join register_row as r on r.tenant = j.tenant and r.id = j.row_id "
       "where j.tenant = $1 and j.gone = 0 and r.gone = 0 and r.register = $2 "
       "and r.area_path >= $3 and r.area_path < $4 order by j.row_id, j.other limit $5");
LI_SQL(joined_put, "insert into row_joined (tenant, row_id, other, other_row, made, at, gone) "
                   "values ($1, $2, $3, $4, $5, $6, 0) on conflict (tenant, row_id, other) do "
                   "update set other_row = excluded.other_row, made = excluded.made, "
                   "at = excluded.at, gone = 0");
LI_SQL(joined_end, "update row_joined set gone = 1 "
                   "where tenant = $1 and row_id = $2 and other = $3");

/* ---- reading ------------------------------------------------------------------------ */

static int read_row(struct li_ctx *ctx, const struct li_rows *rows, void *ret)
{
    struct li_row_joined *joined = ret;

    *joined = (struct li_row_joined){
        .row = li_col_i64(rows, 0),
        .other = li_col_dup(ctx, rows, 1),
        .other_row = li_col_i64(rows, 2),
        .made = li_col_i64(rows, 3),
        .at = li_col_i64(rows, 4),
        .gone = li_col_i64(rows, 5) != 0,
    };
    return joined->other.ptr ? 0 : -LI_E_NOMEM;
}

static int read_all(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                    const struct li_val *args, size_t count, struct li_row_joined **ret,
                    size_t *ret_count)
{
    void *all = NULL;
    int r = li_query_list(ctx, conn, sql, args, count, sizeof(**ret), read_row, &all, ret_count);

    *ret = all;
    return r;
}

static int read_one(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                    const struct li_val *args, size_t count, struct li_row_joined *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, sql, args, count, &rows);

    if (r == 0) {
        r = read_row(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

int li_row_joined_of(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t row,
                     struct li_row_joined **ret, size_t *ret_count)
{
    return read_all(ctx, conn, &joined_of, LI_ARGS(li_v(tenant), li_v(row)), ret, ret_count);
}

int li_row_joined_within(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                         const struct li_register *reg, struct li_str path, size_t limit,
                         struct li_row_joined **ret, size_t *ret_count)
{
    struct li_str end = li_strf(ctx, "%.*s~", LI_P(path));

    return end.ptr ? read_all(ctx, conn, &joined_within,
                              LI_ARGS(li_v(tenant), li_v_text(reg->form.name), li_v_text(path),
                                      li_v_text(end), li_v((int64_t)limit)),
                              ret, ret_count)
                   : -LI_E_NOMEM;
}

/* ---- joining ------------------------------------------------------------------------ */

int li_row_join_check(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                      const struct li_row_join_args *args)
{
    struct li_row_joined was;
    int r = read_one(ctx, conn, &joined_one,
                     LI_ARGS(li_v(tenant), li_v(args->row), li_v_text(args->other)), &was);

    if (r == 0 && args->made <= was.made)
        return LI_FAIL(ctx, LI_E_STATE, "the code was used");
    r = r == -LI_E_NOT_FOUND ? 0 : r;
    r = r ? r
          : read_one(ctx, conn, &joined_other,
                     LI_ARGS(li_v(tenant), li_v_text(args->other), li_v(args->other_row)), &was);
    if (r == 0 && was.row != args->row)
        return LI_FAIL(ctx, LI_E_STATE, "it is joined with another row");
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

struct join {
    const struct li_row_join_args *args;
    struct li_row row;
};

static int find_row(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, struct li_row *ret)
{
    int r = li_row_find(ctx, tx->record, tx->conn, tx->tenant, id, ret);

    return r == 0 && ret->gone ? LI_FAIL(ctx, LI_E_STATE, "the row has ended") : r;
}

static int join_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    struct join *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? 0 : -LI_E_NOMEM;

    if (r)
        return r;
    plan->args = args;
    r = find_row(ctx, tx, plan->args->row, &plan->row);
    r = r ? r : li_row_join_check(ctx, tx->conn, tx->tenant, plan->args);
    *ret_plan = plan;
    return r;
}

/* Which row it is there is for nobody here to know. */
static int payload(struct li_ctx *ctx, const struct join *plan, struct li_outcome *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r)
        return r;
    li_json_put_text(&json, "other", plan->args->other);
    li_json_put_text(&json, "register", plan->row.reg->form.name);
    ret->entity = plan->row.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

static int join_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg, struct li_outcome *ret)
{
    const struct join *plan = arg;
    const struct li_row_join_args *args = plan->args;
    int r = li_exec(ctx, tx->conn, &joined_put,
                    LI_ARGS(li_v(tx->tenant), li_v(args->row), li_v_text(args->other),
                            li_v(args->other_row), li_v(args->made), li_v(tx->now)),
                    NULL);

    return r ? r : payload(ctx, plan, ret);
}

const struct li_command li_row_join = {
    .name = "row.join",
    .decide = join_decide,
    .write = join_write,
};

static int part_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    struct join *plan = li_alloc(ctx, sizeof(*plan));
    struct li_row_joined was;
    int r = plan ? 0 : -LI_E_NOMEM;

    if (r)
        return r;
    plan->args = args;
    r = find_row(ctx, tx, plan->args->row, &plan->row);
    r = r ? r
          : read_one(ctx, tx->conn, &joined_one,
                     LI_ARGS(li_v(tx->tenant), li_v(plan->args->row), li_v_text(plan->args->other)),
                     &was);
    if (r == -LI_E_NOT_FOUND || (r == 0 && was.gone))
        return LI_FAIL(ctx, LI_E_STATE, "it is not joined");
    *ret_plan = plan;
    return r;
}

static int part_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg, struct li_outcome *ret)
{
    const struct join *plan = arg;
    int r =
        li_exec(ctx, tx->conn, &joined_end,
                LI_ARGS(li_v(tx->tenant), li_v(plan->row.id), li_v_text(plan->args->other)), NULL);

    return r ? r : payload(ctx, plan, ret);
}

const struct li_command li_row_part = {
    .name = "row.part",
    .decide = part_decide,
    .write = part_write,
};
