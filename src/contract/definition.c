/*
 * One operation of the contract: who may call it, its parameters, body, replies.
 *
 * Parameters of an operation are put together with those of its path, those in
 * the path first and in its order, so that the router's values need no names.
 * All of them are compiled into one map schema: a call's parameters are then
 * coerced and checked like a body.
 */
#include <stdlib.h>
#include <strings.h>

#include "contract/inside.h"

#define BODY_LIMIT_DEFAULT (64 * 1024)
#define BODY_LIMIT_MAX     (64 * 1024 * 1024)
#define PARAMETERS_MAX     64

static int refuse(const struct li_definition *definition, const struct li_node *node,
                  const char *text)
{
    return LI_REFUSE(definition->ctx, definition->name, node, "%s", text);
}

/* What a "#/components/SECTION/NAME" means; a node without $ref is itself. */
static int resolve(const struct li_definition *definition, const struct li_node *node,
                   const char *section, const struct li_node **ret)
{
    const struct li_node *ref = li_node_get(node, "$ref");
    const struct li_node *components = li_node_get(definition->root, "components");
    struct li_str prefix;
    struct li_str name;

    if (!ref) {
        *ret = node;
        return 0;
    }
    prefix = li_strf(definition->ctx, "#/components/%s/", section);
    if (!prefix.ptr)
        return -LI_E_NOMEM;
    if (node->map.count != 1 || ref->kind != LI_TEXT)
        return refuse(definition, node, "$ref: stands alone and is a text");
    name = li_ref_name(ref->text, prefix);
    node = name.ptr ? li_node_get_str(li_node_get(components, section), name) : NULL;
    if (!node || li_node_get(node, "$ref"))
        return LI_REFUSE(definition->ctx, definition->name, ref, "$ref: %.*s leads nowhere",
                         LI_P(ref->text));
    *ret = node;
    return 0;
}

static int read_posts(const struct li_definition *definition, const struct li_node *list,
                      struct li_operation *operation)
{
    struct li_str *posts = li_alloc_array(definition->ctx, list->list.count, sizeof *posts);

    if (!posts)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < list->list.count; i++) {
        const struct li_node *item = list->list.items[i];

        if (item->kind != LI_TEXT || !li_str_starts(item->text, LI_S("post:")) ||
            item->text.len == strlen("post:"))
            return refuse(definition, item,
                          "x-allow: anyone or signed_in alone, or a list of post:NAME");
        posts[i] = li_str_n(item->text.ptr + strlen("post:"), item->text.len - strlen("post:"));
    }
    operation->allow = LI_ALLOW_POST;
    operation->posts = posts;
    operation->post_count = list->list.count;
    return 0;
}

static int read_allow(const struct li_definition *definition, struct li_operation *operation)
{
    const struct li_node *list = li_node_get(definition->source, "x-allow");
    const struct li_node *only;

    if (!list || list->kind != LI_LIST || list->list.count == 0)
        return refuse(definition, list ? list : definition->source,
                      "x-allow: every operation says who may call it");
    only = list->list.count == 1 ? list->list.items[0] : NULL;
    if (only && only->kind == LI_TEXT && li_str_is(only->text, "anyone"))
        operation->allow = LI_ALLOW_ANYONE;
    else if (only && only->kind == LI_TEXT && li_str_is(only->text, "signed_in"))
        operation->allow = LI_ALLOW_SIGNED_IN;
    else
        return read_posts(definition, list, operation);
    return 0;
}

static int read_place(const struct li_definition *definition, const struct li_node *source,
                      enum li_place *ret)
{
    struct li_str place = li_node_text(source, "in");

    if (li_str_is(place, "path"))
        *ret = LI_IN_PATH;
    else if (li_str_is(place, "query"))
        *ret = LI_IN_QUERY;
    else if (li_str_is(place, "header"))
        *ret = LI_IN_HEADER;
    else
        return refuse(definition, source, "in: path, query or header");
    return 0;
}

/* A flag; `standard` when it is not there. */
static int read_flag(const struct li_definition *definition, const struct li_node *source,
                     const char *key, bool standard, bool *ret)
{
    const struct li_node *value = li_node_get(source, key);

    if (value && value->kind != LI_BOOL)
        return LI_REFUSE(definition->ctx, definition->name, value, "%s: must be true or false",
                         key);
    *ret = value ? value->flag : standard;
    return 0;
}

