/*
 * Organizations, persons and appointments; who answers for what, and where
 * nobody does.
 */
#include "base/time.h"
#include "lib/town.h"

LI_SQL(people_history, "select payload from history where tenant = $1 and command = $2 "
                       "order by seq desc limit 1");
LI_SQL(people_entries, "select cast(count(*) as bigint) from history "
                       "where tenant = $1 and command = $2");
LI_SQL(people_rev, "select rev from tenant where tenant = $1");

static struct li_conn *reader(struct test_record *r)
{
    return r->t->writer;
}

static int64_t now(struct test_record *r)
{
    return li_now(r->clock);
}

static int64_t rev(struct test_record *r)
{
    return records_number(r, &people_rev, LI_ARGS(li_v(r->tenant)));
}

static struct li_node *payload_of(struct test_record *r, const struct li_command *command)
{
    struct li_str text = records_text(r, &people_history,
                                      LI_ARGS(li_v(r->tenant), li_v_text(li_str(command->name))));
    struct li_node *node;

    assert_ok(r->t, li_json_read(r->ctx, text, &node));
    return node;
}

/* Refused with this code and place, and without a trace. */
static void refused(struct test_record *r, const struct li_command *command, const void *args,
                    int code, const char *where)
{
    int64_t before = records_number(r, &people_entries,
                                    LI_ARGS(li_v(r->tenant), li_v_text(li_str(command->name))));
    int64_t rev_before = rev(r);

    assert_int_equal(records_run(r, command, args), -code);
    if (where)
        assert_told_at(r, where);
    assert_int_equal(records_number(r, &people_entries,
                                    LI_ARGS(li_v(r->tenant), li_v_text(li_str(command->name)))),
                     before);
    assert_int_equal(rev(r), rev_before);
}

/* ---- organizations --------------------------------------------------------------- */

static void organizations(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t before = rev(r), lamps = town_organization(r, "路灯队"),
            water = town_organization(r, "水务站");
    struct li_organization one, *all = NULL;
    size_t n = 0;

    assert_int_equal(rev(r), before + 2);
    assert_ok(t, li_organization_find(r->ctx, reader(r), 1, lamps, &one));
    assert_true(li_str_is(one.name, "路灯队"));
    assert_true(li_str_is(one.area_path, TOWN_COUNTY));
    assert_ok(t, li_organization_list(r->ctx, reader(r), 1, &all, &n));
    assert_int_equal(n, 2);
    assert_true(all[0].id == lamps && all[1].id == water);
    assert_true(li_str_is(li_node_text(payload_of(r, &li_organization_add), "name"), "水务站"));
    li_ctx_clear(r->ctx);
    assert_int_equal(li_organization_find(r->ctx, reader(r), 2, lamps, &one), -LI_E_NOT_FOUND);
    assert_int_equal(li_organization_find(r->ctx, reader(r), 1, 7, &one), -LI_E_NOT_FOUND);
    assert_int_equal(r->ctx->error_count, 0);
}

static void organizations_refused(struct test_store *t)
{
    struct test_record *r = town_open(t);
    struct li_organization_args args = {.name = LI_S("路灯队"), .area_code = LI_S("440305")};

    assert_ok(t, records_run(r, &li_organization_add, &args));
    refused(r, &li_organization_add, &args, LI_E_UNIQUE, "/name");
    args.name = LI_S("别的队");
    args.area_code = LI_S("999999");
    refused(r, &li_organization_add, &args, LI_E_INVALID, "/area");
    args.area_code = LI_S("440306"); /* in the table, but not this tenant's */
    refused(r, &li_organization_add, &args, LI_E_INVALID, "/area");
    args.area_code = LI_S("4403"); /* above the tenant */
    refused(r, &li_organization_add, &args, LI_E_INVALID, "/area");
    args.area_code = LI_S("440305");
    args.name = LI_S("  ");
    refused(r, &li_organization_add, &args, LI_E_INVALID, "/name");
    args.name = LI_S("two\nlines");
    refused(r, &li_organization_add, &args, LI_E_INVALID, "/name");
    args.name = LI_S("\xff");
    refused(r, &li_organization_add, &args, LI_E_INVALID, "/name");
    args.name = li_strf(r->ctx, "%051d", 0);
    refused(r, &li_organization_add, &args, LI_E_INVALID, "/name");
}

