/*
 * One call of an operation: its parameters, its body, its reply.
 *
 * Nothing here reads a socket: the server gives slices and gets nodes.  A body
 * comes whole; that it is not longer than body_limit the server sees to while
 * reading, here it is only looked at again.
 */
#include <strings.h>

#include "contract/inside.h"
#include "contract/multipart.h"

static struct li_str media_type(struct li_str content_type)
{
    struct li_str rest = content_type;

    return li_str_trim(li_str_cut(&rest, ';'));
}

static bool same_media(struct li_str type, const char *name)
{
    return type.len == strlen(name) && strncasecmp(type.ptr, name, type.len) == 0;
}

static bool ends_media(struct li_str type, const char *suffix)
{
    size_t len = strlen(suffix);

    return type.len >= len && strncasecmp(type.ptr + type.len - len, suffix, len) == 0;
}

enum li_media li_media_of(struct li_str content_type)
{
    struct li_str type = media_type(content_type);

    if (type.len == 0)
        return LI_MEDIA_NONE;
    if (same_media(type, "application/json") || ends_media(type, "+json"))
        return LI_MEDIA_JSON;
    if (same_media(type, "application/x-www-form-urlencoded"))
        return LI_MEDIA_FORM;
    if (same_media(type, "multipart/form-data"))
        return LI_MEDIA_MULTIPART;
    if (same_media(type, "text/html"))
        return LI_MEDIA_HTML;
    if (same_media(type, "application/xml") || same_media(type, "text/xml") ||
        (ends_media(type, "+xml") && !same_media(type, "image/svg+xml")))
        return LI_MEDIA_XML;
    if (type.len > 5 && strncasecmp(type.ptr, "text/", 5) == 0)
        return LI_MEDIA_TEXT;
    return LI_MEDIA_ANY;
}

/* Whether the parameters of a Content-Type leave the bytes UTF-8. */
static bool is_utf8_type(struct li_str content_type)
{
    struct li_str rest = content_type;

    (void)li_str_cut(&rest, ';');
    while (rest.ptr) {
        struct li_str value = li_str_trim(li_str_cut(&rest, ';'));
        struct li_str key = li_str_cut(&value, '=');

        if (!same_media(key, "charset") || !value.ptr)
            continue;
        if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"')
            value = li_str_n(value.ptr + 1, value.len - 2);
        if (!same_media(value, "utf-8") && !same_media(value, "utf8"))
            return false;
    }
    return true;
}

static int add_path(struct li_ctx *ctx, const struct li_match *match, size_t index,
                    struct li_node *map)
{
    struct li_str value = {0};
    struct li_node *node;
    int r = li_percent_decode(ctx, match->values[index], false, &value);

    if (r < 0)
        return r;
    node = li_node_new_text(ctx, value);
    return node ? li_node_put(ctx, map, match->operation->parameters[index].name, node)
                : -LI_E_NOMEM;
}

static int add_header(struct li_ctx *ctx, const struct li_parameter *parameter,
                      const struct li_request_source *source, struct li_node *map)
{
    const char *name = li_str_c(ctx, parameter->name);
    struct li_str value;
    struct li_node *node;

    if (!name)
        return -LI_E_NOMEM;
    value = source->header ? li_str_trim(source->header(source->arg, name)) : (struct li_str){0};
    if (value.len == 0)
        return 0;
    if (!li_utf8_valid(value))
        return LI_FAIL(ctx, LI_E_SYNTAX, "header %s is not UTF-8", name);
    node = li_node_new_text(ctx, value);
    return node ? li_node_put(ctx, map, parameter->name, node) : -LI_E_NOMEM;
}

static bool in_query(const struct li_operation *operation, struct li_str name)
{
    for (size_t i = 0; i < operation->parameter_count; i++)
        if (operation->parameters[i].place == LI_IN_QUERY &&
            li_str_eq(operation->parameters[i].name, name))
            return true;
    return false;
}

/* Messengers add words of their own to the address of a page that is handed on. */
static bool is_page(const struct li_operation *operation)
{
    for (size_t i = 0; i < operation->reply_count; i++)
        if (operation->replies[i].media == LI_MEDIA_HTML)
            return true;
    return false;
}

/* Puts what is known; what is not is a fault, told at once, but where strangers add some. */
static int add_query(struct li_ctx *ctx, const struct li_operation *operation, struct li_str query,
                     struct li_node *map)
{
    bool strict = !operation->open && !is_page(operation);
    struct li_node *members = NULL;
    int unknown = 0;
    int r = query.len > 0 ? li_form_read(ctx, query, &members) : 0;