static bool is_own_header(struct li_str name)
{
    /* OpenAPI ignores these as parameters: they are HTTP's. */
    static const char *const names[] = {"accept", "content-type", "authorization"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (name.len == strlen(names[i]) && strncasecmp(name.ptr, names[i], name.len) == 0)
            return true;
    return false;
}

/* What a parameter's texts can be made into: scalars, and lists of them. */
static int look_at_parameter(const struct li_definition *definition, const struct li_node *source,
                             const struct li_parameter *parameter)
{
    const struct li_schema *schema = parameter->schema;
    struct li_str style = li_node_text(source, "style");
    bool list = schema->kinds & LI_KIND(LI_LIST);
    bool explode;
    int r = read_flag(definition, source, "explode", parameter->place == LI_IN_QUERY, &explode);

    if (r < 0)
        return r;
    if (schema->anything || schema->branch_count > 0 || schema->kinds & LI_KIND(LI_MAP) ||
        (list && (schema->items->anything || schema->items->branch_count > 0 ||
                  schema->items->kinds & ~LI_KIND_SCALAR)))
        return refuse(definition, source, "a parameter is a scalar or a list of scalars");
    if (list && explode)
        return refuse(definition, source, "a list in a parameter is a comma list: explode: false");
    if (style.ptr && !li_str_is(style, parameter->place == LI_IN_QUERY ? "form" : "simple"))
        return refuse(definition, source, "style: form in a query, simple elsewhere");
    if (parameter->place == LI_IN_PATH && !parameter->required)
        return refuse(definition, source, "a parameter in the path is required: true");
    if (parameter->place == LI_IN_HEADER && is_own_header(parameter->name))
        return refuse(definition, source, "this header is no parameter");
    return 0;
}

static int read_parameter(const struct li_definition *definition, const struct li_node *source,
                          struct li_parameter *ret)
{
    static const char *const keys[] = {"name",        "in",      "required", "schema",
                                       "description", "example", "examples", "deprecated",
                                       "explode",     "style",   NULL};
    struct li_schema *schema = NULL;
    int r = resolve(definition, source, "parameters", &source);

    if (r < 0)
        return r;
    r = li_only_keys(definition->ctx, definition->name, source, keys);
    if (r < 0)
        return r;
    ret->name = li_node_text(source, "name");
    if (ret->name.len == 0)
        return refuse(definition, source, "name: must be there");
    r = read_place(definition, source, &ret->place);
    if (r == 0)
        r = read_flag(definition, source, "required", false, &ret->required);
    if (r == 0)
        r = li_schema_compile(definition->ctx, definition->schemas, li_node_get(source, "schema"),
                              &schema);
    if (r < 0)
        return r;
    ret->schema = schema;
    return look_at_parameter(definition, source, ret);
}

static const struct li_parameter *parameter_named(const struct li_parameter *parameters,
                                                  size_t count, struct li_str name)
{
    for (size_t i = 0; i < count; i++)
        if (li_str_eq(parameters[i].name, name))
            return &parameters[i];
    return NULL;
}

/* Adds a list of parameters.  Those before `own` are the path's, which the
 * operation's replace. */
static int add_parameters(const struct li_definition *definition, const struct li_node *list,
                          struct li_parameter *parameters, size_t own, size_t *count)
{
    if (list && list->kind != LI_LIST)
        return refuse(definition, list, "parameters: must be a list");
    for (size_t i = 0; list && i < list->list.count; i++) {
        const struct li_parameter *same;
        struct li_parameter parameter = {0};
        int r = read_parameter(definition, list->list.items[i], &parameter);

        if (r < 0)
            return r;
        same = parameter_named(parameters, *count, parameter.name);
        if (same && ((size_t)(same - parameters) >= own || same->place != parameter.place))
            return refuse(definition, list->list.items[i], "the same name twice");
        if (same) {
            parameters[same - parameters] = parameter;
            continue;
        }
        if (*count == PARAMETERS_MAX)
            return refuse(definition, list, "parameters: 64 at most");
        parameters[(*count)++] = parameter;
    }
    return 0;
}

/* Those of the path first, in its order; every name in braces is declared. */
static int sort_parameters(const struct li_definition *definition,
                           const struct li_operation *operation, struct li_parameter *parameters,
                           size_t count)
{
    struct li_str names[LI_PATH_PARAMETERS];
    size_t name_count = 0;
    int r = li_template_names(definition->ctx, operation->path,
                              li_source_at(definition->ctx, definition->name, definition->source),
                              names, &name_count);

    for (size_t i = 0; r == 0 && i < name_count; i++) {
        const struct li_parameter *found = parameter_named(parameters, count, names[i]);
        struct li_parameter first;

        if (!found || found->place != LI_IN_PATH)
            return LI_REFUSE(definition->ctx, definition->name, definition->source,
                             "parameters: {%.*s} of the path is missing", LI_P(names[i]));
        first = *found;
        parameters[found - parameters] = parameters[i];
        parameters[i] = first;
    }
    for (size_t i = name_count; r == 0 && i < count; i++)
        if (parameters[i].place == LI_IN_PATH)
            r = LI_REFUSE(definition->ctx, definition->name, definition->source,
                          "parameters: the path has no {%.*s}", LI_P(parameters[i].name));
    return r;
}

static int property_cmp(const void *a, const void *b)
{
    return li_property_order(((const struct li_property *)a)->name,
                             ((const struct li_property *)b)->name);
}

/* One map schema of all parameters. */
static int map_parameters(struct li_ctx *ctx, struct li_operation *operation)
{
    size_t count = operation->parameter_count;
    struct li_schema *map = li_alloc(ctx, sizeof *map);
    struct li_property *properties = li_alloc_array(ctx, count, sizeof *properties);
    struct li_str *names = li_alloc_array(ctx, count, sizeof *names);

    if (!map || !properties || !names)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct li_parameter *parameter = &operation->parameters[i];

        names[i] = parameter->name;
        properties[i] = (struct li_property){parameter->name, (unsigned)i, parameter->schema};
        if (parameter->required)
            map->required[i / 64] |= UINT64_C(1) << i % 64;
    }
    qsort(properties, count, sizeof *properties, property_cmp);
    map->kinds = LI_KIND(LI_MAP);
    map->properties = properties;
    map->names = names;
    map->property_count = count;
    operation->parameter_map = map;
    return 0;
}

