/* Command "case.undo"; see undo.h. */
#include "case/undo.h"

#include "base/canonical.h"
#include "case/inside.h"
#include "case/link.h"
#include "case/was.h"
#include "record/due.h"
#include "record/vault.h"

LI_SQL(part_remove, "delete from part where tenant = $1 and case_id = $2 and no = $3");
LI_SQL(clock_remove, "delete from clock where tenant = $1 and case_id = $2 and part = $3 "
                     "and name = $4");

#define STEPS_MAX 100000 /* of one case: more than any has */

/* ---- deciding ------------------------------------------------------------------- */

struct touched {
    struct li_case_part row;
    bool gone;    /* the action made it */
    bool touched; /* its row is written */
    bool starts;  /* its due row is set anew */
    struct li_case_timer timer;
    size_t step;
};

struct undoing {
    struct li_case_acted acted; /* first: the plan others see */
    struct li_case row;         /* as it will stand */
    struct li_case before;      /* as it stands */
    struct li_undo_found found;
    struct li_node *payload; /* of what is undone */
    struct touched *parts;
    size_t part_count;
    struct touched own; /* the case's clock */
    struct li_clock_ground ground;
    struct li_snapshot after;
    struct li_clock_row *gone; /* rows of clocks that were not there */
    size_t gone_count;
};

static int refuse(struct li_ctx *ctx, enum li_fault_kind why)
{
    int r = li_fault(ctx, why, LI_S(""), LI_S(""));

    return r == -LI_E_INVALID ? -LI_E_UNDO : r;
}

static bool moves_case(const struct undoing *undoing)
{
    return !li_str_eq(li_node_text(undoing->payload, "from"), li_node_text(undoing->payload, "to"));
}

/* Links made since are the other end's entries; what a parent waits for was told to it. */
static int check_links(struct li_ctx *ctx, const struct li_tx *tx, const struct undoing *undoing)
{
    const int64_t seq = undoing->found.entry->seq;
    struct li_link *links;
    size_t count = 0;
    int r = undoing->before.links ? li_link_list(ctx, tx->conn, tx->tenant, undoing->before.id, 0,
                                                 STEPS_MAX, &links, &count)
                                  : 0;

    for (size_t i = 0; r == 0 && i < count; i++) {
        bool waited_for = links[i].kind == LI_LINK_CHILD && links[i].from == undoing->before.id &&
                          !links[i].until && moves_case(undoing);
        if (links[i].seq >= seq || links[i].end_seq >= seq || waited_for) {
            return refuse(ctx, LI_FAULT_UNDO_JOINED);
        }
    }
    return r;
}

static const struct li_action *fired(const struct undoing *undoing, size_t i)
{
    const struct li_node *more = li_node_get(undoing->payload, "fired");
    struct li_str name = li_node_text(undoing->payload, "action");
    int place;

    if (i) {
        bool some = more && more->kind == LI_LIST && i <= more->list.count;
        name = some ? more->list.items[i - 1]->text : (struct li_str){.ptr = NULL};
    }
    place = name.ptr ? li_playbook_action(undoing->before.playbook, name) : -1;
    return place < 0 ? NULL : &undoing->before.playbook->actions[place];
}

/* An effect without a way back has gone out; cases and ballots that come of it are on their
 * way. */
static int check_effects(struct li_ctx *ctx, const struct li_tx *tx, const struct undoing *undoing)
{
    const struct li_action *action;

    for (size_t i = 0; (action = fired(undoing, i)); i++) {
        if (action->spawn_count || action->ballot >= 0 || action->takes) {
            return refuse(ctx, LI_FAULT_UNDO_JOINED);
        }
        if (li_action_enters(action)) {
            return refuse(ctx, LI_FAULT_UNDO_BOOKED);
        }
        for (size_t k = 0; k < action->effect_count; k++) {
            if (!li_case_effect_is_undone(tx, &action->effects[k])) {
                return refuse(ctx, LI_FAULT_UNDO_SENT);
            }
        }
    }
    return 0;
}

/* A person is taken out of those who handled something only when nothing else they did
 * can have put them there: recusal never becomes less by an undo. */
