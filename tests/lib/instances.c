/*
 * The maker of values.  A value is made twice from one seed: first right, to
 * count its places, then once more with one place, drawn by lot, made wrong.
 */
#include "lib/instances.h"

#define NOWHERE SIZE_MAX

struct maker {
    struct li_ctx *ctx;
    const struct li_node *components;
    struct li_random *random;
    size_t places;
    size_t target; /* the place to ruin, or NOWHERE */
    bool ruined;
};

static struct li_node *make(struct maker *maker, const struct li_node *schema);

static size_t draw(struct maker *maker, size_t below)
{
    uint32_t number;

    li_random_bytes(maker->random, &number, sizeof number);
    return number % below;
}

static struct li_node *new_node(struct maker *maker, enum li_node_kind kind)
{
    struct li_node *node = li_alloc(maker->ctx, sizeof *node);

    li_assert(node);
    node->kind = kind;
    return node;
}

static struct li_node *new_real(struct maker *maker, double real)
{
    struct li_node *node = new_node(maker, LI_REAL);

    node->real = real;
    return node;
}

static const struct li_node *resolved(const struct maker *maker, const struct li_node *schema)
{
    struct li_str ref = li_node_text(schema, "$ref");
    const size_t prefix = strlen("#/components/schemas/");

    while (ref.ptr) {
        schema = li_node_get_str(maker->components, li_str_n(ref.ptr + prefix, ref.len - prefix));
        li_assert(schema);
        ref = li_node_text(schema, "$ref");
    }
    return schema;
}

static struct li_node *pick(struct maker *maker, const struct li_node *list)
{
    return list->list.items[draw(maker, list->list.count)];
}

/* Whether a type is among those of a schema. */
static bool has_type(const struct li_node *schema, const char *name)
{
    const struct li_node *type = li_node_get(schema, "type");

    if (!type)
        return false;
    if (type->kind == LI_TEXT)
        return li_str_is(type->text, name);
    return li_str_is(type->list.items[0]->text, name) || li_str_is(type->list.items[1]->text, name);
}

static double bound(const struct li_node *schema, const char *key, double standard)
{
    const struct li_node *value = li_node_get(schema, key);

    if (!value)
        return standard;
    return value->kind == LI_INT ? (double)value->number : value->real;
}

static struct li_node *text_of(struct maker *maker, size_t length)
{
    static const char *const signs[] = {"a", "Z", "7", " ", "路", "灯", "é", "😀", "\"", "~", "/"};
    struct li_str text = LI_S("");

    for (size_t i = 0; i < length; i++)
        text = li_strf(maker->ctx, "%.*s%s", LI_P(text),
                       signs[draw(maker, sizeof signs / sizeof *signs)]);
    return li_node_new_text(maker->ctx, text);
}

static struct li_node *make_text(struct maker *maker, const struct li_node *schema)
{
    const struct li_node *samples = li_node_get(schema, "x-right");
    size_t shortest = (size_t)bound(schema, "minLength", 0);
    size_t longest = (size_t)bound(schema, "maxLength", (double)shortest + 8);

    if (samples)
        return pick(maker, samples);
    return text_of(maker, shortest + draw(maker, longest - shortest + 1));
}

static struct li_node *make_number(struct maker *maker, const struct li_node *schema)
{
    double low = bound(schema, "minimum", -1000), high = bound(schema, "maximum", low + 2000);

    if (has_type(schema, "integer"))
        return li_node_new_int(maker->ctx,
                               (int64_t)low + (int64_t)draw(maker, (size_t)(high - low) + 1));
    return new_real(maker, low + (double)draw(maker, (size_t)((high - low) * 8) + 1) / 8);
}

static bool holds(const struct li_node *list, const struct li_node *item)
{
    for (size_t i = 0; i < list->list.count; i++) {
        const struct li_node *other = list->list.items[i];

        if (other->kind == item->kind && (item->kind == LI_TEXT ? li_str_eq(other->text, item->text)
                                                                : other->number == item->number))
            return true;
    }
    return false;
}