static int read_parameters(const struct li_definition *definition, struct li_operation *operation)
{
    struct li_parameter *parameters =
        li_alloc_array(definition->ctx, PARAMETERS_MAX, sizeof *parameters);
    size_t count = 0;
    int r;

    if (!parameters)
        return -LI_E_NOMEM;
    r = add_parameters(definition, li_node_get(definition->path, "parameters"), parameters, 0,
                       &count);
    if (r == 0)
        r = add_parameters(definition, li_node_get(definition->source, "parameters"), parameters,
                           count, &count);
    if (r == 0)
        r = sort_parameters(definition, operation, parameters, count);
    if (r < 0)
        return r;
    operation->parameters = parameters;
    operation->parameter_count = count;
    return map_parameters(definition->ctx, operation);
}

/* The schema of one media type; NULL when it says none. */
static int read_media(const struct li_definition *definition, const struct li_node *source,
                      const struct li_schema **ret)
{
    static const char *const keys[] = {"schema", "example", "examples", NULL};
    const struct li_node *value = li_node_get(source, "schema");
    struct li_schema *schema = NULL;
    int r = li_only_keys(definition->ctx, definition->name, source, keys);

    if (r == 0 && value)
        r = li_schema_compile(definition->ctx, definition->schemas, value, &schema);
    if (r == 0)
        *ret = schema;
    return r;
}

static int read_body_media(const struct li_definition *definition, const struct li_member *media,
                           struct li_operation *operation)
{
    const struct li_schema *schema = NULL;
    int r = read_media(definition, media->value, &schema);

    if (r < 0)
        return r;
    if (!schema)
        return refuse(definition, media->value, "schema: a body must have one");
    if (li_str_is(media->key, "application/json")) {
        operation->body_json = schema;
    } else if (li_str_is(media->key, "application/x-www-form-urlencoded")) {
        if (schema->anything || (schema->branch_count == 0 && schema->kinds != LI_KIND(LI_MAP)))
            return refuse(definition, media->value, "schema: a form is an object");
        operation->body_form = schema;
    } else if (li_str_is(media->key, "multipart/form-data")) {
        if (schema->anything || schema->branch_count > 0 || schema->kinds != LI_KIND(LI_MAP))
            return refuse(definition, media->value, "schema: a form is an object");
        operation->body_multipart = schema;
    } else {
        return LI_REFUSE(definition->ctx, definition->name, media->value,
                         "%.*s: a body is application/json, application/x-www-form-urlencoded or "
                         "multipart/form-data",
                         LI_P(media->key));
    }
    return 0;
}

static int read_body_limit(const struct li_definition *definition, struct li_operation *operation)
{
    const struct li_node *limit = li_node_get(definition->source, "x-body-limit");

    if (limit && (limit->kind != LI_INT || limit->number < 1 || limit->number > BODY_LIMIT_MAX))
        return refuse(definition, limit, "x-body-limit: bytes, 1 to 64 MiB");
    operation->body_limit = limit ? (size_t)limit->number : BODY_LIMIT_DEFAULT;
    return 0;
}

