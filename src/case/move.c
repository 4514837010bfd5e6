/*
 * What a plan of the machine becomes: states entered, owners resolved, clocks
 * started, stopped or reckoned anew, counters, what follows from the fields; then
 * rows, due rows, effects and one history entry.  An act does it, and so does a
 * clock that strikes.  Who may, and whether, was asked before.
 */
#include "base/canonical.h"
#include "case/ballot.h"
#include "case/under.h"
#include "record/due.h"

static struct li_case_moved *part_of(struct li_case_move *move, int no)
{
    for (size_t i = 0; i < move->part_count; i++) {
        if (move->parts[i].row.part.no == no) {
            return &move->parts[i];
        }
    }
    return NULL;
}

static const struct li_state *case_state(const struct li_case *row)
{
    return &row->playbook->machines[0].states[row->state];
}

static const struct li_state *part_state(const struct li_case *row, const struct li_part *part)
{
    return &row->playbook->machines[part->machine].states[part->state];
}

/* The machine's changes over the parts read, new ones behind them. */
static int lay_changes(struct li_ctx *ctx, struct li_case_move *move,
                       const struct li_case_part *parts, size_t part_count)
{
    const struct li_plan *plan = move->plan;

    move->parts = li_alloc_array(ctx, part_count + plan->change_count, sizeof(*move->parts));
    if (!move->parts) {
        return -LI_E_NOMEM;
    }
    move->part_count = part_count;
    for (size_t i = 0; i < part_count; i++) {
        move->parts[i].row = parts[i];
        move->parts[i].made = -1;
        move->parts[i].from = parts[i].part.state;
        move->parts[i].had_clock = parts[i].clock.due_at != 0;
    }
    for (size_t i = 0; i < plan->change_count; i++) {
        const struct li_change *change = &plan->changes[i];
        struct li_case_moved *part;
        if (change->part == 0) {
            move->moved |= change->to != change->from;
            continue;
        }
        part = part_of(move, change->part);
        if (!part) {
            li_assert(change->is_new);
            if (change->part >= LI_DUE_ERASE) {
                return LI_FAIL(ctx, LI_E_LIMIT, "a case has fewer than %d parts", LI_DUE_ERASE);
            }
            part = &move->parts[move->part_count++];
            part->is_new = true;
            part->made = change->action;
            part->from = -1;
            part->row.part = (struct li_part){.no = change->part,
                                              .machine = change->machine,
                                              .post = change->post,
                                              .role = change->role,
                                              .about = change->about};
        }
        part->row.part.state = change->to;
        part->row.part.org = change->org;
        part->begins |= change->begins;
        part->change = change;
    }
    return 0;
}

/* Whether a part keeps something of what the step gives: it was made by it, or it was
 * done to it. */
static bool takes(const struct li_case_move *move, const struct li_case_moved *part)
{
    const struct li_playbook *playbook = move->before.playbook;
    int asked = move->plan->fired[0];

    if (!playbook->machines[part->row.part.machine].field_count) {
        return false;
    }
    return part->is_new ? part->made == asked
                        : playbook->actions[asked].machine && part->row.part.no == move->asked_part;
}

/* What was given goes to the parts that keep it, the rest to the case: later values in
 * the place of earlier ones, photos to those that are there. */
static int merge_fields(struct li_ctx *ctx, struct li_case_move *move)
{
    const struct li_playbook *playbook = move->before.playbook;
    const struct li_node *rest;
    int r;

    if (!move->added || move->added->map.count == 0) {
        return 0;
    }
    r = li_machine_case_fields(ctx, playbook, &playbook->actions[move->plan->fired[0]], move->added,
                               &rest);
    if (r == 0 && rest->map.count) {
        r = li_machine_fields_over(ctx, playbook, move->before.fields, rest, &move->row.fields);
    }
    for (size_t i = 0; r == 0 && i < move->part_count; i++) {
        struct li_case_moved *part = &move->parts[i];
        const struct li_node *before = part->row.part.fields;
        if (takes(move, part)) {
            r = li_machine_part_fields(ctx, playbook, part->row.part.machine, before, move->added,
                                       &part->row.part.fields);
            part->is_given = part->row.part.fields != before;
        }
    }
    return r;
}

