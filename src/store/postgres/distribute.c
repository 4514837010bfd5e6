/*
 * The schema, spread over a Citus cluster.
 *
 * Which table lies where is read off the schema itself, so that no list can
 * fall behind it: a table whose every unique key holds `tenant` is distributed
 * by it, co-located with all others; a table of tenants that is unique across
 * them, and the store's own register of steps, is a reference table, which is a
 * copy on every node.  Nothing stays local, because a server may be connected
 * to any node.  All of the schema is checked before anything is changed.
 *
 * A table at a time, each in a transaction of its own, parents of foreign keys
 * first: what was broken off goes on where it stopped.  Not for moving tenants
 * between nodes: that is Citus's own business (citus_rebalance_start).
 *
 * The rules: Citus documentation, "Creating and Modifying Distributed Tables"
 * and "Citus Utility Functions".
 */
#include <stdlib.h>

#include "store/postgres/internal.h"

/* What a table is now, as pg_dist_partition has it, or is to be. */
enum place { PLACE_LOCAL, PLACE_BY_TENANT, PLACE_EVERYWHERE, PLACE_OTHER };

struct table {
    const char *name; /* as SQL writes it, with its schema */
    struct li_str bare;
    enum place place, target;
    bool ordered;
};

struct link { /* a foreign key */
    const char *name;
    size_t child, parent;
    bool pairs_tenant, rewrites_tenant;
};

struct plan {
    struct table *tables;
    size_t table_count;
    struct link *links;
    size_t link_count;
    struct table **order; /* parents first */
};

static const char exists_query[] = "select to_regproc('create_distributed_table') is not null";

/* `keyed`: every unique key holds tenant.  Tables of extensions are not ours. */
static const char tables_query[] =
    "with t as (select c.oid, c.relname, a.attnum as tenant from pg_class c"
    " left join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and a.attnotnull"
    "  and not a.attisdropped and a.atttypid = 'bigint'::regtype"
    " where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')"
    "  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e'))"
    " select format('%I.%I', current_schema(), t.relname), t.relname, t.tenant is not null as "
    "tenanted,"
    " t.tenant is not null"
    "  and exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)"
    "  and not exists (select from pg_index i where i.indrelid = t.oid"
    "   and (i.indisunique or i.indisexclusion) and t.tenant <>"
    "   all ((i.indkey::int2[])[0:i.indnkeyatts - 1])) as keyed,"
    " coalesce((select min(g.tgname) from pg_trigger g where g.tgrelid = t.oid"
    "  and not g.tgisinternal), '') as trigger"
    " from t order by t.relname";

static const char links_query[] =
    "select f.conname, (select format('%I.%I', n.nspname, c.relname) from pg_class c"
    "  join pg_namespace n on n.oid = c.relnamespace where c.oid = f.conrelid),"
    " (select format('%I.%I', n.nspname, c.relname) from pg_class c"
    "  join pg_namespace n on n.oid = c.relnamespace where c.oid = f.confrelid),"
    " exists (select from generate_subscripts(f.conkey, 1) k"
    "  join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[k]"
    "  join pg_attribute b on b.attrelid = f.confrelid and b.attnum = f.confkey[k]"
    "  where a.attname = 'tenant' and b.attname = 'tenant'),"
    " f.confdeltype in ('n', 'd') or f.confupdtype in ('n', 'd', 'c')"
    " from pg_constraint f where f.contype = 'f'"
    " and f.connamespace = current_schema()::regnamespace order by f.conname";

static const char places_query[] =
    "select format('%I.%I', current_schema(), c.relname), case"
    " when p.partmethod = 'h' and column_to_column_name(p.logicalrelid, p.partkey) = 'tenant'"
    "  and p.colocationid = (select min(f.colocationid) from pg_dist_partition f"
    "   join pg_class c on c.oid = f.logicalrelid"
    "   where f.partmethod = 'h' and c.relnamespace = current_schema()::regnamespace)"
    "  then 'tenant'"
    " when p.partmethod = 'n' and p.repmodel = 't' then 'everywhere'"
    " when p.partmethod = 'n' and p.partkey is null and p.repmodel = 's'"
    "  and p.colocationid = 0 then 'local'"
    " else 'other' end"
    " from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid"
    " where c.relnamespace = current_schema()::regnamespace";

