/*
 * playbook/machine: steps of a case, gates, joins, what is offered.
 *
 * Area "A/" holds the street, "A/1/" its community, where the case lies.
 */
#include "playbook.h"

#include "base/id.h"
#include "base/json.h"
#include "playbook/machine.h"

#define ORG_A  INT64_C(1001)
#define ORG_B  INT64_C(1002)
#define PERSON INT64_C(77)

enum { FRESH, WORKING, LOOKING, SHUT, GONE };
enum { SENT, DONE, DROPPED };

/* A case that plans are carried out on, as `case` would. */
struct bench {
    struct li_ctx *ctx;
    const struct li_playbook *playbook;
    struct li_part parts[8];
    struct li_snapshot snapshot;
    int64_t related[4];
    struct li_plan *plan; /* of the last step */
};

static void settle_owner(struct bench *b)
{
    const struct li_owner_rule *rule = &b->playbook->machines[0].states[b->snapshot.state].owner;

    b->snapshot.owner = (struct li_owner){0};
    if (rule->kind == LI_OWNER_POST)
        b->snapshot.owner = (struct li_owner){.post = rule->post, .area_path = LI_S("A/")};
}

static struct bench bench_of(struct li_ctx *ctx, const struct li_playbook *playbook)
{
    struct bench b = {.ctx = ctx, .playbook = playbook};

    b.snapshot = (struct li_snapshot){
        .playbook = b.playbook, .area_path = LI_S("A/1/"), .state = b.playbook->machines[0].start};
    settle_owner(&b);
    return b;
}

static struct bench new_bench(void **state)
{
    return bench_of(*state, loaded_sample(*state));
}

static const struct li_post posts[] = {
    {.post = LI_S_INIT("desk"), .area_path = LI_S_INIT("A/")},
    {.post = LI_S_INIT("checker"), .area_path = LI_S_INIT("A/")},
    {.post = LI_S_INIT("handler"), .area_path = LI_S_INIT("A/"), .org = ORG_A},
    {.post = LI_S_INIT("desk"), .area_path = LI_S_INIT("B/")},
    {.post = LI_S_INIT("handler"), .area_path = LI_S_INIT("A/"), .org = ORG_B},
};

static struct li_viewer staff(size_t post)
{
    return (struct li_viewer){.kind = LI_VIEWER_STAFF,
                              .account = 1,
                              .person = PERSON + (int64_t)post,
                              .posts = &posts[post],
                              .post_count = 1};
}

#define DESK       staff(0)
#define CHECKER    staff(1)
#define HANDLER_A  staff(2)
#define OTHER_DESK staff(3)
#define HANDLER_B  staff(4)

static const struct li_viewer anyone = {.kind = LI_VIEWER_ANYONE};
static const struct li_viewer party = {.kind = LI_VIEWER_PARTY, .case_id = 5, .party = 1};
static const struct li_viewer by_system = {.kind = LI_VIEWER_SYSTEM};

static int try_step(struct bench *b, const char *action, int part, const char *json,
                    struct li_viewer viewer, bool reporter)
{
    struct li_step step = {.action = li_playbook_action(b->playbook, li_str(action)),
                           .part = part,
                           .viewer = &viewer,
                           .party_is_reporter = reporter};
    struct li_node *fields = NULL;

    assert_true(step.action >= 0);
    assert_int_equal(li_json_read(b->ctx, li_str(json), &fields), 0);
    step.fields = fields;
    b->plan = NULL;
    return li_machine_step(b->ctx, &b->snapshot, &step, &b->plan);
}

static void carry_out(struct bench *b)
{
    for (size_t i = 0; i < b->plan->change_count; i++) {
        const struct li_change *change = &b->plan->changes[i];

        if (!change->part) {
            assert_int_equal(b->snapshot.state, change->from);
            b->snapshot.state = change->to;
            continue;
        }
        if (change->is_new) {
            assert_int_equal(change->from, -1);
            assert_int_equal(change->part, b->snapshot.part_count + 1);
            b->parts[b->snapshot.part_count++] = (struct li_part){
                .no = change->part,
                .machine = change->machine,
                .org = change->org,
                .owner = {.post = LI_S("handler"), .area_path = LI_S("A/"), .org = change->org}};
        } else {
            assert_int_equal(b->parts[change->part - 1].state, change->from);
        }
        b->parts[change->part - 1].state = change->to;
    }
    assert_int_equal(b->snapshot.state, b->plan->state);
    b->snapshot.parts = b->parts;
    settle_owner(b);
}

