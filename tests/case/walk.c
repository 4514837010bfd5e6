/*
 * The permission walk of the main job's words: every action in every state by every
 * kind of viewer, against what is said below of each; and what is hidden, in every
 * state, from everybody it is hidden from.
 */
#include "base/time.h"
#include "lib/cases.h"
#include "view/json.h"

#define OFFICER CASES_WHO /* of the grid, who is near */
#define WHO     (CASES_WHO + 1)

enum where { NEAR, DESK, OUT, CHECK, LATE, WAIT, SHUT, WHERE };
static const char *const states[WHERE] = {"near", "desk", "out", "check", "late", "wait", "shut"};

/* Who may do an action, by the names of enum cases_who: from which states. */
#define IN(state) (1u << (state))
#define OPEN      (IN(NEAR) | IN(DESK) | IN(OUT) | IN(CHECK) | IN(LATE) | IN(WAIT))
#define BY(who)   (1u << (who))
struct line {
    const char *action;
    int part;
    unsigned from, by;
    const char *fields;
    bool never; /* its condition does not hold in these cases */
};
static const struct line lines[] = {
    {"up", 0, IN(NEAR), BY(OFFICER), NULL, false},
    {"solve", 0, IN(NEAR), BY(OFFICER), NULL, false},
    {"send", 0, IN(NEAR) | IN(DESK) | IN(LATE), BY(CASES_DESK), "{\"unit\":\"$0\"}", false},
    {"sign", 1, IN(OUT), BY(CASES_HANDLER) | BY(CASES_BOTH), NULL, false},
    {"done", 1, IN(OUT), BY(CASES_HANDLER) | BY(CASES_BOTH), NULL, false},
    {"finish", 0, IN(OUT), 0, NULL, false},
    {"pass", 0, IN(CHECK), BY(CASES_CHECKER) | BY(CASES_BOTH), NULL, false},
    {"rest", 0, IN(DESK), BY(CASES_DESK), "{\"day\":\"2026-03-20\"}", false},
    {"wake", 0, IN(WAIT), BY(CASES_DESK), NULL, false},
    {"again", 0, IN(SHUT), BY(CASES_REPORTER), NULL, false},
    {"again_else", 0, IN(SHUT), BY(CASES_REPORTER), NULL, true},
    {"settle", 0, IN(LATE), BY(CASES_DESK), NULL, false},
    {"rate", 0, IN(SHUT), BY(CASES_REPORTER), "{\"stars\":4}", false},
    {"urge", 0, OPEN, BY(CASES_REPORTER) | BY(CASES_FOLLOWER), NULL, false},
    {"add", 0, OPEN, BY(CASES_REPORTER), "{\"note\":\"x\"}", false},
    {"grade", 0, OPEN, BY(CASES_DESK), "{\"how\":\"hot\"}", false},
};
#define LINES (sizeof(lines) / sizeof(lines[0]))

struct walk {
    struct test_cases *c;
    struct li_viewer officer;
};

static void open_walk(struct test_store *t, struct walk *walk)
{
    static const struct li_post posts[] = {
        {.post = LI_S_INIT("grid_officer"), .area_path = LI_S_INIT(TOWN_COMMUNITY)}};
    struct test_cases *c = cases_open(t);
    int64_t person = town_person(c->r, "周网格", NULL, (struct li_str){.ptr = NULL});

    cases_neighbour(c);
    town_appoint(c->r, person, "grid_officer", "440305001003", 0);
    *walk = (struct walk){.c = c,
                          .officer = {.kind = LI_VIEWER_STAFF,
                                      .tenant = c->r->tenant,
                                      .account = person,
                                      .person = person,
                                      .posts = posts,
                                      .post_count = 1}};
}

static struct li_viewer viewer_of(struct walk *walk, unsigned who, int64_t id)
{
    return who == OFFICER ? walk->officer : cases_viewer(walk->c, (enum cases_who)who, id);
}

