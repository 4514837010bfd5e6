/* The street's lists of duties; see duty.h. */
#include "people/duty.h"

#include "base/grow.h"
#include "base/json.h"
#include "people/inside.h"
#include "record/tenant.h"

#define COLUMNS "kind, item, class, topic, coalesce(organization, 0), department, basis"

LI_SQL(duty_all, "select " COLUMNS " from duty_list where tenant = $1 order by no");
LI_SQL(duty_fitting, "select " COLUMNS " from duty_list where tenant = $1 "
                     "and ((class <> '' and substr($2, 1, length(class)) = class) "
                     "or (topic <> '' and topic = $3)) "
                     "order by length(class) desc, kind desc, no limit 1");
LI_SQL(duty_giving, "select o.name, o.area_path, (select count(*) from duty_list as d "
                    "where d.tenant = o.tenant and d.kind = 2) "
                    "from organization as o where o.tenant = $1 and o.id = $2");
LI_SQL(duty_clear, "delete from duty_list where tenant = $1");
LI_SQL(duty_insert,
       "insert into duty_list (tenant, no, kind, item, class, topic, organization, department, "
       "basis) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

const struct li_duty_info li_duty_infos[LI_DUTY_KINDS] = {
    [LI_DUTY_BASIC] = {"basic", "基本履职事项", "the street's own duties"},
    [LI_DUTY_ASSIST] = {"assist", "配合履职事项", "duties shared with departments"},
    [LI_DUTY_RECLAIMED] = {"reclaimed", "上级部门收回事项", "matters departments took back"},
};

/* ---- reading ---------------------------------------------------------------------- */

static int read_duty(struct li_ctx *ctx, const struct li_rows *rows, struct li_duty *ret)
{
    struct li_duty duty = {.kind = (enum li_duty_kind)li_col_i64(rows, 0),
                           .item = li_col_dup(ctx, rows, 1),
                           .class = li_col_dup(ctx, rows, 2),
                           .topic = li_col_dup(ctx, rows, 3),
                           .org = li_col_i64(rows, 4),
                           .department = li_col_dup(ctx, rows, 5),
                           .basis = li_col_dup(ctx, rows, 6)};

    if (!duty.item.ptr || !duty.class.ptr || !duty.topic.ptr || !duty.department.ptr ||
        !duty.basis.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = duty;
    return 0;
}

int li_duty_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_duty **ret,
                 size_t *ret_count)
{
    struct li_duty *all = NULL;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &duty_all, LI_ARGS(li_v(tenant)), &rows);

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_duty *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        all = more ? more : all;
        r = more ? read_duty(ctx, rows, &all[count++]) : -LI_E_NOMEM;
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

int li_duty_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_str class,
                 struct li_str topic, struct li_duty *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &duty_fitting,
                         LI_ARGS(li_v(tenant), li_v_text(class.len ? class : LI_S("")),
                                 li_v_text(topic.len ? topic : LI_S(""))),
                         &rows);

    if (r == 0) {
        r = read_duty(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

bool li_duty_is_own(struct li_str tenant_code, const struct li_organization *organization)
{
    struct li_str path = organization->area_path;

    path.len -= path.len > 0; /* the '/' at its end */
    return !li_str_ends(path, tenant_code) ||
           (path.len > tenant_code.len && path.ptr[path.len - tenant_code.len - 1] != '/');
}

int li_duty_may_give(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_str tenant_code, int64_t org, struct li_str class,
                     struct li_str topic, struct li_str where)
{
    struct li_organization organization = {.id = org};
    struct li_duty duty;
    struct li_rows *rows;
    int64_t reclaimed;
    int r = li_query_one(ctx, conn, &duty_giving, LI_ARGS(li_v(tenant), li_v(org)), &rows);

    if (r) {
        return r;
    }
    organization.name = li_col_dup(ctx, rows, 0);
    organization.area_path = li_col_dup(ctx, rows, 1);
    reclaimed = li_col_i64(rows, 2);
    li_rows_done(rows);
    if (!organization.name.ptr || !organization.area_path.ptr) {
        return -LI_E_NOMEM;
    }
    if (reclaimed == 0 || !li_duty_is_own(tenant_code, &organization)) {
        return 0;
    }
    r = li_duty_find(ctx, conn, tenant, class, topic, &duty);
    if (r == -LI_E_NOT_FOUND) {
        return 0;
    }
    return r || duty.kind != LI_DUTY_RECLAIMED
               ? r
               : li_fault(ctx, LI_FAULT_RECLAIMED, where, duty.item);
}

/* ---- duty.list ---------------------------------------------------------------------- */

static struct li_str at(struct li_ctx *ctx, size_t row, const char *column)
{
    return li_strf(ctx, "/rows/%zu/%s", row, column);
}

static int check_length(struct li_ctx *ctx, size_t row, const char *column, struct li_str text,
                        size_t least, size_t most)
{
    size_t length = li_utf8_valid(text) ? li_utf8_length(text) : 0;

    if (length < least) {
        return li_fault(ctx, LI_FAULT_REQUIRED, at(ctx, row, column), LI_S(""));
    }
    return length > most
               ? li_fault(ctx, LI_FAULT_LONG, at(ctx, row, column), li_strf(ctx, "%zu", most))
               : 0;
}

static int check_row(struct li_ctx *ctx, const struct li_tx *tx, size_t i,
                     const struct li_duty *row)
{
    struct li_organization organization;
    int r = check_length(ctx, i, "item", row->item, 1, 200);

    r = r ? r : check_length(ctx, i, "department", row->department, 0, 100);
    r = r ? r : check_length(ctx, i, "basis", row->basis, 0, 200);
    r = r ? r : check_length(ctx, i, "class", row->class, 0, 40);
    r = r ? r : check_length(ctx, i, "topic", row->topic, 0, 64);
    if (r == 0 && row->class.len == 0 && row->topic.len == 0) {
        return li_fault(ctx, LI_FAULT_REQUIRED, at(ctx, i, "class"), LI_S(""));
    }
    if (r || row->org == 0) {
        return r;
    }
    r = li_organization_find(ctx, tx->conn, tx->tenant, row->org, &organization);
    return r == -LI_E_NOT_FOUND
               ? li_fault(ctx, LI_FAULT_NOBODY, at(ctx, i, "organization"), LI_S(""))
               : r;
}

static int put_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_duty_list_args *put = args;
    int r = 0;

    if (put->count > LI_DUTY_ROWS) {
        return li_fault(ctx, LI_FAULT_MANY, LI_S("/rows"), li_strf(ctx, "%d", LI_DUTY_ROWS));
    }
    for (size_t i = 0; i < put->count && (r == 0 || r == -LI_E_INVALID); i++) {
        int wrong = check_row(ctx, tx, i, &put->rows[i]);
        r = wrong ? wrong : r;
    }
    *ret_plan = (void *)(uintptr_t)put;
    return r;
}

static int write_row(struct li_ctx *ctx, const struct li_tx *tx, size_t i,
                     const struct li_duty *row)
{
    return li_exec(ctx, tx->conn, &duty_insert,
                   LI_ARGS(li_v(tx->tenant), li_v((int64_t)i + 1), li_v(row->kind),
                           li_v_text(row->item), li_v_text(row->class.len ? row->class : LI_S("")),
                           li_v_text(row->topic.len ? row->topic : LI_S("")), li_v_opt(row->org),
                           li_v_text(row->department.len ? row->department : LI_S("")),
                           li_v_text(row->basis.len ? row->basis : LI_S(""))),
                   NULL);
}

/* The table by its hash: it is long, and papers of offices need not stand in history. */
static int payload(struct li_ctx *ctx, const struct li_duty_list_args *put, struct li_str *ret)
{
    struct li_buf *text = li_buf_new(ctx, 0);
    char hex[2 * LI_HASH_SIZE + 1];
    struct li_hash hash;
    struct li_json json;
    int r = text ? li_json_begin(ctx, &json) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    for (size_t i = 0; i < put->count; i++) {
        const struct li_duty *row = &put->rows[i];
        li_buf_fmt(text, "%d\t%.*s\t%.*s\t%.*s\t%lld\t%.*s\t%.*s\n", (int)row->kind,
                   LI_P(row->item), LI_P(row->class), LI_P(row->topic), (long long)row->org,
                   LI_P(row->department), LI_P(row->basis));
    }
    hash = li_hash_of(li_buf_view(text));
    li_hash_hex(&hash, hex);
    li_json_put_text(&json, "hash", li_str(hex));
    li_json_put_int(&json, "rows", (int64_t)put->count);
    r = li_buf_check(ctx, text);
    return r ? r : li_json_finish(ctx, &json, ret);
}

static int put_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const struct li_duty_list_args *put = plan;
    int r = li_exec(ctx, tx->conn, &duty_clear, LI_ARGS(li_v(tx->tenant)), NULL);

    for (size_t i = 0; r == 0 && i < put->count; i++) {
        r = write_row(ctx, tx, i, &put->rows[i]);
    }
    r = r ? r : li_tenant_touch(ctx, tx);
    ret->entity = tx->tenant;
    return r ? r : payload(ctx, put, &ret->payload);
}

const struct li_command li_duty_list_put = {
    .name = "duty.list",
    .decide = put_decide,
    .write = put_write,
};
