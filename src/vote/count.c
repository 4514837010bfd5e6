/*
 * Counting: what was opened and the papers become one file in an order of its own, the file is
 * counted, and file, receipts and result are published together.
 *
 * The file is what counts: the result is made by reading it again, so whoever has it can do the
 * same (`linli count FILE`), and `linli verify` does.
 */
#include <stdlib.h>

#include "ballot/pabulib.h"
#include "base/grow.h"
#include "base/time.h"
#include "case/case.h"
#include "case/library.h"
#include "vote/inside.h"

#define FEN INT64_C(100) /* of a yuan */

LI_SQL(opened_all, "select bytes, place from ballot_opened "
                   "where tenant = $1 and ballot = $2 and kind = $3 order by place");
LI_SQL(opened_clear, "delete from ballot_opened where tenant = $1 and ballot = $2");
LI_SQL(sheets_first,
       "select first from ballot_sheet where tenant = $1 and ballot = $2 order by sheet");
LI_SQL(sheets_clear, "delete from ballot_sheet where tenant = $1 and ballot = $2");
LI_SQL(urn_there, "select cast(count(*) as bigint) from ballot_urn "
                  "where tenant = $1 and ballot = $2");
LI_SQL(ballot_damaged, "select damaged from ballot where tenant = $1 and id = $2");
LI_SQL(result_insert, "insert into ballot_result (tenant, ballot, at, result, file, receipts) "
                      "values ($1, $2, $3, $4, $5, $6)");
LI_SQL(result_one, "select at, result, file, receipts from ballot_result "
                   "where tenant = $1 and ballot = $2");

int li_vote_damaged(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                    int64_t *ret)
{
    return li_query_i64(ctx, conn, &ballot_damaged, LI_ARGS(li_v(tenant), li_v(ballot)), ret);
}

/* ---- the rule ----------------------------------------------------------------------------------
 */

static struct li_count_how how_of(const struct li_ballot_spec *spec)
{
    struct li_count_how how = {.rule = LI_COUNT_POINTS, .seats = (size_t)spec->seats};

    switch (spec->method) {
    case LI_BALLOT_YES_NO:
    case LI_BALLOT_SINGLE:
    case LI_BALLOT_APPROVAL:
    case LI_BALLOT_SCORE_OF:
        break;
    case LI_BALLOT_RANKED:
        how.rule = LI_COUNT_RANKED;
        break;
    case LI_BALLOT_GREEDY:
        how.rule = LI_COUNT_GREEDY;
        break;
    case LI_BALLOT_SHARES:
        how = (struct li_count_how){.rule = LI_COUNT_SHARES, .step = FEN};
        break;
    }
    return how;
}

/* Whether a proposal was passed by so many voices for it. */
static bool passes(const struct li_ballot_spec *spec, int64_t yes, int64_t voices, int64_t electors)
{
    switch (spec->pass) {
    case LI_PASS_HALF_VOICES:
        return 2 * yes > voices;
    case LI_PASS_HALF_ELECTORS:
        return 2 * yes > electors;
    case LI_PASS_THIRDS_VOICES:
        return voices > 0 && 3 * yes >= 2 * voices;
    case LI_PASS_THIRDS_ELECTORS:
        return 3 * yes >= 2 * electors;
    }
    li_assert(0 && "a majority that is none");
}

static bool is_reached(const struct li_ballot_spec *spec, const struct li_ballot_sums *sums)
{
    return (sums->net + sums->papers) * spec->quorum_den >= spec->quorum_num * sums->electors;
}

/* ---- the file ----------------------------------------------------------------------------------
 */

struct voices {
    struct li_str *items;
    size_t count, cap;
};

static int read_voices(struct li_ctx *ctx, struct li_conn *conn, const struct li_sql *sql,
                       const struct li_val *args, size_t arg_count, struct voices *voices)
{
    struct li_rows *rows;
    int r = li_query(ctx, conn, sql, args, arg_count, &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_str *more =
            li_grow(ctx, voices->items, voices->count, &voices->cap, sizeof(*more));
        struct li_str one = li_col_dup(ctx, rows, 0);
        if (!more || !one.ptr) {
            r = -LI_E_NOMEM;
            break;
        }
        voices->items = more;
        voices->items[voices->count++] = one;
    }
    li_rows_done(rows);
    return r;
}

static int by_bytes(const void *a, const void *b)
{
    return li_str_cmp(*(const struct li_str *)a, *(const struct li_str *)b);
}

static void put_meta(struct li_pabulib *pabulib, const char *key, struct li_str value)
{
    if (value.ptr && value.len) {
        pabulib->meta[pabulib->meta_count].key = li_str(key);
        pabulib->meta[pabulib->meta_count++].value = value;
    }
}

