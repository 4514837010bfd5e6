/*
 * playbook/desugar: every row's own example, places kept, plain stays plain.
 */
#include "playbook.h"

#include "base/json.h"
#include "playbook/desugar.h"

static struct li_node *read_yaml(struct li_ctx *ctx, const char *text)
{
    struct li_node *tree = NULL;

    if (li_yaml_read(ctx, "example", li_str(text), &tree) != 0)
        fail_msg("no YAML: %s", text);
    return tree;
}

static struct li_str canonical(struct li_ctx *ctx, const struct li_node *node)
{
    struct li_str bytes = {0};

    assert_int_equal(li_canonical(ctx, node, &bytes), 0);
    return bytes;
}

static struct li_node *desugared(struct li_ctx *ctx, struct li_node *tree)
{
    struct li_node *plain = NULL;

    assert_int_equal(li_desugar(ctx, tree, &plain), 0);
    return plain;
}

static void every_row_keeps_its_example(void **state)
{
    const struct li_sugar *sugar;

    for (size_t i = 0; (sugar = li_sugar_at(i)); i++) {
        struct li_str got = canonical(*state, desugared(*state, read_yaml(*state, sugar->sugar)));
        struct li_str wanted = canonical(*state, read_yaml(*state, sugar->plain));

        if (!li_str_eq(got, wanted))
            fail_msg("%s: %.*s is not %.*s", sugar->name, LI_P(got), LI_P(wanted));
        if (li_str_is(got, sugar->sugar))
            fail_msg("%s: the example is no sugar", sugar->name);
    }
}

static void plain_rewrites_to_itself(void **state)
{
    const struct li_sugar *sugar;
    const struct li_asset *asset = li_asset_find(LI_S("playbooks/service-request.yaml"));
    struct li_node *once;

    for (size_t i = 0; (sugar = li_sugar_at(i)); i++) {
        once = desugared(*state, read_yaml(*state, sugar->sugar));
        assert_true(li_str_eq(canonical(*state, once), canonical(*state, desugared(*state, once))));
    }
    assert_non_null(asset);
    once = desugared(*state, read_yaml(*state, asset->bytes.ptr));
    assert_true(li_str_eq(canonical(*state, once), canonical(*state, desugared(*state, once))));
}

/* What no row understands is left for load to refuse. */
static void the_rest_is_left(void **state)
{
    static const char *const texts[] = {
        "keep: 10x",
        "keep: 0y",
        "keep: 99999999999999999999y",
        "states: {a: {not: tired}}",
        "states: {a: {clock: 2h at noon}}",
        "states: {a: {overdue: [{at: some%}]}}",
        "actions: {go: {by: [cook]}}",
        "actions: {go: {from: [any]}}",
        "actions: [go]",
        "states: 7",
        "{open: [], states: []}",
        "from: x",
        "[title, keep]",
        "~",
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct li_node *tree = read_yaml(*state, texts[i]);

        if (!li_str_eq(canonical(*state, desugared(*state, tree)), canonical(*state, tree)))
            fail_msg("rewritten: %s", texts[i]);
    }
}

static void places_are_kept(void **state)
{
    const struct li_node *plain = desugared(
        *state, read_yaml(*state, "states:\n  a:\n    owner: desk\n    clock: 2h of work\n"));
    const struct li_node *a = li_node_get(li_node_get(plain, "states"), "a");

    assert_int_equal(li_node_get(a, "owner")->line, 3);
    assert_int_equal(li_node_get(a, "owner")->column, 12);
    assert_int_equal(li_node_get(li_node_get(a, "clock"), "of")->line, 4);
    assert_int_equal(li_node_get(li_node_get(a, "clock"), "of")->column, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_row_keeps_its_example),
        TEST(plain_rewrites_to_itself),
        TEST(the_rest_is_left),
        TEST(places_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