/* ---- persons ----------------------------------------------------------------------- */

/* History knows ids and commitments, never a name, a login or a password. */
static void persons(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t before = rev(r),
            person = town_person(r, "王晓岚", "desk.one", LI_S("$argon2id$secret"));
    struct li_account account;
    struct li_str text, name;

    assert_int_equal(rev(r), before + 1);
    assert_ok(t, li_account_find(r->ctx, reader(r), 1, LI_S("desk.one"), &account));
    assert_int_equal(account.person, person);
    assert_true(account.id != person);
    assert_true(li_str_is(account.password, "$argon2id$secret"));
    text =
        records_text(r, &people_history, LI_ARGS(li_v(1), li_v_text(li_str(li_person_add.name))));
    assert_true(text.len > 0);
    assert_null(memmem(text.ptr, text.len, "王晓岚", strlen("王晓岚")));
    assert_null(memmem(text.ptr, text.len, "desk.one", strlen("desk.one")));
    assert_null(memmem(text.ptr, text.len, "argon2", strlen("argon2")));
    assert_ok(t, li_vault_first(r->ctx, r->record, reader(r), 1, person, LI_S("name"), &name));
    assert_true(li_str_is(name, "王晓岚"));
    assert_verifies(r, 1);
    assert_int_equal(records_verify(r, 1).texts, 2);
}

static void persons_without_account(struct test_store *t)
{
    struct test_record *r = town_open(t);
    struct li_account account;

    assert_true(town_person(r, "李文博", NULL, LI_S("")) > 0);
    assert_null(li_node_get(payload_of(r, &li_person_add), "account"));
    assert_int_equal(li_account_find(r->ctx, reader(r), 1, LI_S(""), &account), -LI_E_NOT_FOUND);
    assert_verifies(r, 1);
}

static void persons_refused(struct test_store *t)
{
    static const char *const bad[] = {"a",  "Desk", "two words",
                                      "台", "a/b",  "a123456789012345678901234567890123"};
    struct test_record *r = town_open(t);
    struct li_person_args args = {
        .name = LI_S("王晓岚"), .login = LI_S("desk"), .password_hash = LI_S("x")};

    assert_ok(t, records_run(r, &li_person_add, &args));
    args.name = LI_S("另一人");
    refused(r, &li_person_add, &args, LI_E_UNIQUE, "/login");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        args.login = li_str(bad[i]);
        refused(r, &li_person_add, &args, LI_E_INVALID, "/login");
    }
    args.login = LI_S("other");
    args.password_hash = LI_S("");
    refused(r, &li_person_add, &args, LI_E_INVALID, "/password");
    args.name = LI_S("");
    refused(r, &li_person_add, &args, LI_E_INVALID, "/name");
    /* The same login in another tenant is another account. */
    records_found(r, 2);
    r->tenant = 2;
    args = (struct li_person_args){
        .name = LI_S("李"), .login = LI_S("desk"), .password_hash = LI_S("x")};
    assert_ok(t, records_run(r, &li_person_add, &args));
}

/* ---- appointments ------------------------------------------------------------------ */

static size_t posts_at(struct test_record *r, int64_t person, int64_t at, int64_t *ret_until)
{
    struct li_post *posts = NULL;
    size_t n = 99;

    assert_ok(r->t, li_post_list(r->ctx, reader(r), 1, person, at, &posts, &n, ret_until));
    return n;
}

/* In force from `since` on, and no longer at `until`. */
static void in_time(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t person = town_person(r, "王", NULL, LI_S("")), from = now(r) + LI_DAY,
            to = now(r) + 3 * LI_DAY, until;

    town_appoint_for(r, person, "desk", "440305001", 0, from, to);
    town_appoint_for(r, person, "chief", "440305001003", 0, now(r) - LI_DAY, 0);
    assert_int_equal(posts_at(r, person, now(r), &until), 1);
    assert_int_equal(until, from);
    assert_int_equal(posts_at(r, person, from - 1, &until), 1);
    assert_int_equal(posts_at(r, person, from, &until), 2);
    assert_int_equal(until, to);
    assert_int_equal(posts_at(r, person, to - 1, &until), 2);
    assert_int_equal(posts_at(r, person, to, &until), 1);
    assert_int_equal(until, 0);
    assert_int_equal(posts_at(r, person, now(r) - 2 * LI_DAY, &until), 0);
    assert_int_equal(posts_at(r, person + 1, now(r), &until), 0);
}

