/*
 * The schemas of groups of fields.
 *
 * A group of fields (of `open`, of an action) becomes one JSON Schema that the
 * contract's validator compiles, so that a playbook and the API are checked by
 * the same code and a browser can be given the same rules.
 */
#include "playbook/load.h"

#define MANY_MAX     20      /* organizations in one field */
#define ACCURACY_MAX 1000000 /* metres */

/* A small map of JSON Schema, said in pairs. */
struct schema_maker {
    struct li_ctx *ctx;
    struct li_node *map;
    int error;
};

static struct schema_maker schema_new(struct li_ctx *ctx, struct li_str type)
{
    struct schema_maker maker = {.ctx = ctx, .map = li_node_new_map(ctx)};
    struct li_node *value = li_node_new_text(ctx, type);

    maker.error =
        maker.map && value ? li_node_put(ctx, maker.map, LI_S("type"), value) : -LI_E_NOMEM;
    return maker;
}

static void schema_put(struct schema_maker *maker, const char *key, struct li_node *value)
{
    if (maker->error == 0)
        maker->error =
            value ? li_node_put(maker->ctx, maker->map, li_str(key), value) : -LI_E_NOMEM;
}

static void schema_put_int(struct schema_maker *maker, const char *key, int64_t number)
{
    schema_put(maker, key, li_node_new_int(maker->ctx, number));
}

static void schema_put_text(struct schema_maker *maker, const char *key, const char *text)
{
    schema_put(maker, key, li_node_new_text(maker->ctx, li_str(text)));
}

static void schema_put_options(struct schema_maker *maker, const struct li_field *field)
{
    struct li_node *list = li_node_new_list(maker->ctx);

    schema_put(maker, "enum", list);
    for (size_t i = 0; maker->error == 0 && i < field->option_count; i++) {
        struct li_node *name = li_node_new_text(maker->ctx, field->options[i].name);

        maker->error = name ? li_node_push(maker->ctx, list, name) : -LI_E_NOMEM;
    }
}

/* As many different ones of what `one` says. */
static void schema_put_items(struct schema_maker *maker, const struct schema_maker *one,
                             int64_t most)
{
    schema_put(maker, "items", one->map);
    schema_put_int(maker, "minItems", 1);
    schema_put_int(maker, "maxItems", most);
    schema_put(maker, "uniqueItems", li_node_new_bool(maker->ctx, true));
    if (one->error < 0)
        maker->error = one->error;
}

/* A list of the organizations that `one` says. */
static struct schema_maker schema_many(struct schema_maker one)
{
    struct schema_maker maker = schema_new(one.ctx, LI_S("array"));

    schema_put_items(&maker, &one, MANY_MAX);
    return maker;
}

/* "event:0102": one of the schemes, and a code of its table. */
static void schema_put_codes(struct schema_maker *maker, const struct li_field *field)
{
    struct li_str pattern = LI_S("^(");

    for (size_t i = 0; i < field->scheme_count && pattern.ptr; i++)
        pattern =
            li_strf(maker->ctx, "%.*s%s%.*s", LI_P(pattern), i ? "|" : "", LI_P(field->schemes[i]));
    if (pattern.ptr)
        pattern = li_strf(maker->ctx, "%.*s):[0-9A-Za-z._-]{1,40}$", LI_P(pattern));
    schema_put(maker, "pattern", pattern.ptr ? li_node_new_text(maker->ctx, pattern) : NULL);
}

/* Tokens of photos and documents that were brought before. */
static void schema_put_photos(struct schema_maker *maker, int64_t most)
{
    struct schema_maker one = schema_new(maker->ctx, LI_S("string"));

    schema_put_text(&one, "pattern", "^[0-9A-Za-z]{26}$");
    schema_put_items(maker, &one, most);
}

static void schema_put_texts(struct schema_maker *maker, const char *key, const char *const *texts)
{
    struct li_node *list = li_node_new_list(maker->ctx);

    schema_put(maker, key, list);
    for (; maker->error == 0 && *texts; texts++) {
        struct li_node *text = li_node_new_text(maker->ctx, li_str(*texts));

        maker->error = text ? li_node_push(maker->ctx, list, text) : -LI_E_NOMEM;
    }
}

static void schema_put_number(struct schema_maker *properties, const char *key, int64_t from,
                              int64_t to)
{
    struct schema_maker one = schema_new(properties->ctx, LI_S("number"));

    schema_put_int(&one, "minimum", from);
    schema_put_int(&one, "maximum", to);
    schema_put(properties, key, one.error < 0 ? NULL : one.map);
}

/* A place as it was given: which system, how near, and how it was found. */
static void schema_put_point(struct schema_maker *maker)
{
    static const char *const systems[] = {"wgs84", "cgcs2000", "gcj02", "bd09", NULL};
    static const char *const ways[] = {"gps", "photo", "pin", "code", NULL};
    static const char *const needed[] = {"lon", "lat", NULL};
    struct schema_maker properties = {.ctx = maker->ctx, .map = li_node_new_map(maker->ctx)};
    struct schema_maker crs = schema_new(maker->ctx, LI_S("string")),
                        how = schema_new(maker->ctx, LI_S("string"));

    properties.error = properties.map ? 0 : -LI_E_NOMEM;
    schema_put_texts(&crs, "enum", systems);
    schema_put_texts(&how, "enum", ways);
    schema_put_number(&properties, "lon", -180, 180);
    schema_put_number(&properties, "lat", -90, 90);
    schema_put(&properties, "crs", crs.error < 0 ? NULL : crs.map);
    schema_put_number(&properties, "accuracy", 0, ACCURACY_MAX);
    schema_put(&properties, "how", how.error < 0 ? NULL : how.map);
    schema_put(maker, "properties", properties.error < 0 ? NULL : properties.map);
    schema_put_texts(maker, "required", needed);
    schema_put(maker, "additionalProperties", li_node_new_bool(maker->ctx, false));
}

