/*
 * contract/: what a schema may say, and what a value must be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/contracts.h"

/* What is refused when it is loaded, and where. */
static const struct {
    const char *yaml;
    const char *error;
} refused[] = {
    {"type: string\nmaxlength: 3", "2:1: maxlength: not a keyword of our schemas"},
    {"type: object\nproperties:\n  a: {type: string, nullable: true}",
     "3:21: nullable: not a keyword of our schemas"},
    {"allOf: [{type: string}]", "1:1: allOf: not a keyword of our schemas"},
    {"type: string\nnot: {const: a}", "2:1: not: not a keyword of our schemas"},
    {"maxLength: 3", "1:1: a schema must say its type"},
    {"type: text", "1:7: type: unknown"},
    {"type: [string, integer]", "1:7: type: one, or one and 'null'"},
    {"type: ['null', 'null']", "1:7: type: one, or one and 'null'"},
    {"type: integer\nmaxLength: 3", "2:12: maxLength: says nothing about this type"},
    {"type: string\nmaxLength: -1", "2:12: must be a whole number, 0 or more"},
    {"type: string\nminLength: 4\nmaxLength: 3", "1:1: the minimum is above the maximum"},
    {"type: integer\nminimum: 4\nmaximum: 3", "1:1: the minimum is above the maximum"},
    {"type: integer\nminimum: 0.5", "2:10: must be a number of the schema's type"},
    {"type: array", "1:1: an array must say its items"},
    {"type: array\nuniqueItems: true\nitems: {type: object, properties: {}}",
     "1:1: uniqueItems: for scalars only"},
    {"type: object", "1:1: an object must say its properties"},
    {"type: object\nproperties: {a: {type: string}}\nrequired: [b]",
     "3:12: required: no property is called so"},
    {"type: object\nproperties: {a: {type: string}}\nrequired: [a, a]",
     "3:15: required: the same name twice"},
    {"type: string\nenum: [a, 1]", "2:11: a choice must be a scalar of the schema's type"},
    {"type: string\nenum: [a, b, a]", "2:14: the same choice twice"},
    {"type: string\nenum: []", "2:7: enum: must be a list of choices, without const"},
    {"type: string\nformat: email",
     "2:9: format: id, date, date-time, phone, slug, tracking, uri-reference or hash"},
    {"$ref: '#/components/schemas/A'", "1:7: $ref: no schema is called A"},
    {"$ref: 'other.yaml#/A'", "1:7: $ref: other.yaml#/A is not #/components/schemas/NAME"},
    {"$ref: '#/components/schemas/A'\ntype: string", "2:7: type: may not stand beside $ref"},
    {"oneOf: [{type: string}]", "1:8: oneOf: two alternatives at least"},
    {"oneOf: [{type: string}, {type: integer}]",
     "1:1: oneOf: no required property has a different const text in every alternative"},
    {"oneOf: [{type: [string, 'null']}, {type: 'null'}]", "1:8: oneOf: null fits twice"},
    {"oneOf: [{type: 'null'}, {type: 'null'}]", "1:8: oneOf: null stands there twice"},
    {"type: string\npattern: 'a'", "2:10: pattern: must be written ^…$"},
    {"type: string\npattern: '^a\\$'", "2:10: pattern: must be written ^…$"},
    {"type: string\npattern: '^a|b$'", "2:10: pattern: alternatives stand in a group: ^(?:a|b)$"},
    {"type: string\npattern: '^\\s$'",
     "2:10: pattern: only \\d \\D \\w \\W \\n \\r \\t and escaped signs may follow a backslash"},
    {"type: string\npattern: '^(?=a)a$'", "2:10: pattern: groups are ( … ) or (?: … ) only"},
    {"type: string\npattern: '^(*ACCEPT)a$'", "2:10: pattern: groups are ( … ) or (?: … ) only"},
    {"type: string\npattern: '^[[:alpha:]]$'",
     "2:10: pattern: a '[' within a class must be escaped"},
    {"type: string\npattern: '^a++$'",
     "2:10: pattern: possessive quantifiers are not JavaScript's"},
    {"type: string\npattern: '^(a$'", "2:10: pattern: missing closing parenthesis"},
    {"type: string\npattern: '^a)$'", "2:10: pattern: a ')' without '('"},
    {"- a", "1:1: a schema must be a map"},
};

