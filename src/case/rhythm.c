/* Rhythms in use: their rows, adopting them, letting them run and stopping them.  What a
 * window does is rhythm_run.c. */
#include "case/rhythm.h"

#include "base/json.h"
#include "contract/fault.h"
#include "record/due.h"

#define COLUMNS "id, playbook, name, runs, area_path, next_at, day"

LI_SQL(rhythm_all, "select " COLUMNS " from rhythm where tenant = $1 order by playbook, name");
LI_SQL(rhythm_one, "select " COLUMNS " from rhythm where tenant = $1 and id = $2");
LI_SQL(rhythm_of_name, "select " COLUMNS " from rhythm where tenant = $1 and playbook = $2 "
                       "and name = $3");
LI_SQL(rhythm_insert, "insert into rhythm (tenant, id, playbook, name, runs, area_path) "
                      "values ($1, $2, $3, $4, $5, '')");
LI_SQL(rhythm_run, "update rhythm set runs = $3, area_path = $4, next_at = null, day = null "
                   "where tenant = $1 and id = $2");
LI_SQL(rhythm_wait, "update rhythm set next_at = $3, day = null where tenant = $1 and id = $2");
LI_SQL(rhythm_call_off, "delete from rhythm_time where tenant = $1 and rhythm = $2 and day = $3 "
                        "and case_id is null");
LI_SQL(rhythm_less, "update rhythm_day set planned = opened where tenant = $1 and rhythm = $2 "
                    "and day = $3");
LI_SQL(rhythm_newest, "select day, planned, opened, missed from rhythm_day where tenant = $1 "
                      "and rhythm = $2 order by day desc limit $3");

/* ---- rows ------------------------------------------------------------------ */

static int read_row(struct li_ctx *ctx, const struct li_rows *rows, void *to)
{
    struct li_rhythm_row *ret = to;

    *ret = (struct li_rhythm_row){
        .id = li_col_i64(rows, 0),
        .playbook = li_col_dup(ctx, rows, 1),
        .name = li_col_dup(ctx, rows, 2),
        .runs = li_col_i64(rows, 3) != 0,
        .area_path = li_col_dup(ctx, rows, 4),
        .next_at = li_col_i64(rows, 5),
        .day = li_col_is_null(rows, 6) ? INT32_MIN : (int32_t)li_col_i64(rows, 6),
    };
    return ret->playbook.ptr && ret->name.ptr && ret->area_path.ptr ? 0 : -LI_E_NOMEM;
}

int li_rhythm_list(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                   struct li_rhythm_row **ret, size_t *ret_count)
{
    void *all;
    int r = li_query_list(ctx, conn, &rhythm_all, LI_ARGS(li_v(tenant)), sizeof(**ret), read_row,
                          &all, ret_count);

    if (r == 0) {
        *ret = all;
    }
    return r;
}

static int read_one(struct li_ctx *ctx, int r, struct li_rows *rows, struct li_rhythm_row *ret)
{
    if (r == 0) {
        r = read_row(ctx, rows, ret);
        li_rows_done(rows);
    }
    return r;
}

int li_rhythm_find(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                   struct li_rhythm_row *ret)
{
    struct li_rows *rows = NULL;
    int r = li_query_one(ctx, conn, &rhythm_one, LI_ARGS(li_v(tenant), li_v(id)), &rows);

    return read_one(ctx, r, rows, ret);
}

int li_rhythm_named(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant,
                    struct li_str playbook, struct li_str name, struct li_rhythm_row *ret)
{
    struct li_rows *rows = NULL;
    int r = li_query_one(ctx, conn, &rhythm_of_name,
                         LI_ARGS(li_v(tenant), li_v_text(playbook), li_v_text(name)), &rows);

    return read_one(ctx, r, rows, ret);
}

static int read_past(struct li_ctx *ctx, const struct li_rows *rows, void *to)
{
    (void)ctx;
    *(struct li_rhythm_past *)to = (struct li_rhythm_past){.day = (int32_t)li_col_i64(rows, 0),
                                                           .planned = li_col_i64(rows, 1),
                                                           .opened = li_col_i64(rows, 2),
                                                           .missed = li_col_i64(rows, 3)};
    return 0;
}