static int forget_handled(struct li_ctx *ctx, int64_t person, struct li_str *handled_by)
{
    struct li_str rest = *handled_by, all = {.ptr = NULL}, one;
    int64_t known;

    while (rest.ptr) {
        one = li_str_cut(&rest, ',');
        if (li_str_to_i64(one, &known) && known == person) {
            continue;
        }
        all = li_strf(ctx, "%.*s%s%.*s", LI_P(all), all.len ? "," : "", LI_P(one));
        if (!all.ptr) {
            return -LI_E_NOMEM;
        }
    }
    *handled_by = all;
    return 0;
}

static bool is_same(const struct li_case_clock *a, const struct li_case_clock *b)
{
    return a->since == b->since && a->due_at == b->due_at;
}

/* One part as it was; what the action did not touch stays as its row says. */
static int restore_part(struct li_ctx *ctx, const struct li_tx *tx, struct undoing *undoing,
                        const struct li_was_part *was, const struct li_case_part *now,
                        struct touched *ret)
{
    const struct li_playbook *playbook = undoing->row.playbook;
    const struct li_node *asked = li_node_get(undoing->payload, "part");
    const bool wakes = !undoing->row.closed_at && undoing->before.closed_at;
    int r = 0;

    *ret = (struct touched){.row = *now, .gone = !was->there};
    if (ret->gone) {
        return 0;
    }
    ret->row.part.state = was->row.part.state;
    ret->row.part.org = was->row.part.org;
    ret->row.part.begun = was->row.part.begun;
    ret->row.part.fields = was->row.part.fields;
    ret->row.ended_at = was->row.ended_at;
    ret->touched = true;
    ret->step = was->struck;
    ret->starts =
        wakes || !is_same(&was->row.clock, &now->clock) || was->row.part.state != now->part.state;
    if (ret->starts) {
        ret->row.clock = was->row.clock;
        r = li_case_owner(
            ctx, tx, &playbook->machines[now->part.machine].states[was->row.part.state],
            &undoing->row, &ret->row.part, &ret->row.part.owner, &ret->row.part.owner);
    }
    if (r == 0 && asked && asked->number == now->part.no && !was->mine && now->ended_at) {
        r = forget_handled(ctx, tx->viewer->person, &ret->row.handled_by);
    }
    return r;
}

static int restore_case(struct li_ctx *ctx, const struct li_tx *tx, struct undoing *undoing,
                        const struct li_was *was)
{
    struct li_case *row = &undoing->row;
    const struct li_node *asked = li_node_get(undoing->payload, "part");

    row->rev++;
    row->state = was->row.state;
    row->owner = was->row.owner;
    row->scope = was->row.scope;
    row->fields = was->row.fields;
    row->counts = was->row.counts;
    row->place = was->row.place;
    row->closed_at = was->row.closed_at;
    undoing->own.starts = was->row.state != undoing->before.state ||
                          !is_same(&was->row.clock, &undoing->before.clock);
    undoing->own.step = was->struck;
    if (undoing->own.starts) {
        row->clock = was->row.clock;
    }
    return (!asked || !asked->number) && !was->mine && undoing->own.starts
               ? forget_handled(ctx, tx->viewer->person, &row->handled_by)
               : 0;
}

/* Rows of clocks: those that are as they were keep what history does not tell. */
static int restore_times(struct li_ctx *ctx, struct undoing *undoing, const struct li_was *was)
{
    struct li_clock_ground *ground = &undoing->ground;
    size_t kept = 0;

    undoing->gone = li_alloc_array(ctx, ground->count, sizeof(*undoing->gone));
    if (!undoing->gone) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < ground->count; i++) {
        struct li_clock_row row = ground->rows[i];
        const struct li_clock_row *old = li_clock_row(&was->ground, row.part, row.name);
        if (!old) {
            undoing->gone[undoing->gone_count++] = row;
            continue;
        }
        if (row.name.len && row.since != old->since) {
            return refuse(ctx, LI_FAULT_UNDO_UNCLEAR); /* which steps had struck is not told */
        }
        row.changed = row.due_at != old->due_at || row.extended_at != old->extended_at ||
                      !li_str_eq(row.basis, old->basis) || row.pause_count != old->pause_count ||
                      (row.pause_count &&
                       row.pauses[row.pause_count - 1].to != old->pauses[old->pause_count - 1].to);
        if (row.due_at != old->due_at) {
            bool beyond = old->due_at && li_day_at(old->due_at) > ground->calendar->last_day;
            row.edition = old->due_at ? ground->calendar->edition : 0;
            row.edition = beyond ? -row.edition : row.edition;
        }
        row.due_at = old->due_at;
        row.extended_at = old->extended_at;
        row.basis = old->basis;
        row.pauses = old->pauses;
        row.pause_count = old->pause_count;
        ground->rows[kept++] = row;
    }
    ground->count = kept;
    return 0;
}

