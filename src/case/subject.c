/*
 * What a case is about, as rows of registers.
 *
 * A field of type subject names a row; the pair is kept beside the case so that a row
 * shows its cases without a look into any case's fields.
 */
#include "base/grow.h"
#include "base/id.h"
#include "case/inside.h"
#include "contract/fault.h"

LI_SQL(subject_insert, "insert into case_subject (tenant, row_id, case_id, at) "
                       "values ($1, $2, $3, $4) on conflict (tenant, row_id, case_id) do nothing");
LI_SQL(subject_remove, "delete from case_subject where tenant = $1 and row_id = $2 "
                       "and case_id = $3 and at >= $4");
LI_SQL(subject_cases, "select case_id from case_subject where tenant = $1 and row_id = $2 "
                      "and case_id < $3 order by case_id desc limit $4");
LI_SQL(subject_count, "select count(*) from case_subject where tenant = $1 and row_id = $2 "
                      "and case_id >= $3");

int li_case_check_subject(struct li_ctx *ctx, const struct li_tx *tx, const struct li_field *field,
                          const struct li_node *given)
{
    struct li_row row;
    int64_t id;
    int r = li_id_parse(ctx, given->text, &id);

    r = r ? r : li_row_find(ctx, tx->record, tx->conn, tx->tenant, id, &row);
    if (r == -LI_E_NOT_FOUND ||
        (r == 0 && (row.gone || !li_str_eq(row.reg->form.name, field->reg)))) {
        return li_fault(ctx, LI_FAULT_CHOICE, li_strf(ctx, "/fields/%.*s", LI_P(field->name)),
                        LI_S(""));
    }
    return r;
}

/* `sql` for every row that `fields` name: tenant, row, case, `at`. */
static int each_subject(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_playbook *playbook, int64_t case_id,
                        const struct li_node *fields, const struct li_sql *sql, int64_t at)
{
    int r = 0;

    for (size_t i = 0; r == 0 && fields && i < fields->map.count; i++) {
        const struct li_member *member = &fields->map.items[i];
        int place = li_playbook_field(playbook, member->key);
        int64_t row;
        if (place < 0 || playbook->fields[place].type != LI_FIELD_SUBJECT) {
            continue;
        }
        r = li_id_parse(ctx, member->value->text, &row);
        r = r ? r
              : li_exec(ctx, tx->conn, sql,
                        LI_ARGS(li_v(tx->tenant), li_v(row), li_v(case_id), li_v(at)), NULL);
    }
    return r;
}

int li_case_put_subjects(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_playbook *playbook, int64_t case_id,
                         const struct li_node *fields)
{
    return each_subject(ctx, tx, playbook, case_id, fields, &subject_insert, tx->now);
}

int li_case_remove_subjects(struct li_ctx *ctx, const struct li_tx *tx,
                            const struct li_playbook *playbook, int64_t case_id,
                            const struct li_node *fields, int64_t from)
{
    return each_subject(ctx, tx, playbook, case_id, fields, &subject_remove, from);
}

int li_case_of_subject(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t row,
                       int64_t before, size_t limit, int64_t *ret_ids, size_t *ret_count)
{
    return li_query_ids(
        ctx, conn, &subject_cases,
        LI_ARGS(li_v(tenant), li_v(row), li_v(before ? before : INT64_MAX), li_v((int64_t)limit)),
        limit, ret_ids, ret_count);
}

int li_case_count_subject(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t row,
                          int64_t since, int64_t *ret)
{
    return li_query_i64(ctx, conn, &subject_count,
                        LI_ARGS(li_v(tenant), li_v(row), li_v(li_id_floor(since))), ret);
}
