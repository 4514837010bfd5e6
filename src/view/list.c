/*
 * Pages of lists of cases.
 *
 * A viewer's posts are few (one to a dozen): each is asked for a page and the
 * pages are merged, so that every statement is a constant with an index
 * (view/filter).  Newest first goes down in windows that grow, so that a page
 * is bounded however rare what was asked for is; words come as candidates from
 * the index and are looked for in the text itself.
 */
#include <stdlib.h>

#include "base/grow.h"
#include "contract/fault.h"
#include "record/search.h"
#include "view/filter.h"
#include "view/inside.h"
#include "view/lines.h"

#define NEVER      INT64_MAX
#define WINDOW     64 /* cases of the first window; each next one holds four times as many */
#define WINDOWS    5
#define CANDIDATES 64 /* read from the index at once */
#define ROUNDS     16 /* of candidates, or of pages of what waits, for one page */

struct list {
    struct li_ctx *ctx;
    const struct li_view *view;
    const struct li_view_filter *filter;
    struct li_search_query query; /* of filter->q, when it has one */
    struct li_view_row *rows;
    size_t count, cap;
    int64_t last; /* id of the row read last, also of one that was left out */
    size_t read;  /* rows of the last statement */
    bool is_public;
};

static int begin_list(struct list *list)
{
    int r;

    if (list->filter->q.len == 0) {
        return 0;
    }
    r = li_search_read(list->ctx, list->filter->q, &list->query);
    if (r == -LI_E_INVALID) {
        li_ctx_clear(list->ctx);
        r = li_fault(list->ctx, LI_FAULT_WORDS, LI_S("/parameters/q"), LI_S(""));
    }
    return r;
}

/* ---- rows ------------------------------------------------------------------ */

/* Whether the words are in what the viewer may read of it. */
static int has_words(const struct list *list, const struct li_view_row *row, bool *ret)
{
    const struct li_view *view = list->view;
    const struct li_case_words words = {.id = row->id,
                                        .number = row->number,
                                        .playbook = row->playbook,
                                        .scope = list->is_public ? LI_SCOPE_PUBLIC : LI_SCOPE_STAFF,
                                        .hidden = row->hidden};
    struct li_str *texts;
    size_t count;
    int r;

    if (list->filter->q.len == 0) {
        *ret = true;
        return 0;
    }
    r = li_case_search_texts(list->ctx, view->conn, view->tenant, &words, &texts, &count);
    return r ? r : li_search_matches(list->ctx, &list->query, texts, count, ret);
}

static int push(struct list *list, const struct li_view_row *row)
{
    struct li_view_row *more =
        li_grow(list->ctx, list->rows, list->count, &list->cap, sizeof(*more));

    if (!more) {
        return -LI_E_NOMEM;
    }
    list->rows = more;
    more[list->count++] = *row;
    return 0;
}

/* Reads the rows of a statement (NULL: none) to their end. */
static int collect(struct list *list, struct li_rows *rows)
{
    int r = 0;

    list->read = 0;
    while (rows && r == 0 && (r = li_rows_next(list->ctx, rows)) > 0) {
        struct li_view_row row;
        bool fits = true;
        list->last = li_col_i64(rows, 0);
        list->read++;
        r = li_view_row_read(list->ctx, list->view, rows, list->is_public, list->filter, &row);
        if (r > 0) {
            r = has_words(list, &row, &fits);
            r = r == 0 && fits ? push(list, &row) : r;
        }
    }
    if (rows) {
        li_rows_done(rows);
    }
    return r;
}

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

/* Sorts; keeps each case (and part) once. */
static void merge(struct list *list, int (*order)(const void *, const void *))
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
    list->count = kept;
}

/* The first `limit` rows as the page. */
static int give(struct list *list, size_t limit, struct li_str next, struct li_view_list *ret)
{
    size_t count = list->count < limit ? list->count : limit;
    int r = 0;

    for (size_t i = 0; r == 0 && i < count && !list->is_public; i++) {
        struct li_view_row *row = &list->rows[i];
        row->line = li_view_line_look(list->ctx, list->view, row);
        r = row->line.ptr ? 0 : li_view_row_rest(list->ctx, list->view, row);
    }
    if (r == 0) {
        *ret = (struct li_view_list){.rows = list->rows, .count = count, .next = next};
    }
    return r;
}

/* ---- what waits for me ----------------------------------------------------- */

static int read_waiting_cursor(struct li_ctx *ctx, struct li_str before,
                               struct li_waiting_cursor *ret)
{
    struct li_waiting_cursor cursor = {.due = INT64_MIN};
    struct li_str rest = before;