/* What the machine shared out: each part keeps its own. */
static int keep_shares(struct li_ctx *ctx, struct li_case_move *move)
{
    const struct li_playbook *playbook = move->before.playbook;
    int r = 0;

    for (size_t i = 0; r == 0 && i < move->plan->value_count; i++) {
        const struct li_plan_value *value = &move->plan->values[i];
        struct li_case_moved *part = part_of(move, value->part);
        struct li_node *given = li_node_new_map(ctx);
        struct li_node *number = li_node_new_int(ctx, value->number);
        r = given && number ? li_node_put(ctx, given, playbook->fields[value->field].name, number)
                            : -LI_E_NOMEM;
        r = r ? r
              : li_machine_part_fields(ctx, playbook, part->row.part.machine, part->row.part.fields,
                                       given, &part->row.part.fields);
        part->shared = given;
        part->is_given = true;
    }
    return r;
}

static int count_fired(struct li_ctx *ctx, struct li_case_move *move)
{
    struct li_case *row = &move->row;
    struct li_node *counts = NULL;
    int r = 0;

    for (size_t i = 0; r == 0 && i < move->plan->fired_count; i++) {
        const struct li_str name = row->playbook->actions[move->plan->fired[i]].counts;
        const struct li_node *old;
        if (name.len == 0) {
            continue;
        }
        if (!counts) {
            counts = li_node_new_map(ctx);
            r = counts ? 0 : -LI_E_NOMEM;
            for (size_t k = 0; r == 0 && k < row->counts->map.count; k++) {
                r = li_node_put(ctx, counts, row->counts->map.items[k].key,
                                row->counts->map.items[k].value);
            }
        }
        old = counts ? li_node_get_str(counts, name) : NULL;
        struct li_node *now = li_node_new_int(ctx, (old ? old->number : 0) + 1);
        r = r ? r : now ? li_node_put(ctx, counts, name, now) : -LI_E_NOMEM;
    }
    if (counts) {
        row->counts = counts;
    }
    return r;
}

/* ---- states entered -------------------------------------------------------- */

bool li_case_is_asked(const struct li_case_move *move, const struct li_change *change)
{
    return change->part == move->asked_part && change->action == move->plan->fired[0];
}

/* When a change counts from: what was asked from when it happened, what follows from
 * it by itself from now, since nobody could know of it before. */
static int64_t since_of(const struct li_tx *tx, const struct li_case_move *move,
                        const struct li_change *change)
{
    return move->occurred && li_case_is_asked(move, change) ? move->occurred : tx->now;
}

/* What the action asked for did to a part it was done to, or made. */
static bool is_done(const struct li_case_move *move, const struct li_change *change)
{
    return li_case_is_asked(move, change) ||
           (change->is_new && change->action == move->plan->fired[0]);
}

/* Made ended, or an end before. */
static bool was_ended(const struct li_case *row, const struct li_change *change)
{
    return change->is_new || row->playbook->machines[change->machine].states[change->from].end;
}

/* Owner and end of a part that entered a state. */
static int enter_part(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                      struct li_case_moved *moved)
{
    struct li_part *part = &moved->row.part;
    const struct li_state *state = part_state(&move->row, part);
    int r = li_case_owner(ctx, tx, state, &move->row, part, &part->owner, &part->owner);

    if (r) {
        return r;
    }
    if (moved->begins) {
        part->begun = tx->now;
    }
    moved->row.clock = (struct li_case_clock){.since = since_of(tx, move, moved->change)};
    moved->row.ended_at = state->end ? moved->row.clock.since : 0;
    /* who brought a task to its end has worked on the case; what was made ended is only a note */
    if (((state->end && !was_ended(&move->row, moved->change)) ||
         (state->not_related && moved->change->is_new)) &&
        tx->viewer->kind == LI_VIEWER_STAFF && is_done(move, moved->change)) {
        return li_case_handled(ctx, &moved->row.handled_by, tx->viewer->person);
    }
    return 0;
}

/* Owner and end of the case in the state it has come to rest in. */
static int enter_case(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move)
{
    struct li_case *row = &move->row;
    int r;

    row->state = move->plan->state;
    row->clock = (struct li_case_clock){.since = tx->now};
    for (size_t i = 0; i < move->plan->change_count; i++) {
        if (move->plan->changes[i].part == 0) { /* the last one counts */
            row->clock.since = since_of(tx, move, &move->plan->changes[i]);
        }
    }
    row->closed_at = case_state(row)->end ? row->clock.since : 0;
    r = li_case_owner(ctx, tx, case_state(row), row, NULL, &move->before.owner, &row->owner);
    /* who brings the case itself before a check has done what is checked */
    for (size_t i = 0; r == 0 && i < move->plan->change_count; i++) {
        const struct li_change *change = &move->plan->changes[i];
        const struct li_state *states = row->playbook->machines[0].states;
        if (change->part == 0 && li_case_is_asked(move, change) &&
            tx->viewer->kind == LI_VIEWER_STAFF && states[change->to].not_related &&
            !states[change->from].not_related) {
            r = li_case_handled(ctx, &row->handled_by, tx->viewer->person);
        }
    }
    return r;
}

