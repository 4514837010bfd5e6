/*
 * The time a case takes of a row: no two cases have one row at the same time.
 *
 * Asked where a case comes into such a state, or its times change; the row of `occupied` goes
 * along with the case's own, so that an undo or a later version takes it along.
 */
#include "base/id.h"
#include "base/time.h"
#include "case/inside.h"
#include "contract/fault.h"

LI_SQL(occupied_put,
       "insert into occupied (tenant, case_id, row_id, since, until) "
       "values ($1, $2, $3, $4, $5) on conflict (tenant, case_id) do update "
       "set row_id = excluded.row_id, since = excluded.since, until = excluded.until");
LI_SQL(occupied_drop, "delete from occupied where tenant = $1 and case_id = $2");
LI_SQL(occupied_by, "select case_id from occupied where tenant = $1 and row_id = $2 "
                    "and until > $3 and since < $4 and case_id <> $5 order by until limit 1");
LI_SQL(occupied_times, "select since, until from occupied where tenant = $1 and row_id = $2 "
                       "and until > $3 order by until limit $4");
LI_SQL(occupied_number, "select number from cases where tenant = $1 and id = $2");

struct span {
    int64_t row, since, until; /* row 0: nothing is taken */
};

static int64_t moment(struct li_ctx *ctx, const struct li_case *row, int place)
{
    const struct li_node *node =
        place < 0 ? NULL : li_node_get_str(row->fields, row->playbook->fields[place].name);
    int64_t at = 0;

    return node && node->kind == LI_TEXT && li_time_parse(ctx, node->text, &at) == 0 ? at : 0;
}

static int64_t length(const struct li_case *row)
{
    const struct li_field *field = &row->playbook->fields[row->playbook->occupies.hours];
    const struct li_node *node = li_node_get_str(row->fields, field->name);
    int64_t hours = node && node->kind == LI_INT ? node->number : 0;
    int64_t part = 3600 * LI_SECOND;

    for (int i = 0; i < field->scale; i++) {
        part /= 10;
    }
    return hours <= INT64_C(100000000) ? hours * part : 0;
}

static struct span span_of(struct li_ctx *ctx, const struct li_case *row)
{
    const struct li_occupies *occupies = &row->playbook->occupies;
    const struct li_node *named =
        li_node_get_str(row->fields, row->playbook->fields[occupies->row].name);
    struct span span = {.since = moment(ctx, row, occupies->from)};

    if (!(occupies->in >> row->state & 1) || !named || named->kind != LI_TEXT || !span.since) {
        return (struct span){.row = 0};
    }
    span.until =
        occupies->until >= 0 ? moment(ctx, row, occupies->until) : span.since + length(row);
    if (span.until <= span.since || li_id_parse(ctx, named->text, &span.row)) {
        return (struct span){.row = 0};
    }
    return span;
}

/* With the number of the case that has it, for who works here; nobody else learns of it. */
static int sentence(struct li_ctx *ctx, const struct li_tx *tx, const struct li_texts *say,
                    int64_t other, struct li_str *ret)
{
    struct li_rows *rows;
    struct li_str number;
    int r;

    if (tx->viewer->kind != LI_VIEWER_STAFF) {
        *ret = li_strf(ctx, "%.*s\n%.*s", LI_P(say->zh), LI_P(say->en));
        return ret->ptr ? 0 : -LI_E_NOMEM;
    }
    r = li_query_one(ctx, tx->conn, &occupied_number, LI_ARGS(li_v(tx->tenant), li_v(other)),
                     &rows);
    if (r) {
        return r;
    }
    number = li_col_dup(ctx, rows, 0);
    li_rows_done(rows);
    *ret = li_strf(ctx, "%.*s（%.*s）\n%.*s (%.*s)", LI_P(say->zh), LI_P(number), LI_P(say->en),
                   LI_P(number));
    return ret->ptr ? 0 : -LI_E_NOMEM;
}

static int refuse(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                  int64_t other)
{
    struct li_str both;
    int r = sentence(ctx, tx, &row->playbook->occupies.say, other, &both);

    if (r) {
        return r;
    }
    (void)li_fault(ctx, LI_FAULT_CHECK, LI_S(""), both);
    return -LI_E_CHECK;
}

int li_case_occupy_check(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row)
{
    struct span span;
    struct li_rows *rows;
    int64_t other;
    int r;

    if (row->playbook->occupies.row < 0) {
        return 0;
    }
    span = span_of(ctx, row);
    if (span.row == 0) {
        return 0;
    }
    r = li_query_one(ctx, tx->conn, &occupied_by,
                     LI_ARGS(li_v(tx->tenant), li_v(span.row), li_v(span.since), li_v(span.until),
                             li_v(row->id)),
                     &rows);
    if (r) {
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    other = li_col_i64(rows, 0);
    li_rows_done(rows);
    return refuse(ctx, tx, row, other);
}

int li_case_taken(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t row,
                  int64_t from, size_t limit, struct li_case_span **ret, size_t *ret_count)
{
    struct li_case_span *spans = li_alloc_array(ctx, limit, sizeof(*spans));
    struct li_rows *rows;
    size_t count = 0;
    int r =
        spans ? li_query(ctx, conn, &occupied_times,
                         LI_ARGS(li_v(tenant), li_v(row), li_v(from), li_v((int64_t)limit)), &rows)
              : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    while (count < limit && (r = li_rows_next(ctx, rows)) > 0) {
        spans[count++] =
            (struct li_case_span){.since = li_col_i64(rows, 0), .until = li_col_i64(rows, 1)};
    }
    li_rows_done(rows);
    *ret = spans;
    *ret_count = count;
    return r < 0 ? r : 0;
}

int li_case_put_occupied(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row)
{
    struct span span;

    if (row->playbook->occupies.row < 0) {
        return 0;
    }
    span = span_of(ctx, row);
    if (span.row == 0) {
        return li_exec(ctx, tx->conn, &occupied_drop, LI_ARGS(li_v(tx->tenant), li_v(row->id)),
                       NULL);
    }
    return li_exec(ctx, tx->conn, &occupied_put,
                   LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v(span.row), li_v(span.since),
                           li_v(span.until)),
                   NULL);
}