int li_rhythm_past(struct li_ctx *ctx, struct li_conn *conn, int64_t tenant, int64_t id,
                   size_t limit, struct li_rhythm_past **ret, size_t *ret_count)
{
    void *all;
    int r = li_query_list(ctx, conn, &rhythm_newest,
                          LI_ARGS(li_v(tenant), li_v(id), li_v((int64_t)limit)), sizeof(**ret),
                          read_past, &all, ret_count);

    if (r == 0) {
        *ret = all;
    }
    return r;
}

/* ---- the next window --------------------------------------------------------- */

int li_rhythm_next(struct li_ctx *ctx, const struct li_tx *tx, const struct li_rhythm *rhythm,
                   int64_t id, int32_t from)
{
    struct li_due due = {.entity = id, .command = li_str(li_rhythm_begin.name)};
    const struct li_calendar *calendar;
    int32_t day;
    int r =
        li_library_calendar(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant, &calendar);

    if (r) {
        return r;
    }
    day = li_rhythm_day(rhythm, calendar, from);
    due.at = day == INT32_MIN ? 0 : li_rhythm_begins(rhythm, day);
    r = li_exec(ctx, tx->conn, &rhythm_wait,
                LI_ARGS(li_v(tx->tenant), li_v(id), due.at ? li_v(due.at) : li_v_null()), NULL);
    if (r || due.at == 0) {
        return r;
    }
    due.args = li_strf(ctx, "{\"day\":%d,\"rhythm\":%lld}", day, (long long)id);
    return due.args.ptr ? li_due_set(ctx, tx, &due) : -LI_E_NOMEM;
}

/* From now on: a window that has begun today is not gone into. */
static int begin_from_now(struct li_ctx *ctx, const struct li_tx *tx,
                          const struct li_rhythm *rhythm, int64_t id)
{
    int32_t today = li_day_at(tx->now);

    return li_rhythm_next(ctx, tx, rhythm, id,
                          li_rhythm_begins(rhythm, today) > tx->now ? today : today + 1);
}

int li_rhythm_running(struct li_ctx *ctx, const struct li_tx *tx, int64_t id,
                      struct li_rhythm_row *ret_row, const struct li_playbook **ret_playbook,
                      const struct li_rhythm **ret)
{
    int place = -1, r = li_rhythm_find(ctx, tx->conn, tx->tenant, id, ret_row);

    if (r == 0 && ret_row->runs) {
        r = li_library_find(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant,
                            ret_row->playbook, 0, ret_playbook);
        place = r ? -1 : li_playbook_rhythm(*ret_playbook, ret_row->name);
    }
    if (r == -LI_E_NOT_FOUND || (r == 0 && place < 0)) {
        return LI_FAIL(ctx, LI_E_STATE, "the rhythm does not run");
    }
    if (r == 0) {
        *ret = &(*ret_playbook)->rhythms[place];
    }
    return r;
}

/* ---- adopting ------------------------------------------------------------------ */

static int stop(struct li_ctx *ctx, const struct li_tx *tx, const struct li_rhythm_row *row,
                struct li_str area_path, bool runs)
{
    int r = li_due_clear_all(ctx, tx, row->id);

    if (r == 0 && row->day != INT32_MIN) {
        r = li_exec(ctx, tx->conn, &rhythm_call_off,
                    LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v((int64_t)row->day)), NULL);
        r = r ? r
              : li_exec(ctx, tx->conn, &rhythm_less,
                        LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v((int64_t)row->day)), NULL);
    }
    return r ? r
             : li_exec(ctx, tx->conn, &rhythm_run,
                       LI_ARGS(li_v(tx->tenant), li_v(row->id), li_v(runs ? 1 : 0),
                               li_v_text(area_path)),
                       NULL);
}

static int adopt_one(struct li_ctx *ctx, const struct li_tx *tx, const struct li_playbook *playbook,
                     const struct li_rhythm *rhythm)
{
    struct li_rhythm_row row = {.id = 0};
    int r = li_rhythm_named(ctx, tx->conn, tx->tenant, playbook->name, rhythm->name, &row);

    if (r == -LI_E_NOT_FOUND) {
        row = (struct li_rhythm_row){.runs = !rhythm->waits, .day = INT32_MIN};
        row.id = li_id_next(li_record_ids(tx->record), li_record_clock(tx->record));
        r = li_exec(ctx, tx->conn, &rhythm_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(row.id), li_v_text(playbook->name),
                            li_v_text(rhythm->name), li_v(row.runs ? 1 : 0)),
                    NULL);
    }
    /* a window that goes on ends as it began, and puts the next one by the new words */
    return r || !row.runs || row.day != INT32_MIN ? r : begin_from_now(ctx, tx, rhythm, row.id);
}

