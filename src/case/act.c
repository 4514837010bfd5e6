/* Command "case.act": one action of the case's playbook, and what follows from it. */
#include "case/inside.h"
#include "contract/fault.h"
#include "people/people.h"
#include "record/due.h"

struct moved_part {
    struct li_case_part row;
    const struct li_change *change; /* the last one; NULL: untouched */
    bool is_new;
    int from;
};

struct acting {
    struct li_case_acted acted; /* first: the plan others see */
    const struct li_case_act_args *args;
    struct li_case row;
    struct moved_part *parts;
    size_t part_count;
    const struct li_action *action;
    const struct li_plan *plan;
    int from;
    bool moved; /* the case itself changed its state */
    bool had_clock;
    struct li_post as;
    struct li_case_texts texts;
    struct li_str structured;
};

static int read_case(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting,
                     struct li_case_part **ret_parts, size_t *ret_count)
{
    const struct li_case_act_args *args = acting->args;
    enum li_sight sight = LI_SIGHT_NONE;
    int r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, args->id, &acting->row);

    if (r == 0) {
        r = li_case_parts(ctx, tx->conn, tx->tenant, &acting->row, ret_parts, ret_count);
    }
    if (r == 0) {
        r = li_case_sight(ctx, tx->viewer, tx->tenant, &acting->row, *ret_parts, *ret_count,
                          &sight);
    }
    /* who may not see it is not told that it is there */
    if (r == -LI_E_NOT_FOUND || (r == 0 && sight < LI_SIGHT_PARTY)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    if (r == 0 && args->rev && args->rev != acting->row.rev) {
        return LI_FAIL(ctx, LI_E_STALE, "the case is at revision %lld", (long long)acting->row.rev);
    }
    return r;
}

static int check_organization(struct li_ctx *ctx, const struct li_tx *tx, struct li_str field,
                              const struct li_node *value)
{
    struct li_organization organization;
    int64_t id;
    int r = li_id_parse(ctx, value->text, &id);

    r = r ? r : li_organization_find(ctx, tx->conn, tx->tenant, id, &organization);
    if (r == -LI_E_NOT_FOUND) {
        struct li_str where = li_strf(ctx, "/fields/%.*s", LI_P(field));
        return li_fault(ctx, LI_FAULT_NOBODY, where, LI_S(""));
    }
    return r;
}

/* A field names one organization, or a list of them. */
static int check_organizations(struct li_ctx *ctx, const struct li_tx *tx,
                               const struct acting *acting)
{
    const struct li_playbook *playbook = acting->row.playbook;
    const struct li_node *fields = acting->args->fields;

    int r = 0;

    for (size_t i = 0; r == 0 && fields && i < fields->map.count; i++) {
        const struct li_member *member = &fields->map.items[i];
        int place = li_playbook_field(playbook, member->key);
        if (playbook->fields[place].type != LI_FIELD_ORG) {
            continue;
        }
        if (member->value->kind != LI_LIST) {
            r = check_organization(ctx, tx, member->key, member->value);
            continue;
        }
        for (size_t k = 0; r == 0 && k < member->value->list.count; k++) {
            r = check_organization(ctx, tx, member->key, member->value->list.items[k]);
        }
    }
    return r;
}

/* The action of the playbook, its fields checked. */
static int find_action(struct li_ctx *ctx, struct acting *acting)
{
    const struct li_playbook *playbook = acting->row.playbook;
    int place = li_playbook_action(playbook, acting->args->action);
    const struct li_node empty = {.kind = LI_MAP};

    if (place < 0) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "%.*s has no action %.*s", LI_P(playbook->name),
                       LI_P(acting->args->action));
    }
    acting->action = &playbook->actions[place];
    return li_schema_check(ctx, acting->action->schema, LI_S("/fields"),
                           acting->args->fields ? acting->args->fields : &empty);
}

static int ask_machine(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting,
                       const struct li_case_part *parts, size_t part_count)
{
    struct li_snapshot snapshot;
    struct li_plan *plan;
    int r = li_case_snapshot(ctx, &acting->row, parts, part_count, tx->now, &snapshot);

    if (r == 0) {
        const struct li_step step = {
            .action = (int)(acting->action - acting->row.playbook->actions),
            .part = acting->args->part,
            .fields = acting->args->fields,
            .viewer = tx->viewer,
            .party_is_reporter = li_case_is_reporter(tx->viewer, acting->row.id),
        };
        r = li_machine_step(ctx, &snapshot, &step, &plan);
    }
    if (r == 0) {
        acting->plan = plan;
    }
    return r;
}

static struct moved_part *part_of(struct acting *acting, int no)
{
    for (size_t i = 0; i < acting->part_count; i++) {
        if (acting->parts[i].row.part.no == no) {
            return &acting->parts[i];
        }
    }
    return NULL;
}