static void refuses(void **state)
{
    struct contracts *test = *state;

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        assert_null(contracts_schema(&test->ctx, refused[i].yaml));
        assert_string_equal(contracts_error(&test->ctx), refused[i].error);
    }
}

static void refuses_circles(void **state)
{
    struct contracts *test = *state;

    assert_null(contracts_component(&test->ctx,
                                    "A: {$ref: '#/components/schemas/B'}\n"
                                    "B: {type: array, items: {$ref: '#/components/schemas/A'}}\n",
                                    "A"));
    assert_string_equal(contracts_error(&test->ctx), "2:32: $ref: schema A contains itself");
}

/* A component may be used many times and stand before what it refers to. */
static void follows_references(void **state)
{
    struct contracts *test = *state;
    const struct li_schema *schema = contracts_component(
        &test->ctx,
        "Pair: {type: object, required: [a], properties: {a: {$ref: '#/components/schemas/Name'}, "
        "b: {$ref: '#/components/schemas/Name', description: the other}}}\n"
        "Name: {type: string, maxLength: 2}\n",
        "Pair");

    assert_non_null(schema);
    assert_string_equal(contracts_check(&test->ctx, schema, "{\"a\":\"xy\",\"b\":\"xyz\"}"),
                        "too-long@/b=2");
}