static void many_posts(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t person = town_person(r, "王", NULL, LI_S("")), until;
    struct li_post *posts = NULL;
    struct li_area *areas = NULL;
    size_t n = 0, held = 0;

    assert_ok(t,
              li_area_list(r->ctx, reader(r), 1, LI_S(TOWN_STREET), LI_S("community"), &areas, &n));
    assert_int_equal(n, 12);
    for (size_t i = 0; i < n; i++)
        town_appoint(r, person, "grid_officer", li_str_c(r->ctx, areas[i].code), 0);
    assert_ok(t, li_post_list(r->ctx, reader(r), 1, person, now(r), &posts, &held, &until));
    assert_int_equal(held, 12);
    for (size_t i = 0; i < held; i++) {
        assert_true(li_str_is(posts[i].post, "grid_officer"));
        assert_true(li_str_eq(posts[i].area_path, areas[i].path));
    }
}

static void appointments_refused(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t person = town_person(r, "王", NULL, LI_S("")), lamps = town_organization(r, "路灯队");
    const struct li_appointment_args good = {
        .person = person, .post = LI_S("handler"), .area_code = LI_S("440305"), .org = lamps};
    struct li_appointment_args args = good;

    args.person = 5;
    refused(r, &li_appointment_make, &args, LI_E_INVALID, "/person");
    args = good;
    args.post = LI_S("emperor");
    refused(r, &li_appointment_make, &args, LI_E_INVALID, "/post");
    args = good;
    args.area_code = LI_S("440306");
    refused(r, &li_appointment_make, &args, LI_E_INVALID, "/area");
    args = good;
    args.org = lamps + 1;
    refused(r, &li_appointment_make, &args, LI_E_INVALID, "/organization");
    args = good;
    args.until = now(r);
    refused(r, &li_appointment_make, &args, LI_E_INVALID, "/until");
    assert_ok(t, records_run(r, &li_appointment_make, &good));
    refused(r, &li_appointment_make, &good, LI_E_UNIQUE, "/post");
    args = good; /* without the organization it is another post */
    args.org = 0;
    assert_ok(t, records_run(r, &li_appointment_make, &args));
}

/* The same post again is fine when the times do not overlap. */
static void one_after_another(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t person = town_person(r, "王", NULL, LI_S("")), from = now(r) + LI_DAY;
    struct li_appointment_args args = {.person = person,
                                       .post = LI_S("desk"),
                                       .area_code = LI_S("440305001"),
                                       .since = from,
                                       .until = from + LI_DAY};

    assert_ok(t, records_run(r, &li_appointment_make, &args));
    args.since = from + LI_DAY;
    args.until = 0;
    assert_ok(t, records_run(r, &li_appointment_make, &args));
    args.since = from - LI_DAY;
    args.until = from;
    assert_ok(t, records_run(r, &li_appointment_make, &args));
    args.until = from + 1;
    refused(r, &li_appointment_make, &args, LI_E_UNIQUE, "/post");
}

static void ending(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t person = town_person(r, "王", NULL, LI_S("")), until;
    struct li_appointment_end_args args = {.appointment =
                                               town_appoint(r, person, "desk", "440305001", 0)};
    int64_t before;

    records_later(r, LI_HOUR);
    before = rev(r);
    assert_int_equal(posts_at(r, person, now(r), &until), 1);
    assert_ok(t, records_run(r, &li_appointment_end, &args));
    assert_true(rev(r) > before);
    assert_int_equal(posts_at(r, person, now(r), &until), 0);
    assert_int_equal(posts_at(r, person, now(r) - 1, &until), 1); /* it was held */
    assert_int_equal(li_node_get(payload_of(r, &li_appointment_end), "until")->number, now(r));
    refused(r, &li_appointment_end, &args, LI_E_STATE, NULL);
    args.appointment++;
    refused(r, &li_appointment_end, &args, LI_E_NOT_FOUND, NULL);
    assert_verifies(r, 1);
}

