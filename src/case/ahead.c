/* Going ahead of a case in memory; see ahead.h. */
#include "case/ahead.h"
#include "case/inside.h"

/* Where one goes from, and what of it does not change. */
struct walk {
    struct li_ctx *ctx;
    const struct li_case *row;
    const struct li_viewer *viewer;
    struct li_tx tx;
    struct li_ahead *standings;
    size_t count;
};

/* Where an action leads is asked of the case alone: not of chance, not of what is given with
 * it, and it makes nothing that others answer for. */
static bool is_certain(const struct li_action *action, const struct li_plan *plan)
{
    bool certain = !action->branch_count && !plan->draw_count && !plan->spawn_count;

    for (size_t i = 0; certain && i < plan->change_count; i++) {
        certain = !plan->changes[i].is_new;
    }
    return certain && action->gives < 0;
}

static struct li_part *part_of(struct li_snapshot *snapshot, int no)
{
    struct li_part *parts = (struct li_part *)snapshot->parts; /* a copy of the walk's own */

    for (size_t i = 0; i < snapshot->part_count; i++) {
        if (parts[i].no == no) {
            return &parts[i];
        }
    }
    return NULL;
}

/* Who ends a part, or brings the case before a check, has worked on it (case/move.c). */
static int relate(struct walk *walk, const struct li_plan *plan, struct li_snapshot *snapshot)
{
    const struct li_machine *machines = walk->row->playbook->machines;
    bool worked = false;
    int64_t *related;

    for (size_t i = 0; i < plan->change_count; i++) {
        const struct li_change *change = &plan->changes[i];
        const struct li_state *to = &machines[change->machine].states[change->to];
        worked = worked || (change->part ? to->end : to->not_related);
    }
    if (!worked || !walk->viewer->person) {
        return 0;
    }
    related = li_alloc_array(walk->ctx, snapshot->related_count + 1, sizeof(*related));
    if (!related) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < snapshot->related_count; i++) {
        related[i] = snapshot->related[i];
    }
    related[snapshot->related_count++] = walk->viewer->person;
    snapshot->related = related;
    return 0;
}

static int enter(struct walk *walk, const struct li_plan *plan, struct li_snapshot *snapshot)
{
    const struct li_machine *machines = walk->row->playbook->machines;
    const struct li_owner before = snapshot->owner;
    int r = 0;

    for (size_t i = 0; r == 0 && i < plan->change_count; i++) {
        const struct li_change *change = &plan->changes[i];
        const struct li_state *state = &machines[change->machine].states[change->to];
        struct li_part *part = part_of(snapshot, change->part);
        if (part) {
            part->state = change->to;
            part->since = snapshot->now;
            r = li_case_owner(walk->ctx, &walk->tx, state, walk->row, part, &part->owner,
                              &part->owner);
        } else {
            snapshot->state = change->to;
            snapshot->since = snapshot->now;
            r = li_case_owner(walk->ctx, &walk->tx, state, walk->row, NULL, &before,
                              &snapshot->owner);
        }
    }
    return r ? r : relate(walk, plan, snapshot);
}

static bool same_standing(const struct li_snapshot *a, const struct li_snapshot *b)
{
    bool same = a->state == b->state && a->related_count == b->related_count;

    for (size_t i = 0; same && i < a->part_count; i++) {
        same = a->parts[i].state == b->parts[i].state;
    }
    return same;
}

/* The standing that is so; -1: there is no more room. */
static int standing_of(struct walk *walk, const struct li_snapshot *snapshot)
{
    for (size_t i = 0; i < walk->count; i++) {
        if (same_standing(&walk->standings[i].snapshot, snapshot)) {
            return (int)i;
        }
    }
    if (walk->count == LI_AHEAD_MAX) {
        return -1;
    }
    walk->standings[walk->count] = (struct li_ahead){.snapshot = *snapshot};
    return (int)walk->count++;
}

/* One step from a standing.  What the machine refuses leads nowhere that could be told. */
static int step(struct walk *walk, const struct li_snapshot *from, const struct li_offer *offer,
                int *ret)
{
    const struct li_step asked = {
        .action = offer->action, .part = offer->part, .viewer = walk->viewer, .confirmed = true};
    const struct li_action *action = &walk->row->playbook->actions[offer->action];
    unsigned told = walk->ctx->error_count;
    struct li_snapshot next = *from;
    struct li_part *parts;
    struct li_plan *plan;
    int r = li_machine_step(walk->ctx, from, &asked, &plan);

    *ret = -1;
    walk->ctx->error_count = told;
    if (r || !is_certain(action, plan)) {
        return r == -LI_E_NOMEM ? r : 0;
    }
    parts = li_alloc_array(walk->ctx, from->part_count, sizeof(*parts));
    if (!parts) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < from->part_count; i++) {
        parts[i] = from->parts[i];
    }
    next.parts = parts;
    r = enter(walk, plan, &next);
    if (r == 0) {
        *ret = standing_of(walk, &next);
    }
    return r;
}

static int look_from(struct walk *walk, size_t at)
{
    struct li_ahead *standing = &walk->standings[at];
    int r = li_machine_offers(walk->ctx, &standing->snapshot, walk->viewer, false,
                              &standing->offers, &standing->offer_count);

    if (r) {
        return r;
    }
    standing->to = li_alloc_array(walk->ctx, standing->offer_count, sizeof(*standing->to));
    r = standing->to ? 0 : -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < standing->offer_count; i++) {
        r = step(walk, &standing->snapshot, &standing->offers[i], &standing->to[i]);
    }
    return r;
}

int li_case_ahead(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                  const struct li_case *row, const struct li_case_part *parts, size_t part_count,
                  const struct li_viewer *viewer, struct li_ahead *ret, size_t *ret_count)
{
    struct walk walk = {
        .ctx = ctx,
        .row = row,
        .viewer = viewer,
        .standings = ret,
        .count = 1,
        .tx = {.record = record, .conn = conn, .tenant = viewer->tenant, .viewer = viewer}};
    int r;

    walk.tx.now = li_now(ctx->clock);
    ret[0] = (struct li_ahead){.offer_count = 0};
    r = li_case_snapshot(ctx, row, parts, part_count, walk.tx.now, &ret[0].snapshot);
    for (size_t i = 0; r == 0 && i < walk.count && !row->merged_into; i++) {
        r = look_from(&walk, i);
    }
    if (r == 0) {
        *ret_count = walk.count;
    }
    return r;
}
