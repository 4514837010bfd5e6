/*
 * Matters: the cases that were opened here, and what comes next for each.
 *
 * After every change a case and its parts are looked at as they stand.  What has
 * entered a state gets one plan: a habit of that state and an hour for it.  A plan of
 * a state that was left is void.  Nothing is remembered of a case that the house does
 * not say, except who reported it.
 */
#include <stdio.h>

#include "simulate/inside.h"

struct li_matter *li_matter_find(struct li_sim *sim, int64_t tenant, int64_t id)
{
    size_t low = 0, high = sim->matter_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sim->matters[middle].id < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < sim->matter_count && sim->matters[low].id == id &&
                   sim->matters[low].tenant == tenant
               ? &sim->matters[low]
               : NULL;
}

/* ---- when ---------------------------------------------------------------------------- */

/* Residents sleep from 22:30 to 7:00. */
static int64_t awake(struct li_dice *dice, int64_t at)
{
    struct li_civil civil = li_civil_at(at);
    int minute = civil.hour * 60 + civil.minute;

    if (minute >= 7 * 60 && minute < 22 * 60 + 30) {
        return at;
    }
    return li_day_start(li_day_at(at) + (minute >= 7 * 60)) +
           li_dice_between(dice, 7 * 60, 9 * 60) * LI_MINUTE;
}

static int64_t hour_of(const struct li_sim_tenant *town, const struct li_habit *habit,
                       struct li_dice *dice, int64_t now)
{
    int64_t minutes = li_dice_between(dice, habit->from, habit->to);
    int64_t seconds = li_dice_between(dice, 1, LI_MINUTE - 1);
    const struct li_length length = {.amount = minutes, .unit = 'm', .kind = LI_CLOCK_WORK};
    bool on_spot = strcmp(habit->state, "nearby") == 0 || strcmp(habit->state, "on_spot") == 0 ||
                   strncmp(habit->state, "night", strlen("night")) == 0;

    if (habit->who == LI_HABIT_REPORTER || habit->who == LI_HABIT_NEIGHBOUR) {
        return awake(dice, now + minutes * LI_MINUTE) + seconds;
    }
    if (on_spot) {
        return now + minutes * LI_MINUTE + seconds;
    }
    return li_calendar_add(town->calendar, now, length).at + seconds;
}

/* ---- what ---------------------------------------------------------------------------- */

static unsigned weight_of(const struct li_habit *habit, unsigned traits)
{
    return habit->traits & traits ? 10 * habit->weight : habit->weight;
}

static const struct li_habit *throw_habit(struct li_str kind, struct li_str state, unsigned traits,
                                          struct li_dice *dice)
{
    char name[64];
    uint64_t sum = 0, throw;

    snprintf(name, sizeof(name), "%.*s%s%.*s", LI_P(kind), kind.len ? "." : "", LI_P(state));
    for (const struct li_habit *habit = li_habits; habit->state; habit++) {
        sum += strcmp(habit->state, name) == 0 ? weight_of(habit, traits) : 0;
    }
    throw = sum ? li_dice_roll(dice) % sum : 0;
    for (const struct li_habit *habit = li_habits; sum && habit->state; habit++) {
        uint64_t weight = strcmp(habit->state, name) == 0 ? weight_of(habit, traits) : 0;
        if (throw < weight) {
            return habit;
        }
        throw -= weight;
    }
    return NULL;
}

