/*
 * contract/: routing, and one call's parameters, body and reply.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/sys.h"
#include "lib/contracts.h"

static struct li_contract *load(void **state)
{
    struct contracts *test = *state;
    struct li_contract *contract = NULL;
    struct li_str yaml = {0};

    if (li_file_read(&test->ctx, "tests/lib/call.yaml", 0, &yaml) < 0 ||
        li_contract_load(&test->ctx, "call.yaml", yaml, &contract) < 0)
        fail_msg("%s", contracts_error(&test->ctx));
    return contract;
}

static const struct {
    const char *path;
    const char *id; /* NULL: not found */
    const char *values[LI_PATH_PARAMETERS];
} routed[] = {
    {"/", "home", {0}},
    {"/demo/", "tenant", {"demo"}},
    {"/desk/", "desk", {0}},
    {"/desk/report", "report", {"desk"}},
    {"/demo/report", "report", {"demo"}},
    {"/v1/cases/06C9", "oneCase", {"06C9"}},
    {"/v1/cases/06C9.json", "caseJson", {"06C9"}},
    {"/v1/cases/06C9.xml", "oneCase", {"06C9.xml"}},
    {"/v1/cases/.json", "oneCase", {".json"}},
    {"/v1/cases/a%2Fb", "oneCase", {"a%2Fb"}},
    {"/v1/requests.xml", "requests", {"xml"}},
    {"/v1/cases/y/z", "literal", {0}},
    /* A literal that leads nowhere gives way to a hole. */
    {"/v1/cases/x/1/2/3", "deep", {"cases", "1", "2", "3"}},
    {"/v1/other/x/1/2/3", "deep", {"other", "1", "2", "3"}},
    {"/v1/requests.", NULL, {0}},
    {"/v1/cases/", NULL, {0}},
    {"/v1/cases/06C9/", NULL, {0}},
    {"//", NULL, {0}},
    {"", NULL, {0}},
    {"v1/cases", NULL, {0}},
    {"/v1/cases/y", "oneCase", {"y"}},
    {"/V1/cases", NULL, {0}},
};

static void routes(void **state)
{
    struct li_contract *contract = load(state);

    for (size_t i = 0; i < sizeof routed / sizeof *routed; i++) {
        struct li_match match = {0};
        int r = li_contract_route(contract, LI_GET, li_str(routed[i].path), &match);

        if (!routed[i].id) {
            assert_int_equal(r, -LI_E_NOT_FOUND);
            continue;
        }
        assert_int_equal(r, 0);
        if (!li_str_is(match.operation->id, routed[i].id))
            fail_msg("%s goes to %.*s", routed[i].path, LI_P(match.operation->id));
        for (int k = 0; k < LI_PATH_PARAMETERS && routed[i].values[k]; k++)
            assert_true(li_str_is(match.values[k], routed[i].values[k]));
    }
}

static void knows_methods(void **state)
{
    struct li_contract *contract = load(state);
    struct li_match match = {0};
    const unsigned cases = 1u << LI_GET | 1u << LI_HEAD | 1u << LI_POST | 1u << LI_OPTIONS;

    assert_int_equal(li_method_of("PATCH"), LI_PATCH);
    assert_int_equal(li_method_of("get"), LI_METHODS);
    assert_int_equal(li_contract_route(contract, LI_HEAD, LI_S("/v1/cases"), &match), 0);
    assert_true(li_str_is(match.operation->id, "cases"));
    assert_int_equal(match.allowed, cases);
    assert_int_equal(li_contract_route(contract, LI_PUT, LI_S("/v1/cases"), &match), -LI_E_METHOD);
    assert_int_equal(match.allowed, cases);
    assert_int_equal(li_contract_route(contract, LI_OPTIONS, LI_S("/v1/cases"), &match),
                     -LI_E_METHOD);
    assert_int_equal(match.allowed, cases);
    assert_int_equal(li_contract_route(contract, li_method_of("BREW"), LI_S("/v1/cases"), &match),
                     -LI_E_METHOD);
    assert_int_equal(li_contract_route(contract, LI_OPTIONS, LI_S("/v2"), &match), -LI_E_NOT_FOUND);
    /* The literal path decides, also about the method. */
    assert_int_equal(li_contract_route(contract, LI_GET, LI_S("/v1/cases/new"), &match),
                     -LI_E_METHOD);
    assert_int_equal(match.allowed, 1u << LI_POST | 1u << LI_OPTIONS);
}

