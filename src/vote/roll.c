/*
 * The roll: who may vote in a ballot, which code they have, whether they voted and how.
 *
 * Never what.  Names that were typed are sealed with the tenant's key; a row of a register and a
 * person are referred to.
 */
#include "base/grow.h"
#include "base/time.h"
#include "people/people.h"
#include "register/register.h"
#include "vote/inside.h"

#define PAGE 500

#define COLUMNS "no, kind, ref, label, edition, way, ballot"

LI_SQL(elector_insert,
       "insert into ballot_elector (tenant, ballot, no, kind, ref, label, edition, code, way, "
       "blind) values ($1, $2, $3, $4, $5, $6, 0, null, 0, $7)");
LI_SQL(elector_clear, "delete from ballot_elector where tenant = $1 and ballot = $2");
LI_SQL(elector_count, "select cast(count(*) as bigint) from ballot_elector "
                      "where tenant = $1 and ballot = $2");
LI_SQL(elector_voted, "select cast(count(*) as bigint) from ballot_elector "
                      "where tenant = $1 and ballot = $2 and way > 0");
LI_SQL(elector_page, "select " COLUMNS " from ballot_elector where tenant = $1 and ballot = $2 "
                     "and no > $3 order by no limit $4");
LI_SQL(elector_one,
       "select " COLUMNS " from ballot_elector where tenant = $1 and ballot = $2 and no = $3");
LI_SQL(elector_code_of, "select " COLUMNS " from ballot_elector where tenant = $1 and code = $2 "
                        "and code is not null");
LI_SQL(elector_of, "select " COLUMNS " from ballot_elector where tenant = $1 and ballot = $2 "
                   "and kind = $3 and ref = $4 and ref <> 0 order by no limit 1");
LI_SQL(elector_blind, "select " COLUMNS " from ballot_elector where tenant = $1 and ballot = $2 "
                      "and blind = $3 and blind is not null");
LI_SQL(elector_edition, "update ballot_elector set edition = $4, code = $5 "
                        "where tenant = $1 and ballot = $2 and no = $3");
LI_SQL(elector_way, "update ballot_elector set way = $4 "
                    "where tenant = $1 and ballot = $2 and no = $3");
LI_SQL(elector_forget, "update ballot_elector set label = null, code = null, blind = null "
                       "where tenant = $1 and ballot = $2");

/* ---- reading --------------------------------------------------------------------------------- */

static int read_elector(struct li_ctx *ctx, struct li_record *record, int64_t tenant,
                        const struct li_rows *rows, struct li_elector *ret)
{
    struct li_str label = li_col_str(rows, 3);

    *ret = (struct li_elector){.no = li_col_i64(rows, 0),
                               .kind = li_col_dup(ctx, rows, 1),
                               .ref = li_col_i64(rows, 2),
                               .label = LI_S(""),
                               .edition = li_col_i64(rows, 4),
                               .way = (enum li_elector_way)li_col_i64(rows, 5)};
    if (!ret->kind.ptr) {
        return -LI_E_NOMEM;
    }
    return label.ptr ? li_label_open(ctx, record, tenant, li_col_i64(rows, 6), ret->no, label,
                                     &ret->label)
                     : 0;
}

