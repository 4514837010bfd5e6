/*
 * Reading scenarios: the file, its steps, and the clock they are played by.
 *
 * Everything is checked before anything is played, and all faults are told at
 * once.
 */
#include "base/time.h"
#include "bind/scenario_script.h"

#define FILE_MAX ((size_t)1 << 20)

/* ---- steps ------------------------------------------------------------------------------ */

static void read_open(struct li_script *script, const struct li_node *node,
                      struct li_scenario_step *step)
{
    static const struct li_script_word words[] = {
        {"open", LI_SCRIPT_MAP, true},
        {"then", LI_SCRIPT_MAP, false},
        {0},
    };
    static const struct li_script_word inside[] = {
        {"by", LI_SCRIPT_TEXT, true},        {"area", LI_SCRIPT_TEXT, false},
        {"via", LI_SCRIPT_TEXT, false},      {"fields", LI_SCRIPT_MAP, true},
        {"playbook", LI_SCRIPT_TEXT, false}, {0},
    };
    const struct li_node *open = li_node_get(node, "open");
    struct li_str area = li_node_text(open, "area");

    li_script_check_map(script, node, "step", words);
    li_script_check_map(script, open, "open", inside);
    li_script_check_area(script, open);
    if (area.ptr && li_town_area(area).ptr && !li_town_is_local(area)) {
        li_script_tell(script, open, "a matter lies in a community or below", area);
    }
    step->kind = LI_SCENARIO_OPEN;
    step->by = li_node_text(open, "by");
    step->area = area;
    step->via = li_node_text(open, "via");
    step->fields = li_node_get(open, "fields");
    step->playbook = li_node_text(open, "playbook");
    if (step->playbook.ptr && !li_str_eq(step->playbook, script->playbook->under)) {
        li_script_tell(script, open, "cases are not opened beneath that", step->playbook);
    }
    li_script_check_who(script, open, step->by);
}

static void read_act(struct li_script *script, const struct li_node *node,
                     struct li_scenario_step *step)
{
    static const struct li_script_word words[] = {
        {"act", LI_SCRIPT_TEXT, true},
        {"by", LI_SCRIPT_TEXT, true},
        {"part", LI_SCRIPT_WHOLE, false},
        {"confirmed", LI_SCRIPT_FLAG, false},
        {"for", LI_SCRIPT_TEXT, false},
        {"occurred", LI_SCRIPT_TEXT, false},
        {"fields", LI_SCRIPT_MAP, false},
        {"rev", LI_SCRIPT_WHOLE, false},
        {"then", LI_SCRIPT_MAP, false},
        {"child", LI_SCRIPT_WHOLE, false},
        {"case", LI_SCRIPT_WHOLE, false},
        {"parent", LI_SCRIPT_FLAG, false},
        {0},
    };
    const struct li_node *no = li_node_get(node, "case"), *parent = li_node_get(node, "parent");
    const struct li_node *child = li_node_get(node, "child");
    const struct li_node *part = li_node_get(node, "part"), *rev = li_node_get(node, "rev");
    const struct li_node *confirmed = li_node_get(node, "confirmed");

    li_script_check_map(script, node, "step", words);
    step->kind = LI_SCENARIO_ACT;
    step->by = li_node_text(node, "by");
    step->act = li_node_text(node, "act");
    step->child = child && child->kind == LI_INT ? (int)child->number : 0;
    step->no = no && no->kind == LI_INT ? (int)no->number : 0;
    step->parent = parent && parent->kind == LI_BOOL && parent->flag;
    step->action = step->child || step->parent
                       ? -1
                       : li_script_action(script, li_node_get(node, "act"), step->act);
    step->part = part && part->kind == LI_INT ? (int)part->number : 0;
    step->rev = rev && rev->kind == LI_INT ? rev->number : 0;
    step->confirmed = confirmed && confirmed->kind == LI_BOOL && confirmed->flag;
    step->fields = li_node_get(node, "fields");
    step->behalf = li_node_text(node, "for");
    if (li_node_get(node, "occurred")) {
        li_script_instant(script, li_node_get(node, "occurred"), &step->occurred);
    }
    li_script_check_who(script, node, step->by);
}

/* Their own last action, taken back. */
static void read_undo(struct li_script *script, const struct li_node *node,
                      struct li_scenario_step *step)
{
    static const struct li_script_word words[] = {
        {"undo", LI_SCRIPT_TEXT, true},
        {"then", LI_SCRIPT_MAP, false},
        {0},
    };