    if (before.ptr && (!li_str_to_i64(li_str_cut(&rest, '.'), &cursor.due) ||
                       !li_str_to_i64(li_str_cut(&rest, '.'), &cursor.id) ||
                       !li_str_to_i64(rest, &cursor.part))) {
        return LI_FAIL_AT(ctx, LI_E_INVALID, LI_S("/parameters/before"), "this is no cursor");
    }
    *ret = cursor;
    return 0;
}

static struct li_waiting_cursor cursor_of(const struct li_view_row *row)
{
    return (struct li_waiting_cursor){.due = key_of(row), .id = row->id, .part = row->part};
}

/* A page of what waits for any of the posts, whether or not it has the words:
 * `ret_end` when nothing waits behind it. */
static int waiting_page(struct list *list, const struct li_waiting_cursor *after, size_t limit,
                        bool *ret_end)
{
    const struct li_viewer *viewer = list->view->viewer;
    struct li_rows *rows;
    int r = 0;

    for (size_t i = 0; r == 0 && i < viewer->post_count; i++) {
        for (int given = 0; r == 0 && given < 2; given++) {
            r = li_filter_waiting(list->ctx, list->view, list->filter, &viewer->posts[i], after,
                                  given, limit + 1, &rows);
            r = r ? r : collect(list, rows);
        }
    }
    merge(list, by_due);
    *ret_end = list->count <= limit;
    list->count = *ret_end ? list->count : limit;
    return r;
}

/* Of a page, what has the words and the topic, behind what was found before. */
static int keep_fitting(struct list *page, struct list *list)
{
    const struct li_str topic = list->filter->topic;
    int r = 0;

    for (size_t i = 0; r == 0 && i < page->count; i++) {
        const struct li_view_row *row = &page->rows[i];
        bool fits;
        if (topic.len && (!row->topic || !li_str_eq(row->topic->name, topic))) {
            continue;
        }
        r = has_words(list, row, &fits);
        r = r == 0 && fits ? push(list, row) : r;
    }
    return r;
}

int li_view_mine(struct li_ctx *ctx, const struct li_view *view,
                 const struct li_view_filter *filter, size_t limit, struct li_str before,
                 struct li_view_list *ret)
{
    struct li_view_filter all = *filter;
    struct list list = {.ctx = ctx, .view = view, .filter = filter};
    struct li_waiting_cursor cursor = {0};
    struct li_str next = {.ptr = NULL};
    bool end = false;
    int r = read_waiting_cursor(ctx, before, &cursor);

    all.q = all.topic = all.field = all.asked = (struct li_str){.ptr = NULL};
    r = r ? r : begin_list(&list);
    for (int round = 0; r == 0 && !end && list.count <= limit && round < ROUNDS; round++) {
        struct list page = {.ctx = ctx, .view = view, .filter = &all};
        r = waiting_page(&page, &cursor, limit + 1, &end);
        r = r ? r : keep_fitting(&page, &list);
        if (r == 0 && page.count) {
            cursor = cursor_of(&page.rows[page.count - 1]);
        }
    }
    if (r) {
        return r;
    }
    if (list.count > limit) {
        cursor = cursor_of(&list.rows[limit - 1]);
    }
    if (!end || list.count > limit) {
        next = li_strf(ctx, "%lld.%lld.%lld", (long long)cursor.due, (long long)cursor.id,
                       (long long)cursor.part);
        r = next.ptr ? 0 : -LI_E_NOMEM;
    }
    return r ? r : give(&list, limit, next, ret);
}

/* ---- newest first ---------------------------------------------------------- */

struct reaches {
    const struct li_reach *items;
    size_t count;
};

/* One reach's cases of a window; more statements only where the topic left rows out. */
static int collect_window(struct list *list, enum li_walk walk, const struct li_reach *reach,
                          int64_t before, int64_t low, size_t limit)
{
    size_t had = list->count;
    int r;

    list->last = before;
    do {
        struct li_rows *rows;
        r = li_filter_cases(list->ctx, list->view, list->filter, walk, reach, list->last, low,
                            limit, &rows);
        r = r ? r : collect(list, rows);
    } while (r == 0 && list->read == limit && list->count - had < limit);
    return r;
}