static enum li_pabulib_vote vote_of(const struct li_ballot_spec *spec)
{
    return spec->method == LI_BALLOT_SCORE_OF ? LI_VOTE_SCORING
           : spec->method == LI_BALLOT_RANKED ? LI_VOTE_ORDINAL
                                              : LI_VOTE_APPROVAL;
}

static void fill_meta(struct li_ctx *ctx, const struct li_ballot *ballot, size_t voices,
                      struct li_pabulib *pabulib)
{
    static const char *const votes[] = {"approval", "ordinal", "cumulative", "scoring"};
    static const char *const rules[] = {"points", "ranked", "greedy", "equalshares/add1"};
    const struct li_ballot_spec *spec = &ballot->spec;
    struct li_count_how how = how_of(spec);
    char instant[LI_TIME_TEXT];

    put_meta(pabulib, "description", spec->title.zh);
    put_meta(pabulib, "num_projects", li_strf(ctx, "%zu", spec->option_count));
    put_meta(pabulib, "num_votes", li_strf(ctx, "%zu", voices));
    if (spec->budget) {
        put_meta(pabulib, "budget",
                 li_strf(ctx, "%lld.%02lld", (long long)(spec->budget / FEN),
                         (long long)(spec->budget % FEN)));
    }
    put_meta(pabulib, "vote_type", li_str(votes[pabulib->vote]));
    put_meta(pabulib, "rule", li_str(rules[how.rule]));
    if (how.rule == LI_COUNT_POINTS) {
        put_meta(pabulib, "seats", li_strf(ctx, "%lld", (long long)spec->seats));
    }
    if (how.rule == LI_COUNT_GREEDY) {
        put_meta(pabulib, "tie_breaking", LI_S("cost"));
    }
    li_time_format(ballot->closes_at, instant);
    put_meta(pabulib, "date_end", li_str_dup(ctx, li_str(instant)));
}

/* Options in the order of the lot, voices sorted by what they say. */
static int fill(struct li_ctx *ctx, const struct li_ballot *ballot, const struct voices *voices,
                struct li_pabulib *pabulib)
{
    const struct li_ballot_spec *spec = &ballot->spec;
    size_t options = spec->option_count, named = 0, most = voices->count * options + 1;
    struct li_pabulib_option *shown = li_alloc_array(ctx, options, sizeof(*shown));
    int64_t *costs = li_alloc_array(ctx, options, sizeof(*costs));
    uint32_t *starts = li_alloc_array(ctx, voices->count + 1, sizeof(*starts));
    uint16_t *names = li_alloc_array(ctx, most, sizeof(*names)), place[LI_BALLOT_OPTIONS];
    int32_t *marks = li_alloc_array(ctx, most, sizeof(*marks));
    struct li_str *voters = li_alloc_array(ctx, voices->count + 1, sizeof(*voters));
    struct li_choice choice;
    int r = shown && costs && starts && names && marks && voters ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < options; i++) {
        const struct li_ballot_option *option = &spec->options[ballot->lot[i]];
        place[ballot->lot[i]] = (uint16_t)i;
        shown[i] = (struct li_pabulib_option){.id = option->id, .name = option->title.zh};
        costs[i] = option->cost > 0 ? option->cost : FEN;
    }
    for (size_t i = 0; r == 0 && i < voices->count; i++) {
        starts[i] = (uint32_t)named;
        voters[i] = li_strf(ctx, "%zu", i + 1);
        r = voters[i].ptr ? li_choice_parse(ctx, spec, voices->items[i], &choice) : -LI_E_NOMEM;
        for (size_t k = 0; r == 0 && k < choice.count; k++) {
            names[named] = place[choice.marks[k].option];
            marks[named++] = choice.marks[k].points;
        }
        starts[i + 1] = (uint32_t)named;
    }
    pabulib->options = shown;
    pabulib->voters = voters;
    pabulib->election =
        (struct li_election){.option_count = options,
                             .costs = costs,
                             .budget = spec->budget,
                             .voice_count = voices->count,
                             .starts = starts,
                             .named = names,
                             .marks = pabulib->vote == LI_VOTE_SCORING ? marks : NULL};
    if (voices->count == 0 && starts) {
        starts[0] = 0;
    }
    return r;
}

