/*
 * Sight, beside rules written down a second time and read the slow way.
 */
#include "lib/records.h"

/* ---- the rules once more, as sentences -------------------------------------------------- */

/* "440305/" covers "440305/440305001/": piece by piece, not letter by letter. */
static bool inside(struct li_str area, struct li_str held)
{
    struct li_str a = area, h = held;

    while (h.len) {
        struct li_str piece = li_str_cut(&h, '/');

        if (!a.len || !li_str_eq(li_str_cut(&a, '/'), piece))
            return false;
    }
    return true;
}

static bool works_on_it(const struct li_seen *seen, int64_t org)
{
    for (size_t i = 0; i < seen->org_count; i++)
        if (seen->orgs[i] == org)
            return true;
    return false;
}

static bool is_named(const struct li_seen *seen, struct li_str post)
{
    for (size_t i = 0; i < seen->team_count; i++)
        if (li_str_eq(seen->team[i], post))
            return true;
    return false;
}

/* Everything one viewer is entitled to by any rule; the most of it counts. */
static enum li_sight by_the_rules(const struct li_viewer *viewer, const struct li_seen *seen)
{
    enum li_sight most = LI_SIGHT_NONE;

    /* 1. what is public, everybody sees */
    if (seen->scope == LI_SCOPE_PUBLIC)
        most = LI_SIGHT_PUBLIC;
    /* 2. a tracking token opens its own case, whatever its scope */
    if (viewer->kind == LI_VIEWER_PARTY && seen->case_id == viewer->case_id)
        most = most > LI_SIGHT_PARTY ? most : LI_SIGHT_PARTY;
    /* 3. the house itself sees all */
    if (viewer->kind == LI_VIEWER_SYSTEM)
        most = LI_SIGHT_STAFF;
    /* a one-time link shows its own case as to who works on it, unless it is a team's */
    if (viewer->kind == LI_VIEWER_PASS && seen->case_id == viewer->case_id &&
        (seen->scope == LI_SCOPE_PUBLIC || seen->scope == LI_SCOPE_STAFF))
        most = LI_SIGHT_STAFF;
    /* 4. staff see what is public or for staff, in the area of a post of theirs;
     *    at an organization only what that organization works on */
    for (size_t i = 0; viewer->kind == LI_VIEWER_STAFF && i < viewer->post_count; i++) {
        const struct li_post *post = &viewer->posts[i];

        if ((seen->scope == LI_SCOPE_PUBLIC || seen->scope == LI_SCOPE_STAFF) &&
            inside(seen->area_path, post->area_path) &&
            (post->org == 0 || works_on_it(seen, post->org)))
            most = LI_SIGHT_STAFF;
        /* 5. what is a team's: who holds a post that it names, and who is at an organization
         *    that works on it; a look at everything is no part in it */
        if (seen->scope == LI_SCOPE_TEAM && inside(seen->area_path, post->area_path) &&
            (is_named(seen, post->post) ||
             (post->org != 0 && works_on_it(seen, post->org) && !li_str_is(post->post, "auditor"))))
            most = LI_SIGHT_STAFF;
    }
    return most;
}

static bool holds_by_the_rules(const struct li_viewer *viewer, const char *name, struct li_str area,
                               int64_t org)
{
    int found = 0;

    for (size_t i = 0; i < viewer->post_count; i++) {
        const struct li_post *post = &viewer->posts[i];
        bool any = strcmp(name, "*") == 0 && !li_str_is(post->post, "auditor");
        bool named = any || li_str_is(post->post, name);

        found += named && inside(area, post->area_path) && (org == 0 || org == post->org);
    }
    return found > 0;
}

/* ---- chance ------------------------------------------------------------------------------- */

static const char *const areas[] = {
    "44/",
    "44/4403/",
    "44/4403/440305/",
    "44/4403/440305/440305001/",
    "44/4403/440305/440305001/440305001003/",
    "44/4403/440305/440305001/440305001004/",
    "44/4403/440305/440305002/",
    "44/4403/4403050/",
    "11/",
};
static const char *const posts[] = {"desk", "dispatcher", "checker", "handler", "auditor"};

struct dice {
    struct li_random *random;
};

static unsigned roll(struct dice *dice, unsigned sides)
{
    unsigned char two[2];

    li_random_bytes(dice->random, two, sizeof(two));
    return (two[0] * 256U + two[1]) % sides;
}

static struct li_viewer some_viewer(struct dice *dice, struct li_post held[4])
{
    struct li_viewer viewer = {.kind = (enum li_viewer_kind)roll(dice, 5),
                               .case_id = 1 + roll(dice, 3),
                               .party = 1,
                               .posts = held,
                               .post_count = roll(dice, 4)};

    if (roll(dice, 3) > 0)
        viewer.kind = LI_VIEWER_STAFF;
    for (size_t i = 0; i < viewer.post_count; i++)
        held[i] = (struct li_post){.post = li_str(posts[roll(dice, 5)]),
                                   .area_path = li_str(areas[roll(dice, 9)]),
                                   .org = roll(dice, 2) ? 0 : 1 + roll(dice, 3)};
    return viewer;
}

