/*
 * Whom a matter might be given to; see proposal.h.
 *
 * Four things speak for an organization, and each is told: the street's lists, what
 * was done lately, where it works, and that somebody is there to take it.  Asked
 * for when the dialog opens; no case pays for it.
 */
#include "view/proposal.h"

#include <stdlib.h>

#include "base/time.h"
#include "view/inside.h"

/* Of the last cases of the tenant, whatever they were. */
#define LATELY "4096"
LI_SQL(proposal_before,
       "select p.organization, count(*) from (select id, class from cases where tenant = $1 "
       "order by id desc limit " LATELY ") as c join part as p on p.tenant = $1 "
       "and p.case_id = c.id where c.class = $2 and p.organization is not null "
       "group by p.organization");

#define ENOUGH 3 /* so often before is more than chance */

struct asking {
    struct li_ctx *ctx;
    const struct li_view *view;
    struct li_view_case seen;
    struct li_proposal proposal;
    struct li_proposal_item *all;
    size_t count;
};

static struct li_proposal_item *item_of(struct asking *asking, int64_t org)
{
    for (size_t i = 0; i < asking->count; i++) {
        if (asking->all[i].organization.id == org) {
            return &asking->all[i];
        }
    }
    return NULL;
}

static int load_organizations(struct asking *asking)
{
    const struct li_view *view = asking->view;
    struct li_organization *all;
    size_t count;
    int r = li_organization_list(asking->ctx, view->conn, view->tenant, &all, &count);

    if (r) {
        return r;
    }
    asking->all = li_alloc_array(asking->ctx, count + 1, sizeof(*asking->all));
    if (!asking->all) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        asking->all[i] = (struct li_proposal_item){.organization = all[i]};
    }
    asking->count = count;
    return 0;
}

static struct li_str topic_of(const struct li_view_case *seen)
{
    const struct li_node *topic = li_node_get(seen->row.fields, "topic");

    return topic && topic->kind == LI_TEXT ? topic->text : LI_S("");
}

static int ask_lists(struct asking *asking)
{
    const struct li_view *view = asking->view;
    struct li_proposal *proposal = &asking->proposal;
    struct li_proposal_item *item;
    int r = li_duty_find(asking->ctx, view->conn, view->tenant, proposal->class,
                         topic_of(&asking->seen), &proposal->duty);

    if (r) {
        return r == -LI_E_NOT_FOUND ? 0 : r;
    }
    proposal->listed = true;
    item = item_of(asking, proposal->duty.org);
    if (item) {
        item->why |= 1U << LI_WHY_LISTED;
    }
    if (proposal->duty.kind == LI_DUTY_RECLAIMED) {
        const struct li_tenant *tenant = li_tenant_by_id(view->record, view->tenant);
        for (size_t i = 0; i < asking->count; i++) {
            asking->all[i].barred = li_duty_is_own(tenant->code, &asking->all[i].organization);
        }
    }
    return 0;
}

static int ask_before(struct asking *asking)
{
    const struct li_view *view = asking->view;
    struct li_rows *rows;
    int r = 0;

    if (asking->proposal.class.len == 0) {
        return 0;
    }
    r = li_query(asking->ctx, view->conn, &proposal_before,
                 LI_ARGS(li_v(view->tenant), li_v_text(asking->proposal.class)), &rows);
    while (r == 0 && (r = li_rows_next(asking->ctx, rows)) > 0) {
        struct li_proposal_item *item = item_of(asking, li_col_i64(rows, 0));
        r = 0;
        if (item) {
            item->before = li_col_i64(rows, 1);
            item->why |= 1U << LI_WHY_BEFORE;
        }
    }
    li_rows_done(rows);
    return r;
}

static int ask_appointed(struct asking *asking)
{
    const struct li_view *view = asking->view;
    int r = 0;

    for (size_t i = 0; r == 0 && i < asking->count; i++) {
        struct li_proposal_item *item = &asking->all[i];
        const struct li_owner_query query = {.tenant = view->tenant,
                                             .post = LI_S("handler"),
                                             .area_path = asking->seen.row.area_path,
                                             .org = item->organization.id,
                                             .now = li_now(asking->ctx->clock)};
        struct li_owner_found found;
        r = li_owner_resolve(asking->ctx, li_bound(view->record)->owners, view->conn, &query,
                             &found);
        if (r == 0 && !found.vacant) {
            item->why |= 1U << LI_WHY_APPOINTED;
        }
    }
    return r;
}

