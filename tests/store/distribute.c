/*
 * `linli migrate --distribute`: what it asks of Citus, shown by a STAND-IN
 * (tests/lib/citus_stand_in.sql) that refuses what Citus is known to refuse.
 * Whether a real cluster takes it is tested with LINLI_TEST_CLUSTER.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/sys.h"
#include "lib/stores.h"

/* A store whose search_path ends with the stand-in's schema. */
struct spread_test {
    struct test_store *t;
    struct li_store *store;
    PGconn *pg; /* beside it */
    char citus[80];
    size_t told, made, everywhere;
};

static void execute(struct spread_test *s, const char *text)
{
    PGresult *result = PQexec(s->pg, text);

    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s: %s", text, PQerrorMessage(s->pg));
    PQclear(result);
}

/* One number or text from beside. */
static const char *value(struct spread_test *s, const char *text)
{
    PGresult *result = PQexec(s->pg, text);
    struct li_str copy = {0};

    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
        fail_msg("%s: %s", text, PQerrorMessage(s->pg));
    copy = li_str_dup(s->t->ctx, li_str(PQgetvalue(result, 0, 0)));
    assert_non_null(copy.ptr);
    PQclear(result);
    return li_str_c(s->t->ctx, copy);
}

static void end(void *arg)
{
    struct spread_test *s = arg;
    char text[160];

    li_store_close(s->store);
    if (s->pg) {
        snprintf(text, sizeof(text),
                 "set client_min_messages to error; drop schema if exists %s cascade", s->citus);
        PQclear(PQexec(s->pg, text));
        PQfinish(s->pg);
    }
    free(s);
}

/* In a cluster the true functions would be found first. */
static void only_without_citus(void)
{
    if (getenv("LINLI_TEST_SPREAD"))
        skip();
}

static struct spread_test *open_spread(struct test_store *t)
{
    struct spread_test *s;
    struct li_str stand_in;
    char text[1200];

    only_without_citus();
    s = calloc(1, sizeof(*s));
    assert_non_null(s);
    s->t = t;
    t->end = end;
    t->end_arg = s;
    snprintf(s->citus, sizeof(s->citus), "%s_stand_in", t->schema);
    s->pg = PQconnectdb(t->where);
    assert_int_equal(PQstatus(s->pg), CONNECTION_OK);
    snprintf(text, sizeof(text), "create schema %s; set search_path to %s", s->citus, s->citus);
    execute(s, text);
    assert_ok(t, li_file_read(t->ctx, "tests/lib/citus_stand_in.sql", 0, &stand_in));
    execute(s, li_str_c(t->ctx, stand_in));
    snprintf(text, sizeof(text), "set search_path to %s, %s", t->schema, s->citus);
    execute(s, text);
    snprintf(text, sizeof(text), "%s%%2C%s", t->where, s->citus);
    assert_ok(t, li_store_open(t->ctx, text, &s->store));
    return s;
}

static void hear(void *arg, const struct li_spread *spread)
{
    struct spread_test *s = arg;

    s->told++;
    s->made += spread->made;
    s->everywhere += spread->everywhere;
}

static int distribute(struct spread_test *s)
{
    const struct li_spread_told told = {.fn = hear, .arg = s};

    s->told = s->made = s->everywhere = 0;
    return li_store_distribute(s->t->ctx, s->store, &told);
}

static void assert_refused(struct spread_test *s, const char *why)
{
    assert_int_equal(distribute(s), -LI_E_STATE);
    if (!strstr(li_str_c(s->t->ctx, li_ctx_explain(s->t->ctx)), why))
        fail_msg("said: %.*s", LI_P(li_ctx_explain(s->t->ctx)));
    li_ctx_clear(s->t->ctx);
    assert_string_equal(value(s, "select count(*) from stand_in_call"), "0");
}

static const char parent[] = "create table parent (tenant I64 not null, id I64 not null,"
                             " primary key (tenant, id)) OPTS;";

/* ---- the house's own schema ------------------------------------------------ */

static void migrate_house(struct spread_test *s)
{
    struct li_migration *steps;
    size_t count = test_schema_steps(s->t->ctx, &steps);
    int ran;

    assert_ok(s->t, li_store_migrate(s->t->ctx, s->store, steps, count, &ran));
    assert_int_equal(ran, count);
}

