/*
 * The words of a scenario file: shapes, names and times, each fault told at its
 * place.  Which words stand where is said by the readers.
 */
#include "bind/scenario_script.h"

#include "base/time.h"

#define WHOLE_MAX INT64_C(1000000)

struct li_str li_script_place(const struct li_script *script, const struct li_node *at)
{
    return li_strf(script->ctx, "%s:%d:%d", script->path, at ? at->line : 1, at ? at->column : 1);
}

void li_script_tell_rule(struct li_script *script, enum li_rule rule, const struct li_node *at,
                         struct li_str name)
{
    if (++script->faults < LI_ERRORS_MAX) {
        li_rule_fail(script->ctx, LI_E_INVALID, rule, li_script_place(script, at), name);
    }
}

void li_script_tell(struct li_script *script, const struct li_node *at, const char *what,
                    struct li_str name)
{
    if (++script->faults < LI_ERRORS_MAX) {
        LI_FAIL_AT(script->ctx, LI_E_INVALID, li_script_place(script, at), "%s: %.*s", what,
                   LI_P(name));
    }
}

/* ---- shapes -------------------------------------------------------------------- */

static void check_shape(struct li_script *script, const struct li_script_word *word,
                        const struct li_node *node)
{
    static const struct {
        enum li_node_kind kind;
        enum li_rule rule;
    } shapes[] = {
        [LI_SCRIPT_TEXT] = {LI_TEXT, LI_RULE_SHAPE_TEXT},
        [LI_SCRIPT_WHOLE] = {LI_INT, LI_RULE_SHAPE_INTEGER},
        [LI_SCRIPT_FLAG] = {LI_BOOL, LI_RULE_SHAPE_BOOL},
        [LI_SCRIPT_LIST] = {LI_LIST, LI_RULE_SHAPE_LIST},
        [LI_SCRIPT_MAP] = {LI_MAP, LI_RULE_SHAPE_MAP},
        [LI_SCRIPT_TEXT_OR_MAP] = {LI_MAP, LI_RULE_SHAPE_MAP},
    };
    bool in_range = node->kind != LI_INT || (node->number >= 0 && node->number <= WHOLE_MAX);

    if ((node->kind == shapes[word->shape].kind && in_range) ||
        (word->shape == LI_SCRIPT_TEXT_OR_MAP && node->kind == LI_TEXT)) {
        return;
    }
    li_script_tell_rule(script, shapes[word->shape].rule, node, li_str(word->name));
}

static void tell_unknown(struct li_script *script, const struct li_member *member,
                         const struct li_script_word *words)
{
    const struct li_node at = {.line = member->line, .column = member->column};
    struct li_str known = li_strf(script->ctx, "%.*s →", LI_P(member->key));

    for (; words->name && known.ptr; words++) {
        known = li_strf(script->ctx, "%.*s %s", LI_P(known), words->name);
    }
    li_script_tell_rule(script, LI_RULE_WORD_UNKNOWN, &at, known);
}

/* Whether it is a map; each of its words must be known and of its shape. */
bool li_script_check_map(struct li_script *script, const struct li_node *node, const char *what,
                         const struct li_script_word *words)
{
    if (!node || node->kind != LI_MAP) {
        li_script_tell_rule(script, LI_RULE_SHAPE_MAP, node, li_str(what));
        return false;
    }
    for (size_t i = 0; i < node->map.count; i++) {
        const struct li_script_word *word = words;
        while (word->name && !li_str_is(node->map.items[i].key, word->name)) {
            word++;
        }
        if (word->name) {
            check_shape(script, word, node->map.items[i].value);
        } else {
            tell_unknown(script, &node->map.items[i], words);
        }
    }
    for (; words->name; words++) {
        if (words->needed && !li_node_get(node, words->name)) {
            li_script_tell_rule(script, LI_RULE_WORD_MISSING, node, li_str(words->name));
        }
    }
    return true;
}

/* A list of texts; anything else is told. */
bool li_script_check_texts(struct li_script *script, const struct li_node *list, const char *what)
{
    if (!list || list->kind != LI_LIST) {
        li_script_tell_rule(script, LI_RULE_SHAPE_LIST, list, li_str(what));
        return false;
    }
    for (size_t i = 0; i < list->list.count; i++) {
        if (list->list.items[i]->kind != LI_TEXT) {
            li_script_tell_rule(script, LI_RULE_SHAPE_TEXT, list->list.items[i], li_str(what));
            return false;
        }
    }
    return true;
}

/* ---- names and times -------------------------------------------------------------- */

void li_script_instant(struct li_script *script, const struct li_node *node, int64_t *ret)
{
    unsigned told = script->ctx->error_count;

    if (!node || node->kind != LI_TEXT) {
        return; /* told as a shape or as missing */
    }
    if (li_time_parse(script->ctx, node->text, ret)) {
        script->ctx->error_count = told;
        li_script_tell(script, node, "no instant such as 2026-11-20T09:00:00+08:00", node->text);
    }
}

void li_script_check_who(struct li_script *script, const struct li_node *at, struct li_str name)
{
    if (name.ptr && !li_str_is(name, "resident") && !li_str_is(name, "anyone") &&
        !li_node_get_str(script->people, name) && !li_node_get_str(script->extra_people, name)) {
        li_script_tell(script, at, "there is no such person in the town", name);
    }
}

void li_script_check_area(struct li_script *script, const struct li_node *map)
{
    struct li_str name = li_node_text(map, "area");

    if (name.ptr && !li_town_area(name).ptr) {
        li_script_tell(script, map, "there is no such area in the town", name);
    }
}

int li_script_action(struct li_script *script, const struct li_node *at, struct li_str name)
{
    int place = name.ptr ? li_playbook_action(script->playbook, name) : -1;

    if (name.ptr && place < 0) {
        li_script_tell(script, at, "the playbook has no such action", name);
    }
    return place;
}

void li_script_check_actions(struct li_script *script, const struct li_node *list, const char *what)
{
    if (!li_script_check_texts(script, list, what)) {
        return;
    }
    for (size_t i = 0; i < list->list.count; i++) {
        li_script_action(script, list->list.items[i], list->list.items[i]->text);
    }
}

/* Keys of a map that name fields of the playbook. */
void li_script_check_fields(struct li_script *script, const struct li_node *map)
{
    for (size_t i = 0; map && map->kind == LI_MAP && i < map->map.count; i++) {
        if (li_playbook_field(script->playbook, map->map.items[i].key) < 0) {
            li_script_tell_rule(script, LI_RULE_NO_FIELD, map->map.items[i].value,
                                map->map.items[i].key);
        }
    }
}