static struct li_str header(void *arg, const char *name)
{
    const char *value = arg;

    return strcmp(name, "X-Key") == 0 ? li_str(value) : (struct li_str){0};
}

/* path, query, header X-Key, parameters as JSON or faults */
static const struct {
    const char *path, *query, *key;
    int r;
    const char *result;
} called[] = {
    {"/v1/cases", "open=true", NULL, 0, "{\"open\":true}"},
    {"/v1/cases", "open=true&limit=20&ids=1,2", "abcdefgh", 0,
     "{\"X-Key\":\"abcdefgh\",\"open\":true,\"limit\":20,\"ids\":[1,2]}"},
    {"/v1/cases", "open=true&ids=1&ids=2", NULL, 0, "{\"open\":true,\"ids\":[1,2]}"},
    {"/v1/cases", "open=true&ids=1,x,3,4", NULL, -LI_E_INVALID, "too-many@/parameters/ids=3"},
    {"/v1/cases", "open=true&ids=1,x", NULL, -LI_E_INVALID, "type@/parameters/ids/1=integer"},
    {"/v1/cases", "open=true&ids=", NULL, 0, "{\"open\":true}"},
    {"/v1/cases", "open=true&q=a+b%2Bc%20%E7%81%AF", NULL, 0, "{\"open\":true,\"q\":\"a b+c 灯\"}"},
    {"/v1/cases", "open=true&q=", NULL, 0, "{\"open\":true}"},
    {"/v1/cases", "open=true&q=a%00b", NULL, -LI_E_SYNTAX, "malformed@"},
    {"/v1/cases", "open=true&q=a%2", NULL, -LI_E_SYNTAX, "malformed@"},
    {"/v1/cases", "open=true&q=a%zz", NULL, -LI_E_SYNTAX, "malformed@"},
    {"/v1/cases", "open=true&q=%ff", NULL, -LI_E_SYNTAX, "malformed@"},
    {"/v1/cases", "", NULL, -LI_E_INVALID, "required@/parameters/open"},
    {"/v1/cases", "open=", NULL, -LI_E_INVALID, "required@/parameters/open"},
    {"/v1/cases", "open=true&open=true", NULL, -LI_E_INVALID, "type@/parameters/open=boolean"},
    {"/v1/cases", "open=true&limit=0&wat=1", NULL, -LI_E_INVALID,
     "unknown@/parameters/wat too-small@/parameters/limit=1"},
    {"/v1/cases", "open=true&X-Key=abcdefgh", NULL, -LI_E_INVALID, "unknown@/parameters/X-Key"},
    {"/v1/cases", "open=true", "short", -LI_E_INVALID, "too-short@/parameters/X-Key=8"},
    {"/v1/cases", "open=true", "\xff\xff", -LI_E_SYNTAX, "malformed@"},
    {"/v1/cases/%E7%81%AF+1", "", NULL, 0, "{\"id\":\"灯+1\"}"},
    {"/v1/cases/a%2Fb", "", NULL, 0, "{\"id\":\"a/b\"}"},
    {"/v1/cases/a%00", "", NULL, -LI_E_SYNTAX, "malformed@"},
    {"/v1/cases/a%", "", NULL, -LI_E_SYNTAX, "malformed@"},
    {"/v1/cases/a", "id=b", NULL, -LI_E_INVALID, "unknown@/parameters/id"},
    {"/v1/requests.xml", "", NULL, 0, "{\"format\":\"xml\"}"},
    {"/v1/requests.pdf", "", NULL, -LI_E_INVALID, "choice@/parameters/format"},
    {"/v1/p/x/q/r/s", "", NULL, 0, "{\"a\":\"p\",\"b\":\"q\",\"c\":\"r\",\"d\":\"s\"}"},
};

