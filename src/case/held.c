/*
 * Who held a case how long; see held.h.  One walk over its entries: whoever
 * enters a state ends the stretch before it.
 */
#include "case/held.h"
#include "base/canonical.h"
#include "base/grow.h"
#include "case/undo.h"

#include <stdlib.h>

struct reading {
    struct li_ctx *ctx;
    const struct li_case *of;
    const struct li_case_part *parts;
    size_t part_count;
    const struct li_calendar *calendar;
    struct li_held_span *spans;
    size_t count, room;
    bool ended; /* the case has, as far as it was read */
};

static const struct li_machine *machine_of(const struct reading *reading, int part)
{
    for (size_t i = 0; i < reading->part_count; i++) {
        if (reading->parts[i].part.no == part) {
            return &reading->of->playbook->machines[reading->parts[i].part.machine];
        }
    }
    return &reading->of->playbook->machines[0];
}

/* The running stretch of a part; NULL: none. */
static struct li_held_span *running(const struct reading *reading, int part)
{
    for (size_t i = reading->count; i > 0; i--) {
        if (reading->spans[i - 1].part == part) {
            return reading->spans[i - 1].runs ? &reading->spans[i - 1] : NULL;
        }
    }
    return NULL;
}

static void end_span(const struct reading *reading, struct li_held_span *span, int64_t at)
{
    span->to = at;
    span->work = li_calendar_between(reading->calendar, span->from, at);
    span->runs = false;
}

static int begin_span(struct reading *reading, int part, struct li_str name, int64_t at,
                      const struct li_owner *owner)
{
    const struct li_machine *machine = machine_of(reading, part);
    struct li_held_span *span = running(reading, part);
    int place = li_machine_state(machine, name);

    if (span) {
        end_span(reading, span, at);
    }
    span = li_grow(reading->ctx, reading->spans, reading->count, &reading->room, sizeof(*span));
    if (!span) {
        return -LI_E_NOMEM;
    }
    reading->spans = span;
    reading->spans[reading->count++] = (struct li_held_span){
        .part = part,
        .machine = machine,
        .name = name,
        .state = place < 0 ? NULL : &machine->states[place],
        .owner = *owner,
        .from = at,
        .runs = true,
    };
    return 0;
}

static int64_t int_of(const struct li_node *map, const char *key)
{
    const struct li_node *node = li_node_get(map, key);

    return node && node->kind == LI_INT ? node->number : 0;
}

/* When it began: an entry made later says so. */
static int64_t since_said(const struct li_node *map, int64_t at)
{
    int64_t since = int_of(map, "since");

    return since ? since : at;
}

static struct li_owner owner_said(const struct li_node *payload)
{
    const struct li_node *owner = li_node_get(payload, "owner");

    return (struct li_owner){.post = li_node_text(owner, "post"),
                             .area_path = li_node_text(owner, "area"),
                             .org = int_of(owner, "organization")};
}

/* A part's owner follows from its state and its organization, unless it is said. */
static struct li_owner owner_of_part(const struct reading *reading, const struct li_node *part,
                                     const struct li_state *state)
{
    struct li_owner owner = owner_said(part);
    struct li_str post = state ? state->owner.post : (struct li_str){.ptr = NULL};

    for (size_t i = 0; state && state->owner.kind == LI_OWNER_GIVEN && i < reading->part_count;
         i++) {
        if (reading->parts[i].part.no == (int)int_of(part, "no")) {
            post = reading->parts[i].part.post;
        }
    }
    if (owner.post.ptr || !state || state->end || !post.ptr) {
        return owner;
    }
    return (struct li_owner){.post = post,
                             .area_path = reading->of->area_path,
                             .org = state->owner.kind == LI_OWNER_ORG ? int_of(part, "organization")
                                                                      : 0};
}

/* What happened to one part.  An entry that only sets its clock anew names the state
 * it stays in. */
static int read_part(struct reading *reading, const struct li_node *part, int64_t at)
{
    struct li_str to = li_node_text(part, "to");
    int no = (int)int_of(part, "no"), place;
    const struct li_machine *machine = machine_of(reading, no);
    struct li_held_span *span = running(reading, no);
    const struct li_state *state;
    struct li_owner owner;

    if (!to.ptr || no < 1) {
        return LI_FAIL(reading->ctx, LI_E_CORRUPT, "an entry says nothing of a part's state");
    }
    if (span && li_str_eq(span->name, to)) {
        return 0;
    }
    place = li_machine_state(machine, to);
    state = place < 0 ? NULL : &machine->states[place];
    if (state && state->end) {
        if (span) {
            end_span(reading, span, at);
        }
        return 0;
    }
    owner = owner_of_part(reading, part, state);
    return begin_span(reading, no, to, at, &owner);
}

