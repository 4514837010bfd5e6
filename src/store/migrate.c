/*
 * The schema, step by step.
 *
 * Each step runs in one transaction together with its row in `schema_step`, so
 * a step is there whole or not at all, on both engines (DDL is transactional
 * on both).  Two servers that start at once on one PostgreSQL take turns by
 * the driver's schema lock; the later one finds the step done.
 */
#include "store/driver.h"

static const char registry[] = "create table if not exists schema_step (\n"
                               "    number I64 not null primary key,\n"
                               "    name text not null,\n"
                               "    at I64 not null\n"
                               ") OPTS";

LI_SQL(schema_step_name, "select name from schema_step where number = $1");
LI_SQL(schema_step_last, "select number from schema_step order by number desc limit 1");
LI_SQL(schema_step_add, "insert into schema_step (number, name, at) values ($1, $2, $3)");

/* Whether this engine is to run a statement; cuts the word off that says so. */
static bool is_ours(struct li_str *statement, enum li_store_kind kind)
{
    static const struct {
        const char *word;
        enum li_store_kind kind;
    } marks[] = {{"SQLITE ", LI_STORE_SQLITE}, {"POSTGRES ", LI_STORE_POSTGRES}};

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        struct li_str mark = li_str(marks[i].word);

        if (!li_str_starts(*statement, mark))
            continue;
        *statement = li_str_n(statement->ptr + mark.len, statement->len - mark.len);
        return marks[i].kind == kind;
    }
    return true;
}

/* Runs every statement of a text. */
static int run_text(struct li_ctx *ctx, struct li_conn *conn, struct li_str text)
{
    struct li_str rest;
    struct li_str statement;
    int rc = li_sql_translate(ctx, text, conn->driver->words, &rest);

    while (rc == 0 && li_sql_cut(&rest, &statement)) {
        if (is_ours(&statement, conn->driver->kind))
            rc = conn->driver->ddl(ctx, conn, statement);
    }
    return rc;
}

/* 1: run before under this name, 0: not yet, or -LI_E_…. */
static int ran_before(struct li_ctx *ctx, struct li_conn *conn, const struct li_migration *step)
{
    struct li_rows *rows;
    int rc = li_query_one(ctx, conn, &schema_step_name, LI_ARGS(li_v(step->number)), &rows);

    if (rc == -LI_E_NOT_FOUND)
        return 0;
    if (rc < 0)
        return rc;
    rc = 1;
    if (!li_str_is(li_col_str(rows, 0), step->name))
        rc = LI_FAIL(ctx, LI_E_CORRUPT, "schema step %d is '%.*s' in the database, '%s' here",
                     step->number, LI_P(li_col_str(rows, 0)), step->name);
    li_rows_done(rows);
    return rc;
}

static int run_step(struct li_ctx *ctx, struct li_conn *conn, const struct li_migration *step)
{
    int rc = run_text(ctx, conn, step->text);

    if (rc < 0)
        return LI_FAIL(ctx, -rc, "schema step %d '%s'", step->number, step->name);
    return li_exec(
        ctx, conn, &schema_step_add,
        LI_ARGS(li_v(step->number), li_v_text(li_str(step->name)), li_v(li_now(ctx->clock))), NULL);
}

/* One transaction: step NULL makes the registry.  1: it ran, 0: it had. */
static int in_turn(struct li_ctx *ctx, struct li_conn *conn, const struct li_migration *step)
{
    int ran = 0;
    int rc = li_begin(ctx, conn);

    if (rc < 0)
        return rc;
    rc = conn->driver->schema_lock(ctx, conn);
    if (rc < 0)
        goto out;
    if (!step) {
        rc = run_text(ctx, conn, li_str(registry));
        goto out;
    }
    rc = ran_before(ctx, conn, step);
    if (rc == 0) {
        rc = run_step(ctx, conn, step);
        ran = 1;
    }
out:
    if (rc < 0) {
        li_rollback(conn);
        return rc;
    }
    rc = li_commit(ctx, conn);
    return rc < 0 ? rc : ran;
}

static int check_order(struct li_ctx *ctx, const struct li_migration *steps, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (steps[i].number <= steps[i - 1].number)
            return LI_FAIL(ctx, LI_E_INVALID, "schema step %d '%s' stands after step %d",
                           steps[i].number, steps[i].name, steps[i - 1].number);
    }
    return 0;
}

int li_store_migrate(struct li_ctx *ctx, struct li_store *store, const struct li_migration *steps,
                     size_t count, int *ret_ran)
{
    struct li_conn *conn;
    int ran = 0;
    int rc = check_order(ctx, steps, count);

    if (rc < 0)
        return rc;
    rc = li_conn_open(ctx, store, LI_CONN_WRITE, &conn);
    if (rc < 0)
        return rc;
    rc = in_turn(ctx, conn, NULL);
    for (size_t i = 0; rc >= 0 && i < count; i++) {
        rc = in_turn(ctx, conn, &steps[i]);
        ran += rc == 1;
    }
    li_conn_close(conn);
    if (rc < 0)
        return rc;
    *ret_ran = ran;
    return 0;
}

int li_store_schema(struct li_ctx *ctx, struct li_conn *conn, int *ret_number)
{
    struct li_rows *rows;
    int rc = li_query_one(ctx, conn, &schema_step_last, LI_NO_ARGS, &rows);

    if (rc < 0 && rc != -LI_E_NOT_FOUND)
        return rc;
    *ret_number = rc == 0 ? (int)li_col_i64(rows, 0) : 0;
    if (rc == 0)
        li_rows_done(rows);
    return 0;
}

int li_store_distribute(struct li_ctx *ctx, struct li_store *store,
                        const struct li_spread_told *told)
{
    struct li_conn *conn;
    int rc;

    if (!store->driver->distribute)
        return LI_FAIL(ctx, LI_E_USAGE, "only a PostgreSQL with Citus can be distributed");
    rc = li_conn_open(ctx, store, LI_CONN_WRITE, &conn);
    if (rc < 0)
        return rc;
    rc = store->driver->distribute(ctx, conn, told);
    li_conn_close(conn);
    return rc;
}
