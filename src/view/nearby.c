/*
 * What is near a point: open cases anybody may know of, so that a second report
 * of the same lamp becomes a follower of the first.  Never a resident's word, and
 * no place finer than the distance.
 */
#include <stdlib.h>

#include "base/canonical.h"
#include "base/coordinate.h"
#include "base/grow.h"
#include "view/inside.h"

#define METERS    150
#define CANDIDATE 300 /* read of one row of cells, newest first */

LI_SQL(nearby_cells,
       "select id, number, playbook, version, state, area, area_path, fields, opened_at, "
       "followers, place_lon, place_lat from cases where tenant = $1 and place_cell >= $2 "
       "and place_cell <= $3 and closed_at is null and scope = 0 order by id desc limit $4");

struct nearby {
    struct li_ctx *ctx;
    const struct li_view *view;
    struct li_point at;
    struct li_str topic;
    struct li_view_near *rows;
    size_t count, cap;
};

static const struct li_option *option_of(const struct li_playbook *playbook, int field,
                                         const struct li_node *fields, struct li_field_set hidden)
{
    const struct li_node *given;

    if (field < 0 || li_case_is_hidden(hidden, field) || !li_case_is_public(playbook, field)) {
        return NULL;
    }
    given = li_node_get_str(fields, playbook->fields[field].name);
    return given && given->kind == LI_TEXT ? li_view_option(&playbook->fields[field], given->text)
                                           : NULL;
}

/* Fields as anybody may know them. */
static int read_fields(struct nearby *nearby, const struct li_rows *rows, struct li_case *row,
                       struct li_view_near *near)
{
    const struct li_playbook *playbook = row->playbook;
    struct li_field_set hidden;
    int r = li_canonical_read(nearby->ctx, li_col_dup(nearby->ctx, rows, 7), &row->fields);

    r = r ? r : li_case_hidden(nearby->ctx, row, NULL, 0, nearby->view->viewer, &hidden);
    if (r == 0) {
        near->kind =
            option_of(playbook, li_case_choice_field(playbook, "kind"), row->fields, hidden);
        near->topic =
            option_of(playbook, li_case_choice_field(playbook, "topic"), row->fields, hidden);
    }
    return r;
}

static int read_near(struct nearby *nearby, const struct li_rows *rows, double meters)
{
    struct li_ctx *ctx = nearby->ctx;
    const struct li_view *view = nearby->view;
    struct li_case row = {.id = li_col_i64(rows, 0),
                          .area_path = li_col_dup(ctx, rows, 6),
                          .opened_at = li_col_i64(rows, 8)};
    struct li_view_near near = {
        .id = row.id,
        .number = li_col_dup(ctx, rows, 1),
        .meters = (int64_t)(meters + 0.5),
        .opened_at = row.opened_at,
        .followers = li_col_i64(rows, 9),
    };
    int r = li_library_find(ctx, li_bound(view->record)->library, view->conn, view->tenant,
                            li_col_str(rows, 2), (int)li_col_i64(rows, 3), &row.playbook);

    if (r) {
        return r;
    }
    row.state = li_machine_state(&row.playbook->machines[0], li_col_str(rows, 4));
    if (row.state < 0) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a case is in no state of its playbook");
    }
    near.state = &row.playbook->machines[0].states[row.state];
    r = read_fields(nearby, rows, &row, &near);
    if (r == 0 && nearby->topic.len &&
        (!near.topic || !li_str_eq(near.topic->name, nearby->topic))) {
        return 0;
    }
    r = r ? r : li_view_area(ctx, view, li_case_community(li_col_dup(ctx, rows, 5)), &near.area);
    if (r == 0 && (!near.number.ptr || !row.area_path.ptr)) {
        r = -LI_E_NOMEM;
    }
    if (r == 0) {
        nearby->rows[nearby->count++] = near;
    }
    return r;
}

static int read_cells(struct nearby *nearby, int64_t from, int64_t to)
{
    struct li_rows *rows;
    int r =
        li_query(nearby->ctx, nearby->view->conn, &nearby_cells,
                 LI_ARGS(li_v(nearby->view->tenant), li_v(from), li_v(to), li_v(CANDIDATE)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(nearby->ctx, rows)) > 0) {
        const struct li_point place = {li_col_i64(rows, 10), li_col_i64(rows, 11)};
        double meters = li_point_meters(nearby->at, place);
        struct li_view_near *more;
        if (meters > METERS) {
            continue;
        }
        more = li_grow(nearby->ctx, nearby->rows, nearby->count, &nearby->cap, sizeof(*more));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        nearby->rows = more;
        r = read_near(nearby, rows, meters);
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    return r;
}

static int by_distance(const void *a, const void *b)
{
    const struct li_view_near *x = a, *y = b;
    int r = (x->meters > y->meters) - (x->meters < y->meters);

    return r ? r : (x->id < y->id) - (x->id > y->id);
}

int li_view_nearby(struct li_ctx *ctx, const struct li_view *view, struct li_point at,
                   struct li_str topic, struct li_view_near **ret, size_t *ret_count)
{
    struct nearby nearby = {.ctx = ctx, .view = view, .at = at, .topic = topic};
    int64_t cell = li_case_cell(at.lon, at.lat);
    int r = 0;

    for (int64_t row = -1; r == 0 && row <= 1; row++) {
        int64_t middle = cell + row * LI_CASE_CELL_ROW;
        r = read_cells(&nearby, middle - 1, middle + 1);
    }
    if (r) {
        return r;
    }
    if (nearby.count > 1) {
        qsort(nearby.rows, nearby.count, sizeof(nearby.rows[0]), by_distance);
    }
    *ret = nearby.rows;
    *ret_count = nearby.count < LI_VIEW_NEAR ? nearby.count : LI_VIEW_NEAR;
    return 0;
}
