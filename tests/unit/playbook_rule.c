/*
 * Every rule of load and check: a playbook that breaks it is refused with its
 * sentence and its place.  A rule without a row here fails the test.
 */
#include "playbook.h"

#include "playbook/rule.h"

struct broken {
    const char *rule;
    const char *from, *to; /* what is changed in the sample */
    const char *limit;     /* what the sentence names; NULL: not looked at */
    const char *where;     /* "line:column"; NULL: not looked at */
};

static const struct broken broken[] = {
    {"word-unknown", "keep: 2y", "kep: 2y", NULL, "106:1"},
    {"word-unknown", "    not: related", "    not: tired", NULL, "37:5"},
    {"word-unknown", "{at: 80%, tell", "{at: 80%, shout", NULL, "27:24"},
    {"word-unknown", "clock: 2d", "clock: {within: 2d, off: work}", NULL, "36:25"},
    {"word-unknown", "    reopens: job\n    count", "    counts", NULL, "98:5"},
    {"word-missing", "version: 2\n", "", "version", NULL},
    {"word-missing", "title: {zh: 长椅维修, en: Bench repair}\n", "", "title", NULL},
    {"word-missing", "    type: choice\n", "", "type", "8:5"},
    {"word-missing", "  by: anyone\n", "", "by", "18:3"},
    {"word-missing", "    from: fresh\n", "", "from", NULL},
    {"word-missing", "80%, tell: owner, mark: late", "80%", "effects", NULL},
    {"shape-map", "clock: 2d", "clock: [[2d]]", "clock", "36:13"},
    {"shape-map", "see: {public: kind}", "see: kind", "see", NULL},
    {"shape-map", "fields:\n  kind:", "fields: []\nx:\n  kind:", "fields", NULL},
    {"shape-list", "overdue: {at: 80%, tell: owner, mark: late}", "overdue: ~", "overdue", "27:14"},
    {"shape-text", "required: [kind, note]", "required: {kind: note}", "required", "21:13"},
    {"shape-list", "  via: [web, qr]", "  via: []", "via", "19:8"},
    {"shape-text", "count: rework", "count: 7", "count", "99:12"},
    {"shape-text", "fields: [kind, note,", "fields: [kind, 7,", "fields", NULL},
    {"shape-text", "tell: reporter", "tell: 7", "tell", NULL},
    {"shape-integer", "version: 2", "version: -1", "version", "2:10"},
    {"shape-integer", "version: 2", "version: 99999999999", "version", "2:10"},
    {"shape-integer", "max: 20,", "max: many,", "max", NULL},
    {"shape-bool", "many: true", "many: sure", "many", NULL},
    {"name-form", "  shut: {", "  Shut: {", "Shut", "38:3"},
    {"name-form", "count: rework", "count: Re-work", "Re-work", NULL},
    {"name-form", "playbook: bench-repair", "playbook: bench_repair", "bench_repair", NULL},
    {"texts-both", "{zh: 新, en: Fresh}", "{zh: 新}", "label", "24:12"},
    {"texts-both", "{zh: 新, en: Fresh}", "新", "label", "24:12"},
    {"shape-text", "{zh: 新, en: Fresh}", "{zh: 新, en: ''}", "en", NULL},
    {"too-many", "max: 20,", "max: 20001,", "max", NULL},
    {"twice", "via: [web, qr]", "via: [web, web]", "web", "19:14"},
    {"twice", "    asks: cost", "    asks: note", "note", NULL},
    {"length-form", "clock: 2d", "clock: soon", "soon", "36:12"},
    {"length-form", "clock: 2d", "clock: {within: 2, of: work}", "within", NULL},
    {"length-form", "clock: 2d", "clock: 0d", "0d", NULL},
    {"keep-form", "keep: 2y", "keep: 2", "keep", NULL},
    {"keep-form", "keep: 30d", "keep: 2h", "2h", NULL},
    {"number-form", "{yy}-{seq}{check}", "{yy}-{check}", NULL, "5:9"},
    {"number-form", "{yy}-{seq}{check}", "{seq}-{month}", NULL, NULL},
    {"number-form", "{yy}-{seq}{check}", "{seq", NULL, NULL},
    {"number-form", "{yy}-{seq}{check}", "{seq}}", NULL, NULL},
    {"clock-of", "clock: 2d", "clock: 2d of sleep", "sleep", NULL},
    {"clock-of", "clock: none", "clock: {none: true, of: work}", "clock", NULL},
    {"percent", "at: 80%", "at: 0", "at", NULL},
    {"percent", "at: 80%", "at: 1001%", "at", NULL},
    {"clock-form", "clock: 2d", "clock: {when: field.safe}", "clock", "36:12"},
    {"clock-form", "clock: 2d", "clock: {within: 2d, of: work, until: kind}", "clock", "36:12"},
    {"clock-start", "clock: 2d", "clock: {within: 2d, of: work, from: start}", "start", NULL},
    {"clock-start", "clock: 3d of work", "clock: {within: 3d, of: work, from: today}", "today",
     NULL},
    {"overdue-order", "{at: 80%, tell: owner, mark: late}",
     "[{at: 80, mark: x}, {at: 80, mark: y}]", "fresh", NULL},
    {"overdue-order", "{at: 80%, tell: owner, mark: late}",
     "[{at: 90, mark: x}, {at: 80, mark: y}]", "fresh", NULL},
    {"no-such-action", "overdue: {at: 80%, tell: owner, mark: late}", "timer: {do: fly}", "fly",
     "27:17"},
    {"when-actor", "clock: 2d", "clock: [{within: 1d, when: actor.is_reporter}, 2d]", "when", NULL},
    {"when-actor", "  required: [kind, note]\n",
     "  required: [kind, note]\n  start: [{state: looking, when: actor.is_reporter}]\n", "when",
     "22:34"},
    {"when-actor", "see: {public: kind}", "see: {public: kind, staff_only: actor.is_reporter}",
     "staff_only", NULL},
    {"owner-form", "owner: parts", "owner: {parts: some}", "owner", NULL},
    {"owner-form", "owner: checker", "owner: {post: checker, org: handler}", "owner", NULL},
    {"no-such-field", "needs: units", "needs: unit", "unit", "53:12"},
    {"no-such-field", "public: kind", "public: sort", "sort", NULL},
    {"no-such-state", "to: looking", "to: lookin", "lookin", "78:9"},
    {"no-such-state", "    from: any\n    to: gone", "    from: nowhere\n    to: gone", "nowhere",
     NULL},
    {"no-such-part", "sends: job", "sends: work", "work", NULL},
    {"no-such-part", "part: job", "part: work", "work", NULL},
    {"no-such-post", "owner: checker", "owner: cook", "cook", "35:12"},
    {"no-such-post", "by: [reporter, desk]", "by: [reporter, post:cook]", "cook", NULL},
    {"no-such-who", "by: [reporter, desk]", "by: [reporter, cook]", "cook", "60:20"},
    {"no-such-who", "  by: anyone", "  by: owner", "owner", NULL},
    {"no-such-type", "type: choice", "type: chois", "chois", "8:11"},
    {"no-such-way", "via: [web, qr]", "via: [web, pigeon]", "pigeon", NULL},
    {"no-such-effect", "tell: reporter", "tell: everybody", "everybody", NULL},
    {"no-such-effect", "tell: reporter", "effects: [{sing: loud}]", "sing", NULL},
    {"when-name", "all(job, state = 'dropped')", "held('cook')", "held.cook", NULL},
    {"when-name", "all(job, state = 'dropped')", "count.sorrows > 1", "count.sorrows", NULL},
    {"when-value", "all(job, state = 'dropped')", "case.via = 'pigeon'", "pigeon", NULL},
    {"when-syntax", "all(job, state = 'dropped')", "held(desk)", NULL, NULL},
    {"when-syntax", "any(job, state = 'done')\"", "any(job, state = 'done'\"", NULL, NULL},
    {"when-name", "all(job, state = 'dropped')", "all(task, state = 'dropped')", "task", "86:16"},
    {"when-name", "all(job, state = 'dropped')", "field.note = ''", "field.note", NULL},
    {"when-name", "all(job, state = 'dropped')", "field.units = ''", "field.units", NULL},
    {"when-value", "all(job, state = 'dropped')", "all(job, state = 'droped')", "droped", "86:29"},
    {"when-value", "all(job, state = 'dropped')", "field.kind = 'arm'", "arm", NULL},
    {"when-type", "all(job, state = 'dropped')", "count(job)", "count(job)", NULL},
    {"when-nested", "all(job, state = 'dropped')", "all(job, any(job, true))", "any", NULL},
    {"when-overflow", "all(job, state = 'dropped')", "count(job) < 99999999999999999999", NULL,
     NULL},
    {"choice-options", "    options: {leg: {zh: 腿, en: Leg}, back: {zh: 靠背, en: Back}}\n", "",
     "kind", NULL},
    {"choice-options", "type: bool", "type: bool, options: {a: {zh: 一, en: A}}", "safe", NULL},
    {"field-max", "type: bool", "type: bool, max: 3", "safe", NULL},
    {"field-keep", "type: bool", "type: bool, keep: 3d", "safe", NULL},
    {"field-schemes", "type: bool", "type: code", "safe", NULL},
    {"field-schemes", "type: bool", "type: bool, schemes: event", "safe", NULL},
    {"field-use", "type: bool", "type: bool, use: figures", "figures", NULL},
    {"field-personal", "type: bool", "type: point, personal: true", "safe", NULL},
    {"field-personal", "type: bool", "type: photos, personal: true", "safe", NULL},
    {"level-choice", "see: {public: kind}", "level: safe\nsee: {public: kind}", "safe", NULL},
    {"no-such-field", "see: {public: kind}", "level: how\nsee: {public: kind}", "how", NULL},
    {"field-many", "type: bool", "type: bool, many: true", "safe", NULL},
    {"field-unused", "    asks: cost\n", "", "cost", "15:3"},
    {"required-asked", "required: [kind, note]", "required: [kind, cost]", "cost", "21:20"},
    {"public-private", "public: kind", "public: [kind, note]", "note", "105:22"},
    {"public-private", "public: kind", "public: phone", "phone", NULL},
    {"public-private", "    type: choice\n", "    type: choice\n    personal: true\n", "kind",
     NULL},
    {"public-hidden", "public: kind", "public: kind, hide: {fields: kind, but: staff}", "kind",
     NULL},
    {"word-missing", "public: kind", "hide: {fields: kind}", "but", NULL},
    {"word-missing", "public: kind", "hide: {but: staff}", "fields", NULL},
    {"no-such-who", "public: kind", "hide: {fields: kind, but: cook}", "cook", NULL},
    {"clock-always", "clock: 2d", "clock: {within: 1d, when: field.safe}", "looking", "33:3"},
    {"clock-never", "clock: 2d", "clock: [2d, 3d]", "looking", "33:3"},
    {"until-date", "clock: 2d", "clock: {until: kind}", "kind", NULL},
    {"no-such-field", "clock: 2d", "clock: {until: never}", "never", NULL},
    {"timer-leads", "overdue: {at: 80%, tell: owner, mark: late}", "timer: {do: withdraw}",
     "withdraw", "23:3"},
    {"timer-leads", "overdue: {at: 80%, tell: owner, mark: late}", "timer: {do: back}", "back",
     NULL},
    {"word-unknown", "clock: 4h of work\n    overdue: {at: 80%, tell: owner, mark: late}",
     "clock: 4h\n    timer: {after: 4h, do: back}", NULL, NULL},
    {"state-unreachable", "to: gone", "to: shut", "gone", "39:3"},
    {"state-unreachable", "    to: dropped\n", "    to: done\n", "dropped", NULL},
    {"state-stuck", "gone: {label: {zh: 撤, en: Gone}, end: true}",
     "gone: {label: {zh: 撤, en: Gone}, owner: desk, clock: 1d}", "gone", "39:3"},
    {"state-owner", "    owner: checker\n", "", "looking", "33:3"},
    {"state-clock", "    clock: 2d\n", "", "looking", "33:3"},
    {"clock-why", "    why: {zh: 在任务上, en: On the jobs}\n", "", "working", "31:5"},
    {"why-clock", "clock: none", "clock: 1d", "working", NULL},
    {"why-clock", "en: Gone}, end: true}", "en: Gone}, end: true, why: {zh: 好, en: Fine}}", "gone",
     NULL},
    {"end-rests", "en: Gone}, end: true}", "en: Gone}, end: true, owner: desk}", "gone", NULL},
    {"overdue-clock", "    clock: none\n", "    clock: none\n    overdue: {at: 9, mark: x}\n",
     "working", NULL},
    {"start-open", "  required: [kind, note]\n", "  required: [kind, note]\n  to: gone\n", "gone",
     NULL},
    {"start-open", "  required: [kind, note]\n",
     "  required: [kind, note]\n  start: [{state: gone, when: field.safe}]\n", "gone", NULL},
    {"no-such-state", "  required: [kind, note]\n",
     "  required: [kind, note]\n  start: [{state: away, when: field.safe}]\n", "away", NULL},
    {"word-missing", "  required: [kind, note]\n",
     "  required: [kind, note]\n  start: [{state: looking}, {state: fresh, when: 'true'}]\n",
     "when", NULL},
    {"owner-parts", "  shut: {",
     "  idle: {label: {zh: 闲, en: Idle}, owner: parts, clock: none, why: {zh: 等, en: Wait}}\n"
     "  shut: {",
     "idle", "38:3"},
    {"owner-org", "owner: checker", "owner: {org: handler}", "looking", NULL},
    {"owner-org", "owner: {org: handler}", "owner: parts", "sent", NULL},
    {"by-owner", "by: [reporter, desk]", "by: [reporter, owner]", "withdraw", NULL},
    {"system-when", "    when: \"all(job, state = 'dropped')\"\n", "", "back", NULL},
    {"system-moves", "    from: working\n    to: fresh\n", "    from: working\n", "back", NULL},
    {"system-moves", "    from: working\n    to: fresh\n", "    from: working\n    to: working\n",
     "back", NULL},
    {"system-asks", "    when: \"all(job, state = 'dropped')\"\n",
     "    needs: cost\n    when: \"all(job, state = 'dropped')\"\n", "back", NULL},
    {"system-part", "    to: dropped\n    by: [desk]\n",
     "    to: dropped\n    by: [system]\n    when: 'true'\n", "drop", NULL},
    {"system-asks", "    when: \"all(job, state = 'dropped')\"\n",
     "    asks: cost\n    when: \"all(job, state = 'dropped')\"\n", "back", NULL},
    {"system-end", "    from: working\n    to: fresh\n",
     "    from: [working, gone]\n    to: fresh\n", "back", NULL},
    {"system-end", "    when: \"all(job, state = 'dropped')\"\n",
     "    within: 3d\n    when: \"all(job, state = 'dropped')\"\n", "back", NULL},
    {"end-within", "    from: any\n    by: staff\n", "    from: [fresh, gone]\n    by: staff\n",
     "comment", NULL},
    {"length-form", "    by: staff\n", "    by: staff\n    within: soon\n", "soon", NULL},
    {"word-unknown", "    count: rework\n", "    limit: 2\n    else: gone\n", NULL, NULL},
    {"no-such-state", "    count: rework\n", "    count: rework\n    limit: 2\n    else: away\n",
     "away", NULL},
    {"sends-org", "needs: units", "asks: units", "dispatch", NULL},
    {"sends-case", "    to: dropped\n", "    to: dropped\n    reopens: job\n", "drop", NULL},
    {"reopens-end", "reopens: job", "reopens: {part: job, from: [sent]}", "sent", NULL},
    {"part-unsent", "    sends: job\n    progress: true\n", "", "job", NULL},
    {"join-open", "all(job, state = 'dropped')", "all(job, state = 'dropped') and field.safe",
     "job: dropped", "28:3"},
    {"join-open", "any(job, state = 'done')", "all(job, state = 'done')", "job: done + dropped",
     "28:3"},
    {"join-open", "all(job, state = 'dropped')", "all(job, state = 'dropped') and held('desk')",
     "job: dropped", "28:3"},
    {"join-open", "all(job, state = 'dropped')", "all(job, state = 'dropped') and count.rework < 9",
     "job: dropped", "28:3"},
    {"join-open", "any(job, state = 'done')", "count(job) > 2", "job: done", "28:3"},
};

