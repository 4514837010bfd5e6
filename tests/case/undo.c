/*
 * Undo: every row of a case is as it was, history keeps both entries, and what cannot
 * be taken back is refused with its reason.
 */
#include "case/undo.h"
#include "case/link.h"
#include "case/pass.h"
#include "lib/cases.h"
#include "record/history.h"

#define NOTE "{\"note\":\"x\"}"

LI_SQL(undo_case,
       "select state, cast(scope as text), coalesce(owner_post, ''), coalesce(owner_area, ''), "
       "cast(coalesce(owner_org, 0) as text), cast(since as text), "
       "cast(coalesce(due_at, 0) as text), cast(due_edition as text), cast(overdue as text), "
       "counts, cast(coalesce(closed_at, 0) as text), coalesce(class, ''), cast(level as text), "
       "coalesce(handled_by, ''), cast(coalesce(place_lon, 0) as text), fields "
       "from cases where tenant = $1 and id = $2");
LI_SQL(undo_parts,
       "select cast(no as text), kind, state, cast(coalesce(organization, 0) as text), "
       "coalesce(owner_post, ''), coalesce(owner_area, ''), cast(since as text), "
       "cast(coalesce(due_at, 0) as text), cast(due_edition as text), cast(overdue as text), "
       "coalesce(handled_by, ''), cast(coalesce(ended_at, 0) as text), cast(begun_at as text), "
       "coalesce(post, ''), coalesce(role, ''), fields "
       "from part where tenant = $1 and case_id = $2 order by no");
LI_SQL(undo_clocks,
       "select cast(part as text), name, cast(since as text), cast(coalesce(due_at, 0) as text), "
       "cast(edition as text), cast(struck as text), cast(overdue as text), "
       "cast(coalesce(extended_at, 0) as text), coalesce(basis, ''), coalesce(pauses, '') "
       "from clock where tenant = $1 and case_id = $2 order by part, name");
LI_SQL(undo_due, "select cast(slot as text), cast(at as text), command, args "
                 "from due where tenant = $1 and entity = $2 and slot < 1000 order by slot");
LI_SQL(undo_last, "select command from history where tenant = $1 and entity = $2 "
                  "order by seq desc limit 1");
LI_SQL(undo_count,
       "select cast(count(*) as bigint) from history where tenant = $1 and entity = $2");

static void dump_rows(struct test_cases *c, struct li_buf *buf, const struct li_sql *stmt,
                      int columns, int64_t id)
{
    struct li_conn *conn;
    struct li_rows *rows;

    assert_ok(c->r->t, li_store_reader(c->r->ctx, c->r->t->store, &conn));
    assert_ok(c->r->t, li_query(c->r->ctx, conn, stmt, LI_ARGS(li_v(1), li_v(id)), &rows));
    while (li_rows_next(c->r->ctx, rows) > 0) {
        for (int i = 0; i < columns; i++) {
            li_buf_fmt(buf, "|%.*s", LI_P(li_col_str(rows, i)));
        }
        li_buf_str(buf, LI_S("\n"));
    }
    li_rows_done(rows);
    li_store_reader_back(c->r->t->store, conn);
}

/* All that is kept of a case but its revision. */
static struct li_str dump(struct test_cases *c, int64_t id)
{
    struct li_buf *buf = li_buf_new(c->r->ctx, 0);

    dump_rows(c, buf, &undo_case, 16, id);
    dump_rows(c, buf, &undo_parts, 16, id);
    dump_rows(c, buf, &undo_clocks, 10, id);
    dump_rows(c, buf, &undo_due, 4, id);
    return li_buf_view(buf);
}

static int undo(struct test_cases *c, int64_t id, enum cases_who who)
{
    const struct li_case_undo_args args = {.id = id};
    struct li_viewer viewer = cases_viewer(c, who, id);
    struct li_job job = records_job(c->r, &li_case_undo, &args);

    job.viewer = &viewer;
    return li_run(c->r->record, &job);
}

static void assert_refused(struct test_cases *c, int64_t id, enum cases_who who, const char *why)
{
    if (undo(c, id, who) != -LI_E_UNDO) {
        fail_msg("not refused: %s", why);
    }
    assert_string_equal(li_ctx_error(c->r->ctx)->reason, why);
    li_ctx_clear(c->r->ctx);
}