static struct li_node *make_list(struct maker *maker, const struct li_node *schema)
{
    struct li_node *list = li_node_new_list(maker->ctx);
    size_t fewest = (size_t)bound(schema, "minItems", 0);
    size_t most = (size_t)bound(schema, "maxItems", (double)fewest + 3);
    size_t count = fewest + draw(maker, most - fewest + 1);
    bool unique = li_node_get(schema, "uniqueItems") != NULL;

    for (size_t tries = 0; list->list.count < count && tries < 100; tries++) {
        struct li_node *item = make(maker, li_node_get(schema, "items"));

        if (!unique || !holds(list, item))
            li_assert(li_node_push(maker->ctx, list, item) == 0);
    }
    return list;
}

static bool is_required(const struct li_node *schema, struct li_str name)
{
    const struct li_node *required = li_node_get(schema, "required");

    for (size_t i = 0; required && i < required->list.count; i++)
        if (li_str_eq(required->list.items[i]->text, name))
            return true;
    return false;
}

static struct li_node *make_map(struct maker *maker, const struct li_node *schema)
{
    struct li_node *map = li_node_new_map(maker->ctx);
    const struct li_node *properties = li_node_get(schema, "properties");
    const struct li_node *rest = li_node_get(schema, "additionalProperties");

    for (size_t i = 0; properties && i < properties->map.count; i++) {
        const struct li_member *member = &properties->map.items[i];

        if (is_required(schema, member->key) || draw(maker, 2))
            li_assert(li_node_put(maker->ctx, map, member->key, make(maker, member->value)) == 0);
    }
    for (size_t i = draw(maker, 3); rest && (rest->kind == LI_MAP || rest->flag) && i > 0; i--)
        li_assert(
            li_node_put(maker->ctx, map, li_strf(maker->ctx, "extra %zu", i),
                        rest->kind == LI_MAP ? make(maker, rest) : new_node(maker, LI_NULL)) == 0);
    return map;
}

static struct li_node *make_right(struct maker *maker, const struct li_node *schema)
{
    if (li_node_get(schema, "const"))
        return li_node_get(schema, "const");
    if (li_node_get(schema, "enum"))
        return pick(maker, li_node_get(schema, "enum"));
    if (has_type(schema, "null") && draw(maker, 4) == 0)
        return new_node(maker, LI_NULL);
    if (has_type(schema, "string"))
        return make_text(maker, schema);
    if (has_type(schema, "integer") || has_type(schema, "number"))
        return make_number(maker, schema);
    if (has_type(schema, "boolean"))
        return li_node_new_bool(maker->ctx, draw(maker, 2));
    if (has_type(schema, "array"))
        return make_list(maker, schema);
    if (has_type(schema, "object"))
        return make_map(maker, schema);
    return li_node_get(schema, "type") ? new_node(maker, LI_NULL) : text_of(maker, 3);
}

/* A value of a kind that the schema does not take. */
static struct li_node *wrong_kind(struct maker *maker, const struct li_node *schema)
{
    bool number = has_type(schema, "number");

    for (;;) {
        switch (draw(maker, 6)) {
        case 0:
            if (!has_type(schema, "null"))
                return new_node(maker, LI_NULL);
            break;
        case 1:
            if (!has_type(schema, "boolean"))
                return li_node_new_bool(maker->ctx, true);
            break;
        case 2:
            if (!number)
                return new_real(maker, 1.5);
            break;
        case 3:
            if (!has_type(schema, "string"))
                return li_node_new_text(maker->ctx, LI_S("1"));
            break;
        case 4:
            if (!has_type(schema, "array"))
                return li_node_new_list(maker->ctx);
            break;
        default:
            if (!has_type(schema, "object") && !li_node_get(schema, "oneOf"))
                return li_node_new_map(maker->ctx);
            break;
        }
    }
}

static struct li_node *wrong_text(struct maker *maker, const struct li_node *schema)
{
    const struct li_node *samples = li_node_get(schema, "x-wrong");

    if (li_node_get(schema, "enum") || li_node_get(schema, "const"))
        return li_node_new_text(maker->ctx, LI_S("no such choice"));
    if (samples)
        return pick(maker, samples);
    if (li_node_get(schema, "minLength") && draw(maker, 2))
        return text_of(maker, (size_t)bound(schema, "minLength", 1) - 1);
    if (li_node_get(schema, "maxLength"))
        return text_of(maker, (size_t)bound(schema, "maxLength", 0) + 1 + draw(maker, 3));
    return NULL;
}

