/*
 * Drafted by one, checked by another: until then words and electors may change, from then on
 * nothing does.  A ballot that should not be held is cancelled, with its reason.
 */
#include "area/area.h"
#include "base/id.h"
#include "record/vault.h"
#include "vote/inside.h"

struct drafting {
    int64_t id; /* first: what the caller sees of a plan */
    struct li_ballot ballot;
    bool is_new;
    const struct li_str *names;
    size_t name_count;
};

static int put_hash(struct li_json *json, const struct li_ballot *ballot)
{
    struct li_hash hash = li_hash_of(ballot->spec_bytes);

    li_json_key(json, "hash");
    li_json_hash(json, &hash);
    return 0;
}

/* ---- ballot.draft ------------------------------------------------------------------------------
 */

static int check_names(struct li_ctx *ctx, const struct li_ballot_draft_args *given,
                       const struct li_ballot_spec *spec)
{
    if (spec->by != LI_BY_NAMES) {
        return 0;
    }
    if (given->name_count == 0) {
        return li_fault(ctx, LI_FAULT_REQUIRED, LI_S("/electorate/names"), LI_S(""));
    }
    if (given->name_count > LI_BALLOT_NAMES) {
        return li_fault(ctx, LI_FAULT_MANY, LI_S("/electorate/names"),
                        li_strf(ctx, "%d", LI_BALLOT_NAMES));
    }
    return 0;
}

/* The ballot it was, or a new one. */
static int begin(struct li_ctx *ctx, const struct li_tx *tx,
                 const struct li_ballot_draft_args *given, struct drafting *plan)
{
    struct li_ballot *ballot = &plan->ballot;
    int r;

    if (!given->id) {
        plan->is_new = true;
        ballot->id = li_id_next(li_record_ids(tx->record), ctx->clock);
        ballot->rev = 1;
        return 0;
    }
    r = li_vote_staff(ctx, tx, given->id, ballot);
    if (r == 0 && ballot->state != LI_BALLOT_DRAFT) {
        return LI_FAIL(ctx, LI_E_STATE, "the ballot was checked and does not change");
    }
    return r == 0 && ballot->rev != given->rev
               ? LI_FAIL(ctx, LI_E_STALE, "somebody changed the draft")
               : r;
}

static int draft_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_ballot_draft_args *given = args;
    struct drafting *plan = li_alloc(ctx, sizeof(*plan));
    struct li_ballot *ballot;
    struct li_area area;
    int r;

    if (!plan) {
        return -LI_E_NOMEM;
    }
    *plan = (struct drafting){.names = given->names, .name_count = given->name_count};
    ballot = &plan->ballot;
    r = begin(ctx, tx, given, plan);
    ballot->spec_bytes = given->spec;
    r = r ? r : li_ballot_spec_read(ctx, given->spec, &ballot->spec);
    r = r ? r : check_names(ctx, given, &ballot->spec);
    r = r ? r : li_area_find(ctx, tx->conn, tx->tenant, ballot->spec.area, &area);
    if (r == -LI_E_NOT_FOUND && !li_ctx_error(ctx)) {
        return li_fault(ctx, LI_FAULT_NOWHERE, LI_S("/area"), LI_S(""));
    }
    if (r) {
        return r;
    }
    if (!li_ballot_may(tx->viewer, area.path)) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "whoever drafts a ballot holds a post there");
    }
    plan->id = ballot->id;
    ballot->area_path = area.path;
    ballot->drafted_by = tx->viewer->account;
    ballot->opens_at = ballot->spec.opens_at;
    ballot->closes_at = ballot->spec.closes_at;
    *ret_plan = plan;
    return 0;
}

static int draft_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                       struct li_outcome *ret)
{
    struct drafting *plan = arg;
    struct li_json json;
    int r = plan->is_new ? li_vote_insert(ctx, tx, &plan->ballot)
                         : li_vote_update(ctx, tx, &plan->ballot);

    r = r || plan->is_new ? r : li_roll_clear(ctx, tx, plan->id);
    for (size_t i = 0; r == 0 && plan->ballot.spec.by == LI_BY_NAMES && i < plan->name_count; i++) {
        r = li_roll_put(ctx, tx, plan->id, (int64_t)i + 1,
                        &(struct li_roll_entry){.kind = "name", .label = plan->names[i]});
    }
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_text(&json, "area", plan->ballot.spec.area);
    r = put_hash(&json, &plan->ballot);
    li_json_put_int(&json, "rev", plan->ballot.rev);
    ret->entity = plan->id;
    return r ? r : li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_ballot_draft = {
    .name = "ballot.draft", .decide = draft_decide, .write = draft_write};

/* ---- ballot.check ------------------------------------------------------------------------------
 */

struct checking {
    struct li_ballot ballot;
    struct li_roll_entry *entries;
    size_t entry_count;
};

/* A fair order: each of the possible ones as likely. */
void li_vote_draw_lot(const struct li_tx *tx, struct li_ballot *ballot)
{
    size_t count = ballot->spec.option_count;

    for (size_t i = 0; i < count; i++) {
        ballot->lot[i] = (uint16_t)i;
    }
    for (size_t i = count; i > 1; i--) {
        uint32_t chance, bound = UINT32_MAX - UINT32_MAX % (uint32_t)i;
        uint16_t other;
        size_t k;
        do {
            li_random_bytes(li_record_random(tx->record), &chance, sizeof(chance));
        } while (chance >= bound);
        k = chance % i;
        other = ballot->lot[k];
        ballot->lot[k] = ballot->lot[i - 1];
        ballot->lot[i - 1] = other;
    }
}

static int check_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_ballot_ref_args *given = args;
    struct checking *plan = li_alloc(ctx, sizeof(*plan));
    struct li_ballot *ballot;
    int r = plan ? li_vote_staff(ctx, tx, given->id, &plan->ballot) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    ballot = &plan->ballot;
    plan->entry_count = 0;
    if (ballot->state != LI_BALLOT_DRAFT) {
        return LI_FAIL(ctx, LI_E_STATE, "the ballot was checked before");
    }
    if (ballot->rev != given->rev) {
        return LI_FAIL(ctx, LI_E_STALE, "somebody changed the draft");
    }
    if (ballot->drafted_by == tx->viewer->account) {
        return LI_FAIL(ctx, LI_E_RELATED, "who drafted a ballot does not check it");
    }
    if (ballot->closes_at <= tx->now) {
        return li_fault(ctx, LI_FAULT_LATER, LI_S("/closes_at"), LI_S(""));
    }
    r = li_roll_take(ctx, tx, ballot, &plan->entries, &plan->entry_count);
    r = r ? r : li_roll_count(ctx, tx->conn, tx->tenant, ballot->id, &ballot->electors);
    if (r == 0 && ballot->spec.by != LI_BY_NAMES) {
        ballot->electors = (int64_t)plan->entry_count;
    }
    if (r == 0 && ballot->electors == 0 && ballot->spec.by != LI_BY_DESK) {
        return li_fault(ctx, LI_FAULT_FEW, LI_S("/electorate"), LI_S("1"));
    }
    *ret_plan = plan;
    return r;
}

