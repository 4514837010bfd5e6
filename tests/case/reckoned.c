/*
 * Random lives of cases beside a slow reference: deadlines given from above, tables by stage,
 * class and level in editions, extensions, pauses, return and redo with a limit, clocks with
 * names, over the office's own hours and days; and who held it how long.
 *
 * After each step every clock of the case must be what the reference says: reckoned anew, from
 * nothing but what happened, by arithmetic that walks minute by minute (lib/slow.h).  A failure
 * tells its seed; LINLI_SEED=N tries that one.
 */
#include "base/time.h"
#include "case/deadline.h"
#include "lib/cases.h"
#include "lib/slow.h"
#include "record/code.h"
#include "record/setting.h"

#include <stdlib.h>

LI_SQL(reckoned_at, "select max(at) from history where tenant = $1 and entity = $2");
LI_SQL(reckoned_named, "select coalesce(max(due_at), 0) from clock "
                       "where tenant = $1 and case_id = $2 and part = $3 and name = $4");

#define LIVES 6             /* in a house, each with an office and tables of its own */
#define LASTS (50 * LI_DAY) /* at most */
#define CASES 3
#define STEPS 16
#define PARTS 8
#define SPANS 120

static uint64_t seed, begun; /* begun: of this life, what a failure tells */

static int64_t dice(int64_t sides)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (int64_t)(seed >> 33) % sides;
}

/* ---- what the reference knows ------------------------------------------------------ */

struct line { /* of the table, as it was put */
    char edition;
    int32_t since, until;
    const char *stage, *class, *level;
    struct li_length length;
};
#define LINES 24

struct span {
    int part;
    const char *state;
    int64_t from, to; /* to 0: it runs */
};

struct job {
    const char *state;
    int unit;
    int64_t begun, since;
    int64_t later, later_from; /* extended until, what counts from there; 0: not */
};

struct life {
    int64_t id, opened, since;
    const char *state, *level, *class;
    int32_t given, review; /* days; 0: none */
    int rework;
    struct job jobs[PARTS];
    int job_count;
    struct li_pause pauses[STEPS + 1]; /* to 0: it lasts */
    size_t pause_count;
    struct span spans[SPANS];
    size_t span_count;
};

struct world {
    struct test_cases *c;
    struct slow_office office;
    struct line lines[LINES];
    size_t line_count;
    struct life lives[CASES];
};

/* ---- the reference ------------------------------------------------------------------ */

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* The longest class, then a stage, then a level, then the younger edition. */
static int64_t weight(const struct line *line)
{
    return ((int64_t)strlen(line->class) << 34) + ((int64_t)(*line->stage != 0) << 33) +
           ((int64_t)(*line->level != 0) << 32) + line->since;
}

static struct li_length length_of(const struct world *world, const struct life *life,
                                  const char *stage, int64_t from, struct li_length otherwise)
{
    const int32_t day = li_day_at(from);
    const struct line *best = NULL;

    for (size_t i = 0; i < world->line_count; i++) {
        const struct line *line = &world->lines[i];
        if (line->since <= day && day < line->until && (!*line->stage || is(line->stage, stage)) &&
            (!*line->level || is(line->level, life->level)) &&
            strncmp(line->class, life->class, strlen(line->class)) == 0 &&
            (!best || weight(line) > weight(best))) {
            best = line;
        }
    }
    return best ? best->length : otherwise;
}

/* Pause by pause: what was left when it began is left when it ends.  0: it stands still. */
static int64_t with_pauses(const struct world *world, const struct life *life, int64_t from,
                           struct li_length length)
{
    int64_t due = slow_due(&world->office, from, length);

    for (size_t i = 0; i < life->pause_count; i++) {
        const struct li_pause *pause = &life->pauses[i];
        const int64_t stands = pause->from > from ? pause->from : from;
        if ((pause->to && pause->to <= from) || due <= stands) {
            continue;
        }
        if (!pause->to) {
            return 0;
        }
        due = length.kind == LI_CLOCK_WORK
                  ? slow_add(&world->office, pause->to, slow_between(&world->office, stands, due))
                  : pause->to + (due - stands);
    }
    return due;
}

/* The sooner of a length and, where the rule knows one, the day that was given from above;
 * *ret_from: what the sooner one counts from. */
