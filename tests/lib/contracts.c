/*
 * Schemas, values and faults as text, for the tests of contract/.
 */
#include "lib/contracts.h"

#include "base/json.h"

int contracts_set_up(void **state)
{
    struct li_arena *arena = li_arena_new(0);
    struct contracts *contracts = LI_NEW(arena, struct contracts);

    li_ctx_init(&contracts->ctx, arena, &contracts->clock, NULL);
    *state = contracts;
    return 0;
}

int contracts_tear_down(void **state)
{
    struct contracts *contracts = *state;

    li_arena_free(contracts->ctx.arena);
    return 0;
}

struct li_schema *contracts_schema(struct li_ctx *ctx, const char *yaml)
{
    struct li_node *source = NULL;
    struct li_schema *schema = NULL;

    if (li_yaml_read(ctx, "schema.yaml", li_str(yaml), &source) < 0)
        return NULL;
    return li_schema_compile(ctx, NULL, source, &schema) < 0 ? NULL : schema;
}

const struct li_schema *contracts_component(struct li_ctx *ctx, const char *yaml, const char *name)
{
    struct li_node *source = NULL;
    struct li_schemas *schemas = NULL;

    if (li_yaml_read(ctx, "schemas.yaml", li_str(yaml), &source) < 0)
        return NULL;
    if (li_schemas_compile(ctx, source, &schemas) < 0)
        return NULL;
    return li_schemas_find(schemas, li_str(name));
}

const char *contracts_error(struct li_ctx *ctx)
{
    const struct li_error *error = li_ctx_error(ctx);
    struct li_str text =
        error ? li_strf(ctx, "%.*s: %.*s", LI_P(error->where), LI_P(error->text)) : LI_S("");

    li_ctx_clear(ctx);
    return text.ptr;
}

const char *contracts_faults(struct li_ctx *ctx)
{
    struct li_buf *buf = li_buf_new(ctx, 0);

    for (unsigned i = 0; i < ctx->error_count; i++) {
        const struct li_error *error = &ctx->errors[i];

        li_buf_text(buf, i > 0 ? " " : "");
        li_buf_text(buf, error->reason ? error->reason : li_error_info(error->code)->name);
        li_buf_char(buf, '@');
        li_buf_str(buf, error->where);
        if (error->limit.len > 0) {
            li_buf_char(buf, '=');
            li_buf_str(buf, error->limit);
        }
    }
    li_ctx_clear(ctx);
    return li_str_c(ctx, li_buf_view(buf));
}

const char *contracts_check(struct li_ctx *ctx, const struct li_schema *schema, const char *json)
{
    struct li_node *value = NULL;
    int r = li_json_read(ctx, li_str(json), &value);

    if (r == 0)
        r = li_schema_check(ctx, schema, LI_S(""), value);
    /* A failure without a fault, or a fault without a failure, would be a lie. */
    li_assert((r == 0) == (ctx->error_count == 0));
    return contracts_faults(ctx);
}

const char *contracts_json(struct li_ctx *ctx, const struct li_node *node)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;

    li_json_init(&json, buf, false);
    li_json_node(&json, node);
    return li_str_c(ctx, li_buf_view(buf));
}