static void posts_known(struct test_store *t)
{
    const struct li_post_info *info = li_post_find(LI_S("chief"));

    (void)t;
    assert_non_null(info);
    assert_string_equal(info->zh, "街巷长");
    assert_string_equal(info->en, "Chief");
    assert_string_equal(li_post_at(LI_S("chief"), LI_S("lane"))->zh, "巷长");
    assert_string_equal(li_post_at(LI_S("chief"), LI_S("building"))->en, "Building chief");
    assert_string_equal(li_post_at(LI_S("chief"), LI_S("community"))->zh, "街巷长");
    assert_string_equal(li_post_at(LI_S("desk"), LI_S("lane"))->en, "Desk");
    assert_null(li_post_at(LI_S("king"), LI_S("lane")));
    assert_null(li_post_find(LI_S("Chief")));
    assert_null(li_post_find(LI_S("")));
}

/* ---- who answers ------------------------------------------------------------------- */

static void assert_found(struct test_record *r, struct li_owners *owners,
                         const struct li_owner_query *query, const char *area, bool vacant)
{
    struct li_owner_found found = {.vacant = !vacant};

    assert_ok(r->t, li_owner_resolve(r->ctx, owners, reader(r), query, &found));
    assert_true(li_str_is(found.area_path, area));
    assert_int_equal(found.vacant, vacant);
}

static void assert_owner(struct test_record *r, const char *post, const char *from, int64_t org,
                         const char *area, bool vacant)
{
    const struct li_owner_query query = {.tenant = r->tenant,
                                         .post = li_str(post),
                                         .area_path = li_str(from),
                                         .org = org,
                                         .now = now(r)};
    struct li_owners *owners = li_owners_new();

    assert_non_null(owners);
    assert_found(r, NULL, &query, area, vacant);
    assert_found(r, owners, &query, area, vacant);
    assert_found(r, owners, &query, area, vacant);
    li_owners_free(owners);
}

static void walks_up(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t person = town_person(r, "王", NULL, LI_S(""));

    assert_owner(r, "chief", TOWN_COMMUNITY, 0, TOWN_COUNTY, true);
    town_appoint(r, person, "chief", "440305", 0);
    assert_owner(r, "chief", TOWN_COMMUNITY, 0, TOWN_COUNTY, false);
    town_appoint(r, person, "chief", "440305001", 0);
    assert_owner(r, "chief", TOWN_COMMUNITY, 0, TOWN_STREET, false);
    town_appoint(r, person, "chief", "440305001003", 0);
    assert_owner(r, "chief", TOWN_COMMUNITY, 0, TOWN_COMMUNITY, false);
    /* A neighbour's chief is not asked. */
    assert_owner(r, "chief", TOWN_STREET "440305001004/", 0, TOWN_STREET, false);
    assert_owner(r, "desk", TOWN_COMMUNITY, 0, TOWN_COUNTY, true);
}

static void by_organization(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t person = town_person(r, "王", NULL, LI_S("")), lamps = town_organization(r, "路灯队"),
            water = town_organization(r, "水务站");

    town_appoint(r, person, "handler", "440305", lamps);
    town_appoint(r, person, "handler", "440305001", water);
    assert_owner(r, "handler", TOWN_COMMUNITY, lamps, TOWN_COUNTY, false);
    assert_owner(r, "handler", TOWN_COMMUNITY, water, TOWN_STREET, false);
    assert_owner(r, "handler", TOWN_COMMUNITY, 0, TOWN_STREET, false);
    assert_owner(r, "handler", TOWN_COUNTY, water, TOWN_COUNTY, true);
    assert_owner(r, "checker", TOWN_COMMUNITY, lamps, TOWN_COUNTY, true);
}