/* The clock of a state, going on with the deadline it had. */
static int wind(struct li_ctx *ctx, const struct li_tx *tx, struct undoing *undoing,
                const struct li_state *state, int part, int64_t begun, struct li_case_clock *clock,
                struct touched *touched)
{
    int r = li_case_timer(ctx, &undoing->ground, &undoing->after, state, part, clock->since, begun,
                          &touched->timer);

    if (r) {
        return r;
    }
    clock->edition = touched->timer.clock.edition;
    touched->timer.clock = *clock;
    if (!touched->timer.rule) {
        touched->timer.clock.due_at = 0;
    }
    touched->step = li_case_step_next(&touched->timer, touched->step, tx->now);
    return 0;
}

static int wind_all(struct li_ctx *ctx, const struct li_tx *tx, struct undoing *undoing)
{
    struct li_case *row = &undoing->row;
    const struct li_machine *machines = row->playbook->machines;
    struct li_case_part *parts = li_alloc_array(ctx, undoing->part_count, sizeof(*parts));
    size_t count = 0;
    int r = parts ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < undoing->part_count; i++) {
        if (!undoing->parts[i].gone) {
            parts[count++] = undoing->parts[i].row;
        }
    }
    r = r ? r : li_case_snapshot(ctx, row, parts, count, tx->now, &undoing->after);
    r = r ? r : li_case_derive(ctx, &undoing->after, row);
    li_clock_ground_at(&undoing->ground, row);
    if (r == 0 && undoing->own.starts) {
        r = wind(ctx, tx, undoing, &machines[0].states[row->state], 0, 0, &row->clock,
                 &undoing->own);
    }
    for (size_t i = 0; r == 0 && i < undoing->part_count; i++) {
        struct touched *part = &undoing->parts[i];
        const struct li_part *of = &part->row.part;
        if (part->starts) {
            r = wind(ctx, tx, undoing, &machines[of->machine].states[of->state], of->no, of->begun,
                     &part->row.clock, part);
        }
    }
    return r;
}

/* The case as it was before the entry that is undone, if history tells it. */
static int read_before(struct li_ctx *ctx, const struct undoing *undoing,
                       const struct li_case_part *parts, size_t part_count,
                       const struct li_entry *entries, size_t count, struct li_was *ret)
{
    struct li_was was;
    const struct li_entry *left;
    size_t kept;
    bool agrees = false, past = false;
    int r = li_undo_left(ctx, entries, count, &left, &kept);

    r = r ? r
          : li_was_begin(ctx, &undoing->before, parts, part_count, undoing->found.entry->actor,
                         &was);
    for (size_t i = 0; r == 0 && i < kept; i++) {
        if (left[i].seq == undoing->found.entry->seq) {
            r = li_was_copy(ctx, &was, ret);
            past = true;
        }
        r = r ? r : li_was_read(ctx, &was, &left[i]);
    }
    r = r ? r : li_was_agrees(ctx, &was, &undoing->before, parts, &undoing->ground, &agrees);
    return r ? r : agrees && past ? 0 : refuse(ctx, LI_FAULT_UNDO_UNCLEAR);
}

static int restore(struct li_ctx *ctx, const struct li_tx *tx, struct undoing *undoing,
                   const struct li_case_part *parts, size_t part_count,
                   const struct li_entry *entries, size_t count)
{
    struct li_was was;
    int r =
        li_clock_ground(ctx, tx->record, tx->conn, tx->tenant, &undoing->before, &undoing->ground);

    r = r ? r : read_before(ctx, undoing, parts, part_count, entries, count, &was);
    r = r ? r : restore_case(ctx, tx, undoing, &was);
    r = r ? r : restore_times(ctx, undoing, &was);
    undoing->parts = r ? NULL : li_alloc_array(ctx, part_count, sizeof(*undoing->parts));
    undoing->part_count = part_count;
    r = r || undoing->parts ? r : -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < part_count; i++) {
        r = restore_part(ctx, tx, undoing, &was.parts[i], &parts[i], &undoing->parts[i]);
    }
    return r ? r : wind_all(ctx, tx, undoing);
}

