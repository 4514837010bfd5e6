/* Merging: a case answered through another one, and the undo of it; see link.h. */
#include "base/canonical.h"
#include "case/link_inside.h"
#include "case/page.h"
#include "people/account.h"
#include "record/due.h"
#include "record/job.h"

LI_SQL(merge_rest, "update cases set rev = rev + 1, merged_into = $3, closed_at = $4, "
                   "owner_post = null, owner_area = null, owner_org = null, due_at = null, "
                   "overdue = 0 where tenant = $1 and id = $2");
LI_SQL(merge_awake, "update cases set rev = rev + 1, merged_into = null, closed_at = null, "
                    "owner_post = $3, owner_area = $4, owner_org = $5, due_at = $6, "
                    "due_edition = $7 where tenant = $1 and id = $2");

bool li_link_may_merge(const struct li_viewer *viewer, struct li_str area_path)
{
    return viewer->kind == LI_VIEWER_SYSTEM ||
           li_viewer_holds(viewer, LI_S("desk"), area_path, 0) ||
           li_viewer_holds(viewer, LI_S("dispatcher"), area_path, 0);
}

int li_link_viewer(struct li_ctx *ctx, struct li_conn *conn, const struct li_viewer *viewer,
                   const struct li_case *merged, struct li_viewer *ret)
{
    struct li_link link;
    int r = li_link_of_merged(ctx, conn, viewer->tenant, merged->id, &link);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a merged case has no link that says so");
    }
    if (r == 0) {
        *ret = (struct li_viewer){.kind = LI_VIEWER_PARTY,
                                  .tenant = viewer->tenant,
                                  .case_id = link.to,
                                  .party = link.party};
    }
    return r;
}

/* What both entries say; the tally reads area, playbook, scope and from or to. */
static int merge_payload(struct li_ctx *ctx, const struct li_case *row, const struct li_link *link,
                         bool undone, struct li_str *ret)
{
    struct li_str state = row->playbook->machines[0].states[row->state].name;
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_text(&json, "area", row->area);
    if (undone && row->clock.due_at) {
        li_json_put_int(&json, "due", row->clock.due_at);
    }
    if (!undone) {
        li_json_put_text(&json, "from", state);
    }
    li_json_put_int(&json, "into", link->to);
    li_json_put_int(&json, "no", link->no);
    if (undone) {
        li_case_put_owner(&json, &row->owner);
    }
    li_json_put_int(&json, "party", link->party);
    li_json_put_text(&json, "playbook", row->playbook->name);
    li_json_put_int(&json, "rev", row->rev);
    li_json_put_int(&json, "scope", row->scope);
    if (undone) {
        li_json_put_text(&json, "to", state);
    }
    return li_json_finish(ctx, &json, ret);
}

/* ---- case.merge ------------------------------------------------------------ */

struct merging {
    const struct li_case_merge_args *args;
    struct li_viewer viewer;
    struct li_case row;
    struct li_link link;
};

static int merge_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    static const char *const names[] = {"account", "case", "into", "job"};
    struct li_case_merge_args *merge = li_alloc(ctx, sizeof(*merge));
    int64_t values[4];

    if (!merge) {
        return -LI_E_NOMEM;
    }
    for (int i = 0; i < 4; i++) {
        const struct li_node *node = li_node_get(args, names[i]);
        if (!node || node->kind != LI_INT) {
            return LI_FAIL(ctx, LI_E_CORRUPT, "an item of a job is misshapen");
        }
        values[i] = node->number;
    }
    *merge = (struct li_case_merge_args){
        .account = values[0], .id = values[1], .into = values[2], .job = values[3]};
    *ret = merge;
    return 0;
}

int li_case_merge_item(struct li_ctx *ctx, const struct li_case_merge_args *args,
                       struct li_str *ret)
{
    struct li_str text =
        li_strf(ctx, "{\"account\":%lld,\"case\":%lld,\"into\":%lld}", (long long)args->account,
                (long long)args->id, (long long)args->into);

