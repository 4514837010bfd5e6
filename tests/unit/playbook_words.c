/*
 * playbook: the words of the main job, from the file to the machine: levels,
 * timers, where a case begins, so often at most, back from an end, who is shown
 * what, and the fields of places, photos, classes, days and opinions.
 */
#include "playbook.h"

#include "base/json.h"
#include "base/time.h"
#include "playbook/machine.h"

static const char words[] =
    "playbook: quick-repair\n"
    "version: 1\n"
    "title: {zh: 快修, en: Quick repair}\n"
    "why: {zh: 先近后远, en: Who is near comes first}\n"
    "number: \"{yy}-{seq}{check}\"\n"
    "fields:\n"
    "  kind: {type: choice, label: {zh: 类型, en: Kind}, options: "
    "{fault: {zh: 故障, en: Fault}, report: {zh: 举报, en: Report}}}\n"
    "  how: {type: choice, label: {zh: 程度, en: Level}, options: "
    "{calm: {zh: 普通, en: Calm}, hot: {zh: 紧急, en: Hot}}}\n"
    "  note: {type: text, label: {zh: 说明, en: Note}}\n"
    "  phone: {type: phone, label: {zh: 电话, en: Phone}}\n"
    "  place: {type: point, label: {zh: 位置, en: Place}}\n"
    "  photos: {type: photos, max: 3, label: {zh: 照片, en: Photos}}\n"
    "  class: {type: code, schemes: [event, own], label: {zh: 分类, en: Class}}\n"
    "  day: {type: date, label: {zh: 日期, en: Day}}\n"
    "  stars: {type: scale, use: opinion, label: {zh: 评分, en: Stars}}\n"
    "  unit: {type: organization, label: {zh: 单位, en: Unit}}\n"
    "level: how\n"
    "open:\n"
    "  by: anyone\n"
    "  via: [web, hotline]\n"
    "  fields: [kind, note, phone, place, photos]\n"
    "  required: note\n"
    "  start:\n"
    "    - {state: near, when: \"held('grid_officer') and case.via != 'hotline' and "
    "field.kind != 'report'\"}\n"
    "    - {state: desk}\n"
    "states:\n"
    "  near: {label: {zh: 近, en: Near}, owner: grid_officer, timer: {after: 10m, do: up}}\n"
    "  desk: {label: {zh: 台, en: Desk}, owner: desk, clock: {calm: 4h of work, hot: 5m}, "
    "overdue: [{at: 80%, tell: owner}, {at: 200%, mark: late}], timer: {do: up2}}\n"
    "  out: {label: {zh: 外, en: Out}, owner: parts, clock: none, why: {zh: 在外, en: Out there}}\n"
    "  late: {label: {zh: 迟, en: Late}, owner: chief, clock: 3d}\n"
    "  wait: {label: {zh: 等, en: Wait}, owner: desk, clock: {until: day}, timer: {do: wake}}\n"
    "  shut: {label: {zh: 完, en: Shut}, end: true}\n"
    "parts:\n"
    "  job:\n"
    "    label: {zh: 活, en: Job}\n"
    "    states:\n"
    "      sent: {label: {zh: 派, en: Sent}, owner: {org: handler}, clock: 2h of work}\n"
    "      seen: {label: {zh: 收, en: Seen}, owner: {org: handler}, "
    "clock: {within: 3d, of: work, from: start}}\n"
    "      done: {label: {zh: 好, en: Done}, end: true}\n"
    "actions:\n"
    "  up: {label: {zh: 上, en: Up}, from: near, to: desk, by: [system, owner]}\n"
    "  up2: {label: {zh: 再上, en: Up again}, from: desk, to: late, by: system}\n"
    "  send: {label: {zh: 派, en: Send}, from: [near, desk, late], to: out, by: staff, "
    "needs: [unit, class], sends: job}\n"
    "  sign: {label: {zh: 签, en: Sign}, part: job, from: sent, to: seen, by: owner}\n"
    "  done: {label: {zh: 好, en: Done}, part: job, from: seen, to: done, by: owner}\n"
    "  finish: {label: {zh: 完, en: Finish}, from: out, to: shut, by: system, "
    "when: \"all(job, state = 'done')\"}\n"
    "  rest: {label: {zh: 放, en: Rest}, from: desk, to: wait, by: owner, needs: day}\n"
    "  wake: {label: {zh: 醒, en: Wake}, from: wait, to: desk, by: [system, owner]}\n"
    "  again: {label: {zh: 再来, en: Again}, from: shut, to: out, by: reporter, within: 15d, "
    "reopens: job, count: again, limit: 2, else: late}\n"
    "  rate: {label: {zh: 评, en: Rate}, from: shut, by: reporter, within: 15d, needs: stars}\n"
    "  urge: {label: {zh: 催, en: Urge}, from: any, by: party, count: urged}\n"
    "  level: {label: {zh: 定级, en: Level}, from: any, by: staff, needs: how}\n"
    "see:\n"
    "  public: [kind, class]\n"
    "  staff_only: field.kind = 'report'\n"
    "  hide: {fields: phone, when: field.kind = 'report', but: [desk, reporter]}\n"
    "keep: 3y\n";