static int see(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case_undo_args *args,
               struct undoing *undoing, struct li_case_part **ret_parts, size_t *ret_count)
{
    enum li_sight sight = LI_SIGHT_NONE;
    int r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, args->id, &undoing->before);

    r = r ? r : li_case_parts(ctx, tx->conn, tx->tenant, &undoing->before, ret_parts, ret_count);
    r = r ? r
          : li_case_sight(ctx, tx->viewer, tx->tenant, &undoing->before, *ret_parts, *ret_count,
                          &sight);
    if (r == -LI_E_NOT_FOUND ||
        (r == 0 && (sight < LI_SIGHT_STAFF || tx->viewer->kind != LI_VIEWER_STAFF))) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    if (r == 0 && args->rev && args->rev != undoing->before.rev) {
        return LI_FAIL(ctx, LI_E_STALE, "the case is at revision %lld",
                       (long long)undoing->before.rev);
    }
    undoing->row = undoing->before;
    return r;
}

static int undo_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    struct undoing *undoing = li_alloc(ctx, sizeof(*undoing));
    struct li_case_part *parts;
    struct li_entry *entries;
    size_t part_count, count;
    int r = undoing ? see(ctx, tx, args, undoing, &parts, &part_count) : -LI_E_NOMEM;

    r = r ? r
          : li_history_of(ctx, tx->conn, tx->tenant, undoing->before.id, STEPS_MAX, &entries,
                          &count);
    r = r ? r
          : li_undo_find(ctx, &undoing->before, tx->viewer, tx->now, entries, count,
                         &undoing->found);
    if (r == 0 && !undoing->found.may) {
        r = refuse(ctx, undoing->found.why);
    }
    r = r ? r : li_canonical_read(ctx, undoing->found.entry->payload, &undoing->payload);
    r = r ? r : check_links(ctx, tx, undoing);
    r = r ? r : check_effects(ctx, tx, undoing);
    r = r ? r : restore(ctx, tx, undoing, parts, part_count, entries, count);
    r = r ? r : li_case_occupy_check(ctx, tx, &undoing->row);
    if (r == 0) {
        undoing->acted = (struct li_case_acted){.id = undoing->row.id,
                                                .rev = undoing->row.rev,
                                                .playbook = undoing->row.playbook,
                                                .state = undoing->row.state};
        *ret_plan = undoing;
    }
    return r;
}

/* ---- writing ----------------------------------------------------------------------- */

static int undo_effects(struct li_ctx *ctx, const struct li_tx *tx, const struct undoing *undoing)
{
    const struct li_node *asked = li_node_get(undoing->payload, "part");
    const struct li_action *action;
    int r = 0;

    for (size_t i = 0; r == 0 && (action = fired(undoing, i)); i++) {
        const struct li_effect_target target = {
            .case_id = undoing->row.id, .part = action->machine && asked ? (int)asked->number : 0};
        for (size_t k = 0; r == 0 && k < action->effect_count; k++) {
            r = li_case_effect_undo(ctx, tx, &action->effects[k], &target);
        }
    }
    return r;
}

/* A clock that had a name and was not there before. */
static int remove_clock(struct li_ctx *ctx, const struct li_tx *tx, const struct undoing *undoing,
                        const struct li_clock_row *row)
{
    const struct li_machine *machine = &undoing->row.playbook->machines[0];
    int r = li_exec(
        ctx, tx->conn, &clock_remove,
        LI_ARGS(li_v(tx->tenant), li_v(undoing->row.id), li_v(row->part), li_v_text(row->name)),
        NULL);

    for (size_t i = 0; i < undoing->part_count; i++) {
        if (undoing->parts[i].row.part.no == row->part) {
            machine = &undoing->row.playbook->machines[undoing->parts[i].row.part.machine];
        }
    }
    for (size_t i = 0; r == 0 && i < machine->clock_count; i++) {
        if (li_str_eq(machine->clocks[i].as.name, row->name)) {
            r = li_due_clear(ctx, tx, undoing->row.id, li_times_slot(row->part, i));
        }
    }
    return r;
}