/* Before the appointment begins and after it ended it does not count. */
static void owners_in_time(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t person = town_person(r, "王", NULL, LI_S(""));

    town_appoint_for(r, person, "desk", "440305001", 0, now(r) + LI_HOUR, now(r) + 2 * LI_HOUR);
    assert_owner(r, "desk", TOWN_COMMUNITY, 0, TOWN_COUNTY, true);
    records_later(r, LI_HOUR);
    assert_owner(r, "desk", TOWN_COMMUNITY, 0, TOWN_STREET, false);
    records_later(r, LI_HOUR);
    assert_owner(r, "desk", TOWN_COMMUNITY, 0, TOWN_COUNTY, true);
}

static void owners_of_nowhere(struct test_store *t)
{
    struct test_record *r = town_open(t);
    const struct li_owner_query query = {
        .tenant = 2, .post = LI_S("desk"), .area_path = LI_S("44/"), .now = now(r)};
    struct li_owners *owners = li_owners_new();
    struct li_owner_found found = {0};

    assert_non_null(owners);
    records_found(r, 2);
    for (int i = 0; i < 3; i++)
        assert_int_equal(li_owner_resolve(r->ctx, i ? owners : NULL, reader(r), &query, &found),
                         -LI_E_STATE);
    assert_null(found.area_path.ptr);
    li_owners_free(owners);
}

/* What is kept follows appointments made, ended, and running out by themselves. */
static void owners_kept(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t person = town_person(r, "王", NULL, LI_S(""));
    struct li_owners *owners = li_owners_new();
    struct li_owner_query query = {.tenant = r->tenant,
                                   .post = LI_S("desk"),
                                   .area_path = LI_S(TOWN_COMMUNITY),
                                   .now = now(r)};

    assert_non_null(owners);
    assert_found(r, owners, &query, TOWN_COUNTY, true);
    town_appoint(r, person, "desk", "440305", 0);
    assert_found(r, owners, &query, TOWN_COUNTY, false);
    town_appoint_for(r, person, "desk", "440305001", 0, now(r), now(r) + LI_HOUR);
    assert_found(r, owners, &query, TOWN_STREET, false);
    query.now += LI_HOUR;
    assert_found(r, owners, &query, TOWN_COUNTY, false);
    query.now -= LI_HOUR; /* a clock set back */
    assert_found(r, owners, &query, TOWN_STREET, false);
    li_owners_free(owners);
}

/* How many gaps of a post there are inside a path. */
static size_t gaps(struct test_record *r, const char *path, const char *post)
{
    struct li_gap *list = NULL;
    size_t n = 0, found = 0;

    assert_ok(r->t, li_gap_list(r->ctx, reader(r), r->tenant, li_str(path), now(r), &list, &n));
    for (size_t i = 0; i < n; i++) {
        assert_true(li_str_starts(list[i].area_path, li_str(path)));
        if (i > 0 && list[i - 1].post == list[i].post)
            assert_true(li_str_cmp(list[i - 1].area_path, list[i].area_path) < 0);
        found += strcmp(list[i].post->name, post) == 0;
    }
    return found;
}

static void gap_list(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t person = town_person(r, "王", NULL, LI_S(""));

    /* twelve communities; other counties are not ours */
    assert_int_equal(gaps(r, TOWN_COUNTY, "desk"), 12);
    assert_int_equal(gaps(r, TOWN_COUNTY, "dispatcher"), 12);
    assert_int_equal(gaps(r, TOWN_COUNTY, "checker"), 12);
    assert_int_equal(gaps(r, TOWN_COUNTY, "handler"), 0);
    town_appoint(r, person, "desk", "440305001003", 0);
    assert_int_equal(gaps(r, TOWN_COUNTY, "desk"), 11);
    assert_int_equal(gaps(r, TOWN_COMMUNITY, "desk"), 0);
    assert_int_equal(gaps(r, TOWN_COMMUNITY, "checker"), 1);
    town_appoint_for(r, person, "desk", "440305001", 0, 0, now(r) + LI_DAY);
    assert_int_equal(gaps(r, TOWN_COUNTY, "desk"), 0);
    records_later(r, LI_DAY);
    assert_int_equal(gaps(r, TOWN_COUNTY, "desk"), 11);
}

/* ---- who stands in ------------------------------------------------------------------ */

static int64_t absent(struct test_record *r, int64_t person, int64_t since, int64_t until)
{
    const struct li_absence_args args = {.person = person, .since = since, .until = until};
    struct li_job job = records_job(r, &li_absence_note, &args);

    assert_ok(r->t, li_run(r->record, &job));
    return job.entity;
}

