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

typedef int lister(struct li_ctx *ctx, const struct li_view *view, size_t limit,
                   struct li_str before, struct li_view_list *ret);

static void walk(struct world *w, enum cases_who who, lister *list, size_t limit,
                 const struct expected *expected, size_t count)
{
    struct li_view view = cases_view(w->c, &w->c->viewers[who]);
    struct li_str before = {.ptr = NULL};
    struct li_view_list page;
    size_t seen = 0;

    do {
        assert_ok(w->c->r->t, list(w->c->r->ctx, &view, limit, before, &page));
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

static void cursors_refused(struct test_store *t)
{
    static const char *const bad[] = {"x",       "1",  "1.2",  "1.2.x",
                                      "1.2.3.4", "..", "1..2", "99999999999999999999.1.0"};
    struct test_cases *c = cases_open(t);
    struct li_view view = cases_view(c, &c->viewers[CASES_DESK]);
    struct li_view_list list;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(li_view_mine(c->r->ctx, &view, 5, li_str(bad[i]), &list), -LI_E_INVALID);
    }
    assert_int_equal(li_view_all(c->r->ctx, &view, 5, LI_S("1.2"), &list), -LI_E_INVALID);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(pages), STORE_TEST(posts_that_overlap),
                                              STORE_TEST(cursors_refused)};

    return STORE_TESTS_RUN("cases: lists", tests);
}
