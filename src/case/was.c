/* A case as it was; see was.h.  What a move does stands in move.c; this is its echo. */
#include "case/was.h"

#include "base/canonical.h"
#include "case/inside.h"

static int64_t int_of(const struct li_node *map, const char *key, int64_t otherwise)
{
    const struct li_node *node = li_node_get(map, key);

    return node && node->kind == LI_INT ? node->number : otherwise;
}

static const struct li_machine *machine_of(const struct li_was *was, int part)
{
    for (size_t i = 0; part && i < was->part_count; i++) {
        if (was->parts[i].row.part.no == part) {
            return &was->row.playbook->machines[was->parts[i].row.part.machine];
        }
    }
    return &was->row.playbook->machines[0];
}

static struct li_was_part *part_of(const struct li_was *was, int64_t no)
{
    for (size_t i = 0; i < was->part_count; i++) {
        if (was->parts[i].row.part.no == no) {
            return &was->parts[i];
        }
    }
    return NULL;
}

int li_was_begin(struct li_ctx *ctx, const struct li_case *now, const struct li_case_part *parts,
                 size_t part_count, struct li_str actor, struct li_was *ret)
{
    struct li_was was = {.row = *now, .actor = actor, .part_count = part_count};
    struct li_node *counts = li_node_new_map(ctx), *fields = li_node_new_map(ctx);

    was.parts = li_alloc_array(ctx, part_count, sizeof(*was.parts));
    if (!was.parts || !counts || !fields) {
        return -LI_E_NOMEM;
    }
    was.row.counts = counts;
    was.row.fields = fields;
    was.row.place = (struct li_case_place){.some = false};
    for (size_t i = 0; i < part_count; i++) {
        was.parts[i].row = parts[i];
    }
    *ret = was;
    return 0;
}

int li_was_copy(struct li_ctx *ctx, const struct li_was *was, struct li_was *ret)
{
    struct li_was copy = *was;

    copy.parts = li_alloc_array(ctx, was->part_count, sizeof(*copy.parts));
    if (!copy.parts) {
        return -LI_E_NOMEM;
    }
    if (was->part_count) {
        memcpy(copy.parts, was->parts, was->part_count * sizeof(*copy.parts));
    }
    int r = li_clock_ground_copy(ctx, &was->ground, &copy.ground);
    if (r == 0) {
        *ret = copy;
    }
    return r;
}

/* ---- fields ------------------------------------------------------------------ */

static void read_place(struct li_was *was, const struct li_node *fields)
{
    const struct li_playbook *playbook = was->row.playbook;
    struct li_point point;

    for (size_t i = 0; fields && i < fields->map.count; i++) {
        const struct li_member *member = &fields->map.items[i];
        int place = li_playbook_field(playbook, member->key);
        if (place >= 0 && playbook->fields[place].type == LI_FIELD_POINT &&
            li_case_point(member->value, &point)) {
            was->row.place =
                (struct li_case_place){.some = true, .lon = point.lon, .lat = point.lat};
            return;
        }
    }
}

static bool makes(const struct li_action *action, int machine)
{
    for (size_t i = 0; i < action->make_count; i++) {
        if (action->makes[i].machine == machine) {
            return true;
        }
    }
    return false;
}

/* Of the texts given, where those lie that the part keeps. */
static int own_texts(struct li_ctx *ctx, const struct li_was *was, const struct li_node *texts,
                     struct li_was_part *part)
{
    const struct li_playbook *playbook = was->row.playbook;
    const struct li_machine *machine = &playbook->machines[part->row.part.machine];
    struct li_node *all = NULL;
    int r = 0;

    for (size_t i = 0; r == 0 && texts && i < texts->map.count; i++) {
        const struct li_member *member = &texts->map.items[i];
        struct li_node *map, *slot;
        if (!li_machine_keeps(machine, li_playbook_field(playbook, member->key))) {
            continue;
        }
        if (!all) {
            const struct li_node none = {.kind = LI_MAP};
            r = li_machine_fields_over(ctx, playbook, part->row.part.fields, &none, &all);
        }
        map = li_node_new_map(ctx);
        slot = li_node_new_int(ctx, int_of(member->value, "slot", 0));
        r = r ? r : map && slot ? li_node_put(ctx, map, LI_S("slot"), slot) : -LI_E_NOMEM;
        r = r ? r : li_node_put(ctx, all, member->key, map);
    }
    if (all) {
        part->row.part.fields = all;
    }
    return r;
}