static void takes_parameters(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    struct li_contract *contract = load(state);

    for (size_t i = 0; i < sizeof called / sizeof *called; i++) {
        struct li_request_source source = {
            .query = li_str(called[i].query), .header = header, .arg = (void *)called[i].key};
        struct li_match match = {0};
        struct li_node *parameters = NULL;
        int r;

        assert_int_equal(li_contract_route(contract, LI_GET, li_str(called[i].path), &match), 0);
        r = li_operation_parameters(ctx, &match, &source, &parameters);
        assert_int_equal(r, called[i].r);
        assert_string_equal(r == 0 ? contracts_json(ctx, parameters) : contracts_faults(ctx),
                            called[i].result);
    }
}

#define JSON "application/json"
#define FORM "application/x-www-form-urlencoded"

static const struct {
    const char *type, *bytes;
    int r;
    const char *result;
} bodies[] = {
    {JSON, "{\"text\":\"a\"}", 0, "{\"text\":\"a\"}"},
    {"Application/JSON; charset=\"UTF-8\"", "{\"text\":\"a\"}", 0, "{\"text\":\"a\"}"},
    {JSON "; charset=gbk", "{\"text\":\"a\"}", -LI_E_MEDIA, "unsupported-media-type@"},
    {"text/plain", "a", -LI_E_MEDIA, "unsupported-media-type@"},
    {"application/problem+json", "{\"text\":\"a\"}", -LI_E_MEDIA, "unsupported-media-type@"},
    {"multipart/form-data; boundary=x", "a", -LI_E_MEDIA, "unsupported-media-type@"},
    {"", "{\"text\":\"a\"}", -LI_E_MEDIA, "unsupported-media-type@"},
    {"", "", -LI_E_SYNTAX, "malformed@"},
    {JSON, "", -LI_E_SYNTAX, NULL},
    {JSON, "{\"text\":\"a\"", -LI_E_SYNTAX, NULL},
    {JSON, "{\"text\":\"a\",\"text\":\"b\"}", -LI_E_SYNTAX, NULL},
    {JSON, "{\"text\":\"a\\u0000\"}", -LI_E_SYNTAX, NULL},
    {JSON, "{\"text\":\"\\ud800\"}", -LI_E_SYNTAX, NULL},
    {JSON, "{\"text\":\"\xff\"}", -LI_E_SYNTAX, NULL},
    {JSON, "{\"text\":1}", -LI_E_INVALID, "type@/text=string"},
    {JSON, "{\"count\":\"1\",\"text\":\"a\"}", -LI_E_INVALID, "type@/count=integer"},
    {JSON, "[]", -LI_E_INVALID, "type@=object"},
    {JSON, "{\"text\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}",
     -LI_E_LIMIT, "too-large@"},
    {FORM, "text=a+b&count=3&phone=", 0, "{\"text\":\"a b\",\"count\":3}"},
    {FORM, "text=a&phone=x", -LI_E_INVALID, "format@/phone=phone"},
    {FORM, "text=&count=x", -LI_E_INVALID, "type@/count=integer required@/text"},
    {FORM, "text=a&text=b", -LI_E_INVALID, "type@/text=string"},
    {FORM, "text=a&more=b", -LI_E_INVALID, "unknown@/more"},
    {FORM, "", -LI_E_INVALID, "required@/text"},
    {FORM, "text=%00", -LI_E_SYNTAX, "malformed@"},
    {FORM, "text=%4", -LI_E_SYNTAX, "malformed@"},
};

static void takes_bodies(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    const struct li_operation *operation = li_contract_find(load(state), LI_S("openCase"));

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct li_node *body = NULL;
        int r = li_operation_body(ctx, operation, li_str(bodies[i].type), li_str(bodies[i].bytes),
                                  &body);
        const char *result = r == 0 ? contracts_json(ctx, body) : contracts_faults(ctx);

        if (r != bodies[i].r || (bodies[i].result && strcmp(result, bodies[i].result) != 0))
            fail_msg("%s %s: %d %s", bodies[i].type, bodies[i].bytes, r, result);
        assert_true((r == 0) == (body != NULL));
    }
}