static void schema_put_checklist(struct schema_maker *maker, const struct li_field *field)
{
    struct schema_maker one = schema_new(maker->ctx, LI_S("string"));

    schema_put_options(&one, field);
    schema_put_items(maker, &one, (int64_t)field->option_count);
}

static struct schema_maker schema_of_field(struct li_ctx *ctx, const struct li_field *field)
{
    static const char *const types[] = {
        [LI_FIELD_TEXT] = "string",      [LI_FIELD_CHOICE] = "string",
        [LI_FIELD_AREA] = "string",      [LI_FIELD_PHONE] = "string",
        [LI_FIELD_ORG] = "string",       [LI_FIELD_INTEGER] = "integer",
        [LI_FIELD_BOOL] = "boolean",     [LI_FIELD_CODE] = "string",
        [LI_FIELD_POINT] = "object",     [LI_FIELD_PHOTOS] = "array",
        [LI_FIELD_DATE] = "string",      [LI_FIELD_SCALE] = "integer",
        [LI_FIELD_SUBJECT] = "string",   [LI_FIELD_MONEY] = "integer",
        [LI_FIELD_QUANTITY] = "integer", [LI_FIELD_CHECKLIST] = "array",
        [LI_FIELD_PERIOD] = "string",    [LI_FIELD_DATETIME] = "string",
        [LI_FIELD_EXTERNAL] = "string",  [LI_FIELD_PERSON] = "string",
        [LI_FIELD_DOCUMENT] = "array",
    };
    struct schema_maker maker = schema_new(ctx, li_str(types[field->type]));

    switch (field->type) {
    case LI_FIELD_TEXT:
        schema_put_int(&maker, "minLength", 1);
        schema_put_int(&maker, "maxLength", field->max);
        break;
    case LI_FIELD_CHOICE:
        schema_put_options(&maker, field);
        break;
    case LI_FIELD_AREA:
        schema_put_text(&maker, "pattern", "^[0-9]{2,15}([RLCBP][0-9]{1,6})?$");
        break;
    case LI_FIELD_PHONE:
        schema_put_text(&maker, "format", "phone");
        break;
    case LI_FIELD_SUBJECT:
    case LI_FIELD_PERSON:
        schema_put_text(&maker, "format", "id");
        break;
    case LI_FIELD_ORG:
        schema_put_text(&maker, "format", "id");
        return field->many ? schema_many(maker) : maker;
    case LI_FIELD_INTEGER:
    case LI_FIELD_MONEY:
    case LI_FIELD_QUANTITY:
        schema_put_int(&maker, "minimum", 0);
        if (field->max)
            schema_put_int(&maker, "maximum", field->max);
        break;
    case LI_FIELD_CODE:
        schema_put_codes(&maker, field);
        break;
    case LI_FIELD_POINT:
        schema_put_point(&maker);
        break;
    case LI_FIELD_PHOTOS:
    case LI_FIELD_DOCUMENT:
        schema_put_photos(&maker, field->max);
        break;
    case LI_FIELD_DATE:
        schema_put_text(&maker, "format", "date");
        break;
    case LI_FIELD_DATETIME:
        schema_put_text(&maker, "format", "date-time");
        break;
    case LI_FIELD_EXTERNAL:
        schema_put_text(&maker, "pattern", "^[0-9A-Za-z][0-9A-Za-z/._-]*$");
        schema_put_int(&maker, "maxLength", field->max);
        break;
    case LI_FIELD_SCALE:
        schema_put_int(&maker, "minimum", 1);
        schema_put_int(&maker, "maximum", field->max);
        break;
    case LI_FIELD_CHECKLIST:
        schema_put_checklist(&maker, field);
        break;
    case LI_FIELD_PERIOD:
        schema_put_text(&maker, "pattern",
                        "^[0-9]{4}(-(0[1-9]|1[0-2])|-W(0[1-9]|[1-4][0-9]|5[0-3])|-Q[1-4])?$");
        break;
    case LI_FIELD_BOOL:
        break;
    }
    return maker;
}

int li_load_schema(struct li_load *load, const int *fields, const bool *required, size_t count,
                   const struct li_schema **ret)
{
    struct li_ctx *ctx = load->ctx;
    struct schema_maker maker = schema_new(ctx, LI_S("object"));
    struct li_node *properties = li_node_new_map(ctx), *names = li_node_new_list(ctx);
    struct li_schema *schema;
    int r;

    schema_put(&maker, "properties", properties);
    schema_put(&maker, "additionalProperties", li_node_new_bool(ctx, false));
    r = names ? maker.error : -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_field *field = &load->playbook->fields[fields[i]];
        struct schema_maker one = schema_of_field(ctx, field);
        struct li_node *name = li_node_new_text(ctx, field->name);

        r = one.error < 0 || !name ? -LI_E_NOMEM : 0;
        if (r == 0)
            r = li_node_put(ctx, properties, field->name, one.map);
        if (r == 0 && required[i])
            r = li_node_push(ctx, names, name);
    }
    if (r == 0 && names->list.count)
        schema_put(&maker, "required", names);
    if (r == 0)
        r = maker.error;
    if (r == 0)
        r = li_schema_compile(ctx, NULL, maker.map, &schema);
    if (r == 0)
        *ret = schema;
    return r;
}
