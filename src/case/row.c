/* Rows of cases, parts and parties, read and written. */
#include "base/canonical.h"
#include "base/grow.h"
#include "case/ballot.h"
#include "case/under.h"

LI_SQL(case_select,
       "select playbook, version, number, rev, state, scope, via, area, area_path, fields, "
       "owner_post, owner_area, owner_org, since, due_at, due_edition, overdue, counts, "
       "opened_at, closed_at, place_lon, place_lat, class, level, handled_by, photos, followers, "
       "merged_into, links, clocks "
       "from cases where tenant = $1 and id = $2");
LI_SQL(case_insert,
       "insert into cases (tenant, id, playbook, version, number, rev, state, scope, via, area, "
       "area_path, fields, owner_post, owner_area, owner_org, since, due_at, due_edition, "
       "overdue, opened_at, closed_at, place_lon, place_lat, place_cell, class, level, photos) "
       "values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
       "0, $16, $19, $20, $21, $22, $23, $24, $25)");
LI_SQL(case_update,
       "update cases set rev = $3, state = $4, owner_post = $5, owner_area = $6, owner_org = $7, "
       "since = $8, due_at = $9, due_edition = $10, overdue = $11, counts = $12, closed_at = $13, "
       "scope = $14, fields = $15, class = $16, level = $17, handled_by = $18, photos = $19, "
       "place_lon = $20, place_lat = $21, place_cell = $22 "
       "where tenant = $1 and id = $2");
LI_SQL(case_mark, "update cases set overdue = $3 where tenant = $1 and id = $2");
LI_SQL(part_mark, "update part set overdue = $4 where tenant = $1 and case_id = $2 and no = $3");
LI_SQL(part_select,
       "select no, kind, state, organization, owner_post, owner_area, since, due_at, due_edition, "
       "overdue, handled_by, ended_at, begun_at, post, role, about, fields from part where tenant "
       "= $1 and case_id = $2 order "
       "by no");
LI_SQL(part_insert,
       "insert into part (tenant, case_id, no, kind, state, organization, owner_post, owner_area, "
       "since, due_at, due_edition, overdue, handled_by, ended_at, begun_at, post, role, about, "
       "fields) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
       "$17, $18, $19)");
LI_SQL(part_update,
       "update part set state = $4, owner_post = $5, owner_area = $6, since = $7, due_at = $8, "
       "due_edition = $9, overdue = $10, handled_by = $11, ended_at = $12, begun_at = $13, "
       "organization = $14, fields = $15 "
       "where tenant = $1 and case_id = $2 and no = $3");
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

static struct li_case_place read_place(const struct li_rows *rows, int first)
{
    return (struct li_case_place){
        .some = !li_col_is_null(rows, first),
        .lon = li_col_i64(rows, first),
        .lat = li_col_i64(rows, first + 1),
    };
}

