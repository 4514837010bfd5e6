/*
 * A window of a rhythm: it begins and its times are drawn, cases open or are acted on at
 * them, it ends and what was not done is written down.  See rhythm.h.
 *
 * A window that was over before anything could be done is missed as a whole; one that
 * goes on is still drawn for, and what was due in it by then opens at once.
 */
#include "base/json.h"
#include "case/rhythm.h"
#include "case/use.h"
#include "record/due.h"
#include "record/vault.h"

#define MOST        5000 /* cases of one window */
#define MISSED_DAYS 400  /* told of one outage */

LI_SQL(rhythm_open_day, "update rhythm set next_at = null, day = $3 where tenant = $1 and id = $2");
LI_SQL(rhythm_day_put, "insert into rhythm_day (tenant, rhythm, day, planned, opened, missed) "
                       "values ($1, $2, $3, $4, 0, $5)");
LI_SQL(rhythm_time_put, "insert into rhythm_time (tenant, rhythm, day, place, area, at) "
                        "values ($1, $2, $3, $4, $5, $6)");
LI_SQL(rhythm_time_one, "select area, case_id from rhythm_time where tenant = $1 and rhythm = $2 "
                        "and day = $3 and place = $4");
LI_SQL(rhythm_time_case, "update rhythm_time set case_id = $5 where tenant = $1 and rhythm = $2 "
                         "and day = $3 and place = $4");
LI_SQL(rhythm_more, "update rhythm_day set opened = opened + 1 where tenant = $1 and rhythm = $2 "
                    "and day = $3");
LI_SQL(rhythm_left, "select place, area from rhythm_time where tenant = $1 and rhythm = $2 "
                    "and day = $3 and case_id is null order by place");
LI_SQL(rhythm_count, "select opened from rhythm_day where tenant = $1 and rhythm = $2 "
                     "and day = $3");
LI_SQL(rhythm_day_end, "update rhythm_day set missed = $4 where tenant = $1 and rhythm = $2 "
                       "and day = $3");

/* A slot no other day has. */
static int64_t slot_of(int32_t day, int64_t place)
{
    return (int64_t)day * 10000 + place + 1;
}

struct turn {
    int64_t id;
    int32_t day;
    struct li_rhythm_row row;
    const struct li_playbook *playbook;
    const struct li_rhythm *rhythm;
    /* begin */
    struct li_area *areas;
    size_t area_count;
    struct li_rhythm_target *targets; /* of an action, instead of areas */
    size_t target_count;
    struct li_hash seed;
    int32_t missed[MISSED_DAYS];
    size_t missed_count;
    bool goes_on; /* the window of `day` is still open */
    bool rests;   /* the programme is off: nothing opens */
    /* end */
    struct li_str *left; /* areas */
    int64_t *left_places;
    size_t left_count;
    int64_t opened;
};

static int turn_parse(struct li_ctx *ctx, const struct li_node *args, void **ret)
{
    const struct li_node *id = li_node_get(args, "rhythm"), *day = li_node_get(args, "day");
    struct turn *turn = li_alloc(ctx, sizeof(*turn));

    if (!turn) {
        return -LI_E_NOMEM;
    }
    if (!id || id->kind != LI_INT || !day || day->kind != LI_INT) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a rhythm's due row is misshapen");
    }
    turn->id = id->number;
    turn->day = (int32_t)day->number;
    *ret = turn;
    return 0;
}

static int turn_begin(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                      struct turn **ret)
{
    struct turn *turn = li_alloc(ctx, sizeof(*turn));
    int r;

    if (!turn) {
        return -LI_E_NOMEM;
    }
    *turn = *(const struct turn *)args;
    r = li_rhythm_running(ctx, tx, turn->id, &turn->row, &turn->playbook, &turn->rhythm);
    *ret = turn;
    return r;
}

/* How many a window has, one for each area and time, or for each case. */
static int64_t planned(const struct turn *turn)
{
    if (turn->rhythm->action >= 0) {
        return (int64_t)turn->target_count;
    }
    return (int64_t)turn->area_count * (turn->rhythm->times ? turn->rhythm->times : 1);
}