static const struct li_playbook *playbook_of(void **state)
{
    return loaded(*state, li_str(words));
}

static int state_named(const struct li_playbook *playbook, const char *name)
{
    int state = li_machine_state(&playbook->machines[0], li_str(name));

    assert_true(state >= 0);
    return state;
}

static int action_named(const struct li_playbook *playbook, const char *name)
{
    int action = li_playbook_action(playbook, li_str(name));

    assert_true(action >= 0);
    return action;
}

static struct li_node *node_of(struct li_ctx *ctx, const char *json)
{
    struct li_node *node;

    assert_int_equal(li_json_read(ctx, li_str(json), &node), 0);
    return node;
}

static void the_words_are_loaded(void **state)
{
    const struct li_playbook *playbook = playbook_of(state);
    const struct li_state *desk = &playbook->machines[0].states[state_named(playbook, "desk")];
    const struct li_state *near = &playbook->machines[0].states[state_named(playbook, "near")];
    const struct li_state *seen = &playbook->machines[1].states[1];
    const struct li_action *again = &playbook->actions[action_named(playbook, "again")];

    assert_int_equal(playbook->level, li_playbook_field(playbook, LI_S("how")));
    assert_int_equal(playbook->start_count, 1);
    assert_int_equal(playbook->machines[0].start, state_named(playbook, "desk"));
    assert_int_equal(playbook->post_asked_count, 1);
    assert_str(playbook->posts_asked[0], "grid_officer");
    assert_int_equal(near->clock_count, 1);
    assert_int_equal(near->clocks[0].terms[0].length.amount, 10);
    assert_int_equal(near->overdue_count, 1);
    assert_int_equal(near->overdue[0].does, action_named(playbook, "up"));
    assert_true(playbook->actions[near->overdue[0].does].by_timer);
    assert_int_equal(desk->clock_count, 2);
    assert_non_null(desk->clocks[0].when);
    assert_int_equal(desk->clocks[0].terms[0].length.unit, 'm');
    assert_null(desk->clocks[1].when);
    assert_int_equal(desk->clocks[1].terms[0].length.kind, LI_CLOCK_WORK);
    assert_int_equal(desk->overdue_count, 3);
    assert_int_equal(desk->overdue[1].percent, 100);
    assert_int_equal(desk->overdue[1].does, action_named(playbook, "up2"));
    assert_int_equal(seen->clocks[0].terms[0].from, LI_FROM_START);
    assert_int_equal(again->within.amount, 15);
    assert_int_equal(playbook->actions[action_named(playbook, "again") + 1].to,
                     state_named(playbook, "late"));
    assert_str(playbook->actions[action_named(playbook, "again") + 1].name, "again_else");
    assert_int_equal(playbook->fields[li_playbook_field(playbook, LI_S("stars"))].max, 5);
    assert_true(playbook->fields[li_playbook_field(playbook, LI_S("stars"))].opinion);
    assert_int_equal(playbook->hide_count, 1);
}

/* What `show --plain` writes loads to the same hash, and so does what that writes. */
static void plain_goes_round(void **state)
{
    struct li_ctx *ctx = *state;
    const struct li_playbook *first = playbook_of(state), *second;
    struct li_buf *buf = li_buf_new(ctx, 0), *again = li_buf_new(ctx, 0);

    assert_int_equal(li_playbook_plain(ctx, first, buf), 0);
    second = loaded(ctx, li_buf_view(buf));
    assert_memory_equal(&first->hash, &second->hash, sizeof(first->hash));
    assert_int_equal(li_playbook_plain(ctx, second, again), 0);
    assert_true(li_str_eq(li_buf_view(buf), li_buf_view(again)));
}

/* ---- schemas ------------------------------------------------------------------- */

static bool accepts(struct li_ctx *ctx, const struct li_schema *schema, const char *json)
{
    int r = li_schema_check(ctx, schema, LI_S(""), node_of(ctx, json));

    li_ctx_clear(ctx);
    return r == 0;
}

