/*
 * Cases opened beneath another: places are exact when many click at once, the waiting
 * list moves up in order, and what adoption, opening and unlinking refuse.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "base/draw.h"
#include "base/id.h"
#include "case/link.h"
#include "contract/fault.h"
#include "lib/cases.h"
#include "record/sample.h"

#define HALL "tests/lib/hall.yaml"
#define SEAT "tests/lib/seat.yaml"

LI_SQL(under_count, "select cast(count(*) as bigint) from cases c join link l on "
                    "l.tenant = c.tenant and l.from_case = c.id where c.tenant = $1 "
                    "and l.to_case = $2 and c.state = $3");
LI_SQL(under_first, "select c.id from cases c join link l on l.tenant = c.tenant "
                    "and l.from_case = c.id where c.tenant = $1 and l.to_case = $2 "
                    "and c.state = $3 order by l.seq limit 1");
LI_SQL(under_last_in, "select cast(coalesce(max(l.seq), 0) as bigint) from cases c join link l on "
                      "l.tenant = c.tenant and l.from_case = c.id where c.tenant = $1 "
                      "and l.to_case = $2 and c.state = 'in'");
LI_SQL(under_first_waiting,
       "select cast(coalesce(min(l.seq), 9000000000000000) as bigint) from cases c join link l on "
       "l.tenant = c.tenant and l.from_case = c.id where c.tenant = $1 "
       "and l.to_case = $2 and c.state = 'waiting'");

static struct test_cases *begin(struct test_store *t)
{
    struct test_cases *c = cases_open(t);

    assert_ok(t, cases_adopt_file(c, HALL));
    assert_ok(t, cases_adopt_file(c, SEAT));
    return c;
}

static int64_t number(struct test_cases *c, int64_t hall, const char *state)
{
    return records_number(c->r, &under_count,
                          LI_ARGS(li_v(c->r->tenant), li_v(hall), li_v_text(li_str(state))));
}

static int64_t first(struct test_cases *c, int64_t hall, const char *state)
{
    return records_number(c->r, &under_first,
                          LI_ARGS(li_v(c->r->tenant), li_v(hall), li_v_text(li_str(state))));
}

/* Opens a case by a viewer, on a context and connection of its own. */
static int open_by(struct test_cases *c, struct li_ctx *ctx, const struct li_playbook *playbook,
                   enum cases_who who, int64_t parent, const struct li_node *fields, int64_t *ret)
{
    struct li_case_open_args args = {.playbook = playbook,
                                     .area = LI_S("440305001003"),
                                     .via = who == CASES_ANYONE ? LI_S("web") : LI_S("desk"),
                                     .parent = parent,
                                     .fields = fields};
    struct li_job job = {.ctx = ctx,
                         .tenant = c->r->tenant,
                         .command = &li_case_open,
                         .args = &args,
                         .viewer = &c->viewers[who]};
    int r;

    li_random_bytes(c->r->random, args.token, sizeof(args.token));
    r = li_run(c->r->record, &job);
    *ret = job.entity;
    return r;
}

static const struct li_playbook *playbook(struct test_cases *c, const char *name)
{
    const struct li_playbook *found;

    assert_ok(c->r->t, li_library_find(c->r->ctx, c->house.bound.library, c->r->t->writer,
                                       c->r->tenant, li_str(name), 0, &found));
    return found;
}

static int64_t hall(struct test_cases *c, int places)
{
    struct li_str fields = li_strf(c->r->ctx, "{\"name\":\"书法\",\"places\":%d}", places);
    int64_t id;

    assert_ok(c->r->t, open_by(c, c->r->ctx, playbook(c, "hall"), CASES_DESK, 0,
                               cases_json(c, fields.ptr), &id));
    assert_acts(c, id, CASES_DESK, "start", 0, "{}");
    return id;
}

static int seat(struct test_cases *c, int64_t parent, int64_t *ret)
{
    return open_by(c, c->r->ctx, playbook(c, "seat"), CASES_ANYONE, parent,
                   cases_json(c, "{\"who\":\"甲\",\"persons\":1}"), ret);
}

static int told(struct test_cases *c, int got)
{
    li_ctx_clear(c->r->ctx);
    return got;
}

