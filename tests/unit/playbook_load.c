/*
 * playbook/load: what a good file becomes; the street's own playbook loads.
 */
#include "playbook.h"

#include "base/id.h"

static const struct li_action *action_of(const struct li_playbook *playbook, const char *name)
{
    int at = li_playbook_action(playbook, li_str(name));

    assert_true(at >= 0);
    return &playbook->actions[at];
}

static const struct li_field *field_of(const struct li_playbook *playbook, const char *name)
{
    int at = li_playbook_field(playbook, li_str(name));

    assert_true(at >= 0);
    return &playbook->fields[at];
}

static void service_request_loads(void **state)
{
    static const char *const states[] = {
        "nearby",   "on_spot",    "night",    "night_leader", "night_watch", "received",  "filed",
        "handling", "spot_check", "checking", "revisiting",   "shelved",     "hard_case", "ending",
        "closed",   "unreached",  "settled",  "declined",     "ended",       "void"};
    static const char *const actions[] = {"take",        "solve_here",   "pass_up", "take_over",
                                          "call_leader", "hand_to_desk", "file"};
    const struct li_playbook *playbook = loaded_street(*state);

    assert_str(playbook->name, "service-request");
    assert_int_equal(playbook->machines[0].state_count, COUNT(states));
    for (size_t i = 0; i < COUNT(states); i++)
        assert_str(playbook->machines[0].states[i].name, states[i]);
    for (size_t i = 0; i < COUNT(actions); i++)
        assert_str(playbook->actions[i].name, actions[i]);
    assert_int_equal(playbook->machine_count, 9);
    assert_str(playbook->machines[1].name, "task");
    assert_str(playbook->machines[2].name, "extension");
    assert_str(playbook->machines[3].name, "attempt");
    assert_str(playbook->machines[4].name, "instruction");
    assert_int_equal(playbook->keep_days, 3660);
    assert_int_equal(field_of(playbook, "contact")->keep_days, 180);
    assert_true(field_of(playbook, "contact")->free_text);
    assert_true(field_of(playbook, "contact")->personal);
    assert_false(field_of(playbook, "kind")->free_text);
    assert_true(field_of(playbook, "satisfied")->opinion);
    assert_int_equal(field_of(playbook, "class")->scheme_count, 3);
    assert_int_equal(playbook->machines[0].start, 5);
    assert_int_equal(playbook->start_count, 2);
    /* what only its opening asks about is looked up only then */
    assert_int_equal(playbook->post_asked_count, 2);
    assert_int_equal(playbook->post_acting_count, 1);
    assert_str(playbook->posts_asked[0], "duty_officer");
}

static void states_are_compiled(void **state)
{
    const struct li_playbook *playbook = loaded_sample(*state);
    const struct li_state *fresh = &playbook->machines[0].states[0];
    const struct li_state *working = &playbook->machines[0].states[1];
    const struct li_state *looking = &playbook->machines[0].states[2];
    const struct li_state *sent = &playbook->machines[1].states[0];

    assert_int_equal(fresh->owner.kind, LI_OWNER_POST);
    assert_str(fresh->owner.post, "desk");
    assert_true(fresh->clock_count);
    assert_int_equal(fresh->clocks[0].terms[0].length.amount, 4);
    assert_int_equal(fresh->clocks[0].terms[0].length.unit, 'h');
    assert_int_equal(fresh->clocks[0].terms[0].length.kind, LI_CLOCK_WORK);
    assert_int_equal(fresh->overdue_count, 1);
    assert_int_equal(fresh->overdue[0].percent, 80);
    assert_int_equal(fresh->overdue[0].effect_count, 2);
    assert_str(fresh->overdue[0].effects[0].name, "mark");
    assert_str(fresh->overdue[0].effects[0].arg, "late");
    assert_str(fresh->overdue[0].effects[1].name, "tell");
    assert_int_equal(working->owner.kind, LI_OWNER_PARTS);
    assert_false(working->clock_count);
    assert_str(working->why.en, "On the jobs");
    assert_true(looking->not_related);
    assert_int_equal(looking->clocks[0].terms[0].length.kind, LI_CLOCK_CALENDAR);
    assert_int_equal(sent->owner.kind, LI_OWNER_ORG);
    assert_str(sent->owner.post, "handler");
    assert_true(playbook->machines[0].states[3].end);
    assert_int_equal(playbook->machines[0].start, 0);
}