static int find(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                const struct li_sql *sql, const struct li_val *args, size_t arg_count,
                int64_t *ret_ballot, struct li_elector *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, sql, args, arg_count, &rows);

    if (r == 0) {
        *ret_ballot = li_col_i64(rows, 6);
        r = read_elector(ctx, record, args[0].i64, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

int li_elector_find(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, int64_t ballot, int64_t no, struct li_elector *ret)
{
    return find(ctx, record, conn, &elector_one, LI_ARGS(li_v(tenant), li_v(ballot), li_v(no)),
                &ballot, ret);
}

int li_elector_by_code(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                       int64_t tenant, struct li_str code, int64_t *ret_ballot,
                       struct li_elector *ret)
{
    uint8_t bytes[LI_BALLOT_CODE];
    struct li_str kept;

    if (!li_voting_code_read(code, bytes)) {
        return -LI_E_NOT_FOUND;
    }
    kept = li_voting_code_kept(ctx, bytes);
    return kept.ptr ? find(ctx, record, conn, &elector_code_of,
                           LI_ARGS(li_v(tenant), li_v_blob(kept)), ret_ballot, ret)
                    : -LI_E_NOMEM;
}

int li_elector_of_person(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                         int64_t tenant, int64_t ballot, int64_t person, struct li_elector *ret)
{
    return person
               ? find(ctx, record, conn, &elector_of,
                      LI_ARGS(li_v(tenant), li_v(ballot), li_v_text(LI_S("person")), li_v(person)),
                      &ballot, ret)
               : -LI_E_NOT_FOUND;
}

int li_elector_list(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, int64_t ballot, int64_t after, size_t limit,
                    struct li_elector **ret, size_t *ret_count)
{
    struct li_elector *all = li_alloc_array(ctx, limit + 1, sizeof(*all));
    struct li_rows *rows;
    size_t count = 0;
    int r = all ? li_query(ctx, conn, &elector_page,
                           LI_ARGS(li_v(tenant), li_v(ballot), li_v(after), li_v((int64_t)limit)),
                           &rows)
                : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        r = read_elector(ctx, record, tenant, rows, &all[count++]);
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = all;
        *ret_count = count;
    }
    return r;
}

int li_roll_count(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                  int64_t *ret)
{
    return li_query_i64(ctx, conn, &elector_count, LI_ARGS(li_v(tenant), li_v(ballot)), ret);
}

int li_ballot_turnout(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t ballot,
                      int64_t *ret)
{
    return li_query_i64(ctx, conn, &elector_voted, LI_ARGS(li_v(tenant), li_v(ballot)), ret);
}

/* ---- writing --------------------------------------------------------------------------------- */

static int put(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot, int64_t no,
               const struct li_roll_entry *entry, struct li_str blind)
{
    struct li_str sealed = {0};
    int r = entry->label.ptr
                ? li_label_seal(ctx, tx->record, tx->tenant, ballot, no, entry->label, &sealed)
                : 0;

    return r ? r
             : li_exec(ctx, tx->conn, &elector_insert,
                       LI_ARGS(li_v(tx->tenant), li_v(ballot), li_v(no),
                               li_v_text(li_str(entry->kind)), li_v(entry->ref), li_v_blob(sealed),
                               li_v_blob(blind)),
                       NULL);
}

int li_roll_put(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot, int64_t no,
                const struct li_roll_entry *entry)
{
    return put(ctx, tx, ballot, no, entry, (struct li_str){0});
}

int li_roll_clear(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot)
{
    return li_exec(ctx, tx->conn, &elector_clear, LI_ARGS(li_v(tx->tenant), li_v(ballot)), NULL);
}

int li_roll_way(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot, int64_t no,
                enum li_elector_way way)
{
    return li_exec(ctx, tx->conn, &elector_way,
                   LI_ARGS(li_v(tx->tenant), li_v(ballot), li_v(no), li_v((int64_t)way)), NULL);
}

int li_roll_forget(struct li_ctx *ctx, const struct li_tx *tx, int64_t ballot)
{
    return li_exec(ctx, tx->conn, &elector_forget, LI_ARGS(li_v(tx->tenant), li_v(ballot)), NULL);
}

/* ---- by the rule -------------------------------------------------------------------------------
 */

struct taking {
    struct li_roll_entry *entries;
    size_t count, cap;
};

static int take_one(struct li_ctx *ctx, struct taking *taking, const char *kind, int64_t ref)
{
    struct li_roll_entry *more =
        li_grow(ctx, taking->entries, taking->count, &taking->cap, sizeof(*more));

    if (!more) {
        return -LI_E_NOMEM;
    }
    if (taking->count == LI_BALLOT_ELECTORS) {
        return li_fault(ctx, LI_FAULT_MANY, LI_S("/electorate"),
                        li_strf(ctx, "%d", LI_BALLOT_ELECTORS));
    }
    taking->entries = more;
    taking->entries[taking->count++] = (struct li_roll_entry){.kind = kind, .ref = ref};
    return 0;
}

static int take_rows(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot,
                     struct taking *taking)
{
    struct li_row_query query = {.path = ballot->area_path, .limit = PAGE};
    struct li_row *rows;
    size_t count = PAGE;
    int r = li_register_find(ctx, tx->record, tx->conn, tx->tenant, ballot->spec.reg, &query.reg);

    if (r == -LI_E_NOT_FOUND) {
        li_ctx_clear(ctx);
        return li_fault(ctx, LI_FAULT_UNKNOWN, LI_S("/electorate/register"), LI_S(""));
    }
    query.find[0] = ballot->spec.find.len ? ballot->spec.find : (struct li_str){0};
    while (r == 0 && count == PAGE) {
        r = li_row_list(ctx, tx->record, tx->conn, tx->tenant, &query, &rows, &count);
        for (size_t i = 0; r == 0 && i < count; i++) {
            r = take_one(ctx, taking, "row", rows[i].id);
            query.after_path = rows[i].area_path;
            query.after_code = rows[i].code;
        }
    }
    return r;
}

static bool is_taken(const struct taking *taking, int64_t ref)
{
    for (size_t i = 0; i < taking->count; i++) {
        if (taking->entries[i].ref == ref) {
            return true;
        }
    }
    return false;
}

static int take_post(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot,
                     struct taking *taking)
{
    struct li_appointment_filter filter = {
        .path = ballot->area_path, .post = ballot->spec.post, .at = tx->now, .limit = PAGE};
    struct li_appointment *held;
    size_t count = PAGE;
    int r = 0;

    if (!li_post_find(ballot->spec.post)) {
        return li_fault(ctx, LI_FAULT_UNKNOWN, LI_S("/electorate/post"), LI_S(""));
    }
    while (r == 0 && count == PAGE) {
        r = li_appointment_list(ctx, tx->conn, tx->tenant, &filter, &held, &count);
        for (size_t i = 0; r == 0 && i < count; i++) {
            filter.after = held[i].id;
            r = is_taken(taking, held[i].person) ? 0
                                                 : take_one(ctx, taking, "person", held[i].person);
        }
    }
    return r;
}

int li_roll_take(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot,
                 struct li_roll_entry **ret, size_t *ret_count)
{
    struct taking taking = {0};
    int r = ballot->spec.by == LI_BY_ROWS   ? take_rows(ctx, tx, ballot, &taking)
            : ballot->spec.by == LI_BY_POST ? take_post(ctx, tx, ballot, &taking)
                                            : 0;

    if (r == 0) {
        *ret = taking.entries;
        *ret_count = taking.count;
    }
    return r;
}

/* ---- ballot.issue
 * -------------------------------------------------------------------------------- */

struct issuing {
    struct li_ballot ballot;
    struct li_elector *electors;
    size_t count;
};

static int still_runs(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot)
{
    return ballot->state == LI_BALLOT_SET && tx->now < ballot->closes_at
               ? 0
               : LI_FAIL(ctx, LI_E_STATE, "the ballot is not set, or is closed");
}

static int issue_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_ballot_issue_args *given = args;
    struct issuing *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? li_vote_staff(ctx, tx, given->id, &plan->ballot) : -LI_E_NOMEM;

    r = r ? r : still_runs(ctx, tx, &plan->ballot);
    if (r) {
        return r;
    }
    plan->count = given->count;
    plan->electors = li_alloc_array(ctx, given->count + 1, sizeof(*plan->electors));
    r = plan->electors ? 0 : -LI_E_NOMEM;
    for (size_t i = 0; r == 0 && i < given->count; i++) {
        struct li_elector *elector = &plan->electors[i];
        r = li_elector_find(ctx, tx->record, tx->conn, tx->tenant, given->id, given->electors[i],
                            elector);
        if (r == -LI_E_NOT_FOUND) {
            return li_fault(ctx, LI_FAULT_UNKNOWN, li_strf(ctx, "/electors/%zu", i), LI_S(""));
        }
        for (size_t k = 0; r == 0 && k < i; k++) {
            if (plan->electors[k].no == elector->no) {
                return li_fault(ctx, LI_FAULT_TWICE, li_strf(ctx, "/electors/%zu", i), LI_S(""));
            }
        }
        if (r == 0 && elector->way == LI_WAY_PAPER) {
            return LI_FAIL(ctx, LI_E_CHECK, "they have a paper ballot");
        }
    }
    *ret_plan = plan;
    return r;
}

