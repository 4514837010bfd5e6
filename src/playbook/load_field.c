/*
 * Fields, what is asked on opening, what everybody sees, and the schemas made
 * of them.
 *
 * A group of fields (of `open`, of an action) becomes one JSON Schema that the
 * contract's validator compiles, so that a playbook and the API are checked by
 * the same code and a browser can be given the same rules.
 */
#include "playbook/load.h"

#define TEXT_MAX    1000 /* code points, where a text says nothing */
#define TEXT_LIMIT  20000
#define OPTIONS_MAX 64
#define MANY_MAX    20 /* organizations in one field */

static int load_options(struct li_load *load, const struct li_node *map, struct li_field *field)
{
    const struct li_node *named = li_node_get(map, "options");
    struct li_option *options;

    if ((field->type == LI_FIELD_CHOICE) != (named != NULL))
        li_load_tell(load, LI_RULE_CHOICE_OPTIONS, map, field->name);
    named = li_load_named(load, map, "options", OPTIONS_MAX, false);
    if (!named)
        return 0;
    options = li_alloc_array(load->ctx, named->map.count, sizeof(*options));
    if (!options)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < named->map.count; i++) {
        const char *key = li_str_c(load->ctx, named->map.items[i].key);

        if (!key)
            return -LI_E_NOMEM;
        options[i].name = named->map.items[i].key;
        options[i].label = li_load_texts(load, named, key, true);
    }
    field->options = options;
    field->option_count = named->map.count;
    return 0;
}

static void load_max(struct li_load *load, const struct li_node *map, struct li_field *field)
{
    field->max = li_load_int(load, map, "max");
    if (field->max && field->type != LI_FIELD_TEXT && field->type != LI_FIELD_INTEGER)
        li_load_tell(load, LI_RULE_FIELD_MAX, map, field->name);
    if (field->type == LI_FIELD_TEXT && !field->max)
        field->max = TEXT_MAX;
    if (field->type == LI_FIELD_TEXT && field->max > TEXT_LIMIT)
        li_load_tell(load, LI_RULE_TOO_MANY, li_node_get(map, "max"), LI_S("max"));
}

static int load_field(struct li_load *load, const struct li_member *member, struct li_field *field)
{
    static const char *const words[] = {"type", "label", "hint",    "max", "personal",
                                        "keep", "many",  "options", NULL};
    const struct li_node *map = member->value;
    struct li_str word;
    int type;

    field->name = member->key;
    if (!li_load_map(load, map, member->key, words))
        return 0;
    word = li_load_need_text(load, map, "type");
    type = li_word_find(li_type_words, LI_TYPE_WORD_COUNT, word);
    if (type < 0) {
        if (word.len)
            li_load_tell(load, LI_RULE_NO_TYPE, li_node_get(map, "type"), word);
        return 0;
    }
    field->type = (enum li_field_type)type;
    field->label = li_load_texts(load, map, "label", true);
    field->hint = li_load_texts(load, map, "hint", false);
    /* a telephone number is somebody's, said or not */
    field->personal = li_load_bool(load, map, "personal") || field->type == LI_FIELD_PHONE;
    field->keep_days = li_load_days(load, map, "keep");
    field->many = li_load_bool(load, map, "many");
    field->free_text =
        field->type == LI_FIELD_TEXT || field->type == LI_FIELD_PHONE || field->personal;
    if (field->many && field->type != LI_FIELD_ORG)
        li_load_tell(load, LI_RULE_FIELD_MANY, li_node_get(map, "many"), field->name);
    load_max(load, map, field);
    return load_options(load, map, field);
}

int li_load_fields(struct li_load *load)
{
    const struct li_node *named =
        li_load_named(load, load->plain, "fields", LI_PLAYBOOK_FIELDS, true);
    struct li_field *fields;

    if (!named)
        return 0;
    fields = li_alloc_array(load->ctx, named->map.count, sizeof(*fields));
    if (!fields)
        return -LI_E_NOMEM;
    load->playbook->fields = fields;
    load->playbook->field_count = named->map.count;
    for (size_t i = 0; i < named->map.count; i++) {
        int r = load_field(load, &named->map.items[i], &fields[i]);

        if (r < 0)
            return r;
    }
    return 0;
}

int li_load_field_list(struct li_load *load, const struct li_node *map, const char *key,
                       const int **ret, size_t *ret_count)
{
    const struct li_node *list = li_load_words(load, map, key, false);
    int *places = li_alloc_array(load->ctx, list->list.count, sizeof(*places));
    size_t count = 0;

    if (!places)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < list->list.count; i++) {
        int place = li_playbook_field(load->playbook, list->list.items[i]->text);

        if (place < 0)
            li_load_tell(load, LI_RULE_NO_FIELD, list->list.items[i], list->list.items[i]->text);
        else
            places[count++] = place;
    }
    *ret = places;
    *ret_count = count;
    return 0;
}