    li_script_check_map(script, node, "step", words);
    step->kind = LI_SCENARIO_UNDO;
    step->by = li_node_text(node, "undo");
    li_script_check_who(script, node, step->by);
}

/* "+4h" from where the clock stands, or an instant; never back. */
static void read_clock(struct li_script *script, const struct li_node *node, int64_t now,
                       struct li_scenario_step *step)
{
    static const struct li_script_word words[] = {
        {"clock", LI_SCRIPT_TEXT, true},
        {"take", LI_SCRIPT_TEXT, false},
        {"then", LI_SCRIPT_MAP, false},
        {0},
    };
    const struct li_node *clock = li_node_get(node, "clock");
    unsigned told = script->ctx->error_count;
    int64_t length;

    li_script_check_map(script, node, "step", words);
    step->kind = LI_SCENARIO_CLOCK;
    step->to = now;
    step->take = li_node_text(node, "take");
    if (step->take.ptr && !li_town_area(step->take).ptr) {
        li_script_tell(script, node, "there is no such area", step->take);
    }
    if (!clock || clock->kind != LI_TEXT) {
        return;
    }
    if (!li_str_starts(clock->text, LI_S("+"))) {
        li_script_instant(script, clock, &step->to);
    } else if (li_duration_parse(script->ctx, li_str_n(clock->text.ptr + 1, clock->text.len - 1),
                                 &length)) {
        script->ctx->error_count = told;
        li_script_tell_rule(script, LI_RULE_LENGTH_FORM, clock, clock->text);
    } else {
        step->to = now + length;
    }
    if (step->to < now) {
        li_script_tell(script, clock, "the clock never goes back", clock->text);
    }
}

/* A rhythm that is let run, inside an area if one is said, or stopped. */
static void read_rhythm(struct li_script *script, const struct li_node *node,
                        struct li_scenario_step *step)
{
    static const struct li_script_word words[] = {
        {"rhythm", LI_SCRIPT_TEXT, true},
        {"runs", LI_SCRIPT_FLAG, true},
        {"area", LI_SCRIPT_TEXT, false},
        {"then", LI_SCRIPT_MAP, false},
        {0},
    };
    const struct li_node *runs = li_node_get(node, "runs");

    li_script_check_map(script, node, "step", words);
    li_script_check_area(script, node);
    step->kind = LI_SCENARIO_RHYTHM;
    step->rhythm = li_node_text(node, "rhythm");
    step->area = li_node_text(node, "area");
    step->runs = runs && runs->kind == LI_BOOL && runs->flag;
    if (step->rhythm.ptr && li_playbook_rhythm(script->playbook, step->rhythm) < 0) {
        li_script_tell(script, node, "the playbook has no such rhythm", step->rhythm);
    }
}

static int read_steps(struct li_script *script, const struct li_node *list, struct li_scenario *ret)
{
    static const struct li_script_word kinds[] = {
        {"open", LI_SCRIPT_MAP, false},
        {"act", LI_SCRIPT_TEXT, false},
        {"clock", LI_SCRIPT_TEXT, false},
        {"rhythm", LI_SCRIPT_TEXT, false},
        {"undo", LI_SCRIPT_TEXT, false},
        {"vote", LI_SCRIPT_TEXT, false},
        {0},
    };
    int64_t now = ret->at;

    ret->steps = li_alloc_array(script->ctx, list->list.count, sizeof(*ret->steps));
    if (!ret->steps) {
        return -LI_E_NOMEM;
    }
    ret->step_count = list->list.count;
    for (size_t i = 0; i < list->list.count; i++) {
        const struct li_node *node = list->list.items[i];
        struct li_scenario_step *step = &ret->steps[i];
        step->where = li_script_place(script, node);
        step->then = li_node_get(node, "then");
        if (li_node_get(node, "open")) {
            read_open(script, node, step);
        } else if (li_node_get(node, "act")) {
            read_act(script, node, step);
        } else if (li_node_get(node, "clock")) {
            read_clock(script, node, now, step);
            now = step->to;
        } else if (li_node_get(node, "rhythm")) {
            read_rhythm(script, node, step);
        } else if (li_node_get(node, "undo")) {
            read_undo(script, node, step);
        } else if (li_node_get(node, "vote")) {
            li_script_read_vote(script, node, step);
        } else {
            li_script_check_map(script, node, "open, act, clock, rhythm, undo, vote", kinds);
            li_script_tell_rule(script, LI_RULE_WORD_MISSING, node,
                                LI_S("open, act, clock, rhythm, undo, vote"));
        }
        li_script_check_then(script, step->then);
    }
    return 0;
}