/* The rows a table had on the coordinator stay there as a hidden copy. */
static const char leftover_query[] =
    "select truncate_local_data_after_distributing_table($1::regclass)"
    " where pg_relation_size($1::regclass) > 0";

/* DDL and reference tables in one transaction: node by node, not at once. */
static const char sequential[] = "set local citus.multi_shard_modify_mode to 'sequential'";

static int ask(struct li_ctx *ctx, struct postgres_conn *conn, const char *text, int count,
               const char *const *values, const char *what, PGresult **ret)
{
    int rc = li_postgres_put(ctx, conn,
                             PQsendQueryParams(conn->pg, text, count, NULL, values, NULL, NULL, 0),
                             (struct postgres_sent){.name = what});

    return rc < 0 ? rc : li_postgres_settle(ctx, conn, ret);
}

static bool is_true(const PGresult *result, int row, int column)
{
    return PQgetvalue(result, row, column)[0] == 't';
}

/* ---- reading --------------------------------------------------------------- */

static struct table *find(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->table_count; i++) {
        if (strcmp(plan->tables[i].name, name) == 0)
            return &plan->tables[i];
    }
    return NULL;
}

static int read_table(struct li_ctx *ctx, const PGresult *result, int row, struct table *ret)
{
    struct li_str bare = li_str_dup(ctx, li_str(PQgetvalue(result, row, 1)));
    bool tenanted = is_true(result, row, 2);

    if (PQgetvalue(result, row, 4)[0])
        return LI_FAIL(ctx, LI_E_STATE,
                       "table %.*s has the trigger %s: a distributed table may have none",
                       LI_P(bare), PQgetvalue(result, row, 4));
    if (!tenanted && !li_str_is(bare, "schema_step"))
        return LI_FAIL(ctx, LI_E_STATE,
                       "table %.*s is not of linli (it has no tenant): give linli a database or "
                       "schema of its own",
                       LI_P(bare));
    *ret = (struct table){.name = li_str_c(ctx, li_str(PQgetvalue(result, row, 0))),
                          .bare = bare,
                          .target = is_true(result, row, 3) ? PLACE_BY_TENANT : PLACE_EVERYWHERE};
    return ret->name && bare.ptr ? 0 : -LI_E_NOMEM;
}

static int read_tables(struct li_ctx *ctx, struct postgres_conn *conn, struct plan *plan)
{
    PGresult *result;
    int rc = ask(ctx, conn, tables_query, 0, NULL, "reading the schema", &result);

    if (rc < 0)
        return rc;
    plan->tables = li_alloc_array(ctx, (size_t)PQntuples(result) + 1, sizeof(*plan->tables));
    plan->order = li_alloc_array(ctx, (size_t)PQntuples(result) + 1, sizeof(struct table *));
    rc = plan->tables && plan->order ? 0 : -LI_E_NOMEM;
    for (int row = 0; rc == 0 && row < PQntuples(result); row++)
        rc = read_table(ctx, result, row, &plan->tables[plan->table_count++]);
    PQclear(result);
    if (rc == 0 && plan->table_count == 0)
        rc = LI_FAIL(ctx, LI_E_STATE, "there is no schema yet");
    return rc;
}

static int check_link(struct li_ctx *ctx, const struct plan *plan, const struct link *link)
{
    const struct table *child = &plan->tables[link->child];
    const struct table *parent = &plan->tables[link->parent];
    const char *fault = NULL;

    if (parent->target == PLACE_EVERYWHERE)
        return 0;
    if (child->target == PLACE_EVERYWHERE)
        fault = "a reference table may not refer to a distributed one";
    else if (!link->pairs_tenant)
        fault = "it does not pair tenant with tenant";
    else if (link->rewrites_tenant)
        fault = "it would change the tenant";
    if (!fault)
        return 0;
    return LI_FAIL(ctx, LI_E_STATE, "foreign key %s from %s to %s: %s", link->name, child->name,
                   parent->name, fault);
}