/* Nobody is a reporter or an owner of what is not yet there. */
static void check_opener(struct li_load *load, const struct li_node *open)
{
    const struct li_node *list = li_node_get(open, "by");

    for (size_t i = 0; i < load->playbook->open_by_count; i++) {
        enum li_who_kind kind = load->playbook->open_by[i].kind;

        if (kind == LI_WHO_OWNER || kind == LI_WHO_REPORTER)
            li_load_tell(load, LI_RULE_NO_WHO, list->list.items[i], list->list.items[i]->text);
    }
}

static int load_ways(struct li_load *load, const struct li_node *open)
{
    const struct li_node *list = li_load_words(load, open, "via", true);
    struct li_str *ways = li_alloc_array(load->ctx, list->list.count, sizeof(*ways));

    if (!ways)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < list->list.count; i++) {
        const struct li_node *item = list->list.items[i];

        if (li_word_find(li_way_words, LI_WAY_WORD_COUNT, item->text) < 0)
            li_load_tell(load, LI_RULE_NO_WAY, item, item->text);
        ways[i] = item->text;
    }
    load->playbook->open_via = ways;
    load->playbook->open_via_count = list->list.count;
    return 0;
}

static int load_open_fields(struct li_load *load, const struct li_node *open)
{
    struct li_playbook *playbook = load->playbook;
    const struct li_node *list = li_load_words(load, open, "required", false);
    bool *required;
    int r = li_load_field_list(load, open, "fields", &playbook->open_fields,
                               &playbook->open_field_count);

    if (r < 0)
        return r;
    required = li_alloc_array(load->ctx, playbook->open_field_count, sizeof(*required));
    if (!required)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < list->list.count; i++) {
        int field = li_playbook_field(playbook, list->list.items[i]->text);
        bool asked = false;

        for (size_t k = 0; k < playbook->open_field_count; k++) {
            if (playbook->open_fields[k] == field && field >= 0)
                asked = required[k] = true;
        }
        if (!asked)
            li_load_tell(load, LI_RULE_REQUIRED_ASKED, list->list.items[i],
                         list->list.items[i]->text);
    }
    playbook->open_required = required;
    return 0;
}

int li_load_open(struct li_load *load)
{
    static const char *const words[] = {"by", "via", "fields", "required", "to", NULL};
    const struct li_node *open = li_node_get(load->plain, "open");
    struct li_playbook *playbook = load->playbook;
    bool system;
    int r;

    if (!open) {
        li_load_tell(load, LI_RULE_WORD_MISSING, load->plain, LI_S("open"));
        return 0;
    }
    if (!li_load_map(load, open, LI_S("open"), words))
        return 0;
    r = li_load_who(load, open, &playbook->open_by, &playbook->open_by_count, &system);
    if (r == 0)
        check_opener(load, open);
    if (r == 0)
        r = load_ways(load, open);
    if (r == 0)
        r = load_open_fields(load, open);
    return r;
}

int li_load_see(struct li_load *load)
{
    static const char *const words[] = {"public", NULL};
    const struct li_node *see = li_node_get(load->plain, "see");
    struct li_playbook *playbook = load->playbook;

    if (!see)
        return 0;
    if (!li_load_map(load, see, LI_S("see"), words))
        return 0;
    return li_load_field_list(load, see, "public", &playbook->see_public,
                              &playbook->see_public_count);
}

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

/* A list of the organizations that `one` says. */
static struct schema_maker schema_many(struct schema_maker one)
{
    struct schema_maker maker = schema_new(one.ctx, LI_S("array"));

    schema_put(&maker, "items", one.map);
    schema_put_int(&maker, "minItems", 1);
    schema_put_int(&maker, "maxItems", MANY_MAX);
    schema_put(&maker, "uniqueItems", li_node_new_bool(one.ctx, true));
    if (one.error < 0)
        maker.error = one.error;
    return maker;
}

static struct schema_maker schema_of_field(struct li_ctx *ctx, const struct li_field *field)
{
    static const char *const types[] = {"string", "string",  "string",  "string",
                                        "string", "integer", "boolean", "string",
                                        "object", "array",   "string",  "integer"};
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
        schema_put_text(&maker, "pattern", "^[0-9]{2,15}$");
        break;
    case LI_FIELD_PHONE:
        schema_put_text(&maker, "format", "phone");
        break;
    case LI_FIELD_ORG:
        schema_put_text(&maker, "format", "id");
        return field->many ? schema_many(maker) : maker;
    case LI_FIELD_INTEGER:
        schema_put_int(&maker, "minimum", 0);
        if (field->max)
            schema_put_int(&maker, "maximum", field->max);
        break;
    case LI_FIELD_BOOL:
    case LI_FIELD_CODE:
    case LI_FIELD_POINT:
    case LI_FIELD_PHOTOS:
    case LI_FIELD_DATE:
    case LI_FIELD_SCALE:
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
