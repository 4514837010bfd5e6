/*
 * Checks of cases: somebody answers, a clock runs, and the times of all states
 * together are the age.
 */
#include "base/canonical.h"
#include "case/undo.h"
#include "record/due.h"
#include "record/history.h"
#include "simulate/check_inside.h"

static const struct li_state *state_of(const struct li_checked *one)
{
    return &one->row.playbook->machines[0].states[one->row.state];
}

static const struct li_state *state_of_part(const struct li_checked *one, size_t i)
{
    const struct li_part *part = &one->parts[i].part;

    return &one->row.playbook->machines[part->machine].states[part->state];
}

/* ---- owned ------------------------------------------------------------------------------- */

static void check_owner(struct li_checking *checking, const struct li_checked *one, int part,
                        const struct li_state *state, const struct li_owner *owner)
{
    bool asked = state->owner.kind != LI_OWNER_NONE && state->owner.kind != LI_OWNER_PARTS;

    if (asked && !owner->post.ptr) {
        li_checking_tell(checking, one->row.id, "nobody answers for part %d in %.*s", part,
                         LI_P(state->name));
    }
    if (owner->post.ptr && !li_str_starts(one->row.area_path, owner->area_path)) {
        li_checking_tell(checking, one->row.id, "part %d is answered for at %.*s, and lies at %.*s",
                         part, LI_P(owner->area_path), LI_P(one->row.area_path));
    }
}

/* Open: closed_at is empty, somebody answers, at least one clock runs. */
int li_sim_looks_owned(struct li_checking *checking)
{
    for (size_t i = 0; i < checking->case_count; i++) {
        const struct li_checked *one = &checking->cases[i];
        const struct li_state *state = state_of(one);
        bool clocked = one->row.clock.due_at != 0;
        if (state->end != (one->row.closed_at != 0)) {
            li_checking_tell(checking, one->row.id, "it is %.*s and closed at %lld",
                             LI_P(state->name), (long long)one->row.closed_at);
        }
        if (state->end) {
            continue;
        }
        check_owner(checking, one, 0, state, &one->row.owner);
        for (size_t k = 0; k < one->part_count; k++) {
            const struct li_state *of = state_of_part(one, k);
            clocked |= !of->end && one->parts[k].clock.due_at;
            if (!of->end) {
                check_owner(checking, one, one->parts[k].part.no, of, &one->parts[k].part.owner);
            }
        }
        if (!clocked) {
            li_checking_tell(checking, one->row.id, "no clock runs in %.*s", LI_P(state->name));
        }
    }
    return 0;
}

/* ---- clocks ------------------------------------------------------------------------------ */

/* What history says of one case's states. */
struct spans {
    int64_t opened, since; /* when it began, and when it entered the state it is in */
    int64_t held, closed;  /* time spent in open states; in ends */
    bool ended;
    struct li_str state;
};

static int add_entry(struct li_checking *checking, const struct li_checked *one,
                     const struct li_entry *entry, struct spans *spans)
{
    const struct li_machine *machine = &one->row.playbook->machines[0];
    struct li_node *payload;
    struct li_str to;
    int r = li_canonical_read(checking->ctx, entry->payload, &payload);

    if (r) {
        return r;
    }
    to = li_node_text(payload, "to");
    if (!to.ptr || (spans->state.ptr && li_str_eq(to, spans->state))) {
        return 0; /* it stays where it was, or the entry is none of a state */
    }
    if (spans->state.ptr) {
        *(spans->ended ? &spans->closed : &spans->held) += entry->at - spans->since;
        if (!li_str_eq(li_node_text(payload, "from"), spans->state)) {
            li_checking_tell(checking, one->row.id, "entry %lld leaves a state it was not in",
                             (long long)entry->seq);
        }
    } else {
        spans->opened = entry->at;
    }
    spans->since = entry->at;
    spans->state = to;
    spans->ended = machine->states[li_machine_state(machine, to)].end;
    return 0;
}

