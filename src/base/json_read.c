/*
 * Reading JSON: jansson parses, the tree is copied into the arena, jansson's is
 * freed at once.
 *
 * Depth and number of values are counted on the bytes before jansson sees them,
 * so that a hostile text costs no memory.  Messages never quote the text: it may
 * hold personal values.
 */
#include <jansson.h>

#include "base/node.h"

struct reader {
    struct li_ctx *ctx;
    size_t count;
};

/* An upper bound from brackets and commas outside strings; whether the text is
 * well formed is not looked at. */
static int check_limits(struct li_ctx *ctx, struct li_str bytes)
{
    size_t commas = 0;
    size_t depth = 0;
    bool quoted = false;

    for (size_t i = 0; i < bytes.len; i++) {
        const char c = bytes.ptr[i];

        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == ',') {
            commas++;
        } else if (c == '[' || c == '{') {
            if (++depth > LI_NODE_DEPTH)
                return LI_FAIL(ctx, LI_E_LIMIT, "more than %d levels", LI_NODE_DEPTH);
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    if (commas >= LI_NODE_COUNT)
        return LI_FAIL(ctx, LI_E_LIMIT, "more than %d values", LI_NODE_COUNT);
    return 0;
}

static const char *reason(enum json_error_code code)
{
    switch (code) {
    case json_error_invalid_utf8:
        return "not valid UTF-8";
    case json_error_premature_end_of_input:
        return "it ends too early";
    case json_error_end_of_input_expected:
        return "something follows its end";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a NUL character";
    case json_error_duplicate_key:
        return "a key stands twice";
    case json_error_numeric_overflow:
        return "a number is too large";
    default:
        return "not JSON";
    }
}

static int convert(struct reader *reader, json_t *json, struct li_node **ret);

static int convert_list(struct reader *reader, json_t *json, struct li_node *node)
{
    const size_t count = json_array_size(json);

    node->kind = LI_LIST;
    node->list.items = li_alloc_array(reader->ctx, count, sizeof(*node->list.items));
    if (node->list.items == NULL)
        return -LI_E_NOMEM;
    node->list.count = count;
    for (size_t i = 0; i < count; i++) {
        int result = convert(reader, json_array_get(json, i), &node->list.items[i]);

        if (result != 0)
            return result;
    }
    return 0;
}

static int convert_map(struct reader *reader, json_t *json, struct li_node *node)
{
    const size_t count = json_object_size(json);
    struct li_member *member;
    const char *key;
    json_t *value;

    node->kind = LI_MAP;
    node->map.items = li_alloc_array(reader->ctx, count, sizeof(*node->map.items));
    if (node->map.items == NULL)
        return -LI_E_NOMEM;
    node->map.count = count;
    member = node->map.items;
    json_object_foreach(json, key, value)
    {
        int result;

        member->key = li_str_dup(reader->ctx, li_str(key));
        if (member->key.ptr == NULL)
            return -LI_E_NOMEM;
        result = convert(reader, value, &member->value);
        if (result != 0)
            return result;
        member++;
    }
    return 0;
}

static int convert_text(struct reader *reader, json_t *json, struct li_node *node)
{
    node->kind = LI_TEXT;
    node->text =
        li_str_dup(reader->ctx, li_str_n(json_string_value(json), json_string_length(json)));
    return node->text.ptr != NULL ? 0 : -LI_E_NOMEM;
}

static int convert(struct reader *reader, json_t *json, struct li_node **ret)
{
    struct li_node *node;

    if (++reader->count > LI_NODE_COUNT)
        return LI_FAIL(reader->ctx, LI_E_LIMIT, "more than %d values", LI_NODE_COUNT);
    node = li_alloc(reader->ctx, sizeof(*node));
    if (node == NULL)
        return -LI_E_NOMEM;
    *ret = node;
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return convert_map(reader, json, node);
    case JSON_ARRAY:
        return convert_list(reader, json, node);
    case JSON_STRING:
        return convert_text(reader, json, node);
    case JSON_INTEGER:
        node->kind = LI_INT;
        node->number = json_integer_value(json);
        return 0;
    case JSON_REAL:
        node->kind = LI_REAL;
        node->real = json_real_value(json);
        return 0;
    case JSON_TRUE:
    case JSON_FALSE:
        node->kind = LI_BOOL;
        node->flag = json_is_true(json);
        return 0;
    case JSON_NULL:
        break;
    }
    return 0;
}

int li_json_read(struct li_ctx *ctx, struct li_str bytes, struct li_node **ret)
{
    struct reader reader = {.ctx = ctx};
    struct li_node *node = NULL;
    json_error_t error;
    json_t *json;
    int result = check_limits(ctx, bytes);

    if (result != 0)
        return result;
    json = json_loadb(bytes.ptr != NULL ? bytes.ptr : "", bytes.len,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (json == NULL) {
        if (json_error_code(&error) == json_error_out_of_memory)
            return LI_FAIL(ctx, LI_E_NOMEM, "no memory to read %zu bytes", bytes.len);
        return LI_FAIL(ctx, LI_E_SYNTAX, "line %d, column %d: %s", error.line, error.column,
                       reason(json_error_code(&error)));
    }
    result = convert(&reader, json, &node);
    json_decref(json);
    if (result == 0)
        *ret = node;
    return result;
}