static int issue_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                       struct li_outcome *ret)
{
    struct issuing *plan = arg;
    uint8_t code[LI_BALLOT_CODE];
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_key(&json, "electors");
    li_json_open_list(&json);
    for (size_t i = 0; r == 0 && i < plan->count; i++) {
        struct li_elector *elector = &plan->electors[i];
        struct li_str kept = {0};
        elector->edition++;
        r = li_voting_code_bytes(ctx, tx->record, tx->tenant, plan->ballot.id, elector->no,
                                 elector->edition, code);
        kept = r ? kept : li_voting_code_kept(ctx, code);
        r = r || kept.ptr ? r : -LI_E_NOMEM;
        r = r ? r
              : li_exec(ctx, tx->conn, &elector_edition,
                        LI_ARGS(li_v(tx->tenant), li_v(plan->ballot.id), li_v(elector->no),
                                li_v(elector->edition), li_v_blob(kept)),
                        NULL);
        li_json_int(&json, elector->no);
    }
    li_json_close_list(&json);
    ret->entity = plan->ballot.id;
    return r ? r : li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_ballot_issue = {
    .name = "ballot.issue", .decide = issue_decide, .write = issue_write};

/* ---- ballot.admit
 * -------------------------------------------------------------------------------- */

struct admitting {
    struct li_elector elector; /* first: what the caller sees of a plan */
    struct li_ballot ballot;
    struct li_roll_entry entry;
    struct li_str blind;
};

static int admit_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_ballot_admit_args *given = args;
    struct admitting *plan = li_alloc(ctx, sizeof(*plan));
    int64_t ballot;
    int r = plan ? li_vote_staff(ctx, tx, given->id, &plan->ballot) : -LI_E_NOMEM;

    r = r ? r : still_runs(ctx, tx, &plan->ballot);
    if (r == 0 && plan->ballot.spec.by != LI_BY_DESK) {
        return LI_FAIL(ctx, LI_E_STATE, "the roll of this ballot is complete");
    }
    r = r ? r : li_proof_kept(ctx, tx->record, tx->tenant, given->id, given->proof, &plan->blind);
    r = r ? r
          : find(ctx, tx->record, tx->conn, &elector_blind,
                 LI_ARGS(li_v(tx->tenant), li_v(given->id), li_v_blob(plan->blind)), &ballot,
                 &plan->elector);
    if (r == 0) {
        return li_fault(ctx, LI_FAULT_TAKEN, LI_S("/proof"), LI_S(""));
    }
    if (r != -LI_E_NOT_FOUND) {
        return r;
    }
    plan->elector = (struct li_elector){
        .no = plan->ballot.electors + 1, .kind = LI_S("desk"), .label = given->name};
    plan->entry = (struct li_roll_entry){.kind = "desk", .label = given->name};
    *ret_plan = plan;
    return 0;
}

