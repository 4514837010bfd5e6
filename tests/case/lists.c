/*
 * Lists: whatever the page's size, walking the pages gives each row once, in
 * order, and the same as a model that knows every case.
 */
#include <stdlib.h>

#include "base/time.h"
#include "lib/cases.h"

#define CASES 60
#define ROWS  (4 * CASES)

struct expected {
    int64_t due, id;
    int part;
};

struct world {
    struct test_cases *c;
    int64_t ids[CASES];
    uint64_t dice;
};

static unsigned roll(struct world *w, unsigned sides)
{
    w->dice = w->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(w->dice >> 33) % sides;
}

/* Cases of both playbooks; the clock stands often, so that deadlines are equal,
 * and one unit has several parts of a case. */
static struct world make_world(struct test_store *t, uint64_t seed)
{
    struct world w = {.c = cases_open(t), .dice = seed};
    static const char *const units[] = {"{\"units\":[\"$0\"]}", "{\"units\":[\"$1\"]}",
                                        "{\"units\":[\"$0\",\"$1\"]}"};

    assert_ok(t, cases_adopt(w.c, cases_trial));
    for (int i = 0; i < CASES; i++) {
        bool is_trial = roll(&w, 2);
        if (roll(&w, 4) == 0) {
            records_later(w.c->r, (int64_t)roll(&w, 300) * LI_MINUTE);
        }
        if (!is_trial) {
            static const char *const states[] = {"received", "handling", "checking", "closed",
                                                 "declined"};
            w.ids[i] = cases_at(w.c, states[roll(&w, 5)]);
            continue;
        }
        w.ids[i] = cases_new(w.c, "trial", "{\"name\":\"李四\"}", NULL);
        if (roll(&w, 3)) {
            assert_acts(w.c, w.ids[i], CASES_DESK, "dispatch", 0, units[roll(&w, 3)]);
            for (unsigned more = roll(&w, 3); more > 0; more--) {
                assert_acts(w.c, w.ids[i], CASES_DESK, "more", 0, units[roll(&w, 3)]);
            }
        }
        if (roll(&w, 5) == 0) {
            assert_acts(w.c, w.ids[i], CASES_DESK, "abandon", 0, NULL);
        }
    }
    return w;
}

static bool covers(const struct li_post *post, const struct li_owner *owner)
{
    return owner->post.ptr && li_str_eq(post->post, owner->post) &&
           li_str_starts(owner->area_path, post->area_path);
}

static int64_t never(int64_t due)
{
    return due ? due : INT64_MAX;
}

static int by_due(const void *a, const void *b)
{
    const struct expected *x = a, *y = b;

    if (x->due != y->due) {
        return x->due < y->due ? -1 : 1;
    }
    if (x->id != y->id) {
        return x->id < y->id ? -1 : 1;
    }
    return x->part - y->part;
}

static int by_newest(const void *a, const void *b)
{
    const struct expected *x = a, *y = b;

    return x->id > y->id ? -1 : x->id < y->id;
}

/* What waits for a viewer, from the rows themselves. */
static size_t waiting(struct world *w, const struct li_viewer *viewer, struct expected *ret)
{
    size_t count = 0;

    for (int i = 0; i < CASES; i++) {
        struct li_case row = cases_row(w->c, w->ids[i]);
        struct li_case_part *parts;
        size_t part_count = cases_parts(w->c, w->ids[i], &parts);
        for (size_t k = 0; k < viewer->post_count && !row.closed_at; k++) {
            const struct li_post *post = &viewer->posts[k];
            if (!post->org && covers(post, &row.owner)) {
                ret[count++] = (struct expected){.due = never(row.clock.due_at), .id = row.id};
            }
            for (size_t p = 0; p < part_count; p++) {
                if (post->org && post->org == parts[p].part.org && !parts[p].ended_at &&
                    covers(post, &parts[p].part.owner)) {
                    ret[count++] = (struct expected){.due = never(parts[p].clock.due_at),
                                                     .id = row.id,
                                                     .part = parts[p].part.no};
                }
            }
        }
    }
    qsort(ret, count, sizeof(*ret), by_due);
    return count;
}