static int act(struct walk *walk, int64_t id, unsigned who, const struct line *line)
{
    const struct li_viewer viewer = viewer_of(walk, who, id);
    const struct li_case_act_args args = {
        .id = id,
        .action = li_str(line->action),
        .part = line->part,
        .fields = line->fields ? cases_json(walk->c, line->fields) : NULL,
    };
    struct li_job job = records_job(walk->c->r, &li_case_act, &args);

    job.viewer = &viewer;
    return li_run(walk->c->r->record, &job);
}

static void step(struct walk *walk, int64_t id, unsigned who, const char *action)
{
    for (size_t i = 0; i < LINES; i++) {
        if (strcmp(lines[i].action, action) == 0) {
            assert_ok(walk->c->r->t, act(walk, id, who, &lines[i]));
        }
    }
}

/* A new case on its way to a state; a report begins at the desk. */
static int64_t at(struct walk *walk, enum where where, bool report)
{
    int64_t id = cases_neighbour_new(
        walk->c,
        report ? "{\"kind\":\"report\",\"note\":\"x\",\"phone\":\"13912345678\"}"
               : "{\"kind\":\"help\",\"note\":\"x\",\"phone\":\"13912345678\"}",
        NULL);

    if (where == NEAR) {
        return id;
    }
    if (where == CHECK) {
        step(walk, id, OFFICER, "solve");
        return id;
    }
    if (!report) {
        step(walk, id, OFFICER, "up");
    }
    if (where == WAIT) {
        step(walk, id, CASES_DESK, "rest");
    }
    if (where == DESK || where == WAIT) {
        return id;
    }
    step(walk, id, CASES_DESK, "send");
    if (where == OUT) {
        return id;
    }
    step(walk, id, CASES_HANDLER, "done");
    for (int i = 0; where == LATE && i < 2; i++) {
        step(walk, id, CASES_REPORTER, "again");
        step(walk, id, CASES_HANDLER, "done");
    }
    if (where == LATE) {
        step(walk, id, CASES_REPORTER, "again_else");
    }
    return id;
}

static bool has_part(enum where where)
{
    return where == OUT || where == SHUT || where == LATE;
}

static bool sees(unsigned who, enum where where)
{
    switch (who) {
    case CASES_REPORTER:
    case CASES_FOLLOWER:
    case CASES_DESK:
    case CASES_CHECKER:
    case CASES_BOTH:
    case OFFICER:
        return true;
    case CASES_HANDLER:
        return has_part(where);
    default:
        return false;
    }
}

/* Asked in this order: is it there, the state, who, the condition. */
static int expected(const struct line *line, enum where where, unsigned who)
{
    if (!sees(who, where) || (line->part && !has_part(where))) {
        return -LI_E_NOT_FOUND;
    }
    if (!(line->from & IN(where))) {
        return -LI_E_STATE;
    }
    if (!(line->by & BY(who))) {
        return -LI_E_FORBIDDEN;
    }
    return line->never ? -LI_E_STATE : 0;
}

static bool is_offered(struct walk *walk, int64_t id, unsigned who, const char *action)
{
    struct test_cases *c = walk->c;
    const struct li_viewer viewer = viewer_of(walk, who, id);
    struct li_case row = cases_row(c, id);
    struct li_snapshot snapshot;
    struct li_case_part *parts;
    struct li_offer *offers;
    size_t count = cases_parts(c, id, &parts), offer_count;

    assert_ok(c->r->t,
              li_case_snapshot(c->r->ctx, &row, parts, count, li_now(c->r->clock), &snapshot));
    assert_ok(c->r->t, li_machine_offers(c->r->ctx, &snapshot, &viewer,
                                         li_case_is_reporter(&viewer, id), &offers, &offer_count));
    for (size_t i = 0; i < offer_count; i++) {
        if (li_str_is(row.playbook->actions[offers[i].action].name, action)) {
            return true;
        }
    }
    return false;
}