/* Does something, takes it back: all is as before.  Does it again. */
static void back_and_again(struct test_cases *c, int64_t id, enum cases_who who, const char *action,
                           int part, const char *fields)
{
    struct li_str before = dump(c, id), after;

    assert_acts(c, id, who, action, part, fields);
    records_later(c->r, 3 * LI_MINUTE);
    assert_ok(c->r->t, undo(c, id, who));
    after = dump(c, id);
    if (!li_str_eq(before, after)) {
        fail_msg("%s: was\n%.*s\nis\n%.*s", action, LI_P(before), LI_P(after));
    }
    assert_true(li_str_is(records_text(c->r, &undo_last, LI_ARGS(li_v(1), li_v(id))), "case.undo"));
    assert_acts(c, id, who, action, part, fields);
}

static struct test_cases *open_house(struct test_store *t, const char *playbook)
{
    struct test_cases *c = cases_open(t);
    struct li_str text;

    if (playbook) {
        assert_ok(t, li_file_read(c->r->ctx, playbook, 0, &text));
        assert_ok(t, cases_adopt(c, li_str_c(c->r->ctx, text)));
    } else {
        cases_neighbour(c);
    }
    return c;
}

/* The whole way, each step taken back once: parts made and ended, states, counters,
 * levels, classes, recusal. */
static void each_step(struct test_store *t)
{
    struct test_cases *c = open_house(t, NULL);
    int64_t id = cases_neighbour_new(c, NOTE, NULL);
    int64_t entries;

    back_and_again(c, id, CASES_DESK, "grade", 0, "{\"how\":\"hot\"}");
    back_and_again(c, id, CASES_DESK, "rest", 0, "{\"day\":\"2026-03-20\"}");
    back_and_again(c, id, CASES_DESK, "wake", 0, NULL);
    back_and_again(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\"}");
    back_and_again(c, id, CASES_HANDLER, "sign", 1, NULL);
    back_and_again(c, id, CASES_HANDLER, "done", 1, NULL);
    assert_string_equal(cases_state(c, id), "shut");
    cases_assert_counted(c);
    entries = records_number(c->r, &undo_count, LI_ARGS(li_v(1), li_v(id)));
    assert_int_equal(entries, 1 + 6 * 3);
    assert_verifies(c->r, 1);
}

/* Clocks beside the states' own, pauses and extensions go back too, and strike once. */
static void each_clock(struct test_store *t)
{
    struct test_cases *c = open_house(t, "tests/lib/timely.yaml");
    int64_t id = cases_new(c, "timely", NOTE, NULL);

    back_and_again(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\"}");
    records_later(c->r, 40 * LI_MINUTE);
    assert_int_equal(cases_run_due(c), 1); /* arrival */
    back_and_again(c, id, CASES_HANDLER, "sign", 1, NULL);
    back_and_again(c, id, CASES_DESK, "extend", 1, "{\"later\":\"2026-03-12\"}");
    back_and_again(c, id, CASES_DESK, "shelve", 0, "{\"review\":\"2026-03-20\"}");
    assert_verifies(c->r, 1);
}

/* What is between the two is nobody's time but who had it: it adds up as if nothing
 * had been done. */
static void nobody_held(struct test_store *t)
{
    struct test_cases *c = open_house(t, NULL);
    int64_t id = cases_neighbour_new(c, NOTE, NULL);
    struct li_viewer viewer = cases_viewer(c, CASES_DESK, id);
    struct li_view view = cases_view(c, &viewer);
    struct li_view_held held;
    struct li_view_case seen;

    records_later(c->r, LI_HOUR);
    assert_acts(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\"}");
    assert_ok(t, li_view_case(c->r->ctx, &view, id, &seen));
    assert_true(li_str_is(seen.undo.en, "Send") &&
                seen.undo_until == li_now(c->r->clock) + LI_UNDO_TIME);
    records_later(c->r, LI_MINUTE);
    assert_ok(t, undo(c, id, CASES_DESK));
    records_later(c->r, LI_HOUR);
    assert_ok(t, li_view_held(c->r->ctx, &view, id, &held));
    assert_int_equal(held.count, 1);
    assert_int_equal((held.spans[0].span.to - held.spans[0].span.from) / LI_MINUTE, 120);
    assert_ok(t, li_view_case(c->r->ctx, &view, id, &seen));
    assert_null(seen.undo.zh.ptr);
    assert_true(seen.entries[seen.entry_count - 2].undone);
    assert_true(li_str_is(seen.entries[seen.entry_count - 1].action, "undo"));
}