static size_t visible(struct world *w, const struct li_viewer *viewer, struct expected *ret)
{
    size_t count = 0;

    for (int i = 0; i < CASES; i++) {
        struct li_case row = cases_row(w->c, w->ids[i]);
        struct li_case_part *parts;
        size_t part_count = cases_parts(w->c, w->ids[i], &parts);
        enum li_sight sight;
        assert_ok(w->c->r->t, li_case_sight(w->c->r->ctx, viewer, w->c->r->tenant, &row, parts,
                                            part_count, &sight));
        if (sight == LI_SIGHT_STAFF) {
            ret[count++] = (struct expected){.id = row.id};
        }
    }
    qsort(ret, count, sizeof(*ret), by_newest);
    return count;
}

typedef int lister(struct li_ctx *ctx, const struct li_view *view,
                   const struct li_view_filter *filter, size_t limit, struct li_str before,
                   struct li_view_list *ret);

static const struct li_view_filter everything;

/* Walks the pages of a filter; each but the last has to hold something. */
static void walk_by(struct world *w, enum cases_who who, lister *list,
                    const struct li_view_filter *filter, size_t limit,
                    const struct expected *expected, size_t count)
{
    struct li_view view = cases_view(w->c, &w->c->viewers[who]);
    struct li_str before = {.ptr = NULL};
    struct li_view_list page;
    size_t seen = 0;

    do {
        assert_ok(w->c->r->t, list(w->c->r->ctx, &view, filter, limit, before, &page));
        assert_true(page.count <= limit);
        for (size_t i = 0; i < page.count; i++, seen++) {
            assert_true(seen < count);
            assert_int_equal(page.rows[i].id, expected[seen].id);
            assert_int_equal(page.rows[i].part, expected[seen].part);
        }
        before = page.next;
        /* there is a next page only if it holds something */
        assert_int_equal(before.ptr != NULL, seen < count);
    } while (before.ptr);
    assert_int_equal(seen, count);
}

static void walk(struct world *w, enum cases_who who, lister *list, size_t limit,
                 const struct expected *expected, size_t count)
{
    walk_by(w, who, list, &everything, limit, expected, count);
}

static void pages(struct test_store *t)
{
    struct world w = make_world(t, 20260302);
    static struct expected expected[ROWS];
    size_t parts_of_one = 0;

    for (enum cases_who who = 0; who < CASES_STRANGER; who++) {
        size_t mine = waiting(&w, &w.c->viewers[who], expected);
        for (size_t i = 1; i < mine; i++) {
            parts_of_one +=
                expected[i].id == expected[i - 1].id && expected[i].due == expected[i - 1].due;
        }
        for (size_t limit = 1; limit < 9; limit++) {
            walk(&w, who, li_view_mine, limit, expected, mine);
        }
        walk(&w, who, li_view_mine, 100, expected, mine);
        size_t all = visible(&w, &w.c->viewers[who], expected);
        for (size_t limit = 1; limit < 9; limit++) {
            walk(&w, who, li_view_all, limit, expected, all);
        }
        walk(&w, who, li_view_all, 100, expected, all);
    }
    /* the data had what makes it difficult */
    assert_true(parts_of_one > 0);
}

/* A person with posts that cover one another sees each row once. */
static void posts_that_overlap(struct test_store *t)
{
    struct world w = make_world(t, 7);
    const struct li_viewer *desk = &w.c->viewers[CASES_DESK];
    struct li_post posts[3] = {
        {.post = LI_S("desk"), .area_path = LI_S(TOWN_COUNTY)}, desk->posts[0], desk->posts[0]};
    struct li_viewer viewer = *desk;
    static struct expected expected[ROWS];
    size_t mine, all;

    viewer.posts = posts;
    viewer.post_count = 3;
    mine = waiting(&w, desk, expected);
    assert_true(mine > 3);
    w.c->viewers[CASES_DESK] = viewer;
    walk(&w, CASES_DESK, li_view_mine, 2, expected, mine);
    walk(&w, CASES_DESK, li_view_mine, mine, expected, mine);
    all = visible(&w, &viewer, expected);
    walk(&w, CASES_DESK, li_view_all, 2, expected, all);
    walk(&w, CASES_DESK, li_view_all, all, expected, all);
}