    if (!text.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = text;
    return 0;
}

/* Who asks: whoever sent the command, or the account a due row names. */
static int find_viewer(struct li_ctx *ctx, const struct li_tx *tx, struct merging *merging)
{
    int r;

    merging->viewer = *tx->viewer;
    if (!merging->args->account) {
        return 0;
    }
    r = li_account_viewer(ctx, tx->conn, tx->tenant, merging->args->account, tx->now,
                          &merging->viewer);
    return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_FORBIDDEN, "the account is gone") : r;
}

static bool has_open_parts(const struct li_link_end_of *end)
{
    for (size_t i = 0; i < end->part_count; i++) {
        if (!end->parts[i].ended_at) {
            return true;
        }
    }
    return false;
}

/* Whether the two may become one; each refusal says what is to be done first. */
static int check_ends(struct li_ctx *ctx, const struct li_tx *tx, const struct merging *merging,
                      const struct li_link_end_of *from, const struct li_link_end_of *into)
{
    int64_t others = 0;
    int r;

    if (!li_link_may_merge(&merging->viewer, from->row.area_path) ||
        !li_link_may_merge(&merging->viewer, into->row.area_path)) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "cases are merged by the desk or a dispatcher");
    }
    if (from->row.id == into->row.id) {
        return LI_FAIL(ctx, LI_E_STATE, "a case is not merged with itself");
    }
    if (from->row.merged_into || into->row.merged_into) {
        return LI_FAIL(ctx, LI_E_STATE, "one of them is answered through another already");
    }
    if (from->row.closed_at || into->row.closed_at) {
        return LI_FAIL(ctx, LI_E_STATE, "one of them is closed; link them instead");
    }
    if (li_case_stands(&from->row) != LI_PAGE_NONE) {
        return LI_FAIL(ctx, LI_E_STATE, "it stands on the public square; take it down first");
    }
    if (has_open_parts(from)) {
        return LI_FAIL(ctx, LI_E_STATE, "somebody works on it; recall that first");
    }
    if (into->row.scope > from->row.scope) {
        return LI_FAIL(ctx, LI_E_STATE, "the other one may be known by fewer people");
    }
    r = from->row.links ? li_link_merged(ctx, tx->conn, tx->tenant, from->row.id, &others) : 0;
    if (r == 0 && others) {
        return LI_FAIL(ctx, LI_E_STATE, "others are answered through it");
    }
    return r;
}

static int merge_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    struct merging *merging = li_alloc(ctx, sizeof(*merging));
    struct li_link_end_of from, into;
    int r;

    if (!merging) {
        return -LI_E_NOMEM;
    }
    merging->args = args;
    r = find_viewer(ctx, tx, merging);
    r = r ? r : li_link_seen(ctx, tx, &merging->viewer, merging->args->id, &from);
    r = r ? r : li_link_seen(ctx, tx, &merging->viewer, merging->args->into, &into);
    r = r ? r : check_ends(ctx, tx, merging, &from, &into);
    if (r) {
        return r;
    }
    merging->row = from.row;
    merging->row.rev++;
    merging->link = (struct li_link){.from = from.row.id,
                                     .to = into.row.id,
                                     .kind = LI_LINK_MERGED,
                                     .no = from.row.links + 1,
                                     .party = LI_LINK_PARTY + into.row.links + 1};
    *ret_plan = merging;
    return 0;
}