static int64_t appoint_as(struct test_record *r, const struct li_appointment_args *args)
{
    struct li_job job = records_job(r, &li_appointment_make, args);

    assert_ok(r->t, li_run(r->record, &job));
    return job.entity;
}

static const struct li_gap *gap_of(struct test_record *r, const char *post, const char *area)
{
    struct li_gap *list = NULL;
    size_t n = 0;

    assert_ok(r->t,
              li_gap_list(r->ctx, reader(r), r->tenant, LI_S(TOWN_COUNTY), now(r), &list, &n));
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].post->name, post) == 0 && li_str_is(list[i].area_path, area))
            return &list[i];
    return NULL;
}

/* A substitute holds the post while the other one is away, and only then. */
static void substitutes(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t a = town_person(r, "甲", NULL, LI_S("")), b = town_person(r, "乙", NULL, LI_S("")),
            until = 0, start = now(r);
    struct li_appointment_args args = {.person = b,
                                       .post = LI_S("desk"),
                                       .area_code = LI_S("440305001003"),
                                       .stands_in_for =
                                           town_appoint(r, a, "desk", "440305001003", 0)};
    int64_t away;

    args.post = LI_S("checker"); /* not what the other one is */
    refused(r, &li_appointment_make, &args, LI_E_INVALID, "/stands_in_for");
    args.post = LI_S("desk");
    args.person = a; /* not oneself */
    refused(r, &li_appointment_make, &args, LI_E_INVALID, "/stands_in_for");
    args.person = b;
    appoint_as(r, &args);
    assert_owner(r, "desk", TOWN_COMMUNITY, 0, TOWN_COMMUNITY, false);
    assert_int_equal(posts_at(r, b, now(r), &until), 0);
    assert_int_equal(until, 0);
    away = absent(r, a, start + LI_HOUR, start + 3 * LI_HOUR);
    assert_int_equal(posts_at(r, b, now(r), &until), 0);
    assert_int_equal(until, start + LI_HOUR);
    records_later(r, LI_HOUR);
    assert_int_equal(posts_at(r, b, now(r), &until), 1);
    assert_int_equal(until, start + 3 * LI_HOUR);
    assert_int_equal(posts_at(r, a, now(r), &until), 1); /* may still act */
    assert_owner(r, "desk", TOWN_COMMUNITY, 0, TOWN_COMMUNITY, false);
    assert_null(gap_of(r, "desk", TOWN_COMMUNITY));
    absent(r, b, now(r), now(r) + LI_HOUR); /* both are away */
    assert_owner(r, "desk", TOWN_COMMUNITY, 0, TOWN_COUNTY, true);
    assert_int_equal(gap_of(r, "desk", TOWN_COMMUNITY)->why, LI_GAP_ABSENT);
    assert_int_equal(gap_of(r, "desk", TOWN_COMMUNITY)->until, start + 3 * LI_HOUR);
    assert_ok(t, records_run(r, &li_absence_end, &(struct li_absence_end_args){.absence = away}));
    refused(r, &li_absence_end, &(struct li_absence_end_args){.absence = away}, LI_E_STATE, NULL);
    assert_int_equal(posts_at(r, b, now(r), &until), 0);
    assert_owner(r, "desk", TOWN_COMMUNITY, 0, TOWN_COMMUNITY, false);
    assert_null(li_node_get(payload_of(r, &li_absence_end), "person"));
    assert_verifies(r, 1);
}

