/*
 * Organizations: units that posts belong to and tasks are given to.  Their names
 * are public and may stand in history.
 */
#include "base/grow.h"
#include "base/id.h"
#include "base/json.h"
#include "people/inside.h"
#include "record/tenant.h"

LI_SQL(organization_by_id,
       "select id, name, area_path from organization where tenant = $1 and id = $2");
LI_SQL(organization_all,
       "select id, name, area_path from organization where tenant = $1 order by id");
LI_SQL(organization_named, "select id from organization where tenant = $1 and name = $2");
LI_SQL(organization_insert,
       "insert into organization (tenant, id, name, area_path) values ($1, $2, $3, $4)");

static int read_organization(struct li_ctx *ctx, const struct li_rows *rows,
                             struct li_organization *ret)
{
    struct li_organization organization = {
        .id = li_col_i64(rows, 0),
        .name = li_col_dup(ctx, rows, 1),
        .area_path = li_col_dup(ctx, rows, 2),
    };

    if (!organization.name.ptr || !organization.area_path.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = organization;
    return 0;
}

int li_organization_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                         struct li_organization *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &organization_by_id, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r == 0) {
        r = read_organization(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

static int collect(struct li_ctx *ctx, struct li_rows *rows, struct li_organization **ret,
                   size_t *ret_count)
{
    size_t cap = 0, count = 0;
    struct li_organization *all = NULL;
    int r = 0;

    while (r == 0 && (r = li_rows_next(ctx, rows)) > 0) {
        struct li_organization *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        if (!more) {
            return -LI_E_NOMEM;
        }
        all = more;
        r = read_organization(ctx, rows, &all[count++]);
    }
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

int li_organization_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                         struct li_organization **ret, size_t *ret_count)
{
    struct li_rows *rows;
    int r = li_query(ctx, conn, &organization_all, LI_ARGS(li_v(tenant)), &rows);

    if (r == 0) {
        r = collect(ctx, rows, ret, ret_count);
        li_rows_done(rows);
    }
    return r;
}

/* ---- organization.add ------------------------------------------------------- */

struct plan {
    struct li_new made; /* first: what the caller sees of a plan */
    struct li_str name;
    struct li_str area_path;
};

static int add_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_organization_args *add = args;
    struct plan *plan = li_alloc(ctx, sizeof(*plan));
    struct li_rows *rows;
    int r = plan ? li_people_name(ctx, add->name) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    plan->name = add->name;
    r = li_people_place(ctx, tx, add->area_code, &plan->area_path);
    if (r) {
        return r;
    }
    r = li_query_one(ctx, tx->conn, &organization_named,
                     LI_ARGS(li_v(tx->tenant), li_v_text(add->name)), &rows);
    if (r == 0) {
        li_rows_done(rows);
        return LI_FAIL_AT(ctx, LI_E_UNIQUE, LI_S("/name"), "an organization has that name");
    }
    if (r != -LI_E_NOT_FOUND) {
        return r;
    }
    plan->made.id = li_id_next(li_record_ids(tx->record), ctx->clock);
    *ret_plan = plan;
    return 0;
}

static int add_write(struct li_ctx *ctx, const struct li_tx *tx, void *args, struct li_outcome *ret)
{
    const struct plan *plan = args;
    struct li_json json;
    int r = li_exec(ctx, tx->conn, &organization_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(plan->made.id), li_v_text(plan->name),
                            li_v_text(plan->area_path)),
                    NULL);

    r = r ? r : li_tenant_touch(ctx, tx);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_text(&json, "area", plan->area_path);
    li_json_put_text(&json, "name", plan->name);
    li_json_put_id(&json, "organization", plan->made.id);
    ret->entity = plan->made.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_organization_add = {
    .name = "organization.add",
    .decide = add_decide,
    .write = add_write,
};
