/*
 * A schema in YAML, a line "---", a value in JSON: compiled or refused, checked
 * or refused; a failure always says why, and never more than fits.
 */
#include "contract/schema.h"

#define ARENA_LIMIT (64 * 1024 * 1024)

/* libfyaml 0.7.12 loses a buffer when a quoted text has very many quotes in it;
 * only files of our own are read with it, at start. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libfyaml";
}

/* Cuts at the first line "---"; false without one. */
static bool cut(struct li_str bytes, struct li_str *ret_schema, struct li_str *ret_value)
{
    for (size_t i = 0; i + 5 <= bytes.len; i++) {
        if (memcmp(bytes.ptr + i, "\n---\n", 5) == 0) {
            *ret_schema = li_str_n(bytes.ptr, i);
            *ret_value = li_str_n(bytes.ptr + i + 5, bytes.len - i - 5);
            return true;
        }
    }
    return false;
}

static void check(struct li_ctx *ctx, const struct li_schema *schema, struct li_str bytes)
{
    struct li_node *value = NULL, *coerced = NULL;
    int r;

    if (li_json_read(ctx, bytes, &value) < 0)
        return;
    r = li_schema_check(ctx, schema, LI_S(""), value);
    li_assert((r == 0) == (ctx->error_count == 0));
    for (unsigned i = 0; i < ctx->error_count; i++)
        li_assert(ctx->errors[i].reason && ctx->errors[i].text.len > 0);
    li_assert(li_schema_coerce(ctx, schema, value, &coerced) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct li_clock clock = {0};
    struct li_ctx ctx;
    struct li_str schema_text, value_text;
    struct li_node *source = NULL;
    struct li_schema *schema = NULL;
    struct li_schemas *schemas = NULL;

    li_ctx_init(&ctx, li_arena_new(ARENA_LIMIT), &clock, NULL);
    if (size < 64 * 1024 && cut(li_str_n(data, size), &schema_text, &value_text) &&
        li_yaml_read(&ctx, "schema.yaml", schema_text, &source) == 0) {
        if (li_schema_compile(&ctx, NULL, source, &schema) == 0)
            check(&ctx, schema, value_text);
        li_ctx_clear(&ctx);
        if (li_schemas_compile(&ctx, source, &schemas) == 0 && source->kind == LI_MAP &&
            source->map.count > 0)
            check(&ctx, li_schemas_find(schemas, source->map.items[0].key), value_text);
    }
    li_arena_free(ctx.arena);
    return 0;
}