/* What an action gave goes to the parts that keep it, the rest to the case. */
static int give(struct li_ctx *ctx, struct li_was *was, const struct li_node *payload, int action,
                const bool *made)
{
    const struct li_playbook *playbook = was->row.playbook;
    const struct li_action *asked = &playbook->actions[action];
    const struct li_node *fields = li_node_get(payload, "fields"), *rest;
    int r = 0;

    if (fields && fields->map.count) {
        struct li_node *over;
        r = li_machine_case_fields(ctx, playbook, asked, fields, &rest);
        if (r == 0 && rest->map.count) {
            r = li_machine_fields_over(ctx, playbook, was->row.fields, rest, &over);
            was->row.fields = r ? was->row.fields : over;
        }
        read_place(was, fields);
    }
    for (size_t i = 0; r == 0 && i < was->part_count; i++) {
        struct li_was_part *part = &was->parts[i];
        int machine = part->row.part.machine;
        bool takes = made[i] ? makes(asked, machine)
                             : asked->machine && part->row.part.no == int_of(payload, "part", 0);
        if (!takes || !playbook->machines[machine].field_count) {
            continue;
        }
        if (fields && fields->map.count) {
            r = li_machine_part_fields(ctx, playbook, machine, part->row.part.fields, fields,
                                       &part->row.part.fields);
        }
        r = r ? r : own_texts(ctx, was, li_node_get(payload, "texts"), part);
    }
    return r;
}

/* ---- states ------------------------------------------------------------------- */

static struct li_owner owner_said(const struct li_node *payload)
{
    const struct li_node *owner = li_node_get(payload, "owner");

    return (struct li_owner){.post = li_node_text(owner, "post"),
                             .area_path = li_node_text(owner, "area"),
                             .org = int_of(owner, "organization", 0)};
}

static void enter_case(struct li_was *was, const struct li_node *payload, int64_t at, bool moved)
{
    const struct li_state *states = was->row.playbook->machines[0].states;
    int place = li_machine_state(&was->row.playbook->machines[0], li_node_text(payload, "to"));

    was->vague |= place < 0;
    if (place >= 0 && moved) {
        was->row.state = place;
        was->row.clock = (struct li_case_clock){.since = int_of(payload, "since", at)};
        was->row.owner = owner_said(payload);
        was->row.closed_at = states[place].end ? was->row.clock.since : 0;
        was->struck = 0;
    }
    was->row.clock.due_at = int_of(payload, "due", was->row.clock.due_at);
    was->row.scope = (enum li_scope)int_of(payload, "scope", was->row.scope);
}

/* Whether one of the actions done takes parts of a kind along as if made anew. */
static bool begins_anew(const struct li_was *was, const struct li_node *payload, int machine,
                        int state)
{
    const struct li_playbook *playbook = was->row.playbook;
    const struct li_node *fired = li_node_get(payload, "fired");
    size_t count = fired && fired->kind == LI_LIST ? fired->list.count : 0;

    for (size_t i = 0; i <= count; i++) {
        struct li_str name = i ? fired->list.items[i - 1]->text : li_node_text(payload, "action");
        int place = li_playbook_action(playbook, name);
        for (size_t k = 0; place >= 0 && k < playbook->actions[place].moving_count; k++) {
            const struct li_moving *moving = &playbook->actions[place].movings[k];
            if (moving->machine == machine && moving->to == state && moving->begins) {
                return true;
            }
        }
    }
    return false;
}

