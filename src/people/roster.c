/*
 * The roster's commands: a month is planned, turns change hands.
 *
 * Each turn keeps an appointment beside it; one that is taken back before it began
 * ends the moment it would have begun, and was never in force.
 */
#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "people/inside.h"
#include "people/shift.h"
#include "record/tenant.h"

LI_SQL(shift_appoint, "insert into appointment (tenant, id, person, post, area_path, since, until) "
                      "values ($1, $2, $3, $4, $5, $6, $7)");
LI_SQL(shift_insert, "insert into shift (tenant, id, area_path, post, person, since, until, "
                     "appointment) values ($1, $2, $3, $4, $5, $6, $7, $8)");
LI_SQL(shift_release, "update appointment set until = since where tenant = $1 and id in "
                      "(select appointment from shift where tenant = $1 and area_path = $2 "
                      "and since >= $3 and since < $4 and since > $5 and ended = 0)");
LI_SQL(shift_replace, "update shift set ended = 1 where tenant = $1 and area_path = $2 "
                      "and since >= $3 and since < $4 and since > $5 and ended = 0");
LI_SQL(shift_leave, "update appointment set until = case when since > $3 then since else $3 end "
                    "where tenant = $1 and id = (select appointment from shift "
                    "where tenant = $1 and id = $2)");
LI_SQL(shift_pass, "update shift set person = $3, appointment = $4 where tenant = $1 and id = $2");
LI_SQL(swap_insert, "insert into swap (tenant, id, shift, other, person, asked_by, asked_at) "
                    "values ($1, $2, $3, $4, $5, $6, $7)");
LI_SQL(swap_by_id, "select shift, coalesce(other, 0), person, asked_by from swap "
                   "where tenant = $1 and id = $2 and agreed is null");
LI_SQL(swap_answer, "update swap set agreed = $3, answered_at = $4 where tenant = $1 and id = $2");

static int64_t next_id(struct li_ctx *ctx, const struct li_tx *tx)
{
    return li_id_next(li_record_ids(tx->record), ctx->clock);
}

/* ---- shift.plan ------------------------------------------------------------------- */

struct planned {
    const struct li_shift_plan_args *args;
    struct li_str area_path;
    int64_t now;
    int64_t *shifts, *appointments; /* ids, one a row */
};

static int check_row(struct li_ctx *ctx, const struct li_tx *tx, const struct planned *planned,
                     size_t i)
{
    const struct li_shift_row *row = &planned->args->rows[i];
    char least[LI_TIME_TEXT];
    int r;

    if (!li_shift_is_post(row->post)) {
        return li_fault(ctx, LI_FAULT_CHOICE, li_strf(ctx, "/rows/%zu/post", i), LI_S(""));
    }
    if (row->since < planned->args->from || row->since >= planned->args->to) {
        li_time_format(planned->args->from, least);
        return li_fault(ctx, LI_FAULT_SMALL, li_strf(ctx, "/rows/%zu/since", i), li_str(least));
    }
    if (row->until <= row->since || row->until <= planned->now) {
        li_time_format(row->until <= row->since ? row->since : planned->now, least);
        return li_fault(ctx, LI_FAULT_SMALL, li_strf(ctx, "/rows/%zu/until", i), li_str(least));
    }
    r = li_person_there(ctx, tx->conn, tx->tenant, row->person);
    return r == -LI_E_NOT_FOUND
               ? li_fault(ctx, LI_FAULT_UNKNOWN, li_strf(ctx, "/rows/%zu/person", i), LI_S(""))
               : r;
}

static int plan_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    struct planned *planned = li_alloc(ctx, sizeof(*planned));
    int r = planned ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *planned = (struct planned){.args = args, .now = li_now(li_record_clock(tx->record))};
    if (planned->args->count > LI_SHIFT_ROWS) {
        return li_fault(ctx, LI_FAULT_MANY, LI_S("/rows"), li_strf(ctx, "%d", LI_SHIFT_ROWS));
    }
    r = li_people_place(ctx, tx, planned->args->area_code, &planned->area_path);
    for (size_t i = 0; r == 0 && i < planned->args->count; i++) {
        r = check_row(ctx, tx, planned, i);
    }
    planned->shifts = li_alloc_array(ctx, planned->args->count + 1, sizeof(int64_t));
    planned->appointments = li_alloc_array(ctx, planned->args->count + 1, sizeof(int64_t));
    if (r == 0 && (!planned->shifts || !planned->appointments)) {
        r = -LI_E_NOMEM;
    }
    for (size_t i = 0; r == 0 && i < planned->args->count; i++) {
        planned->shifts[i] = next_id(ctx, tx);
        planned->appointments[i] = next_id(ctx, tx);
    }
    *ret_plan = planned;
    return r;
}