/* Working in the whole tenant says nothing about a place. */
static void ask_near(struct asking *asking)
{
    const struct li_tenant *tenant = li_tenant_by_id(asking->view->record, asking->view->tenant);

    for (size_t i = 0; i < asking->count; i++) {
        struct li_proposal_item *item = &asking->all[i];
        if (li_duty_is_own(tenant->code, &item->organization) &&
            li_str_starts(asking->seen.row.area_path, item->organization.area_path)) {
            item->why |= 1U << LI_WHY_NEAR;
        }
    }
}

static int64_t weight_of(const struct li_proposal_item *item)
{
    int64_t weight = item->barred ? -1000 : 0;

    weight += item->why & 1U << LI_WHY_LISTED ? 500 : 0;
    weight += item->before < 100 ? 2 * item->before : 200;
    weight += item->why & 1U << LI_WHY_NEAR ? (int64_t)item->organization.area_path.len / 8 : 0;
    return weight + (item->why & 1U << LI_WHY_APPOINTED ? 3 : 0);
}

static int by_weight(const void *a, const void *b)
{
    const struct li_proposal_item *x = a, *y = b;
    int64_t difference = weight_of(y) - weight_of(x);

    return difference ? (difference > 0) - (difference < 0)
                      : (x->organization.id > y->organization.id) -
                            (x->organization.id < y->organization.id);
}

/* More than a guess: a list names it, or such matters went there and nowhere as often. */
static bool is_likely(const struct asking *asking)
{
    const struct li_proposal_item *first = asking->count ? &asking->all[0] : NULL;

    if (!first || first->barred || !(first->why & 1U << LI_WHY_APPOINTED)) {
        return false;
    }
    return first->why & 1U << LI_WHY_LISTED ||
           (first->before >= ENOUGH &&
            (asking->count == 1 || first->before > asking->all[1].before));
}

/* The first few, and all that are barred: who looks for one wants to know why. */
static void choose(struct asking *asking)
{
    struct li_proposal *proposal = &asking->proposal;
    size_t kept = 0;

    if (asking->count > 1) {
        qsort(asking->all, asking->count, sizeof(asking->all[0]), by_weight);
    }
    proposal->likely = is_likely(asking);
    for (size_t i = 0; i < asking->count; i++) {
        struct li_proposal_item *item = &asking->all[i];
        if (item->barred || (item->why && kept < LI_PROPOSALS)) {
            asking->all[kept++] = *item;
        }
    }
    proposal->items = asking->all;
    proposal->count = kept;
}

int li_view_proposal(struct li_ctx *ctx, const struct li_view *view, int64_t id,
                     struct li_str class, struct li_proposal *ret)
{
    struct asking asking = {.ctx = ctx, .view = view};
    int r = li_view_case(ctx, view, id, &asking.seen);

    if (r) {
        return r;
    }
    asking.proposal.class = class.len ? class : asking.seen.row.class;
    r = load_organizations(&asking);
    r = r ? r : ask_lists(&asking);
    r = r ? r : ask_before(&asking);
    r = r ? r : ask_appointed(&asking);
    if (r) {
        return r;
    }
    ask_near(&asking);
    choose(&asking);
    *ret = asking.proposal;
    return 0;
}

/* ---- why, in words ------------------------------------------------------------------ */

int li_proposal_reason(struct li_ctx *ctx, const struct li_proposal *proposal,
                       const struct li_proposal_item *item, enum li_proposal_why why,
                       struct li_texts *ret)
{
    const struct li_duty *duty = &proposal->duty;
    const struct li_duty_info *info = &li_duty_infos[duty->kind];
    struct li_texts text = {{.ptr = NULL}, {.ptr = NULL}};

    switch (why) {
    case LI_WHY_LISTED:
        text.zh = li_strf(ctx, "%s清单列明：%.*s", info->zh, LI_P(duty->item));
        text.en = li_strf(ctx, "On the list of %s: %.*s", info->en, LI_P(duty->item));
        break;
    case LI_WHY_BEFORE:
        text.zh = li_strf(ctx, "近期这一类派过 %lld 件", (long long)item->before);
        text.en = li_strf(ctx, "%lld of this class went there lately", (long long)item->before);
        break;
    case LI_WHY_NEAR:
        text.zh = LI_S("所在地由其负责");
        text.en = LI_S("Works where this is");
        break;
    case LI_WHY_APPOINTED:
        text.zh = LI_S("有承办人在岗");
        text.en = LI_S("Somebody there is appointed to handle");
        break;
    case LI_WHYS:
        break;
    }
    if (!text.zh.ptr || !text.en.ptr) {
        return -LI_E_NOMEM;
    }
    *ret = text;
    return 0;
}
