/*
 * After the count: objections while the result is shown, then final, and a month later the names
 * of the electors are erased.
 */
#include "base/time.h"
#include "record/vault.h"
#include "vote/inside.h"

#define KEPT (30 * LI_DAY) /* names, after the result is final */

LI_SQL(objection_insert,
       "insert into ballot_objection (tenant, ballot, no, at, text_slot, answered_at, answer_slot) "
       "values ($1, $2, $3, $4, $5, 0, 0)");
LI_SQL(objection_answer, "update ballot_objection set answered_at = $4, answer_slot = $5 "
                         "where tenant = $1 and ballot = $2 and no = $3");
LI_SQL(objection_all, "select no, at, text_slot, answered_at, answer_slot from ballot_objection "
                      "where tenant = $1 and ballot = $2 order by no");

struct raised {
    int64_t no, at, text_slot, answered_at, answer_slot;
};

static int read_raised(struct li_ctx *ctx, const struct li_rows *rows, void *ret)
{
    (void)ctx;
    *(struct raised *)ret = (struct raised){.no = li_col_i64(rows, 0),
                                            .at = li_col_i64(rows, 1),
                                            .text_slot = li_col_i64(rows, 2),
                                            .answered_at = li_col_i64(rows, 3),
                                            .answer_slot = li_col_i64(rows, 4)};
    return 0;
}

static int raised_all(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                      struct raised **ret, size_t *ret_count)
{
    void *all;
    int r = li_query_list(ctx, conn, &objection_all, LI_ARGS(li_v(tenant), li_v(ballot)),
                          sizeof(**ret), read_raised, &all, ret_count);

    if (r == 0) {
        *ret = all;
    }
    return r;
}

static struct li_str text_at(const struct li_vault_item *items, size_t count, int64_t slot)
{
    for (size_t i = 0; i < count; i++) {
        if (slot && items[i].slot == slot && items[i].value.ptr) {
            return items[i].value;
        }
    }
    return LI_S("");
}

int li_objection_list(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                      int64_t tenant, int64_t ballot, struct li_objection **ret, size_t *ret_count)
{
    struct li_vault_item *items = NULL;
    struct li_objection *shown;
    struct raised *all;
    size_t count, item_count = 0;
    int r = raised_all(ctx, conn, tenant, ballot, &all, &count);

    r = r ? r : li_vault_of(ctx, record, conn, tenant, ballot, &items, &item_count);
    shown = r ? NULL : li_alloc_array(ctx, count + 1, sizeof(*shown));
    if (!shown) {
        return r ? r : -LI_E_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        shown[i] = (struct li_objection){
            .no = all[i].no,
            .at = all[i].at,
            .answered_at = all[i].answered_at,
            .text = text_at(items, item_count, all[i].text_slot),
            .answer = text_at(items, item_count, all[i].answer_slot),
        };
    }
    *ret = shown;
    *ret_count = count;
    return 0;
}

/* ---- ballot.object -----------------------------------------------------------------------------
 */

struct objecting {
    struct li_ballot ballot;
    int64_t no;
    struct li_str text, contact;
    bool settles; /* it was the last one, and the time for them is over */
};

static int object_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_ballot_object_args *given = args;
    struct objecting *plan = li_alloc(ctx, sizeof(*plan));
    struct raised *all;
    size_t count = 0;
    int r = plan ? li_vote_ballot(ctx, tx, given->id, &plan->ballot) : -LI_E_NOMEM;

    if (r == 0 &&
        (plan->ballot.state != LI_BALLOT_COUNTED || tx->now >= plan->ballot.publicity_until)) {
        return LI_FAIL(ctx, LI_E_STATE, "the result is not open to objections");
    }
    r = r ? r : raised_all(ctx, tx->conn, tx->tenant, given->id, &all, &count);
    if (r == 0) {
        plan->no = (int64_t)count + 1;
        plan->text = given->text;
        plan->contact = given->contact;
        *ret_plan = plan;
    }
    return r;
}

static int object_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                        struct li_outcome *ret)
{
    const struct objecting *plan = arg;
    bool reached = plan->contact.len > 0;
    struct li_hash text, contact;
    struct li_json json;
    int r = li_vault_put(ctx, tx, plan->ballot.id, 0, LI_S("objection"), plan->text, false, &text);

    if (r == 0 && reached) {
        r = li_vault_put_phone(ctx, tx, plan->ballot.id, 1, LI_S("contact"), plan->contact,
                               &contact);
    }
    r = r ? r
          : li_exec(ctx, tx->conn, &objection_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(plan->ballot.id), li_v(plan->no), li_v(tx->now),
                            li_v(li_vault_slot(tx, 0))),
                    NULL);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    if (reached) {
        li_json_key(&json, "contact");
        li_vault_refer(&json, tx, 1, &contact);
    }
    li_json_put_int(&json, "no", plan->no);
    li_json_key(&json, "text");
    li_vault_refer(&json, tx, 0, &text);
    ret->entity = plan->ballot.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_ballot_object = {
    .name = "ballot.object", .decide = object_decide, .write = object_write};