static int64_t sooner(const struct world *world, const struct life *life, const char *stage,
                      int64_t from, int64_t since, struct li_length otherwise, int64_t *ret_from)
{
    const struct li_length length = length_of(world, life, stage, from, otherwise);
    const int64_t due = with_pauses(world, life, from, length);
    const int64_t given = life->given ? slow_closing(&world->office, life->given) : 0;
    const bool by_day = given && (!due || given < due);

    *ret_from = by_day ? since : from;
    return by_day ? given : due;
}

static struct li_length work(int64_t amount, char unit)
{
    return (struct li_length){.amount = amount, .unit = unit, .kind = LI_CLOCK_WORK};
}

static struct li_length calendar(int64_t amount, char unit)
{
    return (struct li_length){.amount = amount, .unit = unit, .kind = LI_CLOCK_CALENDAR};
}

static int64_t due_of_case(const struct world *world, const struct life *life)
{
    int64_t from;

    if (is(life->state, "desk")) {
        return sooner(world, life, "desk", life->opened, life->since, work(5, 'd'), &from);
    }
    if (is(life->state, "shelved")) {
        return slow_closing(&world->office, life->review);
    }
    if (is(life->state, "check") || is(life->state, "hard")) {
        const struct li_length otherwise =
            is(life->state, "check") ? work(90, 'm') : calendar(36, 'h');
        return with_pauses(world, life, life->since,
                           length_of(world, life, life->state, life->since, otherwise));
    }
    return 0;
}

static int64_t due_of_job(const struct world *world, const struct life *life, const struct job *job,
                          int64_t *ret_from)
{
    int64_t due = 0;

    *ret_from = job->since;
    if (is(life->state, "shut")) {
        return 0;
    }
    if (is(job->state, "sent")) {
        due = with_pauses(world, life, job->since,
                          length_of(world, life, "sent", job->since, work(2, 'h')));
    }
    if (is(job->state, "seen")) {
        due = sooner(world, life, "seen", job->begun, job->since, work(3, 'd'), ret_from);
    }
    return due && job->later > due && job->later_from == *ret_from ? job->later : due;
}

static int64_t due_of_whole(const struct world *world, const struct life *life)
{
    return is(life->state, "check") || is(life->state, "shut")
               ? 0
               : with_pauses(world, life, life->opened,
                             length_of(world, life, "whole", life->opened, work(10, 'd')));
}

static int64_t due_of_arrival(const struct world *world, const struct life *life,
                              const struct job *job)
{
    return !is(job->state, "sent") || is(life->state, "shut")
               ? 0
               : with_pauses(world, life, job->begun,
                             length_of(world, life, "arrive", job->begun, calendar(30, 'm')));
}

/* ---- both are asked -------------------------------------------------------------------- */

static void same(const struct life *life, const char *what, int part, int64_t is, int64_t should)
{
    char one[LI_TIME_TEXT] = "never", two[LI_TIME_TEXT] = "never";

    if (is == should) {
        return;
    }
    if (is) {
        li_time_format(is, one);
    }
    if (should) {
        li_time_format(should, two);
    }
    fail_msg("%s of part %d in %s is %s and should be %s (seed %llu)", what, part, life->state, one,
             two, (unsigned long long)begun);
}

static int64_t named(const struct world *world, const struct life *life, int part, const char *name)
{
    return records_number(
        world->c->r, &reckoned_named,
        LI_ARGS(li_v(world->c->r->tenant), li_v(life->id), li_v(part), li_v_text(li_str(name))));
}

static void compare_clocks(const struct world *world, const struct life *life)
{
    const struct li_case row = cases_row(world->c, life->id);
    struct li_case_part *parts;
    const size_t count = cases_parts(world->c, life->id, &parts);
    int64_t from;

    if (!is(cases_state(world->c, life->id), life->state) || count != (size_t)life->job_count) {
        fail_msg("it is in %s with %zu parts and should be in %s with %d (seed %llu)",
                 cases_state(world->c, life->id), count, life->state, life->job_count,
                 (unsigned long long)begun);
    }
    same(life, "the clock", 0, row.clock.due_at, due_of_case(world, life));
    same(life, "whole", 0, named(world, life, 0, "whole"), due_of_whole(world, life));
    for (int i = 0; i < life->job_count; i++) {
        const struct job *job = &life->jobs[i];
        same(life, "begin", i + 1, parts[i].part.begun, job->begun);
        same(life, job->state, i + 1, parts[i].clock.due_at, due_of_job(world, life, job, &from));
        same(life, "arrive", i + 1, named(world, life, i + 1, "arrive"),
             due_of_arrival(world, life, job));
    }
}

