/*
 * What a case knows beside itself: the others of its playbook that are alike, and numbers of
 * the tenant's tables.
 *
 * What a case counts with is a row beside it, written with the case in the same command, so a
 * sum is read by one index and is exact in the lane.  Playbooks without such words read and
 * write nothing.
 */
#include "base/id.h"
#include "case/deadline.h"
#include "case/inside.h"

LI_SQL(sum_select, "select coalesce(cast(sum(amount) as bigint), 0), count(*) from case_sum "
                   "where tenant = $1 and alike = $2 and case_id <> $3");
LI_SQL(sum_cases, "select case_id from case_sum where tenant = $1 and alike = $2 and case_id <> $3 "
                  "order by case_id limit $4");
LI_SQL(sum_insert, "insert into case_sum (tenant, case_id, alike, amount) "
                   "values ($1, $2, $3, $4)");
LI_SQL(sum_remove, "delete from case_sum where tenant = $1 and case_id = $2");

/* ---- which others are alike ------------------------------------------------------ */

/* Fields as they will stand: given over those there are. */
struct standing {
    const struct li_case *row;
    const struct li_node *given; /* may be NULL */
};

static struct li_str text_of(const struct standing *standing, int place)
{
    struct li_str name = standing->row->playbook->fields[place].name;
    const struct li_node *value = li_node_get_str(standing->given, name);

    value = value ? value : li_node_get_str(standing->row->fields, name);
    return value && value->kind == LI_TEXT ? value->text : LI_S("");
}

static struct li_str area_of(const struct li_case *row, size_t digits)
{
    struct li_str rest = row->area_path;

    while (rest.ptr) {
        struct li_str code = li_str_cut(&rest, '/');
        if (code.len == digits) {
            return code;
        }
    }
    return LI_S("");
}

static struct li_str word_of(struct li_ctx *ctx, const struct standing *standing,
                             const struct li_similar *similar, size_t i)
{
    const struct li_case *row = standing->row;

    switch (similar->by[i].by) {
    case LI_ALIKE_YEAR:
        return li_strf(ctx, "%d", li_civil_at(row->opened_at).year);
    case LI_ALIKE_STREET:
        return area_of(row, 9);
    case LI_ALIKE_COMMUNITY:
        return area_of(row, 12);
    case LI_ALIKE_PLACE:
        return row->area;
    case LI_ALIKE_FIELD:
        break;
    }
    return text_of(standing, similar->by[i].field);
}

/* What must be the same, as one text; ptr NULL quietly when some of it is not known yet. */
static int alike_of(struct li_ctx *ctx, const struct standing *standing,
                    const struct li_similar *similar, struct li_str *ret)
{
    struct li_str text =
        li_strf(ctx, "%.*s/%.*s", LI_P(standing->row->playbook->name), LI_P(similar->name));

    *ret = (struct li_str){.ptr = NULL};
    for (size_t i = 0; text.ptr && i < similar->by_count; i++) {
        struct li_str word = word_of(ctx, standing, similar, i);
        if (word.len == 0) {
            return 0;
        }
        text = li_strf(ctx, "%.*s/%.*s", LI_P(text), LI_P(word));
    }
    *ret = text;
    return text.ptr ? 0 : -LI_E_NOMEM;
}

static int read_alike(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                      const struct standing *standing, const struct li_similar *similar,
                      struct li_alike *ret)
{
    struct li_str alike;
    struct li_rows *rows;
    int r = alike_of(ctx, standing, similar, &alike);

    *ret = (struct li_alike){0};
    if (r || !alike.ptr) {
        return r;
    }
    r = li_query_one(ctx, conn, &sum_select,
                     LI_ARGS(li_v(tenant), li_v_text(alike), li_v(standing->row->id)), &rows);
    if (r == 0) {
        *ret = (struct li_alike){.sum = li_col_i64(rows, 0), .count = li_col_i64(rows, 1)};
        li_rows_done(rows);
    }
    return r;
}

int li_case_alike(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                  int similar, size_t limit, int64_t *ret_ids, size_t *ret_count)
{
    const struct standing standing = {.row = row};
    struct li_str alike;
    int r = alike_of(ctx, &standing, &row->playbook->similars[similar], &alike);

    *ret_count = 0;
    if (r || !alike.ptr) {
        return r;
    }
    return li_query_ids(
        ctx, tx->conn, &sum_cases,
        LI_ARGS(li_v(tx->tenant), li_v_text(alike), li_v(row->id), li_v((int64_t)limit)), limit,
        ret_ids, ret_count);
}