    for (size_t i = 0; r == 0 && members && i < members->map.count; i++) {
        const struct li_member *member = &members->map.items[i];

        if (operation->open && member->value->kind == LI_TEXT && member->value->text.len == 0)
            continue;
        if (in_query(operation, member->key)) {
            r = li_node_put(ctx, map, member->key, member->value);
        } else if (strict) {
            struct li_step place = {.key = member->key};

            unknown =
                li_fault(ctx, LI_FAULT_UNKNOWN, li_step_pointer(ctx, LI_S("/parameters"), &place),
                         (struct li_str){0});
        }
    }
    return r < 0 ? r : unknown;
}

int li_operation_parameters(struct li_ctx *ctx, const struct li_match *match,
                            const struct li_request_source *source, struct li_node **ret)
{
    const struct li_operation *operation = match->operation;
    struct li_node *map = li_node_new_map(ctx);
    struct li_node *coerced = NULL;
    int r = map ? 0 : -LI_E_NOMEM;
    int unknown, checked;

    for (size_t i = 0; r == 0 && i < operation->parameter_count; i++) {
        if (operation->parameters[i].place == LI_IN_PATH)
            r = add_path(ctx, match, i, map);
        else if (operation->parameters[i].place == LI_IN_HEADER)
            r = add_header(ctx, &operation->parameters[i], source, map);
    }
    if (r < 0)
        return r;
    unknown = add_query(ctx, operation, source->query, map);
    if (unknown < 0 && unknown != -LI_E_INVALID)
        return unknown;
    r = li_schema_coerce(ctx, operation->parameter_map, map, &coerced);
    if (r < 0)
        return r;
    checked = li_schema_check(ctx, operation->parameter_map, LI_S("/parameters"), coerced);
    if (checked < 0 || unknown < 0)
        return checked < 0 ? checked : unknown;
    *ret = coerced;
    return 0;
}

/* A form's fields without those that were left empty. */
static int drop_empty(struct li_ctx *ctx, const struct li_node *form, struct li_node **ret)
{
    struct li_node *map = li_node_new_map(ctx);
    int r = map ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < form->map.count; i++) {
        const struct li_member *member = &form->map.items[i];

        if (member->value->kind != LI_TEXT || member->value->text.len > 0)
            r = li_node_put(ctx, map, member->key, member->value);
    }
    if (r == 0)
        *ret = map;
    return r;
}

static int read_form(struct li_ctx *ctx, const struct li_operation *operation, struct li_str bytes,
                     struct li_node **ret)
{
    struct li_node *form = bytes.len > 0 ? NULL : li_node_new_map(ctx);
    int r = bytes.len > 0 ? li_form_read(ctx, bytes, &form) : form ? 0 : -LI_E_NOMEM;

    if (r == 0 && operation->open)
        r = drop_empty(ctx, form, &form);
    if (r == 0)
        r = li_schema_coerce(ctx, operation->body_form, form, &form);
    if (r == 0)
        r = li_schema_check(ctx, operation->body_form, LI_S(""), form);
    if (r == 0)
        *ret = form;
    return r;
}

/* A file where one is wanted, a text where a text is; what the schema does not know
 * it refuses itself. */
static int add_part(struct li_ctx *ctx, const struct li_schema *schema, const struct li_part *part,
                    struct li_node *form)
{
    const struct li_property *property = li_property_find(schema, part->name);
    const struct li_schema *wanted = property ? property->schema : NULL;
    bool is_list = wanted && wanted->kinds & LI_KIND(LI_LIST) && wanted->items;
    bool wants_file = wanted && li_is_binary(is_list ? wanted->items : wanted);
    struct li_node *list = li_node_get_str(form, part->name), *file;
    struct li_step place = {.key = part->name};

    if (part->is_none)
        return 0;
    if (property && part->is_file != wants_file)
        return li_fault(ctx, LI_FAULT_TYPE, li_step_pointer(ctx, LI_S(""), &place),
                        wants_file ? LI_S("file") : LI_S("string"));
    if (!wants_file || !is_list || (list && list->kind == LI_LIST))
        return li_form_add(ctx, form, part->name,
                           part->is_file && !property ? LI_S("") : part->bytes);
    list = li_node_new_list(ctx);
    file = li_node_new_text(ctx, part->bytes);
    if (!list || !file || li_node_push(ctx, list, file) < 0)
        return -LI_E_NOMEM;
    return li_node_put(ctx, form, part->name, list);
}