void li_vote_put_set(struct li_json *json, const struct li_ballot *ballot)
{
    li_json_put_int(json, "closes_at", ballot->closes_at);
    li_json_put_int(json, "electors", ballot->electors);
    put_hash(json, ballot);
    li_json_key(json, "lot");
    li_json_open_list(json);
    for (size_t i = 0; i < ballot->spec.option_count; i++) {
        li_json_int(json, ballot->lot[i]);
    }
    li_json_close_list(json);
    li_json_put_int(json, "opens_at", ballot->opens_at);
}

static int tell_checked(struct li_ctx *ctx, const struct li_ballot *ballot, struct li_outcome *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_vote_put_set(&json, ballot);
    ret->entity = ballot->id;
    return li_json_finish(ctx, &json, &ret->payload);
}

int li_vote_set(struct li_ctx *ctx, const struct li_tx *tx, struct li_ballot *ballot,
                const struct li_roll_entry *entries, size_t count)
{
    int r = li_urn_make(ctx, tx, ballot->id);

    for (size_t i = 0; r == 0 && i < count; i++) {
        r = li_roll_put(ctx, tx, ballot->id, (int64_t)i + 1, &entries[i]);
    }
    li_vote_draw_lot(tx, ballot);
    ballot->state = LI_BALLOT_SET;
    r = r ? r : li_vote_update(ctx, tx, ballot);
    r = r ? r : li_vote_tell_case(ctx, tx, ballot);
    return r ? r
             : li_vote_later(ctx, tx, ballot, LI_DUE_BALLOT_CLOSE, &li_ballot_close,
                             ballot->closes_at);
}

static int check_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                       struct li_outcome *ret)
{
    struct checking *plan = arg;
    int r;

    plan->ballot.checked_by = tx->viewer->account;
    r = li_vote_set(ctx, tx, &plan->ballot, plan->entries, plan->entry_count);
    return r ? r : tell_checked(ctx, &plan->ballot, ret);
}

const struct li_command li_ballot_check = {
    .name = "ballot.check", .decide = check_decide, .write = check_write};

/* ---- ballot.cancel -----------------------------------------------------------------------------
 */

struct cancelling {
    struct li_ballot ballot;
    struct li_str reason;
};

static int cancel_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_ballot_cancel_args *given = args;
    struct cancelling *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? li_vote_staff(ctx, tx, given->id, &plan->ballot) : -LI_E_NOMEM;

    if (r == 0 && plan->ballot.state != LI_BALLOT_DRAFT && plan->ballot.state != LI_BALLOT_SET) {
        return LI_FAIL(ctx, LI_E_STATE, "a closed ballot is not cancelled");
    }
    if (r == 0) {
        plan->reason = given->reason;
        *ret_plan = plan;
    }
    return r;
}

static int cancel_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                        struct li_outcome *ret)
{
    struct cancelling *plan = arg;
    struct li_ballot *ballot = &plan->ballot;
    struct li_hash commit;
    struct li_json json;
    int r = li_vault_put(ctx, tx, ballot->id, 0, LI_S("reason"), plan->reason, false, &commit);

    ballot->state = LI_BALLOT_CANCELLED;
    ballot->closed_at = tx->now;
    r = r ? r : li_vote_update(ctx, tx, ballot);
    r = r ? r : li_vote_tell_case(ctx, tx, ballot);
    r = r ? r : li_urn_destroy(ctx, tx, ballot->id);
    r = r ? r : li_urn_empty(ctx, tx, ballot->id);
    r = r ? r : li_roll_forget(ctx, tx, ballot->id);
    r = r ? r : li_due_clear(ctx, tx, ballot->id, LI_DUE_BALLOT_CLOSE);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_key(&json, "reason");
    li_vault_refer(&json, tx, 0, &commit);
    ret->entity = ballot->id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_ballot_cancel = {
    .name = "ballot.cancel", .decide = cancel_decide, .write = cancel_write};