/* Who answered is recused by what was just given: somebody else does from now. */
static int hand_over(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move)
{
    struct li_case *row = &move->row;

    if (move->moved || !li_case_is_barred(row, &row->owner)) {
        return 0;
    }
    move->handed = true;
    return li_case_owner(ctx, tx, case_state(row), row, NULL, &move->before.owner, &row->owner);
}

static int enter_states(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move)
{
    int r = move->moved ? enter_case(ctx, tx, move) : hand_over(ctx, tx, move);

    for (size_t i = 0; r == 0 && i < move->part_count; i++) {
        if (move->parts[i].change) {
            r = enter_part(ctx, tx, move, &move->parts[i]);
        }
    }
    return r;
}

/* ---- clocks ---------------------------------------------------------------- */

/* Two moments of a case, to be compared. */
struct moments {
    struct li_clock_ground before_ground; /* without the pauses of this move */
    struct li_clock_ground *ground;
    struct li_snapshot before, after;
};

/* Only a rule that always holds, of one length from a beginning that stands, cannot. */
static bool may_change(const struct li_case_move *move, const struct li_state *state)
{
    const struct li_clock_term *term = state->clock_count ? state->clocks[0].terms : NULL;

    return move->ground.count || state->clock_count > 1 ||
           (term && (state->clocks[0].when || state->clocks[0].term_count > 1 || term->until >= 0 ||
                     term->table.len || term->from == LI_FROM_FIELD));
}

/* How many steps of a clock that stood still had struck before it did. */
static size_t struck_before(const struct li_case_timer *timer, int64_t now)
{
    size_t step = 0;
    int64_t stood = timer->pause_count ? timer->pauses[timer->pause_count - 1].from : now;

    while (step < timer->state->overdue_count && li_case_step_at(timer, step) <= stood) {
        step++;
    }
    return step;
}

/* A clock that goes on in its state: reckoned anew when another rule holds now, or
 * the day it waits for is another.  *ret_starts: it is. */
static int go_on(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case_move *move,
                 const struct moments *moments, int part, int64_t begun,
                 const struct li_state *state, struct li_case_clock *clock,
                 struct li_case_timer *ret, bool *ret_starts, size_t *ret_step)
{
    struct li_case_timer before;
    size_t struck = 0;
    int r;

    *ret_starts = false;
    if (!may_change(move, state)) {
        return 0;
    }
    r = li_case_timer(ctx, &moments->before_ground, &moments->before, state, part, clock->since,
                      begun, &before);
    r = r ? r
          : li_case_timer(ctx, moments->ground, &moments->after, state, part, clock->since, begun,
                          ret);
    if (r ||
        (before.rule == ret->rule && (!ret->rule || ret->clock.due_at == before.clock.due_at))) {
        return r;
    }
    if (before.rule && before.clock.due_at == 0 && before.reckoned) {
        struck = struck_before(ret, tx->now); /* it stood still and goes on */
        clock->overdue = ret->clock.due_at <= tx->now && struck > 0;
    } else if (move->is_strike && !move->is_named && move->asked_part == part) {
        struck = move->struck;
    } else if (clock->due_at) {
        r = li_case_struck(ctx, tx, move->row.id, part, state->overdue_count, &struck);
    }
    ret->clock.overdue = clock->overdue && ret->clock.due_at && ret->clock.due_at <= tx->now;
    *clock = ret->clock;
    *ret_starts = true;
    *ret_step = li_case_step_next(ret, struck, tx->now);
    return r;
}

