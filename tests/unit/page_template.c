/*
 * serve/page/template: what each form of tag prints, what is refused and where.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "serve/page/template.h"

struct fixture {
    struct li_ctx ctx;
    struct li_buf *out;
};

static struct li_str partial(void *arg, struct li_str name)
{
    const char *const *rows = arg; /* name, source, name, source, …, NULL */

    for (size_t i = 0; rows[i] != NULL; i += 2) {
        if (li_str_is(name, rows[i]))
            return li_str(rows[i + 1]);
    }
    return (struct li_str){0};
}

static int set_up(void **state)
{
    struct li_arena *arena = li_arena_new(0);
    struct fixture *fixture = LI_NEW(arena, struct fixture);

    li_ctx_init(&fixture->ctx, arena, NULL, NULL);
    fixture->out = li_buf_new(&fixture->ctx, 0);
    *state = fixture;
    return fixture->out == NULL;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    li_arena_free(fixture->ctx.arena);
    return 0;
}

/* Renders `source` with JSON data and compares. */
static void expect_with(struct fixture *fixture, const char *const *partials, const char *source,
                        const char *json, const char *expected)
{
    const struct li_template_partials from = {.find = partial, .arg = (void *)partials};
    const struct li_template *template = NULL;
    struct li_node *data = NULL;

    assert_int_equal(li_json_read(&fixture->ctx, li_str(json), &data), 0);
    assert_int_equal(li_template_compile(&fixture->ctx, LI_S("page"), li_str(source),
                                         partials ? &from : NULL, &template),
                     0);
    li_buf_reset(fixture->out);
    assert_int_equal(li_template_render(&fixture->ctx, template, data, fixture->out), 0);
    li_buf_char(fixture->out, '\0');
    assert_string_equal(fixture->out->ptr, expected);
}

static void expect(struct fixture *fixture, const char *source, const char *json,
                   const char *expected)
{
    expect_with(fixture, NULL, source, json, expected);
}

/* Compiling `source` fails with `code` at `where`. */
static void refuse_with(struct fixture *fixture, const char *const *partials, const char *source,
                        int code, const char *where)
{
    const struct li_template_partials from = {.find = partial, .arg = (void *)partials};
    const struct li_template *template = NULL;

    li_ctx_clear(&fixture->ctx);
    assert_int_equal(li_template_compile(&fixture->ctx, LI_S("page"), li_str(source),
                                         partials ? &from : NULL, &template),
                     -code);
    assert_null(template);
    assert_true(li_str_is(li_ctx_error(&fixture->ctx)->where, where));
}

static void values_are_escaped(void **state)
{
    expect(*state, "<b title=\"{{a}}\">{{ a }}</b>", "{\"a\":\"<i> & \\\"x\\\" 'y'\"}",
           "<b title=\"&lt;i&gt; &amp; &quot;x&quot; &#39;y&#39;\">"
           "&lt;i&gt; &amp; &quot;x&quot; &#39;y&#39;</b>");
    expect(*state, "{{n}} {{yes}} {{no}} {{none}} {{absent}} {{map}} {{list}}|",
           "{\"n\":-42,\"yes\":true,\"no\":false,\"none\":null,\"map\":{},\"list\":[1]}",
           "-42 true false    |");
    expect(*state, "路灯{{v}}", "{\"v\":\"不亮\"}", "路灯不亮");
}

static void names_follow_dots_and_scopes(void **state)
{
    expect(*state, "{{a.b.c}}{{a.x.c}}{{a.b.c.d}}", "{\"a\":{\"b\":{\"c\":\"C\"}}}", "C");
    expect(*state, "{{#a}}{{b}}{{top}}{{/a}}", "{\"top\":\"T\",\"b\":\"out\",\"a\":{\"b\":\"in\"}}",
           "inT");
    expect(*state, "{{#a}}{{b}}{{/a}}", "{\"b\":\"out\",\"a\":{\"b\":null}}", "");
    expect(*state, "{{#a}}{{b.c}}{{/a}}", "{\"b\":{\"c\":\"out\"},\"a\":{\"b\":{}}}", "");
}

static void sections_follow_values(void **state)
{
    const char *source = "{{#v}}[{{.}}]{{/v}}{{^v}}none{{/v}}";

    expect(*state, source, "{\"v\":[\"a\",\"b&\",3]}", "[a][b&amp;][3]");
    expect(*state, source, "{\"v\":\"text\"}", "[text]");
    expect(*state, source, "{\"v\":7}", "[7]");
    expect(*state, "{{#v}}yes{{/v}}{{^v}}none{{/v}}", "{\"v\":true}", "yes");
    expect(*state, "{{#v}}yes{{/v}}{{^v}}none{{/v}}", "{\"v\":{}}", "yes");
    expect(*state, source, "{\"v\":[]}", "none");
    expect(*state, source, "{\"v\":\"\"}", "none");
    expect(*state, source, "{\"v\":0}", "none");
    expect(*state, source, "{\"v\":false}", "none");
    expect(*state, source, "{\"v\":null}", "none");
    expect(*state, source, "{}", "none");
}

static void lists_nest(void **state)
{
    expect(*state, "{{#rows}}{{name}}:{{#cells}}{{.}},{{/cells}}{{^cells}}-{{/cells}};{{/rows}}",
           "{\"rows\":[{\"name\":\"a\",\"cells\":[1,2]},{\"name\":\"b\",\"cells\":[]}]}",
           "a:1,2,;b:-;");
    expect(*state, "{{#a}}{{#a}}{{.}}{{/a}}{{/a}}", "{\"a\":[{\"a\":\"x\"},{\"a\":\"y\"}]}", "xy");
}

