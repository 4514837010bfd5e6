/* What is handed over and told; see report.h. */
#include "people/report.h"

#include "base/grow.h"
#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "people/inside.h"
#include "record/vault.h"

#define REPORT                                                                                     \
    "select o.id, o.kind, o.area_path, o.since, o.until, o.made_by, m.name, o.made_at, "           \
    "coalesce(o.signed_by, 0), s.name, coalesce(o.signed_at, 0) from report as o "                 \
    "join person as m on m.tenant = o.tenant and m.id = o.made_by "                                \
    "left join person as s on s.tenant = o.tenant and s.id = o.signed_by where o.tenant = $1 "

LI_SQL(report_of_area, REPORT "and o.kind = $2 and o.area_path = $3 "
                              "order by o.until desc, o.id desc limit $4");
LI_SQL(report_by_id, REPORT "and o.id = $2");
LI_SQL(report_insert, "insert into report (tenant, id, kind, area_path, since, until, made_by, "
                      "made_at) values ($1, $2, $3, $4, $5, $6, $7, $8)");
LI_SQL(report_signed, "update report set signed_by = $3, signed_at = $4 "
                      "where tenant = $1 and id = $2");

#define TEXT_MOST 20000

static int read_report(struct li_ctx *ctx, const struct li_rows *rows, struct li_report *ret)
{
    struct li_report report = {.id = li_col_i64(rows, 0),
                               .kind = li_col_dup(ctx, rows, 1),
                               .area_path = li_col_dup(ctx, rows, 2),
                               .since = li_col_i64(rows, 3),
                               .until = li_col_i64(rows, 4),
                               .maker_id = li_col_i64(rows, 5),
                               .maker = li_col_dup(ctx, rows, 6),
                               .made_at = li_col_i64(rows, 7),
                               .signed_at = li_col_i64(rows, 10)};

    if (!report.kind.ptr || !report.area_path.ptr || !report.maker.ptr) {
        return -LI_E_NOMEM;
    }
    if (li_col_i64(rows, 8)) {
        report.signer = li_col_dup(ctx, rows, 9);
    }
    *ret = report;
    return 0;
}

static int read_text(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                     int64_t tenant, struct li_report *report)
{
    struct li_str text;
    int r = li_vault_first(ctx, record, conn, tenant, report->id, LI_S("text"), &text);

    report->text = r == 0 ? text : (struct li_str){.ptr = NULL};
    return r;
}

int li_report_find(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, int64_t id, struct li_report *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &report_by_id, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r) {
        return r;
    }
    r = read_report(ctx, rows, ret);
    li_rows_done(rows);
    return r ? r : read_text(ctx, record, conn, tenant, ret);
}

int li_report_list(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                   int64_t tenant, struct li_str kind, struct li_str area_path, size_t limit,
                   struct li_report **ret, size_t *ret_count)
{
    struct li_report *all = li_alloc_array(ctx, limit + 1, sizeof(*all));
    struct li_rows *rows;
    size_t count = 0;
    int r = all ? li_query(ctx, conn, &report_of_area,
                           LI_ARGS(li_v(tenant), li_v_text(kind), li_v_text(area_path),
                                   li_v((int64_t)limit)),
                           &rows)
                : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        r = read_report(ctx, rows, &all[count++]);
    }
    li_rows_done(rows);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = read_text(ctx, record, conn, tenant, &all[i]);
    }
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

/* ---- report.save ---------------------------------------------------------------------- */

struct saving {
    struct li_new made; /* first: what the caller sees of a plan */
    const struct li_report_args *args;
    struct li_str area_path;
};

static int save_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    struct saving *saving = li_alloc(ctx, sizeof(*saving));
    char least[LI_TIME_TEXT];
    size_t length;
    int r;

    if (!saving) {
        return -LI_E_NOMEM;
    }
    *saving = (struct saving){.args = args};
    length = li_utf8_valid(saving->args->text) ? li_utf8_length(saving->args->text) : 0;
    if (length == 0 || length > TEXT_MOST) {
        return length ? li_fault(ctx, LI_FAULT_LONG, LI_S("/text"), li_strf(ctx, "%d", TEXT_MOST))
                      : li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/text"), LI_S(""));
    }
    if (saving->args->until <= saving->args->since) {
        li_time_format(saving->args->since, least);
        return li_fault(ctx, LI_FAULT_SMALL, LI_S("/until"), li_str(least));
    }
    r = li_people_place(ctx, tx, saving->args->area_code, &saving->area_path);
    saving->made.id = li_id_next(li_record_ids(tx->record), ctx->clock);
    *ret_plan = saving;
    return r;
}

static int save_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct saving *saving = plan;
    const struct li_report_args *args = saving->args;
    struct li_hash commit;
    struct li_json json;
    int r = li_exec(ctx, tx->conn, &report_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(saving->made.id), li_v_text(args->kind),
                            li_v_text(saving->area_path), li_v(args->since), li_v(args->until),
                            li_v(tx->viewer->person), li_v(tx->now)),
                    NULL);

    r = r ? r : li_vault_put(ctx, tx, saving->made.id, 0, LI_S("text"), args->text, false, &commit);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_text(&json, "area", saving->area_path);
    li_json_put_text(&json, "kind", args->kind);
    li_json_put_int(&json, "since", args->since);
    li_json_key(&json, "text");
    li_vault_refer(&json, tx, 0, &commit);
    li_json_put_int(&json, "until", args->until);
    ret->entity = saving->made.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_report_save = {
    .name = "report.save", .decide = save_decide, .write = save_write};

/* ---- report.sign ------------------------------------------------------------------------ */

static int sign_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_report_sign_args *sign = args;
    struct li_report *report = li_alloc(ctx, sizeof(*report));
    int r = report ? li_report_find(ctx, tx->record, tx->conn, tx->tenant, sign->report, report)
                   : -LI_E_NOMEM;

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such report");
    }
    if (r == 0 && (li_str_eq(report->kind, LI_REPORT_WEEKLY) || report->signer.ptr)) {
        return LI_FAIL(ctx, LI_E_STATE, "there is nothing to sign");
    }
    if (r == 0 && report->maker_id == tx->viewer->person) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "somebody else signs");
    }
    *ret_plan = report;
    return r;
}

static int sign_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct li_report *report = plan;
    struct li_json json;
    int r = li_exec(
        ctx, tx->conn, &report_signed,
        LI_ARGS(li_v(tx->tenant), li_v(report->id), li_v(tx->viewer->person), li_v(tx->now)), NULL);

    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_id(&json, "report", report->id);
    ret->entity = report->id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_report_sign = {
    .name = "report.sign", .decide = sign_decide, .write = sign_write};