static int admit_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                       struct li_outcome *ret)
{
    struct admitting *plan = arg;
    struct li_json json;
    int r = put(ctx, tx, plan->ballot.id, plan->elector.no, &plan->entry, plan->blind);

    plan->ballot.electors = plan->elector.no;
    r = r ? r : li_vote_update(ctx, tx, &plan->ballot);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_int(&json, "elector", plan->elector.no);
    ret->entity = plan->ballot.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_ballot_admit = {
    .name = "ballot.admit", .decide = admit_decide, .write = admit_write};

/* ---- ballot.paper
 * -------------------------------------------------------------------------------- */

static int paper_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    const struct li_ballot_paper_args *given = args;
    struct admitting *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? li_vote_staff(ctx, tx, given->id, &plan->ballot) : -LI_E_NOMEM;

    r = r ? r : still_runs(ctx, tx, &plan->ballot);
    if (r == 0 && !li_ballot_is_open(&plan->ballot, tx->now)) {
        return LI_FAIL(ctx, LI_E_STATE, "the ballot is not open yet");
    }
    r = r ? r
          : li_elector_find(ctx, tx->record, tx->conn, tx->tenant, given->id, given->elector,
                            &plan->elector);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such elector");
    }
    if (r == 0 && plan->elector.way == LI_WAY_PAPER) {
        return LI_FAIL(ctx, LI_E_CHECK, "they have a paper ballot already");
    }
    *ret_plan = plan;
    return r;
}

static int paper_write(struct li_ctx *ctx, const struct li_tx *tx, void *arg,
                       struct li_outcome *ret)
{
    struct admitting *plan = arg;
    struct li_json json;
    int r = li_urn_remove(ctx, tx, plan->ballot.id, plan->elector.no);

    r = r ? r : li_roll_way(ctx, tx, plan->ballot.id, plan->elector.no, LI_WAY_PAPER);
    plan->ballot.papers++;
    r = r ? r : li_vote_update(ctx, tx, &plan->ballot);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_int(&json, "elector", plan->elector.no);
    ret->entity = plan->ballot.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_ballot_paper = {
    .name = "ballot.paper", .decide = paper_decide, .write = paper_write};