static struct li_node *wrong_number(struct maker *maker, const struct li_node *schema)
{
    bool integer = has_type(schema, "integer");
    double off = draw(maker, 2) ? bound(schema, "minimum", 0) - 1 : bound(schema, "maximum", 0) + 1;

    if (li_node_get(schema, "enum"))
        return li_node_new_int(maker->ctx, 2);
    if (!li_node_get(schema, "minimum") || !li_node_get(schema, "maximum"))
        return NULL;
    return integer ? li_node_new_int(maker->ctx, (int64_t)off) : new_real(maker, off);
}

static struct li_node *wrong_list(struct maker *maker, const struct li_node *schema)
{
    struct li_node *list = make_list(maker, schema);
    const struct li_node *most = li_node_get(schema, "maxItems");

    if (li_node_get(schema, "minItems") && draw(maker, 3) == 0)
        return li_node_new_list(maker->ctx);
    if (li_node_get(schema, "uniqueItems") && list->list.count > 0 && draw(maker, 2) &&
        (!most || list->list.count < (size_t)most->number)) {
        li_assert(li_node_push(maker->ctx, list, pick(maker, list)) == 0);
        return list;
    }
    while (most && list->list.count <= (size_t)most->number)
        li_assert(li_node_push(maker->ctx, list, make(maker, li_node_get(schema, "items"))) == 0);
    return most ? list : NULL;
}

static struct li_node *wrong_map(struct maker *maker, const struct li_node *schema)
{
    struct li_node *right = make_map(maker, schema), *map = li_node_new_map(maker->ctx);
    const struct li_node *required = li_node_get(schema, "required");
    struct li_str dropped;

    if (!li_node_get(schema, "additionalProperties") && draw(maker, 2)) {
        li_assert(li_node_put(maker->ctx, right, LI_S("more"), text_of(maker, 1)) == 0);
        return right;
    }
    if (!required)
        return NULL;
    dropped = pick(maker, required)->text;
    for (size_t i = 0; i < right->map.count; i++)
        if (!li_str_eq(right->map.items[i].key, dropped))
            li_assert(li_node_put(maker->ctx, map, right->map.items[i].key,
                                  right->map.items[i].value) == 0);
    return map;
}

static struct li_node *make_wrong(struct maker *maker, const struct li_node *schema)
{
    struct li_node *node = NULL;

    maker->ruined = true;
    if (draw(maker, 3) == 0)
        return wrong_kind(maker, schema);
    if (has_type(schema, "string"))
        node = wrong_text(maker, schema);
    else if (has_type(schema, "integer") || has_type(schema, "number"))
        node = wrong_number(maker, schema);
    else if (has_type(schema, "array"))
        node = wrong_list(maker, schema);
    else if (has_type(schema, "object"))
        node = wrong_map(maker, schema);
    return node ? node : wrong_kind(maker, schema);
}

static struct li_node *make(struct maker *maker, const struct li_node *schema)
{
    const struct li_node *branches;

    schema = resolved(maker, schema);
    branches = li_node_get(schema, "oneOf");
    if (branches)
        return make(maker, pick(maker, branches));
    /* Of the empty schema nothing is wrong. */
    if (li_node_get(schema, "type") && maker->places++ == maker->target)
        return make_wrong(maker, schema);
    return make_right(maker, schema);
}

static struct li_node *make_from(struct maker *maker, const struct li_node *schema, uint64_t seed,
                                 size_t target)
{
    struct li_node *node;

    maker->random = li_random_seeded(seed);
    maker->places = 0;
    maker->target = target;
    node = make(maker, schema);
    li_random_free(maker->random);
    return node;
}

struct li_node *instances_make(struct li_ctx *ctx, const struct li_node *components,
                               const struct li_node *schema, uint64_t seed, bool ruin,
                               bool *ret_right)
{
    struct maker maker = {.ctx = ctx, .components = components};
    struct li_node *node = make_from(&maker, schema, seed, NOWHERE);

    if (ruin && maker.places > 0)
        node = make_from(&maker, schema, seed, (size_t)(seed * 2654435761u >> 8) % maker.places);
    *ret_right = !maker.ruined;
    return node;
}
