/* Programmes switched off and on; see use.h. */
#include "case/use.h"

#include "base/json.h"
#include "case/library.h"
#include "case/rhythm.h"
#include "contract/fault.h"
#include "record/tenant.h"

LI_SQL(use_off, "select name from playbook_off where tenant = $1 order by name");
LI_SQL(use_put_off, "insert into playbook_off (tenant, name, since) values ($1, $2, $3)");
LI_SQL(use_put_on, "delete from playbook_off where tenant = $1 and name = $2");

static int read_name(struct li_ctx *ctx, const struct li_rows *rows, void *to)
{
    struct li_str *ret = to;

    *ret = li_col_dup(ctx, rows, 0);
    return ret->ptr ? 0 : -LI_E_NOMEM;
}

int li_playbooks_off(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_off_list *ret)
{
    size_t count = 0;
    void *all;
    int r = li_query_list(ctx, conn, &use_off, LI_ARGS(li_v(tenant)), sizeof(struct li_str),
                          read_name, &all, &count);

    if (r == 0) {
        *ret = (struct li_off_list){.names = all, .count = count};
    }
    return r;
}

bool li_is_off(const struct li_off_list *names, struct li_str name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (li_str_eq(names->names[i], name)) {
            return true;
        }
    }
    return false;
}

int li_playbook_in_use(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                       const struct li_playbook *playbook)
{
    struct li_off_list off;
    int r = li_playbooks_off(ctx, conn, tenant, &off);

    if (r || !li_is_off(&off, playbook->name)) {
        return r;
    }
    return li_machine_tell_off(ctx, playbook->title);
}

int li_case_off(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                struct li_case *row)
{
    struct li_off_list names = {.count = 0};
    const struct li_playbook *playbook;
    struct li_off *off;
    bool opens = false;
    int r;

    for (size_t i = 0; i < row->playbook->action_count; i++) {
        opens |= row->playbook->actions[i].spawn_count > 0;
    }
    r = opens ? li_playbooks_off(ctx, conn, tenant, &names) : 0;
    off = r ? NULL : li_alloc_array(ctx, names.count, sizeof(*off));
    if (!off) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < names.count; i++) {
        r = li_library_find(ctx, li_bound(record)->library, conn, tenant, names.names[i], 0,
                            &playbook);
        off[i] = (struct li_off){.name = names.names[i]};
        if (r == 0) {
            off[i].title = playbook->title;
        }
    }
    row->off = off;
    row->off_count = names.count;
    return r;
}

/* ---- playbook.use --------------------------------------------------------------- */

static int use_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_playbook_use_args *use = args;
    const struct li_playbook *playbook;
    struct li_off_list off;
    int r = li_library_find(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant, use->name, 0,
                            &playbook);

    r = r ? r : li_playbooks_off(ctx, tx->conn, tx->tenant, &off);
    if (r == 0 && li_is_off(&off, use->name) != use->on) {
        return LI_FAIL(ctx, LI_E_UNIQUE, "%.*s is %s already", LI_P(use->name),
                       use->on ? "on" : "off");
    }
    if (r == 0) {
        *ret_plan = (void *)use;
    }
    return r;
}

static int use_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const struct li_playbook_use_args *use = plan;
    struct li_json json;
    int r = use->on ? li_exec(ctx, tx->conn, &use_put_on,
                              LI_ARGS(li_v(tx->tenant), li_v_text(use->name)), NULL)
                    : li_exec(ctx, tx->conn, &use_put_off,
                              LI_ARGS(li_v(tx->tenant), li_v_text(use->name), li_v(tx->now)), NULL);

    if (r == 0 && !use->on) {
        r = li_rhythm_rest(ctx, tx, use->name);
    }
    r = r ? r : li_tenant_touch(ctx, tx);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_bool(&json, "on", use->on);
    li_json_put_text(&json, "playbook", use->name);
    ret->entity = tx->tenant;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_playbook_use = {
    .name = "playbook.use",
    .decide = use_decide,
    .write = use_write,
};