static void actions_are_compiled(void **state)
{
    const struct li_playbook *playbook = loaded_sample(*state);
    const struct li_action *dispatch = action_of(playbook, "dispatch");
    const struct li_action *withdraw = action_of(playbook, "withdraw");
    const struct li_action *fail = action_of(playbook, "fail");
    const struct li_action *comment = action_of(playbook, "comment");
    const struct li_action *finish = action_of(playbook, "finish");

    assert_int_equal(dispatch->machine, 0);
    assert_int_equal(dispatch->from, 1);
    assert_int_equal(dispatch->to, 1);
    assert_int_equal(dispatch->make_count, 1);
    assert_int_equal(dispatch->makes[0].machine, 1);
    assert_int_equal(dispatch->makes[0].each, li_playbook_field(playbook, LI_S("units")));
    assert_int_equal(dispatch->moving_count, 0);
    assert_true(dispatch->public_progress);
    assert_int_equal(dispatch->by[0].kind, LI_WHO_POST);
    assert_str(dispatch->by[0].post, "desk");
    assert_int_equal(withdraw->from, 7);
    assert_int_equal(withdraw->by_count, 2);
    assert_int_equal(fail->moving_count, 1);
    assert_int_equal(fail->movings[0].machine, 1);
    assert_int_equal(fail->movings[0].from, 2);
    assert_true(fail->movings[0].begins);
    assert_str(fail->counts, "rework");
    assert_int_equal(comment->to, -1);
    assert_true(finish->by_system);
    assert_non_null(finish->when);
    assert_null(dispatch->when);
    assert_int_equal(action_of(playbook, "pass")->effect_count, 1);
    assert_int_equal(action_of(playbook, "done")->ask_count, 1);
}

static bool fits(struct li_ctx *ctx, const struct li_schema *schema, const char *json)
{
    struct li_node *value = NULL;
    unsigned told = ctx->error_count;
    int r;

    if (li_json_read(ctx, li_str(json), &value) != 0)
        fail_msg("no JSON: %s", json);
    r = li_schema_check(ctx, schema, LI_S("/fields"), value);
    assert_true(r == 0 || r == -LI_E_INVALID);
    ctx->error_count = told;
    return r == 0;
}