/* The second last one is next, as long as it is young. */
static void one_after_the_other(struct test_store *t)
{
    struct test_cases *c = open_house(t, NULL);
    int64_t id = cases_neighbour_new(c, NOTE, NULL);
    struct li_str before = dump(c, id);

    assert_acts(c, id, CASES_DESK, "rest", 0, "{\"day\":\"2026-03-20\"}");
    assert_acts(c, id, CASES_DESK, "wake", 0, NULL);
    assert_ok(t, undo(c, id, CASES_DESK));
    assert_string_equal(cases_state(c, id), "wait");
    assert_ok(t, undo(c, id, CASES_DESK));
    assert_true(li_str_eq(before, dump(c, id)));
    assert_refused(c, id, CASES_DESK, "undo-nothing");
}

/* Every reason why not. */
static void refusals(struct test_store *t)
{
    struct test_cases *c = open_house(t, NULL);
    const uint8_t token[16] = {7};
    int64_t id = cases_neighbour_new(c, NOTE, token), other = cases_neighbour_new(c, NOTE, NULL);
    struct li_viewer desk = cases_viewer(c, CASES_DESK, id);
    const struct li_case_link_args link = {.from = other, .to = id, .kind = LI_LINK_RELATED};
    struct li_pass_make_args pass = {.case_id = id, .part = 1, .days = 3};
    struct li_job job;

    assert_refused(c, id, CASES_DESK, "undo-nothing");
    assert_acts(c, id, CASES_DESK, "grade", 0, "{\"how\":\"calm\"}");
    assert_int_equal(undo(c, id, CASES_STRANGER), -LI_E_NOT_FOUND);
    assert_int_equal(undo(c, id, CASES_REPORTER), -LI_E_NOT_FOUND);
    li_ctx_clear(c->r->ctx);
    records_later(c->r, LI_UNDO_TIME + LI_SECOND);
    assert_refused(c, id, CASES_DESK, "undo-late");
    assert_acts(c, id, CASES_DESK, "grade", 0, "{\"how\":\"calm\"}");
    assert_acts(c, id, CASES_REPORTER, "urge", 0, NULL);
    assert_refused(c, id, CASES_DESK, "undo-answered");
    assert_acts(c, id, CASES_DESK, "send", 0, "{\"unit\":\"$0\"}");
    job = records_job(c->r, &li_pass_make, &pass);
    job.viewer = &desk;
    assert_ok(t, li_run(c->r->record, &job));
    assert_refused(c, id, CASES_DESK, "undo-sent");
    assert_acts(c, id, CASES_HANDLER, "sign", 1, NULL);
    assert_refused(c, id, CASES_DESK, "undo-signed");
    assert_acts(c, id, CASES_DESK, "grade", 0, "{\"how\":\"hot\"}");
    assert_refused(c, id, CASES_HANDLER, "undo-others");
    job = records_job(c->r, &li_case_link, &link);
    job.viewer = &desk;
    assert_ok(t, li_run(c->r->record, &job));
    assert_refused(c, id, CASES_DESK, "undo-joined");
    assert_acts(c, id, CASES_DESK, "grade", 0, "{\"how\":\"calm\"}");
    records_later(c->r, 9 * LI_MINUTE);
    assert_ok(t, undo(c, id, CASES_DESK));
    assert_verifies(c->r, 1);
}

/* An answer the resident reads has been given; a clock that struck is something that
 * happened. */
static void told_and_struck(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    int64_t id = cases_at(c, "handling"), lamp = cases_lamp(c);

    assert_acts(c, id, CASES_HANDLER, "done", 1, "{\"answer\":\"" CASES_ANSWER "\"}");
    assert_refused(c, id, CASES_HANDLER, "undo-told");
    (void)lamp;
    assert_verifies(c->r, 1);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(each_step),           STORE_TEST(each_clock), STORE_TEST(nobody_held),
        STORE_TEST(one_after_the_other), STORE_TEST(refusals),   STORE_TEST(told_and_struck),
    };

    return STORE_TESTS_RUN("cases: undo", tests);
}