static int part_clock(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                      const struct moments *moments, struct li_case_moved *part)
{
    const struct li_state *state = part_state(&move->row, &part->row.part);
    bool awakes = move->before.closed_at && !move->row.closed_at && !state->end;
    int r;

    if (move->row.closed_at && !part->change) {
        return 0; /* it rests, its row goes with those of the others */
    }
    if (!part->change && !awakes) {
        return go_on(ctx, tx, move, moments, part->row.part.no, part->row.part.begun, state,
                     &part->row.clock, &part->timer, &part->starts, &part->step);
    }
    if (awakes && !part->change) {
        part->row.part.begun = tx->now;
    }
    r = li_case_timer(ctx, moments->ground, &moments->after, state, part->row.part.no,
                      part->change ? part->row.clock.since : tx->now, part->row.part.begun,
                      &part->timer);
    part->row.clock = part->timer.clock;
    part->starts = true;
    part->step = 0;
    return r;
}

static int case_clock(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                      const struct moments *moments)
{
    struct li_case *row = &move->row;
    int r;

    if (!move->moved) {
        return row->closed_at ? 0
                              : go_on(ctx, tx, move, moments, 0, 0, case_state(row), &row->clock,
                                      &move->timer, &move->starts, &move->step);
    }
    r = li_case_timer(ctx, moments->ground, &moments->after, case_state(row), 0, row->clock.since,
                      0, &move->timer);
    row->clock = move->timer.clock;
    move->starts = true;
    return r;
}

/* Of clocks that begin or go on, where their deadlines come from. */
static int note_basis(struct li_ctx *ctx, struct li_case_move *move)
{
    int r = move->row.playbook->times && move->starts
                ? li_times_basis(ctx, &move->ground, 0, &move->timer)
                : 0;

    for (size_t i = 0; r == 0 && move->row.playbook->times && i < move->part_count; i++) {
        const struct li_case_moved *part = &move->parts[i];
        r = part->starts ? li_times_basis(ctx, &move->ground, part->row.part.no, &part->timer) : 0;
    }
    return r;
}

static int reckon_clocks(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                         const struct moments *moments)
{
    int r = case_clock(ctx, tx, move, moments);

    for (size_t i = 0; r == 0 && i < move->part_count; i++) {
        r = part_clock(ctx, tx, move, moments, &move->parts[i]);
    }
    return r ? r : note_basis(ctx, move);
}

/* ---- together -------------------------------------------------------------- */

/* The parts as they will stand. */
static int parts_after(struct li_ctx *ctx, const struct li_case_move *move,
                       struct li_case_part **ret)
{
    struct li_case_part *parts = li_alloc_array(ctx, move->part_count, sizeof(*parts));

    if (!parts) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < move->part_count; i++) {
        parts[i] = move->parts[i].row;
    }
    *ret = parts;
    return 0;
}

static int stand_after(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                       struct li_snapshot *ret)
{
    struct li_case_part *parts;
    int r = parts_after(ctx, move, &parts);

    if (r == 0 && move->plan->entry_count) {
        r = li_case_enter(ctx, tx, &move->row, parts, move->part_count, move->plan,
                          &move->postings);
    }
    return r ? r : li_case_snapshot(ctx, &move->row, parts, move->part_count, tx->now, ret);
}

int li_case_move_decide(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                        const struct li_case_part *parts, size_t part_count)
{
    struct moments moments;
    int r;

    move->before = move->row;
    r = li_case_snapshot(ctx, &move->before, parts, part_count, tx->now, &moments.before);
    r = r ? r
          : li_clock_ground(ctx, tx->record, tx->conn, tx->tenant, &move->before, &move->ground);
    r = r ? r : li_clock_ground_copy(ctx, &move->ground, &moments.before_ground);
    moments.ground = &move->ground;
    r = r ? r : lay_changes(ctx, move, parts, part_count);
    r = r ? r : merge_fields(ctx, move);
    r = r ? r : li_case_recuse(ctx, tx->conn, tx->tenant, tx->now, &move->row);
    r = r ? r : keep_shares(ctx, move);
    r = r ? r : count_fired(ctx, move);
    move->row.photos += move->given.upload_count;
    if (move->given.place.some) {
        move->row.place = move->given.place;
    }
    r = r ? r : li_case_ballots_check(ctx, &move->row, move->plan, tx->now);
    r = r ? r : enter_states(ctx, tx, move);
    r = r ? r : li_times_enter(ctx, tx, move, &move->ground);
    r = r ? r : stand_after(ctx, tx, move, &moments.after);
    r = r ? r : li_case_derive(ctx, &moments.after, &move->row);
    li_clock_ground_at(&move->ground, &move->row);
    r = r ? r : li_times_extend(ctx, tx, move, &move->ground, &moments.after);
    r = r ? r : li_case_occupy_check(ctx, tx, &move->row);
    r = r ? r : reckon_clocks(ctx, tx, move, &moments);
    r = r ? r : li_times_named(ctx, tx, move, &move->ground, &moments.after);
    move->after = moments.after;
    if (r == 0 && move->row.playbook->draws_rows) {
        r = li_case_draw_rows(ctx, tx, &move->before, move->plan, &move->drawn);
    }
    if (r == 0) {
        move->row.rev++;
    }
    return r;
}

