/*
 * Papers: after closing the box is emptied, the papers are mixed and numbered, and each is
 * entered by two persons who do not see what the other one entered.  Which elector put in which
 * paper nobody knows, here neither.
 */
#include "vote/inside.h"

LI_SQL(sheet_insert, "insert into ballot_sheet (tenant, ballot, sheet, first_by, first, second_by, "
                     "second) values ($1, $2, $3, $4, $5, 0, null)");
LI_SQL(sheet_first, "update ballot_sheet set first = $4 "
                    "where tenant = $1 and ballot = $2 and sheet = $3");
LI_SQL(sheet_second, "update ballot_sheet set second_by = $4, second = $5 "
                     "where tenant = $1 and ballot = $2 and sheet = $3");
LI_SQL(sheet_one, "select sheet, first_by, first, second_by, second from ballot_sheet "
                  "where tenant = $1 and ballot = $2 and sheet = $3");
LI_SQL(sheet_all, "select sheet, first_by, first, second_by, second from ballot_sheet "
                  "where tenant = $1 and ballot = $2 order by sheet");

static int read_sheet(struct li_ctx *ctx, const struct li_rows *rows, void *ret)
{
    (void)ctx;
    *(struct li_sheet *)ret = (struct li_sheet){
        .sheet = li_col_i64(rows, 0),
        .first_by = li_col_i64(rows, 1),
        .second_by = li_col_i64(rows, 3),
        .same = li_col_i64(rows, 3) && li_str_eq(li_col_str(rows, 2), li_col_str(rows, 4))};
    return 0;
}

int li_sheet_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                  struct li_sheet **ret, size_t *ret_count)
{
    void *all;
    int r = li_query_list(ctx, conn, &sheet_all, LI_ARGS(li_v(tenant), li_v(ballot)), sizeof(**ret),
                          read_sheet, &all, ret_count);

    if (r == 0) {
        *ret = all;
    }
    return r;
}

/* ---- ballot.sheet ------------------------------------------------------------------------------
 */

struct entering {
    struct li_ballot ballot;
    int64_t sheet;
    int entry; /* whose: 1 or 2 */
    bool is_new;
    struct li_choice choice;
};

/* Which of the two entries this account makes. */
static int find_entry(struct li_ctx *ctx, const struct li_tx *tx, struct entering *plan)
{
    int64_t account = tx->viewer->account;
    struct li_sheet there = {0};
    struct li_rows *rows;
    int r =
        li_query_one(ctx, tx->conn, &sheet_one,
                     LI_ARGS(li_v(tx->tenant), li_v(plan->ballot.id), li_v(plan->sheet)), &rows);

    plan->is_new = r == -LI_E_NOT_FOUND;
    if (r == 0) {
        r = read_sheet(ctx, rows, &there);
        li_rows_done(rows);
    }
    if (r && !plan->is_new) {
        return r;
    }
    if (!plan->is_new && there.first_by != account && there.second_by &&
        there.second_by != account) {
        return LI_FAIL(ctx, LI_E_STATE, "two others entered this paper");
    }
    plan->entry = plan->is_new || there.first_by == account ? 1 : 2;
    return 0;
}

static int sheet_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_ballot_sheet_args *given = args;
    struct entering *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? li_vote_staff(ctx, tx, given->id, &plan->ballot) : -LI_E_NOMEM;

    if (r == 0 && plan->ballot.state != LI_BALLOT_CLOSED) {
        return LI_FAIL(ctx, LI_E_STATE, "papers are entered between closing and counting");
    }
    if (r == 0 && (given->sheet < 1 || given->sheet > plan->ballot.papers)) {
        return li_fault(
            ctx, given->sheet < 1 ? LI_FAULT_SMALL : LI_FAULT_GREAT, LI_S("/sheet"),
            li_strf(ctx, "%lld", given->sheet < 1 ? 1 : (long long)plan->ballot.papers));
    }
    if (r) {
        return r;
    }
    plan->sheet = given->sheet;
    *ret_plan = plan;
    r = find_entry(ctx, tx, plan);
    return r ? r
             : li_choice_read(ctx, &plan->ballot.spec, LI_S("/choice"), given->choice,
                              &plan->choice);
}

static int put_entry(struct li_ctx *ctx, const struct li_tx *tx, const struct entering *plan,
                     struct li_str bytes)
{
    const struct li_val tenant = li_v(tx->tenant), ballot = li_v(plan->ballot.id),
                        sheet = li_v(plan->sheet), by = li_v(tx->viewer->account),
                        said = li_v_blob(bytes);

    if (plan->is_new) {
        return li_exec(ctx, tx->conn, &sheet_insert, LI_ARGS(tenant, ballot, sheet, by, said),
                       NULL);
    }
    return plan->entry == 1
               ? li_exec(ctx, tx->conn, &sheet_first, LI_ARGS(tenant, ballot, sheet, said), NULL)
               : li_exec(ctx, tx->conn, &sheet_second, LI_ARGS(tenant, ballot, sheet, by, said),
                         NULL);
}

static int sheet_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                       struct li_outcome *ret)
{
    const struct entering *plan = arg;
    size_t size = li_choice_size(&plan->ballot.spec);
    uint8_t *bytes = li_alloc(ctx, size);
    struct li_json json;
    int r = bytes ? 0 : -LI_E_NOMEM;

    if (r == 0) {
        li_choice_write(&plan->ballot.spec, &plan->choice, bytes);
        r = put_entry(ctx, tx, plan, li_str_n(bytes, size));
    }
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_int(&json, "entry", plan->entry);
    li_json_put_int(&json, "sheet", plan->sheet);
    ret->entity = plan->ballot.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_ballot_sheet = {
    .name = "ballot.sheet", .decide = sheet_decide, .write = sheet_write};
