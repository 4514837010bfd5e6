/*
 * What a plan of the machine becomes: states entered, owners resolved, clocks
 * started, stopped or reckoned anew, counters, what follows from the fields; then
 * rows, due rows, effects and one history entry.  An act does it, and so does a
 * clock that strikes.  Who may, and whether, was asked before.
 */
#include "base/canonical.h"
#include "case/inside.h"
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
            part->from = -1;
            part->row.part = (struct li_part){
                .no = change->part, .machine = change->machine, .org = change->org};
        }
        part->row.part.state = change->to;
        part->change = change;
    }
    return 0;
}

/* Later values stand in the place of earlier ones; photos come to those there. */
static int merge_fields(struct li_ctx *ctx, struct li_case_move *move)
{
    const struct li_case *before = &move->before;
    struct li_node *all;
    int r = 0;

    if (!move->added || move->added->map.count == 0) {
        return 0;
    }
    all = li_node_new_map(ctx);
    if (!all) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < before->fields->map.count; i++) {
        r = li_node_put(ctx, all, before->fields->map.items[i].key,
                        before->fields->map.items[i].value);
    }
    for (size_t i = 0; r == 0 && i < move->added->map.count; i++) {
        const struct li_member *member = &move->added->map.items[i];
        struct li_node *value = member->value, *old = li_node_get_str(before->fields, member->key);
        int place = li_playbook_field(before->playbook, member->key);
        if (old && old->kind == LI_LIST && value->kind == LI_LIST &&
            before->playbook->fields[place].type == LI_FIELD_PHOTOS) {
            value = li_node_new_list(ctx);
            r = value ? 0 : -LI_E_NOMEM;
            for (size_t k = 0; r == 0 && k < old->list.count; k++) {
                r = li_node_push(ctx, value, old->list.items[k]);
            }
            for (size_t k = 0; r == 0 && k < member->value->list.count; k++) {
                r = li_node_push(ctx, value, member->value->list.items[k]);
            }
        }
        r = r ? r : li_node_put(ctx, all, member->key, value);
    }
    move->row.fields = all;
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

static bool is_asked(const struct li_case_move *move, const struct li_change *change)
{
    return change->part == move->asked_part && change->action == move->plan->fired[0];
}

