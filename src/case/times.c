/*
 * Rows of clocks beside the states' own, and what pauses do to time; see times.h.
 * What a move does with them is times_move.c.
 */
#include "case/times.h"
#include "base/grow.h"
#include "case/inside.h"

#include <stdlib.h>

LI_SQL(clock_rows,
       "select part, name, since, due_at, edition, struck, overdue, extended_at, basis, "
       "pauses from clock where tenant = $1 and case_id = $2 order by part, name");

/* ---- pauses ------------------------------------------------------------------ */

/* "1700000000000000-1700000360000000 1700001000000000-" */
static int read_pauses(struct li_ctx *ctx, struct li_str text, struct li_clock_row *row)
{
    struct li_pause *pauses = NULL, *more;
    size_t cap = 0;

    while (text.len) {
        struct li_str one = li_str_cut(&text, ' '), from = li_str_cut(&one, '-');

        more = li_grow(ctx, pauses, row->pause_count, &cap, sizeof(*pauses));
        if (!more) {
            return -LI_E_NOMEM;
        }
        pauses = more;
        pauses[row->pause_count] = (struct li_pause){.to = 0};
        if (!li_str_to_i64(from, &pauses[row->pause_count].from) ||
            (one.len && !li_str_to_i64(one, &pauses[row->pause_count].to))) {
            return LI_FAIL(ctx, LI_E_CORRUPT, "a case's pauses cannot be read");
        }
        row->pause_count++;
    }
    row->pauses = pauses;
    return 0;
}

static int by_begin(const void *a, const void *b)
{
    const struct li_pause *one = a, *two = b;

    return one->from < two->from ? -1 : one->from > two->from;
}

/* Those that touch become one. */
static size_t merge(struct li_pause *pauses, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        struct li_pause *last = kept ? &pauses[kept - 1] : NULL;

        if (!last || (last->to && pauses[i].from > last->to)) {
            pauses[kept++] = pauses[i];
        } else if (last->to && (!pauses[i].to || pauses[i].to > last->to)) {
            last->to = pauses[i].to;
        }
    }
    return kept;
}

static void add_pauses(const struct li_clock_row *row, bool open_too, struct li_pause *all,
                       size_t *count)
{
    for (size_t i = 0; row && i < row->pause_count; i++) {
        if (row->pauses[i].to || open_too) {
            all[(*count)++] = row->pauses[i];
        }
    }
}

int li_clock_pauses(struct li_ctx *ctx, const struct li_clock_ground *ground, int part,
                    bool own_too, struct li_pause **ret, size_t *ret_count)
{
    const struct li_clock_row *of_case = li_clock_row(ground, 0, LI_S(""));
    const struct li_clock_row *own = part ? li_clock_row(ground, part, LI_S("")) : NULL;
    size_t most = (of_case ? of_case->pause_count : 0) + (own ? own->pause_count : 0), count = 0;
    struct li_pause *all;

    *ret_count = 0;
    if (most == 0) {
        return 0;
    }
    all = li_alloc_array(ctx, most, sizeof(*all));
    if (!all) {
        return -LI_E_NOMEM;
    }
    add_pauses(of_case, part || own_too, all, &count);
    add_pauses(own, own_too, all, &count);
    if (count) {
        qsort(all, count, sizeof(*all), by_begin);
    }
    *ret = all;
    *ret_count = merge(all, count);
    return 0;
}

int64_t li_clock_paused(const struct li_calendar *calendar, enum li_clock_kind kind,
                        const struct li_pause *pauses, size_t count, int64_t from, int64_t at)
{
    for (size_t i = 0; i < count; i++) {
        const struct li_pause *pause = &pauses[i];
        const int64_t begin = pause->from > from ? pause->from : from;

        if (pause->to && pause->to <= from) {
            continue;
        }
        if (at <= begin) {
            break;
        }
        if (!pause->to) {
            return 0;
        }
        at = kind == LI_CLOCK_WORK
                 ? li_calendar_after(calendar, pause->to, li_calendar_between(calendar, begin, at))
                 : pause->to + (at - begin);
    }
    return at;
}

/* ---- rows --------------------------------------------------------------------- */

