/*
 * Open cases go on by a later version: states, parts, fields and clocks; what has no place
 * stays; the timeline of before is told by the version of then; many as a job, which a
 * restart does not lose; what was about to be opened still is.
 */
#include "case/migrate.h"
#include "base/canonical.h"
#include "base/time.h"
#include "lib/cases.h"
#include "people/account.h"
#include "playbook/flat.h"
#include "record/job.h"

LI_SQL(migrate_opening, "select cast(count(*) as bigint) from due where tenant = $1 "
                        "and entity = $2 and command = 'case.open'");
LI_SQL(migrate_of, "select version from cases where tenant = $1 and id = $2");

#define HEAD "title: {zh: 换版, en: Change}\nwhy: {zh: 测试, en: Test}\nnumber: \"V{yy}-{seq}\"\n"

static const char first[] =
    "playbook: change\nversion: 1\n" HEAD
    "fields:\n  size: {type: integer, label: {zh: 大小, en: Size}}\n"
    "  day: {type: date, label: {zh: 日期, en: Day}}\n"
    "  colour: {type: choice, label: {zh: 颜色, en: Colour}, options: {red: {zh: 红, en: Red}, "
    "blue: {zh: 蓝, en: Blue}}}\n"
    "  words: {type: text, label: {zh: 说明, en: Words}}\n"
    "open: {by: anyone, via: [web], fields: [size, colour, words], required: [words]}\n"
    "states:\n"
    "  fresh: {label: {zh: 新, en: Fresh}, owner: desk, clock: 4d, overdue: [{at: 50%, mark: "
    "overdue}]}\n"
    "  odd: {label: {zh: 怪, en: Odd}, owner: desk, clock: 400d}\n"
    "  shut: {label: {zh: 完, en: Shut}, end: true}\n"
    "parts:\n  bit:\n    label: {zh: 块, en: Bit}\n    fields: [day]\n    states:\n"
    "      todo: {label: {zh: 待, en: To do}, owner: desk, clock: 10d}\n"
    "      ok: {label: {zh: 好, en: Done}, end: true}\n"
    "actions:\n"
    "  add: {label: {zh: 加, en: Add}, from: fresh, by: desk, needs: day, adds: bit}\n"
    "  turn: {label: {zh: 转, en: Turn}, from: fresh, to: odd, by: desk}\n"
    "  finish: {label: {zh: 办, en: Finish}, part: bit, from: todo, to: ok, by: desk, asks: "
    "words}\n"
    "  close: {label: {zh: 结, en: Close}, from: [fresh, odd], to: shut, by: desk}\n"
    "keep: 1y\n";

static const char second[] =
    "playbook: change\nversion: 2\n" HEAD
    "migrate: {from: 1, states: {fresh: begun, odd: ~}, parts: {bit: {todo: waits}}, fields: "
    "{size: extent}}\n"
    "fields:\n  extent: {type: integer, label: {zh: 规模, en: Extent}}\n"
    "  day: {type: date, label: {zh: 日期, en: Day}}\n"
    "  colour: {type: choice, label: {zh: 颜色, en: Colour}, options: {red: {zh: 红, en: Red}}}\n"
    "  words: {type: text, label: {zh: 说明, en: Words}}\n"
    "open: {by: anyone, via: [web], fields: [extent, colour, words], required: [words]}\n"
    "clocks: {whole: {label: {zh: 全程, en: Whole}, within: 30d}}\n"
    "states:\n"
    "  begun: {label: {zh: 已开始, en: Begun}, owner: checker, clock: 8d, overdue: [{at: 50%, "
    "mark: "
    "overdue}, {at: 100%, mark: overdue}]}\n"
    "  shut: {label: {zh: 完, en: Shut}, end: true}\n"
    "parts:\n  bit:\n    label: {zh: 块, en: Bit}\n    fields: [day]\n    states:\n"
    "      waits: {label: {zh: 待办, en: Waits}, owner: desk, clock: {until: day}}\n"
    "      ok: {label: {zh: 好, en: Done}, end: true}\n"
    "actions:\n"
    "  put: {label: {zh: 添, en: Put}, from: begun, by: desk, needs: day, adds: bit}\n"
    "  finish: {label: {zh: 办, en: Finish}, part: bit, from: waits, to: ok, by: desk, asks: "
    "words}\n"
    "  close: {label: {zh: 结, en: Close}, from: begun, to: shut, by: checker}\n"
    "keep: 1y\n";