static int enter_part(struct li_ctx *ctx, struct li_was *was, const struct li_node *payload,
                      const struct li_node *said, int64_t at, bool awakes, bool *made)
{
    struct li_was_part *part = part_of(was, int_of(said, "no", 0));
    const struct li_node *shared = li_node_get(said, "fields");
    const struct li_machine *machine;
    struct li_str from = li_node_text(said, "from"), to = li_node_text(said, "to");
    int place;

    if (!part) {
        was->vague = true;
        return 0;
    }
    machine = &was->row.playbook->machines[part->row.part.machine];
    place = li_machine_state(machine, to);
    was->vague |= place < 0 || part->there != (from.ptr != NULL);
    made[part - was->parts] = !part->there;
    if (place >= 0 && !li_str_eq(from, to)) {
        const struct li_state *state = &machine->states[place];
        bool begins = !part->there || begins_anew(was, payload, part->row.part.machine, place);
        part->row.part.begun = begins ? at : part->row.part.begun;
        part->row.clock = (struct li_case_clock){.since = int_of(said, "since", at)};
        part->row.ended_at = state->end ? part->row.clock.since : 0;
        part->row.part.state = place;
        part->struck = 0;
    } else if (awakes) { /* it rested and goes on */
        part->row.clock.since = part->row.part.begun = at;
        part->row.clock.overdue = false;
        part->struck = 0;
    }
    if (!part->there) {
        part->row.part.fields = NULL;
        part->row.handled_by = (struct li_str){.ptr = NULL};
        part->there = true;
    }
    part->row.part.org = int_of(said, "organization", 0);
    part->row.clock.due_at = int_of(said, "due", 0);
    return shared ? li_machine_part_fields(ctx, was->row.playbook, part->row.part.machine,
                                           part->row.part.fields, shared, &part->row.part.fields)
                  : 0;
}

/* ---- clocks -------------------------------------------------------------------- */

static bool marks(const struct li_overdue *step)
{
    for (size_t i = 0; i < step->effect_count; i++) {
        if (li_str_is(step->effects[i].name, "mark") &&
            li_str_is(step->effects[i].arg, "overdue")) {
            return true;
        }
    }
    return false;
}

static const struct li_state *clock_of(const struct li_machine *machine, struct li_str name)
{
    for (size_t i = 0; i < machine->clock_count; i++) {
        if (li_str_eq(machine->clocks[i].as.name, name)) {
            return &machine->clocks[i].as;
        }
    }
    return NULL;
}

/* A step of the clock of the state it is in, or of one with a name. */
static void strike(struct li_was *was, const struct li_node *payload)
{
    int64_t no = int_of(payload, "part", 0), percent = int_of(payload, "percent", -1);
    struct li_was_part *part = part_of(was, no);
    const struct li_machine *machine = machine_of(was, (int)no);
    const struct li_state *state = &machine->states[part ? part->row.part.state : was->row.state];
    struct li_str name = li_node_text(payload, "state");
    const struct li_state *named;

    if (name.ptr && !li_str_eq(name, state->name)) {
        named = clock_of(machine, name);
        was->vague |= !named;
        for (size_t i = 0; named && i < named->overdue_count; i++) {
            *(part ? &part->row.clock.overdue : &was->row.clock.overdue) |=
                named->overdue[i].percent == percent && marks(&named->overdue[i]);
        }
        return; /* what its own row says stays unless its clock began anew */
    }
    for (size_t i = 0; i < state->overdue_count; i++) {
        if (state->overdue[i].percent == percent) {
            *(part ? &part->struck : &was->struck) = i + 1;
            *(part ? &part->row.clock.overdue : &was->row.clock.overdue) |=
                marks(&state->overdue[i]);
        }
    }
}

static int pause(struct li_ctx *ctx, struct li_clock_row *row, bool paused, int64_t at)
{
    bool open = row->pause_count && row->pauses[row->pause_count - 1].to == 0;
    struct li_pause *pauses;

    if (open == paused) {
        return 0;
    }
    pauses = li_alloc_array(ctx, row->pause_count + 1, sizeof(*pauses));
    if (!pauses) {
        return -LI_E_NOMEM;
    }
    if (row->pause_count) {
        memcpy(pauses, row->pauses, row->pause_count * sizeof(*pauses));
    }
    if (paused) {
        pauses[row->pause_count++] = (struct li_pause){.from = at};
    } else if (row->pause_count) {
        pauses[row->pause_count - 1].to = at;
    }
    row->pauses = pauses;
    return 0;
}

