/*
 * What history says of a move: its payload, the keys in order.  What the move is,
 * and what else it writes, is move.c's.
 */
#include "base/canonical.h"
#include "case/ballot.h"
#include "case/under.h"

static struct li_str state_name(const struct li_case *row)
{
    return row->playbook->machines[0].states[row->state].name;
}

/* Where one action makes parts of several kinds, each says its own. */
static bool makes_several(const struct li_case_move *move, int action)
{
    return move->row.playbook->actions[action].make_count > 1;
}

/* Whether a part's owner is the post its state names (or it was made for): history then need
 * not say it. */
static bool follows(const struct li_case *row, const struct li_part *part)
{
    const struct li_state *state = &row->playbook->machines[part->machine].states[part->state];
    struct li_str post = state->owner.kind == LI_OWNER_GIVEN ? part->post : state->owner.post;

    return state->end || li_str_eq(part->owner.post, post);
}

static void put_parts(struct li_json *json, const struct li_case_move *move)
{
    li_json_key(json, "parts");
    li_json_open_list(json);
    for (size_t i = 0; i < move->part_count; i++) {
        const struct li_case_moved *moved = &move->parts[i];
        const struct li_machine *machine = &move->row.playbook->machines[moved->row.part.machine];
        if (!moved->change && !moved->starts && !moved->shared) {
            continue;
        }
        li_json_open_map(json);
        if (moved->is_new && moved->row.part.about) {
            li_json_put_int(json, "about", moved->row.part.about);
        }
        li_json_put_int(json, "due", moved->row.clock.due_at);
        if (moved->shared) {
            li_json_key(json, "fields");
            li_json_node(json, moved->shared);
        }
        if (moved->from >= 0) {
            li_json_put_text(json, "from", machine->states[moved->from].name);
        }
        if (moved->is_new && makes_several(move, moved->made)) {
            li_json_put_text(json, "kind", machine->name);
        }
        li_json_put_int(json, "no", moved->row.part.no);
        li_json_put_int(json, "organization", moved->row.part.org);
        if (moved->change && !follows(&move->row, &moved->row.part)) {
            li_case_put_owner(json, &moved->row.part.owner);
        }
        if (moved->is_new && moved->row.part.post.ptr) {
            li_json_put_text(json, "post", moved->row.part.post);
        }
        if (moved->is_new && moved->row.part.role.ptr) {
            li_json_put_text(json, "role", moved->row.part.role);
        }
        if (moved->change && move->occurred && li_case_is_asked(move, moved->change)) {
            li_json_put_int(json, "since", move->occurred);
        }
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

/* When it happened, for whom it was entered. */
static void put_entry(struct li_json *json, const struct li_case_move *move)
{
    if (move->occurred) {
        li_json_put_int(json, "occurred", move->occurred);
    }
    if (move->behalf_org || move->behalf_reporter) {
        li_json_key(json, "on_behalf");
        li_json_open_map(json);
        if (move->behalf_org) {
            li_json_put_int(json, "organization", move->behalf_org);
        } else {
            li_json_put_int(json, "party", 1);
        }
        li_json_close_map(json);
    }
}

/* The pictures of a paper, by their numbers. */
static int put_paper(struct li_ctx *ctx, struct li_json *json, const struct li_case_move *move)
{
    struct li_str numbers;
    int r = move->given.paper ? li_canonical(ctx, move->given.paper, &numbers) : 0;

    if (r == 0 && move->given.paper) {
        li_json_key(json, "paper");
        li_json_raw(json, numbers);
    }
    return r;
}

/* What chance decided, with all that is needed to check it but the month's seed. */
static void put_draws(struct li_json *json, const struct li_case_move *move)
{
    if (!move->plan->draw_count) {
        return;
    }
    li_json_key(json, "drawn");
    li_json_open_list(json);
    for (size_t i = 0; i < move->plan->draw_count; i++) {
        const struct li_plan_draw *draw = &move->plan->draws[i];
        li_json_open_map(json);
        li_json_key(json, "drawn");
        li_json_bool(json, draw->drawn);
        li_json_put_text(json, "name", move->row.playbook->samples[draw->sample].name);
        li_json_put_text(json, "number", move->row.number);
        li_json_put_int(json, "share", draw->share);
        li_json_close_map(json);
    }
    li_json_close_list(json);
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

void li_case_put_left_out(struct li_json *json, const struct li_playbook *playbook,
                          const struct li_plan *plan)
{
    if (!plan->left_out_count) {
        return;
    }
    li_json_key(json, "left_out");
    li_json_open_list(json);
    for (size_t i = 0; i < plan->left_out_count; i++) {
        const struct li_plan_spawn *what = &plan->left_out[i];
        li_json_text(json, playbook->actions[what->action].spawns[what->spawn].playbook);
    }
    li_json_close_list(json);
}

int li_case_move_payload(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_case_move *move, const struct li_post *as, int percent,
                         struct li_str *ret)
{
    const struct li_case *row = &move->row;
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_text(&json, "action", row->playbook->actions[move->plan->fired[0]].name);
    li_json_put_text(&json, "area", row->area);
    put_as(&json, as);
    put_draws(&json, move);
    if (move->starts) {
        li_json_put_int(&json, "due", row->clock.due_at);
    }
    li_json_key(&json, "fields");
    li_json_raw(&json, move->structured);
    put_fired(&json, move);
    li_json_put_text(&json, "from", state_name(&move->before));
    r = li_case_put_known(ctx, &json, row);
    r = r ? r : li_case_put_entries(ctx, tx, &json, move->postings);
    if (r) {
        return r;
    }
    li_case_put_left_out(&json, row->playbook, move->plan);
    if (row->level != move->before.level) {
        li_json_put_int(&json, "level", row->level);
    }
    put_entry(&json, move);
    if (move->moved || move->handed) {
        li_case_put_owner(&json, &row->owner);
    }
    li_case_put_page(&json, row);
    r = put_paper(ctx, &json, move);
    if (r) {
        return r;
    }
    li_json_put_int(&json, "part", move->asked_part);
    put_parts(&json, move);
    if (move->is_strike) {
        li_json_put_int(&json, "percent", percent);
    }
    li_case_refer_photos(&json, &move->given);
    li_json_put_text(&json, "playbook", row->playbook->name);
    li_json_put_int(&json, "rev", row->rev);
    if (move->rhythm.len) {
        li_json_put_text(&json, "rhythm", move->rhythm);
    }
    li_case_put_drawn(&json, row, move->plan, move->drawn);
    li_json_put_int(&json, "scope", row->scope);
    if (row->scope != move->before.scope) {
        li_json_put_int(&json, "scope_from", move->before.scope);
    }
    if (move->moved && row->clock.since != tx->now) {
        li_json_put_int(&json, "since", row->clock.since);
    }
    li_case_refer_texts(&json, tx, &move->texts);
    li_times_put(&json, &move->ground);
    li_json_put_text(&json, "to", state_name(row));
    return li_json_finish(ctx, &json, ret);
}