/* schema, value, faults */
static const char *const checked[][3] = {
    {"type: string", "\"a\"", ""},
    {"type: string", "1", "type@=string"},
    {"type: string", "null", "type@=string"},
    {"type: [string, 'null']", "null", ""},
    {"type: [string, 'null']\nmaxLength: 1", "\"ab\"", "too-long@=1"},
    {"type: integer", "1", ""},
    {"type: integer", "1.0", "type@=integer"},
    {"type: integer", "9223372036854775807", ""},
    {"type: integer", "true", "type@=integer"},
    {"type: number", "1", ""},
    {"type: number", "1.5", ""},
    {"type: number\nminimum: 0.5", "0.4", "too-small@=0.5"},
    {"type: number\nminimum: 1", "0.99", "too-small@=1"},
    {"type: integer\nminimum: 1\nmaximum: 3", "1", ""},
    {"type: integer\nminimum: 1\nmaximum: 3", "3", ""},
    {"type: integer\nminimum: 1\nmaximum: 3", "0", "too-small@=1"},
    {"type: integer\nminimum: 1\nmaximum: 3", "4", "too-great@=3"},
    {"type: integer\nmaximum: 9223372036854775806", "9223372036854775807",
     "too-great@=9223372036854775806"},
    {"type: boolean", "false", ""},
    {"type: boolean", "0", "type@=boolean"},
    {"type: 'null'", "null", ""},
    {"type: 'null'", "0", "type@=null"},
    {"{}", "{\"a\":[1,null]}", ""},
    {"description: anything", "1", ""},
    /* Lengths are code points. */
    {"type: string\nmaxLength: 2", "\"路灯\"", ""},
    {"type: string\nmaxLength: 2", "\"路灯坏\"", "too-long@=2"},
    {"type: string\nmaxLength: 1", "\"😀\"", ""},
    {"type: string\nminLength: 2", "\"路\"", "too-short@=2"},
    {"type: string\nminLength: 1", "\"\"", "too-short@=1"},
    {"type: string\nenum: [open, closed, 坏]", "\"closed\"", ""},
    {"type: string\nenum: [open, closed, 坏]", "\"坏\"", ""},
    {"type: string\nenum: [open, closed]", "\"clos\"", "choice@"},
    {"type: [string, 'null']\nenum: [open, null]", "null", ""},
    {"type: [string, 'null']\nenum: [open]", "null", "choice@"},
    {"type: integer\nenum: [1, 3]", "3", ""},
    {"type: integer\nenum: [1, 3]", "2", "choice@"},
    {"type: string\nconst: ok", "\"ok\"", ""},
    {"type: string\nconst: ok", "\"no\"", "choice@"},
    {"type: string\npattern: '^[a-z]{2,3}$'", "\"abc\"", ""},
    {"type: string\npattern: '^[a-z]{2,3}$'", "\"abcd\"", "pattern@"},
    {"type: string\npattern: '^[a-z]{2,3}$'", "\"ab\\n\"", "pattern@"},
    {"type: string\npattern: '^(?:a|bc)$'", "\"bc\"", ""},
    {"type: string\npattern: '^(?:a|bc)$'", "\"abc\"", "pattern@"},
    {"type: string\npattern: '^.$'", "\"路\"", ""},
    {"type: string\npattern: '^.$'", "\"\\u2028\"", "pattern@"},
    {"type: string\npattern: '^\\d+$'", "\"１２\"", "pattern@"},
    {"type: string\npattern: '^(?:a*)*b$'", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac\"",
     "pattern@"},
    {"type: string\nformat: slug", "\"service-request\"", ""},
    {"type: string\nformat: slug", "\"Service\"", "format@=slug"},
    {"type: array\nitems: {type: integer}\nminItems: 1\nmaxItems: 2", "[1,2]", ""},
    {"type: array\nitems: {type: integer}\nminItems: 1\nmaxItems: 2", "[]", "too-few@=1"},
    {"type: array\nitems: {type: integer}\nminItems: 1\nmaxItems: 2", "[1,2,3]", "too-many@=2"},
    {"type: array\nitems: {type: integer}", "[1,\"2\",3,null]", "type@/1=integer type@/3=integer"},
    {"type: array\nitems: {type: string}\nuniqueItems: true", "[\"a\",\"b\"]", ""},
    {"type: array\nitems: {type: string}\nuniqueItems: true", "[\"a\",\"b\",\"a\"]", "twice@"},
    {"type: array\nitems: {type: number}\nuniqueItems: true", "[1,1.0]", "twice@"},
    {"type: array\nitems: {type: integer}\nuniqueItems: true",
     "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18]", ""},
    {"type: array\nitems: {type: integer}\nuniqueItems: true",
     "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,1]", "twice@"},
    {"type: object\nproperties: {}", "{}", ""},
    {"type: object\nproperties: {}", "{\"a\":1}", "unknown@/a"},
    {"type: object\nproperties: {}", "[]", "type@=object"},
    {"type: object\nproperties: {a: {type: string}}\nadditionalProperties: false", "{\"b\":1}",
     "unknown@/b"},
    {"type: object\nproperties: {a: {type: string}}\nadditionalProperties: true",
     "{\"a\":\"\",\"b\":{\"c\":1}}", ""},
    {"type: object\nadditionalProperties: {type: integer}", "{\"a\":1,\"b\":\"2\"}",
     "type@/b=integer"},
    {"type: object\nproperties: {a: {type: string}, b: {type: string}, c: {type: string}}\n"
     "required: [c, a]",
     "{\"b\":\"\"}", "required@/a required@/c"},
    /* A pointer escapes ~ and /. */
    {"type: object\nproperties: {'a/b~c': {type: array, items: {type: object, "
     "properties: {d: {type: string}}}}}",
     "{\"a/b~c\":[{},{\"d\":1}]}", "type@/a~1b~0c/1/d=string"},
};

static void checks(void **state)
{
    struct contracts *test = *state;

    for (size_t i = 0; i < sizeof checked / sizeof *checked; i++) {
        const struct li_schema *schema = contracts_schema(&test->ctx, checked[i][0]);

        assert_non_null(schema);
        assert_string_equal(contracts_check(&test->ctx, schema, checked[i][1]), checked[i][2]);
    }
}

static const char place_yaml[] =
    "oneOf:\n"
    "  - {type: object, required: [kind, code], properties: {kind: {type: string, const: area}, "
    "code: {type: string}}}\n"
    "  - {type: object, required: [kind, x, y], properties: {kind: {type: string, const: point}, "
    "x: {type: number}, y: {type: number}}}\n";

