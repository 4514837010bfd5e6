/*
 * A declared emergency: what is told of its duty list, its end, and that nothing is left.
 */
#include "people/emergency.h"
#include "base/time.h"
#include "lib/town.h"
#include "record/due.h"

LI_SQL(emergency_payload, "select payload from history where tenant = $1 "
                          "and command = $2 order by seq desc limit 1");
LI_SQL(emergency_actor, "select actor from history where tenant = $1 "
                        "and command = $2 order by seq desc limit 1");
LI_SQL(emergency_erased, "select cast(count(*) as bigint) from vault where tenant = $1 "
                         "and field = 'told' and value is null and erased_at is not null");

static const struct li_command *const known[] = {
    &li_area_import,      &li_person_add,
    &li_shift_plan,       &li_vault_erase,
    &li_due_attempt,      &li_emergency_declare,
    &li_emergency_end,    &li_emergency_tell,
    &li_appointment_make, NULL,
};

struct storm {
    struct test_record *r;
    int64_t leader, officer, id;
    struct li_emergency emergency;
    struct li_emergency_turn *turns;
    size_t count;
};

static void look(struct storm *s)
{
    struct test_record *r = s->r;

    assert_ok(r->t,
              li_emergency_find(r->ctx, r->record, r->t->writer, r->tenant, s->id, &s->emergency));
    assert_ok(r->t, li_emergency_turns(r->ctx, r->record, r->t->writer, r->tenant, &s->emergency,
                                       &s->turns, &s->count));
}

static int as(struct storm *s, int64_t person, const struct li_command *command, const void *args)
{
    struct li_viewer viewer = records_account(person);
    struct li_job job = records_job(s->r, command, args);

    job.viewer = &viewer;
    return li_run(s->r->record, &job);
}

static struct storm storm_open(struct test_store *t)
{
    struct storm s = {.r = town_open_with(t, known, NULL)};
    int64_t now = li_now(s.r->clock);
    struct li_viewer viewer;
    struct li_job job;

    s.leader = town_person(s.r, "周海燕", NULL, LI_S(""));
    s.officer = town_person(s.r, "王晓岚", NULL, LI_S(""));
    const struct li_shift_row rows[] = {
        {LI_S("duty_leader"), s.leader, now, now + 12 * LI_HOUR},
        {LI_S("duty_officer"), s.officer, now + LI_HOUR, now + 6 * LI_HOUR},
        {LI_S("duty_officer"), s.officer, now + 9 * LI_HOUR, now + 12 * LI_HOUR},
    };
    const struct li_shift_plan_args plan = {
        .area_code = LI_S("440305001"), .from = now, .to = now + LI_DAY, .rows = rows, .count = 3};
    const struct li_emergency_args args = {.area_code = LI_S("440305001"),
                                           .basis = LI_S("防汛预案"),
                                           .reason = LI_S("暴雨橙色预警"),
                                           .until = now + 8 * LI_HOUR};
    assert_ok(t, records_run(s.r, &li_shift_plan, &plan));
    viewer = records_account(s.leader);
    job = records_job(s.r, &li_emergency_declare, &args);
    job.viewer = &viewer;
    assert_ok(t, li_run(s.r->record, &job));
    s.id = ((struct li_new *)job.plan)->id;
    look(&s);
    return s;
}

static int tell(struct storm *s, int64_t person, size_t turn, enum li_emergency_word word)
{
    const struct li_emergency_tell_args args = {
        .emergency = s->id, .shift = s->turns[turn].shift.id, .word = word};
    int r = as(s, person, &li_emergency_tell, &args);

    look(s);
    return r;
}

static void told(struct test_store *t)
{
    struct storm s = storm_open(t);
    struct li_str entry;

    assert_int_equal(s.count, 2); /* the turn after its end is not on the list */
    assert_true(li_str_is(s.emergency.basis, "防汛预案"));
    assert_ok(t, tell(&s, s.officer, 1, LI_EMERGENCY_ARRIVED));
    assert_int_equal(s.turns[1].arrived_at, RECORDS_NOW);
    assert_int_equal(s.turns[0].arrived_at, 0);
    assert_int_equal(tell(&s, s.officer, 0, LI_EMERGENCY_ARRIVED), -LI_E_FORBIDDEN);
    assert_ok(t, tell(&s, s.leader, 1, LI_EMERGENCY_LEFT));
    assert_int_equal(s.turns[1].left_at, RECORDS_NOW);
    assert_ok(t, tell(&s, s.officer, 1, LI_EMERGENCY_NOTHING));
    assert_true(s.turns[1].arrived_at == 0 && s.turns[1].left_at == 0);
    entry = records_text(s.r, &emergency_payload,
                         LI_ARGS(li_v(1), li_v_text(li_str(li_emergency_tell.name))));
    assert_non_null(memmem(entry.ptr, entry.len, "commit", 6));
    assert_null(memmem(entry.ptr, entry.len, "shift", 5)); /* neither who nor which turn */
    entry = records_text(s.r, &emergency_actor,
                         LI_ARGS(li_v(1), li_v_text(li_str(li_emergency_tell.name))));
    assert_true(li_str_is(entry, "duty"));
    assert_verifies(s.r, 1);
}