static int read_times(struct li_ctx *ctx, struct li_was *was, const struct li_node *times,
                      int64_t at)
{
    int r = 0;

    for (size_t i = 0; r == 0 && times && i < times->list.count; i++) {
        const struct li_node *said = times->list.items[i], *paused = li_node_get(said, "paused");
        int part = (int)int_of(said, "part", 0);
        struct li_str name = li_node_text(said, "name");
        struct li_clock_row *row = li_clock_row_new(ctx, &was->ground, part, name);
        const struct li_was_part *of = part_of(was, part);
        if (!row) {
            return -LI_E_NOMEM;
        }
        row->basis = li_node_text(said, "basis");
        if (name.len) {
            row->since = of ? of->row.part.begun : was->row.opened_at;
            row->due_at = int_of(said, "due", 0);
        }
        row->extended_at = int_of(said, "extended", 0);
        r = paused ? pause(ctx, row, paused->flag, at) : 0;
    }
    return r;
}

/* ---- entries --------------------------------------------------------------------- */

static int count_one(struct li_ctx *ctx, struct li_was *was, struct li_str name)
{
    int place = li_playbook_action(was->row.playbook, name);
    struct li_str counts = place < 0 ? LI_S("") : was->row.playbook->actions[place].counts;
    struct li_node *map, *number;
    const struct li_node *old;
    int r = 0;

    if (counts.len == 0) {
        return 0;
    }
    old = li_node_get_str(was->row.counts, counts);
    map = li_node_new_map(ctx);
    number = li_node_new_int(ctx, (old ? old->number : 0) + 1);
    if (!map || !number) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < was->row.counts->map.count; i++) {
        const struct li_member *member = &was->row.counts->map.items[i];
        r = li_str_eq(member->key, counts) ? 0 : li_node_put(ctx, map, member->key, member->value);
    }
    r = r ? r : li_node_put(ctx, map, counts, number);
    was->row.counts = r ? was->row.counts : map;
    return r;
}

static int count_fired(struct li_ctx *ctx, struct li_was *was, const struct li_node *payload)
{
    const struct li_node *fired = li_node_get(payload, "fired");
    int r = count_one(ctx, was, li_node_text(payload, "action"));

    for (size_t i = 0; r == 0 && fired && fired->kind == LI_LIST && i < fired->list.count; i++) {
        r = count_one(ctx, was, fired->list.items[i]->text);
    }
    return r;
}

static int read_opening(struct li_ctx *ctx, struct li_was *was, const struct li_entry *entry,
                        const struct li_node *payload)
{
    const struct li_node *fields = li_node_get(payload, "fields");
    const struct li_node none = {.kind = LI_MAP};
    struct li_node *over;
    int r = li_machine_fields_over(ctx, was->row.playbook, fields, &none, &over);

    if (r) {
        return r;
    }
    was->row.fields = over;
    was->row.opened_at = entry->at;
    read_place(was, fields);
    enter_case(was, payload, entry->at, true);
    return read_times(ctx, was, li_node_get(payload, "times"), entry->at);
}

/* Whether whoever did it may have become one who does not check it. */
static bool leads_to_check(const struct li_playbook *playbook, int action)
{
    const struct li_machine *machine = &playbook->machines[0];

    for (size_t i = 0; i < machine->state_count; i++) {
        if (machine->states[i].not_related && playbook->actions[action].leads >> i & 1) {
            return true;
        }
    }
    return false;
}

/* An action, asked for or of a clock. */
static int read_move(struct li_ctx *ctx, struct li_was *was, const struct li_entry *entry,
                     const struct li_node *payload, int action)
{
    const struct li_node *parts = li_node_get(payload, "parts");
    struct li_str from = li_node_text(payload, "from"), to = li_node_text(payload, "to");
    bool was_closed = was->row.closed_at != 0;
    bool *made = li_alloc_array(ctx, was->part_count, sizeof(*made));
    struct li_was_part *asked = part_of(was, int_of(payload, "part", 0));
    int r = made ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    if (li_node_get(payload, "percent")) {
        strike(was, payload);
    }
    enter_case(was, payload, entry->at,
               !li_str_eq(from, to) || li_node_get(payload, "owner") != NULL);
    for (size_t i = 0; r == 0 && parts && parts->kind == LI_LIST && i < parts->list.count; i++) {
        r = enter_part(ctx, was, payload, parts->list.items[i], entry->at,
                       was_closed && !was->row.closed_at, made);
    }
    r = r ? r : give(ctx, was, payload, action, made);
    r = r ? r : count_fired(ctx, was, payload);
    if (li_str_eq(entry->actor, was->actor)) {
        *(asked ? &asked->mine : &was->mine) |=
            asked ? asked->row.ended_at != 0 : leads_to_check(was->row.playbook, action);
    }
    return r ? r : read_times(ctx, was, li_node_get(payload, "times"), entry->at);
}

