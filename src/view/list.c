/*
 * Lists of cases.
 *
 * A viewer's posts are few (one to a dozen): each is asked for a page and the
 * pages are merged, so that every statement is a constant with an index.
 */
#include <stdlib.h>

#include "base/canonical.h"
#include "base/grow.h"
#include "view/inside.h"

#define NEVER INT64_MAX

/* Columns every list gives, in this order. */
#define COLUMNS                                                                                    \
    "c.id, c.number, c.playbook, c.version, c.state, c.area, c.fields, c.overdue, c.due_at, "      \
    "c.opened_at"

LI_SQL(list_waiting_cases,
       "select " COLUMNS ", 0, c.state from cases as c where c.tenant = $1 and c.owner_post = $2 "
       "and c.owner_area >= $3 and c.owner_area < $4 and c.closed_at is null "
       "and (coalesce(c.due_at, 9223372036854775807) > $5 "
       "or (coalesce(c.due_at, 9223372036854775807) = $5 and c.id > $6)) "
       "order by coalesce(c.due_at, 9223372036854775807), c.id limit $7");
LI_SQL(list_waiting_parts,
       "select c.id, c.number, c.playbook, c.version, p.state, c.area, c.fields, p.overdue, "
       "p.due_at, c.opened_at, p.no, p.kind from part as p join cases as c "
       "on c.tenant = p.tenant and c.id = p.case_id where p.tenant = $1 and p.organization = $2 "
       "and p.owner_post = $3 and p.owner_area >= $4 and p.owner_area < $5 "
       "and p.ended_at is null and c.closed_at is null "
       "and (coalesce(p.due_at, 9223372036854775807) > $6 "
       "or (coalesce(p.due_at, 9223372036854775807) = $6 "
       "and (c.id > $7 or (c.id = $7 and p.no > $8)))) "
       "order by coalesce(p.due_at, 9223372036854775807), c.id, p.no limit $9");
LI_SQL(list_area_cases,
       "select " COLUMNS ", 0, c.state from cases as c where c.tenant = $1 and c.id < $2 "
       "and c.area_path >= $3 and c.area_path < $4 and c.scope <= $5 "
       "order by c.id desc limit $6");
LI_SQL(list_unit_cases,
       "select " COLUMNS ", 0, c.state from cases as c where c.tenant = $1 and c.id < $2 "
       "and c.area_path >= $3 and c.area_path < $4 and c.scope <= $5 and exists (select 1 "
       "from part as p where p.tenant = c.tenant and p.case_id = c.id and p.organization = $6) "
       "order by c.id desc limit $7");

struct list {
    struct li_ctx *ctx;
    const struct li_view *view;
    struct li_view_row *rows;
    size_t count, cap;
    bool is_public; /* what anybody may know: no words, no field the playbook does not show */
};

/* Where a path's range ends: its last '/' raised to the next byte. */
static struct li_str range_end(struct li_ctx *ctx, struct li_str path)
{
    struct li_str end = li_str_dup(ctx, path);

    if (end.ptr && end.len) {
        ((char *)(uintptr_t)end.ptr)[end.len - 1]++;
    }
    return end;
}

static bool is_shown(const struct list *list, const struct li_playbook *playbook, int field)
{
    for (size_t i = 0; i < playbook->see_public_count; i++) {
        if (playbook->see_public[i] == field) {
            return true;
        }
    }
    return !list->is_public;
}

/* The first choice of the opening form, when the list may show it. */
static const struct li_field *kind_field(const struct list *list,
                                         const struct li_playbook *playbook)
{
    for (size_t i = 0; i < playbook->open_field_count; i++) {
        int place = playbook->open_fields[i];
        if (playbook->fields[place].type == LI_FIELD_CHOICE) {
            return is_shown(list, playbook, place) ? &playbook->fields[place] : NULL;
        }
    }
    return NULL;
}

/* The first text the opening form requires, cut to a line; never a personal one. */
static int summarise(const struct list *list, struct li_view_row *row)
{
    const struct li_playbook *playbook = row->playbook;
    const struct li_view *view = list->view;
    struct li_str text = {0};
    size_t at = 0;
    int r = 0;

    for (size_t i = 0; r == 0 && i < playbook->open_field_count; i++) {
        const struct li_field *field = &playbook->fields[playbook->open_fields[i]];
        if (field->type == LI_FIELD_TEXT && !field->personal && playbook->open_required[i]) {
            r = li_vault_first(list->ctx, view->record, view->conn, view->tenant, row->id,
                               field->name, &text);
            break;
        }
    }
    for (int chars = 0; chars < 60 && at < text.len; chars++) {
        if (li_utf8_next(text, &at) < 0) {
            break;
        }
    }
    row->summary = li_str_n(text.ptr ? text.ptr : "", at);
    return r;
}

