/*
 * A lamp's way through the commands: its rows, its clocks, and what of it stands
 * where.  History holds no word of anybody.
 */
#include "base/time.h"
#include "lib/cases.h"
#include "record/due.h"
#include "view/json.h"

LI_SQL(lifecycle_payloads, "select payload from history where tenant = $1 order by seq");
LI_SQL(lifecycle_entries, "select cast(count(*) as bigint) from history where tenant = $1");
LI_SQL(lifecycle_texts, "select value from vault where tenant = $1 and entity = $2 order by slot");
LI_SQL(lifecycle_vault, "select cast(count(*) as bigint) from vault "
                        "where tenant = $1 and entity = $2 and value is not null");
LI_SQL(lifecycle_erasure, "select at from due where tenant = $1 and entity = $2 and slot >= 1000");
LI_SQL(lifecycle_actor, "select actor from history where tenant = $1 and command = 'case.open'");

static bool holds(struct li_str text, const char *part)
{
    return text.len && memmem(text.ptr, text.len, part, strlen(part));
}

static int64_t entries(struct test_cases *c)
{
    return records_number(c->r, &lifecycle_entries, LI_ARGS(li_v(c->r->tenant)));
}

/* No payload of history holds a text or a personal value. */
static void assert_silent_history(struct test_cases *c)
{
    static const char *const secrets[] = {CASES_CONTACT, CASES_DESCRIPTION, CASES_SPOT,
                                          CASES_ANSWER, CASES_REASON};
    struct li_rows *rows;
    int seen = 0, r;

    assert_ok(c->r->t, li_query(c->r->ctx, c->r->t->writer, &lifecycle_payloads,
                                LI_ARGS(li_v(c->r->tenant)), &rows));
    while ((r = li_rows_next(c->r->ctx, rows)) > 0) {
        for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
            assert_false(holds(li_col_str(rows, 0), secrets[i]));
        }
        seen++;
    }
    li_rows_done(rows);
    assert_int_equal(r, 0);
    assert_int_equal(seen, entries(c));
}

static struct li_str staff_json(struct test_cases *c, enum cases_who who, int64_t id)
{
    const struct li_viewer viewer = cases_viewer(c, who, id);
    struct li_view view = cases_view(c, &viewer);
    struct li_buf *buf = li_buf_new(c->r->ctx, 0);
    struct li_view_case seen;
    struct li_json json;

    assert_non_null(buf);
    assert_ok(c->r->t, li_view_case(c->r->ctx, &view, id, &seen));
    li_json_init(&json, buf, false);
    li_put_case(&json, &seen);
    return li_buf_view(buf);
}

static int64_t rework(struct test_cases *c, int64_t id)
{
    struct li_case row = cases_row(c, id);

    return li_case_count(&row, "rework");
}