static void whole_schema(struct test_store *t)
{
    struct spread_test *s = open_spread(t);

    migrate_house(s);
    assert_ok(t, distribute(s));
    assert_int_equal(s->told, s->made);
    /* what lies everywhere: the tenants and the register of steps, no more */
    assert_string_equal(value(s, "select string_agg(logicalrelid::text, ' ' order by"
                                 " logicalrelid::text) from pg_dist_partition"
                                 " where partmethod = 'n'"),
                        "schema_step tenant");
    assert_string_equal(
        value(s, "select count(*) from pg_class c left join pg_dist_partition p"
                 " on p.logicalrelid = c.oid where c.relkind = 'r' and p.logicalrelid is null"
                 " and c.relnamespace = current_schema()::regnamespace"),
        "0");
    assert_string_equal(value(s, "select count(distinct colocationid) from pg_dist_partition"
                                 " where partmethod = 'h' and partkey = 'tenant'"),
                        "1");
    /* a parent before its child */
    assert_string_equal(
        value(s, "select (select no from stand_in_call where call like 'distributed person %') <"
                 " (select no from stand_in_call where call like 'distributed account %')"),
        "t");
}

static void again_does_nothing(struct test_store *t)
{
    struct spread_test *s = open_spread(t);
    size_t all;

    migrate_house(s);
    assert_ok(t, distribute(s));
    all = s->told;
    execute(s, "delete from stand_in_call");
    assert_ok(t, distribute(s));
    assert_int_equal(s->told, all);
    assert_int_equal(s->made, 0);
    assert_string_equal(value(s, "select count(*) from stand_in_call where call not like 'left%'"),
                        "0");
}

/* Broken off at a table, it goes on there; tables of later steps join the rest. */
static void goes_on(struct test_store *t)
{
    struct spread_test *s = open_spread(t);
    size_t before;

    migrate_house(s);
    execute(s,
            "create function stop() returns trigger language plpgsql as $$ begin"
            " if stand_in_name(new.logicalrelid) = 'person' then raise exception 'the node is gone'"
            " using errcode = '57P03'; end if; return new; end $$;"
            "create trigger stop before insert on pg_dist_partition for each row"
            " execute function stop()");
    assert_true(distribute(s) < 0);
    li_ctx_clear(t->ctx);
    before = s->made;
    assert_true(before > 0);
    execute(s, "drop trigger stop on pg_dist_partition");
    assert_ok(t, distribute(s));
    assert_int_equal(s->made + before, s->told);
    test_ddl(t, "create table later (tenant I64 not null, id I64 not null,"
                " primary key (tenant, id)) OPTS");
    assert_ok(t, distribute(s));
    assert_int_equal(s->made, 1);
    assert_string_equal(value(s, "select call from stand_in_call where call like '%later%'"),
                        "distributed later by tenant with absence");
}

/* The coordinator's hidden rows go once nothing local can refer to them. */
static void leftovers(struct test_store *t)
{
    struct spread_test *s = open_spread(t);

    migrate_house(s);
    execute(s, "insert into person (tenant, id, name) values (1, 1, 'a')");
    assert_ok(t, distribute(s));
    assert_string_equal(value(s, "select count(*) from stand_in_call where call ="
                                 " 'leftover person'"),
                        "1");
    assert_string_equal(value(s, "select count(*) from stand_in_call where call ="
                                 " 'leftover account'"),
                        "0");
}

/* ---- what cannot be distributed -------------------------------------------- */

static void no_citus(struct test_store *t)
{
    const struct li_spread_told told = {.fn = hear, .arg = NULL};

    only_without_citus();
    test_ddl(t, parent);
    assert_int_equal(li_store_distribute(t->ctx, t->store, &told),
                     t->kind == LI_STORE_POSTGRES ? -LI_E_STATE : -LI_E_USAGE);
}

static void no_schema(struct test_store *t)
{
    assert_refused(open_spread(t), "no schema yet");
}

static void strange_table(struct test_store *t)
{
    struct spread_test *s = open_spread(t);

    test_ddl(t, parent);
    execute(s, "create table orders (id bigint primary key)");
    assert_refused(s, "table orders is not of linli");
}

