/*
 * What a playbook reads beyond its case: columns of the rows that its subjects name, and
 * balances of accounts it names.
 *
 * Looked up in the lane, so what is decided by them is still true when it is written; what was
 * seen goes into the entry ("known").  Where a playbook names none nothing is asked.
 */
#include "base/id.h"
#include "case/inside.h"
#include "case/use.h"

LI_SQL(told_insert, "insert into told_number (tenant, number, case_id) values ($1, $2, $3)");
LI_SQL(
    told_select,
    "select case_id from told_number where tenant = $1 and number = $2 order by case_id limit 4");

/* The row a subject names, given now or before; ptr NULL: none. */
static struct li_str named(const struct li_case *row, const struct li_node *added, size_t place)
{
    struct li_str name = row->playbook->fields[place].name;
    const struct li_node *node = added ? li_node_get_str(added, name) : NULL;

    node = node ? node : li_node_get_str(row->fields, name);
    return node && node->kind == LI_TEXT ? node->text : (struct li_str){.ptr = NULL};
}

/* A row that is not there has nothing: whether it may be named is another check's. */
static int read_row(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, struct li_str id, struct li_subject_row *ret)
{
    struct li_row found;
    int64_t number;
    int r = li_id_parse(ctx, id, &number);

    *ret = (struct li_subject_row){.id = id};
    r = r ? r : li_row_find(ctx, record, conn, tenant, number, &found);
    if (r == 0) {
        ret->row = found.id;
        ret->rev = found.rev;
        ret->fields = found.fields;
    }
    return r == -LI_E_NOT_FOUND || r == -LI_E_SYNTAX || r == -LI_E_INVALID ? 0 : r;
}

static int read_rows(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                     int64_t tenant, const struct li_node *added, struct li_case *row)
{
    const struct li_playbook *playbook = row->playbook;
    struct li_subject_row *rows = li_alloc_array(ctx, playbook->field_count, sizeof(*rows));
    int r = rows ? 0 : -LI_E_NOMEM;

    row->row_count = 0;
    for (size_t i = 0; r == 0 && i < playbook->field_count; i++) {
        struct li_str id =
            playbook->fields[i].read_count ? named(row, added, i) : (struct li_str){.ptr = NULL};
        if (id.ptr) {
            r = read_row(ctx, record, conn, tenant, id, &rows[row->row_count++]);
        }
    }
    row->rows = rows;
    return r;
}

static int read_balances(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t now,
                         const struct li_node *added, struct li_case *row)
{
    const struct li_playbook *playbook = row->playbook;
    int64_t *balances = li_alloc_array(ctx, playbook->balance_count, sizeof(*balances));
    struct li_case given = *row;
    int r = balances ? 0 : -LI_E_NOMEM;

    if (r == 0 && added) {
        r = li_machine_fields_over(ctx, playbook, row->fields, added, &given.fields);
    }
    for (size_t i = 0; r == 0 && i < playbook->balance_count; i++) {
        r = li_case_balance(ctx, conn, tenant, now, &given, &playbook->balances[i], &balances[i]);
    }
    row->balances = balances;
    return r;
}

int li_case_known(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                  int64_t tenant, int64_t now, const struct li_node *added, struct li_case *row)
{
    int r = row->playbook->reads_rows ? read_rows(ctx, record, conn, tenant, added, row) : 0;

    if (r == 0 && row->playbook->balance_count) {
        r = read_balances(ctx, conn, tenant, now, added, row);
    }
    if (r == 0 && row->playbook->code.label.zh.len) {
        r = li_code_of(ctx, record, tenant, "case", row->id, &row->code);
    }
    r = r ? r : li_case_off(ctx, record, conn, tenant, row);
    return r ? r : li_case_beside(ctx, record, conn, tenant, now, added, row);
}

/* A register that is not in use yet has no rows to read. */
int li_case_reads_check(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_playbook *playbook)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < playbook->field_count; i++) {
        const struct li_register *reg;
        if (playbook->fields[i].read_count == 0) {
            continue;
        }
        r = li_register_find(ctx, tx->record, tx->conn, tx->tenant, playbook->fields[i].reg, &reg);
        r = r == -LI_E_NOT_FOUND ? 0 : r ? r : li_playbook_reads_fit(ctx, playbook, reg);
    }
    return r;
}

/* ---- what history says -------------------------------------------------------------- */

/* Of the columns the playbook reads, those the row has; none of them is a text. */
static void put_columns(struct li_json *json, const struct li_playbook *playbook,
                        const struct li_subject_row *row)
{
    li_json_open_map(json);
    for (size_t i = 0; row->fields && i < row->fields->map.count; i++) {
        const struct li_member *member = &row->fields->map.items[i];
        bool read = false;
        for (size_t k = 0; k < playbook->field_count; k++) {
            for (size_t c = 0; c < playbook->fields[k].read_count; c++) {
                read |= li_str_eq(playbook->fields[k].reads[c].name, member->key);
            }
        }
        if (read) {
            li_json_key_str(json, member->key);
            li_json_node(json, member->value);
        }
    }
    li_json_close_map(json);
}

static void put_rows(struct li_json *json, const struct li_case *row)
{
    li_json_key(json, "rows");
    li_json_open_list(json);
    for (size_t i = 0; i < row->row_count; i++) {
        li_json_open_map(json);
        li_json_key(json, "fields");
        put_columns(json, row->playbook, &row->rows[i]);
        li_json_put_int(json, "rev", row->rows[i].rev);
        li_json_put_int(json, "row", row->rows[i].row);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

int li_case_put_known(struct li_ctx *ctx, struct li_json *json, const struct li_case *row)
{
    const struct li_playbook *playbook = row->playbook;
    bool some = (playbook->reads_rows && row->row_count) || playbook->balance_count;

    if (!some) {
        return 0;
    }
    li_json_key(json, "known");
    li_json_open_map(json);
    if (playbook->balance_count) {
        li_json_key(json, "balances");
        li_json_open_list(json);
        for (size_t i = 0; i < playbook->balance_count; i++) {
            li_json_int(json, row->balances ? row->balances[i] : 0);
        }
        li_json_close_list(json);
    }
    if (playbook->reads_rows && row->row_count) {
        put_rows(json, row);
    }
    li_json_close_map(json);
    (void)ctx;
    return 0;
}

/* ---- found by number and code ---------------------------------------------------------- */

int li_case_put_told(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row)
{
    return row->playbook->code.label.zh.len == 0
               ? 0
               : li_exec(ctx, tx->conn, &told_insert,
                         LI_ARGS(li_v(tx->tenant), li_v_text(row->number), li_v(row->id)), NULL);
}

int li_case_by_code(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, struct li_str number, struct li_str code, int64_t *ret)
{
    int64_t ids[4];
    size_t count = 0;
    int r = li_query_ids(ctx, conn, &told_select, LI_ARGS(li_v(tenant), li_v_text(number)), 4, ids,
                         &count);

    for (size_t i = 0; r >= 0 && i < count; i++) {
        struct li_str own;
        r = li_code_of(ctx, record, tenant, "case", ids[i], &own);
        if (r == 0 && li_str_eq(own, code)) {
            *ret = ids[i];
            return 0;
        }
    }
    return r < 0 ? r : -LI_E_NOT_FOUND;
}