static void a_lamp(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t texts = records_verify(c->r, 1).texts, id = cases_lamp(c);
    struct li_case row = cases_row(c, id);
    struct li_case_part *parts;

    /* opened: the desk of its street has four working hours, 9 to 12 and 14 to 15 */
    assert_true(li_str_starts(row.number, LI_S("26-1")));
    assert_int_equal(row.rev, 1);
    assert_string_equal(cases_state(c, id), "received");
    assert_true(li_str_is(row.owner.post, "desk") && li_str_is(row.owner.area_path, TOWN_STREET));
    assert_true(li_str_is(row.area_path, TOWN_COMMUNITY));
    assert_int_equal(row.clock.due_at, row.clock.since + 6 * LI_HOUR);
    assert_int_equal(cases_due(c, id, 0), row.clock.due_at);
    assert_int_equal(row.fields->map.count, 1);
    assert_true(li_str_is(li_node_text(row.fields, "kind"), "lamp"));
    assert_int_equal(cases_parts(c, id, &parts), 0);
    assert_true(
        li_str_is(records_text(c->r, &lifecycle_actor, LI_ARGS(li_v(c->r->tenant))), "party:1"));
    /* dispatched: the unit has three working days, the case no clock */
    records_later(c->r, LI_HOUR);
    assert_acts(c, id, CASES_DESK, "dispatch", 0, "{\"unit\":\"$0\"}");
    row = cases_row(c, id);
    assert_int_equal(row.rev, 2);
    assert_string_equal(cases_state(c, id), "handling");
    assert_null(row.owner.post.ptr);
    assert_int_equal(cases_due(c, id, 0), 0);
    assert_int_equal(cases_parts(c, id, &parts), 1);
    assert_true(parts[0].part.org == c->unit[0] && li_str_is(parts[0].part.owner.post, "handler"));
    assert_int_equal(parts[0].clock.due_at, parts[0].clock.since + 3 * LI_DAY);
    assert_int_equal(cases_due(c, id, 1), parts[0].clock.due_at);
    /* done: the check begins by itself, in the same entry */
    int64_t before = entries(c);
    assert_acts(c, id, CASES_HANDLER, "done", 1, "{\"answer\":\"" CASES_ANSWER "\"}");
    assert_int_equal(entries(c), before + 1);
    assert_string_equal(cases_state(c, id), "checking");
    assert_int_equal(cases_due(c, id, 1), 0);
    row = cases_row(c, id);
    assert_int_equal(cases_due(c, id, 0), row.clock.since + LI_DAY);
    assert_int_equal(cases_parts(c, id, &parts), 1);
    assert_string_equal(
        li_str_c(c->r->ctx, parts[0].handled_by),
        li_strf(c->r->ctx, "%lld", (long long)c->viewers[CASES_HANDLER].person).ptr);
    assert_int_equal(parts[0].ended_at, row.clock.since);
    /* failed: the same part begins again, and the case counts it */
    assert_acts(c, id, CASES_CHECKER, "fail", 0, "{\"reason\":\"" CASES_REASON "\"}");
    assert_string_equal(cases_state(c, id), "handling");
    assert_int_equal(rework(c, id), 1);
    assert_int_equal(cases_parts(c, id, &parts), 1);
    assert_int_equal(parts[0].ended_at, 0);
    assert_acts(c, id, CASES_HANDLER, "done", 1, "{\"answer\":\"" CASES_ANSWER "\"}");
    /* passed: closed, and only the erasure of the telephone number is left */
    assert_acts(c, id, CASES_CHECKER, "pass", 0, NULL);
    assert_string_equal(cases_state(c, id), "closed");
    assert_true(cases_row(c, id).closed_at > 0);
    assert_int_equal(cases_due(c, id, 0), 0);
    assert_int_equal(cases_due(c, id, 1), 0);
    assert_true(records_number(c->r, &lifecycle_erasure, LI_ARGS(li_v(1), li_v(id))) >=
                RECORDS_NOW + 180 * LI_DAY);
    assert_int_equal(records_number(c->r, &lifecycle_vault, LI_ARGS(li_v(1), li_v(id))), 6);
    assert_silent_history(c);
    assert_int_equal(records_verify(c->r, 1).texts, texts + 6);
    assert_verifies(c->r, 1);
}

/* In the vault a telephone number is sealed; a description is there to be searched. */
static void sealed_in_the_vault(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t id = cases_lamp(c);
    struct li_rows *rows;
    int clear = 0, r;

    assert_ok(t,
              li_query(c->r->ctx, t->writer, &lifecycle_texts, LI_ARGS(li_v(1), li_v(id)), &rows));
    while ((r = li_rows_next(c->r->ctx, rows)) > 0) {
        assert_false(holds(li_col_str(rows, 0), CASES_CONTACT));
        clear += holds(li_col_str(rows, 0), CASES_DESCRIPTION);
    }
    li_rows_done(rows);
    assert_int_equal(r, 0);
    assert_int_equal(clear, 1);
    assert_true(holds(staff_json(c, CASES_DESK, id), "139****5678"));
}

static void erased_by_rule(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t id = cases_at(c, "closed");
    struct li_verify_report report;
    struct li_str json;

    assert_int_equal(cases_run_due(c), 0);
    records_later(c->r, 181 * LI_DAY);
    assert_int_equal(cases_run_due(c), 1);
    assert_int_equal(cases_run_due(c), 0);
    assert_int_equal(records_number(c->r, &lifecycle_vault, LI_ARGS(li_v(1), li_v(id))), 3);
    report = records_verify(c->r, 1);
    assert_int_equal(report.erased, 1);
    assert_verifies(c->r, 1);
    json = staff_json(c, CASES_DESK, id);
    assert_true(holds(json, "\"erased\":true"));
    assert_false(holds(json, "5678"));
}

/* What is refused leaves nothing behind. */
static void refusals(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t id = cases_lamp(c), before = entries(c);
    struct li_case_act_args args = {.id = id,
                                    .action = LI_S("decline"),
                                    .rev = 2,
                                    .fields = cases_json(c, "{\"reason\":\"x\"}")};
    struct li_job job = records_job(c->r, &li_case_act, &args);

    job.viewer = &c->viewers[CASES_DESK];
    assert_int_equal(li_run(c->r->record, &job), -LI_E_STALE);
    assert_int_equal(cases_act(c, id, CASES_DESK, "nonsense", 0, NULL), -LI_E_NOT_FOUND);
    assert_int_equal(cases_act(c, id + 1, CASES_DESK, "decline", 0, "{\"reason\":\"x\"}"),
                     -LI_E_NOT_FOUND);
    assert_int_equal(cases_act(c, id, CASES_DESK, "decline", 0, NULL), -LI_E_INVALID);
    assert_told_at(c->r, "/fields/reason");
    li_ctx_clear(c->r->ctx);
    assert_int_equal(cases_act(c, id, CASES_DESK, "decline", 0, "{\"reason\":7}"), -LI_E_INVALID);
    assert_int_equal(cases_act(c, id, CASES_DESK, "decline", 0, "{\"reason\":\"x\",\"more\":1}"),
                     -LI_E_INVALID);
    li_ctx_clear(c->r->ctx);
    assert_int_equal(cases_act(c, id, CASES_DESK, "dispatch", 0, "{\"unit\":\"0000000000001\"}"),
                     -LI_E_INVALID);
    assert_told_at(c->r, "/fields/unit");
    assert_int_equal(cases_act(c, id, CASES_DESK, "decline", 1, "{\"reason\":\"x\"}"),
                     -LI_E_NOT_FOUND);
    assert_int_equal(entries(c), before);
    assert_int_equal(cases_row(c, id).rev, 1);
    assert_int_equal(cases_due(c, id, 0), cases_row(c, id).clock.due_at);
    assert_verifies(c->r, 1);
}

