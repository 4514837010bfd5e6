/*
 * base/form: percent-decoding and the fields of a form.
 */
#include "base.h"
#include "base/buf.h"
#include "base/node.h"

static void decodes(void **state)
{
    static const struct {
        const char *from, *plain, *plus;
    } cases[] = {
        {"", "", ""},
        {"abc", "abc", "abc"},
        {"a+b%20c", "a+b c", "a b c"},
        {"%E8%B7%AF%e7%81%af", "路灯", "路灯"},
        {"%2B%25%2f", "+%/", "+%/"},
        {"路灯", "路灯", "路灯"},
    };
    struct li_ctx *ctx = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct li_str text = {0};

        assert_int_equal(li_percent_decode(ctx, li_str(cases[i].from), false, &text), 0);
        assert_str(text, cases[i].plain);
        assert_int_equal(li_percent_decode(ctx, li_str(cases[i].from), true, &text), 0);
        assert_str(text, cases[i].plus);
        assert_int_equal(text.ptr[text.len], '\0');
    }
}

static void refuses_bad_escapes(void **state)
{
    static const char *const bad[] = {"%",    "%4",     "a%",        "%g1", "%1g",
                                      "%%41", "%00",    "a%00b",     "%ff", "%E8%B7",
                                      "\xff", "%c0%80", "%ed%a0%80", "%-1"};
    struct li_ctx *ctx = *state;
    struct li_str text = LI_S("untouched");

    for (size_t i = 0; i < COUNT(bad); i++) {
        if (li_percent_decode(ctx, li_str(bad[i]), true, &text) != -LI_E_SYNTAX)
            fail_msg("'%s' was accepted", bad[i]);
    }
    assert_int_equal(li_percent_decode(ctx, LI_S("a\0b"), true, &text), -LI_E_SYNTAX);
    assert_str(text, "untouched");
}

static void reads_fields(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_node *form = NULL;
    const struct li_node *many;

    assert_int_equal(li_form_read(ctx,
                                  LI_S("text=%E8%B7%AF%E7%81%AF+off&&a=1&empty=&flag&a=2&x=a%3Db=c"
                                       "&a=3&%E9%94%AE=v&"),
                                  &form),
                     0);
    assert_int_equal(form->kind, LI_MAP);
    assert_int_equal(form->map.count, 6);
    assert_str(li_node_text(form, "text"), "路灯 off");
    assert_str(li_node_text(form, "empty"), "");
    assert_non_null(li_node_text(form, "empty").ptr);
    assert_str(li_node_text(form, "flag"), "");
    assert_str(li_node_text(form, "x"), "a=b=c");
    assert_str(li_node_text(form, "键"), "v");
    many = li_node_get(form, "a");
    assert_int_equal(many->kind, LI_LIST);
    assert_int_equal(many->list.count, 3);
    assert_str(many->list.items[0]->text, "1");
    assert_str(many->list.items[2]->text, "3");
    assert_null(li_node_get(form, "none"));
    assert_null(li_node_text(form, "a").ptr);
}

static void reads_an_empty_body(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_node *form = NULL;

    assert_int_equal(li_form_read(ctx, LI_S(""), &form), 0);
    assert_int_equal(form->map.count, 0);
    assert_int_equal(li_form_read(ctx, (struct li_str){0}, &form), 0);
    assert_int_equal(form->map.count, 0);
    assert_int_equal(li_form_read(ctx, LI_S("&&&"), &form), 0);
    assert_int_equal(form->map.count, 0);
}

static void refuses_bad_fields(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_node *form = NULL;

    assert_int_equal(li_form_read(ctx, LI_S("a=1&b=%zz"), &form), -LI_E_SYNTAX);
    assert_int_equal(li_form_read(ctx, LI_S("a=1&%=2"), &form), -LI_E_SYNTAX);
    assert_null(form);
}

static void bounds_the_fields(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_node *form = NULL;

    for (int i = 0; i < LI_FORM_FIELDS; i++)
        li_buf_fmt(buf, "f%d=%d&", i, i);
    assert_int_equal(li_form_read(ctx, li_buf_view(buf), &form), 0);
    assert_int_equal(form->map.count, LI_FORM_FIELDS);
    assert_str(li_node_text(form, "f999"), "999");
    li_buf_text(buf, "one=more");
    assert_int_equal(li_form_read(ctx, li_buf_view(buf), &form), -LI_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(decodes),
        TEST(refuses_bad_escapes),
        TEST(reads_fields),
        TEST(reads_an_empty_body),
        TEST(refuses_bad_fields),
        TEST(bounds_the_fields),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