static int version_of(struct test_cases *c, int64_t id)
{
    return (int)records_number(c->r, &migrate_of, LI_ARGS(li_v(c->r->tenant), li_v(id)));
}

static struct li_migrated looked_at(struct test_cases *c, int64_t id, const char *playbook)
{
    const struct li_playbook *to = NULL;
    struct li_case row = cases_row(c, id);
    struct li_case_part *parts = NULL;
    size_t count = cases_parts(c, id, &parts);
    struct li_migrated migrated = {.stays = LI_STAYS_NOT};

    assert_ok(c->r->t, li_library_find(c->r->ctx, c->house.bound.library, c->r->t->writer,
                                       c->r->tenant, li_str(playbook), 0, &to));
    assert_ok(c->r->t, li_migrate_case(c->r->ctx, c->r->t->writer, c->r->tenant, to, &row, parts,
                                       count, &migrated));
    return migrated;
}

/* By an account that holds the administrator's post. */
static int migrate(struct test_cases *c, int64_t account, int64_t id)
{
    struct li_str text = li_strf(c->r->ctx, "{\"account\":%lld,\"case\":%lld,\"job\":0}",
                                 (long long)account, (long long)id);
    struct li_node *node;
    void *args = NULL;

    assert_ok(c->r->t, li_canonical_read(c->r->ctx, text, &node));
    assert_ok(c->r->t, li_case_migrate.parse(c->r->ctx, node, &args));
    return records_run(c->r, &li_case_migrate, args);
}

static int64_t administrator(struct test_cases *c)
{
    const struct li_person_args person = {
        .name = LI_S("管理员"), .login = LI_S("boss"), .password_hash = LI_S("-")};
    struct li_job job = records_job(c->r, &li_person_add, &person);
    struct li_appointment_args post = {.post = LI_S("administrator"), .area_code = LI_S("440305")};
    const struct li_new_person *made;

    assert_ok(c->r->t, li_run(c->r->record, &job));
    made = job.plan;
    post.person = made->person;
    assert_ok(c->r->t, records_run(c->r, &li_appointment_make, &post));
    return made->account;
}

static void goes_on(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t boss = administrator(c), id, opened, day;
    struct li_case_part *parts = NULL;
    struct li_case row;

    assert_ok(t, cases_adopt(c, first));
    id = cases_new(c, "change", "{\"size\":7,\"colour\":\"red\",\"words\":\"旧话\"}", NULL);
    opened = cases_row(c, id).opened_at;
    day = opened + 3 * LI_DAY;
    assert_acts(c, id, CASES_DESK, "add", 0, "{\"day\":\"2027-01-20\"}");
    assert_acts(c, id, CASES_DESK, "add", 0, "{\"day\":\"2027-01-21\"}");
    assert_acts(c, id, CASES_DESK, "finish", 1, "{\"words\":\"好了\"}");
    records_clock(c->r, day); /* 50 % of four days have struck */
    cases_run_due(c);
    assert_true(cases_due(c, id, 0) == 0);
    assert_ok(t, cases_adopt(c, second));

    assert_int_equal(migrate(c, 999, id), -LI_E_FORBIDDEN);
    assert_int_equal(looked_at(c, id, "change").stays, LI_STAYS_NOT);
    assert_int_equal(version_of(c, id), 1);
    assert_ok(t, migrate(c, boss, id));
    assert_int_equal(version_of(c, id), 2);
    assert_string_equal(cases_state(c, id), "begun");
    row = cases_row(c, id);
    assert_true(li_str_is(row.owner.post, "checker"));
    assert_true(row.clock.due_at == opened + 8 * LI_DAY);
    assert_false(row.clock.overdue);
    assert_int_equal(li_node_get(row.fields, "extent")->number, 7);
    assert_null(li_node_get(row.fields, "size"));
    assert_true(li_str_is(li_node_text(row.fields, "colour"), "red"));
    assert_int_equal(cases_parts(c, id, &parts), 2);
    assert_string_equal(
        li_str_c(c->r->ctx, row.playbook->machines[1].states[parts[1].part.state].name), "waits");
    assert_true(parts[0].ended_at != 0);
    assert_true(li_day_at(parts[1].clock.due_at) == li_day_of(2027, 1, 21));
    /* 50 % had struck before, so only the end strikes */
    assert_true(cases_due(c, id, 0) == opened + 8 * LI_DAY);
    assert_int_equal(migrate(c, boss, id), -LI_E_STATE);
    cases_assert_counted(c);

    /* what was then is told by the version of then */
    struct li_viewer desk = cases_viewer(c, CASES_DESK, id);
    struct li_view view = cases_view(c, &desk);
    struct li_view_case seen;
    bool added = false, migrated = false;
    assert_ok(t, li_view_case(c->r->ctx, &view, id, &seen));
    for (size_t i = 0; i < seen.entry_count; i++) {
        added |= li_str_is(seen.entries[i].action, "add");
        migrated |= li_str_is(seen.entries[i].action, "migrate");
    }
    assert_true(added && migrated);
    assert_acts(c, id, CASES_DESK, "put", 0, "{\"day\":\"2027-01-22\"}");
    assert_acts(c, id, CASES_DESK, "finish", 2, "{}");
    assert_acts(c, id, CASES_CHECKER, "close", 0, "{}");
    cases_assert_counted(c);
    assert_verifies(c->r, 1);
}