/* Two states that hand the case to and fro while no job was sent. */
static struct li_str with_loop(struct li_ctx *ctx)
{
    return changed(ctx, "  pass:\n",
                   "  there:\n"
                   "    label: {zh: 去, en: There}\n"
                   "    from: fresh\n"
                   "    to: looking\n"
                   "    by: system\n"
                   "    when: count(job) = 0\n"
                   "  again:\n"
                   "    label: {zh: 回, en: Again}\n"
                   "    from: looking\n"
                   "    to: fresh\n"
                   "    by: system\n"
                   "    when: count(job) = 0\n"
                   "  pass:\n");
}

static struct li_str with_long_when(struct li_ctx *ctx)
{
    struct li_buf *buf = li_buf_new(ctx, 0);

    li_buf_text(buf, "all(job, state = 'dropped')");
    for (int i = 0; i < 110; i++)
        li_buf_text(buf, " and true");
    li_buf_char(buf, '\0');
    return changed(ctx, "all(job, state = 'dropped')", buf->ptr);
}

/* `looking` is left by the system alone, and nobody may comment there. */
static struct li_str with_nobody(struct li_ctx *ctx)
{
    static const char *const changes[][2] = {
        {"from: any\n    to: gone", "from: fresh\n    to: gone"},
        {"from: any\n    by: staff", "from: fresh\n    by: staff"},
        {"to: shut\n    by: owner\n", "to: shut\n    by: system\n    when: count(job) > 1\n"},
        {"    from: looking\n    to: working\n    by: owner\n",
         "    from: looking\n    to: working\n    by: system\n    when: count(job) > 8\n"},
    };
    struct li_str yaml = li_str(sample);

