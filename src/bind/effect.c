/*
 * The closed vocabulary of effects: {check, apply, undo}.
 *
 * mark: overdue — the case or part shows that its time is over.
 */
#include "bind/bind.h"

static bool mark_check(struct li_str arg)
{
    return li_str_is(arg, "overdue");
}

static int mark_apply(struct li_ctx *ctx, const struct li_tx *tx,
                      const struct li_effect_target *target, struct li_str arg)
{
    li_assert(mark_check(arg));
    return li_case_mark_overdue(ctx, tx, target, true);
}

static int mark_undo(struct li_ctx *ctx, const struct li_tx *tx,
                     const struct li_effect_target *target, struct li_str arg)
{
    li_assert(mark_check(arg));
    return li_case_mark_overdue(ctx, tx, target, false);
}

const struct li_effect_def li_effects[] = {
    {.name = "mark", .check = mark_check, .apply = mark_apply, .undo = mark_undo},
    {.name = NULL},
};