static void do_step(struct bench *b, const char *action, int part, const char *json,
                    struct li_viewer viewer)
{
    int r = try_step(b, action, part, json, viewer, false);

    if (r != 0) {
        struct li_str why = li_ctx_explain(b->ctx);

        fail_msg("%s: %.*s", action, LI_P(why));
    }
    carry_out(b);
}

static const char *units(struct li_ctx *ctx, int64_t first, int64_t second)
{
    char a[LI_ID_TEXT + 1], b[LI_ID_TEXT + 1];
    struct li_str text;

    li_id_format(first, a);
    li_id_format(second, b);
    text = second ? li_strf(ctx, "{\"units\": [\"%s\", \"%s\"]}", a, b)
                  : li_strf(ctx, "{\"units\": [\"%s\"]}", a);
    return text.ptr;
}

static void assert_fired(const struct bench *b, size_t index, const char *action)
{
    assert_true(index < b->plan->fired_count);
    assert_str(b->playbook->actions[b->plan->fired[index]].name, action);
}

static void one_life(void **state)
{
    struct bench b = new_bench(state);

    do_step(&b, "dispatch", 0, units(b.ctx, ORG_A, 0), DESK);
    assert_int_equal(b.snapshot.state, WORKING);
    assert_int_equal(b.plan->change_count, 2);
    assert_int_equal(b.plan->fired_count, 1);
    assert_int_equal(b.parts[0].org, ORG_A);
    do_step(&b, "done", 1, "{\"note\": \"好\"}", HANDLER_A);
    assert_int_equal(b.snapshot.state, LOOKING);
    assert_int_equal(b.plan->fired_count, 2);
    assert_fired(&b, 0, "done");
    assert_fired(&b, 1, "finish");
    do_step(&b, "pass", 0, "{}", CHECKER);
    assert_int_equal(b.snapshot.state, SHUT);
    assert_int_equal(b.plan->effect_count, 1);
    assert_str(b.plan->effects[0].effect->name, "tell");
    assert_str(b.plan->effects[0].effect->arg, "reporter");
}

static void two_parts_join(void **state)
{
    struct bench b = new_bench(state);

    do_step(&b, "dispatch", 0, units(b.ctx, ORG_A, ORG_B), DESK);
    assert_int_equal(b.snapshot.part_count, 2);
    do_step(&b, "done", 2, "{\"note\": \"好\"}", HANDLER_B);
    assert_int_equal(b.snapshot.state, WORKING);
    do_step(&b, "drop", 1, "{}", DESK);
    assert_int_equal(b.snapshot.state, LOOKING);
    assert_fired(&b, 1, "finish");
}

static void all_dropped_goes_back_and_numbers_go_on(void **state)
{
    struct bench b = new_bench(state);

    do_step(&b, "dispatch", 0, units(b.ctx, ORG_A, 0), DESK);
    do_step(&b, "drop", 1, "{}", DESK);
    assert_int_equal(b.snapshot.state, FRESH);
    assert_fired(&b, 1, "back");
    do_step(&b, "dispatch", 0, units(b.ctx, ORG_B, 0), DESK);
    assert_int_equal(b.snapshot.state, WORKING);
    assert_int_equal(b.parts[1].no, 2);
    assert_int_equal(b.parts[0].state, DROPPED);
    do_step(&b, "done", 2, "{\"note\": \"好\"}", HANDLER_B);
    assert_int_equal(b.snapshot.state, LOOKING);
}

static void failing_reopens_what_was_done(void **state)
{
    struct bench b = new_bench(state);

    do_step(&b, "dispatch", 0, units(b.ctx, ORG_A, ORG_B), DESK);
    do_step(&b, "drop", 1, "{}", DESK);
    do_step(&b, "done", 2, "{\"note\": \"好\"}", HANDLER_B);
    do_step(&b, "fail", 0, "{}", CHECKER);
    assert_int_equal(b.snapshot.state, WORKING);
    assert_int_equal(b.parts[0].state, DROPPED);
    assert_int_equal(b.parts[1].state, SENT);
    assert_int_equal(b.plan->change_count, 2);
    do_step(&b, "done", 2, "{\"note\": \"又好\"}", HANDLER_B);
    assert_int_equal(b.snapshot.state, LOOKING);
}

static void staying_changes_nothing(void **state)
{
    struct bench b = new_bench(state);

    do_step(&b, "comment", 0, "{\"note\": \"知道了\"}", DESK);
    assert_int_equal(b.plan->change_count, 0);
    assert_int_equal(b.plan->state, FRESH);
    assert_int_equal(b.plan->fired_count, 1);
}

