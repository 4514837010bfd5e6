/*
 * What chance decides where an action branches: whose turn it is, and how many are drawn.
 *
 * Drawn once a step, by the number of the case and the seed of the month (base/draw.h); the
 * plan keeps each draw with the share it was held against, so that history can say it.
 * Without a seed, or with nothing to draw, no draw is made and nothing is kept.
 */
#include "base/draw.h"
#include "base/grow.h"
#include "playbook/machine_inside.h"

static bool is_made(const struct li_run *run, int sample)
{
    for (size_t i = 0; i < run->draw_count; i++)
        if (run->draws[i].sample == sample)
            return true;
    return false;
}

/* In hundredths of a per cent: the first share whose condition holds, by the tenant's
 * scale. */
static int share_of(struct li_run *run, const struct li_sample *sample, const struct li_part *part,
                    int *ret)
{
    for (size_t i = 0; i < sample->share_count; i++) {
        int r = li_run_holds(run, sample->shares[i].when, part, run->added);
        int64_t share = (int64_t)sample->shares[i].percent * run->snapshot->sample_scale;

        if (r < 0)
            return r;
        if (r == 0)
            continue;
        *ret = share < LI_DRAW_WHOLE ? (int)share : LI_DRAW_WHOLE;
        return 0;
    }
    *ret = 0;
    return 0;
}

static int draw_one(struct li_run *run, int sample, const struct li_part *part)
{
    const struct li_snapshot *snapshot = run->snapshot;
    const struct li_sample *of = &snapshot->playbook->samples[sample];
    const struct li_draw draw = {snapshot->playbook->name, snapshot->number, of->name};
    struct li_plan_draw *draws;
    int share, r = share_of(run, of, part, &share);

    if (r < 0 || !share)
        return r;
    draws = li_grow(run->ctx, run->draws, run->draw_count, &run->draw_room, sizeof(*draws));
    if (!draws)
        return -LI_E_NOMEM;
    run->draws = draws;
    draws[run->draw_count++] = (struct li_plan_draw){
        .sample = sample, .share = share, .drawn = li_draw_value(snapshot->seed, &draw) < share};
    return 0;
}

int li_run_draw(struct li_run *run, const struct li_action *action, const struct li_part *part)
{
    int r = 0;

    if (!run->snapshot->seed || !run->snapshot->sample_scale)
        return 0;
    for (int i = 0; r == 0 && action->samples >> i; i++)
        if (action->samples >> i & 1 && !is_made(run, i))
            r = draw_one(run, i, part);
    return r;
}

int li_machine_share(struct li_ctx *ctx, const struct li_snapshot *snapshot, int sample,
                     const int *fired, size_t fired_count, int *ret)
{
    struct li_run run = {.ctx = ctx, .snapshot = snapshot, .state = snapshot->state};

    run.fired = (int *)fired; /* read only: nothing fires here */
    run.fired_count = fired_count;
    return share_of(&run, &snapshot->playbook->samples[sample], NULL, ret);
}