    for (size_t i = 0; i < COUNT(changes); i++)
        yaml = changed_in(ctx, yaml, changes[i][0], changes[i][1]);
    return yaml;
}

/* A day that is not asked for on the way in. */
static struct li_str with_until(struct li_ctx *ctx)
{
    struct li_str yaml =
        changed(ctx, "  safe: {", "  day: {type: date, label: {zh: 日, en: Day}}\n  safe: {");

    return changed_in(ctx, changed_in(ctx, yaml, "needs: note\nsee", "needs: [note, day]\nsee"),
                      "clock: 2d", "clock: {until: day}");
}

/* What takes more than one change. */
static const struct {
    struct broken is;
    struct li_str (*make)(struct li_ctx *ctx);
} made[] = {
    {{.rule = "loop", .limit = "fresh", .where = "23:3"}, with_loop},
    {{.rule = "when-long"}, with_long_when},
    {{.rule = "until-given", .limit = "day", .where = "76:3"}, with_until},
    {{.rule = "state-nobody", .limit = "looking", .where = "33:3"}, with_nobody},
};

static const struct li_error *told(const struct li_ctx *ctx, const char *rule)
{
    for (unsigned i = 0; i < ctx->error_count; i++)
        if (ctx->errors[i].reason && strcmp(ctx->errors[i].reason, rule) == 0)
            return &ctx->errors[i];
    return NULL;
}