/* What needs the playbook: its version, the state, the maps. */
static int read_inner(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                      int64_t tenant, const struct li_rows *rows, struct li_case *row)
{
    int r = li_library_find(ctx, li_bound(record)->library, conn, tenant, li_col_str(rows, 0),
                            (int)li_col_i64(rows, 1), &row->playbook);

    if (r) {
        return r;
    }
    row->state = li_machine_state(&row->playbook->machines[0], li_col_str(rows, 4));
    if (row->state < 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "case %lld is in no state of its playbook",
                       (long long)row->id);
    }
    r = li_canonical_read(ctx, li_col_dup(ctx, rows, 9), &row->fields);
    return r ? r : li_canonical_read(ctx, li_col_dup(ctx, rows, 17), &row->counts);
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
        .opened_at = li_col_i64(rows, 18),
        .closed_at = li_col_i64(rows, 19),
        .place = read_place(rows, 20),
        .class = li_col_dup(ctx, rows, 22),
        .level = li_col_i64(rows, 23),
        .handled_by = li_col_dup(ctx, rows, 24),
        .photos = li_col_i64(rows, 25),
        .followers = li_col_i64(rows, 26),
        .merged_into = li_col_i64(rows, 27),
        .links = li_col_i64(rows, 28),
        .clocks = li_col_i64(rows, 29) != 0,
    };
    bool copied = row.number.ptr && row.via.ptr && row.area.ptr && row.area_path.ptr &&
                  owner_copied(&row.owner, rows, 10, 11) &&
                  (row.class.ptr || li_col_is_null(rows, 22)) &&
                  (row.handled_by.ptr || li_col_is_null(rows, 24));
    int r = copied ? read_inner(ctx, record, conn, tenant, rows, &row) : -LI_E_NOMEM;

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
        r = r ? r : li_case_held(ctx, record, conn, tenant, li_now(ctx->clock), ret);
        r = r ? r : li_case_recuse(ctx, conn, tenant, li_now(ctx->clock), ret);
        r = r ? r : li_case_books(ctx, conn, tenant, ret);
        r = r ? r : li_case_known(ctx, record, conn, tenant, li_now(ctx->clock), NULL, ret);
        r = r ? r : li_case_votes(ctx, conn, tenant, ret);
        if (r == 0 && ret->playbook->children) {
            r = li_case_children(ctx, conn, tenant, ret);
        }
        if (r == 0 && ret->playbook->under.len) {
            r = li_case_above(ctx, conn, tenant, ret);
        }
        if (r == 0 && ret->playbook->asks_hours) {
            r = li_library_calendar(ctx, li_bound(record)->library, conn, tenant, &ret->calendar);
        }
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
                 .owner = read_owner(ctx, rows, 4, 5, -1),
                 .begun = li_col_i64(rows, 12),
                 .post = li_col_dup(ctx, rows, 13),
                 .role = li_col_dup(ctx, rows, 14),
                 .about = (int)li_col_i64(rows, 15)},
        .clock = read_clock(rows, 6),
        .handled_by = li_col_dup(ctx, rows, 10),
        .ended_at = li_col_i64(rows, 11),
    };
    if (of->playbook->machines[machine].states[state].owner.kind == LI_OWNER_ORG) {
        ret->part.owner.org = ret->part.org;
    }
    if ((!ret->handled_by.ptr && !li_col_is_null(rows, 10)) ||
        (!ret->part.post.ptr && !li_col_is_null(rows, 13)) ||
        (!ret->part.role.ptr && !li_col_is_null(rows, 14))) {
        return -LI_E_NOMEM;
    }
    if (!li_col_is_null(rows, 16)) {
        struct li_node *fields;
        int r = li_canonical_read(ctx, li_col_dup(ctx, rows, 16), &fields);
        if (r) {
            return r;
        }
        ret->part.fields = fields;
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

/* ---- writing --------------------------------------------------------------- */

#define CELL_LAT 20000
#define CELL_LON 40000

int64_t li_case_cell(int64_t lon, int64_t lat)
{
    return (lat + INT64_C(900000000)) / CELL_LAT * LI_CASE_CELL_ROW +
           (lon + INT64_C(1800000000)) / CELL_LON;
}

static struct li_val place_value(const struct li_case *row, int64_t value)
{
    return row->place.some ? li_v(value) : li_v_null();
}

int li_case_insert(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row,
                   struct li_str fields)
{
    const struct li_playbook *playbook = row->playbook;
    int r = li_case_put_recusal(ctx, tx, row);

    r = r ? r : li_case_put_occupied(ctx, tx, row);
    r = r ? r : li_case_put_told(ctx, tx, row);
    r = r ? r : li_case_put_sums(ctx, tx, row);
    return r ? r
             : li_exec(ctx, tx->conn, &case_insert,
                       LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v_text(playbook->name),
                               li_v(playbook->version), li_v_text(row->number), li_v(row->rev),
                               li_v_text(playbook->machines[0].states[row->state].name),
                               li_v(row->scope), li_v_text(row->via), li_v_text(row->area),
                               li_v_text(row->area_path), li_v_blob(fields),
                               li_v_text(row->owner.post), li_v_text(row->owner.area_path),
                               li_v_opt(row->owner.org), li_v(row->clock.since),
                               li_v_opt(row->clock.due_at), li_v(row->clock.edition),
                               li_v_opt(row->closed_at), place_value(row, row->place.lon),
                               place_value(row, row->place.lat),
                               place_value(row, li_case_cell(row->place.lon, row->place.lat)),
                               li_v_text(row->class), li_v(row->level), li_v(row->photos)),
                       NULL);
}

int li_case_update(struct li_ctx *ctx, const struct li_tx *tx, const struct li_case *row)
{
    struct li_str fields, counts;
    int r = li_canonical(ctx, row->fields, &fields);

    r = r ? r : li_canonical(ctx, row->counts, &counts);
    r = r ? r : li_case_put_recusal(ctx, tx, row);
    r = r ? r : li_case_put_occupied(ctx, tx, row);
    r = r ? r : li_case_put_sums(ctx, tx, row);
    return r ? r
             : li_exec(ctx, tx->conn, &case_update,
                       LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v(row->rev),
                               li_v_text(row->playbook->machines[0].states[row->state].name),
                               li_v_text(row->owner.post), li_v_text(row->owner.area_path),
                               li_v_opt(row->owner.org), li_v(row->clock.since),
                               li_v_opt(row->clock.due_at), li_v(row->clock.edition),
                               li_v(row->clock.overdue), li_v_text(counts),
                               li_v_opt(row->closed_at), li_v(row->scope), li_v_blob(fields),
                               li_v_text(row->class), li_v(row->level), li_v_text(row->handled_by),
                               li_v(row->photos), place_value(row, row->place.lon),
                               place_value(row, row->place.lat),
                               place_value(row, li_case_cell(row->place.lon, row->place.lat))),
                       NULL);
}

static struct li_val blob_or_null(struct li_str bytes)
{
    return bytes.ptr ? li_v_blob(bytes) : li_v_null();
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
                        by = li_v_text(part->handled_by), ended = li_v_opt(part->ended_at),
                        begun = li_v(part->part.begun), org = li_v_opt(part->part.org);
    struct li_str own = {0};
    int r = part->part.fields ? li_canonical(ctx, part->part.fields, &own) : 0;

    if (r) {
        return r;
    }
    if (is_new) {
        return li_exec(ctx, tx->conn, &part_insert,
                       LI_ARGS(tenant, id, no, li_v_text(machine->name), state, org, post, area,
                               since, due, edition, overdue, by, ended, begun,
                               li_v_text(part->part.post), li_v_text(part->part.role),
                               li_v_opt(part->part.about), blob_or_null(own)),
                       NULL);
    }
    return li_exec(ctx, tx->conn, &part_update,
                   LI_ARGS(tenant, id, no, state, post, area, since, due, edition, overdue, by,
                           ended, begun, org, blob_or_null(own)),
                   NULL);
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
