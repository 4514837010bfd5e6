/*
 * Any bytes as a form or a query: read or refused; what was read is coerced and
 * checked, and coercing twice changes nothing more.
 */
#include "base/json.h"
#include "contract/schema.h"

#define ARENA_LIMIT (32 * 1024 * 1024)

static const char schema_text[] =
    "{type: object, required: [a], additionalProperties: {type: string, maxLength: 3}, properties: "
    "{a: {type: string, minLength: 1}, n: {type: [integer, 'null'], minimum: 0}, "
    "r: {type: number}, b: {type: boolean}, t: {type: string, format: phone}, "
    "l: {type: array, uniqueItems: true, items: {type: string, pattern: '^[a-z]+$'}}, "
    "i: {type: array, maxItems: 4, items: {type: integer}}}}";

static struct li_str written(struct li_ctx *ctx, const struct li_node *node)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;

    li_assert(buf);
    li_json_init(&json, buf, false);
    li_json_node(&json, node);
    return li_buf_view(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct li_clock clock = {0};
    struct li_ctx ctx;
    struct li_node *source = NULL, *form = NULL, *again = NULL;
    struct li_schema *schema = NULL;

    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    li_assert(li_yaml_read(&ctx, "schema", li_str(schema_text), &source) == 0);
    li_assert(li_schema_compile(&ctx, NULL, source, &schema) == 0);
    if (size < 64 * 1024 && li_form_read(&ctx, li_str_n(data, size), &form) == 0) {
        int r;

        li_assert(li_schema_coerce(&ctx, schema, form, &form) == 0);
        li_assert(li_schema_coerce(&ctx, schema, form, &again) == 0);
        li_assert(li_str_eq(written(&ctx, form), written(&ctx, again)));
        r = li_schema_check(&ctx, schema, LI_S("/form"), form);
        li_assert((r == 0) == (ctx.error_count == 0));
    }
    li_arena_free(ctx.arena);
    return 0;
}
