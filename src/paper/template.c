/* The tenant's own templates: kept as they were sent, tried before they are kept. */
#include "base/json.h"
#include "contract/fault.h"
#include "paper/inside.h"

LI_SQL(template_select, "select source from template where tenant = $1 and name = $2");
LI_SQL(template_there, "select since from template where tenant = $1 and name = $2");
LI_SQL(template_put, "insert into template (tenant, name, source, since) values ($1, $2, $3, $4) "
                     "on conflict (tenant, name) do update set source = excluded.source, "
                     "since = excluded.since");
LI_SQL(template_delete, "delete from template where tenant = $1 and name = $2");

int li_paper_template(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                      const struct li_paper_kind *kind, enum li_lang lang, struct li_str *ret,
                      bool *ret_own)
{
    struct li_rows *rows;
    struct li_str bytes;
    int r = li_query_one(ctx, conn, &template_select,
                         LI_ARGS(li_v(tenant), li_v_text(li_str(kind->name))), &rows);

    *ret_own = r == 0;
    if (r == -LI_E_NOT_FOUND) {
        return li_paper_house(ctx, kind, lang, ret);
    }
    if (r) {
        return r;
    }
    bytes = li_col_dup(ctx, rows, 0);
    li_rows_done(rows);
    if (!bytes.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = bytes;
    return 0;
}

int li_paper_is_own(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    const struct li_paper_kind *kind, bool *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &template_there,
                         LI_ARGS(li_v(tenant), li_v_text(li_str(kind->name))), &rows);

    if (r == 0) {
        li_rows_done(rows);
    }
    *ret = r == 0;
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

/* Whether a file can be filled at all: with nothing, into nothing. */
static int try_out(struct li_ctx *ctx, struct li_str bytes)
{
    struct li_node *nothing = li_node_new_map(ctx);
    struct li_str filled;
    int r = bytes.len > LI_PAPER_BYTES ? -LI_E_INVALID
            : nothing                  ? li_paper_fill(ctx, bytes, nothing, &filled)
                                       : -LI_E_NOMEM;

    return r == -LI_E_INVALID ? li_fault(ctx, LI_FAULT_NO_PAPER, LI_S("/template"), LI_S("")) : r;
}

static int put_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_paper_template_args *put = args;
    struct li_paper_template_args *plan = li_alloc(ctx, sizeof(*plan));
    int r = !plan ? -LI_E_NOMEM : put->bytes.len ? try_out(ctx, put->bytes) : 0;

    (void)tx;
    if (r == 0) {
        *plan = *put;
        *ret_plan = plan;
    }
    return r;
}

static int put_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const struct li_paper_template_args *put = plan;
    struct li_hash hash = li_hash_of(put->bytes);
    char text[2 * LI_HASH_SIZE + 1];
    struct li_json json;
    int r;

    if (put->bytes.len) {
        r = li_exec(ctx, tx->conn, &template_put,
                    LI_ARGS(li_v(tx->tenant), li_v_text(li_str(put->kind->name)),
                            li_v_blob(put->bytes), li_v(tx->now)),
                    NULL);
    } else {
        r = li_exec(ctx, tx->conn, &template_delete,
                    LI_ARGS(li_v(tx->tenant), li_v_text(li_str(put->kind->name))), NULL);
    }
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    if (put->bytes.len) {
        li_hash_hex(&hash, text);
        li_json_put_text(&json, "hash", li_str(text));
    }
    li_json_put_text(&json, "name", li_str(put->kind->name));
    ret->entity = tx->tenant;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_paper_template_put = {
    .name = "paper.template",
    .decide = put_decide,
    .write = put_write,
};