static void by_chance(struct test_store *t)
{
    struct dice dice = {.random = li_random_seeded(7)};
    int sights[4] = {0}, holds = 0;

    (void)t;
    for (int i = 0; i < 40000; i++) {
        struct li_post held[4];
        int64_t orgs[2] = {1 + roll(&dice, 3), 1 + roll(&dice, 3)};
        const struct li_str team[2] = {li_str(posts[roll(&dice, 5)]),
                                       li_str(posts[roll(&dice, 5)])};
        const struct li_viewer viewer = some_viewer(&dice, held);
        const struct li_seen seen = {.scope = (enum li_scope)roll(&dice, 4),
                                     .area_path = li_str(areas[roll(&dice, 9)]),
                                     .case_id = 1 + roll(&dice, 3),
                                     .orgs = orgs,
                                     .org_count = roll(&dice, 3),
                                     .team = team,
                                     .team_count = roll(&dice, 3)};
        enum li_sight sight = li_sight_of(&viewer, &seen);
        const char *post = roll(&dice, 4) ? posts[roll(&dice, 4)] : "*";
        int64_t org = roll(&dice, 3);
        bool held_it = li_viewer_holds(&viewer, li_str(post), seen.area_path, org);

        assert_int_equal(sight, by_the_rules(&viewer, &seen));
        assert_int_equal(held_it, holds_by_the_rules(&viewer, post, seen.area_path, org));
        sights[sight]++;
        holds += held_it;
    }
    for (int i = 0; i < 4; i++)
        assert_true(sights[i] > 500);
    assert_true(holds > 500 && holds < 19500);
    li_random_free(dice.random);
}

/* ---- said aloud ------------------------------------------------------------------------------ */

static void by_example(struct test_store *t)
{
    static const struct li_post street = {.post = LI_S_INIT("dispatcher"),
                                          .area_path = LI_S_INIT("440305/440305001/")};
    static const struct li_post mender = {
        .post = LI_S_INIT("handler"), .area_path = LI_S_INIT("440305/"), .org = 9};
    static const int64_t menders[] = {9};
    static const struct li_str dispatchers[] = {LI_S_INIT("dispatcher")};
    const struct li_viewer anyone = {.kind = LI_VIEWER_ANYONE};
    const struct li_viewer party = {.kind = LI_VIEWER_PARTY, .case_id = 5, .party = 1};
    const struct li_viewer dispatcher = {
        .kind = LI_VIEWER_STAFF, .posts = &street, .post_count = 1};
    const struct li_viewer handler = {.kind = LI_VIEWER_STAFF, .posts = &mender, .post_count = 1};
    const struct li_viewer dismissed = {.kind = LI_VIEWER_STAFF};
    struct li_seen lamp = {
        .scope = LI_SCOPE_STAFF, .area_path = LI_S("440305/440305001/440305001003/"), .case_id = 5};

    (void)t;
    assert_int_equal(li_sight_of(&anyone, &lamp), LI_SIGHT_NONE);
    assert_int_equal(li_sight_of(&party, &lamp), LI_SIGHT_PARTY);
    assert_int_equal(li_sight_of(&dispatcher, &lamp), LI_SIGHT_STAFF);
    assert_int_equal(li_sight_of(&handler, &lamp), LI_SIGHT_NONE);
    assert_int_equal(li_sight_of(&dismissed, &lamp), LI_SIGHT_NONE);
    lamp.orgs = menders;
    lamp.org_count = 1;
    assert_int_equal(li_sight_of(&handler, &lamp), LI_SIGHT_STAFF);
    lamp.scope = LI_SCOPE_TEAM;
    assert_int_equal(li_sight_of(&handler, &lamp), LI_SIGHT_STAFF);
    assert_int_equal(li_sight_of(&dispatcher, &lamp), LI_SIGHT_NONE);
    lamp.team = dispatchers;
    lamp.team_count = 1;
    assert_int_equal(li_sight_of(&dispatcher, &lamp), LI_SIGHT_STAFF);
    lamp.team_count = 0;
    lamp.org_count = 0;
    assert_int_equal(li_sight_of(&handler, &lamp), LI_SIGHT_NONE);
    assert_int_equal(li_sight_of(&party, &lamp), LI_SIGHT_PARTY);
    lamp.scope = LI_SCOPE_PUBLIC;
    assert_int_equal(li_sight_of(&anyone, &lamp), LI_SIGHT_PUBLIC);
    assert_int_equal(li_sight_of(&dismissed, &lamp), LI_SIGHT_PUBLIC);
    lamp.case_id = 6;
    assert_int_equal(li_sight_of(&party, &lamp), LI_SIGHT_PUBLIC);
    lamp.area_path = LI_S("440305/4403050010/");
    assert_int_equal(li_sight_of(&dispatcher, &lamp), LI_SIGHT_PUBLIC);
}

int main(void)
{
    static const struct store_test tests[] = {SQLITE_TEST(by_chance), SQLITE_TEST(by_example)};

    return STORE_TESTS_RUN("record sight", tests);
}