static void the_gate_asks_who(void **state)
{
    struct bench b = new_bench(state);
    const char *one = units(b.ctx, ORG_A, 0);

    assert_int_equal(try_step(&b, "dispatch", 0, one, CHECKER, false), -LI_E_FORBIDDEN);
    assert_int_equal(try_step(&b, "dispatch", 0, one, OTHER_DESK, false), -LI_E_FORBIDDEN);
    assert_int_equal(try_step(&b, "dispatch", 0, one, anyone, false), -LI_E_FORBIDDEN);
    assert_int_equal(try_step(&b, "dispatch", 0, one, party, true), -LI_E_FORBIDDEN);
    assert_int_equal(try_step(&b, "dispatch", 0, one, by_system, false), -LI_E_FORBIDDEN);
    assert_null(b.plan);
    assert_int_equal(try_step(&b, "comment", 0, "{}", HANDLER_A, false), 0);
    assert_int_equal(try_step(&b, "comment", 0, "{}", OTHER_DESK, false), -LI_E_FORBIDDEN);
    assert_int_equal(try_step(&b, "withdraw", 0, "{}", party, true), 0);
    assert_int_equal(try_step(&b, "withdraw", 0, "{}", party, false), -LI_E_FORBIDDEN);
    assert_int_equal(try_step(&b, "withdraw", 0, "{}", CHECKER, true), -LI_E_FORBIDDEN);
    do_step(&b, "dispatch", 0, one, DESK);
    assert_int_equal(try_step(&b, "done", 1, "{}", HANDLER_B, false), -LI_E_FORBIDDEN);
    assert_int_equal(try_step(&b, "done", 1, "{}", DESK, false), -LI_E_FORBIDDEN);
    assert_int_equal(try_step(&b, "finish", 0, "{}", DESK, false), -LI_E_FORBIDDEN);
    assert_int_equal(try_step(&b, "finish", 0, "{}", by_system, false), -LI_E_STATE);
}

static void nobody_checks_their_own_work(void **state)
{
    struct bench b = new_bench(state);

    do_step(&b, "dispatch", 0, units(b.ctx, ORG_A, 0), DESK);
    do_step(&b, "done", 1, "{\"note\": \"好\"}", HANDLER_A);
    b.related[0] = PERSON + 1; /* the checker's own */
    b.snapshot.related = b.related;
    b.snapshot.related_count = 1;
    assert_int_equal(try_step(&b, "pass", 0, "{}", CHECKER, false), -LI_E_RELATED);
    /* the reporter and other states are not meant */
    assert_int_equal(try_step(&b, "withdraw", 0, "{}", party, true), 0);
    b.related[0] = PERSON + 2;
    assert_int_equal(try_step(&b, "pass", 0, "{}", CHECKER, false), 0);
    b.snapshot.state = WORKING;
    b.related[0] = PERSON;
    assert_int_equal(try_step(&b, "comment", 0, "{}", DESK, false), 0);
}

static void the_state_is_asked_first(void **state)
{
    struct bench b = new_bench(state);

    assert_int_equal(try_step(&b, "pass", 0, "{}", DESK, false), -LI_E_STATE);
    do_step(&b, "dispatch", 0, units(b.ctx, ORG_A, 0), DESK);
    assert_int_equal(try_step(&b, "done", 2, "{}", HANDLER_A, false), -LI_E_NOT_FOUND);
    assert_int_equal(try_step(&b, "done", 0, "{}", HANDLER_A, false), -LI_E_INVALID);
    assert_int_equal(try_step(&b, "comment", 1, "{}", HANDLER_A, false), -LI_E_INVALID);
    do_step(&b, "withdraw", 0, "{}", DESK);
    assert_int_equal(b.parts[0].state, SENT);
    /* the parts of an ended case rest */
    assert_int_equal(try_step(&b, "done", 1, "{}", HANDLER_A, false), -LI_E_STATE);
    assert_int_equal(try_step(&b, "withdraw", 0, "{}", DESK, false), -LI_E_STATE);
}

static void unknown_actions_are_refused(void **state)
{
    struct bench b = new_bench(state);
    struct li_viewer desk = DESK;
    struct li_plan *plan = NULL;
    struct li_step step = {.action = -1, .viewer = &desk};

    assert_int_equal(li_machine_step(b.ctx, &b.snapshot, &step, &plan), -LI_E_INVALID);
    step.action = (int)b.playbook->action_count;
    assert_int_equal(li_machine_step(b.ctx, &b.snapshot, &step, &plan), -LI_E_INVALID);
    assert_null(plan);
}