/* ---- what was chosen ------------------------------------------------------- */

LI_SQL(lists_mark, "update cases set level = $3, class = $4 where tenant = $1 and id = $2");

static const char *const classes[] = {NULL, "event:0101", "event:0102"};

/* Levels and classes at random, behind the playbooks' back. */
static void mark_some(struct world *w)
{
    for (int i = 0; i < CASES; i++) {
        const char *class = classes[roll(w, 3)];
        records_tamper(w->c->r, &lists_mark,
                       LI_ARGS(li_v(w->c->r->tenant), li_v(w->ids[i]), li_v(roll(w, 3)),
                               li_v_text(class ? li_str(class) : (struct li_str){.ptr = NULL})));
    }
}

static struct li_view_filter random_filter(struct world *w)
{
    static const char *const states[] = {"received", "handling", "closed", "checking", "nonsense"};
    static const char *const areas[] = {TOWN_COUNTY, TOWN_STREET, TOWN_COMMUNITY,
                                        TOWN_COUNTY "440305002/"};
    struct li_view_filter filter = {.level = 0};

    if (roll(w, 3) == 0)
        filter.state = li_str(states[roll(w, 5)]);
    if (roll(w, 4) == 0)
        filter.playbook = li_str(roll(w, 2) ? "trial" : "service-request");
    if (roll(w, 4) == 0)
        filter.area_path = li_str(areas[roll(w, 4)]);
    if (roll(w, 4) == 0)
        filter.class = li_str(classes[1 + roll(w, 2)]);
    if (roll(w, 4) == 0)
        filter.level = 1 + (int)roll(w, 3);
    filter.open = roll(w, 2) ? LI_VIEW_ANY : (enum li_view_choice)roll(w, 3);
    filter.overdue = roll(w, 3) ? LI_VIEW_ANY : (enum li_view_choice)roll(w, 3);
    if (roll(w, 5) == 0)
        filter.organization = w->c->unit[roll(w, 2)];
    if (roll(w, 4) == 0)
        filter.opened_from = RECORDS_NOW + (int64_t)roll(w, 4000) * LI_MINUTE;
    if (roll(w, 4) == 0)
        filter.opened_to = RECORDS_NOW + (int64_t)roll(w, 4000) * LI_MINUTE;
    return filter;
}

static bool has_part_of(const struct li_case_part *parts, size_t count, int64_t org)
{
    for (size_t i = 0; i < count; i++) {
        if (parts[i].part.org == org)
            return true;
    }
    return org == 0;
}

static bool is_chosen(enum li_view_choice choice, bool is)
{
    return choice == LI_VIEW_ANY || (choice == LI_VIEW_YES) == is;
}

/* A case as it stands, read once. */
static struct known {
    struct li_case row;
    struct li_case_part *parts;
    size_t part_count;
} knowing[CASES];

static void know_all(struct world *w)
{
    for (int i = 0; i < CASES; i++) {
        knowing[i].row = cases_row(w->c, w->ids[i]);
        knowing[i].part_count = cases_parts(w->c, w->ids[i], &knowing[i].parts);
    }
}