static void trigger(struct test_store *t)
{
    struct spread_test *s = open_spread(t);

    test_ddl(t, parent);
    execute(s, "create function noop() returns trigger language plpgsql as"
               " $$ begin return null; end $$;"
               "create trigger noop after insert on parent for each row execute function noop()");
    assert_refused(s, "has the trigger noop");
}

static void foreign_keys(struct test_store *t)
{
    static const struct {
        const char *child, *why;
    } bad[] = {
        {"create table child (tenant bigint not null, id bigint not null, other bigint,"
         " parent bigint, primary key (tenant, id),"
         " foreign key (other, parent) references parent (tenant, id))",
         "does not pair tenant with tenant"},
        {"create table child (tenant bigint not null, id bigint not null, parent bigint,"
         " primary key (tenant, id),"
         " foreign key (tenant, parent) references parent (tenant, id) on delete set null)",
         "would change the tenant"},
        {"create table child (tenant bigint not null, id bigint not null primary key,"
         " parent bigint, foreign key (tenant, parent) references parent (tenant, id))",
         "a reference table may not refer"},
    };
    struct spread_test *s = open_spread(t);

    test_ddl(t, parent);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        execute(s, bad[i].child);
        assert_refused(s, bad[i].why);
        execute(s, "drop table child");
    }
}

static void otherwise_distributed(struct test_store *t)
{
    struct spread_test *s = open_spread(t);

    test_ddl(t, parent);
    execute(s, "insert into pg_dist_partition values ('parent', 'h', 'id', 7, 's')");
    assert_refused(s, "in another way");
}

/* ---- the stand-in itself ---------------------------------------------------- */

static void assert_state(struct spread_test *s, const char *text, const char *state)
{
    PGresult *result = PQexec(s->pg, text);
    const char *said = PQresultErrorField(result, PG_DIAG_SQLSTATE);

    if (!said || strcmp(said, state) != 0)
        fail_msg("%s: %s", text, said ? said : "was taken");
    PQclear(result);
}

static void stand_in_refuses(struct test_store *t)
{
    struct spread_test *s = open_spread(t);

    test_ddl(t, parent);
    execute(s, "create table loose (tenant bigint not null, id bigint primary key)");
    assert_state(s, "select create_distributed_table('loose', 'tenant')", "0A000");
    assert_state(s, "select create_distributed_table('parent', 'tenancy')", "42703");
    execute(s, "create table child (tenant bigint not null, id bigint not null, loose bigint"
               " references loose, primary key (tenant, id),"
               " foreign key (tenant, id) references parent)");
    /* a child before its parent */
    assert_state(s, "select create_distributed_table('child', 'tenant')", "0A000");
    execute(s, "select create_reference_table('loose')");
    /* a parent whose child is local, tied to a reference table */
    assert_state(s, "select create_distributed_table('parent', 'tenant')", "0A000");
    execute(s, "alter table child drop constraint child_loose_fkey");
    execute(s, "select create_distributed_table('parent', 'tenant', colocate_with => 'none')");
    assert_state(s, "select create_distributed_table('parent', 'tenant')", "42P16");
    assert_state(s, "select truncate_local_data_after_distributing_table('parent')", "0A000");
    assert_state(s, "select create_distributed_table('child', 'tenant', colocate_with => 'none')",
                 "0A000");
    assert_state(s, "select create_reference_table('child')", "0A000");
    execute(s, "select create_distributed_table('child', 'tenant',"
               " colocate_with => current_schema() || '.parent')");
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(no_citus),
        POSTGRES_TEST(whole_schema),
        POSTGRES_TEST(goes_on),
        POSTGRES_TEST(again_does_nothing),
        POSTGRES_TEST(leftovers),
        POSTGRES_TEST(no_schema),
        POSTGRES_TEST(strange_table),
        POSTGRES_TEST(trigger),
        POSTGRES_TEST(foreign_keys),
        POSTGRES_TEST(otherwise_distributed),
        POSTGRES_TEST(stand_in_refuses),
    };

    return STORE_TESTS_RUN("store distribute", tests);
}