static int read_multipart(struct li_ctx *ctx, const struct li_operation *operation,
                          struct li_str content_type, struct li_str bytes, struct li_node **ret)
{
    struct li_node *form = li_node_new_map(ctx);
    struct li_part *parts = NULL;
    size_t count = 0;
    int r = form ? li_multipart_read(ctx, content_type, bytes, &parts, &count) : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < count; i++)
        r = add_part(ctx, operation->body_multipart, &parts[i], form);
    if (r == 0 && operation->open)
        r = drop_empty(ctx, form, &form);
    if (r == 0)
        r = li_schema_coerce(ctx, operation->body_multipart, form, &form);
    if (r == 0)
        r = li_schema_check(ctx, operation->body_multipart, LI_S(""), form);
    if (r == 0)
        *ret = form;
    return r;
}

static int read_json(struct li_ctx *ctx, const struct li_operation *operation, struct li_str bytes,
                     struct li_node **ret)
{
    struct li_node *node = NULL;
    int r = li_json_read(ctx, bytes, &node);

    if (r == 0)
        r = li_schema_check(ctx, operation->body_json, LI_S(""), node);
    if (r == 0)
        *ret = node;
    return r;
}

int li_operation_body(struct li_ctx *ctx, const struct li_operation *operation,
                      struct li_str content_type, struct li_str bytes, struct li_node **ret)
{
    enum li_media media = li_media_of(content_type);
    bool json = media == LI_MEDIA_JSON && same_media(media_type(content_type), "application/json");
    bool form = media == LI_MEDIA_FORM;

    if (bytes.len > operation->body_limit)
        return LI_FAIL(ctx, LI_E_LIMIT, "a body of %.*s has %zu bytes at most", LI_P(operation->id),
                       operation->body_limit);
    if (bytes.len == 0 && !operation->body_required) {
        *ret = NULL;
        return 0;
    }
    if (bytes.len == 0 && media == LI_MEDIA_NONE)
        return LI_FAIL(ctx, LI_E_SYNTAX, "%.*s must have a body", LI_P(operation->id));
    if (!is_utf8_type(content_type))
        return LI_FAIL(ctx, LI_E_MEDIA, "the charset must be utf-8");
    if (form && operation->body_form)
        return read_form(ctx, operation, bytes, ret);
    if (media == LI_MEDIA_MULTIPART && operation->body_multipart)
        return read_multipart(ctx, operation, content_type, bytes, ret);
    if (json && operation->body_json)
        return read_json(ctx, operation, bytes, ret);
    return LI_FAIL(ctx, LI_E_MEDIA, "%.*s does not take this media type", LI_P(operation->id));
}

static const struct li_reply *find_reply(const struct li_operation *operation, int status,
                                         enum li_media media, bool *ret_known)
{
    for (size_t i = 0; i < operation->reply_count; i++) {
        const struct li_reply *reply = &operation->replies[i];

        if (reply->status != status)
            continue;
        *ret_known = true;
        if (reply->media == media || reply->media == LI_MEDIA_ANY)
            return reply;
    }
    return NULL;
}

int li_operation_reply_check(struct li_ctx *ctx, const struct li_operation *operation, int status,
                             enum li_media media, struct li_str body)
{
    bool known = false;
    const struct li_reply *reply = find_reply(operation, status, media, &known);
    struct li_node *node = NULL;

    if (!reply && !known)
        reply = find_reply(operation, 0, media, &known);
    if (!known)
        return LI_FAIL(ctx, LI_E_INVALID, "%.*s: status %d is not in the contract",
                       LI_P(operation->id), status);
    if (!reply)
        return LI_FAIL(ctx, LI_E_INVALID, "%.*s: media type of status %d is not in the contract",
                       LI_P(operation->id), status);
    if (media == LI_MEDIA_NONE && body.len > 0)
        return LI_FAIL(ctx, LI_E_INVALID, "%.*s: status %d has no body in the contract",
                       LI_P(operation->id), status);
    if (!reply->schema)
        return 0;
    if (li_json_read(ctx, body, &node) < 0)
        return LI_FAIL(ctx, LI_E_INVALID, "%.*s: the reply is no JSON", LI_P(operation->id));
    return li_schema_check(ctx, reply->schema, LI_S(""), node);
}