/* Lays the machine's changes over the parts read, new ones behind them. */
static int lay_changes(struct li_ctx *ctx, struct acting *acting, const struct li_case_part *parts,
                       size_t part_count)
{
    const struct li_plan *plan = acting->plan;

    acting->parts = li_alloc_array(ctx, part_count + plan->change_count, sizeof(*acting->parts));
    if (!acting->parts) {
        return -LI_E_NOMEM;
    }
    acting->part_count = part_count;
    for (size_t i = 0; i < part_count; i++) {
        acting->parts[i].row = parts[i];
        acting->parts[i].from = parts[i].part.state;
    }
    for (size_t i = 0; i < plan->change_count; i++) {
        const struct li_change *change = &plan->changes[i];
        struct moved_part *part;
        if (change->part == 0) {
            acting->moved |= change->to != change->from;
            continue;
        }
        part = part_of(acting, change->part);
        if (!part) {
            li_assert(change->is_new);
            if (change->part >= LI_DUE_ERASE) {
                return LI_FAIL(ctx, LI_E_LIMIT, "a case has fewer than %d parts", LI_DUE_ERASE);
            }
            part = &acting->parts[acting->part_count++];
            part->is_new = true;
            part->from = -1;
            part->row.part = (struct li_part){
                .no = change->part, .machine = change->machine, .org = change->org};
        }
        part->row.part.state = change->to;
        part->change = change;
    }
    return 0;
}

/* Owner, clock and end of a part that entered a state. */
static int enter_part_state(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting,
                            struct moved_part *moved)
{
    const struct li_playbook *playbook = acting->row.playbook;
    struct li_part *part = &moved->row.part;
    const struct li_state *state = &playbook->machines[part->machine].states[part->state];
    int r = li_case_owner(ctx, tx, state, acting->row.area_path, part->org, &part->owner);

    if (r) {
        return r;
    }
    moved->row.clock =
        li_case_clock_start(li_library_calendar(li_bound(tx->record)->library), state, tx->now);
    moved->row.ended_at = state->end ? tx->now : 0;
    /* who brought a task to its end has worked on the case */
    if (state->end && moved->change->part == acting->args->part &&
        tx->viewer->kind == LI_VIEWER_STAFF &&
        &playbook->actions[moved->change->action] == acting->action) {
        return li_case_handled(ctx, &moved->row, tx->viewer->person);
    }
    return 0;
}

static int enter_case_state(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting)
{
    struct li_case *row = &acting->row;
    const struct li_state *state = &row->playbook->machines[0].states[acting->plan->state];
    int r = li_case_owner(ctx, tx, state, row->area_path, 0, &row->owner);

    if (r == 0) {
        row->state = acting->plan->state;
        row->clock =
            li_case_clock_start(li_library_calendar(li_bound(tx->record)->library), state, tx->now);
        row->closed_at = state->end ? tx->now : 0;
    }
    return r;
}

static void count_rework(struct acting *acting)
{
    for (size_t i = 0; i < acting->plan->fired_count; i++) {
        const struct li_action *fired = &acting->row.playbook->actions[acting->plan->fired[i]];
        acting->row.rework += li_str_is(fired->counts, "rework");
    }
}

static int act_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    struct acting *acting = li_alloc(ctx, sizeof(*acting));
    struct li_case_part *parts;
    size_t part_count;
    int r;

    if (!acting) {
        return -LI_E_NOMEM;
    }
    acting->args = args;
    r = read_case(ctx, tx, acting, &parts, &part_count);
    r = r ? r : find_action(ctx, acting);
    r = r ? r : ask_machine(ctx, tx, acting, parts, part_count);
    r = r ? r : check_organizations(ctx, tx, acting);
    r = r ? r
          : li_case_split(ctx, acting->row.playbook, acting->args->fields, &acting->texts,
                          &acting->structured);
    r = r ? r : lay_changes(ctx, acting, parts, part_count);
    if (r) {
        return r;
    }
    acting->from = acting->row.state;
    acting->had_clock = acting->row.clock.due_at != 0;
    struct moved_part *part = part_of(acting, acting->args->part);
    acting->as = li_case_acting_post(tx->viewer, part ? &part->row.part.owner : &acting->row.owner,
                                     acting->row.area_path);
    for (size_t i = 0; r == 0 && i < acting->part_count; i++) {
        if (acting->parts[i].change) {
            r = enter_part_state(ctx, tx, acting, &acting->parts[i]);
        }
    }
    if (r == 0 && acting->moved) {
        r = enter_case_state(ctx, tx, acting);
    }
    if (r == 0) {
        count_rework(acting);
        acting->row.rev++;
        acting->acted = (struct li_case_acted){
            .id = acting->row.id,
            .rev = acting->row.rev,
            .playbook = acting->row.playbook,
            .state = acting->row.state,
        };
        *ret_plan = acting;
    }
    return r;
}