static int read_row(struct li_ctx *ctx, const struct li_rows *rows, struct li_clock_row *ret)
{
    *ret = (struct li_clock_row){
        .part = (int)li_col_i64(rows, 0),
        .name = li_col_dup(ctx, rows, 1),
        .since = li_col_i64(rows, 2),
        .due_at = li_col_i64(rows, 3),
        .edition = li_col_i64(rows, 4),
        .struck = li_col_i64(rows, 5),
        .overdue = li_col_i64(rows, 6) != 0,
        .extended_at = li_col_i64(rows, 7),
        .basis = li_col_dup(ctx, rows, 8),
    };
    if (!ret->name.ptr || (!ret->basis.ptr && !li_col_is_null(rows, 8))) {
        return -LI_E_NOMEM;
    }
    return read_pauses(ctx, li_col_str(rows, 9), ret);
}

static int read_rows(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t case_id,
                     struct li_clock_ground *ground)
{
    struct li_rows *rows;
    int r = li_query(ctx, conn, &clock_rows, LI_ARGS(li_v(tenant), li_v(case_id)), &rows);

    if (r) {
        return r;
    }
    while ((r = li_rows_next(ctx, rows)) > 0) {
        struct li_clock_row *more =
            li_grow(ctx, ground->rows, ground->count, &ground->cap, sizeof(*more));
        r = more ? 0 : -LI_E_NOMEM;
        if (r == 0) {
            ground->rows = more;
            r = read_row(ctx, rows, &more[ground->count++]);
        }
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    return r;
}

void li_clock_ground_at(struct li_clock_ground *ground, const struct li_case *of)
{
    const struct li_playbook *playbook = of->playbook;
    const struct li_field *field = playbook->level < 0 ? NULL : &playbook->fields[playbook->level];

    ground->opened_at = of->opened_at;
    ground->class = of->class;
    ground->level = field && (size_t)of->level < field->option_count
                        ? field->options[of->level].name
                        : LI_S("");
}

int li_clock_ground_new(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                        int64_t tenant, const struct li_case *of, struct li_clock_ground *ret)
{
    struct li_library *library = li_bound(record)->library;
    struct li_clock_ground ground = {.count = 0};
    int r = li_library_calendar(ctx, library, conn, tenant, &ground.calendar);

    li_clock_ground_at(&ground, of);
    if (r == 0 && of->playbook->times) {
        r = li_library_deadlines(ctx, library, conn, tenant, &ground.deadlines);
    }
    if (r == 0) {
        *ret = ground;
    }
    return r;
}

int li_clock_ground(struct li_ctx *ctx, struct li_record *record, struct li_conn *conn,
                    int64_t tenant, const struct li_case *of, struct li_clock_ground *ret)
{
    struct li_clock_ground ground;
    int r = li_clock_ground_new(ctx, record, conn, tenant, of, &ground);

    ground.kept = of->clocks;
    if (r == 0 && ground.kept) {
        r = read_rows(ctx, conn, tenant, of->id, &ground);
    }
    if (r == 0) {
        *ret = ground;
    }
    return r;
}

struct li_clock_row *li_clock_row(const struct li_clock_ground *ground, int part,
                                  struct li_str name)
{
    for (size_t i = 0; i < ground->count; i++) {
        if (ground->rows[i].part == part && li_str_eq(ground->rows[i].name, name)) {
            return &ground->rows[i];
        }
    }
    return NULL;
}

struct li_clock_row *li_clock_row_new(struct li_ctx *ctx, struct li_clock_ground *ground, int part,
                                      struct li_str name)
{
    struct li_clock_row *row = li_clock_row(ground, part, name), *more;

    if (row) {
        return row;
    }
    more = li_grow(ctx, ground->rows, ground->count, &ground->cap, sizeof(*more));
    if (!more) {
        return NULL;
    }
    ground->rows = more;
    row = &more[ground->count++];
    *row = (struct li_clock_row){.part = part, .name = name};
    return row;
}

int li_clock_ground_copy(struct li_ctx *ctx, const struct li_clock_ground *ground,
                         struct li_clock_ground *ret)
{
    struct li_clock_ground copy = *ground;

    if (ground->count) {
        copy.rows = li_alloc_array(ctx, ground->count, sizeof(*copy.rows));
        if (!copy.rows) {
            return -LI_E_NOMEM;
        }
        memcpy(copy.rows, ground->rows, ground->count * sizeof(*copy.rows));
        copy.cap = ground->count;
    }
    *ret = copy;
    return 0;
}
