/*
 * One round of due rows, and what the log says of those that failed.  The round
 * itself is the record's (li_due_run).
 */
#include "record/due.h"
#include "base/log.h"
#include "work/inside.h"

/* false: it will be tried again. */
static bool tell(const struct li_due_turn *turn)
{
    const struct li_due *due = &turn->due;

    if (turn->parked) {
        li_log(LI_LOG_ERROR, "work.parked", "tenant=%lld entity=%lld slot=%lld command=%.*s",
               (long long)due->tenant, (long long)due->entity, (long long)due->slot,
               LI_P(due->command));
        return true;
    }
    if (turn->status && turn->status != -LI_E_STATE) {
        li_log(LI_LOG_WARN, "work.due", "tenant=%lld entity=%lld command=%.*s error=%s",
               (long long)due->tenant, (long long)due->entity, LI_P(due->command),
               li_error_info(turn->status)->name);
        return false;
    }
    return true;
}

int li_work_due(struct li_ctx *ctx, struct li_work *work, struct li_work_round *ret)
{
    struct li_work_round round = {.failed = 0};
    struct li_due_turn *turns;
    int r = li_due_run(ctx, work->house->record, li_now(work->clock), &turns, &round.count);

    if (r) {
        return r;
    }
    for (size_t i = 0; i < round.count; i++) {
        round.failed += !tell(&turns[i]);
    }
    *ret = round;
    return 0;
}
