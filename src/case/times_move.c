/*
 * What a move does to the clocks beside the states' own: pauses begin and end,
 * a deadline is extended, clocks with a name start, stop and go on; then their
 * rows and due rows.  See times.h.
 */
#include "case/inside.h"
#include "case/times.h"
#include "contract/fault.h"
#include "record/due.h"

LI_SQL(clock_put,
       "insert into clock (tenant, case_id, part, name, since, due_at, edition, struck, overdue, "
       "extended_at, basis, pauses) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
       "on conflict (tenant, case_id, part, name) do update set since = excluded.since, "
       "due_at = excluded.due_at, edition = excluded.edition, struck = excluded.struck, "
       "overdue = excluded.overdue, extended_at = excluded.extended_at, basis = excluded.basis, "
       "pauses = excluded.pauses");

LI_SQL(clock_kept, "update cases set clocks = 1 where tenant = $1 and id = $2");

/* Due slots of clocks with a name lie below those of the states, which begin at 0. */
int64_t li_times_slot(int part, size_t place)
{
    return -((int64_t)part * LI_PLAYBOOK_CLOCKS + (int64_t)place + 1);
}

/* ---- pauses -------------------------------------------------------------------- */

static int begin_pause(struct li_ctx *ctx, struct li_clock_row *row, int64_t now)
{
    struct li_pause *pauses = li_alloc_array(ctx, row->pause_count + 1, sizeof(*pauses));

    if (!pauses) {
        return -LI_E_NOMEM;
    }
    if (row->pause_count) {
        memcpy(pauses, row->pauses, row->pause_count * sizeof(*pauses));
    }
    pauses[row->pause_count++] = (struct li_pause){.from = now};
    row->pauses = pauses;
    return 0;
}

static int end_pause(struct li_ctx *ctx, struct li_clock_row *row, int64_t now)
{
    int r = row->pause_count ? begin_pause(ctx, row, now) : 0; /* a copy with room */
    struct li_pause *last;

    if (r || row->pause_count == 0) {
        return r;
    }
    row->pause_count--;
    last = (struct li_pause *)&row->pauses[row->pause_count - 1];
    last->to = last->to ? last->to : now;
    return 0;
}

static int turn(struct li_ctx *ctx, struct li_clock_ground *ground, int part, bool was, bool is,
                int64_t now)
{
    struct li_clock_row *row;
    int r;

    if (was == is) {
        return 0;
    }
    row = li_clock_row_new(ctx, ground, part, LI_S(""));
    if (!row) {
        return -LI_E_NOMEM;
    }
    row->changed = true;
    r = is ? begin_pause(ctx, row, now) : end_pause(ctx, row, now);
    return r;
}

int li_times_enter(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                   struct li_clock_ground *ground)
{
    const struct li_playbook *playbook = move->row.playbook;
    const struct li_state *states = playbook->machines[0].states;
    int r = 0;

    if (!playbook->times) {
        return 0;
    }
    if (move->moved) {
        r = turn(ctx, ground, 0, states[move->before.state].pauses, states[move->row.state].pauses,
                 tx->now);
    }
    for (size_t i = 0; r == 0 && i < move->part_count; i++) {
        const struct li_case_moved *part = &move->parts[i];
        const struct li_state *of = playbook->machines[part->row.part.machine].states;
        if (part->change) {
            r = turn(ctx, ground, part->row.part.no, part->from >= 0 && of[part->from].pauses,
                     of[part->row.part.state].pauses, tx->now);
        }
    }
    return r;
}

/* ---- where a deadline comes from ------------------------------------------------- */

int li_times_basis(struct li_ctx *ctx, struct li_clock_ground *ground, int part,
                   const struct li_case_timer *timer)
{
    struct li_clock_row *row = li_clock_row(ground, part, LI_S(""));

    if (!timer->basis.ptr && (!row || !row->basis.ptr)) {
        return 0;
    }
    if (row && li_str_eq(row->basis, timer->basis)) {
        return 0;
    }
    row = li_clock_row_new(ctx, ground, part, LI_S(""));
    if (!row) {
        return -LI_E_NOMEM;
    }
    row->basis = timer->basis;
    row->changed = true;
    return 0;
}