/* ---- writing --------------------------------------------------------------- */

static int write_parts(struct li_ctx *ctx, const struct li_tx *tx, const struct acting *acting)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < acting->part_count; i++) {
        const struct moved_part *moved = &acting->parts[i];
        const struct li_part *part = &moved->row.part;
        if (!moved->change) {
            continue;
        }
        r = li_case_part_put(ctx, tx, &acting->row, &moved->row, moved->is_new);
        if (r == 0) {
            r = li_case_clock_set(
                ctx, tx, acting->row.id, part->no,
                &acting->row.playbook->machines[part->machine].states[part->state],
                &moved->row.clock, 0, !moved->is_new);
        }
    }
    return r;
}

/* The parts of an ended case rest, and so do their clocks. */
static int stop_clocks(struct li_ctx *ctx, const struct li_tx *tx, const struct acting *acting)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < acting->part_count; i++) {
        if (acting->parts[i].row.clock.due_at) {
            r = li_due_clear(ctx, tx, acting->row.id, acting->parts[i].row.part.no);
        }
    }
    return r;
}

static int write_rows(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting)
{
    const struct li_case *row = &acting->row;
    int r = li_case_update(ctx, tx, row);

    if (r == 0 && acting->moved) {
        r = li_case_clock_set(ctx, tx, row->id, 0, &row->playbook->machines[0].states[row->state],
                              &row->clock, 0, acting->had_clock);
    }
    r = r ? r : write_parts(ctx, tx, acting);
    if (r == 0 && acting->moved && row->closed_at) {
        r = stop_clocks(ctx, tx, acting);
    }
    r = r ? r : li_case_effects(ctx, tx, row->id, acting->plan);
    return r ? r : li_case_put_texts(ctx, tx, row->id, &acting->texts);
}

static void put_parts(struct li_json *json, const struct acting *acting)
{
    li_json_key(json, "parts");
    li_json_open_list(json);
    for (size_t i = 0; i < acting->part_count; i++) {
        const struct moved_part *moved = &acting->parts[i];
        const struct li_machine *machine = &acting->row.playbook->machines[moved->row.part.machine];
        if (!moved->change) {
            continue;
        }
        li_json_open_map(json);
        li_json_put_int(json, "due", moved->row.clock.due_at);
        if (moved->from >= 0) {
            li_json_put_text(json, "from", machine->states[moved->from].name);
        }
        li_json_put_int(json, "no", moved->row.part.no);
        li_json_put_int(json, "organization", moved->row.part.org);
        li_json_put_text(json, "to", machine->states[moved->row.part.state].name);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static void put_as(struct li_json *json, const struct li_post *as)
{
    if (!as->post.ptr) {
        return;
    }
    li_json_key(json, "as");
    li_json_open_map(json);
    if (as->org) {
        li_json_put_int(json, "organization", as->org);
    }
    li_json_put_text(json, "post", as->post);
    li_json_close_map(json);
}

static int act_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    struct acting *acting = plan;
    const struct li_case *row = &acting->row;
    const struct li_state *states = row->playbook->machines[0].states;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    int r = buf ? write_rows(ctx, tx, acting) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    li_json_put_text(&json, "action", acting->action->name);
    li_json_put_text(&json, "area", row->area);
    put_as(&json, &acting->as);
    if (acting->moved) {
        li_json_put_int(&json, "due", row->clock.due_at);
    }
    li_json_key(&json, "fields");
    li_json_raw(&json, acting->structured);
    li_json_key(&json, "fired");
    li_json_open_list(&json);
    for (size_t i = 1; i < acting->plan->fired_count; i++) {
        li_json_text(&json, row->playbook->actions[acting->plan->fired[i]].name);
    }
    li_json_close_list(&json);
    li_json_put_text(&json, "from", states[acting->from].name);
    if (acting->moved) {
        li_case_put_owner(&json, &row->owner);
    }
    li_json_put_int(&json, "part", acting->args->part);
    put_parts(&json, acting);
    li_json_put_text(&json, "playbook", row->playbook->name);
    li_json_put_int(&json, "rev", row->rev);
    li_json_put_int(&json, "scope", row->scope);
    li_case_refer_texts(&json, tx, &acting->texts);
    li_json_put_text(&json, "to", states[row->state].name);
    li_json_close_map(&json);
    ret->entity = row->id;
    ret->payload = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

const struct li_command li_case_act = {
    .name = "case.act",
    .decide = act_decide,
    .write = act_write,
};