static int plan_one(struct li_sim *sim, struct li_matter *matter, struct li_str kind,
                    const struct li_state *state, int place, int64_t since, int part)
{
    struct li_sim_tenant *town = li_world_tenant(sim, matter->tenant);
    struct li_dice dice =
        li_dice_of(matter->key, "plan", (uint64_t)matter->acts << 8 | (uint64_t)part);
    const struct li_habit *habit;

    if (part > LI_SIM_PARTS || (matter->plans[part].plan && matter->plans[part].state == place &&
                                matter->plans[part].since == since)) {
        return 0;
    }
    matter->plans[part].state = place;
    matter->plans[part].since = since;
    matter->plans[part].plan++;
    habit = throw_habit(kind, state->name, matter->traits, &dice);
    if (!habit || !habit->action) {
        return 0;
    }
    const struct li_event event = {
        .at = hour_of(town, habit, &dice, li_now(sim->config.clock)),
        .key = li_dice_roll(&dice),
        .kind = LI_EVENT_HABIT,
        .tenant = matter->tenant,
        .subject = matter->id,
        .part = part,
        .plan = matter->plans[part].plan,
        .what = habit,
    };
    return li_agenda_add(sim, &event);
}

/* A kind of part that is made ended. */
static unsigned is_note(const struct li_machine *machine)
{
    return machine->states[machine->start].end;
}

/* Parts that went with the step that made them, when it was taken back: what was planned for
 * them is void. */
static void forget_gone(struct li_matter *matter, const struct li_case_part *parts, size_t count)
{
    for (int no = 1; no <= LI_SIM_PARTS; no++) {
        bool is_there = false;
        for (size_t i = 0; i < count; i++) {
            is_there |= parts[i].part.no == no;
        }
        if (!is_there && matter->plans[no].plan) {
            matter->plans[no].plan++;
            matter->plans[no].since = 0;
        }
    }
}

int li_matter_plan(struct li_sim *sim, struct li_matter *matter)
{
    struct li_case_part *parts = NULL;
    struct li_case row;
    struct li_conn *conn;
    size_t count = 0;
    unsigned notes = 0;
    int r = li_sim_reader(sim, &conn);

    if (r) {
        return r;
    }
    r = li_case_find(&sim->ctx, sim->house->record, conn, matter->tenant, matter->id, &row);
    r = r ? r : li_case_parts(&sim->ctx, conn, matter->tenant, &row, &parts, &count);
    li_sim_reader_back(sim, conn);
    if (r) {
        return LI_FAIL(&sim->ctx, -r, "case %lld is not there", (long long)matter->id);
    }
    forget_gone(matter, parts, count);
    /* a note made of it, an attempt to reach somebody: what comes next is thrown anew */
    for (size_t i = 0; i < count; i++) {
        notes += is_note(&row.playbook->machines[parts[i].part.machine]);
    }
    if (matter->notes != notes) {
        matter->notes = notes;
        matter->plans[0].since = 0;
    }
    r = plan_one(sim, matter, LI_S(""), &row.playbook->machines[0].states[row.state], row.state,
                 row.clock.since, 0);
    for (size_t i = 0; r == 0 && i < count && !row.closed_at; i++) {
        const struct li_part *part = &parts[i].part;
        const struct li_machine *machine = &row.playbook->machines[part->machine];
        const struct li_state *state = &machine->states[part->state];
        r = plan_one(sim, matter, machine->name, state, part->state, part->since, part->no);
    }
    return r;
}

int li_matter_asides(struct li_sim *sim, struct li_matter *matter)
{
    struct li_sim_tenant *town = li_world_tenant(sim, matter->tenant);
    int r = 0;

    for (const struct li_habit *habit = li_habits; r == 0 && habit->state; habit++) {
        struct li_dice dice = li_dice_of(matter->key, "aside", (uint64_t)(habit - li_habits));
        unsigned percent = habit->traits & matter->traits ? 3 * habit->weight : habit->weight;
        if (habit->state[0] || !li_dice_percent(&dice, percent)) {
            continue;
        }
        const struct li_event event = {
            .at = hour_of(town, habit, &dice, li_now(sim->config.clock)),
            .key = li_dice_roll(&dice),
            .kind = LI_EVENT_ASIDE,
            .tenant = matter->tenant,
            .subject = matter->id,
            .what = habit,
        };
        r = li_agenda_add(sim, &event);
    }
    return r;
}
