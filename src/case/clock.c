/*
 * Clocks of states: which rule runs, when its steps strike, and the one due row
 * each keeps, its next step, moved in place.  What a step does is strike.c.
 */
#include "base/canonical.h"
#include "base/time.h"
#include "case/inside.h"
#include "record/due.h"

/* What a field names: an instant, and whether it is a day (then its beginning); false
 * when nothing was given. */
static bool moment_of(struct li_ctx *ctx, const struct li_node *fields, struct li_str name,
                      int64_t *ret, int32_t *ret_day)
{
    const struct li_node *given = li_node_get_str(fields, name);
    unsigned told = ctx->error_count;

    *ret_day = INT32_MIN;
    if (!given || given->kind != LI_TEXT) {
        return false;
    }
    if (li_date_parse(ctx, given->text, ret_day) == 0) {
        *ret = li_day_start(*ret_day);
        return true;
    }
    ctx->error_count = told;
    *ret_day = INT32_MIN;
    if (li_time_parse(ctx, given->text, ret) == 0) {
        return true;
    }
    ctx->error_count = told;
    return false;
}

int64_t li_case_moment(struct li_ctx *ctx, const struct li_calendar *calendar,
                       const struct li_node *fields, struct li_str name, bool ends)
{
    int64_t at;
    int32_t day;

    if (!moment_of(ctx, fields, name, &at, &day)) {
        return 0;
    }
    return ends && day != INT32_MIN ? li_calendar_closing(calendar, day) : at;
}

/* The same of a field by its place: a part's own goes before the case's. */
static int64_t moment_in(struct li_ctx *ctx, const struct li_clock_ground *ground,
                         const struct li_snapshot *snapshot, int part, int field, bool ends)
{
    const struct li_str name = snapshot->playbook->fields[field].name;
    const struct li_node *fields = snapshot->fields;

    for (size_t i = 0; part && i < snapshot->part_count; i++) {
        const struct li_part *of = &snapshot->parts[i];
        if (of->no == part && of->fields && li_node_get_str(of->fields, name)) {
            fields = of->fields;
        }
    }
    return li_case_moment(ctx, ground->calendar, fields, name, ends);
}

/* Where a term begins to count. */
static int64_t begin_of(struct li_ctx *ctx, const struct li_clock_ground *ground,
                        const struct li_snapshot *snapshot, int part,
                        const struct li_clock_term *term, int64_t since, int64_t begun)
{
    int64_t at;

    switch (term->from) {
    case LI_FROM_START:
        return begun ? begun : since;
    case LI_FROM_OPENED:
        return ground->opened_at ? ground->opened_at : since;
    case LI_FROM_FIELD:
        at = moment_in(ctx, ground, snapshot, part, term->from_field, false);
        return at ? at : since;
    case LI_FROM_STATE:
        break;
    }
    return since;
}

/* One term: when it ends (clock.due_at 0: it is not known), and what it is of. */
static int reckon_term(struct li_ctx *ctx, const struct li_clock_ground *ground,
                       const struct li_snapshot *snapshot, int part,
                       const struct li_clock_term *term, int64_t begun, struct li_case_timer *timer)
{
    const struct li_deadline *line = NULL;
    struct li_due_time due;

    timer->from = begin_of(ctx, ground, snapshot, part, term, timer->clock.since, begun);
    timer->length = term->length;
    timer->basis = (struct li_str){.ptr = NULL};
    if (term->until >= 0) {
        timer->clock.due_at = moment_in(ctx, ground, snapshot, part, term->until, true);
        timer->clock.edition = ground->calendar->edition;
        if (timer->clock.due_at && li_day_at(timer->clock.due_at) > ground->calendar->last_day) {
            timer->clock.edition = -timer->clock.edition;
        }
        return 0;
    }
    if (term->table.len && ground->deadlines) {
        const struct li_deadline_query query = {.name = term->table,
                                                .stage = timer->state->name,
                                                .class = ground->class,
                                                .level = ground->level,
                                                .day = li_day_at(timer->from)};
        line = li_deadline_find(ground->deadlines, &query);
    }
    if (line) {
        timer->length = line->length;
        timer->basis = li_strf(ctx, "%.*s/%.*s", LI_P(line->name), LI_P(line->edition));
        if (!timer->basis.ptr) {
            return -LI_E_NOMEM;
        }
    }
    due = li_calendar_add(ground->calendar, timer->from, timer->length);
    timer->clock.due_at = due.at;
    timer->clock.edition = due.provisional ? -due.edition : due.edition;
    return 0;
}

/* Whether a term ends before another: one that is known before one that stands still, and that
 * before one that is not known. */
static bool is_earlier(const struct li_case_timer *one, const struct li_case_timer *other)
{
    if (one->clock.due_at == 0) {
        return one->reckoned && !other->clock.due_at && !other->reckoned;
    }
    return !other->clock.due_at || one->clock.due_at < other->clock.due_at;
}