/* The filter read word by word. */
static bool fits(const struct li_view_filter *filter, int64_t id)
{
    const struct known *known = knowing;

    while (known->row.id != id)
        known++;
    const struct li_case row = known->row;
    const struct li_case_part *parts = known->parts;
    size_t count = known->part_count;

    return (!filter->state.ptr ||
            li_str_eq(filter->state, row.playbook->machines[0].states[row.state].name)) &&
           (!filter->playbook.ptr || li_str_eq(filter->playbook, row.playbook->name)) &&
           (!filter->area_path.ptr || li_str_starts(row.area_path, filter->area_path)) &&
           (!filter->class.ptr || (row.class.ptr && li_str_eq(filter->class, row.class))) &&
           (!filter->level || filter->level - 1 == row.level) &&
           is_chosen(filter->open, row.closed_at == 0) &&
           is_chosen(filter->overdue, row.clock.overdue) &&
           has_part_of(parts, count, filter->organization) &&
           row.opened_at >= filter->opened_from &&
           (!filter->opened_to || row.opened_at < filter->opened_to);
}

static void chosen(struct test_store *t)
{
    struct world w = make_world(t, 77);
    static struct expected all[CASES_STRANGER][ROWS], expected[ROWS];
    size_t seen[CASES_STRANGER], hits = 0, empty = 0;

    mark_some(&w);
    know_all(&w);
    for (enum cases_who who = 0; who < CASES_STRANGER; who++)
        seen[who] = visible(&w, &w.c->viewers[who], all[who]);
    for (int round = 0; round < 150; round++) {
        enum cases_who who = roll(&w, 2) ? CASES_DESK : (enum cases_who)roll(&w, CASES_STRANGER);
        struct li_view_filter filter = random_filter(&w);
        size_t count = 0;

        for (size_t i = 0; i < seen[who]; i++) {
            if (fits(&filter, all[who][i].id))
                expected[count++] = all[who][i];
        }
        hits += count;
        empty += count == 0;
        walk_by(&w, who, li_view_all, &filter, 1 + roll(&w, 9), expected, count);
    }
    assert_true(hits > 100 && empty > 5 && empty < 145);
}

/* Of what waits for the desk, cases in their own state: the same filter. */
static void chosen_of_mine(struct test_store *t)
{
    struct world w = make_world(t, 78);
    static struct expected all[ROWS], expected[ROWS];
    size_t seen, hits = 0;

    mark_some(&w);
    know_all(&w);
    seen = waiting(&w, &w.c->viewers[CASES_DESK], all);
    for (int round = 0; round < 100; round++) {
        struct li_view_filter filter = random_filter(&w);
        size_t count = 0;

        filter.open = LI_VIEW_ANY;
        for (size_t i = 0; i < seen; i++) {
            if (fits(&filter, all[i].id))
                expected[count++] = all[i];
        }
        hits += count;
        walk_by(&w, CASES_DESK, li_view_mine, &filter, 1 + roll(&w, 9), expected, count);
    }
    assert_true(hits > 50);
}