static void takes_no_body(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    struct li_contract *contract = load(state);
    const struct li_operation *optional = li_contract_find(contract, LI_S("dropCase"));
    const struct li_operation *none = li_contract_find(contract, LI_S("newCase"));
    struct li_node *body = NULL;

    assert_int_equal(optional->body_limit, 64 * 1024);
    assert_int_equal(li_operation_body(ctx, optional, LI_S(""), LI_S(""), &body), 0);
    assert_null(body);
    assert_int_equal(li_operation_body(ctx, optional, LI_S(JSON), LI_S("7"), &body), 0);
    assert_int_equal(body->number, 7);
    body = NULL;
    assert_int_equal(none->body_limit, 0);
    assert_int_equal(li_operation_body(ctx, none, LI_S(FORM), LI_S(""), &body), 0);
    assert_null(body);
    assert_int_equal(li_operation_body(ctx, none, LI_S(JSON), LI_S("7"), &body), -LI_E_LIMIT);
    assert_null(body);
}

static const struct {
    int status;
    const char *type, *body;
    const char *faults;
} replies[] = {
    {201, JSON, "{\"id\":\"06C9ZS4QGR000\"}", ""},
    {201, JSON, "{\"id\":6}", "type@/id=string"},
    {201, JSON, "{", "malformed@ invalid@"},
    {201, "text/html", "<p>", "invalid@"},
    {303, "", "", ""},
    {303, "", "x", "invalid@"},
    {422, "text/html; charset=utf-8", "<p>", ""},
    {422, "application/problem+json", "{}", ""},
    {422, "text/plain", "x", "invalid@"},
    {500, "image/png", "x", ""},
    {500, "", "", ""},
};

static void checks_replies(void **state)
{
    struct contracts *test = *state;
    struct li_ctx *ctx = &test->ctx;
    struct li_contract *contract = load(state);
    const struct li_operation *operation = li_contract_find(contract, LI_S("openCase"));

    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        int r =
            li_operation_reply_check(ctx, operation, replies[i].status,
                                     li_media_of(li_str(replies[i].type)), li_str(replies[i].body));

        assert_int_equal(r, *replies[i].faults ? -LI_E_INVALID : 0);
        if (!strchr(replies[i].faults, ' '))
            assert_string_equal(contracts_faults(ctx), replies[i].faults);
        li_ctx_clear(ctx);
    }
    operation = li_contract_find(contract, LI_S("newCase"));
    assert_int_equal(li_operation_reply_check(ctx, operation, 500, LI_MEDIA_JSON, LI_S("{}")),
                     -LI_E_INVALID);
}

/* With too little memory everything is refused, nothing is half done. */
static void survives_without_memory(void **state)
{
    struct contracts *test = *state;
    struct li_request_source source = {
        .query = LI_S("open=true&ids=1,x&limit=0&wat=1"), .header = header, .arg = "abcdefgh"};
    struct li_contract *whole = load(state);
    struct li_str yaml = {0};
    size_t limit = 0;
    int loaded;

    assert_int_equal(li_file_read(&test->ctx, "tests/lib/call.yaml", 0, &yaml), 0);
    do {
        struct li_contract *contract = NULL;
        struct li_ctx ctx;

        limit += 997;
        li_ctx_init(&ctx, li_arena_new(limit), &test->clock, NULL);
        loaded = li_contract_load(&ctx, "call.yaml", yaml, &contract);
        assert_true(loaded == 0 || (loaded == -LI_E_NOMEM && !contract));
        li_arena_free(ctx.arena);
    } while (loaded < 0 && limit < 8u << 20);
    assert_int_equal(loaded, 0);
    for (limit = 0; limit < 16384; limit += 16) {
        struct li_match match = {0};
        struct li_node *parameters = NULL;
        struct li_ctx ctx;

        assert_int_equal(li_contract_route(whole, LI_GET, LI_S("/v1/cases"), &match), 0);
        li_ctx_init(&ctx, li_arena_new(limit), &test->clock, NULL);
        assert_true(li_operation_parameters(&ctx, &match, &source, &parameters) < 0);
        assert_null(parameters);
        li_arena_free(ctx.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(routes, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(knows_methods, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(takes_parameters, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(takes_bodies, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(takes_no_body, contracts_set_up, contracts_tear_down),
        cmocka_unit_test_setup_teardown(survives_without_memory, contracts_set_up,
                                        contracts_tear_down),
        cmocka_unit_test_setup_teardown(checks_replies, contracts_set_up, contracts_tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