static void sending_needs_organizations(void **state)
{
    struct bench b = new_bench(state);

    assert_int_equal(try_step(&b, "dispatch", 0, "{}", DESK, false), -LI_E_INVALID);
    assert_int_equal(try_step(&b, "dispatch", 0, "{\"units\": [\"x\"]}", DESK, false),
                     -LI_E_INVALID);
    assert_int_equal(try_step(&b, "dispatch", 0, "{\"units\": [7]}", DESK, false), -LI_E_INVALID);
    assert_int_equal(try_step(&b, "dispatch", 0, "{\"units\": []}", DESK, false), -LI_E_INVALID);
    assert_null(b.plan);
}

static struct bench bench_with(void **state, const char *from, const char *to)
{
    return bench_of(*state, loaded(*state, changed(*state, from, to)));
}

static void when_is_asked_of_the_case_as_it_stands(void **state)
{
    struct bench b =
        bench_with(state, "    by: staff\n", "    by: staff\n    when: field.kind = 'leg'\n");
    struct li_node *fields = NULL;

    assert_int_equal(try_step(&b, "comment", 0, "{\"kind\": \"leg\"}", DESK, false), -LI_E_STATE);
    assert_int_equal(li_json_read(b.ctx, LI_S("{\"kind\": \"leg\"}"), &fields), 0);
    b.snapshot.fields = fields;
    assert_int_equal(try_step(&b, "comment", 0, "{}", DESK, false), 0);
}

/* The engine's own actions see what the step brought. */
static void the_cascade_sees_the_step(void **state)
{
    static const char *const action = "  skip:\n"
                                      "    label: {zh: 免, en: Skip}\n"
                                      "    from: fresh\n"
                                      "    to: shut\n"
                                      "    by: system\n"
                                      "    when: field.cost > 9 and not actor.is_reporter\n"
                                      "  weigh:\n"
                                      "    label: {zh: 估, en: Weigh}\n"
                                      "    from: fresh\n"
                                      "    by: [staff, reporter]\n"
                                      "    needs: cost\n"
                                      "  pass:\n";
    struct bench b = bench_with(state, "  pass:\n", action);

    assert_int_equal(try_step(&b, "weigh", 0, "{\"cost\": 9}", DESK, false), 0);
    assert_int_equal(b.plan->state, FRESH);
    assert_int_equal(try_step(&b, "weigh", 0, "{\"cost\": 10}", party, true), 0);
    assert_int_equal(b.plan->state, SHUT);
    assert_int_equal(b.plan->fired_count, 2);
}

static void actor_and_parts_are_facts(void **state)
{
    struct bench b = bench_with(state, "    by: [reporter, desk]\n",
                                "    by: [reporter, desk]\n"
                                "    when: actor.is_reporter or any(job, org = '00000000000Z9' "
                                "and no = 1) and case.state = 'working'\n");

    assert_int_equal(try_step(&b, "withdraw", 0, "{}", DESK, false), -LI_E_STATE);
    assert_int_equal(try_step(&b, "withdraw", 0, "{}", party, true), 0);
    do_step(&b, "dispatch", 0, units(b.ctx, ORG_A, 0), DESK); /* 1001 is Z9 in base 32 */
    assert_int_equal(try_step(&b, "withdraw", 0, "{}", DESK, false), 0);
}

static void settling_is_the_engine_alone(void **state)
{
    struct bench b = new_bench(state);

    assert_int_equal(li_machine_settle(b.ctx, &b.snapshot, &b.plan), 0);
    assert_int_equal(b.plan->fired_count, 0);
    assert_int_equal(b.plan->change_count, 0);
    assert_int_equal(b.plan->state, FRESH);
    do_step(&b, "dispatch", 0, units(b.ctx, ORG_A, 0), DESK);
    b.parts[0].state = DROPPED;
    assert_int_equal(li_machine_settle(b.ctx, &b.snapshot, &b.plan), 0);
    assert_int_equal(b.plan->fired_count, 1);
    assert_fired(&b, 0, "back");
    assert_int_equal(b.plan->state, FRESH);
}