static int make_file(struct li_ctx *ctx, const struct li_ballot *ballot, struct voices *voices,
                     struct li_str *ret)
{
    struct li_pabulib *pabulib = li_alloc(ctx, sizeof(*pabulib));
    struct li_buf *buf = li_buf_new(ctx, (size_t)512 * 1024 * 1024);
    struct li_count_how how = how_of(&ballot->spec);
    struct li_count count;
    int r = pabulib && buf ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    if (voices->count) {
        qsort(voices->items, voices->count, sizeof(*voices->items), by_bytes);
    }
    *pabulib = (struct li_pabulib){.vote = vote_of(&ballot->spec),
                                   .has_selected = ballot->spec.method != LI_BALLOT_YES_NO};
    fill_meta(ctx, ballot, voices->count, pabulib);
    r = fill(ctx, ballot, voices, pabulib);
    r = r ? r : li_count(ctx, &pabulib->election, &how, &count);
    for (size_t i = 0; r == 0 && i < count.chosen_count; i++) {
        pabulib->options[count.chosen[i]].selected = true;
    }
    if (r == 0) {
        li_pabulib_write(buf, pabulib);
        r = li_buf_check(ctx, buf);
    }
    if (r == 0) {
        *ret = li_buf_view(buf);
    }
    return r;
}

/* ---- the result --------------------------------------------------------------------------------
 */

static void put_count(struct li_json *json, const struct li_ballot *ballot,
                      const struct li_count *count, const struct li_pabulib *pabulib)
{
    li_json_put_int(json, "blank", (int64_t)count->blank);
    li_json_put_bool(json, "by_list", count->by_list);
    li_json_key(json, "chosen");
    li_json_open_list(json);
    for (size_t i = 0; ballot->spec.method != LI_BALLOT_YES_NO && i < count->chosen_count; i++) {
        li_json_text(json, pabulib->options[count->chosen[i]].id);
    }
    li_json_close_list(json);
}

/* In the order they were drafted. */
static void put_options(struct li_json *json, const struct li_ballot *ballot,
                        const struct li_count *count)
{
    const struct li_ballot_spec *spec = &ballot->spec;
    int64_t points[LI_BALLOT_OPTIONS];

    for (size_t i = 0; i < spec->option_count; i++) {
        points[ballot->lot[i]] = count->points[i];
    }
    li_json_key(json, "options");
    li_json_open_list(json);
    for (size_t i = 0; i < spec->option_count; i++) {
        li_json_open_map(json);
        li_json_put_text(json, "id", spec->options[i].id);
        li_json_put_int(json, "points", points[i]);
        li_json_close_map(json);
    }
    li_json_close_list(json);
}

static int64_t points_of(const struct li_pabulib *pabulib, const struct li_count *count,
                         const char *id)
{
    for (size_t i = 0; i < pabulib->election.option_count; i++) {
        if (li_str_is(pabulib->options[i].id, id)) {
            return count->points[i];
        }
    }
    return 0;
}

int li_vote_result(struct li_ctx *ctx, const struct li_ballot *ballot,
                   const struct li_ballot_sums *sums, struct li_str file, struct li_str *ret)
{
    const struct li_ballot_spec *spec = &ballot->spec;
    struct li_pabulib *pabulib = li_alloc(ctx, sizeof(*pabulib));
    struct li_count_how how = how_of(spec);
    struct li_count count = {0};
    bool reached = is_reached(spec, sums);
    int64_t voices = sums->net + sums->papers;
    struct li_json json;
    int r = pabulib ? 0 : -LI_E_NOMEM;

    if (r == 0 && reached) {
        r = li_pabulib_read(ctx, LI_S("voices"), file, pabulib);
        r = r ? r : li_count(ctx, &pabulib->election, &how, &count);
        if (r == 0 && pabulib->election.option_count != spec->option_count) {
            r = LI_FAIL(ctx, LI_E_CORRUPT, "the file has other options than the ballot");
        }
        voices = r ? voices : (int64_t)pabulib->election.voice_count;
    }
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    if (reached) {
        put_count(&json, ballot, &count, pabulib);
    }
    li_json_put_int(&json, "damaged", sums->damaged);
    li_json_put_int(&json, "electors", sums->electors);
    li_json_put_int(&json, "net", sums->net);
    if (reached) {
        put_options(&json, ballot, &count);
    }
    li_json_put_int(&json, "papers", sums->papers);
    if (reached && spec->method == LI_BALLOT_YES_NO) {
        li_json_put_bool(&json, "passed",
                         passes(spec, points_of(pabulib, &count, "yes"), voices, sums->electors));
    }
    li_json_put_bool(&json, "reached", reached);
    if (reached) {
        li_json_put_int(&json, "rounds", (int64_t)count.rounds);
        li_json_put_int(&json, "spent", spec->budget ? count.spent : 0);
    }
    li_json_put_int(&json, "voices", voices);
    return li_json_finish(ctx, &json, ret);
}