static void refused(struct test_cases *c, int got, int code, const char *rule)
{
    bool found = false;

    assert_int_equal(got, -code);
    for (unsigned i = 0; i < c->r->ctx->error_count; i++)
        found |= c->r->ctx->errors[i].reason && strcmp(c->r->ctx->errors[i].reason, rule) == 0;
    if (!found)
        fail_msg("not refused for %s", rule);
    li_ctx_clear(c->r->ctx);
}

static void adopted(struct test_store *t)
{
    struct test_cases *c = cases_open(t);

    /* which of two comes first does not matter; whether they fit is asked of the second */
    assert_ok(t, cases_adopt_file(c, SEAT));
    refused(
        c,
        cases_adopt_changed(c, HALL, "places: {type: integer, max: 1000", "places: {type: money"),
        LI_E_INVALID, "under-fact");
    assert_ok(t, cases_adopt_file(c, HALL));
    struct li_str two = li_strf(c->r->ctx, "%s", li_str_c(c->r->ctx, cases_yaml(c, SEAT)));
    char *at = strstr((char *)two.ptr, "version: 1");
    at[9] = '2';
    at = strstr((char *)two.ptr, "parent.state = 'off'");
    memcpy(at, "parent.state = 'odd'", 20);
    refused(c, cases_adopt(c, two.ptr), LI_E_INVALID, "parent-state");
    /* what opens one must be what it is beneath */
    refused(
        c,
        cases_adopt_changed(c, "tests/lib/twig.yaml", "from: green,",
                            "from: green, spawns: {playbook: seat, map: {who: what, persons: 1}},"),
        LI_E_INVALID, "under-spawn");
}

static void opened(struct test_store *t)
{
    struct test_cases *c = begin(t);
    int64_t id = hall(c, 1), other, one, lamp = cases_lamp(c);
    struct li_case_link_args unlink;
    struct li_job job;

    assert_int_equal(told(c, seat(c, 0, &one)), -LI_E_INVALID);
    assert_int_equal(told(c, seat(c, 12345, &one)), -LI_E_INVALID);
    assert_int_equal(told(c, seat(c, lamp, &one)), -LI_E_INVALID); /* of another playbook */
    assert_int_equal(told(c, open_by(c, c->r->ctx, playbook(c, "hall"), CASES_DESK, lamp,
                                     cases_json(c, "{\"name\":\"书\",\"places\":1}"), &other)),
                     -LI_E_INVALID); /* it is beneath nothing */
    assert_ok(t, seat(c, id, &one));
    assert_string_equal(cases_state(c, one), "in");
    assert_int_equal(cases_row(c, one).parent, id);
    cases_run_due(c);
    assert_string_equal(cases_state(c, id), "full"); /* the one above counts it */
    /* where it was opened it stays */
    unlink = (struct li_case_link_args){.from = one, .to = id, .kind = LI_LINK_CHILD};
    job = records_job(c->r, &li_case_unlink, &unlink);
    job.viewer = &c->viewers[CASES_DESK];
    assert_int_equal(told(c, li_run(c->r->record, &job)), -LI_E_STATE);
    /* and its steps are not undone: others have gone on by them */
    assert_acts(c, id, CASES_DESK, "hold", 0, "{}");
    assert_int_equal(told(c, seat(c, id, &other)), -LI_E_STATE);
    cases_assert_counted(c);
    assert_verifies(c->r, c->r->tenant);
}

/* ---- many at once ---------------------------------------------------------------- */

#define THREADS 8
#define EACH    12
#define PLACES  20

struct crowd {
    struct test_cases *c;
    const struct li_playbook *seat;
    const struct li_node *fields;
    int64_t hall;
    _Atomic int faults;
};

/* Everybody signs up, and every third leaves again, while the others do. */
static void *crowd_main(void *arg)
{
    struct crowd *crowd = arg;
    struct test_record *r = crowd->c->r;
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx ctx;

    li_ctx_init(&ctx, arena, r->clock, r->random);
    for (int i = 0; i < EACH; i++) {
        int64_t id;
        int rc =
            open_by(crowd->c, &ctx, crowd->seat, CASES_ANYONE, crowd->hall, crowd->fields, &id);
        if (rc == 0 && i % 3 == 0) {
            const struct li_case_act_args args = {.id = id, .action = LI_S("leave")};
            struct li_job job = {.ctx = &ctx,
                                 .tenant = r->tenant,
                                 .command = &li_case_act,
                                 .args = &args,
                                 .viewer = &crowd->c->viewers[CASES_DESK]};
            rc = li_run(r->record, &job);
        }
        atomic_fetch_add(&crowd->faults, rc != 0);
        li_ctx_clear(&ctx);
        li_arena_reset(arena);
    }
    li_arena_free(arena);
    return NULL;
}

