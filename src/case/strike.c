/*
 * Command "case.clock": a step of a state's clock strikes.  Its effects are done
 * and, where the playbook names one, an action by the system, with all that an
 * action brings with it.
 */
#include "case/inside.h"

struct step {
    int64_t id;
    int part;
    size_t clock; /* 1 + the place of one with a name; 0: the state's own */
    size_t step;
    const struct li_state *state;
    struct li_clock_ground ground;
    struct li_case_timer timer;
    struct li_case_move move; /* plan NULL: nothing moves */
};

static int step_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    const struct li_node *id = li_node_get(args, "case"), *part = li_node_get(args, "part"),
                         *number = li_node_get(args, "step"), *clock = li_node_get(args, "clock");
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
    step->clock = clock && clock->kind == LI_INT && clock->number > 0 ? (size_t)clock->number : 0;
    *ret = step;
    return 0;
}

/* A clock with a name, from its row. */
static int find_named(struct li_ctx *ctx, struct step *step, const struct li_machine *machine,
                      struct li_case_clock *ret)
{
    const struct li_clock_row *row = NULL;

    if (step->clock <= machine->clock_count) {
        step->state = &machine->clocks[step->clock - 1].as;
        row = li_clock_row(&step->ground, step->part, step->state->name);
    }
    if (!row) {
        return LI_FAIL(ctx, LI_E_STATE, "there is no such clock");
    }
    *ret = (struct li_case_clock){.since = row->since,
                                  .due_at = row->due_at,
                                  .edition = row->edition,
                                  .overdue = row->overdue};
    return 0;
}

/* The clock that strikes, as it stands: what its row says of it goes before what
 * would be reckoned now. */
static int find_timer(struct li_ctx *ctx, const struct li_tx *tx, struct step *step,
                      const struct li_snapshot *snapshot, const struct li_case_part *parts,
                      size_t count)
{
    const struct li_playbook *playbook = step->move.row.playbook;
    struct li_case_clock clock = step->move.row.clock;
    const struct li_machine *machine = &playbook->machines[0];
    int64_t begun = 0;
    int r;

    step->state = &playbook->machines[0].states[step->move.row.state];
    if (step->part) {
        const struct li_case_part *part = NULL;
        for (size_t i = 0; i < count; i++) {
            part = parts[i].part.no == step->part ? &parts[i] : part;
        }
        if (!part) {
            return LI_FAIL(ctx, LI_E_NOT_FOUND, "the case has no part %d", step->part);
        }
        machine = &playbook->machines[part->part.machine];
        step->state = &machine->states[part->part.state];
        clock = part->clock;
        begun = part->part.begun;
    }
    r = li_clock_ground(ctx, tx->record, tx->conn, tx->tenant, &step->move.row, &step->ground);
    if (r == 0 && step->clock) {
        r = find_named(ctx, step, machine, &clock);
        begun = clock.since;
    }
    r = r ? r
          : li_case_timer(ctx, &step->ground, snapshot, step->state, step->part, clock.since, begun,
                          &step->timer);
    step->timer.clock = clock;
    return r;
}

/* After an outage only the latest of the steps that are over is taken. */
static void skip_missed(const struct li_tx *tx, struct step *step)
{
    while (step->step + 1 < step->state->overdue_count &&
           li_case_step_at(&step->timer, step->step + 1) <= tx->now) {
        step->step++;
    }
}

/* What the step does, when the case lets it: what cannot be done any more is not
 * a failure of the clock. */
static int ask_machine(struct li_ctx *ctx, const struct li_tx *tx, struct step *step,
                       const struct li_snapshot *snapshot, const struct li_case_part *parts,
                       size_t count)
{
    const struct li_step asked = {
        .action = step->state->overdue[step->step].does, .part = step->part, .viewer = tx->viewer};
    unsigned told = ctx->error_count;
    struct li_plan *plan;
    int r;

    if (asked.action < 0) {
        return 0;
    }
    r = li_machine_step(ctx, snapshot, &asked, &plan);
    if (r == -LI_E_STATE) {
        ctx->error_count = told;
        return 0;
    }
    if (r) {
        return r;
    }
    step->move.plan = plan;
    step->move.asked_part = step->part;
    step->move.is_strike = true;
    step->move.is_named = step->clock > 0;
    step->move.struck = step->step + 1;
    step->move.structured = LI_S("{}");
    return li_case_move_decide(ctx, tx, &step->move, parts, count);
}

