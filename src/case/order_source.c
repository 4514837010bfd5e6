/* Where orders come from: the columns of a platform's sheets; see order.h. */
#include "base/canonical.h"
#include "base/grow.h"
#include "case/inside.h"
#include "case/order.h"
#include "contract/fault.h"

#define COLUMNS_MOST 60

LI_SQL(source_set, "insert into order_source (tenant, name, spec, since) values ($1, $2, $3, $4) "
                   "on conflict (tenant, name) do update "
                   "set spec = excluded.spec, since = excluded.since");
LI_SQL(source_all, "select name, spec from order_source where tenant = $1 order by name");
LI_SQL(source_one, "select spec from order_source where tenant = $1 and name = $2");

int li_order_sources(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     struct li_order_source **ret, size_t *ret_count)
{
    struct li_order_source *all = NULL;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, &source_all, LI_ARGS(li_v(tenant)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_order_source *more = li_grow(ctx, all, count, &cap, sizeof(*all));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        all = more;
        all[count].name = li_col_dup(ctx, rows, 0);
        r = li_canonical_read(ctx, li_col_dup(ctx, rows, 1), &all[count++].spec);
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

int li_order_source_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                         struct li_str name, struct li_node **ret_spec)
{
    struct li_rows *rows;
    struct li_str spec;
    int r = li_query_one(ctx, conn, &source_one, LI_ARGS(li_v(tenant), li_v_text(name)), &rows);

    if (r) {
        return r;
    }
    spec = li_col_dup(ctx, rows, 0);
    li_rows_done(rows);
    return spec.ptr ? li_canonical_read(ctx, spec, ret_spec) : -LI_E_NOMEM;
}

/* ---- order.source ------------------------------------------------------------ */

static bool is_one_of(struct li_str as, const char *const *words)
{
    for (; *words; words++) {
        if (li_str_is(as, *words)) {
            return true;
        }
    }
    return false;
}

static bool is_field(const struct li_playbook *playbook, struct li_str as)
{
    struct li_str name;
    int place;

    if (!li_str_starts(as, LI_S("field:"))) {
        return false;
    }
    name = li_str_n(as.ptr + 6, as.len - 6);
    place = li_playbook_field(playbook, name);
    for (size_t i = 0; place >= 0 && i < playbook->open_field_count; i++) {
        if (playbook->open_fields[i] == place) {
            return true;
        }
    }
    return false;
}

/* Columns of one direction: each named once, each meaning something. */
static int check_columns(struct li_ctx *ctx, const struct li_node *spec, const char *key,
                         const char *const *words, const struct li_playbook *playbook)
{
    const struct li_node *list = li_node_get(spec, key);

    if (!list || list->kind != LI_LIST || list->list.count == 0) {
        return li_fault(ctx, LI_FAULT_REQUIRED, li_strf(ctx, "/%s", key), LI_S(""));
    }
    if (list->list.count > COLUMNS_MOST) {
        return li_fault(ctx, LI_FAULT_MANY, li_strf(ctx, "/%s", key), LI_S("60"));
    }
    for (size_t i = 0; i < list->list.count; i++) {
        struct li_str as = li_node_text(list->list.items[i], "as");
        if (!is_one_of(as, words) && !(playbook && is_field(playbook, as))) {
            return li_fault(ctx, LI_FAULT_CHOICE, li_strf(ctx, "/%s/%zu/as", key, i), LI_S(""));
        }
        if (li_node_text(list->list.items[i], "column").len == 0) {
            return li_fault(ctx, LI_FAULT_REQUIRED, li_strf(ctx, "/%s/%zu/column", key, i),
                            LI_S(""));
        }
    }
    return 0;
}

static bool reads_number(const struct li_node *spec)
{
    const struct li_node *list = li_node_get(spec, "read");

    for (size_t i = 0; i < list->list.count; i++) {
        if (li_str_is(li_node_text(list->list.items[i], "as"), "number")) {
            return true;
        }
    }
    return false;
}

static int source_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    static const char *const read[] = {"number", "deadline", "area", "skip", NULL};
    static const char *const write[] = {"number", "reply", "replied_at", "deadline",
                                        "case",   "state", "area",       NULL};
    const struct li_order_source_args *source = args;
    const struct li_playbook *playbook;
    int r = li_library_find(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant,
                            li_node_text(source->spec, "playbook"), 0, &playbook);

    if (r == -LI_E_NOT_FOUND) {
        return li_fault(ctx, LI_FAULT_CHOICE, LI_S("/playbook"), LI_S(""));
    }
    r = r ? r : check_columns(ctx, source->spec, "read", read, playbook);
    r = r ? r : check_columns(ctx, source->spec, "write", write, NULL);
    if (r == 0 && !reads_number(source->spec)) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/read"), LI_S("number"));
    }
    *ret_plan = (void *)(uintptr_t)args;
    return r;
}

static int source_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                        struct li_outcome *ret)
{
    const struct li_order_source_args *source = plan;
    struct li_json json;
    struct li_str spec;
    int r = li_canonical(ctx, source->spec, &spec);

    r = r ? r
          : li_exec(
                ctx, tx->conn, &source_set,
                LI_ARGS(li_v(tx->tenant), li_v_text(source->name), li_v_blob(spec), li_v(tx->now)),
                NULL);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_text(&json, "name", source->name);
    li_json_key(&json, "spec");
    li_json_raw(&json, spec);
    ret->entity = tx->tenant;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_order_source_put = {
    .name = "order.source",
    .decide = source_decide,
    .write = source_write,
};