static int appoint(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, int64_t person,
                   const struct li_shift *shift, int64_t since)
{
    return li_exec(ctx, tx->conn, &shift_appoint,
                   LI_ARGS(li_v(tx->tenant), li_v(id), li_v(person), li_v_text(shift->post),
                           li_v_text(shift->area_path), li_v(since), li_v(shift->until)),
                   NULL);
}

static int write_row(struct li_ctx *ctx, const struct li_tx *tx, const struct planned *planned,
                     size_t i)
{
    const struct li_shift_row *row = &planned->args->rows[i];
    const struct li_shift shift = {
        .area_path = planned->area_path, .post = row->post, .until = row->until};
    int r = appoint(ctx, tx, planned->appointments[i], row->person, &shift, row->since);

    return r ? r
             : li_exec(ctx, tx->conn, &shift_insert,
                       LI_ARGS(li_v(tx->tenant), li_v(planned->shifts[i]),
                               li_v_text(planned->area_path), li_v_text(row->post),
                               li_v(row->person), li_v(row->since), li_v(row->until),
                               li_v(planned->appointments[i])),
                       NULL);
}

static int plan_payload(struct li_ctx *ctx, const struct planned *planned, struct li_str *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_text(&json, "area", planned->area_path);
    li_json_put_int(&json, "from", planned->args->from);
    li_json_key(&json, "shifts");
    li_json_open_list(&json);
    for (size_t i = 0; i < planned->args->count; i++) {
        const struct li_shift_row *row = &planned->args->rows[i];
        li_json_open_map(&json);
        li_json_put_id(&json, "appointment", planned->appointments[i]);
        li_json_put_id(&json, "person", row->person);
        li_json_put_text(&json, "post", row->post);
        li_json_put_id(&json, "shift", planned->shifts[i]);
        li_json_put_int(&json, "since", row->since);
        li_json_put_int(&json, "until", row->until);
        li_json_close_map(&json);
    }
    li_json_close_list(&json);
    li_json_put_int(&json, "to", planned->args->to);
    return li_json_finish(ctx, &json, ret);
}

static int plan_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                      struct li_outcome *ret)
{
    const struct planned *planned = plan;
    const struct li_val range[] = {li_v(tx->tenant), li_v_text(planned->area_path),
                                   li_v(planned->args->from), li_v(planned->args->to),
                                   li_v(planned->now)};
    int r = li_exec(ctx, tx->conn, &shift_release, range, 5, NULL);

    r = r ? r : li_exec(ctx, tx->conn, &shift_replace, range, 5, NULL);
    for (size_t i = 0; r == 0 && i < planned->args->count; i++) {
        r = write_row(ctx, tx, planned, i);
    }
    r = r ? r : li_tenant_touch(ctx, tx);
    ret->entity = tx->tenant;
    return r ? r : plan_payload(ctx, planned, &ret->payload);
}

const struct li_command li_shift_plan = {
    .name = "shift.plan", .decide = plan_decide, .write = plan_write};

/* ---- shift.ask ----------------------------------------------------------------------- */

struct asking {
    struct li_new made; /* first: what the caller sees of a plan */
    const struct li_shift_ask_args *args;
};

static int find_turn(struct li_ctx *ctx, const struct li_tx *tx, int64_t id, const char *where,
                     struct li_shift *ret)
{
    int r = li_shift_find(ctx, tx->conn, tx->tenant, id, ret);

    if (r == -LI_E_NOT_FOUND) {
        return li_fault(ctx, LI_FAULT_UNKNOWN, li_str(where), LI_S(""));
    }
    return r == 0 && ret->until <= li_now(li_record_clock(tx->record))
               ? LI_FAIL(ctx, LI_E_STATE, "the turn is over")
               : r;
}

static int ask_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    struct asking *asking = li_alloc(ctx, sizeof(*asking));
    struct li_shift shift, other;
    int r = asking ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *asking = (struct asking){.args = args};
    r = find_turn(ctx, tx, asking->args->shift, "/shift", &shift);
    if (r == 0 && shift.person == asking->args->person) {
        return li_fault(ctx, LI_FAULT_TWICE, LI_S("/person"), LI_S(""));
    }
    r = r ? r : li_person_there(ctx, tx->conn, tx->tenant, asking->args->person);
    if (r == -LI_E_NOT_FOUND) {
        return li_fault(ctx, LI_FAULT_UNKNOWN, LI_S("/person"), LI_S(""));
    }
    if (r == 0 && asking->args->other) {
        r = find_turn(ctx, tx, asking->args->other, "/other", &other);
        if (r == 0 && (other.person != asking->args->person ||
                       !li_str_eq(other.area_path, shift.area_path))) {
            r = li_fault(ctx, LI_FAULT_UNKNOWN, LI_S("/other"), LI_S(""));
        }
    }
    if (r == 0) {
        asking->made.id = next_id(ctx, tx);
        *ret_plan = asking;
    }
    return r;
}