/* {"slot": where it lies}: what a part keeps of a text. */
static int put_slot(struct li_ctx *ctx, const struct li_tx *tx, struct li_node *fields,
                    struct li_str name, int place)
{
    struct li_node *map = li_node_new_map(ctx);
    struct li_node *slot = li_node_new_int(ctx, li_vault_slot(tx, place));
    int r = map && slot ? li_node_put(ctx, map, LI_S("slot"), slot) : -LI_E_NOMEM;

    return r ? r : li_node_put(ctx, fields, name, map);
}

/* Of the texts given, those that are a part's own. */
static int own_texts(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case_move *move,
                     struct li_case_moved *part)
{
    const struct li_playbook *playbook = move->row.playbook;
    const struct li_machine *machine = &playbook->machines[part->row.part.machine];
    struct li_node *all = NULL;
    int r = 0;

    for (int i = 0; r == 0 && i < move->texts.count; i++) {
        const struct li_field *field = move->texts.items[i].field;
        if (!li_machine_keeps(machine, (int)(field - playbook->fields))) {
            continue;
        }
        if (!all) {
            const struct li_node none = {.kind = LI_MAP};
            r = li_machine_fields_over(ctx, playbook, part->row.part.fields, &none, &all);
        }
        r = r ? r : put_slot(ctx, tx, all, field->name, i);
    }
    if (all) {
        part->row.part.fields = all;
        part->is_given = true;
    }
    return r;
}

static int write_parts(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < move->part_count; i++) {
        struct li_case_moved *moved = &move->parts[i];
        if (move->texts.count && takes(move, moved)) {
            r = own_texts(ctx, tx, move, moved);
        }
        if (r == 0 && (moved->change || moved->starts || moved->is_given)) {
            r = li_case_part_put(ctx, tx, &move->row, &moved->row, moved->is_new);
        }
        if (r == 0 && moved->starts) {
            r = li_case_clock_set(ctx, tx, move->row.id, moved->row.part.no, &moved->timer,
                                  moved->step, !moved->is_new);
        }
    }
    return r;
}

/* The parts of an ended case rest, and so do their clocks. */
static int stop_clocks(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case_move *move)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < move->part_count; i++) {
        if (move->parts[i].had_clock || move->parts[i].row.clock.due_at) {
            r = li_due_clear(ctx, tx, move->row.id, move->parts[i].row.part.no);
        }
    }
    return r;
}

int li_case_move_write(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move)
{
    const struct li_case *row = &move->row;
    int r = li_case_update(ctx, tx, row);

    if (r == 0 && move->starts) {
        r = li_case_clock_set(ctx, tx, row->id, 0, &move->timer, move->step,
                              move->before.clock.due_at != 0);
    }
    r = r ? r : write_parts(ctx, tx, move);
    if (r == 0 && move->moved && row->closed_at) {
        r = stop_clocks(ctx, tx, move);
    }
    if (r == 0 && move->ground.count) {
        r = li_times_write(ctx, tx, row->id, &move->ground, &move->after);
    }
    r = r ? r : li_case_effects(ctx, tx, row->id, move->plan);
    if (r == 0 && move->plan->spawn_count) {
        r = li_case_spawn_put(ctx, tx, row->id, row->playbook, move->plan, move->drawn);
    }
    if (r == 0 && row->playbook->ballot_count) {
        r = li_case_ballots_put(ctx, tx, row, move->plan);
    }
    if (r == 0 && move->moved && row->links) {
        r = li_case_tell_parents(ctx, tx, row);
    }
    if (r == 0 && move->moved && row->parent) {
        r = li_case_tell_beside(ctx, tx, row);
    }
    if (r == 0 && row->links) {
        r = li_case_tell_below(ctx, tx, row);
    }
    r = r ? r : li_case_put_photos(ctx, tx, row->id, &move->given);
    r = r ? r : li_case_put_subjects(ctx, tx, row->playbook, row->id, move->given.fields);
    return r ? r : li_case_put_texts(ctx, tx, row->id, &move->texts);
}
