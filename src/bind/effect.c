/*
 * The closed vocabulary of effects: {check, apply, undo}.
 *
 * mark: overdue — the case or part shows that its time is over.
 * tell: reporter — a message at the top of the page of who reported it.
 */
#include "bind/bind.h"
#include "case/message.h"

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

static bool tell_check(struct li_str arg)
{
    return li_str_is(arg, "reporter");
}

static int tell_apply(struct li_ctx *ctx, const struct li_tx *tx,
                      const struct li_effect_target *target, struct li_str arg)
{
    li_assert(tell_check(arg));
    return li_message_tell(ctx, tx, target);
}

static int tell_undo(struct li_ctx *ctx, const struct li_tx *tx,
                     const struct li_effect_target *target, struct li_str arg)
{
    li_assert(tell_check(arg));
    return li_message_untell(ctx, tx, target);
}

const struct li_effect_def li_effects[] = {
    {.name = "mark", .check = mark_check, .apply = mark_apply, .undo = mark_undo},
    {.name = "tell", .check = tell_check, .apply = tell_apply, .undo = tell_undo},
    {.name = NULL},
};