/* ---- extension ----------------------------------------------------------------- */

struct extension {
    const struct li_action *by;  /* the action that extends: this one, or the one that may later */
    bool later;                  /* it is asked for now and not given yet */
    int part;                    /* whose clock */
    const struct li_node *given; /* the day stands here */
};

static const struct li_part *part_of(const struct li_case_move *move, int no)
{
    for (size_t i = 0; no && i < move->part_count; i++) {
        if (move->parts[i].row.part.no == no) {
            return &move->parts[i].row.part;
        }
    }
    return NULL;
}

/* What the step asks for or gives; false: nothing. */
static bool find_extension(const struct li_case_move *move, struct extension *ret)
{
    const struct li_playbook *playbook = move->row.playbook;
    const struct li_action *action = &playbook->actions[move->plan->fired[0]];
    const struct li_part *own = part_of(move, move->asked_part);
    struct extension found = {.by = action, .part = move->asked_part, .given = move->added};

    if (action->extends < 0 && action->extension < 0) {
        return false;
    }
    if (action->extends < 0) {
        found.by = &playbook->actions[action->extension];
        found.later = true;
    } else if (action->extends_about && own) {
        found.part = own->about;
        found.given = own->fields; /* as it was asked for, with what was given now */
    }
    *ret = found;
    return found.given != NULL;
}

/* The clock that is moved, as it would run without this. */
static int clock_asked(struct li_ctx *ctx, const struct li_case_move *move,
                       const struct li_clock_ground *ground, const struct li_snapshot *after,
                       int no, struct li_case_timer *ret)
{
    const struct li_playbook *playbook = move->row.playbook;

    for (size_t i = 0; i < move->part_count; i++) {
        const struct li_case_part *part = &move->parts[i].row;
        if (part->part.no == no) {
            return li_case_timer(ctx, ground, after,
                                 &playbook->machines[part->part.machine].states[part->part.state],
                                 part->part.no, part->clock.since, part->part.begun, ret);
        }
    }
    return li_case_timer(ctx, ground, after, &playbook->machines[0].states[move->row.state], 0,
                         move->row.clock.since, 0, ret);
}

int li_times_extend(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                    struct li_clock_ground *ground, const struct li_snapshot *after)
{
    const struct li_action *action;
    struct extension extension;
    struct li_clock_row *row;
    struct li_case_timer timer;
    struct li_str name, where;
    int64_t at;
    int r;

    (void)tx;
    if (!find_extension(move, &extension)) {
        return 0;
    }
    action = extension.by;
    name = move->row.playbook->fields[action->extends].name;
    where = li_strf(ctx, "/fields/%.*s", LI_P(name));
    at = li_case_moment(ctx, ground->calendar, extension.given, name, true);
    r = where.ptr ? clock_asked(ctx, move, ground, after, extension.part, &timer) : -LI_E_NOMEM;
    if (r) {
        return r;
    }
    if (timer.clock.due_at == 0 || at <= timer.clock.due_at) {
        return li_fault(ctx, LI_FAULT_LATER, where, LI_S(""));
    }
    if (action->extends_most.amount) {
        int32_t last = li_day_at(timer.clock.due_at) + (int32_t)action->extends_most.amount;
        struct li_civil civil = li_civil_at(li_day_start(last));
        int64_t day = li_case_moment(ctx, ground->calendar, extension.given, name, false);
        if (li_day_at(day) > last) {
            return li_fault(ctx, LI_FAULT_GREAT, where,
                            li_strf(ctx, "%d-%02d-%02d", civil.year, civil.month, civil.day));
        }
    }
    if (extension.later) {
        return 0;
    }
    row = li_clock_row_new(ctx, ground, extension.part, LI_S(""));
    if (!row) {
        return -LI_E_NOMEM;
    }
    row->since = timer.from;
    row->extended_at = at;
    row->changed = true;
    return 0;
}

