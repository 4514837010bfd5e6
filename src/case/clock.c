/*
 * Clocks of states: one due row each, its next step, moved in place.
 */
#include <stdlib.h>

#include "base/time.h"
#include "case/inside.h"
#include "record/due.h"

struct li_case_clock li_case_clock_start(const struct li_calendar *calendar,
                                         const struct li_state *state, int64_t now)
{
    struct li_case_clock clock = {.since = now};

    if (state->clock_count) {
        struct li_due_time due = li_calendar_add(calendar, now, state->clocks[0].length);
        clock.due_at = due.at;
        clock.edition = due.provisional ? -due.edition : due.edition;
    }
    return clock;
}

/* A share of a length, in minutes. */
static struct li_length share(const struct li_calendar *calendar, struct li_length length,
                              int percent)
{
    static const int64_t day = 24 * 60;
    int64_t minutes = length.amount;

    switch (length.unit) {
    case 's':
        return (struct li_length){
            .amount = length.amount * percent / 100, .unit = 's', .kind = length.kind};
    case 'h':
        minutes *= 60;
        break;
    case 'd':
        minutes *= length.kind == LI_CLOCK_WORK ? calendar->minutes_a_day : day;
        break;
    case 'w':
        minutes *= length.kind == LI_CLOCK_WORK ? 5 * calendar->minutes_a_day : 7 * day;
        break;
    default:
        break;
    }
    return (struct li_length){.amount = minutes * percent / 100, .unit = 'm', .kind = length.kind};
}

static int64_t step_at(const struct li_calendar *calendar, const struct li_state *state,
                       const struct li_case_clock *clock, size_t step)
{
    int percent = state->overdue[step].percent;

    return percent == 100 ? clock->due_at
                          : li_calendar_add(calendar, clock->since,
                                            share(calendar, state->clocks[0].length, percent))
                                .at;
}

static int step_args(struct li_ctx *ctx, int64_t case_id, int part, size_t step, struct li_str *ret)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;

    if (!buf) {
        return -LI_E_NOMEM;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_put_int(&json, "case", case_id);
    li_json_put_int(&json, "part", part);
    li_json_put_int(&json, "step", (int64_t)step);
    li_json_close_map(&json);
    *ret = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

int li_case_clock_set(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int part,
                      const struct li_state *state, const struct li_case_clock *clock, size_t step,
                      bool was_set)
{
    const struct li_calendar *calendar = li_library_calendar(li_bound(tx->record)->library);
    int r;

    if (clock->due_at == 0 || step >= state->overdue_count) {
        return was_set ? li_due_clear(ctx, tx, case_id, part) : 0;
    }
    struct li_due due = {
        .entity = case_id,
        .slot = part,
        .at = step_at(calendar, state, clock, step),
        .command = li_str(li_case_clock_step.name),
    };
    r = step_args(ctx, case_id, part, step, &due.args);
    return r ? r : li_due_set(ctx, tx, &due);
}

/* ---- the step -------------------------------------------------------------- */

struct step {
    int64_t id;
    int part;
    size_t step;
    struct li_case row;
    const struct li_state *state;
    struct li_case_clock clock;
};

static int step_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    const struct li_node *id = li_node_get(args, "case"), *part = li_node_get(args, "part"),
                         *number = li_node_get(args, "step");
    struct step *step = li_alloc(ctx, sizeof(*step));

    if (!step) {
        return -LI_E_NOMEM;
    }
    if (!id || id->kind != LI_INT || !part || part->kind != LI_INT || !number ||
        number->kind != LI_INT || number->number < 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a clock's due row is misshapen");
    }
    step->id = id->number;
    step->part = (int)part->number;
    step->step = (size_t)number->number;
    *ret = step;
    return 0;
}

static int find_part(struct li_ctx *ctx, const struct li_tx *tx, struct step *step)
{
    struct li_case_part *parts;
    size_t count;
    int r = li_case_parts(ctx, tx->conn, tx->tenant, &step->row, &parts, &count);

    for (size_t i = 0; r == 0 && i < count; i++) {
        if (parts[i].part.no == step->part) {
            step->clock = parts[i].clock;
            step->state =
                &step->row.playbook->machines[parts[i].part.machine].states[parts[i].part.state];
            return 0;
        }
    }
    return r ? r : LI_FAIL(ctx, LI_E_NOT_FOUND, "the case has no part %d", step->part);
}

/* After an outage only the latest of the steps that are over is taken. */
static void skip_missed(const struct li_tx *tx, struct step *step)
{
    const struct li_calendar *calendar = li_library_calendar(li_bound(tx->record)->library);

    while (step->step + 1 < step->state->overdue_count &&
           step_at(calendar, step->state, &step->clock, step->step + 1) <= tx->now) {
        step->step++;
    }
}

static int step_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    struct step *step = li_alloc(ctx, sizeof(*step));
    int r;

    if (!step) {
        return -LI_E_NOMEM;
    }
    *step = *(const struct step *)args;
    r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, step->id, &step->row);
    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case") : r;
    }
    step->state = &step->row.playbook->machines[0].states[step->row.state];
    step->clock = step->row.clock;
    if (step->part) {
        r = find_part(ctx, tx, step);
    }
    if (r) {
        return r;
    }
    if (step->row.closed_at || step->clock.due_at == 0 ||
        step->step >= step->state->overdue_count) {
        return LI_FAIL(ctx, LI_E_STATE, "the clock has stopped");
    }
    skip_missed(tx, step);
    *ret_plan = step;
    return 0;
}

static int step_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct step *step = plan;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    const struct li_overdue *overdue = &step->state->overdue[step->step];
    const struct li_effect_target target = {.case_id = step->id, .part = step->part};
    int r = buf ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < overdue->effect_count; i++) {
        r = li_case_effect(ctx, tx, &overdue->effects[i], &target);
    }

    if (r == 0) {
        r = li_case_clock_set(ctx, tx, step->id, step->part, step->state, &step->clock,
                              step->step + 1, false);
    }
    if (r) {
        return r;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_put_int(&json, "part", step->part);
    li_json_put_int(&json, "percent", overdue->percent);
    li_json_put_text(&json, "state", step->state->name);
    li_json_close_map(&json);
    ret->entity = step->id;
    ret->payload = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

const struct li_command li_case_clock_step = {
    .name = "case.clock",
    .parse = step_parse,
    .decide = step_decide,
    .write = step_write,
};
