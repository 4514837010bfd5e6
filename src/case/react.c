/*
 * What case history means for others: the gauges.
 */
#include "base/canonical.h"
#include "case/case.h"
#include "case/link.h"
#include "case/migrate.h"
#include "case/undo.h"
#include "record/tally.h"

static int64_t scope_of(const struct li_node *payload, const char *key, int64_t otherwise)
{
    const struct li_node *scope = li_node_get(payload, key);

    return scope && scope->kind == LI_INT ? scope->number : otherwise;
}

/* A case leaves a state and enters another, or is another one's to know. */
static int count_entry(struct li_ctx *ctx, struct li_tally *tally, const struct li_node *payload)
{
    int64_t scope = scope_of(payload, "scope", LI_SCOPE_STAFF);
    struct li_tally_delta delta = {
        .scope = scope_of(payload, "scope_from", scope),
        .area = li_case_community(li_node_text(payload, "area")),
        .playbook = li_node_text(payload, "playbook"),
        .state = li_node_text(payload, "from"),
        .n = -1,
    };
    struct li_str to = li_node_text(payload, "to");
    int r = 0;

    if ((!to.ptr && !delta.state.ptr) || !delta.area.ptr || !delta.playbook.ptr) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a case entry says no place or state");
    }
    if (delta.state.ptr && to.ptr && li_str_eq(delta.state, to) && delta.scope == scope) {
        return 0;
    }
    if (delta.state.ptr) {
        r = li_tally_add(ctx, tally, &delta);
    }
    if (!to.ptr) { /* it is counted with the one it is answered through */
        return r;
    }
    delta.scope = scope;
    delta.state = to;
    delta.n = 1;
    return r ? r : li_tally_add(ctx, tally, &delta);
}

/* Merged, on its own again, or going on by another version. */
static bool goes_over(const struct li_entry *entry)
{
    return li_str_is(entry->command, li_case_merge.name) ||
           li_str_is(entry->command, li_case_unmerge.name) ||
           li_str_is(entry->command, li_case_migrate.name);
}

static bool is_undo(const struct li_entry *entry)
{
    return li_str_is(entry->command, li_case_undo.name);
}

/* Whether an entry moves a case: a clock's does so only when it did an action. */
static bool moves(const struct li_entry *entry, const struct li_node *payload)
{
    return li_str_is(entry->command, li_case_open.name) ||
           li_str_is(entry->command, li_case_act.name) ||
           li_str_is(entry->command, li_case_settle.name) || goes_over(entry) || is_undo(entry) ||
           li_node_text(payload, "action").ptr;
}

static int tally_apply(struct li_ctx *ctx, const struct li_tx *tx, const struct li_entry *entries,
                       size_t count)
{
    struct li_tally *tally = li_tally_new(ctx);
    int r = tally ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct li_node *payload;
        if (!li_str_is(entries[i].command, li_case_open.name) &&
            !li_str_is(entries[i].command, li_case_act.name) &&
            !li_str_is(entries[i].command, li_case_settle.name) &&
            !li_str_is(entries[i].command, li_case_clock_step.name) && !goes_over(&entries[i]) &&
            !is_undo(&entries[i])) {
            continue;
        }
        r = li_canonical_read(ctx, entries[i].payload, &payload);
        if (r == 0 && moves(&entries[i], payload)) {
            r = count_entry(ctx, tally, payload);
        }
    }
    return r ? r : li_tally_write(ctx, tx, tally);
}

const struct li_consumer li_case_tally = {
    .name = "tally",
    .apply = tally_apply,
    .drop = li_tally_drop,
};
