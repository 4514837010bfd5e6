/*
 * Every statement of the program is prepared on both engines, on the schema
 * that the program's own steps make.
 */
#include "lib/stores.h"

LI_SQL(unknown_table, "select a from no_such_table where a = $1");
LI_SQL(unknown_type, "select cast(number as numeric) from schema_step");
LI_SQL(two_statements, "select number from schema_step; select name from schema_step");
LI_SQL(gap, "select number from schema_step where number = $2");

/* Declared here to be refused. */
static bool is_bait(const struct li_sql *sql)
{
    return strcmp(sql->file, unknown_table.file) == 0;
}

static void migrate(struct test_store *t)
{
    struct li_migration *steps;
    size_t count = test_schema_steps(t->ctx, &steps);
    int ran;

    assert_ok(t, li_store_migrate(t->ctx, t->store, steps, count, &ran));
    assert_int_equal(ran, count);
    test_spread(t);
}

static void every_statement(struct test_store *t)
{
    size_t count;
    const struct li_sql *all = li_sql_all(&count);
    size_t good = 0;
    size_t bad = 0;
    size_t others = 0;

    migrate(t);
    for (size_t i = 0; i < count; i++) {
        if (is_bait(&all[i]))
            continue;
        if (!li_sql_is_for(&all[i], t->kind)) {
            /* what both understand is to be said once */
            assert_true(li_sql_check(t->ctx, t->writer, &all[i]) < 0);
            li_ctx_clear(t->ctx);
            others++;
            continue;
        }
        if (li_sql_check(t->ctx, t->writer, &all[i]) == 0) {
            good++;
            continue;
        }
        bad++;
        print_error("%s:%d: %.*s\n", all[i].file, all[i].line, LI_P(li_ctx_explain(t->ctx)));
        li_ctx_clear(t->ctx);
    }
    print_message("%zu statements prepared, %zu are the other engine's\n", good, others);
    assert_int_equal(bad, 0);
    assert_true(good >= 2);
}

static void bait_is_refused(struct test_store *t)
{
    migrate(t);
    assert_int_equal(li_sql_check(t->ctx, t->writer, &unknown_table), -LI_E_STORE);
    assert_true(li_sql_check(t->ctx, t->writer, &two_statements) < 0);
    assert_true(li_sql_check(t->ctx, t->writer, &gap) < 0);
    if (t->kind == LI_STORE_POSTGRES)
        assert_int_equal(li_sql_check(t->ctx, t->writer, &unknown_type), -LI_E_INTERNAL);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(every_statement),
        STORE_TEST(bait_is_refused),
    };

    return STORE_TESTS_RUN("store statements", tests);
}