/* Exact, in order, each once; those of the case add up to its age. */
static void compare_held(const struct world *world, const struct life *life)
{
    struct li_view view = cases_view(world->c, &world->c->viewers[CASES_DESK]);
    struct li_view_held held;
    int64_t sum = 0, end;

    assert_ok(world->c->r->t, li_view_held(world->c->r->ctx, &view, life->id, &held));
    if (held.count != life->span_count) {
        fail_msg("%zu held it and should be %zu (seed %llu)", held.count, life->span_count,
                 (unsigned long long)begun);
    }
    for (size_t i = 0; i < held.count; i++) {
        const struct li_held_span *span = &held.spans[i].span;
        const struct span *should = NULL;
        for (size_t k = 0; k < life->span_count; k++) {
            const struct span *one = &life->spans[k];
            if (one->part == span->part && one->from == span->from &&
                li_str_is(span->name, one->state)) {
                should = one;
            }
        }
        if (!should) {
            fail_msg("part %d did not enter %.*s then (seed %llu)", span->part, LI_P(span->name),
                     (unsigned long long)begun);
            return;
        }
        end = should->to ? should->to : held.now;
        same(life, should->state, span->part, span->to, end);
        if (span->work != slow_between(&world->office, should->from, end)) {
            fail_msg("%s of part %d was held %lld of work and not %lld (seed %llu)", should->state,
                     span->part, (long long)span->work,
                     (long long)slow_between(&world->office, should->from, end),
                     (unsigned long long)begun);
        }
        sum += span->part ? 0 : span->to - span->from;
    }
    end = is(life->state, "shut") ? cases_row(world->c, life->id).closed_at : held.now;
    same(life, "all that was held", 0, life->opened + sum, end);
}

/* ---- what happens ------------------------------------------------------------------------- */

static void leave(struct life *life, int part, int64_t at)
{
    for (size_t i = 0; i < life->span_count; i++) {
        struct span *span = &life->spans[i];
        span->to = span->part == part && !span->to ? at : span->to;
    }
}

static void enter(struct life *life, int part, const char *state, int64_t at)
{
    leave(life, part, at);
    if (is(state, "done") || is(state, "back") || is(state, "shut")) {
        return;
    }
    assert_true(life->span_count < SPANS);
    life->spans[life->span_count++] = (struct span){part, state, at, 0};
}

static void enter_case(struct life *life, const char *state, int64_t at)
{
    if (is(life->state, "shelved")) {
        life->pauses[life->pause_count - 1].to = at;
    }
    if (is(state, "shelved")) {
        life->pauses[life->pause_count++] = (struct li_pause){.from = at};
    }
    life->state = state;
    life->since = at;
    enter(life, 0, state, at);
}

static void enter_job(struct life *life, int i, const char *state, int64_t at, bool begins)
{
    struct job *job = &life->jobs[i];

    job->begun = begins ? at : job->begun;
    job->state = state;
    job->since = at;
    enter(life, i + 1, state, at);
}

static bool any(const struct life *life, const char *state)
{
    bool found = false;

    for (int i = 0; i < life->job_count; i++) {
        found |= is(life->jobs[i].state, state);
    }
    return found;
}

static int64_t at_of(const struct world *world, const struct life *life)
{
    return records_number(world->c->r, &reckoned_at,
                          LI_ARGS(li_v(world->c->r->tenant), li_v(life->id)));
}

static const char *const levels[] = {"calm", "warm", "hot"};
static const char *const classes[] = {"event:0101", "event:0102", "event:0201"};

static const char *day_text(struct test_cases *c, int32_t day)
{
    const struct li_civil civil = li_civil_at(li_day_start(day));

    return li_strf(c->r->ctx, "%04d-%02d-%02d", civil.year, civil.month, civil.day).ptr;
}