static void chooses(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    const struct li_schema *schema = contracts_schema(ctx, place_yaml);

    assert_non_null(schema);
    assert_string_equal(contracts_check(ctx, schema, "{\"kind\":\"area\",\"code\":\"11\"}"), "");
    assert_string_equal(contracts_check(ctx, schema, "{\"x\":1,\"y\":2.5,\"kind\":\"point\"}"), "");
    assert_string_equal(contracts_check(ctx, schema, "{\"kind\":\"point\",\"code\":\"11\"}"),
                        "unknown@/code required@/x required@/y");
    assert_string_equal(contracts_check(ctx, schema, "{\"kind\":\"line\"}"), "choice@/kind");
    assert_string_equal(contracts_check(ctx, schema, "{\"kind\":1}"), "type@/kind=string");
    assert_string_equal(contracts_check(ctx, schema, "{}"), "required@/kind");
    assert_string_equal(contracts_check(ctx, schema, "null"), "type@=object");
}

static void chooses_by_name(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    struct li_str yaml =
        li_strf(ctx, "%s  - {type: 'null'}\ndiscriminator: {propertyName: kind}\n", place_yaml);
    const struct li_schema *schema = contracts_schema(ctx, yaml.ptr);

    assert_non_null(schema);
    assert_string_equal(contracts_check(ctx, schema, "null"), "");
    assert_string_equal(contracts_check(ctx, schema, "{\"kind\":\"area\",\"code\":\"11\"}"), "");
    yaml = li_strf(ctx, "%sdiscriminator: {propertyName: code}\n", place_yaml);
    assert_null(contracts_schema(ctx, yaml.ptr));
    assert_string_equal(contracts_error(ctx),
                        "4:16: discriminator: code must be required and a different const text "
                        "in every alternative");
}

static void allows_null_beside_anything_else(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    const struct li_schema *schema =
        contracts_schema(ctx, "oneOf: [{type: string, maxLength: 1}, {type: 'null'}]");

    assert_non_null(schema);
    assert_string_equal(contracts_check(ctx, schema, "null"), "");
    assert_string_equal(contracts_check(ctx, schema, "\"a\""), "");
    assert_string_equal(contracts_check(ctx, schema, "\"ab\""), "too-long@=1");
    assert_string_equal(contracts_check(ctx, schema, "1"), "type@=string");
}

/* More properties than one word of bits. */
static void requires_many(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    struct li_buf *yaml = li_buf_new(ctx, 0);
    struct li_buf *json = li_buf_new(ctx, 0);
    const struct li_schema *schema;

    li_buf_text(yaml, "type: object\nrequired: [");
    for (int i = 0; i < 200; i++)
        li_buf_fmt(yaml, "%sp%d", i ? ", " : "", i);
    li_buf_text(yaml, "]\nproperties:\n");
    for (int i = 0; i < 200; i++)
        li_buf_fmt(yaml, "  p%d: {type: integer}\n", i);
    li_buf_char(json, '{');
    for (int i = 199; i >= 0; i--)
        if (i != 63 && i != 64 && i != 199)
            li_buf_fmt(json, "\"p%d\":1%s", i, i ? "," : "}");
    schema = contracts_schema(ctx, li_str_c(ctx, li_buf_view(yaml)));
    assert_non_null(schema);
    assert_string_equal(contracts_check(ctx, schema, li_str_c(ctx, li_buf_view(json))),
                        "required@/p63 required@/p64 required@/p199");
}

/* Sixteen faults are told, however many there are. */
static void stops(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    const struct li_schema *schema = contracts_schema(ctx, "type: object\nproperties: {}");
    struct li_buf *json = li_buf_new(ctx, 0);
    struct li_node *value = NULL;

    for (int i = 0; i < 1000; i++)
        li_buf_fmt(json, "%c\"k%d\":1", i ? ',' : '{', i);
    li_buf_char(json, '}');
    assert_int_equal(li_json_read(ctx, li_buf_view(json), &value), 0);
    assert_int_equal(li_schema_check(ctx, schema, LI_S("/fields"), value), -LI_E_INVALID);
    assert_int_equal(ctx->error_count, LI_ERRORS_MAX);
    assert_true(li_str_is(ctx->errors[0].where, "/fields/k0"));
    /* Still a refusal when there is no room to say so. */
    assert_int_equal(li_schema_check(ctx, schema, LI_S("/fields"), value), -LI_E_INVALID);
    assert_int_equal(ctx->error_count, LI_ERRORS_MAX);
}