static void head(struct li_json *json, struct li_buf *buf)
{
    li_json_init(json, buf, true);
    li_json_open_map(json);
}

/* ---- it begins ---------------------------------------------------------------- */

/* What only this tenant can draw, of this day. */
static int draw_seed(struct li_ctx *ctx, const struct li_tx *tx, struct turn *turn)
{
    struct li_str text = li_strf(ctx, "rhythm %.*s %.*s %d", LI_P(turn->row.playbook),
                                 LI_P(turn->row.name), turn->day);
    uint8_t bytes[16];
    int r = text.ptr ? li_key_derive(ctx, tx->record, tx->tenant, text, bytes) : -LI_E_NOMEM;

    if (r == 0) {
        turn->seed = li_hash_of(li_str_n((const char *)bytes, sizeof(bytes)));
    }
    return r;
}

/* The whole windows that went by, and the one that goes on or comes. */
static int find_missed(struct li_ctx *ctx, const struct li_tx *tx, struct turn *turn)
{
    const struct li_calendar *calendar;
    int r =
        li_library_calendar(ctx, li_bound(tx->record)->library, tx->conn, tx->tenant, &calendar);

    while (r == 0 && turn->day != INT32_MIN && li_rhythm_ends(turn->rhythm, turn->day) <= tx->now) {
        if (turn->missed_count < MISSED_DAYS) {
            turn->missed[turn->missed_count++] = turn->day;
        }
        turn->day = li_rhythm_day(turn->rhythm, calendar, turn->day + 1);
    }
    return r;
}

/* Nothing opens by a programme that is off, and nothing was missed; what is done on open cases
 * goes on. */
static int find_rest(struct li_ctx *ctx, const struct li_tx *tx, struct turn *turn)
{
    struct li_off_list off;
    int r = turn->rhythm->action < 0 ? li_playbooks_off(ctx, tx->conn, tx->tenant, &off) : 0;

    if (r == 0 && turn->rhythm->action < 0 && li_is_off(&off, turn->row.playbook)) {
        turn->rests = true;
        turn->missed_count = 0;
        turn->day += turn->goes_on ? 1 : 0;
        turn->goes_on = false;
    }
    return r;
}

/* Where, or on what. */
static int find_places(struct li_ctx *ctx, const struct li_tx *tx, struct turn *turn)
{
    if (turn->rhythm->action < 0) {
        return li_area_list(ctx, tx->conn, tx->tenant, turn->row.area_path, turn->rhythm->level,
                            &turn->areas, &turn->area_count);
    }
    return li_rhythm_targets(ctx, tx, turn->playbook->name,
                             turn->playbook->actions[turn->rhythm->action].name,
                             turn->row.area_path, MOST, &turn->targets, &turn->target_count);
}

static int begin_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                        void **ret_plan)
{
    struct turn *turn;
    int r = turn_begin(ctx, tx, args, &turn);

    r = r ? r : find_missed(ctx, tx, turn);
    r = r ? r : find_places(ctx, tx, turn);
    if (r) {
        return r;
    }
    turn->goes_on = turn->day != INT32_MIN && li_rhythm_begins(turn->rhythm, turn->day) <= tx->now;
    if (turn->goes_on && planned(turn) > MOST) { /* more than a day can take: none of them */
        turn->missed[turn->missed_count < MISSED_DAYS ? turn->missed_count++ : 0] = turn->day;
        turn->goes_on = false;
        turn->day++;
    }
    r = find_rest(ctx, tx, turn);
    r = r ? r : draw_seed(ctx, tx, turn);
    *ret_plan = turn;
    return r;
}

/* When: the hash of seed, area and number, over the seconds of the window. */
static int64_t draw(const struct turn *turn, struct li_str area, int no)
{
    const struct li_rhythm *rhythm = turn->rhythm;
    const char mark[2] = {(char)('a' + no), 0};
    const struct li_str parts[] = {li_hash_view(&turn->seed), area, li_str(mark)};
    struct li_hash hash = li_hash_parts(parts, 3);
    int64_t number = 0;

    if (!rhythm->times) {
        return li_rhythm_begins(rhythm, turn->day);
    }
    for (int i = 0; i < 7; i++) {
        number = number << 8 | hash.bytes[i];
    }
    return li_rhythm_begins(rhythm, turn->day) +
           number % ((int64_t)(rhythm->to - rhythm->from) * 60) * LI_SECOND;
}