static int read_body(const struct li_definition *definition, struct li_operation *operation)
{
    static const char *const keys[] = {"description", "required", "content", NULL};
    const struct li_node *body = li_node_get(definition->source, "requestBody");
    const struct li_node *content = li_node_get(body, "content");
    int r;

    if (!body) {
        const struct li_node *limit = li_node_get(definition->source, "x-body-limit");

        return limit ? refuse(definition, limit, "x-body-limit: without a requestBody") : 0;
    }
    if (operation->method == LI_GET)
        return refuse(definition, body, "requestBody: GET has none");
    r = li_only_keys(definition->ctx, definition->name, body, keys);
    if (r == 0)
        r = read_flag(definition, body, "required", false, &operation->body_required);
    if (r == 0 && (!content || content->kind != LI_MAP || content->map.count == 0))
        r = refuse(definition, body, "content: a body has a media type at least");
    for (size_t i = 0; r == 0 && i < content->map.count; i++)
        r = read_body_media(definition, &content->map.items[i], operation);
    return r < 0 ? r : read_body_limit(definition, operation);
}

static int read_status(const struct li_definition *definition, const struct li_member *member,
                       int *ret)
{
    int64_t status;

    if (li_str_is(member->key, "default")) {
        *ret = 0;
        return 0;
    }
    if (!li_str_to_i64(member->key, &status) || status < 200 || status > 599)
        return refuse(definition, member->value, "responses: statuses 200 to 599, or default");
    *ret = (int)status;
    return 0;
}

/* One reply for each media type, or one without a body. */
static int add_replies(const struct li_definition *definition, const struct li_member *member,
                       struct li_reply *replies, size_t *count)
{
    static const char *const keys[] = {"description", "headers", "content", NULL};
    const struct li_node *source = NULL, *content;
    int status = 0;
    int r = resolve(definition, member->value, "responses", &source);

    if (r == 0)
        r = li_only_keys(definition->ctx, definition->name, source, keys);
    if (r == 0)
        r = read_status(definition, member, &status);
    if (r < 0)
        return r;
    content = li_node_get(source, "content");
    if (content && content->kind != LI_MAP)
        return refuse(definition, content, "content: must be a map");
    for (size_t i = 0; content && i < content->map.count; i++) {
        struct li_reply *reply = &replies[(*count)++];

        reply->status = status;
        reply->media = li_media_of(content->map.items[i].key);
        r = read_media(definition, content->map.items[i].value, &reply->schema);
        if (r == 0 && reply->media != LI_MEDIA_JSON)
            reply->schema = NULL;
        if (r < 0)
            return r;
    }
    if (!content || content->map.count == 0)
        replies[(*count)++] = (struct li_reply){.status = status, .media = LI_MEDIA_NONE};
    return 0;
}

static int count_replies(const struct li_definition *definition, const struct li_node *responses,
                         size_t *ret)
{
    size_t count = 0;

    for (size_t i = 0; i < responses->map.count; i++) {
        const struct li_node *source = responses->map.items[i].value;
        const struct li_node *content;
        int r = resolve(definition, source, "responses", &source);

        if (r < 0)
            return r;
        content = li_node_get(source, "content");
        count +=
            content && content->kind == LI_MAP && content->map.count > 0 ? content->map.count : 1;
    }
    *ret = count;
    return 0;
}

static int read_replies(const struct li_definition *definition, struct li_operation *operation)
{
    const struct li_node *responses = li_node_get(definition->source, "responses");
    struct li_reply *replies;
    size_t room = 0, count = 0;
    int r;

    if (!responses || responses->kind != LI_MAP || responses->map.count == 0)
        return refuse(definition, responses ? responses : definition->source,
                      "responses: every operation says its replies");
    r = count_replies(definition, responses, &room);
    if (r < 0)
        return r;
    replies = li_alloc_array(definition->ctx, room, sizeof *replies);
    if (!replies)
        return -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < responses->map.count; i++)
        r = add_replies(definition, &responses->map.items[i], replies, &count);
    operation->replies = replies;
    operation->reply_count = count;
    return r;
}

int li_definition_read(const struct li_definition *definition, struct li_operation *operation)
{
    static const char *const keys[] = {"operationId", "summary",     "description", "tags",
                                       "parameters",  "requestBody", "responses",   "security",
                                       "deprecated",  NULL};
    int r = li_only_keys(definition->ctx, definition->name, definition->source, keys);

    if (r == 0)
        r = read_allow(definition, operation);
    if (r == 0)
        r = read_flag(definition, definition->source, "x-open", false, &operation->open);
    if (r == 0)
        r = read_parameters(definition, operation);
    if (r == 0)
        r = read_body(definition, operation);
    if (r == 0)
        r = read_replies(definition, operation);
    return r;
}
