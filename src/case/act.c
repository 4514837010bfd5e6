/* Command "case.act": one action of the case's playbook, and what follows from it. */
#include "case/inside.h"
#include "case/link.h"
#include "case/page.h"
#include "case/pass.h"
#include "case/rhythm.h"
#include "contract/fault.h"
#include "people/duty.h"
#include "record/due.h"

struct acting {
    struct li_case_acted acted; /* first: the plan others see */
    const struct li_case_act_args *args;
    struct li_case_move move;
    const struct li_action *action;
    struct li_post as;
    struct li_case_waiting *waiting; /* what it takes over */
    size_t waiting_count;
    struct li_viewer party; /* who a merged case's reporter is in the one it is answered through */
};

static int read_case(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting, int64_t id,
                     struct li_case_part **ret_parts, size_t *ret_count)
{
    const struct li_case_act_args *args = acting->args;
    enum li_sight sight = LI_SIGHT_NONE;
    int r = li_pass_holds(ctx, tx);

    r = r ? r : li_case_find(ctx, tx->record, tx->conn, tx->tenant, id, &acting->move.row);
    if (r == 0) {
        r = li_case_parts(ctx, tx->conn, tx->tenant, &acting->move.row, ret_parts, ret_count);
    }
    if (r == 0) {
        r = li_case_sight(ctx, tx->viewer, tx->tenant, &acting->move.row, *ret_parts, *ret_count,
                          &sight);
    }
    /* who may not see it is not told that it is there; what stands on the public square
       anybody sees, and may do what its playbook leaves to anyone */
    if (r == 0 && tx->viewer->kind == LI_VIEWER_ANYONE && tx->viewer->tenant == tx->tenant &&
        li_case_stands(&acting->move.row) == LI_PAGE_LIVE) {
        sight = LI_SIGHT_PARTY;
    }
    if (r == -LI_E_NOT_FOUND || (r == 0 && sight < LI_SIGHT_PARTY)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    if (r == 0 && id == args->id && args->rev && args->rev != acting->move.row.rev) {
        return LI_FAIL(ctx, LI_E_STALE, "the case is at revision %lld",
                       (long long)acting->move.row.rev);
    }
    return r;
}

/* A merged case rests; who reported it speaks in the one it is answered through. */
static int read_through(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting,
                        struct li_case_part **ret_parts, size_t *ret_count)
{
    struct li_tx own = *tx;
    int r;

    if (tx->viewer->kind != LI_VIEWER_PARTY) {
        return LI_FAIL(ctx, LI_E_STATE, "the case is answered through another one");
    }
    r = li_link_viewer(ctx, tx->conn, tx->viewer, &acting->move.row, &acting->party);
    own.viewer = &acting->party;
    return r ? r : read_case(ctx, &own, acting, acting->party.case_id, ret_parts, ret_count);
}

/* The class a case has once this action is done: given with it, or before. */
static struct li_str class_then(const struct acting *acting)
{
    const struct li_playbook *playbook = acting->move.row.playbook;
    const struct li_node *fields = acting->args->fields;

