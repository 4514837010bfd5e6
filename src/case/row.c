/* Rows of cases, parts and parties, read and written. */
#include "base/canonical.h"
#include "base/grow.h"
#include "case/inside.h"

LI_SQL(case_select,
       "select playbook, version, number, rev, state, scope, via, area, area_path, fields, "
       "owner_post, owner_area, owner_org, since, due_at, due_edition, overdue, rework, "
       "opened_at, closed_at from cases where tenant = $1 and id = $2");
LI_SQL(case_insert,
       "insert into cases (tenant, id, playbook, version, number, rev, state, scope, via, area, "
       "area_path, fields, owner_post, owner_area, owner_org, since, due_at, due_edition, "
       "overdue, rework, opened_at, closed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
       "$11, $12, $13, $14, $15, $16, $17, $18, 0, 0, $16, $19)");
LI_SQL(case_update,
       "update cases set rev = $3, state = $4, owner_post = $5, owner_area = $6, owner_org = $7, "
       "since = $8, due_at = $9, due_edition = $10, overdue = $11, rework = $12, closed_at = $13 "
       "where tenant = $1 and id = $2");
LI_SQL(case_mark, "update cases set overdue = $3 where tenant = $1 and id = $2");
LI_SQL(part_mark, "update part set overdue = $4 where tenant = $1 and case_id = $2 and no = $3");
LI_SQL(part_select,
       "select no, kind, state, organization, owner_post, owner_area, since, due_at, due_edition, "
       "overdue, handled_by, ended_at from part where tenant = $1 and case_id = $2 order by no");
LI_SQL(part_insert,
       "insert into part (tenant, case_id, no, kind, state, organization, owner_post, owner_area, "
       "since, due_at, due_edition, overdue, handled_by, ended_at) "
       "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");
LI_SQL(part_update,
       "update part set state = $4, owner_post = $5, owner_area = $6, since = $7, due_at = $8, "
       "due_edition = $9, overdue = $10, handled_by = $11, ended_at = $12 "
       "where tenant = $1 and case_id = $2 and no = $3");
LI_SQL(party_insert, "insert into party (tenant, case_id, no, role, token, since) "
                     "values ($1, $2, $3, $4, $5, $6)");
LI_SQL(party_by_token, "select case_id, no from party where tenant = $1 and token = $2");

/* Owner columns: post, area, organization (-1: it is read elsewhere). */
static struct li_owner read_owner(struct li_ctx *ctx, const struct li_rows *rows, int post,
                                  int area, int org)
{
    return (struct li_owner){
        .post = li_col_dup(ctx, rows, post),
        .area_path = li_col_dup(ctx, rows, area),
        .org = org < 0 ? 0 : li_col_i64(rows, org),
    };
}

/* Whether an owner is what its columns say: without memory it would look like
 * nobody, and be written back so. */
static bool owner_copied(const struct li_owner *owner, const struct li_rows *rows, int post,
                         int area)
{
    return (owner->post.ptr || li_col_is_null(rows, post)) &&
           (owner->area_path.ptr || li_col_is_null(rows, area));
}

static struct li_case_clock read_clock(const struct li_rows *rows, int first)
{
    return (struct li_case_clock){
        .since = li_col_i64(rows, first),
        .due_at = li_col_i64(rows, first + 1),
        .edition = li_col_i64(rows, first + 2),
        .overdue = li_col_i64(rows, first + 3) != 0,
    };
}

static int read_case(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                     int64_t tenant, int64_t id, const struct li_rows *rows, struct li_case *ret)
{
    struct li_case row = {
        .id = id,
        .number = li_col_dup(ctx, rows, 2),
        .rev = li_col_i64(rows, 3),
        .scope = (enum li_scope)li_col_i64(rows, 5),
        .via = li_col_dup(ctx, rows, 6),
        .area = li_col_dup(ctx, rows, 7),
        .area_path = li_col_dup(ctx, rows, 8),
        .owner = read_owner(ctx, rows, 10, 11, 12),
        .clock = read_clock(rows, 13),
        .rework = li_col_i64(rows, 17),
        .opened_at = li_col_i64(rows, 18),
        .closed_at = li_col_i64(rows, 19),
    };
    bool copied = row.number.ptr && row.via.ptr && row.area.ptr && row.area_path.ptr &&
                  owner_copied(&row.owner, rows, 10, 11);
    int r = copied ? li_library_find(ctx, li_bound(record)->library, conn, tenant,
                                     li_col_str(rows, 0), (int)li_col_i64(rows, 1), &row.playbook)
                   : -LI_E_NOMEM;

    if (r == 0) {
        row.state = li_machine_state(&row.playbook->machines[0], li_col_str(rows, 4));
        r = row.state >= 0 ? li_canonical_read(ctx, li_col_dup(ctx, rows, 9), &row.fields)
                           : LI_FAIL(ctx, LI_E_CORRUPT, "case %lld is in no state of its playbook",
                                     (long long)id);
    }
    if (r == 0) {
        *ret = row;
    }
    return r;
}