static void racing(struct test_store *t)
{
    struct test_cases *c = begin(t);
    struct crowd crowd = {.c = c,
                          .seat = playbook(c, "seat"),
                          .fields = cases_json(c, "{\"who\":\"甲\",\"persons\":1}"),
                          .hall = hall(c, PLACES)};
    const int left = THREADS * ((EACH + 2) / 3), stay = THREADS * EACH - left;
    pthread_t threads[THREADS];
    struct li_value_args {
        int64_t in, waiting;
    } seq;

    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, crowd_main, &crowd), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(crowd.faults, 0);
    assert_true(number(c, crowd.hall, "in") <= PLACES);
    cases_run_due(c);
    assert_int_equal(number(c, crowd.hall, "in"), PLACES);
    assert_int_equal(number(c, crowd.hall, "waiting"), stay - PLACES);
    assert_int_equal(number(c, crowd.hall, "left"), left);
    /* nobody who waits came before somebody who is in */
    seq.in = records_number(c->r, &under_last_in, LI_ARGS(li_v(c->r->tenant), li_v(crowd.hall)));
    seq.waiting =
        records_number(c->r, &under_first_waiting, LI_ARGS(li_v(c->r->tenant), li_v(crowd.hall)));
    assert_true(seq.in < seq.waiting);
    /* one goes, one comes up; more places, more come up; called off, all are told */
    assert_acts(c, first(c, crowd.hall, "in"), CASES_DESK, "leave", 0, "{}");
    cases_run_due(c);
    assert_int_equal(number(c, crowd.hall, "in"), PLACES);
    assert_acts(c, crowd.hall, CASES_DESK, "more", 0, "{\"places\":30}");
    cases_run_due(c);
    assert_int_equal(number(c, crowd.hall, "in"), 30);
    assert_acts(c, crowd.hall, CASES_DESK, "call_off", 0, "{}");
    cases_run_due(c);
    assert_int_equal(number(c, crowd.hall, "in") + number(c, crowd.hall, "waiting"), 0);
    assert_int_equal(number(c, crowd.hall, "gone"), stay - 1);
    cases_assert_counted(c);
    assert_verifies(c->r, c->r->tenant);
}

/* ---- homes of a survey --------------------------------------------------------- */

LI_SQL(drawn_payload, "select payload from history where tenant = $1 and entity = $2 "
                      "and command = 'case.act' order by seq desc limit 1");

LI_SQL(drawn_tamper, "update history set payload = $3 where tenant = $1 and entity = $2 "
                     "and command = 'case.act' and seq = (select max(seq) from history where "
                     "tenant = $1 and entity = $2 and command = 'case.act')");

#define HOMES  10
#define SAMPLE 4

static int64_t add_home(struct test_cases *c, int no)
{
    struct li_str fields =
        li_strf(c->r->ctx, "{\"home\":\"%d栋101\",\"place\":\"440305001003\"}", no);
    const struct li_row_put_args args = {.reg = LI_S("homes"), .fields = cases_json(c, fields.ptr)};
    struct li_job job = records_job(c->r, &li_row_put, &args);

    assert_ok(c->r->t, li_run(c->r->record, &job));
    return job.entity;
}

/* Drawn as the seed of the month says, and nobody else: reckoned here once more. */
/* Somebody writes into the entry the home behind the last that was drawn, in its place. */
static void tampered(struct test_cases *c, int64_t id, struct li_str payload)
{
    const char *text = li_str_c(c->r->ctx, payload);
    const char *among = strstr(text, "\"among\":\""), *drawn = strstr(text, "\"drawn\":\"");
    struct li_str codes, next = LI_S(""), last = LI_S(""), changed;
    struct li_verify_report report;
    bool found = false;

    assert_non_null(among);
    assert_non_null(drawn);
    codes = li_str_n(among + 9, (size_t)(strchr(among + 9, '"') - among - 9));
    for (int i = 0; i <= SAMPLE; i++) {
        last = next;
        next = li_str_cut(&codes, ' ');
    }
    drawn = strchr(drawn + 9, '"') - last.len;
    assert_memory_equal(drawn, last.ptr, last.len);
    changed =
        li_strf(c->r->ctx, "%.*s%.*s%s", (int)(drawn - text), text, LI_P(next), drawn + last.len);
    records_tamper(c->r, &drawn_tamper, LI_ARGS(li_v(c->r->tenant), li_v(id), li_v_blob(changed)));
    report = records_verify(c->r, c->r->tenant);
    for (size_t i = 0; i < report.finding_count; i++)
        found |= li_str_is(report.findings[i].what, "the rows drawn are not what their seed says");
    assert_true(found);
}