/* Whether it is refused by its rule, at its place; says what is else. */
static bool is_refused(struct li_ctx *ctx, struct li_str yaml, const struct broken *b)
{
    struct li_playbook *playbook = NULL;
    const struct li_error *error;

    li_ctx_clear(ctx);
    if (li_playbook_load(ctx, "x.yaml", yaml, &playbook) != -LI_E_INVALID) {
        print_error("%s (%s) is accepted\n", b->rule, b->to);
        return false;
    }
    assert_null(playbook);
    error = told(ctx, b->rule);
    if (!error) {
        struct li_str why = li_ctx_explain(ctx);

        print_error("%s (%s) is not told, but: %.*s\n", b->rule, b->to, LI_P(why));
        return false;
    }
    assert_true(li_str_starts(error->where, LI_S("x.yaml:")));
    if ((!b->limit || li_str_is(error->limit, b->limit)) &&
        (!b->where || li_str_is(li_str_n(error->where.ptr + 7, error->where.len - 7), b->where)))
        return true;
    print_error("%s (%s) names '%.*s' at %.*s\n", b->rule, b->to, LI_P(error->limit),
                LI_P(error->where));
    return false;
}

static void every_rule_refuses(void **state)
{
    struct li_ctx *ctx = *state;

    size_t wrong = 0;

    for (size_t i = 0; i < COUNT(broken); i++)
        wrong += !is_refused(ctx, changed(ctx, broken[i].from, broken[i].to), &broken[i]);
    for (size_t i = 0; i < COUNT(made); i++)
        wrong += !is_refused(ctx, made[i].make(ctx), &made[i].is);
    assert_int_equal(wrong, 0);
}

