/*
 * playbook/expression: what is read, what it means, and what is refused where.
 *
 * Facts: case.state 'open', field.n 3, field.b true; parts "task" numbered 1..3
 * in the states a, b, b; kind "row" has none.
 */
#include "playbook.h"

static bool fact_type(const void *arg, struct li_str name, enum li_type *ret)
{
    (void)arg;
    if (li_str_is(name, "case.state"))
        *ret = LI_TYPE_TEXT;
    else if (li_str_is(name, "field.n"))
        *ret = LI_TYPE_INT;
    else if (li_str_is(name, "field.b"))
        *ret = LI_TYPE_BOOL;
    else
        return false;
    return true;
}

static bool part_fact_type(const void *arg, struct li_str kind, struct li_str name,
                           enum li_type *ret)
{
    (void)arg;
    if (!li_str_is(kind, "task") && !li_str_is(kind, "row"))
        return false;
    *ret = li_str_is(name, "no") ? LI_TYPE_INT : LI_TYPE_TEXT;
    return li_str_is(name, "no") || li_str_is(name, "state");
}

static bool can_be(const void *arg, struct li_str kind, struct li_str name, struct li_str text)
{
    (void)arg;
    (void)name;
    return !kind.len || li_str_is(text, "a") || li_str_is(text, "b");
}

static const struct li_names names = {
    .fact = fact_type, .part_fact = part_fact_type, .value = can_be};

static struct li_value fact(const void *arg, struct li_str name)
{
    (void)arg;
    if (li_str_is(name, "case.state"))
        return (struct li_value){.type = LI_TYPE_TEXT, .text = LI_S("open")};
    if (li_str_is(name, "field.n"))
        return (struct li_value){.type = LI_TYPE_INT, .number = 3};
    return (struct li_value){.type = LI_TYPE_BOOL, .flag = true};
}

static size_t part_count(const void *arg, struct li_str kind)
{
    (void)arg;
    return li_str_is(kind, "task") ? 3 : 0;
}

static struct li_value part_fact(const void *arg, struct li_str kind, size_t index,
                                 struct li_str name)
{
    (void)arg;
    assert_str(kind, "task");
    if (li_str_is(name, "no"))
        return (struct li_value){.type = LI_TYPE_INT, .number = (int64_t)index + 1};
    return (struct li_value){.type = LI_TYPE_TEXT, .text = index ? LI_S("b") : LI_S("a")};
}

static const struct li_facts facts = {
    .fact = fact, .part_count = part_count, .part_fact = part_fact};