/* Some of level, class and the day from above, as JSON members; what was given holds from now. */
static const char *grade(const struct world *world, struct life *life, bool day)
{
    struct test_cases *c = world->c;
    const char *text = "";

    if (dice(2)) {
        life->level = levels[dice(3)];
        text = li_strf(c->r->ctx, ",\"how\":\"%s\"", life->level).ptr;
    }
    if (dice(2)) {
        life->class = classes[dice(3)];
        text = li_strf(c->r->ctx, "%s,\"class\":\"%s\"", text, life->class).ptr;
    }
    if (day) {
        life->given = li_day_at(li_now(c->r->clock)) + (int32_t)dice(20);
        text = li_strf(c->r->ctx, "%s,\"given\":\"%s\"", text, day_text(c, life->given)).ptr;
    }
    return *text ? text + 1 : text;
}

#define does(world, life, ...)                                                                     \
    do {                                                                                           \
        int r_ = cases_act((world)->c, (life)->id, __VA_ARGS__);                                   \
        if (r_) {                                                                                  \
            fail_msg("it was answered %d: %s (seed %llu)", r_,                                     \
                     li_str_c((world)->c->r->ctx, li_ctx_explain((world)->c->r->ctx)),             \
                     (unsigned long long)begun);                                                   \
        }                                                                                          \
    } while (0)

static void send(const struct world *world, struct life *life)
{
    const bool first = is(life->state, "desk");
    const int unit = (int)dice(2);
    const char *more = first ? grade(world, life, false) : "";
    const char *comma = *more ? "," : "";

    does(world, life, CASES_DESK, first ? "send" : "more", 0,
         li_strf(world->c->r->ctx, "{\"unit\":\"$%d\"%s%s}", unit, comma, more).ptr);
    life->jobs[life->job_count++] = (struct job){.unit = unit};
    enter_job(life, life->job_count - 1, "sent", at_of(world, life), true);
    if (first) {
        enter_case(life, "out", at_of(world, life));
    }
}

static void shelve(const struct world *world, struct life *life)
{
    life->review = li_day_at(li_now(world->c->r->clock)) + 1 + (int32_t)dice(12);
    does(world, life, CASES_DESK, "shelve", 0,
         li_strf(world->c->r->ctx, "{\"review\":\"%s\"}", day_text(world->c, life->review)).ptr);
    enter_case(life, "shelved", at_of(world, life));
}

static void wakes(const struct world *world, struct life *life)
{
    enter_case(life, any(life, "sent") || any(life, "seen") ? "out" : "desk", at_of(world, life));
}

/* Later than it is due, by thirty days at most; else it is refused. */
static void extend(const struct world *world, struct life *life, int i)
{
    int64_t from, due = due_of_job(world, life, &life->jobs[i], &from);
    const int32_t day = li_day_at(due ? due : li_now(world->c->r->clock)) - 2 + (int32_t)dice(36);
    const int64_t later = slow_closing(&world->office, day);
    const bool may = due && later > due && day <= li_day_at(due) + 30;
    const int r =
        cases_act(world->c, life->id, CASES_DESK, "extend", i + 1,
                  li_strf(world->c->r->ctx, "{\"later\":\"%s\"}", day_text(world->c, day)).ptr);

    if (r != (may ? 0 : -LI_E_INVALID)) {
        fail_msg("an extension was answered %d (seed %llu)", r, (unsigned long long)begun);
    }
    li_ctx_clear(world->c->r->ctx);
    if (may) {
        life->jobs[i].later = later;
        life->jobs[i].later_from = from;
    }
}

static void step_job(const struct world *world, struct life *life, int i)
{
    struct job *job = &life->jobs[i];
    const enum cases_who who = job->unit ? CASES_OTHER_HANDLER : CASES_HANDLER;
    const bool sent = is(job->state, "sent");
    int64_t what = dice(10);

    if (!sent && !is(job->state, "seen")) {
        return;
    }
    if (!sent && what < 6) {
        extend(world, life, i);
        return;
    }
    if (sent && what < 6) {
        does(world, life, who, "sign", i + 1, NULL);
        enter_job(life, i, "seen", at_of(world, life), false);
        return;
    }
    if (sent && what < 8) {
        does(world, life, who, "give_back", i + 1, NULL);
        enter_job(life, i, "back", at_of(world, life), false);
    } else {
        does(world, life, who, "done", i + 1, NULL);
        enter_job(life, i, "done", at_of(world, life), false);
    }
    if (!any(life, "sent") && !any(life, "seen")) { /* what follows by itself */
        enter_case(life, any(life, "done") ? "check" : "desk", at_of(world, life));
    }
}