static void every_rule_has_a_row(void **state)
{
    static const char *const rules[] = {
#define NAME_OF(constant, name, zh, en) name,
        LI_RULES(NAME_OF)
#undef NAME_OF
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rules); i++) {
        bool found = false;

        for (size_t k = 0; k < COUNT(broken) && !found; k++)
            found = strcmp(rules[i], broken[k].rule) == 0;
        for (size_t k = 0; k < COUNT(made) && !found; k++)
            found = strcmp(rules[i], made[k].is.rule) == 0;
        if (!found)
            fail_msg("%s is broken by no playbook here", rules[i]);
    }
}

static void sentences_are_in_both_languages(void **state)
{
    struct li_ctx *ctx = *state;

    is_refused(ctx, changed(ctx, "needs: units", "needs: unit"),
               &(struct broken){.rule = "no-such-field"});
    assert_str(li_rule_sentence(ctx, told(ctx, "no-such-field"), LI_ZH), "没有“unit”这个字段。");
    assert_str(li_rule_sentence(ctx, told(ctx, "no-such-field"), LI_EN),
               "There is no field `unit`.");
    assert_str(told(ctx, "no-such-field")->text, "There is no field `unit`.");
    is_refused(ctx, changed(ctx, "{yy}-{seq}{check}", "{yy}"),
               &(struct broken){.rule = "number-form"});
    assert_str(li_rule_sentence(ctx, told(ctx, "number-form"), LI_EN),
               "The number `{yy}` must have {seq}, and only {yy} {yyyy} {seq} {check}.");
}