static int read_link(struct li_ctx *ctx, const struct plan *plan, const PGresult *result, int row,
                     struct link *ret)
{
    const struct table *child = find(plan, PQgetvalue(result, row, 1));
    const struct table *parent = find(plan, PQgetvalue(result, row, 2));
    const char *name = li_str_c(ctx, li_str(PQgetvalue(result, row, 0)));

    if (!name)
        return -LI_E_NOMEM;
    if (!child || !parent)
        return LI_FAIL(ctx, LI_E_STATE, "foreign key %s leads out of the schema", name);
    *ret = (struct link){.name = name,
                         .child = (size_t)(child - plan->tables),
                         .parent = (size_t)(parent - plan->tables),
                         .pairs_tenant = is_true(result, row, 3),
                         .rewrites_tenant = is_true(result, row, 4)};
    return check_link(ctx, plan, ret);
}

static int read_links(struct li_ctx *ctx, struct postgres_conn *conn, struct plan *plan)
{
    PGresult *result;
    int rc = ask(ctx, conn, links_query, 0, NULL, "reading the foreign keys", &result);

    if (rc < 0)
        return rc;
    plan->links = li_alloc_array(ctx, (size_t)PQntuples(result) + 1, sizeof(*plan->links));
    rc = plan->links ? 0 : -LI_E_NOMEM;
    for (int row = 0; rc == 0 && row < PQntuples(result); row++)
        rc = read_link(ctx, plan, result, row, &plan->links[plan->link_count++]);
    PQclear(result);
    return rc;
}

static int read_places(struct li_ctx *ctx, struct postgres_conn *conn, struct plan *plan)
{
    PGresult *result;
    int rc = ask(ctx, conn, places_query, 0, NULL, "reading what is distributed", &result);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < plan->table_count; i++)
        plan->tables[i].place = PLACE_LOCAL;
    for (int row = 0; row < PQntuples(result); row++) {
        struct table *table = find(plan, PQgetvalue(result, row, 0));
        const char *place = PQgetvalue(result, row, 1);

        if (!table)
            continue;
        table->place = strcmp(place, "tenant") == 0       ? PLACE_BY_TENANT
                       : strcmp(place, "everywhere") == 0 ? PLACE_EVERYWHERE
                       : strcmp(place, "local") == 0      ? PLACE_LOCAL
                                                          : PLACE_OTHER;
    }
    PQclear(result);
    for (size_t i = 0; i < plan->table_count; i++) {
        const struct table *table = &plan->tables[i];

        if (table->place != PLACE_LOCAL && table->place != table->target)
            return LI_FAIL(ctx, LI_E_STATE,
                           "table %s is distributed in another way than by tenant beside the "
                           "others: undistribute_table() it first",
                           table->name);
    }
    return 0;
}

/* Parents before children; a table may refer to itself. */
static int put_in_order(struct li_ctx *ctx, struct plan *plan)
{
    size_t placed = 0;

    while (placed < plan->table_count) {
        size_t before = placed;

        for (size_t i = 0; i < plan->table_count; i++) {
            bool waits = plan->tables[i].ordered;

            for (size_t k = 0; k < plan->link_count && !waits; k++)
                waits = plan->links[k].child == i && plan->links[k].parent != i &&
                        !plan->tables[plan->links[k].parent].ordered;
            if (waits)
                continue;
            plan->tables[i].ordered = true;
            plan->order[placed++] = &plan->tables[i];
        }
        if (placed == before)
            return LI_FAIL(ctx, LI_E_STATE, "foreign keys go round in a circle");
    }
    return 0;
}

/* ---- doing ----------------------------------------------------------------- */