static int write_part(struct li_ctx *ctx, const struct li_tx *tx, const struct undoing *undoing,
                      const struct touched *part)
{
    const int no = part->row.part.no;
    int r = 0;

    if (part->gone) {
        r = li_exec(ctx, tx->conn, &part_remove,
                    LI_ARGS(li_v(tx->tenant), li_v(undoing->row.id), li_v(no)), NULL);
        return r ? r : li_due_clear(ctx, tx, undoing->row.id, no);
    }
    if (part->touched) {
        r = li_case_part_put(ctx, tx, &undoing->row, &part->row, false);
    }
    if (r == 0 && undoing->row.closed_at) {
        return li_due_clear(ctx, tx, undoing->row.id, no);
    }
    return r || !part->starts
               ? r
               : li_case_clock_set(ctx, tx, undoing->row.id, no, &part->timer, part->step, true);
}

static int write_rows(struct li_ctx *ctx, const struct li_tx *tx, struct undoing *undoing)
{
    int r = undo_effects(ctx, tx, undoing);

    r = r ? r : li_case_update(ctx, tx, &undoing->row);
    if (r == 0 && undoing->own.starts) {
        r = li_case_clock_set(ctx, tx, undoing->row.id, 0, &undoing->own.timer, undoing->own.step,
                              true);
    }
    for (size_t i = 0; r == 0 && i < undoing->part_count; i++) {
        r = write_part(ctx, tx, undoing, &undoing->parts[i]);
    }
    for (size_t i = 0; r == 0 && i < undoing->gone_count; i++) {
        r = remove_clock(ctx, tx, undoing, &undoing->gone[i]);
    }
    return r ? r : li_times_write(ctx, tx, undoing->row.id, &undoing->ground, &undoing->after);
}

static void put_parts(struct li_json *json, const struct undoing *undoing)
{
    li_json_key(json, "parts");
    li_json_open_list(json);
    for (size_t i = 0; i < undoing->part_count; i++) {
        const struct touched *part = &undoing->parts[i];
        const struct li_machine *machine = &undoing->row.playbook->machines[part->row.part.machine];
        if (!part->gone && !part->starts) {
            continue;
        }
        li_json_open_map(json);
        li_json_put_int(json, "due", part->gone ? 0 : part->row.clock.due_at);
        li_json_put_int(json, "no", part->row.part.no);
        if (!part->gone) {
            li_json_put_text(json, "to", machine->states[part->row.part.state].name);
        }
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static int undo_payload(struct li_ctx *ctx, const struct undoing *undoing, struct li_str *ret)
{
    const struct li_case *row = &undoing->row, *before = &undoing->before;
    const struct li_state *states = row->playbook->machines[0].states;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;

    if (!buf) {
        return -LI_E_NOMEM;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_put_text(&json, "area", row->area);
    li_json_put_int(&json, "due", row->clock.due_at);
    li_json_put_text(&json, "from", states[before->state].name);
    li_case_put_owner(&json, &row->owner);
    li_case_put_page(&json, row);
    put_parts(&json, undoing);
    li_json_put_text(&json, "playbook", row->playbook->name);
    li_json_put_int(&json, "rev", row->rev);
    li_json_put_int(&json, "scope", row->scope);
    if (row->scope != before->scope) {
        li_json_put_int(&json, "scope_from", before->scope);
    }
    li_json_put_text(&json, "to", states[row->state].name);
    li_json_put_int(&json, "undone", undoing->found.entry->seq);
    li_json_close_map(&json);
    *ret = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

static int undo_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    struct undoing *undoing = plan;
    int r = write_rows(ctx, tx, undoing);

    r = r ? r
          : li_case_remove_subjects(ctx, tx, undoing->row.playbook, undoing->row.id,
                                    li_node_get(undoing->payload, "fields"),
                                    undoing->found.entry->at);
    /* at once, but as entries of their own, so that the proof knows why the words are gone */
    r = r ? r
          : li_vault_erase_entry(ctx, tx, undoing->row.id, undoing->found.entry->seq,
                                 LI_S(LI_UNDO_RULE), li_now(li_record_clock(tx->record)));
    ret->entity = undoing->row.id;
    return r ? r : undo_payload(ctx, undoing, &ret->payload);
}

const struct li_command li_case_undo = {
    .name = "case.undo",
    .decide = undo_decide,
    .write = undo_write,
};