static void fail_check(const struct world *world, struct life *life)
{
    int64_t at;

    if (life->rework >= 2) {
        assert_int_equal(cases_act(world->c, life->id, CASES_CHECKER, "fail", 0, NULL),
                         -LI_E_STATE);
        li_ctx_clear(world->c->r->ctx);
        does(world, life, CASES_CHECKER, "fail_hard", 0, NULL);
        enter_case(life, "hard", at_of(world, life));
        return;
    }
    does(world, life, CASES_CHECKER, "fail", 0, NULL);
    life->rework++;
    at = at_of(world, life);
    enter_case(life, "out", at);
    for (int i = 0; i < life->job_count; i++) {
        if (is(life->jobs[i].state, "done")) {
            enter_job(life, i, "sent", at, true);
        }
    }
}

static void step(const struct world *world, struct life *life)
{
    const int64_t what = dice(10);
    const bool at_desk = is(life->state, "desk"), out = is(life->state, "out");

    if (is(life->state, "shut")) {
        return;
    }
    if (is(life->state, "shelved")) {
        if (what < 4) {
            does(world, life, CASES_DESK, "wake", 0, NULL);
            wakes(world, life);
        }
    } else if (what == 0) {
        does(world, life, CASES_DESK, "grade", 0,
             li_strf(world->c->r->ctx, "{%s}", grade(world, life, dice(2) != 0)).ptr);
    } else if ((at_desk || out) && what <= 2 && life->pause_count < STEPS) {
        shelve(world, life);
    } else if (life->job_count < PARTS && (at_desk || (out && what == 3))) {
        send(world, life);
    } else if (out) {
        step_job(world, life, (int)dice(life->job_count));
    } else if (is(life->state, "check")) {
        if (what < 8) {
            fail_check(world, life);
        } else {
            does(world, life, CASES_CHECKER, "pass", 0, NULL);
            enter_case(life, "shut", at_of(world, life));
        }
    } else if (is(life->state, "hard") && what > 6) {
        does(world, life, CASES_DESK, "decide", 0, NULL);
        enter_case(life, "shut", at_of(world, life));
    }
}

/* Time goes on, by minutes or days; a review that has come brings its case back. */
static void go_on(const struct world *world)
{
    static const int64_t spans[] = {LI_MINUTE, LI_HOUR, 5 * LI_HOUR, LI_DAY, 6 * LI_DAY};

    records_later(world->c->r, 1 + dice(spans[dice(5)]));
    cases_run_due(world->c);
    for (int i = 0; i < CASES; i++) {
        struct life *life = (struct life *)&world->lives[i];
        if (life->id && is(life->state, "shelved") &&
            slow_closing(&world->office, life->review) <= li_now(world->c->r->clock)) {
            wakes(world, life);
        }
    }
}

/* ---- an office and its tables ---------------------------------------------------------------- */

static const char *draw_hours(struct world *world)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    struct li_ctx *ctx = world->c->r->ctx;
    const char *text = "";

    for (int weekday = 0; weekday < 7; weekday++) {
        int32_t at = 300 + 15 * (int32_t)dice(20);
        int most = weekday && dice(weekday < 5 ? 8 : 2) == 0 ? 0 : 1 + (int)dice(3), count = 0;
        const char *day = "";

        while (count < most && at < 1380) {
            const int32_t to = at + 15 + 15 * (int32_t)dice(16);
            const struct li_hours hours = {at, to > 1440 ? 1440 : to};
            world->office.week.spans[weekday][count++] = hours;
            day = li_strf(ctx, "%s%s{\"from\":\"%02d:%02d\",\"to\":\"%02d:%02d\"}", day,
                          *day ? "," : "", hours.from / 60, hours.from % 60, hours.to / 60,
                          hours.to % 60)
                      .ptr;
            at = to + 15 + 15 * (int32_t)dice(8);
        }
        world->office.week.counts[weekday] = count;
        text = li_strf(ctx, "%s%s\"%s\":[%s]", text, *text ? "," : "", days[weekday], day).ptr;
    }
    return text;
}