static int open_with(struct test_cases *c, const char *area, const char *via, const char *fields,
                     enum cases_who who)
{
    struct li_case_open_args args = {
        .area = li_str(area), .via = li_str(via), .fields = cases_json(c, fields)};
    struct li_job job = records_job(c->r, &li_case_open, &args);
    int r;

    li_ctx_clear(c->r->ctx);
    li_random_bytes(c->r->random, args.token, sizeof(args.token));
    job.viewer = &c->viewers[who];
    assert_ok(c->r->t, li_library_find(c->r->ctx, c->house.bound.library, c->r->t->writer, 1,
                                       LI_S("service-request"), 0, &args.playbook));
    r = li_case_open_check(c->r->ctx, job.viewer, &args);
    return r ? r : li_run(c->r->record, &job);
}

static void opening_refused(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    const char *good = "{\"kind\":\"lamp\",\"description\":\"x\"}", *here = "440305001003";
    int64_t before = entries(c);

    assert_int_equal(open_with(c, "440305001", "web", good, CASES_ANYONE), -LI_E_INVALID);
    assert_told_at(c->r, "/area");
    assert_int_equal(open_with(c, "999999999999", "web", good, CASES_ANYONE), -LI_E_INVALID);
    assert_told_at(c->r, "/area");
    assert_int_equal(open_with(c, here, "hotline", good, CASES_ANYONE), -LI_E_FORBIDDEN);
    assert_int_equal(open_with(c, here, "pigeon", good, CASES_DESK), -LI_E_INVALID);
    assert_told_at(c->r, "/via");
    assert_int_equal(open_with(c, here, "web", "{\"kind\":\"lamp\"}", CASES_ANYONE), -LI_E_INVALID);
    assert_told_at(c->r, "/fields/description");
    assert_int_equal(
        open_with(c, here, "web", "{\"kind\":\"ufo\",\"description\":\"x\"}", CASES_ANYONE),
        -LI_E_INVALID);
    assert_told_at(c->r, "/fields/kind");
    assert_int_equal(entries(c), before);
    assert_int_equal(open_with(c, here, "hotline", good, CASES_DESK), 0);
}

/* A key gives the same case again; the token's holder sees it. */
static void sent_twice(struct test_store *t)
{
    static const uint8_t token[16] = "0123456789abcdef";
    struct test_cases *c = cases_open(t);
    struct li_case_act_args args = {.action = LI_S("decline"),
                                    .fields = cases_json(c, "{\"reason\":\"x\"}")};
    struct li_job job = records_job(c->r, &li_case_act, &args);
    int64_t id =
        cases_new(c, "service-request", "{\"kind\":\"lamp\",\"description\":\"x\"}", token);
    int64_t found, party;

    args.id = id;
    job.viewer = &c->viewers[CASES_DESK];
    job.key = (struct li_request_key){.key = LI_S("key-0001"), .fingerprint = LI_S("0123456789")};
    assert_ok(t, li_run(c->r->record, &job));
    assert_false(job.replayed);
    assert_ok(t, li_run(c->r->record, &job));
    assert_true(job.replayed && job.entity == id);
    job.key.fingerprint = LI_S("another one");
    assert_int_equal(li_run(c->r->record, &job), -LI_E_KEY_REUSED);
    assert_ok(t, li_case_by_token(c->r->ctx, t->writer, 1, token, &found, &party));
    assert_true(found == id && party == 1);
    assert_int_equal(li_case_by_token(c->r->ctx, t->writer, 2, token, &found, &party),
                     -LI_E_NOT_FOUND);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(a_lamp),   STORE_TEST(sealed_in_the_vault), STORE_TEST(erased_by_rule),
        STORE_TEST(refusals), STORE_TEST(opening_refused),     STORE_TEST(sent_twice),
    };

    return STORE_TESTS_RUN("cases: lifecycle", tests);
}