/* ---- numbers of the tenant's tables ------------------------------------------------- */

static int64_t otherwise(const struct li_playbook *playbook, const struct li_number *number,
                         struct li_str option)
{
    const struct li_field *by = number->by < 0 ? NULL : &playbook->fields[number->by];

    for (size_t i = 0; by && number->by_place && i < by->option_count; i++) {
        if (li_str_eq(by->options[i].name, option)) {
            return number->by_place[i];
        }
    }
    return number->otherwise;
}

static int64_t number_of(const struct li_deadlines *tables, const struct standing *standing,
                         const struct li_number *number, int32_t day)
{
    const struct li_playbook *playbook = standing->row->playbook;
    struct li_str option = number->by < 0 ? LI_S("") : text_of(standing, number->by);
    const struct li_deadline_query query = {.name = number->name,
                                            .stage = LI_S(""),
                                            .class = standing->row->area,
                                            .level = option,
                                            .day = day,
                                            .number = true};
    const struct li_deadline *line = li_deadline_find(tables, &query);

    return line ? line->number : otherwise(playbook, number, option);
}

static int read_numbers(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                        int64_t tenant, int64_t now, const struct standing *standing,
                        int64_t *numbers)
{
    const struct li_playbook *playbook = standing->row->playbook;
    const struct li_deadlines *tables;
    int r = li_library_deadlines(ctx, li_bound(record)->library, conn, tenant, &tables);

    for (size_t i = 0; r == 0 && i < playbook->number_count; i++) {
        numbers[i] = number_of(tables, standing, &playbook->numbers[i], li_day_at(now));
    }
    return r;
}

/* ---- read, and written ---------------------------------------------------------------- */

int li_case_beside(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, int64_t now, const struct li_node *given, struct li_case *row)
{
    const struct li_playbook *playbook = row->playbook;
    const struct standing standing = {.row = row, .given = given};
    struct li_alike *alike = NULL;
    int64_t *numbers = NULL;
    int r = 0;

    if (playbook->similar_count) {
        alike = li_alloc_array(ctx, playbook->similar_count, sizeof(*alike));
        r = alike ? 0 : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < playbook->similar_count; i++) {
        r = read_alike(ctx, conn, tenant, &standing, &playbook->similars[i], &alike[i]);
    }
    if (r == 0 && playbook->number_count) {
        numbers = li_alloc_array(ctx, playbook->number_count, sizeof(*numbers));
        r = numbers ? read_numbers(ctx, record, conn, tenant, now, &standing, numbers)
                    : -LI_E_NOMEM;
    }
    if (r == 0) {
        row->alike = alike;
        row->numbers = numbers;
    }
    return r;
}

int li_case_count_with(struct li_ctx *ctx, const struct li_snapshot *snapshot, struct li_case *row)
{
    const struct li_playbook *playbook = row->playbook;
    const struct standing standing = {.row = row};
    struct li_case_sum *sums;
    int r = 0;

    if (playbook->similar_count == 0) {
        return 0;
    }
    sums = li_alloc_array(ctx, playbook->similar_count, sizeof(*sums));
    if (!sums) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < playbook->similar_count; i++) {
        bool counts = false;
        r = li_machine_alike(ctx, snapshot, i, &counts, &sums[i].amount);
        if (r == 0 && counts) {
            r = alike_of(ctx, &standing, &playbook->similars[i], &sums[i].alike);
        }
    }
    row->sums = sums;
    return r;
}

int li_case_put_sums(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row)
{
    size_t count = row->playbook->similar_count;
    int r =
        count ? li_exec(ctx, tx->conn, &sum_remove, LI_ARGS(li_v(tx->tenant), li_v(row->id)), NULL)
              : 0;

    for (size_t i = 0; r == 0 && row->sums && i < count; i++) {
        if (row->sums[i].alike.ptr) {
            r = li_exec(ctx, tx->conn, &sum_insert,
                        LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v_text(row->sums[i].alike),
                                li_v(row->sums[i].amount)),
                        NULL);
        }
    }
    return r;
}