/* A secondment ends, is a gap at home, and leaves the home post meanwhile. */
static void secondments(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t a = town_person(r, "甲", NULL, LI_S("")), b = town_person(r, "乙", NULL, LI_S("")),
            until = 0, start = now(r), lamps = town_organization(r, "路灯队");
    int64_t home = town_appoint(r, a, "handler", "440305001", lamps);
    struct li_appointment_args args = {
        .person = a, .post = LI_S("checker"), .area_code = LI_S("440305001003"), .lent_from = home};
    const struct li_appointment_args cover = {.person = b,
                                              .post = LI_S("handler"),
                                              .area_code = LI_S("440305001"),
                                              .org = lamps,
                                              .stands_in_for = home};

    refused(r, &li_appointment_make, &args, LI_E_INVALID, "/until"); /* open-ended */
    args.until = start + LI_DAY;
    args.person = b;
    refused(r, &li_appointment_make, &args, LI_E_INVALID, "/lent_from"); /* another one's */
    args.person = a;
    appoint_as(r, &args);
    assert_int_equal(posts_at(r, a, now(r), &until), 1);
    assert_int_equal(until, start + LI_DAY);
    assert_owner(r, "handler", TOWN_COMMUNITY, lamps, TOWN_COUNTY, true);
    assert_owner(r, "checker", TOWN_COMMUNITY, 0, TOWN_COMMUNITY, false);
    assert_int_equal(gap_of(r, "handler", TOWN_STREET)->why, LI_GAP_LENT);
    assert_true(gap_of(r, "handler", TOWN_STREET)->org == lamps);
    appoint_as(r, &cover);
    assert_null(gap_of(r, "handler", TOWN_STREET));
    assert_owner(r, "handler", TOWN_COMMUNITY, lamps, TOWN_STREET, false);
    assert_int_equal(posts_at(r, b, now(r), &until), 1);
    records_later(r, LI_DAY); /* over by itself */
    assert_owner(r, "handler", TOWN_COMMUNITY, lamps, TOWN_STREET, false);
    assert_owner(r, "checker", TOWN_COMMUNITY, 0, TOWN_COUNTY, true);
    assert_int_equal(posts_at(r, a, now(r), &until), 1);
    assert_int_equal(posts_at(r, b, now(r), &until), 0);
    assert_verifies(r, 1);
}

static void absences_refused(struct test_store *t)
{
    struct test_record *r = town_open(t);
    struct li_absence_args args = {.person = 7, .until = now(r) + LI_HOUR};

    refused(r, &li_absence_note, &args, LI_E_INVALID, "/person");
    args.person = town_person(r, "甲", NULL, LI_S(""));
    args.until = now(r);
    refused(r, &li_absence_note, &args, LI_E_INVALID, "/until");
    refused(r, &li_absence_end, &(struct li_absence_end_args){.absence = 7}, LI_E_NOT_FOUND, NULL);
}

/* Of a roster's post: who is on, else where the next turn is. */
static void planned(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t person = town_person(r, "王", NULL, LI_S(""));
    struct li_owner_query query = {.tenant = r->tenant,
                                   .post = LI_S("duty_officer"),
                                   .area_path = LI_S(TOWN_COMMUNITY),
                                   .now = now(r),
                                   .planned = true};
    const struct li_post barred = {.post = LI_S("duty_officer"), .area_path = LI_S(TOWN_STREET)};

    town_appoint_for(r, person, "duty_officer", "440305001", 0, now(r) + LI_HOUR,
                     now(r) + 2 * LI_HOUR);
    assert_found(r, NULL, &query, TOWN_STREET, true);
    query.planned = false;
    assert_found(r, NULL, &query, TOWN_COUNTY, true);
    query.now += LI_HOUR;
    assert_found(r, NULL, &query, TOWN_STREET, false);
    query.barred = &barred;
    query.barred_count = 1;
    assert_found(r, NULL, &query, TOWN_COUNTY, true);
}

/* ---- the directory ----------------------------------------------------------------- */

