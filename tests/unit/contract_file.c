/*
 * contract/: loading a file, and what stops the start.  The real contract loads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/sys.h"
#include "lib/contracts.h"

/* A contract around one operation's lines (indented by six). */
static struct li_str around(struct li_ctx *ctx, const char *operation)
{
    return li_strf(ctx,
                   "openapi: 3.1.0\n"
                   "info: {title: t, version: '1'}\n"
                   "paths:\n"
                   "  /a/{id}:\n"
                   "    post:\n"
                   "%s"
                   "components:\n"
                   "  parameters:\n"
                   "    id: {name: id, in: path, required: true, schema: {type: string}}\n"
                   "    loop: {$ref: '#/components/parameters/id'}\n"
                   "  responses:\n"
                   "    Gone: {description: gone}\n"
                   "  schemas:\n"
                   "    Name: {type: string}\n"
                   "    Form: {type: object, properties: {a: {type: string}}}\n",
                   operation);
}

#define HEAD                                                                                       \
    "      operationId: doIt\n"                                                                    \
    "      x-allow: [anyone]\n"
#define PATH_ID "      parameters: [{$ref: '#/components/parameters/id'}]\n"
#define DONE    "      responses: {'204': {description: done}}\n"

static const struct {
    const char *lines;
    const char *error;
} refused[] = {
    {"      x-allow: [anyone]\n" PATH_ID DONE,
     "c.yaml:6:7: operationId: must be there, letters, digits and _ only"},
    {"      operationId: 'do it'\n      x-allow: [anyone]\n" PATH_ID DONE,
     "c.yaml:6:7: operationId: must be there, letters, digits and _ only"},
    {"      operationId: doIt\n" PATH_ID DONE,
     "c.yaml:6:7: x-allow: every operation says who may call it"},
    {"      operationId: doIt\n      x-allow: []\n" PATH_ID DONE,
     "c.yaml:7:16: x-allow: every operation says who may call it"},
    {"      operationId: doIt\n      x-allow: [anyone, signed_in]\n" PATH_ID DONE,
     "c.yaml:7:17: x-allow: anyone or signed_in alone, or a list of post:NAME"},
    {"      operationId: doIt\n      x-allow: ['post:']\n" PATH_ID DONE,
     "c.yaml:7:17: x-allow: anyone or signed_in alone, or a list of post:NAME"},
    {HEAD PATH_ID, "c.yaml:6:7: responses: every operation says its replies"},
    {HEAD PATH_ID "      responses: {'99': {description: x}}\n",
     "c.yaml:9:25: responses: statuses 200 to 599, or default"},
    {HEAD PATH_ID "      responses: {'200': {$ref: '#/components/responses/None'}}\n",
     "c.yaml:9:33: $ref: #/components/responses/None leads nowhere"},
    {HEAD PATH_ID "      responses: {'200': {links: {}}}\n",
     "c.yaml:9:27: links: not part of our contracts"},
    {HEAD DONE, "c.yaml:6:7: parameters: {id} of the path is missing"},
    {HEAD "      parameters: [{$ref: '#/components/parameters/loop'}]\n" DONE,
     "c.yaml:8:27: $ref: #/components/parameters/loop leads nowhere"},
    {HEAD "      parameters: [{$ref: '#/components/parameters/id'}, "
          "{name: b, in: path, required: true, schema: {type: string}}]\n" DONE,
     "c.yaml:6:7: parameters: the path has no {b}"},
    {HEAD "      parameters: [{name: id, in: path, schema: {type: string}}]\n" DONE,
     "c.yaml:8:20: a parameter in the path is required: true"},
    {HEAD "      parameters: [{name: id, in: cookie, schema: {type: string}}]\n" DONE,
     "c.yaml:8:20: in: path, query or header"},
    {HEAD "      parameters: [{name: Accept, in: header, schema: {type: string}}]\n" DONE,
     "c.yaml:8:20: this header is no parameter"},
    {HEAD "      parameters: [{name: a, in: query, schema: {type: object, properties: {}}}]\n" DONE,
     "c.yaml:8:20: a parameter is a scalar or a list of scalars"},
    {HEAD "      parameters: [{name: a, in: query, schema: {type: array, "
          "items: {type: string}}}]\n" DONE,
     "c.yaml:8:20: a list in a parameter is a comma list: explode: false"},
    {HEAD "      parameters: [{name: a, in: query, style: spaceDelimited, "
          "schema: {type: string}}]\n" DONE,
     "c.yaml:8:20: style: form in a query, simple elsewhere"},
    {HEAD "      parameters: [{$ref: '#/components/parameters/id'}, "
          "{name: id, in: query, schema: {type: string}}]\n" DONE,
     "c.yaml:8:58: the same name twice"},
    {HEAD PATH_ID "      x-body-limit: 10\n" DONE,
     "c.yaml:9:21: x-body-limit: without a requestBody"},
    {HEAD PATH_ID "      requestBody: {content: {}}\n" DONE,
     "c.yaml:9:20: content: a body has a media type at least"},
    {HEAD PATH_ID "      requestBody: {content: {application/json: {}}}\n" DONE,
     "c.yaml:9:49: schema: a body must have one"},
    {HEAD PATH_ID "      requestBody: {content: {multipart/related: "
                  "{schema: {$ref: '#/components/schemas/Form'}}}}\n" DONE,
     "c.yaml:9:50: multipart/related: a body is application/json, "
     "application/x-www-form-urlencoded or multipart/form-data"},
    {HEAD PATH_ID "      requestBody: {content: {multipart/form-data: "
                  "{schema: {$ref: '#/components/schemas/Name'}}}}\n" DONE,
     "c.yaml:9:52: schema: a form is an object"},
    {HEAD PATH_ID "      requestBody: {content: {application/x-www-form-urlencoded: "
                  "{schema: {$ref: '#/components/schemas/Name'}}}}\n" DONE,
     "c.yaml:9:66: schema: a form is an object"},
    {HEAD PATH_ID "      x-body-limit: 0\n      requestBody: {content: {application/json: "
                  "{schema: {$ref: '#/components/schemas/Name'}}}}\n" DONE,
     "c.yaml:9:21: x-body-limit: bytes, 1 to 64 MiB"},
    {HEAD PATH_ID "      callbacks: {}\n" DONE, "c.yaml:9:7: callbacks: not part of our contracts"},
    {HEAD PATH_ID "      requestBody: {content: {application/json: {schema: {type: string, "
                  "minlength: 1}}}}\n" DONE,
     "c.yaml:9:73: minlength: not a keyword of our schemas"},
};

