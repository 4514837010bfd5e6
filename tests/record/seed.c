/*
 * The demo tenants: seeded whole, once, and finished after a crash.
 */
#include "cli/seed.h"

#include "lib/records.h"
#include "lib/town.h"
#include "record/code.h"

LI_SQL(seed_entries, "select cast(count(*) as bigint) from history where tenant = $1");
LI_SQL(seed_accounts, "select cast(count(*) as bigint) from account where tenant = $1");
LI_SQL(seed_posts, "select cast(count(*) as bigint) from appointment where tenant = $1");
LI_SQL(seed_organizations, "select cast(count(*) as bigint) from organization where tenant = $1");

static const struct li_command *const commands[] = {
    &li_area_import,      &li_organization_add, &li_person_add,
    &li_appointment_make, &li_session_begin,    &li_login_failed,
    &li_appointment_end,  &li_code_import,      NULL,
};

static int64_t number(struct test_record *r, const struct li_sql *sql, int64_t tenant)
{
    return records_number(r, sql, LI_ARGS(li_v(tenant)));
}

static void assert_whole(struct test_record *r)
{
    static const struct {
        const char *slug;
        int64_t areas, posts;
    } towns[] = {{"nanshan", 228, 67},
                 {"xifeng", 175, 55},
                 {"yakeshi", 60, 31},
                 {"longgang", 141, 47},
                 {"baoan", 526, 133}};
    struct li_area *areas = NULL;
    size_t n = 0;

    for (int64_t id = 1; id <= 5; id++) {
        const struct li_tenant *tenant = li_tenant_by_id(r->record, id);
        assert_non_null(tenant);
        assert_true(li_str_is(tenant->slug, towns[id - 1].slug));
        assert_ok(r->t, li_area_list(r->ctx, r->t->writer, id, LI_S(""), LI_S(""), &areas, &n));
        assert_int_equal(n, towns[id - 1].areas);
        assert_int_equal(number(r, &seed_accounts, id), 19);
        assert_int_equal(number(r, &seed_posts, id), towns[id - 1].posts);
        assert_int_equal(number(r, &seed_organizations, id), 6);
        assert_verifies(r, id);
    }
}

/* Everybody can sign in, and every part of a tenant is somebody's. */
static void seeds(struct test_store *t)
{
    struct test_record *r = records_open_bare(t, commands, NULL);
    struct li_sessions *sessions = li_sessions_new(r->record);
    struct li_gap *gaps = NULL;
    struct li_session session;
    struct li_str token;
    size_t n = 9;
    struct li_owner_query query = {
        .tenant = 1, .post = LI_S("desk"), .area_path = LI_S(TOWN_COMMUNITY)};
    struct li_owner_found found;

    assert_non_null(sessions);
    assert_ok(t, li_seed_demo(r->ctx, r->record));
    assert_whole(r);
    for (int64_t id = 1; id <= 5; id++) {
        assert_ok(t, li_gap_list(r->ctx, t->writer, id, LI_S(""), li_now(r->clock), &gaps, &n));
        for (size_t i = 0; i < n; i++)
            assert_string_not_equal(gaps[i].post->name, "desk");
    }
    assert_ok(t, li_session_open(r->ctx, sessions, 5, LI_S("desk"), LI_S("linli-demo"), &token));
    assert_ok(t, li_session_find(r->ctx, sessions, t->writer, 5, token, &session));
    assert_int_equal(session.viewer.post_count, 2); /* one at each street */
    assert_ok(t, li_session_open(r->ctx, sessions, 3, LI_S("both"), LI_S("linli-demo"), &token));
    assert_ok(t, li_session_find(r->ctx, sessions, t->writer, 3, token, &session));
    assert_true(li_viewer_holds(&session.viewer, LI_S("checker"), LI_S("15/1507/150782/"), 0));
    assert_true(li_viewer_holds(&session.viewer, LI_S("handler"), LI_S("15/1507/150782/"), 0));
    query.now = li_now(r->clock);
    assert_ok(t, li_owner_resolve(r->ctx, NULL, t->writer, &query, &found));
    assert_false(found.vacant);
    assert_true(li_str_is(found.area_path, TOWN_STREET));
    li_sessions_free(sessions);
}

static void seeds_once(struct test_store *t)
{
    struct test_record *r = records_open_bare(t, commands, NULL);
    int64_t before;

    assert_ok(t, li_seed_demo(r->ctx, r->record));
    before = number(r, &seed_entries, 1);
    assert_ok(t, li_seed_demo(r->ctx, r->record));
    assert_int_equal(number(r, &seed_entries, 1), before);
    records_reopen(r);
    records_later(r, INT64_C(60) * 86400 * 1000000); /* request keys are long gone */
    assert_ok(t, li_seed_demo(r->ctx, r->record));
    assert_int_equal(number(r, &seed_entries, 1), before);
    assert_whole(r);
}

LI_SQL(seed_last_post, "select id from appointment where tenant = $1 order by id desc limit 1");
LI_SQL(seed_forget_key, "delete from request_key where tenant = $1 and entity = $2");
LI_SQL(seed_forget_post, "delete from appointment where tenant = $1 and id = $2");

/* What a crash before the very last step leaves is finished, and nothing done
 * before is done again. */
static void finishes(struct test_store *t)
{
    struct test_record *r = records_open_bare(t, commands, NULL);
    int64_t before, last;

    assert_ok(t, li_seed_demo(r->ctx, r->record));
    before = number(r, &seed_entries, 5);
    last = number(r, &seed_last_post, 5);
    records_tamper(r, &seed_forget_key, LI_ARGS(li_v(5), li_v(last)));
    records_tamper(r, &seed_forget_post, LI_ARGS(li_v(5), li_v(last)));
    records_reopen(r);
    assert_ok(t, li_seed_demo(r->ctx, r->record));
    assert_int_equal(number(r, &seed_entries, 5), before + 1);
    assert_whole(r);
}

/* What is served to people says that it is a demonstration. */
static void marked(struct test_store *t)
{
    struct test_record *r = records_open_bare(t, commands, NULL);
    struct li_organization *all = NULL;
    size_t n = 0;

    assert_ok(t, li_seed_demo(r->ctx, r->record));
    for (int64_t id = 1; id <= 5; id++) {
        assert_ok(t, li_organization_list(r->ctx, t->writer, id, &all, &n));
        assert_int_equal(n, 6);
        for (size_t i = 0; i < n; i++)
            assert_true(li_str_ends(all[i].name, LI_S("（演示）")));
    }
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(seeds),
        STORE_TEST(seeds_once),
        STORE_TEST(finishes),
        SQLITE_TEST(marked),
    };

    return STORE_TESTS_RUN("seed", tests);
}