    for (size_t i = 0; i < fields->map.count; i++) {
        const struct li_member *member = &fields->map.items[i];
        int place = li_playbook_field(playbook, member->key);
        if (playbook->fields[place].type == LI_FIELD_CODE && member->value->kind == LI_TEXT) {
            return member->value->text;
        }
    }
    return acting->move.row.class;
}

/* Nothing is given to an organization that the case names as reported. */
static bool is_reported(const struct li_case *row, struct li_str field, int64_t org)
{
    const struct li_playbook *playbook = row->playbook;
    int place = li_playbook_field(playbook, field);
    bool named = false;

    for (size_t i = 0; row->recused && i < row->recused->org_count; i++) {
        named |= row->recused->orgs[i] == org;
    }
    for (size_t i = 0; i < playbook->recuse_count; i++) {
        named &= playbook->recuse[i] != place;
    }
    return named;
}

/* It must be there, and what departments above took back is not given to the street's
 * own. */
static int check_organization(struct li_ctx *ctx, const struct li_tx *tx,
                              const struct acting *acting, struct li_str field,
                              const struct li_node *value)
{
    const struct li_node *topic = li_node_get(acting->move.row.fields, "topic");
    struct li_str where = li_strf(ctx, "/fields/%.*s", LI_P(field));
    int64_t id;
    int r = where.ptr ? li_id_parse(ctx, value->text, &id) : -LI_E_NOMEM;

    r = r ? r
          : li_duty_may_give(ctx, tx->conn, tx->tenant,
                             li_tenant_by_id(tx->record, tx->tenant)->code, id, class_then(acting),
                             topic && topic->kind == LI_TEXT ? topic->text : LI_S(""), where);
    if (r == 0 && is_reported(&acting->move.row, field, id)) {
        return li_fault(ctx, LI_FAULT_REPORTED, where, LI_S(""));
    }
    return r == -LI_E_NOT_FOUND ? li_fault(ctx, LI_FAULT_NOBODY, where, LI_S("")) : r;
}

/* A field names one organization, or a list of them. */
static int check_organizations(struct li_ctx *ctx, const struct li_tx *tx,
                               const struct acting *acting)
{
    const struct li_playbook *playbook = acting->move.row.playbook;
    const struct li_node *fields = acting->args->fields;

    int r = 0;

    for (size_t i = 0; r == 0 && fields && i < fields->map.count; i++) {
        const struct li_member *member = &fields->map.items[i];
        int place = li_playbook_field(playbook, member->key);
        if (playbook->fields[place].type != LI_FIELD_ORG) {
            continue;
        }
        if (member->value->kind != LI_LIST) {
            r = check_organization(ctx, tx, acting, member->key, member->value);
            continue;
        }
        for (size_t k = 0; r == 0 && k < member->value->list.count; k++) {
            r = check_organization(ctx, tx, acting, member->key, member->value->list.items[k]);
        }
    }
    return r;
}

/* The action of the playbook, its fields checked. */
static int find_action(struct li_ctx *ctx, struct acting *acting)
{
    const struct li_playbook *playbook = acting->move.row.playbook;
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

/* What does not exist for whoever acts is not theirs to give.  Staff are asked by their forms
 * alone: what they may enter is theirs to see. */
static int check_hidden(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting,
                        const struct li_case_part *parts, size_t part_count)
{
    const struct li_playbook *playbook = acting->move.row.playbook;
    const struct li_node *fields = acting->args->fields;
    struct li_field_set hidden;
    int r;

    if (tx->viewer->kind == LI_VIEWER_STAFF || !playbook->hide_count || !fields) {
        return 0;
    }
    r = li_case_hidden(ctx, &acting->move.row, parts, part_count, tx->viewer, &hidden);
    for (size_t i = 0; r == 0 && i < acting->action->ask_count; i++) {
        int place = acting->action->asks[i];
        struct li_str name = playbook->fields[place].name;
        if (li_field_set_has(&hidden, place) && li_node_get_str(fields, name)) {
            r = li_fault(ctx, LI_FAULT_UNKNOWN, li_strf(ctx, "/fields/%.*s", LI_P(name)), LI_S(""));
        }
    }
    return r;
}

static int ask_machine(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting,
                       const struct li_case_part *parts, size_t part_count)
{
    struct li_snapshot snapshot;
    struct li_plan *plan;
    int r = li_case_snapshot(ctx, &acting->move.row, parts, part_count, tx->now, &snapshot);

    if (r == 0) {
        snapshot.now = acting->args->occurred_at ? acting->args->occurred_at : tx->now;
        const struct li_step step = {
            .behalf_org = acting->args->behalf_org,
            .behalf_reporter = acting->args->behalf_reporter,
            .action = (int)(acting->action - acting->move.row.playbook->actions),
            .part = acting->args->part,
            .fields = acting->args->fields,
            .viewer = tx->viewer,
            .party_is_reporter = li_case_is_reporter(tx->viewer, acting->move.row.id),
            .confirmed = acting->args->confirmed,
        };
        r = li_machine_step(ctx, &snapshot, &step, &plan);
    }
    if (r == 0) {
        acting->move.plan = plan;
    }
    return r;
}

/* Late, or for others: staff, where the playbook lets them.  What happened lies
 * between the beginning of the state it leaves and now, and not too long ago. */
static int check_entry(struct li_ctx *ctx, const struct li_tx *tx, const struct acting *acting,
                       const struct li_case_part *parts, size_t part_count)
{
    const struct li_case_act_args *args = acting->args;
    const struct li_case *row = &acting->move.row;
    bool for_others = args->behalf_org || args->behalf_reporter || args->paper;
    int64_t since = row->clock.since;

    if ((for_others || args->occurred_at) && tx->viewer->kind != LI_VIEWER_STAFF) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "only staff enter for others or late");
    }
    if (!args->occurred_at) {
        return 0;
    }
    if (!row->playbook->late.amount) {
        return li_fault(ctx, LI_FAULT_NOT_LATE, LI_S("/occurred_at"), LI_S(""));
    }
    for (size_t i = 0; i < part_count; i++) {
        since = parts[i].part.no == args->part ? parts[i].clock.since : since;
    }
    if (args->occurred_at > tx->now || args->occurred_at < since ||
        li_calendar_add(NULL, args->occurred_at, row->playbook->late).at < tx->now) {
        return li_fault(ctx, LI_FAULT_THEN, LI_S("/occurred_at"), LI_S(""));
    }
    return 0;
}