static void check_spans(struct li_checking *checking, const struct li_checked *one,
                        const struct spans *spans)
{
    const struct li_case *row = &one->row;
    int64_t end = spans->ended ? spans->since : checking->now;
    int64_t held = spans->held + (spans->ended ? 0 : checking->now - spans->since);

    if (!spans->state.ptr || !li_str_eq(spans->state, state_of(one)->name)) {
        li_checking_tell(checking, row->id, "history left it in %.*s, the row says %.*s",
                         LI_P(spans->state), LI_P(state_of(one)->name));
    }
    if (spans->opened != row->opened_at || held + spans->closed != end - row->opened_at) {
        li_checking_tell(checking, row->id, "its times are %lld, its age is %lld",
                         (long long)(held + spans->closed), (long long)(end - row->opened_at));
    }
    if (row->closed_at && row->closed_at != spans->since) {
        li_checking_tell(checking, row->id, "it ended at %lld, the row says %lld",
                         (long long)spans->since, (long long)row->closed_at);
    }
    if (row->clock.since < spans->opened || row->clock.since > checking->now) {
        li_checking_tell(checking, row->id, "its state began outside its time");
    }
}

static bool is_of_case(const struct li_entry *entry, int64_t id)
{
    return entry->entity == id && (li_str_is(entry->command, li_case_open.name) ||
                                   li_str_is(entry->command, li_case_act.name) ||
                                   li_str_is(entry->command, li_case_settle.name) ||
                                   li_str_is(entry->command, li_case_undo.name) ||
                                   li_str_is(entry->command, li_case_clock_step.name));
}

/* Who held it how long: stretches that lie end to end, and what runs is what the
 * rows say. */
static void check_stretch(struct li_checking *checking, const struct li_checked *one,
                          const struct li_held_span *spans, size_t i)
{
    const struct li_held_span *span = &spans[i];
    const struct li_owner *owner = &one->row.owner;
    struct li_str state = state_of(one)->name;
    bool follows = i && spans[i - 1].part == span->part;

    for (size_t k = 0; span->part && k < one->part_count; k++) {
        if (one->parts[k].part.no == span->part) {
            owner = &one->parts[k].part.owner;
            state = state_of_part(one, k)->name;
        }
    }
    if ((follows && !spans[i - 1].rests && spans[i - 1].to != span->from && span->part == 0) ||
        span->to < span->from || span->work < 0 || span->work > span->to - span->from) {
        li_checking_tell(checking, one->row.id, "part %d was held from %lld to %lld, %lld of work",
                         span->part, (long long)span->from, (long long)span->to,
                         (long long)span->work);
    }
    if (span->runs && (!li_str_eq(span->name, state) || !li_str_eq(span->owner.post, owner->post) ||
                       span->owner.org != owner->org)) {
        li_checking_tell(checking, one->row.id,
                         "part %d is held in %.*s by %.*s, the row says %.*s and %.*s", span->part,
                         LI_P(span->name), LI_P(span->owner.post), LI_P(state), LI_P(owner->post));
    }
}

static int check_held(struct li_checking *checking, const struct li_checked *one,
                      const struct li_entry *entries, size_t entry_count)
{
    const struct li_calendar *calendar;
    struct li_held_span *spans;
    size_t count, running = 0, open = !one->row.closed_at;
    int64_t sum = 0, end = one->row.closed_at ? one->row.closed_at : checking->now;
    int r = li_library_calendar(checking->ctx, li_bound(checking->house->record)->library,
                                checking->conn, checking->tenant, &calendar);

    r = r ? r
          : li_held_read(checking->ctx, &one->row, one->parts, one->part_count, entries,
                         entry_count, calendar, checking->now, &spans, &count);
    for (size_t i = 0; r == 0 && i < count; i++) {
        check_stretch(checking, one, spans, i);
        sum += spans[i].part ? 0 : spans[i].to - spans[i].from;
        running += spans[i].runs;
    }
    for (size_t i = 0; i < one->part_count; i++) {
        open += !one->row.closed_at && !state_of_part(one, i)->end;
    }
    if (r == 0 && (sum != end - one->row.opened_at || running != open)) {
        li_checking_tell(checking, one->row.id,
                         "it was held for %lld of its %lld, %zu stretches run and %zu are open",
                         (long long)sum, (long long)(end - one->row.opened_at), running, open);
    }
    return r;
}