/* ---- clocks with a name ----------------------------------------------------------- */

struct one {
    int part;
    size_t place;
    const struct li_named_clock *clock;
    bool runs;
    int64_t since;
};

/* Of several steps that are over, the latest; those that struck do not strike again. */
static size_t next_step(const struct li_case_timer *timer, size_t struck, int64_t now)
{
    size_t step = li_case_step_next(timer, struck, now);

    return step < struck ? struck : step;
}

static int name_one(struct li_ctx *ctx, struct li_clock_ground *ground,
                    const struct li_snapshot *after, const struct one *one)
{
    struct li_clock_row *row = li_clock_row(ground, one->part, one->clock->as.name);
    struct li_case_timer timer = {.rule = NULL};
    int r = 0;

    if (one->runs) {
        r = li_case_timer(ctx, ground, after, &one->clock->as, one->part, one->since, one->since,
                          &timer);
    }
    if (r || (!row && !one->runs) ||
        (row && row->due_at == timer.clock.due_at && row->since == one->since)) {
        return r;
    }
    row = li_clock_row_new(ctx, ground, one->part, one->clock->as.name);
    if (!row) {
        return -LI_E_NOMEM;
    }
    if (row->since != one->since) {
        row->struck = 0;
        row->overdue = false;
    }
    row->since = one->since;
    row->due_at = timer.clock.due_at;
    row->edition = timer.clock.edition;
    row->basis = timer.basis;
    row->changed = true;
    return 0;
}

static int name_all(struct li_ctx *ctx, struct li_clock_ground *ground,
                    const struct li_snapshot *after, const struct li_machine *machine, int part,
                    int state, bool runs, int64_t since)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < machine->clock_count; i++) {
        const struct one one = {.part = part,
                                .place = i,
                                .clock = &machine->clocks[i],
                                .runs = runs && !machine->states[state].end &&
                                        !(machine->clocks[i].stops >> state & 1),
                                .since = since};
        r = name_one(ctx, ground, after, &one);
    }
    return r;
}

int li_times_named(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                   struct li_clock_ground *ground, const struct li_snapshot *after)
{
    const struct li_case *row = &move->row;
    const struct li_machine *machines = row->playbook->machines;
    int r;

    (void)tx;
    if (!row->playbook->times) {
        return 0;
    }
    r = name_all(ctx, ground, after, &machines[0], 0, row->state, !row->closed_at, row->opened_at);
    for (size_t i = 0; r == 0 && i < move->part_count; i++) {
        const struct li_part *part = &move->parts[i].row.part;
        r = name_all(ctx, ground, after, &machines[part->machine], part->no, part->state,
                     !row->closed_at, part->begun);
    }
    return r;
}

int li_times_open(struct li_ctx *ctx, const struct li_case *row, struct li_clock_ground *ground,
                  const struct li_snapshot *after, const struct li_case_timer *timer)
{
    const struct li_machine *machine = &row->playbook->machines[0];
    int r = turn(ctx, ground, 0, false, machine->states[row->state].pauses, row->opened_at);

    r = r ? r : li_times_basis(ctx, ground, 0, timer);
    return r ? r
             : name_all(ctx, ground, after, machine, 0, row->state,
                        !machine->states[row->state].end, row->opened_at);
}

/* ---- rows --------------------------------------------------------------------------- */

static int pauses_text(struct li_ctx *ctx, const struct li_clock_row *row, struct li_str *ret)
{
    struct li_buf *buf = li_buf_new(ctx, 0);

    *ret = (struct li_str){.ptr = NULL};
    if (!row->pause_count) {
        return 0;
    }
    if (!buf) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < row->pause_count; i++) {
        li_buf_fmt(buf, "%s%lld-", i ? " " : "", (long long)row->pauses[i].from);
        if (row->pauses[i].to) {
            li_buf_i64(buf, row->pauses[i].to);
        }
    }
    *ret = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