/* The earliest of a rule's terms.  A length stands still in pauses, a day that was given does
 * not: which one is the earliest may change with them. */
static int reckon_rule(struct li_ctx *ctx, const struct li_clock_ground *ground,
                       const struct li_snapshot *snapshot, int part, int64_t begun,
                       struct li_case_timer *timer)
{
    struct li_case_timer best = *timer, one;

    for (size_t i = 0; i < timer->rule->term_count; i++) {
        int r;

        one = *timer;
        r = reckon_term(ctx, ground, snapshot, part, &timer->rule->terms[i], begun, &one);
        if (r) {
            return r;
        }
        one.reckoned = one.clock.due_at;
        if (one.reckoned && one.length.amount && one.pause_count) {
            one.clock.due_at = li_clock_paused(ground->calendar, one.length.kind, one.pauses,
                                               one.pause_count, one.from, one.reckoned);
        }
        if (i == 0 || is_earlier(&one, &best)) {
            best = one;
        }
    }
    *timer = best;
    return 0;
}

/* A clock with a name is no state: nobody answers in it. */
static bool is_named(const struct li_state *state)
{
    return state->owner.kind == LI_OWNER_NONE;
}

/* A later day that was granted, to what it was granted for. */
static void extend(const struct li_clock_ground *ground, int part, struct li_case_timer *timer)
{
    const struct li_clock_row *row = li_clock_row(ground, part, LI_S(""));

    if (row && !is_named(timer->state) && row->extended_at && row->since == timer->from &&
        timer->clock.due_at && row->extended_at > timer->clock.due_at) {
        timer->clock.due_at = row->extended_at;
        timer->length.amount = 0; /* its steps lie between beginning and end */
        timer->is_extended = true;
    }
}

int li_case_timer(struct li_ctx *ctx, const struct li_clock_ground *ground,
                  const struct li_snapshot *snapshot, const struct li_state *state, int part,
                  int64_t since, int64_t begun, struct li_case_timer *ret)
{
    struct li_case_timer timer = {
        .calendar = ground->calendar, .state = state, .from = since, .clock = {.since = since}};
    int r = li_machine_clock(ctx, snapshot, state, &timer.rule);

    if (r == 0 && timer.rule) {
        r = li_clock_pauses(ctx, ground, part, !state->pauses, &timer.pauses, &timer.pause_count);
        r = r ? r : reckon_rule(ctx, ground, snapshot, part, begun, &timer);
        extend(ground, part, &timer);
    }
    if (r == 0) {
        *ret = timer;
    }
    return r;
}

int64_t li_case_step_at(const struct li_case_timer *timer, size_t step)
{
    int percent = timer->state->overdue[step].percent;
    int64_t due = timer->clock.due_at, at;

    if (percent == 100) {
        return due;
    }
    if (timer->length.amount == 0) {
        return due <= timer->from ? due : timer->from + (due - timer->from) / 100 * percent;
    }
    at = li_calendar_share(timer->calendar, timer->from, timer->length, timer->reckoned, percent);
    return timer->pause_count ? li_clock_paused(timer->calendar, timer->length.kind, timer->pauses,
                                                timer->pause_count, timer->from, at)
                              : at;
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

/* `clock`: 1 + the place of one with a name; 0: the state's own. */
static int step_args(struct li_ctx *ctx, int64_t case_id, int part, size_t clock, size_t step,
                     struct li_str *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_int(&json, "case", case_id);
    if (clock) {
        li_json_put_int(&json, "clock", (int64_t)clock);
    }
    li_json_put_int(&json, "part", part);
    li_json_put_int(&json, "step", (int64_t)step);
    return li_json_finish(ctx, &json, ret);
}

/* Puts the due row of a step, or takes it away when there is none. */
static int set_row(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int part,
                   size_t clock, const struct li_case_timer *timer, size_t step, bool was_set)
{
    struct li_due due = {.entity = case_id,
                         .slot = clock ? li_times_slot(part, clock - 1) : part,
                         .command = li_str(li_case_clock_step.name)};
    int r;

    if (timer->clock.due_at == 0 || step >= timer->state->overdue_count) {
        return was_set ? li_due_clear(ctx, tx, case_id, due.slot) : 0;
    }
    due.at = li_case_step_at(timer, step);
    r = step_args(ctx, case_id, part, clock, step, &due.args);
    return r ? r : li_due_set(ctx, tx, &due);
}

int li_case_clock_set(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int part,
                      const struct li_case_timer *timer, size_t step, bool was_set)
{
    return set_row(ctx, tx, case_id, part, 0, timer, step, was_set);
}

int li_case_named_set(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id, int part,
                      size_t place, const struct li_case_timer *timer, size_t step)
{
    return set_row(ctx, tx, case_id, part, place + 1, timer, step, true);
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