static int step_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    struct step *step = li_alloc(ctx, sizeof(*step));
    struct li_case_part *parts;
    struct li_snapshot snapshot;
    size_t count;
    int r;

    if (!step) {
        return -LI_E_NOMEM;
    }
    *step = *(const struct step *)args;
    r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, step->id, &step->move.row);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    r = r ? r : li_case_parts(ctx, tx->conn, tx->tenant, &step->move.row, &parts, &count);
    r = r ? r : li_case_snapshot(ctx, &step->move.row, parts, count, tx->now, &snapshot);
    r = r ? r : find_timer(ctx, tx, step, &snapshot, parts, count);
    if (r) {
        return r;
    }
    if (step->move.row.closed_at || step->timer.clock.due_at == 0 || !step->timer.rule ||
        step->step >= step->state->overdue_count) {
        return LI_FAIL(ctx, LI_E_STATE, "the clock has stopped");
    }
    skip_missed(tx, step);
    r = ask_machine(ctx, tx, step, &snapshot, parts, count);
    if (r == 0) {
        *ret_plan = step;
    }
    return r;
}

static int do_effects(struct li_ctx *ctx, const struct li_tx *tx, const struct step *step)
{
    const struct li_overdue *overdue = &step->state->overdue[step->step];
    const struct li_effect_target target = {
        .case_id = step->id,
        .part = step->part,
        .what = li_strf(ctx, "@%.*s.%d", LI_P(step->state->name), overdue->percent)};
    int r = target.what.ptr ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < overdue->effect_count; i++) {
        r = li_case_effect(ctx, tx, &overdue->effects[i], &target);
    }
    return r;
}

/* What became of the clock: it goes on, it was reckoned anew, or its state was
 * left. */
enum fate { GOES_ON, BEGUN_ANEW, LEFT };

static enum fate fate_of(const struct step *step)
{
    const struct li_case_move *move = &step->move;

    if (!move->plan) {
        return GOES_ON;
    }
    if (move->row.closed_at) {
        return LEFT;
    }
    if (step->part == 0) {
        return move->moved ? LEFT : move->starts ? BEGUN_ANEW : GOES_ON;
    }
    for (size_t i = 0; i < move->part_count; i++) {
        const struct li_case_moved *part = &move->parts[i];
        if (part->row.part.no == step->part) {
            return part->change ? LEFT : part->starts ? BEGUN_ANEW : GOES_ON;
        }
    }
    return LEFT;
}

/* A clock with a name remembers which of its steps have struck. */
static int strike_named(struct li_ctx *ctx, const struct li_tx *tx, struct step *step)
{
    struct li_clock_ground *ground = step->move.plan ? &step->move.ground : &step->ground;
    struct li_clock_row *row = li_clock_row(ground, step->part, step->state->name);
    int r;

    li_assert(row);
    row->struck = (int64_t)step->step + 1;
    row->overdue |= row->due_at && row->due_at <= tx->now;
    r = li_times_put_row(ctx, tx, step->id, row);
    return r || row->due_at == 0 ? r
                                 : li_case_named_set(ctx, tx, step->id, step->part, step->clock - 1,
                                                     &step->timer, step->step + 1);
}

static int payload(struct li_ctx *ctx, const struct step *step, struct li_str *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_int(&json, "part", step->part);
    li_json_put_int(&json, "percent", step->state->overdue[step->step].percent);
    li_json_put_text(&json, "state", step->state->name);
    return li_json_finish(ctx, &json, ret);
}

static int step_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    struct step *step = plan;
    enum fate fate = step->clock ? BEGUN_ANEW : fate_of(step);
    int r = fate == LEFT ? do_effects(ctx, tx, step) : 0;

    if (r == 0 && step->move.plan) {
        r = li_case_move_write(ctx, tx, &step->move);
    }
    /* a mark on what stays must outlive the row's update */
    if (r == 0 && fate != LEFT) {
        r = do_effects(ctx, tx, step);
    }
    if (r == 0 && fate == GOES_ON) {
        r = li_case_clock_set(ctx, tx, step->id, step->part, &step->timer, step->step + 1, false);
    }
    if (r == 0 && step->clock) {
        r = strike_named(ctx, tx, step);
    }
    if (r == 0) {
        ret->entity = step->id;
        r = step->move.plan
                ? li_case_move_payload(ctx, tx, &step->move, NULL,
                                       step->state->overdue[step->step].percent, &ret->payload)
                : payload(ctx, step, &ret->payload);
    }
    return r;
}

const struct li_command li_case_clock_step = {
    .name = "case.clock",
    .parse = step_parse,
    .decide = step_decide,
    .write = step_write,
};