/* The table all others lie beside: the first one distributed; NULL when none is. */
static const struct table *companion(const struct plan *plan)
{
    for (size_t i = 0; i < plan->table_count; i++) {
        if (plan->tables[i].place == PLACE_BY_TENANT)
            return &plan->tables[i];
    }
    return NULL;
}

static int create(struct li_ctx *ctx, struct postgres_conn *conn, const struct plan *plan,
                  const struct table *table)
{
    const struct table *beside = companion(plan);
    const char *const values[] = {table->name, beside ? beside->name : "none"};

    if (table->target == PLACE_EVERYWHERE)
        return ask(ctx, conn, "select create_reference_table($1::regclass)", 1, values, table->name,
                   NULL);
    return ask(ctx, conn,
               "select create_distributed_table($1::regclass, 'tenant', colocate_with => $2)", 2,
               values, table->name, NULL);
}

static int in_own_transaction(struct li_ctx *ctx, struct li_conn *base, struct plan *plan,
                              struct table *table, bool *ret_made)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    bool made = false;
    int rc = li_begin(ctx, base);

    if (rc < 0)
        return rc;
    rc = base->driver->schema_lock(ctx, base);
    rc = rc ? rc : read_places(ctx, conn, plan);
    if (rc == 0 && table->place == PLACE_LOCAL) {
        made = true;
        rc = create(ctx, conn, plan, table);
    }
    if (rc < 0) {
        li_rollback(base);
        return rc;
    }
    rc = li_commit(ctx, base);
    if (rc == 0) {
        table->place = table->target;
        *ret_made = made;
    }
    return rc;
}

/* Once nothing is local any more, what lies behind foreign keys may go too. */
static int drop_leftovers(struct li_ctx *ctx, struct li_conn *base, const struct plan *plan)
{
    int rc = li_begin(ctx, base);

    if (rc < 0)
        return rc;
    rc = base->driver->schema_lock(ctx, base);
    for (size_t i = plan->table_count; rc == 0 && i > 0; i--) {
        const char *const values[] = {plan->order[i - 1]->name};

        rc = ask(ctx, (struct postgres_conn *)base, leftover_query, 1, values, values[0], NULL);
    }
    if (rc < 0) {
        li_rollback(base);
        return rc;
    }
    return li_commit(ctx, base);
}

static int check_citus(struct li_ctx *ctx, struct postgres_conn *conn)
{
    PGresult *result;
    int rc = ask(ctx, conn, exists_query, 0, NULL, "looking for Citus", &result);

    if (rc < 0)
        return rc;
    if (!is_true(result, 0, 0))
        rc = LI_FAIL(ctx, LI_E_STATE,
                     "this PostgreSQL has no Citus: `create extension citus` in the database "
                     "comes first");
    PQclear(result);
    return rc;
}

int li_postgres_sequential(struct li_ctx *ctx, struct li_conn *base)
{
    return li_postgres_ddl(ctx, base, li_str(sequential));
}

int li_postgres_distribute(struct li_ctx *ctx, struct li_conn *base,
                           const struct li_spread_told *told)
{
    struct postgres_conn *conn = (struct postgres_conn *)base;
    struct plan plan = {0};
    int rc = check_citus(ctx, conn);

    rc = rc ? rc : read_tables(ctx, conn, &plan);
    rc = rc ? rc : read_links(ctx, conn, &plan);
    rc = rc ? rc : read_places(ctx, conn, &plan);
    rc = rc ? rc : put_in_order(ctx, &plan);
    for (size_t i = 0; rc == 0 && i < plan.table_count; i++) {
        struct table *table = plan.order[i];
        bool made = false;

        rc = in_own_transaction(ctx, base, &plan, table, &made);
        if (rc == 0 && told)
            told->fn(told->arg, &(struct li_spread){.table = table->bare,
                                                    .everywhere = table->target == PLACE_EVERYWHERE,
                                                    .made = made});
    }
    return rc ? rc : drop_leftovers(ctx, base, &plan);
}