/* ---- ballot.count ------------------------------------------------------------------------------
 */

struct counting {
    struct li_ballot ballot;
    struct li_ballot_sums sums;
    struct li_str file, receipts, result;
};

static int gather_receipts(struct li_ctx *ctx, const struct li_tx *tx, struct counting *plan)
{
    struct li_buf *buf = li_buf_new(ctx, (size_t)64 * 1024 * 1024);
    struct li_rows *rows;
    int r = buf ? li_query(ctx, tx->conn, &opened_all,
                           LI_ARGS(li_v(tx->tenant), li_v(plan->ballot.id), li_v(1)), &rows)
                : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_hash hash;
        char hex[2 * LI_HASH_SIZE + 1];
        memcpy(hash.bytes, li_col_str(rows, 1).ptr, LI_HASH_SIZE);
        li_hash_hex(&hash, hex);
        li_buf_text(buf, hex);
        li_buf_char(buf, '\n');
    }
    li_rows_done(rows);
    plan->receipts = buf->len ? li_buf_view(buf) : LI_S("");
    return r ? r : li_buf_check(ctx, buf);
}

static int gather(struct li_ctx *ctx, const struct li_tx *tx, struct counting *plan)
{
    const struct li_ballot *ballot = &plan->ballot;
    struct voices voices = {0};
    int r = read_voices(ctx, tx->conn, &opened_all,
                        LI_ARGS(li_v(tx->tenant), li_v(ballot->id), li_v(0)), &voices);

    plan->sums.electors = ballot->electors;
    plan->sums.net = (int64_t)voices.count;
    r = r ? r
          : read_voices(ctx, tx->conn, &sheets_first, LI_ARGS(li_v(tx->tenant), li_v(ballot->id)),
                        &voices);
    plan->sums.papers = (int64_t)voices.count - plan->sums.net;
    r = r ? r : li_vote_damaged(ctx, tx->conn, tx->tenant, ballot->id, &plan->sums.damaged);
    r = r ? r : gather_receipts(ctx, tx, plan);
    plan->file = LI_S("");
    if (r == 0 && is_reached(&ballot->spec, &plan->sums)) {
        r = make_file(ctx, ballot, &voices, &plan->file);
    }
    return r ? r : li_vote_result(ctx, ballot, &plan->sums, plan->file, &plan->result);
}

/* All papers that were in the box, each entered twice alike. */
static int check_sheets(struct li_ctx *ctx, const struct li_tx *tx, const struct counting *plan,
                        int64_t papers)
{
    struct li_sheet *sheets;
    size_t count;
    int r = li_sheet_list(ctx, tx->conn, tx->tenant, plan->ballot.id, &sheets, &count);

    if (r == 0 && papers != (int64_t)count) {
        return li_fault(ctx, papers < (int64_t)count ? LI_FAULT_SMALL : LI_FAULT_GREAT,
                        LI_S("/papers"), li_strf(ctx, "%zu", count));
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (!sheets[i].same) {
            return LI_FAIL(ctx, LI_E_CHECK, "paper %lld is not entered twice alike",
                           (long long)sheets[i].sheet);
        }
    }
    return r;
}

static int may_count(struct li_ctx *ctx, const struct li_tx *tx, const struct counting *plan,
                     const struct li_ballot_count_args *given)
{
    int64_t there = 0;
    int r;

    if (plan->ballot.state != LI_BALLOT_CLOSED) {
        return LI_FAIL(ctx, LI_E_STATE, "a ballot is counted once, after closing");
    }
    if ((plan->ballot.papers == 0) != (given->papers < 0)) {
        return LI_FAIL(ctx, LI_E_STATE, "the clock counts where there are no papers");
    }
    r = li_query_i64(ctx, tx->conn, &urn_there, LI_ARGS(li_v(tx->tenant), li_v(plan->ballot.id)),
                     &there);
    if (r == 0 && there) {
        return LI_FAIL(ctx, LI_E_STATE, "the urn is still being opened");
    }
    if (r || given->papers < 0) {
        return r;
    }
    if (tx->viewer->account == plan->ballot.drafted_by) {
        return LI_FAIL(ctx, LI_E_RELATED, "who drafted a ballot does not count it");
    }
    return check_sheets(ctx, tx, plan, given->papers);
}

