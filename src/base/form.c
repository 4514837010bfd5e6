/*
 * What an HTML form without script sends: percent-encoded names and values.
 *
 * Not for multipart bodies.  The number of fields is bounded, because each name
 * is compared with those before it.
 */
#include "base/node.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

int li_percent_decode(struct li_ctx *ctx, struct li_str text, bool plus, struct li_str *ret)
{
    char *bytes = li_alloc(ctx, text.len + 1);
    struct li_str result = {.ptr = bytes};

    if (bytes == NULL)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (c == '%') {
            const int high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
            const int low = i + 2 < text.len ? hex_digit(text.ptr[i + 2]) : -1;

            if (high < 0 || low < 0)
                return LI_FAIL(ctx, LI_E_SYNTAX, "a %% without two hexadecimal digits");
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        bytes[result.len++] = c;
    }
    if (!li_utf8_valid(result))
        return LI_FAIL(ctx, LI_E_SYNTAX, "not valid UTF-8, or a NUL character");
    *ret = result;
    return 0;
}

int li_form_add(struct li_ctx *ctx, struct li_node *map, struct li_str name, struct li_str value)
{
    struct li_node *field = li_node_new_text(ctx, value);
    struct li_node *known = li_node_get_str(map, name);
    struct li_node *list;
    int result;

    if (field == NULL)
        return -LI_E_NOMEM;
    if (known == NULL)
        return li_node_put(ctx, map, name, field);
    if (known->kind == LI_LIST)
        return li_node_push(ctx, known, field);
    list = li_node_new_list(ctx);
    if (list == NULL)
        return -LI_E_NOMEM;
    result = li_node_push(ctx, list, known);
    if (result == 0)
        result = li_node_push(ctx, list, field);
    return result != 0 ? result : li_node_put(ctx, map, name, list);
}

int li_form_read(struct li_ctx *ctx, struct li_str bytes, struct li_node **ret)
{
    struct li_node *map = li_node_new_map(ctx);
    struct li_str rest = bytes;
    size_t count = 0;

    if (map == NULL)
        return -LI_E_NOMEM;
    while (rest.ptr != NULL) {
        struct li_str value = li_str_cut(&rest, '&');
        struct li_str name;
        int result;

        if (value.len == 0)
            continue;
        if (++count > LI_FORM_FIELDS)
            return LI_FAIL(ctx, LI_E_LIMIT, "more than %d fields", LI_FORM_FIELDS);
        name = li_str_cut(&value, '=');
        result = li_percent_decode(ctx, name, true, &name);
        if (result == 0)
            result = li_percent_decode(ctx, value, true, &value);
        if (result == 0)
            result = li_form_add(ctx, map, name, value);
        if (result != 0)
            return result;
    }
    *ret = map;
    return 0;
}
