/*
 * What a rhythm acts on: the open cases of its playbook that allow the action as its
 * window begins; see rhythm.h.
 *
 * Each is asked as the machine would be, by its own version of the playbook, so that
 * what is planned is what can be done.  One after the other in memory of its own: a
 * window may have thousands.
 */
#include "base/grow.h"
#include "case/inside.h"
#include "case/rhythm.h"

LI_SQL(rhythm_cases, "select id from cases where tenant = $1 and id > $2 and closed_at is null "
                     "and playbook = $3 order by id limit 500");

#define PORTION 500

struct targets {
    const struct li_tx *tx;
    struct li_str playbook, action, area_path;
    size_t most;
    struct li_rhythm_target *found;
    size_t count, cap;
};

/* 1: the system may do it now; 0. */
static int allows(struct li_ctx *ctx, const struct targets *targets, const struct li_case *row)
{
    const struct li_tx *tx = targets->tx;
    struct li_step step = {.action = li_playbook_action(row->playbook, targets->action),
                           .viewer = tx->viewer};
    struct li_case_part *parts;
    struct li_snapshot snapshot;
    struct li_plan *plan;
    size_t count;
    int r;

    if (step.action < 0 || row->merged_into ||
        !(row->playbook->actions[step.action].from >> row->state & 1) ||
        !li_str_starts(row->area_path, targets->area_path)) {
        return 0;
    }
    r = li_case_parts(ctx, tx->conn, tx->tenant, row, &parts, &count);
    r = r ? r : li_case_snapshot(ctx, row, parts, count, tx->now, &snapshot);
    r = r ? r : li_machine_step(ctx, &snapshot, &step, &plan);
    return r == 0 ? 1 : r == -LI_E_STATE || r == -LI_E_FORBIDDEN || r == -LI_E_INVALID ? 0 : r;
}

/* In memory of its own. */
static int look(struct li_ctx *ctx, struct li_ctx *own, struct targets *targets, int64_t id)
{
    const struct li_tx *tx = targets->tx;
    struct li_rhythm_target *more;
    struct li_case row;
    int r;

    li_arena_reset(own->arena);
    li_ctx_clear(own);
    r = li_case_find(own, tx->record, tx->conn, tx->tenant, id, &row);
    r = r ? r : allows(own, targets, &row);
    if (r < 0) {
        return LI_FAIL(ctx, -r, "case %lld: %.*s", (long long)id, LI_P(li_ctx_explain(own)));
    }
    if (r == 0) {
        return 0;
    }
    more = li_grow(ctx, targets->found, targets->count, &targets->cap, sizeof(*more));
    if (!more) {
        return -LI_E_NOMEM;
    }
    targets->found = more;
    more[targets->count] = (struct li_rhythm_target){.id = id, .area = li_str_dup(ctx, row.area)};
    return more[targets->count++].area.ptr ? 0 : -LI_E_NOMEM;
}

static int read_portion(struct li_ctx *ctx, const struct targets *targets, int64_t after,
                        int64_t ids[PORTION], size_t *ret_count)
{
    const struct li_tx *tx = targets->tx;
    return li_query_ids(ctx, tx->conn, &rhythm_cases,
                        LI_ARGS(li_v(tx->tenant), li_v(after), li_v_text(targets->playbook)),
                        PORTION, ids, ret_count);
}

static int look_all(struct li_ctx *ctx, struct li_ctx *own, struct targets *targets)
{
    int64_t ids[PORTION], after = 0;
    size_t count = PORTION;
    int r = 0;

    while (r == 0 && count == PORTION && targets->count <= targets->most) {
        r = read_portion(ctx, targets, after, ids, &count);
        for (size_t i = 0; r == 0 && i < count && targets->count <= targets->most; i++) {
            r = look(ctx, own, targets, ids[i]);
        }
        after = r == 0 && count ? ids[count - 1] : after;
    }
    return r;
}

int li_rhythm_targets(struct li_ctx *ctx, const struct li_tx *tx, struct li_str playbook,
                      struct li_str action, struct li_str area_path, size_t most,
                      struct li_rhythm_target **ret, size_t *ret_count)
{
    struct targets targets = {
        .tx = tx, .playbook = playbook, .action = action, .area_path = area_path, .most = most};
    struct li_arena *arena = li_arena_new(0);
    struct li_ctx own;
    int r;

    if (!arena) {
        return LI_FAIL(ctx, LI_E_NOMEM, "no memory for a rhythm's cases");
    }
    li_ctx_init(&own, arena, ctx->clock, ctx->random);
    r = look_all(ctx, &own, &targets);
    li_arena_free(arena);
    if (r == 0) {
        *ret = targets.found;
        *ret_count = targets.count;
    }
    return r;
}