/* `target` NULL: a case opens. */
static int put_time(struct li_ctx *ctx, const struct li_tx *tx, const struct turn *turn,
                    int64_t place, struct li_str area, const struct li_rhythm_target *target,
                    int64_t at)
{
    struct li_due due = {.entity = turn->id,
                         .slot = slot_of(turn->day, place),
                         .at = at,
                         .command = li_str(target ? li_case_act.name : li_case_open.name)};
    int r = li_exec(ctx, tx->conn, &rhythm_time_put,
                    LI_ARGS(li_v(tx->tenant), li_v(turn->id), li_v((int64_t)turn->day), li_v(place),
                            li_v_text(area), li_v(at)),
                    NULL);

    due.args =
        target ? li_strf(ctx, "{\"case\":%lld,\"day\":%d,\"place\":%lld,\"rhythm\":%lld}",
                         (long long)target->id, turn->day, (long long)place, (long long)turn->id)
               : li_strf(ctx, "{\"day\":%d,\"place\":%lld,\"rhythm\":%lld}", turn->day,
                         (long long)place, (long long)turn->id);
    r = r || due.args.ptr ? r : -LI_E_NOMEM;
    return r ? r : li_due_set(ctx, tx, &due);
}

static int put_day(struct li_ctx *ctx, const struct li_tx *tx, const struct turn *turn, int32_t day,
                   bool missed)
{
    int64_t count = planned(turn);

    return li_exec(ctx, tx->conn, &rhythm_day_put,
                   LI_ARGS(li_v(tx->tenant), li_v(turn->id), li_v((int64_t)day), li_v(count),
                           li_v(missed ? count : 0)),
                   NULL);
}

static int put_times(struct li_ctx *ctx, const struct li_tx *tx, const struct turn *turn)
{
    struct li_due end = {.entity = turn->id,
                         .at = li_rhythm_ends(turn->rhythm, turn->day),
                         .command = li_str(li_rhythm_end.name)};
    int times = turn->rhythm->times ? turn->rhythm->times : 1;
    int r = li_exec(ctx, tx->conn, &rhythm_open_day,
                    LI_ARGS(li_v(tx->tenant), li_v(turn->id), li_v((int64_t)turn->day)), NULL);

    r = r ? r : put_day(ctx, tx, turn, turn->day, false);
    for (size_t i = 0; r == 0 && i < turn->area_count; i++) {
        for (int no = 0; r == 0 && no < times; no++) {
            r = put_time(ctx, tx, turn, (int64_t)i * times + no, turn->areas[i].code, NULL,
                         draw(turn, turn->areas[i].code, no));
        }
    }
    for (size_t i = 0; r == 0 && i < turn->target_count; i++) {
        r = put_time(ctx, tx, turn, (int64_t)i, turn->targets[i].area, &turn->targets[i],
                     li_rhythm_begins(turn->rhythm, turn->day));
    }
    end.args = li_strf(ctx, "{\"day\":%d,\"rhythm\":%lld}", turn->day, (long long)turn->id);
    r = r || end.args.ptr ? r : -LI_E_NOMEM;
    return r ? r : li_due_set(ctx, tx, &end);
}

static int begin_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                       struct li_outcome *ret)
{
    const struct turn *turn = plan;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    int r = buf ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < turn->missed_count; i++) {
        r = put_day(ctx, tx, turn, turn->missed[i], true);
    }
    if (r == 0 && turn->goes_on) {
        r = put_times(ctx, tx, turn);
    } else if (r == 0 && turn->day != INT32_MIN) {
        r = li_rhythm_next(ctx, tx, turn->rhythm, turn->id, turn->day);
    }
    if (r) {
        return r;
    }
    head(&json, buf);
    if (turn->goes_on) {
        li_json_put_int(&json, "day", turn->day);
    }
    li_json_key(&json, "missed");
    li_json_open_list(&json);
    for (size_t i = 0; i < turn->missed_count; i++) {
        li_json_int(&json, turn->missed[i]);
    }
    li_json_close_list(&json);
    li_json_put_int(&json, "planned", turn->rests ? 0 : planned(turn));
    li_json_put_text(&json, "playbook", turn->row.playbook);
    if (turn->rests) {
        li_json_put_bool(&json, "rests", true);
    }
    li_json_put_text(&json, "rhythm", turn->row.name);
    if (turn->goes_on) {
        li_json_key(&json, "seed");
        li_json_hash(&json, &turn->seed);
    }
    li_json_close_map(&json);
    ret->entity = turn->id;
    ret->payload = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