static int state_of(struct list *list, const struct li_rows *rows, struct li_view_row *row)
{
    const struct li_playbook *playbook = row->playbook;
    struct li_str kind = li_col_str(rows, 11);
    size_t machine = 0;

    if (row->part) {
        for (machine = 1; machine < playbook->machine_count; machine++) {
            if (li_str_eq(playbook->machines[machine].name, kind)) {
                break;
            }
        }
    }
    int state = machine < playbook->machine_count
                    ? li_machine_state(&playbook->machines[machine], li_col_str(rows, 4))
                    : -1;
    if (state < 0) {
        return LI_FAIL(list->ctx, LI_E_CORRUPT, "a case is in no state of its playbook");
    }
    row->state = &playbook->machines[machine].states[state];
    return 0;
}

static struct li_str text_at(const struct li_node *map, struct li_str key)
{
    const struct li_node *node = li_node_get_str(map, key);

    return node && node->kind == LI_TEXT ? node->text : (struct li_str){0};
}

static int read_row(struct list *list, const struct li_rows *rows)
{
    struct li_ctx *ctx = list->ctx;
    const struct li_view *view = list->view;
    struct li_view_row row = {
        .id = li_col_i64(rows, 0),
        .number = li_col_dup(ctx, rows, 1),
        .part = (int)li_col_i64(rows, 10),
        .overdue = li_col_i64(rows, 7) != 0,
        .due_at = li_col_i64(rows, 8),
        .opened_at = li_col_i64(rows, 9),
    };
    struct li_node *fields;
    int r = li_library_find(ctx, li_bound(view->record)->library, view->conn, view->tenant,
                            li_col_str(rows, 2), (int)li_col_i64(rows, 3), &row.playbook);

    r = r ? r : state_of(list, rows, &row);
    r = r ? r : li_canonical_read(ctx, li_col_dup(ctx, rows, 6), &fields);
    if (r == 0) {
        const struct li_field *field = kind_field(list, row.playbook);
        row.kind = field ? li_view_option(field, text_at(fields, field->name)) : NULL;
        r = li_view_area(ctx, view, li_col_dup(ctx, rows, 5), &row.area);
    }
    if (r == 0 && !list->is_public) {
        r = summarise(list, &row);
    }
    if (r == 0 && !row.number.ptr) {
        r = -LI_E_NOMEM;
    }
    if (r == 0) {
        list->rows[list->count++] = row;
    }
    return r;
}

