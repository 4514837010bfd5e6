/* Papers that were made: a row and a number each. */
#include "base/grow.h"
#include "base/json.h"
#include "base/time.h"
#include "contract/fault.h"
#include "paper/inside.h"
#include "record/number.h"

LI_SQL(paper_of_case, "select no, name, part, number, made_at, given_at, copy_id, shows from paper "
                      "where tenant = $1 and case_id = $2 order by no");
LI_SQL(paper_last, "select no from paper where tenant = $1 and case_id = $2 "
                   "order by no desc limit 1");
LI_SQL(paper_insert, "insert into paper (tenant, case_id, no, name, part, number, made_at) "
                     "values ($1, $2, $3, $4, $5, $6, $7)");

int li_paper_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                  struct li_paper **ret, size_t *ret_count)
{
    struct li_paper *papers = NULL;
    size_t count = 0, room = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &paper_of_case, LI_ARGS(li_v(tenant), li_v(case_id)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        papers = li_grow(ctx, papers, count, &room, sizeof(*papers));
        if (!papers) {
            r = -LI_E_NOMEM;
            break;
        }
        papers[count] = (struct li_paper){
            .no = li_col_i64(rows, 0),
            .kind = li_paper_find(li_col_str(rows, 1)),
            .part = (int)li_col_i64(rows, 2),
            .number = li_col_dup(ctx, rows, 3),
            .made_at = li_col_i64(rows, 4),
            .given_at = li_col_i64(rows, 5),
            .copy = li_col_i64(rows, 6),
            .shows = li_col_dup(ctx, rows, 7),
        };
        count += papers[count].kind != NULL;
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = papers;
        *ret_count = count;
    }
    return r;
}

struct making {
    struct li_paper made; /* first: what the caller sees of a plan */
    int64_t case_id;
};

static int check_part(struct li_ctx *ctx, const struct li_paper_make_args *make,
                      const struct li_case *row, const struct li_case_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].part.no == make->part &&
            li_paper_fits_part(make->kind, row, parts[i].part.machine)) {
            return 0;
        }
    }
    return make->kind->of_part || make->part
               ? li_fault(ctx, make->part ? LI_FAULT_UNKNOWN : LI_FAULT_REQUIRED, LI_S("/part"),
                          LI_S(""))
               : 0;
}

static int next_no(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int64_t *ret)
{
    struct li_rows *rows;
    int r =
        li_query_one(ctx, tx->conn, &paper_last, LI_ARGS(li_v(tx->tenant), li_v(case_id)), &rows);

    *ret = 1;
    if (r == 0) {
        *ret = li_col_i64(rows, 0) + 1;
        li_rows_done(rows);
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

int li_paper_case(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, struct li_case *ret,
                  struct li_case_part **ret_parts, size_t *ret_count)
{
    enum li_sight sight = LI_SIGHT_NONE;
    int r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, id, ret);

    r = r ? r : li_case_parts(ctx, tx->conn, tx->tenant, ret, ret_parts, ret_count);
    r = r ? r : li_case_sight(ctx, tx->viewer, tx->tenant, ret, *ret_parts, *ret_count, &sight);
    if (r == -LI_E_NOT_FOUND || (r == 0 && sight < LI_SIGHT_STAFF)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    if (r == 0 && !li_viewer_holds(tx->viewer, LI_S("*"), ret->area_path, 0)) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "papers are made by who acts there");
    }
    return r;
}

static int make_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_paper_make_args *make = args;
    struct making *making = li_alloc(ctx, sizeof(*making));
    struct li_case_part *parts;
    struct li_case row;
    size_t count;
    int r = making ? li_paper_case(ctx, tx, make->case_id, &row, &parts, &count) : -LI_E_NOMEM;

    if (r == 0 && !li_paper_fits(make->kind, &row)) {
        r = LI_FAIL(ctx, LI_E_STATE, "the case has no %s now", make->kind->name);
    }
    r = r ? r : check_part(ctx, make, &row, parts, count);
    r = r ? r : next_no(ctx, tx, make->case_id, &making->made.no);
    if (r == 0) {
        making->made.kind = make->kind;
        making->made.part = make->part;
        making->made.made_at = tx->now;
        making->case_id = make->case_id;
        *ret_plan = making;
    }
    return r;
}

/* "转〔2026〕12号" */
static int give_number(struct li_ctx *ctx, const struct li_tx *tx, struct li_paper *paper)
{
    struct li_str year, series = li_strf(ctx, "paper:%s", paper->kind->name);
    int64_t seq;
    int r;

    paper->number = LI_S("");
    if (!paper->kind->mark) {
        return 0;
    }
    r = li_number_format(ctx, LI_S("{yyyy} {seq}"), tx->now, 0, &year);
    year = li_str_cut(&year, ' ');
    r = r ? r : series.ptr ? li_number_next(ctx, tx, series, year, &seq) : -LI_E_NOMEM;
    if (r == 0) {
        paper->number =
            li_strf(ctx, "%s〔%.*s〕%lld号", paper->kind->mark, LI_P(year), (long long)seq);
    }
    return r || paper->number.ptr ? r : -LI_E_NOMEM;
}

static int make_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    struct making *making = plan;
    struct li_paper *made = &making->made;
    struct li_json json;
    int r = give_number(ctx, tx, made);

    r = r ? r
          : li_exec(ctx, tx->conn, &paper_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(making->case_id), li_v(made->no),
                            li_v_text(li_str(made->kind->name)), li_v(made->part),
                            li_v_text(made->number), li_v(made->made_at)),
                    NULL);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_text(&json, "name", li_str(made->kind->name));
    li_json_put_int(&json, "no", made->no);
    li_json_put_text(&json, "number", made->number);
    li_json_put_int(&json, "part", made->part);
    ret->entity = making->case_id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_paper_make = {
    .name = "paper.make",
    .decide = make_decide,
    .write = make_write,
};
