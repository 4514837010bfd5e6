/*
 * Made values and our judgement of them, one JSON object a line, for the
 * comparison with ajv:
 *
 *     bench-instances tests/lib/agree.yaml 400
 *     {"schema":"Kind","right":false,"value":"no such choice"}
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "contract/schema.h"
#include "lib/instances.h"

static void print(struct li_ctx *ctx, struct li_buf *buf, struct li_str name, bool right,
                  const struct li_node *value)
{
    struct li_json json;

    li_buf_reset(buf);
    li_json_init(&json, buf, false);
    li_json_open_map(&json);
    li_json_put_text(&json, "schema", name);
    li_json_put_bool(&json, "right", right);
    li_json_key(&json, "value");
    li_json_node(&json, value);
    li_json_close_map(&json);
    li_assert(li_buf_check(ctx, buf) == 0);
    printf("%.*s\n", LI_P(li_buf_view(buf)));
}

static int print_all(struct li_ctx *ctx, const char *path, uint64_t count)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_str text = {0};
    struct li_node *components = NULL;
    struct li_schemas *schemas = NULL;

    if (!buf || li_file_read(ctx, path, 0, &text) < 0 ||
        li_yaml_read(ctx, path, text, &components) < 0 ||
        li_schemas_compile(ctx, components, &schemas) < 0)
        return -1;
    for (uint64_t seed = 0; seed < count; seed++) {
        const struct li_member *member = &components->map.items[seed % components->map.count];
        bool right;
        struct li_node *value =
            instances_make(ctx, components, member->value, seed, seed / 2 % 2, &right);

        right = li_schema_check(ctx, li_schemas_find(schemas, member->key), LI_S(""), value) == 0;
        li_ctx_clear(ctx);
        print(ctx, buf, member->key, right, value);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct li_clock clock = {0};
    struct li_ctx ctx;
    int r = -1;

    if (argc != 3) {
        fputs("usage: bench-instances SCHEMAS.yaml COUNT\n", stderr);
        return 2;
    }
    li_ctx_init(&ctx, li_arena_new(0), &clock, NULL);
    r = print_all(&ctx, argv[1], strtoull(argv[2], NULL, 10));
    if (r < 0)
        fprintf(stderr, "%.*s\n", LI_P(li_ctx_explain(&ctx)));
    li_arena_free(ctx.arena);
    return r < 0;
}
