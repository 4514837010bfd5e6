/*
 * What may stand in `people` and `then`, so that a misspelt expectation is a
 * fault and never a test that passes.
 *
 * Not for what comes out (scenario_then.c).
 */
#include "bind/scenario_script.h"

/* ---- people -------------------------------------------------------------------------- */

static void check_posts(struct li_script *script, const struct li_node *posts)
{
    static const struct li_script_word words[] = {
        {"post", LI_SCRIPT_TEXT, true},   {"area", LI_SCRIPT_TEXT, false},
        {"unit", LI_SCRIPT_TEXT, false},  {"since", LI_SCRIPT_TEXT, false},
        {"until", LI_SCRIPT_TEXT, false}, {"stands_in_for", LI_SCRIPT_TEXT, false},
        {"lent", LI_SCRIPT_FLAG, false},  {0},
    };
    static const struct li_script_word absence[] = {
        {"absent", LI_SCRIPT_TEXT, true},
        {"until", LI_SCRIPT_TEXT, true},
        {0},
    };
    int64_t at;

    if (posts->kind != LI_LIST) {
        li_script_tell_rule(script, LI_RULE_SHAPE_LIST, posts, LI_S("people"));
        return;
    }
    for (size_t i = 0; i < posts->list.count; i++) {
        const struct li_node *post = posts->list.items[i];
        bool away = li_node_get(post, "absent") != NULL;
        if (!li_script_check_map(script, post, away ? "absence" : "post", away ? absence : words)) {
            continue;
        }
        if (li_node_text(post, "post").ptr && !li_post_find(li_node_text(post, "post"))) {
            li_script_tell_rule(script, LI_RULE_NO_POST, post, li_node_text(post, "post"));
        }
        li_script_check_area(script, post);
        li_script_instant(script, li_node_get(post, away ? "absent" : "since"), &at);
        li_script_instant(script, li_node_get(post, "until"), &at);
    }
}

void li_script_check_people(struct li_script *script, const struct li_node *people)
{
    for (size_t i = 0; people && people->kind == LI_MAP && i < people->map.count; i++) {
        check_posts(script, people->map.items[i].value);
    }
}

/* ---- what is expected ------------------------------------------------------------------ */

static void check_owner(struct li_script *script, const struct li_node *owner)
{
    static const struct li_script_word words[] = {
        {"post", LI_SCRIPT_TEXT, true},
        {"area", LI_SCRIPT_TEXT, false},
        {"unit", LI_SCRIPT_TEXT, false},
        {0},
    };

    if (owner && owner->kind == LI_TEXT) {
        if (!li_str_is(owner->text, "none")) {
            li_script_tell(script, owner, "an owner is `none` or a map with post, area, unit",
                           owner->text);
        }
    } else if (owner && owner->kind == LI_MAP) {
        li_script_check_map(script, owner, "owner", words);
    }
}

static void check_due(struct li_script *script, const struct li_node *map)
{
    const struct li_node *due = li_node_get(map, "due");
    int64_t at;

    if (due && !(due->kind == LI_TEXT && li_str_is(due->text, "none"))) {
        li_script_instant(script, due, &at);
    }
}

/* Clocks beside the states, by name: until when, or `none` for one that stands still or
 * has been stopped. */
static void check_clocks(struct li_script *script, const struct li_node *clocks)
{
    int64_t at;

    for (size_t i = 0; clocks && clocks->kind == LI_MAP && i < clocks->map.count; i++) {
        const struct li_node *due = clocks->map.items[i].value;
        if (due->kind != LI_TEXT || !li_str_is(due->text, "none")) {
            li_script_instant(script, due, &at);
        }
    }
}

static void check_parts(struct li_script *script, const struct li_node *parts)
{
    static const struct li_script_word words[] = {
        {"state", LI_SCRIPT_TEXT, false},
        {"unit", LI_SCRIPT_TEXT, false},
        {"due", LI_SCRIPT_TEXT, false},
        {"overdue", LI_SCRIPT_FLAG, false},
        {"owner", LI_SCRIPT_TEXT_OR_MAP, false},
        {"kind", LI_SCRIPT_TEXT, false},
        {"role", LI_SCRIPT_TEXT, false},
        {"about", LI_SCRIPT_WHOLE, false},
        {"fields", LI_SCRIPT_MAP, false},
        {"clocks", LI_SCRIPT_MAP, false},
        {0},
    };

    for (size_t i = 0; parts && parts->kind == LI_LIST && i < parts->list.count; i++) {
        const struct li_node *part = parts->list.items[i];
        if (li_script_check_map(script, part, "part", words)) {
            check_due(script, part);
            check_owner(script, li_node_get(part, "owner"));
            check_clocks(script, li_node_get(part, "clocks"));
            li_script_check_fields(script, li_node_get(part, "fields"));
        }
    }
}