/* Owner and end of a part that entered a state. */
static int enter_part(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                      struct li_case_moved *moved)
{
    struct li_part *part = &moved->row.part;
    const struct li_state *state = part_state(&move->row, part);
    int r = li_case_owner(ctx, tx, state, move->row.area_path, part->org, &part->owner);

    if (r) {
        return r;
    }
    if (moved->is_new || (moved->change->action >= 0 &&
                          move->row.playbook->actions[moved->change->action].reopens >= 0)) {
        part->begun = tx->now;
    }
    moved->row.clock = (struct li_case_clock){.since = tx->now};
    moved->row.ended_at = state->end ? tx->now : 0;
    /* who brought a task to its end has worked on the case */
    if (state->end && tx->viewer->kind == LI_VIEWER_STAFF && is_asked(move, moved->change)) {
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
    row->closed_at = case_state(row)->end ? tx->now : 0;
    r = li_case_owner(ctx, tx, case_state(row), row->area_path, 0, &row->owner);
    /* who brings the case itself before a check has done what is checked */
    for (size_t i = 0; r == 0 && i < move->plan->change_count; i++) {
        const struct li_change *change = &move->plan->changes[i];
        const struct li_state *states = row->playbook->machines[0].states;
        if (change->part == 0 && is_asked(move, change) && tx->viewer->kind == LI_VIEWER_STAFF &&
            states[change->to].not_related && !states[change->from].not_related) {
            r = li_case_handled(ctx, &row->handled_by, tx->viewer->person);
        }
    }
    return r;
}

static int enter_states(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move)
{
    int r = move->moved ? enter_case(ctx, tx, move) : 0;

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
    const struct li_calendar *calendar;
    struct li_snapshot before, after;
};

static bool may_change(const struct li_state *state)
{
    return state->clock_count > 1 ||
           (state->clock_count == 1 && (state->clocks[0].when || state->clocks[0].until >= 0));
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
    if (!may_change(state)) {
        return 0;
    }
    r = li_case_timer(ctx, moments->calendar, &moments->before, state, clock->since, begun,
                      &before);
    r = r ? r
          : li_case_timer(ctx, moments->calendar, &moments->after, state, clock->since, begun, ret);
    if (r || (before.rule == ret->rule &&
              (!ret->rule || ret->rule->until < 0 || ret->clock.due_at == before.clock.due_at))) {
        return r;
    }
    if (move->is_strike && move->asked_part == part) {
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
    r = li_case_timer(ctx, moments->calendar, &moments->after, state, tx->now, part->row.part.begun,
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
    r = li_case_timer(ctx, moments->calendar, &moments->after, case_state(row), tx->now, 0,
                      &move->timer);
    row->clock = move->timer.clock;
    move->starts = true;
    return r;
}

static int reckon_clocks(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                         const struct moments *moments)
{
    int r = case_clock(ctx, tx, move, moments);

    for (size_t i = 0; r == 0 && i < move->part_count; i++) {
        r = part_clock(ctx, tx, move, moments, &move->parts[i]);
    }
    return r;
}

/* ---- together -------------------------------------------------------------- */

static int snapshot_after(struct li_ctx *ctx, const struct li_tx *tx,
                          const struct li_case_move *move, struct li_snapshot *ret)
{
    struct li_case_part *parts = li_alloc_array(ctx, move->part_count, sizeof(*parts));

    if (!parts) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < move->part_count; i++) {
        parts[i] = move->parts[i].row;
    }
    return li_case_snapshot(ctx, &move->row, parts, move->part_count, tx->now, ret);
}

int li_case_move_decide(struct li_ctx *ctx, const struct li_tx *tx, struct li_case_move *move,
                        const struct li_case_part *parts, size_t part_count)
{
    struct moments moments;
    int r;

    move->before = move->row;
    r = li_case_snapshot(ctx, &move->before, parts, part_count, tx->now, &moments.before);
    r = r ? r
          : li_library_calendar(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant,
                                &moments.calendar);
    r = r ? r : lay_changes(ctx, move, parts, part_count);
    r = r ? r : merge_fields(ctx, move);
    r = r ? r : count_fired(ctx, move);
    move->row.photos += move->given.upload_count;
    if (move->given.place.some) {
        move->row.place = move->given.place;
    }
    r = r ? r : enter_states(ctx, tx, move);
    r = r ? r : snapshot_after(ctx, tx, move, &moments.after);
    r = r ? r : li_case_derive(ctx, &moments.after, &move->row);
    r = r ? r : reckon_clocks(ctx, tx, move, &moments);
    if (r == 0) {
        move->row.rev++;
    }
    return r;
}

static int write_parts(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case_move *move)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < move->part_count; i++) {
        const struct li_case_moved *moved = &move->parts[i];
        if (moved->change || moved->starts) {
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
    r = r ? r : li_case_effects(ctx, tx, row->id, move->plan);
    r = r ? r : li_case_put_photos(ctx, tx, row->id, &move->given);
    return r ? r : li_case_put_texts(ctx, tx, row->id, &move->texts);
}

/* ---- what history says ----------------------------------------------------- */

static void put_parts(struct li_json *json, const struct li_case_move *move)
{
    li_json_key(json, "parts");
    li_json_open_list(json);
    for (size_t i = 0; i < move->part_count; i++) {
        const struct li_case_moved *moved = &move->parts[i];
        const struct li_machine *machine = &move->row.playbook->machines[moved->row.part.machine];
        if (!moved->change && !moved->starts) {
            continue;
        }
        li_json_open_map(json);
        li_json_put_int(json, "due", moved->row.clock.due_at);
        if (moved->from >= 0) {
            li_json_put_text(json, "from", machine->states[moved->from].name);
        }
        li_json_put_int(json, "no", moved->row.part.no);
        li_json_put_int(json, "organization", moved->row.part.org);
        li_json_put_text(json, "to", machine->states[moved->row.part.state].name);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static void put_as(struct li_json *json, const struct li_post *as)
{
    if (!as || !as->post.ptr) {
        return;
    }
    li_json_key(json, "as");
    li_json_open_map(json);
    if (as->org) {
        li_json_put_int(json, "organization", as->org);
    }
    li_json_put_text(json, "post", as->post);
    li_json_close_map(json);
}

static void put_fired(struct li_json *json, const struct li_case_move *move)
{
    li_json_key(json, "fired");
    li_json_open_list(json);
    for (size_t i = 1; i < move->plan->fired_count; i++) {
        li_json_text(json, move->row.playbook->actions[move->plan->fired[i]].name);
    }
    li_json_close_list(json);
}

int li_case_move_payload(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_case_move *move, const struct li_post *as, int percent,
                         struct li_str *ret)
{
    const struct li_case *row = &move->row;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;

    if (!buf) {
        return -LI_E_NOMEM;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_put_text(&json, "action", row->playbook->actions[move->plan->fired[0]].name);
    li_json_put_text(&json, "area", row->area);
    put_as(&json, as);
    if (move->starts) {
        li_json_put_int(&json, "due", row->clock.due_at);
    }
    li_json_key(&json, "fields");
    li_json_raw(&json, move->structured);
    put_fired(&json, move);
    li_json_put_text(&json, "from", case_state(&move->before)->name);
    if (row->level != move->before.level) {
        li_json_put_int(&json, "level", row->level);
    }
    if (move->moved) {
        li_case_put_owner(&json, &row->owner);
    }
    li_json_put_int(&json, "part", move->asked_part);
    put_parts(&json, move);
    if (move->is_strike) {
        li_json_put_int(&json, "percent", percent);
    }
    li_case_refer_photos(&json, &move->given);
    li_json_put_text(&json, "playbook", row->playbook->name);
    li_json_put_int(&json, "rev", row->rev);
    li_json_put_int(&json, "scope", row->scope);
    if (row->scope != move->before.scope) {
        li_json_put_int(&json, "scope_from", move->before.scope);
    }
    li_case_refer_texts(&json, tx, &move->texts);
    li_json_put_text(&json, "to", case_state(row)->name);
    li_json_close_map(&json);
    *ret = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}