/* ---- the file ----------------------------------------------------------------------------- */

static int read_one(struct li_script *script, const struct li_node *node, struct li_scenario *ret)
{
    static const struct li_script_word words[] = {
        {"name", LI_SCRIPT_MAP, true},
        {"at", LI_SCRIPT_TEXT, true},
        {"people", LI_SCRIPT_MAP, false},
        {"settings", LI_SCRIPT_MAP, false},
        {"books", LI_SCRIPT_MAP, false},
        {"rows", LI_SCRIPT_MAP, false},
        {"tables", LI_SCRIPT_MAP, false},
        {"steps", LI_SCRIPT_LIST, true},
        {0},
    };
    static const struct li_script_word languages[] = {
        {"zh", LI_SCRIPT_TEXT, true},
        {"en", LI_SCRIPT_TEXT, true},
        {0},
    };
    const struct li_node *steps = li_node_get(node, "steps"), *name = li_node_get(node, "name");

    if (!li_script_check_map(script, node, "scenario", words)) {
        return 0;
    }
    if (name && name->kind == LI_MAP) {
        li_script_check_map(script, name, "name", languages);
    }
    ret->name = (struct li_texts){.zh = li_node_text(name, "zh"), .en = li_node_text(name, "en")};
    ret->people = script->extra_people = li_node_get(node, "people");
    ret->settings = li_node_get(node, "settings");
    li_script_instant(script, li_node_get(node, "at"), &ret->at);
    li_script_check_people(script, ret->people);
    ret->books = li_node_get(node, "books");
    li_script_check_books(script, ret->books);
    ret->rows = li_node_get(node, "rows");
    li_script_check_rows(script, ret->rows);
    ret->tables = li_node_get(node, "tables");
    li_script_check_tables(script, ret->tables);
    return steps && steps->kind == LI_LIST ? read_steps(script, steps, ret) : 0;
}

static int read_all(struct li_script *script, const struct li_node *root,
                    struct li_scenario_file *ret)
{
    static const struct li_script_word words[] = {
        {"playbook", LI_SCRIPT_TEXT, true},
        {"scenarios", LI_SCRIPT_LIST, true},
        {0},
    };
    const struct li_node *list = li_node_get(root, "scenarios");
    struct li_str name = li_node_text(root, "playbook");
    int r = 0;

    if (!li_script_check_map(script, root, "scenarios", words) || !list || list->kind != LI_LIST) {
        return 0;
    }
    if (name.ptr && !li_str_eq(name, script->playbook->name)) {
        li_script_tell(script, root, "these are scenarios of another playbook", name);
    }
    ret->all = li_alloc_array(script->ctx, list->list.count, sizeof(*ret->all));
    if (!ret->all) {
        return -LI_E_NOMEM;
    }
    ret->count = list->list.count;
    for (size_t i = 0; r == 0 && i < ret->count; i++) {
        r = read_one(script, list->list.items[i], &ret->all[i]);
    }
    return r;
}

/* playbooks/NAME.yaml -> playbooks/NAME.scenarios.yaml */
static const char *beside(struct li_ctx *ctx, const char *path)
{
    struct li_str name = li_str(path), end = LI_S(".yaml");

    if (li_str_ends(name, end)) {
        name.len -= end.len;
    }
    return li_strf(ctx, "%.*s.scenarios.yaml", LI_P(name)).ptr;
}

int li_scenario_read(struct li_ctx *ctx, const char *path, struct li_scenario_file *ret)
{
    struct li_scenario_file file = {.path = beside(ctx, path), .playbook_path = path};
    struct li_script script = {.ctx = ctx, .path = file.path};
    struct li_node *root;
    struct li_str bytes;
    int r = file.path ? li_file_read(ctx, path, FILE_MAX, &file.source) : -LI_E_NOMEM;

    r = r ? r : li_playbook_load_beside(ctx, path, file.source, path, &file.playbook);
    if (r == 0) {
        file.source = file.playbook->source;
    }
    r = r ? r : li_town_people(ctx, &script.people);
    r = r ? r : li_file_read(ctx, file.path, FILE_MAX, &bytes);
    r = r ? r : li_yaml_read(ctx, file.path, bytes, &root);
    if (r) {
        return r;
    }
    script.playbook = file.playbook;
    r = read_all(&script, root, &file);
    if (r == 0 && script.faults) {
        r = -LI_E_INVALID;
    }
    if (r == 0) {
        *ret = file;
    }
    return r;
}
