/*
 * Reading values out of the plain tree, and telling what is wrong with them.
 *
 * Not for what the values mean (load_*.c).  Every reader gives something
 * harmless after a fault, so that the rest of the file is still looked at.
 */
#include "playbook/load.h"

static void tell(struct li_load *load, enum li_rule rule, const struct li_node *in, int line,
                 int column, struct li_str name)
{
    const char *file = load->flat->files[in ? in->file : 0].name;
    struct li_str where = li_strf(load->ctx, "%s:%d:%d", file, line, column);

    load->faults++;
    if (load->faults < LI_ERRORS_MAX)
        li_rule_fail(load->ctx, LI_E_INVALID, rule, where, name);
}

void li_load_tell(struct li_load *load, enum li_rule rule, const struct li_node *at,
                  struct li_str name)
{
    tell(load, rule, at, at ? at->line : 1, at ? at->column : 1, name);
}

void li_load_tell_key(struct li_load *load, enum li_rule rule, const struct li_member *at,
                      struct li_str name)
{
    tell(load, rule, at ? at->value : NULL, at ? at->line : 1, at ? at->column : 1, name);
}

const struct li_member *li_load_member(const struct li_node *map, struct li_str key)
{
    for (size_t i = 0; map && map->kind == LI_MAP && i < map->map.count; i++)
        if (li_str_eq(map->map.items[i].key, key))
            return &map->map.items[i];
    return NULL;
}

static void unknown_word(struct li_load *load, const struct li_member *member,
                         const char *const *words)
{
    struct li_buf *buf = li_buf_new(load->ctx, 0);

    load->faults += !buf;
    if (!buf)
        return;
    li_buf_str(buf, member->key);
    li_buf_text(buf, " → ");
    for (size_t i = 0; words[i]; i++)
        li_buf_fmt(buf, "%s%s", i ? ", " : "", words[i] + (words[i][0] == '~'));
    li_load_tell_key(load, LI_RULE_WORD_UNKNOWN, member, li_buf_view(buf));
}

bool li_load_map(struct li_load *load, const struct li_node *node, struct li_str name,
                 const char *const *words)
{
    if (!node || node->kind != LI_MAP) {
        li_load_tell(load, LI_RULE_SHAPE_MAP, node, name);
        return false;
    }
    for (size_t i = 0; i < node->map.count; i++) {
        const struct li_member *member = &node->map.items[i];
        bool known = false;

        for (size_t k = 0; words[k] && !known; k++)
            known = li_str_is(member->key, words[k]);
        if (!known)
            unknown_word(load, member, words);
    }
    return true;
}

struct li_str li_load_text(struct li_load *load, const struct li_node *map, const char *key)
{
    const struct li_node *value = li_node_get(map, key);

    if (!value)
        return LI_S("");
    if (value->kind == LI_TEXT && value->text.len)
        return value->text;
    li_load_tell(load, LI_RULE_SHAPE_TEXT, value, li_str(key));
    return LI_S("");
}

struct li_str li_load_need_text(struct li_load *load, const struct li_node *map, const char *key)
{
    if (!li_node_get(map, key))
        li_load_tell(load, LI_RULE_WORD_MISSING, map, li_str(key));
    return li_load_text(load, map, key);
}

bool li_load_bool(struct li_load *load, const struct li_node *map, const char *key)
{
    const struct li_node *value = li_node_get(map, key);

    if (value && value->kind != LI_BOOL)
        li_load_tell(load, LI_RULE_SHAPE_BOOL, value, li_str(key));
    return value && value->kind == LI_BOOL && value->flag;
}

int64_t li_load_int(struct li_load *load, const struct li_node *map, const char *key)
{
    const struct li_node *value = li_node_get(map, key);

    if (!value)
        return 0;
    if (value->kind == LI_INT && value->number > 0)
        return value->number;
    li_load_tell(load, LI_RULE_SHAPE_INTEGER, value, li_str(key));
    return 0;
}