static void stays(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t boss = administrator(c), odd, blue, done;
    struct li_migrated looked;

    assert_ok(t, cases_adopt(c, first));
    odd = cases_new(c, "change", "{\"words\":\"甲\"}", NULL);
    assert_acts(c, odd, CASES_DESK, "turn", 0, "{}");
    blue = cases_new(c, "change", "{\"colour\":\"blue\",\"words\":\"乙\"}", NULL);
    done = cases_new(c, "change", "{\"words\":\"丙\"}", NULL);
    assert_acts(c, done, CASES_DESK, "close", 0, "{}");
    assert_ok(t, cases_adopt(c, second));
    looked = looked_at(c, odd, "change");
    assert_true(looked.stays == LI_STAYS_STATE && li_str_is(looked.what, "odd"));
    looked = looked_at(c, blue, "change");
    assert_true(looked.stays == LI_STAYS_FIELD && li_str_is(looked.what, "colour"));
    assert_int_equal(migrate(c, boss, odd), -LI_E_CHECK);
    assert_int_equal(migrate(c, boss, blue), -LI_E_CHECK);
    assert_int_equal(migrate(c, boss, done), -LI_E_STATE);
    assert_int_equal(version_of(c, odd), 1);
    /* and they go on by the version they have */
    assert_acts(c, odd, CASES_DESK, "close", 0, "{}");
    cases_assert_counted(c);
}

/* A job takes those that fit, also when the process ends in between; the others are refused
 * one by one. */
static void many(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    const int64_t boss = administrator(c);
    const struct li_viewer viewer = {
        .kind = LI_VIEWER_STAFF, .tenant = c->r->tenant, .account = boss, .person = boss};
    struct li_str items[6];
    const struct li_job_args args = {
        .command = LI_S("case.migrate"), .items = items, .item_count = 6};
    struct li_job job = records_job(c->r, &li_job_begin, &args);
    struct li_job_progress progress;
    const struct li_playbook *to = NULL;
    int64_t ids[6], waiting[10];
    size_t count = 0;

    assert_ok(t, cases_adopt(c, first));
    for (int i = 0; i < 6; i++) {
        ids[i] = cases_new(c, "change", "{\"words\":\"丁\"}", NULL);
        items[i] = li_strf(c->r->ctx, "{\"account\":%lld,\"case\":%lld}", (long long)boss,
                           (long long)ids[i]);
    }
    assert_acts(c, ids[3], CASES_DESK, "turn", 0, "{}");
    assert_ok(t, cases_adopt(c, second));
    job.viewer = &viewer;
    assert_ok(t, li_run(c->r->record, &job));
    cases_reopen(c);
    assert_true(cases_run_due(c) >= 6);
    assert_ok(t, li_job_find(c->r->ctx, t->writer, c->r->tenant, job.entity, &progress));
    assert_true(progress.done == 5 && progress.waiting == 0);
    assert_ok(t, li_library_find(c->r->ctx, c->house.bound.library, t->writer, c->r->tenant,
                                 LI_S("change"), 0, &to));
    assert_ok(t,
              li_migrate_waiting(c->r->ctx, t->writer, c->r->tenant, to, 0, 10, waiting, &count));
    assert_true(count == 1 && waiting[0] == ids[3]);
    cases_assert_counted(c);
    assert_verifies(c->r, 1);
}

static struct li_str changed(struct test_cases *c, struct li_str text, const char *from,
                             const char *to)
{
    const char *whole = li_str_c(c->r->ctx, text), *at = strstr(whole, from);

    assert_non_null(at);
    return li_strf(c->r->ctx, "%.*s%s%s", (int)(at - whole), whole, to, at + strlen(from));
}

