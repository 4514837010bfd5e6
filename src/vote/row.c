/*
 * Ballots as rows: found, listed, put down; what state they are in at an instant.
 */
#include "base/grow.h"
#include "vote/inside.h"

#define COLUMNS                                                                                    \
    "id, rev, state, area_path, spec, drafted_by, checked_by, opens_at, closes_at, closed_at, "    \
    "counted_at, publicity_until, final_at, lot, electors, papers"

LI_SQL(ballot_by_id, "select " COLUMNS " from ballot where tenant = $1 and id = $2");
LI_SQL(ballot_all, "select " COLUMNS " from ballot where tenant = $1 and id < $2 "
                   "order by id desc limit $3");
LI_SQL(ballot_shown, "select " COLUMNS " from ballot where tenant = $1 and id < $2 and state > 0 "
                     "order by id desc limit $3");
LI_SQL(ballot_insert,
       "insert into ballot (tenant, id, rev, state, area_path, spec, drafted_by, checked_by, "
       "opens_at, closes_at, closed_at, counted_at, publicity_until, final_at, lot, electors, "
       "papers, damaged) values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, 0, 0, 0, 0, '', 0, 0, 0)");
LI_SQL(ballot_update,
       "update ballot set rev = $3, state = $4, area_path = $5, spec = $6, drafted_by = $7, "
       "checked_by = $8, opens_at = $9, closes_at = $10, closed_at = $11, counted_at = $12, "
       "publicity_until = $13, final_at = $14, lot = $15, electors = $16, papers = $17 "
       "where tenant = $1 and id = $2");

static const char *const states[] = {"draft", "set", "closed", "counted", "final", "cancelled"};

const char *li_ballot_state_name(enum li_ballot_state state)
{
    return states[state];
}

const char *li_ballot_phase(const struct li_ballot *ballot, int64_t now)
{
    if (ballot->state != LI_BALLOT_SET) {
        return states[ballot->state];
    }
    return now < ballot->opens_at ? "waiting" : now < ballot->closes_at ? "open" : "closed";
}

bool li_ballot_is_open(const struct li_ballot *ballot, int64_t now)
{
    return ballot->state == LI_BALLOT_SET && now >= ballot->opens_at && now < ballot->closes_at;
}

bool li_ballot_is_public(const struct li_ballot *ballot)
{
    return ballot->state != LI_BALLOT_DRAFT && ballot->checked_by != 0;
}

bool li_ballot_may(const struct li_viewer *viewer, struct li_str area_path)
{
    static const char *const posts[] = {"desk", "checker", "administrator"};
    bool may = viewer->kind == LI_VIEWER_SYSTEM;

    for (size_t i = 0; i < 3 && viewer->kind == LI_VIEWER_STAFF; i++) {
        may |= li_viewer_holds(viewer, li_str(posts[i]), area_path, 0);
    }
    return may;
}

/* ---- reading ------------------------------------------------------------------------------- */

static void read_lot(struct li_str text, uint16_t *ret)
{
    size_t count = 0;

    while (text.len && count < LI_BALLOT_OPTIONS) {
        int64_t place = 0;
        if (li_str_to_i64(li_str_cut(&text, ' '), &place)) {
            ret[count++] = (uint16_t)place;
        }
    }
}

static int read_ballot(struct li_ctx *ctx, const struct li_rows *rows, struct li_ballot *ret)
{
    *ret = (struct li_ballot){
        .id = li_col_i64(rows, 0),
        .rev = li_col_i64(rows, 1),
        .state = (enum li_ballot_state)li_col_i64(rows, 2),
        .area_path = li_col_dup(ctx, rows, 3),
        .spec_bytes = li_col_dup(ctx, rows, 4),
        .drafted_by = li_col_i64(rows, 5),
        .checked_by = li_col_i64(rows, 6),
        .opens_at = li_col_i64(rows, 7),
        .closes_at = li_col_i64(rows, 8),
        .closed_at = li_col_i64(rows, 9),
        .counted_at = li_col_i64(rows, 10),
        .publicity_until = li_col_i64(rows, 11),
        .final_at = li_col_i64(rows, 12),
        .electors = li_col_i64(rows, 14),
        .papers = li_col_i64(rows, 15),
    };
    if (!ret->area_path.ptr || !ret->spec_bytes.ptr) {
        return -LI_E_NOMEM;
    }
    read_lot(li_col_str(rows, 13), ret->lot);
    return li_ballot_spec_read(ctx, ret->spec_bytes, &ret->spec);
}