int li_sim_looks_clocks(struct li_checking *checking)
{
    struct li_entry *own = li_alloc_array(checking->ctx, checking->entry_count + 1, sizeof(*own));
    int r = own ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < checking->case_count; i++) {
        const struct li_checked *one = &checking->cases[i];
        const struct li_entry *left = NULL;
        struct spans spans = {0};
        size_t count = 0, kept = 0;
        for (size_t k = 0; r == 0 && k < checking->entry_count; k++) {
            if (is_of_case(&checking->entries[k], one->row.id)) {
                own[count++] = checking->entries[k];
            }
        }
        r = li_undo_left(checking->ctx, own, count, &left, &kept);
        for (size_t k = 0; r == 0 && k < kept; k++) {
            r = add_entry(checking, one, &left[k], &spans);
        }
        r = r ? r : check_held(checking, one, own, count);
        if (r == 0) {
            check_spans(checking, one, &spans);
        }
    }
    return r;
}

/* ---- due --------------------------------------------------------------------------------- */

static int has_row(struct li_checking *checking, int64_t id, int64_t slot, bool *ret)
{
    struct li_due due;
    int r = li_due_find(checking->ctx, checking->conn, checking->tenant, id, slot, &due);

    *ret = r == 0;
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

/* A clock that has not struck has its row, one that is past its deadline is marked
 * where the playbook marks it, and nothing that was due is left lying. */
static int check_clock(struct li_checking *checking, const struct li_checked *one, int part,
                       const struct li_state *state, const struct li_case_clock *clock)
{
    bool marks = state->overdue_count > 0 && state->overdue[0].effect_count > 0, has = false;
    int r = has_row(checking, one->row.id, part, &has);

    if (r == 0 && clock->due_at > checking->clock && state->overdue_count > 0 && !has &&
        !clock->overdue) {
        li_checking_tell(checking, one->row.id, "the clock of part %d in %.*s will not strike",
                         part, LI_P(state->name));
    }
    if (r == 0 && marks && clock->due_at && clock->due_at <= checking->clock && !clock->overdue) {
        li_checking_tell(checking, one->row.id, "part %d in %.*s is overdue and does not say so",
                         part, LI_P(state->name));
    }
    if (r == 0 && state->end && has) {
        li_checking_tell(checking, one->row.id, "part %d has ended and its clock runs", part);
    }
    return r;
}

int li_sim_looks_due(struct li_checking *checking)
{
    int64_t next, parked = 0;
    int r = li_due_next(checking->ctx, checking->conn, &next);

    r = r ? r : li_due_parked(checking->ctx, checking->conn, &parked);
    if (r == 0 && next && next <= checking->clock) {
        li_checking_tell(checking, 0, "something was due at %lld and is still there",
                         (long long)next);
    }
    if (r == 0 && parked) {
        li_checking_tell(checking, 0, "%lld due rows are parked", (long long)parked);
    }
    for (size_t i = 0; r == 0 && i < checking->case_count; i++) {
        const struct li_checked *one = &checking->cases[i];
        r = check_clock(checking, one, 0, state_of(one), &one->row.clock);
        for (size_t k = 0; r == 0 && k < one->part_count && !one->row.closed_at; k++) {
            r = check_clock(checking, one, one->parts[k].part.no, state_of_part(one, k),
                            &one->parts[k].clock);
        }
    }
    return r;
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* Nobody has another's number. */
int li_sim_looks_numbers(struct li_checking *checking)
{
    for (size_t i = 0; i < checking->case_count; i++) {
        for (size_t k = i + 1; k < checking->case_count; k++) {
            if (li_str_eq(checking->cases[i].row.number, checking->cases[k].row.number)) {
                li_checking_tell(checking, checking->cases[k].row.id, "number %.*s is given twice",
                                 LI_P(checking->cases[k].row.number));
            }
        }
    }
    return 0;
}