struct li_texts li_load_texts(struct li_load *load, const struct li_node *map, const char *key,
                              bool needed)
{
    static const char *const words[] = {"zh", "en", NULL};
    const struct li_node *value = li_node_get(map, key);
    struct li_texts texts = {LI_S(""), LI_S("")};

    if (!value) {
        if (needed)
            li_load_tell(load, LI_RULE_WORD_MISSING, map, li_str(key));
        return texts;
    }
    if (!li_load_map(load, value, li_str(key), words))
        return texts;
    if (li_node_get(value, "zh"))
        texts.zh = li_load_text(load, value, "zh");
    if (li_node_get(value, "en"))
        texts.en = li_load_text(load, value, "en");
    if (!li_node_get(value, "zh") || !li_node_get(value, "en"))
        li_load_tell(load, LI_RULE_TEXTS_BOTH, value, li_str(key));
    return texts;
}

int64_t li_load_days(struct li_load *load, const struct li_node *map, const char *key)
{
    const struct li_node *value = li_node_get(map, key);
    int64_t days = 0;

    if (!value)
        return 0;
    if (value->kind == LI_TEXT && li_str_ends(value->text, LI_S("d")) &&
        li_str_to_i64(li_str_n(value->text.ptr, value->text.len - 1), &days) && days > 0 &&
        days <= INT64_C(1000) * 366)
        return days;
    li_load_tell(load, LI_RULE_KEEP_FORM, value,
                 value->kind == LI_TEXT ? value->text : li_str(key));
    return 0;
}

const struct li_node *li_load_words(struct li_load *load, const struct li_node *map,
                                    const char *key, bool needed)
{
    static const struct li_node none = {.kind = LI_LIST};
    const struct li_node *list = li_node_get(map, key);

    if (!list) {
        if (needed)
            li_load_tell(load, LI_RULE_WORD_MISSING, map, li_str(key));
        return &none;
    }
    if (list->kind != LI_LIST || (needed && !list->list.count)) {
        li_load_tell(load, LI_RULE_SHAPE_LIST, list, li_str(key));
        return &none;
    }
    for (size_t i = 0; i < list->list.count; i++) {
        const struct li_node *item = list->list.items[i];

        if (item->kind != LI_TEXT) {
            li_load_tell(load, LI_RULE_SHAPE_TEXT, item, li_str(key));
            return &none;
        }
        for (size_t k = 0; k < i; k++)
            if (li_str_eq(list->list.items[k]->text, item->text))
                li_load_tell(load, LI_RULE_TWICE, item, item->text);
    }
    return list;
}

const struct li_node *li_load_named(struct li_load *load, const struct li_node *map,
                                    const char *key, size_t max, bool needed)
{
    const struct li_node *named = li_node_get(map, key);

    if (!named) {
        if (needed)
            li_load_tell(load, LI_RULE_WORD_MISSING, map, li_str(key));
        return NULL;
    }
    if (named->kind != LI_MAP || (needed && !named->map.count)) {
        li_load_tell(load, LI_RULE_SHAPE_MAP, named, li_str(key));
        return NULL;
    }
    if (named->map.count > max) {
        li_load_tell(load, LI_RULE_TOO_MANY, named, li_str(key));
        return NULL;
    }
    for (size_t i = 0; i < named->map.count; i++)
        if (!li_word_is_name(named->map.items[i].key, '_'))
            li_load_tell_key(load, LI_RULE_NAME_FORM, &named->map.items[i],
                             named->map.items[i].key);
    return named;
}

int li_load_labelled(struct li_load *load, const struct li_node *map, const char *key, size_t max,
                     const struct li_option **ret, size_t *ret_count)
{
    const struct li_node *named = li_load_named(load, map, key, max, false);
    struct li_option *options;

    if (!named)
        return 0;
    options = li_alloc_array(load->ctx, named->map.count, sizeof(*options));
    if (!options)
        return -LI_E_NOMEM;
    for (size_t i = 0; i < named->map.count; i++) {
        const char *name = li_str_c(load->ctx, named->map.items[i].key);

        if (!name)
            return -LI_E_NOMEM;
        options[i] = (struct li_option){.name = named->map.items[i].key,
                                        .label = li_load_texts(load, named, name, true)};
    }
    *ret = options;
    *ret_count = named->map.count;
    return 0;
}