const struct li_command li_rhythm_begin = {
    .name = "rhythm.begin",
    .parse = turn_parse,
    .decide = begin_decide,
    .write = begin_write,
};

/* ---- a case opens --------------------------------------------------------------- */

int li_rhythm_time_parse(struct li_ctx *ctx, const struct li_node *args, struct li_rhythm_time *ret)
{
    const struct li_node *id = li_node_get(args, "rhythm"), *day = li_node_get(args, "day"),
                         *place = li_node_get(args, "place");

    if (!id || id->kind != LI_INT || !day || day->kind != LI_INT || !place ||
        place->kind != LI_INT) {
        return LI_FAIL(ctx, LI_E_CORRUPT, "a rhythm's due row is misshapen");
    }
    *ret = (struct li_rhythm_time){
        .rhythm = id->number, .day = (int32_t)day->number, .place = place->number};
    return 0;
}

static int find_time(struct li_ctx *ctx, const struct li_tx *tx, const struct li_rhythm_time *time,
                     struct li_str *ret_area)
{
    struct li_rows *rows;
    int r = li_query_one(
        ctx, tx->conn, &rhythm_time_one,
        LI_ARGS(li_v(tx->tenant), li_v(time->rhythm), li_v((int64_t)time->day), li_v(time->place)),
        &rows);

    if (r == 0) {
        *ret_area = li_col_dup(ctx, rows, 0);
        r = li_col_is_null(rows, 1) ? 0 : -LI_E_NOT_FOUND;
        li_rows_done(rows);
        r = r || ret_area->ptr ? r : -LI_E_NOMEM;
    }
    return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_STATE, "the time was called off or is done")
                                : r;
}

int li_rhythm_open(struct li_ctx *ctx, const struct li_tx *tx, struct li_rhythm_time *time,
                   struct li_case_open_args *ret)
{
    struct li_case_open_args args = {.via = LI_S("rhythm"), .rhythm = time};
    struct li_str text = li_strf(ctx, "rhythm %lld %d %lld", (long long)time->rhythm, time->day,
                                 (long long)time->place);
    const struct li_rhythm *rhythm;
    struct li_rhythm_row row;
    struct li_node *fields = NULL;
    int r = li_rhythm_running(ctx, tx, time->rhythm, &row, &args.playbook, &rhythm);

    r = r ? r : find_time(ctx, tx, time, &args.area);
    if (r == 0 && (row.day != time->day || tx->now >= li_rhythm_ends(rhythm, time->day))) {
        r = LI_FAIL(ctx, LI_E_STATE, "the window is over");
    }
    r = r ? r : li_rhythm_fields(ctx, args.playbook, rhythm, time->day, &fields);
    args.fields = fields;
    r = r ? r : li_schema_check(ctx, args.playbook->open_schema, LI_S("/fields"), fields);
    /* nobody reported it: the token is one that nobody is given */
    r = r || text.ptr ? r : -LI_E_NOMEM;
    r = r ? r : li_key_derive(ctx, tx->record, tx->tenant, text, args.token);
    if (r == 0) {
        time->name = row.name;
        *ret = args;
    }
    return r;
}

int li_rhythm_act(struct li_ctx *ctx, const struct li_tx *tx, struct li_rhythm_time *time,
                  struct li_str *ret_action)
{
    const struct li_playbook *playbook;
    const struct li_rhythm *rhythm;
    struct li_rhythm_row row;
    struct li_str area;
    int r = li_rhythm_running(ctx, tx, time->rhythm, &row, &playbook, &rhythm);

