/*
 * Clocks of states: which rule runs, when its steps strike, and the one due row
 * each keeps, its next step, moved in place.  What a step does is strike.c.
 */
#include "base/canonical.h"
#include "base/time.h"
#include "case/inside.h"
#include "record/due.h"

/* The end of the day a field names; 0 when it names none. */
static int64_t end_of_day(struct li_ctx *ctx, const struct li_calendar *calendar,
                          const struct li_snapshot *snapshot, int field)
{
    const struct li_node *given =
        li_node_get_str(snapshot->fields, snapshot->playbook->fields[field].name);
    unsigned told = ctx->error_count;
    int32_t day;

    if (!given || given->kind != LI_TEXT) {
        return 0;
    }
    if (li_date_parse(ctx, given->text, &day)) {
        ctx->error_count = told;
        return 0;
    }
    return li_calendar_closing(calendar, day);
}

int li_case_timer(struct li_ctx *ctx, const struct li_calendar *calendar,
                  const struct li_snapshot *snapshot, const struct li_state *state, int64_t since,
                  int64_t begun, struct li_case_timer *ret)
{
    struct li_case_timer timer = {
        .calendar = calendar, .state = state, .from = since, .clock = {.since = since}};
    int r = li_machine_clock(ctx, snapshot, state, &timer.rule);

    if (r || !timer.rule) {
        *ret = timer;
        return r;
    }
    if (timer.rule->from_start && begun) {
        timer.from = begun;
    }
    if (timer.rule->length.amount == 0) {
        timer.clock.due_at = end_of_day(ctx, calendar, snapshot, timer.rule->until);
        timer.clock.edition = calendar->edition;
        if (timer.clock.due_at && li_day_at(timer.clock.due_at) > calendar->last_day) {
            timer.clock.edition = -timer.clock.edition;
        }
    } else {
        struct li_due_time due = li_calendar_add(calendar, timer.from, timer.rule->length);
        timer.clock.due_at = due.at;
        timer.clock.edition = due.provisional ? -due.edition : due.edition;
    }
    *ret = timer;
    return 0;
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

int64_t li_case_step_at(const struct li_case_timer *timer, size_t step)
{
    int percent = timer->state->overdue[step].percent;
    int64_t due = timer->clock.due_at;

    if (percent == 100) {
        return due;
    }
    if (timer->rule->length.amount == 0) {
        return due <= timer->from ? due : timer->from + (due - timer->from) / 100 * percent;
    }
    return li_calendar_add(timer->calendar, timer->from,
                           share(timer->calendar, timer->rule->length, percent))
        .at;
}

size_t li_case_step_next(const struct li_case_timer *timer, size_t struck, int64_t now)
{
    size_t step = 0;

    if (timer->clock.due_at == 0) {
        return timer->state->overdue_count;
    }
    while (step < timer->state->overdue_count && li_case_step_at(timer, step) <= now) {
        step++;
    }
    return step > struck ? step - 1 : step;
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
                      const struct li_case_timer *timer, size_t step, bool was_set)
{
    struct li_due due = {
        .entity = case_id, .slot = part, .command = li_str(li_case_clock_step.name)};
    int r;

    if (timer->clock.due_at == 0 || step >= timer->state->overdue_count) {
        return was_set ? li_due_clear(ctx, tx, case_id, part) : 0;
    }
    due.at = li_case_step_at(timer, step);
    r = step_args(ctx, case_id, part, step, &due.args);
    return r ? r : li_due_set(ctx, tx, &due);
}

int li_case_struck(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int part,
                   size_t most, size_t *ret)
{
    struct li_due due;
    struct li_node *args;
    const struct li_node *step;
    int r = li_due_find(ctx, tx->conn, tx->tenant, case_id, part, &due);

    if (r == -LI_E_NOT_FOUND) {
        *ret = most;
        return 0;
    }
    r = r ? r : li_canonical_read(ctx, due.args, &args);
    if (r) {
        return r;
    }
    step = li_node_get(args, "step");
    *ret = step && step->kind == LI_INT && step->number >= 0 ? (size_t)step->number : most;
    return 0;
}
