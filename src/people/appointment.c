/*
 * Appointments: who holds which post at which area, from when to when.
 *
 * A row is never deleted: an appointment ends by its `until`, so that who
 * answered for a street on some day can be asked for ever.
 *
 * "Now" is the clock's and not tx->now, which is when it is recorded and may be a
 * little later: who asks in the next moment asks with the clock.
 */
#include "base/id.h"
#include "base/json.h"
#include "base/time.h"
#include "people/inside.h"
#include "record/tenant.h"

LI_SQL(appointment_insert,
       "insert into appointment (tenant, id, person, post, area_path, organization, since, until, "
       "stands_in_for, lent_from) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
LI_SQL(appointment_like,
       "select id from appointment where tenant = $1 and person = $2 and post = $3 "
       "and area_path = $4 and coalesce(organization, 0) = $5 "
       "and (until is null or until > $6) and (cast($7 as bigint) = 0 or since < $7)");
LI_SQL(appointment_times, "select until from appointment where tenant = $1 and id = $2");
LI_SQL(appointment_until, "update appointment set until = $3 where tenant = $1 and id = $2");

static int64_t clock_now(const struct li_tx *tx)
{
    return li_now(li_record_clock(tx->record));
}

/* ---- appointment.make -------------------------------------------------------- */

struct plan {
    struct li_new made;              /* first: what the caller sees of a plan */
    struct li_appointment_args args; /* since filled in */
    struct li_str area_path;
};

/* What the appointment speaks of must be there. */
static int check_nouns(struct li_ctx *ctx, const struct li_tx *tx,
                       const struct li_appointment_args *args)
{
    struct li_organization organization;
    int r = li_person_there(ctx, tx->conn, tx->tenant, args->person);

    if (r == -LI_E_NOT_FOUND) {
        return li_fault(ctx, LI_FAULT_UNKNOWN, LI_S("/person"), LI_S(""));
    }
    if (r) {
        return r;
    }
    if (!li_post_find(args->post)) {
        return li_fault(ctx, LI_FAULT_CHOICE, LI_S("/post"), LI_S(""));
    }
    if (args->org == 0) {
        return 0;
    }
    r = li_organization_find(ctx, tx->conn, tx->tenant, args->org, &organization);
    if (r == -LI_E_NOT_FOUND) {
        return li_fault(ctx, LI_FAULT_NOBODY, LI_S("/organization"), LI_S(""));
    }
    return r;
}

static int check_like(struct li_ctx *ctx, const struct li_tx *tx, const struct plan *plan)
{
    const struct li_appointment_args *args = &plan->args;
    struct li_rows *rows;
    int r;

    if (args->until && args->until <= args->since) {
        char least[LI_TIME_TEXT];
        li_time_format(args->since, least);
        return li_fault(ctx, LI_FAULT_SMALL, LI_S("/until"), li_str(least));
    }
    r = li_query_one(ctx, tx->conn, &appointment_like,
                     LI_ARGS(li_v(tx->tenant), li_v(args->person), li_v_text(args->post),
                             li_v_text(plan->area_path), li_v(args->org), li_v(args->since),
                             li_v(args->until)),
                     &rows);
    if (r == 0) {
        li_rows_done(rows);
        return LI_FAIL_AT(ctx, LI_E_UNIQUE, LI_S("/post"),
                          "the person holds that post there in that time");
    }
    return r == -LI_E_NOT_FOUND ? 0 : r;
}

/* A substitute has the same post, of somebody else who holds it as their own. */
static int check_substitute(struct li_ctx *ctx, const struct li_tx *tx, const struct plan *plan)
{
    const struct li_appointment_args *args = &plan->args;
    struct li_appointment covered;
    int r = args->stands_in_for
                ? li_appointment_find(ctx, tx->conn, tx->tenant, args->stands_in_for, &covered)
                : 0;

    if (args->stands_in_for == 0 || (r && r != -LI_E_NOT_FOUND)) {
        return r;
    }
    if (r || covered.person == args->person || covered.covers ||
        (covered.until && covered.until <= args->since) || !li_str_eq(covered.post, args->post) ||
        !li_str_eq(covered.area_path, plan->area_path) || covered.org != args->org) {
        return li_fault(ctx, LI_FAULT_STAND_IN, LI_S("/stands_in_for"), LI_S(""));
    }
    return 0;
}

/* Whoever is lent out comes back: on a day that is said, to a post of their own. */
static int check_lent(struct li_ctx *ctx, const struct li_tx *tx, const struct plan *plan)
{
    const struct li_appointment_args *args = &plan->args;
    struct li_appointment home;
    int r = args->lent_from ? li_appointment_find(ctx, tx->conn, tx->tenant, args->lent_from, &home)
                            : 0;

    if (args->lent_from == 0 || (r && r != -LI_E_NOT_FOUND)) {
        return r;
    }
    if (r || home.person != args->person || home.covers || home.lent_from ||
        (home.until && home.until <= args->since)) {
        return li_fault(ctx, LI_FAULT_LENT_HOME, LI_S("/lent_from"), LI_S(""));
    }
    return args->until ? 0 : li_fault(ctx, LI_FAULT_LENT_END, LI_S("/until"), LI_S(""));
}

static int make_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args,
                       void **ret_plan)
{
    const struct li_appointment_args *make = args;
    struct plan *plan = li_alloc(ctx, sizeof(*plan));
    int r = plan ? check_nouns(ctx, tx, make) : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    plan->args = *make;
    plan->args.since = make->since ? make->since : clock_now(tx);
    r = li_people_place(ctx, tx, make->area_code, &plan->area_path);
    r = r ? r : check_substitute(ctx, tx, plan);
    r = r ? r : check_lent(ctx, tx, plan);
    r = r ? r : check_like(ctx, tx, plan);
    if (r) {
        return r;
    }
    plan->made.id = li_id_next(li_record_ids(tx->record), ctx->clock);
    *ret_plan = plan;
    return 0;
}