static void walk_line(struct walk *walk, const struct line *line, enum where where)
{
    int64_t id = at(walk, where, false);

    assert_string_equal(cases_state(walk->c, id), states[where]);
    for (unsigned who = 0; who < WHO; who++) {
        int want = expected(line, where, who);
        bool offered = is_offered(walk, id, who, line->action);
        int r = act(walk, id, who, line);
        if (r != want) {
            fail_msg("%s in %s by viewer %u: %d (%.*s), not %d", line->action, states[where], who,
                     r, LI_P(li_ctx_explain(walk->c->r->ctx)), want);
        }
        if (sees(who, where) && offered != (r == 0)) {
            fail_msg("%s in %s is %soffered to viewer %u", line->action, states[where],
                     offered ? "" : "not ", who);
        }
        li_ctx_clear(walk->c->r->ctx);
        if (r == 0) {
            id = at(walk, where, false);
        }
    }
}

static void acting(struct test_store *t)
{
    const struct li_playbook *playbook;
    struct walk walk;

    open_walk(t, &walk);
    assert_ok(t, li_library_find(walk.c->r->ctx, walk.c->house.bound.library, t->writer, 1,
                                 LI_S("neighbour"), 0, &playbook));
    assert_int_equal(playbook->machines[0].state_count, WHERE);
    assert_int_equal(playbook->action_count, LINES);
    for (size_t i = 0; i < LINES; i++) {
        for (enum where where = 0; where < WHERE; where++) {
            walk_line(&walk, &lines[i], where);
        }
    }
    assert_verifies(walk.c->r, 1);
}

/* ---- hidden fields ------------------------------------------------------------- */

static bool holds(struct li_str text, const char *part)
{
    return text.len && memmem(text.ptr, text.len, part, strlen(part));
}

/* In whatever state a report is, whoever sees it: the number is there for the desk
 * and for nobody else, masked or to be revealed. */
static void hidden(struct test_store *t)
{
    static const enum where all[] = {DESK, OUT, LATE, WAIT, SHUT};
    struct walk walk;

    open_walk(t, &walk);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        int64_t id = at(&walk, all[i], true);
        assert_int_equal(cases_row(walk.c, id).scope, LI_SCOPE_STAFF);
        for (unsigned who = CASES_DESK; who < WHO; who++) {
            const struct li_viewer viewer = viewer_of(&walk, who, id);
            const struct li_case_reveal_args args = {.id = id, .field = LI_S("phone")};
            struct li_view view = cases_view(walk.c, &viewer);
            struct li_buf *buf = li_buf_new(walk.c->r->ctx, 0);
            struct li_job job = records_job(walk.c->r, &li_case_reveal, &args);
            struct li_view_case seen;
            struct li_json json;
            int r = li_view_case(walk.c->r->ctx, &view, id, &seen);
            assert_int_equal(r, sees(who, all[i]) ? 0 : -LI_E_NOT_FOUND);
            if (r == 0) {
                li_json_init(&json, buf, false);
                li_put_case(&json, &seen);
                assert_int_equal(holds(li_buf_view(buf), "139****5678"), who == CASES_DESK);
                assert_int_equal(holds(li_buf_view(buf), "\"phone\""), who == CASES_DESK);
                assert_int_equal(holds(li_buf_view(buf), "居民"), who == CASES_DESK);
            }
            job.viewer = &viewer;
            r = li_run(walk.c->r->record, &job);
            assert_true(r == 0 ? who == CASES_DESK : r == -LI_E_NOT_FOUND || r == -LI_E_FORBIDDEN);
            li_ctx_clear(walk.c->r->ctx);
        }
    }
    assert_verifies(walk.c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(acting), STORE_TEST(hidden)};

    return STORE_TESTS_RUN("cases: permissions of the main job's words", tests);
}
