/*
 * Playing the scenarios of a playbook, one TAP line each; and two lines for all
 * of them together: that every action was done, and every refusal met.
 */
#include "bind/scenario.h"

#include "bind/scenario_inside.h"

static void result(struct li_scenario_report *report, bool passed, struct li_str name,
                   struct li_buf *told)
{
    int number = report->passed + report->failed + 1;
    struct li_buf line;

    li_buf_init(&line, 0);
    li_buf_fmt(&line, "%sok %d - %.*s\n", passed ? "" : "not ", number, LI_P(name));
    li_buf_str(&line, li_buf_view(told));
    fwrite(line.ptr, 1, line.len, report->out);
    fflush(report->out);
    li_buf_done(&line);
    li_buf_reset(told);
    if (passed) {
        report->passed++;
    } else {
        report->failed++;
    }
}

static int play_one(struct li_ctx *ctx, const struct li_scenario_file *file,
                    const struct li_scenario *scenario, struct li_scenario_cover *cover,
                    struct li_buf *told, struct li_scenario_report *report)
{
    struct li_str name = li_strf(ctx, "%.*s: %.*s (%.*s)", LI_P(file->playbook->name),
                                 LI_P(scenario->name.zh), LI_P(scenario->name.en));
    unsigned faults = 0;
    int r = name.ptr ? li_scenario_play(ctx, file, scenario, cover, told, &faults) : -LI_E_NOMEM;

    if (r == 0) {
        result(report, faults == 0, name, told);
    }
    return r;
}

static int judge_actions(struct li_ctx *ctx, const struct li_playbook *playbook,
                         const struct li_scenario_cover *cover, struct li_buf *told,
                         struct li_scenario_report *report)
{
    struct li_str name = li_strf(ctx, "%.*s: scenarios cover every action", LI_P(playbook->name));
    bool whole = true;

    for (size_t i = 0; i < playbook->action_count; i++) {
        if (!cover->actions[i]) {
            li_buf_fmt(told, "# no scenario does %.*s\n", LI_P(playbook->actions[i].name));
            whole = false;
        }
    }
    if (!name.ptr) {
        return -LI_E_NOMEM;
    }
    result(report, whole, name, told);
    return 0;
}

static bool checks_others(const struct li_playbook *playbook)
{
    for (size_t m = 0; m < playbook->machine_count; m++) {
        for (size_t i = 0; i < playbook->machines[m].state_count; i++) {
            if (playbook->machines[m].states[i].not_related) {
                return true;
            }
        }
    }
    return false;
}

static bool needs_fields(const struct li_playbook *playbook)
{
    for (size_t i = 0; i < playbook->action_count; i++) {
        if (playbook->actions[i].need_count) {
            return true;
        }
    }
    return false;
}

/* Whether some action has a check that stops it, or one that warns. */
static bool has_check(const struct li_playbook *playbook, bool warns)
{
    for (size_t i = 0; i < playbook->action_count; i++) {
        for (size_t k = 0; k < playbook->actions[i].check_count; k++) {
            if (playbook->actions[i].checks[k].warns == warns) {
                return true;
            }
        }
    }
    return false;
}

/* A playbook that refuses nobody anything was not tried hard enough. */
static int judge_refusals(struct li_ctx *ctx, const struct li_playbook *playbook,
                          const struct li_scenario_cover *cover, struct li_buf *told,
                          struct li_scenario_report *report)
{
    struct li_str name =
        li_strf(ctx, "%.*s: scenarios meet every kind of refusal", LI_P(playbook->name));
    const struct {
        int code;
        bool wanted;
    } kinds[] = {
        {LI_E_STATE, true},
        {LI_E_FORBIDDEN, true},
        {LI_E_RELATED, checks_others(playbook)},
        {LI_E_INVALID, needs_fields(playbook)},
        {LI_E_CHECK, has_check(playbook, false)},
        {LI_E_CONFIRM, has_check(playbook, true)},
    };
    bool whole = true;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (kinds[i].wanted && !(cover->refusals >> kinds[i].code & 1)) {
            li_buf_fmt(told, "# no scenario is refused: %s\n", li_error_info(kinds[i].code)->name);
            whole = false;
        }
    }
    if (!name.ptr) {
        return -LI_E_NOMEM;
    }
    result(report, whole, name, told);
    return 0;
}

int li_scenario_run(struct li_ctx *ctx, const char *path, struct li_scenario_report *report)
{
    struct li_scenario_cover cover = {0};
    struct li_scenario_file file;
    struct li_buf *told = li_buf_new(ctx, 0);
    int r = told ? li_scenario_read(ctx, path, &file) : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < file.count; i++) {
        r = play_one(ctx, &file, &file.all[i], &cover, told, report);
    }
    r = r ? r : judge_actions(ctx, file.playbook, &cover, told, report);
    return r ? r : judge_refusals(ctx, file.playbook, &cover, told, report);
}
