/* Ballots that a case opens and waits for; see ballot.h. */
#include "case/ballot.h"

#include "base/canonical.h"
#include "base/time.h"
#include "case/child.h"
#include "contract/fault.h"
#include "record/due.h"

LI_SQL(case_ballot_all, "select name, ballot, state, passed, first, chosen from case_ballot "
                        "where tenant = $1 and case_id = $2");
LI_SQL(case_ballot_drop,
       "delete from case_ballot where tenant = $1 and case_id = $2 and name = $3");
LI_SQL(case_ballot_insert,
       "insert into case_ballot (tenant, case_id, name, ballot, state, passed, first, chosen) "
       "values ($1, $2, $3, $4, $5, $6, $7, $8)");

/* ---- what is known --------------------------------------------------------------------- */

static int read_vote(struct li_ctx *ctx, const struct li_rows *rows, struct li_case_vote *ret)
{
    *ret = (struct li_case_vote){.ballot = li_col_i64(rows, 1),
                                 .state = li_col_dup(ctx, rows, 2),
                                 .passed = li_col_i64(rows, 3) != 0,
                                 .first = li_col_dup(ctx, rows, 4),
                                 .chosen = li_col_dup(ctx, rows, 5)};
    return ret->state.ptr && ret->first.ptr && ret->chosen.ptr ? 0 : -LI_E_NOMEM;
}

int li_case_votes(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, struct li_case *row)
{
    const struct li_playbook *playbook = row->playbook;
    struct li_case_vote *votes;
    struct li_rows *rows;
    int r;

    if (playbook->ballot_count == 0) {
        return 0;
    }
    votes = li_alloc_array(ctx, playbook->ballot_count, sizeof(*votes));
    if (!votes) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < playbook->ballot_count; i++) {
        votes[i] = (struct li_case_vote){.state = LI_S(""), .first = LI_S(""), .chosen = LI_S("")};
    }
    r = li_query(ctx, conn, &case_ballot_all, LI_ARGS(li_v(tenant), li_v(row->id)), &rows);
    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        int place = li_playbook_ballot(playbook, li_col_str(rows, 0));
        r = place < 0 ? 0 : read_vote(ctx, rows, &votes[place]);
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    row->votes = votes;
    return r;
}

static int write_vote(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                      struct li_str name, const struct li_case_vote *vote)
{
    int r = li_exec(ctx, tx->conn, &case_ballot_drop,
                    LI_ARGS(li_v(tx->tenant), li_v(case_id), li_v_text(name)), NULL);

    return r ? r
             : li_exec(ctx, tx->conn, &case_ballot_insert,
                       LI_ARGS(li_v(tx->tenant), li_v(case_id), li_v_text(name), li_v(vote->ballot),
                               li_v_text(vote->state), li_v((int64_t)vote->passed),
                               li_v_text(vote->first), li_v_text(vote->chosen)),
                       NULL);
}

/* ---- asked for ---------------------------------------------------------------------------- */

int li_case_ballot_closes(struct li_ctx *ctx, const struct li_case *row,
                          const struct li_ballot_rule *rule, int64_t now, int64_t *ret)
{
    int64_t minute = LI_SECOND * 60 * rule->minute;
    const struct li_node *given;
    int32_t day;
    int r;

    if (rule->until < 0) {
        *ret = li_day_start(li_day_at(now) + rule->days) + minute;
        return 0;
    }
    given = li_node_get_str(row->fields, row->playbook->fields[rule->until].name);
    *ret = 0;
    if (!given || given->kind != LI_TEXT) {
        return 0;
    }
    if (row->playbook->fields[rule->until].type == LI_FIELD_DATETIME) {
        return li_time_parse(ctx, given->text, ret);
    }
    r = li_date_parse(ctx, given->text, &day);
    *ret = r ? 0 : li_day_start(day) + minute;
    return r;
}

int li_case_ballots_check(struct li_ctx *ctx, const struct li_case *row, const struct li_plan *plan,
                          int64_t now)
{
    for (size_t i = 0; i < plan->fired_count; i++) {
        int ballot = row->playbook->actions[plan->fired[i]].ballot;
        const struct li_ballot_rule *rule = ballot < 0 ? NULL : &row->playbook->ballots[ballot];
        int64_t closes = 0;
        int r = rule ? li_case_ballot_closes(ctx, row, rule, now, &closes) : 0;

        if (r == 0 && rule && closes <= now && rule->until >= 0) {
            r = li_fault(
                ctx, closes ? LI_FAULT_LATER : LI_FAULT_REQUIRED,
                li_strf(ctx, "/fields/%.*s", LI_P(row->playbook->fields[rule->until].name)),
                LI_S(""));
        }
        if (r) {
            return r;
        }
    }
    return 0;
}

/* The command that opens it. */
static int call_later(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                      int ballot)
{
    struct li_due due = {.entity = row->id,
                         .slot = LI_DUE_BALLOT + ballot,
                         .at = li_now(li_record_clock(tx->record)),
                         .command = LI_S(LI_BALLOT_CALL)};
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_int(&json, "by", tx->viewer->account);
    li_json_put_int(&json, "case", row->id);
    li_json_put_text(&json, "name", row->playbook->ballots[ballot].name);
    r = li_json_finish(ctx, &json, &due.args);
    return r ? r : li_due_set(ctx, tx, &due);
}