int li_times_put_row(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                     const struct li_clock_row *row)
{
    struct li_str pauses;
    int r = pauses_text(ctx, row, &pauses);

    return r ? r
             : li_exec(ctx, tx->conn, &clock_put,
                       LI_ARGS(li_v(tx->tenant), li_v(case_id), li_v(row->part),
                               li_v_text(row->name), li_v(row->since), li_v_opt(row->due_at),
                               li_v(row->edition), li_v(row->struck), li_v(row->overdue),
                               li_v_opt(row->extended_at), li_v_text(row->basis),
                               li_v_text(pauses)),
                       NULL);
}

/* The machine of a part, and the place of a clock of it by name; -1: none. */
static int place_of(const struct li_machine *machine, struct li_str name)
{
    for (size_t i = 0; i < machine->clock_count; i++) {
        if (li_str_eq(machine->clocks[i].as.name, name)) {
            return (int)i;
        }
    }
    return -1;
}

static int set_due(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                   const struct li_machine *machine, const struct li_clock_row *row,
                   const struct li_clock_ground *ground, const struct li_snapshot *after)
{
    int place = place_of(machine, row->name);
    struct li_case_timer timer = {.rule = NULL};
    int r = 0;

    if (place < 0) {
        return 0;
    }
    timer.state = &machine->clocks[place].as;
    if (row->due_at) {
        r = li_case_timer(ctx, ground, after, timer.state, row->part, row->since, row->since,
                          &timer);
    }
    return r ? r
             : li_case_named_set(ctx, tx, case_id, row->part, (size_t)place, &timer,
                                 next_step(&timer, (size_t)row->struck, tx->now));
}

static const struct li_machine *machine_of(const struct li_snapshot *after, int part)
{
    for (size_t i = 0; i < after->part_count; i++) {
        if (after->parts[i].no == part) {
            return &after->playbook->machines[after->parts[i].machine];
        }
    }
    return &after->playbook->machines[0];
}

int li_times_write(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                   struct li_clock_ground *ground, const struct li_snapshot *after)
{
    bool first = !ground->kept;
    int r = 0;

    for (size_t i = 0; r == 0 && i < ground->count; i++) {
        const struct li_clock_row *row = &ground->rows[i];
        if (!row->changed) {
            continue;
        }
        r = first ? li_exec(ctx, tx->conn, &clock_kept, LI_ARGS(li_v(tx->tenant), li_v(case_id)),
                            NULL)
                  : 0;
        first = false;
        r = r ? r : li_times_put_row(ctx, tx, case_id, row);
        r = r ? r : set_due(ctx, tx, case_id, machine_of(after, row->part), row, ground, after);
    }
    return r;
}

/* ---- what history says ---------------------------------------------------------------- */

static void put_changed(struct li_json *json, const struct li_clock_row *row)
{
    li_json_open_map(json);
    if (row->basis.ptr) {
        li_json_put_text(json, "basis", row->basis);
    }
    if (row->name.len) {
        li_json_put_int(json, "due", row->due_at);
    }
    if (row->extended_at) {
        li_json_put_int(json, "extended", row->extended_at);
    }
    li_json_put_text(json, "name", row->name);
    li_json_put_int(json, "part", row->part);
    if (row->pause_count) {
        li_json_put_bool(json, "paused", row->pauses[row->pause_count - 1].to == 0);
    }
    li_json_close_map(json);
}

void li_times_put(struct li_json *json, const struct li_clock_ground *ground)
{
    bool any = false;

    for (size_t i = 0; i < ground->count; i++) {
        if (!ground->rows[i].changed) {
            continue;
        }
        if (!any) {
            li_json_key(json, "times");
            li_json_open_list(json);
            any = true;
        }
        put_changed(json, &ground->rows[i]);
    }
    if (any) {
        li_json_close_list(json);
    }
}