/* What came of the case, in order. */
static void check_children(struct li_script *script, const struct li_node *children)
{
    static const struct li_script_word words[] = {
        {"playbook", LI_SCRIPT_TEXT, false},
        {"state", LI_SCRIPT_TEXT, false},
        {"about", LI_SCRIPT_WHOLE, false},
        {"texts", LI_SCRIPT_MAP, false},
        {0},
    };

    for (size_t i = 0; children && children->kind == LI_LIST && i < children->list.count; i++) {
        li_script_check_map(script, children->list.items[i], "child", words);
    }
}

static void check_offers(struct li_script *script, const struct li_node *offers)
{
    for (size_t i = 0; offers && offers->kind == LI_MAP && i < offers->map.count; i++) {
        li_script_check_who(script, offers->map.items[i].value, offers->map.items[i].key);
        li_script_check_actions(script, offers->map.items[i].value, "offers");
    }
}

static void check_tally(struct li_script *script, const struct li_node *tally)
{
    for (size_t i = 0; tally && tally->kind == LI_MAP && i < tally->map.count; i++) {
        const struct li_member *member = &tally->map.items[i];
        if (li_machine_state(&script->playbook->machines[0], member->key) < 0) {
            li_script_tell_rule(script, LI_RULE_NO_STATE, member->value, member->key);
        }
        if (member->value->kind != LI_INT) {
            li_script_tell_rule(script, LI_RULE_SHAPE_INTEGER, member->value, member->key);
        }
    }
}

static bool is_counter(const struct li_playbook *playbook, struct li_str name)
{
    for (size_t i = 0; i < playbook->action_count; i++) {
        if (name.len && li_str_eq(playbook->actions[i].counts, name)) {
            return true;
        }
    }
    return false;
}

static void check_counts(struct li_script *script, const struct li_node *counts)
{
    for (size_t i = 0; counts && counts->kind == LI_MAP && i < counts->map.count; i++) {
        const struct li_member *member = &counts->map.items[i];
        if (!is_counter(script->playbook, member->key)) {
            li_script_tell(script, member->value, "no action counts that", member->key);
        }
        if (member->value->kind != LI_INT) {
            li_script_tell_rule(script, LI_RULE_SHAPE_INTEGER, member->value, member->key);
        }
    }
}

static void check_level(struct li_script *script, const struct li_node *then)
{
    const struct li_playbook *playbook = script->playbook;
    struct li_str level = li_node_text(then, "level"), scope = li_node_text(then, "scope");
    const struct li_field *field = playbook->level < 0 ? NULL : &playbook->fields[playbook->level];
    bool known = false;

    for (size_t i = 0; field && i < field->option_count; i++) {
        known |= li_str_eq(field->options[i].name, level);
    }
    if (level.ptr && !known) {
        li_script_tell(script, li_node_get(then, "level"), "the playbook has no such level", level);
    }
    if (scope.ptr && !li_str_is(scope, "public") && !li_str_is(scope, "staff") &&
        !li_str_is(scope, "team")) {
        li_script_tell(script, li_node_get(then, "scope"), "a scope is public, staff or team",
                       scope);
    }
}

/* Fields that do not exist for somebody. */
static void check_hidden(struct li_script *script, const struct li_node *hidden)
{
    for (size_t i = 0; hidden && hidden->kind == LI_MAP && i < hidden->map.count; i++) {
        const struct li_member *member = &hidden->map.items[i];
        li_script_check_who(script, member->value, member->key);
        if (!li_script_check_texts(script, member->value, "hidden")) {
            continue;
        }
        for (size_t k = 0; k < member->value->list.count; k++) {
            const struct li_node *name = member->value->list.items[k];
            if (li_playbook_field(script->playbook, name->text) < 0) {
                li_script_tell_rule(script, LI_RULE_NO_FIELD, name, name->text);
            }
        }
    }
}

/* A text, or null for one that was erased. */
static void check_said(struct li_script *script, const struct li_node *texts)
{
    li_script_check_fields(script, texts);
    for (size_t i = 0; texts && texts->kind == LI_MAP && i < texts->map.count; i++) {
        const struct li_member *member = &texts->map.items[i];
        if (member->value->kind != LI_TEXT && member->value->kind != LI_NULL) {
            li_script_tell_rule(script, LI_RULE_SHAPE_TEXT, member->value, member->key);
        }
    }
}