static void refuses(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;

    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct li_contract *contract = NULL;
        struct li_str yaml = around(ctx, refused[i].lines);

        assert_int_equal(li_contract_load(ctx, "c.yaml", yaml, &contract), -LI_E_INVALID);
        assert_null(contract);
        assert_string_equal(contracts_error(ctx), refused[i].error);
    }
}

static const char *const refused_files[][2] = {
    {"openapi: 3.0.3\npaths: {}\n", "c.yaml:1:1: openapi: must be '3.1.…'"},
    {"openapi: 3.1.0\n", "c.yaml:1:1: paths: must be a map"},
    {"openapi: 3.1.0\npaths: {}\njsonSchemaDialect: a\n",
     "c.yaml:3:1: jsonSchemaDialect: not part of our contracts"},
    {"openapi: 3.1.0\npaths: {}\ncomponents: {requestBodies: {}}\n",
     "c.yaml:3:14: requestBodies: not part of our contracts"},
    {"openapi: 3.1.0\npaths: {/a: {trace: {}}}\n", "c.yaml:2:14: trace: not part of our contracts"},
    {"openapi: 3.1.0\npaths:\n"
     "  /a: {get: {operationId: a, x-allow: [anyone], responses: {'200': {}}}}\n"
     "  /b: {get: {operationId: a, x-allow: [anyone], responses: {'200': {}}}}\n",
     "c.yaml:4:13: operationId: a stands there twice"},
    {"openapi: 3.1.0\npaths:\n"
     "  /{a}/b: {get: {operationId: a, x-allow: [anyone], responses: {'200': {}}, "
     "parameters: [{name: a, in: path, required: true, schema: {type: string}}]}}\n"
     "  /{c}/b: {get: {operationId: c, x-allow: [anyone], responses: {'200': {}}, "
     "parameters: [{name: c, in: path, required: true, schema: {type: string}}]}}\n",
     "c.yaml:4:3: path /{c}/b: taken by a"},
    {"openapi: 3.1.0\npaths:\n"
     "  a: {get: {operationId: a, x-allow: [anyone], responses: {'200': {}}}}\n",
     "c.yaml:3:12: path a: a path begins with /"},
};

static void refuses_files(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;

    for (size_t i = 0; i < sizeof refused_files / sizeof *refused_files; i++) {
        struct li_contract *contract = NULL;

        assert_int_equal(li_contract_load(ctx, "c.yaml", li_str(refused_files[i][0]), &contract),
                         -LI_E_INVALID);
        assert_string_equal(contracts_error(ctx), refused_files[i][1]);
    }
}