/* Words, in every list, with filters beside. */
static void chosen_by_words(struct test_store *t)
{
    struct world w = make_world(t, 79);
    struct li_view view = cases_view(w.c, &w.c->viewers[CASES_DESK]);
    struct li_view_filter filter = {.q = LI_S("路灯 不亮")};
    static struct expected all[ROWS], expected[ROWS];
    struct li_view_list list;
    size_t seen, count = 0;

    records_catch_up(w.c->r);
    seen = visible(&w, &w.c->viewers[CASES_DESK], all);
    for (size_t i = 0; i < seen; i++) {
        if (li_str_is(cases_row(w.c, all[i].id).playbook->name, "service-request"))
            expected[count++] = all[i];
    }
    assert_true(count > 5 && count < seen);
    for (size_t limit = 1; limit < 8; limit++)
        walk_by(&w, CASES_DESK, li_view_all, &filter, limit, expected, count);
    filter.state = LI_S("closed");
    for (size_t i = count = 0; i < seen; i++) {
        if (li_str_is(cases_row(w.c, all[i].id).playbook->name, "service-request") &&
            strcmp(cases_state(w.c, all[i].id), "closed") == 0)
            expected[count++] = all[i];
    }
    assert_true(count > 0);
    walk_by(&w, CASES_DESK, li_view_all, &filter, 3, expected, count);

    filter = (struct li_view_filter){.q = cases_row(w.c, expected[0].id).number};
    walk_by(&w, CASES_DESK, li_view_all, &filter, 3, expected, 1);
    filter.q = LI_S("路灯");
    seen = waiting(&w, &w.c->viewers[CASES_DESK], all);
    for (size_t i = count = 0; i < seen; i++) {
        if (li_str_is(cases_row(w.c, all[i].id).playbook->name, "service-request"))
            expected[count++] = all[i];
    }
    walk_by(&w, CASES_DESK, li_view_mine, &filter, 100, expected, count);
    /* another street's desk finds nothing by the same words; nobody by a telephone number */
    walk_by(&w, CASES_OTHER_DESK, li_view_all, &filter, 5, expected, 0);
    filter.q = LI_S(CASES_CONTACT);
    walk_by(&w, CASES_DESK, li_view_all, &filter, 5, expected, 0);
    /* in public the number is found, what was written is not */
    filter.q = LI_S("路灯");
    assert_ok(t,
              li_view_public(w.c->r->ctx, &view, &filter, 5, (struct li_str){.ptr = NULL}, &list));
    assert_int_equal(list.count, 0);
    filter.q = LI_S("灯");
    assert_int_equal(
        li_view_all(w.c->r->ctx, &view, &filter, 5, (struct li_str){.ptr = NULL}, &list),
        -LI_E_INVALID);
    assert_told_at(w.c->r, "/parameters/q");
}

LI_SQL(lists_many,
       "insert into cases (tenant, id, playbook, version, number, rev, state, scope, via, area, "
       "area_path, fields, owner_post, owner_area, since, due_edition, overdue, opened_at, "
       "closed_at) with recursive n (i) as (select 1 union all select i + 1 from n where i < $3) "
       "select c.tenant, c.id + n.i, c.playbook, c.version, c.number, c.rev, 'closed', c.scope, "
       "c.via, c.area, c.area_path, c.fields, null, null, c.since, c.due_edition, 0, c.opened_at, "
       "c.since from cases as c, n where c.tenant = $1 and c.id = $2");

/* What is rare lies far down: pages are bounded, some are empty, none is lost. */
static void rare_and_far_down(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t rare = cases_lamp(c), common = cases_lamp(c);
    struct li_view view = cases_view(c, &c->viewers[CASES_DESK]);
    const struct li_view_filter received = {.state = LI_S("received")},
                                open = {.open = LI_VIEW_YES};
    struct li_str before = {.ptr = NULL};
    struct li_view_list page;
    size_t found = 0, pages = 0, empty = 0;

    records_tamper(c->r, &lists_many, LI_ARGS(li_v(c->r->tenant), li_v(common), li_v(60000)));
    do {
        assert_ok(t, li_view_all(c->r->ctx, &view, &received, 10, before, &page));
        for (size_t i = 0; i < page.count; i++)
            assert_true(page.rows[i].id == rare || page.rows[i].id == common);
        found += page.count;
        empty += page.count == 0;
        before = page.next;
        assert_true(++pages < 10);
    } while (before.ptr);
    assert_int_equal(found, 2);
    assert_true(empty >= 2);
    /* of the open ones the first page is enough */
    assert_ok(t, li_view_all(c->r->ctx, &view, &open, 10, before, &page));
    assert_int_equal(page.count, 2);
    assert_null(page.next.ptr);
}

static void cursors_refused(struct test_store *t)
{
    static const char *const bad[] = {"x",       "1",  "1.2",  "1.2.x",
                                      "1.2.3.4", "..", "1..2", "99999999999999999999.1.0"};
    struct test_cases *c = cases_open(t);
    struct li_view view = cases_view(c, &c->viewers[CASES_DESK]);
    struct li_view_list list;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(li_view_mine(c->r->ctx, &view, &everything, 5, li_str(bad[i]), &list),
                         -LI_E_INVALID);
    }
    assert_int_equal(li_view_all(c->r->ctx, &view, &everything, 5, LI_S("1.2"), &list),
                     -LI_E_INVALID);
}