static void known_words_are_listed(void **state)
{
    struct li_ctx *ctx = *state;

    is_refused(
        ctx, changed(ctx, "public: kind", "publik: kind"),
        &(struct broken){.rule = "word-unknown", .limit = "publik → public, staff_only, hide"});
}

static void faults_of_the_yaml_keep_their_own_text(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_playbook *playbook = NULL;
    const struct li_error *error;

    assert_int_equal(li_playbook_load(ctx, "x.yaml", LI_S("a: [1\nb: 2\n"), &playbook),
                     -LI_E_SYNTAX);
    error = li_ctx_error(ctx);
    assert_true(li_str_eq(li_rule_sentence(ctx, error, LI_ZH), error->text));
    assert_true(li_str_starts(error->where, LI_S("x.yaml:")));
}

/* A clerk sees all faults at once, in the order of the file's reading. */
static void all_faults_are_told_together(void **state)
{
    struct li_ctx *ctx = *state;
    struct li_playbook *playbook = NULL;

    assert_int_equal(li_playbook_load(ctx, "x.yaml",
                                      LI_S("playbook: Q\nversion: 0\ntitle: 好\nfields: {}\n"
                                           "open: {by: cook, via: pigeon}\nstates: 7\n"),
                                      &playbook),
                     -LI_E_INVALID);
    assert_non_null(told(ctx, "name-form"));
    assert_non_null(told(ctx, "shape-integer"));
    assert_non_null(told(ctx, "texts-both"));
    assert_non_null(told(ctx, "no-such-who"));
    assert_non_null(told(ctx, "no-such-way"));
    assert_non_null(told(ctx, "shape-map"));
    assert_non_null(told(ctx, "word-missing"));
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
        TEST(every_rule_refuses),
        TEST(every_rule_has_a_row),
        TEST(sentences_are_in_both_languages),
        TEST(known_words_are_listed),
        TEST(faults_of_the_yaml_keep_their_own_text),
        TEST(all_faults_are_told_together),
        TEST(more_faults_than_the_stack_holds_are_refused_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