/* Beside the nation's days the office's own: each day once. */
static const char *draw_days(struct world *world, bool working, int offset)
{
    struct li_ctx *ctx = world->c->r->ctx;
    const char *text = "";

    for (int32_t day = li_day_of(2026, 3, 1) + offset; day < li_day_of(2026, 12, 20);
         day += 2 * (1 + (int32_t)dice(30))) {
        text = li_strf(ctx, "%s%s\"%s\"", text, *text ? "," : "", day_text(world->c, day)).ptr;
        slow_set(&world->office, day, working);
    }
    return text;
}

static void draw_office(struct world *world)
{
    static const char *const years[] = {"data/calendar/cn-2025.yaml", "data/calendar/cn-2026.yaml"};
    struct test_record *r = world->c->r;

    slow_begin(&world->office, li_day_of(2025, 1, 1));
    for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++) {
        struct li_node *year;
        struct li_str text;
        assert_ok(r->t, li_file_read(r->ctx, years[i], 0, &text));
        assert_ok(r->t, li_yaml_read(r->ctx, years[i], text, &year));
        slow_read_year(&world->office, year);
    }
    const char *hours = draw_hours(world), *off = draw_days(world, false, 0),
               *worked = draw_days(world, true, 1);
    const struct li_setting_args set = {
        .values = cases_json(world->c, li_strf(r->ctx,
                                               "{\"office_hours\":{%s},\"own_days\":{\"off\":[%s],"
                                               "\"worked\":[%s]}}",
                                               hours, off, worked)
                                           .ptr)};
    assert_ok(r->t, records_run(r, &li_setting_put, &set));
}

/* Three editions that follow or overlap one another, a few lines each. */
static void draw_tables(struct world *world)
{
    static const char *const stages[] = {"",     "",     "desk",  "check",
                                         "hard", "sent", "whole", "arrive"};
    static const char *const some_classes[] = {"", "", "event:01", "event:0102", "event:02"};
    static const char *const some_levels[] = {"", "calm", "warm", "hot"};
    static const char units[] = "mhdw";
    static const int64_t most[] = {600, 40, 8, 2};
    const int32_t today = li_day_at(li_now(world->c->r->clock));
    struct li_deadline rows[LINES];
    const struct li_deadline_put put = {.rows = rows, .count = LINES};

    world->line_count = 0;
    for (int i = 0; i < LINES; i++) {
        const int unit = (int)dice(4), edition = i % 3;
        struct line line = {.edition = (char)('A' + edition),
                            .since = today - 30 + 25 * edition,
                            .until = edition == 2 ? INT32_MAX : today + 20 + 20 * edition,
                            .stage = is(stages[i % 8], "") && dice(2) ? "seen" : stages[dice(8)],
                            .class = some_classes[dice(5)],
                            .level = some_levels[dice(4)],
                            .length = {.amount = 1 + dice(most[unit]),
                                       .unit = units[unit],
                                       .kind = dice(2) ? LI_CLOCK_WORK : LI_CLOCK_CALENDAR}};
        for (size_t k = 0; k < world->line_count; k++) {
            const struct line *other = &world->lines[k];
            if (other->edition == line.edition && is(other->stage, line.stage) &&
                is(other->class, line.class) && is(other->level, line.level)) {
                line = *other; /* it is there: said again it says the same */
            }
        }
        world->lines[world->line_count++] = line;
    }
    size_t kept = 0;
    for (size_t i = 0; i < world->line_count; i++) {
        const struct line *line = &world->lines[i];
        bool twice = false;
        for (size_t k = 0; k < i; k++) {
            twice |= world->lines[k].edition == line->edition &&
                     is(world->lines[k].stage, line->stage) &&
                     is(world->lines[k].class, line->class) &&
                     is(world->lines[k].level, line->level);
        }
        if (!twice) {
            rows[kept++] = (struct li_deadline){
                .name = LI_S("office"),
                .edition = li_str_n(&line->edition, 1),
                .stage = li_str(line->stage),
                .class = li_str(line->class),
                .level = li_str(line->level),
                .since = line->since,
                .until = line->until,
                .length = line->length,
            };
        }
    }
    const struct li_deadline_put args = {.rows = put.rows, .count = kept};
    struct li_job job = records_job(world->c->r, &li_deadline_put, &args);
    assert_ok(world->c->r->t, li_run(world->c->r->record, &job));
}