/* A loop that the check cannot know, because a field keeps it going. */
static void a_loop_is_refused(void **state)
{
    static const char *const actions = "  there:\n"
                                       "    label: {zh: 去, en: There}\n"
                                       "    from: fresh\n"
                                       "    to: looking\n"
                                       "    by: system\n"
                                       "    when: field.safe\n"
                                       "  again:\n"
                                       "    label: {zh: 回, en: Again}\n"
                                       "    from: looking\n"
                                       "    to: fresh\n"
                                       "    by: system\n"
                                       "    when: field.safe\n"
                                       "  pass:\n";
    struct bench b = bench_with(state, "  pass:\n", actions);
    struct li_node *fields = NULL;

    assert_int_equal(try_step(&b, "comment", 0, "{}", DESK, false), 0);
    assert_int_equal(li_json_read(b.ctx, LI_S("{\"safe\": true}"), &fields), 0);
    b.snapshot.fields = fields;
    assert_int_equal(try_step(&b, "comment", 0, "{}", DESK, false), -LI_E_STATE);
    assert_null(b.plan);
}

static void an_overflow_is_refused(void **state)
{
    struct bench b = bench_with(state, "    by: staff\n",
                                "    by: staff\n    when: field.cost + 9223372036854775807 > 0\n");
    struct li_node *fields = NULL;
    struct li_viewer desk = DESK;
    struct li_offer *offers = NULL;
    size_t count = 0;

    assert_int_equal(try_step(&b, "comment", 0, "{}", DESK, false), 0);
    assert_int_equal(li_json_read(b.ctx, LI_S("{\"cost\": 1}"), &fields), 0);
    b.snapshot.fields = fields;
    assert_int_equal(try_step(&b, "comment", 0, "{}", DESK, false), -LI_E_INVALID);
    li_ctx_clear(b.ctx);
    assert_int_equal(li_machine_offers(b.ctx, &b.snapshot, &desk, false, &offers, &count), 0);
    assert_int_equal(count, 2);
    assert_int_equal(b.ctx->error_count, 0);
}

/* What is offered is what a step takes: every action, part, state and viewer. */
static void offers_agree_with_steps(void **state)
{
    struct bench b = new_bench(state);
    const struct li_viewer viewers[] = {anyone,  party,     by_system, DESK,
                                        CHECKER, HANDLER_A, HANDLER_B, OTHER_DESK};
    size_t offered = 0, refused = 0;

    do_step(&b, "dispatch", 0, units(b.ctx, ORG_A, ORG_B), DESK);
    b.related[0] = PERSON + 1;
    b.snapshot.related = b.related;
    b.snapshot.related_count = 1;
    for (size_t i = 0; i < COUNT(viewers) * 5 * 3 * 2; i++) {
        const struct li_viewer *viewer = &viewers[i / 30];
        bool reporter = viewer->kind == LI_VIEWER_PARTY && i % 2;
        struct li_offer *offers = NULL;
        size_t count = 0, taken = 0;

        b.snapshot.state = (int)(i / 6 % 5);
        b.parts[0].state = (int)(i / 2 % 3);
        settle_owner(&b);
        li_ctx_clear(b.ctx);
        assert_int_equal(li_machine_offers(b.ctx, &b.snapshot, viewer, reporter, &offers, &count),
                         0);
        assert_int_equal(b.ctx->error_count, 0);
        for (size_t k = 0; k < b.playbook->action_count * 3; k++) {
            const struct li_action *action = &b.playbook->actions[k / 3];
            const char *name = li_str_c(b.ctx, action->name);
            int r = try_step(&b, name, (int)(k % 3), units(b.ctx, ORG_A, 0), *viewer, reporter);

            taken += r == 0;
            refused += r != 0;
        }
        assert_int_equal(taken, count);
        offered += count;
        for (size_t k = 0; k < count; k++) {
            const char *name = li_str_c(b.ctx, b.playbook->actions[offers[k].action].name);

            assert_int_equal(
                try_step(&b, name, offers[k].part, units(b.ctx, ORG_A, 0), *viewer, reporter), 0);
        }
    }
    assert_true(offered > 50);
    assert_true(refused > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_life),
        TEST(two_parts_join),
        TEST(all_dropped_goes_back_and_numbers_go_on),
        TEST(failing_reopens_what_was_done),
        TEST(staying_changes_nothing),
        TEST(the_gate_asks_who),
        TEST(nobody_checks_their_own_work),
        TEST(the_state_is_asked_first),
        TEST(unknown_actions_are_refused),
        TEST(sending_needs_organizations),
        TEST(when_is_asked_of_the_case_as_it_stands),
        TEST(the_cascade_sees_the_step),
        TEST(actor_and_parts_are_facts),
        TEST(settling_is_the_engine_alone),
        TEST(a_loop_is_refused),
        TEST(an_overflow_is_refused),
        TEST(offers_agree_with_steps),
    };

    return li_crypto_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