    r = r ? r : find_time(ctx, tx, time, &area);
    if (r == 0 && (rhythm->action < 0 || row.day != time->day ||
                   tx->now >= li_rhythm_ends(rhythm, time->day))) {
        r = LI_FAIL(ctx, LI_E_STATE, "the window is over");
    }
    if (r == 0) {
        time->name = row.name;
        *ret_action = playbook->actions[rhythm->action].name;
    }
    return r;
}

int li_rhythm_opened(struct li_ctx *ctx, const struct li_tx *tx, const struct li_rhythm_time *time,
                     int64_t case_id)
{
    int r = li_exec(ctx, tx->conn, &rhythm_time_case,
                    LI_ARGS(li_v(tx->tenant), li_v(time->rhythm), li_v((int64_t)time->day),
                            li_v(time->place), li_v(case_id)),
                    NULL);

    return r ? r
             : li_exec(ctx, tx->conn, &rhythm_more,
                       LI_ARGS(li_v(tx->tenant), li_v(time->rhythm), li_v((int64_t)time->day)),
                       NULL);
}

/* ---- it ends ---------------------------------------------------------------------- */

static int read_left(struct li_ctx *ctx, const struct li_tx *tx, struct turn *turn)
{
    const struct li_val of[] = {li_v(tx->tenant), li_v(turn->id), li_v((int64_t)turn->day)};
    struct li_rows *rows;
    int r = li_query_one(ctx, tx->conn, &rhythm_count, of, 3, &rows);

    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_STATE, "no such window") : r;
    }
    turn->opened = li_col_i64(rows, 0);
    li_rows_done(rows);
    turn->left = li_alloc_array(ctx, MOST, sizeof(*turn->left));
    turn->left_places = li_alloc_array(ctx, MOST, sizeof(*turn->left_places));
    r = turn->left && turn->left_places ? li_query(ctx, tx->conn, &rhythm_left, of, 3, &rows)
                                        : -LI_E_NOMEM;
    if (r) {
        return r;
    }
    while (turn->left_count < MOST && (r = li_rows_next(ctx, rows)) > 0) {
        turn->left_places[turn->left_count] = li_col_i64(rows, 0);
        turn->left[turn->left_count] = li_col_dup(ctx, rows, 1);
        r = turn->left[turn->left_count++].ptr ? 0 : -LI_E_NOMEM;
        if (r) {
            break;
        }
    }
    li_rows_done(rows);
    return r < 0 ? r : 0;
}

static int end_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    struct turn *turn;
    int r = turn_begin(ctx, tx, args, &turn);

    r = r ? r : read_left(ctx, tx, turn);
    *ret_plan = turn;
    return r;
}

static int end_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const struct turn *turn = plan;
    struct li_buf *buf = li_buf_new(ctx, 0);
    struct li_json json;
    int r = buf ? 0 : -LI_E_NOMEM;

    for (size_t i = 0; r == 0 && i < turn->left_count; i++) {
        r = li_due_clear(ctx, tx, turn->id, slot_of(turn->day, turn->left_places[i]));
    }
    r = r ? r
          : li_exec(ctx, tx->conn, &rhythm_day_end,
                    LI_ARGS(li_v(tx->tenant), li_v(turn->id), li_v((int64_t)turn->day),
                            li_v((int64_t)turn->left_count)),
                    NULL);
    r = r ? r : li_rhythm_next(ctx, tx, turn->rhythm, turn->id, turn->day + 1);
    if (r) {
        return r;
    }
    head(&json, buf);
    li_json_put_int(&json, "day", turn->day);
    li_json_key(&json, "missed");
    li_json_open_list(&json);
    for (size_t i = 0; i < turn->left_count; i++) {
        li_json_text(&json, turn->left[i]);
    }
    li_json_close_list(&json);
    li_json_put_int(&json, "opened", turn->opened);
    li_json_put_text(&json, "playbook", turn->row.playbook);
    li_json_put_text(&json, "rhythm", turn->row.name);
    li_json_close_map(&json);
    ret->entity = turn->id;
    ret->payload = li_buf_view(buf);
    return li_buf_check(ctx, buf);
}

const struct li_command li_rhythm_end = {
    .name = "rhythm.end",
    .parse = turn_parse,
    .decide = end_decide,
    .write = end_write,
};
