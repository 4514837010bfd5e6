/*
 * Command "case.clock": a step of a state's clock strikes.  Its effects are done
 * and, where the playbook names one, an action by the system, with all that an
 * action brings with it.
 */
#include "case/inside.h"

struct step {
    int64_t id;
    int part;
    size_t step;
    const struct li_state *state;
    struct li_case_timer timer;
    struct li_case_move move; /* plan NULL: nothing moves */
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

/* The clock that strikes, as it stands: what its row says of it goes before what
 * would be reckoned now. */
static int find_timer(struct li_ctx *ctx, const struct li_tx *tx, struct step *step,
                      const struct li_snapshot *snapshot, const struct li_case_part *parts,
                      size_t count)
{
    const struct li_playbook *playbook = step->move.row.playbook;
    struct li_case_clock clock = step->move.row.clock;
    const struct li_calendar *calendar;
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
        step->state = &playbook->machines[part->part.machine].states[part->part.state];
        clock = part->clock;
        begun = part->part.begun;
    }
    r = li_library_calendar(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant, &calendar);
    r = r ? r
          : li_case_timer(ctx, calendar, snapshot, step->state, clock.since, begun, &step->timer);
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
    const struct li_effect_target target = {.case_id = step->id, .part = step->part};
    int r = 0;

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

static int payload(struct li_ctx *ctx, const struct step *step, struct li_str *ret)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;

    if (!buf) {
        return -LI_E_NOMEM;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_put_int(&json, "part", step->part);
    li_json_put_int(&json, "percent", step->state->overdue[step->step].percent);
    li_json_put_text(&json, "state", step->state->name);
    li_json_close_map(&json);
    *ret = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

static int step_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    struct step *step = plan;
    enum fate fate = fate_of(step);
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