static void reads(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    struct li_contract *contract = NULL;
    const struct li_operation *operation;
    struct li_str yaml =
        around(ctx, "      operationId: doIt\n"
                    "      summary: s\n"
                    "      x-allow: ['post:desk', 'post:grid']\n"
                    "      x-note: ours\n"
                    "      parameters:\n"
                    "        - {name: q, in: query, explode: false, "
                    "schema: {type: array, items: {type: integer}}}\n"
                    "        - {$ref: '#/components/parameters/id'}\n"
                    "      requestBody:\n"
                    "        required: true\n"
                    "        content:\n"
                    "          application/json: {schema: {$ref: '#/components/schemas/Form'}}\n"
                    "          application/x-www-form-urlencoded: "
                    "{schema: {$ref: '#/components/schemas/Form'}}\n"
                    "      responses:\n"
                    "        201: {description: made, content: {application/json: "
                    "{schema: {$ref: '#/components/schemas/Name'}}, text/html: {}}}\n"
                    "        '410': {$ref: '#/components/responses/Gone'}\n");

    assert_int_equal(li_contract_load(ctx, "c.yaml", yaml, &contract), 0);
    assert_int_equal(li_contract_count(contract), 1);
    operation = li_contract_operation(contract, 0);
    assert_ptr_equal(operation, li_contract_find(contract, LI_S("doIt")));
    assert_null(li_contract_find(contract, LI_S("doThat")));
    assert_int_equal(operation->method, LI_POST);
    assert_true(li_str_is(operation->path, "/a/{id}"));
    assert_int_equal(operation->allow, LI_ALLOW_POST);
    assert_int_equal(operation->post_count, 2);
    assert_true(li_str_is(operation->posts[1], "grid"));
    assert_int_equal(operation->parameter_count, 2);
    assert_true(li_str_is(operation->parameters[0].name, "id"));
    assert_int_equal(operation->parameters[1].place, LI_IN_QUERY);
    assert_int_equal(operation->body_limit, 64 * 1024);
    assert_true(operation->body_required);
    assert_ptr_equal(operation->body_json, operation->body_form);
    assert_ptr_equal(operation->body_json,
                     li_schemas_find(li_contract_schemas(contract), LI_S("Form")));
    assert_int_equal(operation->reply_count, 3);
    assert_int_equal(operation->replies[0].status, 201);
    assert_int_equal(operation->replies[1].media, LI_MEDIA_HTML);
    assert_int_equal(operation->replies[2].media, LI_MEDIA_NONE);
}

/* The parameters of a path serve all its operations, which may replace them. */
static void shares_parameters(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    struct li_contract *contract = NULL;
    const struct li_operation *operation;

    assert_int_equal(
        li_contract_load(
            ctx, "c.yaml",
            LI_S("openapi: 3.1.0\npaths:\n  /a/{id}:\n"
                 "    parameters:\n"
                 "      - {name: q, in: query, schema: {type: string}}\n"
                 "      - {name: id, in: path, required: true, schema: {type: string}}\n"
                 "    get: {operationId: a, x-allow: [signed_in], responses: {default: {}}}\n"
                 "    put: {operationId: b, x-allow: [anyone], responses: {default: {}}, "
                 "parameters: [{name: q, in: query, required: true, schema: {type: integer}}]}\n"),
            &contract),
        0);
    operation = li_contract_find(contract, LI_S("a"));
    assert_int_equal(operation->allow, LI_ALLOW_SIGNED_IN);
    assert_int_equal(operation->parameter_count, 2);
    assert_false(operation->parameters[1].required);
    operation = li_contract_find(contract, LI_S("b"));
    assert_int_equal(operation->parameter_count, 2);
    assert_true(operation->parameters[1].required);
}

static void reads_the_real_one(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    struct li_contract *contract = NULL;
    struct li_str yaml = {0};
    int r;

    assert_int_equal(li_file_read(ctx, "api/openapi.yaml", 0, &yaml), 0);
    r = li_contract_load(ctx, "api/openapi.yaml", yaml, &contract);
    if (r < 0)
        fail_msg("%s", contracts_error(ctx));
    assert_true(li_contract_count(contract) > 0);
    for (size_t i = 0; i < li_contract_count(contract); i++)
        assert_int_equal(li_contract_operation(contract, i)->index, (int)i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(refuses, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(refuses_files, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(reads, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(shares_parameters, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(reads_the_real_one, contracts_set_up, contracts_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