static int ask_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan, struct li_outcome *ret)
{
    const struct asking *asking = plan;
    struct li_json json;
    int r = li_exec(ctx, tx->conn, &swap_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(asking->made.id), li_v(asking->args->shift),
                            li_v_opt(asking->args->other), li_v(asking->args->person),
                            li_v(tx->viewer->person), li_v(tx->now)),
                    NULL);

    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    if (asking->args->other) {
        li_json_put_id(&json, "other", asking->args->other);
    }
    li_json_put_id(&json, "person", asking->args->person);
    li_json_put_id(&json, "shift", asking->args->shift);
    li_json_put_id(&json, "swap", asking->made.id);
    ret->entity = asking->args->shift;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_shift_ask = {
    .name = "shift.ask", .decide = ask_decide, .write = ask_write};

/* ---- shift.answer ---------------------------------------------------------------------- */

struct answering {
    const struct li_shift_answer_args *args;
    int64_t now;
    struct li_shift shift, other; /* other.id 0: none */
    int64_t person;
    int64_t appointments[2];
};

static int answer_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                         void **ret_plan)
{
    struct answering *answering = li_alloc(ctx, sizeof(*answering));
    int64_t shift, other, asked_by;
    struct li_rows *rows;
    int r = answering ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    *answering = (struct answering){.args = args, .now = li_now(li_record_clock(tx->record))};
    r = li_query_one(ctx, tx->conn, &swap_by_id,
                     LI_ARGS(li_v(tx->tenant), li_v(answering->args->swap)), &rows);
    if (r) {
        return r == -LI_E_NOT_FOUND ? LI_FAIL(ctx, LI_E_NOT_FOUND, "no such swap waits") : r;
    }
    shift = li_col_i64(rows, 0);
    other = li_col_i64(rows, 1);
    answering->person = li_col_i64(rows, 2);
    asked_by = li_col_i64(rows, 3);
    li_rows_done(rows);
    /* who asked may take it back, and only who was asked may agree */
    if (tx->viewer->person != answering->person &&
        (answering->args->agreed || tx->viewer->person != asked_by)) {
        return LI_FAIL(ctx, LI_E_FORBIDDEN, "somebody else was asked");
    }
    r = find_turn(ctx, tx, shift, "/swap", &answering->shift);
    if (r == 0 && other) {
        r = find_turn(ctx, tx, other, "/swap", &answering->other);
        if (r == 0 && answering->other.person != answering->person) {
            r = LI_FAIL(ctx, LI_E_STATE, "the other turn has changed hands");
        }
    }
    answering->appointments[0] = next_id(ctx, tx);
    answering->appointments[1] = next_id(ctx, tx);
    *ret_plan = answering;
    return r;
}

static int pass(struct li_ctx *ctx, const struct li_tx *tx, const struct answering *answering,
                const struct li_shift *shift, int64_t person, int64_t appointment)
{
    int64_t since = shift->since > answering->now ? shift->since : answering->now;
    int r = li_exec(ctx, tx->conn, &shift_leave,
                    LI_ARGS(li_v(tx->tenant), li_v(shift->id), li_v(answering->now)), NULL);

    r = r ? r : appoint(ctx, tx, appointment, person, shift, since);
    return r ? r
             : li_exec(ctx, tx->conn, &shift_pass,
                       LI_ARGS(li_v(tx->tenant), li_v(shift->id), li_v(person), li_v(appointment)),
                       NULL);
}

static int answer_write(struct li_ctx *ctx, const struct li_tx *tx, void *plan,
                        struct li_outcome *ret)
{
    const struct answering *answering = plan;
    bool agreed = answering->args->agreed;
    struct li_json json;
    int r = li_exec(
        ctx, tx->conn, &swap_answer,
        LI_ARGS(li_v(tx->tenant), li_v(answering->args->swap), li_v(agreed), li_v(tx->now)), NULL);

    if (r == 0 && agreed) {
        r = pass(ctx, tx, answering, &answering->shift, answering->person,
                 answering->appointments[0]);
    }
    if (r == 0 && agreed && answering->other.id) {
        r = pass(ctx, tx, answering, &answering->other, answering->shift.person,
                 answering->appointments[1]);
    }
    r = r || !agreed ? r : li_tenant_touch(ctx, tx);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_bool(&json, "agreed", agreed);
    if (agreed) {
        li_json_put_id(&json, "appointment", answering->appointments[0]);
    }
    if (agreed && answering->other.id) {
        li_json_put_id(&json, "other_appointment", answering->appointments[1]);
    }
    li_json_put_id(&json, "swap", answering->args->swap);
    ret->entity = answering->shift.id;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_shift_answer = {
    .name = "shift.answer", .decide = answer_decide, .write = answer_write};
