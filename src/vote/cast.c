/*
 * Casting a voice: read as the ballot's method has it, sealed, and put where an earlier one of the
 * same elector lay.
 *
 * The answer is the same whether it is the first or the fifth, and the history entry says who
 * voted, never what.
 */
#include "vote/inside.h"

/* ---- what a choice may be ---------------------------------------------------------------------
 */

static int option_of(const struct li_ballot_spec *spec, struct li_str id)
{
    for (size_t i = 0; i < spec->option_count; i++) {
        if (li_str_eq(spec->options[i].id, id)) {
            return (int)i;
        }
    }
    return -1;
}

/* How many options a voice may name. */
static size_t most_named(const struct li_ballot_spec *spec)
{
    switch (spec->method) {
    case LI_BALLOT_YES_NO:
    case LI_BALLOT_SINGLE:
        return 1;
    case LI_BALLOT_APPROVAL:
    case LI_BALLOT_GREEDY:
    case LI_BALLOT_SHARES:
        return spec->most > 0 && spec->most < (int64_t)spec->option_count ? (size_t)spec->most
                                                                          : spec->option_count;
    case LI_BALLOT_SCORE_OF:
    case LI_BALLOT_RANKED:
        return spec->option_count;
    }
    li_assert(0 && "a method that is none");
}

static int read_mark(struct li_ctx *ctx, const struct li_ballot_spec *spec, struct li_str where,
                     const struct li_node *mark, struct li_choice *choice)
{
    const struct li_node *points = li_node_get(mark, "points");
    int option = option_of(spec, li_node_text(mark, "option"));
    int64_t given = points && points->kind == LI_INT ? points->number : 1;

    if (option < 0) {
        return li_fault(ctx, LI_FAULT_UNKNOWN, where, LI_S(""));
    }
    for (size_t i = 0; i < choice->count; i++) {
        if (choice->marks[i].option == option) {
            return li_fault(ctx, LI_FAULT_TWICE, where, LI_S(""));
        }
    }
    if (spec->method == LI_BALLOT_SCORE_OF && (given < 0 || given > spec->most)) {
        return li_fault(ctx, given < 0 ? LI_FAULT_SMALL : LI_FAULT_GREAT, where,
                        li_strf(ctx, "%lld", given < 0 ? 0LL : (long long)spec->most));
    }
    given = spec->method == LI_BALLOT_SCORE_OF ? given : 1;
    if (given > 0) {
        choice->marks[choice->count].option = (uint16_t)option;
        choice->marks[choice->count++].points = (uint8_t)given;
    }
    return 0;
}

int li_choice_read(struct li_ctx *ctx, const struct li_ballot_spec *spec, struct li_str where,
                   const struct li_node *list, struct li_choice *ret)
{
    size_t most = most_named(spec), count = list ? list->list.count : 0;
    struct li_choice choice = {.count = 0};
    int r = 0;

    if (count > most) {
        return li_fault(ctx, LI_FAULT_MANY, where, li_strf(ctx, "%zu", most));
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        r = read_mark(ctx, spec, li_strf(ctx, "%.*s/%zu", LI_P(where), i), list->list.items[i],
                      &choice);
    }
    if (r == 0) {
        *ret = choice;
    }
    return r;
}

/* ---- ballot.cast -------------------------------------------------------------------------------
 */

struct casting {
    struct li_ballot_cast cast; /* first: what the caller sees of a plan */
    struct li_ballot ballot;
    struct li_elector elector;
    struct li_choice choice;
};

static int find_elector(struct li_ctx *ctx, const struct li_tx *tx,
                        const struct li_ballot_cast_args *given, struct casting *plan)
{
    int64_t ballot = given->id;
    int r = given->code.len
                ? li_elector_by_code(ctx, tx->record, tx->conn, tx->tenant, given->code, &ballot,
                                     &plan->elector)
                : li_elector_of_person(ctx, tx->record, tx->conn, tx->tenant, ballot,
                                       tx->viewer->kind == LI_VIEWER_STAFF ? tx->viewer->person : 0,
                                       &plan->elector);

    if (r == -LI_E_NOT_FOUND || (r == 0 && given->id && given->id != ballot)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "nobody votes here by that");
    }
    return r ? r : li_vote_ballot(ctx, tx, ballot, &plan->ballot);
}

static int cast_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_ballot_cast_args *given = args;
    struct casting *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? find_elector(ctx, tx, given, plan) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    if (!li_ballot_is_open(&plan->ballot, tx->now)) {
        return LI_FAIL(ctx, LI_E_STATE, "the ballot is not open");
    }
    if (plan->elector.way == LI_WAY_PAPER) {
        return LI_FAIL(ctx, LI_E_CHECK, "they have a paper ballot");
    }
    plan->cast = (struct li_ballot_cast){.ballot = plan->ballot.id, .elector = plan->elector.no};
    *ret_plan = plan;
    return li_choice_read(ctx, &plan->ballot.spec, LI_S("/choice"), given->choice, &plan->choice);
}

static int cast_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg, struct li_outcome *ret)
{
    struct casting *plan = arg;
    struct li_json json;
    int r = li_urn_put(ctx, tx, &plan->ballot, plan->elector.no, &plan->choice);

    r = r ? r : li_roll_way(ctx, tx, plan->ballot.id, plan->elector.no, LI_WAY_NET);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_int(&json, "elector", plan->elector.no);
    ret->entity = plan->ballot.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_ballot_cast = {
    .name = "ballot.cast", .decide = cast_decide, .write = cast_write};
