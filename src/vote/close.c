/*
 * Closing by the clock, and opening the urn.
 *
 * The urn is opened a few hundred voices a time, so that the lane is not held; each step deletes
 * what it opened and puts choices and receipts down apart, in orders that say nothing.  The last
 * one throws the key away.  The next step is due at the instant of closing, which is past: at once.
 */
#include <stdlib.h>

#include "vote/inside.h"

#define STEP 256 /* voices: about 20 ms */

LI_SQL(opened_insert, "insert into ballot_opened (tenant, ballot, kind, place, bytes) "
                      "values ($1, $2, $3, $4, $5)");
LI_SQL(ballot_damage, "update ballot set damaged = damaged + $3 where tenant = $1 and id = $2");

/* ---- ballot.close ------------------------------------------------------------------------------
 */

struct closing {
    struct li_ballot ballot;
    int64_t turnout;
};

static int close_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_ballot_ref_args *given = args;
    struct closing *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? li_vote_ballot(ctx, tx, given->id, &plan->ballot) : -LI_E_NOMEM;

    if (r == 0 && (plan->ballot.state != LI_BALLOT_SET || tx->now < plan->ballot.closes_at)) {
        return LI_FAIL(ctx, LI_E_STATE, "the ballot does not close now");
    }
    *ret_plan = plan;
    return r ? r : li_ballot_turnout(ctx, tx->conn, tx->tenant, plan->ballot.id, &plan->turnout);
}

static int close_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                       struct li_outcome *ret)
{
    struct closing *plan = arg;
    struct li_ballot *ballot = &plan->ballot;
    struct li_json json;
    int r;

    ballot->state = LI_BALLOT_CLOSED;
    ballot->closed_at = tx->now;
    r = li_vote_update(ctx, tx, ballot);
    r = r ? r : li_vote_tell_case(ctx, tx, ballot);
    r = r ? r
          : li_vote_later(ctx, tx, ballot, LI_DUE_BALLOT_CLOSE, &li_ballot_unseal,
                          ballot->closes_at);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_int(&json, "papers", ballot->papers);
    li_json_put_int(&json, "turnout", plan->turnout);
    ret->entity = ballot->id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_ballot_close = {
    .name = "ballot.close", .parse = li_vote_parse, .decide = close_decide, .write = close_write};

/* ---- ballot.unseal -----------------------------------------------------------------------------
 */

struct unsealing {
    struct li_ballot ballot;
    struct li_urn_out out;
};

static int unseal_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    const struct li_ballot_ref_args *given = args;
    struct unsealing *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? li_vote_ballot(ctx, tx, given->id, &plan->ballot) : -LI_E_NOMEM;

    if (r == 0 && plan->ballot.state != LI_BALLOT_CLOSED) {
        return LI_FAIL(ctx, LI_E_STATE, "the urn is opened once, after closing");
    }
    *ret_plan = plan;
    return r ? r : li_urn_open(ctx, tx, &plan->ballot, STEP, &plan->out);
}

struct opened {
    struct li_str place, bytes;
};

static int by_place(const void *a, const void *b)
{
    return li_str_cmp(((const struct opened *)a)->place, ((const struct opened *)b)->place);
}

static int put_all(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot, int64_t kind,
                   struct opened *all, size_t count)
{
    int r = 0;

    qsort(all, count, sizeof(*all), by_place);
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = li_exec(ctx, tx->conn, &opened_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(ballot), li_v(kind), li_v_blob(all[i].place),
                            li_v_blob(all[i].bytes)),
                    NULL);
    }
    return r;
}

/* Choices at places drawn by chance, receipts by their hashes. */
static int put_opened(struct li_ctx *ctx, const struct li_tx *tx, const struct unsealing *plan)
{
    size_t count = plan->out.count;
    struct opened *voices = li_alloc_array(ctx, count + 1, sizeof(*voices));
    struct opened *receipts = li_alloc_array(ctx, count + 1, sizeof(*receipts));
    uint8_t *places = li_alloc(ctx, count * LI_VOTE_SLOT + 1);
    int r;

    if (!voices || !receipts || !places) {
        return -LI_E_NOMEM;
    }
    li_random_bytes(li_record_random(tx->record), places, count * LI_VOTE_SLOT);
    for (size_t i = 0; i < count; i++) {
        voices[i] = (struct opened){.place = li_str_n(places + i * LI_VOTE_SLOT, LI_VOTE_SLOT),
                                    .bytes = plan->out.voices[i]};
        receipts[i] =
            (struct opened){.place = li_hash_view(&plan->out.receipts[i]), .bytes = LI_S("")};
    }
    r = put_all(ctx, tx, plan->ballot.id, 0, voices, count);
    return r ? r : put_all(ctx, tx, plan->ballot.id, 1, receipts, count);
}

/* The urn is empty: the key goes, and unless papers wait the count comes. */
static int end_urn(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot)
{
    int r = li_urn_destroy(ctx, tx, ballot->id);

    return r || ballot->papers ? r
                               : li_vote_later(ctx, tx, ballot, LI_DUE_BALLOT_CLOSE,
                                               &li_ballot_count, ballot->closes_at);
}

static int unseal_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                        struct li_outcome *ret)
{
    const struct unsealing *plan = arg;
    const struct li_ballot *ballot = &plan->ballot;
    int64_t damaged = (int64_t)(plan->out.taken - plan->out.count);
    struct li_json json;
    int r = li_urn_take(ctx, tx, ballot->id, &plan->out);

    r = r ? r : put_opened(ctx, tx, plan);
    if (r == 0 && damaged) {
        r = li_exec(ctx, tx->conn, &ballot_damage,
                    LI_ARGS(li_v(tx->tenant), li_v(ballot->id), li_v(damaged)), NULL);
    }
    if (r == 0) {
        r = plan->out.taken == STEP ? li_vote_later(ctx, tx, ballot, LI_DUE_BALLOT_CLOSE,
                                                    &li_ballot_unseal, ballot->closes_at)
                                    : end_urn(ctx, tx, ballot);
    }
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_int(&json, "damaged", damaged);
    li_json_put_int(&json, "opened", (int64_t)plan->out.count);
    ret->entity = ballot->id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_ballot_unseal = {.name = "ballot.unseal",
                                            .parse = li_vote_parse,
                                            .decide = unseal_decide,
                                            .write = unseal_write};