static void directory(struct test_store *t)
{
    struct test_record *r = town_open(t);
    int64_t wang = town_person(r, "王晓岚", "wang", LI_S("x")),
            li = town_person(r, "李文博", NULL, LI_S("")), lamps = town_organization(r, "路灯队");
    int64_t desk = town_appoint(r, wang, "desk", "440305001", 0);
    struct li_appointment_filter filter = {.limit = 9};
    struct li_appointment *found = NULL;
    struct li_person *persons = NULL;
    size_t n = 0;

    town_appoint(r, li, "handler", "440305", lamps);
    assert_ok(t, li_person_list(r->ctx, reader(r), 1, LI_S(""), 0, 9, &persons, &n));
    assert_true(n == 2 && persons[0].id == wang && persons[1].id == li);
    assert_true(li_str_is(persons[0].login, "wang") && persons[0].account != 0);
    assert_true(persons[1].account == 0 && !persons[1].login.ptr);
    assert_ok(t, li_person_list(r->ctx, reader(r), 1, LI_S("文博"), 0, 9, &persons, &n));
    assert_true(n == 1 && persons[0].id == li);
    assert_ok(t, li_person_list(r->ctx, reader(r), 1, LI_S(""), wang, 1, &persons, &n));
    assert_true(n == 1 && persons[0].id == li);
    assert_int_equal(li_person_find(r->ctx, reader(r), 1, 7, persons), -LI_E_NOT_FOUND);

    assert_ok(t, li_appointment_list(r->ctx, reader(r), 1, &filter, &found, &n));
    assert_true(n == 2 && found[0].id == desk && li_str_is(found[0].name, "王晓岚"));
    filter.path = LI_S(TOWN_STREET);
    assert_ok(t, li_appointment_list(r->ctx, reader(r), 1, &filter, &found, &n));
    assert_true(n == 1 && found[0].person == wang);
    filter = (struct li_appointment_filter){.org = lamps, .limit = 9};
    assert_ok(t, li_appointment_list(r->ctx, reader(r), 1, &filter, &found, &n));
    assert_true(n == 1 && found[0].person == li && found[0].org == lamps);
    filter = (struct li_appointment_filter){.post = LI_S("desk"), .at = now(r), .limit = 9};
    assert_ok(t, li_appointment_list(r->ctx, reader(r), 1, &filter, &found, &n));
    assert_int_equal(n, 1);
    assert_ok(t, records_run(r, &li_appointment_end,
                             &(struct li_appointment_end_args){.appointment = desk}));
    filter.at = now(r);
    assert_ok(t, li_appointment_list(r->ctx, reader(r), 1, &filter, &found, &n));
    assert_int_equal(n, 0);
    filter.at = 0;
    assert_ok(t, li_appointment_list(r->ctx, reader(r), 1, &filter, &found, &n));
    assert_true(n == 1 && found[0].until == now(r));
}

static void nothing_more(struct li_job *job)
{
    (void)job;
}

/* One batch: what the first writes, the others see. */
static void in_one_batch(struct test_store *t)
{
    struct test_record *r = town_open(t);
    const struct li_person_args args = {
        .name = LI_S("王"), .login = LI_S("same"), .password_hash = LI_S("x")};
    struct li_job jobs[4];

    for (int i = 0; i < 4; i++) {
        jobs[i] = i == 0 ? records_job(r, &test_wait, NULL) : records_job(r, &li_person_add, &args);
        jobs[i].ctx = test_ctx_new(r->clock);
        jobs[i].done = nothing_more;
        assert_ok(t, li_submit(r->record, &jobs[i]));
        if (i == 0)
            records_at_gate();
    }
    records_pass();
    assert_ok(t, records_run(r, &test_touch, NULL)); /* the queue is in order */
    assert_int_equal(jobs[1].status, 0);
    assert_int_equal(jobs[2].status, -LI_E_UNIQUE);
    assert_int_equal(jobs[3].status, -LI_E_UNIQUE);
    for (int i = 0; i < 4; i++)
        test_ctx_free(jobs[i].ctx);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(organizations),     STORE_TEST(organizations_refused),
        STORE_TEST(persons),           STORE_TEST(persons_without_account),
        STORE_TEST(persons_refused),   STORE_TEST(in_time),
        STORE_TEST(many_posts),        STORE_TEST(appointments_refused),
        STORE_TEST(one_after_another), STORE_TEST(ending),
        SQLITE_TEST(posts_known),      STORE_TEST(walks_up),
        STORE_TEST(by_organization),   STORE_TEST(owners_in_time),
        STORE_TEST(owners_of_nowhere), STORE_TEST(owners_kept),
        STORE_TEST(gap_list),          STORE_TEST(directory),
        STORE_TEST(in_one_batch),      STORE_TEST(substitutes),
        STORE_TEST(secondments),       STORE_TEST(absences_refused),
        STORE_TEST(planned),
    };

    return STORE_TESTS_RUN("people", tests);
}