/* ---- final
 * --------------------------------------------------------------------------------------- */

static int make_final(struct li_ctx *ctx, const struct li_tx *tx, struct li_ballot *ballot)
{
    int r;

    ballot->state = LI_BALLOT_FINAL;
    ballot->final_at = tx->now;
    r = li_vote_update(ctx, tx, ballot);
    r = r ? r : li_vote_tell_case(ctx, tx, ballot);
    return r ? r
             : li_vote_later(ctx, tx, ballot, LI_DUE_BALLOT_FORGET, &li_ballot_forget,
                             tx->now + KEPT);
}

static bool all_answered(const struct raised *all, size_t count, int64_t but)
{
    for (size_t i = 0; i < count; i++) {
        if (!all[i].answered_at && all[i].no != but) {
            return false;
        }
    }
    return true;
}

static int answer_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_ballot_answer_args *given = args;
    struct objecting *plan = li_alloc(ctx, sizeof(*plan));
    struct raised *all;
    size_t count = 0;
    int r = plan ? li_vote_staff(ctx, tx, given->id, &plan->ballot) : -LI_E_NOMEM;

    r = r ? r : raised_all(ctx, tx->conn, tx->tenant, given->id, &all, &count);
    if (r) {
        return r;
    }
    if (given->no < 1 || given->no > (int64_t)count) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such objection");
    }
    if (all[given->no - 1].answered_at) {
        return LI_FAIL(ctx, LI_E_STATE, "the objection was answered");
    }
    plan->no = given->no;
    plan->text = given->text;
    plan->settles = plan->ballot.state == LI_BALLOT_COUNTED &&
                    tx->now >= plan->ballot.publicity_until && all_answered(all, count, given->no);
    *ret_plan = plan;
    return 0;
}

static int answer_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                        struct li_outcome *ret)
{
    struct objecting *plan = arg;
    struct li_hash text;
    struct li_json json;
    int r = li_vault_put(ctx, tx, plan->ballot.id, 0, LI_S("answer"), plan->text, false, &text);

    r = r ? r
          : li_exec(ctx, tx->conn, &objection_answer,
                    LI_ARGS(li_v(tx->tenant), li_v(plan->ballot.id), li_v(plan->no), li_v(tx->now),
                            li_v(li_vault_slot(tx, 0))),
                    NULL);
    r = r || !plan->settles ? r : make_final(ctx, tx, &plan->ballot);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_bool(&json, "final", plan->settles);
    li_json_put_int(&json, "no", plan->no);
    li_json_key(&json, "text");
    li_vault_refer(&json, tx, 0, &text);
    ret->entity = plan->ballot.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_ballot_answer = {
    .name = "ballot.answer", .decide = answer_decide, .write = answer_write};

static int settle_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_ballot_ref_args *given = args;
    struct objecting *plan = li_alloc(ctx, sizeof(*plan));
    struct raised *all;
    size_t count = 0;
    int r = plan ? li_vote_ballot(ctx, tx, given->id, &plan->ballot) : -LI_E_NOMEM;

    r = r ? r : raised_all(ctx, tx->conn, tx->tenant, given->id, &all, &count);
    if (r == 0 && (plan->ballot.state != LI_BALLOT_COUNTED || !all_answered(all, count, 0))) {
        return LI_FAIL(ctx, LI_E_STATE, "the result is not final, or is so already");
    }
    *ret_plan = plan;
    return r;
}

static int settle_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                        struct li_outcome *ret)
{
    struct objecting *plan = arg;
    int r = make_final(ctx, tx, &plan->ballot);

    ret->entity = plan->ballot.id;
    ret->payload = LI_S("{}");
    return r;
}

const struct li_command li_ballot_settle = {.name = "ballot.settle",
                                            .parse = li_vote_parse,
                                            .decide = settle_decide,
                                            .write = settle_write};

/* ---- forgotten
 * ------------------------------------------------------------------------------------- */

static int forget_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_ballot_ref_args *given = args;
    struct objecting *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? li_vote_ballot(ctx, tx, given->id, &plan->ballot) : -LI_E_NOMEM;

    *ret_plan = plan;
    return r;
}

static int forget_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                        struct li_outcome *ret)
{
    const struct objecting *plan = arg;
    int r = li_roll_forget(ctx, tx, plan->ballot.id);

    ret->entity = plan->ballot.id;
    ret->payload = LI_S("{}");
    return r;
}

const struct li_command li_ballot_forget = {.name = "ballot.forget",
                                            .parse = li_vote_parse,
                                            .decide = forget_decide,
                                            .write = forget_write};
