/*
 * Effects of a playbook: names here, functions in bind/effect.
 */
#include "case/inside.h"

static const struct li_effect_def *effect_def(const struct li_effect_def *def, struct li_str name)
{
    while (def->name && !li_str_is(name, def->name)) {
        def++;
    }
    return def->name ? def : NULL;
}

static int check_all(struct li_ctx *ctx, const struct li_effect_def *known,
                     const struct li_effect *effects, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct li_effect_def *def = effect_def(known, effects[i].name);
        if (!def || !def->check(effects[i].arg)) {
            return LI_FAIL(ctx, LI_E_INVALID, "there is no effect %.*s: %.*s",
                           LI_P(effects[i].name), LI_P(effects[i].arg));
        }
    }
    return 0;
}

int li_case_effects_check(struct li_ctx *ctx, const struct li_effect_def *known,
                          const struct li_playbook *playbook)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < playbook->action_count; i++) {
        r = check_all(ctx, known, playbook->actions[i].effects, playbook->actions[i].effect_count);
    }
    for (size_t m = 0; r == 0 && m < playbook->machine_count; m++) {
        const struct li_machine *machine = &playbook->machines[m];
        for (size_t i = 0; r == 0 && i < machine->state_count; i++) {
            const struct li_state *state = &machine->states[i];
            for (size_t k = 0; r == 0 && k < state->overdue_count; k++) {
                r = check_all(ctx, known, state->overdue[k].effects,
                              state->overdue[k].effect_count);
            }
        }
    }
    return r;
}

int li_case_effect(struct li_ctx *ctx, const struct li_tx *tx, const struct li_effect *effect,
                   const struct li_effect_target *target)
{
    const struct li_effect_def *def = effect_def(li_bound(tx->record)->effects, effect->name);

    return def ? def->apply(ctx, tx, target, effect->arg)
               : LI_FAIL(ctx, LI_E_CORRUPT, "there is no effect %.*s", LI_P(effect->name));
}

bool li_case_effect_is_undone(const struct li_tx *tx, const struct li_effect *effect)
{
    const struct li_effect_def *def = effect_def(li_bound(tx->record)->effects, effect->name);

    return def && def->undo;
}

int li_case_effect_undo(struct li_ctx *ctx, const struct li_tx *tx, const struct li_effect *effect,
                        const struct li_effect_target *target)
{
    const struct li_effect_def *def = effect_def(li_bound(tx->record)->effects, effect->name);

    li_assert(def && def->undo);
    return def->undo(ctx, tx, target, effect->arg);
}

int li_case_effects(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                    const struct li_plan *plan)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < plan->effect_count; i++) {
        const struct li_effect_target target = {
            .case_id = case_id, .part = plan->effects[i].part, .what = plan->effects[i].action};
        r = li_case_effect(ctx, tx, plan->effects[i].effect, &target);
    }
    return r;
}