static void the_opener_brings_places_and_photos(void **state)
{
    static const char *const right[] = {
        "{\"note\": \"x\"}",
        "{\"note\": \"x\", \"place\": {\"lon\": 114.0579, \"lat\": 22.5431}}",
        "{\"note\": \"x\", \"place\": {\"lon\": 114, \"lat\": -22, \"crs\": \"gcj02\", "
        "\"accuracy\": 12.5, \"how\": \"gps\"}}",
        "{\"note\": \"x\", \"photos\": [\"0123456789abcdefABCDEFghij\"]}",
    };
    static const char *const wrong[] = {
        "{\"note\": \"x\", \"place\": {\"lon\": 114}}",
        "{\"note\": \"x\", \"place\": {\"lon\": 181, \"lat\": 22}}",
        "{\"note\": \"x\", \"place\": {\"lon\": 114, \"lat\": 22, \"crs\": \"mars\"}}",
        "{\"note\": \"x\", \"place\": {\"lon\": 114, \"lat\": 22, \"accuracy\": -1}}",
        "{\"note\": \"x\", \"place\": {\"lon\": 114, \"lat\": 22, \"how\": \"guess\"}}",
        "{\"note\": \"x\", \"place\": {\"lon\": 114, \"lat\": 22, \"alt\": 3}}",
        "{\"note\": \"x\", \"place\": [114, 22]}",
        "{\"note\": \"x\", \"photos\": []}",
        "{\"note\": \"x\", \"photos\": [\"short\"]}",
        "{\"note\": \"x\", \"photos\": [\"0123456789abcdefABCDEFghij\", "
        "\"0123456789abcdefABCDEFghij\"]}",
        "{\"note\": \"x\", \"photos\": [\"0123456789abcdefABCDEFghi1\", "
        "\"0123456789abcdefABCDEFghi2\", \"0123456789abcdefABCDEFghi3\", "
        "\"0123456789abcdefABCDEFghi4\"]}",
    };
    const struct li_schema *schema = playbook_of(state)->open_schema;

    for (size_t i = 0; i < COUNT(right); i++)
        if (!accepts(*state, schema, right[i]))
            fail_msg("refused: %s", right[i]);
    for (size_t i = 0; i < COUNT(wrong); i++)
        if (accepts(*state, schema, wrong[i]))
            fail_msg("accepted: %s", wrong[i]);
}

static void actions_bring_codes_days_and_stars(void **state)
{
    static const struct {
        const char *action, *json;
        bool right;
    } given[] = {
        {"send", "{\"unit\": \"0000000000001\", \"class\": \"event:0102\"}", true},
        {"send", "{\"unit\": \"0000000000001\", \"class\": \"own:wages-1\"}", true},
        {"send", "{\"unit\": \"0000000000001\", \"class\": \"part:0102\"}", false},
        {"send", "{\"unit\": \"0000000000001\", \"class\": \"event:\"}", false},
        {"send", "{\"unit\": \"0000000000001\", \"class\": \"xevent:1\"}", false},
        {"rest", "{\"day\": \"2026-11-22\"}", true},
        {"rest", "{\"day\": \"2026-02-30\"}", false},
        {"rest", "{\"day\": \"tomorrow\"}", false},
        {"rate", "{\"stars\": 1}", true},
        {"rate", "{\"stars\": 5}", true},
        {"rate", "{\"stars\": 0}", false},
        {"rate", "{\"stars\": 6}", false},
        {"rate", "{\"stars\": \"5\"}", false},
    };
    const struct li_playbook *playbook = playbook_of(state);

    for (size_t i = 0; i < COUNT(given); i++)
        if (accepts(*state, playbook->actions[action_named(playbook, given[i].action)].schema,
                    given[i].json) != given[i].right)
            fail_msg("%s: %s", given[i].action, given[i].json);
}

/* ---- the machine ------------------------------------------------------------------ */

static const struct li_viewer reporter = {.kind = LI_VIEWER_PARTY, .party = 1};
static const struct li_viewer follower = {.kind = LI_VIEWER_PARTY, .party = 2};
static const struct li_viewer machine_itself = {.kind = LI_VIEWER_SYSTEM};
static const struct li_post desk_posts[] = {
    {.post = LI_S_INIT("desk"), .area_path = LI_S_INIT("A/")}};
static const struct li_viewer desk_clerk = {
    .kind = LI_VIEWER_STAFF, .person = 7, .posts = desk_posts, .post_count = 1};
static const struct li_post officer_posts[] = {
    {.post = LI_S_INIT("grid_officer"), .area_path = LI_S_INIT("A/")}};