int li_ballot_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                   struct li_ballot *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &ballot_by_id, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r == 0) {
        r = read_ballot(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

int li_ballot_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, bool drafts,
                   int64_t before, size_t limit, struct li_ballot **ret, size_t *ret_count)
{
    struct li_ballot *all = NULL, *more;
    size_t count = 0, cap = 0;
    struct li_rows *rows;
    int r = li_query(ctx, conn, drafts ? &ballot_all : &ballot_shown,
                     LI_ARGS(li_v(tenant), li_v(before ? before : INT64_MAX), li_v((int64_t)limit)),
                     &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        more = li_grow(ctx, all, count, &cap, sizeof(*all));
        all = more ? more : all;
        r = more ? read_ballot(ctx, rows, &all[count++]) : -LI_E_NOMEM;
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

int li_vote_ballot(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, struct li_ballot *ret)
{
    int r = li_ballot_find(ctx, tx->conn, tx->tenant, id, ret);

    return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such ballot") : r;
}

int li_vote_staff(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, struct li_ballot *ret)
{
    int r = li_vote_ballot(ctx, tx, id, ret);

    return r == 0 && !li_ballot_may(tx->viewer, ret->area_path)
               ? LI_FAIL(ctx, LI_E_FORBIDDEN, "whoever runs this ballot holds a post there")
               : r;
}

/* ---- writing ------------------------------------------------------------------------------- */

int li_vote_insert(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot)
{
    return li_exec(ctx, tx->conn, &ballot_insert,
                   LI_ARGS(li_v(tx->tenant), li_v(ballot->id), li_v(ballot->rev),
                           li_v((int64_t)ballot->state), li_v_text(ballot->area_path),
                           li_v_blob(ballot->spec_bytes), li_v(ballot->drafted_by),
                           li_v(ballot->opens_at), li_v(ballot->closes_at)),
                   NULL);
}

static struct li_str lot_text(struct li_ctx *ctx, const struct li_ballot *ballot)
{
    struct li_buf *buf = li_buf_new(ctx, 0);
    bool drawn = ballot->checked_by != 0;

    for (size_t i = 0; buf && drawn && i < ballot->spec.option_count; i++) {
        li_buf_fmt(buf, i ? " %d" : "%d", ballot->lot[i]);
    }
    return !buf || li_buf_check(ctx, buf) ? (struct li_str){0}
           : buf->len                     ? li_buf_view(buf)
                                          : LI_S("");
}

int li_vote_update(struct li_ctx *ctx, const struct li_tx *tx, struct li_ballot *ballot)
{
    struct li_str lot = lot_text(ctx, ballot);

    ballot->rev++;
    return lot.ptr ? li_exec(ctx, tx->conn, &ballot_update,
                             LI_ARGS(li_v(tx->tenant), li_v(ballot->id), li_v(ballot->rev),
                                     li_v((int64_t)ballot->state), li_v_text(ballot->area_path),
                                     li_v_blob(ballot->spec_bytes), li_v(ballot->drafted_by),
                                     li_v(ballot->checked_by), li_v(ballot->opens_at),
                                     li_v(ballot->closes_at), li_v(ballot->closed_at),
                                     li_v(ballot->counted_at), li_v(ballot->publicity_until),
                                     li_v(ballot->final_at), li_v_text(lot), li_v(ballot->electors),
                                     li_v(ballot->papers)),
                             NULL)
                   : -LI_E_NOMEM;
}

/* ---- later --------------------------------------------------------------------------------- */

int li_vote_later(struct li_ctx *ctx, const struct li_tx *tx, const struct li_ballot *ballot,
                  int64_t slot, const struct li_command *command, int64_t at)
{
    struct li_due due = {.tenant = tx->tenant,
                         .entity = ballot->id,
                         .slot = slot,
                         .at = at,
                         .command = li_str(command->name),
                         .args = li_strf(ctx, "{\"ballot\":%lld}", (long long)ballot->id)};

    return due.args.ptr ? li_due_set(ctx, tx, &due) : -LI_E_NOMEM;
}

int li_vote_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    const struct li_node *ballot = li_node_get(args, "ballot");
    struct li_ballot_ref_args *given = li_alloc(ctx, sizeof(*given));

    if (!given) {
        return -LI_E_NOMEM;
    }
    if (!ballot || ballot->kind != LI_INT) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a ballot's due row names none");
    }
    given->id = ballot->number;
    *ret = given;
    return 0;
}