/* form (urlencoded), schema, what becomes of it */
static const char *const coerced[][3] = {
    {"a=12", "a: {type: integer}", "{\"a\":12}"},
    {"a=-7", "a: {type: integer}", "{\"a\":-7}"},
    {"a=012", "a: {type: integer}", "{\"a\":\"012\"}"},
    {"a=+12", "a: {type: integer}", "{\"a\":\" 12\"}"},
    {"a=1.5", "a: {type: integer}", "{\"a\":\"1.5\"}"},
    {"a=1.5", "a: {type: number}", "{\"a\":1.5}"},
    {"a=1e3", "a: {type: number}", "{\"a\":\"1e3\"}"},
    {"a=99999999999999999999", "a: {type: integer}", "{\"a\":\"99999999999999999999\"}"},
    {"a=true&b=on&c=false&d=yes",
     "a: {type: boolean}, b: {type: boolean}, c: {type: boolean}, d: {type: boolean}",
     "{\"a\":true,\"b\":true,\"c\":false,\"d\":\"yes\"}"},
    {"a=12", "a: {type: string}", "{\"a\":\"12\"}"},
    {"a=x%0D%0Ay%0Dz", "a: {type: string}", "{\"a\":\"x\\ny\\nz\"}"},
    {"a=1,2", "a: {type: array, items: {type: integer}}", "{\"a\":[1,2]}"},
    {"a=x,,y,", "a: {type: array, items: {type: string}}", "{\"a\":[\"x\",\"\",\"y\",\"\"]}"},
    {"a=1&a=2", "a: {type: array, items: {type: integer}}", "{\"a\":[1,2]}"},
    {"a=1&a=2", "a: {type: integer}", "{\"a\":[\"1\",\"2\"]}"},
    /* An untouched field is no answer. */
    {"a=&b=&c=&d=&e=&f=",
     "a: {type: string}, b: {type: string, minLength: 1}, c: {type: integer}, "
     "d: {type: [integer, 'null']}, e: {type: string, format: phone}, "
     "f: {type: array, items: {type: string}}",
     "{\"a\":\"\",\"d\":null}"},
    {"b=1", "a: {type: integer}", "{\"b\":\"1\"}"},
};

static void coerces(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;

    for (size_t i = 0; i < sizeof coerced / sizeof *coerced; i++) {
        struct li_str yaml = li_strf(ctx, "{type: object, properties: {%s}}", coerced[i][1]);
        const struct li_schema *schema = contracts_schema(ctx, yaml.ptr);
        struct li_node *form = NULL;

        assert_non_null(schema);
        assert_int_equal(li_form_read(ctx, li_str(coerced[i][0]), &form), 0);
        assert_int_equal(li_schema_coerce(ctx, schema, form, &form), 0);
        assert_string_equal(contracts_json(ctx, form), coerced[i][2]);
    }
}

static void coerces_alternatives(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    const struct li_schema *schema = contracts_schema(ctx, place_yaml);
    struct li_node *form = NULL;

    assert_int_equal(li_form_read(ctx, LI_S("kind=point&x=1&y=2.5"), &form), 0);
    assert_int_equal(li_schema_coerce(ctx, schema, form, &form), 0);
    assert_string_equal(contracts_json(ctx, form), "{\"kind\":\"point\",\"x\":1,\"y\":2.5}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(refuses, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(refuses_circles, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(follows_references, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(checks, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(chooses, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(chooses_by_name, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(allows_null_beside_anything_else, contracts_set_up,
                                        contracts_tear_down),
        cmocka_unit_test_setup_teardown(requires_many, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(stops, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(coerces, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(coerces_alternatives, contracts_set_up,
                                        contracts_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