static const struct li_viewer officer = {
    .kind = LI_VIEWER_STAFF, .person = 8, .posts = officer_posts, .post_count = 1};

static struct li_snapshot standing(const struct li_playbook *playbook, const char *state)
{
    return (struct li_snapshot){.playbook = playbook,
                                .state = state_named(playbook, state),
                                .area_path = LI_S("A/1/"),
                                .via = LI_S("web"),
                                .owner = {.post = LI_S("desk"), .area_path = LI_S("A/")}};
}

static int try_step(struct li_ctx *ctx, const struct li_snapshot *snapshot, const char *action,
                    const struct li_viewer *viewer, struct li_plan **ret)
{
    const struct li_step step = {.action = action_named(snapshot->playbook, action),
                                 .viewer = viewer,
                                 .party_is_reporter = viewer == &reporter};
    int r = li_machine_step(ctx, snapshot, &step, ret);

    li_ctx_clear(ctx);
    return r;
}

static void a_case_begins_where_something_holds(void **state)
{
    const struct li_playbook *playbook = playbook_of(state);
    const struct li_str officers[] = {LI_S_INIT("grid_officer")};
    struct li_snapshot snapshot = standing(playbook, "desk");
    int begins;

    assert_int_equal(li_machine_start(*state, &snapshot, &begins), 0);
    assert_int_equal(begins, state_named(playbook, "desk"));
    snapshot.held = officers;
    snapshot.held_count = 1;
    assert_int_equal(li_machine_start(*state, &snapshot, &begins), 0);
    assert_int_equal(begins, state_named(playbook, "near"));
    snapshot.via = LI_S("hotline");
    assert_int_equal(li_machine_start(*state, &snapshot, &begins), 0);
    assert_int_equal(begins, state_named(playbook, "desk"));
    snapshot.via = LI_S("web");
    snapshot.fields = node_of(*state, "{\"kind\": \"report\"}");
    assert_int_equal(li_machine_start(*state, &snapshot, &begins), 0);
    assert_int_equal(begins, state_named(playbook, "desk"));
}

static void the_level_chooses_the_clock(void **state)
{
    const struct li_playbook *playbook = playbook_of(state);
    const struct li_state *desk = &playbook->machines[0].states[state_named(playbook, "desk")];
    struct li_snapshot snapshot = standing(playbook, "desk");
    const struct li_clock_rule *rule;

    assert_int_equal(li_machine_clock(*state, &snapshot, desk, &rule), 0);
    assert_ptr_equal(rule, &desk->clocks[1]);
    snapshot.fields = node_of(*state, "{\"how\": \"calm\"}");
    assert_int_equal(li_machine_clock(*state, &snapshot, desk, &rule), 0);
    assert_ptr_equal(rule, &desk->clocks[1]);
    snapshot.fields = node_of(*state, "{\"how\": \"hot\"}");
    assert_int_equal(li_machine_clock(*state, &snapshot, desk, &rule), 0);
    assert_ptr_equal(rule, &desk->clocks[0]);
}

/* Done by the system's own viewer or by hand, and never of itself. */
static void a_timer_s_action_waits_for_its_clock(void **state)
{
    const struct li_playbook *playbook = playbook_of(state);
    struct li_snapshot snapshot = standing(playbook, "near");
    struct li_plan *plan;

    snapshot.owner.post = LI_S("grid_officer");
    assert_int_equal(li_machine_settle(*state, &snapshot, &plan), 0);
    assert_int_equal(plan->fired_count, 0);
    assert_int_equal(try_step(*state, &snapshot, "up", &machine_itself, &plan), 0);
    assert_int_equal(plan->state, state_named(playbook, "desk"));
    assert_int_equal(plan->fired_count, 1);
    assert_int_equal(try_step(*state, &snapshot, "up", &officer, &plan), 0);
    assert_int_equal(try_step(*state, &snapshot, "up", &desk_clerk, &plan), -LI_E_FORBIDDEN);
    snapshot.state = state_named(playbook, "desk");
    assert_int_equal(try_step(*state, &snapshot, "up2", &desk_clerk, &plan), -LI_E_FORBIDDEN);
    assert_int_equal(try_step(*state, &snapshot, "up2", &machine_itself, &plan), 0);
    assert_int_equal(plan->state, state_named(playbook, "late"));
    assert_int_equal(try_step(*state, &snapshot, "up", &machine_itself, &plan), -LI_E_STATE);
}