/* When objections end: so many working days from now. */
static int publicity(struct li_ctx *ctx, const struct li_tx *tx, struct li_ballot *ballot)
{
    struct li_length days = {
        .amount = ballot->spec.publicity_days, .unit = 'd', .kind = LI_CLOCK_WORK};
    const struct li_bound *bound = li_bound(tx->record);
    const struct li_calendar *calendar = NULL;
    int r = 0;

    if (!days.amount) {
        ballot->publicity_until = ballot->closes_at;
        return 0;
    }
    if (!bound) { /* a record of tests without a library counts plain days */
        ballot->publicity_until = tx->now + days.amount * LI_DAY;
        return 0;
    }
    r = li_library_calendar(ctx, bound->library, tx->conn, tx->tenant, &calendar);
    if (r == 0) {
        ballot->publicity_until = li_calendar_add(calendar, tx->now, days).at;
    }
    return r;
}

static int count_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_ballot_count_args *given = args;
    struct counting *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? li_vote_staff(ctx, tx, given->id, &plan->ballot) : -LI_E_NOMEM;

    r = r ? r : may_count(ctx, tx, plan, given);
    r = r ? r : publicity(ctx, tx, &plan->ballot);
    *ret_plan = plan;
    return r ? r : gather(ctx, tx, plan);
}

static int tell_counted(struct li_ctx *ctx, const struct counting *plan, struct li_outcome *ret)
{
    struct li_hash file = li_hash_of(plan->file), receipts = li_hash_of(plan->receipts);
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_key(&json, "file");
    li_json_hash(&json, &file);
    li_json_key(&json, "receipts");
    li_json_hash(&json, &receipts);
    li_json_key(&json, "result");
    li_json_raw(&json, plan->result);
    ret->entity = plan->ballot.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

static int count_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                       struct li_outcome *ret)
{
    struct counting *plan = arg;
    struct li_ballot *ballot = &plan->ballot;
    int r;

    ballot->state = LI_BALLOT_COUNTED;
    ballot->counted_at = tx->now;
    r = li_vote_update(ctx, tx, ballot);
    r = r ? r : li_vote_tell_case(ctx, tx, ballot);
    r = r ? r
          : li_exec(ctx, tx->conn, &result_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(ballot->id), li_v(tx->now),
                            li_v_blob(plan->result), li_v_blob(plan->file),
                            li_v_blob(plan->receipts)),
                    NULL);
    r = r ? r
          : li_exec(ctx, tx->conn, &opened_clear, LI_ARGS(li_v(tx->tenant), li_v(ballot->id)),
                    NULL);
    r = r ? r
          : li_exec(ctx, tx->conn, &sheets_clear, LI_ARGS(li_v(tx->tenant), li_v(ballot->id)),
                    NULL);
    r = r ? r
          : li_vote_later(ctx, tx, ballot, LI_DUE_BALLOT_SETTLE, &li_ballot_settle,
                          ballot->publicity_until);
    return r ? r : tell_counted(ctx, plan, ret);
}

static int count_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    struct li_ballot_count_args *given = li_alloc(ctx, sizeof(*given));
    void *ref = NULL;
    int r = given ? li_vote_parse(ctx, args, &ref) : -LI_E_NOMEM;

    if (r == 0) {
        *given = (struct li_ballot_count_args){.id = ((const struct li_ballot_ref_args *)ref)->id,
                                               .papers = -1};
        *ret = given;
    }
    return r;
}

const struct li_command li_ballot_count = {
    .name = "ballot.count", .parse = count_parse, .decide = count_decide, .write = count_write};

/* ---- reading -----------------------------------------------------------------------------------
 */

int li_ballot_result(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                     struct li_ballot_result *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &result_one, LI_ARGS(li_v(tenant), li_v(ballot)), &rows);

    if (r == 0) {
        *ret = (struct li_ballot_result){.at = li_col_i64(rows, 0),
                                         .result = li_col_dup(ctx, rows, 1),
                                         .file = li_col_dup(ctx, rows, 2),
                                         .receipts = li_col_dup(ctx, rows, 3)};
        r = ret->result.ptr && ret->file.ptr && ret->receipts.ptr ? 0 : -LI_E_NOMEM;
        li_rows_done(rows);
    }
    return r;
}

int li_ballot_decided(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                      struct li_ballot_result *ret)
{
    struct li_ballot *found = li_alloc(ctx, sizeof(*found));
    int r = found ? li_ballot_find(ctx, conn, tenant, ballot, found) : -LI_E_NOMEM;

    if (r == 0 && !found->spec.decision) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "a ballot of opinion feeds nothing");
    }
    if (r == 0 && found->state != LI_BALLOT_FINAL) {
        return LI_FAIL(ctx, LI_E_STATE, "the result is not final");
    }
    return r ? r : li_ballot_result(ctx, conn, tenant, ballot, ret);
}