static void fields_become_schemas(void **state)
{
    const struct li_playbook *playbook = loaded_sample(*state);
    const struct li_schema *open = playbook->open_schema;
    const struct li_schema *dispatch = action_of(playbook, "dispatch")->schema;
    const struct li_schema *done = action_of(playbook, "done")->schema;

    assert_true(fits(*state, open, "{\"kind\": \"leg\", \"note\": \"断了\"}"));
    assert_true(fits(*state, open,
                     "{\"kind\": \"back\", \"note\": \"x\", \"phone\": \"13800000000\", "
                     "\"place\": \"440305001003\", \"safe\": false}"));
    assert_false(fits(*state, open, "{\"kind\": \"leg\"}"));
    assert_false(fits(*state, open, "{\"kind\": \"arm\", \"note\": \"x\"}"));
    assert_false(fits(*state, open, "{\"kind\": \"leg\", \"note\": \"\"}"));
    assert_true(
        fits(*state, open,
             "{\"kind\": \"leg\", \"note\": \"一二三四五六七八九十一二三四五六七八九十\"}"));
    assert_false(
        fits(*state, open,
             "{\"kind\": \"leg\", \"note\": \"一二三四五六七八九十一二三四五六七八九十一\"}"));
    assert_false(fits(*state, open, "{\"kind\": \"leg\", \"note\": \"x\", \"phone\": \"911\"}"));
    assert_false(fits(*state, open, "{\"kind\": \"leg\", \"note\": \"x\", \"place\": \"4\"}"));
    assert_false(fits(*state, open, "{\"kind\": \"leg\", \"note\": \"x\", \"place\": \"44O3\"}"));
    assert_false(fits(*state, open, "{\"kind\": \"leg\", \"note\": \"x\", \"safe\": \"no\"}"));
    assert_false(fits(*state, open, "{\"kind\": \"leg\", \"note\": \"x\", \"cost\": 1}"));
    assert_true(fits(*state, dispatch, "{\"units\": [\"06ABCDEFGHJKM\"]}"));
    assert_false(fits(*state, dispatch, "{\"units\": []}"));
    assert_false(fits(*state, dispatch, "{\"units\": \"06ABCDEFGHJKM\"}"));
    assert_false(fits(*state, dispatch, "{\"units\": [\"06ABCDEFGHJKM\", \"06ABCDEFGHJKM\"]}"));
    assert_true(fits(*state, done, "{\"note\": \"x\", \"cost\": 500}"));
    assert_false(fits(*state, done, "{\"note\": \"x\", \"cost\": 501}"));
    assert_false(fits(*state, done, "{\"note\": \"x\", \"cost\": -1}"));
    assert_true(fits(*state, action_of(playbook, "drop")->schema, "{}"));
    assert_false(fits(*state, action_of(playbook, "drop")->schema, "{\"note\": \"x\"}"));
}

static struct li_str plain_of(struct li_ctx *ctx, const struct li_playbook *playbook)
{
    struct li_buf *buf = li_buf_new(ctx, 0);

    assert_non_null(buf);
    assert_int_equal(li_playbook_plain(ctx, playbook, buf), 0);
    return li_buf_view(buf);
}

static void plain_loads_to_the_same(void **state)
{
    const struct li_playbook *first[] = {
        loaded_sample(*state),
        loaded_street(*state),
        loaded(*state, changed(*state, "en: Fresh", "en: \"a \\\"b\\\" \\\\ \\t: # é\\n- yes\"")),
        loaded(*state, changed(*state, "en: Fresh", "en: 'yes'")),
    };

    for (size_t i = 0; i < COUNT(first); i++) {
        struct li_str plain = plain_of(*state, first[i]);
        const struct li_playbook *again = loaded(*state, plain);

        assert_true(li_hash_eq(&first[i]->hash, &again->hash));
        assert_true(li_str_eq(plain, plain_of(*state, again)));
    }
}

static void the_hash_means_the_playbook(void **state)
{
    const struct li_playbook *one = loaded_sample(*state), *other;
    static const char *const changes[][2] = {
        {"version: 2", "version: 3"},
        {"en: Fresh", "en: New"},
        {"clock: 2d", "clock: 3d"},
        /* order has a meaning: of states for `any`, of actions for the engine */
        {"  shut: {label: {zh: 完, en: Shut}, end: true}\n  gone: {label: {zh: 撤, en: Gone}, "
         "end: true}\n",
         "  gone: {label: {zh: 撤, en: Gone}, end: true}\n  shut: {label: {zh: 完, en: Shut}, "
         "end: true}\n"},
    };

    for (size_t i = 0; i < COUNT(changes); i++) {
        other = loaded(*state, changed(*state, changes[i][0], changes[i][1]));
        assert_false(li_hash_eq(&one->hash, &other->hash));
    }
    /* sugar and its plain form are one playbook */
    other = loaded(*state, changed(*state, "clock: 2d", "clock: {within: 2d, of: calendar}"));
    assert_true(li_hash_eq(&one->hash, &other->hash));
    other = loaded(*state, changed(*state, "  by: anyone", "  by:\n    - anyone # all"));
    assert_true(li_hash_eq(&one->hash, &other->hash));
}

