/*
 * contract/: made values are judged as they were meant, also by many threads at
 * once with one compiled schema.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/contracts.h"
#include "lib/instances.h"

#define ROUNDS  40 /* values of each schema */
#define THREADS 4

struct agreement {
    struct li_node *components;
    struct li_schemas *schemas;
};

static void load(struct li_ctx *ctx, struct agreement *agreement)
{
    struct li_str text = {0};

    if (li_file_read(ctx, "tests/lib/agree.yaml", 0, &text) < 0 ||
        li_yaml_read(ctx, "agree.yaml", text, &agreement->components) < 0 ||
        li_schemas_compile(ctx, agreement->components, &agreement->schemas) < 0)
        fail_msg("%s", contracts_error(ctx));
}

/* How many values of a seed's round were misjudged. */
static size_t misjudged(struct li_ctx *ctx, const struct agreement *agreement, uint64_t round,
                        size_t *wrong_count)
{
    size_t count = 0;

    for (size_t i = 0; i < agreement->components->map.count; i++) {
        const struct li_member *member = &agreement->components->map.items[i];
        uint64_t seed = round * agreement->components->map.count + i;
        bool right = true;
        struct li_node *value =
            instances_make(ctx, agreement->components, member->value, seed, round % 2, &right);
        int r = li_schema_check(ctx, li_schemas_find(agreement->schemas, member->key),
                                LI_S("/value"), value);

        *wrong_count += !right;
        if ((r == 0) != right) {
            print_message("%.*s (%s): %s\n", LI_P(member->key), right ? "right" : "wrong",
                          contracts_json(ctx, value));
            count++;
        }
        li_ctx_clear(ctx);
    }
    return count;
}

static void judges_as_meant(void **state)
{
    struct contracts *test = *state;
    struct agreement agreement;
    size_t wrong = 0;

    load(&test->ctx, &agreement);
    for (uint64_t round = 0; round < ROUNDS; round++)
        assert_int_equal(misjudged(&test->ctx, &agreement, round, &wrong), 0);
    /* Every second round is ruined, and every schema can be. */
    assert_int_equal(wrong, ROUNDS / 2 * agreement.components->map.count);
}

/* A value that is right is still right after it was written and read. */
static void judges_what_was_read(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    struct agreement agreement;

    load(ctx, &agreement);
    for (size_t i = 0; i < agreement.components->map.count; i++) {
        const struct li_member *member = &agreement.components->map.items[i];
        bool right = false;
        struct li_node *value =
            instances_make(ctx, agreement.components, member->value, i, false, &right);

        assert_true(right);
        /* Reals are written shortest: "1.0" would be read as one again. */
        assert_string_equal(contracts_check(ctx, li_schemas_find(agreement.schemas, member->key),
                                            contracts_json(ctx, value)),
                            "");
    }
}

struct job {
    const struct agreement *agreement;
    size_t failures;
};

static void *judge(void *arg)
{
    struct job *job = arg;
    struct li_clock clock = {0};
    struct li_ctx ctx;
    size_t wrong = 0;

    li_ctx_init(&ctx, li_arena_new(0), &clock, NULL);
    for (uint64_t round = 0; round < ROUNDS; round++) {
        job->failures += misjudged(&ctx, job->agreement, round, &wrong);
        li_arena_reset(ctx.arena);
    }
    li_arena_free(ctx.arena);
    return NULL;
}

static void judges_in_threads(void **state)
{
    struct contracts *test = *state;
    struct agreement agreement;
    struct job jobs[THREADS];
    pthread_t threads[THREADS];

    load(&test->ctx, &agreement);
    for (int i = 0; i < THREADS; i++) {
        jobs[i] = (struct job){.agreement = &agreement};
        assert_int_equal(pthread_create(&threads[i], NULL, judge, &jobs[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(jobs[i].failures, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(judges_as_meant, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(judges_what_was_read, contracts_set_up,
                                        contracts_tear_down),
        cmocka_unit_test_setup_teardown(judges_in_threads, contracts_set_up, contracts_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