static int merge_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    const struct merging *merging = plan;
    const struct li_case *row = &merging->row;
    int r = li_exec(ctx, tx->conn, &merge_rest,
                    LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v(merging->link.to), li_v(tx->now)),
                    NULL);

    r = r ? r : li_case_put_sums(ctx, tx, row); /* it counts no more */
    r = r ? r : li_link_put(ctx, tx, &merging->link);
    if (r == 0 && row->clock.due_at) {
        r = li_due_clear(ctx, tx, row->id, 0);
    }
    if (r == 0 && merging->args->job) {
        r = li_job_count(ctx, tx, merging->args->job);
    }
    if (r == 0 && merging->args->account) {
        ret->actor = li_strf(ctx, "account:%lld", (long long)merging->args->account);
        r = ret->actor.ptr ? 0 : -LI_E_NOMEM;
    }
    ret->entity = row->id;
    return r ? r : merge_payload(ctx, row, &merging->link, false, &ret->payload);
}

const struct li_command li_case_merge = {
    .name = "case.merge",
    .parse = merge_parse,
    .decide = merge_decide,
    .write = merge_write,
};

/* ---- case.unmerge ---------------------------------------------------------- */

struct unmerging {
    struct li_case row;
    struct li_link link;
    struct li_case_timer timer;
};

/* The state it was in has its owner again, and the deadline it had. */
static int awake(struct li_ctx *ctx, const struct li_tx *tx, struct unmerging *plan,
                 const struct li_link_end_of *end)
{
    const struct li_state *state = &plan->row.playbook->machines[0].states[plan->row.state];
    struct li_clock_ground ground;
    struct li_snapshot snapshot;
    int r = li_clock_ground(ctx, tx->record, tx->conn, tx->tenant, &plan->row, &ground);

    plan->row.closed_at = 0;
    plan->row.merged_into = 0;
    plan->row.rev++;
    r = r ? r : li_case_snapshot(ctx, &plan->row, end->parts, end->part_count, tx->now, &snapshot);
    r = r ? r
          : li_case_timer(ctx, &ground, &snapshot, state, 0, plan->row.clock.since, 0,
                          &plan->timer);
    r = r ? r : li_case_owner(ctx, tx, state, &plan->row, NULL, &end->row.owner, &plan->row.owner);
    plan->row.clock = plan->timer.clock;
    return r ? r : li_case_count_with(ctx, &snapshot, &plan->row);
}

static int unmerge_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                          void **ret_plan)
{
    const struct li_case_unmerge_args *unmerge = args;
    struct unmerging *plan = li_alloc(ctx, sizeof(*plan));
    struct li_link_end_of end;
    int r = plan ? li_link_seen(ctx, tx, tx->viewer, unmerge->id, &end) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    if (!end.row.merged_into) {
        return LI_FAIL(ctx, LI_E_STATE, "the case is not merged");
    }
    if (!li_link_may_merge(tx->viewer, end.row.area_path)) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "a merge is undone by the desk or a dispatcher");
    }
    plan->row = end.row;
    r = li_link_of_merged(ctx, tx->conn, tx->tenant, unmerge->id, &plan->link);
    r = r ? r : awake(ctx, tx, plan, &end);
    *ret_plan = plan;
    return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_CORRUPT, "no link says it is merged") : r;
}

static int unmerge_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                         struct li_outcome *ret)
{
    struct unmerging *plan = args;
    const struct li_case *row = &plan->row;
    int r = li_exec(ctx, tx->conn, &merge_awake,
                    LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v_text(row->owner.post),
                            li_v_text(row->owner.area_path), li_v_opt(row->owner.org),
                            li_v_opt(row->clock.due_at), li_v(row->clock.edition)),
                    NULL);

    r = r ? r : li_case_put_sums(ctx, tx, row);
    r = r ? r : li_link_end(ctx, tx, &plan->link);
    r = r ? r
          : li_case_clock_set(ctx, tx, row->id, 0, &plan->timer,
                              li_case_step_next(&plan->timer, 0, tx->now), false);
    ret->entity = row->id;
    return r ? r : merge_payload(ctx, row, &plan->link, true, &ret->payload);
}

const struct li_command li_case_unmerge = {
    .name = "case.unmerge",
    .decide = unmerge_decide,
    .write = unmerge_write,
};