static void ends_by_itself(struct test_store *t)
{
    struct storm s = storm_open(t);
    struct li_emergency *all;
    size_t count;

    assert_ok(t, tell(&s, s.officer, 1, LI_EMERGENCY_ARRIVED));
    records_later(s.r, 8 * LI_HOUR);
    assert_int_equal(tell(&s, s.officer, 1, LI_EMERGENCY_LEFT), -LI_E_STATE);
    assert_ok(t, li_emergency_list(s.r->ctx, s.r->record, s.r->t->writer, 1, li_now(s.r->clock),
                                   &all, &count));
    assert_int_equal(count, 1);
    assert_ok(t, li_emergency_list(s.r->ctx, s.r->record, s.r->t->writer, 1, s.emergency.erase_at,
                                   &all, &count));
    assert_int_equal(count, 0);
}

/* All that is due then has run; what was told is gone, and the proof still holds. */
static void erased(struct test_store *t)
{
    struct storm s = storm_open(t);
    const struct li_emergency_end_args end = {.emergency = s.id};
    struct li_due_turn *turns;
    size_t count;

    assert_ok(t, tell(&s, s.officer, 1, LI_EMERGENCY_ARRIVED));
    assert_ok(t, tell(&s, s.leader, 0, LI_EMERGENCY_ARRIVED));
    records_later(s.r, 2 * LI_HOUR);
    assert_ok(t, as(&s, s.leader, &li_emergency_end, &end));
    assert_int_equal(as(&s, s.leader, &li_emergency_end, &end), -LI_E_STATE);
    look(&s);
    assert_int_equal(s.emergency.erase_at, RECORDS_NOW + 2 * LI_HOUR + LI_EMERGENCY_KEPT);
    records_clock(s.r, s.emergency.erase_at - 1);
    assert_ok(t, li_due_run(s.r->ctx, s.r->record, li_now(s.r->clock), &turns, &count));
    assert_int_equal(count, 0);
    records_clock(s.r, s.emergency.erase_at);
    assert_ok(t, li_due_run(s.r->ctx, s.r->record, li_now(s.r->clock), &turns, &count));
    assert_true(count == 2 && turns[0].status == 0 && turns[1].status == 0);
    assert_int_equal(records_number(s.r, &emergency_erased, LI_ARGS(li_v(1))), 2);
    assert_int_equal(records_verify(s.r, 1).erased, 2);
    look(&s);
    assert_true(s.count == 2 && s.turns[0].arrived_at == 0 && s.turns[1].arrived_at == 0);
}

static void refused(struct test_store *t)
{
    struct storm s = storm_open(t);
    int64_t now = li_now(s.r->clock);
    struct li_emergency_args args = {.area_code = LI_S("440305001"),
                                     .basis = LI_S("防汛预案"),
                                     .reason = LI_S("暴雨"),
                                     .until = now + LI_HOUR};

    assert_int_equal(as(&s, s.leader, &li_emergency_declare, &args), -LI_E_STATE);
    args.area_code = LI_S("440305001003");
    assert_ok(t, as(&s, s.leader, &li_emergency_declare, &args));
    args.until = now + LI_EMERGENCY_MOST + 1;
    assert_int_equal(as(&s, s.leader, &li_emergency_declare, &args), -LI_E_INVALID);
    assert_told_at(s.r, "/until");
    args.basis = LI_S("");
    assert_int_equal(as(&s, s.leader, &li_emergency_declare, &args), -LI_E_INVALID);
    assert_told_at(s.r, "/basis");
    assert_int_equal(
        as(&s, s.leader, &li_emergency_end, &(struct li_emergency_end_args){.emergency = 7}),
        -LI_E_NOT_FOUND);
}

int main(void)
{
    static const struct store_test tests[] = {
        STORE_TEST(told),
        STORE_TEST(ends_by_itself),
        STORE_TEST(erased),
        STORE_TEST(refused),
    };

    return STORE_TESTS_RUN("emergency", tests);
}