/* How its page stands, and what it counts there. */
static void check_page(struct li_script *script, const struct li_node *then)
{
    const struct li_publication *publication = script->playbook->publication;
    const struct li_node *page = li_node_get(then, "page"), *figures = li_node_get(then, "figures");

    if ((page || figures) && !publication) {
        li_script_tell(script, then, "the playbook has no `page`", LI_S("page"));
        return;
    }
    if (page && page->kind == LI_TEXT && !li_str_is(page->text, "none") &&
        !li_str_is(page->text, "live") && !li_str_is(page->text, "kept") &&
        !li_str_is(page->text, "down")) {
        li_script_tell(script, page, "a page is none, live, kept or down", page->text);
    }
    for (size_t i = 0; figures && figures->kind == LI_MAP && i < figures->map.count; i++) {
        const struct li_member *member = &figures->map.items[i];
        bool known = false;
        for (size_t k = 0; k < publication->figure_count; k++) {
            known |= li_str_eq(publication->figures[k].name, member->key);
        }
        if (!known) {
            li_script_tell(script, member->value, "the page has no such figure", member->key);
        }
        if (member->value->kind != LI_INT) {
            li_script_tell_rule(script, LI_RULE_SHAPE_INTEGER, member->value, member->key);
        }
    }
}

/* Actions, and "@STATE.PERCENT" where a clock's step told it. */
static void check_told(struct li_script *script, const struct li_node *told)
{
    for (size_t i = 0; told && told->kind == LI_LIST && i < told->list.count; i++) {
        const struct li_node *one = told->list.items[i];
        if (one->kind != LI_TEXT) {
            li_script_tell_rule(script, LI_RULE_SHAPE_TEXT, one, LI_S("told"));
        } else if (one->text.ptr[0] != '@' && li_playbook_action(script->playbook, one->text) < 0) {
            li_script_tell_rule(script, LI_RULE_NO_ACTION, one, one->text);
        }
    }
}

void li_script_check_then(struct li_script *script, const struct li_node *then)
{
    static const struct li_script_word words[] = {
        {"refused", LI_SCRIPT_TEXT, false},      {"state", LI_SCRIPT_TEXT, false},
        {"owner", LI_SCRIPT_TEXT_OR_MAP, false}, {"due", LI_SCRIPT_TEXT, false},
        {"overdue", LI_SCRIPT_FLAG, false},      {"counts", LI_SCRIPT_MAP, false},
        {"level", LI_SCRIPT_TEXT, false},        {"scope", LI_SCRIPT_TEXT, false},
        {"fields", LI_SCRIPT_MAP, false},        {"hidden", LI_SCRIPT_MAP, false},
        {"parts", LI_SCRIPT_LIST, false},        {"offers", LI_SCRIPT_MAP, false},
        {"tally", LI_SCRIPT_MAP, false},         {"public", LI_SCRIPT_LIST, false},
        {"texts", LI_SCRIPT_MAP, false},         {"children", LI_SCRIPT_LIST, false},
        {"opened", LI_SCRIPT_WHOLE, false},      {"clocks", LI_SCRIPT_MAP, false},
        {"books", LI_SCRIPT_MAP, false},         {"page", LI_SCRIPT_TEXT, false},
        {"ballots", LI_SCRIPT_MAP, false},       {"told", LI_SCRIPT_LIST, false},
        {"figures", LI_SCRIPT_MAP, false},       {0},
    };

    if (!then || !li_script_check_map(script, then, "then", words)) {
        return;
    }
    check_counts(script, li_node_get(then, "counts"));
    check_level(script, then);
    check_hidden(script, li_node_get(then, "hidden"));
    li_script_check_fields(script, li_node_get(then, "fields"));
    check_due(script, then);
    check_owner(script, li_node_get(then, "owner"));
    check_clocks(script, li_node_get(then, "clocks"));
    check_parts(script, li_node_get(then, "parts"));
    check_offers(script, li_node_get(then, "offers"));
    check_tally(script, li_node_get(then, "tally"));
    check_said(script, li_node_get(then, "texts"));
    check_children(script, li_node_get(then, "children"));
    li_script_check_books(script, li_node_get(then, "books"));
    check_page(script, then);
    li_script_check_ballots(script, li_node_get(then, "ballots"));
    check_told(script, li_node_get(then, "told"));
    if (li_node_get(then, "public")) {
        li_script_check_actions(script, li_node_get(then, "public"), "public");
    }
}