/* What an action opens and what is tried again is not a clock: it stays, and is opened by the
 * later version; where that opens no such case, the case waits. */
static void opens_still(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t boss = administrator(c), id, kept;
    struct li_migrated looked;
    struct li_str text;

    assert_ok(t, cases_adopt_file(c, "tests/lib/twig.yaml"));
    assert_ok(t, cases_adopt_file(c, "tests/lib/branch.yaml"));
    id = cases_new(c, "branch", "{\"matter\":\"树枝断了\",\"kind\":\"near\"}", NULL);
    kept = cases_new(c, "branch", "{\"matter\":\"树枝断了\",\"kind\":\"near\"}", NULL);
    assert_acts(c, id, CASES_DESK, "send", 0, "{}");
    assert_acts(c, kept, CASES_DESK, "note", 0, "{}");
    text = cases_yaml(c, "tests/lib/branch.yaml");
    text = changed(c, text, "version: 1\n", "version: 2\nmigrate: {from: 1}\n");
    text = changed(c, text, "  note: {", "  aside: {");
    assert_ok(t, cases_adopt(c, li_str_c(c->r->ctx, text)));
    looked = looked_at(c, id, "branch");
    assert_int_equal(looked.stays, LI_STAYS_NOT);
    looked = looked_at(c, kept, "branch");
    assert_true(looked.stays == LI_STAYS_OPENS && li_str_is(looked.what, "note"));
    assert_int_equal(migrate(c, boss, kept), -LI_E_CHECK);
    assert_ok(t, migrate(c, boss, id));
    assert_int_equal(records_number(c->r, &migrate_opening, LI_ARGS(li_v(c->r->tenant), li_v(id))),
                     1);
    /* what is not there yet is waited for by the later version, too */
    assert_int_equal(cases_act(c, id, CASES_DESK, "close", 0, "{}"), -LI_E_CHECK);
    li_ctx_clear(c->r->ctx);
    assert_int_equal(cases_run_due(c), 2);
    assert_int_equal(cases_row(c, id).child_count, 1);
    assert_ok(t, migrate(c, boss, kept));
    cases_assert_counted(c);
    assert_verifies(c->r, 1);
}

/* A playbook of the program with the libraries it uses, as the program adopts it. */
static int adopt_whole(struct test_cases *c, const char *path)
{
    struct li_buf *buf = li_buf_new(c->r->ctx, 1 << 20);
    struct li_flat *flat = NULL;

    assert_ok(c->r->t, li_flatten(c->r->ctx, path, cases_yaml(c, path), path, &flat));
    assert_non_null(buf);
    li_flat_write(buf, flat->tree);
    assert_ok(c->r->t, li_buf_check(c->r->ctx, buf));
    return cases_adopt(c, li_str_c(c->r->ctx, li_buf_view(buf)));
}

/* A micro-project that was screened by the first version is deliberated by the one in use. */
static void micro_project(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t boss = administrator(c), id;

    assert_ok(t, cases_adopt_file(c, "tests/lib/micro_project_1.yaml"));
    id = cases_new(c, "micro-project", "{\"need\":\"装扶手\",\"benefits\":40}", NULL);
    assert_acts(c, id, CASES_DESK, "screen", 0,
                "{\"kind\":\"works\",\"estimate\":1200000,"
                "\"planned\":false}");
    assert_ok(t, adopt_whole(c, "playbooks/micro-project.yaml"));
    assert_ok(t, migrate(c, boss, id));
    assert_int_equal(version_of(c, id), 3);
    assert_string_equal(cases_state(c, id), "deliberation");
    assert_int_equal(li_node_get(cases_row(c, id).fields, "estimate")->number, 1200000);
    assert_null(li_node_get(cases_row(c, id).fields, "planned"));
    assert_acts(c, id, CASES_DESK, "deliberate", 0,
                "{\"met_on\":\"2026-11-20\",\"members\":15,\"present\":12,\"yes_votes\":10,"
                "\"no_votes\":2,\"minutes\":\"同意\"}");
    assert_string_equal(cases_state(c, id), "checking");
    assert_acts(c, id, CASES_CHECKER, "publish", 0, "{}");
    assert_string_equal(cases_state(c, id), "publicity");
    cases_assert_counted(c);
    assert_verifies(c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(goes_on),     STORE_TEST(stays),         STORE_TEST(many),
        STORE_TEST(opens_still), STORE_TEST(micro_project),
    };

    return STORE_TESTS_RUN("cases: a later version", tests);
}
