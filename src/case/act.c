/* Command "case.act": one action of the case's playbook, and what follows from it. */
#include "case/inside.h"
#include "contract/fault.h"
#include "people/people.h"
#include "record/due.h"

struct acting {
    struct li_case_acted acted; /* first: the plan others see */
    const struct li_case_act_args *args;
    struct li_case_move move;
    const struct li_action *action;
    struct li_post as;
};

static int read_case(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting,
                     struct li_case_part **ret_parts, size_t *ret_count)
{
    const struct li_case_act_args *args = acting->args;
    enum li_sight sight = LI_SIGHT_NONE;
    int r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, args->id, &acting->move.row);

    if (r == 0) {
        r = li_case_parts(ctx, tx->conn, tx->tenant, &acting->move.row, ret_parts, ret_count);
    }
    if (r == 0) {
        r = li_case_sight(ctx, tx->viewer, tx->tenant, &acting->move.row, *ret_parts, *ret_count,
                          &sight);
    }
    /* who may not see it is not told that it is there */
    if (r == -LI_E_NOT_FOUND || (r == 0 && sight < LI_SIGHT_PARTY)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such case");
    }
    if (r == 0 && args->rev && args->rev != acting->move.row.rev) {
        return LI_FAIL(ctx, LI_E_STALE, "the case is at revision %lld",
                       (long long)acting->move.row.rev);
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

static int ask_machine(struct li_ctx *ctx, const struct li_tx *tx, struct acting *acting,
                       const struct li_case_part *parts, size_t part_count)
{
    struct li_snapshot snapshot;
    struct li_plan *plan;
    int r = li_case_snapshot(ctx, &acting->move.row, parts, part_count, tx->now, &snapshot);

    if (r == 0) {
        const struct li_step step = {
            .action = (int)(acting->action - acting->move.row.playbook->actions),
            .part = acting->args->part,
            .fields = acting->args->fields,
            .viewer = tx->viewer,
            .party_is_reporter = li_case_is_reporter(tx->viewer, acting->move.row.id),
        };
        r = li_machine_step(ctx, &snapshot, &step, &plan);
    }
    if (r == 0) {
        acting->move.plan = plan;
    }
    return r;
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

static int act_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    struct acting *acting = li_alloc(ctx, sizeof(*acting));
    struct li_case_part *parts;
    struct li_case_move *move;
    size_t part_count;
    int r;

    if (!acting) {
        return -LI_E_NOMEM;
    }
    acting->args = args;
    move = &acting->move;
    r = read_case(ctx, tx, acting, &parts, &part_count);
    r = r ? r : find_action(ctx, acting);
    r = r ? r : ask_machine(ctx, tx, acting, parts, part_count);
    r = r ? r : check_organizations(ctx, tx, acting);
    r = r ? r
          : li_case_given(ctx, tx, move->row.playbook, acting->args->fields, move->row.photos,
                          &move->given);
    r = r ? r
          : li_case_split(ctx, move->row.playbook, move->given.fields, &move->texts,
                          &move->structured, &move->added);
    if (r) {
        return r;
    }
    acting->as = acting_post(tx, acting, parts, part_count);
    move->asked_part = acting->args->part;
    r = li_case_move_decide(ctx, tx, move, parts, part_count);
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

static int act_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    struct acting *acting = plan;
    int r = li_case_move_write(ctx, tx, &acting->move);

    ret->entity = acting->move.row.id;
    return r ? r : li_case_move_payload(ctx, tx, &acting->move, &acting->as, 0, &ret->payload);
}

const struct li_command li_case_act = {
    .name = "case.act",
    .decide = act_decide,
    .write = act_write,
};