static void names_are_found(void **state)
{
    const struct li_playbook *playbook = loaded_sample(*state);

    assert_int_equal(li_playbook_field(playbook, LI_S("kind")), 0);
    assert_int_equal(li_playbook_field(playbook, LI_S("kin")), -1);
    assert_int_equal(li_playbook_action(playbook, LI_S("dispatch")), 0);
    assert_int_equal(li_playbook_action(playbook, LI_S("")), -1);
    assert_int_equal(li_machine_state(&playbook->machines[1], LI_S("dropped")), 2);
    assert_int_equal(li_machine_state(&playbook->machines[1], LI_S("fresh")), -1);
}

/* Cut off anywhere a file is refused or, at its very end, whole. */
static void a_cut_file_never_loads(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx short_lived;

    for (size_t len = 0; len + 9 < strlen(sample); len += 7) {
        struct li_playbook *playbook = NULL;

        li_ctx_init(&short_lived, arena, NULL, ctx->random);
        assert_true(li_playbook_load(&short_lived, "x.yaml", li_str_n(sample, len), &playbook) < 0);
        assert_null(playbook);
        assert_true(short_lived.error_count > 0);
        li_arena_reset(arena);
    }
    li_arena_free(arena);
}

/* With too little memory it is refused as that, wherever it runs out. */
static void short_of_memory(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_playbook *playbook = NULL;
    size_t refused = 0;

    for (size_t limit = 8192; !playbook && limit < 8 * 1024 * 1024; limit += 1024) {
        struct li_arena *arena = li_arena_new(limit);
        struct li_ctx poor;
        int r;

        assert_non_null(arena);
        li_ctx_init(&poor, arena, NULL, ctx->random);
        r = li_playbook_load(&poor, "x.yaml", li_str(sample), &playbook);
        assert_true(r == (playbook ? 0 : -LI_E_NOMEM));
        refused += r < 0;
        li_arena_free(arena);
    }
    assert_non_null(playbook);
    assert_true(refused > 10);
}

/* The example of a guide page loads as it stands.  Tests run in the root of
 * the repository. */
static void guides_show_a_playbook_that_loads(void **state)
{
    static const char *const pages[] = {"docs/guide/playbook.md", "docs/guide/playbook.zh-CN.md"};
    struct li_hash first = {0};

    for (size_t i = 0; i < COUNT(pages); i++) {
        struct li_str page;
        const struct li_playbook *playbook;
        const char *from, *to;

        assert_int_equal(li_file_read(*state, pages[i], 0, &page), 0);
        from = strstr(li_str_c(*state, page), "```yaml\n");
        assert_non_null(from);
        to = strstr(from + 8, "```");
        assert_non_null(to);
        playbook = loaded(*state, li_str_n(from + 8, (size_t)(to - from - 8)));
        assert_str(playbook->name, "bulky-rubbish");
        assert_true(i == 0 || li_hash_eq(&first, &playbook->hash));
        first = playbook->hash;
    }
}

static void more_faults_than_the_stack_holds_are_refused_too(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_playbook *playbook = NULL;
    struct li_buf *buf = li_buf_new(ctx, 0);

    for (int i = 0; i < 40; i++)
        li_buf_fmt(buf, "x%d: 1\n", i);
    assert_int_equal(li_playbook_load(ctx, "x.yaml", li_buf_view(buf), &playbook), -LI_E_INVALID);
    assert_true(ctx->error_count <= LI_ERRORS_MAX);
    for (unsigned i = 0; i < ctx->error_count; i++)
        assert_non_null(ctx->errors[i].reason);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(service_request_loads),
        TEST(states_are_compiled),
        TEST(actions_are_compiled),
        TEST(fields_become_schemas),
        TEST(plain_loads_to_the_same),
        TEST(the_hash_means_the_playbook),
        TEST(names_are_found),
        TEST(a_cut_file_never_loads),
        TEST(short_of_memory),
        TEST(guides_show_a_playbook_that_loads),
        TEST(more_faults_than_the_stack_holds_are_refused_too),
    };

    return li_crypto_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