int li_was_read(struct li_ctx *ctx, struct li_was *was, const struct li_entry *entry)
{
    static const char *const quiet[] = {"case.follow", "case.reveal", "case.link", "case.unlink"};
    bool opens = li_str_is(entry->command, li_case_open.name);
    struct li_node *payload;
    int action, r;

    if (!li_str_starts(entry->command, LI_S("case."))) {
        return 0;
    }
    for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++) {
        if (li_str_is(entry->command, quiet[i])) {
            return 0;
        }
    }
    r = li_canonical_read(ctx, entry->payload, &payload);
    if (r || opens) {
        return r ? r : read_opening(ctx, was, entry, payload);
    }
    action = li_playbook_action(was->row.playbook, li_node_text(payload, "action"));
    if (action >= 0 && (li_str_is(entry->command, li_case_act.name) ||
                        li_str_is(entry->command, li_case_settle.name) ||
                        li_str_is(entry->command, li_case_clock_step.name))) {
        return read_move(ctx, was, entry, payload, action);
    }
    if (li_str_is(entry->command, li_case_clock_step.name)) {
        strike(was, payload);
    } else {
        was->vague = true;
    }
    return 0;
}

/* ---- whether it is so ---------------------------------------------------------------- */

static int same_map(struct li_ctx *ctx, const struct li_node *a, const struct li_node *b, bool *ret)
{
    const struct li_node none = {.kind = LI_MAP};
    struct li_str one, two;
    int r = li_canonical(ctx, a ? a : &none, &one);

    r = r ? r : li_canonical(ctx, b ? b : &none, &two);
    if (r == 0) {
        *ret = *ret && li_str_eq(one, two);
    }
    return r;
}

static bool same_clock(const struct li_case_clock *a, const struct li_case_clock *b)
{
    return a->since == b->since && a->due_at == b->due_at;
}

static int agrees_part(struct li_ctx *ctx, const struct li_was_part *was,
                       const struct li_case_part *now, bool *ret)
{
    *ret = *ret && was->there && was->row.part.state == now->part.state &&
           was->row.part.org == now->part.org && was->row.ended_at == now->ended_at &&
           was->row.part.begun == now->part.begun && same_clock(&was->row.clock, &now->clock);
    return same_map(ctx, was->row.part.fields, now->part.fields, ret);
}

static bool agrees_times(const struct li_was *was, const struct li_clock_ground *ground)
{
    bool same = was->ground.count == ground->count;

    for (size_t i = 0; same && i < ground->count; i++) {
        const struct li_clock_row *now = &ground->rows[i];
        const struct li_clock_row *row = li_clock_row(&was->ground, now->part, now->name);
        same = row && row->due_at == now->due_at && row->extended_at == now->extended_at &&
               li_str_eq(row->basis, now->basis) && row->pause_count == now->pause_count &&
               (!now->name.len || row->since == now->since);
        for (size_t k = 0; same && k < now->pause_count; k++) {
            same = row->pauses[k].from == now->pauses[k].from &&
                   row->pauses[k].to == now->pauses[k].to;
        }
    }
    return same;
}

int li_was_agrees(struct li_ctx *ctx, const struct li_was *was, const struct li_case *row,
                  const struct li_case_part *parts, const struct li_clock_ground *ground, bool *ret)
{
    const struct li_case *of = &was->row;
    bool same = !was->vague && of->state == row->state && of->closed_at == row->closed_at &&
                of->scope == row->scope && same_clock(&of->clock, &row->clock) &&
                li_str_eq(of->owner.post, row->owner.post) &&
                li_str_eq(of->owner.area_path, row->owner.area_path) &&
                of->owner.org == row->owner.org && of->place.some == row->place.some &&
                of->place.lon == row->place.lon && of->place.lat == row->place.lat &&
                agrees_times(was, ground);
    int r = same_map(ctx, of->fields, row->fields, &same);

    r = r ? r : same_map(ctx, of->counts, row->counts, &same);
    for (size_t i = 0; r == 0 && i < was->part_count; i++) {
        r = agrees_part(ctx, &was->parts[i], &parts[i], &same);
    }
    if (r == 0) {
        *ret = same;
    }
    return r;
}