static void lone_tags_take_their_line(void **state)
{
    expect(*state, "a\n  {{#v}}\n  b\n  {{/v}}\nc\n", "{\"v\":true}", "a\n  b\nc\n");
    expect(*state, "{{! note\n over lines }}\na {{! b }}c\n", "{}", "a c\n");
    expect(*state, "a {{#v}}\nb{{/v}}\n", "{\"v\":true}", "a \nb\n");
    expect(*state, "{{#v}}{{/v}}\nx", "{\"v\":true}", "\nx");
    expect(*state, "  {{v}}\nx", "{\"v\":\"1\"}", "  1\nx");
    expect(*state, "x\n {{#v}}\ny\n {{/v}}", "{\"v\":1}", "x\ny\n");
}

static void partials_share_the_scope(void **state)
{
    const char *const partials[] = {"item", "<{{name}}{{>mark}}>", "mark", "!", NULL};

    expect_with(*state, partials, "{{#v}}{{>item}}{{/v}}",
                "{\"v\":[{\"name\":\"a\"},{\"name\":\"b\"}]}", "<a!><b!>");
}

static void mistakes_are_placed(void **state)
{
    const char *const partials[] = {"loop", "\n{{>loop}}", "open", "a\n{{#v}}", NULL};

    refuse_with(*state, NULL, "a\nb {{name", LI_E_SYNTAX, "page:2");
    refuse_with(*state, NULL, "{{#a}}\n{{/b}}", LI_E_SYNTAX, "page:2");
    refuse_with(*state, NULL, "{{/a}}", LI_E_SYNTAX, "page:1");
    refuse_with(*state, NULL, "\n\n{{#a}}", LI_E_SYNTAX, "page:3");
    refuse_with(*state, NULL, "{{}}", LI_E_SYNTAX, "page:1");
    refuse_with(*state, NULL, "{{{raw}}}", LI_E_SYNTAX, "page:1");
    refuse_with(*state, NULL, "{{&raw}}", LI_E_SYNTAX, "page:1");
    refuse_with(*state, NULL, "{{a..b}}", LI_E_SYNTAX, "page:1");
    refuse_with(*state, NULL, "{{a b}}", LI_E_SYNTAX, "page:1");
    refuse_with(*state, NULL, "x\n{{>gone}}", LI_E_NOT_FOUND, "page:2");
    refuse_with(*state, partials, "{{>open}}", LI_E_SYNTAX, "open:2");
    refuse_with(*state, partials, "{{>loop}}", LI_E_LIMIT, "loop:2");
}

static void depth_is_limited(void **state)
{
    struct fixture *fixture = *state;
    struct li_buf *source = li_buf_new(&fixture->ctx, 0);

    for (int i = 0; i < LI_TEMPLATE_DEPTH; i++)
        li_buf_text(source, "{{#a}}");
    for (int i = 0; i < LI_TEMPLATE_DEPTH; i++)
        li_buf_text(source, "{{/a}}");
    li_buf_char(source, '\0');
    expect(fixture, source->ptr, "{\"a\":{\"b\":1}}", "");
    li_buf_reset(source);
    for (int i = 0; i <= LI_TEMPLATE_DEPTH; i++)
        li_buf_text(source, "{{#a}}");
    li_buf_char(source, '\0');
    refuse_with(fixture, NULL, source->ptr, LI_E_LIMIT, "page:1");
}

static void sizes_are_limited(void **state)
{
    struct fixture *fixture = *state;
    const struct li_template *template = NULL;
    struct li_node *data = NULL;
    struct li_buf *source = li_buf_new(&fixture->ctx, 0);
    struct li_buf *small = li_buf_new(&fixture->ctx, 8);

    for (int i = 0; i <= LI_TEMPLATE_PARTS; i++)
        li_buf_text(source, "{{a}}");
    li_buf_char(source, '\0');
    refuse_with(fixture, NULL, source->ptr, LI_E_LIMIT, "page:1");
    while (source->len <= LI_TEMPLATE_SIZE)
        li_buf_text(source, "many words ");
    assert_int_equal(
        li_template_compile(&fixture->ctx, LI_S("page"), li_buf_view(source), NULL, &template),
        -LI_E_LIMIT);

    assert_int_equal(li_json_read(&fixture->ctx, LI_S("{\"a\":\"long enough\"}"), &data), 0);
    assert_int_equal(
        li_template_compile(&fixture->ctx, LI_S("page"), LI_S("{{a}}"), NULL, &template), 0);
    assert_int_equal(li_template_render(&fixture->ctx, template, data, small), -LI_E_LIMIT);
}

/* Lists inside lists multiply: the page ends in a refusal, not in an hour. */
static void work_is_limited(void **state)
{
    struct fixture *fixture = *state;
    const struct li_template *template = NULL;
    struct li_node *data = li_node_new_map(&fixture->ctx);
    struct li_node *list = li_node_new_list(&fixture->ctx);

    for (int i = 0; i < 200; i++)
        assert_int_equal(li_node_push(&fixture->ctx, list, li_node_new_bool(&fixture->ctx, true)),
                         0);
    assert_int_equal(li_node_put(&fixture->ctx, data, LI_S("a"), list), 0);
    assert_int_equal(li_template_compile(&fixture->ctx, LI_S("page"),
                                         LI_S("{{#a}}{{#a}}{{#a}}{{x}}{{/a}}{{/a}}{{/a}}"), NULL,
                                         &template),
                     0);
    assert_int_equal(li_template_render(&fixture->ctx, template, data, fixture->out), -LI_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_are_escaped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(names_follow_dots_and_scopes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sections_follow_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_nest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lone_tags_take_their_line, set_up, tear_down),
        cmocka_unit_test_setup_teardown(partials_share_the_scope, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_are_placed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(depth_is_limited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sizes_are_limited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(work_is_limited, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("unit/page_template", tests, NULL, NULL);
}