int li_case_ballots_put(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                        const struct li_plan *plan)
{
    const struct li_case_vote asked = {
        .state = LI_S("asked"), .first = LI_S(""), .chosen = LI_S("")};
    int r = 0;

    for (size_t i = 0; r == 0 && i < plan->fired_count; i++) {
        int ballot = row->playbook->actions[plan->fired[i]].ballot;
        if (ballot >= 0) {
            r = write_vote(ctx, tx, row->id, row->playbook->ballots[ballot].name, &asked);
            r = r ? r : call_later(ctx, tx, row, ballot);
        }
    }
    return r;
}

/* ---- told --------------------------------------------------------------------------------------
 */

static int told_json(struct li_ctx *ctx, const struct li_case_told *told, bool with_case,
                     struct li_str *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_int(&json, "ballot", told->vote.ballot);
    if (with_case) {
        li_json_put_int(&json, "case", told->id);
    }
    li_json_put_text(&json, "chosen", told->vote.chosen);
    li_json_put_text(&json, "first", told->vote.first);
    li_json_put_text(&json, "name", told->name);
    li_json_put_bool(&json, "passed", told->vote.passed);
    li_json_put_text(&json, "state", told->vote.state);
    return li_json_finish(ctx, &json, ret);
}

/* How far a ballot is: what is told goes one way. */
static int stage_of(struct li_str state)
{
    static const char *const stages[] = {LI_BALLOT_RUNS, "final", "cancelled"};

    for (int i = 0; i < (int)(sizeof(stages) / sizeof(stages[0])); i++) {
        if (li_str_is(state, stages[i])) {
            return i;
        }
    }
    return -1;
}

/* Each name and stage has a slot of its own, in their order: what is told later takes nothing from
 * what was told before and has not come yet. */
int li_case_tell_ballot(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case_told *told)
{
    struct li_due due = {.entity = told->id,
                         .at = li_now(li_record_clock(tx->record)),
                         .command = li_str(li_case_ballot.name)};
    struct li_hash hash = li_hash_of(told->name);
    int r = told_json(ctx, told, true, &due.args);

    due.slot = LI_DUE_TOLD + ((int64_t)hash.bytes[0] << 16 | (int64_t)hash.bytes[1] << 8 |
                              (int64_t)stage_of(told->vote.state));
    return r ? r : li_due_set(ctx, tx, &due);
}

static int told_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    const struct li_node *id = li_node_get(args, "case"), *ballot = li_node_get(args, "ballot"),
                         *passed = li_node_get(args, "passed");
    struct li_case_told *told = li_alloc(ctx, sizeof(*told));

    if (!told) {
        return -LI_E_NOMEM;
    }
    *told = (struct li_case_told){.name = li_node_text(args, "name"),
                                  .vote = {.state = li_node_text(args, "state"),
                                           .first = li_node_text(args, "first"),
                                           .chosen = li_node_text(args, "chosen")}};
    if (!id || id->kind != LI_INT || !ballot || ballot->kind != LI_INT || !passed ||
        passed->kind != LI_BOOL || !told->name.ptr || !told->vote.state.ptr ||
        !told->vote.first.ptr || !told->vote.chosen.ptr) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a due row that tells of a ballot is misshapen");
    }
    told->id = id->number;
    told->vote.ballot = ballot->number;
    told->vote.passed = passed->flag;
    *ret = told;
    return 0;
}

struct telling {
    const struct li_case_told *told;
    bool open; /* the case is */
};

/* News of an earlier ballot of the name, and of an earlier stage, come too late. */
static bool is_late(const struct li_case_vote *known, const struct li_case_vote *told)
{
    return known->ballot > told->ballot ||
           (known->ballot == told->ballot && stage_of(known->state) >= stage_of(told->state));
}

static int told_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    struct telling *telling = li_alloc(ctx, sizeof(*telling));
    struct li_case row;
    int place, r = telling ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    telling->told = args;
    r = li_case_find(ctx, tx->record, tx->conn, tx->tenant, telling->told->id, &row);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_STATE, "the case is gone");
    }
    place = r ? -1 : li_playbook_ballot(row.playbook, telling->told->name);
    if (r == 0 && (place < 0 || is_late(&row.votes[place], &telling->told->vote))) {
        return LI_FAIL(ctx, LI_E_STATE, "the case knows of no such ballot, or knows more");
    }
    telling->open = r == 0 && !row.closed_at;
    *ret_plan = telling;
    return r;
}

static int told_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    struct telling *telling = plan;
    const struct li_case_told *told = telling->told;
    int r = write_vote(ctx, tx, told->id, told->name, &told->vote);

    if (r == 0 && telling->open) {
        r = li_case_settle_later(ctx, tx, told->id);
    }
    ret->entity = told->id;
    return r ? r : told_json(ctx, told, false, &ret->payload);
}

const struct li_command li_case_ballot = {
    .name = "case.ballot",
    .parse = told_parse,
    .decide = told_decide,
    .write = told_write,
};
