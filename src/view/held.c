/*
 * Who held a case how long, for staff: its whole history, read once, with the
 * names of those who answered.
 */
#include "case/times.h"
#include "record/history.h"
#include "view/inside.h"
#include "view/json.h"

#define STEPS_MAX 100000 /* of one case: more than any has */

static int name_owners(struct li_ctx *ctx, const struct li_view *view,
                       const struct li_held_span *spans, size_t count, struct li_view_held *ret)
{
    int r = 0;

    ret->spans = li_alloc_array(ctx, count, sizeof(*ret->spans));
    if (!ret->spans) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        ret->spans[i].span = spans[i];
        r = li_view_owner_of(ctx, view, &spans[i].owner, !spans[i].runs, &ret->spans[i].owner);
    }
    ret->count = count;
    return r;
}

int li_view_held(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                 struct li_view_held *ret)
{
    struct li_view_held held = {.now = li_now(ctx->clock)};
    const struct li_calendar *calendar;
    struct li_held_span *spans;
    struct li_case_part *parts;
    struct li_entry *entries;
    size_t part_count, entry_count, count;
    int r = li_view_find(ctx, view, id, &held.row, &parts, &part_count);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    r = r ? r : li_history_of(ctx, view->conn, view->tenant, id, STEPS_MAX, &entries, &entry_count);
    r = r ? r
          : li_library_calendar(ctx, li_bound(view->record)->library, view->conn, view->tenant,
                                &calendar);
    /* the clock may have been set back behind the newest entry */
    if (r == 0 && entry_count && held.now < entries[entry_count - 1].at) {
        held.now = entries[entry_count - 1].at;
    }
    r = r ? r
          : li_held_read(ctx, &held.row, parts, part_count, entries, entry_count, calendar,
                         held.now, &spans, &count);
    r = r ? r : name_owners(ctx, view, spans, count, &held);
    if (r == 0) {
        *ret = held;
    }
    return r;
}

/* Whole seconds that add up: each stretch is the difference of what was over after
 * and before it, from the first of its part. */
struct sums {
    int64_t all, work;
};

static int64_t seconds(int64_t before, int64_t after)
{
    return after / LI_SECOND - before / LI_SECOND;
}

static void put_span(struct li_json *json, const struct li_view_held_span *one,
                     const struct sums *before, const struct sums *after)
{
    const struct li_held_span *span = &one->span;
    struct li_texts label =
        span->state ? span->state->label : (struct li_texts){.zh = span->name, .en = span->name};

    li_json_open_map(json);
    li_json_put_int(json, "part", span->part);
    if (span->part) {
        li_put_named(json, "kind", span->machine->name, span->machine->label);
    }
    li_put_named(json, "state", span->name, label);
    li_put_owner(json, &one->owner);
    li_put_time(json, "from", span->from);
    li_put_time(json, "to", span->runs ? 0 : span->to);
    li_json_put_int(json, "seconds", seconds(before->all, after->all));
    li_json_put_int(json, "work_seconds", seconds(before->work, after->work));
    li_json_put_bool(json, "ended", span->state && span->state->end);
    li_json_close_map(json);
}

void li_put_held(struct li_json *json, const struct li_view_held *held)
{
    struct sums sums = {0}, whole = {0};

    li_json_open_map(json);
    li_json_put_id(json, "case", held->row.id);
    li_put_time(json, "now", held->now);
    li_json_key(json, "spans");
    li_json_open_list(json);
    for (size_t i = 0; i < held->count; i++) {
        const struct li_held_span *span = &held->spans[i].span;
        struct sums before;

        if (i && held->spans[i - 1].span.part != span->part) {
            sums = (struct sums){0};
        }
        before = sums;
        sums.all += span->to - span->from;
        sums.work += span->work;
        put_span(json, &held->spans[i], &before, &sums);
        whole = span->part ? whole : sums;
    }
    li_json_close_list(json);
    li_json_put_int(json, "seconds", seconds(0, whole.all));
    li_json_put_int(json, "work_seconds", seconds(0, whole.work));
    li_json_close_map(json);
}

/* ---- clocks beside those of the states -------------------------------------- */

/* What a clock of a part, or of the case, is called; NULL: it is a state's own. */
static const struct li_state *named(const struct li_view_case *seen, const struct li_clock_row *row)
{
    const struct li_machine *machine = &seen->row.playbook->machines[0];

    for (size_t i = 0; i < seen->part_count; i++) {
        machine = seen->parts[i].no == row->part ? seen->parts[i].kind : machine;
    }
    for (size_t i = 0; i < machine->clock_count; i++) {
        if (li_str_eq(machine->clocks[i].as.name, row->name)) {
            return &machine->clocks[i].as;
        }
    }
    return NULL;
}

void li_put_times(struct li_json *json, const struct li_view_case *seen)
{
    li_json_key(json, "times");
    li_json_open_list(json);
    for (size_t i = 0; i < seen->time_count; i++) {
        const struct li_clock_row *row = &seen->times[i];
        const struct li_state *clock = named(seen, row);
        li_json_open_map(json);
        li_json_put_int(json, "part", row->part);
        if (clock) {
            li_json_put_text(json, "name", row->name);
            li_put_texts(json, "label", clock->label);
        }
        li_put_time(json, "due_at", row->due_at);
        li_json_put_bool(json, "overdue", row->overdue);
        li_json_put_bool(json, "paused",
                         row->pause_count && row->pauses[row->pause_count - 1].to == 0);
        if (row->extended_at) {
            li_put_time(json, "extended_to", row->extended_at);
        }
        if (row->basis.ptr) {
            li_json_put_text(json, "basis", row->basis);
        }
        li_json_close_map(json);
    }
    li_json_close_list(json);
}
