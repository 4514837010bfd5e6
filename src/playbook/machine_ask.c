/*
 * What a case asks of its playbook as it stands: where it begins, which clock
 * runs, who may know of it, what is hidden.  Pure, like the machine.
 */
#include "base/id.h"
#include "playbook/machine_inside.h"

struct asked {
    struct li_case_facts facts;
    char org_text[LI_FACT_ROOM];
};

static void begin(struct asked *asked, const struct li_snapshot *snapshot, bool is_reporter)
{
    asked->facts = (struct li_case_facts){.playbook = snapshot->playbook,
                                          .snapshot = snapshot,
                                          .state = snapshot->state,
                                          .parts = snapshot->parts,
                                          .part_count = snapshot->part_count,
                                          .fields = snapshot->fields,
                                          .is_reporter = is_reporter,
                                          .org_text = asked->org_text};
}

/* 1 when it holds (NULL always does), 0 when not, or an error. */
static int holds(struct li_ctx *ctx, const struct asked *asked,
                 const struct li_expression *expression)
{
    struct li_facts facts = li_case_facts(&asked->facts);
    struct li_value value;
    int r;

    if (!expression)
        return 1;
    r = li_expression_eval(ctx, expression, &facts, &value);
    return r < 0 ? r : value.flag;
}

int li_machine_start(struct li_ctx *ctx, const struct li_snapshot *snapshot, int *ret)
{
    const struct li_playbook *playbook = snapshot->playbook;
    struct asked asked;

    begin(&asked, snapshot, false);
    for (size_t i = 0; i < playbook->start_count; i++) {
        int r = holds(ctx, &asked, playbook->starts[i].when);

        if (r < 0)
            return r;
        if (r == 1) {
            *ret = playbook->starts[i].state;
            return 0;
        }
    }
    *ret = playbook->machines[0].start;
    return 0;
}

int li_machine_may_open(struct li_ctx *ctx, const struct li_snapshot *snapshot)
{
    const struct li_playbook *playbook = snapshot->playbook;
    bool stops = false;
    struct asked asked;

    begin(&asked, snapshot, false);
    for (size_t i = 0; i < playbook->open_check_count; i++) {
        int r = holds(ctx, &asked, playbook->open_checks[i].when);

        if (r < 0)
            return r;
        if (r == 0 && li_check_tell(ctx, &playbook->open_checks[i]) == -LI_E_NOMEM)
            return -LI_E_NOMEM;
        stops |= r == 0;
    }
    return stops ? -LI_E_CHECK : 0;
}

int li_machine_clock(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                     const struct li_state *state, const struct li_clock_rule **ret)
{
    struct asked asked;

    begin(&asked, snapshot, false);
    for (size_t i = 0; i < state->clock_count; i++) {
        int r = holds(ctx, &asked, state->clocks[i].when);

        if (r < 0)
            return r;
        if (r == 1) {
            *ret = &state->clocks[i];
            return 0;
        }
    }
    *ret = NULL;
    return 0;
}

int li_machine_reckon(struct li_ctx *ctx, const struct li_snapshot *snapshot, int field,
                      int64_t *ret)
{
    struct asked asked;
    struct li_facts facts;
    struct li_value value;
    int r;

    begin(&asked, snapshot, false);
    facts = li_case_facts(&asked.facts);
    r = li_expression_eval(ctx, snapshot->playbook->fields[field].is, &facts, &value);
    if (r == 0)
        *ret = value.number;
    return r;
}

int li_machine_figures(struct li_ctx *ctx, const struct li_snapshot *snapshot, int64_t *ret)
{
    const struct li_publication *publication = snapshot->playbook->publication;
    struct asked asked;
    struct li_facts facts;
    int r = 0;

    begin(&asked, snapshot, false);
    facts = li_case_facts(&asked.facts);
    for (size_t i = 0; r == 0 && i < publication->figure_count; i++) {
        struct li_value value;
        r = li_expression_eval(ctx, publication->figures[i].value, &facts, &value);
        if (r == 0)
            ret[i] = value.number;
    }
    return r;
}

int li_machine_alike(struct li_ctx *ctx, const struct li_snapshot *snapshot, size_t similar,
                     bool *ret_counts, int64_t *ret_amount)
{
    const struct li_similar *of = &snapshot->playbook->similars[similar];
    struct asked asked;
    struct li_facts facts;
    struct li_value value;
    int r;

    begin(&asked, snapshot, false);
    r = holds(ctx, &asked, of->when);
    if (r <= 0) {
        *ret_counts = false;
        return r;
    }
    facts = li_case_facts(&asked.facts);
    r = li_expression_eval(ctx, of->amount, &facts, &value);
    if (r == 0) {
        *ret_counts = true;
        *ret_amount = value.number;
    }
    return r;
}

int li_machine_scope(struct li_ctx *ctx, const struct li_snapshot *snapshot, enum li_scope *ret)
{
    const struct li_expression *staff_only = snapshot->playbook->staff_only;
    struct asked asked;
    int r;

    begin(&asked, snapshot, false);
    r = snapshot->playbook->team_count ? holds(ctx, &asked, snapshot->playbook->team_only) : 0;
    if (r == 1) {
        *ret = LI_SCOPE_TEAM;
        return 0;
    }
    if (r == 0)
        r = staff_only ? holds(ctx, &asked, staff_only) : 0;
    if (r >= 0)
        *ret = r == 1 ? LI_SCOPE_STAFF : LI_SCOPE_PUBLIC;
    return r < 0 ? r : 0;
}

int li_machine_hidden(struct li_ctx *ctx, const struct li_snapshot *snapshot,
                      const struct li_viewer *viewer, bool party_is_reporter,
                      struct li_field_set *ret)
{
    const struct li_playbook *playbook = snapshot->playbook;
    const struct li_part *own = NULL;
    struct asked asked;
    struct li_field_set hidden = {{0}};

    begin(&asked, snapshot, party_is_reporter);
    /* `owner` is, of who holds a link, that of the part it is for */
    for (size_t i = 0; viewer->kind == LI_VIEWER_PASS && i < snapshot->part_count; i++)
        own = snapshot->parts[i].no == viewer->part ? &snapshot->parts[i] : own;
    for (size_t i = 0; i < playbook->hide_count; i++) {
        const struct li_hide *hide = &playbook->hides[i];
        int r = holds(ctx, &asked, hide->when);

        if (r < 0)
            return r;
        if (r == 0 ||
            li_gate_is_one_of(snapshot, hide->but, hide->but_count, own, viewer, party_is_reporter))
            continue;
        for (size_t k = 0; k < hide->field_count; k++)
            li_field_set_add(&hidden, hide->fields[k]);
    }
    *ret = hidden;
    return 0;
}