static struct li_post acting_post(const struct li_tx *tx, const struct acting *acting,
                                  const struct li_case_part *parts, size_t part_count)
{
    const struct li_owner *owner = &acting->move.row.owner;

    for (size_t i = 0; i < part_count; i++) {
        if (parts[i].part.no == acting->args->part) {
            owner = &parts[i].part.owner;
        }
    }
    return li_case_acting_post(tx->viewer, owner, acting->move.row.area_path);
}

/* What a rhythm does is said by the version in use, whichever version the case has. */
static int begin_rhythm(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting)
{
    struct li_case_act_args *args = li_alloc(ctx, sizeof(*args));
    struct li_rhythm_time *time = acting->args->rhythm;
    int r = args ? 0 : -LI_E_NOMEM;

    if (r == 0) {
        *args = *acting->args;
        r = li_rhythm_act(ctx, tx, time, &args->action);
    }
    if (r == 0) {
        acting->args = args;
        acting->move.rhythm = time->name;
    }
    return r;
}

/* What is taken over leaves, and comes, with what the other case says. */
static int begin_carry(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting)
{
    struct li_case_act_args *args = li_alloc(ctx, sizeof(*args));

    if (!args) {
        return -LI_E_NOMEM;
    }
    *args = *acting->args;
    acting->args = args;
    return li_case_carry_args(ctx, tx, args);
}

/* What is on its way and finds no place is not lost: the row is parked and shown. */
static int judge(struct li_ctx *ctx, const struct acting *acting, int r)
{
    bool is_brought = acting->args->carry && acting->args->carry->brings;

    return is_brought && r && r != -LI_E_NOMEM
               ? LI_FAIL(ctx, LI_E_CORRUPT, "what left its case could not be brought")
               : r;
}