int li_case_find(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn, int64_t tenant,
                 int64_t id, struct li_case *ret)
{
    struct li_rows *rows;
    int r = li_query_one(ctx, conn, &case_select, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    if (r == 0) {
        r = read_case(ctx, record, conn, tenant, id, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

static int kind_of(const struct li_playbook *playbook, struct li_str name)
{
    for (size_t i = 1; i < playbook->machine_count; i++) {
        if (li_str_eq(playbook->machines[i].name, name)) {
            return (int)i;
        }
    }
    return -1;
}

static int read_part(struct li_ctx *ctx, const struct li_rows *rows, const struct li_case *of,
                     struct li_case_part *ret)
{
    int machine = kind_of(of->playbook, li_col_str(rows, 1));
    int state =
        machine < 0 ? -1 : li_machine_state(&of->playbook->machines[machine], li_col_str(rows, 2));

    if (state < 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a part of case %lld is in no state of its playbook",
                       (long long)of->id);
    }
    *ret = (struct li_case_part){
        .part = {.no = (int)li_col_i64(rows, 0),
                 .machine = machine,
                 .state = state,
                 .org = li_col_i64(rows, 3),
                 .owner = read_owner(ctx, rows, 4, 5, -1)},
        .clock = read_clock(rows, 6),
        .handled_by = li_col_dup(ctx, rows, 10),
        .ended_at = li_col_i64(rows, 11),
    };
    ret->part.owner.org = ret->part.org;
    if (!ret->handled_by.ptr && !li_col_is_null(rows, 10)) {
        return -LI_E_NOMEM;
    }
    return owner_copied(&ret->part.owner, rows, 4, 5) ? 0 : -LI_E_NOMEM;
}

int li_case_parts(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                  const struct li_case *of, struct li_case_part **ret, size_t *ret_count)
{
    size_t cap = 0, count = 0;
    struct li_case_part *parts = NULL;
    struct li_rows *rows;
    int r;

    r = li_query(ctx, conn, &part_select, LI_ARGS(li_v(tenant), li_v(of->id)), &rows);
    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_case_part *more = li_grow(ctx, parts, count, &cap, sizeof(*parts));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        parts = more;
        r = read_part(ctx, rows, of, &parts[count]);
        if (r) {
            break;
        }
        count++;
    }
    li_rows_done(rows);
    if (r == 0) {
        *ret = parts;
        *ret_count = count;
    }
    return r;
}

/* Everybody who worked on one of the parts, also before a rework. */
static int related_to(struct li_ctx *ctx, const struct li_case_part *parts, size_t part_count,
                      int64_t **ret, size_t *ret_count)
{
    int64_t *people = NULL;
    size_t count = 0, cap = 0;

    for (size_t i = 0; i < part_count; i++) {
        struct li_str rest = parts[i].handled_by;
        while (rest.ptr) {
            int64_t *more = li_grow(ctx, people, count, &cap, sizeof(*people));
            if (!more) {
                return -LI_E_NOMEM;
            }
            people = more;
            if (!li_str_to_i64(li_str_cut(&rest, ','), &people[count++])) {
                return LI_FAIL(ctx, LI_E_CORRUPT, "who handled part %d cannot be read",
                               parts[i].part.no);
            }
        }
    }
    *ret = people;
    *ret_count = count;
    return 0;
}

int li_case_handled(struct li_ctx *ctx, struct li_case_part *part, int64_t person)
{
    struct li_str rest = part->handled_by, all;
    int64_t known;

    while (rest.ptr) {
        if (li_str_to_i64(li_str_cut(&rest, ','), &known) && known == person) {
            return 0;
        }
    }
    all = li_strf(ctx, "%.*s%s%lld", LI_P(part->handled_by), part->handled_by.len ? "," : "",
                  (long long)person);
    if (!all.ptr) {
        return -LI_E_NOMEM;
    }
    part->handled_by = all;
    return 0;
}

int li_case_snapshot(struct li_ctx *ctx, const struct li_case *of, const struct li_case_part *parts,
                     size_t part_count, int64_t now, struct li_snapshot *ret)
{
    struct li_part *seen = li_alloc_array(ctx, part_count, sizeof(*seen));
    int64_t *related = NULL;
    size_t related_count = 0;
    int r = seen ? related_to(ctx, parts, part_count, &related, &related_count) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    for (size_t i = 0; i < part_count; i++) {
        seen[i] = parts[i].part;
    }
    *ret = (struct li_snapshot){
        .playbook = of->playbook,
        .state = of->state,
        .area_path = of->area_path,
        .owner = of->owner,
        .parts = seen,
        .part_count = part_count,
        .related = related,
        .related_count = related_count,
        .fields = of->fields,
        .now = now,
    };
    return 0;
}

/* What a case says about itself to sight. */
static int seen_of(struct li_ctx *ctx, const struct li_case *of, const struct li_case_part *parts,
                   size_t part_count, struct li_seen *ret)
{
    int64_t *orgs = li_alloc_array(ctx, part_count, sizeof(*orgs));

    if (!orgs) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < part_count; i++) {
        orgs[i] = parts[i].part.org;
    }
    *ret = (struct li_seen){
        .scope = of->scope,
        .area_path = of->area_path,
        .case_id = of->id,
        .orgs = orgs,
        .org_count = part_count,
    };
    return 0;
}

int li_case_sight(struct li_ctx *ctx, const struct li_viewer *viewer, int64_t tenant,
                  const struct li_case *of, const struct li_case_part *parts, size_t part_count,
                  enum li_sight *ret)
{
    struct li_seen seen;
    int r = seen_of(ctx, of, parts, part_count, &seen);

    if (r == 0) {
        bool stranger = viewer->kind != LI_VIEWER_SYSTEM && viewer->tenant != tenant;
        *ret = stranger ? LI_SIGHT_NONE : li_sight_of(viewer, &seen);
    }
    return r;
}

/* ---- writing --------------------------------------------------------------- */

int li_case_insert(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                   struct li_str fields)
{
    const struct li_playbook *playbook = row->playbook;

    return li_exec(ctx, tx->conn, &case_insert,
                   LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v_text(playbook->name),
                           li_v(playbook->version), li_v_text(row->number), li_v(row->rev),
                           li_v_text(playbook->machines[0].states[row->state].name),
                           li_v(row->scope), li_v_text(row->via), li_v_text(row->area),
                           li_v_text(row->area_path), li_v_blob(fields), li_v_text(row->owner.post),
                           li_v_text(row->owner.area_path), li_v_opt(row->owner.org),
                           li_v(row->clock.since), li_v_opt(row->clock.due_at),
                           li_v(row->clock.edition), li_v_opt(row->closed_at)),
                   NULL);
}