static void means(void **state)
{
    static const struct {
        const char *text;
        int64_t value; /* of a bool 0 or 1 */
    } cases[] = {
        {"1", 1},
        {"1 + 2 * 3", 7},
        {"(1 + 2) * 3", 9},
        {"7 - 2 - 1", 4},
        {"-field.n + 5", 2},
        {"--4", 4},
        {"2 * -3", -6},
        {"7 / 2", 3},
        {"-7 / 2", -3},
        {"100 * 2 / 3", 66},
        {"1 / 0", 0}, /* nothing of nothing */
        {"7 * 3 / 10", 2},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775807 - 1", INT64_MIN},
        {"true", 1},
        {"false or true", 1},
        {"true or false and false", 1},
        {"not true or true", 1},
        {"not not true", 1},
        {"not (true and false)", 1},
        {"1 < 2", 1},
        {"2 <= 1", 0},
        {"2 >= 2", 1},
        {"1 > 2", 0},
        {"1 != 2", 1},
        {"'a' = 'a'", 1},
        {"'a' = 'b'", 0},
        {"'' = ''", 1},
        {"'长椅' != '路灯'", 1},
        {"true = (1 = 1)", 1},
        {"case.state = 'open'", 1},
        {"field.b and field.n = 3", 1},
        {"count(task)", 3},
        {"count(row)", 0},
        {"count(task, state = 'b')", 2},
        {"all(task, state = 'a' or state = 'b')", 1},
        {"all(task, state = 'b')", 0},
        {"all(row, false)", 1},
        {"any(task, state = 'a')", 1},
        {"any(row, true)", 0},
        {"sum(task, no * 10)", 60},
        {"sum(row, no)", 0},
        {"min(task, no)", 1},
        {"min(task, -no)", -3},
        {"max(task, no)", 3},
        {"max(task, -no)", -1},
        {"min(row, no)", 0},
        {"max(row, no)", 0},
        {"any(task, no = field.n)", 1},
        {"count(task, no > 1) * count(task) = 6", 1},
        {"  true\nand\n true ", 1},
        /* and, or, all and any stop early: what would overflow is not reached */
        {"false and 9223372036854775807 + 1 = 0", 0},
        {"true or 9223372036854775807 + 1 = 0", 1},
        {"any(task, no = 1 or 9223372036854775807 + no = 0)", 1},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct li_expression *x = NULL;
        enum li_type type = LI_TYPE_INT;
        struct li_value value;
        unsigned told = ((struct li_ctx *)*state)->error_count;

        if (li_expression_compile(*state, li_str(cases[i].text), type, &names, &x) != 0) {
            ((struct li_ctx *)*state)->error_count = told;
            type = LI_TYPE_BOOL;
            if (li_expression_compile(*state, li_str(cases[i].text), type, &names, &x) != 0)
                fail_msg("not read: %s", cases[i].text);
        }
        if (li_expression_eval(*state, x, &facts, &value) != 0)
            fail_msg("not evaluated: %s", cases[i].text);
        assert_int_equal(value.type, type);
        if ((type == LI_TYPE_INT ? value.number : value.flag) != cases[i].value)
            fail_msg("%s is not %lld", cases[i].text, (long long)cases[i].value);
    }
}

static void texts_pass_through(void **state)
{
    struct li_expression *x = NULL;
    struct li_value value;

    assert_int_equal(li_expression_compile(*state, LI_S("case.state"), LI_TYPE_TEXT, &names, &x),
                     0);
    assert_int_equal(li_expression_eval(*state, x, &facts, &value), 0);
    assert_int_equal(value.type, LI_TYPE_TEXT);
    assert_str(value.text, "open");
}

static void refuses(void **state)
{
    static const struct {
        const char *text;
        const char *rule;
        const char *at; /* offset in bytes */
    } cases[] = {
        {"", "when-syntax", "0"},
        {"   ", "when-syntax", "3"},
        {"1 +", "when-syntax", "3"},
        {"(true", "when-syntax", "5"},
        {"true)", "when-syntax", "4"},
        {"true true", "when-syntax", "5"},
        {"1 < 2 < 3", "when-syntax", "6"},
        {"'open", "when-syntax", "0"},
        {"1 == 1", "when-syntax", "3"},
        {"1 % 1 = 1", "when-syntax", "2"},
        {"field.n = 3; true", "when-syntax", "11"},
        {"count", "when-syntax", "5"},
        {"all(task)", "when-syntax", "8"},
        {"count(task, true", "when-syntax", "16"},
        {"count('task')", "when-syntax", "6"},
        {"and true", "when-syntax", "0"},
        {"true = not true", "when-syntax", "7"},
        {"field.x", "when-name", "0"},
        {"state = 'a'", "when-name", "0"},
        {"count(job) = 1", "when-name", "6"},
        {"any(task, stat = 'a')", "when-name", "10"},
        {"any(task, state = 'done')", "when-value", "18"},
        {"any(task, 'done' = state)", "when-value", "10"},
        {"1", "when-type", "0"},
        {"true + 1 = 2", "when-type", "0"},
        {"1 + true = 2", "when-type", "4"},
        {"field.b = 3", "when-type", "10"},
        {"'a' < 'b'", "when-type", "0"},
        {"true < false", "when-type", "0"},
        {"not 1", "when-type", "4"},
        {"-true = 1", "when-type", "1"},
        {"1 and true", "when-type", "0"},
        {"true or 'x'", "when-type", "8"},
        {"all(task, no)", "when-type", "10"},
        {"sum(task, true) = 1", "when-type", "10"},
        {"any(task, any(task, true))", "when-nested", "10"},
        {"9223372036854775808 = 1", "when-overflow", "0"},
    };
    struct li_ctx *ctx = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct li_expression *x = NULL;
        const struct li_error *error;

        li_ctx_clear(ctx);
        assert_true(li_expression_compile(ctx, li_str(cases[i].text), LI_TYPE_BOOL, &names, &x) <
                    0);
        assert_null(x);
        error = li_ctx_error(ctx);
        if (strcmp(error->reason, cases[i].rule) != 0 || !li_str_is(error->where, cases[i].at))
            fail_msg("'%s': %s at %.*s", cases[i].text, error->reason, LI_P(error->where));
    }
}

