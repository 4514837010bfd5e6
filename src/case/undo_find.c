/* What was undone, and what could be; see undo.h. */
#include "case/undo.h"

#include "base/canonical.h"
#include "ledger/ledger.h"

/* ---- what was undone is left out --------------------------------------------- */

static int undone_by(struct li_ctx *ctx, const struct li_entry *entry, int64_t *ret)
{
    const struct li_node *undone;
    struct li_node *payload;
    int r = li_canonical_read(ctx, entry->payload, &payload);

    if (r) {
        return r;
    }
    undone = li_node_get(payload, "undone");
    *ret = undone && undone->kind == LI_INT ? undone->number : 0;
    return 0;
}

static void drop_seq(struct li_entry *entries, size_t *count, int64_t seq)
{
    size_t kept = 0;

    for (size_t i = 0; i < *count; i++) {
        if (entries[i].seq != seq) {
            entries[kept++] = entries[i];
        }
    }
    *count = kept;
}

int li_undo_left(struct li_ctx *ctx, const struct li_entry *entries, size_t count,
                 const struct li_entry **ret, size_t *ret_count)
{
    struct li_entry *left = NULL;
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        int64_t undone;
        int r;
        if (!li_str_is(entries[i].command, li_case_undo.name)) {
            if (left) {
                left[kept++] = entries[i];
            }
            continue;
        }
        if (!left) {
            left = li_alloc_array(ctx, count, sizeof(*left));
            if (!left) {
                return -LI_E_NOMEM;
            }
            memcpy(left, entries, i * sizeof(*left));
            kept = i;
        }
        r = undone_by(ctx, &entries[i], &undone);
        if (r) {
            return r;
        }
        drop_seq(left, &kept, undone);
    }
    *ret = left ? left : entries;
    *ret_count = left ? kept : count;
    return 0;
}

/* ---- what could be undone ------------------------------------------------------ */

static bool is_one(struct li_str command, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (li_str_is(command, names[i])) {
            return true;
        }
    }
    return false;
}

/* Looking at a case and following it do nothing to it. */
static bool is_quiet(struct li_str command)
{
    static const char *const names[] = {"case.reveal", "case.follow", "vault.erase"};

    return is_one(command, names, sizeof(names) / sizeof(names[0]));
}

/* What happened last, when it is no action. */
static enum li_fault_kind why_not(struct li_str command)
{
    static const char *const sent[] = {"paper.make", "pass.make", "pass.end"};
    static const char *const joined[] = {"case.link", "case.unlink", "case.merge", "case.unmerge"};

    if (li_str_is(command, li_case_open.name)) {
        return LI_FAULT_UNDO_NOTHING;
    }
    if (li_str_is(command, li_case_clock_step.name) || li_str_is(command, li_case_settle.name)) {
        return LI_FAULT_UNDO_CLOCK;
    }
    if (is_one(command, sent, sizeof(sent) / sizeof(sent[0]))) {
        return LI_FAULT_UNDO_SENT;
    }
    return is_one(command, joined, sizeof(joined) / sizeof(joined[0])) ? LI_FAULT_UNDO_JOINED
                                                                       : LI_FAULT_UNDO_OTHERS;
}

static bool is_mine(struct li_ctx *ctx, const struct li_viewer *viewer, struct li_str actor)
{
    struct li_str me = li_strf(ctx, "account:%lld", (long long)viewer->account);

    return viewer->kind == LI_VIEWER_STAFF && viewer->account && me.ptr && li_str_eq(me, actor);
}

/* Words of a step the resident reads have been said to them. */
static bool has_told(const struct li_action *action, const struct li_node *payload)
{
    const struct li_node *texts = li_node_get(payload, "texts");

    return action->public_progress && texts && texts->map.count;
}

static int judge(struct li_ctx *ctx, const struct li_case *of, const struct li_viewer *viewer,
                 int64_t now, const struct li_entry *entry, struct li_undo_found *ret)
{
    const struct li_playbook *playbook = of->playbook;
    const struct li_node *part, *behalf;
    struct li_node *payload;
    int r = li_canonical_read(ctx, entry->payload, &payload);

    if (r) {
        return r;
    }
    part = li_node_get(payload, "part");
    behalf = li_node_get(payload, "on_behalf");
    ret->entry = entry;
    ret->until = entry->at + LI_UNDO_TIME;
    ret->action = li_playbook_action(playbook, li_node_text(payload, "action"));
    if (li_str_starts(entry->actor, LI_S("party:")) || li_node_get(behalf, "party")) {
        ret->why = LI_FAULT_UNDO_ANSWERED;
    } else if (!is_mine(ctx, viewer, entry->actor)) {
        ret->why = part && part->kind == LI_INT && part->number ? LI_FAULT_UNDO_SIGNED
                                                                : LI_FAULT_UNDO_OTHERS;
    } else if (ret->until <= now) {
        ret->why = LI_FAULT_UNDO_LATE;
    } else if (ret->action < 0) {
        ret->why = LI_FAULT_UNDO_UNCLEAR;
    } else if (has_told(&playbook->actions[ret->action], payload)) {
        ret->why = LI_FAULT_UNDO_TOLD;
    } else if (li_node_get(payload, LI_LEDGER_KEY)) {
        ret->why = LI_FAULT_UNDO_BOOKED; /* taken back by an action of its own */
    } else if (li_node_get(payload, "drawn")) {
        ret->why = LI_FAULT_UNDO_DRAWN; /* else one could try until it is not drawn */
    } else {
        ret->may = true;
    }
    return 0;
}

int li_undo_find(struct li_ctx *ctx, const struct li_case *of, const struct li_viewer *viewer,
                 int64_t now, const struct li_entry *entries, size_t count,
                 struct li_undo_found *ret)
{
    struct li_undo_found found = {.why = LI_FAULT_UNDO_NOTHING, .action = -1};
    const struct li_entry *left;
    size_t kept;
    int r = li_undo_left(ctx, entries, count, &left, &kept);

    while (r == 0 && kept && is_quiet(left[kept - 1].command)) {
        kept--;
    }
    if (r == 0 && kept && li_str_is(left[kept - 1].command, li_case_act.name)) {
        r = judge(ctx, of, viewer, now, &left[kept - 1], &found);
    } else if (r == 0 && kept) {
        found.why = why_not(left[kept - 1].command);
    }
    /* the others beneath the same case have gone on by what it was */
    if (r == 0 && (of->merged_into || (of->parent && of->playbook->asks_siblings))) {
        found.may = false;
        found.why = LI_FAULT_UNDO_JOINED;
    }
    if (r == 0) {
        *ret = found;
    }
    return r;
}