int li_case_update(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row)
{
    return li_exec(ctx, tx->conn, &case_update,
                   LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v(row->rev),
                           li_v_text(row->playbook->machines[0].states[row->state].name),
                           li_v_text(row->owner.post), li_v_text(row->owner.area_path),
                           li_v_opt(row->owner.org), li_v(row->clock.since),
                           li_v_opt(row->clock.due_at), li_v(row->clock.edition),
                           li_v(row->clock.overdue), li_v(row->rework), li_v_opt(row->closed_at)),
                   NULL);
}

int li_case_part_put(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *of,
                     const struct li_case_part *part, bool is_new)
{
    const struct li_machine *machine = &of->playbook->machines[part->part.machine];
    const struct li_val tenant = li_v(tx->tenant), id = li_v(of->id), no = li_v(part->part.no),
                        state = li_v_text(machine->states[part->part.state].name),
                        post = li_v_text(part->part.owner.post),
                        area = li_v_text(part->part.owner.area_path),
                        since = li_v(part->clock.since), due = li_v_opt(part->clock.due_at),
                        edition = li_v(part->clock.edition), overdue = li_v(part->clock.overdue),
                        by = li_v_text(part->handled_by), ended = li_v_opt(part->ended_at);

    if (is_new) {
        return li_exec(ctx, tx->conn, &part_insert,
                       LI_ARGS(tenant, id, no, li_v_text(machine->name), state,
                               li_v_opt(part->part.org), post, area, since, due, edition, overdue,
                               by, ended),
                       NULL);
    }
    return li_exec(
        ctx, tx->conn, &part_update,
        LI_ARGS(tenant, id, no, state, post, area, since, due, edition, overdue, by, ended), NULL);
}

int li_case_mark_overdue(struct li_ctx *ctx, const struct li_tx *tx,
                         const struct li_effect_target *target, bool overdue)
{
    if (target->part) {
        return li_exec(
            ctx, tx->conn, &part_mark,
            LI_ARGS(li_v(tx->tenant), li_v(target->case_id), li_v(target->part), li_v(overdue)),
            NULL);
    }
    return li_exec(ctx, tx->conn, &case_mark,
                   LI_ARGS(li_v(tx->tenant), li_v(target->case_id), li_v(overdue)), NULL);
}

/* ---- parties --------------------------------------------------------------- */

void li_case_token_hash(const uint8_t token[16], uint8_t ret[16])
{
    struct li_hash hash = li_hash_of(li_str_n(token, 16));

    memcpy(ret, hash.bytes, 16);
}

int li_case_party_insert(struct li_ctx *ctx, const struct li_tx *tx, int64_t case_id,
                         const struct li_case_party *party)
{
    return li_exec(ctx, tx->conn, &party_insert,
                   LI_ARGS(li_v(tx->tenant), li_v(case_id), li_v(party->no), li_v_text(party->role),
                           li_v_blob(li_str_n(party->token_hash, 16)), li_v(tx->now)),
                   NULL);
}

int li_case_by_token(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                     const uint8_t token[16], int64_t *ret_case, int64_t *ret_party)
{
    uint8_t hash[16];
    struct li_rows *rows;
    int r;

    li_case_token_hash(token, hash);
    r = li_query_one(ctx, conn, &party_by_token,
                     LI_ARGS(li_v(tenant), li_v_blob(li_str_n(hash, 16))), &rows);
    if (r == 0) {
        *ret_case = li_col_i64(rows, 0);
        *ret_party = li_col_i64(rows, 1);
        li_rows_done(rows);
    }
    return r;
}