/* The parts of an ended case rest; when it goes on, so do they. */
static void rest(struct reading *reading, int64_t at)
{
    for (size_t i = 0; i < reading->count; i++) {
        if (reading->spans[i].part && reading->spans[i].runs) {
            end_span(reading, &reading->spans[i], at);
            reading->spans[i].rests = true;
        }
    }
}

static int wake(struct reading *reading, int64_t at)
{
    const size_t count = reading->count;
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        const struct li_held_span span = reading->spans[i];

        reading->spans[i].rests = false;
        if (span.rests) {
            r = begin_span(reading, span.part, span.name, at, &span.owner);
        }
    }
    return r;
}

static bool same_owner(const struct li_owner *a, const struct li_owner *b)
{
    return b->post.ptr && li_str_eq(a->post, b->post) && li_str_eq(a->area_path, b->area_path) &&
           a->org == b->org;
}

static int read_case(struct reading *reading, const struct li_node *payload, struct li_str to,
                     int64_t at)
{
    struct li_held_span *span = running(reading, 0);
    struct li_owner owner = owner_said(payload);
    int place = li_machine_state(&reading->of->playbook->machines[0], to);
    int r;

    /* handed over in the same state, it is held by somebody else from then on */
    if (span && li_str_eq(span->name, to) &&
        (!owner.post.ptr || same_owner(&owner, &span->owner))) {
        return 0;
    }
    r = begin_span(reading, 0, to, at, &owner);
    reading->ended = r == 0 && place >= 0 && reading->of->playbook->machines[0].states[place].end;
    return r;
}

static int read_entry(struct reading *reading, const struct li_entry *entry)
{
    struct li_node *payload;
    const struct li_node *parts;
    struct li_str to;
    bool was = reading->ended;
    int64_t at;
    int r = 0;

    if (!li_str_starts(entry->command, LI_S("case."))) {
        return 0;
    }
    r = li_canonical_read(reading->ctx, entry->payload, &payload);
    if (r) {
        return r;
    }
    to = li_node_text(payload, "to");
    if (!to.ptr) {
        return 0;
    }
    at = since_said(payload, entry->at);
    r = read_case(reading, payload, to, at);
    if (r == 0 && was && !reading->ended) {
        r = wake(reading, at);
    }
    parts = li_node_get(payload, "parts");
    for (size_t i = 0; r == 0 && parts && parts->kind == LI_LIST && i < parts->list.count; i++) {
        r = read_part(reading, parts->list.items[i], since_said(parts->list.items[i], entry->at));
    }
    if (r == 0 && !was && reading->ended) {
        rest(reading, at);
    }
    return r;
}

static int by_part(const void *a, const void *b)
{
    const struct li_held_span *one = a, *two = b;

    if (one->part != two->part) {
        return one->part < two->part ? -1 : 1;
    }
    return one->from < two->from ? -1 : one->from > two->from;
}

/* What runs still runs until now; an end that was not left is no stretch. */
static void finish(struct reading *reading, int64_t now)
{
    const int64_t closed_at = reading->of->closed_at;
    size_t kept = 0;

    for (size_t i = 0; i < reading->count; i++) {
        struct li_held_span *span = &reading->spans[i];

        if (span->runs && span->state && span->state->end) {
            continue;
        }
        if (span->runs) {
            /* merged into another it is answered there, whatever its state */
            end_span(reading, span, closed_at ? closed_at : now);
            span->runs = closed_at == 0;
        }
        reading->spans[kept++] = *span;
    }
    reading->count = kept;
}

int li_held_read(struct li_ctx *ctx, const struct li_case *of, const struct li_case_part *parts,
                 size_t part_count, const struct li_entry *entries, size_t entry_count,
                 const struct li_calendar *calendar, int64_t now, struct li_held_span **ret,
                 size_t *ret_count)
{
    struct reading reading = {
        .ctx = ctx, .of = of, .parts = parts, .part_count = part_count, .calendar = calendar};
    int r = li_undo_left(ctx, entries, entry_count, &entries, &entry_count);

    for (size_t i = 0; r == 0 && i < entry_count; i++) {
        if (entries[i].entity != of->id) {
            return LI_FAIL(ctx, LI_E_CORRUPT, "an entry is another case's");
        }
        r = read_entry(&reading, &entries[i]);
    }
    if (r) {
        return r;
    }
    finish(&reading, now);
    if (reading.count) {
        qsort(reading.spans, reading.count, sizeof(*reading.spans), by_part);
    }
    *ret = reading.spans;
    *ret_count = reading.count;
    return 0;
}