static void drawn(struct test_store *t)
{
    struct test_cases *c = cases_open(t);
    struct li_str source = cases_yaml(c, "playbooks/registers/homes.yaml");
    const struct li_register_adopt_args args = {.name = LI_S("homes"), .source = source};
    struct li_job job = records_job(c->r, &li_register_adopt, &args);
    struct li_draw_chain *chain = li_alloc(c->r->ctx, sizeof(*chain));
    uint64_t ranks[HOMES];
    int64_t homes[HOMES], id;
    struct li_link *links;
    struct li_case row;
    struct li_str payload;
    size_t count;

    assert_ok(t, li_run(c->r->record, &job));
    assert_ok(t, cases_adopt_file(c, "playbooks/survey-answer.yaml"));
    assert_ok(t, cases_adopt_file(c, "playbooks/opinion-survey.yaml"));
    for (int i = 0; i < HOMES; i++)
        homes[i] = add_home(c, i + 1);
    assert_ok(t, open_by(c, c->r->ctx, playbook(c, "opinion-survey"), CASES_DESK, 0,
                         cases_json(c, "{\"subject\":\"物业\",\"kind\":\"satisfaction\","
                                       "\"question\":\"您满意吗\",\"sample\":4,"
                                       "\"until\":\"2029-12-20\"}"),
                         &id));
    assert_acts(c, id, CASES_DESK, "hand_in", 0, "{}");
    assert_acts(c, id, CASES_CHECKER, "draw", 0, "{\"until\":\"2029-12-20\"}");
    payload = records_text(c->r, &drawn_payload, LI_ARGS(li_v(c->r->tenant), li_v(id)));
    assert_non_null(strstr(li_str_c(c->r->ctx, payload), "\"count\":4,\"drawn\":\"HU-"));
    cases_run_due(c);
    assert_int_equal(number(c, id, "asking"), SAMPLE);

    row = cases_row(c, id);
    assert_ok(t, li_sample_chain(c->r->ctx, c->r->record, t->writer, c->r->tenant, chain));
    for (int i = 0; i < HOMES; i++) {
        struct li_row home;
        assert_ok(t,
                  li_row_find(c->r->ctx, c->r->record, t->writer, c->r->tenant, homes[i], &home));
        struct li_str name = li_strf(c->r->ctx, "draw/%.*s", LI_P(home.code));
        ranks[i] = li_draw_rank(li_draw_seed(chain, li_draw_month(li_now(c->r->clock))),
                                &(struct li_draw){.playbook = LI_S("opinion-survey"),
                                                  .number = row.number,
                                                  .name = name});
    }
    assert_ok(t, li_link_list(c->r->ctx, t->writer, c->r->tenant, id, 0, HOMES, &links, &count));
    assert_int_equal(count, SAMPLE);
    for (int i = 0; i < HOMES; i++) {
        char text[LI_ID_TEXT + 1];
        int before = 0, found = 0;
        for (int k = 0; k < HOMES; k++)
            before += ranks[k] < ranks[i];
        li_id_format(homes[i], text);
        for (size_t k = 0; k < count; k++)
            found += li_str_is(li_node_text(cases_row(c, links[k].from).fields, "home"), text);
        assert_int_equal(found, before < SAMPLE);
    }
    assert_verifies(c->r, c->r->tenant);
    assert_int_equal(records_verify(c->r, c->r->tenant).draws, 1);
    tampered(c, id, payload);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(adopted),
        STORE_TEST(opened),
        STORE_TEST(racing),
        STORE_TEST(drawn),
    };

    return STORE_TESTS_RUN("cases: beneath another", tests);
}