static void open_one(struct world *world, struct life *life)
{
    struct test_cases *c = world->c;
    const char *more = "";

    *life = (struct life){.level = "calm", .class = ""};
    if (dice(2)) {
        life->level = levels[dice(3)];
        more = li_strf(c->r->ctx, ",\"how\":\"%s\"", life->level).ptr;
    }
    if (dice(2)) {
        life->given = li_day_at(li_now(c->r->clock)) + (int32_t)dice(20);
        more = li_strf(c->r->ctx, "%s,\"given\":\"%s\"", more, day_text(c, life->given)).ptr;
    }
    life->state = "";
    life->id = cases_new(c, "reckoned", li_strf(c->r->ctx, "{\"note\":\"x\"%s}", more).ptr, NULL);
    life->opened = cases_row(c, life->id).opened_at;
    enter_case(life, "desk", life->opened);
}

static void import_classes(struct test_cases *c)
{
    struct li_code codes[3];
    const struct li_code_import import = {.rows = codes, .count = 3, .source = LI_S("test")};

    for (int i = 0; i < 3; i++) {
        codes[i] = (struct li_code){.scheme = LI_S("event"),
                                    .code = li_str(classes[i] + 6),
                                    .group = LI_S("市容环境"),
                                    .group_en = LI_S("City appearance"),
                                    .name = li_strf(c->r->ctx, "第%d类", i),
                                    .name_en = li_strf(c->r->ctx, "Class %d", i),
                                    .edition = LI_S("2024"),
                                    .evidence = LI_S("test")};
    }
    assert_ok(c->r->t, records_run(c->r, &li_code_import, &import));
}

/* By its number alone: it begins on a day of its own, whatever other lives there were. */
static void live(struct world *world, int house, int no)
{
    const int64_t from = RECORDS_NOW + no * (LASTS + 20 * LI_DAY), until = from + LASTS;

    begun = (uint64_t)house * 1000 + (uint64_t)no;
    seed = begun * 7723 + 1;
    records_clock(world->c->r, from);
    draw_office(world);
    draw_tables(world);
    memset(world->lives, 0, sizeof(world->lives));
    for (int i = 0; i < CASES; i++) {
        open_one(world, &world->lives[i]);
    }
    for (int i = 0; i < CASES * STEPS && li_now(world->c->r->clock) < until; i++) {
        struct life *life = &world->lives[dice(CASES)];
        go_on(world);
        step(world, life);
        compare_clocks(world, life);
    }
    for (int i = 0; i < CASES; i++) {
        compare_clocks(world, &world->lives[i]);
        compare_held(world, &world->lives[i]);
    }
}

static void lives(struct test_store *t, int house)
{
    const char *only = getenv("LINLI_SEED"), *night = getenv("LINLI_NIGHT");
    const int count = night && *night == '1' ? 20 * LIVES : LIVES;
    struct world world = {.c = cases_open(t)};

    assert_ok(t, cases_adopt_file(world.c, "tests/lib/reckoned.yaml"));
    import_classes(world.c);
    for (int i = 0; i < count; i++) {
        if (!only || atoi(only) == house * 1000 + i) {
            live(&world, house, i);
        }
    }
    assert_verifies(world.c->r, world.c->r->tenant);
}

static void as_the_reference_says(struct test_store *t)
{
    lives(t, 0);
}

static void in_another_house(struct test_store *t)
{
    lives(t, 1);
}

static void and_in_a_third(struct test_store *t)
{
    lives(t, 2);
}

int main(void)
{
    static const struct store_test tests[] = {STORE_TEST(as_the_reference_says),
                                              STORE_TEST(in_another_house),
                                              STORE_TEST(and_in_a_third)};

    return STORE_TESTS_RUN("cases: reckoned", tests);
}