static void overflow_is_an_error(void **state)
{
    static const char *const texts[] = {
        "9223372036854775807 + 1 = 0",         "-9223372036854775807 - 2 = 0",
        "-(-9223372036854775807 - 1) = 0",     "9223372036854775807 * 2 = 0",
        "(-9223372036854775807 - 1) / -1 = 0", "sum(task, no * 4000000000000000000) = 0",
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct li_expression *x = NULL;
        struct li_value value;

        assert_int_equal(li_expression_compile(*state, li_str(texts[i]), LI_TYPE_BOOL, &names, &x),
                         0);
        assert_int_equal(li_expression_eval(*state, x, &facts, &value), -LI_E_INVALID);
        assert_string_equal(li_ctx_error(*state)->reason, "when-overflow");
    }
}

/* `count` times `open`, true, `count` times `close`. */
static int compile_nested(struct li_ctx *ctx, const char *open, const char *close, int count)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_expression *x = NULL;

    for (int i = 0; i < count; i++)
        li_buf_text(buf, open);
    li_buf_text(buf, "true");
    for (int i = 0; i < count; i++)
        li_buf_text(buf, close);
    return li_expression_compile(ctx, li_buf_view(buf), LI_TYPE_BOOL, &names, &x);
}

static void depth_and_length_are_bounded(void **state)
{
    assert_int_equal(compile_nested(*state, "(", ")", LI_EXPRESSION_DEPTH - 1), 0);
    assert_int_equal(compile_nested(*state, "(", ")", LI_EXPRESSION_DEPTH), -LI_E_INVALID);
    assert_string_equal(li_ctx_error(*state)->reason, "when-long");
    assert_int_equal(compile_nested(*state, "not ", "", LI_EXPRESSION_DEPTH - 1), 0);
    assert_int_equal(compile_nested(*state, "not ", "", LI_EXPRESSION_DEPTH), -LI_E_INVALID);
    /* 4 + 9 * 110 bytes, and nine more */
    assert_int_equal(compile_nested(*state, "", " and true", 110), 0);
    assert_int_equal(compile_nested(*state, "", " and true", 111), -LI_E_INVALID);
    assert_string_equal(li_ctx_error(*state)->reason, "when-long");
}

static void places_are_lines_and_columns(void **state)
{
    struct li_names placed = names;
    struct li_expression *x = NULL;

    placed.file = "x.yaml";
    placed.line = 7;
    placed.column = 12;
    assert_true(li_expression_compile(*state, LI_S("'长椅' = field.x"), LI_TYPE_BOOL, &placed, &x) <
                0);
    assert_str(li_ctx_error(*state)->where, "x.yaml:7:19");
}

static void reads_is_about_the_case(void **state)
{
    struct li_expression *x = NULL;

    assert_int_equal(li_expression_compile(*state, LI_S("any(task, no = field.n) or true"),
                                           LI_TYPE_BOOL, &names, &x),
                     0);
    assert_true(li_expression_reads(x, LI_S("field.")));
    assert_false(li_expression_reads(x, LI_S("case.")));
    assert_false(li_expression_reads(x, LI_S("no")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(means),
        TEST(texts_pass_through),
        TEST(refuses),
        TEST(overflow_is_an_error),
        TEST(depth_and_length_are_bounded),
        TEST(places_are_lines_and_columns),
        TEST(reads_is_about_the_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