static int collect(struct list *list, struct li_rows *rows)
{
    int r;

    while ((r = li_rows_next(list->ctx, rows)) > 0) {
        struct li_view_row *more =
            li_grow(list->ctx, list->rows, list->count, &list->cap, sizeof(*more));
        if (!more) {
            r = -LI_E_NOMEM;
            break;
        }
        list->rows = more;
        r = read_row(list, rows);
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    return r;
}

/* ---- what waits for me ----------------------------------------------------- */

static int64_t key_of(const struct li_view_row *row)
{
    return row->due_at ? row->due_at : NEVER;
}

static int by_due(const void *a, const void *b)
{
    const struct li_view_row *x = a, *y = b;
    int r = (key_of(x) > key_of(y)) - (key_of(x) < key_of(y));

    r = r ? r : (x->id > y->id) - (x->id < y->id);
    return r ? r : x->part - y->part;
}

static int by_newest(const void *a, const void *b)
{
    const struct li_view_row *x = a, *y = b;

    return (x->id < y->id) - (x->id > y->id);
}

/* Sorted rows, each case (and part) once, at most `limit`.  true: there are more. */
static bool finish(struct list *list, size_t limit, int (*order)(const void *, const void *),
                   struct li_view_list *ret)
{
    size_t kept = 0;

    if (list->count > 1) {
        qsort(list->rows, list->count, sizeof(list->rows[0]), order);
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct li_view_row *before = kept ? &list->rows[kept - 1] : NULL;
        if (before && before->id == list->rows[i].id && before->part == list->rows[i].part) {
            continue;
        }
        list->rows[kept++] = list->rows[i];
    }
    ret->rows = list->rows;
    ret->count = kept < limit ? kept : limit;
    ret->next = (struct li_str){0};
    return kept > ret->count && ret->count > 0;
}

/* The last row of the page before, as "due.id.part": rows of one deadline, and
 * the parts of one case, may stand on both sides of a page's end. */
struct cursor {
    int64_t due, id, part;
};

static int read_cursor(struct li_ctx *ctx, struct li_str before, struct cursor *ret)
{
    struct cursor cursor = {.due = INT64_MIN};
    struct li_str rest = before;

    if (before.ptr && (!li_str_to_i64(li_str_cut(&rest, '.'), &cursor.due) ||
                       !li_str_to_i64(li_str_cut(&rest, '.'), &cursor.id) ||
                       !li_str_to_i64(rest, &cursor.part))) {
        return LI_FAIL_AT(ctx, LI_E_INVALID, LI_S("/parameters/before"), "this is no cursor");
    }
    *ret = cursor;
    return 0;
}

static int write_cursor(struct li_ctx *ctx, const struct li_view_row *last, struct li_str *ret)
{
    *ret = li_strf(ctx, "%lld.%lld.%d", (long long)key_of(last), (long long)last->id, last->part);
    return ret->ptr ? 0 : -LI_E_NOMEM;
}

static int collect_waiting(struct list *list, const struct li_post *post,
                           const struct cursor *cursor, size_t limit)
{
    const struct li_view *view = list->view;
    struct li_str end = range_end(list->ctx, post->area_path);
    const struct li_val tenant = li_v(view->tenant), name = li_v_text(post->post),
                        from = li_v_text(post->area_path), to = li_v_text(end),
                        due = li_v(cursor->due), id = li_v(cursor->id), max = li_v((int64_t)limit);
    struct li_rows *rows;
    int r;

    if (!end.ptr) {
        return -LI_E_NOMEM;
    }
    r = post->org ? li_query(list->ctx, view->conn, &list_waiting_parts,
                             LI_ARGS(tenant, li_v(post->org), name, from, to, due, id,
                                     li_v(cursor->part), max),
                             &rows)
                  : li_query(list->ctx, view->conn, &list_waiting_cases,
                             LI_ARGS(tenant, name, from, to, due, id, max), &rows);
    return r ? r : collect(list, rows);
}

int li_view_mine(struct li_ctx *ctx, const struct li_view *view, size_t limit, struct li_str before,
                 struct li_view_list *ret)
{
    struct list list = {.ctx = ctx, .view = view};
    struct cursor cursor = {0};
    int r = read_cursor(ctx, before, &cursor);

    for (size_t i = 0; r == 0 && i < view->viewer->post_count; i++) {
        r = collect_waiting(&list, &view->viewer->posts[i], &cursor, limit + 1);
    }
    if (r == 0 && finish(&list, limit, by_due, ret)) {
        r = write_cursor(ctx, &ret->rows[ret->count - 1], &ret->next);
    }
    return r;
}

/* ---- what I may see -------------------------------------------------------- */

static int collect_area(struct list *list, int64_t before, struct li_str path, int64_t scope,
                        int64_t org, size_t limit)
{
    const struct li_view *view = list->view;
    struct li_str end = range_end(list->ctx, path);
    struct li_rows *rows;
    int r;

    if (!end.ptr) {
        return -LI_E_NOMEM;
    }
    if (org) {
        r = li_query(list->ctx, view->conn, &list_unit_cases,
                     LI_ARGS(li_v(view->tenant), li_v(before), li_v_text(path), li_v_text(end),
                             li_v(scope), li_v(org), li_v((int64_t)limit)),
                     &rows);
    } else {
        r = li_query(list->ctx, view->conn, &list_area_cases,
                     LI_ARGS(li_v(view->tenant), li_v(before), li_v_text(path), li_v_text(end),
                             li_v(scope), li_v((int64_t)limit)),
                     &rows);
    }
    return r ? r : collect(list, rows);
}

int li_view_all(struct li_ctx *ctx, const struct li_view *view, size_t limit, struct li_str before,
                struct li_view_list *ret)
{
    struct list list = {.ctx = ctx, .view = view};
    int64_t id = INT64_MAX;
    int r = 0;

    if (before.ptr && !li_str_to_i64(before, &id)) {
        return LI_FAIL_AT(ctx, LI_E_INVALID, LI_S("/parameters/before"), "this is no cursor");
    }
    for (size_t i = 0; r == 0 && i < view->viewer->post_count; i++) {
        const struct li_post *post = &view->viewer->posts[i];
        r = collect_area(&list, id, post->area_path, LI_SCOPE_STAFF, post->org, limit + 1);
    }
    if (r == 0 && finish(&list, limit, by_newest, ret)) {
        ret->next = li_strf(ctx, "%lld", (long long)ret->rows[ret->count - 1].id);
        r = ret->next.ptr ? 0 : -LI_E_NOMEM;
    }
    return r;
}

int li_view_public(struct li_ctx *ctx, const struct li_view *view, struct li_str area, size_t limit,
                   struct li_view_list *ret)
{
    struct list list = {.ctx = ctx, .view = view, .is_public = true};
    const struct li_tenant *tenant = li_tenant_by_id(view->record, view->tenant);
    struct li_area within;
    int r = li_area_find(ctx, view->conn, view->tenant, area.ptr ? area : tenant->code, &within);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such area");
    }
    r = r ? r : collect_area(&list, INT64_MAX, within.path, LI_SCOPE_PUBLIC, 0, limit);
    if (r == 0) {
        finish(&list, limit, by_newest, ret);
    }
    return r;
}