static void an_end_is_left_in_time_only(void **state)
{
    const struct li_playbook *playbook = playbook_of(state);
    struct li_snapshot snapshot = standing(playbook, "shut");
    struct li_offer *offers;
    struct li_plan *plan;
    size_t count;

    snapshot.since = 100 * LI_DAY;
    snapshot.now = 115 * LI_DAY - 1;
    assert_int_equal(try_step(*state, &snapshot, "rate", &reporter, &plan), 0);
    assert_int_equal(plan->state, state_named(playbook, "shut"));
    assert_int_equal(plan->change_count, 0);
    assert_int_equal(li_machine_offers(*state, &snapshot, &reporter, true, &offers, &count), 0);
    assert_int_equal(count, 2);
    assert_int_equal(try_step(*state, &snapshot, "rate", &follower, &plan), -LI_E_FORBIDDEN);
    snapshot.now = 115 * LI_DAY;
    assert_int_equal(try_step(*state, &snapshot, "rate", &reporter, &plan), -LI_E_STATE);
    assert_int_equal(li_machine_offers(*state, &snapshot, &reporter, true, &offers, &count), 0);
    assert_int_equal(count, 0);
}

static void what_is_counted_has_an_end(void **state)
{
    const struct li_playbook *playbook = playbook_of(state);
    struct li_part part = {.no = 1, .machine = 1, .state = 2};
    struct li_snapshot snapshot = standing(playbook, "shut");
    struct li_plan *plan;

    snapshot.parts = &part;
    snapshot.part_count = 1;
    snapshot.counts = node_of(*state, "{\"again\": 1, \"urged\": 7}");
    assert_int_equal(try_step(*state, &snapshot, "again", &reporter, &plan), 0);
    assert_int_equal(plan->state, state_named(playbook, "out"));
    assert_int_equal(plan->change_count, 2);
    assert_int_equal(try_step(*state, &snapshot, "again_else", &reporter, &plan), -LI_E_STATE);
    snapshot.counts = node_of(*state, "{\"again\": 2}");
    assert_int_equal(try_step(*state, &snapshot, "again", &reporter, &plan), -LI_E_STATE);
    assert_int_equal(try_step(*state, &snapshot, "again_else", &reporter, &plan), 0);
    assert_int_equal(plan->state, state_named(playbook, "late"));
    assert_int_equal(plan->change_count, 1);
}

static void parties_follow(void **state)
{
    const struct li_playbook *playbook = playbook_of(state);
    struct li_snapshot snapshot = standing(playbook, "desk");
    struct li_plan *plan;

    assert_int_equal(try_step(*state, &snapshot, "urge", &reporter, &plan), 0);
    assert_int_equal(try_step(*state, &snapshot, "urge", &follower, &plan), 0);
    assert_int_equal(try_step(*state, &snapshot, "urge", &desk_clerk, &plan), -LI_E_FORBIDDEN);
}

static void a_report_is_for_few(void **state)
{
    const struct li_playbook *playbook = playbook_of(state);
    int phone = li_playbook_field(playbook, LI_S("phone"));
    struct li_field_set bits;
    struct li_snapshot snapshot = standing(playbook, "desk");
    enum li_scope scope;

    assert_int_equal(li_machine_scope(*state, &snapshot, &scope), 0);
    assert_int_equal(scope, LI_SCOPE_PUBLIC);
    assert_int_equal(li_machine_hidden(*state, &snapshot, &officer, false, &bits), 0);
    assert_false(li_field_set_some(&bits));
    snapshot.fields = node_of(*state, "{\"kind\": \"report\"}");
    assert_int_equal(li_machine_scope(*state, &snapshot, &scope), 0);
    assert_int_equal(scope, LI_SCOPE_STAFF);
    assert_int_equal(li_machine_hidden(*state, &snapshot, &officer, false, &bits), 0);
    assert_true(li_field_set_has(&bits, phone));
    assert_int_equal(li_machine_hidden(*state, &snapshot, &follower, false, &bits), 0);
    assert_true(li_field_set_has(&bits, phone));
    assert_int_equal(li_machine_hidden(*state, &snapshot, &desk_clerk, false, &bits), 0);
    assert_false(li_field_set_some(&bits));
    assert_int_equal(li_machine_hidden(*state, &snapshot, &reporter, true, &bits), 0);
    assert_false(li_field_set_some(&bits));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_words_are_loaded),
        TEST(plain_goes_round),
        TEST(the_opener_brings_places_and_photos),
        TEST(actions_bring_codes_days_and_stars),
        TEST(a_case_begins_where_something_holds),
        TEST(the_level_chooses_the_clock),
        TEST(a_timer_s_action_waits_for_its_clock),
        TEST(an_end_is_left_in_time_only),
        TEST(what_is_counted_has_an_end),
        TEST(parties_follow),
        TEST(a_report_is_for_few),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