static int decide(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting,
                  void **ret_plan)
{
    struct li_case_move *move = &acting->move;
    struct li_tx own = *tx;
    struct li_case_part *parts;
    size_t part_count;
    int r = acting->args->rhythm ? begin_rhythm(ctx, tx, acting) : 0;

    r = r == 0 && acting->args->carry ? begin_carry(ctx, tx, acting) : r;
    r = r ? r : read_case(ctx, tx, acting, acting->args->id, &parts, &part_count);
    if (r == 0 && move->row.merged_into) {
        r = read_through(ctx, tx, acting, &parts, &part_count);
        own.viewer = &acting->party;
        tx = &own;
    }
    r = r ? r : find_action(ctx, acting);
    r = r ? r : check_entry(ctx, tx, acting, parts, part_count);
    r = r ? r : check_hidden(ctx, tx, acting, parts, part_count);
    r = r ? r
          : li_case_known(ctx, tx->record, tx->conn, tx->tenant, tx->now, acting->args->fields,
                          &move->row);
    r = r ? r : ask_machine(ctx, tx, acting, parts, part_count);
    r = r ? r : check_organizations(ctx, tx, acting);
    r = r ? r
          : li_case_given(ctx, tx, move->row.playbook, acting->args->fields, move->row.photos,
                          &move->given);
    r = r ? r : li_case_given_paper(ctx, tx, acting->args->paper, &move->given);
    r = r ? r
          : li_case_split(ctx, move->row.playbook, move->given.fields, &move->texts,
                          &move->structured, &move->added);
    if (r) {
        return r;
    }
    acting->as = acting_post(tx, acting, parts, part_count);
    move->asked_part = acting->args->part;
    move->occurred = acting->args->occurred_at;
    move->behalf_org = acting->args->behalf_org;
    move->behalf_reporter = acting->args->behalf_reporter;
    r = li_case_move_decide(ctx, tx, move, parts, part_count);
    if (r == 0 && acting->action->takes) {
        r = li_case_carry_find(ctx, tx, &move->row, &acting->waiting, &acting->waiting_count);
    }
    if (r == 0) {
        acting->acted = (struct li_case_acted){
            .id = move->row.id,
            .rev = move->row.rev,
            .playbook = move->row.playbook,
            .state = move->row.state,
        };
        *ret_plan = acting;
    }
    return r;
}

static int act_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    struct acting *acting = li_alloc(ctx, sizeof(*acting));

    if (!acting) {
        return -LI_E_NOMEM;
    }
    acting->args = args;
    return judge(ctx, acting, decide(ctx, tx, acting, ret_plan));
}

static int act_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    struct acting *acting = plan;
    struct li_tx own = *tx;
    int r;

    if (acting->party.kind == LI_VIEWER_PARTY) {
        own.viewer = &acting->party;
        tx = &own;
        ret->actor = li_strf(ctx, "party:%lld", (long long)acting->party.party);
        if (!ret->actor.ptr) {
            return -LI_E_NOMEM;
        }
    }
    r = li_case_move_write(ctx, tx, &acting->move);
    if (r == 0 && acting->args->rhythm) {
        r = li_rhythm_opened(ctx, tx, acting->args->rhythm, acting->move.row.id);
    }
    if (r == 0 && acting->args->carry) {
        r = li_case_carry_on(ctx, tx, acting->args);
    }
    if (r == 0 && acting->waiting_count) {
        r = li_case_carry_put(ctx, tx, acting->move.row.id, acting->waiting, acting->waiting_count);
    }
    ret->entity = acting->move.row.id;
    return r ? r : li_case_move_payload(ctx, tx, &acting->move, &acting->as, 0, &ret->payload);
}

/* A due row of a rhythm, or of a taking over. */
static int act_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    const struct li_node *id = li_node_get(args, "case");
    struct li_case_act_args *act = li_alloc(ctx, sizeof(*act));
    struct li_rhythm_time *time = li_alloc(ctx, sizeof(*time));
    const struct li_case_carry *carry = NULL;
    int r = act && time ? li_case_carry_parse(ctx, args, act, &carry) : -LI_E_NOMEM;

    if (r == 0 && carry) {
        act->carry = carry;
        *ret = act;
        return 0;
    }
    r = r ? r : li_rhythm_time_parse(ctx, args, time);

    if (r == 0 && (!id || id->kind != LI_INT)) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a rhythm's due row is misshapen");
    }
    if (r == 0) {
        *act = (struct li_case_act_args){.id = id->number, .rhythm = time};
        *ret = act;
    }
    return r;
}

const struct li_command li_case_act = {
    .name = "case.act",
    .parse = act_parse,
    .decide = act_decide,
    .write = act_write,
};