int li_rhythm_adopt(struct li_ctx *ctx, const struct li_tx *tx, const struct li_playbook *playbook)
{
    struct li_rhythm_row *rows = NULL;
    size_t count = 0;
    int r = li_rhythm_list(ctx, tx->conn, tx->tenant, &rows, &count);

    for (size_t i = 0; r == 0 && i < playbook->rhythm_count; i++) {
        r = adopt_one(ctx, tx, playbook, &playbook->rhythms[i]);
    }
    for (size_t i = 0; r == 0 && i < count; i++) {
        if (li_str_eq(rows[i].playbook, playbook->name) && rows[i].runs &&
            li_playbook_rhythm(playbook, rows[i].name) < 0) {
            r = stop(ctx, tx, &rows[i], rows[i].area_path, false);
        }
    }
    return r;
}

int li_rhythm_rest(struct li_ctx *ctx, const struct li_tx *tx, struct li_str name)
{
    const struct li_playbook *playbook;
    struct li_rhythm_row *rows = NULL;
    size_t count = 0;
    int r = li_library_find(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant, name, 0,
                            &playbook);

    r = r ? r : li_rhythm_list(ctx, tx->conn, tx->tenant, &rows, &count);
    for (size_t i = 0; r == 0 && i < count; i++) {
        int place = li_playbook_rhythm(playbook, rows[i].name);
        if (!li_str_eq(rows[i].playbook, name) || !rows[i].runs || place < 0 ||
            playbook->rhythms[place].action >= 0) {
            continue;
        }
        r = stop(ctx, tx, &rows[i], rows[i].area_path, true);
        r = r ? r : begin_from_now(ctx, tx, &playbook->rhythms[place], rows[i].id);
    }
    return r;
}

/* ---- rhythm.set ------------------------------------------------------------------ */

struct setting {
    const struct li_rhythm_set_args *args;
    struct li_rhythm_row row;
    const struct li_rhythm *rhythm;
    struct li_str area_path;
};

static int set_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_rhythm_set_args *set = args;
    struct setting *plan = li_alloc(ctx, sizeof(*plan));
    const struct li_playbook *playbook;
    struct li_area area;
    int place = -1, r;

    if (!plan) {
        return -LI_E_NOMEM;
    }
    *plan = (struct setting){.args = set, .area_path = LI_S("")};
    r = li_rhythm_named(ctx, tx->conn, tx->tenant, set->playbook, set->name, &plan->row);
    r = r ? r
          : li_library_find(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant, set->playbook,
                            0, &playbook);
    place = r ? -1 : li_playbook_rhythm(playbook, set->name);
    if (r == -LI_E_NOT_FOUND || (r == 0 && place < 0)) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such rhythm");
    }
    if (r == 0 && set->area.len) {
        r = li_area_find(ctx, tx->conn, tx->tenant, set->area, &area);
        if (r == -LI_E_NOT_FOUND || (r == 0 && area.retired)) {
            return li_fault(ctx, LI_FAULT_NOWHERE, LI_S("/area"), LI_S(""));
        }
        plan->area_path = r ? LI_S("") : area.path;
    }
    if (r == 0) {
        plan->rhythm = &playbook->rhythms[place];
        *ret_plan = plan;
    }
    return r;
}

static int set_write(struct li_ctx *ctx, const struct li_tx *tx, void *args, struct li_outcome *ret)
{
    const struct setting *plan = args;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    int r = buf ? stop(ctx, tx, &plan->row, plan->area_path, plan->args->runs) : -LI_E_NOMEM;

    if (r == 0 && plan->args->runs) {
        r = begin_from_now(ctx, tx, plan->rhythm, plan->row.id);
    }
    if (r) {
        return r;
    }
    li_json_init(&json, buf, true);
    li_json_open_map(&json);
    if (plan->args->area.len) {
        li_json_put_text(&json, "area", plan->args->area);
    }
    li_json_put_text(&json, "playbook", plan->row.playbook);
    li_json_put_text(&json, "rhythm", plan->row.name);
    li_json_put_bool(&json, "runs", plan->args->runs);
    li_json_close_map(&json);
    ret->entity = plan->row.id;
    ret->payload = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

const struct li_command li_rhythm_set = {
    .name = "rhythm.set",
    .decide = set_decide,
    .write = set_write,
};