/* Goes down from *before in windows; leaves there how far it came, 0: to the end. */
static int walk_down(struct list *list, const struct reaches *reaches, size_t limit,
                     int64_t *before)
{
    enum li_walk walk =
        list->filter->open == LI_VIEW_YES || list->filter->asked.len ? LI_WALK_OPEN : LI_WALK_ALL;
    int64_t size = WINDOW;
    int r = 0;

    for (int i = 0; r == 0 && i < WINDOWS && list->count <= limit && *before > 0; i++, size *= 4) {
        int64_t low;
        r = li_filter_window(list->ctx, list->view, walk, *before, size, &low);
        for (size_t k = 0; r == 0 && k < reaches->count; k++) {
            r = collect_window(list, walk, &reaches->items[k], *before, low, limit + 1);
        }
        merge(list, by_newest);
        *before = low;
    }
    return r;
}

/* The first reach that a candidate lies in shows it. */
static int look_at(struct list *list, const struct reaches *reaches, int64_t id)
{
    int r = 0;

    list->read = 0;
    for (size_t k = 0; r == 0 && list->read == 0 && k < reaches->count; k++) {
        struct li_rows *rows;
        r = li_filter_cases(list->ctx, list->view, list->filter, LI_WALK_ONE, &reaches->items[k],
                            id, 0, 1, &rows);
        r = r ? r : collect(list, rows);
    }
    return r;
}

/* The same by the words' candidates. */
static int walk_words(struct list *list, const struct reaches *reaches, size_t limit,
                      int64_t *before)
{
    enum li_scope scope = list->is_public ? LI_SCOPE_PUBLIC : LI_SCOPE_STAFF;
    int64_t ids[CANDIDATES];
    int r = 0;

    for (int round = 0; r == 0 && round < ROUNDS && list->count <= limit && *before > 0; round++) {
        size_t count;
        r = li_search_find(list->ctx, list->view->conn, list->view->tenant, scope, &list->query,
                           *before, CANDIDATES, ids, &count);
        for (size_t i = 0; r == 0 && i < count && list->count <= limit; i++) {
            r = look_at(list, reaches, ids[i]);
        }
        if (r == 0) {
            *before = count == CANDIDATES ? ids[count - 1] : 0;
        }
    }
    return r;
}

static int newest(struct list *list, const struct reaches *reaches, size_t limit,
                  struct li_str before, struct li_view_list *ret)
{
    struct li_str next = {.ptr = NULL};
    int64_t at = INT64_MAX;
    int r = 0;

    if (before.ptr && !li_str_to_i64(before, &at)) {
        return LI_FAIL_AT(list->ctx, LI_E_INVALID, LI_S("/parameters/before"), "this is no cursor");
    }
    r = begin_list(list);
    if (r == 0) {
        r = list->filter->q.len ? walk_words(list, reaches, limit, &at)
                                : walk_down(list, reaches, limit, &at);
    }
    if (r == 0 && list->count > limit) {
        at = list->rows[limit - 1].id;
    }
    if (r == 0 && at > 0) {
        next = li_strf(list->ctx, "%lld", (long long)at);
        r = next.ptr ? 0 : -LI_E_NOMEM;
    }
    return r ? r : give(list, limit, next, ret);
}

int li_view_all(struct li_ctx *ctx, const struct li_view *view, const struct li_view_filter *filter,
                size_t limit, struct li_str before, struct li_view_list *ret)
{
    const struct li_viewer *viewer = view->viewer;
    struct li_reach *items = li_alloc_array(ctx, viewer->post_count + 1, sizeof(*items));
    const struct reaches reaches = {.items = items, .count = viewer->post_count};
    struct list list = {.ctx = ctx, .view = view, .filter = filter};

    if (!items) {
        return -LI_E_NOMEM;
    }
    for (size_t i = 0; i < viewer->post_count; i++) {
        items[i] = (struct li_reach){.area_path = viewer->posts[i].area_path,
                                     .scope = LI_SCOPE_STAFF,
                                     .org = viewer->posts[i].org};
    }
    return newest(&list, &reaches, limit, before, ret);
}

int li_view_public(struct li_ctx *ctx, const struct li_view *view,
                   const struct li_view_filter *filter, size_t limit, struct li_str before,
                   struct li_view_list *ret)
{
    const struct li_tenant *tenant = li_tenant_by_id(view->record, view->tenant);
    struct list list = {.ctx = ctx, .view = view, .filter = filter, .is_public = true};
    struct li_reach reach = {.scope = LI_SCOPE_PUBLIC};
    struct li_area whole;
    int r = li_area_find(ctx, view->conn, view->tenant, tenant->code, &whole);

    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such area");
    }
    reach.area_path = whole.path;
    return r ? r
             : newest(&list, &(struct reaches){.items = &reach, .count = 1}, limit, before, ret);
}