static int make_payload(struct li_ctx *ctx, const struct plan *plan, struct li_str *ret)
{
    struct li_json json;
    int r = li_json_begin(ctx, &json);

    if (r) {
        return r;
    }
    li_json_put_id(&json, "appointment", plan->made.id);
    li_json_put_text(&json, "area", plan->area_path);
    if (plan->args.lent_from) {
        li_json_put_id(&json, "lent_from", plan->args.lent_from);
    }
    if (plan->args.org) {
        li_json_put_id(&json, "organization", plan->args.org);
    }
    li_json_put_id(&json, "person", plan->args.person);
    li_json_put_text(&json, "post", plan->args.post);
    li_json_put_int(&json, "since", plan->args.since);
    if (plan->args.stands_in_for) {
        li_json_put_id(&json, "stands_in_for", plan->args.stands_in_for);
    }
    if (plan->args.until) {
        li_json_put_int(&json, "until", plan->args.until);
    }
    return li_json_finish(ctx, &json, ret);
}

static int make_write(struct li_ctx *ctx, const struct li_tx *tx, void *args,
                      struct li_outcome *ret)
{
    const struct plan *plan = args;
    const struct li_appointment_args *make = &plan->args;
    int r = li_exec(ctx, tx->conn, &appointment_insert,
                    LI_ARGS(li_v(tx->tenant), li_v(plan->made.id), li_v(make->person),
                            li_v_text(make->post), li_v_text(plan->area_path), li_v_opt(make->org),
                            li_v(make->since), li_v_opt(make->until), li_v_opt(make->stands_in_for),
                            li_v_opt(make->lent_from)),
                    NULL);

    if (r == 0) {
        r = li_tenant_touch(ctx, tx);
    }
    ret->entity = plan->made.id;
    return r ? r : make_payload(ctx, plan, &ret->payload);
}

const struct li_command li_appointment_make = {
    .name = "appointment.make",
    .decide = make_decide,
    .write = make_write,
};

/* ---- appointment.end --------------------------------------------------------- */

struct end_plan {
    int64_t appointment;
    int64_t until;
};

static int end_decide(struct li_ctx *ctx, const struct li_tx *tx, const void *args, void **ret_plan)
{
    const struct li_appointment_end_args *end = args;
    struct end_plan *plan = li_alloc(ctx, sizeof(*plan));
    struct li_rows *rows;
    int64_t until;
    int r = plan ? 0 : -LI_E_NOMEM;

    if (r) {
        return r;
    }
    r = li_query_one(ctx, tx->conn, &appointment_times,
                     LI_ARGS(li_v(tx->tenant), li_v(end->appointment)), &rows);
    if (r == -LI_E_NOT_FOUND) {
        return LI_FAIL(ctx, LI_E_NOT_FOUND, "no such appointment");
    }
    if (r) {
        return r;
    }
    until = li_col_i64(rows, 0);
    li_rows_done(rows);
    *plan = (struct end_plan){.appointment = end->appointment, .until = clock_now(tx)};
    if (until && until <= plan->until) {
        return LI_FAIL(ctx, LI_E_STATE, "the appointment has ended");
    }
    *ret_plan = plan;
    return 0;
}

static int end_write(struct li_ctx *ctx, const struct li_tx *tx, void *args, struct li_outcome *ret)
{
    const struct end_plan *end = args;
    struct li_json json;
    int r = li_exec(ctx, tx->conn, &appointment_until,
                    LI_ARGS(li_v(tx->tenant), li_v(end->appointment), li_v(end->until)), NULL);

    r = r ? r : li_tenant_touch(ctx, tx);
    r = r ? r : li_json_begin(ctx, &json);
    if (r) {
        return r;
    }
    li_json_put_id(&json, "appointment", end->appointment);
    li_json_put_int(&json, "until", end->until);
    ret->entity = end->appointment;
    return li_json_finish(ctx, &json, &ret->payload);
}

const struct li_command li_appointment_end = {
    .name = "appointment.end",
    .decide = end_decide,
    .write = end_write,
};