static const char asked_playbook[] =
    "playbook: asked\nversion: 1\ntitle: {zh: 有批示, en: Asked}\nwhy: {zh: 测试, en: Test}\n"
    "number: \"Q{yy}-{seq}\"\nfields:\n  word: {type: text, label: {zh: 话, en: Word}}\n"
    "  kind: {type: choice, label: {zh: 类, en: Kind}, options: {a: {zh: 甲, en: A}, b: {zh: 乙, "
    "en: B}}}\n"
    "open: {by: anyone, via: [web], fields: [word, kind], required: word}\n"
    "states:\n  desk: {label: {zh: 受理, en: Desk}, owner: desk, clock: 1d}\n"
    "  shut: {label: {zh: 结案, en: Shut}, end: true}\n"
    "parts:\n  instruction:\n    label: {zh: 批示件, en: Instruction}\n    states:\n"
    "      given: {label: {zh: 待报告, en: Given}, owner: desk, clock: 1d}\n"
    "      reported: {label: {zh: 已报告, en: Reported}, end: true}\n"
    "actions:\n  instruct: {label: {zh: 批示, en: Instruct}, from: desk, by: desk, adds: "
    "instruction}\n"
    "  report_back: {label: {zh: 报告, en: Report}, part: instruction, from: given, to: reported, "
    "by: owner}\n"
    "  close: {label: {zh: 结案, en: Close}, from: desk, to: shut, by: desk}\n"
    "see: {public: [kind]}\nkeep: 1y\n";

static size_t found(struct test_cases *c, const struct li_view_filter *filter)
{
    struct li_viewer viewer = cases_viewer(c, CASES_DESK, 0);
    struct li_view view = cases_view(c, &viewer);
    struct li_view_list list;

    assert_ok(c->r->t,
              li_view_all(c->r->ctx, &view, filter, 10, (struct li_str){.ptr = NULL}, &list));
    return list.count;
}

/* What waits for an answer, and what was chosen, narrow the list. */
static void asked_and_chosen(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    const struct li_view_filter any = {.asked = LI_S("any")},
                                instructions = {.asked = LI_S("instruction")},
                                urgings = {.asked = LI_S("urging")},
                                chosen = {.field = LI_S("kind"), .value = LI_S("b")},
                                both = {.field = LI_S("kind"),
                                        .value = LI_S("b"),
                                        .asked = LI_S("any")};
    int64_t one, other;

    assert_ok(t, cases_adopt(c, asked_playbook));
    one = cases_new(c, "asked", "{\"word\":\"x\",\"kind\":\"a\"}", NULL);
    other = cases_new(c, "asked", "{\"word\":\"x\",\"kind\":\"b\"}", NULL);
    cases_lamp(c);
    assert_int_equal(found(c, &any), 0);
    assert_acts(c, one, CASES_DESK, "instruct", 0, NULL);
    assert_acts(c, other, CASES_DESK, "instruct", 0, NULL);
    assert_int_equal(found(c, &any), 2);
    assert_int_equal(found(c, &instructions), 2);
    assert_int_equal(found(c, &urgings), 0);
    assert_int_equal(found(c, &chosen), 1);
    assert_int_equal(found(c, &both), 1);
    assert_acts(c, other, CASES_DESK, "report_back", 1, NULL);
    assert_int_equal(found(c, &any), 1);
    assert_int_equal(found(c, &both), 0);
    assert_acts(c, one, CASES_DESK, "close", 0, NULL);
    assert_int_equal(found(c, &any), 0);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(asked_and_chosen),
                                              STORE_TEST(pages),
                                              STORE_TEST(posts_that_overlap),
                                              STORE_TEST(cursors_refused),
                                              STORE_TEST(chosen),
                                              STORE_TEST(chosen_of_mine),
                                              STORE_TEST(chosen_by_words),
                                              STORE_TEST(rare_and_far_down)};

    return STORE_TESTS_RUN("cases: lists", tests);
}
